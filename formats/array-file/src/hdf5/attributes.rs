//! Attributes, one by one: of an object header, or of the heap that it refers to (HDF5 File Format
//! Specification 3.0, IV.A.2.m).

use std::borrow::Cow;

use hdf5_reader::Hdf5File;
use hdf5_reader::btree_v2::{BTreeV2Header, BTreeV2Record, collect_btree_v2_records_storage};
use hdf5_reader::checksum::jenkins_lookup3;
use hdf5_reader::fractal_heap::{FractalHeap, FractalHeapDirectBlockCache};
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::attribute_info::{self, AttributeInfoMessage};
use hdf5_reader::messages::dataspace::{self, DataspaceType};
use hdf5_reader::storage::Storage;

use super::Sizes;
use super::header::{Header, Message, kind};
use super::shared::SharedMessages;
use super::types::{self, Described};
use crate::{Attribute, Limits, Problem, Type, Value, decode_text};

/// Resolves a reference to the heap of variable-length values; the second argument is the size of an element
/// in bytes.
type Resolve<'r> = dyn Fn(&[u8], usize) -> Result<Vec<u8>, Problem> + 'r;

/// Reads the attributes of the objects of one file.
pub(crate) struct Attributes<'f> {
    storage: &'f dyn Storage,
    sizes: Sizes,
    shared: SharedMessages<'f>,
}

/// An attribute as it is stored.
pub(crate) struct Stored {
    pub(super) name: String,
    is_latin1: bool,
    of: Type,
    /// The elements.
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    /// The attribute with its value, read from its own bytes: the library drops texts that are not UTF-8.
    pub(super) fn decode(&self, resolve: &Resolve<'_>, most: usize) -> Attribute {
        let mut latin1 = self.is_latin1;
        let value = if self.bytes.len() > most {
            let bytes = self.bytes.len();
            Value::Other(format!("{} of {bytes} bytes; at most {most} are read", self.of))
        } else {
            self.value(resolve, &mut latin1)
                .unwrap_or_else(|problem| Value::Other(format!("{}: {problem}", self.of)))
        };
        Attribute {
            name: self.name.clone(),
            of: self.of.clone(),
            value,
            latin1,
        }
    }

    fn value(&self, resolve: &Resolve<'_>, latin1: &mut bool) -> Result<Value, Problem> {
        let mut text = |bytes: &[u8]| {
            let (text, is_latin1) = decode_text(bytes);
            *latin1 |= is_latin1;
            text
        };
        let elements = self.bytes.chunks_exact(self.of.size().unwrap_or(0).max(1));
        Ok(match &self.of {
            Type::String { .. } => {
                let mut texts = Vec::new();
                for reference in elements {
                    texts.push(text(&resolve(reference, 1)?));
                }
                Value::Text(texts)
            }
            // A text of characters, as netCDF writes them; or several texts of one length.
            Type::Char => Value::Text(vec![text(&self.bytes)]),
            Type::Text { .. } => Value::Text(elements.map(text).collect()),
            of => Value::numbers(of, &self.bytes).unwrap_or_else(|| Value::Other(of.to_string())),
        })
    }
}

/// Name of an attribute; if only the index was read, what the index knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Known(Vec<u8>),
    /// Jenkins' lookup3 of the name (III.A.2, record type 8).
    Hash(u32),
}

impl Name {
    /// Whether it is this name, or may be according to its hash.
    pub(crate) fn is(&self, name: &str) -> bool {
        match self {
            Name::Known(known) => known == name.as_bytes(),
            Name::Hash(hash) => *hash == jenkins_lookup3(name.as_bytes()),
        }
    }
}

impl<'f> Attributes<'f> {
    pub(crate) fn new(file: &'f Hdf5File, limits: &Limits) -> Self {
        let (storage, sizes) = (file.storage(), Sizes::new(file));
        let extension = file.superblock().extension_address;
        Attributes {
            storage,
            sizes,
            shared: SharedMessages::new(storage, sizes, limits, extension),
        }
    }

