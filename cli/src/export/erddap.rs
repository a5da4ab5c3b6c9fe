//! `datasets.xml` of an ERDDAP server: a dataset for each group of netCDF files that have the same variables.
//!
//! A group in whose files every dimension of some variable with two dimensions or more has a coordinate variable is a grid
//! (`EDDGridFromNcFiles`), any other a table (`EDDTableFromMultidimNcFiles`). ERDDAP reads the attributes of the variables from the
//! files. What is written beside them is what ERDDAP requires and what the review knows. `???` stands for what only the provider
//! of the data can fill in, as it does in ERDDAP's own GenerateDatasetsXml.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use data_review_core::store::ObjectId;
use data_review_core::{Document, Variable, moves_a_terminal};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sha2::{Digest, Sha256};

use super::{Archive, ExportError, Folder};

/// Most datasets; further files are counted only.
const MOST: usize = 1_000;
/// Most files of a dataset that are named one by one; of more, the ends of their names are.
const NAMED: usize = 200;
/// The file in the directory.
const NAME: &str = "datasets.xml";
const UNKNOWN: &str = "???";

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Summary {
    /// Number of datasets.
    pub(crate) datasets: u64,
    /// Number of files in them.
    pub(crate) files: u64,
    /// Reviewed files of other formats, and those beyond the thousandth dataset.
    pub(crate) left_out: u64,
}

/// Writes `datasets.xml` into the new directory `out`.
///
/// # Errors
/// If the directory exists or cannot be written, or the store cannot be read.
pub(crate) fn write(archive: &Archive<'_>, out: &Path) -> Result<Summary, ExportError> {
    let folder = Folder::beside(out)?;
    let mut summary = Summary::default();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    archive.reviewed(&mut |object, document| {
        let is_full = groups.len() >= MOST;
        let Some(shape) = Shape::of(document) else {
            summary.left_out += 1;
            return Ok(());
        };
        let group = match groups.entry(signature(object, document, &shape)) {
            Entry::Vacant(_) if is_full => {
                summary.left_out += 1;
                return Ok(());
            }
            Entry::Vacant(new) => new.insert(Group::new(object, document, shape)),
            Entry::Occupied(known) => known.into_mut(),
        };
        group.add(object.key);
        summary.files += 1;
        Ok(())
    })?;
    summary.datasets = groups.len() as u64;
    folder.file(NAME, |out| {
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = writer.create_element("erddapDatasets");
        root.write_inner_content(|writer| {
            groups
                .iter()
                .try_for_each(|(signature, group)| group.write(writer, signature, archive))
        })?;
        writer.into_inner().write_all(b"\n")
    })?;
    folder.put()?;
    Ok(summary)
}

/// How ERDDAP reads the files of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// The dimensions of a grid.
    Grid(Vec<String>),
    /// The dimensions of a table.
    Table(Vec<String>),
}

