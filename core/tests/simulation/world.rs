//! A small cloud: objects, an intake queue, a handler's queue, a table, a janitor, and workers that die.
//!
//! Every action of a journey yields to the scheduler before it happens, so that other workers, writers and faults come
//! between any two actions. A worker that dies is a future that is dropped.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use data_review_core::pipeline::{
    Burial, Conclusion, Dispatch, Done, Environment, IdentifyObject, Interruption, Journey, KnownState,
    Obstacle, OutcomeRow, Policy, ProbedObject, RecordOutcome, RetryCause, ReviewObject, ReviewedObject,
    Reviewing, Routing, bury,
};
use data_review_core::store::Written;
use data_review_core::{
    Candidate, Card, Class, Confidence, Evidence, Failure, Identification, Identified, LambdaHints, Limits,
    Outcome, Review, Stage,
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
    dispatch: Option<Dispatch>,
}

/// How a worker left its message.
enum Left {
    /// The message is deleted.
    Done,
    /// The message comes again.
    Again,
}

/// A message that a worker has in hand.
struct Task {
    message: Message,
    work: Pin<Box<dyn Future<Output = Left>>>,
}

#[derive(Clone)]
struct Stored {
    row: OutcomeRow,
    /// Version whose bytes were really read.
    read: Option<u32>,
}

/// A run of the simulation, until nothing is left to do.
pub(crate) struct World {
    cloud: Rc<RefCell<Cloud>>,
    tasks: Vec<Task>,
}

/// What all workers share.
pub(crate) struct Cloud {
    random: Random,
    bug: Bug,
    objects: BTreeMap<&'static str, u32>,
    versions: u32,
    changes_left: usize,
    queue: Vec<Message>,
    table: BTreeMap<&'static str, Stored>,
    next_id: u64,
    dead_lettered: bool,
    /// The first write that breaks a rule.
    violation: Option<String>,
    pub(crate) steps: u64,
    pub(crate) faults: u64,
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| Policy {
        recipes: BTreeMap::new(),
        registry: String::new(),
        force: false,
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

static CARD: Card = Card {
    id: "aa",
    title: "",
    version: 1,
    extensions: &[],
    magic: &[],
    refines: &[],
    docs: "",
    observations: "",
    reader: "",
    vocabulary: None,
    codes: &[],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl World {
    pub(crate) fn new(seed: u64, bug: Bug) -> Self {
        let cloud = Cloud {
            random: Random::new(seed),
            bug,
            objects: BTreeMap::new(),
            versions: 0,
            changes_left: CHANGES,
            queue: Vec::new(),
            table: BTreeMap::new(),
            next_id: 0,
            dead_lettered: false,
            violation: None,
            steps: 0,
            faults: 0,
        };
        World {
            cloud: Rc::new(RefCell::new(cloud)),
            tasks: Vec::new(),
        }
    }

    /// Runs until nothing is left to do, then checks.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        loop {
            let mut cloud = self.cloud.borrow_mut();
            cloud.steps += 1;
            if cloud.steps > MOST_STEPS {
                return Err("it does not come to rest".into());
            }
            if let Some(violation) = cloud.violation.take() {
                return Err(violation);
            }
            let choices = [
                cloud.changes_left.min(1),
                cloud.queue.len().min(3),
                self.tasks.len().min(6),
            ];
            match choices.iter().sum() {
                0 => return cloud.check_rest(),
                n => {
                    let pick = cloud.random.below(n);
                    if pick < choices[0] {
                        cloud.change();
                    } else if pick < choices[0] + choices[1] {
                        drop(cloud);
                        self.receive();
                    } else {
                        drop(cloud);
                        self.work();
                    }
                }
            }
        }
    }

    pub(crate) fn cloud(&self) -> std::cell::Ref<'_, Cloud> {
        self.cloud.borrow()
    }

