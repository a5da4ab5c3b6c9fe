//! Every variable of every group, and what the conventions make of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use array_file::{ArrayFile, Attribute, Variable, View};
use data_review_array::{Gathered, Plan, Tally, gather, open, refuse, report, tell};
use data_review_core::{Input, Place, ReviewBuilder, ReviewError, VariableFacts, printable};

use crate::argo::Argo;
use crate::checks::{Checked, monotonic};
use crate::coordinates::{Coordinates, axis, is_own_axis, text};
use crate::coverage::cover;
use crate::flags::{Names, flags_of, names};
use crate::meaning::{axes, meant, rules};
use crate::{cchdo, codes};

/// CF's discrete sampling geometries (CF 1.11, 9.4).
const GEOMETRIES: [&str; 6] = [
    "point",
    "timeSeries",
    "trajectory",
    "profile",
    "timeSeriesProfile",
    "trajectoryProfile",
];
/// Global attributes that identify a file.
const IDENTIFY: [&str; 8] = [
    "Conventions",
    "featureType",
    "title",
    "institution",
    "id",
    "platform",
    "expocode",
    "cruise",
];

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review_file(&open(input, View::NetCdf, review)?, review)
}

/// Reviews a file that was opened, by whatever reader.
///
/// # Errors
/// Where there are variables and none could be read.
pub fn review_file(file: &ArrayFile, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    tell(file, review);
    let axes = axes(&file.root);
    let argo = Argo::of(file, &axes);
    let cchdo = cchdo::title(file, &axes);
    let conventions = file
        .root
        .attribute("Conventions")
        .and_then(Attribute::text)
        .unwrap_or_default();
    review.kind(match (&argo, &cchdo) {
        (Some(argo), _) => argo.title(),
        (None, Some(cchdo)) => cchdo.clone(),
        (None, None) => generic_kind(file, conventions),
    });
    say_conventions(file, argo.is_some() || cchdo.is_some(), review);
    match &argo {
        Some(argo) => argo.check(file, &axes, review),
        None => {
            review.not_applicable(&codes::ARGO_REQUIRED);
            review.not_applicable(&codes::ARGO_REFERENCE);
        }
    }
    match &cchdo {
        Some(_) => cchdo::check(file, &axes, review),
        None => review.not_applicable(&codes::CCHDO_REQUIRED),
    }
    let coordinates = Coordinates::of(&file.root);
    let whole = File {
        axes,
        argo: argo.is_some(),
        vertical: coordinates.vertical,
        root: names(&file.root),
        file,
    };
    let read = whole.variables(review);
    cover(
        file,
        &coordinates,
        &whole.axes,
        argo.is_some() || cchdo.is_some(),
        review,
    );
    review.observations(read.levels.unwrap_or(read.tally.most()));
    if let Some(profiles) = profiles(file, argo.as_ref(), &coordinates, &whole.axes) {
        review.profiles(profiles);
    }
    read.tally.finish()
}

fn generic_kind(file: &ArrayFile, conventions: &str) -> String {
    let format = file.format.as_str();
    match conventions.split([',', ' ']).find(|word| word.starts_with("CF-")) {
        Some(cf) => format!("{format} ({cf})"),
        None => format.to_owned(),
    }
}

fn say_conventions(file: &ArrayFile, known: bool, review: &mut ReviewBuilder) {
    if file.root.attribute("Conventions").is_none() && !known {
        let message = || "there is no global attribute `Conventions`".to_owned();
        review.found(&codes::CONVENTIONS_MISSING, None, message, || {
            Some(Place::attribute(":Conventions"))
        });
    }
    match file.root.attribute("featureType").and_then(Attribute::text) {
        Some(geometry)
            if !GEOMETRIES
                .iter()
                .any(|known| known.eq_ignore_ascii_case(geometry)) =>
        {
            review.found(
                &codes::GEOMETRY_UNKNOWN,
                None,
                || format!("featureType is `{geometry}`"),
                || Some(Place::attribute(":featureType")),
            );
        }
        Some(_) => {}
        None => review.not_applicable(&codes::GEOMETRY_UNKNOWN),
    }
    for name in IDENTIFY {
        if let Some(value) = file
            .root
            .attribute(name)
            .and_then(Attribute::text)
            .filter(|value| !value.trim().is_empty())
        {
            review.attribute(&name.to_ascii_lowercase(), value.trim());
        }
    }
}

/// What all variables share.
struct File<'f> {
    file: &'f ArrayFile,
    axes: BTreeSet<String>,
    argo: bool,
    vertical: Option<&'f Variable>,
    root: Names<'f>,
}

/// What reading them came to.
struct Read {
    tally: Tally,
    /// Valid values of the vertical coordinate.
    levels: Option<u64>,
    has_flags: bool,
    has_axes: bool,
    has_range: bool,
}

