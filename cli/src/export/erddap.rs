//! `datasets.xml` of an ERDDAP server: a dataset for each group of netCDF files or tables of text that have the same variables.
//!
//! A group of netCDF files in which every dimension of some variable with two dimensions or more has a coordinate variable
//! is a grid (`EDDGridFromNcFiles`), any other a table (`EDDTableFromMultidimNcFiles`). ERDDAP reads the attributes of the
//! variables from the files. Tables of text are `EDDTableFromAsciiFiles`, see [`ascii`]. What is written beside them is what
//! ERDDAP requires and what the review knows. `???` stands for what only the provider of the data can fill in, as it does in
//! ERDDAP's own GenerateDatasetsXml.

mod ascii;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::Path;

use data_review_core::store::ObjectId;
use data_review_core::{Document, Outcome, Variable, moves_a_terminal};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sha2::{Digest, Sha256};

use super::address::Addresses;
use super::{Archive, ExportError, Folder, visit};
use crate::config::Rules;
use ascii::Reading;

/// Most groups of like files; further files are counted only.
const MOST: usize = 1_000;
/// Most files of a dataset that are named one by one; of more, the ends of their names are.
const NAMED: usize = 1_000;
/// The file in the directory.
const NAME: &str = "datasets.xml";
const UNKNOWN: &str = "???";

/// What was written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Summary {
    /// Number of datasets.
    pub(crate) datasets: u64,
    /// Number of files in them.
    pub(crate) files: u64,
    /// Number of reviewed files that are in none.
    pub(crate) left_out: BTreeMap<Unfit, u64>,
}

/// Why a file is in no dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unfit {
    /// ERDDAP does not read the format, or its variables.
    Format,
    /// A table that ERDDAP would not read as the review did.
    Misread,
    /// A compressed table.
    Compressed,
    /// A table that is not on this machine.
    Elsewhere,
    /// A table that changed since the review.
    Changed,
    /// A table that cannot be read.
    Unreadable,
    /// There are as many datasets as can be.
    Full,
}

impl Unfit {
    /// What so many files are, in words.
    pub(crate) fn say(self, count: u64) -> String {
        let tables = crate::wording::plural(count, "table");
        match self {
            Unfit::Format => format!("{} of other formats", crate::wording::plural(count, "file")),
            Unfit::Misread => format!("{tables} that ERDDAP would read otherwise"),
            Unfit::Compressed => format!("{tables} compressed"),
            Unfit::Elsewhere => format!("{tables} not on this machine"),
            Unfit::Changed => format!("{tables} changed since the review"),
            Unfit::Unreadable => format!("{tables} unreadable"),
            Unfit::Full => {
                let files = crate::wording::plural(count, "file");
                format!("{files} beyond {MOST} groups")
            }
        }
    }
}

/// Writes `datasets.xml` into the new directory `out`.
///
/// # Errors
/// If the directory exists or cannot be written, or the store cannot be read.
pub(crate) fn write(archive: &Archive<'_>, out: &Path) -> Result<Summary, ExportError> {
    let folder = Folder::beside(out)?;
    let mut summary = Summary::default();
    let mut groups = Groups::default();
    // Findings say how a table is read, also those that the configuration hides.
    visit(archive.store, &Rules::default(), &mut |object, document| {
        let added = groups.add(object, document, archive.addresses);
        match added {
            Ok(()) => summary.files += 1,
            Err(reason) if document.outcome == Outcome::Reviewed => {
                *summary.left_out.entry(reason).or_default() += 1;
            }
            Err(_) => {}
        }
        Ok(())
    })?;
    folder.file(NAME, |out| {
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = writer.create_element("erddapDatasets");
        root.write_inner_content(|writer| {
            for (signature, group) in &groups.groups {
                if !groups.mixed.contains(&group.number) {
                    summary.datasets += 1;
                    group.write(writer, signature, &group.files(), archive)?;
                    continue;
                }
                for (files, number) in group.directories.values().zip(1..) {
                    summary.datasets += 1;
                    group.write(writer, &format!("{signature}_{number}"), files, archive)?;
                }
            }
            Ok::<_, io::Error>(())
        })?;
        writer.into_inner().write_all(b"\n")
    })?;
    folder.put()?;
    Ok(summary)
}

