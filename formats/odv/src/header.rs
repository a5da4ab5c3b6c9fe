//! Everything above the data: comments and labels.

use std::collections::HashMap;

use crate::column::{Column, Kind, Label, MOST_COLUMNS, Role};
use crate::comments::{Comments, Declaration};
use crate::deviation::{Sink, codes, report};
use crate::lines::text;
use crate::scheme::Scheme;
use crate::time::Form;

/// Everything above the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `//<Tag>value</Tag>`: `Version`, `DataField`, `DataType`, …, in the file's order.
    pub tags: Vec<(String, String)>,
    /// A tab or a semicolon.
    pub separator: u8,
    /// In the file's order.
    pub columns: Vec<Column>,
    /// Spellings of a missing value that the comments announce, beside an empty cell.
    pub missing_values: Vec<Vec<u8>>,
    /// Line of the labels, from 1.
    pub line: u64,
}

/// Why a line of labels cannot be used.
pub(crate) enum Refusal {
    /// It names neither cruise nor station.
    NoStations,
    /// So many.
    TooMany(usize),
}

/// A tab, or a semicolon where there is no tab.
pub(crate) fn separator(labels: &[u8]) -> u8 {
    match labels.contains(&b'\t') {
        true => b'\t',
        false => b';',
    }
}

/// White space and quotes around a cell say nothing.
pub(crate) fn trim(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    let inner = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\""));
    inner.unwrap_or(cell).trim_ascii()
}

impl Header {
    /// Reads the line of labels, below these comments.
    pub(crate) fn read(
        (labels, line): (&[u8], u64),
        comments: Comments,
        sink: Sink<'_>,
    ) -> Result<Self, Refusal> {
        let separator = separator(labels);
        let mut cells: Vec<&[u8]> = labels.split(|byte| *byte == separator).collect();
        // What follows the last separator is no column where there is nothing.
        cells.pop_if(|last| last.trim_ascii().is_empty());
        if cells.len() > MOST_COLUMNS {
            return Err(Refusal::TooMany(cells.len()));
        }
        let mut draft = Draft::new(line, comments);
        let mut at = 1;
        for cell in cells {
            draft.label(&text(trim(cell)), at, sink);
            at += cell.len() as u64 + 1;
        }
        let is_odv = draft.has(Role::Cruise) || draft.has(Role::Station);
        if !is_odv {
            return Err(Refusal::NoStations);
        }
        draft.finish(sink);
        Ok(Header {
            missing_values: draft.comments.missing_values(),
            tags: draft.comments.tags,
            separator,
            columns: draft.columns,
            line,
        })
    }
}

struct Draft {
    line: u64,
    comments: Comments,
    columns: Vec<Column>,
    /// Columns by their labels without qualifiers.
    by_label: HashMap<String, usize>,
    /// Flags with the label that they name.
    named_flags: Vec<(usize, String)>,
}

impl Draft {
    fn new(line: u64, comments: Comments) -> Self {
        Draft {
            line,
            comments,
            columns: Vec::new(),
            by_label: HashMap::new(),
            named_flags: Vec::new(),
        }
    }

    fn has(&self, role: Role) -> bool {
        self.columns.iter().any(|column| column.role == role)
    }

