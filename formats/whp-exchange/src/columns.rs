//! The lines of parameters and units.

use std::collections::HashMap;
use std::fmt;

use text_format::{Code, Deviation, Place, Sink};

use crate::codes;
use crate::flags::Scheme;
use crate::kind::Kind;
use crate::units::{self, Shift};
use crate::vocabulary::{DataType, Known, Parameter, expected_range, listed, look_up, nearest, units_of};

/// What a column holds: the values of a parameter, or flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// The values of a parameter.
    Parameter {
        /// Index of the column with its flags; `None` if there is none.
        flag: Option<usize>,
    },
    /// The flags of a parameter.
    Flag {
        /// Index of the column of the parameter; `None` if the file does not have it.
        of: Option<usize>,
    },
}

/// One column of the table.
///
/// ```
/// use whp_exchange::{Reader, Role};
///
/// let file = "CTD,20240101SIOCCHABC\nNUMBER_HEADERS = 1\nCTDPRS,CTDPRS_FLAG_W,CTDTMP\nDBAR,,ITS-90\n1,2,9.5\nEND_DATA\n";
/// let reader = Reader::new(file.as_bytes(), &mut |_| {})?;
/// let pressure = &reader.header().columns[0];
/// assert_eq!((pressure.name.as_str(), pressure.unit.as_deref()), ("CTDPRS", Some("DBAR")));
/// assert_eq!(pressure.role, Role::Parameter { flag: Some(1) });
/// assert_eq!(pressure.parameter().unwrap().standard_name, Some("sea_water_pressure"));
/// # Ok::<(), whp_exchange::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name of the column, as the file writes it.
    pub name: String,
    /// Unit of the column, as the file writes it; `None` if its cell is empty or missing.
    pub unit: Option<String>,
    /// Whether the column holds values or flags, and which column belongs to it.
    pub role: Role,
    known: Option<Known>,
    scheme: Option<Scheme>,
    /// Whether it is a key or coordinate, which must never be missing.
    pub(crate) is_required: bool,
}

/// Names of the columns of keys and coordinates.
pub(crate) mod name {
    pub(crate) const EXPOCODE: &str = "EXPOCODE";
    pub(crate) const STATION: &str = "STNNBR";
    pub(crate) const CAST: &str = "CASTNO";
    pub(crate) const SAMPLE: &str = "SAMPNO";
    pub(crate) const BOTTLE: &str = "BTLNBR";
    pub(crate) const DATE: &str = "DATE";
    pub(crate) const TIME: &str = "TIME";
    pub(crate) const LATITUDE: &str = "LATITUDE";
    pub(crate) const LONGITUDE: &str = "LONGITUDE";
    pub(crate) const PRESSURE: &str = "CTDPRS";
    pub(crate) const BOTTLE_DATE: &str = "BTL_DATE";
    pub(crate) const BOTTLE_TIME: &str = "BTL_TIME";
}

const BOTTLE_REQUIRED: [&str; 7] = [
    name::EXPOCODE,
    name::STATION,
    name::CAST,
    name::DATE,
    name::LATITUDE,
    name::LONGITUDE,
    name::PRESSURE,
];