impl File<'_> {
    fn variables(&self, review: &mut ReviewBuilder) -> Read {
        let mut read = Read {
            tally: Tally::new(self.file),
            levels: None,
            has_flags: false,
            has_axes: false,
            has_range: false,
        };
        for group in self.file.root.all() {
            let names = names(group);
            for variable in &group.variables {
                self.variable(&names, variable, &mut read, review);
            }
        }
        for (applies, list) in [
            (read.has_flags, [&codes::FLAG_UNKNOWN, &codes::ALL_BAD].as_slice()),
            (read.has_axes, &[&codes::AXIS_NOT_MONOTONIC]),
            (
                read.has_range,
                &[&codes::OUT_OF_VALID_RANGE, &codes::FILL_IN_RANGE],
            ),
            (self.vertical.is_some(), &[&codes::VERTICAL_DIRECTION]),
        ] {
            if !applies {
                list.iter().for_each(|code| review.not_applicable(code));
            }
        }
        read
    }

    fn variable(&self, group: &Names<'_>, variable: &Variable, read: &mut Read, review: &mut ReviewBuilder) {
        let variable: &Variable = &meant(variable);
        let rules = rules(variable, &self.axes);
        read.has_range |= rules.valid != (None, None);
        let rank = variable.shape.len() - usize::from(rules.texts);
        let flags = flags_of(variable, rank, group);
        if let Some((flags, true)) = flags {
            let message = || {
                format!(
                    "{} has shape {:?}, its flags {} have {:?}",
                    variable.path, variable.shape, flags.path, flags.shape
                )
            };
            review.found(&codes::FLAG_SHAPE, Some(&variable.path), message, || None);
        }
        let flags = flags
            .filter(|(_, differs)| !differs)
            .map(|(flags, _)| meant(flags));
        read.has_flags |= flags.is_some();
        let plan = Plan {
            variable,
            rules,
            flags: flags.as_deref(),
        };
        let checked = Checked {
            plan: &plan,
            group,
            root: &self.root,
            argo: self.argo,
        };
        checked.attributes(review);
        match gather(self.file, &plan, review) {
            Ok(gathered) => {
                for one in &gathered {
                    checked.values(one, review);
                    self.take(&plan, one, read, review);
                }
                self.axis(&plan, read, review);
            }
            Err(problem) => {
                refuse(&variable.path, &problem, review);
                read.tally.refuse(problem);
            }
        }
    }

    fn take(&self, plan: &Plan<'_>, gathered: &Gathered, read: &mut Read, review: &mut ReviewBuilder) {
        let variable = plan.variable;
        read.tally.add(gathered.total.count());
        if self
            .vertical
            .is_some_and(|vertical| vertical.path == variable.path)
        {
            read.levels = Some(gathered.total.count());
            if let Some((least, most)) = gathered.total.range() {
                let unit = facts(plan).unit;
                review
                    .coverage
                    .depth(least.as_f64(), most.as_f64(), unit.as_deref());
                review.attribute(
                    "vertical",
                    format!("{} {}", variable.path, text(variable, "positive")).trim_end(),
                );
            }
        }
        report(gathered, plan, facts(plan), review);
    }

    fn axis(&self, plan: &Plan<'_>, read: &mut Read, review: &mut ReviewBuilder) {
        let variable = plan.variable;
        if is_own_axis(variable) && variable.of.is_number() && axis(variable).is_some() {
            read.has_axes = true;
            monotonic(self.file, plan, review);
        }
    }
}

fn facts(plan: &Plan<'_>) -> VariableFacts {
    let variable = plan.variable;
    let said = |name| {
        let text = variable
            .attribute(name)
            .and_then(Attribute::text)
            .filter(|text| !text.trim().is_empty());
        text.map(|text| printable(text.as_bytes(), 256))
    };
    VariableFacts {
        unit: said("units"),
        canonical: said("whp_name"),
        standard_name: said("standard_name"),
        dimensions: variable
            .dimensions
            .as_ref()
            .map(|names| names[..plan.rank()].to_vec()),
        ..VariableFacts::default()
    }
}

/// Profiles by what the file says of its geometry; `None` where it has none.
fn profiles(
    file: &ArrayFile,
    argo: Option<&Argo>,
    coordinates: &Coordinates<'_>,
    axes: &BTreeSet<String>,
) -> Option<u64> {
    let counted = || {
        let mut dimensions = file.root.dimensions.iter();
        let profiles = dimensions.find(|dimension| dimension.name == "N_PROF");
        profiles.map(|dimension| dimension.length)
    };
    if let Some(argo) = argo {
        return argo.has_profiles().then(counted).flatten();
    }
    let geometry = file
        .root
        .attribute("featureType")
        .and_then(Attribute::text)?
        .to_ascii_lowercase();
    if !geometry.ends_with("profile") {
        return None;
    }
    let named = file
        .root
        .variables
        .iter()
        .find(|variable| text(variable, "cf_role") == "profile_id");
    let by_role = named.and_then(|variable| {
        let rank = variable.shape.len() - usize::from(rules(variable, axes).texts);
        let mut lengths = variable.shape[..rank].iter();
        lengths.try_fold(1u64, |count, length| count.checked_mul(*length))
    });
    by_role
        .or_else(counted)
        .or_else(|| coordinates.latitude?.elements())
}
