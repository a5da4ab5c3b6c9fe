//! Every test file yields its expected document, byte for byte.

use std::collections::BTreeSet;

use data_review_tests::{expected, files, review};

#[test]
fn every_document_is_as_expected() {
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
fn every_expected_document_has_its_file() {
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
