//! Finds the table in a text: its delimiter, its header, its units and its first record.
//!
//! Every delimiter that occurs is tried on a bounded sample. It cuts the sample into a [`Sheet`] of rows, of which only widths
//! and kinds of cells are kept. The table is the stretch of rows that agree in width; the kinds of its columns are those of its
//! lower rows; its first record is the first row that has these kinds, and its header stands right above, perhaps with units in
//! between. The delimiter that gives the most even rows of numbers and times wins, whatever it is.

mod header;
mod sheet;

use crate::encoding::{Encoding, binary, decoded};
use crate::kind::CellKind;
use crate::layout::{ColumnKind, Delimiter, Dialect, Layout, NoTable};
use header::Header;
use sheet::{Row, Sheet};

pub use header::uncommented;
pub use sheet::Block;

/// Delimiters of one byte that are tried.
const DELIMITERS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// Runs of blanks are tried where nothing else gives a table of this score: most texts have blanks.
const GOOD: f64 = 0.3;
/// Share of the score that runs of blanks keep: any other delimiter is more deliberate.
const BLANKS: f64 = 0.8;
/// How much better a table must be that comes later in the file.
const LATER: f64 = 2.5;

/// What the name of a file promises about its content. It decides how much evidence the text itself must give before it counts
/// as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NameHint {
    /// A table: `.csv`, `.tsv`. Two columns of words are enough, and a header without a record, too.
    Table,
    /// Nothing: `.txt`, `.dat`, no ending. Some column must hold numbers or times.
    #[default]
    Nothing,
    /// Something else: `.rs`, `.md`, `.log`. Most of the text must be an even table of numbers or times.
    Other,
}

/// Finds the table in a text: its delimiter, quotes, header, units and first record. One detector serves any number of texts: it
/// holds nothing but two settings.
///
/// ```
/// use text_table::{Detector, Encoding, NameHint};
///
/// let text = b"Mooring 7, Fram Strait\n\nTime;Temp (degC);Sal\n2022-03-01 00:00;5,25;34,9\n2022-03-01 01:00;5,5;34,8\n";
/// let layout = Detector::new().name_hint(NameHint::Table).detect(text, Encoding::of(text), true)?;
/// assert_eq!((layout.header[0], layout.first_record, layout.width), (3, 4, 3));
/// assert_eq!(
///     layout.to_string(),
///     "header in line 3, 1 line of metadata above, 3 columns separated by semicolons, 2 of 2 sampled rows have them"
/// );
/// # Ok::<(), text_table::NoTable>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Detector {
    is_unit: fn(&str) -> bool,
    hint: NameHint,
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// A detector for a file whose name says nothing. Three common units in the row below the names make it a row of units and
    /// not a record; [`Self::units`] adds more of them.
    pub fn new() -> Self {
        Detector {
            is_unit: header::is_common_unit,
            hint: NameHint::Nothing,
        }
    }

    /// Says which texts are units of measurement, besides the commonest; a row of them is not a record.
    #[must_use]
    pub fn units(mut self, is_unit: fn(&str) -> bool) -> Self {
        self.is_unit = is_unit;
        self
    }

    /// Says what the name of the file promises: what holds for a `.csv` is not enough for a `.txt`.
    #[must_use]
    pub fn name_hint(mut self, hint: NameHint) -> Self {
        self.hint = hint;
        self
    }

    /// Finds the table in the text that begins with the bytes `head`; `is_all` says that they are the whole file, so that the
    /// last line is not cut. Time and memory are bounded by the length of `head`, of which the first 4,000 lines are read.
    ///
    /// # Errors
    /// [`NoTable`] says why the text is not a table: it is empty, binary or of another format, or its best delimiter gives uneven
    /// rows or only words.
    pub fn detect(&self, head: &[u8], encoding: Encoding, is_all: bool) -> Result<Layout, NoTable> {
        let text = decoded(head, encoding);
        refuse_other_formats(&text)?;
        let tries = Tries {
            detector: self,
            text: &text,
            is_all,
        };
        let stated = sheet::stated_delimiter(&text);
        let (mut best, mut refusal): (Option<Found>, Option<NoTable>) = (None, None);
        let mut consider = |found: Result<Found, NoTable>| match found {
            Ok(found) => {
                if best.as_ref().is_none_or(|best| found.score > best.score) {
                    best = Some(found);
                }
            }
            Err(reason) => {
                refusal = Some(match refusal.take() {
                    Some(refusal) => worst(refusal, reason),
                    None => reason,
                });
            }
        };
        for delimiter in DELIMITERS {
            let is_tried = stated.is_none_or(|stated| stated == delimiter);
            if is_tried && memchr::memchr(delimiter, &text).is_some() {
                consider(tries.delimiter(Delimiter::Byte(delimiter)));
            }
        }
        if best.as_ref().is_none_or(|best| best.score < GOOD) && stated.is_none() {
            match tries.delimiter(Delimiter::Blanks) {
                Ok(found) if best.as_ref().is_none_or(|best| found.score > best.score) => best = Some(found),
                _ => {}
            }
        }
        match best {
            Some(found) => Ok(found.layout),
            None => Err(refusal.unwrap_or(NoTable::OneColumn)),
        }
    }
}

