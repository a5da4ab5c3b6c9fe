//! Which findings are shown, and with which severity.

use std::collections::BTreeMap;

use data_review_core::{Document, Registry, Severity, name_of};
use globset::{Glob, GlobSet, GlobSetBuilder};

use super::Config;
use crate::codes::codes;
use crate::wording;

/// The rules of a configuration, applied when documents are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    general: Set,
    overrides: Vec<(Globs, Set)>,
}

/// Codes, or their beginnings up to a dash.
#[derive(Debug, Clone, Default)]
struct Set {
    select: Vec<String>,
    ignore: Vec<String>,
    severity: BTreeMap<String, Severity>,
}

/// Globs over keys: one with `/` is compared with the key, one without with the name.
#[derive(Debug, Clone)]
pub(crate) struct Globs {
    names: GlobSet,
    keys: GlobSet,
}

impl Globs {
    /// Compiles globs.
    ///
    /// # Errors
    /// If one is invalid; in words.
    pub(crate) fn new(globs: &[String]) -> Result<Self, String> {
        let (mut names, mut keys) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for text in globs {
            let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
            let glob: Glob = glob.map_err(|error| format!("invalid glob `{text}`: {}", error.kind()))?;
            match text.contains('/') {
                true => keys.add(glob),
                false => names.add(glob),
            };
        }
        let build = |set: GlobSetBuilder| set.build().map_err(|error| format!("invalid globs: {error}"));
        Ok(Globs {
            names: build(names)?,
            keys: build(keys)?,
        })
    }

    /// Whether one of them matches.
    pub(crate) fn matches(&self, key: &str) -> bool {
        self.names.is_match(name_of(key)) || self.keys.is_match(key)
    }
}

impl Rules {
    /// The rules of a configuration.
    ///
    /// # Errors
    /// If an entry matches no code, or a glob is invalid; in words.
    pub(super) fn new(config: &Config, registry: &Registry) -> Result<Self, String> {
        let codes: Vec<&str> = codes(registry).into_keys().collect();
        let set = |select: &[String], ignore: &[String], severity: &BTreeMap<String, Severity>| {
            for entry in select.iter().chain(ignore).chain(severity.keys()) {
                known(entry, &codes)?;
            }
            Ok::<_, String>(Set {
                select: select.to_vec(),
                ignore: ignore.to_vec(),
                severity: severity.clone(),
            })
        };
        let overrides = config.overrides.iter().map(|rules| {
            if rules.files.is_empty() {
                return Err("`override` has no `files`; name the files that it is for".to_owned());
            }
            let set = set(&rules.select, &rules.ignore, &rules.severity)?;
            Ok((Globs::new(&rules.files)?, set))
        });
        Ok(Rules {
            general: set(&config.select, &config.ignore, &config.severity)?,
            overrides: overrides.collect::<Result<_, String>>()?,
        })
    }

    /// Whether every finding is shown as documents state it.
    pub(crate) fn is_empty(&self) -> bool {
        self.general.is_empty() && self.overrides.is_empty()
    }

    /// Leaves the findings of a file that are shown, with their severities, and returns how many are suppressed. `parts` are
    /// the code and the severity of a finding.
    pub(crate) fn retain<F>(
        &self,
        key: &str,
        findings: &mut Vec<F>,
        parts: impl Fn(&mut F) -> (&str, &mut Severity),
    ) -> u64 {
        let applying = self.overrides.iter().filter(|(globs, _)| globs.matches(key));
        let sets = std::iter::once(&self.general).chain(applying.map(|(_, set)| set));
        let sets: Vec<&Set> = sets.collect();
        let before = findings.len();
        findings.retain_mut(|finding| {
            let (code, severity) = parts(finding);
            match self.judge(&sets, code, *severity) {
                Some(shown) => *severity = shown,
                None => return false,
            }
            true
        });
        (before - findings.len()) as u64
    }

