//! Coordinates and their units (CF 1.12, 3.1, chapters 4 and 5).

use array_file::{Attribute, Value, Variable};
use data_review_core::Place;

use super::{Checked, FORMULAS, codes, text};
use crate::coordinates::{Axis, axis, axis_by_attributes, is_own_axis};
use crate::flags::is_flag;
use crate::scope::group_of;
use crate::vocabulary;

/// The units of latitudes and longitudes that CF recommends.
const RECOMMENDED: [(Axis, &str); 2] = [
    (Axis::Latitude, "degrees_north"),
    (Axis::Longitude, "degrees_east"),
];
/// The letter of each kind of coordinate.
const LETTERS: [(Axis, &str); 4] = [
    (Axis::Time, "T"),
    (Axis::Vertical, "Z"),
    (Axis::Latitude, "Y"),
    (Axis::Longitude, "X"),
];
/// Standard names that say which way a vertical coordinate counts.
const DIRECTIONS: [(&str, &str); 5] = [
    ("depth", "down"),
    ("height", "up"),
    ("altitude", "up"),
    ("height_above_mean_sea_level", "up"),
    ("height_above_reference_ellipsoid", "up"),
];
/// Names of dimensions that are those of times and positions, in lower case.
const SPATIOTEMPORAL: [&str; 7] = ["time", "lat", "latitude", "lon", "longitude", "depth", "height"];
/// Methods of cells whose values have other units than the variable's name.
const OTHER_UNITS: [&str; 2] = ["variance", "sum_of_squares"];
/// Calendars with standardised names (CF 1.12, 4.4.1), in lower case.
const CALENDARS: [&str; 12] = [
    "standard",
    "gregorian",
    "proleptic_gregorian",
    "noleap",
    "365_day",
    "all_leap",
    "366_day",
    "360_day",
    "julian",
    "none",
    "utc",
    "tai",
];
/// Coordinates of projections, which are lengths or angles.
const PROJECTED: [&str; 2] = ["projection_x_coordinate", "projection_y_coordinate"];
/// Attributes of times only.
const OF_TIMES: [&str; 4] = ["calendar", "month_lengths", "leap_year", "leap_month"];

impl Checked<'_, '_> {
    /// CF 1.12, 3.1: units are those of the standard name.
    pub(super) fn units(&mut self, variable: &Variable, is_bounds: bool) {
        let (units, name) = (text(variable, "units"), text(variable, "standard_name"));
        let methods = text(variable, "cell_methods");
        if units.is_empty()
            || name.is_empty()
            || !variable.of.is_number()
            || is_bounds
            || is_flag(variable)
            || axis_by_attributes(variable) == Some(Axis::Time) && name != "forecast_period"
            || OTHER_UNITS.iter().any(|method| methods.contains(method))
        {
            return;
        }
        let Some(canonical) = vocabulary::canonical_unit(name).filter(|unit| !unit.is_empty()) else {
            return;
        };
        let spelling = udunits::misread(units)
            .map(str::to_owned)
            .or_else(|| udunits::spelling(units));
        let (Ok(read), Ok(meant)) = (
            udunits::parse(spelling.as_deref().unwrap_or(units)),
            udunits::parse(canonical),
        ) else {
            return;
        };
        let is_period = name == "forecast_period" && read.reference().is_some();
        if is_period {
            let what = format!("its units are `{units}`, but {name} is a length of time");
            self.found(&codes::UNITS, variable, "units", what);
            return;
        }
        let is_other = read.is_logarithmic() || meant.is_logarithmic() || read.reference().is_some();
        if is_other || read.is_convertible_to(&meant) {
            return;
        }
        // Geostationary projections had angles before CF 1.9 gave these a name of their own.
        if PROJECTED.contains(&name) && read.is_dimensionless() {
            return;
        }
        let what = format!("its units are `{units}`, but {name} is measured in `{canonical}`");
        // Models write the pressure of a level in place of its hybrid coordinate.
        let is_parametric = FORMULAS.iter().any(|(known, _)| *known == name);
        self.judged(&codes::UNITS, is_parametric, variable, "units", what);
    }

    /// CF 1.12, 4.1 and 4.2: units of positions, and units of vertical coordinates (4.3).
    pub(super) fn positions(&mut self, variable: &Variable, is_bounds: bool) {
        let (path, units) = (&variable.path, text(variable, "units"));
        let kind = axis(variable);
        let wanted = RECOMMENDED.iter().find(|(axis, _)| Some(*axis) == kind);
        if let Some((_, wanted)) = wanted.filter(|(_, wanted)| units != *wanted && !is_bounds) {
            self.shared.add(
                &codes::POSITION,
                "latitudes or longitudes have other units than `degrees_north` and `degrees_east`",
                || path.clone(),
                || format!("{path} has the units `{units}`; CF recommends `{wanted}`"),
                || Place::attribute(format!("{path}:units")),
            );
        }
        let is_vertical = text(variable, "axis").eq_ignore_ascii_case("Z")
            || is_own_axis(variable) && !text(variable, "positive").is_empty();
        let is_parametric = !text(variable, "formula_terms").is_empty()
            || FORMULAS
                .iter()
                .any(|(name, _)| *name == text(variable, "standard_name"));
        // Other coordinates without units that have a name are known, and reported, by it.
        let is_coordinate = is_vertical
            || !text(variable, "axis").is_empty()
                && text(variable, "standard_name").is_empty()
                && kind.is_none();
        if is_coordinate && units.is_empty() && !is_parametric && !is_bounds && variable.of.is_number() {
            self.noted(
                &codes::VERTICAL_UNITS,
                variable,
                "units",
                "a coordinate without units".into(),
            );
        }
    }

