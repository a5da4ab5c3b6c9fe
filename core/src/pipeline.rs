//! The decisions of the flow, as a pure state machine: what to skip, where to send, what to record, retry or give up.
//!
//! A [`Journey`] is one look at one key. The shells (the command line, the Lambdas, the simulation) carry out each
//! [`Effect`] and answer with an [`Event`]; they decide nothing themselves. **A look is a hint to look at the current
//! object**, so a journey that happens twice, late or half changes nothing: it reads the key's row, looks at the object
//! as it is now, and records only if the row is still the one it read; else it begins again.
//!
//! ```text
//! ReadRow ─► (unchanged: done) ─► Identify ─► Review ─► Record ─► done
//!    ▲                              │  └► Dispatch ─► done    │
//!    └── row was taken, object changed, service away ◄────────┘   at most `attempts` times
//! ```

mod bury;
mod record;
mod row;

use std::collections::BTreeMap;

pub use bury::{Burial, bury};
pub use record::{Learnt, Record};
pub use row::{Reason, Row};

use crate::{Class, Failure, Identification, Identified, Outcome, Recipe, Registry, Stage, registry_digest};

/// Which part of the flow this journey covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Everything: the command line.
    Whole,
    /// Up to the message: the orchestrator.
    Route,
    /// From the message on: a handler's Lambda, which never identifies again.
    Review {
        /// What the message says the file is.
        identified: Box<Identified>,
        /// Stamp of the version that was identified.
        stamp: String,
    },
}

/// What holds for all journeys of a run.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Recipe of every handler, by id.
    pub recipes: BTreeMap<String, Recipe>,
    /// See [`crate::registry_digest`]; empty where the registry is not whole, and then not compared.
    pub registry: String,
    /// Review what is unchanged, too.
    pub force: bool,
    /// Do not trust the stamp: compare the content.
    pub verify: bool,
    /// How often to begin before giving up.
    pub attempts: u32,
}

impl Policy {
    /// That of who holds the whole registry: what changed is reviewed, stamps are trusted.
    pub fn of(registry: &Registry, attempts: u32) -> Self {
        Policy {
            recipes: registry
                .cards()
                .map(|card| (card.id.to_owned(), Recipe::of(card)))
                .collect(),
            registry: registry_digest(registry),
            force: false,
            verify: false,
            attempts,
        }
    }
}

/// What a shell does next; it answers with one of the events named.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Look the key up: [`Event::Row`].
    ReadRow,
    /// Hash the object: [`Event::Content`].
    Hash,
    /// Probe the object: [`Event::Identified`].
    Identify,
    /// Send it to its handler's queue: [`Event::Sent`].
    Dispatch(Identified),
    /// Have the handler review it: [`Event::Reviewed`].
    Review(Identified),
    /// Write the outcome and its document ([`Journey::write`]), if the row is still the one that was read:
    /// [`Event::Recorded`] or [`Event::Taken`].
    Record(Record),
    /// Wait, longer each time, then say [`Event::Begin`].
    Again {
        /// The attempt that follows, from 2.
        attempt: u32,
    },
    /// Nothing more to do.
    Done(Done),
}

/// How a journey ended.
#[expect(
    clippy::large_enum_variant,
    reason = "one of these exists per journey; a box would save nothing"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// The store holds what there is to say.
    Unchanged,
    /// This journey wrote it.
    Recorded(Outcome),
    /// A message carries it on.
    Dispatched,
    /// A newer version is there, which has a journey of its own.
    Superseded,
    /// Nothing is written: try the whole journey later, or leave it to the dead-letter queue.
    GivenUp(Failure),
}

/// What a shell observed.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The wait is over.
    Begin,
    /// The key's row, and the stamp of the object as listed or announced (none where it is not known).
    Row(Option<Row>, Option<String>),
    /// SHA-256 of the object.
    Content(String),
    /// What it is, and the stamp of the version that was probed.
    Identified(Identification, String),
    /// The message is sent.
    Sent,
    /// The handler's answer: an aggregate, or a failure that another try will not mend.
    Reviewed(Result<(), Failure>),
    /// It is written.
    Recorded,
    /// It is not: another row was there, with this token (none: no row).
    Taken(Option<String>),
    /// The object is not there.
    Vanished,
    /// The object is not the version that was asked for, or changed while it was read.
    Changed,
    /// The object, its store or another service failed, and may be well the next time.
    Unavailable(Failure),
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Waiting,
    ReadingRow,
    Hashing,
    Identifying,
    Dispatching,
    Reviewing,
    Recording { outcome: Outcome, token: String },
    Done,
}

/// One look at one key; see the module's page.
#[derive(Debug)]
pub struct Journey<'p> {
    role: Role,
    policy: &'p Policy,
    /// Makes this journey's tokens unlike any other's.
    run: String,
    attempt: u32,
    writes: u32,
    row: Option<Row>,
    stamp: Option<String>,
    reason: Reason,
    state: State,
}

impl<'p> Journey<'p> {
    /// Begins. `run` must be unlike that of any other journey (a message's id and delivery, a run's id and number).
    pub fn begin(role: Role, policy: &'p Policy, run: impl Into<String>) -> (Self, Effect) {
        let journey = Journey {
            role,
            policy,
            run: run.into(),
            attempt: 1,
            writes: 0,
            row: None,
            stamp: None,
            reason: Reason::New,
            state: State::ReadingRow,
        };
        (journey, Effect::ReadRow)
    }

    /// Why the object is looked at, or left alone.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Stamp of the version that is being looked at.
    pub fn stamp(&self) -> Option<&str> {
        self.stamp.as_deref()
    }

