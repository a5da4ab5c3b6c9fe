use std::collections::VecDeque;
use std::convert::Infallible;
use std::ops::ControlFlow;

use super::*;
use crate::registry::tests::card;
use crate::store::Written;
use crate::{
    Candidate, Card, Class, Confidence, Evidence, Failure, Identification, Identified, Outcome, Review, Stage,
};

static CARD: Card = card("aa", &[]);

/// An environment that plays a script and records what it is asked.
#[derive(Default)]
struct Script {
    rows: VecDeque<KnownState>,
    /// The result of each look at the object.
    looks: VecDeque<Result<Identification, Obstacle>>,
    hash: &'static str,
    /// The failure of each review, if any; when the script is over, reviews succeed.
    reviews: VecDeque<Result<Option<Failure>, Obstacle>>,
    /// Answers of the store; [`Written::Yes`] when the script is over.
    answers: VecDeque<Result<Written, Failure>>,
    asked: Vec<String>,
    written: Vec<OutcomeRow>,
}

impl Script {
    fn row(row: Option<OutcomeRow>, stamp: &str) -> Self {
        Script {
            rows: [known(row, stamp)].into(),
            ..Script::default()
        }
    }

    fn run<S: Examine<Self>>(&mut self, journey: Journey<'_, S>) -> JourneyEnd<S::Handoff> {
        let Ok(ended) = pollster::block_on(journey.run(self));
        ended
    }

    fn asked(&self) -> String {
        self.asked.join(" ")
    }
}

impl Environment for Script {
    type Halt = Infallible;

    async fn read_row(&mut self) -> Result<KnownState, Interruption<Infallible, Failure>> {
        self.asked.push("row".into());
        Ok(self.rows.pop_front().unwrap_or_default())
    }

    async fn pause(&mut self, attempt: u32, cause: RetryCause) {
        self.asked.push(format!("{attempt}:{cause:?}"));
    }
}

impl HashObject for Script {
    async fn hash(&mut self) -> Result<String, Interruption<Infallible>> {
        self.asked.push("hash".into());
        Ok(self.hash.into())
    }
}

impl IdentifyObject for Script {
    async fn identify(&mut self) -> Result<ProbedObject, Interruption<Infallible>> {
        self.asked.push("identify".into());
        let known = Ok(Identification::Identified(identified()));
        Ok(ProbedObject {
            identification: self.looks.pop_front().unwrap_or(known)?,
            stamp: "s".into(),
            size: 1,
            sha256: None,
            compression: None,
        })
    }
}

impl ReviewObject for Script {
    async fn review(&mut self, identified: &Identified) -> Result<ReviewedObject, Interruption<Infallible>> {
        self.asked.push(format!("review-{}", identified.winner.id));
        Ok(ReviewedObject {
            size: 1,
            sha256: Some("abc".into()),
            compression: None,
            review: Review::not_run(&CARD, "f"),
            card: &CARD,
            failure: self.reviews.pop_front().unwrap_or(Ok(None))?,
        })
    }
}

impl RecordOutcome for Script {
    async fn record(&mut self, conclusion: Conclusion) -> Result<Written, Failure> {
        self.asked
            .push(format!("write-{}", conclusion.outcome().as_str()));
        let write = conclusion.into_write("k", "", String::new());
        self.written.push(write.entry.row);
        self.answers.pop_front().unwrap_or(Ok(Written::Yes))
    }
}

fn policy() -> Policy {
    let recipes = [("aa".to_owned(), Recipe::of(&CARD))].into();
    Policy {
        recipes,
        registry: "r1".into(),
        force: false,
        attempts: 3,
    }
}

fn identified() -> Identified {
    let winner = Candidate {
        id: "aa".into(),
        verdict: Confidence::Certain,
        because: String::new(),
    };
    Identified {
        winner,
        runners_up: vec![],
        contradiction: None,
    }
}

fn row(stamp: &str) -> OutcomeRow {
    OutcomeRow {
        token: "t0".into(),
        stamp: Some(stamp.into()),
        sha256: Some("abc".into()),
        outcome: Outcome::Reviewed,
        transient: false,
        recipe: Some(Recipe::of(&CARD)),
        registry: "r1".into(),
        letter: None,
    }
}

