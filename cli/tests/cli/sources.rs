//! Files from lists, from standard input, and compressed as a whole.

use std::io::Write;

use serde_json::Value;

use super::{NOISE, Ran, TABLE, World, keys, ragged};

/// Runs a command with this standard input.
fn piped(world: &World, args: &[&str], input: &[u8]) -> Ran {
    let output = world.command().args(args).write_stdin(input).output().unwrap();
    Ran::of(output)
}

fn listed(world: &World) -> Vec<String> {
    let documents = world.run(&["list", "--json"]).ends(0).json();
    keys(&documents).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_list_names_the_files_to_review() {
    let world = World::with(&[
        ("a/x.csv", TABLE),
        ("a/b/y.csv", TABLE),
        ("a/b/new\nline.csv", TABLE),
        ("z.csv", TABLE),
    ]);
    let list = "in/a/x.csv\r\n\nin/a/b/y.csv\nin/a/x.csv\n";
    std::fs::write(world.path("list"), list).unwrap();
    world.run(&["review", "--files-from", "list"]).ends(0);
    // The directory around all of them is their root.
    assert_eq!(listed(&world), ["b/y.csv", "x.csv"]);
    let nul = b"in/a/b/new\nline.csv\0in/z.csv\0";
    piped(&world, &["review", "-0", "--files-from", "-"], nul).ends(0);
    let all = ["a/b/new\nline.csv", "a/b/y.csv", "a/x.csv", "z.csv"];
    assert_eq!(listed(&world), all);
    world.run(&["review", "in"]).ends(0);
    assert_eq!(listed(&world), all, "each file is kept once");

    // What a root contains already stays in it.
    world.run(&["review", "in/a", "--db", "two.db"]).ends(0);
    std::fs::create_dir(world.path("other")).unwrap();
    std::fs::rename(world.path("in/z.csv"), world.path("other/z.csv")).unwrap();
    let both = b"in/a/x.csv\nother/z.csv\n";
    piped(&world, &["review", "--files-from", "-", "--db", "two.db"], both).ends(0);
    let roots = world.run(&["roots", "--json", "--db", "two.db"]).ends(0).json();
    assert_eq!(roots.len(), 2, "{roots:?}");

    let empty = piped(&world, &["review", "--files-from", "-"], b"\n")
        .ends(0)
        .stderr;
    assert!(empty.contains("the list names no file"), "{empty}");
    let absent = world.run(&["review", "--files-from", "none"]).ends(2).stderr;
    assert!(absent.contains("--files-from: cannot read none"), "{absent}");
    let wrong = piped(&world, &["review", "--files-from", "-"], b"in/none.csv\n")
        .ends(2)
        .stderr;
    assert!(wrong.contains("none.csv"), "{wrong}");
    let both = piped(&world, &["review", "-", "--files-from", "-"], b"")
        .ends(2)
        .stderr;
    assert!(both.contains("standard input is either"), "{both}");
}

#[test]
fn standard_input_is_one_file() {
    let world = World::with(&[("t.csv", TABLE)]);
    let file = world
        .run(&["review", "in", "--json", "--db", "file.db"])
        .ends(0)
        .stdout;
    let stdin = piped(&world, &["review", "-", "--name", "t.csv", "--json"], TABLE).ends(0);
    assert_eq!(stdin.stdout, file);
    piped(&world, &["review", "-"], NOISE).ends(1);
    assert_eq!(listed(&world), ["stdin", "t.csv"]);
    let roots = world.run(&["roots", "--json"]).ends(0).json();
    assert_eq!(
        (roots.len(), &roots[0]["root"], &roots[0]["path"]),
        (1, &"-".into(), &Value::Null)
    );
    let bad = piped(&world, &["review", "-", "--name", "a/b"], TABLE)
        .ends(2)
        .stderr;
    assert!(bad.contains("invalid name `a/b`"), "{bad}");
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn a_compressed_file_is_reviewed_as_its_content() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../test_data");
    let world = World::with::<&str>(&[]);
    let names = [
        "csv/stations.csv",
        "bottle/99DR20190412_hy1.csv",
        "ctd/99DR20190412_ct1.zip",
        "netcdf/sst_monthly.nc",
        "hdf5/instrument.h5",
    ];
    type Pack = fn(&[u8]) -> Vec<u8>;
    let packers: [(&str, &str, Pack); 3] = [
        ("gzip", ".gz", gzip),
        ("bzip2", ".bz2", bzip2),
        ("zstd", ".zst", zstd),
    ];
    for name in names {
        let content = std::fs::read(data.join(name)).unwrap();
        world.put(name, &content);
        for (_, suffix, pack) in packers {
            world.put(format!("{name}{suffix}"), &pack(&content));
        }
    }
    let documents = world.run(&["review", "in", "--json"]).documents();
    for of_one in documents.chunks(4) {
        let [plain, packed @ ..] = of_one else {
            panic!("{of_one:?}")
        };
        assert_eq!(plain["outcome"], "reviewed");
        assert_eq!(plain["file"].get("compression"), None);
        for document in packed {
            let file = &document["file"];
            let compression = packers.iter().find(|(name, ..)| file["compression"] == *name);
            let (_, suffix, pack) = compression.expect("a compression");
            let key = plain["file"]["key"].as_str().unwrap();
            assert_eq!(file["key"], format!("{key}{suffix}"));
            let stored = pack(&std::fs::read(data.join(key)).unwrap());
            assert_eq!(file["size"], stored.len());
            assert_ne!(file["sha256"], plain["file"]["sha256"]);
            let without_file = |document: &Value| {
                let mut document = document.clone();
                document["file"].take();
                document
            };
            assert_eq!(without_file(document), without_file(plain), "{key}{suffix}");
        }
    }
    let shown = world.run(&["show", "stations.csv.gz"]).ends(0).stdout;
    assert!(shown.contains("gzip"), "{shown}");
    let again = world.run(&["review", "in"]);
    assert!(again.stderr.contains("20 unchanged"), "{}", again.stderr);
    let identified = world
        .run(&["identify", "--json", "in/netcdf/sst_monthly.nc.zst"])
        .ends(0)
        .json();
    assert_eq!(identified[0]["handler"]["id"], "netcdf");
}

#[test]
fn bombs_and_damaged_files_fail_with_the_reason() {
    let table = gzip(&ragged());
    let world = World::with(&[
        ("bomb.csv.gz", &gzip(&vec![b' '; 50 << 20])[..]),
        ("cut.csv.gz", &table[..table.len() - 20]),
        ("noise.gz", &gzip(NOISE)),
        ("twice.csv.gz", &gzip(&gzip(TABLE))),
    ]);
    let documents = world.run(&["review", "in", "--json"]).ends(1).documents();
    let brief: Vec<(&str, &str)> = documents
        .iter()
        .map(|document| {
            let outcome = document["outcome"].as_str().unwrap();
            (outcome, document["failure"]["class"].as_str().unwrap())
        })
        .collect();
    let expected = [
        ("failed", "limit exceeded"),
        ("failed", "corrupt"),
        ("unidentified", "unidentified"),
        ("unidentified", "unidentified"),
    ];
    assert_eq!(brief, expected);
    assert_eq!(documents[2]["file"]["compression"], "gzip");
    let reason = documents[1]["failure"]["message"].as_str().unwrap();
    assert!(reason.contains("gzip data is damaged or incomplete"), "{reason}");
}
