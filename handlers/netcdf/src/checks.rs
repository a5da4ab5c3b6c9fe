//! Checks of one variable against CF.

use array_file::{ArrayFile, Variable};
use data_review_array::codes as array;
use data_review_array::{Gathered, Names, Plan, Rules, numbers};
use data_review_core::stats::Scalar;
use data_review_core::{CodeInfo, Finding, FlagClass, Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Axis, axis, is_pressure, text};
use crate::flags::{FlagCodes, is_flag};
use crate::meaning::{MOST_FILLS, empty_range, flag_numbers_as_text, numbers_as_text};
use crate::scope::Scope;
use crate::{units, vocabulary};

/// Least number of values for which a measured variable is expected to vary.
const CONSTANT_FROM: u64 = 20;
/// Most flags that a finding lists.
const SHOWN: usize = 8;

/// A variable with its context.
pub(crate) struct Checked<'a> {
    pub(crate) plan: &'a Plan<'a>,
    /// The meaning of its flags.
    pub(crate) flags: &'a FlagCodes,
    pub(crate) scope: &'a Scope<'a>,
    /// Whether it has the bounds of a coordinate, whose attributes apply to them (CF 1.11, 7.1).
    pub(crate) is_bounds: bool,
    pub(crate) is_argo: bool,
    /// Whether the file declares that its data are observations, and not a grid.
    pub(crate) is_observed: bool,
}

/// Findings that several variables of a file often share, and that are reported once for the file.
#[derive(Default)]
pub(crate) struct Shared {
    /// Variables with flags without a meaning, and the number of such flags.
    unknown_flags: Names,
    unknown_cells: u64,
    /// Variables of which every value is flagged as questionable or bad.
    all_bad: Names,
    /// Variables whose flags are described by texts instead of numbers.
    flags_as_text: Names,
    /// Variables whose attributes separate names by commas.
    lists: Names,
    /// Variables with an unknown standard name.
    standard_names: Names,
}

impl Shared {
    /// Reports all of them; `of` is the number of variables of the file.
    pub(crate) fn report(&self, of: u64, review: &mut ReviewBuilder) {
        let each = [
            (
                &codes::FLAG_UNKNOWN,
                &self.unknown_flags,
                "have flags without a meaning",
            ),
            (
                &codes::ALL_BAD,
                &self.all_bad,
                "have only values flagged as questionable or bad",
            ),
            (
                &codes::FLAGS_AS_TEXT,
                &self.flags_as_text,
                "have flags whose `flag_values` or `flag_masks` are a text",
            ),
            (
                &codes::STANDARD_NAME_UNKNOWN,
                &self.standard_names,
                "have an unknown standard name",
            ),
            (
                &codes::LIST_FORM,
                &self.lists,
                "separate the names in an attribute by commas",
            ),
        ];
        for (code, names, what) in each {
            let count = match code.code == codes::FLAG_UNKNOWN.code {
                true => self.unknown_cells,
                false => names.count(),
            };
            names.report(code, count, of, what, review);
        }
    }
}

