//! A Pulumi project in a folder of its own, and what is done with it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value, json};

use super::emulator::Emulator;
use super::process::{self, Ended};
use super::tools::{LANGUAGE, PROVIDER, Tools};
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
    program: RefCell<PathBuf>,
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
            program: RefCell::new(PathBuf::new()),
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
    pub(super) fn program(&self, program: &Path) {
        program.clone_into(&mut self.program.borrow_mut());
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
            .env("DATA_REVIEW_PROGRAM", &*self.program.borrow());
        command
    }

    /// Runs the CLI, however it ends.
    pub(super) fn ask(&self, arguments: &[&str]) -> Outcome<Ended> {
        process::run(&mut self.command(arguments), &self.log(), LIMIT)
    }

    /// Runs the CLI, which must succeed.
    pub(super) fn pulumi(&self, arguments: &[&str]) -> Outcome<String> {
        let ended = self.ask(arguments)?;
        if ended.success {
            Ok(ended.said)
        } else {
            Err(format!("pulumi {}:\n{}", arguments.join(" "), ended.said).into())
        }
    }

    /// Runs the CLI, which must fail and say each of these.
    pub(super) fn refused(&self, arguments: &[&str], says: &[&str]) -> Outcome {
        let ended = self.ask(arguments)?;
        match says.iter().find(|text| !ended.said.contains(**text)) {
            None if !ended.success => Ok(()),
            None => Err(format!("pulumi {} succeeded", arguments.join(" ")).into()),
            Some(text) => Err(format!(
                "pulumi {} does not say `{text}`:\n{}",
                arguments.join(" "),
                ended.said
            )
            .into()),
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
        let said = self.pulumi(&["preview", "--json", "--suppress-outputs"])?;
        let json = said.find('{').ok_or("a preview is JSON")?;
        let preview: Value = serde_json::Deserializer::from_str(&said[json..])
            .into_iter()
            .next()
            .ok_or("no JSON")??;
        let steps = preview["steps"].as_array().ok_or("a preview has steps")?;
        let step = |step: &Value| {
            let (op, urn) = (step["op"].as_str()?, step["urn"].as_str()?);
            let mut parts = urn.split("::").skip(2);
            let (kind, name) = (parts.next()?, parts.next()?);
            (op != "same").then(|| format!("{op} {} {name}", kind.rsplit(':').next().unwrap_or(kind)))
        };
        Ok(steps.iter().filter_map(step).collect())
    }

    /// One line for each thing that there is in the emulator.
    pub(super) fn inventory(&self) -> Outcome<BTreeSet<String>> {
        let said = self.script("inventory.py", &[])?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// Runs one of the Python programs with the emulator's address, the region and more.
    pub(super) fn script(&self, name: &str, more: &[&str]) -> Outcome<String> {
        let mut command = self.tools.script(name);
        command
            .args([&self.emulator.endpoint, REGION])
            .args(more)
            .env("AWS_CA_BUNDLE", &self.emulator.certificate);
        let ended = process::run(&mut command, &self.folder.join("script.log"), LIMIT)?;
        if ended.success {
            Ok(ended.said)
        } else {
            Err(format!("{name}:\n{}", ended.said).into())
        }
    }

    /// The Lambdas' real packages.
    pub(super) fn take_packages(&self, from: &Path) -> Outcome {
        copy_folder(from, &self.folder.join("packages"))
    }

    /// A package of a Lambda. It starts and waits: what is shown here is the infrastructure.
    pub(super) fn package(&self, name: &str, content: &str) -> Outcome {
        let path = self.folder.join("packages").join(format!("{name}.zip"));
        let mut zip = zip::ZipWriter::new(fs::File::create(path)?);
        zip.start_file(
            "bootstrap",
            zip::write::SimpleFileOptions::default().unix_permissions(0o755),
        )?;
        write!(zip, "#!/bin/sh\n# {content}\nexec sleep 3600\n")?;
        zip.finish()?;
        Ok(())
    }
}

/// Builds the infrastructure program of a project, and puts it elsewhere.
pub(super) fn build(project: &Path, target: &Path, to: &Path) -> Outcome<PathBuf> {
    shell::run(
        Command::new("cargo")
            .args(["build", "--quiet", "--offline", "--package", "data-review-pulumi"])
            .env("CARGO_TARGET_DIR", target)
            .current_dir(project),
    )?;
    fs::copy(target.join("debug/data-review-pulumi"), to)?;
    Ok(to.to_owned())
}

/// A copy of this project in which one more handler lies under handlers/ and on the list, and nothing else is new.
pub(super) fn copy_with_handler(to: &Path, from: &str, id: &str) -> Outcome {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    let files = shell::output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(shell::root()),
    )?;
    for file in files.lines().filter(|file| shell::root().join(file).is_file()) {
        copy_file(&shell::root().join(file), &to.join(file))?;
    }
    let (old, new) = (to.join("handlers").join(from), to.join("handlers").join(id));
    copy_folder(&old, &new)?;
    let line = |package: &str| format!("use {} as _;", package.replace('-', "_"));
    let (package, copy) = (format!("data-review-{from}"), format!("data-review-{id}"));
    edit(
        &new.join("Cargo.toml"),
        &format!("\"{package}\""),
        &format!("\"{copy}\""),
    )?;
    edit(
        &new.join("src/lib.rs"),
        &format!("id: \"{from}\""),
        &format!("id: \"{id}\""),
    )?;
    let entry = format!("{package} = {{ path = \"handlers/{from}\" }}");
    let copied = format!("{copy} = {{ path = \"handlers/{id}\" }}");
    edit(&to.join("Cargo.toml"), &entry, &format!("{entry}\n{copied}"))?;
    let entry = format!("{package}.workspace = true");
    edit(
        &to.join("handlers/Cargo.toml"),
        &entry,
        &format!("{entry}\n{copy}.workspace = true"),
    )?;
    let entry = line(&package);
    edit(
        &to.join("handlers/lib.rs"),
        &entry,
        &format!("{entry}\n{}", line(&copy)),
    )
}

fn edit(path: &Path, old: &str, new: &str) -> Outcome {
    let text = fs::read_to_string(path)?;
    if !text.contains(old) {
        return Err(format!("{} has no `{old}`", path.display()).into());
    }
    Ok(fs::write(path, text.replacen(old, new, 1))?)
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

fn copy_file(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to.parent().ok_or("a file lies in a folder")?)?;
    fs::copy(from, to)?;
    Ok(())
}
