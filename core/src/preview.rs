//! A bounded preview of the profiles of a file, for plots: some levels of each cast, with the values and the classes of their flags.
//!
//! A preview is not part of the document: it depends on the same bytes, key and recipe, but nothing is decided by it, and a review may
//! leave it out. All its values are values of the file.
//!
//! Of each cast, the levels are put into one order: its ends, then levels with a value whose flag says questionable or bad, then the
//! level that differs most from the line through its neighbours in any variable, and so on (the algorithm of Ramer, Douglas and Peucker
//! over all variables at once, worst deviation first). The first levels of that order are kept: at most [`MOST_LEVELS`], or fewer
//! where a file has many casts, so that it keeps at most [`MOST_VALUES`] values. The order does not depend on how many are kept.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::{FlagClass, quantity};

/// Most levels of a cast that are kept.
pub const MOST_LEVELS: usize = 200;
/// Most values of a file that are kept.
pub const MOST_VALUES: usize = 2400;
/// Most characters of the values, levels and flags that are kept. Digits compress to less than half, so that a preview takes less than
/// 8 kB.
const MOST_TEXT: usize = 18_000;
/// Most variables that are kept, with the vertical coordinate.
pub const MOST_VARIABLES: usize = 7;
/// Fewest levels of a cast that are kept, if it has as many; casts beyond [`MOST_VALUES`] are left out.
const FEWEST_LEVELS: usize = 16;
/// Most casts of a file that are kept: more do not fit into [`MOST_VALUES`].
pub const MOST_CASTS: usize = MOST_VALUES / FEWEST_LEVELS;
/// Most levels of a cast that are held until its end. Beyond, every other one is dropped, again and again.
const MOST_HELD: usize = 1 << 13;
/// Most levels that are kept because of their flags.
const MOST_FLAGGED: usize = MOST_LEVELS / 4;

/// The levels of the casts of a file that are kept for plots.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Indices of the variables among those of the document, the vertical coordinate first.
    pub variables: Vec<usize>,
    /// The first casts of the file, in its order.
    pub casts: Vec<CastPreview>,
}

/// The levels of one cast that are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CastPreview {
    /// Index of the cast among those of the document.
    pub cast: usize,
    /// Indices of the levels in the cast, from 0, ascending.
    pub levels: Vec<u64>,
    /// For each variable the value at each level; null for a missing one. A value of single precision is the shortest decimal that
    /// reads as the same value.
    pub values: Vec<Vec<Option<f64>>>,
    /// For each variable the class of the flag at each level as one letter: `g`ood, `n`ot assessed, `q`uestionable, `b`ad,
    /// `m`issing. Empty for a variable without a flag.
    pub flags: Vec<String>,
}

/// A cell of a level: its value, NaN for a missing one, and the class of its flag if it has one.
pub type PreviewCell = (f64, Option<FlagClass>);

/// Gathers a [`Preview`], cast by cast, in memory that does not depend on the length of the file.
///
/// ```
/// use data_review_core::preview::PreviewBuilder;
///
/// // The pressure is variable 2 of the document, and the temperature is variable 0.
/// let mut preview = PreviewBuilder::new(vec![2, 0]);
/// for level in 0..1000 {
///     let pressure = f64::from(level);
///     preview.level(&[(pressure, None), (20.0 - pressure / 100.0, None)]);
/// }
/// preview.end_cast(0);
/// let preview = preview.finish().unwrap();
/// // A straight line needs its ends only.
/// assert_eq!(preview.casts[0].levels, [0, 999]);
/// ```
#[derive(Debug, Clone)]
pub struct PreviewBuilder {
    variables: Vec<usize>,
    /// For each variable its cells of the levels that are held.
    held: Vec<Vec<PreviewCell>>,
    /// Index in the cast of each level that is held.
    indices: Vec<u64>,
    /// Number of levels of the cast so far.
    count: u64,
    /// Every how many levels one is held.
    stride: u64,
    casts: Vec<OrderedCast>,
    /// Levels of these casts if as few as possible are kept of each.
    fewest: usize,
}

/// Levels of a cast, the most important first.
#[derive(Debug, Clone)]
struct OrderedCast {
    cast: usize,
    levels: Vec<(u64, Vec<PreviewCell>)>,
}

