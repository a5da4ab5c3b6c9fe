//! The pages that `report` writes.

use serde_json::Value;

use super::{NOISE, TABLE, World, ragged};

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>";

fn world() -> World {
    let world = World::with(&[
        ("plain.csv", TABLE),
        ("ragged.csv", &ragged()),
        ("noise.bin", NOISE),
    ]);
    world.run(&["review", "in"]).ends(1);
    world
}

fn read(world: &World, name: &str) -> String {
    std::fs::read_to_string(world.path(name)).unwrap()
}

/// The data of a page with this id.
fn data(page: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let json = page
        .split(&start)
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_page_holds_the_numbers_of_the_store_and_no_text_ends_an_element() {
    let world = world();
    let ran = world.run(&["report", "--title", HOSTILE]).ends(0);
    assert_eq!(ran.stdout, "report.html\n");
    let page = read(&world, "report.html");
    assert_eq!(page.matches("<script").count(), page.matches("</script").count());
    assert!(!page.contains("<img src=x"));
    assert!(page.contains("content=\"default-src 'none'; script-src 'sha256-"));
    let content = data(&page, "content");
    assert_eq!(content["title"], HOSTILE);
    assert_eq!(content["changes"], Value::Null);
    let overview = &content["overview"];
    assert_eq!(overview["files"], 3);
    let states: u64 = overview["states"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!((states, overview["states"][4].as_u64()), (3, Some(1)));
    let observed: u64 = world
        .run(&["list", "--json"])
        .documents()
        .iter()
        .filter_map(|document| document["observations"].as_u64())
        .sum();
    assert_eq!(overview["observations"], observed);
    let lines = data(&page, "lines-0");
    let keys: Vec<&str> = lines
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line[1].as_str())
        .collect();
    assert_eq!(keys, ["noise.bin", "plain.csv", "ragged.csv"]);
}

#[test]
fn a_folder_has_its_data_in_parts_and_keeps_what_is_not_its_own() {
    let world = world();
    let ran = world.run(&["report", "--out", "pages/new"]).ends(0);
    assert_eq!(ran.stdout, "pages/new/index.html\n");
    assert!(read(&world, "pages/new/data/lines-0.js").starts_with("dataReview(\"lines-0\",[["));
    assert!(read(&world, "pages/new/data/documents-0.js").starts_with("dataReview(\"documents-0\",\""));
    assert!(read(&world, "pages/new/index.html").contains("script-src 'self' 'sha256-"));
    world.put("../pages/new/data/lines-7.js", b"of an earlier report");
    world.put("../pages/new/data/mine.js", b"of somebody else");
    world.run(&["report", "--out", "pages/new"]).ends(0);
    assert!(!world.path("pages/new/data/lines-7.js").exists());
    assert!(world.path("pages/new/data/mine.js").exists());
}

#[test]
fn changes_since_an_earlier_store_are_listed() {
    let world = world();
    std::fs::copy(world.path("data-review.db"), world.path("old.db")).unwrap();
    world.put("new.csv", TABLE);
    world.run(&["review", "in"]).ends(1);
    world.run(&["report", "--against", "old.db"]).ends(0);
    let changes = data(&read(&world, "report.html"), "content")["changes"].clone();
    assert_eq!(changes["files"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&changes["files"][0]["key"], &changes["files"][0]["file"]),
        (&"new.csv".into(), &"added".into())
    );
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_with_advice() {
    let world = world();
    let ran = world.run(&["report", "--out", "missing/report.html"]).ends(2);
    assert!(
        ran.stderr.contains("--out: cannot write missing/report.html"),
        "{}",
        ran.stderr
    );
    let ran = world.run(&["report", "--db", "none.db"]).ends(2);
    assert!(
        ran.stderr.contains("run `data-review review` first"),
        "{}",
        ran.stderr
    );
}
