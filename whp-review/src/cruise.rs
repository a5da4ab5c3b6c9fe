//! Reads Exchange files into one review.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read};

use data_review_core::{Instant, Place, ReviewBuilder, ReviewError};
use whp_exchange::{Cast, Code, Deviation, Error, Header, Kind, Reader, Role, Row, codes};

use crate::codes::{EXPOCODE_CONTRADICTS_NAME, info};
use crate::variable::{Part, Variable};

/// A part of a file ends with the row that passes so many bytes.
const PART: usize = 8 << 20;
/// The vertical coordinate; never the sea floor's DEPTH.
const VERTICAL: &str = "CTDPRS";
const EXPOCODE: &str = "EXPOCODE";
/// EXPOCODEs remembered: a file has one, a collection a few.
const MOST_EXPOCODES: usize = 100;

/// Checks that need a flag column.
const ON_FLAGS: &[&Code] = &[
    &codes::FLAG_ZERO,
    &codes::FLAG_UNUSED,
    &codes::FLAG_BAD,
    &codes::FLAG_BLANK,
    &codes::FLAG_FILL,
    &codes::FLAG_UNIT,
    &codes::FLAG_ORPHAN,
    &codes::FLAG_LEGACY,
    &codes::FLAG_NOT_EXPECTED,
    &codes::VALUE_UNDER_FILL_FLAG,
    &codes::FILL_UNDER_VALUE_FLAG,
];
/// Checks that need a time of day.
const ON_TIMES: &[&Code] = &[&codes::TIME_FORM, &codes::TIME_IMPOSSIBLE];
/// Checks that need the bottles' own dates.
const ON_BOTTLE_DATES: &[&Code] = &[&codes::BOTTLE_TIME];

/// All files that make up one object, read one after the other.
#[derive(Default)]
pub struct Cruise {
    variables: Vec<Variable>,
    /// Index of each variable by name, unit and occurrence: a name that a file repeats is two variables.
    by_name: HashMap<(String, Option<String>, usize), usize>,
    rows: u64,
    casts: u64,
    expocodes: BTreeSet<String>,
    has: Has,
}

/// What any of the files has, so that the checks on it had something to run on.
#[derive(Default)]
struct Has {
    flags: bool,
    times: bool,
    bottle_dates: bool,
    /// An EXPOCODE in the name of the file or of a member.
    names: bool,
}

impl Has {
    fn note(&mut self, header: &Header) {
        let column = |name| header.column(name).is_some();
        self.flags |= header
            .columns
            .iter()
            .any(|column| matches!(column.role, Role::Flag { .. }));
        self.times |= header.value("TIME").is_some() || column("TIME") || column("BTL_TIME");
        self.bottle_dates |= column("BTL_DATE");
    }
}

/// What one file said of itself.
#[derive(Debug)]
pub struct Facts {
    /// Everything above its data.
    pub header: Header,
    /// The cast that its last row belongs to; of a CTD file, its cast.
    pub cast: Cast,
    /// Rows.
    pub rows: u64,
    /// Set when its source failed before its end: what was read until then is counted.
    pub cut: Option<io::Error>,
}

impl Cruise {
    /// Reads a file; `member` is its name within an archive.
    ///
    /// # Errors
    /// When it yields nothing: no Exchange file, no parameters, or a source that fails before the first row.
    pub fn read<R: Read>(
        &mut self,
        source: R,
        member: Option<&str>,
        review: &mut ReviewBuilder,
    ) -> Result<Facts, Error> {
        let mut reader = Reader::new(source, &mut |deviation| report(deviation, member, review))?;
        let header = reader.header().clone();
        self.has.note(&header);
        let slots = self.slots(&header);
        let names = [Some(review.file_name()), member].into_iter().flatten();
        let names = names.filter_map(whp_exchange::expocode_in_name);
        let named: BTreeSet<String> = names.map(str::to_owned).collect();
        self.has.names |= !named.is_empty();
        let mut file = File {
            member,
            named,
            expocode: ExpocodeAt::of(&header),
            parts: self.parts(&slots),
            slots,
            bytes: 0,
            last: Cast::default(),
        };
        let mut rows = 0;
        let cut = loop {
            match reader.next_row(&mut |deviation| report(deviation, member, review)) {
                Ok(Some(row)) => {
                    rows += 1;
                    file.take(row, self, review);
                }
                Ok(None) => break None,
                Err(error) if rows == 0 => return Err(error.into()),
                Err(error) => break Some(error),
            }
        };
        self.rows += rows;
        self.casts += reader.casts();
        self.merge(&mut file, review);
        Ok(Facts {
            header,
            cast: file.last,
            rows,
            cut,
        })
    }

