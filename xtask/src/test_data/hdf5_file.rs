//! A writer of small HDF5 files: superblock 0, object headers 1, links as messages, contiguous and chunked datasets.
//!
//! Only what the test files need, hostile ones included (HDF5 File Format Specification 3.0).

const UNDEFINED: u64 = u64::MAX;
/// The heap of texts and sequences follows the superblock, and has the least size that there is.
const HEAP: usize = 96;
const HEAP_BYTES: usize = 4096;

/// A file that grows.
pub(super) struct File {
    bytes: Vec<u8>,
    /// Objects of the heap, which is written last.
    heap: Vec<Vec<u8>>,
}

/// A datatype message.
#[derive(Clone)]
pub(super) struct Of(pub(super) Vec<u8>);

impl Of {
    fn new(class: u8, version: u8, flags: [u8; 3], size: usize, properties: &[u8]) -> Of {
        let mut bytes = vec![class | version << 4];
        bytes.extend(flags);
        bytes.extend((size as u32).to_le_bytes());
        bytes.extend(properties);
        Of(bytes)
    }

    pub(super) fn integer(size: u8, signed: bool) -> Of {
        Of::new(
            0,
            1,
            [if signed { 8 } else { 0 }, 0, 0],
            size.into(),
            &[0, 0, size * 8, 0],
        )
    }

    pub(super) fn float(size: u8) -> Of {
        let properties: [u8; 12] = match size {
            4 => [0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0],
            _ => [0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0],
        };
        Of::new(1, 1, [0x20, size * 8 - 1, 0], size.into(), &properties)
    }

    pub(super) fn text(length: usize) -> Of {
        Of::new(3, 1, [0, 0, 0], length, &[])
    }

    pub(super) fn string() -> Of {
        Of::new(9, 1, [1, 0, 0], 16, &Of::text(1).0)
    }

    pub(super) fn sequence(base: &Of) -> Of {
        Of::new(9, 1, [0, 0, 0], 16, &base.0)
    }

    pub(super) fn reference() -> Of {
        Of::new(7, 1, [0, 0, 0], 8, &[])
    }

    pub(super) fn enumeration(members: &[(&str, i8)]) -> Of {
        let names = members.iter().flat_map(|(name, _)| name.bytes().chain([0]));
        let values = members.iter().map(|(_, value)| value.cast_unsigned());
        let properties: Vec<u8> = Of::integer(1, true)
            .0
            .into_iter()
            .chain(names)
            .chain(values)
            .collect();
        Of::new(8, 3, [members.len() as u8, 0, 0], 1, &properties)
    }

    pub(super) fn compound(size: u8, fields: &[(&str, u8, Of)]) -> Of {
        let field = |(name, offset, of): &(&str, u8, Of)| [name.as_bytes(), &[0, *offset], &of.0].concat();
        let properties: Vec<u8> = fields.iter().flat_map(field).collect();
        Of::new(6, 3, [fields.len() as u8, 0, 0], size.into(), &properties)
    }
}

/// A header message: its type, and its bytes.
pub(super) type Message = (u16, Vec<u8>);

pub(super) fn dataspace(shape: &[u64], most: Option<&[u64]>) -> Message {
    let mut bytes = vec![1, shape.len() as u8, u8::from(most.is_some()), 0, 0, 0, 0, 0];
    for length in shape.iter().chain(most.unwrap_or_default()) {
        bytes.extend(length.to_le_bytes());
    }
    (0x0001, bytes)
}

pub(super) fn datatype(of: &Of) -> Message {
    (0x0003, of.0.clone())
}

/// Filters by number and client data.
pub(super) fn filters(filters: &[(u16, &[u32])]) -> Message {
    let mut bytes = vec![1, filters.len() as u8, 0, 0, 0, 0, 0, 0];
    for (id, data) in filters {
        for field in [*id, 0, 0, data.len() as u16] {
            bytes.extend(field.to_le_bytes());
        }
        for value in *data {
            bytes.extend(value.to_le_bytes());
        }
        if data.len() % 2 == 1 {
            bytes.extend([0; 4]);
        }
    }
    (0x000B, bytes)
}

