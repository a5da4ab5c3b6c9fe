use super::*;
use crate::Candidate;
use crate::registry::tests::card;

fn policy() -> Policy {
    let recipes = [("aa".to_owned(), Recipe::of(&card("aa", &[])))].into();
    Policy {
        recipes,
        registry: "r1".into(),
        force: false,
        verify: false,
        attempts: 3,
    }
}

fn identified() -> Identified {
    let winner = Candidate {
        id: "aa".into(),
        verdict: crate::Confidence::Certain,
        because: String::new(),
    };
    Identified {
        winner,
        runners_up: vec![],
        contradiction: None,
    }
}

fn row(stamp: &str) -> Row {
    Row {
        token: "t0".into(),
        stamp: Some(stamp.into()),
        sha256: Some("abc".into()),
        outcome: Outcome::Reviewed,
        transient: false,
        recipe: Some(Recipe::of(&card("aa", &[]))),
        registry: "r1".into(),
        letter: None,
    }
}

fn seen(row: Option<Row>, stamp: &str) -> Event {
    Event::Row(row, Some(stamp.into()))
}

#[test]
fn a_new_file_is_identified_reviewed_and_recorded() {
    let policy = policy();
    let (mut journey, first) = Journey::begin(Role::Whole, &policy, "run");
    assert_eq!(first, Effect::ReadRow);
    assert_eq!(journey.step(seen(None, "s")), Effect::Identify);
    let known = Event::Identified(Identification::Identified(identified()), "s".into());
    assert_eq!(journey.step(known), Effect::Review(identified()));
    let record = journey.step(Event::Reviewed(Ok(())));
    assert_eq!(
        record,
        Effect::Record(Record {
            outcome: Outcome::Reviewed,
            failure: None,
            expect: None,
            token: "run.1".into()
        })
    );
    assert_eq!(
        journey.step(Event::Recorded),
        Effect::Done(Done::Recorded(Outcome::Reviewed))
    );
}

#[test]
fn an_unchanged_file_is_left_alone_and_a_changed_one_is_not() {
    let reason = |row: Row, policy: &Policy| {
        let (mut journey, _) = Journey::begin(Role::Whole, policy, "run");
        let effect = journey.step(seen(Some(row), "s"));
        (journey.reason().clone(), effect)
    };
    assert_eq!(
        reason(row("s"), &policy()),
        (Reason::Unchanged, Effect::Done(Done::Unchanged))
    );
    assert_eq!(reason(row("old"), &policy()), (Reason::Changed, Effect::Identify));
    assert_eq!(
        reason(
            row("s"),
            &Policy {
                force: true,
                ..policy()
            }
        )
        .0,
        Reason::Forced
    );
    assert_eq!(
        reason(
            row("s"),
            &Policy {
                registry: "r2".into(),
                ..policy()
            }
        )
        .0,
        Reason::Handlers
    );
    assert_eq!(
        reason(
            Row {
                transient: true,
                ..row("s")
            },
            &policy()
        )
        .0,
        Reason::Retry
    );
    assert_eq!(
        reason(
            Row {
                outcome: Outcome::Gone,
                ..row("s")
            },
            &policy()
        )
        .0,
        Reason::Back
    );
    let mut newer = policy();
    newer.recipes.get_mut("aa").unwrap().handler.version = 2;
    let (why, _) = reason(row("s"), &newer);
    assert_eq!(why.to_string(), "the recipe changed: handler aa 1 → aa 2");
}

#[test]
fn verify_compares_the_content() {
    let policy = Policy {
        verify: true,
        ..policy()
    };
    for (sha256, effect) in [("abc", Effect::Done(Done::Unchanged)), ("xyz", Effect::Identify)] {
        let (mut journey, _) = Journey::begin(Role::Whole, &policy, "run");
        assert_eq!(journey.step(seen(Some(row("s")), "s")), Effect::Hash);
        assert_eq!(journey.step(Event::Content(sha256.into())), effect);
    }
}

#[test]
fn the_orchestrator_sends_what_it_knows_and_records_what_it_does_not() {
    let policy = policy();
    let (mut journey, _) = Journey::begin(Role::Route, &policy, "run");
    journey.step(seen(None, "s"));
    let effect = journey.step(Event::Identified(
        Identification::Identified(identified()),
        "s".into(),
    ));
    assert_eq!(effect, Effect::Dispatch(identified()));
    assert_eq!(journey.step(Event::Sent), Effect::Done(Done::Dispatched));

    let (mut journey, _) = Journey::begin(Role::Route, &policy, "run");
    journey.step(seen(None, "s"));
    let effect = journey.step(Event::Identified(
        Identification::Unknown {
            evidence: crate::Evidence::of(b"?", 1),
        },
        "s".into(),
    ));
    assert!(matches!(
        effect,
        Effect::Record(Record {
            outcome: Outcome::Unidentified,
            failure: Some(_),
            ..
        })
    ));
}

