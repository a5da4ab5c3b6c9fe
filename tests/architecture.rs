//! Compares `docs/architecture.md` with the project: crates and folders, their dependencies, and what must not be linked where.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads the project's own folders; a folder that cannot be read fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use data_review_tests::files::{names, root};
use data_review_tests::workspace::{self, Workspace};

/// Folders whose crates the page shows as one.
const PATTERNS: [(&str, &str); 3] = [
    ("formats", "formats/<fmt>"),
    ("handler-kit", "handler-kit/<kit>"),
    ("handlers", "handlers/<id>"),
];

/// The lines of a fenced block of the page.
fn block(kind: &str) -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let fence = format!("```{kind}");
    let lines: Vec<String> = page
        .lines()
        .skip_while(|line| *line != fence)
        .skip(1)
        .take_while(|line| *line != "```")
        .map(str::to_owned)
        .collect();
    assert!(!lines.is_empty(), "docs/architecture.md has no block {fence}");
    lines
}

/// Folders that the page shows; a line that begins with a space continues the one above.
fn shown() -> BTreeSet<String> {
    block("tree")
        .iter()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .map(|folder| folder.trim_end_matches('/').to_owned())
        .collect()
}

/// Names in the root that do not belong to the project: version control, and what it ignores.
fn is_ignored(name: &str, ignored: &str) -> bool {
    name == ".git" || ignored.lines().any(|line| line.trim_matches('/') == name)
}

/// Folders that exist.
fn real() -> BTreeSet<String> {
    let ignored = std::fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let folders = names(root())
        .into_iter()
        .filter(|name| root().join(name).is_dir() && !is_ignored(name, &ignored));
    folders
        .flat_map(|name| {
            let pattern = PATTERNS.iter().find(|(home, _)| *home == name);
            // A folder of crates is shown by itself only if it is a package.
            let is_shown = pattern.is_none() || root().join(&name).join("Cargo.toml").exists();
            pattern
                .map(|(_, pattern)| (*pattern).to_owned())
                .into_iter()
                .chain(is_shown.then_some(name))
        })
        .collect()
}

#[test]
fn the_page_shows_every_folder() {
    let (shown, real) = (shown(), real());
    let missing: Vec<_> = real.difference(&shown).collect();
    assert!(
        missing.is_empty(),
        "add to the tree of docs/architecture.md: {missing:?}"
    );
    let gone: Vec<_> = shown.difference(&real).collect();
    assert!(
        gone.is_empty(),
        "docs/architecture.md shows folders that do not exist: {gone:?}"
    );
}

/// The name under which the page shows a package's folder.
fn shown_name(folder: &Path) -> String {
    let folder = folder.to_string_lossy().replace('\\', "/");
    let pattern = PATTERNS
        .iter()
        .find(|(home, _)| folder.starts_with(&format!("{home}/")));
    pattern.map_or(folder, |(_, pattern)| (*pattern).to_owned())
}

/// Folder → folders that it depends on; in brackets under a feature only.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn drawn() -> Arrows {
    let arrow = |line: &String| {
        let (from, to) = line
            .split_once("->")
            .unwrap_or_else(|| panic!("docs/architecture.md: expected `a -> b`, found `{line}`"));
        let to = to
            .split(',')
            .map(|folder| folder.trim().to_owned())
            .filter(|folder| !folder.is_empty());
        (from.trim().to_owned(), to.collect())
    };
    block("arrows").iter().map(arrow).collect()
}

fn real_arrows(workspace: &Workspace) -> Arrows {
    let folders: BTreeMap<&str, String> = workspace
        .packages
        .iter()
        .map(|package| (package.name.as_str(), shown_name(&package.folder)))
        .collect();
    let mut arrows = Arrows::new();
    for package in &workspace.packages {
        let to = arrows.entry(shown_name(&package.folder)).or_default();
        for need in &package.needs {
            let folder = &folders[need.name.as_str()];
            to.insert(if need.optional {
                format!("[{folder}]")
            } else {
                folder.clone()
            });
        }
    }
    arrows
}

