//! Deviations of one object, collected until all of its files are read.
//!
//! A finding describes all of its occurrences in one sentence ("16 values outside -3…40, worst 99.1"), which is known
//! only at the end. Deviations that follow from others are counted with their cause, file by file.

use std::collections::BTreeMap;

use data_review_core::{Finding, OTHER_SUBJECTS, Place, ReviewBuilder};
use whp_exchange::{Code, Deviation, LineEnds, codes};

use crate::codes::info;

/// Most places of a finding.
const MOST_PLACES: usize = 10;
/// Most subjects of a code, and most names of a subject.
const MOST_SUBJECTS: usize = 200;
/// Most names in a message.
const MOST_NAMES: usize = 8;

/// Codes with one finding for all parameters, whose message names them.
const BY_CODE: &[&Code] = &[
    &codes::PARAMETER_UNKNOWN,
    &codes::PADDED_FILL,
    &codes::PRECISION_VARIES,
];

/// Codes that have no meaning if flags are in the wrong columns.
const OF_FLAGS: &[&Code] = &[&codes::VALUE_UNDER_FILL_FLAG, &codes::FILL_UNDER_VALUE_FLAG];

/// Codes that have no meaning if values are in flag columns.
const OF_CELLS: &[&Code] = &[
    &codes::FLAG_BAD,
    &codes::FLAG_BLANK,
    &codes::FLAG_FILL,
    &codes::FLAG_UNUSED,
    &codes::FLAG_ZERO,
    &codes::VALUE_UNDER_FILL_FLAG,
    &codes::FILL_UNDER_VALUE_FLAG,
    &codes::FLAGS_SHIFTED,
    &codes::OUT_OF_RANGE,
    &codes::NOT_A_NUMBER,
    &codes::UNUSUAL_FILL,
    &codes::PRECISION_VARIES,
    &codes::PRESSURE_NEGATIVE,
    &codes::PRESSURE_REPEATS,
    &codes::PRESSURE_DECREASES,
];

/// Deviations by code and subject, in bounded memory.
#[derive(Default)]
pub(crate) struct Findings {
    by_code: BTreeMap<&'static str, BTreeMap<String, Group>>,
}

/// All deviations with one code and subject.
struct Group {
    code: &'static Code,
    count: u64,
    places: Vec<Place>,
    /// Message of the first deviation.
    first: String,
    /// Parameters, if they share one finding.
    names: BTreeMap<String, u64>,
    /// The number farthest outside its range.
    worst: Option<Outlier>,
    /// Numbers of deviations that follow from it, by code.
    consequences: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Copy)]
struct Outlier {
    value: f64,
    min: f64,
    max: f64,
}

impl Outlier {
    /// A value that is not a number is farther outside than any number.
    fn distance(self) -> f64 {
        let distance = (self.min - self.value).max(self.value - self.max);
        if distance.is_nan() {
            f64::INFINITY
        } else {
            distance
        }
    }
}

impl Group {
    fn new(code: &'static Code) -> Self {
        Group {
            code,
            count: 0,
            places: Vec::new(),
            first: String::new(),
            names: BTreeMap::new(),
            worst: None,
            consequences: BTreeMap::new(),
        }
    }

    fn add(&mut self, deviation: &Deviation<'_>, member: Option<&str>) {
        if self.count == 0 {
            self.first = deviation.message.to_string();
        }
        self.count += 1;
        if self.places.len() < MOST_PLACES {
            self.places.push(place(deviation, member));
        }
        if let (Some(value), Some((min, max))) = (deviation.value, deviation.expected) {
            self.add_outlier(Outlier { value, min, max });
        }
    }

    fn add_outlier(&mut self, new: Outlier) {
        if self.worst.is_none_or(|worst| new.distance() > worst.distance()) {
            self.worst = Some(new);
        }
    }

