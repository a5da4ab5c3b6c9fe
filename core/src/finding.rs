//! Findings: everything in a file that is wrong or notable, with its places.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CodeInfo;

/// How serious a finding is. The order is that of lists: `Error` comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file is unusable, or a statement in it is wrong.
    Error,
    /// Probably wrong, or contrary to the specification, although the data can be read.
    Warning,
    /// Notable, but not wrong.
    Info,
}

impl Severity {
    /// The severity as documents write it: `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Where in a file something is: a position in a text, a value of an array, an attribute or a byte.
// The order of the variants matters: an untagged enum is read as the first one that fits, and `Text` fits every object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Place {
    /// A value of an array.
    Array {
        /// Full name of the variable, with its groups: `/group/name`.
        variable: String,
        /// Index in each dimension, from 0.
        index: Vec<u64>,
    },
    /// An attribute.
    Attribute {
        /// `variable:attribute`, or `:attribute` for an attribute of the file.
        attribute: String,
    },
    /// A byte of the file.
    Byte {
        /// Offset from the beginning of the file, from 0.
        byte: u64,
    },
    /// A place in a text file, or in a text member of an archive.
    Text {
        /// Name of the member of an archive; null outside archives.
        member: Option<String>,
        /// Line, from 1; null for a place that is not a line.
        line: Option<u64>,
        /// Byte within the line, from 1; null for the line as a whole.
        column: Option<u64>,
        /// Name of the table's column, or of the header line; null if there is none.
        field: Option<String>,
    },
}

/// The key by which places are ordered.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank<'a> {
    Byte(u64),
    /// Member, line, column, field.
    Text(Option<&'a str>, Option<u64>, Option<u64>, Option<&'a str>),
    /// Variable, index (`None` for an attribute, so that attributes precede values), attribute.
    Variable(&'a str, Option<&'a [u64]>, &'a str),
}

impl Place {
    /// A value of an array: the variable's full name, and the index in each dimension, from 0.
    pub fn array(variable: &str, index: Vec<u64>) -> Self {
        Place::Array {
            variable: variable.to_owned(),
            index,
        }
    }

    /// An attribute: `variable:attribute`, or `:attribute` for an attribute of the file.
    pub fn attribute(name: impl Into<String>) -> Self {
        Place::Attribute {
            attribute: name.into(),
        }
    }

    /// A place in a text: line and byte within the line, both from 1, and the name of the table's column, if any.
    pub fn text(line: u64, column: u64, field: Option<&str>) -> Self {
        Place::Text {
            member: None,
            line: Some(line),
            column: Some(column),
            field: field.map(str::to_owned),
        }
    }

    /// The same place in a member of an archive; places that are not in a text stay as they are.
    #[must_use]
    pub fn in_member(self, name: &str) -> Self {
        match self {
            Place::Text {
                line, column, field, ..
            } => Place::Text {
                member: Some(name.to_owned()),
                line,
                column,
                field,
            },
            other => other,
        }
    }

    /// A member of an archive as a whole, by its name.
    pub fn member(name: &str) -> Self {
        Place::Text {
            member: Some(name.to_owned()),
            line: None,
            column: None,
            field: None,
        }
    }

    /// Compares two places by their order in the file: bytes; lines, by member; attributes and values, by the
    /// variable's name.
    ///
    /// The order is total over places of all kinds, although those of one file are mostly of one kind.
    pub fn order(&self, other: &Place) -> Ordering {
        self.rank().cmp(&other.rank())
    }

    fn rank(&self) -> Rank<'_> {
        match self {
            Place::Byte { byte } => Rank::Byte(*byte),
            Place::Text {
                member,
                line,
                column,
                field,
            } => Rank::Text(member.as_deref(), *line, *column, field.as_deref()),
            Place::Attribute { attribute } => {
                let (variable, name) = attribute.rsplit_once(':').unwrap_or(("", attribute));
                Rank::Variable(variable, None, name)
            }
            Place::Array { variable, index } => Rank::Variable(variable, Some(index), ""),
        }
    }
}