/// The reason that says more.
fn worst(one: NoTable, other: NoTable) -> NoTable {
    let rank = |reason: &NoTable| match reason {
        NoTable::Prose { .. } => 2,
        NoTable::Uneven { .. } => 1,
        _ => 0,
    };
    if rank(&other) > rank(&one) { other } else { one }
}

/// A table under one dialect.
struct Found {
    layout: Layout,
    score: f64,
}

/// What all tries on a text share.
struct Tries<'t> {
    detector: &'t Detector,
    text: &'t [u8],
    is_all: bool,
}

impl Tries<'_> {
    /// The best of the dialects with `delimiter` for which the text has any evidence.
    fn delimiter(&self, delimiter: Delimiter) -> Result<Found, NoTable> {
        let plain = Dialect::of(delimiter);
        let mut best = self.dialect(plain);
        let evidence = sheet::Evidence::of(self.text, delimiter);
        let variants = [
            (
                evidence.blanks_before_quotes,
                Dialect {
                    blanks_before_quotes: true,
                    ..plain
                },
            ),
            (
                evidence.backslashes,
                Dialect {
                    backslash_escapes: true,
                    ..plain
                },
            ),
            (
                evidence.apostrophes,
                Dialect {
                    quote: Some(b'\''),
                    blanks_before_quotes: evidence.blanks_before_apostrophes,
                    ..plain
                },
            ),
        ];
        for (_, dialect) in variants.into_iter().filter(|(is_likely, _)| *is_likely) {
            let found = self.dialect(dialect);
            let is_better = match (&best, &found) {
                (Ok(best), Ok(found)) => {
                    found.score > best.score || found.score == best.score && evidence.apostrophes
                }
                (Err(_), Ok(_)) => true,
                _ => false,
            };
            if is_better {
                best = found;
            }
        }
        best
    }

    fn dialect(&self, dialect: Dialect) -> Result<Found, NoTable> {
        let sheet = Sheet::of(self.text, self.is_all, dialect);
        let mut best: Result<Found, NoTable> = Err(NoTable::OneColumn);
        for width in sheet.widths() {
            let found = self.table(&sheet, width);
            let is_better = match (&best, &found) {
                // Of several tables of one file the first one, unless another is clearly the larger.
                (Ok(best), Ok(found)) if found.layout.first_line > best.layout.first_line => {
                    found.score > best.score * LATER
                }
                (Ok(best), Ok(found)) if found.layout.first_line < best.layout.first_line => {
                    found.score * LATER > best.score
                }
                (Ok(best), Ok(found)) => found.score > best.score,
                (Err(_), _) => true,
                _ => false,
            };
            if is_better {
                best = found;
            }
        }
        best
    }

    fn table(&self, sheet: &Sheet<'_>, width: usize) -> Result<Found, NoTable> {
        let table = Table::of(sheet, width, self.detector.is_unit);
        table.judge(self.detector.hint)?;
        let score = table.score();
        Ok(Found {
            layout: table.layout(),
            score,
        })
    }
}

