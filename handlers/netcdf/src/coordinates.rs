//! Which variables are coordinates: time, latitude, longitude, vertical (CF 1.11, 4).

use array_file::{Attribute, Group, Variable};

use crate::time::TimeUnits;

/// What a coordinate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Time,
    Latitude,
    Longitude,
    Vertical,
}

const NORTH: &[&str] = &[
    "degree_north",
    "degrees_north",
    "degree_n",
    "degrees_n",
    "degreen",
    "degreesn",
];
const EAST: &[&str] = &[
    "degree_east",
    "degrees_east",
    "degree_e",
    "degrees_e",
    "degreee",
    "degreese",
];
const PRESSURE: &[&str] = &[
    "dbar", "decibar", "decibars", "bar", "millibar", "hpa", "mb", "pa", "pascal",
];
/// Standard names of vertical coordinates; the depth of the sea floor is none.
const VERTICAL: &[&str] = &[
    "depth",
    "height",
    "altitude",
    "sea_water_pressure",
    "air_pressure",
    "height_above_mean_sea_level",
    "sea_water_pressure_due_to_sea_water",
];

pub(crate) fn text<'v>(variable: &'v Variable, name: &str) -> &'v str {
    variable
        .attribute(name)
        .and_then(Attribute::text)
        .unwrap_or_default()
}

pub(crate) fn is_pressure(variable: &Variable) -> bool {
    PRESSURE.contains(&text(variable, "units").trim().to_ascii_lowercase().as_str())
}

/// What the variable's attributes say that it is.
pub(crate) fn axis(variable: &Variable) -> Option<Axis> {
    if !variable.of.is_number() {
        return None;
    }
    let units = text(variable, "units").trim().to_ascii_lowercase();
    let (name, letter) = (text(variable, "standard_name"), text(variable, "axis"));
    if TimeUnits::looks_like(&units) || name == "time" {
        Some(Axis::Time)
    } else if NORTH.contains(&units.as_str()) || name == "latitude" {
        Some(Axis::Latitude)
    } else if EAST.contains(&units.as_str()) || name == "longitude" {
        Some(Axis::Longitude)
    } else if letter == "Z" || VERTICAL.contains(&name) || is_own_vertical(variable) {
        Some(Axis::Vertical)
    } else {
        None
    }
}

/// A coordinate variable: of one dimension, of its own name.
pub(crate) fn is_own_axis(variable: &Variable) -> bool {
    matches!(variable.dimensions.as_deref(), Some([name]) if *name == variable.name)
}

/// A coordinate variable with a direction or units of pressure.
fn is_own_vertical(variable: &Variable) -> bool {
    is_own_axis(variable) && (!text(variable, "positive").is_empty() || is_pressure(variable))
}

/// The coordinates that say where and when the data of the file lie.
#[derive(Default)]
pub(crate) struct Coordinates<'g> {
    pub(crate) time: Option<&'g Variable>,
    pub(crate) latitude: Option<&'g Variable>,
    pub(crate) longitude: Option<&'g Variable>,
    pub(crate) vertical: Option<&'g Variable>,
}

impl<'g> Coordinates<'g> {
    /// Of all candidates the one that most speaks for: an axis letter, a standard name, its own dimension, its place.
    pub(crate) fn of(root: &'g Group) -> Self {
        let variables: Vec<&Variable> = root
            .all()
            .into_iter()
            .flat_map(|group| &group.variables)
            .collect();
        let best = |wanted: Axis| {
            let candidates = variables
                .iter()
                .copied()
                .filter(|variable| axis(variable) == Some(wanted));
            candidates.rev().max_by_key(|variable| weight(variable))
        };
        let (time, latitude) = (best(Axis::Time), best(Axis::Latitude));
        // A longitude that goes with the latitude.
        let alike = |variable: &&Variable| {
            latitude.is_some_and(|latitude| latitude.dimensions == variable.dimensions)
        };
        let longitudes = || {
            variables
                .iter()
                .copied()
                .filter(|variable| axis(variable) == Some(Axis::Longitude))
                .rev()
        };
        let longitude = longitudes()
            .filter(alike)
            .max_by_key(|variable| weight(variable))
            .or_else(|| best(Axis::Longitude));
        Coordinates {
            time,
            latitude,
            longitude,
            vertical: best(Axis::Vertical),
        }
    }
}

fn weight(variable: &Variable) -> (bool, bool, bool, bool) {
    let adjusted = variable.name.ends_with("_ADJUSTED") || variable.name.ends_with("_bounds");
    (
        !adjusted,
        variable.attribute("axis").is_some(),
        variable.attribute("standard_name").is_some(),
        is_own_axis(variable),
    )
}
