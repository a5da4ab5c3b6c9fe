//! The list of handlers, which the linker collects (crate `inventory`).

use std::collections::{BTreeMap, BTreeSet};

use crate::{Card, FileHandler};

/// Registers a handler: every program that links and names its crate finds it in [`Registry::linked`]. One line per handler
/// crate, in any repository.
///
/// ```
/// use std::sync::Arc;
/// use data_review_core::*;
///
/// struct Greeting;
/// static CARD: Card = Card {
///     id: "greeting",
///     title: "Greeting",
///     version: 1,
///     extensions: &[".hello"],
///     magic: &[b"HELLO"],
///     refines: &[],
///     docs: "none",
///     observations: "one per file",
///     reader: "greeting 1",
///     vocabulary: None,
///     codes: &[],
///     limits: Limits::DEFAULT,
///     lambda: LambdaHints::DEFAULT,
/// };
/// impl FileHandler for Greeting {
///     fn card(&self) -> &'static Card {
///         &CARD
///     }
///     fn review(&self, _: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
///         review.kind("Greeting");
///         review.observations(1);
///         Ok(())
///     }
/// }
/// register_handler!(Greeting);
///
/// let registry = Registry::linked().unwrap();
/// assert_eq!(registry.ids().collect::<Vec<_>>(), ["greeting"]);
/// ```
#[macro_export]
macro_rules! register_handler {
    ($handler:expr) => {
        $crate::private::inventory::submit! { $crate::Registration::new(&$handler, ::core::file!(), ::core::line!()) }
    };
}

/// Registers a handler that replaces the other handler with the same id: the same format, read by another library.
///
/// Without another handler of that id, the handler is registered like any other.
#[macro_export]
macro_rules! replace_handler {
    ($handler:expr) => {
        $crate::private::inventory::submit! {
            $crate::Registration::new(&$handler, ::core::file!(), ::core::line!()).replacing_same_id()
        }
    };
}

/// A handler with the place in the source that registers it; [`register_handler!`] makes one.
pub struct Registration {
    handler: &'static dyn FileHandler,
    file: &'static str,
    line: u32,
    replaces: bool,
}

inventory::collect!(Registration);

impl Registration {
    /// A handler, with the source file and the line (from 1) of its registration. [`register_handler!`](crate::register_handler)
    /// calls it; a registration that is made in another way is not found by [`Registry::linked`].
    pub const fn new(handler: &'static dyn FileHandler, file: &'static str, line: u32) -> Self {
        Registration {
            handler,
            file,
            line,
            replaces: false,
        }
    }

    /// Marks the handler as one that replaces the other handler with the same id; see [`replace_handler!`].
    #[must_use]
    pub const fn replacing_same_id(self) -> Self {
        Registration {
            replaces: true,
            ..self
        }
    }

    fn id(&self) -> &'static str {
        self.handler.card().id
    }

    fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// A wrong registration. The message names the source line and says how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The program links no handler.
    #[error(
        "the program links no handler: name the crate of at least one, such as `use data_review_handlers as _;`"
    )]
    Empty,
    /// Two handlers have the same id.
    #[error("two handlers are called `{id}`: {first} and {second}; give one of them another id")]
    Duplicate {
        /// The common id.
        id: String,
        /// Source line that registers the first handler.
        first: String,
        /// Source line that registers the second handler.
        second: String,
    },
    /// The id is not usable as the name of a queue, a folder and a program.
    #[error(
        "{place}: `{id}` is not a valid handler id: use 2 to 32 lower-case letters, digits and single dashes, a letter first"
    )]
    BadId {
        /// The invalid id.
        id: String,
        /// Source line that registers the handler.
        place: String,
    },
    /// A handler refines itself, directly or through others.
    #[error(
        "{place}: handler `{id}` refines itself; remove one of the ids in `refines` that lead back to it"
    )]
    RefinesItself {
        /// Id of the handler.
        id: String,
        /// Source line that registers the handler.
        place: String,
    },
}

/// The handlers that a program links, sorted by id. A clone is cheap.
#[derive(Clone)]
pub struct Registry {
    handlers: BTreeMap<&'static str, &'static dyn FileHandler>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.ids()).finish()
    }
}

impl Registry {
    /// The registry of all handlers whose crates this program links and names.
    ///
    /// # Errors
    /// There is no handler, or a registration is wrong.
    pub fn linked() -> Result<Self, RegistryError> {
        let registry = Self::of(inventory::iter::<Registration>())?;
        if registry.handlers.is_empty() {
            Err(RegistryError::Empty)
        } else {
            Ok(registry)
        }
    }

