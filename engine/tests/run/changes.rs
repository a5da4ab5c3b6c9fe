//! Files that come, go and change, before a run and in the middle of it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use data_review_core::pipeline::{Done, Reason};
use data_review_core::{Class, Outcome, Stage};

use crate::scene::{Named, SLOW, Scene, recorded};

pub(crate) const TRIALS: &[Named] = &[
    ("vanishes_after_the_listing", vanishes_after_the_listing),
    (
        "becomes_something_else_after_the_listing",
        becomes_something_else_after_the_listing,
    ),
    ("changes_while_it_is_read", changes_while_it_is_read),
    ("is_replaced_while_it_is_read", is_replaced_while_it_is_read),
    ("grows_at_every_attempt", grows_at_every_attempt),
    ("vanishes_while_it_is_read", vanishes_while_it_is_read),
    ("goes_and_comes_back", goes_and_comes_back),
    ("unchanged_reads_nothing", unchanged_reads_nothing),
    ("changed_is_reviewed_again", changed_is_reviewed_again),
    ("a_transient_failure_is_retried", a_transient_failure_is_retried),
    (
        "verify_sees_what_the_stamp_hides",
        verify_sees_what_the_stamp_hides,
    ),
    ("force", force),
];

fn vanishes_after_the_listing() {
    let scene = Scene::with_files(3);
    let listing = scene.list().unwrap();
    std::fs::remove_file(scene.path("001.dat")).unwrap();
    let (tally, _) = scene.run_over(&listing);
    assert_eq!((tally.reviewed, tally.gone), (2, 1));
    assert_eq!(scene.store.of("001.dat").outcome, Outcome::Gone);
    assert_eq!(scene.run().0.files, 2);
}

fn becomes_something_else_after_the_listing() {
    let scene = Scene::with_files(3);
    let listing = scene.list().unwrap();
    for name in ["000.dat", "001.dat"] {
        std::fs::remove_file(scene.path(name)).unwrap();
    }
    rustix::fs::mkfifoat(rustix::fs::CWD, scene.path("000.dat"), rustix::fs::Mode::RWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(scene.path("001.dat")).unwrap();
    let (tally, _) = scene.run_over(&listing);
    assert_eq!((tally.reviewed, tally.failed), (1, 2));
    let failure = scene.store.of("000.dat").failure.unwrap();
    assert_eq!((failure.stage, failure.class), (Stage::Read, Class::Unreadable));
    assert!(
        failure.message.contains("a named pipe now"),
        "{}",
        failure.message
    );
}

/// Does something while the only file is under review for the first time, and runs.
fn meanwhile(scene: &Scene, what: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Its review has begun when its handler is there; a busy machine may take its time for that.
            crate::support::process::wait_for(Duration::from_secs(60), || {
                scene.is_under_review().then_some(())
            });
            std::thread::sleep(SLOW / 8);
            what();
        });
        let (tally, _) = scene.run();
        assert_eq!(tally.files, 1);
    });
}

fn changes_while_it_is_read() {
    let scene = Scene::new();
    scene.put_for("x.dat", "slow");
    meanwhile(&scene, || append(&scene, b"4\n5\n"));
    let entry = scene.store.entry("x.dat").unwrap();
    assert_eq!(
        (entry.document.outcome, entry.document.observations),
        (Outcome::Reviewed, Some(5))
    );
    assert_eq!(entry.attempt, 2, "it was begun again");
    assert_eq!(scene.run().0.unchanged, 1);
}

fn is_replaced_while_it_is_read() {
    let scene = Scene::new();
    scene.put_for("x.dat", "slow");
    meanwhile(&scene, || {
        scene.put(".new", "slow\n9\n9\n9\n9\n");
        std::fs::rename(scene.path(".new"), scene.path("x.dat")).unwrap();
    });
    assert_eq!(scene.store.of("x.dat").observations, Some(4));
}

fn grows_at_every_attempt() {
    let scene = Scene::new();
    scene.put_for("x.dat", "slow");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                append(&scene, b"1\n");
                std::thread::sleep(SLOW / 20);
            }
        });
        let (tally, _) = scene.run();
        over.store(true, Relaxed);
        assert_eq!(tally.failed, 1);
    });
    let failure = scene.store.of("x.dat").failure.unwrap();
    assert_eq!((failure.stage, failure.class), (Stage::Read, Class::Unreadable));
    assert!(
        failure.message.contains("changed while it was read"),
        "{}",
        failure.message
    );
    // Nobody writes it any more.
    assert_eq!(scene.run_one().0, recorded(Outcome::Reviewed));
}

