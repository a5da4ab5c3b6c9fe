//! Names, types and attributes of variables (CF 1.12, chapters 2, 3 and 8.1).

use std::collections::HashMap;

use array_file::{Attribute, Group, Type, Value, Variable};
use data_review_core::Place;

use super::{Checked, codes, text};
use crate::coordinates::{Axis, axis, is_own_axis};
use crate::vocabulary;

/// Attributes of numeric variables that have the type of the variable.
const OF_VARIABLE: [&str; 8] = [
    "_FillValue",
    "missing_value",
    "valid_min",
    "valid_max",
    "valid_range",
    "actual_range",
    "flag_values",
    "flag_masks",
];
/// Those of them that may describe unpacked values.
const UNPACKED: [&str; 4] = ["valid_min", "valid_max", "valid_range", "actual_range"];
/// Attributes that are texts.
const TEXTS: [&str; 16] = [
    "units",
    "standard_name",
    "long_name",
    "axis",
    "positive",
    "calendar",
    "bounds",
    "climatology",
    "coordinates",
    "ancillary_variables",
    "cell_methods",
    "cell_measures",
    "formula_terms",
    "grid_mapping",
    "flag_meanings",
    "cf_role",
];
/// Global attributes that a file should have.
const DESCRIBED: [&str; 2] = ["title", "history"];
/// Attributes that describe a file or a variable, and are texts.
const DESCRIPTIONS: [&str; 6] = [
    "title",
    "history",
    "institution",
    "source",
    "references",
    "comment",
];
/// Values that CF deprecates, in the version of the file or a later one: attribute, value, and what to write instead.
const DEPRECATED: &[(&str, &str, &str)] = &[
    ("units", "level", "1"),
    ("units", "layer", "1"),
    ("units", "sigma_level", "1"),
    ("calendar", "gregorian", "standard"),
];
/// Attributes of the root group only.
const OF_ROOT: [&str; 2] = ["Conventions", "external_variables"];
/// Modifiers of standard names that CF deprecates.
const MODIFIERS: [&str; 2] = ["status_flag", "number_of_observations"];
/// What `units_metadata` says of temperatures and of times.
const OF_TEMPERATURES: [&str; 3] = [
    "temperature: on_scale",
    "temperature: difference",
    "temperature: unknown",
];
const OF_TIMES: [&str; 3] = ["leap_seconds: none", "leap_seconds: utc", "leap_seconds: unknown"];

impl Checked<'_, '_> {
    /// CF 1.12, 2.3: names consist of letters, digits and underscores.
    pub(super) fn name(&mut self, kind: &'static str, name: &str, place: impl FnOnce() -> Place) {
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // Attributes that start with an underscore belong to the libraries, as those of OPeNDAP do.
        let is_attribute = kind == "attribute";
        let is_first = |first: char| first.is_ascii_alphabetic() || first == '_' && is_attribute;
        let is_of_opendap = is_attribute && name.starts_with("DODS");
        if is_plain && name.starts_with(is_first) || is_of_opendap {
            return;
        }
        let shown: String = name.chars().take(80).collect();
        self.shared.add(
            &codes::NAME,
            "names are not made of letters, digits and underscores",
            || shown.clone(),
            || format!("the name of the {kind} `{shown}` is not made of letters, digits and underscores"),
            place,
        );
    }

    /// CF 1.12, 2.3: names differ in more than the case of their letters.
    pub(super) fn name_cases(&mut self, group: &Group) {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for variable in &group.variables {
            if let Some(first) = seen.insert(variable.name.to_ascii_lowercase(), &variable.name) {
                let path = &variable.path;
                self.shared.add(
                    &codes::NAME_CASE,
                    "names of variables differ from others in case only",
                    || path.clone(),
                    || format!("the names {first} and {} differ in case only", variable.name),
                    || Place::attribute(path.clone()),
                );
            }
        }
    }

    /// CF 1.12, 2.2: types of variables, by the version that the file declares.
    pub(super) fn data_type(&mut self, variable: &Variable) {
        let since = match &variable.of {
            Type::Char | Type::Text { .. } => (1, 0),
            Type::String { .. } => (1, 8),
            Type::Integer {
                size: 1 | 2 | 4,
                signed: true,
                ..
            } => (1, 0),
            Type::Integer { .. } => (1, 9),
            Type::Float { size: 4 | 8, .. } => (1, 0),
            // No version has types that a user defines.
            _ => (u32::MAX, 0),
        };
        if self.version >= since {
            return;
        }
        let (path, of, (major, minor)) = (&variable.path, &variable.of, self.version);
        self.shared.add(
            &codes::TYPE,
            "variables have a type that the declared version of CF does not have",
            || path.clone(),
            || format!("{path}: CF {major}.{minor} does not have the type {of}"),
            || Place::attribute(path.clone()),
        );
    }