pub(super) fn contiguous(address: u64, size: u64) -> Message {
    (
        0x0008,
        [&[3, 1][..], &address.to_le_bytes(), &size.to_le_bytes()].concat(),
    )
}

pub(super) fn chunked(tree: u64, chunk: &[u32], element: u32) -> Message {
    let mut bytes = vec![3, 2, chunk.len() as u8 + 1];
    bytes.extend(tree.to_le_bytes());
    for length in chunk.iter().chain([&element]) {
        bytes.extend(length.to_le_bytes());
    }
    (0x0008, bytes)
}

/// A virtual layout, whose heap is never looked at.
pub(super) fn virtual_layout() -> Message {
    (0x0008, [&[4, 3][..], &UNDEFINED.to_le_bytes(), &[0; 4]].concat())
}

pub(super) fn fill(value: &[u8]) -> Message {
    (
        0x0005,
        [&[2, 2, 0, 1][..], &(value.len() as u32).to_le_bytes(), value].concat(),
    )
}

pub(super) fn hard(name: &str, order: u64, address: u64) -> Message {
    link(name, order, 0, &address.to_le_bytes())
}

pub(super) fn soft(name: &str, order: u64, path: &str) -> Message {
    link(
        name,
        order,
        1,
        &[&(path.len() as u16).to_le_bytes(), path.as_bytes()].concat(),
    )
}

pub(super) fn external(name: &str, order: u64, file: &str, path: &str) -> Message {
    let target = [&[0], file.as_bytes(), &[0], path.as_bytes(), &[0]].concat();
    link(
        name,
        order,
        64,
        &[&(target.len() as u16).to_le_bytes(), &target[..]].concat(),
    )
}

fn link(name: &str, order: u64, kind: u8, target: &[u8]) -> Message {
    let head = [1, 0x0C, kind];
    (
        0x0006,
        [
            &head[..],
            &order.to_le_bytes(),
            &[name.len() as u8],
            name.as_bytes(),
            target,
        ]
        .concat(),
    )
}

impl File {
    pub(super) fn new() -> File {
        // Superblock and heap are written last.
        File {
            bytes: vec![0; HEAP + HEAP_BYTES],
            heap: Vec::new(),
        }
    }

    fn align(&mut self) -> u64 {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        self.bytes.len() as u64
    }

