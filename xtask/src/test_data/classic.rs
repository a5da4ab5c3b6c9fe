//! A writer of classic netCDF (CDF-1, CDF-2, CDF-5): small files only.

/// A value of an attribute, or those of a variable.
#[derive(Clone)]
pub(super) enum Data {
    Byte(Vec<i8>),
    Char(Vec<u8>),
    Short(Vec<i16>),
    Int(Vec<i32>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    UByte(Vec<u8>),
    Int64(Vec<i64>),
}

impl Data {
    fn code(&self) -> u32 {
        match self {
            Data::Byte(_) => 1,
            Data::Char(_) => 2,
            Data::Short(_) => 3,
            Data::Int(_) => 4,
            Data::Float(_) => 5,
            Data::Double(_) => 6,
            Data::UByte(_) => 7,
            Data::Int64(_) => 10,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        fn all<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
            values.iter().flat_map(|value| bytes(*value)).collect()
        }
        match self {
            Data::Byte(values) => all(values, i8::to_be_bytes),
            Data::Char(values) | Data::UByte(values) => values.clone(),
            Data::Short(values) => all(values, i16::to_be_bytes),
            Data::Int(values) => all(values, i32::to_be_bytes),
            Data::Float(values) => all(values, f32::to_be_bytes),
            Data::Double(values) => all(values, f64::to_be_bytes),
            Data::Int64(values) => all(values, i64::to_be_bytes),
        }
    }

    fn len(&self) -> usize {
        match self {
            Data::Byte(values) => values.len(),
            Data::Char(values) | Data::UByte(values) => values.len(),
            Data::Short(values) => values.len(),
            Data::Int(values) => values.len(),
            Data::Float(values) => values.len(),
            Data::Double(values) => values.len(),
            Data::Int64(values) => values.len(),
        }
    }
}

/// A text attribute.
pub(super) fn text(name: &'static str, value: &str) -> (&'static str, Data) {
    (name, Data::Char(value.as_bytes().to_vec()))
}

pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) dimensions: Vec<usize>,
    pub(super) attributes: Vec<(&'static str, Data)>,
    pub(super) data: Data,
}

/// A file; the first dimension of length 0 is the record dimension, of which there are `records`.
pub(super) struct Classic {
    /// 1, 2 or 5.
    pub(super) version: u8,
    pub(super) records: usize,
    pub(super) dimensions: Vec<(&'static str, usize)>,
    pub(super) attributes: Vec<(&'static str, Data)>,
    pub(super) variables: Vec<Variable>,
}

impl Classic {
    fn count(&self, out: &mut Vec<u8>, count: usize) {
        match self.version {
            5 => out.extend((count as u64).to_be_bytes()),
            _ => out.extend((count as u32).to_be_bytes()),
        }
    }

    fn list(&self, out: &mut Vec<u8>, tag: u32, count: usize) {
        out.extend((if count == 0 { 0 } else { tag }).to_be_bytes());
        self.count(out, count);
    }

    fn padded(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }

    fn name(&self, out: &mut Vec<u8>, name: &str) {
        self.count(out, name.len());
        Self::padded(out, name.as_bytes());
    }

    fn attributes(&self, out: &mut Vec<u8>, attributes: &[(&'static str, Data)]) {
        self.list(out, 0x0C, attributes.len());
        for (name, value) in attributes {
            self.name(out, name);
            out.extend(value.code().to_be_bytes());
            self.count(out, value.len());
            Self::padded(out, &value.bytes());
        }
    }

    fn is_record(&self, variable: &Variable) -> bool {
        variable
            .dimensions
            .first()
            .is_some_and(|at| self.dimensions[*at].1 == 0)
    }

    /// Bytes of a variable, or of one record of it, padded.
    fn slab(&self, variable: &Variable) -> usize {
        let bytes = variable.data.bytes().len();
        let bytes = if self.is_record(variable) {
            bytes / self.records.max(1)
        } else {
            bytes
        };
        bytes.next_multiple_of(4)
    }

    fn header(&self, begins: &[usize]) -> Vec<u8> {
        let mut out = vec![b'C', b'D', b'F', self.version];
        self.count(&mut out, self.records);
        self.list(&mut out, 0x0A, self.dimensions.len());
        for (name, length) in &self.dimensions {
            self.name(&mut out, name);
            self.count(&mut out, *length);
        }
        self.attributes(&mut out, &self.attributes);
        self.list(&mut out, 0x0B, self.variables.len());
        for (variable, begin) in self.variables.iter().zip(begins) {
            self.name(&mut out, variable.name);
            self.count(&mut out, variable.dimensions.len());
            for at in &variable.dimensions {
                self.count(&mut out, *at);
            }
            self.attributes(&mut out, &variable.attributes);
            out.extend(variable.data.code().to_be_bytes());
            self.count(&mut out, self.slab(variable));
            match self.version {
                1 => out.extend((*begin as u32).to_be_bytes()),
                _ => out.extend((*begin as u64).to_be_bytes()),
            }
        }
        out
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut begins = vec![0; self.variables.len()];
        let mut at = self.header(&begins).len();
        for record in [false, true] {
            for (variable, begin) in self.variables.iter().zip(&mut begins) {
                if self.is_record(variable) == record {
                    *begin = at;
                    at += self.slab(variable);
                }
            }
        }
        let mut out = self.header(&begins);
        for variable in self.variables.iter().filter(|variable| !self.is_record(variable)) {
            Self::padded(&mut out, &variable.data.bytes());
        }
        for record in 0..self.records {
            for variable in self.variables.iter().filter(|variable| self.is_record(variable)) {
                let bytes = variable.data.bytes();
                let one = bytes.len() / self.records;
                Self::padded(&mut out, &bytes[record * one..(record + 1) * one]);
            }
        }
        out
    }
}
