//! The casts of a file: what its arrays say of each profile.
//!
//! Profiles are the elements of a few dimensions, the *slots*: of `N_PROF`, or of a series and its profiles. A coordinate or a name
//! belongs to the slots along those of its dimensions that the slots have: `lat(station)` is that of all profiles of a station.

use std::collections::HashMap;

use array_file::{ArrayFile, Type, Variable};
use data_review_array::{numbers, text_values};
use data_review_core::preview::{self, PreviewBuilder, choose};
use data_review_core::{Cast, CoverageKind, MOST_CASTS, ReviewBuilder};

use crate::coordinates::{Coordinates, text};
use crate::coverage::{Cells, Covered};
use crate::meaning::rules;
use crate::observations::{Arrangement, whole};
use crate::time::TimeUnits;

/// Most slots that are read if only some of them are profiles.
pub(crate) const MOST_SLOTS: u64 = 1 << 20;
/// Most values of a variable that are read again for the preview.
const MOST_PREVIEWED: u64 = 1 << 18;
/// Profiles that are read at first. A preview of seven variables has levels of 22 profiles at most.
const FIRST_PREVIEWED: usize = 24;
/// Names of the variables that name station and cast, the most reliable first. Argo and formats that follow it number the cycles of
/// a platform; CCHDO numbers the casts at a station.
const NAMES: [(&str, &str); 2] = [("PLATFORM_NUMBER", "CYCLE_NUMBER"), ("station", "cast")];
/// The variable of Argo that says whether a profile was measured while the float descended.
const DIRECTION: &str = "DIRECTION";

/// The profiles of a file.
#[derive(Debug, Default, Clone)]
pub(crate) struct Profiles<'f> {
    /// Number of profiles.
    pub(crate) count: u64,
    /// Names and lengths of the dimensions of the slots; empty for one profile.
    pub(crate) slots: Vec<(&'f str, u64)>,
    /// Number of levels of the first slots; shorter if it is not known for the others.
    pub(crate) levels: Vec<Option<u64>>,
    /// How all levels of all profiles share one dimension; `None` if each profile is a row of an array.
    pub(crate) ragged: Option<Ragged<'f>>,
}

/// How the levels of the profiles follow each other along one dimension, the *samples*.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ragged<'f> {
    /// Profile after profile along the dimension of this name (CF 1.11, 9.3.3).
    Contiguous(&'f str),
    /// Along the dimension of this variable, whose values are the indices of the profiles (CF 1.11, 9.3.4).
    Indexed(&'f Variable),
}

/// The levels of profiles in arrays.
struct Layout {
    /// Dimensions of the variables that have levels.
    dimensions: Vec<(String, u64)>,
    /// How many elements of each dimension are read, from the first one.
    read: Vec<u64>,
    /// Slots of the first profiles, each with its elements among those that are read, by level.
    profiles: Vec<(usize, Vec<usize>)>,
}

impl Layout {
    /// Profiles of arrays with these dimensions, at least one; what follows their last level is not read.
    fn new(dimensions: Vec<(String, u64)>, profiles: Vec<(usize, Vec<usize>)>) -> Self {
        let last = { profiles.iter() }.filter_map(|(_, levels)| levels.last()).max();
        let elements = last.map_or(0, |last| *last as u64 + 1);
        let mut read: Vec<u64> = dimensions.iter().map(|(_, length)| *length).collect();
        let row: u64 = read[1..].iter().product();
        read[0] = elements.div_ceil(row.max(1));
        Layout {
            dimensions,
            read,
            profiles,
        }
    }

    /// The first profiles alone.
    fn first(&self, profiles: usize) -> Layout {
        let profiles = &self.profiles[..profiles.min(self.profiles.len())];
        Layout::new(self.dimensions.clone(), profiles.to_vec())
    }
}

impl Profiles<'_> {
    /// Number of slots; `None` if it does not fit into 64 bits.
    fn slot_count(&self) -> Option<u64> {
        { self.slots.iter() }.try_fold(1u64, |product, (_, length)| product.checked_mul(*length))
    }
}

