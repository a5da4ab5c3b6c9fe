//! Files of the oxygen logger miniDOT of Precision Measurement Engineering, and their concatenation.

use super::Named;

/// miniDOT: names such as `UTC_Date_&_Time` and a row of units in brackets.
pub(crate) const MINIDOT: Named = Named {
    name: "PME miniDOT",
    names: &["unix timestamp", "utc_date_&_time"],
    zone: Some(0),
    ..Named::NONE
};

/// A file of one day: `Time (sec), BV (Volts), T (deg C), DO (mg/l), Q ()`, times in seconds since 1970.
pub(crate) const MINIDOT_DAY: Named = Named {
    name: "PME miniDOT",
    names: &["time (sec)", "bv (volts)", "do (mg/l)"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn a_day_of_minidot() {
        let review = review(
            "7450-123456\nOxygen and Temperature logger\nTime (sec), BV (Volts), T (deg C), DO (mg/l), Q ()\n\
             1646092800, 3.30, 8.5, 9.1, 0.99\n1646093400, 3.30, 8.6, 9.2, 0.99\n1646094000, 3.30, 8.6, 9.2, 0.99\n",
        );
        let times = "2022-03-01T00:00:00Z 2022-03-01T00:20:00Z";
        assert_eq!(figures(&review), ("CSV table (PME miniDOT)", 3, times.to_owned()));
        assert_eq!(unit(&review, "T (deg C)"), "deg C");
    }

    #[test]
    fn minidot() {
        let review = review(
            "MiniDOT Logger Concatenated Data File\nSensor: 7450-123456\n\
             Unix Timestamp,UTC_Date_&_Time,Pacific Standard Time,Battery,Temperature,Dissolved Oxygen\n\
             (Second),(none),(none),(Volt),(deg C),(mg/l)\n\
             1646092800,2022-03-01 00:00:00,2022-02-28 16:00:00,3.3,8.5,9.1\n\
             1646093400,2022-03-01 00:10:00,2022-02-28 16:10:00,3.3,8.6,9.2\n",
        );
        let times = "2022-03-01T00:00:00Z 2022-03-01T00:10:00Z";
        assert_eq!(figures(&review), ("CSV table (PME miniDOT)", 2, times.to_owned()));
        assert_eq!(unit(&review, "Temperature"), "deg C");
        assert_eq!(review.attributes["instrument"], ["7450-123456"]);
    }
}
