//! `cargo new-handler ID`: a handler crate that works, with its test files and its lines in the lists.
//!
//! The crate reads a small example format, so that all tests of the project pass before it is edited.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Key, Table, Value};
use xtask::shell::{self, Outcome};

/// Files of the crate: path below `handlers/<id>/`, and text with the placeholders `{id}`, `{type}`, `{crate}` and
/// `{title}`.
const CRATE: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("new_handler/handler/Cargo.toml.txt")),
    ("README.md", include_str!("new_handler/handler/README.md.txt")),
    ("src/codes.rs", include_str!("new_handler/handler/codes.rs.txt")),
    ("src/lib.rs", include_str!("new_handler/handler/lib.rs.txt")),
    ("src/main.rs", include_str!("new_handler/handler/main.rs.txt")),
    ("src/review.rs", include_str!("new_handler/handler/review.rs.txt")),
];

/// Test files: path with `{id}`, and text. One is valid, one has defects, and two cannot be reviewed.
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

/// Tables of manifests that list every handler: file, path of the table, value of the new entry.
const MANIFESTS: [(&str, &[&str], &str); 2] = [
    (
        "Cargo.toml",
        &["workspace", "dependencies"],
        "{ path = \"handlers/{id}\" }",
    ),
    ("handlers/Cargo.toml", &["dependencies"], "{ workspace = true }"),
];

/// The source file that lists every handler, and the beginning of those lines.
const LINES: (&str, &str) = ("handlers/lib.rs", "use data_review_");

/// The names of a handler: id, package, crate and type.
pub(crate) struct Names {
    id: String,
}

impl Names {
    /// # Errors
    /// If the id is invalid, or already in use in `root`.
    pub(crate) fn new(id: &str, root: &Path) -> Outcome<Self> {
        let is_formed = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.split('-').all(|part| !part.is_empty())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && (2..=32).contains(&id.len());
        if !is_formed {
            return Err(format!(
                "`{id}` is not a valid id: use 2 to 32 lower-case letters, digits and single dashes, a letter first, such as `seabird-cnv`"
            )
            .into());
        }
        let folder = format!("handlers/{id}");
        if root.join(&folder).exists() {
            return Err(
                format!("`{id}` is taken: {folder} exists; choose another id, or remove it first").into(),
            );
        }
        let names = Names { id: id.to_owned() };
        let (manifest, path, _) = MANIFESTS[0];
        let mut document = read_manifest(&root.join(manifest))?;
        if table(&mut document, path)?.contains_key(&names.package()) {
            let package = names.package();
            return Err(
                format!("`{id}` is taken: {manifest} has a package {package}; choose another id").into(),
            );
        }
        Ok(names)
    }

    fn package(&self) -> String {
        format!("data-review-{}", self.id)
    }

    fn fill(&self, text: &str) -> String {
        let crate_name = self.package().replace('-', "_");
        let name: String = self.id.split('-').map(capitalised).collect();
        let title = format!("{} file", capitalised(&self.id.replace('-', " ")));
        text.replace("{id}", &self.id)
            .replace("{type}", &name)
            .replace("{crate}", &crate_name)
            .replace("{title}", &title)
    }

    /// Adds the handler to the lists of the project in `root`.
    pub(crate) fn list(&self, root: &Path) -> Outcome {
        for (path, keys, value) in MANIFESTS {
            let file = root.join(path);
            let mut document = read_manifest(&file)?;
            insert_entry(
                table(&mut document, keys)?,
                &self.package(),
                self.fill(value).parse()?,
            );
            std::fs::write(file, document.to_string())?;
        }
        let (path, start) = LINES;
        let file = root.join(path);
        let text = std::fs::read_to_string(&file)?;
        let listed = insert_line(&text, start, &self.fill("use {crate} as _;"))
            .ok_or_else(|| format!("{path} has no line that begins with `{start}`"))?;
        Ok(std::fs::write(file, listed)?)
    }
}

fn read_manifest(file: &Path) -> Outcome<DocumentMut> {
    Ok(std::fs::read_to_string(file)?.parse()?)
}

fn table<'d>(document: &'d mut DocumentMut, keys: &[&str]) -> Outcome<&'d mut Table> {
    let mut table = document.as_table_mut();
    for key in keys {
        let inner = table.get_mut(key).and_then(Item::as_table_mut);
        table = inner.ok_or_else(|| format!("a manifest has no table [{}]", keys.join(".")))?;
    }
    Ok(table)
}

