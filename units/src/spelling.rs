//! Spellings of units in data files that UDUNITS-2 rejects or misreads.

use crate::{MAX_LENGTH, known};

/// Spellings that UDUNITS-2 rejects, and its name of the same unit. They are compared in lower case and with single
/// blanks: `ue/m2/s` stands for `uE/m2/s`, which UDUNITS-2 rejects, although it would read `ue` as micro times a
/// charge.
///
/// A practical salinity, a turbidity by a standard (FTU, NTU) and a pH are numbers without a unit: `1`.
const SPELLINGS: &[(&str, &[&str])] = &[
    (
        "1",
        &[
            "psu",
            "psu78",
            "psu-78",
            "pss",
            "pss78",
            "pss-78",
            "p.s.u.",
            "practical salinity",
            "practical salinity unit",
            "practical salinity units",
            "practical_salinity_unit",
            "practical_salinity_units",
            "ntu",
            "ftu",
            "fnu",
            "jtu",
            "tu",
            "unitless",
            "dimensionless",
            "dimensionless unit",
            "none",
            "no unit",
            "no units",
            "no_units",
            "n/a",
            "n.a.",
            "na",
            "nd",
            "n.d.",
            "non-dim",
            "nondim",
            "nondimensional",
            "non-dimensional",
            "-",
            "--",
            "fraction",
            "ratio",
            "index",
            "code",
            "nodc_code",
            "wod_code",
            "flag",
            "boolean",
            "level",
            "levels",
            "layer",
            "sigma_level",
            "number",
            "#",
        ],
    ),
    ("%", &["pct", "per cent", "per_cent"]),
    (
        "1e-3",
        &[
            "‰",
            "o/oo",
            "0/00",
            "permil",
            "per mil",
            "per mille",
            "permille",
            "parts per thousand",
        ],
    ),
    (
        "degC",
        &[
            "deg c",
            "deg. c",
            "deg.c",
            "degs c",
            "deg celsius",
            "deg celcius",
            "celcius",
            "degree celcius",
            "degrees celcius",
            "degree_celcius",
            "degrees_celcius",
            "oc",
            "ºc",
            "˚c",
            "its-90",
            "its90",
            "its-90 deg c",
            "its-90, deg c",
            "deg c (its-90)",
        ],
    ),
    (
        "degree",
        &[
            "deg",
            "degs",
            "deg.",
            "decimal degrees",
            "decimal degree",
            "decimal_degrees",
            "dec_deg",
            "º",
            "˚",
        ],
    ),
    (
        "degree_true",
        &[
            "deg true",
            "deg t",
            "degt",
            "deg. true",
            "deg_true",
            "degrees (clockwise from true north)",
            "degrees (from north when heading east)",
        ],
    ),
    (
        "degrees_north",
        &[
            "deg n",
            "degn",
            "deg north",
            "deg_n",
            "degrees n",
            "deg_north",
            "°n",
            "º n",
            "ºn",
        ],
    ),
    (
        "degrees_east",
        &[
            "deg e", "dege", "deg east", "deg_e", "deg_east", "°e", "º e", "ºe",
        ],
    ),
    (
        "degrees_west",
        &["deg w", "degw", "deg west", "deg_w", "degrees w", "°w"],
    ),
    (
        "umol m-2 s-1",
        &[
            "ue/m2/s",
            "ue/m^2/s",
            "ue/m^2/sec",
            "ue/m2/sec",
            "ue m-2 s-1",
            "µe/m2/s",
            "µe m-2 s-1",
            "micromolequanta/m^2/sec",
            "micromolequanta/m^2/s",
            "micromolequanta m-2 s-1",
            "umol photons/m^2/sec",
            "umol photons/m2/s",
            "umol photons m-2 s-1",
            "µmol photons m-2 s-1",
            "umol photons m^-2 s^-1",
            "micromole photons m-2 s-1",
            "umol quanta m-2 s-1",
        ],
    ),
    (
        "mol m-2 d-1",
        &[
            "mol photons m-2 d-1",
            "mol photons/m2/day",
            "einstein m-2 day-1 photons",
        ],
    ),
    (
        "W m-2",
        &[
            "w/m2",
            "w/m^2",
            "w/m**2",
            "w m-2",
            "wm-2",
            "watts per square metre",
            "watts per square meter",
        ],
    ),
    ("S m-1", &["mho/m", "mhos/m", "mho m-1", "mhos m-1", "mho/meter"]),
    ("mS cm-1", &["mmho/cm", "mmhos/cm", "mmho cm-1", "mmhos cm-1"]),
    ("hPa", &["hpa", "hpascals"]),
    ("mbar", &["mb", "mbs", "millib"]),
    ("dbar", &["dbs", "decib", "decibar=10000 pascals"]),
    ("kPa", &["kpa"]),
    (
        "knot",
        &[
            "kn",
            "knts",
            "knots (nautical miles per hour)",
            "nautical miles per hour",
        ],
    ),
    ("m s-1", &["mps", "m/secs"]),
    ("cm s-1", &["cms-1"]),
    ("hour", &["hrs", "hrs."]),
    ("minute", &["mins", "mins."]),
    ("year", &["yrs", "yrs."]),
    (
        "L-1",
        &[
            "cells/l",
            "cells/liter",
            "cells/litre",
            "cells l-1",
            "#/l",
            "number/l",
        ],
    ),
    ("mL-1", &["cells/ml", "cells ml-1", "#/ml", "number/ml"]),
    (
        "m-3",
        &[
            "cells/m3",
            "#/m3",
            "#/m^3",
            "ind/m3",
            "ind/m^3",
            "ind m-3",
            "individuals/m3",
            "individuals m-3",
            "number/m3",
            "number m-3",
        ],
    ),
    (
        "m-2",
        &["ind/m2", "ind m-2", "individuals/m2", "#/m2", "number/m2"],
    ),
    (
        "mg m-3",
        &["mgc/m3", "mgc m-3", "mgchl/m3", "mg chl m-3", "mg chl/m3"],
    ),
    (
        "umol kg-1",
        &[
            "um/kg",
            "umoles kg^-1 seawater",
            "umol/kg-sw",
            "micro-mol kg-1",
            "micro-mol/kg",
            "umol/kgsw",
            "umol kg-1 sw",
        ],
    ),
    ("umol L-1", &["um/l", "micromolar"]),
    ("m", &["m", "mtr", "mtrs"]),
    ("mL L-1", &["mls/l"]),
];