    /// CF 1.12, 2.4: the dimensions of a variable differ.
    pub(super) fn dimensions_differ(&mut self, variable: &Variable) {
        let names = variable.dimensions.as_deref().unwrap_or_default();
        let twice = names
            .iter()
            .enumerate()
            .find(|(at, name)| names[..*at].contains(name));
        // Dimensions that HDF5 does not name are named by their length.
        if let Some((_, name)) = twice.filter(|(_, name)| !name.starts_with("phony_dim")) {
            let what = format!("has the dimension {name} more than once");
            self.noted(&codes::DIMENSION_TWICE, variable, "", what);
        }
    }

    /// CF 1.12, 2.5.1, 3.5 and Appendix A: attributes of the type of the variable, and texts.
    pub(super) fn attribute_types(&mut self, variable: &Variable) {
        let path = &variable.path;
        for name in TEXTS {
            let is_number =
                |attribute: &Attribute| matches!(attribute.value, Value::Integers(_) | Value::Reals(_));
            if variable.attribute(name).is_some_and(is_number) {
                self.shared.add(
                    &codes::ATTRIBUTE_TYPE,
                    "attributes do not have the type that they should have",
                    || format!("{path}:{name}"),
                    || format!("{path}: `{name}` is a number instead of a text"),
                    || Place::attribute(format!("{path}:{name}")),
                );
            }
        }
        if !variable.of.is_number() {
            return;
        }
        let packed = ["scale_factor", "add_offset"].iter().find_map(|name| {
            let attribute = variable.attribute(name)?;
            Some(&attribute.of)
        });
        for name in OF_VARIABLE {
            let Some(attribute) = variable.attribute(name) else {
                continue;
            };
            let is_unpacked = || UNPACKED.contains(&name) && packed.is_some_and(|of| same(of, &attribute.of));
            // Texts among the others have a code of their own.
            let is_text = matches!(attribute.value, Value::Text(_)) && name != "actual_range"
                || matches!(attribute.value, Value::Other(_));
            if is_text || same(&attribute.of, &variable.of) || is_unpacked() {
                continue;
            }
            self.shared.add(
                &codes::ATTRIBUTE_TYPE,
                "attributes do not have the type that they should have",
                || format!("{path}:{name}"),
                || {
                    format!(
                        "{path} has the type {}, but its `{name}` {}",
                        variable.of, attribute.of
                    )
                },
                || Place::attribute(format!("{path}:{name}")),
            );
        }
    }

    /// CF 1.12, 2.5.1: `missing_value` and `_FillValue`, and coordinates without missing values.
    pub(super) fn missing_values(&mut self, variable: &Variable) {
        let path = &variable.path;
        let numbers = |name: &str| {
            let numbers = variable.attribute(name).map(Attribute::numbers);
            numbers.unwrap_or_default()
        };
        let (fill, missing) = (numbers("_FillValue"), numbers("missing_value"));
        if let Some(fill) = fill.first()
            && !missing.is_empty()
            && !missing
                .iter()
                .any(|value| value == fill || value.is_nan() && fill.is_nan())
        {
            self.shared.add(
                &codes::MISSING_VALUE,
                "variables have a `missing_value` that differs from `_FillValue`",
                || path.clone(),
                || format!("{path}: `missing_value` is {}, `_FillValue` {fill}", missing[0]),
                || Place::attribute(format!("{path}:missing_value")),
            );
        }
        let declared = ["_FillValue", "missing_value"]
            .into_iter()
            .find(|name| variable.attribute(name).is_some());
        if let Some(declared) = declared.filter(|_| is_own_axis(variable)) {
            self.shared.add(
                &codes::AXIS_FILL,
                "coordinate variables declare missing values",
                || path.clone(),
                || format!("the coordinate variable {path} has `{declared}`"),
                || Place::attribute(format!("{path}:{declared}")),
            );
        }
    }