/// Quantities that are not kept: coordinates, and what follows from temperature and salinity.
const LESS_TELLING: [&str; 10] = [
    "latitude",
    "longitude",
    "sea_water_pressure",
    "depth",
    "sea_floor_depth_below_sea_surface",
    "height_above_sea_floor",
    "sea_water_electrical_conductivity",
    "sea_water_density",
    "sea_water_sigma_theta",
    "speed_of_sound_in_sea_water",
];

/// The most telling variables of a file with a vertical coordinate, in the order of [`quantity::all`]: indices among all variables, of
/// which `quantity` gives the name of the quantity. Of several with one quantity, the first counts.
pub fn choose<'q>(vertical: usize, quantities: impl Iterator<Item = Option<&'q str>>) -> Vec<usize> {
    let names: Vec<Option<&str>> = quantities.collect();
    let telling = quantity::all()
        .iter()
        .filter(|quantity| !LESS_TELLING.contains(&quantity.name));
    let others = telling.filter_map(|quantity| {
        let is_it = |name: &Option<&str>| *name == Some(quantity.name);
        names.iter().position(is_it)
    });
    std::iter::once(vertical)
        .chain(others.filter(|at| *at != vertical))
        .take(MOST_VARIABLES)
        .collect()
}

impl PreviewBuilder {
    /// A preview of these variables, as [`Preview::variables`] names them.
    pub fn new(variables: Vec<usize>) -> Self {
        PreviewBuilder {
            held: vec![Vec::new(); variables.len()],
            variables,
            indices: Vec::new(),
            count: 0,
            stride: 1,
            casts: Vec::new(),
            fewest: 0,
        }
    }

    /// The variables that are kept.
    pub fn variables(&self) -> &[usize] {
        &self.variables
    }

    /// Whether no further cast is kept.
    pub fn is_full(&self) -> bool {
        self.casts.len() >= MOST_CASTS || self.fewest > self.most_levels()
    }

    /// Most levels of all casts together.
    fn most_levels(&self) -> usize {
        MOST_VALUES / self.variables.len().max(1)
    }

    /// Adds a level of the current cast: one cell for each variable.
    pub fn level(&mut self, cells: &[PreviewCell]) {
        if cells.len() != self.variables.len() || self.is_full() {
            return;
        }
        if self.count.is_multiple_of(self.stride) {
            if self.indices.len() == MOST_HELD {
                self.thin();
            }
            if self.count.is_multiple_of(self.stride) {
                for (held, cell) in self.held.iter_mut().zip(cells) {
                    held.push(*cell);
                }
                self.indices.push(self.count);
            }
        }
        self.count += 1;
    }

    /// Drops every other level that is held.
    fn thin(&mut self) {
        every_other(&mut self.indices);
        self.held.iter_mut().for_each(every_other);
        self.stride *= 2;
    }

    /// Ends the current cast, whose index among the casts of the document is `cast`. A cast without a level is left out.
    pub fn end_cast(&mut self, cast: usize) {
        if !self.indices.is_empty() && !self.is_full() {
            // Further casts only lower the number of levels of each.
            let order = order(&self.held, self.indices.len(), self.fair_share());
            let level = |at: usize| (self.indices[at], self.held.iter().map(|held| held[at]).collect());
            self.fewest += order.len().min(FEWEST_LEVELS);
            self.casts.push(OrderedCast {
                cast,
                levels: order.into_iter().map(level).collect(),
            });
        }
        self.held.iter_mut().for_each(Vec::clear);
        self.indices.clear();
        (self.count, self.stride) = (0, 1);
    }

    /// The preview; `None` without a cast, or without a variable besides the vertical coordinate.
    pub fn finish(self) -> Option<Preview> {
        if self.casts.is_empty() || self.variables.len() < 2 {
            return None;
        }
        let mut most = self.fair_share();
        let casts = loop {
            let casts = self.kept(most);
            if casts.len() == self.casts.len() || most == FEWEST_LEVELS {
                break casts;
            }
            most = (most * 4 / 5).max(FEWEST_LEVELS);
        };
        Some(Preview {
            variables: self.variables,
            casts,
        })
    }

