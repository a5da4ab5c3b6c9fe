//! Tables of text as ERDDAP reads them (`EDDTableFromAsciiFiles`): line by line, from a row of names and a first row of data.
//!
//! The document does not say where a table begins and which lines are not rows. So the file is read again as ERDDAP would
//! read it, and counts only if that gives the columns, the rows and the numbers that the review counted. Lines that the
//! format puts around the rows are skipped by a regular expression.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use data_review_core::{Document, Instant, TimeSpan, Variable, quantity};

use super::{Field, Unfit, is_written};

/// Longest line that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// Rows that are searched for the names of the columns.
const SEARCHED: u64 = 1_000;
/// Rows by which ERDDAP recognises the separator.
const TRIED: usize = 3;
/// Separators that ERDDAP recognises by itself.
const SEPARATORS: [char; 3] = [',', '\t', ';'];
/// Characters that `\s` of Java matches.
const BLANKS: [char; 5] = [' ', '\t', '\u{b}', '\u{c}', '\r'];

/// How ERDDAP reads a file. Rows count from 1, without the lines that are skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// Lines that match are skipped.
    pub(super) skipped: &'static str,
    pub(super) names_row: u64,
    pub(super) first_row: u64,
    separator: char,
}

/// A format of tables.
pub(super) struct Format {
    separators: &'static [char],
    /// Lines that are none of the rows, as a regular expression and as a function.
    skipped: &'static str,
    is_skipped: fn(&str) -> bool,
    /// Whether a row of units follows the names in every file.
    has_units: bool,
    /// Whether every column is a variable; else further ones are flags.
    has_all: bool,
}

/// The format of a handler; `None` if ERDDAP does not read its tables.
pub(super) fn format(handler: &str) -> Option<Format> {
    Some(match handler {
        "csv" => Format {
            separators: &SEPARATORS,
            skipped: r"#.*|\s*",
            is_skipped: |line| line.starts_with('#'),
            has_units: false,
            has_all: true,
        },
        "bottle" => Format {
            separators: &SEPARATORS[..1],
            skipped: r"BOTTLE,.*|#.*|END_DATA.*|\s*",
            is_skipped: |line| {
                ["BOTTLE,", "#", "END_DATA"]
                    .iter()
                    .any(|start| line.starts_with(start))
            },
            has_units: true,
            has_all: false,
        },
        "ctd" => Format {
            separators: &SEPARATORS[..1],
            skipped: r"CTD,.*|#.*|END_DATA.*|[A-Z_]+ *=.*|\s*",
            is_skipped: |line| {
                let name = line.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '_');
                let is_header = name.len() < line.len() && name.trim_start_matches(' ').starts_with('=');
                is_header
                    || ["CTD,", "#", "END_DATA"]
                        .iter()
                        .any(|start| line.starts_with(start))
            },
            has_units: true,
            has_all: false,
        },
        _ => return None,
    })
}

