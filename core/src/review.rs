//! The review that a handler builds, and its result.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::preview::{Preview, PreviewBuilder};
use crate::quantity::Quantity;
use crate::stats::{Accumulator, Dtype, Numbers, Summary};
use crate::{
    Card, Cast, CheckState, CodeInfo, Coverage, CoverageBuilder, Finding, FindingSet, FlagClass, FlagScheme,
    GoodValues, Limits, MOST_CASTS, Place, Variable, quantity,
};

/// What a handler knows about a variable besides its statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariableFacts {
    /// Name as the file writes it.
    pub name: String,
    /// Unit as the file writes it; `None` if the file states none.
    pub unit: Option<String>,
    /// Name in the vocabulary of the handler.
    pub canonical: Option<String>,
    /// CF standard name, if the file states one or the vocabulary has one.
    pub standard_name: Option<String>,
    /// Number of the column in a table, from 1.
    pub column: Option<u64>,
    /// Stored type, in a binary format. Text formats leave it `None`, and the statistics determine the type.
    pub dtype: Option<String>,
    /// Length of each dimension. Tables leave it `None`, and the number of cells is the only dimension.
    pub shape: Option<Vec<u64>>,
    /// Names of the dimensions, in the order of `shape`.
    pub dimensions: Option<Vec<String>>,
    /// Scheme of the variable's flags. Without a scheme, flags are counted and say nothing about the values.
    pub scheme: Option<FlagScheme>,
}

impl VariableFacts {
    /// The quantity that the variable measures, by its names and its unit; see [`quantity::of`].
    pub fn quantity(&self) -> Option<&'static Quantity> {
        quantity::of(
            self.standard_name.as_deref(),
            self.canonical.as_deref(),
            &self.name,
            self.unit.as_deref(),
        )
    }
}

/// The mergeable statistics of one variable. They are stored beside the document, so that archives are summarised
/// without reading files again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// Name of the variable, as in the document.
    pub variable: String,
    /// Unit of the variable, as in the document.
    pub unit: Option<String>,
    /// The statistics as bytes; see [`Accumulator::to_state`].
    pub state: Vec<u8>,
}

/// The result of a review: the document without file, verdict and provenance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What the file was found to be; see [`crate::Document::kind`].
    pub kind: Option<String>,
    /// Number of observations; see [`crate::Document::observations`].
    pub observations: Option<u64>,
    /// Number of profiles; see [`crate::Document::profiles`].
    pub profiles: Option<u64>,
    /// Casts in the order of the file; see [`crate::Document::casts`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub casts: Vec<Cast>,
    /// Number of profiles that `casts` does not list; see [`crate::Document::casts_left_out`].
    #[serde(default, skip_serializing_if = "crate::document::is_zero")]
    pub casts_left_out: u64,
    /// Where and when the data were observed; see [`crate::Document::coverage`].
    pub coverage: Coverage,
    /// Identifying attributes; see [`crate::Document::attributes`].
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Variables with their statistics, in the order of the file; see [`crate::Document::variables`].
    pub variables: Vec<Variable>,
    /// Findings in the order of [`FindingSet::into_sorted`]; see [`crate::Document::findings`].
    pub findings: Vec<Finding>,
    /// State of each code on the card; see [`crate::Document::checks`].
    pub checks: BTreeMap<String, CheckState>,
    /// Levels of the casts for plots, if the review was asked for them; not part of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// Mergeable statistics of the variables, in their order; not part of the document.
    #[serde(skip)]
    pub states: Vec<PartState>,
}

impl Review {
    /// The review of a handler that reported nothing, for example because its worker crashed: every check is `NotRun`.
    /// `name` is the last part of the file's key.
    pub fn not_run(card: &'static Card, name: &str) -> Self {
        ReviewBuilder::new(card, name).finish(false)
    }
}

/// Most values of an identifying attribute.
const ATTRIBUTE_VALUES: usize = 100;

