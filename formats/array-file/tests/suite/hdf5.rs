//! HDF5 files that are made here, of groups, links, datasets and attributes that no library writes on request.
#![expect(
    clippy::unwrap_used,
    reason = "the test fails where it cannot read its own bytes"
)]

use std::sync::Arc;

use array_file::{
    ArrayFile, Format, Group, Guess, Limits, NoteKind, ProblemKind, Value, Variable, View, guess,
};
use hdf5_reader::checksum::jenkins_lookup3;

/// Bytes of a page, at the beginning of which an object or a piece of data is.
const PAGE: usize = 2048;
const UNDEFINED: [u8; 8] = [0xFF; 8];
const DATASPACE: u8 = 0x01;
const LINK_INFO: u8 = 0x02;
const DATATYPE: u8 = 0x03;
const LINK: u8 = 0x06;
const EXTERNAL_FILES: u8 = 0x07;
const LAYOUT: u8 = 0x08;
const FILTERS: u8 = 0x0B;
const ATTRIBUTE: u8 = 0x0C;
/// A signed integer of four bytes.
const INT32: [u8; 12] = [0x10, 0x08, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0];
/// A variable-length list of references to objects.
const LISTS: [u8; 16] = [0x19, 0, 0, 0, 16, 0, 0, 0, 0x17, 0, 0, 0, 8, 0, 0, 0];

type Message = (u8, Vec<u8>);

/// A file of pages. Page 0 has the superblock, page 1 the root group.
struct Builder {
    pages: Vec<Vec<u8>>,
}

fn address(page: usize) -> [u8; 8] {
    ((page * PAGE) as u64).to_le_bytes()
}

fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(jenkins_lookup3(&bytes).to_le_bytes());
    bytes
}

/// An object header of version 2.
fn header(messages: &[Message]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, message) in messages {
        body.push(*kind);
        body.extend((message.len() as u16).to_le_bytes());
        body.push(0);
        body.extend(message);
    }
    let size = (body.len() as u32).to_le_bytes();
    summed([b"OHDR\x02\x02", &size[..], &body].concat())
}

impl Builder {
    /// `objects` is the number of objects besides the root group, in pages from 2 on.
    fn new(objects: usize) -> Self {
        Builder {
            pages: vec![Vec::new(); 2 + objects],
        }
    }

    fn put(&mut self, page: usize, messages: &[Message]) {
        self.pages[page] = header(messages);
    }

    /// Adds data, and returns their address.
    fn data(&mut self, bytes: Vec<u8>) -> [u8; 8] {
        self.pages.push(bytes);
        address(self.pages.len() - 1)
    }

    /// A contiguous dataset of integers.
    fn dataset(&mut self, shape: &[u64], attributes: &[Message]) -> Vec<Message> {
        let values = 0..shape.iter().product::<u64>() as i32;
        let values: Vec<u8> = values.flat_map(i32::to_le_bytes).collect();
        let size = (values.len() as u64).to_le_bytes();
        let at = self.data(values);
        let layout = [&[3, 1], &at[..], &size].concat();
        let own = [
            (DATASPACE, dataspace(shape, &[])),
            (DATATYPE, INT32.to_vec()),
            (LAYOUT, layout),
        ];
        [&own, attributes].concat()
    }

    /// A dataset of one dimension in chunks of two integers, which can grow if `can_grow`.
    fn chunked(&mut self, length: u64, can_grow: bool, attributes: &[Message]) -> Vec<Message> {
        let mut tree = [
            b"TREE\x01\x00".as_slice(),
            &(length.div_ceil(2) as u16).to_le_bytes(),
        ]
        .concat();
        tree.extend([UNDEFINED, UNDEFINED].concat());
        for at in (0..length).step_by(2) {
            let chunk = [at as i32, at as i32 + 1]
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            let chunk = self.data(chunk);
            tree.extend([&[8, 0, 0, 0, 0, 0, 0, 0], &at.to_le_bytes()[..], &[0; 8], &chunk].concat());
        }
        tree.extend([&[0; 8], &length.next_multiple_of(2).to_le_bytes()[..], &[0; 8]].concat());
        tree.resize(PAGE, 0);
        let tree = self.data(tree);
        let layout = [&[3, 2, 2], &tree[..], &[2, 0, 0, 0, 4, 0, 0, 0]].concat();
        let most: &[u64] = if can_grow { &[u64::MAX] } else { &[] };
        let own = [
            (DATASPACE, dataspace(&[length], most)),
            (DATATYPE, INT32.to_vec()),
            (LAYOUT, layout),
        ];
        [&own, attributes].concat()
    }

