//! Tables as Parquet files, sorted so that a query reads only the row groups that it needs.
//!
//! The rows of `variables` and `flags` carry the time and the box of their file, and are sorted by quantity, flag, month and
//! place; those of `files` and `casts` by month and place. Row groups are short, so that their statistics say which of them a query can skip.
//! `files` and `casts` are GeoParquet 1.1: the column `geometry` holds the position of each cast, and the box of each file, in two
//! parts if it crosses the antimeridian.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use data_review_core::{Coverage, Instant};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use serde_json::json;

use super::cell::Cell;
use super::columns::{Column, Kind, PLACE};
use super::geometry::{self, Rectangle};
use super::row_group::{self, Datum, GROUP_ROWS, Rows, failed, moment};
use super::sorter::Sorter;

/// The key of the metadata that explain the columns.
const EXPLAINED: &str = "data_review";
/// Columns of a table whose values lead the order of its rows.
const LEADING: [(&str, &[&str]); 3] = [
    ("variables", &["quantity"]),
    ("flags", &["quantity", "flag"]),
    ("findings", &["code", "severity"]),
];

/// A table whose rows are gathered and sorted before they are written.
pub(super) struct Table {
    name: &'static str,
    /// Columns of the table, and after them those of [`PLACE`] if each row has the time and box of its file.
    columns: Vec<Column>,
    has_place: bool,
    /// Positions of the columns that lead the order.
    leading: Vec<usize>,
    sorter: Sorter,
    /// Most rows of a row group.
    group_rows: usize,
}

impl Table {
    /// An empty table.
    pub(super) fn new(name: &'static str, columns: &'static [Column]) -> Self {
        let has_place = matches!(name, "variables" | "flags");
        let leading = LEADING.iter().find(|(table, _)| *table == name);
        let position = |name: &&str| columns.iter().position(|column| column.name == *name);
        Table {
            name,
            leading: leading.map_or_else(Vec::new, |(_, names)| names.iter().filter_map(position).collect()),
            columns: columns
                .iter()
                .chain(PLACE.iter().filter(|_| has_place))
                .copied()
                .collect(),
            has_place,
            sorter: Sorter::default(),
            group_rows: GROUP_ROWS,
        }
    }

    /// Adds a row: a cell per column, and the coverage of the file.
    ///
    /// # Errors
    /// If the rows that do not fit into memory cannot be written to disk.
    pub(super) fn row(&mut self, cells: &[Cell<'_>], coverage: Option<&Coverage>) -> io::Result<()> {
        let coverage = coverage.filter(|_| self.has_place || edges(self.name).is_some());
        let rectangles = coverage.map_or_else(Vec::new, boxes);
        let around = geometry::envelope(&rectangles);
        let mut data: Vec<Datum<'_>> = cells
            .iter()
            .zip(&self.columns)
            .map(|(cell, column)| datum(cell, column.kind))
            .collect();
        let time = coverage.and_then(|coverage| coverage.time);
        if self.has_place {
            let number = |edge: fn(&Rectangle) -> f64| {
                let edge = around.as_ref().map(edge);
                edge.map_or(Datum::Null, Datum::Number)
            };
            data.extend([
                time.map_or(Datum::Null, |span| moment(span.first)),
                time.map_or(Datum::Null, |span| moment(span.last)),
                number(|around| around.west),
                number(|around| around.south),
                number(|around| around.east),
                number(|around| around.north),
            ]);
        }
        let mut key = Vec::new();
        for position in &self.leading {
            let column = self.columns[*position].name;
            // Variables without a quantity come first, by their names.
            let name = self.columns.iter().position(|other| other.name == "name");
            match (&data[*position], name) {
                (Datum::Text(text), _) => {
                    key.push(1);
                    append(&mut key, text);
                }
                (_, Some(name)) if column == "quantity" => {
                    key.push(0);
                    if let Datum::Text(name) = &data[name] {
                        append(&mut key, name);
                    }
                }
                _ => key.push(0),
            }
        }
        key.extend(month(time.map(|span| span.first)).to_be_bytes());
        key.extend(around.map_or(u64::MAX, |around| curve(&around)).to_be_bytes());
        for datum in data.iter().take(2) {
            if let Datum::Text(text) = datum {
                append(&mut key, text);
            }
        }
        let row = postcard::to_allocvec(&data).map_err(io::Error::other)?;
        self.sorter.push(&key, &row)
    }

    /// Writes all rows in their order.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn write(self, file: &std::fs::File) -> io::Result<()> {
        let edges = edges(self.name);
        let has_geometry = edges.is_some();
        let schema = schema(&self.columns, has_geometry).map_err(failed)?;
        let properties = properties(self.name, &self.columns, &self.leading);
        let position = |name: &str| self.columns.iter().position(|column| column.name == name);
        let edges = edges.map(|names| names.map(|name| position(name).unwrap_or(usize::MAX)));
        let mut output = Output {
            rows: Rows::new(file, schema, properties, self.group_rows)?,
            edges,
            geo: Geo::default(),
        };
        self.sorter.visit(&mut |row| output.add(row))?;
        output.finish()
    }
}

