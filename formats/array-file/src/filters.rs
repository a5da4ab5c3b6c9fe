//! Decoders of the filters of HDF5 chunks, each with a bound on its output.
//!
//! A chunk passes through its dataset's filters in reverse order. Built-in filters (deflate, szip, nbit,
//! scale-offset, fletcher32) are those of the crate `hdf5-reader`; shuffle and the others are here, after the
//! documents of the [registered filter
//! plugins](https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md):
//!
//! | number | filter | decoder |
//! |---|---|---|
//! | 307 | bzip2 | crate `bzip2` over `libbz2-rs-sys`, in Rust |
//! | 32000 | LZF | here |
//! | 32001 | Blosc 1: blosclz, LZ4, zlib, zstd; byte and bit shuffle | frame, blosclz and shuffles here |
//! | 32004 | LZ4 | frame here, blocks by the crate `lz4_flex` |
//! | 32008 | bitshuffle: alone, with LZ4, with zstd | here |
//! | 32015 | zstd | crate `ruzstd` |
//! | 32022, 32023 | BitGroom, Granular BitRound | nothing to undo: they round before other filters compress |
//!
//! ```
//! // A run of LZF literals: one less than their number, then the bytes.
//! assert_eq!(array_file::filters::decode(32000, &[], b"\x02abc", 1, 3).unwrap(), b"abc");
//! assert!(array_file::filters::decode(32000, &[], b"\x02abc", 1, 2).is_err(), "longer than the limit");
//! ```

mod bitshuffle;
mod blosc;
mod blosclz;
mod lz4;
mod lzf;
mod shuffle;

use std::cell::Cell;
use std::io::Read;

use hdf5_reader::FilterRegistry;
use hdf5_reader::error::Error;
use hdf5_reader::filters::{deflate, nbit, scaleoffset, szip};

use crate::Problem;

pub(crate) use shuffle::unshuffle;

/// Numbers of the filters that change the size of a chunk and are decoded here or by a library that this module calls.
const DECODED: [u16; 12] = [1, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32015, 32022, 32023];
/// Numbers of the filters deflate and shuffle.
pub(crate) const DEFLATE: u16 = 1;
pub(crate) const SHUFFLE: u16 = 2;
/// Filters that do not expand: shuffle, and fletcher32, which the library applies itself.
const PLAIN: [u16; 2] = [SHUFFLE, 3];

/// Names of the registered filters, whether they are decoded or not.
const NAMES: &[(u16, &str)] = &[
    (1, "deflate"),
    (2, "shuffle"),
    (3, "fletcher32"),
    (4, "szip"),
    (5, "nbit"),
    (6, "scale-offset"),
    (305, "LZO"),
    (307, "bzip2"),
    (32000, "LZF"),
    (32001, "Blosc"),
    (32002, "MAFISC"),
    (32003, "Snappy"),
    (32004, "LZ4"),
    (32005, "APAX"),
    (32006, "CBF"),
    (32007, "JPEG-XR"),
    (32008, "bitshuffle"),
    (32009, "SPDP"),
    (32010, "LPC-Rice"),
    (32011, "CCSDS-123"),
    (32012, "JPEG-LS"),
    (32013, "ZFP"),
    (32014, "fpzip"),
    (32015, "zstd"),
    (32016, "B3D"),
    (32017, "SZ"),
    (32018, "FCIDECOMP"),
    (32019, "JPEG"),
    (32020, "VBZ"),
    (32021, "FAPEC"),
    (32022, "BitGroom"),
    (32023, "Granular BitRound"),
    (32024, "SZ3"),
    (32025, "Delta-Rice"),
    (32026, "Blosc2"),
    (32027, "FLAC"),
    (32028, "SPERR"),
    (32029, "TERSE/PROLIX"),
    (32030, "FFMPEG"),
];

/// Name of a registered filter, or `unknown`.
pub(crate) fn name(filter: u16) -> &'static str {
    let known = NAMES.iter().find(|(number, _)| *number == filter);
    known.map_or("unknown", |(_, name)| name)
}

/// Whether chunks with this filter can be read.
pub(crate) fn is_read(filter: u16) -> bool {
    DECODED.contains(&filter) || PLAIN.contains(&filter)
}

/// Why a chunk cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    /// The bytes contradict the filter's format.
    Corrupt(&'static str),
    /// The output would be longer than the limit.
    TooLong,
    /// A variant of the filter that is not decoded here.
    Unsupported(String),
}

