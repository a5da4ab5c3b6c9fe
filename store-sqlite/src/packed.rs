//! Documents and states as the store holds them: compressed by zlib, and JSON as it is where a store of version 3 held it.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::bufread::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// Longest document or list of states that is read, in bytes: a thousand times the longest that was ever seen.
const LONGEST: u64 = 1 << 30;

/// Compresses at a level that costs less than writing what it saves.
pub(crate) fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(3));
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Replaces the content of `into` by what [`pack`] was given.
///
/// # Errors
/// If the bytes are damaged, or longer than a gibibyte.
pub(crate) fn unpack(packed: &[u8], into: &mut Vec<u8>) -> io::Result<()> {
    into.clear();
    if packed.first() == Some(&b'{') {
        into.extend_from_slice(packed);
        return Ok(());
    }
    ZlibDecoder::new(packed).take(LONGEST + 1).read_to_end(into)?;
    if into.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than 1 GiB"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_and_so_is_plain_json() {
        let json = br#"{"file":{"key":"a.csv"}}"#.repeat(100);
        let packed = pack(&json).unwrap();
        assert!(packed.len() * 10 < json.len());
        let mut read = b"from before".to_vec();
        for held in [&packed, &json] {
            unpack(held, &mut read).unwrap();
            assert_eq!(read, json);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let mut packed = pack(&[7; 1000]).unwrap();
        packed.truncate(packed.len() - 5);
        for bytes in [&packed[..], b"", b"x", b"\xFF\xFF\xFF"] {
            assert!(unpack(bytes, &mut Vec::new()).is_err(), "{bytes:?}");
        }
    }
}
