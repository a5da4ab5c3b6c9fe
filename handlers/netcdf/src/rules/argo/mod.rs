//! Argo's format rules (Argo user's manual 3.41; formats 2.2 to 3.2), for files of the Argo programme.

mod codes;
mod metadata;
mod profiles;
mod structure;
mod tables;
mod template;

use std::collections::BTreeSet;

use array_file::{ArrayFile, Block, Variable};
use data_review_core::{CodeInfo, Finding, Instant, Place, ReviewBuilder, Severity};

pub(crate) use codes::ARGO;

use crate::argo::Kind;
use crate::codes::{ARGO_REFERENCE, ARGO_REQUIRED};
use crate::meaning::texts;

use super::variable;

/// Most texts of one variable that are checked; real files have up to some thousand.
const MOST_TEXTS: usize = 5_000;
/// Argo's fill value of real numbers, where a variable declares none.
const FILL: f64 = 99_999.0;

/// A file of the Argo programme.
pub(crate) struct ArgoFile<'f> {
    pub(crate) file: &'f ArrayFile,
    /// Dimensions that are not lengths of texts.
    pub(crate) axes: &'f BTreeSet<String>,
    pub(crate) kind: Kind,
    /// DATA_TYPE, in lower case.
    pub(crate) data_type: String,
    /// FORMAT_VERSION, such as `3.1`.
    pub(crate) version: &'f str,
}

/// The texts of a variable, without blanks at either end.
struct Texts<'f> {
    variable: &'f Variable,
    values: Vec<String>,
}

impl Texts<'_> {
    /// The place of the text at `at`, row by row.
    fn place(&self, at: usize) -> Place {
        let rank = self.variable.shape.len();
        let is_character = self.values.len() as u64 == self.variable.elements().unwrap_or(0);
        let inner = if is_character {
            rank
        } else {
            rank.saturating_sub(1)
        };
        let shape = &self.variable.shape[..inner];
        let all = Block {
            start: vec![0; shape.len()],
            count: shape.to_vec(),
        };
        Place::array(&self.variable.path, all.index(at as u64))
    }
}

impl<'f> ArgoFile<'f> {
    /// Checks the rules of Argo.
    pub(crate) fn check(&self, review: &mut ReviewBuilder) {
        self.dates(review);
        self.file_name(review);
        self.references(review);
        self.people(review);
        self.structure(review);
        match self.kind {
            Kind::Profile => self.profiles(review),
            Kind::Meta => self.metadata(review),
            Kind::Tech => self.technical(review),
            Kind::Trajectory => self.attributes(review),
        }
    }

    /// Declares that no rule of Argo applies to a file.
    pub(crate) fn not_applicable(review: &mut ReviewBuilder) {
        for code in [&ARGO_REQUIRED, &ARGO_REFERENCE].into_iter().chain(ARGO) {
            review.not_applicable(code);
        }
    }

    /// Whether the file has format 3.1 or a later one, whose tables are known.
    fn is_current(&self) -> bool {
        self.version.parse::<f64>().is_ok_and(|version| version >= 3.1)
    }

