//! The handlers of netCDF and HDF5 over the reference libraries: the crates `netcdf` and `hdf5-metno`, both
//! in C.
//!
//! They implement [`array_file::Reader`]: every value comes from a library, and every shape is compared with
//! the library's. Names, types and attributes are those of the guard ([`look_through`]), the reader in Rust,
//! which goes through each file first and refuses what would make a C library open another file, or give
//! values that are not in the file. Reviews run in worker processes, as always: a C library that crashes
//! fails one file.
#![cfg(feature = "native")]

mod guard;
mod hdf5_values;
mod held;
mod netcdf_values;
mod text_cache;

use std::sync::Arc;

use array_file::{ArrayFile, Group, Order, Problem, ProblemKind, Reader, Type, Variable, View};
use data_review_core::{
    Card, FileHandler, Input, Probe, ReviewBuilder, ReviewError, Verdict, replace_handler,
};

pub use guard::look_through;
pub use held::Held;

/// Names and versions of the libraries, and of the guard before them.
pub const READER: &str = "netcdf 0.12.1 (netCDF-C 4.10.1), hdf5-metno 0.15.1 (HDF5 2.2.0), guarded by array-file 0.1.0 (hdf5-reader 0.12.1)";

/// The handler of netCDF files, with values from netCDF-C.
pub struct NativeNetCdf;

static NETCDF: Card = Card {
    reader: READER,
    ..data_review_netcdf::CARD
};

impl FileHandler for NativeNetCdf {
    fn card(&self) -> &'static Card {
        &NETCDF
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        data_review_netcdf::NetCdf.sniff(probe)
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        let file = open(input, View::NetCdf, review, netcdf_values::open)?;
        data_review_netcdf::review_file(&file, review)
    }
}

replace_handler!(NativeNetCdf);

/// The handler of HDF5 files, with values from the HDF5 library.
pub struct NativeHdf5;

static HDF5: Card = Card {
    reader: READER,
    ..data_review_hdf5::CARD
};

impl FileHandler for NativeHdf5 {
    fn card(&self) -> &'static Card {
        &HDF5
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        data_review_hdf5::Hdf5.sniff(probe)
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        let file = open(input, View::Hdf5, review, hdf5_values::open)?;
        data_review_hdf5::review_file(&file, review)
    }
}

replace_handler!(NativeHdf5);

/// Opens a file with a library, and sets [`Variable::problem`] where the library cannot read a variable.
type Open = fn(Held, &mut ArrayFile) -> Result<Box<dyn Reader>, Problem>;

fn open(
    input: Arc<dyn Input>,
    view: View,
    review: &ReviewBuilder,
    open: Open,
) -> Result<ArrayFile, ReviewError> {
    let limits = data_review_array::limits(review.limits());
    let opened = Held::of(&*input).and_then(|held| {
        let mut file = look_through(&held, view, &limits)?;
        let reader = open(held, &mut file)?;
        Ok(file.read_by(reader))
    });
    opened.map_err(data_review_array::review_error)
}

fn unsupported(what: impl std::fmt::Display) -> Problem {
    Problem {
        kind: ProblemKind::Unsupported,
        message: what.to_string(),
        byte: None,
    }
}

fn corrupt(what: impl std::fmt::Display) -> Problem {
    Problem {
        kind: ProblemKind::Corrupt,
        ..unsupported(what)
    }
}

/// Calls `visit` with every variable of a group and of the groups within it.
fn each_variable(group: &mut Group, visit: &mut dyn FnMut(&mut Variable)) {
    group.variables.iter_mut().for_each(&mut *visit);
    for inner in &mut group.groups {
        each_variable(inner, visit);
    }
}

/// The type of the values as the libraries give them: in the order of bytes of this machine, and texts as
/// references of our own.
fn as_given(of: &Type) -> Type {
    let here = if cfg!(target_endian = "little") {
        Order::Little
    } else {
        Order::Big
    };
    match of {
        Type::Integer { size, signed, .. } => Type::Integer {
            size: *size,
            signed: *signed,
            order: here,
        },
        Type::Float { size, .. } => Type::Float {
            size: *size,
            order: here,
        },
        Type::Enum { base } => Type::Enum {
            base: Box::new(as_given(base)),
        },
        Type::String { .. } => Type::String {
            reference: texts::REFERENCE,
        },
        of => of.clone(),
    }
}
