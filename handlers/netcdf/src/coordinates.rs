//! Which variables are coordinates, and which of them say where and when the data lie (CF 1.13, chapters 4 and 5).
//!
//! What a variable is follows from, in this order: units of a time, latitude or longitude; its `standard_name`; its
//! `axis`; being a coordinate variable with `positive` or units of pressure; for positions without units, its name.
//!
//! Of several times, positions or vertical coordinates those are used that most data variables refer to, by their own
//! `coordinates` attribute or as a dimension. So the positions of tracers win over those of velocities on a staggered
//! grid, and the position of a station over what its sensors recorded. Where no data variable refers to any, the first
//! one counts that has, in this order, an `axis`, a `standard_name`, or its own dimension; adjusted ones come last.
//! Bounds are never coordinates.

use std::collections::{BTreeMap, HashSet};

use array_file::{Attribute, Group, Variable};

use crate::flags::is_flag;
use crate::scope::{Scope, group_of};
use crate::time::TimeUnits;

/// What a coordinate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Axis {
    Time,
    Latitude,
    Longitude,
    Vertical,
}

const NORTH: [&str; 7] = [
    "degree_north",
    "degrees_north",
    "degree_n",
    "degrees_n",
    "degreen",
    "degreesn",
    "degrees north",
];
const EAST: [&str; 7] = [
    "degree_east",
    "degrees_east",
    "degree_e",
    "degrees_e",
    "degreee",
    "degreese",
    "degrees east",
];
/// Names of variables that are positions where their units do not say it, in lower case.
const LATITUDES: [&str; 3] = ["latitude", "lat", "nav_lat"];
const LONGITUDES: [&str; 4] = ["longitude", "lon", "long", "nav_lon"];
/// Units, in lower case, that do not say which coordinate it is.
const DEGREES: [&str; 6] = [
    "",
    "deg",
    "degree",
    "degrees",
    "decimal degrees",
    "decimal_degrees",
];
/// Standard names of vertical coordinates. The depth of the sea floor is not one.
const VERTICAL: [&str; 5] = [
    "depth",
    "height",
    "altitude",
    "height_above_mean_sea_level",
    "height_above_reference_ellipsoid",
];
/// Standard names of pressures, which are vertical coordinates of what is measured at them. The pressure of the air is also
/// an observation of its own.
const PRESSURES: [&str; 2] = ["sea_water_pressure", "sea_water_pressure_due_to_sea_water"];
const AIR_PRESSURE: &str = "air_pressure";
/// Standard names of times that are not those of the data.
const OTHER_TIMES: [&str; 2] = ["forecast_reference_time", "forecast_period"];
/// Units that say nothing but that a vertical coordinate counts levels (CF 1.13, 3.1.2).
const LEVELS: [&str; 3] = ["level", "layer", "sigma_level"];
/// Data variables whose coordinates are looked up.
const MOST_VARIABLES: usize = 10_000;

/// The text of an attribute; empty where there is none.
pub(crate) fn text<'v>(variable: &'v Variable, name: &str) -> &'v str {
    variable
        .attribute(name)
        .and_then(Attribute::text)
        .unwrap_or_default()
}

/// Whether its units are those of a pressure.
pub(crate) fn is_pressure(variable: &Variable) -> bool {
    converts(text(variable, "units"), "Pa")
}

/// Whether `units` are known and convert to `unit`.
fn converts(units: &str, unit: &str) -> bool {
    let spelling = udunits::misread(units)
        .map(str::to_owned)
        .or_else(|| udunits::spelling(units));
    let units = udunits::parse(spelling.as_deref().unwrap_or(units));
    let unit = udunits::parse(unit);
    units.is_ok_and(|units| unit.is_ok_and(|unit| units.is_convertible_to(&unit)))
}

/// What the variable's attributes say that it is.
pub(crate) fn axis(variable: &Variable) -> Option<Axis> {
    if !variable.of.is_number() {
        return None;
    }
    let units = text(variable, "units").trim().to_ascii_lowercase();
    let (name, letter) = (
        text(variable, "standard_name").trim(),
        text(variable, "axis").trim(),
    );
    if NORTH.contains(&units.as_str()) || name == "latitude" {
        Some(Axis::Latitude)
    } else if EAST.contains(&units.as_str()) || name == "longitude" {
        Some(Axis::Longitude)
    } else if TimeUnits::looks_like(&units) || name == "time" {
        Some(Axis::Time)
    } else if VERTICAL.contains(&name) || PRESSURES.contains(&name) || letter == "Z" {
        Some(Axis::Vertical)
    } else if is_own_axis(variable)
        && (!text(variable, "positive").is_empty() || is_pressure(variable) || name == AIR_PRESSURE)
    {
        Some(Axis::Vertical)
    } else if letter.is_empty() && name.is_empty() {
        position_by_name(variable, &units)
    } else {
        None
    }
}