/// Reads the file of a document as ERDDAP would.
pub(super) fn read(
    path: &Path,
    document: &Document,
    format: &Format,
) -> Result<(Reading, Vec<Field>), Unfit> {
    let facts = std::fs::metadata(path).map_err(|_| Unfit::Unreadable)?;
    if !facts.is_file() || document.file.size != Some(facts.len()) {
        return Err(Unfit::Changed);
    }
    let mut lines = Lines {
        reader: BufReader::new(open(path).map_err(|_| Unfit::Unreadable)?),
        bytes: Vec::new(),
        is_skipped: format.is_skipped,
    };
    let (names_row, names, separator) = names(&mut lines, document, format)?;
    let units = match format.has_units {
        true => 1,
        // Each place of the finding is a row.
        false => document
            .findings
            .iter()
            .filter(|finding| finding.code == "units-row")
            .map(|finding| finding.count)
            .sum(),
    };
    for _ in 0..units {
        lines.next()?;
    }
    let mut columns = vec![Column::default(); names.len()];
    let mut rows = 0;
    while let Some(line) = lines.next()? {
        let count = |separator: char| line.matches(separator).count();
        let is_recognised = || {
            let mut others = SEPARATORS.iter().filter(|other| **other != separator);
            others.all(|other| count(*other) < count(separator))
        };
        if rows < TRIED as u64 && !is_recognised() {
            return Err(Unfit::Misread);
        }
        let cells = split(line, separator).ok_or(Unfit::Misread)?;
        if cells.len() != columns.len() {
            return Err(Unfit::Misread);
        }
        for (column, cell) in columns.iter_mut().zip(&cells) {
            column.add(cell.trim());
        }
        rows += 1;
    }
    if rows == 0 || document.observations != Some(rows) {
        return Err(Unfit::Misread);
    }
    let reading = Reading {
        skipped: format.skipped,
        names_row,
        first_row: names_row + 1 + units,
        separator,
    };
    let mut taken = BTreeSet::new();
    let fields = names
        .iter()
        .zip(&columns)
        .zip(1..)
        .filter_map(|((name, column), number)| {
            let mut variables = document.variables.iter();
            let variable = variables.find(|variable| variable.column == Some(number));
            // ERDDAP finds a column by its name, the first of several.
            let is_served = is_written(name) && taken.insert(name);
            is_served.then(|| column.field(name, variable, document))
        });
    Ok((reading, fields.collect()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a document does not say how a table is written"
)]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The row of the names, its cells, and what separates them.
fn names(lines: &mut Lines, document: &Document, format: &Format) -> Result<(u64, Vec<String>, char), Unfit> {
    for row in 1..=SEARCHED {
        let line = lines.next()?.ok_or(Unfit::Misread)?.trim();
        for separator in format.separators {
            let Some(cells) = split(line, *separator) else {
                continue;
            };
            let names: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            let is_at = |variable: &Variable| {
                let column = variable.column.and_then(|column| usize::try_from(column).ok());
                let name = column.and_then(|column| names.get(column.checked_sub(1)?));
                name == Some(&variable.name)
            };
            let has_all = names.len() == document.variables.len() || !format.has_all;
            let ends_are_named = [names.first(), names.last()]
                .into_iter()
                .flatten()
                .all(|name| !name.is_empty());
            if names.len() > 1 && has_all && ends_are_named && document.variables.iter().all(is_at) {
                return Ok((row, names, *separator));
            }
        }
    }
    Err(Unfit::Misread)
}

/// Lines of a file that are not skipped.
struct Lines {
    reader: BufReader<File>,
    bytes: Vec<u8>,
    is_skipped: fn(&str) -> bool,
}

impl Lines {
    /// The next line without its end; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&str>, Unfit> {
        loop {
            self.bytes.clear();
            let mut limited = self.reader.by_ref().take(LONGEST);
            let read: io::Result<usize> = limited.read_until(b'\n', &mut self.bytes);
            let length = read.map_err(|_| Unfit::Unreadable)?;
            if length == 0 {
                return Ok(None);
            }
            if length as u64 == LONGEST {
                return Err(Unfit::Misread);
            }
            if self.bytes.last() == Some(&b'\n') {
                self.bytes.pop();
            }
            if self.bytes.last() == Some(&b'\r') {
                self.bytes.pop();
            }
            let line = std::str::from_utf8(&self.bytes).map_err(|_| Unfit::Misread)?;
            // Java ends a line at a CR alone, and `.` of a regular expression at the others.
            if line.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']) {
                return Err(Unfit::Misread);
            }
            if !(self.is_skipped)(line) && !line.trim_matches(BLANKS).is_empty() {
                break;
            }
        }
        Ok(std::str::from_utf8(&self.bytes).ok())
    }
}

