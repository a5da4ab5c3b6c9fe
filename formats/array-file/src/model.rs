//! The model into which all formats are read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::{Limits, Problem, ProblemKind, Source, Type, classic, hdf5, integer};

/// How an HDF5 file is presented. Classic files look the same in both views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// A netCDF-4 file as the netCDF library presents it: with named dimensions, without the attributes and datasets
    /// that are internal to netCDF. A file that is not netCDF-4 is presented as in [`View::Hdf5`].
    NetCdf,
    /// Every dataset and attribute as it is stored, without names of dimensions.
    Hdf5,
}

/// Format of a file, as its signature and attributes show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// netCDF classic, CDF-1.
    Classic,
    /// netCDF 64-bit offset, CDF-2.
    Offset64,
    /// netCDF 64-bit data, CDF-5.
    Cdf5,
    /// netCDF-4, which is HDF5 with marks of netCDF (see [`guess`](crate::guess)).
    NetCdf4,
    /// HDF5 of any other kind.
    Hdf5,
}

impl Format {
    /// Usual name of the format, such as `netCDF-3 classic`.
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

/// An open file: groups, variables and attributes, and access to the values of variables.
///
/// ```
/// use array_file::{ArrayFile, Limits, View};
///
/// // A classic file with one variable `x` of one byte.
/// let mut bytes = b"CDF\x01\0\0\0\0".to_vec();
/// // The list of dimensions: `n` of length 1; no attributes.
/// bytes.extend([0, 0, 0, 0x0A, 0, 0, 0, 1, 0, 0, 0, 1, b'n', 0, 0, 0, 0, 0, 0, 1]);
/// bytes.extend([0; 8]);
/// // The list of variables: `x` along `n`, no attributes, type byte, four bytes at offset 80.
/// bytes.extend([0, 0, 0, 0x0B, 0, 0, 0, 1, 0, 0, 0, 1, b'x', 0, 0, 0]);
/// bytes.extend([0, 0, 0, 1, 0, 0, 0, 0]);
/// bytes.extend([0; 8]);
/// bytes.extend([0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 80]);
/// // The value, padded to four bytes.
/// bytes.extend([42, 0, 0, 0]);
///
/// let file = ArrayFile::open(std::sync::Arc::new(bytes), View::NetCdf, &Limits::default()).unwrap();
/// let x = &file.root.variables[0];
/// assert_eq!((x.name.as_str(), x.shape.as_slice(), x.of.to_string().as_str()), ("x", &[1][..], "int8"));
/// assert_eq!(file.read(x, &[0], &[1]).unwrap(), [42]);
/// ```
pub struct ArrayFile {
    /// Format of the file; [`Format::Hdf5`] for a netCDF-4 file in the view [`View::Hdf5`].
    pub format: Format,
    /// The root group, with everything in it.
    pub root: Group,
    /// What is wrong or notable about the file as a whole, or about objects that are not in the model.
    pub notes: Vec<Note>,
    pub(crate) reader: Box<dyn Reader>,
}

/// Access to values: what a reader of a format offers besides the model. [`ArrayFile::read_by`] replaces the reader of
/// a file.
pub trait Reader: Send + Sync {
    /// Puts the stored bytes of the elements from `start` on, `count` in each dimension, row by row, in the type
    /// [`Variable::of`], in place of the content of `values`, whose memory may be used again.
    ///
    /// # Errors
    /// When they cannot be read; other parts of the variable may be readable. Then the content of `values` has no meaning.
    fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem>;

    /// The bytes of the text or sequence that a reference leads to, whose elements have `size` bytes each.
    ///
    /// # Errors
    /// When the heap is damaged, or the reference leads nowhere.
    fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem>;
}

impl ArrayFile {
    /// Reads everything but values. A group, variable or attribute that cannot be read is reported as a [`Note`] or a
    /// [`Variable::problem`], and does not affect the others.
    ///
    /// # Errors
    /// When the header or the root group cannot be read, or a limit of the file as a whole is exceeded.
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

    /// The same file, with values from another reader, for example a reference library.
    #[must_use]
    pub fn read_by(self, reader: Box<dyn Reader>) -> ArrayFile {
        ArrayFile { reader, ..self }
    }

    /// The same file, which keeps what it reads for the next read of the same elements, or of some of them along the first
    /// dimension: parts of at most `each` bytes, and `all` bytes together. For small files whose values are used twice.
    #[must_use]
    pub fn remembering(self, each: usize, all: usize) -> ArrayFile {
        let held = Mutex::new((HashMap::new(), all));
        let reader = Remembering {
            reader: self.reader,
            each,
            held,
        };
        ArrayFile {
            reader: Box::new(reader),
            ..self
        }
    }