fn vanishes_while_it_is_read() {
    let scene = Scene::new();
    scene.put_for("x.dat", "slow");
    meanwhile(&scene, || std::fs::remove_file(scene.path("x.dat")).unwrap());
    let document = scene.store.of("x.dat");
    assert_eq!((document.outcome, document.observations), (Outcome::Gone, None));
}

fn append(scene: &Scene, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(scene.path("x.dat")).unwrap();
    file.write_all(bytes).unwrap();
}

fn goes_and_comes_back() {
    let mut scene = Scene::new();
    scene.options.allow_gone = true;
    scene.put_for("x.dat", "lines");
    assert_eq!(scene.run_one(), (recorded(Outcome::Reviewed), Reason::New));
    let before = scene.store.of("x.dat");
    let away = scene.root().with_extension("away");
    std::fs::rename(scene.path("x.dat"), &away).unwrap();
    assert_eq!(scene.run_one().0, recorded(Outcome::Gone));
    assert!(scene.run().1.is_empty(), "it is gone once");
    std::fs::rename(&away, scene.path("x.dat")).unwrap();
    assert_eq!(scene.run_one(), (recorded(Outcome::Reviewed), Reason::Back));
    assert_eq!(scene.store.of("x.dat"), before);
}

fn unchanged_reads_nothing() {
    let scene = Scene::with_files(20);
    scene.put("unknown", "?");
    let (first, _) = scene.run();
    assert!(first.bytes_read >= first.bytes && first.bytes > 0);
    // Whoever read a file now would find other bytes: only stamps are looked at.
    for n in 0..20 {
        rewrite(&scene, &format!("{n:03}.dat"), b"other");
    }
    let (second, finished) = scene.run();
    assert_eq!((second.unchanged, second.bytes_read, second.bytes), (21, 0, 0));
    assert!(finished.iter().all(|one| one.reason == Reason::Unchanged));
}

/// Other bytes of the same number, and the time as it was: a stamp that lies.
fn rewrite(scene: &Scene, name: &str, with: &[u8]) {
    let path = scene.path(name);
    let then = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..with.len()].copy_from_slice(with);
    std::fs::write(&path, bytes).unwrap();
    File::options()
        .append(true)
        .open(&path)
        .unwrap()
        .set_modified(then)
        .unwrap();
}

fn changed_is_reviewed_again() {
    let scene = Scene::with_files(2);
    scene.run();
    scene.put("001.dat", "lines\n1\n2\n3\n");
    let (tally, finished) = scene.run();
    assert_eq!((tally.reviewed, tally.unchanged), (1, 1));
    assert_eq!(
        (finished[1].key.as_str(), &finished[1].reason),
        ("001.dat", &Reason::Changed)
    );
    assert_eq!(scene.store.of("001.dat").observations, Some(3));
}

fn a_transient_failure_is_retried() {
    let scene = Scene::new();
    std::os::unix::fs::symlink("target", scene.path("x.dat")).unwrap();
    assert_eq!(scene.run_one(), (recorded(Outcome::Failed), Reason::New));
    assert_eq!(scene.store.entry("x.dat").unwrap().attempt, 3);
    assert_eq!(scene.run_one(), (recorded(Outcome::Failed), Reason::Retry));
    std::fs::create_dir(scene.path("x")).unwrap();
    scene.put("x/target", "lines\n1\n");
    std::fs::remove_file(scene.path("x.dat")).unwrap();
    std::fs::rename(scene.path("x/target"), scene.path("x.dat")).unwrap();
    assert_eq!(scene.run_one(), (recorded(Outcome::Reviewed), Reason::Changed));
}

fn verify_sees_what_the_stamp_hides() {
    let mut scene = Scene::with_files(2);
    scene.run();
    rewrite(&scene, "001.dat", b"lines\n5");
    assert_eq!(scene.run().0.unchanged, 2);
    scene.options.verify = true;
    let (tally, finished) = scene.run();
    assert_eq!((tally.reviewed, tally.unchanged), (1, 1));
    assert_eq!(
        (&finished[0].reason, &finished[0].done),
        (&Reason::Unchanged, &Done::Unchanged)
    );
    assert_eq!(finished[1].reason, Reason::ContentChanged);
    // Bytes that were read to find out that nothing changed were read.
    let sizes: u64 = scene.list().unwrap().bytes();
    assert_eq!(scene.run().0.bytes_read, sizes);
}

fn force() {
    let mut scene = Scene::with_files(2);
    scene.run();
    scene.options.force = true;
    let (tally, finished) = scene.run();
    assert_eq!(tally.reviewed, 2);
    assert!(finished.iter().all(|one| one.reason == Reason::Forced));
}
