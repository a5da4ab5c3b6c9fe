//! OceanGliders' format OG1.0, where a file declares it.

use array_file::{Attribute, Group};
use data_review_core::{Finding, Place};

use super::{Checked, codes};

/// Variables that are mandatory (OG1.0, version 1.0.0).
const VARIABLES: [&str; 14] = [
    "TIME",
    "LONGITUDE",
    "LATITUDE",
    "DEPTH",
    "TIME_GPS",
    "LONGITUDE_GPS",
    "LATITUDE_GPS",
    "TRAJECTORY",
    "WMO_IDENTIFIER",
    "PLATFORM_MODEL",
    "PLATFORM_SERIAL_NUMBER",
    "DEPLOYMENT_TIME",
    "DEPLOYMENT_LATITUDE",
    "DEPLOYMENT_LONGITUDE",
];
/// Global attributes that are mandatory.
const ATTRIBUTES: [&str; 15] = [
    "title",
    "platform",
    "platform_vocabulary",
    "id",
    "contributor_name",
    "contributor_email",
    "contributor_role",
    "contributor_role_vocabulary",
    "contributing_institutions",
    "contributing_institutions_role",
    "contributing_institutions_role_vocabulary",
    "rtqc_method",
    "start_date",
    "date_created",
    "featureType",
];
/// The dimension of all measurements.
const MEASUREMENTS: &str = "N_MEASUREMENTS";

/// Whether `Conventions` declares the format.
pub(super) fn is_declared(conventions: &str) -> bool {
    conventions.contains("OG-1.") || conventions.contains("OG1.")
}

impl Checked<'_, '_> {
    /// The mandatory parts of the format. Files of its drafts lack some, so that the finding is only notable.
    pub(super) fn gliders(&mut self, root: &Group) {
        let mut missing: Vec<String> = Vec::new();
        if !self.dimensions.contains_key(MEASUREMENTS) {
            missing.push(format!("the dimension {MEASUREMENTS}"));
        }
        let has = |name: &&str| root.variables.iter().any(|variable| variable.name == **name);
        missing.extend(
            VARIABLES
                .iter()
                .filter(|name| !has(name))
                .map(|name| (*name).to_owned()),
        );
        let is_said = |name: &&str| {
            let text = root.attribute(name).and_then(Attribute::text);
            text.is_some_and(|text| !text.trim().is_empty())
        };
        let attributes = ATTRIBUTES.iter().filter(|name| !is_said(name));
        missing.extend(attributes.map(|name| format!(":{name}")));
        if missing.is_empty() {
            return;
        }
        let message = format!(
            "{} mandatory parts of OG1.0 are missing: {}",
            missing.len(),
            missing.join(", ")
        );
        let finding = Finding::new(&codes::GLIDERS, None, message).times(missing.len() as u64);
        self.review.absorb(finding.at([Place::attribute(":Conventions")]));
    }
}
