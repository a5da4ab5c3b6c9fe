//! The two kinds of Exchange files.

/// The two kinds of Exchange files.
///
/// ```
/// use whp_exchange::Kind;
///
/// assert_eq!(Kind::Bottle.word(), "BOTTLE");
/// assert_eq!(Kind::Ctd.word(), "CTD");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Water samples of a cruise, one row a sample: the file begins with `BOTTLE,`.
    Bottle,
    /// One cast of a CTD, one row a pressure level: the file begins with `CTD,`.
    Ctd,
}

impl Kind {
    /// The word that the file begins with, before the first comma.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Bottle => "BOTTLE",
            Kind::Ctd => "CTD",
        }
    }
}
