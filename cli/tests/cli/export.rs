//! The tables that `export` writes.

use std::collections::BTreeMap;
use std::path::Path;

use super::{NOISE, TABLE, World};

pub(crate) const TABLES: [&str; 7] = [
    "casts",
    "columns",
    "failures",
    "files",
    "findings",
    "flags",
    "variables",
];

fn world() -> World {
    let formulas = b"=1+1,depth\n@A1,-5\n-B2,-6\n+C3,-7\n";
    let world = World::with(&[
        ("=cmd.csv", &formulas[..]),
        ("plain.csv", TABLE),
        ("noise.bin", NOISE),
    ]);
    world.run(&["review", "in"]).ends(1);
    world
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path)
        .unwrap()
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn csv_opens_and_is_defused() {
    let world = world();
    let ran = world.run(&["export", "--out", "tables/new"]).ends(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("files.csv: 3 rows"), "{}", ran.stderr);
    let out = world.path("tables/new");
    assert_eq!(names(&out), TABLES.map(|name| format!("{name}.csv")));
    let files = rows(&out.join("files.csv"));
    let keys: Vec<&str> = files.iter().map(|row| row["key"].as_str()).collect();
    assert_eq!(keys, ["'=cmd.csv", "noise.bin", "plain.csv"]);
    assert_eq!(files[1]["outcome"], "unidentified");
    assert_eq!(files[2]["observations"], "3");
    let variables = rows(&out.join("variables.csv"));
    let of_formulas: Vec<_> = variables.iter().filter(|row| row["key"] == "'=cmd.csv").collect();
    assert_eq!(of_formulas[0]["name"], "'=1+1");
    assert_eq!(of_formulas[0]["first"], "'+C3");
    assert_eq!(of_formulas[1]["min"].parse::<f64>().unwrap(), -7.0);
}

#[test]
fn raw_leaves_text_as_it_is() {
    let world = world();
    world.run(&["export", "--out", "tables", "--raw"]).ends(0);
    assert_eq!(rows(&world.path("tables/files.csv"))[0]["key"], "=cmd.csv");
}

#[test]
fn json_holds_the_same_rows_typed() {
    let world = world();
    world
        .run(&["export", "--out", "tables", "--format", "json"])
        .ends(0);
    world.run(&["export", "--out", "tables"]).ends(0);
    for table in TABLES {
        let text = std::fs::read_to_string(world.path("tables").join(format!("{table}.jsonl"))).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows = rows(&world.path("tables").join(format!("{table}.csv")));
        assert_eq!(lines.len(), rows.len(), "{table}");
        for (line, row) in lines.iter().zip(&rows) {
            let names: Vec<&String> = line.as_object().unwrap().keys().collect();
            assert_eq!(names, row.keys().collect::<Vec<_>>(), "{table}");
        }
    }
    let files = std::fs::read_to_string(world.path("tables/files.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(files.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["key"], &first["observations"]),
        (&"=cmd.csv".into(), &3.into())
    );
}

#[test]
fn every_column_is_explained() {
    let world = world();
    world.run(&["export", "--out", "tables"]).ends(0);
    let explained = rows(&world.path("tables/columns.csv"));
    for table in TABLES {
        let mut reader = csv::Reader::from_path(world.path("tables").join(format!("{table}.csv"))).unwrap();
        for name in reader.headers().unwrap() {
            let is_explained = |row: &BTreeMap<String, String>| {
                row["table"] == table && row["column"] == name && !row["meaning"].is_empty()
            };
            assert!(explained.iter().any(is_explained), "{table}.{name}");
        }
    }
}

#[test]
fn an_export_that_fails_leaves_the_earlier_one() {
    let world = world();
    world.run(&["export", "--out", "tables"]).ends(0);
    let before = std::fs::read(world.path("tables/files.csv")).unwrap();
    std::fs::write(world.path("file"), "").unwrap();
    let ran = world.run(&["export", "--out", "file"]).ends(2);
    assert!(ran.stderr.contains("check --out"), "{}", ran.stderr);
    world
        .run(&["export", "--out", "tables", "--db", "none.db"])
        .ends(2);
    assert_eq!(std::fs::read(world.path("tables/files.csv")).unwrap(), before);
    assert_eq!(
        names(&world.path("tables")).len(),
        TABLES.len(),
        "nothing is left beside them"
    );
}

const BOTTLES: &[u8] = b"BOTTLE,20240131SIOCCHABC\n\
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS\n\
,,,,,,,,DBAR\n\
33RR20240101,1,1,1,20240101,0930,10.5,-170.25,5.0\n\
33RR20240101,1,1,2,20240101,0930,10.5,-170.25,9.0\n\
33RR20240101,2,1,1,20240102,1200,11.5,-171.25,5.0\n\
END_DATA\n";

#[test]
fn casts_are_rows_and_a_table_of_show() {
    let world = World::with(&[("33RR20240101_hy1.csv", BOTTLES)]);
    world.run(&["review", "in"]).ends(0);
    world.run(&["export", "--out", "tables"]).ends(0);
    let casts = rows(&world.path("tables/casts.csv"));
    let cells: Vec<[&str; 4]> = casts
        .iter()
        .map(|row| ["station", "time", "longitude", "levels"].map(|name| row[name].as_str()))
        .collect();
    assert_eq!(
        cells,
        [
            ["1", "2024-01-01T09:30:00Z", "-170.25", "2"],
            ["2", "2024-01-02T12:00:00Z", "-171.25", "1"]
        ]
    );
    let files = rows(&world.path("tables/files.csv"));
    assert_eq!(
        (&*files[0]["coverage_kind"], &*files[0]["casts_left_out"]),
        ("profiles", "0")
    );
    let shown = world.run(&["show", "33RR20240101_hy1.csv"]).ends(0).stdout;
    let line = shown
        .lines()
        .find(|line| line.contains("11.50°N 171.25°W"))
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(
        (words[0], words[1], words[words.len() - 1]),
        ("2", "1", "1"),
        "{shown}"
    );
}