fn position_by_name(variable: &Variable, units: &str) -> Option<Axis> {
    let name = variable.name.to_ascii_lowercase();
    match name.as_str() {
        _ if !DEGREES.contains(&units) => None,
        name if LATITUDES.contains(&name) => Some(Axis::Latitude),
        name if LONGITUDES.contains(&name) => Some(Axis::Longitude),
        _ => None,
    }
}

/// Whether the values of a vertical coordinate are depths, heights or pressures.
///
/// Those of a sigma or hybrid coordinate, which `formula_terms` turns into depths, and numbers of levels are not.
pub(crate) fn is_depth(variable: &Variable) -> bool {
    let units = text(variable, "units").trim();
    let name = text(variable, "standard_name");
    let is_parametric = variable.attribute("formula_terms").is_some()
        || name.starts_with("ocean_")
        || name.starts_with("atmosphere_");
    let is_number = udunits::parse(units).is_ok_and(|units| units.is_dimensionless())
        || LEVELS.contains(&units.to_ascii_lowercase().as_str());
    !is_parametric && !is_number
}

/// Whether it is a coordinate variable: of one dimension, with the dimension's name.
pub(crate) fn is_own_axis(variable: &Variable) -> bool {
    matches!(variable.dimensions.as_deref(), Some([name]) if *name == variable.name)
}

/// The coordinates that say where and when the data of the file lie.
#[derive(Default)]
pub(crate) struct Coordinates<'g> {
    pub(crate) time: Option<&'g Variable>,
    pub(crate) latitude: Option<&'g Variable>,
    pub(crate) longitude: Option<&'g Variable>,
    /// The vertical coordinate, whether its values are depths ([`is_depth`]) or numbers.
    pub(crate) vertical: Option<&'g Variable>,
}

impl<'g> Coordinates<'g> {
    /// Picks the coordinates of a file as the head of this module says; `bounds` are not among them.
    pub(crate) fn of(root: &'g Group, scope: &Scope<'g>, bounds: &HashSet<&str>) -> Self {
        let variables: Vec<&Variable> = root
            .all()
            .into_iter()
            .flat_map(|group| &group.variables)
            .filter(|variable| !bounds.contains(variable.path.as_str()))
            .collect();
        let coordinates: Vec<(Axis, &Variable)> = variables
            .iter()
            .filter_map(|variable| Some((axis(variable)?, *variable)))
            .collect();
        let votes = Votes::of(&variables, &coordinates, scope);
        let of_axis = |wanted: Axis| {
            let own = coordinates.iter().filter(move |(axis, _)| *axis == wanted);
            own.map(|(_, variable)| *variable)
        };
        let best = |wanted: Axis| votes.winner(wanted).or_else(|| strongest(of_axis(wanted)));
        let (latitude, longitude) = votes.pair().unwrap_or_else(|| {
            let latitude = best(Axis::Latitude);
            // A longitude that goes with the latitude.
            let alike = |variable: &&Variable| {
                latitude.is_some_and(|latitude| latitude.dimensions == variable.dimensions)
            };
            let longitude = strongest(of_axis(Axis::Longitude).filter(alike));
            (latitude, longitude.or_else(|| best(Axis::Longitude)))
        });
        Coordinates {
            time: best(Axis::Time),
            latitude,
            longitude,
            vertical: best(Axis::Vertical),
        }
    }
}

/// How many data variables refer to each coordinate.
struct Votes<'g> {
    /// In the order of the variables, so that of equal ones the first wins.
    single: Vec<(Axis, &'g Variable, u64)>,
    pairs: Vec<(&'g Variable, &'g Variable, u64)>,
}

