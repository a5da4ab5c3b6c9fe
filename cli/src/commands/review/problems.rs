//! What a run found, in the formats of other programs: annotations of GitHub, JUnit XML and SARIF.
//!
//! Each format is written file by file, in the order of the paths, and holds one document at a time.

mod github;
mod junit;
mod sarif;

use std::borrow::Cow;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use data_review_core::store::{ObjectId, Store};
use data_review_core::{Document, Failure, Finding, Place, Registry, Severity, printable};
use data_review_engine::Listing;
use data_review_store_sqlite::SqliteStore;

use crate::args::ReviewFormat;
use crate::config::Rules;
use crate::error::CliError;
use crate::files_from::STDIN;
use crate::{codes, output, wording};

/// A format: a beginning, the files, and an end.
trait Format {
    fn begin(&mut self, out: &mut dyn Write) -> Result<(), CliError>;
    fn file(&mut self, out: &mut dyn Write, file: &File<'_>) -> Result<(), CliError>;
    fn end(&mut self, out: &mut dyn Write) -> Result<(), CliError>;
}

/// A reviewed file, with its problems as the configuration shows them.
struct File<'a> {
    /// The path: relative to the working directory for a file below it, otherwise absolute.
    path: &'a Path,
    problems: Vec<Problem<'a>>,
}

/// A finding, or the reason why a file has no review.
#[derive(Debug)]
struct Problem<'a> {
    /// The code of the finding; `failure-` and the class of the failure, if there is no review.
    code: Cow<'a, str>,
    severity: Severity,
    /// The variable, member or attribute that it is about.
    subject: Option<&'a str>,
    /// What happened, how often, and where, if that is not in `position`.
    message: String,
    /// Number of occurrences, at least 1.
    count: u64,
    /// Where it occurs, the first place first; at most ten.
    places: &'a [Place],
    /// The first place in the text of the file.
    position: Option<Position>,
    /// What a person does about a missing review.
    next_step: Option<&'static str>,
}

/// A line of the file itself, and not of a member of an archive or of compressed content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    /// Line, from 1.
    line: u64,
    /// Byte within the line, from 1.
    column: Option<u64>,
}

/// Writes the current outcomes of the files of a listing to standard output.
pub(super) fn write(
    format: ReviewFormat,
    listing: &Listing,
    store: &SqliteStore,
    rules: &Rules,
    registry: &Registry,
) -> Result<(), CliError> {
    let codes = codes::codes(registry);
    let mut format: Box<dyn Format + '_> = match format {
        ReviewFormat::Table | ReviewFormat::Json => return Ok(()),
        ReviewFormat::Github => Box::new(github::Github),
        ReviewFormat::Junit => Box::new(junit::Junit),
        ReviewFormat::Sarif => Box::new(sarif::Sarif::new(&codes)),
    };
    let mut out = output::data();
    format.begin(&mut out)?;
    for (path, object) in files(listing) {
        // A file without a new outcome has no document; the messages of the run name it.
        let Some(json) = store.document(object)? else {
            continue;
        };
        let mut document: Document = serde_json::from_str(&json).map_err(|reason| CliError::Document {
            key: object.key.to_owned(),
            reason,
        })?;
        rules.apply(&mut document);
        let problems = problems(&document);
        let file = File {
            path: &path,
            problems,
        };
        format.file(&mut out, &file)?;
    }
    format.end(&mut out)?;
    Ok(out.flush()?)
}

/// The files of a listing with their paths, in the order of the paths.
fn files(listing: &Listing) -> Vec<(PathBuf, ObjectId<'_>)> {
    let working = working_directory();
    let shown = |root: &str, key: &str, path: PathBuf| match (root == STDIN, &working) {
        (true, _) => PathBuf::from(key),
        (false, Some(working)) => path.strip_prefix(working).map(Path::to_owned).unwrap_or(path),
        (false, None) => path,
    };
    let objects = listing.objects.iter().map(|object| {
        let (root, key) = (object.root.name.as_str(), &*object.key);
        (shown(root, key, object.path()), ObjectId { root, key })
    });
    let troubles = listing.troubles.iter().map(|trouble| {
        let (root, key) = (trouble.root.name.as_str(), trouble.key.as_str());
        (shown(root, key, trouble.path()), ObjectId { root, key })
    });
    let mut files: Vec<_> = objects.chain(troubles).collect();
    files.sort();
    files
}

#[expect(
    clippy::disallowed_methods,
    reason = "annotations name files as the working directory sees them"
)]
fn working_directory() -> Option<PathBuf> {
    std::env::current_dir().ok()?.canonicalize().ok()
}

