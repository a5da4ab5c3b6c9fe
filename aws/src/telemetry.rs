//! Logs as JSON lines, and metrics as CloudWatch reads them from logs (embedded metric format).

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use data_review_core::pipeline::Done;
use serde_json::{Value, json};

/// Namespace of the metrics.
const NAMESPACE: &str = "DataReview";
/// Longest text of a foreign value in a line of the log.
const VALUE: usize = 300;

/// Logs go to standard output, one JSON object a line. To be called once.
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

/// A foreign value, such as a key, for a line of the log.
pub fn foreign(text: &str) -> String {
    data_review_core::printable(text.as_bytes(), VALUE)
}

/// Where the log of this invocation is, for failure rows.
pub fn log_place(request: &str) -> Option<String> {
    let group = std::env::var("AWS_LAMBDA_LOG_GROUP_NAME").ok()?;
    let stream = std::env::var("AWS_LAMBDA_LOG_STREAM_NAME").unwrap_or_default();
    Some(format!("{group} {stream} {request}"))
}

/// RFC 3339 in UTC, to the millisecond.
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// The same of a time in milliseconds since 1970.
pub(crate) fn at_millisecond(milliseconds: i64) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(format!("{at:.3}"))
}

/// What one invocation did.
#[derive(Debug)]
pub struct Metrics {
    /// Value of the one dimension: the handler's id, or the orchestrator's role.
    handler: String,
    began: Instant,
    outcomes: BTreeMap<&'static str, u64>,
    bytes: u64,
}

impl Metrics {
    /// Begins to count.
    pub fn of(handler: &str) -> Self {
        Metrics {
            handler: handler.to_owned(),
            began: Instant::now(),
            outcomes: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// A file that ended so.
    pub fn count(&mut self, done: &Done) {
        let name = match done {
            Done::Recorded(outcome) => outcome.as_str(),
            Done::Unchanged => "unchanged",
            Done::Dispatched => "dispatched",
            Done::Superseded => "superseded",
            Done::GivenUp(_) => "again",
        };
        self.count_as(name, 1);
    }

    /// `n` more files of this kind.
    pub fn count_as(&mut self, name: &'static str, n: u64) {
        *self.outcomes.entry(name).or_default() += n;
    }

    /// Bytes that were read from the data bucket.
    pub fn read(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Writes the line.
    pub fn emit(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        println!(
            "{}",
            self.line(now.as_millis(), self.began.elapsed().as_secs_f64())
        );
    }

    fn line(&self, milliseconds: u128, seconds: f64) -> Value {
        let mut line = json!({"handler": self.handler, "seconds": seconds, "bytes_read": self.bytes});
        let mut metrics = vec![
            json!({"Name": "seconds", "Unit": "Seconds"}),
            json!({"Name": "bytes_read", "Unit": "Bytes"}),
        ];
        for (name, count) in &self.outcomes {
            metrics.push(json!({"Name": name, "Unit": "Count"}));
            line[*name] = json!(count);
        }
        line["_aws"] = json!({
            "Timestamp": u64::try_from(milliseconds).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["handler"]], "Metrics": metrics}],
        });
        line
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::Outcome;

    use super::*;

    #[test]
    fn every_metric_that_is_declared_has_a_value_beside_it() {
        let mut metrics = Metrics::of("bottle");
        metrics.count(&Done::Recorded(Outcome::Reviewed));
        metrics.count(&Done::Recorded(Outcome::Reviewed));
        metrics.count(&Done::Unchanged);
        metrics.read(42);
        let line = metrics.line(1000, 0.5);
        assert_eq!(line["reviewed"], 2);
        assert_eq!(line["bytes_read"], 42);
        let declared = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(declared["Dimensions"], json!([["handler"]]));
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
