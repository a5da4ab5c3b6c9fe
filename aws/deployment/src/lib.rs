//! The names that the infrastructure program and the programs in the cloud share, so that neither depends on the other.
//!
//! The infrastructure program sets these variables and creates these tables and indexes; the Lambdas read them. The command
//! line and the end-to-end tests read the [`Outputs`] of a stack.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub mod price;

/// Environment variables of the Lambdas; after each, who reads it.
pub mod env {
    /// Name of the table of current outcomes: handlers, orchestrator, janitor.
    pub const REVIEWS_TABLE: &str = "DATA_REVIEW_REVIEWS_TABLE";
    /// Name of the append-only table of failures: handlers, orchestrator, janitor.
    pub const FAILURES_TABLE: &str = "DATA_REVIEW_FAILURES_TABLE";
    /// Name of the table of counters: handlers, orchestrator, janitor.
    pub const COUNTERS_TABLE: &str = "DATA_REVIEW_COUNTERS_TABLE";
    /// Name of the table of sweeps, with their leases and cursors: orchestrator.
    pub const SWEEPS_TABLE: &str = "DATA_REVIEW_SWEEPS_TABLE";
    /// Name of the bucket of full documents and mergeable states: handlers, orchestrator, janitor.
    pub const DOCUMENTS_BUCKET: &str = "DATA_REVIEW_DOCUMENTS_BUCKET";
    /// Name of the user's bucket, which is never written: handlers, orchestrator, janitor.
    pub const DATA_BUCKET: &str = "DATA_REVIEW_DATA_BUCKET";
    /// URL of the intake queue: orchestrator.
    pub const INTAKE_QUEUE_URL: &str = "DATA_REVIEW_INTAKE_QUEUE_URL";
    /// The queue of each handler, as [`super::Routes`] writes it: orchestrator.
    pub const ROUTES: &str = "DATA_REVIEW_ROUTES";
    /// Whether this account pays for requests to the user's bucket: `true` or not set; handlers, orchestrator, janitor.
    pub const REQUESTER_PAYS: &str = "DATA_REVIEW_REQUESTER_PAYS";
    /// Name of the stack, a dimension of the metrics: handlers, orchestrator, janitor.
    pub const STACK: &str = "DATA_REVIEW_STACK";
    /// [`super::role::ORCHESTRATOR`] or [`super::role::JANITOR`], which share a package: both.
    pub const ROLE: &str = "DATA_REVIEW_ROLE";
}

/// Values of [`env::ROLE`]: what a function of the orchestrator's package does.
pub mod role {
    /// Processes events and pages of sweeps from the intake queue, and the ticks of the schedule.
    pub const ORCHESTRATOR: &str = "orchestrator";
    /// Processes the messages of every dead-letter queue, and writes failure rows for them.
    pub const JANITOR: &str = "janitor";
}

/// The request that the schedule sends to the orchestrator.
pub const TICK: &str = r#"{"tick":{}}"#;

/// The metrics that the Lambdas write: what the dashboard of a stack shows.
pub mod metric {
    /// Their namespace in CloudWatch.
    pub const NAMESPACE: &str = "DataReview";
    /// Dimension: the name of the stack.
    pub const STACK: &str = "stack";
    /// Dimension: the id of a handler, or [`super::role`].
    pub const HANDLER: &str = "handler";
    /// Seconds of an invocation.
    pub const SECONDS: &str = "seconds";
    /// Bytes that an invocation read from the data bucket.
    pub const BYTES_READ: &str = "bytes_read";
    /// What files end in: their outcomes, or `again` for a message that goes back to its queue.
    pub const ENDS: [&str; 5] = ["reviewed", "failed", "unidentified", "unchanged", "again"];
}

/// Key attributes of the tables and of their index. All of them are strings.
pub mod table {
    /// Partition key of the reviews and of the failures: the object's key.
    pub const KEY: &str = "key";
    /// Sort key of the failures: RFC 3339 time, `#`, a digest of the write token.
    pub const AT: &str = "at";
    /// Partition key of the counters: `outcome#handler#shard`.
    pub const COUNTER: &str = "counter";
    /// Partition key of the sweeps: the sweep's prefix.
    pub const SWEEP: &str = "sweep";
    /// Name of the sparse index over reviews that failed or are unidentified.
    pub const PROBLEM_INDEX: &str = "problems";
    /// Partition key of that index, `outcome#shard`. Its sort key is [`KEY`].
    pub const PROBLEM: &str = "problem";
}