    /// The first casts that fit with this number of levels each.
    fn kept(&self, most: usize) -> Vec<CastPreview> {
        let width = self.variables.len();
        let (mut levels_left, mut text_left) = (self.most_levels(), MOST_TEXT);
        let mut casts = Vec::new();
        for ordered in &self.casts {
            let kept = ordered.preview(width, most);
            let left = levels_left.checked_sub(kept.levels.len());
            let Some((levels, text)) = left.zip(text_left.checked_sub(kept.text_length())) else {
                break;
            };
            (levels_left, text_left) = (levels, text);
            casts.push(kept);
        }
        casts
    }

    /// The greatest number of levels of each cast with which all casts fit, or the fewest that are kept.
    fn fair_share(&self) -> usize {
        let taken =
            |most: usize| -> usize { self.casts.iter().map(|cast| cast.levels.len().min(most)).sum() };
        let fits = (FEWEST_LEVELS..=MOST_LEVELS)
            .rev()
            .find(|most| taken(*most) <= self.most_levels());
        fits.unwrap_or(FEWEST_LEVELS)
    }
}

impl OrderedCast {
    /// The first `most` levels, in the order of the cast.
    fn preview(&self, width: usize, most: usize) -> CastPreview {
        let mut levels: Vec<&(u64, Vec<PreviewCell>)> = self.levels.iter().take(most).collect();
        levels.sort_by_key(|(index, _)| *index);
        let of = |at: usize| levels.iter().map(move |(_, cells)| cells[at]);
        let letter = |(_, class): PreviewCell| match class {
            Some(FlagClass::Good) => 'g',
            Some(FlagClass::Questionable) => 'q',
            Some(FlagClass::Bad) => 'b',
            Some(FlagClass::Missing) => 'm',
            Some(FlagClass::NotAssessed) | None => 'n',
        };
        let value = |(value, _): PreviewCell| value.is_finite().then(|| short(value));
        CastPreview {
            cast: self.cast,
            levels: levels.iter().map(|(index, _)| *index).collect(),
            values: (0..width).map(|at| of(at).map(value).collect()).collect(),
            flags: (0..width)
                .map(|at| match of(at).any(|(_, class)| class.is_some()) {
                    true => of(at).map(letter).collect(),
                    false => String::new(),
                })
                .collect(),
        }
    }
}

impl CastPreview {
    /// Characters of the values, levels and flags.
    fn text_length(&self) -> usize {
        let digits = |level: &u64| level.checked_ilog10().unwrap_or(0) as usize + 2;
        let value = |value: &Option<f64>| value.map_or(4, number_length) + 1;
        self.levels.iter().map(digits).sum::<usize>()
            + self.values.iter().flatten().map(value).sum::<usize>()
            + self.flags.iter().map(String::len).sum::<usize>()
    }
}

/// Length of a number in JSON, which writes large and small ones with an exponent.
fn number_length(value: f64) -> usize {
    match value.abs() {
        0.0 => 1 + usize::from(value.is_sign_negative()),
        1e-5..1e16 => ryu_js::Buffer::new().format_finite(value).len(),
        _ => format!("{value:e}").len(),
    }
}

/// A number that has single precision as the shortest decimal that reads as the same number in single precision: 18.2 for
/// 18.200000762939453. Other numbers stay as they are.
fn short(value: f64) -> f64 {
    let single = value as f32;
    if f64::from(single) != value {
        return value;
    }
    match decimal(value) {
        Some(decimal) => decimal,
        None => single.to_string().parse().unwrap_or(value),
    }
}

/// The decimal of [`short`] for a number of single precision, if it has few digits. Below 2²¹ no two decimals are equally near to
/// such a number, and products and quotients are exact or rounded once.
fn decimal(value: f64) -> Option<f64> {
    const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
    let decimals = POWERS.iter().map(|power| (value * power).round() / power);
    let is_same = |decimal: &f64| *decimal as f32 == value as f32;
    decimals.take_while(|_| value.abs() < 2_097_152.0).find(is_same)
}

/// A segment between two levels, and the level in it that differs most from the line between them.
#[derive(Debug, Clone, Copy)]
struct Segment {
    deviation: f64,
    from: usize,
    worst: usize,
    to: usize,
}

impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Segment {}

impl PartialOrd for Segment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Segment {
    /// The greatest deviation first; of equal ones the segment nearer to the beginning.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_deviation = self.deviation.total_cmp(&other.deviation);
        by_deviation.then(other.from.cmp(&self.from))
    }
}

/// Keeps the first item, the third, and so on.
fn every_other<T>(all: &mut Vec<T>) {
    let mut at = 0;
    all.retain(|_| {
        at += 1;
        at % 2 == 1
    });
}

/// The indices of at most `most` of `count` levels, the most important first; `columns` are the cells of each variable.
fn order(columns: &[Vec<PreviewCell>], count: usize, most: usize) -> Vec<usize> {
    if count <= 2 {
        return (0..count).collect();
    }
    let mut chosen = vec![0, count - 1];
    let mut is_chosen = vec![false; count];
    (is_chosen[0], is_chosen[count - 1]) = (true, true);
    let is_flagged = |level: &usize| {
        let is_doubtful = |class: FlagClass| matches!(class, FlagClass::Questionable | FlagClass::Bad);
        let mut cells = columns.iter().map(|column| column[*level]);
        cells.any(|(value, class)| value.is_finite() && class.is_some_and(is_doubtful))
    };
    for level in (1..count - 1).filter(is_flagged).take(MOST_FLAGGED) {
        chosen.push(level);
        is_chosen[level] = true;
    }
    let lines = lines(columns);
    let mut anchors: Vec<usize> = (0..count).filter(|level| is_chosen[*level]).collect();
    let mut heap: BinaryHeap<Segment> = anchors
        .windows(2)
        .filter_map(|pair| segment(&lines, pair[0], pair[1]))
        .collect();
    anchors.clear();
    while chosen.len() < most
        && let Some(Segment { from, worst, to, .. }) = heap.pop()
    {
        chosen.push(worst);
        heap.extend(segment(&lines, from, worst));
        heap.extend(segment(&lines, worst, to));
    }
    chosen
}

/// Each variable from 0 to 1, with gaps filled from their neighbours. Values that are flagged questionable, bad or missing are gaps: they
/// are kept for themselves, and say nothing of the shape of the profile.
fn lines(columns: &[Vec<PreviewCell>]) -> Vec<Vec<f64>> {
    let line = |column: &Vec<PreviewCell>| {
        let mut values: Vec<f64> = { column.iter() }
            .map(
                |(value, class)| match class.is_some_and(FlagClass::is_left_out) || !value.is_finite() {
                    true => f64::NAN,
                    false => *value,
                },
            )
            .collect();
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut has_gaps = false;
        for value in &values {
            // A gap, which is NaN, changes neither.
            least = if *value < least { *value } else { least };
            greatest = if *value > greatest { *value } else { greatest };
            has_gaps |= value.is_nan();
        }
        let range = greatest - least;
        if range.is_nan() || range <= 0.0 || range.is_infinite() {
            return None;
        }
        if has_gaps {
            fill(&mut values);
        }
        values
            .iter_mut()
            .for_each(|value| *value = (*value - least) / range);
        Some(values)
    };
    columns.iter().filter_map(line).collect()
}

/// Fills gaps, which are NaN, linearly, and those at the ends with the nearest value.
fn fill(values: &mut [f64]) {
    let mut last: Option<usize> = None;
    for at in 0..values.len() {
        let to = values[at];
        if to.is_nan() {
            continue;
        }
        match last {
            None => values[..at].fill(to),
            Some(last) if last + 1 < at => {
                let from = values[last];
                let step = (to - from) / (at - last) as f64;
                for (value, steps) in values[last + 1..at].iter_mut().zip(1..) {
                    *value = from + step * f64::from(steps);
                }
            }
            Some(_) => {}
        }
        last = Some(at);
    }
    if let Some(last) = last {
        let end = values[last];
        values[last + 1..].fill(end);
    }
}

