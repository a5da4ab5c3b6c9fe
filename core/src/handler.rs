//! The trait that every format implements.

use std::sync::Arc;

use crate::{Card, Input, Probe, ReviewBuilder, ReviewError, Verdict};

/// One file format: how to know it and how to review it.
///
/// Handlers are called through `&'static dyn FileHandler` only; see [`crate::register_handler!`].
pub trait FileHandler: Send + Sync + 'static {
    /// What others need to know of it.
    fn card(&self) -> &'static Card;

    /// Says whether the file is its own, by content. Never panics, whatever the bytes.
    ///
    /// By default: certain when the file starts with one of the card's magic numbers.
    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        match self
            .card()
            .magic
            .iter()
            .find(|magic| probe.head().starts_with(magic))
        {
            Some(magic) => Verdict::certain(format!("starts with `{}`", magic.escape_ascii())),
            None => Verdict::no("does not start with any of its magic numbers"),
        }
    }

    /// Reads the file and fills `review`: an aggregate wherever one data row is readable, *and* every finding.
    ///
    /// # Errors
    /// Only for a file that yields nothing at all. What was found before stays in `review`.
    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError>;
}
