//! A reader of the documentation: runs shell commands on a machine of their own, with the emulator in the place of AWS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Cloud, REGION, Tools, process};
use crate::shell::Outcome;

/// Time limit of one script.
const LIMIT: Duration = Duration::from_secs(1200);

/// An empty home folder with the plugins of Pulumi installed, and the address of the emulator.
#[derive(Debug)]
pub struct DocsReader<'t> {
    tools: &'t Tools,
    cloud: Cloud,
    folder: PathBuf,
    program: PathBuf,
}

impl<'t> DocsReader<'t> {
    /// Creates the home folder below `folder`; `program` is the infrastructure program, which `pulumi` would compile.
    ///
    /// # Errors
    /// If a file cannot be written, or the CLI rejects a plugin.
    pub fn create(tools: &'t Tools, cloud: Cloud, folder: &Path, program: &Path) -> Outcome<Self> {
        let reader = Self {
            tools,
            cloud,
            folder: folder.to_owned(),
            program: program.to_owned(),
        };
        fs::create_dir_all(reader.home())?;
        tools.install(|arguments| reader.command(Command::new(&tools.pulumi).args(arguments), "plugins"))?;
        Ok(reader)
    }

    /// Runs `script` with bash in the folder `project`, until a command fails; `answers` are its standard input. Programs
    /// in `bin` come first. An administrator has credentials; anybody else has to configure them. Returns what it prints.
    ///
    /// # Errors
    /// If a command fails; the error contains what all of them printed.
    pub fn run(
        &self,
        project: &Path,
        bin: &Path,
        name: &str,
        script: &str,
        answers: &str,
        is_administrator: bool,
    ) -> Outcome<String> {
        let file = self.folder.join(format!("{name}.sh"));
        // Each command is printed, so that a failure names it.
        fs::write(&file, format!("set -euxo pipefail\n{script}\n"))?;
        let input = self.folder.join(format!("{name}.in"));
        fs::write(&input, answers)?;
        let mut path = vec![bin.to_owned()];
        path.extend(std::env::split_paths(&self.tools.path()?));
        let mut command = Command::new("bash");
        command
            .arg(&file)
            .current_dir(project)
            .stdin(fs::File::open(input)?)
            .env("PATH", std::env::join_paths(path)?);
        if is_administrator {
            command
                .env("AWS_ACCESS_KEY_ID", "test")
                .env("AWS_SECRET_ACCESS_KEY", "test")
                .env("AWS_DEFAULT_REGION", REGION);
        }
        self.command(&mut command, name)
    }

    /// Runs one of the Python programs of tests/pulumi with the emulator's address, the region and `more` arguments.
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn script(&self, name: &str, more: &[&str]) -> Outcome<String> {
        let mut command = self.tools.script(name, &self.cloud, more);
        self.command(&mut command, "script")
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    fn command(&self, command: &mut Command, name: &str) -> Outcome<String> {
        let home = self.home();
        for variable in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_CA_BUNDLE",
            "PULUMI_BACKEND_URL",
        ] {
            if !command.get_envs().any(|(set, _)| set == variable) {
                command.env_remove(variable);
            }
        }
        command
            .env("HOME", &home)
            .env("PULUMI_HOME", home.join(".pulumi"))
            .env("AWS_ENDPOINT_URL", &self.cloud.endpoint)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // What a person types: the passphrase, and `yes`.
            .env("PULUMI_CONFIG_PASSPHRASE", "page")
            .env("PULUMI_SKIP_CONFIRMATIONS", "true")
            .env("PULUMI_SKIP_UPDATE_CHECK", "1")
            .env("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
            .env("DATA_REVIEW_PROGRAM", &self.program);
        process::run(command, &self.folder.join(format!("{name}.log")), LIMIT)?.printed(name)
    }
}
