//! CF's standard names, from a generated table, and those of Argo's reference tables that are short and stable.

mod table;

pub(crate) use table::NAME;

/// Words that may follow a standard name (CF 1.11, Appendix C).
const MODIFIERS: &[&str] = &[
    "detection_minimum",
    "number_of_observations",
    "standard_error",
    "status_flag",
];

/// Names of identifiers in drafts of CF 1.6, which uses `cf_role` instead.
const IDENTIFIERS: [&str; 3] = ["station_id", "profile_id", "trajectory_id"];

/// The canonical unit of a standard name, or of an alias of one; `None` if the name is not known.
///
/// With a modifier such as `status_flag` or `number_of_observations` it is that of the modified name (CF 1.13, Appendix
/// C).
pub(crate) fn canonical_unit(text: &str) -> Option<&'static str> {
    let mut words = text.split_whitespace();
    let (name, modifier) = (words.next()?, words.next());
    let at = table::NAMES.binary_search_by_key(&name, |(name, _)| name);
    match modifier {
        Some("status_flag" | "number_of_observations") => Some("1"),
        _ => at.ok().map(|at| table::NAMES[at].1),
    }
}

/// Whether `text` is a standard name, or an alias of one, with or without a modifier.
pub(crate) fn is_standard_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let known = |name: &str| {
        table::NAMES.binary_search_by_key(&name, |(name, _)| name).is_ok()
            || table::ALIASES.binary_search(&name).is_ok()
    };
    let name = words
        .next()
        .is_some_and(|name| known(name) || IDENTIFIERS.contains(&name));
    name && words.next().is_none_or(|modifier| MODIFIERS.contains(&modifier)) && words.next().is_none()
}

/// The canonical units of all standard names.
#[cfg(test)]
pub(crate) fn canonical_units() -> impl Iterator<Item = &'static str> {
    table::NAMES.iter().map(|(_, unit)| *unit)
}

/// Argo reference table 1, in its spellings of formats 2 and 3.
pub(crate) const DATA_TYPES: &[&str] = &[
    "Argo profile",
    "ARGO profile",
    "Argo trajectory",
    "Argo meta-data",
    "Argo technical data",
    "B-Argo profile",
    "B-Argo trajectory",
    "Argo synthetic profile",
    "Argo multi-profile",
    // Core and biogeochemical data in one file, before synthetic profiles existed.
    "Argo profile merged",
];
/// Argo reference table 2, measurement flags; a blank is the fill value.
pub(crate) const FLAGS: &[&str] = &["", "0", "1", "2", "3", "4", "5", "8", "9"];
/// Argo user's manual, `DATA_MODE`.
pub(crate) const DATA_MODES: &[&str] = &["R", "A", "D"];
/// Argo user's manual, `DIRECTION`.
pub(crate) const DIRECTIONS: &[&str] = &["A", "D"];
/// Argo reference table 4.
pub(crate) const DATA_CENTRES: &[&str] = &[
    "AO", "BO", "CI", "CS", "DK", "EA", "GE", "GT", "HZ", "IF", "IN", "JA", "JM", "KM", "KO", "LV", "MB",
    "ME", "NA", "NM", "PL", "PM", "RU", "SI", "SP", "UW", "VL", "WH",
];
/// Argo reference table 9.
pub(crate) const POSITIONING_SYSTEMS: &[&str] = &[
    "ARGOS", "GPS", "RAFOS", "IRIDIUM", "BEIDOU", "GLONASS", "GALILEO", "NONE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_vocabulary_has_all_versions() {
        assert!(NAME.ends_with(udunits::DATABASE), "{NAME}");
    }

    #[test]
    fn names_aliases_and_modifiers() {
        assert!(is_standard_name("sea_water_temperature"));
        assert!(is_standard_name("sea_water_temperature status_flag"));
        assert!(is_standard_name("status_flag"));
        assert!(!is_standard_name("sea_water_temperatur"));
        assert!(!is_standard_name("sea_water_temperature frob"));
        assert!(table::ALIASES.iter().any(|alias| is_standard_name(alias)));
    }
}
