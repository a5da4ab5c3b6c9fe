//! Handlers that do what a test says, each for files that begin with a line of its id.

use std::io::BufRead;
use std::sync::Arc;

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{
    Card, FileHandler, Input, InputReader, LambdaHints, Limits, Registration, ReviewBuilder, ReviewError,
    VariableFacts,
};

/// What a handler does with a file.
pub(crate) type Deed = fn(Arc<dyn Input>, &mut ReviewBuilder) -> Result<(), ReviewError>;

struct Scripted {
    card: &'static Card,
    deed: Deed,
}

impl FileHandler for Scripted {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        (self.deed)(input, review)
    }
}

/// Leaks: a handler lives as long as the program.
pub(crate) fn register(id: &'static str, version: u32, limits: Limits, deed: Deed) -> Registration {
    let magic: &'static [u8] = format!("{id}\n").leak().as_bytes();
    let card = Box::leak(Box::new(Card {
        id,
        title: id,
        version,
        extensions: &[".dat"],
        magic: Box::leak(Box::new([magic])),
        refines: &[],
        docs: "none",
        observations: "one per line after the first",
        reader: "scripted 1",
        vocabulary: None,
        codes: &[],
        limits,
        lambda: LambdaHints::DEFAULT,
    }));
    Registration::new(Box::leak(Box::new(Scripted { card, deed })), file!(), line!())
}

/// A file for the handler of this id.
pub(crate) fn file_for(id: &str) -> Vec<u8> {
    format!("{id}\n1.5\n-7\n1e3\n").into_bytes()
}

/// What a healthy handler does: one variable of numbers, a line each.
pub(crate) fn sum_up(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    let mut numbers = Accumulator::new(Dtype::Decimal, false);
    for line in std::io::BufReader::new(InputReader::new(input)).lines().skip(1) {
        match line?.parse() {
            Ok(number) => numbers.push_number(number, None),
            Err(_) => numbers.push_invalid(None),
        }
    }
    review.kind("lines");
    review.observations(numbers.total());
    let facts = VariableFacts {
        name: "number".to_owned(),
        ..VariableFacts::default()
    };
    review.variable(facts, &numbers);
    Ok(())
}
