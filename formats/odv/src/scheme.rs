//! Schemes of quality flags: which flags there are, and which say that there is no value.

/// A scheme of quality flags, each of one character.
///
/// ```
/// let scheme = odv_spreadsheet::Scheme::of("SeaDataNet").unwrap();
/// assert!(scheme.has(b"Q") && scheme.says_missing(b"9"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// As it stands behind `QV:`.
    pub name: &'static str,
    /// All of its flags.
    flags: &'static str,
    /// Those that say that there is no value.
    missing: &'static str,
}

/// By name. Flags of others that ODV knows (BODC, PANGAEA, SMHI) are counted and not checked.
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

    /// The scheme of this name, in any case; `None` of one that is not known.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        SCHEMES
            .iter()
            .find(|scheme| scheme.name.eq_ignore_ascii_case(name))
    }

    /// Whether it has the flag.
    #[must_use]
    pub fn has(&self, flag: &[u8]) -> bool {
        is_among(flag, self.flags)
    }

    /// Whether the flag says that there is no value.
    #[must_use]
    pub fn says_missing(&self, flag: &[u8]) -> bool {
        is_among(flag, self.missing)
    }

    /// Whether the flag says that there is a value. One that says that nothing was checked says neither.
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
        let seadatanet = Scheme::of("SeaDataNet").unwrap();
        assert!(seadatanet.has(b"Q") && !seadatanet.has(b"X") && !seadatanet.has(b"12"));
        assert!(seadatanet.says_missing(b"9") && !seadatanet.says_missing(b""));
        assert!(seadatanet.says_value(b"1") && !seadatanet.says_value(b"0") && !seadatanet.says_value(b"9"));
        let odv = Scheme::of("ODV").unwrap();
        assert!(odv.has(b"8") && !odv.has(b"9") && !odv.says_value(b"0") && !odv.says_value(b"1"));
        assert_eq!(Scheme::of("mine"), None);
    }
}
