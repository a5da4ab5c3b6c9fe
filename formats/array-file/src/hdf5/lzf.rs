//! LZF, h5py's own filter: runs of literals, and references to at most 8 KiB before.

use hdf5_reader::error::{Error, Result};

pub(super) const ID: u16 = 32000;

/// `client_data`: revision of the filter, version of LZF, bytes of a chunk.
pub(super) fn inflate(data: &[u8], client_data: &[u32], most: usize) -> Result<Vec<u8>> {
    let bytes = client_data.get(2).map_or(most, |bytes| *bytes as usize);
    if bytes > most {
        return Err(Error::ResourceLimit(format!(
            "an lzf chunk of {bytes} bytes; at most {most} are read"
        )));
    }
    decode(data, bytes)
        .ok_or_else(|| Error::DecompressionError("lzf: the chunk contradicts itself".to_owned()))
}

fn decode(data: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(most);
    let mut rest = data.iter().copied();
    while let Some(control) = rest.next() {
        let control = usize::from(control);
        if control < 32 {
            for _ in 0..=control {
                out.push(rest.next()?);
            }
        } else {
            let mut length = control >> 5;
            if length == 7 {
                length += usize::from(rest.next()?);
            }
            let back = ((control & 31) << 8) + usize::from(rest.next()?) + 1;
            let start = out.len().checked_sub(back)?;
            for at in start..start + length + 2 {
                out.push(*out.get(at)?);
            }
        }
        if out.len() > most {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_references() {
        // Three literals, then a reference three back of 6 bytes.
        assert_eq!(
            decode(&[2, b'a', b'b', b'c', 4 << 5, 2], 64).unwrap(),
            b"abcabcabc"
        );
        assert_eq!(decode(&[2, b'a'], 64), None, "cut short");
        assert_eq!(decode(&[1 << 5, 9], 64), None, "before the beginning");
        assert_eq!(
            decode(&[2, b'a', b'b', b'c', 7 << 5, 255, 0], 64),
            None,
            "longer than the chunk"
        );
    }
}
