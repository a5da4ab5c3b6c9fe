//! Rules of metadata and technical files.

use std::collections::HashSet;

use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

use super::tables::{FORMER, Former, R03, R33, R34, R35, UNITS};
use super::template::{self, Match};
use super::{ArgoFile, Texts, codes, report, unnumbered};
use crate::codes::ARGO_REQUIRED;
use crate::rules::text;

/// Texts of metadata files that must not be empty; those that may grow in later versions are checked only if present.
/// The last value is whether an empty text is only notable.
const MANDATORY: &[(&str, bool)] = &[
    ("PTT", false),
    ("PI_NAME", false),
    ("PROGRAM_NAME", false),
    ("FLOAT_SERIAL_NO", false),
    ("FIRMWARE_VERSION", false),
    ("MANUAL_VERSION", false),
    ("STANDARD_FORMAT_ID", false),
    ("DAC_FORMAT_ID", false),
    ("CONTROLLER_BOARD_TYPE_PRIMARY", false),
    ("CONTROLLER_BOARD_SERIAL_NO_PRIMARY", false),
    ("PARAMETER_UNITS", false),
    ("PARAMETER_SENSOR", false),
    ("TRANS_SYSTEM_ID", false),
    ("BATTERY_TYPE", true),
    ("BATTERY_PACKS", true),
];
/// Variables of a time series of technical data.
const SERIES: [&str; 3] = ["JULD", "CYCLE_NUMBER_MEAS", "MEASUREMENT_CODE"];

