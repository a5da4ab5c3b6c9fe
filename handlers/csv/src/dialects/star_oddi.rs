//! Files of Star-Oddi loggers: settings in lines that begin with `#`, and numbered rows separated by tabs.

use super::Named;

/// Star-Oddi (.DAT): `#0\tDate-time:`, `#B\tCreated:` above the rows.
pub(crate) const STAR_ODDI: Named = Named {
    name: "Star-Oddi",
    above: &["star-oddi", "starmon", "seastar", "#0\tdate-time", "#b\tcreated"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn star_oddi() {
        let review = review(
            "#B\tCreated: 28.03.2022\n#0\tDate-time: 1\n#1\tRecorder: Starmon mini, 4T4321\n#5\tAxis: Temp(°C)\n\
             1\t28.03.2022 10:00:00\t8,52\n2\t28.03.2022 10:10:00\t8,54\n3\t28.03.2022 10:20:00\t8,49\n",
        );
        let times = "2022-03-28T10:00:00Z 2022-03-28T10:20:00Z";
        assert_eq!(figures(&review), ("TSV table (Star-Oddi)", 3, times.to_owned()));
        assert_eq!(unit(&review, "column 3"), "-");
    }
}
