//! The parser: rows and deviations lie within the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whp_exchange::{Deviation, Reader};

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    let mut sink = |deviation: Deviation<'_>| {
        assert!((1..=lines).contains(&deviation.line), "{deviation:?}");
        assert!((1..=bytes.len() as u64 + 2).contains(&deviation.column), "{deviation:?}");
        assert!(!deviation.message.to_string().is_empty());
    };
    let Ok(mut reader) = Reader::new(bytes, &mut sink) else { return };
    let columns = reader.header().columns.len();
    while let Some(row) = reader.next_row(&mut sink).expect("memory can be read") {
        for column in 0..columns {
            assert!(row.place(column) as usize <= row.len() + 1);
            let _ = (row.cell(column), row.value(column), row.flag(column));
        }
    }
});
