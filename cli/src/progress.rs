//! The progress of a run: a bar on terminals, and elsewhere a line a minute.

use std::time::{Duration, Instant};

use data_review_core::pipeline::Done;
use data_review_core::{Outcome, Severity};
use data_review_engine::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{output, wording};

/// How often a line is printed where there is no terminal.
const EVERY: Duration = Duration::from_secs(60);

/// Files, problems, bytes and the remaining time. Its length is the bytes that are to be reviewed, without those of unchanged
/// files.
pub(crate) struct Bar {
    bar: ProgressBar,
    last: Instant,
    objects: u64,
    finished: u64,
    without_review: u64,
    with_errors: u64,
}

impl Bar {
    /// A bar on standard error, which is hidden if that is not a terminal, or `--quiet` is set.
    pub(crate) fn new() -> Self {
        let target = match output::is_quiet() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = "{wide_bar} {msg}, {decimal_bytes} of {decimal_total_bytes}, ETA {eta}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Bar {
            bar,
            last: now(),
            objects: 0,
            finished: 0,
            without_review: 0,
            with_errors: 0,
        }
    }

    /// Updates the bar with a report of the run.
    pub(crate) fn take(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Listed { objects, bytes } => {
                self.objects = *objects;
                self.bar.set_length(*bytes);
            }
            Progress::Finished {
                size, done, document, ..
            } => {
                match done {
                    Done::Unchanged => self.bar.dec_length(*size),
                    _ => self.bar.inc(*size),
                }
                self.finished += 1;
                let is_bad = matches!(
                    done,
                    Done::Recorded(Outcome::Failed | Outcome::Unidentified) | Done::GivenUp(_)
                );
                self.without_review += u64::from(is_bad);
                let has_errors = document.is_some_and(|document| {
                    document
                        .findings
                        .iter()
                        .any(|finding| finding.severity == Severity::Error)
                });
                self.with_errors += u64::from(has_errors);
            }
        }
        if let Some(line) = self.line(now()) {
            output::say(&line);
        }
        self.bar.set_message(self.message());
    }

    /// The line that is due now, if any.
    fn line(&mut self, now: Instant) -> Option<String> {
        if !self.bar.is_hidden() || now.duration_since(self.last) < EVERY {
            return None;
        }
        self.last = now;
        let (done, length) = (self.bar.position(), self.bar.length().unwrap_or_default());
        Some(format!(
            "{}, {} of {}, {} left",
            self.message(),
            wording::bytes(done),
            wording::bytes(length),
            wording::span(self.bar.eta())
        ))
    }

    fn message(&self) -> String {
        // Deleted files are finished, too, but were not listed.
        let objects = self.objects.max(self.finished);
        let problems: Vec<String> = [
            (self.without_review, "without a review"),
            (self.with_errors, "with errors"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let problems = match problems.is_empty() {
            true => String::new(),
            false => format!(" ({})", problems.join(", ")),
        };
        format!("{} of {objects} files{problems}", self.finished)
    }

    /// Removes the bar from the screen.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[expect(clippy::disallowed_methods, reason = "progress is a matter of time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use data_review_core::pipeline::Reason;

    use super::*;

    #[test]
    fn without_a_terminal_a_line_is_due_every_minute() {
        let mut bar = Bar::new();
        bar.bar.set_draw_target(ProgressDrawTarget::hidden());
        bar.take(&Progress::Listed {
            objects: 3,
            bytes: 2_000_000,
        });
        bar.take(&Progress::Finished {
            root: "/data",
            key: "a",
            size: 500_000,
            done: &Done::Recorded(Outcome::Failed),
            reason: &Reason::New,
            document: None,
        });
        let begin = bar.last;
        assert_eq!(bar.line(begin + EVERY / 2), None);
        let line = bar.line(begin + EVERY).unwrap();
        assert!(
            line.starts_with("1 of 3 files (1 without a review), 500.0 kB of 2.0 MB, "),
            "{line}"
        );
        assert_eq!(bar.line(begin + EVERY + EVERY / 2), None);
    }
}