/// Columns with the edges of the boxes of a table that has a geometry: west, south, east, north.
fn edges(table: &str) -> Option<[&'static str; 4]> {
    match table {
        "files" => Some(["west", "south", "east", "north"]),
        "casts" => Some(["longitude", "latitude", "longitude", "latitude"]),
        _ => None,
    }
}

/// The value of a cell of a column of this kind.
fn datum<'a>(cell: &'a Cell<'_>, kind: Kind) -> Datum<'a> {
    match (kind, cell) {
        (_, Cell::Empty) => Datum::Null,
        (Kind::Text, Cell::Text(text)) => Datum::Text(Cow::Borrowed(text)),
        (Kind::Count, Cell::Count(count)) => Datum::Whole(i64::try_from(*count).unwrap_or(i64::MAX)),
        (Kind::Number, Cell::Number(number)) => Datum::Number(*number),
        (Kind::Number, Cell::Scalar(scalar)) => Datum::Number(scalar.as_f64()),
        (Kind::Time, Cell::Time(time)) => moment(*time),
        (Kind::Time, Cell::Text(text)) => Instant::parse(text).map_or(Datum::Null, moment),
        (Kind::Truth, Cell::Nested(serde_json::Value::Bool(truth))) => Datum::Truth(*truth),
        (Kind::Json, cell) => Datum::Text(Cow::Owned(cell.to_json().to_string())),
        // A defect, which a test of the rows would find.
        _ => Datum::Null,
    }
}

/// A text and its end as part of a key, in the order of its bytes.
fn append(key: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        key.push(byte);
        // So that a text with a zero byte is not taken for its end.
        if byte == 0 {
            key.push(1);
        }
    }
    key.extend([0, 0]);
}

/// The number of a month, in the order of the months; what has no time comes last.
fn month(time: Option<Instant>) -> u64 {
    time.map_or(u64::MAX, |time| {
        let months = i128::from(time.year()) * 12 + i128::from(time.month());
        let from_middle = months.clamp(i128::from(i64::MIN), i128::from(i64::MAX) - 1) as i64;
        (from_middle as u64) ^ (1 << 63)
    })
}

/// The place of the middle of a box on a curve that visits neighbouring places one after another (Z-order).
fn curve(around: &Rectangle) -> u64 {
    let part = |middle: f64, limit: f64| ((middle + limit) / (2.0 * limit) * f64::from(u16::MAX)) as u64;
    let x = part((around.west + around.east) / 2.0, 180.0);
    let y = part((around.south + around.north) / 2.0, 90.0);
    (0..16).fold(0, |place, bit| {
        place | (x >> bit & 1) << (2 * bit) | (y >> bit & 1) << (2 * bit + 1)
    })
}

/// The rectangles of a coverage.
fn boxes(coverage: &Coverage) -> Vec<Rectangle> {
    let edges = coverage.boxes.as_ref().and_then(|boxes| boxes.first());
    edges.map_or_else(Vec::new, |edges| geometry::rectangles(*edges))
}

/// The columns; a file's box as a group of its edges, and as a geometry.
fn schema(columns: &[Column], has_geometry: bool) -> Result<TypePtr, ParquetError> {
    let mut fields: Vec<TypePtr> = columns.iter().map(field).collect::<Result<_, _>>()?;
    if has_geometry {
        let edges: Vec<TypePtr> = EDGES
            .iter()
            .map(|name| {
                let edge = Type::primitive_type_builder(name, Physical::DOUBLE);
                edge.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
            })
            .collect::<Result<_, _>>()?;
        let group = Type::group_type_builder(BBOX).with_repetition(Repetition::OPTIONAL);
        fields.push(Arc::new(group.with_fields(edges).build()?));
        let geometry = Type::primitive_type_builder(GEOMETRY, Physical::BYTE_ARRAY);
        fields.push(Arc::new(geometry.with_repetition(Repetition::OPTIONAL).build()?));
    }
    let schema = Type::group_type_builder("schema").with_fields(fields);
    Ok(Arc::new(schema.build()?))
}

const BBOX: &str = "bbox";
const GEOMETRY: &str = "geometry";
const EDGES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        // Not the logical type JSON, which polars reads as bytes.
        Kind::Text | Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Count => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Truth => (Physical::BOOLEAN, None),
        Kind::Time => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
    };
    let field = Type::primitive_type_builder(column.name, physical);
    let field = field.with_repetition(Repetition::OPTIONAL);
    Ok(Arc::new(field.with_logical_type(logical).build()?))
}

