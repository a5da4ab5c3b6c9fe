//! Checks of one variable against CF.

use array_file::{ArrayFile, Variable};
use data_review_array::codes as shared;
use data_review_array::{Gathered, Plan, Rules, numbers};
use data_review_core::{CodeInfo, Finding, FlagClass, Place, ReviewBuilder, Severity};

use crate::codes;
use crate::coordinates::{Axis, axis, is_pressure, text};
use crate::flags::{FlagCodes, is_flag};
use crate::meaning::{MOST_FILLS, flag_numbers_as_text, numbers_as_text};
use crate::scope::Scope;
use crate::{units, vocabulary};

/// Values from which on a measured variable is expected to vary.
const CONSTANT_FROM: u64 = 20;
/// Flags that a finding names.
const SHOWN: usize = 8;

/// A variable with what surrounds it.
pub(crate) struct Checked<'a> {
    pub(crate) plan: &'a Plan<'a>,
    /// What its flags mean.
    pub(crate) flags: &'a FlagCodes,
    pub(crate) scope: &'a Scope<'a>,
    /// Whether it holds the bounds of a coordinate, whose attributes they share (CF 1.11, 7.1).
    pub(crate) is_bounds: bool,
    pub(crate) is_argo: bool,
}

impl Checked<'_> {
    fn found(&self, code: &CodeInfo, message: impl FnOnce() -> String, review: &mut ReviewBuilder) {
        let path = &self.plan.variable.path;
        review.found(code, Some(path), || format!("{path}: {}", message()), || None);
    }

    /// Checks the attributes of the variable.
    pub(crate) fn attributes(&self, review: &mut ReviewBuilder) {
        let (variable, rules) = (self.plan.variable, &self.plan.rules);
        let name = text(variable, "standard_name");
        units::check(variable, self.is_bounds, self.is_argo, review);
        if variable.attribute("standard_name").is_some() && !vocabulary::is_standard_name(name) {
            self.found(
                &codes::STANDARD_NAME_UNKNOWN,
                || format!("unknown standard name `{name}`"),
                review,
            );
        }
        self.references("coordinates", &codes::COORDINATE_MISSING, review);
        self.references("ancillary_variables", &codes::ANCILLARY_MISSING, review);
        if axis(variable) == Some(Axis::Vertical)
            && text(variable, "positive").is_empty()
            && !is_pressure(variable)
            && !self.is_bounds
        {
            self.found(
                &codes::VERTICAL_DIRECTION,
                || "has no attribute `positive`".to_owned(),
                review,
            );
        }
        for name in ["_FillValue", "missing_value"] {
            let count = variable
                .attribute(name)
                .map_or(0, |attribute| attribute.numbers().len());
            if count > MOST_FILLS {
                let message = || format!("`{name}` has {count} values; only the first {MOST_FILLS} are used");
                self.found(&shared::LIMIT, message, review);
            }
        }
        self.are_numbers(variable, &numbers_as_text(variable), review);
        if let Some(flags) = &self.plan.flags {
            self.are_numbers(&flags.variable, &flag_numbers_as_text(&flags.variable), review);
        }
        let is_closed = matches!(rules.valid, (Some(_), Some(_)));
        let mut fills = rules.fills.iter().filter(|fill| fill.said_by == "_FillValue");
        if is_closed && fills.any(|fill| rules.is_valid(fill.value)) {
            self.found(
                &codes::FILL_IN_RANGE,
                || format!("its `_FillValue` lies in its valid range {}", range(rules)),
                review,
            );
        }
    }

    /// Reports attributes of the variable, or of its flags, that are `texts` where numbers are needed.
    fn are_numbers(&self, of: &Variable, texts: &[&str], review: &mut ReviewBuilder) {
        let Some(first) = texts.first() else { return };
        let path = &self.plan.variable.path;
        let message = || {
            let names: Vec<String> = texts.iter().map(|name| format!("`{name}`")).collect();
            let verb = if texts.len() == 1 {
                "is a text"
            } else {
                "are texts"
            };
            let owner = match of.path == *path {
                true => String::new(),
                false => format!(" of its flags {}", of.path),
            };
            format!(
                "{path}: {}{owner} {verb}, not numbers; not applied",
                names.join(", ")
            )
        };
        review.found(&codes::NUMBER_AS_TEXT, Some(path), message, || {
            Some(Place::attribute(format!("{}:{first}", of.path)))
        });
    }

    /// Checks an attribute that names other variables.
    fn references(&self, attribute: &str, code: &CodeInfo, review: &mut ReviewBuilder) {
        let references = self.scope.references(self.plan.variable, attribute);
        for (name, _) in references.filter(|(_, found)| found.is_none()) {
            self.found(
                code,
                || format!("`{attribute}` names {name}, which the file does not contain"),
                review,
            );
        }
    }

    /// Checks the values of the variable.
    pub(crate) fn values(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        self.valid_range(gathered, review);
        let is_same = gathered.total.range().is_some_and(|(least, most)| least == most);
        if is_same
            && gathered.total.count() >= CONSTANT_FROM
            && axis(variable).is_none()
            && !self.is_bounds
            && is_measured(variable)
        {
            self.found(
                &codes::CONSTANT,
                || format!("all {} values are the same", gathered.total.count()),
                review,
            );
        }
        self.flags(gathered, review);
    }

    /// Values that the producer's quality control calls good are notable, and not probably wrong. In Argo files the range is a
    /// nominal one of the parameter, and variables without flags have theirs in the core file.
    fn valid_range(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        let are_good = gathered.good_out_of_range == gathered.out_of_range;
        let is_nominal = self.is_argo && self.plan.flags.is_none();
        let (values, flags) = match gathered.out_of_range {
            0 => return,
            1 => ("1 value is".to_owned(), "; its flag says that it is good"),
            count => (
                format!("{count} values are"),
                "; their flags say that they are good",
            ),
        };
        let message = format!(
            "{}: {values} outside the valid range {}{}",
            variable.path,
            range(&self.plan.rules),
            if are_good { flags } else { "" }
        );
        let places = gathered.places.iter().cloned();
        let finding = Finding::new(&codes::OUT_OF_VALID_RANGE, Some(&variable.path), message)
            .times(gathered.out_of_range)
            .at(places.map(|index| Place::array(&variable.path, index)));
        review.absorb(match are_good || is_nominal {
            true => Finding {
                severity: Severity::Info,
                ..finding
            },
            false => finding,
        });
    }

    fn flags(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let (Some(flags), Some(split)) = (&self.plan.flags, gathered.total.flags()) else {
            return;
        };
        let path = &self.plan.variable.path;
        if self.flags.is_described() {
            let unknown: Vec<(&str, u64)> = split
                .iter()
                .filter(|(flag, _)| !self.flags.is_known(flag))
                .map(|(flag, cells)| (flag.as_str(), cells.total))
                .collect();
            let count = unknown.iter().map(|(_, cells)| cells).sum();
            let message = || {
                let shown: Vec<String> = unknown
                    .iter()
                    .take(SHOWN)
                    .map(|(flag, cells)| format!("{flag} ({cells})"))
                    .collect();
                let more = if unknown.len() > SHOWN { ", …" } else { "" };
                format!(
                    "{path}: {} has flags without a meaning, with the number of cells: {}{more}",
                    flags.variable.path,
                    shown.join(", ")
                )
            };
            review.found_many(&codes::FLAG_UNKNOWN, Some(path), count, message, || None);
            if count > 0 {
                review.explain(
                    &codes::FLAG_UNKNOWN,
                    &codes::OUT_OF_VALID_RANGE,
                    Some(&flags.variable.path),
                );
            }
        }
        let is_bad = |flag: &str| {
            let class = self.flags.class(flag.as_bytes());
            matches!(class, FlagClass::Questionable | FlagClass::Bad)
        };
        let bad: Vec<_> = split.iter().filter(|(flag, _)| is_bad(flag)).collect();
        let (count, flagged) = (
            gathered.total.count(),
            bad.iter().map(|(_, cells)| cells.count).sum::<u64>(),
        );
        if count > 0 && flagged == count {
            let names: Vec<String> = bad
                .iter()
                .filter(|(_, cells)| cells.count > 0)
                .take(SHOWN)
                .map(|(flag, _)| match self.flags.meaning(flag.as_bytes()) {
                    Some(meaning) => format!("{flag} ({meaning})"),
                    None => (*flag).clone(),
                })
                .collect();
            self.found(
                &codes::ALL_BAD,
                || format!("all {count} values have flag {}", names.join(" or ")),
                review,
            );
        }
    }
}

