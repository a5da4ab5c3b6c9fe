//! Where and when the data of a file were observed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// Coverage in time, space and depth. Each part is null if the file does not state it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// How the observations lie in space and time. Absent if the review does not decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CoverageKind>,
    /// First and last time of the observations.
    pub time: Option<TimeSpan>,
    /// Bounding boxes `[west, south, east, north]` in degrees, at present one. West is greater than east if the box
    /// crosses the antimeridian (RFC 7946 §5.2).
    pub boxes: Option<Vec<[f64; 4]>>,
    /// Range of the vertical coordinate, in the unit of the file.
    pub depth: Option<Depth>,
    /// Numbers of values that time, boxes and depth do not use, because their quality flags are questionable, bad or
    /// missing; null if all values are used.
    pub left_out: Option<LeftOut>,
}

/// How the observations of a file lie in space and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CoverageKind {
    /// One profile of the water column.
    Profile,
    /// Several profiles: a cruise, a float, a series at one place or along a track.
    Profiles,
    /// Observations along the track of a moving platform.
    Trajectory,
    /// Observations that are not connected, each at a place and a time of its own.
    Point,
    /// Observations at a fixed place, one after another.
    #[serde(rename = "time series")]
    TimeSeries,
    /// Values on a grid of positions.
    Grid,
}

impl CoverageKind {
    /// The kind as documents write it, such as `profiles` or `time series`.
    pub fn as_str(self) -> &'static str {
        match self {
            CoverageKind::Profile => "profile",
            CoverageKind::Profiles => "profiles",
            CoverageKind::Trajectory => "trajectory",
            CoverageKind::Point => "point",
            CoverageKind::TimeSeries => "time series",
            CoverageKind::Grid => "grid",
        }
    }

    /// The kind of a file of this many profiles: `None` without a profile.
    pub fn of_profiles(count: u64) -> Option<Self> {
        match count {
            0 => None,
            1 => Some(CoverageKind::Profile),
            _ => Some(CoverageKind::Profiles),
        }
    }
}

/// The earliest and the latest time. A date without a time of day stays a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeSpan {
    /// Earliest time.
    pub first: Instant,
    /// Latest time, equal to or after `first`.
    pub last: Instant,
}

/// Numbers of values that are present but not used for the coverage, because of their quality flags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Number of times that are not used.
    pub times: u64,
    /// Number of positions. A position counts once if the flag of either coordinate excludes it.
    pub positions: u64,
    /// Number of values of the vertical coordinate.
    pub depths: u64,
}

/// Range of the valid values of the vertical coordinate: depth, pressure or height. The depth of the sea floor is not
/// part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Depth {
    /// Least value, in `unit`.
    pub min: f64,
    /// Greatest value, in `unit`; at least `min`.
    pub max: f64,
    /// Unit as the file writes it, such as `dbar`; null if the file states none.
    pub unit: Option<String>,
}

/// Longitudes are binned by hundredths of a degree, so that any number of positions needs at most 36,001 bins. Each bin
/// keeps its extremes, so the edges of the box are exact.
const BINS_PER_DEGREE: f64 = 100.0;

/// Gathers the positions, times and depths of a file into a [`Coverage`], in bounded memory.
///
/// The caller leaves out fill values and impossible values, and states all depths in one unit; then the order of calls does not
/// matter. Positions and depths that are not finite are ignored.
///
/// ```
/// use data_review_core::{CoverageBuilder, Instant};
///
/// let mut coverage = CoverageBuilder::default();
/// coverage.position(179.5, -40.0);
/// coverage.position(-179.0, -41.0);
/// coverage.time(Instant::date(2015, 8, 10).unwrap());
/// let coverage = coverage.finish();
/// // The box crosses the antimeridian: west is greater than east.
/// assert_eq!(coverage.boxes.unwrap(), [[179.5, -41.0, -179.0, -40.0]]);
/// assert!(coverage.depth.is_none());
/// ```
#[derive(Debug, Clone, Default)]
pub struct CoverageBuilder {
    kind: Option<CoverageKind>,
    longitudes: BTreeMap<i32, (f64, f64)>,
    latitudes: Option<(f64, f64)>,
    all_longitudes: bool,
    time: Option<TimeSpan>,
    depth: Option<Depth>,
    left_out: LeftOut,
}

