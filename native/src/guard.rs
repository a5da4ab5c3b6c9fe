//! What stands before the C libraries.

use std::sync::Arc;

use array_file::{ArrayFile, Limits, NoteKind, Problem, ProblemKind, View};

use crate::Held;

/// Goes through the whole file in Rust, values apart.
///
/// # Errors
/// When a part of the file lies in another file (external links and storage, virtual datasets), which the libraries would open; when a
/// group holds itself or the file is cut short, at which they overflow their stack or give values that are not there; and
/// when anything could not be looked at, because one of these may hide behind it.
pub fn look_through(held: &Held, view: View, limits: &Limits) -> Result<ArrayFile, Problem> {
    // As it is stored, whatever the view: what netCDF hides is opened too.
    refuse(&ArrayFile::open(Arc::new(held.clone()), View::Hdf5, limits)?)?;
    ArrayFile::open(Arc::new(held.clone()), view, limits)
}

fn refuse(file: &ArrayFile) -> Result<(), Problem> {
    // A soft link to nowhere is opened by nobody.
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
