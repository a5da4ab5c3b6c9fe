//! A handler made by the tests that follows every rule of the kit, then violates one after the other: each violation names the rule,
//! the file and how to fix it.

mod handler;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{
    CodeInfo, Document, FileFacts, InputReader, Outcome, Probe, ReviewError, VariableFacts, Verdict,
};
use data_review_tests::files::TestFile;
use serde_json::Value;

use super::kit::{now, rules, schema_errors, violations};
use handler::{BAD_NUMBER, Review, Scratch, named, of_numbers, read, registry};

fn file(path: &str, text: &str) -> TestFile {
    let (_, name) = path.rsplit_once('/').expect("a path has folders");
    TestFile {
        folder: path.split('/').rev().nth(1).unwrap_or_default().to_owned(),
        name: name.to_owned(),
        path: path.to_owned(),
        key: format!("scratch/{name}"),
        bytes: text.as_bytes().to_vec(),
    }
}

/// Files of the scratch handler (valid, invalid, with a finding) and one of another format.
fn files() -> Vec<TestFile> {
    vec![
        file(GOOD, "scratch 1\n1.5\n2.5\n3.5\n"),
        file("tests/bad/scratch/empty.scratch", "scratch 1\n"),
        file("test_data/other/other.txt", "something else\n"),
        file(ODD, "scratch 1\n1.5\nx\n"),
    ]
}

/// Every rule that the handler violates, with the message.
fn violated(scratch: Scratch) -> Vec<(&'static str, String)> {
    let registry = registry(scratch);
    let files = files();
    let of_rule = |rule| {
        violations(&registry, "scratch", &files, rule)
            .into_iter()
            .map(move |said| (rule, said))
    };
    rules().flat_map(of_rule).collect()
}

/// Asserts that the rule is violated, and that the first message names the rule, the file, what is wrong and how to fix it.
#[track_caller]
fn violates(rule: &str, scratch: Scratch, path: &str, wrong: &str) {
    let broken = violated(scratch);
    let said = broken
        .iter()
        .find(|(broken, _)| *broken == rule)
        .map(|(_, said)| said.as_str());
    let said = said.unwrap_or_else(|| panic!("`{rule}` is not violated: {broken:?}"));
    let start = format!("handler `scratch` violates the rule `{rule}`: {path}: ");
    assert!(
        said.starts_with(&start) && said.contains(wrong) && said.contains(". To fix it, "),
        "{said}"
    );
}

const GOOD: &str = "test_data/scratch/good.scratch";
const ODD: &str = "test_data/scratch/odd.scratch";

#[test]
fn a_correct_handler_follows_every_rule() {
    assert_eq!(violated(Scratch::good()), []);
}

#[test]
fn files_are_missing() {
    let registry = registry(Scratch::good());
    let said = violations(&registry, "scratch", &files()[2..3], "files");
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("rule `files`: handlers/scratch: test_data has no file"),
        "{said:?}"
    );
}

#[test]
fn a_code_is_not_explained() {
    let mut scratch = Scratch::good();
    const WITHOUT_REMEDY: CodeInfo = BAD_NUMBER.remedy(" ");
    scratch.card.codes = &[&[WITHOUT_REMEDY]];
    violates(
        "explained",
        scratch,
        "handlers/scratch",
        "code `bad-number` has no remedy",
    );
    let mut scratch = Scratch::good();
    const BADLY_NAMED: CodeInfo = of_numbers("Odd_Name");
    scratch.card.codes = &[&[BAD_NUMBER, BADLY_NAMED]];
    violates(
        "explained",
        scratch,
        "handlers/scratch",
        "`Odd_Name` is not in kebab-case",
    );
}

#[test]
fn it_is_not_certain_of_its_own() {
    let sniff = |_: &mut Probe<'_>| Verdict::likely("it looks like one");
    violates(
        "certain",
        Scratch {
            sniff,
            ..Scratch::good()
        },
        GOOD,
        "scratch is likely, because it looks like one",
    );
}

#[test]
fn it_claims_a_file_of_another_format() {
    let sniff = |_: &mut Probe<'_>| Verdict::certain("everything is mine");
    let scratch = Scratch {
        sniff,
        ..Scratch::good()
    };
    violates(
        "nobody-else's",
        scratch,
        "test_data/other/other.txt",
        "everything is mine",
    );
}

#[test]
fn it_yields_nothing() {
    let review: Review = |_, _| Ok(());
    violates(
        "reviewed",
        Scratch::reviewing(review),
        GOOD,
        "it has no observations",
    );
    let review: Review = |_, _| Err(ReviewError::corrupt("I do not like it"));
    violates(
        "reviewed",
        Scratch::reviewing(review),
        GOOD,
        "it fails: I do not like it",
    );
}

