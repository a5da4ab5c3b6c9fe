//! A parser for Sea-Bird's converted data files (`.cnv`) that reports every deviation with its place and continues.
//!
//! SBE Data Processing and Fathom write these files from the raw data of a CTD, a mooring or a ship's thermosalinograph: a
//! header, and one row of numbers for each scan. The reader takes any [`std::io::Read`], needs constant memory, and lends its
//! rows. Deviations from the format are passed to a sink as soon as they are found ([`Deviation`]: code, place, subject). Only a
//! file that yields nothing at all is an [`Error`].
//!
//! # Grammar
//!
//! ```text
//! file     = first *line [ "*END*" end ] data
//! first    = "* Sea-Bird" text end
//! line     = "*" [ key "=" value ] end          ; by the instrument and the acquisition program
//!          / "**" text end                      ; by the operator
//!          / "#" key "=" value end              ; by the processing programs
//!          / "# name" n "=" name ":" title [ "[" unit "]" ] text end
//!          / "# span" n "=" min "," max end
//! data     = *( 1*( blank number ) end )        ; # file_type = ascii, at most 11 characters a number
//!          / *( 1*float32 )                     ; # file_type = binary, little endian
//! ```
//!
//! Names are numbered from 0 in the order of the columns. `*END*` ends the header at the beginning of a line only: a ship may be
//! called *Endeavour*. Fathom names the columns in XML, in lines that begin with `#`.
//!
//! # Time and place
//!
//! [`Column::axis`] says which columns hold times, positions, pressure or depth. [`Timeline`] derives the first and the last time
//! of all scans: from the columns, otherwise from the start time and the interval. [`Header::start`] decides which of the
//! header's times is the time of the cast: a start time may be that of an upload, weeks after the measurements.
//!
//! # Example
//!
//! ```
//! use seabird::{Reader, Timeline, Value};
//!
//! let file = "* Sea-Bird SBE 9 Data File:\n\
//!     ## nquan = 3\n\
//!     ## nvalues = 2\n\
//!     ## name 0 = prDM: Pressure, Digiquartz [db]\n\
//!     ## name 1 = t090C: Temperature [ITS-90, deg C]\n\
//!     ## name 2 = flag: flag\n\
//!     ## start_time = Dec 10 2016 06:16:51 [NMEA time, header]\n\
//!     ## bad_flag = -9.990e-29\n\
//!     *END*\n\
//!           1.000    18.2100  0.000e+00\n\
//!           2.000    18.1900 -9.990e-29\n\
//!           3.000    18.1700  0.000e+00\n";
//! let mut found = Vec::new();
//! let mut sink = |deviation: seabird::Deviation<'_>| found.push(deviation.to_string());
//! let mut reader = Reader::new(file.as_bytes(), &mut sink)?;
//! assert_eq!(reader.header().columns[1].unit.as_deref(), Some("ITS-90, deg C"));
//! let mut timeline = Timeline::new(reader.header());
//! let (mut bad, mut warmest) = (Vec::new(), f64::MIN);
//! while let Some(row) = reader.next_row(&mut sink)? {
//!     timeline.push(&row);
//!     bad.push(row.is_bad());
//!     if let Value::Number(temperature) = row.value(1) {
//!         warmest = warmest.max(temperature);
//!     }
//! }
//! assert_eq!((bad, warmest), (vec![false, true, false], 18.21));
//! assert_eq!(timeline.finish(reader.header()).unwrap().first.to_string(), "2016-12-10T06:16:51");
//! assert_eq!(found, ["error[nvalues] line 3, column 13: nvalues is 2, the data have 3 scans"]);
//! # Ok::<(), seabird::Error>(())
//! ```

mod checks;
mod column;
mod deviation;
mod fathom;
mod header;
mod position;
mod reader;
mod row;
mod time;
mod timeline;

pub use column::{Axis, Column, Span, TimeUnit};
pub use deviation::{CODES, codes};
pub use header::{FIRST, FileType, Header, Interval, Stated, UserLine};
pub use position::UserPosition;
pub use reader::{Error, LONGEST_LINE, MOST_COLUMNS, MOST_USER_LINES, Reader, ReaderBuilder};
pub use row::{Row, Value};
pub use text_format::{Civil, Code, Deviation, Place, Severity};
pub use time::{Clock, Start, StartTime};
pub use timeline::{TimeBasis, TimeSpan, Timeline};

/// Name and version of this parser, such as `seabird 0.1.0`.
pub const READER: &str = concat!("seabird ", env!("CARGO_PKG_VERSION"));
