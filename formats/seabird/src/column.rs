//! Columns: their names, units and spans.

use crate::deviation::Place;

/// One column of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Short name: `t090C`. A column that the header does not name is called by its number: `column 4`.
    pub name: String,
    /// What it is, in words: `Temperature`.
    pub title: String,
    /// As written in brackets: `ITS-90, deg C`.
    pub unit: Option<String>,
    /// Where it is named.
    pub place: Place,
    /// What the header says of its extremes.
    pub span: Option<Span>,
}

impl Column {
    /// `t090C: Temperature [ITS-90, deg C]`.
    pub(crate) fn read(text: &str, place: Place) -> Self {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let rest = rest.trim();
        let bracketed = rest.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        let (title, unit) = match bracketed {
            Some((title, unit)) if !unit.trim().is_empty() => (title, Some(unit.trim().to_owned())),
            _ => (rest, None),
        };
        Column {
            name: name.trim().to_owned(),
            title: title.trim().to_owned(),
            unit,
            place,
            span: None,
        }
    }

    /// A column that the header does not name; `at` counts from 0.
    pub(crate) fn nameless(at: usize, place: Place) -> Self {
        Column::read(&format!("column {at}:"), place)
    }

    /// Whether its values mark scans.
    pub fn is_flag(&self) -> bool {
        self.name.eq_ignore_ascii_case("flag")
    }
}

/// Least and greatest value of a column, as the header has them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
    /// Where it stands.
    pub place: Place,
    /// One unit of the last digit, as the numbers are written.
    unit: f64,
}

impl Span {
    /// `18.1981,    22.0342`.
    pub(crate) fn read(text: &str, place: Place) -> Option<Self> {
        let (min, max) = text.split_once(',')?;
        let (min, max) = (min.trim(), max.trim());
        let unit = last_digit(min).max(last_digit(max));
        let number = |text: &str| fast_float2::parse::<f64, _>(text).ok();
        let (min, max) = number(min).zip(number(max))?;
        Some(Span {
            min,
            max,
            place,
            unit,
        })
    }

    /// Whether the column's extremes are these, as far as the header's digits and 32-bit floats tell.
    pub fn agrees(&self, min: f64, max: f64) -> bool {
        let near = |stated: f64, found: f64| {
            let precision = stated.abs().max(found.abs()) * f64::from(f32::EPSILON);
            // An infinity has no difference to itself.
            stated == found || (stated - found).abs() <= self.unit + precision
        };
        near(self.min, min) && near(self.max, max)
    }
}

/// What one unit of the last digit is worth: 0.001 for `12.345`, 1e-33 for `-9.9990e-29`.
fn last_digit(number: &str) -> f64 {
    let number = number.to_ascii_lowercase();
    let (mantissa, exponent) = number.split_once('e').unwrap_or((&number, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let exponent = exponent.parse::<i32>().unwrap_or(0);
    10f64.powi(exponent.saturating_sub(i32::try_from(decimals).unwrap_or(i32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_units() {
        let read = |text| {
            let column = Column::read(text, Place::Text(1, 1));
            (column.name, column.title, column.unit)
        };
        let owned = |name: &str, title: &str, unit: Option<&str>| {
            (name.to_owned(), title.to_owned(), unit.map(str::to_owned))
        };
        assert_eq!(
            read("t090C: Temperature [ITS-90, deg C]"),
            owned("t090C", "Temperature", Some("ITS-90, deg C"))
        );
        assert_eq!(
            read("sbeox0Mm/L: Oxygen, SBE 43 [umol/l], WS = 2 [umol/l]"),
            owned("sbeox0Mm/L", "Oxygen, SBE 43 [umol/l], WS = 2", Some("umol/l"))
        );
        assert_eq!(read("f0: Frequency 0"), owned("f0", "Frequency 0", None));
        assert_eq!(read("flag:  0.000e+00"), owned("flag", "0.000e+00", None));
        assert_eq!(read("x: y []"), owned("x", "y []", None));
        assert_eq!(read("]["), owned("][", "", None));
        assert_eq!(read(""), owned("", "", None));
    }

    #[test]
    fn a_span_agrees_within_its_digits() {
        let span = Span::read("  -0.109,    222.886   ", Place::Text(1, 1)).unwrap();
        assert!(span.agrees(-0.109, 222.886) && span.agrees(-0.1094, 222.8855));
        assert!(!span.agrees(-0.112, 222.886) && !span.agrees(-0.109, 222.9));
        let flags = Span::read("0.0000e+00, 0.0000e+00", Place::Text(1, 1)).unwrap();
        assert!(flags.agrees(0.0, 0.0) && !flags.agrees(0.0, 10.0));
        assert!(
            Span::read("1", Place::Text(1, 1)).is_none() && Span::read("a, b", Place::Text(1, 1)).is_none()
        );
    }
}
