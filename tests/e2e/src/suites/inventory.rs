//! A sweep by an inventory that S3 would have made: the emulator makes none.

use std::io::Write;
use std::time::Duration;

use data_review_aws::{Sweep, Sweeps};
use data_review_core::Outcome;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};
use serde_json::json;

use super::World;
use crate::{until, wait};

const LIMIT: Duration = Duration::from_secs(120);
const PREFIX: &str = "inventory/";
const TABLE: &[u8] = b"time,depth\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n";

fn md5(bytes: &[u8]) -> String {
    data_review_core::hex(&Md5::digest(bytes))
}

fn compressed(lines: &[String]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(lines.concat().as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A line of a current version, an earlier one or a delete marker. The key is encoded.
fn line(key: &str, latest: bool, marker: bool) -> String {
    let etag = md5(TABLE);
    let size = TABLE.len();
    format!(
        "\"data\",\"inventory%2F{key}\",\"v\",\"{latest}\",\"{marker}\",\"{size}\",\"{etag}\",\"STANDARD\"\n"
    )
}

/// Every current object of the inventory is reviewed; one that was deleted since is gone, and no failure; a file that is not the
/// one of the manifest is left out, and named.
///
/// # Panics
/// If they are not.
pub fn inventory(world: &World<'_>) {
    let stack = world.stack;
    stack.set_events(false);
    for key in ["a b.csv", "c+d.csv"] {
        stack.put(&format!("{PREFIX}{key}"), TABLE);
    }
    let files = [
        compressed(&[line("a+b.csv", true, false), line("a+b.csv", false, false)]),
        compressed(&[
            line("c%2Bd.csv", true, false),
            line("deleted-since.csv", true, false),
            line("deleted-before.csv", true, true),
        ]),
        compressed(&[line("damaged.csv", true, false)]),
    ];
    let bucket = &stack.outputs.data_bucket;
    let mut named = Vec::new();
    for (n, file) in files.iter().enumerate() {
        let key = format!("lists/data/{n}.csv.gz");
        stack.put(&key, file);
        let md5 = if n == 2 { md5(b"other") } else { md5(file) };
        named.push(json!({"key": key, "size": file.len(), "MD5checksum": md5}));
    }
    let manifest = json!({
        "sourceBucket": bucket, "destinationBucket": format!("arn:aws:s3:::{bucket}"), "version": "2016-11-30",
        "creationTimestamp": "1514944800000", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag, StorageClass", "files": named,
    })
    .to_string();
    stack.put("lists/day/manifest.json", manifest.as_bytes());
    stack.put("lists/day/manifest.checksum", md5(manifest.as_bytes()).as_bytes());
    let url = format!("s3://{bucket}/lists/day/manifest.json");
    let command = ["sweep", "--prefix", PREFIX, "--inventory", &url];
    world.command.expect(&command);
    let sweeps = Sweeps::new(&stack.clients, &stack.outputs.sweeps_table);
    let swept = until("every file of the inventory is read", LIMIT, || {
        let mut all: Vec<Sweep> = wait(sweeps.all()).unwrap();
        all.retain(|sweep| sweep.inventory.is_some());
        (all.len() == 3 && all.iter().all(|sweep| sweep.done)).then_some(all)
    });
    assert_eq!(swept.iter().map(|sweep| sweep.listed).sum::<u64>(), 3);
    let outcome = |key: &str| stack.outcome_of(&format!("{PREFIX}{key}"));
    until("the objects are reviewed", LIMIT, || {
        let reviewed = ["a b.csv", "c+d.csv"].map(outcome) == [Some(Outcome::Reviewed); 2];
        (reviewed && outcome("deleted-since.csv").is_some()).then_some(())
    });
    assert_eq!(outcome("deleted-since.csv"), Some(Outcome::Gone));
    assert_eq!(outcome("deleted-before.csv"), None);
    assert_eq!(outcome("damaged.csv"), None);
    let status = world.command.expect(&["status"]);
    assert!(
        status.contains("a file of an inventory was left out: s3://"),
        "{status}"
    );
    assert!(status.contains("2.csv.gz: its MD5 is"), "{status}");
    stack.set_events(true);
}
