//! The output at the end of a run: a table of files, or their documents.

use std::io::Write;

use data_review_core::store::{ObjectId, Store};
use data_review_engine::{Listing, RunCounts};

use crate::args::Review;
use crate::error::CliError;
use crate::glance::Glance;
use crate::output::{self, BAD, HEADING, ODD, styled};
use crate::wording;

/// The most rows of a table that is shown completely; a longer one shows only files with problems.
const LINES: usize = 60;

/// The result of all documents of a listing.
pub(super) struct Report {
    /// Whether a file failed or is unidentified, or `--fail-on` is met. The current outcome counts, whenever it was
    /// reached.
    pub(super) is_bad: bool,
}

impl Report {
    /// Writes the files of the listing to standard output: with `--json` as documents, otherwise as a table, together with
    /// deleted files.
    pub(super) fn write(
        args: &Review,
        listing: &Listing,
        gone: &[(String, String)],
        store: &dyn Store,
    ) -> Result<Self, CliError> {
        let mut report = Report { is_bad: false };
        let mut lines = Lines::default();
        let mut out = output::data();
        for object in objects(listing) {
            let Some(document) = store.document(object)? else {
                continue;
            };
            let glance = Glance::of(object.key, &document)?;
            let fails = |severity| args.fail_on.is_some_and(|fail_on| fail_on.is_met_by(severity));
            report.is_bad |= !glance.has_review() || glance.severities().any(fails);
            if args.json {
                writeln!(out, "{document}")?;
            } else {
                lines.push(glance);
            }
        }
        out.flush()?;
        drop(out);
        if !args.json {
            for (root, key) in gone {
                if let Some(document) = store.document(ObjectId { root, key })? {
                    lines.push(Glance::of(key, &document)?);
                }
            }
            lines.show()?;
        }
        Ok(report)
    }
}

/// Objects and troubles together, by root and key.
fn objects(listing: &Listing) -> impl Iterator<Item = ObjectId<'_>> {
    let mut objects = listing
        .objects
        .iter()
        .map(|object| ObjectId {
            root: &object.root.name,
            key: &object.key,
        })
        .peekable();
    let mut troubles = listing
        .troubles
        .iter()
        .map(|trouble| ObjectId {
            root: &trouble.root.name,
            key: &trouble.key,
        })
        .peekable();
    std::iter::from_fn(move || match (objects.peek(), troubles.peek()) {
        (Some(object), Some(trouble)) if trouble < object => troubles.next(),
        (Some(_), _) => objects.next(),
        (None, _) => troubles.next(),
    })
}

/// The lines of the table: all of them while they are few, else those with problems. It never holds many, however many files
/// there are.
#[derive(Default)]
struct Lines {
    glances: Vec<Glance>,
    /// Lines that were pushed.
    all: usize,
}

impl Lines {
    fn push(&mut self, glance: Glance) {
        self.all += 1;
        self.glances.push(glance);
        if self.glances.len() > 2 * LINES {
            self.keep_the_worst();
        }
    }

    /// Without those that have no problem, and of the rest at most [`LINES`], the worst and of those the first.
    fn keep_the_worst(&mut self) {
        self.glances.retain(|glance| glance.badness() > 0);
        self.glances
            .sort_by_key(|glance| std::cmp::Reverse(glance.badness()));
        self.glances.truncate(LINES);
    }

    /// In the order of the keys, and how many are left out.
    fn shorten(mut self) -> (Vec<Glance>, usize) {
        if self.all > LINES {
            self.keep_the_worst();
        }
        self.glances.sort_by(|a, b| a.key().cmp(b.key()));
        let left_out = self.all - self.glances.len();
        (self.glances, left_out)
    }