/// Groups of like files, by their signatures.
#[derive(Default)]
struct Groups {
    groups: BTreeMap<String, Group>,
    /// The number of the group in which all files with a name are, by a digest of root and name; `None` if they are not in one.
    owners: HashMap<u64, Option<u32>>,
    /// Groups that share a name of a file with other files, so that the names do not tell them from those in other directories.
    mixed: BTreeSet<u32>,
}

impl Groups {
    /// Adds a file to the group of its like.
    fn add(&mut self, object: ObjectId<'_>, document: &Document, addresses: &Addresses) -> Result<(), Unfit> {
        let added = self.join(object, document, addresses);
        let mut digest = DefaultHasher::new();
        (object.root, split(object.key).1).hash(&mut digest);
        let number = added.ok();
        let owner = self.owners.entry(digest.finish()).or_insert(number);
        if *owner != number || number.is_none() {
            self.mixed.extend(owner.iter().chain(&number));
            *owner = None;
        }
        added.map(drop)
    }

    /// Adds a file to the group of its like, and returns its number.
    fn join(
        &mut self,
        object: ObjectId<'_>,
        document: &Document,
        addresses: &Addresses,
    ) -> Result<u32, Unfit> {
        if document.outcome != Outcome::Reviewed {
            return Err(Unfit::Format);
        }
        let (shape, fields) = like(object, document, addresses)?;
        let number = self.groups.len();
        let group = match self.groups.entry(signature(object, document, &shape, &fields)) {
            Entry::Vacant(_) if number >= MOST => return Err(Unfit::Full),
            Entry::Vacant(new) => new.insert(Group::new(object, document, number as u32, shape, &fields)),
            Entry::Occupied(known) => known.into_mut(),
        };
        group.add(object.key, &fields);
        Ok(group.number)
    }
}

/// How ERDDAP reads a file, and what it finds in it.
fn like(
    object: ObjectId<'_>,
    document: &Document,
    addresses: &Addresses,
) -> Result<(Shape, Vec<Field>), Unfit> {
    let handler = document.handler.as_ref().map(|handler| handler.id.as_str());
    if handler == Some("netcdf") {
        let shape = Shape::of(document).ok_or(Unfit::Format)?;
        let fields = document
            .variables
            .iter()
            .filter_map(|variable| shape.field(variable));
        return Ok((shape.clone(), fields.collect()));
    }
    let format = handler.and_then(ascii::format).ok_or(Unfit::Format)?;
    if document.file.compression.is_some() {
        return Err(Unfit::Compressed);
    }
    let path = addresses.path(object).ok_or(Unfit::Elsewhere)?;
    let (reading, fields) = ascii::read(&path, document, &format)?;
    Ok((Shape::Ascii(reading), fields))
}

/// A variable of a dataset.
#[derive(Debug, Clone)]
struct Field {
    name: String,
    /// Its type, as ERDDAP names it.
    of_type: &'static str,
    /// Its unit; for times in texts, the pattern that they have.
    unit: Option<String>,
    standard_name: Option<String>,
    /// What a column of a table is, where no standard name says so.
    quantity: Option<String>,
    /// Numbers that stand for a missing value although no attribute of the file says so.
    fills: Vec<f64>,
}

/// How ERDDAP reads the files of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// The dimensions of a grid.
    Grid(Vec<String>),
    /// The dimensions of a table.
    Table(Vec<String>),
    /// A table of text.
    Ascii(Reading),
}

