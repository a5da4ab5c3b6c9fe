//! Queries for lists, summaries and comparisons: rows of `files` and `findings`, without the documents.

use std::ops::ControlFlow;

use data_review_core::store::ObjectId;
use data_review_core::{Outcome, Severity};
use rusqlite::{Connection, Row};

use crate::read::{damaged, outcome};

/// Which files a query visits, and in which order.
#[derive(Debug, Clone, Default)]
pub struct FileQuery {
    /// Only files with one of these outcomes; empty for any.
    pub outcomes: Vec<Outcome>,
    /// Only files whose outcome was recorded at this time or later: RFC 3339 in UTC, or its beginning.
    pub since: Option<String>,
    /// The order of the files.
    pub order: FileOrder,
    /// Whether to read the findings of each file.
    pub findings: bool,
}

/// The order in which a query visits files. Equal files follow in the order of their keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// By root, in the order in which roots were added, and key. The rows come straight from the index, and none is kept in memory.
    #[default]
    Key,
    /// The latest outcome first.
    Latest,
    /// The largest file first.
    Size,
    /// The most observations first.
    Observations,
    /// The earliest observation first; files without a time last.
    Time,
}

/// One file as a list shows it: everything of its document but variables, attributes, places and checks.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRow {
    /// Name of the root below which it was listed.
    pub root: String,
    /// The key.
    pub key: String,
    /// The current outcome.
    pub outcome: Outcome,
    /// Variant of the format.
    pub kind: Option<String>,
    /// Id of the handler.
    pub handler: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: Option<String>,
    /// Number of observations.
    pub observations: Option<u64>,
    /// Number of profiles.
    pub profiles: Option<u64>,
    /// First and last time of observation, ISO 8601.
    pub time: Option<(String, String)>,
    /// West, south, east and north edge in degrees.
    pub edges: Option<[f64; 4]>,
    /// Class and message of the failure.
    pub failure: Option<(String, String)>,
    /// When the outcome was recorded, RFC 3339 in UTC.
    pub at: String,
    /// Digest of the recipe; `None` if no handler was called.
    pub recipe: Option<String>,
    /// Number of findings by severity, in the order of [`Severity`]: errors, warnings, infos.
    pub counts: [u64; 3],
    /// The findings, if the query asked for them.
    pub findings: Vec<FindingRow>,
}

/// One finding of a [`FileRow`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The code.
    pub code: String,
    /// The severity that the document states.
    pub severity: Severity,
    /// The parameter, member or attribute; `None` for the file as a whole.
    pub subject: Option<String>,
    /// Number of occurrences.
    pub count: u64,
}

impl FileRow {
    /// What identifies it.
    pub fn id(&self) -> ObjectId<'_> {
        ObjectId {
            root: &self.root,
            key: &self.key,
        }
    }
}

impl FileOrder {
    fn sql(self) -> &'static str {
        match self {
            FileOrder::Key => "files.root_id, files.key",
            FileOrder::Latest => "files.at DESC, files.key",
            FileOrder::Size => "files.size DESC NULLS LAST, files.key",
            FileOrder::Observations => "files.observations DESC NULLS LAST, files.key",
            FileOrder::Time => "files.time_first NULLS LAST, files.key",
        }
    }
}

/// The columns of a [`FileRow`].
const COLUMNS: &str = "files.file_id, key, outcome, kind, handler, size, sha256, observations, profiles, time_first, \
    time_last, west, south, east, north, failure_class, failure_message, at, \
    (SELECT digest FROM recipes WHERE recipes.recipe_id = files.recipe_id), errors, warnings, infos, \
    (SELECT name FROM roots WHERE roots.root_id = files.root_id)";

/// The columns of the [`FindingRow`]s of one file.
const FINDINGS: &str =
    "SELECT code, severity, subject, count FROM findings WHERE file_id = ?1 ORDER BY position";

/// One file, with its findings if they are asked for.
pub(crate) fn file_by_id(connection: &Connection, id: i64, findings: bool) -> rusqlite::Result<FileRow> {
    let mut file = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM files WHERE file_id = ?1"))?
        .query_row([id], file)?;
    if findings {
        let mut select = connection.prepare_cached(FINDINGS)?;
        file.findings = select
            .query_map([id], finding)?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(file)
}

/// Calls `visit` for every wanted file of the query until it breaks.
pub(crate) fn files(
    connection: &Connection,
    query: &FileQuery,
    is_wanted: &dyn Fn(ObjectId<'_>) -> bool,
    visit: &mut dyn FnMut(FileRow) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let outcomes: Vec<&str> = query.outcomes.iter().map(|outcome| outcome.as_str()).collect();
    let outcomes = (!outcomes.is_empty()).then(|| serde_json::json!(outcomes).to_string());
    let mut files = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM files
         WHERE (?1 IS NULL OR outcome IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR at >= ?2)
         ORDER BY {}",
        query.order.sql()
    ))?;
    let mut findings = connection.prepare(FINDINGS)?;
    let mut rows = files.query((outcomes, &query.since))?;
    while let Some(row) = rows.next()? {
        let mut file = file(row)?;
        if !is_wanted(file.id()) {
            continue;
        }
        if query.findings && file.counts != [0; 3] {
            let found = findings.query_map([row.get::<_, i64>(0)?], finding)?;
            file.findings = found.collect::<rusqlite::Result<_>>()?;
        }
        if visit(file).is_break() {
            break;
        }
    }
    Ok(())
}

