//! What the page shows of one file: its document without the figures that the view does not use, and pictures.

use std::io;

use data_review_core::page::Picture;
use data_review_core::preview::Preview;
use data_review_core::{Cast, Document, Variable};
use serde_json::{Map, Value, json};

use super::findings::cut;

/// Variables that have a picture.
pub(crate) const PICTURED: usize = 300;
/// Casts of a file that the page lists; the others are counted.
const CASTS: usize = 300;
/// Levels of a bar: heights are square roots of counts.
const LEVELS: f64 = 35.0;
/// The longest text, in characters.
const TEXT: usize = 1000;

/// The document, its pictures and its preview, as JSON.
pub(crate) fn json(
    document: &Document,
    pictures: &[Option<Picture>],
    preview: Option<&Preview>,
) -> io::Result<String> {
    let handler = document
        .handler
        .as_ref()
        .map(|handler| json!({ "id": handler.id, "because": cut(&handler.because, TEXT) }));
    let mut attributes = Map::new();
    for (name, values) in document.attributes.iter().take(20) {
        let shown: Vec<String> = values.iter().take(20).map(|value| cut(value, 200)).collect();
        attributes.insert(cut(name, 80), json!(shown));
    }
    let mut findings = Vec::new();
    for finding in &document.findings {
        let mut value = serde_json::to_value(finding)?;
        value["message"] = Value::String(cut(&finding.message, TEXT));
        findings.push(value);
    }
    let last = pictures
        .iter()
        .rposition(Option::is_some)
        .map_or(0, |last| last + 1);
    let thin = json!({
        "file": document.file,
        "outcome": document.outcome,
        "kind": document.kind,
        "handler": handler,
        "observations": document.observations,
        "profiles": document.profiles,
        "casts": document.casts.iter().take(CASTS).map(cast).collect::<Vec<_>>(),
        "casts_left_out": document.casts_left_out.saturating_add(document.casts.len().saturating_sub(CASTS) as u64),
        "coverage": document.coverage,
        "attributes": attributes,
        "variables": document.variables.iter().map(variable).collect::<Vec<_>>(),
        "findings": findings,
        "checks": document.checks,
        "failure": document.failure,
        "next": document.failure.as_ref().map(|failure| failure.next_step()),
        "provenance": {
            "tool": document.provenance.tool,
            "reader": document.provenance.reader,
            "vocabulary": document.provenance.vocabulary,
        },
        "preview": preview,
        "pictures": pictures[..last].iter().map(picture).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string(&thin)?)
}

/// A number with six significant digits.
fn short(number: f64) -> Value {
    if number == 0.0 || !number.is_finite() {
        return json!(if number == 0.0 { Some(0) } else { None });
    }
    let text = format!("{number:.5e}");
    text.parse::<f64>().map_or(Value::Null, |number| {
        if number.fract() == 0.0 && number.abs() < 1e15 {
            json!(number as i64)
        } else {
            json!(number)
        }
    })
}

/// A cast without the members that are null. Positions keep a metre.
fn cast(of: &Cast) -> Value {
    let degrees = |degrees: Option<f64>| degrees.map(|degrees| json!((degrees * 1e5).round() / 1e5));
    let members = [
        ("station", of.station.as_ref().map(|name| json!(name))),
        ("number", of.number.as_ref().map(|name| json!(name))),
        ("time", of.time.map(|time| json!(time.to_string()))),
        ("longitude", degrees(of.longitude)),
        ("latitude", degrees(of.latitude)),
        ("levels", of.levels.map(|levels| json!(levels))),
    ];
    let stated = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(stated.collect())
}

fn variable(of: &Variable) -> Value {
    let mut thin = Map::new();
    let mut put = |name: &str, value: Value| {
        thin.insert(name.to_owned(), value);
    };
    put("name", json!(of.name));
    put("unit", json!(of.unit));
    if of.canonical.is_some() {
        put("canonical", json!(of.canonical));
    }
    if of.standard_name.is_some() {
        put("standard_name", json!(of.standard_name));
    }
    if of.quantity.is_some() {
        put("quantity", json!(of.quantity));
    }
    put("count", json!(of.count));
    let missing = of
        .missing
        .values()
        .fold(0u64, |sum, cells| sum.saturating_add(*cells));
    put(
        "missing",
        json!(missing.saturating_add(of.invalid).saturating_add(of.non_finite)),
    );
    let good = of.good.as_ref();
    let scalar =
        |scalar: Option<data_review_core::stats::Scalar>| scalar.map(|scalar| short(scalar.as_f64()));
    let (min, max, quantiles) = match good {
        Some(good) => (good.min, good.max, &good.quantiles),
        None => (of.min, of.max, &of.quantiles),
    };
    if let (Some(min), Some(max)) = (scalar(min), scalar(max)) {
        put("range", json!([min, max]));
    }
    if let Some(quantiles) = quantiles {
        let five: Vec<Value> = ["0.05", "0.25", "0.5", "0.75", "0.95"]
            .iter()
            .map(|name| quantiles.get(*name).map_or(Value::Null, |number| short(*number)))
            .collect();
        put("quantiles", json!(five));
    }
    if of.min.is_some() {
        put("numeric", json!(true));
    }
    if let (Some(first), Some(last)) = (&of.first, &of.last) {
        put("ends", json!([cut(first, 60), cut(last, 60)]));
    }
    if let Some(frequent) = of.frequent.first().filter(|_| of.min.is_none()) {
        put("frequent", json!(frequent.value));
    }
    if let Some(flags) = &of.flags {
        let mut classes: Map<String, Value> = Map::new();
        for figures in flags.values() {
            let class = figures.class.map_or("unknown", |class| class.as_str());
            let sum = classes.get(class).and_then(Value::as_u64).unwrap_or_default();
            classes.insert(class.to_owned(), json!(sum.saturating_add(figures.total)));
        }
        put("flags", Value::Object(classes));
    }
    Value::Object(thin)
}

/// A picture as its ends and one character per bin: `0` to `9`, then `a` to `z`.
fn picture(of: &Option<Picture>) -> Value {
    let Some(picture) = of else { return Value::Null };
    let top = picture.counts.iter().copied().max().unwrap_or_default() as f64;
    let level = |count: &u64| {
        if *count == 0 {
            return '0';
        }
        let level = (*count as f64 / top).sqrt() * LEVELS;
        char::from_digit((level.round() as u32).clamp(1, 35), 36).unwrap_or('0')
    };
    let levels: String = picture.counts.iter().map(level).collect();
    json!([short(picture.low), short(picture.high), levels])
}
