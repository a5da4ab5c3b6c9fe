//! Values of datasets that are stored as most are: in chunks that a B-tree of version 1 lists, plain, deflated, or shuffled and
//! deflated (HDF5 File Format Specification 3.0, III.A.1 and IV.A.2.l).
//!
//! The library decodes each filter into memory of its own, and copies the result twice. Here chunks are decoded in buffers that
//! are used again, and the last step writes to where the values belong. All that is not as expected, from a missing chunk to a
//! wrong checksum, is left to the library, which reports it.

use std::sync::{Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};
use hdf5_reader::Hdf5File;
use hdf5_reader::btree_v1::{BTreeV1Key, collect_btree_v1_leaves_storage};
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::layout::DataLayout;
use hdf5_reader::object_header::ObjectHeader;

use crate::Variable;
use crate::filters::{DEFLATE, SHUFFLE, unshuffle};

/// Deflate makes at most so many bytes of one, rounded up.
const MOST_EXPANSION: usize = 1040;

/// How the chunks of a dataset are stored.
#[derive(Debug, Clone)]
pub(crate) struct Chunks {
    /// Address of the B-tree.
    index: u64,
    shape: Vec<u64>,
    /// Length of a chunk in each dimension.
    chunk: Vec<u32>,
    /// Bytes of an element.
    element: usize,
    /// Bytes of a decoded chunk.
    bytes: usize,
    is_shuffled: bool,
    is_deflated: bool,
    /// Most bytes of one read.
    most: usize,
}

/// The chunks of a block: of each the address, the number of stored bytes, and the place in the grid.
type Stored = Vec<(u64, usize, Vec<u64>)>;

impl Chunks {
    /// `None` for a dataset that is stored in any other way.
    pub(super) fn new(
        header: &ObjectHeader,
        variable: &Variable,
        chunk_bytes: Option<usize>,
        most: usize,
    ) -> Option<Self> {
        let mut layout = None;
        let mut filters = Vec::new();
        for message in &header.messages {
            match message {
                HdfMessage::DataLayout(message) => layout = Some(&message.layout),
                HdfMessage::FilterPipeline(pipeline) => {
                    filters.extend(pipeline.filters.iter().map(|filter| filter.id));
                }
                HdfMessage::ExternalFiles(_) => return None,
                _ => {}
            }
        }
        let (is_shuffled, is_deflated) = match filters[..] {
            [] => (false, false),
            [DEFLATE] => (false, true),
            [SHUFFLE, DEFLATE] => (true, true),
            _ => return None,
        };
        let Some(DataLayout::Chunked {
            address,
            dims,
            chunk_indexing: None,
            ..
        }) = layout
        else {
            return None;
        };
        let chunk = dims.get(..variable.shape.len())?.to_vec();
        if chunk.is_empty() || chunk.contains(&0) || variable.shape.contains(&0) {
            return None;
        }
        Some(Chunks {
            index: *address,
            shape: variable.shape.clone(),
            chunk,
            element: variable.of.size()?,
            bytes: chunk_bytes?,
            is_shuffled,
            is_deflated,
            most,
        })
    }

    /// Reads a block of whole chunks into `values`; `None` if it is not as expected.
    pub(super) fn read(
        &self,
        file: &Hdf5File,
        start: &[u64],
        count: &[u64],
        decoder: &mut Decoder,
        values: &mut Vec<u8>,
    ) -> Option<()> {
        if start.len() != self.shape.len() || count.len() != self.shape.len() {
            return None;
        }
        let (mut first, mut last) = (Vec::new(), Vec::new());
        let mut bytes = self.element;
        for (axis, (start, count)) in start.iter().zip(count).enumerate() {
            let (chunk, end) = (u64::from(self.chunk[axis]), start.checked_add(*count)?);
            let is_whole = start % chunk == 0 && (end % chunk == 0 || end == self.shape[axis]);
            if *count == 0 || end > self.shape[axis] || !is_whole {
                return None;
            }
            first.push(start / chunk);
            last.push((end - 1) / chunk);
            bytes = bytes.checked_mul(usize::try_from(*count).ok()?)?;
        }
        if bytes > self.most {
            return None;
        }
        let stored = self.stored(file, &first, &last)?;
        // Whole chunks fill the block, so that earlier content need not be erased.
        values.truncate(bytes);
        values.try_reserve(bytes - values.len()).ok()?;
        values.resize(bytes, 0);
        for (address, size, place) in stored {
            let raw = file.storage().read_range(address, size).ok()?;
            let region = self.region(&place, start, count)?;
            match region.as_whole(self.bytes) {
                Some(at) => self.decode(&raw, decoder, values.get_mut(at..at + self.bytes)?)?,
                None => {
                    let mut chunk = std::mem::take(&mut decoder.chunk);
                    chunk.resize(self.bytes, 0);
                    let decoded = self.decode(&raw, decoder, &mut chunk);
                    let copied = decoded.and_then(|()| region.copy(&chunk, values));
                    decoder.chunk = chunk;
                    copied?;
                }
            }
        }
        Some(())
    }

