//! Climate data of Environment and Climate Change Canada.

use super::Named;

/// Hourly and daily climate data: `"Longitude (x)","Latitude (y)","Station Name","Climate ID","Date/Time (LST)"`.
pub(crate) const ECCC: Named = Named {
    name: "ECCC climate data",
    names: &["longitude (x)", "latitude (y)", "climate id"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn eccc() {
        let review = review(
            "\"Longitude (x)\",\"Latitude (y)\",\"Station Name\",\"Climate ID\",\"Date/Time (LST)\",\"Year\",\"Temp (°C)\"\n\
             \"-63.5\",\"44.5\",\"HALIFAX\",\"8202251\",\"2022-03-01 00:00\",\"2022\",\"-1.5\"\n\
             \"-63.5\",\"44.5\",\"HALIFAX\",\"8202251\",\"2022-03-01 01:00\",\"2022\",\"-1.7\"\n",
        );
        assert_eq!(
            figures(&review),
            ("CSV table (ECCC climate data)", 2, "no time".to_owned())
        );
        assert!(
            review
                .findings
                .iter()
                .any(|finding| finding.code == "time-zone-local")
        );
        assert_eq!(review.coverage.boxes, Some(vec![[-63.5, 44.5, -63.5, 44.5]]));
        assert_eq!(unit(&review, "Temp (°C)"), "°C");
    }
}
