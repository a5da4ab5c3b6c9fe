//! Surface currents of CODAR's HF radars (LLUV, radials `.ruv` and totals `.tuv`): metadata behind `%`, one moment for the whole file.

use super::Named;

/// LLUV: `%CTF: 1.00`, `%TimeStamp: 2008 03 04 19 00 00`, `%TableColumnTypes: LOND LATD VELU …`.
pub(crate) const LLUV: Named = Named {
    name: "CODAR LLUV",
    above: &["%ctf:"],
    names: &["lond", "latd"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review};

    #[test]
    fn radials() {
        let review = review(
            "%CTF: 1.00\n%FileType: LLUV rdls \"RadialMap\"\n%TimeStamp: 2008 03 04 19 00 00\n%TimeZone: \"UTC\" +0.000 0\n\
             %Site: AAAA \"\"\n%TableType: LLUV RDL5\n%TableColumns: 4\n%TableColumnTypes: LOND LATD VELU VELV\n%TableRows: 3\n\
             %TableStart:\n%%   Longitude   Latitude    U comp   V comp\n%%     (deg)       (deg)     (cm/s)   (cm/s)\n\
             \x20 -122.5100   37.7200     -9.100   12.300\n  -122.5200   37.7300     -8.100   11.300\n  -122.5300   37.7400     -7.100   10.300\n\
             %TableEnd:\n",
        );
        let times = "2008-03-04T19:00:00Z 2008-03-04T19:00:00Z";
        assert_eq!(
            figures(&review),
            ("Table (CODAR LLUV, runs of blanks)", 3, times.to_owned())
        );
        assert_eq!(
            review.coverage.boxes,
            Some(vec![[-122.53, 37.72, -122.51, 37.74]])
        );
        assert_eq!(review.attributes["site"], ["AAAA"]);
    }
}