/// A stretch of rows of one width, with a header above.
struct Table<'s> {
    sheet: &'s Sheet<'s>,
    width: usize,
    /// Rows with something in them, without comments; what follows are indices into these.
    content: Vec<&'s Row>,
    kinds: Vec<ColumnKind>,
    header: Header,
    /// First record.
    first: usize,
    /// Behind the last record.
    end: usize,
}

impl<'s> Table<'s> {
    fn of(sheet: &'s Sheet<'s>, width: usize, is_unit: fn(&str) -> bool) -> Self {
        let content: Vec<&Row> = sheet
            .rows
            .iter()
            .filter(|row| row.filled > 0 && !row.is_comment)
            .collect();
        let (start, mut end) = stretch(&content, width);
        if sheet.dialect.delimiter == Delimiter::Blanks {
            // Names with blanks make rows of any width.
            end = content.len();
        }
        let kinds = kinds(sheet, &content[start..end], width);
        // A column with a value now and then does not show where the records begin.
        let anchors = anchors(sheet, &content[start..end], &kinds);
        let typed = anchors.iter().any(|kind| kind.is_typed());
        let first = match typed {
            true => (start..end)
                .find(|at| is_data(sheet, content[*at], &anchors))
                .unwrap_or(end),
            false => header::below_notes(sheet, &content, first_full(&content, start, end), end) + 1,
        };
        let first = match typed {
            true => {
                let first = header::without_known_words(sheet, &content, first.min(end), &kinds);
                header::without_sparse_records(sheet, &content, first, width, is_unit)
            }
            false => first.min(end),
        };
        let first = match typed {
            true => header::without_text_records(sheet, &content, (start, first), &kinds),
            false => first,
        };
        let first = match typed && header::has_numbers_for_names(sheet, &content[first..end], &kinds) {
            true => first + 1,
            false => first,
        };
        let mut table = Table {
            sheet,
            width,
            content,
            kinds,
            header: Header::default(),
            first,
            end,
        };
        table.header = Header::above(sheet, &table.content, table.first, &table.kinds, is_unit);
        if table.header.rows.is_empty()
            && let Some(late) = header::late(sheet, &table.content[..table.end], table.first, &table.kinds)
        {
            // Names and values above it had the shape of records.
            table.first = late + 1;
            table.header = Header::above(sheet, &table.content, table.first, &table.kinds, is_unit);
        }
        if table.header.units.is_empty()
            && let Some(names) = header::above_uneven(sheet, &table.content[..table.first], &table.kinds)
        {
            table.first = names + 1;
            table.header = Header::above(sheet, &table.content, table.first, &table.kinds, is_unit);
        }
        if table.header.rows.is_empty() && sheet.dialect.delimiter == Delimiter::Blanks {
            table.first = header::below_odd_words(sheet, &table.content[..table.end], table.first, width);
        }
        table
    }

    fn records(&self) -> &[&'s Row] {
        &self.content[self.first..self.end]
    }

    /// Records of `width` cells.
    fn as_wide(&self, width: usize) -> usize {
        self.records().iter().filter(|row| row.width == width).count()
    }

    fn typed(&self) -> usize {
        self.kinds.iter().filter(|kind| kind.is_typed()).count()
    }

    /// The share of filled cells in typed columns that have their column's kind.
    fn agreement(&self) -> f64 {
        let (mut fit, mut all) = (0, 0);
        for row in self.records() {
            for (kind, column) in self.sheet.kinds(row).iter().zip(&self.kinds) {
                if column.is_typed() && !matches!(kind, CellKind::Empty | CellKind::Missing) {
                    all += 1;
                    fit += usize::from(belongs(*kind, *column));
                }
            }
        }
        if all == 0 { 0.0 } else { fit as f64 / all as f64 }
    }

