//! Findings and failures of the archive, each kind with its first places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use data_review_core::{Document, Place, Registry, Severity};
use serde::Serialize;

/// The most codes and failures that are told apart.
const KINDS: usize = 2000;
const FAILURES: usize = 300;
/// The most examples of each.
const EXAMPLES: usize = 8;
/// The most subjects of a code that are counted, and that are shown.
const SUBJECTS: usize = 200;
const SHOWN: usize = 6;
/// The longest text of an example, in characters.
const TEXT: usize = 240;

/// How often a code occurs.
#[derive(Debug, Serialize)]
pub(crate) struct CodeTotal {
    code: String,
    /// The most serious severity with which it occurs.
    severity: Severity,
    title: Option<&'static str>,
    meaning: Option<&'static str>,
    remedy: Option<&'static str>,
    clause: Option<&'static str>,
    handlers: BTreeSet<String>,
    files: u64,
    occurrences: u64,
    /// The subjects of most files, with their numbers of findings.
    subjects: Vec<(String, u64)>,
    more_subjects: u64,
    examples: Vec<Example>,
    #[serde(skip)]
    counts: HashMap<String, u64>,
    #[serde(skip)]
    last_file: Option<usize>,
}

/// A file with such a finding.
#[derive(Debug, Serialize)]
struct Example {
    /// Number of the file in the list.
    file: usize,
    key: String,
    subject: Option<String>,
    message: String,
    count: u64,
    place: Option<Place>,
}

/// The codes of an archive, in the order in which they were first seen.
#[derive(Debug)]
pub(crate) struct Codes {
    infos: HashMap<(&'static str, &'static str), &'static data_review_core::CodeInfo>,
    numbers: HashMap<String, usize>,
    all: Vec<CodeTotal>,
}

pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl Codes {
    pub(crate) fn new(registry: &Registry) -> Self {
        let of_cards = registry
            .cards()
            .flat_map(|card| card.all_codes().map(|info| ((card.id, info.code), info)));
        let of_core = data_review_core::CORE_CODES
            .iter()
            .map(|info| (("", info.code), info));
        Codes {
            infos: of_cards.chain(of_core).collect(),
            numbers: HashMap::new(),
            all: Vec::new(),
        }
    }

    /// Adds the findings of a file, and returns the numbers of its codes.
    pub(crate) fn add(&mut self, file: usize, _root: &str, document: &Document) -> Vec<usize> {
        let mut numbers = Vec::new();
        let handler = document.handler.as_ref().map_or("", |handler| &handler.id);
        for finding in &document.findings {
            let number = match self.numbers.get(&finding.code) {
                Some(number) => *number,
                None if self.all.len() >= KINDS => continue,
                None => {
                    let info = |handler| self.infos.get(&(handler, &*finding.code)).copied();
                    let info = info(handler).or_else(|| info(""));
                    self.numbers.insert(finding.code.clone(), self.all.len());
                    self.all.push(CodeTotal {
                        code: finding.code.clone(),
                        severity: finding.severity,
                        title: info.map(|info| info.title),
                        meaning: info.map(|info| info.meaning),
                        remedy: info.map(|info| info.remedy),
                        clause: info.map(|info| info.clause),
                        handlers: BTreeSet::new(),
                        files: 0,
                        occurrences: 0,
                        subjects: Vec::new(),
                        more_subjects: 0,
                        examples: Vec::new(),
                        counts: HashMap::new(),
                        last_file: None,
                    });
                    self.all.len() - 1
                }
            };
            let total = &mut self.all[number];
            total.severity = total.severity.min(finding.severity);
            total.occurrences = total.occurrences.saturating_add(finding.count);
            if let Some(subject) = &finding.subject {
                let subject = cut(subject, 80);
                if total.counts.len() < SUBJECTS || total.counts.contains_key(&subject) {
                    *total.counts.entry(subject).or_default() += 1;
                } else {
                    total.more_subjects += 1;
                }
            }
            if total.last_file == Some(file) {
                continue;
            }
            total.last_file = Some(file);
            total.files += 1;
            if !handler.is_empty() && !total.handlers.contains(handler) {
                total.handlers.insert(handler.to_owned());
            }
            if total.examples.len() < EXAMPLES {
                total.examples.push(Example {
                    file,
                    key: document.file.key.clone(),
                    subject: finding.subject.as_deref().map(|subject| cut(subject, 80)),
                    message: cut(&finding.message, TEXT),
                    count: finding.count,
                    place: finding.places.first().cloned(),
                });
            }
            numbers.push(number);
        }
        numbers
    }

    /// All codes, by number.
    pub(crate) fn finish(mut self) -> Vec<CodeTotal> {
        for total in &mut self.all {
            let mut subjects: Vec<(String, u64)> = std::mem::take(&mut total.counts).into_iter().collect();
            subjects.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            total.more_subjects += subjects.len().saturating_sub(SHOWN) as u64;
            subjects.truncate(SHOWN);
            total.subjects = subjects;
        }
        self.all
    }
}

/// Files that failed for one reason.
#[derive(Debug, Serialize)]
pub(crate) struct FailureTotal {
    handler: Option<String>,
    stage: &'static str,
    class: &'static str,
    message: String,
    next_step: &'static str,
    files: u64,
    /// Numbers of the first files, with their keys and places.
    examples: Vec<(usize, String, Option<Place>)>,
}

/// The current failures of an archive, by reason.
#[derive(Debug, Default)]
pub(crate) struct Failures(BTreeMap<(Option<String>, &'static str, String), FailureTotal>);

impl Failures {
    /// Adds the failure of a file, if it has one and is not unidentified.
    pub(crate) fn add(&mut self, file: usize, document: &Document) {
        let Some(failure) = &document.failure else { return };
        if document.outcome != data_review_core::Outcome::Failed {
            return;
        }
        let handler = document.handler.as_ref().map(|handler| handler.id.clone());
        let mut key = (
            handler.clone(),
            failure.class.as_str(),
            cut(&failure.message, TEXT),
        );
        if self.0.len() >= FAILURES && !self.0.contains_key(&key) {
            key.2 = "other reasons".to_owned();
        }
        let message = key.2.clone();
        let total = self.0.entry(key).or_insert_with(|| FailureTotal {
            handler,
            stage: failure.stage.as_str(),
            class: failure.class.as_str(),
            message,
            next_step: failure.next_step(),
            files: 0,
            examples: Vec::new(),
        });
        total.files += 1;
        if total.examples.len() < EXAMPLES {
            total
                .examples
                .push((file, document.file.key.clone(), failure.place.clone()));
        }
    }

    /// All failures, the most frequent first.
    pub(crate) fn finish(self) -> Vec<FailureTotal> {
        let mut all: Vec<FailureTotal> = self.0.into_values().collect();
        all.sort_by_key(|total| std::cmp::Reverse(total.files));
        all
    }
}
