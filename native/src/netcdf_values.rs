//! Values from netCDF-C.

use array_file::{ArrayFile, Format, Problem, Reader, Type, Variable};
use netcdf::Extent;

use crate::hdf5_values::Hdf5Values;
use crate::{Held, as_given, corrupt, each_variable, unsupported};

struct NetCdfValues {
    /// Borrows the bytes of `_held`, and is dropped before them.
    file: netcdf::FileMem<'static>,
    /// Reads texts of any length: netCDF-C gives a null pointer for one that was never written.
    hdf5: Option<Hdf5Values>,
    _held: Held,
}

pub(crate) fn open(held: Held, file: &mut ArrayFile) -> Result<Box<dyn Reader>, Problem> {
    let is_hdf5 = matches!(file.format, Format::NetCdf4 | Format::Hdf5);
    // SAFETY: the bytes are on the heap and are not changed, and `NetCdfValues` drops its file before them.
    let bytes: &'static [u8] = unsafe { &*std::ptr::from_ref(held.bytes()) };
    let values = NetCdfValues {
        // First, because it forbids HDF5 to load filters, also for netCDF-C.
        hdf5: is_hdf5.then(|| Hdf5Values::open(&held)).transpose()?,
        file: netcdf::open_mem(None, bytes).map_err(corrupt)?,
        _held: held,
    };
    each_variable(&mut file.root, &mut |variable| {
        variable.of = as_given(&variable.of);
        if variable.problem.is_none() {
            variable.problem = values.differs(variable).err();
        }
    });
    Ok(Box::new(values))
}

impl NetCdfValues {
    fn variable(&self, path: &str) -> Result<netcdf::Variable<'_>, Problem> {
        let found = self.file.variable(path);
        found.ok_or_else(|| corrupt(format!("netCDF-C does not find the variable {path}")))
    }

    /// Compares shape and size with the library's, and refuses types that are not read here.
    fn differs(&self, variable: &Variable) -> Result<(), Problem> {
        let found = self.variable(&variable.path)?;
        let shape: Vec<u64> = found
            .dimensions()
            .iter()
            .map(|dimension| dimension.len() as u64)
            .collect();
        if shape != variable.shape {
            return Err(corrupt(format!(
                "shape {:?}; netCDF-C sees {shape:?}",
                variable.shape
            )));
        }
        let plain = match &variable.of {
            Type::Enum { base } => base,
            of => of,
        };
        let size = match plain {
            Type::Integer { .. } | Type::Float { size: 4 | 8, .. } | Type::Char => plain.size(),
            Type::String { .. } => return Ok(()),
            of => return Err(unsupported(format!("values of type {of} are not read through netCDF-C"))),
        };
        if size != Some(found.vartype().size()) {
            return Err(corrupt(format!(
                "{}; netCDF-C sees {:?}",
                variable.of,
                found.vartype()
            )));
        }
        Ok(())
    }

    /// The bytes of the elements from `start` on, `count` in each dimension.
    fn elements(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        if let (Type::String { .. }, Some(hdf5)) = (&variable.of, &self.hdf5) {
            return hdf5.strings(&variable.path, start, count);
        }
        let axes = start.iter().zip(count).map(|(start, count)| Extent::SliceCount {
            start: *start as usize,
            count: *count as usize,
            stride: 1,
        });
        let axes: Vec<Extent> = axes.collect();
        self.variable(&variable.path)?
            .get_raw_values(axes)
            .map_err(corrupt)
    }
}

impl Reader for NetCdfValues {
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
        let hdf5 = self.hdf5.as_ref();
        hdf5.ok_or_else(|| unsupported("classic files have no references"))?
            .text(reference)
    }
}
