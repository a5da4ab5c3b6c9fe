//! The program as a user meets it: arguments in; exit code, standard output and standard error out.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests make files and time what they wait for; what fails here fails the test"
)]

#[cfg(feature = "exports")]
mod catalogues;
mod choose;
mod entry_points;
mod errors;
mod export;
mod formats;
mod hostile;
mod inspect;
mod outside;
#[cfg(feature = "exports")]
mod parquet;
mod readme;
#[cfg(feature = "remote")]
mod remote;
mod report;
mod review;
mod rollup;
mod roots;
mod runs;
mod same;
mod serve;
mod sources;
mod terminal;
mod usage;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// A table that has nothing wrong.
const TABLE: &[u8] = b"station,depth,temperature\nA1,10,12.5\nA1,20,11.75\nA2,10,13.25\n";
/// Nothing that any handler knows.
const NOISE: &[u8] = &[
    0x00, 0x9f, 0x01, 0xfe, 0x07, 0x80, 0x00, 0x00, 0xc3, 0x28, 0x02, 0x03,
];

/// A table of twenty rows, and then (on line 22) a row that lacks a field.
fn ragged() -> Vec<u8> {
    let rows: String = (0..20).map(|n| format!("A{n},{n}0,12.5\n")).collect();
    format!("station,depth,temperature\n{rows}A3,30\n").into_bytes()
}

/// A table of twenty rows, in which (on line 12) a temperature is not a number.
fn misspelt() -> Vec<u8> {
    let temperature = |n: usize| if n == 10 { "1l.75" } else { "12.5" };
    let rows: String = (0..20)
        .map(|n| format!("A{n},{n}0,{}\n", temperature(n)))
        .collect();
    format!("station,depth,temperature\n{rows}").into_bytes()
}

/// A directory of its own, with files to review below `in`.
struct World {
    dir: TempDir,
}

/// What a run of the program came to.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl World {
    /// With these files below `in`; a name is bytes, because file names are.
    fn with<N: AsRef<[u8]>>(files: &[(N, &[u8])]) -> Self {
        let world = World {
            dir: TempDir::new().unwrap(),
        };
        std::fs::create_dir(world.path("in")).unwrap();
        for (name, bytes) in files {
            world.put(name, bytes);
        }
        world
    }

    /// Writes a file below `in`.
    fn put(&self, name: impl AsRef<[u8]>, bytes: &[u8]) {
        let path = self.path("in").join(OsStr::from_bytes(name.as_ref()));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// The program in this directory, with an empty environment.
    fn command(&self) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(program());
        command.env_clear().current_dir(self.dir.path());
        command.timeout(std::time::Duration::from_secs(120));
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command().args(args).output().unwrap())
    }
}

impl Ran {
    fn of(output: std::process::Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, and shows everything where it is another.
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Documents on standard output, in the order of their keys.
    fn documents(&self) -> Vec<Value> {
        Ran {
            stdout: sorted(&self.stdout),
            stderr: String::new(),
            code: self.code,
        }
        .json()
    }

    /// Standard output as JSON, one value a line and nothing else.
    fn json(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect()
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_data-review"))
}

/// Keys of documents, in their order.
fn keys(documents: &[Value]) -> Vec<&str> {
    documents
        .iter()
        .map(|document| document["file"]["key"].as_str().unwrap())
        .collect()
}

/// Lines in the order of the keys: `review --json` prints documents as they are finished.
fn sorted(text: &str) -> String {
    let mut lines: Vec<(String, &str)> = text
        .lines()
        .map(|line| {
            let document: Value = serde_json::from_str(line).expect(line);
            (document["file"]["key"].as_str().unwrap().to_owned(), line)
        })
        .collect();
    lines.sort();
    lines.iter().map(|(_, line)| format!("{line}\n")).collect()
}
