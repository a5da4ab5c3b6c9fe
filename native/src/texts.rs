//! Texts of any length, which the libraries give at once and the seam asks for one by one.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use array_file::Problem;

use crate::corrupt;

/// Bytes of a reference: the number of the text.
pub(crate) const REFERENCE: usize = 8;
/// Texts that are kept: more than a block of values and one of flags hold.
const KEPT: usize = 32 << 10;

/// The last texts that were read.
#[derive(Default)]
pub(crate) struct Texts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Number of the first.
    first: u64,
    texts: VecDeque<Vec<u8>>,
}

impl Texts {
    /// Keeps the texts, and gives a reference to each.
    pub(crate) fn keep(&self, texts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut references = Vec::new();
        for text in texts {
            let number = kept.first + kept.texts.len() as u64;
            references.extend(number.to_le_bytes());
            kept.texts.push_back(text);
            if kept.texts.len() > KEPT {
                kept.texts.pop_front();
                kept.first += 1;
            }
        }
        references
    }

    /// The text of a reference.
    pub(crate) fn get(&self, reference: &[u8]) -> Result<Vec<u8>, Problem> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = reference.try_into().map(u64::from_le_bytes).ok();
        let at = number.and_then(|number| number.checked_sub(kept.first));
        let text = at.and_then(|at| kept.texts.get(usize::try_from(at).ok()?));
        text.cloned().ok_or_else(|| corrupt("a text that was not read"))
    }
}
