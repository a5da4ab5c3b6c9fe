//! Columns: what their labels say.

use crate::time::Form;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Label of the cruise.
    Cruise,
    /// Label of the station.
    Station,
    /// `B` for bottles, `C` for a CTD cast, `*` or `X` for others.
    Type,
    /// Date of the station, with its time of day or without.
    Time,
    /// Time of day of the station, beside its date.
    Clock,
    /// One part of the station's time, where the file has a column for each.
    TimePart(TimePart),
    /// Degrees east.
    Longitude,
    /// Degrees north.
    Latitude,
    /// Depth of the sea floor.
    BottomDepth,
    /// Any other that belongs to the station.
    Meta,
    /// The variable by which the rows of a station are ordered: depth, pressure, time.
    Primary,
    /// Any other variable.
    Data,
    /// Quality flags of a variable, of the sample or of the station.
    Flag,
}

/// A part of a time that has a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// Year of the Gregorian calendar.
    Year,
    /// Month, 1 to 12.
    Month,
    /// Day of the month.
    Day,
    /// Hour, 0 to 24.
    Hour,
    /// Minute.
    Minute,
    /// Second.
    Second,
}

impl TimePart {
    /// By the name of the column.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "year" | "yyyy" | "yr" => Some(TimePart::Year),
            "month" | "mon" | "mm" => Some(TimePart::Month),
            "day" | "dd" => Some(TimePart::Day),
            "hour" | "hh" | "hr" => Some(TimePart::Hour),
            "minute" | "min" | "mi" => Some(TimePart::Minute),
            "second" | "sec" | "ss" => Some(TimePart::Second),
            _ => None,
        }
    }
}

impl Role {
    /// Whether a new value in it begins a new station.
    #[must_use]
    pub fn is_identity(self) -> bool {
        use Role::{Clock, Cruise, Latitude, Longitude, Station, Time, TimePart, Type};
        matches!(
            self,
            Cruise | Station | Type | Time | Clock | TimePart(_) | Longitude | Latitude
        )
    }

    /// Whether it belongs to the station, so that its value holds for all of its rows.
    #[must_use]
    pub fn is_metadata(self) -> bool {
        !matches!(self, Role::Primary | Role::Data | Role::Flag)
    }
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Dates, with a time of day or without.
    Time,
}

impl Kind {
    /// By the name of a value type: `DOUBLE`, `TEXT`.
    pub(crate) fn of(value_type: &str) -> Option<Self> {
        let name = value_type.split(':').next()?;
        match name.to_ascii_uppercase().as_str() {
            "TEXT" | "INDEXED_TEXT" => Some(Kind::Text),
            "BYTE" | "SIGNED_BYTE" | "UBYTE" | "SHORT" | "UNSIGNED_SHORT" | "USHORT" | "INTEGER"
            | "UNSIGNED_INTEGER" | "UINTEGER" | "FLOAT" | "DOUBLE" => Some(Kind::Number),
            _ => None,
        }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Name without unit and qualifiers: `Depth`. Of flags the label: `QV:SCHEME`.
    pub name: String,
    /// The text of the brackets: `m`. `None` where there are none.
    pub unit: Option<String>,
    /// What it holds.
    pub role: Role,
    /// What its values are.
    pub kind: Kind,
    /// Of flags the scheme's name, as the file writes it.
    pub scheme: Option<String>,
    /// Index of the column of its flags.
    pub flag: Option<usize>,
    /// Whether its values are those of a station; also of the flags of such a column.
    pub is_metadata: bool,
    /// The vocabulary term that the file maps it to: `SDN:P01::TEMPPR01`.
    pub term: Option<String>,
    /// Where its label begins in the line of labels, in bytes from 1.
    pub at: u64,
    /// How it writes times.
    pub(crate) form: Option<Form>,
    /// Whether neither label nor comments say of what kind its values are.
    pub(crate) is_undeclared: bool,
}

impl Column {
    pub(crate) fn new(name: &str, at: u64, role: Role) -> Self {
        Column {
            name: name.to_owned(),
            unit: None,
            role,
            kind: Kind::Text,
            scheme: None,
            flag: None,
            is_metadata: role.is_metadata(),
            term: None,
            at,
            form: None,
            is_undeclared: false,
        }
    }

