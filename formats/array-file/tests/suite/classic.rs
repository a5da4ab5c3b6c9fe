//! Classic files that are made here: what is written is read, in all three versions.
#![expect(
    clippy::unwrap_used,
    reason = "the test fails where it cannot read its own bytes"
)]

use std::sync::{Arc, Mutex};

use array_file::{
    ArrayFile, Block, Dimension, Format, Limits, NoteKind, Problem, ProblemKind, Source, Value, View,
};
use proptest::prelude::*;

/// Codes of the types, from 1 on, with their names and sizes in bytes.
const TYPES: [(&str, usize); 11] = [
    ("int8", 1),
    ("char", 1),
    ("int16", 2),
    ("int32", 4),
    ("float32", 4),
    ("float64", 8),
    ("uint8", 1),
    ("uint16", 2),
    ("uint32", 4),
    ("int64", 8),
    ("uint64", 8),
];
const VERSIONS: [(u8, Format); 3] = [(1, Format::Classic), (2, Format::Offset64), (5, Format::Cdf5)];

fn size(code: u32) -> usize {
    TYPES[code as usize - 1].1
}

#[derive(Debug, Clone)]
struct Attribute {
    name: String,
    code: u32,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Variable {
    name: String,
    dimensions: Vec<usize>,
    code: u32,
    attributes: Vec<Attribute>,
}

/// The content of a file. A dimension of length 0 is the record dimension.
#[derive(Debug, Clone)]
struct Content {
    version: u8,
    records: u64,
    dimensions: Vec<(String, u64)>,
    attributes: Vec<Attribute>,
    variables: Vec<Variable>,
}

fn padded(bytes: usize) -> usize {
    bytes.next_multiple_of(4)
}

impl Content {
    fn is_record(&self, variable: &Variable) -> bool {
        let first = variable.dimensions.first();
        first.is_some_and(|at| self.dimensions[*at].1 == 0)
    }

    fn shape(&self, variable: &Variable) -> Vec<u64> {
        let length = |at: &usize| match self.dimensions[*at].1 {
            0 => self.records,
            length => length,
        };
        variable.dimensions.iter().map(length).collect()
    }

    /// The values of a variable: bytes that differ from those of others and of other elements.
    fn values(&self, which: usize) -> Vec<u8> {
        let variable = &self.variables[which];
        let bytes = self.shape(variable).iter().product::<u64>() as usize * size(variable.code);
        (0..bytes)
            .map(|at| (at * 7 + at / 256 + which * 31 + 1) as u8)
            .collect()
    }

    /// Bytes of the values, or of those in one record.
    fn slab(&self, variable: &Variable) -> usize {
        let lengths = self.shape(variable);
        let lengths = lengths.iter().skip(usize::from(self.is_record(variable)));
        let elements = lengths.fold(1, |elements: u64, length| elements.saturating_mul(*length));
        (elements as usize).saturating_mul(size(variable.code))
    }

    fn count(&self, out: &mut Vec<u8>, count: u64) {
        match self.version {
            5 => out.extend(count.to_be_bytes()),
            _ => out.extend((count as u32).to_be_bytes()),
        }
    }

    fn text(&self, out: &mut Vec<u8>, text: &[u8]) {
        self.count(out, text.len() as u64);
        out.extend(text);
        out.resize(padded(out.len()), 0);
    }

    fn list(&self, out: &mut Vec<u8>, tag: u32, entries: usize) {
        out.extend(if entries == 0 { 0 } else { tag }.to_be_bytes());
        self.count(out, entries as u64);
    }

    fn attributes(&self, out: &mut Vec<u8>, attributes: &[Attribute]) {
        self.list(out, 0x0C, attributes.len());
        for Attribute { name, code, bytes } in attributes {
            self.text(out, name.as_bytes());
            out.extend(code.to_be_bytes());
            self.count(out, (bytes.len() / size(*code)) as u64);
            out.extend(bytes);
            out.resize(padded(out.len()), 0);
        }
    }

