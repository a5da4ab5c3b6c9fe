//! docs/deploy.md, followed word by word on an emulator: its commands are run as they stand there, by one shell, from an
//! empty home folder to the tables that they export and to the empty account that they leave behind.

use std::fs;
use std::path::Path;

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
    tables(&folder.join("tables-1"), &shell::root().join(SAMPLES))?;
    tables(&folder.join("tables-2"), &shell::root().join(files))?;
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

/// The tables that the page names are there, and the table of files has a row for each file.
fn tables(exported: &Path, of: &Path) -> Outcome {
    let rows = |table: &str| -> Outcome<usize> {
        let path = exported.join(table);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(text.lines().count().saturating_sub(1))
    };
    for table in ["variables.csv", "findings.csv", "failures.csv"] {
        rows(table)?;
    }
    let (rows, files) = (rows("files.csv")?, xtask::files::files_below(of)?.len());
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

    #[test]
    fn the_commands_of_a_section_end_with_the_next_heading() {
        let page = "# Page\n## A\n```sh\none\ntwo\n```\ntext\n```json\n{}\n```\n```sh\nthree\n```\n### B\n```sh\nfour\n```\n";
        assert_eq!(blocks(page, "## A").unwrap(), ["one\ntwo", "three"]);
        assert_eq!(blocks(page, "### B").unwrap(), ["four"]);
        assert!(blocks(page, "## C").is_err());
    }
}
