//! Whether a variable needs units, and whether UDUNITS accepts them (CF 1.13, 3.1).

use array_file::Variable;
use data_review_core::{Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Axis, axis_by_attributes, text};
use crate::flags::is_flag;
use crate::time::TimeUnits;
use crate::vocabulary;

/// Attributes of variables whose values are not a quantity: grid mappings, identifiers, counts and indices.
const NOT_A_QUANTITY: [&str; 6] = [
    "grid_mapping_name",
    "cf_role",
    "compress",
    "sample_dimension",
    "instance_dimension",
    "geometry_type",
];
/// Texts instead of units that say that these are not known, in lower case.
const UNSTATED: [&str; 9] = [
    "unknown",
    "?",
    "not known",
    "undefined",
    "unspecified",
    "tbd",
    // GMT writes this if no unit was stated.
    "user_x_unit",
    "user_y_unit",
    "user_z_unit",
];
/// Beginnings of units of dates and times of day that are written as a number: CDO's `day as %Y%m%d.%f`, WOCE's
/// `yyyymmdd UTC`.
const DATES: [&str; 5] = ["day as %", "yyyymmdd", "YYYYMMDD", "hhmm", "HHMM"];
/// Levels relative to a reference, in decibels: CF has them, UDUNITS does not.
const LEVELS: [&str; 3] = ["dB", "decibel", "Decibel"];
/// Units that Argo's manual prescribes although UDUNITS does not know them (Argo user's manual, tables of parameters).
const ARGO: [&str; 6] = [
    "psu",
    "Degrees (from North when heading East)",
    "dimensionless",
    "mhos/m",
    "microMoleQuanta/m^2/sec",
    "mwatt/cm^2/um",
];

/// Checks the units of a numeric variable.
pub(crate) fn check(variable: &Variable, is_bounds: bool, is_argo: bool, review: &mut ReviewBuilder) {
    if !variable.of.is_number() {
        return;
    }
    let (path, units) = (variable.path.as_str(), text(variable, "units"));
    let place = || Some(Place::attribute(format!("{path}:units")));
    let is_unstated = UNSTATED.contains(&units.trim().to_ascii_lowercase().as_str());
    if variable.attribute("units").is_none() || is_unstated {
        if !is_bounds && needs_units(variable) {
            let message = || match is_unstated {
                true => format!("{path} has units `{units}`"),
                false => format!("{path} has no units"),
            };
            review.found(&codes::UNITS_MISSING, Some(path), message, || None);
        }
        return;
    }
    let is_level = LEVELS.iter().any(|level| units.trim_start().starts_with(level));
    let is_date = DATES.iter().any(|date| units.starts_with(date));
    let is_time = TimeUnits::looks_like(units) || TimeUnits::is_of_day(units) || is_date;
    if is_time || is_flag(variable) || is_level || is_argo && ARGO.contains(&units) {
        return;
    }
    if let (Ok(read), Some(meant)) = (udunits::parse(units), udunits::misread(units)) {
        let message =
            || format!("{path} has units `{units}`, which UDUNITS reads as `{read}`; write `{meant}`");
        review.found(&codes::UNITS_SPELLING, Some(units), message, place);
    } else if let Some(spelling) = udunits::spelling(units) {
        let message = || format!("{path} has units `{units}`; UDUNITS writes `{spelling}`");
        review.found(&codes::UNITS_SPELLING, Some(units), message, place);
    } else if !udunits::known(units) {
        let message = || format!("{path} has unknown units `{units}`");
        review.found(&codes::UNITS_UNKNOWN, Some(units), message, place);
    }
}

/// Whether a numeric variable must have units: only a quantity with a dimension must (CF 1.13, 3.1).
///
/// Times and positions do, and standard names whose canonical unit is not a number. Flags, masks, sigma coordinates,
/// indices, counts, identifiers and grid mappings are numbers.
fn needs_units(variable: &Variable) -> bool {
    let is_quantity = NOT_A_QUANTITY
        .iter()
        .all(|attribute| variable.attribute(attribute).is_none());
    let name = text(variable, "standard_name");
    let by_name = || {
        let canonical = vocabulary::canonical_unit(name);
        canonical.is_some_and(|unit| udunits::parse(unit).is_ok_and(|unit| !unit.is_number()))
    };
    let is_position = matches!(
        axis_by_attributes(variable),
        Some(Axis::Time | Axis::Latitude | Axis::Longitude)
    );
    is_quantity && !is_flag(variable) && (is_position || by_name())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_canonical_unit_of_the_standard_names_is_known() {
        for unit in crate::vocabulary::canonical_units() {
            // A level in decibels has no reference that UDUNITS supports.
            assert!(udunits::known(unit) || unit == "dB", "{unit}");
        }
    }
}
