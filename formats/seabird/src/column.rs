//! Columns: their names, units and spans, and their role for time and place.

use text_format::Place;

/// One column of the data, as the header describes it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// Short name, as in Sea-Bird's list of variables: `t090C`. A column without a name in the header is called by its
    /// number: `column 4`.
    pub name: String,
    /// The quantity in words, without its unit: `Temperature`, or `Depth, lat = 48.38`.
    pub title: String,
    /// The text in the last brackets: `ITS-90, deg C`. `None` without brackets.
    pub unit: Option<String>,
    /// Place of the name in the header. For a column without a name, the line that gives the number of columns.
    pub place: Place,
    /// Least and greatest value that the header states for the column.
    pub span: Option<Span>,
}

/// What the values of a column say about the time or the place of a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Axis {
    /// The time of the scan, counted in this way.
    Time(TimeUnit),
    /// Latitude in degrees north, -90 to 90.
    Latitude,
    /// Longitude in degrees east, -180 to 360.
    Longitude,
    /// Pressure, in the unit of the column.
    Pressure,
    /// Depth below the surface, in the unit of the column.
    Depth,
}

/// How a column counts time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum TimeUnit {
    /// Seconds since 1970-01-01T00:00:00: `timeN` by the clock of the navigation receiver, `timeY` by that of the
    /// computer.
    Unix,
    /// Seconds since 2000-01-01T00:00:00: `timeQ` by the clock of the navigation receiver, `timeK` by that of the
    /// instrument.
    Since2000,
    /// Days of the year, 1.0 at the beginning of 1 January: `timeJ`, `timeJV2`, `timeSCP`. The count continues past the
    /// end of the year.
    DayOfYear,
    /// Time since the start time, in units of this many seconds: `timeS`, `timeM`, `timeH`.
    Elapsed(f64),
}

impl TimeUnit {
    /// Rank among the columns of time in a file: 0 is the most reliable.
    pub(crate) fn rank(self) -> u8 {
        match self {
            TimeUnit::Since2000 => 0,
            TimeUnit::Unix => 1,
            TimeUnit::DayOfYear => 2,
            TimeUnit::Elapsed(_) => 3,
        }
    }
}

impl Column {
    /// Parses `t090C: Temperature [ITS-90, deg C]`.
    pub(crate) fn read(text: &str, place: Place) -> Self {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let (title, unit) = split_unit(rest.trim());
        Column {
            name: name.trim().to_owned(),
            title,
            unit,
            place,
            span: None,
        }
    }

    /// A column without a name in the header; its index `at` counts from 0.
    pub(crate) fn nameless(at: usize, place: Place) -> Self {
        Column::read(&format!("column {at}:"), place)
    }

