//! The guard before the C libraries.

use std::sync::Arc;

use array_file::{ArrayFile, Limits, NoteKind, Problem, ProblemKind, View};

use crate::Held;

/// Goes through the whole file in Rust, except for values.
///
/// # Errors
/// When a part of the file lies in another file (external links and storage, virtual datasets), which the
/// libraries would open; when a group contains itself or the file is cut short, for which they overflow their
/// stack or give values that are not in the file; and when any part cannot be read, because it may contain
/// one of these.
pub fn look_through(held: &Held, view: View, limits: &Limits) -> Result<ArrayFile, Problem> {
    // As it is stored, whatever the view: the library also opens what netCDF does not show.
    refuse(&ArrayFile::open(Arc::new(held.clone()), View::Hdf5, limits)?)?;
    ArrayFile::open(Arc::new(held.clone()), view, limits)
}

fn refuse(file: &ArrayFile) -> Result<(), Problem> {
    // The libraries do not open a soft link without a target.
    let note = file.notes.iter().find(|note| note.kind != NoteKind::DanglingLink);
    if let Some(note) = note {
        let kind = match note.kind {
            NoteKind::OutsideLink => ProblemKind::Outside,
            NoteKind::Limit => ProblemKind::Limit,
            NoteKind::Unsupported => ProblemKind::Unsupported,
            _ => ProblemKind::Corrupt,
        };
        return Err(refusal(kind, &note.path, &note.message));
    }
    let outside = |problem: &&Problem| problem.kind == ProblemKind::Outside;
    let variables = file.root.all().into_iter().flat_map(|group| &group.variables);
    for variable in variables {
        if let Some(problem) = variable.problem.as_ref().filter(outside) {
            return Err(refusal(problem.kind, &variable.path, &problem.message));
        }
    }
    Ok(())
}

fn refusal(kind: ProblemKind, path: &str, message: &str) -> Problem {
    Problem {
        kind,
        message: format!("not given to the reference library: {path}: {message}"),
        byte: None,
    }
}
