//! The meaning of a variable's values according to its attributes (netCDF User's Guide, "Attribute Conventions"; CF
//! 1.11, 2.5 and 8.1).

use std::borrow::Cow;
use std::collections::BTreeSet;

use array_file::{ArrayFile, Attribute, Group, Type, Value, Variable};
use data_review_array::{Fill, Rules, may_be_texts, text_values};

/// The variable with the intended type of its values: `_Unsigned` makes stored integers unsigned.
pub(crate) fn meant(variable: &Variable) -> Cow<'_, Variable> {
    let mut meant = Cow::Borrowed(variable);
    let said = variable.attribute("_Unsigned").and_then(Attribute::text);
    if let (Some(said), Type::Integer { size, order, .. }) = (said, &variable.of) {
        let signed = match said.to_ascii_lowercase().as_str() {
            "true" => false,
            "false" => true,
            _ => return meant,
        };
        meant.to_mut().of = Type::Integer {
            size: *size,
            signed,
            order: *order,
        };
    }
    meant
}

/// Names of dimensions that are not lengths of texts.
///
/// A dimension is one if a variable of another type has it, or if another dimension follows it.
pub(crate) fn axes(root: &Group) -> BTreeSet<String> {
    let variables = root.all().into_iter().flat_map(|group| &group.variables);
    let along = variables.filter_map(|variable| {
        let dimensions = variable.dimensions.as_deref()?;
        let last =
            dimensions.len() - usize::from(matches!(variable.of, Type::Char) && !dimensions.is_empty());
        Some(&dimensions[..last])
    });
    along.flatten().cloned().collect()
}

/// The first `most` texts of a variable of the root group; empty if there is no such variable.
pub(crate) fn texts(file: &ArrayFile, axes: &BTreeSet<String>, name: &str, most: usize) -> Vec<String> {
    let variable = file.root.variables.iter().find(|variable| variable.name == name);
    variable.map_or_else(Vec::new, |variable| {
        text_values(file, variable, rules(variable, axes).texts, most)
    })
}

/// The meaning of the stored values of a variable, as [`meant`] returns it.
pub(crate) fn rules(variable: &Variable, axes: &BTreeSet<String>) -> Rules {
    let last = variable
        .dimensions
        .as_ref()
        .and_then(|dimensions| dimensions.last());
    let packing = packing(variable);
    let valid_is_unpacked = packing.is_some() && is_range_unpacked(variable);
    Rules {
        fills: fills(variable),
        packing,
        valid: valid(variable, valid_is_unpacked),
        valid_is_unpacked,
        fill_char: variable
            .attribute("_FillValue")
            .and_then(Attribute::text)
            .and_then(|text| text.bytes().next()),
        texts: may_be_texts(variable) && last.is_some_and(|name| !axes.contains(name)),
    }
}

/// Most fill values of one attribute: every value of the variable is compared with each.
pub(crate) const MOST_FILLS: usize = 100;

fn fills(variable: &Variable) -> Vec<Fill> {
    if !variable.of.is_number() {
        return Vec::new();
    }
    let said = |name: &'static str| {
        let values = variable
            .attribute(name)
            .map(|attribute| values(attribute, &variable.of));
        values
            .unwrap_or_default()
            .into_iter()
            .take(MOST_FILLS)
            .map(move |(value, integer)| Fill {
                declared_by: name,
                value,
                integer,
            })
    };
    let mut fills: Vec<Fill> = said("_FillValue").chain(said("missing_value")).collect();
    if variable.attribute("_FillValue").is_none() {
        fills.extend(default_fill(&variable.of));
    }
    fills
}

/// netCDF's default fill value. A type of one byte has none, because every byte may be a value.
fn default_fill(of: &Type) -> Option<Fill> {
    let integer: i128 = match of {
        Type::Float { .. } => {
            // Both the float's and the double's: 9.96920996838686905e+36.
            let value = f64::from_bits(0x479E_0000_0000_0000);
            return Some(Fill {
                declared_by: "default fill",
                value,
                integer: None,
            });
        }
        Type::Integer {
            size: 2,
            signed: true,
            ..
        } => -32767,
        Type::Integer {
            size: 2,
            signed: false,
            ..
        } => 65535,
        Type::Integer {
            size: 4,
            signed: true,
            ..
        } => -2_147_483_647,
        Type::Integer {
            size: 4,
            signed: false,
            ..
        } => 4_294_967_295,
        Type::Integer {
            size: 8,
            signed: true,
            ..
        } => -9_223_372_036_854_775_806,
        Type::Integer {
            size: 8,
            signed: false,
            ..
        } => 18_446_744_073_709_551_614,
        _ => return None,
    };
    Some(Fill {
        declared_by: "default fill",
        value: integer as f64,
        integer: Some(integer),
    })
}

/// Values of an attribute as the variable would store them, exactly if they are integers.
pub(crate) fn values(attribute: &Attribute, of: &Type) -> Vec<(f64, Option<i128>)> {
    let single = matches!(of, Type::Float { size: 4, .. });
    match &attribute.value {
        Value::Integers(values) => values
            .iter()
            .map(|value| stored(*value, of))
            .map(|value| (value as f64, Some(value)))
            .collect(),
        Value::Reals(values) => values
            .iter()
            .map(|value| if single { f64::from(*value as f32) } else { *value })
            .map(|value| (value, whole(value)))
            .collect(),
        Value::Text(_) | Value::Other(_) => Vec::new(),
    }
}

