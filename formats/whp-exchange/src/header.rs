//! What stands above the data: stamp, comments, a CTD cast's headers.

use std::fmt;

use crate::columns::Column;
use crate::deviation::{Deviation, Sink, codes};
use crate::vocabulary::{Scope, look_up};

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

    pub(crate) fn line(&self, name: &str) -> Option<&HeaderLine> {
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

/// Reads the stamp behind the first comma of the first line.
pub(crate) fn stamp(line: &[u8], kind: Kind, sink: Sink<'_>) -> String {
    let text = String::from_utf8_lossy(line.get(kind.word().len() + 1..).unwrap_or_default());
    let stamp = text
        .trim_end_matches(|c: char| c == ',' || c.is_whitespace())
        .trim_start();
    let at = |code, message| Deviation {
        code,
        subject: None,
        line: 1,
        column: kind.word().len() as u64 + 2,
        field: None,
        message,
    };
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
    let column = name.len() + 1 + (value.len() - value.trim_start().len()) + 1;
    let (name, value) = (name.trim(), value.trim());
    let bare = value.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
    if bare.len() < value.len() {
        let message = format_args!("header {name} ends with a comma");
        sink(Deviation {
            code: &codes::TRAILING_COMMA,
            subject: None,
            line: number,
            column: (column + bare.len()) as u64,
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

/// Headers that a cast must have, besides NUMBER_HEADERS.
const REQUIRED: [&str; 6] = ["EXPOCODE", "STNNBR", "CASTNO", "DATE", "LATITUDE", "LONGITUDE"];

/// Holds a cast's headers against the specification; `below` is the line of the parameters.
pub(crate) fn check(headers: &[HeaderLine], below: u64, sink: Sink<'_>) {
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
        let listed = name == "NUMBER_HEADERS"
            || [None, Some("METERS"), Some("HZ")]
                .iter()
                .filter_map(|unit| crate::vocabulary::listed(name, *unit))
                .any(|parameter| parameter.scope != Scope::Sample);
        if !listed {
            report(
                &codes::HEADER_UNKNOWN,
                name,
                header.line,
                1,
                format_args!("header {name} is not in the specification"),
            );
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
            Some(header) if crate::cell::is_missing(header.value.as_bytes()) => {
                let message = format_args!("header {name} holds no value");
                report(&codes::KEY_PARTIAL, name, header.line, header.column, message);
            }
            Some(_) => {}
        }
    }
    let counted = headers.len();
    match headers.iter().position(|header| header.name == "NUMBER_HEADERS") {
        None => report(
            &codes::HEADER_MISSING,
            "NUMBER_HEADERS",
            below,
            1,
            format_args!("header NUMBER_HEADERS is missing"),
        ),
        Some(at) => {
            let header = &headers[at];
            if header.value.parse() != Ok(counted) {
                let message = format_args!(
                    "NUMBER_HEADERS says {}, there are {counted}, itself included",
                    header.value
                );
                report(
                    &codes::NUMBER_HEADERS,
                    "NUMBER_HEADERS",
                    header.line,
                    header.column,
                    message,
                );
            }
            if at > 0 {
                let message = format_args!("NUMBER_HEADERS must be the first header, not number {}", at + 1);
                report(&codes::NUMBER_HEADERS, "NUMBER_HEADERS", header.line, 1, message);
            }
        }
    }
}
