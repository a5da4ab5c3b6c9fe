//! What a variable measures, whatever its name is: the quantities of oceanography.

mod table;

use std::cell::LazyCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::LazyLock;

use udunits::Unit;

/// A quantity that files measure: one name, one unit and one expected range for all the names that conventions give it.
///
/// ```
/// use data_review_core::quantity;
///
/// let whp = quantity::of(None, Some("CTDTMP"), "CTDTMP", Some("ITS-90")).unwrap();
/// let argo = quantity::of(Some("sea_water_temperature"), None, "TEMP", Some("degree_Celsius")).unwrap();
/// let sea_bird = quantity::of(None, None, "t090C", Some("deg C")).unwrap();
/// assert_eq!((whp.name, argo.name, sea_bird.name), ("sea_water_temperature", whp.name, whp.name));
/// assert_eq!((whp.unit, whp.range), ("degree_C", (-3.0, 42.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Quantity {
    /// Name of the quantity: a CF standard name if there is one.
    pub name: &'static str,
    /// The unit in which values are compared, as UDUNITS writes it.
    pub unit: &'static str,
    /// Least and greatest value, in `unit`, to be expected anywhere in the sea or just above it.
    pub range: (f64, f64),
    /// Further CF standard names of the quantity.
    pub standard_names: &'static [&'static str],
    /// Names of parameters and columns: WHP, Argo, Sea-Bird, BODC (P01, P02) and common names in tables. They are in
    /// lower case, with `_` for blanks.
    pub names: &'static [&'static str],
}

impl Quantity {
    /// Scale and offset that convert a value `x` in `unit` to [`Quantity::unit`]: `x * scale + offset`. `None` if
    /// `unit` is not known or measures something else.
    ///
    /// A practical salinity is the same number in `1`, `1e-3` and `psu`.
    ///
    /// ```
    /// use data_review_core::quantity;
    ///
    /// let depth = quantity::of(Some("depth"), None, "DEPTH", None).unwrap();
    /// let (scale, offset) = depth.conversion("feet").unwrap();
    /// assert!((scale - 0.3048).abs() < 1e-6 && offset == 0.0);
    /// let salinity = quantity::of(None, None, "PSAL", None).unwrap();
    /// assert_eq!(salinity.conversion("1e-3"), Some((1.0, 0.0)));
    /// assert_eq!(salinity.conversion("degree_C"), None);
    /// ```
    pub fn conversion(&self, unit: &str) -> Option<(f64, f64)> {
        let (from, to) = (parsed(unit)?, udunits::parse(self.unit).ok()?);
        let linear = udunits::converter(&from, &to)?.linear()?;
        let is_salinity = self.name == "sea_water_practical_salinity";
        Some(if is_salinity { (1.0, 0.0) } else { linear })
    }
}

/// Suffixes that say how a value was processed, not what it is.
const SUFFIXES: [&str; 8] = ["_adjusted", "_raw", "_1", "_2", "_3", "_mean", "_avg", "_median"];
/// Modifiers of standard names that turn the values into something else, such as flags (CF 1.13, appendix C).
const MODIFIERS: [&str; 4] = [
    "detection_minimum",
    "number_of_observations",
    "standard_error",
    "status_flag",
];
/// Length of the longest name that is looked up, in bytes.
const LONGEST: usize = 256;

/// Quantities by one of their names, in the order of [`all`].
type Index = HashMap<&'static str, Vec<&'static Quantity>>;

static BY_STANDARD_NAME: LazyLock<Index> =
    LazyLock::new(|| index(|quantity| std::iter::once(&quantity.name).chain(quantity.standard_names)));
static BY_NAME: LazyLock<Index> = LazyLock::new(|| index(|quantity| quantity.names));

fn index<N: IntoIterator<Item = &'static &'static str>>(names: impl Fn(&'static Quantity) -> N) -> Index {
    let mut index = Index::new();
    for quantity in all() {
        for name in names(quantity) {
            index.entry(name).or_default().push(quantity);
        }
    }
    index
}

/// All quantities, in the order of the subject: first temperature, salinity and pressure.
///
/// ```
/// let names: Vec<_> = data_review_core::quantity::all().iter().map(|quantity| quantity.name).collect();
/// assert!(names.contains(&"sea_water_practical_salinity"));
/// ```
pub fn all() -> &'static [Quantity] {
    table::QUANTITIES
}

