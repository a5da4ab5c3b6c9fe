//! Reads netCDF (classic, 64-bit offset, CDF-5, netCDF-4) and HDF5 files into one model: groups of variables of any
//! rank.
//!
//! [`ArrayFile::open`] takes bytes ([`Source`]) and never a name: a reference to another file (an external link,
//! external storage, a virtual dataset) becomes a [`Note`] or a [`Problem`], and is not followed. A damaged variable
//! does not affect the others. Values are read in blocks ([`Variable::blocks`]) of bounded size, and each chunk of a
//! file is decoded once. [`Limits`] bound what a file can declare.
//!
//! Numbers are returned as they are stored ([`Variable::of`]); fill values, scales and other conventions are left to
//! the caller.
//!
//! ```
//! use array_file::{ArrayFile, Limits, View};
//!
//! // An empty classic file: magic, no records, no dimensions, no attributes, no variables.
//! let mut bytes = b"CDF\x01".to_vec();
//! bytes.extend([0; 28]);
//! let file = ArrayFile::open(std::sync::Arc::new(bytes), View::NetCdf, &Limits::default()).unwrap();
//! assert!(file.root.variables.is_empty());
//! ```

mod blocks;
mod classic;
pub mod filters;
mod hdf5;
mod limits;
mod model;
mod netcdf4;
mod problem;
mod source;
mod text;
mod types;

pub use blocks::{Block, Blocks};
pub use hdf5::{SIGNATURE as HDF5_SIGNATURE, superblock as hdf5_superblock};
pub use limits::Limits;
pub use model::{
    ArrayFile, Attribute, Dimension, Format, Group, Note, NoteKind, Reader, Value, Variable, View,
};
pub use netcdf4::{Guess, guess};
pub use problem::{Problem, ProblemKind};
pub use source::Source;
pub use text::decode as decode_text;
pub use types::{Field, Order, Type, integer};

/// Names and versions of this crate and its HDF5 library, for the record of how values were read.
pub const READER: &str = concat!("array-file ", env!("CARGO_PKG_VERSION"), " (hdf5-reader 0.12.1)");
