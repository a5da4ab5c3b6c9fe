//! One dataset: its description and its values.

use hdf5_reader::local_heap::LocalHeap;
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::dataspace::DataspaceType;
use hdf5_reader::messages::external_files::ExternalFilesMessage;
use hdf5_reader::messages::layout::DataLayout;
use hdf5_reader::object_header::ObjectHeader;
use hdf5_reader::{Dataset, H5Type, Hdf5File, SliceInfo, SliceInfoElem};

use super::chunks::{Chunks, Decoders};
use super::element::{Bytes, Raw};
use super::header::{Header, kind};
use super::types::Described;
use crate::classic::too_large;
use crate::{Attribute, Group, Limits, Problem, Variable, filters};

/// A dataset, with the details that are not part of the model.
pub(crate) struct Stored {
    /// The library's handle.
    pub(crate) dataset: Dataset,
    /// Value of `DIMENSION_LIST`: for each dimension a reference to a list of scales.
    pub(crate) dimension_list: Option<Vec<u8>>,
    /// Bytes of a decoded chunk; `None` without chunks.
    pub(crate) chunk_bytes: Option<usize>,
    /// How its chunks are stored, if that is the usual way; `None` once it is extended.
    pub(crate) chunks: Option<Chunks>,
}

/// The variable, without name, path and number.
///
/// `header` has the messages as they are stored, `parsed` as the library reads them.
pub(super) fn describe(
    dataset: &Dataset,
    described: Described,
    header: &Header,
    parsed: &ObjectHeader,
    file: &Hdf5File,
    attributes: Vec<Attribute>,
) -> Variable {
    let Described { of, mut problem } = described;
    let mut shape = dataset.shape().to_vec();
    let mut chunk = Vec::new();
    let mut is_filtered = false;
    for message in &parsed.messages {
        match message {
            // Such a dataset has no elements, not one as a scalar has.
            HdfMessage::Dataspace(space) if space.dataspace_type == DataspaceType::Null => shape = vec![0],
            HdfMessage::DataLayout(message) => {
                if let DataLayout::Chunked { dims, .. } = &message.layout {
                    chunk = dims
                        .iter()
                        .take(dataset.ndim())
                        .map(|length| u64::from(*length))
                        .collect();
                }
            }
            HdfMessage::FilterPipeline(pipeline) => {
                is_filtered = !pipeline.filters.is_empty();
                let unread = pipeline
                    .filters
                    .iter()
                    .find(|filter| !filters::is_read(filter.id));
                if let Some(filter) = unread {
                    let name = filters::name(filter.id);
                    problem = Some(Problem::unsupported(format!("filter {} ({name})", filter.id)));
                }
            }
            HdfMessage::ExternalFiles(external) => {
                let names = external_names(external, file);
                problem = Some(Problem::outside(format!(
                    "its values are in another file: {names}"
                )));
            }
            _ => {}
        }
    }
    if is_filtered
        && has_plain_edges(header)
        && shape
            .iter()
            .zip(&chunk)
            .any(|(length, chunk)| !length.is_multiple_of(*chunk))
    {
        problem = Some(Problem::unsupported("unfiltered chunks at the edge"));
    }
    let size = of.size().filter(|size| *size > 0);
    if size.is_none() || size != dataset.raw_element_size().ok() {
        problem = Some(Problem::corrupt(format!("elements of type {of} have no size")));
    }
    Variable {
        name: String::new(),
        path: String::new(),
        of,
        shape,
        dimensions: None,
        attributes,
        chunk,
        problem,
        id: 0,
    }
}

/// Whether chunks that reach beyond the shape are stored without filters: flag 0 of a chunked layout of
/// version 4 or 5.
fn has_plain_edges(header: &Header) -> bool {
    let layout = header.of_kind(kind::LAYOUT).next();
    layout.is_some_and(|layout| matches!(layout.body, [4 | 5, 2, flags, ..] if flags & 1 == 1))
}