    fn merge(&mut self, other: Group) {
        if self.count == 0 {
            self.first = other.first;
        }
        self.count += other.count;
        let free = MOST_PLACES - self.places.len();
        self.places.extend(other.places.into_iter().take(free));
        for (name, count) in other.names {
            add_name(&mut self.names, &name, count);
        }
        if let Some(worst) = other.worst {
            self.add_outlier(worst);
        }
        for (code, count) in other.consequences {
            *self.consequences.entry(code).or_default() += count;
        }
    }

    fn message(&self, ends: LineEnds) -> String {
        let is = |code: &Code| self.code.name == code.name;
        let (count, names) = (self.count, self.names.len());
        if is(&codes::CARRIAGE_RETURN) {
            return ends.to_string();
        }
        if is(&codes::PARAMETER_UNKNOWN) && names > 1 {
            let listed = list(&self.names);
            return format!(
                "{names} parameters are not in CCHDO's list ({listed}); CCHDO's own reader stops at the first"
            );
        }
        if is(&codes::PARAMETER_UNKNOWN) {
            return format!("{}; CCHDO's own reader stops there", self.first);
        }
        if count == 1 {
            return self.first.clone();
        }
        if is(&codes::PADDED_FILL) {
            return format!(
                "{count} fill values padded with zeros in {}",
                columns(&self.names)
            );
        }
        if is(&codes::PRECISION_VARIES) {
            return format!("the number of decimals changes in {}", columns(&self.names));
        }
        if is(&codes::TRAILING_COMMA) {
            return format!("{count} lines end with a comma");
        }
        if is(&codes::BLANK_LINE) {
            return format!("{count} blank lines");
        }
        if is(&codes::RAGGED_ROW) {
            return format!(
                "{count} rows with too few or too many cells; the first one has {}",
                self.first
            );
        }
        match self.worst {
            Some(Outlier { value, min, .. }) if is(&codes::PRESSURE_NEGATIVE) => {
                format!("{count} pressures below {min} (lowest {value})")
            }
            Some(Outlier { value, min, max }) if is(&codes::OUT_OF_RANGE) => {
                format!("{count} values outside {} (worst {value})", range(min, max))
            }
            _ => self.first.clone(),
        }
    }
}

/// `-3…40`, or the bound that exists.
fn range(min: f64, max: f64) -> String {
    match (min.is_finite(), max.is_finite()) {
        (true, false) => format!("{min} and more"),
        (false, true) => format!("{max} and less"),
        _ => format!("{min}…{max}"),
    }
}

/// `CTDTMP`, or `3 columns (CTDTMP, CTDSAL, OXYGEN)`.
fn columns(names: &BTreeMap<String, u64>) -> String {
    match names.len() {
        1 => list(names),
        number => format!("{number} columns ({})", list(names)),
    }
}