    /// The attribute `DIMENSION_LIST`: for each dimension the page of its scale.
    fn dimension_list(&mut self, scales: &[usize]) -> Message {
        let mut heap = b"GCOL\x01\0\0\0".to_vec();
        heap.extend((PAGE as u64).to_le_bytes());
        for (at, scale) in scales.iter().enumerate() {
            heap.extend([at as u8 + 1, 0, 1, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
            heap.extend(address(*scale));
        }
        let free = (PAGE - heap.len()) as u64;
        heap.extend([0; 8]);
        heap.extend(free.to_le_bytes());
        let heap = self.data(heap);
        let reference = |at: usize| [&[1, 0, 0, 0], &heap[..], &[at as u8 + 1, 0, 0, 0]].concat();
        let value: Vec<u8> = (0..scales.len()).flat_map(reference).collect();
        attribute("DIMENSION_LIST", &LISTS, &[scales.len() as u64], &value)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut pages = self.pages.clone();
        let end = ((pages.len() * PAGE) as u64).to_le_bytes();
        let head = [
            array_file::HDF5_SIGNATURE,
            &[2, 8, 8, 0],
            &[0; 8],
            &UNDEFINED,
            &end,
            &address(1),
        ];
        pages[0] = summed(head.concat());
        for page in &mut pages {
            assert!(page.len() <= PAGE);
            page.resize(PAGE, 0);
        }
        pages.concat()
    }

    fn open(&self, view: View) -> ArrayFile {
        ArrayFile::open(Arc::new(self.bytes()), view, &Limits::default()).unwrap()
    }

    fn guess(&self) -> Guess {
        let bytes = self.bytes();
        guess(bytes.len() as u64, |at, into| {
            into.copy_from_slice(&bytes[at as usize..][..into.len()]);
            Ok(into.len())
        })
    }
}

fn dataspace(shape: &[u64], most: &[u64]) -> Vec<u8> {
    let head = [
        2,
        shape.len() as u8,
        u8::from(!most.is_empty()),
        u8::from(!shape.is_empty()),
    ];
    let lengths = shape.iter().chain(most).flat_map(|length| length.to_le_bytes());
    head.into_iter().chain(lengths).collect()
}

fn attribute(name: &str, datatype: &[u8], shape: &[u64], value: &[u8]) -> Message {
    let (space, name) = (dataspace(shape, &[]), [name.as_bytes(), &[0]].concat());
    let sizes = [name.len(), datatype.len(), space.len()].map(|size| (size as u16).to_le_bytes());
    let head = [&[3, 0], sizes.as_flattened(), &[0]].concat();
    (ATTRIBUTE, [&head, &name, datatype, &space, value].concat())
}

fn text(name: &str, text: &str) -> Message {
    let datatype = [&[0x13, 0, 0, 0], &(text.len() as u32).to_le_bytes()[..]].concat();
    attribute(name, &datatype, &[], text.as_bytes())
}

fn integers(name: &str, values: &[i32]) -> Message {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    attribute(name, &INT32, &[values.len() as u64], &bytes)
}

/// Messages of a dimension scale.
fn scale(name: &str, id: i32) -> [Message; 3] {
    [
        text("CLASS", "DIMENSION_SCALE"),
        text("NAME", name),
        integers("_Netcdf4Dimid", &[id]),
    ]
}

fn group_info() -> Message {
    (LINK_INFO, [&[0, 0][..], &UNDEFINED, &UNDEFINED].concat())
}

fn link(name: &str, kind: u8, target: &[u8]) -> Message {
    (
        LINK,
        [&[1, 0x08, kind, name.len() as u8], name.as_bytes(), target].concat(),
    )
}

fn hard(name: &str, page: usize) -> Message {
    link(name, 0, &address(page))
}

fn ordered(name: &str, order: u64, page: usize) -> Message {
    let head = [&[1, 0x04], &order.to_le_bytes()[..], &[name.len() as u8]].concat();
    (LINK, [&head, name.as_bytes(), &address(page)].concat())
}

fn soft(name: &str, to: &str) -> Message {
    let to = [&(to.len() as u16).to_le_bytes(), to.as_bytes()].concat();
    link(name, 1, &to)
}

fn external(name: &str, file: &str, to: &str) -> Message {
    let target = [b"\0", file.as_bytes(), b"\0", to.as_bytes(), b"\0"].concat();
    link(
        name,
        64,
        &[&(target.len() as u16).to_le_bytes(), target.as_slice()].concat(),
    )
}

fn group(links: &[Message]) -> Vec<Message> {
    [&[group_info()], links].concat()
}

fn notes(file: &ArrayFile) -> Vec<(NoteKind, &str, &str)> {
    let all = file.notes.iter();
    all.map(|note| (note.kind, note.path.as_str(), note.message.as_str()))
        .collect()
}

fn paths(file: &ArrayFile) -> Vec<&str> {
    let groups = file.root.all();
    let all = groups.into_iter().flat_map(|group| &group.variables);
    all.map(|variable| variable.path.as_str()).collect()
}

fn variable<'f>(file: &'f ArrayFile, path: &str) -> &'f Variable {
    let groups = file.root.all();
    let mut all = groups.into_iter().flat_map(|group| &group.variables);
    all.find(|variable| variable.path == path).unwrap()
}

fn values(file: &ArrayFile, path: &str) -> Vec<i32> {
    let one = variable(file, path);
    let bytes = file.read(one, &vec![0; one.shape.len()], &one.shape).unwrap();
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|raw| i32::from_le_bytes(*raw))
        .collect()
}

