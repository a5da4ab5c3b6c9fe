//! The variables of each kind of file, their types and dimensions (generated from the format checker's specification).

use array_file::{Type, Variable};
use data_review_core::{Finding, Place, ReviewBuilder, Severity};

use super::tables::{Declared, STRUCTURES};
use super::{ArgoFile, codes};
use crate::argo::Kind;
use crate::codes::ARGO_REQUIRED;

impl ArgoFile<'_> {
    /// Compares the variables of the file with those of its kind and version.
    pub(super) fn structure(&self, review: &mut ReviewBuilder) {
        let Some(declared) = self.declared() else {
            review.not_applicable(&codes::STRUCTURE);
            return;
        };
        let mut missing = Vec::new();
        for one in declared {
            let Some(variable) = self.variable(one.name) else {
                if !one.is_optional {
                    missing.push(one.name);
                }
                continue;
            };
            if let Some((severity, what)) = deviation(variable, one) {
                let message = format!("{}: {what}", one.name);
                let finding = Finding::new(&codes::STRUCTURE, Some(one.name), message);
                let finding = finding.at([Place::attribute(one.name)]);
                review.absorb(finding.with_severity(severity));
            }
        }
        if let Some(first) = missing.first() {
            let message = format!(
                "{} variables of format {} are missing: {}",
                missing.len(),
                self.version,
                missing.join(", ")
            );
            let finding = Finding::new(&ARGO_REQUIRED, None, message).times(missing.len() as u64);
            let finding = finding.at([Place::attribute(*first)]);
            // Parts of files, as others pass them on, are readable without them.
            review.absorb(finding.with_severity(Severity::Info));
        }
    }

    /// The variables of a file of this kind and version; `None` for synthetic and merged profiles and old formats.
    fn declared(&self) -> Option<&'static [Declared]> {
        let is_plain = ["synthetic", "merged", "multi"]
            .iter()
            .all(|word| !self.data_type.contains(word));
        let kind = match self.kind {
            Kind::Profile => "profile",
            Kind::Trajectory => "trajectory",
            Kind::Meta => "meta",
            Kind::Tech => "tech",
        };
        let is_bio = self.data_type.starts_with("b-");
        let name = |known: &str| match known.strip_prefix("b-") {
            Some(known) => is_bio && known == kind,
            None => !is_bio && known == kind,
        };
        STRUCTURES
            .iter()
            .find(|(known, version, _)| is_plain && name(known) && *version == self.version)
            .map(|(.., declared)| *declared)
    }
}

/// How a variable differs from its declaration; another length of its texts is notable only, because every reader takes the
/// length from the file.
fn deviation(variable: &Variable, declared: &Declared) -> Option<(Severity, String)> {
    let is_type = match declared.of {
        "char" => matches!(variable.of, Type::Char),
        "int" => matches!(variable.of, Type::Integer { size: 4, .. }),
        "float" => matches!(variable.of, Type::Float { size: 4, .. }),
        "double" => matches!(variable.of, Type::Float { size: 8, .. }),
        _ => true,
    };
    if !is_type {
        let what = format!("the type is {}; expected {}", variable.of, declared.of);
        return Some((Severity::Warning, what));
    }
    let expected: Vec<&str> = declared
        .along
        .split(", ")
        .filter(|name| !name.is_empty())
        .collect();
    let names = variable.dimensions.as_deref().unwrap_or_default();
    let is_one_of = |name: &str, expected: &str| expected.split('|').any(|one| one == name);
    let is_text = |name: &str| name.starts_with("STRING");
    let all = |is_alike: &dyn Fn(&str, &str) -> bool| {
        names.len() == expected.len()
            && names
                .iter()
                .zip(&expected)
                .all(|(one, other)| is_alike(one, other))
    };
    let is_same = all(&is_one_of);
    let is_same_but_length =
        all(&|name, expected| is_one_of(name, expected) || is_text(name) && is_text(expected));
    if !is_same {
        let expected = declared.along.replace('|', " or ");
        let what = format!("the dimensions are ({}); expected ({expected})", names.join(", "));
        let severity = match is_same_but_length {
            true => Severity::Info,
            false => Severity::Warning,
        };
        return Some((severity, what));
    }
    let wrong = names.iter().zip(&variable.shape).find(|(name, length)| {
        let digits = name.strip_prefix("STRING").and_then(|digits| digits.parse().ok());
        digits.is_some_and(|digits: u64| digits != **length)
    });
    wrong.map(|(name, length)| {
        let what = format!("the dimension {name} has the length {length}");
        (Severity::Info, what)
    })
}
