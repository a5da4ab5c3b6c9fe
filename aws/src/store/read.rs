//! Look-ups, queries of the index of problems, and parallel scans.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use data_review_core::Outcome;
use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, FailureRecord, ObjectId};
use data_review_deployment::table;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::DynamoStore;
use super::counters::RowGroup;
use super::documents::read_body;
use super::items::{FailureItem, is_problem, problem_shards};
use crate::CallError;

/// The most keys of one request.
const BATCH: usize = 100;
/// Requests that run at once.
const AT_ONCE: usize = 16;
/// Parts of a table that are scanned in parallel.
const SEGMENTS: i32 = 8;
/// Attempts to read rows that the table had no capacity for, and to read a document that is being replaced.
const TRIES: u32 = 8;

type Item = HashMap<String, AttributeValue>;

#[derive(Deserialize)]
struct KeyAndRow {
    key: String,
    #[serde(flatten)]
    row: OutcomeRow,
}

/// All of a row that is not in its document.
#[derive(Deserialize)]
struct CopiedItem {
    key: String,
    origin: String,
    attempt: u32,
    at: String,
    #[serde(flatten)]
    row: OutcomeRow,
}

#[derive(Deserialize)]
struct KeyAndToken {
    key: String,
    token: String,
    outcome: Outcome,
}

/// A row of the table of reviews, as a scan of the whole table reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ScannedRow {
    /// The key of its object.
    pub key: String,
    /// How it is counted.
    #[serde(flatten)]
    pub group: RowGroup,
}

impl DynamoStore {
    /// The current rows, one per key, in the order of `keys`. One request reads up to 100 keys.
    ///
    /// # Errors
    /// If a service fails.
    pub async fn read_rows(&self, keys: &[&str]) -> Result<Vec<Option<OutcomeRow>>, CallError> {
        let found: Vec<KeyAndRow> = self.look_up(keys, ROW).await?;
        let rows: HashMap<String, OutcomeRow> =
            found.into_iter().map(|found| (found.key, found.row)).collect();
        Ok(keys.iter().map(|key| rows.get(*key).cloned()).collect())
    }

    async fn look_up<T: DeserializeOwned>(
        &self,
        keys: &[&str],
        attributes: &[&str],
    ) -> Result<Vec<T>, CallError> {
        // The service refuses a request that names a key twice.
        let keys: Vec<&str> = keys
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let batches: Vec<Vec<T>> = stream::iter(keys.chunks(BATCH))
            .map(|keys| self.look_up_batch(keys, attributes))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(batches.into_iter().flatten().collect())
    }

