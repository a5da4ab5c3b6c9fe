//! What a handler fills in, and what comes out of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::stats::{Accumulator, Dtype};
use crate::{
    Card, CheckState, CodeInfo, Coverage, CoverageBuilder, Finding, FindingSet, FlagClass, FlagScheme,
    GoodValues, Limits, Place, Variable, quantity,
};

/// What is known of a variable besides its statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariableFacts {
    /// As the file writes it.
    pub name: String,
    /// As the file writes it.
    pub unit: Option<String>,
    /// Its name in the handler's vocabulary.
    pub canonical: Option<String>,
    /// Its CF standard name.
    pub standard_name: Option<String>,
    /// Column of a table, from 1.
    pub column: Option<u64>,
    /// Stored type of a binary format; a text format leaves it to the statistics.
    pub dtype: Option<String>,
    /// Length per dimension; a table leaves it empty, and gets its number of cells.
    pub shape: Option<Vec<u64>>,
    /// Names of the dimensions.
    pub dimensions: Option<Vec<String>>,
    /// Scheme of the variable's flags. Without one flags are counted, and nothing is said of their values.
    pub scheme: Option<FlagScheme>,
}

/// The mergeable state of one variable, kept beside the document for roll-ups without a second reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// The variable's name.
    pub variable: String,
    /// The variable's unit.
    pub unit: Option<String>,
    /// See [`Accumulator::to_state`].
    pub state: Vec<u8>,
}

/// What a review came to; the document without file, verdict and provenance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// See [`crate::Document::kind`].
    pub kind: Option<String>,
    /// See [`crate::Document::observations`].
    pub observations: Option<u64>,
    /// See [`crate::Document::profiles`].
    pub profiles: Option<u64>,
    /// See [`crate::Document::coverage`].
    pub coverage: Coverage,
    /// See [`crate::Document::attributes`].
    pub attributes: BTreeMap<String, Vec<String>>,
    /// See [`crate::Document::variables`].
    pub variables: Vec<Variable>,
    /// See [`crate::Document::findings`].
    pub findings: Vec<Finding>,
    /// See [`crate::Document::checks`].
    pub checks: BTreeMap<String, CheckState>,
    /// Not part of the document.
    #[serde(skip)]
    pub states: Vec<PartState>,
}

impl Review {
    /// That of a handler which did not come to say anything; `name` is the last part of the file's key.
    pub fn not_run(card: &'static Card, name: &str) -> Self {
        ReviewBuilder::new(card, name).finish(false)
    }
}

/// Values kept of an identifying attribute.
const ATTRIBUTE_VALUES: usize = 100;

/// Gathers a review. Nothing a file says can make it grow without bound.
#[derive(Debug)]
pub struct ReviewBuilder {
    card: &'static Card,
    name: String,
    review: Review,
    findings: FindingSet,
    /// Coverage of the file; the handler adds positions, times and depths.
    pub coverage: CoverageBuilder,
}

impl ReviewBuilder {
    /// Starts a review by the handler of `card`; `name` is the last part of the file's key.
    pub fn new(card: &'static Card, name: &str) -> Self {
        ReviewBuilder {
            card,
            name: name.to_owned(),
            review: Review::default(),
            findings: FindingSet::default(),
            coverage: CoverageBuilder::default(),
        }
    }

    /// The limits to keep to.
    pub fn limits(&self) -> &Limits {
        &self.card.limits
    }

    /// Last part of the file's key, to be compared with what the file says of itself; never to be opened.
    pub fn file_name(&self) -> &str {
        &self.name
    }

    /// Says what the file was found to be.
    pub fn kind(&mut self, kind: impl AsRef<str>) {
        self.review.kind = Some(crate::printable(kind.as_ref().as_bytes(), 256));
    }

    /// Sets the number of observations.
    pub fn observations(&mut self, count: u64) {
        self.review.observations = Some(count);
    }

    /// Sets the number of profiles.
    pub fn profiles(&mut self, count: u64) {
        self.review.profiles = Some(count);
    }

    /// Adds a value of an identifying attribute, such as an EXPOCODE; a repeated one is kept once.
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

