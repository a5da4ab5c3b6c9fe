//! What a document was made with. A change of it is a reason to review the file again, and is named.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Card, Limits, Registry, SCHEMA, hex};

/// A handler and its version, displayed as `bottle 3`.
///
/// Rows of earlier versions contain that text, which is still read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HandlerForm")]
pub struct HandlerVersion {
    /// Id of the handler, as on its card.
    pub id: String,
    /// Version of the handler, as on its card.
    pub version: u32,
}

impl std::fmt::Display for HandlerVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.id, self.version)
    }
}

/// The forms in which stored rows name a handler and its version.
#[derive(Deserialize)]
#[serde(untagged)]
enum HandlerForm {
    Text(String),
    Fields { id: String, version: u32 },
}

impl TryFrom<HandlerForm> for HandlerVersion {
    type Error = String;

    fn try_from(form: HandlerForm) -> Result<Self, String> {
        match form {
            HandlerForm::Fields { id, version } => Ok(HandlerVersion { id, version }),
            HandlerForm::Text(text) => text
                .split_once(' ')
                .and_then(|(id, version)| Some((id.to_owned(), version.parse().ok()?)))
                .map(|(id, version)| HandlerVersion { id, version })
                .ok_or_else(|| {
                    format!("expected a handler and its version, such as `bottle 3`, found `{text}`")
                }),
        }
    }
}

/// Everything besides the bytes and the key that a document depends on: versions and limits.
///
/// The Lambda of a handler, which links only that handler, makes the same recipe as the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Version of the document's schema, [`SCHEMA`].
    pub schema: u32,
    /// Version of this crate, which determines statistics, identification and the document.
    pub core: String,
    /// The handler and its version, as on the card.
    pub handler: HandlerVersion,
    /// The reader and its version, as on the card.
    pub reader: String,
    /// The vocabulary and its version, as on the card.
    pub vocabulary: Option<String>,
    /// Limits of the review, as on the card.
    pub limits: Limits,
}

impl Recipe {
    /// The recipe of the reviews of the handler with this card.
    pub fn of(card: &Card) -> Self {
        Recipe {
            schema: SCHEMA,
            core: crate::VERSION.to_owned(),
            handler: HandlerVersion {
                id: card.id.to_owned(),
                version: card.version,
            },
            reader: card.reader.to_owned(),
            vocabulary: card.vocabulary.map(str::to_owned),
            limits: card.limits,
        }
    }

    /// A short digest in hexadecimal. Two recipes have the same digest if and only if they are equal.
    pub fn digest(&self) -> String {
        thread_local! {
            /// The last recipe and its digest: most files of an archive have the recipe of the file before.
            static LAST: RefCell<Option<(Recipe, String)>> = const { RefCell::new(None) };
        }
        LAST.with_borrow_mut(|last| match last {
            Some((recipe, digest)) if recipe == self => digest.clone(),
            _ => {
                let digest = digest(self);
                *last = Some((self.clone(), digest.clone()));
                digest
            }
        })
    }

    /// The differences from an `older` recipe, one text each, such as "handler bottle 1 → bottle 2".
    pub fn changes_since(&self, older: &Recipe) -> Vec<String> {
        let mut changes = Vec::new();
        let mut compare = |what: &str, old: &str, new: &str| {
            if old != new {
                changes.push(format!("{what} {old} → {new}"));
            }
        };
        compare("schema", &older.schema.to_string(), &self.schema.to_string());
        compare("core", &older.core, &self.core);
        compare("handler", &older.handler.to_string(), &self.handler.to_string());
        compare("reader", &older.reader, &self.reader);
        let vocabulary = |recipe: &Recipe| recipe.vocabulary.clone().unwrap_or_else(|| "none".to_owned());
        compare("vocabulary", &vocabulary(older), &vocabulary(self));
        if older.limits != self.limits {
            changes.push("limits".to_owned());
        }
        changes
    }
}

/// Digest of everything that identification depends on: this crate's version, and the ids, versions, refinements and
/// extensions of all handlers. If it changed, another handler may recognise a file than before.
pub fn registry_digest(registry: &Registry) -> String {
    let cards: Vec<_> = registry
        .cards()
        .map(|card| (card.id, card.version, card.refines, card.extensions))
        .collect();
    digest(&(crate::VERSION, cards))
}

/// The first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON.
fn digest<T: Serialize>(value: &T) -> String {
    let json = crate::canonical::to_string(value).expect("plain data has a canonical form");
    hex(&Sha256::digest(json)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::tests::card;

    #[test]
    fn any_change_changes_the_digest_and_is_named() {
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

    #[test]
    fn a_recipe_of_an_earlier_version_is_read() {
        let recipe = Recipe::of(&card("aa", &[]));
        let json = serde_json::to_value(&recipe).unwrap();
        assert_eq!(json["handler"], serde_json::json!({"id": "aa", "version": 1}));
        let mut older = json.clone();
        older["handler"] = "aa 1".into();
        assert_eq!(serde_json::from_value::<Recipe>(older).unwrap(), recipe);
        for bad in ["aa", "aa x", "aa 1 2", ""] {
            let mut json = json.clone();
            json["handler"] = bad.into();
            let error = serde_json::from_value::<Recipe>(json).unwrap_err().to_string();
            assert!(error.contains("such as `bottle 3`"), "{error}");
        }
    }
}
