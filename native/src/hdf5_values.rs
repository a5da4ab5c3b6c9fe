//! Values from the HDF5 library.

use array_file::{ArrayFile, Problem, Reader, Type, Variable};
use hdf5::plist::FileAccess;
use hdf5::types::{FixedAscii, FixedUnicode, VarLenAscii, VarLenUnicode};
use hdf5::{Dataset, Hyperslab, SliceOrIndex};
use hdf5_sys::h5f::{H5F_ACC_RDONLY, H5Fopen};
use hdf5_sys::h5p::H5Pset_file_image;
use hdf5_sys::h5pl::H5PLset_loading_state;

use crate::text_cache::TextCache;
use crate::{Held, as_given, corrupt, each_variable, unsupported};

/// Name of the file for the library; nothing of that name is opened.
const IN_MEMORY: &std::ffi::CStr = c"(in memory)";
/// Bytes of the longest text of a fixed length that is read.
const LONGEST: usize = 256;

pub(crate) struct Hdf5Values {
    file: hdf5::File,
    texts: TextCache,
}

pub(crate) fn open(held: Held, file: &mut ArrayFile) -> Result<Box<dyn Reader>, Problem> {
    let values = Hdf5Values::open(&held)?;
    each_variable(&mut file.root, &mut |variable| {
        variable.of = as_given(&variable.of);
        if variable.problem.is_none() {
            variable.problem = values.differs(variable).err();
        }
    });
    Ok(Box::new(values))
}

impl Hdf5Values {
    /// Opens an image of the file in memory, which the library copies.
    pub(crate) fn open(held: &Held) -> Result<Self, Problem> {
        let access = FileAccess::build()
            .core_filebacked(false)
            .finish()
            .map_err(corrupt)?;
        let bytes = held.bytes();
        // SAFETY: the property list and the name outlive the calls. Without callbacks the library copies the bytes and keeps no
        // pointer; the id of the open file has one owner. A worker reviews one file at a time.
        let file = unsafe {
            // A file names its filters: the library must load no plugin for them.
            H5PLset_loading_state(&mut 0);
            if H5Pset_file_image(access.id(), bytes.as_ptr().cast_mut().cast(), bytes.len()) < 0 {
                return Err(corrupt("the HDF5 library does not accept the bytes"));
            }
            let id = H5Fopen(IN_MEMORY.as_ptr(), H5F_ACC_RDONLY, access.id());
            if id < 0 {
                return Err(corrupt("the HDF5 library does not open the file"));
            }
            hdf5::from_id::<hdf5::File>(id)
        };
        Ok(Hdf5Values {
            file: file.map_err(corrupt)?,
            texts: TextCache::default(),
        })
    }

    fn dataset(&self, path: &str) -> Result<Dataset, Problem> {
        self.file.dataset(path).map_err(corrupt)
    }

    /// Compares the shape with the library's, and refuses types that are not read here.
    fn differs(&self, variable: &Variable) -> Result<(), Problem> {
        let shape = self.dataset(&variable.path)?.shape();
        if !shape
            .iter()
            .map(|length| *length as u64)
            .eq(variable.shape.iter().copied())
        {
            return Err(corrupt(format!(
                "shape {:?}; the HDF5 library sees {shape:?}",
                variable.shape
            )));
        }
        match &variable.of {
            Type::Integer {
                size: 1 | 2 | 4 | 8, ..
            }
            | Type::Float { size: 4 | 8, .. } => Ok(()),
            Type::Char | Type::String { .. } => Ok(()),
            Type::Text { length } if *length <= LONGEST => Ok(()),
            of => Err(unsupported(format!("values of type {of} are not read through the HDF5 library"))),
        }
    }

    /// Reads texts of any length, and returns references to them.
    pub(crate) fn strings(&self, path: &str, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        let dataset = self.dataset(path)?;
        let unicode = slice::<VarLenUnicode>(&dataset, start, count)
            .map(|texts| self.texts.keep(texts.iter().map(|text| text.as_bytes().to_vec())));
        unicode.or_else(|_| {
            let texts = slice::<VarLenAscii>(&dataset, start, count)?;
            Ok(self.texts.keep(texts.iter().map(|text| text.as_bytes().to_vec())))
        })
    }

    pub(crate) fn text(&self, reference: &[u8]) -> Result<Vec<u8>, Problem> {
        self.texts.get(reference)
    }

    /// The bytes of the elements from `start` on, `count` in each dimension.
    fn elements(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        macro_rules! numbers {
            ($of:ty) => {
                slice::<$of>(&self.dataset(&variable.path)?, start, count)?
                    .into_iter()
                    .flat_map(<$of>::to_ne_bytes)
                    .collect()
            };
        }
        Ok(match &variable.of {
            Type::Integer {
                size: 1,
                signed: true,
                ..
            } => numbers!(i8),
            Type::Integer {
                size: 1,
                signed: false,
                ..
            } => numbers!(u8),
            Type::Integer {
                size: 2,
                signed: true,
                ..
            } => numbers!(i16),
            Type::Integer {
                size: 2,
                signed: false,
                ..
            } => numbers!(u16),
            Type::Integer {
                size: 4,
                signed: true,
                ..
            } => numbers!(i32),
            Type::Integer {
                size: 4,
                signed: false,
                ..
            } => numbers!(u32),
            Type::Integer {
                size: 8,
                signed: true,
                ..
            } => numbers!(i64),
            Type::Integer {
                size: 8,
                signed: false,
                ..
            } => numbers!(u64),
            Type::Float { size: 4, .. } => numbers!(f32),
            Type::Float { size: 8, .. } => numbers!(f64),
            Type::String { .. } => self.strings(&variable.path, start, count)?,
            Type::Char => fixed(&self.dataset(&variable.path)?, 1, start, count)?,
            Type::Text { length } => fixed(&self.dataset(&variable.path)?, *length, start, count)?,
            of => return Err(unsupported(of)),
        })
    }
}

impl Reader for Hdf5Values {
    fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        *values = self.elements(variable, start, count)?;
        Ok(())
    }

    fn resolve(&self, reference: &[u8], _: usize) -> Result<Vec<u8>, Problem> {
        self.text(reference)
    }
}

fn slice<T: hdf5::H5Type>(dataset: &Dataset, start: &[u64], count: &[u64]) -> Result<Vec<T>, Problem> {
    if start.is_empty() {
        return dataset.read_raw::<T>().map_err(corrupt);
    }
    let axes = start
        .iter()
        .zip(count)
        .map(|(start, count)| SliceOrIndex::SliceCount {
            start: *start as usize,
            step: 1,
            count: *count as usize,
            block: 1,
        });
    let slab = Hyperslab::from(axes.collect::<Vec<_>>());
    let values = dataset
        .read_slice::<T, _, ndarray::IxDyn>(slab)
        .map_err(corrupt)?;
    Ok(values.into_raw_vec_and_offset().0)
}

/// Reads texts of a fixed length, each filled up to it with zero bytes.
fn fixed(dataset: &Dataset, length: usize, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
    let filled = |text: &[u8]| {
        let mut bytes = text.to_vec();
        bytes.resize(length, 0);
        bytes
    };
    match slice::<FixedAscii<LONGEST>>(dataset, start, count) {
        Ok(texts) => Ok(texts.iter().flat_map(|text| filled(text.as_bytes())).collect()),
        Err(_) => {
            let texts = slice::<FixedUnicode<LONGEST>>(dataset, start, count)?;
            Ok(texts.iter().flat_map(|text| filled(text.as_bytes())).collect())
        }
    }
}
