//! What stands above the data: stamp, comments, a CTD cast's headers.

use std::fmt;

use crate::cell::{self, Written};
use crate::columns::Column;
use crate::deviation::{Code, Deviation, Sink, codes};
use crate::lines::Line;
use crate::vocabulary::{DataType, Parameter, Scope, look_up};

/// The two kinds of Exchange files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Water samples of a cruise: `BOTTLE,`.
    Bottle,
    /// One cast of a CTD: `CTD,`.
    Ctd,
}

impl Kind {
    /// The word that the file begins with.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Bottle => "BOTTLE",
            Kind::Ctd => "CTD",
        }
    }
}

/// Everything above the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Which kind of file it is.
    pub kind: Kind,
    /// The creation stamp: when and by whom it was written.
    pub stamp: String,
    /// Lines of comment.
    pub comments: u64,
    /// Headers of a CTD cast, in order.
    pub headers: Vec<HeaderLine>,
    /// The parameters and their flags, in order.
    pub columns: Vec<Column>,
}

/// One header of a CTD cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderLine {
    /// Name.
    pub name: String,
    /// Value, trimmed.
    pub value: String,
    /// Line, from 1.
    pub line: u64,
    /// Byte at which the value begins, from 1.
    pub column: u64,
}

impl Header {
    /// Value of a CTD cast's header.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(|header| header.value.as_str())
    }

    /// Index of the first column of this name, in whatever case it is written.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut names = self.columns.iter().map(|column| &column.name);
        names.position(|written| written.eq_ignore_ascii_case(name))
    }

    /// A CTD cast's header.
    pub fn line(&self, name: &str) -> Option<&HeaderLine> {
        self.headers.iter().find(|header| header.name == name)
    }
}

/// Whether a file that begins with these bytes is an Exchange file. A byte order mark is looked past.
pub fn sniff(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    [Kind::Bottle, Kind::Ctd].into_iter().find(|kind| {
        let rest = head.strip_prefix(kind.word().as_bytes());
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b',' | b'\r' | b'\n')))
    })
}

/// The same for a file whose first line is meant to be that of an Exchange file: white space before the word or behind
/// it, or other letters' case, and then a comma and a date.
pub fn sniff_misspelt(head: &[u8]) -> Option<Kind> {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    [Kind::Bottle, Kind::Ctd].into_iter().find(|kind| {
        let (word, rest) = head.split_at_checked(kind.word().len()).unwrap_or_default();
        let stamp = rest.trim_ascii_start().strip_prefix(b",").unwrap_or_default();
        let date = stamp.trim_ascii_start().get(..8).and_then(crate::time::date);
        word.eq_ignore_ascii_case(kind.word().as_bytes()) && date.is_some()
    })
}

/// Reads the stamp behind the first comma of the first line.
pub(crate) fn stamp(line: Line<'_>, kind: Kind, sink: Sink<'_>) -> String {
    let comma = memchr::memchr(b',', line.bytes).unwrap_or(kind.word().len());
    let text = String::from_utf8_lossy(line.bytes.get(comma + 1..).unwrap_or_default());
    let stamp = text
        .trim_end_matches(|c: char| c == ',' || c.is_whitespace())
        .trim_start();
    let at = |code, message| Deviation::at(code, line.number, comma as u64 + 2, message);
    if text.trim_end().ends_with(',') {
        sink(at(
            &codes::TRAILING_COMMA,
            format_args!("the first line ends with a comma"),
        ));
    }
    let dated = stamp
        .get(..8)
        .is_some_and(|date| crate::time::date(date.as_bytes()).is_some());
    let signed = stamp
        .get(8..)
        .is_some_and(|by| !by.is_empty() && by.bytes().all(|b| b.is_ascii_graphic()));
    if !dated || !signed {
        sink(at(
            &codes::STAMP,
            format_args!("expected date, division, institution and initials, found `{stamp}`"),
        ));
    }
    stamp.to_owned()
}

/// What a line among a CTD cast's headers is.
pub(crate) enum HeaderOr {
    Header(HeaderLine),
    /// Neither a header nor parameters.
    Neither,
    Parameters,
}

/// Reads `NAME = VALUE`. A line without `=` holds the parameters if it has a comma or a name that is known.
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
    // Places are bytes of the line, which may be fewer than those of the text.
    let equals = memchr::memchr(b'=', line).unwrap_or(name.len());
    let column = equals + 1 + (value.len() - value.trim_start().len()) + 1;
    let end = line.len() - (value.len() - value.trim_end().len());
    let (name, value) = (name.trim(), value.trim());
    let bare = value.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    if bare.len() < value.len() {
        let message = format_args!("header {name} ends with a comma");
        sink(Deviation {
            code: &codes::TRAILING_COMMA,
            subject: None,
            line: number,
            column: (end - (value.len() - bare.len())) as u64 + 1,
            field: Some(name),
            message,
        });
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

/// The parameter that a header names: of the whole cast, in the unit that headers have by convention.
fn listed(name: &str) -> Option<&'static Parameter> {
    [None, Some("METERS"), Some("HZ")]
        .iter()
        .filter_map(|unit| crate::vocabulary::listed(name, *unit))
        .find(|parameter| parameter.scope != Scope::Sample)
}