/// Builds a [`Review`] from what a handler reports, in memory that no file can make grow without bound.
///
/// ```
/// use data_review_core::{Limits, ReviewBuilder};
/// # use data_review_core::{Card, LambdaHints};
/// # static CARD: Card = Card {
/// #     id: "greeting", title: "Greeting", version: 1, extensions: &[], magic: &[], refines: &[], docs: "none",
/// #     observations: "one per file", reader: "greeting 1", vocabulary: None, codes: &[], limits: Limits::DEFAULT,
/// #     lambda: LambdaHints::DEFAULT,
/// # };
///
/// let mut review = ReviewBuilder::new(&CARD, "a.hello");
/// review.kind("Greeting");
/// review.observations(1);
/// review.attribute("name", "World");
/// review.coverage.position(-30.0, 60.0);
/// let review = review.finish(true);
/// assert_eq!(review.attributes["name"], ["World"]);
/// ```
#[derive(Debug)]
pub struct ReviewBuilder {
    card: &'static Card,
    name: String,
    review: Review,
    findings: FindingSet,
    wants_preview: bool,
    /// Coverage of the file, to which the handler adds positions, times and depths.
    pub coverage: CoverageBuilder,
}

impl ReviewBuilder {
    /// An empty review by the handler with this card; `name` is the last part of the file's key.
    pub fn new(card: &'static Card, name: &str) -> Self {
        ReviewBuilder {
            card,
            name: name.to_owned(),
            review: Review::default(),
            findings: FindingSet::default(),
            wants_preview: false,
            coverage: CoverageBuilder::default(),
        }
    }

    /// The same review with or without a preview of its profiles; without one unless this is called.
    #[must_use]
    pub fn with_preview(self, wants_preview: bool) -> Self {
        ReviewBuilder {
            wants_preview,
            ..self
        }
    }

    /// Whether the handler is asked for a preview of the profiles.
    pub fn wants_preview(&self) -> bool {
        self.wants_preview
    }

    /// The limits on the handler's card, to which the review must keep.
    pub fn limits(&self) -> &Limits {
        &self.card.limits
    }

    /// The last part of the file's key, for comparison with what the file says of itself. It is not a path to open.
    pub fn file_name(&self) -> &str {
        &self.name
    }

    /// Sets the kind of file within the format, such as "WHP bottle".
    pub fn kind(&mut self, kind: impl AsRef<str>) {
        self.review.kind = Some(crate::printable(kind.as_ref().as_bytes(), 256));
    }

    /// Sets the number of observations, as [`Card::observations`] defines them.
    pub fn observations(&mut self, count: u64) {
        self.review.observations = Some(count);
    }

    /// Sets the number of profiles (casts, stations) in the file.
    pub fn profiles(&mut self, count: u64) {
        self.review.profiles = Some(count);
    }

    /// Adds a cast. The document lists casts in the order of the calls, which is that of the file in whatever order it is read.
    /// Beyond [`MOST_CASTS`] casts this does nothing: the end of the review counts the profiles that are not listed.
    pub fn cast(&mut self, cast: Cast) {
        if self.review.casts.len() < MOST_CASTS {
            self.review.casts.push(cast.bounded());
        }
    }

    /// Sets the preview of the profiles. Does nothing if the review was not asked for one.
    pub fn preview(&mut self, preview: PreviewBuilder) {
        if self.wants_preview {
            self.review.preview = preview.finish();
        }
    }

    /// The variables so far, as the document lists them.
    pub fn variables(&self) -> &[Variable] {
        &self.review.variables
    }

    /// Adds a value of an identifying attribute, such as an EXPOCODE. A repeated value is kept once, and at most 100
    /// values are kept.
    pub fn attribute(&mut self, name: &str, value: &str) {
        if !self.review.attributes.contains_key(name) && self.review.attributes.len() >= ATTRIBUTE_VALUES {
            return;
        }
        let values = self.review.attributes.entry(name.to_owned()).or_default();
        let value = crate::printable(value.as_bytes(), 256);
        if values.len() < ATTRIBUTE_VALUES && !values.contains(&value) {
            values.push(value);
        }
    }

