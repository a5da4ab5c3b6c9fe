//! Files by what they have in common, group after group, so that statistics of one group at a time are in memory.

use std::ops::ControlFlow;

use data_review_core::PartState;
use rusqlite::Connection;

use crate::dictionaries::Dictionaries;
use crate::query::{self, FileRow};
use crate::read::{unpacked_document, unpacked_states};

/// What files are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// The variant of the format, or else the handler.
    Kind,
    /// The handler.
    Handler,
    /// The directory of the key; `.` for files that are in none.
    Folder,
    /// A cruise that the file names; a file that names several is in each.
    Cruise,
    /// A platform that the file names; a file that names several is in each.
    Platform,
    /// The month of the first observation, such as `2015-08`.
    Month,
}

/// How files are grouped, and what is read of each.
#[derive(Debug, Clone, Copy)]
pub struct GroupQuery {
    /// What files are grouped by.
    pub by: Grouping,
    /// Whether to read the findings of each file.
    pub findings: bool,
    /// Whether to read the document of each file and the statistics of its variables.
    pub reviews: bool,
}

/// A file of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupedFile {
    /// The group; `None` for a file that belongs to none.
    pub group: Option<String>,
    /// The file.
    pub row: FileRow,
    /// What is stored of its review, if the query asked for it.
    pub review: Option<GroupedReview>,
}

/// What is stored of a review.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupedReview {
    /// The document in canonical JSON.
    pub document: String,
    /// The statistics of its variables, in the order of the document; `None` if an older program wrote them.
    pub states: Option<Vec<PartState>>,
}

impl Grouping {
    /// The name of the group, and the tables that it is taken from.
    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Grouping::Kind => ("coalesce(kind, handler)", "files"),
            Grouping::Handler => ("handler", "files"),
            // Without its name, the key ends with a `/`, or is empty.
            Grouping::Folder => (
                "coalesce(nullif(rtrim(rtrim(key, replace(key, '/', '')), '/'), ''), '.')",
                "files",
            ),
            Grouping::Cruise => (
                "group_name",
                "files LEFT JOIN file_groups AS g ON g.file_id = files.file_id AND group_kind = 'cruise'",
            ),
            Grouping::Platform => (
                "group_name",
                "files LEFT JOIN file_groups AS g ON g.file_id = files.file_id AND group_kind = 'platform'",
            ),
            // A year of more than four digits has a sign.
            Grouping::Month => (
                "substr(time_first, 1, iif(substr(time_first, 1, 1) IN ('+', '-'), 10, 7))",
                "files",
            ),
        }
    }
}

/// Calls `visit` with every file that is not gone until it breaks: by group, those of no group last, then by handler and key.
pub(crate) fn files(
    connection: &Connection,
    query: &GroupQuery,
    visit: &mut dyn FnMut(GroupedFile) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let snapshot = connection.unchecked_transaction()?;
    let (name, tables) = query.by.sql();
    // Only these are sorted; the rest of a row would fill the memory of the sorter.
    let mut members = snapshot.prepare(&format!(
        "SELECT {name} AS name, files.file_id FROM {tables} WHERE outcome <> 'gone'
         ORDER BY name IS NULL, name, handler, root_id, key"
    ))?;
    let mut members = members.query([])?;
    let mut dictionaries = Dictionaries::default();
    while let Some(member) = members.next()? {
        let id = member.get(1)?;
        let review = match query.reviews {
            true => review_of(&snapshot, &mut dictionaries, id)?,
            false => None,
        };
        let file = GroupedFile {
            group: member.get(0)?,
            row: query::file_by_id(&snapshot, id, query.findings)?,
            review,
        };
        if visit(file).is_break() {
            break;
        }
    }
    Ok(())
}

fn review_of(
    connection: &Connection,
    dictionaries: &mut Dictionaries,
    file: i64,
) -> rusqlite::Result<Option<GroupedReview>> {
    let mut select = connection.prepare_cached("SELECT document, states FROM reviews WHERE file_id = ?1")?;
    let mut found = select.query([file])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    let document = unpacked_document(connection, dictionaries, row.get_ref(0)?.as_blob()?)?;
    let states = row.get_ref(1)?.as_blob_or_null()?;
    let states = states
        .map(|packed| unpacked_states(connection, dictionaries, packed))
        .transpose()?;
    Ok(Some(GroupedReview { document, states }))
}
