//! Types of the elements of variables and attributes.

use std::fmt;

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// Type of the elements of a variable or an attribute, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// An integer of 1 to 8 bytes, two's complement if it is signed.
    Integer {
        /// Bytes of one element: 1 to 8.
        size: u8,
        /// Whether it can be negative.
        signed: bool,
        /// Order of its bytes.
        order: Order,
    },
    /// An IEEE 754 number of 2, 4 or 8 bytes.
    Float {
        /// Bytes of one element: 2, 4 or 8.
        size: u8,
        /// Order of its bytes.
        order: Order,
    },
    /// One byte of a text. The last dimension of such a variable is often the length of its texts.
    Char,
    /// A text in a fixed number of bytes, filled up with zero bytes or blanks.
    Text {
        /// Bytes of one element.
        length: usize,
    },
    /// A text of any length, stored in a heap. Elements are references, for
    /// [`ArrayFile::resolve`](crate::ArrayFile::resolve).
    String {
        /// Bytes of one reference.
        reference: usize,
    },
    /// An integer of which some values have names.
    Enum {
        /// Type of the integer.
        base: Box<Type>,
    },
    /// Several named fields; bytes between them have no meaning.
    Compound {
        /// Bytes of one element.
        size: usize,
        /// The fields, in the order of the file.
        fields: Vec<Field>,
    },
    /// A fixed number of elements of one type, row by row.
    Array {
        /// Type of these elements.
        base: Box<Type>,
        /// Length of each dimension.
        dims: Vec<u64>,
    },
    /// Any number of elements of one type, stored in a heap. Elements are references, as for
    /// [`Type::String`].
    Sequence {
        /// Type of the elements of a sequence.
        base: Box<Type>,
        /// Bytes of one reference.
        reference: usize,
    },
    /// Bytes whose meaning is not known.
    Opaque {
        /// Bytes of one element.
        size: usize,
    },
    /// A reference to another object of the file, or to a region of a dataset.
    Reference {
        /// Bytes of one element.
        size: usize,
    },
    /// A field of bits.
    Bits {
        /// Bytes of one element: 1 to 8.
        size: u8,
        /// Order of the bytes.
        order: Order,
    },
}

/// A named field of a [`Type::Compound`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, as it is stored.
    pub name: String,
    /// Offset of the first byte within the compound.
    pub offset: usize,
    /// Type of its value.
    pub of: Type,
}

impl Type {
    /// Bytes of one element as it is stored; for a text or sequence in a heap, those of its reference. `None` if the
    /// number overflows.
    ///
    /// ```
    /// use array_file::{Order, Type};
    ///
    /// let float = Type::Float { size: 4, order: Order::Little };
    /// let array = Type::Array { base: Box::new(float), dims: vec![3, 2] };
    /// assert_eq!((array.size(), array.to_string().as_str()), (Some(24), "float32[3, 2]"));
    /// ```
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

    /// Whether elements are single numbers: integers, floats, or integers with names.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Type::Integer { .. } | Type::Float { .. } | Type::Enum { .. }
        )
    }

    /// Whether elements are texts, or single characters of texts.
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

/// The integer that is stored in the first one to eight bytes of `raw`, two's complement if it is `signed`.
///
/// ```
/// use array_file::{Order, integer};
///
/// assert_eq!(integer(&[0xFF, 0xFE], true, Order::Big), -2);
/// assert_eq!(integer(&[0xFF, 0xFE], false, Order::Little), 0xFEFF);
/// ```
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sizes() {
        let order = Order::Little;
        let int16 = Box::new(Type::Integer {
            size: 2,
            signed: true,
            order,
        });
        let array = |dims: &[u64]| Type::Array {
            base: int16.clone(),
            dims: dims.to_vec(),
        };
        for (of, name, size, is_number, is_text) in [
            (*int16.clone(), "int16", Some(2), true, false),
            (
                Type::Integer {
                    size: 8,
                    signed: false,
                    order,
                },
                "uint64",
                Some(8),
                true,
                false,
            ),
            (Type::Float { size: 8, order }, "float64", Some(8), true, false),
            (Type::Char, "char", Some(1), false, true),
            (Type::Text { length: 5 }, "text5", Some(5), false, true),
            (Type::String { reference: 16 }, "string", Some(16), false, true),
            (
                Type::Enum { base: int16.clone() },
                "enum(int16)",
                Some(2),
                true,
                false,
            ),
            (
                Type::Compound {
                    size: 12,
                    fields: Vec::new(),
                },
                "compound(0 fields)",
                Some(12),
                false,
                false,
            ),
            (array(&[3, 4]), "int16[3, 4]", Some(24), false, false),
            (
                array(&[1 << 40, 1 << 40]),
                "int16[1099511627776, 1099511627776]",
                None,
                false,
                false,
            ),
            (
                Type::Sequence {
                    base: int16.clone(),
                    reference: 12,
                },
                "sequence(int16)",
                Some(12),
                false,
                false,
            ),
            (Type::Opaque { size: 7 }, "opaque7", Some(7), false, false),
            (Type::Reference { size: 8 }, "reference", Some(8), false, false),
            (Type::Bits { size: 2, order }, "bits16", Some(2), false, false),
        ] {
            assert_eq!((of.to_string().as_str(), of.size()), (name, size));
            assert_eq!((of.is_number(), of.is_text()), (is_number, is_text), "{name}");
        }
    }

    #[test]
    fn integers_of_every_size() {
        for size in 1..=8 {
            let negative = vec![0xFE; size];
            let value = negative
                .iter()
                .fold(0i128, |value, byte| value << 8 | i128::from(*byte));
            for order in [Order::Little, Order::Big] {
                assert_eq!(integer(&negative, false, order), value);
                assert_eq!(integer(&negative, true, order), value - (1 << (8 * size)));
            }
            let mut one = vec![0; size];
            one[0] = 1;
            assert_eq!(integer(&one, true, Order::Little), 1);
            assert_eq!(integer(&one, true, Order::Big), 1 << (8 * (size - 1)));
        }
        assert_eq!(integer(&[], true, Order::Little), 0);
        assert_eq!(integer(&[1; 9], false, Order::Big), 0x0101_0101_0101_0101);
    }
}
