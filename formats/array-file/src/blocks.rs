//! The blocks in which a variable is read: of bounded size, in a fixed order, each chunk once.

use crate::{Type, Variable};

/// Size of a block in bytes, if the chunks are not larger.
pub(crate) const BLOCK_BYTES: usize = 2 << 20;
/// Elements of a block if the elements are references, each of which may stand for many bytes.
const REFERENCES: u64 = 4096;

/// Number of elements of a type in one block.
fn elements(of: &Type) -> u64 {
    match of {
        Type::String { .. } | Type::Sequence { .. } => REFERENCES,
        _ => (BLOCK_BYTES / of.size().unwrap_or(1).max(1)).max(1) as u64,
    }
}

impl Variable {
    /// The blocks in which the variable is read: at most 2 MiB each, or one chunk if that is larger. Together
    /// they are all elements, each once, and no chunk is in two blocks.
    ///
    /// ```no_run
    /// # fn read(file: &array_file::ArrayFile, variable: &array_file::Variable) -> Result<(), array_file::Problem> {
    /// for block in variable.blocks() {
    ///     let bytes = file.read(variable, &block.start, &block.count)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn blocks(&self) -> Blocks {
        blocks(&self.shape, &self.chunk, elements(&self.of))
    }

    /// The blocks of a character array, whose last dimension is the length of its texts, such as
    /// `PLATFORM_NUMBER(N_PROF, STRING8)`: as [`Variable::blocks`], but each block spans the last dimension, so that no text is
    /// divided. A block exceeds the usual size only if one text, or the chunks that contain it, do.
    pub fn blocks_of_texts(&self) -> Blocks {
        let mut chunk = self.chunk.clone();
        chunk.resize(self.shape.len(), 1);
        if let (Some(chunk), Some(length)) = (chunk.last_mut(), self.shape.last()) {
            *chunk = *length;
        }
        blocks(&self.shape, &chunk, elements(&self.of))
    }
}

/// A part of a variable: a range of indices in each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// First index in each dimension.
    pub start: Vec<u64>,
    /// Number of indices in each dimension.
    pub count: Vec<u64>,
}

impl Block {
    /// Where element `at` of this block lies in the variable: one index for each dimension. Elements are numbered from 0, the
    /// last dimension fastest; `at` must be less than the product of `count`.
    ///
    /// # Panics
    /// If the block is empty.
    pub fn index(&self, mut at: u64) -> Vec<u64> {
        let mut index = self.start.clone();
        for (position, count) in index.iter_mut().zip(&self.count).rev() {
            *position += at % count;
            at /= count;
        }
        index
    }
}

/// Iterator over the blocks of a variable, from [`Variable::blocks`] or [`Variable::blocks_of_texts`].
#[derive(Debug, Clone)]
pub struct Blocks {
    shape: Vec<u64>,
    size: Vec<u64>,
    next: Option<Vec<u64>>,
}

/// Blocks of at most `elements` elements, or of one chunk if that is larger.
///
/// A block consists of whole chunks (`chunk` is empty if there are none). It grows from the last dimension
/// on, so that without chunks it is contiguous in the file.
fn blocks(shape: &[u64], chunk: &[u64], elements: u64) -> Blocks {
    let mut size: Vec<u64> = shape
        .iter()
        .enumerate()
        .map(|(axis, length)| chunk.get(axis).copied().unwrap_or(1).clamp(1, (*length).max(1)))
        .collect();
    let mut left = elements
        / size
            .iter()
            .fold(1u64, |count, length| count.saturating_mul(*length))
            .max(1);
    for (size, length) in size.iter_mut().zip(shape).rev() {
        let whole = length.div_ceil(*size);
        if whole > left {
            *size *= left.max(1);
            break;
        }
        *size = (*length).max(1);
        left /= whole.max(1);
    }
    let next = (!shape.contains(&0)).then(|| vec![0; shape.len()]);
    Blocks {
        shape: shape.to_vec(),
        size,
        next,
    }
}

