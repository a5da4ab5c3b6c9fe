//! The number of observations and profiles in a file, and its padded arrays (CF 1.11, chapter 9).
//!
//! `docs/observations.md` has the definitions, with examples.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use array_file::{ArrayFile, Attribute, Dimension, Type, Variable};
use data_review_array::{Rows, numbers};
use data_review_core::MOST_CASTS;

use crate::casts::{MOST_SLOTS, Profiles, Ragged};
use crate::coordinates::{Axis, axis, is_own_axis, text};
use crate::scope::Scope;

/// CF's discrete sampling geometries (CF 1.11, 9.4).
pub(crate) const GEOMETRIES: [&str; 6] = [
    "point",
    "timeSeries",
    "trajectory",
    "profile",
    "timeSeriesProfile",
    "trajectoryProfile",
];
/// Dimensions of profile files of Argo and CCHDO: profiles and their levels.
const PROFILES: &str = "N_PROF";
const LEVELS: &str = "N_LEVELS";
/// The dimension of Argo's trajectories.
const MEASUREMENTS: &str = "N_MEASUREMENT";
/// Most indices of an indexed ragged array that are read to count the levels of its profiles.
const MOST_INDICES: u64 = 1 << 24;
/// Most padded arrays with different dimensions in one file; real files have one to three.
const MOST_ARRAYS: usize = 16;
/// Most rows of all padded arrays together.
const MOST_ROWS: u64 = 1 << 22;

/// How a file arranges its observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    /// Profiles of Argo, CCHDO or Coriolis, in arrays of `N_PROF` × `N_LEVELS`.
    Levels,
    /// Argo's trajectories: measurements one after the other.
    Measurements,
    /// Argo's metadata and technical data: no observations.
    Nothing,
    /// One of CF's discrete sampling geometries.
    Sampled(&'static str),
    /// A grid, or anything else.
    Other,
}

/// The geometry in `featureType`, or in the attributes of older and other conventions: `CF:featureType`, ERDDAP's
/// `cdm_data_type`.
pub(crate) fn geometry(file: &ArrayFile) -> Option<&'static str> {
    let named = ["featureType", "CF:featureType", "cdm_data_type"];
    let said = named.iter().filter_map(|name| {
        let said = file.root.attribute(name).and_then(Attribute::text)?.trim();
        match said.eq_ignore_ascii_case("station") {
            true => Some("timeSeries"),
            false => GEOMETRIES
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(said)),
        }
    });
    { said }.next()
}

/// Whether a file has the dimensions of Argo's profiles, as formats that follow Argo's do: CCHDO, Coriolis.
pub(crate) fn has_levels(file: &ArrayFile) -> bool {
    let dimensions = &file.root.dimensions;
    length(dimensions, PROFILES).is_some() && length(dimensions, LEVELS).is_some()
}

/// Counts the observations and profiles of a file.
pub(crate) struct Observations<'f> {
    file: &'f ArrayFile,
    arrangement: Arrangement,
    /// Dimensions of the observations; `None` if any dimension may be one.
    dimensions: Option<BTreeSet<&'f str>>,
    vertical: Option<&'f Variable>,
    /// Largest number of valid values of a measured variable or time, and of any other variable.
    most: Most,
    others: Most,
    /// Number of valid values, by the dimensions of coordinates that have several.
    coordinates: BTreeMap<Vec<&'f str>, u64>,
    /// Dimensions and lengths of the variable along the vertical that has most values.
    profile: Option<(u64, &'f Variable)>,
}

/// Number of valid values of the variable that has most; `None` without a variable.
type Most = Option<u64>;

impl<'f> Observations<'f> {
    /// Starts for a file; `vertical` is its vertical coordinate.
    pub(crate) fn new(file: &'f ArrayFile, arrangement: Arrangement, vertical: Option<&'f Variable>) -> Self {
        Observations {
            file,
            arrangement,
            dimensions: dimensions(file, arrangement),
            vertical,
            most: None,
            others: None,
            coordinates: BTreeMap::new(),
            profile: None,
        }
    }

