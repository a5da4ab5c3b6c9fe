//! Columns that say where and when, by their names, and what they add to the coverage.

use data_review_core::stats::{Dtype, Summary};
use data_review_core::{Instant, Place, ReviewBuilder};

use crate::codes;

/// What a column says of place and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Latitude,
    Longitude,
    Time,
    Vertical,
}

/// Names in lower case, without punctuation and unit, best first.
const NAMES: [(Role, &[&str]); 4] = [
    (
        Role::Latitude,
        &["latitude", "lat", "decimallatitude", "latitudedeg", "latdeg"],
    ),
    (
        Role::Longitude,
        &[
            "longitude",
            "lon",
            "long",
            "lng",
            "decimallongitude",
            "longitudedeg",
            "londeg",
        ],
    ),
    (
        Role::Time,
        &[
            "time",
            "datetime",
            "timestamp",
            "timeutc",
            "datetimeutc",
            "dateutc",
            "date",
            "eventdate",
            "obstime",
        ],
    ),
    (
        Role::Vertical,
        &[
            "depth",
            "pressure",
            "pres",
            "ctdprs",
            "depthm",
            "pressuredbar",
            "prdm",
            "depsm",
        ],
    ),
];

/// The columns that have a role: of several candidates the best name, then the first column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    columns: [Option<usize>; 4],
}

impl Roles {
    pub(crate) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let plain: Vec<String> = names.map(plain).collect();
        let find = |(_, known): &(Role, &[&str])| {
            known
                .iter()
                .find_map(|known| plain.iter().position(|name| name == known))
        };
        Roles {
            columns: NAMES.each_ref().map(find),
        }
    }

    /// Notes a row's value in a column that has a role.
    pub(crate) fn note(&self, index: usize, value: f64, values: &mut [Option<f64>; 4]) {
        for (role, column) in self.columns.iter().enumerate() {
            if *column == Some(index) {
                values[role] = Some(value);
            }
        }
    }

    pub(crate) fn column(&self, role: Role) -> Option<usize> {
        self.columns[role as usize]
    }
}

/// The name without its unit, punctuation and case; GLODAP begins its names with `G2`.
fn plain(name: &str) -> String {
    let (name, _) = split_unit(name);
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    plain.strip_prefix("g2").map(str::to_owned).unwrap_or(plain)
}

/// A name and the unit that follows it in brackets: `Depth [m]`, `temp (degC)`.
pub(crate) fn split_unit(name: &str) -> (&str, Option<&str>) {
    let name = name.trim();
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((before, unit)) = name.strip_suffix(close).and_then(|rest| rest.rsplit_once(open))
            && !before.trim().is_empty()
            && !unit.trim().is_empty()
        {
            return (before.trim(), Some(unit.trim()));
        }
    }
    (name, None)
}

/// Gathers what the rows say of place and depth.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    last: Option<(f64, f64)>,
    depth: Option<(f64, f64)>,
}

/// A value with its column's name and its place.
pub(crate) struct Located<'a> {
    pub(crate) value: f64,
    pub(crate) name: &'a str,
    pub(crate) at: (u64, u64),
}

impl Positions {
    /// Adds a row's position.
    pub(crate) fn position(
        &mut self,
        longitude: &Located<'_>,
        latitude: &Located<'_>,
        review: &mut ReviewBuilder,
    ) {
        // Rows of a cast repeat theirs.
        if self.last == Some((longitude.value, latitude.value)) {
            return;
        }
        let mut is_possible = true;
        for (located, most) in [(latitude, 90.0), (longitude, 360.0)] {
            let least = if most == 90.0 { -90.0 } else { -180.0 };
            if !(least..=most).contains(&located.value) {
                is_possible = false;
                found(review, &codes::IMPOSSIBLE_POSITION, located);
            }
        }
        if is_possible {
            self.last = Some((longitude.value, latitude.value));
            review.coverage.position(longitude.value, latitude.value);
        }
    }

    /// Adds a row's depth or pressure.
    pub(crate) fn depth(&mut self, depth: &Located<'_>, review: &mut ReviewBuilder) {
        if !(-500.0..=12_000.0).contains(&depth.value) {
            found(review, &codes::IMPOSSIBLE_DEPTH, depth);
            return;
        }
        let (min, max) = self.depth.get_or_insert((depth.value, depth.value));
        (*min, *max) = (min.min(depth.value), max.max(depth.value));
    }

    /// Ends the rows.
    pub(crate) fn finish(&self, unit: Option<&str>, review: &mut ReviewBuilder) {
        if let Some((min, max)) = self.depth {
            review.coverage.depth(min + 0.0, max + 0.0, unit);
        }
    }
}

fn found(review: &mut ReviewBuilder, code: &data_review_core::CodeInfo, located: &Located<'_>) {
    review.found(
        code,
        Some(located.name),
        || format!("`{}` is {}", located.name, located.value),
        || Some(Place::text(located.at.0, located.at.1, Some(located.name))),
    );
}

/// Adds the earliest and latest of a column of times.
pub(crate) fn times(name: &str, summary: &Summary, review: &mut ReviewBuilder) {
    if summary.dtype != Dtype::Time {
        return;
    }
    let ends = [&summary.first, &summary.last].map(|end| end.as_deref().unwrap_or_default());
    for end in ends {
        if let Some(time) = Instant::parse(end) {
            review.coverage.time(time);
        }
    }
    if ends.iter().any(|end| end.len() > 10 && !end.ends_with('Z')) {
        review.found(
            &codes::TIME_ZONE_ASSUMED,
            Some(name),
            || format!("`{name}` has times without a zone, such as {}", ends[0]),
            || None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_by_name() {
        let names = [
            "station",
            "Lat (deg N)",
            "LONGITUDE",
            "G2depth",
            "bottom_depth",
            "time",
            "date",
        ];
        let roles = Roles::of(names.into_iter());
        let of = [Role::Latitude, Role::Longitude, Role::Time, Role::Vertical].map(|role| roles.column(role));
        assert_eq!(of, [Some(1), Some(2), Some(5), Some(3)]);
        let none = Roles::of(["lattice", "along", "timer", "water_depth"].into_iter());
        assert_eq!(none.columns, [None; 4]);
    }

    #[test]
    fn units_in_brackets() {
        assert_eq!(split_unit("Depth [m]"), ("Depth", Some("m")));
        assert_eq!(split_unit(" temp (degC) "), ("temp", Some("degC")));
        assert_eq!(split_unit("(x)"), ("(x)", None));
        assert_eq!(split_unit("a (b"), ("a (b", None));
    }
}
