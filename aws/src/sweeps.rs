//! The table of sweeps, with their leases and cursors.
//!
//! A sweep lists a prefix of the bucket, or reads one data file of an inventory.
//!
//! It lasts longer than the invocations that work on it. Each invocation leases it, saves a cursor after every page, and
//! releases it when its time is over; the next tick of the schedule continues there. If an invocation dies, its lease
//! expires, and at most one page is listed twice.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use data_review_deployment::table;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};

use crate::inventory::InventoryFile;
use crate::{CallError, Clients};

/// Items that are written or removed at once.
const AT_ONCE: usize = 16;

/// An item of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The prefix, `*` (a key attribute cannot be empty), and for an inventory the URL of the file.
    sweep: String,
    /// Whether unchanged objects are reviewed, too.
    pub force: bool,
    /// The last key that was listed, or the number of lines that were read of the inventory's file.
    pub cursor: Option<String>,
    /// Whether all keys were listed, or the sweep was given up.
    pub done: bool,
    /// The number of listed objects.
    pub listed: u64,
    /// The number of requests that were sent for them; the other objects are unchanged or archived.
    pub sent: u64,
    /// The number of objects that were left out because they are archived and not restored.
    #[serde(default)]
    pub archived: u64,
    /// When it began, RFC 3339 in UTC.
    pub began: String,
    /// The file of an inventory that is read instead of a listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory: Option<InventoryFile>,
    /// Why the sweep was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Sweep {
    fn new(prefix: &str, force: bool, inventory: Option<InventoryFile>) -> Self {
        Sweep {
            sweep: match &inventory {
                None => Self::listing(prefix),
                Some(file) => format!("{}{}", Self::listing(prefix), url(file)),
            },
            force,
            cursor: None,
            done: false,
            listed: 0,
            sent: 0,
            archived: 0,
            began: crate::timestamp::now(),
            inventory,
            failed: None,
        }
    }

    /// The id of the sweep that lists a prefix.
    pub fn listing(prefix: &str) -> String {
        format!("{prefix}*")
    }

    /// Its id, which is unique in the table.
    pub fn id(&self) -> &str {
        &self.sweep
    }

    /// The prefix of the keys that are swept.
    pub fn prefix(&self) -> &str {
        let file = self.inventory.as_ref().map(url).unwrap_or_default();
        let listing = self.sweep.strip_suffix(&file).unwrap_or(&self.sweep);
        listing.strip_suffix('*').unwrap_or(listing)
    }
}

fn url(file: &InventoryFile) -> String {
    format!("s3://{}/{}", file.bucket, file.key)
}

/// A sweep that is leased to this invocation.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Its progress, which the owner updates and saves.
    pub sweep: Sweep,
    owner: String,
    length: Duration,
}

/// The table of sweeps.
#[derive(Debug, Clone)]
pub struct Sweeps {
    clients: Clients,
    table: String,
}

impl Sweeps {
    /// The sweeps in an existing table.
    pub fn new(clients: &Clients, table: impl Into<String>) -> Self {
        Sweeps {
            clients: clients.clone(),
            table: table.into(),
        }
    }

    /// Begins a sweep, unless one with this prefix is unfinished.
    ///
    /// # Errors
    /// If the service fails.
    pub async fn begin(&self, prefix: &str, force: bool) -> Result<(), CallError> {
        self.put(&Sweep::new(prefix, force, None)).await
    }