    /// CF 1.12, 2.6.2: the description of the file.
    pub(super) fn description(&mut self, root: &Group) {
        for name in DESCRIPTIONS {
            let attribute = root.attribute(name);
            let is_said = attribute
                .and_then(Attribute::text)
                .is_some_and(|text| !text.trim().is_empty());
            let what = match attribute {
                _ if is_said => continue,
                Some(_) => format!("the global attribute {name} is not a text, or empty"),
                None if DESCRIBED.contains(&name) => format!("there is no global attribute {name}"),
                None => continue,
            };
            self.shared.add(
                &codes::DESCRIPTION,
                "attributes that describe the file or a variable are missing or empty",
                || name.to_owned(),
                || what,
                || Place::attribute(format!(":{name}")),
            );
        }
    }

    /// CF 1.12, 2.6.2 and 3: the description of a variable.
    pub(super) fn described(&mut self, variable: &Variable, is_bounds: bool) {
        let path = &variable.path;
        for name in &DESCRIPTIONS[2..] {
            let is_empty = |attribute: &Attribute| attribute.text().is_none_or(|text| text.trim().is_empty());
            if variable.attribute(name).is_some_and(is_empty) {
                self.shared.add(
                    &codes::DESCRIPTION,
                    "attributes that describe the file or a variable are missing or empty",
                    || format!("{path}:{name}"),
                    || format!("{path}: `{name}` is not a text, or empty"),
                    || Place::attribute(format!("{path}:{name}")),
                );
            }
        }
        let has_name = ["long_name", "standard_name", "grid_mapping_name", "geometry_type"]
            .iter()
            .any(|name| !text(variable, name).is_empty());
        if !has_name && !is_bounds {
            self.shared.add(
                &codes::LONG_NAME,
                "variables have neither `long_name` nor `standard_name`",
                || path.clone(),
                || format!("{path} has neither `long_name` nor `standard_name`"),
                || Place::attribute(path.clone()),
            );
        }
    }

    /// Values that CF deprecates.
    pub(super) fn deprecated(&mut self, variable: &Variable) {
        let path = &variable.path;
        for (name, value, instead) in DEPRECATED {
            if text(variable, name).eq_ignore_ascii_case(value) {
                self.shared.add(
                    &codes::DEPRECATED,
                    "attributes have a deprecated value",
                    || format!("{path}:{name}"),
                    || format!("{path}: `{name}` is `{value}`, which is deprecated; write `{instead}`"),
                    || Place::attribute(format!("{path}:{name}")),
                );
            }
        }
        let name = text(variable, "standard_name");
        let modifier = name.split_whitespace().nth(1);
        if modifier.is_some_and(|modifier| MODIFIERS.contains(&modifier)) && self.version >= (1, 7) {
            self.shared.add(
                &codes::DEPRECATED,
                "attributes have a deprecated value",
                || format!("{path}:standard_name"),
                || format!("{path}: the modifier of the standard name `{name}` is deprecated"),
                || Place::attribute(format!("{path}:standard_name")),
            );
        }
    }

    /// CF 1.11, 3.1.2, and CF 1.12, 4.4: what kind of temperature it is, and whether times count leap seconds.
    pub(super) fn units_metadata(&mut self, variable: &Variable) {
        let said = text(variable, "units_metadata");
        let is_time = axis(variable) == Some(Axis::Time);
        let path = &variable.path;
        if !said.is_empty() {
            let known: &[&str] = if is_time { &OF_TIMES } else { &OF_TEMPERATURES };
            if !known.contains(&said) {
                let what = format!(
                    "`units_metadata` is `{said}`; expected one of {}",
                    known.join(", ")
                );
                self.found(&codes::VALUE, variable, "units_metadata", what);
            }
            return;
        }
        let name = text(variable, "standard_name");
        let is_temperature = || name.contains("temperature") && vocabulary::canonical_unit(name) == Some("K");
        let wants = match is_time {
            true => self.version >= (1, 12) && !text(variable, "calendar").is_empty(),
            false => self.version >= (1, 11) && is_temperature(),
        };
        if wants && variable.of.is_number() {
            self.shared.add(
                &codes::UNITS_METADATA,
                "variables of temperatures or times have no `units_metadata`",
                || path.clone(),
                || format!("{path} has no `units_metadata`"),
                || Place::attribute(path.clone()),
            );
        }
    }

