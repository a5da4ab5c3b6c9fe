//! Lines of metadata above a table: `Latitude: 47 32.8 N`, `Station,A 7`, `# Serial number = 1234`.

use data_review_core::{Instant, Place, ReviewBuilder};
use text_table::{Axis, Delimiter, Stamp, degrees, read_time, zone};

use crate::codes;
use crate::roles::words;
use crate::times::{Zone, stated_zone};

/// Lines that are looked at, at most.
const LINES: u64 = 10_000;
/// Entries that are kept, at most.
const ENTRIES: usize = 64;
/// Longest line that is looked at, in bytes.
const LONGEST_LINE: usize = 1024;
/// Longest name of an entry, in bytes.
const LONGEST_NAME: usize = 60;

/// Attributes, and the words of a line's name that stand for them: all words of one alternative.
const KNOWN: &[(&str, &[&[&str]])] = &[
    (
        "end_time",
        &[
            &["end", "time"],
            &["end", "date"],
            &["last", "sample"],
            &["logging", "end", "time"],
            &["stop", "time"],
        ],
    ),
    (
        "start_time",
        &[
            &["start", "time"],
            &["start", "date"],
            &["start", "date", "time"],
            &["launch", "date"],
            &["date", "launch"],
            &["cast", "time"],
            &["first", "sample"],
            &["logging", "start"],
            &["deployment", "time"],
        ],
    ),
    ("time_stamp", &[&["time", "stamp"], &["timestamp"]]),
    (
        "time_zone",
        &[
            &["time", "zone"],
            &["timezone"],
            &["utc", "offset"],
            &["tz"],
            &["zone"],
        ],
    ),
    ("start_clock", &[&["launch", "time"], &["time", "launch"]]),
    (
        "latitude",
        &[
            &["latitude"],
            &["lat"],
            &["start", "latitude"],
            &["start", "lat"],
            &["initial", "latitude"],
        ],
    ),
    (
        "longitude",
        &[
            &["longitude"],
            &["lon"],
            &["long"],
            &["start", "longitude"],
            &["start", "lon"],
            &["initial", "longitude"],
        ],
    ),
    (
        "serial_number",
        &[
            &["serial"],
            &["serial", "number"],
            &["serialnumber"],
            &["sn"],
            &["s", "n"],
            &["serial", "no"],
        ],
    ),
    (
        "station",
        &[
            &["station"],
            &["station", "name"],
            &["station", "id"],
            &["station", "number"],
            &["stn"],
        ],
    ),
    ("site", &[&["site"], &["site", "name"], &["location"]]),
    (
        "cruise",
        &[
            &["cruise"],
            &["cruise", "id"],
            &["cruise", "name"],
            &["cruise", "number"],
            &["expedition"],
            &["expocode"],
        ],
    ),
    (
        "platform",
        &[
            &["ship"],
            &["vessel"],
            &["platform"],
            &["ship", "name"],
            &["vessel", "name"],
        ],
    ),
    (
        "instrument",
        &[
            &["instrument"],
            &["device"],
            &["logger"],
            &["model"],
            &["instrument", "type"],
            &["sensor"],
            &["device", "name"],
        ],
    ),
    (
        "bottom_depth",
        &[&["bottom", "depth"], &["water", "depth"], &["sounding"]],
    ),
    (
        "project",
        &[&["project"], &["dataset"], &["title"], &["citation"]],
    ),
];

/// Marks of comments in front of an entry.
const MARKS: [char; 5] = ['#', '%', '*', '!', '/'];

/// Words of names that do not change what they name.
const IGNORED: &[&str] = &[
    "nmea", "deg", "degrees", "utc", "gmt", "the", "of", "decimal", "system", "n", "e", "w",
];

/// One entry.
#[derive(Debug)]
struct Entry {
    attribute: &'static str,
    value: String,
    line: u64,
    /// Zone that the name states.
    zone: Option<i64>,
}

/// What the lines above a table say.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    entries: Vec<Entry>,
}

impl Metadata {
    /// Takes a line in.
    pub(crate) fn line(&mut self, number: u64, text: &[u8], delimiter: Delimiter) {
        if number > LINES || self.entries.len() >= ENTRIES || text.len() > LONGEST_LINE {
            return;
        }
        let text = String::from_utf8_lossy(text);
        let Some((name, value)) = split_entry(&text, delimiter) else {
            return;
        };
        let Some(attribute) = attribute(name) else { return };
        if self.entries.iter().all(|entry| entry.attribute != attribute) {
            self.entries.push(Entry {
                attribute,
                value: value.to_owned(),
                line: number,
                zone: stated_zone(name),
            });
        }
    }

