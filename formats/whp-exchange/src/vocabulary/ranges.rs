//! Ranges that are wider than those of CCHDO's list.
//!
//! `numeric_min` and `numeric_max` in the list describe typical values of the open ocean, and a few of them belong to
//! another unit or quantity (CTDOXY in ML/L up to 500, DON from 200, CTDNITRATE from 9, NO2+NO3 up to 5). CCHDO does
//! not enforce them. A range check that warns about correct published values is useless, so the parameters below have
//! bounds that include estuaries, marginal and ice-covered seas, oxygen minimum zones, blooms and hydrothermal plumes,
//! and slightly negative readings at the detection limit or at the zero of a sensor. A value outside them has a wrong
//! unit, a lost decimal point or an undeclared fill value.

/// Name, unit, least and greatest value, and why the bounds of the list are too narrow.
type Row = (&'static str, &'static str, f64, f64, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("14C-DOC",      "/MILLE",  -1000.0,   300.0, "surface water with bomb carbon"),
    ("ALKALI",       "UMOL/KG",    50.0,  5000.0, "river plumes; Mediterranean 2600, Black Sea beyond 3200"),
    ("ALUMIN",       "NMOL/L",      0.0,  1000.0, "central Pacific below 0.3; Mediterranean, dust and shelves beyond 100"),
    ("AR-39",        "PCTMOD",     -5.0,   120.0, "uncertainty of modern and of dead samples"),
    ("CDOMSL",       "1/NM",        0.0,     0.1, "bleached surface water beyond 0.04"),
    ("CDOMSN",       "1/NM",        0.0,     0.1, "bleached surface water beyond 0.04"),
    ("CH4",          "NMOL/KG",     0.0,  5000.0, "seeps, shelves and anoxic basins"),
    ("CHLORA",       "UG/KG",      -0.1,   100.0, "blooms and coasts beyond 9"),
    ("CHLORA",       "UG/L",       -0.1,   100.0, "blooms and coasts beyond 9"),
    ("CS-137",       "DM/.1MG",    -5.0,  2000.0, "Baltic, Black and Irish Sea"),
    ("CTDALTIMETER", "METERS",      0.0,   500.0, "altimeters of greater reach"),
    ("CTDETIME",     "SECONDS",     0.0, 100000.0, "a deep cast takes four hours"),
    ("CTDFLUOR",     "MG/M^3",     -5.0,   100.0, "offset of the sensor; blooms"),
    ("CTDFLUOR",     "VOLTS",      -0.5,     5.5, "offset of the sensor"),
    ("CTDNITRATE",   "UMOL/KG",   -10.0,    70.0, "surface water without nitrate; offset of the sensor"),
    ("CTDOXY",       "ML/L",       -0.5,    14.0, "the list's bounds are those of UMOL/KG"),
    ("CTDOXY",       "UMOL/KG",   -10.0,   620.0, "offset of the sensor in oxygen minima; blooms in cold water"),
    ("CTDOXY",       "UMOL/L",    -10.0,   630.0, "offset of the sensor in oxygen minima; blooms in cold water"),
    ("CTDPRS",       "DBAR",      -10.0, 11500.0, "levels in air, which have a check of their own; trenches"),
    ("CTDRAW",       "DBAR",      -10.0, 11500.0, "levels in air; trenches"),
    ("CTDSAL",       "PSS-78",     -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("CTDSVLSAL",    "G/KG",       -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("CTDTMP",       "DEG C",      -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("CTDTMP",       "IPTS-68",    -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("CTDTMP",       "ITS-90",     -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("CTDXMISS",     "%TRANS",     -5.0,   110.0, "calibration in air or in clearest water gives more than 100"),
    ("CTDXMISS",     "VOLTS",      -0.5,     5.5, "offset of the sensor"),
    ("D15N_NO3",     "/MILLE",    -10.0,   100.0, "oxygen minimum zones beyond 30"),
    ("DELC14",       "/MILLE",   -400.0,   400.0, "bomb carbon beyond 250; plumes"),
    ("DELHE3",       "PERCNT",    -20.0,  1000.0, "hydrothermal plumes beyond 100; tritium-free water below -10"),
    ("DELO18",       "/MILLE",    -35.0,     6.0, "rivers of the Arctic, glacial melt"),
    ("DNSSAL",       "G/KG",       -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("DNSSAL2",      "G/KG",       -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("DOC",          "UMOL/KG",     5.0,  1500.0, "surface and coast beyond 80, rivers of the Arctic beyond 500"),
    ("DON",          "UMOL/KG",    -2.0,   200.0, "sea water has 1 to 20; the list's 200 is of another quantity"),
    ("FE",           "NMOL/L",      0.0,   500.0, "shelves, sediments and hydrothermal plumes"),
    ("HELIUM",       "NMOL/KG",     0.5,     5.0, "glacial melt and hydrothermal plumes"),
    ("IODATE",       "NMOL/KG",     0.0,   800.0, "anoxic water has none"),
    ("IODATE",       "NMOL/L",      0.0,   800.0, "anoxic water has none"),
    ("IODIDE",       "NMOL/KG",     0.0,  1500.0, "anoxic water and upwelling"),
    ("KR-85",        "DM/MG",      -1.0,    20.0, "rises with the atmosphere"),
    ("MN",           "NMOL/L",      0.0, 10000.0, "shelves, anoxic basins and hydrothermal plumes"),
    ("N2O",          "NMOL/KG",     0.0,  1000.0, "oxygen minimum zones: none at their core, hundreds at their rim"),
    ("N2O",          "NMOL/L",      0.0,  1000.0, "oxygen minimum zones: none at their core, hundreds at their rim"),
    ("NEON",         "NMOL/KG",     0.0,    15.0, "glacial melt"),
    ("NITRAT",       "UMOL/KG",    -1.0,    70.0, "detection limit; rivers and old deep water"),
    ("NITRAT",       "UMOL/L",     -1.0,    72.0, "detection limit; rivers and old deep water"),
    ("NITRIT",       "UMOL/KG",    -0.5,    20.0, "detection limit; oxygen minimum zones"),
    ("NITRIT",       "UMOL/L",     -0.5,    20.0, "detection limit; oxygen minimum zones"),
    ("NO2+NO3",      "UMOL/KG",    -1.0,    70.0, "deep water has 15 to 47; the list's bounds are those of nitrite"),
    ("OXYGEN",       "ML/L",       -0.5,    14.0, "anoxic basins; blooms in cold water"),
    ("OXYGEN",       "UMOL/KG",    -5.0,   620.0, "anoxic basins; blooms in cold water"),
    ("PAR",          "VOLTS",      -0.5,     6.0, "offset of the sensor"),
    ("PCO2",         "UATM",        5.0,  6000.0, "blooms; upwelling, anoxic basins and rivers"),
    ("PHSPHT",       "UMOL/KG",    -0.5,    12.0, "detection limit; anoxic basins"),
    ("RA-226",       "DM/.1MG",     0.0,   300.0, "coasts and ground water"),
    ("RA-228",       "DM/.1MG",    -5.0,   500.0, "coasts and ground water"),
    ("REFTMP",       "DEG C",      -3.0,    40.0, "marginal seas beyond 35"),
    ("REFTMP",       "ITS-90",     -3.0,    40.0, "marginal seas beyond 35"),
    ("REVPRS",       "DBAR",      -10.0, 11500.0, "levels at the surface; trenches"),
    ("REVTMP",       "DEG C",      -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("REVTMP",       "IPTS-68",    -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("REVTMP",       "ITS-90",     -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("SALNTY",       "PSS-78",     -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("SALNTY_DNSSAL", "PSS-78",    -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("SALNTY_DNSSAL2", "PSS-78",   -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("SALTREF",      "G/KG",       -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("SILCAT",       "UMOL/KG",    -2.0,   450.0, "detection limit; rivers and anoxic basins"),
    ("SOMSAL",       "PSS-78",     -0.1,    46.0, "fresh water; Gulf and lagoons beyond 42"),
    ("SPAR",         "VOLTS",      -0.5,     6.0, "offset of the sensor"),
    ("SR-90",        "DM/.1MG",    -5.0,  2000.0, "Baltic, Black and Irish Sea"),
    ("TCARBN",       "UMOL/KG",    50.0,  5000.0, "river plumes and melt; anoxic basins"),
    ("TDN",          "UMOL/KG",    -1.0,   150.0, "deep water has 20 to 50; rivers"),
    ("THETA",        "DEG C",      -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("THETA",        "IPTS-68",    -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("THETA",        "ITS-90",     -2.4,    40.0, "water below ice shelves is colder than -2"),
    ("TRITUM",       "TU",         -1.0,   500.0, "surface water of the 1960s"),
];

/// The wider range of a listed parameter; `None` if the range of the list is used.
pub(super) fn wider(name: &str, unit: Option<&str>) -> Option<(f64, f64)> {
    let unit = unit?;
    let row = ROWS.iter().find(|row| row.0 == name && row.1 == unit)?;
    Some((row.2, row.3))
}

#[cfg(test)]
mod tests {
    use crate::vocabulary::parameter;

    use super::*;

    #[test]
    fn ranges_contain_zero_but_those_of_what_is_never_absent() {
        let mut without_zero: Vec<&str> = ROWS
            .iter()
            .filter(|(_, _, min, max, _)| !(*min..=*max).contains(&0.0))
            .map(|row| row.0)
            .collect();
        without_zero.dedup();
        assert_eq!(without_zero, ["ALKALI", "DOC", "HELIUM", "PCO2", "TCARBN"]);
    }

    #[test]
    fn every_row_is_a_listed_parameter_and_wider_than_the_list_with_a_reason() {
        // These bounds of the list belong to another unit or quantity.
        let wrong = ["CTDOXY", "DON"];
        for (name, unit, min, max, reason) in ROWS {
            let listed = parameter(name, Some(unit)).unwrap_or_else(|| panic!("{name} {unit}"));
            assert!(min < max && !reason.is_empty(), "{name}");
            let (least, most) = (listed.min.unwrap_or(*min), listed.max.unwrap_or(*max));
            assert!(
                wrong.contains(name) || (*min <= least && *max >= most),
                "{name} {unit}"
            );
        }
    }
}
