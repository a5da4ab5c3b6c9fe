//! The stack that `pulumi up` creates with the real CLI and the real plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use data_review_aws::Clients;
use data_review_deployment::Outputs;
use xtask::pulumi::{Cloud, Project, Tools};
use xtask::shell::Outcome;

use crate::stack::make_bucket;
use crate::{Emulator, Stack, sdk};

/// The bucket of the user, which exists before the stack.
const DATA_BUCKET: &str = "e2e-data";
/// Most concurrent Lambdas of one handler; each is a process of this machine.
const AT_ONCE: &str = "8";

/// A stack, and the project that created it.
pub struct Provisioned<'t> {
    project: Project<'t>,
    /// The resources that `up` created; the suites create others.
    made: BTreeSet<String>,
    /// The outputs of the stack, as printed.
    pub outputs: String,
    /// The stack that `up` created.
    pub stack: Stack,
}

/// Creates a stack from `program` and `packages`, with an empty bucket of the user.
///
/// # Errors
/// If the CLI or its program fails.
pub fn provision<'t>(
    tools: &'t Tools,
    emulator: &Emulator,
    program: &Path,
    packages: &Path,
) -> Outcome<Provisioned<'t>> {
    let cloud = Cloud {
        endpoint: emulator.url(),
        certificate: None,
    };
    let folder: PathBuf = emulator.folder().join("pulumi");
    let project = Project::create(tools, cloud, "e2e", &folder, program)?;
    project.copy_packages(packages)?;
    make_bucket(&Clients::of(&sdk(&emulator.url())), DATA_BUCKET);
    for (name, value) in [
        ("dataBucket", DATA_BUCKET),
        ("architecture", "x86_64"),
        ("maxConcurrency", AT_ONCE),
    ] {
        project.configure(name, value)?;
    }
    let before = project.inventory()?;
    project.up(&[])?;
    let made = project.inventory()?.difference(&before).cloned().collect();
    let outputs = project.outputs()?;
    let stack = Stack::new(
        &emulator.url(),
        serde_json::from_value::<Outputs>(outputs.clone())?,
    );
    Ok(Provisioned {
        project,
        made,
        outputs: format!("{outputs:#}"),
        stack,
    })
}

impl Provisioned<'_> {
    /// Destroys the stack. Nothing that `up` created may be left.
    ///
    /// # Errors
    /// If something is left, or the CLI fails.
    pub fn destroy(self) -> Outcome {
        self.project.destroy()?;
        let after = self.project.inventory()?;
        let left: Vec<_> = after.intersection(&self.made).collect();
        match left.is_empty() {
            true => Ok(()),
            false => Err(format!("destroy leaves {left:#?}").into()),
        }
    }
}
