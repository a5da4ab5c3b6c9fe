//! One document for a person.

use std::collections::BTreeMap;
use std::io::{self, Write};

use data_review_core::quality::{FlagClass, FlagScheme};
use data_review_core::stats::{Dtype, Scalar};
use data_review_core::{
    CheckState, Confidence, Document, Finding, GoodValues, HandlerFacts, LeftOut, Severity, Variable,
    percent_encode_controls as safe,
};

use super::super::explain::Code;
use crate::output::{BAD, HEADING, ODD, styled};
use crate::table::Table;
use crate::wording;

type Codes = BTreeMap<&'static str, Code>;

/// Writes the whole document: facts, coverage, variables, their flags, findings and checks.
///
/// Tables are wrapped to `width` columns; `None` writes one line per row.
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
        write!(out, "{}", variables(&document.variables, width).render(width))?;
        let flags = flags(&document.variables);
        if !flags.is_empty() {
            writeln!(out, "\n{}", styled(HEADING, "flags"))?;
            write!(out, "{}", flags.render(width))?;
        }
    }
    if !document.findings.is_empty() {
        writeln!(out, "\n{}", styled(HEADING, "findings"))?;
    }
    for found in &document.findings {
        finding(out, found, codes)?;
    }
    checks(out, &document.checks)
}

/// Names and texts of everything that takes one line.
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
    fact("left out", coverage.left_out.as_ref().and_then(left_out));
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