impl Column {
    /// The parameter of CCHDO's list that the name stands for: as listed, in an older spelling, in other letter case, or with
    /// `_ALT_n`. Its unit differs from that of the column if that one is an older spelling or is not listed.
    ///
    /// `None` for a name that is not listed, for the uncertainty of a parameter, and for flags.
    pub fn parameter(&self) -> Option<&'static Parameter> {
        match self.known? {
            Known::Exact(p)
            | Known::Alias(p)
            | Known::Alternate(p)
            | Known::Case(p)
            | Known::OtherUnit(p) => Some(p),
            Known::ErrorOf(_) => None,
        }
    }

    /// How CCHDO's vocabulary says the values are written; decimal for the uncertainty of a parameter, `None` for a parameter that
    /// is not listed.
    pub fn data_type(&self) -> Option<DataType> {
        match self.known? {
            Known::ErrorOf(_) => Some(DataType::Decimal),
            _ => self.parameter().map(|parameter| parameter.data_type),
        }
    }

    /// The scheme of the flags on this parameter; `None` without flags, and for flags of an older scheme.
    pub fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// Least and greatest value that is expected, in the unit of the column; `None` if no range is known for the unit.
    pub fn range(&self) -> Option<(f64, f64)> {
        let unit = self.unit.as_deref();
        match self.known? {
            Known::Exact(p) | Known::Alias(p) => expected_range(p),
            Known::Alternate(p) | Known::Case(p) if p.unit == unit => expected_range(p),
            _ => None,
        }
    }

    /// Whether a negative number that is spelt like a fill value of other formats (-9, -99, -9999) may be a value.
    ///
    /// It may not be outside the range of CCHDO's list, or if the unit is that of a concentration. -9999 never may.
    pub(crate) fn can_be(&self, number: f64) -> bool {
        let parameter = self
            .parameter()
            .filter(|_| !matches!(self.known, Some(Known::OtherUnit(_))));
        let min = parameter.and_then(|parameter| parameter.min);
        let is_concentration = self.unit.as_deref().is_some_and(is_concentration);
        let is_excess = parameter.is_some_and(|parameter| parameter.name == "AOU");
        number > -9999.0 && min.is_none_or(|min| number >= min) && (!is_concentration || is_excess)
    }

    pub(crate) fn is_position(&self) -> bool {
        self.name.eq_ignore_ascii_case(name::LATITUDE) || self.name.eq_ignore_ascii_case(name::LONGITUDE)
    }
}

/// Whether a unit is that of an amount or an activity per mass or volume of water, which cannot be negative.
fn is_concentration(unit: &str) -> bool {
    let unit = unit.to_ascii_uppercase();
    [
        "MOL/KG", "MOL/L", "G/KG", "G/L", "G/M^3", "ML/L", "BQ/KG", "BQ/M^3",
    ]
    .iter()
    .any(|end| unit.ends_with(end))
}

/// A line of the table above the data, with its number.
#[derive(Clone, Copy)]
pub(crate) struct TableLine<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) number: u64,
}

/// A cell of such a line, decoded and trimmed, with the byte at which it begins (from 1).
pub(crate) type PlacedCell<'t> = (&'t str, u64);

/// The cells of a line; `text` is the part that could be decoded.
fn split<'t>(text: &'t str, line: &[u8]) -> Vec<PlacedCell<'t>> {
    let mut at = 1;
    text.split(',')
        .zip(line.split(|byte| *byte == b','))
        .map(|(cell, bytes)| {
            let start = at + (cell.len() - cell.trim_start().len()) as u64;
            at += bytes.len() as u64 + 1;
            (cell.trim(), start)
        })
        .collect()
}

/// Whether the line that should have units contains data: more numbers than other cells.
pub(crate) fn is_data(units: &[u8]) -> bool {
    let cells = units.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let (numbers, others): (Vec<_>, Vec<_>) = cells
        .filter(|cell| !cell.is_empty())
        .partition(|cell| fast_float2::parse::<f64, _>(cell).is_ok());
    numbers.len() > others.len()
}

/// Reads both lines; `units` is `None` if that line is missing.
pub(crate) fn read(
    kind: Kind,
    parameters: TableLine<'_>,
    units: Option<TableLine<'_>>,
    sink: Sink<'_>,
) -> Vec<Column> {
    let text = String::from_utf8_lossy(parameters.bytes);
    let mut names = split(&text, parameters.bytes);
    let surplus = drop_trailing(&mut names, 1);
    report_trailing(surplus, parameters.number, "parameters", None, sink);
    check_characters(&names, parameters, &names, sink);
    let unit_text = String::from_utf8_lossy(units.map_or(&[][..], |line| line.bytes));
    let unit_line = units.unwrap_or(parameters);
    let (mut unit_cells, mut surplus) = (Vec::new(), None);
    if let Some(line) = units {
        unit_cells = split(&unit_text, line.bytes);
        surplus = drop_trailing(&mut unit_cells, names.len());
        check_characters(&unit_cells, line, &names, sink);
    }
    let shift = units::shift(&names, &unit_cells);
    report_trailing(surplus, unit_line.number, "units", shift, sink);
    if let Some(shift) = shift {
        report_shift(shift, &names, &unit_cells, unit_line.number, sink);
    }
    if units.is_some() && unit_cells.len() != names.len() {
        let message = format_args!("{} units for {} parameters", unit_cells.len(), names.len());
        let deviation = Deviation::new(&codes::UNIT_COUNT, Place::line(unit_line.number, 1), message);
        sink(because(deviation, shift));
    }
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (name, _)) in names.iter().enumerate() {
        by_name.entry(name.to_ascii_uppercase()).or_default().push(at);
    }
    let table = Table {
        names: &names,
        by_name,
        line: parameters.number,
        unit_line: unit_line.number,
        has_units: units.is_some(),
        shift,
    };
    let columns: Vec<Column> = (0..names.len())
        .map(|at| table.column(kind, at, unit_cells.get(at).copied(), sink))
        .collect();
    table.report_missing(kind, sink);
    table.report_same_by_alias(&columns, sink);
    columns
}

