//! The error type: why something could not be read.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Kind of a [`Problem`], by which a caller decides what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The bytes contradict the format: they are damaged or truncated.
    Corrupt,
    /// A valid part of the format that this crate does not read, such as a filter.
    Unsupported,
    /// One of the [`Limits`](crate::Limits) was exceeded.
    Limit,
    /// The data are in another file, which is never opened.
    Outside,
    /// The source of the bytes failed; another attempt may succeed.
    Unreadable,
}

/// Why a file, a variable or some of its values could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Whether the file, this crate, a limit or the source is the reason.
    pub kind: ProblemKind,
    /// The reason in words, with the values that were found and expected.
    pub message: String,
    /// Offset in the file in bytes, from 0; `None` if it is not known.
    pub byte: Option<u64>,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, message: impl fmt::Display) -> Self {
        Problem {
            kind,
            message: message.to_string(),
            byte: None,
        }
    }

    pub(crate) fn corrupt(message: impl fmt::Display) -> Self {
        Self::new(ProblemKind::Corrupt, message)
    }

    pub(crate) fn unsupported(message: impl fmt::Display) -> Self {
        Self::new(ProblemKind::Unsupported, message)
    }

    pub(crate) fn limit(message: impl fmt::Display) -> Self {
        Self::new(ProblemKind::Limit, message)
    }

    pub(crate) fn outside(message: impl fmt::Display) -> Self {
        Self::new(ProblemKind::Outside, message)
    }

    /// Runs a library on bytes that may be hostile, and turns a panic into [`ProblemKind::Corrupt`].
    pub(crate) fn guard<T>(run: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(Problem::corrupt(format!(
                "its parts contradict one another ({})",
                text.unwrap_or("the reader panicked")
            )))
        })
    }

    pub(crate) fn at(self, byte: u64) -> Self {
        Problem {
            byte: Some(byte),
            ..self
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                Problem::corrupt("the file ends before the bytes it declares")
            }
            _ => Problem::new(ProblemKind::Unreadable, error),
        }
    }
}

impl From<hdf5_reader::error::Error> for Problem {
    fn from(error: hdf5_reader::error::Error) -> Self {
        use hdf5_reader::error::Error as E;
        match error {
            E::Io(error) => error.into(),
            E::Context { source, .. } => (*source).into(),
            E::ResourceLimit(message) => Problem::limit(message),
            E::UnsupportedLayoutClass(3) => {
                Problem::outside("a virtual dataset: its values are in other datasets")
            }
            // The format has two versions (HDF5 3.0, IV.A.1): other bytes are not an object header.
            E::UnsupportedObjectHeaderVersion(version) => Problem::corrupt(format!(
                "an object header of version {version}; versions are 1 and 2"
            )),
            E::UnsupportedSuperblockVersion(_)
            | E::UnsupportedBTreeVersion(_)
            | E::UnsupportedSymbolTableNodeVersion(_)
            | E::UnsupportedLocalHeapVersion(_)
            | E::UnsupportedGlobalHeapVersion(_)
            | E::UnsupportedFractalHeapVersion(_)
            | E::UnsupportedDataspaceVersion(_)
            | E::UnsupportedDatatypeClass(_)
            | E::UnsupportedLayoutClass(_)
            | E::UnsupportedLayoutVersion(_)
            | E::UnsupportedFilterPipelineVersion(_)
            | E::UnsupportedFillValueVersion(_)
            | E::UnsupportedLinkVersion(_)
            | E::UnsupportedLinkType(_)
            | E::UnsupportedAttributeVersion(_)
            | E::UnsupportedBTreeV2RecordType(_)
            | E::UnsupportedChunkIndexType(_)
            | E::UnsupportedOffsetSize(_)
            | E::UnsupportedLengthSize(_)
            | E::UnsupportedFilter(_)
            | E::UnsupportedEncoding(_) => Problem::unsupported(error),
            E::UnexpectedEof { offset, .. } => Problem::corrupt(error).at(offset),
            error => Problem::corrupt(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use hdf5_reader::error::Error as E;

    use super::*;

    #[test]
    fn errors_of_the_library_have_a_kind() {
        use ProblemKind::{Corrupt, Limit, Outside, Unreadable, Unsupported};
        let io = |kind: std::io::ErrorKind| E::Io(kind.into());
        for (error, kind, byte) in [
            (io(std::io::ErrorKind::UnexpectedEof), Corrupt, None),
            (io(std::io::ErrorKind::TimedOut), Unreadable, None),
            (E::ResourceLimit("too much".to_owned()), Limit, None),
            (E::UnsupportedLayoutClass(3), Outside, None),
            (E::UnsupportedLayoutClass(4), Unsupported, None),
            (E::UnsupportedFilter("zfp".to_owned()), Unsupported, None),
            (E::UnsupportedObjectHeaderVersion(7), Corrupt, None),
            (E::InvalidData("odd".to_owned()), Corrupt, None),
            (
                E::UnexpectedEof {
                    offset: 9,
                    needed: 4,
                    available: 1,
                },
                Corrupt,
                Some(9),
            ),
        ] {
            let text = error.to_string();
            let problem = Problem::from(error.with_context("a dataset"));
            assert_eq!((problem.kind, problem.byte), (kind, byte), "{text}");
            assert!(!problem.message.is_empty());
        }
    }

    #[test]
    fn a_panic_is_a_contradiction() {
        let message = |run: fn() -> Result<(), Problem>| Problem::guard(run).unwrap_err().message;
        assert!(message(|| panic!("odd")).ends_with("(odd)"));
        assert!(message(|| panic!("odd {}", 7)).ends_with("(odd 7)"));
        assert!(message(|| std::panic::panic_any(7)).ends_with("(the reader panicked)"));
        assert_eq!(Problem::guard(|| Ok(7)), Ok(7));
        let problem = Problem::limit("full").at(7);
        assert_eq!(
            (problem.kind, problem.message.as_str(), problem.byte),
            (ProblemKind::Limit, "full", Some(7))
        );
    }
}