fn known(row: Option<OutcomeRow>, stamp: &str) -> KnownState {
    KnownState {
        row,
        stamp: Some(stamp.into()),
    }
}

fn whole(policy: &Policy) -> Journey<'_, Whole> {
    Journey::begin(Whole::default(), policy, "run")
}

fn reviewing(policy: &Policy) -> Journey<'_, Reviewing> {
    let scope = Reviewing {
        identified: identified(),
        stamp: "s".into(),
    };
    Journey::begin(scope, policy, "run")
}

fn unavailable(class: Class) -> Failure {
    Failure::new(Stage::Read, class, "permission denied")
}

#[test]
fn a_new_file_is_identified_reviewed_and_recorded() {
    let policy = policy();
    let mut script = Script::row(None, "s");
    let ended = script.run(whole(&policy));
    assert_eq!(script.asked(), "row identify review-aa write-reviewed");
    assert_eq!(ended.done, Done::Recorded(Outcome::Reviewed));
    assert_eq!(ended.reason, Reason::New);
    let written = &script.written[0];
    assert_eq!(
        (
            written.token.as_str(),
            written.stamp.as_deref(),
            written.sha256.as_deref()
        ),
        ("run.1", Some("s"), Some("abc"))
    );
}

#[test]
fn a_write_expects_the_row_that_was_read() {
    let policy = policy();
    for (row, expected) in [(None, None), (Some(row("old")), Some("t0"))] {
        let mut script = Script::row(row, "s");
        let Ok(Stop::Write(conclusion, _)) = pollster::block_on(whole(&policy).drive(&mut script)) else {
            panic!("nothing is written");
        };
        let write = conclusion.into_write("k", "", String::new());
        assert_eq!(write.expect.as_deref(), expected);
    }
}

#[test]
fn an_unchanged_file_is_left_alone_and_a_changed_one_is_not() {
    let reason = |row: OutcomeRow, policy: Policy| match whole(&policy).with_known(known(Some(row), "s")) {
        ControlFlow::Break(ended) => {
            assert_eq!(ended.done, Done::Unchanged);
            ended.reason
        }
        ControlFlow::Continue(journey) => journey.reason().clone(),
    };
    assert_eq!(reason(row("s"), policy()), Reason::Unchanged);
    assert_eq!(reason(row("old"), policy()), Reason::Changed);
    let forced = Policy {
        force: true,
        ..policy()
    };
    assert_eq!(reason(row("s"), forced), Reason::Forced);
    let other_registry = Policy {
        registry: "r2".into(),
        ..policy()
    };
    assert_eq!(reason(row("s"), other_registry), Reason::Handlers);
    let transient = OutcomeRow {
        transient: true,
        ..row("s")
    };
    assert_eq!(reason(transient, policy()), Reason::Retry);
    let gone = OutcomeRow {
        outcome: Outcome::Gone,
        ..row("s")
    };
    assert_eq!(reason(gone, policy()), Reason::Back);
    let mut newer = policy();
    newer.recipes.get_mut("aa").unwrap().handler.version = 2;
    assert_eq!(
        reason(row("s"), newer).to_string(),
        "the recipe changed: handler aa 1 → aa 2"
    );
}

#[test]
fn verify_compares_the_content() {
    let policy = policy();
    for (hash, asked, reason) in [
        ("abc", "row hash", Reason::Unchanged),
        (
            "xyz",
            "row hash identify review-aa write-reviewed",
            Reason::ContentChanged,
        ),
    ] {
        let mut script = Script::row(Some(row("s")), "s");
        script.hash = hash;
        let ended = script.run(Journey::begin(Whole { verify: true }, &policy, "run"));
        assert_eq!((script.asked().as_str(), ended.reason), (asked, reason));
    }
}