fn properties(table: &str, columns: &[Column], leading: &[usize]) -> WriterProperties {
    let explained = json!({
        "table": table,
        "columns": columns.iter().map(explained).collect::<serde_json::Map<_, _>>(),
    });
    let sorting = leading.iter().map(|position| SortingColumn {
        column_idx: *position as i32,
        descending: false,
        nulls_first: true,
    });
    let mut builder = row_group::properties()
        .set_sorting_columns((!leading.is_empty()).then(|| sorting.collect()))
        .set_key_value_metadata(Some(vec![KeyValue::new(
            EXPLAINED.to_owned(),
            explained.to_string(),
        )]));
    let json = columns.iter().filter(|column| column.kind == Kind::Json);
    for name in json.map(|column| column.name).chain([GEOMETRY]) {
        let path = ColumnPath::from(name);
        builder = builder.set_column_statistics_enabled(path, EnabledStatistics::None);
    }
    builder.build()
}

/// The name and the meaning of a column.
fn explained(column: &Column) -> (String, serde_json::Value) {
    let note = match column.kind {
        Kind::Time => {
            " (here a timestamp in microseconds: of a date its midnight; null beyond 292,000 years from 1970)"
        }
        _ => "",
    };
    // A null is what an empty cell is in other formats.
    let meaning = column.meaning.replace("; empty ", "; null ");
    (column.name.to_owned(), format!("{meaning}{note}").into())
}

/// A file that is written.
struct Output<'f> {
    rows: Rows<'f>,
    /// Positions of the columns with the edges of a box, if there is a geometry.
    edges: Option<[usize; 4]>,
    geo: Geo,
}

impl Output<'_> {
    fn add(&mut self, row: &[u8]) -> io::Result<()> {
        let data: Vec<Datum<'_>> = postcard::from_bytes(row).map_err(io::Error::other)?;
        let Some(edges) = self.edges else {
            return self.rows.flat(data, |_| {});
        };
        let edges = edges.map(|position| match data.get(position) {
            Some(Datum::Number(edge)) => *edge,
            _ => f64::NAN,
        });
        let rectangles = geometry::rectangles(edges);
        self.geo.add(&rectangles);
        let around = geometry::envelope(&rectangles);
        let edges = around.map(|around| [around.west, around.south, around.east, around.north]);
        self.rows.flat(data, |leaves| {
            for (at, leaf) in (0..EDGES.len()).zip(&mut *leaves) {
                leaf.optional(edges.map_or(Datum::Null, |edges| Datum::Number(edges[at])));
            }
            if let Some(leaf) = leaves.next() {
                leaf.optional_bytes(geometry::wkb(&rectangles));
            }
        })
    }

    fn finish(self) -> io::Result<()> {
        let geo = self.edges.map(|_| self.geo.entry());
        self.rows.finish(geo.into_iter().collect())
    }
}

/// What GeoParquet says of the geometries of a file.
#[derive(Debug, Default)]
pub(super) struct Geo {
    types: BTreeSet<&'static str>,
    around: Option<Rectangle>,
}

impl Geo {
    /// Takes the geometry of a row in.
    pub(super) fn add(&mut self, rectangles: &[Rectangle]) {
        let Some(first) = rectangles.first() else { return };
        self.types.insert(first.shape().type_name(rectangles.len()));
        let all: Vec<Rectangle> = rectangles.iter().copied().chain(self.around).collect();
        self.around = geometry::envelope(&all);
    }

