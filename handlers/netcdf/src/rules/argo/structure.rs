//! The variables of each kind of file and format version: names, types, dimensions and attributes (generated from the
//! format checker's specification).

use array_file::{Attribute, Type, Variable};
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder, Severity};

use super::metadata::parameter;
use super::tables::{Declared, FORMATS, Format};
use super::{ArgoFile, codes, report};
use crate::argo::Kind;
use crate::codes::{ARGO_REFERENCE, ARGO_REQUIRED};
use crate::rules::text;
use crate::time::TimeUnits;

/// Variables without which a file cannot be used, if its format has them.
const EVERY: &[&str] = &["DATA_TYPE", "FORMAT_VERSION", "HANDBOOK_VERSION"];
const PROFILE: &[&str] = &[
    "PLATFORM_NUMBER",
    "CYCLE_NUMBER",
    "DIRECTION",
    "DATA_CENTRE",
    "JULD",
    "JULD_QC",
    "LATITUDE",
    "LONGITUDE",
    "POSITION_QC",
    "POSITIONING_SYSTEM",
    "STATION_PARAMETERS",
    PRESSURE,
];
const TRAJECTORY: &[&str] = &[
    "PLATFORM_NUMBER",
    "JULD",
    "JULD_QC",
    "LATITUDE",
    "LONGITUDE",
    "POSITION_QC",
    "CYCLE_NUMBER",
];
const META: &[&str] = &[
    "PLATFORM_NUMBER",
    "PTT",
    "PLATFORM_TYPE",
    "LAUNCH_DATE",
    "LAUNCH_LATITUDE",
    "LAUNCH_LONGITUDE",
    "SENSOR",
    "PARAMETER",
];
const TECH: &[&str] = &[
    "PLATFORM_NUMBER",
    "TECHNICAL_PARAMETER_NAME",
    "TECHNICAL_PARAMETER_VALUE",
    "CYCLE_NUMBER",
];
/// A parameter that every profile has. The formats declare no parameters, because each file has others.
pub(super) const PRESSURE: &str = "PRES";
/// A synthetic profile has one mode for each parameter instead of one for the profile.
const MODES: [&str; 2] = ["DATA_MODE", "PARAMETER_DATA_MODE"];
/// A global attribute whose absence is only notable: programs that know Argo do not need it.
const FEATURE_TYPE: &str = "featureType";

