//! Which variable holds the flags of another (CF 1.11, 3.4 and 3.5; Argo user's manual, 2.2.4).

use std::collections::HashMap;

use array_file::{Attribute, Group, Value, Variable};

/// Endings of the names of flag variables.
const ENDINGS: [&str; 5] = ["_QC", "_qc", "_FLAG", "_flag", "_FLAG_W"];
/// Words of `flag_meanings` that say that a value is not to be used.
const BAD: [&str; 3] = ["bad", "fail", "erroneous"];

/// The variables of a group by name.
pub(crate) type Names<'g> = HashMap<&'g str, &'g Variable>;

pub(crate) fn names(group: &Group) -> Names<'_> {
    // Of two of one name the first is meant.
    let all = group.variables.iter().rev();
    all.map(|variable| (variable.name.as_str(), variable)).collect()
}

/// Whether values are flags of other values.
pub(crate) fn is_flag(variable: &Variable) -> bool {
    let name = variable
        .attribute("standard_name")
        .and_then(Attribute::text)
        .unwrap_or_default();
    let by_name = name.contains("status_flag") || name.ends_with("quality_flag");
    by_name
        || variable.attribute("flag_values").is_some()
        || ENDINGS.iter().any(|ending| variable.name.ends_with(ending))
}

/// The flags of `variable`, and whether they have another shape than its first `rank` dimensions.
pub(crate) fn flags_of<'g>(
    variable: &Variable,
    rank: usize,
    group: &Names<'g>,
) -> Option<(&'g Variable, bool)> {
    if is_flag(variable) {
        return None;
    }
    let by_name = |name: &str| group.get(name).copied();
    let ancillary = variable
        .attribute("ancillary_variables")
        .and_then(Attribute::text)
        .unwrap_or_default();
    let listed = ancillary
        .split_whitespace()
        .filter_map(by_name)
        .find(|other| is_flag(other));
    let named = || {
        ENDINGS
            .iter()
            .find_map(|ending| by_name(&format!("{}{ending}", variable.name)))
    };
    let position = || {
        matches!(variable.name.as_str(), "LATITUDE" | "LONGITUDE")
            .then(|| by_name("POSITION_QC"))
            .flatten()
    };
    let flags = listed.or_else(named).or_else(position)?;
    Some((flags, flags.shape != variable.shape[..rank]))
}

/// Most flags that are known of one variable: statistics tell fewer apart.
const MOST: usize = 1000;

/// Flags as statistics name them.
pub(crate) fn flag_values(flags: &Variable) -> Vec<String> {
    match flags.attribute("flag_values").map(|attribute| &attribute.value) {
        Some(Value::Integers(values)) => values.iter().take(MOST).map(ToString::to_string).collect(),
        Some(Value::Reals(values)) => values.iter().take(MOST).map(ToString::to_string).collect(),
        Some(Value::Text(texts)) => {
            let text = texts.first().map(String::as_str).unwrap_or_default();
            let parted = text
                .split([' ', ','])
                .filter(|flag| !flag.is_empty())
                .take(MOST)
                .map(str::to_owned)
                .collect::<Vec<_>>();
            // Of characters the values may stand side by side.
            if parted.len() > 1 {
                parted
            } else {
                text.chars().take(MOST).map(String::from).collect()
            }
        }
        Some(Value::Other(_)) | None => Vec::new(),
    }
}

/// Flags whose meaning is that the value is bad; `None` where the file does not say what they mean.
pub(crate) fn bad_flags(flags: &Variable) -> Option<Vec<String>> {
    let meanings = flags.attribute("flag_meanings").and_then(Attribute::text)?;
    let bad = |meaning: &str| BAD.iter().any(|word| meaning.to_ascii_lowercase().contains(word));
    let values = flag_values(flags).into_iter().zip(meanings.split_whitespace());
    Some(
        values
            .filter(|(_, meaning)| bad(meaning))
            .map(|(value, _)| value)
            .collect(),
    )
}
