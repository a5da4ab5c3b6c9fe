//! The casts of a file: what its arrays say of each profile.
//!
//! Profiles are the elements of a few dimensions, the *slots*: of `N_PROF`, or of a series and its profiles. A coordinate or a name
//! belongs to the slots along those of its dimensions that the slots have: `lat(station)` is that of all profiles of a station.

use std::collections::HashMap;

use array_file::{ArrayFile, Type, Variable};
use data_review_array::text_values;
use data_review_core::preview::{PreviewBuilder, PreviewCell, choose};
use data_review_core::{Cast, CoverageKind, MOST_CASTS, ReviewBuilder};

use crate::coordinates::{Coordinates, text};
use crate::coverage::Covered;
use crate::meaning::rules;
use crate::observations::Arrangement;
use crate::time::TimeUnits;

/// Most slots that are read if only some of them are profiles.
pub(crate) const MOST_SLOTS: u64 = 1 << 20;
/// Most values of a variable that are read again for the preview.
const MOST_PREVIEWED: u64 = 1 << 18;
/// Names of the variables that name station and cast, the most reliable first. Argo and formats that follow it number the cycles of
/// a platform; CCHDO numbers the casts at a station.
const NAMES: [(&str, &str); 2] = [("PLATFORM_NUMBER", "CYCLE_NUMBER"), ("station", "cast")];
/// The variable of Argo that says whether a profile was measured while the float descended.
const DIRECTION: &str = "DIRECTION";

/// The profiles of a file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Profiles<'f> {
    /// Number of profiles.
    pub(crate) count: u64,
    /// Names and lengths of the dimensions of the slots; empty for one profile.
    pub(crate) slots: Vec<(&'f str, u64)>,
    /// Number of levels of the first slots; shorter if it is not known for the others.
    pub(crate) levels: Vec<Option<u64>>,
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

    /// Keeps levels of the first profiles for plots, if the review is asked for them: those of arrays with one profile a row, and of
    /// a file of one profile.
    pub(crate) fn preview(&self, profiles: &Profiles<'_>, review: &mut ReviewBuilder) {
        let slots = match profiles.slots[..] {
            _ if !review.wants_preview() => return,
            [] if profiles.count == 1 => None,
            [slots] if slots.1 == profiles.count => Some(slots),
            _ => return,
        };
        let Some(vertical) = self.coordinates.vertical else {
            return;
        };
        let (Some(along), Some(length)) = (
            vertical.dimensions.as_deref().and_then(<[String]>::last),
            vertical.shape.last().copied(),
        ) else {
            return;
        };
        let mut expected: Vec<(String, u64)> =
            slots.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
        expected.push((along.clone(), length));
        let rows = match length {
            0 => 0,
            length => (MOST_PREVIEWED / length)
                .min(slots.map_or(1, |(_, count)| count))
                .min(MOST_CASTS as u64),
        };
        if rows == 0 {
            return;
        }
        // An axis of levels is that of every profile.
        let is_shared = |variable: &Variable| {
            expected.len() > 1
                && dimensions(variable, variable.shape.len())[..] == expected[expected.len() - 1..]
        };
        let is_of_levels = |variable: &Variable| {
            variable.of.is_number() && dimensions(variable, variable.shape.len()) == expected
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
        let columns: Vec<Vec<PreviewCell>> = { chosen.iter() }
            .filter_map(|at| known[*at])
            .map(|variable| match is_shared(variable) {
                true => self.cells(variable, &[length]).repeat(rows as usize),
                false if slots.is_none() => self.cells(variable, &[length]),
                false => self.cells(variable, &[rows, length]),
            })
            .collect();
        let mut preview = PreviewBuilder::new(chosen);
        let mut cells = Vec::new();
        for row in 0..rows as usize {
            let used = profiles
                .levels
                .get(row)
                .copied()
                .flatten()
                .unwrap_or(length)
                .min(length) as usize;
            let start = row * length as usize;
            for level in start..start + used {
                cells.clear();
                let missing = (f64::NAN, None);
                cells.extend(
                    columns
                        .iter()
                        .map(|column| column.get(level).copied().unwrap_or(missing)),
                );
                preview.level(&cells);
            }
            preview.end_cast(row);
            if preview.is_full() {
                break;
            }
        }
        review.preview(preview);
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
}
