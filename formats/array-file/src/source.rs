//! Bytes without a name, and how the HDF5 reader sees them.

use std::io;
use std::sync::Arc;

use hdf5_reader::error::{Error, Result};
use hdf5_reader::storage::{BlockCacheStorage, DynStorage, Storage, StorageBuffer};

/// Random access to the bytes of one file.
pub trait Source: Send + Sync {
    /// Number of bytes.
    fn len(&self) -> u64;

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `into` from `at` on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] where the bytes end before; what the system says.
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

/// Bytes of a block of the cache, and how many are kept: 8 MiB, so that headers that lie together are one read.
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

/// Before anything is allocated for it.
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

/// Small reads go through a cache of blocks; large ones, which are data, past it.
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
