//! Whether an HDF5 file is netCDF-4, from as few of its bytes as possible.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use hdf5_reader::error::{Error, Result};
use hdf5_reader::storage::{Storage, StorageBuffer};

use super::{OF_DATASETS, OF_ROOT};
use crate::hdf5::links::{self, Target};
use crate::hdf5::{Attributes, Header, Name, Sizes, kind, open_storage};
use crate::source::check_range;
use crate::{Limits, Problem};

/// What the attributes of an HDF5 file show about its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// The file is netCDF-4; the text says what shows it.
    NetCdf4(String),
    /// Nothing shows that the file is netCDF-4, but its root group is made as netCDF-4 makes it. It may have only
    /// groups, types and scalars and come from a library that did not sign it yet, or be HDF5 of a program that also
    /// tracks the order of creation.
    Either(String),
    /// The file is HDF5, but not netCDF-4; the text says what was looked at.
    Hdf5(String),
    /// The root group could not be read, or the allowed bytes did not suffice; the text says why.
    Unclear(String),
}

/// Bytes that are fetched for a missing one: an object header and what follows.
const PIECE: u64 = 16 << 10;
/// Most fetches; the caller's memory answers most of them.
const FETCHES: usize = 100;
/// Most objects that are looked at, and the greatest depth of groups.
const OBJECTS: usize = 500;
const DEPTH: usize = 8;
/// Objects that are looked at before the index of the root group's attributes.
const FIRST: usize = 4;

/// The bytes that were fetched, and the first missing one.
#[derive(Default)]
struct Fetched {
    pieces: Vec<(u64, Vec<u8>)>,
    missing: Option<(u64, usize)>,
    /// Offsets of missing bytes that cannot be fetched.
    refused: Vec<u64>,
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
        if !fetched.refused.contains(&offset) {
            fetched.missing.get_or_insert((offset, len));
        }
        Err(Error::OffsetOutOfBounds(offset))
    }
}

/// Looks for the marks of netCDF-4 in an HDF5 file of `length` bytes, from as few of its bytes as possible.
///
/// `fetch` fills a buffer from an offset on and returns the number of bytes; it may return fewer bytes or an error if
/// it does not want to read more. No byte is requested twice. At most 100 pieces of about 16 KiB are requested.
pub fn guess(length: u64, mut fetch: impl FnMut(u64, &mut [u8]) -> io::Result<usize>) -> Guess {
    let fetched = Arc::new(Mutex::new(Fetched::default()));
    let lock = || fetched.lock().unwrap_or_else(PoisonError::into_inner);
    let mut refusal = None;
    for _ in 0..FETCHES {
        let storage = Partial {
            length,
            fetched: fetched.clone(),
        };
        let found = Problem::guard(|| look(storage)).unwrap_or_else(|problem| Found {
            guess: Guess::Unclear(problem.message),
            is_enough: false,
        });
        let missing = lock().missing.take();
        let (Some((at, len)), false) = (missing, matches!(found.guess, Guess::NetCdf4(_))) else {
            // Parts of the file may be unavailable.
            return match refusal.filter(|_| !found.is_enough) {
                Some(refusal) => Guess::Unclear(refusal),
                None => found.guess,
            };
        };
        let wanted = (len as u64).max(PIECE).min(length - at);
        let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(0)];
        let filled = fetch(at, &mut bytes);
        match filled {
            Ok(n) if n >= len => {
                bytes.truncate(n);
                lock().pieces.push((at, bytes));
            }
            Ok(_) => {
                lock().refused.push(at);
                refusal.get_or_insert_with(|| format!("nothing can be read at byte {at}"));
            }
            Err(error) => {
                lock().refused.push(at);
                refusal.get_or_insert_with(|| error.to_string());
            }
        }
    }
    Guess::Unclear(format!("{FETCHES} pieces of the file did not show it"))
}

/// What the fetched bytes show, and whether that suffices even if others cannot be fetched.
struct Found {
    guess: Guess,
    is_enough: bool,
}