#[test]
fn the_page_shows_every_dependency() {
    let (drawn, real) = (drawn(), real_arrows(&workspace::read()));
    let folders: BTreeSet<&String> = drawn.keys().chain(real.keys()).collect();
    let none = BTreeSet::new();
    let mut wrong = Vec::new();
    for folder in folders {
        let (drawn, real) = (
            drawn.get(folder).unwrap_or(&none),
            real.get(folder).unwrap_or(&none),
        );
        for to in real.difference(drawn) {
            wrong.push(format!(
                "{folder} depends on {to}: remove the dependency, or add {folder} -> {to} to docs/architecture.md"
            ));
        }
        for to in drawn.difference(real) {
            wrong.push(format!(
                "docs/architecture.md shows {folder} -> {to}, but {folder} does not depend on {to}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dependencies_have_no_cycle() {
    let arrows = real_arrows(&workspace::read());
    for folder in arrows.keys() {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&str> = vec![folder];
        while let Some(at) = todo.pop() {
            for to in arrows.get(at).into_iter().flatten() {
                let to = to.trim_matches(['[', ']']);
                // Formats may depend on formats; handlers do not depend on handlers.
                assert!(
                    to != folder || to == "formats/<fmt>",
                    "{folder} depends on itself by way of {at}"
                );
                if seen.insert(to) {
                    todo.push(to);
                }
            }
        }
    }
}

#[test]
fn every_handler_crate_has_the_same_modules() {
    let packages = workspace::read().packages;
    let handlers: Vec<_> = packages
        .iter()
        .filter(|package| shown_name(&package.folder) == "handlers/<id>")
        .collect();
    assert!(!handlers.is_empty());
    let mut lacks = Vec::new();
    for package in handlers {
        let folder = package.folder.to_string_lossy();
        let id = folder.trim_start_matches("handlers/");
        if package.name != format!("data-review-{id}") {
            lacks.push(format!(
                "{folder} is called {}, not data-review-{id}",
                package.name
            ));
        }
        for file in ["src/lib.rs", "src/review.rs", "src/main.rs", "README.md"] {
            if !root().join(&package.folder).join(file).is_file() {
                lacks.push(format!("{folder} has no {file}"));
            }
        }
        if !root().join("test_data").join(id).is_dir() {
            lacks.push(format!("{folder} has no files in test_data/{id}"));
        }
    }
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
}

#[test]
fn programs_that_are_left_out_of_a_test_run_hold_no_tests() {
    let packages = workspace::read().packages;
    let untested: Vec<_> = packages.iter().flat_map(|package| &package.untested).collect();
    assert!(!untested.is_empty());
    for program in untested {
        let code = std::fs::read_to_string(program).unwrap();
        let more = code
            .lines()
            .find(|line| line.contains("#[test]") || line.starts_with("mod "));
        assert_eq!(more, None, "{}: remove `test = false`", program.display());
    }
}

/// Prefixes of packages that a build of the handlers must not link, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("rusqlite", "only store-sqlite keeps a database"),
    ("libsqlite3-sys", "only store-sqlite keeps a database"),
    ("netcdf-sys", "hostile files crash the C library"),
    ("netcdf-src", "hostile files crash the C library"),
    ("hdf5-sys", "hostile files crash the C library"),
    ("hdf5-metno", "hostile files crash the C library"),
    ("aws-", "only a handler's Lambda talks to the cloud"),
    ("lambda_runtime", "only a handler's Lambda talks to the cloud"),
    ("tokio", "nothing here waits for a network"),
];

/// Forbidden packages that a build of the chosen packages links.
fn wrongly_linked(chosen: &[&str], forbidden: &[(&str, &str)]) -> BTreeSet<String> {
    let how = [
        "tree",
        "--offline",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let tree = workspace::cargo(&[&how[..], chosen].concat());
    assert!(
        tree.contains("data-review-core"),
        "`cargo tree` printed no tree of {chosen:?}: {tree}"
    );
    let linked = |line: &str| {
        let forbidden = forbidden.iter().find(|(start, _)| line.starts_with(start));
        forbidden.map(|(_, why)| format!("{chosen:?} links {line}: {why}"))
    };
    tree.lines().filter_map(linked).collect()
}

#[test]
fn handlers_link_no_database_no_c_library_and_no_cloud() {
    let wrong = wrongly_linked(&["--package", "data-review-handlers"], FORBIDDEN);
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_infrastructure_program_links_no_database_no_c_library_and_no_cloud_sdk() {
    // It waits for the Pulumi engine.
    let forbidden: Vec<_> = FORBIDDEN
        .iter()
        .filter(|(start, _)| *start != "tokio")
        .copied()
        .collect();
    let wrong = wrongly_linked(&["--package", "data-review-pulumi"], &forbidden);
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The C libraries of netCDF and HDF5 belong to `native/`, which is a separate workspace.
#[test]
fn no_build_of_the_workspace_links_a_c_library() {
    let forbidden: Vec<_> = FORBIDDEN
        .iter()
        .filter(|(start, _)| start.starts_with("netcdf") || start.starts_with("hdf5"))
        .copied()
        .collect();
    let wrong = wrongly_linked(&["--workspace", "--all-features"], &forbidden);
    assert!(wrong.is_empty(), "{wrong:?}");
}
