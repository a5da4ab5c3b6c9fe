//! The flow's decisions under a seeded scheduler that reorders, duplicates, delays, drops responses and crashes.
//!
//! Objects are put, overwritten and deleted; every change announces itself at least once. Whatever the order, when the
//! queues are empty every key has exactly one current outcome, and it is that of the object as it is now.
//! A failing seed is printed, and `DATA_REVIEW_SEED=n` replays it alone; `DATA_REVIEW_SEEDS=n` sets how many are run.
#![expect(
    clippy::disallowed_methods,
    reason = "a test reads its settings from the environment"
)]

#[path = "simulation/random.rs"]
mod random;
#[path = "simulation/world.rs"]
mod world;

use world::{Bug, World};

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn every_object_ends_in_the_outcome_of_its_current_version() {
    let seeds = match number("DATA_REVIEW_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DATA_REVIEW_SEEDS").unwrap_or(2_000),
    };
    let (mut steps, mut faults) = (0, 0);
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let mut world = World::new(seed, Bug::None);
        if let Err(violation) = world.run() {
            panic!(
                "seed {seed}: {violation}\nreplay: DATA_REVIEW_SEED={seed} cargo test -p data-review-core --test simulation"
            );
        }
        steps += world.cloud().steps;
        faults += world.cloud().faults;
    }
    println!("{count} seeds, {steps} steps, {faults} faults");
    assert!(
        count == 1 || faults > count,
        "the scheduler must do harm, or it proves nothing"
    );
}

/// The suite is worth something only if it finds a defect that is really there, and finds it again by its seed.
#[test]
fn a_defect_planted_on_purpose_is_found() {
    for bug in [
        Bug::StoreIgnoresTokens,
        Bug::TokensRepeat,
        Bug::ChangedObjectIsReviewed,
    ] {
        let run = |seed| {
            World::new(seed, bug)
                .run()
                .err()
                .map(|violation| (seed, violation))
        };
        let found = (0..500).find_map(run);
        let (seed, violation) = found.unwrap_or_else(|| panic!("{bug:?} was not found in 500 seeds"));
        assert_eq!(run(seed), Some((seed, violation)), "{bug:?}");
    }
}

#[test]
fn a_seed_replays_exactly() {
    let run = |seed| {
        let mut world = World::new(seed, Bug::None);
        world.run().unwrap();
        let cloud = world.cloud();
        (cloud.steps, cloud.faults, cloud.table_digest())
    };
    assert_eq!(run(7), run(7));
}