    /// Calls `each` with each attribute, or with the reason why it cannot be read. Stops when `each` returns `false`.
    ///
    /// # Errors
    /// When the list of the attributes that are not in the header cannot be read.
    pub(super) fn each(
        &self,
        header: &Header,
        mut each: impl FnMut(Result<Stored, Problem>) -> bool,
    ) -> Result<(), Problem> {
        for message in header.of_kind(kind::ATTRIBUTE) {
            if !each(
                self.body(kind::ATTRIBUTE, message)
                    .and_then(|body| self.parse(&body)),
            ) {
                return Ok(());
            }
        }
        for info in header.of_kind(kind::ATTRIBUTE_INFO) {
            let Some((info, heap)) = self.heap(info)? else {
                continue;
            };
            let indices = [
                info.btree_creation_order_address,
                Some(info.btree_name_index_address),
            ];
            let mut blocks = FractalHeapDirectBlockCache::default();
            for record in self.records(indices.into_iter().flatten())? {
                let (BTreeV2Record::AttributeNameHash { heap_id, .. }
                | BTreeV2Record::AttributeCreationOrder { heap_id, .. }) = record
                else {
                    continue;
                };
                let Sizes { offsets, lengths } = self.sizes;
                let body =
                    heap.get_object_storage_cached(&heap_id, self.storage, offsets, lengths, &mut blocks);
                let attribute = body.map_err(Problem::from).and_then(|body| self.parse(&body));
                if !each(attribute) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Names of the attributes in the header itself.
    pub(crate) fn compact_names(&self, header: &Header) -> Vec<Name> {
        let bodies = header
            .of_kind(kind::ATTRIBUTE)
            .filter_map(|message| self.body(kind::ATTRIBUTE, message).ok());
        let name = |body: Cow<'_, [u8]>| Some(Name::Known(trimmed(parts(&body).ok()?.name).to_vec()));
        bodies.filter_map(name).collect()
    }

    /// Names of all attributes, without reading the heap.
    pub(crate) fn names(&self, header: &Header) -> Result<Vec<Name>, Problem> {
        let mut names = self.compact_names(header);
        for info in header.of_kind(kind::ATTRIBUTE_INFO) {
            let Some(info) = self.info(info)? else { continue };
            for record in self.records([info.btree_name_index_address])? {
                if let BTreeV2Record::AttributeNameHash { hash, .. } = record {
                    names.push(Name::Hash(hash));
                }
            }
        }
        Ok(names)
    }

    /// An attribute of the header itself, by name.
    pub(crate) fn compact(&self, header: &Header, name: &str) -> Option<Stored> {
        let mut bodies = header
            .of_kind(kind::ATTRIBUTE)
            .filter_map(|message| self.body(kind::ATTRIBUTE, message).ok());
        let is_named = |body: &[u8]| parts(body).is_ok_and(|parts| trimmed(parts.name) == name.as_bytes());
        self.parse(&bodies.find(|body| is_named(body))?).ok()
    }

    /// The body of a message, wherever it is stored.
    pub(super) fn body<'h>(&self, kind: u16, message: Message<'h>) -> Result<Cow<'h, [u8]>, Problem> {
        Ok(match message.shared {
            true => Cow::Owned(self.shared.body(kind, message.body)?.to_vec()),
            false => Cow::Borrowed(message.body),
        })
    }

    /// `None` if all attributes are in the header.
    fn info(&self, message: Message<'_>) -> Result<Option<AttributeInfoMessage>, Problem> {
        let Sizes { offsets, lengths } = self.sizes;
        let info = attribute_info::parse(
            &mut Cursor::new(message.body),
            offsets,
            lengths,
            message.body.len(),
        )?;
        let is_compact = Cursor::is_undefined_offset(info.fractal_heap_address, offsets);
        Ok((!is_compact).then_some(info))
    }

    fn heap(&self, message: Message<'_>) -> Result<Option<(AttributeInfoMessage, FractalHeap)>, Problem> {
        let Some(info) = self.info(message)? else {
            return Ok(None);
        };
        let Sizes { offsets, lengths } = self.sizes;
        let heap = FractalHeap::parse_at_storage(self.storage, info.fractal_heap_address, offsets, lengths)?;
        Ok(Some((info, heap)))
    }

    /// The records of the first index that can be read.
    fn records(&self, indices: impl IntoIterator<Item = u64>) -> Result<Vec<BTreeV2Record>, Problem> {
        let Sizes { offsets, lengths } = self.sizes;
        let mut reason = None;
        for address in indices {
            if Cursor::is_undefined_offset(address, offsets) {
                continue;
            }
            let records =
                BTreeV2Header::parse_at_storage(self.storage, address, offsets, lengths).and_then(|tree| {
                    collect_btree_v2_records_storage(self.storage, &tree, offsets, lengths, None, &[], None)
                });
            match records {
                Ok(records) => return Ok(records),
                Err(error) => reason = Some(error.into()),
            }
        }
        reason.map_or_else(|| Ok(Vec::new()), Err)
    }

    fn parse(&self, body: &[u8]) -> Result<Stored, Problem> {
        let parts = parts(body)?;
        let (name, is_latin1) = decode_text(parts.name);
        let named = |problem: Problem| Problem {
            message: format!("attribute {name}: {}", problem.message),
            ..problem
        };
        let (of, count) = self.shape(&parts).map_err(named)?;
        let length = of.size().and_then(|size| size.checked_mul(count));
        let bytes = length
            .and_then(|length| parts.value.get(..length))
            .ok_or_else(|| named(Problem::corrupt("its value is longer than the message")))?;
        Ok(Stored {
            bytes: bytes.to_vec(),
            name,
            is_latin1,
            of,
        })
    }

    fn shape(&self, parts: &Parts<'_>) -> Result<(Type, usize), Problem> {
        let described = self.described(Message {
            body: parts.datatype,
            shared: parts.flags & 1 != 0,
        })?;
        // Numbers of an uncommon form are represented by their type only.
        let of = match described.problem {
            Some(_) => described
                .of
                .size()
                .map_or(described.of, |size| Type::Opaque { size }),
            None => described.of,
        };
        let space = self.body(
            kind::DATASPACE,
            Message {
                body: parts.dataspace,
                shared: parts.flags & 2 != 0,
            },
        )?;
        let Sizes { offsets, lengths } = self.sizes;
        let space = dataspace::parse(&mut Cursor::new(&space), offsets, lengths, space.len())?;
        let count = match space.dataspace_type {
            DataspaceType::Null => 0,
            _ => space
                .dims
                .iter()
                .try_fold(1u64, |count, length| count.checked_mul(*length))
                .and_then(|count| usize::try_from(count).ok())
                .ok_or_else(|| Problem::corrupt("its shape has too many elements to count"))?,
        };
        Ok((of, count))
    }

    /// The type that a datatype message or a reference to one describes.
    pub(super) fn described(&self, message: Message<'_>) -> Result<Described, Problem> {
        types::parse(&self.body(kind::DATATYPE, message)?, self.sizes.reference())
    }
}

/// The parts of an attribute message.
struct Parts<'b> {
    /// Bit 0: the type is a reference to a committed one; bit 1: the shape is shared.
    flags: u8,
    name: &'b [u8],
    datatype: &'b [u8],
    dataspace: &'b [u8],
    value: &'b [u8],
}

