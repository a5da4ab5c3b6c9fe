//! One document for a person.

use std::collections::BTreeMap;
use std::io::{self, Write};

use data_review_core::quality::{FlagClass, FlagScheme};
use data_review_core::stats::{Dtype, Scalar};
use data_review_core::{
    Cast, CheckState, Confidence, Document, Finding, GoodValues, HandlerFacts, LeftOut, Severity, Variable,
    percent_encode_controls as safe,
};

use crate::codes::Code;
use crate::output::{self, BAD, HEADING, styled};
use crate::table::{Column, Table, elide, fold};
use crate::wording;

type Codes = BTreeMap<&'static str, Code>;

/// Casts that are shown unless all are asked for.
const CASTS: usize = 10;
/// Below this width, times are shown as days.
const NARROW: u16 = 120;

/// What is shown of a document.
pub(super) struct View<'a> {
    pub(super) document: &'a Document,
    /// Keys of other files with the same content.
    pub(super) equals: Vec<String>,
    pub(super) codes: &'a Codes,
    /// Columns of the terminal; `None` without one: nothing is wrapped.
    pub(super) width: Option<u16>,
    pub(super) only_findings: bool,
    /// Names of variables; empty for all.
    pub(super) variables: &'a [String],
    pub(super) is_verbose: bool,
}

/// Whether `asked` is the name of a variable, or its end after a `/`, in any case.
pub(super) fn is_named(name: &str, asked: &str) -> bool {
    let short = name.rsplit('/').next().unwrap_or(name);
    name.eq_ignore_ascii_case(asked) || short.eq_ignore_ascii_case(asked)
}

