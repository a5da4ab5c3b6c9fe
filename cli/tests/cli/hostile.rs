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
    let documents = world().run(&["review", "in", "--json"]).ends(0).json();
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