#[test]
fn links_of_every_kind() {
    let mut file = Builder::new(4);
    let dataset = file.dataset(&[3], &[]);
    file.put(
        2,
        &group(&[
            hard("x", 3),
            hard("up", 1),
            hard("self", 2),
            soft("beside", "../x"),
            soft("far", "/type"),
        ]),
    );
    file.put(3, &dataset);
    // A committed type, and an object of an unknown kind.
    file.put(4, &[(DATATYPE, INT32.to_vec())]);
    file.pages[5] = vec![7; 64];
    file.put(
        1,
        &group(&[
            hard("g", 2),
            hard("again", 3),
            hard("type", 4),
            hard("noise", 5),
            soft("good", "/g/x"),
            soft("bad", "/g/none"),
            external("away", "other.h5", "/data"),
            link("own", 200, &[0, 0]),
        ]),
    );
    let file = file.open(View::NetCdf);
    assert_eq!(file.format, Format::Hdf5);
    assert_eq!(paths(&file), ["g/x"]);
    assert_eq!(
        (values(&file, "g/x"), variable(&file, "g/x").name.as_str()),
        (vec![0, 1, 2], "x")
    );
    let groups: Vec<&str> = file.root.all().iter().map(|group| group.path.as_str()).collect();
    assert_eq!(groups, ["/", "/g"]);
    let found = notes(&file);
    let of = |path: &str| found.iter().find(|note| note.1 == path).copied();
    let cycle = "a group that contains itself; it is not entered again";
    assert_eq!(of("/g/up"), Some((NoteKind::Cycle, "/g/up", cycle)));
    assert_eq!(of("/g/self"), Some((NoteKind::Cycle, "/g/self", cycle)));
    let noise = "an object header of version 7; versions are 1 and 2";
    assert_eq!(of("/noise"), Some((NoteKind::Damaged, "/noise", noise)));
    let away = "a link to /data in the file other.h5, which is not followed";
    assert_eq!(of("/away"), Some((NoteKind::OutsideLink, "/away", away)));
    let bad = "a soft link to /g/none, which is missing or cannot be read";
    assert_eq!(of("/bad"), Some((NoteKind::DanglingLink, "/bad", bad)));
    assert_eq!(of("/(unreadable)").unwrap().0, NoteKind::Unsupported);
    assert_eq!((of("/good"), of("/again"), of("/type")), (None, None, None));
    for (at, note) in file.notes.iter().enumerate() {
        let is_loss = matches!(note.kind, NoteKind::Damaged | NoteKind::Unsupported);
        let loss = note.loss().map(|problem| (problem.kind, problem.message));
        assert_eq!(loss.is_some(), is_loss, "{at}");
        if let Some((kind, message)) = loss {
            let expected = match note.kind {
                NoteKind::Damaged => ProblemKind::Corrupt,
                _ => ProblemKind::Unsupported,
            };
            assert_eq!(
                (kind, message),
                (expected, format!("{}: {}", note.path, note.message))
            );
        }
    }
}

#[test]
fn links_are_in_the_order_of_their_creation_if_all_have_one() {
    let paths_of = |links: &[Message]| {
        let mut file = Builder::new(3);
        for page in 2..5 {
            let dataset = file.dataset(&[1], &[]);
            file.put(page, &dataset);
        }
        file.put(1, &group(links));
        paths(&file.open(View::Hdf5)).join(" ")
    };
    assert_eq!(
        paths_of(&[ordered("a", 2, 2), ordered("b", 0, 3), ordered("c", 1, 4)]),
        "b c a"
    );
    assert_eq!(
        paths_of(&[ordered("a", 2, 2), hard("b", 3), ordered("c", 1, 4)]),
        "a b c"
    );
}

/// Groups `a` and `a/b` and two datasets with two attributes each.
fn nested() -> Builder {
    let mut file = Builder::new(4);
    let attributes = [text("units", "m s-1"), integers("range", &[1, 2, 3])];
    for page in [4, 5] {
        let dataset = file.chunked(3, false, &attributes);
        file.put(page, &dataset);
    }
    file.put(1, &[group(&[hard("a", 2)]), vec![text("title", "t")]].concat());
    file.put(2, &group(&[hard("b", 3), hard("x", 4)]));
    file.put(3, &group(&[hard("y", 5)]));
    file
}

