//! A parser for Ocean Data View spreadsheet files that reports every deviation with its place, and reads on.
//!
//! Lines are read from any [`std::io::Read`]; cells are borrowed. Metadata, which a file gives in the first line of a station
//! only, are carried down to its other lines. What deviates from the format is handed to a sink as it is met: code, place,
//! subject. Only a file without the labels of ODV is an [`Error`].
//!
//! ```
//! use odv_spreadsheet::{Reader, Value};
//!
//! let file = "//<Version>ODV Spreadsheet V4.6</Version>\n\
//!     Cruise\tStation\tType\tyyyy-mm-ddThh:mm:ss.sss\tLongitude [degrees_east]\tLatitude [degrees_north]\t\
//!     Bot. Depth [m]\tDepth [m]:PRIMARYVAR:DOUBLE\tQV:SEADATANET\tTemperature [degC]\tQV:SEADATANET\n\
//!     C1\tS1\tC\t2019-04-12T01:02:03\t-18.5\t24.5\t4000\t5\t1\t18.21\t1\n\
//!     \t\t\t\t\t\t\t10\t1\t\t1\n";
//! let mut found = Vec::new();
//! let mut sink = |deviation: odv_spreadsheet::Deviation<'_>| found.push(deviation.code.name);
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! assert_eq!(reader.header().columns[9].unit.as_deref(), Some("degC"));
//! let mut temperatures = Vec::new();
//! while let Some(row) = reader.next_row(&mut sink)? {
//!     assert_eq!(row.cell(1), b"S1");
//!     temperatures.push((row.value(9), row.flag(9).map(<[u8]>::to_vec)));
//! }
//! assert_eq!(temperatures, [(Value::Number(18.21), Some(b"1".to_vec())), (Value::Missing, Some(b"1".to_vec()))]);
//! assert_eq!(reader.stations(), 1);
//! assert_eq!(found, ["missing-under-value-flag"]);
//! # Ok::<(), odv_spreadsheet::Error>(())
//! ```

mod cells;
mod column;
mod comments;
mod deviation;
mod header;
mod lines;
mod reader;
mod scheme;
mod station;
mod time;

pub use cells::Value;
pub use column::{Column, Kind, MOST_COLUMNS, Role};
pub use deviation::{CODES, Code, Deviation, Severity, codes};
pub use header::Header;
pub use lines::LONGEST_LINE;
pub use reader::{Error, Reader, Row};
pub use scheme::Scheme;
pub use station::Station;

/// This reader and its version.
pub const READER: &str = concat!("odv-spreadsheet ", env!("CARGO_PKG_VERSION"));
