//! A stamp tells versions of a file or an object apart without reading it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use super::RemoteVersion;

/// The version of a listed object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectStamp {
    /// Of a file.
    File(FileStamp),
    /// Of a remote object.
    Remote(RemoteVersion),
}

impl ObjectStamp {
    /// Length in bytes.
    pub fn size(&self) -> u64 {
        match self {
            ObjectStamp::File(stamp) => stamp.size,
            ObjectStamp::Remote(version) => version.size,
        }
    }
}

impl std::fmt::Display for ObjectStamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ObjectStamp::File(stamp) => stamp.fmt(f),
            ObjectStamp::Remote(version) => version.fmt(f),
        }
    }
}

/// Size, modification time and inode: they change when a file is written or replaced, as far as the file system shows it.
/// Its text is `size:mtime_ns:inode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Length of the file in bytes.
    pub(crate) size: u64,
    seconds: i64,
    nanoseconds: u32,
    inode: u64,
}

impl FileStamp {
    pub(crate) fn of(found: &Metadata) -> Self {
        FileStamp {
            size: found.size(),
            seconds: found.mtime(),
            nanoseconds: found.mtime_nsec() as u32,
            inode: found.ino(),
        }
    }
}

impl std::fmt::Display for FileStamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nanoseconds = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds);
        write!(f, "{}:{nanoseconds}:{}", self.size, self.inode)
    }
}