    /// Data rows of all files.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Casts of all files.
    pub fn casts(&self) -> u64 {
        self.casts
    }

    /// Hands everything over that holds for all files together.
    pub fn finish(self, review: &mut ReviewBuilder) {
        review.observations(self.rows);
        review.profiles(self.casts);
        self.rule_out(review);
        for variable in self.variables {
            let total = variable.total();
            let facts = variable.facts;
            if facts.canonical.as_deref() == Some(VERTICAL)
                && let Some((min, max)) = total.range()
            {
                review
                    .coverage
                    .depth(min.as_f64(), max.as_f64(), facts.unit.as_deref());
            }
            review.variable(facts, &total);
        }
    }

    /// A check that had nothing to run on has not passed.
    fn rule_out(&self, review: &mut ReviewBuilder) {
        if !self.has.names {
            review.not_applicable(&EXPOCODE_CONTRADICTS_NAME);
        }
        for (applies, codes) in [
            (self.has.flags, ON_FLAGS),
            (self.has.times, ON_TIMES),
            (self.has.bottle_dates, ON_BOTTLE_DATES),
        ] {
            if !applies {
                codes.iter().for_each(|code| review.not_applicable(&info(code)));
            }
        }
    }

    /// For each parameter of the file its column and its variable; made here where an earlier file had none.
    fn slots(&mut self, header: &Header) -> Vec<Slot> {
        let mut seen: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        let mut slots = Vec::new();
        for (at, column) in header.columns.iter().enumerate() {
            let Role::Parameter { flag } = column.role else {
                continue;
            };
            let occurrence = seen.entry((&column.name, column.unit.as_deref())).or_default();
            let key = (column.name.clone(), column.unit.clone(), *occurrence);
            *occurrence += 1;
            let variable = *self.by_name.entry(key).or_insert_with(|| {
                self.variables
                    .push(Variable::new(column, at, flag.map(|flag| &header.columns[flag])));
                self.variables.len() - 1
            });
            self.variables[variable].flagged_too(flag.is_some());
            slots.push(Slot { column: at, variable });
        }
        slots
    }

    fn parts(&self, slots: &[Slot]) -> Vec<Part> {
        slots
            .iter()
            .map(|slot| self.variables[slot.variable].part())
            .collect()
    }

    fn merge(&mut self, file: &mut File<'_>, review: &mut ReviewBuilder) {
        for (slot, part) in file.slots.iter().zip(std::mem::take(&mut file.parts)) {
            let variable = &mut self.variables[slot.variable];
            for late in variable.merge(part) {
                not_a_number(&variable.facts.name, &late.text, late.at, file.member, review);
            }
        }
    }
}

/// A column of the file at hand, and the variable that it adds to.
#[derive(Clone, Copy)]
struct Slot {
    column: usize,
    variable: usize,
}

/// Where a file has its EXPOCODE.
enum ExpocodeAt {
    /// Line and byte of a CTD file's header; of one without it, its first line.
    Header(u64, u64),
    Column(usize),
}

impl ExpocodeAt {
    fn of(header: &Header) -> Self {
        let column = header.column(EXPOCODE);
        let line = header.line(EXPOCODE);
        match column {
            Some(column) if header.kind == Kind::Bottle => ExpocodeAt::Column(column),
            _ => line.map_or(ExpocodeAt::Header(1, 1), |line| {
                ExpocodeAt::Header(line.line, line.column)
            }),
        }
    }

    fn place(&self, row: &Row<'_>, member: Option<&str>) -> Place {
        let (line, column) = match *self {
            ExpocodeAt::Header(line, column) => (line, column),
            ExpocodeAt::Column(column) => (row.line(), row.place(column)),
        };
        let place = Place::text(line, column, Some(EXPOCODE));
        match member {
            Some(member) => place.in_member(member),
            None => place,
        }
    }
}