    fn variable(&self, name: &str) -> Option<&'f Variable> {
        variable(self.file, name)
    }

    fn texts(&self, name: &str) -> Option<Texts<'f>> {
        let variable = self.variable(name)?;
        let values = texts(self.file, self.axes, name, MOST_TEXTS);
        let values = values.iter().map(|value| value.trim().to_owned()).collect();
        Some(Texts { variable, values })
    }

    /// The first text of a variable, empty without one.
    fn first(&self, name: &str) -> String {
        let first = self.texts(name).and_then(|texts| texts.values.into_iter().next());
        first.unwrap_or_default()
    }

    /// Checks texts against the reference tables.
    fn references(&self, review: &mut ReviewBuilder) {
        if !self.is_current() {
            return;
        }
        for (name, number, table) in TABLES {
            let Some(texts) = self.texts(name) else { continue };
            for (at, value) in texts
                .values
                .iter()
                .enumerate()
                .filter(|(_, value)| !value.is_empty())
            {
                // A second sensor of a kind has the suffix `_2`.
                let base = if *name == "SENSOR" {
                    unnumbered(value)
                } else {
                    value
                };
                if table.binary_search(&base).is_ok() || is_unset(value) {
                    continue;
                }
                let hint = near(base, table).map_or(String::new(), |near| format!("; did you mean {near}?"));
                let message =
                    format!("{name} is `{value}`, which reference table {number} does not contain{hint}");
                let finding = Finding::new(&ARGO_REFERENCE, Some(name), message).at([texts.place(at)]);
                // Profiles keep the type that the float had when they were written.
                let is_old = self.kind == Kind::Profile && *name == "PLATFORM_TYPE";
                review.absorb(finding.with_severity(Severity::Warning).noted_if(is_old));
            }
        }
    }

    /// Checks the form of the names of people.
    fn people(&self, review: &mut ReviewBuilder) {
        for name in ["PI_NAME", "DEPLOYMENT_CRUISE_PI"] {
            let Some(texts) = self.texts(name) else { continue };
            for (at, value) in texts.values.iter().enumerate() {
                if value.is_empty() || is_unset(value) {
                    continue;
                }
                let special = value.chars().find(|letter| {
                    letter.is_control()
                        || letter.is_whitespace() && *letter != ' '
                        || ";/|&+".contains(*letter)
                });
                let single = value
                    .split(',')
                    .find(|person| !person.trim().contains([' ', '.', '-']));
                let what = match (special, single) {
                    (Some(special), _) => format!("contains `{}`", special.escape_default()),
                    (None, Some(single)) => format!("has the single name `{}`", single.trim()),
                    (None, None) => continue,
                };
                let message = format!("{name} is `{value}`, which {what}");
                let finding = Finding::new(&codes::NAME_FORM, Some(name), message).at([texts.place(at)]);
                // Names were free texts for most of Argo's time.
                review.absorb(finding.noted_if(!special.is_some_and(char::is_control)));
            }
        }
    }

    /// Checks that dates are valid and in order.
    fn dates(&self, review: &mut ReviewBuilder) {
        let read = |name: &'static str, review: &mut ReviewBuilder| -> Option<String> {
            let texts = self.texts(name)?;
            let value = texts.values.first()?.clone();
            if value.is_empty() {
                return None;
            }
            if !is_date(&value) {
                let message = format!("{name} is `{value}`, not a date YYYYMMDDHHMISS");
                report(&codes::DATE, name, message, texts.place(0), review);
                return None;
            }
            Some(value)
        };
        for (first, last) in [
            ("DATE_CREATION", "DATE_UPDATE"),
            ("LAUNCH_DATE", "END_MISSION_DATE"),
        ] {
            if let (Some(from), Some(to)) = (read(first, review), read(last, review))
                && to < from
            {
                let message = format!("{last} {to} is before {first} {from}");
                report(
                    &codes::DATE,
                    last,
                    message,
                    Place::array(last, Vec::new()),
                    review,
                );
            }
        }
    }

    /// Compares the name of the file with its content, if it has the form of one of Argo's.
    fn file_name(&self, review: &mut ReviewBuilder) {
        let name = review.file_name().to_owned();
        let Some(parts) = FileName::read(&name) else {
            review.not_applicable(&codes::FILE_NAME);
            return;
        };
        let number = self.first("PLATFORM_NUMBER");
        let mut wrong = |variable: &str, what: String| {
            let message = format!("the name is {name}, but {what}");
            review.found(&codes::FILE_NAME, Some(variable), || message, || None);
        };
        if !number.is_empty() && number != parts.float {
            wrong("PLATFORM_NUMBER", format!("PLATFORM_NUMBER is {number}"));
        }
        match parts.kind {
            None => wrong("DATA_TYPE", "no kind of Argo file has such a name".to_owned()),
            Some(kind) if kind != self.kind => {
                wrong("DATA_TYPE", format!("DATA_TYPE is `{}`", self.data_type))
            }
            Some(_) => {}
        }
        let Some((mode, cycle, is_descending)) = parts.profile.filter(|_| self.kind == Kind::Profile) else {
            return;
        };
        let cycles = self
            .variable("CYCLE_NUMBER")
            .and_then(|variable| super::values(self.file, variable));
        if let Some(found) = cycles.and_then(|cycles| cycles.first().copied())
            && found != FILL
            && found != f64::from(cycle)
        {
            wrong("CYCLE_NUMBER", format!("CYCLE_NUMBER is {found}"));
        }
        let direction = self.first("DIRECTION");
        if !direction.is_empty() && (direction == "D") != is_descending {
            wrong("DIRECTION", format!("DIRECTION is {direction}"));
        }
        let modes = self
            .texts("DATA_MODE")
            .map(|texts| texts.values)
            .unwrap_or_default();
        let is_delayed = modes.iter().any(|mode| mode == "D");
        if !modes.is_empty() && (mode == 'D') != is_delayed {
            wrong("DATA_MODE", format!("DATA_MODE is {}", modes.concat()));
        }
    }
}