/// Values that belong to slots.
struct Along<T> {
    /// Dimensions of the values.
    dimensions: Vec<(String, u64)>,
    values: Vec<Option<T>>,
}

impl<T: Clone> Along<T> {
    /// The value of a slot; `None` if it has none, or the values do not belong to slots.
    fn of(&self, slot: u64, slots: &[(&str, u64)]) -> Option<T> {
        let mut at = 0u64;
        for (name, length) in self.dimensions.iter().filter(|(_, length)| *length > 1) {
            let (mut inner, mut place) = (1u64, None);
            for (own, own_length) in slots.iter().rev() {
                if own == name && own_length == length {
                    place = Some(slot / inner % own_length);
                }
                inner = inner.checked_mul(*own_length)?;
            }
            at = at.checked_mul(*length)?.checked_add(place?)?;
        }
        self.values.get(usize::try_from(at).ok()?)?.clone()
    }
}

impl Covered<'_> {
    /// Lists the casts; `units` are those of the time, if it can be decoded.
    pub(crate) fn casts(
        &self,
        profiles: &Profiles<'_>,
        units: Option<&TimeUnits>,
        review: &mut ReviewBuilder,
    ) {
        let Some(slots) = profiles.slot_count().filter(|slots| *slots >= profiles.count) else {
            return;
        };
        // In a padded array of profiles some slots hold no profile.
        let is_padded = slots > profiles.count;
        if is_padded && slots > MOST_SLOTS {
            return;
        }
        let most = if is_padded {
            slots
        } else {
            slots.min(MOST_CASTS as u64)
        };
        let numbers = |variable: Option<&Variable>| variable.map(|variable| self.numbers(variable, most));
        let Coordinates {
            time,
            latitude,
            longitude,
            ..
        } = *self.coordinates;
        let times = numbers(time.filter(|_| units.is_some()));
        let (latitudes, longitudes) = (numbers(latitude), numbers(longitude));
        let (stations, casts) = self.names(most);
        let directions = self.texts_of(DIRECTION, most);
        let span = review.coverage.time_span();
        let mut listed = Vec::new();
        let mut found = 0u64;
        for slot in 0..most {
            let value = |along: &Option<Along<crate::coverage::Value>>| {
                let value = along.as_ref()?.of(slot, &profiles.slots)?;
                value.is_valid.then_some(value.count)
            };
            let name = |along: &Option<Along<String>>| along.as_ref()?.of(slot, &profiles.slots);
            let time = value(&times).and_then(|count| units?.decode(count));
            let position = value(&longitudes).zip(value(&latitudes));
            let levels = profiles.levels.get(slot as usize).copied().flatten();
            if is_padded && time.is_none() && position.is_none() {
                continue;
            }
            found += 1;
            if listed.len() == MOST_CASTS {
                continue;
            }
            let number = name(&casts).map(|number| match name(&directions).as_deref() {
                Some("D") => number + "D",
                _ => number,
            });
            let cast = Cast {
                station: name(&stations),
                number,
                // A time in the future is a finding, and not part of the coverage.
                time: time.filter(|time| span.is_some_and(|span| span.first <= *time && *time <= span.last)),
                levels,
                ..Cast::default()
            };
            let position = position.map(|(longitude, latitude)| (longitude.as_f64(), latitude.as_f64()));
            listed.push(
                match position.filter(|(lon, lat)| crate::coverage::is_possible(*lon, *lat)) {
                    Some((longitude, latitude)) => cast.at(longitude, latitude),
                    None => cast,
                },
            );
        }
        // Otherwise it is not known which slots are profiles.
        let is_known = listed.iter().any(|cast| *cast != Cast::default());
        if is_known && (!is_padded || found == profiles.count) {
            listed.into_iter().for_each(|cast| review.cast(cast));
        }
    }

    /// Keeps levels of the first profiles for plots, if the review is asked for them: those of arrays with one profile a row, of
    /// ragged arrays, and of a file of one profile.
    pub(crate) fn preview(&self, profiles: &Profiles<'_>, review: &mut ReviewBuilder) {
        let Some(vertical) = self.coordinates.vertical.filter(|_| review.wants_preview()) else {
            return;
        };
        let layout = match profiles.ragged {
            Some(ragged) => self.ragged(ragged, profiles),
            None => rows(vertical, profiles),
        };
        let Some(layout) = layout.filter(|layout| !layout.profiles.is_empty()) else {
            return;
        };
        let expected = &layout.dimensions;
        // An axis of levels is that of every profile.
        let is_shared = |variable: &Variable| {
            expected.len() > 1
                && dimensions(variable, variable.shape.len())[..] == expected[expected.len() - 1..]
        };
        let is_of_levels = |variable: &Variable| {
            variable.of.is_number() && dimensions(variable, variable.shape.len()) == *expected
        };
        if !is_of_levels(vertical) && !is_shared(vertical) {
            return;
        }
        let root = &self.file.root.variables;
        let stored: HashMap<&str, &Variable> = root
            .iter()
            .map(|variable| (variable.path.as_str(), variable))
            .collect();
        let known: Vec<Option<&Variable>> = { review.variables().iter() }
            .map(|variable| stored.get(variable.name.as_str()).copied())
            .collect();
        let Some(at) = known
            .iter()
            .position(|found| found.is_some_and(|found| found.path == vertical.path))
        else {
            return;
        };
        let quantities = review.variables().iter().zip(&known).map(|(variable, found)| {
            let is_chosen = found.is_some_and(is_of_levels);
            variable.quantity.as_deref().filter(|_| is_chosen)
        });
        let chosen = choose(at, quantities);
        let draw = |layout: &Layout| {
            let columns: Vec<(Cells, usize)> = { chosen.iter() }
                .filter_map(|at| known[*at])
                .map(|variable| {
                    let read = &layout.read[usize::from(is_shared(variable))..];
                    (self.cells(variable, read), read.iter().product::<u64>() as usize)
                })
                .collect();
            let mut preview = PreviewBuilder::new(chosen.clone());
            let mut cells = Vec::new();
            for (slot, levels) in &layout.profiles {
                for level in levels {
                    cells.clear();
                    // The values of an axis of levels are those of each profile.
                    cells.extend(columns.iter().map(|(column, length)| column.get(level % length)));
                    preview.level(&cells);
                }
                preview.end_cast(*slot);
            }
            preview
        };
        // Nearly always the first profiles are all that a preview has.
        let first = layout.first(FIRST_PREVIEWED);
        let mut preview = draw(&first);
        if first.profiles.len() < layout.profiles.len() && !preview.is_full() {
            preview = draw(&layout);
        }
        review.preview(preview);
    }

    /// The first profiles of a ragged array; `None` if they are not its instances, or cannot be read.
    fn ragged(&self, ragged: Ragged<'_>, profiles: &Profiles<'_>) -> Option<Layout> {
        // Otherwise it is not known which cast a slot is.
        if profiles.slots.is_empty() || profiles.slot_count() != Some(profiles.count) {
            return None;
        }
        let (name, length) = match ragged {
            Ragged::Contiguous(name) => {
                let mut found = self.file.root.dimensions.iter();
                let found = found.find(|dimension| dimension.name == name)?;
                (name.to_owned(), found.length)
            }
            Ragged::Indexed(indices) => {
                let mut own = dimensions(indices, indices.shape.len());
                own.pop().filter(|_| own.is_empty())?
            }
        };
        let most = length.min(MOST_PREVIEWED);
        // An index beyond the instances belongs to no profile.
        let count = usize::try_from(profiles.count).unwrap_or(usize::MAX);
        let levels = &profiles.levels[..count.min(profiles.levels.len())];
        let profiles = match ragged {
            Ragged::Contiguous(_) => contiguous(levels, most),
            Ragged::Indexed(indices) => {
                let bytes = self.file.read(indices, &[0], &[most]).ok()?;
                let slots = { numbers(&indices.of, &bytes).into_iter() }.map(whole);
                indexed(slots, levels)
            }
        };
        Some(Layout::new(vec![(name, length)], profiles))
    }

    /// The first values of a variable, unpacked; without those that are missing or whose flags say questionable, bad or missing.
    fn numbers(&self, variable: &Variable, most: u64) -> Along<crate::coverage::Value> {
        Along {
            dimensions: dimensions(variable, variable.shape.len()),
            values: self.first_values(variable, most),
        }
    }

    /// The variables that name stations and casts.
    fn names(&self, most: u64) -> (Option<Along<String>>, Option<Along<String>>) {
        let root = &self.file.root.variables;
        let named = |name: &str| root.iter().any(|variable| variable.name == name);
        let of_role = |role: &str| {
            let found = root.iter().find(|variable| text(variable, "cf_role") == role);
            found.and_then(|variable| self.texts(variable, most))
        };
        match NAMES.iter().find(|(station, cast)| named(station) && named(cast)) {
            Some((station, cast)) => (self.texts_of(station, most), self.texts_of(cast, most)),
            None => {
                let station = of_role("timeseries_id").or_else(|| self.texts_of("station", most));
                (station, of_role("profile_id"))
            }
        }
    }

    fn texts_of(&self, name: &str, most: u64) -> Option<Along<String>> {
        let variable = self
            .file
            .root
            .variables
            .iter()
            .find(|variable| variable.name == name)?;
        self.texts(variable, most)
    }

    /// The first values of a variable of texts or of whole numbers, as texts.
    fn texts(&self, variable: &Variable, most: u64) -> Option<Along<String>> {
        if variable.of.is_number() {
            let numbers = self.numbers(variable, most);
            let text = |value: crate::coverage::Value| value.count.to_string();
            return Some(Along {
                dimensions: numbers.dimensions,
                values: numbers.values.into_iter().map(|value| value.map(text)).collect(),
            });
        }
        let joined = rules(variable, self.axes).texts && matches!(variable.of, Type::Char);
        let rank = variable.shape.len() - usize::from(joined && !variable.shape.is_empty());
        // Of several dimensions all texts are needed, because the first ones are not those of the first slots.
        let count: u64 = variable.shape[..rank]
            .iter()
            .try_fold(1u64, |n, length| n.checked_mul(*length))?;
        if rank > 1 && count > most {
            return None;
        }
        let values = text_values(self.file, variable, joined, usize::try_from(most).ok()?);
        let is_named = |text: &String| !text.trim().is_empty();
        Some(Along {
            dimensions: dimensions(variable, rank),
            values: values
                .into_iter()
                .map(|text| Some(text).filter(is_named))
                .collect(),
        })
    }
}

