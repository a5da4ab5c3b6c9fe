//! Elements as their stored bytes, whatever their type.

use bytemuck::{Pod, Zeroable};
use hdf5_reader::H5Type;
use hdf5_reader::error::Result;
use hdf5_reader::messages::datatype::Datatype;

/// An element of `N` bytes.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct Raw<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> H5Type for Raw<N> {
    fn hdf5_type() -> Datatype {
        Datatype::Opaque {
            size: N as u32,
            tag: String::new(),
        }
    }

    fn from_bytes(bytes: &[u8], _: &Datatype) -> Result<Self> {
        let mut raw = [0; N];
        let len = N.min(bytes.len());
        raw[..len].copy_from_slice(&bytes[..len]);
        Ok(Raw(raw))
    }

    fn element_size(_: &Datatype) -> usize {
        N
    }

    fn decode_vec(raw: &[u8], _: &Datatype, count: usize) -> Option<Result<Vec<Self>>> {
        (raw.len() == count * N).then(|| Ok(bytemuck::cast_slice(raw).to_vec()))
    }

    /// Lets the library copy whole rows; it compares the sizes itself.
    fn native_copy_compatible(_: &Datatype) -> bool {
        true
    }
}

/// An element of any size.
#[derive(Debug, Clone)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl H5Type for Bytes {
    fn hdf5_type() -> Datatype {
        Datatype::Opaque {
            size: 1,
            tag: String::new(),
        }
    }

    fn from_bytes(bytes: &[u8], _: &Datatype) -> Result<Self> {
        Ok(Bytes(bytes.to_vec()))
    }

    fn element_size(of: &Datatype) -> usize {
        hdf5_reader::datatype_api::dtype_element_size(of).unwrap_or(1)
    }
}
