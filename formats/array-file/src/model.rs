//! The model that all formats are read into.

use std::sync::Arc;

use crate::{Limits, Problem, ProblemKind, Source, Type, classic, hdf5, integer};

/// What of an HDF5 file is shown; classic files have one view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// As netCDF means it, where it is netCDF-4: with dimensions, without what netCDF writes for itself.
    NetCdf,
    /// Every dataset and attribute as it is stored.
    Hdf5,
}

/// How the file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// netCDF classic, CDF-1.
    Classic,
    /// netCDF 64-bit offset, CDF-2.
    Offset64,
    /// netCDF 64-bit data, CDF-5.
    Cdf5,
    /// HDF5 with netCDF's marks.
    NetCdf4,
    /// HDF5.
    Hdf5,
}

impl Format {
    /// As people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Classic => "netCDF-3 classic",
            Format::Offset64 => "netCDF-3 64-bit offset",
            Format::Cdf5 => "netCDF-3 CDF-5",
            Format::NetCdf4 => "netCDF-4",
            Format::Hdf5 => "HDF5",
        }
    }
}

/// One file, opened.
pub struct ArrayFile {
    /// How it is stored.
    pub format: Format,
    /// Everything in it.
    pub root: Group,
    /// What was odd while it was opened.
    pub notes: Vec<Note>,
    pub(crate) reader: Box<dyn Reader>,
}

/// The seam: what a reader of a format has to offer besides the model.
pub trait Reader: Send + Sync {
    /// The elements from `start` on, `count` per dimension, row by row, as [`Variable::of`] says.
    ///
    /// # Errors
    /// When they cannot be read; other parts of the same variable may still be readable.
    fn read(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem>;

    /// The bytes that a reference of [`Type::String`] or [`Type::Sequence`] stands for; `size` of one element.
    ///
    /// # Errors
    /// When the heap that holds them is damaged.
    fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem>;
}

impl ArrayFile {
    /// Reads everything but values.
    ///
    /// # Errors
    /// When not even the header or the root group can be read, or a limit of the file as a whole is passed.
    pub fn open(source: Arc<dyn Source>, view: View, limits: &Limits) -> Result<ArrayFile, Problem> {
        let mut magic = [0; 4];
        if source.len() >= 4 {
            source.read_exact_at(0, &mut magic)?;
        }
        match &magic {
            b"CDF\x01" => classic::open(source, Format::Classic, limits),
            b"CDF\x02" => classic::open(source, Format::Offset64, limits),
            b"CDF\x05" => classic::open(source, Format::Cdf5, limits),
            _ => hdf5::open(source, view, limits),
        }
    }

    /// The same file, whose values another reader gives.
    #[must_use]
    pub fn read_by(self, reader: Box<dyn Reader>) -> ArrayFile {
        ArrayFile { reader, ..self }
    }

    /// The elements of `variable` from `start` on, `count` per dimension, row by row, as [`Variable::of`] says.
    ///
    /// # Errors
    /// When they cannot be read; other parts of the same variable may still be readable.
    pub fn read(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        if let Some(problem) = &variable.problem {
            return Err(problem.clone());
        }
        self.reader.read(variable, start, count)
    }

    /// The bytes that a reference of [`Type::String`] or [`Type::Sequence`] stands for; `size` of one element.
    ///
    /// # Errors
    /// When the heap that holds them is damaged.
    pub fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        self.reader.resolve(reference, size)
    }
}

/// A group; a classic file has one.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Path from the root, which is `/`.
    pub path: String,
    /// Named lengths.
    pub dimensions: Vec<Dimension>,
    /// Its own attributes.
    pub attributes: Vec<Attribute>,
    /// Its own variables, in the file's order.
    pub variables: Vec<Variable>,
    /// Groups within it.
    pub groups: Vec<Group>,
}

