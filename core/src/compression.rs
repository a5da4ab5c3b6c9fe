//! Files that are compressed as a whole: `x.nc.gz` is reviewed as the `x.nc` that it contains.
//!
//! ```text
//! file   = member { member } [ rest ]      gzip, bzip2 and zstd files may be concatenated
//! member = signature, compressed data      1F 8B (RFC 1952) | 42 5A 68 | 28 B5 2F FD (RFC 8878)
//! ```
//!
//! A rest that begins with no signature, such as the zeros that fill the last block of a tape, is ignored, as gzip does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Budget, Class, Failure, Input, InputReader, Limits, PastBudget, Place, Stage};

/// Bytes that are decompressed between two writes.
const BLOCK: usize = 64 << 10;
/// The longest signature.
const SIGNATURE: usize = 4;

/// How a file is compressed as a whole.
///
/// ```
/// use data_review_core::Compression;
///
/// assert_eq!(Compression::of(b"\x1F\x8B\x08"), Some(Compression::Gzip));
/// assert_eq!(Compression::Gzip.name_inside("R5900001_001.nc.gz"), "R5900001_001.nc");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// gzip (RFC 1952).
    Gzip,
    /// bzip2.
    Bzip2,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Compression {
    /// The compression that a file has by its first bytes; `None` for any other file.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Compression::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Compression::Bzip2),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Compression::Zstd),
            _ => None,
        }
    }

    /// The compression of an object, by its first bytes; `None` if they are not a known signature.
    ///
    /// # Errors
    /// If its first bytes cannot be read.
    pub fn of_input(input: &dyn Input) -> io::Result<Option<Self>> {
        let mut head = [0; SIGNATURE];
        let head = &mut head[..input.len().min(SIGNATURE as u64) as usize];
        input.read_exact_at(0, head)?;
        Ok(Self::of(head))
    }

    /// The name as documents write it: `gzip`, `bzip2` or `zstd`.
    pub fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Bzip2 => "bzip2",
            Compression::Zstd => "zstd",
        }
    }

    /// The name of the content: that of the file without the suffix of this compression, if it has it.
    pub fn name_inside(self, name: &str) -> &str {
        let suffix = match self {
            Compression::Gzip => ".gz",
            Compression::Bzip2 => ".bz2",
            Compression::Zstd => ".zst",
        };
        let at = name.len().saturating_sub(suffix.len());
        match name.get(at..) {
            Some(end) if at > 0 && end.eq_ignore_ascii_case(suffix) => &name[..at],
            _ => name,
        }
    }

    /// Writes the content of a compressed object to `into`, at most as much as `limits` allow for an archive of its size.
    ///
    /// # Errors
    /// A failure of class corrupt or limit exceeded is the file's own; one of class unreadable comes from `input` or `into`.
    pub fn decompress(
        self,
        input: &Arc<dyn Input>,
        limits: &Limits,
        into: &mut dyn Write,
    ) -> Result<(), Box<Failure>> {
        let mut budget = Budget::of_archive(input.len(), limits);
        let mut source = Source {
            inner: BufReader::with_capacity(BLOCK, InputReader::new(input.clone())),
            taken: 0,
            error: None,
        };
        let mut block = vec![0; BLOCK];
        while self.is_at(&**input, source.taken).map_err(unreadable)? {
            let member = source.taken;
            // A decompressor that panics has met a damaged file.
            let decompress = || self.member(&mut source, &mut budget, &mut block, into);
            let end = catch_unwind(AssertUnwindSafe(decompress));
            let end = end.unwrap_or_else(|_| Err(Halt::Damaged("its reader panicked".to_owned())));
            end.map_err(|halt| self.failure(halt, member))?;
        }
        Ok(())
    }

    /// Whether a member begins at this offset.
    fn is_at(self, input: &dyn Input, at: u64) -> io::Result<bool> {
        let mut head = [0; SIGNATURE];
        let head = &mut head[..(input.len() - at).min(SIGNATURE as u64) as usize];
        input.read_exact_at(at, head)?;
        Ok(Self::of(head) == Some(self))
    }

    /// Decompresses the member that begins here.
    fn member(
        self,
        source: &mut Source,
        budget: &mut Budget,
        block: &mut [u8],
        into: &mut dyn Write,
    ) -> Result<(), Halt> {
        let copied = match self {
            Compression::Gzip => copy(flate2::bufread::GzDecoder::new(&mut *source), budget, block, into),
            Compression::Bzip2 => copy(bzip2::bufread::BzDecoder::new(&mut *source), budget, block, into),
            Compression::Zstd => ruzstd::decoding::StreamingDecoder::new(&mut *source)
                .map_err(|error| Halt::Damaged(error.to_string()))
                .and_then(|decoder| copy(decoder, budget, block, into)),
        };
        match source.error.take() {
            Some(error) => Err(Halt::Unreadable(error)),
            None => copied,
        }
    }

    fn failure(self, halt: Halt, member: u64) -> Box<Failure> {
        let name = self.as_str();
        let failure = match halt {
            Halt::Unreadable(error) => return unreadable(error),
            Halt::PastBudget(past) => Failure::new(Stage::Read, Class::LimitExceeded, past.to_string()),
            Halt::Damaged(reason) => {
                let message = format!("its {name} data is damaged or incomplete: {reason}");
                Failure::new(Stage::Read, Class::Corrupt, message).at(Some(Place::Byte { byte: member }))
            }
        };
        Box::new(failure)
    }
}

