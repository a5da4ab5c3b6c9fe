//! `data-review handlers`

use std::io::Write;
use std::process::ExitCode;

use data_review_core::{Card, Registry, Severity};
use serde::Serialize;

use crate::args::Handlers;
use crate::exit::End;
use crate::output;
use crate::table::{Column, Table};

/// A card, as JSON.
#[derive(Serialize)]
struct Line {
    id: &'static str,
    version: u32,
    title: &'static str,
    extensions: &'static [&'static str],
    refines: &'static [&'static str],
    observations: &'static str,
    reader: &'static str,
    vocabulary: Option<&'static str>,
    docs: &'static str,
    limits: data_review_core::Limits,
    codes: Vec<Code>,
}

#[derive(Serialize)]
struct Code {
    code: &'static str,
    severity: Severity,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
    clause: &'static str,
}

impl Line {
    fn of(card: &'static Card) -> Self {
        let codes = card.all_codes().map(|info| Code {
            code: info.code,
            severity: info.severity,
            title: info.title,
            meaning: info.meaning,
            remedy: info.remedy,
            clause: info.clause,
        });
        Line {
            id: card.id,
            version: card.version,
            title: card.title,
            extensions: card.extensions,
            refines: card.refines,
            observations: card.observations,
            reader: card.reader,
            vocabulary: card.vocabulary,
            docs: card.docs,
            limits: card.limits,
            codes: codes.collect(),
        }
    }
}

pub(super) fn run(args: &Handlers) -> End {
    let registry = Registry::linked()?;
    if args.json {
        let mut out = output::data();
        for card in registry.cards() {
            output::json_line(&mut out, &Line::of(card))?;
        }
        out.flush()?;
    } else {
        let mut out = output::text();
        table(&registry).write(&mut out, output::width())?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(registry: &Registry) -> Table {
    let mut table = Table::new(&[
        Column::whole("id"),
        Column::number("version").rank(2),
        Column::words("format"),
        Column::words("names").rank(1),
        Column::words("refines").rank(5),
        Column::words("one row is").rank(3),
        Column::words("reader").rank(6),
        Column::words("vocabulary").rank(7),
        Column::number("checks").rank(4),
    ]);
    for card in registry.cards() {
        table.row([
            card.id,
            &card.version.to_string(),
            card.title,
            &card.extensions.join(" "),
            &card.refines.join(" "),
            card.observations,
            card.reader,
            card.vocabulary.unwrap_or_default(),
            &card.all_codes().count().to_string(),
        ]);
    }
    table
}
