//! The local store: one SQLite file, which can be queried with SQL; README.md explains its tables.
//!
//! **Durability.** The journal is a write-ahead log with `synchronous = FULL`: one `fsync` per
//! [`record`](data_review_core::store::Store::record), whose writes are one transaction. Answered writes survive a
//! crash of the process and of the machine; unanswered ones are absent as a whole, and the next run repeats them.
//!
//! **Concurrency.** One run writes and holds `<db>-lock`; any number of processes read at the same time.
#![expect(clippy::disallowed_methods, reason = "a store opens its file and its lock")]

mod compare;
mod dictionaries;
mod error;
mod groups;
mod lock;
mod packed;
mod query;
mod read;
mod reference;
mod reviews;
mod roots;
mod schema;
mod write;

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{FailureRecord, ObjectId, Root, RootChange, Store, StoreError, Write, Written};
use data_review_core::{CodeInfo, Outcome, PartState};
use rusqlite::{Connection, OpenFlags};

pub use roots::RootSummary;

pub use compare::FilePair;
use dictionaries::Dictionaries;
pub use groups::{GroupQuery, GroupedFile, GroupedReview, Grouping};
use lock::RunLock;
pub use query::{FileOrder, FileQuery, FileRow, FindingCount, FindingRow};
use read::Recipes;
pub use reviews::FileReview;
use schema::Version;
use write::Parameters;

/// The longest wait for an internal lock of SQLite, which readers and the writer hold only for moments.
const BUSY: Duration = Duration::from_secs(30);
/// The number of prepared statements that are cached: all statements of this crate.
const STATEMENTS: usize = 64;
/// Suffixes of the files next to the database.
const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", LOCK];
const LOCK: &str = "-lock";

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    access: Access,
    // Before the lock: fields are dropped in this order, and the database must be closed when another run gets it.
    connected: Mutex<Connected>,
    _lock: Option<RunLock>,
}

#[derive(Debug)]
struct Connected {
    connection: Connection,
    caches: Caches,
}

/// What is known of the rows of a connection.
#[derive(Debug, Default)]
struct Caches {
    recipes: Recipes,
    parameters: Parameters,
    dictionaries: Dictionaries,
}

impl Caches {
    /// Clears all, because a transaction that may have inserted what they name was rolled back.
    fn forget(&mut self) {
        *self = Self::default();
    }
}

/// How a connection is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Write,
    Read,
    /// From a read-only directory, in which SQLite cannot create the files that readers and writers share.
    Frozen,
}

