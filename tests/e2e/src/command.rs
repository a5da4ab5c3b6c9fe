//! `data-review` as a user calls it, against a stack.

use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use xtask::pulumi::REGION;

use crate::Stack;

/// The program, told where the cloud is.
pub struct Command {
    program: PathBuf,
    url: String,
    /// What `pulumi stack output --json` prints.
    outputs: PathBuf,
}

impl Command {
    /// Of a stack; `folder` is for what it needs to be told.
    pub fn of(program: &Path, stack: &Stack, folder: &Path) -> Self {
        let outputs = folder.join("outputs.json");
        std::fs::write(&outputs, serde_json::to_vec(&stack.outputs).unwrap()).unwrap();
        Command {
            program: program.to_owned(),
            url: stack.url.clone(),
            outputs,
        }
    }

    /// `data-review ARGUMENTS`: its exit code and what it printed.
    ///
    /// # Panics
    /// When it prints no text.
    pub fn local(&self, arguments: &[&str]) -> (i32, String) {
        ended(
            arguments,
            std::process::Command::new(&self.program)
                .args(arguments)
                .output()
                .unwrap(),
        )
    }

    /// `data-review cloud ARGUMENTS`, on the stack.
    ///
    /// # Panics
    /// When it prints no text.
    pub fn cloud(&self, arguments: &[&str]) -> (i32, String) {
        ended(arguments, self.command(arguments).output().unwrap())
    }

    /// The same, which goes on while the test does.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).spawn().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        command
            .arg("cloud")
            .args(arguments)
            .arg("--stack")
            .arg(&self.outputs)
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    /// The same, which must end well.
    ///
    /// # Panics
    /// When it does not.
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
