//! The data model of Data Review, and the decisions of its flow.
//!
//! A [`FileHandler`] describes itself with a [`Card`], judges from a [`Probe`] whether it recognises the file
//! ([`Verdict`]), and fills a [`ReviewBuilder`]. The [`Registry`] collects the handlers that [`register_handler!`]
//! registered and turns their verdicts into an [`Identification`]. A review becomes a [`Document`] in canonical JSON,
//! and [`pipeline`] decides what is skipped, routed, recorded, retried or given up, and asks the program around it to
//! act.
//!
//! This crate is pure: no I/O of its own, no clock, no environment variables, no threads. Bytes come through [`Input`].

mod canonical;
mod capped;
mod card;
mod cast;
mod compression;
mod content;
mod coverage;
mod document;
mod failure;
mod finding;
mod group;
mod handler;
mod identify;
mod input;
pub mod page;
pub mod pipeline;
pub mod preview;
mod probe;
pub mod quality;
pub mod quantity;
mod recipe;
mod registry;
mod review;
mod rollup;
pub mod stats;
pub mod store;
mod text;
pub mod time;
mod verdict;

pub use capped::{Budget, Capped, PastBudget};
pub use card::{Card, CodeInfo, Examples, LambdaHints, Limits};
pub use cast::{Cast, MOST_CASTS};
pub use compression::Compression;
pub use content::{ContentKind, Evidence, KINDS};
pub use coverage::{Coverage, CoverageBuilder, CoverageKind, Depth, LeftOut, TimeSpan};
pub use document::{
    Document, FileFacts, GoodValues, HandlerFacts, Outcome, Provenance, SCHEMA, Variable, json_schema,
};
pub use failure::{Class, Failure, ReviewError, Stage};
pub use finding::{CheckState, Finding, FindingSet, OTHER_SUBJECTS, Place, Severity};
pub use group::{GroupKind, normalised as normalised_name};
pub use handler::FileHandler;
pub use identify::{CORE_CODES, Candidate, Identification, Identified, is_sniffing};
pub use input::{BytesInput, Input, InputReader};
pub use probe::{Probe, ProbeReader, name_of};
pub use quality::{FlagClass, FlagScheme};
pub use recipe::{HandlerVersion, Recipe, registry_digest};
pub use registry::{Registration, Registry, RegistryError};
pub use review::{PartState, Review, ReviewBuilder, VariableFacts};
pub use rollup::{RollUp, RolledUp};
pub use text::{hex, moves_a_terminal, percent_encode_controls, printable};
pub use time::Instant;
pub use verdict::{Confidence, Verdict};

/// What the expansion of [`register_handler!`] needs; not for direct use.
#[doc(hidden)]
pub mod private {
    pub use inventory;
}

/// Version of this crate; part of every recipe, because a change here may change a document.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
