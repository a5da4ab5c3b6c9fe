//! The trait that every format implements.

use std::sync::Arc;

use crate::{Card, Input, Probe, ReviewBuilder, ReviewError, Verdict};

/// A file format: how to recognise it and how to review it.
///
/// Handlers are called only through `&'static dyn FileHandler`; [`crate::register_handler!`] shows a complete one.
pub trait FileHandler: Send + Sync + 'static {
    /// The handler's description: its id, version, limits and finding codes. Every call returns the same card.
    fn card(&self) -> &'static Card;

    /// Judges by the content whether the file is of this format. Never panics, whatever the bytes are.
    ///
    /// The default implementation is certain if the file starts with one of the signatures on the card.
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

    /// Reads the file and fills `review`: statistics if at least one data row is readable, and every finding.
    ///
    /// # Errors
    /// Only if the file yields nothing at all. Findings that were reported before the error stay in `review`.
    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError>;
}