    fn header(&self, begins: &[usize]) -> Vec<u8> {
        let mut out = vec![b'C', b'D', b'F', self.version];
        self.count(&mut out, self.records);
        self.list(&mut out, 0x0A, self.dimensions.len());
        for (name, length) in &self.dimensions {
            self.text(&mut out, name.as_bytes());
            self.count(&mut out, *length);
        }
        self.attributes(&mut out, &self.attributes);
        self.list(&mut out, 0x0B, self.variables.len());
        for (variable, begin) in self.variables.iter().zip(begins) {
            self.text(&mut out, variable.name.as_bytes());
            self.count(&mut out, variable.dimensions.len() as u64);
            for at in &variable.dimensions {
                self.count(&mut out, *at as u64);
            }
            self.attributes(&mut out, &variable.attributes);
            out.extend(variable.code.to_be_bytes());
            self.count(
                &mut out,
                self.slab(variable).checked_next_multiple_of(4).unwrap_or(0) as u64,
            );
            match self.version {
                1 => out.extend((*begin as u32).to_be_bytes()),
                _ => out.extend((*begin as u64).to_be_bytes()),
            }
        }
        out
    }

    /// The offset of each variable, and the bytes of a record.
    fn layout(&self) -> (Vec<usize>, usize) {
        let mut at = self.header(&vec![0; self.variables.len()]).len();
        let mut begins = vec![0; self.variables.len()];
        let records = |wanted| {
            let all = self.variables.iter().enumerate();
            all.filter(move |(_, variable)| self.is_record(variable) == wanted)
        };
        for (which, variable) in records(false).chain(records(true)) {
            begins[which] = at;
            at += padded(self.slab(variable));
        }
        // The slab of a single record variable is not padded.
        let record = match records(true).collect::<Vec<_>>()[..] {
            [(_, only)] => self.slab(only),
            ref all => all.iter().map(|(_, variable)| padded(self.slab(variable))).sum(),
        };
        (begins, record)
    }

