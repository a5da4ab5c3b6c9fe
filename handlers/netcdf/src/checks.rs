//! Checks of one variable against CF.

use array_file::{ArrayFile, Variable};
use data_review_array::codes as shared;
use data_review_array::{Gathered, Plan, Rules, numbers};
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Axis, axis, is_pressure, text};
use crate::flags::{Names, bad_flags, flag_values, is_flag};
use crate::meaning::MOST_FILLS;
use crate::time::TimeUnits;
use crate::{units, vocabulary};

/// Values of which a measured variable must differ in some.
const CONSTANT_FROM: u64 = 20;

/// A variable with what surrounds it.
pub(crate) struct Checked<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) group: &'a Names<'a>,
    pub(crate) root: &'a Names<'a>,
    /// Argo's own flags, which are not described in the file.
    pub(crate) argo: bool,
}

impl Checked<'_> {
    fn found(&self, code: &CodeInfo, message: impl FnOnce() -> String, review: &mut ReviewBuilder) {
        let path = &self.plan.variable.path;
        review.found(code, Some(path), || format!("{path}: {}", message()), || None);
    }

    /// Checks of what is said of the variable.
    pub(crate) fn attributes(&self, review: &mut ReviewBuilder) {
        let (variable, rules) = (self.plan.variable, &self.plan.rules);
        let (said, name) = (text(variable, "units"), text(variable, "standard_name"));
        let is_time = TimeUnits::looks_like(said);
        let needs =
            axis(variable).is_some() || (!name.is_empty() && variable.of.is_number() && !is_flag(variable));
        if variable.attribute("units").is_none() && needs {
            self.found(&codes::UNITS_MISSING, || "has no units".to_owned(), review);
        } else if !is_time && !units::is_known(said) {
            self.found(&codes::UNITS_UNKNOWN, || format!("units `{said}`"), review);
        }
        if variable.attribute("standard_name").is_some() && !vocabulary::is_standard_name(name) {
            self.found(
                &codes::STANDARD_NAME_UNKNOWN,
                || format!("standard name `{name}`"),
                review,
            );
        }
        self.named("coordinates", &codes::COORDINATE_MISSING, review);
        self.named("ancillary_variables", &codes::ANCILLARY_MISSING, review);
        if axis(variable) == Some(Axis::Vertical)
            && text(variable, "positive").is_empty()
            && !is_pressure(variable)
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
                let message = || format!("`{name}` has {count} values; the first {MOST_FILLS} are heeded");
                self.found(&shared::LIMIT, message, review);
            }
        }
        let ranged = rules.valid != (None, None);
        if ranged
            && rules
                .fills
                .iter()
                .any(|fill| fill.said_by == "_FillValue" && rules.is_valid(fill.value))
        {
            self.found(
                &codes::FILL_IN_RANGE,
                || "its `_FillValue` lies in its valid range".to_owned(),
                review,
            );
        }
    }

    /// An attribute that names other variables, of this group or of one around it.
    fn named(&self, attribute: &str, code: &CodeInfo, review: &mut ReviewBuilder) {
        for name in text(self.plan.variable, attribute).split_whitespace() {
            let path = name.contains('/');
            if !(path || self.group.contains_key(name) || self.root.contains_key(name)) {
                self.found(
                    code,
                    || format!("`{attribute}` names {name}, which is not there"),
                    review,
                );
            }
        }
    }

    /// Checks of its values.
    pub(crate) fn values(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        if gathered.out_of_range > 0 {
            let places = gathered.places.iter().cloned();
            let message = format!(
                "{}: {} values outside {}",
                variable.path,
                gathered.out_of_range,
                range(&self.plan.rules)
            );
            review.absorb(
                Finding::new(&codes::OUT_OF_VALID_RANGE, Some(&variable.path), message)
                    .times(gathered.out_of_range)
                    .at(places.map(|index| Place::array(&variable.path, index))),
            );
        }
        let same = gathered.total.range().is_some_and(|(least, most)| least == most);
        if same
            && gathered.total.count() >= CONSTANT_FROM
            && axis(variable).is_none()
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

    fn flags(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let (Some(flags), Some(split)) = (self.plan.flags, gathered.total.flags()) else {
            return;
        };
        let listed = flag_values(flags);
        let fill = flags
            .attribute("_FillValue")
            .map(|fill| fill.numbers())
            .unwrap_or_default();
        let known = |flag: &str| {
            let is_fill = flag.parse::<f64>().is_ok_and(|flag| fill.contains(&flag));
            is_fill
                || listed.iter().any(|known| known == flag)
                || (self.argo && vocabulary::FLAGS.contains(&flag))
        };
        if !listed.is_empty() || self.argo {
            for (flag, cells) in split.iter().filter(|(flag, _)| !known(flag)) {
                self.found(
                    &codes::FLAG_UNKNOWN,
                    || format!("flag `{flag}` on {} cells", cells.total),
                    review,
                );
            }
        }
        let bad = bad_flags(flags)
            .or_else(|| self.argo.then(|| vec!["3".to_owned(), "4".to_owned()]))
            .unwrap_or_default();
        let count = gathered.total.count();
        let flagged: u64 = split
            .iter()
            .filter(|(flag, _)| bad.contains(flag))
            .map(|(_, cells)| cells.count)
            .sum();
        if count > 0 && flagged == count {
            self.found(
                &codes::ALL_BAD,
                || format!("all {count} values are flagged {}", bad.join(" or ")),
                review,
            );
        }
    }
}

fn range(rules: &Rules) -> String {
    let end = |end: Option<f64>| end.map_or("…".to_owned(), |end| end.to_string());
    format!("{} to {}", end(rules.valid.0), end(rules.valid.1))
}

/// Numbers with units, of which many differ in nature.
fn is_measured(variable: &Variable) -> bool {
    let units = text(variable, "units");
    variable.of.is_number()
        && !units.is_empty()
        && units != "1"
        && !is_flag(variable)
        && !variable.name.contains("ERROR")
}

/// Whether a coordinate variable rises or falls without a halt.
pub(crate) fn monotonic(file: &ArrayFile, plan: &Plan<'_>, review: &mut ReviewBuilder) {
    let variable = plan.variable;
    let (mut last, mut rising): (Option<f64>, Option<bool>) = (None, None);
    for block in variable.blocks() {
        let Ok(bytes) = file.read(variable, &block.start, &block.count) else {
            return;
        };
        for (at, value) in numbers(&variable.of, &bytes).into_iter().enumerate() {
            if plan.rules.is_missing(value) || value.is_nan() {
                continue;
            }
            let broken = last.is_some_and(|last| match rising {
                _ if value == last => true,
                Some(rising) => (value > last) != rising,
                None => {
                    rising = Some(value > last);
                    false
                }
            });
            if broken {
                let place = || Some(Place::array(&variable.path, block.index(at as u64)));
                let message = || format!("{} is {value} after {}", variable.path, last.unwrap_or(f64::NAN));
                review.found(&codes::AXIS_NOT_MONOTONIC, Some(&variable.path), message, place);
            }
            last = Some(value);
        }
    }
}
