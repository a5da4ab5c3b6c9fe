//! One document for a person.

use std::collections::BTreeMap;
use std::io::{self, Write};

use data_review_core::stats::{FlagSummary, Scalar};
use data_review_core::{
    CheckState, Confidence, Document, Finding, HandlerFacts, Severity, Variable,
    percent_encode_controls as safe,
};

use super::super::explain::Code;
use crate::output::{BAD, HEADING, ODD, styled};
use crate::table::Table;
use crate::wording;

type Codes = BTreeMap<&'static str, Code>;

/// Writes all of it: what it is, where and when, variables, findings, checks.
pub(super) fn write(
    out: &mut impl Write,
    document: &Document,
    codes: &Codes,
    width: Option<u16>,
) -> io::Result<()> {
    writeln!(out, "{}", styled(HEADING, &safe(&document.file.key)))?;
    for (name, text) in facts(document) {
        writeln!(out, "  {name:<13} {}", safe(&text))?;
    }
    if let Some(failure) = &document.failure {
        let place = failure.place.as_ref().map(wording::place);
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        let reason = format!("{}{place}", failure.message);
        writeln!(
            out,
            "  {:<13} {}: {}",
            "reason",
            styled(BAD, failure.class.as_str()),
            safe(&reason)
        )?;
        writeln!(out, "  {:<13} {}", "next step", failure.next_step())?;
    }
    if !document.variables.is_empty() {
        writeln!(out, "\n{}", styled(HEADING, "variables"))?;
        write!(out, "{}", variables(&document.variables).render(width))?;
    }
    if !document.findings.is_empty() {
        writeln!(out, "\n{}", styled(HEADING, "findings"))?;
    }
    for found in &document.findings {
        finding(out, found, codes)?;
    }
    checks(out, &document.checks)
}

/// Everything that is one line.
fn facts(document: &Document) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, text: Option<String>| facts.extend(text.map(|text| (name.to_owned(), text)));
    fact("outcome", Some(document.outcome.as_str().to_owned()));
    fact("kind", document.kind.clone());
    fact("handler", document.handler.as_ref().map(handler));
    fact("rows", document.observations.map(|count| count.to_string()));
    fact("profiles", document.profiles.map(|count| count.to_string()));
    let coverage = &document.coverage;
    fact(
        "time",
        coverage
            .time
            .as_ref()
            .map(|span| format!("{} … {}", span.first, span.last)),
    );
    fact("where", coverage.boxes.as_ref().map(|_| wording::area(coverage)));
    fact(
        "depth",
        coverage.depth.as_ref().map(|depth| {
            let unit = depth.unit.as_deref().unwrap_or_default();
            format!(
                "{} … {} {unit}",
                wording::number(depth.min),
                wording::number(depth.max)
            )
        }),
    );
    for (name, values) in &document.attributes {
        fact(&safe(name), Some(values.join(", ")));
    }
    fact(
        "size",
        document.file.size.map(|size| wording::plural(size, "byte")),
    );
    fact("sha256", document.file.sha256.clone());
    facts
}

/// `bottle 1, certain: starts with BOTTLE; then csv, likely: …`
fn handler(facts: &HandlerFacts) -> String {
    let sure = |verdict| match verdict {
        Confidence::No => "no",
        Confidence::Maybe => "maybe",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    };
    let mut text = format!(
        "{} {}, {}: {}",
        facts.id,
        facts.version,
        sure(facts.verdict),
        facts.because
    );
    for candidate in &facts.runners_up {
        text += &format!(
            "; then {}, {}: {}",
            candidate.id,
            sure(candidate.verdict),
            candidate.because
        );
    }
    text
}

fn variables(variables: &[Variable]) -> Table {
    let mut table = Table::new(&[
        "name",
        "unit",
        "type",
        ">count",
        ">missing",
        ">invalid",
        ">min",
        ">mean",
        ">max",
        ">distinct",
        "flags",
    ]);
    for variable in variables {
        let missing: u64 = variable.missing.values().sum();
        table.row([
            variable.name.clone(),
            variable.unit.clone().unwrap_or_default(),
            variable.dtype.clone(),
            variable.count.to_string(),
            nonzero(missing),
            nonzero(variable.invalid + variable.non_finite),
            edge(variable.min, &variable.first),
            variable.mean.map(wording::number).unwrap_or_default(),
            edge(variable.max, &variable.last),
            variable.distinct.to_string(),
            flags(variable.flags.as_ref()),
        ]);
    }
    table
}

fn nonzero(count: u64) -> String {
    if count == 0 {
        String::new()
    } else {
        count.to_string()
    }
}

/// The least or greatest number, or the first or last text or time.
fn edge(number: Option<Scalar>, text: &Option<String>) -> String {
    match number {
        Some(Scalar::Number(value)) => wording::number(value),
        Some(wide @ Scalar::Wide(_)) => wide.to_string(),
        None => text.as_ref().map_or_else(String::new, |text| {
            data_review_core::printable(text.as_bytes(), 24)
        }),
    }
}

/// `2:1034 9:12`
fn flags(flags: Option<&BTreeMap<String, FlagSummary>>) -> String {
    let flags = flags.into_iter().flatten();
    let words: Vec<String> = flags
        .map(|(flag, summary)| format!("{flag}:{}", summary.total))
        .collect();
    words.join(" ")
}

fn finding(out: &mut impl Write, finding: &Finding, codes: &Codes) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => styled(BAD, "error"),
        Severity::Warning => styled(ODD, "warning"),
        Severity::Info => "info".to_owned(),
    };
    let subject = finding
        .subject
        .as_ref()
        .map_or_else(String::new, |subject| format!(" {subject}"));
    let head = format!(
        "{}{subject} × {}: {}",
        finding.code, finding.count, finding.message
    );
    writeln!(out, "  {severity} {}", safe(&head))?;
    if !finding.places.is_empty() {
        let places: Vec<String> = finding.places.iter().map(wording::place).collect();
        let more = if finding.count > finding.places.len() as u64 {
            "; …"
        } else {
            ""
        };
        writeln!(out, "      at {}{more}", safe(&places.join("; ")))?;
    }
    if let Some(code) = codes.get(finding.code.as_str()) {
        writeln!(out, "      {}", code.info.remedy)?;
    }
    Ok(())
}

fn checks(out: &mut impl Write, checks: &BTreeMap<String, CheckState>) -> io::Result<()> {
    if checks.is_empty() {
        return Ok(());
    }
    let of = |state| checks.values().filter(|found| **found == state).count();
    writeln!(
        out,
        "\n{} {} passed, {} failed, {} not applicable, {} not run",
        styled(HEADING, "checks"),
        of(CheckState::Passed),
        of(CheckState::Failed),
        of(CheckState::NotApplicable),
        of(CheckState::NotRun),
    )
}