    /// How much even rows of values this is: 0 to 1.
    fn score(&self) -> f64 {
        let records = self.records();
        if records.is_empty() {
            return 0.01 * self.header.names as f64 / (1.0 + self.header.names as f64);
        }
        let (mut value, mut cells) = (0.0, 0);
        for row in records {
            for (at, kind) in self.sheet.kinds(row).iter().enumerate() {
                cells += 1;
                value += match (kind, self.kinds.get(at)) {
                    (kind, Some(column)) if column.is_typed() && belongs(*kind, *column) => 1.0,
                    (CellKind::Empty | CellKind::Missing, _) => 0.5,
                    (CellKind::Text, Some(ColumnKind::Text)) => 0.5,
                    (CellKind::Prose, Some(ColumnKind::Text)) => 0.3,
                    (kind, _) if kind.is_value() => 0.3,
                    _ => 0.0,
                };
            }
        }
        let even = self.as_wide(self.width) as f64 / records.len() as f64;
        let part = (records.len() + self.header.rows.len()) as f64 / self.content.len().max(1) as f64;
        let columns = self.width as f64 / (self.width as f64 + 1.0);
        let blanks = match self.sheet.dialect.delimiter {
            Delimiter::Blanks => BLANKS,
            Delimiter::Byte(_) => 1.0,
        };
        // A header of another width, and quotes where none should be, speak against the dialect.
        let header = if self.header.names == 0 || self.header.names == self.width {
            1.0
        } else {
            0.8
        };
        let faulty = records.iter().filter(|row| row.is_faulty).count() as f64 / records.len() as f64;
        even * (value / f64::from(cells.max(1))) * columns * part * blanks * header * (1.0 - faulty / 2.0)
    }

    /// Whether that is a table, by what the name of the file promises.
    fn judge(&self, hint: NameHint) -> Result<(), NoTable> {
        let delimiter = self.sheet.dialect.delimiter;
        let (rows, as_wide, typed, width) = (
            self.records().len(),
            self.as_wide(self.width),
            self.typed(),
            self.width,
        );
        let has_header = !self.header.rows.is_empty();
        let uneven = || NoTable::Uneven {
            delimiter,
            width,
            as_wide,
            rows,
        };
        let prose = || NoTable::Prose {
            delimiter,
            width,
            rows,
        };
        let is_blanks = delimiter == Delimiter::Blanks;
        if rows == 0 {
            // A header alone: every cell a name, and a file name that promises a table.
            // Below other rows it is rather one of them, with a delimiter too many.
            let above = self.content[..self.first]
                .iter()
                .filter(|row| row.filled > 1)
                .count();
            let is_lowest = self.header.rows.len() * 2 >= above;
            let is_header = has_header && is_lowest && hint == NameHint::Table && !is_blanks;
            return if is_header { Ok(()) } else { Err(prose()) };
        }
        let even = as_wide as f64 / rows as f64;
        let agreement = self.agreement();
        let part = (rows + self.header.rows.len() + self.header.units.len()) as f64
            / self.content.len().max(1) as f64;
        let typed_part = typed as f64 / width as f64;
        let columns_are_typed = typed >= 3 && agreement >= 0.95 && rows >= 10;
        if is_blanks {
            // Words are separated by blanks everywhere: only even numbers are a table.
            let is_even = even >= 0.9 && rows >= 3 && typed_part >= 0.5 && typed >= 2 && agreement >= 0.9;
            // Names that contain blanks make rows uneven, but not the columns in front of them.
            let is_named = has_header && hint == NameHint::Table && columns_are_typed;
            if hint == NameHint::Other && (rows < 10 || part < 0.8) {
                return Err(prose());
            }
            if !has_header && self.is_wrapped() {
                return Err(uneven());
            }
            // Numbers without names, among others that are not theirs, are wrapped arrays.
            let enough = if has_header || hint == NameHint::Table {
                0.3
            } else {
                0.6
            };
            return if is_even && part >= enough || is_named {
                Ok(())
            } else {
                Err(uneven())
            };
        }
        let needed = match hint {
            NameHint::Table | NameHint::Nothing if rows < 10 => 0.6,
            NameHint::Table => 0.8,
            NameHint::Nothing => 0.85,
            NameHint::Other => 0.95,
        };
        // Among few rows one may be odd.
        let is_one_odd = rows < 10 && as_wide > 0 && as_wide + 1 >= rows && hint != NameHint::Other;
        if even < needed && !is_one_odd && !(columns_are_typed && even >= 0.3 && hint == NameHint::Table) {
            return Err(uneven());
        }
        let enough = match hint {
            NameHint::Table => match (has_header, typed) {
                (true, 0) => {
                    even >= 0.8
                        && (self.is_short_text() || width >= 3 && even >= 0.95 || width >= 4 && is_one_odd)
                }
                (true, _) => true,
                (false, _) => {
                    typed_part >= 0.25 && agreement >= 0.8 || even >= 0.95 && width >= 3 && rows >= 2
                }
            },
            NameHint::Nothing => match (has_header, typed) {
                (true, 0) => width >= 3 && rows >= 2 && even >= 0.9 && self.is_short_text() && part >= 0.8,
                (true, _) => {
                    (width >= 3 || typed == width || typed_part >= 0.5 && rows >= 2)
                        && agreement >= 0.8
                        && part >= 0.2
                        // A log has times, and sentences.
                        && (typed > 1 || typed == width || !self.has_sentences())
                }
                (false, _) => typed_part >= 0.5 && rows >= 3 && agreement >= 0.9 && part >= 0.3,
            },
            NameHint::Other => typed_part >= 0.5 && rows >= 5 && agreement >= 0.95 && part >= 0.8,
        };
        if enough { Ok(()) } else { Err(prose()) }
    }

