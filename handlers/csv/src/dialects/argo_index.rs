//! Index files of the Argo Global Data Assembly Centres: comments, and one row for each file.

use super::Named;

/// Argo index (Argo user's manual, section 3.4): `# Title : Profile directory file of the Argo Global Data Assembly Center`.
pub(crate) const ARGO_INDEX: Named = Named {
    name: "Argo index",
    above: &["argo global data assembly center"],
    names: &["file"],
    zone: Some(0),
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn argo_index() {
        let review = review(
            "# Title : Profile directory file of the Argo Global Data Assembly Center\n# Format version : 2.0\n\
             file,date,latitude,longitude,ocean,profiler_type,institution,date_update\n\
             aoml/1/p1.nc,19970729200300,0.25,-16.0,A,845,AO,20181011180520\n\
             aoml/1/p2.nc,19970809192112,0.5,-15.5,A,845,AO,20181011180521\n",
        );
        let times = "1997-07-29T20:03:00Z 1997-08-09T19:21:12Z";
        assert_eq!(figures(&review), ("CSV table (Argo index)", 2, times.to_owned()));
        assert_eq!(unit(&review, "date"), "-");
    }
}
