//! A small cloud: objects, an intake queue, a handler's queue, a table, a janitor, and workers that die.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use data_review_core::pipeline::{Burial, Done, Effect, Event, Journey, Policy, Record, Role, Row, bury};
use data_review_core::{
    Candidate, Class, Confidence, Evidence, Failure, Identification, Identified, Outcome, Stage,
};

use crate::random::Random;

/// Defects that the suite must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    None,
    /// Conditional writes are not.
    StoreIgnoresTokens,
    /// Journeys do not differ in their tokens.
    TokensRepeat,
    /// `If-Match` is forgotten: the object is read as it is, and recorded as what was announced.
    ChangedObjectIsReviewed,
}

const KEYS: [&str; 4] = ["a", "b", "c", "unknown"];
const CHANGES: usize = 12;
const RECEIVES: u32 = 6;
const MOST_STEPS: u64 = 100_000;

#[derive(Clone)]
struct Message {
    id: u64,
    key: &'static str,
    receives: u32,
    /// Set in the handler's queue.
    routed: Option<(Identified, String)>,
}

/// A message being worked on.
struct Task {
    message: Message,
    journey: Journey<'static>,
    effect: Effect,
}

#[derive(Clone)]
struct Stored {
    row: Row,
    /// Version whose bytes were really read.
    read: Option<u32>,
}

pub(crate) struct World {
    random: Random,
    bug: Bug,
    objects: BTreeMap<&'static str, u32>,
    versions: u32,
    changes_left: usize,
    queue: Vec<Message>,
    tasks: Vec<Task>,
    table: BTreeMap<&'static str, Stored>,
    /// Version read by a task's review, by message and key; carried beside the journey, as a document is.
    reads: BTreeMap<(u64, u32), u32>,
    next_id: u64,
    dead_lettered: bool,
    pub(crate) steps: u64,
    pub(crate) faults: u64,
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| Policy {
        recipes: BTreeMap::new(),
        registry: String::new(),
        force: false,
        verify: false,
        attempts: 3,
    })
}

fn stamp(version: u32) -> String {
    format!("v{version}")
}

fn identification(key: &str) -> Identification {
    if key == "unknown" {
        return Identification::Unknown {
            evidence: Evidence::of(b"?", 1),
        };
    }
    let winner = Candidate {
        id: "aa".into(),
        verdict: Confidence::Certain,
        because: String::new(),
    };
    Identification::Identified(Identified {
        winner,
        runners_up: vec![],
        contradiction: None,
    })
}

fn away() -> Failure {
    Failure::new(Stage::Read, Class::Service, "throttled")
}

impl World {
    pub(crate) fn new(seed: u64, bug: Bug) -> Self {
        World {
            random: Random::new(seed),
            bug,
            objects: BTreeMap::new(),
            versions: 0,
            changes_left: CHANGES,
            queue: Vec::new(),
            tasks: Vec::new(),
            table: BTreeMap::new(),
            reads: BTreeMap::new(),
            next_id: 0,
            dead_lettered: false,
            steps: 0,
            faults: 0,
        }
    }