/// The outputs of a stack, as `pulumi stack output --json` prints them. Further outputs are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outputs {
    /// Name of the table of current outcomes.
    pub reviews_table: String,
    /// Name of the append-only table of failures.
    pub failures_table: String,
    /// Name of the table of counters.
    pub counters_table: String,
    /// Name of the table of sweeps.
    pub sweeps_table: String,
    /// Name of the user's bucket.
    pub data_bucket: String,
    /// Whether this account pays for requests to the user's bucket; stacks of earlier versions do not say so.
    #[serde(default)]
    pub requester_pays: bool,
    /// Name of the bucket of full documents and mergeable states.
    pub documents_bucket: String,
    /// URL of the intake queue.
    pub intake_queue_url: String,
    /// URL of the dead-letter queue of the intake queue.
    pub intake_dead_letter_queue_url: String,
    /// Name of the orchestrator's function.
    pub orchestrator_function: String,
    /// What the stack created for each handler, by id.
    pub handlers: BTreeMap<String, HandlerOutputs>,
}

impl Outputs {
    /// Every queue: name, URL, URL of its dead-letter queue.
    pub fn queues(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let handlers = self.handlers.iter();
        let handlers = handlers.map(|(id, handler)| {
            (
                id.as_str(),
                handler.queue_url.as_str(),
                handler.dead_letter_queue_url.as_str(),
            )
        });
        handlers.chain([(
            "intake",
            self.intake_queue_url.as_str(),
            self.intake_dead_letter_queue_url.as_str(),
        )])
    }
}

/// What a stack created for one handler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandlerOutputs {
    /// Name of its Lambda function.
    pub function: String,
    /// URL of its queue.
    pub queue_url: String,
    /// URL of its dead-letter queue.
    pub dead_letter_queue_url: String,
}

/// The URL of the queue of each handler, by id. As text it is one compact variable, because the environment of a Lambda
/// holds 4 KB.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routes(pub BTreeMap<String, String>);

/// A part of the routes that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid route `{0}`: expected `COMMON-PART-OF-ALL-URLS handler=rest handler=rest …`; deploy the stack again"
)]
pub struct RoutesError(String);

impl Routes {
    /// URL of the queue of a handler, if it has one.
    pub fn queue(&self, handler: &str) -> Option<&str> {
        self.0.get(handler).map(String::as_str)
    }

    /// Writes the common beginning of all URLs, then the rest of each by handler.
    pub fn to_text(&self) -> String {
        let common = self
            .0
            .values()
            .map(String::as_str)
            .reduce(common_prefix)
            .unwrap_or_default();
        let mut text = common.to_owned();
        for (handler, url) in &self.0 {
            text.push_str(&format!(" {handler}={}", &url[common.len()..]));
        }
        text
    }

    /// Reads the text that [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// If a part is not `handler=rest`.
    pub fn parse(text: &str) -> Result<Self, RoutesError> {
        let mut parts = text.split(' ');
        let common = parts.next().unwrap_or_default();
        let route = |part: &str| match part.split_once('=') {
            Some((handler, rest)) if !handler.is_empty() => {
                Ok((handler.to_owned(), format!("{common}{rest}")))
            }
            _ => Err(RoutesError(part.to_owned())),
        };
        parts.map(route).collect::<Result<_, _>>().map(Routes)
    }
}

/// The longest common beginning of two texts, in whole characters.
fn common_prefix<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one
        .char_indices()
        .zip(other.chars())
        .take_while(|((_, a), b)| a == b);
    &one[..same.last().map_or(0, |((at, c), _)| at + c.len_utf8())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_round_trip_and_forty_handlers_fit() {
        let url = |name: &str| {
            format!("https://sqs.eu-central-1.amazonaws.com/123456789012/data-review-dev-{name}")
        };
        let many: BTreeMap<_, _> = (0..40)
            .map(|n| format!("handler-{n}"))
            .map(|id| (id.clone(), url(&id)))
            .collect();
        for routes in [
            Routes::default(),
            Routes([("bottle".to_owned(), url("bottle"))].into()),
            Routes(many),
        ] {
            let text = routes.to_text();
            assert!(text.len() < 2048, "{}", text.len());
            assert_eq!(Routes::parse(&text), Ok(routes));
        }
        assert!(
            Routes::parse("https://x no-route")
                .unwrap_err()
                .to_string()
                .contains("invalid route `no-route`")
        );
    }
}
