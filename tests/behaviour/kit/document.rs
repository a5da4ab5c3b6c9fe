//! Rules of cards and documents.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use data_review_core::stats::Accumulator;
use data_review_core::{
    BytesInput, CORE_CODES, Card, CheckState, Document, Outcome, Review, ReviewBuilder, json_schema,
};
use data_review_tests::files::TestFile;
use data_review_tests::review::{self, Dribble};
use serde_json::Value;

use super::Case;

/// Codes about a file as a whole; a finding of any other code names a place, a column or a member.
const WHOLE: &[&str] = &[
    "name-contradicts-content",
    "archive-index-damaged",
    "file-truncated",
    "mixed-line-breaks",
];

fn document(case: &Case<'_>) -> Document {
    review::document(case.registry, &case.file.key, &case.file.bytes)
}

/// The handler has a valid file, with which the other rules are checked.
pub(super) fn files(card: &'static Card, files: &[TestFile]) -> Result<(), String> {
    match files.iter().any(|file| file.folder == card.id && !file.is_bad()) {
        true => Ok(()),
        false => Err("test_data has no file".to_owned()),
    }
}

/// Each code has everything that `data-review explain` prints.
pub(super) fn explained(card: &'static Card, _: &[TestFile]) -> Result<(), String> {
    for info in card.all_codes() {
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if info.code.is_empty() || !info.code.chars().all(is_kebab) {
            return Err(format!("the code `{}` is not in kebab-case", info.code));
        }
        for (part, text) in [
            ("title", info.title),
            ("meaning", info.meaning),
            ("remedy", info.remedy),
            ("clause", info.clause),
        ] {
            if text.trim().is_empty() {
                return Err(format!("code `{}` has no {part}", info.code));
            }
        }
    }
    Ok(())
}

/// A valid file has observations and variables; an invalid one has a failure with a reason.
pub(super) fn reviewed(case: &Case<'_>) -> Result<(), String> {
    let document = document(case);
    let by = document.handler.as_ref().map(|facts| facts.id.as_str());
    if by != Some(case.handler.card().id) {
        return Err(format!("it is reviewed by {}", by.unwrap_or("nobody")));
    }
    match (&document.failure, case.file.is_bad()) {
        (Some(failure), false) => Err(format!("it fails: {}", failure.message)),
        (None, true) => Err("it is reviewed, and should yield nothing".to_owned()),
        (Some(failure), true) if failure.message.is_empty() => Err("it fails without a reason".to_owned()),
        (None, false) if document.observations.unwrap_or(0) == 0 => Err("it has no observations".to_owned()),
        (None, false) if document.variables.is_empty() => Err("it has no variables".to_owned()),
        _ => Ok(()),
    }
}

static VALIDATOR: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&json_schema()).expect("the schema is valid"));

