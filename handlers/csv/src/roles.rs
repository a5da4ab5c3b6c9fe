//! Columns that say where and how deep: by name, unit and the kind of their cells.

use data_review_core::{Place, ReviewBuilder};
use text_table::{Axis, degrees};

use crate::codes;
use crate::column::{Pushed, TableColumn};
use crate::rows::Cells;

/// A name in lower case, cut into words at everything that is neither letter nor digit, and where small letters turn capital.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in name.chars() {
        let is_new = !last.is_alphanumeric() || last.is_lowercase() && c.is_uppercase();
        if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !is_new => word.extend(c.to_lowercase()),
                _ => words.push(c.to_lowercase().collect()),
            }
        }
        last = c;
    }
    // GLODAP begins its names with `G2`.
    if let Some(first) = words.first_mut()
        && let Some(rest) = first.strip_prefix("g2")
        && !rest.is_empty()
    {
        *first = rest.to_owned();
    }
    words
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

/// The columns that have a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    pub(crate) latitude: Option<usize>,
    pub(crate) longitude: Option<usize>,
    pub(crate) vertical: Option<usize>,
}

impl Roles {
    pub(crate) fn of(columns: &[TableColumn], review: &mut ReviewBuilder) -> Self {
        let all: Vec<Vec<String>> = columns
            .iter()
            .map(|column| words(split_unit(&column.name).0))
            .collect();
        let position = |names: &[&str]| -> Option<usize> {
            let rank = |words: &[String]| position_rank(words, names);
            let candidates = all
                .iter()
                .enumerate()
                .filter_map(|(at, words)| Some((rank(words)?, at)));
            candidates.min().map(|(_, at)| at)
        };
        let mut usable = |found: Option<usize>, what: &str| {
            let at = found?;
            let column = &columns[at];
            let is_usable =
                column.profile.filled == 0 || column.profile.is_number() || column.profile.is_position();
            if !is_usable {
                let example = data_review_core::printable(&column.profile.example, 40);
                let message = || {
                    format!(
                        "`{}` looks like {what}, but cells such as `{example}` could not be read",
                        column.name
                    )
                };
                review.found(&codes::ROLE_UNUSED, Some(&column.name), message, || None);
            }
            is_usable.then_some(at)
        };
        Roles {
            latitude: usable(
                position(&["latitude", "lat", "lats", "decimallatitude", "latdd", "latd"]),
                "a latitude",
            ),
            longitude: usable(
                position(&[
                    "longitude",
                    "lon",
                    "long",
                    "lng",
                    "lons",
                    "decimallongitude",
                    "londd",
                    "lond",
                ]),
                "a longitude",
            ),
            vertical: vertical(columns, &all),
        }
    }
}

/// How well a name says that it is one of `names`: least is best. A start, a mean or a decimal position is as good as any; a
/// flag, an error or an end is not.
fn position_rank(words: &[String], names: &[&str]) -> Option<usize> {
    const FINE: &[&str] = &[
        "decimal", "deg", "degrees", "degree", "dd", "north", "east", "gps", "ship", "n", "e", "wgs84",
        "nav", "nmea", "object",
    ];
    const ALSO: &[&str] = &[
        "start", "station", "mean", "site", "begin", "in", "sample", "sampling", "event", "avg",
    ];
    let at = words.iter().position(|word| names.contains(&word.as_str()))?;
    let mut rank = 0;
    for (index, word) in words.iter().enumerate().filter(|(index, _)| *index != at) {
        rank += match word.as_str() {
            word if FINE.contains(&word) => 1,
            word if ALSO.contains(&word) => 2,
            word if index > at && word.len() == 1 => 3,
            _ => return None,
        };
    }
    Some(rank)
}

/// What a unit says of a vertical coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VerticalUnit {
    /// None, or one that is not known.
    Silent,
    Length,
    SeaPressure,
    /// A pressure of air, or something else.
    Other,
}

