//! Documents and states as the store holds them.
//!
//! ```text
//! row        = json | zlib | packed
//! json       = a document of version 3, which begins with `{`
//! zlib       = a zlib stream, which begins with 0x78
//! packed     = 0x01, number of the dictionary (4 bytes, little-endian), CRC-32 of the content (4 bytes, little-endian),
//!              raw deflate stream that was primed with the dictionary
//! content    = states | document | transposed
//! transposed = LF, what precedes the variables, LF, what follows them, LF, number of variables,
//!              then for each member of a variable: LF, its name, and for each variable: LF, its value
//! ```
//!
//! The first document of each kind is the dictionary of those that follow: documents of one kind have most texts in
//! common. A document is transposed first, so that the same members of all its variables are neighbours; canonical JSON
//! has no line feeds, so that they can separate values.

use std::borrow::Cow;
use std::io;

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};

/// Longest document or list of states that is read, in bytes: a thousand times the longest that was ever seen.
const LONGEST: usize = 1 << 30;
/// The part of a dictionary that deflate can refer to, in bytes.
pub(crate) const WINDOW: usize = 32 << 10;
/// First byte of a row with a dictionary.
const PACKED: u8 = 1;
/// Length of the first byte, the number of the dictionary and the checksum.
const HEAD: usize = 9;

/// What a row was primed with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dictionary<'d> {
    pub(crate) id: u32,
    pub(crate) bytes: &'d [u8],
}

/// A compressor of rows. It keeps its memory, which a small row takes longer to allocate than to fill.
#[derive(Debug)]
pub(crate) struct Packer(Compress);

impl Default for Packer {
    /// Compresses at a level that costs less than writing what it saves.
    fn default() -> Self {
        Packer(Compress::new(Compression::new(LEVEL), false))
    }
}

impl Packer {
    /// The row of a content.
    pub(crate) fn pack(&mut self, content: &[u8], dictionary: Dictionary<'_>) -> io::Result<Vec<u8>> {
        let mut crc = Crc::new();
        crc.update(content);
        let mut packed = Vec::with_capacity(HEAD + content.len() / 4 + 64);
        packed.push(PACKED);
        packed.extend(dictionary.id.to_le_bytes());
        packed.extend(crc.sum().to_le_bytes());
        let state = &mut self.0;
        state.reset();
        if !dictionary.bytes.is_empty() {
            state.set_dictionary(dictionary.bytes)?;
        }
        loop {
            let rest = &content[state.total_in() as usize..];
            packed.reserve(rest.len() / 4 + 64);
            if state.compress_vec(rest, &mut packed, FlushCompress::Finish)? == Status::StreamEnd {
                return Ok(packed);
            }
        }
    }
}

/// Measured on Argo profiles: level 6 takes half as long again for a thirtieth, level 3 is a thirtieth larger.
const LEVEL: u32 = 4;

/// The number of the dictionary that a row needs; `None` for a row without one.
pub(crate) fn dictionary(packed: &[u8]) -> Option<u32> {
    let id = packed.get(1..5).filter(|_| packed[0] == PACKED)?;
    Some(u32::from_le_bytes(id.try_into().ok()?))
}

/// Replaces the content of `into` by what was packed; `dictionary` is that of [`dictionary`], or empty.
///
/// # Errors
/// If the bytes are damaged, or longer than a gibibyte.
pub(crate) fn unpack(packed: &[u8], dictionary: &[u8], into: &mut Vec<u8>) -> io::Result<()> {
    into.clear();
    let Some((head, stream)) = packed.split_at_checked(HEAD).filter(|_| packed[0] == PACKED) else {
        if packed.first() == Some(&b'{') {
            into.extend_from_slice(packed);
            return Ok(());
        }
        return inflate(Decompress::new(true), packed, into);
    };
    let mut state = Decompress::new(false);
    if !dictionary.is_empty() {
        state.set_dictionary(dictionary)?;
    }
    inflate(state, stream, into)?;
    let mut crc = Crc::new();
    crc.update(into);
    match crc.sum().to_le_bytes() == head[5..] {
        true => Ok(()),
        false => Err(damaged("the checksum is wrong")),
    }
}

fn inflate(mut state: Decompress, stream: &[u8], into: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let rest = &stream[state.total_in() as usize..];
        into.reserve(rest.len().saturating_mul(4).clamp(1 << 12, 1 << 24));
        let before = (state.total_in(), state.total_out());
        if state.decompress_vec(rest, into, FlushDecompress::None)? == Status::StreamEnd {
            return Ok(());
        }
        if into.len() > LONGEST {
            return Err(damaged("longer than 1 GiB"));
        }
        if before == (state.total_in(), state.total_out()) {
            return Err(damaged("it ends too early"));
        }
    }
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// What precedes the variables in a document.
const VARIABLES: &str = "\"variables\":[";

