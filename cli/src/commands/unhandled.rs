//! `data-review unhandled`

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use data_review_core::store::Store;
use data_review_core::{Document, Evidence, Outcome, name_of};
use serde::Serialize;

use crate::args::Unhandled;
use crate::config::Settings;
use crate::error::CliError;
use crate::exit::End;
use crate::table::{Column, Table};
use crate::{output, store, wording};

/// The most characters of an ending of a name.
const EXTENSION: usize = 10;
/// The most endings that a row of the table shows.
const ENDINGS: usize = 3;
/// The ending that stands for names without one.
const NO_ENDING: &str = "";
/// The kind of documents that an earlier version wrote, without evidence.
const UNKNOWN: &str = "unknown";
/// The most groups by first words. Beyond that, files are grouped by kind and ending.
const MOST_GROUPS: usize = 10_000;

/// The properties that two files of one group share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: String,
    /// First words, root element or first bytes, if the kind of content alone is too general.
    begins_with: Option<String>,
    /// The ending of the name, if the files have nothing else in common.
    ending: Option<String>,
}

/// Files of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Kind {
    /// Stable name of the kind of content; `unknown` in documents of an earlier version.
    kind: String,
    /// The kind in words.
    title: String,
    /// The beginning of the files; null if the kind is specific enough, or they begin differently.
    begins_with: Option<String>,
    /// Number of files by the ending of their names, in lower case; empty for none.
    endings: BTreeMap<String, u64>,
    files: u64,
    bytes: u64,
    /// Key of the first file.
    example: String,
    /// First bytes of that file; bytes that are not ASCII are escaped.
    first_bytes: String,
    /// What to do about such a file; null if the kind is not known.
    next_step: Option<&'static str>,
}

pub(super) fn run(args: &Unhandled, settings: &Settings) -> End {
    show(&store::to_read(&settings.store(&args.db))?, args.json)
}

/// Shows the unhandled files of a store.
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
        table(&groups).write(&mut out, output::width())?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Counts unidentified files by kind.
#[derive(Debug, Default)]
pub(crate) struct Kinds(BTreeMap<Key, Kind>);

impl Kinds {
    /// Adds an unidentified file.
    pub(crate) fn count(&mut self, document: &Document) {
        count(&mut self.0, document);
    }

    /// Kinds with most files first, then most bytes.
    pub(crate) fn finish(self) -> Vec<Kind> {
        gather(self.0)
    }
}