    /// CF 1.12, 4: the letter of the axis and the direction are those of the coordinate.
    pub(super) fn axis_letter(&mut self, variable: &Variable) {
        let letter = text(variable, "axis");
        let kind = axis_by_attributes(variable);
        let is_of = |(axis, _): &&(Axis, &str)| Some(*axis) == kind;
        // A vertical coordinate may be known by its letter alone.
        if let Some((_, expected)) = LETTERS.iter().find(is_of).filter(|(_, letter)| *letter != "Z")
            && LETTERS
                .iter()
                .any(|(_, known)| known.eq_ignore_ascii_case(letter))
            && !expected.eq_ignore_ascii_case(letter)
        {
            let what = format!(
                "`axis` is `{letter}`, but its units or standard name are those of the axis {expected}"
            );
            self.found(&codes::AXIS, variable, "axis", what);
        }
        let (name, positive) = (text(variable, "standard_name"), text(variable, "positive"));
        let direction = DIRECTIONS.iter().find(|(known, _)| *known == name);
        if let Some((_, direction)) = direction
            .filter(|(_, direction)| !positive.is_empty() && !positive.eq_ignore_ascii_case(direction))
        {
            let what = format!("`positive` is `{positive}`, but {name} counts {direction}");
            self.noted(&codes::AXIS, variable, "positive", what);
        }
    }

    /// CF 1.12, 2.4: time, vertical, latitude and longitude in this order.
    pub(super) fn dimension_order(&mut self, variable: &Variable) {
        let names = variable.dimensions.as_deref().unwrap_or_default();
        if names.len() < 2 || !variable.of.is_number() {
            return;
        }
        let group = group_of(variable);
        let rank = |name: &String| {
            let coordinate = self.scope.find(group, name).filter(|found| is_own_axis(found))?;
            let by_letter = LETTERS
                .iter()
                .position(|(_, letter)| letter.eq_ignore_ascii_case(text(coordinate, "axis")));
            by_letter.or_else(|| {
                let kind = axis(coordinate)?;
                LETTERS.iter().position(|(axis, _)| *axis == kind)
            })
        };
        let ranks: Vec<usize> = names.iter().filter_map(rank).collect();
        if ranks.is_sorted() {
            return;
        }
        let path = &variable.path;
        self.shared.add(
            &codes::DIMENSION_ORDER,
            "variables do not have their dimensions in the order time, vertical, latitude, longitude",
            || path.clone(),
            || {
                format!(
                    "{path} has the dimensions {}; CF recommends the order time, vertical, latitude, longitude",
                    names.join(", ")
                )
            },
            || Place::attribute(path.clone()),
        );
    }

    /// CF 1.12, 5: dimensions of time and space have coordinates.
    pub(super) fn dimension_coordinates(&mut self, variable: &Variable, is_bounds: bool) {
        let names = variable.dimensions.as_deref().unwrap_or_default();
        if is_own_axis(variable) || is_bounds {
            return;
        }
        let group = group_of(variable);
        let known = |name: &&String| SPATIOTEMPORAL.contains(&name.to_ascii_lowercase().as_str());
        let missing = names.iter().filter(known).find(|name| {
            let along = |found: &Variable| {
                let dimensions = found.dimensions.as_deref().unwrap_or_default();
                dimensions.contains(name)
            };
            let by_name = self.scope.find(group, name).is_some_and(along);
            by_name.eq(&false)
                && !self
                    .scope
                    .references(variable, "coordinates")
                    .filter_map(|(_, found)| found)
                    .any(along)
        });
        if let Some(name) = missing.cloned() {
            let path = &variable.path;
            self.shared.add(
                &codes::DIMENSION_COORDINATE,
                "variables have a dimension of time or space without a coordinate",
                || path.clone(),
                || format!("{path} has the dimension {name}, for which there is no coordinate"),
                || Place::attribute(path.clone()),
            );
        }
    }

    /// CF 1.12, 5: a coordinate of several dimensions has another name than these.
    pub(super) fn coordinate_name(&mut self, variable: &Variable) {
        let names = variable.dimensions.as_deref().unwrap_or_default();
        if names.len() < 2 || !variable.of.is_number() || !names.contains(&variable.name) {
            return;
        }
        let path = &variable.path;
        self.shared.add(
            &codes::COORDINATE_NAME,
            "coordinates of several dimensions have the name of one of these",
            || path.clone(),
            || format!("{path} has several dimensions, and the name of one of these"),
            || Place::attribute(path.clone()),
        );
    }

