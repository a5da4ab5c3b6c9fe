//! Expected documents of the test files, in `tests/expected/`.
//!
//! Each is the document's canonical JSON with line feeds between its larger parts, so that a diff is readable. Canonical JSON has no
//! line feed of its own: without them the file is the document, byte for byte.

use std::path::PathBuf;

use data_review_core::Document;

use crate::files::{self, TestFile};
use crate::review;

/// Path of the expected document of a test file.
fn place(file: &TestFile) -> PathBuf {
    files::root()
        .join("tests/expected")
        .join(format!("{}.json", file.path))
}

/// Paths of all test files that have an expected document.
pub fn held() -> impl Iterator<Item = String> {
    ["test_data", "tests/bad"].into_iter().flat_map(|home| {
        let below = files::root().join("tests/expected").join(home);
        let folders = if below.is_dir() {
            files::names(&below)
        } else {
            Vec::new()
        };
        folders.into_iter().flat_map(move |folder| {
            let names = files::names(&below.join(&folder));
            names
                .into_iter()
                .map(move |name| format!("{home}/{folder}/{}", name.trim_end_matches(".json")))
        })
    })
}

/// Breaks canonical JSON into a line for each key, variable and finding.
pub fn lay_out(canonical: &str) -> String {
    let mut text = String::with_capacity(canonical.len() + 256);
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for c in canonical.chars() {
        text.push(c);
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth <= 2 => text.push('\n'),
            _ => {}
        }
    }
    text.push('\n');
    text
}

/// Compares a document with the expected one.
///
/// # Errors
/// The first difference, and how to resolve it.
pub fn compare(file: &TestFile, document: &Document) -> Result<(), String> {
    let path = &file.path;
    let Ok(held) = std::fs::read_to_string(place(file)) else {
        return Err(format!(
            "{path} has no expected document; check its document and run `cargo xtask expected`"
        ));
    };
    let canonical = document.to_canonical_json();
    if held.replace('\n', "") == canonical {
        return Ok(());
    }
    let advice = match recipe_of(&held) == document.provenance.recipe {
        true => {
            "the document changed, but its recipe did not: raise the version of the handler, the reader or core, so that \
             files are reviewed again, and run `cargo xtask expected`. A handler that is not in use yet may keep its \
             version: `cargo xtask expected --force`"
        }
        false => "the recipe and the document changed: check the difference and run `cargo xtask expected`",
    };
    Err(format!(
        "{path}: {advice}\n{}",
        first_difference(&held, &lay_out(&canonical))
    ))
}

fn recipe_of(held: &str) -> Option<String> {
    let document: Document = serde_json::from_str(held).ok()?;
    document.provenance.recipe
}

fn first_difference(held: &str, made: &str) -> String {
    let mut pairs = held.lines().zip(made.lines());
    match pairs.find(|(held, made)| held != made) {
        Some((held, made)) => format!("  expected {held}\n  is       {made}"),
        None => "  one document is longer than the other".to_owned(),
    }
}

/// Writes the expected documents that are missing or whose recipe changed; with `force`, all that differ. Returns the test files
/// whose expected documents were written or removed.
///
/// # Errors
/// Documents that changed under the same recipe, unless `force` is set; errors of the file system.
pub fn refresh(force: bool) -> Result<Vec<String>, String> {
    let registry = review::registry();
    let (mut written, mut refused) = (Vec::new(), Vec::new());
    for file in files::test_data().into_iter().chain(files::bad()) {
        let document = review::document(&registry, &file.key, &file.bytes);
        let Err(difference) = compare(&file, &document) else {
            continue;
        };
        let place = place(&file);
        let held = std::fs::read_to_string(&place);
        if !force && held.is_ok_and(|held| recipe_of(&held) == document.provenance.recipe) {
            refused.push(difference);
            continue;
        }
        let written_to = place.parent().map_or(Ok(()), std::fs::create_dir_all);
        written_to
            .and_then(|()| std::fs::write(&place, lay_out(&document.to_canonical_json())))
            .map_err(|error| format!("{}: {error}", place.display()))?;
        written.push(file.path);
    }
    for path in held().filter(|path| !files::root().join(path).exists()) {
        let gone = files::root().join("tests/expected").join(format!("{path}.json"));
        std::fs::remove_file(&gone).map_err(|error| format!("{}: {error}", gone.display()))?;
        written.push(format!("{path} (removed)"));
    }
    match refused.is_empty() {
        true => Ok(written),
        false => Err(refused.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laid_out_text_is_the_canonical_one_with_line_feeds() {
        let canonical = r#"{"a":[{"b":[1,2],"c":"x,\"y"},{"b":[]}],"d":"\\","e":null}"#;
        let text = lay_out(canonical);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert_eq!(text.replace('\n', ""), canonical);
    }
}
