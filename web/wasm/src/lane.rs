//! Carries out the actions of a journey on a file that the page holds.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use data_review_core::pipeline::{
    Environment, HashObject, IdentifyObject, Interruption, KnownState, Obstacle, ProbedObject, RetryCause,
    ReviewObject, ReviewedObject,
};
use data_review_core::{
    BytesInput, Card, Class, Compression, Failure, Identification, Identified, Input, Limits, Probe,
    Registry, Review, ReviewBuilder, Stage, hex, name_of, printable,
};
use sha2::{Digest, Sha256};

use crate::{Death, FileRequest};

/// Bytes that are hashed at once.
const BLOCK: u64 = 1 << 20;
/// The only version of a file that a page sees.
const STAMP: &str = "page";
/// Length of the longest message of a crash, in bytes.
const MESSAGE: usize = 300;
/// Most bytes of the content of a compressed file, which is held in memory: half of what a module can address.
const CONTENT: u64 = 2 << 30;

/// The environment of a journey on a page.
pub(crate) struct Lane<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) request: &'a FileRequest,
    pub(crate) input: Arc<dyn Input>,
    /// How the file is compressed as a whole, and its content; `None` if it is not, or was not looked at.
    pub(crate) content: Option<(Compression, Arc<dyn Input>)>,
    pub(crate) reviewing: &'a dyn Fn(&'static Card),
}

type Result<T, E = Interruption<Infallible>> = std::result::Result<T, E>;

impl Lane<'_> {
    /// Decompresses the content if the file is compressed as a whole.
    fn decompress(&mut self) -> Result<()> {
        let Some(compression) = Compression::of_input(&*self.input).map_err(unreadable)? else {
            return Ok(());
        };
        let limits = Limits::DEFAULT.inflating_at_most(CONTENT);
        let mut content = Vec::new();
        compression
            .decompress(&self.input, &limits, &mut content)
            .map_err(|failure| Obstacle::of_content(*failure, STAMP.to_owned(), self.input.len()))?;
        self.content = Some((compression, Arc::new(BytesInput(content))));
        Ok(())
    }

    fn compression(&self) -> Option<Compression> {
        self.content.as_ref().map(|(compression, _)| *compression)
    }

    /// The name and the bytes that handlers see: those of the content, if the file is compressed as a whole.
    fn seen(&self) -> (&str, &Arc<dyn Input>) {
        let name = name_of(&self.request.key);
        match &self.content {
            Some((compression, content)) => (compression.name_inside(name), content),
            None => (name, &self.input),
        }
    }

    fn sha256(&self) -> Result<String> {
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < self.input.len() {
            let mut block = vec![0; BLOCK.min(self.input.len() - at) as usize];
            self.input.read_exact_at(at, &mut block).map_err(unreadable)?;
            hash.update(&block);
            at += block.len() as u64;
        }
        Ok(hex(&hash.finalize()))
    }
}

fn unreadable(error: io::Error) -> Interruption<Infallible> {
    let message = format!("it cannot be read: {error}");
    Obstacle::unavailable(Failure::new(Stage::Read, Class::Unreadable, message)).into()
}

impl Environment for Lane<'_> {
    type Halt = Infallible;

    async fn read_row(&mut self) -> Result<KnownState, Interruption<Infallible, Failure>> {
        Ok(KnownState::default())
    }

    async fn pause(&mut self, _attempt: u32, _cause: RetryCause) {}
}

impl HashObject for Lane<'_> {
    async fn hash(&mut self) -> Result<String> {
        self.sha256()
    }
}

impl IdentifyObject for Lane<'_> {
    async fn identify(&mut self) -> Result<ProbedObject> {
        self.decompress()?;
        let (name, input) = self.seen();
        let mut probe = Probe::new(name, &**input).map_err(unreadable)?;
        let identification = self.registry.identify(&mut probe);
        let sha256 = match identification {
            Identification::Identified(_) => None,
            _ => Some(self.sha256()?),
        };
        Ok(ProbedObject {
            identification,
            stamp: STAMP.to_owned(),
            size: self.input.len(),
            sha256,
            compression: self.compression(),
        })
    }
}

impl ReviewObject for Lane<'_> {
    async fn review(&mut self, identified: &Identified) -> Result<ReviewedObject> {
        let handler = self
            .registry
            .get(&identified.winner.id)
            .expect("the registry that identified the file has its handler");
        let card = handler.card();
        let (name, input) = self.seen();
        let (size, len) = (self.input.len(), input.len());
        let limit = card.limits.object_bytes;
        let (review, failure) = if len > limit {
            return Ok(ReviewedObject {
                size,
                sha256: None,
                compression: self.compression(),
                card,
                review: Review::not_run(card, name),
                failure: Some(Failure::too_large(len, limit)),
            });
        } else if let Some(death) = &self.request.death {
            (Review::not_run(card, name), Some(death.failure(&card.limits)))
        } else {
            (self.reviewing)(card);
            let mut builder = ReviewBuilder::new(card, name).with_preview(true);
            let result = handler.review(input.clone(), &mut builder);
            (builder.finish(result.is_ok()), result.err().map(Failure::from))
        };
        Ok(ReviewedObject {
            size,
            sha256: Some(self.sha256()?),
            compression: self.compression(),
            card,
            review,
            failure,
        })
    }
}

impl Death {
    /// The failure of a review that ended in this way, in the words of the command line.
    fn failure(&self, limits: &Limits) -> Failure {
        let (class, message) = match self {
            Death::Memory => {
                let limit = limits.memory_bytes;
                (
                    Class::OutOfMemory,
                    format!("its worker passed the memory limit of {limit} bytes"),
                )
            }
            Death::Time => {
                let limit = limits.cpu_seconds;
                (
                    Class::TimedOut,
                    format!("its review passed the limit of {limit} s of processor time"),
                )
            }
            Death::Stall => {
                let limit = limits.stall_seconds;
                (
                    Class::TimedOut,
                    format!("nothing moved for {limit} s, which is its limit, so its worker was ended"),
                )
            }
            Death::Crash { message } => (Class::Crashed, printable(message.as_bytes(), MESSAGE)),
        };
        Failure::new(Stage::Review, class, message)
    }
}
