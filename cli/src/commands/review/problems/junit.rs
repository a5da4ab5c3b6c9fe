//! JUnit XML as Jenkins' xUnit plugin defines it (`junit-10.xsd`), which Jenkins, GitLab and others read.
//!
//! A file is a test suite. Errors, warnings and missing reviews are failed test cases. An info is a passed one, with its
//! message as output. A file without a problem has one passed test case, `review`. There is no time in it, so that the same
//! outcomes are the same bytes.

use std::io::{self, Write};

use data_review_core::{Severity, percent_encode_controls};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{File, Format, Problem, text_of};
use crate::error::CliError;

pub(super) struct Junit;

impl Format for Junit {
    fn begin(&mut self, out: &mut dyn Write) -> Result<(), CliError> {
        let mut xml = Writer::new(out);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let all = BytesStart::new("testsuites").with_attributes([("name", "data-review")]);
        xml.write_event(Event::Start(all))?;
        Ok(writeln!(xml.get_mut())?)
    }

    fn file(&mut self, out: &mut dyn Write, file: &File<'_>) -> Result<(), CliError> {
        Ok(suite(out, file)?)
    }

    fn end(&mut self, out: &mut dyn Write) -> Result<(), CliError> {
        let mut xml = Writer::new(out);
        xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
        Ok(writeln!(xml.get_mut())?)
    }
}

fn suite(out: &mut dyn Write, file: &File<'_>) -> io::Result<()> {
    let path = text_of(file.path);
    let shown = valid(&path);
    let failures = file.problems.iter().filter(|problem| is_failure(problem)).count();
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.create_element("testsuite")
        .with_attributes([
            ("name", &*shown),
            ("tests", &file.problems.len().max(1).to_string()),
            ("failures", &failures.to_string()),
            ("errors", "0"),
            ("file", &shown),
        ])
        .write_inner_content(|xml| {
            if file.problems.is_empty() {
                xml.create_element("testcase")
                    .with_attributes([("name", "review"), ("classname", &*shown)])
                    .write_empty()?;
            }
            file.problems
                .iter()
                .try_for_each(|problem| case(xml, &shown, problem))
        })?;
    writeln!(xml.get_mut())
}

fn case(xml: &mut Writer<&mut dyn Write>, path: &str, problem: &Problem<'_>) -> io::Result<()> {
    let name = match problem.subject {
        Some(subject) => format!("{} ({subject})", problem.code),
        None => problem.code.to_string(),
    };
    let mut text = path.to_owned();
    if let Some(position) = problem.position {
        text.push_str(&format!(":{}", position.line));
        text.extend(position.column.map(|column| format!(":{column}")));
    }
    text.push_str(&format!(
        ": {}: {}",
        problem.severity.as_str(),
        valid(&problem.message)
    ));
    text.extend(problem.next_step.map(|step| format!("; {step}")));
    xml.create_element("testcase")
        .with_attributes([("name", &*valid(&name)), ("classname", path)])
        .write_inner_content(|xml| {
            let content = BytesText::new(&text);
            match is_failure(problem) {
                true => xml
                    .create_element("failure")
                    .with_attributes([
                        ("type", problem.severity.as_str()),
                        ("message", &*valid(&problem.message)),
                    ])
                    .write_text_content(content)?,
                false => xml.create_element("system-out").write_text_content(content)?,
            };
            Ok(())
        })?;
    Ok(())
}

fn is_failure(problem: &Problem<'_>) -> bool {
    problem.severity != Severity::Info
}

/// Text without the characters that XML 1.0 does not allow, and without those that move a terminal. (XML 1.0, 2.2)
fn valid(text: &str) -> String {
    percent_encode_controls(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::example;
    use super::*;

    fn xml(path: &str, problems: Vec<Problem<'_>>) -> String {
        let mut out = Vec::new();
        let path = Path::new(path);
        suite(&mut out, &File { path, problems }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_file_is_a_suite_and_a_finding_a_case() {
        let problems = vec![example(Severity::Warning, "odd"), example(Severity::Info, "note")];
        assert_eq!(
            xml("a.csv", problems),
            "<testsuite name=\"a.csv\" tests=\"2\" failures=\"1\" errors=\"0\" file=\"a.csv\">
  <testcase name=\"bad-number (TEMP)\" classname=\"a.csv\">
    <failure type=\"warning\" message=\"odd\">a.csv:3:7: warning: odd</failure>
  </testcase>
  <testcase name=\"bad-number (TEMP)\" classname=\"a.csv\">
    <system-out>a.csv:3:7: info: note</system-out>
  </testcase>
</testsuite>
"
        );
        assert!(xml("a.csv", Vec::new()).contains("<testcase name=\"review\" classname=\"a.csv\"/>"));
    }

    #[test]
    fn every_text_gives_valid_xml() {
        let hostile = "a\"'<&]]>\u{0}\u{1b}[31m\n\u{ffff}";
        let text = xml(hostile, vec![example(Severity::Error, hostile)]);
        let message = "message=\"a&quot;&apos;&lt;&amp;]]&gt;%00%1B[31m%0A\u{fffd}\"";
        assert!(text.contains(message), "{text}");
        assert!(!text.contains("]]>") && !text.contains('\u{1b}'), "{text}");
    }
}
