//! Many files wait, few Lambdas run, and all files are processed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use data_review_aws::queue;
use data_review_core::Outcome;

use super::World;
use crate::{until, wait};

/// How fast a queue was drained.
#[derive(Debug, Clone, Copy)]
pub struct Drained {
    /// Number of files.
    pub files: usize,
    /// Time from the first message to the last outcome.
    pub took: Duration,
    /// Most concurrent Lambdas of the handler.
    pub at_once: usize,
}

/// Drains `files` messages of a handler that may run `at_once` times concurrently.
///
/// # Panics
/// If more run, or a file has no outcome.
pub fn crowd(world: &World<'_>, handler: &str, files: usize, at_once: usize, prefix: &str) -> Drained {
    let stack = world.stack;
    let function = &stack.outputs.handlers[handler].function;
    stack.set_mapping(function, false, at_once.try_into().unwrap());
    let keys: Vec<String> = (0..files).map(|n| format!("{prefix}/{n:05}.csv")).collect();
    for (n, key) in keys.iter().enumerate() {
        let table = format!("time,depth,temperature\n2020-01-01,{n},20.5\n2020-01-02,2,19.25\n");
        stack.put(key, table.as_bytes());
    }
    let queue = &stack.outputs.handlers[handler].queue_url;
    until("all of them wait", Duration::from_secs(1200), || {
        let depth = wait(queue::depth(&stack.clients, queue)).unwrap();
        (depth.waiting >= files as u64).then_some(())
    });
    // Warm Lambdas from before would be counted.
    world.emulator.proxy().cut_the_power();
    let begun = Instant::now();
    stack.set_mapping(function, true, at_once.try_into().unwrap());
    let done = AtomicBool::new(false);
    let most = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let part = world.packages.digest(handler);
            let mut most = 0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(world.emulator.proxy().running(&part));
                std::thread::sleep(Duration::from_millis(20));
            }
            most
        });
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let rows = stack.outcomes(&keys, Duration::from_secs(1200));
        done.store(true, Ordering::Relaxed);
        assert!(rows.iter().all(|row| row.outcome == Outcome::Reviewed));
        watch.join().unwrap()
    });
    let took = begun.elapsed();
    assert!((1..=at_once).contains(&most), "{most} ran at once");
    let dead = stack.depths();
    assert!(
        dead.iter()
            .all(|(name, depth)| *depth == 0 || !name.contains("dead letters")),
        "{dead:?}"
    );
    Drained {
        files,
        took,
        at_once: most,
    }
}
