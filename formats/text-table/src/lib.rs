//! Finds the table in a text file, as people and instruments really write them, and reads its records.
//!
//! A table has a header and records of equal width below it, but in files there is more: titles and metadata above, units below
//! the names, comments, several rows of names or none, a second table, footers. [`Detector`] finds the table and says why, in a
//! [`Layout`]; [`Records`] reads its records in bounded memory, each cell with its place, and on after every fault of its quotes.
//! Neither reads a file name or opens a file; a name may be given as a [`NameHint`].
//!
//! # Grammar
//!
//! ```text
//! file     = *above [ header ] *units *( record / comment / blank ) *footer
//! above    = title / comment / key delimiter value / blank          ; metadata, perhaps padded with delimiters
//! header   = 1*4 row                                                ; names, the parts of a name below each other
//! units    = row                                                    ; units below the names
//! record   = cell *( delimiter cell ) [ delimiter ] end
//! cell     = *text / quote *( text / delimiter / end / 2quote ) quote
//! comment  = ( "#" / "%" / "!" / "//" / "*" ) *text end / "/*" *( text / end ) "*/" end
//! delimiter= "," / ";" / TAB / "|" / 1*blank                        ; the same in the whole table
//! quote    = DQUOTE / "'"                                           ; the same in the whole table
//! end      = LF / CR / CR LF
//! ```
//!
//! # How a table is told from other text
//!
//! Every delimiter is tried on a sample, with every kind of quote that occurs. The rows must agree in width, and the kinds of
//! their cells (numbers, times, positions, text) must agree by column. Few rows are no reason to refuse, but words alone are a
//! table only where the file's name promises one, or the rows are even and short. See [`NoTable`] for the reasons.
//!
//! # Example
//!
//! ```
//! use text_table::{Detector, Encoding, Records, Step, Text};
//!
//! let file = b"# Buoy 7\r\n# position 58.5 N\r\nDepth [m];Temp [degC];Time\r\n1;8,5;28/03/2022 10:00\r\n5;8,25;28/03/2022 10:01\r\n";
//! let encoding = Encoding::of(file);
//! let layout = Detector::new().detect(file, encoding, true)?;
//! assert_eq!(
//!     layout.to_string(),
//!     "header in line 3, 2 lines of metadata above, 3 columns separated by semicolons, 2 of 2 sampled rows have them"
//! );
//! let mut records = Records::new(Text::new(&file[..], encoding), layout.dialect, 1 << 20);
//! let mut temperatures = Vec::new();
//! let mut plain = Vec::new();
//! while let Step::Record(record) = records.step()? {
//!     if record.line >= layout.first_record && text_table::to_plain(record.cell(1), true, &mut plain) {
//!         temperatures.push(String::from_utf8_lossy(&plain).parse::<f64>()?);
//!     }
//! }
//! assert_eq!(temperatures, [8.5, 8.25]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod detect;
mod encoding;
mod kind;
mod layout;
mod names;
mod number;
mod position;
mod record;
mod time;

pub use detect::{Block, Detector, NameHint, uncommented};
pub use encoding::{Encoding, Text, binary, is_control};
pub use kind::{CellKind, MISSING_WORDS, is_missing_word};
pub use layout::{ColumnKind, Delimiter, Dialect, Layout, NoTable};
pub use names::{are_types, join_names, wide_names};
pub use number::{Notation, notation, to_plain};
pub use position::{Axis, degrees};
pub use record::{Breaks, Fault, FaultKind, Record, Records, Span, Step};
pub use text_format::{Civil, CivilError};
pub use time::{DateOrder, Stamp, TimeForm, read_clock, read_time, time_form, zone};

/// Name and version of this reader, such as `text-table 0.1.0`, for documents that say what they were made with.
pub const READER: &str = concat!("text-table ", env!("CARGO_PKG_VERSION"));
