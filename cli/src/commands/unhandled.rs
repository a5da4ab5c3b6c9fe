//! `data-review unhandled`

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::store::Store;
use data_review_core::{Document, Outcome, name_of};
use data_review_store_sqlite::SqliteStore;
use serde::Serialize;

use super::End;
use crate::args::Unhandled;
use crate::error::CliError;
use crate::output;
use crate::table::Table;

/// How a canonical document says that no handler knows its file; a text in it would have its quotes escaped.
const UNIDENTIFIED: &str = r#""outcome":"unidentified""#;
/// Bytes that tell kinds of unknown binary files apart.
const MAGIC: usize = 4;
/// Longest ending of a name that is one.
const EXTENSION: usize = 10;

/// What makes two unknown files the same kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    /// A media type that its first bytes are known for; else `text`, `empty` or `binary` with its first bytes.
    kind: String,
    extension: Option<String>,
}

/// Files of one kind.
#[derive(Debug, Serialize)]
struct Group {
    kind: String,
    extension: Option<String>,
    files: u64,
    bytes: u64,
    /// Key of the first one.
    example: String,
    /// What it begins with; bytes that are not ASCII are escaped.
    first_bytes: String,
}

pub(super) fn run(args: &Unhandled) -> End {
    show(&SqliteStore::open_existing(&args.db.path)?, args.json)
}

/// Shows what is unhandled in any store.
pub(crate) fn show(store: &dyn Store, json: bool) -> End {
    let groups = rank(store)?;
    if json {
        let mut out = output::data();
        for group in &groups {
            output::json_line(&mut out, group)?;
        }
        out.flush()?;
    } else if groups.is_empty() {
        output::say("every file has a handler");
    } else {
        let mut out = output::text();
        write!(out, "{}", table(&groups).render(output::width()))?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Most files first, then most bytes.
fn rank(store: &dyn Store) -> Result<Vec<Group>, CliError> {
    let mut groups = BTreeMap::new();
    let mut damaged = None;
    store.documents(&mut |key, document| {
        if !document.contains(UNIDENTIFIED) {
            return ControlFlow::Continue(());
        }
        match serde_json::from_str(document) {
            Ok(document) => count(&mut groups, &document),
            Err(reason) => {
                let key = key.to_owned();
                damaged = Some(CliError::Document { key, reason });
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(damaged) = damaged {
        return Err(damaged);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    // What is equal stays in the order of kinds.
    groups.sort_by_key(|group| std::cmp::Reverse((group.files, group.bytes)));
    Ok(groups)
}

fn count(groups: &mut BTreeMap<Kind, Group>, document: &Document) {
    if document.outcome != Outcome::Unidentified {
        return;
    }
    let first = document
        .failure
        .as_ref()
        .and_then(|failure| failure.first_bytes());
    let first = first.unwrap_or_default();
    let key = &document.file.key;
    let kind = Kind::of(key, &first);
    let group = match groups.entry(kind.clone()) {
        Entry::Occupied(held) => held.into_mut(),
        Entry::Vacant(free) => free.insert(Group {
            kind: kind.kind,
            extension: kind.extension,
            files: 0,
            bytes: 0,
            example: key.clone(),
            first_bytes: first.escape_ascii().to_string(),
        }),
    };
    group.files += 1;
    group.bytes += document.file.size.unwrap_or_default();
}

impl Kind {
    fn of(key: &str, first: &[u8]) -> Self {
        let kind = match infer::get(first) {
            _ if first.is_empty() => "empty".to_owned(),
            Some(known) => known.mime_type().to_owned(),
            None if is_text(first) => "text".to_owned(),
            None => format!("binary {}", first[..first.len().min(MAGIC)].escape_ascii()),
        };
        Kind {
            kind,
            extension: extension(name_of(key)),
        }
    }
}

/// The ending of a name, in small letters.
fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_one = !stem.is_empty()
        && (1..=EXTENSION).contains(&extension.len())
        && extension.chars().all(|c| c.is_ascii_alphanumeric());
    is_one.then(|| format!(".{}", extension.to_ascii_lowercase()))
}

/// Whether the first bytes could begin a text; a letter may be cut at their end.
fn is_text(first: &[u8]) -> bool {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&first[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !c.is_ascii_whitespace())
}

fn table(groups: &[Group]) -> Table {
    let mut table = Table::new(&["kind", "ending", ">files", ">bytes", "example", "begins with"]);
    for group in groups {
        table.row([
            &group.kind,
            group.extension.as_deref().unwrap_or_default(),
            &group.files.to_string(),
            &group.bytes.to_string(),
            &group.example,
            &group.first_bytes,
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_magic_ending_and_first_bytes() {
        for (key, first, kind, extension) in [
            ("a/map.PNG", &b"\x89PNG\r\n\x1a\n"[..], "image/png", Some(".png")),
            ("a/notes.txt", b"Dear colleague\n\xC3", "text", Some(".txt")),
            (
                "a/raw.000",
                b"\x7f\x7f\x10\x04\x00",
                "binary \\x7f\\x7f\\x10\\x04",
                Some(".000"),
            ),
            ("README", b"\xff", "binary \\xff", None),
            (".hidden", b"", "empty", None),
            ("a.b/c.2019-04-12", b"x", "text", None),
            ("e.\x1b[31m", b"\x1b[31m", "binary \\x1b[31", None),
        ] {
            let expected = Kind {
                kind: kind.to_owned(),
                extension: extension.map(str::to_owned),
            };
            assert_eq!(Kind::of(key, first), expected, "{key}");
        }
    }
}
