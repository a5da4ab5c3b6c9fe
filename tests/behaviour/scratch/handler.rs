//! A handler made by the tests for a small format: `scratch 1`, then a number on each line.

use std::io::{BufRead, BufReader};
use std::sync::Arc;

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{
    Card, CodeInfo, FileHandler, Input, InputReader, LambdaHints, Limits, Place, Probe, Registration,
    Registry, ReviewBuilder, ReviewError, Severity, VariableFacts, Verdict,
};

pub(super) type Sniff = fn(&mut Probe<'_>) -> Verdict;
pub(super) type Review = fn(Arc<dyn Input>, &mut ReviewBuilder) -> Result<(), ReviewError>;

/// A handler made by a test.
pub(super) struct Scratch {
    pub(super) card: Card,
    pub(super) sniff: Sniff,
    pub(super) review: Review,
}

impl FileHandler for &'static Scratch {
    fn card(&self) -> &'static Card {
        &self.card
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        (self.sniff)(probe)
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        (self.review)(input, review)
    }
}

pub(super) const BAD_NUMBER: CodeInfo = of_numbers("bad-number");

/// A finding code of lines that are not as they should be.
pub(super) const fn of_numbers(code: &'static str) -> CodeInfo {
    CodeInfo::new(code, Severity::Error, "A line is not a valid number")
        .meaning("It is not counted in the statistics.")
        .remedy("Correct it.")
        .clause("scratch, lines")
}

impl Scratch {
    /// A number a line, below `scratch 1`.
    pub(super) fn good() -> Self {
        Scratch {
            card: Card {
                id: "scratch",
                title: "Scratch",
                version: 1,
                extensions: &[".scratch"],
                magic: &[b"scratch 1\n"],
                refines: &[],
                docs: "here",
                observations: "lines below the first",
                reader: "scratch 1",
                vocabulary: None,
                codes: &[&[BAD_NUMBER]],
                limits: Limits::DEFAULT,
                lambda: LambdaHints::DEFAULT,
            },
            sniff,
            review: |input, review| {
                let (numbers, rows) = read(input, review)?;
                review.observations(rows);
                review.variable(named("x"), &numbers);
                Ok(())
            },
        }
    }

    /// The same with another review.
    pub(super) fn reviewing(review: Review) -> Self {
        Scratch {
            review,
            ..Scratch::good()
        }
    }
}

/// A registry of nothing else; the handler lives as long as the program.
pub(super) fn registry(scratch: Scratch) -> Registry {
    let scratch: &'static Scratch = Box::leak(Box::new(scratch));
    let registration = Registration::new(Box::leak(Box::new(scratch)), "scratch.rs", 1);
    Registry::of(&[registration]).unwrap_or_else(|error| panic!("{error}"))
}

fn sniff(probe: &mut Probe<'_>) -> Verdict {
    match probe.head().starts_with(b"scratch 1\n") {
        true => Verdict::certain("starts with `scratch 1`"),
        false => Verdict::no("does not start with `scratch 1`"),
    }
}

pub(super) fn named(name: &str) -> VariableFacts {
    VariableFacts {
        name: name.to_owned(),
        ..VariableFacts::default()
    }
}

pub(super) fn read(
    input: Arc<dyn Input>,
    review: &mut ReviewBuilder,
) -> Result<(Accumulator, u64), ReviewError> {
    let mut numbers = Accumulator::new(Dtype::Decimal, false);
    let mut rows = 0;
    for line in BufReader::new(InputReader::new(input)).split(b'\n').skip(1) {
        rows += 1;
        match std::str::from_utf8(&line?)
            .ok()
            .and_then(|line| line.parse().ok())
        {
            Some(number) => numbers.push_number(number, None),
            None => {
                numbers.push_invalid(None);
                let place = || Some(Place::text(rows + 1, 1, None));
                review.found(&BAD_NUMBER, None, || "no number".to_owned(), place);
            }
        }
    }
    match rows {
        0 => Err(ReviewError::corrupt("no line follows the first")),
        _ => Ok((numbers, rows)),
    }
}
