//! Whether a file yielded anything.

use array_file::{ArrayFile, Note, Problem};
use data_review_core::ReviewError;

use crate::open::refusal;

/// Counts variables that were read, and remembers why others were not.
#[derive(Debug)]
pub struct Tally {
    read: u64,
    most: u64,
    first: Option<Problem>,
}

impl Tally {
    /// Of a file of which some may be lost already.
    pub fn new(file: &ArrayFile) -> Self {
        Tally {
            read: 0,
            most: 0,
            first: file.notes.iter().find_map(Note::loss),
        }
    }

    /// A variable, or a field of one, with so many valid values.
    pub fn add(&mut self, count: u64) {
        self.read += 1;
        self.most = self.most.max(count);
    }

    /// A variable that could not be read.
    pub fn refuse(&mut self, problem: Problem) {
        self.first.get_or_insert(problem);
    }

    /// Valid values of the variable that has most.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Ends the review.
    ///
    /// # Errors
    /// Where something is lost and nothing was read: the reason of the first loss.
    pub fn finish(self) -> Result<(), ReviewError> {
        match self.first {
            Some(problem) if self.read == 0 => Err(refusal(problem)),
            _ => Ok(()),
        }
    }
}