    /// The chunks from `first` to `last`, in chunks along each dimension; `None` unless each is stored once, with all filters.
    fn stored(&self, file: &Hdf5File, first: &[u64], last: &[u64]) -> Option<Stored> {
        let wanted = first.iter().zip(last).try_fold(1usize, |count, (first, last)| {
            count.checked_mul(usize::try_from(last - first + 1).ok()?)
        })?;
        let superblock = file.superblock();
        let leaves = collect_btree_v1_leaves_storage(
            file.storage(),
            self.index,
            superblock.offset_size,
            superblock.length_size,
            Some(self.shape.len() as u32),
            &self.chunk,
            Some((first, last)),
        );
        let leaves = leaves.ok()?;
        if leaves.len() != wanted {
            return None;
        }
        let mut is_stored = vec![false; wanted];
        let mut stored = Vec::with_capacity(wanted);
        for (key, address) in leaves {
            let BTreeV1Key::RawData {
                chunk_size: size @ 1..,
                filter_mask: 0,
                offsets,
            } = key
            else {
                return None;
            };
            let mut at = 0;
            let mut place = Vec::with_capacity(self.chunk.len());
            for (axis, chunk) in self.chunk.iter().enumerate() {
                let (offset, chunk) = (*offsets.get(axis)?, u64::from(*chunk));
                let index = offset / chunk;
                if offset % chunk != 0 || !(first[axis]..=last[axis]).contains(&index) {
                    return None;
                }
                at = at * (last[axis] - first[axis] + 1) + (index - first[axis]);
                place.push(offset);
            }
            let seen = is_stored.get_mut(usize::try_from(at).ok()?)?;
            if std::mem::replace(seen, true) {
                return None;
            }
            // A size that cannot be that of a chunk costs no memory.
            let size = size as usize;
            let is_possible = match self.is_deflated {
                true => size.saturating_mul(MOST_EXPANSION) >= self.bytes,
                false => size == self.bytes,
            };
            if !is_possible {
                return None;
            }
            stored.push((address, size, place));
        }
        Some(stored)
    }

    /// Decodes a chunk into a buffer of its size.
    fn decode(&self, raw: &[u8], decoder: &mut Decoder, out: &mut [u8]) -> Option<()> {
        match (self.is_deflated, self.is_shuffled) {
            (false, _) if raw.len() == out.len() => out.copy_from_slice(raw),
            (false, _) => return None,
            (true, false) => return decoder.inflate(raw, out),
            (true, true) => {
                let mut planes = std::mem::take(&mut decoder.planes);
                planes.resize(out.len(), 0);
                let inflated = decoder.inflate(raw, &mut planes);
                if inflated.is_some() {
                    unshuffle(&planes, out, self.element);
                }
                decoder.planes = planes;
                return inflated;
            }
        }
        Some(())
    }

    /// The part of the chunk at `place` that is in the dataset, and where it belongs in the block.
    fn region(&self, place: &[u64], start: &[u64], count: &[u64]) -> Option<Region> {
        let (mut outer, mut run, mut at) = (Vec::new(), self.element, 0);
        let (mut in_chunk, mut in_block) = (self.element, self.element);
        let mut is_run = true;
        for axis in (0..place.len()).rev() {
            let chunk = self.chunk[axis] as usize;
            let length = usize::try_from(self.shape[axis] - place[axis]).ok()?.min(chunk);
            let block = usize::try_from(count[axis]).ok()?;
            at += usize::try_from(place[axis].checked_sub(start[axis])?)
                .ok()?
                .checked_mul(in_block)?;
            match is_run {
                true => run *= length,
                false => outer.push((length, in_chunk, in_block)),
            }
            is_run &= length == chunk && length == block;
            in_chunk = in_chunk.checked_mul(chunk)?;
            in_block = in_block.checked_mul(block)?;
        }
        Some(Region { at, run, outer })
    }
}