/// Groups with most files first, then most bytes.
fn rank(store: &dyn Store) -> Result<Vec<Kind>, CliError> {
    let mut groups = Kinds::default();
    let mut damaged = None;
    store.documents_with(Some(Outcome::Unidentified), &mut |object, document| {
        match serde_json::from_str(document) {
            Ok(document) => groups.count(&document),
            Err(reason) => {
                let key = object.key.to_owned();
                damaged = Some(CliError::Document { key, reason });
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    if let Some(damaged) = damaged {
        return Err(damaged);
    }
    Ok(groups.finish())
}

/// Adds a document to its group: by what its file begins with.
fn count(groups: &mut BTreeMap<Key, Kind>, document: &Document) {
    let file = &document.file;
    let ending = ending(name_of(&file.key)).unwrap_or_else(|| NO_ENDING.to_owned());
    let group = Kind::of(document, &ending);
    let mut key = Key {
        kind: group.kind.clone(),
        begins_with: group.begins_with.clone(),
        ending: None,
    };
    if groups.len() >= MOST_GROUPS && !groups.contains_key(&key) {
        key.begins_with = None;
        key.ending = Some(ending);
    }
    add(groups, key, group);
}

/// Files whose beginning occurs only once are grouped by their ending instead.
fn gather(groups: BTreeMap<Key, Kind>) -> Vec<Kind> {
    let mut gathered = BTreeMap::new();
    for (mut key, mut group) in groups {
        if group.files == 1 && key.begins_with.is_some() {
            key.begins_with = None;
            key.ending = group.endings.keys().next().cloned();
            if gathered.contains_key(&key) {
                group.begins_with = None;
            }
        }
        add(&mut gathered, key, group);
    }
    let mut groups: Vec<Kind> = gathered.into_values().collect();
    // The sort is stable: equal groups stay in the order of kinds.
    groups.sort_by_key(|group| std::cmp::Reverse((group.files, group.bytes)));
    groups
}

fn add(groups: &mut BTreeMap<Key, Kind>, key: Key, group: Kind) {
    let Some(held) = groups.get_mut(&key) else {
        groups.insert(key, group);
        return;
    };
    held.files += group.files;
    held.bytes = held.bytes.saturating_add(group.bytes);
    if held.begins_with != group.begins_with {
        held.begins_with = None;
    }
    for (ending, files) in group.endings {
        *held.endings.entry(ending).or_default() += files;
    }
    if group.example < held.example {
        (held.example, held.first_bytes) = (group.example, group.first_bytes);
    }
}

impl Kind {
    /// A group of one.
    fn of(document: &Document, ending: &str) -> Self {
        let evidence = document
            .failure
            .as_ref()
            .and_then(|failure| failure.evidence.as_ref());
        let text = |of: fn(&Evidence) -> &str, other: &str| evidence.map_or(other, of).to_owned();
        Kind {
            kind: text(|evidence| &evidence.kind, UNKNOWN),
            title: text(
                |evidence| &evidence.title,
                "reviewed by an earlier version; review it again",
            ),
            begins_with: evidence.and_then(|evidence| evidence.begins_with.clone()),
            endings: [(ending.to_owned(), 1)].into(),
            files: 1,
            bytes: document.file.size.unwrap_or_default(),
            example: document.file.key.clone(),
            first_bytes: evidence.map_or_else(String::new, |evidence| {
                evidence.first_bytes.escape_ascii().to_string()
            }),
            next_step: evidence.and_then(Evidence::next_step),
        }
    }

    /// The title, and what the files begin with.
    fn what(&self) -> String {
        match &self.begins_with {
            Some(words) => format!("{} beginning with `{words}`", self.title),
            None => self.title.clone(),
        }
    }

    /// The endings of most files: `.dat, .txt and 2 others`.
    fn most_endings(&self) -> String {
        let mut endings: Vec<(&str, u64)> = self
            .endings
            .iter()
            .map(|(ending, files)| (if ending.is_empty() { "none" } else { ending }, *files))
            .collect();
        endings.sort_by_key(|(_, files)| std::cmp::Reverse(*files));
        let shown: Vec<&str> = endings.iter().take(ENDINGS).map(|(ending, _)| *ending).collect();
        match endings.len().saturating_sub(ENDINGS) {
            0 => shown.join(", "),
            1 => format!("{} and 1 other", shown.join(", ")),
            more => format!("{} and {more} others", shown.join(", ")),
        }
    }
}

/// The ending of a name with its dot, in lower case; `None` if the text after the last dot is not an ending.
fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_ending = !stem.is_empty()
        && (1..=EXTENSION).contains(&ending.len())
        && ending.chars().all(|c| c.is_ascii_alphanumeric());
    is_ending.then(|| format!(".{}", ending.to_ascii_lowercase()))
}

fn table(groups: &[Kind]) -> Table {
    let mut table = Table::new(&[
        Column::words("what it is"),
        Column::words("endings").rank(3),
        Column::number("files"),
        Column::whole("size").rank(2),
        Column::path("example"),
        Column::words("next step").rank(1),
    ]);
    for group in groups {
        table.row([
            &group.what(),
            &group.most_endings(),
            &group.files.to_string(),
            &wording::bytes(group.bytes),
            &group.example,
            group.next_step.unwrap_or_default(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use data_review_core::{FileFacts, Identification};

    use super::*;

    fn document(key: &str, bytes: &[u8]) -> Document {
        let file = FileFacts {
            key: key.to_owned(),
            size: Some(bytes.len() as u64),
            sha256: None,
            compression: None,
        };
        let evidence = Evidence::of(bytes, bytes.len() as u64);
        Document::unidentified(file, &Identification::Unknown { evidence }).unwrap()
    }

    fn ranked(files: &[(&str, &[u8])]) -> Vec<(String, String, u64)> {
        let mut groups = BTreeMap::new();
        for (key, bytes) in files {
            count(&mut groups, &document(key, bytes));
        }
        gather(groups)
            .iter()
            .map(|group| (group.what(), group.most_endings(), group.files))
            .collect()
    }

    fn group(what: &str, endings: &str, files: u64) -> (String, String, u64) {
        (what.to_owned(), endings.to_owned(), files)
    }

    #[test]
    fn files_of_one_kind_are_one_line_whatever_they_are_called() {
        let files: [(&str, &[u8]); 7] = [
            ("a/1.ODF", b"ODF_HEADER,\n  X='1',\n"),
            ("a/2.odf", b" ODF_HEADER,\r\n  X='2',\r\n"),
            ("a/3.txt", b"ODF_HEADER,\n  X='3',\n"),
            ("b/1.dat", b"7450-034219\nOS REV\n"),
            ("b/2.dat", b"7450-034227\nOS REV\n"),
            ("c.nc", b"<html><body>404"),
            ("d.csv", b"<!DOCTYPE html>\n<html>"),
        ];
        assert_eq!(
            ranked(&files),
            [
                group("DFO ODF file", ".odf, .txt", 3),
                group("text beginning with `9999-999999`", ".dat", 2),
                group("HTML page", ".csv, .nc", 2),
            ]
        );
    }

    #[test]
    fn files_that_begin_with_words_of_their_own_are_grouped_by_ending() {
        let files: [(&str, &[u8]); 5] = [
            ("1.log", b"started at noon\nx\ny"),
            ("2.log", b"ended early\nx\ny"),
            ("3.bin", b"\xff\x01\x02\x03\x04"),
            ("README", b"only words"),
            (".hidden", b""),
        ];
        assert_eq!(
            ranked(&files),
            [
                group("text", ".log", 2),
                group("text beginning with `only words`", "none", 1),
                group("binary data beginning with `\\xff\\x01\\x02\\x03`", ".bin", 1),
                group("empty file", "none", 1),
            ]
        );
    }

    #[test]
    fn a_document_without_evidence_asks_for_another_review() {
        let mut old = document("a.x", b"abc");
        old.failure.as_mut().unwrap().evidence = None;
        let mut groups = BTreeMap::new();
        count(&mut groups, &old);
        let groups = gather(groups);
        assert_eq!(groups[0].kind, "unknown");
        assert!(groups[0].title.contains("review it again"));
    }

    #[test]
    fn an_ending_is_short_and_follows_a_name() {
        for (name, expected) in [
            ("map.PNG", Some(".png")),
            ("README", None),
            (".hidden", None),
            ("c.2019-04-12", None),
            ("e.\x1b[31m", None),
            ("x.tar.gz", Some(".gz")),
        ] {
            assert_eq!(ending(name).as_deref(), expected, "{name}");
        }
    }
}
