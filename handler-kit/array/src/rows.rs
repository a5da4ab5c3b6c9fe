//! Padded arrays: rows of different lengths in one rectangle, and the used length of each row.

use std::ops::Range;

use array_file::Block;

/// Most rows of one padded array whose lengths are kept. A file with more rows has no padding, only missing cells.
const MOST_ROWS: u64 = 1 << 22;
/// The length of a row that no variable has been read of.
const UNKNOWN: u32 = u32::MAX;

/// The used lengths of the rows of padded arrays with the same first dimensions.
///
/// Profiles, time series and trajectories of different lengths are often stored in one array, one per row, padded to
/// the longest (CF 1.11, 9.3.2). A row ends after the last index at which any variable of the array has a value. Before
/// that end, a cell without a value is missing; after it, a cell is padding.
///
/// The variables are read one after the other, and the first one determines the length of each row. A variable with
/// values beyond it lengthens the row, which changes [`Rows::revision`]: variables that were read before must be read
/// again. Memory: four bytes per row, for at most 4,194,304 rows.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Lengths of the shared dimensions; the last one is that of a row.
    shape: Vec<u64>,
    used: Vec<u32>,
    revision: u64,
}

impl Rows {
    /// Rows of arrays whose first dimensions have these lengths; the last of them is the length of a row. `None` if the
    /// used lengths would take too much memory.
    pub fn new(shape: &[u64]) -> Option<Rows> {
        let (length, outer) = shape.split_last()?;
        let rows = outer
            .iter()
            .try_fold(1u64, |rows, length| rows.checked_mul(*length))?;
        let fits = rows <= MOST_ROWS && *length < u64::from(UNKNOWN);
        fits.then(|| Rows {
            shape: shape.to_vec(),
            used: vec![UNKNOWN; rows as usize],
            revision: 0,
        })
    }

    /// Lengths of the shared dimensions, that of a row last.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// A number that changes when a row turns out to be longer than it was assumed to be.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Number of rows with at least one value.
    pub fn in_use(&self) -> u64 {
        let used = self.used.iter().filter(|used| !matches!(**used, 0 | UNKNOWN));
        used.count() as u64
    }

    /// Whether the length of any row is still unknown.
    pub(crate) fn has_unknown(&self) -> bool {
        self.used.contains(&UNKNOWN)
    }

    /// Whether a block has its rows from their beginning to their end.
    pub(crate) fn are_whole_in(&self, block: &Block) -> bool {
        let last = self.shape.len() - 1;
        block.count.get(last) == self.shape.last()
    }

    /// Whether there is a row with this index.
    pub fn has(&self, row: usize) -> bool {
        row < self.used.len()
    }

    /// The used length of a row, in cells; `None` before any variable with values was read, and for a row that does not exist.
    pub fn length(&self, row: usize) -> Option<u64> {
        let used = self.used.get(row).copied()?;
        (used != UNKNOWN).then_some(u64::from(used))
    }

    /// The used length of a row; the whole length if it is unknown.
    fn used(&self, row: usize) -> u64 {
        match self.used.get(row).copied() {
            Some(UNKNOWN) | None => *self.shape.last().unwrap_or(&0),
            Some(used) => u64::from(used),
        }
    }

    /// Records that a row has values up to the index `end`.
    fn reaches(&mut self, row: usize, end: u64) {
        let Some(used) = self.used.get_mut(row) else {
            return;
        };
        let end = end as u32;
        if *used == UNKNOWN {
            *used = end;
        } else if end > *used {
            *used = end;
            self.revision += 1;
        }
    }

    /// The parts of rows in a block, in its order; `inner` values belong to each cell of a row.
    fn parts(&self, block: &Block, inner: usize) -> impl Iterator<Item = Part> + use<> {
        let last = self.shape.len() - 1;
        let (outer, start) = (self.shape[..last].to_vec(), block.start.clone());
        let counts = block.count[..last].to_vec();
        let cells = block.count[last];
        let values = cells as usize * inner;
        let rows: u64 = counts.iter().product();
        (0..rows).map(move |at| {
            let (mut row, mut rest, mut stride) = (0, at, 1);
            for axis in (0..last).rev() {
                row += (start[axis] + rest % counts[axis]) * stride;
                rest /= counts[axis];
                stride *= outer[axis];
            }
            let from = at as usize * values;
            Part {
                row: row as usize,
                start: start[last],
                cells,
                values: from..from + values,
            }
        })
    }
}

/// A part of a row.
struct Part {
    row: usize,
    /// Index in the row of its first cell.
    start: u64,
    cells: u64,
    /// Indices of its values in the block.
    values: Range<usize>,
}

/// How the cells of one variable relate to the rows of its array.
#[derive(Debug)]
pub struct Padding<'r> {
    /// The rows of the array.
    pub rows: &'r mut Rows,
    /// Whether values of this variable show that a cell is used. Those of flags do not: they are often written for the
    /// whole row.
    pub counts: bool,
}

/// How to treat a range of the values of a block.
pub(crate) enum Cells {
    /// They are in the used part of a row, or have values nevertheless.
    Observed(Range<usize>),
    /// They have no values and are after the end of their row.
    Padding(u64),
}

