//! What every [`Store`] must do; a store runs all [`CASES`], each against a fresh and empty one.
//!
//! Only the trait is used, so that a store behind a network passes or fails like a local one.
#![expect(
    clippy::unwrap_used,
    reason = "an error of the store fails the case, and says why itself"
)]

use std::ops::ControlFlow;

use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord, ObjectId, Root, RootChange, Store, Write, Written};
use data_review_core::{
    Class, Document, Evidence, Failure, FileFacts, Finding, HandlerFacts, HandlerVersion, Limits, Outcome,
    PartState, Place, Recipe, Severity, Stage,
};

/// One thing that every store must do.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it is, as the name of a test.
    pub name: &'static str,
    /// Panics where the store does something else.
    pub run: fn(&dyn Store),
}

macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// Every case.
        pub const CASES: &[Case] = &[$(Case { name: stringify!($name), run: $name }),*];
    };
}

cases![
    an_empty_store_holds_nothing,
    what_was_written_is_read,
    a_row_without_anything_optional_is_read_as_it_was,
    rows_come_in_the_order_of_the_keys,
    a_write_that_expects_another_row_is_refused,
    a_write_that_expects_no_row_is_refused_where_there_is_one,
    a_write_that_expects_a_row_is_refused_where_there_is_none,
    the_same_write_twice_is_written_once,
    answers_come_in_the_order_of_the_writes,
    documents_come_by_the_bytes_of_their_keys,
    documents_end_when_told_to,
    documents_are_chosen_by_their_outcome,
    a_document_is_kept_byte_for_byte,
    a_later_outcome_replaces_all_of_an_earlier_one,
    what_is_gone_keeps_its_row_and_leaves_the_keys,
    keys_belong_to_where_they_were_listed,
    failures_are_only_ever_added_to,
    failures_come_by_key_and_time,
    a_refused_write_logs_no_failure,
    odd_keys_are_keys,
    big_documents_are_kept,
    more_writes_than_a_batch,
    of_two_writers_one_wins,
];

/// Every case of a store that can hold several roots.
pub const ROOT_CASES: &[Case] = &[
    Case {
        name: "equal_keys_of_two_roots_are_two_objects",
        run: equal_keys_of_two_roots_are_two_objects,
    },
    Case {
        name: "a_root_that_moves_or_is_renamed_keeps_its_objects",
        run: a_root_that_moves_or_is_renamed_keeps_its_objects,
    },
    Case {
        name: "objects_move_between_roots_with_their_documents",
        run: objects_move_between_roots_with_their_documents,
    },
    Case {
        name: "what_is_gone_keeps_its_last_review",
        run: what_is_gone_keeps_its_last_review,
    },
];

/// Name of the root of the entries that [`reviewed`] makes.
const ROOT: &str = "/data";

/// Identity of an object below [`ROOT`].
fn id(key: &str) -> ObjectId<'_> {
    ObjectId { root: ROOT, key }
}

/// Runs every case, each against a store of its own.
pub fn check(fresh: &dyn Fn() -> Box<dyn Store>) {
    for case in CASES {
        (case.run)(&*fresh());
    }
}

/// An outcome to write: a review with a finding, under the handler `sample`.
pub fn reviewed(key: &str, token: &str) -> Entry {
    let recipe = Recipe {
        schema: 0,
        core: "0.1.0".to_owned(),
        handler: HandlerVersion {
            id: "sample".to_owned(),
            version: 1,
        },
        reader: "sample-reader 1".to_owned(),
        vocabulary: Some("words 1".to_owned()),
        limits: Limits::DEFAULT,
    };
    let mut document = Document::without_handler(facts(key), Outcome::Reviewed, None);
    document.kind = Some("sample".to_owned());
    document.handler = Some(HandlerFacts {
        id: "sample".to_owned(),
        version: 1,
        verdict: data_review_core::Confidence::Certain,
        because: "the first line says so".to_owned(),
        runners_up: Vec::new(),
    });
    document.observations = Some(12);
    document
        .attributes
        .insert("expocode".to_owned(), vec!["33RR20160208".to_owned()]);
    document.findings.push(Finding {
        code: "odd".to_owned(),
        severity: Severity::Warning,
        subject: Some("OXYGEN".to_owned()),
        message: "it is “odd”".to_owned(),
        count: 2,
        places: vec![Place::text(3, 14, Some("OXYGEN"))],
        suppressed: [("even".to_owned(), 3)].into(),
    });
    document.provenance.handler = Some(recipe.handler.to_string());
    document.provenance.recipe = Some(recipe.digest());
    Entry {
        row: OutcomeRow {
            token: token.to_owned(),
            stamp: Some(format!("stamp of {token}")),
            sha256: document.file.sha256.clone(),
            outcome: Outcome::Reviewed,
            transient: false,
            recipe: Some(recipe),
            registry: "0123456789abcdef".to_owned(),
            letter: None,
        },
        document,
        preview: None,
        states: vec![PartState {
            variable: "OXYGEN".to_owned(),
            unit: Some("UMOL/KG".to_owned()),
            state: vec![0, 1, 254, 255],
        }],
        root: ROOT.to_owned(),
        attempt: 1,
        at: "2026-01-01T00:00:00Z".to_owned(),
        log: None,
    }
}

