//! Packages of the Lambdas: a zip with `bootstrap`, built for a processor and for the C library of AWS.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use clap::ValueEnum;
use xtask::package;
use xtask::shell::{self, Outcome};

/// The cross compiler: cargo-lambda, with Zig as its linker.
const TOOLS: [&str; 2] = ["cargo-lambda==1.9.2", "ziglang==0.17.1"];
/// Version of the C library of `provided.al2023`.
const GLIBC: &str = "2.34";

/// Processors that AWS offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// AWS Graviton, a fifth cheaper.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86-64")]
    X86_64,
}

impl Target {
    fn triple(self) -> &'static str {
        match self {
            Target::Arm64 => "aarch64-unknown-linux-gnu",
            Target::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// The only Lambda that needs no feature.
const ORCHESTRATOR: &str = "orchestrator";

/// A program that is packaged as a Lambda.
struct Lambda {
    package: String,
    /// Name of the binary and of its zip.
    binary: String,
    /// Feature that the binary needs, as `package/feature`.
    feature: Option<String>,
}

/// Builds all packages, in one cargo invocation: each would compile what they share with features of its own.
pub(crate) fn package(target: Target, out: Option<&Path>) -> Outcome {
    let python = shell::python("lambda", &TOOLS)?;
    let tools = python.parent().ok_or("the interpreter has no parent folder")?;
    shell::add_target(target.triple())?;
    let out = out.map_or_else(|| shell::root().join("target/lambda"), Path::to_owned);
    std::fs::create_dir_all(&out)?;
    let lambdas = lambdas()?;
    let built = build(&lambdas, target, tools)?;
    for lambda in lambdas {
        let bootstrap = built.join(&lambda.binary).join("bootstrap");
        let zip = out.join(format!("{}.zip", lambda.binary));
        std::fs::write(&zip, package::pack(&std::fs::read(&bootstrap)?)?)?;
        let (unpacked, packed) = (bootstrap.metadata()?.len(), zip.metadata()?.len());
        println!(
            "{}: {:.1} MB, zip {:.1} MB",
            zip.display(),
            unpacked as f64 / 1e6,
            packed as f64 / 1e6
        );
    }
    Ok(())
}

/// Names of the packages, without `.zip`.
pub(crate) fn names() -> Outcome<Vec<String>> {
    Ok(lambdas()?.into_iter().map(|lambda| lambda.binary).collect())
}

/// Every binary of the workspace that requires the feature `lambda`, and the orchestrator.
fn lambdas() -> Outcome<Vec<Lambda>> {
    let metadata = MetadataCommand::new()
        .current_dir(shell::root())
        .no_deps()
        .exec()?;
    let mut lambdas = Vec::new();
    for package in &metadata.packages {
        for target in &package.targets {
            let is_handler = target.required_features.iter().any(|feature| feature == "lambda");
            if is_handler || target.name == ORCHESTRATOR {
                lambdas.push(Lambda {
                    package: package.name.to_string(),
                    binary: target.name.clone(),
                    feature: is_handler.then(|| format!("{}/lambda", package.name)),
                });
            }
        }
    }
    lambdas.sort_by(|a, b| a.binary.cmp(&b.binary));
    Ok(lambdas)
}

/// Builds the bootstraps, and returns the folder that has one in a folder for each Lambda; `tools` is the folder of
/// cargo-lambda and Zig.
fn build(lambdas: &[Lambda], target: Target, tools: &Path) -> Outcome<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools.to_owned()).chain(std::env::split_paths(&path)))?;
    let built = shell::target().join("bootstrap").join(target.triple());
    let mut command = Command::new(tools.join("cargo-lambda"));
    command
        .args(["lambda", "build", "--quiet", "--profile", "lambda", "--locked"])
        .args(["--target", &format!("{}.{GLIBC}", target.triple())])
        .arg("--lambda-dir")
        .arg(&built)
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", shell::target())
        .current_dir(shell::root());
    for lambda in lambdas {
        command.args(["--package", &lambda.package, "--bin", &lambda.binary]);
        if let Some(feature) = &lambda.feature {
            command.args(["--features", feature]);
        }
    }
    shell::run(&mut command)?;
    Ok(built)
}