impl ArgoFile<'_> {
    /// Compares the variables and global attributes of the file with those of its kind and version.
    pub(super) fn structure(&self, review: &mut ReviewBuilder) {
        let reported = self.vital(review);
        self.globals(review);
        self.format_version(review);
        if !self.has_known_format() {
            review.not_applicable(&codes::STRUCTURE);
            return;
        }
        let (mut missing, mut bare) = (Vec::new(), Vec::new());
        for declared in self.declared() {
            let name = declared.name;
            let Some(variable) = self.variable(name) else {
                if !declared.is_optional && !reported.contains(&name) {
                    missing.push(name.to_owned());
                }
                continue;
            };
            match deviation(variable, declared) {
                Some((severity, what)) => {
                    let finding = Finding::new(&codes::STRUCTURE, Some(name), format!("{name}: {what}"));
                    let finding = finding.at([Place::attribute(name)]);
                    review.absorb(finding.with_severity(severity));
                }
                None => attributes(variable, declared, &mut bare, review),
            }
        }
        self.missing(&ARGO_REQUIRED, "variables", &missing, review);
        self.missing(&codes::ATTRIBUTE, "attributes", &bare, review);
        self.parameters(review);
    }

    /// Notes what the file lacks of its format: parts of files, as others pass them on, are readable without it.
    fn missing(&self, code: &'static CodeInfo, what: &str, names: &[String], review: &mut ReviewBuilder) {
        let Some(first) = names.first() else { return };
        let (count, version) = (names.len(), self.version);
        let message = format!(
            "{count} {what} of format {version} are missing: {}",
            names.join(", ")
        );
        let finding = Finding::new(code, None, message).times(count as u64);
        review.absorb(
            finding
                .at([Place::attribute(first)])
                .with_severity(Severity::Info),
        );
    }

    /// Reports variables without which the file cannot be used, and returns their names.
    fn vital(&self, review: &mut ReviewBuilder) -> Vec<&'static str> {
        let own = match self.kind {
            Kind::Profile => PROFILE,
            Kind::Trajectory => TRAJECTORY,
            Kind::Meta => META,
            Kind::Tech => TECH,
        };
        let vital = EVERY.iter().chain(own).copied();
        let mut missing: Vec<&str> = vital
            .filter(|name| self.variable(name).is_none() && self.has_declared(name))
            .collect();
        if self.kind == Kind::Profile && MODES.iter().all(|name| self.variable(name).is_none()) {
            missing.push(MODES[0]);
        }
        for name in &missing {
            let message = || format!("there is no variable {name}");
            review.found(&ARGO_REQUIRED, Some(name), message, || None);
        }
        missing
    }

    /// Whether the format of the file has a variable. If the version is unknown, all known ones must have it.
    fn has_declared(&self, name: &str) -> bool {
        let Some(format) = self.format().filter(|_| name != PRESSURE) else {
            return true;
        };
        let has = |version: &&str| {
            let mut rows = format.variables.iter();
            rows.any(|declared| declared.name == name && declared.versions.contains(version))
        };
        match self.has_known_format() {
            true => has(&self.version),
            false => format.versions.iter().all(|(version, _)| has(version)),
        }
    }

    /// Reports global attributes of format 3 that are missing.
    fn globals(&self, review: &mut ReviewBuilder) {
        let Some(format) = self.format() else { return };
        let own = format
            .versions
            .iter()
            .find(|(version, _)| *version == self.version);
        // Synthetic and merged profiles have those of profiles, if they have the number of that format.
        let latest = || {
            format
                .versions
                .last()
                .filter(|_| !self.is_plain() && self.version.starts_with('3'))
        };
        let Some((_, globals)) = own.or_else(latest) else {
            return;
        };
        for name in globals
            .iter()
            .filter(|name| self.file.root.attribute(name).is_none())
        {
            let message = format!("there is no global attribute {name}");
            let finding = Finding::new(&ARGO_REQUIRED, Some(name), message);
            let finding = finding.at([Place::attribute(format!(":{name}"))]);
            review.absorb(finding.noted_if(*name == FEATURE_TYPE));
        }
    }

    /// Checks that FORMAT_VERSION is the number of a version. Versions that are not known here are only notable.
    fn format_version(&self, review: &mut ReviewBuilder) {
        let Some(format) = self.format().filter(|_| self.is_plain()) else {
            return;
        };
        if self.has_known_format() || self.variable("FORMAT_VERSION").is_none() {
            return;
        }
        let known: Vec<&str> = format.versions.iter().map(|(version, _)| *version).collect();
        let message = format!(
            "FORMAT_VERSION is `{}`; known versions of this kind of file are {}",
            self.version,
            known.join(", ")
        );
        let finding = Finding::new(&ARGO_REFERENCE, Some("FORMAT_VERSION"), message);
        let finding = finding.at([Place::array("FORMAT_VERSION", Vec::new())]);
        let is_number = self.version.parse::<f64>().is_ok_and(f64::is_finite);
        review.absorb(finding.with_severity(Severity::Warning).noted_if(is_number));
    }

    /// Whether the file has the format of its kind, and is not a merged or synthetic profile.
    fn is_plain(&self) -> bool {
        let words = ["synthetic", "merged", "multi"];
        words.iter().all(|word| !self.data_type.contains(word))
    }

    /// Whether the variables of the format version are known.
    pub(super) fn has_known_format(&self) -> bool {
        let is_version = |format: &Format| {
            format
                .versions
                .iter()
                .any(|(version, _)| *version == self.version)
        };
        self.is_plain() && self.format().is_some_and(is_version)
    }

    /// The format of this kind of file, in all versions.
    fn format(&self) -> Option<&'static Format> {
        let kind = match self.kind {
            Kind::Profile => "profile",
            Kind::Trajectory => "trajectory",
            Kind::Meta => "meta",
            Kind::Tech => "tech",
        };
        let is_bio = self.data_type.starts_with("b-");
        FORMATS
            .iter()
            .find(|format| match format.kind.strip_prefix("b-") {
                Some(known) => is_bio && known == kind,
                None => !is_bio && format.kind == kind,
            })
    }

    /// The variables of the format version.
    fn declared(&self) -> impl Iterator<Item = &'static Declared> {
        let rows = self.format().map_or(&[][..], |format| format.variables);
        rows.iter()
            .filter(move |declared| declared.versions.contains(&self.version))
    }

    /// Checks type, dimensions and fill value of the variables of parameters, which no format lists one by one.
    fn parameters(&self, review: &mut ReviewBuilder) {
        let along: &[&str] = match self.kind {
            Kind::Profile => &["N_PROF", "N_LEVELS"],
            Kind::Trajectory => &["N_MEASUREMENT"],
            Kind::Meta | Kind::Tech => return,
        };
        for variable in &self.file.root.variables {
            let name = variable.name.as_str();
            let (base, is_flag) = match name.strip_suffix("_QC") {
                Some(base) => (base, true),
                None => (name, false),
            };
            let base = of_parameter(base);
            let Some(known) = parameter(base).filter(|_| !is_derived(base)) else {
                continue;
            };
            let names = variable.dimensions.as_deref().unwrap_or_default();
            let mut found = |what: String| {
                let message = format!("{name}: {what}");
                report(&codes::STRUCTURE, name, message, Place::attribute(name), review);
            };
            if !names
                .iter()
                .map(String::as_str)
                .take(along.len())
                .eq(along.iter().copied())
            {
                let (names, along) = (names.join(", "), along.join(", "));
                found(format!("the dimensions are ({names}); expected ({along})"));
                continue;
            }
            // Intermediate parameters have other types as well.
            let is_listed = matches!(known.category, "c" | "b");
            let of = if is_flag { "char" } else { "float" };
            if (is_flag || is_listed) && !is_type(&variable.of, of) {
                found(format!("the type is {}; expected {of}", variable.of));
                continue;
            }
            let fill = variable.attribute("_FillValue").map(Attribute::numbers);
            if let Some([fill]) = fill.as_deref()
                && is_listed
                && !is_flag
                && !is_same(*fill, super::FILL)
            {
                let message = format!("{name}: `_FillValue` is {fill}; the format has {}", super::FILL);
                let place = Place::attribute(format!("{name}:_FillValue"));
                report(&codes::ATTRIBUTE, name, message, place, review);
            }
        }
    }
}