    /// Adds a variable with the number of its valid values; `is_flag` marks flags. Bounds are not added: they belong to
    /// a coordinate.
    pub(crate) fn add(&mut self, variable: &'f Variable, rank: usize, count: u64, is_flag: bool) {
        let Some(names) = variable.dimensions.as_deref().and_then(|names| names.get(..rank)) else {
            self.others = self.others.max(Some(count));
            return;
        };
        let fits = |name: &String| {
            self.dimensions
                .as_ref()
                .is_none_or(|known| known.contains(name.as_str()))
        };
        let axis = axis(variable);
        let is_position = matches!(axis, Some(Axis::Latitude | Axis::Longitude | Axis::Vertical));
        let is_grid = self.arrangement == Arrangement::Other;
        if is_flag || !names.iter().all(fits) || is_grid && is_position {
            self.others = self.others.max(Some(count));
            return;
        }
        self.most = self.most.max(Some(count));
        if axis.is_some() && rank > 1 {
            let names = names.iter().map(String::as_str).collect();
            let held = self.coordinates.entry(names).or_default();
            *held = (*held).max(count);
        }
        let along = self.vertical_dimension();
        if along.is_some_and(|along| names.iter().any(|name| name == along))
            && self.profile.is_none_or(|(most, _)| count > most)
        {
            self.profile = Some((count, variable));
        }
    }

    /// The number of observations: the largest number of valid values of a variable along the dimensions of the
    /// observations. `None` for a file without observations.
    pub(crate) fn count(&self) -> Option<u64> {
        match self.arrangement {
            Arrangement::Nothing => None,
            _ => Some(self.most.or(self.others).unwrap_or(0)),
        }
    }

    /// The number of profiles; `None` if the file does not declare profiles.
    pub(crate) fn profiles(&self) -> Option<u64> {
        match self.arrangement {
            Arrangement::Levels => length(&self.file.root.dimensions, PROFILES),
            Arrangement::Sampled(geometry) if is_of_profiles(geometry) => self
                .ragged_profiles()
                .or_else(|| self.padded_profiles())
                .or_else(|| self.identified_profiles()),
            _ => None,
        }
    }

    /// Ragged arrays: the number of profiles is that of the row sizes, or of the instances that are indexed.
    fn ragged_profiles(&self) -> Option<u64> {
        match self.row_sizes() {
            Some(sizes) => sizes.elements(),
            None => length(&self.file.root.dimensions, instance_dimension(self.indices()?)?),
        }
    }

    /// Arrays with a dimension for each: the number of profiles follows from the dimensions of the data without the
    /// vertical one.
    fn padded_profiles(&self) -> Option<u64> {
        let along = self.vertical_dimension()?;
        let variable = self.profile.map(|(_, variable)| variable).or(self.vertical)?;
        let names = variable.dimensions.as_deref()?;
        let others = || {
            names
                .iter()
                .zip(&variable.shape)
                .filter(|(name, _)| *name != along)
        };
        let key: Vec<&str> = others().map(|(name, _)| name.as_str()).collect();
        // Series of different numbers of profiles are padded themselves.
        if let Some(counted) = self.coordinates.get(&key) {
            return Some(*counted);
        }
        let mut lengths = others().map(|(_, length)| *length);
        lengths.try_fold(1u64, |product, length| product.checked_mul(length))
    }

    /// The number of identifiers, or of positions. Not known if each level has its own, as in a table of levels.
    fn identified_profiles(&self) -> Option<u64> {
        let variables = || self.file.root.variables.iter();
        let levels = self.vertical.and_then(|vertical| names(vertical).last());
        let is_of_level = |variable: &&Variable| names(variable).any(|name| Some(name) == levels);
        let named = variables()
            .find(|variable| text(variable, "cf_role") == "profile_id")
            .or_else(|| variables().find(|variable| variable.name == "profile_id"));
        let latitude = variables().find(|variable| axis(variable) == Some(Axis::Latitude));
        let identified = named.filter(|named| !is_of_level(named)).and_then(names_of);
        identified
            .or_else(|| length(&self.file.root.dimensions, PROFILES))
            .or_else(|| latitude.filter(|latitude| !is_of_level(latitude))?.elements())
    }

