//! One dataset: what it is, and its values.

use hdf5_reader::local_heap::LocalHeap;
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::external_files::ExternalFilesMessage;
use hdf5_reader::messages::layout::DataLayout;
use hdf5_reader::object_header::ObjectHeader;
use hdf5_reader::{Dataset, H5Type, Hdf5File, SliceInfo, SliceInfoElem};

use super::element::{Bytes, Raw};
use super::{lzf, types};
use crate::classic::too_large;
use crate::{Attribute, Field, Group, Limits, Problem, Type, Variable};

/// Registered filters: number, name, whether they are read here (HDF Group, "Registered Filter Plugins").
const FILTERS: &[(u16, &str, bool)] = &[
    (1, "deflate", true),
    (2, "shuffle", true),
    (3, "fletcher32", true),
    (4, "szip", true),
    (5, "nbit", true),
    (6, "scale-offset", true),
    (lzf::ID, "lzf", true),
    (305, "lzo", false),
    (307, "bzip2", false),
    (32001, "blosc", false),
    (32004, "lz4", true),
    (32008, "bitshuffle", false),
    (32013, "zfp", false),
    (32015, "zstd", false),
    (32017, "sz", false),
    (32026, "blosc2", false),
];

/// The variable, without name, path and number.
pub(super) fn describe(
    dataset: &Dataset,
    header: &ObjectHeader,
    file: &Hdf5File,
    attributes: Vec<Attribute>,
) -> Variable {
    let (of, mut problem) = types::convert(dataset.dtype(), dataset.vlen_reference_size());
    let mut chunk = Vec::new();
    for message in &header.messages {
        match message {
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
                for filter in &pipeline.filters {
                    let known = FILTERS.iter().find(|(id, ..)| *id == filter.id);
                    let name = known.map_or("unknown", |(_, name, _)| name);
                    if !known.is_some_and(|(.., is_read)| *is_read) {
                        problem = Some(Problem::unsupported(format!("filter {} ({name})", filter.id)));
                    }
                }
            }
            HdfMessage::ExternalFiles(external) => {
                let names = external_names(external, file);
                problem = Some(Problem::outside(format!(
                    "its values lie in another file: {names}"
                )));
            }
            _ => {}
        }
    }
    if of.size().is_none_or(|size| size == 0) {
        problem = Some(Problem::corrupt(format!("elements of type {of} have no size")));
    }
    Variable {
        name: String::new(),
        path: String::new(),
        of,
        shape: dataset.shape().to_vec(),
        dimensions: None,
        attributes,
        chunk,
        problem,
        id: 0,
    }
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

pub(super) fn read(dataset: &Dataset, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
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
    // Rewrites in place: the bytes stay where the library has put them.
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

/// Types that the library does not tell as they are: numbers of an uncommon form, and compounds of version 1, whose fields
/// may be arrays.
pub(super) fn refuse_odd_types(group: &mut Group, datasets: &[Dataset]) {
    for variable in &mut group.variables {
        let raw = || datasets[variable.id].raw_datatype().unwrap_or_default();
        let odd = match &variable.of {
            Type::Integer { .. } | Type::Float { .. } if is_odd(&raw()) => Some("of an uncommon form"),
            Type::Compound { size, fields } if has_gaps(*size, fields) && raw().first() == Some(&0x16) => {
                Some("of version 1, whose fields may be arrays")
            }
            _ => None,
        };
        if let Some(odd) = odd {
            variable.problem = Some(Problem::unsupported(format!("a {} {odd}", variable.of)));
        }
    }
    for inner in &mut group.groups {
        refuse_odd_types(inner, datasets);
    }
}

/// Whether a field is followed by room for another of its kind.
fn has_gaps(size: usize, fields: &[Field]) -> bool {
    let mut starts: Vec<usize> = fields.iter().map(|field| field.offset).collect();
    starts.sort_unstable();
    fields.iter().any(|field| {
        let next = starts
            .iter()
            .copied()
            .find(|start| *start > field.offset)
            .unwrap_or(size);
        field
            .of
            .size()
            .is_some_and(|own| next.saturating_sub(field.offset) >= 2 * own)
    })
}

/// HDF5 File Format Specification, IV.A.2.d: bit offset, precision, and of floats the places of exponent and mantissa.
fn is_odd(raw: &[u8]) -> bool {
    let (Some(class), Some(size), Some(properties)) = (raw.first(), raw.get(4), raw.get(8..)) else {
        return false;
    };
    let whole = [0, 0, size.wrapping_mul(8), 0];
    match class & 0x0F {
        0 => !properties.starts_with(&whole),
        1 => {
            let ieee: &[u8] = match size {
                2 => &[10, 5, 0, 10, 15, 0, 0, 0],
                4 => &[23, 8, 0, 23, 127, 0, 0, 0],
                _ => &[52, 11, 0, 52, 255, 3, 0, 0],
            };
            let vax = raw[1] & 0x40 != 0;
            vax || !properties.starts_with(&whole) || !properties[4..].starts_with(ieee)
        }
        _ => false,
    }
}

pub(super) fn refuse_large(group: &mut Group, limits: &Limits) {
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
        refuse_large(inner, limits);
    }
}