impl View<'_> {
    /// Writes kind and coverage, what is wrong and why it matters, variables with their flags, and how the file was read.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let document = self.document;
        let key = safe(&document.file.key);
        writeln!(out, "{}", styled(HEADING, &elide(&key, self.columns())))?;
        for line in self.lead() {
            self.paragraph(out, "", &line)?;
        }
        self.failure(out)?;
        if self.variables.is_empty() {
            self.findings(out)?;
        }
        if self.only_findings {
            return Ok(());
        }
        let variables: Vec<&Variable> = document
            .variables
            .iter()
            .filter(|variable| {
                self.variables.is_empty()
                    || self.variables.iter().any(|asked| is_named(&variable.name, asked))
            })
            .collect();
        match self.variables.is_empty() {
            true => tables(out, &variables, self.width)?,
            false => {
                for variable in variables {
                    self.variable(out, variable)?;
                }
                return Ok(());
            }
        }
        if document.casts.len() > 1 {
            self.casts(out)?;
        }
        writeln!(out, "\n{}", styled(HEADING, "details"))?;
        for (name, text) in self.details() {
            self.fact(out, &name, &text)?;
        }
        Ok(())
    }

    /// Writes the first casts, or all that the document lists, and the number of the others.
    fn casts(&self, out: &mut impl Write) -> io::Result<()> {
        let (all, left_out) = (&self.document.casts, self.document.casts_left_out);
        writeln!(out, "\n{}", styled(HEADING, "casts"))?;
        let shown = if self.is_verbose {
            all.len()
        } else {
            CASTS.min(all.len())
        };
        casts(&all[..shown]).write(out, self.width)?;
        let hidden = (all.len() - shown) as u64;
        let more = match (hidden, left_out) {
            (0, 0) => return Ok(()),
            (0, left_out) => format!("and {left_out} more, which the document does not list"),
            (hidden, 0) => format!("and {hidden} more (--verbose lists them)"),
            (hidden, left_out) => format!(
                "and {} more (--verbose lists {hidden} of them)",
                hidden.saturating_add(left_out)
            ),
        };
        self.paragraph(out, "  ", &more)
    }

    /// The width of text.
    fn columns(&self) -> usize {
        self.width.map_or(usize::MAX, usize::from)
    }

    /// Writes a text whose lines after the first are indented like the text after `prefix`.
    fn paragraph(&self, out: &mut impl Write, prefix: &str, text: &str) -> io::Result<()> {
        let indent = prefix.chars().count();
        let room = self.columns().saturating_sub(indent).max(20);
        for (at, line) in fold(&safe(text), room).iter().enumerate() {
            match at {
                0 => writeln!(out, "{prefix}{line}")?,
                _ => writeln!(out, "{:indent$}{line}", "")?,
            }
        }
        Ok(())
    }

    /// Writes a line with a name.
    fn fact(&self, out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
        self.paragraph(out, &format!("  {:<19} ", elide(&safe(name), 19)), text)
    }

    /// Kind and size, then where and when, then the numbers of findings.
    fn lead(&self) -> Vec<String> {
        let document = self.document;
        let coverage = &document.coverage;
        let kind = document
            .kind
            .clone()
            .or_else(|| document.handler.as_ref().map(|handler| handler.id.clone()));
        let what = [
            Some(kind.unwrap_or_else(|| document.outcome.as_str().to_owned())),
            document.observations.map(|count| wording::plural(count, "row")),
            document.profiles.map(|count| wording::plural(count, "profile")),
            document.file.size.map(wording::bytes),
        ];
        let edges = coverage.boxes.iter().flatten().copied();
        let areas: Vec<String> = edges.map(wording::area).collect();
        let where_and_when = [
            coverage
                .time
                .as_ref()
                .map(|span| wording::days(&span.first.to_string(), &span.last.to_string())),
            (!areas.is_empty()).then(|| areas.join(", ")),
            coverage.depth.as_ref().map(wording::depth),
        ];
        let count = |severity| {
            document
                .findings
                .iter()
                .filter(|found| found.severity == severity)
                .count() as u64
        };
        let found = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
            let count = count(severity);
            (count > 0).then(|| wording::plural(count, severity.as_str()))
        });
        let join = |parts: &[Option<String>], between| {
            parts.iter().flatten().cloned().collect::<Vec<_>>().join(between)
        };
        let mut lines = vec![join(&what, " · "), join(&where_and_when, " · ")];
        let found = join(&found, ", ");
        if document.failure.is_none() {
            lines.push(if found.is_empty() {
                "no findings".to_owned()
            } else {
                found
            });
        }
        if !self.equals.is_empty() {
            lines.push(format!("same content as {}", self.equals.join(", ")));
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    fn failure(&self, out: &mut impl Write) -> io::Result<()> {
        let Some(failure) = &self.document.failure else {
            return Ok(());
        };
        let place = failure.place.as_ref().map(wording::place);
        let place = place.map_or_else(String::new, |place| format!(" ({place})"));
        let outcome = self.document.outcome.as_str();
        writeln!(
            out,
            "\n{}",
            styled(BAD, &format!("{outcome}: {}", failure.class.as_str()))
        )?;
        self.fact(out, "reason", &format!("{}{place}", failure.message))?;
        self.fact(out, "next step", failure.next_step())
    }

    fn findings(&self, out: &mut impl Write) -> io::Result<()> {
        let mut last = None;
        for found in &self.document.findings {
            // What a code means is said once.
            let is_first = last != Some(&found.code);
            last = Some(&found.code);
            self.finding(out, found, is_first)?;
        }
        Ok(())
    }

    fn finding(&self, out: &mut impl Write, finding: &Finding, is_first: bool) -> io::Result<()> {
        if is_first {
            let severity = styled(output::of(finding.severity), finding.severity.as_str());
            writeln!(out, "\n{severity} {}", styled(HEADING, &safe(&finding.code)))?;
        }
        let subject = match &finding.subject {
            Some(subject) if !finding.message.contains(subject.as_str()) => format!("{subject}: "),
            _ => String::new(),
        };
        let times = match finding.count {
            1 => String::new(),
            count => format!(" (× {count})"),
        };
        self.paragraph(out, "  ", &format!("{subject}{}{times}", finding.message))?;
        if !finding.places.is_empty() {
            let more = match finding.count > finding.places.len() as u64 {
                true => "; …",
                false => "",
            };
            self.paragraph(
                out,
                "    at ",
                &format!("{}{more}", wording::places(&finding.places)),
            )?;
        }
        if !finding.suppressed.is_empty() {
            let follow = finding.suppressed.iter();
            let words: Vec<String> = follow.map(|(code, count)| format!("{count} {code}")).collect();
            self.paragraph(out, "    also explains ", &words.join(", "))?;
        }
        let is_last = self
            .document
            .findings
            .iter()
            .rfind(|other| other.code == finding.code)
            .is_none_or(|last| std::ptr::eq(last, finding));
        if let (true, Some(code)) = (is_last, self.codes.get(finding.code.as_str())) {
            self.paragraph(out, "  why: ", code.info.meaning)?;
            self.paragraph(out, "  do:  ", code.info.remedy)?;
        }
        Ok(())
    }

    /// Everything that is known of one variable.
    fn variable(&self, out: &mut impl Write, variable: &Variable) -> io::Result<()> {
        writeln!(out, "\n{}", styled(HEADING, &safe(&variable.name)))?;
        for (name, text) in variable_facts(variable) {
            self.fact(out, name, &text)?;
        }
        let name = &variable.name;
        let about = |found: &&Finding| {
            found.subject.as_deref() == Some(name)
                || found.places.iter().any(|place| match place {
                    data_review_core::Place::Array { variable, .. } => variable == name,
                    data_review_core::Place::Text { field, .. } => field.as_ref() == Some(name),
                    _ => false,
                })
        };
        for found in self.document.findings.iter().filter(about) {
            self.finding(out, found, true)?;
        }
        Ok(())
    }

    /// How the file was identified and read, and what it says of itself.
    fn details(&self) -> Vec<(String, String)> {
        let document = self.document;
        let mut details = Vec::new();
        let mut fact =
            |name: &str, text: Option<String>| details.extend(text.map(|text| (name.to_owned(), text)));
        fact("outcome", Some(document.outcome.as_str().to_owned()));
        fact("handler", document.handler.as_ref().map(handler));
        let time = document.coverage.time.as_ref();
        fact("time", time.map(|span| format!("{} … {}", span.first, span.last)));
        fact(
            "coverage",
            document.coverage.kind.map(|kind| kind.as_str().to_owned()),
        );
        if let [one] = &document.casts[..] {
            fact("cast", cast(one));
        }
        fact("left out", document.coverage.left_out.as_ref().and_then(left_out));
        for (name, values) in &document.attributes {
            fact(name, Some(values.join(", ")));
        }
        fact("checks", checks(&document.checks));
        if self.is_verbose {
            for state in [CheckState::Failed, CheckState::NotApplicable, CheckState::NotRun] {
                let of = document.checks.iter().filter(|(_, found)| **found == state);
                let names: Vec<&str> = of.map(|(name, _)| name.as_str()).collect();
                let word = match state {
                    CheckState::Failed => "with findings",
                    CheckState::NotApplicable => "not applicable",
                    CheckState::NotRun | CheckState::Passed => "not run",
                };
                fact(word, (!names.is_empty()).then(|| names.join(", ")));
            }
            fact("reader", document.provenance.reader.clone());
            fact("vocabulary", document.provenance.vocabulary.clone());
            fact("recipe", document.provenance.recipe.clone());
        }
        let compression = document
            .file
            .compression
            .map(|compression| compression.as_str().to_owned());
        fact("compression", compression);
        fact("sha256", document.file.sha256.clone());
        details
    }
}