/// The profiles of arrays with one profile a row, or of a file of one profile; `None` for other arrays.
fn rows(vertical: &Variable, profiles: &Profiles<'_>) -> Option<Layout> {
    let slots = match profiles.slots[..] {
        [] if profiles.count == 1 => None,
        [slots] if slots.1 == profiles.count => Some(slots),
        _ => return None,
    };
    let along = vertical.dimensions.as_deref()?.last()?;
    let length = *vertical.shape.last()?;
    let count = MOST_PREVIEWED.checked_div(length)?;
    let count = { count.min(MOST_CASTS as u64) }.min(slots.map_or(1, |(_, count)| count));
    let levels = |row: u64| {
        let used = profiles.levels.get(row as usize).copied().flatten();
        let start = row * length;
        (start..start + used.unwrap_or(length).min(length)).map(|at| at as usize)
    };
    let profiles = first_with_levels((0..count).map(|row| (row as usize, levels(row).collect())));
    let outer = slots.map(|(name, all)| (name.to_owned(), all));
    let dimensions = outer.into_iter().chain([(along.clone(), length)]).collect();
    Some(Layout::new(dimensions, profiles))
}

/// The profiles that lie one after the other among the first `most` samples, by their numbers of levels. The first one whose number
/// is not known, or that ends beyond, is the end of them.
fn contiguous(sizes: &[Option<u64>], most: u64) -> Vec<(usize, Vec<usize>)> {
    let mut start = 0u64;
    let ends = sizes.iter().map_while(|size| {
        let end = start.checked_add((*size)?)?;
        (end <= most).then(|| std::mem::replace(&mut start, end)..end)
    });
    let profiles = ends.map(|samples| samples.map(|at| at as usize).collect());
    first_with_levels(profiles.enumerate())
}

