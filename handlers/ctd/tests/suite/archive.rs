//! Archives of casts: valid, damaged and hostile.

#![expect(clippy::unwrap_used, reason = "what cannot be packed fails the test")]

use std::io::{Cursor, Write};
use std::sync::Arc;

use data_review_core::{
    BytesInput, CheckState, Class, Confidence, CoverageKind, FileHandler, Probe, Review, ReviewBuilder,
    ReviewError,
};
use data_review_ctd::Ctd;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn cast(station: u32, rows: u32) -> String {
    let mut text = format!(
        "CTD,20240101SIOCCHABC\nNUMBER_HEADERS = 8\nEXPOCODE = 33RR20240101\nSTNNBR = {station}\nCASTNO = 1\n\
         DATE = 20240101\nTIME = 0930\nLATITUDE = 10.5000\nLONGITUDE = -170.2500\n\
         CTDPRS,CTDPRS_FLAG_W,CTDTMP,CTDTMP_FLAG_W\nDBAR,,ITS-90,\n"
    );
    for row in 0..rows {
        text.push_str(&format!(
            "{}.0,2,{:.4},2\n",
            row + 1,
            27.0 - f64::from(row) / 100.0
        ));
    }
    text + "END_DATA\n"
}

fn name(station: u32) -> String {
    format!("33RR20240101_{station:05}_00001_ct1.csv")
}

