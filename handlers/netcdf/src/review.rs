//! Reviews every variable of every group, with the rules of the conventions.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use array_file::{ArrayFile, Attribute, Group, Problem, Variable, View};
use data_review_array::{Gathered, Padding, Plan, VariableReport, gather, open, report_notes};
use data_review_core::{FlagScheme, Input, Place, ReviewBuilder, ReviewError, VariableFacts, printable};

use crate::argo::{self, Argo};
use crate::casts::{Profiles, coverage_kind};
use crate::checks::{Checked, Shared, monotonic};
use crate::coordinates::{Coordinates, axis, is_depth, is_own_axis, text};
use crate::coverage::Covered;
use crate::flags::{FlagCodes, FlagsOf, flags_of, is_flag};
use crate::meaning::{axes, meant, rules};
use crate::observations::{
    Arrangement, GEOMETRIES, Observations, PaddedArray, bounds, geometry, has_levels, padded_arrays,
};
use crate::rules::argo::ArgoFile;
use crate::rules::cf;
use crate::scope::Scope;
use crate::time::TimeUnits;
use crate::{cchdo, codes};

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

/// Values of `featureType` that netCDF-Java writes for data that are not a discrete sampling geometry, and Argo for its
/// metadata.
pub(crate) const OTHER_TYPES: [&str; 8] = [
    "grid",
    "swath",
    "radial",
    "image",
    "fmrc",
    "ugrid",
    "curvilinear",
    "meta",
];

/// Largest part of a variable that is kept for a second use, and the most of all parts together, in bytes. All variables
/// of a profile file of Argo are smaller.
const LARGEST_REMEMBERED: usize = 2 << 20;
const MOST_REMEMBERED: usize = 32 << 20;

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    let file = open(input, View::NetCdf, review)?;
    // Argo's rules compare values that are counted as well.
    let file = match has_levels(&file) {
        true => file.remembering(LARGEST_REMEMBERED, MOST_REMEMBERED),
        false => file,
    };
    review_file(&file, review)
}

/// Reviews a file that any reader has opened.
///
/// # Errors
/// If there are variables and none could be read.
pub fn review_file(file: &ArrayFile, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    report_notes(file, review);
    codes::explain(review);
    let mut axes = axes(&file.root);
    let argo = Argo::detect(file, &axes);
    if argo.is_some() || has_levels(file) {
        argo::add_axes(file, &mut axes);
    }
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
    let is_known = argo.is_some() || cchdo.is_some();
    report_conventions(file, is_known, review);
    match &argo {
        Some(argo) if argo.is_own() => argo.check(file, &axes, review),
        _ => ArgoFile::not_applicable(review),
    }
    if let Some(argo) = &argo {
        argo.identify(file, &axes, review);
    }
    match &cchdo {
        Some(_) => cchdo::check(file, &axes, review),
        None => review.not_applicable(&codes::CCHDO_REQUIRED),
    }
    let arrangement = match (&argo, &cchdo, geometry(file)) {
        (Some(argo), ..) => argo.arrangement(),
        (None, Some(_), _) => Arrangement::Levels,
        (None, None, Some(geometry)) => Arrangement::Sampled(geometry),
        (None, None, None) if has_levels(file) => Arrangement::Levels,
        (None, None, None) => Arrangement::Other,
    };
    let scope = Scope::new(&file.root);
    if argo.is_none() {
        cf::check(file, &scope, review);
    } else {
        cf::not_applicable(review);
    }
    let bounds = bounds(file, &scope);
    let coordinates = Coordinates::select(&file.root, &scope, &bounds);
    let whole = File {
        padded: padded_arrays(file, arrangement, &bounds),
        observations: Observations::new(file, arrangement, coordinates.vertical),
        reports: VariableReport::new(file),
        shared: Shared::default(),
        along: dimensions_of_data(&file.root),
        is_observed: arrangement != Arrangement::Other,
        has_flags: false,
        has_axes: false,
        has_range: false,
        file,
        axes: &axes,
        is_argo: argo.is_some(),
        vertical: coordinates.vertical,
        scope: &scope,
        bounds: &bounds,
    };
    let (reports, profiles) = whole.variables(review);
    let covered = Covered {
        file,
        coordinates: &coordinates,
        scope: &scope,
        axes: &axes,
        is_argo: argo.is_some(),
        is_observed: is_known,
    };
    let units = covered.cover(review);
    let count = profiles.as_ref().map(|profiles| profiles.count);
    review
        .coverage
        .kind(coverage_kind(file, arrangement, &coordinates, count));
    if let Some(profiles) = &profiles {
        covered.casts(profiles, units.as_ref(), review);
    }
    let end = reports.finish(review);
    if let Some(profiles) = &profiles {
        covered.preview(profiles, review);
    }
    end
}