    /// Whether the rows are arrays of numbers that were wrapped at a fixed number of cells: the last line of each
    /// array is shorter.
    fn is_wrapped(&self) -> bool {
        let are_numbers = |row: &&Row| self.sheet.kinds(row).iter().all(|kind| *kind == CellKind::Number);
        let records = self.records();
        let shorter = records.iter().filter(|row| row.width < self.width);
        self.width >= 5
            && shorter.count() >= 2
            && records.iter().all(|row| row.width <= self.width)
            && records.iter().all(are_numbers)
            && !self.has_constant()
    }

    /// Whether a column has the same cell in the first full records: an identifier, which arrays do not have.
    fn has_constant(&self) -> bool {
        const LOOK: usize = 20;
        let full = self.records().iter().filter(|row| row.width == self.width);
        let rows: Vec<Vec<Vec<u8>>> = full.take(LOOK).map(|row| self.sheet.cells(row)).collect();
        rows.len() > 1 && (0..self.width).any(|at| rows.iter().all(|row| row.get(at) == rows[0].get(at)))
    }

    /// Whether most cells of a column are sentences.
    fn has_sentences(&self) -> bool {
        let rows = self.records();
        let is_sentence = |row: &&Row, at: usize| self.sheet.kinds(row).get(at) == Some(&CellKind::Prose);
        (0..self.width).any(|at| rows.iter().filter(|row| is_sentence(row, at)).count() * 2 > rows.len())
    }

    /// Whether cells of text are mostly names rather than sentences.
    fn is_short_text(&self) -> bool {
        let (mut prose, mut text) = (0, 0);
        for kind in self.records().iter().flat_map(|row| self.sheet.kinds(row)) {
            prose += usize::from(*kind == CellKind::Prose);
            text += usize::from(kind.is_text());
        }
        prose * 2 <= text
    }

