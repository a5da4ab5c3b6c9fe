//! A Pulumi project in a folder of its own, and the operations on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{self, Ended};
use super::tools::Tools;
use crate::files::copy_folder;
use crate::package;
use crate::shell::{self, Outcome};

/// The region of the stack.
pub const REGION: &str = "eu-central-1";
/// Time limit of one command.
pub(super) const LIMIT: Duration = Duration::from_secs(300);
/// The services that the provider calls for the stack, as it names them.
const SERVICES: [&str; 13] = [
    "cloudwatch",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "s3control",
    "servicequotas",
    "sns",
    "sqs",
    "sts",
];

/// The address of the emulator, and how to trust it.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// The URL of the emulator.
    pub endpoint: String,
    /// File with the emulator's own certificate, which its clients must trust if it uses TLS.
    pub certificate: Option<PathBuf>,
}

impl Cloud {
    /// The settings with which the provider calls the emulator, and nothing else.
    pub(super) fn settings(&self) -> [(&'static str, String); 5] {
        let endpoint = |service: &&str| json!({ *service: self.endpoint });
        let endpoints: Vec<Value> = SERVICES.iter().map(endpoint).collect();
        [
            ("aws:endpoints", Value::from(endpoints).to_string()),
            ("aws:accessKey", "test".to_owned()),
            ("aws:secretKey", "test".to_owned()),
            // The provider would ask AWS itself.
            ("aws:skipCredentialsValidation", "true".to_owned()),
            // Buckets have no host names there.
            ("aws:s3UsePathStyle", "true".to_owned()),
        ]
    }
}

/// A Pulumi project with one stack, whose program is built elsewhere.
#[derive(Debug)]
pub struct Project<'t> {
    tools: &'t Tools,
    cloud: Cloud,
    folder: PathBuf,
    program: PathBuf,
    forgotten: String,
}