/// The profiles whose indices the first samples have, `slots`. A profile is left out if not all of its levels, whose
/// number `counts` has, are among these samples.
fn indexed(slots: impl Iterator<Item = Option<u64>>, counts: &[Option<u64>]) -> Vec<(usize, Vec<usize>)> {
    let mut profiles: Vec<Vec<usize>> = vec![Vec::new(); counts.len()];
    for (at, slot) in slots.enumerate() {
        let slot = slot.and_then(|slot| usize::try_from(slot).ok());
        if let Some(levels) = slot.and_then(|slot| profiles.get_mut(slot)) {
            levels.push(at);
        }
    }
    let is_whole = |(slot, levels): &(usize, Vec<usize>)| counts[*slot] == Some(levels.len() as u64);
    first_with_levels(profiles.into_iter().enumerate().filter(is_whole))
}

/// The first profiles that have levels, as many as a preview has.
fn first_with_levels(profiles: impl Iterator<Item = (usize, Vec<usize>)>) -> Vec<(usize, Vec<usize>)> {
    let with_levels = profiles.filter(|(_, levels)| !levels.is_empty());
    with_levels.take(preview::MOST_CASTS).collect()
}

/// Names and lengths of the first dimensions of a variable. One without a name belongs to no slot.
fn dimensions(variable: &Variable, rank: usize) -> Vec<(String, u64)> {
    let names = variable.dimensions.as_deref().unwrap_or_default();
    let lengths = variable.shape[..rank].iter().enumerate();
    lengths
        .map(|(at, length)| (names.get(at).cloned().unwrap_or_default(), *length))
        .collect()
}