    /// What is known of each profile of a file with `count` profiles.
    pub(crate) fn distinguish(&self, count: u64, padded: &[PaddedArray<'f>]) -> Profiles<'f> {
        let slots = self.slots().unwrap_or_default();
        let levels = self.levels(count, &slots, padded);
        Profiles {
            count,
            slots,
            levels,
            ragged: self.ragged(),
        }
    }

    /// How the profiles of a ragged array share one dimension; `None` for other arrays.
    fn ragged(&self) -> Option<Ragged<'f>> {
        if self.arrangement == Arrangement::Levels {
            return None;
        }
        let contiguous = self.row_sizes().and_then(sample_dimension);
        contiguous
            .map(Ragged::Contiguous)
            .or_else(|| self.indices().map(Ragged::Indexed))
    }

    /// Names and lengths of the dimensions whose elements are the profiles, in the order of [`Self::profiles`].
    fn slots(&self) -> Option<Vec<(&'f str, u64)>> {
        let of_length = |name: &'f str| Some(vec![(name, length(&self.file.root.dimensions, name)?)]);
        if self.arrangement == Arrangement::Levels {
            return of_length(PROFILES);
        }
        if let Some(sizes) = self.row_sizes() {
            return Some(dimensions_of(sizes));
        }
        if let Some(instances) = self.indices().and_then(instance_dimension) {
            return of_length(instances);
        }
        if let Some((along, variable)) = self.levelled() {
            let mut slots = dimensions_of(variable);
            slots.retain(|(name, _)| *name != along);
            return Some(slots);
        }
        let latitude = self
            .file
            .root
            .variables
            .iter()
            .find(|variable| axis(variable) == Some(Axis::Latitude));
        of_length(PROFILES).or_else(|| latitude.map(dimensions_of))
    }

    /// Numbers of levels of the first slots.
    fn levels(&self, count: u64, slots: &[(&str, u64)], padded: &[PaddedArray<'f>]) -> Vec<Option<u64>> {
        let is_of_slots = |array: &&PaddedArray<'f>| {
            let (shape, names) = (array.rows.shape(), &array.names);
            let outer = names.iter().copied().zip(shape.iter().copied());
            names.len() == slots.len() + 1 && slots.iter().copied().eq(outer.take(slots.len()))
        };
        // Of slots without a profile more are read than are listed.
        let most = if slots.len() > 1 {
            MOST_SLOTS as usize
        } else {
            MOST_CASTS
        };
        if let Some(array) = padded.iter().find(is_of_slots) {
            let rows = (0..most).map(|row| (row, array.rows.length(row)));
            let rows = rows.take_while(|(row, _)| array.rows.has(*row));
            return rows.map(|(_, length)| length).collect();
        }
        if let Some(sizes) = self.row_sizes() {
            return self.sizes(sizes);
        }
        if let Some(indices) = self.indices() {
            return self.index_counts(indices);
        }
        match (count, self.levelled()) {
            (1, _) => vec![self.count()],
            (_, Some((along, variable))) => {
                let along = dimensions_of(variable)
                    .into_iter()
                    .find(|(name, _)| *name == along);
                vec![along.map(|(_, length)| length); MOST_CASTS]
            }
            (_, None) => Vec::new(),
        }
    }

    /// The sizes of rows in a contiguous ragged array (CF 1.11, 9.3.3).
    fn row_sizes(&self) -> Option<&'f Variable> {
        let mut variables = self.file.root.variables.iter();
        variables.find(|variable| sample_dimension(variable).is_some())
    }

    /// The indices of profiles in an indexed ragged array (CF 1.11, 9.3.4).
    fn indices(&self) -> Option<&'f Variable> {
        let mut variables = self.file.root.variables.iter();
        variables.find(|variable| instance_dimension(variable).is_some())
    }

    /// The first values of a variable of row sizes.
    fn sizes(&self, sizes: &Variable) -> Vec<Option<u64>> {
        let mut found = Vec::new();
        for block in sizes
            .blocks()
            .take_while(|block| block.start.iter().all(|at| *at < MOST_CASTS as u64))
        {
            let Ok(bytes) = self.file.read(sizes, &block.start, &block.count) else {
                return Vec::new();
            };
            found.extend(numbers(&sizes.of, &bytes).into_iter().map(whole));
        }
        found
    }

    /// How often each profile is named in an indexed ragged array (CF 1.11, 9.3.4).
    fn index_counts(&self, indices: &Variable) -> Vec<Option<u64>> {
        let mut counts = vec![0u64; MOST_CASTS];
        if indices.elements().is_none_or(|count| count > MOST_INDICES) {
            return Vec::new();
        }
        for block in indices.blocks() {
            let Ok(bytes) = self.file.read(indices, &block.start, &block.count) else {
                return Vec::new();
            };
            for index in numbers(&indices.of, &bytes).into_iter().filter_map(whole) {
                let at = usize::try_from(index).unwrap_or(usize::MAX);
                if let Some(count) = counts.get_mut(at) {
                    *count += 1;
                }
            }
        }
        counts.into_iter().map(Some).collect()
    }

    /// The dimension of the levels, and the variable along it that has most values.
    fn levelled(&self) -> Option<(&'f str, &'f Variable)> {
        let along = self.vertical_dimension()?;
        let variable = self.profile.map(|(_, variable)| variable).or(self.vertical)?;
        names(variable)
            .any(|name| name == along)
            .then_some((along, variable))
    }

    /// The dimension of the levels of a profile. In a series of profiles it is not that of the times.
    fn vertical_dimension(&self) -> Option<&'f str> {
        let own = self.vertical.and_then(|vertical| names(vertical).last());
        let along = own.or_else(|| self.other_levels())?;
        let is_series = !matches!(
            self.arrangement,
            Arrangement::Sampled("profile") | Arrangement::Levels
        );
        let is_of_time = |variable: &&Variable| {
            axis(variable) == Some(Axis::Time) && names(variable).last() == Some(along)
        };
        let is_taken = is_series
            && self
                .file
                .root
                .variables
                .iter()
                .any(|variable| is_of_time(&variable));
        (!is_taken).then_some(along)
    }

    /// The dimension of another vertical coordinate, if the one of the data is a single depth: for example that of a
    /// current meter, beside the heights above it.
    fn other_levels(&self) -> Option<&'f str> {
        let mut variables = self.file.root.variables.iter();
        self.vertical?;
        let levels =
            variables.find(|variable| is_own_axis(variable) && axis(variable) == Some(Axis::Vertical));
        levels.map(|levels| levels.name.as_str())
    }
}