    fn bytes(&self) -> Vec<u8> {
        let (begins, record) = self.layout();
        let mut out = self.header(&begins);
        let mut put = |at: usize, bytes: &[u8]| {
            out.resize(out.len().max(at + bytes.len()), 0xEE);
            out[at..at + bytes.len()].copy_from_slice(bytes);
        };
        for (which, variable) in self.variables.iter().enumerate() {
            let (values, slab) = (self.values(which), self.slab(variable));
            if self.is_record(variable) {
                for (number, values) in values.chunks(slab.max(1)).enumerate() {
                    put(begins[which] + number * record, values);
                }
            } else {
                put(begins[which], &values);
            }
        }
        out
    }
}

fn open(bytes: Vec<u8>) -> Result<ArrayFile, Problem> {
    ArrayFile::open(Arc::new(bytes), View::NetCdf, &Limits::default())
}

/// The value of an attribute, decoded by the standard library.
fn value(attribute: &Attribute) -> Value {
    fn each<const N: usize, T>(bytes: &[u8], decode: fn([u8; N]) -> T) -> Vec<T> {
        let (all, _) = bytes.as_chunks();
        all.iter().copied().map(decode).collect()
    }
    let bytes = &attribute.bytes;
    match attribute.code {
        1 => Value::Integers(each(bytes, |raw| i8::from_be_bytes(raw).into())),
        2 => Value::Text(vec![array_file::decode_text(bytes).0]),
        3 => Value::Integers(each(bytes, |raw| i16::from_be_bytes(raw).into())),
        4 => Value::Integers(each(bytes, |raw| i32::from_be_bytes(raw).into())),
        5 => Value::Reals(each(bytes, |raw| f32::from_be_bytes(raw).into())),
        6 => Value::Reals(each(bytes, f64::from_be_bytes)),
        7 => Value::Integers(each(bytes, |raw| u8::from_be_bytes(raw).into())),
        8 => Value::Integers(each(bytes, |raw| u16::from_be_bytes(raw).into())),
        9 => Value::Integers(each(bytes, |raw| u32::from_be_bytes(raw).into())),
        10 => Value::Integers(each(bytes, |raw| i64::from_be_bytes(raw).into())),
        _ => Value::Integers(each(bytes, |raw| u64::from_be_bytes(raw).into())),
    }
}

/// The elements of a block among the values of a variable.
fn part(values: &[u8], shape: &[u64], size: usize, block: &Block) -> Vec<u8> {
    let elements = 0..block.count.iter().product();
    let number = |index: Vec<u64>| {
        let along = index.iter().zip(shape);
        along.fold(0, |at, (index, length)| at * length + index) as usize
    };
    elements
        .flat_map(|at| values[number(block.index(at)) * size..][..size].to_vec())
        .collect()
}

fn attribute() -> impl Strategy<Value = Attribute> {
    ("[a-z]{1,6}", 1u32..12, 0usize..5, any::<[u8; 40]>()).prop_map(|(name, code, count, noise)| Attribute {
        name,
        code,
        // No byte of a number is such that it is not equal to itself.
        bytes: noise[..count * size(code)]
            .iter()
            .map(|byte| byte & 0x7E)
            .collect(),
    })
}

fn content() -> impl Strategy<Value = Content> {
    let attributes = || prop::collection::vec(attribute(), 0..3);
    let variable = (
        "[a-z]{1,9}",
        any::<bool>(),
        prop::collection::vec(1usize..4, 0..3),
        1u32..12,
        attributes(),
    );
    let variable = variable.prop_map(|(name, is_record, mut dimensions, code, attributes)| {
        if is_record {
            dimensions.insert(0, 0);
        }
        Variable {
            name,
            dimensions,
            code,
            attributes,
        }
    });
    let variables = prop::collection::vec(variable, 0..5);
    let lengths = prop::array::uniform3(1u64..6);
    (
        prop::sample::select(vec![1u8, 2, 5]),
        0u64..5,
        lengths,
        attributes(),
        variables,
    )
        .prop_map(|(version, records, lengths, attributes, variables)| Content {
            version,
            records,
            dimensions: std::iter::once(0)
                .chain(lengths)
                .zip(["time", "x", "level", "y"])
                .map(|(length, name)| (name.to_owned(), length))
                .collect(),
            attributes,
            variables,
        })
}

fn same_attributes(found: &[array_file::Attribute], written: &[Attribute]) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), written.len());
    for (found, written) in found.iter().zip(written) {
        prop_assert_eq!(&found.name, &written.name);
        prop_assert_eq!(found.of.to_string(), TYPES[written.code as usize - 1].0);
        prop_assert_eq!(&found.value, &value(written));
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_read(content in content(), chosen in prop::array::uniform3((0.0..1.0, 0.0..1.0))) {
        let file = open(content.bytes()).unwrap();
        let (_, format) = VERSIONS.into_iter().find(|(version, _)| *version == content.version).unwrap();
        prop_assert_eq!(file.format, format);
        prop_assert_eq!(&file.notes, &[]);
        prop_assert_eq!(&file.root.path, "/");
        let dimensions: Vec<Dimension> = content.dimensions.iter().map(|(name, length)| Dimension {
            name: name.clone(),
            length: if *length == 0 { content.records } else { *length },
            unlimited: *length == 0,
        }).collect();
        prop_assert_eq!(&file.root.dimensions, &dimensions);
        same_attributes(&file.root.attributes, &content.attributes)?;
        prop_assert_eq!(file.root.variables.len(), content.variables.len());
        for (which, (found, written)) in file.root.variables.iter().zip(&content.variables).enumerate() {
            let shape = content.shape(written);
            prop_assert_eq!((&found.name, &found.path), (&written.name, &written.name));
            prop_assert_eq!(found.of.to_string(), TYPES[written.code as usize - 1].0);
            prop_assert_eq!(&found.shape, &shape);
            let names: Vec<String> = written.dimensions.iter().map(|at| dimensions[*at].name.clone()).collect();
            prop_assert_eq!(found.dimensions.as_ref(), Some(&names));
            prop_assert_eq!((found.chunk.len(), &found.problem), (0, &None));
            same_attributes(&found.attributes, &written.attributes)?;
            let values = content.values(which);
            let blocks = found.blocks().flat_map(|block| file.read(found, &block.start, &block.count).unwrap());
            prop_assert_eq!(&blocks.collect::<Vec<u8>>(), &values);
            if shape.contains(&0) {
                continue;
            }
            let (mut start, mut count) = (Vec::new(), Vec::new());
            for (length, (from, share)) in shape.iter().zip(chosen) {
                let first = (from * *length as f64) as u64;
                start.push(first);
                count.push(1 + (share * (length - first) as f64) as u64);
            }
            let found = file.read(found, &start, &count).unwrap();
            prop_assert_eq!(found, part(&values, &shape, size(written.code), &Block { start, count }));
        }
    }

    #[test]
    fn a_cut_file_is_read_as_far_as_it_goes(content in content(), share in 0.0..1.0) {
        let whole = content.bytes();
        let (begins, record) = content.layout();
        let header = content.header(&begins).len();
        let end = (share * whole.len() as f64) as usize;
        let opened = open(whole[..end].to_vec());
        if end < header {
            let problem = opened.err().unwrap();
            prop_assert_eq!(problem.kind, ProblemKind::Corrupt);
            prop_assert!(end < 4 || problem.byte.unwrap() as usize <= end);
            return Ok(());
        }
        let file = opened.unwrap();
        let mut cut = Vec::new();
        for (which, (found, written)) in file.root.variables.iter().zip(&content.variables).enumerate() {
            let (values, slab) = (content.values(which), content.slab(written));
            let last = match content.is_record(written) {
                true => begins[which] + record * (content.records as usize).saturating_sub(1) + slab,
                false => begins[which] + slab,
            };
            let read = file.read(found, &vec![0; found.shape.len()], &found.shape);
            if values.is_empty() || last <= end {
                prop_assert_eq!(read.unwrap(), values);
            } else {
                cut.push((found.name.as_str(), last));
                prop_assert_eq!(read.unwrap_err().kind, ProblemKind::Corrupt);
            }
        }
        let last = cut.iter().map(|(_, last)| *last).max();
        prop_assert_eq!(file.notes.len(), usize::from(last.is_some()));
        if let (Some(note), Some(last)) = (file.notes.first(), last) {
            prop_assert_eq!((note.kind, note.path.as_str()), (NoteKind::Truncated, "/"));
            prop_assert!(note.message.starts_with(&format!("the file ends at byte {end};")), "{}", note.message);
            prop_assert!(note.message.contains(&format!("should end at byte {last};")), "{}", note.message);
            let names: Vec<&str> = cut.iter().map(|(name, _)| *name).collect();
            prop_assert!(note.message.ends_with(&format!("cut short: {}", names.join(", "))), "{}", note.message);
        }
    }
}

