//! Downloads from PANGAEA: a description in `/* */`, then columns separated by tabs.

use super::Named;

/// PANGAEA (.tab): `/* DATA DESCRIPTION:` with citation, events and parameters; times are UTC.
pub(crate) const PANGAEA: Named = Named {
    name: "PANGAEA",
    above: &["/* data description", "/* datadescription"],
    zone: Some(0),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn pangaea() {
        let review = review(
            "/* DATA DESCRIPTION:\nCitation:\tSomebody (2022): CTD\nEvent(s):\tPS1 * LATITUDE: 79.0 * LONGITUDE: 3.0\n*/\n\
             Event\tDate/Time\tLatitude\tLongitude\tDepth water [m]\tTemp [°C]\n\
             PS1\t2022-03-01T10:00\t79.0\t3.0\t10\t-1.5\nPS1\t2022-03-01T10:00\t79.0\t3.0\t20\t-1.6\n",
        );
        let times = "2022-03-01T10:00:00Z 2022-03-01T10:00:00Z";
        assert_eq!(figures(&review), ("TSV table (PANGAEA)", 2, times.to_owned()));
        assert_eq!(unit(&review, "Temp [°C]"), "°C");
        assert_eq!(
            review.coverage.depth.map(|depth| (depth.min, depth.max)),
            Some((10.0, 20.0))
        );
        assert!(
            !review
                .findings
                .iter()
                .any(|finding| finding.code == "time-zone-assumed")
        );
    }
}