    fn label(&mut self, text: &str, at: u64, sink: Sink<'_>) {
        let label = Label::read(text);
        if let Some(unknown) = label.unknown {
            let message = format_args!("`{unknown}` is no value type");
            report(sink, &codes::LABEL_FORM, Some(text), (self.line, at), message);
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
                let message = format_args!("no variable stands before `{text}`");
                report(sink, &codes::FLAG_COLUMN, None, (self.line, at), message);
            }
        }
        self.columns.push(column);
    }

    fn variable(&mut self, label: &Label<'_>, at: u64, sink: Sink<'_>) {
        let declared = self.comments.declarations.remove(label.text).unwrap_or_default();
        let (name, unit) = label.parts();
        let role = self.role(label, &declared);
        let form = Form::of(label.text);
        let is_position = matches!(role, Role::Longitude | Role::Latitude | Role::BottomDepth);
        let kind = match form {
            _ if is_position => Kind::Number,
            Some(_) => Kind::Time,
            None => label.kind.or(declared.kind).unwrap_or(match role.is_metadata() {
                true => Kind::Text,
                false => Kind::Number,
            }),
        };
        let mapping = self.comments.mappings.remove(&name.to_ascii_lowercase());
        let mut column = Column::new(name, at, role);
        column.unit = unit.map(str::to_owned);
        column.kind = kind;
        // Of a variable, until its flags take it over.
        column.scheme = declared.scheme;
        column.form = form;
        column.term = mapping.map(|mapping| mapping.term).or(declared.term);
        let index = self.columns.len();
        self.columns.push(column);
        if self.by_label.insert(label.text.to_owned(), index).is_some() {
            let message = format_args!("two columns are labelled `{}`", label.text);
            report(sink, &codes::NAME_REPEATED, Some(name), (self.line, at), message);
        }
    }

    /// Each standard role is one column's.
    fn role(&self, label: &Label<'_>, declared: &Declaration) -> Role {
        let is_primary = (label.is_primary || declared.is_primary) && !self.has(Role::Primary);
        let standard = label.standard_role();
        let standard = standard.filter(|role| *role == Role::Meta || !self.has(*role));
        match standard {
            _ if is_primary => Role::Primary,
            Some(role) => role,
            None if label.is_meta || declared.is_meta => Role::Meta,
            None => Role::Data,
        }
    }

    /// What can be said once all labels are known.
    fn finish(&mut self, sink: Sink<'_>) {
        for (flag, label) in std::mem::take(&mut self.named_flags) {
            self.attach(flag, &label, sink);
        }
        if !self.has(Role::Primary)
            && let Some(first) = self.columns.iter_mut().find(|column| column.role == Role::Data)
        {
            first.role = Role::Primary;
        }
        self.check_columns(sink);
        self.check_declarations(sink);
        let variables = self.columns.iter_mut().filter(|column| column.role != Role::Flag);
        variables.for_each(|column| column.scheme = None);
    }

    /// Gives a variable the flags that name it, with or without its unit.
    fn attach(&mut self, flag: usize, label: &str, sink: Sink<'_>) {
        let is_named = |column: &Column| column.role != Role::Flag && column.name == label;
        let named = self.by_label.get(label).copied();
        let named = named.or_else(|| self.columns.iter().position(is_named));
        match named.filter(|variable| self.columns[*variable].flag.is_none()) {
            Some(variable) => {
                self.columns[variable].flag = Some(flag);
                self.columns[flag].is_metadata = self.columns[variable].is_metadata;
            }
            None => {
                let message = format_args!("no column without flags is labelled `{label}`");
                let at = (self.line, self.columns[flag].at);
                report(sink, &codes::FLAG_COLUMN, None, at, message);
            }
        }
    }

    fn check_columns(&self, sink: Sink<'_>) {
        for (role, label) in [
            (Role::Cruise, "Cruise"),
            (Role::Station, "Station"),
            (Role::Type, "Type"),
            (Role::Time, "yyyy-mm-ddThh:mm:ss.sss"),
            (Role::Longitude, "Longitude [degrees_east]"),
            (Role::Latitude, "Latitude [degrees_north]"),
        ] {
            if !self.has(role) {
                let message = format_args!("there is no column `{label}`");
                report(sink, &codes::COLUMN_MISSING, Some(label), (self.line, 1), message);
            }
        }
        for column in &self.columns {
            let at = (self.line, column.at);
            let is_variable = matches!(column.role, Role::Primary | Role::Data);
            if is_variable && column.kind == Kind::Number && column.unit.is_none() {
                let message = format_args!("`{}` has no unit", column.name);
                report(sink, &codes::UNIT_MISSING, Some(&column.name), at, message);
            }
            if let Some(scheme) = column.scheme.as_deref().filter(|_| column.role == Role::Flag)
                && Scheme::of(scheme).is_none()
            {
                let message = format_args!("the flags of scheme `{scheme}` are not known");
                report(sink, &codes::FLAG_SCHEME, Some(scheme), at, message);
            }
        }
    }

    fn check_declarations(&self, sink: Sink<'_>) {
        let declared = self
            .comments
            .declarations
            .iter()
            .map(|(label, found)| (label, found.line));
        let mapped = self
            .comments
            .mappings
            .iter()
            .map(|(label, found)| (label, found.line));
        for (label, line) in declared.chain(mapped) {
            let message = format_args!("no column is labelled `{label}`");
            report(sink, &codes::DECLARATION, Some(label), (line, 1), message);
        }
    }
}

impl Column {
    fn new(name: &str, at: u64, role: Role) -> Self {
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
        }
    }
}
