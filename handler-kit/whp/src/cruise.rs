//! Reads Exchange files into one review.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read};

use data_review_core::{
    Cast as CastRow, CoverageKind, FlagScheme, Instant, MOST_CASTS, Place, ReviewBuilder, ReviewError,
};
use whp_exchange::{Cast, Civil, Deviation, Error, Header, Kind, LineEnds, Reader, Role, Row, codes};

use crate::applicable::Seen;
use crate::codes::EXPOCODE_CONTRADICTS_NAME;
use crate::findings::Findings;
use crate::levels::{Columns, Levels};
use crate::variable::{Part, Variable, flag_scheme};

/// Bytes of rows after which a part of a file ends. Statistics are merged part by part, so that memory stays bounded.
const PART_BYTES: usize = 8 << 20;
/// The vertical coordinate. DEPTH is not: it is that of the sea floor.
const VERTICAL: &str = "CTDPRS";
const EXPOCODE: &str = "EXPOCODE";
/// Most EXPOCODEs that are kept: a file has one, a collection a few.
const MOST_EXPOCODES: usize = 100;

/// All files that make up one object, read one after the other: a bottle file, or the casts of an archive.
pub struct Cruise {
    kind: Kind,
    variables: Vec<Variable>,
    /// Index of each variable by name, unit and occurrence: a name that a file repeats is two variables.
    by_name: HashMap<(String, Option<String>, usize), usize>,
    rows: u64,
    casts: u64,
    /// The first casts of all files, in their order.
    listed: Vec<CastRow>,
    expocodes: BTreeSet<String>,
    findings: Findings,
    line_ends: LineEnds,
    seen: Seen,
    /// Whether the name of the file or of a member contains an EXPOCODE.
    is_named: bool,
    depth: Option<Depth>,
    /// The preview; `None` if the review was not asked for one, or the first file has no vertical coordinate.
    levels: Option<Levels>,
    has_begun: bool,
}

/// Range of the vertical coordinate over usable values.
struct Depth {
    min: f64,
    max: f64,
    unit: Option<String>,
}

/// What one file says about itself: its header, its cast, and how its reading ended.
#[derive(Debug)]
pub struct Facts {
    /// Everything above the data of the file.
    pub header: Header,
    /// The cast of the last row; in a CTD file, its only cast.
    pub cast: Cast,
    /// Number of rows that were read.
    pub rows: u64,
    /// Why the source failed before the end of the file; the rows before that count. `None` if it did not.
    pub failure: Option<io::Error>,
}

impl Cruise {
    /// An object without files; `kind` is the kind of all files to be read.
    pub fn new(kind: Kind) -> Self {
        Cruise {
            kind,
            variables: Vec::new(),
            by_name: HashMap::new(),
            rows: 0,
            casts: 0,
            listed: Vec::new(),
            expocodes: BTreeSet::new(),
            findings: Findings::default(),
            line_ends: LineEnds::default(),
            seen: Seen::default(),
            is_named: false,
            depth: None,
            levels: None,
            has_begun: false,
        }
    }

    /// Reads a file; `member` is its name within an archive.
    ///
    /// # Errors
    /// When nothing can be read: it is not an Exchange file, it has no parameters, or its source fails before the first
    /// row.
    pub fn read<R: Read>(
        &mut self,
        source: R,
        member: Option<&str>,
        review: &mut ReviewBuilder,
    ) -> Result<Facts, Error> {
        let mut findings = Findings::default();
        let facts = self.read_into(&mut findings, source, member, review);
        self.findings.merge(findings);
        facts
    }