impl Shape {
    /// The shape of a netCDF file; `None` if it has no variable that ERDDAP can read.
    fn of(document: &Document) -> Option<Self> {
        let readable = || document.variables.iter().filter(|variable| is_readable(variable));
        let is_coordinate = |dimension: &String| {
            readable().any(|variable| {
                variable.name == *dimension
                    && dimensions(variable) == [dimension.as_str()]
                    && data_type(variable).is_some_and(|of_type| of_type != "String" && of_type != "char")
            })
        };
        let is_axis = |variable: &&Variable| {
            let names = variable.dimensions.as_deref().unwrap_or_default();
            names.len() > 1 && names.iter().all(is_coordinate)
        };
        // The dimensions of the most variables; of equally many, those that come first.
        let mut counts: Vec<(Vec<String>, usize)> = Vec::new();
        for variable in readable().filter(is_axis) {
            let names = variable.dimensions.clone().unwrap_or_default();
            match counts.iter_mut().find(|(known, _)| *known == names) {
                Some((_, count)) => *count += 1,
                None => counts.push((names, 1)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max();
        let grid = counts.into_iter().find(|(_, count)| Some(*count) == most);
        if let Some((names, _)) = grid.filter(|_| document.profiles.is_none()) {
            return Some(Shape::Grid(names));
        }
        let longest = readable().map(|variable| dimensions(variable).len()).max()?;
        let widest = readable().find(|variable| dimensions(variable).len() == longest)?;
        Some(Shape::Table(widest.dimensions.clone().unwrap_or_default()))
    }

    /// A variable of a netCDF file as one of the dataset, if it belongs there.
    fn field(&self, variable: &Variable) -> Option<Field> {
        let names = dimensions(variable);
        let belongs = match self {
            Shape::Grid(all) => {
                names == *all || names.len() == 1 && names[0] == variable.name && all.contains(&variable.name)
            }
            Shape::Table(all) => names.iter().all(|name| all.iter().any(|other| other == name)),
            Shape::Ascii(_) => false,
        };
        let of_type = data_type(variable).filter(|_| belongs && is_readable(variable))?;
        // Of packed values, which are integers, the packed number is not known.
        let is_packed = !matches!(of_type, "float" | "double");
        let good = variable.good.as_ref().filter(|_| !is_packed);
        Some(Field {
            name: variable.name.clone(),
            of_type,
            unit: variable.unit.clone(),
            standard_name: variable.standard_name.clone(),
            quantity: None,
            fills: good.map_or_else(Vec::new, |good| good.left_out.clone()),
        })
    }
}

/// Names of the dimensions.
fn dimensions(variable: &Variable) -> Vec<&str> {
    let names = variable.dimensions.iter().flatten();
    names.map(String::as_str).collect()
}

/// Whether ERDDAP has a type for a variable, and XML can write its name.
fn is_readable(variable: &Variable) -> bool {
    data_type(variable).is_some()
        && variable.dimensions.is_some()
        // A variable of a group has a `/` in its name, a member of a compound a `.`.
        && !variable.name.contains(['/', '.'])
        && is_written(&variable.name)
}

/// Whether XML can write a name.
fn is_written(name: &str) -> bool {
    !name.contains(moves_a_terminal) && !name.trim().is_empty()
}

/// The type as ERDDAP names it.
fn data_type(variable: &Variable) -> Option<&'static str> {
    Some(match variable.dtype.as_str() {
        "int8" => "byte",
        "uint8" => "ubyte",
        "int16" => "short",
        "uint16" => "ushort",
        "int32" => "int",
        "uint32" => "uint",
        "int64" => "long",
        "uint64" => "ulong",
        "float32" => "float",
        "float64" => "double",
        "char" => "char",
        "string" | "text" => "String",
        text if text.starts_with("text") => "String",
        _ => return None,
    })
}

/// What files of one group have in common, as a digest.
fn signature(object: ObjectId<'_>, document: &Document, shape: &Shape, fields: &[Field]) -> String {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    add(object.root);
    add(&format!("{shape:?}"));
    for variable in &document.variables {
        add(&variable.name);
        add(&variable.dtype);
        add(variable.unit.as_deref().unwrap_or_default());
        variable.dimensions.iter().flatten().for_each(|name| add(name));
    }
    if matches!(shape, Shape::Ascii(_)) {
        for field in fields {
            add(&field.name);
            add(field.of_type);
            add(field.unit.as_deref().unwrap_or_default());
        }
    }
    let digest = digest.finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Like files.
struct Group {
    root: String,
    kind: String,
    number: u32,
    shape: Shape,
    /// Those of the first file, with the fills of all.
    fields: Vec<Field>,
    /// The files by their directories.
    directories: BTreeMap<String, Files>,
}

/// Files of a dataset.
#[derive(Clone, Default)]
struct Files {
    /// The directory below which all files are, with a `/` at its end unless it is empty.
    directory: String,
    has_several_directories: bool,
    count: u64,
    names: BTreeSet<String>,
    /// Ends of the names, from the last dot.
    endings: BTreeSet<String>,
}

impl Files {
    /// No files yet of a directory.
    fn of(directory: &str) -> Self {
        Files {
            directory: directory.to_owned(),
            ..Files::default()
        }
    }

    fn add(&mut self, name: &str) {
        self.count += 1;
        let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
        add_some(&mut self.names, name);
        add_some(&mut self.endings, ending);
    }

    /// Takes the files of another directory in.
    fn join(&mut self, other: &Files) {
        self.has_several_directories = true;
        while !other.directory.starts_with(&self.directory) {
            let shorter = self.directory.trim_end_matches('/');
            self.directory = split(shorter).0.to_owned();
        }
        self.count += other.count;
        other
            .names
            .iter()
            .for_each(|name| add_some(&mut self.names, name));
        other
            .endings
            .iter()
            .for_each(|ending| add_some(&mut self.endings, ending));
    }

    /// The names of the files as a regular expression.
    fn pattern(&self) -> String {
        let one_of = |names: &BTreeSet<String>| {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            names.join("|")
        };
        match (self.names.len() <= NAMED, self.endings.len() <= NAMED) {
            (true, _) => format!("(?:{})", one_of(&self.names)),
            (false, true) => format!(".*(?:{})", one_of(&self.endings)),
            (false, false) => ".*".to_owned(),
        }
    }
}

/// Adds a text, unless there are too many to be named.
fn add_some(texts: &mut BTreeSet<String>, text: &str) {
    if texts.len() <= NAMED {
        texts.insert(text.to_owned());
    }
}

impl Group {
    fn new(object: ObjectId<'_>, document: &Document, number: u32, shape: Shape, fields: &[Field]) -> Self {
        let kind = document.kind.as_deref().unwrap_or("unknown");
        Group {
            root: object.root.to_owned(),
            kind: kind.to_owned(),
            number,
            fields: fields.to_vec(),
            shape,
            directories: BTreeMap::new(),
        }
    }

    fn add(&mut self, key: &str, fields: &[Field]) {
        for (field, other) in self.fields.iter_mut().zip(fields) {
            for fill in &other.fills {
                if !field.fills.contains(fill) && field.fills.len() <= FILLS.len() {
                    field.fills.push(*fill);
                }
            }
        }
        let (directory, name) = split(key);
        let files = self.directories.entry(directory.to_owned());
        files.or_insert_with(|| Files::of(directory)).add(name);
    }

    /// The files of all directories.
    fn files(&self) -> Files {
        let mut directories = self.directories.values();
        let mut files = directories.next().cloned().unwrap_or_default();
        directories.for_each(|other| files.join(other));
        files
    }

    fn write<W: Write>(
        &self,
        writer: &mut Writer<W>,
        signature: &str,
        files: &Files,
        archive: &Archive<'_>,
    ) -> io::Result<()> {
        let is_grid = matches!(self.shape, Shape::Grid(_));
        let (of_type, id) = match self.shape {
            Shape::Grid(_) => ("EDDGridFromNcFiles", format!("grid_{signature}")),
            Shape::Table(_) => ("EDDTableFromMultidimNcFiles", format!("table_{signature}")),
            Shape::Ascii(_) => ("EDDTableFromAsciiFiles", format!("text_{signature}")),
        };
        let directory = archive.addresses.directory(&self.root, &files.directory);
        let element = writer.create_element("dataset");
        let element = element.with_attributes([("type", of_type), ("datasetID", &id), ("active", "true")]);
        element.write_inner_content(|writer| {
            put(writer, "reloadEveryNMinutes", "10080")?;
            put(writer, "updateEveryNMillis", "0")?;
            if let Err(url) = &directory {
                put(writer, "cacheFromUrl", url)?;
            }
            put(writer, "fileDir", directory.as_deref().unwrap_or(UNKNOWN))?;
            put(writer, "fileNameRegex", &files.pattern())?;
            put(writer, "recursive", &files.has_several_directories.to_string())?;
            put(writer, "pathRegex", ".*")?;
            put(writer, "metadataFrom", "last")?;
            match &self.shape {
                Shape::Grid(_) => put(writer, "matchAxisNDigits", "20")?,
                Shape::Table(_) => {
                    put(writer, "standardizeWhat", "0")?;
                    put(writer, "removeMVRows", "true")?;
                }
                Shape::Ascii(reading) => {
                    put(writer, "standardizeWhat", "0")?;
                    put(writer, "charset", "UTF-8")?;
                    put(writer, "skipLinesRegex", reading.skipped)?;
                    put(writer, "columnNamesRow", &reading.names_row.to_string())?;
                    put(writer, "firstDataRow", &reading.first_row.to_string())?;
                }
            }
            put(writer, "fileTableInMemory", "false")?;
            self.attributes(writer, is_grid, files.count, archive.title)?;
            self.variables(writer)
        })?;
        Ok(())
    }

    /// The attributes that ERDDAP requires of a dataset.
    fn attributes<W: Write>(
        &self,
        writer: &mut Writer<W>,
        is_grid: bool,
        files: u64,
        title: &str,
    ) -> io::Result<()> {
        let files = crate::wording::plural(files, "file");
        let title = format!("{title}: {}", self.kind);
        let summary = format!("{files} of the kind {} with the same variables.", self.kind);
        writer
            .create_element("addAttributes")
            .write_inner_content(|writer| {
                attribute(writer, "cdm_data_type", if is_grid { "Grid" } else { "Other" })?;
                attribute(writer, "Conventions", "COARDS, CF-1.10, ACDD-1.3")?;
                attribute(writer, "infoUrl", UNKNOWN)?;
                attribute(writer, "institution", UNKNOWN)?;
                attribute(writer, "license", "[standard]")?;
                attribute(writer, "sourceUrl", "(local files)")?;
                attribute(writer, "standard_name_vocabulary", "CF Standard Name Table v70")?;
                attribute(writer, "summary", &summary)?;
                attribute(writer, "title", &title)
            })?;
        Ok(())
    }

    fn variables<W: Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        let special = special(&self.fields);
        let mut taken: BTreeSet<String> = SPECIAL.map(str::to_owned).into();
        // The file of an array may have a `_FillValue` of its own.
        let fills = match self.shape {
            Shape::Ascii(_) => &FILLS[..],
            Shape::Grid(_) | Shape::Table(_) => &FILLS[..1],
        };
        let mut write = |writer: &mut Writer<W>, element, field: &Field| {
            let known = special.iter().find(|(_, name)| **name == field.name);
            let name = known.map_or_else(|| plain(&field.name, &mut taken), |(name, _)| (*name).to_owned());
            write_variable(writer, element, field, &name, fills)
        };
        let axes: &[String] = match &self.shape {
            Shape::Grid(axes) => axes,
            Shape::Table(_) | Shape::Ascii(_) => &[],
        };
        for axis in axes {
            if let Some(field) = self.fields.iter().find(|field| field.name == *axis) {
                write(writer, "axisVariable", field)?;
            }
        }
        let mut data = self.fields.iter().filter(|field| !axes.contains(&field.name));
        data.try_for_each(|field| write(writer, "dataVariable", field))
    }
}

/// Attributes of numbers that stand for a missing value. Of more numbers, none is named.
const FILLS: [&str; 2] = ["missing_value", "_FillValue"];

fn write_variable<W: Write>(
    writer: &mut Writer<W>,
    element: &str,
    field: &Field,
    name: &str,
    fills: &[&str],
) -> io::Result<()> {
    writer.create_element(element).write_inner_content(|writer| {
        put(writer, "sourceName", &field.name)?;
        put(writer, "destinationName", name)?;
        // The type of an axis is that of the file.
        if element == "dataVariable" {
            put(writer, "dataType", field.of_type)?;
        }
        writer
            .create_element("addAttributes")
            .write_inner_content(|writer| {
                attribute(writer, "ioos_category", category(field, name))?;
                if let Some(standard_name) = &field.standard_name {
                    attribute(writer, "standard_name", standard_name)?;
                }
                // The file of a table need not say that a position is in degrees.
                let unit = match (name, &field.unit) {
                    ("longitude", None) => Some("degrees_east"),
                    ("latitude", None) => Some("degrees_north"),
                    (_, unit) => unit.as_deref(),
                };
                if let Some(unit) = unit {
                    attribute(writer, "units", unit)?;
                }
                if field.fills.len() <= fills.len() {
                    for (name, fill) in fills.iter().zip(&field.fills) {
                        let element = writer.create_element("att");
                        let element = element.with_attributes([("name", *name), ("type", field.of_type)]);
                        element.write_text_content(BytesText::new(&fill.to_string()))?;
                    }
                }
                Ok(())
            })?;
        Ok(())
    })?;
    Ok(())
}

/// Names with a meaning of their own on the server.
const SPECIAL: [&str; 5] = ["longitude", "latitude", "altitude", "depth", "time"];

/// The variables that have these names on the server: by their standard name or their quantity, else by a unit that only such a
/// variable has (CF 4.1, 4.2 and 4.4).
fn special(fields: &[Field]) -> BTreeMap<&'static str, &str> {
    let by_name = |name: &str, field: &Field| {
        let known = field.standard_name.as_deref().or(field.quantity.as_deref());
        let is_in_metres = field.unit.as_deref() == Some("m");
        match name {
            "altitude" => matches!(known, Some("altitude" | "height")) && is_in_metres,
            "depth" => known == Some(name) && is_in_metres,
            "time" => known == Some(name) && is_time(field),
            _ => known == Some(name) && field.of_type != "String",
        }
    };
    let by_unit = |name: &str, field: &Field| {
        let unit = field.unit.as_deref().unwrap_or_default();
        match name {
            "longitude" => matches!(unit, "degrees_east" | "degree_east"),
            "latitude" => matches!(unit, "degrees_north" | "degree_north"),
            "time" => is_time(field),
            _ => false,
        }
    };
    let mut found = BTreeMap::new();
    for name in SPECIAL {
        // A server has depth or altitude, not both.
        if name == "depth" && found.contains_key("altitude") {
            continue;
        }
        let first = |fits: &dyn Fn(&str, &Field) -> bool| {
            let mut fitting = fields.iter().filter(|field| fits(name, field));
            fitting.next().map(|field| field.name.as_str())
        };
        if let Some(field) = first(&by_name).or_else(|| first(&by_unit)) {
            found.insert(name, field);
        }
    }
    found
}

/// Whether a variable holds moments: numbers since one, or texts with a clock.
fn is_time(field: &Field) -> bool {
    let unit = field.unit.as_deref().unwrap_or_default();
    match field.of_type {
        "char" => false,
        "String" => field.quantity.as_deref() == Some("time"),
        _ => unit.contains(" since "),
    }
}

/// A name on the server that is not taken: that of the file, with `_` for what ERDDAP does not allow.
fn plain(name: &str, taken: &mut BTreeSet<String>) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let plain: String = name
        .chars()
        .map(|c| if is_allowed(c) { c } else { '_' })
        .collect();
    let is_special = SPECIAL.contains(&plain.as_str());
    let plain = match plain.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_special {
        true => plain,
        false => format!("v_{plain}"),
    };
    let mut name = plain.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{plain}_{number}");
        number += 1;
    }
    name
}