/// Documents are typed, so no handler can violate the schema; this checks the schema itself.
#[test]
fn a_document_that_the_schema_does_not_allow() {
    let facts = FileFacts {
        key: "x".to_owned(),
        size: None,
        sha256: None,
        compression: None,
    };
    let document = Document::without_handler(facts, Outcome::Gone, None);
    let mut document: Value = serde_json::from_str(&document.to_canonical_json()).unwrap();
    assert_eq!(schema_errors(&document), [""; 0]);
    document["outcome"] = "perhaps".into();
    let errors = schema_errors(&document);
    assert!(
        errors.len() == 1 && errors[0].starts_with("/outcome: "),
        "{errors:?}"
    );
}

#[test]
fn a_finding_is_not_on_the_card() {
    let mut scratch = Scratch::good();
    scratch.card.codes = &[];
    violates(
        "documented",
        scratch,
        ODD,
        "the finding `bad-number` is not on the card",
    );
}

#[test]
fn a_finding_does_not_say_where() {
    let review: Review = |input, review| {
        let (numbers, rows) = read(input, review)?;
        review.observations(rows);
        review.variable(named("x"), &numbers);
        review.found(&ODD_NUMBER, None, || "somewhere".to_owned(), || None);
        Ok(())
    };
    let mut scratch = Scratch::reviewing(review);
    scratch.card.codes = &[&[BAD_NUMBER], &[ODD_NUMBER]];
    violates("places", scratch, GOOD, "`odd-number` does not say where");
}

const ODD_NUMBER: CodeInfo = of_numbers("odd-number");

#[test]
fn a_cell_is_not_counted() {
    let review: Review = |input, review| {
        let (numbers, rows) = read(input, review)?;
        review.observations(rows);
        review.variable(
            VariableFacts {
                shape: Some(vec![rows + 1]),
                ..named("x")
            },
            &numbers,
        );
        Ok(())
    };
    violates(
        "counted",
        Scratch::reviewing(review),
        GOOD,
        "`x`: 3 cells in all, 3 by kind, 4 by shape",
    );
    let review: Review = |input, review| {
        let (_, rows) = read(input, review)?;
        review.observations(rows);
        let mut flagged = Accumulator::new(Dtype::Decimal, true);
        flagged.push_number(1.0, Some(b"2"));
        flagged.push_number(1.0, None);
        review.variable(named("x"), &flagged);
        Ok(())
    };
    violates(
        "counted",
        Scratch::reviewing(review),
        GOOD,
        "`x`: 1 of 2 cells have a flag",
    );
}

#[test]
fn parts_are_not_merged() {
    let review: Review = |input, review| {
        let (numbers, rows) = read(input, review)?;
        review.observations(rows);
        review.variable(named("x"), &numbers);
        review.variable(named("x"), &numbers);
        Ok(())
    };
    violates("merged", Scratch::reviewing(review), GOOD, "`x` occurs twice");
}

#[test]
fn the_same_bytes_give_another_document() {
    static READINGS: AtomicU64 = AtomicU64::new(1);
    let review: Review = |input, review| {
        review.attribute("reading", &READINGS.fetch_add(1, Ordering::Relaxed).to_string());
        (Scratch::good().review)(input, review)
    };
    violates(
        "same",
        Scratch::reviewing(review),
        GOOD,
        "a second reading gives another document",
    );
    let review: Review = |input, review| {
        let mut first = [0; 64];
        let read = InputReader::new(Arc::clone(&input)).read(&mut first)?;
        review.attribute("bytes", &read.to_string());
        (Scratch::good().review)(input, review)
    };
    violates(
        "same",
        Scratch::reviewing(review),
        GOOD,
        "reads of a few bytes give another document",
    );
}

#[test]
fn some_bytes_make_it_panic() {
    let review: Review = |input, review| {
        let mut byte = [0; 1];
        input.read_exact_at(input.len() - 1, &mut byte)?;
        assert_eq!(byte, *b"\n", "the last line ends");
        (Scratch::good().review)(input, review)
    };
    violates("any-bytes", Scratch::reviewing(review), GOOD, "a panic");
}

#[test]
fn it_uses_too_much_memory() {
    let mut scratch = Scratch::good();
    scratch.card.limits.memory_bytes = 1 << 20;
    scratch.review = |input, review| {
        std::hint::black_box(vec![1u8; 2 << 20]);
        (Scratch::good().review)(input, review)
    };
    violates("memory", scratch, GOOD, "the limit is 1048576");
}

#[test]
fn it_takes_too_long() {
    let mut scratch = Scratch::good();
    scratch.card.limits.cpu_seconds = 0;
    scratch.review = |input, review| {
        let begun = now();
        while begun.elapsed() < Duration::from_millis(5) {}
        (Scratch::good().review)(input, review)
    };
    violates("time", scratch, GOOD, "the limit is 0ns");
}
