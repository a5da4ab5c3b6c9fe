//! The README shows what the program prints.

use std::path::Path;

use super::World;

/// A line without the padding of its columns, which are as wide as the widest file's.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_line_of_the_table_in_the_readme_is_one_of_a_real_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown = readme
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let world = World::with::<&str>(&[]);
    let test_data = root.join("test_data").to_str().unwrap().to_owned();
    let ran = world.run(&["review", &test_data]).ends(0);
    let printed: Vec<String> = ran.stdout.lines().map(words).collect();
    assert!(shown.lines().count() > 1, "the README shows no file");
    for line in shown.lines() {
        // A handler that is added brings files that the README does not show.
        assert!(
            printed.contains(&words(line)),
            "`{line}` is not printed:\n{}",
            ran.stdout
        );
    }
}
