//! Which variables are coordinates, and which of them give the place and time of the data (CF 1.13, chapters 4 and 5).
//!
//! The role of a variable follows from, in this order: units of a time, latitude or longitude; its `standard_name`; its
//! `axis`; being a coordinate variable with `positive` or units of pressure. For positions without units, and for
//! depths without any of these, it follows from the name. A surface over latitude and longitude, such as an elevation,
//! is not a vertical coordinate.
//!
//! Of several times, positions or vertical coordinates, the one is used to which most data variables refer, by their
//! `coordinates` attribute or by a dimension. So on a staggered grid the positions of tracers win over those of
//! velocities, and the position of a station over what its sensors recorded. If no data variable refers to any, the
//! first one counts that has, in this order, an `axis`, a `standard_name`, or its own dimension; adjusted ones come
//! last. Bounds are never coordinates.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use array_file::{Attribute, Group, Variable};

use crate::flags::is_flag;
use crate::scope::{Scope, group_of};
use crate::time::TimeUnits;

/// The role of a coordinate.
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
/// Units of longitudes that count westwards.
const WEST: [&str; 6] = [
    "degree_west",
    "degrees_west",
    "degree_w",
    "degrees_w",
    "degreew",
    "degreesw",
];
/// Names of vertical coordinates without attributes that say so, in lower case.
const VERTICALS: [&str; 5] = ["depth", "deph", "depths", "height", "altitude"];
/// Beginnings of the names of depths of the sea floor, in lower case.
const FLOORS: [&str; 6] = [
    "bot_depth",
    "bottom_depth",
    "btm_depth",
    "sea_floor",
    "seafloor",
    "bathy",
];
/// Names of variables that are positions although their units do not say so, in lower case.
const LATITUDES: [&str; 3] = ["latitude", "lat", "nav_lat"];
const LONGITUDES: [&str; 4] = ["longitude", "lon", "long", "nav_lon"];
/// Units, in lower case, that do not determine the coordinate.
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
/// Standard names of pressures that are vertical coordinates of the values measured at them. Air pressure may also be
/// an observation.
const PRESSURES: [&str; 2] = ["sea_water_pressure", "sea_water_pressure_due_to_sea_water"];
const AIR_PRESSURE: &str = "air_pressure";
/// Standard names of times other than those of the data.
const OTHER_TIMES: [&str; 2] = ["forecast_reference_time", "forecast_period"];
/// Units that only say that a vertical coordinate counts levels (CF 1.13, 3.1.2).
const LEVELS: [&str; 3] = ["level", "layer", "sigma_level"];
/// Most data variables whose coordinates are looked up.
const MOST_VARIABLES: usize = 10_000;
/// Most coordinates of one variable that are looked up.
const MOST_REFERRED: usize = 64;

/// The text of an attribute; empty if there is none.
pub(crate) fn text<'v>(variable: &'v Variable, name: &str) -> &'v str {
    variable
        .attribute(name)
        .and_then(Attribute::text)
        .unwrap_or_default()
        .trim_end_matches('\0')
}

/// Whether the units of a variable are those of a pressure.
pub(crate) fn is_pressure(variable: &Variable) -> bool {
    converts(text(variable, "units"), "Pa")
}

/// Whether `units` are valid and convertible to `unit`.
fn converts(units: &str, unit: &str) -> bool {
    let spelling = udunits::misread(units)
        .map(str::to_owned)
        .or_else(|| udunits::spelling(units));
    let units = udunits::parse(spelling.as_deref().unwrap_or(units));
    let unit = udunits::parse(unit);
    units.is_ok_and(|units| unit.is_ok_and(|unit| units.is_convertible_to(&unit)))
}

/// The role of a variable according to its attributes, or for positions without units according to its name.
pub(crate) fn axis(variable: &Variable) -> Option<Axis> {
    axis_by_attributes(variable)
        .or_else(|| position_by_name(variable))
        .or_else(|| vertical_by_name(variable))
}

/// Whether a longitude counts westwards.
pub(crate) fn is_westward(variable: &Variable) -> bool {
    let units = text(variable, "units").trim().to_ascii_lowercase();
    WEST.contains(&units.as_str())
}

