//! Schemes of quality flags.

/// A scheme whose flags are known: one character each.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// As it stands behind `QV:`.
    pub name: &'static str,
    /// All of its flags.
    flags: &'static str,
    /// Those that say that there is no value.
    missing: &'static str,
}

/// By name. Of others that ODV knows (BODC, ESEAS, PANGAEA, SMHI), flags are counted and not checked.
static SCHEMES: [Scheme; 10] = [
    Scheme::new("ARGO", "01234589", "9"),
    Scheme::new("GTSPP", "0123459", "9"),
    Scheme::new("IODE", "12349", "9"),
    Scheme::new("OCEANSITES", "0123456789", "9"),
    Scheme::new("ODV", "0148", ""),
    Scheme::new("QARTOD", "12349", "9"),
    Scheme::new("SEADATANET", "0123456789ABQ", "9"),
    Scheme::new("WOCEBOTTLE", "123456789", "159"),
    Scheme::new("WOCECTD", "123456789", "159"),
    Scheme::new("WOCESAMPLE", "123456789", "159"),
];

impl Scheme {
    const fn new(name: &'static str, flags: &'static str, missing: &'static str) -> Self {
        Scheme { name, flags, missing }
    }

    /// The scheme of that name, in any case.
    pub fn of(name: &str) -> Option<&'static Self> {
        SCHEMES
            .iter()
            .find(|scheme| scheme.name.eq_ignore_ascii_case(name))
    }

    /// Whether it has the flag.
    pub fn has(&self, flag: &[u8]) -> bool {
        is_among(flag, self.flags)
    }

    /// Whether the flag says that there is no value.
    pub fn says_missing(&self, flag: &[u8]) -> bool {
        is_among(flag, self.missing)
    }

    /// Whether the flag says that there is a value: where nothing was checked it says neither.
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
    fn what_flags_say() {
        let seadatanet = Scheme::of("SeaDataNet").unwrap();
        assert!(seadatanet.has(b"Q") && !seadatanet.has(b"X") && !seadatanet.has(b"12"));
        assert!(seadatanet.says_missing(b"9") && !seadatanet.says_missing(b""));
        assert!(seadatanet.says_value(b"1") && !seadatanet.says_value(b"0") && !seadatanet.says_value(b"9"));
        let odv = Scheme::of("ODV").unwrap();
        assert!(odv.has(b"8") && !odv.has(b"9") && !odv.says_value(b"0") && !odv.says_value(b"1"));
        assert_eq!(Scheme::of("mine"), None);
    }
}