    /// Attempt that is under way, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Takes what was observed, and says what to do next.
    ///
    /// An event that does not answer the last effect changes nothing and gives the journey up: a shell's defect must not
    /// become a wrong row.
    pub fn step(&mut self, event: Event) -> Effect {
        match (std::mem::replace(&mut self.state, State::Done), event) {
            (State::Waiting, Event::Begin) => self.go(State::ReadingRow, Effect::ReadRow),
            (State::ReadingRow, Event::Row(row, stamp)) => self.look(row, stamp),
            (State::Hashing, Event::Content(sha256)) => self.compare(&sha256),
            (State::Identifying, Event::Identified(identification, stamp)) => {
                self.stamp = Some(stamp);
                self.route(identification)
            }
            (State::Dispatching, Event::Sent) => Effect::Done(Done::Dispatched),
            (State::Reviewing, Event::Reviewed(Ok(()))) => self.record(Outcome::Reviewed, None),
            (State::Reviewing, Event::Reviewed(Err(failure))) => self.record(Outcome::Failed, Some(failure)),
            (State::Recording { outcome, .. }, Event::Recorded) => Effect::Done(Done::Recorded(outcome)),
            // A cut response: the write that "failed" was our own.
            (State::Recording { outcome, token }, Event::Taken(Some(found))) if found == token => {
                Effect::Done(Done::Recorded(outcome))
            }
            (State::Recording { .. }, Event::Taken(_)) => self.again(Failure::new(
                Stage::Record,
                Class::Service,
                "other writers took the row at every attempt",
            )),
            // Gone is an outcome only of a look at the object; while recording it is the store that answers.
            (State::ReadingRow | State::Hashing | State::Identifying | State::Reviewing, Event::Vanished) => {
                self.vanished()
            }
            (State::Reviewing, Event::Changed) if matches!(self.role, Role::Review { .. }) => {
                Effect::Done(Done::Superseded)
            }
            (State::Hashing | State::Identifying | State::Reviewing, Event::Changed) => {
                self.unavailable(Failure::new(
                    Stage::Read,
                    Class::Unreadable,
                    "it changed while it was read, at every attempt",
                ))
            }
            (State::Hashing | State::Identifying | State::Reviewing, Event::Unavailable(failure)) => {
                self.unavailable(failure)
            }
            (
                State::ReadingRow | State::Dispatching | State::Recording { .. },
                Event::Unavailable(failure),
            ) => self.again(failure),
            (state, event) => {
                let message = format!("defect: {event:?} answers nothing in {state:?}");
                Effect::Done(Done::GivenUp(Failure::new(
                    Stage::Record,
                    Class::Service,
                    message,
                )))
            }
        }
    }

    fn go(&mut self, state: State, effect: Effect) -> Effect {
        self.state = state;
        effect
    }

    fn look(&mut self, row: Option<Row>, stamp: Option<String>) -> Effect {
        self.stamp = match &self.role {
            Role::Review { stamp, .. } => Some(stamp.clone()),
            _ => stamp,
        };
        self.reason = Reason::of(row.as_ref(), self.stamp.as_deref(), self.policy);
        self.row = row;
        match &self.role {
            _ if self.reason == Reason::Unchanged && self.policy.verify => {
                self.go(State::Hashing, Effect::Hash)
            }
            _ if self.reason == Reason::Unchanged => Effect::Done(Done::Unchanged),
            Role::Review { identified, .. } => {
                let effect = Effect::Review((**identified).clone());
                self.go(State::Reviewing, effect)
            }
            Role::Whole | Role::Route => self.go(State::Identifying, Effect::Identify),
        }
    }

    fn compare(&mut self, sha256: &str) -> Effect {
        if self.row.as_ref().and_then(|row| row.sha256.as_deref()) == Some(sha256) {
            return Effect::Done(Done::Unchanged);
        }
        self.reason = Reason::ContentChanged;
        self.go(State::Identifying, Effect::Identify)
    }

    fn route(&mut self, identification: Identification) -> Effect {
        match identification {
            Identification::Identified(identified) if self.role == Role::Route => {
                self.go(State::Dispatching, Effect::Dispatch(identified))
            }
            Identification::Identified(identified) => self.go(State::Reviewing, Effect::Review(identified)),
            Identification::Ambiguous { .. } => self.record(Outcome::Failed, identification.failure()),
            Identification::Unknown { .. } => self.record(Outcome::Unidentified, identification.failure()),
        }
    }

    fn vanished(&mut self) -> Effect {
        match &self.row {
            Some(row) if row.outcome == Outcome::Gone => Effect::Done(Done::Unchanged),
            _ => self.record(Outcome::Gone, None),
        }
    }

    fn record(&mut self, outcome: Outcome, failure: Option<Failure>) -> Effect {
        self.writes += 1;
        let token = format!("{}.{}", self.run, self.writes);
        let expect = self.row.as_ref().map(|row| row.token.clone());
        let effect = Effect::Record(Record {
            outcome,
            failure,
            expect,
            token: token.clone(),
        });
        self.go(State::Recording { outcome, token }, effect)
    }

    /// Begins again, or gives up without a row: whoever sent us tries later, or the dead-letter queue's janitor writes it.
    fn again(&mut self, failure: Failure) -> Effect {
        if self.attempt >= self.policy.attempts {
            return Effect::Done(Done::GivenUp(failure));
        }
        self.attempt += 1;
        let attempt = self.attempt;
        self.go(State::Waiting, Effect::Again { attempt })
    }

    /// The object cannot be read: on one machine nobody tries later, so the last attempt is recorded as a failure.
    fn unavailable(&mut self, failure: Failure) -> Effect {
        if self.role == Role::Whole && (self.attempt >= self.policy.attempts || !failure.class.is_transient())
        {
            return self.record(Outcome::Failed, Some(failure));
        }
        self.again(failure)
    }
}

#[cfg(test)]
mod tests;
