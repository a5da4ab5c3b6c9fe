//! The mergeable state as bytes: a version, then postcard.

use super::Accumulator;

/// Raised when the form of the state changes.
const VERSION: u8 = 3;

/// Why bytes cannot be read as a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Another version of this program wrote the bytes; its number.
    #[error("state version {0}, expected {VERSION}: review the file again")]
    Version(u8),
    /// The bytes are truncated or damaged; the text gives the reason.
    #[error("the state is damaged ({0}): review the file again")]
    Damaged(String),
}

impl Accumulator {
    /// The state of the statistics as bytes, with a version, for merging later without reading the file again.
    pub fn to_state(&self) -> Vec<u8> {
        postcard::to_extend(&*self.flushed(), vec![VERSION]).expect("plain data, written to memory")
    }

    /// Reads the bytes that [`Self::to_state`] wrote.
    ///
    /// # Errors
    /// When another version wrote the bytes, or when they are damaged.
    pub fn from_state(state: &[u8]) -> Result<Self, StateError> {
        match state.split_first() {
            Some((&VERSION, rest)) => {
                postcard::from_bytes(rest).map_err(|error| StateError::Damaged(error.to_string()))
            }
            Some((&other, _)) => Err(StateError::Version(other)),
            None => Err(StateError::Damaged("no bytes".to_owned())),
        }
    }
}
