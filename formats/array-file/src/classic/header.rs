//! The header of a classic file.

use std::fmt;

use crate::{
    Attribute, Dimension, Format, Limits, Order, Problem, Source, Type, Value, Variable, decode_text,
};

const DIMENSIONS: u32 = 0x0A;
const VARIABLES: u32 = 0x0B;
const ATTRIBUTES: u32 = 0x0C;
/// Value of the number of records in a file that is still being written.
const STREAMING: u64 = 0xFFFF_FFFF;

pub(super) struct Header {
    /// Number of records; `None` means that the length of the file determines it.
    pub(super) records: Option<u64>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) variables: Vec<Stored>,
}

/// A variable as the header describes it.
pub(super) struct Stored {
    pub(super) name: String,
    /// Indices of the dimensions, all of which exist.
    pub(super) dimensions: Vec<usize>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) of: Type,
    /// Offset of the first byte of the values.
    pub(super) begin: u64,
    /// Length of each dimension; without the first one for a record variable.
    slab: Vec<u64>,
    record: bool,
}

impl Stored {
    pub(super) fn is_record(&self) -> bool {
        self.record
    }

    /// Bytes of the values, or of the values in one record.
    pub(super) fn slab_bytes(&self) -> Option<u64> {
        let size = self.of.size()? as u64;
        self.slab
            .iter()
            .try_fold(size, |bytes, length| bytes.checked_mul(*length))
    }

    /// Offset of the byte after the last value.
    pub(super) fn end(&self, variable: &Variable, record: u64) -> Option<u64> {
        let slab = self.slab_bytes()?;
        match (self.record, variable.shape.first()) {
            (true, Some(0)) => Some(0),
            (true, Some(records)) => (records - 1)
                .checked_mul(record)?
                .checked_add(self.begin)?
                .checked_add(slab),
            _ if slab == 0 => Some(0),
            _ => self.begin.checked_add(slab),
        }
    }

    /// Offsets of the contiguous ranges that make up a block of elements, and the size of each in bytes.
    pub(super) fn runs(
        &self,
        shape: &[u64],
        start: &[u64],
        count: &[u64],
        record: u64,
    ) -> Result<(Vec<u64>, usize), Problem> {
        let overflow = || Problem::corrupt(format!("{} ends beyond the largest offset", self.name));
        let size = self.of.size().ok_or_else(overflow)? as u64;
        // Bytes from one index to the next, for each dimension.
        let mut strides = vec![size; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis].checked_mul(shape[axis]).ok_or_else(overflow)?;
        }
        if self.record {
            strides[0] = record;
        }
        // Dimensions from `joined` on are contiguous.
        let mut joined = shape.len();
        let mut run = size;
        while joined > usize::from(self.record) {
            joined -= 1;
            run = run.checked_mul(count[joined]).ok_or_else(overflow)?;
            if count[joined] != shape[joined] {
                break;
            }
        }
        let mut runs = vec![self.begin];
        for axis in 0..shape.len() {
            let steps = if axis < joined { count[axis] } else { 1 };
            let mut next = Vec::with_capacity(runs.len() * steps as usize);
            for base in &runs {
                for step in 0..steps {
                    let offset = (start[axis] + step)
                        .checked_mul(strides[axis])
                        .and_then(|at| at.checked_add(*base));
                    next.push(offset.ok_or_else(overflow)?);
                }
            }
            runs = next;
        }
        Ok((runs, usize::try_from(run).map_err(|_| overflow())?))
    }
}

/// Reads the header in pieces.
struct Cursor<'a> {
    source: &'a dyn Source,
    wide: bool,
    at: u64,
    buffer: Vec<u8>,
    /// Offset of the first byte in the buffer.
    from: u64,
    limits: &'a Limits,
    attributes: usize,
    /// Bytes of the names of the dimensions of all variables so far.
    names: usize,
}

/// Bytes of the header that one read fetches.
const AHEAD: usize = 64 << 10;

impl Header {
    pub(super) fn read(source: &dyn Source, format: Format, limits: &Limits) -> Result<Header, Problem> {
        let wide = format == Format::Cdf5;
        let mut cursor = Cursor {
            source,
            wide,
            at: 4,
            buffer: Vec::new(),
            from: 4,
            limits,
            attributes: 0,
            names: 0,
        };
        let records = cursor.count()?;
        let streaming = records == if wide { u64::MAX } else { STREAMING };
        let mut dimensions = Vec::new();
        for _ in 0..cursor.list(DIMENSIONS, "dimensions")? {
            let (name, _) = cursor.name()?;
            let length = cursor.count()?;
            dimensions.push(Dimension {
                name,
                length,
                unlimited: length == 0,
            });
        }
        let attributes = cursor.attributes()?;
        let mut variables = Vec::new();
        let number = cursor.list(VARIABLES, "variables")?;
        if number > limits.variables as u64 {
            return Err(Problem::limit(format!(
                "{number} variables; at most {} are read",
                limits.variables
            )));
        }
        for _ in 0..number {
            variables.push(cursor.variable(format, &dimensions)?);
        }
        Ok(Header {
            records: (!streaming).then_some(records),
            dimensions,
            attributes,
            variables,
        })
    }
}