/// A number that counts something; `None` for one that is negative or not whole.
pub(crate) fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
}

/// Names and lengths of the dimensions of a variable; empty if its dimensions have no names.
fn dimensions_of(variable: &Variable) -> Vec<(&str, u64)> {
    let names = variable.dimensions.iter().flatten().map(String::as_str);
    names.zip(variable.shape.iter().copied()).collect()
}

/// Number of names in a variable: the last dimension of characters is the length of a name.
fn names_of(variable: &Variable) -> Option<u64> {
    let names = match (&variable.of, &variable.shape[..]) {
        (Type::Char, [names @ .., _]) => names,
        (_, shape) => shape,
    };
    names
        .iter()
        .try_fold(1u64, |product, length| product.checked_mul(*length))
}

/// Whether a geometry has profiles: `profile`, `timeSeriesProfile`, `trajectoryProfile`.
fn is_of_profiles(geometry: &str) -> bool {
    geometry.to_ascii_lowercase().ends_with("profile")
}

fn length(dimensions: &[Dimension], name: &str) -> Option<u64> {
    let found = dimensions.iter().find(|dimension| dimension.name == name);
    found.map(|dimension| dimension.length)
}

/// The dimension whose elements the values of a variable divide into rows (CF 1.11, 9.3.3); ERDDAP's early files use
/// `CF:ragged_row_count`.
fn sample_dimension(variable: &Variable) -> Option<&str> {
    let names = ["sample_dimension", "CF:ragged_row_count"];
    names
        .iter()
        .map(|name| text(variable, name))
        .find(|said| !said.is_empty())
}

/// The dimension for which the values of a variable are indices (CF 1.11, 9.3.4).
fn instance_dimension(variable: &Variable) -> Option<&str> {
    let names = ["instance_dimension", "CF:ragged_parent_index"];
    names
        .iter()
        .map(|name| text(variable, name))
        .find(|said| !said.is_empty())
}

/// Dimensions of the observations; `None` if any dimension may be one.
fn dimensions(file: &ArrayFile, arrangement: Arrangement) -> Option<BTreeSet<&str>> {
    match arrangement {
        Arrangement::Levels => return Some(BTreeSet::from([PROFILES, LEVELS])),
        Arrangement::Measurements => return Some(BTreeSet::from([MEASUREMENTS])),
        Arrangement::Nothing | Arrangement::Other => return None,
        Arrangement::Sampled(_) => {}
    }
    let variables = || file.root.all().into_iter().flat_map(|group| &group.variables);
    let sizes: BTreeSet<&str> = variables().filter_map(sample_dimension).collect();
    if !sizes.is_empty() {
        return Some(sizes);
    }
    let indexed = variables().filter(|variable| instance_dimension(variable).is_some());
    let indexed: BTreeSet<&str> = indexed.flat_map(names).collect();
    if !indexed.is_empty() {
        return Some(indexed);
    }
    // Times as texts are not decoded, but they have the dimensions of the observations.
    let is_time = |variable: &&Variable| text(variable, "standard_name") == "time";
    let coordinates = || variables().filter(|variable| axis(variable).is_some() || is_time(variable));
    // Profiles without a recognised vertical coordinate may have any dimension.
    let has_levels = coordinates().any(|variable| axis(variable) == Some(Axis::Vertical));
    let is_open =
        matches!(arrangement, Arrangement::Sampled(geometry) if is_of_profiles(geometry)) && !has_levels;
    (!is_open).then(|| coordinates().flat_map(names).collect())
}