/// Marks a deviation as a consequence of shifted units, if they are shifted.
fn because(deviation: Deviation<'_>, shift: Option<Shift>) -> Deviation<'_> {
    match shift {
        Some(_) => deviation.caused_by(&codes::UNITS_SHIFTED),
        None => deviation,
    }
}

fn report_shift(shift: Shift, names: &[PlacedCell<'_>], units: &[PlacedCell<'_>], line: u64, sink: Sink<'_>) {
    let Some((name, _)) = names.get(shift.from) else {
        return;
    };
    let stands_at = shift.unit_of(shift.from);
    let (unit, column) = units.get(stands_at).copied().unwrap_or_default();
    let under = names.get(stands_at).map_or("no parameter", |(name, _)| name);
    let side = if shift.is_left { "left" } else { "right" };
    let message = format_args!(
        "from {name} on, the units are one column too far to the {side} (`{unit}` is under {under}, expected under {name})"
    );
    sink(Deviation::new(&codes::UNITS_SHIFTED, Place::line(line, column.max(1)), message).field(name));
}

/// Names and units are visible ASCII. Contrary to the specification, the list itself has a few units of two words: `DEG
/// C`.
fn check_characters(cells: &[PlacedCell<'_>], line: TableLine<'_>, names: &[PlacedCell<'_>], sink: Sink<'_>) {
    for (at, (cell, column)) in cells.iter().enumerate() {
        let is_listed = |(name, _): &PlacedCell<'_>| listed(name, Some(cell)).is_some();
        if let Some(odd) = cell.bytes().position(|byte| !(0x21..=0x7e).contains(&byte))
            && !names.get(at).is_some_and(is_listed)
        {
            let column = column + odd as u64;
            let byte = line.bytes[column as usize - 1];
            let message = format_args!("byte {byte:#04x} in a name or unit");
            let place = Place::line(line.number, column);
            let deviation = Deviation::new(&codes::FORBIDDEN_CHARACTER, place, message);
            match names.get(at) {
                Some((name, _)) => sink(deviation.on(name)),
                None => sink(deviation),
            }
        }
    }
}

/// Removes empty cells at the end, beyond the first `keep`; returns the byte of the first one.
fn drop_trailing(cells: &mut Vec<PlacedCell<'_>>, keep: usize) -> Option<u64> {
    let mut first = None;
    while cells.len() > keep && cells.last().is_some_and(|(cell, _)| cell.is_empty()) {
        first = cells.pop().map(|(_, column)| column);
    }
    first
}

/// Reports that the line of parameters or units ends with a comma, before the byte `surplus`.
fn report_trailing(surplus: Option<u64>, line: u64, what: &str, shift: Option<Shift>, sink: Sink<'_>) {
    if let Some(column) = surplus {
        let message = format_args!("the line of {what} ends with a comma");
        let place = Place::line(line, column.max(2) - 1);
        sink(because(
            Deviation::new(&codes::TRAILING_COMMA, place, message),
            shift,
        ));
    }
}

/// The two lines while their columns are made.
struct Table<'a> {
    names: &'a [PlacedCell<'a>],
    /// Indices of each name in capitals, to find each of 20,000 columns quickly.
    by_name: HashMap<String, Vec<usize>>,
    line: u64,
    unit_line: u64,
    /// A missing line of units is one deviation, not one for each parameter.
    has_units: bool,
    shift: Option<Shift>,
}

impl Table<'_> {
    fn column(&self, kind: Kind, at: usize, unit: Option<PlacedCell<'_>>, sink: Sink<'_>) -> Column {
        let (name, column) = self.names[at];
        let (unit, unit_column) = unit.map_or((None, 1), |(unit, column)| {
            (Some(unit).filter(|unit| !unit.is_empty()), column)
        });
        let place = Place::line(self.line, column);
        let unit_place = Place::line(self.unit_line, unit_column);
        let mut report = |code: &'static Code, message: fmt::Arguments<'_>| {
            let is_of_unit = [&codes::FLAG_UNIT, &codes::UNIT_UNKNOWN].contains(&code);
            if !is_of_unit {
                sink(Deviation::new(code, place, message).on(name));
            } else if self.has_units {
                sink(because(
                    Deviation::new(code, unit_place, message).on(name),
                    self.shift.filter(|shift| shift.covers(at)),
                ));
            }
        };
        if self.places(name)[0] < at && !name.is_empty() {
            report(&codes::PARAMETER_REPEATED, format_args!("{name} occurs twice"));
        }
        let (role, is_legacy) = self.role(at);
        let mut column = Column {
            name: name.to_owned(),
            unit: unit.map(str::to_owned),
            role,
            known: None,
            scheme: None,
            is_required: self.is_required(kind, name),
        };
        match role {
            Role::Flag { of } => describe_flags(&column, of.is_none(), is_legacy, &mut report),
            Role::Parameter { flag } => {
                column.known = look_up(name, unit);
                describe(&column, &mut report);
                let has_woce_flags = flag.is_some_and(|flag| !is_igoss(self.names[flag].0));
                if has_woce_flags {
                    column.scheme = Some(scheme(&column, kind, &mut report));
                }
            }
        }
        column
    }

    fn is_required(&self, kind: Kind, name: &str) -> bool {
        let is = |key: &&str| name.eq_ignore_ascii_case(key);
        match kind {
            Kind::Bottle => BOTTLE_REQUIRED.iter().chain(&self.sample_key()).any(is),
            Kind::Ctd => is(&name::PRESSURE),
        }
    }

    /// The role of the column, and whether it has flags of the older scheme.
    fn role(&self, at: usize) -> (Role, bool) {
        let name = self.names[at].0;
        if let Some(base) = base_of(name) {
            let of = self.flagged_by(at, base);
            return (Role::Flag { of }, is_igoss(name));
        }
        // WOCE flags take precedence over those of the older scheme.
        let flag = ["_FLAG_W", "_FLAG_I"].iter().find_map(|suffix| {
            let flags = self.places(&format!("{name}{suffix}"));
            let mut flags = flags.iter().copied();
            flags.find(|flag| self.flagged_by(*flag, name) == Some(at))
        });
        (Role::Parameter { flag }, false)
    }

    /// The parameter `base` directly before the flag column at `flag`; otherwise the first one with that name.
    fn flagged_by(&self, flag: usize, base: &str) -> Option<usize> {
        let places = self.places(base);
        let before = places.iter().copied().rfind(|at| *at < flag);
        before.or(places.first().copied())
    }

    /// Indices of the columns with a name, in any case.
    fn places(&self, name: &str) -> &[usize] {
        let places = self.by_name.get(&name.to_ascii_uppercase());
        places.map_or(&[], Vec::as_slice)
    }

    /// Reports two columns that are the same listed parameter under two names.
    fn report_same_by_alias(&self, columns: &[Column], sink: Sink<'_>) {
        let mut seen: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for (at, column) in columns.iter().enumerate() {
            let (Some(Known::Exact(p)) | Some(Known::Alias(p))) = column.known else {
                continue;
            };
            let first = *seen.entry((p.name, p.unit)).or_insert(at);
            if !columns[first].name.eq_ignore_ascii_case(&column.name) {
                let message = format_args!("{} and {} are both {}", columns[first].name, column.name, p.name);
                let place = Place::line(self.line, self.names[at].1);
                sink(Deviation::new(&codes::ALIAS_REPEATED, place, message).on(&column.name));
            }
        }
    }

    /// SAMPNO, or BTLNBR if there is no SAMPNO.
    fn sample_key(&self) -> Option<&'static str> {
        [name::SAMPLE, name::BOTTLE]
            .into_iter()
            .find(|key| !self.places(key).is_empty())
    }

    fn report_missing(&self, kind: Kind, sink: Sink<'_>) {
        let required: &[&str] = match kind {
            Kind::Bottle => &BOTTLE_REQUIRED,
            Kind::Ctd => &[name::PRESSURE],
        };
        let absent = required.iter().copied().filter(|key| self.places(key).is_empty());
        let sample = (kind == Kind::Bottle && self.sample_key().is_none()).then_some(name::SAMPLE);
        for name in absent.chain(sample) {
            let message = format_args!("{name} is missing");
            let deviation = Deviation::new(&codes::PARAMETER_MISSING, Place::line(self.line, 1), message);
            sink(deviation.subject(name));
        }
    }
}