/// One kind of defect of one subject: how often it occurs, and its first ten places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable name of the kind of defect; `data-review explain CODE` prints its meaning and its remedy.
    pub code: String,
    /// How serious it is; the severity of its code, unless a handler lowered it.
    pub severity: Severity,
    /// The parameter, variable, member or attribute that it is about; null for the file as a whole.
    pub subject: Option<String>,
    /// One sentence about the first occurrence, or about all of them.
    pub message: String,
    /// Number of occurrences, at least 1.
    pub count: u64,
    /// The first ten places, in the order of the file.
    pub places: Vec<Place>,
    /// Numbers of occurrences of other findings, by code, that follow from this one and are therefore not listed.
    #[serde(default)]
    #[schemars(required)]
    pub suppressed: BTreeMap<String, u64>,
}

impl Finding {
    /// One occurrence of `code`, without a place.
    ///
    /// ```
    /// use data_review_core::{CodeInfo, Finding, Place, Severity};
    ///
    /// const CODE: CodeInfo = CodeInfo::new("out-of-range", Severity::Warning, "A value is out of range");
    /// let finding = Finding::new(&CODE, Some("TEMP"), "16 values outside -2 to 35")
    ///     .times(16)
    ///     .at([Place::array("TEMP", vec![3, 0])]);
    /// assert_eq!((finding.count, finding.severity), (16, Severity::Warning));
    /// ```
    pub fn new(code: &CodeInfo, subject: Option<&str>, message: impl Into<String>) -> Self {
        Finding {
            code: code.code.to_owned(),
            severity: code.severity,
            subject: subject.map(str::to_owned),
            message: message.into(),
            count: 1,
            places: Vec::new(),
            suppressed: BTreeMap::new(),
        }
    }

    /// Sets the number of occurrences, at least 1.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Finding { count, ..self }
    }

    /// Sets another severity than that of its code.
    #[must_use]
    pub fn with_severity(self, severity: Severity) -> Self {
        Finding { severity, ..self }
    }

    /// Makes the finding an info where the deviation is only notable.
    ///
    /// ```
    /// use data_review_core::{CodeInfo, Finding, Severity};
    ///
    /// const CODE: CodeInfo = CodeInfo::new("date", Severity::Warning, "Invalid date");
    /// let finding = Finding::new(&CODE, None, "2019-13-01");
    /// assert_eq!(finding.clone().noted_if(false).severity, Severity::Warning);
    /// assert_eq!(finding.noted_if(true).severity, Severity::Info);
    /// ```
    #[must_use]
    pub fn noted_if(self, is_only_notable: bool) -> Self {
        match is_only_notable {
            true => self.with_severity(Severity::Info),
            false => self,
        }
    }

    /// Adds places. A finding keeps its first ten.
    #[must_use]
    pub fn at(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        let free = PLACES.saturating_sub(self.places.len());
        self.places.extend(places.into_iter().take(free));
        self
    }
}

/// The state of a check, which is one finding code on a handler's card, in one review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CheckState {
    /// The check ran over the whole file and found nothing.
    #[serde(rename = "passed")]
    Passed,
    /// The check found something. So it is if all findings are suppressed because they follow from another finding: the defect
    /// is in the file, although it is not listed.
    #[serde(rename = "failed")]
    Failed,
    /// The file contains nothing that the check applies to.
    #[serde(rename = "not applicable")]
    NotApplicable,
    /// The check could not run to its end, mostly because the review ended before.
    #[serde(rename = "not run")]
    NotRun,
}

/// Subject that stands for all further subjects of a code, beyond the first 200.
pub const OTHER_SUBJECTS: &str = "(other subjects)";
/// Most places of a finding.
const PLACES: usize = 10;
/// Most subjects of a code.
const SUBJECTS: usize = 200;
/// Length of the longest subject and message, in bytes.
const TEXT: usize = 512;
/// Most subjects of a pair of cause and consequence. It exceeds [`SUBJECTS`], because a subject may be declared and
/// never found.
const EXPLAINED: usize = 1000;

