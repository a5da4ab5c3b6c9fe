//! The Parquet files that `export` writes, read back and compared with the same tables as JSON.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use parquet::basic::LogicalType;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;

use super::export::TABLES;
use super::{NOISE, TABLE, World};

/// What a table has of a row beside its own columns: of its file.
const FURTHER: [&str; 8] = [
    "bbox",
    "geometry",
    "time_first",
    "time_last",
    "xmin",
    "xmax",
    "ymin",
    "ymax",
];

const FLAGGED: &str = "\
BOTTLE,20240101SIOCCHABC
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,CTDTMP,CTDTMP_FLAG_W
,,,,,,,,DBAR,ITS-90,
33RR20240101,1,1,1,20240101,1200,-10.5,179.5,5.0,28.5,2
33RR20240101,1,1,2,20240101,1200,-10.5,179.5,9.0,35.5,4
33RR20240101,2,1,1,20240102,1330,-11.5,-179.25,5.0,27.5,2
END_DATA
";

/// Files whose names and texts would break a format that does not quote.
pub(super) fn hostile() -> World {
    let long = "x".repeat(10_000);
    let table = format!(
        "\"a\"\"b\nc\",{long},</script>,\u{202e}right,=1+1\nNaN,1.5,x,2,-1\n1e400,2.5,y,3,-2\n7,NaN,z,4,-3\n"
    );
    let world = World::with(&[
        ("quote\"'.csv", table.as_bytes()),
        ("new\nline.csv", TABLE),
        ("<script>alert(1)<%2Fscript>.csv", TABLE),
        ("\u{202e}right.csv", TABLE),
        ("dir/Ærø \u{1b}[31m.csv", TABLE),
        ("pacific_hy1.csv", FLAGGED.as_bytes()),
        ("noise.bin", NOISE),
        ("bad_hy1.csv", b"BOTTLE,20240101SIOCCHABC\n"),
    ]);
    world.run(&["review", "in"]).ends(1);
    world
}

fn open(world: &World, table: &str) -> SerializedFileReader<File> {
    let path = world.path("parquet").join(format!("{table}.parquet"));
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// The rows of a Parquet file, each as a map.
fn rows(reader: &SerializedFileReader<File>) -> Vec<BTreeMap<String, Field>> {
    let named = |row: Row| row.into_columns().into_iter().collect();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| named(row.unwrap())).collect()
}

fn metadata(reader: &SerializedFileReader<File>, key: &str) -> Value {
    let all = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let entry = all.iter().find(|entry| entry.key == key).unwrap();
    serde_json::from_str(entry.value.as_ref().unwrap()).unwrap()
}

/// A value as the JSON export writes it.
fn as_json(field: &Field, like: &Value) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(truth) => Value::from(*truth),
        Field::Long(count) => Value::from(*count),
        Field::Double(number) => Value::from(*number),
        Field::Str(text) if like.is_string() => Value::from(text.as_str()),
        Field::Str(json) => serde_json::from_str(json).unwrap(),
        // Whole milliseconds: of a date without a time of day its midnight.
        Field::TimestampMicros(micros) => {
            let text = like.as_str().unwrap();
            let time = data_review_core::Instant::parse(text).unwrap();
            assert_eq!(i128::from(*micros), time.to_unix_nanos() / 1_000, "{text}");
            like.clone()
        }
        other => panic!("{other:?}"),
    }
}

fn json_rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn parquet_holds_the_same_rows_as_json() {
    let world = hostile();
    for format in ["parquet", "json"] {
        world
            .run(&["export", "--format", format, "--out", format])
            .ends(0);
    }
    for table in TABLES {
        let mut expected = json_rows(&world.path("json").join(format!("{table}.jsonl")));
        assert!(expected.len() > 1, "{table}");
        let rows = rows(&open(&world, table));
        assert_eq!(rows.len(), expected.len(), "{table}");
        // In an order of their own.
        for row in rows {
            let same = |row: &BTreeMap<String, Field>, json: &Value| {
                let identity = [
                    "root", "key", "position", "flag", "code", "subject", "table", "column",
                ];
                identity
                    .iter()
                    .all(|name| match (row.get(*name), json.get(name)) {
                        (Some(field), Some(json)) => as_json(field, json) == *json,
                        (None, None) => true,
                        other => panic!("{table}.{name}: {other:?}"),
                    })
            };
            let at = expected.iter().position(|json| same(&row, json)).unwrap();
            let expected = expected.swap_remove(at);
            for (name, json) in expected.as_object().unwrap() {
                let value = as_json(&row[name], json);
                let numbers = value.as_f64().zip(json.as_f64());
                assert!(
                    value == *json || numbers.is_some_and(|(a, b)| a == b),
                    "{table}.{name}: {value} is not {json}"
                );
            }
            for name in row.keys() {
                let is_known = expected.get(name).is_some() || FURTHER.contains(&name.as_str());
                assert!(is_known, "{table}.{name}");
            }
        }
    }
}

