//! What goes wrong, and what the program says: one test per line of a table of errors.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::{NOISE, Ran, TABLE, World, program, ragged};

#[test]
fn an_include_that_matches_nothing_counts_the_files() {
    let world = World::with(&[("a.csv", TABLE), ("b/c.csv", TABLE)]);
    let ran = world.run(&["review", "in", "--include", "*.txt"]).ends(2);
    assert!(
        ran.stderr.contains("2 files, none match --include *.txt"),
        "{}",
        ran.stderr
    );
    assert!(!world.path("data-review.db").exists());
}

#[test]
fn a_store_is_not_a_directory() {
    let world = World::with(&[("a.csv", TABLE)]);
    for args in [
        &["review", "in", "--db", "in"][..],
        &["list", "--db", "in"],
        &["show", "a.csv", "--db", "in"],
        &["export", "--out", "x", "--db", "in"],
    ] {
        let ran = world.run(args).ends(2);
        assert!(
            ran.stderr
                .contains("--db: in is a directory; name a file in it, such as in/data-review.db"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn the_directory_of_a_store_must_exist() {
    let world = World::with(&[("a.csv", TABLE)]);
    for args in [
        &["review", "in", "--db", "new/x.db"][..],
        &["list", "--db", "new/x.db"],
    ] {
        let ran = world.run(args).ends(2);
        assert!(
            ran.stderr.contains("directory new does not exist"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

/// As a user who may not write: root may write everywhere.
#[test]
fn a_directory_that_is_not_writable_suggests_another_store() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let world = World::with(&[("a.csv", TABLE)]);
    for (directory, mode) in [("", 0o755), ("in", 0o555)] {
        std::fs::set_permissions(world.path(directory), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = Command::new(program());
    command
        .args(["review", "a.csv"])
        .current_dir(world.path("in"))
        .env_clear();
    if std::fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0) {
        let is_reachable = Path::new(program())
            .ancestors()
            .all(|path| std::fs::metadata(path).is_ok_and(|found| found.mode() & 0o001 != 0));
        assert!(is_reachable, "another user cannot run {}", program().display());
        command.uid(65_534);
    }
    let ran = Ran::of(command.output().unwrap()).ends(2);
    std::fs::set_permissions(world.path("in"), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(
        ran.stderr.contains("cannot create the store in ") && ran.stderr.contains("--db FILE"),
        "{}",
        ran.stderr
    );
}

#[test]
fn one_table_goes_to_standard_output_and_five_do_not() {
    let world = World::with(&[("a.csv", TABLE), ("ragged.csv", &ragged())]);
    world.run(&["review", "in"]).ends(0);
    let ran = world.run(&["export", "--out", "-"]).ends(2);
    assert!(ran.stderr.contains("name it with --table"), "{}", ran.stderr);
    let ran = world.run(&["export", "--out", "-", "--table", "files"]).ends(0);
    assert!(
        ran.stdout.starts_with("root,key,outcome,") && ran.stdout.lines().count() == 3,
        "{}",
        ran.stdout
    );
    let json = world
        .run(&["export", "--out", "-", "--table", "findings", "--format", "json"])
        .ends(0);
    assert!(
        json.json().iter().all(|row| row["key"] == "ragged.csv"),
        "{}",
        json.stdout
    );
    assert!(!world.path("-").exists());
    world
        .run(&[
            "export", "--out", "some", "--table", "files", "--table", "columns",
        ])
        .ends(0);
    assert!(world.path("some/files.csv").exists() && !world.path("some/findings.csv").exists());
}

#[test]
fn links_and_pipes_are_named_for_what_they_are() {
    let world = World::with(&[("a.csv", TABLE)]);
    std::os::unix::fs::symlink("nowhere", world.path("in/link.csv")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(world.path("in/pipe"))
            .status()
            .unwrap()
            .success()
    );
    world.run(&["review", "in"]).ends(1);
    let lines = world.run(&["failures", "--json"]).ends(0).json();
    let step = |key: &str| {
        let line = lines.iter().find(|line| line["key"] == key).unwrap();
        line["next_step"].as_str().unwrap().to_owned()
    };
    assert!(step("link.csv").contains("broken link"), "{}", step("link.csv"));
    assert!(step("pipe").contains("not a regular file"), "{}", step("pipe"));
}

#[test]
fn an_exit_code_of_1_has_a_closing_line() {
    let world = World::with(&[("ragged.csv", &ragged()[..])]);
    let met = world.run(&["review", "in", "--fail-on", "warning"]).ends(1);
    let last = met.stderr.lines().last().unwrap().to_owned();
    assert_eq!(
        last,
        "exit code 1: 1 file has a finding of severity warning or worse (--fail-on warning)"
    );
    world.put("noise.bin", NOISE);
    let unknown = world.run(&["review", "in"]).ends(1);
    assert!(
        unknown.stderr.ends_with("exit code 1: 1 file has no review\n"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn explain_ignores_case_and_suggests() {
    let world = World::with::<&str>(&[]);
    for name in ["NAME-CONTRADICTS-CONTENT", "Name_Contradicts_Content"] {
        let ran = world.run(&["explain", name]).ends(0);
        assert!(
            ran.stdout.starts_with("name-contradicts-content: "),
            "{}",
            ran.stdout
        );
    }
    let ran = world.run(&["explain", "NAME-CONTRADICTS-CONTNET"]).ends(2);
    assert!(
        ran.stderr.contains("did you mean `name-contradicts-content`?"),
        "{}",
        ran.stderr
    );
}

#[cfg(not(feature = "cloud"))]
#[test]
fn a_lean_build_says_how_to_get_the_cloud() {
    let world = World::with::<&str>(&[]);
    for args in [
        &["cloud"][..],
        &["cloud", "status", "--wait"],
        &["cloud", "--help"],
    ] {
        let ran = world.run(args).ends(2);
        assert!(
            ran.stderr.contains("--features cloud"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_hostile_file_prints_no_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let bad = root.join("tests/bad").to_str().unwrap().to_owned();
    let world = World::with::<&str>(&[]);
    let ran = world.run(&["review", &bad, "--include", "hdf5/**", "--include", "netcdf/**"]);
    assert!(ran.stdout.contains("hdf5/"), "{}\n{}", ran.stdout, ran.stderr);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        !said.contains("thread '") && !said.contains("RUST_BACKTRACE"),
        "{said}"
    );
}

#[test]
fn unchanged_files_have_no_rate() {
    let world = World::with(&[("a.csv", TABLE)]);
    assert!(world.run(&["review", "in"]).ends(0).stderr.contains(" files/s"));
    let again = world.run(&["review", "in"]).ends(0).stderr;
    assert!(
        again.contains("1 unchanged · 1 file in ") && !again.contains("files/s"),
        "{again}"
    );
}

#[test]
fn findings_of_arrays_have_a_variable_and_an_index() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let world = World::with::<&str>(&[]);
    let data = root.join("test_data/netcdf").to_str().unwrap().to_owned();
    world.run(&["review", &data]);
    let table = world
        .run(&["export", "--out", "-", "--table", "findings"])
        .ends(0)
        .stdout;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    let placed = rows
        .iter()
        .find(|row| row["index"].starts_with('['))
        .expect(&table);
    assert!(
        !placed["variable"].is_empty() && placed["line"].is_empty(),
        "{placed:?}"
    );
}

#[cfg(not(feature = "exports"))]
#[test]
fn a_lean_build_says_how_to_get_the_other_formats() {
    let world = World::with(&[("a.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    for format in ["parquet", "stac", "erddap", "jsonld"] {
        let ran = world.run(&["export", "--format", format, "--out", "x"]).ends(2);
        assert!(ran.stderr.contains("--features exports"), "{}", ran.stderr);
    }
}
