//! The place and time of the data.
//!
//! Values that are flagged questionable, bad or missing are left out and counted: they neither extend the coverage nor
//! are they reported as impossible. Values outside the coordinate's own valid range do not extend it either (netCDF
//! User's Guide, Attribute Conventions: valid_range).

mod longitudes;
mod stamp;

use std::borrow::Cow;
use std::collections::BTreeSet;

use array_file::{ArrayFile, Block, Type, Variable, integer};
use data_review_array::{Flags, Rules, numbers};
use data_review_core::preview::PreviewCell;
use data_review_core::quality::ARGO;
use data_review_core::{FlagClass, Place, ReviewBuilder};

use crate::codes;
use crate::coordinates::{Coordinates, is_westward, text};
use crate::flags::{FlagCodes, FlagsOf, flags_of};
use crate::meaning::{meant, rules};
use crate::observations::geometry;
use crate::scope::{Scope, group_of};
use crate::time::{Count, TimeUnits, Undecodable};

const MILLISECONDS_OF_DAY: f64 = 86_400_000.0;
/// Most elements of a coordinate that are read, which is more than any real one has.
const MOST: u64 = 1 << 28;

/// The input from which the coverage is derived.
pub(crate) struct Covered<'c> {
    pub(crate) file: &'c ArrayFile,
    pub(crate) coordinates: &'c Coordinates<'c>,
    pub(crate) scope: &'c Scope<'c>,
    /// Dimensions that are not lengths of texts.
    pub(crate) axes: &'c BTreeSet<String>,
    /// Whether Argo's flags apply.
    pub(crate) is_argo: bool,
    /// Whether the times are those of observations, which are not in the future.
    pub(crate) is_observed: bool,
}

