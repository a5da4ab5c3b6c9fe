//! What parsers of line-oriented data formats share: lines, deviations with their place, encodings and calendar dates.
//!
//! A parser that is built on this crate never stops at the first mistake. It reads [`Lines`] within a limit, hands every
//! [`Deviation`] from its format to a sink (any closure) as soon as it meets one, and reads on. What a deviation means, and
//! what to do about it, is a [`Code`]: a row of a static table that the macro [`codes!`] declares.
//!
//! The grammar of a line, whatever the format:
//!
//! ```text
//! file  = [ "\u{FEFF}" ] *( line end ) [ line ]
//! line  = *byte                  ; at most `limit` bytes; a longer one is skipped and reported
//! end   = LF / 1*CR LF / CR      ; CR alone only where the first line of the file ends so
//! ```
//!
//! # The shape of a parser
//!
//! Parsers on top of this crate look alike, so that who knows one knows all of them:
//!
//! | item | what it is |
//! |---|---|
//! | `ReaderBuilder` | limits (`longest_line`, `most_columns`); `from_reader(source, sink)` makes a `Reader` |
//! | `Reader::new(source, sink)` | the same with default limits; reads everything above the data |
//! | `Reader::header()` | what stands above the data: columns, comments, metadata |
//! | `Reader::next_row(sink)` | the next `Row`, borrowed from the reader; `None` at the end |
//! | `Row::value(column)`, `cell`, `flag` | what a cell means, how it is spelt, and its quality flag |
//! | `Error` | why the file yields nothing at all: it is not of this format, or beyond a limit |
//! | `codes`, `CODES` | every deviation that the parser reports, declared with [`codes!`] |
//!
//! Enums that may grow are `#[non_exhaustive]`, and a parser re-exports the types of this crate that it uses.
//!
//! # Example
//!
//! A parser of `name=value` lines that reports lines without `=`:
//!
//! ```
//! use text_format::{Deviation, Lines, Place, decode, report};
//!
//! text_format::codes! {
//!     /// Everything that can be wrong with a list of settings.
//!     pub mod codes, static CODES;
//!     NO_EQUALS = Error "no-equals":
//!         "A line without `=`", "The line was skipped.", "Write it as `name=value`.", "Settings 1.0, section 2";
//! }
//!
//! let mut found = Vec::new();
//! let mut sink = |deviation: Deviation<'_>| found.push(format!("{deviation}"));
//! let mut settings = Vec::new();
//! let mut lines = Lines::new(&b"depth=12\r\ndepth 13\r\n"[..]);
//! while let Some(line) = lines.next_line()? {
//!     match decode(line.bytes).split_once('=') {
//!         Some((name, value)) => settings.push((name.to_owned(), value.to_owned())),
//!         None => {
//!             let place = Place::line(line.number, 1);
//!             report(&mut sink, &codes::NO_EQUALS, None, place, format_args!("expected `name=value`"));
//!         }
//!     }
//! }
//! assert_eq!(settings, [("depth".to_owned(), "12".to_owned())]);
//! assert_eq!(found, ["error[no-equals] line 2, column 1: expected `name=value`"]);
//! assert_eq!(CODES.len(), 1);
//! # Ok::<(), std::io::Error>(())
//! ```

mod civil;
mod code;
mod deviation;
mod encoding;
mod lines;

pub use civil::{Civil, CivilError, Clock, days_in_month, month_by_name};
pub use code::{Code, Severity};
pub use deviation::{Deviation, Place, Sink, report};
pub use encoding::{BYTE_ORDER_MARK, Encoding, decode, first_invalid_utf8};
pub use lines::{DEFAULT_LIMIT, Line, LineChecks, LineEnd, LineEnds, Lines};