#[test]
fn columns_are_typed_and_explained() {
    let world = hostile();
    world
        .run(&["export", "--format", "parquet", "--out", "parquet"])
        .ends(0);
    for table in TABLES {
        let reader = open(&world, table);
        let explained = metadata(&reader, "data_review");
        assert_eq!(explained["table"], table);
        let schema = reader.metadata().file_metadata().schema();
        for field in schema.get_fields() {
            let name = field.name();
            let is_explained = explained["columns"][name]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(
                is_explained || matches!(name, "bbox" | "geometry"),
                "{table}.{name}"
            );
            let logical = field.get_basic_info().logical_type_ref();
            match name {
                "time_first" | "time_last" | "at" => {
                    assert!(
                        matches!(logical, Some(LogicalType::Timestamp(_))),
                        "{table}.{name}"
                    );
                }
                "key" | "message" | "places" | "checks" => {
                    assert_eq!(logical, Some(&LogicalType::String), "{table}.{name}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn the_files_are_geoparquet() {
    let world = hostile();
    world
        .run(&["export", "--format", "parquet", "--out", "parquet"])
        .ends(0);
    let reader = open(&world, "files");
    let geo = metadata(&reader, "geo");
    assert_eq!(
        (&geo["version"], &geo["primary_column"]),
        (&"1.1.0".into(), &"geometry".into())
    );
    let column = &geo["columns"]["geometry"];
    assert_eq!(column["geometry_types"], serde_json::json!(["MultiPolygon"]));
    assert_eq!(column["bbox"], serde_json::json!([-180.0, -11.5, 180.0, -10.5]));
    assert_eq!(
        column["covering"]["bbox"]["xmax"],
        serde_json::json!(["bbox", "xmax"])
    );
    let rows = rows(&reader);
    let pacific = rows
        .iter()
        .find(|row| row["key"] == Field::Str("pacific_hy1.csv".to_owned()))
        .unwrap();
    assert_eq!(
        (&pacific["west"], &pacific["east"]),
        (&Field::Double(179.5), &Field::Double(-179.25))
    );
    let Field::Bytes(geometry) = &pacific["geometry"] else {
        panic!("{:?}", pacific["geometry"])
    };
    // A multi-polygon of two polygons, each one ring of five points.
    let bytes = geometry.data();
    assert_eq!(bytes.len(), 9 + 2 * (5 + 8 + 5 * 16));
    assert_eq!(bytes[..9], [1, 6, 0, 0, 0, 2, 0, 0, 0]);
    let Field::Group(bbox) = &pacific["bbox"] else {
        panic!("{:?}", pacific["bbox"])
    };
    let edges: Vec<(&str, &Field)> = bbox
        .get_column_iter()
        .map(|(name, edge)| (name.as_str(), edge))
        .collect();
    let expected = [
        ("xmin", -180.0),
        ("ymin", -11.5),
        ("xmax", 180.0),
        ("ymax", -10.5),
    ];
    let expected = expected.map(|(name, edge)| (name, Field::Double(edge)));
    assert!(
        edges
            .iter()
            .zip(&expected)
            .all(|(a, b)| (a.0, a.1) == (b.0, &b.1)),
        "{edges:?}"
    );
    let casts = open(&world, "casts");
    let column = &metadata(&casts, "geo")["columns"]["geometry"];
    assert_eq!(column["geometry_types"], serde_json::json!(["Point"]));
    assert_eq!(column["bbox"], serde_json::json!([-179.25, -11.5, 179.5, -10.5]));
    for row in rows.iter().filter(|row| row["west"] == Field::Null) {
        assert!(row["geometry"] == Field::Null && row["bbox"] == Field::Null);
    }
}

#[test]
fn flags_and_variables_have_the_time_and_the_box_of_their_file() {
    let world = hostile();
    world
        .run(&[
            "export", "--format", "parquet", "--out", "parquet", "--table", "flags",
        ])
        .ends(0);
    assert!(!world.path("parquet/files.parquet").exists());
    let reader = open(&world, "flags");
    let rows = rows(&reader);
    let found: Vec<_> = rows
        .iter()
        .filter(|row| row["name"] == Field::Str("CTDTMP".to_owned()))
        .map(|row| (row["flag"].to_string(), row["max"].clone(), row["xmin"].clone()))
        .collect();
    let at = |flag: &str, max| (format!("\"{flag}\""), Field::Double(max), Field::Double(-180.0));
    assert_eq!(found, [at("2", 28.5), at("4", 35.5)]);
    let quantities: Vec<String> = rows.iter().map(|row| row["quantity"].to_string()).collect();
    assert!(
        quantities.is_sorted_by_key(|quantity| (quantity != "null", quantity.clone())),
        "{quantities:?}"
    );
    let group = reader.metadata().row_group(0);
    let sorted = group.sorting_columns().unwrap();
    assert_eq!(
        group.column(sorted[0].column_idx as usize).column_path().string(),
        "quantity"
    );
    let position = group
        .columns()
        .iter()
        .position(|column| column.column_path().string() == "max");
    let statistics = group.column(position.unwrap()).statistics().unwrap();
    assert!(statistics.max_bytes_opt().is_some() && statistics.null_count_opt() == Some(0));
}

#[test]
fn parquet_goes_to_a_directory() {
    let world = hostile();
    let args = ["export", "--format", "parquet", "--out", "-", "--table", "files"];
    let ran = world.run(&args).ends(2);
    assert!(ran.stderr.contains("--out names a directory"), "{}", ran.stderr);
}
