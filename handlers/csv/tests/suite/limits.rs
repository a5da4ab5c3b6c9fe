//! Lines, columns and metadata without end stay within the limits of memory and time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::harness::*;
use data_review_core::{Confidence, FileHandler, Input, Probe};
use data_review_csv::Csv;

/// A file with one long stretch that repeats a text, which is never in memory as a whole.
struct Stretch {
    head: &'static [u8],
    /// The text, many times: so many bytes are copied at once.
    units: Vec<u8>,
    /// Length of the stretch in bytes.
    len: u64,
    tail: &'static [u8],
    /// Bytes that were read.
    read: AtomicU64,
}

impl Stretch {
    fn new(head: &'static str, unit: &'static str, units: u64, tail: &'static str) -> Arc<Self> {
        Arc::new(Stretch {
            head: head.as_bytes(),
            units: unit.repeat(4096 / unit.len()).into_bytes(),
            len: unit.len() as u64 * units,
            tail: tail.as_bytes(),
            read: AtomicU64::new(0),
        })
    }

    fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes from `at` on, as many as are at hand.
    fn part(&self, at: u64) -> &[u8] {
        let head = self.head.len() as u64;
        if at < head {
            return &self.head[at as usize..];
        }
        if at < head + self.len {
            let rest = &self.units[((at - head) % self.units.len() as u64) as usize..];
            return &rest[..rest.len().min((head + self.len - at) as usize)];
        }
        self.tail
            .get((at - head - self.len) as usize..)
            .unwrap_or_default()
    }

    fn sniff(&self) -> Confidence {
        Csv.sniff(&mut Probe::new("table.csv", self).unwrap()).confidence
    }
}

impl Input for Stretch {
    fn len(&self) -> u64 {
        self.head.len() as u64 + self.len + self.tail.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            let part = self.part(at + filled as u64);
            if part.is_empty() {
                break;
            }
            let n = part.len().min(into.len() - filled);
            into[filled..filled + n].copy_from_slice(&part[..n]);
            filled += n;
        }
        self.read.fetch_add(filled as u64, Ordering::Relaxed);
        Ok(filled)
    }
}

/// The sample that a table is found in is read once more, and no more than this.
const SAMPLE: u64 = 16 << 20;

#[test]
fn a_line_without_end_is_skipped() {
    let file = Stretch::new(
        "time,temp\n2022-03-01,5.5\n2022-03-02,5.75\n2022-03-03,",
        "7",
        64 << 20,
        "\n2022-03-04,6.5\n",
    );
    assert_eq!(file.sniff(), Confidence::Likely);
    let review = review_input(file.clone()).unwrap();
    assert_eq!(review.observations, Some(3));
    assert_eq!(finding(&review, "record-too-long").count, 1);
    assert!(file.read() < file.len() + SAMPLE, "{} bytes read", file.read());
    // As the first line it leaves nothing to find, and the rest is not read.
    let file = Stretch::new("", "7", 64 << 20, "\ntime,temp\n2022-03-04,6.5\n");
    assert_eq!(file.sniff(), Confidence::No);
    assert!(review_input(file.clone()).is_err());
    assert!(file.read() < SAMPLE, "{} bytes read", file.read());
}

#[test]
fn columns_beyond_the_limit_are_refused() {
    let row = |cell: &dyn Fn(usize) -> String| (0..100_000).map(cell).collect::<Vec<_>>().join(",");
    let text = format!(
        "{}\n{}\n",
        row(&|at| format!("c{at}")),
        row(&|at| format!("{}", at % 7))
    );
    let error = try_review(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("100000 columns; at most 12000"), "{error}");
}

#[test]
fn metadata_without_end_is_not_searched() {
    let table = "time,temp\n2022-03-01,5.5\n2022-03-02,6.5\n";
    for unit in ["# Station: 7\n", "Station: 7\n", "Station,7,\n", "\n"] {
        let file = Stretch::new("", unit, 1_000_000, table);
        assert_eq!(
            file.sniff() > Confidence::Maybe,
            unit.starts_with("Station,"),
            "{unit}"
        );
        let _ = review_input(file.clone());
        let most = if unit == "Station,7,\n" {
            file.len() + SAMPLE
        } else {
            SAMPLE
        };
        assert!(file.read() < most, "{unit:?}: {} bytes read", file.read());
    }
    let file = Stretch::new(table, "# Station: 7\n", 200_000, "2022-03-03,7.5\n");
    let review = review_input(file).unwrap();
    assert_eq!(review.observations, Some(3));
    assert_eq!(finding(&review, "comment-line").count, 200_000);
}
