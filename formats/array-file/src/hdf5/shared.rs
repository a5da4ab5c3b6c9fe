//! Messages that are stored elsewhere: in a committed type, or in the file's table of shared messages (HDF5
//! File Format Specification 3.0, III.I and IV.A.2).

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use hdf5_reader::fractal_heap::FractalHeap;
use hdf5_reader::io::Cursor;
use hdf5_reader::storage::Storage;

use super::Sizes;
use super::header::{Header, kind};
use crate::{Limits, Problem};

/// The location that a shared message refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// The header of another object.
    Object(u64),
    /// A heap of the table of shared messages.
    Heap([u8; 8]),
}

impl Place {
    /// Reads a reference, which stands in the place of a message's body.
    pub(super) fn read(reference: &[u8], sizes: Sizes) -> Result<Place, Problem> {
        let mut cursor = Cursor::new(reference);
        match (cursor.read_u8()?, cursor.read_u8()?) {
            (1, _) => cursor.skip(6)?,
            (2, 0 | 2) | (3, 2) => {}
            (3, 1) => {
                let id = cursor.read_bytes(8)?.try_into();
                return Ok(Place::Heap(id.unwrap_or_default()));
            }
            (version, kind) => {
                return Err(Problem::corrupt(format!(
                    "a shared message of version {version} and kind {kind}"
                )));
            }
        }
        Ok(Place::Object(cursor.read_offset(sizes.offsets)?))
    }
}

/// The bytes of a shared message, or why they cannot be read.
type Message = Result<Rc<[u8]>, Problem>;

/// Finds the bodies of shared messages.
pub(super) struct SharedMessages<'f> {
    storage: &'f dyn Storage,
    sizes: Sizes,
    most: usize,
    /// Address of the extension of the superblock, which may name the table.
    extension: Option<u64>,
    /// For each index of the table the kinds of messages in it, a bit each, and the address of its heap.
    table: OnceCell<Result<Vec<(u16, u64)>, Problem>>,
    known: RefCell<HashMap<(u16, Place), Message>>,
}

impl<'f> SharedMessages<'f> {
    pub(super) fn new(
        storage: &'f dyn Storage,
        sizes: Sizes,
        limits: &Limits,
        extension: Option<u64>,
    ) -> Self {
        SharedMessages {
            storage,
            sizes,
            most: limits.header_bytes,
            extension,
            table: OnceCell::new(),
            known: RefCell::default(),
        }
    }

    /// The body of the shared message with the number `kind` to which a reference leads.
    pub(super) fn body(&self, kind: u16, reference: &[u8]) -> Result<Rc<[u8]>, Problem> {
        let place = Place::read(reference, self.sizes)?;
        let key = (kind, place);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let body = match &key.1 {
            Place::Object(address) => self.of_object(kind, *address),
            Place::Heap(id) => self.of_heap(kind, id),
        };
        self.known.borrow_mut().insert(key, body.clone());
        body
    }

    fn of_object(&self, kind: u16, address: u64) -> Result<Rc<[u8]>, Problem> {
        let header = Header::read(self.storage, address, self.sizes, self.most)?;
        let message = header.of_kind(kind).find(|message| !message.shared);
        let message =
            message.ok_or_else(|| Problem::corrupt("a shared message that is missing at its address"))?;
        Ok(Rc::from(message.body))
    }

    fn of_heap(&self, kind: u16, id: &[u8]) -> Result<Rc<[u8]>, Problem> {
        let heaps = self.table.get_or_init(|| self.read_table()).as_ref();
        let heaps = heaps.map_err(Clone::clone)?;
        let heap = heaps
            .iter()
            .find(|(kinds, _)| kind < 16 && kinds >> kind & 1 == 1);
        let (_, heap) =
            heap.ok_or_else(|| Problem::corrupt("a shared message without a table of such messages"))?;
        let Sizes { offsets, lengths } = self.sizes;
        let heap = FractalHeap::parse_at_storage(self.storage, *heap, offsets, lengths)?;
        let body = heap.get_object_storage(id, self.storage, offsets, lengths)?;
        Ok(Rc::from(body))
    }

    /// The table that the extension of the superblock names.
    fn read_table(&self) -> Result<Vec<(u16, u64)>, Problem> {
        let Some(extension) = self.extension else {
            return Ok(Vec::new());
        };
        let header = Header::read(self.storage, extension, self.sizes, self.most)?;
        let Some(message) = header.of_kind(kind::SHARED_TABLE).next() else {
            return Ok(Vec::new());
        };
        let mut cursor = Cursor::new(message.body);
        cursor.skip(1)?;
        let address = cursor.read_offset(self.sizes.offsets)?;
        let indices = usize::from(cursor.read_u8()?);
        let each = 14 + 2 * usize::from(self.sizes.offsets);
        let table = self.storage.read_range(address, 4 + indices * each)?;
        let mut cursor = Cursor::new(&table);
        if cursor.read_bytes(4)? != b"SMTB" {
            return Err(Problem::corrupt("no table of shared messages at its address").at(address));
        }
        let mut heaps = Vec::new();
        for _ in 0..indices {
            cursor.skip(2)?;
            let kinds = cursor.read_u16_le()?;
            cursor.skip(10)?;
            cursor.read_offset(self.sizes.offsets)?;
            heaps.push((kinds, cursor.read_offset(self.sizes.offsets)?));
        }
        Ok(heaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_each_version() {
        let sizes = Sizes {
            offsets: 8,
            lengths: 8,
        };
        let object = Some(Place::Object(77));
        for (head, place) in [
            (&[1, 0, 0, 0, 0, 0, 0, 0][..], object.clone()),
            (&[2, 0], object.clone()),
            (&[2, 2], object.clone()),
            (&[3, 2], object),
            (&[3, 1], Some(Place::Heap(77u64.to_le_bytes()))),
            (&[3, 7], None),
            (&[4, 2], None),
        ] {
            let reference = [head, &77u64.to_le_bytes()].concat();
            assert_eq!(Place::read(&reference, sizes).ok(), place);
            assert!(Place::read(&reference[..reference.len() - 1], sizes).is_err());
        }
    }
}