fn to_record<'p>(policy: &'p Policy, row: Option<Row>) -> Journey<'p> {
    let role = Role::Review {
        identified: Box::new(identified()),
        stamp: "s".into(),
    };
    let (mut journey, _) = Journey::begin(role, policy, "run");
    assert_eq!(journey.step(Event::Row(row, None)), Effect::Review(identified()));
    assert!(matches!(
        journey.step(Event::Reviewed(Ok(()))),
        Effect::Record(Record { .. })
    ));
    journey
}

#[test]
fn a_cut_response_after_a_write_is_a_success() {
    let policy = policy();
    let mut journey = to_record(&policy, None);
    assert_eq!(
        journey.step(Event::Taken(Some("run.1".into()))),
        Effect::Done(Done::Recorded(Outcome::Reviewed))
    );
}

#[test]
fn a_row_that_another_took_means_again_and_in_the_end_giving_up() {
    let policy = policy();
    let mut journey = to_record(&policy, Some(row("old")));
    for attempt in 2..=3 {
        assert_eq!(
            journey.step(Event::Taken(Some("other".into()))),
            Effect::Again { attempt }
        );
        assert_eq!(journey.step(Event::Begin), Effect::ReadRow);
        journey.step(Event::Row(None, None));
        journey.step(Event::Reviewed(Ok(())));
    }
    assert!(matches!(
        journey.step(Event::Taken(None)),
        Effect::Done(Done::GivenUp(_))
    ));
}

#[test]
fn vanished_is_gone_once() {
    let policy = policy();
    let (mut journey, _) = Journey::begin(Role::Whole, &policy, "run");
    journey.step(seen(Some(row("old")), "s"));
    let effect = journey.step(Event::Vanished);
    assert!(matches!(
        effect,
        Effect::Record(Record {
            outcome: Outcome::Gone,
            ..
        })
    ));

    let (mut journey, _) = Journey::begin(Role::Whole, &policy, "run");
    journey.step(seen(
        Some(Row {
            outcome: Outcome::Gone,
            ..row("s")
        }),
        "s",
    ));
    assert_eq!(journey.step(Event::Vanished), Effect::Done(Done::Unchanged));
}

#[test]
fn a_file_that_keeps_changing_is_given_up_and_a_superseded_message_is_done() {
    let policy = policy();
    let mut changes = 0;
    let (mut journey, mut effect) = Journey::begin(Role::Whole, &policy, "run");
    loop {
        effect = match effect {
            Effect::ReadRow => journey.step(seen(None, "s")),
            Effect::Identify => {
                changes += 1;
                journey.step(Event::Changed)
            }
            Effect::Again { .. } => journey.step(Event::Begin),
            _ => break,
        };
    }
    assert_eq!(changes, 3);
    assert!(
        matches!(
            effect,
            Effect::Record(Record {
                outcome: Outcome::Failed,
                ..
            })
        ),
        "{effect:?}"
    );

    let role = Role::Review {
        identified: Box::new(identified()),
        stamp: "s".into(),
    };
    let (mut journey, _) = Journey::begin(role, &policy, "run");
    journey.step(Event::Row(None, None));
    assert_eq!(journey.step(Event::Changed), Effect::Done(Done::Superseded));
}

#[test]
fn an_unreadable_file_is_a_failure_row_on_one_machine_and_a_retry_in_the_cloud() {
    let unreadable = Failure::new(Stage::Read, Class::Unreadable, "permission denied");
    let policy = Policy {
        attempts: 1,
        ..policy()
    };
    let (mut journey, _) = Journey::begin(Role::Whole, &policy, "run");
    journey.step(seen(None, "s"));
    let effect = journey.step(Event::Unavailable(unreadable.clone()));
    assert!(matches!(
        effect,
        Effect::Record(Record {
            outcome: Outcome::Failed,
            failure: Some(_),
            ..
        })
    ));
    let (mut journey, _) = Journey::begin(Role::Route, &policy, "run");
    journey.step(seen(None, "s"));
    assert_eq!(
        journey.step(Event::Unavailable(unreadable.clone())),
        Effect::Done(Done::GivenUp(unreadable))
    );
}

#[test]
fn an_answer_to_nothing_writes_nothing() {
    let policy = policy();
    let (mut journey, _) = Journey::begin(Role::Whole, &policy, "run");
    assert!(matches!(
        journey.step(Event::Recorded),
        Effect::Done(Done::GivenUp(_))
    ));
}
