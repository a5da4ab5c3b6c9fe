//! The items of a STAC catalogue as one Parquet file: stac-geoparquet 1.1, a row for each item, its properties as columns.

use std::fs::File;
use std::io;
use std::sync::Arc;

use parquet::file::metadata::KeyValue;
use parquet::file::properties::EnabledStatistics;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use serde_json::{Value, json};

use super::geometry::{self, Rectangle};
use super::parquet::Geo;
use super::row_group::{self, GROUP_ROWS, Rows, failed};

/// The columns: members of an item that are not in `properties`, and the properties.
const SCHEMA: &str = "message items {
    required binary stac_version (STRING);
    required group stac_extensions (LIST) {
        repeated group list { required binary element (STRING); }
    }
    required binary id (STRING);
    required binary collection (STRING);
    required group bbox {
        required double xmin; required double ymin; required double xmax; required double ymax;
    }
    required group links (LIST) {
        repeated group list {
            required group element {
                required binary href (STRING); required binary rel (STRING); optional binary type (STRING);
            }
        }
    }
    required group assets {
        required group data {
            required binary href (STRING);
            optional binary type (STRING);
            required group roles (LIST) {
                repeated group list { required binary element (STRING); }
            }
            optional int64 file:size;
            optional binary file:checksum (STRING);
        }
    }
    optional int64 datetime (TIMESTAMP(MICROS, true));
    optional int64 start_datetime (TIMESTAMP(MICROS, true));
    optional int64 end_datetime (TIMESTAMP(MICROS, true));
    optional binary title (STRING);
    optional binary platform (STRING);
    optional int64 table:row_count;
    required group table:columns (LIST) {
        repeated group list {
            required group element {
                required binary name (STRING); required binary type (STRING); optional binary description (STRING);
            }
        }
    }
    required binary data_review:root (STRING);
    required binary data_review:key (STRING);
    optional binary data_review:kind (STRING);
    optional binary data_review:handler (STRING);
    required int64 data_review:errors;
    required int64 data_review:warnings;
    required int64 data_review:infos;
    required binary geometry;
}";

/// The file while it is written. Row groups go to the disk as they are full.
pub(super) struct Items<'f> {
    rows: Rows<'f>,
    geo: Geo,
}

impl<'f> Items<'f> {
    /// A file without items.
    pub(super) fn new(file: &'f File) -> io::Result<Self> {
        let schema = parse_message_type(SCHEMA).map_err(failed)?;
        let geometry = ColumnPath::from("geometry");
        let properties = row_group::properties()
            .set_column_statistics_enabled(geometry, EnabledStatistics::None)
            .build();
        Ok(Items {
            rows: Rows::new(file, Arc::new(schema), properties, GROUP_ROWS)?,
            geo: Geo::default(),
        })
    }

    /// Adds an item that has a geometry. A box across the antimeridian goes from −180 to 180, so that a comparison of edges, as
    /// readers of GeoParquet do, finds every item that may be in a box.
    pub(super) fn add(&mut self, mut item: Value, rectangles: &[Rectangle]) -> io::Result<()> {
        let (Some(around), Some(wkb)) = (geometry::envelope(rectangles), geometry::wkb(rectangles)) else {
            return Ok(());
        };
        if let Value::Object(properties) = item["properties"].take() {
            for (name, value) in properties {
                item[name] = value;
            }
        }
        item["bbox"] = json!({
            "xmin": around.west, "ymin": around.south, "xmax": around.east, "ymax": around.north,
        });
        self.geo.add(rectangles);
        self.rows.object(&item, &wkb)
    }

    /// Writes the rest, and the metadata with the collection.
    pub(super) fn finish(self, id: &str, collection: &Value) -> io::Result<()> {
        let of_stac = json!({ "version": "1.1.0", "collections": { id: collection } });
        self.rows.finish(vec![
            self.geo.entry(),
            KeyValue::new("stac-geoparquet".to_owned(), of_stac.to_string()),
        ])
    }
}
