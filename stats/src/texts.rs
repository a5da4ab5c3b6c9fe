//! The state of a set of texts.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use twox_hash::{XxHash3_64, XxHash3_128};

use crate::Distinct;
use crate::code::{DecodeError, Problem, Reader, Writer};
use crate::counts::write_key;
use crate::natural;

/// Form of the encoded state.
const FORM: u8 = 4;
/// Distinct texts that are kept with their counts, unless another number is asked for.
pub const DEFAULT_TEXTS: usize = 1024;
/// Most distinct texts that can be kept.
const GREATEST_TEXTS: usize = 1 << 20;
/// Longest text that is kept whole, in bytes.
const WHOLE: usize = 64;
/// Bytes kept of a longer one; its hash of 16 bytes follows.
const START: usize = 48;
/// Bytes kept of the least and the greatest text.
const LONGEST_END: usize = 256;
/// Longest text that is noted once it is left out, in bytes, and how many are noted.
const SHORT: usize = 7;
const MOST_NOTED: usize = 1 << 13;

/// A text with its number of occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrequentText<'a> {
    /// The text, or its first 48 bytes.
    pub text: &'a [u8],
    /// Whether that is only the beginning of the text, which has more than 64 bytes.
    pub is_cut: bool,
    /// How often it occurs, exact.
    pub count: u64,
}

#[derive(Debug, Clone)]
struct Entry {
    /// The text, or its beginning and its hash.
    key: Box<[u8]>,
    rank: u64,
    count: u64,
}

impl Entry {
    /// The order that decides which texts are kept.
    fn order(&self) -> (u64, &[u8]) {
        (self.rank, &self.key)
    }
}

/// Count, least and greatest, distinct and frequent texts of a set, in bounded memory.
///
/// The texts of least hash (XXH3) are kept with their exact counts: all of them while at most 1,024 differ, above a sample of
/// 1,024. The state is a function of the texts with their multiplicities. Texts are ordered by their bytes.
///
/// ```
/// use order_free_stats::Texts;
///
/// let mut ships = Texts::default();
/// for ship in ["Meteor", "Polarstern", "Meteor"] {
///     ships.push(ship.as_bytes());
/// }
/// assert_eq!(ships.count(), 3);
/// assert_eq!(ships.least(), Some(&b"Meteor"[..]));
/// assert_eq!(ships.distinct().count, 2);
/// let first = ships.frequent(200)[0];
/// assert_eq!((first.text, first.count), (&b"Meteor"[..], 2));
/// ```
#[derive(Debug, Clone)]
pub struct Texts {
    most: usize,
    count: u64,
    least: Option<Box<[u8]>>,
    greatest: Option<Box<[u8]>>,
    entries: Vec<Entry>,
    /// Positions in `entries` by key.
    table: HashTable<u32>,
    state: RandomState,
    /// If texts were left out, the greatest hash and key that may be among the kept ones.
    cut: Option<(u64, Box<[u8]>)>,
    /// Position of the last text.
    last: usize,
    /// Short texts that were left out, by hash; their next occurrences change nothing but the count. Empty before there is one.
    left_out: Vec<u64>,
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// It was kept before.
    Known,
    /// It was not known, and is kept.
    New,
    /// It is not among those of least hash, and never will be.
    LeftOut,
}

impl Default for Texts {
    fn default() -> Self {
        Self::with_limit(DEFAULT_TEXTS)
    }
}

impl Texts {
    /// Nothing yet; keeps at most `limit` distinct texts, and takes about 120 bytes for each.
    pub fn with_limit(limit: usize) -> Self {
        Texts {
            most: limit.clamp(1, GREATEST_TEXTS),
            count: 0,
            least: None,
            greatest: None,
            entries: Vec::new(),
            table: HashTable::new(),
            state: RandomState::default(),
            cut: None,
            last: 0,
            left_out: Vec::new(),
        }
    }

    /// Adds a text.
    pub fn push(&mut self, text: &[u8]) {
        self.push_many(text, 1);
    }

    /// Adds a text `count` times.
    pub fn push_many(&mut self, text: &[u8], count: u64) {
        if count == 0 {
            return;
        }
        self.count = self.count.saturating_add(count);
        if let Some(last) = self.entries.get_mut(self.last)
            && text.len() <= WHOLE
            && *last.key == *text
        {
            last.count = last.count.saturating_add(count);
            return;
        }
        if text.len() <= SHORT && self.cut.is_some() {
            let (packed, at) = noted(text);
            if self.left_out.get(at) == Some(&packed) {
                return;
            }
            if self.add(text, text, count) == Kept::LeftOut {
                self.left_out.resize(MOST_NOTED, 0);
                self.left_out[at] = packed;
            }
        } else if text.len() <= WHOLE {
            self.add(text, text, count);
        } else {
            let key = [
                &text[..START],
                &XxHash3_128::oneshot(text).to_be_bytes()[..],
                &[0],
            ];
            self.add(text, &key.concat(), count);
        }
    }

