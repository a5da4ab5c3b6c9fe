//! Roots: which files are one, and when missing files are not believed to be gone.

use std::process::Command;

use serde_json::Value;

use super::{Ran, TABLE, World, keys, program};

const OTHER: &[u8] = b"station,depth\nB1,10\nB1,20\n";

/// Keys of the files that are listed, in the order of roots and keys.
fn listed(world: &World) -> Vec<String> {
    let documents = world.run(&["list", "--json"]).ends(0).json();
    keys(&documents).into_iter().map(str::to_owned).collect()
}

fn roots(world: &World) -> Vec<Value> {
    world.run(&["roots", "--json"]).ends(0).json()
}

/// Name of a directory's root.
fn place(world: &World, below: &str) -> String {
    let path = world.path(below).canonicalize().unwrap();
    path.to_str().unwrap().to_owned()
}

/// Everything that the store holds, but times.
fn stored(world: &World) -> (String, Vec<Value>) {
    (world.run(&["list", "--json"]).ends(0).stdout, roots(world))
}

#[test]
fn equal_names_below_two_directories_are_two_files() {
    let world = World::with(&[("o1/x.csv", TABLE), ("o2/x.csv", OTHER)]);
    world.run(&["review", "in/o1"]).ends(0);
    world.run(&["review", "in/o2"]).ends(0);
    assert_eq!(listed(&world), ["x.csv", "x.csv"]);
    let both = world.run(&["review", "in/o2", "in/o1", "--json"]).ends(0);
    assert!(both.stderr.contains("2 unchanged"), "{}", both.stderr);
    let rows: Vec<u64> = both
        .json()
        .iter()
        .map(|document| document["observations"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, [3, 2], "by root, then by key");
    let ambiguous = world.run(&["show", "x.csv"]).ends(2);
    assert!(ambiguous.stderr.contains("o1/x.csv"), "{}", ambiguous.stderr);
    let shown = world.run(&["show", "o2/x.csv", "--json"]).ends(0).json();
    assert_eq!(shown[0]["observations"], 2);
    assert!(!both.stdout.contains("o1"), "a document contains its root");
    let tables = world.run(&["export", "--out", "tables"]).ends(0);
    assert!(tables.stderr.contains("files.csv: 2 rows"), "{}", tables.stderr);
    let files = std::fs::read_to_string(world.path("tables/files.csv")).unwrap();
    assert!(
        files.contains(&format!("{},x.csv,", place(&world, "in/o2"))),
        "{files}"
    );
}

#[test]
fn a_directory_within_a_root_is_part_of_it() {
    let world = World::with(&[("g/a/x.csv", TABLE), ("g/x.csv", OTHER)]);
    world.run(&["review", "in/g"]).ends(0);
    let inner = world.run(&["review", "in/g/a", "--json"]).ends(0);
    assert_eq!(keys(&inner.json()), ["a/x.csv"]);
    assert!(inner.stderr.contains("1 unchanged"), "{}", inner.stderr);
    world.run(&["review", "in/g/a/x.csv"]).ends(0);
    assert_eq!(listed(&world), ["a/x.csv", "x.csv"]);
    // A directory that is listed by itself says nothing of its neighbours.
    std::fs::remove_file(world.path("in/g/x.csv")).unwrap();
    world.run(&["review", "in/g/a"]).ends(0);
    let outer = world.run(&["review", "in/g"]).ends(0);
    assert!(outer.stderr.contains("1 gone, 1 unchanged"), "{}", outer.stderr);
}

#[test]
fn a_directory_takes_over_the_roots_within_it() {
    let world = World::with(&[("g/a/x.csv", TABLE), ("g/x.csv", OTHER)]);
    world.run(&["review", "in/g/a"]).ends(0);
    let before = world.run(&["show", "x.csv", "--json"]).ends(0).stdout;
    let ran = world.run(&["review", "in/g", "--json"]).ends(0);
    assert!(
        ran.stderr.contains("1 reviewed") && ran.stderr.contains("1 unchanged"),
        "{}",
        ran.stderr
    );
    assert_eq!(keys(&ran.json()), ["a/x.csv", "x.csv"]);
    let moved = world.run(&["show", "a/x.csv", "--json"]).ends(0).stdout;
    assert_eq!(moved, before.replace("\"key\":\"x.csv\"", "\"key\":\"a/x.csv\""));
    assert_eq!(roots(&world).len(), 1);
    assert_eq!(roots(&world)[0]["root"], place(&world, "in/g"));
}

#[test]
fn shell_globs_of_directories_are_roots() {
    let world = World::with(&[
        ("o1/x.csv", TABLE),
        ("o2/x.csv", OTHER),
        ("o3/deep/x.csv", TABLE),
        ("y.csv", TABLE),
    ]);
    let output = Command::new("sh")
        .args(["-c", "exec \"$0\" review in/* in/o1 in/o1/x.csv"])
        .arg(program())
        .current_dir(world.dir.path())
        .output()
        .unwrap();
    let ran = Ran::of(output).ends(0);
    assert!(ran.stderr.contains("4 reviewed"), "{}", ran.stderr);
    // `in/y.csv` makes `in` a root, which the directories within it belong to.
    assert_eq!(listed(&world), ["o1/x.csv", "o2/x.csv", "o3/deep/x.csv", "y.csv"]);
    let ran = world.run(&["review", "in"]).ends(0);
    assert!(ran.stderr.contains("4 unchanged"), "{}", ran.stderr);
}

#[test]
fn a_named_root_may_move() {
    let world = World::with(&[("a/x.csv", TABLE), ("a/y.csv", OTHER)]);
    world.run(&["review", "--root", "cruises=in/a"]).ends(0);
    let before = world.run(&["list", "--json"]).ends(0).stdout;
    std::fs::rename(world.path("in/a"), world.path("in/b")).unwrap();
    let ran = world.run(&["review", "--root", "cruises=in/b"]).ends(0);
    assert!(ran.stderr.contains("2 unchanged"), "{}", ran.stderr);
    assert_eq!(world.run(&["list", "--json"]).ends(0).stdout, before);
    assert_eq!(roots(&world)[0]["path"], place(&world, "in/b"));
    // A path leads to the root that has it, whatever its name.
    let ran = world.run(&["review", "in/b/x.csv"]).ends(0);
    assert!(ran.stderr.contains("1 unchanged"), "{}", ran.stderr);
    assert_eq!(roots(&world).len(), 1);
}

#[test]
fn roots_are_listed_renamed_and_forgotten() {
    let world = World::with(&[("o1/x.csv", TABLE), ("o2/x.csv", OTHER)]);
    let missing = world.run(&["roots", "rename", "a", "b"]).ends(2);
    assert!(missing.stderr.contains("no store at"), "{}", missing.stderr);
    world.run(&["review", "in/o1", "in/o2"]).ends(0);
    let table = world.run(&["roots"]).ends(0).stdout;
    assert!(table.starts_with("ROOT") && table.lines().count() == 3, "{table}");
    let ran = world.run(&["roots", "rename", "in/o1", "floats"]).ends(0);
    assert!(ran.stderr.contains("is now floats"), "{}", ran.stderr);
    for (args, word) in [
        (["roots", "rename", "nothing", "x"], "has no root `nothing`"),
        (
            ["roots", "rename", "in/o2", "floats"],
            "has a root `floats` already",
        ),
        (["roots", "rename", "in/o2", "a/b"], "invalid name"),
    ] {
        let ran = world.run(&args).ends(2);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    let ran = world.run(&["review", "in/o1"]).ends(0);
    assert!(ran.stderr.contains("1 unchanged"), "{}", ran.stderr);
    let ran = world.run(&["roots", "forget", "floats"]).ends(0);
    assert!(ran.stderr.contains("outcomes of 1 file"), "{}", ran.stderr);
    assert!(world.path("in/o1/x.csv").is_file(), "no file is touched");
    assert_eq!((roots(&world).len(), listed(&world).len()), (1, 1));
}

#[test]
fn a_disk_that_is_not_mounted_changes_nothing() {
    let world = World::with(&[("disk/a/x.csv", TABLE), ("disk/y.csv", OTHER)]);
    world.run(&["review", "in/disk"]).ends(0);
    let before = stored(&world);
    // What an unmounted disk leaves is an empty directory, or none.
    std::fs::rename(world.path("in/disk"), world.path("away")).unwrap();
    let refused = |args: &[&str], words: &str| {
        let ran = world.run(args).ends(2);
        assert!(
            ran.stderr.contains(words) && ran.stderr.contains("--allow-gone"),
            "{args:?}: {}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
        assert_eq!(stored(&world), before, "{args:?}");
    };
    refused(
        &["review", "in/disk"],
        "no such file or directory, but the store knows 2 files there",
    );
    refused(
        &["review", "in/disk/a"],
        "no such file or directory, but the store knows 1 file there",
    );
    refused(
        &["review", "in"],
        "holds no files, but the store knows 2 files below it",
    );
    std::fs::create_dir(world.path("in/disk")).unwrap();
    refused(
        &["review", "in/disk"],
        "holds no files, but the store knows 2 files below it",
    );
    let unknown = world.run(&["review", "in/disk/none"]).ends(2);
    assert!(
        unknown.stderr.contains("check the spelling"),
        "{}",
        unknown.stderr
    );
    std::fs::remove_dir(world.path("in/disk")).unwrap();
    std::fs::rename(world.path("away"), world.path("in/disk")).unwrap();
    let ran = world.run(&["review", "in/disk"]).ends(0);
    assert!(ran.stderr.contains("2 unchanged"), "{}", ran.stderr);
}

#[test]
fn what_is_gone_keeps_its_last_review() {
    let world = World::with(&[("x.csv", TABLE), ("y.csv", OTHER), ("z.csv", OTHER)]);
    world.run(&["review", "in"]).ends(0);
    let before = &world.run(&["show", "x.csv", "--json"]).ends(0).json()[0];
    for name in ["x.csv", "y.csv"] {
        std::fs::remove_file(world.path("in").join(name)).unwrap();
    }
    let refused = world.run(&["review", "in"]).ends(2);
    assert!(refused.stderr.contains("2 of the 3 files"), "{}", refused.stderr);
    let ran = world.run(&["review", "in", "--allow-gone"]).ends(0);
    assert!(ran.stderr.contains("2 gone, 1 unchanged"), "{}", ran.stderr);
    let gone = &world.run(&["show", "x.csv", "--json"]).ends(0).json()[0];
    assert_eq!(
        (&gone["outcome"], &gone["variables"]),
        (&"gone".into(), &before["variables"])
    );
    assert_eq!(roots(&world)[0]["gone"], 2);
    // The file comes back.
    world.put("x.csv", TABLE);
    world.run(&["review", "in"]).ends(0);
    assert_eq!(&world.run(&["show", "x.csv", "--json"]).ends(0).json()[0], before);
}