/// Variables with a reference table of the vocabulary server. New terms are added several times a year, so that a value
/// without one is only probably wrong.
const TABLES: &[(&str, &str, &[&str])] = &[
    ("POSITION_ACCURACY", "5", tables::R05),
    ("DATA_STATE_INDICATOR", "6", tables::R06),
    ("WMO_INST_TYPE", "8", tables::R08),
    ("TRANS_SYSTEM", "10", tables::R10),
    ("JULD_STATUS", "19", tables::R19),
    ("JULD_ADJUSTED_STATUS", "19", tables::R19),
    ("JULD_DESCENT_START_STATUS", "19", tables::R19),
    ("JULD_FIRST_STABILIZATION_STATUS", "19", tables::R19),
    ("JULD_DESCENT_END_STATUS", "19", tables::R19),
    ("JULD_PARK_START_STATUS", "19", tables::R19),
    ("JULD_PARK_END_STATUS", "19", tables::R19),
    ("JULD_DEEP_DESCENT_END_STATUS", "19", tables::R19),
    ("JULD_DEEP_PARK_START_STATUS", "19", tables::R19),
    ("JULD_ASCENT_START_STATUS", "19", tables::R19),
    ("JULD_DEEP_ASCENT_START_STATUS", "19", tables::R19),
    ("JULD_ASCENT_END_STATUS", "19", tables::R19),
    ("JULD_TRANSMISSION_START_STATUS", "19", tables::R19),
    ("JULD_FIRST_MESSAGE_STATUS", "19", tables::R19),
    ("JULD_FIRST_LOCATION_STATUS", "19", tables::R19),
    ("JULD_LAST_LOCATION_STATUS", "19", tables::R19),
    ("JULD_LAST_MESSAGE_STATUS", "19", tables::R19),
    ("JULD_TRANSMISSION_END_STATUS", "19", tables::R19),
    ("GROUNDED", "20", tables::R20),
    ("PLATFORM_FAMILY", "22", tables::R22),
    ("PLATFORM_TYPE", "23", tables::R23),
    ("PLATFORM_MAKER", "24", tables::R24),
    ("SENSOR", "25", tables::R25),
    ("SENSOR_MAKER", "26", tables::R26),
    ("SENSOR_MODEL", "27", tables::R27),
    ("PROGRAM_NAME", "41", tables::R41),
];

/// Reports a finding with one place.
fn report(code: &CodeInfo, subject: &str, message: String, place: Place, review: &mut ReviewBuilder) {
    review.absorb(Finding::new(code, Some(subject), message).at([place]));
}

