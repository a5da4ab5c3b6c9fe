//! Files that are split come to the figures of the whole.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::World;

/// Whether a part may begin with a line.
type Begins = fn(&str) -> bool;

/// The test files that are split, and whether a line may begin a part.
///
/// What precedes the first row is repeated in each part.
const WHOLE: &[(&str, Begins)] = &[
    ("bottle/99DR20180821_hy1.csv", |line| line.starts_with("99DR")),
    ("bottle/99DR20200115_hy1.csv", |line| line.starts_with("99DR")),
    ("ctd/99DR20190412_00002_00001_ct1.csv", is_number),
    ("csv/mooring_erddap.csv", |line| line.starts_with("20")),
    ("csv/tide_gauge.tsv", |line| line.starts_with("20")),
    ("odv/99DR20190412_bottles.txt", |line| line.starts_with("DR")),
    // A station begins at 2 dbar. What is said of it counts once.
    ("odv/99DR20200115_ctd_odv.txt", |line| line.contains("\t2.0\t")),
    ("seabird-cnv/99DR20190412_012_downcast.cnv", |line| {
        !line.starts_with(['*', '#'])
    }),
];

fn is_number(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == ' ')
}

fn test_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test_data")
}

/// Splits a text into parts that begin where a row does that repeats no facts of the one before.
fn split(text: &str, begins: Begins, parts: usize) -> Vec<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let first = lines.iter().position(|line| begins(line)).expect("a row");
    let end = lines.iter().rposition(|line| line.starts_with("END_DATA"));
    let end = end.unwrap_or(lines.len());
    let begins: Vec<usize> = (first..end).filter(|at| begins(lines[*at])).collect();
    let parts = parts.min(begins.len());
    let cuts = (0..parts).map(|part| begins[part * begins.len() / parts]);
    let cuts: Vec<usize> = cuts.chain([end]).collect();
    let part = |of: &[usize]| {
        [&lines[..first], &lines[of[0]..of[1]], &lines[end..]]
            .concat()
            .concat()
    };
    cuts.windows(2).map(part).collect()
}

/// What does not depend on how the rows are divided into files.
fn figures(group: &Value) -> Value {
    let mut group = group.clone();
    let members = group.as_object_mut().unwrap();
    for of_files in [
        "name",
        "files",
        "bytes",
        "with_errors",
        "with_warnings",
        // A cast that is split counts in each part.
        "profiles",
    ] {
        members.remove(of_files).expect(of_files);
    }
    group
}

/// The value with all numbers as `f64`: a document writes `1`, where other JSON has `1.0`.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(values) => values.iter().map(numbers).collect(),
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, value)| (name.clone(), numbers(value)))
                .collect()
        }
        other => other.clone(),
    }
}

#[test]
fn a_file_in_two_to_nine_parts_has_the_figures_of_the_whole() {
    for (at, (name, begins)) in WHOLE.iter().enumerate() {
        let bytes = std::fs::read(test_data().join(name)).unwrap();
        let text = String::from_utf8(bytes).expect(name);
        let file = name.rsplit('/').next().unwrap();
        let world = World::with(&[(format!("whole/{file}"), text.as_bytes())]);
        let parts = split(&text, *begins, 2 + at);
        assert!(parts.len() >= 2, "{name}: {} parts", parts.len());
        for (number, part) in parts.iter().enumerate() {
            world.put(format!("parts/{number}{file}"), part.as_bytes());
        }
        world.run(&["review", "in"]).ends(0);
        let groups = world
            .run(&["summary", "--by", "folder", "--variables", "--json"])
            .ends(0)
            .json();
        let [in_parts, whole] = &groups[..] else {
            panic!("{name}: {groups:?}")
        };
        assert_eq!(in_parts["files"], parts.len(), "{name}");
        let (in_parts, whole) = (figures(in_parts), figures(whole));
        assert!(!whole["variables"].as_array().unwrap().is_empty());
        for (member, expected) in whole.as_object().unwrap() {
            assert_eq!(&in_parts[member], expected, "{name}: {member}");
        }
        // The figures of the only file of a group are those of its document.
        let document = world
            .run(&["show", &format!("whole/{file}"), "--json"])
            .ends(0)
            .json();
        for (merged, of_file) in whole["variables"]
            .as_array()
            .unwrap()
            .iter()
            .zip(document[0]["variables"].as_array().unwrap())
        {
            for member in [
                "name",
                "count",
                "mean",
                "std",
                "quantiles",
                "distinct",
                "frequent",
                "flags",
            ] {
                let (merged, of_file) = (numbers(&merged[member]), numbers(&of_file[member]));
                assert_eq!(merged, of_file, "{name}: {member}");
            }
        }
    }
}