    fn layout(&self) -> Layout {
        let lines = |rows: &[usize]| {
            rows.iter()
                .map(|at| self.sheet.rows[*at].line)
                .collect::<Vec<_>>()
        };
        let (header, units) = (lines(&self.header.rows), lines(&self.header.units));
        let first_row = self.records().first().map(|row| row.line);
        let below = header.iter().chain(&units).max().map_or(1, |line| line + 1);
        let first_record = first_row
            .unwrap_or(below)
            .max(if header.is_empty() { 1 } else { below });
        let first_line = header.first().copied().unwrap_or(first_record);
        let is_trailing = self.has_trailing_delimiter();
        // Rows without their last cells may be the commonest.
        let has_full_rows =
            self.header.names > self.width && self.records().iter().any(|row| row.width == self.header.names);
        let width = if has_full_rows {
            self.header.names
        } else {
            self.width
        };
        let above = self
            .sheet
            .rows
            .iter()
            .filter(|row| row.line < first_line && !row.is_blank);
        Layout {
            dialect: self.sheet.dialect,
            width,
            header,
            header_is_comment: self.header.is_comment,
            header_is_wide: self.header.is_wide,
            names: self.header.names,
            units,
            first_line,
            first_record,
            lines_above: above.count() as u64,
            kinds: kinds(self.sheet, self.records(), width),
            sampled: self.records().len(),
            as_wide: self.as_wide(width),
            has_trailing_delimiter: is_trailing,
        }
    }

    /// Whether every record ends with a delimiter that the header does not have.
    fn has_trailing_delimiter(&self) -> bool {
        self.width > 2
            && self.header.names + 1 == self.width
            && !self.records().is_empty()
            && self
                .records()
                .iter()
                .all(|row| row.width < self.width || row.is_open)
    }
}

/// Where rows of `width` cells begin and end within `content`.
fn stretch(content: &[&Row], width: usize) -> (usize, usize) {
    const LOOK: usize = 10;
    let fits = |row: &&Row| row.width == width;
    let start = (0..content.len())
        .find(|at| {
            let ahead = &content[*at..content.len().min(at + LOOK)];
            ahead.iter().filter(|row| fits(row)).count() * 10 >= ahead.len() * 6
        })
        .or_else(|| content.iter().position(fits))
        .unwrap_or(0);
    let mut end = content.len();
    let first = (start..content.len())
        .find(|at| fits(&content[*at]))
        .unwrap_or(start);
    for at in first..content.len() {
        // Three rows of another width in a row begin another table.
        if let Some([one, two, three]) = content.get(at..at + 3)
            && one.width != width
            && one.width > 1
            && one.width == two.width
            && two.width == three.width
        {
            end = at;
            break;
        }
    }
    (start, end)
}

/// The kinds of the columns, by the lower rows of the stretch.
fn kinds(sheet: &Sheet<'_>, rows: &[&Row], width: usize) -> Vec<ColumnKind> {
    let skip = match rows.len() {
        n @ 0..=6 => n.div_ceil(2).min(n.saturating_sub(1)),
        n => (n / 3).min(5),
    };
    let mut counts = vec![[0u32; 4]; width];
    for row in &rows[skip..] {
        for (count, kind) in counts.iter_mut().zip(sheet.kinds(row)) {
            match kind {
                CellKind::Number => count[0] += 1,
                CellKind::Time => count[1] += 1,
                CellKind::Position => count[2] += 1,
                CellKind::Text | CellKind::Prose => count[3] += 1,
                CellKind::Empty | CellKind::Missing => {}
            }
        }
    }
    let kind = |[number, time, position, text]: [u32; 4]| {
        let all = number + time + position + text;
        let most = |n: u32| n * 10 > all * 6;
        match () {
            () if all == 0 => ColumnKind::Empty,
            () if most(number) => ColumnKind::Number,
            () if most(time) => ColumnKind::Time,
            () if most(position) => ColumnKind::Position,
            () => ColumnKind::Text,
        }
    };
    counts.into_iter().map(kind).collect()
}

/// The kinds of those columns that at least one in four rows has a cell in; the others are `Empty`.
fn anchors(sheet: &Sheet<'_>, rows: &[&Row], kinds: &[ColumnKind]) -> Vec<ColumnKind> {
    let filled = |at: usize| {
        rows.iter()
            .filter(|row| {
                sheet
                    .kinds(row)
                    .get(at)
                    .is_some_and(|kind| *kind != CellKind::Empty)
            })
            .count()
    };
    let kind = |(at, kind): (usize, &ColumnKind)| match kind.is_typed() && filled(at) * 4 < rows.len() {
        true => ColumnKind::Empty,
        false => *kind,
    };
    kinds.iter().enumerate().map(kind).collect()
}

