//! In which blocks a variable is read: bounded, in a fixed order, each chunk once.

use crate::{Type, Variable};

/// Bytes that are read of a variable at once, where its chunks allow for it.
pub(crate) const BLOCK_BYTES: usize = 2 << 20;
/// Elements read at once of a type that is stored as references, each of which may stand for much.
const REFERENCES: u64 = 4096;

/// Elements of a type that are read at once.
fn elements(of: &Type) -> u64 {
    match of {
        Type::String { .. } | Type::Sequence { .. } => REFERENCES,
        _ => (BLOCK_BYTES / of.size().unwrap_or(1).max(1)).max(1) as u64,
    }
}

impl Variable {
    /// The blocks that the variable is read in.
    pub fn blocks(&self) -> Blocks {
        blocks(&self.shape, &self.chunk, elements(&self.of))
    }

    /// The same of a variable whose last dimension is the length of texts, which are not cut apart.
    pub fn blocks_of_texts(&self) -> Blocks {
        let mut chunk = self.chunk.clone();
        chunk.resize(self.shape.len(), 1);
        if let (Some(chunk), Some(length)) = (chunk.last_mut(), self.shape.last()) {
            *chunk = *length;
        }
        blocks(&self.shape, &chunk, elements(&self.of))
    }
}

/// A box of elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// First index per dimension.
    pub start: Vec<u64>,
    /// Length per dimension.
    pub count: Vec<u64>,
}

impl Block {
    /// Index per dimension of the element at `at` of the block, row by row.
    pub fn index(&self, mut at: u64) -> Vec<u64> {
        let mut index = self.start.clone();
        for (position, count) in index.iter_mut().zip(&self.count).rev() {
            *position += at % count;
            at /= count;
        }
        index
    }
}

/// Iterator over the blocks of a variable; see [`Variable::blocks`].
#[derive(Debug, Clone)]
pub struct Blocks {
    shape: Vec<u64>,
    size: Vec<u64>,
    next: Option<Vec<u64>>,
}

/// Blocks of at most `elements` elements, or of one chunk where that is larger; together they are the whole variable.
///
/// A block is made of whole chunks (`chunk` is empty where there are none) and grows from the last dimension on, so that
/// without chunks it is a run of the stored order.
fn blocks(shape: &[u64], chunk: &[u64], elements: u64) -> Blocks {
    let mut size: Vec<u64> = shape
        .iter()
        .enumerate()
        .map(|(axis, length)| chunk.get(axis).copied().unwrap_or(1).clamp(1, (*length).max(1)))
        .collect();
    let mut room = elements
        / size
            .iter()
            .fold(1u64, |count, length| count.saturating_mul(*length))
            .max(1);
    for (size, length) in size.iter_mut().zip(shape).rev() {
        let whole = length.div_ceil(*size);
        if whole > room {
            *size *= room.max(1);
            break;
        }
        *size = (*length).max(1);
        room /= whole.max(1);
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
        fn every_element_once_and_no_block_too_large(
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

    #[test]
    fn without_chunks_a_block_is_a_run_of_the_stored_order() {
        let starts: Vec<Vec<u64>> = blocks(&[3, 4, 5], &[], 20).map(|block| block.start).collect();
        assert_eq!(starts, [[0, 0, 0], [1, 0, 0], [2, 0, 0]]);
        assert_eq!(blocks(&[], &[], 1).count(), 1, "a scalar is one block");
    }
}