/// Packs members, deflated.
fn pack(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Casts of stations 1, 2 and 3 with ten rows each, with other members between them.
fn with(others: &[(&str, &[u8])]) -> Vec<u8> {
    let casts: Vec<(String, String)> = (1..=3)
        .map(|station| (name(station), cast(station, 10)))
        .collect();
    let mut members: Vec<(&str, &[u8])> = casts.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    members.splice(1..1, others.iter().copied());
    pack(&members)
}

fn sniff(bytes: &[u8]) -> Confidence {
    let input = BytesInput(bytes.to_vec());
    Ctd.sniff(&mut Probe::new("x", &input).unwrap()).confidence
}

fn review(bytes: Vec<u8>) -> (Result<(), ReviewError>, Review) {
    let mut builder = ReviewBuilder::new(Ctd.card(), "33RR20240101_ct1.zip");
    let end = Ctd.review(Arc::new(BytesInput(bytes)), &mut builder);
    let review = builder.finish(end.is_ok());
    (end, review)
}

fn codes(review: &Review) -> Vec<(&str, Option<&str>)> {
    review
        .findings
        .iter()
        .map(|f| (f.code.as_str(), f.subject.as_deref()))
        .collect()
}

#[test]
fn an_archive_is_as_certain_as_its_members() {
    let of = |text: &str| sniff(&pack(&[("a", text.as_bytes())]));
    assert_eq!(of(&cast(1, 1)), Confidence::Certain);
    assert_eq!(of(&cast(1, 1).replacen("CTD", " ctd", 1)), Confidence::Likely);
    assert_eq!(of("CTD,depth,temperature\n1,2,3\n"), Confidence::Maybe);
    assert_eq!(of("depth,temperature\n1,2\n"), Confidence::No);
    let both = [("a", cast(1, 1).replacen("CTD", " ctd", 1)), ("b", cast(2, 1))];
    let both = both.each_ref().map(|(name, text)| (*name, text.as_bytes()));
    assert_eq!(sniff(&pack(&both)), Confidence::Certain, "the best of them");
}

#[test]
fn a_clean_archive_has_no_finding() {
    let bytes = with(&[]);
    assert_eq!(sniff(&bytes), Confidence::Certain);
    let (end, review) = review(bytes);
    assert_eq!(end, Ok(()));
    assert_eq!((review.observations, review.profiles), (Some(30), Some(3)));
    assert_eq!(codes(&review), []);
    assert_eq!(review.checks["member-foreign"], CheckState::Passed);
    assert_eq!(review.checks["cast-repeated"], CheckState::Passed);
    let casts = review
        .casts
        .iter()
        .map(|cast| (cast.station.as_deref(), cast.levels));
    let expected = ["1", "2", "3"].map(|station| (Some(station), Some(10)));
    assert_eq!(casts.collect::<Vec<_>>(), expected);
    assert_eq!(review.coverage.kind, Some(CoverageKind::Profiles));
    assert_eq!(review.variables[1].count, 30);
}

#[test]
fn other_members_are_left_out_with_a_finding_each() {
    let bottle = "BOTTLE,20240101SIOCCHABC\n";
    let nested = pack(&[("a_ct1.csv", cast(9, 1).as_bytes())]);
    for (member, bytes, code) in [
        ("readme.txt", b"hello".as_slice(), "member-foreign"),
        ("a_hy1.csv", bottle.as_bytes(), "member-foreign"),
        ("more_ct1.zip", &nested, "member-nested"),
        ("b_ct1.csv", b"hello", "member-unreadable"),
    ] {
        let subject = (code == "member-unreadable").then_some(member);
        let (end, review) = review(with(&[(member, bytes)]));
        assert_eq!(end, Ok(()), "{member}");
        assert_eq!(review.observations, Some(30), "{member}");
        assert_eq!(codes(&review), [(code, subject)]);
        assert!(review.findings[0].message.starts_with(member));
    }
}

#[test]
fn members_that_deviate_in_the_same_way_are_one_finding() {
    let others: Vec<String> = (0..12).map(|number| format!("readme{number:02}.txt")).collect();
    let others: Vec<(&str, &[u8])> = others
        .iter()
        .map(|name| (name.as_str(), b"hello".as_slice()))
        .collect();
    let (_, found) = review(with(&others));
    assert_eq!(codes(&found), [("member-foreign", None)]);
    let finding = &found.findings[0];
    assert_eq!((finding.count, finding.places.len()), (12, 8));
    assert_eq!(
        finding.message,
        "12 members are not CTD casts: readme00.txt, readme01.txt, readme02.txt, readme03.txt, readme04.txt, \
         readme05.txt, readme06.txt, readme07.txt and 4 more"
    );
}

#[test]
fn unusual_names_paths_and_order_are_reported_and_read() {
    let (_, found) = review(with(&[(
        "../../etc/4_ct1.csv",
        cast(1, 5).replace("CASTNO = 1", "CASTNO = 2").as_bytes(),
    )]));
    assert_eq!(codes(&found), [("member-path", None)]);
    assert_eq!(found.observations, Some(35));
    let (_, found) = review(with(&[("cast.csv", cast(1, 5).as_bytes())]));
    assert_eq!(
        codes(&found),
        [("cast-repeated", Some("cast.csv")), ("member-name", None)]
    );
    let (_, found) = review(with(&[("7_ct1.csv", cast(7, 5).as_bytes())]));
    assert_eq!(codes(&found), [("member-order", None)]);
}

#[test]
fn deviations_name_their_member() {
    let odd = cast(4, 3).replace("26.9900,2", "wet,2");
    let (_, review) = review(with(&[("4_ct1.csv", odd.as_bytes())]));
    let found = review
        .findings
        .iter()
        .find(|finding| finding.code == "not-a-number")
        .unwrap();
    let place = place_text(&found.places[0]);
    assert_eq!(place, "4_ct1.csv:13:7");
}

fn place_text(place: &data_review_core::Place) -> String {
    match place {
        data_review_core::Place::Text {
            member, line, column, ..
        } => {
            format!(
                "{}:{}:{}",
                member.as_deref().unwrap(),
                line.unwrap(),
                column.unwrap()
            )
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cut_archive_is_read_as_far_as_it_goes() {
    let bytes = with(&[]);
    let cut = bytes[..bytes.len() - 40].to_vec();
    assert_eq!(sniff(&cut), Confidence::Likely);
    let (end, found) = review(cut);
    assert_eq!(end, Ok(()));
    assert_eq!(found.observations, Some(30));
    assert_eq!(codes(&found), [("archive-index-damaged", None)]);
}

#[test]
fn a_member_that_is_cut_with_its_archive_follows_from_that() {
    let bytes = pack(&[
        (name(1).as_str(), cast(1, 10).as_bytes()),
        (name(2).as_str(), cast(2, 2500).as_bytes()),
    ]);
    let (end, found) = review(bytes[..bytes.len() - 500].to_vec());
    assert_eq!(end, Ok(()));
    assert_eq!(codes(&found), [("archive-index-damaged", None)]);
    assert_eq!(found.findings[0].suppressed.get("member-damaged"), Some(&1));
}

#[test]
fn a_damaged_member_is_counted_as_far_as_it_can_be_read() {
    let casts = [(name(1), cast(1, 2000)), (name(2), cast(2, 10))];
    let members: Vec<(&str, &[u8])> = casts.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    let mut bytes = pack(&members);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let (end, review) = review(bytes);
    assert_eq!(end, Ok(()));
    assert!(
        codes(&review).contains(&("member-damaged", Some(name(1).as_str()))),
        "{:?}",
        codes(&review)
    );
    assert!(review.observations > Some(10), "{:?}", review.observations);
}

#[test]
fn an_archive_without_a_cast_is_a_failure_with_its_reason() {
    let (end, _) = review(b"PK\x03\x04 and nothing else".to_vec());
    assert_eq!(end.unwrap_err().class, Class::Corrupt);
    let (end, review) = review(pack(&[("readme.txt", b"hello")]));
    assert_eq!(end.unwrap_err().message, "the archive has no CTD cast");
    assert_eq!(review.checks["member-foreign"], CheckState::Failed);
    assert_eq!(sniff(&pack(&[("readme.txt", b"hello")])), Confidence::No);
    assert_eq!(sniff(&pack(&[])), Confidence::No);
}

#[test]
fn an_encrypted_or_oddly_compressed_member_is_unsupported() {
    // Bit 0 of the flags means encrypted; method 12 is bzip2. Both are in the local header and in the index.
    for (local, index, value) in [(6, 8, 1), (8, 10, 12)] {
        let mut bytes = pack(&[(name(1).as_str(), cast(1, 10).as_bytes())]);
        let entry = find(&bytes, b"PK\x01\x02");
        bytes[local] = value;
        bytes[entry + index] = value;
        assert_eq!(sniff(&bytes), Confidence::Maybe);
        let (end, found) = review(bytes);
        let error = end.unwrap_err();
        assert_eq!(
            error.class,
            Class::Unsupported,
            "{value} {error} {:?}",
            codes(&found)
        );
        assert_eq!(codes(&found), [("member-unreadable", Some(name(1).as_str()))]);
    }
}

#[test]
fn a_bomb_exceeds_its_limit() {
    // A gigabyte of zeros after the first bytes of a cast deflates to one part in a thousand.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("1_ct1.csv", options).unwrap();
    zip.write_all(cast(1, 1).trim_end_matches("END_DATA\n").as_bytes())
        .unwrap();
    let zeros = vec![b'0'; 1 << 20];
    (0..64).for_each(|_| zip.write_all(&zeros).unwrap());
    let (end, _) = review(zip.finish().unwrap().into_inner());
    let error = end.unwrap_err();
    assert_eq!(error.class, Class::LimitExceeded, "{error}");
    assert!(error.message.contains("inflates to more than"), "{error}");
}

#[test]
fn members_that_share_their_bytes_are_rejected() {
    // Two entries of the index for one local header, as in a bomb of overlapping members.
    let mut bytes = pack(&[("1_ct1.csv", cast(1, 10).as_bytes())]);
    let (entry, end) = (find(&bytes, b"PK\x01\x02"), find(&bytes, b"PK\x05\x06"));
    let mut again = bytes[entry..end].to_vec();
    let at = find(&again, b"1_ct1");
    again[at] = b'2';
    bytes.splice(end..end, again.iter().copied());
    let tail = end + again.len();
    for at in [tail + 8, tail + 10] {
        bytes[at] = 2;
    }
    let size = (2 * again.len()) as u32;
    bytes[tail + 12..tail + 16].copy_from_slice(&size.to_le_bytes());
    let (end, _) = review(bytes);
    let error = end.unwrap_err();
    assert!(
        error.class == Class::Corrupt && error.message.contains("share"),
        "{error}"
    );
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_does_not_cause_a_panic(cut in 0usize..2000, flips in prop::collection::vec((0usize..2000, any::<u8>()), 0..8)) {
        let mut bytes = with(&[("readme.txt", b"hello")]);
        for (at, mask) in flips {
            let at = at % bytes.len();
            bytes[at] ^= mask;
        }
        bytes.truncate(bytes.len().saturating_sub(cut / 2));
        let _ = sniff(&bytes);
        let _ = review(bytes);
    }
}