    /// The metadata of GeoParquet 1.1. The coordinate system is its default, longitude and latitude on WGS 84 (OGC:CRS84).
    pub(super) fn entry(&self) -> KeyValue {
        let covering: serde_json::Map<_, _> = EDGES
            .iter()
            .map(|edge| ((*edge).to_owned(), json!([BBOX, edge])))
            .collect();
        let mut column = json!({
            "encoding": "WKB",
            "geometry_types": self.types,
            "edges": "planar",
            "orientation": "counterclockwise",
            "covering": { "bbox": covering },
        });
        if let Some(around) = self.around {
            column["bbox"] = json!([around.west, around.south, around.east, around.north]);
        }
        let geo = json!({ "version": "1.1.0", "primary_column": GEOMETRY, "columns": { GEOMETRY: column } });
        KeyValue::new("geo".to_owned(), geo.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::{FILES, FLAGS};
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_their_texts() {
        let key = |text: &str| {
            let mut key = Vec::new();
            append(&mut key, text);
            key
        };
        let texts = ["", "\0", "\0a", "a", "a\0", "a\0\0", "aa", "ä"];
        assert!(texts.map(key).is_sorted());
        assert!(key("a") < key("a\0"), "a prefix comes first");
    }

    #[test]
    fn months_are_in_the_order_of_time() {
        let months = [
            "-000044-03-15",
            "0000-01-01",
            "1999-12-31",
            "2000-01-01",
            "9999-01-01",
        ];
        let months = months.map(|text| month(Instant::parse(text)));
        assert!(months.is_sorted() && months[4] < month(None));
    }

    #[test]
    fn neighbours_are_near_on_the_curve() {
        let at = |west: f64, south: f64| {
            curve(&Rectangle {
                west,
                south,
                east: west,
                north: south,
            })
        };
        assert_eq!((at(-180.0, -90.0), at(180.0, 90.0)), (0, u64::from(u32::MAX)));
        assert!(at(10.0, 10.0).abs_diff(at(10.1, 10.1)) < at(10.0, 10.0).abs_diff(at(-100.0, -60.0)));
    }

    #[test]
    fn a_time_far_from_now_is_null() {
        let time = |text| moment(Instant::parse(text).unwrap());
        assert_eq!(time("1970-01-01T00:00:00.0000015Z"), Datum::Whole(1));
        assert_eq!(time("1969-12-31"), Datum::Whole(-86_400_000_000));
        assert_eq!(time("+999999-01-01"), Datum::Null);
    }

    /// Rows of 5 quantities with 2 flags, of 40 months at 25 places, in no particular order.
    fn flags_of_an_archive() -> Table {
        let mut table = Table::new("flags", &FLAGS);
        table.group_rows = 100;
        let quantities = ["a", "b", "sea_water_temperature", "x", "y"];
        let keys: Vec<String> = (0..10_000).map(|row| format!("{row:05}")).collect();
        for at in 0..keys.len() {
            let row = at * 7919 % keys.len();
            let [quantity, flag, month, place] = [row % 5, row / 5 % 2, row / 10 % 40, row / 400];
            let cells: Vec<Cell<'_>> = FLAGS
                .iter()
                .map(|column| match column.name {
                    "root" => Cell::Text("archive"),
                    "key" => Cell::Text(&keys[row]),
                    "quantity" => Cell::Text(quantities[quantity]),
                    "flag" => Cell::Text(["1", "4"][flag]),
                    "max" => Cell::Number(row as f64),
                    _ => Cell::Empty,
                })
                .collect();
            let time = Instant::date(2000 + month as i64 / 12, (month % 12) as u8 + 1, 15).unwrap();
            let [west, south] = [place % 5, place / 5].map(|step| step as f64 * 10.0);
            let coverage = Coverage {
                time: Some(data_review_core::TimeSpan {
                    first: time,
                    last: time,
                }),
                boxes: Some(vec![[west, south, west + 1.0, south + 1.0]]),
                ..Coverage::default()
            };
            table.row(&cells, Some(&coverage)).unwrap();
        }
        table
    }

    #[test]
    fn a_query_by_quantity_flag_and_month_reads_few_row_groups() {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        use parquet::file::statistics::Statistics;

        let file = tempfile::tempfile().unwrap();
        flags_of_an_archive().write(&file).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let groups = reader.metadata().row_groups();
        assert_eq!(groups.len(), 100);
        let month = |text: &str| match moment(Instant::parse(text).unwrap()) {
            Datum::Whole(micros) => micros,
            other => panic!("{other:?}"),
        };
        let (begin, end) = (month("2001-05-01"), month("2001-06-01"));
        let may_hold = |group: &parquet::file::metadata::RowGroupMetaData| {
            let of = |name: &str| {
                let mut columns = group.columns().iter();
                let column = columns.find(|column| column.column_path().string() == name);
                column.unwrap().statistics().unwrap()
            };
            let holds = |name: &str, wanted: &[u8]| {
                let statistics = of(name);
                let ends = [statistics.min_bytes_opt(), statistics.max_bytes_opt()].map(Option::unwrap);
                (ends[0]..=ends[1]).contains(&wanted)
            };
            let times = match of("time_first") {
                Statistics::Int64(times) => [times.min_opt(), times.max_opt()].map(|end| *end.unwrap()),
                other => panic!("{other:?}"),
            };
            holds("quantity", b"sea_water_temperature")
                && holds("flag", b"1")
                && times[0] < end
                && times[1] >= begin
        };
        let read = groups.iter().filter(|group| may_hold(group)).count();
        assert!((1..=2).contains(&read), "{read} of 100");
    }

    #[test]
    fn the_place_has_the_columns_of_a_file() {
        for name in ["time_first", "time_last"] {
            let of = |columns: &[Column]| columns.iter().find(|column| column.name == name).map(|c| c.kind);
            assert_eq!(of(&FILES), of(&PLACE), "{name}");
        }
    }
}
