//! Numbers, places and time spans as text.

use data_review_core::{Coverage, Place, TimeSpan};

/// A number with at most six significant digits.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    if !(-5.0..15.0).contains(&magnitude) {
        return format!("{value:.5e}");
    }
    let decimals = (5.0 - magnitude).clamp(0.0, 10.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A count; empty if there is none.
pub(crate) fn count(value: Option<u64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// `1 error`, `2 errors`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The days of a time span.
pub(crate) fn days(span: &TimeSpan) -> String {
    let (first, last) = (span.first.to_date().to_string(), span.last.to_date().to_string());
    if first == last {
        first
    } else {
        format!("{first} … {last}")
    }
}

/// A position, or the corners of a box: south-west … north-east.
pub(crate) fn area(coverage: &Coverage) -> String {
    let boxes = coverage.boxes.iter().flatten();
    let words: Vec<String> = boxes
        .map(|[west, south, east, north]| {
            if west == east && south == north {
                position(*south, *west, 2)
            } else {
                format!("{} … {}", position(*south, *west, 1), position(*north, *east, 1))
            }
        })
        .collect();
    words.join(", ")
}

fn position(latitude: f64, longitude: f64, decimals: usize) -> String {
    let half = |value: f64, positive: char, negative: char| {
        let side = if value < 0.0 { negative } else { positive };
        format!("{:.decimals$}°{side}", value.abs())
    };
    format!("{} {}", half(latitude, 'N', 'S'), half(longitude, 'E', 'W'))
}

/// The place of a finding.
pub(crate) fn place(place: &Place) -> String {
    match place {
        Place::Text {
            member,
            line,
            column,
            field,
        } => {
            let mut parts = Vec::new();
            parts.extend(member.clone());
            parts.extend(line.map(|line| format!("line {line}")));
            parts.extend(column.map(|column| format!("column {column}")));
            parts.extend(field.as_ref().map(|field| format!("field {field}")));
            parts.join(", ")
        }
        Place::Array { variable, index } => {
            let index: Vec<String> = index.iter().map(u64::to_string).collect();
            format!("{variable}[{}]", index.join(", "))
        }
        Place::Attribute { attribute } => format!("attribute {attribute}"),
        Place::Byte { byte } => format!("byte {byte}"),
    }
}

/// Up to three of `known` that are most similar to `asked`, the most similar first.
pub(crate) fn nearest<'k>(asked: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(asked, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let best = near.first().map_or(0.0, |(likeness, _)| *likeness);
    near.retain(|(likeness, _)| *likeness > best - 0.1);
    near.truncate(3);
    near.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use data_review_core::Instant;

    use super::*;

    #[test]
    fn numbers_keep_six_digits() {
        for (value, text) in [
            (0.0, "0"),
            (34.912_345_6, "34.9123"),
            (-999.0, "-999"),
            (1_234_567.0, "1234567"),
            (0.000_123_456_7, "0.000123457"),
            (1e300, "1.00000e300"),
            (1e-9, "1.00000e-9"),
            (9.999_999_9, "10"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_day_is_one_and_a_span_is_two() {
        let span = |first: &str, last: &str| {
            days(&TimeSpan {
                first: Instant::parse(first).unwrap(),
                last: Instant::parse(last).unwrap(),
            })
        };
        assert_eq!(span("2015-08-09T00:05:00Z", "2015-08-09T23:00:00Z"), "2015-08-09");
        assert_eq!(
            span("2015-08-09", "2015-10-12T01:00:00Z"),
            "2015-08-09 … 2015-10-12"
        );
    }

    #[test]
    fn areas_are_points_or_corners() {
        let area_of = |edges| {
            area(&Coverage {
                boxes: Some(vec![edges]),
                ..Coverage::default()
            })
        };
        assert_eq!(area_of([-20.5, -45.25, -20.5, -45.25]), "45.25°S 20.50°W");
        assert_eq!(
            area_of([170.0, 10.0, -170.0, 20.0]),
            "10.0°N 170.0°E … 20.0°N 170.0°W"
        );
        assert_eq!(area(&Coverage::default()), "");
    }

    #[test]
    fn places_are_read_from_the_outside_in() {
        let inner = Place::text(12, 7, Some("SALNTY")).in_member("a_ct1.csv");
        assert_eq!(place(&inner), "a_ct1.csv, line 12, column 7, field SALNTY");
        assert_eq!(
            place(&Place::Array {
                variable: "TEMP".to_owned(),
                index: vec![0, 3]
            }),
            "TEMP[0, 3]"
        );
    }

    #[test]
    fn a_slip_of_the_finger_is_near_and_a_stranger_is_not() {
        let known = ["fill-as-value", "duplicate-key", "no-end-data"];
        assert_eq!(nearest("duplicate-kye", known), ["duplicate-key"]);
        assert_eq!(nearest("xyz", known), Vec::<&str>::new());
    }
}
