//! The README shows what the program prints on a terminal of 100 columns.

use std::path::Path;

use super::World;
use super::terminal::{on_terminal, plain};

/// A line without the padding of its columns, which are as wide as the widest file's.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_line_of_the_tables_in_the_readme_is_one_of_a_real_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut blocks = readme
        .split("```text\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let world = World::with::<&str>(&[]);
    let test_data = root.join("test_data").to_str().unwrap().to_owned();
    let runs = [
        &["review", &test_data][..],
        &["show", "csv/buoys_merged.csv", "--findings"],
    ];
    for args in runs {
        let printed = plain(&on_terminal(&world, 100, args));
        let printed: Vec<String> = printed.lines().map(words).collect();
        let shown = blocks.next().unwrap();
        assert!(shown.lines().count() > 1, "the README shows nothing of {args:?}");
        for line in shown.lines() {
            assert!(line.chars().count() <= 100, "{line}");
            // A handler that is added brings files and findings that the README does not show.
            let counts = |line: &str| words(line).split(' ').take(2).collect::<Vec<_>>().join(" ");
            let is_printed = printed.contains(&words(line))
                || ["error ", "warning ", "info "]
                    .iter()
                    .any(|severity| line.starts_with(severity))
                    && printed.iter().any(|other| counts(other) == counts(line));
            assert!(is_printed, "`{line}` is not printed:\n{}", printed.join("\n"));
        }
    }
}
