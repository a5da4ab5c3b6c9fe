//! The README shows what the program prints.

use std::path::Path;

use super::World;

#[test]
fn the_table_in_the_readme_is_that_of_a_real_run() {
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
    let (table, summary) = shown.trim_end().rsplit_once('\n').unwrap();
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(table), trimmed(&ran.stdout));
    assert!(ran.stderr.starts_with(summary), "{}", ran.stderr);
}
