//! The parser: rows and deviations lie within the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whp_exchange::{Deviation, Place, Reader};

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    let mut sink = |deviation: Deviation<'_>| {
        let Place::Line { line, column } = deviation.place else {
            panic!("{deviation:?}");
        };
        assert!((1..=lines).contains(&line), "{deviation:?}");
        assert!((1..=bytes.len() as u64 + 2).contains(&column), "{deviation:?}");
        assert!(!deviation.message.to_string().is_empty());
    };
    let Ok(mut reader) = Reader::new(bytes, &mut sink) else { return };
    let columns = reader.header().columns.len();
    while let Some(row) = reader.next_row(&mut sink).expect("memory can be read") {
        for column in 0..columns {
            assert!(row.place(column) as usize <= row.bytes().len() + 1);
            let _ = (row.cell(column), row.value(column), row.flag(column), row.is_doubtful(column));
        }
    }
});