#[test]
fn routing_hands_over_a_known_file_and_records_an_unknown_one() {
    let policy = policy();
    let mut script = Script::default();
    let ended = script.run(Journey::begin(Routing, &policy, "run").assuming_no_row());
    assert_eq!(script.asked(), "identify");
    let dispatch = Dispatch {
        identified: identified(),
        stamp: "s".into(),
    };
    assert_eq!(ended.done, Done::HandedOff(dispatch));

    let unknown = Identification::Unknown {
        evidence: Evidence::of(b"?", 1),
    };
    let mut script = Script {
        looks: [Ok(unknown)].into(),
        ..Script::default()
    };
    let ended = script.run(Journey::begin(Routing, &policy, "run").assuming_no_row());
    assert_eq!(script.asked(), "identify write-unidentified");
    assert_eq!(ended.done, Done::Recorded(Outcome::Unidentified));
}

/// The row that is in the way is read, and it is of the version that the first attempt saw.
#[test]
fn a_duplicate_event_finds_the_row_of_the_first() {
    let policy = policy();
    let unknown = Identification::Unknown {
        evidence: Evidence::of(b"?", 1),
    };
    let mut script = Script {
        rows: [KnownState {
            row: Some(row("s")),
            stamp: None,
        }]
        .into(),
        looks: [Ok(unknown)].into(),
        answers: [Ok(Written::Taken(Some("t0".into())))].into(),
        ..Script::default()
    };
    let ended = script.run(Journey::begin(Routing, &policy, "run").assuming_no_row());
    assert_eq!(script.asked(), "identify write-unidentified 2:RowTaken row");
    assert_eq!(ended.done, Done::Unchanged);
}

#[test]
fn a_lost_response_to_a_write_is_a_success() {
    let policy = policy();
    let mut script = Script::row(None, "s");
    script.answers = [Ok(Written::Taken(Some("run.1".into())))].into();
    assert_eq!(
        script.run(reviewing(&policy)).done,
        Done::Recorded(Outcome::Reviewed)
    );
}

#[test]
fn a_row_that_other_writers_replace_at_every_attempt_is_given_up() {
    let policy = policy();
    let mut script = Script::row(Some(row("old")), "s");
    for token in ["a", "b", "c"] {
        script.answers.push_back(Ok(Written::Taken(Some(token.into()))));
    }
    let ended = script.run(reviewing(&policy));
    let attempt = "row review-aa write-reviewed";
    assert_eq!(
        script.asked(),
        format!("{attempt} 2:RowTaken {attempt} 3:RowTaken {attempt}")
    );
    assert!(matches!(ended.done, Done::GivenUp(failure) if failure.stage == Stage::Record));
    let tokens: Vec<_> = script.written.iter().map(|row| row.token.as_str()).collect();
    assert_eq!(tokens, ["run.1", "run.2", "run.3"]);
}

#[test]
fn a_store_that_fails_at_every_attempt_gives_the_journey_up() {
    let policy = policy();
    let mut script = Script::row(None, "s");
    for _ in 0..3 {
        script.answers.push_back(Err(unavailable(Class::Service)));
    }
    let ended = script.run(whole(&policy));
    assert_eq!(ended.done, Done::GivenUp(Box::new(unavailable(Class::Service))));
    assert_eq!(script.written.len(), 3);
}

#[test]
fn a_missing_file_is_recorded_as_gone_once() {
    let policy = policy();
    let mut script = Script::row(Some(row("old")), "s");
    script.looks = [Err(Obstacle::Missing)].into();
    let ended = script.run(whole(&policy));
    assert_eq!(ended.done, Done::Recorded(Outcome::Gone));
    assert_eq!(script.written[0].stamp, None);

    let gone = OutcomeRow {
        outcome: Outcome::Gone,
        ..row("s")
    };
    let mut script = Script::row(Some(gone), "s");
    script.looks = [Err(Obstacle::Missing)].into();
    assert_eq!(script.run(whole(&policy)).done, Done::Unchanged);
}

#[test]
fn a_file_that_keeps_changing_fails_and_an_old_message_is_superseded() {
    let policy = policy();
    let mut script = Script::row(None, "s");
    script.looks = (0..3).map(|_| Err(Obstacle::Changed)).collect();
    let ended = script.run(whole(&policy));
    assert_eq!(
        script.asked(),
        "row identify 2:Changed row identify 3:Changed row identify write-failed"
    );
    assert_eq!(ended.done, Done::Recorded(Outcome::Failed));

    let mut script = Script::row(None, "s");
    script.reviews = [Err(Obstacle::Changed)].into();
    assert_eq!(script.run(reviewing(&policy)).done, Done::HandedOff(Superseded));
    assert_eq!(script.asked(), "row review-aa");
}