    /// Adds a variable with its statistics. The document lists variables in the order of the calls.
    pub fn variable(&mut self, facts: VariableFacts, accumulator: &Accumulator) {
        self.review.states.push(PartState {
            variable: facts.name.clone(),
            unit: facts.unit.clone(),
            state: accumulator.to_state(),
        });
        self.review.variables.push(describe(facts, accumulator));
    }

    /// Adds a variable of which some values stand for a missing one: its good values are all but `left_out` (finite, without
    /// repetition), and `others` are their statistics. What the flags say of a variable that has flags comes first.
    pub fn variable_without(
        &mut self,
        facts: VariableFacts,
        all: &Accumulator,
        left_out: &[f64],
        others: &Accumulator,
    ) {
        self.variable(facts, all);
        if let Some(variable) = self.review.variables.last_mut()
            && variable.flags.is_none()
        {
            variable.good = Some(without(left_out, others));
        }
    }

    /// Reports one occurrence of a finding. `message` and `place` are called only if their results are kept.
    pub fn found(
        &mut self,
        code: &CodeInfo,
        subject: Option<&str>,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Option<Place>,
    ) {
        self.found_many(code, subject, 1, message, place);
    }

    /// Reports `count` occurrences of a finding at once; `place` is the place of the first. Does nothing if `count` is
    /// 0.
    pub fn found_many(
        &mut self,
        code: &CodeInfo,
        subject: Option<&str>,
        count: u64,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Option<Place>,
    ) {
        self.findings
            .add_many(code.code, code.severity, subject, count, message, place);
    }

    /// Declares that the findings with the code `consequence` follow from those with the code `cause`, for one subject
    /// or (`None`) for all.
    ///
    /// If `cause` is found by the end of the review, these consequences are not listed: they are counted in
    /// [`Finding::suppressed`] of the cause, and their checks stay [`CheckState::Failed`]. The call may precede or
    /// follow the findings. The severity of the cause stays; see [`FindingSet::explain`].
    ///
    /// ```
    /// # use data_review_core::*;
    /// # fn review(review: &mut ReviewBuilder) {
    /// const CUT: CodeInfo = CodeInfo::new("file-truncated", Severity::Error, "The file ends too early");
    /// const ROW: CodeInfo = CodeInfo::new("short-row", Severity::Error, "A row has too few cells");
    /// // The last row of a truncated file is short: that is one finding, not two.
    /// review.explain(&CUT, &ROW, None);
    /// # }
    /// ```
    pub fn explain(&mut self, cause: &CodeInfo, consequence: &CodeInfo, subject: Option<&str>) {
        self.findings.explain(cause.code, consequence.code, subject);
    }

    /// Adds a finding that was collected elsewhere, for example over another part of the file.
    pub fn absorb(&mut self, finding: Finding) {
        self.findings.absorb(finding);
    }

    /// Declares that the file has nothing that a check applies to. A code that is not on the handler's card has no
    /// effect.
    pub fn not_applicable(&mut self, code: &CodeInfo) {
        self.state(code, CheckState::NotApplicable);
    }

    /// Declares that a check could not run to its end, although the review did.
    pub fn not_run(&mut self, code: &CodeInfo) {
        self.state(code, CheckState::NotRun);
    }

    fn state(&mut self, code: &CodeInfo, state: CheckState) {
        if self.card.all_codes().any(|own| own.code == code.code) {
            self.review.checks.insert(code.code.to_owned(), state);
        }
    }

    /// Ends the review. `complete` is false if the handler gave up: checks without a finding then did not run.
    pub fn finish(mut self, complete: bool) -> Review {
        let coverage = self.coverage.finish();
        let findings = self.findings.into_sorted();
        // A suppressed finding fails its check as well: the defect is in the file, although it is not listed.
        let found: BTreeSet<&str> = findings
            .iter()
            .flat_map(|finding| std::iter::once(&finding.code).chain(finding.suppressed.keys()))
            .map(String::as_str)
            .collect();
        for code in self.card.all_codes() {
            let state = self
                .review
                .checks
                .entry(code.code.to_owned())
                .or_insert(match complete {
                    true => CheckState::Passed,
                    false => CheckState::NotRun,
                });
            if found.contains(code.code) {
                *state = CheckState::Failed;
            }
        }
        let listed = self.review.casts.len() as u64;
        Review {
            casts_left_out: self.review.profiles.unwrap_or(0).saturating_sub(listed),
            coverage,
            findings,
            ..self.review
        }
    }
}