/// The role of a variable according to its attributes.
pub(crate) fn axis_by_attributes(variable: &Variable) -> Option<Axis> {
    if !variable.of.is_number() {
        return None;
    }
    let units = text(variable, "units").trim().to_ascii_lowercase();
    let (name, letter) = (
        text(variable, "standard_name").trim(),
        text(variable, "axis").trim(),
    );
    if NORTH.contains(&units.as_str()) {
        Some(Axis::Latitude)
    } else if EAST.contains(&units.as_str()) || WEST.contains(&units.as_str()) {
        Some(Axis::Longitude)
    } else if name == "latitude" {
        Some(Axis::Latitude)
    } else if name == "longitude" {
        Some(Axis::Longitude)
    } else if TimeUnits::looks_like(&units) || name == "time" {
        Some(Axis::Time)
    } else if (VERTICAL.contains(&name)
        || PRESSURES.contains(&name)
        || letter == "Z"
        || is_own_vertical(variable))
        && !is_surface(variable)
        && !is_of_sea_floor(variable)
    {
        Some(Axis::Vertical)
    } else {
        None
    }
}

/// Whether it is a coordinate variable with a direction, or of pressures.
fn is_own_vertical(variable: &Variable) -> bool {
    let is_vertical = || {
        !text(variable, "positive").is_empty()
            || text(variable, "standard_name").trim() == AIR_PRESSURE
            || is_pressure(variable)
    };
    is_own_axis(variable) && is_vertical()
}

/// Whether its dimensions are only latitude and longitude, by their names: then it is an elevation or the depth of the
/// sea floor, which is data.
fn is_surface(variable: &Variable) -> bool {
    let names = variable.dimensions.as_deref().unwrap_or_default();
    let [first, second] = names else { return false };
    let is = |name: &str, short: &str, start: &str| {
        let name = name.to_ascii_lowercase();
        name == short || name.starts_with(start)
    };
    let is_pair = |one: &str, other: &str| is(one, "y", "lat") && is(other, "x", "lon");
    is_pair(first, second) || is_pair(second, first)
}

/// Whether it is the depth of the sea floor, which does not give the place of the data.
fn is_of_sea_floor(variable: &Variable) -> bool {
    let standard_name = text(variable, "standard_name");
    let name = variable.name.to_ascii_lowercase();
    standard_name.starts_with("sea_floor_depth") || FLOORS.iter().any(|floor| name.starts_with(floor))
}

/// Whether a variable without dimensions is a height that no data variable needs, such as that of a satellite.
fn is_lone_height(variable: &Variable) -> bool {
    let name = text(variable, "standard_name");
    variable.shape.is_empty() && (name.starts_with("height") || name == "altitude")
}

/// The vertical role of a variable with a typical name and a unit of length, as in files before CF. It must be a
/// coordinate variable, or state its direction: other depths may be those of the sea floor.
fn vertical_by_name(variable: &Variable) -> Option<Axis> {
    let is_open = ["standard_name", "axis"]
        .iter()
        .all(|name| text(variable, name).is_empty());
    let name = variable.name.to_ascii_lowercase();
    let is_placed = is_own_axis(variable) || !text(variable, "positive").is_empty();
    let is_vertical = is_open
        && variable.of.is_number()
        && VERTICALS.contains(&name.as_str())
        && is_placed
        && !is_surface(variable)
        && converts(text(variable, "units"), "m");
    is_vertical.then_some(Axis::Vertical)
}

fn position_by_name(variable: &Variable) -> Option<Axis> {
    let units = text(variable, "units").trim().to_ascii_lowercase();
    let is_open = ["standard_name", "axis"]
        .iter()
        .all(|name| text(variable, name).is_empty());
    let name = variable.name.to_ascii_lowercase();
    match name.as_str() {
        _ if !is_open || !variable.of.is_number() || !DEGREES.contains(&units.as_str()) => None,
        name if LATITUDES.contains(&name) => Some(Axis::Latitude),
        name if LONGITUDES.contains(&name) => Some(Axis::Longitude),
        _ => None,
    }
}