    /// The severity under which a finding is shown; `None` if it is suppressed.
    fn judge(&self, sets: &[&Set], code: &str, stated: Severity) -> Option<Severity> {
        let mut shown = self.general.select.is_empty();
        let mut severity = stated;
        for set in sets {
            let (select, ignore) = (longest(&set.select, code), longest(&set.ignore, code));
            if select.is_some() || ignore.is_some() {
                shown = select > ignore;
            }
            let named = set.severity.iter().filter(|(entry, _)| matches(entry, code));
            if let Some((_, named)) = named.max_by_key(|(entry, _)| entry.len()) {
                severity = *named;
            }
        }
        shown.then_some(severity)
    }

    /// Leaves the findings of a document that are shown, with their severities, and returns how many are suppressed.
    pub(crate) fn apply(&self, document: &mut Document) -> u64 {
        if self.is_empty() {
            return 0;
        }
        let (key, findings) = (&document.file.key, &mut document.findings);
        let suppressed = self.retain(key, findings, |finding| (&finding.code, &mut finding.severity));
        findings.sort_by_key(|finding| finding.severity);
        suppressed
    }
}

impl Set {
    fn is_empty(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty() && self.severity.is_empty()
    }
}

/// Whether an entry is the code, or its beginning up to a dash.
fn matches(entry: &str, code: &str) -> bool {
    code.strip_prefix(entry)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The length of the longest entry that matches.
fn longest(entries: &[String], code: &str) -> Option<usize> {
    let fitting = entries.iter().filter(|entry| matches(entry, code));
    fitting.map(String::len).max()
}

fn known(entry: &str, codes: &[&str]) -> Result<(), String> {
    if codes.iter().any(|code| matches(entry, code)) {
        return Ok(());
    }
    let hint = wording::hint(entry, codes.iter().copied(), || {
        "`data-review explain` lists all codes".to_owned()
    });
    Err(format!("no finding code begins with `{entry}`; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        let config: Config = toml::from_str(text).unwrap();
        let set = |select: &[String], ignore: &[String], severity: &BTreeMap<String, Severity>| Set {
            select: select.to_vec(),
            ignore: ignore.to_vec(),
            severity: severity.clone(),
        };
        Rules {
            general: set(&config.select, &config.ignore, &config.severity),
            overrides: config
                .overrides
                .iter()
                .map(|rules| {
                    let globs = Globs::new(&rules.files).unwrap();
                    (globs, set(&rules.select, &rules.ignore, &rules.severity))
                })
                .collect(),
        }
    }

    /// How one finding is shown.
    fn judged(rules: &Rules, key: &str, code: &str, stated: Severity) -> Option<Severity> {
        let mut findings = vec![(code.to_owned(), stated)];
        let suppressed = rules.retain(key, &mut findings, |(code, severity)| (code, severity));
        assert_eq!(suppressed, u64::from(findings.is_empty()));
        findings.pop().map(|(_, shown)| shown)
    }

    #[test]
    fn the_longest_entry_decides_and_then_the_last_override() {
        let rules = rules(
            r#"
            ignore = ["flag"]
            select = ["flag-unknown", "unit", "range"]
            severity = { unit = "info", unit-odd = "error" }
            [[override]]
            files = ["old/**", "*.tmp"]
            ignore = ["range"]
            [[override]]
            files = ["old/good/*"]
            select = ["range"]
            "#,
        );
        for (key, code, expected) in [
            ("a", "flag-missing", None),
            ("a", "flag-unknown", Some(Severity::Warning)),
            ("a", "unit-odd", Some(Severity::Error)),
            ("a", "unit-new", Some(Severity::Info)),
            ("a", "unitless", None),
            ("a", "other", None),
            ("a", "range", Some(Severity::Warning)),
            ("old/a", "range", None),
            ("x/y.tmp", "range", None),
            ("old/good/a", "range", Some(Severity::Warning)),
        ] {
            assert_eq!(
                judged(&rules, key, code, Severity::Warning),
                expected,
                "{key} {code}"
            );
        }
    }

    #[test]
    fn without_rules_everything_is_shown() {
        let rules = Rules::default();
        assert!(rules.is_empty());
        assert_eq!(judged(&rules, "k", "any", Severity::Info), Some(Severity::Info));
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_nearest() {
        let error = known("out-of-rnage", &["out-of-range", "unit"]).unwrap_err();
        assert!(error.contains("did you mean `out-of-range`?"), "{error}");
    }
}