/// Collects findings by code and subject, in bounded memory.
///
/// [`FindingSet::into_sorted`] removes the findings that follow from others ([`FindingSet::explain`]) and orders the
/// rest.
///
/// ```
/// use data_review_core::{FindingSet, Place, Severity};
///
/// let mut findings = FindingSet::default();
/// for line in [7, 9] {
///     let message = || format!("spike in line {line}");
///     let place = || Some(Place::text(line, 1, None));
///     findings.add("spike", Severity::Warning, Some("TEMP"), message, place);
/// }
/// let findings = findings.into_sorted();
/// assert_eq!(findings.len(), 1);
/// assert_eq!((findings[0].count, findings[0].message.as_str()), (2, "spike in line 7"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct FindingSet {
    by_code: BTreeMap<String, BTreeMap<String, Finding>>,
    /// The subjects that are declared for each pair (cause, consequence).
    explained: BTreeMap<(&'static str, &'static str), Explained>,
}

/// For which subjects a consequence follows from its cause.
#[derive(Debug, Clone)]
enum Explained {
    All,
    Only(BTreeSet<String>),
}

impl FindingSet {
    /// Adds one occurrence of the code. `message` and `place` are called only if their results are kept.
    pub fn add(
        &mut self,
        code: &str,
        severity: Severity,
        subject: Option<&str>,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Option<Place>,
    ) {
        self.add_many(code, severity, subject, 1, message, place);
    }

    /// Adds `count` occurrences at once; `place` is the place of the first. Does nothing if `count` is 0.
    pub fn add_many(
        &mut self,
        code: &str,
        severity: Severity,
        subject: Option<&str>,
        count: u64,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Option<Place>,
    ) {
        if count == 0 {
            return;
        }
        let subjects = match self.by_code.get_mut(code) {
            Some(subjects) => subjects,
            None => self.by_code.entry(code.to_owned()).or_default(),
        };
        let mut key = subject.unwrap_or_default();
        if !subjects.contains_key(key) && subjects.len() >= SUBJECTS {
            key = OTHER_SUBJECTS;
        }
        if let Some(finding) = subjects.get_mut(key) {
            finding.count = finding.count.saturating_add(count);
            if finding.places.len() < PLACES {
                finding.places.extend(place());
            }
            return;
        }
        let shown = subject.map(|subject| if key == OTHER_SUBJECTS { key } else { subject });
        let finding = Finding {
            code: code.to_owned(),
            severity,
            subject: shown.map(|subject| crate::printable(subject.as_bytes(), TEXT)),
            message: crate::printable(message().as_bytes(), TEXT),
            count,
            places: place().into_iter().collect(),
            suppressed: BTreeMap::new(),
        };
        subjects.insert(key.to_owned(), finding);
    }

    /// Adds a finding that was collected elsewhere: over another part of the file, or by a worker process.
    ///
    /// The order of calls does not matter: the first ten places of both are kept, and the message of the one that comes
    /// first in the file.
    pub fn absorb(&mut self, finding: Finding) {
        if finding.count == 0 {
            return;
        }
        let finding = Finding {
            subject: finding
                .subject
                .map(|subject| crate::printable(subject.as_bytes(), TEXT)),
            message: crate::printable(finding.message.as_bytes(), TEXT),
            ..finding
        };
        let subjects = self.by_code.entry(finding.code.clone()).or_default();
        let mut key = finding.subject.clone().unwrap_or_default();
        if !subjects.contains_key(&key) && subjects.len() >= SUBJECTS {
            key = OTHER_SUBJECTS.to_owned();
        }
        match subjects.get_mut(&key) {
            Some(held) => held.merge(finding),
            None => {
                let subject = if key == OTHER_SUBJECTS {
                    Some(key.clone())
                } else {
                    finding.subject.clone()
                };
                let mut finding = Finding { subject, ..finding };
                finding.sort_places();
                subjects.insert(key, finding);
            }
        }
    }

    /// Declares that the findings with the code `consequence` follow from those with the code `cause`, for one subject
    /// or (`None`) for all.
    ///
    /// If the cause is found, [`Self::into_sorted`] removes these consequences and counts them in
    /// [`Finding::suppressed`] of the cause with the same subject, or of the first cause if none has it. In a chain of
    /// causes the first counts all. The severity of the cause stays. Calls may precede or follow the findings. A pair
    /// of codes keeps 1,000 subjects, and findings under [`OTHER_SUBJECTS`] are removed only by `None`.
    pub fn explain(&mut self, cause: &'static str, consequence: &'static str, subject: Option<&str>) {
        let explained = self
            .explained
            .entry((cause, consequence))
            .or_insert_with(|| Explained::Only(BTreeSet::new()));
        match (explained, subject) {
            (explained, None) => *explained = Explained::All,
            (Explained::Only(subjects), Some(subject)) if subjects.len() < EXPLAINED => {
                subjects.insert(crate::printable(subject.as_bytes(), TEXT));
            }
            _ => {}
        }
    }

