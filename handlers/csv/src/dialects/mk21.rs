//! Exports of Lockheed Martin Sippican's MK21 of expendable probes (`.edf`): names of columns that are separated by dashes.

use super::Named;

/// MK21: `// This is a MK21 EXPORT DATA FILE  (EDF)`; below `Depth (m) - Temperature (°C)` the rows are separated by tabs.
pub(crate) const MK21: Named = Named {
    name: "Sippican MK21",
    above: &["mk21 export data file"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn mk21() {
        let review = review(
            "// This is a MK21 EXPORT DATA FILE  (EDF)\n//\nDate of Launch:  07/30/2011\nTime of Launch:  15:06:21\n\
             Latitude      :  40 20.5N\nLongitude     :  67 31.5W\nSerial #      :  01125784\n//\n\
             Depth (m) - Temperature (°C) - Sound Velocity (m/s)\n0.0\t25.71\t1530.73\n0.7\t26.46\t1532.54\n1.3\t26.76\t1533.23\n",
        );
        let times = "2011-07-30T15:06:21Z 2011-07-30T15:06:21Z";
        assert_eq!(
            figures(&review),
            ("TSV table (Sippican MK21)", 3, times.to_owned())
        );
        assert_eq!(unit(&review, "Temperature (°C)"), "°C");
        assert_eq!(
            review.coverage.depth.map(|depth| (depth.min, depth.max)),
            Some((0.0, 1.3))
        );
        let [west, south, ..] = review.coverage.boxes.unwrap()[0];
        assert!(
            (south - 40.341_667).abs() < 1e-5 && (west + 67.525).abs() < 1e-9,
            "{west} {south}"
        );
    }
}