type Decoded = Result<Vec<u8>, Failure>;

impl Failure {
    fn of_filter(self, filter: u16, limit: usize) -> Error {
        let name = name(filter);
        match self {
            Failure::Corrupt(why) => Error::DecompressionError(format!("{name}: {why}")),
            Failure::TooLong => {
                Error::DecompressionError(format!("{name}: the chunk decodes to more than {limit} bytes"))
            }
            Failure::Unsupported(what) => Error::UnsupportedFilter(format!("{name} with {what}")),
        }
    }
}

/// Undoes one filter on the bytes of one chunk.
///
/// `filter` is the number of the filter, `parameters` are its client data, `element` is the size of an element in
/// bytes, and `limit` is the largest output in bytes. Output of deflate beyond the limit is dropped without an error.
///
/// # Errors
/// When the bytes contradict the format of the filter, decode to more than `limit` bytes, or need a filter or a variant
/// of one that is not supported.
pub fn decode(
    filter: u16,
    parameters: &[u32],
    data: &[u8],
    element: usize,
    limit: usize,
) -> Result<Vec<u8>, Problem> {
    Problem::guard(|| Ok(undo(filter, parameters, data, element, limit)?))
}

fn undo(
    filter: u16,
    parameters: &[u32],
    data: &[u8],
    element: usize,
    limit: usize,
) -> Result<Vec<u8>, Error> {
    let decoded = match filter {
        1 => return deflate::decompress_with_limit(data, limit),
        4 => return szip::decompress_with_limit(data, parameters, limit),
        5 => return nbit::decompress_with_limit(data, parameters, limit),
        6 => return scaleoffset::decompress_with_limit(data, parameters, limit),
        307 => bzip2(data, limit),
        32000 => lzf::decode(data, parameters, limit),
        32001 => blosc::decode(data, limit),
        32004 => lz4::decode(data, limit),
        32008 => bitshuffle::decode(data, parameters, element, limit),
        32015 => zstd(data, limit),
        32022 | 32023 => Ok(data.to_vec()),
        _ => return Err(Error::UnsupportedFilter(format!("{filter} ({})", name(filter)))),
    };
    decoded.map_err(|failure| failure.of_filter(filter, limit))
}

/// A bzip2 stream (H5Zbzip2.c).
fn bzip2(data: &[u8], limit: usize) -> Decoded {
    let mut out = Vec::new();
    let read = bzip2::read::BzDecoder::new(data)
        .take(limit as u64 + 1)
        .read_to_end(&mut out);
    match read {
        Ok(_) if out.len() > limit => Err(Failure::TooLong),
        Ok(_) => Ok(out),
        Err(_) => Err(Failure::Corrupt("not a valid bzip2 stream")),
    }
}

/// Largest window that a zstd frame may ask for beside the output: what level 19 uses for input of unknown
/// length.
const ZSTD_WINDOW: usize = 8 << 20;

/// zstd frames (RFC 8878), as H5Zzstd.c writes them.
fn zstd(data: &[u8], limit: usize) -> Decoded {
    let mut out = vec![0; limit];
    let length = zstd_into(data, &mut out)?;
    out.truncate(length);
    Ok(out)
}

/// Decodes zstd frames into a buffer, and returns the number of bytes written.
fn zstd_into(data: &[u8], out: &mut [u8]) -> Result<usize, Failure> {
    use ruzstd::decoding::errors::FrameDecoderError;
    let mut decoder = ruzstd::decoding::FrameDecoder::new();
    decoder.set_max_window_size(out.len().max(ZSTD_WINDOW) as u64);
    decoder.decode_all(data, out).map_err(|error| match error {
        FrameDecoderError::TargetTooSmall => Failure::TooLong,
        _ => Failure::Corrupt("not a valid zstd frame"),
    })
}

/// A deflate stream with a zlib header that decodes to exactly `length` bytes.
fn zlib_exact(data: &[u8], length: usize) -> Decoded {
    let corrupt = Failure::Corrupt("not a valid zlib stream");
    match deflate::decompress_with_limit(data, length + 1) {
        Ok(out) if out.len() == length => Ok(out),
        _ => Err(corrupt),
    }
}

thread_local! {
    /// Bytes of a chunk of the dataset that this thread is reading.
    static CHUNK: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Runs `read`, during which no filter on this thread decodes much more than `chunk` bytes.
///
/// The library passes no bound to a registered filter. It decodes on the thread that asks, so the bound is kept for
/// that thread.
pub(crate) fn bounded<T>(chunk: Option<usize>, read: impl FnOnce() -> T) -> T {
    struct Restore(Option<usize>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CHUNK.set(self.0);
        }
    }
    let _restore = Restore(CHUNK.replace(chunk));
    read()
}

