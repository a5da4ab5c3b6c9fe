//! The real files compared with the Python packages `ctd` and `seabirdscientific`; `corpus.rs` has their earlier
//! results.
//!
//! It runs if `DATA_REVIEW_PYTHON` names an interpreter that has both and `DATA_REVIEW_CORPUS` the folder of the files;
//! `cargo xtask compare-texts` installs them.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "sample files are read, and another program is asked; what fails, fails the test"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use data_review_core::{Review, Variable};
use serde_json::Value;

use crate::reviews::try_review;

fn review(path: &Path) -> Review {
    try_review(&std::fs::read(path).unwrap()).unwrap()
}

/// Number of values in scans that are marked bad.
pub(crate) fn marked(variable: &Variable) -> u64 {
    let flags = variable.flags.as_ref();
    flags
        .and_then(|flags| flags.get("bad"))
        .map_or(0, |flag| flag.total)
}

fn compare(variable: &Variable, peer: &Value, at: &str) {
    assert_eq!(Some(variable.count), peer["count"].as_u64(), "{at}");
    let ends = [&variable.min, &variable.max].map(|end| end.as_ref().map(|end| end.as_f64()));
    assert_eq!(ends, [peer["min"].as_f64(), peer["max"].as_f64()], "{at}");
    let (mean, other) = (variable.mean.unwrap(), peer["mean"].as_f64().unwrap());
    assert!(
        (mean - other).abs() <= 1e-12 * other.abs().max(1.0),
        "{at}: {mean}, {other}"
    );
}

#[test]
#[ignore = "needs Python's ctd and seabirdscientific, and the sample files: `cargo xtask compare-texts` runs it"]
fn as_ctd_and_seabirdscientific_count() {
    let variable = |name| PathBuf::from(std::env::var_os(name).expect(name));
    let (python, corpus) = (variable("DATA_REVIEW_PYTHON"), variable("DATA_REVIEW_CORPUS"));
    let entries = std::fs::read_dir(corpus.join("seabird")).unwrap();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer.py");
    let output = Command::new(python).arg(script).args(&paths).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    let peers: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!paths.is_empty() && peers.len() == paths.len());
    for (path, peer) in paths.iter().zip(&peers) {
        let (review, at) = (review(path), path.display().to_string());
        let scans = review.observations.unwrap();
        assert_eq!(peer["scans"], Value::from(vec![scans; 2]), "{at}");
        let depth = review.coverage.depth.unwrap();
        assert_eq!(peer["pressure"], Value::from(vec![depth.min, depth.max]), "{at}");
        assert_eq!(
            review.variables.len(),
            peer["columns"].as_object().unwrap().len(),
            "{at}"
        );
        for variable in &review.variables {
            assert_eq!(Some(marked(variable)), peer["marked"].as_u64(), "{at}");
            compare(
                variable,
                &peer["columns"][&variable.name],
                &format!("{at}, {}", variable.name),
            );
        }
    }
}