    async fn look_up_batch<T: DeserializeOwned>(
        &self,
        keys: &[&str],
        attributes: &[&str],
    ) -> Result<Vec<T>, CallError> {
        let item = |key: &&str| Item::from([(table::KEY.to_owned(), AttributeValue::S((*key).to_owned()))]);
        let (projection, names) = project(attributes);
        let mut wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.iter().map(item).collect()))
            .projection_expression(projection)
            .set_expression_attribute_names(Some(names))
            .consistent_read(true)
            .build()
            .map_err(|error| CallError::permanent(error.to_string()))?;
        let mut found = Vec::new();
        for attempt in 0..TRIES {
            tokio::time::sleep(Duration::from_millis(50 * u64::from(attempt * attempt))).await;
            let answer = self
                .clients
                .dynamodb
                .batch_get_item()
                .request_items(&self.names.reviews, wanted)
                .send()
                .await
                .map_err(|error| CallError::of("reading rows", error))?;
            let items = answer.responses.unwrap_or_default().remove(&self.names.reviews);
            found.extend(items.unwrap_or_default());
            match answer
                .unprocessed_keys
                .and_then(|mut rest| rest.remove(&self.names.reviews))
            {
                Some(rest) => wanted = rest,
                None => return from_items(found),
            }
        }
        Err(CallError::transient(
            "the table of reviews has no capacity left to read rows",
        ))
    }

    pub(super) async fn read_keys(&self, root: &str) -> Result<Vec<String>, CallError> {
        #[derive(Deserialize)]
        struct Listed {
            key: String,
            origin: String,
            outcome: Outcome,
        }
        let mut keys: Vec<String> = self
            .scan::<Listed>(&self.names.reviews, &["key", "origin", "outcome"])
            .await?
            .into_iter()
            .filter(|listed| listed.origin == root && listed.outcome != Outcome::Gone)
            .map(|listed| listed.key)
            .collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// Calls `visit` for each row, in the order of the table, until it fails. No more than a few pages are in memory.
    ///
    /// # Errors
    /// When a service or `visit` fails.
    pub async fn scan_rows<E: From<CallError>>(
        &self,
        visit: impl FnMut(ScannedRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let visit = Mutex::new(visit);
        self.scan_pages(&self.names.reviews, GROUP, |page: Vec<ScannedRow>| {
            let mut visit = visit.lock().unwrap_or_else(PoisonError::into_inner);
            page.into_iter().try_for_each(&mut *visit)
        })
        .await
    }

    /// The token and the group of the current row of a key, if it has one.
    pub(super) async fn read_group(&self, key: &str) -> Result<Option<(String, RowGroup)>, CallError> {
        #[derive(Deserialize)]
        struct Found {
            token: String,
            #[serde(flatten)]
            group: RowGroup,
        }
        let found: Vec<Found> = self
            .look_up_batch(&[key], &["token", "outcome", "handler"])
            .await?;
        Ok(found.into_iter().next().map(|found| (found.token, found.group)))
    }

    /// The documents with an outcome, or all.
    pub(super) async fn read_documents(
        &self,
        outcome: Option<Outcome>,
        visit: &mut dyn FnMut(ObjectId<'_>, &str) -> ControlFlow<()>,
    ) -> Result<(), CallError> {
        let mut all = match outcome {
            // The index has these rows, and only these.
            Some(outcome) if is_problem(outcome) => self.problems(outcome).await?,
            _ => self.scan(&self.names.reviews, &TOKEN).await?,
        };
        all.retain(|found: &KeyAndToken| outcome.is_none_or(|outcome| found.outcome == outcome));
        all.sort_by(|a, b| a.key.cmp(&b.key));
        let mut documents = stream::iter(all)
            .map(|KeyAndToken { key, token, .. }| async move {
                let document = match self.get_document(&key, &token).await? {
                    Some(document) => Some(document),
                    None => self.read_document(&key).await?,
                };
                Ok::<_, CallError>((key, document))
            })
            .buffered(AT_ONCE);
        while let Some(next) = documents.next().await {
            let (key, document) = next?;
            if let Some(document) = document
                && visit(ObjectId { root: "", key: &key }, &document).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    /// Everything that is kept of the keys that are wanted, by key; see [`Self::entries`].
    pub(super) async fn read_entries(
        &self,
        wanted: &dyn Fn(&str) -> bool,
        visit: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), CallError> {
        let mut all: Vec<CopiedItem> = self.scan(&self.names.reviews, &[ROW, COPIED].concat()).await?;
        all.retain(|item| wanted(&item.key));
        all.sort_by(|a, b| a.key.cmp(&b.key));
        let mut entries = stream::iter(all)
            .map(|item| self.read_entry(item))
            .buffered(AT_ONCE);
        while let Some(next) = entries.next().await {
            if let Some(entry) = next?
                && visit(entry).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    async fn read_entry(&self, mut item: CopiedItem) -> Result<Option<Entry>, CallError> {
        for _ in 0..TRIES {
            if let Some(body) = self.get_body(&item.key, &item.row.token).await? {
                let (document, states) = read_body(&body).map_err(|reason| {
                    let message = format!("the document of `{}` cannot be read: {reason}", item.key);
                    CallError::permanent(message)
                })?;
                let CopiedItem {
                    origin: root,
                    attempt,
                    at,
                    row,
                    ..
                } = item;
                return Ok(Some(Entry {
                    preview: None,
                    row,
                    document,
                    states,
                    root,
                    attempt,
                    at,
                    log: None,
                }));
            }
            // Another write replaced the row and the document since the scan.
            match self.read_rows(&[&item.key]).await?.pop().flatten() {
                Some(row) => item.row = row,
                None => return Ok(None),
            }
        }
        Err(no_document(&item.key))
    }

    /// The rows with this outcome from the index of problems. The index may lag a moment behind the table.
    async fn problems(&self, outcome: Outcome) -> Result<Vec<KeyAndToken>, CallError> {
        let shards = problem_shards(outcome).into_iter().map(|shard| async move {
            let (projection, mut names) = project(&TOKEN);
            names.insert("#problem".to_owned(), table::PROBLEM.to_owned());
            let pages = self
                .clients
                .dynamodb
                .query()
                .table_name(&self.names.reviews)
                .index_name(table::PROBLEM_INDEX)
                .key_condition_expression("#problem = :problem")
                .set_expression_attribute_names(Some(names))
                .expression_attribute_values(":problem", AttributeValue::S(shard))
                .projection_expression(projection)
                .into_paginator()
                .items()
                .send();
            let items = pages.try_collect().await;
            from_items(items.map_err(|error| CallError::of("reading the index of problems", error))?)
        });
        Ok(try_join_all(shards).await?.into_iter().flatten().collect())
    }

    /// The current document of a key in canonical JSON; `None` if the key has no row.
    ///
    /// # Errors
    /// If a service fails.
    pub async fn read_document(&self, key: &str) -> Result<Option<String>, CallError> {
        for _ in 0..TRIES {
            let Some(row) = self.read_rows(&[key]).await?.pop().flatten() else {
                return Ok(None);
            };
            if let Some(document) = self.get_document(key, &row.token).await? {
                return Ok(Some(document));
            }
            // Another write replaced the row and the document between the two requests.
        }
        Err(no_document(key))
    }

    pub(super) async fn read_failures(&self, key: Option<&str>) -> Result<Vec<FailureRecord>, CallError> {
        let mut items: Vec<FailureItem> = match key {
            Some(key) => self.failures_of(key).await?,
            None => self.scan(&self.names.failures, FAILURE).await?,
        };
        items.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(items.into_iter().map(FailureItem::into_record).collect())
    }

    async fn failures_of(&self, key: &str) -> Result<Vec<FailureItem>, CallError> {
        let pages = self
            .clients
            .dynamodb
            .query()
            .table_name(&self.names.failures)
            .key_condition_expression("#key = :key")
            .expression_attribute_names("#key", table::KEY)
            .expression_attribute_values(":key", AttributeValue::S(key.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let items = pages.try_collect().await;
        from_items(items.map_err(|error| CallError::of("reading failures", error))?)
    }

    /// Reads some attributes of all items of a table into memory.
    async fn scan<T: DeserializeOwned>(&self, table: &str, attributes: &[&str]) -> Result<Vec<T>, CallError> {
        let all = Mutex::new(Vec::new());
        self.scan_pages(table, attributes, |mut page| {
            all.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .append(&mut page);
            Ok::<_, CallError>(())
        })
        .await?;
        Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads some attributes of all items of a table, its parts in parallel, and passes them on page by page (1 MB).
    async fn scan_pages<T: DeserializeOwned, E: From<CallError>>(
        &self,
        table: &str,
        attributes: &[&str],
        visit: impl Fn(Vec<T>) -> Result<(), E>,
    ) -> Result<(), E> {
        let visit = &visit;
        let parts = (0..SEGMENTS).map(|segment| async move {
            let (projection, names) = project(attributes);
            let mut pages = self
                .clients
                .dynamodb
                .scan()
                .table_name(table)
                .segment(segment)
                .total_segments(SEGMENTS)
                .projection_expression(projection)
                .set_expression_attribute_names(Some(names))
                .consistent_read(true)
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| CallError::of("scanning a table", error))?;
                visit(from_items(page.items.unwrap_or_default())?)?;
            }
            Ok::<_, E>(())
        });
        try_join_all(parts).await.map(drop)
    }
}

/// The attributes of a [`CopiedItem`] besides those of its row.
const COPIED: &[&str] = &["origin", "attempt", "at"];

/// The attributes of a [`KeyAndToken`].
const TOKEN: [&str; 3] = ["key", "token", "outcome"];

/// The attributes of a [`ScannedRow`].
const GROUP: &[&str] = &["key", "outcome", "handler"];

/// The attributes of a [`OutcomeRow`].
const ROW: &[&str] = &[
    "key",
    "token",
    "stamp",
    "sha256",
    "outcome",
    "transient",
    "recipe",
    "registry",
    "letter",
];
/// The attributes of a [`FailureItem`].
const FAILURE: &[&str] = &["key", "at", "failure", "handler", "recipe", "attempt", "log"];

fn no_document(key: &str) -> CallError {
    CallError::transient(format!(
        "the document of `{key}` is not in the bucket of documents; review the file again"
    ))
}

/// A projection with placeholders, because some attribute names are reserved words of DynamoDB.
fn project(attributes: &[&str]) -> (String, HashMap<String, String>) {
    let names: Vec<String> = attributes.iter().map(|name| format!("#{name}")).collect();
    let projection = names.join(", ");
    let attributes = attributes.iter().map(|name| (*name).to_owned());
    (projection, names.into_iter().zip(attributes).collect())
}

fn from_items<T: DeserializeOwned>(items: Vec<Item>) -> Result<Vec<T>, CallError> {
    serde_dynamo::from_items(items).map_err(|error| CallError::permanent(format!("unexpected item: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row as an earlier version wrote it: the recipe's handler is a text, and no dead letter is named.
    #[test]
    fn a_row_of_an_earlier_version_is_read() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |number: &str| AttributeValue::N(number.to_owned());
        let limits = [
            "object_bytes",
            "memory_bytes",
            "cpu_seconds",
            "stall_seconds",
            "line_bytes",
            "variables",
            "members",
            "inflated_bytes",
            "inflation_ratio",
        ];
        let recipe = Item::from([
            ("schema".to_owned(), number("0")),
            ("core".to_owned(), text("0.1.0")),
            ("handler".to_owned(), text("bottle 3")),
            ("reader".to_owned(), text("whp-exchange 0.1.0")),
            ("vocabulary".to_owned(), AttributeValue::Null(true)),
            (
                "limits".to_owned(),
                AttributeValue::M(limits.map(|name| (name.to_owned(), number("7"))).into()),
            ),
        ]);
        let item = Item::from([
            ("key".to_owned(), text("a.csv")),
            ("token".to_owned(), text("run/1.1")),
            ("stamp".to_owned(), text("etag")),
            ("sha256".to_owned(), AttributeValue::Null(true)),
            ("outcome".to_owned(), text("reviewed")),
            ("transient".to_owned(), AttributeValue::Bool(false)),
            ("recipe".to_owned(), AttributeValue::M(recipe)),
            ("registry".to_owned(), text("0123456789abcdef")),
        ]);
        let found: Vec<KeyAndRow> = from_items(vec![item]).unwrap();
        assert_eq!(
            (found[0].key.as_str(), found[0].row.letter.as_deref()),
            ("a.csv", None)
        );
        let recipe = found[0].row.recipe.as_ref().unwrap();
        assert_eq!(
            (recipe.handler.id.as_str(), recipe.handler.version),
            ("bottle", 3)
        );
        assert_eq!(recipe.limits.members, 7);
    }
}
