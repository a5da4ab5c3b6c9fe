//! `data-review explain`

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use data_review_core::{CORE_CODES, CodeInfo, Registry};

use crate::args::Explain;
use crate::error::CliError;
use crate::exit::End;
use crate::output::{self, HEADING, styled};
use crate::table::Table;
use crate::wording;

/// A code and the handlers that report it; no handlers for codes of the core.
pub(super) struct Code {
    pub(super) info: &'static CodeInfo,
    handlers: Vec<&'static str>,
}

/// All codes by name. Handlers that share a reader share its codes.
pub(super) fn codes(registry: &Registry) -> BTreeMap<&'static str, Code> {
    let of_core = CORE_CODES.iter().map(|info| (info, None));
    let of_cards = registry
        .cards()
        .flat_map(|card| card.all_codes().map(|info| (info, Some(card.id))));
    let mut codes = BTreeMap::new();
    for (info, handler) in of_core.chain(of_cards) {
        let code = codes.entry(info.code).or_insert(Code {
            info,
            handlers: Vec::new(),
        });
        code.handlers.extend(handler);
    }
    codes
}

impl Code {
    fn reporters(&self) -> String {
        if self.handlers.is_empty() {
            "every handler".to_owned()
        } else {
            self.handlers.join(", ")
        }
    }
}

pub(super) fn run(args: &Explain) -> End {
    let codes = codes(&Registry::linked()?);
    let mut out = output::text();
    match &args.code {
        None => write!(out, "{}", table(&codes).render(output::width()))?,
        Some(asked) => match codes.get(asked.as_str()) {
            Some(code) => explain(&mut out, code)?,
            None => return Err(unknown(asked, &codes)),
        },
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn table(codes: &BTreeMap<&'static str, Code>) -> Table {
    let mut table = Table::new(&["code", "severity", "what it says", "reported by"]);
    for (name, code) in codes {
        table.row([
            name,
            code.info.severity.as_str(),
            code.info.title,
            &code.reporters(),
        ]);
    }
    table
}

fn explain(out: &mut impl Write, code: &Code) -> Result<(), CliError> {
    let info = code.info;
    writeln!(out, "{}: {}", styled(HEADING, info.code), info.title)?;
    for (name, text) in [
        ("severity", info.severity.as_str()),
        ("means", info.meaning),
        ("remedy", info.remedy),
        ("clause", info.clause),
        ("reported by", &code.reporters()),
    ] {
        writeln!(out, "  {name:<12} {text}")?;
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
                writeln!(out, "  {name:<12} {line}")?;
            }
        }
    }
    Ok(())
}

fn unknown(asked: &str, codes: &BTreeMap<&'static str, Code>) -> CliError {
    let near = wording::nearest(asked, codes.keys().copied());
    let hint = if near.is_empty() {
        "`data-review explain` lists all codes".to_owned()
    } else {
        format!("did you mean `{}`?", near.join("` or `"))
    };
    CliError::Usage(format!("unknown finding code `{asked}`; {hint}"))
}
