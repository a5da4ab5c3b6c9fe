//! The catalogues that `export` writes for STAC, ERDDAP and search engines.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::World;
use super::parquet::hostile;

/// Every JSON file below a directory.
fn json_files(dir: &Path) -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(json_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            found.push((path, value));
        }
    }
    found
}

#[test]
fn stac_links_lead_to_files_and_boxes_are_legal() {
    let world = hostile();
    let args = [
        "export",
        "--format",
        "stac",
        "--title",
        "</script>",
        "--out",
        "stac",
    ];
    let ran = world.run(&args).ends(0);
    assert!(ran.stderr.contains("1 item; "), "{}", ran.stderr);
    let all = json_files(&world.path("stac"));
    assert_eq!(all.len(), 3, "a collection, a catalogue of the folder, an item");
    for (path, value) in &all {
        assert!(!std::fs::read_to_string(path).unwrap().contains('<'), "{path:?}");
        for link in value["links"].as_array().unwrap() {
            let to = path.parent().unwrap().join(link["href"].as_str().unwrap());
            assert!(to.is_file(), "{}", to.display());
        }
    }
    let (_, item) = all.iter().find(|(_, value)| value["type"] == "Feature").unwrap();
    assert_eq!(item["bbox"], serde_json::json!([179.5, -11.5, -179.25, -10.5]));
    assert_eq!(item["geometry"]["type"], "MultiPolygon");
    let properties = &item["properties"];
    assert_eq!(properties["datetime"], Value::Null);
    assert_eq!(properties["start_datetime"], "2024-01-01T12:00:00Z");
    assert_eq!(properties["table:row_count"], 3);
    let asset = &item["assets"]["data"];
    assert!(asset["href"].as_str().unwrap().starts_with("file:///"), "{asset}");
    let (_, collection) = all
        .iter()
        .find(|(_, value)| value["type"] == "Collection")
        .unwrap();
    assert_eq!(collection["title"], "</script>");
    assert_eq!(
        collection["extent"]["temporal"]["interval"],
        serde_json::json!([["2024-01-01T12:00:00Z", "2024-01-02T13:30:00Z"]])
    );
}

#[test]
fn the_items_are_rows_of_a_parquet_file() {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    let world = hostile();
    world
        .run(&["export", "--format", "stac", "--out", "stac"])
        .ends(0);
    let file = std::fs::File::open(world.path("stac/items.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows: Vec<String> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect();
    assert_eq!(rows.len(), 1);
    for part in [
        "bbox: {xmin: -1.8E2, ymin: -1.15E1, xmax: 180.0, ymax: -1.05E1}",
        "{href: \"./00000/catalog.json\", rel: \"parent\", type: \"application/json\"}",
        "datetime: null, start_datetime: 2024-01-01 12:00:00.000000 +00:00",
        "table:row_count: 3",
        "roles: [\"data\"]",
    ] {
        assert!(rows[0].contains(part), "{part} is not in {}", rows[0]);
    }
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let of_stac = metadata
        .iter()
        .find(|entry| entry.key == "stac-geoparquet")
        .unwrap();
    let of_stac: Value = serde_json::from_str(of_stac.value.as_ref().unwrap()).unwrap();
    let collection = std::fs::read(world.path("stac/collection.json")).unwrap();
    let collection: Value = serde_json::from_slice(&collection).unwrap();
    assert_eq!(of_stac["collections"]["archive"], collection);
    assert_eq!(collection["assets"]["items"]["href"], "./items.parquet");
}

#[test]
fn options_that_a_format_does_not_take_are_refused() {
    let world = hostile();
    for (format, option, takers) in [
        ("csv", "--title=x", "stac, erddap and jsonld"),
        (
            "parquet",
            "--base-url=https://data.example/",
            "stac, erddap and jsonld",
        ),
        (
            "sqlite",
            "--base-url=https://data.example/",
            "stac, erddap and jsonld",
        ),
        ("json", "--raw", "csv"),
        ("stac", "--raw", "csv"),
    ] {
        let ran = world
            .run(&["export", "--format", format, option, "--out", "x"])
            .ends(2);
        let name = option.split('=').next().unwrap();
        let expected = format!("{name}: --format {format} does not take it; {name} is for {takers}");
        assert!(ran.stderr.contains(&expected), "{}", ran.stderr);
    }
}

#[test]
fn a_catalogue_goes_to_a_new_directory() {
    let world = hostile();
    for format in ["stac", "erddap", "jsonld"] {
        let args = ["export", "--format", format, "--out", format];
        world.run(&args).ends(0);
        let ran = world.run(&args).ends(2);
        assert!(
            ran.stderr.contains("exists; name a new directory"),
            "{}",
            ran.stderr
        );
        let ran = world.run(&["export", "--format", format, "--out", "-"]).ends(2);
        assert!(
            ran.stderr.contains("--out names a new directory"),
            "{}",
            ran.stderr
        );
        let ran = world
            .run(&["export", "--format", format, "--out", "x", "--table", "files"])
            .ends(2);
        assert!(ran.stderr.contains("leave out --table"), "{}", ran.stderr);
    }
    let left = std::fs::read_dir(world.path("")).unwrap();
    let hidden = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".data-review-")
    });
    assert_eq!(hidden.count(), 0, "nothing is left beside them");
}