/// The parameter of a variable with its adjusted values or their errors: `TEMP` of `TEMP_ADJUSTED_ERROR`.
pub(super) fn of_parameter(name: &str) -> &str {
    let name = name.strip_suffix("_ERROR").unwrap_or(name);
    name.strip_suffix("_ADJUSTED").unwrap_or(name)
}

/// Whether a parameter is a statistic of another one: intermediate parameters have no rules of their own.
pub(super) fn is_derived(name: &str) -> bool {
    name.ends_with("_STD") || name.ends_with("_MED")
}

/// Whether two numbers are equal in 32 bits, the type of most attributes.
pub(super) fn is_same(one: f64, other: f64) -> bool {
    one as f32 == other as f32
}

/// Whether two units mean the same, in whatever spelling; those of times count from the same moment.
fn is_same_unit(one: &str, other: &str) -> bool {
    if let (Ok(one), Ok(other)) = (TimeUnits::parse(one, ""), TimeUnits::parse(other, "")) {
        return one == other;
    }
    let (Ok(one), Ok(other)) = (udunits::parse(one), udunits::parse(other)) else {
        return false;
    };
    let factors = udunits::converter(&one, &other).and_then(|converter| converter.linear());
    factors == Some((1.0, 0.0))
}

/// Compares the attributes of a variable with its declaration; `bare` collects those that it lacks.
fn attributes(variable: &Variable, declared: &Declared, bare: &mut Vec<String>, review: &mut ReviewBuilder) {
    let name = declared.name;
    let place = |attribute: &str| Place::attribute(format!("{name}:{attribute}"));
    if !declared.units.is_empty() {
        let units = text(variable, "units");
        if units.is_empty() {
            bare.push(format!("{name}:units"));
        } else if units != declared.units {
            let message = format!(
                "{name}: the units are `{units}`; the format has `{}`",
                declared.units
            );
            let finding = Finding::new(&codes::ATTRIBUTE, Some(name), message).at([place("units")]);
            review.absorb(finding.noted_if(is_same_unit(units, declared.units)));
        }
    }
    let numbers = [
        ("_FillValue", declared.fill),
        ("valid_min", declared.valid.0),
        ("valid_max", declared.valid.1),
    ];
    for (attribute, expected) in numbers {
        let Some(expected) = expected else { continue };
        let Some(said) = variable.attribute(attribute) else {
            bare.push(format!("{name}:{attribute}"));
            continue;
        };
        // A text instead of a number is reported for every variable.
        if let [said] = said.numbers()[..]
            && !is_same(said, expected)
        {
            let message = format!("{name}: `{attribute}` is {said}; the format has {expected}");
            report(&codes::ATTRIBUTE, name, message, place(attribute), review);
        }
    }
}

