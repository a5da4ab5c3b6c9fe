//! TextCache of any length: the libraries give them with the elements, and [`array_file::Reader`] asks for them
//! one by one.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use array_file::Problem;

use crate::corrupt;

/// Bytes of a reference, which is the number of a text.
pub(crate) const REFERENCE: usize = 8;
/// Number of texts that are kept: more than a block of values and a block of flags contain.
const KEPT: usize = 32 << 10;

/// The texts that were read last.
#[derive(Default)]
pub(crate) struct TextCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Number of the first text that is kept.
    first: u64,
    texts: VecDeque<Vec<u8>>,
}

impl TextCache {
    /// Keeps the texts, and returns their references.
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

    /// The text to which a reference leads.
    pub(crate) fn get(&self, reference: &[u8]) -> Result<Vec<u8>, Problem> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = reference.try_into().map(u64::from_le_bytes).ok();
        let at = number.and_then(|number| number.checked_sub(kept.first));
        let text = at.and_then(|at| kept.texts.get(usize::try_from(at).ok()?));
        text.cloned().ok_or_else(|| corrupt("a reference to a text that was not read"))
    }
}
