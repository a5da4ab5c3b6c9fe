//! The lines of parameters and units.

use std::collections::HashMap;
use std::fmt;

use crate::deviation::{Code, Deviation, Sink, codes};
use crate::flags::Scheme;
use crate::header::Kind;
use crate::vocabulary::{DataType, Known, Parameter, listed, look_up, nearest, units};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A parameter's values.
    Parameter {
        /// Index of the column of its flags.
        flag: Option<usize>,
    },
    /// A parameter's flags.
    Flag {
        /// Index of the parameter's column; none for an orphan.
        of: Option<usize>,
    },
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name as written.
    pub name: String,
    /// Unit as written.
    pub unit: Option<String>,
    /// What it holds.
    pub role: Role,
    known: Option<Known>,
    /// Codes of the flags on this parameter; none where it has none, or where they are not interpreted.
    pub(crate) scheme: Option<Scheme>,
    /// A key or coordinate, which is never missing.
    pub(crate) required: bool,
}

/// What the columns of keys and coordinates are called.
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
    /// The listed parameter; none for an unknown one, and for flags.
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

    /// How its values are written; none where the vocabulary does not know the parameter.
    pub fn data_type(&self) -> Option<DataType> {
        match self.known? {
            Known::ErrorOf(_) => Some(DataType::Decimal),
            _ => self.parameter().map(|parameter| parameter.data_type),
        }
    }

    /// Least and greatest value to be expected in the column's own unit.
    pub fn range(&self) -> Option<(f64, f64)> {
        if matches!(self.known, Some(Known::OtherUnit(_))) {
            return None;
        }
        let parameter = self.parameter()?;
        let (min, max) = (parameter.min, parameter.max);
        (min.is_some() || max.is_some())
            .then(|| (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY)))
    }

    pub(crate) fn is_position(&self) -> bool {
        self.name.eq_ignore_ascii_case(name::LATITUDE) || self.name.eq_ignore_ascii_case(name::LONGITUDE)
    }
}

/// The cells of a line, of which `text` is what could be read, trimmed, with the byte at which each begins (from 1).
pub(crate) fn cells<'t>(text: &'t str, line: &[u8]) -> Vec<(&'t str, u64)> {
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

/// Whether what should be units are values: more numbers among them than anything else.
pub(crate) fn is_data(units: &[u8]) -> bool {
    let filled = units
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|cell| !cell.is_empty());
    let (numbers, others): (Vec<_>, Vec<_>) =
        filled.partition(|cell| fast_float2::parse::<f64, _>(cell).is_ok());
    numbers.len() > others.len()
}

/// Reads both lines; `units` is none where its line is missing.
pub(crate) fn read(
    kind: Kind,
    parameters: (&[u8], u64),
    units: Option<(&[u8], u64)>,
    sink: Sink<'_>,
) -> Vec<Column> {
    let (text, line) = (String::from_utf8_lossy(parameters.0), parameters.1);
    let mut names = cells(&text, parameters.0);
    trim_commas(&mut names, line, "the line of parameters", 1, sink);
    let unit_line = units.map_or(line, |(_, line)| line);
    let unit_bytes = units.map_or(&[][..], |(bytes, _)| bytes);
    let unit_text = String::from_utf8_lossy(unit_bytes);
    let mut unit_cells = if units.is_some() {
        cells(&unit_text, unit_bytes)
    } else {
        Vec::new()
    };
    trim_commas(&mut unit_cells, unit_line, "the line of units", names.len(), sink);
    if units.is_some() && unit_cells.len() != names.len() {
        let message = format_args!("{} units for {} parameters", unit_cells.len(), names.len());
        sink(Deviation::at(&codes::UNIT_COUNT, unit_line, 1, message));
    }
    check_characters(&names, parameters, &names, sink);
    check_characters(&unit_cells, (unit_bytes, unit_line), &names, sink);
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (name, _)) in names.iter().enumerate() {
        by_name.entry(name.to_ascii_uppercase()).or_default().push(at);
    }
    let named = Named {
        names: &names,
        by_name,
        line,
        unit_line,
        has_units: units.is_some(),
    };
    let columns: Vec<Column> = (0..names.len())
        .map(|at| named.column(kind, at, unit_cells.get(at).copied(), sink))
        .collect();
    named.missing(kind, sink);
    named.same_by_alias(&columns, sink);
    columns
}