impl SqliteStore {
    /// Opens the store for a run: creates it or brings it up to date, and locks it against other runs.
    ///
    /// # Errors
    /// If another run has locked it, it is not a store or one of a newer version, or the file system fails.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = RunLock::take(&beside(path, LOCK), path)?;
        let failed = |error| error::sqlite(path, "open the store", &error);
        let mut connection = connect(path, Access::Write).map_err(failed)?;
        match schema::version(&connection).map_err(failed)? {
            Version::Empty | Version::Older => {
                write_ahead(&connection).map_err(failed)?;
                schema::migrate(&mut connection).map_err(failed)?;
            }
            Version::Current => write_ahead(&connection).map_err(failed)?,
            Version::Foreign => return Err(foreign(path)),
            Version::Newer(version) => return Err(newer(path, version)),
        }
        reference::put_quantities(&mut connection).map_err(failed)?;
        Ok(Self::with(path, connection, Access::Write, Some(lock)))
    }

    /// Opens an existing store for reading, also while a run writes it. Its `record` fails.
    ///
    /// # Errors
    /// If the file does not exist, is not a store or one of another version, or the file system fails.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(error::refused(format!(
                "no store at {}: run `data-review review` first, or name it with --db",
                path.display()
            )));
        }
        let (connection, access, version) =
            connect_to_read(path).map_err(|error| error::sqlite(path, "open the store", &error))?;
        match version {
            Version::Current => Ok(Self::with(path, connection, access, None)),
            Version::Older => Err(error::refused(format!(
                "{} was written by an older version: run `data-review review` once to bring it up to date",
                path.display()
            ))),
            Version::Newer(version) => Err(newer(path, version)),
            Version::Empty | Version::Foreign => Err(foreign(path)),
        }
    }

    /// The paths of the files of a store at `path`, whether or not they exist: they are never reviewed.
    pub fn files(path: &Path) -> Vec<PathBuf> {
        let others = BESIDE.iter().map(|suffix| beside(path, suffix));
        std::iter::once(path.to_owned()).chain(others).collect()
    }

    /// The mergeable statistics of the variables of an object, in the order of its document; `None` if the object is not known,
    /// or was last reviewed by a program whose states have an older form.
    ///
    /// # Errors
    /// If SQLite fails, or a state is damaged.
    pub fn states(&self, object: ObjectId<'_>) -> Result<Option<Vec<PartState>>, StoreError> {
        self.doing("read states", |connected| read::states(connected, object))
    }

    /// All roots, by name.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn roots(&self) -> Result<Vec<Root>, StoreError> {
        self.doing("read roots", |connected| {
            let all = roots::all(&connected.connection)?;
            Ok(all.into_iter().map(|(_, root)| root).collect())
        })
    }

    /// All roots, by name, with their numbers of files, which takes a look at every file.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn root_summaries(&self) -> Result<Vec<RootSummary>, StoreError> {
        self.doing("read roots", |connected| roots::summaries(&connected.connection))
    }

    /// Deletes a root with all its files from the store; returns how many files there were, or `None` if there is no such
    /// root. The failure log stays.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn forget_root(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.doing("forget a root", |connected| {
            roots::forget(&mut connected.connection, name)
        })
    }

    /// Keeps what finding codes mean, each with the id of the handler that reports it, for queries that explain findings. They
    /// replace those of the last call.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn put_codes(&self, codes: &[(&str, &CodeInfo)]) -> Result<(), StoreError> {
        self.doing("write finding codes", |connected| {
            reference::put_codes(&mut connected.connection, codes)
        })
    }

    /// Calls `visit` with every file of the query until it breaks. The files are one snapshot, and `visit` may call the store.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn visit_files(
        &self,
        query: &FileQuery,
        visit: &mut dyn FnMut(FileRow) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.visit_wanted_files(query, &|_| true, visit)
    }

    /// As [`Self::visit_files`], with those files only that are wanted: the findings of others are not read.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn visit_wanted_files(
        &self,
        query: &FileQuery,
        is_wanted: &dyn Fn(ObjectId<'_>) -> bool,
        visit: &mut dyn FnMut(FileRow) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.reader()
            .and_then(|connection| query::files(&connection, query, is_wanted, visit))
            .map_err(|error| error::sqlite(&self.path, "read files", &error))
    }

    /// Calls `visit` with every file that is not gone, by root and key, until it breaks. The files are one snapshot, one review is
    /// held in memory at a time, and `visit` may call the store.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn visit_reviews(
        &self,
        visit: &mut dyn FnMut(FileReview<'_>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.reader()
            .and_then(|connection| reviews::visit(&connection, visit))
            .map_err(|error| error::sqlite(&self.path, "read reviews", &error))
    }

    /// Calls `visit` with every file that is not gone until it breaks: by group, those of no group last, and within a group by
    /// handler, root and key. The files are one snapshot.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn visit_groups(
        &self,
        query: &GroupQuery,
        visit: &mut dyn FnMut(GroupedFile) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.reader()
            .and_then(|connection| groups::files(&connection, query, visit))
            .map_err(|error| error::sqlite(&self.path, "read files", &error))
    }

    /// Calls `visit` with every file that differs in outcome, content or recipe from that of an earlier store, or that one of
    /// both lacks, by root and key, until it breaks. A file that failed in both is among them. Returns the number of the
    /// others. If neither store has several roots, the names of roots are not compared.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn differences_from(
        &self,
        earlier: &SqliteStore,
        visit: &mut dyn FnMut(FilePair) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        earlier
            .reader()
            .and_then(|before| compare::differences(&before, &self.reader()?, visit))
            .map_err(|error| error::sqlite(&self.path, "compare files", &error))
    }

    /// How often each code occurs in files that are not gone, by severity.
    ///
    /// # Errors
    /// If SQLite fails, or a row is damaged.
    pub fn count_findings(&self) -> Result<Vec<FindingCount>, StoreError> {
        self.doing("count findings", |connected| {
            query::count_findings(&connected.connection)
        })
    }

    /// Roots and keys of files whose content has this SHA-256, sorted; at most `limit`. Deleted files are left out.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn keys_with_content(&self, sha256: &str, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
        self.doing("compare contents", |connected| {
            query::with_content(&connected.connection, sha256, limit)
        })
    }

    /// Roots and keys of all files, sorted.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn all_keys(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.doing("list keys", |connected| query::all_keys(&connected.connection))
    }

    /// Writes a copy of the store to `to`, which must not exist.
    ///
    /// # Errors
    /// If SQLite fails, or the file system does.
    pub fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        self.doing("copy the store", |connected| {
            let to = to.to_string_lossy();
            connected.connection.execute("VACUUM INTO ?1", [to]).map(drop)
        })
    }

    /// A connection of its own for reading.
    fn reader(&self) -> rusqlite::Result<Connection> {
        let access = match self.access {
            Access::Write => Access::Read,
            other => other,
        };
        connect(&self.path, access)
    }

    fn with(path: &Path, connection: Connection, access: Access, lock: Option<RunLock>) -> Self {
        let connected = Connected {
            connection,
            caches: Caches::default(),
        };
        SqliteStore {
            path: path.to_owned(),
            access,
            connected: Mutex::new(connected),
            _lock: lock,
        }
    }

    /// A poisoned lock is used: the transaction of a thread that panicked was rolled back.
    fn connected(&self) -> MutexGuard<'_, Connected> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn doing<T>(
        &self,
        what: &str,
        work: impl FnOnce(&mut Connected) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        work(&mut self.connected()).map_err(|error| error::sqlite(&self.path, what, &error))
    }
}

