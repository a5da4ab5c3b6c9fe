//! The classic formats: CDF-1, CDF-2 and CDF-5 (netCDF User's Guide, "File Format Specifications").
//!
//! They are read here rather than by a library: the header is simple, and libraries reject a truncated file as
//! a whole and replace the bytes of texts that are not UTF-8.

mod header;

use std::sync::Arc;

use crate::model::{ArrayFile, Reader};
use crate::{Format, Group, Limits, Note, NoteKind, Problem, Source, Variable};
use header::{Header, Stored};

/// Ranges of values are fetched in one read if there are at most this many bytes between them.
const MOST_BETWEEN: u64 = 1 << 20;

struct Classic {
    source: Arc<dyn Source>,
    /// The stored variables, by [`Variable::id`].
    stored: Vec<Stored>,
    /// Bytes from one record to the next.
    record: u64,
}

pub(crate) fn open(source: Arc<dyn Source>, format: Format, limits: &Limits) -> Result<ArrayFile, Problem> {
    let length = source.len();
    let mut header = Header::read(&*source, format, limits)?;
    let record = record_bytes(&header.variables);
    let first = header
        .variables
        .iter()
        .filter(|stored| stored.is_record())
        .map(|stored| stored.begin)
        .min();
    let present = match (first, record) {
        (Some(first), Some(record)) if record > 0 => source.len().saturating_sub(first) / record,
        _ => 0,
    };
    let records = header.records.unwrap_or(present);
    if let Some(unlimited) = header.dimensions.iter_mut().find(|dimension| dimension.unlimited) {
        unlimited.length = records;
    }
    // Variables that reach beyond the end of the file, with their ends; `None` is an end that overflows.
    let mut cut: Vec<(String, Option<u64>)> = Vec::new();
    let mut variables = Vec::new();
    for (id, stored) in header.variables.iter_mut().enumerate() {
        let dimensions = stored.dimensions.iter().map(|at| &header.dimensions[*at]);
        let variable = Variable {
            name: stored.name.clone(),
            path: stored.name.clone(),
            of: stored.of.clone(),
            shape: dimensions.clone().map(|dimension| dimension.length).collect(),
            dimensions: Some(dimensions.map(|dimension| dimension.name.clone()).collect()),
            attributes: std::mem::take(&mut stored.attributes),
            chunk: Vec::new(),
            problem: None,
            id,
        };
        let end = stored.end(&variable, record.unwrap_or(u64::MAX));
        if end.is_none_or(|end| end > length) {
            cut.push((variable.name.clone(), end));
        }
        let problem = too_large(&variable, limits);
        variables.push(Variable { problem, ..variable });
    }
    let root = Group {
        path: "/".to_owned(),
        dimensions: header.dimensions,
        attributes: header.attributes,
        variables,
        groups: Vec::new(),
    };
    let reader = Classic {
        source,
        stored: header.variables,
        record: record.unwrap_or(0),
    };
    Ok(ArrayFile {
        format,
        root,
        notes: truncated(&cut, length).into_iter().collect(),
        reader: Box::new(reader),
    })
}

/// Number of variables that the note about a truncated file names.
const NAMED: usize = 5;

fn truncated(cut: &[(String, Option<u64>)], length: u64) -> Option<Note> {
    let ends: Option<Vec<u64>> = cut.iter().map(|(_, end)| *end).collect();
    let end = match ends {
        Some(ends) => format!("byte {}", ends.into_iter().max()?),
        None => "an offset that overflows".to_owned(),
    };
    let mut names: Vec<&str> = cut.iter().take(NAMED).map(|(name, _)| name.as_str()).collect();
    let more = format!("{} more", cut.len().saturating_sub(NAMED));
    names.extend((cut.len() > NAMED).then_some(more.as_str()));
    let variables = if cut.len() == 1 {
        "1 variable"
    } else {
        &format!("{} variables", cut.len())
    };
    Some(Note {
        kind: NoteKind::Truncated,
        path: "/".to_owned(),
        message: format!(
            "the file ends at byte {length}; its values should end at {end}; {variables} cut short: {}",
            names.join(", ")
        ),
    })
}

pub(crate) fn too_large(variable: &Variable, limits: &Limits) -> Option<Problem> {
    let bytes = variable
        .elements()
        .zip(variable.of.size())
        .and_then(|(n, size)| n.checked_mul(size as u64));
    match bytes {
        Some(bytes) if bytes <= limits.variable_bytes => None,
        Some(bytes) => Some(Problem::limit(format!(
            "declares {bytes} bytes; at most {} are read",
            limits.variable_bytes
        ))),
        None => Some(Problem::limit(format!(
            "its shape {:?} has too many elements to count",
            variable.shape
        ))),
    }
}

/// Bytes of one record: all record variables, each padded to four bytes. A single record variable is not padded.
fn record_bytes(variables: &[Stored]) -> Option<u64> {
    let mut records = variables.iter().filter(|stored| stored.is_record());
    match (records.next(), records.next()) {
        (Some(only), None) => only.slab_bytes(),
        _ => variables
            .iter()
            .filter(|stored| stored.is_record())
            .try_fold(0u64, |sum, stored| {
                sum.checked_add(stored.slab_bytes()?.checked_next_multiple_of(4)?)
            }),
    }
}

impl Reader for Classic {
    fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let stored = &self.stored[variable.id];
        let (runs, bytes) = stored.runs(&variable.shape, start, count, self.record)?;
        self.fetch(&runs, bytes, values)
    }

    fn resolve(&self, _: &[u8], _: usize) -> Result<Vec<u8>, Problem> {
        Err(Problem::unsupported("classic files have no references"))
    }
}

impl Classic {
    /// Reads ranges of `bytes` bytes each, which begin at the offsets `runs`, into one buffer.
    fn fetch(&self, runs: &[u64], bytes: usize, values: &mut Vec<u8>) -> Result<(), Problem> {
        values.resize(runs.len() * bytes, 0);
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
            return Ok(());
        };
        let span = last - first + bytes as u64;
        if runs.len() > 1 && span <= values.len() as u64 + MOST_BETWEEN {
            let mut all = vec![0; span as usize];
            self.source
                .read_exact_at(*first, &mut all)
                .map_err(|error| Problem::from(error).at(*first))?;
            for (run, into) in runs.iter().zip(values.chunks_exact_mut(bytes)) {
                let at = (run - first) as usize;
                into.copy_from_slice(&all[at..at + bytes]);
            }
        } else if bytes > 0 {
            for (run, into) in runs.iter().zip(values.chunks_exact_mut(bytes)) {
                self.source
                    .read_exact_at(*run, into)
                    .map_err(|error| Problem::from(error).at(*run))?;
            }
        }
        Ok(())
    }
}
