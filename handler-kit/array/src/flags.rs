//! Quality flags that are stored beside values.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use array_file::{ArrayFile, Block, Type, Variable};
use data_review_core::FlagClass;

use crate::decode::numbers;
use crate::rules::{Rules, leading};
use crate::texts::trimmed;

/// Name in statistics for the flag of a value whose flag is blank or missing.
pub const NO_FLAG: &str = "no flag";

/// The class of a flag, which is written as in statistics.
type ClassOf<'a> = dyn Fn(&[u8]) -> FlagClass + 'a;

/// The quality flags of a variable: where they are stored, and the class of each.
pub struct Flags<'a> {
    /// The variable with the flags, each of which is one byte, one number or one text.
    pub variable: Cow<'a, Variable>,
    /// For each dimension of the flags, without the length of texts, the corresponding dimension of the values. Values
    /// along dimensions that the flags lack share a flag.
    pub axes: Vec<usize>,
    /// Which stored flags mean that there is no flag, and whether the last dimension of characters is the length of
    /// texts.
    pub rules: Rules,
    /// The class of a flag, which is written as in statistics.
    pub class: Box<ClassOf<'a>>,
}

impl Flags<'_> {
    /// The class of the flag of each value in `block`, whose first `rank` dimensions are those of the values. `None` if
    /// the flags cannot be read.
    pub fn classes(&self, file: &ArrayFile, block: &Block, rank: usize) -> Option<Vec<FlagClass>> {
        let keys = FlagKeys::read(file, self, block, rank)?;
        let class = |at: &u16| keys.keys.get(usize::from(*at)).map(|(_, class)| *class);
        let all = keys
            .at
            .iter()
            .map(|at| class(at).unwrap_or(FlagClass::NotAssessed));
        Some(all.collect())
    }
}

impl fmt::Debug for Flags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags")
            .field("variable", &self.variable.path)
            .field("axes", &self.axes)
            .finish_non_exhaustive()
    }
}

/// The flags of the values of a block as the keys by which statistics are split: a digit, a character or a number.
#[derive(Debug)]
pub(crate) struct FlagKeys {
    keys: Vec<(Vec<u8>, FlagClass)>,
    /// Index of the key of each value; [`MOST`] stands for all keys beyond that number.
    at: Vec<u16>,
}

/// Most different flags of a block that are distinguished.
const MOST: u16 = 1000;
/// The key of all further flags. Statistics distinguish far fewer flags, and use the same name for the rest.
const OTHER: &[u8] = b"(other)";

impl FlagKeys {
    /// Reads the flags of the values in `block`, whose first `rank` dimensions are those of the values. `None` if the
    /// flags cannot be read.
    pub(crate) fn read(file: &ArrayFile, flags: &Flags<'_>, block: &Block, rank: usize) -> Option<Self> {
        let along = |lengths: &[u64]| flags.axes.iter().map(|axis| lengths[*axis]).collect::<Vec<u64>>();
        let (mut start, mut count) = (along(&block.start), along(&block.count));
        let mut of = flags.variable.of.clone();
        if let (true, Some(length)) = (flags.rules.texts, flags.variable.shape.last()) {
            start.push(0);
            count.push(*length);
            of = Type::Text {
                length: *length as usize,
            };
        }
        let bytes = file.read(&flags.variable, &start, &count).ok()?;
        let mut keys = FlagKeys::new(&of, &flags.rules, &bytes);
        for (key, class) in &mut keys.keys {
            *class = (flags.class)(key);
        }
        keys.spread(&flags.axes, &block.count[..rank]);
        Some(keys)
    }

    fn new(of: &Type, rules: &Rules, bytes: &[u8]) -> Self {
        let size = of.size().unwrap_or(1).max(1);
        let mut keys = Vec::new();
        let mut add = |raw: &[u8]| {
            let next = (keys.len() as u16).min(MOST);
            if next < MOST {
                keys.push((key(of, rules, raw), FlagClass::NotAssessed));
            }
            next
        };
        let at = if size == 1 {
            let mut known = [None; 256];
            let one = |byte: &u8| *known[usize::from(*byte)].get_or_insert_with(|| add(&[*byte]));
            bytes.iter().map(one).collect()
        } else {
            let mut known: HashMap<&[u8], u16> = HashMap::new();
            let one = |raw| match known.get(raw) {
                Some(at) => *at,
                None => {
                    let at = add(raw);
                    if at < MOST {
                        known.insert(raw, at);
                    }
                    at
                }
            };
            bytes.chunks_exact(size).map(one).collect()
        };
        FlagKeys { keys, at }
    }

    /// Repeats the flags along the dimensions of the values that the flags lack; `count` is the length of each
    /// dimension.
    fn spread(&mut self, axes: &[usize], count: &[u64]) {
        if axes.len() == count.len() && axes.iter().enumerate().all(|(at, axis)| at == *axis) {
            return;
        }
        let mut strides = vec![0; count.len()];
        let mut stride = 1;
        for axis in axes.iter().rev() {
            strides[*axis] += stride;
            stride *= count[*axis] as usize;
        }
        let total: u64 = count.iter().product();
        let mut spread = Vec::with_capacity(total as usize);
        let mut index = vec![0u64; count.len()];
        let mut from = 0;
        for _ in 0..total {
            spread.push(self.at.get(from).copied().unwrap_or(MOST));
            for axis in (0..count.len()).rev() {
                index[axis] += 1;
                from += strides[axis];
                if index[axis] < count[axis] {
                    break;
                }
                from -= strides[axis] * count[axis] as usize;
                index[axis] = 0;
            }
        }
        self.at = spread;
    }

