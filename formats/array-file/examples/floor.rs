//! Reads, inflates, unshuffles and sums every numeric variable of some netCDF-4 files in the plainest way: what no review of
//! these files can undercut. It trusts its files, and leaves out what CCHDO's do not have, such as newer chunk indices.
//!
//! Usage: floor THREADS FILE…
#![expect(clippy::disallowed_methods, reason = "a program that reads files by name")]

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use flate2::{Decompress, FlushDecompress};
use hdf5_reader::btree_v1::{BTreeV1Key, collect_btree_v1_leaves};
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::layout::DataLayout;
use hdf5_reader::{Dataset, Datatype, Hdf5File};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [threads, files @ ..] = &arguments[..] else {
        return Err("usage: floor THREADS FILE…".into());
    };
    let next = AtomicUsize::new(0);
    let threads: usize = threads.parse()?;
    let totals = thread::scope(|scope| {
        let work = || {
            let mut totals = Totals::default();
            let mut buffers = Buffers::default();
            while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                totals.failed += u64::from(file(path, &mut buffers, &mut totals).is_err());
            }
            totals
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let totals = workers.into_iter().filter_map(|worker| worker.join().ok());
        totals.fold(Totals::default(), |one, other| Totals {
            values: one.values + other.values,
            sum: one.sum + other.sum,
            left_out: one.left_out + other.left_out,
            failed: one.failed + other.failed,
        })
    });
    println!("{} files: {totals:?}", files.len());
    Ok(())
}

#[derive(Debug, Default)]
struct Totals {
    values: u64,
    sum: f64,
    /// Variables of other types, or with other indices or filters.
    left_out: u64,
    failed: u64,
}

#[derive(Default)]
struct Buffers {
    inflated: Vec<u8>,
    plain: Vec<u8>,
}

fn file(path: &str, buffers: &mut Buffers, totals: &mut Totals) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let file = Hdf5File::from_bytes(&bytes)?;
    for dataset in file.root_group()?.datasets()? {
        match variable(&bytes, &file, &dataset, buffers)? {
            Some((values, sum)) => {
                totals.values += values;
                totals.sum += sum;
            }
            None => totals.left_out += 1,
        }
    }
    Ok(())
}

/// Number and sum of the values of a variable.
fn variable(
    bytes: &[u8],
    file: &Hdf5File,
    dataset: &Dataset,
    buffers: &mut Buffers,
) -> Result<Option<(u64, f64)>, Box<dyn Error>> {
    let size = match dataset.dtype() {
        Datatype::FloatingPoint { size, .. } | Datatype::FixedPoint { size, .. } => usize::from(*size),
        _ => return Ok(None),
    };
    let is_float = matches!(dataset.dtype(), Datatype::FloatingPoint { .. });
    let header = file.get_or_parse_header(dataset.address())?;
    let mut layout = None;
    let mut filters = Vec::new();
    for message in &header.messages {
        match message {
            HdfMessage::DataLayout(message) => layout = Some(&message.layout),
            HdfMessage::FilterPipeline(pipeline) => {
                filters.extend(pipeline.filters.iter().map(|filter| filter.id))
            }
            _ => {}
        }
    }
    let is_shuffled = match filters[..] {
        [] | [1] => false,
        [2, 1] => true,
        _ => return Ok(None),
    };
    let mut all = (0, 0.0);
    let mut add = |(values, sum): (u64, f64)| all = (all.0 + values, all.1 + sum);
    match layout {
        Some(DataLayout::Contiguous {
            address,
            size: length,
        }) => {
            let range = *address as usize..address.saturating_add(*length) as usize;
            add(sum(bytes.get(range).unwrap_or_default(), size, is_float));
        }
        Some(DataLayout::Chunked {
            address,
            dims,
            chunk_indexing: None,
            ..
        }) => {
            let superblock = file.superblock();
            let leaves = collect_btree_v1_leaves(
                bytes,
                *address,
                superblock.offset_size,
                superblock.length_size,
                Some(dims.len() as u32),
                dims,
                None,
            )?;
            let chunk = dims.iter().map(|length| *length as usize).product::<usize>() * size;
            for (key, at) in leaves {
                let BTreeV1Key::RawData { chunk_size, .. } = key else {
                    continue;
                };
                let stored = &bytes[at as usize..at as usize + chunk_size as usize];
                if filters.is_empty() {
                    add(sum(stored, size, is_float));
                    continue;
                }
                buffers.inflated.clear();
                buffers.inflated.reserve(chunk);
                Decompress::new(true).decompress_vec(
                    stored,
                    &mut buffers.inflated,
                    FlushDecompress::Finish,
                )?;
                if !is_shuffled || size == 1 {
                    add(sum(&buffers.inflated, size, is_float));
                    continue;
                }
                unshuffle(&buffers.inflated, &mut buffers.plain, size);
                add(sum(&buffers.plain, size, is_float));
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(all))
}

fn unshuffle(shuffled: &[u8], into: &mut Vec<u8>, size: usize) {
    into.resize(shuffled.len(), 0);
    let planes: Vec<&[u8]> = shuffled.chunks_exact(shuffled.len() / size).collect();
    match planes[..] {
        [a, b, c, d] => {
            let rest = a.iter().zip(b).zip(c.iter().zip(d));
            for (element, ((a, b), (c, d))) in into.chunks_exact_mut(4).zip(rest) {
                element.copy_from_slice(&[*a, *b, *c, *d]);
            }
        }
        _ => {
            for (byte, plane) in planes.iter().enumerate() {
                for (element, value) in into.chunks_exact_mut(size).zip(*plane) {
                    element[byte] = *value;
                }
            }
        }
    }
}

/// Number and sum of values of this size, least significant byte first.
fn sum(bytes: &[u8], size: usize, is_float: bool) -> (u64, f64) {
    macro_rules! of {
        ($of:ty) => {
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|raw| <$of>::from_le_bytes(*raw) as f64)
                .filter(|value| !value.is_nan())
                .sum::<f64>()
        };
    }
    let sum = match (size, is_float) {
        (4, true) => of!(f32),
        (8, true) => of!(f64),
        (1, false) => of!(i8),
        (2, false) => of!(i16),
        (4, false) => of!(i32),
        _ => of!(i64),
    };
    ((bytes.len() / size) as u64, sum)
}