    fn entry(&self, attribute: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.attribute == attribute)
    }

    /// The zone of all times.
    pub(crate) fn zone(&self) -> Option<Zone> {
        let entry = self.entry("time_zone")?;
        let offset = zone(&entry.value)
            .or_else(|| stated_zone(&entry.value))
            .or_else(|| {
                let hours: i64 = entry.value.trim().parse().ok()?;
                (-14..=14).contains(&hours).then_some(hours * 60)
            });
        Some(offset.map_or_else(|| Zone::Local(entry.value.clone()), Zone::Offset))
    }

    /// Adds attributes, and the coverage that the columns do not have.
    pub(crate) fn finish(&self, has_position: bool, has_time: bool, review: &mut ReviewBuilder) {
        for entry in &self.entries {
            review.attribute(entry.attribute, &entry.value);
            review.found(
                &codes::METADATA_READ,
                Some(entry.attribute),
                || {
                    format!(
                        "{} is `{}` (preamble line {})",
                        entry.attribute, entry.value, entry.line
                    )
                },
                || Some(Place::text(entry.line, 1, Some(entry.attribute))),
            );
        }
        if !has_position
            && let Some(latitude) = self.degrees("latitude", Axis::Latitude)
            && let Some(longitude) = self.degrees("longitude", Axis::Longitude)
            && (-90.0..=90.0).contains(&latitude)
            && (-180.0..=360.0).contains(&longitude)
        {
            review.coverage.position(longitude, latitude);
        }
        if !has_time {
            for time in ["start_time", "end_time", "time_stamp"]
                .into_iter()
                .filter_map(|name| self.time(name))
            {
                review.coverage.time(time);
            }
        }
    }

    fn degrees(&self, attribute: &str, axis: Axis) -> Option<f64> {
        let value = self.entry(attribute)?.value.trim();
        if let Ok(number) = value.parse::<f64>() {
            return Some(number);
        }
        let (degrees, named) = degrees(value.as_bytes())?;
        named.is_none_or(|named| named == axis).then_some(degrees)
    }

    fn time(&self, attribute: &str) -> Option<Instant> {
        let entry = self.entry(attribute)?;
        // `Date of Launch` and `Time of Launch`: the time of day stands in a line of its own.
        let clock = self.entry("start_clock").filter(|_| attribute == "start_time");
        let joined = clock.and_then(|clock| {
            let text = format!("{} {}", entry.value.trim(), clock.value.trim());
            read_time(text.as_bytes(), None)
        });
        let stamp = match attribute {
            // Of other forms it is when the file was written.
            "time_stamp" => six_numbers(&entry.value)?,
            _ => joined.or_else(|| read_time(entry.value.trim().as_bytes(), None))?,
        };
        let offset = match (stamp.has_zone, entry.zone, self.zone()) {
            (true, ..) => 0,
            (false, Some(offset), _) | (false, None, Some(Zone::Offset(offset))) => offset,
            (false, None, Some(Zone::Local(_))) => return None,
            (false, None, _) => 0,
        };
        let civil = stamp.civil.plus_minutes(-offset);
        Instant::parse(&civil.to_string())
    }
}

/// The attribute that a name stands for.
fn attribute(name: &str) -> Option<&'static str> {
    let all = words(name);
    if all.is_empty() || all.len() > 6 {
        return None;
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let short: Vec<&str> = all
        .iter()
        .copied()
        .filter(|word| !IGNORED.contains(word))
        .collect();
    KNOWN
        .iter()
        .find(|(_, names)| names.iter().any(|words| all == *words || short == *words))
        .map(|(attribute, _)| *attribute)
}

/// A moment as `2008 03 04 19 00 00`.
fn six_numbers(value: &str) -> Option<Stamp> {
    let numbers: Vec<&str> = value.split_whitespace().collect();
    let [year, month, day, hour, minute, second] = numbers[..] else {
        return None;
    };
    read_time(
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}").as_bytes(),
        None,
    )
}

/// The unit of the column `name` where a line above the table describes it: `% Pres: Sea Pressure (sea surface - 0) [decibars]`.
/// Only square brackets count; round ones often hold a scale, such as `(ITS-90)`.
pub(crate) fn described_unit<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (described, description) = line
        .trim_start_matches(MARKS)
        .trim_start()
        .split_once([':', '='])?;
    let (_, unit) = description.trim_end().strip_suffix(']')?.rsplit_once('[')?;
    (described.trim() == name).then_some(unit.trim())
}