    /// The flags that [`Self::codes`] counts from 0, behind them the one that stands for all others.
    pub(crate) fn names(&self) -> Vec<&[u8]> {
        let names = self.keys.iter().map(|(key, _)| key.as_slice());
        names.chain([OTHER]).collect()
    }

    /// The flag of the value at `at` in the block.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        let key = self.keys.get(usize::from(*self.at.get(at)?));
        Some(key.map_or(OTHER, |(key, _)| key.as_slice()))
    }

    /// The class of the flag of the value at `at`.
    pub(crate) fn class(&self, at: usize) -> FlagClass {
        let key = self.at.get(at).and_then(|key| self.keys.get(usize::from(*key)));
        key.map_or(FlagClass::NotAssessed, |(_, class)| *class)
    }

    /// Appends for each value of a range the position of its flag in [`Self::names`]: the last for a value without a flag in a
    /// damaged file.
    pub(crate) fn codes(&self, range: Range<usize>, into: &mut Vec<u16>) {
        let (last, len) = (self.keys.len() as u16, range.len());
        let known = &self.at[range.start.min(self.at.len())..range.end.min(self.at.len())];
        into.extend(known.iter().map(|code| (*code).min(last)));
        into.extend(std::iter::repeat_n(last, len - known.len()));
    }

    /// How many of the `most` values from `at` on have the flag of the first one.
    pub(crate) fn run(&self, at: usize, most: usize) -> usize {
        match self.at.get(at..) {
            Some(flags @ [first, ..]) => leading(&flags[..most.min(flags.len())], |flag| flag == *first),
            _ => most,
        }
    }
}

fn key(of: &Type, rules: &Rules, bytes: &[u8]) -> Vec<u8> {
    let key = match of {
        Type::Char | Type::Text { .. } => match rules.is_fill_text(bytes) {
            true => Vec::new(),
            false => trimmed(bytes).trim_ascii_start().to_vec(),
        },
        _ => {
            let value = numbers(of, bytes).first().copied();
            let value = value.filter(|value| !rules.is_missing(*value) && !value.is_nan());
            value.map_or_else(Vec::new, |value| value.to_string().into_bytes())
        }
    };
    match key.is_empty() {
        true => NO_FLAG.as_bytes().to_vec(),
        false => key,
    }
}

#[cfg(test)]
mod tests {
    use array_file::Order;

    use super::*;
    use crate::rules::Fill;

    fn int(size: u8) -> Type {
        Type::Integer {
            size,
            signed: true,
            order: Order::Little,
        }
    }

    fn keys(flags: &FlagKeys) -> Vec<&str> {
        let keys = (0..flags.at.len()).map(|at| flags.get(at).unwrap());
        keys.map(|key| std::str::from_utf8(key).unwrap()).collect()
    }

    #[test]
    fn a_block_distinguishes_a_thousand_flags() {
        let values: Vec<i32> = (0..2000).chain([7, 1999]).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let flags = FlagKeys::new(&int(4), &Rules::default(), &bytes);
        for (at, value) in values.iter().enumerate() {
            let name = value.to_string();
            let expected = if *value < 1000 { name.as_bytes() } else { OTHER };
            assert_eq!(flags.get(at), Some(expected), "{value}");
        }
        assert_eq!(flags.get(values.len()), None);
    }

    #[test]
    fn blank_flags_and_fills_are_named() {
        let flags = FlagKeys::new(&Type::Char, &Rules::default(), b"1 41\0");
        assert_eq!(keys(&flags), ["1", "no flag", "4", "1", "no flag"]);
        let flags = FlagKeys::new(&Type::Text { length: 3 }, &Rules::default(), b" 1\0 4 1\0x");
        assert_eq!(keys(&flags), ["1", "4", "1"]);
        let rules = Rules {
            fills: vec![Fill {
                declared_by: "_FillValue",
                value: -127.0,
                integer: Some(-127),
            }],
            ..Rules::default()
        };
        let flags = FlagKeys::new(&int(1), &rules, &[1, 0x81, 9]);
        assert_eq!(keys(&flags), ["1", "no flag", "9"]);
    }

    #[test]
    fn flags_of_fewer_dimensions_are_repeated() {
        let spread = |flags: &[u8], axes: &[usize], count: &[u64]| {
            let mut keys = FlagKeys::new(&Type::Char, &Rules::default(), flags);
            keys.spread(axes, count);
            self::keys(&keys).concat()
        };
        assert_eq!(spread(b"12", &[0], &[2, 3]), "111222");
        assert_eq!(spread(b"123", &[1], &[2, 3]), "123123");
        assert_eq!(spread(b"1234", &[0, 1], &[2, 2, 3]), "111222333444");
        assert_eq!(spread(b"123456", &[1, 0], &[2, 3]), "135246", "in another order");
        assert_eq!(spread(b"123456", &[0, 1], &[2, 3]), "123456");
        assert_eq!(spread(b"7", &[], &[2, 2]), "7777");
        assert_eq!(spread(b"7", &[], &[]), "7");
    }
}