/// Whether a type is one of CDL, of which `float|double` stands for two.
fn is_type(of: &Type, expected: &str) -> bool {
    expected.split('|').any(|expected| match expected {
        "char" => matches!(of, Type::Char),
        "int" => matches!(of, Type::Integer { size: 4, .. }),
        "float" => matches!(of, Type::Float { size: 4, .. }),
        "double" => matches!(of, Type::Float { size: 8, .. }),
        _ => true,
    })
}

/// How a variable differs from its declaration; another length of its texts is notable only, because every reader takes the
/// length from the file.
fn deviation(variable: &Variable, declared: &Declared) -> Option<(Severity, String)> {
    if !is_type(&variable.of, declared.of) {
        let expected = declared.of.replace('|', " or ");
        let what = format!("the type is {}; expected {expected}", variable.of);
        return Some((Severity::Warning, what));
    }
    let names = variable.dimensions.as_deref().unwrap_or_default();
    let expected = || declared.along.split(", ").filter(|name| !name.is_empty());
    let is_one_of = |name: &str, expected: &str| expected.split('|').any(|one| one == name);
    let is_text = |name: &str| name.starts_with("STRING");
    let all = |is_alike: &dyn Fn(&str, &str) -> bool| {
        names.len() == expected().count()
            && names
                .iter()
                .zip(expected())
                .all(|(one, other)| is_alike(one, other))
    };
    if !all(&is_one_of) {
        let is_same_but_length =
            all(&|name, expected| is_one_of(name, expected) || is_text(name) && is_text(expected));
        let expected = declared.along.replace('|', " or ");
        let what = format!("the dimensions are ({}); expected ({expected})", names.join(", "));
        let severity = match is_same_but_length {
            true => Severity::Info,
            false => Severity::Warning,
        };
        return Some((severity, what));
    }
    let wrong = names.iter().zip(&variable.shape).find(|(name, length)| {
        let expected = match name.as_str() {
            "DATE_TIME" => Some(14),
            name => name.strip_prefix("STRING").and_then(|digits| digits.parse().ok()),
        };
        expected.is_some_and(|expected: u64| expected != **length)
    });
    wrong.map(|(name, length)| {
        let what = format!("the dimension {name} has the length {length}");
        (Severity::Info, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_declares_a_variable_once() {
        for format in FORMATS {
            for (version, _) in format.versions {
                let rows = format
                    .variables
                    .iter()
                    .filter(|row| row.versions.contains(version));
                let mut names: Vec<&str> = rows.map(|row| row.name).collect();
                let count = names.len();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), count, "{} {version}", format.kind);
            }
        }
    }

    #[test]
    fn units_in_another_spelling_mean_the_same() {
        let time = "days since 1950-01-01 00:00:00 UTC";
        assert!(is_same_unit("degrees_north", "degree_north"));
        assert!(is_same_unit("days since 1950-01-01T00:00:00Z", time));
        assert!(!is_same_unit("days since 1900-01-01", time));
        assert!(!is_same_unit("hours since 1950-01-01", time));
    }
}