/// The file at hand.
struct File<'m> {
    member: Option<&'m str>,
    /// EXPOCODEs in the names of file and member.
    named: BTreeSet<String>,
    expocode: ExpocodeAt,
    slots: Vec<Slot>,
    /// One for each slot.
    parts: Vec<Part>,
    /// Of the rows in the current part.
    bytes: usize,
    last: Cast,
}

impl File<'_> {
    fn take(&mut self, row: Row<'_>, cruise: &mut Cruise, review: &mut ReviewBuilder) {
        if row.cast_changed() {
            self.cast(&row, cruise, review);
        }
        for (slot, part) in self.slots.iter().zip(&mut self.parts) {
            let cell = row.cell(slot.column);
            let at = (row.line(), row.place(slot.column));
            if part.push(row.value(slot.column), cell, row.flag(slot.column), at) {
                not_a_number(
                    &cruise.variables[slot.variable].facts.name,
                    cell,
                    at,
                    self.member,
                    review,
                );
            }
        }
        self.bytes += row.len();
        if self.bytes >= PART {
            self.bytes = 0;
            cruise.merge(self, review);
            self.parts = cruise.parts(&self.slots);
        }
    }

    fn cast(&mut self, row: &Row<'_>, cruise: &mut Cruise, review: &mut ReviewBuilder) {
        let cast = row.cast();
        if let Some((longitude, latitude)) = cast.position {
            review.coverage.position(longitude, latitude);
        }
        if let Some(time) = cast.time.as_deref().and_then(Instant::parse) {
            review.coverage.time(time);
        }
        if !cast.expocode.is_empty() {
            self.compare_names(row, review);
            if cruise.expocodes.len() < MOST_EXPOCODES && cruise.expocodes.insert(cast.expocode.clone()) {
                review.attribute("expocode", &cast.expocode);
            }
        }
        self.last.clone_from(cast);
    }

    fn compare_names(&self, row: &Row<'_>, review: &mut ReviewBuilder) {
        let found = row.cast().expocode.as_str();
        for named in self.named.iter().filter(|named| *named != found) {
            let message = || format!("the name says {named}, the data say {found}");
            let place = || Some(self.expocode.place(row, self.member));
            review.found(&EXPOCODE_CONTRADICTS_NAME, Some(found), message, place);
        }
    }
}

fn report(deviation: Deviation<'_>, member: Option<&str>, review: &mut ReviewBuilder) {
    let place = || {
        let place = Place::text(deviation.line, deviation.column, deviation.field);
        Some(match member {
            Some(member) => place.in_member(member),
            None => place,
        })
    };
    let message = || deviation.message.to_string();
    review.found(&info(deviation.code), deviation.subject, message, place);
}

/// A cell of an unlisted parameter whose other cells are numbers.
fn not_a_number(
    name: &str,
    cell: &[u8],
    (line, column): (u64, u64),
    member: Option<&str>,
    review: &mut ReviewBuilder,
) {
    let shown = String::from_utf8_lossy(&cell[..cell.len().min(40)]);
    let message = format_args!("{name} is `{shown}`, which is not like its other values");
    report(
        Deviation {
            code: &codes::NOT_A_NUMBER,
            subject: Some(name),
            line,
            column,
            field: Some(name),
            message,
        },
        member,
        review,
    );
}

/// The reason for a file that yields nothing; `member` is its name within an archive.
pub fn refusal(error: Error, member: Option<&str>) -> ReviewError {
    let line = match &error {
        Error::Io(_) => None,
        Error::NotExchange { .. } => Some(1),
        Error::NoParameters { line, .. } | Error::TooManyColumns { line, .. } => Some(*line),
    };
    let message = error.to_string();
    let refusal = match error {
        Error::Io(error) => return error.into(),
        Error::TooManyColumns { .. } => ReviewError::limit(message),
        Error::NotExchange { .. } | Error::NoParameters { .. } => ReviewError::corrupt(message),
    };
    let place = line.map(|line| Place::text(line, 1, None));
    match (place, member) {
        (Some(place), Some(member)) => refusal.at(place.in_member(member)),
        (Some(place), None) => refusal.at(place),
        (None, _) => refusal,
    }
}