    /// Appends bytes; returns their address.
    pub(super) fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = self.align();
        self.bytes.extend(bytes);
        at
    }

    /// References to texts or sequences of `unit` bytes an element.
    pub(super) fn in_heap(&mut self, values: &[&[u8]], unit: usize) -> Vec<u8> {
        let mut references = Vec::new();
        for value in values {
            self.heap.push(value.to_vec());
            references.extend(((value.len() / unit) as u32).to_le_bytes());
            references.extend((HEAP as u64).to_le_bytes());
            references.extend((self.heap.len() as u32).to_le_bytes());
        }
        references
    }

    /// An attribute: a scalar where `shape` is empty.
    pub(super) fn attribute(name: &str, of: &Of, shape: &[u64], value: &[u8]) -> Message {
        let (_, space) = dataspace(shape, None);
        let mut bytes = vec![1, 0];
        for length in [name.len() + 1, of.0.len(), space.len()] {
            bytes.extend((length as u16).to_le_bytes());
        }
        for part in [&[name.as_bytes(), &[0]].concat()[..], &of.0, &space] {
            bytes.extend(part);
            bytes.resize(bytes.len() + part.len().next_multiple_of(8) - part.len(), 0);
        }
        bytes.extend(value);
        (0x000C, bytes)
    }

    pub(super) fn text_attribute(name: &str, value: &str) -> Message {
        // With the NUL that ends it.
        Self::attribute(
            name,
            &Of::text(value.len() + 1),
            &[],
            &[value.as_bytes(), &[0]].concat(),
        )
    }

    /// An object of header messages; returns its address.
    pub(super) fn object(&mut self, messages: &[Message]) -> u64 {
        let mut body = Vec::new();
        for (kind, bytes) in messages {
            let size = bytes.len().next_multiple_of(8);
            body.extend(kind.to_le_bytes());
            body.extend((size as u16).to_le_bytes());
            body.extend([0; 4]);
            body.extend(bytes);
            body.resize(body.len() + size - bytes.len(), 0);
        }
        let mut header = vec![1, 0];
        header.extend((messages.len() as u16).to_le_bytes());
        header.extend(1u32.to_le_bytes());
        header.extend((body.len() as u32).to_le_bytes());
        header.extend([0; 4]);
        header.extend(body);
        self.put(&header)
    }

    /// A group of links, with attributes.
    pub(super) fn group(&mut self, links: &[Message], attributes: &[Message]) -> u64 {
        let mut info = vec![0, 1];
        for field in [links.len() as u64, UNDEFINED, UNDEFINED] {
            info.extend(field.to_le_bytes());
        }
        self.object(&[&[(0x0002, info)][..], links, attributes].concat())
    }

    /// A dataset in one piece.
    pub(super) fn dataset(&mut self, of: &Of, shape: &[u64], data: &[u8], more: &[Message]) -> u64 {
        let address = self.put(data);
        let layout = contiguous(address, data.len() as u64);
        self.object(&[&[dataspace(shape, None), datatype(of), layout][..], more].concat())
    }

    /// The index of chunks: for each its first element, and its bytes as they are stored.
    pub(super) fn chunks(&mut self, chunks: &[(Vec<u64>, Vec<u8>)], end: &[u64]) -> u64 {
        let addresses: Vec<u64> = chunks.iter().map(|(_, bytes)| self.put(bytes)).collect();
        let mut tree = b"TREE\x01\0".to_vec();
        tree.extend((chunks.len() as u16).to_le_bytes());
        tree.extend([0xFF; 16]);
        let key = |tree: &mut Vec<u8>, size: usize, start: &[u64]| {
            tree.extend((size as u32).to_le_bytes());
            tree.extend([0; 4]);
            for offset in start.iter().chain([&0]) {
                tree.extend(offset.to_le_bytes());
            }
        };
        for ((start, bytes), address) in chunks.iter().zip(addresses) {
            key(&mut tree, bytes.len(), start);
            tree.extend(address.to_le_bytes());
        }
        key(&mut tree, 0, end);
        // Room for as many entries as a node may have.
        tree.resize(tree.len() + 64 * (2 * 32 + 1), 0);
        self.put(&tree)
    }

    /// The address that the next object will have.
    pub(super) fn next(&mut self) -> u64 {
        self.align()
    }

    /// The whole file, with `root` as its root group.
    pub(super) fn finish(mut self, root: u64) -> Vec<u8> {
        let heap = self.heap();
        self.bytes[HEAP..HEAP + HEAP_BYTES].copy_from_slice(&heap);
        let end = self.align();
        let mut block = b"\x89HDF\r\n\x1a\n".to_vec();
        block.extend([0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
        for address in [0, UNDEFINED, end, UNDEFINED, 0, root] {
            block.extend(address.to_le_bytes());
        }
        block.resize(HEAP, 0);
        self.bytes[..HEAP].copy_from_slice(&block);
        self.bytes
    }

    fn heap(&self) -> Vec<u8> {
        let mut heap = b"GCOL\x01\0\0\0".to_vec();
        heap.extend((HEAP_BYTES as u64).to_le_bytes());
        for (at, object) in self.heap.iter().enumerate() {
            heap.extend((at as u16 + 1).to_le_bytes());
            heap.extend([1, 0, 0, 0, 0, 0]);
            heap.extend((object.len() as u64).to_le_bytes());
            heap.extend(object);
            heap.resize(heap.len().next_multiple_of(8), 0);
        }
        // What is left is object 0.
        let rest = HEAP_BYTES
            .checked_sub(heap.len() + 16)
            .expect("the heap of a test file is small");
        heap.extend([0; 8]);
        heap.extend((rest as u64 + 16).to_le_bytes());
        heap.resize(HEAP_BYTES, 0);
        heap
    }
}
