//! Files of Campbell Scientific data loggers: a line about the logger, names, units, and how each value was made.

use super::{Lines, Named};

/// TOA5 (LoggerNet manual, appendix B): the first line begins with `TOA5`.
pub(crate) const TOA5: Named = Named {
    name: "Campbell Scientific TOA5",
    above: &["toa5"],
    lines: Some(Lines {
        header: 2,
        units: Some(3),
        first_record: 5,
    }),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn toa5() {
        let review = review(
            "\"TOA5\",\"Buoy\",\"CR1000\",\"1234\",\"CR1000.Std.27\",\"CPU:buoy.CR1\",\"52071\",\"Met\"\n\
             \"TIMESTAMP\",\"RECORD\",\"AirTC_Avg\"\n\"TS\",\"RN\",\"Deg C\"\n\"\",\"\",\"Avg\"\n\
             \"2016-04-12 00:00:00\",0,5.5\n\"2016-04-12 00:10:00\",1,\"NAN\"\n\"2016-04-12 00:20:00\",2,5.75\n",
        );
        let times = "2016-04-12T00:00:00Z 2016-04-12T00:20:00Z";
        assert_eq!(
            figures(&review),
            ("CSV table (Campbell Scientific TOA5)", 3, times.to_owned())
        );
        assert_eq!(unit(&review, "AirTC_Avg"), "Deg C");
    }
}
