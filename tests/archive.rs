//! Zip archives for tests.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Packs members into a zip, deflated, in the given order.
///
/// # Panics
/// If a name occurs twice.
pub fn pack(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("the name is new");
        zip.write_all(text.as_bytes()).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

/// Packs the first `members` members of a zip into a new one.
///
/// # Panics
/// If it is not a zip of text files, or has fewer members.
pub fn first_members(bytes: &[u8], members: usize) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("it is a zip");
    let mut texts = Vec::new();
    for at in 0..members {
        let mut member = zip.by_index(at).expect("the archive has this member");
        let mut text = String::new();
        member.read_to_string(&mut text).expect("the member is a text");
        texts.push((member.name().expect("its name is a text").into_owned(), text));
    }
    let members: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    pack(&members)
}