impl ArgoFile<'_> {
    pub(super) fn metadata(&self, review: &mut ReviewBuilder) {
        self.duplicates(review);
        if !self.is_current() {
            return;
        }
        for (name, is_notable) in MANDATORY {
            let Some(texts) = self.texts(name) else { continue };
            let empty: Vec<usize> = (0..texts.values.len())
                .filter(|at| texts.values[*at].is_empty())
                .collect();
            let message = || match texts.values.len() {
                1 => format!("{name} is empty"),
                of => format!("{name} is empty in {} of {of} entries", empty.len()),
            };
            if let Some(first) = empty.first() {
                let finding = Finding::new(&codes::EMPTY, Some(name), message()).at([texts.place(*first)]);
                review.absorb(finding.noted_if(*is_notable));
            }
        }
        if let Some(texts) = self.texts("PARAMETER") {
            self.unknown_parameters(&texts, review);
        }
        self.batteries(review);
        for name in ["LAUNCH_CONFIG_PARAMETER_NAME", "CONFIG_PARAMETER_NAME"] {
            self.names(name, "18", template::configuration, review);
        }
    }

    /// Checks that a list of parameters names those of reference table 3.
    pub(super) fn unknown_parameters(&self, texts: &Texts<'_>, review: &mut ReviewBuilder) {
        for (at, name) in texts.values.iter().enumerate() {
            if name.is_empty() || parameter(name).is_some() || self.is_former(name) {
                continue;
            }
            let trimmed = name.trim_end_matches(|digit: char| digit.is_ascii_digit());
            let hint = match parameter(trimmed) {
                Some(_) if trimmed != name => {
                    format!("; a second one is {trimmed}_{}", &name[trimmed.len()..])
                }
                _ => String::new(),
            };
            let of = &texts.variable.name;
            let message = format!("{of} names {name}, which reference table 3 does not contain{hint}");
            report(&codes::PARAMETER, of, message, texts.place(at), review);
        }
    }

    /// Whether a name was one of a parameter before format 3.1, when a second sensor had a number without `_`.
    fn is_former(&self, name: &str) -> bool {
        let base = name.trim_end_matches(|digit: char| digit.is_ascii_digit());
        let was = |former: &Former| former.name == base && former.versions.contains(&self.version);
        !self.is_current() && (parameter(base).is_some() || FORMER.iter().any(was))
    }

    fn duplicates(&self, review: &mut ReviewBuilder) {
        for name in ["SENSOR", "PARAMETER"] {
            let Some(texts) = self.texts(name) else { continue };
            let mut seen = HashSet::new();
            for (at, value) in texts.values.iter().enumerate() {
                if !value.is_empty() && !seen.insert(value) {
                    let message = format!("{name} names {value} twice");
                    report(&codes::DUPLICATE, name, message, texts.place(at), review);
                }
            }
        }
    }

    fn batteries(&self, review: &mut ReviewBuilder) {
        let mut add = |name: &str, message: String, is_only_notable: bool| {
            let finding = Finding::new(&codes::BATTERY, Some(name), message);
            let finding = finding.noted_if(is_only_notable);
            review.absorb(finding.at([Place::array(name, Vec::new())]));
        };
        let unlisted = |name: &str, what: &str, value: &str, table: &str, known: &[&str]| {
            let message = || {
                let known = known.join(", ");
                format!("{name} has the {what} `{value}`; reference table {table} has {known}")
            };
            (!known.contains(&value)).then(message)
        };
        let (long_types, short_types): (Vec<&str>, Vec<&str>) = R34.iter().copied().unzip();
        let (types, packs) = (self.first("BATTERY_TYPE"), self.first("BATTERY_PACKS"));
        // The short names of the types; `None` for a part that has another form.
        let mut by_type: Vec<Option<&str>> = Vec::new();
        for part in types.split('+').map(str::trim).filter(|part| !part.is_empty()) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [maker, of, volts, "V"] = words[..] else {
                let message = format!("BATTERY_TYPE is `{part}`, not `maker type volts V`");
                add("BATTERY_TYPE", message, true);
                by_type.push(None);
                continue;
            };
            if let Some(message) = unlisted("BATTERY_TYPE", "maker", maker, "33", R33) {
                add("BATTERY_TYPE", message, false);
            }
            if volts.parse::<f64>().is_err() {
                let message = format!("BATTERY_TYPE has the voltage `{volts}`, not a number");
                add("BATTERY_TYPE", message, false);
            }
            let known = R34.iter().find(|(long, _)| *long == of);
            if let Some(message) = unlisted("BATTERY_TYPE", "type", of, "34", &long_types) {
                add("BATTERY_TYPE", message, false);
            }
            by_type.push(known.map(|(_, short)| *short));
        }
        let mut by_pack: Vec<Option<&str>> = Vec::new();
        for part in packs.split('+').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((size, of)) = pack(part) else {
                if part != "U" {
                    let message =
                        format!("BATTERY_PACKS is `{part}`, not `number size type`, such as `4DD Li`");
                    add("BATTERY_PACKS", message, true);
                }
                by_pack.push(None);
                continue;
            };
            if let Some(message) = unlisted("BATTERY_PACKS", "size", size, "35", R35) {
                add("BATTERY_PACKS", message, false);
            }
            let known = R34.iter().find(|(_, short)| *short == of);
            if let Some(message) = unlisted("BATTERY_PACKS", "type", of, "34", &short_types) {
                add("BATTERY_PACKS", message, false);
            }
            by_pack.push(known.map(|(_, short)| *short));
        }
        let are_formed = by_type.iter().any(Option::is_some) && by_pack.iter().any(Option::is_some);
        if are_formed && by_type.len() != by_pack.len() {
            let message =
                format!("BATTERY_TYPE `{types}` and BATTERY_PACKS `{packs}` have different numbers of parts");
            add("BATTERY_PACKS", message, false);
        }
        for (of, pack) in by_type.iter().zip(&by_pack) {
            if let (Some(of), Some(pack)) = (of, pack)
                && of != pack
            {
                let message = format!("BATTERY_PACKS has the type {pack}, but BATTERY_TYPE has {of}");
                add("BATTERY_PACKS", message, false);
            }
        }
    }

    pub(super) fn technical(&self, review: &mut ReviewBuilder) {
        if !self.is_current() {
            return;
        }
        self.names("TECHNICAL_PARAMETER_NAME", "14", template::technical, review);
        let series = self.file.root.variables.iter().filter(|variable| {
            let along = variable.dimensions.as_deref().unwrap_or_default();
            along.first().is_some_and(|name| name == "N_TECH_MEASUREMENT")
        });
        let measured: Vec<_> = series
            .filter(|variable| !SERIES.contains(&variable.name.as_str()))
            .collect();
        if !measured.is_empty() {
            for name in SERIES.iter().filter(|name| self.variable(name).is_none()) {
                let message = || format!("there is no variable {name} for the time series of technical data");
                review.found(&ARGO_REQUIRED, Some(name), message, || None);
            }
        }
        for variable in measured {
            let (name, unit, long) = (
                &variable.name,
                text(variable, "units"),
                text(variable, "long_name"),
            );
            let place = |attribute: &str| Place::attribute(format!("{name}:{attribute}"));
            if let Some(what) = unknown(template::technical(name), "14") {
                let message = format!("{name}: {what}");
                report(
                    &codes::NAME_UNKNOWN,
                    name,
                    message,
                    Place::array(name, Vec::new()),
                    review,
                );
            }
            if !unit.is_empty() && !is_unit(unit) {
                let message = format!("{name}: unknown unit `{unit}`");
                report(&codes::UNIT_UNKNOWN, name, message, place("units"), review);
            }
            if long.is_empty() {
                continue;
            }
            let listed = long.rsplit_once('_').filter(|_| !long.contains(' '));
            let what = match listed {
                None => format!("is `{long}`, not the name of a parameter with its unit"),
                Some((base, of)) => match unknown(template::technical(base), "14") {
                    Some(what) => format!("is `{long}`: {what}"),
                    None if !unit.is_empty() && of != unit => format!("is `{long}`, but its unit is {unit}"),
                    None => continue,
                },
            };
            let finding = Finding::new(
                &codes::LONG_NAME,
                Some(name),
                format!("{name}: `long_name` {what}"),
            );
            review.absorb(finding.noted_if(listed.is_none()).at([place("long_name")]));
        }
    }

    /// Checks names that end with a unit. A name is checked once.
    fn names(&self, of: &str, table: &str, compare: fn(&str) -> Match, review: &mut ReviewBuilder) {
        let Some(texts) = self.texts(of) else { return };
        let mut seen = HashSet::new();
        for (at, full) in texts.values.iter().enumerate() {
            if full.is_empty() || !seen.insert(full) {
                continue;
            }
            let mut report = |code: &CodeInfo, what: String| {
                report(
                    code,
                    of,
                    format!("{of} has `{full}`: {what}"),
                    texts.place(at),
                    review,
                );
            };
            let Some((base, unit)) = full.rsplit_once('_') else {
                report(&codes::NAME_UNKNOWN, "a name without a unit".to_owned());
                continue;
            };
            if let Some(what) = unknown(compare(base), table) {
                report(&codes::NAME_UNKNOWN, what);
            }
            if !is_unit(unit) {
                report(&codes::UNIT_UNKNOWN, format!("unknown unit `{unit}`"));
            }
        }
    }
}

