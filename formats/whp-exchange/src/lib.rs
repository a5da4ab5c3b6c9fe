//! A parser for [WHP-Exchange] bottle and CTD files that reports every deviation with its place and continues.
//!
//! Lines are read from any [`std::io::Read`] in constant memory; cells are borrowed and classified without an allocation.
//! Deviations from the specification are passed to a sink, any closure, as soon as they are found. Only a file that is not an Exchange
//! file, or that has no parameters, is an [`Error`].
//!
//! # Grammar
//!
//! ```text
//! file       = stamp *comment *header parameters units *row "END_DATA" *text
//! stamp      = ( "BOTTLE" / "CTD" ) "," date division institution initials
//! comment    = "#" text
//! header     = name "=" value        ; of a CTD cast only; the first one is NUMBER_HEADERS, which counts itself
//! parameters = name *( "," name )    ; NAME_FLAG_W holds the quality flags of NAME
//! units      = unit *( "," unit )    ; one for each name, empty where there is none
//! row        = cell *( "," cell )    ; -999 is the fill value
//! ```
//!
//! Each of them is one line; see [`text_format::Lines`] for what ends a line.
//!
//! # Example
//!
//! ```
//! use whp_exchange::{Deviation, Reader, Value};
//!
//! let file = "BOTTLE,20240101SIOCCHABC\n\
//!     EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,LATITUDE,LONGITUDE,CTDPRS,OXYGEN,OXYGEN_FLAG_W\n\
//!     ,,,,,,,DBAR,UMOL/KG,\n\
//!     33RR20240101,1,1,1,20240101,10.5,-170.25,5.0,210.1,2\n\
//!     33RR20240101,1,1,2,20240101,10.5,-170.25,9.0,-999,2\n\
//!     END_DATA\n";
//! let mut found = Vec::new();
//! let mut sink = |deviation: Deviation<'_>| found.push(deviation.to_string());
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! let oxygen = reader.header().column("OXYGEN").unwrap();
//! let mut values = Vec::new();
//! while let Some(row) = reader.next_row(&mut sink)? {
//!     values.push(row.value(oxygen));
//! }
//! assert_eq!(values, [Value::Number(210.1), Value::Fill]);
//! assert_eq!(found, ["error[fill-under-value-flag] OXYGEN: line 5, column 46: \
//!     OXYGEN has no value (-999), but flag 2 (acceptable) says it was measured"]);
//! # Ok::<(), whp_exchange::Error>(())
//! ```
//!
//! [WHP-Exchange]: https://exchange-format.readthedocs.io

mod cast;
mod cells;
pub mod codes;
mod columns;
mod flags;
mod header;
mod kind;
mod levels;
mod name;
mod reader;
mod row;
mod shift;
mod time;
mod units;
mod value;
mod vocabulary;

pub use cast::Cast;
pub use columns::{Column, Role};
pub use flags::{Meaning, Scheme};
pub use header::{Header, HeaderLine, sniff, sniff_misspelt};
pub use kind::Kind;
pub use name::expocode_in_name;
pub use reader::{Error, Reader, ReaderBuilder};
pub use row::Row;
pub use text_format::{Civil, Code, Deviation, LineEnds, Place, Severity, Sink};
pub use value::Value;
pub use vocabulary::{DataType, Parameter, Scope, VOCABULARY, VOCABULARY_VERSION, nearest, parameter};

/// Name and version of this parser, such as `whp-exchange 0.1.0`.
pub const READER: &str = concat!("whp-exchange ", env!("CARGO_PKG_VERSION"));
