//! SARIF 2.1.0 (OASIS Standard, Static Analysis Results Interchange Format), which GitHub's code scanning and editors read.
//!
//! A problem is a result with its first place as the location and the other places as related locations. The rules are
//! those that have a result. Paths below the working directory are relative to `%SRCROOT%`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use data_review_core::{Place, Severity, hex};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{File, Format, Position, Problem, line_of};
use crate::codes::Code;
use crate::error::CliError;
use crate::wording;

/// The schema that the standard publishes.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) struct Sarif<'c> {
    codes: &'c BTreeMap<&'static str, Code>,
    /// The number of each rule that has a result, by its id.
    seen: HashMap<String, usize>,
    rules: Vec<Rule<'c>>,
    /// Whether a result was written.
    has_result: bool,
}

impl<'c> Sarif<'c> {
    pub(super) fn new(codes: &'c BTreeMap<&'static str, Code>) -> Self {
        Sarif {
            codes,
            seen: HashMap::new(),
            rules: Vec::new(),
            has_result: false,
        }
    }

    /// The number of a problem's rule.
    fn rule(&mut self, problem: &Problem<'_>) -> usize {
        if let Some(at) = self.seen.get(&*problem.code) {
            return *at;
        }
        let rule = match self.codes.get(&*problem.code) {
            Some(code) => Rule::of(code),
            None => Rule::unknown(problem),
        };
        self.rules.push(rule);
        let at = self.rules.len() - 1;
        self.seen.insert(problem.code.to_string(), at);
        at
    }
}

impl Format for Sarif<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> Result<(), CliError> {
        // Rules follow results: which of them occur is known at the end only.
        Ok(write!(
            out,
            r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","results":["#
        )?)
    }

    fn file(&mut self, out: &mut dyn Write, file: &File<'_>) -> Result<(), CliError> {
        let artifact = Artifact::of(file.path);
        for problem in &file.problems {
            let result = Answer::of(self.rule(problem), &artifact, file.path, problem);
            let separator = if self.has_result { ",\n" } else { "\n" };
            write!(out, "{separator}")?;
            write(out, &result)?;
            self.has_result = true;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> Result<(), CliError> {
        write!(out, "],\n\"tool\":")?;
        write(
            out,
            &Tool {
                driver: Driver {
                    name: "data-review",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: &self.rules,
                },
            },
        )?;
        Ok(writeln!(out, "}}]}}")?)
    }
}

fn write(out: &mut dyn Write, value: &impl Serialize) -> Result<(), CliError> {
    serde_json::to_writer(out, value).map_err(|error| CliError::Output(error.into()))
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: &'a [Rule<'a>],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: Cow<'a, str>,
    short_description: Text<'a>,
    #[serde(skip_serializing_if = "Text::is_empty")]
    full_description: Text<'a>,
    #[serde(skip_serializing_if = "Text::is_empty")]
    help: Text<'a>,
    default_configuration: Configuration,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'a>>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'a> {
    clause: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: Cow<'a, str>,
}

impl<'a> Text<'a> {
    fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Text { text: text.into() }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl<'a> Rule<'a> {
    /// The rule of a finding code.
    fn of(code: &'a Code) -> Self {
        let info = code.info;
        Rule {
            id: Cow::Borrowed(info.code),
            short_description: Text::new(info.title),
            full_description: Text::new(info.meaning),
            help: Text::new(info.remedy),
            default_configuration: Configuration {
                level: level(info.severity),
            },
            properties: (!info.clause.is_empty()).then_some(Properties { clause: info.clause }),
        }
    }

    /// The rule of a file without a review, or of a code that a later program wrote.
    fn unknown(problem: &Problem<'_>) -> Self {
        let title = match problem.next_step {
            Some(_) => "The file has no review",
            None => "A finding that this version of the program does not know",
        };
        Rule {
            id: Cow::Owned(problem.code.to_string()),
            short_description: Text::new(title),
            full_description: Text::new(""),
            help: Text::new(problem.next_step.unwrap_or_default()),
            default_configuration: Configuration {
                level: level(problem.severity),
            },
            properties: None,
        }
    }
}

/// A result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Text<'a>,
    occurrence_count: u64,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "dataReview/v1")]
    v1: String,
}

impl<'a> Answer<'a> {
    fn of(rule: usize, artifact: &'a Artifact, path: &Path, problem: &'a Problem<'a>) -> Self {
        // The location is what the annotation of a line needs; a place that is not a line is a logical location.
        let first = problem
            .places
            .iter()
            .position(|place| problem.position.is_some() && line_of(place) == problem.position)
            .unwrap_or(0);
        let has_lines = problem.position.is_some();
        let location = |place: Option<&'a Place>| Location::of(artifact, place, has_lines);
        let others = problem.places.iter().enumerate().filter(|(at, _)| *at != first);
        Answer {
            rule_id: &problem.code,
            rule_index: rule,
            level: level(problem.severity),
            message: Text::new(&*problem.message),
            occurrence_count: problem.count,
            locations: [location(problem.places.get(first))],
            related_locations: others.map(|(_, place)| location(Some(place))).collect(),
            partial_fingerprints: Fingerprints {
                v1: fingerprint(path, problem),
            },
        }
    }
}

