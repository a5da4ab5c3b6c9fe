//! What the targets share: all handlers, and a review in this process, with what must hold of any.

use std::sync::{Arc, LazyLock};

use data_review_core::{BytesInput, Card, FileHandler, Registry, Review, ReviewBuilder};
// Links every handler.
use data_review_handlers as _;

/// All handlers.
pub static REGISTRY: LazyLock<Registry> =
    LazyLock::new(|| Registry::linked().expect("the registry is right"));

/// Cards of all handlers, or of the one that `DATA_REVIEW_HANDLER` names.
///
/// # Panics
/// When it names none.
pub fn chosen() -> &'static [&'static Card] {
    static CHOSEN: LazyLock<Vec<&Card>> = LazyLock::new(|| match std::env::var("DATA_REVIEW_HANDLER") {
        Ok(id) => vec![REGISTRY.get(&id).expect("DATA_REVIEW_HANDLER names a handler").card()],
        Err(_) => REGISTRY.cards().collect(),
    });
    &CHOSEN
}

/// Reviews with the handler `id`, whatever the bytes are.
///
/// # Panics
/// When the cells of a variable do not add up.
pub fn review(id: &str, name: &str, bytes: &[u8]) -> Review {
    let handler: &dyn FileHandler = REGISTRY.get(id).expect("the handler is linked");
    let mut builder = ReviewBuilder::new(handler.card(), name);
    let end = handler.review(Arc::new(BytesInput(bytes.to_vec())), &mut builder);
    let review = builder.finish(end.is_ok());
    for variable in &review.variables {
        let missing: u64 = variable.missing.values().sum();
        let parts = variable.count + missing + variable.invalid + variable.non_finite;
        assert_eq!(variable.total, parts, "{}", variable.name);
    }
    review
}
