//! The bytes of a file in memory: the C libraries are given bytes and no name.

use std::io;
use std::sync::Arc;

use array_file::{Problem, ProblemKind, Source};
use data_review_core::Input;

/// Bytes of the largest file that is read into memory: HDF5 copies it once more, and a worker may use four
/// times as much.
const MOST: u64 = 64 << 20;

/// The bytes of a whole file; a clone shares them.
#[derive(Debug, Clone)]
pub struct Held(Arc<Vec<u8>>);

impl Held {
    /// Reads a file into memory.
    ///
    /// # Errors
    /// When the file has more than 64 MiB, or cannot be read.
    pub fn of(input: &dyn Input) -> Result<Held, Problem> {
        let len = input.len();
        if len > MOST {
            return Err(Problem {
                kind: ProblemKind::Limit,
                message: format!(
                    "the file has {len} bytes; the reference libraries are given at most {MOST}"
                ),
                byte: None,
            });
        }
        let mut bytes = vec![0; len as usize];
        input.read_exact_at(0, &mut bytes)?;
        Ok(Held(Arc::new(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Source for Held {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_exact_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        Source::read_exact_at(&*self.0, at, into)
    }
}
