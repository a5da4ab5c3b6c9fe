//! A Pulumi project in a folder of its own, and what is done with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value, json};

use super::emulator::Emulator;
use super::process::{self, Ended};
use super::tools::{LANGUAGE, PROVIDER, Tools};
use crate::new_handler;
use xtask::package;
use xtask::shell::{self, Outcome};

pub(super) const REGION: &str = "eu-central-1";
pub(super) const STACK: &str = "cycle";
/// Longest that one command may take.
const LIMIT: Duration = Duration::from_secs(300);
const SERVICES: [&str; 11] = [
    "cloudwatch",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "sts",
];

pub(super) struct Project<'a> {
    tools: &'a Tools,
    emulator: &'a Emulator,
    folder: PathBuf,
    program: PathBuf,
}

impl<'a> Project<'a> {
    /// A new stack, configured for the emulator; `retain` is off.
    pub(super) fn create(tools: &'a Tools, emulator: &'a Emulator, folder: &Path) -> Outcome<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        for part in ["state", "pulumi", "packages"] {
            fs::create_dir_all(folder.join(part))?;
        }
        fs::copy(
            shell::root().join("pulumi/Pulumi.yaml"),
            folder.join("pulumi/Pulumi.yaml"),
        )?;
        copy_folder(&shell::root().join("test_data"), &folder.join("test_data"))?;
        let project = Self {
            tools,
            emulator,
            folder: folder.to_owned(),
            program: PathBuf::new(),
        };
        let path = |path: &Path| path.display().to_string();
        project.pulumi(&[
            "plugin",
            "install",
            "language",
            "rust",
            LANGUAGE,
            "--file",
            &path(&tools.language),
        ])?;
        project.pulumi(&[
            "plugin",
            "install",
            "resource",
            "aws",
            PROVIDER,
            "--file",
            &path(&tools.provider),
        ])?;
        project.pulumi(&["stack", "init", STACK])?;
        let endpoints: Vec<Value> = SERVICES
            .iter()
            .map(|service| json!({ *service: emulator.endpoint }))
            .collect();
        project.configure("aws:endpoints", &Value::from(endpoints).to_string())?;
        project.configure("aws:region", REGION)?;
        project.configure("packages", "../packages")?;
        project.configure("retain", "false")?;
        Ok(project)
    }

    /// The program that runs from now on.
    pub(super) fn program(&mut self, program: &Path) {
        program.clone_into(&mut self.program);
    }

    pub(super) fn configure(&self, name: &str, value: &str) -> Outcome {
        self.pulumi(&["config", "set", name, value]).map(drop)
    }

    pub(super) fn unset(&self, name: &str) -> Outcome {
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
            // Nothing is fetched behind the scenes.
            .env("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CA_BUNDLE", &self.emulator.certificate)
            .env("DATA_REVIEW_PROGRAM", &self.program);
        command
    }

    /// Runs the CLI, however it ends.
    pub(super) fn ask(&self, arguments: &[&str]) -> Outcome<Ended> {
        process::run(&mut self.command(arguments), &self.log(), LIMIT)
    }

    /// Runs the CLI, which must succeed.
    pub(super) fn pulumi(&self, arguments: &[&str]) -> Outcome<String> {
        let what = format!("pulumi {}", arguments.join(" "));
        self.ask(arguments)?.printed(&what)
    }

    /// Runs the CLI, which must fail and say each of these.
    pub(super) fn refused(&self, arguments: &[&str], says: &[&str]) -> Outcome {
        let ended = self.ask(arguments)?;
        let (said, command) = (ended.said(), arguments.join(" "));
        match says.iter().find(|text| !said.contains(**text)) {
            None if !ended.success => Ok(()),
            None => Err(format!("pulumi {command} succeeded").into()),
            Some(text) => Err(format!("pulumi {command} does not say `{text}`:\n{said}").into()),
        }
    }

    /// Starts an update that is to be interrupted; its log goes elsewhere.
    pub(super) fn start_up(&self) -> Outcome<(Child, PathBuf)> {
        let log = self.folder.join("interrupted.log");
        let child = process::start(&mut self.command(&["up", "--yes", "--skip-preview"]), &log)?;
        Ok((child, log))
    }

    /// What an update would do: operation and resource, for all that do not stay the same.
    pub(super) fn steps(&self) -> Outcome<BTreeSet<String>> {
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

    /// What the stack tells of itself.
    pub(super) fn outputs(&self) -> Outcome<Value> {
        let printed = self.pulumi(&["stack", "output", "--json"])?;
        Ok(serde_json::from_str(&printed)?)
    }

    /// One line for each thing that there is in the emulator.
    pub(super) fn inventory(&self) -> Outcome<BTreeSet<String>> {
        let printed = self.script("inventory.py", &[])?;
        Ok(printed.lines().map(str::to_owned).collect())
    }

    /// Runs one of the Python programs with the emulator's address, the region and more.
    pub(super) fn script(&self, name: &str, more: &[&str]) -> Outcome<String> {
        let mut command = self.tools.script(name);
        command
            .args([&self.emulator.endpoint, REGION])
            .args(more)
            .env("AWS_CA_BUNDLE", &self.emulator.certificate);
        process::run(&mut command, &self.folder.join("script.log"), LIMIT)?.printed(name)
    }

    /// The Lambdas' real packages.
    pub(super) fn take_packages(&self, from: &Path) -> Outcome {
        copy_folder(from, &self.folder.join("packages"))
    }

    /// A package of a Lambda. It starts and waits: what is shown here is the infrastructure.
    pub(super) fn package(&self, name: &str, content: &str) -> Outcome {
        let path = self.folder.join("packages").join(format!("{name}.zip"));
        let bootstrap = format!("#!/bin/sh\n# {content}\nexec sleep 3600\n");
        Ok(fs::write(path, package::pack(bootstrap.as_bytes())?)?)
    }
}