/// The variable that a handler described and gathered.
pub(crate) fn describe(facts: VariableFacts, accumulator: &Accumulator) -> Variable {
    let mut summary = accumulator.summary();
    let is_number = matches!(summary.dtype, Dtype::Decimal | Dtype::Integer);
    let quantity = is_number.then(|| facts.quantity()).flatten();
    let scheme = facts.scheme.filter(|_| summary.flags.is_some());
    if let (Some(scheme), Some(flags)) = (&scheme, &mut summary.flags) {
        for (flag, figures) in flags {
            figures.class = Some(scheme.class(flag.as_bytes()));
        }
    }
    let good = scheme.as_ref().filter(|scheme| scheme.has_good()).map(|scheme| {
        good_values(accumulator, &summary, |flag| {
            scheme.class(flag) == FlagClass::Good
        })
    });
    Variable {
        quantity: quantity.map(|quantity| quantity.name.to_owned()),
        name: facts.name,
        unit: facts.unit,
        canonical: facts.canonical,
        standard_name: facts.standard_name,
        column: facts.column,
        dtype: facts.dtype.unwrap_or_else(|| summary.dtype.as_str().to_owned()),
        shape: facts.shape.unwrap_or_else(|| vec![summary.total]),
        dimensions: facts.dimensions,
        total: summary.total,
        count: summary.count,
        missing: summary.missing,
        invalid: summary.invalid,
        non_finite: summary.non_finite,
        padding: summary.padding,
        min: summary.min,
        max: summary.max,
        mean: summary.mean,
        std: summary.std,
        quantiles: summary.quantiles,
        quantile_bounds: summary.quantile_bounds,
        distinct: summary.distinct,
        distinct_exact: summary.distinct_exact,
        frequent: summary.frequent,
        first: summary.first,
        last: summary.last,
        good,
        flags: summary.flags,
        flag_scheme: scheme.map(|scheme| scheme.name().to_owned()),
    }
}

/// Statistics over the values whose flags are good; `summary` is that of all values.
pub(crate) fn good_values(
    accumulator: &Accumulator,
    summary: &Summary,
    is_good: impl Fn(&[u8]) -> bool,
) -> GoodValues {
    let (flags, count, numbers) = accumulator.of_flags(is_good, summary);
    let Numbers {
        min,
        max,
        mean,
        std,
        quantiles,
        quantile_bounds,
    } = numbers;
    GoodValues {
        flags,
        left_out: Vec::new(),
        count,
        min,
        max,
        mean,
        std,
        quantiles,
        quantile_bounds,
    }
}

