//! What every file yields, byte for byte, and by whatever reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use data_review_core::Outcome;
use data_review_tests::review::Dribble;
use data_review_tests::{expected, files, review};

#[test]
fn what_is_expected() {
    let registry = review::registry();
    let different: Vec<String> = files::test_data()
        .iter()
        .chain(&files::bad())
        .filter_map(|file| {
            let document = review::document(&registry, &file.key, &file.bytes);
            expected::compare(file, &document).err()
        })
        .collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn nothing_is_expected_of_files_that_are_gone() {
    let paths: BTreeSet<String> = files::test_data()
        .into_iter()
        .chain(files::bad())
        .map(|file| file.path)
        .collect();
    let surplus: Vec<String> = expected::held().filter(|path| !paths.contains(path)).collect();
    assert!(
        surplus.is_empty(),
        "delete tests/expected/… of {}",
        surplus.join(", ")
    );
}

#[test]
fn all_of_test_data_is_reviewed() {
    let registry = review::registry();
    for file in files::test_data() {
        let document = review::document(&registry, &file.key, &file.bytes);
        assert_eq!(
            document.outcome,
            Outcome::Reviewed,
            "{}: {:?}",
            file.path,
            document.failure
        );
        assert!(document.observations > Some(0), "{}", file.path);
        assert!(!document.variables.is_empty(), "{}", file.path);
    }
}

#[test]
fn the_same_by_reads_of_one_to_seven_bytes() {
    let registry = review::registry();
    for file in files::test_data() {
        let whole = review::document(&registry, &file.key, &file.bytes);
        let input = Arc::new(Dribble(file.bytes.clone()));
        let dribbled = review::document_of(&registry, &file.key, &file.bytes, input);
        assert_eq!(
            dribbled.to_canonical_json(),
            whole.to_canonical_json(),
            "{}",
            file.path
        );
    }
}

#[test]
fn the_same_on_a_second_reading() {
    let registry = review::registry();
    for file in files::test_data() {
        let [first, second] =
            [(); 2].map(|()| review::document(&registry, &file.key, &file.bytes).to_canonical_json());
        assert_eq!(first, second, "{}", file.path);
    }
}