#[test]
fn an_unreadable_file_fails_on_one_machine_and_is_tried_later_in_the_cloud() {
    let policy = Policy {
        attempts: 1,
        ..policy()
    };
    let looks = || [Err(Obstacle::unavailable(unavailable(Class::Unreadable)))].into();
    let mut script = Script::row(None, "s");
    script.looks = looks();
    let ended = script.run(whole(&policy));
    assert_eq!(ended.done, Done::Recorded(Outcome::Failed));
    assert!(script.written[0].transient);

    let mut script = Script::row(None, "s");
    script.looks = looks();
    let ended = script.run(Journey::begin(Routing, &policy, "run"));
    assert_eq!(
        ended.done,
        Done::GivenUp(Box::new(unavailable(Class::Unreadable)))
    );
    assert!(script.written.is_empty());
}

fn refused(class: Class, stamp: &str) -> Obstacle {
    Obstacle::Refused(Box::new(RefusedObject {
        failure: Failure::new(Stage::Read, class, ""),
        stamp: Some(stamp.into()),
        size: Some(7),
    }))
}

#[test]
fn an_archived_object_fails_at_once_and_is_looked_at_again_when_it_is_restored() {
    let policy = policy();
    for (class, again) in [
        (Class::Archived, Reason::Retry),
        (Class::CustomerKey, Reason::Unchanged),
    ] {
        let mut script = Script {
            looks: [Err(refused(class, "s"))].into(),
            ..Script::default()
        };
        let ended = script.run(Journey::begin(Routing, &policy, "run").assuming_no_row());
        assert_eq!(script.asked(), "identify write-failed", "{class:?}");
        assert_eq!(ended.done, Done::Recorded(Outcome::Failed));
        let row = &script.written[0];
        assert_eq!(row.stamp.as_deref(), Some("s"));
        assert_eq!(policy.reason(Some(row), Some("s")), again, "{class:?}");
    }
}

#[test]
fn a_review_stays_when_its_object_is_archived() {
    let policy = policy();
    let old = OutcomeRow {
        registry: "r0".into(),
        ..row("s")
    };
    let mut script = Script {
        rows: [known(Some(old), "s")].into(),
        looks: [
            Err(refused(Class::Archived, "s")),
            Err(refused(Class::Archived, "s")),
        ]
        .into(),
        answers: [Ok(Written::Taken(Some("t0".into())))].into(),
        ..Script::default()
    };
    let ended = script.run(Journey::begin(Routing, &policy, "run").assuming_no_row());
    assert_eq!(script.asked(), "identify write-failed 2:RowTaken row identify");
    assert_eq!(ended.done, Done::Unchanged);
}

#[test]
fn a_handler_records_what_is_archived_and_leaves_another_version_alone() {
    let policy = policy();
    for (stamp, done) in [
        ("s", Done::Recorded(Outcome::Failed)),
        ("newer", Done::HandedOff(Superseded)),
    ] {
        let mut script = Script::row(None, "s");
        script.reviews = [Err(refused(Class::Archived, stamp))].into();
        assert_eq!(script.run(reviewing(&policy)).done, done, "{stamp}");
    }
}

#[test]
fn a_review_that_may_succeed_later_is_tried_again_and_a_corrupt_file_is_not() {
    let policy = policy();
    let mut script = Script::row(None, "s");
    script.reviews = [Ok(Some(unavailable(Class::Service)))].into();
    script.run(whole(&policy));
    let again = "row identify review-aa 2:Unavailable row identify review-aa write-reviewed";
    assert_eq!(script.asked(), again);

    let mut script = Script::row(None, "s");
    script.reviews = [Ok(Some(unavailable(Class::Corrupt)))].into();
    let ended = script.run(whole(&policy));
    assert_eq!(script.asked(), "row identify review-aa write-failed");
    assert_eq!(ended.done, Done::Recorded(Outcome::Failed));
    // A handler was called, so that its recipe decides when the file is reviewed again.
    assert!(script.written[0].recipe.is_some());
}
