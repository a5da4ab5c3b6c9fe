//! Stores that fail, that others write to, and callers that fail themselves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use data_review_core::Outcome;
use data_review_core::pipeline::Done;
use data_review_core::store::{StoreError, Write};
use data_review_engine::{RunError, WorkerCommand};

use crate::scene::{Named, Scene};
use crate::support::store::MemoryStore;

pub(crate) const TRIALS: &[Named] = &[
    ("a_store_that_fails_ends_the_run", a_store_that_fails_ends_the_run),
    ("a_taken_row_is_looked_at_again", a_taken_row_is_looked_at_again),
    (
        "a_row_that_is_always_taken_is_given_up",
        a_row_that_is_always_taken_is_given_up,
    ),
    (
        "a_panic_of_the_caller_ends_the_run",
        a_panic_of_the_caller_ends_the_run,
    ),
    ("no_worker_ends_the_run", no_worker_ends_the_run),
];

fn a_store_that_fails_ends_the_run() {
    let mut scene = Scene::with_files(40);
    scene.options.batch = 4;
    let calls = AtomicUsize::new(0);
    scene.store.before = Some(Box::new(move |_, _| match calls.fetch_add(1, Relaxed) {
        0 | 1 => Ok(()),
        _ => Err(StoreError {
            message: "the disk is full".to_owned(),
            transient: false,
        }),
    }));
    let listing = scene.list().unwrap();
    let mut told = 0;
    let error = scene.try_run(&listing, &mut |_| told += 1).unwrap_err();
    assert!(
        matches!(&error, RunError::Store(error) if error.message.contains("full")),
        "{error}"
    );
    let kept = scene.store.snapshot().len();
    assert!(kept > 0 && kept == told, "{kept} kept, {told} told");
    scene.store.before = None;
    let (tally, _) = scene.run();
    assert_eq!((tally.unchanged, tally.files), (kept as u64, 40));
}

/// Writes like another program, just before the run's own write.
fn another_writer(store: &MemoryStore, writes: &[Write], stamp: &str) {
    for write in writes {
        let mut entry = write.entry.clone();
        entry.row.token = format!("another's, before {}", entry.row.token);
        entry.row.stamp = Some(stamp.to_owned());
        let expect = store.entry(&entry.document.file.key).map(|entry| entry.row.token);
        store.write(&[Write { entry, expect }]);
    }
}

fn a_taken_row_is_looked_at_again() {
    let mut scene = Scene::with_files(1);
    let first = Mutex::new(true);
    scene.store.before = Some(Box::new(move |store, writes| {
        if std::mem::take(&mut *first.lock().unwrap()) {
            another_writer(store, writes, "another stamp");
        }
        Ok(())
    }));
    let (tally, _) = scene.run();
    assert_eq!((tally.reviewed, tally.files), (1, 1));
    let entry = scene.store.entry("000.dat").unwrap();
    assert_eq!(entry.attempt, 2);
    assert!(!entry.row.token.contains("another"));
    // Where the other wrote what there is to say, nothing is left to do.
    let mut scene = Scene::with_files(1);
    let stamp = scene.list().unwrap().objects[0].stamp.clone();
    scene.store.before = Some(Box::new(move |store, writes| {
        another_writer(store, writes, &stamp.to_string());
        Ok(())
    }));
    assert_eq!(scene.run_one().0, Done::Unchanged);
}

fn a_row_that_is_always_taken_is_given_up() {
    let mut scene = Scene::with_files(3);
    scene.store.before = Some(Box::new(|store, writes| {
        let contested: Vec<Write> = writes
            .iter()
            .filter(|write| write.entry.document.file.key == "001.dat")
            .cloned()
            .collect();
        another_writer(store, &contested, "another stamp");
        Ok(())
    }));
    let (tally, finished) = scene.run();
    assert_eq!((tally.reviewed, tally.given_up), (2, 1));
    assert!(
        matches!(&finished[1].done, Done::GivenUp(failure) if failure.message.contains("replaced the row"))
    );
    assert_eq!(finished[2].done, Done::Recorded(Outcome::Reviewed));
}

/// As `println!` does when nobody reads its pipe any more. That it ends at all is the point.
fn a_panic_of_the_caller_ends_the_run() {
    let mut scene = Scene::with_files(200);
    scene.options.batch = 2;
    let listing = scene.list().unwrap();
    let run = || scene.try_run(&listing, &mut |_| panic!("a broken pipe"));
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
}

fn no_worker_ends_the_run() {
    let mut scene = Scene::with_files(20);
    scene.put("000", "unidentified, and so without a worker");
    scene.options.worker = WorkerCommand {
        program: "/nowhere".into(),
        args: Vec::new(),
    };
    let listing = scene.list().unwrap();
    let error = scene.try_run(&listing, &mut |_| {}).unwrap_err();
    assert!(
        matches!(&error, RunError::Worker(error) if error.program.ends_with("nowhere")),
        "{error}"
    );
}
