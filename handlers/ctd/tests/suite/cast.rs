//! Single casts: coverage, causes and their consequences, and checks that do not apply.

use std::sync::Arc;

use data_review_core::{BytesInput, CheckState, FileHandler, Finding, FlagClass, Review, ReviewBuilder};
use data_review_ctd::Ctd;

const CAST: &str = "\
CTD,20240131SIOCCHABC
NUMBER_HEADERS = 8
EXPOCODE = 33RR20240101
STNNBR = 1
CASTNO = 1
DATE = 20240101
TIME = 2400
LATITUDE = 10.5000
LONGITUDE = -170.2500
CTDPRS,CTDPRS_FLAG_W,CTDTMP,CTDTMP_FLAG_W
DBAR,,ITS-90,
1.0,2,27.1,2
3.0,2,27.0,2
5.0,2,26.9,2
END_DATA
";

fn review(text: &str) -> Review {
    let mut builder = ReviewBuilder::new(Ctd.card(), "cast_ct1.csv");
    let end = Ctd.review(Arc::new(BytesInput(text.as_bytes().to_vec())), &mut builder);
    assert_eq!(end, Ok(()));
    builder.finish(true)
}

/// Code, subject, count and message of all findings.
fn findings(review: &Review) -> Vec<(&str, Option<&str>, u64, &str)> {
    fn describe(f: &Finding) -> (&str, Option<&str>, u64, &str) {
        (&f.code, f.subject.as_deref(), f.count, &f.message)
    }
    review.findings.iter().map(describe).collect()
}

#[test]
fn midnight_at_the_end_of_a_day_is_the_next_days() {
    let review = review(CAST);
    let time = review.coverage.time.unwrap();
    assert_eq!(time.first.to_string(), "2024-01-02T00:00:00Z");
    let message = "TIME is `2400`, expected HHMM from 0000 to 2359";
    assert_eq!(findings(&review), [("time-form", Some("TIME"), 1, message)]);
}

#[test]
fn flagged_pressures_do_not_extend_the_depth() {
    for (flag, left_out) in [("3", true), ("4", true), ("2", false), ("1", false)] {
        let review = review(&CAST.replace("5.0,2", &format!("9876.0,{flag}")));
        let depth = review.coverage.depth.unwrap();
        assert_eq!((depth.min, depth.unit.as_deref()), (1.0, Some("DBAR")));
        assert_eq!(depth.max, if left_out { 3.0 } else { 9876.0 }, "{flag}");
        let depths = review.coverage.left_out.map(|left_out| left_out.depths);
        assert_eq!(depths, left_out.then_some(1), "{flag}");
    }
}

#[test]
fn flags_have_classes() {
    let review = review(&CAST.replace("26.9,2", "26.9,4"));
    let temperature = &review.variables[1];
    assert_eq!(temperature.flag_scheme.as_deref(), Some("WHP CTD"));
    let flags = temperature.flags.as_ref().unwrap();
    assert_eq!(
        (flags["2"].class, flags["4"].class),
        (Some(FlagClass::Good), Some(FlagClass::Bad))
    );
    assert_eq!(temperature.good.as_ref().unwrap().count, 2);
}

#[test]
fn only_unflagged_values_out_of_range_are_one_finding() {
    let found = review(
        &CAST
            .replace("27.0,2", "77.0,2")
            .replace("26.9,2", "-9.5,2")
            .replace("TIME = 2400\n", "TIME = 0000\n"),
    );
    assert_eq!(
        findings(&found),
        [(
            "out-of-range",
            Some("CTDTMP"),
            2,
            "2 values outside -2.4…40 (worst 77)"
        )]
    );
    assert_eq!(found.findings[0].places.len(), 2);
    let flagged = review(&CAST.replace("27.0,2", "77.0,4").replace("26.9,2", "-9.5,3"));
    assert_eq!(flagged.checks["out-of-range"], CheckState::Passed);
}

#[test]
fn a_truncated_cast_has_one_finding() {
    let cut = &CAST[..CAST.find("5.0,2").unwrap() + 5];
    let review = review(cut);
    assert_eq!(review.observations, Some(2));
    let message = "the file is cut off within line 14, after 2 of 4 cells; the line was skipped";
    assert_eq!(findings(&review)[0], ("end-data-missing", None, 1, message));
    assert_eq!(review.findings.len(), 2, "time-form besides");
    assert_eq!(review.checks["end-data-form"], CheckState::NotApplicable);
}

#[test]
fn what_follows_from_a_ragged_row_is_counted_with_it() {
    let review = review(&CAST.replace("3.0,2,27.0,2", "3.0,2"));
    let ragged = &review.findings[0];
    assert_eq!((ragged.code.as_str(), ragged.count), ("ragged-row", 1));
    assert_eq!(ragged.suppressed.get("blank-cell"), Some(&1));
    assert_eq!(ragged.suppressed.get("flag-blank"), Some(&1));
    assert!(
        review
            .findings
            .iter()
            .all(|f| f.code != "blank-cell" && f.code != "flag-blank")
    );
}

#[test]
fn unlisted_parameters_and_padded_fills_are_one_finding_each() {
    let review = review(
        &CAST
            .replace("CTDTMP,CTDTMP_FLAG_W", "CTDFOO,CTDBAR")
            .replace("ITS-90", "")
            .replace("27.1,2", "-999.0,-999.00"),
    );
    let all = findings(&review);
    let unlisted =
        "2 parameters are not in CCHDO's list (CTDBAR, CTDFOO); CCHDO's own reader stops at the first";
    assert!(all.contains(&("parameter-unknown", None, 2, unlisted)), "{all:?}");
    let padded = "2 fill values padded with zeros in 2 columns (CTDBAR, CTDFOO)";
    assert!(all.contains(&("padded-fill", None, 2, padded)), "{all:?}");
}

#[test]
fn checks_of_absent_content_are_not_applicable() {
    let review = review(
        "CTD,SIOCCHABC\nNUMBER_HEADERS = 6\nEXPOCODE = 33RR20240101\nSTNNBR = 1\nCASTNO = 1\nLATITUDE = 1.0\n\
         LONGITUDE = 1.0\nCTDPRS,CTDTMP\nDBAR,ITS-90\nEND_DATA\n",
    );
    for code in [
        "ragged-row",
        "precision-varies",
        "padded-fill",
        "flag-bad",
        "flag-unit",
        "value-under-fill-flag",
        "columns-shifted",
        "pressure-repeats",
        "date-future",
        "date-form",
        "time-form",
        "member-foreign",
        "quoted-cell",
        "expocode-contradicts-name",
    ] {
        assert_eq!(review.checks[code], CheckState::NotApplicable, "{code}");
    }
    for code in [
        "unit-unknown",
        "units-shifted",
        "position-impossible",
        "header-repeated",
        "end-data-form",
    ] {
        assert_eq!(review.checks[code], CheckState::Passed, "{code}");
    }
    for code in ["no-data", "stamp", "header-missing"] {
        assert_eq!(review.checks[code], CheckState::Failed, "{code}");
    }
}

#[test]
fn line_ends_are_counted() {
    let review = review(&CAST.replacen("CASTNO = 1\n", "CASTNO = 1\r\n", 1));
    let message = "14 lines end with LF, 1 with CRLF";
    assert!(findings(&review).contains(&("carriage-return", None, 1, message)));
}
