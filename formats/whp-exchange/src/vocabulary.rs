//! The parameter vocabulary: names, aliases, units, kinds of flag and ranges, from CCHDO's `cchdo.params`.

mod table;

use crate::flags::Scheme;

/// The vocabulary and its version.
pub const VOCABULARY: &str = table::NAME;
/// Version of the vocabulary: `YYYY.MM.n`.
pub const VOCABULARY_VERSION: &str = table::VERSION;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Numbers.
    Decimal,
    /// Whole numbers.
    Integer,
    /// Text.
    String,
}

/// What a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole cruise.
    Cruise,
    /// A cast.
    Profile,
    /// A bottle or a CTD level.
    Sample,
}

/// A parameter as the vocabulary knows it, for one unit.
#[derive(Debug, PartialEq)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Unit.
    pub unit: Option<&'static str>,
    /// How values are written.
    pub data_type: DataType,
    /// Kind of flag; `None` for a parameter that is not flagged.
    pub scheme: Option<Scheme>,
    /// What a value belongs to.
    pub scope: Scope,
    /// Least value to be expected.
    pub min: Option<f64>,
    /// Greatest value to be expected.
    pub max: Option<f64>,
    /// CF standard name.
    pub standard_name: Option<&'static str>,
    /// Decimals as usually printed.
    pub precision: Option<u8>,
    /// Name of the column that holds its uncertainty.
    pub error_name: Option<&'static str>,
}

/// An older spelling of name and unit.
struct Alias {
    old_name: &'static str,
    old_unit: Option<&'static str>,
    name: &'static str,
    unit: Option<&'static str>,
}

/// What the vocabulary says of a name and unit as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Known {
    /// As it should be.
    Exact(&'static Parameter),
    /// By an older name or unit.
    Alias(&'static Parameter),
    /// An alternate determination (`_ALT_n`).
    Alternate(&'static Parameter),
    /// In other letters' case.
    Case(&'static Parameter),
    /// The name is known, the unit is not one of its own.
    OtherUnit(&'static Parameter),
    /// The uncertainty of a parameter.
    ErrorOf(&'static Parameter),
}

/// The parameter with exactly this name and unit.
pub fn parameter(name: &str, unit: Option<&str>) -> Option<&'static Parameter> {
    table::PARAMETERS
        .binary_search_by(|p| (p.name, p.unit).cmp(&(name, unit)))
        .ok()
        .map(|at| &table::PARAMETERS[at])
}

fn by_name(name: &str) -> Option<&'static Parameter> {
    let at = table::PARAMETERS.partition_point(|p| p.name < name);
    table::PARAMETERS.get(at).filter(|p| p.name == name)
}

fn by_alias(name: &str, unit: Option<&str>) -> Option<&'static Parameter> {
    let at = table::ALIASES
        .binary_search_by(|a| (a.old_name, a.old_unit).cmp(&(name, unit)))
        .ok()?;
    let alias = &table::ALIASES[at];
    parameter(alias.name, alias.unit)
}

/// The parameter that name and unit mean, by their listed or an older spelling.
pub(crate) fn listed(name: &str, unit: Option<&str>) -> Option<&'static Parameter> {
    parameter(name, unit).or_else(|| by_alias(name, unit))
}

/// The units that the vocabulary lists for a name.
pub(crate) fn units(name: &str) -> impl Iterator<Item = &'static str> {
    table::PARAMETERS
        .iter()
        .filter(move |p| p.name == name)
        .map(|p| p.unit.unwrap_or("none"))
}

/// Who a name and unit as written may be; see [`Known`].
pub(crate) fn look_up(name: &str, unit: Option<&str>) -> Option<Known> {
    if let Some(found) = parameter(name, unit) {
        return Some(Known::Exact(found));
    }
    if let Some(found) = by_alias(name, unit) {
        return Some(Known::Alias(found));
    }
    if let Some(found) = by_name(name) {
        return Some(Known::OtherUnit(found));
    }
    let alternate = name
        .rsplit_once("_ALT_")
        .filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if let Some((base, _)) = alternate {
        return match look_up(base, unit)? {
            Known::Exact(found) => Some(Known::Alternate(found)),
            other => Some(other),
        };
    }
    if let Some(found) = table::PARAMETERS.iter().find(|p| p.error_name == Some(name)) {
        return Some(Known::ErrorOf(found));
    }
    let same_letters = |p: &&Parameter| p.name.eq_ignore_ascii_case(name);
    let cased = table::PARAMETERS.iter().filter(same_letters);
    cased
        .clone()
        .find(|p| p.unit == unit)
        .or_else(|| cased.clone().next())
        .map(Known::Case)
}

/// The known name that is most like an unknown one; nothing where none is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let far = 1 + upper.len() / 4;
    table::PARAMETERS
        .iter()
        .map(|p| (strsim::osa_distance(p.name, &upper), p.name))
        .filter(|(distance, _)| *distance <= far.min(3))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_as_it_is_searched() {
        assert!(table::PARAMETERS.is_sorted_by_key(|p| (p.name, p.unit)));
        assert!(table::ALIASES.is_sorted_by_key(|a| (a.old_name, a.old_unit)));
    }

    #[test]
    fn names_aliases_cases_and_strangers() {
        assert!(matches!(look_up("CTDPRS", Some("DBAR")), Some(Known::Exact(_))));
        assert!(matches!(look_up("CTDPRS", Some("DBARS")), Some(Known::Alias(p)) if p.unit == Some("DBAR")));
        assert!(matches!(
            look_up("CTDPRS_ALT_1", Some("DBAR")),
            Some(Known::Alternate(_))
        ));
        assert!(matches!(look_up("ctdprs", Some("DBAR")), Some(Known::Case(_))));
        assert!(matches!(
            look_up("CTDPRS", Some("PSI")),
            Some(Known::OtherUnit(_))
        ));
        assert!(matches!(
            look_up("C14ERR", Some("/MILLE")),
            Some(Known::ErrorOf(_))
        ));
        assert_eq!(look_up("FISHNET", None), None);
        assert_eq!(nearest("OXYGN"), Some("OXYGEN"));
        assert_eq!(nearest("COMPLETELY_ELSE"), None);
    }
}
