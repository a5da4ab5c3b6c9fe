//! `data-review explain`

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use data_review_core::Registry;

use crate::args::Explain;
use crate::codes::{Code, codes};
use crate::error::CliError;
use crate::exit::End;
use crate::output::{self, HEADING, styled};
use crate::table::{Cell, Column, Table, fold};
use crate::wording;

pub(super) fn run(args: &Explain) -> End {
    let codes = codes(&Registry::linked()?);
    let mut out = output::text();
    match &args.code {
        None => table(&codes).write(&mut out, output::width())?,
        Some(asked) => explain(&mut out, find(asked, &codes)?)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The code of this name, in any case.
fn find<'c>(asked: &str, codes: &'c BTreeMap<&'static str, Code>) -> Result<&'c Code, CliError> {
    let name = asked.trim().to_lowercase().replace(['_', ' '], "-");
    codes.get(name.as_str()).ok_or_else(|| unknown(&name, codes))
}

fn table(codes: &BTreeMap<&'static str, Code>) -> Table {
    let mut table = Table::new(&[
        Column::whole("code"),
        Column::whole("severity"),
        Column::words("what it says"),
        Column::words("reported by").rank(1),
    ]);
    for (name, code) in codes {
        let severity = code.info.severity;
        table.row([
            Cell::from(name),
            Cell::styled(severity.as_str(), output::of(severity)),
            Cell::from(code.info.title),
            Cell::from(code.reporters()),
        ]);
    }
    table
}

fn explain(out: &mut impl Write, code: &Code) -> Result<(), CliError> {
    let info = code.info;
    let width = output::width().map_or(usize::MAX, usize::from);
    for line in fold(&format!("{}: {}", info.code, info.title), width.saturating_sub(2)) {
        match line.strip_prefix(info.code) {
            Some(rest) => writeln!(out, "{}{rest}", styled(HEADING, info.code))?,
            None => writeln!(out, "  {line}")?,
        }
    }
    for (name, text) in [
        ("severity", info.severity.as_str()),
        ("means", info.meaning),
        ("remedy", info.remedy),
        ("clause", info.clause),
        ("reported by", &code.reporters()),
    ] {
        for (at, line) in fold(text, width.saturating_sub(15)).iter().enumerate() {
            writeln!(out, "  {:<12} {line}", if at == 0 { name } else { "" })?;
        }
    }
    if let Some(examples) = info.examples {
        for (name, text) in [
            ("peer", examples.peer),
            ("passes", examples.passes),
            ("fails", examples.fails),
        ] {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            for (at, line) in lines.enumerate() {
                let name = if at == 0 { name } else { "" };
                for (at, part) in fold(line, width.saturating_sub(15)).iter().enumerate() {
                    writeln!(out, "  {:<12} {part}", if at == 0 { name } else { "" })?;
                }
            }
        }
    }
    Ok(())
}

fn unknown(asked: &str, codes: &BTreeMap<&'static str, Code>) -> CliError {
    let hint = wording::hint(asked, codes.keys().copied(), || {
        "`data-review explain` lists all codes".to_owned()
    });
    CliError::Usage(format!("unknown finding code `{asked}`; {hint}"))
}