/// Name and value of a line, without marks of comments, quotes and padding.
fn split_entry(text: &str, delimiter: Delimiter) -> Option<(&str, &str)> {
    let is_delimiter = |c: char| match delimiter {
        Delimiter::Byte(byte) => c == char::from(byte),
        _ => false,
    };
    let is_quote = |c: char| c == '"' || c == '\'';
    let text = text
        .trim()
        .trim_end_matches(|c: char| is_delimiter(c) || c.is_whitespace());
    let text = text
        .trim_start_matches(is_quote)
        .trim_start_matches(MARKS)
        .trim_start();
    let cut = |separator: &dyn Fn(char) -> bool| -> Option<(&str, &str)> {
        let at = text.find(separator)?;
        let (name, rest) = text.split_at(at);
        let value = rest
            .trim_start_matches(|c: char| separator(c) || c.is_whitespace())
            .trim();
        let (name, value) = (
            name.trim().trim_end_matches(is_quote),
            value.trim_matches(is_quote).trim(),
        );
        let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.contains(|c: char| c.is_alphabetic());
        (is_name && !value.is_empty() && value.len() <= 256).then_some((name, value))
    };
    let with_delimiter = cut(&|c| is_delimiter(c)).filter(|(_, value)| !value.contains(is_delimiter));
    let with_sign = cut(&|c| matches!(c, ':' | '='));
    match (with_delimiter, with_sign) {
        // `Start time,2022-03-01 10:00`: the delimiter comes first.
        (Some(found), Some(other)) => Some(if found.0.len() < other.0.len() {
            found
        } else {
            other
        }),
        (found, other) => found.or(other),
    }
    .map(|(name, value)| {
        (
            name.trim_end_matches([':', '=']).trim(),
            value.trim_start_matches([':', '=']).trim(),
        )
    })
}

#[cfg(test)]
mod tests {
    use data_review_core::{FileHandler, Review};

    use super::*;

    fn read(lines: &[&str]) -> Review {
        let mut metadata = Metadata::default();
        for (number, line) in (1..).zip(lines) {
            metadata.line(number, line.as_bytes(), Delimiter::Byte(b','));
        }
        let mut review = ReviewBuilder::new(crate::Csv.card(), "x.csv");
        metadata.finish(false, false, &mut review);
        review.finish(true)
    }

    #[test]
    fn names_and_values() {
        for (line, expected) in [
            ("Latitude: 47 32.8 N", Some(("Latitude", "47 32.8 N"))),
            ("# Serial number = 1234,,,", Some(("Serial number", "1234"))),
            (
                "Start time,2022-03-01 10:00,,",
                Some(("Start time", "2022-03-01 10:00")),
            ),
            ("\"Station: A 7\"", Some(("Station", "A 7"))),
            (
                "% Cast time (UTC),2014-06-30 18:00:05",
                Some(("Cast time (UTC)", "2014-06-30 18:00:05")),
            ),
            ("A title", None),
        ] {
            assert_eq!(split_entry(line, Delimiter::Byte(b',')), expected, "{line}");
        }
    }

    #[test]
    fn units_of_described_columns() {
        for (line, expected) in [
            (
                "% Pres: Sea Pressure (sea surface - 0) [decibars]",
                Some("decibars"),
            ),
            ("# Pres = pressure [ dbar ]", Some("dbar")),
            ("% Pres: Sea Pressure (ITS-90)", None),
            ("% Temp: Temperature [deg C]", None),
        ] {
            assert_eq!(described_unit(line, "Pres"), expected, "{line}");
        }
    }

    #[test]
    fn attributes_and_coverage() {
        let review = read(&[
            "Mooring 7",
            "Station: A 7",
            "Latitude: 47 32.8 N",
            "Longitude: 123 30 W",
            "Time zone: UTC-5",
            "Start time: 2022-03-01 10:00",
        ]);
        assert_eq!(review.attributes["station"], ["A 7"]);
        let [west, south, ..] = review.coverage.boxes.unwrap()[0];
        assert!(
            (south - 47.546_667).abs() < 1e-5 && (west + 123.5).abs() < 1e-9,
            "{west} {south}"
        );
        assert_eq!(
            review.coverage.time.unwrap().first.to_string(),
            "2022-03-01T15:00:00Z"
        );
        let messages: Vec<&str> = review
            .findings
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert!(
            messages.contains(&"latitude is `47 32.8 N` (preamble line 3)"),
            "{messages:?}"
        );
    }
}
