//! The keys of rows whose objects the listing of the bucket does not have.
//!
//! The listing is sorted and the table is not, so that they cannot be merged as they come. Both are divided by a digest of the
//! key into [`PARTITIONS`] temporary files, and then compared partition by partition. In memory are the digests of the
//! listed keys of one partition: 12.5 MB at 10^8 objects. On disk are 8 bytes for each object, and the keys of the rows.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use crate::error::CliError;

/// Parts that are compared one after the other. Each has two open files, of which a process may have 256 on macOS.
const PARTITIONS: usize = 64;

/// The keys of both sides, on disk.
pub(super) struct KeyPartitions {
    partitions: Vec<Partition>,
}

struct Partition {
    /// Digests of the listed keys, 8 bytes each.
    listed: BufWriter<File>,
    /// Keys of the rows, each after its length.
    rows: BufWriter<File>,
}

impl KeyPartitions {
    /// Partitions without a key, in the folder of temporary files.
    ///
    /// # Errors
    /// If a file cannot be created.
    pub(super) fn create() -> Result<Self, CliError> {
        let partition = |_| {
            Ok(Partition {
                listed: BufWriter::new(tempfile::tempfile()?),
                rows: BufWriter::new(tempfile::tempfile()?),
            })
        };
        let partitions = (0..PARTITIONS).map(partition).collect::<io::Result<_>>();
        Ok(KeyPartitions {
            partitions: partitions.map_err(CliError::Temporary)?,
        })
    }

    /// Adds the key of a listed object.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn list(&mut self, key: &str) -> Result<(), CliError> {
        let digest = digest(key);
        let listed = &mut self.partition(digest).listed;
        listed
            .write_all(&digest.to_ne_bytes())
            .map_err(CliError::Temporary)
    }

    /// Adds the key of a row.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn add_row(&mut self, key: &str) -> Result<(), CliError> {
        let rows = &mut self.partition(digest(key)).rows;
        write_key(rows, key).map_err(CliError::Temporary)
    }

    /// Calls `visit` with the key of each row whose key was not listed. Returns the bytes of the largest partition that was in
    /// memory.
    ///
    /// # Errors
    /// If a file cannot be read, or `visit` fails.
    pub(super) fn visit_unlisted(
        self,
        mut visit: impl FnMut(String) -> Result<(), CliError>,
    ) -> Result<usize, CliError> {
        let mut largest = 0;
        for Partition { listed, rows } in self.partitions {
            let listed = from_start(listed).and_then(read_digests);
            let listed = listed.map_err(CliError::Temporary)?;
            largest = largest.max(size_of_val(listed.as_slice()));
            let mut rows = BufReader::new(from_start(rows).map_err(CliError::Temporary)?);
            while let Some(key) = read_key(&mut rows).map_err(CliError::Temporary)? {
                if listed.binary_search(&digest(&key)).is_err() {
                    visit(key)?;
                }
            }
        }
        Ok(largest)
    }

    fn partition(&mut self, digest: u64) -> &mut Partition {
        // The remainder is below PARTITIONS.
        &mut self.partitions[(digest % PARTITIONS as u64) as usize]
    }
}

/// The same for the same key within this process.
fn digest(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn from_start(written: BufWriter<File>) -> io::Result<File> {
    let mut file = written.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// The digests in a file, sorted.
fn read_digests(file: File) -> io::Result<Vec<u64>> {
    let count = usize::try_from(file.metadata()?.len() / 8).map_err(io::Error::other)?;
    let mut file = BufReader::new(file);
    let mut digests = Vec::with_capacity(count);
    let mut digest = [0; 8];
    for _ in 0..count {
        file.read_exact(&mut digest)?;
        digests.push(u64::from_ne_bytes(digest));
    }
    digests.sort_unstable();
    Ok(digests)
}

fn write_key(rows: &mut impl Write, key: &str) -> io::Result<()> {
    let length = u32::try_from(key.len()).map_err(io::Error::other)?;
    rows.write_all(&length.to_ne_bytes())?;
    rows.write_all(key.as_bytes())
}

fn read_key(rows: &mut impl Read) -> io::Result<Option<String>> {
    let mut length = [0; 4];
    match rows.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut key = vec![0; u32::from_ne_bytes(length) as usize];
    rows.read_exact(&mut key)?;
    String::from_utf8(key).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlisted(
        listed: impl Iterator<Item = String>,
        rows: impl Iterator<Item = String>,
    ) -> (Vec<String>, usize) {
        let mut partitions = KeyPartitions::create().unwrap();
        for key in listed {
            partitions.list(&key).unwrap();
        }
        for key in rows {
            partitions.add_row(&key).unwrap();
        }
        let mut found = Vec::new();
        let largest = partitions.visit_unlisted(|key| {
            found.push(key);
            Ok(())
        });
        found.sort();
        (found, largest.unwrap())
    }

    #[test]
    fn rows_that_the_listing_does_not_have_are_found() {
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let listed = keys(&["a", "b\nc", "é🐋", &"k".repeat(1024)]);
        let mut rows = listed.clone();
        rows.extend(keys(&["a\0", "gone", "A"]));
        let (found, _) = unlisted(listed.into_iter(), rows.into_iter());
        assert_eq!(found, keys(&["A", "a\0", "gone"]));
        assert_eq!(unlisted(std::iter::empty(), std::iter::empty()), (Vec::new(), 0));
    }

    /// A million rows in the order of their digests, as a table has them, against a sorted listing.
    #[test]
    fn a_million_rows_are_compared_in_a_small_part_of_their_memory() {
        const ROWS: usize = 1_000_000;
        let key = |n: usize| format!("cruise/{n:07}_hy1.csv");
        let is_gone = |n: &usize| n % 100_000 == 77_777;
        // 7,919 is prime, so that every row comes once.
        let rows = (0..ROWS).map(|n| key(n * 7919 % ROWS));
        let listed = (0..ROWS).filter(|n| !is_gone(n)).map(key);
        let (found, largest) = unlisted(listed, rows);
        let expected: Vec<String> = (0..ROWS).filter(is_gone).map(key).collect();
        assert_eq!(found, expected);
        // Eight bytes a row, divided by the number of partitions; digests are not spread evenly.
        assert!(largest < 8 * ROWS / PARTITIONS * 11 / 10, "{largest} bytes");
    }
}
