//! `cargo new-handler ID`: a handler crate that works, with its test files and its lines in the lists.
//!
//! The crate reads a small example format, so that every test of the project holds for it before a line is changed.

use std::path::Path;

use xtask::shell::{self, Outcome};

/// Files of the crate: name below `handlers/<id>/`, text with `{id}`, `{type}`, `{crate}` and `{title}` to be filled in.
const CRATE: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("new_handler/handler/Cargo.toml.txt")),
    ("README.md", include_str!("new_handler/handler/README.md.txt")),
    ("src/codes.rs", include_str!("new_handler/handler/codes.rs.txt")),
    ("src/lib.rs", include_str!("new_handler/handler/lib.rs.txt")),
    ("src/main.rs", include_str!("new_handler/handler/main.rs.txt")),
    ("src/review.rs", include_str!("new_handler/handler/review.rs.txt")),
];

/// Test files: path with `{id}`, and text. A good one, an odd one, and two that yield nothing.
const FILES: [(&str, &str); 4] = [
    (
        "test_data/{id}/good.{id}",
        "{id} 1\ndepth temperature\n5.0 18.21\n10.0 17.96\n20.0 nan\n",
    ),
    (
        "test_data/{id}/odd.{id}",
        "{id} 1\ndepth temperature\n5.0 18.21\n10.0 17,96\n20.0\n",
    ),
    ("tests/bad/{id}/no_names.{id}", "{id} 1\n \n5.0 18.21\n"),
    ("tests/bad/{id}/no_rows.{id}", "{id} 1\ndepth temperature\n"),
];

/// Lists that name every handler: file, text before the entries, entry.
const LISTS: [(&str, &str, &str); 3] = [
    (
        "Cargo.toml",
        "data-review-",
        "data-review-{id} = { path = \"handlers/{id}\" }",
    ),
    (
        "handlers/Cargo.toml",
        "data-review-",
        "data-review-{id}.workspace = true",
    ),
    ("handlers/lib.rs", "use data_review_", "use {crate} as _;"),
];

/// What a handler is called, wherever it is named.
pub(crate) struct Names {
    id: String,
}

impl Names {
    /// # Errors
    /// When the id is badly formed, or taken in `root`.
    pub(crate) fn new(id: &str, root: &Path) -> Outcome<Self> {
        let is_formed = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.split('-').all(|part| !part.is_empty())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && (2..=32).contains(&id.len());
        if !is_formed {
            return Err(format!(
                "`{id}` is no id: 2 to 32 lower-case letters, digits and single dashes between them, a letter first, such as \
                 `seabird-cnv`"
            )
            .into());
        }
        let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
        let folder = format!("handlers/{id}");
        if root.join(&folder).exists() {
            return Err(
                format!("`{id}` is taken: {folder} is there; take another id, or remove it first").into(),
            );
        }
        let entry = format!("data-review-{id} =");
        if let Some(line) = manifest.lines().position(|line| line.starts_with(&entry)) {
            return Err(format!(
                "`{id}` is taken: Cargo.toml, line {}, has a package data-review-{id}; take another id",
                line + 1
            )
            .into());
        }
        Ok(Names { id: id.to_owned() })
    }

    fn fill(&self, text: &str) -> String {
        let package = format!("data_review_{}", self.id.replace('-', "_"));
        let name: String = self.id.split('-').map(capitalised).collect();
        let title = format!("{} file", capitalised(&self.id.replace('-', " ")));
        text.replace("{id}", &self.id)
            .replace("{type}", &name)
            .replace("{crate}", &package)
            .replace("{title}", &title)
    }

    /// Puts the handler on the lists of the project in `root`.
    pub(crate) fn list(&self, root: &Path) -> Outcome {
        for (path, start, entry) in LISTS {
            let file = root.join(path);
            let text = std::fs::read_to_string(&file)?;
            let listed = insert(&text, start, &self.fill(entry)).ok_or_else(|| {
                format!("{path} has no line that begins with `{start}`: was the list moved?")
            })?;
            std::fs::write(file, listed)?;
        }
        Ok(())
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Writes a handler into the project.
pub(crate) fn create(id: &str) -> Outcome {
    let root = shell::root();
    write(id, root)?;
    println!("handlers/{id} is there, on the lists, with files in test_data/{id} and tests/bad/{id}");
    crate::test_data::expect(false)?;
    println!(
        "It reads an example format: handlers/{id}/src/lib.rs says what a file looks like, src/review.rs reads it.\n\
         After a change: `cargo xtask expected --force`, then `./dev test`."
    );
    Ok(())
}

fn write(id: &str, root: &Path) -> Outcome {
    let names = Names::new(id, root)?;
    for (path, text) in CRATE {
        put(root, &format!("handlers/{id}/{path}"), &names.fill(text))?;
    }
    for (path, text) in FILES {
        put(root, &names.fill(path), &names.fill(text))?;
    }
    names.list(root)
}

fn put(root: &Path, path: &str, text: &str) -> Outcome {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().unwrap_or(root))?;
    std::fs::write(&file, text).map_err(|error| format!("{path}: {error}").into())
}

/// The text with a line more, in its order among the first run of lines that begin alike.
fn insert(text: &str, start: &str, entry: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.starts_with(start))?;
    let run = lines[first..].iter().take_while(|line| line.starts_with(start));
    let before = run.filter(|line| **line < entry).count();
    lines.insert(first + before, entry);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_finds_its_place() {
        let text = "[dependencies]\nb-a = 1\nb-c = 1\n\n[dev]\nb-b = 1\n";
        let with = |entry| insert(text, "b-", entry).unwrap();
        assert_eq!(
            with("b-b = 1"),
            "[dependencies]\nb-a = 1\nb-b = 1\nb-c = 1\n\n[dev]\nb-b = 1\n"
        );
        assert!(with("b-d = 1").contains("b-c = 1\nb-d = 1\n\n"));
        assert_eq!(insert("nothing\n", "b-", "b-b = 1"), None);
    }

    #[test]
    fn ids_that_are_none_or_taken_are_refused_with_the_reason() {
        let refused = |id| Names::new(id, shell::root()).err().map(|error| error.to_string());
        let long = "a".repeat(33);
        for id in [
            "", "a", "-a", "a-", "a--b", "Demo", "a_b", "1a", "a/b", "ä", &long,
        ] {
            let said = refused(id).unwrap_or_else(|| panic!("`{id}` is taken for an id"));
            assert!(said.contains("is no id"), "{said}");
        }
        assert!(refused("bottle").is_some_and(|said| said.contains("handlers/bottle is there")));
        assert!(refused("core").is_some_and(|said| said.contains("Cargo.toml, line")));
        assert_eq!(refused("seabird-cnv-2"), None);
    }
}
