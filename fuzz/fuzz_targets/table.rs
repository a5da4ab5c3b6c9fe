//! The detection of tables: any text gives a layout that lies within it, or a reason; its records are read whatever the layout.
#![no_main]

use libfuzzer_sys::fuzz_target;
use text_table::{Detector, Encoding, NameHint, Records, Step, Text};

fuzz_target!(|bytes: &[u8]| {
    let encoding = Encoding::of(bytes);
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    for hint in [NameHint::Table, NameHint::Nothing, NameHint::Other] {
        let layout = match Detector::new().name_hint(hint).detect(bytes, encoding, true) {
            Ok(layout) => layout,
            Err(reason) => {
                assert!(!reason.to_string().is_empty());
                continue;
            }
        };
        assert!(layout.width >= 2 && layout.kinds.len() == layout.width, "{layout:?}");
        assert!(layout.first_line <= layout.first_record && layout.as_wide <= layout.sampled, "{layout:?}");
        assert!(layout.first_record <= lines + 1, "{layout:?}");
        assert!(layout.header.is_sorted() && layout.header.iter().chain(&layout.units).all(|line| *line < layout.first_record));
        let mut records = Records::new(Text::new(bytes, encoding), layout.dialect, 1 << 16);
        let mut last = 0;
        loop {
            match records.step().expect("memory can be read") {
                Step::Record(record) => {
                    assert!(record.line > last && !record.cells.is_empty());
                    last = record.line;
                    for index in 0..=record.cells.len() {
                        let (line, column) = record.place(index);
                        assert!(line >= record.line && column >= 1 && record.cell(index).len() <= record.bytes.len());
                    }
                }
                Step::TooLong { line } => last = line,
                Step::End => break,
            }
        }
    }
});
