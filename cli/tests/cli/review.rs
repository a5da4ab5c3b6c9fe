//! What `review` says and how it ends.

use super::{NOISE, TABLE, World, keys, ragged, sorted};

#[test]
fn clean_files_end_with_0_and_a_table() {
    let world = World::with(&[("b/two.csv", TABLE), ("one.csv", TABLE)]);
    let ran = world.run(&["review", "in"]).ends(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.stdout);
    assert!(lines[0].starts_with("FILE"), "{}", ran.stdout);
    assert!(
        lines[1].starts_with("b/two.csv ") && lines[1].ends_with("reviewed"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("2 reviewed, 0 failed"), "{}", ran.stderr);
    assert!(ran.stderr.contains(" files/s, "), "{}", ran.stderr);
    assert!(world.path("data-review.db").is_file());
}

#[test]
fn a_file_that_nobody_knows_ends_with_1_every_time() {
    let world = World::with(&[("one.csv", TABLE), ("noise.bin", NOISE)]);
    let first = world.run(&["review", "in"]).ends(1);
    assert!(first.stdout.contains("unidentified: "), "{}", first.stdout);
    let second = world.run(&["review", "in"]).ends(1);
    assert!(second.stderr.contains("2 unchanged"), "{}", second.stderr);
    assert_eq!(first.stdout, second.stdout);
    std::fs::remove_file(world.path("in/noise.bin")).unwrap();
    let third = world.run(&["review", "in"]).ends(0);
    assert!(
        third
            .stdout
            .lines()
            .any(|line| line.starts_with("noise.bin") && line.ends_with("gone"))
    );
    let fourth = world.run(&["review", "in"]).ends(0);
    assert!(!fourth.stdout.contains("noise.bin"), "{}", fourth.stdout);
}

#[test]
fn json_is_canonical_and_all_there_is_on_standard_output() {
    let world = World::with(&[
        ("b.csv", TABLE),
        ("a/z.csv", TABLE),
        ("a.csv", TABLE),
        ("noise.bin", NOISE),
    ]);
    let ran = world.run(&["review", "in", "--json"]).ends(1);
    let documents = ran.documents();
    let printed = sorted(&ran.stdout);
    assert_eq!(keys(&documents), ["a.csv", "a/z.csv", "b.csv", "noise.bin"]);
    let schema = world.run(&["schema"]).ends(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (document, line) in documents.iter().zip(printed.lines()) {
        let errors: Vec<String> = validator
            .iter_errors(document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let again: data_review_core::Document = serde_json::from_str(line).unwrap();
        assert_eq!(again.to_canonical_json(), line);
    }
    let unchanged = world.run(&["review", "in", "--json"]).ends(1);
    assert!(unchanged.stderr.contains("4 unchanged"), "{}", unchanged.stderr);
    assert_eq!(sorted(&unchanged.stdout), printed);
    let listed = world.run(&["list", "--json"]).ends(0);
    assert_eq!(listed.stdout, printed);
}

#[test]
fn a_changed_file_is_reviewed_again_and_the_reason_is_said() {
    let world = World::with(&[("a.csv", TABLE), ("b.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    world.put("a.csv", b"station,depth\nA1,10\nA1,20\nA1,30\nA1,40\n");
    let ran = world.run(&["review", "in"]).ends(0);
    assert!(
        ran.stderr.contains("1 file reviewed again: changed"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("1 reviewed") && ran.stderr.contains("1 unchanged"),
        "{}",
        ran.stderr
    );
    let forced = world.run(&["review", "in", "--force"]).ends(0);
    assert!(forced.stderr.contains("2 reviewed"), "{}", forced.stderr);
    let verified = world.run(&["review", "in", "--verify"]).ends(0);
    assert!(verified.stderr.contains("2 unchanged"), "{}", verified.stderr);
}

#[test]
fn failing_on_a_severity_is_asked_of_unchanged_files_too() {
    let world = World::with(&[("ragged.csv", &ragged()[..])]);
    let ran = world.run(&["review", "in", "--json"]).ends(0);
    let severities: Vec<String> = ran.json()[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["severity"].as_str().unwrap().to_owned())
        .collect();
    let is_error = severities.iter().any(|severity| severity == "error");
    assert!(
        is_error || severities.iter().any(|severity| severity == "warning"),
        "{severities:?}"
    );
    world.run(&["review", "in", "--fail-on", "warning"]).ends(1);
    world
        .run(&["review", "in", "--fail-on", "error"])
        .ends(i32::from(is_error));
}

#[test]
fn an_empty_directory_is_fine() {
    let world = World::with::<&str>(&[]);
    let ran = world.run(&["review", "in"]).ends(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("no files below in"), "{}", ran.stderr);
    assert_eq!(world.run(&["review", "in", "--json"]).ends(0).stdout, "");
}

#[test]
fn only_what_is_included_and_not_excluded_is_reviewed_under_its_prefix() {
    let world = World::with(&[("a.csv", TABLE), ("a.txt", TABLE), ("raw/b.csv", TABLE)]);
    let args = [
        "review",
        "in",
        "--include",
        "*.csv",
        "--exclude",
        "raw",
        "--prefix",
        "cruise",
        "--json",
    ];
    assert_eq!(keys(&world.run(&args).ends(0).json()), ["cruise/a.csv"]);
}

#[test]
fn the_store_is_never_reviewed() {
    let world = World::with(&[("a.csv", TABLE)]);
    for _ in 0..2 {
        let ran = world
            .run(&["review", ".", "--db", "in/kept.db", "--json"])
            .ends(0);
        assert_eq!(keys(&ran.json()), ["in/a.csv"]);
    }
}

#[test]
fn a_long_listing_shows_only_the_files_with_problems() {
    let mut files: Vec<(String, &[u8])> = (0..70).map(|n| (format!("{n:02}.csv"), TABLE)).collect();
    files.push(("noise.bin".to_owned(), NOISE));
    let world = World::with(&files);
    let ran = world.run(&["review", "in"]).ends(1);
    assert_eq!(ran.stdout.lines().count(), 2, "{}", ran.stdout);
    assert!(
        ran.stderr
            .contains("and 70 more files; `data-review list` shows all"),
        "{}",
        ran.stderr
    );
    assert_eq!(world.run(&["list"]).ends(0).stdout.lines().count(), 72);
}
