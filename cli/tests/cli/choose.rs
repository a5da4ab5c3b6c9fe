//! What is listed, shown and counted: filters, configuration, summaries, comparisons and completions.

use super::{NOISE, TABLE, World, keys, ragged};

fn world() -> World {
    let world = World::with(&[
        ("a/clean.csv", TABLE),
        ("a/ragged.csv", &ragged()),
        ("b/ragged.csv", &ragged()),
        ("noise.bin", NOISE),
    ]);
    world.run(&["review", "in"]).ends(1);
    world
}

/// The code of the finding of a ragged row, and its severity.
fn code(world: &World) -> (String, String) {
    let counts = world.run(&["summary", "--json"]).ends(0).json();
    let text = |name: &str| counts[0][name].as_str().unwrap().to_owned();
    (text("code"), text("severity"))
}

#[track_caller]
fn listed(world: &World, args: &[&str]) -> Vec<String> {
    let ran = world.run(&[&["list", "--json"], args].concat()).ends(0);
    keys(&ran.json()).into_iter().map(str::to_owned).collect()
}

#[test]
fn list_filters_sorts_and_limits() {
    let world = world();
    let (code, severity) = code(&world);
    let ragged = ["a/ragged.csv", "b/ragged.csv"];
    assert_eq!(listed(&world, &["--outcome", "unidentified"]), ["noise.bin"]);
    assert_eq!(listed(&world, &["--kind", "csv"]).len(), 3);
    assert_eq!(listed(&world, &["--code", &code.to_uppercase()]), ragged);
    assert_eq!(listed(&world, &["--severity", &severity]), ragged);
    assert_eq!(
        listed(&world, &["--glob", "a/*"]),
        ["a/clean.csv", "a/ragged.csv"]
    );
    assert_eq!(
        listed(&world, &["--glob", "*.bin", "--glob", "b/**"]),
        ["b/ragged.csv", "noise.bin"]
    );
    assert_eq!(
        listed(&world, &["--sort", "problems"]),
        ["noise.bin", "a/ragged.csv", "b/ragged.csv", "a/clean.csv"]
    );
    assert_eq!(
        listed(&world, &["--sort", "problems", "--limit", "2"]),
        ["noise.bin", "a/ragged.csv"]
    );
    assert_eq!(
        listed(&world, &["--sort", "rows", "--limit", "1"]),
        ["a/ragged.csv"]
    );
    assert_eq!(listed(&world, &["--since", "1h"]).len(), 4);
    assert_eq!(listed(&world, &["--since", "2999-01-01"]).len(), 0);
    let bad = world.run(&["list", "--since", "yesterday"]).ends(2).stderr;
    assert!(
        bad.contains("invalid time `yesterday`") && bad.contains("24h"),
        "{bad}"
    );
    let none = world.run(&["list", "--kind", "netcdf"]).ends(0);
    assert!(none.stderr.contains("no file matches"), "{}", none.stderr);
    let csv = world.run(&["list", "--csv", "--limit", "1"]).ends(0).stdout;
    assert!(
        csv.starts_with("root,key,outcome,kind,") && csv.contains(",a/clean.csv,reviewed,"),
        "{csv}"
    );
}

#[test]
fn review_ends_with_how_often_each_code_occurs() {
    let world = world();
    let (code, severity) = code(&world);
    let ran = world.run(&["review", "in"]).ends(1);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains(&code))
        .expect(&ran.stdout);
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[..4], [severity.as_str(), code.as_str(), "2", "2"], "{line}");
    assert!(
        ran.stderr.contains("outcomes are in data-review.db"),
        "{}",
        ran.stderr
    );
}

#[test]
fn summaries_count_by_kind_handler_and_folder() {
    let world = world();
    let by = |what: &str| world.run(&["summary", "--by", what, "--json"]).ends(0).json();
    let folders = by("folder");
    let brief: Vec<(&str, u64)> = folders
        .iter()
        .map(|group| (group["name"].as_str().unwrap(), group["files"].as_u64().unwrap()))
        .collect();
    assert_eq!(brief, [(".", 1), ("a", 2), ("b", 1)]);
    let handlers = by("handler");
    assert_eq!(
        (handlers[0]["name"].as_str(), handlers[0]["files"].as_u64()),
        (Some("csv"), Some(3))
    );
    assert_eq!(handlers[0]["rows"], 45);
    assert_eq!(by("kind").len(), 2);
}