fn whole(value: f64) -> Option<i128> {
    (value.fract() == 0.0 && value.abs() < 1e19).then_some(value as i128)
}

/// An integer of an attribute in the type of the variable: −1 is 255 among unsigned bytes, and 255 is −1 among signed
/// ones.
pub(crate) fn stored(value: i128, of: &Type) -> i128 {
    let Type::Integer { size, signed, .. } = of else {
        return value;
    };
    let range = 1i128 << (8 * u32::from(*size));
    match signed {
        false if value < 0 => value + range,
        true if value >= range / 2 && value < range => value - range,
        _ => value,
    }
}

fn packing(variable: &Variable) -> Option<(f64, f64)> {
    let first = |name| {
        variable
            .attribute(name)
            .and_then(|attribute| attribute.numbers().first().copied())
    };
    let (scale, offset) = (first("scale_factor"), first("add_offset"));
    let packed = variable.of.is_number() && (scale.is_some() || offset.is_some());
    packed.then(|| (scale.unwrap_or(1.0), offset.unwrap_or(0.0)))
}

const RANGE: [&str; 3] = ["valid_range", "valid_min", "valid_max"];

/// Whether the valid range of packed values applies to unpacked values: it does if it has the wider type of the
/// packing.
///
/// CF 8.1 and the netCDF User's Guide require the type of the stored values, but many writers give the unpacked range.
/// The rule is that of netCDF-Java ("Missing Data", CoordinateSystems). The two types are distinguished as integers and
/// reals.
fn is_range_unpacked(variable: &Variable) -> bool {
    let is_real = |name: &str| {
        let attribute = variable.attribute(name);
        attribute.is_some_and(|attribute| matches!(attribute.value, Value::Reals(_)))
    };
    let is_given = |name: &&str| variable.attribute(name).is_some();
    let is_integer = matches!(variable.of, Type::Integer { .. } | Type::Enum { .. });
    is_integer
        && (is_real("scale_factor") || is_real("add_offset"))
        && RANGE.iter().any(is_given)
        && RANGE
            .iter()
            .filter(|name| is_given(name))
            .all(|name| is_real(name))
}

/// The valid range of a variable; none if it is empty, as if both ends are 0: no writer intends that.
fn valid(variable: &Variable, is_unpacked: bool) -> (Option<f64>, Option<f64>) {
    match said_range(variable, is_unpacked) {
        (Some(least), Some(most)) if least >= most => (None, None),
        range => range,
    }
}

/// A valid range that is not applied: its least value is not below its greatest.
pub(crate) fn empty_range(variable: &Variable) -> Option<(f64, f64)> {
    match said_range(
        variable,
        packing(variable).is_some() && is_range_unpacked(variable),
    ) {
        (Some(least), Some(most)) if least >= most => Some((least, most)),
        _ => None,
    }
}

fn said_range(variable: &Variable, is_unpacked: bool) -> (Option<f64>, Option<f64>) {
    if !variable.of.is_number() {
        return (None, None);
    }
    let said = |name| {
        let attribute = variable.attribute(name)?;
        Some(match is_unpacked {
            true => attribute.numbers(),
            false => {
                let values = values(attribute, &variable.of).into_iter();
                values.map(|(value, _)| value).collect::<Vec<f64>>()
            }
        })
    };
    if let Some([least, most]) = said("valid_range").as_deref() {
        return (Some(*least), Some(*most));
    }
    let first = |name| {
        said(name)
            .and_then(|values| values.first().copied())
            .filter(|value| !value.is_nan())
    };
    (first("valid_min"), first("valid_max"))
}

/// Attributes whose values are numbers if those of the variable are.
const NUMERIC: [&str; 7] = [
    "scale_factor",
    "add_offset",
    "_FillValue",
    "missing_value",
    "valid_min",
    "valid_max",
    "valid_range",
];
/// The same for the attributes of flags.
const NUMERIC_OF_FLAGS: [&str; 2] = ["flag_values", "flag_masks"];

/// Attributes of a numeric variable that are texts and should be numbers. They are not applied.
pub(crate) fn numbers_as_text(variable: &Variable) -> Vec<&'static str> {
    texts_of(variable, &NUMERIC)
}

/// The same for the attributes that describe flags.
pub(crate) fn flag_numbers_as_text(flags: &Variable) -> Vec<&'static str> {
    texts_of(flags, &NUMERIC_OF_FLAGS)
}

fn texts_of(variable: &Variable, names: &[&'static str]) -> Vec<&'static str> {
    let is_text = |name: &&str| {
        let attribute = variable.attribute(name);
        attribute.is_some_and(|attribute| matches!(attribute.value, Value::Text(_)))
    };
    match variable.of.is_number() {
        true => names.iter().copied().filter(is_text).collect(),
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_fill_is_the_one_that_c_writes() {
        let of = Type::Float {
            size: 4,
            order: array_file::Order::Big,
        };
        let value = default_fill(&of).map(|fill| fill.value);
        assert_eq!(value, Some(f64::from(9.969_21e36_f32)));
        assert_eq!(value, Some(9.969_209_968_386_869e36));
    }

    #[test]
    fn fills_are_read_as_the_values_are_meant() {
        let of = |size, signed| Type::Integer {
            size,
            signed,
            order: array_file::Order::Big,
        };
        assert_eq!(stored(-1, &of(1, false)), 255);
        assert_eq!(stored(255, &of(1, true)), -1);
        assert_eq!(stored(-32767, &of(2, true)), -32767);
    }
}
