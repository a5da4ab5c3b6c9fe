//! What a document was made with: any change is a reason to review again, and says which.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Card, Limits, Registry, SCHEMA, hex};

/// Ingredients of a document. The handler of a Lambda, which knows only itself, makes the same one as the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Version of the document's form.
    pub schema: u32,
    /// Version of this crate: statistics, identification, document.
    pub core: String,
    /// Handler and its version, `bottle 1`.
    pub handler: String,
    /// Reader and its version.
    pub reader: String,
    /// Vocabulary and its version.
    pub vocabulary: Option<String>,
    /// Limits of the review.
    pub limits: Limits,
}

impl Recipe {
    /// The recipe of a handler's reviews.
    pub fn of(card: &Card) -> Self {
        Recipe {
            schema: SCHEMA,
            core: crate::VERSION.to_owned(),
            handler: format!("{} {}", card.id, card.version),
            reader: card.reader.to_owned(),
            vocabulary: card.vocabulary.map(str::to_owned),
            limits: card.limits,
        }
    }

    /// A short digest: equal if and only if nothing changed.
    pub fn digest(&self) -> String {
        digest(self)
    }

    /// Names what differs from an `older` recipe: "handler bottle 1 → bottle 2".
    pub fn changes_since(&self, older: &Recipe) -> Vec<String> {
        let mut changes = Vec::new();
        let mut compare = |what: &str, old: &str, new: &str| {
            if old != new {
                changes.push(format!("{what} {old} → {new}"));
            }
        };
        compare("schema", &older.schema.to_string(), &self.schema.to_string());
        compare("core", &older.core, &self.core);
        compare("handler", &older.handler, &self.handler);
        compare("reader", &older.reader, &self.reader);
        let vocabulary = |recipe: &Recipe| recipe.vocabulary.clone().unwrap_or_else(|| "none".to_owned());
        compare("vocabulary", &vocabulary(older), &vocabulary(self));
        if older.limits != self.limits {
            changes.push("limits".to_owned());
        }
        changes
    }
}

/// Digest of all that identification depends on: a new or changed handler may know a file that another took before.
pub fn registry_digest(registry: &Registry) -> String {
    let cards: Vec<_> = registry
        .cards()
        .map(|card| (card.id, card.version, card.refines, card.extensions))
        .collect();
    digest(&(crate::VERSION, cards))
}

/// The first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON.
fn digest<T: Serialize>(value: &T) -> String {
    let json = serde_json_canonicalizer::to_vec(value).expect("plain data has a canonical form");
    hex(&Sha256::digest(json)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::card;

    #[test]
    fn any_change_is_another_digest_and_is_named() {
        let old = Recipe::of(&card("aa", &[]));
        let mut changed = card("aa", &[]);
        changed.version = 2;
        changed.limits.memory_bytes += 1;
        let new = Recipe::of(&changed);
        assert_ne!(old.digest(), new.digest());
        assert_eq!(new.changes_since(&old), ["handler aa 1 → aa 2", "limits"]);
        assert_eq!(old.changes_since(&old), Vec::<String>::new());
        assert_eq!(old.digest().len(), 16);
    }
}