#[test]
fn limits_are_exact() {
    let bytes = nested().bytes();
    // `/a`, `/a/b`, `/a/x` and `/a/b/y`.
    let names = 2 + 4 + 4 + 6;
    type Set = fn(usize) -> Limits;
    let cases: [(&str, usize, &str, &str, Set); 6] = [
        ("variables", 2, "/a/x", "more than 1 variables", |variables| {
            Limits {
                variables,
                ..Limits::default()
            }
        }),
        ("attributes", 5, "/a/x", "more than 4 attributes", |attributes| {
            Limits {
                attributes,
                ..Limits::default()
            }
        }),
        ("depth", 2, "/a/b", "deeper than 1;", |depth| Limits {
            depth,
            ..Limits::default()
        }),
        ("groups", 3, "/a/b", "more than 2 groups", |groups| Limits {
            groups,
            ..Limits::default()
        }),
        ("name_bytes", names, "/a", "more than 15 bytes", |name_bytes| {
            Limits {
                name_bytes,
                ..Limits::default()
            }
        }),
        ("attribute_bytes", 12, "", "", |attribute_bytes| Limits {
            attribute_bytes,
            ..Limits::default()
        }),
    ];
    for (name, least, path, message, limits) in cases {
        let open = |most| ArrayFile::open(Arc::new(bytes.clone()), View::Hdf5, &limits(most)).unwrap();
        let (whole, less) = (open(least), open(least - 1));
        assert_eq!(whole.notes, [], "{name}");
        assert_eq!(paths(&whole), ["a/x", "a/b/y"], "{name}");
        let range = |file: &ArrayFile| variable(file, "a/b/y").attribute("range").unwrap().value.clone();
        assert_eq!(range(&whole), Value::Integers(vec![1, 2, 3]));
        if name == "attribute_bytes" {
            assert_eq!(
                range(&less),
                Value::Other("int32 of 12 bytes; at most 11 are read".to_owned())
            );
            continue;
        }
        let found = notes(&less);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert_eq!((found[0].0, found[0].1), (NoteKind::Limit, path), "{name}");
        assert!(found[0].2.contains(message), "{name}: {}", found[0].2);
    }
    let open = |chunk_bytes, variable_bytes| {
        let limits = Limits {
            chunk_bytes,
            variable_bytes,
            ..Limits::default()
        };
        ArrayFile::open(Arc::new(bytes.clone()), View::Hdf5, &limits).unwrap()
    };
    assert_eq!(variable(&open(8, 12), "a/x").problem, None);
    for (file, message) in [
        (open(7, 12), "chunks of [2] elements; at most 7 bytes are read"),
        (open(8, 11), "declares 12 bytes; at most 11 are read"),
    ] {
        let problem = variable(&file, "a/b/y").problem.clone().unwrap();
        assert_eq!(
            (problem.kind, problem.message.as_str()),
            (ProblemKind::Limit, message)
        );
    }
}

#[test]
fn a_truncated_file_says_so() {
    let whole = nested().bytes();
    let open = |end: usize| ArrayFile::open(Arc::new(whole[..end].to_vec()), View::Hdf5, &Limits::default());
    let (all, cut) = (whole.len(), whole.len() - 1);
    assert_eq!(open(all).unwrap().notes, []);
    let file = open(cut).unwrap();
    let message = format!("the file declares {all} bytes and has {cut}");
    assert_eq!(notes(&file), [(NoteKind::Truncated, "/", message.as_str())]);
    assert_eq!(file.notes[0].loss().unwrap().message, message);
    // Without its root group the file cannot be read, and the truncation is the reason.
    let problem = open(PAGE + 10).err().unwrap();
    assert_eq!(problem.kind, ProblemKind::Corrupt);
    let message = format!("the file declares {all} bytes and has {}: ", PAGE + 10);
    assert!(
        problem.message.starts_with(&message) && problem.message.len() > message.len(),
        "{problem}"
    );
    // A file that does not know its end is not truncated.
    let mut open_ended = whole.clone();
    open_ended[28..36].fill(0xFF);
    let sum = jenkins_lookup3(&open_ended[..44]).to_le_bytes();
    open_ended[44..48].copy_from_slice(&sum);
    let file = ArrayFile::open(Arc::new(open_ended), View::Hdf5, &Limits::default()).unwrap();
    assert_eq!(file.notes, []);
}

#[test]
fn damage_costs_what_is_damaged() {
    let mut file = Builder::new(4);
    let mut short = integers("range", &[1, 2, 3]);
    short.1.pop();
    let dataset = file.dataset(&[2], &[short, text("units", "m"), (ATTRIBUTE, vec![9; 20])]);
    file.put(2, &dataset);
    file.put(3, &dataset[..1]);
    file.put(4, &group(&[hard("x", 2)]));
    file.put(5, &dataset);
    file.put(1, &group(&[hard("first", 5), hard("typeless", 3), hard("g", 4)]));
    file.pages[5][20] ^= 1;
    let file = file.open(View::Hdf5);
    assert_eq!(values(&file, "g/x"), [0, 1]);
    let names: Vec<&str> = variable(&file, "g/x")
        .attributes
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["units"]);
    let [first, typeless, range, version] = notes(&file)[..] else {
        panic!("{:?}", file.notes)
    };
    assert_eq!(
        first,
        (
            NoteKind::Damaged,
            "/first",
            "an object header whose checksum differs"
        )
    );
    assert_eq!((typeless.0, typeless.1), (NoteKind::Damaged, "/typeless"));
    let message = "attribute range: its value is longer than the message";
    assert_eq!(range, (NoteKind::Damaged, "/g/x", message));
    assert_eq!(
        version,
        (NoteKind::Unsupported, "/g/x", "attribute message of version 9")
    );
}

