//! Everything above the data: comments and labels.

use std::collections::HashMap;

use text_format::{Place, Sink, decode, report};

use crate::column::{Column, Kind, Label, Role, TimePart};
use crate::comments::{Comments, Declaration, MissingValue};
use crate::deviation::codes;
use crate::row::is_number;
use crate::scheme::Scheme;
use crate::time::Form;

/// Everything above the data: the structured comments and the labels.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// Tags and values of the comments `//<Tag>value</Tag>` (`Version`, `DataField`, `DataType`, …), in the order of
    /// the file.
    pub tags: Vec<(String, String)>,
    /// The byte that separates cells: a tab or a semicolon.
    pub separator: u8,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// The spellings of a missing value that the comments declare; an empty cell is always one.
    pub missing_values: Vec<MissingValue>,
    /// Index of the column of flags for a sample as a whole, `QV:ODV:SAMPLE`; `None` if there is none.
    pub sample_flag: Option<usize>,
    /// Number of the line of labels, from 1.
    pub line: u64,
}

impl Header {
    /// Index of the first column with this role; `None` if there is none.
    #[must_use]
    pub fn of_role(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Index of the flags of a variable: its own, otherwise those of the sample, which apply to all of its variables.
    pub(crate) fn flag_of(&self, column: usize) -> Option<usize> {
        let column = &self.columns[column];
        let of_sample = self
            .sample_flag
            .filter(|_| !column.is_metadata && column.role != Role::Flag);
        column.flag.or(of_sample)
    }
}

/// Why a line of labels cannot be used.
pub(crate) enum Refusal {
    /// It names neither cruise nor station.
    NoStations,
    /// It has too many columns; the number.
    TooMany(usize),
}

/// The separator of the labels: a tab, or a semicolon if there is no tab.
fn separator(labels: &[u8]) -> u8 {
    match labels.contains(&b'\t') {
        true => b'\t',
        false => b';',
    }
}

/// A cell without enclosing white space and quotes, which have no meaning.
pub(crate) fn trim(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    let inner = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\""));
    inner.unwrap_or(cell).trim_ascii()
}

/// A header whose labels are parsed. The kind of some columns is still to be decided by the data.
pub(crate) struct Draft {
    line: u64,
    separator: u8,
    comments: Comments,
    columns: Vec<Column>,
    /// Columns by their labels without qualifiers.
    by_label: HashMap<String, usize>,
    /// Columns of flags, with the label that each names.
    named_flags: Vec<(usize, String)>,
    sample_flag: Option<usize>,
}

impl Draft {
    /// Parses the line of labels, below these comments.
    pub(crate) fn read(
        (labels, line): (&[u8], u64),
        comments: Comments,
        most_columns: usize,
        sink: Sink<'_>,
    ) -> Result<Self, Refusal> {
        let separator = separator(labels);
        let mut cells: Vec<&[u8]> = labels.split(|byte| *byte == separator).collect();
        // Separators at the end of the line make no columns if nothing follows them.
        while cells.pop_if(|last| last.trim_ascii().is_empty()).is_some() {}
        if cells.len() > most_columns {
            return Err(Refusal::TooMany(cells.len()));
        }
        let mut draft = Draft {
            line,
            separator,
            comments,
            columns: Vec::new(),
            by_label: HashMap::new(),
            named_flags: Vec::new(),
            sample_flag: None,
        };
        let mut at = 1;
        for cell in cells {
            draft.label(&decode(trim(cell)), at, sink);
            at += cell.len() as u64 + 1;
        }
        let is_odv = draft.has(Role::Cruise) || draft.has(Role::Station);
        if !is_odv {
            return Err(Refusal::NoStations);
        }
        for (flag, label) in std::mem::take(&mut draft.named_flags) {
            draft.attach(flag, &label, sink);
        }
        draft.find_time_parts();
        Ok(draft)
    }

    fn has(&self, role: Role) -> bool {
        self.columns.iter().any(|column| column.role == role)
    }