/// The first names, and the number of further ones.
fn list(names: &BTreeMap<String, u64>) -> String {
    let shown: Vec<&str> = names.keys().take(MOST_NAMES).map(String::as_str).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn add_name(names: &mut BTreeMap<String, u64>, name: &str, count: u64) {
    if let Some(sum) = names.get_mut(name) {
        *sum += count;
    } else if names.len() < MOST_SUBJECTS {
        names.insert(name.to_owned(), count);
    }
}

/// Place of a deviation; `member` is the name of its file within an archive.
pub(crate) fn place(deviation: &Deviation<'_>, member: Option<&str>) -> Place {
    let place = match deviation.place {
        whp_exchange::Place::Line { line, column } => Place::text(line, column, deviation.field),
        whp_exchange::Place::Byte(byte) => Place::Byte { byte },
        // The parser has no other places.
        _ => Place::text(1, 1, deviation.field),
    };
    match member {
        Some(member) => place.in_member(member),
        None => place,
    }
}

impl Findings {
    /// Adds a deviation of a file; `member` is the name of the file within an archive.
    pub(crate) fn add(&mut self, deviation: &Deviation<'_>, member: Option<&str>) {
        if let Some(cause) = deviation.cause {
            let consequences = &mut self.group(cause, None).consequences;
            *consequences.entry(deviation.code.name).or_default() += 1;
            return;
        }
        if BY_CODE.contains(&deviation.code) {
            let group = self.group(deviation.code, None);
            group.add(deviation, member);
            if let Some(name) = deviation.subject {
                add_name(&mut group.names, name, 1);
            }
        } else {
            self.group(deviation.code, deviation.subject)
                .add(deviation, member);
        }
    }

    fn group(&mut self, code: &'static Code, subject: Option<&str>) -> &mut Group {
        let groups = self.by_code.entry(code.name).or_default();
        let mut key = subject.unwrap_or_default();
        if !groups.contains_key(key) {
            if groups.len() >= MOST_SUBJECTS {
                key = OTHER_SUBJECTS;
            }
            if !groups.contains_key(key) {
                groups.insert(key.to_owned(), Group::new(code));
            }
        }
        groups.entry(key.to_owned()).or_insert_with(|| Group::new(code))
    }

    /// Whether there is a deviation with this code.
    pub(crate) fn has(&self, code: &Code) -> bool {
        let groups = self.by_code.get(code.name);
        groups.is_some_and(|groups| groups.values().any(|group| group.count > 0))
    }

    /// Takes over the deviations of a file. If its values or flags are in the wrong columns, the deviations of its
    /// cells follow from that.
    pub(crate) fn merge(&mut self, mut file: Findings) {
        file.explain(&codes::COLUMNS_SHIFTED, OF_CELLS);
        file.explain(&codes::FLAGS_SHIFTED, OF_FLAGS);
        for groups in file.by_code.into_values() {
            for (subject, group) in groups {
                let subject = Some(subject.as_str()).filter(|subject| !subject.is_empty());
                self.group(group.code, subject).merge(group);
            }
        }
    }

    /// Counts the deviations with some codes as consequences of their cause, if it was found.
    fn explain(&mut self, cause: &'static Code, consequences: &[&'static Code]) {
        if !self.has(cause) {
            return;
        }
        for code in consequences {
            let Some(groups) = self.by_code.remove(code.name) else {
                continue;
            };
            let sum: u64 = groups.values().map(|group| group.count).sum();
            let cause = self.group(cause, None);
            *cause.consequences.entry(code.name).or_default() += sum;
        }
    }

    /// Reports the findings; `ends` has the numbers of line ends in all files.
    pub(crate) fn report(self, ends: LineEnds, review: &mut ReviewBuilder) {
        for groups in self.by_code.into_values() {
            for (subject, group) in groups {
                let subject = Some(subject.as_str()).filter(|subject| !subject.is_empty());
                let mut finding =
                    Finding::new(&info(group.code), subject, group.message(ends)).times(group.count);
                for (code, count) in group.consequences {
                    finding.suppressed.insert(code.to_owned(), count);
                }
                review.absorb(finding.at(group.places));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranged(findings: &mut Findings, value: f64, line: u64) {
        let message = format_args!("CTDTMP is {value}, expected -3 to 40");
        let place = whp_exchange::Place::line(line, 5);
        let deviation = Deviation::new(&codes::OUT_OF_RANGE, place, message).on("CTDTMP");
        findings.add(&deviation.outside(value, (-3.0, 40.0)), None);
    }

    fn named(findings: &mut Findings, code: &'static Code, name: &str) {
        let place = whp_exchange::Place::line(3, 1);
        let message = format_args!("{name} is not in CCHDO's list");
        findings.add(&Deviation::new(code, place, message).on(name), None);
    }

    fn message(findings: &Findings, code: &Code) -> String {
        let group = findings.by_code[code.name].values().next().unwrap();
        group.message(LineEnds::default())
    }

    #[test]
    fn values_out_of_range_are_one_finding_with_the_worst() {
        let mut findings = Findings::default();
        ranged(&mut findings, 41.5, 5);
        assert_eq!(
            message(&findings, &codes::OUT_OF_RANGE),
            "CTDTMP is 41.5, expected -3 to 40"
        );
        ranged(&mut findings, -9.25, 6);
        ranged(&mut findings, 40.5, 7);
        assert_eq!(
            message(&findings, &codes::OUT_OF_RANGE),
            "3 values outside -3…40 (worst -9.25)"
        );
        assert_eq!(range(0.0, f64::INFINITY), "0 and more");
        assert_eq!(range(f64::NEG_INFINITY, 5.0), "5 and less");
    }

    #[test]
    fn unlisted_parameters_are_one_finding_that_names_them() {
        let mut findings = Findings::default();
        named(&mut findings, &codes::PARAMETER_UNKNOWN, "FOO");
        assert_eq!(
            message(&findings, &codes::PARAMETER_UNKNOWN),
            "FOO is not in CCHDO's list; CCHDO's own reader stops there"
        );
        named(&mut findings, &codes::PARAMETER_UNKNOWN, "BAR");
        assert_eq!(
            message(&findings, &codes::PARAMETER_UNKNOWN),
            "2 parameters are not in CCHDO's list (BAR, FOO); CCHDO's own reader stops at the first"
        );
        for number in 0..20 {
            named(&mut findings, &codes::PADDED_FILL, &format!("P{number:02}"));
        }
        assert_eq!(
            message(&findings, &codes::PADDED_FILL),
            "20 fill values padded with zeros in 20 columns (P00, P01, P02, P03, P04, P05, P06, P07 and 12 more)"
        );
    }

    #[test]
    fn subjects_and_names_beyond_the_limit_are_counted_together() {
        let mut findings = Findings::default();
        for number in 0..1000 {
            named(&mut findings, &codes::UNIT_UNKNOWN, &format!("P{number}"));
            named(&mut findings, &codes::PRECISION_VARIES, &format!("P{number}"));
        }
        let groups = &findings.by_code[codes::UNIT_UNKNOWN.name];
        assert_eq!(groups.len(), MOST_SUBJECTS + 1);
        assert_eq!(groups[OTHER_SUBJECTS].count, 800);
        let group = &findings.by_code[codes::PRECISION_VARIES.name][""];
        assert_eq!((group.count, group.names.len()), (1000, MOST_SUBJECTS));
    }

    #[test]
    fn consequences_are_counted_with_their_cause() {
        let mut findings = Findings::default();
        let place = whp_exchange::Place::line(7, 3);
        let cut = Deviation::new(
            &codes::RAGGED_ROW,
            place,
            format_args!("2 cells for 9 parameters"),
        );
        findings.add(&cut, None);
        let blank = Deviation::new(&codes::BLANK_CELL, place, format_args!("CTDTMP is empty")).on("CTDTMP");
        findings.add(&blank.caused_by(&codes::RAGGED_ROW), None);
        let mut all = Findings::default();
        all.merge(findings);
        assert!(!all.has(&codes::BLANK_CELL));
        let group = &all.by_code[codes::RAGGED_ROW.name][""];
        assert_eq!((group.count, group.consequences[codes::BLANK_CELL.name]), (1, 1));
    }

    #[test]
    fn shifted_columns_explain_the_cells_of_their_own_file_only() {
        let file = |is_shifted: bool| {
            let mut findings = Findings::default();
            ranged(&mut findings, 99.0, 5);
            if is_shifted {
                let place = whp_exchange::Place::line(5, 1);
                let message = format_args!("CTDTMP_FLAG_W contains numbers with decimals");
                findings.add(&Deviation::new(&codes::COLUMNS_SHIFTED, place, message), None);
            }
            findings
        };
        let mut all = Findings::default();
        all.merge(file(true));
        assert!(!all.has(&codes::OUT_OF_RANGE));
        all.merge(file(false));
        assert!(all.has(&codes::OUT_OF_RANGE));
        let group = &all.by_code[codes::COLUMNS_SHIFTED.name][""];
        assert_eq!(group.consequences[codes::OUT_OF_RANGE.name], 1);
    }
}
