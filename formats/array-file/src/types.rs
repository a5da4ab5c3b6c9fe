//! Types of elements.

use std::fmt;

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Least byte first.
    Little,
    /// Greatest byte first.
    Big,
}

/// Type of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// An integer of 1 to 8 bytes.
    Integer {
        /// Bytes.
        size: u8,
        /// Whether it has a sign.
        signed: bool,
        /// Order of its bytes.
        order: Order,
    },
    /// An IEEE 754 number of 2, 4 or 8 bytes.
    Float {
        /// Bytes.
        size: u8,
        /// Order of its bytes.
        order: Order,
    },
    /// One byte of a text; the last dimension may be the text's length.
    Char,
    /// A text of a fixed number of bytes.
    Text {
        /// Bytes.
        length: usize,
    },
    /// A text of any length, stored as a reference of so many bytes.
    String {
        /// Bytes of the reference.
        reference: usize,
    },
    /// Named values of an integer.
    Enum {
        /// The integer.
        base: Box<Type>,
    },
    /// Several fields side by side.
    Compound {
        /// Bytes of all.
        size: usize,
        /// In the file's order.
        fields: Vec<Field>,
    },
    /// Several elements of one type.
    Array {
        /// Their type.
        base: Box<Type>,
        /// Length per dimension.
        dims: Vec<u64>,
    },
    /// Any number of elements of one type, stored as a reference of so many bytes.
    Sequence {
        /// Their type.
        base: Box<Type>,
        /// Bytes of the reference.
        reference: usize,
    },
    /// Bytes without a meaning that is known here.
    Opaque {
        /// Bytes.
        size: usize,
    },
    /// A reference to another object of the file.
    Reference {
        /// Bytes.
        size: usize,
    },
    /// Bits.
    Bits {
        /// Bytes.
        size: u8,
        /// Order of the bytes.
        order: Order,
    },
}

/// A field of [`Type::Compound`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As the file writes it.
    pub name: String,
    /// First byte within the compound.
    pub offset: usize,
    /// Its type.
    pub of: Type,
}

impl Type {
    /// Bytes of an element as it is stored; `None` where that overflows.
    pub fn size(&self) -> Option<usize> {
        Some(match self {
            Type::Integer { size, .. } | Type::Float { size, .. } | Type::Bits { size, .. } => {
                usize::from(*size)
            }
            Type::Char => 1,
            Type::Text { length } => *length,
            Type::String { reference } | Type::Sequence { reference, .. } => *reference,
            Type::Enum { base } => base.size()?,
            Type::Compound { size, .. } | Type::Opaque { size } | Type::Reference { size } => *size,
            Type::Array { base, dims } => {
                let count = dims.iter().try_fold(1u64, |count, dim| count.checked_mul(*dim))?;
                base.size()?.checked_mul(usize::try_from(count).ok()?)?
            }
        })
    }

    /// Whether elements are numbers.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Type::Integer { .. } | Type::Float { .. } | Type::Enum { .. }
        )
    }

    /// Whether elements are texts or characters of them.
    pub fn is_text(&self) -> bool {
        matches!(self, Type::Char | Type::Text { .. } | Type::String { .. })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Integer { size, signed, .. } => {
                write!(f, "{}int{}", if *signed { "" } else { "u" }, u32::from(*size) * 8)
            }
            Type::Float { size, .. } => write!(f, "float{}", u32::from(*size) * 8),
            Type::Char => f.write_str("char"),
            Type::Text { length } => write!(f, "text{length}"),
            Type::String { .. } => f.write_str("string"),
            Type::Enum { base } => write!(f, "enum({base})"),
            Type::Compound { fields, .. } => write!(f, "compound({} fields)", fields.len()),
            Type::Array { base, dims } => write!(f, "{base}{dims:?}"),
            Type::Sequence { base, .. } => write!(f, "sequence({base})"),
            Type::Opaque { size } => write!(f, "opaque{size}"),
            Type::Reference { .. } => f.write_str("reference"),
            Type::Bits { size, .. } => write!(f, "bits{}", u32::from(*size) * 8),
        }
    }
}

/// The integer that up to eight bytes are.
pub fn integer(raw: &[u8], signed: bool, order: Order) -> i128 {
    let raw = &raw[..raw.len().min(8)];
    let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    let value = match order {
        Order::Little => raw.iter().rev().fold(0, fold),
        Order::Big => raw.iter().fold(0, fold),
    };
    let unused = 64 - 8 * raw.len() as u32;
    if signed && unused < 64 {
        i128::from((value << unused).cast_signed() >> unused)
    } else {
        i128::from(value)
    }
}