#[test]
fn jsonld_lists_files_and_statistics_by_flag() {
    let world = hostile();
    let base = "https://data.example/x";
    world
        .run(&[
            "export",
            "--format",
            "jsonld",
            "--base-url",
            base,
            "--out",
            "jsonld",
        ])
        .ends(0);
    let text = std::fs::read_to_string(world.path("jsonld/dataset.jsonld")).unwrap();
    assert!(!text.contains('<'), "a page can hold it in a script");
    let dataset: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(dataset["url"], base);
    assert_eq!(dataset["spatialCoverage"]["geo"]["box"], "-11.5 -180 -10.5 180");
    let files = dataset["distribution"].as_array().unwrap();
    let addresses: Vec<&str> = files
        .iter()
        .map(|file| file["contentUrl"].as_str().unwrap())
        .collect();
    assert!(
        addresses.contains(&"https://data.example/x/new%0Aline.csv"),
        "{addresses:?}"
    );
    assert!(
        addresses
            .iter()
            .all(|url| url.chars().all(|c| c.is_ascii_graphic() && c != '"'))
    );
    let rows = dataset["recordSet"][0]["data"].as_array().unwrap();
    let of_temperature = rows
        .iter()
        .filter(|row| row["flags/variable"] == "CTDTMP")
        .map(|row| (&row["flags/flag"], &row["flags/class"], &row["flags/mean"]));
    assert_eq!(
        of_temperature.collect::<Vec<_>>(),
        [
            (&"2".into(), &"good".into(), &28.0.into()),
            (&"4".into(), &"bad".into(), &35.5.into())
        ]
    );
    assert!(text.matches("sc:PropertyValue").count() > 5);
}

/// The dataset in which a file is.
fn dataset_of<'t>(text: &'t str, name: &str) -> &'t str {
    let quoted = name.replace('_', "\\_").replace('.', "\\.");
    let mut datasets = text.split("<dataset ");
    let found = datasets
        .find(|dataset| dataset.contains(&format!(r"{quoted}|")) || dataset.contains(&format!("{quoted})")));
    found.unwrap_or_else(|| panic!("{name} is not in {text}"))
}