    /// Whether there is a finding with this code, suppressed or not.
    pub fn has(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// All findings, without those that follow from others.
    ///
    /// The order is: severity, errors first; findings that explain others; findings of the file as a whole, which have
    /// neither a place nor a subject; the first place in the file, findings without a place last; code; subject.
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self
            .by_code
            .into_values()
            .flat_map(BTreeMap::into_values)
            .collect();
        for finding in &mut all {
            finding.sort_places();
        }
        all.sort_by(Finding::order);
        let roots = roots(&all, &self.explained);
        for (at, root) in roots.iter().enumerate() {
            if at != *root {
                let (code, count) = (all[at].code.clone(), all[at].count);
                let inner = std::mem::take(&mut all[at].suppressed);
                let total = &mut all[*root].suppressed;
                for (code, count) in inner.into_iter().chain([(code, count)]) {
                    let sum = total.entry(code).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
        }
        let mut at = 0..;
        all.retain(|_| at.next().is_some_and(|at| roots[at] == at));
        // By now every cause is known.
        all.sort_by(Finding::order);
        all
    }
}

/// For each finding the index of the finding that it follows from in the end; its own index if it follows from none.
fn roots(all: &[Finding], explained: &BTreeMap<(&'static str, &'static str), Explained>) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..all.len()).collect();
    for ((cause, consequence), subjects) in explained {
        let causes: Vec<usize> = (0..all.len()).filter(|at| all[*at].code == *cause).collect();
        let Some(first) = causes.first() else { continue };
        let same: BTreeMap<Option<&str>, usize> = causes
            .iter()
            .map(|at| (all[*at].subject.as_deref(), *at))
            .collect();
        for (at, finding) in all.iter().enumerate() {
            let subject = finding.subject.as_deref();
            let follows = finding.code == *consequence
                && match subjects {
                    Explained::All => true,
                    Explained::Only(only) => subject.is_some_and(|subject| only.contains(subject)),
                };
            if !follows || parents[at] != at {
                continue;
            }
            let root = root(&parents, *same.get(&subject).unwrap_or(first));
            // Two codes explain each other: the pair that comes first by its codes counts.
            if root != at {
                parents[at] = root;
            }
        }
    }
    (0..all.len()).map(|at| root(&parents, at)).collect()
}

/// Follows the parents, which form no circle, to the last one.
fn root(parents: &[usize], mut at: usize) -> usize {
    while parents[at] != at {
        at = parents[at];
    }
    at
}

impl Finding {
    fn merge(&mut self, other: Finding) {
        let first = |finding: &Finding| finding.places.iter().min_by(|a, b| a.order(b)).cloned();
        if let (Some(held), Some(new)) = (first(self), first(&other))
            && new.order(&held).is_lt()
        {
            self.message = other.message;
        }
        self.count = self.count.saturating_add(other.count);
        for (code, count) in other.suppressed {
            let sum = self.suppressed.entry(code).or_default();
            *sum = sum.saturating_add(count);
        }
        self.places.extend(other.places);
        self.sort_places();
    }

    fn sort_places(&mut self) {
        self.places.sort_by(Place::order);
        self.places.truncate(PLACES);
    }

