//! Variables with numbers that no vocabulary knows, with the nearest name that is known.

use std::collections::HashMap;

use data_review_core::{Document, quantity};
use serde::Serialize;

/// The most names that are counted, and that are listed.
const NAMES: usize = 20_000;
const LISTED: usize = 300;
/// The shortest name for which a similar one is looked for, and the longest, in bytes.
const SHORT: usize = 4;
const LONG: usize = 40;
/// Names that are less similar than this have nothing to do with each other.
const SIMILAR: f64 = 0.87;
/// The most units of a name that are counted.
const UNITS: usize = 8;
/// Files that are named.
const EXAMPLES: usize = 5;

/// A name that no vocabulary knows.
#[derive(Debug, Serialize)]
pub(crate) struct Unknown {
    name: String,
    files: u64,
    /// Units that it has, with the number of files of each.
    units: Vec<(Option<String>, u64)>,
    /// The nearest known name, and the quantity that it stands for.
    nearest: Option<(&'static str, &'static str)>,
    /// Numbers of the first files, with their keys.
    examples: Vec<(usize, String)>,
}

/// Counts names.
#[derive(Debug, Default)]
pub(crate) struct Census {
    names: HashMap<String, Unknown>,
    more: u64,
}

impl Census {
    /// Adds the variables of a file.
    pub(crate) fn add(&mut self, file: usize, document: &Document) {
        for variable in &document.variables {
            let is_known = variable.quantity.is_some()
                || variable.canonical.is_some()
                || variable.standard_name.is_some();
            if is_known || variable.min.is_none() {
                continue;
            }
            let name = super::findings::cut(&variable.name, 120);
            if self.names.len() >= NAMES && !self.names.contains_key(&name) {
                self.more += 1;
                continue;
            }
            let unknown = self.names.entry(name.clone()).or_insert_with(|| Unknown {
                name,
                files: 0,
                units: Vec::new(),
                nearest: None,
                examples: Vec::new(),
            });
            unknown.files += 1;
            let unit = variable
                .unit
                .as_deref()
                .map(|unit| super::findings::cut(unit, 60));
            match unknown.units.iter().position(|(known, _)| *known == unit) {
                Some(at) => unknown.units[at].1 += 1,
                None if unknown.units.len() < UNITS => unknown.units.push((unit, 1)),
                None => {}
            }
            if unknown.examples.len() < EXAMPLES {
                unknown.examples.push((file, document.file.key.clone()));
            }
        }
    }

    /// The names of most files, and how many are not listed.
    pub(crate) fn finish(self) -> (Vec<Unknown>, u64) {
        let mut all: Vec<Unknown> = self.names.into_values().collect();
        all.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
        let more = self.more + all.len().saturating_sub(LISTED) as u64;
        all.truncate(LISTED);
        for unknown in &mut all {
            unknown.nearest = nearest(&unknown.name);
        }
        (all, more)
    }
}

/// The name of a quantity that is most like this one, and the quantity.
fn nearest(name: &str) -> Option<(&'static str, &'static str)> {
    let name = name
        .rsplit('/')
        .next()?
        .to_lowercase()
        .replace([' ', '-', '.'], "_");
    if !(SHORT..=LONG).contains(&name.len()) {
        return None;
    }
    let names = quantity::all().iter().flat_map(|quantity| {
        let names = quantity.names.iter().chain(quantity.standard_names);
        names.map(|name| (*name, quantity.name))
    });
    names
        .filter(|(known, _)| known.len() >= SHORT)
        .map(|known| (strsim::jaro_winkler(&name, known.0), known))
        .filter(|(similar, _)| *similar >= SIMILAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_similar_or_none() {
        let (name, quantity) = nearest("CTDTEMPR").unwrap();
        assert!(quantity.contains("temperature"), "{name} {quantity}");
        assert_eq!(nearest("zzqqyyxx"), None);
        assert_eq!(nearest("x"), None);
        assert_eq!(nearest(&"t".repeat(10_000)), None);
    }
}
