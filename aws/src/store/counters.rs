//! The table of counters: how many rows of the table of reviews have which outcome by which handler.
//!
//! A row and its counters change in one transaction, so that a message that is delivered again is not counted again. Each
//! group of rows has [`SHARDS`] counters, whose sum is its number: a transaction that meets another one at a counter is
//! cancelled, and tries another counter. A single counter may be negative.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use data_review_core::Outcome;
use data_review_core::store::Entry;
use data_review_deployment::table;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::DynamoStore;
use crate::CallError;

/// Counters of a group. 2,000 transactions a second of 10 ms each are 20 at a time, of which 1 in 13 meets another.
const SHARDS: u32 = 256;
/// The item that says that every row is counted, although the table of reviews is older than the counters.
const COMPLETE: &str = "complete";

/// Rows of the table of reviews that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowGroup {
    /// Their outcome.
    pub outcome: Outcome,
    /// Id of the handler that their documents name; `None` if no handler was called.
    #[serde(default)]
    pub handler: Option<String>,
}

/// The number of rows of each group. Groups without a row are left out.
pub type RowCounts = BTreeMap<RowGroup, i64>;

/// What the table of counters says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// The sums of the counters.
    pub counts: RowCounts,
    /// Whether every row is counted. Rows of a version without counters are not, until [`DynamoStore::correct_counters`].
    pub complete: bool,
}

#[derive(Deserialize)]
struct CounterItem {
    counter: String,
    #[serde(flatten)]
    group: Option<RowGroup>,
    #[serde(default)]
    files: i64,
}

impl RowGroup {
    pub(super) fn of(entry: &Entry) -> Self {
        RowGroup {
            outcome: entry.row.outcome,
            handler: entry.document.handler.as_ref().map(|facts| facts.id.clone()),
        }
    }

    /// The value of [`table::COUNTER`].
    fn counter(&self, shard: u32) -> String {
        let handler = self.handler.as_deref().unwrap_or_default();
        format!("{}#{handler}#{shard}", self.outcome.as_str())
    }
}

/// How a write changes the number of rows of each group; empty if the row stays in its group.
pub(super) fn changes(before: Option<RowGroup>, after: RowGroup) -> Vec<(RowGroup, i64)> {
    match before {
        Some(before) if before == after => Vec::new(),
        before => {
            let left = before.map(|group| (group, -1));
            left.into_iter().chain([(after, 1)]).collect()
        }
    }
}

/// The shard in which an attempt of a write counts.
pub(super) fn shard(token: &str, attempt: u32) -> u32 {
    let digest = Sha256::digest(format!("{token}#{attempt}"));
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) % SHARDS
}

impl DynamoStore {
    /// What the table of counters says of the table of reviews. It costs a few requests, whatever the number of rows.
    ///
    /// # Errors
    /// If a service fails.
    pub async fn counters(&self) -> Result<Counters, CallError> {
        let pages = self
            .clients
            .dynamodb
            .scan()
            .table_name(&self.names.counters)
            .consistent_read(true);
        let items = pages.into_paginator().items().send().try_collect().await;
        let items = items.map_err(|error| CallError::of("reading the counters", error))?;
        let items: Vec<CounterItem> = serde_dynamo::from_items(items)
            .map_err(|error| CallError::permanent(format!("unexpected counter: {error}")))?;
        let mut counters = Counters::default();
        for item in items {
            counters.complete |= item.counter == COMPLETE;
            if let Some(group) = item.group {
                *counters.counts.entry(group).or_default() += item.files;
            }
        }
        counters.counts.retain(|_, files| *files != 0);
        if !counters.complete {
            // The infrastructure program creates the counters before the rows; an older table has rows without counters.
            counters.complete =
                self.created(&self.names.counters).await? <= self.created(&self.names.reviews).await?;
        }
        Ok(counters)
    }

    /// Adds `changes` to the counters, which then count every row: all of it is done or nothing.
    ///
    /// # Errors
    /// If a service fails.
    pub async fn correct_counters(&self, changes: &RowCounts) -> Result<(), CallError> {
        let complete = Put::builder()
            .table_name(&self.names.counters)
            .item(table::COUNTER, AttributeValue::S(COMPLETE.to_owned()))
            .build()
            .expect("a put has a table and an item");
        let changes = changes.iter().map(|(group, by)| self.count(group, *by, 0));
        self.clients
            .dynamodb
            .transact_write_items()
            .set_transact_items(Some(changes.collect()))
            .transact_items(TransactWriteItem::builder().put(complete).build())
            .send()
            .await
            .map_err(|error| CallError::of("correcting the counters", error))?;
        Ok(())
    }

    /// The part of a transaction that adds to a counter.
    pub(super) fn count(&self, group: &RowGroup, by: i64, shard: u32) -> TransactWriteItem {
        let handler = group.handler.clone();
        let values = HashMap::from([
            (
                ":outcome".to_owned(),
                AttributeValue::S(group.outcome.as_str().to_owned()),
            ),
            (
                ":handler".to_owned(),
                handler.map_or(AttributeValue::Null(true), AttributeValue::S),
            ),
            (":by".to_owned(), AttributeValue::N(by.to_string())),
        ]);
        let update = Update::builder()
            .table_name(&self.names.counters)
            .key(table::COUNTER, AttributeValue::S(group.counter(shard)))
            .update_expression("SET #outcome = :outcome, #handler = :handler ADD #files :by")
            .expression_attribute_names("#outcome", "outcome")
            .expression_attribute_names("#handler", "handler")
            .expression_attribute_names("#files", "files")
            .set_expression_attribute_values(Some(values))
            .build()
            .expect("an update has a table, a key and an expression");
        TransactWriteItem::builder().update(update).build()
    }

    async fn created(&self, table: &str) -> Result<Option<DateTime>, CallError> {
        let found = self
            .clients
            .dynamodb
            .describe_table()
            .table_name(table)
            .send()
            .await;
        let found = found.map_err(|error| CallError::of(&format!("describing {table}"), error))?;
        Ok(found.table.and_then(|table| table.creation_date_time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_counts_what_leaves_a_group_and_what_joins_one() {
        let group = |outcome, handler: Option<&str>| RowGroup {
            outcome,
            handler: handler.map(str::to_owned),
        };
        let failed = group(Outcome::Failed, Some("csv"));
        let reviewed = group(Outcome::Reviewed, Some("csv"));
        let other = group(Outcome::Reviewed, Some("odv"));
        assert_eq!(changes(None, reviewed.clone()), [(reviewed.clone(), 1)]);
        assert_eq!(changes(Some(reviewed.clone()), reviewed.clone()), []);
        for before in [failed, other, group(Outcome::Gone, None)] {
            let expected = [(before.clone(), -1), (reviewed.clone(), 1)];
            assert_eq!(changes(Some(before), reviewed.clone()), expected);
        }
    }

    #[test]
    fn writes_are_spread_over_the_shards_and_each_attempt_over_others() {
        let shards = |tokens: u32, attempts: u32| {
            let all = (0..tokens)
                .flat_map(|token| (0..attempts).map(move |attempt| shard(&format!("run/{token}"), attempt)));
            all.collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(shards(5000, 1).len(), SHARDS as usize);
        assert!(shards(1, 8).len() > 4);
        let group = RowGroup {
            outcome: Outcome::Unidentified,
            handler: None,
        };
        assert_eq!(group.counter(7), "unidentified##7");
    }
}
