//! Rules of profile files: core, biogeochemical, merged and synthetic.

use std::collections::HashSet;

use array_file::{Attribute, Variable};
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

use super::metadata::parameter;
use super::structure::{PRESSURE, is_derived, is_same, of_parameter};
use super::tables::FORMER;
use super::{ArgoFile, FILL, codes, report, unnumbered};
use crate::rules::{bytes, text, values};

/// Most profiles and parameters of one file that are checked.
const MOST_PROFILES: usize = 2_000;
const MOST_PARAMETERS: usize = 200;

/// What is wrong with adjusted values and flags in mode R.
const IN_REAL_TIME: [&str; 2] = [
    "is set, although the data mode is R",
    "are set, although the data mode is R",
];

/// The values of a variable of a parameter along N_PROF and N_LEVELS: numbers, or flags of a character each.
struct Levels<'f, T> {
    variable: &'f Variable,
    levels: usize,
    values: Vec<T>,
    fill: T,
}

impl<T: Copy + PartialEq> Levels<'_, T> {
    fn profile(&self, at: usize) -> &[T] {
        row(&self.values, at, self.levels)
    }

    fn is_fill(&self, value: T) -> bool {
        value == self.fill
    }

    fn place(&self, profile: usize, level: usize) -> Place {
        Place::array(&self.variable.path, vec![profile as u64, level as u64])
    }

    /// The values of a profile that break a rule.
    fn broken(&self, profile: usize, breaks: impl Fn(T) -> bool) -> Broken {
        let mut broken = Broken::default();
        for (level, value) in self.profile(profile).iter().enumerate() {
            if breaks(*value) {
                broken.add(|| self.place(profile, level));
            }
        }
        broken
    }
}

/// Row `at` of a table with rows of `length` values; what it lacks is left out.
fn row<T>(values: &[T], at: usize, length: usize) -> &[T] {
    let from = at.saturating_mul(length).min(values.len());
    &values[from..from.saturating_add(length).min(values.len())]
}

/// Everything about one parameter.
struct Parameter<'f> {
    name: &'f str,
    category: &'static str,
    raw: Option<Levels<'f, f64>>,
    raw_flags: Option<Levels<'f, u8>>,
    adjusted: Option<Levels<'f, f64>>,
    adjusted_flags: Option<Levels<'f, u8>>,
    error: Option<Levels<'f, f64>>,
    /// PROFILE_<PARAM>_QC.
    profile_flags: Option<Vec<u8>>,
}

/// Cells of one profile that break one rule: their number and the first one.
#[derive(Default)]
struct Broken {
    count: u64,
    first: Option<Place>,
}

impl Broken {
    fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(place());
        }
    }

    /// Reports the cells, if there are any; `one` and `several` follow "1 value" and "2 values".
    fn report(self, code: &CodeInfo, subject: &str, [one, several]: [&str; 2], review: &mut ReviewBuilder) {
        let (values, verb) = match self.count {
            0 => return,
            1 => ("value", one),
            _ => ("values", several),
        };
        let message = format!("{subject}: {} {values} {verb}", self.count);
        let finding = Finding::new(code, Some(subject), message);
        review.absorb(finding.times(self.count).at(self.first));
    }
}

impl<'f> ArgoFile<'f> {
    fn is_core(&self) -> bool {
        let of = &self.data_type;
        !of.starts_with("b-") && !of.contains("synthetic") && !of.contains("merged")
    }

    /// Whether a parameter has flags: in synthetic files none has, and in others the pressure of another file has none.
    fn has_flags(&self, name: &str) -> bool {
        !self.is_synthetic() && (self.is_core() || !name.starts_with("PRES"))
    }

    fn is_synthetic(&self) -> bool {
        !self.is_core() && !self.data_type.starts_with("b-")
    }

