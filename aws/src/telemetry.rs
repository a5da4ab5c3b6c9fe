//! Logs as JSON lines, and metrics as CloudWatch reads them from logs (embedded metric format).

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use data_review_core::Outcome;
use data_review_deployment::{env, metric};
use serde_json::{Value, json};

/// The most characters of a foreign value in a line of the log.
const VALUE: usize = 300;

/// Sends logs to standard output, one JSON object per line. Must be called once.
pub(crate) fn start() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(tracing::Level::INFO)
        .init();
}

/// A foreign text, such as a key, shortened and with control characters escaped for the log.
pub fn escape_untrusted(text: &str) -> String {
    data_review_core::printable(text.as_bytes(), VALUE)
}

/// Where the log of a request is: group, stream and request id. `None` outside of a Lambda.
pub fn log_place(request: &str) -> Option<String> {
    let group = std::env::var("AWS_LAMBDA_LOG_GROUP_NAME").ok()?;
    let stream = std::env::var("AWS_LAMBDA_LOG_STREAM_NAME").unwrap_or_default();
    Some(format!("{group} {stream} {request}"))
}

/// Counts of one invocation.
#[derive(Debug)]
pub struct Metrics {
    /// A dimension: the id of a handler, or the role of the orchestrator.
    handler: String,
    /// A dimension that keeps the stacks of an account apart: the name of the stack, where the stack says so.
    stack: Option<String>,
    began: Instant,
    outcomes: BTreeMap<&'static str, u64>,
    bytes: u64,
}

impl Metrics {
    /// Counts that begin at zero, and a clock that begins now.
    pub fn of(handler: &str) -> Self {
        Metrics {
            handler: handler.to_owned(),
            stack: std::env::var(env::STACK).ok(),
            began: Instant::now(),
            outcomes: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// One more file with this outcome.
    pub fn recorded(&mut self, outcome: Outcome) {
        self.count(outcome.as_str(), 1);
    }

    /// `n` more files that ended without an outcome: `unchanged`, `dispatched`, `superseded`, `again`, `unreadable`.
    pub fn count(&mut self, name: &'static str, n: u64) {
        *self.outcomes.entry(name).or_default() += n;
    }

    /// Adds bytes that were read from the data bucket.
    pub fn read(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Prints the line that CloudWatch reads.
    pub fn emit(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        println!(
            "{}",
            self.line(now.as_millis(), self.began.elapsed().as_secs_f64())
        );
    }

    fn line(&self, milliseconds: u128, seconds: f64) -> Value {
        let mut line =
            json!({metric::HANDLER: self.handler, metric::SECONDS: seconds, metric::BYTES_READ: self.bytes});
        let mut dimensions = vec![metric::HANDLER];
        if let Some(stack) = &self.stack {
            dimensions.insert(0, metric::STACK);
            line[metric::STACK] = json!(stack);
        }
        let mut metrics = vec![
            json!({"Name": metric::SECONDS, "Unit": "Seconds"}),
            json!({"Name": metric::BYTES_READ, "Unit": "Bytes"}),
        ];
        for (name, count) in &self.outcomes {
            metrics.push(json!({"Name": name, "Unit": "Count"}));
            line[*name] = json!(count);
        }
        line["_aws"] = json!({
            "Timestamp": u64::try_from(milliseconds).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{"Namespace": metric::NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics}],
        });
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declared_metric_has_a_value() {
        let mut metrics = Metrics {
            stack: Some("dev".to_owned()),
            ..Metrics::of("bottle")
        };
        metrics.recorded(Outcome::Reviewed);
        metrics.recorded(Outcome::Reviewed);
        metrics.count("unchanged", 1);
        metrics.read(42);
        let line = metrics.line(1000, 0.5);
        assert_eq!(line["reviewed"], 2);
        assert_eq!(line["bytes_read"], 42);
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        // Two stacks of one account do not add up.
        assert_eq!(declared["Dimensions"], json!([["stack", "handler"]]));
        assert_eq!(
            (&line["stack"], &line["handler"]),
            (&json!("dev"), &json!("bottle"))
        );
        let names: Vec<&str> = declared["Metrics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|metric| metric["Name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["seconds", "bytes_read", "reviewed", "unchanged"]);
        assert!(names.iter().all(|name| line[*name].is_number()));
    }
}
