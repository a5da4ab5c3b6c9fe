//! Figures of style, beside those of four well-written projects: noodles, zarrs, rust-csv and ripgrep.
//!
//! The figures are counted line by line, without a parser: precise enough for a comparison.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{MetadataCommand, Package};
use xtask::shell::{self, Outcome};

/// A project to compare with: its name, the prefixes of its crates, and the dependencies that make cargo download them.
struct Peer {
    name: &'static str,
    crates: &'static [&'static str],
    dependencies: &'static str,
}

const PEERS: [Peer; 4] = [
    Peer {
        name: "noodles",
        crates: &["noodles"],
        dependencies: "noodles = { version = \"0.119\", features = [\"bam\", \"bcf\", \"bed\", \"bgzf\", \"core\", \"cram\", \"csi\", \
                       \"fasta\", \"fastq\", \"gff\", \"gtf\", \"sam\", \"tabix\", \"vcf\"] }",
    },
    Peer {
        name: "zarrs",
        crates: &["zarrs"],
        dependencies: "zarrs = \"0.23\"",
    },
    Peer {
        name: "rust-csv",
        crates: &["csv"],
        dependencies: "csv = \"1\"",
    },
    Peer {
        name: "ripgrep",
        crates: &["grep", "globset", "ignore"],
        dependencies: "grep = \"0.4\"\nignore = \"0.4\"",
    },
];

/// Words and phrases that the style guide advises against. `*` at the end stands for any ending.
const PHRASES: [&str; 20] = [
    "is no",
    "are no",
    "is none",
    "are none",
    "of ours",
    "no more",
    "mend*",
    "kin",
    "spoilt",
    "chore*",
    "deeds",
    "errand*",
    "wish*",
    "room",
    "rooms",
    "house",
    "door",
    "of a kind",
    "so many",
    "lie",
];
/// Phrases that are plain English although one of [`PHRASES`] is part of them.
const PLAIN: [&str; 7] = [
    "there is no",
    "there are no",
    "there is none",
    "there are none",
    "is no longer",
    "are no longer",
    "no more than",
];

/// What is counted in a set of source files.
#[derive(Default)]
struct Figures {
    /// Number of lines of each file, including tests in it.
    lengths: Vec<usize>,
    code: usize,
    doc: usize,
    comment: usize,
    public: usize,
    /// Number of words in the comment of each documented public item.
    words: Vec<usize>,
    examples: usize,
    unwraps: usize,
    phrases: BTreeMap<&'static str, usize>,
}

/// Prints the table. `since` is a revision of this project; the subjects of later commits are measured, too.
pub(crate) fn print(since: Option<&str>) -> Outcome {
    let mut columns = vec![("Data Review".to_owned(), ours()?)];
    match peers() {
        Ok(peers) => columns.extend(peers),
        Err(error) => eprintln!("the crates of the other projects cannot be downloaded: {error}"),
    }
    println!("{}", table(&columns));
    if let Some((name, figures)) = columns.first() {
        let found = figures
            .phrases
            .iter()
            .map(|(phrase, count)| format!("{phrase} {count}"));
        println!("phrases of {name}: {}", found.collect::<Vec<_>>().join(", "));
    }
    if let Some(since) = since {
        subjects(since)?;
    }
    Ok(())
}

/// Source files of this project: those that git tracks, without tests and generated files.
fn ours() -> Outcome<Figures> {
    let listed = shell::output(
        Command::new("git")
            .args(["ls-files", "*.rs"])
            .current_dir(shell::root()),
    )?;
    let files = listed
        .lines()
        .filter(|path| is_source(Path::new(path)) && !path.starts_with("tests/e2e"));
    let mut figures = Figures::default();
    for path in files {
        figures.add(&fs::read_to_string(shell::root().join(path))?);
    }
    Ok(figures)
}

fn is_source(path: &Path) -> bool {
    let part = |part: &std::ffi::OsStr| {
        ["tests", "benches", "examples", "fuzz"]
            .iter()
            .any(|name| part == *name)
    };
    path.extension().is_some_and(|extension| extension == "rs") && !path.iter().any(part)
}

