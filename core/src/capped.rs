//! Bounds on what is inflated: a kilobyte may claim to be a gigabyte.

use std::io::{self, Read};

/// Bytes that may still be read from all sources that share it.
#[derive(Debug, Clone)]
pub struct Budget {
    limit: u64,
    left: u64,
}

/// A source yields more than its budget. The inner error of what [`Capped`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it inflates to more than {limit} bytes, which is the limit for its size")]
pub struct PastBudget {
    /// The whole budget, in bytes.
    pub limit: u64,
}

impl Budget {
    /// Allows `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Budget { limit, left: limit }
    }

    /// What an archive of `stored` bytes may inflate to.
    pub fn of_archive(stored: u64, limits: &crate::Limits) -> Self {
        let by_ratio = stored.saturating_mul(u64::from(limits.inflation_ratio));
        Budget::new(by_ratio.min(limits.inflated_bytes))
    }

    /// A source that is read from this budget.
    pub fn cap<R: Read>(&mut self, source: R) -> Capped<'_, R> {
        Capped { source, budget: self }
    }
}

impl PastBudget {
    /// The reason of an error that [`Capped`] returned, whoever passed it on.
    pub fn of(error: &io::Error) -> Option<PastBudget> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// The only way to read a decompressor: fails once its budget is used up, whatever the archive declared.
#[derive(Debug)]
pub struct Capped<'b, R> {
    source: R,
    budget: &'b mut Budget,
}

impl<R: Read> Read for Capped<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte more than is left tells the end of the source from the end of the budget.
        let room = usize::try_from(self.budget.left.saturating_add(1)).unwrap_or(usize::MAX);
        let wanted = into.len().min(room);
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