    fn order(&self, other: &Finding) -> Ordering {
        let places = match (self.places.first(), other.places.first()) {
            (Some(place), Some(other)) => place.order(other),
            (place, other) => other.is_some().cmp(&place.is_some()),
        };
        let has_part = |finding: &Finding| finding.subject.is_some() || !finding.places.is_empty();
        self.severity
            .cmp(&other.severity)
            .then(self.suppressed.is_empty().cmp(&other.suppressed.is_empty()))
            .then(has_part(self).cmp(&has_part(other)))
            .then(places)
            .then_with(|| self.code.cmp(&other.code))
            .then_with(|| self.subject.cmp(&other.subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: CodeInfo = CodeInfo::new("file-truncated", Severity::Error, "");
    const ROW: CodeInfo = CodeInfo::new("row-length", Severity::Error, "");
    const EMPTY: CodeInfo = CodeInfo::new("all-missing", Severity::Info, "");

    fn found(code: &CodeInfo, subject: Option<&str>, line: u64) -> Finding {
        Finding::new(code, subject, format!("line {line}")).at([Place::text(line, 1, None)])
    }

    /// The codes, subjects and suppressed counts of the result, in order.
    fn shown(
        findings: Vec<Finding>,
        explained: &[(&'static str, &'static str, Option<&str>)],
    ) -> Vec<String> {
        let mut set = FindingSet::default();
        for (cause, consequence, subject) in explained {
            set.explain(cause, consequence, *subject);
        }
        for finding in findings {
            set.absorb(finding);
        }
        let shown = |f: Finding| {
            let subject = f.subject.unwrap_or_default();
            let suppressed: Vec<String> = f
                .suppressed
                .iter()
                .map(|(code, n)| format!("+{n} {code}"))
                .collect();
            [vec![f.code, subject], suppressed]
                .concat()
                .join(" ")
                .replace("  ", " ")
                .trim()
                .to_owned()
        };
        set.into_sorted().into_iter().map(shown).collect()
    }

    #[test]
    fn findings_are_ordered_by_severity_then_by_place_then_by_code() {
        let found = [
            Finding::new(&CUT, None, "no place"),
            found(&EMPTY, None, 1),
            found(&CUT, Some("at 7"), 7),
            found(&ROW, None, 7),
            found(&ROW, Some("first"), 2),
        ];
        assert_eq!(
            shown(found.into(), &[]),
            [
                "file-truncated",
                "row-length first",
                "file-truncated at 7",
                "row-length",
                "all-missing"
            ]
        );
    }

    #[test]
    fn a_consequence_is_counted_in_its_cause_which_comes_first() {
        let findings = || {
            vec![
                found(&ROW, None, 2),
                found(&ROW, Some("X"), 3).times(5),
                found(&CUT, None, 90),
                found(&EMPTY, Some("X"), 1),
                found(&EMPTY, Some("Y"), 1),
            ]
        };
        let cause = ("file-truncated", "row-length", None);
        assert_eq!(
            shown(findings(), &[cause]),
            ["file-truncated +6 row-length", "all-missing X", "all-missing Y"]
        );
        assert_eq!(
            shown(findings(), &[cause, ("file-truncated", "all-missing", Some("Y"))]),
            ["file-truncated +1 all-missing +6 row-length", "all-missing X"]
        );
        assert_eq!(
            shown(findings(), &[("file-truncated", "row-length", Some("X"))]),
            [
                "file-truncated +5 row-length",
                "row-length",
                "all-missing X",
                "all-missing Y"
            ],
            "the cause stands before what it does not explain, too"
        );
    }

    #[test]
    fn without_its_cause_a_consequence_stays() {
        let explained = [("file-truncated", "row-length", None)];
        assert_eq!(shown(vec![found(&ROW, None, 2)], &explained), ["row-length"]);
    }

    #[test]
    fn the_first_cause_of_a_chain_counts_all_and_a_circle_keeps_one() {
        let all = || vec![found(&CUT, None, 3), found(&ROW, None, 2), found(&EMPTY, None, 1)];
        let chain = [
            ("file-truncated", "row-length", None),
            ("row-length", "all-missing", None),
        ];
        assert_eq!(
            shown(all(), &chain),
            ["file-truncated +1 all-missing +1 row-length"]
        );
        let circle = [
            ("file-truncated", "row-length", None),
            ("row-length", "file-truncated", None),
            ("file-truncated", "file-truncated", None),
        ];
        assert_eq!(
            shown(all(), &circle),
            ["file-truncated +1 row-length", "all-missing"]
        );
    }

    #[test]
    fn a_cause_of_the_same_subject_counts_its_consequence() {
        let findings = vec![
            found(&CUT, Some("X"), 1),
            found(&CUT, Some("Y"), 2),
            found(&EMPTY, Some("Y"), 3),
            found(&EMPTY, Some("Z"), 4),
        ];
        assert_eq!(
            shown(findings, &[("file-truncated", "all-missing", None)]),
            [
                "file-truncated X +1 all-missing",
                "file-truncated Y +1 all-missing"
            ]
        );
    }

    #[test]
    fn merged_findings_keep_the_first_places_of_all_in_any_order() {
        let part = |first: u64| {
            let places = (first..first + 8).map(|line| Place::text(line, 1, None));
            Finding::new(&ROW, None, format!("from {first}"))
                .times(8)
                .at(places)
        };
        for order in [[1, 20, 9], [20, 9, 1], [9, 1, 20]] {
            let mut set = FindingSet::default();
            for first in order {
                set.absorb(part(first));
            }
            let all = set.into_sorted();
            assert_eq!((all[0].count, all[0].message.as_str()), (24, "from 1"));
            let lines: Vec<Place> = (1..=10).map(|line| Place::text(line, 1, None)).collect();
            assert_eq!(all[0].places, lines);
        }
    }

    #[test]
    fn many_occurrences_are_added_at_once() {
        let mut set = FindingSet::default();
        let message = || "flags".to_owned();
        set.add_many("bad", Severity::Info, None, 0, message, || None);
        assert!(!set.has("bad"));
        set.add_many("bad", Severity::Info, None, 7, message, || {
            Some(Place::Byte { byte: 3 })
        });
        set.add_many("bad", Severity::Info, None, u64::MAX, message, || None);
        let all = set.into_sorted();
        assert_eq!((all[0].count, all[0].places.len()), (u64::MAX, 1));
    }

    #[test]
    fn places_of_all_kinds_have_one_order() {
        let sorted = [
            Place::Byte { byte: 9 },
            Place::text(2, 9, None),
            Place::text(10, 1, None),
            Place::member("a.csv"),
            Place::text(1, 1, None).in_member("a.csv"),
            Place::attribute(":title"),
            Place::attribute("TEMP:units"),
            Place::array("TEMP", vec![1, 9]),
            Place::array("TEMP", vec![2, 0]),
        ];
        for (at, a) in sorted.iter().enumerate() {
            for (other, b) in sorted.iter().enumerate() {
                assert_eq!(a.order(b), at.cmp(&other), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn a_finding_of_an_earlier_version_is_read() {
        let json = r#"{"code":"c","severity":"info","subject":null,"message":"m","count":2,"places":[]}"#;
        let finding: Finding = serde_json::from_str(json).unwrap();
        assert!(finding.suppressed.is_empty());
        assert!(
            serde_json::to_string(&finding)
                .unwrap()
                .contains(r#""suppressed":{}"#)
        );
    }

    #[test]
    fn findings_are_collected_by_code_and_subject_with_their_first_ten_places() {
        let mut set = FindingSet::default();
        for line in 1..=25 {
            set.add(
                "bad",
                Severity::Error,
                Some("OXYGEN"),
                || format!("line {line}"),
                || Some(Place::text(line, 1, None)),
            );
        }
        set.add("bad", Severity::Error, Some("SALNTY"), || "other".into(), || None);
        let all = set.into_sorted();
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].count, all[0].places.len(), all[0].message.as_str()),
            (25, 10, "line 1")
        );
        assert_eq!(all[0].places[9], Place::text(10, 1, None));
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let (variable, index) = ("temp".to_owned(), vec![0, 3]);
        let attribute = ":title".to_owned();
        for place in [
            Place::text(3, 1, Some("OXYGEN")),
            Place::member("a.csv"),
            Place::Array { variable, index },
            Place::Attribute { attribute },
            Place::Byte { byte: 0 },
        ] {
            let json = serde_json::to_string(&place).unwrap();
            assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place, "{json}");
        }
    }

    #[test]
    fn subjects_over_the_cap_are_counted_together() {
        let mut set = FindingSet::default();
        for i in 0..SUBJECTS + 50 {
            set.add(
                "bad",
                Severity::Info,
                Some(&format!("P{i:04}")),
                String::new,
                || None,
            );
        }
        let all = set.into_sorted();
        assert_eq!(all.len(), SUBJECTS + 1);
        assert_eq!(all.iter().map(|f| f.count).sum::<u64>(), SUBJECTS as u64 + 50);
        assert!(
            all.iter()
                .any(|f| f.subject.as_deref() == Some(OTHER_SUBJECTS) && f.count == 50)
        );
    }
}