impl Covered<'_> {
    /// Adds the times and positions of the file to the coverage. Returns the units of the times, if one variable has them and
    /// they can be decoded.
    pub(crate) fn cover(&self, review: &mut ReviewBuilder) -> Option<TimeUnits> {
        let time = self.coordinates.time.map(|time| self.times(time, review));
        let (has_times, units) = time.unwrap_or((false, None));
        let mut not_applicable = Vec::new();
        if self.coordinates.time.is_none() {
            not_applicable.extend([
                &codes::TIME_UNDECODABLE,
                &codes::TIME_CLIMATOLOGY,
                &codes::TIME_ZONE_UNKNOWN,
            ]);
        }
        if !has_times {
            not_applicable.push(&codes::TIME_IMPOSSIBLE);
        }
        if !has_times || !self.is_observed {
            not_applicable.push(&codes::TIME_FUTURE);
        }
        match (self.coordinates.longitude, self.coordinates.latitude) {
            (Some(longitude), Some(latitude)) => self.positions(longitude, latitude, review),
            _ => not_applicable.push(&codes::POSITION_IMPOSSIBLE),
        }
        for code in not_applicable {
            review.not_applicable(code);
        }
        units
    }

    /// Adds the times. Returns false if the units cannot be decoded, and the units unless they are those of days beside a
    /// variable of times of day.
    fn times(&self, variable: &Variable, review: &mut ReviewBuilder) -> (bool, Option<TimeUnits>) {
        let path = variable.path.as_str();
        let said = text(variable, "units");
        if let Some(units) = TimeUnits::of_epic(said) {
            codes::explain_coordinate(path, review);
            self.epic_times(variable, &units, review);
            return (true, None);
        }
        let Some(units) = units(variable, review) else {
            return (false, None);
        };
        codes::explain_coordinate(path, review);
        let bound = self.is_observed.then(|| stamp::bound(self.file, self.axes));
        let (mut least, mut most, mut left_out) = (None, None, 0);
        self.each(variable, |value, class, place| {
            if class.is_left_out() {
                left_out += 1;
                return;
            }
            let Value {
                count: value,
                is_valid,
            } = value;
            // A value within the range so far does not extend it, and is possible as well.
            if !is_valid
                || least.is_some_and(|least| value >= least) && most.is_some_and(|most| value <= most)
            {
                return;
            }
            let message = || format!("{path} is {value} {said}, more than 10^11 years away");
            match units.decode(value) {
                None => review.found(&codes::TIME_IMPOSSIBLE, Some(path), message, || Some(place())),
                Some(time) if bound.is_some_and(|bound| bound.is_exceeded_by(time)) => {
                    let message = || format!("{path} is {time}, after {}", bound.unwrap_or_default());
                    review.found(&codes::TIME_FUTURE, Some(path), message, || Some(place()));
                }
                Some(time) => {
                    review.coverage.time(time);
                    least = Some(least.map_or(value, |least| if value < least { value } else { least }));
                    most = Some(most.map_or(value, |most| if value > most { value } else { most }));
                }
            }
        });
        review.coverage.leave_out_time(left_out);
        (true, Some(units))
    }

    /// Adds times of EPIC: days, and milliseconds of the day in another variable whose name ends with `2`.
    fn epic_times(&self, days: &Variable, units: &TimeUnits, review: &mut ReviewBuilder) {
        let of_day = self.scope.find(group_of(days), &format!("{}2", days.name));
        let of_day =
            of_day.filter(|of_day| of_day.shape == days.shape && TimeUnits::is_of_day(text(of_day, "units")));
        let (days, of_day) = (self.column(days), of_day.map(|of_day| self.column(of_day)));
        if days.variable.elements().is_none_or(|count| count > MOST) {
            return;
        }
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for block in days.variable.blocks() {
            let Some(values) = days.read(self.file, &block) else {
                continue;
            };
            let clocks = of_day.as_ref().and_then(|of_day| of_day.read(self.file, &block));
            for (at, day) in values.into_iter().enumerate() {
                let clock = clocks
                    .as_ref()
                    .and_then(|clocks| clocks.get(at).copied().flatten());
                let milliseconds = clock.map_or(0.0, |clock| clock.count.as_f64());
                let Some(day) = day.filter(|day| day.is_valid) else {
                    continue;
                };
                let day = day.count.as_f64() + milliseconds / MILLISECONDS_OF_DAY;
                let place = || Some(Place::array(&days.variable.path, block.index(at as u64)));
                if (least..=most).contains(&day) {
                    continue;
                }
                match units.decode(Count::Real(day)) {
                    Some(time) => {
                        review.coverage.time(time);
                        (least, most) = (least.min(day), most.max(day));
                    }
                    None => {
                        let path = &days.variable.path;
                        let message = || format!("{path} is {day}, more than 10^11 years away");
                        review.found(&codes::TIME_IMPOSSIBLE, Some(path), message, place);
                    }
                }
            }
        }
    }

    fn positions(&self, longitude: &Variable, latitude: &Variable, review: &mut ReviewBuilder) {
        for coordinate in [longitude, latitude] {
            codes::explain_coordinate(&coordinate.path, review);
        }
        if longitude.dimensions == latitude.dimensions && longitude.shape == latitude.shape {
            self.pairs(longitude, latitude, review);
        } else {
            self.grid(longitude, latitude, review);
        }
    }

    /// Adds the positions of a grid with an axis for each coordinate: every longitude with the extremes of latitude.
    fn grid(&self, longitude: &Variable, latitude: &Variable, review: &mut ReviewBuilder) {
        let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut left_out, mut all) = (0, longitudes::Longitudes::default());
        self.each(latitude, |value, class, place| {
            let (value, is_valid) = (value.count.as_f64(), value.is_valid);
            if class.is_left_out() {
                left_out += 1;
            } else if is_possible(0.0, value) {
                if is_valid {
                    (south, north) = (south.min(value), north.max(value));
                }
            } else {
                impossible(latitude, value, place, review);
            }
        });
        self.each(longitude, |value, class, place| {
            let (value, is_valid) = (value.count.as_f64(), value.is_valid);
            if class.is_left_out() {
                left_out += 1;
            } else if is_possible(value, 0.0) {
                if is_valid {
                    all.add(value);
                    review.coverage.position(value, south);
                    review.coverage.position(value, north);
                }
            } else {
                impossible(longitude, value, place, review);
            }
        });
        review.coverage.leave_out_position(left_out);
        if south <= north && longitude.shape.len() == 1 && all.are_evenly_round() {
            review.coverage.all_longitudes();
        }
    }

    /// Adds positions one by one, such as those of a trajectory or of a curvilinear grid.
    fn pairs(&self, longitude: &Variable, latitude: &Variable, review: &mut ReviewBuilder) {
        let (east, north) = (self.column(longitude), self.column(latitude));
        if east.variable.elements().is_none_or(|count| count > MOST) {
            return;
        }
        let (east_flags, north_flags) = (east.flags(self.axes), north.flags(self.axes));
        let (mut left_out, mut all) = (0, longitudes::Longitudes::default());
        for block in east.variable.blocks() {
            let (Some(easts), Some(norths)) = (east.read(self.file, &block), north.read(self.file, &block))
            else {
                continue;
            };
            let classes = [
                classes(&east_flags, self.file, &block),
                classes(&north_flags, self.file, &block),
            ];
            for (at, (lon, lat)) in easts.into_iter().zip(norths).enumerate() {
                let (Some(lon), Some(lat)) = (lon, lat) else {
                    continue;
                };
                let is_valid = lon.is_valid && lat.is_valid;
                let (lon, lat) = (lon.count.as_f64(), lat.count.as_f64());
                if classes.iter().any(|classes| class_at(classes, at).is_left_out()) {
                    left_out += 1;
                    continue;
                }
                let place = |variable: &Variable| Place::array(&variable.path, block.index(at as u64));
                if is_possible(lon, lat) {
                    if is_valid {
                        all.add(lon);
                        review.coverage.position(lon, lat);
                    }
                } else if is_possible(0.0, lat) {
                    impossible(longitude, lon, || place(longitude), review);
                } else {
                    impossible(latitude, lat, || place(latitude), review);
                }
            }
        }
        review.coverage.leave_out_position(left_out);
        let cells = longitude.shape.iter().max().copied().unwrap_or(0);
        if self.is_curvilinear(longitude) && all.have_no_gap(cells) {
            review.coverage.all_longitudes();
        }
    }

    /// Whether two-dimensional positions are those of a grid, and not of profiles, trajectories or the swath of a
    /// satellite: no time has their dimensions.
    fn is_curvilinear(&self, longitude: &Variable) -> bool {
        let dimensions = longitude.dimensions.as_deref().unwrap_or_default();
        let of_time = self.coordinates.time.and_then(|time| time.dimensions.as_deref());
        let shares = |name: &String| of_time.is_some_and(|of_time| of_time.contains(name));
        dimensions.len() == 2 && !dimensions.iter().any(shares) && geometry(self.file).is_none()
    }

    /// Calls `visit` with every value that is not missing, unpacked, with the class of its flag and its place.
    fn each(&self, variable: &Variable, mut visit: impl FnMut(Value, FlagClass, &dyn Fn() -> Place)) {
        let column = self.column(variable);
        if column.variable.elements().is_none_or(|count| count > MOST) {
            return;
        }
        let flags = column.flags(self.axes);
        for block in column.variable.blocks() {
            let Some(values) = column.read(self.file, &block) else {
                continue;
            };
            let classes = classes(&flags, self.file, &block);
            for (at, value) in values.into_iter().enumerate() {
                if let Some(value) = value {
                    let place = || Place::array(&variable.path, block.index(at as u64));
                    visit(value, class_at(&classes, at), &place);
                }
            }
        }
    }

    /// The first `most` values of a variable, unpacked; `None` for one that is missing or whose flag says questionable, bad or
    /// missing. Empty if the variable cannot be read,
    /// or has several dimensions and is read in several blocks.
    pub(crate) fn first_values(&self, variable: &Variable, most: u64) -> Vec<Option<Value>> {
        let column = self.column(variable);
        let flags = column.flags(self.axes);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut first = Vec::new();
        // Blocks of several dimensions do not follow each other in the order of the values.
        let is_one = |block: Block| block.count == variable.shape;
        if variable.shape.len() > 1 && !column.variable.blocks().next().is_some_and(is_one) {
            return first;
        }
        for block in column.variable.blocks() {
            let Some(values) = column.read(self.file, &block) else {
                return Vec::new();
            };
            let classes = classes(&flags, self.file, &block);
            let kept = values.into_iter().enumerate();
            let kept = kept.map(|(at, value)| value.filter(|_| !class_at(&classes, at).is_left_out()));
            first.extend(kept.take(most - first.len()));
            if first.len() >= most {
                break;
            }
        }
        first
    }

    /// The first values of a variable, as many of each dimension as `count` says, with the classes of their flags; empty if they
    /// cannot be read.
    pub(crate) fn cells(&self, variable: &Variable, count: &[u64]) -> Cells {
        let column = self.column(variable);
        let block = Block {
            start: vec![0; count.len()],
            count: count.to_vec(),
        };
        Cells {
            values: column.reals(self.file, &block).unwrap_or_default(),
            classes: classes(&column.flags(self.axes), self.file, &block),
        }
    }

    fn column<'v>(&'v self, variable: &'v Variable) -> Column<'v> {
        let meant = meant(variable);
        let mut rules = rules(&meant, self.axes);
        if is_westward(variable) {
            let (scale, offset) = rules.packing.unwrap_or((1.0, 0.0));
            rules.packing = Some((-scale, -offset));
        }
        let flags = match flags_of(variable, variable.shape.len(), self.scope) {
            FlagsOf::Of(flags, along) => {
                let codes = FlagCodes::new(&crate::meaning::meant(flags), self.scope, self.is_argo);
                Some((flags, along, codes))
            }
            FlagsOf::None | FlagsOf::OtherShape(_) => None,
        };
        Column {
            variable: meant,
            rules,
            flags,
        }
    }
}