impl Cursor<'_> {
    fn corrupt(&self, message: impl fmt::Display) -> Problem {
        Problem::corrupt(format!("header: {message}")).at(self.at)
    }

    fn take(&mut self, bytes: usize) -> Result<&[u8], Problem> {
        let end = self.at + bytes as u64;
        if end > self.source.len() {
            return Err(self.corrupt(format!(
                "the file ends at byte {}, within its header",
                self.source.len()
            )));
        }
        if end > self.limits.header_bytes as u64 {
            return Err(Problem::limit(format!(
                "the header is longer than {} bytes",
                self.limits.header_bytes
            )));
        }
        if end > self.from + self.buffer.len() as u64 {
            let len = (self.source.len() - self.at).min(bytes.max(AHEAD) as u64) as usize;
            self.buffer.resize(len, 0);
            self.source.read_exact_at(self.at, &mut self.buffer)?;
            self.from = self.at;
        }
        let start = (self.at - self.from) as usize;
        self.at = end;
        Ok(&self.buffer[start..start + bytes])
    }

    fn u32(&mut self) -> Result<u32, Problem> {
        self.take(4)
            .map(|bytes| bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }

    fn u64(&mut self) -> Result<u64, Problem> {
        Ok(u64::from(self.u32()?) << 32 | u64::from(self.u32()?))
    }

    /// A number of entries, or a length.
    fn count(&mut self) -> Result<u64, Problem> {
        if self.wide {
            self.u64()
        } else {
            self.u32().map(u64::from)
        }
    }

    /// Number of entries of the list that begins here.
    fn list(&mut self, tag: u32, what: &str) -> Result<u64, Problem> {
        let found = self.u32()?;
        let count = self.count()?;
        match (found, count) {
            (0, 0) => Ok(0),
            (found, count) if found == tag => Ok(count),
            _ => Err(self.corrupt(format!(
                "expected a list of {what}, found tag {found:#x} with {count} entries"
            ))),
        }
    }

    fn padded(&mut self, bytes: u64) -> Result<&[u8], Problem> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let padded = bytes
            .checked_next_multiple_of(4)
            .filter(|padded| *padded as u64 <= self.source.len());
        let padded = padded.ok_or_else(|| self.corrupt(format!("{bytes} bytes are declared here")))?;
        self.take(padded).map(|taken| &taken[..bytes])
    }

    fn name(&mut self) -> Result<(String, bool), Problem> {
        let length = self.count()?;
        self.padded(length).map(decode_text)
    }

    fn attributes(&mut self) -> Result<Vec<Attribute>, Problem> {
        let mut attributes = Vec::new();
        for _ in 0..self.list(ATTRIBUTES, "attributes")? {
            self.attributes += 1;
            if self.attributes > self.limits.attributes {
                return Err(Problem::limit(format!(
                    "more than {} attributes",
                    self.limits.attributes
                )));
            }
            let (name, odd_name) = self.name()?;
            let of = self.element_type()?;
            let count = self.count()?;
            let bytes = count.checked_mul(of.size().unwrap_or(1) as u64);
            let bytes = bytes.ok_or_else(|| self.corrupt(format!("{name} has {count} values")))?;
            if bytes > self.limits.attribute_bytes as u64 {
                let most = self.limits.attribute_bytes;
                return Err(Problem::limit(format!(
                    "attribute {name} has {bytes} bytes; at most {most} are read"
                )));
            }
            let (value, odd_text) = value(&of, self.padded(bytes)?);
            attributes.push(Attribute {
                name,
                of,
                value,
                latin1: odd_name || odd_text,
            });
        }
        Ok(attributes)
    }

    fn element_type(&mut self) -> Result<Type, Problem> {
        let code = self.u32()?;
        let integer = |size, signed| Type::Integer {
            size,
            signed,
            order: Order::Big,
        };
        let float = |size| Type::Float {
            size,
            order: Order::Big,
        };
        Ok(match code {
            1 => integer(1, true),
            2 => Type::Char,
            3 => integer(2, true),
            4 => integer(4, true),
            5 => float(4),
            6 => float(8),
            7 => integer(1, false),
            8 => integer(2, false),
            9 => integer(4, false),
            10 => integer(8, true),
            11 => integer(8, false),
            _ => return Err(self.corrupt(format!("type {code} is not one of 1 to 11"))),
        })
    }

    fn variable(&mut self, format: Format, all: &[Dimension]) -> Result<Stored, Problem> {
        let (name, _) = self.name()?;
        let rank = self.count()?;
        let mut dimensions = Vec::new();
        for _ in 0..rank {
            let at = self.count()?;
            let known = usize::try_from(at).ok().filter(|at| *at < all.len());
            let known =
                known.ok_or_else(|| self.corrupt(format!("{name} has dimension {at} of {}", all.len())))?;
            dimensions.push(known);
            self.names += all[known].name.len();
            let most = self.limits.name_bytes;
            if self.names > most {
                let message = format!("the names of all variables' dimensions take more than {most} bytes");
                return Err(Problem::limit(message).at(self.at));
            }
        }
        let attributes = self.attributes()?;
        let of = self.element_type()?;
        // The size of the variable follows from its shape; this field overflows for large variables.
        self.count()?;
        let begin = if format == Format::Classic {
            u64::from(self.u32()?)
        } else {
            self.u64()?
        };
        let record = dimensions.first().is_some_and(|at| all[*at].unlimited);
        let slab: Vec<u64> = dimensions
            .iter()
            .skip(usize::from(record))
            .map(|at| all[*at].length)
            .collect();
        if dimensions.iter().skip(1).any(|at| all[*at].unlimited) {
            return Err(self.corrupt(format!(
                "{name} has the record dimension, but not as its first one"
            )));
        }
        Ok(Stored {
            name,
            dimensions,
            attributes,
            of,
            begin,
            slab,
            record,
        })
    }
}

fn value(of: &Type, bytes: &[u8]) -> (Value, bool) {
    Value::numbers(of, bytes).map_or_else(
        || {
            let (text, latin1) = decode_text(bytes);
            (Value::Text(vec![text]), latin1)
        },
        |numbers| (numbers, false),
    )
}
