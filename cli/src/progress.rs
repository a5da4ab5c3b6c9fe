//! The progress bar of a run, shown on terminals only.

use std::cell::Cell;

use data_review_core::Outcome;
use data_review_core::pipeline::Done;
use data_review_engine::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Files, bytes and the current rate. Its length is the bytes that are to be reviewed, without those of unchanged files.
pub(crate) struct Bar {
    bar: ProgressBar,
    objects: Cell<u64>,
    finished: Cell<u64>,
    bad: Cell<u64>,
}

impl Bar {
    /// A bar on standard error, which is hidden if that is not a terminal.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = "{wide_bar} {msg}, {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Bar {
            bar,
            objects: Cell::default(),
            finished: Cell::default(),
            bad: Cell::default(),
        }
    }

    /// Updates the bar with a report of the run.
    pub(crate) fn take(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Listed { objects, bytes } => {
                self.objects.set(*objects);
                self.bar.set_length(*bytes);
            }
            Progress::Finished { size, done, .. } => {
                match done {
                    Done::Unchanged => self.bar.dec_length(*size),
                    _ => self.bar.inc(*size),
                }
                self.finished.set(self.finished.get() + 1);
                let is_bad = matches!(
                    done,
                    Done::Recorded(Outcome::Failed | Outcome::Unidentified) | Done::GivenUp(_)
                );
                self.bad.set(self.bad.get() + u64::from(is_bad));
            }
        }
        self.bar.set_message(self.message());
    }

    fn message(&self) -> String {
        // Deleted files are finished, too, but were not listed.
        let (finished, bad) = (self.finished.get(), self.bad.get());
        let objects = self.objects.get().max(finished);
        let without = if bad == 0 {
            String::new()
        } else {
            format!(" ({bad} without a review)")
        };
        format!("{finished} of {objects} files{without}")
    }

    /// Removes the bar from the screen.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