    /// Adds a variable, after those that were added before.
    pub fn variable(&mut self, facts: VariableFacts, accumulator: &Accumulator) {
        self.review.states.push(PartState {
            variable: facts.name.clone(),
            unit: facts.unit.clone(),
            state: accumulator.to_state(),
        });
        self.review.variables.push(describe(facts, accumulator));
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

    /// Reports `count` occurrences of a finding at once, `place` being that of the first; none where `count` is 0.
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

    /// Declares that findings `consequence`, of one subject or (`None`) of any, follow from findings `cause`.
    ///
    /// If `cause` was found when the review finishes, these consequences are not listed: they are counted in
    /// [`Finding::suppressed`] of the cause, and their checks stay [`CheckState::Failed`]. The call may come before or
    /// after the findings. The cause keeps its severity; see [`FindingSet::explain`].
    ///
    /// ```
    /// # use data_review_core::*;
    /// # fn review(review: &mut ReviewBuilder) {
    /// const CUT: CodeInfo = CodeInfo::new("file-truncated", Severity::Error, "The file ends too early");
    /// const ROW: CodeInfo = CodeInfo::new("short-row", Severity::Error, "A row has too few cells");
    /// // The last row of a file that was cut is short: that is one finding, not two.
    /// review.explain(&CUT, &ROW, None);
    /// # }
    /// ```
    pub fn explain(&mut self, cause: &CodeInfo, consequence: &CodeInfo, subject: Option<&str>) {
        self.findings.explain(cause.code, consequence.code, subject);
    }

    /// Adds a finding that was folded elsewhere.
    pub fn absorb(&mut self, finding: Finding) {
        self.findings.absorb(finding);
    }

    /// Says that a check had nothing to run on. A code that is not on the card is no check of this handler.
    pub fn not_applicable(&mut self, code: &CodeInfo) {
        self.state(code, CheckState::NotApplicable);
    }

    /// Says that a check could not run to its end, though the review did.
    pub fn not_run(&mut self, code: &CodeInfo) {
        self.state(code, CheckState::NotRun);
    }

    fn state(&mut self, code: &CodeInfo, state: CheckState) {
        if self.card.all_codes().any(|own| own.code == code.code) {
            self.review.checks.insert(code.code.to_owned(), state);
        }
    }

    /// Ends the review. `complete` is false when the handler gave up: what it did not find then was not looked for.
    pub fn finish(mut self, complete: bool) -> Review {
        let coverage = self.coverage.finish();
        let findings = self.findings.into_sorted();
        // A suppressed finding fails its check as well: the deviation is in the file, it is only not listed.
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
        Review {
            coverage,
            findings,
            ..self.review
        }
    }
}

fn describe(facts: VariableFacts, accumulator: &Accumulator) -> Variable {
    let mut summary = accumulator.summary();
    let scheme = facts.scheme.filter(|_| summary.flags.is_some());
    if let (Some(scheme), Some(flags)) = (&scheme, &mut summary.flags) {
        for (flag, figures) in flags {
            figures.class = Some(scheme.class(flag.as_bytes()));
        }
    }
    let is_number = matches!(summary.dtype, Dtype::Decimal | Dtype::Integer);
    let quantity = quantity::of(
        facts.standard_name.as_deref(),
        facts.canonical.as_deref(),
        &facts.name,
        facts.unit.as_deref(),
    );
    Variable {
        quantity: quantity
            .filter(|_| is_number)
            .map(|quantity| quantity.name.to_owned()),
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
        distinct: summary.distinct,
        first: summary.first,
        last: summary.last,
        good: scheme
            .as_ref()
            .filter(|scheme| scheme.has_good())
            .map(|scheme| good(scheme, accumulator)),
        flags: summary.flags,
        flag_scheme: scheme.map(|scheme| scheme.name().to_owned()),
    }
}

fn good(scheme: &FlagScheme, accumulator: &Accumulator) -> GoodValues {
    let (flags, count, moments) = accumulator.of_flags(|flag| scheme.class(flag) == FlagClass::Good);
    GoodValues {
        flags,
        count,
        min: moments.min(),
        max: moments.max(),
        mean: moments.mean(),
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
    fn good_values_are_those_of_good_flags() {
        let accumulator = flagged(&[("1", 3.0), ("2", 5.0), ("4", 99.0), ("", 7.0)]);
        let variable = described(&accumulator, Some(ARGO.clone()));
        let good = variable.good.unwrap();
        assert_eq!(good.flags, ["1", "2"]);
        assert_eq!(
            (good.count, good.min, good.max, good.mean),
            (2, Some(Scalar::Number(3.0)), Some(Scalar::Number(5.0)), Some(4.0))
        );
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
    fn padding_is_apart_from_missing() {
        let mut accumulator = flagged(&[("1", 3.0)]);
        accumulator.push_padding(9);
        let variable = described(&accumulator, Some(ARGO.clone()));
        assert_eq!((variable.total, variable.count, variable.padding), (10, 1, 9));
        assert_eq!(variable.shape, [10]);
        assert!(variable.missing.is_empty());
    }
}