/// The quantity of this name.
///
/// ```
/// let salinity = data_review_core::quantity::named("sea_water_practical_salinity").unwrap();
/// assert_eq!(salinity.unit, "1");
/// assert!(data_review_core::quantity::named("PSAL").is_none());
/// ```
pub fn named(name: &str) -> Option<&'static Quantity> {
    all().iter().find(|quantity| quantity.name == name)
}

/// The quantity of a variable; `None` if no quantity has these names, or if the unit contradicts them.
///
/// The standard name is looked up first, then `canonical`, the name in the vocabulary of the format, then the
/// variable's own name. The unit decides between quantities with the same name, such as `oxygen`: amount per mass,
/// amount per volume, volume per volume, or saturation. Without a known unit the first of them is meant.
///
/// ```
/// use data_review_core::quantity;
///
/// let of_unit = |unit| quantity::of(None, None, "Oxygen", Some(unit)).map(|quantity| quantity.name);
/// assert_eq!(of_unit("umol/kg"), Some("moles_of_oxygen_per_unit_mass_in_sea_water"));
/// assert_eq!(of_unit("ml/l"), Some("volume_fraction_of_oxygen_in_sea_water"));
/// assert_eq!(of_unit("degree_C"), None);
/// ```
pub fn of(
    standard_name: Option<&str>,
    canonical: Option<&str>,
    name: &str,
    unit: Option<&str>,
) -> Option<&'static Quantity> {
    let unit = LazyCell::new(|| unit.and_then(parsed));
    let standard_name = standard_name.unwrap_or_default();
    let mut words = standard_name.split_whitespace();
    let standard_name = words.next().unwrap_or_default();
    if words.next().is_some_and(|modifier| MODIFIERS.contains(&modifier)) {
        return None;
    }
    first(&BY_STANDARD_NAME, standard_name, &unit)
        .or_else(|| by_name(canonical?, &unit))
        .or_else(|| by_name(name, &unit))
}

fn by_name(name: &str, unit: &impl Deref<Target = Option<Unit>>) -> Option<&'static Quantity> {
    if name.len() > LONGEST {
        return None;
    }
    // `sbeox0ML/L` is a name, `data/sst/temp` a path.
    let last = name.rsplit('/').next().filter(|last| last.len() < name.len());
    std::iter::once(name)
        .chain(last)
        .find_map(|name| by_plain_name(name, unit))
}

fn by_plain_name(name: &str, unit: &impl Deref<Target = Option<Unit>>) -> Option<&'static Quantity> {
    // `Temperature [degC]` and `Depth (m)` are looked up without the unit.
    let cut = name
        .find(['[', '(', ','])
        .filter(|cut| *cut > 0)
        .unwrap_or(name.len());
    let mut name = name[..cut].trim().to_lowercase().replace([' ', '-'], "_");
    loop {
        if let Some(quantity) = first(&BY_NAME, &name, unit) {
            return Some(quantity);
        }
        let shorter = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix))?;
        name.truncate(shorter.len());
    }
}

/// The first of the quantities with this name whose unit can be converted from `unit`, which is parsed only if there is one: few
/// variables have the name of a quantity.
fn first(index: &Index, name: &str, unit: &impl Deref<Target = Option<Unit>>) -> Option<&'static Quantity> {
    let mut quantities = index.get(name)?.iter().copied();
    quantities.find(|quantity| match &**unit {
        Some(unit) => udunits::parse(quantity.unit).is_ok_and(|own| own.is_convertible_to(unit)),
        None => true,
    })
}

