//! What a sweep will cost and how long it will take, from a listing alone.
//!
//! An estimate, not an offer: the handler of a file is guessed from its name, and the time of a review from the file's size. The
//! prices are those of [`data_review_deployment::price`], the figures of a review those of `docs/benchmarks.md`.

use std::collections::BTreeMap;

use data_review_core::{Card, LambdaHints};
use data_review_deployment::price;

use crate::object::Listed;

/// Seconds of a review that do not depend on the file: a warm invocation's share of a small file.
const SECONDS: f64 = 0.128;
/// Bytes of a file that are reviewed in a second, on one vCPU: 10 MB take half a second.
const BYTES_A_SECOND: f64 = 27e6;
/// The memory in MB with which a Lambda has one whole vCPU.
const VCPU_MB: f64 = 1769.0;
/// Messages of a request or of an invocation.
const BATCH: f64 = 10.0;
/// Objects that one sweep lists, compares with the table and sends, a second.
const LISTED_A_SECOND: f64 = 2000.0;
/// Write units of an outcome: a row of 2 KB and a counter, both twice, because they are written in one transaction.
const WRITE_UNITS: f64 = 6.0;
/// Read units of a file: its row, once in a sweep and once before its review.
const READ_UNITS: f64 = 2.0;
/// Bytes of log lines for one file.
const LOG_BYTES: f64 = 500.0;

/// Objects that are likely to have the same handler.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectCount {
    /// Their number.
    pub objects: u64,
    /// Their length in bytes, together.
    pub bytes: u64,
}

impl ObjectCount {
    fn add(&mut self, object: &Listed) {
        self.objects += 1;
        self.bytes += object.size;
    }
}

/// The listed objects by the handler that their names suggest.
#[derive(Debug, Default)]
pub struct Workload {
    /// By the id of the handler.
    pub handlers: BTreeMap<&'static str, ObjectCount>,
    /// Objects whose names suggest no handler.
    pub unknown: ObjectCount,
    /// Objects that are archived and not restored: a sweep leaves them out.
    pub archived: ObjectCount,
}

impl Workload {
    /// Adds an object. Of all extensions that its name ends in, the longest counts.
    pub fn add(&mut self, cards: &[&'static Card], object: &Listed) {
        let name = object.key.to_ascii_lowercase();
        let longest = |card: &&&Card| {
            let fitting = card
                .extensions
                .iter()
                .filter(|end| name.ends_with(&end.to_ascii_lowercase()));
            fitting.map(|end| end.len()).max().unwrap_or(0)
        };
        // Of equally long ones the first card's, so that the result does not depend on the order of objects.
        let guess = cards
            .iter()
            .rev()
            .max_by_key(longest)
            .filter(|card| longest(card) > 0);
        match guess {
            _ if object.archive.is_some() => self.archived.add(object),
            Some(card) => self.handlers.entry(card.id).or_default().add(object),
            None => self.unknown.add(object),
        }
    }
}

/// What a sweep of a [`Workload`] costs, and how long it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// US dollars by what they are paid for.
    pub dollars: Vec<(&'static str, f64)>,
    /// Hours until the last file is reviewed.
    pub hours: f64,
    /// What takes that long: a handler's id, or `listing`.
    pub slowest: &'static str,
}

impl Estimate {
    /// Estimates the sweep of a workload in which nothing is reviewed yet.
    pub fn of(workload: &Workload, cards: &[&'static Card]) -> Self {
        let known = workload.handlers.iter().filter_map(|(id, group)| {
            let card = cards.iter().find(|card| card.id == *id)?;
            Some((card.id, group, card.lambda))
        });
        let mut gb_seconds = 0.0;
        let (mut seconds, mut slowest) = (0.0, "listing");
        let mut reviewed = 0.0;
        for (id, group, hints) in known {
            let busy = busy_seconds(group, hints);
            gb_seconds += busy * f64::from(hints.memory_mb) / 1024.0;
            reviewed += group.objects as f64;
            let took = busy / f64::from(hints.max_concurrency);
            if took > seconds {
                (seconds, slowest) = (took, id);
            }
        }
        let looked_at = reviewed + workload.unknown.objects as f64;
        let listed = looked_at + workload.archived.objects as f64;
        if listed / LISTED_A_SECOND > seconds {
            (seconds, slowest) = (listed / LISTED_A_SECOND, "listing");
        }
        // Each file is looked at and reviewed in batches; unknown files are looked at and recorded.
        let messages = looked_at + reviewed;
        let dollars = vec![
            ("Lambda, time", gb_seconds * price::LAMBDA_GB_SECOND_ARM64),
            ("Lambda, requests", messages / BATCH * price::LAMBDA_REQUEST),
            ("S3, reading", messages * price::S3_GET),
            ("S3, listing", listed / 1000.0 * price::S3_PUT),
            ("S3, documents", looked_at * price::S3_PUT),
            // Sent, received and deleted.
            ("SQS", 3.0 * messages / BATCH * price::SQS_REQUEST),
            (
                "DynamoDB",
                looked_at * (WRITE_UNITS * price::DYNAMODB_WRITE + READ_UNITS * price::DYNAMODB_READ),
            ),
            ("logs", looked_at * LOG_BYTES / 1e9 * price::LOGS_GB),
        ];
        Estimate {
            dollars,
            hours: seconds / 3600.0,
            slowest,
        }
    }

    /// All dollars together.
    pub fn total(&self) -> f64 {
        self.dollars.iter().map(|(_, dollars)| dollars).sum()
    }
}

/// The time that one Lambda would need for all objects of a group.
fn busy_seconds(group: &ObjectCount, hints: LambdaHints) -> f64 {
    let share = (f64::from(hints.memory_mb) / VCPU_MB).min(1.0);
    (group.objects as f64 * SECONDS + group.bytes as f64 / BYTES_A_SECOND) / share
}

#[cfg(test)]
mod tests {
    use data_review_core::Limits;

