//! Errors that teach, and colours where they are wanted.

use super::{NOISE, TABLE, World};

#[track_caller]
fn teaches(args: &[&str], words: &[&str]) {
    let world = World::with(&[("a/x.csv", TABLE), ("b/x.csv", TABLE)]);
    let ran = world.run(args).ends(2);
    for word in words {
        assert!(
            ran.stderr.contains(word),
            "{args:?} does not say {word:?}:\n{}",
            ran.stderr
        );
    }
    assert_eq!(ran.stdout, "");
}

#[test]
fn usage_errors_end_with_2_and_the_mend() {
    teaches(&[], &["Usage: data-review", "review"]);
    teaches(&["reveiw", "in"], &["reveiw", "'review'"]);
    teaches(&["review"], &["<PATH>"]);
    teaches(&["review", "in", "--jobs", "0"], &["--jobs"]);
    teaches(&["review", "in", "--fail-on", "info"], &["error, warning"]);
    teaches(
        &["review", "nowhere"],
        &["nowhere", "no such file", "check the spelling"],
    );
    teaches(&["review", "in", "--include", "a["], &["invalid glob `a[`"]);
    teaches(&["review", "--root", "in"], &["NAME=PATH"]);
    teaches(&["review", "--root", "a/b=in"], &["invalid name of a root `a/b`"]);
    teaches(&["review", "--root", "a=nowhere"], &["nowhere", "no such file"]);
    teaches(
        &["review", "in", "--db", "nowhere/x.db"],
        &["directory nowhere does not exist"],
    );
    teaches(&["list"], &["data-review.db"]);
    teaches(
        &["explain", "name-contradicts-contnet"],
        &["did you mean `name-contradicts-content`?"],
    );
    teaches(&["explain", "zzz"], &["`data-review explain` lists all"]);
    teaches(&["export"], &["--out"]);
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let world = World::with(&[("a.csv", TABLE)]);
    std::fs::write(world.path("data-review.db"), NOISE.repeat(200)).unwrap();
    world.run(&["review", "in"]).ends(2);
    assert_eq!(
        std::fs::read(world.path("data-review.db")).unwrap(),
        NOISE.repeat(200)
    );
}

#[test]
fn help_is_on_standard_output_and_names_the_exit_codes() {
    let world = World::with::<&str>(&[]);
    let ran = world.run(&["review", "--help"]).ends(0);
    for word in ["--fail-on", "130  interrupted", "data-review.db"] {
        assert!(ran.stdout.contains(word), "{}", ran.stdout);
    }
    assert!(
        world
            .run(&["--version"])
            .ends(0)
            .stdout
            .starts_with("data-review ")
    );
}

#[test]
fn no_color_wins() {
    let world = World::with(&[("a.csv", TABLE), ("noise.bin", NOISE)]);
    let review = |variables: &[&str]| {
        let mut command = world.command();
        command.args(["review", "in", "--force"]);
        let output = command
            .envs(variables.iter().map(|name| (name, "1")))
            .output()
            .unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert!(!review(&[]).contains('\x1b'), "no terminal, no colours");
    assert!(review(&["CLICOLOR_FORCE"]).contains("\x1b["));
    assert!(!review(&["CLICOLOR_FORCE", "NO_COLOR"]).contains('\x1b'));
}
