//! A file that crashes its reader does not affect other files, and its row says what it did.

use std::time::Duration;

use data_review_aws::message::{ReviewRequest, encode};
use data_review_aws::object;
use data_review_core::store::Store;
use data_review_core::{Candidate, Class, Confidence, Identified, Outcome, Place, Stage, registry_digest};
use xtask::package;

use super::World;
use crate::{Stack, hostile, wait};

/// One file in ten crashes, hangs or exhausts the memory. The stack must have the Lambda of [`hostile::CARD`].
///
/// # Panics
/// If another file is not acknowledged at the first attempt, or the hostile file has no row.
pub fn poison(world: &World<'_>) {
    let stack = world.stack;
    let handler = &stack.outputs.handlers[hostile::CARD.id];
    for (action, class) in hostile::ACTIONS {
        stack.set_events(false);
        let keys: Vec<String> = (0..10).map(|n| format!("poison/{action}/{n}.hostile")).collect();
        let content = |n| {
            let word = if n == 4 { action } else { "harmless" };
            format!("hostile {word} {n}\n")
        };
        for (n, key) in keys.iter().enumerate() {
            stack.put(key, content(n).as_bytes());
        }
        let bodies: Vec<String> = keys.iter().map(|key| encode(&work(stack, key))).collect();
        let given_back = stack.invoke_batch(&handler.function, &bodies);
        assert!(
            given_back.is_empty(),
            "{action}: messages {given_back:?} come back"
        );
        for (n, key) in keys.iter().enumerate() {
            let expected = if n == 4 {
                Outcome::Failed
            } else {
                Outcome::Reviewed
            };
            assert_eq!(stack.outcome_of(key), Some(expected), "{key}");
        }
        let failures = stack.store.failures(Some(&keys[4])).unwrap();
        assert_eq!(failures.len(), 1, "{failures:?}");
        let failure = &failures[0].failure;
        // The handler reads the whole file before it does anything.
        let place = Place::Byte {
            byte: content(4).len() as u64,
        };
        assert_eq!(
            (failure.stage, failure.class, failure.place.as_ref()),
            (Stage::Review, class, Some(&place)),
            "{failure:?}"
        );
        stack.set_events(true);
    }
}

/// A message about a file for the hostile handler, identified as the orchestrator would.
fn work(stack: &Stack, key: &str) -> ReviewRequest {
    let stamp = wait(object::stamp(&stack.clients, &stack.outputs.data_bucket, key)).unwrap();
    ReviewRequest {
        key: key.to_owned(),
        stamp: stamp.expect("it was put"),
        identified: Identified {
            winner: Candidate {
                id: hostile::CARD.id.to_owned(),
                verdict: Confidence::Certain,
                because: "the test says so".to_owned(),
            },
            runners_up: Vec::new(),
            contradiction: None,
        },
        registry: registry_digest(&hostile::registry().unwrap()),
        force: false,
    }
}

/// Messages that no Lambda can process end as rows: the queue gives them up, and the janitor records each once.
///
/// # Panics
/// If one is lost.
pub fn dead_letters(world: &World<'_>) {
    let stack = world.stack;
    stack.set_queues(1, 3);
    let handler = &stack.outputs.handlers[hostile::CARD.id];
    let keys: Vec<String> = (0..3).map(|n| format!("dead/{n}.hostile")).collect();
    stack.set_events(false);
    for key in &keys {
        stack.put(key, b"hostile harmless\n");
    }
    let bodies: Vec<String> = keys.iter().map(|key| encode(&work(stack, key))).collect();
    // It crashes whenever it is called.
    let dying = package::pack(b"#!/bin/sh\nexit 1\n").unwrap();
    stack.set_code(&handler.function, dying);
    stack.send(&handler.queue_url, &bodies);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for row in stack.outcomes(&keys, Duration::from_secs(120)) {
        assert_eq!(row.outcome, Outcome::Failed);
    }
    for key in keys {
        let failures = stack.store.failures(Some(key)).unwrap();
        let last = failures.last().unwrap();
        assert!(
            matches!(last.failure.class, Class::Crashed | Class::Service),
            "{last:?}"
        );
    }
    stack.set_code(&handler.function, world.packages.zip(hostile::CARD.id));
    twice(stack);
    stack.set_events(true);
}

/// A dead letter that the queue delivers again adds nothing, whether or not it can be read.
fn twice(stack: &Stack) {
    let key = "dead/twice.hostile";
    stack.put(key, b"hostile harmless\n");
    let letters = [encode(&work(stack, key)), "not a message".to_owned()];
    let janitor = stack.reader(&stack.outputs.handlers[hostile::CARD.id].dead_letter_queue_url);
    let lines = |_| {
        let given_back = stack.invoke_batch(&janitor, &letters);
        assert!(given_back.is_empty(), "{given_back:?}");
        let row = stack
            .store
            .rows("", &[key])
            .unwrap()
            .remove(0)
            .expect("it has a row");
        (
            row,
            stack.store.failures(Some(key)).unwrap(),
            stack.store.failures(Some("message 1 of test")).unwrap(),
        )
    };
    let [first, second] = [0, 1].map(lines);
    assert_eq!((first.1.len(), first.2.len()), (1, 1), "{first:?}");
    assert_eq!(first, second);
}