    /// Whether the values mark scans as bad.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        self.name.eq_ignore_ascii_case("flag")
    }

    /// What the column says about time or place, from its name in Sea-Bird's list of variables; `None` for other
    /// quantities.
    ///
    /// ```
    /// use seabird::{Axis, Reader, TimeUnit};
    ///
    /// let file = "* Sea-Bird SBE 21 Data File:\n# nquan = 2\n# name 0 = timeJ: Julian Days\n\
    ///     ## name 1 = prim: Primary voltage [V]\n*END*\n  224.14  0.1\n";
    /// let reader = Reader::new(file.as_bytes(), &mut |_| {})?;
    /// let axes: Vec<_> = reader.header().columns.iter().map(|column| column.axis()).collect();
    /// assert_eq!(axes, [Some(Axis::Time(TimeUnit::DayOfYear)), None]);
    /// # Ok::<(), seabird::Error>(())
    /// ```
    #[must_use]
    pub fn axis(&self) -> Option<Axis> {
        let name = self.name.to_ascii_lowercase();
        let time = match name.as_str() {
            "timeq" | "timek" => Some(TimeUnit::Since2000),
            "timen" | "timey" => Some(TimeUnit::Unix),
            "timej" | "timejv2" | "timescp" => Some(TimeUnit::DayOfYear),
            "times" => Some(TimeUnit::Elapsed(1.0)),
            "timem" => Some(TimeUnit::Elapsed(60.0)),
            "timeh" => Some(TimeUnit::Elapsed(3600.0)),
            _ => None,
        };
        match name.as_str() {
            _ if time.is_some() => time.map(Axis::Time),
            "latitude" | "lat" => Some(Axis::Latitude),
            "longitude" | "lon" | "long" => Some(Axis::Longitude),
            _ if is_vertical(&name, "pr", &["dm", "de", "sm", "se", "50m", "50e", "m", "e"]) => {
                Some(Axis::Pressure)
            }
            _ if is_vertical(&name, "dep", &["sm", "sf", "fm", "ff", "s", "f", "m"]) => Some(Axis::Depth),
            _ => self.vertical_by_title(),
        }
    }

    /// The vertical axis of a column whose name is not in Sea-Bird's list, from its title and unit.
    fn vertical_by_title(&self) -> Option<Axis> {
        let unit = self.bare_unit()?.to_ascii_lowercase();
        let word = self.title.split(|c: char| !c.is_ascii_alphabetic()).next()?;
        let is_among = |units: &[&str]| units.contains(&unit.as_str());
        match word.to_ascii_lowercase().as_str() {
            "pressure" if is_among(&["db", "dbar", "decibar", "decibars", "psi"]) => Some(Axis::Pressure),
            "depth" if is_among(&["m", "meters", "metres", "ft", "feet"]) => Some(Axis::Depth),
            _ => None,
        }
    }

    /// The unit alone, without the scale before it in the brackets: `deg C` for `ITS-90, deg C`.
    ///
    /// ```
    /// # let file = "* Sea-Bird\n# nquan = 1\n# name 0 = depSM: Depth [salt water, m], lat = 48.4\n*END*\n  1.0\n";
    /// # let reader = seabird::Reader::new(file.as_bytes(), &mut |_| {})?;
    /// let depth = &reader.header().columns[0];
    /// assert_eq!((depth.unit.as_deref(), depth.bare_unit()), (Some("salt water, m"), Some("m")));
    /// # Ok::<(), seabird::Error>(())
    /// ```
    #[must_use]
    pub fn bare_unit(&self) -> Option<&str> {
        let unit = self.unit.as_deref()?;
        Some(unit.rsplit_once(',').map_or(unit, |(_, unit)| unit).trim())
    }

    /// Whether a missing unit is reported: counters, raw voltages and marks have no unit.
    pub(crate) fn needs_unit(&self) -> bool {
        const WITHOUT: [&str; 14] = [
            "scan", "nbin", "nbf", "bpos", "flag", "pumps", "ph", "timej", "user", "moderr", "newpos", "wl",
            "bct", "column",
        ];
        let name = self.name.to_ascii_lowercase();
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let is_raw = ["v", "f", "upoly", "volt"].contains(&stem);
        self.unit.is_none() && !is_raw && !WITHOUT.contains(&stem)
    }
}

/// Whether a name is the stem alone, or the stem followed by one of the endings and perhaps a number: `prDM`, `prdM1`.
fn is_vertical(name: &str, stem: &str, ends: &[&str]) -> bool {
    name.strip_prefix(stem).is_some_and(|end| {
        let without_number = end.trim_end_matches(|c: char| c.is_ascii_digit());
        end.is_empty() || ends.contains(&end) || ends.contains(&without_number)
    })
}

/// Title and unit. The unit is in the last brackets, and words may follow it.
fn split_unit(text: &str) -> (String, Option<String>) {
    let brackets = text.rfind('[').and_then(|from| {
        // Some writers omit the closing bracket.
        let to = text[from..].find(']').map_or(text.len(), |length| from + length);
        let unit = text[from + 1..to].trim();
        (!unit.is_empty()).then_some((from, to, unit))
    });
    match brackets {
        Some((from, to, unit)) => {
            let after = text.get(to + 1..).unwrap_or_default();
            let title = format!("{}{}", text[..from].trim_end(), after.trim_end());
            (title, Some(unit.to_owned()))
        }
        None => (text.to_owned(), None),
    }
}

/// Least and greatest value of a column, as the header states them.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// Least value that the header states, in the unit of the column.
    pub min: f64,
    /// Greatest value that the header states, in the unit of the column.
    pub max: f64,
    /// Place of the statement in the header.
    pub place: Place,
    /// The value of one unit of the last digit, as the numbers are written.
    unit: f64,
}