fn vertical_unit(unit: Option<&str>) -> VerticalUnit {
    let Some(unit) = unit.map(|unit| unit.trim().to_lowercase()) else {
        return VerticalUnit::Silent;
    };
    match unit.as_str() {
        "" | "-" | "none" => VerticalUnit::Silent,
        "m" | "meter" | "meters" | "metre" | "metres" | "mtr" | "cm" | "ft" | "feet" | "fathom"
        | "fathoms" | "km" => VerticalUnit::Length,
        unit if unit.starts_with("salt water, m") || unit.starts_with("fresh water, m") => {
            VerticalUnit::Length
        }
        "db" | "dbar" | "dbars" | "decibar" | "decibars" | "bar" | "mpa" | "psi" => VerticalUnit::SeaPressure,
        "hpa" | "mbar" | "mb" | "kpa" | "pa" | "mmhg" | "inhg" | "atm" | "millibar" | "millibars" => {
            VerticalUnit::Other
        }
        "psu" | "ppt" | "pss-78" | "deg c" | "°c" | "volts" | "ntu" | "%" => VerticalUnit::Other,
        unit if udunits::known(unit) => {
            let is = |other: &str| match (udunits::parse(unit), udunits::parse(other)) {
                (Ok(unit), Ok(other)) => unit.is_convertible_to(&other),
                _ => false,
            };
            if is("m") {
                VerticalUnit::Length
            } else {
                VerticalUnit::Other
            }
        }
        _ => VerticalUnit::Silent,
    }
}

/// The vertical coordinate of the samples: pressure of the CTD before depth, and never the depth of the sea floor or the pressure
/// of the air.
fn vertical(columns: &[TableColumn], all: &[Vec<String>]) -> Option<usize> {
    const AIR: &[&str] = &[
        "air",
        "atm",
        "atmos",
        "atmospheric",
        "baro",
        "barometric",
        "barometer",
        "barom",
        "slp",
        "msl",
        "sealevel",
    ];
    const WEATHER: &[&str] = &[
        "wspd", "wdir", "wvht", "atmp", "gst", "wind", "airtemp", "humidity", "rh", "dewp",
    ];
    const FLOOR: &[&str] = &[
        "bottom",
        "bot",
        "floor",
        "seafloor",
        "sounding",
        "btm",
        "echo",
        "bathymetry",
        "max",
        "maximum",
        "seabed",
        "bed",
    ];
    const NOT: &[&str] = &[
        "flag", "qc", "error", "std", "sd", "offset", "min", "end", "secchi", "mixed", "euphotic", "mld",
        "wind", "snow", "ice", "secci", "bin",
    ];
    let has = |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_weather = all
        .iter()
        .any(|words| has(words, WEATHER) || has(words, &["air"]));
    let rank = |at: usize| -> Option<usize> {
        let (column, words) = (&columns[at], &all[at]);
        if column.profile.filled > 0 && !column.profile.is_number() || has(words, NOT) {
            return None;
        }
        let name = words.concat();
        let unit = vertical_unit(column.unit.as_deref().or(split_unit(&column.name).1));
        let is_pressure = has(
            words,
            &["pressure", "pres", "press", "prdm", "prm", "prsm", "prde", "prs"],
        ) || name == "ctdprs"
            || name == "ctdpres";
        let is_depth = has(
            words,
            &[
                "depth",
                "dep",
                "depsm",
                "depfm",
                "depths",
                "deph",
                "tiefe",
                "dybde",
                "depthm",
                "profondeur",
                "profundidad",
            ],
        ) || name == "depthm"
            || name == "ctddepth";
        let is_plain = words.len() == 1;
        match () {
            () if has(words, AIR) || unit == VerticalUnit::Other => None,
            () if is_pressure && unit == VerticalUnit::Length => None,
            () if name.starts_with("ctdpr") => Some(0),
            () if is_pressure && unit == VerticalUnit::Silent && is_weather => None,
            () if has(words, FLOOR) && is_depth => None,
            // `Depth water` is that of a sample, `water depth` that of the sea floor.
            () if words.first().is_some_and(|word| word == "water") && is_depth => None,
            () if is_pressure && (unit == VerticalUnit::SeaPressure || name == "prdm") => {
                Some(1 + words.len())
            }
            () if is_depth && is_plain => Some(2),
            () if is_depth => Some(4 + words.len()),
            () if is_pressure && is_plain => Some(3),
            () if is_pressure => Some(12 + words.len()),
            () => None,
        }
    };
    let candidates = (0..columns.len()).filter_map(|at| Some((rank(at)?, at)));
    candidates.min().map(|(_, at)| at)
}