#[test]
fn a_group_whose_links_cannot_be_listed_is_a_note_unless_it_is_the_root() {
    // A heap of links at an address that is not in the file.
    let damaged = (
        LINK_INFO,
        [&[0, 0][..], &[0, 0, 0, 0, 1, 0, 0, 0], &[0, 0, 0, 0, 1, 0, 0, 0]].concat(),
    );
    let mut file = Builder::new(3);
    let dataset = file.dataset(&[2], &[]);
    file.put(2, &dataset);
    file.put(3, std::slice::from_ref(&damaged));
    file.put(1, &group(&[hard("g", 3), hard("x", 2)]));
    let read = file.open(View::Hdf5);
    assert_eq!(values(&read, "x"), [0, 1]);
    let [(NoteKind::Damaged, "/g", _)] = notes(&read)[..] else {
        panic!("{:?}", read.notes)
    };
    file.put(1, &[damaged]);
    assert!(ArrayFile::open(Arc::new(file.bytes()), View::Hdf5, &Limits::default()).is_err());
}

#[test]
fn attributes_that_cannot_be_listed_are_a_note() {
    let mut file = Builder::new(1);
    let dataset = file.dataset(&[2], &[text("units", "m")]);
    // A heap of attributes at an address that is not in the file.
    let info = (
        0x15,
        [&[0, 0][..], &[0, 0, 0, 0, 1, 0, 0, 0], &[0, 0, 0, 0, 1, 0, 0, 0]].concat(),
    );
    file.put(2, &[dataset, vec![info]].concat());
    file.put(1, &group(&[hard("x", 2)]));
    let file = file.open(View::Hdf5);
    assert_eq!(values(&file, "x"), [0, 1]);
    assert!(variable(&file, "x").attribute("units").is_some());
    let found = notes(&file);
    assert_eq!(
        (found.len(), found[0].0, found[0].1),
        (1, NoteKind::Damaged, "/x")
    );
    assert!(
        found[0].2.starts_with("its attributes cannot be listed: "),
        "{}",
        found[0].2
    );
}

#[test]
fn values_elsewhere_are_not_read() {
    let mut file = Builder::new(3);
    let mut heap = vec![0; 64];
    heap[8..16].copy_from_slice(b"raw.bin\0");
    let heap = file.data(heap);
    let heap = file.data(
        [
            b"HEAP\0\0\0\0",
            &64u64.to_le_bytes()[..],
            &[1, 0, 0, 0, 0, 0, 0, 0],
            &heap,
        ]
        .concat(),
    );
    let slot = [&8u64.to_le_bytes()[..], &[0; 8], &8u64.to_le_bytes()].concat();
    let list = |slots: u8, heap: &[u8]| {
        (
            EXTERNAL_FILES,
            [
                &[1, 0, 0, 0, slots, 0, slots, 0],
                heap,
                &slot.repeat(slots.into()),
            ]
            .concat(),
        )
    };
    let mut dataset = file.dataset(&[2], &[]);
    dataset.push(list(1, &heap));
    file.put(2, &dataset);
    dataset[3] = list(1, &address(40));
    file.put(3, &dataset);
    let layout = [&[4, 3], &address(1)[..], &[0; 4]].concat();
    file.put(4, &[dataset[0].clone(), dataset[1].clone(), (LAYOUT, layout)]);
    file.put(
        1,
        &group(&[hard("external", 2), hard("nameless", 3), hard("virtual", 4)]),
    );
    let file = file.open(View::Hdf5);
    for (path, name) in [("external", "raw.bin"), ("nameless", "(no name)")] {
        let problem = variable(&file, path).problem.clone().unwrap();
        assert_eq!(problem.kind, ProblemKind::Outside);
        assert_eq!(problem.message, format!("its values are in another file: {name}"));
    }
    let message = "a virtual dataset: its values are in other datasets";
    assert_eq!(notes(&file), [(NoteKind::OutsideLink, "/virtual", message)]);
}

#[test]
fn chunks_are_read_and_missing_ones_are_fill_values() {
    let mut file = Builder::new(2);
    let dataset = file.chunked(5, false, &[]);
    file.put(2, &dataset);
    let mut sparse = file.chunked(5, false, &[]);
    sparse[0].1 = dataspace(&[9], &[]);
    file.put(3, &sparse);
    file.put(1, &group(&[hard("x", 2), hard("sparse", 3)]));
    let file = file.open(View::Hdf5);
    assert_eq!(file.notes, []);
    assert_eq!(values(&file, "x"), [0, 1, 2, 3, 4]);
    assert_eq!(variable(&file, "x").chunk, [2]);
    assert_eq!(values(&file, "sparse"), [0, 1, 2, 3, 4, 5, 0, 0, 0]);
    let part = file.read(variable(&file, "x"), &[1], &[3]).unwrap();
    assert_eq!(part, [1, 2, 3].map(i32::to_le_bytes).as_flattened());
}

