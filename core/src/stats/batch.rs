//! Gathers values that are pushed one by one, with their flags, into slices for [`ByFlag`].

use order_free_stats::{ByFlag, Flags};

use crate::text::is_same_flag;

/// Values that are pushed together.
const MOST: usize = 512;
/// Flags that are told apart among them.
const MOST_FLAGS: usize = 64;

/// Values with their flags, until there are enough of them for a slice.
#[derive(Debug, Clone, Default)]
pub(super) struct Batch {
    values: Vec<f64>,
    /// Of each value the position of its flag in `names`; empty if the values have no flags.
    codes: Vec<u16>,
    names: Vec<Box<[u8]>>,
    /// The last one.
    code: usize,
}

impl Batch {
    #[inline]
    pub(super) fn push(&mut self, value: f64, flag: Option<&[u8]>, into: &mut ByFlag) {
        let has_flags = !self.codes.is_empty();
        if self.values.len() >= MOST || !self.values.is_empty() && has_flags != flag.is_some() {
            self.flush(into);
        }
        if let Some(flag) = flag {
            if self
                .names
                .get(self.code)
                .is_none_or(|name| !is_same_flag(name, flag))
            {
                self.find(flag, into);
            }
            self.codes.push(self.code as u16);
        }
        self.values.push(value);
    }

    fn find(&mut self, flag: &[u8], into: &mut ByFlag) {
        self.code = match self.names.iter().position(|name| **name == *flag) {
            Some(code) => code,
            None => {
                if self.names.len() >= MOST_FLAGS {
                    self.flush(into);
                    self.names.clear();
                }
                self.names.push(flag.into());
                self.names.len() - 1
            }
        };
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn flush(&mut self, into: &mut ByFlag) {
        let names: Vec<&[u8]> = self.names.iter().map(|name| &**name).collect();
        let flags = match self.codes.is_empty() {
            true => Flags::None,
            false => Flags::Coded {
                codes: &self.codes,
                names: &names,
            },
        };
        into.push(&self.values, flags);
        self.values.clear();
        self.codes.clear();
    }
}
