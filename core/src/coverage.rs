//! Where and when a file's data lie.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Coverage in time, space and depth; each is null where the file says nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// First and last time.
    pub time: Option<TimeSpan>,
    /// `[west, south, east, north]` in degrees; west > east crosses the antimeridian (RFC 7946 §5.2). One box.
    pub boxes: Option<Vec<[f64; 4]>>,
    /// Range of the vertical coordinate.
    pub depth: Option<Depth>,
}

/// UTC, ISO 8601; a date without a time of day stays a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeSpan {
    /// Earliest.
    pub first: String,
    /// Latest.
    pub last: String,
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
    time: Option<TimeSpan>,
    depth: Option<Depth>,
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

    /// Adds a time, as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SSZ`: of these two forms the order of the texts is that of time.
    pub fn time(&mut self, time: &str) {
        match &mut self.time {
            None => {
                self.time = Some(TimeSpan {
                    first: time.to_owned(),
                    last: time.to_owned(),
                })
            }
            Some(span) if time < span.first.as_str() => time.clone_into(&mut span.first),
            Some(span) if time > span.last.as_str() => time.clone_into(&mut span.last),
            Some(_) => {}
        }
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
            time: self.time.clone(),
            boxes: self.latitudes.map(|(south, north)| {
                let (west, east) = if south <= -89.0 || north >= 89.0 {
                    (-180.0, 180.0)
                } else {
                    self.west_east()
                };
                vec![[west, south, east, north].map(|edge| edge + 0.0)]
            }),
            depth: self.depth.clone(),
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
    fn dates_and_times_together() {
        let mut builder = CoverageBuilder::default();
        for time in ["2015-08-10T00:05:00Z", "2015-08-10", "2015-08-09T23:59:00Z"] {
            builder.time(time);
        }
        let span = builder.finish().time.unwrap();
        assert_eq!(
            (span.first.as_str(), span.last.as_str()),
            ("2015-08-09T23:59:00Z", "2015-08-10T00:05:00Z")
        );
    }

    #[test]
    fn nothing_added_is_null() {
        assert_eq!(CoverageBuilder::default().finish(), Coverage::default());
    }
}
