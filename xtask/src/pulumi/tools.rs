//! The tools of the stack tests besides the program: the Pulumi CLI, the substitutes for its plugins, and the emulator.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Cloud, REGION};
use crate::emulator_command;
use crate::files::write_script;
use crate::shell::{self, Outcome};

/// Versions of the plugins that are substituted.
const LANGUAGE: &str = "0.0.12";
const PROVIDER: &str = "7.51.1";
/// Version of the CLI that go.mod pins.
const CLI: &str = "v3.259.0";
const PACKAGES: [&str; 7] = [
    emulator_command::PACKAGE,
    "awscli==1.46.3",
    "cfn-lint==1.58.0",
    "jsonschema==4.26.0",
    "pulumi-aws==7.51.1",
    "pulumi==3.272.0",
    "boto3==1.43.106",
];

/// Programs, and folders of plugins.
#[derive(Debug)]
pub struct Tools {
    /// The Pulumi CLI.
    pub pulumi: PathBuf,
    /// Folders with the language host and with the provider, as `pulumi plugin install --file` expects them.
    language: PathBuf,
    provider: PathBuf,
    /// The Python interpreter that has the emulator and boto3.
    pub python: PathBuf,
}

impl Tools {
    /// Finds or builds all tools. What is built is kept in the cache.
    ///
    /// # Errors
    /// If one of them cannot be found or built.
    pub fn get() -> Outcome<Self> {
        let python = python()?;
        let sources = sources();
        let mut hash = DefaultHasher::new();
        for file in ["go.mod", "go.sum", "language-host/main.go"] {
            std::fs::read(sources.join(file))?.hash(&mut hash);
        }
        let cache = shell::cache(&format!("pulumi-{CLI}-{:016x}", hash.finish()))?;
        let language = cache.join("language");
        go_build(
            &sources,
            "./language-host",
            &language.join("pulumi-language-rust"),
        )?;
        let provider = cache.join("provider");
        write_provider(&provider.join("pulumi-resource-aws"), &python)?;
        Ok(Self {
            pulumi: cli(&sources, &cache)?,
            language,
            provider,
            python,
        })
    }

    /// Arguments of the CLI that install each substitute as the plugin that it replaces.
    pub(super) fn plugins(&self) -> [[String; 7]; 2] {
        [
            ("language", "rust", LANGUAGE, &self.language),
            ("resource", "aws", PROVIDER, &self.provider),
        ]
        .map(|(kind, name, version, file)| {
            let file = file.display().to_string();
            ["plugin", "install", kind, name, version, "--file", &file].map(str::to_owned)
        })
    }

    /// The search path: the folders of the Pulumi CLI and of the AWS CLI, then those of this process.
    pub(super) fn path(&self) -> Outcome<OsString> {
        let own = [self.pulumi.parent(), self.python.parent()];
        let own = own.into_iter().flatten().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        Ok(std::env::join_paths(own.chain(std::env::split_paths(&path)))?)
    }

    /// The command of one of the Python programs of tests/pulumi, with the emulator's address, the region and `more`
    /// arguments.
    pub(super) fn script(&self, name: &str, cloud: &Cloud, more: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command
            .arg(sources().join(name))
            .args([&cloud.endpoint, REGION])
            .args(more);
        command
    }
}

/// The Python interpreter with the emulator, the AWS CLI, and the schemas of the provider and of CloudFormation.
///
/// # Errors
/// If a package cannot be installed.
pub fn python() -> Outcome<PathBuf> {
    shell::python("stack", &PACKAGES)
}

fn sources() -> PathBuf {
    shell::root().join("tests/pulumi")
}

/// The CLI on the search path if it has the pinned version, otherwise one that is built from source, which takes
/// minutes once.
fn cli(sources: &Path, cache: &Path) -> Outcome<PathBuf> {
    let mut version = Command::new("pulumi");
    version.arg("version").env("PULUMI_SKIP_UPDATE_CHECK", "1");
    if shell::output(&mut version).is_ok_and(|version| version.trim() == CLI) {
        return Ok(shell::find("pulumi").ok_or("pulumi is not a file")?);
    }
    let built = cache.join("pulumi");
    if !built.exists() {
        println!("building the Pulumi CLI {CLI}: some minutes, once");
    }
    go_build(sources, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", &built)?;
    Ok(built)
}

/// Builds a Go program unless it exists. An interrupted build leaves no program behind.
fn go_build(sources: &Path, package: &str, out: &Path) -> Outcome {
    if out.exists() {
        return Ok(());
    }
    let part = out.with_extension("part");
    let flags = format!("-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={CLI}");
    shell::run(
        Command::new("go")
            .args(["build", "-ldflags", &flags, "-o"])
            .args([part.as_os_str(), package.as_ref()])
            .env("CGO_ENABLED", "0")
            .current_dir(sources),
    )
    .map_err(|error| {
        format!(
            "{error}\nGo, of the version in tests/pulumi/go.mod or newer, builds the language host, and the Pulumi CLI where \
             `pulumi` {CLI} is not on the path: install it"
        )
    })?;
    std::fs::rename(part, out)?;
    Ok(())
}

fn write_provider(path: &Path, python: &Path) -> Outcome {
    let program = sources().join("provider/provider.py");
    std::fs::create_dir_all(path.parent().ok_or("the provider has no parent folder")?)?;
    write_script(
        path,
        &format!("exec '{}' '{}'", python.display(), program.display()),
    )
}
