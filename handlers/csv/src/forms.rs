//! How the cells of a column of text are written: numbers and dates in forms that could be read in two ways are found
//! and named, never guessed.

use data_review_core::CodeInfo;
use data_review_core::stats::number;

use crate::codes;

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A plain number.
    Number,
    /// `12,5`, `1.234,5`, `1 234,5`.
    DecimalComma,
    /// `1,234`: three digits behind one comma can be either.
    CommaOrThousands,
    /// `1 234`, `1,234,567`, `1.234.567`, `1'234.5`.
    Thousands,
    /// `31/12/2020`, `31.12.2020`, `12-31-2020`, `31/12/20`.
    DayOrMonthFirst,
    /// `2020/12/31`, `2020.12.31`.
    YearFirst,
    /// `31-Dec-2020`, `Dec 31 2020`.
    MonthByName,
    /// `2020-12-31T10:00:00+01:00`.
    Offset,
    /// Anything else.
    Other,
}

/// Fewer cells are not called mixed.
const FEW: u32 = 10;

const KINDS: usize = Form::Other as usize + 1;

/// Forms of a column's first cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forms {
    counts: [u16; KINDS],
}

impl Forms {
    /// Counts a trimmed cell that is not empty; at most some thousand of them.
    pub(crate) fn push(&mut self, cell: &[u8]) {
        let count = &mut self.counts[form(cell) as usize];
        *count = count.saturating_add(1);
    }

    /// What is odd about a column that turned out to be text: a code, and the matter in words.
    pub(crate) fn verdict(&self) -> Option<(&'static CodeInfo, String)> {
        let all: u32 = self.counts.iter().map(|n| u32::from(*n)).sum();
        let of = |forms: &[Form]| -> u32 { forms.iter().map(|f| u32::from(self.counts[*f as usize])).sum() };
        let most = |n: u32| n > 0 && n * 10 >= all * 9;
        let said = |n: u32, what: &str| format!("{n} of the first {all} cells {what}");
        use Form::{
            CommaOrThousands, DayOrMonthFirst, DecimalComma, MonthByName, Number, Offset, Thousands,
            YearFirst,
        };
        let commas = of(&[Number, DecimalComma, CommaOrThousands]);
        let thousands = of(&[Number, CommaOrThousands, Thousands]);
        if of(&[DecimalComma]) > 0 && most(commas + of(&[Thousands])) {
            return Some((
                &codes::DECIMAL_COMMA,
                said(commas, "are numbers, with a decimal comma"),
            ));
        }
        if of(&[Thousands, CommaOrThousands]) > 0 && most(thousands) {
            let what = if of(&[Thousands]) > 0 {
                "are numbers with parted thousands"
            } else {
                "are numbers such as 1,234, where the comma may part thousands or be the decimal one"
            };
            return Some((&codes::THOUSANDS_SEPARATOR, said(thousands, what)));
        }
        for (dates, what) in [
            (DayOrMonthFirst, "are dates with day or month first (31/12/2020)"),
            (YearFirst, "are dates such as 2020/12/31"),
            (MonthByName, "are dates with the month's name (31-Dec-2020)"),
            (Offset, "are times with an offset from UTC, which is not applied"),
        ] {
            if most(of(&[dates])) {
                return Some((&codes::DATE_FORM, said(of(&[dates]), what)));
            }
        }
        let numbers = of(&[Number]);
        // Below one in ten it is text with a number now and then, and few cells show no habit.
        (all >= FEW && numbers * 10 > all).then(|| {
            (
                &codes::MIXED_COLUMN,
                said(numbers, "are numbers, the others are not"),
            )
        })
    }
}

/// The form of a trimmed cell.
pub(crate) fn form(cell: &[u8]) -> Form {
    if number(cell).is_some() {
        return Form::Number;
    }
    if !cell.iter().any(u8::is_ascii_digit) || cell.len() > 40 {
        return Form::Other;
    }
    grouped(cell).or_else(|| date(cell)).unwrap_or(Form::Other)
}

fn is_digits(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(u8::is_ascii_digit)
}

