//! Conditional writes.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure::AllOld, TransactWriteItem,
};
use data_review_core::store::{Entry, FailureRecord, Write, Written};
use data_review_deployment::table;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::DynamoStore;
use super::counters::{self, RowGroup};
use super::items::{FailureItem, ReviewItem};
use crate::CallError;

/// Keys that are written in parallel.
const AT_ONCE: usize = 16;
/// Attempts of a write that meets other transactions, each with other counters.
const TRIES: u32 = 8;

type Item = HashMap<String, AttributeValue>;

impl DynamoStore {
    /// See [`data_review_core::store::Store::record`].
    pub(super) async fn write_all(&self, writes: &[Write]) -> Result<Vec<Written>, CallError> {
        // Several writes of one key are done in order.
        let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, write) in writes.iter().enumerate() {
            by_key.entry(&write.entry.document.file.key).or_default().push(at);
        }
        let done: Vec<Vec<(usize, Written)>> = stream::iter(by_key.into_values())
            .map(|chain| async move {
                let mut answers = Vec::new();
                for at in chain {
                    answers.push((at, self.write(&writes[at]).await?));
                }
                Ok::<_, CallError>(answers)
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let mut answers: Vec<_> = done.into_iter().flatten().collect();
        answers.sort_by_key(|(at, _)| *at);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Writes one outcome, if its row is still the expected one.
    ///
    /// # Errors
    /// If a service fails. The outcome is then written as a whole or not at all.
    pub async fn write(&self, write: &Write) -> Result<Written, CallError> {
        let Write { entry, expect } = write;
        let key = &entry.document.file.key;
        let token = &entry.row.token;
        self.put_document(entry).await?;
        let written = match self.put_row(entry, expect.as_deref()).await {
            Err(error) => self.read_back(write, error).await,
            answered => answered,
        };
        let loser = match &written {
            Ok(Written::Yes) => expect.as_ref(),
            // The row of this write, whose response was lost.
            Ok(Written::Taken(Some(found))) if found == token => expect.as_ref(),
            Ok(Written::Taken(_)) => Some(token),
            // The row may still be written, and needs its document.
            Err(error) if error.transient => None,
            Err(_) => Some(token),
        };
        if let Some(loser) = loser {
            self.delete_document(key, loser).await;
        }
        written
    }

    /// Determines what happened to a write without an answer: if the row is not the expected one any more, it is settled.
    async fn read_back(&self, write: &Write, error: CallError) -> Result<Written, CallError> {
        if !error.transient {
            return Err(error);
        }
        match self.taken(None, &write.entry.document.file.key).await? {
            Written::Taken(found) if found == write.expect => Err(error),
            settled => Ok(settled),
        }
    }

    /// Writes the row, the line of a failure and the counters, all or none.
    async fn put_row(&self, entry: &Entry, expect: Option<&str>) -> Result<Written, CallError> {
        let key = &entry.document.file.key;
        let before = match expect {
            None => None,
            // A token names one row for ever: if it is still there when the transaction is done, so is its group.
            Some(token) => match self.read_group(key).await? {
                Some((found, group)) if found == token => Some(group),
                found => return Ok(Written::Taken(found.map(|(token, _)| token))),
            },
        };
        let changes = counters::changes(before, RowGroup::of(entry));
        let row = to_item(ReviewItem::of(entry))?;
        let line = FailureItem::of(entry).map(to_item).transpose()?;
        let condition = Condition::of(expect);
        let mut conflict = CallError::transient("other writers change the same row");
        for attempt in 0..TRIES {
            pause(attempt).await;
            let put = if changes.is_empty() && line.is_none() {
                self.put_alone(row.clone(), &condition).await
            } else {
                let shard = counters::shard(&entry.row.token, attempt);
                let counted = changes.iter().map(|(group, by)| self.count(group, *by, shard));
                self.put_together(row.clone(), &condition, line.clone(), counted)
                    .await
            };
            match put {
                Ok(()) => return Ok(Written::Yes),
                Err(Refusal::Row(found)) => return self.taken(found, key).await,
                Err(Refusal::Conflict(error)) => conflict = error,
                Err(Refusal::Other(error)) => return Err(error),
            }
        }
        Err(conflict)
    }

    async fn put_together(
        &self,
        row: Item,
        condition: &Condition,
        line: Option<Item>,
        counted: impl Iterator<Item = TransactWriteItem>,
    ) -> Result<(), Refusal> {
        let put = |table: &str, item| Put::builder().table_name(table).set_item(Some(item));
        let row = put(&self.names.reviews, row)
            .condition_expression(condition.expression)
            .expression_attribute_names("#name", condition.name)
            .set_expression_attribute_values(condition.values.clone())
            .return_values_on_condition_check_failure(AllOld);
        let line = line.map(|line| put(&self.names.failures, line));
        let puts = std::iter::once(row).chain(line).map(|put| {
            let put = put.build().expect("a put has a table and an item");
            TransactWriteItem::builder().put(put).build()
        });
        let sent = self
            .clients
            .dynamodb
            .transact_write_items()
            .set_transact_items(Some(puts.chain(counted).collect()))
            .send();
        let Err(error) = sent.await else {
            return Ok(());
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
        else {
            return Err(Refusal::Other(CallError::of("writing an outcome", error)));
        };
        let reasons = cancelled.cancellation_reasons();
        // The row comes first, and only its part has a condition.
        if let Some(reason) = reasons
            .first()
            .filter(|reason| reason.code() == Some("ConditionalCheckFailed"))
        {
            return Err(Refusal::Row(reason.item().cloned()));
        }
        let met = reasons
            .iter()
            .any(|reason| reason.code() == Some("TransactionConflict"));
        let error = CallError::of("writing an outcome", error);
        Err(match met {
            true => Refusal::Conflict(error),
            false => Refusal::Other(error),
        })
    }

    async fn put_alone(&self, row: Item, condition: &Condition) -> Result<(), Refusal> {
        let sent = self
            .clients
            .dynamodb
            .put_item()
            .table_name(&self.names.reviews)
            .set_item(Some(row))
            .condition_expression(condition.expression)
            .expression_attribute_names("#name", condition.name)
            .set_expression_attribute_values(condition.values.clone())
            .return_values_on_condition_check_failure(AllOld)
            .send();
        let Err(error) = sent.await else {
            return Ok(());
        };
        Err(match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                Refusal::Row(refused.item().cloned())
            }
            Some(PutItemError::TransactionConflictException(_)) => {
                Refusal::Conflict(CallError::of("writing an outcome", error))
            }
            _ => Refusal::Other(CallError::of("writing an outcome", error)),
        })
    }

    /// The token of the row that is in the way; read from the table if the service did not return it.
    async fn taken(&self, found: Option<Item>, key: &str) -> Result<Written, CallError> {
        let token = found.and_then(|mut item| item.remove("token"));
        if let Some(AttributeValue::S(token)) = token {
            return Ok(Written::Taken(Some(token)));
        }
        let row = self.read_rows(&[key]).await?.pop().flatten();
        Ok(Written::Taken(row.map(|row| row.token)))
    }

    /// Adds a line to the failure log for a message that names no key, and so has no row.
    ///
    /// # Errors
    /// If a service fails.
    pub async fn log_failure(&self, record: &FailureRecord, token: &str) -> Result<(), CallError> {
        self.clients
            .dynamodb
            .put_item()
            .table_name(&self.names.failures)
            .set_item(Some(to_item(FailureItem::alone(record, token))?))
            .send()
            .await
            .map_err(|error| CallError::of("writing a failure", error))?;
        Ok(())
    }
}

/// Why a row was not written.
enum Refusal {
    /// It is not the expected one, but this, if the service returned it.
    Row(Option<Item>),
    /// Another transaction was at work on the row or on a counter.
    Conflict(CallError),
    /// The service failed.
    Other(CallError),
}

/// Waits before an attempt: the first one begins at once, each later one after a longer time.
async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(10) * (attempt * attempt)).await;
}

/// The condition that the row is the expected one.
struct Condition {
    expression: &'static str,
    name: &'static str,
    values: Option<Item>,
}

impl Condition {
    fn of(expect: Option<&str>) -> Self {
        match expect {
            None => Condition {
                expression: "attribute_not_exists(#name)",
                name: table::KEY,
                values: None,
            },
            Some(token) => Condition {
                expression: "#name = :token",
                name: "token",
                values: Some([(":token".to_owned(), AttributeValue::S(token.to_owned()))].into()),
            },
        }
    }
}

fn to_item<T: serde::Serialize>(value: T) -> Result<Item, CallError> {
    serde_dynamo::to_item(value)
        .map_err(|error| CallError::permanent(format!("an item cannot be written: {error}")))
}
