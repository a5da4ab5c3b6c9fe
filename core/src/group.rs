//! What files are grouped by besides their folders: the cruises and platforms that they name.

use std::collections::{BTreeMap, BTreeSet};

/// What a group of files has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GroupKind {
    /// A cruise: an EXPOCODE, or the name of a cruise.
    Cruise,
    /// A platform: the number of a float, or the name of a ship.
    Platform,
}

impl GroupKind {
    /// All kinds.
    pub const ALL: [GroupKind; 2] = [GroupKind::Cruise, GroupKind::Platform];

    /// The kind as stores write it: `cruise` or `platform`.
    pub fn as_str(self) -> &'static str {
        match self {
            GroupKind::Cruise => "cruise",
            GroupKind::Platform => "platform",
        }
    }

    /// The identifying attributes of documents that name such a group.
    fn attributes(self) -> &'static [&'static str] {
        match self {
            GroupKind::Cruise => &["expocode", "cruise"],
            GroupKind::Platform => &["platform", "ship"],
        }
    }

    /// The names of the groups of this kind that a document's attributes give, each in its normalised form
    /// ([`crate::normalised_name`]). An EXPOCODE is preferred to the name of a cruise, and a platform to the name of a ship.
    ///
    /// ```
    /// use data_review_core::GroupKind;
    ///
    /// let attributes = [("expocode".to_owned(), vec!["33KB184/1".to_owned(), "33kb184_1".to_owned()])].into();
    /// assert_eq!(GroupKind::Cruise.names(&attributes).into_iter().collect::<Vec<_>>(), ["33KB184_1"]);
    /// assert!(GroupKind::Platform.names(&attributes).is_empty());
    /// ```
    pub fn names(self, attributes: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
        let values = self
            .attributes()
            .iter()
            .filter_map(|name| attributes.get(*name))
            .map(|values| values.iter().map(|value| normalised(value)))
            .map(|names| names.filter(|name| !name.is_empty()).collect::<BTreeSet<_>>());
        values
            .into_iter()
            .find(|names| !names.is_empty())
            .unwrap_or_default()
    }
}

/// A name in capital letters, with one `_` for anything between letters and digits: `R/V Knorr` becomes `R_V_KNORR`.
///
/// ```
/// assert_eq!(data_review_core::normalised_name(" 33KB184/1 "), "33KB184_1");
/// assert_eq!(data_review_core::normalised_name("--"), "");
/// ```
pub fn normalised(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_by_the_preferred_attribute() {
        assert_eq!(GroupKind::ALL.map(GroupKind::as_str), ["cruise", "platform"]);
        let names = |attributes: &[(&str, &[&str])]| {
            let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
            let attributes = attributes
                .iter()
                .map(|(name, values)| ((*name).to_owned(), owned(values)))
                .collect();
            GroupKind::ALL.map(|kind| kind.names(&attributes).into_iter().collect::<Vec<_>>().join(" "))
        };
        for (attributes, expected) in [
            (&[][..], ["", ""]),
            (
                &[("cruise", &["a-1", "A 1", "b"][..]), ("ship", &["Knorr"])],
                ["A_1 B", "KNORR"],
            ),
            (&[("cruise", &["a"]), ("expocode", &["33RR"])], ["33RR", ""]),
            (&[("cruise", &["a"]), ("expocode", &["--"])], ["A", ""]),
            (&[("platform", &["6903"]), ("ship", &["Knorr"])], ["", "6903"]),
        ] {
            assert_eq!(names(attributes), expected);
        }
    }
}
