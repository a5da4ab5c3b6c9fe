//! Keys that a bucket allows but that programs often mishandle.

use std::time::Duration;

use data_review_core::Outcome;
use data_review_tests::review;

use super::World;
use crate::until;

/// A table of three columns, which is recognised although its name does not suggest one.
const TABLE: &str = "time,depth,temperature\n2020-01-01,1,20.5\n2020-01-02,2,19.25\n2020-01-03,3,18\n";

/// Unusual keys below a prefix.
fn awkward(prefix: &str) -> Vec<String> {
    let names = [
        "with a space.csv",
        "two  spaces and an end .csv ",
        "a+b.csv",
        "a%2Bb.csv",
        "a%252Bb.csv",
        "100%.csv",
        "/slash//and//more.csv",
        "./dot.csv",
        "../dots.csv",
        ".hidden.csv",
        "trailing/",
        "back\\slash.csv",
        "quo\"te's.csv",
        "a&b=c?d#e;f.csv",
        "<tag>.csv",
        "🐋/日本.csv",
        "e\u{301}.csv",
        "\u{1}control\u{1f}\u{7f}.csv",
        "new\nline\ttab\r.csv",
        "{{braces}}|~`^[].csv",
    ];
    let mut keys: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
    // The longest key that S3 accepts, in bytes.
    let rest = 1024 - prefix.len() - ".csv".len();
    keys.push(format!("{prefix}{}.csv", "k".repeat(rest)));
    keys.push(format!(
        "{prefix}{}{}.csv",
        "ü".repeat(rest / 2),
        "k".repeat(rest % 2)
    ));
    keys
}

/// Each object is reviewed under its exact key, by event and by sweep, and is gone after it is deleted.
///
/// # Panics
/// If one is not.
pub fn awkward_keys(world: &World<'_>) {
    let by_event = awkward("keys/event/");
    put_all(world, &by_event);
    check(world, &by_event);
    for key in &by_event {
        world.stack.delete(key);
    }
    until("all of them are gone", Duration::from_secs(60), || {
        let is_gone = |key: &String| world.stack.outcome_of(key) == Some(Outcome::Gone);
        by_event.iter().all(is_gone).then_some(())
    });

    let by_sweep = awkward("keys/sweep/");
    world.stack.set_events(false);
    put_all(world, &by_sweep);
    world.command.expect(&["sweep", "--prefix", "keys/sweep/"]);
    check(world, &by_sweep);
    world.stack.set_events(true);
}

fn put_all(world: &World<'_>, keys: &[String]) {
    for key in keys {
        world.stack.put(key, TABLE.as_bytes());
    }
}

fn check(world: &World<'_>, keys: &[String]) {
    let registry = review::registry();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for (key, row) in keys
        .iter()
        .zip(world.stack.outcomes(&keys, Duration::from_secs(120)))
    {
        assert_eq!(row.outcome, Outcome::Reviewed, "{key:?}");
        let expected = review::document(&registry, key, TABLE.as_bytes()).to_canonical_json();
        assert_eq!(world.stack.document(key), Some(expected), "{key:?}");
    }
}
