//! From lines to statistics, one row at a time.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use data_review_core::stats::{Cell, Column, Dtype};
use data_review_core::{Input, InputReader, Place, ReviewBuilder, ReviewError, VariableFacts};

use crate::codes::{BAD_NUMBER, RAGGED_ROW};

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("Odv file");
    let mut lines = Lines::new(input, review.limits().line_bytes);
    lines.next()?;
    let names = match lines.next()? {
        Some((_, line)) => String::from_utf8_lossy(line).into_owned(),
        None => return Err(ReviewError::corrupt("there is no line of names below the first")),
    };
    let mut columns: Vec<(&str, Column)> = names
        .split_ascii_whitespace()
        .map(|name| (name, Column::new(Some(Dtype::Decimal))))
        .collect();
    if columns.is_empty() {
        return Err(ReviewError::corrupt("the line of names is blank").at(Place::text(2, 1, None)));
    }
    let most = review.limits().variables as usize;
    if columns.len() > most {
        let message = format!("{} names in line 2, and at most {most} are read", columns.len());
        return Err(ReviewError::limit(message).at(Place::text(2, 1, None)));
    }
    let mut rows = 0;
    while let Some((number, line)) = lines.next()? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        rows += 1;
        row(line, number, &mut columns, review);
    }
    if rows == 0 {
        return Err(ReviewError::corrupt("there is no row below the line of names"));
    }
    review.observations(rows);
    for (index, (name, column)) in columns.iter_mut().enumerate() {
        let facts = VariableFacts {
            name: (*name).to_owned(),
            column: Some(index as u64 + 1),
            ..VariableFacts::default()
        };
        review.variable(facts, column.finish());
    }
    Ok(())
}

fn row(line: &[u8], number: u64, columns: &mut [(&str, Column)], review: &mut ReviewBuilder) {
    let mut cells = line
        .split(u8::is_ascii_whitespace)
        .filter(|cell| !cell.is_empty());
    let mut read = 0;
    for ((name, column), cell) in columns.iter_mut().zip(&mut cells) {
        read += 1;
        // Both are slices of one line.
        let at = (cell.as_ptr() as usize - line.as_ptr() as usize) as u64 + 1;
        if column.push(cell, None, (number, at)) == Cell::Invalid {
            let message = || format!("`{}` is no number", data_review_core::printable(cell, 40));
            review.found(&BAD_NUMBER, Some(name), message, || {
                Some(Place::text(number, at, Some(name)))
            });
        }
    }
    let (have, want) = (read + cells.count(), columns.len());
    if have != want {
        let message = || format!("{have} cells, and there are {want} names");
        review.found(&RAGGED_ROW, None, message, || Some(Place::text(number, 1, None)));
    }
    for (_, column) in &mut columns[read..] {
        column.push_missing(b"", None);
    }
}

/// Numbered lines without their ends, none longer than a limit.
struct Lines {
    reader: BufReader<InputReader>,
    limit: u64,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    fn new(input: Arc<dyn Input>, limit: u64) -> Self {
        Lines {
            reader: BufReader::new(InputReader::new(input)),
            limit,
            line: Vec::new(),
            number: 0,
        }
    }

    fn next(&mut self) -> Result<Option<(u64, &[u8])>, ReviewError> {
        self.line.clear();
        self.number += 1;
        let limit = self.limit;
        // The end of a line, of two bytes at most, does not count.
        let read = self
            .reader
            .by_ref()
            .take(limit + 2)
            .read_until(b'\n', &mut self.line)?;
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() as u64 > limit {
            let message = format!("a line of more than {limit} bytes");
            return Err(ReviewError::limit(message).at(Place::text(self.number, 1, None)));
        }
        Ok((read > 0).then_some((self.number, line)))
    }
}
