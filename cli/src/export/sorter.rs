//! Sorts more rows than fit into memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// Bytes that one buffer holds before they are sorted and written to disk.
const BUFFER: usize = 32 << 20;
/// Bytes of each sorted run that are read ahead.
const AHEAD: usize = 64 << 10;

/// Rows, each with a key: bytes whose order is that of the rows. Rows with equal keys keep their order.
///
/// The rows are held in a buffer; when it is full it is sorted, and appended as a run to one temporary file. At the end the runs
/// are merged. It takes 32 MiB, and 64 KiB for each further 32 MiB of rows.
pub(super) struct Sorter {
    limit: usize,
    bytes: Vec<u8>,
    rows: Vec<(Range<usize>, Range<usize>)>,
    spilled: Option<File>,
    /// Where the runs are in the file.
    runs: Vec<Range<u64>>,
}

impl Default for Sorter {
    fn default() -> Self {
        Sorter::with_buffer(BUFFER)
    }
}

impl Sorter {
    fn with_buffer(limit: usize) -> Self {
        Sorter {
            limit,
            bytes: Vec::new(),
            rows: Vec::new(),
            spilled: None,
            runs: Vec::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub(super) fn push(&mut self, key: &[u8], row: &[u8]) -> io::Result<()> {
        if !self.rows.is_empty() && self.bytes.len() + key.len() + row.len() > self.limit {
            self.spill()?;
        }
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(key);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(row);
        self.rows.push((begin..middle, middle..self.bytes.len()));
        Ok(())
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.rows
            .sort_by(|a, b| bytes[a.0.clone()].cmp(&bytes[b.0.clone()]));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let file = match self.spilled.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let begin = self.runs.last().map_or(0, |run| run.end);
        let mut end = begin;
        let mut out = BufWriter::with_capacity(1 << 20, &file);
        for (key, row) in &self.rows {
            out.write_all(&length(key)?.to_le_bytes())?;
            out.write_all(&length(row)?.to_le_bytes())?;
            out.write_all(&self.bytes[key.start..row.end])?;
            end += 8 + (row.end - key.start) as u64;
        }
        out.flush()?;
        drop(out);
        self.runs.push(begin..end);
        self.spilled = Some(file);
        self.bytes.clear();
        self.rows.clear();
        Ok(())
    }

    /// Calls `visit` with every row in the order of the keys.
    ///
    /// # Errors
    /// If the temporary file cannot be read, or `visit` fails.
    pub(super) fn visit<E: From<io::Error>>(
        mut self,
        visit: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.runs.is_empty() {
            self.sort();
            return self
                .rows
                .iter()
                .try_for_each(|(_, row)| visit(&self.bytes[row.clone()]));
        }
        self.spill()?;
        self.bytes = Vec::new();
        let Some(file) = &self.spilled else {
            return Ok(());
        };
        let mut runs: Vec<_> = self
            .runs
            .iter()
            .map(|run| {
                BufReader::with_capacity(
                    AHEAD,
                    Section {
                        file,
                        left: run.clone(),
                    },
                )
            })
            .collect();
        let mut heads = BinaryHeap::new();
        for (number, run) in runs.iter_mut().enumerate() {
            if let Some((key, row)) = next(run)? {
                heads.push(Reverse((key, number, row)));
            }
        }
        while let Some(Reverse((_, number, row))) = heads.pop() {
            visit(&row)?;
            if let Some((key, row)) = next(&mut runs[number])? {
                heads.push(Reverse((key, number, row)));
            }
        }
        Ok(())
    }
}

fn length(range: &Range<usize>) -> io::Result<u32> {
    u32::try_from(range.len()).map_err(|_| io::Error::other("a row is longer than 4 GiB"))
}

type Row = (Vec<u8>, Vec<u8>);

/// Reads the next row of a run; `None` at its end.
fn next(run: &mut BufReader<Section<'_>>) -> io::Result<Option<Row>> {
    if run.buffer().is_empty() && run.get_ref().left.is_empty() {
        return Ok(None);
    }
    let mut lengths = [[0; 4]; 2];
    for length in &mut lengths {
        run.read_exact(length)?;
    }
    let [mut key, mut row] = lengths.map(|length| vec![0; u32::from_le_bytes(length) as usize]);
    run.read_exact(&mut key)?;
    run.read_exact(&mut row)?;
    Ok(Some((key, row)))
}

/// A part of a file that other parts are read beside.
struct Section<'f> {
    file: &'f File,
    left: Range<u64>,
}

impl Read for Section<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = into
            .len()
            .min(usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut into[..wanted], self.left.start)?;
        self.left.start += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(limit: usize) -> (usize, Vec<(String, usize)>) {
        let mut sorter = Sorter::with_buffer(limit);
        for number in 0..1000 {
            let word = format!("{}", (number * 7919) % 101);
            let row = postcard::to_allocvec(&(&word, number)).unwrap();
            sorter.push(word.as_bytes(), &row).unwrap();
        }
        let runs = sorter.runs.len();
        let mut rows = Vec::new();
        let taken = sorter.visit(&mut |row| {
            rows.push(postcard::from_bytes(row).unwrap());
            Ok::<_, io::Error>(())
        });
        taken.unwrap();
        (runs, rows)
    }

    #[test]
    fn rows_are_sorted_in_memory_and_on_disk_alike() {
        let (none, in_memory) = sorted(1 << 20);
        let (several, on_disk) = sorted(500);
        assert!(none == 0 && several > 10, "{several}");
        assert_eq!(in_memory.len(), 1000);
        assert!(in_memory.is_sorted(), "the order of equal keys is kept");
        assert_eq!(in_memory, on_disk);
    }

    #[test]
    fn nothing_is_sorted_too() {
        let taken = Sorter::default().visit(&mut |_| Err(io::Error::other("a row")));
        taken.unwrap();
    }
}