/// The worst level between two levels; `None` if all are on the line between them.
fn segment(lines: &[Vec<f64>], from: usize, to: usize) -> Option<Segment> {
    /// Deviations below this fraction of the range of a variable cannot be seen.
    const VISIBLE: f64 = 1e-4;
    let mut worst = (VISIBLE, from);
    for line in lines {
        let (start, step) = (line[from], (line[to] - line[from]) / (to - from) as f64);
        let deviation = |value: f64, steps: f64| (value - start - step * steps).abs();
        let inner = &line[from + 1..to];
        let greatest = greatest(inner, deviation);
        if greatest > worst.0 {
            let is_it = |(value, steps): (&f64, i32)| deviation(*value, f64::from(steps)) == greatest;
            let at = inner.iter().zip(1..).position(is_it);
            worst = (greatest, from + 1 + at.unwrap_or(0));
        }
    }
    (worst.1 > from).then_some(Segment {
        deviation: worst.0,
        from,
        worst: worst.1,
        to,
    })
}

/// The greatest deviation of some values, the first of which is one step away; 0 for none. Several at once, without a branch.
fn greatest(values: &[f64], deviation: impl Fn(f64, f64) -> f64) -> f64 {
    const LANES: usize = 4;
    let more = |held: f64, other: f64| if other > held { other } else { held };
    let (mut lanes, mut steps) = ([0.0; LANES], [1.0, 2.0, 3.0, 4.0]);
    let (whole, rest) = values.as_chunks::<LANES>();
    for values in whole {
        for lane in 0..LANES {
            lanes[lane] = more(lanes[lane], deviation(values[lane], steps[lane]));
            steps[lane] += LANES as f64;
        }
    }
    let rest = rest.iter().zip(steps);
    let last = rest.fold(0.0, |held, (value, steps)| more(held, deviation(*value, steps)));
    lanes.into_iter().fold(last, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(levels: &[(f64, f64, Option<FlagClass>)]) -> CastPreview {
        let mut preview = PreviewBuilder::new(vec![0, 1]);
        for (pressure, value, class) in levels {
            preview.level(&[(*pressure, None), (*value, *class)]);
        }
        preview.end_cast(0);
        preview.finish().unwrap().casts.remove(0)
    }

    fn step(at: i32) -> (f64, f64, Option<FlagClass>) {
        let pressure = f64::from(at);
        (pressure, if at < 50 { 20.0 } else { 10.0 }, Some(FlagClass::Good))
    }

    #[test]
    fn corners_are_kept_and_straight_lines_are_not() {
        let levels: Vec<_> = (0..100).map(step).collect();
        let cast = kept(&levels);
        assert_eq!(cast.levels, [0, 49, 50, 99]);
        assert_eq!(cast.values[1], [20.0, 20.0, 10.0, 10.0].map(Some));
        assert_eq!(cast.flags, ["", "gggg"]);
    }

    #[test]
    fn flagged_levels_are_kept_and_do_not_bend_the_profile() {
        let mut levels: Vec<_> = (0..100).map(step).collect();
        levels[70].1 = -999.0;
        levels[70].2 = Some(FlagClass::Bad);
        levels[80].1 = f64::NAN;
        levels[80].2 = Some(FlagClass::Missing);
        let cast = kept(&levels);
        assert_eq!(cast.levels, [0, 49, 50, 70, 99]);
        assert_eq!(
            (cast.values[1][3], cast.flags[1].as_str()),
            (Some(-999.0), "gggbg")
        );
    }

    #[test]
    fn a_long_cast_is_thinned_and_bounded() {
        let wave = |at: i32| (f64::from(at), (f64::from(at) / 50.0).sin(), None);
        let levels: Vec<_> = (0..100_000).map(wave).collect();
        let cast = kept(&levels);
        assert_eq!(cast.levels.len(), MOST_LEVELS);
        assert!(cast.levels.windows(2).all(|pair| pair[0] < pair[1]));
        for (level, value) in cast.levels.iter().zip(&cast.values[1]) {
            assert_eq!(*value, Some(levels[*level as usize].1), "a value of the file");
        }
    }

    #[test]
    fn many_casts_share_the_room_in_the_order_of_the_file() {
        let mut preview = PreviewBuilder::new(vec![0, 1, 2]);
        for cast in 0..1000usize {
            for at in 0..300 {
                let value = f64::from(at);
                preview.level(&[
                    (value, None),
                    ((value * 0.7).sin(), None),
                    ((value * 0.3).cos(), None),
                ]);
            }
            preview.end_cast(cast);
        }
        let preview = preview.finish().unwrap();
        let values: usize = preview.casts.iter().map(|cast| cast.levels.len() * 3).sum();
        assert!(values <= MOST_VALUES, "{values}");
        let casts: Vec<usize> = preview.casts.iter().map(|cast| cast.cast).collect();
        assert_eq!(casts, (0..casts.len()).collect::<Vec<_>>());
        assert!(
            preview
                .casts
                .iter()
                .all(|cast| cast.levels.len() == FEWEST_LEVELS)
        );
    }

    #[test]
    fn long_numbers_leave_room_for_fewer_levels() {
        let mut preview = PreviewBuilder::new((0..MOST_VARIABLES).collect());
        for at in 0..1000 {
            let cells: Vec<PreviewCell> = (0..MOST_VARIABLES)
                .map(|variable| ((f64::from(at) * (variable + 1) as f64 / 7.0).sin() * 1e-300, None))
                .collect();
            preview.level(&cells);
        }
        preview.end_cast(0);
        let cast = preview.finish().unwrap().casts.remove(0);
        assert!(cast.text_length() <= MOST_TEXT, "{}", cast.text_length());
        assert!(
            (FEWEST_LEVELS..MOST_LEVELS).contains(&cast.levels.len()),
            "{}",
            cast.levels.len()
        );
    }

    #[test]
    fn hostile_numbers_and_empty_casts_end() {
        let mut preview = PreviewBuilder::new(vec![0, 1]);
        preview.end_cast(0);
        for value in [f64::MAX, f64::MIN, f64::INFINITY, f64::NAN, 0.0, 1e308] {
            preview.level(&[(value, None), (value, None)]);
        }
        preview.end_cast(1);
        let preview = preview.finish().unwrap();
        assert_eq!(preview.casts.len(), 1);
        assert_eq!(PreviewBuilder::new(vec![0]).finish(), None);
    }

    #[test]
    fn a_decimal_is_that_of_the_standard_library() {
        let mut bits = 1u32;
        let random = std::iter::from_fn(|| {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(f32::from_bits(bits))
        });
        let decimals = (-30_000i16..20_000).step_by(7).map(|n| f32::from(n) / 1000.0);
        let steps = (0..40_000u32).map(|n| 2_000_000.0 + n as f32 * 4.125);
        let quarters = (0..4_000u32).map(|n| n as f32 * 0.25 - 500.0);
        for single in random
            .take(200_000)
            .filter(|single| single.is_finite())
            .chain(decimals)
            .chain(steps)
            .chain(quarters)
        {
            let standard: f64 = single.to_string().parse().unwrap();
            assert_eq!(short(single.into()).to_bits(), standard.to_bits(), "{single}");
            assert_eq!(
                number_length(standard),
                match standard == 0.0 || (1e-5..1e16).contains(&standard.abs()) {
                    true => standard.to_string().len(),
                    false => format!("{standard:e}").len(),
                }
            );
        }
    }

    #[test]
    fn single_precision_is_written_short() {
        let values = [
            f64::from(18.2_f32),
            18.2,
            0.5,
            0.1 + 0.2,
            1952.0,
            f64::from(f32::MIN_POSITIVE),
        ];
        let shown = values.map(|value| short(value).to_string());
        assert_eq!(shown[..5], ["18.2", "18.2", "0.5", "0.30000000000000004", "1952"]);
        assert!(
            values
                .iter()
                .all(|value| (short(*value) as f32) == (*value as f32))
        );
    }

    #[test]
    fn temperature_and_salinity_come_first() {
        let names = [
            None,
            Some("sea_water_practical_salinity"),
            Some("sea_water_pressure"),
            Some("sea_water_temperature"),
            Some("sea_water_temperature"),
        ];
        let chosen = choose(2, names.into_iter());
        assert_eq!(
            (chosen[0], chosen.contains(&3), chosen.contains(&1)),
            (2, true, true)
        );
        assert!(!chosen.contains(&0) && !chosen.contains(&4));
    }
}