/// Whether the values of a vertical coordinate are depths, heights or pressures.
///
/// Values of a sigma or hybrid coordinate, which `formula_terms` converts to depths, and numbers of levels are not.
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

/// Whether it is a coordinate variable: it has one dimension, with the same name.
pub(crate) fn is_own_axis(variable: &Variable) -> bool {
    matches!(variable.dimensions.as_deref(), Some([name]) if *name == variable.name)
}

/// The coordinates that give the place and time of the data in a file.
#[derive(Default)]
pub(crate) struct Coordinates<'g> {
    pub(crate) time: Option<&'g Variable>,
    pub(crate) latitude: Option<&'g Variable>,
    pub(crate) longitude: Option<&'g Variable>,
    /// The vertical coordinate, whether its values are depths ([`is_depth`]) or numbers.
    pub(crate) vertical: Option<&'g Variable>,
}

impl<'g> Coordinates<'g> {
    /// Selects the coordinates of a file as this module describes; `bounds` are not among them.
    pub(crate) fn select(root: &'g Group, scope: &Scope<'g>, bounds: &HashSet<&str>) -> Self {
        let variables: Vec<&Variable> = root
            .all()
            .into_iter()
            .flat_map(|group| &group.variables)
            .filter(|variable| !bounds.contains(variable.path.as_str()))
            .collect();
        let candidates = Candidates::new(&variables);
        let votes = Votes::count(&variables, &candidates, scope);
        let best = |wanted: Axis| {
            let named = votes.winner(wanted, &candidates);
            let others = candidates
                .of_axis(wanted)
                .filter(|at| !is_lone_height(candidates.all[*at].variable));
            named.or_else(|| candidates.strongest(others))
        };
        let (latitude, longitude) = votes.pair(&candidates).unwrap_or_else(|| {
            let latitude = best(Axis::Latitude);
            let longitude = latitude
                .and_then(|latitude| candidates.longitude_of(latitude, candidates.of_axis(Axis::Longitude)));
            (latitude, longitude.or_else(|| best(Axis::Longitude)))
        });
        let variable = |at: Option<usize>| at.map(|at| candidates.all[at].variable);
        Coordinates {
            time: variable(best(Axis::Time)),
            latitude: variable(latitude),
            longitude: variable(longitude),
            vertical: variable(best(Axis::Vertical)),
        }
    }
}

/// A variable that is a coordinate.
struct Candidate<'g> {
    variable: &'g Variable,
    axis: Axis,
    strength: Strength,
}

/// The criteria for a coordinate, the most important first.
type Strength = (bool, bool, bool, bool, bool);

/// All coordinates of a file, in its order.
struct Candidates<'g> {
    all: Vec<Candidate<'g>>,
    by_path: HashMap<&'g str, usize>,
}

