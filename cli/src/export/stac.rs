//! A static STAC catalogue (version 1.1): a collection, and an item for each reviewed file that has a time. Items with a geometry
//! are also the rows of a Parquet file.
//!
//! The objects are written as JSON, without the crate `stac`: that brings a parser of CQL2, geometry operations and a hundred
//! other crates for the few members that an item has, and lacks those of the extensions.

use std::io;
use std::path::Path;

use data_review_core::store::ObjectId;
use data_review_core::{Document, GroupKind, Instant, Severity, TimeSpan, Variable};
use serde_json::{Map, Value, json};

use super::address::{Addresses, identifier, media_type};
use super::geometry::{self, Rectangle};
use super::items::Items;
use super::{Archive, ExportError, Folder};

const VERSION: &str = "1.1.0";
const EXTENSIONS: [&str; 2] = [
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/table/v1.2.0/schema.json",
];
/// Id of the collection.
const COLLECTION: &str = "archive";
/// The file with the items as rows.
const ITEMS: &str = "items.parquet";
/// Items of one folder, which is a catalogue of its own: readers list a folder at once.
const FOLDER: u64 = 1_000;

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Summary {
    /// Number of items.
    pub(crate) items: u64,
    /// Reviewed files without a time, which no item may lack.
    pub(crate) without_time: u64,
    /// Items without a place. They are not in [`ITEMS`], whose readers expect a geometry.
    pub(crate) without_place: u64,
}

/// Writes the catalogue into the new directory `out`.
///
/// # Errors
/// If the directory exists or cannot be written, or the store cannot be read.
pub(crate) fn write(archive: &Archive<'_>, out: &Path) -> Result<Summary, ExportError> {
    let folder = Folder::beside(out)?;
    let file = folder.create(ITEMS)?;
    let mut catalogue = Catalogue {
        items: Items::new(&file).map_err(|error| failed(&folder, error))?,
        folder,
        summary: Summary::default(),
        links: Vec::new(),
        around: None,
        time: None,
        handlers: Default::default(),
    };
    archive.reviewed(&mut |object, document| catalogue.add(object, document, archive.addresses))?;
    catalogue.finish(archive.title)
}

fn failed(folder: &Folder, error: io::Error) -> ExportError {
    let path = folder.path().join(ITEMS);
    ExportError::Write { path, error }
}

struct Catalogue<'f> {
    folder: Folder,
    items: Items<'f>,
    summary: Summary,
    /// Links to the items of the last folder.
    links: Vec<Value>,
    around: Option<Rectangle>,
    time: Option<TimeSpan>,
    handlers: std::collections::BTreeSet<String>,
}

