//! From a header and its scans to a review.

use std::sync::Arc;

use data_review_core::{Input, InputReader, Instant, Place, ReviewBuilder, ReviewError};
use seabird::{Clock, Code, Column, Deviation, Error, FileType, Header, Reader, codes};

use crate::codes::info;
use crate::scans::Scans;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("Sea-Bird cnv");
    let source = InputReader::new(input);
    let mut reader = Reader::new(source, &mut |deviation| report(deviation, review)).map_err(refusal)?;
    let mut scans = Scans::new(reader.header());
    describe(reader.header(), review);
    let end = loop {
        match reader.next_scan(&mut |deviation| report(deviation, review)) {
            Ok(Some(scan)) => scans.take(scan),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
    };
    if reader.scans() == 0 {
        return end.and(Err(ReviewError::corrupt("there is no scan below the header")));
    }
    review.observations(reader.scans());
    review.profiles(1);
    scans.finish(review);
    end
}

fn report(deviation: Deviation<'_>, review: &mut ReviewBuilder) {
    let place = || {
        Some(match deviation.place {
            seabird::Place::Text(line, column) => Place::text(line, column, deviation.subject),
            seabird::Place::Byte(byte) => Place::Byte { byte },
        })
    };
    let message = || deviation.message.to_string();
    review.found(&info(deviation.code), deviation.subject, message, place);
}

/// The reason for a file that yields nothing.
fn refusal(error: Error) -> ReviewError {
    let message = error.to_string();
    match error {
        Error::Io(error) => error.into(),
        Error::NotSeaBird { .. } => ReviewError::corrupt(message).at(Place::text(1, 1, None)),
        Error::NoColumns { line } => ReviewError::corrupt(message).at(Place::text(line, 1, None)),
        Error::TooManyColumns { .. } => ReviewError::limit(message),
    }
}

/// What the header says of the cast.
fn describe(header: &Header, review: &mut ReviewBuilder) {
    let attributes = [
        ("instrument", Some(&header.instrument)),
        ("serial", header.serial.as_ref()),
        ("temperature_sn", header.temperature_sn.as_ref()),
        ("conductivity_sn", header.conductivity_sn.as_ref()),
        ("raw_file", header.file_name.as_ref()),
        ("nmea_time", header.nmea_time.as_ref()),
        ("upload_time", header.upload_time.as_ref()),
    ];
    for (name, value) in attributes {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            review.attribute(name, value);
        }
    }
    if let Some((unit, value)) = &header.interval {
        review.attribute("interval", &format!("{value} {unit}"));
    }
    header.user.iter().for_each(|line| user_line(line, review));
    if let (Some(latitude), Some(longitude)) = (header.latitude, header.longitude) {
        review.coverage.position(longitude, latitude);
    }
    if let Some(start) = &header.start_time {
        if let Some(source) = &start.source {
            review.attribute("start_time_source", source);
        }
        if matches!(start.clock, Clock::Instrument | Clock::Nmea | Clock::Acquisition) {
            if let Some(time) = Instant::parse(&start.time) {
                review.coverage.time(time);
            }
        }
    }
    rule_out(header, review);
}

/// What operators write above a cast: `Cruise: 33RR2024`.
fn user_line(line: &str, review: &mut ReviewBuilder) {
    let Some((key, value)) = line.split_once(':') else {
        return;
    };
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    if ["ship", "cruise", "station", "cast"].contains(&key.as_str()) && !value.is_empty() {
        review.attribute(&key, value);
    }
}

/// A check that had nothing to run on has not passed.
fn rule_out(header: &Header, review: &mut ReviewBuilder) {
    let of_type: &[&Code] = match header.file_type {
        FileType::Ascii => &[&codes::TRUNCATED],
        FileType::Binary => &[
            &codes::BAD_NUMBER,
            &codes::RAGGED_ROW,
            &codes::COLUMNS_RUN_TOGETHER,
        ],
    };
    let has_position = header.latitude.is_some() || header.longitude.is_some();
    let has_span = header.columns.iter().any(|column| column.span.is_some());
    let has_flag = header.columns.iter().any(Column::is_flag);
    for (applies, codes) in [
        (false, of_type),
        (has_position, &[&codes::POSITION]),
        (has_span, &[&codes::SPAN]),
        (has_flag, &[&codes::ALL_BAD]),
        (header.nvalues.is_some(), &[&codes::NVALUES]),
        (header.start_time.is_some(), &[&codes::START_TIME_CLOCK]),
    ] {
        if !applies {
            codes.iter().for_each(|code| review.not_applicable(&info(code)));
        }
    }
}
