//! Queries.

use std::ops::ControlFlow;

use data_review_core::pipeline::OutcomeRow;
use data_review_core::preview::Preview;
use data_review_core::store::{FailureRecord, ObjectId};
use data_review_core::{Failure, Outcome, PartState, Recipe};
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::dictionaries::Dictionaries;
use crate::{Connected, packed, roots};

/// A cache of recipes by their row id: there are few, and parsing one costs more than reading a row.
#[derive(Debug, Default)]
pub(crate) struct Recipes(Vec<(i64, Recipe)>);

impl Recipes {
    fn get(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<Recipe> {
        if let Some((_, recipe)) = self.0.iter().find(|(known, _)| *known == id) {
            return Ok(recipe.clone());
        }
        let text: String = connection
            .prepare_cached("SELECT recipe FROM recipes WHERE recipe_id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let recipe: Recipe = serde_json::from_str(&text).map_err(|error| damaged(0, error))?;
        self.0.push((id, recipe.clone()));
        Ok(recipe)
    }

    /// The row id of a recipe, which is inserted if it is new.
    pub(crate) fn id(&mut self, transaction: &Transaction<'_>, recipe: &Recipe) -> rusqlite::Result<i64> {
        if let Some((id, _)) = self.0.iter().find(|(_, known)| known == recipe) {
            return Ok(*id);
        }
        let digest = recipe.digest();
        let text = serde_json::to_string(recipe).map_err(|error| unwritable(error.into()))?;
        transaction
            .prepare_cached("INSERT INTO recipes (digest, recipe) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute((&digest, text))?;
        let id = transaction
            .prepare_cached("SELECT recipe_id FROM recipes WHERE digest = ?1")?
            .query_row([&digest], |row| row.get(0))?;
        self.0.push((id, recipe.clone()));
        Ok(id)
    }
}

pub(crate) fn rows(
    connection: &mut Connection,
    recipes: &mut Recipes,
    root: &str,
    keys: &[&str],
) -> rusqlite::Result<Vec<Option<OutcomeRow>>> {
    // One snapshot, and one lock of SQLite's instead of one a key.
    let snapshot = connection.transaction()?;
    let Some(root) = roots::id(&snapshot, root)? else {
        return Ok(vec![None; keys.len()]);
    };
    let mut select = snapshot.prepare_cached(
        "SELECT token, stamp, sha256, outcome, transient, recipe_id, registry, letter
         FROM files WHERE root_id = ?1 AND key = ?2",
    )?;
    keys.iter()
        .map(|key| row(&snapshot, &mut select, recipes, root, key))
        .collect()
}

fn row(
    connection: &Connection,
    select: &mut CachedStatement<'_>,
    recipes: &mut Recipes,
    root: i64,
    key: &str,
) -> rusqlite::Result<Option<OutcomeRow>> {
    let mut found = select.query(params![root, key])?;
    let Some(row) = found.next()? else {
        return Ok(None);
    };
    let recipe: Option<i64> = row.get(5)?;
    Ok(Some(OutcomeRow {
        token: row.get(0)?,
        stamp: row.get(1)?,
        sha256: row.get(2)?,
        outcome: outcome(row.get_ref(3)?.as_str()?)?,
        transient: row.get(4)?,
        recipe: recipe.map(|id| recipes.get(connection, id)).transpose()?,
        registry: row.get(6)?,
        letter: row.get(7)?,
    }))
}

pub(crate) fn outcome(text: &str) -> rusqlite::Result<Outcome> {
    let all = [
        Outcome::Reviewed,
        Outcome::Failed,
        Outcome::Unidentified,
        Outcome::Gone,
    ];
    let found = all.into_iter().find(|outcome| outcome.as_str() == text);
    found.ok_or_else(|| damaged(3, format!("unknown outcome {text:?}")))
}

pub(crate) fn visit_keys(
    connection: &Connection,
    root: &str,
    visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let Some(root) = roots::id(connection, root)? else {
        return Ok(());
    };
    let mut select = connection
        .prepare_cached("SELECT key FROM files WHERE root_id = ?1 AND outcome <> 'gone' ORDER BY key")?;
    let mut found = select.query([root])?;
    while let Some(row) = found.next()? {
        if visit(row.get_ref(0)?.as_str()?).is_break() {
            break;
        }
    }
    Ok(())
}

/// The cross join fixes the order of the loops: along the index of keys, so that no row is sorted or kept in memory.
pub(crate) const DOCUMENTS: &str = "
    SELECT key, document FROM files CROSS JOIN reviews USING (file_id)
    WHERE root_id = ?1 AND (?2 IS NULL OR outcome = ?2) ORDER BY key";

pub(crate) fn documents(
    connection: &Connection,
    outcome: Option<Outcome>,
    visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    // One snapshot for all roots.
    let snapshot = connection.unchecked_transaction()?;
    let mut select = snapshot.prepare(DOCUMENTS)?;
    let mut dictionaries = Dictionaries::default();
    let mut content = Vec::new();
    for (id, root) in roots::all(&snapshot)? {
        let mut found = select.query(params![id, outcome.map(Outcome::as_str)])?;
        while let Some(row) = found.next()? {
            dictionaries.unpack(&snapshot, row.get_ref(1)?.as_blob()?, &mut content)?;
            let document = packed::document(&content).map_err(|error| damaged(1, error))?;
            let object = ObjectId {
                root: &root.name,
                key: row.get_ref(0)?.as_str()?,
            };
            if visit(object, &document).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

pub(crate) fn document(connected: &mut Connected, object: ObjectId<'_>) -> rusqlite::Result<Option<String>> {
    let Connected { connection, caches } = connected;
    const SELECT: &str = "
        SELECT document FROM files JOIN roots USING (root_id) JOIN reviews USING (file_id)
        WHERE name = ?1 AND key = ?2";
    let unpacked = packed(connection, SELECT, object)?
        .map(|packed| unpacked_document(connection, &mut caches.dictionaries, &packed));
    unpacked.transpose()
}

/// What `select` has for an object, compressed.
fn packed(connection: &Connection, select: &str, object: ObjectId<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(select)?
        .query_row([object.root, object.key], |row| row.get(0))
        .optional()
}

/// The document in a row of `reviews`.
pub(crate) fn unpacked_document(
    connection: &Connection,
    dictionaries: &mut Dictionaries,
    packed: &[u8],
) -> rusqlite::Result<String> {
    let mut content = Vec::new();
    dictionaries.unpack(connection, packed, &mut content)?;
    let document = packed::document(&content).map_err(|error| damaged(0, error))?;
    Ok(document.into_owned())
}

/// The statistics in a row of `reviews`.
pub(crate) fn unpacked_states(
    connection: &Connection,
    dictionaries: &mut Dictionaries,
    packed: &[u8],
) -> rusqlite::Result<Vec<PartState>> {
    let mut states = Vec::new();
    dictionaries.unpack(connection, packed, &mut states)?;
    postcard::from_bytes(&states).map_err(|error| damaged(0, error))
}

/// The preview in a row of `previews`.
pub(crate) fn unpacked_preview(
    connection: &Connection,
    dictionaries: &mut Dictionaries,
    packed: &[u8],
) -> rusqlite::Result<Preview> {
    let mut preview = Vec::new();
    dictionaries.unpack(connection, packed, &mut preview)?;
    serde_json::from_slice(&preview).map_err(|error| damaged(0, error))
}

pub(crate) fn states(
    connected: &mut Connected,
    object: ObjectId<'_>,
) -> rusqlite::Result<Option<Vec<PartState>>> {
    let Connected { connection, caches } = connected;
    const SELECT: &str = "
        SELECT states FROM files JOIN roots USING (root_id) JOIN reviews USING (file_id)
        WHERE name = ?1 AND key = ?2 AND states IS NOT NULL";
    let unpacked = packed(connection, SELECT, object)?
        .map(|packed| unpacked_states(connection, &mut caches.dictionaries, &packed));
    unpacked.transpose()
}

pub(crate) fn failures(connection: &Connection, key: Option<&str>) -> rusqlite::Result<Vec<FailureRecord>> {
    const SELECT: &str = "SELECT key, stage, class, message, place, handler, recipe, attempt, at, log, evidence, root FROM failures";
    const ORDER: &str = "ORDER BY key, at, failure_id";
    match key {
        Some(key) => connection
            .prepare_cached(&format!("{SELECT} WHERE key = ?1 {ORDER}"))?
            .query_map([key], failure)?
            .collect(),
        None => connection
            .prepare_cached(&format!("{SELECT} {ORDER}"))?
            .query_map([], failure)?
            .collect(),
    }
}

fn failure(row: &rusqlite::Row<'_>) -> rusqlite::Result<FailureRecord> {
    let word = |column: usize| Ok::<_, rusqlite::Error>(Value::String(row.get(column)?));
    let stage = serde_json::from_value(word(1)?).map_err(|error| damaged(1, error))?;
    let class = serde_json::from_value(word(2)?).map_err(|error| damaged(2, error))?;
    let message: String = row.get(3)?;
    let failure = Failure {
        evidence: json(row, 10)?,
        ..Failure::new(stage, class, message).at(json(row, 4)?)
    };
    Ok(FailureRecord {
        root: row.get(11)?,
        key: row.get(0)?,
        failure,
        handler: row.get(5)?,
        recipe: row.get(6)?,
        attempt: row.get(7)?,
        at: row.get(8)?,
        log: row.get(9)?,
    })
}

/// Reads a column with JSON or NULL.
fn json<T: DeserializeOwned>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|error| damaged(column, error))
}

/// The error of a column with a value that this program does not write.
pub(crate) fn damaged(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}

/// The error of a value that cannot be written.
pub(crate) fn unwritable(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error)
}