    pub(super) fn profiles(&self, review: &mut ReviewBuilder) {
        self.modes(review);
        self.attributes(review);
        let Some(listed) = self.texts("STATION_PARAMETERS") else {
            return;
        };
        let &[profiles, per_profile, ..] = &listed.variable.shape[..] else {
            return;
        };
        let profiles = usize::try_from(profiles).unwrap_or(0).min(MOST_PROFILES);
        let per_profile = usize::try_from(per_profile).unwrap_or(0);
        // Each profile lists its parameters; an entry is empty where it has fewer.
        let list = |profile: usize| row(&listed.values, profile, per_profile);
        self.unknown_parameters(&listed, review);
        for profile in 0..profiles {
            let mut seen = HashSet::new();
            for (at, name) in list(profile).iter().enumerate() {
                if !name.is_empty() && !seen.insert(name) {
                    let message = format!("STATION_PARAMETERS names {name} twice for one profile");
                    let place = listed.place(profile * per_profile + at);
                    report(&codes::DUPLICATE, "STATION_PARAMETERS", message, place, review);
                }
            }
        }
        let (modes, each) = (
            self.characters("DATA_MODE"),
            self.characters("PARAMETER_DATA_MODE"),
        );
        // The mode of a parameter is that of its profile, unless the file has one for each parameter.
        let mode = |profile: usize, at: usize| {
            let own = each
                .get(profile.saturating_mul(per_profile).saturating_add(at))
                .filter(|mode| b"RAD".contains(mode));
            own.or(modes.get(profile)).copied().unwrap_or(b' ')
        };
        let mut done = HashSet::new();
        for name in &listed.values {
            if name.is_empty() || done.len() >= MOST_PARAMETERS || !done.insert(name) {
                continue;
            }
            self.variables_of(name, review);
            let parameter = self.parameter(name);
            for profile in 0..profiles {
                if let Some(at) = list(profile).iter().position(|listed| listed == name) {
                    self.profile(&parameter, profile, mode(profile, at), review);
                }
            }
        }
    }