    /// The registry of the given registrations, whatever their order is.
    ///
    /// # Errors
    /// A registration is wrong. The error does not depend on the order either.
    pub fn of<'a>(registrations: impl IntoIterator<Item = &'a Registration>) -> Result<Self, RegistryError> {
        let mut all: Vec<&Registration> = registrations.into_iter().collect();
        let replaced: BTreeSet<&str> = all.iter().filter(|r| r.replaces).map(|r| r.id()).collect();
        all.retain(|r| r.replaces || !replaced.contains(r.id()));
        all.sort_by_key(|r| (r.id(), r.file, r.line));
        for pair in all.windows(2) {
            if pair[0].id() == pair[1].id() {
                return Err(RegistryError::Duplicate {
                    id: pair[0].id().to_owned(),
                    first: pair[0].place(),
                    second: pair[1].place(),
                });
            }
        }
        let registry = Registry {
            handlers: all.iter().map(|r| (r.id(), r.handler)).collect(),
        };
        for registration in &all {
            let id = registration.id();
            let place = registration.place();
            if !is_id(id) {
                return Err(RegistryError::BadId {
                    id: id.to_owned(),
                    place,
                });
            }
            if registry.refined_by(id).contains(id) {
                return Err(RegistryError::RefinesItself {
                    id: id.to_owned(),
                    place,
                });
            }
        }
        Ok(registry)
    }

    /// The handler with this id, if the program links one.
    pub fn get(&self, id: &str) -> Option<&'static dyn FileHandler> {
        self.handlers.get(id).copied()
    }

    /// All handlers, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &'static dyn FileHandler> + '_ {
        self.handlers.values().copied()
    }

    /// The cards of all handlers, in the order of the handlers' ids.
    pub fn cards(&self) -> impl Iterator<Item = &'static Card> + '_ {
        self.iter().map(FileHandler::card)
    }

    /// The ids of all handlers, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.handlers.keys().copied()
    }

    /// Ids of all handlers that `id` refines, directly or through others.
    pub(crate) fn refined_by(&self, id: &str) -> BTreeSet<&'static str> {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&'static str> = self
            .get(id)
            .map(|h| h.card().refines.to_vec())
            .unwrap_or_default();
        while let Some(general) = todo.pop() {
            if seen.insert(general) {
                todo.extend(self.get(general).map(|h| h.card().refines).unwrap_or_default());
            }
        }
        seen
    }
}

fn is_id(id: &str) -> bool {
    (2..=32).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !id.contains("--")
        && !id.ends_with('-')
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Input, LambdaHints, Limits, Probe, ReviewBuilder, ReviewError, Verdict};

    /// A minimal card for tests.
    pub(crate) const fn card(id: &'static str, refines: &'static [&'static str]) -> Card {
        Card {
            id,
            title: id,
            version: 1,
            extensions: &[],
            magic: &[],
            refines,
            docs: "",
            observations: "",
            reader: "test 1",
            vocabulary: None,
            codes: &[],
            limits: Limits::DEFAULT,
            lambda: LambdaHints::DEFAULT,
        }
    }

    /// A handler for tests that always gives the same verdict.
    pub(crate) struct FixedVerdict {
        pub(crate) card: Card,
        pub(crate) verdict: fn() -> Verdict,
    }

    impl FileHandler for &'static FixedVerdict {
        fn card(&self) -> &'static Card {
            &self.card
        }
        fn sniff(&self, _: &mut Probe<'_>) -> Verdict {
            (self.verdict)()
        }
        fn review(&self, _: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result<(), ReviewError> {
            Ok(())
        }
    }

    /// Leaks the handler: one lives as long as the program.
    pub(crate) fn fixed(card: Card, verdict: fn() -> Verdict) -> &'static dyn FileHandler {
        let says: &'static FixedVerdict = Box::leak(Box::new(FixedVerdict { card, verdict }));
        Box::leak(Box::new(says))
    }

    fn registration(id: &'static str, refines: &'static [&'static str], file: &'static str) -> Registration {
        Registration::new(fixed(card(id, refines), || Verdict::no("")), file, 7)
    }

    fn error(registrations: &[Registration]) -> String {
        Registry::of(registrations).unwrap_err().to_string()
    }

    #[test]
    fn handlers_are_sorted_whatever_the_order() {
        let (a, b) = (
            registration("aa", &[], "x.rs"),
            registration("bb", &["aa"], "y.rs"),
        );
        for order in [[&a, &b], [&b, &a]] {
            assert_eq!(
                Registry::of(order).unwrap().ids().collect::<Vec<_>>(),
                ["aa", "bb"]
            );
        }
    }

    #[test]
    fn a_duplicate_id_names_both_lines() {
        let text = error(&[registration("aa", &[], "x.rs"), registration("aa", &[], "y.rs")]);
        assert!(
            text.contains("x.rs:7") && text.contains("y.rs:7") && text.contains("another id"),
            "{text}"
        );
    }

    #[test]
    fn a_handler_may_replace_another() {
        let plain = registration("aa", &[], "x.rs");
        let other = registration("aa", &["bb"], "y.rs").replacing_same_id();
        for order in [[&plain, &other], [&other, &plain]] {
            let registry = Registry::of(order).unwrap();
            assert_eq!(registry.get("aa").unwrap().card().refines, ["bb"]);
        }
        let more = registration("aa", &[], "z.rs").replacing_same_id();
        let text = error(&[plain, other, more]);
        assert!(text.contains("y.rs:7") && text.contains("z.rs:7"), "{text}");
    }

    #[test]
    fn an_invalid_id_is_rejected() {
        for id in ["", "a", "Bottle", "sea_bird", "-x", "x-", "a--b", "1a"] {
            assert!(
                matches!(
                    Registry::of(&[registration(id, &[], "x.rs")]),
                    Err(RegistryError::BadId { .. })
                ),
                "{id}"
            );
        }
    }

    #[test]
    fn a_circle_of_refinement_is_rejected() {
        let text = error(&[
            registration("aa", &["bb"], "x.rs"),
            registration("bb", &["aa"], "y.rs"),
        ]);
        assert!(text.contains("refines itself"), "{text}");
    }

    #[test]
    fn a_program_without_handlers_is_an_error() {
        assert_eq!(Registry::linked().unwrap_err(), RegistryError::Empty);
    }
}