impl Shape {
    /// The shape of a file; `None` if it is not netCDF, or has no variable that ERDDAP can read.
    fn of(document: &Document) -> Option<Self> {
        document
            .handler
            .as_ref()
            .filter(|handler| handler.id == "netcdf")?;
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
}

/// Names of the dimensions.
fn dimensions(variable: &Variable) -> Vec<&str> {
    let names = variable.dimensions.iter().flatten();
    names.map(String::as_str).collect()
}

/// Whether ERDDAP has a type for a variable, and XML can write its name.
fn is_readable(variable: &Variable) -> bool {
    // A variable of a group has a `/` in its name, a member of a compound a `.`.
    let is_written = |name: &str| !name.contains(|c: char| moves_a_terminal(c) || matches!(c, '/' | '.'));
    data_type(variable).is_some()
        && variable.dimensions.is_some()
        && is_written(&variable.name)
        && !variable.name.trim().is_empty()
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
fn signature(object: ObjectId<'_>, document: &Document, shape: &Shape) -> String {
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
    let digest = digest.finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Like files.
struct Group {
    root: String,
    kind: String,
    shape: Shape,
    /// Those of the first file that belong to the dataset.
    variables: Vec<Variable>,
    /// The directory below which all files are, with a `/` at its end unless it is empty.
    directory: String,
    has_several_directories: bool,
    files: u64,
    names: BTreeSet<String>,
    /// Ends of the names, from the last dot.
    endings: BTreeSet<String>,
}

impl Group {
    fn new(object: ObjectId<'_>, document: &Document, shape: Shape) -> Self {
        let belongs = |variable: &Variable| {
            let names = dimensions(variable);
            is_readable(variable)
                && match &shape {
                    Shape::Grid(all) => {
                        names == *all
                            || names.len() == 1 && names[0] == variable.name && all.contains(&variable.name)
                    }
                    Shape::Table(all) => names.iter().all(|name| all.iter().any(|other| other == name)),
                }
        };
        let variables = document.variables.iter().filter(|variable| belongs(variable));
        let kind = document.kind.as_deref().unwrap_or("netCDF");
        Group {
            root: object.root.to_owned(),
            kind: kind.to_owned(),
            variables: variables.cloned().collect(),
            shape,
            directory: split(object.key).0.to_owned(),
            has_several_directories: false,
            files: 0,
            names: BTreeSet::new(),
            endings: BTreeSet::new(),
        }
    }

    fn add(&mut self, key: &str) {
        let (directory, name) = split(key);
        if directory != self.directory {
            self.has_several_directories = true;
            while !directory.starts_with(&self.directory) {
                let shorter = self.directory.trim_end_matches('/');
                self.directory = split(shorter).0.to_owned();
            }
        }
        self.files += 1;
        if self.names.len() <= NAMED {
            self.names.insert(name.to_owned());
        }
        let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
        if self.endings.len() <= NAMED {
            self.endings.insert(ending.to_owned());
        }
    }

    /// The names of the files as a regular expression.
    fn names(&self) -> String {
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

    fn write<W: Write>(
        &self,
        writer: &mut Writer<W>,
        signature: &str,
        archive: &Archive<'_>,
    ) -> io::Result<()> {
        let is_grid = matches!(self.shape, Shape::Grid(_));
        let (of_type, id) = match is_grid {
            true => ("EDDGridFromNcFiles", format!("grid_{signature}")),
            false => ("EDDTableFromMultidimNcFiles", format!("table_{signature}")),
        };
        let directory = archive.addresses.directory(&self.root, &self.directory);
        let element = writer.create_element("dataset");
        let element = element.with_attributes([("type", of_type), ("datasetID", &id), ("active", "true")]);
        element.write_inner_content(|writer| {
            put(writer, "reloadEveryNMinutes", "10080")?;
            put(writer, "updateEveryNMillis", "0")?;
            if let Err(url) = &directory {
                put(writer, "cacheFromUrl", url)?;
            }
            put(writer, "fileDir", directory.as_deref().unwrap_or(UNKNOWN))?;
            put(writer, "fileNameRegex", &self.names())?;
            put(
                writer,
                "recursive",
                if self.has_several_directories {
                    "true"
                } else {
                    "false"
                },
            )?;
            put(writer, "pathRegex", ".*")?;
            put(writer, "metadataFrom", "last")?;
            if is_grid {
                put(writer, "matchAxisNDigits", "20")?;
            } else {
                put(writer, "standardizeWhat", "0")?;
                put(writer, "removeMVRows", "true")?;
            }
            put(writer, "fileTableInMemory", "false")?;
            self.attributes(writer, is_grid, archive.title)?;
            self.variables(writer)
        })?;
        Ok(())
    }

    /// The attributes that ERDDAP requires of a dataset.
    fn attributes<W: Write>(&self, writer: &mut Writer<W>, is_grid: bool, title: &str) -> io::Result<()> {
        let files = crate::wording::plural(self.files, "file");
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
        let special = special(&self.variables);
        let mut taken: BTreeSet<String> = SPECIAL.map(str::to_owned).into();
        let mut write = |writer: &mut Writer<W>, element, variable: &Variable| {
            let known = special.iter().find(|(_, name)| **name == variable.name);
            let name = known.map_or_else(
                || plain(&variable.name, &mut taken),
                |(name, _)| (*name).to_owned(),
            );
            write_variable(writer, element, variable, &name)
        };
        let axes: &[String] = match &self.shape {
            Shape::Grid(axes) => axes,
            Shape::Table(_) => &[],
        };
        for axis in axes {
            if let Some(variable) = self.variables.iter().find(|variable| variable.name == *axis) {
                write(writer, "axisVariable", variable)?;
            }
        }
        let data = self
            .variables
            .iter()
            .filter(|variable| !axes.contains(&variable.name));
        data.into_iter()
            .try_for_each(|variable| write(writer, "dataVariable", variable))
    }
}

fn write_variable<W: Write>(
    writer: &mut Writer<W>,
    element: &str,
    variable: &Variable,
    name: &str,
) -> io::Result<()> {
    writer.create_element(element).write_inner_content(|writer| {
        put(writer, "sourceName", &variable.name)?;
        put(writer, "destinationName", name)?;
        // The type of an axis is that of the file.
        if element == "dataVariable" {
            put(writer, "dataType", data_type(variable).unwrap_or("String"))?;
        }
        writer
            .create_element("addAttributes")
            .write_inner_content(|writer| {
                attribute(writer, "ioos_category", category(variable, name))?;
                if let Some(standard_name) = &variable.standard_name {
                    attribute(writer, "standard_name", standard_name)?;
                }
                if let Some(unit) = &variable.unit {
                    attribute(writer, "units", unit)?;
                }
                // A number that stands for a missing value although no attribute of the file says so. Of packed values, which are
                // integers, the packed number is not known.
                let fill = variable.good.as_ref().map(|good| &good.left_out[..]);
                if let (Some([fill]), Some(of_type @ ("float" | "double"))) = (fill, data_type(variable)) {
                    let element = writer.create_element("att");
                    let element = element.with_attributes([("name", "missing_value"), ("type", of_type)]);
                    element.write_text_content(BytesText::new(&fill.to_string()))?;
                }
                Ok(())
            })?;
        Ok(())
    })?;
    Ok(())
}

/// Names with a meaning of their own on the server.
const SPECIAL: [&str; 5] = ["longitude", "latitude", "altitude", "depth", "time"];

/// The variables that have these names on the server: by their standard name, else by a unit that only such a variable has
/// (CF 4.1, 4.2 and 4.4).
fn special(variables: &[Variable]) -> BTreeMap<&'static str, &str> {
    let by_standard_name = |name: &str, variable: &Variable| {
        let standard_name = variable.standard_name.as_deref();
        let is_in_metres = variable.unit.as_deref() == Some("m");
        match name {
            "altitude" => matches!(standard_name, Some("altitude" | "height")) && is_in_metres,
            "depth" => standard_name == Some(name) && is_in_metres,
            "time" => standard_name == Some(name) && is_time(variable),
            _ => standard_name == Some(name),
        }
    };
    let by_unit = |name: &str, variable: &Variable| {
        let unit = variable.unit.as_deref().unwrap_or_default();
        match name {
            "longitude" => matches!(unit, "degrees_east" | "degree_east"),
            "latitude" => matches!(unit, "degrees_north" | "degree_north"),
            "time" => is_time(variable),
            _ => false,
        }
    };
    let mut found = BTreeMap::new();
    for name in SPECIAL {
        // A server has depth or altitude, not both.
        if name == "depth" && found.contains_key("altitude") {
            continue;
        }
        let first = |fits: &dyn Fn(&str, &Variable) -> bool| {
            let mut fitting = variables.iter().filter(|variable| fits(name, variable));
            fitting.next().map(|variable| variable.name.as_str())
        };
        if let Some(variable) = first(&by_standard_name).or_else(|| first(&by_unit)) {
            found.insert(name, variable);
        }
    }
    found
}

/// Whether the unit is one of time since a moment, and the values are numbers.
fn is_time(variable: &Variable) -> bool {
    let unit = variable.unit.as_deref().unwrap_or_default();
    unit.contains(" since ") && !matches!(data_type(variable), None | Some("String" | "char"))
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
fn category(variable: &Variable, destination: &str) -> &'static str {
    let name = variable.standard_name.as_deref().unwrap_or_default();
    match destination {
        "longitude" | "latitude" | "depth" | "altitude" => return "Location",
        "time" => return "Time",
        _ => {}
    }
    match name {
        name if name.ends_with("status_flag") => "Quality",
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
            c if moves_a_terminal(c) => out.push('.'),
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
        let variables = [
            variable("JULD_LOCATION", None, Some("days since 1950-01-01")),
            variable("JULD", Some("time"), Some("days since 1950-01-01")),
            variable("LATITUDE", None, Some("degree_north")),
            variable("LON", Some("longitude"), Some("degrees_east")),
            variable("LON2", None, Some("degrees_east")),
            variable("depth", Some("depth"), Some("dbar")),
        ];
        let expected = [("latitude", "LATITUDE"), ("longitude", "LON"), ("time", "JULD")];
        assert_eq!(special(&variables), BTreeMap::from(expected));
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
        assert_eq!(quoted("\u{202e}x\n"), ".x.");
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
