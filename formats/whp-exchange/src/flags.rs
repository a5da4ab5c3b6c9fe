//! WOCE quality flags. Source: Exchange 1.3, "Quality codes".

/// Which set of codes a flag column uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// The rosette bottle itself (`BTLNBR_FLAG_W`): 1–9.
    Bottle,
    /// A water sample: 1–9.
    Sample,
    /// A CTD measurement: 1–7 and 9.
    Ctd,
}

/// What a flag says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// There is no flag, or none that is interpreted.
    None,
    /// The value must be a fill.
    Fill,
    /// There must be a value.
    Value,
    /// 0, "no flag": not in the specification, but in use.
    NoFlag,
    /// A digit that the scheme does not use.
    Unused,
    /// No digit.
    Bad,
}

impl Scheme {
    /// WOCE bottle and water sample 1–9, fill at 1, 5 and 9; CTD 1–7 and 9, fill at 5 and 9.
    pub(crate) fn meaning(self, flag: u8) -> Meaning {
        match (self, flag) {
            (_, b'0') => Meaning::NoFlag,
            (_, b'5' | b'9') | (Scheme::Bottle | Scheme::Sample, b'1') => Meaning::Fill,
            (Scheme::Ctd, b'8') => Meaning::Unused,
            (_, b'1'..=b'8') => Meaning::Value,
            _ => Meaning::Bad,
        }
    }
}
