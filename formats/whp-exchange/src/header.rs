//! Everything above the table: stamp, comments, and the headers of a CTD cast.

use std::collections::HashSet;
use std::fmt;

use text_format::{BYTE_ORDER_MARK, Civil, Code, Deviation, Line, Place, Sink};

use crate::codes;
use crate::columns::Column;
use crate::kind::Kind;
use crate::value::{self, Written};
use crate::vocabulary::{DataType, Parameter, Scope, expected_range, look_up};

/// Everything above the data: stamp, headers and columns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// Whether it is a bottle file or a CTD cast.
    pub kind: Kind,
    /// The creation stamp as written, trimmed: date, division, institution and initials.
    pub stamp: String,
    /// Number of comment lines.
    pub comments: u64,
    /// Headers of a CTD cast, in the order of the file; empty for a bottle file.
    pub headers: Vec<HeaderLine>,
    /// Columns of the table, in the order of the file.
    pub columns: Vec<Column>,
}

/// One header of a CTD cast, `NAME = VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderLine {
    /// Name of the header, trimmed, such as `STNNBR`.
    pub name: String,
    /// Value, trimmed; may be empty.
    pub value: String,
    /// Number of the line, from 1.
    pub line: u64,
    /// Byte at which the value begins, from 1.
    pub column: u64,
}

impl Header {
    /// Value of the header of exactly this name (case counts) of a CTD cast, the first one if it is repeated; `None` if there is
    /// none, as always for a bottle file.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(|header| header.value.as_str())
    }

    /// Index of the first column with this name, in any case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut names = self.columns.iter().map(|column| &column.name);
        names.position(|written| written.eq_ignore_ascii_case(name))
    }

    /// A header of a CTD cast with its place; the first one if the header is repeated.
    pub fn line(&self, name: &str) -> Option<&HeaderLine> {
        self.headers.iter().find(|header| header.name == name)
    }

    /// The date in the creation stamp; `None` if the stamp does not begin with a date.
    ///
    /// ```
    /// let file = "BOTTLE,20240131CCHSIOXYZ\nEXPOCODE\n\nEND_DATA\n";
    /// let reader = whp_exchange::Reader::new(file.as_bytes(), &mut |_| {})?;
    /// assert_eq!(reader.header().created().map(|date| date.to_string()).as_deref(), Some("2024-01-31"));
    /// # Ok::<(), whp_exchange::Error>(())
    /// ```
    pub fn created(&self) -> Option<Civil> {
        stamp_date(self.stamp.as_bytes())
    }
}

/// The date at the beginning of a stamp.
fn stamp_date(stamp: &[u8]) -> Option<Civil> {
    stamp.get(..8).and_then(crate::time::plain_date)
}

/// The kind of Exchange file that begins with these bytes; `None` for any other file. A byte order mark is skipped.
///
/// ```
/// use whp_exchange::Kind;
///
/// assert_eq!(whp_exchange::sniff(b"CTD,20240131CCHSIOXYZ\n"), Some(Kind::Ctd));
/// assert_eq!(whp_exchange::sniff(b"CTDPRS,CTDTMP\n"), None);
/// ```
pub fn sniff(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    [Kind::Bottle, Kind::Ctd].into_iter().find(|kind| {
        let rest = head.strip_prefix(kind.word().as_bytes());
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b',' | b'\r' | b'\n')))
    })
}

/// Like [`sniff`], for a file whose first line is almost that of an Exchange file: the word in other case or with white
/// space around it, then a comma and a date.
///
/// ```
/// use whp_exchange::Kind;
///
/// assert_eq!(whp_exchange::sniff_misspelt(b"ctd , 20240131CCHSIOXYZ\n"), Some(Kind::Ctd));
/// assert_eq!(whp_exchange::sniff_misspelt(b"ctd,depth,temperature\n"), None);
/// ```
pub fn sniff_misspelt(head: &[u8]) -> Option<Kind> {
    let head = head
        .strip_prefix(BYTE_ORDER_MARK)
        .unwrap_or(head)
        .trim_ascii_start();
    [Kind::Bottle, Kind::Ctd].into_iter().find(|kind| {
        let (word, rest) = head.split_at_checked(kind.word().len()).unwrap_or_default();
        let stamp = rest.trim_ascii_start().strip_prefix(b",").unwrap_or_default();
        let is_dated = stamp_date(stamp.trim_ascii_start()).is_some();
        word.eq_ignore_ascii_case(kind.word().as_bytes()) && is_dated
    })
}