#[test]
fn a_filter_that_is_not_known_is_named() {
    let mut file = Builder::new(1);
    let mut dataset = file.chunked(4, false, &[]);
    dataset.push((
        FILTERS,
        [&[2, 2][..], &[2, 0, 0, 0, 1, 0, 4, 0, 0, 0], &[9, 0, 0, 0, 0, 0]].concat(),
    ));
    file.put(2, &dataset);
    file.put(1, &group(&[hard("x", 2)]));
    let problem = variable(&file.open(View::Hdf5), "x").problem.clone().unwrap();
    assert_eq!(
        (problem.kind, problem.message.as_str()),
        (ProblemKind::Unsupported, "filter 9 (unknown)")
    );
}

/// A netCDF-4 file: dimensions `time` (unlimited, 6), `x` (3) with coordinates, `n` (2) without a variable; the variable
/// `t` along all of them, `short` of 4 along `time`, `x` in the group `g`, not a coordinate, and `other` of a length that
/// no dimension has.
fn netcdf(with_list: bool) -> Builder {
    let mut file = Builder::new(7);
    let time = file.chunked(6, true, &scale("time", 0));
    file.put(2, &time);
    let x = file.dataset(
        &[3],
        &[&scale("x", 1)[..], &[text("units", "m"), integers("valid", &[7])]].concat(),
    );
    file.put(3, &x);
    let n = file.dataset(
        &[2],
        &scale(
            "This is a netCDF dimension but not a netCDF variable.         2",
            2,
        ),
    );
    file.put(4, &n);
    let along = match with_list {
        true => file.dimension_list(&[3, 4]),
        false => integers("_Netcdf4Coordinates", &[1, 2]),
    };
    let t = file.dataset(&[3, 2], &[along, text("NAME", "kept"), text("CLASS", "kept")]);
    file.put(5, &t);
    let along = match with_list {
        true => file.dimension_list(&[2]),
        false => integers("_Netcdf4Coordinates", &[0]),
    };
    let short = file.chunked(4, true, &[along]);
    file.put(6, &short);
    let other = file.dataset(&[5, 3, 5], &[]);
    file.put(7, &other);
    file.put(8, &group(&[hard("_nc4_non_coord_x", 7)]));
    let own = [
        text("_NCProperties", "version=2"),
        text("title", "t"),
        integers("_nc3_strict", &[1]),
    ];
    let links = [
        hard("time", 2),
        hard("x", 3),
        hard("n", 4),
        hard("t", 5),
        hard("short", 6),
        hard("g", 8),
    ];
    file.put(1, &[group(&links), own.to_vec()].concat());
    file
}