    /// The stored bytes of elements of `variable`, from index `start` on, `count` in each dimension, row by
    /// row, in the type [`Variable::of`]. [`Variable::blocks`] gives ranges of bounded size.
    ///
    /// # Errors
    /// [`Variable::problem`] if there is one; otherwise when these elements cannot be read, though others may
    /// be readable.
    pub fn read(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        let mut values = Vec::new();
        self.read_into(variable, start, count, &mut values)?;
        Ok(values)
    }

    /// As [`ArrayFile::read`], into a buffer whose memory is used again: for one block after the other.
    ///
    /// # Errors
    /// As [`ArrayFile::read`]; then the content of the buffer has no meaning.
    pub fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if let Some(problem) = &variable.problem {
            return Err(problem.clone());
        }
        self.reader.read_into(variable, start, count, values)
    }

    /// The bytes of the text or sequence to which an element of type [`Type::String`] or [`Type::Sequence`]
    /// refers. `size` is the number of bytes of one element of the sequence, 1 for texts. Empty for a
    /// reference that was never written.
    ///
    /// # Errors
    /// When the heap is damaged, or the reference leads nowhere.
    pub fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        self.reader.resolve(reference, size)
    }
}

/// A reader that keeps small parts.
struct Remembering {
    reader: Box<dyn Reader>,
    each: usize,
    /// What was read of each variable, and the number of bytes that may still be kept.
    held: Mutex<(HashMap<usize, Vec<Part>>, usize)>,
}

/// The elements of a range of indices.
struct Part {
    start: Vec<u64>,
    count: Vec<u64>,
    bytes: Vec<u8>,
}

impl Part {
    /// The bytes of a range, if it is this one, or some of its indices along the first dimension.
    fn get(&self, start: &[u64], count: &[u64]) -> Option<&[u8]> {
        let ([own_start, ..], [own_count, ..]) = (&self.start[..], &self.count[..]) else {
            return (start == self.start && count == self.count).then_some(&self.bytes);
        };
        let ([first, inner_start @ ..], [number, inner_count @ ..]) = (start, count) else {
            return None;
        };
        if *inner_start != self.start[1..] || *inner_count != self.count[1..] || *own_count == 0 {
            return None;
        }
        let skipped = usize::try_from(first.checked_sub(*own_start)?).ok()?;
        let row = self.bytes.len() / usize::try_from(*own_count).ok()?;
        let begin = skipped.checked_mul(row)?;
        let length = usize::try_from(*number).ok()?.checked_mul(row)?;
        self.bytes.get(begin..begin.checked_add(length)?)
    }
}

impl Reader for Remembering {
    fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if let Ok(held) = self.held.lock()
            && let Some(parts) = held.0.get(&variable.id)
            && let Some(bytes) = parts.iter().find_map(|part| part.get(start, count))
        {
            values.clear();
            values.extend_from_slice(bytes);
            return Ok(());
        }
        self.reader.read_into(variable, start, count, values)?;
        if values.len() <= self.each
            && let Ok(mut held) = self.held.lock()
            && let Some(left) = held.1.checked_sub(values.len())
        {
            held.1 = left;
            held.0.entry(variable.id).or_default().push(Part {
                start: start.to_vec(),
                count: count.to_vec(),
                bytes: values.clone(),
            });
        }
        Ok(())
    }

    fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        self.reader.resolve(reference, size)
    }
}

/// A group of variables and other groups. A classic file has only the root group.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Path from the root group, whose path is `/`, such as `/data/sst`.
    pub path: String,
    /// Dimensions that the group defines; groups within it can use them, too. Empty in the view
    /// [`View::Hdf5`].
    pub dimensions: Vec<Dimension>,
    /// Attributes of the group, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Variables of the group itself, in the order of the file.
    pub variables: Vec<Variable>,
    /// Groups directly within the group.
    pub groups: Vec<Group>,
}

impl Group {
    /// This group and all groups within it, outer groups before inner ones.
    pub fn all(&self) -> Vec<&Group> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(group) = all.get(next).copied() {
            all.extend(&group.groups);
            next += 1;
        }
        all
    }

    /// The group's attribute with exactly this name (case counts); `None` if there is none.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// A dimension: a name for a length that variables share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Name, as it is stored.
    pub name: String,
    /// Current length. For an unlimited dimension, that of the longest variable along it.
    pub length: u64,
    /// Whether the dimension can grow.
    pub unlimited: bool,
}