/// Reads the stamp after the first comma of the first line.
pub(crate) fn stamp(line: Line<'_>, kind: Kind, sink: Sink<'_>) -> String {
    let comma = memchr::memchr(b',', line.bytes).unwrap_or(kind.word().len());
    let text = String::from_utf8_lossy(line.bytes.get(comma + 1..).unwrap_or_default());
    let stamp = text
        .trim_end_matches(|c: char| c == ',' || c.is_whitespace())
        .trim_start();
    let at = |code, message| Deviation::new(code, line.place(comma + 1), message);
    if text.trim_end().ends_with(',') {
        sink(at(
            &codes::TRAILING_COMMA,
            format_args!("the first line ends with a comma"),
        ));
    }
    let author = stamp.get(8..).unwrap_or_default();
    let is_signed = !author.is_empty() && author.bytes().all(|byte| byte.is_ascii_graphic());
    if stamp_date(stamp.as_bytes()).is_none() || !is_signed {
        let found = if stamp.is_empty() { "nothing" } else { stamp };
        sink(at(
            &codes::STAMP,
            format_args!("expected date, division, institution and initials, found `{found}`"),
        ));
    }
    stamp.to_owned()
}

/// The kinds of lines among the headers of a CTD cast.
pub(crate) enum HeaderOr {
    /// `NAME = VALUE`.
    Header(HeaderLine),
    /// The line of parameters, which ends the headers.
    Parameters,
    /// Any other line.
    Neither,
}

/// Parses `NAME = VALUE`. A line without `=` has the parameters if it has a comma or a known name.
pub(crate) fn header_line(line: &[u8], number: u64, sink: Sink<'_>) -> HeaderOr {
    let text = String::from_utf8_lossy(line);
    let Some((name, value)) = text.split_once('=').filter(|(name, _)| !name.contains(',')) else {
        let known = look_up(text.trim(), Some("DBAR")).is_some();
        return if known || text.contains(',') {
            HeaderOr::Parameters
        } else {
            HeaderOr::Neither
        };
    };
    // Places count bytes of the line, which may be fewer than those of the decoded text.
    let equals = memchr::memchr(b'=', line).unwrap_or(name.len());
    let column = equals + 1 + (value.len() - value.trim_start().len()) + 1;
    let end = line.len() - (value.len() - value.trim_end().len());
    let (name, value) = (name.trim(), value.trim());
    let bare = value.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    if bare.len() < value.len() {
        let message = format_args!("header {name} ends with a comma");
        let place = Place::line(number, (end - (value.len() - bare.len())) as u64 + 1);
        sink(Deviation::new(&codes::TRAILING_COMMA, place, message).field(name));
    }
    HeaderOr::Header(HeaderLine {
        name: name.to_owned(),
        value: bare.to_owned(),
        line: number,
        column: column as u64,
    })
}

const NUMBER_HEADERS: &str = "NUMBER_HEADERS";
/// Headers that a cast must have, besides NUMBER_HEADERS.
const REQUIRED: [&str; 6] = ["EXPOCODE", "STNNBR", "CASTNO", "DATE", "LATITUDE", "LONGITUDE"];

/// The parameter that a header names: one of the whole cast, in the unit that headers have by convention.
fn listed(name: &str) -> Option<&'static Parameter> {
    [None, Some("METERS"), Some("HZ")]
        .iter()
        .filter_map(|unit| crate::vocabulary::listed(name, *unit))
        .find(|parameter| parameter.scope != Scope::Sample)
}