fn names(group: &Group) -> Vec<&str> {
    group.attributes.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn netcdf_4_is_presented_as_its_library_does() {
    for with_list in [true, false] {
        let builder = netcdf(with_list);
        let file = builder.open(View::NetCdf);
        assert_eq!((file.format, notes(&file)), (Format::NetCdf4, vec![]));
        let dimensions = file.root.dimensions.iter();
        let dimensions: Vec<_> = dimensions
            .map(|one| (one.name.as_str(), one.length, one.unlimited))
            .collect();
        assert_eq!(dimensions, [("time", 6, true), ("x", 3, false), ("n", 2, false)]);
        assert_eq!(names(&file.root), ["title"]);
        assert_eq!(paths(&file), ["time", "x", "t", "short", "g/x"]);
        let along = |path: &str| variable(&file, path).dimensions.clone().unwrap().join(" ");
        assert_eq!(
            ["time", "x", "t", "short", "g/x"].map(along),
            ["time", "x", "x n", "time", "phony_dim_0 phony_dim_1 phony_dim_0"]
        );
        let kept = |path: &str| {
            let attributes = variable(&file, path).attributes.iter();
            attributes
                .map(|one| one.name.clone())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            ["time", "x", "t", "short"].map(kept),
            ["", "units valid", "NAME CLASS", ""]
        );
        assert_eq!(variable(&file, "g/x").name, "x");
        // A variable that is shorter than its unlimited dimension is extended.
        assert_eq!(values(&file, "short"), [0, 1, 2, 3, 0, 0]);
        assert_eq!(values(&file, "time"), [0, 1, 2, 3, 4, 5]);
        assert_eq!(values(&file, "t"), [0, 1, 2, 3, 4, 5]);
        // As it is stored.
        let file = builder.open(View::Hdf5);
        assert_eq!(file.format, Format::Hdf5);
        assert_eq!(
            paths(&file),
            ["time", "x", "n", "t", "short", "g/_nc4_non_coord_x"]
        );
        assert_eq!(names(&file.root), ["_NCProperties", "title", "_nc3_strict"]);
        assert!(file.root.dimensions.is_empty());
        assert_eq!(variable(&file, "t").dimensions, None);
        assert_eq!(variable(&file, "short").shape, [4]);
        assert_eq!(variable(&file, "x").attributes.len(), 5);
    }
}

#[test]
fn an_unlimited_dimension_is_as_long_as_the_longest_variable() {
    let mut file = netcdf(false);
    let time = file.chunked(2, true, &scale("time", 0));
    file.put(2, &time);
    let file = file.open(View::NetCdf);
    assert_eq!(file.root.dimensions[0].length, 4);
    assert_eq!(
        (values(&file, "time"), values(&file, "short")),
        (vec![0, 1, 0, 0], vec![0, 1, 2, 3])
    );
}

#[test]
fn a_variable_that_cannot_be_extended_is_a_note() {
    let mut file = netcdf(false);
    let short = file.dataset(&[4], &[integers("_Netcdf4Coordinates", &[0])]);
    file.put(6, &short);
    let file = file.open(View::NetCdf);
    let found = notes(&file);
    assert_eq!(
        (found.len(), found[0].0, found[0].1),
        (1, NoteKind::Damaged, "short")
    );
    assert!(
        found[0]
            .2
            .starts_with("is shorter than its dimension and cannot be extended: ")
    );
    assert_eq!(values(&file, "short"), [0, 1, 2, 3]);
}

#[test]
fn names_of_dimensions_are_limited() {
    let name = "d".repeat(200);
    let mut builder = Builder::new(10);
    let scale = builder.dataset(&[3], &scale(&name, 1));
    builder.put(2, &scale);
    let mut links = vec![hard(&name, 2)];
    for page in 3..12 {
        let along = builder.dataset(&[3, 3, 3], &[integers("_Netcdf4Coordinates", &[1, 1, 1])]);
        builder.put(page, &along);
        links.push(hard(&format!("v{page}"), page));
    }
    builder.put(1, &group(&links));
    let open = |name_bytes| {
        let limits = Limits {
            name_bytes,
            ..Limits::default()
        };
        ArrayFile::open(Arc::new(builder.bytes()), View::NetCdf, &limits).unwrap()
    };
    // More than the paths of all objects.
    let most = 200 * (1 + 9 * 3);
    let file = open(most);
    assert_eq!(file.notes, []);
    assert_eq!(variable(&file, "v3").dimensions, Some(vec![name.clone(); 3]));
    let file = open(most - 1);
    let message = format!(
        "the names of all variables' dimensions take {most} bytes; at most {} are kept",
        most - 1
    );
    assert_eq!(notes(&file), [(NoteKind::Limit, "/", message.as_str())]);
    assert_eq!(
        variable(&file, "v3").dimensions,
        Some(vec!["phony_dim_0".to_owned(); 3])
    );
}

#[test]
fn every_mark_of_netcdf_4_suffices() {
    let marked = |root: &[Message], of_dataset: &[Message], order: bool| {
        let mut file = Builder::new(2);
        let dataset = file.dataset(&[3], of_dataset);
        file.put(3, &dataset);
        file.put(2, &group(&[hard("x", 3)]));
        let mut messages = [group(&[hard("g", 2)]), root.to_vec()].concat();
        if order {
            messages[0].1 = [&[0, 3][..], &[0; 8], &UNDEFINED, &UNDEFINED, &UNDEFINED].concat();
        }
        file.put(1, &messages);
        if order {
            // Flags of the header: the order of attributes is tracked and indexed, which adds two bytes to each message.
            let mut body = Vec::new();
            for (kind, message) in &messages {
                body.push(*kind);
                body.extend((message.len() as u16).to_le_bytes());
                body.extend([0, 0, 0]);
                body.extend(message);
            }
            let size = (body.len() as u32).to_le_bytes();
            file.pages[1] = summed([b"OHDR\x02\x0E", &size[..], &body].concat());
        }
        (file.guess(), file.open(View::NetCdf).format)
    };
    let class = text("CLASS", "DIMENSION_SCALE");
    for (root, of_dataset, because) in [
        (
            Some(text("_NCProperties", "v")),
            None,
            "its root group has _NCProperties",
        ),
        (
            Some(integers("_nc3_strict", &[1])),
            None,
            "its root group has _nc3_strict",
        ),
        (
            None,
            Some(integers("_Netcdf4Dimid", &[0])),
            "g/x has _Netcdf4Dimid",
        ),
        (
            None,
            Some(integers("_Netcdf4Coordinates", &[0])),
            "g/x has _Netcdf4Coordinates",
        ),
        (None, Some(class), "g/x is a dimension scale"),
    ] {
        let (guess, format) = marked(root.as_slice(), of_dataset.as_slice(), false);
        assert_eq!(
            (guess, format),
            (Guess::NetCdf4(because.to_owned()), Format::NetCdf4)
        );
    }
    let (guess, format) = marked(
        &[text("title", "t")],
        &[text("CLASS", "IMAGE"), text("NAME", "n")],
        false,
    );
    assert!(matches!(guess, Guess::Hdf5(_)), "{guess:?}");
    assert_eq!(format, Format::Hdf5);
    let (guess, format) = marked(&[], &[], true);
    assert!(matches!(guess, Guess::Either(_)), "{guess:?}");
    assert_eq!(format, Format::NetCdf4);
}

/// The guess over the bytes of a file of which `allowed` says which may be fetched, and the ranges that were fetched.
fn guess_of(bytes: &[u8], allowed: impl Fn(u64) -> std::io::Result<bool>) -> (Guess, Vec<(u64, usize)>) {
    let mut fetched = Vec::new();
    let found = guess(bytes.len() as u64, |at, into| {
        fetched.push((at, into.len()));
        if !allowed(at)? {
            return Ok(0);
        }
        into.copy_from_slice(&bytes[at as usize..][..into.len()]);
        Ok(into.len())
    });
    (found, fetched)
}

/// A file with so many datasets, each in pages that no other fetch includes, in two groups.
fn scattered(datasets: usize) -> Vec<u8> {
    const APART: usize = 10;
    let mut file = Builder::new(2 + datasets * APART);
    let place = |at: usize| 4 + at * APART;
    let all: Vec<Message> = (0..datasets)
        .map(|at| hard(&format!("x{at}"), place(at)))
        .collect();
    let dataset = [
        (DATASPACE, dataspace(&[], &[])),
        (DATATYPE, INT32.to_vec()),
        (LAYOUT, [&[3, 1][..], &UNDEFINED, &[0; 8]].concat()),
    ];
    for at in 0..datasets {
        file.put(place(at), &dataset);
    }
    let (first, second) = all.split_at(datasets / 2);
    file.put(1, &group(&[hard("a", 2), hard("b", 3)]));
    file.put(2, &group(first));
    file.put(3, &group(second));
    file.bytes()
}

#[test]
fn a_guess_needs_at_most_100_pieces() {
    let none = |objects: usize| {
        Guess::Hdf5(format!(
            "none of the {objects} objects that were looked at is marked as netCDF-4 or is a dimension scale"
        ))
    };
    let (found, fetched) = guess_of(&scattered(90), |_| Ok(true));
    assert_eq!(found, none(92));
    assert!((89..100).contains(&fetched.len()), "{}", fetched.len());
    let (found, fetched) = guess_of(&scattered(110), |_| Ok(true));
    assert_eq!(
        found,
        Guess::Unclear("100 pieces of the file did not show it".to_owned())
    );
    assert_eq!(fetched.len(), 100);
    let mut ranges = fetched;
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        assert!(
            pair[0].0 + pair[0].1 as u64 <= pair[1].0,
            "a byte is fetched twice: {pair:?}"
        );
    }
    assert!(ranges.iter().all(|(_, length)| *length <= 16 << 10));
}