impl Span {
    /// Parses `18.1981,    22.0342`.
    pub(crate) fn read(text: &str, place: Place) -> Option<Self> {
        let (min, max) = text.split_once(',')?;
        Self::from_ends(min.trim(), max.trim(), place)
    }

    pub(crate) fn from_ends(min: &str, max: &str, place: Place) -> Option<Self> {
        let unit = last_digit(min).max(last_digit(max));
        let number = |text: &str| fast_float2::parse::<f64, _>(text).ok();
        let (min, max) = number(min).zip(number(max))?;
        Some(Span {
            min,
            max,
            place,
            unit,
        })
    }

    /// Whether a stated extreme equals one that was found, within the digits of the header and of 32-bit floats.
    fn is_near(&self, stated: f64, found: f64) -> bool {
        let precision = stated.abs().max(found.abs()) * f64::from(f32::EPSILON);
        // The difference of an infinity to itself is not a number.
        stated == found || (stated - found).abs() <= self.unit + precision + rounding(found)
    }

    /// Whether both ends are those of the column: of all values, or of the values in scans that are not marked bad.
    ///
    /// Sea-Bird's programs write either, depending on the last one that ran.
    pub(crate) fn agrees(&self, all: (f64, f64), good: Option<(f64, f64)>) -> bool {
        let good = good.unwrap_or(all);
        let min = self.is_near(self.min, all.0) || self.is_near(self.min, good.0);
        let max = self.is_near(self.max, all.1) || self.is_near(self.max, good.1);
        min && max
    }
}

/// How much a printed value may differ from the value before it was printed: half a unit of its last digit. The data
/// may have fewer digits than the span, but at least four: those of `3.002e+01`.
fn rounding(printed: f64) -> f64 {
    let unit = last_digit(&printed.to_string());
    (unit / 2.0).min(5e-4 * printed.abs()) * (1.0 + 1e-9)
}

