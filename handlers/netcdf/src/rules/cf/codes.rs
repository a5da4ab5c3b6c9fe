//! The codes of CF's and ACDD's rules, with their examples.

use data_review_core::codes;

codes! {
    pub(crate) const CF;
    NAME = Info "cf-name": "The name of a variable has other characters than letters, digits and underscores",
        "Some languages cannot use it as the name of a variable.",
        "None if intended; otherwise rename the variable in a copy.", "CF 1.12, 2.3 Naming Conventions",
        peer "compliance-checker: CF 2.3 naming",
        passes r#":Conventions = "CF-1.11" ; double sea_level(n=1) = 1 ;"#,
        fails r#":Conventions = "CF-1.11" ; double sea-level(n=1) = 1 ;"#;
    VALUE = Warning "cf-value": "An attribute does not have one of the values that CF allows",
        "Programs that follow CF ignore it.",
        "Write one of the values that the message names.", "CF 1.12, 4 Coordinate Types (axis), 4.3 (positive), 9.5 (cf_role)",
        peer "compliance-checker: CF 4.3 positive, 5 axis, 9.5 cf_role",
        passes r#":Conventions = "CF-1.11" ; double x(x=1) = 1 ; x:axis = "X" ;"#,
        fails r#":Conventions = "CF-1.11" ; double x(x=1) = 1 ; x:axis = "E" ;"#;
    BOUNDS = Warning "cf-bounds": "The bounds of a coordinate are missing, or do not have its dimensions",
        "Programs cannot find the edges of the cells.",
        "Give the bounds the dimensions of the coordinate, followed by one for the vertices.", "CF 1.12, 7.1 Cell Boundaries and 7.4 Climatological Statistics",
        peer "compliance-checker: CF 7.1, 7.4",
        passes r#":Conventions = "CF-1.11" ; double x(x=2) = 1, 2 ; x:bounds = "x_bounds" ; double x_bounds(x=2, nv=2) = 0, 1, 1, 2 ;"#,
        fails r#":Conventions = "CF-1.11" ; double x(x=2) = 1, 2 ; x:bounds = "x_bounds" ; double x_bounds(nv=2, x=2) = 0, 1, 1, 2 ;"#;
    REFERENCE = Warning "cf-reference": "An attribute names a variable or dimension that the file does not contain",
        "What the attribute describes is lost.",
        "Correct the name, or add what it names.", "CF 1.12, 4.3.3, 5.6, 7.2, 8.2, 9.3",
        peer "compliance-checker: CF 4.3, 5.6, 7.2, 8.2, 9.3",
        passes r#":Conventions = "CF-1.11" ; double t(x=2) = 1, 2 ; t:cell_measures = "area: a" ; double a(x=2) = 1, 2 ;"#,
        fails r#":Conventions = "CF-1.11" ; double t(x=2) = 1, 2 ; t:cell_measures = "area: b" ; double a(x=2) = 1, 2 ;"#;
    MAPPING = Warning "cf-grid-mapping": "A grid mapping has no name, or an unknown one",
        "Positions on the Earth cannot be computed from the coordinates.",
        "Write a `grid_mapping_name` of Appendix F.", "CF 1.12, 5.6 and Appendix F Grid Mappings",
        peer "compliance-checker: CF 5.6",
        passes r#":Conventions = "CF-1.11" ; int m = 0 ; m:grid_mapping_name = "latitude_longitude" ; double t(x=1) = 1 ; t:grid_mapping = "m" ;"#,
        fails r#":Conventions = "CF-1.11" ; int m = 0 ; m:grid_mapping_name = "lat_lon" ; double t(x=1) = 1 ; t:grid_mapping = "m" ;"#;
    MEASURES = Warning "cf-cell-measures": "The attribute `cell_measures` is not a list of `area: variable` or `volume: variable`",
        "Programs cannot weight the values by the size of their cells.",
        "Write `area: NAME` or `volume: NAME`.", "CF 1.12, 7.2 Cell Measures",
        peer "compliance-checker: CF 7.2",
        passes r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:cell_measures = "area: a" ; double a(x=1) = 1 ;"#,
        fails r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:cell_measures = "length: a" ; double a(x=1) = 1 ;"#;
    METHODS = Warning "cf-cell-methods": "The attribute `cell_methods` is malformed, or names an unknown method",
        "How the values represent their cells is not known.",
        "Write `dimension: method`, with a method of Appendix E.", "CF 1.12, 7.3 Cell Methods and Appendix E",
        peer "compliance-checker: CF 7.3",
        passes r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:cell_methods = "time: mean (interval: 1 hour) area: mean where sea" ;"#,
        fails r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:cell_methods = "time: average" ;"#;
    FORMULA = Warning "cf-formula-terms": "The formula of a vertical coordinate is malformed, or lacks a term",
        "Heights and depths cannot be computed.",
        "Write `term: variable` for every term of the formula.", "CF 1.12, 4.3.3 and Appendix D Parametric Vertical Coordinates",
        peer "compliance-checker: CF 4.3",
        passes r#":Conventions = "CF-1.11" ; double s(s=1) = 0 ; s:standard_name = "ocean_sigma_coordinate" ; s:formula_terms = "sigma: s eta: e depth: d" ; double e(x=1) = 0 ; double d(x=1) = 9 ;"#,
        fails r#":Conventions = "CF-1.11" ; double s(s=1) = 0 ; s:standard_name = "ocean_sigma_coordinate" ; s:formula_terms = "sigma: s eta: e" ; double e(x=1) = 0 ; double d(x=1) = 9 ;"#;
    FLAGS = Warning "cf-flags": "Flags and their meanings differ in number",
        "Which meaning belongs to which flag is not known.",
        "Write one word in `flag_meanings` for each flag; words are separated by blanks.", "CF 1.12, 3.5 Flags",
        peer "compliance-checker: CF 3.5",
        passes r#":Conventions = "CF-1.11" ; byte q(x=1) = 1 ; q:flag_values = 0, 1 ; q:flag_meanings = "good bad" ;"#,
        fails r#":Conventions = "CF-1.11" ; byte q(x=1) = 1 ; q:flag_values = 0, 1 ; q:flag_meanings = "good bad missing" ;"#;
    RANGE = Warning "cf-valid-range": "A variable has `valid_range` together with `valid_min` or `valid_max`",
        "Programs may apply either of them.",
        "Remove one of the two; keep the one that is right.", "CF 1.12, 2.5.1 Missing data; netCDF User's Guide, Attribute Conventions",
        peer "compliance-checker: CF 2.5.1",
        passes r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:valid_range = 0, 9 ;"#,
        fails r#":Conventions = "CF-1.11" ; double t(x=1) = 1 ; t:valid_range = 0, 9 ; t:valid_min = 0 ;"#;
    AXIS_TWICE = Warning "cf-axis-twice": "Two dimensions of a variable have the same axis",
        "Which of them is meant is not known.",
        "Correct or remove the attribute `axis` of one of them.", "CF 1.12, 5 Coordinate Systems",
        peer "compliance-checker: CF 5 axis",
        passes r#":Conventions = "CF-1.11" ; double x(x=1) = 1 ; x:axis = "X" ; double y(y=1) = 1 ; y:axis = "Y" ; double t(y=1, x=1) = 1 ;"#,
        fails r#":Conventions = "CF-1.11" ; double x(x=1) = 1 ; x:axis = "X" ; double y(y=1) = 1 ; y:axis = "X" ; double t(y=1, x=1) = 1 ;"#;
    COORDINATES = Warning "cf-coordinates": "The coordinates of a variable do not fit it",
        "A coordinate has a dimension that the variable does not have, or is the variable itself. Programs cannot place the values.",
        "Take the coordinate out of `coordinates`, or add the dimension to the variable.", "CF 1.12, 5 Coordinate Systems",
        peer "compliance-checker: CF 5",
        passes r#":Conventions = "CF-1.11" ; double lat(y=1, x=1) = 1 ; double t(y=1, x=1) = 1 ; t:coordinates = "lat" ;"#,
        fails r#":Conventions = "CF-1.11" ; double lat(y=1, x=1) = 1 ; double t(x=1) = 1 ; t:coordinates = "lat" ;"#;
    ROLE = Warning "cf-role": "The identifiers of features are missing or not unique",
        "Features cannot be told apart. A missing identifier is only notable.",
        "Give `cf_role` to the one variable that names the features.", "CF 1.12, 9.5 Coordinates and metadata",
        peer "compliance-checker: CF 9.5",
        passes r#":Conventions = "CF-1.11" ; :featureType = "timeSeries" ; char name(n=4) = "buoy" ; name:cf_role = "timeseries_id" ;"#,
        fails r#":Conventions = "CF-1.11" ; :featureType = "timeSeries" ; char name(n=4) = "buoy" ; name:cf_role = "timeseries_id" ; char other(n=4) = "buoy" ; other:cf_role = "timeseries_id" ;"#;
    ACDD = Info "acdd-recommended": "An attribute that ACDD highly recommends is missing",
        "Catalogues cannot describe the file.",
        "Add the attribute.", "ACDD 1.3, Highly Recommended",
        peer "compliance-checker: ACDD 1.3 Highly Recommended",
        passes r#":Conventions = "ACDD-1.3" ; :title = "t" ; :summary = "s" ; :keywords = "k" ;"#,
        fails r#":Conventions = "ACDD-1.3" ; :title = "t" ;"#;
}
