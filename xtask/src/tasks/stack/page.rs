//! docs/deploy.md, followed word by word on an emulator: its commands are run as they stand there, by one shell, from an
//! empty home folder to the tables that they export and to the empty account that they leave behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Emulator, copy};
use xtask::files::write_script;
use xtask::pulumi::{DocsReader, Tools};
use xtask::shell::{self, Outcome};

/// What `aws configure` asks for: the key, the secret, the region and the format of its output.
const ANSWERS: &str = "test\ntest\neu-central-1\njson\n";
/// The archive that the page speaks of, and its files, relative to the project.
const ARCHIVE: (&str, &str) = ("my-archive", "test_data/csv");
/// The files of the bucket that the stack creates.
const SAMPLES: &str = "test_data";

/// Follows the page, with these `packages` of the Lambdas and the programs that are built.
pub(super) fn follow(tools: &Tools, packages: &Path, work: &Path) -> Outcome {
    let page = fs::read_to_string(shell::root().join("docs/deploy.md"))?;
    let folder = work.join("page");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let project = folder.join("data-review");
    copy::project(&project)?;
    let emulator = Emulator::open(tools, &folder.join("emulator"))?;
    let programs = shell::programs()?;
    let bin = folder.join("bin");
    write_cargo(&bin, packages, &programs.join("data-review"))?;
    write_pulumi(&bin, &tools.pulumi)?;
    let reader = DocsReader::create(
        tools,
        emulator.cloud.clone(),
        &folder,
        &programs.join(super::PROGRAM),
    )?;
    let run = |name: &str, script: &str, is_administrator: bool| {
        reader.run(&project, &bin, name, script, ANSWERS, is_administrator)
    };
    let (archive, files) = ARCHIVE;
    let owner = format!(
        "aws s3 mb s3://{archive} && aws s3 cp --quiet --recursive {files} s3://{archive} && aws iam create-user --user-name archivist"
    );
    run("owner", &owner, true)?;
    run(
        "prerequisites",
        &blocks(&page, "## Prerequisites")?.join("\n"),
        true,
    )?;
    // The tables of each part are kept before the next part overwrites them.
    let parts = blocks(&page, "## Commands")?;
    let parts: Vec<String> = (1..)
        .zip(parts)
        .map(|(number, part)| format!("{part}\nif [ -d tables ]; then mv tables ../tables-{number}; fi\n"))
        .collect();
    run("commands", &parts.concat(), false)?;
    tables(&page, &folder.join("tables-1"), &shell::root().join(SAMPLES))?;
    tables(&page, &folder.join("tables-2"), &shell::root().join(files))?;
    let left = reader.script("inventory.py", &[])?;
    if left.trim() != format!("bucket {archive}") {
        return Err(format!("the commands of docs/deploy.md left behind:\n{left}").into());
    }
    run(
        "sharing",
        &blocks(&page, "### A bucket that others use")?.join("\n"),
        true,
    )?;
    let shared = run(
        "shared",
        &format!("aws s3api get-bucket-notification-configuration --bucket {archive}"),
        true,
    )?;
    if !shared.contains("EventBridgeConfiguration") {
        return Err(format!("the owner's command did not switch EventBridge on: {shared}").into());
    }
    println!("ok: the commands of docs/deploy.md lead to a table, and leave nothing behind");
    Ok(())
}

/// The shell commands below a heading: its fenced blocks `sh`, as far as the next heading.
fn blocks(page: &str, heading: &str) -> Outcome<Vec<String>> {
    let mut lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let mut blocks = Vec::new();
    while let Some(line) = lines
        .next()
        .filter(|line| !line.starts_with("## ") && !line.starts_with("### "))
    {
        if line == "```sh" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n"));
        }
    }
    match blocks.is_empty() {
        true => Err(format!("docs/deploy.md has no commands below `{heading}`").into()),
        false => Ok(blocks),
    }
}

/// Writes a program that stands for cargo: what the page has it build is there already. It knows the commands of the page
/// and no others.
fn write_cargo(bin: &Path, packages: &Path, program: &Path) -> Outcome {
    fs::create_dir_all(bin)?;
    let text = format!(
        r#"case "$*" in
  "xtask package-lambdas") mkdir -p target/lambda && cp '{packages}'/*.zip target/lambda/ ;;
  "install --path cli --features cloud") cp '{program}' '{bin}/data-review' ;;
  *) echo "unexpected \`cargo $*\`" >&2; exit 2 ;;
esac"#,
        packages = packages.display(),
        program = program.display(),
        bin = bin.display(),
    );
    write_script(&bin.join("cargo"), &text)
}

/// Writes a program that stands for the Pulumi CLI where it would write to the home folder of the user's account, which
/// it does whatever `HOME` is.
fn write_pulumi(bin: &Path, pulumi: &Path) -> Outcome {
    let pulumi = pulumi.display();
    let text = format!(
        r#"if [ "$*" = "login --local" ]; then exec '{pulumi}' login "file://$HOME"; fi
exec '{pulumi}' "$@""#
    );
    write_script(&bin.join("pulumi"), &text)
}

/// The tables are those that the page names, and the table of files has a row for each file.
fn tables(page: &str, exported: &Path, of: &Path) -> Outcome {
    let named: BTreeSet<PathBuf> = page
        .split('`')
        .filter(|word| word.ends_with(".csv"))
        .map(|word| exported.join(word))
        .collect();
    let found: BTreeSet<PathBuf> = xtask::files::files_below(exported)?.into_iter().collect();
    if found != named {
        return Err(format!("docs/deploy.md names {named:?}, but the export wrote {found:?}").into());
    }
    let rows = fs::read_to_string(exported.join("files.csv"))?
        .lines()
        .count()
        .saturating_sub(1);
    let files = xtask::files::files_below(of)?.len();
    if rows != files {
        return Err(format!(
            "{}: files.csv has {rows} rows for {files} files",
            exported.display()
        )
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy that still has a placeholder is valid, and allows less than the page says.
    #[test]
    fn the_page_replaces_every_placeholder_of_the_policies() {
        let page = fs::read_to_string(shell::root().join("docs/deploy.md")).unwrap();
        let (_, rest) = page.split_once("  sed \"").unwrap();
        let (expression, _) = rest.split_once('"').unwrap();
        for role in ["deploying", "using"] {
            let mut sed = std::process::Command::new("sed");
            sed.arg(expression.replace("$account", "123456789012"))
                .arg(shell::root().join(format!("docs/{role}-role.json")));
            let policy = shell::output(&mut sed).unwrap();
            for placeholder in ["ACCOUNT", "DATA-BUCKET"] {
                assert!(!policy.contains(placeholder), "{role}: {policy}");
            }
            assert!(policy.contains("123456789012") && policy.contains("my-archive"));
        }
    }

    #[test]
    fn the_commands_of_a_section_end_with_the_next_heading() {
        let page = "# Page\n## A\n```sh\none\ntwo\n```\ntext\n```json\n{}\n```\n```sh\nthree\n```\n### B\n```sh\nfour\n```\n";
        assert_eq!(blocks(page, "## A").unwrap(), ["one\ntwo", "three"]);
        assert_eq!(blocks(page, "### B").unwrap(), ["four"]);
        assert!(blocks(page, "## C").is_err());
    }
}