#[test]
fn a_guess_without_some_objects_needs_four_others() {
    // The first two groups and the first dataset, at page 4, are in the first piece.
    for (read, is_enough) in [(1, false), (2, true)] {
        let bytes = scattered(read + 1);
        let last = ((4 + read * 10) * PAGE) as u64;
        let (found, fetched) = guess_of(&bytes, |at| Ok(at != last));
        assert!(fetched.iter().any(|(at, _)| *at == last));
        match is_enough {
            true => assert!(matches!(found, Guess::Hdf5(_)), "{found:?}"),
            false => assert_eq!(
                found,
                Guess::Unclear(format!("nothing can be read at byte {last}"))
            ),
        }
        let failing = |at| {
            if at == last {
                Err(std::io::Error::other("no network"))
            } else {
                Ok(true)
            }
        };
        let (found, _) = guess_of(&bytes, failing);
        match is_enough {
            true => assert!(matches!(found, Guess::Hdf5(_)), "{found:?}"),
            false => assert_eq!(found, Guess::Unclear("no network".to_owned())),
        }
    }
    let (found, _) = guess_of(&scattered(1), |_| Ok(false));
    assert_eq!(found, Guess::Unclear("nothing can be read at byte 0".to_owned()));
}

#[test]
fn a_guess_looks_nine_groups_deep_and_into_headers_of_256_kib() {
    // The root group has depth 0.
    for (depth, is_found) in [(9, true), (10, false)] {
        let mut file = Builder::new(depth + 1);
        for page in 1..=depth {
            file.put(page, &group(&[hard("g", page + 1)]));
        }
        let dataset = file.dataset(&[3], &[integers("_Netcdf4Dimid", &[0])]);
        file.put(depth + 1, &dataset);
        let found = file.guess();
        assert_eq!(matches!(found, Guess::NetCdf4(_)), is_found, "{depth}: {found:?}");
    }
    // A root group behind all other objects, whose header is filled up with messages that mean nothing.
    for (fillers, is_read) in [(3, true), (4, false)] {
        let mut bytes = nested().bytes();
        let root = (bytes.len() as u64).to_le_bytes();
        let filler = (0, vec![0; 65_530]);
        let messages = [
            group(&[hard("a", 2)]),
            vec![filler; fillers],
            vec![integers("_nc3_strict", &[1])],
        ]
        .concat();
        bytes.extend(header(&messages));
        bytes[36..44].copy_from_slice(&root);
        let sum = jenkins_lookup3(&bytes[..44]).to_le_bytes();
        bytes[44..48].copy_from_slice(&sum);
        let (found, _) = guess_of(&bytes, |_| Ok(true));
        match is_read {
            true => assert_eq!(found, Guess::NetCdf4("its root group has _nc3_strict".to_owned())),
            false => assert!(
                matches!(&found, Guess::Unclear(why) if why.contains("262144 bytes")),
                "{found:?}"
            ),
        }
    }
}
