//! The same bytes give the same documents: wherever, however often, and however often it was killed.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::{TABLE, World, program};

/// Enough that twenty kills fall into the work, with a failure and an unidentified file among them.
fn archive() -> World {
    let names: Vec<String> = (0..400).map(|n| format!("{:02}/{n:04}.csv", n % 7)).collect();
    let odd = super::ragged();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .enumerate()
        .map(|(n, name)| match n % 50 {
            7 => (name.as_str(), odd.as_slice()),
            13 => (name.as_str(), super::NOISE),
            _ => (name.as_str(), TABLE),
        })
        .collect();
    World::with(&files)
}

fn exported(world: &World, store: &str) -> Vec<(String, String)> {
    let out = format!("{store}.out");
    world
        .run(&["export", "--format", "csv", "--out", &out, "--db", store])
        .ends(0);
    ["files.csv", "casts.csv", "variables.csv", "findings.csv"]
        .map(|name| {
            let text = std::fs::read_to_string(world.path(&out).join(name)).unwrap();
            (name.to_owned(), text)
        })
        .to_vec()
}

#[test]
fn runs_that_are_killed_and_resumed_come_to_what_an_undisturbed_run_comes_to() {
    let world = archive();
    world.run(&["review", "in", "--db", "whole.db"]).ends(1);
    // A linear congruential generator: the moments are the same in every run of this test.
    let mut seed = 20_150_809u64;
    let mut killed = 0;
    for _ in 0..20 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut child = Command::new(program())
            .args(["review", "in", "--db", "killed.db", "--jobs", "2"])
            .current_dir(world.dir.path())
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 + seed % 60));
        // SIGKILL: no handler, no flush.
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
    }
    assert!(
        killed > 0,
        "every run was through before it was killed: make the archive larger"
    );
    world.run(&["review", "in", "--db", "killed.db"]).ends(1);
    assert_eq!(exported(&world, "killed.db"), exported(&world, "whole.db"));
}

#[test]
fn directory_zone_language_and_jobs_leave_no_trace() {
    let world = archive();
    let input = world.path("in").to_str().unwrap().to_owned();
    let mut all = Vec::new();
    for (at, (directory, zone, language, jobs)) in [
        (".", "UTC", "C", "1"),
        ("in", "Pacific/Kiritimati", "tr_TR.UTF-8", "8"),
        ("/", "America/St_Johns", "ar_EG.UTF-8", "3"),
    ]
    .into_iter()
    .enumerate()
    {
        let store = world.path(&format!("{at}.db")).to_str().unwrap().to_owned();
        let output = world
            .command()
            .current_dir(world.dir.path().join(directory))
            .env("TZ", zone)
            .env("LANG", language)
            .args(["review", &input, "--db", &store, "--jobs", jobs, "--json"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        all.push(super::sorted(&String::from_utf8(output.stdout).unwrap()));
    }
    assert_eq!(all[0].lines().count(), 400);
    assert!(
        all[0] == all[1] && all[0] == all[2],
        "documents differ between runs"
    );
}
