//! Encoded states: numbers of variable length, and the errors of reading them.

/// Why bytes are not a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes were written in another form of the state.
    #[error("state of form {found}, expected form {expected}")]
    Form {
        /// The form of the bytes: their first one.
        found: u8,
        /// The form that this type reads.
        expected: u8,
    },
    /// The bytes end too early.
    #[error("the state ends too early, after {length} bytes")]
    Truncated {
        /// Number of bytes.
        length: usize,
    },
    /// Bytes follow the state.
    #[error("{extra} bytes follow the state")]
    Trailing {
        /// Number of bytes behind the state.
        extra: usize,
    },
    /// A part of the state has a value that no set of values leads to.
    #[error("invalid {what} at byte {offset} of the state")]
    Invalid {
        /// The part.
        what: &'static str,
        /// Position of the byte behind it.
        offset: usize,
    },
}

/// An error without its place, which only the outermost reader knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    Truncated,
    Limit,
    Number,
    Count,
    Key,
    Sum,
    Extreme,
    Text,
}

impl Problem {
    fn what(self) -> &'static str {
        match self {
            Problem::Truncated => "end",
            Problem::Limit => "limit",
            Problem::Number => "number",
            Problem::Count => "count",
            Problem::Key => "order of keys",
            Problem::Sum => "sum",
            Problem::Extreme => "least or greatest value",
            Problem::Text => "text",
        }
    }
}

/// Writes a state.
#[derive(Debug)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new(form: u8) -> Self {
        Writer(vec![form])
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Seven bits a byte, low ones first; the high bit says that more follow.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// The sign in the lowest bit.
    pub(crate) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    pub(crate) fn wide(&mut self, number: i128) {
        let mut number = (number << 1 ^ number >> 127) as u128;
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Keys that increase: the first one, then the distances less one.
    pub(crate) fn keys(&mut self, keys: impl ExactSizeIterator<Item = i64>) {
        self.number(keys.len() as u64);
        let mut last = None;
        for key in keys {
            match last {
                None => self.signed(key),
                Some(last) => self.number((key as u64).wrapping_sub(last as u64) - 1),
            }
            last = Some(key);
        }
    }
}

/// Reads a state.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads all of a state of one form.
    pub(crate) fn all<T>(
        bytes: &'a [u8],
        form: u8,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, DecodeError> {
        let found = *bytes.first().ok_or(DecodeError::Truncated { length: 0 })?;
        if found != form {
            return Err(DecodeError::Form {
                found,
                expected: form,
            });
        }
        let mut reader = Reader { bytes, at: 1 };
        let state = read(&mut reader).map_err(|problem| match problem {
            Problem::Truncated => DecodeError::Truncated { length: bytes.len() },
            problem => DecodeError::Invalid {
                what: problem.what(),
                offset: reader.at,
            },
        })?;
        match bytes.len() - reader.at {
            0 => Ok(state),
            extra => Err(DecodeError::Trailing { extra }),
        }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Problem> {
        let byte = self.bytes.get(self.at).ok_or(Problem::Truncated)?;
        self.at += 1;
        Ok(*byte)
    }

    pub(crate) fn bytes(&mut self, len: u64) -> Result<&'a [u8], Problem> {
        let rest = &self.bytes[self.at..];
        let len = usize::try_from(len).map_err(|_| Problem::Truncated)?;
        let bytes = rest.get(..len).ok_or(Problem::Truncated)?;
        self.at += len;
        Ok(bytes)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Problem> {
        u64::try_from(self.varint(64)?).map_err(|_| Problem::Number)
    }

    fn varint(&mut self, bits: u32) -> Result<u128, Problem> {
        let (mut number, mut shift) = (0u128, 0);
        loop {
            let byte = self.byte()?;
            let part = u128::from(byte & 0x7f);
            if shift >= bits || part != (part << shift) >> shift || byte == 0 && shift > 0 {
                return Err(Problem::Number);
            }
            number |= part << shift;
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    /// A number of occurrences: at least 1.
    pub(crate) fn count(&mut self) -> Result<u64, Problem> {
        match self.number()? {
            0 => Err(Problem::Count),
            count => Ok(count),
        }
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Problem> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn wide(&mut self) -> Result<i128, Problem> {
        let number = self.varint(128)?;
        Ok((number >> 1) as i128 ^ -((number & 1) as i128))
    }

    /// A number of entries, each of which takes at least one byte: not more than bytes are left.
    pub(crate) fn len(&mut self) -> Result<usize, Problem> {
        let len = self.number()?;
        let left = self.bytes.len() - self.at;
        usize::try_from(len)
            .ok()
            .filter(|len| *len <= left)
            .ok_or(Problem::Truncated)
    }

    /// See [`Writer::keys`].
    pub(crate) fn keys(&mut self) -> Result<Vec<i64>, Problem> {
        let len = self.len()?;
        let mut keys = Vec::with_capacity(len);
        let mut last = 0i64;
        for at in 0..len {
            last = match at {
                0 => self.signed()?,
                _ => {
                    let step = self.number()?.checked_add(1).ok_or(Problem::Key)?;
                    last.checked_add_unsigned(step).ok_or(Problem::Key)?
                }
            };
            keys.push(last);
        }
        Ok(keys)
    }
}
