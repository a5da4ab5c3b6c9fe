//! Looks up units by name or symbol, with prefixes.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::parser::parse_with;
use crate::table::{PREFIXES, UNITS};
use crate::{Unit, UnitError};

/// A prefix of the table: `kilo`, `k`.
pub(crate) struct Prefix {
    pub(crate) value: f64,
    /// Compared without regard to case.
    pub(crate) names: &'static [&'static str],
    pub(crate) symbols: &'static [&'static str],
}

/// A unit of the table.
pub(crate) struct Entry {
    pub(crate) definition: Definition,
    /// Singular and plural forms, compared without regard to case.
    pub(crate) names: &'static [&'static str],
    pub(crate) symbols: &'static [&'static str],
}

/// The definition of a unit in the table.
pub(crate) enum Definition {
    /// A base unit of the SI.
    Base,
    /// The radian, a base unit without dimension.
    Angle,
    /// A unit in terms of units that precede it.
    Of(&'static str),
}

/// Length of the longest identifier that is looked up, in bytes: the longest in the table has 34, and prefixes add a
/// few each.
const MAX_IDENTIFIER: usize = 256;

struct System {
    /// Keys in lower case.
    names: HashMap<String, Unit>,
    symbols: HashMap<&'static str, Unit>,
}

/// The units of the table, complete before anything else is looked up.
static SYSTEM: LazyLock<System> = LazyLock::new(|| {
    let mut system = System {
        names: HashMap::new(),
        symbols: HashMap::new(),
    };
    let mut bases = 0..Unit::RADIAN;
    for entry in UNITS {
        let unit = match entry.definition {
            Definition::Base => bases.next().map(Unit::base),
            Definition::Angle => Some(Unit::base(Unit::RADIAN)),
            Definition::Of(text) => parse_with(text, &|identifier| system.find(identifier)).ok(),
        };
        // A test asserts that every definition can be parsed.
        let Some(unit) = unit else { continue };
        for name in entry.names {
            let key = name.to_ascii_lowercase();
            system.names.entry(key).or_insert_with(|| unit.clone());
        }
        for symbol in entry.symbols {
            system.symbols.entry(symbol).or_insert_with(|| unit.clone());
        }
    }
    system
});

/// The unit with this identifier.
pub(crate) fn find(identifier: &str) -> Result<Unit, UnitError> {
    SYSTEM.find(identifier)
}

impl System {
    fn find(&self, identifier: &str) -> Result<Unit, UnitError> {
        let unknown = || UnitError::Unknown(identifier.chars().take(MAX_IDENTIFIER).collect());
        if identifier.len() > MAX_IDENTIFIER {
            return Err(unknown());
        }
        // UDUNITS-2 reads a no-break space within a name as an underscore.
        let identifier = identifier.replace('\u{A0}', "_");
        let (mut rest, mut factor, mut symbol_seen) = (identifier.as_str(), 1.0, false);
        while !rest.is_empty() {
            let unit = self
                .names
                .get(&rest.to_ascii_lowercase())
                .or(self.symbols.get(rest));
            if let Some(unit) = unit {
                return unit.clone().scaled(factor);
            }
            let (value, length) = match prefix(rest, |prefix| prefix.names, str::eq_ignore_ascii_case) {
                Some(named) => named,
                None if symbol_seen => return Err(unknown()),
                None => {
                    symbol_seen = true;
                    prefix(rest, |prefix| prefix.symbols, str::eq).ok_or_else(unknown)?
                }
            };
            factor *= value;
            rest = &rest[length..];
        }
        Err(unknown())
    }
}

/// Value and length of the longest prefix at the beginning of `text`.
fn prefix(
    text: &str,
    spellings: impl Fn(&Prefix) -> &'static [&'static str],
    equal: impl Fn(&str, &str) -> bool,
) -> Option<(f64, usize)> {
    let all = PREFIXES.iter().flat_map(|prefix| {
        spellings(prefix)
            .iter()
            .map(move |spelling| (prefix.value, *spelling))
    });
    all.filter(|(_, spelling)| {
        text.get(..spelling.len())
            .is_some_and(|start| equal(start, spelling))
    })
    .map(|(value, spelling)| (value, spelling.len()))
    .max_by_key(|(_, length)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_of_the_table_is_read() {
        for entry in UNITS {
            for name in entry.names.iter().chain(entry.symbols) {
                assert!(find(name).is_ok(), "{name}");
            }
        }
    }
}