/// Most bytes that a filter may decode for a chunk of `chunk` bytes. If several compressors follow each other, the
/// output of one is the input of the next, which is slightly longer than the chunk if it cannot be compressed.
fn bound(chunk: usize) -> usize {
    chunk.saturating_add(chunk / 8).saturating_add(4096)
}

/// The registry for a file whose chunks have at most `most` bytes.
pub(crate) fn registry(most: usize) -> FilterRegistry {
    let mut registry = FilterRegistry::new();
    for number in DECODED {
        registry.register(
            number,
            Box::new(move |filter, data, element| {
                let chunk = CHUNK.get().map_or(most, |chunk| chunk.min(most));
                undo(filter.id, &filter.client_data, data, element, bound(chunk))
            }),
        );
    }
    let unshuffle = |_: &_, data: &[u8], element| Ok(shuffle::decode(data, element));
    registry.register(SHUFFLE, Box::new(unshuffle));
    registry
}

/// Bytes at `at`, of a length that is known when compiled.
fn bytes<const N: usize>(data: &[u8], at: usize) -> Result<[u8; N], Failure> {
    at.checked_add(N)
        .and_then(|end| data.get(at..end)?.try_into().ok())
        .ok_or(Failure::Corrupt("the chunk is cut short"))
}

/// A length that the chunk declares, checked against the limit before anything is allocated.
fn length_within(declared: u64, limit: usize) -> Result<usize, Failure> {
    usize::try_from(declared)
        .ok()
        .filter(|length| *length <= limit)
        .ok_or(Failure::TooLong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes that compress in part: runs, repeats and noise.
    fn content() -> impl Strategy<Value = Vec<u8>> {
        let run = (any::<u8>(), 1usize..300).prop_map(|(byte, length)| vec![byte; length]);
        let noise = prop::collection::vec(any::<u8>(), 0..300);
        prop::collection::vec(prop_oneof![run, noise], 0..8).prop_map(|parts| parts.concat())
    }

    fn bzip2_of(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        bzip2::read::BzEncoder::new(content, bzip2::Compression::fast())
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    fn zstd_of(content: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
    }

    proptest! {
        #[test]
        fn compressed_streams_decode_to_their_content(content in content()) {
            for (filter, stream) in [(307, bzip2_of(&content)), (32015, zstd_of(&content))] {
                let length = content.len();
                prop_assert_eq!(decode(filter, &[], &stream, 1, length + 9).unwrap(), content.clone());
                prop_assert_eq!(decode(filter, &[], &stream, 1, length).unwrap(), content.clone());
                if length > 0 {
                    prop_assert!(decode(filter, &[], &stream, 1, length - 1).is_err());
                }
            }
        }

        #[test]
        fn any_bytes_decode_within_the_limit_or_fail(
            data in prop::collection::vec(any::<u8>(), 0..300),
            parameters in prop::collection::vec(0u32..70_000, 0..8),
            element in 0usize..20,
            limit in 0usize..5000,
        ) {
            for filter in DECODED {
                if let Ok(out) = decode(filter, &parameters, &data, element, limit) {
                    prop_assert!(out.len() <= limit.max(data.len()), "filter {}", filter);
                }
            }
        }
    }

    #[test]
    fn a_stream_that_is_cut_short_is_an_error() {
        let content: Vec<u8> = (0..3000u32).map(|i| (i * i / 7) as u8).collect();
        for (filter, stream) in [(307, bzip2_of(&content)), (32015, zstd_of(&content))] {
            for end in (0..stream.len()).step_by(7) {
                let read = decode(filter, &[], &stream[..end], 1, 4000);
                // Zero bytes are zero zstd frames.
                assert!(
                    read.is_err() || read.unwrap().len() < content.len(),
                    "{filter} {end}"
                );
            }
        }
    }

    #[test]
    fn a_bomb_does_not_exceed_the_limit() {
        let zeros = vec![0; 8 << 20];
        for (filter, stream) in [(307, bzip2_of(&zeros)), (32015, zstd_of(&zeros))] {
            assert!(stream.len() < 10_000);
            let problem = decode(filter, &[], &stream, 4, 1000).unwrap_err();
            assert!(problem.message.contains("more than 1000 bytes"), "{problem}");
        }
    }

    #[test]
    fn the_bound_of_a_thread_ends_with_the_read() {
        bounded(Some(10), || {
            bounded(Some(20), || assert_eq!(CHUNK.get(), Some(20)));
            assert_eq!(CHUNK.get(), Some(10));
        });
        assert_eq!(CHUNK.get(), None);
        let _ = std::panic::catch_unwind(|| bounded(Some(10), || panic!("expected")));
        assert_eq!(CHUNK.get(), None);
    }

    #[test]
    fn each_filter_has_its_own_decoder() {
        // Scale-offset: four bits of each value above the least one, 100; the header has 21 bytes.
        let scaled = [
            &4u32.to_le_bytes()[..],
            &[8],
            &100u64.to_le_bytes(),
            &[0; 8],
            &[0x01, 0x7A],
        ]
        .concat();
        let mut of_scaled = [0; 20];
        of_scaled[..8].copy_from_slice(&[2, 0, 4, 0, 2, 0, 0, 0]);
        // N-bit: twelve bits of each of two values.
        let nbit = [0xAB, 0xC1, 0x23, 0];
        // Szip: a block that is not compressed, behind its length.
        let szip = [4, 0, 0, 0, 0xE1, 0x42, 0x85, 0, 0];
        let deflated = b"\x78\x01\x01\x03\x00\xFC\xFFabc\x02\x4D\x01\x27";
        let stored_lz4 = [
            &3u64.to_be_bytes()[..],
            &3u32.to_be_bytes(),
            &3u32.to_be_bytes(),
            b"abc",
        ]
        .concat();
        let stored_blosc = [&[2, 1, 2, 1, 3, 0, 0, 0, 3, 0, 0, 0, 19, 0, 0, 0], &b"abc"[..]].concat();
        for (filter, parameters, data, expected) in [
            (1, &[][..], &deflated[..], &b"abc"[..]),
            (4, &[128 | 8, 4, 8, 4], &szip, &[10, 20, 40, 0][..4]),
            (5, &[8, 0, 2, 1, 2, 0, 12, 0], &nbit, &[0xBC, 0x0A, 0x23, 0x01]),
            (6, &of_scaled, &scaled, &[100, 0, 101, 0, 107, 0, 110, 0]),
            (32000, &[], b"\x02abc", b"abc"),
            (32001, &[], &stored_blosc, b"abc"),
            (32004, &[], &stored_lz4, b"abc"),
            (32008, &[], &[0, 0xFF, 0, 0, 0, 0, 0, 0], &[2; 8]),
            (32022, &[3], b"abc", b"abc"),
            (32023, &[3], b"abc", b"abc"),
        ] {
            let decoded = decode(filter, parameters, data, 1, expected.len());
            assert_eq!(decoded.unwrap(), expected, "{} ({filter})", name(filter));
        }
    }

    #[test]
    fn the_registry_bounds_every_filter_by_the_chunk() {
        use hdf5_reader::messages::filter_pipeline::FilterDescription;
        let description = |id: u16| FilterDescription {
            id,
            name: None,
            client_data: Vec::new(),
        };
        // A chunk of 100 bytes may grow to 100 + 12 + 4096 bytes between its filters.
        for (most, chunk) in [(100, None), (1000, Some(100)), (100, Some(1000))] {
            for (length, fits) in [(4208, true), (4209, false)] {
                let stream = zstd_of(&vec![7; length]);
                let registry = registry(most);
                let decoded = bounded(chunk, || registry.apply(&description(32015), &stream, 1));
                assert_eq!(decoded.is_ok(), fits, "{most} {chunk:?} {length}");
            }
        }
    }

    #[test]
    fn filters_that_are_read_have_a_name() {
        for filter in [
            1, 2, 3, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32015, 32022, 32023,
        ] {
            assert!(is_read(filter) && name(filter) != "unknown", "{filter}");
        }
        for (filter, expected) in [
            (305, "LZO"),
            (32013, "ZFP"),
            (32026, "Blosc2"),
            (7, "unknown"),
            (0, "unknown"),
        ] {
            assert_eq!((is_read(filter), name(filter)), (false, expected));
        }
    }

    #[test]
    fn an_unsupported_filter_is_named() {
        let problem = decode(32026, &[], b"", 1, 1).unwrap_err();
        assert_eq!(problem.kind, crate::ProblemKind::Unsupported);
        assert!(problem.message.contains("32026 (Blosc2)"), "{problem}");
    }
}