/// Whether a cell of `kind` is a value of a column of `column`. A year is a date, and whole degrees are a position.
fn belongs(kind: CellKind, column: ColumnKind) -> bool {
    match column {
        ColumnKind::Number => kind == CellKind::Number,
        ColumnKind::Time => matches!(kind, CellKind::Time),
        ColumnKind::Position => matches!(kind, CellKind::Position | CellKind::Number),
        ColumnKind::Empty | ColumnKind::Text => false,
    }
}

/// Whether a row has the kinds of the table's columns: most of its cells in typed columns are values.
fn is_data(sheet: &Sheet<'_>, row: &Row, columns: &[ColumnKind]) -> bool {
    let (mut fit, mut filled, mut missing) = (0, 0, 0);
    for (kind, column) in sheet.kinds(row).iter().zip(columns) {
        if column.is_typed() && *kind != CellKind::Empty {
            filled += usize::from(*kind != CellKind::Missing);
            missing += usize::from(*kind == CellKind::Missing);
            fit += usize::from(belongs(*kind, *column));
        }
    }
    let is_blanks = sheet.dialect.delimiter == Delimiter::Blanks;
    // A record may have nothing but words for missing values.
    let is_missing = filled == 0 && missing > 1 && missing == row.filled;
    // The first record may be cut short, but is not that of a wider table.
    (fit * 2 > filled || is_missing)
        && row.width * 2 > columns.len()
        && (is_blanks || row.width <= columns.len() + 1)
}

/// The first row with at least half as many filled cells as rows usually have: the header of a table of text.
fn first_full(content: &[&Row], start: usize, end: usize) -> usize {
    let mut filled: Vec<usize> = content[start..end].iter().map(|row| row.filled).collect();
    filled.sort_unstable();
    let usual = filled.get(filled.len() / 2).copied().unwrap_or(0);
    (start..end)
        .find(|at| content[*at].filled * 2 >= usual && content[*at].filled > 1)
        .unwrap_or(start)
}

/// Refuses texts that begin as formats do which tables may be part of, but are not.
fn refuse_other_formats(text: &[u8]) -> Result<(), NoTable> {
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return Err(NoTable::Empty);
    }
    if let Some(controls) = binary(text) {
        let bytes = text.len();
        return Err(NoTable::Binary { controls, bytes });
    }
    let second = start[1..].trim_ascii_start().first();
    let begins =
        |words: &[u8]| start.len() >= words.len() && start[..words.len()].eq_ignore_ascii_case(words);
    let line = &start[..memchr::memchr2(b'\n', b'\r', start).unwrap_or(start.len())];
    let contains =
        |words: &str| memchr::memmem::find(&start[..start.len().min(2048)], words.as_bytes()).is_some();
    let other = match (start[0], second) {
        (b'{', Some(b'"' | b'}' | b'\\')) => "JSON or RTF",
        (b'[', Some(b'{' | b'[' | b'"' | b']' | b'0'..=b'9' | b'-')) => "JSON",
        (b'<', Some(b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z')) => "XML or HTML",
        (b'#', Some(b'!')) if line.starts_with(b"#!") => "a script",
        _ if begins(b"ODF_HEADER") => "an ODF file of Fisheries and Oceans Canada",
        (b'*', _) if contains("*IOS HEADER") => "a file of the Institute of Ocean Sciences",
        // Saved as CSV by a spreadsheet its lines are padded with delimiters, and it is a table.
        (b'*', _) if line.starts_with(b"* Sea-Bird") && !line.ends_with(b",") && !line.ends_with(b";") => {
            "a file of Sea-Bird Scientific"
        }
        _ if begins(b"SIMPLE  =") => "FITS",
        _ => return Ok(()),
    };
    Err(NoTable::OtherFormat(other))
}

#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod tests;