    /// How surely its numbers are the depth or the pressure of the samples: 0 is certain. `None` of other quantities, such as
    /// the depth of the sea floor or the pressure of the air.
    ///
    /// ```
    /// let file = "Cruise\tStation\tBot. Depth [m]\tDepth reference\tDepth [m]\tTemp [degC]\nC\tS\t99\tsea level\t5\t8.1\n";
    /// let reader = odv_spreadsheet::Reader::new(file.as_bytes(), &mut |_| {})?;
    /// let ranks: Vec<_> = reader.header().columns.iter().map(|column| column.vertical_rank()).collect();
    /// assert_eq!(ranks, [None, None, None, None, Some(0), None]);
    /// # Ok::<(), odv_spreadsheet::Error>(())
    /// ```
    #[must_use]
    pub fn vertical_rank(&self) -> Option<u8> {
        const TERMS: [&str; 8] = [
            "ADEPZZ01", "DEPHPR01", "DEPHPRST", "DEPHZZ01", "PRESPR01", "PRESPS01", "PREXPR01", "PREXMCAT",
        ];
        const NAMES: [&str; 16] = [
            "depth",
            "deph",
            "dep",
            "pres",
            "press",
            "pressure",
            "ctdprs",
            "sampling depth",
            "sample depth",
            "depth of sample",
            "depth below surface",
            "depth below sea surface",
            "sea pressure",
            "water pressure",
            "depth_m",
            "pressure_dbar",
        ];
        /// Words of other depths and pressures.
        const OTHERS: [&str; 18] = [
            "bot",
            "bottom",
            "floor",
            "reference",
            "sediment",
            "core",
            "mixed",
            "min",
            "max",
            "minimum",
            "maximum",
            "error",
            "std",
            "air",
            "atmospheric",
            "partial",
            "vapour",
            "water",
        ];
        if self.kind != Kind::Number || self.is_metadata || self.role == Role::Flag {
            return None;
        }
        let unit = self.unit.as_deref().map(str::to_ascii_lowercase);
        let is_length = unit.as_deref().is_some_and(|unit| {
            let word = unit.split([' ', '=', ',', '(']).next().unwrap_or_default();
            [
                "m", "meter", "meters", "metre", "metres", "db", "dbar", "dbars", "decibar", "decibars",
                "bar", "kpa", "hpa", "pa", "mpa", "psi",
            ]
            .contains(&word)
        });
        if unit.is_some() && !is_length {
            return None;
        }
        let name = self.name.to_ascii_lowercase();
        let has_term = self
            .term
            .as_deref()
            .is_some_and(|term| TERMS.iter().any(|known| term.ends_with(known)));
        let mut words = name
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| !word.is_empty());
        let is_other = words.clone().any(|word| OTHERS.contains(&word));
        let says_vertical =
            words.any(|word| ["depth", "depths", "deph", "pres", "press", "pressure", "prs"].contains(&word));
        match () {
            () if has_term || NAMES.contains(&name.as_str()) => Some(0),
            () if is_other => None,
            () if self.role == Role::Primary && is_length => Some(1),
            () if says_vertical && (name.starts_with("dep") || name.starts_with("pres")) => Some(2),
            () if says_vertical && is_length => Some(3),
            () => None,
        }
    }
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
            let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
            // The number of bytes behind a value type: `TEXT:21`, `FLOAT:4`.
            let is_length = is_number
                && rest
                    .rsplit_once(':')
                    .is_some_and(|(_, word)| Kind::of(word).is_some());
            match last.to_ascii_uppercase().as_str() {
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

    /// Name and unit; the unit stands in the last brackets. Empty brackets hold none.
    pub(crate) fn parts(&self) -> (String, Option<&'a str>) {
        let text = self.text;
        let brackets = text
            .rfind('[')
            .and_then(|from| Some((from, from + text[from..].find(']')?)));
        match brackets {
            Some((from, to)) => {
                let unit = text[from + 1..to].trim();
                let name = format!("{} {}", text[..from].trim(), text[to + 1..].trim());
                (name.trim().to_owned(), (!unit.is_empty()).then_some(unit))
            }
            None => (text.trim().to_owned(), None),
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
    pub(crate) fn standard_role(&self, form: Option<Form>) -> Option<Role> {
        let (name, _) = self.parts();
        let lower = name.to_ascii_lowercase();
        let word = lower.split(|c: char| !c.is_ascii_alphabetic()).next();
        let is_of_sample = lower.starts_with("time_iso8601") || form == Some(Form::JulianDay);
        let spells_form = |form| Form::of(&name, None, None) == Some(form);
        match (lower.as_str(), word, form) {
            ("cruise", ..) => Some(Role::Cruise),
            ("station", ..) => Some(Role::Station),
            ("type", ..) => Some(Role::Type),
            ("bot. depth" | "bot depth" | "bottom depth", ..) => Some(Role::BottomDepth),
            ("local_cdi_id" | "edmo_code", ..) => Some(Role::Meta),
            (_, Some("longitude" | "lon"), _) => Some(Role::Longitude),
            (_, Some("latitude" | "lat"), _) => Some(Role::Latitude),
            (_, _, Some(Form::Clock)) => Some(Role::Clock),
            // Beside the stations' time, it is that of samples.
            _ if is_of_sample => None,
            (_, _, Some(form)) if spells_form(form) => Some(Role::Time),
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
            ("Temp [degC]:FLOAT:4", ("Temp [degC]", false, false, number, None)),
            (
                "Depth [m]:PRIMARYVAR:double:8",
                ("Depth [m]", false, true, number, None),
            ),
            ("Count:SHORT", ("Count", false, false, number, None)),
            ("Layer:3", ("Layer:3", false, false, None, None)),
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
        for (label, name, unit) in [
            ("Depth [m]:DOUBLE", "Depth", Some("m")),
            ("Longitude[degrees_east]", "Longitude", Some("degrees_east")),
            ("Salinity []", "Salinity", None),
            (
                "Oxygen [10^-6 mol] (Winkler)",
                "Oxygen (Winkler)",
                Some("10^-6 mol"),
            ),
            ("][", "][", None),
            ("", "", None),
        ] {
            assert_eq!(Label::read(label).parts(), (name.to_owned(), unit), "{label}");
        }
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
            ("time_ISO8601 [YYYY-MM-DDThh:mm:ss.sss]", None),
            ("Sampled at [YYYY-MM-DDThh:mm]", None),
            ("Chronological Julian Date [days]", None),
            ("Lattice", None),
        ] {
            let label = Label::read(label);
            let (name, unit) = label.parts();
            let form = Form::of(&name, unit, None);
            assert_eq!(label.standard_role(form), expected, "{label:?}");
        }
    }

    fn rank(label: &str, is_metadata: bool) -> Option<u8> {
        let (name, unit) = Label::read(label).parts();
        let mut column = Column::new(&name, 1, Role::Data);
        column.unit = unit.map(str::to_owned);
        (column.kind, column.is_metadata) = (Kind::Number, is_metadata);
        column.vertical_rank()
    }

    #[test]
    fn depths_and_pressures_of_samples() {
        for (label, expected) in [
            ("Depth [m]", Some(0)),
            ("PRES [decibar=10000 pascals]", Some(0)),
            ("Pressure", Some(0)),
            ("Depth_corr [meters]", Some(2)),
            ("Pres_Z [dbar]", Some(2)),
            ("Instrument depth [m]", Some(3)),
            ("Bot. Depth [m]", None),
            ("Depth of Sea Floor [m]", None),
            ("Mixed layer depth [m]", None),
            ("Air pressure [hPa]", None),
            ("Partial pressure of CO2 [uatm]", None),
            ("Preservation", None),
            ("Depth [1]", None),
            ("Temp [m]", None),
        ] {
            assert_eq!(rank(label, false), expected, "{label}");
        }
        assert_eq!(rank("Depth [m]", true), None);
        let mut mapped = Column::new("DEPHPR01", 1, Role::Data);
        (mapped.kind, mapped.term) = (Kind::Number, Some("SDN:P01::DEPHPR01".to_owned()));
        assert_eq!(mapped.vertical_rank(), Some(0));
    }
}