    /// A worker receives a message, whichever; after too many receives it is the janitor's.
    fn receive(&mut self) {
        let mut cloud = self.cloud.borrow_mut();
        let Some(message) = cloud.receive() else { return };
        let id = cloud.id();
        let worker = Worker {
            cloud: self.cloud.clone(),
            message: message.clone(),
            run: match cloud.bug {
                Bug::TokensRepeat => "run".to_owned(),
                _ => format!("run{id}"),
            },
            read: None,
        };
        self.tasks.push(Task {
            message,
            work: Box::pin(worker.work()),
        });
    }

    /// One worker goes on to its next action, or dies before it.
    fn work(&mut self) {
        let mut cloud = self.cloud.borrow_mut();
        let at = cloud.random.below(self.tasks.len());
        let mut task = self.tasks.swap_remove(at);
        if cloud.fault(5) {
            cloud.queue.push(task.message);
            return;
        }
        drop(cloud);
        let polled = task.work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Pending => self.tasks.push(task),
            // Killed after its last action, before the message is deleted.
            Poll::Ready(Left::Done) if !self.cloud.borrow_mut().fault(3) => {}
            Poll::Ready(_) => self.cloud.borrow_mut().queue.push(task.message),
        }
    }
}

/// Works on one message.
struct Worker {
    cloud: Rc<RefCell<Cloud>>,
    message: Message,
    run: String,
    /// Version that the last review read.
    read: Option<u32>,
}

impl Worker {
    async fn work(mut self) -> Left {
        let run = self.run.clone();
        let ended = match self.message.dispatch.clone() {
            // The orchestrator's first look at an announced key assumes that there is no row.
            None => {
                let journey = Journey::begin(Routing, policy(), run).assuming_no_row();
                let Ok(ended) = journey.run(&mut self).await;
                if let Done::HandedOff(dispatch) = ended.done {
                    return self.dispatch(dispatch).await;
                }
                matches!(ended.done, Done::GivenUp(_))
            }
            Some(Dispatch { identified, stamp }) => {
                let scope = Reviewing { identified, stamp };
                let Ok(ended) = Journey::begin(scope, policy(), run).run(&mut self).await;
                matches!(ended.done, Done::GivenUp(_))
            }
        };
        match ended {
            true => Left::Again,
            false => Left::Done,
        }
    }

    async fn dispatch(&mut self, dispatch: Dispatch) -> Left {
        match self
            .act(|cloud, key| cloud.send(key, Some(dispatch.clone())))
            .await
        {
            Ok(()) => Left::Done,
            Err(_) => Left::Again,
        }
    }

    /// Yields, then does `action`, unless its service fails. If the response is lost, the client library repeats the call.
    async fn act<T>(&mut self, mut action: impl FnMut(&mut Cloud, &'static str) -> T) -> Result<T, Failure> {
        yield_once().await;
        let mut cloud = self.cloud.borrow_mut();
        if cloud.fault(8) {
            return Err(away());
        }
        let mut answer = action(&mut cloud, self.message.key);
        if cloud.fault(5) {
            answer = action(&mut cloud, self.message.key);
        }
        Ok(answer)
    }
}

/// Is pending once: the scheduler chooses who goes on.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut yielded, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

impl Environment for Worker {
    type Halt = std::convert::Infallible;

    async fn read_row(&mut self) -> Result<KnownState, Interruption<Self::Halt, Failure>> {
        let row = self
            .act(|cloud, key| cloud.table.get(key).map(|stored| stored.row.clone()))
            .await
            .map_err(Interruption::Obstacle)?;
        Ok(KnownState { row, stamp: None })
    }