/// A document in canonical JSON with the members of its variables side by side; the document itself if it has no variables, or
/// they differ in their members.
pub(crate) fn transposed(document: &str) -> Cow<'_, str> {
    let Some(transposed) = transpose(document) else {
        return Cow::Borrowed(document);
    };
    debug_assert_eq!(restore(&transposed).as_deref(), Some(document));
    Cow::Owned(transposed)
}

fn transpose(document: &str) -> Option<String> {
    let begin = document.find(VARIABLES)? + VARIABLES.len();
    let mut rest = &document[begin..];
    let mut names: Vec<&str> = Vec::new();
    let mut columns: Vec<Vec<&str>> = Vec::new();
    while !rest.starts_with(']') {
        let mut object = rest.strip_prefix('{')?;
        for at in 0.. {
            // Nearly always the next member has the name of its column.
            let known = names.get(at).filter(|name| object.starts_with(**name));
            let name = match known {
                Some(name) => name,
                None if columns.first().is_none_or(|first| first.len() == 1) && names.len() == at => {
                    names.push(&object[..value_end(object)?]);
                    columns.push(Vec::with_capacity(64));
                    names[at]
                }
                None => return None,
            };
            let value = object[name.len()..].strip_prefix(':')?;
            let end = value_end(value)?;
            columns[at].push(&value[..end]);
            object = &value[end..];
            match object.strip_prefix(',') {
                Some(next) => object = next,
                None => break,
            }
        }
        rest = object.strip_prefix('}')?;
        if let Some(next) = rest.strip_prefix(',') {
            rest = Some(next).filter(|next| next.starts_with('{'))?;
        }
    }
    let count = columns.first()?.len();
    let mut out = String::with_capacity(document.len());
    out.push('\n');
    out.push_str(&document[..begin]);
    out.push('\n');
    out.push_str(rest);
    out.push('\n');
    out.push_str(&count.to_string());
    for (name, column) in names.iter().zip(&columns) {
        for text in std::iter::once(name).chain(column) {
            out.push('\n');
            out.push_str(text);
        }
    }
    (columns.iter().all(|column| column.len() == count)).then_some(out)
}

/// Length of the JSON value that a text begins with. A number or a word ends before the next sign.
fn value_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'"' => string_end(bytes),
        b'{' | b'[' => {
            let (mut at, mut depth) = (1, 1u32);
            while depth > 0 {
                match bytes.get(at)? {
                    b'"' => {
                        at += string_end(&bytes[at..])?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
            }
            Some(at)
        }
        _ => bytes
            .iter()
            .position(|byte| matches!(byte, b'}' | b']' | b',' | b':')),
    }
}

/// Length of the string that begins with a quote.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += bytes
            .get(at..)?
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// The document that was transposed; `None` if it is damaged.
fn restore(transposed: &str) -> Option<String> {
    let mut lines = transposed.strip_prefix('\n')?.split('\n');
    let (before, after) = (lines.next()?, lines.next()?);
    let count: usize = lines.next()?.parse().ok()?;
    let lines: Vec<&str> = lines.collect();
    let columns: Vec<&[&str]> = lines.chunks(count.checked_add(1)?).collect();
    if columns.iter().any(|column| column.len() != count + 1) {
        return None;
    }
    let mut document = String::with_capacity(transposed.len() * 2);
    document.push_str(before);
    for at in 1..=count {
        for (number, column) in columns.iter().enumerate() {
            document.push_str(match (number, at) {
                (0, 1) => "{",
                (0, _) => ",{",
                _ => ",",
            });
            document.push_str(column[0]);
            document.push(':');
            document.push_str(column[at]);
        }
        document.push('}');
    }
    document.push_str(after);
    Some(document)
}

