//! One run at a time, and readers meanwhile.
#![expect(
    clippy::disallowed_methods,
    reason = "the process that holds the lock is told of its store by a variable"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use data_review_core::store::{ObjectId, Store, Write};
use data_review_store_sqlite::SqliteStore;
use data_review_tests::store_conformance::reviewed;

const VARIABLE: &str = "DATA_REVIEW_TEST_LOCKED_STORE";

/// Not a test by itself: what the other process does.
#[test]
#[ignore = "holds a store for the tests below, which start it"]
fn hold_until_the_input_ends() {
    let path = std::env::var(VARIABLE).expect("started by a test below");
    let store = SqliteStore::open(Path::new(&path)).unwrap();
    store.record(&[first("of the other process")]).unwrap();
    println!("\nheld");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Identity of a file below the root of [`reviewed`].
fn id(key: &str) -> ObjectId<'_> {
    ObjectId { root: "/data", key }
}

fn first(key: &str) -> Write {
    Write {
        entry: reviewed(key, key),
        expect: None,
    }
}

/// Another process that holds the store.
fn hold(path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
        .args([
            "--exact",
            "locking::hold_until_the_input_ends",
            "--ignored",
            "--nocapture",
        ])
        .env(VARIABLE, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started again");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let held = lines.map_while(Result::ok).any(|line| line == "held");
    assert!(held, "the other process did not get the store");
    child
}

#[test]
fn another_process_is_refused_until_the_holder_dies() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a store.db");
    let mut child = hold(&path);
    let error = SqliteStore::open(&path).unwrap_err().to_string();
    let holder = format!("another run (process {}) is writing", child.id());
    assert!(error.contains(&holder) && error.contains("--db"), "{error}");

    // Killed: it closes nothing and deletes nothing.
    child.kill().unwrap();
    child.wait().unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.keys("/data").unwrap(), ["of the other process"]);
}

#[test]
fn readers_see_what_a_run_has_written_so_far() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let mut child = hold(&path);
    let reader = SqliteStore::open_existing(&path).unwrap();
    assert_eq!(reader.keys("/data").unwrap(), ["of the other process"]);
    let error = reader.record(&[first("b")]).unwrap_err().to_string();
    assert!(error.contains("readonly"), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reader.document(id("of the other process")).unwrap().is_some());
}

#[test]
fn the_second_of_one_process_is_refused_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    assert!(SqliteStore::open(&path).unwrap_err().transient);
    drop(store);
    SqliteStore::open(&path).unwrap();
}

#[test]
fn a_worker_does_not_inherit_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    let mut worker = Command::new("sleep").arg("60").spawn().unwrap();
    drop(store);
    let again = SqliteStore::open(&path);
    worker.kill().unwrap();
    worker.wait().unwrap();
    again.unwrap();
}
