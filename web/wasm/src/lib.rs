//! Every handler for a web page: [`review`] identifies and reviews one file, and [`Registry`] describes the handlers.
//!
//! A page loads this crate as a WebAssembly module, whose functions are in the module `abi`. It runs each module in a worker of
//! its own, so that a file can end no more than its worker; the page then asks another worker for the document of the death
//! ([`Death`]). The document of a file is the one of the command line, byte for byte.

#[cfg(target_arch = "wasm32")]
mod abi;
mod lane;

// Links every handler.
use data_review_handlers as _;

use std::sync::Arc;

use data_review_core::pipeline::{Journey, Policy, Stop, Whole};
use data_review_core::preview::Preview;
use data_review_core::stats::Accumulator;
use data_review_core::{Card, Document, Input, PartState, Registry, Variable};
use serde::Deserialize;

pub use data_review_core::page::{Picture, describe};

/// What a page asks of [`review`].
#[derive(Debug, Clone, Deserialize)]
pub struct FileRequest {
    /// Key of the file: its path within the folder that was dropped, separated by `/`.
    pub key: String,
    /// How an earlier review of the same file ended, if it never answered: the file is only identified then, and its document
    /// says how the review ended.
    #[serde(default)]
    pub death: Option<Death>,
}

/// How the worker of a review ended without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Death {
    /// It allocated more memory than the handler's limit.
    Memory,
    /// It took longer than the handler's limit of processor time.
    Time,
    /// It read nothing for longer than the handler's limit.
    Stall,
    /// It panicked or trapped.
    Crash {
        /// The message of the panic or of the trap.
        message: String,
    },
}

/// What [`review`] gives.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The document, as the command line writes it.
    pub document: Document,
    /// A picture of the values of each variable of the document; `None` for one without numbers, and for one without flags in
    /// which some numbers stand for a missing value.
    pub pictures: Vec<Option<Picture>>,
    /// Levels of the casts for plots; `None` for a file without profiles.
    pub preview: Option<Preview>,
}

/// Identifies and reviews one file. `reviewing` is called with the card of the winning handler, before it reads the file.
///
/// ```
/// use std::sync::Arc;
/// use data_review_core::{BytesInput, Outcome, Registry};
/// use data_review_wasm::{FileRequest, review};
///
/// let registry = Registry::linked().unwrap();
/// let request = FileRequest { key: "notes.txt".to_owned(), death: None };
/// let reviewed = review(&registry, &request, Arc::new(BytesInput(b"any words".to_vec())), &|_| {});
/// assert_eq!(reviewed.document.outcome, Outcome::Unidentified);
/// ```
pub fn review(
    registry: &Registry,
    request: &FileRequest,
    input: Arc<dyn Input>,
    reviewing: &dyn Fn(&'static Card),
) -> Reviewed {
    let policy = Policy::of(registry, 1);
    let journey = Journey::begin(Whole::default(), &policy, "page").assuming_no_row();
    let mut lane = lane::Lane {
        registry,
        request,
        input,
        content: None,
        reviewing,
    };
    // The lane waits for nothing, so each future is ready when it is first polled.
    match pollster::block_on(journey.drive(&mut lane)) {
        Ok(Stop::Write(conclusion, _)) => {
            let entry = conclusion.into_write(&request.key, "", String::new()).entry;
            let variables = entry.document.variables.iter();
            let pictures = variables
                .zip(&entry.states)
                .map(|(variable, part)| picture(variable, part))
                .collect();
            Reviewed {
                document: entry.document,
                pictures,
                preview: entry.preview,
            }
        }
        Ok(Stop::Ended(_)) => unreachable!("a journey without a row ends in an outcome"),
        Err(never) => match never {},
    }
}

fn picture(variable: &Variable, part: &PartState) -> Option<Picture> {
    let state = Accumulator::from_state(&part.state).ok()?;
    Picture::of(variable, &state)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use data_review_core::{BytesInput, CheckState, Class, Compression, Outcome};
    use flate2::write::GzEncoder;

    use super::*;

    const TABLE: &str = "latitude,longitude,TEMP\n1,2,3\n2,3,4\n3,4,11\n";

    fn reviewed(death: Option<Death>) -> Reviewed {
        let registry = Registry::linked().unwrap();
        let request = FileRequest {
            key: "folder/a.csv".to_owned(),
            death,
        };
        review(&registry, &request, Arc::new(BytesInput(TABLE.into())), &|_| {})
    }

    #[test]
    fn a_file_has_a_document_and_a_picture_of_each_variable() {
        let Reviewed {
            document, pictures, ..
        } = reviewed(None);
        assert_eq!(document.outcome, Outcome::Reviewed);
        assert_eq!(document.file.sha256.as_deref().map(str::len), Some(64));
        assert_eq!(pictures.len(), document.variables.len());
        let picture = pictures[2].as_ref().unwrap();
        assert_eq!((picture.low, picture.high), (3.0, 11.0));
        assert_eq!((picture.counts.iter().sum::<u64>(), picture.counts[5]), (3, 1));
    }

    #[test]
    fn a_compressed_file_is_reviewed_as_its_content() {
        let registry = Registry::linked().unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(TABLE.as_bytes()).unwrap();
        let whole = encoder.finish().unwrap();
        let request = FileRequest {
            key: "folder/a.csv.gz".to_owned(),
            death: None,
        };
        let document = |stored: &[u8]| {
            let input = Arc::new(BytesInput(stored.to_vec()));
            review(&registry, &request, input, &|_| {}).document
        };
        let packed = document(&whole);
        assert_eq!(packed.variables, reviewed(None).document.variables);
        assert_eq!(
            (packed.file.compression, packed.file.size),
            (Some(Compression::Gzip), Some(whole.len() as u64))
        );
        let cut = document(&whole[..whole.len() - 9]);
        assert_eq!(
            (cut.outcome, cut.failure.unwrap().class),
            (Outcome::Failed, Class::Corrupt)
        );
    }

    #[test]
    fn a_death_is_a_failure_of_the_handler_that_was_called() {
        let registry = Registry::linked().unwrap();
        let limits = registry.get("csv").unwrap().card().limits;
        for (json, class, number) in [
            (r#"{"kind":"memory"}"#, Class::OutOfMemory, limits.memory_bytes),
            (r#"{"kind":"time"}"#, Class::TimedOut, limits.cpu_seconds.into()),
            (
                r#"{"kind":"stall"}"#,
                Class::TimedOut,
                limits.stall_seconds.into(),
            ),
            (r#"{"kind":"crash","message":"trap 7"}"#, Class::Crashed, 7),
        ] {
            let document = reviewed(Some(serde_json::from_str(json).unwrap())).document;
            let failure = document.failure.unwrap();
            assert_eq!((document.outcome, failure.class), (Outcome::Failed, class));
            assert!(
                failure.message.contains(&number.to_string()),
                "{}",
                failure.message
            );
            assert_eq!(document.handler.unwrap().id, "csv");
            assert!(document.file.sha256.is_some() && document.variables.is_empty());
            assert!(document.checks.values().any(|state| *state == CheckState::NotRun));
        }
    }

    #[test]
    fn the_description_explains_every_code() {
        let registry = Registry::linked().unwrap();
        let description: serde_json::Value = serde_json::from_str(&describe(&registry)).unwrap();
        for card in registry.cards() {
            let handler = &description["handlers"][card.id];
            assert_eq!(handler["title"], card.title);
            for info in card.all_codes() {
                assert_eq!(handler["codes"][info.code]["remedy"], info.remedy);
            }
        }
    }
}