fn generic_kind(file: &ArrayFile, conventions: &str) -> String {
    let format = file.format.as_str();
    match conventions.split([',', ' ']).find(|word| word.starts_with("CF-")) {
        Some(cf) => format!("{format} ({cf})"),
        None => format.to_owned(),
    }
}

fn report_conventions(file: &ArrayFile, is_known: bool, review: &mut ReviewBuilder) {
    if file.root.attribute("Conventions").is_none() && !is_known {
        let message = || "the file has no global attribute `Conventions`".to_owned();
        review.found(&codes::CONVENTIONS_MISSING, None, message, || {
            Some(Place::attribute(":Conventions"))
        });
    }
    match file.root.attribute("featureType").and_then(Attribute::text) {
        Some(said)
            if !GEOMETRIES
                .iter()
                .chain(&OTHER_TYPES)
                .any(|known| known.eq_ignore_ascii_case(said.trim())) =>
        {
            review.found(
                &codes::GEOMETRY_UNKNOWN,
                None,
                || format!("featureType is `{said}`"),
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

/// The variables of a file while they are read.
struct File<'f> {
    file: &'f ArrayFile,
    axes: &'f BTreeSet<String>,
    is_argo: bool,
    vertical: Option<&'f Variable>,
    scope: &'f Scope<'f>,
    bounds: &'f HashSet<&'f str>,
    padded: Vec<PaddedArray<'f>>,
    observations: Observations<'f>,
    reports: VariableReport,
    shared: Shared,
    /// Dimensions of variables other than their own coordinate variables.
    along: HashSet<&'f str>,
    is_observed: bool,
    has_flags: bool,
    has_axes: bool,
    has_range: bool,
}

/// One variable, with what is needed to read it.
struct Entry<'f, 'e> {
    /// The variable as the file stores it.
    stored: &'f Variable,
    plan: Plan<'e>,
    flags: FlagsOf<'e>,
    codes: &'e FlagCodes,
    is_flag: bool,
    is_bounds: bool,
    /// Index of the padded array that it belongs to.
    padded: Option<usize>,
    read: Option<Result<Vec<Gathered>, Problem>>,
    /// Revision of the rows of the padded array when the variable was read.
    revision: u64,
}

impl<'f> File<'f> {
    /// Reads all variables, and reports them in the order of the file.
    fn variables(mut self, review: &mut ReviewBuilder) -> (VariableReport, Option<Profiles<'f>>) {
        let file = self.file;
        let stored: Vec<&'f Variable> = file
            .root
            .all()
            .into_iter()
            .flat_map(|group| &group.variables)
            .collect();
        // The intended type, the rules and the flags of each variable, in vectors to which the entries refer.
        let meant: Vec<Cow<'f, Variable>> = stored.iter().map(|variable| meant(variable)).collect();
        let found = meant.iter().map(|variable| {
            let rules = rules(variable, self.axes);
            let rank = variable.shape.len() - usize::from(rules.texts);
            let flags = flags_of(variable, rank, self.scope);
            let codes = match &flags {
                FlagsOf::Of(flags, _) => {
                    FlagCodes::new(&crate::meaning::meant(flags), self.scope, self.is_argo)
                }
                FlagsOf::None | FlagsOf::OtherShape(_) => FlagCodes::default(),
            };
            (rules, flags, codes)
        });
        let (mut rules, mut flags, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for (rule, flag, code) in found {
            rules.push(rule);
            flags.push(flag);
            codes.push(code);
        }
        let mut entries: Vec<Entry<'f, '_>> = Vec::with_capacity(stored.len());
        for (at, (rules, flags)) in rules.into_iter().zip(flags).enumerate() {
            let (stored, variable, codes) = (stored[at], &*meant[at], &codes[at]);
            let plan = Plan {
                variable,
                rules,
                flags: match &flags {
                    FlagsOf::Of(flags, along) => Some(codes.plan(flags, along.clone(), self.axes)),
                    FlagsOf::None | FlagsOf::OtherShape(_) => None,
                },
            };
            entries.push(Entry {
                padded: self
                    .padded
                    .iter()
                    .position(|array| array.holds(variable, plan.rank())),
                stored,
                plan,
                flags,
                codes,
                is_flag: is_flag(variable),
                is_bounds: self.bounds.contains(stored.path.as_str()),
                read: None,
                revision: 0,
            });
        }
        self.read_all(&mut entries, review);
        for entry in entries {
            self.report(entry, review);
        }
        self.finish(review)
    }

    /// Reads the values. Coordinates of padded arrays come first, because they determine the length of each row, and
    /// flags last.
    fn read_all(&mut self, entries: &mut [Entry<'f, '_>], review: &mut ReviewBuilder) {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_cached_key(|at| {
            let entry = &entries[*at];
            let is_vertical = self
                .vertical
                .is_some_and(|vertical| vertical.path == entry.stored.path);
            match entry.padded {
                Some(_) if entry.is_flag => 3,
                Some(_) if is_vertical => 0,
                Some(_) if axis(entry.stored).is_some() => 1,
                _ => 2,
            }
        });
        for at in &order {
            self.read(&mut entries[*at], Some(review));
        }
        // A later variable may show that rows are longer; then earlier ones counted missing values as padding.
        for at in order {
            let entry = &mut entries[at];
            let is_outdated = entry
                .padded
                .is_some_and(|array| self.padded[array].rows.revision() != entry.revision);
            if is_outdated {
                self.read(entry, None);
            }
        }
    }

    fn read(&mut self, entry: &mut Entry<'f, '_>, review: Option<&mut ReviewBuilder>) {
        let rows = entry.padded.map(|array| &mut self.padded[array].rows);
        entry.revision = rows.as_ref().map_or(0, |rows| rows.revision());
        let padding = rows.map(|rows| Padding {
            rows,
            counts: !entry.is_flag,
        });
        entry.read = Some(gather(self.file, &entry.plan, padding, review));
    }

    fn report(&mut self, entry: Entry<'f, '_>, review: &mut ReviewBuilder) {
        let Entry {
            stored,
            plan,
            flags,
            codes,
            is_flag,
            is_bounds,
            read,
            ..
        } = entry;
        if let FlagsOf::OtherShape(flags) = flags {
            let message = || {
                format!(
                    "{} has dimensions {}, but its flags {} have {}",
                    stored.path,
                    shape(stored),
                    flags.path,
                    shape(flags)
                )
            };
            review.found(&codes::FLAG_SHAPE, Some(&stored.path), message, || None);
        }
        self.has_flags |= plan.flags.is_some();
        self.has_range |= plan.rules.valid != (None, None);
        let checked = Checked {
            plan: &plan,
            flags: codes,
            scope: self.scope,
            is_bounds,
            is_argo: self.is_argo,
            is_observed: self.is_observed,
        };
        checked.attributes(&mut self.shared, review);
        if axis(stored).is_some() {
            codes::explain_coordinate(&stored.path, review);
        }
        match read {
            Some(Ok(gathered)) => {
                for one in &gathered {
                    checked.values(one, &mut self.shared, review);
                    if !is_bounds {
                        self.observations
                            .add(stored, plan.rank(), one.total.count(), is_flag);
                    }
                    let scheme = scheme(codes, one);
                    let is_vertical = self.vertical.is_some_and(|vertical| vertical.path == stored.path);
                    if is_vertical && is_depth(stored) {
                        depth(&plan, one, scheme.as_ref(), review);
                    }
                    let facts = VariableFacts {
                        scheme,
                        ..facts(&plan)
                    };
                    self.reports.report(one, &plan, facts, review);
                }
                // Days of EPIC repeat: the time of day is in another variable.
                let is_whole = TimeUnits::of_epic(text(stored, "units")).is_none();
                if is_own_axis(stored) && stored.of.is_number() && axis(stored).is_some() && is_whole {
                    self.has_axes = true;
                    monotonic(
                        self.file,
                        &plan,
                        self.along.contains(stored.name.as_str()),
                        review,
                    );
                }
            }
            Some(Err(problem)) => self.reports.report_unreadable(&stored.path, problem, review),
            None => {}
        }
    }

    fn finish(self, review: &mut ReviewBuilder) -> (VariableReport, Option<Profiles<'f>>) {
        for (applies, list) in [
            (self.has_flags, [&codes::FLAG_UNKNOWN, &codes::ALL_BAD].as_slice()),
            (self.has_axes, &[&codes::AXIS_NOT_MONOTONIC]),
            (
                self.has_range,
                &[&codes::OUT_OF_VALID_RANGE, &codes::FILL_IN_RANGE],
            ),
            (self.vertical.is_some(), &[&codes::VERTICAL_DIRECTION]),
        ] {
            if !applies {
                list.iter().for_each(|code| review.not_applicable(code));
            }
        }
        self.shared.report(self.reports.variables(), review);
        if let Some(observations) = self.observations.count() {
            review.observations(observations);
        }
        let profiles = self.observations.profiles();
        if let Some(count) = profiles {
            review.profiles(count);
        }
        let profiles = profiles.map(|count| self.observations.distinguish(count, &self.padded));
        (self.reports, profiles)
    }
}

/// Dimensions of variables that are neither their coordinate variables nor flags.
fn dimensions_of_data(root: &Group) -> HashSet<&str> {
    let variables = root.all().into_iter().flat_map(|group| &group.variables);
    let data = variables.filter(|variable| !is_own_axis(variable) && !is_flag(variable));
    let names = data.flat_map(|variable| variable.dimensions.iter().flatten());
    names.map(String::as_str).collect()
}

/// Dimensions and lengths, such as `(N_PROF 3, N_LEVELS 71)`.
fn shape(variable: &Variable) -> String {
    let names = variable.dimensions.as_deref().unwrap_or_default();
    let all: Vec<String> = variable
        .shape
        .iter()
        .enumerate()
        .map(|(at, length)| match names.get(at) {
            Some(name) => format!("{name} {length}"),
            None => length.to_string(),
        })
        .collect();
    format!("({})", all.join(", "))
}

/// The scheme of the flags of a variable.
fn scheme(codes: &FlagCodes, gathered: &Gathered) -> Option<FlagScheme> {
    let names = gathered.total.flag_names()?;
    codes.scheme(names.iter().map(String::as_str))
}

/// Adds the range of the vertical coordinate to the coverage, without values that are flagged questionable, bad or
/// missing.
fn depth(plan: &Plan<'_>, gathered: &Gathered, scheme: Option<&FlagScheme>, review: &mut ReviewBuilder) {
    let variable = plan.variable;
    let unit = facts(plan).unit;
    let split = gathered.total.flags().unwrap_or_default();
    let is_left_out = |flag: &str| scheme.is_some_and(|scheme| scheme.class(flag.as_bytes()).is_left_out());
    let ranges: Vec<_> = match split.is_empty() {
        true => gathered.total.range().into_iter().collect(),
        false => {
            let kept = split.iter().filter(|(flag, _)| !is_left_out(flag));
            kept.filter_map(|(_, cells)| cells.min.zip(cells.max)).collect()
        }
    };
    let left_out = split.iter().filter(|(flag, _)| is_left_out(flag));
    review
        .coverage
        .leave_out_depth(left_out.map(|(_, cells)| cells.count).sum());
    for (least, most) in &ranges {
        review
            .coverage
            .depth(least.as_f64(), most.as_f64(), unit.as_deref());
    }
    if !ranges.is_empty() {
        review.attribute(
            "vertical",
            format!("{} {}", variable.path, text(variable, "positive")).trim_end(),
        );
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