/// The parameter that is part of the name of a flag column.
pub(crate) fn base_of(name: &str) -> Option<&str> {
    let (base, suffix) = name.split_at_checked(name.len().checked_sub("_FLAG_W".len())?)?;
    let is_flag = suffix.eq_ignore_ascii_case("_FLAG_W") || suffix.eq_ignore_ascii_case("_FLAG_I");
    (is_flag && !base.is_empty()).then_some(base)
}

/// Whether a flag column has IGOSS codes, according to its name.
fn is_igoss(name: &str) -> bool {
    name.ends_with(['I', 'i'])
}

type Report<'r> = &'r mut dyn FnMut(&'static Code, fmt::Arguments<'_>);

fn describe_flags(column: &Column, is_orphan: bool, is_legacy: bool, report: Report<'_>) {
    let name = &column.name;
    if is_orphan {
        report(&codes::FLAG_ORPHAN, format_args!("{name} has no parameter"));
    }
    if let Some(unit) = &column.unit {
        report(&codes::FLAG_UNIT, format_args!("{name} has the unit {unit}"));
    }
    if is_legacy {
        report(&codes::FLAG_LEGACY, format_args!("{name} contains IGOSS flags"));
    }
    if !name.ends_with("_FLAG_W") && !name.ends_with("_FLAG_I") {
        report(&codes::PARAMETER_CASE, format_args!("{name} is not in capitals"));
    }
}