/// The cells of a line; `None` if it is quoted in a way that ERDDAP may read otherwise, or goes on in the next line.
fn split(line: &str, separator: char) -> Option<Vec<String>> {
    if separator != ',' || !line.contains('"') {
        // ERDDAP splits other lines than those of commas without regard to quotes.
        return (!line.contains('"')).then(|| line.split(separator).map(str::to_owned).collect());
    }
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let Some(mut inner) = rest.strip_prefix('"') else {
            let (cell, after) = rest
                .split_once(',')
                .map_or((rest, None), |(cell, after)| (cell, Some(after)));
            if cell.contains('"') {
                return None;
            }
            cells.push(cell.to_owned());
            match after {
                Some(after) => rest = after,
                None => return Some(cells),
            }
            continue;
        };
        let mut cell = String::new();
        loop {
            let (before, after) = inner.split_once('"')?;
            cell.push_str(before);
            match after.strip_prefix('"') {
                Some(after) => {
                    cell.push('"');
                    inner = after;
                }
                None => {
                    inner = after;
                    break;
                }
            }
        }
        cells.push(cell);
        match inner.strip_prefix(',') {
            Some(after) => rest = after,
            None => return inner.is_empty().then_some(cells),
        }
    }
}

/// What the cells of a column are.
#[derive(Debug, Clone, Default)]
struct Column {
    filled: u64,
    numbers: u64,
    integers: u64,
    /// Whether an integer needs more than 32 bits.
    is_long: bool,
    /// The pattern of the times, if all have one.
    pattern: Option<String>,
    has_other: bool,
    /// The first and the last of the times: their order is that of their texts.
    least: String,
    greatest: String,
}

impl Column {
    fn add(&mut self, cell: &str) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.numbers += u64::from(cell.parse().is_ok_and(f64::is_finite));
        if let Ok(integer) = cell.parse::<i64>() {
            self.integers += 1;
            // The greatest stands for a missing value.
            self.is_long |= i32::try_from(integer).map_or(true, |integer| integer == i32::MAX);
        }
        if !self.has_other {
            let pattern = pattern(cell);
            self.has_other = pattern.is_none() || self.pattern.is_some() && self.pattern != pattern;
            self.pattern = pattern;
            if self.filled == 1 || cell < &*self.least {
                self.least = cell.to_owned();
            }
            if self.filled == 1 || cell > &*self.greatest {
                self.greatest = cell.to_owned();
            }
        }
    }

    /// Whether the column has times of one pattern, and they begin and end with `time`.
    fn spans(&self, time: TimeSpan) -> bool {
        let instant = |cell: &str| Instant::parse(&cell.replace(' ', "T")).map(|time| time.to_unix_nanos());
        let ends = [time.first, time.last].map(|end| Some(end.to_unix_nanos()));
        !self.has_other && [&self.least, &self.greatest].map(|cell| instant(cell)) == ends
    }

    /// The column as ERDDAP serves it; a number only if ERDDAP reads as many numbers as the review.
    fn field(&self, name: &str, variable: Option<&Variable>, document: &Document) -> Field {
        let mut fills: Vec<f64> = Vec::new();
        let mut expected = self.filled;
        if let Some(variable) = variable {
            expected = variable.count;
            for (text, count) in &variable.missing {
                if let Ok(fill) = text.parse::<f64>()
                    && fill.is_finite()
                {
                    fills.push(fill);
                    expected += count;
                }
            }
            fills.extend(variable.good.iter().flat_map(|good| &good.left_out));
        }
        let dtype = variable.map_or("integer", |variable| variable.dtype.as_str());
        let of_type = match dtype {
            "integer" if self.integers == expected && self.filled > 0 => match self.is_long {
                true => "long",
                false => "int",
            },
            "decimal" | "integer" if self.numbers == expected && variable.is_some() => "double",
            _ => "String",
        };
        // ERDDAP takes times without a zone for UTC. The review does so with those of the coverage; dates of bottles are UTC.
        let is_main = dtype == "time" && document.coverage.time.is_some_and(|time| self.spans(time));
        let is_utc = is_main || name == "DATE" && !document.casts.is_empty();
        let pattern = self.pattern.as_ref().filter(|pattern| {
            let is_time = is_utc || dtype == "time" && pattern.ends_with('Z');
            is_time && !self.has_other
        });
        let unit = variable.and_then(|variable| variable.unit.as_deref());
        let standard_name = variable.and_then(|variable| variable.standard_name.clone());
        let quantity = variable.and_then(|variable| variable.quantity.as_deref());
        let measured = quantity.and_then(quantity::named).zip(unit);
        let (unit, standard_name) =
            match measured.map(|(quantity, unit)| (quantity, quantity.conversion(unit))) {
                // As UDUNITS writes it.
                Some((quantity, Some((1.0, 0.0)))) => (Some(quantity.unit), standard_name),
                // ERDDAP wants a unit that the standard name can have.
                Some((_, None)) => (unit, None),
                _ => (unit, standard_name),
            };
        Field {
            name: name.to_owned(),
            of_type,
            // A unit of texts is the pattern of times.
            unit: if of_type == "String" {
                pattern.cloned()
            } else {
                unit.map(str::to_owned)
            },
            standard_name,
            quantity: if is_main {
                Some("time".to_owned())
            } else {
                quantity.map(str::to_owned)
            },
            fills: if of_type == "String" { Vec::new() } else { fills },
        }
    }
}