impl Store for SqliteStore {
    fn rows(&self, root: &str, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, StoreError> {
        self.doing("read rows", |connected| {
            read::rows(
                &mut connected.connection,
                &mut connected.caches.recipes,
                root,
                keys,
            )
        })
    }

    fn record(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        self.doing("record outcomes", |connected| write::record(connected, writes))
    }

    fn change_roots(&self, changes: &[RootChange]) -> Result<(), StoreError> {
        self.doing("change roots", |connected| roots::change(connected, changes))
    }

    fn visit_keys(
        &self,
        root: &str,
        visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.doing("list keys", |connected| {
            read::visit_keys(&connected.connection, root, visit)
        })
    }

    /// Uses a connection of its own: the documents are one snapshot, whatever a run writes in the meantime, and `visit` may
    /// call the store.
    fn documents_with(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.reader()
            .and_then(|connection| read::documents(&connection, outcome, visit))
            .map_err(|error| error::sqlite(&self.path, "read documents", &error))
    }

    fn document(&self, object: ObjectId<'_>) -> Result<Option<String>, StoreError> {
        self.doing("read a document", |connected| read::document(connected, object))
    }

    fn failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, StoreError> {
        self.doing("read failures", |connected| {
            read::failures(&connected.connection, key)
        })
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn foreign(path: &Path) -> StoreError {
    error::refused(format!(
        "{} is not a Data Review store: name another file with --db",
        path.display()
    ))
}

fn newer(path: &Path, version: i64) -> StoreError {
    error::refused(format!(
        "{} was written by a newer Data Review (its form is version {version}): update this program, or name another \
         file with --db",
        path.display()
    ))
}

fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let connection = match access {
        Access::Write => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?
        }
        // Not read-only to SQLite: what a run that was killed left in the log must be recovered to be read.
        Access::Read => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(path, flags)?
        }
        Access::Frozen => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?
        }
    };
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "query_only", access != Access::Write)?;
    Ok(connection)
}

fn connect_to_read(path: &Path) -> rusqlite::Result<(Connection, Access, Version)> {
    let read = |access| {
        let connection = connect(path, access)?;
        let version = schema::version(&connection)?;
        Ok((connection, access, version))
    };
    // A log that is there holds outcomes which the database file alone does not.
    let frozen = !beside(path, "-wal").exists();
    read(Access::Read).or_else(|error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly) if frozen => {
            read(Access::Frozen)
        }
        _ => Err(error),
    })
}

/// The path as a URI that tells SQLite that the file does not change.
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")
}

#[cfg(test)]
mod tests;
