//! The document of the cloud is the local one, byte for byte.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use data_review_aws::message::{Direct, LookRequest, Version, encode};
use data_review_aws::object;
use data_review_core::Identification;
use data_review_tests::files::{root, test_data};
use data_review_tests::review::registry;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::World;
use crate::{Stack, wait};

/// The numbers of documents that were compared.
#[derive(Debug, Default)]
pub struct Compared {
    /// All documents.
    pub files: usize,
    /// Documents of real files that a handler recognises.
    pub real: usize,
}

/// Reviews every test file, the invalid ones, compressed ones, and every real file in the cloud and locally, and compares
/// the documents.
///
/// # Panics
/// If a document differs, or is missing.
pub fn parity(world: &World<'_>) -> Compared {
    let packed = packed();
    let mut folders = vec![
        ("packed", packed.path().to_owned()),
        ("test-data", root().join("test_data")),
        ("bad", root().join("tests/bad")),
    ];
    folders.extend(world.corpus.clone().map(|corpus| ("corpus", corpus)));
    let mut compared = Compared::default();
    for (prefix, folder) in folders {
        let local = documents(world, prefix, folder.to_str().unwrap());
        for key in local.keys() {
            let path = folder.join(&key[prefix.len() + 1..]);
            world.stack.put(key, &std::fs::read(path).unwrap());
        }
        let keys: Vec<&str> = local.keys().map(String::as_str).collect();
        world.stack.outcomes(&keys, Duration::from_secs(1200));
        for (key, document) in &local {
            let found = world
                .stack
                .document(key)
                .expect("what has an outcome has a document");
            assert_eq!(comparable(&found), comparable(document), "{key}");
        }
        let remote = documents(
            world,
            prefix,
            &format!("s3://{}/{prefix}", world.stack.outputs.data_bucket),
        );
        assert!(
            remote == local,
            "the bucket's documents are those of {}",
            folder.display()
        );
        compared.files += local.len();
        if prefix == "corpus" {
            compared.real += local.values().filter(|document| is_handled(document)).count();
            assert!(compared.real > 0, "no file of {} has a handler", folder.display());
        }
    }
    direct(world);
    direct_reads_one_version(world.stack);
    compared
}

/// A folder with every seventh test file, compressed, and three compressed files without a review: one ends early, one is a
/// bomb, and one has no handler.
fn packed() -> TempDir {
    let folder = TempDir::new().unwrap();
    let put = |name: String, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    for file in test_data().iter().step_by(7) {
        let content = gzip(&file.bytes);
        put(format!("{}.gz", file.key.replace('/', "-")), &content);
        put(
            format!("{}.cut.gz", file.key.replace('/', "-")),
            &content[..content.len() / 2],
        );
    }
    put("bomb.csv.gz".to_owned(), &gzip(&vec![b' '; 50 << 20]));
    put("words.txt.gz".to_owned(), &gzip(b"some words"));
    folder
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// The documents of the files in a folder or below a prefix of a bucket, by key, as the command line creates them.
fn documents(world: &World<'_>, prefix: &str, source: &str) -> BTreeMap<String, String> {
    let work = TempDir::new().unwrap();
    let db = work.path().join("local.db");
    let (_, printed) = world.command.local(&[
        "review",
        source,
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

/// The document in a comparable form. An unrecognised file is read as a whole, and has a digest, only on one machine.
fn comparable(document: &str) -> String {
    if is_handled(document) {
        return document.to_owned();
    }
    let mut json: serde_json::Value = serde_json::from_str(document).unwrap();
    json["file"]["sha256"] = serde_json::Value::Null;
    json.to_string()
}

fn is_handled(document: &str) -> bool {
    let json: serde_json::Value = serde_json::from_str(document).unwrap();
    !json["handler"].is_null()
}

/// A direct request returns the same document.
fn direct(world: &World<'_>) {
    for file in test_data().iter().step_by(7) {
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

/// A direct request reviews the version that was identified, or none.
fn direct_reads_one_version(stack: &Stack) {
    let key = format!("test-data/{}", test_data()[0].key);
    let bucket = &stack.outputs.data_bucket;
    let look = LookRequest {
        key: key.clone(),
        size: None,
    };
    let found = wait(object::identify(
        &stack.clients,
        &registry(),
        bucket,
        &look,
        u64::MAX,
    ))
    .unwrap();
    let Identification::Identified(identified) = found.identification else {
        panic!("{key} is not identified");
    };
    let function = &stack.outputs.handlers[&identified.winner.id].function;
    let ask = |stamp: &str| {
        let request = encode(&Direct {
            bucket: bucket.clone(),
            key: key.clone(),
            version: Some(Version {
                stamp: stamp.to_owned(),
                identified: identified.clone(),
            }),
        });
        wait(stack.clients.invoke(function, request.into_bytes()))
    };
    ask(&found.stamp).unwrap();
    let refused = ask("another").unwrap_err();
    assert!(refused.message.contains("the object changed"), "{refused}");
}
