//! Reviews bytes within the process, without the workers and services of the engine and the Lambdas.

use std::io;
use std::sync::Arc;

use data_review_core::{
    BytesInput, Document, Failure, FileFacts, FileHandler, Identification, Input, Probe, Recipe, Registry,
    ReviewBuilder, hex, name_of,
};
use sha2::{Digest, Sha256};

/// The registry of all handlers.
///
/// # Panics
/// If a registration is invalid.
pub fn registry() -> Registry {
    Registry::linked().unwrap_or_else(|error| panic!("{error}"))
}

/// Identifies a file by its name and content.
pub fn identify(registry: &Registry, name: &str, input: &dyn Input) -> Identification {
    let mut probe = Probe::new(name, input).expect("memory can be read");
    registry.identify(&mut probe)
}

/// Identifies and reviews a file; returns its document.
pub fn document(registry: &Registry, key: &str, bytes: &[u8]) -> Document {
    document_of(registry, key, bytes, Arc::new(BytesInput(bytes.to_vec())))
}

/// Like [`document`], with the bytes read through `input`.
pub fn document_of(registry: &Registry, key: &str, bytes: &[u8], input: Arc<dyn Input>) -> Document {
    let name = name_of(key);
    let file = FileFacts {
        key: key.to_owned(),
        size: Some(bytes.len() as u64),
        sha256: Some(hex(&Sha256::digest(bytes))),
        compression: None,
    };
    let identification = identify(registry, name, &*input);
    let Identification::Identified(identified) = &identification else {
        return Document::unidentified(file, &identification).expect("it is not identified");
    };
    let handler = registry
        .get(&identified.winner.id)
        .expect("the winner is in the registry");
    let mut builder = ReviewBuilder::new(handler.card(), name);
    let end = handler.review(input, &mut builder);
    let review = builder.finish(end.is_ok());
    let failure = end.err().map(Failure::from);
    Document::handled(
        file,
        identified,
        handler.card().version,
        &Recipe::of(handler.card()),
        review,
        failure,
    )
}

/// Calls `sniff` of every handler without catching panics, as the registry would.
pub fn sniff_all(registry: &Registry, name: &str, bytes: &[u8]) {
    let input = BytesInput(bytes.to_vec());
    let mut probe = Probe::new(name, &input).expect("memory can be read");
    for handler in registry.iter() {
        FileHandler::sniff(handler, &mut probe);
    }
}

/// An input that returns 1 to 7 bytes per read, like a slow socket.
pub struct Dribble(pub Vec<u8>);

impl Input for Dribble {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(at)
            .ok()
            .and_then(|at| self.0.get(at..))
            .unwrap_or_default();
        let n = rest.len().min(into.len()).min(1 + (at % 7) as usize);
        into[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}
