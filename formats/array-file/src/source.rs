//! The bytes of a file, and how the HDF5 library reads them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use hdf5_reader::error::{Error, Result};
use hdf5_reader::storage::{BlockCacheStorage, DynStorage, Storage, StorageBuffer};

/// Random access to the bytes of one file, which has no name here.
///
/// It is implemented for `Vec<u8>`; for a file, an object in a bucket or a member of an archive it takes a few lines.
/// Several threads may read at once.
pub trait Source: Send + Sync {
    /// Number of bytes. It must not change while the file is open.
    fn len(&self) -> u64;

    /// Whether the file is empty.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` with the bytes from offset `at` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the file ends before `into` is full; otherwise the error of the
    /// system.
    fn read_exact_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_exact_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(at).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let bytes = start
            .checked_add(into.len())
            .and_then(|end| self.get(start..end))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }
}

/// Bytes of a block of the cache, and number of cached blocks (8 MiB): headers that are close together are one read.
const BLOCK: usize = 64 << 10;
const MOST_BLOCKS: usize = 128;

struct Uncached(Arc<dyn Source>);

impl Storage for Uncached {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_range(&self, offset: u64, len: usize) -> Result<StorageBuffer> {
        check_range(self.0.len(), offset, len)?;
        let mut bytes = vec![0; len];
        self.0.read_exact_at(offset, &mut bytes)?;
        Ok(StorageBuffer::from_vec(bytes))
    }
}

/// Checks that a range is within the file, before memory is allocated for it.
pub(crate) fn check_range(available: u64, offset: u64, len: usize) -> Result<()> {
    let end = offset.checked_add(len as u64);
    if end.is_some_and(|end| end <= available) {
        return Ok(());
    }
    Err(Error::UnexpectedEof {
        offset,
        needed: len as u64,
        available: available.saturating_sub(offset),
    })
}

/// Small reads go through a cache of blocks; large reads, which are data, do not.
struct Split {
    cached: BlockCacheStorage,
    whole: DynStorage,
}

impl Storage for Split {
    fn len(&self) -> u64 {
        self.whole.len()
    }

    fn read_range(&self, offset: u64, len: usize) -> Result<StorageBuffer> {
        check_range(self.len(), offset, len)?;
        if len > BLOCK {
            return self.whole.read_range(offset, len);
        }
        self.cached.read_range(offset, len)
    }
}

pub(crate) fn storage(source: Arc<dyn Source>) -> DynStorage {
    let whole: DynStorage = Arc::new(Uncached(source));
    Arc::new(Split {
        cached: BlockCacheStorage::new(whole.clone(), BLOCK, MOST_BLOCKS),
        whole,
    })
}

/// A storage that temporarily returns other bytes for one range.
///
/// Offsets count from the first byte of the file, also after a user block.
pub(crate) struct Overlay {
    under: DynStorage,
    shown: Mutex<Option<(u64, Vec<u8>)>>,
}

impl Overlay {
    pub(crate) fn new(under: DynStorage) -> Arc<Self> {
        Arc::new(Overlay {
            under,
            shown: Mutex::default(),
        })
    }

    /// Runs `read`; meanwhile reads within `bytes`, which begin at `at`, are answered from these.
    pub(crate) fn showing<T>(&self, at: u64, bytes: Vec<u8>, read: impl FnOnce() -> T) -> T {
        struct Restore<'o>(&'o Overlay);
        impl Drop for Restore<'_> {
            fn drop(&mut self) {
                self.0.set(None);
            }
        }
        self.set(Some((at, bytes)));
        let _restore = Restore(self);
        read()
    }

    fn set(&self, range: Option<(u64, Vec<u8>)>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = range;
    }
}

impl Storage for Overlay {
    fn len(&self) -> u64 {
        self.under.len()
    }

    fn read_range(&self, offset: u64, len: usize) -> Result<StorageBuffer> {
        if let Some((at, bytes)) = &*self.shown.lock().unwrap_or_else(PoisonError::into_inner) {
            let start = offset
                .checked_sub(*at)
                .and_then(|start| usize::try_from(start).ok());
            if let Some(found) = start.and_then(|start| bytes.get(start..start.checked_add(len)?)) {
                return Ok(StorageBuffer::from_vec(found.to_vec()));
            }
        }
        self.under.read_range(offset, len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_memory_end_where_they_end() {
        let bytes = b"0123".to_vec();
        assert_eq!((Source::len(&bytes), Source::is_empty(&bytes)), (4, false));
        assert!(Source::is_empty(&Vec::<u8>::new()));
        let read = |at: u64, length: usize| {
            let mut into = vec![0; length];
            bytes
                .read_exact_at(at, &mut into)
                .map(|()| into)
                .map_err(|error| error.kind())
        };
        assert_eq!(read(1, 3).unwrap(), b"123");
        assert_eq!(read(4, 0).unwrap(), b"");
        for (at, length) in [(1, 4), (4, 1), (u64::MAX, 2)] {
            assert_eq!(read(at, length), Err(io::ErrorKind::UnexpectedEof));
        }
    }

    #[test]
    fn a_range_beyond_the_file_is_an_error_that_says_what_is_there() {
        assert!(check_range(10, 4, 6).is_ok() && check_range(10, 10, 0).is_ok());
        for (offset, len, expected) in [(4, 7, 6), (11, 0, 0), (u64::MAX, 2, 0)] {
            let Err(Error::UnexpectedEof {
                offset: at,
                needed,
                available,
            }) = check_range(10, offset, len)
            else {
                panic!("{offset} {len}")
            };
            assert_eq!((at, needed, available), (offset, len as u64, expected));
        }
    }

    #[test]
    fn small_reads_are_cached_and_large_ones_are_not() {
        /// Counts the reads of bytes that are their offsets.
        struct Counting(Arc<Mutex<Vec<(u64, usize)>>>);
        impl Source for Counting {
            fn len(&self) -> u64 {
                4 * BLOCK as u64
            }
            fn read_exact_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
                self.0.lock().unwrap().push((at, into.len()));
                into.iter_mut().zip(at..).for_each(|(byte, at)| *byte = at as u8);
                Ok(())
            }
        }
        let reads = Arc::new(Mutex::new(Vec::new()));
        let storage = storage(Arc::new(Counting(reads.clone())));
        assert_eq!(storage.len(), 4 * BLOCK as u64);
        for (at, len, expected) in [
            (10, 5, Some((0, BLOCK))),
            (100, 50, None),
            (0, BLOCK, None),
            (7, BLOCK + 1, Some((7, BLOCK + 1))),
            (7, BLOCK + 1, Some((7, BLOCK + 1))),
        ] {
            reads.lock().unwrap().clear();
            let read = storage.read_range(at, len).unwrap();
            assert!(read.iter().zip(at..).all(|(byte, at)| *byte == at as u8) && read.len() == len);
            assert_eq!(reads.lock().unwrap().first().copied(), expected, "{at} {len}");
        }
        assert!(storage.read_range(4 * BLOCK as u64, 1).is_err());
    }

    #[test]
    fn an_overlay_shows_its_range_for_a_while() {
        let overlay = Overlay::new(storage(Arc::new(b"0123456789".to_vec())));
        let read = |at, len| overlay.read_range(at, len).unwrap().to_vec();
        overlay.showing(2, b"abc".to_vec(), || {
            assert_eq!(read(2, 3), b"abc");
            assert_eq!(read(3, 1), b"b");
            assert_eq!(read(1, 4), b"1234", "more than the range");
        });
        assert_eq!(read(2, 3), b"234");
    }
}
