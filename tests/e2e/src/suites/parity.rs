//! The cloud's document is the local one, byte for byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use data_review_tests::files::root;
use tempfile::TempDir;

use super::World;

/// Every test file, the bad ones, and every real file: reviewed here and there. Returns how many.
///
/// # Panics
/// When a document differs, or there is none.
pub fn parity(world: &World<'_>) -> usize {
    let mut folders = vec![
        ("test-data", root().join("test_data")),
        ("bad", root().join("tests/bad")),
    ];
    folders.extend(world.corpus.clone().map(|corpus| ("corpus", corpus)));
    let mut compared = 0;
    for (prefix, folder) in folders {
        let local = local(world, prefix, &folder);
        for key in local.keys() {
            let path = folder.join(&key[prefix.len() + 1..]);
            world.stack.put(key, &std::fs::read(path).unwrap());
        }
        let keys: Vec<&str> = local.keys().map(String::as_str).collect();
        world.stack.outcomes(&keys, Duration::from_secs(600));
        for (key, document) in &local {
            let found = world
                .stack
                .document(key)
                .expect("what has an outcome has a document");
            assert_eq!(comparable(&found), comparable(document), "{key}");
        }
        compared += local.len();
    }
    direct(world);
    compared
}

/// Documents of what lies in a folder, by key, as the command line makes them.
fn local(world: &World<'_>, prefix: &str, folder: &Path) -> BTreeMap<String, String> {
    let work = TempDir::new().unwrap();
    let db = work.path().join("local.db");
    let (_, printed) = world.command.local(&[
        "review",
        folder.to_str().unwrap(),
        "--prefix",
        prefix,
        "--json",
        "--db",
        db.to_str().unwrap(),
    ]);
    printed
        .lines()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line).unwrap();
            (
                document["file"]["key"].as_str().unwrap().to_owned(),
                line.to_owned(),
            )
        })
        .collect()
}

/// As it is where a handler knows the file. What nobody knows is read whole on one machine only, and has its digest there only.
fn comparable(document: &str) -> String {
    let mut json: serde_json::Value = serde_json::from_str(document).unwrap();
    if !json["handler"].is_null() {
        return document.to_owned();
    }
    json["file"]["sha256"] = serde_json::Value::Null;
    json.to_string()
}

/// A direct request answers with the same document.
fn direct(world: &World<'_>) {
    for file in data_review_tests::files::test_data().iter().step_by(7) {
        let key = format!("test-data/{}", file.key);
        let Some(expected) = world.stack.document(&key) else {
            continue;
        };
        if !expected.contains(r#""outcome":"reviewed""#) {
            continue;
        }
        let url = format!("s3://{}/{key}", world.stack.outputs.data_bucket);
        assert_eq!(
            world.command.expect(&["review", &url]).trim_end(),
            expected,
            "{key}"
        );
    }
}