/// The value of one unit of the last digit: 0.001 for `12.345`, 1e-33 for `-9.9990e-29`.
fn last_digit(number: &str) -> f64 {
    let number = number.to_ascii_lowercase();
    let (mantissa, exponent) = number.split_once('e').unwrap_or((&number, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let exponent = exponent.parse::<i32>().unwrap_or(0);
    10f64.powi(exponent.saturating_sub(i32::try_from(decimals).unwrap_or(i32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str) -> Column {
        Column::read(text, Place::line(1, 1))
    }

    #[test]
    fn names_titles_and_units() {
        for (text, name, title, unit) in [
            (
                "t090C: Temperature [ITS-90, deg C]",
                "t090C",
                "Temperature",
                Some("ITS-90, deg C"),
            ),
            (
                "sbeox0Mm/L: Oxygen, SBE 43 [umol/l], WS = 2 [umol/l]",
                "sbeox0Mm/L",
                "Oxygen, SBE 43 [umol/l], WS = 2",
                Some("umol/l"),
            ),
            (
                "depSM: Depth [salt water, m], lat = 0.00",
                "depSM",
                "Depth, lat = 0.00",
                Some("salt water, m"),
            ),
            (
                "sva: Anomaly [10^-8 * m^3/kg]",
                "sva",
                "Anomaly",
                Some("10^-8 * m^3/kg"),
            ),
            ("f0: Frequency 0", "f0", "Frequency 0", None),
            ("flag:  0.000e+00", "flag", "0.000e+00", None),
            ("x: y []", "x", "y []", None),
            ("x: y [a", "x", "y", Some("a")),
            ("][", "][", "", None),
            ("", "", "", None),
        ] {
            let column = column(text);
            let read = (
                column.name.as_str(),
                column.title.as_str(),
                column.unit.as_deref(),
            );
            assert_eq!(read, (name, title, unit), "{text}");
        }
        assert_eq!(column("x: y [a, b, m]").bare_unit(), Some("m"));
        assert_eq!(column("x: y").bare_unit(), None);
    }

    #[test]
    fn axes_by_name() {
        use Axis::{Depth, Latitude, Longitude, Pressure, Time};
        for (names, expected) in [
            (
                "pr prM prDM prdM prSM prDE prdE pr50M pr50M1 prM2",
                Some(Pressure),
            ),
            ("dep depS depF depSM depFM depSF depFF depSM1", Some(Depth)),
            ("latitude Latitude", Some(Latitude)),
            ("longitude", Some(Longitude)),
            ("timeS", Some(Time(TimeUnit::Elapsed(1.0)))),
            ("timeM", Some(Time(TimeUnit::Elapsed(60.0)))),
            ("timeH", Some(Time(TimeUnit::Elapsed(3600.0)))),
            ("timeJ timeJV2 timeSCP", Some(Time(TimeUnit::DayOfYear))),
            ("timeK timeQ", Some(Time(TimeUnit::Since2000))),
            ("timeN timeY", Some(Time(TimeUnit::Unix))),
            ("par prim ptempC time primary deposit depx prtemp t090C", None),
        ] {
            for name in names.split(' ') {
                assert_eq!(column(name).axis(), expected, "{name}");
            }
        }
    }

    #[test]
    fn axes_by_title_and_unit() {
        assert_eq!(
            column("p1: Pressure, Strain Gauge [db]").axis(),
            Some(Axis::Pressure)
        );
        assert_eq!(column("z: Depth [salt water, m]").axis(), Some(Axis::Depth));
        for other in [
            "ptempC: Pressure Temperature [deg C]",
            "x: Pressure",
            "x: Depth [db]",
            "x: Air pressure [db]",
        ] {
            assert_eq!(column(other).axis(), None, "{other}");
        }
    }

    #[test]
    fn counters_and_raw_voltages_need_no_unit() {
        let needs = |text: &str| column(text).needs_unit();
        assert!(
            ["scan", "v0: Voltage 0", "f12", "timeJ: Julian Days", "pH"]
                .iter()
                .all(|text| !needs(text))
        );
        assert!(needs("flSP: Fluorescence") && !needs("flSP: Fluorescence [ug/l]"));
    }

    #[test]
    fn digits_and_what_they_leave_open() {
        for (number, unit) in [
            ("12.345", 1e-3),
            ("-9.9990e-29", 1e-33),
            ("1.50E+02", 1.0),
            ("1e3", 1e3),
            ("17", 1.0),
            ("", 1.0),
        ] {
            assert!((last_digit(number) / unit - 1.0).abs() < 1e-12, "{number}");
        }
        // Half a unit of the last digit, or of the fourth one, and a little for what is not exact in binary.
        for (printed, half) in [
            (12.345, 5e-4),
            (-12.345, 5e-4),
            (1234.5, 0.05),
            (30.0, 0.015),
            (0.0, 0.0),
        ] {
            let open = rounding(printed);
            assert!((half..=half * 1.000_001).contains(&open), "{printed}: {open}");
            assert!(half == 0.0 || open > half, "{printed}: {open}");
        }
    }

    #[test]
    fn a_span_agrees_within_its_digits_with_all_values_or_the_good_ones() {
        let span = Span::read("  -0.109,    222.886   ", Place::line(1, 1)).unwrap();
        let agrees = |min, max| span.agrees((min, max), None);
        assert!(agrees(-0.109, 222.886) && agrees(-0.1094, 222.8855));
        assert!(!agrees(-0.112, 222.886) && !agrees(-0.109, 222.93));
        assert!(agrees(-0.109, 222.9), "printed with fewer digits");
        assert!(!agrees(-0.109, 223.0), "that are fewer than four");
        assert!(span.agrees((-5.0, 300.0), Some((-0.109, 222.886))));
        assert!(span.agrees((-0.109, 300.0), Some((1.0, 222.886))));
        assert!(!span.agrees((-5.0, 300.0), Some((1.0, 222.886))));
        let flags = Span::read("0.0000e+00, 0.0000e+00", Place::line(1, 1)).unwrap();
        assert!(flags.agrees((0.0, 0.0), None) && !flags.agrees((0.0, 10.0), None));
        assert!(
            Span::read("1", Place::line(1, 1)).is_none() && Span::read("a, b", Place::line(1, 1)).is_none()
        );
    }
}