impl Group {
    /// This group and all within it, outer ones first.
    pub fn all(&self) -> Vec<&Group> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(group) = all.get(next).copied() {
            all.extend(&group.groups);
            next += 1;
        }
        all
    }

    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// A named length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// As the file writes it.
    pub name: String,
    /// Current length.
    pub length: u64,
    /// Whether it may grow.
    pub unlimited: bool,
}

/// One array of values.
#[derive(Debug, Clone)]
pub struct Variable {
    /// As the file writes it.
    pub name: String,
    /// Full path; in the root group just the name.
    pub path: String,
    /// Type of an element.
    pub of: Type,
    /// Length per dimension.
    pub shape: Vec<u64>,
    /// Names of the dimensions, where the format has them.
    pub dimensions: Option<Vec<String>>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Length of a chunk per dimension; empty where there are no chunks.
    pub chunk: Vec<u64>,
    /// Why its values cannot be read, if that is known beforehand.
    pub problem: Option<Problem>,
    /// The reader's own number of it.
    pub(crate) id: usize,
}

impl Variable {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Number of elements; `None` where that overflows.
    pub fn elements(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1u64, |count, length| count.checked_mul(*length))
    }
}

/// A name with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// As the file writes it.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Whether it is a text that is not UTF-8, and was read as Latin-1.
    pub latin1: bool,
}

impl Attribute {
    /// Its text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(texts) => texts.first().map(String::as_str),
            _ => None,
        }
    }

    /// Its numbers, where it has some.
    pub fn numbers(&self) -> Vec<f64> {
        match &self.value {
            Value::Integers(values) => values.iter().map(|value| *value as f64).collect(),
            Value::Reals(values) => values.clone(),
            Value::Text(_) | Value::Other(_) => Vec::new(),
        }
    }
}

/// Value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Texts; most have one.
    Text(Vec<String>),
    /// Integers.
    Integers(Vec<i128>),
    /// IEEE 754 numbers.
    Reals(Vec<f64>),
    /// What is not read here, by its type.
    Other(String),
}

impl Value {
    /// The numbers that elements of `of` are; `None` for what is not read as such.
    pub(crate) fn numbers(of: &Type, bytes: &[u8]) -> Option<Value> {
        let each = bytes.chunks_exact(of.size()?.max(1));
        Some(match of {
            Type::Integer { signed, order, .. } => {
                Value::Integers(each.map(|raw| integer(raw, *signed, *order)).collect())
            }
            Type::Enum { base } => return Value::numbers(base, bytes),
            Type::Float { size: 4, order } => {
                let real = |raw| f64::from(f32::from_bits(integer(raw, false, *order) as u32));
                Value::Reals(each.map(real).collect())
            }
            Type::Float { size: 8, order } => {
                let real = |raw| f64::from_bits(integer(raw, false, *order) as u64);
                Value::Reals(each.map(real).collect())
            }
            _ => return None,
        })
    }
}

/// Something odd of the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind.
    pub kind: NoteKind,
    /// Path of the object.
    pub path: String,
    /// In words.
    pub message: String,
}

impl Note {
    /// Why an object is not among the groups and variables, where that is what the note says.
    pub fn loss(&self) -> Option<Problem> {
        let kind = match self.kind {
            NoteKind::Damaged => ProblemKind::Corrupt,
            NoteKind::Unsupported => ProblemKind::Unsupported,
            NoteKind::Limit => ProblemKind::Limit,
            _ => return None,
        };
        Some(Problem::new(kind, format!("{}: {}", self.path, self.message)))
    }
}

/// Kinds of [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A link out of the file, which is not followed.
    OutsideLink,
    /// A soft link that leads to nothing.
    DanglingLink,
    /// A group that holds itself.
    Cycle,
    /// An object that cannot be read.
    Damaged,
    /// An object of a kind that is not read here.
    Unsupported,
    /// A limit that was passed: the rest is left out.
    Limit,
    /// Fewer bytes than declared.
    Truncated,
}
