//! The tools of the stack tests besides the program: the Pulumi CLI, its plugins or the substitutes for them, and the emulator.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Cloud, REGION};
use crate::emulator_command;
use crate::files::write_script;
use crate::shell::{self, Outcome};

/// The plugins, as the CLI names them: kind, name, version.
const LANGUAGE: [&str; 3] = ["language", "rust", "0.0.12"];
const PROVIDER: [&str; 3] = ["resource", "aws", "7.51.1"];
/// Where the language plugin is published, as the CLI names the place.
const LANGUAGE_SERVER: &str = "github://api.github.com/andrzejressel/pulumi-gestalt";
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

/// Programs and plugins.
#[derive(Debug)]
pub struct Tools {
    /// The Pulumi CLI.
    pub pulumi: PathBuf,
    plugins: [Plugin; 2],
    /// The Python interpreter that has the emulator and boto3.
    pub python: PathBuf,
}

/// A plugin of the CLI.
#[derive(Debug)]
struct Plugin {
    /// What it is called: kind, name, version.
    name: [&'static str; 3],
    /// Further arguments of `pulumi plugin install`, which say where it is.
    place: Vec<String>,
    /// The same, for readers.
    source: String,
}

impl Plugin {
    /// A substitute in a folder.
    fn substitute(name: [&'static str; 3], folder: &Path) -> Self {
        let folder = folder.display().to_string();
        Self {
            name,
            place: vec!["--file".to_owned(), folder.clone()],
            source: folder,
        }
    }
}

impl Tools {
    /// Finds or builds all tools, with substitutes for the plugins. What is built is kept in the cache.
    ///
    /// # Errors
    /// If one of them cannot be found or built.
    pub fn get() -> Outcome<Self> {
        let python = python()?;
        let sources = sources();
        let cache = cache(&sources)?;
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
            plugins: [
                Plugin::substitute(LANGUAGE, &language),
                Plugin::substitute(PROVIDER, &provider),
            ],
            python,
        })
    }

    /// Finds or builds all tools, with the plugins that are published. Those are downloaded when a project is created.
    ///
    /// # Errors
    /// If one of them cannot be found or built.
    pub fn published() -> Outcome<Self> {
        let sources = sources();
        Ok(Self {
            pulumi: cli(&sources, &cache(&sources)?)?,
            plugins: published(),
            python: python()?,
        })
    }

    /// Has `pulumi` run the CLI with the arguments that install each plugin.
    pub(super) fn install(&self, pulumi: impl Fn(&[&str]) -> Outcome<String>) -> Outcome {
        for plugin in &self.plugins {
            let mut arguments = vec!["plugin", "install"];
            arguments.extend(plugin.name);
            arguments.extend(plugin.place.iter().map(String::as_str));
            pulumi(&arguments).map_err(|error| {
                let [kind, name, version] = plugin.name;
                format!(
                    "Pulumi's {kind} plugin `{name}` {version} from {} cannot be installed: {error}",
                    plugin.source
                )
            })?;
        }
        Ok(())
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

/// The plugins of users.
fn published() -> [Plugin; 2] {
    let language = Plugin {
        name: LANGUAGE,
        place: vec!["--server".to_owned(), LANGUAGE_SERVER.to_owned()],
        source: "https://github.com/andrzejressel/pulumi-gestalt/releases".to_owned(),
    };
    let provider = Plugin {
        name: PROVIDER,
        place: Vec::new(),
        source: "https://github.com/pulumi/pulumi-aws/releases or https://get.pulumi.com".to_owned(),
    };
    [language, provider]
}

/// The folder of what is built from these sources.
fn cache(sources: &Path) -> Outcome<PathBuf> {
    let mut hash = DefaultHasher::new();
    for file in ["go.mod", "go.sum", "language-host/main.go"] {
        std::fs::read(sources.join(file))?.hash(&mut hash);
    }
    shell::cache(&format!("pulumi-{CLI}-{:016x}", hash.finish()))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands that install the published plugins are those of the documentation and of `.ci/deploy`, and the versions those
    /// of the program and of the substitute.
    #[test]
    fn the_published_plugins_are_those_that_users_install() {
        let tools = Tools {
            pulumi: PathBuf::new(),
            plugins: published(),
            python: PathBuf::new(),
        };
        let commands = std::cell::RefCell::new(Vec::new());
        let note = |arguments: &[&str]| {
            commands
                .borrow_mut()
                .push(format!("pulumi {}", arguments.join(" ")));
            Ok(String::new())
        };
        tools.install(note).unwrap();
        let [language, provider] = &commands.borrow()[..] else {
            panic!("{commands:?}")
        };
        let has = |path: &str, text: &str| {
            let content = std::fs::read_to_string(shell::root().join(path)).unwrap();
            assert!(content.contains(text), "{path} lacks `{text}`");
        };
        has("docs/deploy.md", language);
        has(".ci/deploy", language);
        let [.., version] = PROVIDER;
        assert_eq!(provider, &format!("pulumi plugin install resource aws {version}"));
        has(
            "pulumi/src/program.rs",
            &format!("const AWS: &str = \"{version}\";"),
        );
        has(
            "tests/pulumi/provider/provider.py",
            &format!("VERSION = \"{version}\""),
        );
        assert!(PACKAGES.contains(&format!("pulumi-aws=={version}").as_str()));
    }

    #[test]
    fn a_plugin_that_cannot_be_installed_is_named_with_its_source() {
        let tools = Tools {
            pulumi: PathBuf::new(),
            plugins: published(),
            python: PathBuf::new(),
        };
        let fails = |arguments: &[&str]| match arguments.contains(&"resource") {
            true => Err("no such host".into()),
            false => Ok(String::new()),
        };
        assert_eq!(
            tools.install(fails).unwrap_err().to_string(),
            "Pulumi's resource plugin `aws` 7.51.1 from https://github.com/pulumi/pulumi-aws/releases or https://get.pulumi.com \
             cannot be installed: no such host"
        );
    }
}
