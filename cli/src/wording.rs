//! Numbers, places and time spans as text.

use data_review_core::{Depth, Place};

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

/// The days of a time span, whose ends are ISO 8601.
pub(crate) fn days(first: &str, last: &str) -> String {
    let day = |time: &str| time.split('T').next().unwrap_or_default().to_owned();
    let (first, last) = (day(first), day(last));
    if first == last {
        first
    } else {
        format!("{first} … {last}")
    }
}

/// A position, or the corners of a box: south-west … north-east. The edges are west, south, east and north.
pub(crate) fn area([west, south, east, north]: [f64; 4]) -> String {
    if west == east && south == north {
        position(south, west, 2)
    } else {
        format!("{} … {}", position(south, west, 1), position(north, east, 1))
    }
}

/// `3 … 5500 DBAR`
pub(crate) fn depth(depth: &Depth) -> String {
    let unit = depth.unit.as_deref().unwrap_or_default();
    let text = format!("{} … {} {unit}", number(depth.min), number(depth.max));
    text.trim_end().to_owned()
}

/// `40 s`, `12 min`, `3 h 20 min`
pub(crate) fn span(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// `1.5 MB`: bytes in units of 1000.
pub(crate) fn bytes(count: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut value = count as f64 / 1e3;
    let mut unit = units[0];
    for next in &units[1..] {
        if value < 1e3 {
            break;
        }
        (value, unit) = (value / 1e3, next);
    }
    match count {
        0..1000 => plural(count, "byte"),
        _ => format!("{value:.1} {unit}"),
    }
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
        Place::Array { variable, index } if index.is_empty() => variable.clone(),
        Place::Array { variable, index } => {
            let index: Vec<String> = index.iter().map(u64::to_string).collect();
            format!("{variable}[{}]", index.join(", "))
        }
        Place::Attribute { attribute } => format!("attribute {attribute}"),
        Place::Byte { byte } => format!("byte {byte}"),
    }
}

/// Places in a row, folded: `lines 3, 7–9, field SALNTY`; `TEMP[0, 3], [0, 4]`; `bytes 7, 12`.
pub(crate) fn places(places: &[Place]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = places;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|other| folds(first, other)).count().max(1);
        let (run, others) = rest.split_at(alike);
        parts.push(match (first, run.len()) {
            (_, 1) => place(first),
            (Place::Text { member, field, .. }, _) => {
                let lines = run.iter().filter_map(|place| match place {
                    Place::Text { line, .. } => *line,
                    _ => None,
                });
                let mut words: Vec<String> = member.iter().cloned().collect();
                words.push(numbered("line", lines));
                words.extend(field.as_ref().map(|field| format!("field {field}")));
                words.join(", ")
            }
            (Place::Array { variable, .. }, _) => {
                let indices = run.iter().filter_map(|place| match place {
                    Place::Array { index, .. } => {
                        let index: Vec<String> = index.iter().map(u64::to_string).collect();
                        Some(format!("[{}]", index.join(", ")))
                    }
                    _ => None,
                });
                format!("{variable}{}", indices.collect::<Vec<_>>().join(", "))
            }
            (Place::Attribute { .. }, _) => {
                let names = run.iter().filter_map(|place| match place {
                    Place::Attribute { attribute } => Some(attribute.as_str()),
                    _ => None,
                });
                format!("attributes {}", names.collect::<Vec<_>>().join(", "))
            }
            (Place::Byte { .. }, _) => {
                let bytes = run.iter().filter_map(|place| match place {
                    Place::Byte { byte } => Some(*byte),
                    _ => None,
                });
                numbered("byte", bytes)
            }
        });
        rest = others;
    }
    parts.join("; ")
}

/// Whether two places differ in their line, index, name or offset only.
fn folds(a: &Place, b: &Place) -> bool {
    match (a, b) {
        (
            Place::Text {
                member, line, field, ..
            },
            Place::Text {
                member: m,
                line: l,
                field: f,
                ..
            },
        ) => member == m && field == f && line.is_some() && l.is_some(),
        (
            Place::Array { variable, index },
            Place::Array {
                variable: v,
                index: i,
            },
        ) => variable == v && !index.is_empty() && !i.is_empty(),
        (Place::Attribute { .. }, Place::Attribute { .. }) | (Place::Byte { .. }, Place::Byte { .. }) => true,
        _ => false,
    }
}

/// `line 3`, `lines 3, 7–9`
fn numbered(noun: &str, numbers: impl IntoIterator<Item = u64>) -> String {
    let ranges = ranges(numbers);
    match ranges.contains([',', '–']) {
        true => format!("{noun}s {ranges}"),
        false => format!("{noun} {ranges}"),
    }
}

/// `3, 7–9`: three or more numbers that follow each other become a range.
fn ranges(numbers: impl IntoIterator<Item = u64>) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if number == *last => {}
            Some((_, last)) if Some(number) == last.checked_add(1) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let words = runs.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What may have been meant instead of `asked`; `otherwise` if nothing known is similar.
pub(crate) fn hint<'k>(
    asked: &str,
    known: impl IntoIterator<Item = &'k str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    let near = nearest(asked, known);
    match near.is_empty() {
        true => otherwise(),
        false => format!("did you mean `{}`?", near.join("` or `")),
    }
}

/// Up to three of `known` that are most similar to `asked`, the most similar first.
fn nearest<'k>(asked: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
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
        assert_eq!(days("2015-08-09T00:05:00Z", "2015-08-09T23:00:00Z"), "2015-08-09");
        assert_eq!(
            days("2015-08-09", "2015-10-12T01:00:00Z"),
            "2015-08-09 … 2015-10-12"
        );
    }

    #[test]
    fn areas_are_points_or_corners() {
        assert_eq!(area([-20.5, -45.25, -20.5, -45.25]), "45.25°S 20.50°W");
        assert_eq!(
            area([170.0, 10.0, -170.0, 20.0]),
            "10.0°N 170.0°E … 20.0°N 170.0°W"
        );
    }

    #[test]
    fn time_spans_are_short() {
        let span = |seconds| span(std::time::Duration::from_secs(seconds));
        assert_eq!(
            [span(40), span(110), span(12_000)],
            ["40 s", "2 min", "3 h 20 min"]
        );
    }

    #[test]
    fn sizes_are_short() {
        for (count, text) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1500, "1.5 kB"),
            (7_200_000_000, "7.2 GB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn places_that_differ_in_one_number_are_folded() {
        let lines = |numbers: &[u64]| {
            numbers
                .iter()
                .map(|line| Place::text(*line, 7, Some("SALNTY")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            places(&lines(&[3, 7, 8, 9, 12, 13])),
            "lines 3, 7–9, 12, 13, field SALNTY"
        );
        assert_eq!(places(&lines(&[3, 3])), "line 3, field SALNTY");
        assert_eq!(places(&lines(&[3])), "line 3, column 7, field SALNTY");
        let mixed = [
            Place::array("TEMP", vec![0, 3]),
            Place::array("TEMP", vec![0, 4]),
            Place::attribute(":id"),
            Place::Byte { byte: 7 },
            Place::Byte { byte: 12 },
        ];
        assert_eq!(places(&mixed), "TEMP[0, 3], [0, 4]; attribute :id; bytes 7, 12");
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