    fn read_into<R: Read>(
        &mut self,
        findings: &mut Findings,
        source: R,
        member: Option<&str>,
        review: &mut ReviewBuilder,
    ) -> Result<Facts, Error> {
        let mut reader = Reader::new(source, &mut |deviation| findings.add(&deviation, member))?;
        let header = reader.header().clone();
        self.seen.add_header(&header);
        let slots = self.slots(&header);
        if !std::mem::replace(&mut self.has_begun, true) && review.wants_preview() {
            self.levels = Levels::new(&self.variables, VERTICAL);
        }
        let previewed = slots.iter().map(|slot| (slot.column, slot.variable));
        let previewed = self
            .levels
            .as_ref()
            .map(|levels| levels.columns(&header, previewed));
        let names = [Some(review.file_name()), member].into_iter().flatten();
        let names = names.filter_map(whp_exchange::expocode_in_name);
        let named: BTreeSet<String> = names.map(str::to_owned).collect();
        self.is_named |= !named.is_empty();
        let mut file = File {
            member,
            named,
            expocode: ExpocodeAt::find(&header),
            vertical: Vertical::find(&header),
            parts: self.parts(&slots),
            slots,
            previewed: previewed.unwrap_or_default(),
            bytes: 0,
            cast: Cast::default(),
            first_cast: self.listed.len(),
            is_new_cast: false,
            has_whole_row: false,
            findings,
        };
        let mut rows = 0;
        let failure = loop {
            match reader.next_row(&mut |deviation| file.findings.add(&deviation, member)) {
                Ok(Some(row)) => {
                    rows += 1;
                    file.add(row, self, review);
                }
                Ok(None) => break None,
                Err(error) if rows == 0 => return Err(error.into()),
                Err(error) => break Some(error),
            }
        };
        self.merge(&mut file);
        let cast = file.cast;
        let has_end = failure.is_none() && !findings.has(&codes::END_DATA_MISSING);
        self.seen.add_rows(&header, rows, reader.casts(), has_end);
        self.rows += rows;
        self.casts += reader.casts();
        self.line_ends += reader.line_ends();
        Ok(Facts {
            header,
            cast,
            rows,
            failure,
        })
    }

    /// Number of data rows in all files.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Number of casts in all files.
    pub fn casts(&self) -> u64 {
        self.casts
    }

    /// Passes on the findings in files of which nothing could be read.
    pub fn give_up(self, review: &mut ReviewBuilder) {
        self.findings.report(self.line_ends, review);
    }

    /// Passes on the statistics, coverage and findings of all files together.
    pub fn finish(self, review: &mut ReviewBuilder) {
        review.observations(self.rows);
        review.profiles(self.casts);
        review.coverage.kind(CoverageKind::of_profiles(self.casts));
        self.listed.into_iter().for_each(|cast| review.cast(cast));
        if !self.is_named {
            review.not_applicable(&EXPOCODE_CONTRADICTS_NAME);
        }
        self.seen.report(self.kind, &self.findings, review);
        self.findings.report(self.line_ends, review);
        if let Some(Depth { min, max, unit }) = self.depth {
            review.coverage.depth(min, max, unit.as_deref());
        }
        if let Some(levels) = self.levels {
            review.preview(levels.finish());
        }
        for variable in self.variables {
            let total = variable.total();
            review.variable(variable.facts, &total);
        }
    }

    /// The column and the variable of each parameter of the file. A variable is created if no earlier file had it.
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
            let flag_column = flag.map(|flag| &header.columns[flag]);
            let variable = *self.by_name.entry(key).or_insert_with(|| {
                self.variables.push(Variable::new(column, at, flag_column));
                self.variables.len() - 1
            });
            self.variables[variable].set_flagged(flag.is_some());
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

    /// Adds the current part of a file to the totals.
    fn merge(&mut self, file: &mut File<'_>) {
        for (slot, part) in file.slots.iter().zip(std::mem::take(&mut file.parts)) {
            let variable = &mut self.variables[slot.variable];
            for invalid in variable.merge(part) {
                let name = &variable.facts.name;
                report_not_a_number(name, &invalid.text, invalid.at, file.member, file.findings);
            }
        }
    }

    fn add_depth(&mut self, value: f64, unit: Option<&str>) {
        match &mut self.depth {
            Some(depth) => (depth.min, depth.max) = (depth.min.min(value), depth.max.max(value)),
            None => {
                self.depth = Some(Depth {
                    min: value,
                    max: value,
                    unit: unit.map(str::to_owned),
                });
            }
        }
    }
}

/// The first column of pressures.
struct Vertical {
    column: usize,
    unit: Option<String>,
    scheme: Option<&'static FlagScheme>,
}

