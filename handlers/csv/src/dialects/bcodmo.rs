//! Tables of the Biological and Chemical Oceanography Data Management Office.

use super::Named;

/// BCO-DMO: `ISO_DateTime_UTC` beside local times, `nd` for missing values.
pub(crate) const BCO_DMO: Named = Named {
    name: "BCO-DMO",
    names: &["iso_datetime_utc"],
    zone: Some(0),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn bco_dmo() {
        let review = review(
            "Cruise,Date_Time_PST,Temperature,ISO_DateTime_UTC\nOC1,12/06/2016 20:27,12.5,2016-12-07T04:27Z\n\
             OC1,12/06/2016 20:53,nd,2016-12-07T04:53Z\nOC1,12/13/2016 20:53,12.25,2016-12-14T04:53Z\n",
        );
        let times = "2016-12-07T04:27:00Z 2016-12-14T04:53:00Z";
        assert_eq!(figures(&review), ("CSV table (BCO-DMO)", 3, times.to_owned()));
        assert_eq!(unit(&review, "Temperature"), "-");
        assert_eq!(review.variables[2].missing["nd"], 1);
    }
}
