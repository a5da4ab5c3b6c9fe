//! Object headers, message by message (HDF5 File Format Specification 3.0, IV.A.1).
//!
//! The library parses a header as a whole, with all attributes, and fails as a whole where one of them has a
//! committed type. So headers are split here first: attributes are read one by one, and the library is shown
//! the header without them.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;

use hdf5_reader::checksum::jenkins_lookup3;
use hdf5_reader::io::Cursor;
use hdf5_reader::storage::Storage;

use super::Sizes;
use crate::Problem;

/// Numbers of header messages (IV.A.2).
pub(crate) mod kind {
    pub(crate) const NIL: u16 = 0x00;
    pub(crate) const DATASPACE: u16 = 0x01;
    pub(crate) const LINK_INFO: u16 = 0x02;
    pub(crate) const DATATYPE: u16 = 0x03;
    pub(crate) const LINK: u16 = 0x06;
    pub(crate) const LAYOUT: u16 = 0x08;
    pub(crate) const GROUP_INFO: u16 = 0x0A;
    pub(crate) const ATTRIBUTE: u16 = 0x0C;
    pub(crate) const SHARED_TABLE: u16 = 0x0F;
    pub(crate) const CONTINUATION: u16 = 0x10;
    pub(crate) const SYMBOL_TABLE: u16 = 0x11;
    pub(crate) const ATTRIBUTE_INFO: u16 = 0x15;
}

const SIGNATURE: &[u8] = b"OHDR";
const CONTINUED: &[u8] = b"OCHK";
/// Flag of a message: its body is a reference to another object's message, or to the table of shared
/// messages.
const SHARED: u8 = 0x02;
/// Flags of a header of version 2.
const CREATION_ORDER: u8 = 0x04;
const CREATION_INDEX: u8 = 0x08;
const PHASE_CHANGE: u8 = 0x10;
const TIMES: u8 = 0x20;
/// Bytes of the prefix of a header of version 1.
const PREFIX: usize = 16;
/// Chunks of one header; the library has the same limit.
const MOST_CHUNKS: usize = 1024;

/// The messages of one object.
#[derive(Debug)]
pub(crate) struct Header {
    /// The first piece and the continuations, each as a whole.
    chunks: Vec<Vec<u8>>,
    spans: Vec<Span>,
    /// Flags of version 2; 0 for version 1.
    flags: u8,
    is_first_version: bool,
}

/// Position of a message.
#[derive(Debug)]
struct Span {
    kind: u16,
    flags: u8,
    chunk: usize,
    body: Range<usize>,
}

/// A message of a header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'h> {
    /// Its body, or the reference to it.
    pub(crate) body: &'h [u8],
    /// Whether the body is a reference.
    pub(crate) shared: bool,
}

impl Header {
    /// Reads the header of the object at `address`, with at most `most` bytes.
    pub(crate) fn read(
        storage: &dyn Storage,
        address: u64,
        sizes: Sizes,
        most: usize,
    ) -> Result<Header, Problem> {
        let mut reader = Reader {
            storage,
            sizes,
            left: most,
            most,
            seen: HashSet::new(),
            waiting: VecDeque::new(),
            header: Header {
                chunks: Vec::new(),
                spans: Vec::new(),
                flags: 0,
                is_first_version: false,
            },
        };
        if *storage.read_range(address, 4)? == *SIGNATURE {
            reader.second_version(address)?;
        } else {
            reader.first_version(address)?;
        }
        Ok(reader.header)
    }