/// Holds a cast's headers against the specification; `lines` is their number, those included that are no `NAME = VALUE`,
/// and `below` the line of the parameters.
pub(crate) fn check(headers: &[HeaderLine], lines: usize, below: u64, sink: Sink<'_>) {
    let mut report = |code, subject: &str, line, column, message: fmt::Arguments<'_>| {
        sink(Deviation {
            code,
            subject: Some(subject),
            line,
            column,
            field: Some(subject),
            message,
        });
    };
    for (at, header) in headers.iter().enumerate() {
        let name = header.name.as_str();
        if headers[..at].iter().any(|earlier| earlier.name == name) {
            report(
                &codes::HEADER_REPEATED,
                name,
                header.line,
                1,
                format_args!("header {name} occurs twice"),
            );
        }
        match listed(name) {
            _ if name == NUMBER_HEADERS => {}
            Some(parameter) => check_value(header, parameter, &mut report),
            None => report(
                &codes::HEADER_UNKNOWN,
                name,
                header.line,
                1,
                format_args!("header {name} is not in the specification"),
            ),
        }
    }
    for name in REQUIRED {
        match headers.iter().find(|header| header.name == name) {
            None => report(
                &codes::HEADER_MISSING,
                name,
                below,
                1,
                format_args!("header {name} is missing"),
            ),
            Some(header) if cell::is_missing(header.value.as_bytes()) => {
                let message = format_args!("header {name} holds no value");
                report(&codes::KEY_PARTIAL, name, header.line, header.column, message);
            }
            Some(_) => {}
        }
    }
    let Some(at) = headers.iter().position(|header| header.name == NUMBER_HEADERS) else {
        let message = format_args!("header NUMBER_HEADERS is missing");
        report(&codes::HEADER_MISSING, NUMBER_HEADERS, below, 1, message);
        return;
    };
    let header = &headers[at];
    if header.value.parse() != Ok(lines) {
        let message = format_args!(
            "NUMBER_HEADERS says {}, there are {lines}, itself included",
            header.value
        );
        report(
            &codes::NUMBER_HEADERS,
            NUMBER_HEADERS,
            header.line,
            header.column,
            message,
        );
    }
    if at > 0 {
        let message = format_args!("NUMBER_HEADERS must be the first header, not number {}", at + 1);
        report(&codes::NUMBER_HEADERS, NUMBER_HEADERS, header.line, 1, message);
    }
}

/// Whether it is a number and a word: `24 Hz`.
fn has_unit(value: &str) -> bool {
    let parts = value.split_once(' ');
    parts.is_some_and(|(number, unit)| {
        let is_number = matches!(cell::number(number.as_bytes()), Written::Plain(..));
        is_number && unit.trim().bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

type Report<'a> = &'a mut dyn FnMut(&'static Code, &str, u64, u64, fmt::Arguments<'_>);

/// Holds the value of a listed header against its type and range. Date, time and position are the cast's business.
fn check_value(header: &HeaderLine, parameter: &Parameter, report: Report<'_>) {
    let HeaderLine {
        name,
        value,
        line,
        column,
    } = header;
    let is_position = matches!(parameter.name, "LATITUDE" | "LONGITUDE");
    let is_missing = cell::is_missing(value.as_bytes());
    if is_missing && !REQUIRED.contains(&name.as_str()) && value.is_empty() {
        report(
            &codes::BLANK_CELL,
            name,
            *line,
            *column,
            format_args!("header {name} is empty"),
        );
    }
    if is_missing || is_position || parameter.data_type == DataType::String {
        return;
    }
    let (min, max) = (
        parameter.min.unwrap_or(f64::NEG_INFINITY),
        parameter.max.unwrap_or(f64::INFINITY),
    );
    match cell::number(value.as_bytes()) {
        Written::Plain(number, _) if !(min..=max).contains(&number) => {
            let message = format_args!("{name} is {value}, expected is {min} to {max}");
            report(&codes::OUT_OF_RANGE, name, *line, *column, message);
        }
        Written::Plain(..) => {}
        Written::Oddly(_) => {
            let message = format_args!("{name} is written `{value}`");
            report(&codes::NUMBER_FORM, name, *line, *column, message);
        }
        Written::No if has_unit(value) => {
            let message = format_args!("{name} is written `{value}`, with a unit");
            report(&codes::NUMBER_FORM, name, *line, *column, message);
        }
        Written::No => {
            let message = format_args!("{name} is `{value}`, which is no number");
            report(&codes::NOT_A_NUMBER, name, *line, *column, message);
        }
    }
}