/// Values with the classes of their flags.
pub(crate) struct Cells {
    /// NaN for a missing one.
    values: Vec<f64>,
    /// `None` for a variable without flags.
    classes: Option<Vec<FlagClass>>,
}

impl Cells {
    /// A value with the class of its flag; a missing one beyond the end.
    pub(crate) fn get(&self, at: usize) -> PreviewCell {
        let class = |classes: &Vec<FlagClass>| classes.get(at).copied().unwrap_or(FlagClass::NotAssessed);
        match self.values.get(at) {
            Some(value) => (*value, self.classes.as_ref().map(class)),
            None => (f64::NAN, None),
        }
    }
}

/// A value that is not missing, unpacked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) count: Count,
    /// Whether it is in the valid range.
    pub(crate) is_valid: bool,
}

/// A coordinate that is being read.
struct Column<'v> {
    variable: Cow<'v, Variable>,
    rules: Rules,
    flags: Option<(&'v Variable, Vec<usize>, FlagCodes)>,
}

impl Column<'_> {
    /// Values of a block, unpacked; `None` for missing ones. `None` if the block cannot be read.
    fn read(&self, file: &ArrayFile, block: &Block) -> Option<Vec<Option<Value>>> {
        let bytes = file.read(&self.variable, &block.start, &block.count).ok()?;
        let of = &self.variable.of;
        // Times in nanoseconds do not fit into a float.
        if let (
            Type::Integer {
                size: 8,
                signed,
                order,
            },
            None,
        ) = (of, self.rules.packing)
        {
            let values = bytes.chunks_exact(8).map(|raw| integer(raw, *signed, *order));
            let is_missing = |value| self.rules.fills.iter().any(|fill| fill.integer == Some(value));
            let value = |value: i128| {
                (!is_missing(value)).then(|| Value {
                    count: Count::Integer(value),
                    is_valid: self.rules.is_valid(value as f64),
                })
            };
            return Some(values.map(value).collect());
        }
        let unpacked = |stored| {
            let value = self.rules.unpack(stored);
            (!self.rules.is_missing(stored) && !value.is_nan()).then(|| Value {
                count: Count::Real(value),
                is_valid: self.rules.is_valid(stored),
            })
        };
        Some(numbers(of, &bytes).into_iter().map(unpacked).collect())
    }

    /// Values of a block, unpacked, as [`Self::read`] has them; NaN for missing ones.
    fn reals(&self, file: &ArrayFile, block: &Block) -> Option<Vec<f64>> {
        if matches!(self.variable.of, Type::Integer { size: 8, .. }) {
            let value = |value: Option<Value>| value.map_or(f64::NAN, |value| value.count.as_f64());
            return Some(self.read(file, block)?.into_iter().map(value).collect());
        }
        let bytes = file.read(&self.variable, &block.start, &block.count).ok()?;
        let mut values = numbers(&self.variable.of, &bytes);
        for value in &mut values {
            *value = match self.rules.is_missing(*value) {
                true => f64::NAN,
                false => self.rules.unpack(*value),
            };
        }
        Some(values)
    }

    /// The flags of the coordinate. If nothing describes them, 3, 4 and 9 are questionable, bad and missing, as in
    /// nearly all schemes.
    fn flags(&self, axes: &BTreeSet<String>) -> Option<(Flags<'_>, usize)> {
        let (variable, along, codes) = self.flags.as_ref()?;
        let mut flags = codes.plan(variable, along.clone(), axes);
        if !codes.is_described() && codes.scheme(std::iter::empty()).is_none() {
            flags.class = Box::new(|flag| ARGO.class(flag));
        }
        Some((flags, self.variable.shape.len()))
    }
}