    fn place(&self, at: u64) -> Place {
        Place::line(self.line, at)
    }

    fn label(&mut self, text: &str, at: u64, sink: Sink<'_>) {
        let label = Label::read(text);
        if let Some(unknown) = label.unknown {
            let message = format_args!("`{unknown}` is not a value type");
            report(sink, &codes::LABEL_FORM, Some(text), self.place(at), message);
        }
        match label.flags() {
            Some((scheme, of)) => self.flags(text, scheme, of, at, sink),
            None => self.variable(&label, at, sink),
        }
    }

    fn flags(&mut self, text: &str, scheme: Option<&str>, of: Option<&str>, at: u64, sink: Sink<'_>) {
        let index = self.columns.len();
        let before = index.checked_sub(1).map(|before| &mut self.columns[before]);
        let mut column = Column::new(text, at, Role::Flag);
        column.scheme = scheme.map(str::to_owned);
        match (of, before) {
            (Some(of), _) => self.named_flags.push((index, of.to_owned())),
            (None, Some(before)) if before.role != Role::Flag => {
                before.flag = Some(index);
                column.is_metadata = before.is_metadata;
                column.scheme = column.scheme.or_else(|| before.scheme.clone());
            }
            (None, _) => {
                let message = format_args!("there is no variable before `{text}`");
                report(sink, &codes::FLAG_COLUMN, None, self.place(at), message);
            }
        }
        self.columns.push(column);
    }

    fn variable(&mut self, label: &Label<'_>, at: u64, sink: Sink<'_>) {
        let declared = self.comments.declarations.remove(label.text).unwrap_or_default();
        let (name, unit) = label.parts();
        let mapping = self.comments.mappings.remove(&name.to_ascii_lowercase());
        let mut column = Column::new(&name, at, Role::Data);
        column.term = mapping.map(|mapping| mapping.term).or(declared.term.clone());
        column.form = Form::detect(&name, unit, column.term.as_deref());
        column.role = self.role(label, &declared, column.form);
        column.is_metadata = column.role.is_metadata();
        let is_position = matches!(column.role, Role::Longitude | Role::Latitude | Role::BottomDepth);
        let stated = label.kind.or(declared.kind);
        column.kind = match column.form {
            _ if is_position => Kind::Number,
            Some(Form::JulianDay) => Kind::Number,
            Some(_) => Kind::Time,
            None => stated.unwrap_or(match column.is_metadata {
                true => Kind::Text,
                false => Kind::Number,
            }),
        };
        column.is_undeclared = column.role == Role::Data && stated.is_none() && column.form.is_none();
        column.unit = unit.map(str::to_owned);
        // The scheme of the variable, until its column of flags takes it over.
        column.scheme = declared.scheme;
        let index = self.columns.len();
        self.columns.push(column);
        // The error columns of several variables have the same label.
        let is_error = label.text.starts_with("STANDARD_DEV");
        if self.by_label.insert(label.text.to_owned(), index).is_some() && !is_error {
            let message = format_args!("two columns are labelled `{}`", label.text);
            report(sink, &codes::NAME_REPEATED, Some(&name), self.place(at), message);
        }
    }

    /// The role of a label. Only one column gets each standard role.
    fn role(&self, label: &Label<'_>, declared: &Declaration, form: Option<Form>) -> Role {
        let is_primary = (label.is_primary || declared.is_primary) && !self.has(Role::Primary);
        let standard = label.standard_role(form);
        let standard = standard.filter(|role| *role == Role::Meta || !self.has(*role));
        match standard {
            _ if is_primary => Role::Primary,
            Some(role) => role,
            None if label.is_meta || declared.is_meta => Role::Meta,
            None => Role::Data,
        }
    }

