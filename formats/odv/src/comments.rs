//! Comments in a form for programs.

use std::collections::BTreeMap;

use crate::column::Kind;

/// Most tags that are kept.
const MOST_TAGS: usize = 200;
/// Most declarations and mappings that are kept.
const MOST_DECLARATIONS: usize = 8192;
/// Most spellings of a missing value that are kept.
const MOST_SPELLINGS: usize = 100;

/// What `//<MetaVariable>` or `//<DataVariable>` declares about the column with a label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Declaration {
    pub(crate) is_meta: bool,
    pub(crate) is_primary: bool,
    pub(crate) kind: Option<Kind>,
    pub(crate) scheme: Option<String>,
    pub(crate) term: Option<String>,
    pub(crate) line: u64,
}

/// A mapping of a SeaDataNet file: `//<subject>…<object>…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) term: String,
    pub(crate) line: u64,
}

/// All structured comments above the labels.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) declarations: BTreeMap<String, Declaration>,
    /// Mappings by the local name of the column.
    pub(crate) mappings: BTreeMap<String, Mapping>,
}

impl Comments {
    /// Interprets a line that begins with `//`.
    pub(crate) fn line(&mut self, line: &str, number: u64) {
        let Some((tag, value)) = element(line.trim_start_matches('/')) else {
            return;
        };
        match tag {
            "MetaVariable" | "DataVariable" => self.declare(tag, value, number),
            "subject" => self.map(line, value, number),
            _ if self.tags.len() < MOST_TAGS => self.tags.push((tag.to_owned(), value.to_owned())),
            _ => {}
        }
    }

    fn declare(&mut self, tag: &str, value: &str, line: u64) {
        let Some(label) = attribute(value, "label").filter(|_| self.declarations.len() < MOST_DECLARATIONS)
        else {
            return;
        };
        let scheme = attribute(value, "qf_schema").or_else(|| attribute(value, "qf_scheme"));
        let declaration = Declaration {
            is_meta: tag == "MetaVariable",
            is_primary: attribute(value, "is_primary_variable") == Some("T"),
            kind: attribute(value, "value_type").and_then(Kind::from_value_type),
            scheme: scheme.filter(|scheme| !scheme.is_empty()).map(str::to_owned),
            term: attribute(value, "comment").and_then(term),
            line,
        };
        self.declarations.insert(label.to_owned(), declaration);
    }

    fn map(&mut self, line: &str, subject: &str, number: u64) {
        let local = subject.trim_start_matches("SDN:LOCAL:");
        // Some files name the column together with its unit.
        let local = local
            .split('[')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let object = line
            .split_once("<object>")
            .and_then(|(_, rest)| rest.split_once("</object>"));
        if let Some((term, _)) = object
            && self.mappings.len() < MOST_DECLARATIONS
        {
            let term = term.trim().to_owned();
            self.mappings.insert(local, Mapping { term, line: number });
        }
    }

    /// The spellings of a missing value that the file declares.
    pub(crate) fn missing_values(&self) -> Vec<MissingValue> {
        let announced = self
            .tags
            .iter()
            .filter(|(tag, _)| ["MissingDataValues", "MissingValueIndicators"].contains(&tag.as_str()));
        let spellings = announced.flat_map(|(_, value)| value.split([' ', ';', ',', '"']));
        let spellings = spellings
            .filter(|spelling| !spelling.is_empty())
            .take(MOST_SPELLINGS);
        spellings
            .map(|spelling| MissingValue {
                spelling: spelling.to_owned(),
                number: fast_float2::parse(spelling).ok(),
            })
            .collect()
    }
}

/// A spelling of a missing value that the comments declare: `//<MissingValueIndicators>-999</MissingValueIndicators>`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MissingValue {
    /// The spelling, as the comment writes it.
    pub spelling: String,
    /// The spelling as a number, if it is one. Other spellings of the same number are missing values, too.
    pub number: Option<f64>,
}

/// Tag and value of `<tag>value</tag>`.
fn element(text: &str) -> Option<(&str, &str)> {
    let (tag, rest) = text.trim_start().strip_prefix('<')?.split_once('>')?;
    let (value, _) = rest.split_once(&format!("</{tag}>"))?;
    Some((tag, value.trim()))
}

/// The value of `name="value"`.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value.trim())
}

/// The term, such as `SDN:P01::TEMPPR01`, in a remark.
fn term(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("SDN:P01::")?;
    let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!code.is_empty()).then(|| format!("SDN:P01::{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_declarations_and_mappings() {
        let mut comments = Comments::default();
        for line in [
            "//<Version>ODV Spreadsheet V4.6</Version>",
            "//<MissingDataValues>NaN -999</MissingDataValues>",
            r#"//<MetaVariable>label="Station" value_type="TEXT:21" qf_schema="ODV"</MetaVariable>"#,
            r#"//<DataVariable>label="Depth [m]" value_type="FLOAT" qf_schema="" is_primary_variable="T" comment="SDN:P01::ADEPZZ01 SDN:P06::ULAA"</DataVariable>"#,
            "//<subject>SDN:LOCAL:Salinity [psu]</subject><object>SDN:P01::PSLTZZ01</object><units>SDN:P06::UUUU</units>",
            "// free text <and more",
            "//<broken>",
            r#"//<sdn_reference href="x" role="y"/>"#,
        ] {
            comments.line(line, 7);
        }
        assert_eq!(
            comments.tags[0],
            ("Version".to_owned(), "ODV Spreadsheet V4.6".to_owned())
        );
        assert_eq!(comments.tags.len(), 2);
        let missing = comments.missing_values();
        assert_eq!(
            (missing[0].spelling.as_str(), missing[1].number),
            ("NaN", Some(-999.0))
        );
        let station = &comments.declarations["Station"];
        assert!(station.is_meta && !station.is_primary);
        assert_eq!(
            (station.kind, station.scheme.as_deref()),
            (Some(Kind::Text), Some("ODV"))
        );
        let depth = &comments.declarations["Depth [m]"];
        assert!(depth.is_primary && !depth.is_meta);
        assert_eq!((depth.kind, depth.scheme.as_deref()), (Some(Kind::Number), None));
        assert_eq!(depth.term.as_deref(), Some("SDN:P01::ADEPZZ01"));
        assert_eq!(comments.mappings["salinity"].term, "SDN:P01::PSLTZZ01");
    }

    #[test]
    fn declarations_and_mappings_are_limited() {
        let mut comments = Comments::default();
        for n in 0..=MOST_DECLARATIONS {
            for line in [
                format!(r#"//<DataVariable>label="V{n}" value_type="FLOAT"</DataVariable>"#),
                format!(
                    "//<subject>SDN:LOCAL:V{n}</subject><object>SDN:P01::X</object><units>SDN:P06::Y</units>"
                ),
            ] {
                comments.line(&line, 1);
            }
        }
        assert_eq!(
            (comments.declarations.len(), comments.mappings.len()),
            (MOST_DECLARATIONS, MOST_DECLARATIONS)
        );
    }
}