/// Downloads the crates of the other projects into cargo's own cache.
fn peers() -> Outcome<Vec<(String, Figures)>> {
    let mut all = Vec::new();
    for peer in PEERS {
        let folder = shell::cache("style")?.join(peer.name);
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src/lib.rs"), "")?;
        let manifest = format!(
            "[package]\nname = \"style\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            peer.dependencies
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        let metadata = MetadataCommand::new().current_dir(&folder).exec()?;
        let mut figures = Figures::default();
        let is_own = |package: &Package| {
            let is = |start: &&str| {
                package.name.as_str() == *start
                    || package.name.starts_with(&format!("{start}-"))
                    || package.name.starts_with(&format!("{start}_"))
            };
            peer.crates.iter().any(is)
        };
        for package in metadata.packages.iter().filter(|package| is_own(package)) {
            let root = package
                .manifest_path
                .parent()
                .ok_or("the manifest has no parent folder")?;
            for path in xtask::files::files_below(root.as_std_path())? {
                if is_source(path.strip_prefix(root)?) {
                    figures.add(&fs::read_to_string(path)?);
                }
            }
        }
        if figures.lengths.is_empty() {
            return Err(format!("no source file of {} was found", peer.name).into());
        }
        all.push((peer.name.to_owned(), figures));
    }
    Ok(all)
}

impl Figures {
    /// Adds a source file, unless it declares itself generated.
    fn add(&mut self, text: &str) {
        if text.lines().take(5).any(|line| line.contains("@generated")) {
            return;
        }
        self.lengths.push(text.lines().count());
        let mut words = 0;
        let mut is_example = false;
        let mut in_attribute = false;
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let line = line.trim();
            if line.starts_with("#[cfg(test)]")
                && lines.peek().is_some_and(|next| next.trim().starts_with("mod "))
            {
                break;
            }
            for (phrase, count) in phrases(line) {
                *self.phrases.entry(phrase).or_default() += count;
            }
            if in_attribute {
                in_attribute = !line.ends_with(']');
                self.code += 1;
            } else if let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) {
                self.doc += 1;
                if doc.trim().starts_with("```") {
                    is_example = !is_example;
                    self.examples += usize::from(is_example && is_run(doc.trim()));
                } else if !is_example && line.starts_with("///") {
                    words += doc.split_whitespace().count();
                }
            } else if line.starts_with("//") {
                self.comment += 1;
            } else if line.starts_with("#[") {
                in_attribute = !line.ends_with(']');
                self.code += 1;
            } else if !line.is_empty() {
                self.code += 1;
                self.unwraps += line.matches(".unwrap()").count();
                if is_public_item(line) {
                    self.public += 1;
                    if words > 0 {
                        self.words.push(words);
                    }
                }
                words = 0;
            }
        }
    }

    fn length(&self, share: f64) -> usize {
        quantile(&self.lengths, share)
    }
}

/// Whether an example of this fence is compiled by `cargo test`.
fn is_run(fence: &str) -> bool {
    matches!(
        fence.trim_start_matches('`'),
        "" | "rust" | "no_run" | "should_panic" | "rust,no_run"
    )
}

/// Whether a line begins a public item: `pub fn`, `pub struct` and so on, but neither `pub(crate)`, nor `pub use`, nor
/// a field.
fn is_public_item(line: &str) -> bool {
    const KINDS: [&str; 13] = [
        "fn", "struct", "enum", "trait", "type", "const", "static", "mod", "union", "async", "unsafe",
        "extern", "macro",
    ];
    let word = line
        .strip_prefix("pub ")
        .and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| KINDS.contains(&word))
}

