//! NCCSV by ERDDAP: the attributes of a netCDF file in lines of three cells, then the table.

use super::Named;

/// NCCSV (ERDDAP, "NCCSV - A NetCDF-Compatible ASCII CSV File Specification"): `*GLOBAL*,Conventions,"... NCCSV-1.2"` first.
pub(crate) const NCCSV: Named = Named {
    name: "NCCSV",
    above: &["*global*"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn nccsv() {
        let review = review(
            "*GLOBAL*,Conventions,\"COARDS, CF-1.10, NCCSV-1.2\"\ntime,*DATA_TYPE*,String\ntime,units,yyyy-MM-dd\n\
             sst,*DATA_TYPE*,float\nsst,units,degree_C\n\n*END_METADATA*\n\
             time,lat,lon,sst\n2017-03-23T00:45:00Z,28.0002,-130.2576,10.9\n2017-03-23T01:45:00Z,28.0003,-130.3472,\n\
             2017-03-23T02:45:00Z,28.0001,-130.4305,10.7\n*END_DATA*\n",
        );
        let times = "2017-03-23T00:45:00Z 2017-03-23T02:45:00Z";
        assert_eq!(figures(&review), ("CSV table (NCCSV)", 3, times.to_owned()));
        assert_eq!(unit(&review, "sst"), "-");
        assert_eq!(review.variables.len(), 4);
    }
}
