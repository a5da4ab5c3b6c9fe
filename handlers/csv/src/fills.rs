//! Values that stand for "not measured": found by their look, judged by gap and repetition.

use data_review_core::stats::Apart;

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
/// From here on a value is a fill wherever it is repeated or far from the others.
const HUGE: f64 = 1e10;

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

/// The candidates that are fills, `others` being the least and the greatest of all other values. A fill lies farther from the other
/// values than they lie apart; above them it must be repeated or far away, for the highest value of a column may well be 99.
pub(crate) fn judge(candidates: &[Apart], others: Option<(f64, f64)>) -> Vec<Apart> {
    // From the inside out: a candidate among the values widens their range.
    let mut candidates = candidates.to_vec();
    candidates.sort_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
    let (mut others, mut is_fill_above) = (others, false);
    candidates.retain(|candidate| {
        // Beyond a fill above all values there are no values.
        let is_fill = is_fill(candidate, others) || is_fill_above && candidate.value > 0.0;
        is_fill_above |= is_fill && others.is_some() && candidate.value > 0.0;
        if !is_fill {
            let value = candidate.value;
            let (min, max) = others.unwrap_or((value, value));
            others = Some((min.min(value), max.max(value)));
        }
        is_fill
    });
    candidates
}

fn is_fill(candidate: &Apart, others: Option<(f64, f64)>) -> bool {
    let Apart { value, count, .. } = *candidate;
    let Some((min, max)) = others else {
        // Nothing else was measured.
        return value.abs() >= HUGE || value <= -99.0 || value.abs() >= 9999.0 && count > 1;
    };
    let span = max - min;
    let gap = if value > max {
        value - max
    } else if value < min {
        min - value
    } else {
        return false;
    };
    let is_apart = gap > span && gap > 0.0;
    if value < 0.0 {
        return is_apart && (value <= -99.0 || count > 1 && min >= 0.0);
    }
    // Speeds of 5 to 7 m/s beside 99: a gap as wide as the values are large.
    let is_far = gap > 2.0 * span.max(max.abs() * 0.5);
    let is_large = value >= HUGE || value >= 9999.0;
    is_apart && (is_large && (count > 1 || gap > 10.0 * span) || is_far && count > 1)
        || value >= 99.0 && count > 2 && gap > span && gap > max.abs() * 0.3
        || is_sentinel(value) && count > 1 && gap > 0.5 * max.abs()
}

/// Whether a value has no other use: 9.96921e36, 1e36.
fn is_sentinel(value: f64) -> bool {
    value >= 1e20
}

#[cfg(test)]
mod tests {
    use data_review_core::stats::{Column, Dtype};

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
        5 6 99 99 999 1e10 1e10      : 99 999 1e10
        34.5 35 99999 99999 1e20     : 99999 1e20
        -999 -999                    : -999
        99 99                        :
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
            let mut column = Column::new(Some(Dtype::Decimal)).keep_apart(is_candidate);
            for value in values.split_whitespace() {
                column.push(value.as_bytes(), None, (1, 1));
            }
            let others = column.settle().range();
            let others = others.map(|(min, max)| (min.as_f64(), max.as_f64()));
            let found: Vec<f64> = judge(column.apart(), others)
                .iter()
                .map(|fill| fill.value)
                .collect();
            assert_eq!(found, numbers(expected), "{line}");
        }
    }
}
