//! Whether an HDF5 file is netCDF-4, from as few of its bytes as possible.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use hdf5_reader::error::{Error, Result};
use hdf5_reader::storage::{Storage, StorageBuffer};

use crate::hdf5::{list_links, open_storage, read_attributes};
use crate::source::check_range;
use crate::{Attribute, Limits, Problem};

/// What the root group shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// netCDF-4, and what shows it.
    NetCdf4(String),
    /// HDF5 of another kind, and what was looked at.
    Hdf5(String),
    /// HDF5 whose root group could not be read, or not within the bytes allowed.
    Unclear(String),
}

/// Datasets of the root group that are looked at for a dimension scale.
const LOOKS: usize = 4;
/// Bytes fetched for one that is missing: an object header and what follows.
const PIECE: u64 = 16 << 10;

/// Bytes that were fetched, and the first that is missing.
#[derive(Default)]
struct Fetched {
    pieces: Vec<(u64, Vec<u8>)>,
    missing: Option<(u64, usize)>,
}

struct Partial {
    length: u64,
    fetched: Arc<Mutex<Fetched>>,
}

impl Storage for Partial {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_range(&self, offset: u64, len: usize) -> Result<StorageBuffer> {
        check_range(self.length, offset, len)?;
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, bytes) in &fetched.pieces {
            let start = offset
                .checked_sub(*at)
                .and_then(|start| usize::try_from(start).ok());
            if let Some(found) = start.and_then(|start| bytes.get(start..start.checked_add(len)?)) {
                return Ok(StorageBuffer::from_vec(found.to_vec()));
            }
        }
        fetched.missing.get_or_insert((offset, len));
        Err(Error::OffsetOutOfBounds(offset))
    }
}

/// Reads the root group through `fetch` (which fills what it is given, from a position on, as far as it may).
pub fn guess(length: u64, mut fetch: impl FnMut(u64, &mut [u8]) -> io::Result<usize>) -> Guess {
    let fetched = Arc::new(Mutex::new(Fetched::default()));
    loop {
        let storage = Partial {
            length,
            fetched: fetched.clone(),
        };
        let result = look(storage);
        let missing = fetched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .missing
            .take();
        let Some((at, len)) = missing else {
            return result.unwrap_or_else(|problem| Guess::Unclear(problem.message));
        };
        if let Ok(guess @ Guess::NetCdf4(_)) = result {
            return guess;
        }
        let wanted = (len as u64).max(PIECE).min(length - at);
        let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(0)];
        match fetch(at, &mut bytes) {
            Ok(n) if n >= len => bytes.truncate(n),
            Ok(_) => return Guess::Unclear(format!("nothing can be read at byte {at}")),
            Err(error) => return Guess::Unclear(error.to_string()),
        }
        fetched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pieces
            .push((at, bytes));
    }
}

fn look(storage: Partial) -> std::result::Result<Guess, Problem> {
    let limits = Limits {
        header_bytes: 256 << 10,
        ..Limits::default()
    };
    let file = open_storage(Arc::new(storage), &limits)?;
    let root = file.root_group()?;
    let attributes = root.attributes()?;
    if let Some(own) = attributes
        .iter()
        .find(|attribute| ["_NCProperties", "_nc3_strict"].contains(&attribute.name.as_str()))
    {
        return Ok(Guess::NetCdf4(format!("its root group has {}", own.name)));
    }
    let links = list_links(&file, &root)?;
    let mut looked = 0;
    for link in &links {
        if looked == LOOKS {
            break;
        }
        let Ok(dataset) = root.dataset(&link.name) else {
            continue;
        };
        looked += 1;
        let attributes = dataset
            .attributes()
            .into_iter()
            .map(|attribute| read_attributes(attribute, &root, &limits));
        let is_scale =
            |attribute: Attribute| attribute.name == "CLASS" && attribute.text() == Some("DIMENSION_SCALE");
        if attributes.into_iter().any(is_scale) {
            return Ok(Guess::NetCdf4(format!("{} is a dimension scale", link.name)));
        }
    }
    Ok(Guess::Hdf5(format!(
        "none of the first {looked} datasets of its root group is a dimension scale"
    )))
}