/// Names and units are visible ASCII. Against the specification the list itself has a few units of two words: `DEG C`.
fn check_characters(
    cells: &[(&str, u64)],
    (bytes, line): (&[u8], u64),
    names: &[(&str, u64)],
    sink: Sink<'_>,
) {
    for (at, (cell, column)) in cells.iter().enumerate() {
        let is_listed = |(name, _): &(&str, u64)| listed(name, Some(cell)).is_some();
        if let Some(odd) = cell.bytes().position(|byte| !(0x21..=0x7e).contains(&byte))
            && !names.get(at).is_some_and(is_listed)
        {
            let column = column + odd as u64;
            let byte = bytes[column as usize - 1];
            let message = format_args!("byte {byte:#04x} in a name or unit");
            let deviation = Deviation::at(&codes::FORBIDDEN_CHARACTER, line, column, message);
            match names.get(at) {
                Some((name, _)) => sink(deviation.on(name)),
                None => sink(deviation),
            }
        }
    }
}

/// Drops empty cells at the end, beyond `keep`.
fn trim_commas(cells: &mut Vec<(&str, u64)>, line: u64, what: &str, keep: usize, sink: Sink<'_>) {
    let mut first = None;
    while cells.len() > keep && cells.last().is_some_and(|(cell, _)| cell.is_empty()) {
        first = cells.pop();
    }
    if let Some((_, column)) = first {
        let message = format_args!("{what} ends with a comma");
        sink(Deviation::at(
            &codes::TRAILING_COMMA,
            line,
            column.max(2) - 1,
            message,
        ));
    }
}

struct Named<'a> {
    names: &'a [(&'a str, u64)],
    /// Indices of each name, in capitals, so that a hundred thousand columns cost no more each than ten.
    by_name: HashMap<String, Vec<usize>>,
    line: u64,
    unit_line: u64,
    /// A missing line of units is one deviation, not one for each parameter.
    has_units: bool,
}

impl Named<'_> {
    fn column(&self, kind: Kind, at: usize, unit: Option<(&str, u64)>, sink: Sink<'_>) -> Column {
        let (name, place) = self.names[at];
        let (unit, unit_place) = unit.map_or((None, 1), |(unit, place)| {
            (Some(unit).filter(|u| !u.is_empty()), place)
        });
        let mut report = |code: &'static Code, message: fmt::Arguments<'_>| {
            let of_unit = std::ptr::eq(code, &raw const codes::FLAG_UNIT)
                || std::ptr::eq(code, &raw const codes::UNIT_UNKNOWN);
            if of_unit && !self.has_units {
                return;
            }
            let (line, column) = if of_unit {
                (self.unit_line, unit_place)
            } else {
                (self.line, place)
            };
            sink(Deviation::at(code, line, column, message).on(name));
        };
        if self.places(name)[0] < at && !name.is_empty() {
            report(&codes::PARAMETER_REPEATED, format_args!("{name} occurs twice"));
        }
        let (role, legacy) = self.role(at);
        let mut column = Column {
            name: name.to_owned(),
            unit: unit.map(str::to_owned),
            role,
            known: None,
            scheme: None,
            required: kind == Kind::Bottle
                && (BOTTLE_REQUIRED.into_iter().chain(self.sample_key()))
                    .any(|key| name.eq_ignore_ascii_case(key))
                || kind == Kind::Ctd && name.eq_ignore_ascii_case(name::PRESSURE),
        };
        match role {
            Role::Flag { of } => {
                if of.is_none() {
                    report(&codes::FLAG_ORPHAN, format_args!("{name} has no parameter"));
                }
                if let Some(unit) = unit {
                    report(&codes::FLAG_UNIT, format_args!("{name} has the unit {unit}"));
                }
                if legacy {
                    report(&codes::FLAG_LEGACY, format_args!("{name} holds IGOSS flags"));
                }
                if !name.ends_with("_FLAG_W") && !name.ends_with("_FLAG_I") {
                    report(&codes::PARAMETER_CASE, format_args!("{name} is not in capitals"));
                }
            }
            Role::Parameter { flag } => {
                column.known = look_up(name, unit);
                let listed = match column.known {
                    Some(Known::ErrorOf(_)) | None => None,
                    _ => column.parameter(),
                };
                describe(&column, &mut report);
                let is_legacy = flag.is_some_and(|flag| is_legacy(self.names[flag].0));
                let usual = if kind == Kind::Ctd {
                    Scheme::Ctd
                } else {
                    Scheme::Sample
                };
                if flag.is_some() && !is_legacy {
                    column.scheme = Some(listed.and_then(|parameter| parameter.scheme).unwrap_or(usual));
                    if listed.is_some_and(|parameter| parameter.scheme.is_none()) {
                        report(
                            &codes::FLAG_NOT_EXPECTED,
                            format_args!("{name} is not flagged, but has a flag column"),
                        );
                    }
                }
            }
        }
        column
    }

    /// Whether it is a flag column, and whether of the older scheme.
    fn role(&self, at: usize) -> (Role, bool) {
        let name = self.names[at].0;
        if let Some(base) = base_of(name) {
            return (
                Role::Flag {
                    of: self.flagged_by(at, base),
                },
                is_legacy(name),
            );
        }
        // WOCE flags before those of the older scheme.
        let mine = ["_FLAG_W", "_FLAG_I"].iter().find_map(|suffix| {
            let flags = self.places(&format!("{name}{suffix}"));
            flags
                .iter()
                .copied()
                .find(|flag| self.flagged_by(*flag, name) == Some(at))
        });
        (Role::Parameter { flag: mine }, false)
    }

    /// The parameter `base` that the flag column at `flag` stands behind; else the first of that name.
    fn flagged_by(&self, flag: usize, base: &str) -> Option<usize> {
        let places = self.places(base);
        places
            .iter()
            .copied()
            .rfind(|at| *at < flag)
            .or(places.first().copied())
    }

    /// Where a name stands, in whatever case.
    fn places(&self, name: &str) -> &[usize] {
        let places = self.by_name.get(&name.to_ascii_uppercase());
        places.map_or(&[], Vec::as_slice)
    }

    /// Two names for one listed parameter are that parameter twice.
    fn same_by_alias(&self, columns: &[Column], sink: Sink<'_>) {
        let mut seen: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for (at, column) in columns.iter().enumerate() {
            let (Some(Known::Exact(p)) | Some(Known::Alias(p))) = column.known else {
                continue;
            };
            let first = *seen.entry((p.name, p.unit)).or_insert(at);
            if !columns[first].name.eq_ignore_ascii_case(&column.name) {
                let message = format_args!("{} and {} are both {}", columns[first].name, column.name, p.name);
                let place = self.names[at].1;
                sink(Deviation::at(&codes::PARAMETER_REPEATED, self.line, place, message).on(&column.name));
            }
        }
    }

    /// SAMPNO, or BTLNBR where there is none.
    fn sample_key(&self) -> Option<&'static str> {
        [name::SAMPLE, name::BOTTLE]
            .into_iter()
            .find(|key| !self.places(key).is_empty())
    }

    fn missing(&self, kind: Kind, sink: Sink<'_>) {
        let required: &[&str] = match kind {
            Kind::Bottle => &BOTTLE_REQUIRED,
            Kind::Ctd => &[name::PRESSURE],
        };
        let absent = required.iter().copied().filter(|key| self.places(key).is_empty());
        let sample = (kind == Kind::Bottle && self.sample_key().is_none()).then_some(name::SAMPLE);
        for name in absent.chain(sample) {
            let message = format_args!("{name} is missing");
            sink(Deviation {
                subject: Some(name),
                ..Deviation::at(&codes::PARAMETER_MISSING, self.line, 1, message)
            });
        }
    }
}

