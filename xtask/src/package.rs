//! The package of a Lambda: a zip with its program, `bootstrap`.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::shell::Outcome;

/// Packs a bootstrap into a zip. The same bootstrap always gives the same bytes, so that an unchanged function is not
/// deployed again.
///
/// # Errors
/// When the bootstrap is too large for a zip.
pub fn pack(bootstrap: &[u8]) -> Outcome<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .unix_permissions(0o755)
        .last_modified_time(zip::DateTime::default());
    writer.start_file("bootstrap", options)?;
    writer.write_all(bootstrap)?;
    Ok(writer.finish()?.into_inner())
}