/// One dimension `n` of 5, and a variable of int16 for each name.
fn simple(version: u8, names: &[&str]) -> Content {
    let variable = |name: &&str| Variable {
        name: (*name).to_owned(),
        dimensions: vec![0],
        code: 3,
        attributes: Vec::new(),
    };
    Content {
        version,
        records: 0,
        dimensions: vec![("n".to_owned(), 5)],
        attributes: Vec::new(),
        variables: names.iter().map(variable).collect(),
    }
}

fn text_attribute(name: &str, bytes: &[u8]) -> Attribute {
    Attribute {
        name: name.to_owned(),
        code: 2,
        bytes: bytes.to_vec(),
    }
}

#[test]
fn the_note_about_a_cut_file_names_five_variables() {
    for (names, expected) in [
        (&["a"][..], "1 variable cut short: a"),
        (&["a", "b", "c", "d", "e"], "5 variables cut short: a, b, c, d, e"),
        (
            &["a", "b", "c", "d", "e", "f", "g"],
            "7 variables cut short: a, b, c, d, e, 2 more",
        ),
    ] {
        let content = simple(1, names);
        let (begins, _) = content.layout();
        let file = open(content.header(&begins)).unwrap();
        assert!(
            file.notes[0].message.ends_with(expected),
            "{}",
            file.notes[0].message
        );
        assert_eq!(file.notes[0].loss().unwrap().kind, ProblemKind::Corrupt);
    }
}

#[test]
fn the_length_of_a_file_decides_the_records_while_it_is_written() {
    for (version, _) in VERSIONS {
        let mut content = simple(version, &["a", "b"]);
        content.dimensions[0].1 = 0;
        content.records = 3;
        let mut bytes = content.bytes();
        let width = if version == 5 { 8 } else { 4 };
        bytes[4..4 + width].fill(0xFF);
        // The padding of the last value is not written yet.
        for (end, records) in [(bytes.len() + 2, 3), (bytes.len(), 2), (bytes.len() - 8, 1)] {
            let mut bytes = bytes.clone();
            bytes.resize(end, 0);
            let file = open(bytes).unwrap();
            assert_eq!(file.root.dimensions[0].length, records, "{version} {end}");
            assert_eq!(file.root.variables[1].shape, [records]);
            assert_eq!(file.notes, []);
        }
        // A file without record variables has no records.
        let mut bytes = simple(version, &["a"]).bytes();
        bytes[4..4 + width].fill(0xFF);
        assert_eq!(open(bytes).unwrap().root.dimensions[0].length, 5);
    }
}