impl Checked<'_> {
    fn found(&self, code: &CodeInfo, message: impl FnOnce() -> String, review: &mut ReviewBuilder) {
        let path = &self.plan.variable.path;
        review.found(code, Some(path), || format!("{path}: {}", message()), || None);
    }

    /// Checks the attributes of the variable.
    pub(crate) fn attributes(&self, shared: &mut Shared, review: &mut ReviewBuilder) {
        let (variable, rules) = (self.plan.variable, &self.plan.rules);
        let name = text(variable, "standard_name");
        units::check(variable, self.is_bounds, self.is_argo, review);
        // An empty attribute counts as a missing one.
        if !name.trim().is_empty() && !vocabulary::is_standard_name(name) {
            let path = &variable.path;
            let message = || format!("{path}: unknown standard name `{name}`");
            let place = Place::attribute(format!("{path}:standard_name"));
            shared.standard_names.add(path, message, Some(place));
        }
        self.references("coordinates", &codes::COORDINATE_MISSING, shared, review);
        self.references("ancillary_variables", &codes::ANCILLARY_MISSING, shared, review);
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
                self.found(&array::LIMIT, message, review);
            }
        }
        self.report_texts(&numbers_as_text(variable), review);
        if let Some(flags) = &self.plan.flags {
            self.flags_as_text(&flags.variable, shared);
        }
        let is_closed = matches!(rules.valid, (Some(_), Some(_)));
        let mut fills = rules.fills.iter().filter(|fill| fill.declared_by == "_FillValue");
        if is_closed && fills.any(|fill| rules.is_valid(fill.value)) {
            self.found(
                &codes::FILL_IN_RANGE,
                || format!("its `_FillValue` is within its valid range {}", range(rules)),
                review,
            );
        }
    }

    /// Reports attributes of the variable that are `texts` although numbers are needed.
    fn report_texts(&self, texts: &[&str], review: &mut ReviewBuilder) {
        let Some(first) = texts.first() else { return };
        let path = &self.plan.variable.path;
        let message = || {
            let names: Vec<String> = texts.iter().map(|name| format!("`{name}`")).collect();
            let verb = if texts.len() == 1 {
                "is a text"
            } else {
                "are texts"
            };
            format!(
                "{path}: {} {verb}, not numbers, and therefore ignored",
                names.join(", ")
            )
        };
        review.found(&codes::NUMBER_AS_TEXT, Some(path), message, || {
            Some(Place::attribute(format!("{path}:{first}")))
        });
    }

    /// Checks an attribute that names other variables. A missing variable is reported once.
    fn references(&self, attribute: &str, code: &CodeInfo, shared: &mut Shared, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        let path = &variable.path;
        let references = self.scope.references(variable, attribute);
        for (name, _) in references.filter(|(_, found)| found.is_none()) {
            let message = || format!("{path}: `{attribute}` names {name}, which the file does not contain");
            review.found(code, Some(name), message, || None);
        }
        if text(variable, attribute).contains(',') && self.scope.has_commas(variable, attribute) {
            let message = || format!("{path}: the names in `{attribute}` are separated by commas");
            let place = Place::attribute(format!("{path}:{attribute}"));
            shared.lists.add(path, message, Some(place));
        }
    }

    /// Collects texts that describe flags and should be numbers. `flag_values` are applied nevertheless if they are
    /// numbers as text.
    fn flags_as_text(&self, flags: &Variable, shared: &mut Shared) {
        let texts = flag_numbers_as_text(flags);
        if let Some(first) = texts.first() {
            let (path, of) = (&self.plan.variable.path, &flags.path);
            let message = || format!("{path}: `{first}` of its flags {of} is a text instead of numbers");
            let place = Place::attribute(format!("{of}:{first}"));
            shared.flags_as_text.add(path, message, Some(place));
        }
    }

    /// Checks the values of the variable.
    pub(crate) fn values(&self, gathered: &Gathered, shared: &mut Shared, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        self.valid_range(gathered, review);
        self.empty_range(gathered, review);
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
        self.flags(gathered, shared, review);
    }

    /// Reports a valid range that is not applied, if a value is different from it.
    fn empty_range(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let Some((least, most)) = empty_range(self.plan.variable) else {
            return;
        };
        let is_other = |(low, high): &(Scalar, Scalar)| (low.as_f64(), high.as_f64()) != (least, most);
        if gathered.total.range().is_some_and(|range| is_other(&range)) {
            let message = || format!("the valid range {least} to {most} is empty, and therefore ignored");
            self.found(&codes::RANGE_EMPTY, message, review);
        }
    }

    /// Reports values outside the valid range.
    ///
    /// Values that the producer's quality control calls good are notable, and not probably wrong. In Argo files the
    /// range is a nominal one of the parameter, and variables without flags have theirs in the core file. Grids and
    /// images use the range to mark values that are not to be used.
    fn valid_range(&self, gathered: &Gathered, review: &mut ReviewBuilder) {
        let variable = self.plan.variable;
        let are_good = gathered.good_out_of_range == gathered.out_of_range;
        let is_nominal = !self.is_observed || self.is_argo && self.plan.flags.is_none();
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
        review.absorb(finding.noted_if(are_good || is_nominal));
    }

    fn flags(&self, gathered: &Gathered, shared: &mut Shared, review: &mut ReviewBuilder) {
        let (Some(flags), Some(split)) = (&self.plan.flags, gathered.total.flag_counts()) else {
            return;
        };
        let path = &self.plan.variable.path;
        if self.flags.is_described() {
            let unknown: Vec<(&str, u64)> = split
                .iter()
                .filter(|(flag, _)| !self.flags.is_known(flag))
                .map(|(flag, (cells, _))| (flag.as_str(), *cells))
                .collect();
            let count: u64 = unknown.iter().map(|(_, cells)| cells).sum();
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
            if count > 0 {
                shared.unknown_flags.add(path, message, None);
                shared.unknown_cells = shared.unknown_cells.saturating_add(count);
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
            bad.iter().map(|(_, (_, count))| count).sum::<u64>(),
        );
        if count > 0 && flagged == count {
            let names: Vec<String> = bad
                .iter()
                .filter(|(_, (_, count))| *count > 0)
                .take(SHOWN)
                .map(|(flag, _)| match self.flags.meaning(flag.as_bytes()) {
                    Some(meaning) => format!("{flag} ({meaning})"),
                    None => (*flag).clone(),
                })
                .collect();
            let message = || format!("{path}: all {count} values have flag {}", names.join(" or "));
            shared.all_bad.add(path, message, None);
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

/// Words in the names of variables that often have one value everywhere: errors, and Argo's distances from the pressure
/// at which a value was interpolated.
const STEADY: [&str; 3] = ["ERROR", "UNCERTAINTY", "_DPRES"];

/// Whether a variable has numbers with units, which are expected to vary in nature.
fn is_measured(variable: &Variable) -> bool {
    let (units, name) = (text(variable, "units"), variable.name.to_ascii_uppercase());
    variable.of.is_number()
        && !units.is_empty()
        && units != "1"
        && !is_flag(variable)
        && !STEADY.iter().any(|word| name.contains(word))
        && !text(variable, "standard_name").ends_with("standard_error")
}

/// Checks that a coordinate variable increases or decreases strictly.
///
/// If no other variable lies along it, nothing is looked up by its values, and the finding is only notable; so it is if
/// a position is kept in a dimension of its own.
pub(crate) fn monotonic(file: &ArrayFile, plan: &Plan<'_>, is_axis: bool, review: &mut ReviewBuilder) {
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
                let place = Place::array(&variable.path, block.index(at as u64));
                let unpack = |value| plan.rules.unpack(value);
                let message = format!(
                    "{} is {} after {}",
                    variable.path,
                    unpack(value),
                    unpack(last.unwrap_or(f64::NAN))
                );
                let code = &codes::AXIS_NOT_MONOTONIC;
                let finding = Finding::new(code, Some(&variable.path), message).at([place]);
                review.absorb(finding.noted_if(!is_axis));
            }
            last = Some(value);
        }
    }
}