impl<'g> Votes<'g> {
    fn of(variables: &[&'g Variable], coordinates: &[(Axis, &'g Variable)], scope: &Scope<'g>) -> Self {
        let by_path: BTreeMap<&str, Axis> = coordinates
            .iter()
            .map(|(axis, variable)| (variable.path.as_str(), *axis))
            .collect();
        let mut votes = Votes {
            single: Vec::new(),
            pairs: Vec::new(),
        };
        let data = variables.iter().filter(|variable| {
            variable.of.is_number() && !by_path.contains_key(variable.path.as_str()) && !is_flag(variable)
        });
        for variable in data.take(MOST_VARIABLES) {
            let referred: Vec<(Axis, &Variable)> = referred(variable, scope)
                .into_iter()
                .filter_map(|found| Some((*by_path.get(found.path.as_str())?, found)))
                .collect();
            let of_axis = |wanted: Axis| {
                let own = referred.iter().filter(move |(axis, _)| *axis == wanted);
                own.map(|(_, variable)| *variable)
            };
            for wanted in [Axis::Time, Axis::Vertical] {
                if let Some(found) = strongest(of_axis(wanted)) {
                    votes.count(wanted, found);
                }
            }
            if let Some(latitude) = strongest(of_axis(Axis::Latitude)) {
                let alike = |longitude: &&Variable| longitude.dimensions == latitude.dimensions;
                let longitude = strongest(of_axis(Axis::Longitude).filter(alike))
                    .or_else(|| strongest(of_axis(Axis::Longitude)));
                if let Some(longitude) = longitude {
                    votes.count_pair(latitude, longitude);
                }
            }
        }
        votes
    }

    fn count(&mut self, axis: Axis, found: &'g Variable) {
        let held = self
            .single
            .iter_mut()
            .find(|(of, variable, _)| *of == axis && variable.path == found.path);
        match held {
            Some((.., count)) => *count += 1,
            None => self.single.push((axis, found, 1)),
        }
    }

    fn count_pair(&mut self, latitude: &'g Variable, longitude: &'g Variable) {
        let held = self
            .pairs
            .iter_mut()
            .find(|(north, east, _)| north.path == latitude.path && east.path == longitude.path);
        match held {
            Some((.., count)) => *count += 1,
            None => self.pairs.push((latitude, longitude, 1)),
        }
    }

    fn winner(&self, axis: Axis) -> Option<&'g Variable> {
        let own = self.single.iter().rev().filter(|(of, ..)| *of == axis);
        own.max_by_key(|(_, variable, count)| (is_of_data(variable), *count, variable.elements()))
            .map(|(_, variable, _)| *variable)
    }

    /// Of a staggered grid the positions with most points are those of its cells.
    fn pair(&self) -> Option<(Option<&'g Variable>, Option<&'g Variable>)> {
        let most = self
            .pairs
            .iter()
            .rev()
            .max_by_key(|(latitude, longitude, count)| (*count, latitude.elements(), longitude.elements()));
        most.map(|(latitude, longitude, _)| (Some(*latitude), Some(*longitude)))
    }
}

/// Variables that a data variable names in `coordinates`, and the coordinate variables of its dimensions.
fn referred<'g>(variable: &'g Variable, scope: &Scope<'g>) -> Vec<&'g Variable> {
    let named = scope
        .references(variable, "coordinates")
        .filter_map(|(_, found)| found);
    let group = group_of(variable);
    let dimensions = variable.dimensions.iter().flatten();
    let own = dimensions
        .filter_map(|name| scope.find(group, name))
        .filter(|found| is_own_axis(found));
    named.chain(own).collect()
}

/// Of coordinates of one kind the one that has most to say for itself; of equal ones the first.
fn strongest<'g>(candidates: impl Iterator<Item = &'g Variable>) -> Option<&'g Variable> {
    let candidates: Vec<&Variable> = candidates.collect();
    candidates
        .into_iter()
        .rev()
        .max_by_key(|variable| strength(variable))
}

fn strength(variable: &Variable) -> (bool, bool, bool, bool, bool) {
    let name = variable.name.to_ascii_lowercase();
    let is_adjusted = name.ends_with("_adjusted") || name.ends_with("_bounds") || name.ends_with("_bnds");
    (
        is_of_data(variable),
        !is_adjusted,
        variable.attribute("axis").is_some(),
        variable.attribute("standard_name").is_some(),
        is_own_axis(variable),
    )
}

/// Whether a coordinate says where or when data were measured: depths rather than numbers of levels, times of the data
/// rather than of a forecast's start.
fn is_of_data(variable: &Variable) -> bool {
    match axis(variable) {
        Some(Axis::Vertical) => is_depth(variable),
        Some(Axis::Time) => !OTHER_TIMES.contains(&text(variable, "standard_name").trim()),
        _ => true,
    }
}
