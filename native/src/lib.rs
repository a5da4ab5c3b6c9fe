//! The handlers of netCDF and HDF5 over the reference libraries: the crates `netcdf` and `hdf5-metno`, both in C.
//!
//! They implement the seam of `array-file` ([`array_file::Reader`]): every value comes from them, and every shape is compared with
//! theirs. Names, types and attributes are those of the guard ([`look_through`]), the reader in Rust, which goes through each file
//! first and refuses what would make a C library open another file, or give values that are not there. Reviews run in workers,
//! as always: a C library that crashes is a failure of one file.
#![cfg(feature = "native")]

mod guard;
mod hdf5_values;
mod held;
mod netcdf_values;
mod texts;

use std::sync::Arc;

use array_file::{ArrayFile, Group, Order, Problem, ProblemKind, Reader, Type, Variable, View};
use data_review_core::{
    Card, FileHandler, Input, Probe, ReviewBuilder, ReviewError, Verdict, replace_handler,
};

pub use guard::look_through;
pub use held::Held;

/// What reads, and what guards it.
pub const READER: &str = "netcdf 0.12.1 (netCDF-C 4.10.1), hdf5-metno 0.15.1 (HDF5 2.2.0), guarded by array-file 0.1.0 (hdf5-reader 0.12.1)";

/// The handler of netCDF, with values from netCDF-C.
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

/// The handler of HDF5, with values from the library of that name.
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

/// Opens a library's file, and says of each variable why it cannot be read by it.
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
    opened.map_err(data_review_array::refusal)
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

/// Every variable of a group and of those within it.
fn each_variable(group: &mut Group, tell: &mut dyn FnMut(&mut Variable)) {
    group.variables.iter_mut().for_each(&mut *tell);
    for inner in &mut group.groups {
        each_variable(inner, tell);
    }
}

/// The type of the values as they are given here: in this machine's order of bytes, and texts by our own references.
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
