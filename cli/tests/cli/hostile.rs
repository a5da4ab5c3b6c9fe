//! Names that would mislead a terminal, a reader of lines, or a store.

use super::{TABLE, World, keys};

const NAMES: [&[u8]; 4] = [
    b"new\nline.csv",
    b"\x1b[31mred.csv",
    b"caf\xe9.csv",
    b"\xe2\x80\xaeright.csv",
];

fn world() -> World {
    let files: Vec<(&[u8], &[u8])> = NAMES.iter().map(|name| (*name, TABLE)).collect();
    World::with(&files)
}

#[test]
fn no_name_reaches_the_terminal_as_it_is() {
    let world = world();
    for args in [
        &["review", "in"][..],
        &["list"],
        &["identify", "in"],
        &["failures"],
        &["unhandled"],
    ] {
        let ran = world.run(args).ends(0);
        for bad in ["\x1b", "\u{202e}", "new\nline"] {
            assert!(!ran.stdout.contains(bad), "{args:?}: {}", ran.stdout);
            assert!(!ran.stderr.contains(bad), "{args:?}: {}", ran.stderr);
        }
    }
    let listed = world.run(&["list"]).ends(0).stdout;
    assert_eq!(listed.lines().count(), 1 + NAMES.len(), "{listed}");
    for shown in [
        "new%0Aline.csv",
        "%1B[31mred.csv",
        "caf%E9.csv",
        "%E2%80%AEright.csv",
    ] {
        assert!(listed.contains(shown), "{listed}");
        let one = world.run(&["show", shown]).ends(0).stdout;
        assert!(one.starts_with(shown), "{one}");
    }
}

#[test]
fn keys_in_json_are_the_names_themselves() {
    let documents = world().run(&["review", "in", "--json"]).ends(0).documents();
    let mut expected = [
        "\x1b[31mred.csv",
        "caf%E9.csv",
        "new\nline.csv",
        "\u{202e}right.csv",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&documents), expected);
}

#[test]
fn a_bad_path_is_shown_encoded() {
    let world = World::with::<&str>(&[]);
    let ran = world.run(&["review", "no\x1b[2Jthing"]).ends(2);
    assert!(ran.stderr.contains("no%1B[2Jthing"), "{:?}", ran.stderr);
}

const ESCAPES: &str = "\
BOTTLE,20240101SIOCCHABC\u{1b}[2J
# comment \u{1b}[31m
EXPOCODE,STNNBR,CASTNO,SAMPNO,DATE,LATITUDE,LONGITUDE,CTDPRS,OX\u{1b}[31mYGEN,\u{202e}SALT
,,,,,,,DBAR,UMOL\u{7}/KG,\u{9b}31m
33RR\u{1b}[2J,1\u{7},1,1\u{1b}]0;title\u{7},2024\u{1b}[1m,10.5,-170.25,5.0,2\u{1b}[5m,\u{8}
END_DATA
CTD\u{1b}
";

/// Every way that a file's texts can go out: headers and cells of a table and of an Exchange file, names in an archive.
#[test]
fn no_text_of_a_file_reaches_a_terminal_or_a_table_as_it_is() {
    let table = "sta\u{1b}[31mtion,de\u{7}pth\n\u{1b}[2J,1\n\u{1b}[2J,x\u{1b}[0m\nb,3\nb,4\n";
    let world = World::with(&[
        ("a_hy1.csv", ESCAPES.as_bytes()),
        ("b.csv", table.as_bytes()),
        ("c_ct1.csv", ESCAPES.replace("BOTTLE", "CTD").as_bytes()),
        ("d\u{1b}[2J.\u{1b}[31m", b"\x1b[2J\x07\x9b31m \xe2\x80\xaeright"),
    ]);
    world.run(&["review", "in"]);
    for args in [
        &["review", "in", "--force"][..],
        &["list"],
        &["failures"],
        &["unhandled"],
        &["show", "a_hy1.csv"],
        &["show", "b.csv"],
        &["show", "c_ct1.csv"],
        &["identify", "in"],
        &["export", "--format", "csv", "--out", "tables"],
    ] {
        let ran = world.run(args);
        assert_tame(&ran.stdout, args);
        assert_tame(&ran.stderr, args);
    }
    for entry in std::fs::read_dir(world.path("tables")).unwrap() {
        let path = entry.unwrap().path();
        assert_tame(
            &std::fs::read_to_string(&path).unwrap(),
            &[&path.to_string_lossy()],
        );
    }
}

/// Neither control characters, but for line breaks, nor letters that turn the direction of a text.
#[track_caller]
fn assert_tame(text: &str, from: &[&str]) {
    let is_wild = |c: char| c.is_control() && c != '\n' && c != '\r' || c == '\u{202e}';
    assert!(!text.contains(is_wild), "{from:?}: {text:?}");
}

/// Small enough for every run of the tests; `cargo xtask soak` does the same with a gigabyte.
#[test]
fn what_is_too_much_ends_with_its_class() {
    let long = "x".repeat(8 << 20);
    let wide = |text: &str| vec![text; 100_000].join(",");
    let columns = format!("{}\n{}\n{}\n", wide("CTDTMP"), wide("ITS-90"), wide("1.5"));
    let line = format!("station,depth\nA1,10\nA1,20\n{long}\nA2,10\n");
    let bottle = "BOTTLE,20240101SIOCCHABC\nSTNNBR,CTDPRS\n,DBAR\n1,5.0\n";
    let files = [
        ("line.csv", line, "reviewed"),
        (
            "line_hy1.csv",
            format!("{bottle}{long}\n2,6.0\nEND_DATA\n"),
            "reviewed",
        ),
        ("first_hy1.csv", format!("BOTTLE,{long}\n"), "corrupt"),
        ("wide.csv", columns.clone(), "limit exceeded"),
        (
            "wide_hy1.csv",
            format!("BOTTLE,20240101SIOCCHABC\n{columns}"),
            "limit exceeded",
        ),
        (
            "wide_ct1.csv",
            format!("CTD,20240101SIOCCHABC\n{columns}"),
            "limit exceeded",
        ),
    ];
    let bytes = files.each_ref().map(|(name, text, _)| (*name, text.as_bytes()));
    let documents = World::with(&bytes)
        .run(&["review", "in", "--json"])
        .ends(1)
        .json();
    assert_eq!(documents.len(), files.len());
    for document in documents {
        let key = document["file"]["key"].as_str().unwrap();
        let class = document["failure"]["class"]
            .as_str()
            .or(document["outcome"].as_str());
        let expected = files.iter().find(|(name, ..)| *name == key).map(|(.., end)| *end);
        assert_eq!(class, expected, "{key}: {}", document["failure"]);
    }
}
