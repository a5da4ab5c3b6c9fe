//! Values that stand for "not measured": found by their look, judged by gap and repetition.

/// Values that files use as fills, by magnitude; each counts only where it stands apart from all other values of its column.
const NINETY_NINE: &[f64] = &[99.0, 99.9, 99.99, 99.999];
const NINE_HUNDRED: &[f64] = &[999.0, 999.9, 999.99];
const LARGER: &[f64] = &[
    7777.0,
    8888.0,
    9999.0,
    9999.9,
    9999.99,
    32_767.0,
    32_768.0,
    88_888.0,
    99_999.0,
    99_999.9,
    999_999.0,
    9_999_999.0,
    2_147_483_647.0,
    1e10,
    1e15,
    1e20,
    1e30,
    1e34,
    1e35,
    1e36,
    9.969_21e36,
    9.969_209_968_386_869e36,
    1e37,
    1e38,
];
/// Different fills of one column that are watched, at most.
const MOST: usize = 6;
/// From here on a value is a fill wherever it is repeated or far from the others.
const HUGE: f64 = 1e10;

/// A value that may be a fill, and how often it occurs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fill {
    pub(crate) value: f64,
    pub(crate) count: u64,
    /// Line and column of its first occurrence.
    pub(crate) first: (u64, u64),
}

/// Watches the values of a column.
#[derive(Debug, Clone)]
pub(crate) struct Fills {
    candidates: Vec<Fill>,
    min: f64,
    max: f64,
    sum: f64,
    count: u64,
}

impl Default for Fills {
    fn default() -> Self {
        Fills {
            candidates: Vec::new(),
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
            count: 0,
        }
    }
}

/// Whether a value is written as fills are. Nearly every value is ruled out by one or two comparisons.
pub(crate) fn is_candidate(value: f64) -> bool {
    let size = value.abs();
    if size < 100.0 {
        return size >= 99.0 && NINETY_NINE.contains(&size) || value == -9.0;
    }
    if size < 7777.0 {
        return (999.0..1000.0).contains(&size) && NINE_HUNDRED.contains(&size);
    }
    LARGER.contains(&size)
}

/// Statistics without the fills.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Others {
    pub(crate) count: u64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) mean: f64,
}

impl Fills {
    /// Adds a value.
    pub(crate) fn push(&mut self, value: f64, at: (u64, u64)) {
        if is_candidate(value) {
            if let Some(fill) = self.candidates.iter_mut().find(|fill| fill.value == value) {
                fill.count += 1;
                return;
            }
            if self.candidates.len() < MOST {
                self.candidates.push(Fill {
                    value,
                    count: 1,
                    first: at,
                });
                return;
            }
        }
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += value;
        self.count += 1;
    }

    /// The candidates that are fills, and the statistics of all other values. A fill lies farther from the other values than
    /// they lie apart; above them it must be repeated or far away, for the highest value of a column may well be 99.
    pub(crate) fn judge(mut self) -> (Vec<Fill>, Option<Others>) {
        let mut fills = Vec::new();
        // From the inside out: a candidate among the values widens their range.
        self.candidates
            .sort_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
        for fill in std::mem::take(&mut self.candidates) {
            if self.is_fill(&fill) {
                fills.push(fill);
            } else {
                self.min = self.min.min(fill.value);
                self.max = self.max.max(fill.value);
                self.sum += fill.value * fill.count as f64;
                self.count += fill.count;
            }
        }
        let others = (self.count > 0 && !fills.is_empty()).then(|| Others {
            count: self.count,
            min: self.min,
            max: self.max,
            mean: self.sum / self.count as f64,
        });
        (fills, others)
    }

    fn is_fill(&self, fill: &Fill) -> bool {
        let Fill { value, count, .. } = *fill;
        if self.count == 0 {
            // Nothing else was measured.
            return value.abs() >= HUGE || value <= -99.0 || value.abs() >= 9999.0 && count > 1;
        }
        let (gap, span) = if value > self.max {
            (value - self.max, self.max - self.min)
        } else if value < self.min {
            (self.min - value, self.max - self.min)
        } else {
            return false;
        };
        let is_apart = gap > span && gap > 0.0;
        if value < 0.0 {
            return is_apart && (value <= -99.0 || count > 1 && self.min >= 0.0);
        }
        // Speeds of 5 to 7 m/s beside 99: a gap as wide as the values are large.
        let is_far = gap > 2.0 * span.max(self.max.abs() * 0.5);
        let is_large = value >= HUGE || value >= 9999.0;
        is_apart && (is_large && (count > 1 || gap > 10.0 * span) || is_far && count > 1)
            || value >= 99.0 && count > 2 && gap > span && gap > self.max.abs() * 0.3
            || is_sentinel(value) && count > 1 && gap > 0.5 * self.max.abs()
    }
}

/// Whether a value has no other use: 9.96921e36, 1e36.
fn is_sentinel(value: f64) -> bool {
    value >= 1e20
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values, and those of them that are fills.
    const COLUMNS: &str = "
        8.0 8.98 -999 9.86 -999      : -999
        8.0 8.98 -99 9.86 -9999 -99  : -99 -9999
        5.0 5.1 6.2 99 99            : 99
        1013 1012.5 1015 9999 9999   : 9999
        8.9 9.8 11 999 999           : 999
        0.1 0.2 1e36 0.3             : 1e36
        0.1 9.96921e36 0.3           : 9.96921e36
        97 98 99 99 100 96           :
        90 95 99                     :
        1000 5000 9999 20000         :
        -98 -99 -100 -101            :
        -50 10 -99                   :
        1 2 3 -9 -9                  : -9
    ";

    #[test]
    fn fills_stand_apart() {
        for line in COLUMNS.lines().filter(|line| !line.trim().is_empty()) {
            let (values, expected) = line.split_once(':').unwrap();
            let numbers = |text: &str| {
                text.split_whitespace()
                    .map(|word| word.parse().unwrap())
                    .collect::<Vec<f64>>()
            };
            let mut fills = Fills::default();
            numbers(values)
                .into_iter()
                .for_each(|value| fills.push(value, (1, 1)));
            let found: Vec<f64> = fills.judge().0.iter().map(|fill| fill.value).collect();
            assert_eq!(found, numbers(expected), "{line}");
        }
    }

    #[test]
    fn statistics_are_those_of_the_others() {
        let mut fills = Fills::default();
        for value in [8.0, -999.0, 10.0, -999.0] {
            fills.push(value, (1, 1));
        }
        let (found, others) = fills.judge();
        assert_eq!((found.len(), found[0].count), (1, 2));
        assert_eq!(
            others,
            Some(Others {
                count: 2,
                min: 8.0,
                max: 10.0,
                mean: 9.0
            })
        );
    }
}
