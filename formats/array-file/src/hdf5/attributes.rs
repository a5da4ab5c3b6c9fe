//! Attributes: numbers, and texts from their own bytes.

use hdf5_reader::group::Group;
use hdf5_reader::messages::datatype::{Datatype, VarLenKind};

use super::types::{convert, integer};
use crate::{Attribute, Limits, Order, Problem, Type, Value, decode_text};

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
    let elements = || raw.chunks_exact(size).take(count);
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
        Type::Integer { .. } => Value::Integers(elements().map(|bytes| integer(of, bytes)).collect()),
        Type::Enum { base, .. } => Value::Integers(elements().map(|bytes| integer(base, bytes)).collect()),
        Type::Float {
            size: size @ (4 | 8),
            order,
        } => Value::Reals(elements().map(|bytes| real(bytes, *size, *order)).collect()),
        _ => Value::Other(of.to_string()),
    })
}

fn real(bytes: &[u8], size: u8, order: Order) -> f64 {
    let bits = integer(
        &Type::Integer {
            size,
            signed: false,
            order,
        },
        bytes,
    ) as u64;
    if size == 4 {
        f64::from(f32::from_bits(bits as u32))
    } else {
        f64::from_bits(bits)
    }
}
