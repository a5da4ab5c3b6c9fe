//! What the targets share: all handlers, and a review in this process, with what must hold of any.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use data_review_core::{BytesInput, Card, FileHandler, Limits, Registry, Review, ReviewBuilder};
// Links every handler.
use data_review_handlers as _;

/// All handlers.
pub static REGISTRY: LazyLock<Registry> =
    LazyLock::new(|| Registry::linked().expect("the registry is right"));

/// Their cards, by id, with a limit that is reached in a moment: a file of 1 kB may declare gigabytes of fill values, and
/// counting them all finds nothing.
static CARDS: LazyLock<BTreeMap<&str, Card>> = LazyLock::new(|| {
    let card = |card: &Card| Card {
        limits: Limits {
            inflated_bytes: 4 << 20,
            ..card.limits
        },
        ..card.clone()
    };
    REGISTRY.cards().map(|one| (one.id, card(one))).collect()
});

/// The bytes, behind the first magic where they begin with none of them.
pub fn begun_with<'b>(magic: &[&[u8]], bytes: &'b [u8]) -> Cow<'b, [u8]> {
    if magic.iter().any(|magic| bytes.starts_with(magic)) {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned([magic[0], bytes].concat())
}

/// Cards of all handlers, or of the one that `DATA_REVIEW_HANDLER` names.
///
/// # Panics
/// When it names none.
pub fn chosen() -> &'static [&'static Card] {
    static CHOSEN: LazyLock<Vec<&Card>> = LazyLock::new(|| match std::env::var("DATA_REVIEW_HANDLER") {
        Ok(id) => vec![CARDS.get(id.as_str()).expect("DATA_REVIEW_HANDLER names a handler")],
        Err(_) => CARDS.values().collect(),
    });
    &CHOSEN
}

/// Reviews with the handler `id`, whatever the bytes are.
///
/// # Panics
/// When the cells of a variable do not add up.
pub fn review(id: &str, name: &str, bytes: &[u8]) -> Review {
    let handler: &dyn FileHandler = REGISTRY.get(id).expect("the handler is linked");
    let mut builder = ReviewBuilder::new(&CARDS[id], name);
    let end = handler.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder);
    let review = builder.finish(end.is_ok());
    for variable in &review.variables {
        let missing: u64 = variable.missing.values().sum();
        let parts = variable.count + missing + variable.invalid + variable.non_finite;
        assert_eq!(variable.total, parts, "{}", variable.name);
    }
    review
}