/// The value that a `share` of the values do not exceed; 0 without values.
fn quantile(values: &[usize], share: f64) -> usize {
    let mut values = values.to_vec();
    values.sort_unstable();
    let at = (values.len() as f64 * share) as usize;
    values
        .get(at.min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

/// Phrases in a line, with the number of occurrences of each.
fn phrases(line: &str) -> Vec<(&'static str, usize)> {
    let mut text: String = line
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || letter == '_' {
                letter.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    text = format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
    for plain in PLAIN {
        text = text.replace(&format!(" {plain} "), " ");
    }
    let count = |phrase: &&'static str| match phrase.strip_suffix('*') {
        Some(start) => text.matches(&format!(" {start}")).count(),
        None => text.matches(&format!(" {phrase} ")).count(),
    };
    PHRASES
        .iter()
        .map(|phrase| (*phrase, count(phrase)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn table(columns: &[(String, Figures)]) -> String {
    let per = |part: usize, whole: usize, unit: f64| unit * part as f64 / (whole.max(1)) as f64;
    type Row = (
        &'static str,
        fn(&Figures, &dyn Fn(usize, usize, f64) -> f64) -> String,
    );
    let rows: [Row; 11] = [
        ("source files", |figures, _| figures.lengths.len().to_string()),
        ("lines of code", |figures, _| figures.code.to_string()),
        ("lines of a file, median", |figures, _| {
            figures.length(0.5).to_string()
        }),
        ("lines of a file, 90 %", |figures, _| {
            figures.length(0.9).to_string()
        }),
        ("public items documented", |figures, per| {
            format!("{:.0} %", per(figures.words.len(), figures.public, 100.0))
        }),
        ("words of such a comment, median", |figures, _| {
            quantile(&figures.words, 0.5).to_string()
        }),
        ("words of such a comment, mean", |figures, per| {
            format!("{:.1}", per(figures.words.iter().sum(), figures.words.len(), 1.0))
        }),
        ("examples that run", |figures, _| figures.examples.to_string()),
        ("lines of documentation / code", |figures, per| {
            format!("{:.2}", per(figures.doc, figures.code, 1.0))
        }),
        ("inline comments / code", |figures, per| {
            format!("{:.1} %", per(figures.comment, figures.code, 100.0))
        }),
        ("unwrap() / 1000 lines", |figures, per| {
            format!("{:.1}", per(figures.unwraps, figures.code, 1000.0))
        }),
    ];
    let names = columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect::<Vec<_>>()
        .join(" | ");
    let mut out = format!("| | {names} |\n|---|{}\n", "---:|".repeat(columns.len()));
    let line = |name: &str, cells: Vec<String>| format!("| {name} | {} |\n", cells.join(" | "));
    for (name, of) in rows {
        out += &line(
            name,
            columns.iter().map(|(_, figures)| of(figures, &per)).collect(),
        );
    }
    let advised = |(_, figures): &(String, Figures)| {
        let found = figures.phrases.values().sum();
        format!(
            "{:.1}",
            per(found, figures.code + figures.doc + figures.comment, 1000.0)
        )
    };
    out += &line(
        "phrases advised against / 1000 lines",
        columns.iter().map(advised).collect(),
    );
    out
}

/// Longest subject of a commit, in characters.
const LONGEST: usize = 60;

/// Prints the lengths of the subjects of the commits since a revision.
fn subjects(since: &str) -> Outcome {
    let range = format!("{since}..HEAD");
    let log = shell::output(
        Command::new("git")
            .args(["log", "--no-merges", "--format=%s", &range])
            .current_dir(shell::root()),
    )?;
    let lengths: Vec<usize> = log.lines().map(|subject| subject.chars().count()).collect();
    let long: Vec<&str> = log
        .lines()
        .filter(|subject| subject.chars().count() > LONGEST)
        .collect();
    println!(
        "{} commits since {since}: subjects of {} characters (median), {} longer than {LONGEST}",
        lengths.len(),
        quantile(&lengths, 0.5),
        long.len(),
    );
    long.iter().for_each(|subject| println!("  {subject}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
//! A crate.

/// Reads a file of
/// three lines.
///
/// ```
/// one two three
/// ```
#[must_use]
pub fn read() -> u8 {
    // The last line may be empty.
    [1].first().copied().unwrap()
}

pub struct Undocumented {
    pub field: u8,
}

/// Inner.
pub(crate) fn inner() {}

#[cfg(test)]
mod tests {
    fn f() { None.unwrap() }
}
";

    #[test]
    fn counts_public_items_and_their_words() {
        let mut figures = Figures::default();
        figures.add(SOURCE);
        assert_eq!((figures.public, &figures.words[..]), (2, &[6][..]));
        assert_eq!(
            (figures.doc, figures.comment, figures.examples, figures.unwraps),
            (8, 1, 1, 1)
        );
        assert_eq!(figures.lengths, [25]);
    }

    #[test]
    fn counts_phrases_by_whole_words() {
        assert_eq!(phrases("// What is no number is no name"), [("is no", 2)]);
        assert_eq!(phrases("// there is no number; kinds, houses, amends"), []);
        assert_eq!(phrases("let mended = \"a mend\";"), [("mend*", 2)]);
    }

    #[test]
    fn generated_files_are_left_out() {
        let mut figures = Figures::default();
        figures.add("// @generated by a task\nfn f() {}\n");
        assert_eq!(figures.lengths.len(), 0);
    }
}
