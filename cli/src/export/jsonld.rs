//! The archive as a schema.org Dataset, with the fields of Croissant 1.1 (mlcommons.org/croissant/1.1): one JSON-LD document.
//!
//! `variableMeasured` has every variable with its range over good values. The record set `flags` has the statistics of every
//! variable by flag as inline data, which readers of Croissant load as a table.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use data_review_core::stats::Scalar;
use data_review_core::store::ObjectId;
use data_review_core::{Document, TimeSpan, Variable};
use serde_json::{Map, Value, json};

use super::address::{Addresses, identifier, media_type};
use super::geometry::{self, Rectangle};
use super::stac::moment;
use super::{Archive, ExportError, Folder};

/// Most files that are listed one by one, and most variables: readers load the document as a whole.
const MOST: usize = 10_000;
const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.1";
/// The file in the directory.
const NAME: &str = "dataset.jsonld";

/// What was written, and what was left out because it is too much for one document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Summary {
    /// Number of files that are listed.
    pub(crate) files: u64,
    /// Number of variables.
    pub(crate) variables: u64,
    /// Number of files that are not listed.
    pub(crate) files_left_out: u64,
    /// Number of variables of files that are not described.
    pub(crate) variables_left_out: u64,
}

/// Writes `dataset.jsonld` into the new directory `out`.
///
/// # Errors
/// If the directory exists or cannot be written, or the store cannot be read.
pub(crate) fn write(archive: &Archive<'_>, out: &Path) -> Result<Summary, ExportError> {
    let folder = Folder::beside(out)?;
    let mut dataset = Dataset::default();
    archive.reviewed(&mut |object, document| {
        dataset.add(object, document, archive.addresses);
        Ok(())
    })?;
    let (value, summary) = dataset.finish(archive.title, archive.addresses);
    folder.json(NAME, &value)?;
    folder.put()?;
    Ok(summary)
}

/// What makes variables of several files one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Measured {
    name: String,
    unit: Option<String>,
    standard_name: Option<String>,
    flag_scheme: Option<String>,
}

/// Figures of values.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    files: u64,
    cells: u64,
    values: u64,
    min: Option<f64>,
    max: Option<f64>,
    /// Sum of the values that have a mean, and their number.
    sum: f64,
    summed: u64,
}

impl Figures {
    fn add(&mut self, cells: u64, values: u64, [min, max, mean]: [Option<f64>; 3]) {
        self.files += 1;
        self.cells = self.cells.saturating_add(cells);
        self.values = self.values.saturating_add(values);
        self.min = self.min.into_iter().chain(min).reduce(f64::min);
        self.max = self.max.into_iter().chain(max).reduce(f64::max);
        if let Some(mean) = mean {
            self.sum += mean * values as f64;
            self.summed = self.summed.saturating_add(values);
        }
    }

    fn mean(&self) -> Option<f64> {
        let mean = self.sum / self.summed as f64;
        mean.is_finite().then_some(mean)
    }
}

#[derive(Default)]
struct Described {
    good: Figures,
    /// By flag, with the class of the flag.
    flags: BTreeMap<String, (Option<&'static str>, Figures)>,
}

#[derive(Default)]
struct Dataset {
    summary: Summary,
    files: Vec<Value>,
    around: Option<Rectangle>,
    time: Option<TimeSpan>,
    variables: BTreeMap<Measured, Described>,
}

impl Dataset {
    fn add(&mut self, object: ObjectId<'_>, document: &Document, addresses: &Addresses) {
        match &document.file.sha256 {
            Some(digest) if self.files.len() < MOST => {
                let handler = document.handler.as_ref().map(|handler| handler.id.as_str());
                let mut file = json!({
                    "@type": "cr:FileObject",
                    "@id": identifier(object),
                    "name": object.key,
                    "contentUrl": addresses.of(object),
                    "encodingFormat": media_type(handler, object.key),
                    "sha256": digest,
                });
                if let Some(size) = document.file.size {
                    file["contentSize"] = format!("{size} B").into();
                }
                self.files.push(file);
                self.summary.files += 1;
            }
            _ => self.summary.files_left_out += 1,
        }
        let edges = document.coverage.boxes.as_ref().and_then(|boxes| boxes.first());
        let rectangles = edges.map_or_else(Vec::new, |edges| geometry::rectangles(*edges));
        let around: Vec<Rectangle> = rectangles.into_iter().chain(self.around).collect();
        self.around = geometry::envelope(&around);
        if let Some(time) = document.coverage.time {
            let known = self.time.get_or_insert(time);
            known.first = known.first.min(time.first);
            known.last = known.last.max(time.last);
        }
        for variable in &document.variables {
            self.add_variable(variable);
        }
    }

    fn add_variable(&mut self, variable: &Variable) {
        let is_full = self.variables.len() >= MOST;
        let measured = Measured {
            name: variable.name.clone(),
            unit: variable.unit.clone(),
            standard_name: variable.standard_name.clone(),
            flag_scheme: variable.flag_scheme.clone(),
        };
        let described = match self.variables.entry(measured) {
            Entry::Vacant(_) if is_full => {
                self.summary.variables_left_out += 1;
                return;
            }
            entry => entry.or_default(),
        };
        let range = |min: Option<Scalar>, max: Option<Scalar>, mean| {
            [min.map(Scalar::as_f64), max.map(Scalar::as_f64), mean]
        };
        match &variable.good {
            Some(good) => {
                described
                    .good
                    .add(variable.total, good.count, range(good.min, good.max, good.mean));
            }
            None => {
                let all = range(variable.min, variable.max, variable.mean);
                described.good.add(variable.total, variable.count, all);
            }
        }
        for (flag, figures) in variable.flags.iter().flatten() {
            if described.flags.len() >= MOST && !described.flags.contains_key(flag) {
                continue;
            }
            let class = figures.class.map(|class| class.as_str());
            let (_, known) = described
                .flags
                .entry(flag.clone())
                .or_insert((class, Figures::default()));
            let all = range(figures.min, figures.max, figures.mean);
            known.add(figures.total, figures.count, all);
        }
    }