/// The failure and the findings of a document, in its order.
fn problems(document: &Document) -> Vec<Problem<'_>> {
    let is_compressed = document.file.compression.is_some();
    let failure = document
        .failure
        .iter()
        .map(|failure| of_failure(failure, is_compressed));
    let findings = document
        .findings
        .iter()
        .map(|finding| of_finding(finding, is_compressed));
    failure.chain(findings).collect()
}

fn of_failure(failure: &Failure, is_compressed: bool) -> Problem<'_> {
    let class = failure.class.as_str();
    let places = failure.place.as_slice();
    let position = position(places, is_compressed);
    Problem {
        code: Cow::Owned(format!("failure-{}", class.replace(' ', "-"))),
        severity: Severity::Error,
        subject: None,
        message: with_places(&failure.message, 1, places, position),
        count: 1,
        places,
        position,
        next_step: Some(failure.next_step()),
    }
}

fn of_finding(finding: &Finding, is_compressed: bool) -> Problem<'_> {
    let places = finding.places.as_slice();
    let position = position(places, is_compressed);
    Problem {
        code: Cow::Borrowed(&finding.code),
        severity: finding.severity,
        subject: finding.subject.as_deref(),
        message: with_places(&finding.message, finding.count, places, position),
        count: finding.count,
        places,
        position,
        next_step: None,
    }
}

/// The first place that is a line of the file.
fn position(places: &[Place], is_compressed: bool) -> Option<Position> {
    if is_compressed {
        return None;
    }
    places.iter().find_map(line_of)
}

/// The line of a place that is in the file itself.
fn line_of(place: &Place) -> Option<Position> {
    match place {
        Place::Text {
            member: None,
            line: Some(line),
            column,
            ..
        } => Some(Position {
            line: *line,
            column: *column,
        }),
        _ => None,
    }
}

/// A message with the number of occurrences and their places, unless the position says all.
fn with_places(message: &str, count: u64, places: &[Place], position: Option<Position>) -> String {
    let places = wording::places(places);
    match (count, position) {
        (..=1, Some(_)) => message.to_owned(),
        (..=1, None) if places.is_empty() => message.to_owned(),
        (..=1, None) => format!("{message} ({places})"),
        (_, _) if places.is_empty() => format!("{message} ({count} occurrences)"),
        (_, _) => format!("{message} ({count} occurrences: {places})"),
    }
}

/// A path as text; bytes that are not UTF-8 are percent-encoded, as in keys.
fn text_of(path: &Path) -> String {
    printable(path.as_os_str().as_bytes(), isize::MAX as usize)
}

/// A problem in line 3, for tests of the formats.
#[cfg(test)]
fn example(severity: Severity, message: &str) -> Problem<'static> {
    Problem {
        code: Cow::Borrowed("bad-number"),
        severity,
        subject: Some("TEMP"),
        message: message.to_owned(),
        count: 1,
        places: &[],
        position: Some(Position {
            line: 3,
            column: Some(7),
        }),
        next_step: None,
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::CodeInfo;

    use super::*;

    const CODE: CodeInfo = CodeInfo::new("out-of-range", Severity::Warning, "A value is out of range");

    fn finding(places: impl IntoIterator<Item = Place>) -> Finding {
        Finding::new(&CODE, Some("TEMP"), "99 is too high").at(places)
    }

    #[test]
    fn the_position_is_the_first_line_of_the_file_itself() {
        let line = Some(Position {
            line: 7,
            column: Some(3),
        });
        for (places, expected) in [
            (vec![], None),
            (vec![Place::text(7, 3, None), Place::text(9, 1, None)], line),
            (vec![Place::member("a.csv"), Place::text(7, 3, None)], line),
            (vec![Place::text(7, 3, None).in_member("a.csv")], None),
            (vec![Place::array("TEMP", vec![3])], None),
        ] {
            let finding = finding(places);
            assert_eq!(of_finding(&finding, false).position, expected, "{finding:?}");
            assert_eq!(of_finding(&finding, true).position, None, "compressed");
        }
    }

    #[test]
    fn the_message_has_the_places_that_the_position_does_not_say() {
        let message = |finding: Finding| of_finding(&finding, false).message;
        assert_eq!(message(finding([Place::text(7, 3, None)])), "99 is too high");
        assert_eq!(
            message(finding([Place::array("TEMP", vec![3, 0])])),
            "99 is too high (TEMP[3, 0])"
        );
        let lines = [Place::text(7, 3, None), Place::text(8, 3, None)];
        assert_eq!(
            message(finding(lines).times(16)),
            "99 is too high (16 occurrences: lines 7, 8)"
        );
        assert_eq!(message(finding([]).times(2)), "99 is too high (2 occurrences)");
    }
}
