//! Evidence for the severity of every finding code: how often each occurs over real files, and what those files show
//! when they are opened by hand.
//!
//! `docs/severities.md` contains only counts, and neither file names nor values. The sentences come from
//! `severities/opened.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use xtask::files::files_below;
use xtask::shell::{self, Outcome};

/// One line for each code that was checked by hand: `code | collection or * | what the opened files show`.
const OPENED: &str = include_str!("severities/opened.txt");
const PAGE: &str = "docs/severities.md";
/// Longest line of the page outside its tables.
const WIDTH: usize = 120;

/// The part of a review document that is counted.
#[derive(Deserialize)]
struct Document {
    outcome: String,
    failure: Option<Failure>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Failure {
    class: String,
}

#[derive(Deserialize)]
struct Finding {
    code: String,
    severity: Severity,
    count: u64,
}

/// The most serious first.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
    Info,
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// Number of files with a code or an outcome in a collection, and of occurrences.
#[derive(Default, Clone, Copy)]
struct Count {
    files: u64,
    occurrences: u64,
}

/// A folder directly below the corpus, with everything in it.
struct Collection {
    name: String,
    files: u64,
    /// Number of files by outcome; a failure also by its class: `failed (corrupt)`.
    outcomes: BTreeMap<String, u64>,
    codes: BTreeMap<(Severity, String), Count>,
}

/// Reviews the corpus with `program` (built if none is given) and writes the page.
///
/// # Errors
/// If a collection cannot be reviewed, or if a code that needs a justification has none; the page is written in that case too.
pub(crate) fn write(program: Option<PathBuf>) -> Outcome {
    let corpus = shell::corpus()?;
    let program = program.map_or_else(shell::program, Ok)?;
    let mut collections = Vec::new();
    for entry in fs::read_dir(&corpus)? {
        let folder = entry?.path();
        if folder.is_dir() {
            collections.push(review(&program, &folder)?);
        }
    }
    collections.sort_by(|a, b| a.name.cmp(&b.name));
    let opened = opened(OPENED)?;
    let missing = missing(&collections, &opened);
    let page = page(&collections, &opened, &missing)?;
    fs::write(shell::root().join(PAGE), page)?;
    println!("wrote {PAGE}");
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.into_iter().collect::<Vec<_>>().join(", ");
    Err(format!("add a line to xtask/src/tasks/severities/opened.txt for: {missing}").into())
}

/// Reviews one collection into a temporary store and counts its findings.
fn review(program: &Path, folder: &Path) -> Outcome<Collection> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let work = shell::cache("severities")?.join(&name);
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let printed = work.join("documents.jsonl");
    let status = Command::new(program)
        .args(["review", "--json", "--db"])
        .arg(work.join("review.db"))
        .arg(folder)
        .stdout(File::create(&printed)?)
        .stderr(Stdio::inherit())
        .status()?;
    // 1 means that a file failed or is unidentified.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("the review of {name} ended with {status}").into());
    }
    let collection = count(name, BufReader::new(File::open(printed)?))?;
    let files = files_below(folder)?.len() as u64;
    if collection.files != files {
        let Collection {
            name,
            files: reviewed,
            ..
        } = collection;
        return Err(format!("{name} has {files} files, but {reviewed} documents").into());
    }
    Ok(collection)
}

/// Counts the documents of a collection, one per line.
fn count(name: String, documents: impl BufRead) -> Outcome<Collection> {
    let mut collection = Collection {
        name,
        files: 0,
        outcomes: BTreeMap::new(),
        codes: BTreeMap::new(),
    };
    for line in documents.lines() {
        let document: Document = serde_json::from_str(&line?)?;
        collection.files += 1;
        let outcome = match document.failure {
            Some(failure) if document.outcome == "failed" => format!("failed ({})", failure.class),
            _ => document.outcome,
        };
        *collection.outcomes.entry(outcome).or_default() += 1;
        let mut seen = BTreeSet::new();
        for finding in document.findings {
            let key = (finding.severity, finding.code);
            let count = collection.codes.entry(key.clone()).or_default();
            count.occurrences += finding.count;
            count.files += u64::from(seen.insert(key));
        }
    }
    Ok(collection)
}

/// Sentences by code and collection (`*` stands for all).
type Opened<'a> = BTreeMap<(&'a str, &'a str), &'a str>;

fn opened(table: &str) -> Outcome<Opened<'_>> {
    let mut opened = Opened::new();
    for (at, line) in table.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [code, collection, sentence] = cells[..] else {
            return Err(format!("opened.txt:{}: expected `code | collection | sentence`", at + 1).into());
        };
        if opened.insert((code, collection), sentence).is_some() {
            return Err(format!("opened.txt:{}: {code} has two lines for {collection}", at + 1).into());
        }
    }
    Ok(opened)
}

/// Whether a code is an error, or a warning in more than 1 % of a collection's files.
fn needs_a_sentence(severity: Severity, count: Count, files: u64) -> bool {
    match severity {
        Severity::Error => true,
        Severity::Warning => count.files * 100 > files,
        Severity::Info => false,
    }
}