#[test]
fn configuration_decides_what_is_shown_and_never_changes_a_document() {
    let world = world();
    let (code, severity) = code(&world);
    let documents = world.run(&["list", "--json"]).ends(0).stdout;
    let configure = |text: &str| std::fs::write(world.path("data-review.toml"), text).unwrap();

    configure(&format!("ignore = [\"{code}\"]\n"));
    for args in [
        &["summary"][..],
        &["review", "in", "--include", "*.csv", "--fail-on", "warning"],
    ] {
        let ran = world.run(args).ends(0);
        assert!(!ran.stdout.contains(&code), "{args:?}: {}", ran.stdout);
        assert!(
            ran.stderr.contains("2 findings suppressed by data-review.toml"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(listed(&world, &["--code", &code]).len(), 0);
    let show = world.run(&["show", "a/ragged.csv"]).ends(0);
    assert!(
        show.stdout.contains("no findings") && show.stderr.contains("1 finding suppressed"),
        "{}",
        show.stdout
    );
    let table = world
        .run(&["export", "--out", "-", "--table", "findings"])
        .ends(0)
        .stdout;
    assert_eq!(table.lines().count(), 1, "{table}");
    assert_eq!(world.run(&["list", "--json"]).ends(0).stdout, documents);
    assert!(
        world
            .run(&["summary", "--no-config"])
            .ends(0)
            .stdout
            .contains(&code)
    );

    configure(&format!(
        "[[override]]\nfiles = [\"b/**\"]\nignore = [\"{code}\"]\n"
    ));
    assert_eq!(listed(&world, &["--code", &code]), ["a/ragged.csv"]);

    configure(&format!("[severity]\n{code} = \"info\"\n"));
    assert_eq!(listed(&world, &["--severity", "warning"]).len(), 0);
    world
        .run(&["review", "in", "--include", "*.csv", "--fail-on", "warning"])
        .ends(0);

    configure("fail-on = \"warning\"\n");
    let is_problem = severity != "info";
    world
        .run(&["review", "in", "--include", "*.csv"])
        .ends(i32::from(is_problem));
}

#[test]
fn configuration_is_found_upwards_and_errors_name_line_and_remedy() {
    let world = World::with(&[("a.csv", TABLE), ("old/b.csv", TABLE)]);
    let file = world.path("data-review.toml");
    std::fs::write(&file, "db = \"kept.db\"\nexclude = [\"old\"]\njobs = 1\n").unwrap();
    let mut command = world.command();
    let output = command
        .current_dir(world.path("in"))
        .args(["review", "."])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(world.path("kept.db").is_file());
    assert_eq!(listed(&world, &[]), ["a.csv"]);
    let mut command = world.command();
    command.env("DATA_REVIEW_DB", "other.db").args(["review", "in"]);
    assert!(command.output().unwrap().status.success());
    assert!(world.path("other.db").is_file());
    for (text, words) in [
        (
            "ignore = [\"name-contradicts-contnet\"]",
            &["data-review.toml", "did you mean `name-contradicts-content`?"][..],
        ),
        ("\nselct = []", &["line 2", "selct", "config --explain"]),
        ("jobs = 0", &["line 1"]),
        ("[[override]]\nignore = []", &["`override` has no `files`"]),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = world.run(&["list"]).ends(2).stderr;
        for word in words {
            assert!(error.contains(word), "{text}: {error}");
        }
    }
    let missing = world.run(&["list", "--config", "none.toml"]).ends(2).stderr;
    assert!(missing.contains("cannot read none.toml"), "{missing}");
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    let world = World::with::<&str>(&[]);
    let schema: serde_json::Value =
        serde_json::from_str(&world.run(&["config", "--schema"]).ends(0).stdout).unwrap();
    let keys = schema["properties"].as_object().unwrap();
    assert!(keys.len() >= 10, "{keys:?}");
    for key in keys.keys() {
        let explained = world.run(&["config", "--explain", key]).ends(0).stdout;
        assert!(
            explained.starts_with(key.as_str()) && explained.len() > 60,
            "{explained}"
        );
    }
    assert!(
        world
            .run(&["config", "--explain", "override.files"])
            .ends(0)
            .stdout
            .contains("Globs")
    );
    let slip = world.run(&["config", "--explain", "exlude"]).ends(2).stderr;
    assert!(slip.contains("did you mean `exclude`?"), "{slip}");
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(
        validator.is_valid(&serde_json::json!({"jobs": 2, "fail-on": "error", "severity": {"a": "info"}}))
    );
    assert!(!validator.is_valid(&serde_json::json!({"jbs": 2})));
}

#[test]
fn what_is_not_data_is_ignored_and_counted() {
    let world = World::with(&[
        ("a.csv", TABLE),
        ("a.csv.md5", b"d41d8cd98f00b204e9800998ecf8427e  a.csv\n"),
        (".DS_Store", NOISE),
        (".git/config", TABLE),
        ("tmp/x.csv", TABLE),
        ("tmp/keep.csv", TABLE),
        (".datareviewignore", b"# scratch\ntmp/*\n!tmp/keep.csv\n"),
    ]);
    let ran = world.run(&["review", "in"]).ends(0);
    assert_eq!(listed(&world, &[]), ["a.csv", "tmp/keep.csv"]);
    assert!(
        ran.stderr.contains("4 files ignored by .datareviewignore"),
        "{}",
        ran.stderr
    );
    world.run(&["review", "in/tmp/x.csv", "--db", "one.db"]).ends(0);
    assert_eq!(
        listed(&world, &["--db", "one.db"]),
        ["x.csv"],
        "a file that is named is reviewed"
    );
    world
        .run(&["review", "in", "--no-ignore", "--db", "all.db"])
        .ends(1);
    assert_eq!(listed(&world, &["--db", "all.db"]).len(), 7);
}

#[test]
fn diff_names_what_is_new_fixed_and_changed() {
    let world = world();
    let (code, _) = code(&world);
    std::fs::copy(world.path("data-review.db"), world.path("old.db")).unwrap();
    let same = world.run(&["diff", "old.db", "data-review.db"]).ends(0);
    assert_eq!(same.stdout, "");
    assert!(same.stderr.contains("4 the same"), "{}", same.stderr);

    world.put("a/clean.csv", &ragged());
    world.put("b/ragged.csv", TABLE);
    world.put("c.csv", TABLE);
    std::fs::remove_file(world.path("in/noise.bin")).unwrap();
    let ran = world.run(&["review", "in", "--diff"]).ends(1);
    for words in [
        "a/clean.csv: content changed",
        "b/ragged.csv: content changed",
        "c.csv: added",
        "noise.bin: gone",
        &format!("  + {code}"),
        &format!("  - {code}"),
    ] {
        assert!(ran.stdout.contains(words), "{words}:\n{}", ran.stdout);
    }
    let diff = world.run(&["diff", "old.db", "data-review.db"]).ends(1);
    assert_eq!(diff.stdout, ran.stdout);
    assert!(
        diff.stderr
            .contains("1 added, 1 gone, 2 changed, 1 the same · findings: 1 new, 1 fixed, 0 changed"),
        "{}",
        diff.stderr
    );
    let changes = world
        .run(&["diff", "old.db", "data-review.db", "--json"])
        .ends(1)
        .json();
    let clean = changes
        .iter()
        .find(|change| change["key"] == "a/clean.csv")
        .unwrap();
    assert_eq!(clean["content_changed"], true);
    assert_eq!(clean["recipe_changed"], false);
    assert_eq!(
        (&clean["findings"][0]["finding"], &clean["findings"][0]["code"]),
        (&"new".into(), &code.into())
    );
    assert!(std::fs::read_dir(world.dir.path()).unwrap().all(|entry| {
        !entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".data-review-")
    }));
}

/// What a shell is offered for the last word.
fn completed(world: &World, words: &[&str]) -> String {
    let mut command = world.command();
    command.env("COMPLETE", "bash").env("_CLAP_IFS", "\n");
    command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
    let output = command.arg("--").args(words).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn completions_offer_commands_options_keys_and_codes() {
    let world = world();
    for (words, offered) in [
        (&["data-review", "re"][..], "review"),
        (&["data-review", "review", "in", "--fa"], "--fail-on"),
        (&["data-review", "review", "in", "--fail-on", ""], "warning"),
        (&["data-review", "show", ""], "a/"),
        (&["data-review", "show", "a/r"], "a/ragged.csv"),
        (
            &["data-review", "explain", "name-con"],
            "name-contradicts-content",
        ),
        (&["data-review", "list", "--outcome", "un"], "unidentified"),
    ] {
        let text = completed(&world, words);
        assert!(
            text.lines().any(|line| line == offered),
            "{words:?} does not offer {offered}:\n{text}"
        );
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&["completions", shell]).ends(0).stdout;
        assert!(
            script.contains("COMPLETE") && script.contains("data-review"),
            "{shell}: {script}"
        );
    }
}

#[test]
fn every_command_has_examples_and_a_manual_page() {
    let world = World::with::<&str>(&[]);
    world.run(&["man", "--out", "man"]).ends(0);
    let commands = [
        "review",
        "identify",
        "show",
        "list",
        "summary",
        "diff",
        "failures",
        "unhandled",
        "handlers",
        "export",
        "schema",
        "explain",
        "config",
        "completions",
    ];
    for command in commands {
        let help = world.run(&[command, "--help"]).ends(0).stdout;
        assert!(
            help.contains(&format!("Examples:\n  data-review {command}")),
            "{help}"
        );
        let page =
            std::fs::read_to_string(world.path("man").join(format!("data-review-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
}
