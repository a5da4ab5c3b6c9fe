//! From bytes to a document in one process: what the engine and the Lambdas do with workers and services around it.

use std::io;
use std::sync::Arc;

use data_review_core::{
    BytesInput, Document, Failure, FileFacts, FileHandler, Identification, Input, Probe, Recipe, Registry,
    ReviewBuilder, hex, name_of,
};
use sha2::{Digest, Sha256};

/// All handlers.
///
/// # Panics
/// When a registration is wrong.
pub fn registry() -> Registry {
    Registry::linked().unwrap_or_else(|error| panic!("{error}"))
}

/// What the registry says of a file.
pub fn identify(registry: &Registry, name: &str, input: &dyn Input) -> Identification {
    let mut probe = Probe::new(name, input).expect("memory can be read");
    registry.identify(&mut probe)
}

/// The document of a file under a key.
pub fn document(registry: &Registry, key: &str, bytes: &[u8]) -> Document {
    document_of(registry, key, bytes, Arc::new(BytesInput(bytes.to_vec())))
}

/// The same, when the bytes come in another way.
pub fn document_of(registry: &Registry, key: &str, bytes: &[u8], input: Arc<dyn Input>) -> Document {
    let name = name_of(key);
    let file = FileFacts {
        key: key.to_owned(),
        size: Some(bytes.len() as u64),
        sha256: Some(hex(&Sha256::digest(bytes))),
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

/// Lets every handler sniff, without the net that the registry spreads under a panic.
pub fn sniff_all(registry: &Registry, name: &str, bytes: &[u8]) {
    let input = BytesInput(bytes.to_vec());
    let mut probe = Probe::new(name, &input).expect("memory can be read");
    for handler in registry.iter() {
        FileHandler::sniff(handler, &mut probe);
    }
}

/// Gives 1 to 7 bytes at a time, as slow sockets and small buffers do.
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
