//! The test files against independent readers: pandas, and pyodv for what has a SeaDataNet header.
//!
//! It runs if `DATA_REVIEW_PYTHON` names an interpreter that has both; `cargo xtask compare-texts` installs them.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "test files are read, and another program is asked; what fails, fails the test"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use data_review_core::{Review, Variable};
use serde_json::Value;

use crate::reviews::try_review;

fn review(path: &Path) -> Review {
    try_review(&std::fs::read(path).unwrap()).unwrap()
}

/// Counts are equal; a cell that the peer does not read as a number is text, a time or invalid here.
fn compare(variable: &Variable, peer: &Value, at: &str) {
    let missing: u64 = variable.missing.values().sum();
    assert_eq!(
        (variable.total, missing),
        (count(peer, "total"), count(peer, "missing")),
        "{at}"
    );
    if variable.dtype != "decimal" {
        return;
    }
    assert_eq!(
        (variable.count, variable.non_finite),
        (count(peer, "numbers"), 0),
        "{at}"
    );
    let ends = [&variable.min, &variable.max].map(|end| end.as_ref().map(|end| end.as_f64()));
    assert_eq!(ends, [peer["min"].as_f64(), peer["max"].as_f64()], "{at}");
    let (mean, other) = (variable.mean.unwrap(), peer["mean"].as_f64().unwrap());
    assert!(
        (mean - other).abs() <= 1e-12 * other.abs().max(1.0),
        "{at}: {mean}, {other}"
    );
}

fn count(peer: &Value, key: &str) -> u64 {
    peer[key].as_u64().unwrap()
}

#[test]
#[ignore = "needs Python's pandas and pyodv: `cargo xtask compare-texts` runs it"]
fn as_pandas_and_pyodv_count() {
    let python = std::env::var_os("DATA_REVIEW_PYTHON").expect("DATA_REVIEW_PYTHON");
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(home.join("../../test_data/odv")).unwrap();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let mut peer = Command::new(python);
    let output = peer
        .arg(home.join("tests/peer.py"))
        .args(&paths)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), paths.len());
    for (path, peer) in paths.iter().zip(&lines) {
        let (review, at) = (review(path), path.display().to_string());
        assert_eq!(review.observations, peer["rows"].as_u64(), "{at}");
        assert_eq!(review.profiles, peer["stations"].as_u64(), "{at}");
        assert_eq!(
            review.variables.len(),
            peer["columns"].as_object().unwrap().len(),
            "{at}"
        );
        for variable in &review.variables {
            let column = variable.column.unwrap();
            compare(
                variable,
                &peer["columns"][column.to_string()],
                &format!("{at}, column {column}"),
            );
        }
        let terms: Vec<&str> = review
            .variables
            .iter()
            .filter_map(|variable| variable.canonical.as_deref())
            .collect();
        let others: Vec<&str> = peer["terms"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(terms, others, "{at}");
    }
}
