//! The entry points of the GitHub Action and of the hook of pre-commit, over a small repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{TABLE, World, misspelt, program, ragged};

fn script(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("packaging/ci").join(name)
}

impl World {
    /// Runs git in the repository `in`, and returns what it prints.
    fn git(&self, args: &[&str]) -> String {
        let mut git = Command::new("git");
        git.current_dir(self.path("in")).args(args);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "A")
                .env(format!("GIT_{role}_EMAIL"), "a@example.org");
        }
        let output = git.output().expect("git is installed");
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs an entry point in the repository.
    fn enter(&self, name: &str, args: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut entry = Command::new(script(name));
        entry
            .current_dir(self.path("in"))
            .args(args)
            .env("DATA_REVIEW", program());
        entry.envs(variables.iter().copied()).env_remove("DATA_REVIEW_DB");
        entry.output().unwrap()
    }
}

/// A repository whose second commit adds two broken files, a right one, and one that is no data; and its first commit.
fn repository() -> (World, String) {
    let world = World::with(&[("old/ragged.csv", &ragged()[..]), ("cruise/right.csv", TABLE)]);
    world.git(&["init", "--quiet"]);
    let base = world.commit();
    world.put("cruise/ragged.csv", &ragged());
    world.put("a b/number.csv", &misspelt());
    world.put("a b/right.csv", TABLE);
    world.put("README.md", b"# no data\n");
    std::fs::remove_file(world.path("in/cruise/right.csv")).unwrap();
    world.commit();
    (world, base)
}

#[test]
fn the_action_annotates_the_broken_files_of_a_change() {
    let (world, base) = repository();
    let sarif = world.path("findings.sarif");
    let variables = [
        ("BASE", base.as_str()),
        ("FILES", "*.csv\n *.nc"),
        ("FAIL_ON", "error"),
        ("SARIF", sarif.to_str().unwrap()),
    ];
    let output = world.enter("review-change", &[], &variables);
    let printed = String::from_utf8(output.stdout).unwrap();
    let annotations: Vec<&str> = printed.lines().collect();
    assert_eq!(annotations.len(), 2, "{printed}");
    assert!(
        annotations[0].starts_with("::warning file=a b/number.csv,line=12,col=9,title="),
        "{printed}"
    );
    assert!(
        annotations[1].starts_with("::error file=cruise/ragged.csv,line=22,"),
        "{printed}"
    );
    assert_eq!(output.status.code(), Some(1));
    let log: serde_json::Value = serde_json::from_slice(&std::fs::read(sarif).unwrap()).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(
        world.git(&["status", "--porcelain"]),
        "",
        "nothing is left behind"
    );
}

#[test]
fn the_action_fails_by_severity_and_reviews_everything_without_a_base() {
    let (world, base) = repository();
    let run = |base: &str, files: &str, fail_on: &str| {
        let output = world.enter(
            "review-change",
            &[],
            &[("BASE", base), ("FILES", files), ("FAIL_ON", fail_on)],
        );
        let printed = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), printed.lines().count())
    };
    assert_eq!(run(&base, "a*number.csv", "error").1, 1);
    assert_eq!(run(&base, "*right.csv", "warning"), (0, 0));
    assert_eq!(run(&base, "*ragged.csv", "never"), (0, 1));
    assert_eq!(run(&base, "*.nc", "error"), (0, 0), "no data file changed");
    for base in ["", "none", "0000000000000000000000000000000000000000"] {
        assert_eq!(run(base, "*ragged.csv", "error"), (1, 2), "`{base}`");
    }
    let output = world.enter(
        "review-change",
        &[],
        &[("FILES", "*.csv"), ("DATA_REVIEW", "/nowhere/data-review")],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("pip install data-review")
    );
}

#[test]
fn the_hook_shows_the_findings_of_the_files_that_it_is_given() {
    let (world, _) = repository();
    let files = ["cruise/ragged.csv", "a b/number.csv"];
    let output = world.enter("pre-commit", &files, &[]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    for shown in ["ragged.csv", "number.csv", "short-row", "invalid-value"] {
        assert!(printed.contains(shown), "{printed}");
    }
    assert_eq!(
        world.enter("pre-commit", &["a b/right.csv"], &[]).status.code(),
        Some(0)
    );
    assert_eq!(world.enter("pre-commit", &[], &[]).status.code(), Some(0));
}

/// What is installed is what the release of this version publishes.
#[test]
fn the_action_installs_this_version() {
    let action = std::fs::read_to_string(script("../../action.yml")).unwrap();
    assert!(action.contains(concat!("default: ", env!("CARGO_PKG_VERSION"), "\n")));
}
