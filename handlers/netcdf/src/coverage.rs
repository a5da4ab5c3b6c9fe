//! Where and when the data lie.

use std::collections::BTreeSet;

use array_file::{ArrayFile, Variable};
use data_review_array::{Rules, numbers};
use data_review_core::{Instant, Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Coordinates, text};
use crate::meaning::{meant, rules};
use crate::time::{Calendar, TimeUnits};
use crate::vocabulary;

/// Elements of a coordinate that are looked at, which is more than any real one has.
const MOST: u64 = 1 << 28;

/// Adds times and positions; `observed` says that a time after the vocabulary's date is wrong.
pub(crate) fn cover(
    file: &ArrayFile,
    coordinates: &Coordinates<'_>,
    axes: &BTreeSet<String>,
    observed: bool,
    review: &mut ReviewBuilder,
) {
    match coordinates.time {
        Some(variable) => times(file, variable, axes, observed, review),
        None => {
            for code in [
                &codes::TIME_UNDECODABLE,
                &codes::TIME_IMPOSSIBLE,
                &codes::TIME_FUTURE,
            ] {
                review.not_applicable(code);
            }
        }
    }
    match (coordinates.longitude, coordinates.latitude) {
        (Some(longitude), Some(latitude)) => positions(file, longitude, latitude, axes, review),
        _ => review.not_applicable(&codes::POSITION_IMPOSSIBLE),
    }
    if !observed {
        review.not_applicable(&codes::TIME_FUTURE);
    }
}

/// Every value that there is, unpacked, with its place.
fn each(
    file: &ArrayFile,
    variable: &Variable,
    axes: &BTreeSet<String>,
    mut take: impl FnMut(f64, &dyn Fn() -> Place),
) {
    if variable.elements().is_none_or(|count| count > MOST) {
        return;
    }
    let variable = meant(variable);
    let rules = rules(&variable, axes);
    for block in variable.blocks() {
        let Ok(bytes) = file.read(&variable, &block.start, &block.count) else {
            continue;
        };
        for (at, value) in numbers(&variable.of, &bytes).into_iter().enumerate() {
            if let Some(value) = unpacked(value, &rules) {
                take(value, &|| Place::array(&variable.path, block.index(at as u64)));
            }
        }
    }
}

fn unpacked(stored: f64, rules: &Rules) -> Option<f64> {
    let value = rules.unpack(stored);
    (!rules.is_missing(stored) && !value.is_nan()).then_some(value)
}

pub(crate) fn time_units(variable: &Variable) -> Option<TimeUnits> {
    let calendar = Calendar::named(text(variable, "calendar"))?;
    TimeUnits::parse(text(variable, "units"), calendar)
}

fn times(
    file: &ArrayFile,
    variable: &Variable,
    axes: &BTreeSet<String>,
    observed: bool,
    review: &mut ReviewBuilder,
) {
    let subject = Some(variable.path.as_str());
    let Some(units) = time_units(variable) else {
        let (units, calendar) = (text(variable, "units"), text(variable, "calendar"));
        let message = || format!("{}: units `{units}`, calendar `{calendar}`", variable.path);
        return review.found(&codes::TIME_UNDECODABLE, subject, message, || None);
    };
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    each(file, variable, axes, |value, place| {
        // Only what widens the range has to be decoded: what lies within is possible too.
        if (least..=most).contains(&value) {
            return;
        }
        let message = || format!("{} is {value} {}", variable.path, text(variable, "units"));
        match units.decode(value) {
            None => review.found(&codes::TIME_IMPOSSIBLE, subject, message, || Some(place())),
            Some(time) if observed && is_after(&time, vocabulary::DATE) => {
                let message = || format!("{}: {time} is after {}", variable.path, vocabulary::DATE);
                review.found(&codes::TIME_FUTURE, subject, message, || Some(place()));
            }
            Some(time) => {
                if let Some(time) = instant(&time) {
                    review.coverage.time(time);
                }
                (least, most) = (least.min(value), most.max(value));
            }
        }
    });
}

/// A time as [`TimeUnits::decode`] writes it, in any calendar.
fn instant(time: &str) -> Option<Instant> {
    let fields: Vec<u64> = time
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|field| field.parse().ok())
        .collect();
    let [year, month, day, hour, minute, second] = fields[..] else {
        return None;
    };
    let nanos = (hour * 3600 + minute * 60 + second) * 1_000_000_000;
    Instant::of_calendar(
        i64::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
        nanos,
    )
}

/// Whether a time, which begins with its date, lies on a later day.
fn is_after(time: &str, date: &str) -> bool {
    time.get(..date.len()).is_some_and(|day| day > date)
}

fn positions(
    file: &ArrayFile,
    longitude: &Variable,
    latitude: &Variable,
    axes: &BTreeSet<String>,
    review: &mut ReviewBuilder,
) {
    if longitude.dimensions == latitude.dimensions && longitude.shape == latitude.shape {
        pairs(file, longitude, latitude, axes, review);
        return;
    }
    // A grid: every longitude with the extremes of latitude.
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    each(file, latitude, axes, |value, place| {
        if is_possible(0.0, value) {
            (south, north) = (south.min(value), north.max(value));
        } else {
            impossible(latitude, value, place, review);
        }
    });
    each(file, longitude, axes, |value, place| {
        if is_possible(value, 0.0) {
            review.coverage.position(value, south);
            review.coverage.position(value, north);
        } else {
            impossible(longitude, value, place, review);
        }
    });
}

fn pairs(
    file: &ArrayFile,
    longitude: &Variable,
    latitude: &Variable,
    axes: &BTreeSet<String>,
    review: &mut ReviewBuilder,
) {
    let (east, north) = (meant(longitude), meant(latitude));
    let (east_rules, north_rules) = (rules(&east, axes), rules(&north, axes));
    if east.elements().is_none_or(|count| count > MOST) {
        return;
    }
    for block in east.blocks() {
        let read = |variable: &Variable| file.read(variable, &block.start, &block.count);
        let (Ok(easts), Ok(norths)) = (read(&east), read(&north)) else {
            continue;
        };
        let pairs = numbers(&east.of, &easts)
            .into_iter()
            .zip(numbers(&north.of, &norths));
        for (at, (lon, lat)) in pairs.enumerate() {
            let (Some(lon), Some(lat)) = (unpacked(lon, &east_rules), unpacked(lat, &north_rules)) else {
                continue;
            };
            let place = |variable: &Variable| Place::array(&variable.path, block.index(at as u64));
            if is_possible(lon, lat) {
                review.coverage.position(lon, lat);
            } else if is_possible(0.0, lat) {
                impossible(longitude, lon, || place(longitude), review);
            } else {
                impossible(latitude, lat, || place(latitude), review);
            }
        }
    }
}

/// Longitudes may be counted to 360, or on to the next turn, as some grids do.
fn is_possible(longitude: f64, latitude: f64) -> bool {
    (-360.0..=720.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)
}

fn impossible(variable: &Variable, value: f64, place: impl FnOnce() -> Place, review: &mut ReviewBuilder) {
    let message = || format!("{} is {value}", variable.path);
    review.found(&codes::POSITION_IMPOSSIBLE, Some(&variable.path), message, || {
        Some(place())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_itself_is_not_after_it() {
        assert!(!is_after("2026-11-26T23:59:59Z", "2026-11-26"));
        assert!(is_after("2026-11-27T00:00:00Z", "2026-11-26"));
    }
}
