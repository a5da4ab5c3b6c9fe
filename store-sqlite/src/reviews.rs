//! Every review with its statistics, one after another, for reports.

use std::ops::ControlFlow;

use data_review_core::PartState;
use data_review_core::preview::Preview;
use rusqlite::{Connection, params};

use crate::dictionaries::Dictionaries;
use crate::read::{damaged, unpacked_preview, unpacked_states};
use crate::{packed, roots};

/// The document of a file, and the statistics behind it.
#[derive(Debug, Clone)]
pub struct FileReview<'a> {
    /// Name of the root below which the file was listed.
    pub root: &'a str,
    /// Its key.
    pub key: &'a str,
    /// When the outcome was recorded, RFC 3339 in UTC.
    pub at: &'a str,
    /// The document, in canonical JSON.
    pub document: &'a str,
    /// The mergeable statistics of its variables, in the order of the document; empty if an older program wrote the row.
    pub states: Vec<PartState>,
    /// Levels of its casts for plots; `None` without profiles, or if the review was not asked for them.
    pub preview: Option<Preview>,
}

/// The cross join fixes the order of the loops, as in [`crate::read::DOCUMENTS`].
const REVIEWS: &str = "
    SELECT key, at, document, states, preview
    FROM files CROSS JOIN reviews USING (file_id) LEFT JOIN previews USING (file_id)
    WHERE root_id = ?1 AND outcome <> 'gone' ORDER BY key";

pub(crate) fn visit(
    connection: &Connection,
    visit: &mut dyn FnMut(FileReview<'_>) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    // One snapshot for all roots.
    let snapshot = connection.unchecked_transaction()?;
    let mut select = snapshot.prepare(REVIEWS)?;
    let mut dictionaries = Dictionaries::default();
    let mut content = Vec::new();
    for (id, root) in roots::all(&snapshot)? {
        let mut found = select.query(params![id])?;
        while let Some(row) = found.next()? {
            dictionaries.unpack(&snapshot, row.get_ref(2)?.as_blob()?, &mut content)?;
            let document = packed::document(&content).map_err(|error| damaged(2, error))?;
            let states = row.get_ref(3)?.as_blob_or_null()?;
            let states = states
                .map(|packed| unpacked_states(&snapshot, &mut dictionaries, packed))
                .transpose()?;
            let preview = row.get_ref(4)?.as_blob_or_null()?;
            let preview = preview
                .map(|packed| unpacked_preview(&snapshot, &mut dictionaries, packed))
                .transpose()?;
            let review = FileReview {
                root: &root.name,
                key: row.get_ref(0)?.as_str()?,
                at: row.get_ref(1)?.as_str()?,
                document: &document,
                states: states.unwrap_or_default(),
                preview,
            };
            if visit(review).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}