    /// The messages with this number (see [`kind`]).
    pub(crate) fn of_kind(&self, kind: u16) -> impl Iterator<Item = Message<'_>> {
        let spans = self.spans.iter().filter(move |span| span.kind == kind);
        spans.map(|span| self.message(span))
    }

    fn message(&self, span: &Span) -> Message<'_> {
        Message {
            body: &self.chunks[span.chunk][span.body.clone()],
            shared: span.flags & SHARED != 0,
        }
    }

    /// Whether there is a message with this number (see [`kind`]).
    pub(crate) fn has(&self, kind: u16) -> bool {
        self.spans.iter().any(|span| span.kind == kind)
    }

    /// Whether the object is a group.
    pub(crate) fn is_group(&self) -> bool {
        [kind::SYMBOL_TABLE, kind::LINK_INFO, kind::LINK, kind::GROUP_INFO]
            .into_iter()
            .any(|kind| self.has(kind))
    }

    /// Whether links and attributes are kept and indexed in the order of their creation, as netCDF-4 asks for
    /// in every group.
    pub(crate) fn is_in_creation_order(&self) -> bool {
        let both = CREATION_ORDER | CREATION_INDEX;
        let links = self.of_kind(kind::LINK_INFO).next();
        // Version 0, then the flags of the links: order tracked, order indexed.
        self.flags & both == both
            && links.is_some_and(|info| info.body.get(1).is_some_and(|flags| flags & 3 == 3))
    }

    /// The header as the library sees it: version 2, in one piece, without attributes, and with shared messages
    /// inlined, whose bodies `resolve` finds. A message for which it returns `None` is left out.
    pub(super) fn plain<'h, B: AsRef<[u8]> + 'h>(
        &'h self,
        resolve: impl Fn(u16, Message<'h>) -> Result<Option<B>, Problem>,
    ) -> Result<Vec<u8>, Problem> {
        const LEFT_OUT: [u16; 4] = [
            kind::NIL,
            kind::CONTINUATION,
            kind::ATTRIBUTE,
            kind::ATTRIBUTE_INFO,
        ];
        let mut messages = Vec::new();
        for span in self.spans.iter().filter(|span| !LEFT_OUT.contains(&span.kind)) {
            let (Ok(kind), Some(body)) = (u8::try_from(span.kind), resolve(span.kind, self.message(span))?)
            else {
                continue;
            };
            let body = body.as_ref();
            let size = u16::try_from(body.len());
            let size = size.map_err(|_| Problem::corrupt("a shared message of more than 64 KiB"))?;
            messages.push(kind);
            messages.extend(size.to_le_bytes());
            messages.push(span.flags & !SHARED);
            messages.extend(body);
        }
        let size = u32::try_from(messages.len());
        let size = size.map_err(|_| Problem::limit("an object header of more than 4 GiB"))?;
        // Flags: the size has four bytes.
        let mut plain = [SIGNATURE, &[2, 2], &size.to_le_bytes(), &messages].concat();
        plain.extend(jenkins_lookup3(&plain).to_le_bytes());
        Ok(plain)
    }
}

struct Reader<'s> {
    storage: &'s dyn Storage,
    sizes: Sizes,
    left: usize,
    most: usize,
    /// Addresses of the chunks that were read.
    seen: HashSet<u64>,
    /// Address and length of the continuations that are not read yet.
    waiting: VecDeque<(u64, u64)>,
    header: Header,
}

