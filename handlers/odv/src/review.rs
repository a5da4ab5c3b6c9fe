//! The review of a spreadsheet: from comments, labels and rows.

use std::sync::Arc;

use data_review_core::{CoverageKind, Input, InputReader, Place, ReviewBuilder, ReviewError};
use odv_spreadsheet::{Code, Column, Error, Header, Kind, Reader, Role, Scheme, codes};

use crate::codes::{info, report};
use crate::rows::Rows;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("ODV spreadsheet");
    let source = InputReader::new(input);
    let mut reader = Reader::new(source, &mut |deviation| report(deviation, review)).map_err(failure)?;
    let wants_levels = review.wants_preview() && declared_kind(reader.header()).is_none();
    let mut rows = Rows::new(reader.header(), wants_levels);
    describe(reader.header(), review);
    let end = loop {
        match reader.next_row(&mut |deviation| report(deviation, review)) {
            Ok(Some(row)) => rows.push(row, review),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
    };
    if rows.count() == 0 {
        return end.and(Err(ReviewError::corrupt(
            "there are no rows below the labels; the file may be truncated",
        )));
    }
    review.observations(rows.count());
    review.profiles(reader.stations());
    review
        .coverage
        .kind(coverage_kind(reader.header(), reader.stations()));
    rows.finish(review);
    end
}

/// The error of a file that cannot be read.
fn failure(error: Error) -> ReviewError {
    let message = error.to_string();
    match error {
        Error::Io(error) => error.into(),
        Error::NotOdv { line } => ReviewError::unsupported(message).at(Place::text(line, 1, None)),
        Error::TooManyColumns { line, .. } => ReviewError::limit(message).at(Place::text(line, 1, None)),
        _ => ReviewError::corrupt(message),
    }
}

/// What `DataType` says of the stations; without it they are profiles.
fn coverage_kind(header: &Header, stations: u64) -> Option<CoverageKind> {
    declared_kind(header).or_else(|| CoverageKind::of_profiles(stations))
}

/// The kind of stations that are not profiles.
fn declared_kind(header: &Header) -> Option<CoverageKind> {
    let said = header.tags.iter().find(|(tag, _)| tag == "DataType");
    match said.map_or("", |(_, value)| value.as_str()) {
        "TimeSeries" => Some(CoverageKind::TimeSeries),
        "Trajectories" => Some(CoverageKind::Trajectory),
        _ => None,
    }
}

/// Tags of comments that identify a file, with the names of the attributes that they become.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("Version", "odv_version"),
    ("Creator", "creator"),
    ("CreateTime", "create_time"),
    ("Software", "software"),
    ("Source", "source"),
    ("DataField", "data_field"),
    ("DataType", "data_type"),
];

/// Adds the comments and labels to the review.
fn describe(header: &Header, review: &mut ReviewBuilder) {
    for (tag, value) in header.tags.iter().filter(|(_, value)| !value.is_empty()) {
        if let Some((_, name)) = ATTRIBUTES.iter().find(|(of, _)| of == tag) {
            review.attribute(name, value);
        }
    }
    for scheme in header
        .columns
        .iter()
        .filter_map(|column| column.scheme.as_deref())
    {
        review.attribute("flag_scheme", scheme);
    }
    mark_not_applicable(header, review);
}

/// Marks the checks that do not apply to this file.
fn mark_not_applicable(header: &Header, review: &mut ReviewBuilder) {
    let has = |is: fn(&Column) -> bool| header.columns.iter().any(is);
    let checks: [(bool, &[&Code]); 5] = [
        (
            has(|column| column.role == Role::Flag),
            &[&codes::FLAG_COLUMN, &codes::FLAG_SCHEME],
        ),
        (
            has(|column| {
                column
                    .scheme
                    .as_deref()
                    .is_some_and(|name| Scheme::named(name).is_some())
            }),
            &[
                &codes::FLAG_VALUE,
                &codes::FLAGGED_MISSING,
                &codes::MISSING_FLAGGED,
            ],
        ),
        (
            has(|column| column.kind == Kind::Time || matches!(column.role, Role::TimePart(_))),
            &[&codes::BAD_TIME, &codes::TIME_PRECISION],
        ),
        (
            has(|column| matches!(column.role, Role::Longitude | Role::Latitude)),
            &[&codes::POSITION],
        ),
        (
            has(|column| column.kind == Kind::Number),
            &[&codes::BAD_NUMBER, &codes::DECIMAL_COMMA, &codes::FILL_VALUE],
        ),
    ];
    for (_, codes) in checks.iter().filter(|(applies, _)| !applies) {
        codes.iter().for_each(|code| review.not_applicable(&info(code)));
    }
}
