//! Rules of identification.

use data_review_core::{BytesInput, Confidence, Identification, Severity};
use data_review_tests::review;

use super::Case;

/// The handler is certain of its own file under its own name, with a reason, and no other handler is as certain.
pub(super) fn certain(case: &Case<'_>) -> Result<(), String> {
    let card = case.handler.card();
    let found = match identify(case) {
        Identification::Identified(found) => found,
        other => return Err(format!("it is not identified: {other:?}")),
    };
    let winner = &found.winner;
    // A general table has no signature, and a damaged file may have lost its own.
    let is_general = card.magic.is_empty() && card.refines.is_empty();
    let least = if is_general || is_damaged(case) {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    if winner.id != card.id || winner.verdict < least {
        return Err(format!(
            "{} is {}, because {}",
            winner.id,
            winner.verdict.as_str(),
            winner.because
        ));
    }
    if winner.because.is_empty() {
        return Err("the verdict has no reason".to_owned());
    }
    let as_sure = found
        .runners_up
        .iter()
        .find(|other| other.verdict >= winner.verdict && !card.refines.contains(&other.id.as_str()));
    match (as_sure, &found.contradiction) {
        (Some(other), _) => Err(format!("{} is as sure, because {}", other.id, other.because)),
        (None, Some(finding)) => Err(finding.message.clone()),
        (None, None) => Ok(()),
    }
}

/// Whether the review of the file finds errors.
fn is_damaged(case: &Case<'_>) -> bool {
    let document = review::document(case.registry, &case.file.key, &case.file.bytes);
    document
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

/// A file of another format, or of an unknown one, is neither identified nor made ambiguous by this handler.
pub(super) fn others(case: &Case<'_>) -> Result<(), String> {
    let id = case.handler.card().id;
    match identify(case) {
        Identification::Identified(found) if found.winner.id == id => {
            Err(format!("it is taken, because {}", found.winner.because))
        }
        Identification::Ambiguous { candidates, message }
            if candidates.iter().any(|other| other.id == id) =>
        {
            Err(message)
        }
        _ => Ok(()),
    }
}

fn identify(case: &Case<'_>) -> Identification {
    let input = BytesInput(case.file.bytes.clone());
    review::identify(case.registry, &case.file.name, &input)
}
