//! A parser for Sea-Bird converted data files (`.cnv`) that reports every deviation with its place, and reads on.
//!
//! Lines are read from any [`std::io::Read`] in constant memory; cells are borrowed. What deviates from the format is handed
//! to a sink as it is met: code, place, subject. Only a file that is no Sea-Bird file at all, or has no columns, is an
//! [`Error`].
//!
//! ```
//! use seabird::{Reader, Value};
//!
//! let file = "* Sea-Bird SBE 9 Data File:\n\
//!     ## nquan = 3\n\
//!     ## nvalues = 2\n\
//!     ## name 0 = prDM: Pressure, Digiquartz [db]\n\
//!     ## name 1 = t090C: Temperature [ITS-90, deg C]\n\
//!     ## name 2 = flag: flag\n\
//!     ## bad_flag = -9.990e-29\n\
//!     *END*\n\
//!           1.000    18.2100  0.000e+00\n\
//!           2.000    18.1900 -9.990e-29\n\
//!           3.000    18.1700  0.000e+00\n";
//! let mut found = Vec::new();
//! let mut sink = |deviation: seabird::Deviation<'_>| found.push(deviation.code.name);
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! assert_eq!(reader.header().columns[1].unit.as_deref(), Some("ITS-90, deg C"));
//! let mut marked = Vec::new();
//! while let Some(scan) = reader.next_scan(&mut sink)? {
//!     marked.push(scan.value(2) == Value::BadFlag);
//! }
//! assert_eq!(marked, [false, true, false]);
//! assert_eq!(found, ["start-time", "nvalues"]);
//! # Ok::<(), seabird::Error>(())
//! ```

mod cells;
mod column;
mod deviation;
mod header;
mod lines;
mod reader;
mod time;
mod values;

pub use cells::{Scan, Value};
pub use column::{Column, Span};
pub use deviation::{CODES, Code, Deviation, Place, Severity, codes};
pub use header::{FIRST, FileType, Header, MOST_COLUMNS, MOST_USER_LINES, Stated};
pub use lines::LONGEST_LINE;
pub use reader::{Error, Reader};
pub use time::{Clock, StartTime};

/// This reader and its version.
pub const READER: &str = concat!("seabird ", env!("CARGO_PKG_VERSION"));
