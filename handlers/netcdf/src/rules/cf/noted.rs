//! Deviations from recommendations that several variables of a file often share: one finding for each code.

use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

/// Most names that a finding lists.
const SHOWN: usize = 24;

/// The variables, attributes or dimensions of a file that deviate from one recommendation.
struct Noted {
    code: &'static CodeInfo,
    /// What they have in common, such as `variables have no calendar`.
    what: &'static str,
    count: u64,
    names: Vec<String>,
    /// The message about the first, which stays if it is the only one.
    message: String,
    place: Place,
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
                count: 0,
                names: Vec::new(),
                message: message(),
                place: place(),
            });
            self.0.len() - 1
        });
        let noted = &mut self.0[at];
        noted.count += 1;
        if noted.names.len() < SHOWN {
            noted.names.push(name());
        }
    }

    /// Reports one finding for each code.
    pub(super) fn report(self, review: &mut ReviewBuilder) {
        for noted in self.0 {
            let names = noted.names.join(", ");
            let (subject, message) = match noted.count - noted.names.len() as u64 {
                0 if noted.count == 1 => (Some(names.as_str()), noted.message),
                0 => (None, format!("{} {}: {names}", noted.count, noted.what)),
                more => (
                    None,
                    format!("{} {}: {names} and {more} more", noted.count, noted.what),
                ),
            };
            let finding = Finding::new(noted.code, subject, message).times(noted.count);
            review.absorb(finding.at([noted.place]).noted_if(true));
        }
    }
}
