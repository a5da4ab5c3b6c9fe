//! Whether units are understood: products of names, prefixes and powers (UDUNITS-2 grammar, without its offsets).

/// Symbols, which prefixes may precede, and whose case matters.
const SYMBOLS: &[&str] = &[
    "m", "s", "g", "K", "A", "mol", "cd", "rad", "sr", "Hz", "N", "Pa", "J", "W", "C", "V", "F", "S", "Wb",
    "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "l", "L", "t", "bar", "eq", "ohm", "Einstein", "M", "DU", "atm",
];
/// Symbols without prefixes.
const PLAIN: &[&str] = &[
    "%",
    "°",
    "°C",
    "°N",
    "°E",
    "degC",
    "degF",
    "degN",
    "degE",
    "deg",
    "h",
    "hr",
    "min",
    "d",
    "yr",
    "a",
    "ppm",
    "ppb",
    "ppt",
    "ppmv",
    "ppbv",
    "psu",
    "PSU",
    "FTU",
    "NTU",
    "dBZ",
    "dB",
    "Sverdrup",
    "u",
    "dimensionless",
    "none",
    "unitless",
    "degT",
    "kt",
    "ft",
];
/// Names, in any case, with a plural and with prefixes.
const NAMES: &[&str] = &[
    "metre",
    "meter",
    "second",
    "gram",
    "kelvin",
    "ampere",
    "mole",
    "candela",
    "radian",
    "steradian",
    "hertz",
    "newton",
    "pascal",
    "joule",
    "watt",
    "coulomb",
    "volt",
    "farad",
    "siemens",
    "weber",
    "tesla",
    "henry",
    "lumen",
    "lux",
    "becquerel",
    "litre",
    "liter",
    "tonne",
    "bar",
    "ohm",
    "einstein",
    "molequanta",
    "mol",
    "hr",
    "sec",
];
/// Names, in any case, with a plural.
const WORDS: &[&str] = &[
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "degree",
    "degree_north",
    "degree_east",
    "degree_n",
    "degree_e",
    "degrees_north",
    "degrees_east",
    "degrees_n",
    "degrees_e",
    "degree_true",
    "degrees_true",
    "degree_west",
    "degree_south",
    "degree_celsius",
    "degrees_celsius",
    "degree_c",
    "degrees_c",
    "celsius",
    "degree_kelvin",
    "degree_fahrenheit",
    "fahrenheit",
    "percent",
    "count",
    "knot",
    "fathom",
    "foot",
    "feet",
    "inch",
    "mile",
    "nautical_mile",
    "atmosphere",
    "psu",
    "level",
    "layer",
    "sigma_level",
    "bit",
    "byte",
    "gauss",
    "dimensionless",
    "international_knot",
];
const PREFIXES: &[&str] = &[
    "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "da", "d", "c", "m", "u", "µ", "μ", "n", "p", "f", "a",
];
const LONG_PREFIXES: &[&str] = &[
    "tera", "giga", "mega", "kilo", "hecto", "deca", "deka", "deci", "centi", "milli", "micro", "nano",
    "pico", "femto",
];

/// Whether every factor is a number or a unit that is known.
pub(crate) fn is_known(units: &str) -> bool {
    let factors = units.split(|c: char| c.is_whitespace() || matches!(c, '.' | '*' | '/' | '(' | ')' | '·'));
    // A point may also belong to a number.
    factors
        .filter(|factor| !factor.is_empty())
        .all(|factor| factor.parse::<f64>().is_ok() || is_power(factor))
}

fn is_power(factor: &str) -> bool {
    let base = factor.trim_end_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '-' | '+' | '^' | '²' | '³' | '⁻' | '¹')
    });
    base.is_empty() || is_unit(base) || is_unit(factor)
}

fn is_unit(unit: &str) -> bool {
    let prefixed = |prefixes: &[&str], known: &dyn Fn(&str) -> bool, unit: &str| {
        known(unit)
            || prefixes
                .iter()
                .filter_map(|prefix| unit.strip_prefix(prefix))
                .any(known)
    };
    let symbol = |symbol: &str| SYMBOLS.contains(&symbol);
    let lower = unit.to_ascii_lowercase();
    let name = |name: &str| {
        NAMES.contains(&name) || name.strip_suffix('s').is_some_and(|name| NAMES.contains(&name))
    };
    let word = || {
        WORDS.contains(&lower.as_str()) || lower.strip_suffix('s').is_some_and(|word| WORDS.contains(&word))
    };
    PLAIN.contains(&unit)
        || prefixed(PREFIXES, &symbol, unit)
        || prefixed(LONG_PREFIXES, &name, &lower)
        || word()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_real_files() {
        let known = [
            "decibar",
            "degree_Celsius",
            "psu",
            "micromole/kg",
            "umol/kg",
            "degC",
            "dbar",
            "1",
            "meters",
            "W/m^2/nm",
            "m^-1",
            "umol m-2 s-1",
            "microMoleQuanta/m^2/sec",
            "mg/m3",
            "hertz",
            "percent",
            "METERS",
            "ml/l",
            "uatm",
            "volts",
            "1e-3 kg m-3",
            "%",
            "kg m-2 s-1",
            "10 cm",
            "mol kg-1",
            "degrees_north",
            "count",
            "ppb",
        ];
        let unknown = ["Deg C", "G/KG", "frobs", "umol/KGG", "since"];
        for units in known {
            assert!(is_known(units), "{units}");
        }
        for units in unknown {
            assert!(!is_known(units), "{units}");
        }
    }

    #[test]
    fn every_canonical_unit_of_the_standard_names_is_known() {
        for unit in crate::vocabulary::canonical_units() {
            assert!(is_known(unit), "{unit}");
        }
    }
}
