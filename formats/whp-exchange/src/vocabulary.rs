//! The parameter vocabulary: names, aliases, units, kinds of flag and ranges, from CCHDO's `cchdo.params`.

mod ranges;
mod table;

use crate::flags::Scheme;

/// The vocabulary and its version: `cchdo.params 2025.10.0`.
pub const VOCABULARY: &str = table::NAME;
/// Version of the vocabulary: `YYYY.MM.n`.
pub const VOCABULARY_VERSION: &str = table::VERSION;

/// How the values of a parameter are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// Numbers with or without decimals.
    Decimal,
    /// Whole numbers.
    Integer,
    /// Text, such as a station's name.
    String,
}

/// What a value of a parameter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// The whole cruise.
    Cruise,
    /// A cast.
    Profile,
    /// A bottle or a CTD level.
    Sample,
}

/// A parameter of CCHDO's list, for one unit: a parameter that is listed with two units is two of these.
///
/// ```
/// let oxygen = whp_exchange::parameter("OXYGEN", Some("UMOL/KG")).unwrap();
/// assert_eq!((oxygen.min, oxygen.max), (Some(0.0), Some(500.0)));
/// assert_eq!(whp_exchange::parameter("OXYGEN", Some("FURLONG")), None);
/// ```
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Name, such as `CTDTMP`.
    pub name: &'static str,
    /// Unit, such as `ITS-90`; `None` where the parameter has none.
    pub unit: Option<&'static str>,
    /// How values are written.
    pub data_type: DataType,
    /// Which codes its flags use; `None` for a parameter that has no flags.
    pub scheme: Option<Scheme>,
    /// What a value belongs to.
    pub scope: Scope,
    /// Smallest value that the list expects. [`Column::range`](crate::Column::range) is wider where published values are smaller.
    pub min: Option<f64>,
    /// Greatest value that the list expects.
    pub max: Option<f64>,
    /// Standard name of the CF conventions.
    pub standard_name: Option<&'static str>,
    /// Decimals that are usually printed.
    pub precision: Option<u8>,
    /// Name of the column that holds its uncertainty.
    pub error_name: Option<&'static str>,
}

/// An older spelling of name and unit.
#[derive(Debug)]
struct Alias {
    old_name: &'static str,
    old_unit: Option<&'static str>,
    name: &'static str,
    unit: Option<&'static str>,
}

/// What the vocabulary says of a name and unit as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Known {
    /// As it is listed.
    Exact(&'static Parameter),
    /// By an older name or unit.
    Alias(&'static Parameter),
    /// An alternate determination (`_ALT_n`).
    Alternate(&'static Parameter),
    /// In other letter case.
    Case(&'static Parameter),
    /// The name is known, the unit is not one of its own.
    OtherUnit(&'static Parameter),
    /// The uncertainty of a parameter.
    ErrorOf(&'static Parameter),
}

/// The listed parameter of exactly this name and unit.
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

/// Whether the list has the name, with any unit.
pub(crate) fn is_listed_name(name: &str) -> bool {
    by_name(name).is_some()
}

/// The units that the list has for a name.
pub(crate) fn units_of(name: &str) -> impl Iterator<Item = Option<&'static str>> {
    let first = table::PARAMETERS.partition_point(|p| p.name < name);
    let same = table::PARAMETERS[first..]
        .iter()
        .take_while(move |p| p.name == name);
    same.map(|p| p.unit)
}

/// Smallest and greatest value to be expected of a parameter in its unit; `None` where no range is known.
///
/// The list's own range, except where correct published values are known to lie outside it.
pub(crate) fn expected_range(parameter: &Parameter) -> Option<(f64, f64)> {
    if let Some(range) = ranges::wider(parameter.name, parameter.unit) {
        return Some(range);
    }
    let (min, max) = (parameter.min, parameter.max);
    (min.is_some() || max.is_some()).then(|| (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY)))
}

/// What a name and a unit as written mean; see [`Known`].
pub(crate) fn look_up(name: &str, unit: Option<&str>) -> Option<Known> {
    if let Some(found) = by_exact_name(name, unit) {
        return Some(found);
    }
    let alternate = name
        .rsplit_once("_ALT_")
        .filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if let Some((base, _)) = alternate {
        return match by_exact_name(base, unit)? {
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

fn by_exact_name(name: &str, unit: Option<&str>) -> Option<Known> {
    let exact = parameter(name, unit).map(Known::Exact);
    let alias = || by_alias(name, unit).map(Known::Alias);
    exact
        .or_else(alias)
        .or_else(|| by_name(name).map(Known::OtherUnit))
}

/// The listed name that is most similar to an unlisted one; `None` where no name is similar.
///
/// ```
/// assert_eq!(whp_exchange::nearest("OXYGN"), Some("OXYGEN"));
/// assert_eq!(whp_exchange::nearest("COMPLETELY_ELSE"), None);
/// ```
pub fn nearest(name: &str) -> Option<&'static str> {
    // Longer names are not parameters, and comparing them takes time.
    if name.len() > 64 {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    // A wrong suggestion is worse than none.
    let far = 1 + upper.len() / 8;
    table::PARAMETERS
        .iter()
        .map(|p| (strsim::osa_distance(p.name, &upper), p.name))
        .filter(|(distance, _)| *distance <= far.min(2))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_binary_search() {
        assert!(table::PARAMETERS.is_sorted_by_key(|p| (p.name, p.unit)));
        assert!(table::ALIASES.is_sorted_by_key(|a| (a.old_name, a.old_unit)));
    }

    #[test]
    fn names_are_known_exactly_by_alias_or_in_other_case() {
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
