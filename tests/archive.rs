//! Archives that a test packs.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of these members, deflated, in this order.
///
/// # Panics
/// When a name occurs twice.
pub fn pack(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("the name is new");
        zip.write_all(text.as_bytes()).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}