impl<'g> Candidates<'g> {
    fn new(variables: &[&'g Variable]) -> Self {
        let all: Vec<Candidate<'g>> = variables
            .iter()
            .filter_map(|variable| {
                let axis = axis(variable)?;
                Some(Candidate {
                    variable,
                    axis,
                    strength: strength(variable, axis),
                })
            })
            .collect();
        let paths = all.iter().enumerate();
        Candidates {
            by_path: paths
                .map(|(at, found)| (found.variable.path.as_str(), at))
                .collect(),
            all,
        }
    }

    fn of_axis(&self, wanted: Axis) -> impl Iterator<Item = usize> {
        let all = self.all.iter().enumerate();
        all.filter(move |(_, candidate)| candidate.axis == wanted)
            .map(|(at, _)| at)
    }

    /// The strongest of some coordinates; of equal ones the first.
    fn strongest(&self, some: impl Iterator<Item = usize>) -> Option<usize> {
        some.max_by_key(|at| (self.all[*at].strength, Reverse(*at)))
    }

    /// The strongest of some longitudes with the dimensions of a latitude.
    fn longitude_of(&self, latitude: usize, some: impl Iterator<Item = usize>) -> Option<usize> {
        let dimensions = &self.all[latitude].variable.dimensions;
        self.strongest(some.filter(|at| self.all[*at].variable.dimensions == *dimensions))
    }
}

/// Number of data variables that refer to each coordinate, and to each pair of a latitude and a longitude.
#[derive(Default)]
struct Votes {
    single: BTreeMap<usize, u64>,
    pairs: BTreeMap<(usize, usize), u64>,
}

impl Votes {
    fn count<'g>(variables: &[&'g Variable], candidates: &Candidates<'g>, scope: &Scope<'g>) -> Self {
        let mut votes = Votes::default();
        let data = variables.iter().filter(|variable| {
            let is_coordinate = candidates.by_path.contains_key(variable.path.as_str());
            variable.of.is_number() && !is_coordinate && !is_flag(variable)
        });
        for variable in data.take(MOST_VARIABLES) {
            let referred: Vec<usize> = referred(variable, scope)
                .filter_map(|found| candidates.by_path.get(found.path.as_str()).copied())
                .take(MOST_REFERRED)
                .collect();
            let of_axis = |wanted: Axis| {
                let all = referred.iter().copied();
                all.filter(move |at| candidates.all[*at].axis == wanted)
            };
            for wanted in [Axis::Time, Axis::Vertical] {
                if let Some(found) = candidates.strongest(of_axis(wanted)) {
                    *votes.single.entry(found).or_default() += 1;
                }
            }
            let latitude = candidates.strongest(of_axis(Axis::Latitude));
            let longitude = latitude.and_then(|latitude| {
                let alike = candidates.longitude_of(latitude, of_axis(Axis::Longitude));
                alike.or_else(|| candidates.strongest(of_axis(Axis::Longitude)))
            });
            if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
                *votes.pairs.entry((latitude, longitude)).or_default() += 1;
            }
        }
        votes
    }

    fn winner(&self, axis: Axis, candidates: &Candidates<'_>) -> Option<usize> {
        let own = self
            .single
            .iter()
            .filter(|(at, _)| candidates.all[**at].axis == axis);
        own.max_by_key(|(at, count)| {
            let candidate = &candidates.all[**at];
            let (is_of_data, ..) = candidate.strength;
            (is_of_data, **count, candidate.variable.elements(), Reverse(**at))
        })
        .map(|(at, _)| *at)
    }

    /// On a staggered grid, the positions with most points are those of its cells.
    fn pair(&self, candidates: &Candidates<'_>) -> Option<(Option<usize>, Option<usize>)> {
        let points = |at: usize| candidates.all[at].variable.elements();
        let most = self.pairs.iter().max_by_key(|((latitude, longitude), count)| {
            let order = Reverse((*latitude, *longitude));
            (**count, points(*latitude), points(*longitude), order)
        });
        most.map(|((latitude, longitude), _)| (Some(*latitude), Some(*longitude)))
    }
}

/// Variables that a data variable names in `coordinates`, and the coordinate variables of its dimensions.
fn referred<'a, 'g>(
    variable: &'a Variable,
    scope: &'a Scope<'g>,
) -> impl Iterator<Item = &'g Variable> + use<'a, 'g> {
    let named = scope
        .references(variable, "coordinates")
        .filter_map(|(_, found)| found);
    let group = group_of(variable);
    let dimensions = variable.dimensions.iter().flatten();
    let own = dimensions
        .filter_map(move |name| scope.find(group, name))
        .filter(|found| is_own_axis(found));
    named.chain(own)
}

fn strength(variable: &Variable, axis: Axis) -> Strength {
    let name = variable.name.to_ascii_lowercase();
    let is_adjusted = ["_adjusted", "_bounds", "_bnds"]
        .iter()
        .any(|ending| name.ends_with(ending));
    // Depths take precedence over numbers of levels, and times of the data over the start of a forecast.
    let is_of_data = match axis {
        Axis::Vertical => is_depth(variable),
        Axis::Time => !OTHER_TIMES.contains(&text(variable, "standard_name").trim()),
        Axis::Latitude | Axis::Longitude => true,
    };
    (
        is_of_data,
        !is_adjusted,
        variable.attribute("axis").is_some(),
        variable.attribute("standard_name").is_some(),
        is_own_axis(variable),
    )
}