/// Builds the infrastructure program of a project, and puts it elsewhere; cargo is told `more`.
pub(super) fn build(project: &Path, target: &Path, to: &Path, more: &[&str]) -> Outcome<PathBuf> {
    shell::run(
        Command::new("cargo")
            .args(["build", "--quiet", "--package", "data-review-pulumi"])
            .args(more)
            .env("CARGO_TARGET_DIR", target)
            .current_dir(project),
    )?;
    fs::copy(target.join("debug/data-review-pulumi"), to)?;
    Ok(to.to_owned())
}

/// A copy of this project in which one more handler lies under handlers/ and on the lists, and nothing else is new.
pub(super) fn copy_with_handler(to: &Path, from: &str, id: &str) -> Outcome {
    // Made anew, and what is the same as before left alone there: cargo does not compile that again.
    let made = to.with_extension("new");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    let files = shell::output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(shell::root()),
    )?;
    for file in files.lines().filter(|file| shell::root().join(file).is_file()) {
        copy_file(&shell::root().join(file), &made.join(file))?;
    }
    new_handler::Names::new(id, &made)?.list(&made)?;
    let (old, new) = (made.join("handlers").join(from), made.join("handlers").join(id));
    copy_folder(&old, &new)?;
    edit(
        &new.join("Cargo.toml"),
        &format!("\"data-review-{from}\""),
        &format!("\"data-review-{id}\""),
    )?;
    edit(
        &new.join("src/lib.rs"),
        &format!("id: \"{from}\""),
        &format!("id: \"{id}\""),
    )?;
    fs::create_dir_all(to)?;
    remove_surplus(to, &made)?;
    copy_folder(&made, to)
}

fn edit(path: &Path, old: &str, new: &str) -> Outcome {
    let text = fs::read_to_string(path)?;
    if !text.contains(old) {
        return Err(format!("{} has no `{old}`", path.display()).into());
    }
    Ok(fs::write(path, text.replacen(old, new, 1))?)
}

/// Removes from a folder what another does not have.
fn remove_surplus(folder: &Path, other: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, other) = (entry.path(), other.join(entry.file_name()));
        match entry.file_type()?.is_dir() {
            true if other.is_dir() => remove_surplus(&path, &other)?,
            true => fs::remove_dir_all(path)?,
            false if other.is_file() => (),
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            copy_file(&entry.path(), &to)?;
        }
    }
    Ok(())
}

/// Leaves a file alone that has these bytes already.
fn copy_file(from: &Path, to: &Path) -> Outcome {
    if fs::read(to).is_ok_and(|bytes| fs::read(from).is_ok_and(|wanted| wanted == bytes)) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().ok_or("a file lies in a folder")?)?;
    fs::copy(from, to)?;
    Ok(())
}