#[test]
fn cruises_are_summarised_by_format() {
    let cruise = "99DR20190412";
    let world = World::with::<&str>(&[]);
    for name in [
        "bottle/99DR20190412_hy1.csv",
        "bottle/99DR20180821_hy1.csv",
        "ctd/99DR20190412_ct1.zip",
        "ctd/99DR20190412_00002_00001_ct1.csv",
        "csv/stations.csv",
    ] {
        world.put(name, &std::fs::read(test_data().join(name)).unwrap());
    }
    world.run(&["review", "in"]);
    let groups = world.run(&["summary", "--by", "cruise", "--json"]).ends(0).json();
    let brief: Vec<(&str, &str, u64)> = groups
        .iter()
        .map(|group| {
            let text = |member: &str| group[member].as_str().unwrap();
            (text("name"), text("handler"), group["files"].as_u64().unwrap())
        })
        .collect();
    let expected = [
        ("99DR20180821", "bottle", 1),
        (cruise, "bottle", 1),
        (cruise, "ctd", 2),
        ("(none)", "csv", 1),
    ];
    assert_eq!(brief, expected);
    // The figures of the CTD files, recomputed from their documents.
    let documents = world.run(&["list", "--json", "--glob", "ctd/*"]).ends(0).json();
    let sum = |of: &dyn Fn(&Value) -> u64| documents.iter().map(of).sum::<u64>();
    let pressure = |document: &Value| {
        let variables = document["variables"].as_array().unwrap().clone();
        variables
            .into_iter()
            .find(|variable| variable["name"] == "CTDPRS")
            .unwrap()
    };
    let ctd = &groups[2];
    assert_eq!(
        ctd["rows"],
        sum(&|document| document["observations"].as_u64().unwrap())
    );
    let merged = pressure(ctd);
    assert_eq!(
        merged["count"],
        sum(&|document| pressure(document)["count"].as_u64().unwrap())
    );
    let of_each = |member: &str| {
        documents
            .iter()
            .map(|of| pressure(of)[member].as_f64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        merged["max"].as_f64(),
        of_each("max").into_iter().reduce(f64::max)
    );
    let (counts, means) = (of_each("count"), of_each("mean"));
    let sums: f64 = counts.iter().zip(&means).map(|(count, mean)| count * mean).sum();
    let mean = sums / counts.iter().sum::<f64>();
    assert!((merged["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    assert!(ctd["flags"]["good"].as_u64().unwrap() > 0);

    let shown = world
        .run(&["summary", "--by", "cruise", "--group", "99dr20190412"])
        .ends(0)
        .stdout;
    assert!(
        shown.contains("99DR20190412 · ctd") && shown.contains("CTDPRS") && !shown.contains("99DR20180821"),
        "{shown}"
    );
    let months = world.run(&["summary", "--by", "month", "--json"]).ends(0).json();
    assert_eq!(months[0]["name"], "2018-08");
    assert!(
        world
            .run(&["summary", "--by", "platform"])
            .ends(0)
            .stdout
            .contains("(none)")
    );
    let wrong = world.run(&["summary", "--group", "x"]).ends(2).stderr;
    assert!(wrong.contains("such as --by cruise"), "{wrong}");
    let none = world
        .run(&["summary", "--by", "cruise", "--group", "x"])
        .ends(0)
        .stderr;
    assert!(none.contains("no file belongs to `x`"), "{none}");
}