impl CoverageBuilder {
    /// Sets how the observations lie in space and time; `None` if it is not decided.
    pub fn kind(&mut self, kind: Option<CoverageKind>) {
        self.kind = kind;
    }

    /// The earliest and the latest time so far.
    pub fn time_span(&self) -> Option<TimeSpan> {
        self.time
    }

    /// Adds a position in degrees. A longitude outside −180…180 is shifted into that range.
    pub fn position(&mut self, longitude: f64, latitude: f64) {
        if !longitude.is_finite() || !latitude.is_finite() {
            return;
        }
        let longitude = shifted_longitude(longitude);
        let bin = self
            .longitudes
            .entry((longitude * BINS_PER_DEGREE).floor() as i32)
            .or_insert((longitude, longitude));
        *bin = (bin.0.min(longitude), bin.1.max(longitude));
        let (south, north) = self.latitudes.get_or_insert((latitude, latitude));
        (*south, *north) = (south.min(latitude), north.max(latitude));
    }

    /// Declares that the positions go round the earth, as those of a global grid do: the box spans −180 to 180.
    pub fn all_longitudes(&mut self) {
        self.all_longitudes = true;
    }

    /// Adds a time. If a date and its midnight are both the earliest (or latest) time, the one with a time of day is
    /// kept, so that the order of calls does not matter.
    pub fn time(&mut self, time: Instant) {
        let Some(TimeSpan { first, last }) = &mut self.time else {
            self.time = Some(TimeSpan {
                first: time,
                last: time,
            });
            return;
        };
        if time < *first || time == *first && first.is_date() {
            *first = time;
        }
        if time > *last || time == *last && last.is_date() {
            *last = time;
        }
    }

    /// Counts `n` times that are not used because of their quality flags.
    pub fn leave_out_time(&mut self, n: u64) {
        self.left_out.times += n;
    }

    /// Counts `n` positions that are not used because of their quality flags.
    pub fn leave_out_position(&mut self, n: u64) {
        self.left_out.positions += n;
    }

    /// Counts `n` values of the vertical coordinate that are not used because of their quality flags.
    pub fn leave_out_depth(&mut self, n: u64) {
        self.left_out.depths += n;
    }

    /// Adds a range of the vertical coordinate, least and greatest value, in the unit that the file states. The unit of
    /// the first call is kept.
    pub fn depth(&mut self, min: f64, max: f64, unit: Option<&str>) {
        if !min.is_finite() || !max.is_finite() {
            return;
        }
        let depth = self.depth.get_or_insert_with(|| Depth {
            min,
            max,
            unit: unit.map(str::to_owned),
        });
        (depth.min, depth.max) = (depth.min.min(min), depth.max.max(max));
    }

    /// The coverage of everything that was added.
    pub fn finish(&self) -> Coverage {
        Coverage {
            kind: self.kind,
            time: self.time,
            boxes: self.latitudes.map(|(south, north)| {
                let (west, east) = if self.all_longitudes || south <= -89.0 || north >= 89.0 {
                    (-180.0, 180.0)
                } else {
                    self.west_east()
                };
                vec![[west, south, east, north].map(|edge| edge + 0.0)]
            }),
            depth: self.depth.clone(),
            left_out: (self.left_out != LeftOut::default()).then_some(self.left_out),
        }
    }

    /// West and east edge: the ends of the largest gap between longitudes. Of equal gaps the one across the
    /// antimeridian counts, so that a box crosses it only if it must.
    fn west_east(&self) -> (f64, f64) {
        let bins: Vec<(f64, f64)> = self.longitudes.values().copied().collect();
        let (first, last) = (bins[0].0, bins[bins.len() - 1].1);
        let mut widest = (first + 360.0 - last, first, last);
        for pair in bins.windows(2) {
            let (east, west) = (pair[0].1, pair[1].0);
            if west - east > widest.0 {
                widest = (west - east, west, east);
            }
        }
        (widest.1, widest.2)
    }
}

