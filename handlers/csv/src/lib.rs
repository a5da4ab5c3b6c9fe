//! Tables of delimited text: CSV, TSV and similar, as people and instruments write them.
//!
//! `README.md` describes what is recognised and how it is read; [`Csv`] is the handler. The crate `text-table` finds the table
//! and reads its records.

mod codes;
mod column;
mod dialects;
mod fills;
mod metadata;
mod profile;
mod review;
mod roles;
mod rows;
mod times;

use std::sync::Arc;

use data_review_core::{
    Card, FileHandler, Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict,
    register_handler,
};
use text_table::{Detector, Encoding, Layout, NameHint, NoTable};

/// Bytes of further reads that a long first line or a long preamble is worth, at most.
const FURTHER: usize = 128 << 10;

/// The handler of general tables, which those of particular tables refine.
pub struct Csv;

static CARD: Card = Card {
    id: "csv",
    title: "Table of delimited text (CSV, TSV)",
    version: 8,
    extensions: &[
        ".csv", ".tsv", ".tab", ".txt", ".dat", ".csvp", ".tsvp", ".asc", ".int", ".edf", ".ruv", ".tuv",
    ],
    magic: &[],
    refines: &[],
    docs: "https://www.rfc-editor.org/rfc/rfc4180",
    observations: "rows of the first table, without blank and empty rows, comments, footers, header and units",
    reader: text_table::READER,
    vocabulary: None,
    codes: &[codes::ALL],
    // 10,000 columns of 1,500 different numbers each, the worst that was measured, take 560 MiB of sketches.
    limits: Limits {
        memory_bytes: 768 << 20,
        variables: 12_000,
        ..Limits::DEFAULT
    },
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Csv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    /// Never certain: a table has no signature. Likely by its shape; where no row is at hand to show it, the name must promise
    /// a table.
    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        let hint = name_hint(probe.name());
        if probe.is_empty() && hint == NameHint::Table {
            return Verdict::maybe("empty, but its name promises a table".to_owned());
        }
        let head = probe.head();
        let mut found = detect(head, probe.head_is_all(), hint);
        if found.is_err()
            && !probe.head_is_all()
            && (hint == NameHint::Table || memchr::memchr2(b'\n', b'\r', head).is_none())
            && text_table::binary(head).is_none()
        {
            let mut bytes = head.to_vec();
            let start = bytes.len();
            bytes.resize(start + FURTHER, 0);
            // What cannot be read is not looked at.
            let n = probe.read_at(start as u64, &mut bytes[start..]).unwrap_or(0);
            bytes.truncate(start + n);
            found = detect(&bytes, bytes.len() as u64 == probe.len(), hint);
        }
        match found {
            Ok(layout) if layout.sampled > 0 => Verdict::likely(layout.to_string()),
            Ok(layout) => Verdict::maybe(layout.to_string()),
            Err(reason) => Verdict::no(reason.to_string()),
        }
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        review::review(&input, review)
    }
}

register_handler!(Csv);

/// The table in a file that begins with `head`.
fn detect(head: &[u8], is_all: bool, hint: NameHint) -> Result<Layout, NoTable> {
    let detector = Detector::new().units(is_unit).name_hint(hint);
    detector.detect(head, Encoding::of(head), is_all)
}

/// Whether a text is a unit that UDUNITS knows, or a common spelling of one; single letters may be anything.
fn is_unit(text: &str) -> bool {
    let bare = text
        .strip_prefix(['[', '('])
        .and_then(|rest| rest.strip_suffix([']', ')']))
        .unwrap_or(text)
        .trim();
    let is_word = bare.contains(|c: char| c.is_alphabetic() || c == '%' || c == '°');
    (2..=32).contains(&bare.len()) && is_word && (udunits::known(bare) || udunits::misread(bare).is_some())
}

/// What a file name promises.
fn name_hint(name: &str) -> NameHint {
    const TABLES: [&str; 5] = [".csv", ".tsv", ".tab", ".csvp", ".tsvp"];
    const NOTHING: [&str; 8] = [".txt", ".dat", ".asc", ".ascii", ".out", ".data", ".prn", ".tbl"];
    let name = name.to_ascii_lowercase();
    let ends_with = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match name.rsplit_once('.') {
        _ if ends_with(&TABLES) => NameHint::Table,
        None => NameHint::Nothing,
        _ if ends_with(&NOTHING) => NameHint::Nothing,
        // An ending of digits or of an instrument says nothing; one of a language of programs or markup says another thing.
        Some((_, ending)) if is_language(ending) => NameHint::Other,
        Some(_) => NameHint::Nothing,
    }
}

/// Whether a file name ending is that of program text, markup, settings or a log.
fn is_language(ending: &str) -> bool {
    const LANGUAGES: &[&str] = &[
        "adoc", "asm", "awk", "bash", "bat", "bib", "c", "cc", "cfg", "cmake", "conf", "cpp", "css", "cu",
        "cxx", "diff", "eml", "f", "f77", "f90", "for", "geojson", "go", "gradle", "h", "hh", "hpp", "htm",
        "html", "in", "ini", "ipynb", "java", "jl", "js", "json", "jsonl", "kt", "ld", "lock", "log", "lua",
        "m", "m4", "mat", "md", "mk", "ml", "mod", "patch", "php", "pl", "pm", "proto", "ps1", "py", "pyi",
        "pyx", "r", "rb", "rmd", "rs", "rst", "s", "scala", "sh", "sql", "sum", "svg", "swift", "tcl", "tex",
        "toml", "ts", "tsx", "vim", "xml", "xsl", "yaml", "yml", "zig",
    ];
    LANGUAGES.binary_search(&ending).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_they_promise() {
        for (name, hint) in [
            ("a.CSV", NameHint::Table),
            ("a.tab", NameHint::Table),
            ("a", NameHint::Nothing),
            ("a.txt", NameHint::Nothing),
            ("a.2017", NameHint::Nothing),
            ("lib.rs", NameHint::Other),
            ("README.md", NameHint::Other),
        ] {
            assert_eq!(name_hint(name), hint, "{name}");
        }
        assert!(is_unit("umol/kg") && is_unit("[degC]") && !is_unit("station"));
    }
}
