//! Zip archives whose bytes depend on nothing but their members.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file or a folder of an archive.
pub(super) struct Member {
    name: String,
    /// None for a folder.
    bytes: Option<Vec<u8>>,
}

impl Member {
    pub(super) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Member {
            name: name.to_owned(),
            bytes: Some(bytes.into()),
        }
    }

    pub(super) fn folder(name: &str) -> Self {
        Member {
            name: name.to_owned(),
            bytes: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Deflated, dated 1980-01-01. Another release of the deflate library may give other bytes: then the committed archives,
/// and what they must yield, are made anew.
pub(super) fn zip(members: &[Member]) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .unix_permissions(0o644)
        .last_modified_time(DateTime::DEFAULT);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for member in members {
        let written = match &member.bytes {
            None => writer.add_directory(member.name.as_str(), options),
            Some(bytes) => writer
                .start_file(member.name.as_str(), options)
                .and_then(|()| Ok(writer.write_all(bytes)?)),
        };
        written.expect("memory can be written to");
    }
    writer.finish().expect("memory can be written to").into_inner()
}
