//! One distribution for each flag.

use crate::Distribution;
use crate::code::{DecodeError, Reader, Writer};
use crate::counts::{At, Entries, cut, write_key};
use crate::distribution::{DEFAULT_LIMIT, GREATEST_LIMIT, LEAST_LIMIT};
use crate::number::Number;
use crate::read::Reading;

/// Form of the encoded state.
const FORM: u8 = 2;
/// Flags up to which each distribution has the whole limit.
const FEW: usize = 16;
/// Values of one flag that are gathered before they are pushed.
const GATHER: usize = 512;
/// A run of values with one flag that is pushed as it is.
const LONG_RUN: usize = 32;

/// The flags of a slice of values.
#[derive(Debug, Clone, Copy)]
pub enum Flags<'a> {
    /// The values have no flag.
    None,
    /// One flag for all values.
    All(&'a [u8]),
    /// A flag of one byte for each value.
    Bytes(&'a [u8]),
    /// For each value the position of its flag in a list of different flags.
    Coded {
        /// One for each value.
        codes: &'a [u16],
        /// The flags.
        names: &'a [&'a [u8]],
    },
}

/// The values of one flag.
#[derive(Debug, Clone)]
pub struct Part {
    absent: u64,
    values: Distribution,
}

impl Part {
    fn new(limit: usize) -> Self {
        Part {
            absent: 0,
            values: Distribution::with_limit(limit),
        }
    }

    fn add(&mut self, other: &Part) {
        self.absent = self.absent.saturating_add(other.absent);
        self.values.merge(&other.values);
    }

    /// Number of cells with this flag that have no value.
    pub fn absent(&self) -> u64 {
        self.absent
    }

    /// The values.
    pub fn values(&self) -> &Distribution {
        &self.values
    }
}

/// Numbers with a flag each: one [`Distribution`] for each flag. That of all values is their sum.
///
/// Flags are short texts. The 200 shortest, of equally long ones the least, are kept apart, and the values of all others
/// together. From 17 flags on they share the limit of 16 distributions. All this is a function of the set of values and flags.
///
/// ```
/// use order_free_stats::{ByFlag, Flags};
///
/// let mut salinity = ByFlag::default();
/// salinity.push(&[34.5f32, 34.6, 99.9], Flags::Bytes(b"224"));
/// salinity.push(&[34.7f32], Flags::All(b"2"));
/// salinity.push_absent(5, Some(b"9"));
///
/// assert_eq!(salinity.get(b"2").unwrap().values().read().count(), 3);
/// assert_eq!(salinity.get(b"9").unwrap().absent(), 5);
/// assert_eq!(salinity.total().read().count(), 4);
/// let good = salinity.merged(|flag| flag == b"2").read();
/// assert!(good.max().unwrap().as_f64() < 35.0);
/// ```
#[derive(Debug, Clone)]
pub struct ByFlag {
    limit: usize,
    unflagged: Part,
    flags: Entries<Part>,
    other: Option<Box<Part>>,
}

impl Default for ByFlag {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl ByFlag {
    /// An empty set. While there are at most 16 flags, the distribution of each is exact up to `limit` distinct numbers other
    /// than 0; more flags share the memory of 16. `limit` is clamped to [`LEAST_LIMIT`]…[`GREATEST_LIMIT`].
    pub fn with_limit(limit: usize) -> Self {
        let limit = limit.clamp(LEAST_LIMIT, GREATEST_LIMIT);
        ByFlag {
            limit,
            unflagged: Part::new(limit),
            flags: Entries::default(),
            other: None,
        }
    }

    /// Adds the values of a slice.
    ///
    /// # Panics
    /// If there are not as many flags as values, or a code has no flag.
    pub fn push<T: Number>(&mut self, values: &[T], flags: Flags<'_>) {
        match flags {
            Flags::None => self.unflagged.values.push(values),
            Flags::All(flag) => self.part(flag, |part| part.values.push(values)),
            Flags::Bytes(flags) => {
                let names: [[u8; 1]; 256] = std::array::from_fn(|byte| [byte as u8]);
                self.push_each(values, flags, 256, |byte| &names[byte]);
            }
            Flags::Coded { codes, names } => {
                self.push_each(values, codes, names.len(), |code| names[code]);
            }
        }
    }

