//! Workflow commands of GitHub Actions, which annotate lines of a change: `::error file=…,line=…,col=…,title=…::message`.
//!
//! GitHub documents the command under "Workflow commands for GitHub Actions"; the escapes are those of its toolkit. It
//! shows the first ten annotations of each severity of a step, so a finding is one annotation, however often it occurs.

use std::io::Write;

use data_review_core::{Severity, percent_encode_controls};

use super::{File, Format, Problem, text_of};
use crate::error::CliError;

pub(super) struct Github;

impl Format for Github {
    fn begin(&mut self, _: &mut dyn Write) -> Result<(), CliError> {
        Ok(())
    }

    fn file(&mut self, out: &mut dyn Write, file: &File<'_>) -> Result<(), CliError> {
        let path = path(&text_of(file.path));
        for problem in &file.problems {
            writeln!(out, "{}", command(&path, problem))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write) -> Result<(), CliError> {
        Ok(())
    }
}

/// The annotation of a problem in the file with this escaped path.
fn command(path: &str, problem: &Problem<'_>) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut command = format!("::{level} file={path}");
    if let Some(position) = problem.position {
        command.push_str(&format!(",line={}", position.line));
        if let Some(column) = position.column {
            command.push_str(&format!(",col={column}"));
        }
    }
    let title = property(&percent_encode_controls(&format!(
        "data-review ({})",
        problem.code
    )));
    let mut message = percent_encode_controls(&problem.message);
    if let Some(next_step) = problem.next_step {
        message.push_str("; ");
        message.push_str(next_step);
    }
    format!("{command},title={title}::{}", data(&message))
}

/// A path as a property. GitHub finds the file although its name has line breaks; other control characters stay encoded,
/// because whoever reads the log has a terminal.
fn path(text: &str) -> String {
    let encoded = |c: char| match c {
        '\n' | '\r' => c.to_string(),
        c => percent_encode_controls(c.encode_utf8(&mut [0; 4])),
    };
    property(&text.chars().map(encoded).collect::<String>())
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_finding_is_an_annotation_of_its_line() {
        assert_eq!(
            command("a/b.csv", &example(Severity::Warning, "`x` is not a number")),
            "::warning file=a/b.csv,line=3,col=7,title=data-review (bad-number)::`x` is not a number"
        );
        let file = Problem {
            position: None,
            severity: Severity::Error,
            next_step: Some("get the file again"),
            ..example(Severity::Warning, "cut")
        };
        assert_eq!(
            command("a.nc", &file),
            "::error file=a.nc,title=data-review (bad-number)::cut; get the file again"
        );
    }

    #[test]
    fn no_text_begins_another_command_or_property() {
        let hostile = "100 %\n::error file=x::y\r\u{1b}[31m,a:b";
        let line = command(&path(hostile), &example(Severity::Warning, hostile));
        assert_eq!(
            line,
            "::warning file=100 %25%0A%3A%3Aerror file=x%3A%3Ay%0D%251B[31m%2Ca%3Ab,line=3,col=7,title=data-review (bad-number)\
             ::100 %25%250A::error file=x::y%250D%251B[31m,a:b"
        );
        assert_eq!(line.lines().count(), 1);
    }
}
