//! Where and when a file's data lie.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// Coverage in time, space and depth; each is null where the file says nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// First and last time.
    pub time: Option<TimeSpan>,
    /// `[west, south, east, north]` in degrees; west > east crosses the antimeridian (RFC 7946 §5.2). One box.
    pub boxes: Option<Vec<[f64; 4]>>,
    /// Range of the vertical coordinate.
    pub depth: Option<Depth>,
    /// Values that time, boxes and depth do not use, because their quality flags say questionable, bad or missing; null
    /// where there are none.
    pub left_out: Option<LeftOut>,
}

/// The earliest and the latest moment; a date without a time of day stays a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeSpan {
    /// Earliest.
    pub first: Instant,
    /// Latest.
    pub last: Instant,
}

/// Numbers of values that are present but not used for the coverage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Times.
    pub times: u64,
    /// Positions; one where either coordinate is flagged.
    pub positions: u64,
    /// Values of the vertical coordinate.
    pub depths: u64,
}

/// Valid values of the vertical coordinate; never the depth of the sea floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Depth {
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
    /// As the file writes it.
    pub unit: Option<String>,
}

/// Longitudes are binned by hundredths of a degree, so that millions of positions need no more than 36,001 bins, and
/// each bin keeps its extremes, so that the box's edges are exact.
const BINS_PER_DEGREE: f64 = 100.0;

/// Gathers positions and times; fills and impossible values are the caller's to leave out.
#[derive(Debug, Clone, Default)]
pub struct CoverageBuilder {
    longitudes: BTreeMap<i32, (f64, f64)>,
    latitudes: Option<(f64, f64)>,
    all_longitudes: bool,
    time: Option<TimeSpan>,
    depth: Option<Depth>,
    left_out: LeftOut,
}

impl CoverageBuilder {
    /// Adds a position in degrees. A longitude outside −180…180 is turned into that range.
    pub fn position(&mut self, longitude: f64, latitude: f64) {
        if !longitude.is_finite() || !latitude.is_finite() {
            return;
        }
        let longitude = if (-180.0..=180.0).contains(&longitude) {
            longitude
        } else {
            (longitude + 180.0).rem_euclid(360.0) - 180.0
        };
        let bin = self
            .longitudes
            .entry((longitude * BINS_PER_DEGREE).floor() as i32)
            .or_insert((longitude, longitude));
        *bin = (bin.0.min(longitude), bin.1.max(longitude));
        let (south, north) = self.latitudes.get_or_insert((latitude, latitude));
        (*south, *north) = (south.min(latitude), north.max(latitude));
    }

    /// Says that the positions go round the earth, as those of a global grid do: the box is [-180, 180] wide.
    pub fn all_longitudes(&mut self) {
        self.all_longitudes = true;
    }

    /// Adds a time. Of a date and its midnight, the one with a time of day is kept, so that the order of calls does not
    /// matter.
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

    /// Adds a range of the vertical coordinate.
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

    /// The coverage of all that was added.
    pub fn finish(&self) -> Coverage {
        Coverage {
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

    /// Edges of the largest gap between longitudes; of equal gaps the one across the antimeridian, so that a box
    /// crosses it only where it must.
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

#[cfg(test)]
mod tests {
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
    fn near_a_pole_longitude_means_nothing() {
        assert_eq!(bbox(&[(10.0, 60.0), (11.0, 89.5)]), [-180.0, 60.0, 180.0, 89.5]);
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
    fn what_is_left_out_is_counted() {
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
    fn nothing_added_is_null() {
        assert_eq!(CoverageBuilder::default().finish(), Coverage::default());
    }
}