/// An array of values of one type, of any rank; a scalar has rank 0.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Name within its group, as it is stored.
    pub name: String,
    /// Path from the root group, without a slash at the beginning: `data/sst`, or in the root group just the
    /// name.
    pub path: String,
    /// Type of its elements, as they are stored.
    pub of: Type,
    /// Length of each dimension; empty for a scalar. `[0]` for an HDF5 dataset without a shape (`H5S_NULL`).
    pub shape: Vec<u64>,
    /// Names of its dimensions, as many as [`Variable::shape`] has lengths; `None` in the view
    /// [`View::Hdf5`].
    pub dimensions: Option<Vec<String>>,
    /// Attributes of the variable, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Length of a chunk in each dimension; empty if the values are not stored in chunks.
    pub chunk: Vec<u64>,
    /// Why none of its values can be read, if that is known without reading any.
    pub problem: Option<Problem>,
    /// Number of the variable within its reader.
    pub(crate) id: usize,
}

impl Variable {
    /// The attribute of the variable with this name, in the stored case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Number of elements, 1 for a scalar; `None` if it overflows.
    pub fn elements(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1u64, |count, length| count.checked_mul(*length))
    }
}

/// An attribute of a group or a variable: a name and a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Name, as it is stored.
    pub name: String,
    /// Type of its elements, as they are stored.
    pub of: Type,
    /// Value, decoded from its stored type.
    pub value: Value,
    /// Whether its name or text is not valid UTF-8 and was decoded as Latin-1.
    pub latin1: bool,
}

impl Attribute {
    /// The text, or the first of several texts; `None` for other values.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(texts) => texts.first().map(String::as_str),
            _ => None,
        }
    }

    /// The numbers; empty for other values. Integers above 2^53 are rounded.
    pub fn numbers(&self) -> Vec<f64> {
        match &self.value {
            Value::Integers(values) => values.iter().map(|value| *value as f64).collect(),
            Value::Reals(values) => values.clone(),
            Value::Text(_) | Value::Other(_) => Vec::new(),
        }
    }
}

/// Value of an attribute: texts, numbers, or a description of anything else.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Texts; most attributes have one. A text ends at its first zero byte.
    Text(Vec<String>),
    /// Integers of any size and order, or values of an enumeration.
    Integers(Vec<i128>),
    /// Floating-point numbers of 32 or 64 bits.
    Reals(Vec<f64>),
    /// Any other value: its type, and the reason if it could not be read.
    Other(String),
}

impl Value {
    /// The numbers of the type `of` in `bytes`; `None` for other types.
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

/// Something wrong or notable about the file as a whole, or about an object that is not in the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of note it is, and whether something is missing from the model.
    pub kind: NoteKind,
    /// Path of the object, such as `/data/sst`; `/` for the file as a whole.
    pub path: String,
    /// What was found, in words.
    pub message: String,
}

/// The reason why a part of the file is missing from the model; `None` if the note is not about a missing part.
impl Note {
    /// The reason why a part of the file is missing from the model; `None` for a note that is not about
    /// missing parts.
    pub fn loss(&self) -> Option<Problem> {
        let kind = match self.kind {
            NoteKind::Truncated => return Some(Problem::corrupt(&self.message)),
            NoteKind::Damaged => ProblemKind::Corrupt,
            NoteKind::Unsupported => ProblemKind::Unsupported,
            NoteKind::Limit => ProblemKind::Limit,
            _ => return None,
        };
        Some(Problem::new(kind, format!("{}: {}", self.path, self.message)))
    }
}

