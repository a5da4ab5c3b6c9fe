//! A sweep that takes longer than one invocation.

use std::time::Duration;

use data_review_aws::{Sweep, Sweeps};
use data_review_core::Outcome;

use super::World;
use crate::{until, wait};

/// Longer than the time for which `cloud status --wait` requires empty queues.
const SETTLED: Duration = Duration::from_secs(10);
/// Longest time until it must have noticed them.
const LIMIT: Duration = Duration::from_secs(60);

/// The prefix of the sweep that only the schedule continues.
const TICKED: &str = "ticked/";
/// A tick comes every minute.
const MINUTE: Duration = Duration::from_secs(90);

/// Begins a sweep, as an invocation does that ends at once; other suites run until a tick has come.
pub fn begin_sweep(world: &World<'_>) {
    let stack = world.stack;
    stack.set_events(false);
    stack.put(
        &format!("{TICKED}a.csv"),
        b"time,depth\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n",
    );
    let sweeps = Sweeps::new(&stack.clients, &stack.outputs.sweeps_table);
    wait(sweeps.begin(TICKED, false)).unwrap();
    stack.set_events(true);
}

/// The rule of the stack invokes the orchestrator, which continues the sweep: nobody else has called it.
///
/// # Panics
/// When no tick has come.
pub fn is_continued_by_the_tick(world: &World<'_>) {
    let stack = world.stack;
    let sweeps = Sweeps::new(&stack.clients, &stack.outputs.sweeps_table);
    let swept = until("a tick continues the sweep", MINUTE, || {
        let all = wait(sweeps.all()).unwrap();
        let sweep = all.into_iter().find(|sweep| sweep.prefix() == TICKED)?;
        sweep.done.then_some(sweep)
    });
    assert_eq!((swept.listed, swept.sent), (1, 1));
    let key = format!("{TICKED}a.csv");
    until("its object is reviewed", MINUTE, || {
        (stack.outcome_of(&key) == Some(Outcome::Reviewed)).then_some(())
    });
}

/// Between two ticks the queues are empty and the sweep is not complete: `cloud status --wait` continues to wait.
///
/// # Panics
/// If `cloud status --wait` ends too early, or not at all.
pub fn waits_for_a_sweep(world: &World<'_>) {
    let stack = world.stack;
    stack.set_events(false);
    stack.put(
        "sweep/a.csv",
        b"time,depth\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n",
    );
    let sweeps = Sweeps::new(&stack.clients, &stack.outputs.sweeps_table);
    wait(sweeps.begin("sweep/", false)).unwrap();
    // The lease of an invocation that works on the sweep, in case the schedule ticks meanwhile.
    let lease = wait(sweeps.take(&Sweep::listing("sweep/"), "test", LIMIT))
        .unwrap()
        .expect("nobody else has it");
    let mut waiting = world.command.start(&["status", "--wait"]);
    std::thread::sleep(SETTLED);
    assert!(
        waiting.try_wait().unwrap().is_none(),
        "it ended before the sweep did"
    );
    let shown = world.command.expect(&["status"]);
    assert!(shown.contains("sweep/*"), "{shown}");
    assert!(wait(sweeps.save(&lease, false)).unwrap());
    stack.tick();
    let status = until("the sweep is seen to be done", LIMIT, || {
        waiting.try_wait().unwrap()
    });
    assert!(status.success(), "{status}");
    assert_eq!(stack.outcome_of("sweep/a.csv"), Some(Outcome::Reviewed));
    stack.set_events(true);
}
