//! Properties that hold for any bytes.

use odv_spreadsheet::{Place, Reader, Role, Value};
use proptest::prelude::*;

const LABELS: &str = "Cruise\tStation\tType\tyyyy-mm-ddThh:mm\tLongitude\tLatitude\tBot. Depth [m]\tDepth [m]\tQV:SEADATANET\tx [1]\tQF\n";

/// Reads to the end, and returns the values of the last variable.
fn read(bytes: &[u8]) -> Option<Vec<Value>> {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    let mut sink = |deviation: odv_spreadsheet::Deviation<'_>| {
        let Place::Line { line, column } = deviation.place else {
            panic!("{deviation:?}");
        };
        assert!((1..=lines).contains(&line), "{deviation:?}");
        assert!((1..=bytes.len() as u64 + 1).contains(&column), "{deviation:?}");
        assert!(!deviation.message.to_string().is_empty());
    };
    let mut reader = Reader::new(bytes, &mut sink).ok()?;
    let columns = reader.header().columns.clone();
    let last = columns.iter().rposition(|column| column.role != Role::Flag)?;
    let (mut values, mut stations) = (Vec::new(), 0);
    while let Some(row) = reader.next_row(&mut sink).ok()? {
        for (at, column) in columns.iter().enumerate() {
            assert!(row.flag(at).is_some() || column.flag.is_none());
            assert!(column.is_metadata || row.cell(at).len() <= row.bytes());
            assert!(row.value(at) != Value::Time || row.time(at).is_some());
        }
        stations += u64::from(row.begins_station());
        assert_eq!(row.station().number, stations);
        values.push(row.value(last));
    }
    assert_eq!(reader.stations(), stations);
    Some(values)
}

fn file(stations: &[Vec<f64>]) -> String {
    let mut text = LABELS.to_owned();
    for (number, values) in stations.iter().enumerate() {
        for (at, value) in values.iter().enumerate() {
            let metadata = match at {
                0 => format!("C\t{number}\tB\t2020-01-02T03:04\t-18.5\t24.5\t4000"),
                _ => "\t".repeat(6),
            };
            text.push_str(&format!("{metadata}\t{at}\t1\t{value}\t0\n"));
        }
    }
    text
}

fn stations() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec(-1e6f64..1e6, 1..6), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_bytes_give_an_outcome(head in prop_oneof![Just(""), Just("Cruise;Station\n"), Just("//<DataVariable>label=\""), Just(LABELS)], bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut all = head.as_bytes().to_vec();
        all.extend(bytes);
        read(&all);
    }

    #[test]
    fn damage_and_cuts_give_an_outcome(stations in stations(), at in 0usize..2000, byte in any::<u8>(), cut in 0usize..2000) {
        let mut bytes = file(&stations).into_bytes();
        let len = bytes.len();
        bytes[at % len] = byte;
        bytes.truncate(len - cut % len);
        read(&bytes);
    }

    #[test]
    fn what_was_written_is_read(stations in stations()) {
        let values = read(file(&stations).as_bytes()).unwrap();
        let written: Vec<Value> = stations.iter().flatten().map(|value| Value::Number(*value)).collect();
        prop_assert_eq!(values, written);
    }
}