/// Violations of the published schema.
pub(crate) fn schema_errors(document: &Value) -> Vec<String> {
    let errors = VALIDATOR.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

pub(super) fn schema(case: &Case<'_>) -> Result<(), String> {
    let text = document(case).to_canonical_json();
    let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    match schema_errors(&value).as_slice() {
        [] => Ok(()),
        errors => Err(errors.join("; ")),
    }
}

/// Findings have codes of the card; the checks are those codes, each in the right state.
pub(super) fn documented(case: &Case<'_>) -> Result<(), String> {
    let document = document(case);
    let card = case.handler.card();
    let codes: BTreeSet<&str> = card.all_codes().chain(CORE_CODES).map(|code| code.code).collect();
    let failed: BTreeSet<&str> = document
        .findings
        .iter()
        .flat_map(|finding| std::iter::once(&finding.code).chain(finding.suppressed.keys()))
        .map(String::as_str)
        .collect();
    if let Some(code) = failed.difference(&codes).next() {
        return Err(format!("the finding `{code}` is not on the card"));
    }
    let checks: BTreeSet<&str> = document.checks.keys().map(String::as_str).collect();
    if checks != codes {
        return Err("the checks are not the codes of the card".to_owned());
    }
    for (code, state) in &document.checks {
        let is_found = failed.contains(code.as_str());
        let is_run = document.outcome != Outcome::Reviewed || *state != CheckState::NotRun;
        if is_found != (*state == CheckState::Failed) || !is_run {
            return Err(format!("the check `{code}` is {state:?}"));
        }
    }
    Ok(())
}

/// A finding has a place and a message.
pub(super) fn places(case: &Case<'_>) -> Result<(), String> {
    for finding in &document(case).findings {
        let says_where = !finding.places.is_empty() || finding.subject.is_some();
        if !says_where && !WHOLE.contains(&finding.code.as_str()) {
            return Err(format!("the finding `{}` does not say where", finding.code));
        }
        if finding.places.len() as u64 > finding.count.min(10) || finding.message.is_empty() {
            return Err(format!(
                "the finding `{}` has too many places, or no message",
                finding.code
            ));
        }
    }
    Ok(())
}

/// Cells add up to the total and to the shape.
pub(super) fn counted(case: &Case<'_>) -> Result<(), String> {
    let document = document(case);
    for variable in &document.variables {
        let name = &variable.name;
        let missing: u64 = variable.missing.values().sum();
        let cells = variable.count + missing + variable.invalid + variable.non_finite + variable.padding;
        let of_shape: u64 = variable.shape.iter().product();
        if variable.total != cells || variable.total != of_shape || variable.distinct > variable.count {
            return Err(format!(
                "`{name}`: {} cells in all, {cells} by kind, {of_shape} by shape",
                variable.total
            ));
        }
        let Some(flags) = &variable.flags else { continue };
        let flagged: u64 = flags.values().map(|flag| flag.total).sum();
        if flagged + variable.padding != variable.total || flags.values().any(|flag| flag.count > flag.total)
        {
            return Err(format!(
                "`{name}`: {flagged} of {} cells have a flag",
                variable.total
            ));
        }
    }
    Ok(())
}

/// A variable occurs once, and its state agrees with the document; merged with itself it has twice the count.
pub(super) fn merged(case: &Case<'_>) -> Result<(), String> {
    let review = reviewed_alone(case);
    let mut seen = BTreeSet::new();
    for (variable, state) in review.variables.iter().zip(&review.states) {
        let name = &variable.name;
        if !seen.insert((name, &variable.unit, variable.column)) {
            return Err(format!("`{name}` occurs twice"));
        }
        let mut held = Accumulator::from_state(&state.state).map_err(|error| format!("`{name}`: {error}"))?;
        let mut said = held.summary();
        // The state knows nothing of schemes.
        for (flag, figures) in said.flags.iter_mut().flatten() {
            let shown = variable.flags.as_ref().and_then(|flags| flags.get(flag));
            figures.class = shown.and_then(|shown| shown.class);
        }
        let is_same = (
            said.total,
            said.count,
            &said.min,
            &said.max,
            said.mean,
            &said.flags,
        ) == (
            variable.total,
            variable.count,
            &variable.min,
            &variable.max,
            variable.mean,
            &variable.flags,
        );
        held.merge(&held.clone());
        let twice = held.summary();
        if !is_same || (twice.total, twice.count) != (2 * said.total, 2 * said.count) || twice.max != said.max
        {
            return Err(format!("`{name}`: its state disagrees with the document"));
        }
    }
    match review.variables.len() == review.states.len() {
        true => Ok(()),
        false => Err("the number of states differs from the number of variables".to_owned()),
    }
}

fn reviewed_alone(case: &Case<'_>) -> Review {
    let mut builder = ReviewBuilder::new(case.handler.card(), &case.file.name);
    let end = case
        .handler
        .review(Arc::new(BytesInput(case.file.bytes.clone())), &mut builder);
    builder.finish(end.is_ok())
}

/// A second review, and one that reads one to seven bytes at a time, give the same document.
pub(super) fn same(case: &Case<'_>) -> Result<(), String> {
    let first = document(case).to_canonical_json();
    if document(case).to_canonical_json() != first {
        return Err("a second reading gives another document".to_owned());
    }
    let dribble = Arc::new(Dribble(case.file.bytes.clone()));
    let dribbled = review::document_of(case.registry, &case.file.key, &case.file.bytes, dribble);
    match dribbled.to_canonical_json() == first {
        true => Ok(()),
        false => Err("reads of a few bytes give another document".to_owned()),
    }
}