fn range(rules: &Rules) -> String {
    let end = |end: Option<f64>| end.map_or("…".to_owned(), |end| end.to_string());
    let (least, most) = rules.valid;
    let of = match (rules.packing, rules.valid_is_unpacked) {
        (Some(_), true) => " (of unpacked values)",
        (Some(_), false) => " (of packed values)",
        (None, _) => "",
    };
    format!("{} to {}{of}", end(least), end(most))
}

/// Words in the names of variables that are often the same for all values: errors, and Argo's distances from the pressure that
/// a value was interpolated from.
const STEADY: [&str; 3] = ["ERROR", "UNCERTAINTY", "_DPRES"];

/// Numbers with units, of which many are expected to differ in nature.
fn is_measured(variable: &Variable) -> bool {
    let (units, name) = (text(variable, "units"), variable.name.to_ascii_uppercase());
    variable.of.is_number()
        && !units.is_empty()
        && units != "1"
        && !is_flag(variable)
        && !STEADY.iter().any(|word| name.contains(word))
        && !text(variable, "standard_name").ends_with("standard_error")
}

/// Checks that a coordinate variable rises or falls from each value to the next.
pub(crate) fn monotonic(file: &ArrayFile, plan: &Plan<'_>, review: &mut ReviewBuilder) {
    let variable = plan.variable;
    let (mut last, mut rises): (Option<f64>, Option<bool>) = (None, None);
    for block in variable.blocks() {
        let Ok(bytes) = file.read(variable, &block.start, &block.count) else {
            return;
        };
        let classes = plan
            .flags
            .as_ref()
            .and_then(|flags| flags.classes(file, &block, plan.rank()));
        let is_left_out = |at: usize| {
            let class = classes.as_ref().and_then(|classes| classes.get(at));
            class.is_some_and(|class| class.is_left_out())
        };
        for (at, value) in numbers(&variable.of, &bytes).into_iter().enumerate() {
            if plan.rules.is_missing(value) || value.is_nan() || is_left_out(at) {
                continue;
            }
            let is_broken = last.is_some_and(|last| match rises {
                _ if value == last => true,
                Some(rises) => (value > last) != rises,
                None => {
                    rises = Some(value > last);
                    false
                }
            });
            if is_broken {
                let place = || Some(Place::array(&variable.path, block.index(at as u64)));
                let unpack = |value| plan.rules.unpack(value);
                let message = || {
                    format!(
                        "{} is {} after {}",
                        variable.path,
                        unpack(value),
                        unpack(last.unwrap_or(f64::NAN))
                    )
                };
                review.found(&codes::AXIS_NOT_MONOTONIC, Some(&variable.path), message, place);
            }
            last = Some(value);
        }
    }
}
