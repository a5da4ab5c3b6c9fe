//! `data-review` as a user calls it, on a stack.

use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use xtask::pulumi::REGION;

use crate::Stack;

/// The program, with the address of the cloud.
pub struct Command {
    program: PathBuf,
    url: String,
    /// File with the output of `pulumi stack output --json`.
    outputs: PathBuf,
}

impl Command {
    /// The program `program` for a stack; `folder` receives the files that it needs.
    pub fn new(program: &Path, stack: &Stack, folder: &Path) -> Self {
        let outputs = folder.join("outputs.json");
        std::fs::write(&outputs, serde_json::to_vec(&stack.outputs).unwrap()).unwrap();
        Command {
            program: program.to_owned(),
            url: stack.url.clone(),
            outputs,
        }
    }

    /// Runs `data-review ARGUMENTS`; returns its exit code and what it printed.
    ///
    /// # Panics
    /// If it prints invalid UTF-8.
    pub fn local(&self, arguments: &[&str]) -> (i32, String) {
        ended(arguments, self.program().args(arguments).output().unwrap())
    }

    /// Runs `data-review cloud ARGUMENTS` on the stack; returns its exit code and what it printed.
    ///
    /// # Panics
    /// If it prints invalid UTF-8.
    pub fn cloud(&self, arguments: &[&str]) -> (i32, String) {
        ended(arguments, self.command(arguments).output().unwrap())
    }

    /// Starts `data-review cloud ARGUMENTS`, which runs beside the test.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.program();
        command
            .arg("cloud")
            .args(arguments)
            .arg("--stack")
            .arg(&self.outputs);
        command
    }

    /// The program, with the address of the cloud and credentials.
    fn program(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        command
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    /// Runs `data-review cloud ARGUMENTS`, which must succeed; returns what it printed.
    ///
    /// # Panics
    /// If it fails.
    pub fn expect(&self, arguments: &[&str]) -> String {
        let (code, printed) = self.cloud(arguments);
        assert_eq!(code, 0, "data-review cloud {arguments:?}: {printed}");
        printed
    }
}

fn ended(arguments: &[&str], output: Output) -> (i32, String) {
    let text = String::from_utf8(output.stdout).unwrap();
    let code = output.status.code().unwrap_or(-1);
    if code != 0 {
        eprintln!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    (code, text)
}