fn parts(body: &[u8]) -> Result<Parts<'_>, Problem> {
    let mut cursor = Cursor::new(body);
    let version = cursor.read_u8()?;
    if !(1..=3).contains(&version) {
        return Err(Problem::unsupported(format!(
            "attribute message of version {version}"
        )));
    }
    let flags = cursor.read_u8()?;
    let flags = if version == 1 { 0 } else { flags };
    let [name, datatype, dataspace] = [
        cursor.read_u16_le()?,
        cursor.read_u16_le()?,
        cursor.read_u16_le()?,
    ];
    if version == 3 {
        cursor.skip(1)?;
    }
    let mut part = |length: u16| {
        let part = cursor.read_bytes(usize::from(length))?;
        if version == 1 {
            cursor.skip(usize::from(length).next_multiple_of(8) - usize::from(length))?;
        }
        Ok::<_, Problem>(part)
    };
    Ok(Parts {
        flags,
        name: part(name)?,
        datatype: part(datatype)?,
        dataspace: part(dataspace)?,
        value: cursor.slice_from(cursor.position()).unwrap_or_default(),
    })
}

/// A name without the zero byte at the end.
fn trimmed(name: &[u8]) -> &[u8] {
    name.split(|byte| *byte == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scalar of four bytes without a sign, as a message of each version.
    fn attribute(version: u8, flags: u8) -> Vec<u8> {
        let datatype = [0x10, 0, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0];
        let dataspace = [2, 0, 0, 0];
        let pad = |part: &[u8]| {
            let mut part = part.to_vec();
            if version == 1 {
                part.resize(part.len().next_multiple_of(8), 0);
            }
            part
        };
        let sizes = [4, 0, 12, 0, 4, 0];
        let charset: &[u8] = if version == 3 { &[0] } else { &[] };
        [
            &[version, flags],
            &sizes[..],
            charset,
            &pad(b"abc\0"),
            &pad(&datatype),
            &pad(&dataspace),
            &99u32.to_le_bytes(),
        ]
        .concat()
    }

    #[test]
    fn each_version_is_parsed() {
        for version in 1..=3 {
            let body = attribute(version, 0);
            let parts = parts(&body).unwrap();
            assert_eq!(
                (trimmed(parts.name), parts.value),
                (&b"abc"[..], &99u32.to_le_bytes()[..])
            );
            assert_eq!(parts.datatype.len(), 12);
        }
        assert!(parts(&attribute(4, 0)).is_err());
        let whole = attribute(3, 1);
        assert_eq!(parts(&whole).unwrap().flags, 1);
        for end in 0..whole.len() - 4 {
            assert!(parts(&whole[..end]).is_err());
        }
    }

    #[test]
    fn a_hash_stands_for_a_name() {
        // As HDF5 writes it into the index of a netCDF-4 file.
        assert!(Name::Hash(jenkins_lookup3(b"_NCProperties")).is("_NCProperties"));
        assert!(!Name::Hash(1).is("_NCProperties"));
        assert!(Name::Known(b"CLASS".to_vec()).is("CLASS"));
    }
}