/// The pattern of a time of ISO 8601 in UTC, or of a date as eight digits, as ERDDAP writes it.
fn pattern(cell: &str) -> Option<String> {
    let form: String = cell
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    if form == "00000000" {
        return Some("yyyyMMdd".to_owned());
    }
    let rest = form.strip_prefix("0000-00-00")?;
    let mut pattern = "yyyy-MM-dd".to_owned();
    if rest.is_empty() {
        return Some(pattern);
    }
    let clock = if let Some(clock) = rest.strip_prefix('T') {
        pattern.push_str("'T'");
        clock
    } else {
        pattern.push(' ');
        rest.strip_prefix(' ')?
    };
    let (clock, zone) = clock.strip_suffix('Z').map_or((clock, ""), |clock| (clock, "Z"));
    let fraction = match clock {
        "00:00" => {
            pattern.push_str("HH:mm");
            ""
        }
        _ => {
            pattern.push_str("HH:mm:ss");
            clock.strip_prefix("00:00:00")?
        }
    };
    match fraction {
        "" => {}
        ".0" => pattern.push_str(".S"),
        ".00" => pattern.push_str(".SS"),
        ".000" => pattern.push_str(".SSS"),
        _ => return None,
    }
    pattern.push_str(zone);
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_patterns() {
        for (cell, expected) in [
            ("2023-03-01", Some("yyyy-MM-dd")),
            ("2023-03-01 00:15", Some("yyyy-MM-dd HH:mm")),
            ("2023-03-01T00:15:07Z", Some("yyyy-MM-dd'T'HH:mm:ssZ")),
            ("2023-03-01T00:15:07.25", Some("yyyy-MM-dd'T'HH:mm:ss.SS")),
            ("20230301", Some("yyyyMMdd")),
            ("01.03.2023", None),
            ("2023-03-01T00:15:07+01:00", None),
            ("2023-03-01T", None),
            ("now", None),
        ] {
            assert_eq!(pattern(cell).as_deref(), expected, "{cell}");
        }
    }

    #[test]
    fn lines_are_split_as_erddap_does_or_not_at_all() {
        for (line, separator, expected) in [
            ("a,b,", ',', Some(vec!["a", "b", ""])),
            (
                "\"a,b\",\"say \"\"c\"\"\",",
                ',',
                Some(vec!["a,b", "say \"c\"", ""]),
            ),
            ("\"a\",\"b\"", ',', Some(vec!["a", "b"])),
            ("a;b,c", ';', Some(vec!["a", "b,c"])),
            ("\"a\nb", ',', None),
            ("5\" pipe,b", ',', None),
            ("\"a\"b,c", ',', None),
            ("\"a\"\tb", '\t', None),
        ] {
            let expected = expected.map(|cells| cells.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(split(line, separator), expected, "{line}");
        }
    }

    #[test]
    fn headers_of_exchange_files_are_skipped() {
        let ctd = format("ctd").unwrap();
        for (line, is_skipped) in [
            ("CTD,20240501DRV", true),
            ("NUMBER_HEADERS = 10", true),
            ("DEPTH=940", true),
            ("END_DATA", true),
            ("CTDPRS,CTDTMP", false),
            (" = 3", false),
            ("0.0,2", false),
        ] {
            assert_eq!((ctd.is_skipped)(line), is_skipped, "{line}");
        }
        assert!(format("odv").is_none());
    }
}