/// The category of IOOS, which ERDDAP requires of every variable.
fn category(field: &Field, destination: &str) -> &'static str {
    let known = field.standard_name.as_deref().or(field.quantity.as_deref());
    let name = known.unwrap_or_default();
    match destination {
        "longitude" | "latitude" | "depth" | "altitude" => return "Location",
        "time" => return "Time",
        _ => {}
    }
    match name {
        name if name.ends_with("status_flag") || field.name.ends_with("_FLAG_W") => "Quality",
        name if name.contains("temperature") => "Temperature",
        name if name.contains("salinity") => "Salinity",
        name if name.contains("pressure") => "Pressure",
        name if name.contains("oxygen") => "Dissolved O2",
        name if name.contains("chlorophyll") => "Ocean Color",
        _ => "Unknown",
    }
}

fn put<W: Write>(writer: &mut Writer<W>, element: &str, text: &str) -> io::Result<()> {
    writer
        .create_element(element)
        .write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

fn attribute<W: Write>(writer: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    let element = writer.create_element("att").with_attribute(("name", name));
    element.write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

/// Text without the characters that XML 1.0 cannot write (§2.2).
fn allowed(text: &str) -> String {
    let is_allowed = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|c| if is_allowed(c) { c } else { '\u{fffd}' })
        .collect()
}

/// The directory of a key with its `/`, and the name.
fn split(key: &str) -> (&str, &str) {
    key.rfind('/').map_or(("", key), |slash| key.split_at(slash + 1))
}

/// A text as a regular expression of Java that matches it; what XML cannot write matches any character.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Not `.`, which does not match the end of a line.
            c if moves_a_terminal(c) => out.push_str(r"[\s\S]"),
            c if c.is_ascii_punctuation() => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, standard_name: Option<&str>, unit: Option<&str>) -> Variable {
        serde_json::from_value(serde_json::json!({
            "name": name, "standard_name": standard_name, "unit": unit, "canonical": null, "column": null, "count": 0,
            "dimensions": ["x"], "distinct": 0, "dtype": "float32", "first": null, "flags": null, "invalid": 0, "last": null,
            "max": null, "mean": null, "min": null, "missing": {}, "non_finite": 0, "quantiles": null, "shape": [1],
            "std": null, "total": 1,
        }))
        .unwrap()
    }

    #[test]
    fn coordinates_are_known_by_standard_name_or_unit() {
        let shape = Shape::Table(vec!["x".to_owned()]);
        let variables = [
            variable("JULD_LOCATION", None, Some("days since 1950-01-01")),
            variable("JULD", Some("time"), Some("days since 1950-01-01")),
            variable("LATITUDE", None, Some("degree_north")),
            variable("LON", Some("longitude"), Some("degrees_east")),
            variable("LON2", None, Some("degrees_east")),
            variable("depth", Some("depth"), Some("dbar")),
        ];
        let expected = [("latitude", "LATITUDE"), ("longitude", "LON"), ("time", "JULD")];
        let fields: Vec<Field> = variables
            .iter()
            .filter_map(|variable| shape.field(variable))
            .collect();
        assert_eq!(special(&fields), BTreeMap::from(expected));
    }

    #[test]
    fn names_on_the_server_are_allowed_and_differ() {
        let mut taken = SPECIAL.map(str::to_owned).into();
        for (name, expected) in [
            ("depth", "v_depth"),
            ("2m temp.", "v_2m_temp_"),
            ("2m temp!", "v_2m_temp__2"),
            ("TEMP", "TEMP"),
        ] {
            assert_eq!(plain(name, &mut taken), expected);
        }
    }

    #[test]
    fn file_names_are_matched_literally() {
        assert_eq!(quoted("a+(1).nc"), "a\\+\\(1\\)\\.nc");
        assert_eq!(quoted("\u{202e}x\n"), r"[\s\S]x[\s\S]");
        assert_eq!(allowed("a\u{1b}<"), "a\u{fffd}<");
    }

    #[test]
    fn what_xml_cannot_write_is_not_a_variable() {
        assert!(is_readable(&variable("TEMP", None, None)));
        assert!(!is_readable(&variable("TE\u{1b}MP", None, None)));
        assert!(!is_readable(&variable("group/TEMP", None, None)));
        assert!(!is_readable(&variable("compound.x", None, None)));
    }
}