/// How the observations lie in space and time. `None` where neither the arrangement nor the coordinates say it.
pub(crate) fn coverage_kind(
    file: &ArrayFile,
    arrangement: Arrangement,
    coordinates: &Coordinates<'_>,
    profiles: Option<u64>,
) -> Option<CoverageKind> {
    match arrangement {
        Arrangement::Nothing => None,
        Arrangement::Measurements | Arrangement::Sampled("trajectory") => Some(CoverageKind::Trajectory),
        Arrangement::Sampled("point") => Some(CoverageKind::Point),
        Arrangement::Sampled("timeSeries") => Some(CoverageKind::TimeSeries),
        Arrangement::Levels => CoverageKind::of_profiles(profiles?),
        // The number of profiles may be unknown, as in a table of levels.
        Arrangement::Sampled(_) => CoverageKind::of_profiles(profiles.unwrap_or(2)),
        Arrangement::Other => by_coordinates(file, coordinates),
    }
}

/// The kind of a file that does not declare it, from the dimensions of its coordinates.
fn by_coordinates(file: &ArrayFile, coordinates: &Coordinates<'_>) -> Option<CoverageKind> {
    let is_long = |variable: &Variable| variable.elements().is_some_and(|count| count > 1);
    let long = |variable: Option<&Variable>| variable.is_some_and(is_long);
    let (latitude, longitude) = (coordinates.latitude?, coordinates.longitude?);
    let same = latitude.dimensions == longitude.dimensions;
    match (is_long(latitude), is_long(longitude)) {
        (false, false) if long(coordinates.time) => Some(CoverageKind::TimeSeries),
        (false, false) if long(coordinates.vertical) => Some(CoverageKind::Profile),
        (false, false) => None,
        (true, true) if same => {
            let names = latitude.dimensions.as_deref().unwrap_or_default();
            let of_time = coordinates.time.and_then(|time| time.dimensions.as_deref());
            let of_time = of_time.unwrap_or_default();
            match names {
                [name] if of_time == [name.clone()] => Some(CoverageKind::Trajectory),
                [_, _] if !names.iter().any(|name| of_time.contains(name)) => Some(CoverageKind::Grid),
                _ => None,
            }
        }
        _ => {
            // An axis for each: their dimensions are those of data.
            let names = |variable: &Variable| variable.dimensions.clone().unwrap_or_default();
            let (north, east) = (names(latitude), names(longitude));
            let groups = file.root.all();
            let mut data = groups.into_iter().flat_map(|group| &group.variables);
            let is_of_both = |variable: &Variable| {
                let own = variable.dimensions.as_deref().unwrap_or_default();
                own.len() > 1 && north.iter().chain(&east).all(|name| own.contains(name))
            };
            data.any(is_of_both).then_some(CoverageKind::Grid)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_belongs_to_the_slots_along_its_dimensions() {
        let slots = [("station", 2), ("profile", 3)];
        let along = |dimensions: &[(&str, u64)]| {
            let count: u64 = dimensions.iter().map(|(_, length)| length).product();
            let along = Along {
                dimensions: dimensions
                    .iter()
                    .map(|(name, length)| ((*name).to_owned(), *length))
                    .collect(),
                values: (0..count).map(Some).collect(),
            };
            (0..6).map(|slot| along.of(slot, &slots)).collect::<Vec<_>>()
        };
        assert_eq!(
            along(&[("station", 2), ("profile", 3)]),
            [0, 1, 2, 3, 4, 5].map(Some)
        );
        assert_eq!(
            along(&[("profile", 3), ("station", 2)]),
            [0, 2, 4, 1, 3, 5].map(Some)
        );
        assert_eq!(along(&[("station", 2)]), [0, 0, 0, 1, 1, 1].map(Some));
        assert_eq!(along(&[("profile", 3)]), [0, 1, 2, 0, 1, 2].map(Some));
        assert_eq!(along(&[]), [0; 6].map(Some));
        assert_eq!(along(&[("one", 1)]), [0; 6].map(Some));
        assert_eq!(along(&[("level", 6)]), [None; 6], "another dimension");
        assert_eq!(along(&[("station", 3)]), [None; 6], "another length");
    }

    #[test]
    fn rows_of_samples_end_before_the_first_that_is_not_known() {
        let sizes = [Some(2), Some(0), Some(3), None, Some(1)];
        let first = (0, vec![0, 1]);
        assert_eq!(contiguous(&sizes, 9), [first.clone(), (2, vec![2, 3, 4])]);
        assert_eq!(contiguous(&sizes, 5), contiguous(&sizes, 9));
        assert_eq!(
            contiguous(&sizes, 4),
            std::slice::from_ref(&first),
            "a row beyond the samples"
        );
        assert_eq!(contiguous(&[Some(2), Some(u64::MAX)], 4), [first]);
        let many = contiguous(&[Some(1); 1000], 1000);
        assert_eq!(
            many.last(),
            Some(&(preview::MOST_CASTS - 1, vec![preview::MOST_CASTS - 1]))
        );
    }

    #[test]
    fn indexed_profiles_are_whole() {
        let slots = [Some(1), Some(0), None, Some(1), Some(7), Some(2)];
        let found = indexed(slots.into_iter(), &[Some(1), Some(2), Some(2)]);
        assert_eq!(
            found,
            [(0, vec![1]), (1, vec![0, 3])],
            "the third has another level"
        );
    }
}