/// What is wrong with a name; `None` for a known one.
fn unknown(found: Match, table: &str) -> Option<String> {
    match found {
        Match::Known => None,
        Match::Part(part, value) => Some(format!(
            "`{value}` is not a value of <{part}> in reference table {table}"
        )),
        Match::Unknown => Some(format!("the name is not in reference table {table}")),
    }
}

fn is_unit(unit: &str) -> bool {
    UNITS.binary_search(&unit).is_ok()
}

/// Size and type of a battery pack: `DD`, `Li` of `4DD Li`.
fn pack(part: &str) -> Option<(&str, &str)> {
    let (first, of) = part.split_once(' ')?;
    let size = first.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (size.len() < first.len() && is_word(size) && is_word(of.trim())).then_some((size, of.trim()))
}

/// The entry of a parameter in reference table 3; `DOXY_2` and `TEMP_STD` are found by what is before the suffix.
pub(super) fn parameter(name: &str) -> Option<&'static super::tables::Parameter> {
    let base = unnumbered(name);
    let find = |name: &str| {
        let at = R03.binary_search_by_key(&name, |parameter| parameter.name).ok()?;
        Some(&R03[at])
    };
    find(base).or_else(|| find(base.strip_suffix("_STD").or_else(|| base.strip_suffix("_MED"))?))
}