    async fn pause(&mut self, _: u32, _: RetryCause) {
        yield_once().await;
    }
}

impl IdentifyObject for Worker {
    async fn identify(&mut self) -> Result<ProbedObject, Interruption<Self::Halt>> {
        let object = self.act(|cloud, key| cloud.objects.get(key).copied()).await;
        let version = object.map_err(Obstacle::unavailable)?.ok_or(Obstacle::Missing)?;
        Ok(ProbedObject {
            identification: identification(self.message.key),
            stamp: stamp(version),
            size: 0,
            sha256: None,
            compression: None,
        })
    }
}

impl ReviewObject for Worker {
    async fn review(&mut self, _: &Identified) -> Result<ReviewedObject, Interruption<Self::Halt>> {
        let object = self
            .act(|cloud, key| (cloud.objects.get(key).copied(), cloud.bug))
            .await;
        let (object, bug) = object.map_err(Obstacle::unavailable)?;
        let version = object.ok_or(Obstacle::Missing)?;
        let wanted = self.message.dispatch.as_ref().map(|dispatch| &dispatch.stamp);
        if wanted != Some(&stamp(version)) && bug != Bug::ChangedObjectIsReviewed {
            return Err(Obstacle::Changed.into());
        }
        self.read = Some(version);
        Ok(ReviewedObject {
            size: 0,
            sha256: None,
            compression: None,
            card: &CARD,
            review: Review::not_run(&CARD, ""),
            failure: None,
        })
    }
}

impl RecordOutcome for Worker {
    async fn record(&mut self, conclusion: Conclusion) -> Result<Written, Failure> {
        let read = self.read.take();
        let write = conclusion.into_write(self.message.key, "", String::new());
        self.act(|cloud, key| {
            let stored = Stored {
                row: write.entry.row.clone(),
                read,
            };
            cloud.put(key, write.expect.clone(), stored)
        })
        .await
    }
}

impl Cloud {
    /// Whether a fault happens that has this probability.
    fn fault(&mut self, percent: u64) -> bool {
        let happens = self.random.percent(percent);
        self.faults += u64::from(happens);
        happens
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
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

    fn send(&mut self, key: &'static str, dispatch: Option<Dispatch>) {
        let id = self.id();
        self.queue.push(Message {
            id,
            key,
            receives: 0,
            dispatch,
        });
    }

    /// Hands a message out; the janitor takes one that was received too often.
    fn receive(&mut self) -> Option<Message> {
        let at = self.random.below(self.queue.len());
        let mut message = self.queue.swap_remove(at);
        message.receives += 1;
        if message.receives > RECEIVES {
            self.dead_lettered = true;
            self.bury(&message);
            // At least once, and late.
            if self.fault(20) {
                self.queue.push(message);
            }
            return None;
        }
        // At least once: the queue hands the same message out again while a worker has it.
        if self.fault(5) {
            self.queue.push(message.clone());
        }
        Some(message)
    }

    /// The janitor writes a failure row for a message that no worker could finish, unless the key is settled by now.
    fn bury(&mut self, message: &Message) {
        let found = self.table.get(message.key).map(|stored| stored.row.clone());
        let stamp = self.objects.get(message.key).map(|version| stamp(*version));
        let letter = message.id.to_string();
        let burial = Burial {
            key: message.key,
            root: "",
            letter: &letter,
            write: self.id().to_string(),
            failure: away(),
            at: String::new(),
        };
        if let Some(write) = bury(burial, found.as_ref(), stamp.as_deref()) {
            let row = write.entry.row;
            self.put(message.key, write.expect, Stored { row, read: None });
        }
    }

    /// A conditional write.
    fn put(&mut self, key: &'static str, expect: Option<String>, new: Stored) -> Written {
        let found = self.table.get(key).map(|stored| stored.row.token.clone());
        if found != expect && self.bug != Bug::StoreIgnoresTokens {
            return Written::Taken(found);
        }
        if let (Outcome::Reviewed, Some(read)) = (new.row.outcome, new.read)
            && new.row.stamp != Some(stamp(read))
        {
            let recorded = &new.row.stamp;
            self.violation = Some(format!("{key}: recorded as {recorded:?}, but v{read} was read"));
        }
        self.table.insert(key, new);
        Written::Yes
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