    /// Pushes long runs as they are, and gathers the others by flag: order does not matter.
    fn push_each<'n, T: Number, C: Copy + PartialEq + Into<usize>>(
        &mut self,
        values: &[T],
        codes: &[C],
        names: usize,
        name: impl Fn(usize) -> &'n [u8],
    ) {
        assert_eq!(values.len(), codes.len(), "there is one flag for each value");
        let mut gathered: Vec<Vec<T>> = vec![Vec::new(); names];
        let mut at = 0;
        while at < values.len() {
            let code = codes[at];
            let run = codes[at..].iter().take_while(|other| **other == code).count();
            let (run, code) = (&values[at..at + run], code.into());
            at += run.len();
            if run.len() >= LONG_RUN {
                self.part(name(code), |part| part.values.push(run));
                continue;
            }
            let held = &mut gathered[code];
            held.extend_from_slice(run);
            if held.len() >= GATHER {
                self.part(name(code), |part| part.values.push(held));
                held.clear();
            }
        }
        for (code, held) in gathered.iter().enumerate().filter(|(_, held)| !held.is_empty()) {
            self.part(name(code), |part| part.values.push(held));
        }
    }

    /// Adds a number without a flag `count` times.
    pub fn push_many(&mut self, number: f64, count: u64) {
        self.unflagged.values.push_many(number, count);
    }

    /// Adds an integer of any size, once.
    pub fn push_integer(&mut self, integer: i128, flag: Option<&[u8]>) {
        match flag {
            None => self.unflagged.values.push_integer(integer, 1),
            Some(flag) => self.part(flag, |part| part.values.push_integer(integer, 1)),
        }
    }

    /// Counts cells that have no value.
    pub fn push_absent(&mut self, cells: u64, flag: Option<&[u8]>) {
        let add = |part: &mut Part| part.absent = part.absent.saturating_add(cells);
        match flag {
            None => add(&mut self.unflagged),
            Some(flag) => self.part(flag, add),
        }
    }

    /// Lets `change` work on the part of a flag.
    fn part(&mut self, flag: &[u8], change: impl FnOnce(&mut Part)) {
        let before = self.flags.0.len();
        let share = share(self.limit, before + 1);
        match self.flags.at(cut(flag), || Part::new(share)) {
            At::Held(part, evicted) => {
                change(part);
                if let Some(evicted) = evicted {
                    other(&mut self.other, share).add(&evicted);
                }
            }
            At::Other => change(other(&mut self.other, share)),
        }
        if self.flags.0.len() > before {
            self.share_limit();
        }
    }

    /// Gives each flag its share of the limit.
    fn share_limit(&mut self) {
        let share = share(self.limit, self.flags.0.len());
        let parts = self.flags.0.iter_mut().map(|(_, part)| part);
        for part in parts
            .chain(self.other.as_deref_mut())
            .chain([&mut self.unflagged])
        {
            part.values.lower_limit(share);
        }
    }

    /// Adds everything of another; the result has the smaller limit of the two.
    pub fn merge(&mut self, more: &ByFlag) {
        self.limit = self.limit.min(more.limit);
        self.share_limit();
        self.unflagged.add(&more.unflagged);
        for (flag, part) in &more.flags.0 {
            self.part(flag, |held| held.add(part));
        }
        if let Some(part) = &more.other {
            let share = share(self.limit, self.flags.0.len());
            other(&mut self.other, share).add(part);
        }
    }

    /// The part of a flag; `None` if no cell has it.
    pub fn get(&self, flag: &[u8]) -> Option<&Part> {
        self.flags.get(cut(flag))
    }

    /// Flags with their parts, the shorter ones first, of equally long ones the lesser.
    pub fn flags(&self) -> impl Iterator<Item = (&[u8], &Part)> {
        self.flags.sorted().into_iter()
    }

    /// The values that have no flag.
    pub fn unflagged(&self) -> &Part {
        &self.unflagged
    }

    /// The values of the flags beyond 200.
    pub fn other(&self) -> Option<&Part> {
        self.other.as_deref()
    }

    /// The distribution of all values.
    pub fn total(&self) -> Distribution {
        if self.flags.0.is_empty() && self.other.is_none() {
            return self.unflagged.values.clone();
        }
        let mut total = self.merged(|_| true);
        total.merge(&self.unflagged.values);
        if let Some(other) = &self.other {
            total.merge(&other.values);
        }
        total
    }

