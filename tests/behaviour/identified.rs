//! Every test file is identified by its content under any name; `kit.rs` has the rules for its own name.

use data_review_core::{BytesInput, Identification, Identified, Severity};
use data_review_tests::files::{self, TestFile};
use data_review_tests::review;

fn identified(file: &TestFile, name: &str) -> Identified {
    let input = BytesInput(file.bytes.clone());
    match review::identify(&review::registry(), name, &input) {
        Identification::Identified(identified) => identified,
        other => panic!("{} as {name}: {other:?}", file.path),
    }
}

#[test]
fn under_another_name_with_a_finding() {
    for file in files::test_data() {
        let own = identified(&file, &file.name).winner;
        let renamed = identified(&file, "picture.png");
        assert_eq!(renamed.winner, own, "{}", file.path);
        let finding = renamed
            .contradiction
            .unwrap_or_else(|| panic!("{}: no finding", file.path));
        assert_eq!(finding.code, "name-contradicts-content");
        let unnamed = identified(&file, "data");
        assert_eq!(
            (unnamed.winner, unnamed.contradiction),
            (own, None),
            "{}",
            file.path
        );
    }
}

/// Path, a name that suggests another format, and the handler of that format.
const PROMISES: &[(&str, &str, &str)] = &[
    (
        "test_data/bottle/99DR20190412_hy1.csv",
        "99DR20190412_ct1.csv",
        "ctd",
    ),
    (
        "test_data/ctd/99DR20190412_00002_00001_ct1.csv",
        "99DR20190412_hy1.csv",
        "bottle",
    ),
    ("test_data/csv/stations.csv", "99DR20190412_hy1.csv", "bottle"),
    ("test_data/csv/stations.csv", "99DR20190412_ct1.csv", "ctd"),
];

#[test]
fn a_name_that_suggests_another_format_is_a_warning() {
    for (path, name, promised) in PROMISES {
        let file = files::test_data()
            .into_iter()
            .find(|file| file.path == *path)
            .unwrap_or_else(|| panic!("no {path}"));
        let found = identified(&file, name);
        assert_eq!(found.winner.id, file.folder, "{path} as {name}");
        let finding = found
            .contradiction
            .unwrap_or_else(|| panic!("{path} as {name}: no finding"));
        assert_eq!(finding.severity, Severity::Warning, "{finding:?}");
        assert!(finding.message.contains(promised), "{finding:?}");
    }
}
