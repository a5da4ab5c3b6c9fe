//! The roots of a store, and the objects that move between them.

use data_review_core::store::{Root, RootChange};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::Connected;
use crate::dictionaries::Dictionaries;
use crate::write::{PARTS, delete_rows, edit_document};

/// A root, and what the store holds of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootSummary {
    /// The root.
    pub root: Root,
    /// Number of its files that are not gone.
    pub files: u64,
    /// Number of its files that are gone.
    pub gone: u64,
    /// Time of the latest outcome, RFC 3339 in UTC; `None` without a file.
    pub latest: Option<String>,
}

/// All roots, by name.
pub(crate) fn summaries(connection: &Connection) -> rusqlite::Result<Vec<RootSummary>> {
    let mut select = connection.prepare_cached(
        "SELECT name, place, prefix, count(file_id) FILTER (WHERE outcome <> 'gone'),
                count(file_id) FILTER (WHERE outcome = 'gone'), max(at)
         FROM roots LEFT JOIN files USING (root_id) GROUP BY root_id ORDER BY name",
    )?;
    let rows = select.query_map([], |row| {
        Ok(RootSummary {
            root: root(row)?,
            files: count(row, 3)?,
            gone: count(row, 4)?,
            latest: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// All roots, by name, without looking at their files.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<(i64, Root)>> {
    let mut select =
        connection.prepare_cached("SELECT name, place, prefix, root_id FROM roots ORDER BY name")?;
    let rows = select.query_map([], |row| Ok((row.get(3)?, root(row)?)))?;
    rows.collect()
}

fn count(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(column)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn root(row: &rusqlite::Row<'_>) -> rusqlite::Result<Root> {
    Ok(Root {
        name: row.get(0)?,
        place: row.get(1)?,
        prefix: row.get(2)?,
    })
}

/// The row id of the root of this name; `None` if there is none.
pub(crate) fn id(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT root_id FROM roots WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// The row id of the root of this name, which is inserted if it is new: an absolute path is its own place.
pub(crate) fn id_or_new(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<i64> {
    if let Some(id) = id(transaction, name)? {
        return Ok(id);
    }
    let place = if name.starts_with('/') { name } else { "" };
    put(
        transaction,
        &Root {
            name: name.to_owned(),
            place: place.to_owned(),
            prefix: String::new(),
        },
    )
}

fn put(transaction: &Transaction<'_>, root: &Root) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO roots (name, place, prefix) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET place = excluded.place, prefix = excluded.prefix
             RETURNING root_id",
        )?
        .query_row(params![root.name, root.place, root.prefix], |row| row.get(0))
}

/// Makes all changes in one transaction.
pub(crate) fn change(connected: &mut Connected, changes: &[RootChange]) -> rusqlite::Result<()> {
    let Connected { connection, caches } = connected;
    let changed = change_all(connection, &mut caches.dictionaries, changes);
    if changed.is_err() {
        caches.forget();
    }
    changed
}

fn change_all(
    connection: &mut Connection,
    dictionaries: &mut Dictionaries,
    changes: &[RootChange],
) -> rusqlite::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in changes {
        match change {
            RootChange::Put(root) => {
                put(&transaction, root)?;
            }
            RootChange::Rename { from, to } => {
                transaction.execute("UPDATE roots SET name = ?2 WHERE name = ?1", [from, to])?;
            }
            RootChange::Move {
                from,
                from_prefix,
                to,
                to_prefix,
            } => move_files(&transaction, dictionaries, (from, from_prefix), (to, to_prefix))?,
        }
    }
    transaction.commit()
}

fn move_files(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    (from, from_prefix): (&str, &str),
    (to, to_prefix): (&str, &str),
) -> rusqlite::Result<()> {
    let Some(from) = id(transaction, from)? else {
        return Ok(());
    };
    let to = id_or_new(transaction, to)?;
    let moved: Vec<(i64, String)> = transaction
        .prepare_cached("SELECT file_id, key FROM files WHERE root_id = ?1 AND substr(key, 1, ?2) = ?3")?
        .query_map(
            params![from, from_prefix.chars().count() as i64, from_prefix],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for (file, key) in moved {
        let key = format!("{to_prefix}{}", key.strip_prefix(from_prefix).unwrap_or(&key));
        let is_taken = transaction
            .prepare_cached("SELECT 1 FROM files WHERE root_id = ?1 AND key = ?2")?
            .exists(params![to, key])?;
        if is_taken {
            delete_rows(transaction, tables(), file)?;
            continue;
        }
        transaction
            .prepare_cached("UPDATE files SET root_id = ?2, key = ?3 WHERE file_id = ?1")?
            .execute(params![file, to, key])?;
        rewrite_key(transaction, dictionaries, file, key)?;
    }
    transaction.execute(
        "DELETE FROM roots WHERE root_id = ?1 AND NOT EXISTS (SELECT 1 FROM files WHERE root_id = ?1)",
        [from],
    )?;
    Ok(())
}

/// Writes the key into the document. A document of an older form stays as it is, and its file is reviewed again.
fn rewrite_key(
    transaction: &Transaction<'_>,
    dictionaries: &mut Dictionaries,
    file: i64,
    key: String,
) -> rusqlite::Result<()> {
    if !edit_document(transaction, dictionaries, file, |document| {
        document.file.key = key
    })? {
        transaction
            .prepare_cached("UPDATE files SET stamp = NULL WHERE file_id = ?1")?
            .execute([file])?;
    }
    Ok(())
}

/// Tables whose rows belong to a file, `files` last: the others refer to it.
fn tables() -> impl Iterator<Item = &'static str> {
    PARTS.into_iter().chain(["reviews", "files"])
}

/// Deletes a root with all its files; returns how many there were, or `None` if there is no such root. Its lines in the
/// failure log stay.
pub(crate) fn forget(connection: &mut Connection, name: &str) -> rusqlite::Result<Option<u64>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(root) = id(&transaction, name)? else {
        return Ok(None);
    };
    let files = transaction.query_row("SELECT count(*) FROM files WHERE root_id = ?1", [root], |row| {
        count(row, 0)
    })?;
    for table in tables() {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE file_id IN (SELECT file_id FROM files WHERE root_id = ?1)"),
            [root],
        )?;
    }
    transaction.execute("DELETE FROM roots WHERE root_id = ?1", [root])?;
    transaction.commit()?;
    Ok(Some(files))
}
