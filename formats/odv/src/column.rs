//! Columns: what their labels say.

use crate::time::Form;

/// Most columns that are read: a compilation of trace elements has some thousands.
pub const MOST_COLUMNS: usize = 8192;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Label of the cruise.
    Cruise,
    /// Label of the station.
    Station,
    /// `B` for bottles, `C` for a CTD cast, `X` for others.
    Type,
    /// Date and time of the station, or its date.
    Time,
    /// Its time of day, beside a date.
    Clock,
    /// Degrees east.
    Longitude,
    /// Degrees north.
    Latitude,
    /// Depth of the sea floor.
    BottomDepth,
    /// Any other that belongs to the station.
    Meta,
    /// The variable that parts a station's lines: depth, pressure, time.
    Primary,
    /// Any other variable.
    Data,
    /// Quality flags of a variable.
    Flag,
}

impl Role {
    /// Whether stations are told apart by it.
    pub fn is_identity(self) -> bool {
        use Role::{Clock, Cruise, Latitude, Longitude, Station, Time, Type};
        matches!(
            self,
            Cruise | Station | Type | Time | Clock | Longitude | Latitude
        )
    }

    /// Whether it belongs to the station, so that its value holds for all lines of it.
    pub fn is_metadata(self) -> bool {
        !matches!(self, Role::Primary | Role::Data | Role::Flag)
    }
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Dates, or dates with a time of day.
    Time,
}

impl Kind {
    /// By the name of a value type: `DOUBLE`, `TEXT:21`.
    pub(crate) fn of(value_type: &str) -> Option<Self> {
        match value_type.split(':').next()? {
            "TEXT" | "INDEXED_TEXT" => Some(Kind::Text),
            "BYTE" | "UBYTE" | "SHORT" | "USHORT" | "INTEGER" | "UINTEGER" | "FLOAT" | "DOUBLE" => {
                Some(Kind::Number)
            }
            _ => None,
        }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Without unit and qualifiers: `Depth`. Of flags `QV:SCHEME`.
    pub name: String,
    /// As written in brackets: `m`.
    pub unit: Option<String>,
    /// What it holds.
    pub role: Role,
    /// What its values are.
    pub kind: Kind,
    /// Of flags the scheme's name.
    pub scheme: Option<String>,
    /// The column of its flags.
    pub flag: Option<usize>,
    /// Whether it is a station's, flags of metadata too.
    pub is_metadata: bool,
    /// The vocabulary term that the file maps it to: `SDN:P01::TEMPPR01`.
    pub term: Option<String>,
    /// Where its label stands, byte from 1.
    pub at: u64,
    /// How it writes times.
    pub(crate) form: Option<Form>,
}

/// A label, taken apart: `Depth [m]:PRIMARYVAR:DOUBLE`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    /// With its unit, without qualifiers.
    pub(crate) text: &'a str,
    pub(crate) is_meta: bool,
    pub(crate) is_primary: bool,
    pub(crate) kind: Option<Kind>,
    /// A qualifier that is not known.
    pub(crate) unknown: Option<&'a str>,
}

impl<'a> Label<'a> {
    pub(crate) fn read(label: &'a str) -> Self {
        let mut read = Label {
            text: label,
            is_meta: false,
            is_primary: false,
            kind: None,
            unknown: None,
        };
        // From the end: names may hold colons, as `hh:mm` does.
        while let Some((rest, last)) = read.text.rsplit_once(':') {
            let is_length = rest.ends_with(":TEXT") && last.bytes().all(|byte| byte.is_ascii_digit());
            match last {
                "METAVAR" => read.is_meta = true,
                "PRIMARYVAR" => read.is_primary = true,
                _ if is_length => {}
                _ => match Kind::of(last) {
                    Some(kind) => read.kind = Some(kind),
                    None => break,
                },
            }
            read.text = rest;
        }
        for (mark, flag) in [
            (":METAVAR:", &mut read.is_meta),
            (":PRIMARYVAR:", &mut read.is_primary),
        ] {
            if let Some((text, unknown)) = read.text.split_once(mark) {
                (read.text, read.unknown, *flag) = (text, Some(unknown), true);
            }
        }
        read
    }

    /// Name and unit.
    pub(crate) fn parts(&self) -> (&'a str, Option<&'a str>) {
        let bracketed = self.text.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        match bracketed {
            Some((name, unit)) if !unit.trim().is_empty() => (name.trim(), Some(unit.trim())),
            _ => (self.text.trim(), None),
        }
    }

