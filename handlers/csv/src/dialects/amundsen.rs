//! Profiles of the CCGS Amundsen (ArcticNet, `.int`): lines of metadata that begin with `%`, names, and a row of dashes.

use super::Named;

/// Amundsen: `% Cruise_Number: 2018001`, `% Original_Filename: …`, `% Start_Date_Time [UTC]: …`.
pub(crate) const AMUNDSEN: Named = Named {
    name: "Amundsen",
    above: &["% cruise_number"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn amundsen() {
        let review = review(
            "% Cruise_Number: 2018001\n% Start_Date_Time [UTC]: 01-Jun-2018 01:01:01\n% Initial_Latitude [deg]: 61.25\n\
             % Initial_Longitude [deg]: -64.5\n%\n% Pres: Sea Pressure [decibars]\n%\n     Pres     Temp       N2\n\
             \x20    ----     ----       --\n    2.000   -1.194      NaN\n    3.000   -1.191 3.44e-06\n    4.000   -1.191 6.32e-09\n",
        );
        let times = "2018-06-01T01:01:01Z 2018-06-01T01:01:01Z";
        assert_eq!(
            figures(&review),
            ("Table (Amundsen, runs of blanks)", 3, times.to_owned())
        );
        assert_eq!(review.coverage.boxes, Some(vec![[-64.5, 61.25, -64.5, 61.25]]));
        assert_eq!(unit(&review, "Pres"), "decibars");
        assert_eq!(review.attributes["cruise"], ["2018001"]);
        let codes: Vec<&str> = review
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        assert!(!codes.contains(&"name-is-value"), "{codes:?}");
    }
}
