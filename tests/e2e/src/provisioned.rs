//! The stack that `pulumi up` makes: the real CLI, the real plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use data_review_aws::Clients;
use data_review_deployment::Outputs;
use xtask::pulumi::{Cloud, Project, Tools};
use xtask::shell::Outcome;

use crate::stack::make_bucket;
use crate::{Emulator, Stack, sdk};

/// The user's bucket, which is there before the stack.
const DATA_BUCKET: &str = "e2e-data";
/// Lambdas of one handler that run at once; each is a process of this machine.
const AT_ONCE: &str = "8";

/// A stack and the project that it was made from.
pub struct Provisioned<'t> {
    project: Project<'t>,
    /// What there is because of it; the suites make other things beside it.
    made: BTreeSet<String>,
    /// What it tells of itself, as it is printed.
    pub outputs: String,
    /// The stack.
    pub stack: Stack,
}

/// Makes a stack of `program` and `packages` beside the user's bucket, which is empty.
///
/// # Errors
/// When the CLI or its program refuses.
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
    project.take_packages(packages)?;
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
    let stack = Stack::of(
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
    /// Destroys the stack: of what `up` made nothing may be left.
    ///
    /// # Errors
    /// When something is.
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
