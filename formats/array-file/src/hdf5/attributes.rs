//! Attributes: numbers, and texts from their own bytes.

use hdf5_reader::group::Group;
use hdf5_reader::messages::datatype::{Datatype, VarLenKind};

use super::types::convert;
use crate::{Attribute, Limits, Problem, Type, Value, decode_text};

pub(crate) fn read(attribute: hdf5_reader::Attribute, group: &Group, limits: &Limits) -> Attribute {
    let mut latin1 = false;
    let (of, _) = convert(&attribute.datatype, 8 + usize::from(group.offset_size()));
    let value = if attribute.raw_data.len() > limits.attribute_bytes {
        Value::Other(format!(
            "{of} of {} bytes; at most {} are read",
            attribute.raw_data.len(),
            limits.attribute_bytes
        ))
    } else {
        value(&attribute, &of, group, &mut latin1)
            .unwrap_or_else(|problem| Value::Other(format!("{of}: {problem}")))
    };
    Attribute {
        name: attribute.name,
        value,
        latin1,
    }
}

fn value(
    attribute: &hdf5_reader::Attribute,
    of: &Type,
    group: &Group,
    latin1: &mut bool,
) -> Result<Value, Problem> {
    let count = usize::try_from(attribute.num_elements()?).unwrap_or(usize::MAX);
    let raw = &attribute.raw_data;
    let mut text = |bytes: &[u8]| {
        let (text, odd) = decode_text(bytes);
        *latin1 |= odd;
        text
    };
    // The library has resolved a single text already.
    let is_resolved = count == 1
        && matches!(
            attribute.datatype,
            Datatype::VarLen {
                kind: VarLenKind::String,
                ..
            }
        );
    let size = of.size().unwrap_or(0).max(1);
    let all = &raw[..raw.len().min(count.saturating_mul(size))];
    let elements = || all.chunks_exact(size);
    Ok(match of {
        Type::String { .. } if is_resolved => Value::Text(vec![text(raw)]),
        Type::String { .. } => {
            let mut texts = Vec::new();
            for reference in elements() {
                texts.push(text(&group.resolve_vlen_reference_bytes(reference, 1)?));
            }
            Value::Text(texts)
        }
        // A text of characters, as netCDF writes them; or several texts of one length.
        Type::Char => Value::Text(vec![text(raw)]),
        Type::Text { .. } => Value::Text(elements().map(text).collect()),
        _ => Value::numbers(of, all).unwrap_or_else(|| Value::Other(of.to_string())),
    })
}
