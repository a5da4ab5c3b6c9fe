//! A parser for Ocean Data View spreadsheet files that reports every deviation with its place and continues.
//!
//! Ocean Data View (ODV) and the centres of SeaDataNet exchange bottle data, casts, time series and trajectories in
//! these files: comments, a line of labels, and a row for each sample. The reader takes any [`std::io::Read`] and lends
//! its rows. Metadata, which a file gives only in the first row of a station, apply to the other rows as well.
//! Deviations from the format are passed to a sink as soon as they are found ([`Deviation`]: code, place, subject).
//! Only a file without the labels of ODV is an [`Error`].
//!
//! # Grammar
//!
//! ```text
//! file     = *comment labels *( row / comment )
//! comment  = "//" text end
//!          / "//<" tag ">" value "</" tag ">" end         ; Version, DataType, MissingValueIndicators, …
//!          / "//<" ( "Meta" / "Data" ) "Variable>" *( name "=" value ) … end
//!          / "//<subject>SDN:LOCAL:" name "</subject><object>" term "</object>" … end
//! labels   = label *( separator label ) end               ; a tab, else a semicolon
//! label    = name [ "[" unit "]" ] *( ":METAVAR" / ":PRIMARYVAR" / ":" type [ ":" bytes ] )
//!          / "QV" [ ":" scheme [ ":" ( label / "SAMPLE" / "STATION" ) ] ] / "QF"
//! row      = cell *( separator cell ) end
//! ```
//!
//! A row begins a station if cruise, station, type, time or position have a new value. A column without a value type
//! holds texts if it is metadata, and numbers otherwise, unless the first rows show that it does not.
//!
//! # Example
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
//! let mut sink = |deviation: odv_spreadsheet::Deviation<'_>| found.push(deviation.to_string());
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! assert_eq!(reader.header().columns[9].unit.as_deref(), Some("degC"));
//! let mut temperatures = Vec::new();
//! while let Some(row) = reader.next_row(&mut sink)? {
//!     assert_eq!(row.cell(1), b"S1");
//!     assert_eq!(row.station().position, Some((-18.5, 24.5)));
//!     temperatures.push((row.value(9), row.flag(9).map(<[u8]>::to_vec)));
//! }
//! assert_eq!(temperatures, [(Value::Number(18.21), Some(b"1".to_vec())), (Value::Missing, Some(b"1".to_vec()))]);
//! assert_eq!(reader.stations(), 1);
//! assert_eq!(found, ["warning[missing-under-value-flag] Temperature: line 4, column 14: \
//!     Temperature has no value, but flag `1` of SEADATANET says that there is one"]);
//! # Ok::<(), odv_spreadsheet::Error>(())
//! ```

mod column;
mod comments;
mod deviation;
mod header;
mod lines;
mod reader;
mod row;
mod scheme;
mod station;
mod time;

pub use column::{Column, Kind, Role, TimePart};
pub use comments::MissingValue;
pub use deviation::{CODES, codes};
pub use header::Header;
pub use reader::{Error, LONGEST_LINE, MOST_COLUMNS, Reader, ReaderBuilder};
pub use row::{Row, Value};
pub use scheme::Scheme;
pub use station::Station;
pub use text_format::{Civil, Code, Deviation, Place, Severity};

/// Name and version of this parser, such as `odv-spreadsheet 0.1.0`.
pub const READER: &str = concat!("odv-spreadsheet ", env!("CARGO_PKG_VERSION"));