impl Catalogue<'_> {
    fn add(
        &mut self,
        object: ObjectId<'_>,
        document: &Document,
        addresses: &Addresses,
    ) -> Result<(), ExportError> {
        let time = document.coverage.time.and_then(|time| {
            let (first, last) = (moment(time.first, false)?, moment(time.last, true)?);
            Some((time, first, last))
        });
        let Some((time, first, last)) = time else {
            self.summary.without_time += 1;
            return Ok(());
        };
        if self.summary.items.is_multiple_of(FOLDER) {
            self.close_folder()?;
        }
        let boxes = document.coverage.boxes.as_ref();
        let edges = boxes.and_then(|boxes| boxes.first());
        let rectangles = edges.map_or_else(Vec::new, |edges| geometry::rectangles(*edges));
        let id = identifier(object);
        let mut item = json!({
            "type": "Feature",
            "stac_version": VERSION,
            "stac_extensions": EXTENSIONS,
            "id": id,
            "collection": COLLECTION,
            "geometry": geometry::geojson(&rectangles),
            "properties": properties(object, document, &first, &last),
            "links": links("..", "."),
            "assets": { "data": asset(object, document, addresses) },
        });
        if let (Some(edges), false) = (edges, rectangles.is_empty()) {
            item["bbox"] = json!(edges);
        }
        let name = format!("{id}.json");
        let folder = folder_name(self.summary.items);
        self.folder.json(&format!("{folder}/{name}"), &item)?;
        if rectangles.is_empty() {
            self.summary.without_place += 1;
        } else {
            item["links"] = links(".", &format!("./{folder}"));
            let added = self.items.add(item, &rectangles);
            added.map_err(|error| failed(&self.folder, error))?;
        }
        self.links
            .push(link("item", &format!("./{name}"), "application/geo+json"));
        self.summary.items += 1;
        let around = rectangles.into_iter().chain(self.around).collect::<Vec<_>>();
        self.around = geometry::envelope(&around);
        let known = self.time.get_or_insert(time);
        known.first = known.first.min(time.first);
        known.last = known.last.max(time.last);
        if let Some(handler) = &document.handler {
            self.handlers.insert(handler.id.clone());
        }
        Ok(())
    }

    /// Writes the catalogue of the last folder.
    fn close_folder(&mut self) -> Result<(), ExportError> {
        if self.links.is_empty() {
            return Ok(());
        }
        let name = folder_name(self.summary.items - 1);
        let mut links = vec![
            link("root", "../collection.json", "application/json"),
            link("parent", "../collection.json", "application/json"),
        ];
        links.append(&mut self.links);
        let catalogue = json!({
            "type": "Catalog",
            "stac_version": VERSION,
            "id": format!("{COLLECTION}-{name}"),
            "description": "Files of the archive, in the order of their roots and keys.",
            "links": links,
        });
        self.folder.json(&format!("{name}/catalog.json"), &catalogue)
    }

    fn finish(mut self, title: &str) -> Result<Summary, ExportError> {
        self.close_folder()?;
        let folders = self.summary.items.div_ceil(FOLDER);
        let mut links = vec![link("root", "./collection.json", "application/json")];
        links.extend((0..folders).map(|number| {
            let name = folder_name(number * FOLDER);
            link("child", &format!("./{name}/catalog.json"), "application/json")
        }));
        // Without an item with a box: the whole earth, because an extent must not be empty.
        let edges = self.around.map_or([-180.0, -90.0, 180.0, 90.0], |around| {
            [around.west, around.south, around.east, around.north]
        });
        let times = self.time.map_or([None, None], |time| {
            [moment(time.first, false), moment(time.last, true)]
        });
        let collection = json!({
            "type": "Collection",
            "stac_version": VERSION,
            "id": COLLECTION,
            "title": title,
            "description": format!(
                "Files that Data Review has reviewed. {} without a time are left out, because an item must have one.",
                self.summary.without_time
            ),
            "license": "other",
            "extent": {
                "spatial": { "bbox": [edges] },
                "temporal": { "interval": [times] },
            },
            "summaries": { "data_review:handler": self.handlers },
            "links": links,
            "assets": { "items": {
                "href": format!("./{ITEMS}"),
                "type": "application/vnd.apache.parquet",
                "title": "The items as stac-geoparquet",
                "description": format!(
                    "A row for each item with a geometry, in the order of the catalogue. {} items without one are left out.",
                    self.summary.without_place
                ),
                "roles": ["collection-mirror"],
            } },
        });
        let finished = self.items.finish(COLLECTION, &collection);
        finished.map_err(|error| failed(&self.folder, error))?;
        self.folder.json("collection.json", &collection)?;
        self.folder.put()?;
        Ok(self.summary)
    }
}

/// The links of an item, seen from a directory from which the collection is in `top`, and the catalogue of the item in `folder`.
fn links(top: &str, folder: &str) -> Value {
    let json = "application/json";
    json!([
        link("root", &format!("{top}/collection.json"), json),
        link("parent", &format!("{folder}/catalog.json"), json),
        link("collection", &format!("{top}/collection.json"), json),
    ])
}

