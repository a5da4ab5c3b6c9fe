//! `.ci/deploy`, as the workflow runs it: each time from a fresh copy of the project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::project::{LIMIT, write_package};
use super::{Cloud, REGION, Tools, process};
use crate::shell::Outcome;

/// A folder in which `.ci/deploy` runs against the emulator. The state and the content of the emulator outlive a run;
/// the copies of the project do not.
#[derive(Debug)]
pub struct Deployment<'t> {
    tools: &'t Tools,
    cloud: Cloud,
    folder: PathBuf,
    program: PathBuf,
}

impl<'t> Deployment<'t> {
    /// Prepares an empty folder with the plugins, and a package for each of the `lambdas`; `program` is the
    /// infrastructure program.
    ///
    /// # Errors
    /// If a file cannot be written, or the CLI rejects a plugin.
    pub fn create(
        tools: &'t Tools,
        cloud: Cloud,
        folder: &Path,
        program: &Path,
        lambdas: &[String],
    ) -> Outcome<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        for part in ["state", "packages"] {
            fs::create_dir_all(folder.join(part))?;
        }
        let deployment = Self {
            tools,
            cloud,
            folder: folder.to_owned(),
            program: program.to_owned(),
        };
        for name in lambdas {
            write_package(&folder.join("packages"), name, "deployed")?;
        }
        tools.install(|arguments| deployment.run(Command::new(&tools.pulumi).args(arguments)))?;
        Ok(deployment)
    }

    /// Runs `.ci/deploy STACK` in a copy of the project with these settings; the first run also needs
    /// [`Self::first_settings`].
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn deploy(&self, project: &Path, stack: &str, settings: &[String]) -> Outcome {
        let packages = self.folder.join("packages");
        let mut command = Command::new("bash");
        command
            .arg(".ci/deploy")
            .arg(stack)
            .arg(format!("packages={}", packages.display()))
            .args(settings)
            .current_dir(project);
        self.run(&mut command).map(drop)
    }

    /// The settings that the first run needs: those of the emulator, and a stack that can be destroyed.
    pub fn first_settings(&self) -> Vec<String> {
        let settings = self.cloud.settings();
        let mut settings: Vec<String> = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        settings.push("retain=false".to_owned());
        settings
    }

    /// Runs one of the Python programs of tests/pulumi with the emulator's address, the region and `more` arguments.
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn script(&self, name: &str, more: &[&str]) -> Outcome<String> {
        let mut command = self.tools.script(name, &self.cloud, more);
        self.run(&mut command)
    }

    /// Runs the CLI in a copy of the project in which `.ci/deploy` ran.
    ///
    /// # Errors
    /// If it fails; the error contains what it printed.
    pub fn pulumi(&self, project: &Path, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new(&self.tools.pulumi);
        command
            .args(arguments)
            .arg("--non-interactive")
            .current_dir(project.join("pulumi"));
        self.run(&mut command)
    }

    /// Runs a command with the emulator in its environment, and returns what it prints.
    fn run(&self, command: &mut Command) -> Outcome<String> {
        let what = format!("{command:?}");
        command
            .env("PATH", self.tools.path()?)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", &self.cloud.endpoint)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PULUMI_HOME", self.folder.join("home"))
            // A bucket for the state needs host names that the emulator does not have.
            .env(
                "PULUMI_BACKEND_URL",
                format!("file://{}", self.folder.join("state").display()),
            )
            .env("PULUMI_SKIP_UPDATE_CHECK", "1")
            .env("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
            .env_remove("PULUMI_CONFIG_PASSPHRASE")
            .env("DATA_REVIEW_PROGRAM", &self.program);
        if let Some(certificate) = &self.cloud.certificate {
            // The AWS CLI reads the first variable, Pulumi's own client of KMS the second.
            command
                .env("AWS_CA_BUNDLE", certificate)
                .env("SSL_CERT_FILE", certificate);
        }
        process::run(command, &self.folder.join("deploy.log"), LIMIT)?.printed(&what)
    }
}

#[cfg(test)]
mod tests {
    use crate::shell;

    /// Nobody else can take the name of the state's bucket and be sent the state: each request names its owner.
    #[test]
    fn the_state_goes_to_a_bucket_of_this_account_only() {
        let script = std::fs::read_to_string(shell::root().join(".ci/deploy")).unwrap();
        let requests: Vec<&str> = script
            .lines()
            .filter(|line| line.contains("aws s3api ") && !line.contains("create-bucket"))
            .collect();
        assert_eq!(requests.len(), 6);
        for request in requests {
            assert!(
                request.contains("\"${own[@]}\"") || request.contains("--expected-bucket-owner \"$account\""),
                "{request}"
            );
        }
        assert!(script.contains("own=(--bucket \"$bucket\" --expected-bucket-owner \"$account\")"));
    }
}