/// The document in a content.
///
/// # Errors
/// If the content is damaged.
pub(crate) fn document(content: &[u8]) -> io::Result<Cow<'_, str>> {
    let text = std::str::from_utf8(content).map_err(|_| damaged("it is not UTF-8"))?;
    match text.starts_with('\n') {
        true => restore(text)
            .map(Cow::Owned)
            .ok_or_else(|| damaged("its variables are incomplete")),
        false => Ok(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONE: Dictionary<'static> = Dictionary { id: 0, bytes: b"" };

    #[test]
    fn what_is_packed_is_read_with_its_dictionary() {
        let json = br#"{"file":{"key":"a.csv"}}"#.repeat(100);
        let with = Dictionary { id: 7, bytes: &json };
        let mut packer = Packer::default();
        let (plain, primed) = (
            packer.pack(&json, NONE).unwrap(),
            packer.pack(&json, with).unwrap(),
        );
        assert_eq!(
            packer.pack(&json, NONE).unwrap(),
            plain,
            "the dictionary is forgotten"
        );
        assert!(plain.len() * 10 < json.len() && primed.len() < plain.len());
        let mut read = b"from before".to_vec();
        for (held, dictionary) in [(&plain, &b""[..]), (&primed, &json), (&json, b"")] {
            unpack(held, dictionary, &mut read).unwrap();
            assert_eq!(read, json);
        }
        assert_eq!((dictionary(&primed), dictionary(&json)), (Some(7), None));
        unpack(&primed, &json[..json.len() - 1], &mut read).unwrap_err();
    }

    #[test]
    fn rows_of_version_4_are_zlib() {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::new(3));
        encoder.write_all(&[7; 100_000]).unwrap();
        let mut read = Vec::new();
        unpack(&encoder.finish().unwrap(), b"", &mut read).unwrap();
        assert_eq!(read, [7; 100_000]);
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let whole = Packer::default().pack(&[7; 1000], NONE).unwrap();
        let mut wrong = whole.clone();
        wrong[6] ^= 1;
        for bytes in [
            &whole[..whole.len() - 2],
            &whole[..HEAD],
            &wrong,
            b"",
            b"\x01",
            b"x",
            b"\xFF\xFF\xFF",
        ] {
            assert!(unpack(bytes, b"", &mut Vec::new()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_document_is_transposed_and_restored() {
        let document = r#"{"a":"\"variables\":[","variables":[{"m":{"x":[1,",}"]},"n":"a\\\"b"},{"m":null,"n":-1.5}],"z":1}"#;
        let text = transposed(document);
        assert_eq!(
            text,
            "\n{\"a\":\"\\\"variables\\\":[\",\"variables\":[\n],\"z\":1}\n2\n\"m\"\n{\"x\":[1,\",}\"]}\nnull\n\"n\"\n\"a\\\\\\\"b\"\n-1.5"
        );
        assert_eq!(super::document(text.as_bytes()).unwrap(), document);
    }

    proptest! {
        #[test]
        fn every_document_is_restored(
            names in prop::collection::vec(any::<String>(), 0..4),
            texts in prop::collection::vec(any::<String>(), 1..12),
            first in any::<String>(),
            odd in any::<bool>(),
        ) {
            let variable = |at: usize| {
                let members = names.iter().enumerate().map(|(member, name)| {
                    let text = &texts[(at + member) % texts.len()];
                    let value = match (at + member) % 4 {
                        0 => serde_json::json!(text),
                        1 => serde_json::json!({ text: [text, at, null, true] }),
                        2 => serde_json::json!([{ "variables": [{ text: -1.5e-7 }] }]),
                        _ => serde_json::json!(at),
                    };
                    (name.clone(), value)
                });
                let mut members: serde_json::Map<_, _> = members.collect();
                if odd && at == 2 {
                    members.insert(first.clone(), serde_json::json!(1));
                }
                serde_json::Value::Object(members)
            };
            let variables: Vec<_> = (0..texts.len()).map(variable).collect();
            let document = serde_json::json!({ "attributes": { &first: [&first] }, "variables": variables, "z": first }).to_string();
            let held = transposed(&document);
            prop_assert_eq!(super::document(held.as_bytes()).unwrap(), document.as_str());
        }
    }

    #[test]
    fn other_documents_stay_as_they_are() {
        for document in [
            "{}",
            r#"{"variables":[]}"#,
            r#"{"variables":[1,2]}"#,
            r#"{"variables":[{"a":1},2]}"#,
            r#"{"variables":[{"a":1}2]}"#,
            r#"{"variables":[{"a":1},{"b":1}]}"#,
            r#"{"variables":[{"a":1},{"a":1,"b":1}]}"#,
            r#"{"variables":[{"a":1,"b":1},{"a":1}]}"#,
            r#"{"variables":[{"a":"#,
        ] {
            assert_eq!(transposed(document), document);
        }
        for damaged in ["\n", "\na\nb\n2\nx\n1", "\na\nb\n18446744073709551615\nx"] {
            assert!(super::document(damaged.as_bytes()).is_err(), "{damaged:?}");
        }
    }
}
