//! Finds the variables that an attribute names, in the group of the variable or in a group above it (CF 1.13, 2.7).

use std::borrow::Cow;
use std::collections::HashMap;

use array_file::{Attribute, Group, Variable};

/// Most names that are read from one attribute; real files have at most a few dozen.
const MOST_REFERENCES: usize = 256;
/// Most groups above the referring one that are searched; netCDF files nest a handful.
const MOST_LEVELS: usize = 64;

/// Every variable of a file by the path of its group and its name.
///
/// A name without a path is searched in the referring group, then in each group above it up to the root ("search by
/// proximity"). A path is absolute (`/a/b`) or relative to the referring group (`a/b`, `../b`).
pub(crate) struct Scope<'g> {
    /// Key: the path of the group without slashes at its ends, then the name.
    variables: HashMap<(&'g str, &'g str), &'g Variable>,
}

impl<'g> Scope<'g> {
    /// The variables of `root` and of all groups in it. Of two with the same name in one group the first counts.
    pub(crate) fn new(root: &'g Group) -> Self {
        let mut variables = HashMap::new();
        for group in root.all() {
            let path = group.path.trim_matches('/');
            for variable in &group.variables {
                variables
                    .entry((path, variable.name.as_str()))
                    .or_insert(variable);
            }
        }
        Scope { variables }
    }

    /// The variable that `reference`, an attribute value of a variable or group in `group`, names. `group` is the path
    /// of the referring group, as [`group_of`] returns it.
    pub(crate) fn find(&self, group: &str, reference: &str) -> Option<&'g Variable> {
        if group.is_empty() && !reference.contains('/') {
            return self.variables.get(&("", reference)).copied();
        }
        let name = reference.rsplit('/').next().unwrap_or_default();
        candidates(group, reference)
            .iter()
            .find_map(|group| self.variables.get(&(group.as_ref(), name)).copied())
    }

    /// Whether commas separate the words of an attribute: none of the variables has a name with a comma.
    pub(crate) fn has_commas(&self, variable: &Variable, attribute: &str) -> bool {
        let text = variable
            .attribute(attribute)
            .and_then(Attribute::text)
            .unwrap_or_default();
        let mut words = text.split_whitespace().take(MOST_REFERENCES);
        let group = group_of(variable);
        words.any(|word| word.contains(',') && self.find(group, word).is_none())
    }

    /// The variables that the words of an attribute of `variable` name; `None` for a word that names none. Words are
    /// separated by blanks, as CF requires, or by commas.
    pub(crate) fn references<'a>(
        &'a self,
        variable: &'a Variable,
        attribute: &str,
    ) -> impl Iterator<Item = (&'a str, Option<&'g Variable>)> + use<'a, 'g> {
        let text = variable
            .attribute(attribute)
            .and_then(Attribute::text)
            .unwrap_or_default();
        let group = group_of(variable);
        let words = text.split_whitespace().flat_map(move |word| {
            let is_list = word.contains(',') && self.find(group, word).is_none();
            let separator: &[char] = if is_list { &[','] } else { &[] };
            word.split(separator).filter(|word| !word.is_empty())
        });
        words
            .take(MOST_REFERENCES)
            .map(move |word| (word, self.find(group, word)))
    }
}

/// The path of the group of a variable, without slashes at its ends; empty for the root group.
pub(crate) fn group_of(variable: &Variable) -> &str {
    let path = variable.path.trim_start_matches('/');
    path.strip_suffix(variable.name.as_str())
        .unwrap_or_default()
        .trim_end_matches('/')
}

/// Paths of the groups in which `reference` may name a variable, in the order of the search.
fn candidates<'r>(group: &'r str, reference: &'r str) -> Vec<Cow<'r, str>> {
    let group = group.trim_matches('/');
    let Some((path, _)) = reference.rsplit_once('/') else {
        let above = |group: &&'r str| match group.rsplit_once('/') {
            Some((above, _)) => Some(above),
            None => (!group.is_empty()).then_some(""),
        };
        let groups = std::iter::successors(Some(group), above);
        return groups.take(MOST_LEVELS).map(Cow::Borrowed).collect();
    };
    if path.is_empty() || path.starts_with('/') {
        return vec![Cow::Borrowed(path.trim_matches('/'))];
    }
    let mut parts: Vec<&str> = group.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part != ".." {
            parts.push(part);
        } else if parts.pop().is_none() {
            return Vec::new();
        }
    }
    vec![Cow::Owned(parts.join("/"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_searched_in_its_group_then_upwards() {
        assert_eq!(candidates("data/sst", "flag"), ["data/sst", "data", ""]);
        assert_eq!(candidates("", "lat"), [""]);
    }

    #[test]
    fn a_path_is_absolute_or_relative() {
        assert_eq!(candidates("data/sst", "/other/lon"), ["other"]);
        assert_eq!(candidates("data/sst", "/time"), [""]);
        assert_eq!(candidates("data", "sst/flag"), ["data/sst"]);
        assert_eq!(candidates("data/sst", "../flag"), ["data"]);
        assert_eq!(candidates("data/sst", "../../time"), [""]);
        assert!(candidates("data", "../../time").is_empty());
    }

    #[test]
    fn deep_groups_cost_a_bounded_search() {
        let deep = "a/".repeat(100_000);
        assert_eq!(candidates(&deep, "x").len(), MOST_LEVELS);
    }
}
