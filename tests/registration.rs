//! A missing or wrong registration is reported with its place and how to fix it, and a handler of another repository is
//! registered. Checked with cargo on a copy of the project.

use std::path::Path;

use data_review_tests::copy::{ProjectCopy, said};

struct Mistake {
    what: &'static str,
    /// Files of the folder `handlers/boat`.
    boat: &'static [(&'static str, &'static str)],
    dependency: bool,
    line: bool,
    /// Parts of cargo's output; if there are none, cargo must succeed.
    says: &'static [&'static str],
}

const MANIFEST: &str = "[package]\nname = \"data-review-boat\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                        [dependencies]\ndata-review-core.workspace = true\n";

macro_rules! handler {
    ($id:literal, $register:literal) => {
        concat!(
            "//! A new handler.\n\
             use data_review_core::*;\n\
             pub struct Boat;\n\
             pub static CARD: Card = Card { id: \"",
            $id,
            "\", title: \"Boat\", version: 1, extensions: &[], magic: &[b\"BOAT\"], refines: &[], docs: \"\",\n\
             observations: \"\", reader: \"boat 1\", vocabulary: None, codes: &[], limits: Limits::DEFAULT,\n\
             lambda: LambdaHints::DEFAULT };\n\
             impl FileHandler for Boat {\n\
             fn card(&self) -> &'static Card { &CARD }\n\
             fn review(&self, _: std::sync::Arc<dyn Input>, _: &mut ReviewBuilder) -> Result<(), ReviewError> { Ok(()) }\n\
             }\n",
            $register
        )
    };
}

const CARGO: &[&str] = &["test", "--package", "data-review-handlers", "--lib"];
const GOOD: &[(&str, &str)] = &[
    ("Cargo.toml", MANIFEST),
    ("src/lib.rs", handler!("boat", "register_handler!(Boat);")),
];

const MISTAKES: &[Mistake] = &[
    Mistake {
        what: "no new handler",
        boat: &[],
        dependency: false,
        line: false,
        says: &[],
    },
    Mistake {
        what: "a handler that is added correctly",
        boat: GOOD,
        dependency: true,
        line: true,
        says: &[],
    },
    Mistake {
        what: "a crate that is not listed",
        boat: GOOD,
        dependency: false,
        line: false,
        says: &[
            "handlers/boat is not listed",
            "handlers/Cargo.toml",
            "`use data_review_boat as _;`",
            "handlers/lib.rs",
        ],
    },
    Mistake {
        what: "a missing line in handlers/lib.rs",
        boat: GOOD,
        dependency: true,
        line: false,
        says: &[
            "error: extern crate `data_review_boat` is unused",
            "handlers/lib.rs:",
            "use data_review_boat as _;",
        ],
    },
    Mistake {
        what: "a listed crate that registers nothing",
        boat: &[("Cargo.toml", MANIFEST), ("src/lib.rs", handler!("boat", ""))],
        dependency: true,
        line: true,
        says: &[
            "handlers/boat registers no handler `boat`",
            "register_handler!",
            "handlers/boat/src/lib.rs",
        ],
    },
    Mistake {
        what: "an id that is taken",
        boat: &[
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", handler!("csv", "register_handler!(Boat);")),
        ],
        dependency: true,
        line: true,
        says: &[
            "two handlers are called `csv`",
            "handlers/boat/src/lib.rs:",
            "handlers/csv/src/lib.rs:",
            "another id",
        ],
    },
    Mistake {
        what: "an id that is not the folder's name",
        boat: &[
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", handler!("ship", "register_handler!(Boat);")),
        ],
        dependency: true,
        line: true,
        says: &[
            "handlers/boat registers no handler `boat`",
            "handler `ship` is in a folder of another name",
            "rename the folder",
        ],
    },
    Mistake {
        what: "a folder that is not a crate",
        boat: &[("notes.txt", "A boat, perhaps.\n")],
        dependency: false,
        line: false,
        says: &["handlers/boat/Cargo.toml", "No such file"],
    },
];

#[test]
fn every_mistake_is_reported_with_its_fix() {
    let copy = ProjectCopy::new(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let wrong: Vec<String> = MISTAKES
        .iter()
        .filter_map(|mistake| mistake.try_in(&copy).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A repository of its own: a handler, and a program that reviews one file with it.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[package]\nname = \"boat\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\ndata-review-core.path = \"../copy/core\"\n",
    ),
    ("src/lib.rs", handler!("boat", "register_handler!(Boat);")),
    (
        "src/main.rs",
        r#"use boat as _;
use data_review_core::*;

fn main() {
    let registry = Registry::linked().expect("the handler is registered");
    let input = BytesInput(b"BOAT 1\n".to_vec());
    let identification = registry.identify(&mut Probe::new("a.boat", &input).expect("memory is readable"));
    let Identification::Identified(identified) = identification else {
        panic!("not identified: {identification:?}");
    };
    let handler = registry.get(&identified.winner.id).expect("the winner is registered");
    let mut builder = ReviewBuilder::new(handler.card(), "a.boat");
    handler.review(std::sync::Arc::new(input), &mut builder).expect("the review succeeds");
    let file = FileFacts { key: "a.boat".into(), size: Some(7), sha256: None, compression: None };
    let recipe = Recipe::of(handler.card());
    let review = builder.finish(true);
    println!("{}", Document::handled(file, &identified, 1, &recipe, review, None).to_canonical_json());
}
"#,
    ),
];

#[test]
fn a_handler_of_another_repository_is_registered_and_reviews_a_file() {
    let copy = ProjectCopy::new(Path::new(env!("CARGO_TARGET_TMPDIR")));
    for (name, text) in ELSEWHERE {
        copy.write(Path::new("../elsewhere").join(name), text.as_bytes());
    }
    for name in ["Cargo.lock", ".cargo/config.toml"] {
        copy.write(Path::new("../elsewhere").join(name), copy.read(name).as_bytes());
    }
    let output = copy.run_in("../elsewhere", "cargo", &["run", "--quiet"]);
    let text = said(&output);
    assert!(output.status.success(), "{text}");
    for part in [r#""id":"boat""#, r#""key":"a.boat""#, r#""outcome":"reviewed""#] {
        assert!(text.contains(part), "the document has no {part}: {text}");
    }
}

impl Mistake {
    fn try_in(&self, copy: &ProjectCopy) -> Result<(), String> {
        copy.restore();
        for (name, text) in self.boat {
            copy.write(Path::new("handlers/boat").join(name), text.as_bytes());
        }
        if self.dependency {
            let line = "[dependencies]\ndata-review-boat = { path = \"boat\" }";
            copy.replace("handlers/Cargo.toml", "[dependencies]", line);
        }
        if self.line {
            let first = "use data_review_bottle as _;";
            copy.replace(
                "handlers/lib.rs",
                first,
                &format!("use data_review_boat as _;\n{first}"),
            );
        }
        let output = copy.run("cargo", CARGO);
        copy.restore();
        let text = said(&output);
        let unsaid: Vec<&&str> = self.says.iter().filter(|word| !text.contains(**word)).collect();
        if output.status.success() != self.says.is_empty() || !unsaid.is_empty() {
            let (what, status) = (self.what, output.status);
            return Err(format!(
                "{what}: cargo ended with {status} and did not say {unsaid:?}, but\n{text}"
            ));
        }
        Ok(())
    }
}