/// Where the elements of a chunk belong in a block.
struct Region {
    /// Byte in the block of its first element.
    at: usize,
    /// Bytes that follow each other in both.
    run: usize,
    /// Of each dimension outside the runs, the innermost first: its length, and the bytes from one index to the next in the chunk
    /// and in the block.
    outer: Vec<(usize, usize, usize)>,
}

impl Region {
    /// The byte in the block at which the chunk, of `bytes` bytes, has its place as it is.
    fn as_whole(&self, bytes: usize) -> Option<usize> {
        (self.run == bytes).then_some(self.at)
    }

    fn copy(&self, chunk: &[u8], block: &mut [u8]) -> Option<()> {
        let mut index = vec![0; self.outer.len()];
        let (mut from, mut to) = (0, self.at);
        loop {
            let run = chunk.get(from..from + self.run)?;
            block.get_mut(to..to + self.run)?.copy_from_slice(run);
            let mut axis = 0;
            loop {
                let Some((length, in_chunk, in_block)) = self.outer.get(axis) else {
                    return Some(());
                };
                index[axis] += 1;
                (from, to) = (from + in_chunk, to + in_block);
                if index[axis] < *length {
                    break;
                }
                (from, to) = (from - in_chunk * length, to - in_block * length);
                index[axis] = 0;
                axis += 1;
            }
        }
    }
}

/// The state of inflating, and buffers.
#[derive(Debug)]
pub(super) struct Decoder {
    inflate: Decompress,
    /// The bytes of a chunk that is shuffled.
    planes: Vec<u8>,
    /// A decoded chunk.
    chunk: Vec<u8>,
}

impl Decoder {
    /// Inflates a stream with a zlib header that has exactly as many bytes as `out`.
    fn inflate(&mut self, raw: &[u8], out: &mut [u8]) -> Option<()> {
        self.inflate.reset(true);
        let status = self.inflate.decompress(raw, out, FlushDecompress::Finish).ok()?;
        let is_whole = status == Status::StreamEnd && self.inflate.total_out() == out.len() as u64;
        is_whole.then_some(())
    }
}

/// Decoders that wait for the next read; each thread that reads takes one.
#[derive(Debug, Default)]
pub(super) struct Decoders(Mutex<Vec<Decoder>>);