    /// Checks that a listed parameter has the variables that its category requires.
    fn variables_of(&self, name: &str, review: &mut ReviewBuilder) {
        let category = parameter(name).map_or("", |parameter| parameter.category);
        let mut required = vec![""];
        if self.has_flags(name) {
            required.push("_QC");
            // Before format 3.1 intermediate parameters had adjusted values, too.
            let is_old = !self.is_current() && self.is_core() && name != "MTIME";
            if (is_old || matches!(category, "c" | "b")) && !is_derived(name) {
                required.extend(["_ADJUSTED", "_ADJUSTED_QC", "_ADJUSTED_ERROR"]);
            }
        }
        let wanted = required.iter().map(|suffix| format!("{name}{suffix}"));
        let mut missing: Vec<String> = wanted.filter(|wanted| self.variable(wanted).is_none()).collect();
        let is_part = missing.len() == required.len();
        // A missing pressure is reported for the whole file.
        missing.retain(|wanted| wanted != PRESSURE);
        let noun = if missing.len() == 1 {
            "variable"
        } else {
            "variables"
        };
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "is" } else { "are" };
            let list = missing.join(", ");
            let message = format!("STATION_PARAMETERS names {name}, but there {verb} no {noun} {list}");
            let finding = Finding::new(&codes::PARAMETER_VARIABLE, Some(name), message);
            // A file without any variable of a parameter is a part of another file, and what it has is whole.
            review.absorb(finding.noted_if(is_part));
        }
    }

    /// Checks DATA_MODE against PARAMETER_DATA_MODE.
    fn modes(&self, review: &mut ReviewBuilder) {
        let (Some(modes), Some(each)) = (self.texts("DATA_MODE"), self.texts("PARAMETER_DATA_MODE")) else {
            return;
        };
        let Some(per_profile) = each
            .variable
            .shape
            .get(1)
            .and_then(|length| usize::try_from(*length).ok())
        else {
            return;
        };
        for (profile, mode) in modes.values.iter().enumerate().take(MOST_PROFILES) {
            let of_parameters = row(&each.values, profile, per_profile);
            let highest = ["D", "A", "R"]
                .into_iter()
                .find(|mode| of_parameters.iter().any(|of| of == mode));
            if let Some(highest) = highest
                && !mode.is_empty()
                && mode != highest
            {
                let message =
                    format!("DATA_MODE is {mode}, but the highest PARAMETER_DATA_MODE is {highest}");
                report(
                    &codes::DATA_MODE,
                    "DATA_MODE",
                    message,
                    modes.place(profile),
                    review,
                );
            }
        }
    }

    /// The characters of a variable along N_PROF, and perhaps N_PARAM.
    fn characters(&self, name: &str) -> Vec<u8> {
        let variable = self.variable(name).filter(|variable| variable.of.is_text());
        variable
            .and_then(|variable| bytes(self.file, variable))
            .unwrap_or_default()
    }

    /// Checks units and valid ranges of parameters against reference table 3, and in earlier formats against the values
    /// that the table had then. Adjusted values are compared if they differ from the values before.
    pub(super) fn attributes(&self, review: &mut ReviewBuilder) {
        if !self.is_current() && !self.has_known_format() {
            return;
        }
        for variable in &self.file.root.variables {
            let name = variable.name.as_str();
            let base = of_parameter(name);
            let Some(known) = parameter(base) else { continue };
            if !variable.of.is_number() || is_derived(base) {
                continue;
            }
            let before = self.variable(base).filter(|_| base != name);
            let place = |attribute: &str| Place::attribute(format!("{name}:{attribute}"));
            let units = text(variable, "units");
            if let Some(unit) = known.unit
                && !units.is_empty()
                && units != unit
                && before.is_none_or(|before| text(before, "units") != units)
                && !self.was(base, "units", |former| former == units)
            {
                let message = format!("{name}: the units are `{units}`; reference table 3 has `{unit}`");
                report(&codes::ATTRIBUTE, name, message, place("units"), review);
            }
            if name.ends_with("_ERROR") {
                continue;
            }
            for (attribute, expected) in [("valid_min", known.valid.0), ("valid_max", known.valid.1)] {
                let number = |variable: &Variable| match variable.attribute(attribute)?.numbers()[..] {
                    [number] => Some(number),
                    _ => None,
                };
                // The attribute has the type of the variable: 8.5 is stored in 32 bits.
                if let (Some(expected), Some(said)) = (expected, number(variable))
                    && !is_same(said, expected)
                    && before.and_then(number) != Some(said)
                    && !self.was(base, attribute, |former| {
                        former.parse().is_ok_and(|former: f64| is_same(said, former))
                    })
                {
                    let message =
                        format!("{name}: `{attribute}` is {said}; reference table 3 has {expected}");
                    let finding = Finding::new(&codes::ATTRIBUTE, Some(name), message).at([place(attribute)]);
                    // Not all ranges of earlier tables are known.
                    review.absorb(finding.noted_if(!self.is_current()));
                }
            }
        }
    }

    /// Whether reference table 3 had a value for an attribute of a parameter in the version of this file.
    fn was(&self, name: &str, attribute: &str, is_value: impl Fn(&str) -> bool) -> bool {
        FORMER.iter().any(|former| {
            former.name == unnumbered(name)
                && former.attribute == attribute
                && former.versions.contains(&self.version)
                && is_value(former.value)
        })
    }

    fn parameter<'n>(&'n self, name: &'n str) -> Parameter<'n> {
        let (adjusted, error) = (format!("{name}_ADJUSTED"), format!("{name}_ADJUSTED_ERROR"));
        Parameter {
            name,
            category: parameter(name).map_or("", |parameter| parameter.category),
            raw: self.levels(name),
            raw_flags: self.flags(&format!("{name}_QC")),
            adjusted: self.levels(&adjusted),
            adjusted_flags: self.flags(&format!("{adjusted}_QC")),
            error: self.levels(&error),
            profile_flags: self
                .variable(&format!("PROFILE_{name}_QC"))
                .filter(|variable| variable.of.is_text() && variable.shape.len() == 1)
                .and_then(|variable| bytes(self.file, variable)),
        }
    }

    fn levels(&self, name: &str) -> Option<Levels<'f, f64>> {
        let variable = self.variable(name).filter(|variable| variable.shape.len() == 2)?;
        let fill = variable
            .attribute("_FillValue")
            .map(Attribute::numbers)
            .unwrap_or_default();
        Some(Levels {
            variable,
            levels: usize::try_from(variable.shape[1]).ok()?,
            values: values(self.file, variable)?,
            fill: fill.first().copied().unwrap_or(FILL),
        })
    }

    fn flags(&self, name: &str) -> Option<Levels<'f, u8>> {
        let variable = self.variable(name)?;
        if variable.shape.len() != 2 || variable.of.size() != Some(1) || !variable.of.is_text() {
            return None;
        }
        Some(Levels {
            variable,
            levels: usize::try_from(variable.shape[1]).ok()?,
            values: bytes(self.file, variable)?,
            fill: b' ',
        })
    }

    /// Checks one profile of one parameter.
    fn profile(&self, of: &Parameter<'_>, profile: usize, mode: u8, review: &mut ReviewBuilder) {
        for levels in [&of.raw, &of.adjusted, &of.error].into_iter().flatten() {
            let broken = levels.broken(profile, |value| !value.is_finite() && !levels.fill.is_nan());
            broken.report(
                &codes::NOT_FINITE,
                &levels.variable.path,
                ["is NaN or infinite", "are NaN or infinite"],
                review,
            );
        }
        if !self.has_flags(of.name) {
            return;
        }
        let is_checked = self.raw_flags(of, profile, review);
        let is_adjusted = is_checked && self.adjusted(of, profile, mode, review);
        if is_adjusted {
            self.profile_flag(of, profile, mode, review);
        }
    }

    /// Compares the flags with the values; returns whether they agree.
    fn raw_flags(&self, of: &Parameter<'_>, profile: usize, review: &mut ReviewBuilder) -> bool {
        let (Some(raw), Some(flags)) = (&of.raw, &of.raw_flags) else {
            return of.raw.is_none();
        };
        let [mut unchecked, mut blank, mut missing, mut valued] = [(); 4].map(|()| Broken::default());
        let place = |level: usize| flags.place(profile, level);
        let needs_check = of.category == "c" && self.is_core() && !is_derived(of.name);
        let cells = raw
            .profile(profile)
            .iter()
            .zip(flags.profile(profile))
            .enumerate();
        for (level, (value, flag)) in cells {
            match (raw.is_fill(*value), flag) {
                (true, b'1'..=b'8') => valued.add(|| place(level)),
                (false, b'9') => missing.add(|| place(level)),
                (false, b' ' | 0) => blank.add(|| place(level)),
                (false, b'0') if needs_check => unchecked.add(|| place(level)),
                _ => {}
            }
        }
        let is_consistent = [&unchecked, &blank, &missing, &valued]
            .iter()
            .all(|broken| broken.count == 0);
        let report = |broken: Broken, what: [&str; 2], review: &mut ReviewBuilder| {
            broken.report(&codes::QC, &flags.variable.path, what, review);
        };
        report(
            unchecked,
            [
                "has flag 0 (no quality control)",
                "have flag 0 (no quality control)",
            ],
            review,
        );
        report(blank, ["has a blank flag", "have a blank flag"], review);
        report(missing, ["has flag 9 (missing)", "have flag 9 (missing)"], review);
        report(
            valued,
            [
                "is missing, but has the flag of a value",
                "are missing, but have the flag of a value",
            ],
            review,
        );
        is_consistent
    }

    /// Compares adjusted values with the mode and the values; returns whether they agree.
    fn adjusted(&self, of: &Parameter<'_>, profile: usize, mode: u8, review: &mut ReviewBuilder) -> bool {
        let Some(adjusted) = &of.adjusted else { return true };
        let path = &adjusted.variable.path;
        if mode == b'R' {
            let mut is_consistent = true;
            for levels in [Some(adjusted), of.error.as_ref()].into_iter().flatten() {
                let broken = levels.broken(profile, |value| !levels.is_fill(value) && value.is_finite());
                is_consistent &= broken.count == 0;
                broken.report(&codes::ADJUSTED, &levels.variable.path, IN_REAL_TIME, review);
            }
            if let Some(flags) = &of.adjusted_flags {
                let broken = flags.broken(profile, |flag| !flags.is_fill(flag) && flag != 0);
                is_consistent &= broken.count == 0;
                broken.report(&codes::ADJUSTED, &flags.variable.path, IN_REAL_TIME, review);
            }
            return is_consistent;
        }
        let (Some(raw), Some(flags), b'A' | b'D') = (&of.raw, &of.adjusted_flags, mode) else {
            return mode == b'A' || mode == b'D';
        };
        let [mut absent, mut unmeasured] = [(); 2].map(|()| Broken::default());
        let cells = raw.profile(profile).iter().zip(adjusted.profile(profile));
        for (level, ((value, new), flag)) in cells.zip(flags.profile(profile)).enumerate() {
            match (raw.is_fill(*value), adjusted.is_fill(*new)) {
                (false, true) if !matches!(flag, b'4' | b'9' | b' ') => {
                    absent.add(|| adjusted.place(profile, level))
                }
                (true, false) if new.is_finite() => unmeasured.add(|| adjusted.place(profile, level)),
                _ => {}
            }
        }
        let is_consistent = absent.count == 0 && unmeasured.count == 0;
        absent.report(
            &codes::ADJUSTED,
            path,
            [
                "is missing, but its flag is not 4 or 9",
                "are missing, but their flags are not 4 or 9",
            ],
            review,
        );
        unmeasured.report(
            &codes::ADJUSTED,
            path,
            [
                "is set, but nothing was measured",
                "are set, but nothing was measured",
            ],
            review,
        );
        is_consistent
    }

    /// Compares PROFILE_<PARAM>_QC with the flags of the values: those of the adjusted ones, if there are any.
    fn profile_flag(&self, of: &Parameter<'_>, profile: usize, mode: u8, review: &mut ReviewBuilder) {
        let (Some(said), Some(adjusted)) = (&of.profile_flags, &of.adjusted_flags) else {
            return;
        };
        let flags = match (mode, &of.raw_flags) {
            (b'R', Some(raw)) => raw,
            (b'A' | b'D', _) => adjusted,
            _ => return,
        };
        let (mut count, mut good, mut unchecked) = (0u64, 0u64, 0u64);
        for flag in flags.profile(profile) {
            match flag {
                b' ' | 0 | b'9' => continue,
                b'1' | b'2' | b'5' | b'8' => good += 1,
                b'0' => unchecked += 1,
                _ => {}
            }
            count += 1;
        }
        let expected = match good {
            _ if unchecked == count => b' ',
            good if good == count => b'A',
            good if 4 * good >= 3 * count => b'B',
            good if 2 * good >= count => b'C',
            good if 4 * good >= count => b'D',
            0 => b'F',
            _ => b'E',
        };
        let Some(said) = said
            .get(profile)
            .map(|said| if *said == 0 { b' ' } else { *said })
        else {
            return;
        };
        // Without checked values a blank and F both say that nothing is good.
        if said != expected && count > 0 {
            let name = format!("PROFILE_{}_QC", of.name);
            let shown = |flag: u8| match flag {
                b' ' => "a blank".to_owned(),
                flag => char::from(flag).to_string(),
            };
            let message = format!(
                "{name} is {}, but {good} of {count} values of {} are good: {}",
                shown(said),
                flags.variable.path,
                shown(expected)
            );
            let place = Place::array(&name, vec![profile as u64]);
            // Earlier manuals did not say how the flag is computed in mode A.
            let finding = Finding::new(&codes::PROFILE_QC, Some(&name), message).at([place]);
            review.absorb(finding.noted_if(!self.is_current()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn rows_of_lengths_that_a_hostile_file_declares() {
        assert_eq!(row(&[1, 2, 3, 4], 1, 2), [3, 4]);
        assert_eq!(row(&[1, 2, 3], 1, 2), [3]);
        assert_eq!(row(&[1, 2, 3], usize::MAX, 2), [0; 0]);
        assert_eq!(row(&[1, 2, 3], 1, usize::MAX), [0; 0]);
    }
}
