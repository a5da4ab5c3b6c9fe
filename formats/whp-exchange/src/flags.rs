//! WOCE quality flags. Source: Exchange 1.3, "Quality Codes".

/// The scheme of a flag column. Every flag is one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Flags of the sampling bottle itself (`BTLNBR_FLAG_W`): 1 to 9.
    Bottle,
    /// Flags of a measurement on a water sample: 1 to 9.
    Sample,
    /// Flags of a measurement by the CTD: 1 to 7, and 9.
    Ctd,
}

/// What a flag says about the cell that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// There is a value, which may be used.
    Value,
    /// There is a value, which is questionable or bad: 3 and 4, 8 for a bottle or sample, and 6 and 7 for a bottle.
    Doubtful,
    /// There is no value: the cell should contain the fill value.
    Fill,
    /// The number of the bottle may be present or not, whether or not samples were drawn from it (1, 2, 5 and 9 for a
    /// bottle).
    Either,
    /// Flag 0, which is not in the specification, but used for "nobody assessed the value".
    Zero,
    /// A digit that the scheme does not use.
    Unused,
    /// Anything but one digit.
    Invalid,
}

impl Scheme {
    /// What a flag says about its cell. `flag` is the trimmed cell of the flag column.
    ///
    /// ```
    /// use whp_exchange::{Meaning, Scheme};
    ///
    /// assert_eq!(Scheme::Sample.meaning(b"2"), Meaning::Value);
    /// assert_eq!(Scheme::Sample.meaning(b"9"), Meaning::Fill);
    /// assert_eq!(Scheme::Bottle.meaning(b"9"), Meaning::Either);
    /// assert_eq!(Scheme::Ctd.meaning(b"8"), Meaning::Unused);
    /// assert_eq!(Scheme::Ctd.meaning(b"A"), Meaning::Invalid);
    /// ```
    #[must_use]
    pub fn meaning(self, flag: &[u8]) -> Meaning {
        let [digit] = flag else { return Meaning::Invalid };
        match (self, digit) {
            (_, b'0') => Meaning::Zero,
            (Scheme::Bottle, b'1' | b'2' | b'5' | b'9') => Meaning::Either,
            (_, b'5' | b'9') | (Scheme::Sample, b'1') => Meaning::Fill,
            (Scheme::Ctd, b'8') => Meaning::Unused,
            (_, b'3' | b'4' | b'8') | (Scheme::Bottle, b'6' | b'7') => Meaning::Doubtful,
            (_, b'1'..=b'7') => Meaning::Value,
            _ => Meaning::Invalid,
        }
    }

    /// The meaning of a flag, in a few words of the specification; `None` for a flag that the scheme does not use.
    ///
    /// ```
    /// use whp_exchange::Scheme;
    ///
    /// assert_eq!(Scheme::Sample.describe(b"5"), Some("not reported"));
    /// assert_eq!(Scheme::Bottle.describe(b"3"), Some("leaking"));
    /// assert_eq!(Scheme::Ctd.describe(b"8"), None);
    /// ```
    #[must_use]
    pub fn describe(self, flag: &[u8]) -> Option<&'static str> {
        let [digit @ b'1'..=b'9'] = flag else { return None };
        let codes = match self {
            Scheme::Bottle => &BOTTLE,
            Scheme::Sample => &SAMPLE,
            Scheme::Ctd => &CTD,
        };
        Some(codes[usize::from(digit - b'1')]).filter(|text| !text.is_empty())
    }
}

/// Meanings of flags 1 to 9; empty for a flag that is not used.
const BOTTLE: [&str; 9] = [
    "bottle information unavailable",
    "no problems noted",
    "leaking",
    "did not trip correctly",
    "not reported",
    "discrepancy between Gerard and Niskin bottles",
    "unknown problem",
    "pair did not trip correctly",
    "samples not drawn",
];
const SAMPLE: [&str; 9] = [
    "analysis not received",
    "acceptable",
    "questionable",
    "bad",
    "not reported",
    "mean of replicates",
    "manual chromatographic peak",
    "irregular chromatographic peak",
    "not sampled",
];
const CTD: [&str; 9] = [
    "not calibrated",
    "acceptable",
    "questionable",
    "bad",
    "not reported",
    "interpolated",
    "despiked",
    "",
    "not sampled",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_every_scheme() {
        let meanings = |scheme: Scheme| {
            let letter = |digit: u8| match scheme.meaning(&[digit]) {
                Meaning::Value => 'v',
                Meaning::Doubtful => 'd',
                Meaning::Fill => 'f',
                Meaning::Either => 'e',
                Meaning::Zero => '0',
                Meaning::Unused => 'u',
                Meaning::Invalid => '-',
            };
            (b'0'..=b':').map(letter).collect::<String>()
        };
        // Flags 0 to 9, and the byte after 9.
        assert_eq!(meanings(Scheme::Bottle), "0eeddeddde-");
        assert_eq!(meanings(Scheme::Sample), "0fvddfvvdf-");
        assert_eq!(meanings(Scheme::Ctd), "0vvddfvvuf-");
        for invalid in ["", "22", "-", "-999"] {
            assert_eq!(Scheme::Sample.meaning(invalid.as_bytes()), Meaning::Invalid);
            assert_eq!(Scheme::Sample.describe(invalid.as_bytes()), None);
        }
    }

    #[test]
    fn every_code_that_is_used_has_a_description() {
        for scheme in [Scheme::Bottle, Scheme::Sample, Scheme::Ctd] {
            for digit in b'1'..=b'9' {
                let is_used = scheme.meaning(&[digit]) != Meaning::Unused;
                assert_eq!(scheme.describe(&[digit]).is_some(), is_used, "{scheme:?} {digit}");
            }
        }
    }
}