    /// The figures of all values, without the copy that [`Self::total`] makes of values that have no flag, or all the same.
    ///
    /// ```
    /// use order_free_stats::{ByFlag, Flags};
    ///
    /// let mut numbers = ByFlag::default();
    /// numbers.push(&[1.0, 2.0], Flags::All(b"2"));
    /// assert_eq!(numbers.read().mean(), numbers.total().read().mean());
    /// ```
    pub fn read(&self) -> Reading {
        let flagged = self.flags.0.iter().map(|(_, part)| part);
        let all = flagged.chain(self.other.as_deref()).chain([&self.unflagged]);
        let mut filled = all.filter(|part| !part.values.is_empty());
        match (filled.next(), filled.next()) {
            (None, _) => self.unflagged.values.read(),
            (Some(only), None) => only.values.read(),
            (Some(_), Some(_)) => self.total().read(),
        }
    }

    /// Takes the form in which the state is read and encoded. No figure changes by it, but they are then read without a copy.
    ///
    /// ```
    /// use order_free_stats::ByFlag;
    ///
    /// let mut numbers = ByFlag::with_limit(16);
    /// (0..20).for_each(|n| numbers.push_many(f64::from(n), 1));
    /// let before = numbers.encode();
    /// numbers.settle();
    /// assert_eq!(numbers.encode(), before);
    /// ```
    pub fn settle(&mut self) {
        self.unflagged.values.settle();
        for (_, part) in &mut self.flags.0 {
            part.values.settle();
        }
        if let Some(other) = &mut self.other {
            other.values.settle();
        }
    }

    /// The distribution of the values with one of the flags that `wanted` picks. Flags beyond 200 are not asked for.
    pub fn merged(&self, wanted: impl Fn(&[u8]) -> bool) -> Distribution {
        let mut parts = self.flags.0.iter().filter(|(flag, _)| wanted(flag));
        let mut merged = match parts.next() {
            Some((_, part)) => part.values.clone(),
            None => Distribution::with_limit(share(self.limit, self.flags.0.len())),
        };
        parts.for_each(|(_, part)| merged.merge(&part.values));
        merged
    }

    /// The state as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new(FORM);
        out.number(self.limit as u64);
        let part = |part: &Part, out: &mut Writer| {
            out.number(part.absent);
            part.values.write(out);
        };
        part(&self.unflagged, &mut out);
        let sorted = self.flags.sorted();
        out.number(sorted.len() as u64 * 2 + u64::from(self.other.is_some()));
        for (flag, values) in sorted {
            write_key(&mut out, flag);
            part(values, &mut out);
        }
        if let Some(other) = &self.other {
            part(other, &mut out);
        }
        out.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// See [`Distribution::decode`].
    pub fn decode(state: &[u8]) -> Result<Self, DecodeError> {
        use crate::code::Problem;
        Reader::all(state, FORM, |reader| {
            let limit = reader.number()?;
            if !(LEAST_LIMIT as u64..=GREATEST_LIMIT as u64).contains(&limit) {
                return Err(Problem::Limit);
            }
            let mut this = ByFlag::with_limit(limit as usize);
            let part = |reader: &mut Reader<'_>| {
                Ok(Part {
                    absent: reader.number()?,
                    values: Distribution::read_from(reader)?,
                })
            };
            this.unflagged = part(reader)?;
            let head = reader.number()?;
            let len = usize::try_from(head / 2).map_err(|_| Problem::Limit)?;
            this.flags = Entries::read(reader, len, part)?;
            if head % 2 == 1 {
                this.other = Some(Box::new(part(reader)?));
            }
            let share = share(this.limit, len);
            let parts = this.flags.0.iter().map(|(_, part)| part);
            let mut all = parts.chain(this.other.as_deref()).chain([&this.unflagged]);
            if all.any(|part| part.values.limit() != share) {
                return Err(Problem::Limit);
            }
            drop(all);
            Ok(this)
        })
    }
}

/// The limit of each distribution: all of it for up to 16 flags, then the greatest power of two that keeps the sum.
fn share(limit: usize, flags: usize) -> usize {
    match limit * FEW / flags.max(1) {
        share if share >= limit => limit,
        0 => LEAST_LIMIT,
        share => (1 << share.ilog2()).max(LEAST_LIMIT),
    }
}

fn other(held: &mut Option<Box<Part>>, limit: usize) -> &mut Part {
    held.get_or_insert_with(|| Box::new(Part::new(limit)))
}
