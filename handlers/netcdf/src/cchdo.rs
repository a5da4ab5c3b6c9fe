//! CCHDO's CF-netCDF: profiles of a cruise, bottle or CTD (hydro, "CCHDO netCDF format").

use std::collections::BTreeSet;

use array_file::{ArrayFile, Attribute};
use data_review_core::ReviewBuilder;

use crate::codes::CCHDO_REQUIRED;
use crate::meaning::texts;

/// Most values of one text variable that are used.
const MOST: usize = 10_000;
const REQUIRED: &[&str] = &[
    "expocode",
    "station",
    "cast",
    "sample",
    "longitude",
    "latitude",
    "pressure",
    "time",
    "geometry_container",
    "profile_type",
];

/// The kind of the file, if its conventions name CCHDO.
pub(crate) fn title(file: &ArrayFile, axes: &BTreeSet<String>) -> Option<String> {
    let conventions = file.root.attribute("Conventions").and_then(Attribute::text)?;
    let version = conventions
        .split([' ', ','])
        .find(|word| word.starts_with("CCHDO"))?;
    let types = texts(file, axes, "profile_type", MOST);
    let has = |letter: &str| types.iter().any(|kind| kind == letter);
    let kind = match (has("B"), has("C")) {
        (true, false) => "CCHDO bottle",
        (false, true) => "CCHDO CTD",
        _ => "CCHDO profiles",
    };
    // Versions of unreleased programs have a suffix after `+`.
    Some(format!(
        "{kind} ({})",
        version.split('+').next().unwrap_or(version)
    ))
}

/// Whether the file is in one of the drafts of the format, `CCHDO-0.x`, which had other variables.
fn is_draft(file: &ArrayFile) -> bool {
    let conventions = file.root.attribute("Conventions").and_then(Attribute::text);
    conventions.is_some_and(|conventions| conventions.contains("CCHDO-0."))
}

/// Checks the variables that CCHDO's format requires, and adds the attributes that identify the file to the review.
pub(crate) fn check(file: &ArrayFile, axes: &BTreeSet<String>, review: &mut ReviewBuilder) {
    let has = |name: &str| file.root.variables.iter().any(|variable| variable.name == name);
    let is_draft = is_draft(file);
    if is_draft {
        review.not_applicable(&CCHDO_REQUIRED);
    }
    for name in REQUIRED.iter().filter(|name| !is_draft && !has(name)) {
        review.found(
            &CCHDO_REQUIRED,
            Some(name),
            || format!("there is no variable {name}"),
            || None,
        );
    }
    for expocode in texts(file, axes, "expocode", MOST)
        .iter()
        .filter(|expocode| !expocode.is_empty())
    {
        review.attribute("expocode", expocode);
    }
    for section in texts(file, axes, "section_id", MOST)
        .iter()
        .filter(|section| !section.is_empty())
    {
        review.attribute("section", section);
    }
}