impl Iterator for Blocks {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let start = self.next.take()?;
        let count = start
            .iter()
            .zip(&self.size)
            .zip(&self.shape)
            .map(|((start, size), length)| (*size).min(length - start))
            .collect();
        let mut following = start.clone();
        for axis in (0..following.len()).rev() {
            following[axis] += self.size[axis];
            if following[axis] < self.shape[axis] {
                self.next = Some(following);
                break;
            }
            following[axis] = 0;
        }
        Some(Block { start, count })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn blocks_cover_every_element_once_within_the_limit(
            shape in prop::collection::vec(0u64..7, 0..4),
            chunk in prop::collection::vec(1u64..5, 4),
            elements in 1u64..40,
        ) {
            let chunk = &chunk[..shape.len()];
            let mut seen = std::collections::BTreeSet::new();
            let most = chunk.iter().product::<u64>().max(elements);
            for block in blocks(&shape, chunk, elements) {
                let count: u64 = block.count.iter().product();
                prop_assert!(count <= most);
                for (start, chunk) in block.start.iter().zip(chunk) {
                    prop_assert_eq!(start % chunk, 0, "a block begins with a chunk");
                }
                for at in 0..count {
                    prop_assert!(seen.insert(block.index(at)));
                }
            }
            prop_assert_eq!(seen.len() as u64, shape.iter().product::<u64>());
        }
    }

    fn variable(of: Type, shape: &[u64], chunk: &[u64]) -> Variable {
        Variable {
            name: String::new(),
            path: String::new(),
            of,
            shape: shape.to_vec(),
            dimensions: None,
            attributes: Vec::new(),
            chunk: chunk.to_vec(),
            problem: None,
            id: 0,
        }
    }

    #[test]
    fn a_block_has_2_mib_or_4096_references() {
        for (of, elements) in [
            (Type::Char, 2 << 20),
            (Type::Opaque { size: 8 }, 1 << 18),
            (Type::Opaque { size: 3 << 20 }, 1),
            (Type::Opaque { size: 0 }, 2 << 20),
            (Type::String { reference: 16 }, 4096),
            (
                Type::Sequence {
                    base: Box::new(Type::Char),
                    reference: 16,
                },
                4096,
            ),
        ] {
            let counts: Vec<u64> = variable(of, &[2 * elements + 1], &[])
                .blocks()
                .map(|block| block.count[0])
                .collect();
            assert_eq!(counts, [elements, elements, 1]);
        }
    }

    #[test]
    fn no_text_is_divided() {
        let counts = |shape: &[u64], chunk: &[u64]| -> Vec<Vec<u64>> {
            variable(Type::Char, shape, chunk)
                .blocks_of_texts()
                .map(|block| block.count)
                .collect()
        };
        // Two texts of 1 MiB each are a block.
        assert_eq!(counts(&[3, 1 << 20], &[]), [[2, 1 << 20], [1, 1 << 20]]);
        assert_eq!(counts(&[2, 3 << 20], &[]), [[1, 3 << 20], [1, 3 << 20]]);
        // Chunks of half a text, three texts high.
        assert_eq!(counts(&[4, 1 << 20], &[3, 1 << 19]), [[3, 1 << 20], [1, 1 << 20]]);
        assert_eq!(counts(&[3 << 20], &[]), [[3 << 20]]);
        assert_eq!(counts(&[], &[]), [[0u64; 0]]);
        assert_eq!(counts(&[0, 5], &[]), [[0u64; 0]; 0]);
    }

    #[test]
    fn without_chunks_a_block_is_contiguous() {
        let starts: Vec<Vec<u64>> = blocks(&[3, 4, 5], &[], 20).map(|block| block.start).collect();
        assert_eq!(starts, [[0, 0, 0], [1, 0, 0], [2, 0, 0]]);
        assert_eq!(blocks(&[], &[], 1).count(), 1, "a scalar is one block");
    }
}
