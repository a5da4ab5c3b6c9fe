//! Follows `docs/handlers.md` step by step in a copy of the project: writes its files, runs its commands, and compares the output
//! that it shows.
#![expect(clippy::disallowed_methods, reason = "reads the page and runs its commands")]

use std::path::Path;

use data_review_tests::copy::{ProjectCopy, said};
use data_review_tests::files;

/// A fenced block of the page: its kind, the file it shows, and its text.
struct Block<'a> {
    kind: &'a str,
    path: &'a str,
    text: String,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let (kind, path) = fence.split_once(' ').unwrap_or((fence, ""));
        let text = lines.by_ref().take_while(|line| *line != "```");
        let text = text.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { kind, path, text });
    }
    blocks
}

/// Runs the lines that begin with `$ `.
fn run(copy: &ProjectCopy, console: &str) {
    for command in console.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = copy.run("sh", &["-c", command]);
        assert!(
            output.status.success(),
            "`{command}` ends with {}:\n{}",
            output.status,
            said(&output)
        );
    }
}

#[test]
fn every_step_of_the_tutorial_works() {
    let page =
        std::fs::read_to_string(files::root().join("docs/handlers.md")).expect("the tutorial is there");
    let copy = ProjectCopy::new(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let blocks = blocks(&page);
    // The page shows a test file before the crate exists; creating the crate would overwrite it.
    let (scaffold, rest): (Vec<_>, Vec<_>) = blocks
        .iter()
        .partition(|block| block.text.starts_with("$ cargo new-handler"));
    assert_eq!(scaffold.len(), 1, "the tutorial makes one handler");
    run(&copy, &scaffold[0].text);
    let mut expected = 0;
    for block in rest {
        match block.kind {
            "text" | "rust" => copy.write(block.path, block.text.as_bytes()),
            "console" => run(&copy, &block.text),
            "expected" => {
                let held = copy.read(block.path);
                for line in block.text.lines() {
                    assert!(held.contains(line), "{} has no `{line}`:\n{held}", block.path);
                    expected += 1;
                }
            }
            other => panic!("the tutorial has a block of the unknown kind `{other}`"),
        }
    }
    assert!(expected > 0, "the tutorial expects nothing");
    copy.restore();
}