fn without(left_out: &[f64], others: &Accumulator) -> GoodValues {
    let mut left_out = left_out.to_vec();
    left_out.sort_by(f64::total_cmp);
    let others = others.summary();
    GoodValues {
        left_out,
        count: others.count,
        min: others.min,
        max: others.max,
        mean: others.mean,
        std: others.std,
        quantiles: others.quantiles,
        quantile_bounds: others.quantile_bounds,
        flags: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::{ARGO, SEADATANET};
    use crate::stats::{Dtype, Scalar};

    fn flagged(flags: &[(&str, f64)]) -> Accumulator {
        let mut accumulator = Accumulator::new(Dtype::Decimal, true);
        for (flag, value) in flags {
            accumulator.push_number(*value, Some(flag.as_bytes()));
        }
        accumulator
    }

    fn described(accumulator: &Accumulator, scheme: Option<FlagScheme>) -> Variable {
        let facts = VariableFacts {
            name: "TEMP".to_owned(),
            scheme,
            ..VariableFacts::default()
        };
        describe(facts, accumulator)
    }

    #[test]
    fn casts_are_listed_up_to_a_limit_and_counted_beyond() {
        let mut review = ReviewBuilder::new(&crate::rollup::tests::CARD, "a.csv");
        for number in 0..MOST_CASTS + 5 {
            review.cast(Cast {
                number: Some(number.to_string()),
                ..Cast::default()
            });
        }
        review.profiles(MOST_CASTS as u64 + 5);
        let review = review.finish(true);
        assert_eq!((review.casts.len(), review.casts_left_out), (MOST_CASTS, 5));
        assert_eq!(review.casts[7].number.as_deref(), Some("7"));
    }

    #[test]
    fn if_all_flags_are_good_the_good_values_are_all_values() {
        let accumulator = flagged(&[("1", 3.0), ("2", 6.0)]);
        let variable = described(&accumulator, Some(ARGO.clone()));
        let good = variable.good.unwrap();
        assert_eq!((good.count, good.mean), (2, Some(4.5)));
        assert_eq!((good.min, good.max), (variable.min, variable.max));
        assert_eq!((good.std, good.quantiles), (variable.std, variable.quantiles));
    }

    #[test]
    fn the_number_of_distinct_values_says_whether_it_is_exact() {
        let numbers = |count: u32| {
            let mut accumulator = Accumulator::new(Dtype::Decimal, false);
            (0..count).for_each(|n| accumulator.push_number(f64::from(n) + 0.5, None));
            let variable = described(&accumulator, None);
            (variable.distinct, variable.distinct_exact)
        };
        assert_eq!(numbers(4000), (4000, true));
        assert!(!numbers(10_000).1);
    }

    #[test]
    fn good_values_are_those_of_good_flags() {
        let accumulator = flagged(&[("1", 3.0), ("2", 5.0), ("4", 99.0), ("", 7.0)]);
        let variable = described(&accumulator, Some(ARGO.clone()));
        let good = variable.good.unwrap();
        assert_eq!(good.flags, ["1", "2"]);
        assert_eq!(
            (good.count, good.min, good.max, good.mean),
            (2, Some(Scalar::Number(3.0)), Some(Scalar::Number(5.0)), Some(4.0))
        );
        assert_eq!((good.std, good.quantiles.unwrap()["0.5"]), (Some(1.0), 4.0));
        assert_eq!(variable.max, Some(Scalar::Number(99.0)), "of all values");
        assert_eq!(variable.flag_scheme.as_deref(), Some("Argo"));
        let classes: Vec<_> = variable
            .flags
            .unwrap()
            .into_values()
            .map(|flag| flag.class)
            .collect();
        let expected = [
            FlagClass::NotAssessed,
            FlagClass::Good,
            FlagClass::Good,
            FlagClass::Bad,
        ];
        assert_eq!(classes, expected.map(Some));
    }

    #[test]
    fn without_a_scheme_flags_are_only_counted() {
        let variable = described(&flagged(&[("1", 3.0)]), None);
        assert_eq!((&variable.flag_scheme, &variable.good), (&None, &None));
        assert_eq!(variable.flags.unwrap()["1"].class, None);
    }

    #[test]
    fn a_scheme_without_flags_or_without_a_good_flag_has_no_good_values() {
        let mut plain = Accumulator::new(Dtype::Decimal, false);
        plain.push_number(1.0, None);
        let variable = described(&plain, Some(SEADATANET.clone()));
        assert_eq!((variable.flag_scheme, variable.good), (None, None));
        let land = FlagScheme::of_meanings([("1".to_owned(), "land".to_owned())].into_iter());
        let variable = described(&flagged(&[("1", 3.0)]), Some(land));
        assert_eq!(variable.good, None);
    }

    #[test]
    fn padding_is_counted_apart_from_missing_values() {
        let mut accumulator = flagged(&[("1", 3.0)]);
        accumulator.push_padding(9);
        let variable = described(&accumulator, Some(ARGO.clone()));
        assert_eq!((variable.total, variable.count, variable.padding), (10, 1, 9));
        assert_eq!(variable.shape, [10]);
        assert!(variable.missing.is_empty());
    }
}