/// The scheme of the flags of a parameter: that of the list, otherwise the usual one for the kind of file.
fn scheme(column: &Column, kind: Kind, report: Report<'_>) -> Scheme {
    let usual = match kind {
        Kind::Bottle => Scheme::Sample,
        Kind::Ctd => Scheme::Ctd,
    };
    let Some(parameter) = column.parameter() else {
        return usual;
    };
    parameter.scheme.unwrap_or_else(|| {
        let name = &column.name;
        report(
            &codes::FLAG_NOT_EXPECTED,
            format_args!("{name} has flags; CCHDO lists it without"),
        );
        usual
    })
}

/// Reports how name and unit differ from CCHDO's list.
fn describe(column: &Column, report: Report<'_>) {
    let name = &column.name;
    let unit = column.unit.as_deref();
    let with = |unit: Option<&str>| unit.map_or("no unit".to_owned(), |unit| format!("unit {unit}"));
    match column.known {
        Some(Known::Exact(_) | Known::Alternate(_) | Known::ErrorOf(_)) => {}
        _ if name.is_empty() => report(&codes::PARAMETER_EMPTY, format_args!("a column has no name")),
        Some(Known::Alias(p)) => report(
            &codes::PARAMETER_ALIAS,
            format_args!(
                "{name} with {} is listed as {} with {}",
                with(unit),
                p.name,
                with(p.unit)
            ),
        ),
        Some(Known::Case(p)) => report(
            &codes::PARAMETER_CASE,
            format_args!("{name} is listed as {}", p.name),
        ),
        Some(Known::OtherUnit(p)) => {
            let listed: Vec<_> = units_of(p.name).map(|unit| unit.unwrap_or("no unit")).collect();
            let listed = listed.join(" or ");
            report(
                &codes::UNIT_UNKNOWN,
                format_args!("{name} has {}; CCHDO lists {listed}", with(unit)),
            );
        }
        None => match nearest(name) {
            Some(near) => report(
                &codes::PARAMETER_UNKNOWN,
                format_args!("{name} is not in CCHDO's list; the nearest name there is {near}"),
            ),
            None => report(
                &codes::PARAMETER_UNKNOWN,
                format_args!("neither {name} nor a similar name is in CCHDO's list"),
            ),
        },
    }
}
