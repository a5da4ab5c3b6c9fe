//! The program as the language host starts it, and how much of it knows the SDK.

use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

/// The language host asks for a full backtrace, and shows what the program prints.
#[test]
fn an_error_is_one_line_even_if_a_backtrace_is_asked_for() {
    for (arguments, start) in [
        (vec![], "error: this is the program that `pulumi up` starts"),
        (
            vec!["print-plan", "maxConcurrency=1"],
            "error: `maxConcurrency` is `1`: expected 2 to 1000",
        ),
        (
            vec!["print-plan", "dataBuckett=x"],
            "error: unknown name `dataBuckett` (did you mean `dataBucket`?)",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_data-review-pulumi"))
            .args(&arguments)
            .env("RUST_BACKTRACE", "full")
            .env_remove("PULUMI_MONITOR")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with(start), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// docs/decisions.md, 11: who moves to another SDK replaces these files.
#[test]
#[expect(clippy::disallowed_methods, reason = "it reads the sources of the program")]
fn two_files_know_the_sdk() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<String> = WalkDir::new(&sources)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| {
            std::fs::read_to_string(path)
                .unwrap()
                .contains("use pulumi_gestalt")
        })
        .map(|path| path.strip_prefix(&sources).unwrap().display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, ["program.rs", "sdk/monitor.rs"]);
}