/// Bytes of a decoded chunk.
pub(super) fn chunk_bytes(variable: &Variable) -> Option<usize> {
    let lengths = variable.chunk.iter();
    let elements = lengths.fold(1usize, |count, length| {
        count.saturating_mul(usize::try_from(*length).unwrap_or(usize::MAX))
    });
    let bytes = elements.saturating_mul(variable.of.size().unwrap_or(1));
    (!variable.chunk.is_empty()).then_some(bytes)
}

fn external_names(external: &ExternalFilesMessage, file: &Hdf5File) -> String {
    let superblock = file.superblock();
    let heap = LocalHeap::parse_at_storage(
        file.storage(),
        external.heap_address,
        superblock.offset_size,
        superblock.length_size,
    );
    let name = |at: u64| heap.as_ref().ok()?.get_string_storage(at, file.storage()).ok();
    let names: Vec<String> = external
        .slots
        .iter()
        .take(3)
        .filter_map(|slot| name(slot.name_offset))
        .collect();
    if names.is_empty() {
        "(no name)".to_owned()
    } else {
        names.join(", ")
    }
}

/// Reads the bytes of the elements from `start` on, `count` per dimension, into `values`.
pub(super) fn read(
    stored: &Stored,
    file: &Hdf5File,
    decoders: &Decoders,
    [start, count]: [&[u64]; 2],
    values: &mut Vec<u8>,
) -> Result<(), Problem> {
    if let Some(chunks) = &stored.chunks
        && decoders
            .lend(|decoder| chunks.read(file, start, count, decoder, values))
            .is_some()
    {
        return Ok(());
    }
    *values = filters::bounded(stored.chunk_bytes, || read_bytes(&stored.dataset, start, count))?;
    Ok(())
}

fn read_bytes(dataset: &Dataset, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
    match dataset.raw_element_size()? {
        1 => raw::<1>(dataset, start, count),
        2 => raw::<2>(dataset, start, count),
        4 => raw::<4>(dataset, start, count),
        8 => raw::<8>(dataset, start, count),
        12 => raw::<12>(dataset, start, count),
        16 => raw::<16>(dataset, start, count),
        _ => {
            let elements = slice::<Bytes>(dataset, start, count)?;
            Ok(elements.into_iter().flat_map(|element| element.0).collect())
        }
    }
}

fn raw<const N: usize>(dataset: &Dataset, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
    let elements = slice::<Raw<N>>(dataset, start, count)?;
    // Collects in place: the bytes stay where the library has put them.
    let elements: Vec<[u8; N]> = elements.into_iter().map(|element| element.0).collect();
    Ok(elements.into_flattened())
}

fn slice<T: H5Type>(dataset: &Dataset, start: &[u64], count: &[u64]) -> Result<Vec<T>, Problem> {
    let array = if start.is_empty() {
        dataset.read_array::<T>()?
    } else {
        let range = |(start, count): (&u64, &u64)| SliceInfoElem::Slice {
            start: *start,
            end: start + count,
            step: 1,
        };
        dataset.read_slice::<T>(&SliceInfo {
            selections: start.iter().zip(count).map(range).collect(),
        })?
    };
    let (values, _) = array.into_raw_vec_and_offset();
    Ok(values)
}

/// Marks variables and chunks that exceed the limits as unreadable.
pub(super) fn reject_large(group: &mut Group, limits: &Limits) {
    for variable in &mut group.variables {
        let chunk = variable
            .chunk
            .iter()
            .try_fold(1u64, |bytes, length| bytes.checked_mul(*length));
        let bytes = chunk
            .zip(variable.of.size())
            .and_then(|(n, size)| n.checked_mul(size as u64));
        let most = limits.chunk_bytes;
        let large = match bytes {
            Some(bytes) if variable.chunk.is_empty() || bytes <= most as u64 => None,
            _ => Some(Problem::limit(format!(
                "chunks of {:?} elements; at most {most} bytes are read",
                variable.chunk
            ))),
        };
        variable.problem = variable
            .problem
            .take()
            .or_else(|| too_large(variable, limits))
            .or(large);
    }
    for inner in &mut group.groups {
        reject_large(inner, limits);
    }
}