/// Writes the statistics of variables, and the counts of their flags.
pub(crate) fn tables(out: &mut impl Write, shown: &[&Variable], width: Option<u16>) -> io::Result<()> {
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", styled(HEADING, "variables"))?;
    variables(shown, width.is_some_and(|width| width < NARROW)).write(out, width)?;
    let flags = flags(shown);
    if !flags.is_empty() {
        writeln!(out, "\n{}", styled(HEADING, "flags"))?;
        flags.write(out, width)?;
    }
    Ok(())
}

/// One row a cast.
fn casts(casts: &[Cast]) -> Table {
    let mut table = Table::new(&[
        Column::path("station"),
        Column::whole("cast"),
        Column::whole("time").rank(1),
        Column::whole("where").rank(2),
        Column::number("levels"),
    ]);
    for cast in casts {
        let position = cast.longitude.zip(cast.latitude);
        let place = position.map(|(longitude, latitude)| [longitude, latitude, longitude, latitude]);
        table.row([
            cast.station.clone().unwrap_or_default(),
            cast.number.clone().unwrap_or_default(),
            cast.time.map(|time| time.to_string()).unwrap_or_default(),
            place.map(wording::area).unwrap_or_default(),
            cast.levels.map(|levels| levels.to_string()).unwrap_or_default(),
        ]);
    }
    table
}