/// An outcome to write: a review that failed, at `at`.
pub fn failed(key: &str, token: &str, message: &str, at: &str) -> Entry {
    let mut entry = reviewed(key, token);
    entry.document.outcome = Outcome::Failed;
    let failure = Failure::new(Stage::Review, Class::LimitExceeded, message)
        .at(Place::Byte { byte: 7 })
        .with_evidence(Evidence::of(b"<html>", 6));
    entry.document.failure = Some(failure);
    entry.row.outcome = Outcome::Failed;
    entry.row.transient = true;
    entry.row.letter = Some("letter 1".to_owned());
    entry.attempt = 3;
    entry.at = at.to_owned();
    entry.log = Some("log group/stream".to_owned());
    entry
}

/// An outcome to write: a key that is gone, which has nothing that is optional.
fn gone(key: &str, token: &str) -> Entry {
    let file = FileFacts {
        key: key.to_owned(),
        size: None,
        sha256: None,
        compression: None,
    };
    let mut entry = reviewed(key, token);
    entry.document = Document::without_handler(file, Outcome::Gone, None);
    entry.row = OutcomeRow {
        token: token.to_owned(),
        stamp: None,
        sha256: None,
        outcome: Outcome::Gone,
        transient: false,
        recipe: None,
        registry: String::new(),
        letter: None,
    };
    entry.states.clear();
    entry
}

fn facts(key: &str) -> FileFacts {
    FileFacts {
        key: key.to_owned(),
        size: Some(1234),
        sha256: Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned()),
        compression: None,
    }
}

fn write(entry: Entry, expect: Option<&str>) -> Write {
    Write {
        entry,
        expect: expect.map(str::to_owned),
    }
}

/// Writes one outcome and expects the store to take it.
fn put(store: &dyn Store, entry: Entry, expect: Option<&str>) {
    assert_eq!(store.record(&[write(entry, expect)]).unwrap(), [Written::Yes]);
}

