//! What the targets share: all handlers, and a review in this process with the properties that every review
//! has.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use data_review_core::{BytesInput, Card, FileHandler, Limits, Registry, Review, ReviewBuilder};
// Links every handler.
use data_review_handlers as _;

/// The registry of all handlers.
pub static REGISTRY: LazyLock<Registry> =
    LazyLock::new(|| Registry::linked().expect("the registry is valid"));

/// Cards of the handlers by id, with a low limit: a file of 1 kB may declare gigabytes of fill values, and
/// counting them finds nothing.
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

/// The bytes, with the first signature before them if they begin with none of the signatures.
pub fn begun_with<'b>(magic: &[&[u8]], bytes: &'b [u8]) -> Cow<'b, [u8]> {
    if magic.iter().any(|magic| bytes.starts_with(magic)) {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned([magic[0], bytes].concat())
}

/// Cards of all handlers, or of the one that `DATA_REVIEW_HANDLER` names.
///
/// # Panics
/// If there is no handler of that name.
pub fn chosen() -> &'static [&'static Card] {
    static CHOSEN: LazyLock<Vec<&Card>> = LazyLock::new(|| match std::env::var("DATA_REVIEW_HANDLER") {
        Ok(id) => vec![CARDS.get(id.as_str()).expect("DATA_REVIEW_HANDLER names a handler")],
        Err(_) => CARDS.values().collect(),
    });
    &CHOSEN
}

/// Reviews any bytes with the handler `id`.
///
/// # Panics
/// If the counts of a variable do not add up to its cells.
pub fn review(id: &str, name: &str, bytes: &[u8]) -> Review {
    let handler: &dyn FileHandler = REGISTRY.get(id).expect("the handler is linked");
    let mut builder = ReviewBuilder::new(&CARDS[id], name);
    let end = handler.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder);
    let review = builder.finish(end.is_ok());
    for variable in &review.variables {
        let missing: u64 = variable.missing.values().sum();
        let parts = variable.count + missing + variable.invalid + variable.non_finite + variable.padding;
        assert_eq!(variable.total, parts, "{}", variable.name);
    }
    review
}
