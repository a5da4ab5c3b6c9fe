//! The commands that only look: `identify`, `show`, `failures`, `unhandled`, `handlers`, `explain`.

use super::{NOISE, TABLE, World, ragged};

#[test]
fn identify_says_why_and_ends_with_1_where_something_is_unknown() {
    let world = World::with(&[("a.csv", TABLE)]);
    let ran = world.run(&["identify", "in"]).ends(0);
    assert!(ran.stdout.starts_with("a.csv\n  csv, "), "{}", ran.stdout);
    world.put("noise.bin", NOISE);
    let ran = world.run(&["identify", "in/noise.bin", "--json"]).ends(1);
    let answers = ran.json();
    assert_eq!(answers[0]["answer"], "unidentified");
    assert!(
        answers[0]["message"]
            .as_str()
            .unwrap()
            .starts_with("no handler recognises it: "),
        "{answers:?}"
    );
    assert!(!world.path("data-review.db").exists());
}

#[test]
fn show_is_for_people_and_show_json_is_the_document() {
    let world = World::with(&[
        ("deep/a.csv", TABLE),
        ("ragged.csv", &ragged()),
        ("noise.bin", NOISE),
    ]);
    let reviewed = world.run(&["review", "in", "--json"]).ends(1);
    let first = super::sorted(&reviewed.stdout).lines().next().unwrap().to_owned() + "\n";
    assert_eq!(world.run(&["show", "deep/a.csv", "--json"]).ends(0).stdout, first);
    assert_eq!(world.run(&["show", "a.csv", "--json"]).ends(0).stdout, first);
    assert_eq!(
        world.run(&["show", "in/deep/a.csv", "--json"]).ends(0).stdout,
        first
    );
    let shown = world.run(&["show", "deep/a.csv"]).ends(0).stdout;
    for word in [
        "CSV table · 3 rows",
        "no findings",
        "variables",
        "temperature",
        "13.25",
        "checks",
    ] {
        assert!(shown.contains(word), "{word}:\n{shown}");
    }
    let ragged = world.run(&["show", "ragged.csv"]).ends(0).stdout;
    assert!(
        ragged.contains("findings") && ragged.contains("line 22"),
        "{ragged}"
    );
    let unknown = world.run(&["show", "noise.bin"]).ends(0).stdout;
    assert!(
        unknown.contains("next step") && unknown.contains("data-review handlers"),
        "{unknown}"
    );
    let slip = world.run(&["show", "raged.csv"]).ends(2).stderr;
    assert!(slip.contains("did you mean `ragged.csv`?"), "{slip}");
}

#[test]
fn failures_say_what_to_do_next() {
    let world = World::with(&[("a.csv", TABLE)]);
    std::os::unix::fs::symlink("nowhere", world.path("in/link.csv")).unwrap();
    world.run(&["review", "in"]).ends(1);
    let table = world.run(&["failures"]).ends(0).stdout;
    assert!(
        table.contains("link.csv") && table.contains("unreadable"),
        "{table}"
    );
    let lines = world.run(&["failures", "--json"]).ends(0).json();
    assert_eq!(lines[0]["key"], "link.csv");
    assert!(lines[0]["next_step"].as_str().unwrap().contains("review again"));
}

#[test]
fn handlers_are_the_cards() {
    let world = World::with::<&str>(&[]);
    let table = world.run(&["handlers"]).ends(0).stdout;
    let cards = world.run(&["handlers", "--json"]).ends(0).json();
    let ids: Vec<&str> = cards.iter().map(|card| card["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted() && ids.contains(&"csv"), "{ids:?}");
    assert_eq!(table.lines().count(), 1 + ids.len(), "{table}");
}

#[test]
fn every_code_of_every_card_is_explained() {
    let world = World::with::<&str>(&[]);
    let all = world.run(&["explain"]).ends(0).stdout;
    let cards = world.run(&["handlers", "--json"]).ends(0).json();
    let codes = cards.iter().flat_map(|card| card["codes"].as_array().unwrap());
    for code in codes {
        let name = code["code"].as_str().unwrap();
        assert!(all.lines().any(|line| line.starts_with(name)), "{name}");
    }
    let listed = all.lines().skip(1).filter(|line| !line.starts_with(' '));
    let names: Vec<&str> = listed.filter_map(|line| line.split(' ').next()).collect();
    for name in names {
        let one = world.run(&["explain", name]).ends(0).stdout;
        for part in ["means", "remedy", "clause"] {
            let line = one.lines().find(|line| line.trim_start().starts_with(part));
            let text = line.and_then(|line| line.trim_start().strip_prefix(part));
            assert!(
                text.is_some_and(|text| text.trim().len() >= 8),
                "{name}, {part}: {one}"
            );
        }
    }
    let one = world.run(&["explain", "name-contradicts-content"]).ends(0).stdout;
    assert!(one.contains("rename it after its content"), "{one}");
}

#[test]
fn unhandled_ranks_what_nobody_knows_by_kind() {
    let world = World::with(&[
        ("a.csv", TABLE),
        ("adcp/001.000", b"\x7f\x7f\x10\x04\x00\x06"),
        ("adcp/002.000", b"\x7f\x7f\x10\x04\x00\x07\x08"),
        ("adcp/other.000", b"\x01\x02\x03\x04"),
        ("map.png", b"\x89PNG\r\n\x1a\n and much more than two others have"),
        ("notes", b"Dear colleague"),
    ]);
    world.run(&["review", "in"]).ends(1);
    let ranked = world.run(&["unhandled", "--json"]).ends(0).json();
    let brief: Vec<(&str, u64, u64)> = ranked
        .iter()
        .map(|group| {
            let number = |key: &str| group[key].as_u64().unwrap();
            (group["kind"].as_str().unwrap(), number("files"), number("bytes"))
        })
        .collect();
    assert_eq!(
        brief,
        [
            ("rdi-pd0", 2, 13),
            ("png", 1, 43),
            ("text", 1, 14),
            ("binary", 1, 4),
        ]
    );
    assert_eq!(ranked[0]["example"], "adcp/001.000");
    assert_eq!(ranked[0]["endings"][".000"], 2);
    assert_eq!(ranked[2]["begins_with"], "Dear colleague");
    assert!(ranked[0]["next_step"].as_str().unwrap().contains("netCDF"));
    assert_eq!(ranked[0]["first_bytes"], "\\x7f\\x7f\\x10\\x04\\x00\\x06");
    let table = world.run(&["unhandled"]).ends(0).stdout;
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.lines().nth(1).unwrap().contains("adcp/001.000"), "{table}");
    let handled = World::with(&[("a.csv", TABLE)]);
    handled.run(&["review", "in"]).ends(0);
    assert!(
        handled
            .run(&["unhandled"])
            .ends(0)
            .stderr
            .contains("every file has a handler")
    );
}