    /// Of flags, the scheme's name and the label that they belong to, where it says so: `QV:ODV:Depth [m]`. `QF` is the older
    /// name for those of ODV.
    pub(crate) fn flags(&self) -> Option<(Option<&'a str>, Option<&'a str>)> {
        if self.text.eq_ignore_ascii_case("QF") {
            return Some((Some("ODV"), None));
        }
        let rest = self.text.strip_prefix("QV")?;
        let rest = rest.strip_prefix(':').or(rest.is_empty().then_some(""))?;
        let (scheme, of) = rest.split_once(':').unwrap_or((rest, ""));
        let some = |text: &'a str| (!text.trim().is_empty()).then_some(text.trim());
        Some((some(scheme), some(of)))
    }

    /// The role that a standard label has.
    pub(crate) fn standard_role(&self) -> Option<Role> {
        let (name, _) = self.parts();
        let lower = name.to_ascii_lowercase();
        let word = lower.split(|c: char| !c.is_ascii_alphabetic()).next();
        match (lower.as_str(), word, Form::of(self.text)) {
            ("cruise", ..) => Some(Role::Cruise),
            ("station", ..) => Some(Role::Station),
            ("type", ..) => Some(Role::Type),
            ("bot. depth" | "bot depth" | "bottom depth", ..) => Some(Role::BottomDepth),
            ("local_cdi_id" | "edmo_code", ..) => Some(Role::Meta),
            (_, Some("longitude" | "lon"), _) => Some(Role::Longitude),
            (_, Some("latitude" | "lat"), _) => Some(Role::Latitude),
            (_, _, Some(Form::Clock)) => Some(Role::Clock),
            // Beside the stations' time, it is that of samples.
            ("time_iso8601", ..) => None,
            (_, _, Some(_)) => Some(Role::Time),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_taken_apart() {
        let read = |label| {
            let read = Label::read(label);
            (read.text, read.is_meta, read.is_primary, read.kind, read.unknown)
        };
        let (number, text) = (Some(Kind::Number), Some(Kind::Text));
        for (label, expected) in [
            (
                "Depth [m]:PRIMARYVAR:DOUBLE",
                ("Depth [m]", false, true, number, None),
            ),
            ("Site:METAVAR:TEXT:21", ("Site", true, false, text, None)),
            ("Site:METAVAR", ("Site", true, false, None, None)),
            ("Site:METAVAR:WORDS", ("Site", true, false, None, Some("WORDS"))),
            (
                "yyyy-mm-dd hh:mm:METAVAR:TEXT:40",
                ("yyyy-mm-dd hh:mm", true, false, text, None),
            ),
            ("hh:mm", ("hh:mm", false, false, None, None)),
            ("Name:INDEXED_TEXT", ("Name", false, false, text, None)),
            (
                "LPM (1:2) [# l-1]",
                ("LPM (1:2) [# l-1]", false, false, None, None),
            ),
            ("", ("", false, false, None, None)),
        ] {
            assert_eq!(read(label), expected, "{label}");
        }
    }

    #[test]
    fn names_and_units() {
        let parts = |label| Label::read(label).parts();
        assert_eq!(parts("Depth [m]:DOUBLE"), ("Depth", Some("m")));
        assert_eq!(
            parts("Longitude[degrees_east]"),
            ("Longitude", Some("degrees_east"))
        );
        assert_eq!(parts("Salinity []"), ("Salinity []", None));
        assert_eq!(parts("]["), ("][", None));
    }

    #[test]
    fn columns_of_flags() {
        let flags = |label| Label::read(label).flags();
        assert_eq!(flags("QF"), Some((Some("ODV"), None)));
        assert_eq!(flags("QV"), Some((None, None)));
        assert_eq!(flags("QV:SEADATANET"), Some((Some("SEADATANET"), None)));
        assert_eq!(flags("QV:ODV:Depth [m]"), Some((Some("ODV"), Some("Depth [m]"))));
        assert_eq!(flags("QVALUE"), None);
        assert_eq!(flags("Depth [m]"), None);
    }

    #[test]
    fn standard_labels() {
        for (label, expected) in [
            ("Cruise:METAVAR:TEXT:40", Some(Role::Cruise)),
            ("STATION", Some(Role::Station)),
            ("yyyy-mm-ddThh:mm:ss.sss", Some(Role::Time)),
            ("mon/day/yr", Some(Role::Time)),
            ("hh:mm", Some(Role::Clock)),
            ("Lon (°E)", Some(Role::Longitude)),
            ("Latitude [degrees_north]", Some(Role::Latitude)),
            ("Bot. Depth [m]", Some(Role::BottomDepth)),
            ("EDMO_code", Some(Role::Meta)),
            ("time_ISO8601", None),
            ("Lattice", None),
        ] {
            assert_eq!(Label::read(label).standard_role(), expected, "{label}");
        }
    }
}