/// Codes, with their collections, that need a sentence and have none.
fn missing(collections: &[Collection], opened: &Opened<'_>) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    for collection in collections {
        for ((severity, code), count) in &collection.codes {
            let has = |name: &str| opened.contains_key(&(code.as_str(), name));
            if needs_a_sentence(*severity, *count, collection.files) && !has("*") && !has(&collection.name) {
                missing.insert(format!("{code} ({})", collection.name));
            }
        }
    }
    missing
}

fn page(collections: &[Collection], opened: &Opened<'_>, missing: &BTreeSet<String>) -> Outcome<String> {
    let mut page = String::from(
        "# Severities over real files\n\n\
         `cargo xtask severities` reviews the folder named by `DATA_REVIEW_CORPUS` and writes this page. A collection is a folder\n\
         directly below it. An *error* says that a file is unusable or that a statement in it is wrong; a *warning*, that something\n\
         is probably wrong; *info*, that something is notable. Every error, and every warning that touches more than 1 % of a\n\
         collection's files, was opened by hand: the sentence below its counts says what was seen.\n\n\
         ## Collections\n\n| collection | files | outcomes |\n|---|---:|---|\n",
    );
    for collection in collections {
        let outcomes = collection
            .outcomes
            .iter()
            .map(|(outcome, files)| format!("{files} {outcome}"));
        let outcomes = outcomes.collect::<Vec<_>>().join(", ");
        writeln!(
            page,
            "| {} | {} | {outcomes} |",
            collection.name, collection.files
        )?;
    }
    let codes: BTreeSet<&(Severity, String)> = collections
        .iter()
        .flat_map(|collection| collection.codes.keys())
        .collect();
    let mut heading = None;
    for key in codes {
        let (severity, code) = key;
        if heading != Some(*severity) {
            heading = Some(*severity);
            writeln!(page, "\n## Severity {}", severity.name())?;
        }
        writeln!(
            page,
            "\n### `{code}`\n\n| collection | files | of all | occurrences |\n|---|---:|---:|---:|"
        )?;
        for collection in collections {
            if let Some(count) = collection.codes.get(key) {
                let share = 100.0 * count.files as f64 / collection.files as f64;
                let Count { files, occurrences } = count;
                writeln!(
                    page,
                    "| {} | {files} | {share:.1} % | {occurrences} |",
                    collection.name
                )?;
            }
        }
        for ((of, collection), sentence) in opened.range((code.as_str(), "")..) {
            if of != code {
                break;
            }
            let text = match *collection {
                "*" => format!("Opened by hand: {sentence}"),
                collection => format!("Opened by hand ({collection}): {sentence}"),
            };
            write!(page, "\n{}", wrapped(&text))?;
        }
    }
    if !missing.is_empty() {
        page.push_str("\n## Not yet opened by hand\n\n");
        for code in missing {
            writeln!(page, "- {code}")?;
        }
    }
    Ok(page)
}

/// Breaks a sentence into lines of at most [`WIDTH`] characters.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > WIDTH {
            out.push('\n');
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += width;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(documents: &str) -> Collection {
        count("cruises".to_owned(), documents.as_bytes()).expect("the documents are valid")
    }

    const DOCUMENTS: &str = r#"{"outcome":"reviewed","failure":null,"findings":[{"code":"a","severity":"error","count":2},{"code":"a","severity":"error","count":3},{"code":"b","severity":"warning","count":1}]}
{"outcome":"failed","failure":{"class":"corrupt"},"findings":[]}
"#;

    #[test]
    fn counts_files_once_and_occurrences_all() {
        let cruises = collection(DOCUMENTS);
        let count = cruises.codes[&(Severity::Error, "a".to_owned())];
        assert_eq!((cruises.files, count.files, count.occurrences), (2, 1, 5));
        assert_eq!(cruises.outcomes["failed (corrupt)"], 1);
    }

    #[test]
    fn names_each_code_without_a_sentence() {
        let cruises = [collection(DOCUMENTS)];
        let table = opened("# code | collection | sentence\na | * | two of two are out of range\n")
            .expect("it is valid");
        let missing = missing(&cruises, &table);
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), ["b (cruises)"]);
    }

    #[test]
    fn a_rare_warning_needs_no_sentence() {
        let rare = Count {
            files: 1,
            occurrences: 9,
        };
        assert!(!needs_a_sentence(Severity::Warning, rare, 100));
        assert!(needs_a_sentence(Severity::Warning, rare, 99));
        assert!(needs_a_sentence(Severity::Error, rare, 1000));
        assert!(!needs_a_sentence(Severity::Info, rare, 1));
    }

    #[test]
    fn the_table_has_one_line_for_a_code_and_a_collection() {
        assert!(opened("a | * | x\na | * | y\n").is_err());
        assert!(opened("a | x\n").is_err());
        assert!(opened(OPENED).is_ok());
    }

    #[test]
    fn the_page_holds_counts_and_sentences() {
        let cruises = [collection(DOCUMENTS)];
        let table = opened("a | cruises | 5 values were checked\n").expect("it is valid");
        let page = page(&cruises, &table, &missing(&cruises, &table)).expect("it can be written");
        assert!(page.contains("| cruises | 1 | 50.0 % | 5 |"), "{page}");
        assert!(
            page.contains("Opened by hand (cruises): 5 values were checked"),
            "{page}"
        );
        assert!(
            page.contains("## Not yet opened by hand\n\n- b (cruises)"),
            "{page}"
        );
    }
}
