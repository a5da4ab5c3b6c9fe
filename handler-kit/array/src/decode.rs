//! Conversion of stored bytes to numbers.

use array_file::{Order, Type, integer};

/// Where the numbers of a block are. Integers of 64 bits keep all digits.
pub(crate) enum Numbers {
    /// In the buffer that was given.
    Real,
    Wide(Vec<i128>),
}

/// The layout of the values of a block: element `i` begins at `offset + i × stride` and has `repeat` values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) offset: usize,
    pub(crate) stride: usize,
    pub(crate) repeat: usize,
}

impl Layout {
    /// The bytes of each value, which are `size` bytes.
    pub(crate) fn values(self, bytes: &[u8], size: usize) -> impl Iterator<Item = &[u8]> {
        let elements = bytes.chunks_exact(self.stride.max(1));
        elements.flat_map(move |element| {
            let end = (self.offset + self.repeat * size).min(element.len());
            element[self.offset.min(end)..end].chunks_exact(size.max(1))
        })
    }

    /// Number of values in `bytes`.
    pub(crate) fn len(self, bytes: &[u8]) -> usize {
        bytes.len() / self.stride.max(1) * self.repeat
    }

    /// The bytes of the value at `at`; empty after the last one.
    pub(crate) fn value(self, bytes: &[u8], size: usize, at: usize) -> &[u8] {
        let (element, within) = match self.repeat {
            0 | 1 => (at, 0),
            repeat => (at / repeat, at % repeat),
        };
        let start = element * self.stride + self.offset + within * size;
        bytes.get(start..start + size).unwrap_or_default()
    }

    /// Whether there are no bytes between the values of `size` bytes.
    pub(crate) fn is_dense(self, size: usize) -> bool {
        self.offset == 0 && self.repeat * size == self.stride
    }
}

/// The numbers in `bytes`, one for each element of type `of`; empty for a type that is not numeric.
///
/// Integers above 2^53 are rounded.
pub fn numbers(of: &Type, bytes: &[u8]) -> Vec<f64> {
    let layout = Layout {
        offset: 0,
        stride: of.size().unwrap_or(1),
        repeat: 1,
    };
    let mut reals = Vec::new();
    if let Some(Numbers::Wide(values)) = decode(of, bytes, layout, &mut reals) {
        reals.extend(values.into_iter().map(|value| value as f64));
    }
    reals
}

/// The numbers of a block, with `reals` to append them to; `None` for a type that is not numeric.
pub(crate) fn decode(of: &Type, bytes: &[u8], layout: Layout, reals: &mut Vec<f64>) -> Option<Numbers> {
    macro_rules! each {
        ($of:ty, $order:expr, $to:ty, $into:expr) => {{
            const SIZE: usize = size_of::<$of>();
            let big = matches!($order, Order::Big);
            let one = |raw: &[u8]| {
                let raw: [u8; SIZE] = raw.try_into().unwrap_or([0; SIZE]);
                if big {
                    <$of>::from_be_bytes(raw)
                } else {
                    <$of>::from_le_bytes(raw)
                }
            };
            // The common case separately, so that the compiler vectorises the loop.
            if layout.is_dense(SIZE) {
                $into.extend(bytes.chunks_exact(SIZE).map(|raw| <$to>::from(one(raw))));
            } else {
                $into.extend(layout.values(bytes, SIZE).map(|raw| <$to>::from(one(raw))));
            }
        }};
    }
    macro_rules! real {
        ($of:ty, $order:expr) => {{
            each!($of, $order, f64, reals);
            Numbers::Real
        }};
    }
    macro_rules! wide {
        ($of:ty, $order:expr) => {{
            let mut values = Vec::new();
            each!($of, $order, i128, values);
            Numbers::Wide(values)
        }};
    }
    Some(match of {
        Type::Float { size: 4, order } => real!(f32, order),
        Type::Float { size: 8, order } => real!(f64, order),
        Type::Float { size: 2, order } => real!(half::f16, order),
        Type::Integer {
            size: 1,
            signed: true,
            order,
        } => real!(i8, order),
        Type::Integer {
            size: 1,
            signed: false,
            order,
        } => real!(u8, order),
        Type::Integer {
            size: 2,
            signed: true,
            order,
        } => real!(i16, order),
        Type::Integer {
            size: 2,
            signed: false,
            order,
        } => real!(u16, order),
        Type::Integer {
            size: 4,
            signed: true,
            order,
        } => real!(i32, order),
        Type::Integer {
            size: 4,
            signed: false,
            order,
        } => real!(u32, order),
        Type::Integer {
            size: 8,
            signed: true,
            order,
        } => wide!(i64, order),
        Type::Integer {
            size: 8,
            signed: false,
            order,
        } => wide!(u64, order),
        // An integer of 3, 5, 6 or 7 bytes.
        Type::Integer { size, signed, order } => {
            let values = layout.values(bytes, usize::from(*size));
            Numbers::Wide(values.map(|raw| integer(raw, *signed, *order)).collect())
        }
        Type::Bits {
            size: size @ 1..=8,
            order,
        } => {
            return decode(
                &Type::Integer {
                    size: *size,
                    signed: false,
                    order: *order,
                },
                bytes,
                layout,
                reals,
            );
        }
        Type::Enum { base } => return decode(base, bytes, layout, reals),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        let cases = [
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 2f64.powi(-24)),
            (0x7C00, f64::INFINITY),
        ];
        let of = Type::Float {
            size: 2,
            order: Order::Big,
        };
        for (bits, value) in cases {
            assert_eq!(numbers(&of, &u16::to_be_bytes(bits)), [value]);
        }
        assert!(numbers(&of, &[0x7E, 0])[0].is_nan());
    }

    #[test]
    fn orders_signs_and_odd_sizes() {
        let of = |size, signed, order| Type::Integer { size, signed, order };
        assert_eq!(numbers(&of(2, true, Order::Big), &[0xFF, 0xFE]), [-2.0]);
        assert_eq!(numbers(&of(2, false, Order::Little), &[0xFF, 0xFE]), [65279.0]);
        assert_eq!(numbers(&of(3, true, Order::Little), &[0xFE, 0xFF, 0xFF]), [-2.0]);
        assert_eq!(numbers(&Type::Char, b"x"), [0.0; 0]);
    }

    #[test]
    fn fields_of_a_compound() {
        let layout = Layout {
            offset: 1,
            stride: 4,
            repeat: 2,
        };
        let of = Type::Integer {
            size: 1,
            signed: false,
            order: Order::Little,
        };
        let mut reals = Vec::new();
        let numbers = decode(&of, &[9, 1, 2, 9, 9, 3, 4, 9], layout, &mut reals);
        assert!(matches!(numbers, Some(Numbers::Real)));
        assert_eq!(reals, [1.0, 2.0, 3.0, 4.0]);
    }
}