#[test]
fn limits_are_exact() {
    let mut content = simple(2, &["a", "b"]);
    content.dimensions[0].0 = "name".to_owned();
    content.attributes = vec![text_attribute("title", b"twelve bytes")];
    content.variables[0].attributes = vec![text_attribute("units", b"m"), text_attribute("note", b"")];
    let (begins, _) = content.layout();
    let header = content.header(&begins).len();
    let bytes = content.bytes();
    let default = Limits::default();
    type Set = fn(usize) -> Limits;
    let cases: [(&str, usize, Set); 5] = [
        ("variables", 2, |variables| Limits {
            variables,
            ..Limits::default()
        }),
        ("attributes", 3, |attributes| Limits {
            attributes,
            ..Limits::default()
        }),
        ("attribute_bytes", 12, |attribute_bytes| Limits {
            attribute_bytes,
            ..Limits::default()
        }),
        ("name_bytes", 8, |name_bytes| Limits {
            name_bytes,
            ..Limits::default()
        }),
        ("header_bytes", header, |header_bytes| Limits {
            header_bytes,
            ..Limits::default()
        }),
    ];
    for (name, least, limits) in cases {
        let open = |most| ArrayFile::open(Arc::new(bytes.clone()), View::NetCdf, &limits(most));
        assert_eq!(open(least).err(), None, "{name}");
        let problem = open(least - 1).err().unwrap();
        assert_eq!(problem.kind, ProblemKind::Limit, "{name}: {problem}");
        assert!(
            problem.message.contains(&(least - 1).to_string()),
            "{name}: {problem}"
        );
    }
    let open = |variable_bytes| {
        let limits = Limits {
            variable_bytes,
            ..default
        };
        ArrayFile::open(Arc::new(bytes.clone()), View::NetCdf, &limits).unwrap()
    };
    assert_eq!(open(10).root.variables[0].problem, None);
    let file = open(9);
    let problem = file.root.variables[0].problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Limit);
    assert_eq!(problem.message, "declares 10 bytes; at most 9 are read");
    assert_eq!(file.read(&file.root.variables[0], &[0], &[5]), Err(problem));
}

#[test]
fn shapes_that_cannot_be_counted_are_problems_of_their_variables() {
    let mut content = simple(5, &["small", "large"]);
    content.dimensions.push(("huge".to_owned(), 1 << 40));
    content.variables[1].dimensions = vec![1, 1];
    let (mut begins, _) = simple(5, &["small"]).layout();
    begins.push(0);
    let mut bytes = content.header(&begins);
    let at = bytes.len();
    bytes.extend([7; 12]);
    begins = vec![at, at];
    bytes[..at].copy_from_slice(&content.header(&begins));
    let file = open(bytes).unwrap();
    let problem = file.root.variables[1].problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Limit);
    assert!(problem.message.contains("too many elements"), "{problem}");
    assert!(
        file.notes[0]
            .message
            .contains("an offset that overflows; 1 variable")
    );
    assert_eq!(file.read(&file.root.variables[0], &[0], &[5]).unwrap(), [7; 10]);
}

#[test]
fn contradictions_are_reported_with_their_offset() {
    // Magic, records, tag and number of dimensions, name `n`, length, no attributes, tag and number of variables: 48 bytes.
    let bytes = simple(1, &["a"]).bytes();
    for (at, byte, message, offset) in [
        (
            11,
            0x0B,
            "expected a list of dimensions, found tag 0xb with 1 entries",
            16,
        ),
        (
            31,
            0x0C,
            "expected a list of attributes, found tag 0xc with 0 entries",
            0,
        ),
        (
            35,
            1,
            "expected a list of attributes, found tag 0x0 with 1 entries",
            36,
        ),
        (
            39,
            0x0A,
            "expected a list of variables, found tag 0xa with 1 entries",
            44,
        ),
        (44, 0xFF, "4278190081 bytes are declared here", 48),
        (59, 1, "a has dimension 1 of 1", 60),
        (71, 12, "type 12 is not one of 1 to 11", 72),
        (71, 0, "type 0 is not one of 1 to 11", 72),
    ] {
        let mut changed = bytes.clone();
        changed[at] = byte;
        let opened = open(changed);
        // An empty list may have its tag.
        if offset == 0 {
            assert_eq!(opened.err(), None);
            continue;
        }
        let problem = opened.err().unwrap_or_else(|| panic!("{at}: {message}"));
        assert_eq!(problem.kind, ProblemKind::Corrupt);
        assert!(problem.message.contains(message), "{at}: {problem}");
        assert_eq!(problem.byte, Some(offset), "{problem}");
    }
    let mut content = simple(1, &["a"]);
    content.dimensions.push(("time".to_owned(), 0));
    content.variables[0].dimensions = vec![0, 1];
    let problem = open(content.bytes()).err().unwrap();
    assert!(
        problem
            .message
            .contains("has the record dimension, but not as its first one")
    );
}

