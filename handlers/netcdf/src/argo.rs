//! Files of the Argo programme (Argo user's manual 3.41; formats 2.2 to 3.2).

use std::collections::BTreeSet;

use array_file::{ArrayFile, Attribute, Variable};
use data_review_core::{Place, ReviewBuilder};

use crate::codes::{ARGO_REFERENCE, ARGO_REQUIRED};
use crate::meaning::texts;
use crate::observations::Arrangement;
use crate::vocabulary;

/// Most values of one text variable that are checked.
const MOST: usize = 1000;

/// The kinds of Argo files, which require different variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Profile,
    Trajectory,
    Meta,
    Tech,
}

/// An Argo file: what it says it is.
pub(crate) struct Argo {
    data_type: String,
    version: String,
    kind: Kind,
}

const EVERY: &[&str] = &["DATA_TYPE", "FORMAT_VERSION", "HANDBOOK_VERSION"];
const PROFILE: &[&str] = &[
    "PLATFORM_NUMBER",
    "CYCLE_NUMBER",
    "DIRECTION",
    "DATA_CENTRE",
    "JULD",
    "JULD_QC",
    "LATITUDE",
    "LONGITUDE",
    "POSITION_QC",
    "POSITIONING_SYSTEM",
    "STATION_PARAMETERS",
    "PRES",
];
const TRAJECTORY: &[&str] = &[
    "PLATFORM_NUMBER",
    "JULD",
    "JULD_QC",
    "LATITUDE",
    "LONGITUDE",
    "POSITION_QC",
    "CYCLE_NUMBER",
];
const META: &[&str] = &[
    "PLATFORM_NUMBER",
    "PTT",
    "PLATFORM_TYPE",
    "LAUNCH_DATE",
    "LAUNCH_LATITUDE",
    "LAUNCH_LONGITUDE",
    "SENSOR",
    "PARAMETER",
];
const TECH: &[&str] = &[
    "PLATFORM_NUMBER",
    "TECHNICAL_PARAMETER_NAME",
    "TECHNICAL_PARAMETER_VALUE",
    "CYCLE_NUMBER",
];
/// Global attributes of format 3.
const GLOBALS: &[&str] = &[
    "title",
    "institution",
    "source",
    "history",
    "references",
    "user_manual_version",
    "Conventions",
];
/// Text variables with a reference table.
const TABLES: &[(&str, &[&str])] = &[
    ("DATA_TYPE", vocabulary::DATA_TYPES),
    ("DATA_MODE", vocabulary::DATA_MODES),
    ("PARAMETER_DATA_MODE", vocabulary::DATA_MODES),
    ("DIRECTION", vocabulary::DIRECTIONS),
    ("DATA_CENTRE", vocabulary::DATA_CENTRES),
    ("POSITIONING_SYSTEM", vocabulary::POSITIONING_SYSTEMS),
];
/// Variables that identify a file.
const IDENTIFY: &[(&str, &str)] = &[
    ("platform", "PLATFORM_NUMBER"),
    ("data_centre", "DATA_CENTRE"),
    ("data_mode", "DATA_MODE"),
    ("project", "PROJECT_NAME"),
    ("platform_type", "PLATFORM_TYPE"),
];

impl Argo {
    pub(crate) fn of(file: &ArrayFile, axes: &BTreeSet<String>) -> Option<Argo> {
        let data_type = texts(file, axes, "DATA_TYPE", MOST).into_iter().next()?;
        let lower = data_type.to_ascii_lowercase();
        if !lower.contains("argo") {
            return None;
        }
        let kind = match () {
            () if lower.contains("traj") => Kind::Trajectory,
            () if lower.contains("meta") => Kind::Meta,
            () if lower.contains("tech") => Kind::Tech,
            () => Kind::Profile,
        };
        let version = texts(file, axes, "FORMAT_VERSION", MOST)
            .into_iter()
            .next()
            .unwrap_or_default();
        Some(Argo {
            data_type,
            version,
            kind,
        })
    }

    /// The file's name in Argo's words: `B-Argo profile 3.1`.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.data_type, self.version).trim().to_owned()
    }

    /// How its observations are arranged.
    pub(crate) fn arrangement(&self) -> Arrangement {
        match self.kind {
            Kind::Profile => Arrangement::Levels,
            Kind::Trajectory => Arrangement::Measurements,
            Kind::Meta | Kind::Tech => Arrangement::Nothing,
        }
    }

    pub(crate) fn check(&self, file: &ArrayFile, axes: &BTreeSet<String>, review: &mut ReviewBuilder) {
        let own = match self.kind {
            Kind::Profile => PROFILE,
            Kind::Trajectory => TRAJECTORY,
            Kind::Meta => META,
            Kind::Tech => TECH,
        };
        for name in EVERY
            .iter()
            .chain(own)
            .filter(|name| variable(file, name).is_none())
        {
            review.found(
                &ARGO_REQUIRED,
                Some(name),
                || format!("there is no variable {name}"),
                || None,
            );
        }
        // A synthetic profile has one mode for each parameter.
        let modes = ["DATA_MODE", "PARAMETER_DATA_MODE"];
        if self.kind == Kind::Profile && modes.iter().all(|name| variable(file, name).is_none()) {
            let message = || "there is no variable DATA_MODE".to_owned();
            review.found(&ARGO_REQUIRED, Some("DATA_MODE"), message, || None);
        }
        let globals = if self.version.starts_with('3') {
            GLOBALS
        } else {
            &[]
        };
        for name in globals.iter().filter(|name| file.root.attribute(name).is_none()) {
            review.found(
                &ARGO_REQUIRED,
                Some(name),
                || format!("there is no global attribute {name}"),
                || Some(Place::attribute(format!(":{name}"))),
            );
        }
        for (name, table) in TABLES {
            for value in texts(file, axes, name, MOST)
                .iter()
                .filter(|value| !value.is_empty())
            {
                if !table.contains(&value.trim()) {
                    let message = || format!("{name} is `{value}`; known are {}", table.join(", "));
                    review.found(&ARGO_REFERENCE, Some(name), message, || None);
                }
            }
        }
        for (attribute, name) in IDENTIFY {
            for value in texts(file, axes, name, MOST)
                .iter()
                .filter(|value| !value.is_empty())
            {
                review.attribute(attribute, value.trim());
            }
        }
        if let Some(manual) = file
            .root
            .attribute("user_manual_version")
            .and_then(Attribute::text)
        {
            review.attribute("user_manual_version", manual);
        }
    }
}

/// Adds the dimensions that are axes in an Argo file: all but `STRINGn` and `DATE_TIME`, which are lengths of texts.
///
/// An array of characters over any other dimension holds one value for each element, such as `PARAMETER_DATA_MODE(N_PROF,
/// N_PARAM)` (Argo user's manual, 2.1.1). Formats that follow Argo's have the same names; a file without any is left alone.
pub(crate) fn add_axes(file: &ArrayFile, axes: &mut BTreeSet<String>) {
    let dimensions = &file.root.dimensions;
    if !dimensions.iter().any(|dimension| is_text_length(&dimension.name)) {
        return;
    }
    for dimension in dimensions {
        if is_text_length(&dimension.name) {
            axes.remove(&dimension.name);
        } else {
            axes.insert(dimension.name.clone());
        }
    }
}

fn is_text_length(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let digits = name.strip_prefix("STRING");
    let is_string = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    name == "DATE_TIME" || digits.is_some_and(is_string)
}

fn variable<'f>(file: &'f ArrayFile, name: &str) -> Option<&'f Variable> {
    file.root.variables.iter().find(|variable| variable.name == name)
}
