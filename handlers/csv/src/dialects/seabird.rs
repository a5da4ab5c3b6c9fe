//! Converted data of Sea-Bird CTDs that a spreadsheet saved as CSV: the lines of the header are padded with commas.

use super::Named;

/// `* Sea-Bird SBE 9 Data File:,,,,` above a header of names and units.
pub(crate) const SAVED_AS_CSV: Named = Named {
    name: "Sea-Bird data saved as CSV",
    above: &["* sea-bird"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn saved_as_csv() {
        let review = review(
            "* Sea-Bird SBE 25 Data File:,,\n* NMEA Latitude = 31 30.0 N,,\n* NMEA Longitude = 080 30.0 W,,\n\
             \"Pressure, Digiquartz [db]\",\"Temperature [ITS-90, deg C]\",\"Salinity, Practical [PSU]\"\n\
             1,8.5,33.5\n2,8.4,33.6\n3,8.3,33.7\n",
        );
        assert_eq!(
            figures(&review),
            ("CSV table (Sea-Bird data saved as CSV)", 3, "no time".to_owned())
        );
        assert_eq!(unit(&review, "Temperature [ITS-90, deg C]"), "ITS-90, deg C");
        assert_eq!(review.coverage.boxes, Some(vec![[-80.5, 31.5, -80.5, 31.5]]));
        assert_eq!(
            review.coverage.depth.map(|depth| (depth.min, depth.max)),
            Some((1.0, 3.0))
        );
    }
}
