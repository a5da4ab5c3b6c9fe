//! Exports of Onset HOBOware: a title, and names with units, serial numbers and the zone.

use super::Named;

/// HOBOware: `"Plot Title: ..."`, then `"#","Date Time, GMT-04:00","Temp, °C (LGR S/N: ...)"`.
pub(crate) const HOBO: Named = Named {
    name: "Onset HOBO",
    names: &["date time, gmt"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn hobo() {
        let review = review(
            "\"Plot Title: Reef 3\"\n\"#\",\"Date Time, GMT-04:00\",\"Temp, °C (LGR S/N: 1234)\",\"Bad Battery (LGR S/N: 1234)\"\n\
             1,06/28/22 09:00:00 PM,25.125,\n2,06/28/22 09:15:00 PM,25.25,\n3,06/28/22 09:30:00 PM,25.5,\n",
        );
        let times = "2022-06-29T01:00:00Z 2022-06-29T01:30:00Z";
        assert_eq!(figures(&review), ("CSV table (Onset HOBO)", 3, times.to_owned()));
        assert_eq!(unit(&review, "#"), "-");
    }
}