/// A finite longitude shifted into −180…180 degrees.
pub(crate) fn shifted_longitude(longitude: f64) -> f64 {
    match (-180.0..=180.0).contains(&longitude) {
        true => longitude,
        false => (longitude + 180.0).rem_euclid(360.0) - 180.0,
    }
}

/// The box around boxes `[west, south, east, north]`, beside the largest gap between their longitudes, as
/// [`CoverageBuilder::finish`] chooses it. `None` without a box.
pub(crate) fn joined_boxes(boxes: &[[f64; 4]]) -> Option<[f64; 4]> {
    let south = boxes.iter().map(|edges| edges[1]).reduce(f64::min)?;
    let north = boxes.iter().map(|edges| edges[3]).reduce(f64::max)?;
    // From west to east; a box across the antimeridian is two.
    let mut arcs: Vec<(f64, f64)> = Vec::new();
    for [west, _, east, _] in boxes {
        match west <= east {
            true => arcs.push((*west, *east)),
            false => arcs.extend([(*west, 180.0), (-180.0, *east)]),
        }
    }
    arcs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = arcs[0].1;
    let mut inner: Option<(f64, f64)> = None;
    for (west, east) in &arcs {
        if west - reached > inner.map_or(0.0, |(before, after)| after - before) {
            inner = Some((reached, *west));
        }
        reached = reached.max(*east);
    }
    let (west, east) = match inner {
        Some((before, after)) if after - before > arcs[0].0 + 360.0 - reached => (after, before),
        _ => (arcs[0].0, reached),
    };
    Some([west, south, east, north])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bbox(positions: &[(f64, f64)]) -> [f64; 4] {
        let mut builder = CoverageBuilder::default();
        for (longitude, latitude) in positions {
            builder.position(*longitude, *latitude);
        }
        builder.finish().boxes.unwrap()[0]
    }

    #[test]
    fn an_ordinary_section() {
        assert_eq!(
            bbox(&[(-78.5, 26.0), (-20.0, 24.5), (-13.0, 27.5)]),
            [-78.5, 24.5, -13.0, 27.5]
        );
        assert_eq!(bbox(&[(10.0, 1.0)]), [10.0, 1.0, 10.0, 1.0]);
    }

    #[test]
    fn across_the_antimeridian_west_is_greater_than_east() {
        assert_eq!(
            bbox(&[(170.0, 10.0), (-170.0, 20.0), (179.9, 15.0)]),
            [170.0, 10.0, -170.0, 20.0]
        );
        assert_eq!(bbox(&[(185.0, 0.0), (175.0, 0.0)]), [175.0, 0.0, -175.0, 0.0]);
    }

    #[test]
    fn boxes_are_joined_beside_the_largest_gap() {
        let joined = |arcs: &[(f64, f64)]| {
            let boxes: Vec<[f64; 4]> = arcs.iter().map(|(west, east)| [*west, 1.0, *east, 2.0]).collect();
            joined_boxes(&boxes).map(|edges| (edges[0], edges[2]))
        };
        assert_eq!(joined(&[]), None);
        assert_eq!(
            joined(&[(20.0, 30.0), (-5.0, 2.0), (10.0, 25.0)]),
            Some((-5.0, 30.0))
        );
        assert_eq!(joined(&[(-170.0, -160.0), (160.0, 170.0)]), Some((160.0, -160.0)));
        assert_eq!(
            joined(&[(170.0, -170.0), (-172.0, -150.0)]),
            Some((170.0, -150.0))
        );
        assert_eq!(joined(&[(-90.0, -90.0), (90.0, 90.0)]), Some((-90.0, 90.0)));
        assert_eq!(joined(&[(-180.0, 180.0), (3.0, 4.0)]), Some((-180.0, 180.0)));
        assert_eq!(joined(&[(179.0, 0.0), (-1.0, 179.5)]), Some((-180.0, 180.0)));
    }

    /// Width of the gap from one longitude eastward to another.
    fn eastward(from: f64, to: f64) -> f64 {
        (to - from).rem_euclid(360.0)
    }

    proptest! {
        #[test]
        fn the_box_is_beside_the_largest_gap(tenths in prop::collection::btree_set(-1799i32..1800, 1..9)) {
            let longitudes: Vec<f64> = tenths.iter().map(|tenth| f64::from(*tenth) / 10.0).collect();
            let positions: Vec<(f64, f64)> = longitudes.iter().map(|longitude| (*longitude, 5.0)).collect();
            let next = longitudes.iter().cycle().skip(1);
            let gaps = longitudes.iter().zip(next).map(|(one, next)| eastward(*one, *next));
            let largest = gaps.fold(0.0, f64::max);
            let [west, _, east, _] = bbox(&positions);
            prop_assert!(longitudes.contains(&west) && longitudes.contains(&east));
            prop_assert!((eastward(east, west) - largest).abs() < 1e-9, "{} {} {}", west, east, largest);
            for longitude in &longitudes {
                prop_assert!(eastward(west, *longitude) <= eastward(west, east) + 1e-9);
            }
            // Points are boxes without an extent.
            let boxes: Vec<[f64; 4]> = longitudes.iter().map(|longitude| [*longitude, 5.0, *longitude, 5.0]).collect();
            let [west, south, east, north] = joined_boxes(&boxes).unwrap();
            prop_assert_eq!((south, north), (5.0, 5.0));
            prop_assert!((eastward(east, west) - largest).abs() < 1e-9, "{} {} {}", west, east, largest);
        }
    }

    #[test]
    fn edges_are_exact_and_longitudes_are_shifted() {
        assert_eq!(
            bbox(&[(10.0, 1.0), (10.001, 2.0), (10.002, 1.5)]),
            [10.0, 1.0, 10.002, 2.0]
        );
        assert_eq!(bbox(&[(190.0, 0.0), (-171.0, -0.0)]), [-171.0, 0.0, -170.0, 0.0]);
        assert_eq!(bbox(&[(180.0, 0.0)]), [180.0, 0.0, 180.0, 0.0]);
        for (longitude, shifted) in [
            (180.0, 180.0),
            (181.0, -179.0),
            (-181.0, 179.0),
            (540.0, -180.0),
            (720.5, 0.5),
        ] {
            assert_eq!(shifted_longitude(longitude), shifted);
        }
        let mut builder = CoverageBuilder::default();
        builder.position(f64::NAN, 1.0);
        builder.position(1.0, f64::INFINITY);
        assert_eq!(builder.finish().boxes, None);
    }

    #[test]
    fn depths_are_joined_in_the_first_unit() {
        let mut builder = CoverageBuilder::default();
        builder.depth(f64::NAN, 1.0, None);
        builder.depth(1.0, f64::INFINITY, None);
        assert_eq!(builder.finish().depth, None);
        builder.depth(5.0, 7.0, Some("dbar"));
        builder.depth(6.0, 9.0, Some("m"));
        builder.depth(-1.0, 2.0, None);
        let depth = builder.finish().depth.unwrap();
        assert_eq!(
            (depth.min, depth.max, depth.unit.as_deref()),
            (-1.0, 9.0, Some("dbar"))
        );
    }

    #[test]
    fn the_kind_is_that_of_the_last_call() {
        let mut builder = CoverageBuilder::default();
        builder.kind(Some(CoverageKind::Grid));
        assert_eq!(builder.finish().kind, Some(CoverageKind::Grid));
        builder.kind(CoverageKind::of_profiles(2));
        assert_eq!(builder.finish().kind, Some(CoverageKind::Profiles));
        let time = Instant::date(2020, 2, 3).unwrap();
        assert_eq!(builder.time_span(), None);
        builder.time(time);
        assert_eq!(
            builder.time_span().map(|span| (span.first, span.last)),
            Some((time, time))
        );
    }

    #[test]
    fn a_pole_spans_all_longitudes() {
        assert_eq!(bbox(&[(10.0, 60.0), (11.0, 89.5)]), [-180.0, 60.0, 180.0, 89.5]);
        assert_eq!(
            bbox(&[(10.0, -60.0), (11.0, -89.0)]),
            [-180.0, -89.0, 180.0, -60.0]
        );
        assert_eq!(bbox(&[(10.0, 88.9), (11.0, -88.9)]), [10.0, -88.9, 11.0, 88.9]);
    }

    #[test]
    fn half_the_globe_does_not_cross_without_need() {
        assert_eq!(bbox(&[(-90.0, 0.0), (90.0, 0.0)]), [-90.0, 0.0, 90.0, 0.0]);
    }

    #[test]
    fn a_grid_round_the_earth_is_as_wide_as_the_earth() {
        let mut builder = CoverageBuilder::default();
        builder.all_longitudes();
        assert_eq!(builder.finish().boxes, None, "without a position there is no box");
        for longitude in 0..36 {
            builder.position(f64::from(longitude) * 10.0, 5.0);
        }
        assert_eq!(builder.finish().boxes, Some(vec![[-180.0, 5.0, 180.0, 5.0]]));
    }

    fn span(times: &[&str]) -> (String, String) {
        let mut builder = CoverageBuilder::default();
        times
            .iter()
            .for_each(|time| builder.time(Instant::parse(time).unwrap()));
        let span = builder.finish().time.unwrap();
        (span.first.to_string(), span.last.to_string())
    }

    #[test]
    fn times_of_all_forms_compare_as_moments() {
        let forms = ["2015-08-10 00:05", "2015-08-10", "2015-08-10T01:00+02:00"];
        let expected = (
            "2015-08-09T23:00:00Z".to_owned(),
            "2015-08-10T00:05:00Z".to_owned(),
        );
        assert_eq!(span(&forms), expected);
        let far = ["9999-01-01", "+010000-01-01", "0000-05-01", "-000044-03-15"];
        let expected = ("-000044-03-15".to_owned(), "+010000-01-01".to_owned());
        assert_eq!(span(&far), expected);
    }

    #[test]
    fn a_time_of_day_is_kept_rather_than_its_date_in_any_order() {
        let expected = (
            "2015-08-10T00:00:00Z".to_owned(),
            "2015-08-10T00:00:00Z".to_owned(),
        );
        assert_eq!(span(&["2015-08-10", "2015-08-10T00:00"]), expected);
        assert_eq!(span(&["2015-08-10T00:00", "2015-08-10"]), expected);
        assert_eq!(span(&["2015-08-10"]).0, "2015-08-10");
    }

    #[test]
    fn a_kind_is_written_as_its_name() {
        let kinds = [
            CoverageKind::Profile,
            CoverageKind::Profiles,
            CoverageKind::Trajectory,
            CoverageKind::Point,
            CoverageKind::TimeSeries,
            CoverageKind::Grid,
        ];
        for kind in kinds {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(CoverageKind::of_profiles(1), Some(CoverageKind::Profile));
        assert_eq!(CoverageKind::of_profiles(0), None);
    }

    #[test]
    fn excluded_values_are_counted() {
        let mut builder = CoverageBuilder::default();
        assert_eq!(builder.finish().left_out, None);
        builder.leave_out_time(2);
        builder.leave_out_position(3);
        builder.leave_out_depth(4);
        builder.leave_out_depth(1);
        let expected = LeftOut {
            times: 2,
            positions: 3,
            depths: 5,
        };
        assert_eq!(builder.finish().left_out, Some(expected));
    }

    #[test]
    fn an_empty_builder_gives_null() {
        assert_eq!(CoverageBuilder::default().finish(), Coverage::default());
    }
}
