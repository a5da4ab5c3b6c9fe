//! Bounds on decompressed data: an archive of a kilobyte may inflate to a gigabyte.

use std::io::{self, Read};

/// The number of bytes that may still be read from all [`Capped`] sources that share this budget.
///
/// Several members of an archive are read from one budget, so that the archive as a whole is bounded, too.
///
/// ```
/// use std::io::Read;
/// use data_review_core::{Budget, PastBudget};
///
/// let mut budget = Budget::new(4);
/// let mut text = String::new();
/// budget.cap(&b"abc"[..]).read_to_string(&mut text).unwrap();
/// let error = budget.cap(&b"de"[..]).read_to_string(&mut text).unwrap_err();
/// assert_eq!(PastBudget::of(&error).map(|past| past.limit), Some(4));
/// ```
#[derive(Debug, Clone)]
pub struct Budget {
    limit: u64,
    left: u64,
}

/// A source yields more bytes than its budget allows: the inner error of the [`io::Error`] that [`Capped`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it inflates to more than {limit} bytes, which is the limit for its size")]
pub struct PastBudget {
    /// The budget as it was at the beginning, in bytes.
    pub limit: u64,
}

impl Budget {
    /// A budget of `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Budget { limit, left: limit }
    }

    /// The budget of an archive of `stored` bytes: the smaller of
    /// [`Limits::inflated_bytes`](crate::Limits::inflated_bytes) and `stored` times
    /// [`Limits::inflation_ratio`](crate::Limits::inflation_ratio).
    pub fn of_archive(stored: u64, limits: &crate::Limits) -> Self {
        let by_ratio = stored.saturating_mul(u64::from(limits.inflation_ratio));
        Budget::new(by_ratio.min(limits.inflated_bytes))
    }

    /// A reader over `source` that takes the bytes it returns from this budget.
    pub fn cap<R: Read>(&mut self, source: R) -> Capped<'_, R> {
        Capped { source, budget: self }
    }
}

impl PastBudget {
    /// The [`PastBudget`] inside an I/O error, also where a decompressor or a parser passed the error on; `None` for
    /// any other error.
    pub fn of(error: &io::Error) -> Option<PastBudget> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// A reader that fails with [`PastBudget`] once its [`Budget`] is used up, whatever size the archive declares. Every
/// decompressor is read through it.
#[derive(Debug)]
pub struct Capped<'b, R> {
    source: R,
    budget: &'b mut Budget,
}

impl<R: Read> Read for Capped<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte more than is left distinguishes the end of the source from the end of the budget.
        let allowed = usize::try_from(self.budget.left.saturating_add(1)).unwrap_or(usize::MAX);
        let wanted = into.len().min(allowed);
        let n = self.source.read(&mut into[..wanted])?;
        match self.budget.left.checked_sub(n as u64) {
            Some(left) => self.budget.left = left,
            None => {
                return Err(io::Error::other(PastBudget {
                    limit: self.budget.limit,
                }));
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_budget_may_be_read_from_all_sources_together() {
        let mut budget = Budget::new(10);
        let mut text = Vec::new();
        budget.cap(&b"123456"[..]).read_to_end(&mut text).unwrap();
        budget.cap(&b"7890"[..]).read_to_end(&mut text).unwrap();
        assert_eq!(text, b"1234567890");
        let error = budget.cap(&b"x"[..]).read_to_end(&mut text).unwrap_err();
        assert_eq!(PastBudget::of(&error), Some(PastBudget { limit: 10 }));
        assert_eq!(PastBudget::of(&io::Error::other("else")), None);
    }
}
