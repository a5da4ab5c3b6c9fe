//! ACDD 1.3, where a file declares it.

use array_file::{Attribute, Group, Variable};
use data_review_core::{Finding, Place};

use super::{Checked, codes, text};
use crate::coordinates::axis;

/// Global attributes that ACDD 1.3 highly recommends, beside `Conventions`.
const HIGHLY: [&str; 3] = ["title", "summary", "keywords"];
/// Global attributes that it recommends.
const RECOMMENDED: [&str; 31] = [
    "id",
    "naming_authority",
    "history",
    "source",
    "processing_level",
    "comment",
    "acknowledgement",
    "license",
    "standard_name_vocabulary",
    "date_created",
    "creator_name",
    "creator_email",
    "creator_url",
    "institution",
    "project",
    "publisher_name",
    "publisher_email",
    "publisher_url",
    "geospatial_bounds",
    "geospatial_lat_min",
    "geospatial_lat_max",
    "geospatial_lon_min",
    "geospatial_lon_max",
    "geospatial_vertical_min",
    "geospatial_vertical_max",
    "geospatial_bounds_crs",
    "geospatial_bounds_vertical_crs",
    "time_coverage_start",
    "time_coverage_end",
    "time_coverage_duration",
    "time_coverage_resolution",
];
/// Global attributes that it suggests.
const SUGGESTED: [&str; 26] = [
    "creator_type",
    "creator_institution",
    "publisher_type",
    "publisher_institution",
    "program",
    "contributor_name",
    "contributor_role",
    "geospatial_lat_units",
    "geospatial_lat_resolution",
    "geospatial_lon_units",
    "geospatial_lon_resolution",
    "geospatial_vertical_units",
    "geospatial_vertical_resolution",
    "geospatial_vertical_positive",
    "date_modified",
    "date_issued",
    "date_metadata_modified",
    "product_version",
    "keywords_vocabulary",
    "platform",
    "platform_vocabulary",
    "instrument",
    "instrument_vocabulary",
    "cdm_data_type",
    "metadata_link",
    "references",
];
/// Attributes of variables that it highly recommends.
const OF_VARIABLES: [&str; 4] = ["long_name", "standard_name", "units", "coverage_content_type"];
/// Global attributes that are dates of ISO 8601.
const DATES: [&str; 6] = [
    "date_created",
    "date_modified",
    "date_issued",
    "date_metadata_modified",
    "time_coverage_start",
    "time_coverage_end",
];
/// Global attributes that are addresses in the web.
const ADDRESSES: [&str; 3] = ["metadata_link", "creator_url", "publisher_url"];

impl Checked<'_, '_> {
    pub(super) fn discovery(&mut self, root: &Group, variables: &[&Variable]) {
        let said = |name: &str| {
            let text = root.attribute(name).and_then(Attribute::text);
            text.map(str::trim).unwrap_or_default()
        };
        let is_set = |name: &str| {
            let is_number = root
                .attribute(name)
                .is_some_and(|attribute| !attribute.numbers().is_empty());
            is_number || !said(name).is_empty()
        };
        for name in HIGHLY.into_iter().filter(|name| said(name).is_empty()) {
            let message = || format!("there is no global attribute {name}");
            let place = || Some(Place::attribute(format!(":{name}")));
            self.review.found(&codes::ACDD, Some(name), message, place);
        }
        // Two spellings of one attribute.
        let is_missing =
            |name: &&str| !(is_set(name) || *name == "acknowledgement" && is_set("acknowledgment"));
        let further = RECOMMENDED.iter().chain(&SUGGESTED);
        let missing: Vec<&str> = further.copied().filter(is_missing).collect();
        if !missing.is_empty() {
            let message = format!(
                "{} global attributes that ACDD recommends or suggests are missing: {}",
                missing.len(),
                missing.join(", ")
            );
            let finding = Finding::new(&codes::ACDD_FURTHER, None, message).times(missing.len() as u64);
            self.review
                .absorb(finding.at([Place::attribute(format!(":{}", missing[0]))]));
        }
        let is_date = |text: &str| {
            let digits = text.bytes().take(4).filter(u8::is_ascii_digit).count();
            digits == 4
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b"-:TZ+., P".contains(&byte))
        };
        let is_address = |text: &str| {
            text.split([',', ' '])
                .all(|part| part.is_empty() || part.contains("://"))
        };
        let dates = DATES
            .into_iter()
            .map(|name| (name, is_date(said(name)), "a date of ISO 8601"));
        let addresses = ADDRESSES
            .into_iter()
            .map(|name| (name, is_address(said(name)), "an address with its protocol"));
        for (name, is_valid, expected) in dates.chain(addresses) {
            if is_valid || said(name).is_empty() {
                continue;
            }
            let message = format!("{name} is `{}`; expected {expected}", super::short(said(name)));
            let finding = Finding::new(&codes::ACDD_FORM, Some(name), message);
            self.review
                .absorb(finding.at([Place::attribute(format!(":{name}"))]));
        }
        for variable in variables {
            self.discoverable(variable);
        }
    }

    /// Attributes of a variable of data or of a coordinate.
    fn discoverable(&mut self, variable: &Variable) {
        let is_measured = variable.of.is_number() && !variable.shape.is_empty();
        if !is_measured && axis(variable).is_none() {
            return;
        }
        let missing: Vec<&str> = OF_VARIABLES
            .into_iter()
            .filter(|name| text(variable, name).is_empty())
            .collect();
        if missing.is_empty() {
            return;
        }
        let path = &variable.path;
        self.shared.add(
            &codes::ACDD_VARIABLE,
            "variables lack an attribute that ACDD highly recommends",
            || path.clone(),
            || format!("{path} has no {}", missing.join(", ")),
            || Place::attribute(path.clone()),
        );
    }
}
