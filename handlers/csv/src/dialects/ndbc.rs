//! Files of the US National Data Buoy Center: two commented lines of names and units, columns separated by blanks.

use super::Named;

/// Standard meteorological data (NDBC, "Measurement Descriptions and Units"): all times are UTC, `MM` and 99.0 to 9999.0 are missing.
pub(crate) const STANDARD_METEOROLOGY: Named = Named {
    name: "NDBC standard meteorology",
    names: &["yy", "mm", "dd", "hh", "wdir", "wspd"],
    zone: Some(0),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn standard_meteorology() {
        let review = review(
            "#YY  MM DD hh mm WDIR WSPD PRES  WTMP\n#yr  mo dy hr mn degT m/s hPa degC\n\
             2022 03 01 00 00 200  5.0 1013.0 8.0\n2022 03 01 00 50 210  5.5 1013.5 MM\n2022 03 01 01 50 205  6.0 1014.0 8.5\n",
        );
        let times = "2022-03-01T00:00:00Z 2022-03-01T01:50:00Z";
        assert_eq!(
            figures(&review),
            (
                "Table (NDBC standard meteorology, runs of blanks)",
                3,
                times.to_owned()
            )
        );
        assert_eq!(unit(&review, "PRES"), "hPa");
        assert!(review.coverage.depth.is_none());
        assert_eq!(review.variables[8].missing["MM"], 1);
    }
}