/// `2 times, 1 position: flagged questionable, bad or missing`
fn left_out(left_out: &LeftOut) -> Option<String> {
    let counts: Vec<String> = [
        (left_out.times, "time"),
        (left_out.positions, "position"),
        (left_out.depths, "depth"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| wording::plural(count, noun))
    .collect();
    (!counts.is_empty()).then(|| format!("{}: flagged questionable, bad or missing", counts.join(", ")))
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

/// Terminals with fewer columns show neither the types nor the numbers of distinct values, and shorter units and texts.
const WIDE: u16 = 110;

/// One or two rows a variable: statistics over good values, then over all values, under a name that says which.
fn variables(variables: &[Variable], width: Option<u16>) -> Table {
    let wide = width.is_none_or(|width| width >= WIDE);
    let missing = |variable: &Variable| variable.missing.values().sum::<u64>();
    let invalid = |variable: &Variable| variable.invalid.saturating_add(variable.non_finite);
    let padding = |variable: &Variable| variable.padding;
    type Count<'c> = (&'c str, &'c dyn Fn(&Variable) -> u64);
    let cells: [Count<'_>; 3] = [
        (">missing", &missing),
        (">padding", &padding),
        (">invalid", &invalid),
    ];
    // A column in which every cell would be empty takes space that a terminal of 80 columns does not have.
    let used: Vec<_> = cells
        .into_iter()
        .filter(|(_, count)| variables.iter().any(|variable| count(variable) > 0))
        .collect();
    let mut names = vec!["name", "unit"];
    names.extend(wide.then_some("type"));
    names.extend(["values", ">count"]);
    names.extend(used.iter().map(|(name, _)| *name));
    names.extend([">min", ">mean", ">max"]);
    names.extend(wide.then_some(">distinct"));
    let longest = if wide { 24 } else { 10 };
    let mut table = Table::new(&names);
    for variable in variables {
        let (lead, label) = leading(variable);
        let unit = variable.unit.clone().unwrap_or_default();
        let unit = match wide {
            true => unit,
            false => data_review_core::printable(unit.as_bytes(), longest),
        };
        let mut head = vec![variable.name.clone(), unit];
        head.extend(wide.then(|| variable.dtype.clone()));
        if let Some((good, label)) = &lead {
            let mut row = head.clone();
            row.extend([label.clone(), good.count.to_string()]);
            row.extend(used.iter().map(|_| String::new()));
            row.extend([
                edge(good.min, &None, longest),
                good.mean.map(wording::number).unwrap_or_default(),
                edge(good.max, &None, longest),
            ]);
            row.extend(wide.then(String::new));
            table.row(row);
            head.fill(String::new());
        }
        let mut row = head;
        row.extend([label, variable.count.to_string()]);
        row.extend(used.iter().map(|(_, count)| nonzero(count(variable))));
        // The least and the greatest text say nothing to a reader; the earliest and the latest time do.
        let times = (variable.dtype == Dtype::Time.as_str()).then_some((&variable.first, &variable.last));
        let (first, last) = times.unwrap_or((&None, &None));
        row.extend([
            edge(variable.min, first, longest),
            variable.mean.map(wording::number).unwrap_or_default(),
            edge(variable.max, last, longest),
        ]);
        let about = if variable.distinct_exact { "" } else { "~" };
        row.extend(wide.then(|| format!("{about}{}", variable.distinct)));
        table.row(row);
    }
    table
}

/// The good values with their name, where they differ from all values, and the name of all values.
fn leading(variable: &Variable) -> (Option<(&GoodValues, String)>, String) {
    let all = "all".to_owned();
    match &variable.good {
        Some(_) if variable.count == 0 => (None, all),
        Some(good) if !good.left_out.is_empty() => {
            let fills = good.left_out.iter().map(f64::to_string).collect::<Vec<_>>();
            match good.count {
                0 => (None, format!("all, only fills: {}", fills.join(", "))),
                _ => (Some((good, format!("without {}", fills.join(", ")))), all),
            }
        }
        Some(good) if good.count == 0 => (None, "all, none good".to_owned()),
        Some(good) if good.count == variable.count => {
            (None, format!("all good: {}", flag_names(&good.flags)))
        }
        Some(good) => (Some((good, format!("good: {}", flag_names(&good.flags)))), all),
        None => (None, all),
    }
}

/// `flag 2`, `flags 1, 2`; a blank flag is `no flag`.
fn flag_names(flags: &[String]) -> String {
    let (blank, named): (Vec<&str>, Vec<&str>) =
        flags.iter().map(String::as_str).partition(|flag| is_blank(flag));
    let named = match named[..] {
        [] => None,
        [flag] => Some(format!("flag {flag}")),
        _ => Some(format!("flags {}", named.join(", "))),
    };
    let blank = blank.first().map(|_| NO_FLAG.to_owned());
    named.into_iter().chain(blank).collect::<Vec<_>>().join(", ")
}

/// A blank flag in words.
const NO_FLAG: &str = "no flag";

fn is_blank(flag: &str) -> bool {
    flag.trim_matches(|c: char| c.is_whitespace() || c == '\0')
        .is_empty()
}

/// How many cells carry each flag, one row per variable with flags.
fn flags(variables: &[Variable]) -> Table {
    let mut table = Table::new(&["name", "scheme", "flags"]);
    for variable in variables {
        let Some(flags) = &variable.flags else { continue };
        let scheme = variable.flag_scheme.as_deref();
        let counts: Vec<String> = flags
            .iter()
            .map(|(flag, summary)| format!("{}: {}", meaning(scheme, flag, summary.class), summary.total))
            .collect();
        table.row([
            variable.name.as_str(),
            scheme.unwrap_or("unknown"),
            &counts.join("; "),
        ]);
    }
    table
}

/// `2 acceptable`: the flag with its meaning in the scheme, else with its class, else alone.
fn meaning(scheme: Option<&str>, flag: &str, class: Option<FlagClass>) -> String {
    let meaning = scheme
        .and_then(FlagScheme::named)
        .and_then(|scheme| scheme.meaning(flag.as_bytes()));
    let words = meaning.or(class.map(FlagClass::as_str));
    match (is_blank(flag), words) {
        // That a value without a flag is not assessed needs no words.
        (true, Some(words)) if class != Some(FlagClass::NotAssessed) => format!("{NO_FLAG} ({words})"),
        (true, _) => NO_FLAG.to_owned(),
        (false, Some(words)) => format!("{flag} {words}"),
        (false, None) => flag.to_owned(),
    }
}

fn nonzero(count: u64) -> String {
    if count == 0 {
        String::new()
    } else {
        count.to_string()
    }
}

/// The least or greatest number, or the first or last text or time, cut after `longest` characters.
fn edge(number: Option<Scalar>, text: &Option<String>, longest: usize) -> String {
    match number {
        Some(Scalar::Number(value)) => wording::number(value),
        Some(wide @ Scalar::Wide(_)) => wide.to_string(),
        None => text.as_ref().map_or_else(String::new, |text| {
            data_review_core::printable(text.as_bytes(), longest)
        }),
    }
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
    if !finding.suppressed.is_empty() {
        let follow = finding.suppressed.iter();
        let words: Vec<String> = follow.map(|(code, count)| format!("{count} {code}")).collect();
        writeln!(out, "      also explains {}", safe(&words.join(", ")))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(good: &str, flags: &str, scheme: &str) -> Variable {
        let json = format!(
            r#"{{"canonical":null,"column":1,"count":6,"dimensions":null,"distinct":2,"distinct_exact":true,"dtype":"decimal","first":null,
            "flags":{flags},"flag_scheme":{scheme},"good":{good},"invalid":0,"last":null,"max":9,"mean":3.5,"min":1,
            "missing":{{"-999":3}},"name":"TEMP","non_finite":0,"padding":5,"quantiles":null,"shape":[14],
            "standard_name":null,"std":0.5,"total":14,"unit":"degC"}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    const FLAGS: &str = r#"{"":{"class":"not assessed","count":1,"max":1,"mean":1,"min":1,"total":1},
        "1":{"class":"good","count":4,"max":2,"mean":1.5,"min":1,"total":4},
        "4":{"class":"bad","count":1,"max":9,"mean":9,"min":9,"total":4}}"#;

    fn lines(table: Table) -> Vec<String> {
        let text = table.render(None);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect()
    }

    #[test]
    fn good_values_lead_and_all_values_follow() {
        let good = r#"{"count":4,"flags":["1"],"max":2,"mean":1.5,"min":1}"#;
        let table = lines(variables(&[variable(good, FLAGS, r#""Argo""#)], None));
        assert_eq!(
            table,
            [
                "NAME UNIT TYPE VALUES COUNT MISSING PADDING MIN MEAN MAX DISTINCT",
                "TEMP degC decimal good: flag 1 4 1 1.5 2",
                "all 6 3 5 1 3.5 9 2",
            ]
        );
    }

    #[test]
    fn one_row_is_enough_where_good_values_are_all_or_none() {
        let label = |good: &str| leading(&variable(good, FLAGS, r#""Argo""#)).1;
        assert_eq!(
            label(r#"{"count":6,"flags":["1","2"],"max":2,"mean":1.5,"min":1}"#),
            "all good: flags 1, 2"
        );
        assert_eq!(
            label(r#"{"count":0,"flags":[],"max":null,"mean":null,"min":null}"#),
            "all, none good"
        );
        assert_eq!(label("null"), "all");
    }

    #[test]
    fn values_without_fills_lead_and_all_values_follow() {
        let good = r#"{"count":4,"flags":[],"left_out":[-999,99],"max":2,"mean":1.5,"min":1}"#;
        let table = lines(variables(&[variable(good, "null", "null")], None));
        assert_eq!(table[1], "TEMP degC decimal without -999, 99 4 1 1.5 2");
        assert!(table[2].starts_with("all 6"), "{}", table[2]);
        let none = r#"{"count":0,"flags":[],"left_out":[-999],"max":null,"mean":null,"min":null}"#;
        assert_eq!(
            leading(&variable(none, "null", "null")).1,
            "all, only fills: -999"
        );
    }

    #[test]
    fn flags_are_named_and_a_blank_one_is_said_in_words() {
        let table = |scheme| lines(flags(&[variable("null", FLAGS, scheme)])).remove(1);
        assert_eq!(table(r#""Argo""#), "TEMP Argo no flag: 1; 1 good: 4; 4 bad: 4");
        assert_eq!(
            table(r#""flag_meanings""#),
            "TEMP flag_meanings no flag: 1; 1 good: 4; 4 bad: 4"
        );
        let unknown = FLAGS.replace(r#""good""#, "null").replace(r#""bad""#, "null");
        let unknown = lines(flags(&[variable("null", &unknown, "null")]));
        assert_eq!(unknown[1], "TEMP unknown no flag: 1; 1: 4; 4: 4");
        assert_eq!(flag_names(&["".to_owned(), "A".to_owned()]), "flag A, no flag");
        assert_eq!(
            meaning(Some("BODC"), " ", Some(FlagClass::Good)).get(..9),
            Some("no flag (")
        );
    }

    #[test]
    fn the_coverage_counts_what_it_left_out() {
        let some = LeftOut {
            times: 1,
            positions: 0,
            depths: 12,
        };
        assert_eq!(
            left_out(&some).unwrap(),
            "1 time, 12 depths: flagged questionable, bad or missing"
        );
        assert_eq!(left_out(&LeftOut::default()), None);
    }

    #[test]
    fn a_finding_says_what_it_explains() {
        let code = data_review_core::CodeInfo::new("truncated", Severity::Error, "");
        let mut found = Finding::new(&code, None, "The file ends early");
        found.suppressed = [("bad-number".to_owned(), 2), ("ragged-row".to_owned(), 40)].into();
        let mut out = Vec::new();
        finding(&mut out, &found, &Codes::new()).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("also explains 2 bad-number, 40 ragged-row\n"),
            "{text}"
        );
    }
}