#[test]
fn erddap_reads_tables_as_the_review_did() {
    let test_data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test_data");
    let read = |name: &str| std::fs::read(test_data.join(name)).unwrap();
    let bottles = read("bottle/99DR20190412_hy1.csv");
    let cast = read("ctd/99DR20190412_00002_00001_ct1.csv");
    let gauge = read("csv/tide_gauge.tsv");
    // The same columns: of files of one name, those of one directory only are like it.
    let other = [&gauge[..], b"total\n"].concat();
    let world = World::with(&[
        ("hy1.csv", &bottles[..]),
        ("ct1.csv", &cast),
        ("a/gauge.tsv", &gauge),
        ("b/gauge.tsv", &other),
        ("c/gauge_2.tsv", &gauge),
        ("local.csv", b"# Buoy\nlon,lat,date_local,time,n\n1.5,2,2020-01-01,2020-01-02T03:04:05,-999\n2.5,3,2020-01-01,2020-01-02T03:04:06,5\n3.5,3,2020-01-01,2020-01-02T03:05:06,6\n"),
    ]);
    world.run(&["review", "in"]).ends(0);
    let ran = world
        .run(&["export", "--format", "erddap", "--out", "erddap"])
        .ends(0);
    assert!(
        ran.stderr
            .contains("5 datasets of 5 files; left out: 1 table that ERDDAP would read otherwise"),
        "{}",
        ran.stderr
    );
    let text = std::fs::read_to_string(world.path("erddap/datasets.xml")).unwrap();
    let text: String = text.lines().map(str::trim_start).collect();
    for (name, parts) in [
        (
            "hy1.csv",
            &[
                r"<skipLinesRegex>BOTTLE,.*|#.*|END_DATA.*|\s*</skipLinesRegex><columnNamesRow>1</columnNamesRow>",
                "<firstDataRow>3</firstDataRow>",
                r#"<att name="units">yyyyMMdd</att>"#,
                "<destinationName>CTDSAL_FLAG_W</destinationName><dataType>int</dataType>",
                r#"<att name="standard_name">sea_water_pressure</att><att name="units">dbar</att>"#,
            ][..],
        ),
        (
            "ct1.csv",
            &[r#"<att name="missing_value" type="double">-999</att>"#],
        ),
        (
            "gauge.tsv",
            &[
                "/a/</fileDir>",
                "<recursive>false</recursive>",
                r#"<destinationName>time</destinationName><dataType>String</dataType>"#,
                r#"<att name="units">yyyy-MM-dd HH:mm</att>"#,
            ],
        ),
        (
            "local.csv",
            &[
                r#"<destinationName>date_local</destinationName><dataType>String</dataType><addAttributes><att name="ioos_category">Unknown</att></addAttributes>"#,
                "<att name=\"units\">yyyy-MM-dd&apos;T&apos;HH:mm:ss</att>",
                r#"<att name="ioos_category">Location</att><att name="units">degrees_east</att>"#,
            ],
        ),
    ] {
        let dataset = dataset_of(&text, name);
        for part in parts {
            assert!(dataset.contains(part), "{part} is not in {dataset}");
        }
    }
}

#[test]
fn erddap_gets_a_dataset_for_each_group_of_like_files() {
    let test_data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test_data/netcdf");
    let read = |name: &str| std::fs::read(test_data.join(name)).unwrap();
    let grid = read("sst_monthly.nc");
    let profiles = read("R9900001_001.nc");
    let world = World::with(&[
        ("a/sst (1).nc", &grid[..]),
        ("b/sst_2.nc", &grid),
        ("R9900001_001.nc", &profiles),
        ("table.csv", super::TABLE),
        (
            "two lines.csv",
            b"time,x,note\n2020-01-01T00:00Z,1,\"a\nb\"\n2020-01-02T00:00Z,2,c\n2020-01-03T00:00Z,3,d\n",
        ),
    ]);
    world.run(&["review", "in"]).ends(0);
    let ran = world
        .run(&[
            "export",
            "--format",
            "erddap",
            "--title",
            "A & B <\u{1b}>",
            "--out",
            "erddap",
        ])
        .ends(0);
    assert!(
        ran.stderr
            .contains("3 datasets of 4 files; left out: 1 table that ERDDAP would read otherwise"),
        "{}",
        ran.stderr
    );
    let text = std::fs::read_to_string(world.path("erddap/datasets.xml")).unwrap();
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut datasets = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) => {
                datasets += usize::from(tag.name().as_ref() == "dataset");
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(datasets, 3);
    let inside = world.path("in").canonicalize().unwrap();
    for part in [
        "<fileNameRegex>(?:sst \\(1\\)\\.nc|sst\\_2\\.nc)</fileNameRegex>".to_owned(),
        format!("<fileDir>{}/</fileDir>", inside.display()),
        "<recursive>true</recursive>".to_owned(),
        "A &amp; B &lt;\u{fffd}&gt;: ".to_owned(),
        "type=\"EDDGridFromNcFiles\"".to_owned(),
        "type=\"EDDTableFromMultidimNcFiles\"".to_owned(),
        "<sourceName>JULD</sourceName>".to_owned(),
        "<destinationName>time</destinationName>".to_owned(),
        "<dataType>short</dataType>".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} is not in:\n{text}");
    }
}
