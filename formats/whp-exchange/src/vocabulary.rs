//! The parameter vocabulary: names, aliases, units, kinds of flags and ranges, from CCHDO's `cchdo.params`.

mod ranges;
mod table;

use crate::flags::Scheme;

/// Name and version of the vocabulary: `cchdo.params 2025.10.0`.
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
    /// Text, such as the label of a station.
    String,
}

/// What a value of a parameter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// The whole cruise, such as its EXPOCODE.
    Cruise,
    /// A cast, such as its position.
    Profile,
    /// A bottle or a CTD level, such as a temperature.
    Sample,
}

/// A parameter in CCHDO's list, with one unit. A parameter that is listed with two units is two of these.
///
/// ```
/// let oxygen = whp_exchange::parameter("OXYGEN", Some("UMOL/KG")).unwrap();
/// assert_eq!((oxygen.min, oxygen.max), (Some(0.0), Some(500.0)));
/// assert_eq!(whp_exchange::parameter("OXYGEN", Some("FURLONG")), None);
/// ```
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Name of the parameter, such as `CTDTMP`.
    pub name: &'static str,
    /// Unit, such as `ITS-90`; `None` if the parameter has no unit.
    pub unit: Option<&'static str>,
    /// How the values are written.
    pub data_type: DataType,
    /// Scheme of its flags; `None` for a parameter without flags.
    pub scheme: Option<Scheme>,
    /// What a value belongs to.
    pub scope: Scope,
    /// Least value that the list expects. [`Column::range`](crate::Column::range) is wider if published values are
    /// smaller.
    pub min: Option<f64>,
    /// Greatest value that the list expects, in `unit`.
    pub max: Option<f64>,
    /// CF standard name, if the list has one.
    pub standard_name: Option<&'static str>,
    /// Number of decimals that are usually printed.
    pub precision: Option<u8>,
    /// Name of the column with its uncertainty.
    pub error_name: Option<&'static str>,
}

/// An older spelling of a name and a unit.
#[derive(Debug)]
struct Alias {
    old_name: &'static str,
    old_unit: Option<&'static str>,
    name: &'static str,
    unit: Option<&'static str>,
}

/// What the vocabulary says about a name and a unit as a file writes them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Known {
    /// Exactly as listed.
    Exact(&'static Parameter),
    /// An older name or unit.
    Alias(&'static Parameter),
    /// An alternate determination (`_ALT_n`).
    Alternate(&'static Parameter),
    /// In other letter case.
    Case(&'static Parameter),
    /// The name is listed, but not with this unit.
    OtherUnit(&'static Parameter),
    /// The uncertainty of a parameter.
    ErrorOf(&'static Parameter),
}

/// Looks up a parameter of CCHDO's vocabulary by its name and unit. Case counts, older spellings are not tried, and a `unit` of
/// `None` finds parameters without a unit only.
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

/// The listed parameter with this name and unit, in the listed or in an older spelling.
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

/// Least and greatest value that is expected of a parameter in its unit; `None` if no range is known.
///
/// This is the range of the list, except for parameters with correct published values outside it.
pub(crate) fn expected_range(parameter: &Parameter) -> Option<(f64, f64)> {
    if let Some(range) = ranges::wider(parameter.name, parameter.unit) {
        return Some(range);
    }
    let (min, max) = (parameter.min, parameter.max);
    (min.is_some() || max.is_some()).then(|| (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY)))
}

/// What a name and a unit mean; see [`Known`].
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

/// The listed name that is most similar to an unlisted one; `None` if no name is similar.
///
/// ```
/// assert_eq!(whp_exchange::nearest("OXYGN"), Some("OXYGEN"));
/// assert_eq!(whp_exchange::nearest("COMPLETELY_ELSE"), None);
/// ```
pub fn nearest(name: &str) -> Option<&'static str> {
    // Longer names are not parameters, and would take time to compare.
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
    fn listed_ranges_contain_zero_but_those_of_what_is_never_absent() {
        let mut without_zero: Vec<&str> = table::PARAMETERS
            .iter()
            .filter(|p| p.min.is_some_and(|min| min > 0.0) || p.max.is_some_and(|max| max < 0.0))
            .map(|p| p.name)
            .collect();
        without_zero.dedup();
        assert_eq!(
            without_zero.join(" "),
            "ALKALI ALUMIN ARGON CDOMSL CDOMSN CH4 CTDNITRATE DOC DON FE HELIUM IODATE N2O PCO2 RA-226 TCARBN TDN"
        );
    }

    #[test]
    fn the_wider_range_is_that_of_the_name_and_the_unit() {
        assert_eq!(ranges::wider("CTDOXY", Some("ML/L")), Some((-0.5, 14.0)));
        assert_eq!(ranges::wider("CTDOXY", Some("UMOL/KG")), Some((-10.0, 620.0)));
        assert_eq!(ranges::wider("CTDOXY", None), None);
        assert_eq!(ranges::wider("CTDOXY", Some("PSS-78")), None);
        assert_eq!(ranges::wider("FISHNET", Some("ML/L")), None);
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