/// Compares the headers of a cast with the specification. `lines` is the number of header lines, including malformed
/// ones, and `below` the number of the line of parameters.
pub(crate) fn check(headers: &[HeaderLine], lines: usize, below: u64, sink: Sink<'_>) {
    let mut seen = HashSet::new();
    for header in headers {
        let name = header.name.as_str();
        let place = Place::line(header.line, 1);
        if !seen.insert(name) {
            let message = format_args!("header {name} occurs twice");
            sink(Deviation::new(&codes::HEADER_REPEATED, place, message).on(name));
        }
        match listed(name) {
            _ if name == NUMBER_HEADERS => {}
            Some(parameter) => check_value(header, parameter, sink),
            None => {
                let message = format_args!("header {name} is not in the specification");
                sink(Deviation::new(&codes::HEADER_UNKNOWN, place, message).on(name));
            }
        }
    }
    for name in REQUIRED {
        match headers.iter().find(|header| header.name == name) {
            None => report_missing(name, below, sink),
            Some(header) if value::is_missing(header.value.as_bytes()) => {
                header.report(
                    &codes::KEY_PARTIAL,
                    sink,
                    format_args!("header {name} has no value"),
                );
            }
            Some(_) => {}
        }
    }
    check_number(headers, lines, below, sink);
}

fn report_missing(name: &str, below: u64, sink: Sink<'_>) {
    let message = format_args!("header {name} is missing");
    sink(Deviation::new(&codes::HEADER_MISSING, Place::line(below, 1), message).on(name));
}

/// NUMBER_HEADERS comes first, and counts itself.
fn check_number(headers: &[HeaderLine], lines: usize, below: u64, sink: Sink<'_>) {
    let Some(at) = headers.iter().position(|header| header.name == NUMBER_HEADERS) else {
        return report_missing(NUMBER_HEADERS, below, sink);
    };
    let header = &headers[at];
    if header.value.parse() != Ok(lines) {
        header.report(
            &codes::NUMBER_HEADERS,
            sink,
            format_args!(
                "NUMBER_HEADERS is {}, but there are {lines} headers including itself",
                header.value
            ),
        );
    }
    if at > 0 {
        let message = format_args!(
            "NUMBER_HEADERS is header number {}; it must be the first one",
            at + 1
        );
        let place = Place::line(header.line, 1);
        sink(Deviation::new(&codes::NUMBER_HEADERS, place, message).on(NUMBER_HEADERS));
    }
}

impl HeaderLine {
    fn place(&self) -> Place {
        Place::line(self.line, self.column)
    }

    /// Reports a deviation of the value.
    fn report(&self, code: &'static Code, sink: Sink<'_>, message: fmt::Arguments<'_>) {
        sink(Deviation::new(code, self.place(), message).on(&self.name));
    }
}

/// Whether the value is a number and a word: `24 Hz`.
fn has_unit(value: &str) -> bool {
    let parts = value.split_once(' ');
    parts.is_some_and(|(number, unit)| {
        let is_number = matches!(value::number(number.as_bytes()), Written::Plain(..));
        is_number && unit.trim().bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// Compares the value of a listed header with its type and range. Date, time and position are parsed with the cast.
fn check_value(header: &HeaderLine, parameter: &Parameter, sink: Sink<'_>) {
    let HeaderLine { name, value, .. } = header;
    let is_position = matches!(parameter.name, "LATITUDE" | "LONGITUDE");
    if value.is_empty() && !REQUIRED.contains(&name.as_str()) {
        header.report(&codes::BLANK_CELL, sink, format_args!("header {name} is empty"));
    }
    if value::is_missing(value.as_bytes()) || is_position || parameter.data_type == DataType::String {
        return;
    }
    let (min, max) = expected_range(parameter).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    match value::number(value.as_bytes()) {
        Written::Plain(number, _) if !(min..=max).contains(&number) => {
            let message = format_args!("{name} is {value}, expected {min} to {max}");
            let deviation = Deviation::new(&codes::OUT_OF_RANGE, header.place(), message).on(name);
            sink(deviation.outside(number, (min, max)));
        }
        Written::Plain(..) => {}
        Written::OtherForm(_) => {
            header.report(
                &codes::NUMBER_FORM,
                sink,
                format_args!("{name} is written `{value}`"),
            );
        }
        Written::Invalid if has_unit(value) => {
            let message = format_args!("{name} is written `{value}`, with a unit");
            header.report(&codes::NUMBER_FORM, sink, message);
        }
        Written::Invalid => {
            let message = format_args!("{name} is `{value}`, expected a number");
            header.report(&codes::NOT_A_NUMBER, sink, message);
        }
    }
}