/// Gathers what the rows say of place and depth.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    last: Option<(f64, f64)>,
    depth: Option<(f64, f64)>,
    /// Depths that are written as fills are: whether they are is known at the end.
    suspects: Vec<f64>,
    pub(crate) any: bool,
}

/// A value with its column's name and its place.
struct Located<'a> {
    value: f64,
    name: &'a str,
    at: (u64, u64),
}

impl Positions {
    /// Adds what a row says; `pushed` is what the three columns came to.
    pub(crate) fn row(
        &mut self,
        row: &impl Cells,
        roles: &Roles,
        pushed: [Pushed; 3],
        columns: &[TableColumn],
        review: &mut ReviewBuilder,
    ) {
        let [latitude, longitude, vertical] = pushed;
        if let (Some(latitude_at), Some(longitude_at)) = (roles.latitude, roles.longitude)
            && let Some(latitude) = value(row, latitude_at, latitude, Axis::Latitude)
            && let Some(longitude) = value(row, longitude_at, longitude, Axis::Longitude)
            // Rows of a cast repeat theirs.
            && self.last != Some((longitude, latitude))
        {
            let located = |value: f64, at: usize| Located {
                value,
                name: &columns[at].name,
                at: row.place(at),
            };
            self.position(
                &located(longitude, longitude_at),
                &located(latitude, latitude_at),
                review,
            );
        }
        if let (Some(at), Pushed::Number(value)) = (roles.vertical, vertical) {
            self.depth(
                &Located {
                    value,
                    name: &columns[at].name,
                    at: row.place(at),
                },
                review,
            );
        }
    }

    fn position(&mut self, longitude: &Located<'_>, latitude: &Located<'_>, review: &mut ReviewBuilder) {
        let mut is_possible = true;
        for (located, range) in [(latitude, -90.0..=90.0), (longitude, -180.0..=360.0)] {
            // A fill is reported as one.
            let is_whole = located.value <= -99.0
                && located.value.fract() == 0.0
                && !(-180.0..0.0).contains(&located.value);
            let is_fill = is_whole || is_all_nines(located.value);
            if !range.contains(&located.value) {
                is_possible = false;
                if !is_fill {
                    found(review, &codes::IMPOSSIBLE_POSITION, located);
                }
            }
        }
        if is_possible {
            self.any = true;
            self.last = Some((longitude.value, latitude.value));
            review.coverage.position(longitude.value, latitude.value);
        }
    }

    fn depth(&mut self, depth: &Located<'_>, review: &mut ReviewBuilder) {
        if !(-500.0..=12_000.0).contains(&depth.value) {
            found(review, &codes::IMPOSSIBLE_DEPTH, depth);
            return;
        }
        if crate::fills::is_candidate(depth.value) && self.suspects.len() < 8 {
            if !self.suspects.contains(&depth.value) {
                self.suspects.push(depth.value);
            }
            return;
        }
        self.extend(depth.value);
    }

    fn extend(&mut self, depth: f64) {
        let (min, max) = self.depth.get_or_insert((depth, depth));
        (*min, *max) = (min.min(depth), max.max(depth));
    }

    /// Ends the rows; `fills` are the fills of the vertical coordinate.
    pub(crate) fn finish(&mut self, unit: Option<&str>, fills: &[f64], review: &mut ReviewBuilder) {
        for suspect in std::mem::take(&mut self.suspects) {
            if !fills.contains(&suspect) {
                self.extend(suspect);
            }
        }
        if let Some((min, max)) = self.depth {
            review.coverage.depth(min + 0.0, max + 0.0, unit);
        }
    }
}

