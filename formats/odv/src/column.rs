//! Columns, as their labels describe them.

use crate::time::Form;

/// What a column holds: one of the standard metadata of ODV, a variable, or flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Label of the cruise, such as an EXPOCODE.
    Cruise,
    /// Label of the station.
    Station,
    /// Type of the station: `B` for bottles, `C` for a CTD cast, `*` or `X` for others.
    Type,
    /// Date of the station, with or without a time of day.
    Time,
    /// Time of day of the station, in a column beside its date.
    Clock,
    /// One part of the time of the station, if the file has a column for each part.
    TimePart(TimePart),
    /// Longitude of the station, in degrees east.
    Longitude,
    /// Latitude of the station, in degrees north.
    Latitude,
    /// Depth of the sea floor at the station.
    BottomDepth,
    /// Any other property of the station as a whole.
    Meta,
    /// The variable that orders the rows of a station: depth, pressure or time.
    Primary,
    /// Any other variable, with a value for each sample.
    Data,
    /// Quality flags of a variable, of the sample or of the station.
    Flag,
}

/// A part of the time of a station that has a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// Year of the Gregorian calendar.
    Year,
    /// Month, 1 to 12.
    Month,
    /// Day of the month, from 1.
    Day,
    /// Hour, 0 to 24.
    Hour,
    /// Minute, 0 to 59.
    Minute,
    /// Second, which may have a fraction.
    Second,
}

impl TimePart {
    /// The part that a column of this name holds.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
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
    /// Whether a new value in such a column begins a new station: cruise, station, type, time and position.
    #[must_use]
    pub fn is_identity(self) -> bool {
        use Role::{Clock, Cruise, Latitude, Longitude, Station, Time, TimePart, Type};
        matches!(
            self,
            Cruise | Station | Type | Time | Clock | TimePart(_) | Longitude | Latitude
        )
    }

    /// Whether such a column belongs to the station, so that its value holds for all rows of the station.
    #[must_use]
    pub fn is_metadata(self) -> bool {
        !matches!(self, Role::Primary | Role::Data | Role::Flag)
    }
}

/// What the values of a column are: numbers, texts or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Numbers, with a decimal point or comma.
    Number,
    /// Texts, which are not interpreted.
    Text,
    /// Dates, with or without a time of day.
    Time,
}

impl Kind {
    /// The kind of a value type that a label or comment names: `DOUBLE`, `TEXT`.
    pub(crate) fn from_value_type(value_type: &str) -> Option<Self> {
        let name = value_type.split(':').next()?;
        match name.to_ascii_uppercase().as_str() {
            "TEXT" | "INDEXED_TEXT" => Some(Kind::Text),
            "BYTE" | "SIGNED_BYTE" | "UBYTE" | "SHORT" | "UNSIGNED_SHORT" | "USHORT" | "INTEGER"
            | "UNSIGNED_INTEGER" | "UINTEGER" | "FLOAT" | "DOUBLE" => Some(Kind::Number),
            _ => None,
        }
    }
}

/// One column of the table: what its label and the comments say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Name without unit and qualifiers, such as `Depth`. The name of a column of flags is its label: `QV:SCHEME`.
    pub name: String,
    /// Unit: the text in the brackets of the label, such as `m`. `None` without brackets.
    pub unit: Option<String>,
    /// What the column holds, such as a position or the values of a variable.
    pub role: Role,
    /// What the values are; flags are texts.
    pub kind: Kind,
    /// Name of the scheme of a column of flags, as the file writes it. `None` for other columns, and if the file does
    /// not name it.
    pub scheme: Option<String>,
    /// Index of the column of flags for this variable; `None` if there is none.
    pub flag: Option<usize>,
    /// Whether the values belong to stations. This includes flags of such values.
    pub is_metadata: bool,
    /// The vocabulary term that a SeaDataNet file maps the column to, such as `SDN:P01::TEMPPR01`.
    pub term: Option<String>,
    /// Byte at which the label begins in the line of labels, from 1.
    pub at: u64,
    /// The form in which the column writes times.
    pub(crate) form: Option<Form>,
    /// Whether neither the label nor the comments declare the kind of the values.
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

    /// Rank of the column among the candidates for the depth or pressure of the samples: 0 is the most certain.
    ///
    /// `None` for other quantities, such as the depth of the sea floor or the pressure of the air.
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
        /// Words that occur in the names of other depths and pressures.
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

/// A label, split into its parts: `Depth [m]:PRIMARYVAR:DOUBLE`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    /// The label with its unit, without qualifiers.
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
        // Qualifiers are read from the end: names may contain colons, as `hh:mm` does.
        while let Some((rest, last)) = read.text.rsplit_once(':') {
            let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
            // The number of bytes after a value type: `TEXT:21`, `FLOAT:4`.
            let is_length = is_number
                && rest
                    .rsplit_once(':')
                    .is_some_and(|(_, word)| Kind::from_value_type(word).is_some());
            match last.to_ascii_uppercase().as_str() {
                "METAVAR" => read.is_meta = true,
                "PRIMARYVAR" => read.is_primary = true,
                _ if is_length => {}
                _ => match Kind::from_value_type(last) {
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

    /// Name and unit. The unit is in the last brackets; empty brackets mean that there is none.
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

    /// For a column of flags: the name of the scheme, and the label of the variable, if the label names them:
    /// `QV:ODV:Depth [m]`. `QF` is an older name for the flags of ODV.
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
        let spells_form = |form| Form::detect(&name, None, None) == Some(form);
        match (lower.as_str(), word, form) {
            ("cruise", ..) => Some(Role::Cruise),
            ("station", ..) => Some(Role::Station),
            ("type", ..) => Some(Role::Type),
            ("bot. depth" | "bot depth" | "bottom depth", ..) => Some(Role::BottomDepth),
            ("local_cdi_id" | "edmo_code", ..) => Some(Role::Meta),
            (_, Some("longitude" | "lon"), _) => Some(Role::Longitude),
            (_, Some("latitude" | "lat"), _) => Some(Role::Latitude),
            (_, _, Some(Form::Clock)) => Some(Role::Clock),
            // Beside the time of the stations, this is the time of samples.
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
    fn labels_are_split() {
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
            let form = Form::detect(&name, unit, None);
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