    /// Assigns flags to the variable that they name, with or without its unit.
    fn attach(&mut self, flag: usize, label: &str, sink: Sink<'_>) {
        let is_named = |column: &Column| column.role != Role::Flag && column.name == label;
        let named = self.by_label.get(label).copied();
        let named = named.or_else(|| self.columns.iter().position(is_named));
        match named.filter(|variable| self.columns[*variable].flag.is_none()) {
            Some(variable) => {
                self.columns[variable].flag = Some(flag);
                self.columns[flag].is_metadata = self.columns[variable].is_metadata;
            }
            None if label.eq_ignore_ascii_case("SAMPLE") && self.sample_flag.is_none() => {
                self.sample_flag = Some(flag);
            }
            None if label.eq_ignore_ascii_case("STATION") => self.columns[flag].is_metadata = true,
            None => {
                let message = format_args!("no column without flags is labelled `{label}`");
                let place = self.place(self.columns[flag].at);
                report(sink, &codes::FLAG_COLUMN, None, place, message);
            }
        }
    }

    /// If no column holds the date, the columns named year, month and day hold it together.
    fn find_time_parts(&mut self) {
        if self.has(Role::Time) {
            return;
        }
        let mut parts: Vec<(usize, TimePart)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let part =
                TimePart::from_name(&column.name).filter(|_| matches!(column.role, Role::Data | Role::Meta));
            if let Some(part) = part
                && !parts.iter().any(|(_, other)| *other == part)
            {
                parts.push((at, part));
            }
        }
        let has = |part| parts.iter().any(|(_, other)| *other == part);
        if !(has(TimePart::Year) && has(TimePart::Month) && has(TimePart::Day)) {
            return;
        }
        for (at, part) in parts {
            let column = &mut self.columns[at];
            (column.role, column.kind) = (Role::TimePart(part), Kind::Number);
            (column.is_metadata, column.is_undeclared) = (true, false);
        }
    }

    /// Whether the first rows are needed to distinguish texts from numbers.
    pub(crate) fn is_undecided(&self) -> bool {
        self.columns.iter().any(|column| column.is_undeclared)
    }

    /// Decides by the first rows what undeclared columns hold: texts if no cell is a number, and metadata if they
    /// precede all variables with flags and have a value only in rows that begin a station. Aggregated files have such
    /// columns.
    pub(crate) fn decide<'a>(&mut self, rows: impl Iterator<Item = &'a [u8]>) {
        let split = |row: &'a [u8]| {
            let cells = row.split(|byte| *byte == self.separator).take(self.columns.len());
            cells.map(trim).collect::<Vec<_>>()
        };
        let rows: Vec<Vec<&[u8]>> = rows.map(split).collect();
        let names: Vec<usize> = [Role::Cruise, Role::Station]
            .into_iter()
            .filter_map(|role| self.columns.iter().position(|column| column.role == role))
            .collect();
        let is_further = |row: &&Vec<&[u8]>| names.iter().all(|at| cell(row, *at).is_empty());
        let further: Vec<&Vec<&[u8]>> = rows.iter().filter(is_further).collect();
        let flagged = self
            .columns
            .iter()
            .position(|column| column.role == Role::Data && column.flag.is_some());
        for (at, column) in self.columns.iter_mut().enumerate() {
            let filled = || {
                rows.iter()
                    .map(|row| cell(row, at))
                    .filter(|cell| !cell.is_empty())
            };
            if !column.is_undeclared || filled().next().is_none() {
                continue;
            }
            if column.unit.is_none() && !filled().any(is_number) {
                column.kind = Kind::Text;
            }
            let is_before = column.flag.is_none() && flagged.is_some_and(|flagged| at < flagged);
            let begins_only = !further.is_empty() && further.iter().all(|row| cell(row, at).is_empty());
            if is_before && begins_only {
                (column.role, column.is_metadata) = (Role::Meta, true);
                if column.unit.is_none() {
                    column.kind = Kind::Text;
                }
            }
        }
    }

    /// Completes the header: determines the primary variable, and compares labels and comments.
    pub(crate) fn finish(mut self, sink: Sink<'_>) -> Header {
        let is_variable = |column: &Column| column.role == Role::Data && column.kind != Kind::Text;
        let first = self.columns.iter().position(is_variable);
        if !self.has(Role::Primary)
            && let Some(first) = first
        {
            self.columns[first].role = Role::Primary;
        }
        // Aggregated files have metadata in columns that are not marked as such.
        let end = self
            .columns
            .iter()
            .position(|column| column.role == Role::Primary);
        for at in 0..end.unwrap_or(0) {
            let column = &mut self.columns[at];
            if column.role == Role::Data && column.kind == Kind::Text {
                (column.role, column.is_metadata) = (Role::Meta, true);
                if let Some(flag) = column.flag {
                    self.columns[flag].is_metadata = true;
                }
            }
        }
        self.check_columns(sink);
        self.check_declarations(sink);
        let variables = self.columns.iter_mut().filter(|column| column.role != Role::Flag);
        variables.for_each(|column| column.scheme = None);
        Header {
            missing_values: self.comments.missing_values(),
            tags: self.comments.tags,
            separator: self.separator,
            columns: self.columns,
            sample_flag: self.sample_flag,
            line: self.line,
        }
    }

    fn check_columns(&self, sink: Sink<'_>) {
        let has_time = self.has(Role::Time) || self.has(Role::TimePart(TimePart::Year));
        for (is_there, label) in [
            (self.has(Role::Cruise), "Cruise"),
            (self.has(Role::Station), "Station"),
            (self.has(Role::Type), "Type"),
            (has_time, "yyyy-mm-ddThh:mm:ss.sss"),
            (self.has(Role::Longitude), "Longitude [degrees_east]"),
            (self.has(Role::Latitude), "Latitude [degrees_north]"),
        ] {
            if !is_there {
                let message = format_args!("there is no column `{label}`");
                report(sink, &codes::COLUMN_MISSING, Some(label), self.place(1), message);
            }
        }
        let is_without = |column: &&Column| {
            let is_variable = matches!(column.role, Role::Primary | Role::Data);
            let is_number = column.kind == Kind::Number && column.form.is_none();
            // The error of a variable has the same unit as the variable.
            is_variable && is_number && column.unit.is_none() && !column.name.starts_with("STANDARD_DEV")
        };
        let without: Vec<&Column> = self.columns.iter().filter(is_without).collect();
        if let Some(first) = without.first() {
            let names: Vec<&str> = without.iter().map(|column| column.name.as_str()).collect();
            let (count, names) = (counted(names.len(), "variable"), names.join(", "));
            let message = format_args!("{count} without a unit: {names}");
            report(sink, &codes::UNIT_MISSING, None, self.place(first.at), message);
        }
        for column in self.columns.iter().filter(|column| column.role == Role::Flag) {
            if let Some(scheme) = column
                .scheme
                .as_deref()
                .filter(|scheme| Scheme::named(scheme).is_none())
            {
                let message = format_args!("the scheme `{scheme}` is not known");
                report(
                    sink,
                    &codes::FLAG_SCHEME,
                    Some(scheme),
                    self.place(column.at),
                    message,
                );
            }
        }
    }

    fn check_declarations(&self, sink: Sink<'_>) {
        let declared = self.comments.declarations.iter();
        let declared = declared.map(|(label, found)| (label, found.line));
        let mapped = self.comments.mappings.iter();
        let mapped = mapped.map(|(label, found)| (label, found.line));
        for (label, line) in declared.chain(mapped) {
            let message = format_args!("no column is labelled `{label}`");
            report(
                sink,
                &codes::DECLARATION,
                Some(label),
                Place::line(line, 1),
                message,
            );
        }
    }
}

/// A cell of a row; empty after the last one.
fn cell<'a>(row: &[&'a [u8]], at: usize) -> &'a [u8] {
    row.get(at).copied().unwrap_or_default()
}

/// A number with a noun: `1 cell`, `3 cells`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