    /// CF 1.12, 8.1: types of packed values.
    pub(super) fn packing(&mut self, variable: &Variable) {
        let is_number = |attribute: &&Attribute| !attribute.numbers().is_empty();
        let attribute = |name| variable.attribute(name).filter(is_number);
        let (scale, offset) = (attribute("scale_factor"), attribute("add_offset"));
        let Some(first) = scale.or(offset) else { return };
        let is_small = matches!(&variable.of, Type::Integer { size: 1 | 2 | 4, .. });
        let what = match (scale, offset) {
            (Some(scale), Some(offset)) if !same(&scale.of, &offset.of) => {
                format!("`scale_factor` is {}, `add_offset` {}", scale.of, offset.of)
            }
            _ if same(&first.of, &variable.of) => return,
            _ if !matches!(first.of, Type::Float { .. }) => {
                format!(
                    "`{}` is {}, neither of the variable's type nor a float",
                    first.name, first.of
                )
            }
            _ if !is_small => format!("packed values have the type {}", variable.of),
            _ if matches!(first.of, Type::Float { size: 4, .. })
                && matches!(variable.of, Type::Integer { size: 4, .. }) =>
            {
                format!(
                    "`{}` is {}, which has fewer digits than {}",
                    first.name, first.of, variable.of
                )
            }
            _ => return,
        };
        self.noted(&codes::PACKING, variable, "scale_factor", what);
    }

    /// CF 1.12, 2.6.3 and 2.7: external variables, and attributes of the root group only.
    pub(super) fn external(&mut self, groups: &[&Group]) {
        let external = groups
            .first()
            .and_then(|root| root.attribute("external_variables"));
        let names = external.and_then(Attribute::text).unwrap_or_default();
        for name in names.split_whitespace().take(super::MOST_WORDS) {
            if let Some(variable) = self.scope.find("", name) {
                let what = "`external_variables` names it, but it is in the file".to_owned();
                self.found(&codes::REFERENCE, variable, "", what);
            }
        }
        for group in groups.iter().skip(1) {
            let misplaced = OF_ROOT.iter().find(|name| group.attribute(name).is_some());
            if let Some(name) = misplaced {
                let (path, place) = (&group.path, format!("{}:{name}", group.path));
                self.shared.add(
                    &codes::GROUP,
                    "groups have an attribute that belongs to the root group",
                    || path.clone(),
                    || format!("the group {path} has `{name}`, which belongs to the root group"),
                    || Place::attribute(place),
                );
            }
        }
    }

    /// CF 1.12, 2.5.1: the actual range is two valid values.
    pub(super) fn actual_range(&mut self, variable: &Variable) {
        let numbers = |name: &str| {
            let numbers = variable.attribute(name).map(Attribute::numbers);
            numbers.unwrap_or_default()
        };
        let actual = numbers("actual_range");
        if actual.is_empty() {
            return;
        }
        let [least, most] = actual[..] else {
            let what = format!("`actual_range` has {} values; expected 2", actual.len());
            self.noted(&codes::ACTUAL_RANGE, variable, "actual_range", what);
            return;
        };
        if least > most {
            let what = format!("`actual_range` is {least} to {most}");
            self.noted(&codes::ACTUAL_RANGE, variable, "actual_range", what);
            return;
        }
        // The valid range of packed values is packed, the actual one is not.
        if variable.attribute("scale_factor").is_some() || variable.attribute("add_offset").is_some() {
            return;
        }
        let valid = numbers("valid_range");
        let (low, high) = match valid[..] {
            [low, high] => (Some(low), Some(high)),
            _ => (
                numbers("valid_min").first().copied(),
                numbers("valid_max").first().copied(),
            ),
        };
        if low.is_some_and(|low| least < low) || high.is_some_and(|high| most > high) {
            let what = format!("`actual_range` {least} to {most} is not within the valid range");
            self.noted(&codes::ACTUAL_RANGE, variable, "actual_range", what);
        }
    }
}

/// Whether two types are the same but for the order of their bytes.
fn same(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Enum { base }, other) | (other, Type::Enum { base }) => same(base, other),
        (
            Type::Integer { size, signed, .. },
            Type::Integer {
                size: other_size,
                signed: other_signed,
                ..
            },
        ) => (size, signed) == (other_size, other_signed),
        (Type::Float { size, .. }, Type::Float { size: other, .. }) => size == other,
        _ => one == other,
    }
}