/// What a [`Note`] reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A link to another file, which is not followed.
    OutsideLink,
    /// A soft link whose target is not in the file or cannot be read.
    DanglingLink,
    /// A group that contains itself by a hard link; it is in the model once.
    Cycle,
    /// An object or attribute that contradicts the format; it is not in the model.
    Damaged,
    /// An object or attribute in a part of the format that is not read here; it is not in the model.
    Unsupported,
    /// A limit was exceeded; the rest is not in the model.
    Limit,
    /// The file is shorter than it declares. The part that exists can be read.
    Truncated,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Order;

    fn attribute(name: &str, value: Value) -> Attribute {
        Attribute {
            name: name.to_owned(),
            of: Type::Char,
            value,
            latin1: false,
        }
    }

    #[test]
    fn texts_and_numbers_of_attributes() {
        let text = attribute("units", Value::Text(vec!["m".to_owned(), "s".to_owned()]));
        assert_eq!((text.text(), text.numbers()), (Some("m"), vec![]));
        let integers = attribute("range", Value::Integers(vec![-1, 1 << 62]));
        assert_eq!(
            (integers.text(), integers.numbers()),
            (None, vec![-1.0, 4_611_686_018_427_387_904.0])
        );
        assert_eq!(attribute("x", Value::Reals(vec![0.5])).numbers(), [0.5]);
        assert_eq!(attribute("x", Value::Text(vec![])).text(), None);
        let group = Group {
            attributes: vec![text.clone(), integers.clone()],
            ..Group::default()
        };
        assert_eq!(group.attribute("range"), Some(&integers));
        assert_eq!(group.attribute("Range"), None);
        let variable = Variable {
            name: "x".to_owned(),
            path: "x".to_owned(),
            of: Type::Char,
            shape: vec![3, 4],
            dimensions: None,
            attributes: vec![text.clone(), integers],
            chunk: Vec::new(),
            problem: None,
            id: 0,
        };
        assert_eq!(
            (variable.attribute("units"), variable.attribute("x")),
            (Some(&text), None)
        );
        assert_eq!(variable.elements(), Some(12));
        let large = Variable {
            shape: vec![1 << 40, 1 << 40],
            ..variable
        };
        assert_eq!(large.elements(), None);
    }

    #[test]
    fn numbers_of_every_type() {
        let big = Order::Big;
        let of_bytes = |of: Type, bytes: &[u8]| Value::numbers(&of, bytes);
        let int16 = Type::Integer {
            size: 2,
            signed: true,
            order: big,
        };
        let integers = Some(Value::Integers(vec![-2, 1]));
        assert_eq!(of_bytes(int16.clone(), &[0xFF, 0xFE, 0, 1, 9]), integers);
        assert_eq!(
            of_bytes(
                Type::Enum {
                    base: Box::new(int16)
                },
                &[0xFF, 0xFE, 0, 1]
            ),
            integers
        );
        let float = |size| Type::Float { size, order: big };
        let values = [1.5f32, -2.0].map(f32::to_be_bytes);
        assert_eq!(
            of_bytes(float(4), values.as_flattened()),
            Some(Value::Reals(vec![1.5, -2.0]))
        );
        let values = [1.5f64, -2.0].map(f64::to_be_bytes);
        assert_eq!(
            of_bytes(float(8), values.as_flattened()),
            Some(Value::Reals(vec![1.5, -2.0]))
        );
        for of in [
            float(2),
            Type::Char,
            Type::Opaque { size: 2 },
            Type::Text { length: 0 },
        ] {
            assert_eq!(Value::numbers(&of, &[1, 2]), None, "{of}");
        }
    }

    #[test]
    fn outer_groups_come_before_inner_ones() {
        let group = |path: &str, groups: Vec<Group>| Group {
            path: path.to_owned(),
            groups,
            ..Group::default()
        };
        let inner = vec![
            group("/a", vec![group("/a/x", vec![])]),
            group("/b", vec![group("/b/y", vec![])]),
        ];
        let root = group("/", inner);
        let paths: Vec<&str> = root.all().iter().map(|group| group.path.as_str()).collect();
        assert_eq!(paths, ["/", "/a", "/b", "/a/x", "/b/y"]);
    }

    #[test]
    fn notes_about_missing_parts_are_problems() {
        for (kind, expected) in [
            (NoteKind::OutsideLink, None),
            (NoteKind::DanglingLink, None),
            (NoteKind::Cycle, None),
            (NoteKind::Damaged, Some((ProblemKind::Corrupt, "/x: why"))),
            (NoteKind::Unsupported, Some((ProblemKind::Unsupported, "/x: why"))),
            (NoteKind::Limit, Some((ProblemKind::Limit, "/x: why"))),
            (NoteKind::Truncated, Some((ProblemKind::Corrupt, "why"))),
        ] {
            let note = Note {
                kind,
                path: "/x".to_owned(),
                message: "why".to_owned(),
            };
            let loss = note.loss();
            let loss = loss
                .as_ref()
                .map(|problem| (problem.kind, problem.message.as_str()));
            assert_eq!(loss, expected, "{kind:?}");
        }
    }

    #[test]
    fn formats_have_their_usual_names() {
        let all = [
            Format::Classic,
            Format::Offset64,
            Format::Cdf5,
            Format::NetCdf4,
            Format::Hdf5,
        ];
        let names = [
            "netCDF-3 classic",
            "netCDF-3 64-bit offset",
            "netCDF-3 CDF-5",
            "netCDF-4",
            "HDF5",
        ];
        assert_eq!(all.map(Format::as_str), names);
    }
}
