//! Flag schemes: their flags, and which of these say that there is no value.

/// A scheme of quality flags, each of one character.
///
/// ```
/// let scheme = odv_spreadsheet::Scheme::named("SeaDataNet").unwrap();
/// assert!(scheme.has(b"Q") && scheme.says_missing(b"9"));
/// assert!(!scheme.says_value(b"0"), "flag 0: no quality control");
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Name of the scheme, as a label writes it after `QV:`.
    pub name: &'static str,
    /// All flags of the scheme.
    flags: &'static str,
    /// The flags that say that there is no value.
    missing: &'static str,
}

/// Schemes by name. Flags of other schemes that ODV knows (BODC, PANGAEA, SMHI) are counted and not checked.
static SCHEMES: [Scheme; 13] = [
    Scheme::new("ARGO", "01234589", "9"),
    Scheme::new("ESEAS", "0123456789", "9"),
    Scheme::new("GTSPP", "0123459", "9"),
    Scheme::new("IODE", "12349", "9"),
    Scheme::new("OCEANSITES", "0123456789", "9"),
    Scheme::new("ODV", "0148", ""),
    Scheme::new("QARTOD", "12349", "9"),
    Scheme::new("SDN", "0123456789ABQ", "9"),
    Scheme::new("SEADATANET", "0123456789ABQ", "9"),
    Scheme::new("WOCEBOTTLE", "123456789", "159"),
    Scheme::new("WOCECTD", "123456789", "59"),
    Scheme::new("WOCESAMPLE", "123456789", "159"),
    Scheme::new("WOD", "0123456789", ""),
];

impl Scheme {
    const fn new(name: &'static str, flags: &'static str, missing: &'static str) -> Self {
        Scheme { name, flags, missing }
    }

    /// The scheme of this name, in any case; `None` if it is not known.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SCHEMES
            .iter()
            .find(|scheme| scheme.name.eq_ignore_ascii_case(name))
    }

    /// Whether the scheme has this flag.
    #[must_use]
    pub fn has(&self, flag: &[u8]) -> bool {
        is_among(flag, self.flags)
    }

    /// Whether the flag says that there is no value, such as flag 9 of SeaDataNet.
    #[must_use]
    pub fn says_missing(&self, flag: &[u8]) -> bool {
        is_among(flag, self.missing)
    }

    /// Whether the flag says that there is a value. A flag for values that nobody checked says neither.
    #[must_use]
    pub fn says_value(&self, flag: &[u8]) -> bool {
        !self.missing.is_empty() && self.has(flag) && !self.says_missing(flag) && flag != b"0"
    }
}

fn is_among(flag: &[u8], flags: &str) -> bool {
    matches!(flag, [flag] if flags.as_bytes().contains(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_whether_there_is_a_value() {
        let seadatanet = Scheme::named("SeaDataNet").unwrap();
        assert!(seadatanet.has(b"Q") && !seadatanet.has(b"X") && !seadatanet.has(b"12"));
        assert!(seadatanet.says_missing(b"9") && !seadatanet.says_missing(b""));
        assert!(seadatanet.says_value(b"1") && !seadatanet.says_value(b"0") && !seadatanet.says_value(b"9"));
        let odv = Scheme::named("ODV").unwrap();
        assert!(odv.has(b"8") && !odv.has(b"9") && !odv.says_value(b"0") && !odv.says_value(b"1"));
        assert_eq!(Scheme::named("mine"), None);
    }
}
