//! What documents and states are compressed with: the first of each kind that the store held.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::packed::{self, Dictionary, Packer, WINDOW};
use crate::read::{damaged, unwritable};

/// The most dictionaries of a store, so that files that call themselves something else each time do not fill it.
const MOST: i64 = 256;

/// A cache of the dictionaries of a store.
#[derive(Debug, Default)]
pub(crate) struct Dictionaries {
    /// Numbers by kind.
    numbers: HashMap<String, u32>,
    contents: HashMap<u32, Arc<[u8]>>,
    packer: Packer,
}

impl Dictionaries {
    /// Compresses a content of this kind. The first one becomes the dictionary of the kind.
    pub(crate) fn pack(
        &mut self,
        transaction: &Transaction<'_>,
        kind: &str,
        content: &[u8],
    ) -> rusqlite::Result<Vec<u8>> {
        let id = self.number(transaction, kind, content)?;
        let bytes = self.content(transaction, id)?;
        let dictionary = Dictionary { id, bytes: &bytes };
        let packed = self.packer.pack(content, dictionary);
        packed.map_err(|error| unwritable(error.into()))
    }

    /// Replaces the content of `into` by what was packed.
    pub(crate) fn unpack(
        &mut self,
        connection: &Connection,
        packed: &[u8],
        into: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let bytes = match packed::dictionary(packed) {
            Some(id) => self.content(connection, id)?,
            None => Arc::default(),
        };
        packed::unpack(packed, &bytes, into).map_err(|error| damaged(0, error))
    }

    fn number(&mut self, transaction: &Transaction<'_>, kind: &str, content: &[u8]) -> rusqlite::Result<u32> {
        if let Some(number) = self.numbers.get(kind) {
            return Ok(*number);
        }
        let held: Option<u32> = transaction
            .prepare_cached("SELECT dictionary_id FROM dictionaries WHERE kind = ?1")?
            .query_row([kind], |row| row.get(0))
            .optional()?;
        let number = match held {
            Some(number) => number,
            // A kind without a number is not kept, however many there are.
            None if count(transaction)? >= MOST => return Ok(0),
            None => {
                let none = Dictionary { id: 0, bytes: b"" };
                let content = self.packer.pack(&content[..content.len().min(WINDOW)], none);
                transaction
                    .prepare_cached(
                        "INSERT INTO dictionaries (kind, content) VALUES (?1, ?2) RETURNING dictionary_id",
                    )?
                    .query_row(
                        params![kind, content.map_err(|error| unwritable(error.into()))?],
                        |row| row.get(0),
                    )?
            }
        };
        self.numbers.insert(kind.to_owned(), number);
        Ok(number)
    }

    /// The bytes of a dictionary; number 0 is the empty one.
    fn content(&mut self, connection: &Connection, id: u32) -> rusqlite::Result<Arc<[u8]>> {
        if id == 0 {
            return Ok(Arc::default());
        }
        if let Some(content) = self.contents.get(&id) {
            return Ok(content.clone());
        }
        let packed: Vec<u8> = connection
            .prepare_cached("SELECT content FROM dictionaries WHERE dictionary_id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let mut content = Vec::new();
        packed::unpack(&packed, b"", &mut content).map_err(|error| damaged(0, error))?;
        let content: Arc<[u8]> = content.into();
        self.contents.insert(id, content.clone());
        Ok(content)
    }
}

fn count(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT count(*) FROM dictionaries")?
        .query_row([], |row| row.get(0))
}