impl Reader<'_> {
    fn first_version(&mut self, address: u64) -> Result<(), Problem> {
        let prefix = self.storage.read_range(address, PREFIX)?;
        if prefix[0] != 1 {
            let version = prefix[0];
            return Err(Problem::corrupt(format!(
                "an object header of version {version}; versions are 1 and 2"
            )));
        }
        self.header.is_first_version = true;
        let length = u32::from_le_bytes([prefix[8], prefix[9], prefix[10], prefix[11]]);
        let length = u64::from(length) + PREFIX as u64;
        self.chunk(address, length, PREFIX, 0)?;
        while let Some((at, length)) = self.waiting.pop_front() {
            self.chunk(at, length, 0, 0)?;
        }
        Ok(())
    }

    fn second_version(&mut self, address: u64) -> Result<(), Problem> {
        let fixed = self.storage.read_range(address, 6)?;
        if fixed[4] != 2 {
            let version = fixed[4];
            return Err(Problem::corrupt(format!(
                "an object header of version {version}; versions are 1 and 2"
            )));
        }
        let flags = fixed[5];
        self.header.flags = flags;
        let width = 1usize << (flags & 3);
        let optional = |flag: u8, bytes: usize| if flags & flag == 0 { 0 } else { bytes };
        let size_at = 6 + optional(TIMES, 16) + optional(PHASE_CHANGE, 4);
        let prefix = self.storage.read_range(address, size_at + width)?;
        let size = Cursor::new(&prefix[size_at..]).read_uvar(width)?;
        let whole = size.saturating_add((size_at + width + 4) as u64);
        self.chunk(address, whole, size_at + width, 4)?;
        while let Some((at, length)) = self.waiting.pop_front() {
            self.chunk(at, length, CONTINUED.len(), 4)?;
            let chunk = self.header.chunks.last();
            if chunk.is_none_or(|chunk| !chunk.starts_with(CONTINUED)) {
                return Err(
                    Problem::corrupt("an object header whose continuation is not at its address").at(at),
                );
            }
        }
        Ok(())
    }

    /// Reads a chunk whose messages are between `before` bytes and a checksum of `sum` bytes.
    fn chunk(&mut self, at: u64, length: u64, before: usize, sum: usize) -> Result<(), Problem> {
        if !self.seen.insert(at) {
            return Err(Problem::corrupt("an object header that contains itself as a continuation").at(at));
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= self.left);
        let Some(length) = length.filter(|_| self.seen.len() <= MOST_CHUNKS) else {
            let most = self.most;
            return Err(Problem::limit(format!(
                "an object header of more than {most} bytes or {MOST_CHUNKS} pieces"
            )));
        };
        self.left -= length;
        let bytes = self.storage.read_range(at, length)?.to_vec();
        let Some(end) = length.checked_sub(sum).filter(|end| *end >= before) else {
            return Err(Problem::corrupt("an object header that is too short for its messages").at(at));
        };
        if sum > 0 {
            let computed = jenkins_lookup3(&bytes[..end]);
            if computed.to_le_bytes() != bytes[end..] {
                return Err(Problem::corrupt("an object header whose checksum differs").at(at));
            }
        }
        let chunk = self.header.chunks.len();
        self.messages(&bytes, before..end, chunk)
            .map_err(|problem| problem.at(at))?;
        self.header.chunks.push(bytes);
        Ok(())
    }

    fn messages(&mut self, bytes: &[u8], within: Range<usize>, chunk: usize) -> Result<(), Problem> {
        let first_version = self.header.is_first_version;
        let envelope = match first_version {
            true => 8,
            false if self.header.flags & CREATION_ORDER != 0 => 6,
            false => 4,
        };
        let mut start = within.start;
        while start + envelope <= within.end {
            let (kind, size, flags) = if first_version {
                let kind = u16::from_le_bytes([bytes[start], bytes[start + 1]]);
                (kind, [bytes[start + 2], bytes[start + 3]], bytes[start + 4])
            } else {
                let kind = u16::from(bytes[start]);
                (kind, [bytes[start + 1], bytes[start + 2]], bytes[start + 3])
            };
            let body = start + envelope..start + envelope + usize::from(u16::from_le_bytes(size));
            if body.end > within.end {
                return Err(Problem::corrupt(format!(
                    "a header message of {} bytes is longer than its object header",
                    body.len()
                )));
            }
            if kind == kind::CONTINUATION && flags & SHARED == 0 {
                let mut cursor = Cursor::new(&bytes[body.clone()]);
                let at = cursor.read_offset(self.sizes.offsets)?;
                self.waiting
                    .push_back((at, cursor.read_length(self.sizes.lengths)?));
            }
            let next = body.end;
            self.header.spans.push(Span {
                kind,
                flags,
                chunk,
                body,
            });
            start = next;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use hdf5_reader::storage::BytesStorage;

    use super::*;

    const SIZES: Sizes = Sizes {
        offsets: 8,
        lengths: 8,
    };

    fn message(first_version: bool, kind: u8, body: &[u8]) -> Vec<u8> {
        let size = (body.len() as u16).to_le_bytes();
        match first_version {
            true => [&[kind, 0, size[0], size[1], 0, 0, 0, 0], body].concat(),
            false => [&[kind, size[0], size[1], 0], body].concat(),
        }
    }

    fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.extend(jenkins_lookup3(&bytes).to_le_bytes());
        bytes
    }

    /// A header at 0 with a message of kind 0x31 and an attribute, and a continuation at 100 with another
    /// attribute.
    fn file(first_version: bool) -> Vec<u8> {
        let rest = message(first_version, 0x0C, b"another!");
        let rest = match first_version {
            true => rest,
            false => summed([b"OCHK".to_vec(), rest].concat()),
        };
        let to = [100u64.to_le_bytes(), (rest.len() as u64).to_le_bytes()].concat();
        let messages = [
            message(first_version, 0x31, b"ABCDEFGH"),
            message(first_version, 0x10, &to),
            message(first_version, 0x0C, b"attribut"),
        ]
        .concat();
        let size = messages.len() as u8;
        let mut file = match first_version {
            true => [
                &[1, 0, 3, 0, 1, 0, 0, 0, size, 0, 0, 0, 0, 0, 0, 0],
                messages.as_slice(),
            ]
            .concat(),
            false => summed([b"OHDR\x02\x00".as_slice(), &[size], &messages].concat()),
        };
        file.resize(100, 0);
        file.extend(rest);
        file
    }

    fn read(file: Vec<u8>) -> Result<Header, Problem> {
        Header::read(&BytesStorage::new(file), 0, SIZES, 1000)
    }

    #[test]
    fn messages_of_all_chunks_in_both_versions() {
        for first_version in [true, false] {
            let header = read(file(first_version)).unwrap();
            let bodies: Vec<&[u8]> = header.of_kind(kind::ATTRIBUTE).map(|m| m.body).collect();
            assert_eq!(bodies, [b"attribut", b"another!"]);
            assert!(header.has(0x31) && !header.is_group());
        }
    }

    #[test]
    fn the_plain_header_has_no_attributes_and_no_references() {
        for first_version in [true, false] {
            let mut bytes = file(first_version);
            if first_version {
                // The flags of the first message.
                bytes[PREFIX + 4] = SHARED;
            }
            let header = read(bytes).unwrap();
            let plain = header.plain(|kind, message| {
                assert_eq!((kind, message.shared), (0x31, first_version));
                Ok(Some(b"another, longer body"))
            });
            let plain = read(plain.unwrap()).unwrap();
            assert!(!plain.has(kind::ATTRIBUTE) && plain.chunks.len() == 1);
            let message = plain.of_kind(0x31).next().unwrap();
            assert_eq!(
                (message.body, message.shared),
                (&b"another, longer body"[..], false)
            );
        }
    }

    #[test]
    fn cut_changed_and_circular_headers_are_errors() {
        for first_version in [true, false] {
            let whole = file(first_version);
            for end in 0..whole.len() {
                assert!(read(whole[..end].to_vec()).is_err(), "{end}");
            }
            // The continuation leads back to the header.
            let mut circular = whole.clone();
            let at = whole
                .windows(8)
                .position(|window| window == 100u64.to_le_bytes())
                .unwrap();
            circular[at..at + 8].fill(0);
            assert!(read(circular).is_err());
        }
        let mut changed = file(false);
        changed[12] ^= 1;
        assert!(read(changed).unwrap_err().message.contains("checksum"));
    }

    #[test]
    fn prefixes_of_version_2() {
        // Times have 16 bytes, phase changes 4; the size has 1, 2, 4 or 8; the order of creation 2 in each message.
        for flags in 0..0x40u8 {
            let order: &[u8] = if flags & CREATION_ORDER == 0 { &[] } else { &[7, 0] };
            let message = [&[0x31, 3, 0, 0], order, b"abc"].concat();
            let messages = [message.as_slice(), &message].concat();
            let optional = |flag: u8, bytes: usize| vec![0xAA; if flags & flag == 0 { 0 } else { bytes }];
            let size = (messages.len() as u64).to_le_bytes();
            let head = [b"OHDR\x02", &[flags][..]].concat();
            let (times, phases) = (optional(TIMES, 16), optional(PHASE_CHANGE, 4));
            let width = 1 << (flags & 3);
            let file = summed([&head, &times, &phases, &size[..width], &messages].concat());
            let header = read(file).unwrap();
            let bodies: Vec<&[u8]> = header.of_kind(0x31).map(|message| message.body).collect();
            assert_eq!(bodies, [b"abc"; 2], "{flags:#x}");
        }
    }

    #[test]
    fn groups_and_the_order_of_creation() {
        let header = |flags: u8, kind: u8, body: &[u8]| {
            let order: &[u8] = if flags & CREATION_ORDER == 0 { &[] } else { &[0, 0] };
            let messages = [&[kind, body.len() as u8, 0, 0], order, body].concat();
            read(summed(
                [b"OHDR\x02", &[flags, messages.len() as u8][..], &messages].concat(),
            ))
            .unwrap()
        };
        for (kind, is_group) in [
            (0x02, true),
            (0x06, true),
            (0x0A, true),
            (0x11, true),
            (0x01, false),
            (0x0C, false),
        ] {
            assert_eq!(header(0, kind, b"body").is_group(), is_group, "{kind}");
        }
        for (flags, links, expected) in [
            (0x0C, 3, true),
            (0x04, 3, false),
            (0x08, 3, false),
            (0x0C, 1, false),
            (0x0C, 2, false),
        ] {
            assert_eq!(
                header(flags, 0x02, &[0, links]).is_in_creation_order(),
                expected,
                "{flags} {links}"
            );
        }
        assert!(!header(0x0C, 0x01, &[0, 3]).is_in_creation_order());
        assert!(!header(0x0C, 0x02, &[0]).is_in_creation_order());
    }

    #[test]
    fn a_message_for_which_nothing_is_shown_is_left_out() {
        for first_version in [true, false] {
            let header = read(file(first_version)).unwrap();
            let plain = header.plain(|_, _| Ok(None::<Vec<u8>>)).unwrap();
            assert!(!read(plain).unwrap().has(0x31));
            let long = header.plain(|_, _| Ok(Some(vec![0; 1 << 16])));
            assert!(long.unwrap_err().message.contains("64 KiB"));
        }
    }

    #[test]
    fn a_header_above_the_limit_is_not_read() {
        for first_version in [true, false] {
            let file = file(first_version);
            // The header and its continuation.
            let rest = file.len() - 100;
            let first = 100 - file[..100].iter().rev().take_while(|byte| **byte == 0).count();
            let read = |most| Header::read(&BytesStorage::new(file.clone()), 0, SIZES, most);
            assert!(read(first + rest).is_ok());
            let problem = read(first + rest - 1).unwrap_err();
            assert_eq!(problem.kind, crate::ProblemKind::Limit, "{problem}");
        }
    }
}