fn classes(flags: &Option<(Flags<'_>, usize)>, file: &ArrayFile, block: &Block) -> Option<Vec<FlagClass>> {
    let (flags, rank) = flags.as_ref()?;
    flags.classes(file, block, *rank)
}

fn class_at(classes: &Option<Vec<FlagClass>>, at: usize) -> FlagClass {
    let class = classes.as_ref().and_then(|classes| classes.get(at));
    class.copied().unwrap_or(FlagClass::NotAssessed)
}

/// The units of a time. If they cannot be decoded, reports that and returns `None`.
fn units(variable: &Variable, review: &mut ReviewBuilder) -> Option<TimeUnits> {
    let path = variable.path.as_str();
    let (said, calendar) = (text(variable, "units"), text(variable, "calendar"));
    let why = match TimeUnits::parse(said, calendar) {
        Ok(units) => return Some(units),
        Err(why) => why,
    };
    if let (Undecodable::Reference, Some(plain)) = (why, without_blank(said))
        && let Ok(units) = TimeUnits::parse(&plain, calendar)
    {
        let message = || format!("{path} has units `{said}`; UDUNITS writes `{plain}`");
        let place = || Some(Place::attribute(format!("{path}:units")));
        review.found(&codes::UNITS_SPELLING, Some(said), message, place);
        return Some(units);
    }
    if let (Undecodable::Reference, Some((plain, zone))) = (why, without_zone(said))
        && let Ok(units) = TimeUnits::parse(plain, calendar)
    {
        let message =
            || format!("{path} has units `{said}` with the unknown time zone `{zone}`, read as UTC");
        let place = || Some(Place::attribute(format!("{path}:units")));
        review.found(&codes::TIME_ZONE_UNKNOWN, Some(path), message, place);
        return Some(units);
    }
    undecodable(variable, why, review);
    None
}

/// Units of a time without the blank before the T of their reference, which UDUNITS rejects: `days since 1950-01-01
/// T00:00:00`.
fn without_blank(units: &str) -> Option<String> {
    let (before, clock) = units.rsplit_once([' ', '\t']).and_then(|(before, clock)| {
        let clock = clock.strip_prefix(['T', 't'])?;
        Some((before.trim_end(), clock))
    })?;
    let stands_between =
        before.ends_with(|c: char| c.is_ascii_digit()) && clock.starts_with(|c: char| c.is_ascii_digit());
    stands_between.then(|| format!("{before}T{clock}"))
}

/// Units of a time without the words at their end, and these words: the zone in `days since 2024-1-1 00:00 CET`.
fn without_zone(units: &str) -> Option<(&str, &str)> {
    let is_last = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.');
    let end = units.rfind(is_last)? + 1;
    let zone = units[end..].trim();
    let starts_word = zone.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(');
    starts_word.then_some((&units[..end], zone))
}

/// Reports why units cannot be decoded, unless they are missing, which is a finding of its own.
fn undecodable(variable: &Variable, why: Undecodable, review: &mut ReviewBuilder) {
    let path = variable.path.as_str();
    let (units, calendar) = (text(variable, "units"), text(variable, "calendar"));
    let place = |name: &str| Some(Place::attribute(format!("{path}:{name}")));
    let (code, attribute, message) = match why {
        _ if variable.attribute("units").is_none() => return,
        // A simulation without dates (CF 1.13, 4.4.2).
        Undecodable::Calendar if calendar.trim().eq_ignore_ascii_case("none") => return,
        Undecodable::Calendar => (
            &codes::TIME_UNDECODABLE,
            "calendar",
            format!("{path} has the unknown calendar `{calendar}`"),
        ),
        Undecodable::Unit => (
            &codes::TIME_UNDECODABLE,
            "units",
            format!("{path} has units `{units}`, which are not a unit of time with a reference time"),
        ),
        Undecodable::Reference => (
            &codes::TIME_UNDECODABLE,
            "units",
            format!("{path} has units `{units}`, whose reference time is not valid in its calendar"),
        ),
        Undecodable::YearZero => (
            &codes::TIME_CLIMATOLOGY,
            "units",
            format!("{path} counts from the year 0 (`{units}`), which its calendar does not have"),
        ),
    };
    review.found(code, Some(path), || message, || place(attribute));
}

/// Longitudes may be counted to 360, or into the next turn, as in some grids.
pub(crate) fn is_possible(longitude: f64, latitude: f64) -> bool {
    (-360.0..=720.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)
}

fn impossible(variable: &Variable, value: f64, place: impl FnOnce() -> Place, review: &mut ReviewBuilder) {
    let message = || match value.abs() < 1e6 {
        true => format!("{} is {value}", variable.path),
        false => format!("{} is {value:e}", variable.path),
    };
    review.found(&codes::POSITION_IMPOSSIBLE, Some(&variable.path), message, || {
        Some(place())
    });
}