/// The parsed unit, or the unit that a common spelling stands for; `None` if it is not given or not known.
fn parsed(unit: &str) -> Option<Unit> {
    let unit = unit.trim();
    if unit.is_empty() {
        return None;
    }
    let spelling = udunits::misread(unit)
        .map(str::to_owned)
        .or_else(|| udunits::spelling(unit));
    udunits::parse(spelling.as_deref().unwrap_or(unit)).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Standard name, canonical name, name, unit, quantity; `-` stands for `None`.
    const VARIABLES: &str = "
        sea_water_temperature - TEMP degree_Celsius sea_water_temperature
        - CTDTMP CTDTMP ITS-90 sea_water_temperature
        - - t090C deg_C sea_water_temperature
        - - TEMPPR01 degC sea_water_temperature
        - - TEMP_ADJUSTED degree_Celsius sea_water_temperature
        - - Temperature degC sea_water_temperature
        - - temperature psu -
        - - PSAL psu sea_water_practical_salinity
        - - sal00 PSU sea_water_practical_salinity
        sea_water_salinity - salinity 1e-3 sea_water_practical_salinity
        - - prDM db sea_water_pressure
        - - prDM - sea_water_pressure
        - - PRES decibar sea_water_pressure
        - - depSM m depth
        - - depFM feet depth
        - CTDOXY CTDOXY UMOL/KG moles_of_oxygen_per_unit_mass_in_sea_water
        - - DOXY micromole/kg moles_of_oxygen_per_unit_mass_in_sea_water
        - - oxygen umol/l mole_concentration_of_dissolved_molecular_oxygen_in_sea_water
        - - sbeox0ML/L ml/l volume_fraction_of_oxygen_in_sea_water
        - - sbeox0PS % fractional_saturation_of_oxygen_in_sea_water
        - NITRAT NITRAT UMOL/KG moles_of_nitrate_per_unit_mass_in_sea_water
        - - CHLA mg/m3 mass_concentration_of_chlorophyll_a_in_sea_water
        - - data/sst/temp degree_C sea_water_temperature
        sea_water_temperature_status_flag - TEMP_QC - -
        - - frobs m -
        - - TEMP_QC - -
    ";

    #[test]
    fn one_quantity_has_many_names() {
        for line in VARIABLES.lines().filter(|line| !line.trim().is_empty()) {
            let cells: Vec<Option<&str>> = line
                .split_whitespace()
                .map(|cell| Some(cell).filter(|cell| *cell != "-"))
                .collect();
            let found = of(cells[0], cells[1], cells[2].unwrap(), cells[3]).map(|quantity| quantity.name);
            assert_eq!(found, cells[4], "{line}");
        }
    }

    #[test]
    fn a_modifier_changes_the_quantity() {
        let found = |standard_name| of(Some(standard_name), None, "x", None).is_some();
        assert!(found("sea_water_temperature"));
        assert!(!found("sea_water_temperature status_flag"));
        assert!(!found("sea_water_temperature standard_error"));
    }

    #[test]
    fn ranges_contain_zero_but_those_of_what_is_never_absent() {
        let exceptions: Vec<&str> = all()
            .iter()
            .filter(|quantity| !(quantity.range.0..=quantity.range.1).contains(&0.0))
            .map(|quantity| quantity.name)
            .collect();
        assert_eq!(
            exceptions,
            [
                "sea_water_density",
                "speed_of_sound_in_sea_water",
                "moles_of_dissolved_inorganic_carbon_per_unit_mass_in_sea_water",
                "mole_concentration_of_dissolved_inorganic_carbon_in_sea_water",
                "sea_water_alkalinity_per_unit_mass_expressed_as_mole_equivalent",
                "sea_water_alkalinity_expressed_as_mole_equivalent",
                "sea_water_ph_reported_on_total_scale",
                "surface_partial_pressure_of_carbon_dioxide_in_sea_water",
                "air_pressure",
            ]
        );
    }

    #[test]
    fn the_table_is_consistent() {
        let mut seen = BTreeSet::new();
        for quantity in all() {
            assert!(seen.insert(quantity.name), "{} twice", quantity.name);
            assert!(
                udunits::known(quantity.unit),
                "{}: {}",
                quantity.name,
                quantity.unit
            );
            assert!(quantity.range.0 < quantity.range.1, "{}", quantity.name);
            for name in quantity.names {
                assert_eq!(
                    *name,
                    name.to_lowercase().replace([' ', '-'], "_"),
                    "{}",
                    quantity.name
                );
            }
        }
        // A name that two quantities share is decided by the unit.
        for (at, one) in all().iter().enumerate() {
            for other in &all()[..at] {
                let shares =
                    |name: &&&str| other.names.contains(*name) || other.standard_names.contains(*name);
                if let Some(name) = one.names.iter().chain(one.standard_names).find(shares) {
                    let unit = |quantity: &Quantity| udunits::parse(quantity.unit).unwrap();
                    assert!(
                        !unit(one).is_convertible_to(&unit(other)),
                        "{name} is {} and {}",
                        one.name,
                        other.name
                    );
                }
            }
        }
        assert!((60..150).contains(&all().len()), "{}", all().len());
    }
}