#[test]
fn texts_that_are_not_utf_8_are_marked() {
    let mut content = simple(1, &[]);
    content.attributes = vec![text_attribute("units", b"\xB0C"), text_attribute("title", b"C")];
    let attributes = open(content.bytes()).unwrap().root.attributes;
    assert_eq!((attributes[0].text(), attributes[0].latin1), (Some("°C"), true));
    assert_eq!((attributes[1].text(), attributes[1].latin1), (Some("C"), false));
    // A name, too.
    let mut bytes = content.bytes();
    let at = bytes.windows(5).position(|window| window == b"title").unwrap();
    bytes[at] = 0xE9;
    let attributes = open(bytes).unwrap().root.attributes;
    assert_eq!(
        (attributes[1].name.as_str(), attributes[1].latin1),
        ("éitle", true)
    );
}

#[test]
fn classic_files_have_no_references() {
    let problem = open(simple(1, &[]).bytes())
        .unwrap()
        .resolve(&[0; 16], 1)
        .unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Unsupported);
}

/// Offset and length of each read.
type Reads = Arc<Mutex<Vec<(u64, usize)>>>;

/// A header with bytes behind it that are not stored.
struct Sparse {
    header: Vec<u8>,
    length: u64,
    reads: Reads,
}

impl Source for Sparse {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_exact_at(&self, at: u64, into: &mut [u8]) -> std::io::Result<()> {
        self.reads.lock().unwrap().push((at, into.len()));
        for (byte, at) in into.iter_mut().zip(at as usize..) {
            *byte = self.header.get(at).copied().unwrap_or(at as u8);
        }
        Ok(())
    }
}

fn sparse(content: &Content) -> (ArrayFile, usize, Reads) {
    let (begins, _) = content.layout();
    let header = content.header(&begins);
    let reads = Reads::default();
    let last = content.variables.last().unwrap();
    let source = Sparse {
        length: (begins.last().unwrap() + content.slab(last)) as u64,
        header,
        reads: reads.clone(),
    };
    let file = ArrayFile::open(Arc::new(source), View::NetCdf, &Limits::default()).unwrap();
    (file, begins[0], reads)
}

#[test]
fn rows_that_are_close_together_are_one_read() {
    const BETWEEN: u64 = 1 << 20;
    for (row, number) in [(100, 1), (BETWEEN + 3, 1), (BETWEEN + 4, 2)] {
        let mut content = simple(2, &["a"]);
        content.dimensions = vec![("y".to_owned(), 2), ("x".to_owned(), row)];
        content.variables[0].dimensions = vec![0, 1];
        content.variables[0].code = 1;
        let (file, begin, reads) = sparse(&content);
        reads.lock().unwrap().clear();
        let read = file.read(&file.root.variables[0], &[0, 5], &[2, 3]).unwrap();
        let at = [5, 6, 7, row as usize + 5, row as usize + 6, row as usize + 7];
        assert_eq!(read, at.map(|at| (begin + at) as u8));
        let expected = match number {
            1 => vec![(begin as u64 + 5, row as usize + 3)],
            _ => vec![(begin as u64 + 5, 3), (begin as u64 + 5 + row, 3)],
        };
        assert_eq!(*reads.lock().unwrap(), expected, "{row}");
    }
}

#[test]
fn the_header_is_read_in_large_pieces() {
    let mut content = simple(1, &["a"]);
    content.attributes = (0..30)
        .map(|at| text_attribute(&format!("a{at}"), &[b'x'; 10_000]))
        .collect();
    content.attributes.push(text_attribute("long", &[b'y'; 200_000]));
    content.attributes.push(text_attribute("last", b"z"));
    let (file, begin, reads) = sparse(&content);
    assert_eq!(file.root.attributes[30].text().unwrap().len(), 200_000);
    assert_eq!(file.root.attributes[31].text(), Some("z"));
    assert_eq!(file.root.variables[0].name, "a");
    let reads = reads.lock().unwrap();
    assert!(reads.len() < 10, "{reads:?}");
    let bytes: usize = reads.iter().map(|(_, length)| length).sum();
    assert!(bytes < begin + 100_000, "{bytes}");
}