impl Vertical {
    fn find(header: &Header) -> Option<Self> {
        let mut columns = header.columns.iter().enumerate();
        columns.find_map(|(at, column)| {
            let Role::Parameter { flag } = column.role else {
                return None;
            };
            (column.parameter()?.name == VERTICAL).then(|| Vertical {
                column: at,
                unit: column.unit.clone(),
                scheme: flag.and_then(|flag| flag_scheme(column, &header.columns[flag])),
            })
        })
    }
}

/// A column of the current file, and the variable that it adds to.
#[derive(Clone, Copy)]
struct Slot {
    column: usize,
    variable: usize,
}

/// The place of the EXPOCODE in a file.
enum ExpocodeAt {
    /// Line and byte of the header of a CTD file; those of the first line if it has none.
    Header(u64, u64),
    Column(usize),
}

impl ExpocodeAt {
    fn find(header: &Header) -> Self {
        match header.column(EXPOCODE) {
            Some(column) if header.kind == Kind::Bottle => ExpocodeAt::Column(column),
            _ => header.line(EXPOCODE).map_or(ExpocodeAt::Header(1, 1), |line| {
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

/// The file that is being read.
struct File<'f> {
    member: Option<&'f str>,
    /// EXPOCODEs in the names of file and member.
    named: BTreeSet<String>,
    expocode: ExpocodeAt,
    vertical: Option<Vertical>,
    slots: Vec<Slot>,
    /// Columns of the variables of the preview.
    previewed: Columns,
    /// One part for each slot.
    parts: Vec<Part>,
    /// Bytes of the rows in the current part.
    bytes: usize,
    cast: Cast,
    /// Index in the list of casts of the first one of this file.
    first_cast: usize,
    /// Whether the position and time of the cast are still to be added to the coverage.
    is_new_cast: bool,
    has_whole_row: bool,
    findings: &'f mut Findings,
}

impl File<'_> {
    fn add(&mut self, row: Row<'_>, cruise: &mut Cruise, review: &mut ReviewBuilder) {
        if row.cast_changed() {
            self.add_cast(&row, cruise, review);
            self.is_new_cast = true;
        }
        self.has_whole_row |= !row.is_ragged();
        // Cells of a ragged row may be in the wrong columns. They count only if the file has no complete row.
        let is_trusted = !row.is_ragged() || !self.has_whole_row;
        if self.is_new_cast && (is_trusted || cruise.kind == Kind::Ctd) {
            self.is_new_cast = false;
            cover(row.cast(), self.listed(&row, cruise), review);
        }
        if let Some(cast) = self.listed(&row, cruise) {
            cast.levels = cast.levels.map(|levels| levels + 1);
        }
        if let Some(vertical) = &self.vertical
            && is_trusted
        {
            add_depth(&row, vertical, cruise, review);
        }
        for (slot, part) in self.slots.iter().zip(&mut self.parts) {
            let cell = row.cell(slot.column);
            let at = (row.line(), row.place(slot.column));
            if part.push(row.value(slot.column), cell, row.flag(slot.column), at) {
                let name = &cruise.variables[slot.variable].facts.name;
                report_not_a_number(name, cell, at, self.member, self.findings);
            }
        }
        if let Some(levels) = &mut cruise.levels
            && let Ok(at) = usize::try_from(row.cast_at())
        {
            let columns = is_trusted.then_some(&self.previewed);
            levels.add(&row, self.first_cast.saturating_add(at), columns);
        }
        self.bytes += row.bytes().len();
        if self.bytes >= PART_BYTES {
            self.bytes = 0;
            cruise.merge(self);
            self.parts = cruise.parts(&self.slots);
        }
    }

    /// The cast of a row in the list of casts, to which a new one is added; `None` if the list is full.
    fn listed<'c>(&self, row: &Row<'_>, cruise: &'c mut Cruise) -> Option<&'c mut CastRow> {
        let at = self
            .first_cast
            .saturating_add(usize::try_from(row.cast_at()).ok()?);
        if at == cruise.listed.len() && at < MOST_CASTS {
            cruise.listed.push(CastRow {
                station: named(&row.cast().station),
                number: named(&row.cast().number),
                levels: Some(0),
                ..CastRow::default()
            });
        }
        cruise.listed.get_mut(at)
    }

    fn add_cast(&mut self, row: &Row<'_>, cruise: &mut Cruise, review: &mut ReviewBuilder) {
        let cast = row.cast();
        if !cast.expocode.is_empty() {
            self.compare_names(row, review);
            if cruise.expocodes.len() < MOST_EXPOCODES && cruise.expocodes.insert(cast.expocode.clone()) {
                review.attribute("expocode", &cast.expocode);
            }
        }
        self.cast.clone_from(cast);
    }

    fn compare_names(&self, row: &Row<'_>, review: &mut ReviewBuilder) {
        let found = row.cast().expocode.as_str();
        for named in self.named.iter().filter(|named| *named != found) {
            let message = || format!("the file's name has EXPOCODE {named}, its data have {found}");
            let place = || Some(self.expocode.place(row, self.member));
            review.found(&EXPOCODE_CONTRADICTS_NAME, Some(found), message, place);
        }
    }
}

/// Adds the position and the time of a cast to the coverage, and to its entry in the list if it has none yet.
fn cover(cast: &Cast, listed: Option<&mut CastRow>, review: &mut ReviewBuilder) {
    let time = cast.time.and_then(instant);
    if let Some((longitude, latitude)) = cast.position {
        review.coverage.position(longitude, latitude);
    }
    if let Some(time) = time {
        review.coverage.time(time);
    }
    if let Some(listed) = listed {
        listed.time = listed.time.or(time);
        if let (None, Some((longitude, latitude))) = (listed.longitude, cast.position) {
            *listed = std::mem::take(listed).at(longitude, latitude);
        }
    }
}

/// A pressure that is flagged questionable, bad or missing does not extend the coverage.
fn add_depth(row: &Row<'_>, vertical: &Vertical, cruise: &mut Cruise, review: &mut ReviewBuilder) {
    let value = row.value(vertical.column).number();
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return;
    };
    let flag = vertical.scheme.zip(row.flag(vertical.column));
    if flag.is_some_and(|(scheme, flag)| scheme.class(flag).is_left_out()) {
        review.coverage.leave_out_depth(1);
    } else {
        cruise.add_depth(value, vertical.unit.as_deref());
    }
}

/// The name of a station or a cast; `None` where the file has a fill value.
fn named(text: &str) -> Option<String> {
    (!text.is_empty() && text != "-999").then(|| text.to_owned())
}

/// The times of the parser are in UTC.
fn instant(time: Civil) -> Option<Instant> {
    let (year, month, day) = (i64::from(time.year()), time.month(), time.day());
    match time.clock() {
        Some(clock) => Instant::new(
            year,
            month,
            day,
            clock.hour(),
            clock.minute(),
            clock.second(),
            clock.nanosecond(),
        ),
        None => Instant::date(year, month, day),
    }
}

/// Reports a cell of an unlisted parameter whose other cells are numbers; `at` is its line and column.
fn report_not_a_number(
    name: &str,
    cell: &[u8],
    (line, column): (u64, u64),
    member: Option<&str>,
    findings: &mut Findings,
) {
    let shown = String::from_utf8_lossy(&cell[..cell.len().min(40)]);
    let message = format_args!("{name} is `{shown}`, but its other values are numbers");
    let place = whp_exchange::Place::line(line, column);
    findings.add(
        &Deviation::new(&codes::NOT_A_NUMBER, place, message).on(name),
        member,
    );
}

/// The error of a file that cannot be read; `member` is its name within an archive.
pub fn review_error(error: Error, member: Option<&str>) -> ReviewError {
    let line = match &error {
        Error::NotExchange { line, .. }
        | Error::NoParameters { line, .. }
        | Error::TooManyColumns { line, .. }
        | Error::HeaderTooLong { line, .. } => Some(*line),
        _ => None,
    };
    let message = error.to_string();
    let failure = match error {
        Error::Io(error) => return error.into(),
        Error::TooManyColumns { .. } | Error::HeaderTooLong { .. } => ReviewError::limit(message),
        _ => ReviewError::corrupt(message),
    };
    let place = line.map(|line| Place::text(line, 1, None));
    match (place, member) {
        (Some(place), Some(member)) => failure.at(place.in_member(member)),
        (Some(place), None) => failure.at(place),
        (None, _) => failure,
    }
}
