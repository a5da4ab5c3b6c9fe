//! Properties that hold whatever the bytes.

use std::sync::Arc;

use crate::harness::*;
use data_review_core::Review;
use proptest::prelude::*;

/// A table of text and numbers, as the csv crate writes it.
fn table(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["first", "second", "third"]).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-1000i32..1000).prop_map(|n| format!("{}", f64::from(n) / 4.0)),
        1 => "[a-zæ,;\"\n\r ]{0,12}",
        1 => prop_oneof![Just("NaN"), Just("NA"), Just(""), Just("-0"), Just("1,5"), Just("31/12/2020"), Just("-999")]
            .prop_map(str::to_owned),
    ]
}

/// The first column always holds a number: rows without any value can be taken for a part of the header.
fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (0i32..1000, cell(), cell()).prop_map(|(id, one, other)| vec![id.to_string(), one, other]);
    prop::collection::vec(row, 1..40)
}

fn dripped(bytes: &[u8], drip: usize) -> Result<Review, String> {
    review_input(Arc::new(Drip(bytes.to_vec(), drip))).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes_give_an_outcome(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        sniff("x.csv", &bytes);
        let _ = try_review(&bytes);
    }

    #[test]
    fn a_damaged_table_gives_an_outcome_with_every_cell_counted(
        rows in rows(), at in 0usize..2000, byte in any::<u8>(), cut in 0usize..2000,
    ) {
        let mut bytes = table(&rows);
        let len = bytes.len();
        bytes[at % len] = byte;
        bytes.truncate(len - cut % len);
        sniff("x.csv", &bytes);
        if let Ok(review) = try_review(&bytes) {
            for variable in &review.variables {
                prop_assert_eq!(Some(variable.total), review.observations);
                let missing: u64 = variable.missing.values().sum();
                prop_assert_eq!(variable.total, variable.count + missing + variable.invalid + variable.non_finite);
            }
        }
    }

    #[test]
    fn any_reads_give_the_same_review(rows in rows(), drip in 1usize..50) {
        let bytes = table(&rows);
        prop_assert_eq!(dripped(&bytes, drip), dripped(&bytes, usize::MAX));
    }

    #[test]
    fn rows_and_cells_are_those_of_the_csv_crate(rows in rows()) {
        let bytes = table(&rows);
        let records: Vec<csv::StringRecord> = csv::Reader::from_reader(&bytes[..]).into_records().map(Result::unwrap).collect();
        let review = review(&bytes);
        // Words above numbers are units.
        let units = usize::from(codes(&review).contains(&"units-row"));
        let records = &records[units..];
        prop_assert_eq!(review.observations, Some(records.len() as u64));
        for (index, variable) in review.variables.iter().enumerate() {
            let empty = records.iter().filter(|record| record[index].trim_ascii().is_empty()).count() as u64;
            prop_assert_eq!(variable.missing.get("").copied().unwrap_or_default(), empty);
            prop_assert_eq!(variable.total, records.len() as u64);
        }
    }
}

#[test]
fn a_table_of_two_parts_is_read_alike_whatever_the_reads() {
    let mut text = "n,x,word\n".to_owned();
    for n in 0u32..900_000 {
        text += &format!("{n},{}.5,w{}\n", n % 1000, n % 7);
    }
    let bytes = text.into_bytes();
    assert!(bytes.len() > 3 * (8 << 20) / 2, "{}", bytes.len());
    let whole = dripped(&bytes, usize::MAX).unwrap();
    assert_eq!(dripped(&bytes, 100_003).unwrap(), whole);
    assert_eq!(whole.observations, Some(900_000));
    assert_eq!(variable(&whole, "word").distinct, 7);
    assert_eq!(variable(&whole, "n").max.unwrap().as_f64(), 899_999.0);
}
