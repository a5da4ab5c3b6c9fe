//! Real cruises from `DATA_REVIEW_CORPUS`: rows and profiles by an independent count, known defects as findings.

use std::path::Path;

use data_review_core::{Document, Outcome, Place};
use data_review_tests::{files, review};

struct Case {
    file: &'static str,
    handler: &'static str,
    rows: u64,
    profiles: Option<u64>,
    /// `[west, south, east, north]`, to three digits.
    bbox: Option<[f64; 4]>,
    /// Code, subject (none for all together), occurrences.
    findings: &'static [(&'static str, Option<&'static str>, u64)],
}

const CASES: &[Case] = &[
    Case {
        file: "33HQ20150809_hy1.csv",
        handler: "bottle",
        rows: 3193,
        profiles: Some(126),
        bbox: Some([-180.0, 60.17, 180.0, 89.99]),
        findings: &[
            ("value-under-fill-flag", None, 18),
            ("odd-fill", Some("-9"), 10),
            ("odd-fill", Some("-9999"), 1),
        ],
    },
    Case {
        file: "33RR20160321_hy1.csv",
        handler: "bottle",
        rows: 4072,
        profiles: Some(116),
        bbox: None,
        findings: &[
            ("flag-zero", None, 1),
            ("value-under-fill-flag", Some("BTLNBR"), 0),
            ("fill-under-value-flag", None, 2),
        ],
    },
    Case {
        file: "33HQ20150809_ct1.zip",
        handler: "ctd",
        rows: 152_365,
        profiles: Some(106),
        bbox: Some([-180.0, 60.17, 180.0, 89.99]),
        findings: &[],
    },
    Case {
        file: "a05_74EQ20151206_ct1.zip",
        handler: "ctd",
        rows: 292_050,
        profiles: Some(145),
        bbox: None,
        findings: &[],
    },
];

fn count(document: &Document, code: &str, subject: Option<&str>) -> u64 {
    let of = |finding: &&data_review_core::Finding| {
        finding.code == code && (subject.is_none() || finding.subject.as_deref() == subject)
    };
    document
        .findings
        .iter()
        .filter(of)
        .map(|finding| finding.count)
        .sum()
}

fn check(case: &Case, folder: &Path) {
    let name = case.file;
    let bytes = files::read(&folder.join("whp-exchange").join(name));
    let document = review::document(&review::registry(), name, &bytes);
    assert_eq!(
        document.outcome,
        Outcome::Reviewed,
        "{name}: {:?}",
        document.failure
    );
    assert_eq!(
        document.handler.as_ref().map(|handler| handler.id.as_str()),
        Some(case.handler)
    );
    assert_eq!(
        (document.observations, document.profiles),
        (Some(case.rows), case.profiles),
        "{name}"
    );
    for (code, subject, times) in case.findings {
        assert_eq!(
            count(&document, code, *subject),
            *times,
            "{name}: {code} {subject:?}"
        );
    }
    for finding in document
        .findings
        .iter()
        .filter(|finding| finding.code != "name-contradicts-content")
    {
        assert!(!finding.places.is_empty(), "{name}: {finding:?}");
        let in_member = |place: &Place| matches!(place, Place::Text { member, .. } if member.is_some());
        assert!(
            !name.ends_with(".zip") || finding.places.iter().all(in_member),
            "{name}: {finding:?} does not say in which cast"
        );
    }
    if let Some(expected) = case.bbox {
        let boxes = document.coverage.boxes.expect("it has positions");
        for (edge, expected) in boxes[0].iter().zip(expected) {
            assert!((edge - expected).abs() < 0.01, "{name}: {boxes:?}");
        }
    }
}

#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn bottles_of_two_cruises() {
    let folder = files::corpus();
    for case in CASES.iter().filter(|case| case.handler == "bottle") {
        check(case, &folder);
    }
}

#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn casts_of_two_cruises() {
    let folder = files::corpus();
    for case in CASES.iter().filter(|case| case.handler == "ctd") {
        check(case, &folder);
    }
}
