//! Compares `docs/glossary.md` with the code: every term is defined where the page says, and a public type has a name of its own
//! unless the page says which crates share the name.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads the sources of the project; a file that cannot be read fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use data_review_tests::files::root;
use data_review_tests::workspace;

/// The cells of a table of the page, below a heading; without its first two lines.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows: Vec<_> = page
        .lines()
        .skip_while(|line| *line != heading)
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect();
    assert!(
        !rows.is_empty(),
        "docs/glossary.md has no table below `{heading}`"
    );
    rows
}

/// Names of the public types that a source file defines at the beginning of a line.
fn public_types(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let mut words = line
            .strip_prefix("pub ")?
            .split(|c: char| !c.is_alphanumeric() && c != '_');
        let is_type = matches!(words.next()?, "struct" | "enum" | "trait");
        is_type.then(|| words.next()).flatten()
    })
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // A folder with a manifest is another crate.
        if path.is_dir() && !path.join("Cargo.toml").exists() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Name of each public type → folders of the crates that define it.
fn defined() -> BTreeMap<String, BTreeSet<String>> {
    let mut defined: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in workspace::read().packages {
        let mut texts = Vec::new();
        sources(&root().join(&package.folder), &mut texts);
        let folder = package.folder.to_string_lossy().into_owned();
        for name in texts.iter().flat_map(|text| public_types(text)) {
            defined.entry(name.to_owned()).or_default().insert(folder.clone());
        }
    }
    assert!(
        defined.len() > 100,
        "only {} public types were found",
        defined.len()
    );
    defined
}

#[test]
fn a_name_stands_for_one_type_or_the_page_says_which_crates_share_it() {
    let shared: BTreeMap<String, BTreeSet<String>> = table("## Shared names")
        .into_iter()
        .map(|row| {
            let crates = row[2].split(',').map(|folder| folder.trim().to_owned());
            (row[0].trim_matches('`').to_owned(), crates.collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for (name, crates) in defined().iter().filter(|(_, crates)| crates.len() > 1) {
        if shared.get(name) != Some(crates) {
            wrong.push(format!(
                "`{name}` is a public type of {crates:?}: rename it, or list it in docs/glossary.md as one concept"
            ));
        }
    }
    for name in shared.keys() {
        if defined().get(name).is_none_or(|crates| crates.len() < 2) {
            wrong.push(format!(
                "docs/glossary.md lists `{name}`, which one crate defines: remove it from the page"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_term_is_defined_where_the_page_says() {
    let mut wrong = Vec::new();
    for row in table("# Glossary") {
        let (file, name) = row[2].split_once(": ").unwrap();
        let (file, name) = (file.trim_matches('`'), name.trim_matches('`'));
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        if !public_types(&text).any(|defined| defined == name) {
            wrong.push(format!("{}: {file} defines no `{name}`", row[0]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
