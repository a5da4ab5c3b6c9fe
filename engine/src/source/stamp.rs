//! A stamp tells versions of a file apart without reading it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// Size, modification time and inode: they change when a file is written or replaced, as far as the file system shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size: u64,
    mtime_ns: i128,
    inode: u64,
}

impl Stamp {
    pub(crate) fn of(found: &Metadata) -> Self {
        Stamp {
            size: found.size(),
            mtime_ns: i128::from(found.mtime()) * 1_000_000_000 + i128::from(found.mtime_nsec()),
            inode: found.ino(),
        }
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.size, self.mtime_ns, self.inode)
    }
}
