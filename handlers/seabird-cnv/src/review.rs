//! The review of a cast: from a header and its scans.

use std::sync::Arc;

use data_review_core::{Input, InputReader, Place, ReviewBuilder, ReviewError};
use seabird::{Axis, Code, Column, Error, FileType, Header, Reader, codes};

use crate::codes::{POSITION_BY_OPERATOR, POSITION_JUMP, info, report};
use crate::scans::Scans;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("Sea-Bird cnv");
    let source = InputReader::new(input);
    let mut reader = Reader::new(source, &mut |deviation| report(deviation, review)).map_err(failure)?;
    let mut scans = Scans::new(reader.header(), review.wants_preview());
    describe(reader.header(), review);
    let end = loop {
        match reader.next_row(&mut |deviation| report(deviation, review)) {
            Ok(Some(row)) => scans.push(row, review),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
    };
    if reader.rows() == 0 {
        return end.and(Err(ReviewError::corrupt(
            "there are no scans below the header; the file may be truncated",
        )));
    }
    review.observations(reader.rows());
    scans.finish(reader.header(), reader.rows(), review);
    end
}

/// The error of a file that cannot be read.
fn failure(error: Error) -> ReviewError {
    let message = error.to_string();
    match error {
        Error::Io(error) => error.into(),
        Error::NoColumns { line, is_ended: true } => ReviewError::unsupported(format!(
            "{message}; convert the raw data again with SBE Data Processing, which names them"
        ))
        .at(Place::text(line, 1, None)),
        Error::NoColumns { line, .. } => {
            ReviewError::corrupt("the file ends within its header").at(Place::text(line, 1, None))
        }
        Error::TooManyColumns { .. } => ReviewError::limit(message),
        _ => ReviewError::corrupt(message).at(Place::text(1, 1, None)),
    }
}

/// Adds the facts in the header to the review.
fn describe(header: &Header, review: &mut ReviewBuilder) {
    let start = header.start_time.as_ref();
    let attributes = [
        ("instrument", Some(header.instrument.clone())),
        ("software", header.software.clone()),
        ("serial", header.serial.clone()),
        ("temperature_sn", header.temperature_sn.clone()),
        ("conductivity_sn", header.conductivity_sn.clone()),
        ("raw_file", header.file_name.clone()),
        ("nmea_time", header.nmea_time.map(|time| time.to_string())),
        ("upload_time", header.upload_time.map(|time| time.to_string())),
        ("start_time", start.map(|start| start.time.to_string())),
        ("start_time_source", start.and_then(|start| start.source.clone())),
    ];
    for (name, value) in attributes {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            review.attribute(name, &value);
        }
    }
    if let Some(interval) = &header.interval {
        review.attribute("interval", &format!("{} {}", interval.value, interval.unit));
    }
    header.user.iter().for_each(|line| user_line(&line.text, review));
    mark_not_applicable(header, review);
}

/// Adds what operators write above a cast, such as `Cruise: 33RR2024`.
fn user_line(line: &str, review: &mut ReviewBuilder) {
    if let Some((key, value)) = entry(line)
        && ["ship", "cruise", "station", "cast"].contains(&key.as_str())
    {
        review.attribute(&key, value);
    }
}

/// The key in lower case and the value of an operator's line; `None` without a value.
fn entry(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let value = value.trim();
    (!value.is_empty()).then(|| (key.trim().to_ascii_lowercase(), value))
}

/// The value of the first operator's line with this key.
pub(crate) fn said(header: &Header, wanted: &str) -> Option<String> {
    let mut entries = header.user.iter().filter_map(|line| entry(&line.text));
    let (_, value) = entries.find(|(key, _)| key == wanted)?;
    Some(value.to_owned())
}

/// Marks the checks that do not apply to this file.
fn mark_not_applicable(header: &Header, review: &mut ReviewBuilder) {
    let is_ascii = header.file_type == FileType::Ascii;
    let has_nmea = header.latitude.is_some() || header.longitude.is_some();
    let has_user = header.user_position.is_some();
    let has_axis = |axis| header.columns.iter().any(|column| column.axis() == Some(axis));
    let has_track = has_axis(Axis::Latitude) && has_axis(Axis::Longitude);
    let has_span = header.columns.iter().any(|column| column.span.is_some());
    let checks: [(bool, &[&Code]); 6] = [
        (
            is_ascii,
            &[
                &codes::BAD_NUMBER,
                &codes::RAGGED_ROW,
                &codes::TEXT_ROW,
                &codes::COLUMNS_RUN_TOGETHER,
            ],
        ),
        (has_nmea || has_user, &[&codes::POSITION]),
        (has_span, &[&codes::SPAN]),
        (header.columns.iter().any(Column::is_flag), &[&codes::ALL_BAD]),
        (header.nvalues.is_some(), &[&codes::NVALUES]),
        (
            header.start_time.is_some(),
            &[&codes::START_TIME_CLOCK, &codes::START_TIME_UPLOAD],
        ),
    ];
    for (_, codes) in checks.iter().filter(|(applies, _)| !applies) {
        codes.iter().for_each(|code| review.not_applicable(&info(code)));
    }
    for (applies, code) in [(has_user, &POSITION_BY_OPERATOR), (has_track, &POSITION_JUMP)] {
        if !applies {
            review.not_applicable(code);
        }
    }
}