/// What identifies a problem from run to run: path, code and subject, wherever its lines are.
fn fingerprint(path: &Path, problem: &Problem<'_>) -> String {
    let mut digest = Sha256::new();
    let subject = problem.subject.unwrap_or_default();
    for part in [
        path.as_os_str().as_bytes(),
        problem.code.as_bytes(),
        subject.as_bytes(),
    ] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize()[..16])
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[Logical; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: &'a Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", untagged)]
enum Region {
    #[serde(rename_all = "camelCase")]
    Line {
        start_line: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        start_column: Option<u64>,
    },
    #[serde(rename_all = "camelCase")]
    Byte { byte_offset: u64, byte_length: u64 },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
}

impl<'a> Location<'a> {
    /// The location of a place. `has_lines` tells whether lines are those of the file, and not of its compressed content.
    fn of(artifact: &'a Artifact, place: Option<&Place>, has_lines: bool) -> Self {
        let region = place.and_then(|place| match place {
            Place::Byte { byte } => Some(Region::Byte {
                byte_offset: *byte,
                byte_length: 0,
            }),
            place => {
                let Position { line, column } = line_of(place).filter(|_| has_lines)?;
                Some(Region::Line {
                    start_line: line.max(1),
                    start_column: column.map(|column| column.max(1)),
                })
            }
        });
        let name = place.map(wording::place).filter(|name| !name.is_empty());
        Location {
            physical_location: Physical {
                artifact_location: artifact,
                region,
            },
            logical_locations: name.map(|fully_qualified_name| [Logical { fully_qualified_name }]),
        }
    }
}

impl Artifact {
    fn of(path: &Path) -> Self {
        let encoded = percent_encoded(path.as_os_str().as_bytes());
        match path.is_absolute() {
            true => Artifact {
                uri: format!("file://{encoded}"),
                uri_base_id: None,
            },
            false => Artifact {
                uri: encoded,
                uri_base_id: Some("%SRCROOT%"),
            },
        }
    }
}

/// A path as the path of a URI: everything but unreserved characters and `/` is percent-encoded. (RFC 3986, 2.3 and 3.3)
fn percent_encoded(path: &[u8]) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(*byte));
            }
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::Registry;
    use serde_json::{Value, json};

    use super::*;

    fn log(path: &str, problems: Vec<Problem<'_>>) -> Value {
        let codes = crate::codes::codes(&Registry::linked().unwrap());
        let mut sarif = Sarif::new(&codes);
        let mut out = Vec::new();
        sarif.begin(&mut out).unwrap();
        let path = Path::new(path);
        sarif.file(&mut out, &File { path, problems }).unwrap();
        sarif.end(&mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn problem<'a>(code: &'a str, places: &'a [Place]) -> Problem<'a> {
        Problem {
            code: Cow::Borrowed(code),
            severity: Severity::Warning,
            subject: Some("TEMP"),
            message: "odd \u{1b}\n\"".to_owned(),
            count: 3,
            places,
            position: places.iter().find_map(line_of),
            next_step: None,
        }
    }

    #[test]
    fn a_result_has_its_line_its_rule_and_the_other_places() {
        let places = [
            Place::member("a"),
            Place::text(7, 3, None),
            Place::array("T", vec![2]),
        ];
        let log = log("da ta/ü.csv", vec![problem("out-of-range", &places)]);
        let run = &log["runs"][0];
        let result = &run["results"][0];
        assert_eq!(
            result["locations"][0]["physicalLocation"],
            json!({
                "artifactLocation": { "uri": "da%20ta/%C3%BC.csv", "uriBaseId": "%SRCROOT%" },
                "region": { "startLine": 7, "startColumn": 3 },
            })
        );
        assert_eq!(result["message"]["text"], "odd \u{1b}\n\"");
        assert_eq!(
            (&result["level"], &result["occurrenceCount"]),
            (&json!("warning"), &json!(3))
        );
        let others = result["relatedLocations"].as_array().unwrap();
        let names: Vec<&Value> = others
            .iter()
            .map(|other| &other["logicalLocations"][0]["fullyQualifiedName"])
            .collect();
        assert_eq!(names, ["a", "T[2]"]);
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(
            (&rule["id"], &result["ruleIndex"]),
            (&json!("out-of-range"), &json!(0))
        );
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
    }

    #[test]
    fn rules_are_listed_once_and_only_if_they_have_a_result() {
        assert_eq!(log("a", vec![])["runs"][0]["tool"]["driver"]["rules"], json!([]));
        let problems = ["ragged", "unknown-code", "ragged"].map(|code| problem(code, &[]));
        let log = log("/a:b", problems.into());
        let run = &log["runs"][0];
        let indices: Vec<u64> = (0..3)
            .filter_map(|at| run["results"][at]["ruleIndex"].as_u64())
            .collect();
        assert_eq!(indices, [0, 1, 0]);
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
        let artifact = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(artifact, &json!({ "uri": "file:///a%3Ab" }));
    }

    #[test]
    fn a_problem_keeps_its_fingerprint_when_its_lines_move() {
        let (path, other) = (Path::new("a.csv"), Path::new("b.csv"));
        let (before, after) = ([Place::text(7, 3, None)], [Place::text(9, 3, None)]);
        let print = fingerprint(path, &problem("x", &before));
        assert_eq!(print, fingerprint(path, &problem("x", &after)));
        assert_ne!(print, fingerprint(other, &problem("x", &before)));
        assert_ne!(print, fingerprint(path, &problem("y", &before)));
    }
}