    /// Adds a text with its key. One that is known is between the least and the greatest.
    fn add(&mut self, text: &[u8], key: &[u8], count: u64) -> Kept {
        let kept = self.keep(key, count);
        if kept != Kept::Known {
            self.widen(text);
        }
        kept
    }

    fn widen(&mut self, text: &[u8]) {
        // Of long texts the beginnings are compared, which is as independent of the order.
        let text = &text[..text.len().min(LONGEST_END)];
        if self
            .least
            .as_deref()
            .is_none_or(|least| natural::compare(text, least).is_lt())
        {
            self.least = Some(text.into());
        }
        if self
            .greatest
            .as_deref()
            .is_none_or(|greatest| natural::compare(text, greatest).is_gt())
        {
            self.greatest = Some(text.into());
        }
    }

    /// Counts a text if it may be kept.
    fn keep(&mut self, key: &[u8], count: u64) -> Kept {
        let mut rank = None;
        if let Some((cut, last)) = &self.cut {
            let own = *rank.insert(XxHash3_64::oneshot(key));
            if own > *cut || own == *cut && *key > **last {
                return Kept::LeftOut;
            }
        }
        let Texts {
            entries,
            table,
            state,
            ..
        } = self;
        let hash = state.hash_one(key);
        if let Some(at) = table.find(hash, |at| *entries[*at as usize].key == *key) {
            self.last = *at as usize;
            let held = &mut entries[self.last];
            held.count = held.count.saturating_add(count);
            return Kept::Known;
        }
        self.last = entries.len();
        let at = entries.len() as u32;
        table.insert_unique(hash, at, |at| state.hash_one(&*entries[*at as usize].key));
        entries.push(Entry {
            key: key.into(),
            rank: rank.unwrap_or_else(|| XxHash3_64::oneshot(key)),
            count,
        });
        if self.entries.len() > self.most + self.most / 2 {
            self.settle();
        }
        Kept::New
    }

    /// Keeps exactly the texts of least hash, of equal hashes those of least bytes.
    fn settle(&mut self) {
        if self.entries.len() <= self.most {
            return;
        }
        let (_, last, _) = self
            .entries
            .select_nth_unstable_by(self.most - 1, |one, other| one.order().cmp(&other.order()));
        let cut = (last.rank, last.key.clone());
        self.cut_to(cut);
    }

    fn cut_to(&mut self, cut: (u64, Box<[u8]>)) {
        if self.cut.as_ref().is_some_and(|held| *held < cut) {
            return;
        }
        self.entries.retain(|entry| entry.order() <= (cut.0, &*cut.1));
        self.cut = Some(cut);
        self.last = 0;
        let Texts {
            entries,
            table,
            state,
            ..
        } = self;
        table.clear();
        for (at, entry) in entries.iter().enumerate() {
            table.insert_unique(state.hash_one(&*entry.key), at as u32, |at| {
                state.hash_one(&*entries[*at as usize].key)
            });
        }
    }

    /// Adds everything of another; the result has the smaller limit of the two.
    pub fn merge(&mut self, other: &Texts) {
        self.most = self.most.min(other.most);
        self.count = self.count.saturating_add(other.count);
        for end in [&other.least, &other.greatest].into_iter().flatten() {
            self.widen(end);
        }
        if let Some(cut) = &other.cut {
            self.cut_to(cut.clone());
        }
        for entry in &other.entries {
            self.keep(&entry.key, entry.count);
        }
        self.settle();
    }