/// Whether a text says that nothing is known.
fn is_unset(value: &str) -> bool {
    ["n/a", "na", "unknown", "none", "-", "not applicable"]
        .iter()
        .any(|unset| value.eq_ignore_ascii_case(unset))
}

/// The name of a sensor or parameter without the number of a second one: `DOXY` of `DOXY_2`.
fn unnumbered(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((base, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            base
        }
        _ => name,
    }
}

/// The known text that a text is but for its case, blanks, or a number at its end.
fn near<'t>(value: &str, table: &[&'t str]) -> Option<&'t str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '-', '_'], "");
    let value = plain(value);
    let base = value.trim_end_matches(|digit: char| digit.is_ascii_digit());
    table.iter().copied().find(|known| {
        let known = plain(known);
        value == known || base == known
    })
}

/// Whether a text is a date `YYYYMMDDHHMISS`.
fn is_date(text: &str) -> bool {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<u8>().unwrap_or(u8::MAX);
    let year = text[..4].parse().unwrap_or(0);
    Instant::date(year, part(4, 6), part(6, 8)).is_some()
        && part(8, 10) < 24
        && part(10, 12) < 60
        && part(12, 14) <= 60
}

/// What the name of an Argo file says (Argo user's manual 3.41, file naming convention).
struct FileName<'n> {
    float: &'n str,
    /// `None` if the name has the form of a float's file, but of no kind of file.
    kind: Option<Kind>,
    /// Mode, cycle, and whether the profile is a descending one.
    profile: Option<(char, u32, bool)>,
}

impl<'n> FileName<'n> {
    /// Reads `<B|S|M><R|D>1234567_001<D>.nc` and `1234567_meta.nc`; `None` for other names.
    fn read(name: &'n str) -> Option<FileName<'n>> {
        let (float, rest) = name.strip_suffix(".nc")?.split_once('_')?;
        let digits = float.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        let prefix = &float[..float.len() - digits.len()];
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(digits) || !matches!(digits.len(), 5 | 7) {
            return None;
        }
        let mut parts = FileName {
            float: digits,
            kind: None,
            profile: None,
        };
        if prefix.is_empty() {
            if !rest.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                return None;
            }
            parts.kind = match rest {
                "meta" => Some(Kind::Meta),
                "tech" => Some(Kind::Tech),
                "prof" | "Sprof" | "Mprof" => Some(Kind::Profile),
                _ if rest.ends_with("traj") => Some(Kind::Trajectory),
                _ => None,
            };
            return Some(parts);
        }
        let mode = prefix.strip_prefix(['B', 'S', 'M']).unwrap_or(prefix);
        let is_descending = rest.ends_with('D');
        let cycle = rest.strip_suffix('D').unwrap_or(rest);
        let ("R" | "D", true, 3 | 4) = (mode, is_number(cycle), cycle.len()) else {
            return None;
        };
        parts.kind = Some(Kind::Profile);
        parts.profile = Some((mode.chars().next()?, cycle.parse().ok()?, is_descending));
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let read = |name| {
            let parts = FileName::read(name)?;
            Some((parts.float, parts.kind, parts.profile))
        };
        let profile = Some(Kind::Profile);
        assert_eq!(
            read("R2903996_010.nc"),
            Some(("2903996", profile, Some(('R', 10, false))))
        );
        assert_eq!(
            read("BD4900476_032D.nc"),
            Some(("4900476", profile, Some(('D', 32, true))))
        );
        assert_eq!(read("6903283_meta.nc"), Some(("6903283", Some(Kind::Meta), None)));
        assert_eq!(read("6903283_meta_old.nc"), None);
        assert_eq!(read("R6903724_001_copy.nc"), None);
        assert!(FileName::read("6903283_other.nc").unwrap().kind.is_none());
    }

    #[test]
    fn dates() {
        assert!(is_date("20200131235959"));
        for text in [
            "20201301000000",
            "2020013100000",
            "2020-01-310000",
            "20210230000000",
            "20200101240000",
            "a0200101000000",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }
}