/// The properties of an item: time, what the file is, and its variables as columns of a table.
fn properties(object: ObjectId<'_>, document: &Document, first: &str, last: &str) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| {
        properties.insert(name.to_owned(), value);
    };
    put("title", object.key.into());
    match first == last {
        true => put("datetime", first.into()),
        false => {
            put("datetime", Value::Null);
            put("start_datetime", first.into());
            put("end_datetime", last.into());
        }
    }
    if let Some(platform) = GroupKind::Platform.names(&document.attributes).first() {
        put("platform", platform.as_str().into());
    }
    if let Some(rows) = document.observations {
        put("table:row_count", rows.into());
    }
    put("table:columns", document.variables.iter().map(column).collect());
    put("data_review:root", object.root.into());
    put("data_review:key", object.key.into());
    put("data_review:kind", document.kind.clone().into());
    let handler = document.handler.as_ref().map(|handler| handler.id.clone());
    put("data_review:handler", handler.into());
    for (name, severity) in [
        ("data_review:errors", Severity::Error),
        ("data_review:warnings", Severity::Warning),
        ("data_review:infos", Severity::Info),
    ] {
        put(name, document.findings_of(severity).into());
    }
    properties
}

/// A variable as a column of the table extension.
fn column(variable: &Variable) -> Value {
    let facts = [
        variable.standard_name.as_ref().or(variable.canonical.as_ref()),
        variable.unit.as_ref(),
    ];
    let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
    let mut column = json!({ "name": variable.name, "type": variable.dtype });
    if !facts.is_empty() {
        column["description"] = facts.join(", ").into();
    }
    column
}

/// The file itself, with its length and its digest as a multihash (0x12: SHA-256, 0x20: 32 bytes).
fn asset(object: ObjectId<'_>, document: &Document, addresses: &Addresses) -> Value {
    let handler = document.handler.as_ref().map(|handler| handler.id.as_str());
    let mut asset = json!({
        "href": addresses.of(object),
        "type": media_type(handler, object.key),
        "roles": ["data"],
    });
    if let Some(size) = document.file.size {
        asset["file:size"] = size.into();
    }
    if let Some(digest) = &document.file.sha256 {
        asset["file:checksum"] = format!("1220{digest}").into();
    }
    asset
}

fn link(relation: &str, to: &str, media_type: &str) -> Value {
    json!({ "rel": relation, "href": to, "type": media_type })
}

/// The folder of an item.
fn folder_name(item: u64) -> String {
    format!("{:05}", item / FOLDER)
}

/// A time as RFC 3339 has it: years 0000 to 9999 of the Gregorian calendar, with a time of day. A date is its first second, or
/// its last one if it is an end. `None` for a year that RFC 3339 cannot write.
pub(super) fn moment(time: Instant, is_end: bool) -> Option<String> {
    const LAST_SECOND: i128 = 86_399_000_000_000;
    let further = if is_end && time.is_date() { LAST_SECOND } else { 0 };
    let moment = Instant::from_unix_nanos(time.to_unix_nanos() + further)?;
    (0..=9999).contains(&moment.year()).then(|| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_rfc_3339() {
        let text = |text: &str, is_end| moment(Instant::parse(text).unwrap(), is_end);
        assert_eq!(text("2015-08-10", false).unwrap(), "2015-08-10T00:00:00Z");
        assert_eq!(text("2015-08-10", true).unwrap(), "2015-08-10T23:59:59Z");
        assert_eq!(text("2015-08-10T12:00", true).unwrap(), "2015-08-10T12:00:00Z");
        assert_eq!(text("-000044-03-15", false), None);
        assert_eq!(text("+010000-01-01", false), None);
        let of_360_days = Instant::of_calendar(2015, 2, 30, 0).unwrap();
        assert_eq!(moment(of_360_days, false).unwrap(), "2015-03-02T00:00:00Z");
    }
}
