//! A file that cannot be reviewed fails with a reason.

use data_review_core::{Class, Outcome};
use data_review_tests::{files, review};

/// Path below `tests/bad`, class of failure, and a part of the message.
const CASES: &[(&str, Class, &str)] = &[
    ("bottle/comments_only_hy1.csv", Class::Corrupt, "parameters"),
    ("bottle/stamp_only_hy1.csv", Class::Corrupt, "parameters"),
    ("ctd/headers_only_ct1.csv", Class::Corrupt, "parameters"),
    ("ctd/no_casts_ct1.zip", Class::Corrupt, ""),
    (
        "hdf5/declares_terabytes.h5",
        Class::LimitExceeded,
        "8800000000000 bytes",
    ),
    ("hdf5/only_outside.h5", Class::Unsupported, "/proc/self/environ"),
    ("hdf5/root_lost.h5", Class::Corrupt, ""),
    ("netcdf/four_billion_dimensions.nc", Class::Corrupt, "header"),
    ("netcdf/header_cut.nc", Class::Corrupt, "header"),
    ("none/empty.dat", Class::Unidentified, "empty file"),
    ("none/notes.zip", Class::Unidentified, "PK"),
    ("none/picture.png", Class::Unidentified, "PNG"),
    ("none/pretends_ct1.zip", Class::Unidentified, "PK, but no archive"),
    ("none/prose.txt", Class::Unidentified, "Dear colleague"),
    ("none/spoilt_ct1.zip", Class::Unidentified, "PK"),
    ("none/zeros.csv", Class::Unidentified, "\\x00"),
];

#[test]
fn each_fails_by_its_own_handler_and_with_a_reason() {
    let registry = review::registry();
    for file in files::bad() {
        let path = &file.path;
        let document = review::document(&registry, &file.key, &file.bytes);
        let failure = document.failure.unwrap_or_else(|| panic!("{path} is reviewed"));
        let handler = document.handler.map(|handler| handler.id);
        let (outcome, owner) = match file.folder.as_str() {
            "none" => (Outcome::Unidentified, None),
            id => (Outcome::Failed, Some(id)),
        };
        assert_eq!((document.outcome, handler.as_deref()), (outcome, owner), "{path}");
        assert!(!failure.message.is_empty(), "{path}: {failure:?}");
        assert_ne!(failure.class, Class::Crashed, "{path}: {failure:?}");
    }
}

#[test]
fn each_says_what_is_wrong() {
    let registry = review::registry();
    let files = files::bad();
    for (path, class, word) in CASES {
        let file = files
            .iter()
            .find(|file| file.path["tests/bad/".len()..] == **path)
            .unwrap_or_else(|| panic!("no tests/bad/{path}"));
        let document = review::document(&registry, &file.key, &file.bytes);
        let failure = document.failure.unwrap_or_else(|| panic!("{path} is reviewed"));
        assert_eq!(failure.class, *class, "{path}: {failure:?}");
        assert!(failure.message.contains(word), "{path}: {failure:?}");
    }
}

#[test]
fn an_unidentified_file_says_what_it_looks_like() {
    let registry = review::registry();
    let document = review::document(&registry, "x", b"\x00\x01\x02");
    let failure = document.failure.expect("no handler recognises it");
    let evidence = failure.evidence.as_ref().expect("the content was looked at");
    assert_eq!((evidence.length, evidence.kind.as_str()), (3, "binary"));
    assert_eq!(evidence.first_bytes, b"\x00\x01\x02");
    assert!(
        failure.next_step().contains("data-review handlers"),
        "{failure:?}"
    );
}