/// The parameter that a flag column's name names.
fn base_of(name: &str) -> Option<&str> {
    let (base, suffix) = name.split_at_checked(name.len().checked_sub("_FLAG_W".len())?)?;
    let is_flag = suffix.eq_ignore_ascii_case("_FLAG_W") || suffix.eq_ignore_ascii_case("_FLAG_I");
    (is_flag && !base.is_empty()).then_some(base)
}

fn is_legacy(name: &str) -> bool {
    name.ends_with(['I', 'i'])
}

/// Says how name and unit stand to the vocabulary.
fn describe(column: &Column, report: &mut dyn FnMut(&'static Code, fmt::Arguments<'_>)) {
    let name = &column.name;
    let unit = column.unit.as_deref().unwrap_or("none");
    match column.known {
        Some(Known::Exact(_) | Known::Alternate(_) | Known::ErrorOf(_)) => {}
        _ if name.is_empty() => report(&codes::PARAMETER_EMPTY, format_args!("a column has no name")),
        Some(Known::Alias(p)) => {
            let listed = p.unit.unwrap_or("none");
            report(
                &codes::PARAMETER_ALIAS,
                format_args!(
                    "{name} with unit {unit} is listed as {} with unit {listed}",
                    p.name
                ),
            );
        }
        Some(Known::Case(p)) => report(
            &codes::PARAMETER_CASE,
            format_args!("{name} is listed as {}", p.name),
        ),
        Some(Known::OtherUnit(p)) => {
            let listed: Vec<_> = units(p.name).collect();
            report(
                &codes::UNIT_UNKNOWN,
                format_args!("{name} has unit {unit}; listed is {}", listed.join(" or ")),
            );
        }
        None => match nearest(name) {
            Some(near) => report(
                &codes::PARAMETER_UNKNOWN,
                format_args!("{name} is not in the vocabulary; the nearest name is {near}"),
            ),
            None => report(
                &codes::PARAMETER_UNKNOWN,
                format_args!("{name} is not in the vocabulary, nor is any name near it"),
            ),
        },
    }
}