impl<'t> Project<'t> {
    /// Creates a stack in an empty folder, configured for the emulator; `retain` is off.
    ///
    /// # Errors
    /// If the CLI fails.
    pub fn create(
        tools: &'t Tools,
        cloud: Cloud,
        stack: &str,
        folder: &Path,
        program: &Path,
    ) -> Outcome<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        for part in ["state", "pulumi", "packages"] {
            fs::create_dir_all(folder.join(part))?;
        }
        copy_folder(&shell::root().join("test_data"), &folder.join("test_data"))?;
        let mut project = Self {
            tools,
            cloud,
            folder: folder.to_owned(),
            program: program.to_owned(),
            forgotten: String::new(),
        };
        project.program(program)?;
        tools.install(|arguments| project.pulumi(arguments))?;
        project.pulumi(&["stack", "init", stack])?;
        for (name, value) in project.cloud.settings() {
            project.configure(name, &value)?;
        }
        project.configure("aws:region", REGION)?;
        project.configure("packages", "../packages")?;
        project.configure("retain", "false")?;
        Ok(project)
    }

    /// Sets the program that further commands run.
    ///
    /// # Errors
    /// If the file Pulumi.yaml cannot be written.
    pub fn program(&mut self, program: &Path) -> Outcome {
        program.clone_into(&mut self.program);
        let project = fs::read_to_string(shell::root().join("pulumi/Pulumi.yaml"))?;
        // The language host would otherwise have cargo compile it; the substitute reads the variable DATA_REVIEW_PROGRAM.
        let built = format!("runtime: {{ name: rust, options: {{ binary: {program:?} }} }}");
        Ok(fs::write(
            self.folder.join("pulumi/Pulumi.yaml"),
            project.replace("runtime: rust", &built),
        )?)
    }

    /// Names inputs that the emulator does not keep, such as `Function.loggingConfig`: the substitute for the provider then does
    /// not expect to read them.
    pub fn forgets<'i>(&mut self, inputs: impl IntoIterator<Item = &'i str>) {
        self.forgotten = inputs.into_iter().collect::<Vec<_>>().join(" ");
    }

    /// Sets a value of the stack's configuration.
    ///
    /// # Errors
    /// If the CLI fails.
    pub fn configure(&self, name: &str, value: &str) -> Outcome {
        self.pulumi(&["config", "set", name, value]).map(drop)
    }

    /// Removes a value from the stack's configuration.
    ///
    /// # Errors
    /// If the CLI fails.
    pub fn unset(&self, name: &str) -> Outcome {
        self.pulumi(&["config", "rm", name]).map(drop)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("pulumi.log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.tools.pulumi);
        command
            .args(arguments)
            .arg("--non-interactive")
            .current_dir(self.folder.join("pulumi"))
            .env("PULUMI_HOME", self.folder.join("home"))
            .env(
                "PULUMI_BACKEND_URL",
                format!("file://{}", self.folder.join("state").display()),
            )
            .env("PULUMI_CONFIG_PASSPHRASE", "cycle")
            .env("PULUMI_SKIP_UPDATE_CHECK", "1")
            // No plugin is downloaded.
            .env("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("DATA_REVIEW_PROGRAM", &self.program)
            .env("DATA_REVIEW_FORGOTTEN", &self.forgotten);
        self.trusting(command)
    }

    fn trusting(&self, mut command: Command) -> Command {
        if let Some(certificate) = &self.cloud.certificate {
            command.env("AWS_CA_BUNDLE", certificate);
        }
        command
    }

    /// Runs the CLI, and returns its result even if it fails.
    ///
    /// # Errors
    /// If it cannot be run, or exceeds the time limit.
    pub fn ask(&self, arguments: &[&str]) -> Outcome<Ended> {
        process::run(&mut self.command(arguments), &self.log(), LIMIT)
    }

    /// Runs the CLI, which must succeed, and returns its standard output.
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn pulumi(&self, arguments: &[&str]) -> Outcome<String> {
        let what = format!("pulumi {}", arguments.join(" "));
        self.ask(arguments)?.printed(&what)
    }

    /// Runs `pulumi up`, with `more` arguments.
    ///
    /// # Errors
    /// If it fails; the error contains what the CLI printed.
    pub fn up(&self, more: &[&str]) -> Outcome {
        let up = ["up", "--yes", "--skip-preview", "--suppress-progress"];
        self.pulumi(&[&up, more].concat()).map(drop)
    }

    /// Runs `pulumi destroy`, which deletes all resources of the stack.
    ///
    /// # Errors
    /// If it fails; the error contains what the CLI printed.
    pub fn destroy(&self) -> Outcome {
        self.pulumi(&["destroy", "--yes", "--skip-preview", "--suppress-progress"])
            .map(drop)
    }

    /// Runs the CLI, which must fail and print each of the texts in `says`.
    ///
    /// # Errors
    /// If it succeeds, or does not print one of them.
    pub fn fails_with(&self, arguments: &[&str], says: &[&str]) -> Outcome {
        let ended = self.ask(arguments)?;
        let (said, command) = (ended.said(), arguments.join(" "));
        match says.iter().find(|text| !said.contains(**text)) {
            None if !ended.success => Ok(()),
            None => Err(format!("pulumi {command} succeeded").into()),
            Some(text) => Err(format!("pulumi {command} does not say `{text}`:\n{said}").into()),
        }
    }

    /// Starts an update that is to be interrupted; returns its process and its log.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start_up(&self) -> Outcome<(Child, PathBuf)> {
        let log = self.folder.join("interrupted.log");
        let child = process::start(&mut self.command(&["up", "--yes", "--skip-preview"]), &log)?;
        Ok((child, log))
    }

    /// The changes that an update would make: operation and resource, for everything that does not stay the same.
    ///
    /// # Errors
    /// If the preview fails.
    pub fn steps(&self) -> Outcome<BTreeSet<String>> {
        let printed = self.pulumi(&["preview", "--json", "--suppress-outputs"])?;
        let preview: Value = serde_json::from_str(&printed)?;
        let steps = preview["steps"].as_array().ok_or("a preview has steps")?;
        let step = |step: &Value| {
            let (op, urn) = (step["op"].as_str()?, step["urn"].as_str()?);
            let mut parts = urn.split("::").skip(2);
            let (kind, name) = (parts.next()?, parts.next()?);
            (op != "same").then(|| format!("{op} {} {name}", kind.rsplit(':').next().unwrap_or(kind)))
        };
        Ok(steps.iter().filter_map(step).collect())
    }

    /// The outputs of the stack, as JSON.
    ///
    /// # Errors
    /// If there is no stack.
    pub fn outputs(&self) -> Outcome<Value> {
        let printed = self.pulumi(&["stack", "output", "--json"])?;
        Ok(serde_json::from_str(&printed)?)
    }

    /// Lists the resources in the emulator, one line each.
    ///
    /// # Errors
    /// If the emulator does not answer.
    pub fn inventory(&self) -> Outcome<BTreeSet<String>> {
        let printed = self.script("inventory.py", &[])?;
        Ok(printed.lines().map(str::to_owned).collect())
    }

    /// Runs one of the Python programs with the emulator's address, the region and `more` arguments, and returns what
    /// it prints.
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn script(&self, name: &str, more: &[&str]) -> Outcome<String> {
        let command = self.tools.script(name, &self.cloud, more);
        process::run(
            &mut self.trusting(command),
            &self.folder.join("script.log"),
            LIMIT,
        )?
        .printed(name)
    }

    /// Copies the real packages of the Lambdas into the project.
    ///
    /// # Errors
    /// If they cannot be copied.
    pub fn copy_packages(&self, from: &Path) -> Outcome {
        copy_folder(from, &self.folder.join("packages"))
    }

    /// Writes a package of a Lambda that only starts and waits: the tests that use it are about the infrastructure.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn package(&self, name: &str, content: &str) -> Outcome {
        write_package(&self.folder.join("packages"), name, content)
    }
}

/// Writes a package of a Lambda into a folder. The Lambda only starts and waits: the tests that use it are about the
/// infrastructure.
pub(super) fn write_package(folder: &Path, name: &str, content: &str) -> Outcome {
    let bootstrap = format!("#!/bin/sh\n# {content}\nexec sleep 3600\n");
    let path = folder.join(format!("{name}.zip"));
    Ok(fs::write(path, package::pack(bootstrap.as_bytes())?)?)
}
