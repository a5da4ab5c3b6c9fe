//! Files of the Argo programme (Argo user's manual 3.41; formats 2.2 to 3.2).

use std::collections::BTreeSet;

use array_file::{ArrayFile, Attribute};
use data_review_core::{Finding, ReviewBuilder, Severity};

use crate::codes::ARGO_REFERENCE;
use crate::meaning::texts;
use crate::observations::Arrangement;
use crate::rules::argo::ArgoFile;
use crate::vocabulary;

/// Conventions that do not name the programme of a file.
const GENERAL: [&str; 5] = ["CF", "COARDS", "ACDD", "Unidata", "NCEI"];
/// Most values of one text variable that are checked.
const MOST: usize = 1000;

/// The kinds of Argo files, each of which requires other variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Profile,
    Trajectory,
    Meta,
    Tech,
}

/// A file in the layout of Argo, and what it declares about itself.
///
/// Other programmes use Argo's layout, with its `DATA_TYPE`: CORA for all profiles, MEOP for those of sea mammals.
/// Their flags and arrays are read as Argo's, but they need not contain what Argo requires of its own files.
pub(crate) struct Argo {
    data_type: String,
    version: String,
    kind: Kind,
    /// Whether it is a file of the Argo programme.
    is_own: bool,
}

/// Text variables with a reference table. The last value is whether the table may grow: then a value that is not in it
/// is only probably wrong.
const TABLES: &[(&str, &[&str], bool)] = &[
    ("DATA_TYPE", vocabulary::DATA_TYPES, false),
    ("DATA_MODE", vocabulary::DATA_MODES, false),
    ("PARAMETER_DATA_MODE", vocabulary::DATA_MODES, false),
    ("DIRECTION", vocabulary::DIRECTIONS, false),
    ("DATA_CENTRE", vocabulary::DATA_CENTRES, true),
    ("POSITIONING_SYSTEM", vocabulary::POSITIONING_SYSTEMS, true),
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
    pub(crate) fn detect(file: &ArrayFile, axes: &BTreeSet<String>) -> Option<Argo> {
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
            is_own: is_of_programme(file, axes),
        })
    }

    /// The kind of the file in Argo's terms, such as `B-Argo profile 3.1`.
    pub(crate) fn title(&self) -> String {
        let title = format!("{} {}", self.data_type, self.version);
        match self.is_own {
            true => title.trim().to_owned(),
            false => format!("{}, of another programme", title.trim()),
        }
    }

    /// Whether it is a file of the Argo programme, to which Argo's rules apply.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own
    }

    /// How the observations are arranged.
    pub(crate) fn arrangement(&self) -> Arrangement {
        match self.kind {
            Kind::Profile => Arrangement::Levels,
            Kind::Trajectory => Arrangement::Measurements,
            Kind::Meta | Kind::Tech => Arrangement::Nothing,
        }
    }

    /// Checks the variables, attributes and values that Argo requires.
    pub(crate) fn check(&self, file: &ArrayFile, axes: &BTreeSet<String>, review: &mut ReviewBuilder) {
        let rules = ArgoFile {
            file,
            axes,
            kind: self.kind,
            data_type: self.data_type.to_ascii_lowercase(),
            version: self.version.trim(),
        };
        rules.check(review);
        for (name, table, grows) in TABLES {
            for value in texts(file, axes, name, MOST)
                .iter()
                .filter(|value| !value.is_empty() && !table.contains(&value.trim()))
            {
                let message = format!("{name} is `{value}`; expected one of {}", table.join(", "));
                let finding = Finding::new(&ARGO_REFERENCE, Some(name), message);
                review.absorb(match grows {
                    true => finding.with_severity(Severity::Warning),
                    false => finding,
                });
            }
        }
    }

    /// Adds the attributes that identify the file to the review.
    pub(crate) fn identify(&self, file: &ArrayFile, axes: &BTreeSet<String>, review: &mut ReviewBuilder) {
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

/// Whether a file in Argo's layout belongs to the Argo programme: its `Conventions` name Argo, or no other programme,
/// and all its platforms have the number of a float.
fn is_of_programme(file: &ArrayFile, axes: &BTreeSet<String>) -> bool {
    let conventions = file.root.attribute("Conventions").and_then(Attribute::text);
    let conventions = conventions.unwrap_or_default();
    if conventions.to_ascii_lowercase().contains("argo") {
        return true;
    }
    let is_general = |word: &str| GENERAL.iter().any(|general| word.starts_with(general));
    let mut words = conventions.split([' ', ',']).filter(|word| !word.is_empty());
    // WMO numbers of floats have five or seven digits.
    let is_float = |number: &String| {
        let number = number.trim();
        matches!(number.len(), 5 | 7) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.all(is_general) && texts(file, axes, "PLATFORM_NUMBER", MOST).iter().all(is_float)
}

/// Adds the dimensions that are axes in an Argo file: all but `STRINGn` and `DATE_TIME`, which are lengths of texts.
///
/// An array of characters along any other dimension has one value for each element, such as
/// `PARAMETER_DATA_MODE(N_PROF, N_PARAM)` (Argo user's manual, 2.1.1). Formats that follow Argo's use the same names; a
/// file without them is left unchanged.
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
