//! From comments, labels and rows to a review.

use std::sync::Arc;

use data_review_core::{Input, InputReader, Place, ReviewBuilder, ReviewError};
use odv_spreadsheet::{Code, Deviation, Error, Header, Reader, Role, codes};

use crate::codes::info;
use crate::rows::Rows;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("ODV spreadsheet");
    let source = InputReader::new(input);
    let mut reader = Reader::new(source, &mut |deviation| report(deviation, review)).map_err(refusal)?;
    let mut rows = Rows::new(reader.header());
    describe(reader.header(), review);
    let end = loop {
        match reader.next_row(&mut |deviation| report(deviation, review)) {
            Ok(Some(row)) => rows.take(row, review),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
    };
    if rows.count() == 0 {
        return end.and(Err(ReviewError::corrupt(
            "there is no line of data below the labels",
        )));
    }
    review.observations(rows.count());
    review.profiles(reader.stations());
    rows.finish(review);
    end
}

fn report(deviation: Deviation<'_>, review: &mut ReviewBuilder) {
    let Deviation {
        line,
        column,
        subject,
        ..
    } = deviation;
    let message = || deviation.message.to_string();
    review.found(&info(deviation.code), subject, message, || {
        Some(Place::text(line, column, subject))
    });
}

/// The reason for a file that yields nothing.
fn refusal(error: Error) -> ReviewError {
    let message = error.to_string();
    match error {
        Error::Io(error) => error.into(),
        Error::NoLabels => ReviewError::corrupt(message),
        Error::NotOdv { line } => ReviewError::corrupt(message).at(Place::text(line, 1, None)),
        Error::TooManyColumns { line, .. } => ReviewError::limit(message).at(Place::text(line, 1, None)),
    }
}

/// Tags of comments that identify a file, and what they are called as attributes.
const ATTRIBUTES: [(&str, &str); 7] = [
    ("Version", "odv_version"),
    ("Creator", "creator"),
    ("CreateTime", "create_time"),
    ("Software", "software"),
    ("Source", "source"),
    ("DataField", "data_field"),
    ("DataType", "data_type"),
];

/// What is said above the data.
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
    rule_out(header, review);
}

/// A check that had nothing to run on has not passed.
fn rule_out(header: &Header, review: &mut ReviewBuilder) {
    let has = |role| header.columns.iter().any(|column| column.role == role);
    let checks: [(bool, &[&Code]); 3] = [
        (
            has(Role::Flag),
            &[
                &codes::FLAG_COLUMN,
                &codes::FLAG_SCHEME,
                &codes::FLAG_VALUE,
                &codes::FLAGGED_MISSING,
                &codes::MISSING_FLAGGED,
            ],
        ),
        (has(Role::Time), &[&codes::BAD_TIME, &codes::TIME_PRECISION]),
        (has(Role::Longitude) || has(Role::Latitude), &[&codes::POSITION]),
    ];
    for (_, codes) in checks.iter().filter(|(applies, _)| !applies) {
        codes.iter().for_each(|code| review.not_applicable(&info(code)));
    }
}
