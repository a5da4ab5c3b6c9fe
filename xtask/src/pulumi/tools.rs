//! What the cycle needs beside the program: the Pulumi CLI, the stand-ins, the emulator.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::emulator;
use crate::shell::{self, Outcome};

/// Versions of what is stood in for.
const LANGUAGE: &str = "0.0.12";
const PROVIDER: &str = "7.51.1";
/// Version of the CLI that go.mod pins.
const CLI: &str = "v3.259.0";
const PACKAGES: [&str; 5] = [
    emulator::PACKAGE,
    "awscli==1.46.3",
    "pulumi-aws==7.51.1",
    "pulumi==3.272.0",
    "boto3==1.43.106",
];

/// Programs, and folders of plugins.
#[derive(Debug)]
pub struct Tools {
    pub(super) pulumi: PathBuf,
    /// A folder with the language host in it, and one with the provider: what `pulumi plugin install --file` takes.
    language: PathBuf,
    provider: PathBuf,
    /// The interpreter that has the emulator and boto3.
    pub python: PathBuf,
}

impl Tools {
    /// Finds or builds all of them; what is built lies in the cache.
    ///
    /// # Errors
    /// When one cannot be had.
    pub fn get() -> Outcome<Self> {
        let python = shell::python("stack", &PACKAGES)?;
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

    /// The CLI's arguments that install each stand-in as the plugin it stands for.
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

    /// The folders of the Pulumi CLI and of the AWS CLI, before those of this process.
    pub(super) fn path(&self) -> Outcome<OsString> {
        let own = [self.pulumi.parent(), self.python.parent()];
        let own = own.into_iter().flatten().map(Path::to_owned);
        let path = std::env::var_os("PATH").unwrap_or_default();
        Ok(std::env::join_paths(own.chain(std::env::split_paths(&path)))?)
    }

    /// One of the Python programs of tests/pulumi.
    pub(super) fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(sources().join(name));
        command
    }
}

fn sources() -> PathBuf {
    shell::root().join("tests/pulumi")
}

/// The CLI on the path if it is of the pinned version, else one that is built from source: some minutes, once.
fn cli(sources: &Path, cache: &Path) -> Outcome<PathBuf> {
    let mut version = Command::new("pulumi");
    version.arg("version").env("PULUMI_SKIP_UPDATE_CHECK", "1");
    if shell::output(&mut version).is_ok_and(|version| version.trim() == CLI) {
        return Ok("pulumi".into());
    }
    let built = cache.join("pulumi");
    if !built.exists() {
        println!("building the Pulumi CLI {CLI}: some minutes, once");
    }
    go_build(sources, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", &built)?;
    Ok(built)
}

/// Builds a Go program that is not there yet; half a build is never taken for a whole one.
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
    std::fs::create_dir_all(path.parent().ok_or("a provider lies in a folder")?)?;
    std::fs::write(
        path,
        format!("#!/bin/sh\nexec '{}' '{}'\n", python.display(), program.display()),
    )?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}