fn names(variable: &Variable) -> impl Iterator<Item = &str> {
    variable.dimensions.iter().flatten().map(String::as_str)
}

/// Paths of variables that are the bounds of coordinates, which contain no observations (CF 1.11, 7.1 and 7.4).
pub(crate) fn bounds<'f>(file: &'f ArrayFile, scope: &Scope<'f>) -> HashSet<&'f str> {
    let variables = file.root.all().into_iter().flat_map(|group| &group.variables);
    let named = variables.flat_map(|variable| {
        let attributes = ["bounds", "climatology"].into_iter();
        let found = attributes.flat_map(|name| scope.references(variable, name).collect::<Vec<_>>());
        found
            .filter_map(|(_, found)| found)
            .map(|bounds| bounds.path.as_str())
    });
    named.collect()
}

/// The padded arrays with one set of dimensions.
pub(crate) struct PaddedArray<'f> {
    /// Their first dimensions; a row lies along the last one of these.
    names: Vec<&'f str>,
    /// The used length of each row.
    pub(crate) rows: Rows,
}

impl PaddedArray<'_> {
    /// Whether a variable whose values have `rank` dimensions is such an array, perhaps with further dimensions within
    /// each cell.
    pub(crate) fn holds(&self, variable: &Variable, rank: usize) -> bool {
        let shape = self.rows.shape();
        let names = variable.dimensions.as_deref().unwrap_or_default();
        self.names.len() <= rank
            && variable.shape.get(..shape.len()) == Some(shape)
            && names.len() >= rank
            && self.names.iter().eq(&names[..self.names.len()])
    }
}

/// The padded arrays of a file: those whose rows, such as the profiles of a file, have coordinates of their own along
/// the last dimension, so that each row may end at another index.
///
/// In a grid only a time or a vertical coordinate makes an array padded: a curvilinear grid has two-dimensional
/// positions and no padding.
pub(crate) fn padded_arrays<'f>(
    file: &'f ArrayFile,
    arrangement: Arrangement,
    bounds: &HashSet<&str>,
) -> Vec<PaddedArray<'f>> {
    let variables: Vec<&Variable> = file
        .root
        .all()
        .into_iter()
        .flat_map(|group| &group.variables)
        .filter(|variable| !bounds.contains(variable.path.as_str()))
        .collect();
    let own: BTreeSet<&str> = variables
        .iter()
        .filter(|variable| is_own_axis(variable))
        .map(|variable| variable.name.as_str())
        .collect();
    let lies_along = |wanted: &[Axis], name: &str| {
        let coordinates = variables
            .iter()
            .filter(|variable| axis(variable).is_some_and(|axis| wanted.contains(&axis)));
        { coordinates }.any(|variable| names(variable).any(|dimension| dimension == name))
    };
    let is_padded = |variable: &Variable| {
        let along = names(variable).last().unwrap_or_default();
        let rank = variable.shape.len();
        match (arrangement, axis(variable)) {
            (Arrangement::Levels, _) => rank == 2 && names(variable).eq([PROFILES, LEVELS]),
            (Arrangement::Measurements | Arrangement::Nothing, _) | (_, None) => false,
            (Arrangement::Sampled(_), Some(_)) => (2..=4).contains(&rank) && !own.contains(along),
            (Arrangement::Other, Some(axis)) => {
                rank == 2
                    && !own.contains(along)
                    && match axis {
                        Axis::Time => true,
                        Axis::Vertical => {
                            !lies_along(&[Axis::Latitude, Axis::Longitude], along)
                                || lies_along(&[Axis::Time], along)
                        }
                        Axis::Latitude | Axis::Longitude => false,
                    }
            }
        }
    };
    let (mut arrays, mut rows_left) = (Vec::<PaddedArray<'f>>::new(), MOST_ROWS);
    for variable in variables.iter().filter(|variable| is_padded(variable)) {
        let is_known = |array: &PaddedArray<'_>| {
            array.names.iter().copied().eq(names(variable)) && array.rows.shape() == variable.shape
        };
        if arrays.len() == MOST_ARRAYS || arrays.iter().any(is_known) {
            continue;
        }
        let Some(rows) = Rows::new(&variable.shape) else {
            continue;
        };
        let count: u64 = variable.shape[..variable.shape.len() - 1].iter().product();
        if count <= rows_left {
            rows_left -= count;
            arrays.push(PaddedArray {
                names: names(variable).collect(),
                rows,
            });
        }
    }
    // A variable belongs to the array with most dimensions that it fits.
    arrays.sort_by_key(|array| std::cmp::Reverse(array.names.len()));
    arrays
}