    fn settled(&self) -> std::borrow::Cow<'_, Self> {
        if self.entries.len() <= self.most {
            return std::borrow::Cow::Borrowed(self);
        }
        let mut settled = self.clone();
        settled.settle();
        std::borrow::Cow::Owned(settled)
    }

    /// Number of texts.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The least text, at most its first 256 bytes. Numbers in texts are compared by their value: `A2` comes before `A10`.
    pub fn least(&self) -> Option<&[u8]> {
        self.least.as_deref()
    }

    /// The greatest text, at most its first 256 bytes, in the order of [`Self::least`].
    pub fn greatest(&self) -> Option<&[u8]> {
        self.greatest.as_deref()
    }

    /// Whether all texts are kept with their counts.
    pub fn is_exact(&self) -> bool {
        self.cut.is_none() && self.entries.len() <= self.most
    }

    /// The number of distinct texts: exact up to the limit, above estimated.
    pub fn distinct(&self) -> Distinct {
        if self.is_exact() {
            return Distinct::exact(self.entries.len() as u64);
        }
        let settled = self.settled();
        let sample = settled.entries.len() as u64;
        let greatest = settled
            .entries
            .iter()
            .map(|entry| entry.rank)
            .max()
            .unwrap_or(u64::MAX);
        let estimate = (u128::from(sample.saturating_sub(1)) << 64) / (u128::from(greatest) + 1);
        let estimate = u64::try_from(estimate).unwrap_or(u64::MAX);
        Distinct::estimated(estimate, sample, settled.most as u64 + 1, self.count)
    }

    /// The most frequent texts, at most `most`, the more frequent ones first and of equally frequent ones that of least bytes.
    ///
    /// Each is certain: no text that is missing here is more frequent than one of them. If more texts differ than are kept,
    /// there may be fewer, or none.
    pub fn frequent(&self, most: usize) -> Vec<FrequentText<'_>> {
        let mut all: Vec<&Entry> = self.entries.iter().collect();
        all.sort_unstable_by(|one, other| (other.count, &one.key).cmp(&(one.count, &other.key)));
        if !self.is_exact() {
            // What lies behind the limit is not in the settled state, and may not be seen.
            let settled = self.settled();
            let known = settled.entries.iter().map(|entry| entry.count);
            let unknown = self.count.saturating_sub(known.fold(0, u64::saturating_add));
            let cut = settled.cut.as_ref();
            let is_kept = |entry: &&Entry| cut.is_none_or(|(rank, key)| entry.order() <= (*rank, &**key));
            all.retain(|entry| is_kept(entry) && entry.count >= unknown);
        }
        let shown = |entry: &'_ Entry| -> (usize, bool) {
            match entry.key.len() {
                ..=WHOLE => (entry.key.len(), false),
                _ => (START, true),
            }
        };
        all.into_iter()
            .take(most)
            .map(|entry| {
                let (len, is_cut) = shown(entry);
                FrequentText {
                    text: &entry.key[..len],
                    is_cut,
                    count: entry.count,
                }
            })
            .collect()
    }

    /// The state as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let this = self.settled();
        let mut out = Writer::new(FORM);
        out.number(this.most as u64 * 2 + u64::from(this.cut.is_some()));
        out.number(this.count);
        let mut entries: Vec<&Entry> = this.entries.iter().collect();
        entries.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        out.number(entries.len() as u64);
        for entry in entries {
            write_key(&mut out, &entry.key);
            out.number(entry.count);
        }
        if let Some((least, greatest)) = this.least.as_ref().zip(this.greatest.as_ref()) {
            write_key(&mut out, least);
            write_key(&mut out, greatest);
        }
        out.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// If the bytes are of another form, cut, or damaged so that no texts have this state.
    pub fn decode(state: &[u8]) -> Result<Self, DecodeError> {
        Reader::all(state, FORM, |reader| {
            let head = reader.number()?;
            let most = usize::try_from(head / 2).unwrap_or(0);
            if !(1..=GREATEST_TEXTS).contains(&most) {
                return Err(Problem::Limit);
            }
            let mut this = Texts::with_limit(most);
            let count = reader.number()?;
            let len = reader.len()?;
            if len > most {
                return Err(Problem::Limit);
            }
            let mut sum = 0u64;
            for _ in 0..len {
                let bytes = reader.number()?;
                let key = reader.bytes(bytes)?;
                let follows = this.entries.last().is_none_or(|last| *last.key < *key);
                if !follows || key.len() > WHOLE + 1 {
                    return Err(Problem::Text);
                }
                let occurrences = reader.count()?;
                sum = sum.checked_add(occurrences).ok_or(Problem::Count)?;
                this.keep(key, occurrences);
            }
            let is_sample = head % 2 == 1;
            if is_sample {
                let last = this.entries.iter().map(Entry::order).max();
                this.cut = Some(last.map(|(rank, key)| (rank, key.into())).ok_or(Problem::Count)?);
            }
            if sum > count || !is_sample && sum != count || is_sample && len != most {
                return Err(Problem::Count);
            }
            this.count = count;
            if count > 0 {
                let mut end = || -> Result<Box<[u8]>, Problem> {
                    let bytes = reader.number()?;
                    let text = reader.bytes(bytes)?;
                    let is_short = text.len() <= LONGEST_END;
                    is_short.then(|| text.into()).ok_or(Problem::Text)
                };
                let (least, greatest) = (end()?, end()?);
                if natural::compare(&least, &greatest).is_gt() {
                    return Err(Problem::Text);
                }
                (this.least, this.greatest) = (Some(least), Some(greatest));
            }
            Ok(this)
        })
    }
}

/// A text of at most [`SHORT`] bytes, with its length, as a number other than 0, and its place among those that are left out.
fn noted(text: &[u8]) -> (u64, usize) {
    let packed = text.iter().fold(text.len() as u64 + 1, |packed, byte| {
        packed << 8 | u64::from(*byte)
    });
    let hash = packed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (packed, (hash >> 32) as usize % MOST_NOTED)
}
