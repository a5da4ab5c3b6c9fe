//! Versions of the schema, and the migration from each to the next.

use rusqlite::{Connection, TransactionBehavior};

/// `application_id` of a store, "DRev"; the first script sets it.
const APPLICATION: i64 = 0x4452_6576;

/// Script *n* (from 0) makes version *n* + 1 of version *n*. A script that was released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
];

/// The kind of a database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// It has no tables.
    Empty,
    /// The database of another program.
    Foreign,
    /// A store of an older version, which this program can bring up to date.
    Older,
    /// A store of the current version.
    Current,
    /// A store of a newer version, with its number.
    Newer(i64),
}

/// Determines the kind of a database, without changing it.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<Version> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version) {
        (0, 0) if tables == 0 => Version::Empty,
        (APPLICATION, version) if version > MIGRATIONS.len() as i64 => Version::Newer(version),
        (APPLICATION, version) if version == MIGRATIONS.len() as i64 => Version::Current,
        (APPLICATION, 1..) => Version::Older,
        _ => Version::Foreign,
    })
}

/// Brings the database up to date, in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    migrate_to(connection, MIGRATIONS.len())
}

/// Brings the database to version `target`; tests make stores of older versions with it.
pub(crate) fn migrate_to(connection: &mut Connection, target: usize) -> rusqlite::Result<()> {
    // A script may replace a table that others refer to; the switch works outside of transactions only.
    let keys: bool = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let migrated = run_scripts(connection, target);
    connection.pragma_update(None, "foreign_keys", keys)?;
    migrated
}

fn run_scripts(connection: &mut Connection, target: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or_default();
    for script in MIGRATIONS.iter().take(target).skip(done) {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "user_version", target as i64)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that defines a database, as SQLite holds it.
    fn shape(connection: &Connection) -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn every_older_version_becomes_todays() {
        let mut new = Connection::open_in_memory().unwrap();
        assert_eq!(version(&new).unwrap(), Version::Empty);
        migrate(&mut new).unwrap();
        assert_eq!(version(&new).unwrap(), Version::Current);
        for start in 1..=MIGRATIONS.len() {
            let mut old = Connection::open_in_memory().unwrap();
            migrate_to(&mut old, start).unwrap();
            let expected = if start == MIGRATIONS.len() {
                Version::Current
            } else {
                Version::Older
            };
            assert_eq!(version(&old).unwrap(), expected);
            migrate(&mut old).unwrap();
            assert_eq!(shape(&old), shape(&new));
        }
    }

    #[test]
    fn other_databases_and_newer_stores_are_told_apart() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 1000).unwrap();
        assert_eq!(version(&connection).unwrap(), Version::Newer(1000));
        let foreign = Connection::open_in_memory().unwrap();
        foreign.execute_batch("CREATE TABLE files (name TEXT)").unwrap();
        assert_eq!(version(&foreign).unwrap(), Version::Foreign);
    }

    #[test]
    fn the_failure_log_cannot_be_rewritten() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute_batch(
                "INSERT INTO failures (key, at, attempt, stage, class, message)
                 VALUES ('a', '2026-01-01T00:00:00Z', 1, 'read', 'unreadable', 'gone')",
            )
            .unwrap();
        for slip in ["UPDATE failures SET message = ''", "DELETE FROM failures"] {
            let error = connection.execute_batch(slip).unwrap_err().to_string();
            assert!(error.contains("only ever added to"), "{error}");
        }
    }
}