    fn finish(mut self, title: &str, addresses: &Addresses) -> (Value, Summary) {
        self.summary.variables = self.variables.len() as u64;
        let summary = self.summary;
        let all = summary.files + summary.files_left_out;
        let mut dataset = json!({
            "@context": context(),
            "@type": "sc:Dataset",
            "conformsTo": CONFORMS_TO,
            "name": title,
            "description": format!(
                "{all} data files that Data Review has reviewed; {} of them are listed.", summary.files
            ),
            "distribution": self.files,
            "variableMeasured": self.variables.iter().map(measured).collect::<Vec<_>>(),
            "recordSet": [flags(&self.variables)],
        });
        if let Some(base) = &addresses.base {
            dataset["url"] = base.as_str().into();
        }
        if let Some(around) = self.around {
            // schema.org: latitude before longitude, the lower corner first.
            let Rectangle {
                west,
                south,
                east,
                north,
            } = around;
            dataset["spatialCoverage"] = json!({
                "@type": "sc:Place",
                "geo": { "@type": "sc:GeoShape", "box": format!("{south} {west} {north} {east}") },
            });
        }
        let ends = self
            .time
            .and_then(|time| Some([moment(time.first, false)?, moment(time.last, true)?]));
        if let Some(ends) = ends {
            dataset["temporalCoverage"] = ends.join("/").into();
        }
        (dataset, summary)
    }
}

/// A variable as schema.org describes it; the range is that of good values.
fn measured((measured, described): (&Measured, &Described)) -> Value {
    let mut value = json!({ "@type": "sc:PropertyValue", "name": measured.name });
    if let Some(unit) = &measured.unit {
        value["unitText"] = unit.as_str().into();
    }
    if let Some(name) = &measured.standard_name {
        value["propertyID"] = name.as_str().into();
    }
    if let (Some(min), Some(max)) = (described.good.min, described.good.max) {
        value["minValue"] = min.into();
        value["maxValue"] = max.into();
    }
    value
}

/// The statistics by flag as a record set with inline data.
fn flags(variables: &BTreeMap<Measured, Described>) -> Value {
    const FIELDS: [(&str, &str, &str); 11] = [
        (
            "variable",
            "sc:Text",
            "Name of the variable, as the files write it",
        ),
        ("unit", "sc:Text", "Unit, as the files write it"),
        ("standard_name", "sc:Text", "CF standard name"),
        ("flag_scheme", "sc:Text", "Scheme of the flags"),
        ("flag", "sc:Text", "The flag, as the files write it"),
        (
            "class",
            "sc:Text",
            "good, not assessed, questionable, bad or missing",
        ),
        ("files", "sc:Integer", "Files in which the flag occurs"),
        ("cells", "sc:Integer", "Cells with this flag"),
        ("min", "sc:Float", "Least value with this flag"),
        ("max", "sc:Float", "Greatest value with this flag"),
        ("mean", "sc:Float", "Mean of the values with this flag"),
    ];
    let id = |field: &str| format!("flags/{field}");
    let fields: Vec<Value> = FIELDS
        .iter()
        .map(|(name, of_type, description)| {
            json!({
                "@type": "cr:Field",
                "@id": id(name),
                "name": name,
                "description": description,
                "dataType": of_type,
            })
        })
        .collect();
    let mut rows = Vec::new();
    for (measured, described) in variables {
        for (flag, (class, figures)) in &described.flags {
            let cells: [Value; FIELDS.len()] = [
                measured.name.as_str().into(),
                measured.unit.as_deref().into(),
                measured.standard_name.as_deref().into(),
                measured.flag_scheme.as_deref().into(),
                flag.as_str().into(),
                (*class).into(),
                figures.files.into(),
                figures.cells.into(),
                figures.min.into(),
                figures.max.into(),
                figures.mean().into(),
            ];
            let names = FIELDS.iter().map(|(name, ..)| id(name));
            rows.push(Value::Object(names.zip(cells).collect::<Map<_, _>>()));
        }
    }
    json!({
        "@type": "cr:RecordSet",
        "@id": "flags",
        "name": "flags",
        "description": "Statistics of the variables by quality flag, over all files.",
        "field": fields,
        "data": rows,
    })
}

/// The names of Croissant 1.1.
fn context() -> Value {
    const CROISSANT: [&str; 26] = [
        "arrayShape",
        "citeAs",
        "column",
        "containedIn",
        "equivalentProperty",
        "extract",
        "field",
        "fileProperty",
        "fileObject",
        "fileSet",
        "format",
        "includes",
        "isArray",
        "isLiveDataset",
        "jsonPath",
        "key",
        "md5",
        "parentField",
        "path",
        "recordSet",
        "references",
        "regex",
        "repeated",
        "replace",
        "samplingRate",
        "separator",
    ];
    let further = ["source", "subField", "transform"];
    let mut context = json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "description": { "@container": "@language" },
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "name": { "@container": "@language" },
        "sc": "https://schema.org/",
    });
    for name in CROISSANT.iter().chain(&further) {
        context[*name] = format!("cr:{name}").into();
    }
    context
}
