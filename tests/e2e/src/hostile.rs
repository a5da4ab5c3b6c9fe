//! A handler that a file can make do what no handler may do.

use std::io::Read;
use std::sync::Arc;

use data_review_core::{
    Card, Class, FileHandler, Input, InputReader, LambdaHints, Limits, Registration, Registry, RegistryError,
    ReviewBuilder, ReviewError,
};

/// What the first word of a file makes the handler do, and the class of failure in which that must end.
pub const ACTIONS: [(&str, Class); 3] = [
    ("crash", Class::Crashed),
    ("hang", Class::TimedOut),
    ("hoard", Class::OutOfMemory),
];

/// The card of the handler, with limits that a test can wait for.
pub static CARD: Card = Card {
    id: "hostile",
    title: "Hostile",
    version: 1,
    extensions: &[".hostile"],
    magic: &[b"hostile "],
    refines: &[],
    docs: "none",
    observations: "bytes",
    reader: "hostile 1",
    vocabulary: None,
    codes: &[],
    limits: Limits {
        memory_bytes: 64 << 20,
        cpu_seconds: 2,
        stall_seconds: 2,
        ..Limits::DEFAULT
    },
    lambda: LambdaHints {
        timeout_seconds: 60,
        ..LambdaHints::DEFAULT
    },
};

/// The hostile handler, which registers nowhere by itself.
pub struct Hostile;

impl FileHandler for Hostile {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn review(&self, input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
        let mut text = String::new();
        InputReader::new(input).read_to_string(&mut text)?;
        match text.split_whitespace().nth(1) {
            Some("crash") => std::process::abort(),
            Some("hang") => loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            },
            Some("hoard") => hoard(),
            _ => {
                review.kind("harmless");
                review.observations(text.len() as u64);
                Ok(())
            }
        }
    }
}

fn hoard() -> ! {
    let mut held = Vec::new();
    loop {
        held.push(vec![1_u8; 1 << 20]);
    }
}

static REGISTRATION: Registration = Registration::new(&Hostile, "tests/e2e/src/hostile.rs", 0);

/// A registry with only this handler.
///
/// # Errors
/// Never: the card is valid.
pub fn registry() -> Result<Registry, RegistryError> {
    Registry::of([&REGISTRATION])
}
