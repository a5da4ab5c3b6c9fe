//! The casts of a file: where, when and how deep each profile was measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::coverage::shifted_longitude;

/// Most casts that a document lists; the others are counted. Cruises have a few hundred casts, so that collections alone
/// have more.
pub const MOST_CASTS: usize = 1000;
/// Longest name of a station or a cast, in bytes.
const LONGEST_NAME: usize = 64;

/// One cast: a profile of the water column at one place and time, by whatever instrument.
///
/// Position and time are null if the file does not state them, if they are impossible, or if their flags say questionable, bad or
/// missing. Those of a cast lie within the coverage of its file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cast {
    /// Name of the station as the file writes it, or of the platform of a float, a glider or an animal; null if the file
    /// has none.
    pub station: Option<String>,
    /// Name of the cast at its station as the file writes it, such as a number of a cast, a cycle or a profile; null if the file has
    /// none.
    pub number: Option<String>,
    /// Time of the cast, as its file states it for the whole cast.
    pub time: Option<Instant>,
    /// Longitude in degrees east, -180 to 180; null without a latitude.
    pub longitude: Option<f64>,
    /// Latitude in degrees north, -90 to 90; null without a longitude.
    pub latitude: Option<f64>,
    /// Number of levels: rows of a table, or length of the profile in an array without its padding; null if it is not
    /// known.
    pub levels: Option<u64>,
}

impl Cast {
    /// The cast with this position in degrees. A longitude outside −180…180 is shifted into that range, and a position that
    /// is not finite is ignored.
    #[must_use]
    pub fn at(self, longitude: f64, latitude: f64) -> Self {
        if !longitude.is_finite() || !latitude.is_finite() {
            return self;
        }
        Cast {
            // No -0, which is the same meridian.
            longitude: Some(shifted_longitude(longitude) + 0.0),
            latitude: Some(latitude + 0.0),
            ..self
        }
    }

    /// The cast as documents list it: names are printable and at most 64 bytes long, and an empty name is none.
    pub(crate) fn bounded(self) -> Self {
        let name = |name: Option<String>| {
            let name = name.filter(|name| !name.trim().is_empty())?;
            Some(crate::printable(name.trim().as_bytes(), LONGEST_NAME))
        };
        Cast {
            station: name(self.station),
            number: name(self.number),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_that_of_the_coverage() {
        let position = |longitude, latitude| {
            let cast = Cast::default().at(longitude, latitude);
            cast.longitude.zip(cast.latitude)
        };
        assert_eq!(position(190.0, -30.0), Some((-170.0, -30.0)));
        assert_eq!(position(180.0, 1.0), Some((180.0, 1.0)));
        assert_eq!(position(f64::NAN, 1.0), None);
    }

    #[test]
    fn names_are_bounded_and_blank_ones_are_none() {
        let cast = Cast {
            station: Some("  ".to_owned()),
            number: Some(format!(" {}", "1".repeat(1000))),
            ..Cast::default()
        }
        .bounded();
        assert_eq!(cast.station, None);
        let number = cast.number.unwrap();
        assert!(
            number.starts_with("11") && number.len() <= LONGEST_NAME + 4,
            "{number}"
        );
    }
}
