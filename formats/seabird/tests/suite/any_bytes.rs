//! Properties that hold for any bytes.

use proptest::prelude::*;
use seabird::{Reader, Value};

/// Reads to the end, and returns all values.
fn read(bytes: &[u8]) -> Option<Vec<Value>> {
    let mut reader = Reader::new(bytes, &mut |_| {}).ok()?;
    let columns = reader.header().columns.len();
    let mut values = Vec::new();
    while let Some(row) = reader.next_row(&mut |_| {}).ok()? {
        for at in 0..columns {
            assert!(row.cell(at).len() <= row.bytes());
            values.push(row.value(at));
        }
    }
    assert_eq!(values.len() as u64, reader.rows() * columns as u64);
    Some(values)
}

fn file(rows: &[[i32; 3]]) -> String {
    let mut text = "* Sea-Bird SBE 9 Data File:\n# nquan = 3\n# name 0 = a: A [m]\n# name 1 = b: B [m]\n# name 2 = flag:\n*END*\n".to_owned();
    for row in rows {
        row.iter()
            .for_each(|value| text.push_str(&format!("{:11.4}", f64::from(*value) / 1e4)));
        text.push('\n');
    }
    text
}

/// Values that sometimes fill their columns.
fn rows() -> impl Strategy<Value = Vec<[i32; 3]>> {
    let value = || prop_oneof![2 => -999_999i32..999_999, 1 => -999_999_999i32..-900_000_000];
    prop::collection::vec([value(), value(), value()], 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes_give_an_outcome(head in prop_oneof![Just(""), Just("* Sea-Bird\n# nquan = 2\n"), Just("* Sea-Bird\n# nquan = 2\n*END*\n"), Just("* Sea-Bird\n# nquan = 2\n# file_type = binary\n*END*\n")], bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut all = head.as_bytes().to_vec();
        all.extend(bytes);
        read(&all);
    }

    #[test]
    fn damage_and_cuts_give_an_outcome(rows in rows(), at in 0usize..2000, byte in any::<u8>(), cut in 0usize..2000) {
        let mut bytes = file(&rows).into_bytes();
        let len = bytes.len();
        bytes[at % len] = byte;
        bytes.truncate(len - cut % len);
        read(&bytes);
    }

    #[test]
    fn what_was_written_is_read(rows in rows()) {
        let values = read(file(&rows).as_bytes()).unwrap();
        let written = rows.as_flattened().iter().map(|value| format!("{:.4}", f64::from(*value) / 1e4).parse().unwrap());
        prop_assert_eq!(values, written.map(Value::Number).collect::<Vec<_>>());
    }
}
