//! Names of technical and configuration parameters, with parts such as `<short_sensor_name>` (Argo reference tables 14
//! and 18).

use super::tables::{R14, R18};

/// Values of `<short_sensor_name>`: the groups of sensors in the definitions of tables 14 and 18.
const SENSORS: &[&str] = &[
    "Crover", "Ctd", "CTD", "Cyc", "Eco", "Flbb", "Flntu", "Isus", "Mcoms", "Ocr", "Optode", "Ph", "Sfet",
    "Stm", "Suna",
];
/// Values of `<cycle_phase_name>`.
const PHASES: &[&str] = &[
    "AscentPhase",
    "BuoyancyReductionPhase",
    "DescentToParkPhase",
    "DescentToProfPhase",
    "ParkDriftPhase",
    "ProfDriftPhase",
    "SurfaceDriftPhase",
];
/// Values of `<param>` and `<PARAM>`.
const PARAMETERS: &[&str] = &[
    "Cdom", "Chla", "DownIrr", "DownRad", "UpIrr", "UpRad", "PRES", "PSAL", "TEMP",
];
/// Largest number of a depth zone: `<N>` and `<N+1>`.
const ZONES: u64 = 5;
/// Longest name that is compared part by part; the longest dimension of names is STRING128.
const LONGEST: usize = 256;
/// Most steps of one comparison; real names need some hundred.
const STEPS: u32 = 4_000;

/// How a name, without its unit, compares with a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The name is in the table.
    Known,
    /// The name has the form of one in the table, but a part with a value that is not listed: part and value.
    Part(&'static str, String),
    /// No name of the table has this form.
    Unknown,
}

/// Compares a technical parameter with reference table 14.
pub(super) fn technical(name: &str) -> Match {
    compare(name, R14)
}

/// Compares a configuration parameter with reference table 18.
pub(super) fn configuration(name: &str) -> Match {
    compare(name, R18)
}

fn compare(name: &str, table: &'static [&'static str]) -> Match {
    if table.binary_search(&name).is_ok() {
        return Match::Known;
    }
    if name.len() > LONGEST {
        return Match::Unknown;
    }
    let forms = || {
        table.iter().filter(|form| {
            let first = form.split('<').next().unwrap_or_default();
            let last = form.rsplit('>').next().unwrap_or_default();
            form.contains('<') && name.starts_with(first) && name.ends_with(last)
        })
    };
    if forms().any(|form| fits(form, name, true, &mut STEPS.clone()).is_some()) {
        return Match::Known;
    }
    let part = forms().find_map(|form| {
        let values = fits(form, name, false, &mut STEPS.clone())?;
        values.into_iter().find(|(part, value)| !is_listed(part, value))
    });
    match part {
        Some((part, value)) => Match::Part(part, value),
        None => Match::Unknown,
    }
}

/// The value of each part of a form, if a name has the form; `strict` requires listed values. `None` as well when
/// `steps` are used up.
fn fits<'f>(form: &'f str, name: &str, strict: bool, steps: &mut u32) -> Option<Vec<(&'f str, String)>> {
    *steps = steps.checked_sub(1)?;
    let Some((literal, rest)) = form.split_once('<') else {
        return (form == name).then(Vec::new);
    };
    let name = name.strip_prefix(literal)?;
    let (part, rest) = rest.split_once('>')?;
    for end in 1..=name.len() {
        let Some((value, after)) = name.split_at_checked(end) else {
            continue;
        };
        let is_value = match strict {
            true => is_listed(part, value),
            false => is_formed(part, value),
        };
        if is_value && let Some(mut values) = fits(rest, after, strict, steps) {
            values.insert(0, (part, value.to_owned()));
            return Some(values);
        }
        *steps = steps.checked_sub(1)?;
    }
    None
}

fn is_listed(part: &str, value: &str) -> bool {
    let number = value
        .parse::<u64>()
        .ok()
        .filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()));
    match part {
        "short_sensor_name" => SENSORS.contains(&value),
        "cycle_phase_name" => PHASES.contains(&value),
        "param" | "PARAM" => PARAMETERS.contains(&value),
        "N" | "N+1" | "digit" => number.is_some_and(|number| (1..=ZONES).contains(&number)),
        _ => number.is_some_and(|number| (1..10_000).contains(&number)),
    }
}

/// Whether a value has the form of a part: a capitalised word, a phase, or digits.
fn is_formed(part: &str, value: &str) -> bool {
    let is_word = value.starts_with(|first: char| first.is_ascii_uppercase())
        && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    match part {
        "short_sensor_name" | "param" | "PARAM" => is_word,
        "cycle_phase_name" => is_word && value.ends_with("Phase"),
        _ => value.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables;
    use super::*;

    #[test]
    fn tables_are_sorted_and_dated() {
        for table in [R14, R18, tables::R25, tables::R41, tables::UNITS] {
            assert!(table.is_sorted());
        }
        assert!(tables::R03.is_sorted_by_key(|parameter| parameter.name));
        assert_eq!(tables::DATE.len(), "2026-04-21".len());
    }

    #[test]
    fn parts_have_listed_values() {
        let known = "CONFIG_CtdAscentPhaseDepthZone3StartPres";
        assert_eq!(configuration(known), Match::Known);
        let of = |name: &str| match configuration(name) {
            Match::Part(part, value) => format!("{part}={value}"),
            other => format!("{other:?}"),
        };
        assert_eq!(
            of("CONFIG_BadAscentPhaseDepthZone3StartPres"),
            "short_sensor_name=Bad"
        );
        assert_eq!(
            of("CONFIG_CtdBadPhaseDepthZone3StartPres"),
            "cycle_phase_name=BadPhase"
        );
        assert_eq!(of("CONFIG_CtdAscentPhaseDepthZone6StartPres"), "N=6");
        assert_eq!(of("CONFIG_CtdAscentPhaseDepthZoneXStartPres"), "Unknown");
    }

    #[test]
    fn a_long_name_costs_a_bounded_search() {
        for length in [200, 60_000] {
            let name = format!("CONFIG_{}StartPres", "A".repeat(length));
            assert_eq!(configuration(&name), Match::Unknown);
        }
    }
}