/// The degrees of a cell: a number, or written with minutes or a letter of the compass.
fn value(row: &impl Cells, at: usize, pushed: Pushed, axis: Axis) -> Option<f64> {
    match pushed {
        Pushed::Number(value) => Some(value),
        Pushed::Other => degrees(row.cell(at).trim_ascii())
            .filter(|(_, named)| named.is_none_or(|named| named == axis))
            .map(|(value, _)| value),
        Pushed::Nothing => None,
    }
}

/// Whether the value is written with nothing but nines, four or more: -99.999, 9999. Beyond the range of a position it is a fill.
fn is_all_nines(value: f64) -> bool {
    let text = value.abs().to_string();
    let digits = text.bytes().filter(|byte| *byte != b'.');
    text.len() > 3 && digits.clone().all(|digit| digit == b'9')
}

fn found(review: &mut ReviewBuilder, code: &data_review_core::CodeInfo, located: &Located<'_>) {
    review.found(
        code,
        Some(located.name),
        || format!("`{}` is {}", located.name, located.value),
        || Some(Place::text(located.at.0, located.at.1, Some(located.name))),
    );
}

#[cfg(test)]
mod tests {
    use data_review_core::{FileHandler, ReviewBuilder};

    use super::*;
    use crate::profile::Profile;

    fn roles(names: &[(&str, &str)]) -> Roles {
        let columns: Vec<TableColumn> = names
            .iter()
            .map(|(name, unit)| {
                let unit = Some((*unit).to_owned()).filter(|unit| !unit.is_empty());
                TableColumn::new((*name).to_owned(), unit, names.len(), Profile::default())
            })
            .collect();
        Roles::of(&columns, &mut ReviewBuilder::new(crate::Csv.card(), "x.csv"))
    }

    #[test]
    fn roles_by_name_and_unit() {
        let found = roles(&[
            ("station", ""),
            ("Lat (deg N)", ""),
            ("LONGITUDE", ""),
            ("G2depth", ""),
            ("bottom_depth", ""),
        ]);
        assert_eq!(
            (found.latitude, found.longitude, found.vertical),
            (Some(1), Some(2), Some(3))
        );
        let none = roles(&[
            ("lattice", ""),
            ("along", ""),
            ("timer", ""),
            ("water_depth", ""),
            ("lat_flag", ""),
        ]);
        assert_eq!(none, Roles::default());
        for (names, vertical) in [
            (&[("Pressure (hPa)", "hPa")][..], None),
            (&[("DEPTH", "METERS"), ("CTDPRS", "DBAR")], Some(1)),
            (&[("wspd", ""), ("atmp", ""), ("pres", "")], None),
            (&[("pres", "")], Some(0)),
            (&[("air_pressure", "dbar")], None),
            (&[("Start_Latitude", ""), ("Sample_Depth_m", "")], Some(1)),
            (&[("Depth", "psu")], None),
        ] {
            assert_eq!(roles(names).vertical, vertical, "{names:?}");
        }
    }

    #[test]
    fn units_in_brackets() {
        assert_eq!(split_unit("Depth [m]"), ("Depth", Some("m")));
        assert_eq!(split_unit(" temp (degC) "), ("temp", Some("degC")));
        assert_eq!(split_unit("(x)"), ("(x)", None));
        assert_eq!(split_unit("a (b"), ("a (b", None));
    }

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("Start_Latitude"), ["start", "latitude"]);
        assert_eq!(words("decimalLatitude"), ["decimal", "latitude"]);
        assert_eq!(words("ISO_DateTime_UTC"), ["iso", "date", "time", "utc"]);
        assert_eq!(words("Date/Time (LST)"), ["date", "time", "lst"]);
        assert_eq!(words("CTDPRS"), ["ctdprs"]);
    }
}