fn file(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    let pair = |first: usize| -> rusqlite::Result<Option<(String, String)>> {
        let (first, second): (Option<String>, Option<String>) = (row.get(first)?, row.get(first + 1)?);
        Ok(first.zip(second))
    };
    let edges: [Option<f64>; 4] = [row.get(11)?, row.get(12)?, row.get(13)?, row.get(14)?];
    let edges = match edges {
        [Some(west), Some(south), Some(east), Some(north)] => Some([west, south, east, north]),
        _ => None,
    };
    let count = |column: usize| -> rusqlite::Result<Option<u64>> {
        let count: Option<i64> = row.get(column)?;
        // Negative counts are never written.
        Ok(count.map(|count| u64::try_from(count).unwrap_or_default()))
    };
    let severity = |column: usize| Ok::<_, rusqlite::Error>(count(column)?.unwrap_or_default());
    Ok(FileRow {
        root: row.get(22)?,
        key: row.get(1)?,
        outcome: outcome(row.get_ref(2)?.as_str()?)?,
        kind: row.get(3)?,
        handler: row.get(4)?,
        size: count(5)?,
        sha256: row.get(6)?,
        observations: count(7)?,
        profiles: count(8)?,
        time: pair(9)?,
        edges,
        failure: pair(15)?,
        at: row.get(17)?,
        recipe: row.get(18)?,
        counts: [severity(19)?, severity(20)?, severity(21)?],
        findings: Vec::new(),
    })
}

/// The severity in the second column.
fn severity(row: &Row<'_>) -> rusqlite::Result<Severity> {
    match row.get_ref(1)?.as_str()? {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        other => Err(damaged(1, format!("unknown severity {other:?}"))),
    }
}

fn finding(row: &Row<'_>) -> rusqlite::Result<FindingRow> {
    let count: i64 = row.get(3)?;
    Ok(FindingRow {
        code: row.get(0)?,
        severity: severity(row)?,
        subject: row.get(2)?,
        count: u64::try_from(count).unwrap_or_default(),
    })
}

/// How often a code occurs in a store, under one severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCount {
    /// The severity that the documents state.
    pub severity: Severity,
    /// The code.
    pub code: String,
    /// Number of files with such a finding.
    pub files: u64,
    /// Number of occurrences in all of them.
    pub occurrences: u64,
}

/// Counts the findings of all files that are not gone, in one pass over the table.
pub(crate) fn count_findings(connection: &Connection) -> rusqlite::Result<Vec<FindingCount>> {
    let mut select = connection.prepare(
        "SELECT code, severity, count, file_id FROM findings
         WHERE file_id NOT IN (SELECT file_id FROM files WHERE outcome = 'gone') ORDER BY file_id",
    )?;
    // The last file of each, so that a file counts once.
    let mut counts: Vec<(FindingCount, i64)> = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (code, severity) = (row.get_ref(0)?.as_str()?, severity(row)?);
        let (count, file): (i64, i64) = (row.get(2)?, row.get(3)?);
        let is_same = |known: &(FindingCount, i64)| known.0.code == code && known.0.severity == severity;
        let at = counts.iter().position(is_same).unwrap_or_else(|| {
            let count = FindingCount {
                severity,
                code: code.to_owned(),
                files: 0,
                occurrences: 0,
            };
            counts.push((count, -1));
            counts.len() - 1
        });
        let (known, last) = &mut counts[at];
        known.files += u64::from(*last != file);
        *last = file;
        known.occurrences = known
            .occurrences
            .saturating_add(u64::try_from(count).unwrap_or_default());
    }
    Ok(counts.into_iter().map(|(count, _)| count).collect())
}

/// Roots and keys of files with this content, sorted; at most `limit`.
pub(crate) fn with_content(
    connection: &Connection,
    sha256: &str,
    limit: u32,
) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare_cached(
            "SELECT name, key FROM files JOIN roots USING (root_id)
             WHERE sha256 = ?1 AND outcome <> 'gone' ORDER BY name, key LIMIT ?2",
        )?
        .query_map((sha256, limit), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Roots and keys of all files, sorted.
pub(crate) fn all_keys(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut select =
        connection.prepare("SELECT name, key FROM files JOIN roots USING (root_id) ORDER BY name, key")?;
    select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