    use super::*;

    static BOTTLE: Card = card("bottle", &["_hy1.csv", ".csv"]);
    static CSV: Card = card("csv", &[".csv", ".txt"]);

    const fn card(id: &'static str, extensions: &'static [&'static str]) -> Card {
        Card {
            id,
            title: "",
            version: 1,
            extensions,
            magic: &[],
            refines: &[],
            docs: "",
            observations: "",
            reader: "",
            vocabulary: None,
            codes: &[],
            limits: Limits::DEFAULT,
            lambda: LambdaHints {
                max_concurrency: 1000,
                ..LambdaHints::DEFAULT
            },
        }
    }

    fn object(key: &str, archive: Option<&str>) -> Listed {
        Listed {
            key: key.to_owned(),
            size: 10,
            stamp: String::new(),
            archive: archive.map(str::to_owned),
        }
    }

    #[test]
    fn a_name_suggests_the_handler_with_the_longest_extension() {
        let cards = [&BOTTLE, &CSV];
        let mut workload = Workload::default();
        for key in ["a/x_HY1.csv", "b.csv", "c.txt", "d.txt", "e.pdf", "f"] {
            workload.add(&cards, &object(key, None));
        }
        workload.add(&cards, &object("g.csv", Some("GLACIER")));
        let group = |objects: u64| ObjectCount {
            objects,
            bytes: objects * 10,
        };
        assert_eq!(
            workload.handlers,
            [("bottle", group(2)), ("csv", group(2))].into()
        );
        assert_eq!((workload.unknown, workload.archived), (group(2), group(1)));
    }

    /// The table of docs/benchmarks.md, "A million files, and 10^8 on paper".
    #[test]
    fn an_estimate_is_what_the_benchmarks_say_on_paper() {
        let workload = |objects: u64, bytes: u64| Workload {
            handlers: [("csv", ObjectCount { objects, bytes })].into(),
            ..Workload::default()
        };
        let cards = [&CSV];
        let small = Estimate::of(&workload(1_000_000, 0), &cards);
        let paper = [2.94, 0.04, 0.80, 0.005, 5.00, 0.24, 4.00, 0.25];
        for ((what, dollars), paper) in small.dollars.iter().zip(paper) {
            assert!(
                (dollars - paper).abs() < 0.01,
                "{what}: {dollars}, on paper {paper}"
            );
        }
        let many = Estimate::of(&workload(100_000_000, 1_000_000_000_000_000), &cards);
        assert!((many.total() - 2185.0).abs() < 20.0, "{}", many.total());
        // 0.5 s a file, a thousand at once.
        assert!((many.hours - 13.9).abs() < 0.2, "{} h", many.hours);
        assert_eq!(small.slowest, "listing");
    }

    #[test]
    fn archived_and_unknown_objects_are_not_reviewed() {
        let mut workload = Workload::default();
        workload.archived.objects = 1_000_000;
        let dollars = |workload: &Workload| Estimate::of(workload, &[&CSV]).total();
        // A thousand pages of the listing.
        assert!((dollars(&workload) - 0.005).abs() < 1e-9);
        workload.unknown.objects = 1_000_000;
        assert!(dollars(&workload) > 5.0);
    }
}