impl Decoders {
    pub(super) fn lend<T>(&self, run: impl FnOnce(&mut Decoder) -> T) -> T {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut decoder = lock().pop().unwrap_or_else(|| Decoder {
            inflate: Decompress::new(true),
            planes: Vec::new(),
            chunk: Vec::new(),
        });
        let done = run(&mut decoder);
        lock().push(decoder);
        done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A dataset of elements of two bytes, whose value is their number, in chunks.
    fn chunks(shape: &[u64], chunk: &[u32]) -> Chunks {
        Chunks {
            index: 0,
            shape: shape.to_vec(),
            chunk: chunk.to_vec(),
            element: 2,
            bytes: 2 * chunk.iter().product::<u32>() as usize,
            is_shuffled: false,
            is_deflated: false,
            most: usize::MAX,
        }
    }

    /// Index in each dimension of the element `at` of an array.
    fn index(mut at: u64, lengths: &[u64]) -> Vec<u64> {
        let mut index = vec![0; lengths.len()];
        for (place, length) in index.iter_mut().zip(lengths).rev() {
            *place = at % length;
            at /= length;
        }
        index
    }

    proptest! {
        #[test]
        fn every_element_of_a_chunk_gets_its_place(
            dimensions in prop::collection::vec((1u64..7, 1u32..5), 1..4),
        ) {
            let (shape, chunk): (Vec<u64>, Vec<u32>) = dimensions.into_iter().unzip();
            let chunks = chunks(&shape, &chunk);
            let lengths: Vec<u64> = chunk.iter().map(|length| u64::from(*length)).collect();
            let grid: Vec<u64> = shape.iter().zip(&lengths).map(|(all, one)| all.div_ceil(*one)).collect();
            let start = vec![0; shape.len()];
            let number = |index: &[u64]| index.iter().zip(&shape).fold(0, |at, (index, length)| at * length + index);
            let mut block = vec![0xFF; 2 * shape.iter().product::<u64>() as usize];
            for at in 0..grid.iter().product() {
                let place: Vec<u64> = index(at, &grid).iter().zip(&lengths).map(|(at, one)| at * one).collect();
                let mut decoded = Vec::new();
                for at in 0..lengths.iter().product() {
                    let within: Vec<u64> = index(at, &lengths).iter().zip(&place).map(|(at, place)| at + place).collect();
                    let is_inside = within.iter().zip(&shape).all(|(at, length)| at < length);
                    let value = if is_inside { number(&within) as u16 } else { 0xFFFF };
                    decoded.extend(value.to_le_bytes());
                }
                let region = chunks.region(&place, &start, &shape).unwrap();
                match region.as_whole(chunks.bytes) {
                    Some(at) => block[at..at + decoded.len()].copy_from_slice(&decoded),
                    None => region.copy(&decoded, &mut block).unwrap(),
                }
            }
            let expected: Vec<u8> = (0..shape.iter().product::<u64>()).flat_map(|at| (at as u16).to_le_bytes()).collect();
            prop_assert_eq!(block, expected);
        }
    }

    /// An empty file with chunks behind it, whose values are their numbers, and the B-tree that lists them. `change` may change
    /// the entries of the tree: bytes of the stored chunk, filter mask, place, address.
    fn file(chunks: &mut Chunks, change: impl FnOnce(&mut Vec<Entry>)) -> Hdf5File {
        const START: usize = 1024;
        let mut data = vec![0; START];
        let lengths: Vec<u64> = chunks.chunk.iter().map(|length| u64::from(*length)).collect();
        let grid: Vec<u64> = chunks
            .shape
            .iter()
            .zip(&lengths)
            .map(|(all, one)| all.div_ceil(*one))
            .collect();
        let mut entries = Vec::new();
        for at in 0..grid.iter().product() {
            let place: Vec<u64> = index(at, &grid)
                .iter()
                .zip(&lengths)
                .map(|(at, one)| at * one)
                .collect();
            let values: Vec<u16> = (0..lengths.iter().product())
                .map(|at| {
                    let within = index(at, &lengths);
                    let within = within.iter().zip(&place).map(|(at, place)| at + place);
                    within
                        .zip(&chunks.shape)
                        .fold(0, |at, (index, length)| at * length + index) as u16
                })
                .collect();
            let mut bytes: Vec<u8> = match chunks.is_shuffled {
                true => [0, 1]
                    .iter()
                    .flat_map(|byte| values.iter().map(move |value| value.to_le_bytes()[*byte]))
                    .collect(),
                false => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            };
            if chunks.is_deflated {
                bytes = deflated(&bytes);
            }
            entries.push((bytes.len() as u32, 0, place, data.len() as u64));
            data.extend(bytes);
        }
        change(&mut entries);
        chunks.index = data.len() as u64;
        data.extend(b"TREE\x01\0");
        data.extend((entries.len() as u16).to_le_bytes());
        data.extend([0xFF; 16]);
        for (size, mask, place, address) in &entries {
            data.extend([size.to_le_bytes(), mask.to_le_bytes()].concat());
            data.extend(
                place
                    .iter()
                    .chain([&0, address])
                    .flat_map(|number| number.to_le_bytes()),
            );
        }
        data.extend([0; 8]);
        data.extend(
            chunks
                .shape
                .iter()
                .chain([&0])
                .flat_map(|number| number.to_le_bytes()),
        );
        data.resize(data.len() + 4096, 0);
        let end = (data.len() as u64).to_le_bytes();
        let head = [
            crate::HDF5_SIGNATURE,
            &[2, 8, 8, 0],
            &[0; 8],
            &[0xFF; 8],
            &end,
            &512u64.to_le_bytes(),
        ]
        .concat();
        data[..head.len()].copy_from_slice(&head);
        let sum = hdf5_reader::checksum::jenkins_lookup3(&head).to_le_bytes();
        data[head.len()..head.len() + 4].copy_from_slice(&sum);
        Hdf5File::from_storage(std::sync::Arc::new(hdf5_reader::storage::BytesStorage::new(data))).unwrap()
    }

    type Entry = (u32, u32, Vec<u64>, u64);

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(chunks: &Chunks, file: &Hdf5File, start: &[u64], count: &[u64]) -> Option<Vec<u8>> {
        // What the buffer held before must not show.
        let mut values = vec![0xEE; 77];
        let decoders = Decoders::default();
        decoders.lend(|decoder| chunks.read(file, start, count, decoder, &mut values))?;
        Some(values)
    }

    proptest! {
        #[test]
        fn blocks_of_whole_chunks_are_read_and_no_others(
            dimensions in prop::collection::vec((1u64..8, 1u32..4), 1..4),
            ranges in prop::array::uniform3((0u64..8, 1u64..9)),
            filters in 0..3,
        ) {
            let (shape, chunk): (Vec<u64>, Vec<u32>) = dimensions.into_iter().unzip();
            let mut chunks = chunks(&shape, &chunk);
            (chunks.is_deflated, chunks.is_shuffled) = (filters > 0, filters > 1);
            let file = file(&mut chunks, |_| ());
            let (start, count): (Vec<u64>, Vec<u64>) = ranges[..shape.len()].iter().copied().unzip();
            let is_whole = (0..shape.len()).all(|axis| {
                let (chunk, end) = (u64::from(chunk[axis]), start[axis] + count[axis]);
                end <= shape[axis] && start[axis].is_multiple_of(chunk) && (end.is_multiple_of(chunk) || end == shape[axis])
            });
            let elements = 0..count.iter().product();
            let value = |at| {
                let within = index(at, &count);
                let within = within.iter().zip(&start).map(|(at, start)| at + start);
                (within.zip(&shape).fold(0, |at, (index, length)| at * length + index) as u16).to_le_bytes()
            };
            let expected = is_whole.then(|| elements.flat_map(value).collect::<Vec<u8>>());
            prop_assert_eq!(read(&chunks, &file, &start, &count), expected.clone());
            if let Some(expected) = expected {
                chunks.most = expected.len();
                prop_assert_eq!(read(&chunks, &file, &start, &count), Some(expected));
                chunks.most -= 1;
                prop_assert_eq!(read(&chunks, &file, &start, &count), None);
            }
            prop_assert_eq!(read(&chunks, &file, &[0; 4], &count), None, "another rank");
            prop_assert_eq!(read(&chunks, &file, &start, &[1; 4]), None, "another rank");
            prop_assert_eq!(read(&chunks, &file, &vec![0; shape.len()], &vec![0; shape.len()]), None);
        }
    }

    #[test]
    fn chunks_that_are_not_stored_as_expected_are_left_to_the_library() {
        type Change = fn(&mut Vec<Entry>);
        let cases: [(&str, bool, Change); 9] = [
            ("missing", false, |entries| drop(entries.remove(1))),
            ("a filter is left out", false, |entries| entries[1].1 = 1),
            ("empty", false, |entries| entries[1].0 = 0),
            ("too short", false, |entries| entries[1].0 -= 1),
            ("too long", false, |entries| entries[1].0 += 1),
            ("stored twice", false, |entries| entries[1].2[1] = 0),
            ("not at a multiple of its length", false, |entries| {
                entries[1].2[1] = 3
            }),
            ("beyond the file", false, |entries| entries[1].3 = 1 << 40),
            ("another stream", true, |entries| entries[1].0 -= 1),
        ];
        let (start, count) = ([0, 0], [4, 5]);
        for (name, is_deflated, change) in cases {
            let mut chunks = chunks(&[4, 5], &[2, 2]);
            chunks.is_deflated = is_deflated;
            let whole = file(&mut chunks, |_| ());
            assert!(read(&chunks, &whole, &start, &count).is_some(), "{name}");
            let changed = file(&mut chunks, change);
            assert_eq!(read(&chunks, &changed, &start, &count), None, "{name}");
        }
    }

    #[test]
    fn a_stream_that_is_too_short_for_its_chunk_is_not_read() {
        // 8,320 bytes are as many as eight bytes may inflate to.
        for (elements, is_possible) in [(4160, true), (4161, false)] {
            let mut chunks = chunks(&[elements], &[elements as u32]);
            chunks.is_deflated = true;
            let file = file(&mut chunks, |entries| entries[0].0 = 8);
            let stored = chunks.stored(&file, &[0], &[0]);
            assert_eq!(stored.is_some(), is_possible, "{elements}");
        }
    }

    #[test]
    fn only_a_complete_stream_of_the_right_length_is_inflated() {
        let content: Vec<u8> = (0..3000u32).map(|at| (at * at / 7) as u8).collect();
        let stream = deflated(&content);
        let decoders = Decoders::default();
        let inflate = |stream: &[u8], length: usize| {
            let mut out = vec![0; length];
            decoders
                .lend(|decoder| decoder.inflate(stream, &mut out))
                .map(|()| out)
        };
        assert_eq!(inflate(&stream, 3000), Some(content));
        assert_eq!((inflate(&stream, 2999), inflate(&stream, 3001)), (None, None));
        for end in (0..stream.len()).step_by(7) {
            assert_eq!(inflate(&stream[..end], 3000), None);
        }
        let mut damaged = stream.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(inflate(&damaged, 3000), None, "the checksum differs");
    }
}
