//! Counts by a short text.

use crate::code::{DecodeError, Problem, Reader, Writer};

/// Form of the encoded state.
const FORM: u8 = 3;
/// Texts that are counted apart.
pub(crate) const MOST_KEYS: usize = 200;
/// Longest text, in bytes; a longer one counts as its beginning.
pub(crate) const LONGEST_KEY: usize = 256;

/// Counts by a short text, such as the spelling of a missing value: the 200 shortest texts apart, of equally long ones the
/// least, and all others together.
///
/// Flags and fill values are short, so that what is lost under a file of garbage is the garbage. The state is a function of the
/// texts with their multiplicities.
///
/// ```
/// use order_free_stats::Counts;
/// let mut missing = Counts::default();
/// missing.push(b"NaN", 2);
/// missing.push(b"-999", 1);
/// let entries: Vec<_> = missing.entries().collect();
/// assert_eq!(entries, [(&b"NaN"[..], 2), (&b"-999"[..], 1)]);
/// assert_eq!(missing.other(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Counts {
    entries: Entries<u64>,
    other: u64,
}

impl Counts {
    /// Adds a text `count` times.
    pub fn push(&mut self, text: &[u8], count: u64) {
        if count == 0 {
            return;
        }
        let add = |held: &mut u64| *held = held.saturating_add(count);
        match self.entries.at(cut(text), || 0) {
            At::Held(held, evicted) => {
                add(held);
                self.other = self.other.saturating_add(evicted.unwrap_or(0));
            }
            At::Other => add(&mut self.other),
        }
    }

    /// Adds everything of another.
    pub fn merge(&mut self, other: &Counts) {
        other.entries().for_each(|(text, count)| self.push(text, count));
        self.other = self.other.saturating_add(other.other);
    }

    /// Texts with their counts, the shorter ones first, of equally long ones the lesser.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.entries
            .sorted()
            .into_iter()
            .map(|(text, count)| (text, *count))
    }

    /// How often other texts were added, of which there are more than 200.
    pub fn other(&self) -> u64 {
        self.other
    }

    /// Number of texts that were added.
    pub fn total(&self) -> u64 {
        let all = self.entries.0.iter().map(|(_, count)| *count);
        all.fold(self.other, u64::saturating_add)
    }

    /// The state as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new(FORM);
        let sorted = self.entries.sorted();
        out.number(sorted.len() as u64);
        for (text, count) in sorted {
            write_key(&mut out, text);
            out.number(*count);
        }
        out.number(self.other);
        out.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// If the bytes are of another form, cut, or damaged so that no texts have this state.
    pub fn decode(state: &[u8]) -> Result<Self, DecodeError> {
        Reader::all(state, FORM, |reader| {
            let mut this = Counts::default();
            let len = reader.len()?;
            this.entries = Entries::read(reader, len, |reader| reader.count())?;
            this.other = reader.number()?;
            Ok(this)
        })
    }
}

/// The beginning of a text that counts.
pub(crate) fn cut(text: &[u8]) -> &[u8] {
    &text[..text.len().min(LONGEST_KEY)]
}

pub(crate) fn write_key(out: &mut Writer, text: &[u8]) {
    out.number(text.len() as u64);
    out.bytes(text);
}

/// Order of the texts that are kept.
fn rank(text: &[u8]) -> (usize, &[u8]) {
    (text.len(), text)
}

/// The shortest, then least texts, each with a value. In the order of their first occurrence: few are asked for often, so that a
/// search from the last hit beats a map.
#[derive(Debug, Clone)]
pub(crate) struct Entries<T>(pub(crate) Vec<(Box<[u8]>, T)>, usize);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new(), 0)
    }
}

/// Where a text belongs.
pub(crate) enum At<'a, T> {
    /// Its own value, and that of a text that had to leave.
    Held(&'a mut T, Option<T>),
    /// With the others.
    Other,
}

impl<T> Entries<T> {
    pub(crate) fn get(&self, text: &[u8]) -> Option<&T> {
        let found = self.0.iter().find(|(held, _)| **held == *text);
        found.map(|(_, value)| value)
    }

    pub(crate) fn at(&mut self, text: &[u8], new: impl FnOnce() -> T) -> At<'_, T> {
        let Entries(entries, last) = self;
        let mut evicted = None;
        if entries.get(*last).is_none_or(|(held, _)| !is_same(held, text)) {
            match entries.iter().position(|(held, _)| is_same(held, text)) {
                Some(at) => *last = at,
                None if entries.len() < MOST_KEYS => {
                    *last = entries.len();
                    entries.push((text.into(), new()));
                }
                None => {
                    let ranks = entries.iter().map(|(held, _)| rank(held)).enumerate();
                    match ranks.max_by_key(|(_, rank)| *rank) {
                        Some((at, greatest)) if rank(text) < greatest => {
                            *last = at;
                            let old = std::mem::replace(&mut entries[at], (text.into(), new()));
                            evicted = Some(old.1);
                        }
                        _ => return At::Other,
                    }
                }
            }
        }
        At::Held(&mut entries[*last].1, evicted)
    }

    pub(crate) fn sorted(&self) -> Vec<(&[u8], &T)> {
        let mut sorted: Vec<_> = self.0.iter().map(|(text, value)| (&**text, value)).collect();
        sorted.sort_unstable_by_key(|(text, _)| rank(text));
        sorted
    }

    pub(crate) fn read(
        reader: &mut Reader<'_>,
        len: usize,
        mut value: impl FnMut(&mut Reader<'_>) -> Result<T, Problem>,
    ) -> Result<Self, Problem> {
        if len > MOST_KEYS {
            return Err(Problem::Limit);
        }
        let mut entries: Vec<(Box<[u8]>, T)> = Vec::with_capacity(len);
        for _ in 0..len {
            let bytes = reader.number()?;
            let text = reader.bytes(bytes)?;
            let follows = entries.last().is_none_or(|(last, _)| rank(last) < rank(text));
            if !follows || text.len() > LONGEST_KEY {
                return Err(Problem::Text);
            }
            entries.push((text.into(), value(reader)?));
        }
        Ok(Entries(entries, 0))
    }
}

/// A flag is mostly one character, for which a call would cost more than the comparison.
fn is_same(held: &[u8], text: &[u8]) -> bool {
    match (held, text) {
        ([held], [text]) => held == text,
        _ => held == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_are_kept_in_any_order() {
        let texts: Vec<String> = (0..1000).map(|n| (n * 7919 % 1000).to_string()).collect();
        let mut forward = Counts::default();
        texts.iter().for_each(|text| forward.push(text.as_bytes(), 1));
        let mut back = Counts::default();
        texts.iter().rev().for_each(|text| back.push(text.as_bytes(), 1));
        assert_eq!(forward.encode(), back.encode());
        assert_eq!(
            (forward.entries().count(), forward.other(), forward.total()),
            (200, 800, 1000)
        );
        let read = Counts::decode(&forward.encode()).unwrap();
        assert_eq!(read.encode(), forward.encode());
        assert!(read.entries().all(|(text, _)| text.len() < 4));
    }
}
