//! What a store holds of a key, and whether that is a reason to look at the object again.

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::{Outcome, Recipe};

/// The current outcome of a key: the part of it that the pipeline decides by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRow {
    /// Unique to each write. A conditional write names the token that it expects.
    pub token: String,
    /// What the source knows of the version without reading it: size, time and inode, or the ETag. `None` for a deleted
    /// object.
    pub stamp: Option<String>,
    /// SHA-256 of the content that was reviewed, in hexadecimal.
    pub sha256: Option<String>,
    /// How the last look ended.
    pub outcome: Outcome,
    /// Whether the failure may pass, so that the same bytes may succeed the next time ([`crate::Class::may_pass`]).
    pub transient: bool,
    /// Recipe of the review; `None` if no handler was called.
    pub recipe: Option<Recipe>,
    /// Digest of the registry ([`crate::registry_digest`]); empty if it is not known.
    pub registry: String,
    /// Id of the dead letter that the row was written for ([`super::bury`]); `None` if a journey wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

/// Why a journey looks at an object, or leaves it alone. The text form completes "it is reviewed because …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The store has no row of the key.
    New,
    /// Neither the object nor the recipe changed: the journey leaves the object alone.
    Unchanged,
    /// The stamp of the object changed since the last look.
    Changed,
    /// The stamp is the same, but the content changed.
    ContentChanged,
    /// The object was deleted and exists again.
    Back,
    /// The last attempt failed, and the next one may succeed.
    Retry,
    /// The recipe changed; one text for each change, such as `handler bottle 3 → bottle 4`.
    Recipe(Vec<String>),
    /// The set of handlers changed, so that another handler may recognise it now.
    Handlers,
    /// The user asked to review unchanged objects as well.
    Forced,
}

impl Reason {
    pub(super) fn for_row(row: Option<&OutcomeRow>, stamp: Option<&str>, policy: &Policy) -> Self {
        let Some(row) = row else { return Reason::New };
        if row.outcome == Outcome::Gone {
            return Reason::Back;
        }
        if stamp.is_none() || row.stamp.as_deref() != stamp {
            return Reason::Changed;
        }
        if policy.force {
            return Reason::Forced;
        }
        if row.transient {
            return Reason::Retry;
        }
        if !policy.registry.is_empty() && row.registry != policy.registry {
            return Reason::Handlers;
        }
        if let Some(old) = &row.recipe {
            match policy.recipes.get(&old.handler.id) {
                Some(new) if new != old => return Reason::Recipe(new.changes_since(old)),
                Some(_) => {}
                None => return Reason::Handlers,
            }
        }
        Reason::Unchanged
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reason::New => "new",
            Reason::Unchanged => "unchanged",
            Reason::Changed => "changed",
            Reason::ContentChanged => "its content changed, though size and time did not",
            Reason::Back => "it exists again",
            Reason::Retry => "the last failure may have passed",
            Reason::Recipe(changes) => return write!(f, "the recipe changed: {}", changes.join(", ")),
            Reason::Handlers => "the set of handlers changed",
            Reason::Forced => "--force",
        })
    }
}
