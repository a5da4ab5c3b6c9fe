//! Runs beside each other, runs that are interrupted, and readers that have had enough.

use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use data_review_core::store::Store;
use data_review_store_sqlite::SqliteStore;

use super::{NOISE, Ran, TABLE, World, program};

#[test]
fn a_second_run_is_refused_and_reading_is_not() {
    let world = World::with(&[("a.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    let _held = SqliteStore::open(&world.path("data-review.db")).unwrap();
    let ran = world.run(&["review", "in"]).ends(2);
    assert!(ran.stderr.contains("data-review.db"), "{}", ran.stderr);
    assert_eq!(world.run(&["list"]).ends(0).stdout.lines().count(), 2);
}

#[test]
fn a_reader_that_leaves_changes_nothing_about_the_end() {
    let mut files: Vec<(String, &[u8])> = (0..300).map(|n| (format!("{n}.csv"), TABLE)).collect();
    files.push(("noise.bin".to_owned(), NOISE));
    let world = World::with(&files);
    for _ in 0..2 {
        let mut child = Command::new(program())
            .args(["review", "in", "--json"])
            .current_dir(world.dir.path())
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::of(child.wait_with_output().unwrap()).ends(1);
        assert!(!ran.stderr.contains("panic"), "{}", ran.stderr);
    }
}

#[test]
fn an_interrupted_run_keeps_what_is_finished_and_goes_on_from_there() {
    let files: Vec<(String, &[u8])> = (0..3000).map(|n| (format!("{n:04}.csv"), TABLE)).collect();
    let world = World::with(&files);
    let child = Command::new(program())
        .args(["review", "in", "--jobs", "1"])
        .current_dir(world.dir.path())
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until_something_is_kept(&world);
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let ran = Ran::of(child.wait_with_output().unwrap()).ends(130);
    assert!(
        ran.stderr.contains("run the same command to continue"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "", "half a table would be taken for a whole one");
    let kept = count(&world);
    assert!(0 < kept && kept < 3000, "{kept}");
    let rest = world.run(&["review", "in", "--json"]).ends(0);
    assert!(
        rest.stderr.contains(&format!("{kept} unchanged")),
        "{kept}: {}",
        rest.stderr
    );
    assert_eq!(rest.stdout.lines().count(), 3000);
}

fn wait_until_something_is_kept(world: &World) {
    let begin = Instant::now();
    while count(world) == 0 {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "nothing is kept after a minute"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Files that the store knows; none while there is no store.
fn count(world: &World) -> usize {
    let Ok(store) = SqliteStore::open_existing(&world.path("data-review.db")) else {
        return 0;
    };
    let mut count = 0;
    let visited = store.documents(&mut |_, _| {
        count += 1;
        ControlFlow::Continue(())
    });
    visited.map_or(0, |()| count)
}
