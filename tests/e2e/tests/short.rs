//! A short run of the end-to-end suites, with quickly built bootstraps. The whole cycle is `cargo xtask e2e`.
#![cfg(target_os = "linux")]

use std::time::Duration;

use data_review_e2e::setup::Builder;
use data_review_e2e::suites::{self, Scale, World};
use data_review_e2e::{Command, Emulator, Packages, hostile, timed};
use data_review_tests::review::registry;
use tempfile::TempDir;
use xtask::shell;

#[test]
fn the_cloud_gives_the_same_documents() {
    let registry = registry();
    let ids: Vec<&str> = registry.ids().collect();
    let programs = timed("build", || shell::programs().expect("they compile"));
    let folder = TempDir::new().expect("a folder can be made");
    let names = [&ids[..], &["orchestrator", hostile::CARD.id]].concat();
    let packages = timed("packages", || Packages::pack(&programs, &names, folder.path()));
    let emulator = Emulator::start();
    let cards = registry.cards().chain([&hostile::CARD]);
    let stack = timed("stack", || {
        Builder::new(&emulator.url(), "short", &packages).build(cards)
    });
    let command = Command::new(&programs.join("data-review"), &stack, emulator.folder());
    let world = World {
        emulator: &emulator,
        stack: &stack,
        command: &command,
        packages: &packages,
        corpus: None,
    };
    timed("store", || suites::conformance(&emulator));
    timed("parity", || suites::parity(&world));
    timed("keys", || suites::awkward_keys(&world));
    timed("archived", || suites::archived(&world));
    timed("inventory", || suites::inventory(&world));
    timed("poison", || suites::poison(&world));
    let scale = Scale {
        objects: 40,
        kills: 1,
        one_of: 8,
        seed: 7,
        limit: Duration::from_secs(300),
    };
    timed("once", || suites::exactly_once(&world, scale));
    timed("counters", || suites::counters(&world));
}
