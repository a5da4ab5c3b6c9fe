//! `review --output-format`: findings as annotations of GitHub, as JUnit XML and as SARIF.

use serde_json::Value;

use super::{NOISE, TABLE, World, misspelt, ragged};

/// Two files with a defect, one that no handler knows, and one that is right.
fn world() -> World {
    World::with(&[
        ("ragged.csv", &ragged()[..]),
        ("deep/number.csv", &misspelt()),
        ("noise.bin", NOISE),
        ("right.csv", TABLE),
    ])
}

#[test]
fn annotations_name_files_as_the_working_directory_sees_them() {
    let world = world();
    let ran = world.run(&["review", "in", "--output-format", "github"]).ends(1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let of = |path: &str| -> Vec<&&str> { lines.iter().filter(|line| line.contains(path)).collect() };
    let ragged = of("file=in/ragged.csv,line=22,col=");
    assert_eq!(ragged.len(), 1, "{lines:#?}");
    assert!(
        ragged[0].starts_with("::error ")
            && ragged[0].contains(",title=data-review (short-row)::line 22 has")
    );
    let number = of("file=in/deep/number.csv,line=12,col=9");
    assert_eq!(number.len(), 1, "{lines:#?}");
    assert_eq!(
        of("file=in/noise.bin,title=data-review (failure-unidentified)::").len(),
        1
    );
    assert_eq!(of("right.csv").len(), 0);
    // Unchanged files are printed, too; the configuration applies.
    let again = world.run(&["review", "in", "--output-format", "github"]).ends(1);
    assert_eq!(again.stdout, ran.stdout);
    std::fs::write(world.path("data-review.toml"), "ignore = [\"short-row\"]\n").unwrap();
    let fewer = world.run(&["review", "in", "--output-format", "github"]).ends(1);
    assert_eq!(fewer.stdout.lines().count(), lines.len() - 1);
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let world = world();
    let ran = world.run(&["review", "in", "--output-format", "junit"]).ends(1);
    let suites: Vec<&str> = ran
        .stdout
        .lines()
        .filter_map(|line| line.trim().strip_prefix("<testsuite name=\""))
        .filter_map(|line| line.split('"').next())
        .collect();
    assert_eq!(
        suites,
        [
            "in/deep/number.csv",
            "in/noise.bin",
            "in/ragged.csv",
            "in/right.csv"
        ]
    );
    assert!(
        ran.stdout
            .contains("type=\"error\" message=\"line 22 has 2 cells"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains(">in/ragged.csv:22:"));
    assert!(ran.stdout.trim_end().ends_with("</testsuites>"));
}

#[test]
fn sarif_has_the_lines_and_the_rules() {
    let world = world();
    let ran = world.run(&["review", "in", "--output-format", "sarif"]).ends(1);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let short = results
        .iter()
        .find(|result| result["ruleId"] == "short-row")
        .unwrap();
    let place = &short["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "in/ragged.csv");
    assert_eq!(place["region"]["startLine"], 22);
    assert!(
        results
            .iter()
            .any(|result| result["ruleId"] == "failure-unidentified")
    );
}

#[test]
fn files_elsewhere_have_their_whole_path_and_standard_input_its_name() {
    let world = world();
    let dir = world.path("").canonicalize().unwrap();
    let mut command = world.command();
    command.current_dir(dir.join("in/deep"));
    let args = ["review", "../ragged.csv", "--output-format", "github"];
    let printed = String::from_utf8(command.args(args).output().unwrap().stdout).unwrap();
    assert!(
        printed.contains(&format!("file={}/in/ragged.csv,", dir.display())),
        "{printed}"
    );
    let mut command = world.command();
    let args = ["review", "-", "--name", "x.csv", "--output-format", "github"];
    let output = command.args(args).write_stdin(ragged()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("::error file=x.csv,line=22,"), "{printed}");
}

#[test]
fn hostile_names_stay_one_annotation_a_line_and_no_sequence_reaches_a_terminal() {
    let names = [
        "a\nb::error file=x::.csv",
        "100%,a:b.csv",
        "\u{1b}[31m]]>\"'<&.csv",
        "\u{202e}r.csv",
    ];
    let ragged = ragged();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &ragged[..])).collect();
    let world = World::with(&files);
    let ran = world.run(&["review", "in", "--output-format", "github"]).ends(0);
    assert!(
        ran.stdout.lines().all(|line| line.starts_with("::")),
        "{}",
        ran.stdout
    );
    assert_eq!(
        ran.stdout.matches("title=data-review (short-row)").count(),
        names.len()
    );
    for shown in [
        "file=in/a%0Ab%3A%3Aerror file=x%3A%3A.csv,line=22",
        "file=in/100%25%2Ca%3Ab.csv,line=22",
    ] {
        assert!(ran.stdout.contains(shown), "{}", ran.stdout);
    }
    for format in ["github", "junit", "sarif"] {
        let ran = world.run(&["review", "in", "--output-format", format]).ends(0);
        for bad in ["\u{1b}", "\u{202e}"] {
            assert!(!ran.stdout.contains(bad), "{format}: {}", ran.stdout);
        }
    }
}

#[test]
fn one_format_at_a_time() {
    let world = world();
    for args in [
        &["review", "in", "--json", "--output-format", "sarif"][..],
        &["review", "in", "--diff", "--output-format", "sarif"],
    ] {
        world.run(args).ends(2);
    }
    let short = world.run(&["review", "in", "--json"]).ends(1);
    let long = world.run(&["review", "in", "--output-format", "json"]).ends(1);
    assert_eq!(super::sorted(&short.stdout), super::sorted(&long.stdout));
}