/// Units that UDUNITS-2 reads differently from what data files mean by them; in lower case, with single blanks.
const MISREAD: [(&str, &str); 10] = [
    ("db", "dbar"),
    ("mb", "mbar"),
    ("degree c", "degC"),
    ("degrees c", "degC"),
    ("degree celsius", "degC"),
    ("degrees celsius", "degC"),
    ("degree f", "degF"),
    ("degrees f", "degF"),
    ("degree fahrenheit", "degF"),
    ("degrees fahrenheit", "degF"),
];

/// The intended unit, in UDUNITS spelling, if UDUNITS-2 reads `unit` as a different one: `db` as a decibarn, and
/// `degree C` as the product of a degree and a coulomb. `None` for other units, and for `dB`, a level in decibels.
///
/// ```
/// assert_eq!(udunits::misread("degree C"), Some("degC"));
/// assert_eq!(udunits::misread("degree_C"), None);
/// ```
pub fn misread(unit: &str) -> Option<&'static str> {
    if unit.len() > 64 {
        return None;
    }
    let words: Vec<&str> = unit.split_whitespace().collect();
    // A level in decibels.
    if words == ["dB"] {
        return None;
    }
    let text = words.join(" ").to_lowercase();
    let found = MISREAD.iter().find(|(read, _)| *read == text);
    found.map(|(_, meant)| *meant)
}

/// The UDUNITS spelling of a unit that UDUNITS-2 rejects but that files commonly contain. `None` for units that
/// UDUNITS-2 accepts, and for unknown ones.
///
/// Signs such as `−` for `-`, capitals (`UMOL/KG`) and blanks in a name (`degrees true`) are corrected, too.
///
/// ```
/// use udunits::spelling;
///
/// assert_eq!(spelling("PSU").as_deref(), Some("1"));
/// assert_eq!(spelling("deg C").as_deref(), Some("degC"));
/// assert_eq!(spelling("UMOL/KG").as_deref(), Some("umol/kg"));
/// assert_eq!(spelling("umol/kg"), None);
/// assert_eq!(spelling("frobs"), None);
/// ```
pub fn spelling(unit: &str) -> Option<String> {
    if unit.len() > MAX_LENGTH || known(unit) {
        return None;
    }
    let words: Vec<&str> = unit.split_whitespace().collect();
    let text = words.join(" ");
    let lower = text.to_lowercase();
    let listed = SPELLINGS
        .iter()
        .find(|(_, spellings)| spellings.contains(&lower.as_str()));
    if let Some((udunits, _)) = listed {
        return Some((*udunits).to_owned());
    }
    let plain = text
        .replace(['−', '–', '‐', '‑'], "-")
        .replace("* ", "*")
        .replace(" *", "*")
        .replace('×', "*");
    let capitals = plain.len() > 1 && !plain.chars().any(char::is_lowercase);
    let candidates = [
        plain.clone(),
        plain.replace(' ', "_"),
        if capitals {
            plain.to_lowercase()
        } else {
            String::new()
        },
    ];
    candidates
        .into_iter()
        .find(|candidate| !candidate.is_empty() && *candidate != text && known(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn proposed_spellings_are_valid() {
        for (udunits, spellings) in SPELLINGS {
            assert!(known(udunits), "{udunits}");
            for spelling in *spellings {
                assert_eq!(*spelling, spelling.to_lowercase());
            }
        }
    }

    #[test]
    fn misread_units_differ_from_the_intended_ones() {
        for (read, meant) in MISREAD {
            let written = read.replace(" c", " C").replace(" f", " F");
            let meant = parse(meant).unwrap();
            assert!(parse(&written).is_ok_and(|read| read != meant), "{written}");
        }
    }

    #[test]
    fn spellings_of_real_files() {
        let cases = [
            ("psu", Some("1")),
            ("Deg C", Some("degC")),
            ("G/KG", Some("g/kg")),
            ("M/S", Some("m/s")),
            ("MB", Some("mbar")),
            ("degrees true", Some("degrees_true")),
            ("degrees north", Some("degrees_north")),
            ("microMoleQuanta/m^2/sec", Some("umol m-2 s-1")),
            ("kg m−3", Some("kg m-3")),
            ("W * m-2", Some("W*m-2")),
            ("mhos/m", Some("S m-1")),
            ("dbar", None),
            ("ug/l", None),
            ("BAD UNIT !", None),
            ("E", None),
            ("umol/KGG", None),
        ];
        for (unit, expected) in cases {
            assert_eq!(spelling(unit).as_deref(), expected, "{unit}");
        }
    }
}