/// Inserts an entry in order among the packages of this project, which are adjacent. An inline table with one key is
/// written as a dotted key if its neighbours are.
fn insert_entry(table: &mut Table, package: &str, value: Value) {
    let is_own = |key: &str| key.starts_with("data-review-");
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let follows = |key: &&String| is_own(key) && key.as_str() > package;
    let is_dotted = |key: &String| table[key.as_str()].as_table().is_some_and(Table::is_dotted);
    let entry = match value {
        Value::InlineTable(value) if keys.iter().any(|key| is_own(key) && is_dotted(key)) => {
            let mut dotted = value.into_table();
            dotted.set_dotted(true);
            Item::Table(dotted)
        }
        value => Item::Value(value),
    };
    let at = match keys.iter().find(follows) {
        Some(next) => keys.iter().position(|key| key == next),
        None => keys.iter().rposition(|key| is_own(key)).map(|last| last + 1),
    };
    let later = &keys[at.unwrap_or(keys.len())..];
    let moved: Vec<(Key, Item)> = later.iter().filter_map(|key| table.remove_entry(key)).collect();
    table.insert(package, entry);
    for (key, item) in moved {
        table.insert_formatted(&key, item);
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Creates a handler in the project.
pub(crate) fn create(id: &str) -> Outcome {
    let root = shell::root();
    write(id, root)?;
    println!(
        "created handlers/{id}, its entries in the lists, and its files in test_data/{id} and tests/bad/{id}"
    );
    crate::tasks::expected::documents(false)?;
    println!(
        "It reads an example format: handlers/{id}/src/lib.rs describes a file, and src/review.rs reads it.\n\
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

/// Inserts a line in order into the first run of lines that begin with `start`.
fn insert_line(text: &str, start: &str, entry: &str) -> Option<String> {
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
    fn an_entry_is_inserted_in_order_and_every_other_line_is_kept() {
        let with = |text: &str, package: &str, value: &str| {
            let mut document: DocumentMut = text.parse().unwrap();
            insert_entry(
                table(&mut document, &["dependencies"]).unwrap(),
                package,
                value.parse().unwrap(),
            );
            document.to_string()
        };
        let dotted = "[dependencies]\n# Ours.\ndata-review-a.workspace = true\ndata-review-c.workspace = true # last\n\n\
                      # Others.\nserde = \"1\"\n\n[lints]\nworkspace = true\n";
        let entry = "data-review-b.workspace = true\n";
        assert_eq!(
            with(dotted, "data-review-b", "{ workspace = true }"),
            dotted.replace("data-review-c", &format!("{entry}data-review-c"))
        );
        assert_eq!(
            with(dotted, "data-review-d", "{ workspace = true }"),
            dotted.replace("# last\n", "# last\ndata-review-d.workspace = true\n")
        );
        let inline = "[dependencies]\ndata-review-a = { path = \"a\" }\n";
        assert_eq!(
            with(inline, "data-review-b", "{ path = \"handlers/b\" }"),
            format!("{inline}data-review-b = {{ path = \"handlers/b\" }}\n")
        );
    }

    #[test]
    fn a_line_is_inserted_in_order() {
        let text = "//! List.\nuse b_a as _;\nuse b_c as _;\n\nuse b_b;\n";
        assert_eq!(
            insert_line(text, "use b_", "use b_b as _;").unwrap(),
            "//! List.\nuse b_a as _;\nuse b_b as _;\nuse b_c as _;\n\nuse b_b;\n"
        );
        assert_eq!(insert_line("nothing\n", "use b_", "use b_b as _;"), None);
    }

    #[test]
    fn invalid_and_used_ids_are_rejected_with_the_reason() {
        let rejection = |id| Names::new(id, shell::root()).err().map(|error| error.to_string());
        let long = "a".repeat(33);
        for id in [
            "", "a", "-a", "a-", "a--b", "Demo", "a_b", "1a", "a/b", "ä", &long,
        ] {
            let said = rejection(id).unwrap_or_else(|| panic!("`{id}` is accepted as an id"));
            assert!(said.contains("is not a valid id"), "{said}");
        }
        assert!(rejection("bottle").is_some_and(|said| said.contains("handlers/bottle exists")));
        assert!(
            rejection("core").is_some_and(|said| said.contains("Cargo.toml has a package data-review-core"))
        );
        assert_eq!(rejection("seabird-cnv-2"), None);
    }
}