/// A number with separators. A space may be one that does not break (U+00A0, U+202F).
fn grouped(cell: &[u8]) -> Option<Form> {
    let text = std::str::from_utf8(cell)
        .ok()?
        .replace(['\u{A0}', '\u{202F}'], " ");
    let body = text.strip_prefix(['-', '+']).unwrap_or(&text);
    if !body
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\''))
    {
        return None;
    }
    let is_groups = |part: &str, mark: char| {
        let mut groups = part.split(mark);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len())
            && is_digits(first.as_bytes())
            && groups.all(|group| group.len() == 3 && is_digits(group.as_bytes()))
    };
    let is_whole =
        |part: &str| is_digits(part.as_bytes()) || ['.', ' ', '\''].iter().any(|m| is_groups(part, *m));
    if let Some((whole, fraction)) = body.split_once(',')
        && is_digits(fraction.as_bytes())
        && (is_whole(whole) || whole.is_empty())
    {
        let either = fraction.len() == 3 && is_groups(whole, ',') && whole != "0";
        return Some(if either {
            Form::CommaOrThousands
        } else {
            Form::DecimalComma
        });
    }
    let (whole, fraction) = body.rsplit_once('.').unwrap_or((body, "0"));
    let with_point = is_digits(fraction.as_bytes()) && [',', ' ', '\''].iter().any(|m| is_groups(whole, *m));
    (with_point || is_groups(body, '.')).then_some(Form::Thousands)
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A date in another form than ISO 8601's; a time of day may follow.
fn date(cell: &[u8]) -> Option<Form> {
    let text = std::str::from_utf8(cell).ok()?;
    if let Some((stamp, offset)) = text.rsplit_once(['+', '-'])
        && data_review_core::stats::is_time(stamp.as_bytes())
        && stamp.len() > 10
        && is_digits(offset.replace(':', "").as_bytes())
    {
        return Some(Form::Offset);
    }
    let parts: Vec<&str> = text
        .split(['/', '.', '-', ' ', ',', 'T'])
        .filter(|part| !part.is_empty())
        .take(3)
        .collect();
    let [a, b, c] = parts[..] else { return None };
    let in_range = |part: &str, low: u32, high: u32| {
        part.len() <= 4 && part.parse::<u32>().is_ok_and(|n| (low..=high).contains(&n))
    };
    let is_day = |part: &str| part.len() <= 2 && in_range(part, 1, 31);
    let is_year = |part: &str| part.len() == 4 && in_range(part, 1000, 2999);
    let is_short_year = |part: &str| is_year(part) || part.len() == 2 && in_range(part, 0, 99);
    let is_month_name = |part: &str| {
        let lower = part.to_ascii_lowercase();
        MONTHS.iter().any(|month| lower.starts_with(month)) && part.chars().all(|c| c.is_ascii_alphabetic())
    };
    let is_split_by = |marks: [char; 3]| marks.iter().any(|mark| text.matches(*mark).count() >= 2);
    match () {
        () if is_month_name(b) && is_day(a) && is_short_year(c) => Some(Form::MonthByName),
        () if is_month_name(a) && is_day(b) && is_year(c) => Some(Form::MonthByName),
        () if !is_split_by(['/', '.', '-']) => None,
        () if is_year(a) && in_range(b, 1, 12) && is_day(c) => Some(Form::YearFirst),
        () if is_day(a) && is_day(b) && (in_range(a, 1, 12) || in_range(b, 1, 12)) && is_short_year(c) => {
            Some(Form::DayOrMonthFirst)
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_their_forms() {
        for (cells, expected) in [
            (
                &["12,5", "-0,25", "1.234,5", "1 234,50", ",5", "1234,567", "0,123"][..],
                Form::DecimalComma,
            ),
            (&["1,234", "12,345"], Form::CommaOrThousands),
            (
                &[
                    "1 234",
                    "1,234,567",
                    "1,234.5",
                    "1.234.567",
                    "1'234",
                    "1\u{A0}234",
                ],
                Form::Thousands,
            ),
            (
                &[
                    "31/12/2020",
                    "12/31/2020",
                    "1.2.2020",
                    "31-12-2020 10:00",
                    "31/12/20",
                ],
                Form::DayOrMonthFirst,
            ),
            (&["2020/12/31", "2020.12.31", "2020/1/2 10:00"], Form::YearFirst),
            (
                &["31-Dec-2020", "Dec 31, 2020", "31 December 2020", "02-JAN-20"],
                Form::MonthByName,
            ),
            (
                &["2020-12-31T10:00:00+01:00", "2020-12-31T10:00-0500"],
                Form::Offset,
            ),
            (&["1", "-2.5", "1e3"], Form::Number),
            (
                &[
                    "A1",
                    "10.1.2.3",
                    "12-34",
                    "1,2,3",
                    "5 m",
                    "41/41/2020",
                    "",
                    "x/y/2020",
                ],
                Form::Other,
            ),
        ] {
            for cell in cells {
                assert_eq!(form(cell.as_bytes()), expected, "{cell}");
            }
        }
    }

    fn verdict(cells: &[&str]) -> Option<&'static str> {
        let mut forms = Forms::default();
        cells.iter().for_each(|cell| forms.push(cell.as_bytes()));
        forms.verdict().map(|(code, _)| code.code)
    }

    #[test]
    fn columns_and_what_is_odd_about_them() {
        assert_eq!(verdict(&["12,5", "1.000", "3", "1.234,5"]), Some("decimal-comma"));
        assert_eq!(verdict(&["1,234", "12"]), Some("thousands-separator"));
        assert_eq!(verdict(&["1 234", "999"]), Some("thousands-separator"));
        assert_eq!(verdict(&["31/12/2020", "01/02/2020"]), Some("date-form"));
        assert_eq!(verdict(&[["1"; 8], ["x"; 8]].concat()), Some("mixed-column"));
        assert_eq!(verdict(&["1", "x"]), None);
        assert_eq!(verdict(&["x", "y", "A1"]), None);
    }
}