    /// Runs until nothing is left to do, then checks.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        loop {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err("it does not come to rest".into());
            }
            let choices = [
                self.changes_left.min(1),
                self.queue.len().min(3),
                self.tasks.len().min(6),
            ];
            match choices.iter().sum() {
                0 => break,
                n => {
                    let pick = self.random.below(n);
                    if pick < choices[0] {
                        self.change();
                    } else if pick < choices[0] + choices[1] {
                        self.receive()?;
                    } else {
                        self.work()?;
                    }
                }
            }
        }
        self.check_rest()
    }

    /// Somebody puts, overwrites or deletes an object; the announcement comes once to three times.
    fn change(&mut self) {
        self.changes_left -= 1;
        let key = KEYS[self.random.below(KEYS.len())];
        if self.random.percent(25) {
            self.objects.remove(key);
        } else {
            self.versions += 1;
            self.objects.insert(key, self.versions);
        }
        for _ in 0..=self.random.below(3) {
            self.send(key, None);
        }
    }

    fn send(&mut self, key: &'static str, routed: Option<(Identified, String)>) {
        self.next_id += 1;
        self.queue.push(Message {
            id: self.next_id,
            key,
            receives: 0,
            routed,
        });
    }

    /// A message is received, whichever; after too many receives it is the janitor's.
    fn receive(&mut self) -> Result<(), String> {
        let at = self.random.below(self.queue.len());
        let mut message = self.queue.swap_remove(at);
        message.receives += 1;
        if message.receives > RECEIVES {
            self.dead_lettered = true;
            self.bury(&message)?;
            // At least once, and late.
            if self.random.percent(20) {
                self.faults += 1;
                self.queue.push(message);
            }
            return Ok(());
        }
        // At least once: the queue hands the same message out again while it is being worked on.
        if self.random.percent(5) {
            self.faults += 1;
            self.queue.push(message.clone());
        }
        let role = match &message.routed {
            None => Role::Route,
            Some((identified, stamp)) => Role::Review {
                identified: Box::new(identified.clone()),
                stamp: stamp.clone(),
            },
        };
        self.next_id += 1;
        let run = match self.bug {
            Bug::TokensRepeat => "run".to_owned(),
            _ => format!("run{}", self.next_id),
        };
        let (journey, effect) = Journey::begin(role, policy(), run);
        self.tasks.push(Task {
            message: Message {
                id: self.next_id,
                ..message
            },
            journey,
            effect,
        });
        Ok(())
    }

    /// The janitor: a message that nobody could work off becomes a failure row, unless the key is well by now.
    fn bury(&mut self, message: &Message) -> Result<(), String> {
        let found = self.table.get(message.key).map(|stored| stored.row.clone());
        let stamp = self.objects.get(message.key).map(|version| stamp(*version));
        self.next_id += 1;
        let letter = message.id.to_string();
        let burial = Burial {
            key: message.key,
            origin: "",
            letter: &letter,
            write: self.next_id.to_string(),
            failure: away(),
            at: String::new(),
        };
        if let Some(write) = bury(burial, found.as_ref(), stamp.as_deref()) {
            let row = write.entry.row;
            self.put(message.key, write.expect, Stored { row, read: None })?;
        }
        Ok(())
    }

    /// One task takes one step, or dies, or its service fails.
    fn work(&mut self) -> Result<(), String> {
        let at = self.random.below(self.tasks.len());
        let mut task = self.tasks.swap_remove(at);
        if self.random.percent(3) {
            // Killed before the effect: the message comes again.
            self.faults += 1;
            self.queue.push(task.message);
            return Ok(());
        }
        let mut event = self.carry_out(&task)?;
        if self.random.percent(5) {
            // The response is cut: the client library tries the same call again.
            self.faults += 1;
            event = self.carry_out(&task)?;
        }
        if self.random.percent(3) {
            // Killed after the effect.
            self.faults += 1;
            self.queue.push(task.message);
            return Ok(());
        }
        let Some(event) = event else {
            if let Effect::Done(Done::GivenUp(_)) = task.effect {
                self.queue.push(task.message);
            }
            return Ok(());
        };
        task.effect = task.journey.step(event);
        self.tasks.push(task);
        Ok(())
    }

    fn carry_out(&mut self, task: &Task) -> Result<Option<Event>, String> {
        let key = task.message.key;
        let object = self.objects.get(key).copied();
        if !matches!(task.effect, Effect::Done(_) | Effect::Again { .. }) && self.random.percent(8) {
            self.faults += 1;
            return Ok(Some(Event::Unavailable(away())));
        }
        let id = task.message.id;
        Ok(Some(match &task.effect {
            Effect::ReadRow => {
                // The orchestrator's first look at an announced key is optimistic: it assumes no row.
                let optimistic = task.message.routed.is_none() && task.journey.attempt() == 1;
                let row = self
                    .table
                    .get(key)
                    .filter(|_| !optimistic)
                    .map(|stored| stored.row.clone());
                // Later it knows the version that it saw.
                Event::Row(row, task.journey.stamp().map(str::to_owned))
            }
            Effect::Identify => match object {
                None => Event::Vanished,
                Some(version) => Event::Identified(identification(key), stamp(version)),
            },
            Effect::Dispatch(identified) => {
                let stamp = task.journey.stamp().unwrap_or_default().to_owned();
                self.send(key, Some((identified.clone(), stamp)));
                Event::Sent
            }
            Effect::Review(_) => match object {
                None => Event::Vanished,
                Some(version)
                    if task.journey.stamp() != Some(&stamp(version))
                        && self.bug != Bug::ChangedObjectIsReviewed =>
                {
                    Event::Changed
                }
                Some(version) => {
                    self.reads.insert((id, task.journey.attempt()), version);
                    Event::Reviewed(Ok(()))
                }
            },
            Effect::Record(Record {
                outcome,
                failure,
                expect,
                token,
            }) => {
                let row = Row {
                    token: token.clone(),
                    stamp: task
                        .journey
                        .stamp()
                        .filter(|_| *outcome != Outcome::Gone)
                        .map(str::to_owned),
                    sha256: None,
                    outcome: *outcome,
                    transient: failure
                        .as_ref()
                        .is_some_and(|failure| failure.class.is_transient()),
                    recipe: None,
                    registry: String::new(),
                    letter: None,
                };
                let read = self.reads.get(&(id, task.journey.attempt())).copied();
                match self.put(key, expect.clone(), Stored { row, read })? {
                    None => Event::Recorded,
                    Some(found) => Event::Taken(found),
                }
            }
            Effect::Hash => return Err("nobody asked for verification".into()),
            Effect::Again { .. } => Event::Begin,
            Effect::Done(_) => return Ok(None),
        }))
    }

    /// A conditional write: nothing where it is done, the found row's token where it is not.
    fn put(
        &mut self,
        key: &'static str,
        expect: Option<String>,
        new: Stored,
    ) -> Result<Option<Option<String>>, String> {
        let found = self.table.get(key).map(|stored| stored.row.token.clone());
        if found != expect && self.bug != Bug::StoreIgnoresTokens {
            return Ok(Some(found));
        }
        if let (Outcome::Reviewed, Some(read)) = (new.row.outcome, new.read)
            && new.row.stamp != Some(stamp(read))
        {
            return Err(format!(
                "{key}: recorded as {:?}, but v{read} was read",
                new.row.stamp
            ));
        }
        self.table.insert(key, new);
        Ok(None)
    }

    fn check_rest(&self) -> Result<(), String> {
        for key in KEYS {
            let stored = self.table.get(key);
            let object = self.objects.get(key);
            let outcome = stored.map(|stored| stored.row.outcome);
            // After a dead letter the janitor's row may stand: a failure with its reason, which the next sweep retries.
            if self.dead_lettered && stored.is_some_and(|stored| stored.row.transient) {
                continue;
            }
            let wanted = match (object, key) {
                (None, _) => {
                    if !matches!(outcome, None | Some(Outcome::Gone)) {
                        return Err(format!("{key} is deleted, its outcome is {outcome:?}"));
                    }
                    continue;
                }
                (Some(_), "unknown") => Outcome::Unidentified,
                (Some(_), _) => Outcome::Reviewed,
            };
            let stored = stored.ok_or(format!("{key} is lost: it has no outcome"))?;
            if stored.row.outcome != wanted || stored.row.stamp != object.map(|version| stamp(*version)) {
                return Err(format!(
                    "{key} is {object:?}, its row says {:?} {:?}",
                    stored.row.outcome, stored.row.stamp
                ));
            }
        }
        Ok(())
    }

    /// For the replay test.
    pub(crate) fn table_digest(&self) -> String {
        self.table
            .iter()
            .map(|(key, stored)| format!("{key} {} {:?};", stored.row.token, stored.row.outcome))
            .collect()
    }
}