    /// Begins a sweep of each file of an inventory, unless it is unfinished, and removes the finished ones of earlier
    /// inventories with this prefix.
    ///
    /// # Errors
    /// If another inventory with this prefix is unfinished, or the service fails.
    pub async fn begin_inventory(
        &self,
        prefix: &str,
        force: bool,
        files: Vec<InventoryFile>,
    ) -> Result<(), CallError> {
        let sweeps: Vec<Sweep> = files
            .into_iter()
            .map(|file| Sweep::new(prefix, force, Some(file)))
            .collect();
        let ids: HashSet<&str> = sweeps.iter().map(Sweep::id).collect();
        let mut earlier = self.all().await?;
        earlier.retain(|sweep| {
            sweep.inventory.is_some() && sweep.prefix() == prefix && !ids.contains(sweep.id())
        });
        let unfinished = earlier.iter().find(|sweep| !sweep.done);
        if let Some(file) = unfinished.and_then(|sweep| sweep.inventory.as_ref()) {
            return Err(CallError::permanent(format!(
                "the sweep by the inventory {} is unfinished; wait for it with `data-review cloud status --wait`",
                file.manifest
            )));
        }
        let removed = stream::iter(&earlier).map(|sweep| self.remove(sweep));
        removed.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        let begun = stream::iter(&sweeps).map(|sweep| self.put(sweep));
        begun.buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Writes a sweep, unless it is there and unfinished.
    async fn put(&self, sweep: &Sweep) -> Result<(), CallError> {
        let item = serde_dynamo::to_item(sweep).map_err(|error| CallError::permanent(error.to_string()))?;
        let put = self
            .clients
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#sweep) OR #done = :yes")
            .expression_attribute_names("#sweep", table::SWEEP)
            .expression_attribute_names("#done", "done")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .send();
        accepted("beginning a sweep", put.await).map(|_| ())
    }

    async fn remove(&self, sweep: &Sweep) -> Result<(), CallError> {
        let delete = self
            .clients
            .dynamodb
            .delete_item()
            .table_name(&self.table)
            .key(table::SWEEP, AttributeValue::S(sweep.sweep.clone()));
        let deleted = delete.send().await;
        deleted.map_err(|error| CallError::of("removing a finished sweep", error))?;
        Ok(())
    }

    /// All sweeps, finished ones too.
    ///
    /// # Errors
    /// If the service fails.
    pub async fn all(&self) -> Result<Vec<Sweep>, CallError> {
        let pages = self
            .clients
            .dynamodb
            .scan()
            .table_name(&self.table)
            .consistent_read(true);
        let items = pages.into_paginator().items().send().try_collect().await;
        serde_dynamo::from_items(items.map_err(|error| CallError::of("reading the sweeps", error))?)
            .map_err(|error| CallError::permanent(format!("unexpected item of a sweep: {error}")))
    }

    /// Leases the sweep with this id ([`Sweep::id`]); `None` if it is finished, or leased to another owner. `owner` must be unique.
    ///
    /// # Errors
    /// If the service fails.
    pub async fn take(&self, id: &str, owner: &str, length: Duration) -> Result<Option<Lease>, CallError> {
        let update = self
            .clients
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .key(table::SWEEP, AttributeValue::S(id.to_owned()))
            .update_expression("SET #owner = :owner, #until = :until")
            // The owner may be this one already, if the response to the first attempt was lost.
            .condition_expression(
                "#done = :no AND (attribute_not_exists(#until) OR #until < :now OR #owner = :owner)",
            )
            .expression_attribute_names("#done", "done")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":owner", AttributeValue::S(owner.to_owned()))
            .expression_attribute_values(":now", AttributeValue::N(seconds(Duration::ZERO)))
            .expression_attribute_values(":until", AttributeValue::N(seconds(length)))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew)
            .send();
        let Some(answer) = accepted("taking a sweep", update.await)? else {
            return Ok(None);
        };
        let sweep = serde_dynamo::from_item(answer.attributes.unwrap_or_default())
            .map_err(|error| CallError::permanent(format!("unexpected item of a sweep: {error}")))?;
        Ok(Some(Lease {
            sweep,
            owner: owner.to_owned(),
            length,
        }))
    }

    /// Saves the progress of the sweep, and renews the lease or releases it. False if the lease had expired.
    ///
    /// # Errors
    /// If the service fails.
    pub async fn save(&self, lease: &Lease, keep: bool) -> Result<bool, CallError> {
        let sweep = &lease.sweep;
        let number = |n: u64| AttributeValue::N(n.to_string());
        let until = if keep {
            seconds(lease.length)
        } else {
            "0".to_owned()
        };
        let text = |text: &Option<String>| text.clone().map_or(AttributeValue::Null(true), AttributeValue::S);
        let update = self
            .clients
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .key(table::SWEEP, AttributeValue::S(sweep.sweep.clone()))
            .update_expression(
                "SET #cursor = :cursor, #done = :done, #listed = :listed, #sent = :sent, #archived = :archived, \
                 #failed = :failed, #until = :until",
            )
            .condition_expression("#owner = :owner")
            .expression_attribute_names("#cursor", "cursor")
            .expression_attribute_names("#done", "done")
            .expression_attribute_names("#listed", "listed")
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_names("#archived", "archived")
            .expression_attribute_names("#failed", "failed")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":cursor", text(&sweep.cursor))
            .expression_attribute_values(":failed", text(&sweep.failed))
            .expression_attribute_values(":done", AttributeValue::Bool(sweep.done))
            .expression_attribute_values(":listed", number(sweep.listed))
            .expression_attribute_values(":sent", number(sweep.sent))
            .expression_attribute_values(":archived", number(sweep.archived))
            .expression_attribute_values(":until", AttributeValue::N(until))
            .expression_attribute_values(":owner", AttributeValue::S(lease.owner.clone()))
            .send();
        Ok(accepted("saving a sweep", update.await)?.is_some())
    }
}

/// The answer to a conditional write; `None` if the condition does not hold.
fn accepted<T, E>(what: &str, answer: Result<T, SdkError<E>>) -> Result<Option<T>, CallError>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(CallError::of(what, error)),
    }
}

/// The time `ahead` from now, in seconds since 1970.
fn seconds(ahead: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + ahead).as_secs().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_and_the_files_of_an_inventory_are_sweeps_of_one_prefix() {
        let file = InventoryFile {
            manifest: "s3://lists/manifest.json".to_owned(),
            bucket: "lists".to_owned(),
            key: "data/1.csv.gz".to_owned(),
            size: 1,
            md5: String::new(),
            schema: String::new(),
        };
        for prefix in ["", "a/", "a*", "*s3://"] {
            let listing = Sweep::new(prefix, false, None);
            let read = Sweep::new(prefix, false, Some(file.clone()));
            assert_eq!((listing.prefix(), read.prefix()), (prefix, prefix));
            assert_eq!(listing.id(), Sweep::listing(prefix));
            assert_ne!(listing.id(), read.id());
        }
    }
}
