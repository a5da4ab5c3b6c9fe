//! A parser for [WHP-Exchange] bottle and CTD files that reports every deviation with its place, and reads on.
//!
//! Lines are read from any [`std::io::Read`] in constant memory; cells are borrowed and classified without an allocation.
//! What deviates from the specification is handed to a sink as it is met: code, line, column, parameter. Only a file that
//! is no Exchange file at all, or has no parameters, is an [`Error`].
//!
//! ```
//! use whp_exchange::{Reader, Value};
//!
//! let file = "BOTTLE,20240101SIOCCHABC\n\
//!     EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W\n\
//!     ,,,,,,,DBAR,UMOL/KG,\n\
//!     33RR20240101,1,1,1,20240101,10.5,-170.25,5.0,210.1,2\n\
//!     33RR20240101,1,1,2,20240101,10.5,-170.25,9.0,-999,2\n\
//!     END_DATA\n";
//! let mut found = Vec::new();
//! let mut sink = |deviation: whp_exchange::Deviation<'_>| {
//!     found.push((deviation.code.name, deviation.line, deviation.column));
//! };
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! let oxygen = reader.header().columns.iter().position(|column| column.name == "OXYGEN").unwrap();
//! let mut values = Vec::new();
//! while let Some(row) = reader.next_row(&mut sink)? {
//!     values.push(row.value(oxygen));
//! }
//! assert_eq!(values, [Value::Number(210.1), Value::Fill]);
//! assert_eq!(found, [("fill-under-value-flag", 5, 46)]);
//! # Ok::<(), whp_exchange::Error>(())
//! ```
//!
//! [WHP-Exchange]: https://exchange-format.readthedocs.io

mod cast;
mod cell;
mod columns;
mod deviation;
mod flags;
mod header;
mod levels;
mod lines;
mod name;
mod reader;
mod row;
mod time;
mod vocabulary;

pub use cast::Cast;
pub use cell::Value;
pub use columns::{Column, Role};
pub use deviation::{CODES, Code, Deviation, Severity, codes};
pub use flags::Scheme;
pub use header::{Header, HeaderLine, Kind, sniff, sniff_misspelt};
pub use name::expocode_in_name;
pub use reader::{Error, LONGEST_LINE, MOST_COLUMNS, Reader};
pub use row::Row;
pub use vocabulary::{DataType, Parameter, Scope, VOCABULARY, VOCABULARY_VERSION, nearest, parameter};

/// This reader and its version.
pub const READER: &str = concat!("whp-exchange ", env!("CARGO_PKG_VERSION"));
