//! Findings: everything that is wrong or odd, each with its place.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The data are wrong, or a reader will stop here.
    Error,
    /// Against the specification, or suspicious; the data can be read.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// As it is written in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Where something was found.
///
/// The order matters: an untagged form is read as the first variant that fits, and a text's place fits all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Place {
    /// In an array.
    Array {
        /// Full name of the variable.
        variable: String,
        /// Index per dimension, from 0.
        index: Vec<u64>,
    },
    /// In an attribute, as `variable:attribute` or `:attribute`.
    Attribute {
        /// Its full name.
        attribute: String,
    },
    /// At a byte, from 0.
    Byte {
        /// Its offset.
        byte: u64,
    },
    /// In a text: all counted from 1.
    Text {
        /// Member of an archive; null outside archives.
        member: Option<String>,
        /// Line.
        line: Option<u64>,
        /// Byte within the line.
        column: Option<u64>,
        /// Name of the column or header.
        field: Option<String>,
    },
}

impl Place {
    /// A value of an array; `index` per dimension, from 0.
    pub fn array(variable: &str, index: Vec<u64>) -> Self {
        Place::Array {
            variable: variable.to_owned(),
            index,
        }
    }

    /// An attribute, as `variable:attribute` or `:attribute`.
    pub fn attribute(name: impl Into<String>) -> Self {
        Place::Attribute {
            attribute: name.into(),
        }
    }

    /// A place in a text file; `line` and `column` counted from 1.
    pub fn text(line: u64, column: u64, field: Option<&str>) -> Self {
        Place::Text {
            member: None,
            line: Some(line),
            column: Some(column),
            field: field.map(str::to_owned),
        }
    }

    /// The same place, inside a member of an archive.
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

    /// A member of an archive as a whole.
    pub fn member(name: &str) -> Self {
        Place::Text {
            member: Some(name.to_owned()),
            line: None,
            column: None,
            field: None,
        }
    }
}

/// One kind of deviation of one subject, with how often it occurs and its first places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable name of what is wrong; `data-review explain CODE` says more.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// The parameter, member or attribute it is about; null for the file as a whole.
    pub subject: Option<String>,
    /// In words, from its first occurrence.
    pub message: String,
    /// Occurrences.
    pub count: u64,
    /// The first ten places.
    pub places: Vec<Place>,
}

/// State of a check: a finding code that the handler owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CheckState {
    /// It ran over the whole file and found nothing.
    #[serde(rename = "passed")]
    Passed,
    /// It found something, or crashed.
    #[serde(rename = "failed")]
    Failed,
    /// The file has nothing it could be run on.
    #[serde(rename = "not applicable")]
    NotApplicable,
    /// The review ended before it could run.
    #[serde(rename = "not run")]
    NotRun,
}

/// Subject under which findings beyond the first 200 subjects of a code are counted.
pub const OTHER_SUBJECTS: &str = "(other subjects)";
/// Places kept per finding.
const PLACES: usize = 10;
/// Subjects kept per code.
const SUBJECTS: usize = 200;
/// Longest subject and message, in bytes.
const TEXT: usize = 512;

/// Findings folded by (code, subject), in bounded memory.
#[derive(Debug, Clone, Default)]
pub struct FindingSet {
    by_code: BTreeMap<String, BTreeMap<String, Finding>>,
}

impl FindingSet {
    /// Adds one occurrence. `message` and `place` are only made when they will be kept.
    pub fn add(
        &mut self,
        code: &str,
        severity: Severity,
        subject: Option<&str>,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Option<Place>,
    ) {
        let subjects = match self.by_code.get_mut(code) {
            Some(subjects) => subjects,
            None => self.by_code.entry(code.to_owned()).or_default(),
        };
        let mut key = subject.unwrap_or_default();
        if !subjects.contains_key(key) && subjects.len() >= SUBJECTS {
            key = OTHER_SUBJECTS;
        }
        if let Some(finding) = subjects.get_mut(key) {
            finding.count += 1;
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
            count: 1,
            places: place().into_iter().collect(),
        };
        subjects.insert(key.to_owned(), finding);
    }

    /// Adds a finding that was folded elsewhere.
    pub fn absorb(&mut self, finding: Finding) {
        let subjects = self.by_code.entry(finding.code.clone()).or_default();
        let mut key = finding.subject.clone().unwrap_or_default();
        if !subjects.contains_key(&key) && subjects.len() >= SUBJECTS {
            key = OTHER_SUBJECTS.to_owned();
        }
        match subjects.get_mut(&key) {
            Some(held) => {
                held.count += finding.count;
                let room = PLACES - held.places.len().min(PLACES);
                held.places.extend(finding.places.into_iter().take(room));
            }
            None => {
                let subject = if key == OTHER_SUBJECTS {
                    Some(key.clone())
                } else {
                    finding.subject.clone()
                };
                subjects.insert(key, Finding { subject, ..finding });
            }
        }
    }

    /// Whether the code was found at all.
    pub fn has(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// All of them: errors first, then by code and subject.
    pub fn into_sorted(self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self
            .by_code
            .into_values()
            .flat_map(BTreeMap::into_values)
            .collect();
        all.sort_by(|a, b| (a.severity, &a.code, &a.subject).cmp(&(b.severity, &b.code, &b.subject)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_by_code_and_subject_with_the_first_ten_places() {
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
