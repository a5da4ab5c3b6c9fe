//! Where and when the data lie.

use std::collections::BTreeSet;

use array_file::{ArrayFile, Variable, blocks};
use data_review_array::{Rules, numbers};
use data_review_core::{Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Coordinates, text};
use crate::meaning::{meant, rules};
use crate::time::{Calendar, TimeUnits};
use crate::vocabulary;

/// Elements of a coordinate that are looked at, which is more than any real one has.
const MOST: u64 = 1 << 28;
const BLOCK: u64 = 1 << 17;

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

/// Unpacked values block by block; NaN for what is missing.
fn each(
    file: &ArrayFile,
    variable: &Variable,
    axes: &BTreeSet<String>,
    mut take: impl FnMut(&[f64], &dyn Fn(usize) -> Place),
) {
    if variable.elements().is_none_or(|count| count > MOST) {
        return;
    }
    let variable = meant(variable);
    let rules = rules(&variable, axes);
    for block in blocks(&variable.shape, &variable.layout.chunk, BLOCK) {
        let Ok(bytes) = file.read(&variable, &block.start, &block.count) else {
            continue;
        };
        let values: Vec<f64> = numbers(&variable.of, &bytes)
            .into_iter()
            .map(|value| unpacked(value, &rules))
            .collect();
        take(&values, &|at| Place::Array {
            variable: variable.path.clone(),
            index: block.index(at as u64),
        });
    }
}

fn unpacked(value: f64, rules: &Rules) -> f64 {
    if rules.is_missing(value) {
        f64::NAN
    } else {
        rules.unpack(value)
    }
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
    each(file, variable, axes, |values, place| {
        for (at, value) in values
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, value)| !value.is_nan())
        {
            // Only what widens the range has to be decoded: what lies within is possible too.
            if (least..=most).contains(&value) {
                continue;
            }
            let message = || format!("{} is {value} {}", variable.path, text(variable, "units"));
            match units.decode(value) {
                None => review.found(&codes::TIME_IMPOSSIBLE, subject, message, || Some(place(at))),
                Some(time) if observed && time.as_str() > vocabulary::DATE => {
                    let message = || format!("{}: {time} is after {}", variable.path, vocabulary::DATE);
                    review.found(&codes::TIME_FUTURE, subject, message, || Some(place(at)));
                }
                Some(time) => {
                    review.coverage.time(&time);
                    (least, most) = (least.min(value), most.max(value));
                }
            }
        }
    });
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
    each(file, latitude, axes, |values, place| {
        for (at, value) in values
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, value)| !value.is_nan())
        {
            if is_possible(0.0, value) {
                (south, north) = (south.min(value), north.max(value));
            } else {
                impossible(latitude, value, || place(at), review);
            }
        }
    });
    each(file, longitude, axes, |values, place| {
        for (at, value) in values
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, value)| !value.is_nan())
        {
            if is_possible(value, 0.0) {
                review.coverage.position(value, south);
                review.coverage.position(value, north);
            } else {
                impossible(longitude, value, || place(at), review);
            }
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
    for block in blocks(&east.shape, &east.layout.chunk, BLOCK) {
        let read = |variable: &Variable| file.read(variable, &block.start, &block.count);
        let (Ok(easts), Ok(norths)) = (read(&east), read(&north)) else {
            continue;
        };
        let pairs = numbers(&east.of, &easts)
            .into_iter()
            .zip(numbers(&north.of, &norths));
        for (at, (lon, lat)) in pairs.enumerate() {
            let (lon, lat) = (unpacked(lon, &east_rules), unpacked(lat, &north_rules));
            let place = |variable: &Variable| Place::Array {
                variable: variable.path.clone(),
                index: block.index(at as u64),
            };
            if lon.is_nan() || lat.is_nan() {
                continue;
            } else if is_possible(lon, lat) {
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
