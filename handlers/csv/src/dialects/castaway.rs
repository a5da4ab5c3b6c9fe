//! Exports of the SonTek CastAway-CTD: lines of names and values that begin with `%`.

use super::Named;

/// CastAway: `% Device,CC1234001`, `% Cast time (UTC),2014-06-30 18:00:05`, `% Start latitude,58.5`.
pub(crate) const CASTAWAY: Named = Named {
    name: "SonTek CastAway",
    above: &["% cast time (utc)"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn castaway() {
        let review = review(
            "% Device,CC1234001\n% Cast time (UTC),2014-06-30 18:00:05\n% Start latitude,58.5\n% Start longitude,-9.25\n%\n\
             Pressure (Decibar),Depth (Meter),Temperature (Celsius)\n0.15,0.15,8.5\n0.45,0.45,8.4\n0.75,0.75,8.3\n",
        );
        let times = "2014-06-30T18:00:05Z 2014-06-30T18:00:05Z";
        assert_eq!(
            figures(&review),
            ("CSV table (SonTek CastAway)", 3, times.to_owned())
        );
        assert_eq!(review.coverage.boxes, Some(vec![[-9.25, 58.5, -9.25, 58.5]]));
        assert_eq!(unit(&review, "Temperature (Celsius)"), "Celsius");
    }
}
