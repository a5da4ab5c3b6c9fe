//! Tables by ERDDAP: units in a second row (.csv, .tsv) or behind the names (.csvp, .tsvp).

use super::Named;

/// `.csv` and `.tsv`: names, then units, of which that of the times is `UTC`.
pub(crate) const CSV: Named = Named {
    name: "ERDDAP",
    names: &["time"],
    units: &["utc"],
    zone: Some(0),
    ..Named::NONE
};

/// `.csvp` and `.tsvp`: `time (UTC)`.
pub(crate) const CSVP: Named = Named {
    name: "ERDDAP",
    names: &["time (utc)"],
    zone: Some(0),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn units_below_and_behind() {
        let times = "2022-03-01T00:00:00Z 2022-03-02T00:00:00Z";
        let rows = "2022-03-01T00:00:00Z,58.5,33.5\n2022-03-02T00:00:00Z,58.5,NaN\n";
        let csv = review(&format!("time,latitude,sal\nUTC,degrees_north,1e-3\n{rows}"));
        assert_eq!(figures(&csv), ("CSV table (ERDDAP)", 2, times.to_owned()));
        assert_eq!(unit(&csv, "sal"), "1e-3");
        let csvp = review(&format!("time (UTC),latitude (degrees_north),sal (1e-3)\n{rows}"));
        assert_eq!(figures(&csvp), ("CSV table (ERDDAP)", 2, times.to_owned()));
        assert_eq!(unit(&csvp, "sal (1e-3)"), "1e-3");
    }
}