fn row(store: &dyn Store, key: &str) -> Option<OutcomeRow> {
    let mut rows = store.rows(ROOT, &[key]).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn documents(store: &dyn Store) -> Vec<(String, String)> {
    let mut all = Vec::new();
    store
        .documents(&mut |object, document| {
            all.push((object.key.to_owned(), document.to_owned()));
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

fn an_empty_store_holds_nothing(store: &dyn Store) {
    assert_eq!(store.rows(ROOT, &[]).unwrap(), []);
    assert_eq!(store.rows(ROOT, &["a", "b"]).unwrap(), [None, None]);
    assert_eq!(store.record(&[]).unwrap(), []);
    assert_eq!(store.keys(ROOT).unwrap(), Vec::<String>::new());
    assert_eq!(store.document(id("a")).unwrap(), None);
    assert_eq!(store.failures(None).unwrap(), []);
    assert_eq!(documents(store), []);
}

fn what_was_written_is_read(store: &dyn Store) {
    let entry = reviewed("a.csv", "t1");
    put(store, entry.clone(), None);
    assert_eq!(row(store, "a.csv"), Some(entry.row));
    assert_eq!(
        store.document(id("a.csv")).unwrap(),
        Some(entry.document.to_canonical_json())
    );
    assert_eq!(store.keys(ROOT).unwrap(), ["a.csv"]);
    assert_eq!(store.failures(None).unwrap(), []);
}

fn a_row_without_anything_optional_is_read_as_it_was(store: &dyn Store) {
    let entry = gone("a.csv", "t1");
    put(store, entry.clone(), None);
    assert_eq!(row(store, "a.csv"), Some(entry.row));
}

fn rows_come_in_the_order_of_the_keys(store: &dyn Store) {
    let (a, b) = (reviewed("a", "ta"), reviewed("b", "tb"));
    put(store, a.clone(), None);
    put(store, b.clone(), None);
    let rows = store.rows(ROOT, &["b", "none", "a", "b"]).unwrap();
    assert_eq!(rows, [Some(b.row.clone()), None, Some(a.row), Some(b.row)]);
}

fn a_write_that_expects_another_row_is_refused(store: &dyn Store) {
    let first = reviewed("a", "t1");
    put(store, first.clone(), None);
    let answers = store.record(&[write(reviewed("a", "t3"), Some("t2"))]).unwrap();
    assert_eq!(answers, [Written::Taken(Some("t1".to_owned()))]);
    assert_eq!(row(store, "a"), Some(first.row));
}

fn a_write_that_expects_no_row_is_refused_where_there_is_one(store: &dyn Store) {
    put(store, reviewed("a", "t1"), None);
    let answers = store
        .record(&[write(failed("a", "t2", "new", "2026"), None)])
        .unwrap();
    assert_eq!(answers, [Written::Taken(Some("t1".to_owned()))]);
    assert_eq!(
        store.document(id("a")).unwrap(),
        Some(reviewed("a", "t1").document.to_canonical_json())
    );
}

fn a_write_that_expects_a_row_is_refused_where_there_is_none(store: &dyn Store) {
    let answers = store.record(&[write(reviewed("a", "t2"), Some("t1"))]).unwrap();
    assert_eq!(answers, [Written::Taken(None)]);
    assert_eq!(row(store, "a"), None);
    assert_eq!(documents(store), []);
}

/// A shell that did not hear the answer writes again, and sees by the token that the row is its own.
fn the_same_write_twice_is_written_once(store: &dyn Store) {
    let again = failed("a", "t1", "too long", "2026-01-01T00:00:00Z");
    put(store, again.clone(), None);
    let answers = store.record(&[write(again, None)]).unwrap();
    assert_eq!(answers, [Written::Taken(Some("t1".to_owned()))]);
    assert_eq!(store.failures(None).unwrap().len(), 1);
}

fn answers_come_in_the_order_of_the_writes(store: &dyn Store) {
    put(store, reviewed("held", "t1"), None);
    let answers = store
        .record(&[
            write(reviewed("z", "t2"), None),
            write(reviewed("held", "t3"), None),
            write(reviewed("a", "t4"), Some("t0")),
            write(gone("held", "t5"), Some("t1")),
            write(reviewed("b", "t6"), None),
        ])
        .unwrap();
    let taken = |token: Option<&str>| Written::Taken(token.map(str::to_owned));
    assert_eq!(
        answers,
        [
            Written::Yes,
            taken(Some("t1")),
            taken(None),
            Written::Yes,
            Written::Yes
        ]
    );
    assert_eq!(store.keys(ROOT).unwrap(), ["b", "z"]);
}

fn documents_come_by_the_bytes_of_their_keys(store: &dyn Store) {
    let mut keys = [
        "b", "a/z", "a-z", "a", "B", "é", "z", "🐋", "ｚ", "a/Z", "10", "9",
    ];
    for key in keys {
        put(store, reviewed(key, &format!("t {key}")), None);
    }
    keys.sort_unstable();
    let found: Vec<String> = documents(store).into_iter().map(|(key, _)| key).collect();
    assert_eq!(found, keys);
    assert_eq!(store.keys(ROOT).unwrap(), keys);
}

fn documents_end_when_told_to(store: &dyn Store) {
    for key in ["a", "b", "c"] {
        put(store, reviewed(key, key), None);
    }
    let mut seen = Vec::new();
    store
        .documents(&mut |object, _| {
            seen.push(object.key.to_owned());
            if object.key == "b" {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(seen, ["a", "b"]);
}

fn documents_are_chosen_by_their_outcome(store: &dyn Store) {
    put(store, reviewed("a", "a"), None);
    put(store, failed("b", "b", "no", "2026-01-01T00:00:00Z"), None);
    put(store, reviewed("c", "c"), None);
    put(store, gone("d", "d"), None);
    put(store, failed("c", "c2", "no", "2026-01-02T00:00:00Z"), Some("c"));
    for (outcome, keys) in [
        (None, &["a", "b", "c", "d"][..]),
        (Some(Outcome::Reviewed), &["a"]),
        (Some(Outcome::Failed), &["b", "c"]),
        (Some(Outcome::Unidentified), &[]),
        (Some(Outcome::Gone), &["d"]),
    ] {
        let mut seen = Vec::new();
        store
            .documents_with(outcome, &mut |object, document| {
                seen.push((object.key.to_owned(), document.to_owned()));
                ControlFlow::Continue(())
            })
            .unwrap();
        let expected: Vec<(String, String)> = keys
            .iter()
            .map(|key| ((*key).to_owned(), store.document(id(key)).unwrap().unwrap()))
            .collect();
        assert_eq!(seen, expected, "{outcome:?}");
    }
}

fn a_document_is_kept_byte_for_byte(store: &dyn Store) {
    let mut entry = reviewed("a", "t1");
    entry.document.findings[0].message = "\u{0} \u{1f} \u{7f} \u{2028} \\ \" 🐋 e\u{301} ％".to_owned();
    let json = entry.document.to_canonical_json();
    put(store, entry, None);
    assert_eq!(store.document(id("a")).unwrap().as_ref(), Some(&json));
    assert_eq!(documents(store), [("a".to_owned(), json)]);
}

fn a_later_outcome_replaces_all_of_an_earlier_one(store: &dyn Store) {
    put(store, reviewed("a", "t1"), None);
    let mut later = failed("a", "t2", "too long", "2026-02-01T00:00:00Z");
    later.document.attributes.clear();
    put(store, later.clone(), Some("t1"));
    assert_eq!(row(store, "a"), Some(later.row));
    assert_eq!(
        documents(store),
        [("a".to_owned(), later.document.to_canonical_json())]
    );
    assert_eq!(store.keys(ROOT).unwrap(), ["a"]);
}

fn what_is_gone_keeps_its_row_and_leaves_the_keys(store: &dyn Store) {
    put(store, reviewed("a", "t1"), None);
    put(store, reviewed("b", "t2"), None);
    put(store, gone("a", "t3"), Some("t1"));
    assert_eq!(store.keys(ROOT).unwrap(), ["b"]);
    assert_eq!(row(store, "a").map(|row| row.outcome), Some(Outcome::Gone));
    assert_eq!(documents(store).len(), 2);
    put(store, reviewed("a", "t4"), Some("t3"));
    assert_eq!(store.keys(ROOT).unwrap(), ["a", "b"]);
}

fn keys_belong_to_where_they_were_listed(store: &dyn Store) {
    for (key, root) in [("b", "/one"), ("a", "/one"), ("c", "/one/two"), ("d", "s3://one")] {
        let mut entry = reviewed(key, key);
        entry.root = root.to_owned();
        put(store, entry, None);
    }
    assert_eq!(store.keys("/one").unwrap(), ["a", "b"]);
    assert_eq!(store.keys("/one/two").unwrap(), ["c"]);
    assert_eq!(store.keys("s3://one").unwrap(), ["d"]);
    assert_eq!(store.keys("/").unwrap(), Vec::<String>::new());
}

fn failures_are_only_ever_added_to(store: &dyn Store) {
    put(store, failed("a", "t1", "first", "2026-01-01T00:00:00Z"), None);
    put(
        store,
        failed("a", "t2", "second", "2026-01-02T00:00:00Z"),
        Some("t1"),
    );
    put(store, reviewed("a", "t3"), Some("t2"));
    let kept = store.failures(Some("a")).unwrap();
    let messages: Vec<&str> = kept
        .iter()
        .map(|record| record.failure.message.as_str())
        .collect();
    assert_eq!(messages, ["first", "second"]);
    let expected = failed("a", "t1", "first", "2026-01-01T00:00:00Z");
    assert_eq!(
        kept[0],
        FailureRecord {
            root: kept[0].root.clone(),
            key: "a".to_owned(),
            failure: expected.document.failure.expect("it failed"),
            handler: Some("sample".to_owned()),
            recipe: expected.document.provenance.recipe,
            attempt: 3,
            at: "2026-01-01T00:00:00Z".to_owned(),
            log: Some("log group/stream".to_owned()),
        }
    );
}

fn failures_come_by_key_and_time(store: &dyn Store) {
    put(store, failed("b", "t1", "b early", "2026-01-01T00:00:00Z"), None);
    put(store, failed("a", "t2", "a late", "2026-03-01T00:00:00Z"), None);
    put(
        store,
        failed("b", "t3", "b late", "2026-02-01T00:00:00Z"),
        Some("t1"),
    );
    let all = store.failures(None).unwrap();
    let messages: Vec<&str> = all.iter().map(|record| record.failure.message.as_str()).collect();
    assert_eq!(messages, ["a late", "b early", "b late"]);
    assert_eq!(store.failures(Some("b")).unwrap(), all[1..]);
    assert_eq!(store.failures(Some("c")).unwrap(), []);
}

fn a_refused_write_logs_no_failure(store: &dyn Store) {
    put(store, reviewed("a", "t1"), None);
    store
        .record(&[write(failed("a", "t2", "no", "2026"), Some("t0"))])
        .unwrap();
    assert_eq!(store.failures(None).unwrap(), []);
}

fn odd_keys_are_keys(store: &dyn Store) {
    let long = "ü".repeat(512);
    let keys = [
        " leading and trailing ",
        "it's; DROP TABLE \"files\"--",
        "two\nlines\r\n",
        "tab\tand \\ back",
        "🐋/日本/é",
        "e\u{301}",
        "%41%",
        "a_b",
        "aXb",
        "#key",
        &long,
    ];
    for key in keys {
        put(
            store,
            failed(key, &format!("t {key}"), key, "2026-01-01T00:00:00Z"),
            None,
        );
    }
    let rows = store.rows(ROOT, &keys).unwrap();
    for (key, row) in keys.iter().zip(rows) {
        assert_eq!(row.map(|row| row.token), Some(format!("t {key}")));
        assert_eq!(store.failures(Some(key)).unwrap()[0].failure.message, **key);
    }
    assert_eq!(store.keys(ROOT).unwrap().len(), keys.len());
    assert_eq!(documents(store).len(), keys.len());
}

fn big_documents_are_kept(store: &dyn Store) {
    for (key, bytes) in [("a", 500_000), ("b", 3_000_000)] {
        let mut entry = reviewed(key, key);
        // Not of one letter, which would be small again where it is compressed.
        entry.document.findings[0].message = (0u64..)
            .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string())
            .take(bytes / 20)
            .collect::<String>();
        entry.states[0].state = (0..bytes).map(|n| (n * n % 251) as u8).collect();
        let json = entry.document.to_canonical_json();
        put(store, entry, None);
        assert!(json.len() > bytes / 2);
        assert!(
            store.document(id(key)).unwrap() == Some(json),
            "the document of {key} changed"
        );
    }
    assert_eq!(documents(store).len(), 2);
}

fn more_writes_than_a_batch(store: &dyn Store) {
    let keys: Vec<String> = (0..600).map(|n| format!("{n:04}")).collect();
    let writes: Vec<Write> = keys.iter().map(|key| write(reviewed(key, key), None)).collect();
    assert_eq!(store.record(&writes).unwrap(), vec![Written::Yes; 600]);
    assert_eq!(store.keys(ROOT).unwrap(), keys);
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let rows = store.rows(ROOT, &asked).unwrap();
    let tokens: Vec<String> = rows.into_iter().flatten().map(|row| row.token).collect();
    assert_eq!(tokens, keys);
}

fn of_two_writers_one_wins(store: &dyn Store) {
    for round in 0..20 {
        let key = format!("{round}");
        let answers = std::thread::scope(|scope| {
            let writers = ["left", "right"].map(|writer| {
                let entry = reviewed(&key, &format!("{writer} {round}"));
                scope.spawn(move || store.record(&[write(entry, None)]).unwrap().remove(0))
            });
            writers.map(|writer| writer.join().expect("a writer does not panic"))
        });
        let token = row(store, &key).map(|row| row.token).expect("one of them wrote");
        let taken = Written::Taken(Some(token.clone()));
        let expected = if token.starts_with("left") {
            [Written::Yes, taken]
        } else {
            [taken, Written::Yes]
        };
        assert_eq!(answers, expected);
    }
}

/// An outcome to write, below another root.
fn below(root: &str, key: &str, token: &str) -> Entry {
    let mut entry = reviewed(key, token);
    entry.root = root.to_owned();
    entry
}

fn ids(store: &dyn Store) -> Vec<(String, String)> {
    let mut all = Vec::new();
    store
        .documents(&mut |object, _| {
            all.push((object.root.to_owned(), object.key.to_owned()));
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

fn pairs(ids: &[(&str, &str)]) -> Vec<(String, String)> {
    ids.iter()
        .map(|(root, key)| ((*root).to_owned(), (*key).to_owned()))
        .collect()
}

fn equal_keys_of_two_roots_are_two_objects(store: &dyn Store) {
    put(store, below("/b", "x", "t1"), None);
    put(store, below("/a", "x", "t2"), None);
    put(store, below("/a", "w", "t3"), None);
    let mut failure = failed("x", "t4", "no", "2026-01-01T00:00:00Z");
    failure.root = "/b".to_owned();
    put(store, failure, Some("t1"));
    let tokens = |root: &str| {
        let rows = store.rows(root, &["w", "x"]).unwrap();
        let tokens: Vec<String> = rows.into_iter().flatten().map(|row| row.token).collect();
        tokens
    };
    assert_eq!(
        (tokens("/a"), tokens("/b")),
        (vec!["t3".into(), "t2".into()], vec!["t4".into()])
    );
    assert_eq!(tokens("/c"), Vec::<String>::new());
    assert_eq!(ids(store), pairs(&[("/a", "w"), ("/a", "x"), ("/b", "x")]));
    let document = |root| store.document(ObjectId { root, key: "x" }).unwrap().unwrap();
    assert!(document("/a").contains("\"reviewed\"") && document("/b").contains("\"failed\""));
    assert_eq!(store.failures(Some("x")).unwrap()[0].root, "/b");
}

fn a_root_that_moves_or_is_renamed_keeps_its_objects(store: &dyn Store) {
    put(store, below("/a", "x", "t1"), None);
    let rename = RootChange::Rename {
        from: "/a".to_owned(),
        to: "archive".to_owned(),
    };
    store.change_roots(std::slice::from_ref(&rename)).unwrap();
    assert_eq!(ids(store), pairs(&[("archive", "x")]));
    let moved = Root {
        name: "archive".to_owned(),
        place: "/elsewhere".to_owned(),
        prefix: String::new(),
    };
    store.change_roots(&[RootChange::Put(moved)]).unwrap();
    assert_eq!(ids(store), pairs(&[("archive", "x")]));
    // A name that is taken changes nothing.
    put(store, below("/a", "y", "t2"), None);
    store.change_roots(&[rename]).unwrap_err();
    assert_eq!(ids(store), pairs(&[("/a", "y"), ("archive", "x")]));
}

fn objects_move_between_roots_with_their_documents(store: &dyn Store) {
    put(store, below("/a", "x", "t1"), None);
    put(store, below("/a", "y", "t2"), None);
    put(store, below("/", "a/y", "t3"), None);
    let into_outer = RootChange::Move {
        from: "/a".to_owned(),
        from_prefix: String::new(),
        to: "/".to_owned(),
        to_prefix: "a/".to_owned(),
    };
    store.change_roots(&[into_outer]).unwrap();
    assert_eq!(ids(store), pairs(&[("/", "a/x"), ("/", "a/y")]));
    let moved = ObjectId {
        root: "/",
        key: "a/x",
    };
    let mut expected = reviewed("a/x", "t1").document;
    assert_eq!(store.document(moved).unwrap(), Some(expected.to_canonical_json()));
    assert_eq!(
        store.rows("/", &["a/y"]).unwrap()[0]
            .as_ref()
            .map(|row| &*row.token),
        Some("t3")
    );
    // A part of a root becomes one of its own, which is new.
    put(store, below("/", "ab", "t4"), None);
    let out = RootChange::Move {
        from: "/".to_owned(),
        from_prefix: "a/".to_owned(),
        to: "archive".to_owned(),
        to_prefix: String::new(),
    };
    store.change_roots(&[out]).unwrap();
    assert_eq!(
        ids(store),
        pairs(&[("/", "ab"), ("archive", "x"), ("archive", "y")])
    );
    expected.file.key = "x".to_owned();
    let back = ObjectId {
        root: "archive",
        key: "x",
    };
    assert_eq!(store.document(back).unwrap(), Some(expected.to_canonical_json()));
}

fn what_is_gone_keeps_its_last_review(store: &dyn Store) {
    let entry = reviewed("a", "t1");
    put(store, entry.clone(), None);
    put(store, gone("a", "t2"), Some("t1"));
    let mut expected = entry.document;
    expected.outcome = Outcome::Gone;
    assert_eq!(
        store.document(id("a")).unwrap(),
        Some(expected.to_canonical_json())
    );
    // A failure is not a review.
    put(store, failed("b", "t3", "no", "2026-01-01T00:00:00Z"), None);
    put(store, gone("b", "t4"), Some("t3"));
    let expected = gone("b", "t4").document;
    assert_eq!(
        store.document(id("b")).unwrap(),
        Some(expected.to_canonical_json())
    );
}
