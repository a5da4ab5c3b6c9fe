//! What happens next to a file: skip it, identify it, send it to a handler, review it, record an outcome, retry, or give up.
//!
//! A [`Journey`] is one look at one key. It decides, and asks an [`Environment`] (the command line, a Lambda function, the
//! simulation) to act; the environment decides nothing. [`Journey::drive`] is the one loop that does both. Its [`FlowScope`]
//! says which part of the flow it covers, and an environment implements only the actions of that part.
//!
//! **An event is a hint to look at the current object.** So a journey that happens twice, late or half changes nothing: it
//! reads the row of the key, looks at the object as it is now, and writes only if the row is still the one that it read.
//! Otherwise it begins again.
//!
//! ```text
//! read the row ─► (unchanged: end) ─► identify ─► review ─► write ─► end
//!    ▲                                   │  └► hand off: end  │
//!    └── another writer, the object changed, a service failed ┘   at most `attempts` times
//! ```
//!
//! | scope | begins with | ends with | asks for |
//! |---|---|---|---|
//! | [`Whole`] | a listed file | an outcome | [`HashObject`], [`IdentifyObject`], [`ReviewObject`] |
//! | [`Routing`] | an event | an outcome, or a [`Dispatch`] to a handler's queue | [`IdentifyObject`] |
//! | [`Reviewing`] | a handler's message | an outcome, or [`Superseded`] | [`ReviewObject`] |

mod bury;
mod conclusion;
mod environment;
mod journey;
mod row;
mod scope;

use std::collections::BTreeMap;

pub use bury::{Burial, bury};
pub use conclusion::Conclusion;
pub use environment::{
    Environment, HashObject, IdentifyObject, Interruption, KnownState, Obstacle, ProbedObject, RecordOutcome,
    RefusedObject, RetryCause, ReviewObject, ReviewedObject,
};
pub use journey::{Done, Journey, JourneyEnd, Recording, Stop};
pub use row::{OutcomeRow, Reason};
pub use scope::{Dispatch, Examine, FlowScope, Reviewing, Routing, Superseded, Whole};

use crate::{Recipe, Registry, registry_digest};

/// What is the same for all journeys of a run: recipes, registry, whether to force, and the number of attempts.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The current recipe of every handler, by the handler's id.
    pub recipes: BTreeMap<String, Recipe>,
    /// Digest of the whole registry ([`crate::registry_digest`]). If it is empty, rows of another registry are not
    /// reviewed again: a program that links one handler cannot compare it.
    pub registry: String,
    /// Whether unchanged objects are reviewed as well.
    pub force: bool,
    /// Most attempts of a journey, at least 1.
    pub attempts: u32,
}

impl Policy {
    /// The policy of a program that links the whole registry: changed objects are reviewed, unchanged ones are not.
    pub fn of(registry: &Registry, attempts: u32) -> Self {
        Policy {
            recipes: registry
                .cards()
                .map(|card| (card.id.to_owned(), Recipe::of(card)))
                .collect(),
            registry: registry_digest(registry),
            force: false,
            attempts,
        }
    }

    /// Why an object with this row and this stamp needs a look, or [`Reason::Unchanged`]. An object without a known
    /// stamp counts as changed.
    pub fn reason(&self, row: Option<&OutcomeRow>, stamp: Option<&str>) -> Reason {
        Reason::for_row(row, stamp, self)
    }
}

#[cfg(test)]
mod tests;