    /// CF 1.12, 5.2: positions of a grid whose dimensions are not latitude and longitude are named.
    pub(super) fn grid_positions(&mut self, variable: &Variable) {
        let names = variable.dimensions.as_deref().unwrap_or_default();
        if names.len() < 2 || !variable.of.is_number() || axis(variable).is_some() {
            return;
        }
        let group = group_of(variable);
        let named = self
            .scope
            .references(variable, "coordinates")
            .filter_map(|(_, found)| found);
        let own = names.iter().filter_map(|name| self.scope.find(group, name));
        let kinds: Vec<(Axis, usize)> = { named }
            .chain(own)
            .filter_map(|found| Some((axis(found)?, found.shape.len())))
            .collect();
        let has = |kind: Axis| kinds.iter().any(|(known, _)| *known == kind);
        // A section along one position lacks the other one; a grid does not.
        let is_grid = kinds
            .iter()
            .any(|(kind, rank)| *rank == 2 && matches!(kind, Axis::Latitude | Axis::Longitude));
        let what = match (has(Axis::Latitude), has(Axis::Longitude)) {
            (false, true) if is_grid => "its coordinates have a longitude, but no latitude".to_owned(),
            (true, false) if is_grid => "its coordinates have a latitude, but no longitude".to_owned(),
            (true, _) | (_, true) => return,
            (false, false) => {
                let along = |grid: &&&Variable| {
                    let dimensions = grid.dimensions.as_deref().unwrap_or_default();
                    dimensions.iter().all(|name| names.contains(name))
                };
                let Some(grid) = self.grids.iter().find(along) else {
                    return;
                };
                format!(
                    "{} has its dimensions, but `coordinates` does not name it",
                    grid.path
                )
            }
        };
        let path = &variable.path;
        self.shared.add(
            &codes::COORDINATES,
            "variables do not name the positions of their grid",
            || path.clone(),
            || format!("{path}: {what}"),
            || Place::attribute(format!("{path}:coordinates")),
        );
    }

    /// CF 1.12, 4.4.1: calendars.
    pub(super) fn calendar(&mut self, variable: &Variable, is_bounds: bool) {
        let is_time = axis_by_attributes(variable) == Some(Axis::Time);
        let path = &variable.path;
        let said = OF_TIMES
            .into_iter()
            .find(|name| variable.attribute(name).is_some());
        if !is_time {
            if let Some(name) = said.filter(|_| !is_bounds && variable.of.is_number()) {
                let what = format!("`{name}` belongs to times, which this variable does not hold");
                self.noted(&codes::CALENDAR, variable, name, what);
            }
            return;
        }
        let calendar = text(variable, "calendar");
        let counts = text(variable, "units").contains(" since ");
        if calendar.is_empty() && counts && !is_bounds {
            self.shared.add(
                &codes::CALENDAR_MISSING,
                "times have no attribute `calendar`",
                || path.clone(),
                || format!("{path} has no attribute `calendar`"),
                || Place::attribute(path.clone()),
            );
        }
        let lengths = variable.attribute("month_lengths");
        let is_standard = CALENDARS.contains(&calendar.to_ascii_lowercase().as_str());
        let are_twelve =
            |attribute: &Attribute| matches!(&attribute.value, Value::Integers(values) if values.len() == 12);
        if let Some(lengths) = lengths
            && !are_twelve(lengths)
        {
            let what = "`month_lengths` is not made of 12 integers".to_owned();
            self.found(&codes::CALENDAR, variable, "month_lengths", what);
        } else if lengths.is_none() && !calendar.is_empty() && !is_standard {
            let what =
                format!("the calendar `{calendar}` is not a standard one, and `month_lengths` is missing");
            self.found(&codes::CALENDAR, variable, "calendar", what);
        }
        if let Some(month) = variable.attribute("leap_month") {
            let is_month = matches!(&month.value, Value::Integers(values) if matches!(values[..], [1..=12]));
            if !is_month {
                let what = "`leap_month` is not a number from 1 to 12".to_owned();
                self.found(&codes::CALENDAR, variable, "leap_month", what);
            } else if variable.attribute("leap_year").is_none() {
                let what = "has `leap_month` without `leap_year`".to_owned();
                self.noted(&codes::CALENDAR, variable, "leap_month", what);
            }
        }
        let unit = text(variable, "units")
            .split_whitespace()
            .next()
            .unwrap_or_default();
        if counts && matches!(unit, "month" | "months" | "year" | "years") && !is_bounds {
            let what = format!(
                "times count in {unit}, which have a fixed length in UDUNITS: a year has 365.242198781 days"
            );
            self.noted(&codes::TIME_UNIT, variable, "units", what);
        }
    }
}
