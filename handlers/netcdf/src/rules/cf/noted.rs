//! Deviations from recommendations that several variables of a file often share: one finding for each code.

use data_review_array::Names;
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

/// Most names that a finding lists.
const SHOWN: usize = 24;

/// The variables, attributes or dimensions of a file that deviate from one recommendation.
struct Noted {
    code: &'static CodeInfo,
    /// What they have in common, such as `variables have no calendar`.
    what: &'static str,
    names: Names,
}

/// All of a file.
#[derive(Default)]
pub(super) struct AllNoted(Vec<Noted>);

impl AllNoted {
    /// Adds one deviation; `message` is the whole message if it remains the only one of its code.
    pub(super) fn add(
        &mut self,
        code: &'static CodeInfo,
        what: &'static str,
        name: impl FnOnce() -> String,
        message: impl FnOnce() -> String,
        place: impl FnOnce() -> Place,
    ) {
        let known = self.0.iter().position(|noted| noted.code.code == code.code);
        let at = known.unwrap_or_else(|| {
            self.0.push(Noted {
                code,
                what,
                names: Names::listing(SHOWN),
            });
            self.0.len() - 1
        });
        let place = known.is_none().then(place);
        self.0[at].names.add(&name(), message, place);
    }

    /// Reports one finding for each code.
    pub(super) fn report(self, review: &mut ReviewBuilder) {
        for Noted { code, what, names } in self.0 {
            let finding = Finding::new(code, names.only(), names.message(what)).times(names.count());
            review.absorb(finding.at(names.place().cloned()).noted_if(true));
        }
    }
}