/// Why a member is not decompressed.
enum Halt {
    /// The bytes cannot be read, or not be written.
    Unreadable(io::Error),
    PastBudget(PastBudget),
    Damaged(String),
}

fn unreadable(error: io::Error) -> Box<Failure> {
    let message = format!("it cannot be decompressed: {error}");
    Box::new(Failure::new(Stage::Read, Class::Unreadable, message))
}

/// Copies what a decompressor yields.
fn copy(decoder: impl Read, budget: &mut Budget, block: &mut [u8], into: &mut dyn Write) -> Result<(), Halt> {
    let mut decoder = budget.cap(decoder);
    loop {
        let n = match decoder.read(block) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let past = PastBudget::of(&error).map(Halt::PastBudget);
                return Err(past.unwrap_or_else(|| Halt::Damaged(error.to_string())));
            }
        };
        into.write_all(&block[..n]).map_err(Halt::Unreadable)?;
    }
}

/// The compressed bytes, with the offset up to which a decompressor took them, and the error that ended them: decompressors
/// wrap errors of their source.
struct Source {
    inner: BufReader<InputReader>,
    taken: u64,
    error: Option<io::Error>,
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let n = held.len().min(into.len());
        into[..n].copy_from_slice(&held[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.inner.fill_buf() {
            Ok(held) => Ok(held),
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
        }
    }

    fn consume(&mut self, n: usize) {
        self.taken += n as u64;
        self.inner.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BytesInput;

    fn packed(compression: Compression, content: &[u8]) -> Vec<u8> {
        match compression {
            Compression::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(content).unwrap();
                encoder.finish().unwrap()
            }
            Compression::Bzip2 => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                encoder.write_all(content).unwrap();
                encoder.finish().unwrap()
            }
            Compression::Zstd => {
                ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
            }
        }
    }

    fn unpacked(file: &[u8], limits: &Limits) -> Result<Vec<u8>, Box<Failure>> {
        let input: Arc<dyn Input> = Arc::new(BytesInput(file.to_vec()));
        let compression = Compression::of_input(&*input).unwrap().expect("a signature");
        let mut content = Vec::new();
        compression.decompress(&input, limits, &mut content)?;
        Ok(content)
    }

    const ALL: [Compression; 3] = [Compression::Gzip, Compression::Bzip2, Compression::Zstd];

    #[test]
    fn members_are_joined_and_a_rest_is_ignored() {
        let content: Vec<u8> = (0..200_000u32)
            .flat_map(|n| n.wrapping_mul(n).to_le_bytes())
            .collect();
        for compression in ALL {
            let member = packed(compression, &content);
            let file = [&member, &member, &[0; 512][..]].concat();
            let found = unpacked(&file, &Limits::DEFAULT).unwrap();
            assert!(found == content.repeat(2), "{compression:?}");
        }
    }

    #[test]
    fn damaged_files_and_bombs_are_failures() {
        let content: Vec<u8> = (0..200_000u32)
            .flat_map(|n| n.wrapping_mul(n).to_le_bytes())
            .collect();
        for compression in ALL {
            let file = packed(compression, &content);
            let cut = unpacked(&file[..file.len() / 2], &Limits::DEFAULT).unwrap_err();
            assert_eq!(cut.class, Class::Corrupt, "{compression:?}: {cut:?}");
            let mut wrong = file.clone();
            wrong[file.len() / 2] ^= 0x40;
            let damaged = unpacked(&wrong, &Limits::DEFAULT);
            assert!(
                damaged.is_err() || damaged.is_ok_and(|found| found != content),
                "{compression:?}"
            );
            let limits = Limits {
                inflated_bytes: content.len() as u64 - 1,
                ..Limits::DEFAULT
            };
            assert_eq!(unpacked(&file, &limits).unwrap_err().class, Class::LimitExceeded);
            let bomb = packed(compression, &vec![0; 1 << 20]);
            let limits = Limits {
                inflation_ratio: 20,
                ..Limits::DEFAULT
            };
            assert_eq!(unpacked(&bomb, &limits).unwrap_err().class, Class::LimitExceeded);
            for length in SIGNATURE..12.min(file.len()) {
                assert!(
                    unpacked(&file[..length], &Limits::DEFAULT).is_err(),
                    "{compression:?} {length}"
                );
            }
        }
    }

    #[test]
    fn the_suffix_of_the_compression_is_not_part_of_the_name() {
        for (name, inside) in [
            ("a.csv.gz", "a.csv"),
            ("A.CSV.GZ", "A.CSV"),
            ("a.csv", "a.csv"),
            (".gz", ".gz"),
            ("é.gz", "é"),
            ("é", "é"),
        ] {
            assert_eq!(Compression::Gzip.name_inside(name), inside);
        }
        assert_eq!(Compression::Zstd.name_inside("a.nc.zst"), "a.nc");
        assert_eq!(Compression::of(b"BZh"), None);
        assert_eq!(Compression::of(b""), None);
    }
}
