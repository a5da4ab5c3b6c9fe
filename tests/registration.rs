//! A forgotten or wrong registration is reported with its place and its mend: shown by real cargo on a copy of the project.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the project is copied, and cargo is called; what fails there fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use data_review_tests::files;

struct Slip {
    what: &'static str,
    /// Files of the folder `handlers/boat`.
    boat: &'static [(&'static str, &'static str)],
    dependency: bool,
    line: bool,
    /// What cargo must print; nothing where it must succeed.
    says: &'static [&'static str],
}

const MANIFEST: &str = "[package]\nname = \"data-review-boat\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                        [dependencies]\ndata-review-core.workspace = true\n";

macro_rules! handler {
    ($id:literal, $register:literal) => {
        concat!(
            "//! A handler that somebody adds.\n\
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

/// Compiled as quickly as it goes: nothing here runs for long.
const CARGO: &[&str] = &[
    "test",
    "--offline",
    "--package",
    "data-review-handlers",
    "--lib",
    "--config",
    "profile.dev.debug=0",
    "--config",
    "profile.dev.package.\"*\".opt-level=0",
];
const GOOD: &[(&str, &str)] = &[
    ("Cargo.toml", MANIFEST),
    ("src/lib.rs", handler!("boat", "register_handler!(Boat);")),
];

const SLIPS: &[Slip] = &[
    Slip {
        what: "nothing but the lists",
        boat: &[],
        dependency: false,
        line: false,
        says: &[],
    },
    Slip {
        what: "a handler that is added as it should be",
        boat: GOOD,
        dependency: true,
        line: true,
        says: &[],
    },
    Slip {
        what: "a crate that is on no list",
        boat: GOOD,
        dependency: false,
        line: false,
        says: &[
            "handlers/boat is on no list",
            "handlers/Cargo.toml",
            "`use data_review_boat as _;`",
            "handlers/lib.rs",
        ],
    },
    Slip {
        what: "a line forgotten in handlers/lib.rs",
        boat: GOOD,
        dependency: true,
        line: false,
        says: &[
            "error: extern crate `data_review_boat` is unused",
            "handlers/lib.rs:",
            "use data_review_boat as _;",
        ],
    },
    Slip {
        what: "a crate on the list that registers nothing",
        boat: &[("Cargo.toml", MANIFEST), ("src/lib.rs", handler!("boat", ""))],
        dependency: true,
        line: true,
        says: &[
            "handlers/boat registers no handler `boat`",
            "register_handler!",
            "handlers/boat/src/lib.rs",
        ],
    },
    Slip {
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
    Slip {
        what: "an id that is not the folder's name",
        boat: &[
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", handler!("ship", "register_handler!(Boat);")),
        ],
        dependency: true,
        line: true,
        says: &[
            "handlers/boat/src/lib.rs:",
            "`ship` lives in handlers/boat",
            "rename the folder",
        ],
    },
    Slip {
        what: "a folder that is no crate",
        boat: &[("notes.txt", "A boat, perhaps.\n")],
        dependency: false,
        line: false,
        says: &["handlers/boat/Cargo.toml", "No such file"],
    },
];

#[test]
fn every_slip_is_named_with_its_mend() {
    let copy = ProjectCopy::new();
    let wrong: Vec<String> = SLIPS
        .iter()
        .filter_map(|slip| copy.try_slip(slip).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A copy under `target/`, kept from run to run: what did not change is not compiled again.
struct ProjectCopy {
    root: PathBuf,
    target: PathBuf,
    /// The project: path from the root → bytes, read once, so that a file that is saved meanwhile changes nothing.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl ProjectCopy {
    fn new() -> Self {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let copy = ProjectCopy {
            root: scratch.join("slips"),
            // Not the project's own: cargo tells the packages of two copies of a workspace by their names only.
            target: scratch.join("slips-target"),
            files: project_files(),
        };
        std::fs::create_dir_all(&copy.root).unwrap();
        copy
    }

    /// Makes the copy equal to the project again.
    fn restore(&self) {
        let mut there = BTreeSet::new();
        walk(&self.root, Path::new(""), &mut there);
        for surplus in there.iter().filter(|path| !self.files.contains_key(*path)) {
            std::fs::remove_file(self.root.join(surplus)).unwrap();
        }
        let _ = std::fs::remove_dir_all(self.root.join("handlers/boat"));
        for (path, bytes) in &self.files {
            self.write(path, bytes);
        }
    }

    /// Leaves a file alone that has these bytes, so that it keeps its time.
    fn write(&self, path: &Path, bytes: &[u8]) {
        let target = self.root.join(path);
        if std::fs::read(&target).is_ok_and(|held| held == bytes) {
            return;
        }
        std::fs::create_dir_all(target.parent().expect("a file lies in a folder")).unwrap();
        std::fs::write(target, bytes).unwrap();
    }

    fn try_slip(&self, slip: &Slip) -> Result<(), String> {
        self.restore();
        for (name, text) in slip.boat {
            self.write(&Path::new("handlers/boat").join(name), text.as_bytes());
        }
        if slip.dependency {
            let line = "[dependencies]\ndata-review-boat = { path = \"boat\" }";
            self.replace("handlers/Cargo.toml", "[dependencies]", line);
        }
        if slip.line {
            let first = "use data_review_bottle as _;";
            self.replace(
                "handlers/lib.rs",
                first,
                &format!("use data_review_boat as _;\n{first}"),
            );
        }
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(CARGO)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .map_err(|error| format!("cargo cannot be called: {error}"))?;
        self.restore();
        let text = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .concat();
        let unsaid: Vec<&&str> = slip.says.iter().filter(|word| !text.contains(**word)).collect();
        if output.status.success() != slip.says.is_empty() || !unsaid.is_empty() {
            let (what, status) = (slip.what, output.status);
            return Err(format!(
                "{what}: cargo ended with {status} and did not say {unsaid:?}, but\n{text}"
            ));
        }
        Ok(())
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(Path::new(path), text.replacen(from, to, 1).as_bytes());
    }
}

/// What cargo needs: the manifest and lock of the workspace, and its members' folders.
fn project_files() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found: BTreeSet<PathBuf> = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"]
        .iter()
        .map(PathBuf::from)
        .collect();
    let workspace = data_review_tests::workspace::read();
    for package in &workspace.packages {
        walk(files::root(), &package.folder, &mut found);
    }
    let read = |path: PathBuf| std::fs::read(files::root().join(&path)).map(|bytes| (path, bytes));
    found.into_iter().filter_map(|path| read(path).ok()).collect()
}

/// Files at and below a folder, as paths from `root`.
fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if !entry.file_type().unwrap().is_dir() {
            found.insert(path);
        } else if entry.file_name() != "target" {
            walk(root, &path, found);
        }
    }
}