/// `station 12, cast 1, 71 levels`; when and where are those of the file.
fn cast(cast: &Cast) -> Option<String> {
    let parts = [
        cast.station.as_ref().map(|station| format!("station {station}")),
        cast.number.as_ref().map(|number| format!("cast {number}")),
        cast.levels.map(|levels| wording::plural(levels, "level")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The statistics of a variable, with their names.
fn variable_facts(variable: &Variable) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &'static str, text: Option<String>| facts.extend(text.map(|text| (name, text)));
    let range = |min: Option<Scalar>, max: Option<Scalar>, mean: Option<f64>| {
        let (min, max) = (edge(min, &None, 40), edge(max, &None, 40));
        let mean = mean
            .map(|mean| format!(", mean {}", wording::number(mean)))
            .unwrap_or_default();
        (!min.is_empty()).then(|| format!("{min} … {max}{mean}"))
    };
    fact("unit", variable.unit.clone());
    fact("type", Some(variable.dtype.clone()));
    fact("quantity", variable.quantity.clone());
    fact("canonical", variable.canonical.clone());
    fact("CF name", variable.standard_name.clone());
    let shape = variable.shape.iter().map(u64::to_string).collect::<Vec<_>>();
    fact("shape", Some(shape.join(" × ")));
    fact(
        "dimensions",
        variable.dimensions.as_ref().map(|names| names.join(", ")),
    );
    fact("cells", Some(variable.total.to_string()));
    fact("values", Some(variable.count.to_string()));
    let missing: Vec<String> = variable
        .missing
        .iter()
        .map(|(text, count)| format!("{count} as {text:?}"))
        .collect();
    fact("missing", (!missing.is_empty()).then(|| missing.join(", ")));
    fact(
        "padding",
        (variable.padding > 0).then(|| variable.padding.to_string()),
    );
    fact(
        "invalid",
        (variable.invalid > 0).then(|| variable.invalid.to_string()),
    );
    fact(
        "not finite",
        (variable.non_finite > 0).then(|| variable.non_finite.to_string()),
    );
    if let (Some(good), label) = leading(variable) {
        let (good, name) = good;
        fact(
            "good",
            range(good.min, good.max, good.mean)
                .map(|range| format!("{range} ({name}, {} values)", good.count)),
        );
        fact(
            "all",
            range(variable.min, variable.max, variable.mean).map(|range| format!("{range} ({label})")),
        );
    } else {
        fact("range", range(variable.min, variable.max, variable.mean));
    }
    fact("std", variable.std.map(wording::number));
    let quantiles = variable.quantiles.iter().flatten();
    let quantiles: Vec<String> = quantiles
        .map(|(name, value)| format!("{name}: {}", wording::number(*value)))
        .collect();
    fact("quantiles", (!quantiles.is_empty()).then(|| quantiles.join(", ")));
    let times = variable.first.as_ref().zip(variable.last.as_ref());
    fact("from, to", times.map(|(first, last)| format!("{first} … {last}")));
    let about = if variable.distinct_exact { "" } else { "about " };
    fact("distinct", Some(format!("{about}{}", variable.distinct)));
    fact("flag scheme", variable.flag_scheme.clone());
    fact("flags", variable.flags.as_ref().map(|_| flag_counts(variable)));
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

/// The most characters of a text or a unit in a table.
const LONGEST: usize = 24;

/// One or two rows a variable: statistics over good values, then over all values, under a name that says which.
fn variables(variables: &[&Variable], is_narrow: bool) -> Table {
    let mut table = Table::new(&[
        Column::path("name"),
        Column::whole("unit").rank(3),
        Column::whole("type").rank(8),
        Column::words("values").rank(1),
        Column::number("count").rank(5),
        Column::number("missing").rank(6),
        Column::number("padding").rank(7),
        Column::number("invalid").rank(4),
        Column::number("min"),
        Column::number("mean").rank(2),
        Column::number("max"),
        Column::number("distinct").rank(9),
    ]);
    // A time takes much of a narrow terminal; `--variable` shows all of it.
    let edge_of = |time: &Option<String>| {
        let time = time.as_deref()?;
        Some(if is_narrow {
            wording::days(time, time)
        } else {
            time.to_owned()
        })
    };
    for variable in variables {
        let (lead, label) = leading(variable);
        let unit = variable.unit.as_deref().unwrap_or_default();
        let mut name = variable.name.clone();
        let mut unit = data_review_core::printable(unit.as_bytes(), LONGEST);
        let mut dtype = variable.dtype.clone();
        if let Some((good, label)) = &lead {
            table.row([
                std::mem::take(&mut name),
                std::mem::take(&mut unit),
                std::mem::take(&mut dtype),
                label.clone(),
                good.count.to_string(),
                String::new(),
                String::new(),
                String::new(),
                edge(good.min, &None, LONGEST),
                good.mean.map(wording::number).unwrap_or_default(),
                edge(good.max, &None, LONGEST),
                String::new(),
            ]);
        }
        // The least and the greatest text say nothing to a reader; the earliest and the latest time do.
        let times = (variable.dtype == Dtype::Time.as_str()).then_some((&variable.first, &variable.last));
        let (first, last) = times.map_or((None, None), |(first, last)| (edge_of(first), edge_of(last)));
        let about = if variable.distinct_exact { "" } else { "~" };
        table.row([
            name,
            unit,
            dtype,
            label,
            variable.count.to_string(),
            nonzero(variable.missing.values().sum()),
            nonzero(variable.padding),
            nonzero(variable.invalid.saturating_add(variable.non_finite)),
            edge(variable.min, &first, LONGEST),
            variable.mean.map(wording::number).unwrap_or_default(),
            edge(variable.max, &last, LONGEST),
            format!("{about}{}", variable.distinct),
        ]);
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
fn flags(variables: &[&Variable]) -> Table {
    let mut table = Table::new(&[
        Column::path("name"),
        Column::whole("scheme").rank(1),
        Column::words("flags"),
    ]);
    for variable in variables.iter().filter(|variable| variable.flags.is_some()) {
        let scheme = variable.flag_scheme.as_deref().unwrap_or("unknown");
        table.row([variable.name.as_str(), scheme, &flag_counts(variable)]);
    }
    table
}

/// `2 acceptable: 40; 9 no sample: 3`
fn flag_counts(variable: &Variable) -> String {
    let scheme = variable.flag_scheme.as_deref();
    let flags = variable.flags.iter().flatten();
    let counts =
        flags.map(|(flag, summary)| format!("{}: {}", meaning(scheme, flag, summary.class), summary.total));
    counts.collect::<Vec<_>>().join("; ")
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

/// `46 clean, 9 with findings, 3 not applicable`
fn checks(checks: &BTreeMap<String, CheckState>) -> Option<String> {
    let of = |state| checks.values().filter(|found| **found == state).count();
    let states = [
        (CheckState::Passed, "clean"),
        (CheckState::Failed, "with findings"),
        (CheckState::NotApplicable, "not applicable"),
        (CheckState::NotRun, "not run"),
    ];
    let words: Vec<String> = states
        .into_iter()
        .filter(|(state, _)| of(*state) > 0)
        .map(|(state, word)| format!("{} {word}", of(state)))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
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
        let mut text = Vec::new();
        table.write(&mut text, None).unwrap();
        let text = anstream::adapter::strip_bytes(&text).into_vec();
        let text = String::from_utf8(text).unwrap();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect()
    }

    #[test]
    fn good_values_lead_and_all_values_follow() {
        let good = r#"{"count":4,"flags":["1"],"max":2,"mean":1.5,"min":1}"#;
        let table = lines(variables(&[&variable(good, FLAGS, r#""Argo""#)], false));
        assert_eq!(
            table,
            [
                "NAME UNIT TYPE VALUES COUNT MISSING PADDING INVALID MIN MEAN MAX DISTINCT",
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
        let table = lines(variables(&[&variable(good, "null", "null")], false));
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
        let table = |scheme| lines(flags(&[&variable("null", FLAGS, scheme)])).remove(1);
        assert_eq!(table(r#""Argo""#), "TEMP Argo no flag: 1; 1 good: 4; 4 bad: 4");
        assert_eq!(
            table(r#""flag_meanings""#),
            "TEMP flag_meanings no flag: 1; 1 good: 4; 4 bad: 4"
        );
        let unknown = FLAGS.replace(r#""good""#, "null").replace(r#""bad""#, "null");
        let unknown = lines(flags(&[&variable("null", &unknown, "null")]));
        assert_eq!(unknown[1], "TEMP unknown no flag: 1; 1: 4; 4: 4");
        assert_eq!(flag_names(&["".to_owned(), "A".to_owned()]), "flag A, no flag");
        assert_eq!(
            meaning(Some("BODC"), " ", Some(FlagClass::Good)).get(..9),
            Some("no flag (")
        );
    }

    #[test]
    fn a_cast_is_a_row_with_what_is_known_of_it() {
        let known = Cast {
            station: Some("12".to_owned()),
            number: Some("1".to_owned()),
            time: data_review_core::Instant::parse("2015-08-10 12:00"),
            levels: Some(36),
            ..Cast::default()
        }
        .at(-170.25, 10.5);
        assert_eq!(
            lines(casts(&[known.clone(), Cast::default()])),
            [
                "STATION CAST TIME WHERE LEVELS",
                "12 1 2015-08-10T12:00:00Z 10.50°N 170.25°W 36",
                "",
            ]
        );
        assert_eq!(cast(&known).as_deref(), Some("station 12, cast 1, 36 levels"));
        assert_eq!(cast(&Cast::default()), None);
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
}
