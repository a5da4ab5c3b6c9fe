//! Opens a file, and reports what is wrong with it as a whole.

use std::io;
use std::sync::Arc;

use array_file::{ArrayFile, Group, Note, NoteKind, Problem, ProblemKind, Source, View};
use data_review_core::{CodeInfo, Input, Place, ReviewBuilder, ReviewError};

use crate::codes;

struct Bytes(Arc<dyn Input>);

impl Source for Bytes {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_exact_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(at, into)
    }
}

/// Limits of the reader, from the limits on a handler's card.
pub fn limits(of: &data_review_core::Limits) -> array_file::Limits {
    array_file::Limits {
        variables: of.variables as usize,
        groups: of.members as usize,
        variable_bytes: of.inflated_bytes,
        ..array_file::Limits::default()
    }
}

/// Opens a file and reads everything but values, within the limits of the handler's card.
///
/// # Errors
/// When the header or the root group cannot be read, or a limit of the file as a whole is exceeded.
pub fn open(input: Arc<dyn Input>, view: View, review: &ReviewBuilder) -> Result<ArrayFile, ReviewError> {
    let limits = limits(review.limits());
    ArrayFile::open(Arc::new(Bytes(input)), view, &limits).map_err(review_error)
}

/// Reports the notes of the reader, and the texts that are not UTF-8.
pub fn report_notes(file: &ArrayFile, review: &mut ReviewBuilder) {
    report_truncated(file, review);
    for note in &file.notes {
        let code = match note.kind {
            NoteKind::OutsideLink => &codes::OUTSIDE,
            NoteKind::DanglingLink => &codes::DANGLING_LINK,
            NoteKind::Cycle => &codes::GROUP_CYCLE,
            NoteKind::Damaged => &codes::DAMAGED,
            NoteKind::Unsupported => &codes::UNSUPPORTED,
            NoteKind::Limit => &codes::LIMIT,
            NoteKind::Truncated => continue,
        };
        // Paths of variables have no slash at the beginning.
        let path = note.path.trim_start_matches('/');
        let (subject, message) = match (path, note.kind) {
            ("", NoteKind::Limit) => (None, note.message.clone()),
            ("", _) => (Some("/"), format!("the root group: {}", note.message)),
            _ => (Some(path), format!("{path}: {}", note.message)),
        };
        review.found(code, subject, || message, || None);
    }
    for group in file.root.all() {
        report_latin1(group, review);
    }
}

/// Reports a truncated file as one finding, however many variables are incomplete.
fn report_truncated(file: &ArrayFile, review: &mut ReviewBuilder) {
    let is_truncated = |note: &&Note| note.kind == NoteKind::Truncated;
    let mut notes = file.notes.iter().filter(is_truncated);
    let Some(first) = notes.next() else { return };
    let message = || match notes.count() {
        0 => first.message.clone(),
        1 => format!("{}; 1 more variable ends beyond it", first.message),
        more => format!("{}; {more} more variables end beyond it", first.message),
    };
    review.found(&codes::TRUNCATED, None, message, || None);
}

fn report_latin1(group: &Group, review: &mut ReviewBuilder) {
    let own = group
        .attributes
        .iter()
        .map(|attribute| (group.path.trim_matches('/'), attribute));
    let variables = group.variables.iter();
    let of_variables = variables.flat_map(|variable| {
        variable
            .attributes
            .iter()
            .map(|attribute| (variable.path.as_str(), attribute))
    });
    for (of, attribute) in own.chain(of_variables).filter(|(_, attribute)| attribute.latin1) {
        let name = format!("{of}:{}", attribute.name);
        let message = || format!("{name} is not UTF-8; it was read as Latin-1");
        review.found(&codes::NOT_UTF8, Some(&name), message, || {
            Some(Place::attribute(name.as_str()))
        });
    }
}

/// The failure of a review in which nothing could be read because of a problem.
pub fn review_error(problem: Problem) -> ReviewError {
    let error = match problem.kind {
        ProblemKind::Corrupt => ReviewError::corrupt(problem.message),
        ProblemKind::Unsupported | ProblemKind::Outside => ReviewError::unsupported(problem.message),
        ProblemKind::Limit => ReviewError::limit(problem.message),
        ProblemKind::Unreadable => io::Error::other(problem.message).into(),
    };
    match problem.byte {
        Some(byte) => error.at(Place::Byte { byte }),
        None => error,
    }
}

/// The code with which a problem of one variable is reported.
pub(crate) fn code_of(kind: ProblemKind) -> &'static CodeInfo {
    match kind {
        ProblemKind::Corrupt | ProblemKind::Unreadable => &codes::DAMAGED,
        ProblemKind::Unsupported => &codes::UNSUPPORTED,
        ProblemKind::Limit => &codes::LIMIT,
        ProblemKind::Outside => &codes::OUTSIDE,
    }
}