impl Padding<'_> {
    /// Splits the values of a block into observations and padding. `inner` values belong to each cell; `absent` says
    /// whether a value is missing.
    pub(crate) fn split(
        &mut self,
        block: &Block,
        inner: usize,
        absent: impl Fn(usize) -> bool,
        mut each: impl FnMut(Cells),
    ) {
        if inner == 0 {
            return;
        }
        for part in self.rows.parts(block, inner) {
            let Range { start, end } = part.values;
            // Only values after the known end need a look.
            let known = match self.rows.used.get(part.row).copied() {
                Some(UNKNOWN) | None => 0,
                Some(used) => u64::from(used).saturating_sub(part.start).min(part.cells),
            };
            if self.counts {
                let from = start + known as usize * inner;
                let last = (from..end).rev().find(|at| !absent(*at));
                match last {
                    Some(last) => {
                        let cell = ((last - start) / inner) as u64;
                        self.rows.reaches(part.row, part.start + cell + 1);
                    }
                    None => self.rows.reaches(part.row, 0),
                }
            }
            let used = self
                .rows
                .used(part.row)
                .saturating_sub(part.start)
                .min(part.cells);
            let mut at = start + used as usize * inner;
            if at > start {
                each(Cells::Observed(start..at));
            }
            while at < end {
                let empty = absent(at);
                let run = (at..end).take_while(|next| absent(*next) == empty).count();
                each(match empty {
                    true => Cells::Padding(run as u64),
                    false => Cells::Observed(at..at + run),
                });
                at += run;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits a whole array of one row per text; `.` is a missing value.
    fn split(rows: &mut Rows, counts: bool, array: &[&str]) -> String {
        let cells: Vec<u8> = array.concat().into_bytes();
        let block = Block {
            start: vec![0, 0],
            count: vec![array.len() as u64, array[0].len() as u64],
        };
        shown(rows, counts, &block, &cells)
    }

    fn shown(rows: &mut Rows, counts: bool, block: &Block, cells: &[u8]) -> String {
        let mut shown = String::new();
        let mut padding = Padding { rows, counts };
        padding.split(
            block,
            1,
            |at| cells[at] == b'.',
            |part| match part {
                Cells::Observed(range) => shown.push_str(std::str::from_utf8(&cells[range]).unwrap()),
                Cells::Padding(count) => shown.push_str(&"_".repeat(count as usize)),
            },
        );
        shown
    }

    #[test]
    fn a_row_ends_after_its_last_value() {
        let mut rows = Rows::new(&[3, 4]).unwrap();
        assert_eq!(split(&mut rows, true, &["ab..", "a.b.", "...."]), "ab__a.b_____");
        assert_eq!((rows.in_use(), rows.revision()), (2, 0));
        assert_eq!(
            split(&mut rows, true, &["a...", "....", "...."]),
            "a.__..._____",
            "what another variable observed is missing here"
        );
        assert_eq!(rows.revision(), 0);
    }

    #[test]
    fn a_longer_variable_lengthens_the_row() {
        let mut rows = Rows::new(&[2, 4]).unwrap();
        split(&mut rows, true, &["a...", "abcd"]);
        assert_eq!(split(&mut rows, true, &["..c.", "...."]), "..c_....");
        assert_eq!(rows.revision(), 1);
        assert_eq!(split(&mut rows, true, &["a...", "abcd"]), "a.._abcd");
        assert_eq!(rows.revision(), 1);
    }

    #[test]
    fn flags_after_the_end_do_not_lengthen_the_row() {
        let mut rows = Rows::new(&[1, 6]).unwrap();
        split(&mut rows, true, &["ab...."]);
        assert_eq!(split(&mut rows, false, &["1.9..9"]), "1.9__9");
        assert_eq!(rows.revision(), 0);
    }

    #[test]
    fn flags_alone_have_no_padding() {
        let mut rows = Rows::new(&[1, 4]).unwrap();
        assert_eq!(split(&mut rows, false, &["1..."]), "1...");
    }

    #[test]
    fn rows_in_several_blocks() {
        let mut rows = Rows::new(&[2, 3, 4]).unwrap();
        let block = |start: [u64; 3], count: [u64; 3]| Block {
            start: start.to_vec(),
            count: count.to_vec(),
        };
        // Row 4 of 6, in halves.
        let (first, second) = (block([1, 1, 0], [1, 1, 2]), block([1, 1, 2], [1, 1, 2]));
        assert!(!rows.are_whole_in(&first));
        assert_eq!(shown(&mut rows, true, &first, b"a."), "a_");
        assert_eq!(shown(&mut rows, true, &second, b"a."), "a_");
        assert_eq!(rows.revision(), 1, "the first half has to be read again");
        assert_eq!(shown(&mut rows, true, &first, b"a."), "a.");
        assert_eq!((rows.used(4), rows.in_use()), (3, 1));
    }

    #[test]
    fn several_values_per_cell() {
        let mut rows = Rows::new(&[1, 3]).unwrap();
        let block = Block {
            start: vec![0, 0, 0],
            count: vec![1, 3, 2],
        };
        let cells = b"a..b..";
        let mut observed = Vec::new();
        let mut padding = Padding {
            rows: &mut rows,
            counts: true,
        };
        padding.split(
            &block,
            2,
            |at| cells[at] == b'.',
            |part| {
                if let Cells::Observed(range) = part {
                    observed.push(range);
                }
            },
        );
        assert_eq!(
            (observed, rows.used(0)),
            (std::iter::once(0..4).collect::<Vec<_>>(), 2)
        );
    }

    #[test]
    fn too_many_rows_are_not_kept() {
        assert!(Rows::new(&[1 << 22, 10]).is_some());
        assert!(Rows::new(&[(1 << 22) + 1, 10]).is_none());
        assert!(Rows::new(&[u64::MAX, 2, 10]).is_none());
        assert!(Rows::new(&[1, u64::from(u32::MAX)]).is_none());
        assert!(Rows::new(&[]).is_none());
    }
}
