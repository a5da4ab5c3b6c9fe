//! Files that would like a review to read what it should not.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{World, program};

const CANARY: &str = "canary-5f1e0c";
/// What glibc's allocator asks the system, once, before it gives memory of a thread back: no name out of any file.
const OF_THE_ALLOCATOR: &str = "openat(AT_FDCWD, \"/proc/sys/vm/overcommit_memory\", O_RDONLY|O_CLOEXEC)";

/// The hostile files of the project, in a directory of their own.
fn world() -> World {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let world = World::with::<&str>(&[]);
    for folder in [
        "test_data/hdf5",
        "test_data/netcdf",
        "tests/bad/hdf5",
        "tests/bad/netcdf",
    ] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            world.put(name, &std::fs::read(&path).unwrap());
        }
    }
    world
}

#[test]
fn the_environment_of_the_program_is_in_no_document() {
    let world = world();
    let mut command = world.command();
    let output = command
        .env("SECRET", CANARY)
        .args(["review", "in", "--json"])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("/proc/self/environ"), "no file tried: {printed}");
    assert!(!printed.contains(CANARY), "{printed}");
    // Nor as numbers: 64 bytes of the environment would be a variable of that name.
    let documents = printed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    for document in documents {
        let variables = document["variables"].as_array().unwrap();
        assert!(
            variables.iter().all(|variable| variable["name"] != "environment"),
            "{document}"
        );
    }
}

/// By thread, the calls that a trace shows, in order.
fn calls(trace: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (thread, call) in trace.lines().filter_map(|line| line.split_once(' ')) {
        calls.entry(thread).or_default().push(call.trim_start());
    }
    calls
}

#[test]
#[cfg_attr(
    not(strace),
    ignore = "DATA_REVIEW_STRACE does not say that strace is installed"
)]
fn a_worker_opens_nothing_once_it_takes_jobs() {
    let world = world();
    let trace = world.path("trace.txt");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-qq", "-e", "trace=open,openat,openat2,creat,recvmsg", "-o"])
        .arg(&trace);
    strace.arg(program()).args(["review", "in", "--jobs", "1"]);
    strace
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(world.dir.path())
        .output()
        .expect("DATA_REVIEW_STRACE says that strace is installed");
    let trace = std::fs::read_to_string(&trace).unwrap();
    let mut workers = 0;
    for (thread, calls) in calls(&trace) {
        let Some(first) = calls.iter().position(|call| call.starts_with("recvmsg(")) else {
            continue;
        };
        workers += 1;
        let opened: Vec<&&str> = calls[first..]
            .iter()
            .filter(|call| call.starts_with("open") && !call.starts_with(OF_THE_ALLOCATOR))
            .collect();
        assert!(opened.is_empty(), "thread {thread}: {opened:?}");
    }
    assert!(workers > 0, "no thread of a worker was seen:\n{trace}");
}