impl Found {
    fn netcdf(because: String) -> Self {
        Found {
            guess: Guess::NetCdf4(because),
            is_enough: true,
        }
    }
}

/// Examines the fetched bytes. Where something is missing, continues with the rest, which may suffice.
fn look(storage: Partial) -> std::result::Result<Found, Problem> {
    let limits = Limits {
        header_bytes: 256 << 10,
        ..Limits::default()
    };
    let file = open_storage(Arc::new(storage), &limits)?;
    let root = file.root_group()?;
    let attributes = Attributes::new(&file, &limits);
    let sizes = Sizes::new(&file);
    let read = |address| Header::read(file.storage(), address, sizes, limits.header_bytes);
    let header = read(root.address())?;
    let in_root = |names: Vec<Name>| {
        let own = OF_ROOT
            .into_iter()
            .find(|own| names.iter().any(|name| name.is(own)));
        own.map(|name| Found::netcdf(format!("its root group has {name}")))
    };
    if let Some(found) = in_root(attributes.compact_names(&header)) {
        return Ok(found);
    }
    let mut queue: VecDeque<(String, u64, usize)> = VecDeque::new();
    let list = |queue: &mut VecDeque<_>, header: &Header, path: &str, depth: usize| {
        // The links that can be read suffice.
        let links = links::list(&file, header).unwrap_or_default();
        for link in links.into_iter().take(OBJECTS) {
            if let Target::Hard(address) = link.target {
                queue.push_back((format!("{path}{}", link.name), address, depth));
            }
        }
    };
    list(&mut queue, &header, "", 0);
    let (mut looked, mut read_objects) = (0, 0);
    let mut root_names = None;
    loop {
        if root_names.is_none() && (looked == FIRST || queue.is_empty()) {
            let names = attributes.names(&header);
            root_names = Some(names.is_ok());
            if let Some(found) = in_root(names.unwrap_or_default()) {
                return Ok(found);
            }
        }
        let Some((path, address, depth)) = queue.pop_front().filter(|_| looked < OBJECTS) else {
            break;
        };
        looked += 1;
        let Ok(object) = read(address) else { continue };
        read_objects += 1;
        if object.is_group() {
            if depth < DEPTH {
                list(&mut queue, &object, &format!("{path}/"), depth + 1);
            }
        } else if object.has(kind::DATASPACE)
            && let Some(because) = of_dataset(&attributes, &object)
        {
            return Ok(Found::netcdf(format!("{path} {because}")));
        }
    }
    Ok(if header.is_in_creation_order() {
        let because = "its root group tracks the order of creation, and nothing is marked as netCDF-4";
        Found {
            guess: Guess::Either(because.to_owned()),
            is_enough: true,
        }
    } else {
        Found {
            guess: Guess::Hdf5(format!(
                "none of the {read_objects} objects that were looked at is marked as netCDF-4 or is a dimension scale"
            )),
            // netCDF's own library would have tracked the order; others mark the root group, or all their
            // datasets.
            is_enough: root_names == Some(true) && read_objects >= FIRST,
        }
    })
}

fn of_dataset(attributes: &Attributes<'_>, header: &Header) -> Option<String> {
    let class = attributes.compact(header, "CLASS");
    if class.is_some_and(|class| class.bytes.starts_with(b"DIMENSION_SCALE")) {
        return Some("is a dimension scale".to_owned());
    }
    let names = attributes.names(header).ok()?;
    let has = |name: &str| names.iter().any(|known| known.is(name));
    if let Some(own) = OF_DATASETS.into_iter().find(|own| has(own)) {
        return Some(format!("has {own}"));
    }
    // Only the hashes of attributes in the heap were read. Images and tables have a class, too, but no name.
    let in_heap = |name: &str| {
        names
            .iter()
            .any(|known| matches!(known, Name::Hash(_)) && known.is(name))
    };
    (in_heap("CLASS") && in_heap("NAME")).then(|| "is a dimension scale".to_owned())
}