    fn show(self) -> Result<(), CliError> {
        let (glances, left_out) = self.shorten();
        let mut table = Glance::table();
        for glance in &glances {
            table.row(glance.cells());
        }
        let mut out = output::text();
        if !table.is_empty() {
            write!(out, "{}", table.render(output::width()))?;
        }
        out.flush()?;
        drop(out);
        if left_out > 0 {
            let more = wording::plural(left_out as u64, "more file");
            output::say(&format!("and {more}; `data-review list` shows all"));
        }
        Ok(())
    }
}

/// The last line: what was done, and how fast.
pub(super) fn summary(tally: &RunCounts, seconds: f64) -> String {
    let part = |count: u64, name: &str, style| {
        let text = format!("{count} {name}");
        if count == 0 { text } else { styled(style, &text) }
    };
    let mut parts = vec![
        part(tally.reviewed, "reviewed", HEADING),
        part(tally.failed, "failed", BAD),
        part(tally.unidentified, "unidentified", BAD),
        part(tally.gone, "gone", ODD),
        part(tally.unchanged, "unchanged", HEADING),
    ];
    if tally.given_up > 0 {
        parts.push(part(tally.given_up, "given up", BAD));
    }
    let seconds = seconds.max(1e-3);
    format!(
        "{} · {} in {seconds:.1} s: {:.1} files/s, {:.1} MB/s",
        parts.join(", "),
        wording::plural(tally.files, "file"),
        tally.files as f64 / seconds,
        tally.bytes as f64 / 1e6 / seconds,
    )
}

#[cfg(test)]
mod tests {
    use data_review_core::{Document, FileFacts, Outcome};

    use super::*;

    fn glance(number: usize, outcome: Outcome) -> Glance {
        let file = FileFacts {
            key: format!("{number:03}"),
            size: None,
            sha256: None,
        };
        let document = Document::without_handler(file, outcome, None);
        Glance::of("", &document.to_canonical_json()).unwrap()
    }

    fn lines(glances: impl Iterator<Item = Glance>) -> Lines {
        let mut lines = Lines::default();
        for glance in glances {
            lines.push(glance);
            assert!(
                lines.glances.len() <= 2 * LINES,
                "it holds {}",
                lines.glances.len()
            );
        }
        lines
    }

    #[test]
    fn a_short_table_is_whole() {
        let (shown, left_out) = lines((0..LINES).map(|n| glance(n, Outcome::Reviewed))).shorten();
        assert_eq!((shown.len(), left_out), (LINES, 0));
    }

    #[test]
    fn a_long_table_shows_problems_in_the_order_of_the_keys() {
        let outcome = |n| match n % 50 {
            7 => Outcome::Failed,
            _ => Outcome::Reviewed,
        };
        for (all, problems) in [(80, vec!["007", "057"]), (150, vec!["007", "057", "107"])] {
            let (shown, left_out) = lines((0..all).rev().map(|n| glance(n, outcome(n)))).shorten();
            let keys: Vec<&str> = shown.iter().map(Glance::key).collect();
            assert_eq!((left_out, keys), (all - problems.len(), problems));
        }
    }

    #[test]
    fn even_problems_are_only_so_many() {
        let (shown, left_out) = lines((0..500).map(|n| glance(n, Outcome::Failed))).shorten();
        assert_eq!((shown.len(), left_out), (LINES, 500 - LINES));
        let (first, last) = (shown[0].key(), shown[LINES - 1].key());
        assert_eq!((first, last), ("000", "059"), "the first of equally bad ones");
    }

    #[test]
    fn the_summary_counts_everything() {
        let tally = RunCounts {
            reviewed: 2,
            failed: 1,
            unchanged: 7,
            files: 10,
            bytes: 5_000_000,
            ..RunCounts::default()
        };
        let text = anstream::adapter::strip_str(&summary(&tally, 2.0)).to_string();
        assert_eq!(
            text,
            "2 reviewed, 1 failed, 0 unidentified, 0 gone, 7 unchanged · 10 files in 2.0 s: 5.0 files/s, 2.5 MB/s"
        );
    }
}
