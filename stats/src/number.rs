//! Exact numbers, and the element types of slices that can be pushed.

use std::cmp::Ordering;

/// A finite number, exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number that `f64` holds; never −0.
    Number(f64),
    /// An integer beyond ±2^53 that `f64` does not hold.
    Integer(i128),
}

impl Value {
    /// The value of an integer.
    ///
    /// ```
    /// use order_free_stats::Value;
    /// assert_eq!(Value::of_integer(7), Value::Number(7.0));
    /// assert_eq!(Value::of_integer(9_007_199_254_740_993), Value::Integer(9_007_199_254_740_993));
    /// ```
    pub fn of_integer(value: i128) -> Self {
        match exact(value) {
            Some(number) => Value::Number(number),
            None => Value::Integer(value),
        }
    }

    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        match self {
            Value::Number(number) => number,
            Value::Integer(integer) => integer as f64,
        }
    }
}

impl Eq for Value {}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
            (Value::Number(one), Value::Number(other)) => (one + 0.0).total_cmp(&(other + 0.0)),
            (Value::Integer(one), Value::Number(other)) => cmp_integer(*one, *other),
            (Value::Number(one), Value::Integer(other)) => cmp_integer(*other, *one).reverse(),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Integer(integer) => integer.fmt(f),
        }
    }
}

fn cmp_integer(integer: i128, number: f64) -> Ordering {
    let rounded = integer as f64;
    if rounded != number {
        return rounded.total_cmp(&number);
    }
    // The number is an integer. Of the integers that `i128` lacks, only 2^127 is the rounding of one that it has.
    match number < 2f64.powi(127) {
        true => integer.cmp(&(number as i128)),
        false => Ordering::Less,
    }
}

/// The integer as `f64`, if it is one.
pub(crate) fn exact(integer: i128) -> Option<f64> {
    let number = integer as f64;
    (cmp_integer(integer, number) == Ordering::Equal).then_some(number)
}

mod sealed {
    pub trait Sealed: Copy + PartialOrd + std::fmt::Debug {
        /// Whether the type is one of integers.
        const IS_INTEGER: bool;

        /// Whether two elements are the same, bit by bit.
        fn is_same(self, other: Self) -> bool;

        /// The element as `f64`, if that is exact; NaN and infinities as they are.
        fn exact(self) -> Option<f64>;

        /// An integer; 0 for other types.
        fn integer(self) -> i128;

        /// An integer within ±2^53, beyond which `f64` has gaps; `None` for others.
        fn short(self) -> Option<i64>;
    }
}

pub(crate) use sealed::Sealed;

/// A type whose slices can be pushed: every integer from 8 to 64 bits, `f32` and `f64`.
pub trait Number: Sealed {
    /// Whether it is neither NaN nor infinite.
    fn is_finite(self) -> bool;
}

macro_rules! float {
    ($($of:ty),*) => {$(
        impl Number for $of {
            #[inline]
            fn is_finite(self) -> bool {
                <$of>::is_finite(self)
            }
        }

        impl Sealed for $of {
            const IS_INTEGER: bool = false;

            #[inline]
            fn is_same(self, other: Self) -> bool {
                self.to_bits() == other.to_bits()
            }

            #[inline]
            fn exact(self) -> Option<f64> {
                Some(f64::from(self))
            }

            fn integer(self) -> i128 {
                0
            }

            fn short(self) -> Option<i64> {
                None
            }
        }
    )*};
}

macro_rules! integer {
    ($($of:ty),*) => {$(
        impl Number for $of {
            #[inline]
            fn is_finite(self) -> bool {
                true
            }
        }

        impl Sealed for $of {
            const IS_INTEGER: bool = true;

            #[inline]
            fn is_same(self, other: Self) -> bool {
                self == other
            }

            #[inline]
            fn exact(self) -> Option<f64> {
                match self.short() {
                    Some(short) => Some(short as f64),
                    None => exact(i128::from(self)),
                }
            }

            #[inline]
            fn integer(self) -> i128 {
                i128::from(self)
            }

            #[inline]
            fn short(self) -> Option<i64> {
                let short = i64::try_from(self).ok()?;
                (-(1 << 53)..=1 << 53).contains(&short).then_some(short)
            }
        }
    )*};
}

float!(f32, f64);
integer!(i8, u8, i16, u16, i32, u32, i64, u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_numbers_are_compared_exactly() {
        let wide = (1i128 << 53) + 1;
        let below = Value::Number(2f64.powi(53));
        let above = Value::Number(2f64.powi(53) + 2.0);
        assert!(below < Value::of_integer(wide) && Value::of_integer(wide) < above);
        assert!(Value::of_integer(i128::MAX) < Value::Number(2f64.powi(127)));
        assert_eq!(Value::of_integer(i128::MIN), Value::Number(-2f64.powi(127)));
        assert_eq!(Value::Number(-0.0).cmp(&Value::Number(0.0)), Ordering::Equal);
        assert!(Value::of_integer(-wide) < Value::Number(0.5));
    }
}
