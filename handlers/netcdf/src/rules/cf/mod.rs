//! Rules of CF 1.6 to 1.12, clause by clause, and of ACDD 1.3.
//!
//! A file that names CF in `Conventions` breaks a rule with the severity of its code; in any other file the same finding
//! is only notable.

mod attributes;
mod cells;
mod codes;
mod coordinates;
mod discovery;
mod gliders;
mod labels;
mod noted;
mod sampling;

use std::collections::{HashMap, HashSet};

use array_file::{ArrayFile, Attribute, Dimension, Group, Type, Value, Variable};
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

pub(crate) use codes::CF;

use noted::AllNoted;

use super::text;
use crate::coordinates::{Axis, axis, is_own_axis};
use crate::observations::{bounds, geometry};
use crate::review::OTHER_TYPES;
use crate::scope::{Scope, group_of};

/// Attributes with one of a few values.
const VALUES: &[(&str, &[&str])] = &[
    ("axis", &["X", "Y", "Z", "T"]),
    ("positive", &["up", "down"]),
    ("cf_role", &["timeseries_id", "profile_id", "trajectory_id"]),
];
/// Standard names of heights that a parametric coordinate computes (CF 1.12, Appendix D).
const HEIGHTS: [&str; 4] = [
    "altitude",
    "height_above_geopotential_datum",
    "height_above_reference_ellipsoid",
    "height_above_mean_sea_level",
];
/// Attributes of ragged and compressed arrays.
const SAMPLED: [&str; 4] = [
    "sample_dimension",
    "instance_dimension",
    "compress",
    "CF:ragged_parent_index",
];
/// Words in the roles of UGRID 1.0, which CF 1.11 includes.
const UGRID: [&str; 3] = ["mesh_topology", "connectivity", "location_index_set"];
/// Methods of cells (CF 1.12, Appendix E).
const METHODS: [&str; 17] = [
    "point",
    "sum",
    "maximum",
    "maximum_absolute_value",
    "median",
    "mid_range",
    "minimum",
    "minimum_absolute_value",
    "mean",
    "mean_absolute_value",
    "mean_of_upper_decile",
    "mode",
    "range",
    "root_mean_square",
    "standard_deviation",
    "sum_of_squares",
    "variance",
];
/// Grid mappings (CF 1.12, Appendix F).
const MAPPINGS: [&str; 17] = [
    "albers_conical_equal_area",
    "azimuthal_equidistant",
    "geostationary",
    "healpix",
    "lambert_azimuthal_equal_area",
    "lambert_conformal_conic",
    "lambert_cylindrical_equal_area",
    "latitude_longitude",
    "mercator",
    "oblique_mercator",
    "orthographic",
    "polar_stereographic",
    "rotated_latitude_longitude",
    "sinusoidal",
    "stereographic",
    "transverse_mercator",
    "vertical_perspective",
];
/// Names of a coordinate reference system that belong together (CF 1.12, 5.6).
const CRS_NAMES: [&str; 4] = [
    "reference_ellipsoid_name",
    "prime_meridian_name",
    "horizontal_datum_name",
    "geographic_crs_name",
];
/// Attributes of grid mappings that are numbers (CF 1.12, Appendix F, Table F.1).
const MAPPING_NUMBERS: [&str; 20] = [
    "azimuth_of_central_line",
    "earth_radius",
    "false_easting",
    "false_northing",
    "grid_north_pole_latitude",
    "grid_north_pole_longitude",
    "inverse_flattening",
    "latitude_of_projection_origin",
    "longitude_of_central_meridian",
    "longitude_of_prime_meridian",
    "longitude_of_projection_origin",
    "north_pole_grid_longitude",
    "perspective_point_height",
    "scale_factor_at_central_meridian",
    "scale_factor_at_projection_origin",
    "semi_major_axis",
    "semi_minor_axis",
    "standard_parallel",
    "straight_vertical_longitude_from_pole",
    "towgs84",
];
/// Terms of dimensionless vertical coordinates (CF 1.12, Appendix D). Each word lists alternatives.
const FORMULAS: &[(&str, &[&str])] = &[
    ("atmosphere_ln_pressure_coordinate", &["p0", "lev"]),
    ("atmosphere_sigma_coordinate", &["sigma", "ps", "ptop"]),
    (
        "atmosphere_hybrid_sigma_pressure_coordinate",
        &["b", "ps", "a|ap"],
    ),
    ("atmosphere_hybrid_height_coordinate", &["a", "b", "orog"]),
    (
        "atmosphere_sleve_coordinate",
        &["a", "b1", "b2", "ztop", "zsurf1", "zsurf2"],
    ),
    ("ocean_sigma_coordinate", &["sigma", "eta", "depth"]),
    ("ocean_s_coordinate", &["s", "eta", "depth", "a", "b", "depth_c"]),
    ("ocean_s_coordinate_g1", &["s", "C", "eta", "depth", "depth_c"]),
    ("ocean_s_coordinate_g2", &["s", "C", "eta", "depth", "depth_c"]),
    (
        "ocean_sigma_z_coordinate",
        &["sigma", "eta", "depth", "depth_c|nsigma", "zlev"],
    ),
    (
        "ocean_double_sigma_coordinate",
        &["sigma", "depth", "z1", "z2", "a", "href", "k_c"],
    ),
];
/// Most words of one attribute that are read; real ones have a few dozen.
const MOST_WORDS: usize = 256;
/// Most grids of positions that are compared with each variable.
const MOST_GRIDS: usize = 8;
/// Most findings about one rule and variable. A finding beyond it adds nothing.
const MOST_FOUND: usize = 16;

/// A file while its rules are checked.
struct Checked<'f, 'r> {
    file: &'f ArrayFile,
    scope: &'f Scope<'f>,
    /// Whether the file says that it follows CF.
    is_declared: bool,
    /// The version of CF in `Conventions`; 1.12 without one.
    version: (u32, u32),
    /// Whether the file declares discrete features. Drafts of CF have ragged arrays without an attribute that says so.
    is_sampled: bool,
    /// Whether arrays are ragged or compressed, so that coordinates have other dimensions than the data.
    is_indirect: bool,
    /// All dimensions with their lengths.
    dimensions: HashMap<&'f str, u64>,
    /// Variables that an attribute names as bounds or climatology.
    bounds: HashSet<&'f str>,
    /// Latitudes of grids of two dimensions; the first few.
    grids: Vec<&'f Variable>,
    /// Deviations that variables share.
    shared: AllNoted,
    has_geometry: bool,
    has_ragged: bool,
    has_features: bool,
    review: &'r mut ReviewBuilder,
}

/// Checks the rules of CF and ACDD in all groups.
pub(crate) fn check(file: &ArrayFile, scope: &Scope<'_>, review: &mut ReviewBuilder) {
    let conventions = file
        .root
        .attribute("Conventions")
        .and_then(Attribute::text)
        .unwrap_or_default();
    let groups = file.root.all();
    let dimensions = groups.iter().flat_map(|group| &group.dimensions);
    let dimensions: HashMap<&str, u64> = dimensions
        .map(|dimension: &Dimension| (dimension.name.as_str(), dimension.length))
        .collect();
    let variables: Vec<&Variable> = groups.iter().flat_map(|group| &group.variables).collect();
    let mut checked = Checked {
        file,
        scope,
        is_declared: conventions.contains("CF-"),
        version: version(conventions),
        is_sampled: geometry(file).is_some(),
        is_indirect: variables
            .iter()
            .any(|variable| SAMPLED.iter().any(|name| variable.attribute(name).is_some())),
        dimensions,
        bounds: bounds(file, scope),
        grids: grids(&variables),
        shared: AllNoted::default(),
        has_geometry: false,
        has_ragged: false,
        has_features: false,
        review,
    };
    for group in &groups {
        checked.group(group);
    }
    checked.external(&groups);
    checked.description(&file.root);
    for variable in &variables {
        checked.single(variable);
        checked.attribute_values(variable);
        checked.bounds(variable);
        checked.references(variable);
        checked.flags(variable);
        checked.range(variable);
        checked.axes(variable);
        if !text(variable, "cell_methods").is_empty() {
            checked.cell_methods(variable);
        }
        if !text(variable, "formula_terms").is_empty() {
            checked.formula(variable);
        } else if !text(variable, "computed_standard_name").is_empty() {
            let what = "has `computed_standard_name` without `formula_terms`".to_owned();
            checked.noted(&codes::FORMULA, variable, "computed_standard_name", what);
        } else if !checked.bounds.contains(variable.path.as_str())
            && FORMULAS
                .iter()
                .any(|(name, _)| *name == text(variable, "standard_name"))
        {
            let what = "a parametric coordinate without `formula_terms`".to_owned();
            checked.noted(&codes::FORMULA, variable, "formula_terms", what);
        }
    }
    checked.roles(&variables);
    let said = file.root.attribute("featureType").and_then(Attribute::text);
    let said = said.unwrap_or_default().trim();
    if OTHER_TYPES.iter().any(|known| known.eq_ignore_ascii_case(said)) {
        let message = format!("featureType is `{said}`, which CF does not have");
        checked.noted_file(&codes::VALUE, ":featureType", message);
    }
    checked.features(&variables);
    if conventions.contains("ACDD") {
        checked.discovery(&file.root, &variables);
    } else {
        for code in [
            &codes::ACDD,
            &codes::ACDD_FURTHER,
            &codes::ACDD_FORM,
            &codes::ACDD_VARIABLE,
        ] {
            checked.review.not_applicable(code);
        }
    }
    match gliders::is_declared(conventions) {
        true => checked.gliders(&file.root),
        false => checked.review.not_applicable(&codes::GLIDERS),
    }
    checked.finish(&variables);
}

/// The version of CF that `Conventions` names; the newest if it names none.
fn version(conventions: &str) -> (u32, u32) {
    let said = conventions.split("CF-").nth(1).unwrap_or_default();
    let mut numbers = said
        .split(|letter: char| !letter.is_ascii_digit())
        .map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
        _ => (1, 12),
    }
}

/// The first latitudes of two dimensions.
fn grids<'f>(variables: &[&'f Variable]) -> Vec<&'f Variable> {
    let is_grid = |variable: &&&Variable| variable.shape.len() == 2 && axis(variable) == Some(Axis::Latitude);
    variables
        .iter()
        .filter(is_grid)
        .take(MOST_GRIDS)
        .copied()
        .collect()
}

/// Declares that no rule of CF applies to a file.
pub(crate) fn not_applicable(review: &mut ReviewBuilder) {
    for code in CF {
        review.not_applicable(code);
    }
}

/// The pairs of `key: value` in a text, as in `formula_terms` and `cell_measures`; `None` if it has another form.
fn pairs(text: &str) -> Option<Vec<(&str, &str)>> {
    let words: Vec<&str> = text.split_whitespace().take(2 * MOST_WORDS).collect();
    let pair = |pair: &[&'_ str]| pair.len() == 2 && pair[0].len() > 1 && pair[0].ends_with(':');
    words.chunks(2).all(pair).then(|| {
        let pairs = words.chunks_exact(2);
        pairs
            .map(|pair| (pair[0].trim_end_matches(':'), pair[1]))
            .collect()
    })
}

impl<'f> Checked<'f, '_> {
    /// The rules about the names in a group.
    fn group(&mut self, group: &Group) {
        let path = group.path.trim_end_matches('/');
        for dimension in &group.dimensions {
            let name = &dimension.name;
            self.name("dimension", name, || Place::attribute(format!("{path}/{name}")));
        }
        for attribute in &group.attributes {
            let name = &attribute.name;
            self.name("attribute", name, || Place::attribute(format!("{path}:{name}")));
        }
        self.name_cases(group);
    }

    /// The rules that look at one variable alone.
    fn single(&mut self, variable: &Variable) {
        let path = &variable.path;
        let is_bounds = self.bounds.contains(path.as_str());
        self.name("variable", &variable.name, || Place::attribute(path.clone()));
        for attribute in &variable.attributes {
            let name = &attribute.name;
            self.name("attribute", name, || Place::attribute(format!("{path}:{name}")));
        }
        self.data_type(variable);
        self.dimensions_differ(variable);
        self.attribute_types(variable);
        self.missing_values(variable);
        self.described(variable, is_bounds);
        self.deprecated(variable);
        self.packing(variable);
        self.actual_range(variable);
        self.units(variable, is_bounds);
        self.positions(variable, is_bounds);
        self.calendar(variable, is_bounds);
        self.labels(variable);
        self.compression(variable);
        self.ragged(variable);
        self.geometry(variable);
        self.climatology(variable);
        self.measures(variable);
        if !is_bounds {
            self.units_metadata(variable);
            self.axis_letter(variable);
            self.dimension_order(variable);
            self.coordinate_name(variable);
            self.grid_positions(variable);
            self.dimension_coordinates(variable, is_bounds);
            self.method_names(variable);
        }
    }

    /// Reports what variables share, and which rules had nothing to look at.
    fn finish(mut self, variables: &[&Variable]) {
        std::mem::take(&mut self.shared).report(self.review);
        let has = |names: &[&str]| {
            let has = |variable: &&Variable| names.iter().any(|name| variable.attribute(name).is_some());
            variables.iter().any(has)
        };
        let is_of = |name: &str| {
            variables
                .iter()
                .any(|variable| text(variable, "standard_name") == name)
        };
        for (applies, code) in [
            (self.has_geometry, &codes::GEOMETRY),
            (self.has_ragged, &codes::RAGGED),
            (self.has_features, &codes::FEATURE),
            (has(&["compress"]), &codes::COMPRESS),
            (has(&["actual_range"]), &codes::ACTUAL_RANGE),
            (!self.file.root.groups.is_empty(), &codes::GROUP),
            (has(&["scale_factor", "add_offset"]), &codes::PACKING),
            (is_of("region"), &codes::REGION),
            (is_of("area_type") || has(&["cell_methods"]), &codes::AREA_TYPE),
            (!self.bounds.is_empty(), &codes::BOUNDS_ATTRIBUTES),
        ] {
            if !applies {
                self.review.not_applicable(code);
            }
        }
    }

    /// A finding about the file that is only notable.
    fn noted_file(&mut self, code: &CodeInfo, attribute: &str, message: String) {
        let finding = Finding::new(code, None, message).at([Place::attribute(attribute)]);
        self.review.absorb(finding.noted_if(true));
    }

    /// A finding of the severity of its code, where the file declares CF and it is not only notable.
    fn judged(
        &mut self,
        code: &CodeInfo,
        is_only_notable: bool,
        variable: &Variable,
        attribute: &str,
        what: String,
    ) {
        self.add(
            code,
            is_only_notable || !self.is_declared,
            variable,
            attribute,
            what,
        );
    }

    /// A finding of the severity of its code, where the file declares CF.
    fn found(&mut self, code: &CodeInfo, variable: &Variable, attribute: &str, what: String) {
        self.add(code, !self.is_declared, variable, attribute, what);
    }

    /// A finding that is only notable.
    fn noted(&mut self, code: &CodeInfo, variable: &Variable, attribute: &str, what: String) {
        self.add(code, true, variable, attribute, what);
    }

    fn add(
        &mut self,
        code: &CodeInfo,
        is_only_notable: bool,
        variable: &Variable,
        attribute: &str,
        what: String,
    ) {
        let path = &variable.path;
        let place = match attribute {
            "" => Place::attribute(path.clone()),
            attribute => Place::attribute(format!("{path}:{attribute}")),
        };
        let finding = Finding::new(code, Some(path), format!("{path}: {what}")).at([place]);
        self.review.absorb(finding.noted_if(is_only_notable));
    }

    fn attribute_values(&mut self, variable: &Variable) {
        for (attribute, values) in VALUES {
            let said = text(variable, attribute);
            // Directions of winds and currents have a `positive` of their own, and meshes roles of UGRID.
            let is_other = match *attribute {
                "positive" => axis(variable) != Some(Axis::Vertical),
                "cf_role" => UGRID.iter().any(|word| said.contains(word)),
                _ => false,
            };
            let is_value = values.iter().any(|value| value.eq_ignore_ascii_case(said));
            if !said.is_empty() && !is_value && !is_other {
                let what = format!("`{attribute}` is `{said}`; expected one of {}", values.join(", "));
                self.found(&codes::VALUE, variable, attribute, what);
            }
        }
    }

    /// CF 1.12, 7.1: bounds have the dimensions of their coordinate, and a last one for the vertices.
    fn bounds(&mut self, variable: &Variable) {
        for attribute in ["bounds", "climatology"] {
            let said = text(variable, attribute);
            if said.is_empty() {
                continue;
            }
            let Some(bounds) = self.scope.find(group_of(variable), said) else {
                let what = format!("`{attribute}` names {said}, which the file does not contain");
                self.found(&codes::BOUNDS, variable, attribute, what);
                continue;
            };
            let own = variable.dimensions.as_deref().unwrap_or_default();
            let along = bounds.dimensions.as_deref().unwrap_or_default();
            let is_text = variable.of.is_text();
            let vertices = bounds.shape.last().copied().unwrap_or(0);
            if variable.of.is_number() {
                self.bounds_attributes(variable, bounds);
            }
            let mut wrong = |what: String| self.found(&codes::BOUNDS, variable, attribute, what);
            if is_text {
                continue;
            }
            if !bounds.of.is_number() {
                wrong(format!("its {attribute} {} are not numbers", bounds.path));
            }
            if along.len() != own.len() + 1 || along[..own.len()] != *own {
                let names = |names: &[String]| format!("({})", names.join(", "));
                wrong(format!(
                    "its {attribute} {} have dimensions {}; expected {} and one for the vertices",
                    bounds.path,
                    names(along),
                    names(own)
                ));
            } else if is_own_axis(variable) && vertices != 2 {
                wrong(format!(
                    "its {attribute} {} have {vertices} vertices; a cell along one dimension has 2",
                    bounds.path
                ));
            }
        }
    }

    /// CF 1.12, 5.6 and Appendix F: attributes of a grid mapping.
    fn mapping(&mut self, mapping: &Variable) {
        let has = |name: &str| mapping.attribute(name).is_some();
        let named = CRS_NAMES.iter().filter(|name| has(name)).count();
        if self.version >= (1, 7) && named > 0 && named < CRS_NAMES.len() {
            let what = format!(
                "has {named} of the attributes {}, which belong together",
                CRS_NAMES.join(", ")
            );
            self.noted(&codes::MAPPING, mapping, "", what);
        }
        if has("projected_crs_name") && !has("geographic_crs_name") {
            let what = "has `projected_crs_name` without `geographic_crs_name`".to_owned();
            self.noted(&codes::MAPPING, mapping, "projected_crs_name", what);
        }
        if !mapping.shape.is_empty() {
            let what = "a grid mapping needs no dimensions".to_owned();
            self.noted(&codes::MAPPING, mapping, "", what);
        }
        let is_text = |name: &str| {
            let value = mapping.attribute(name).map(|attribute| &attribute.value);
            matches!(value, Some(Value::Text(_)))
        };
        if let Some(name) = MAPPING_NUMBERS.iter().find(|name| is_text(name)) {
            let what = format!("`{name}` is a text instead of a number");
            self.noted(&codes::MAPPING, mapping, name, what);
        }
    }

    fn references(&mut self, variable: &Variable) {
        let group = group_of(variable);
        let mapping = text(variable, "grid_mapping");
        // The extended form is `mapping: coordinate coordinate mapping: …` (CF 1.7).
        for word in mapping.split_whitespace().take(MOST_WORDS) {
            let name = word.trim_end_matches(':');
            let Some(found) = self.scope.find(group, name) else {
                let what = format!("`grid_mapping` names {name}, which the file does not contain");
                self.found(&codes::REFERENCE, variable, "grid_mapping", what);
                break;
            };
            if word.ends_with(':') || !mapping.contains(':') {
                self.mapping(found);
                let of = text(found, "grid_mapping_name");
                if of.is_empty() {
                    let what = "has no attribute `grid_mapping_name`".to_owned();
                    self.found(&codes::MAPPING, found, "grid_mapping_name", what);
                } else if !MAPPINGS.contains(&of) {
                    let what = format!("unknown `grid_mapping_name` `{of}`");
                    self.found(&codes::MAPPING, found, "grid_mapping_name", what);
                }
            }
        }
        let measures = text(variable, "cell_measures");
        if !measures.is_empty() {
            let external = self
                .file
                .root
                .attribute("external_variables")
                .and_then(Attribute::text);
            let external = external.unwrap_or_default();
            match pairs(measures) {
                None => {
                    let what = format!("`cell_measures` is `{}`, not `area: variable`", short(measures));
                    self.found(&codes::MEASURES, variable, "cell_measures", what);
                }
                Some(pairs) => {
                    for (measure, name) in pairs.into_iter().take(MOST_FOUND) {
                        if !matches!(measure, "area" | "volume") {
                            let what = format!("`cell_measures` has `{measure}`; expected area or volume");
                            self.found(&codes::MEASURES, variable, "cell_measures", what);
                        }
                        let is_external = external.split_whitespace().any(|known| known == name);
                        // Before `external_variables` the cells of a model were often in another file.
                        if self.scope.find(group, name).is_none() && !is_external && self.version >= (1, 7) {
                            let what =
                                format!("`cell_measures` names {name}, which the file does not contain");
                            self.found(&codes::REFERENCE, variable, "cell_measures", what);
                        }
                    }
                }
            }
        }
        // A domain variable has no dimensions itself (CF 1.9, 5.8).
        let is_domain = variable.shape.is_empty() && self.is_declared && self.version >= (1, 9);
        let attributes = ["sample_dimension", "instance_dimension", "compress", "dimensions"];
        for attribute in { attributes }
            .into_iter()
            .filter(|name| is_domain || *name != "dimensions")
        {
            let missing = text(variable, attribute).split_whitespace().take(MOST_WORDS);
            if let Some(name) = { missing }.find(|name| !self.dimensions.contains_key(name)) {
                let what = format!("`{attribute}` names the dimension {name}, which the file does not have");
                self.found(&codes::REFERENCE, variable, attribute, what);
            }
        }
    }

    /// CF 1.12, 3.5: one meaning for each flag.
    fn flags(&mut self, variable: &Variable) {
        let meanings = text(variable, "flag_meanings");
        let count = |name: &str| match &variable.attribute(name)?.value {
            Value::Integers(values) => Some(values.len()),
            Value::Reals(values) => Some(values.len()),
            _ => None,
        };
        let (values, masks) = (count("flag_values"), count("flag_masks"));
        let attribute = if values.is_some() {
            "flag_values"
        } else {
            "flag_masks"
        };
        if let Some(said) = variable.attribute("flag_meanings")
            && (meanings.is_empty() || values.or(masks).is_none())
        {
            let has = |name: &str| variable.attribute(name).is_some();
            let what = match (meanings.is_empty(), has("flag_values") || has("flag_masks")) {
                (true, _) if said.text().is_some() => "`flag_meanings` is empty",
                (true, _) => "`flag_meanings` is not a text",
                (false, false) => "has `flag_meanings` without `flag_values` or `flag_masks`",
                // Texts instead of numbers are another finding.
                (false, true) => return,
            };
            self.noted(&codes::FLAGS, variable, "flag_meanings", what.to_owned());
            return;
        }
        let (Some(flags), false) = (values.or(masks), meanings.is_empty()) else {
            if values.is_some() {
                let what = "has `flag_values` without `flag_meanings`".to_owned();
                self.noted(&codes::FLAGS, variable, "flag_values", what);
            }
            return;
        };
        self.flag_numbers(variable);
        let is_plain =
            |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || "_-.+@".contains(letter);
        if let Some(letter) = meanings.chars().find(|letter| !is_plain(*letter)) {
            let what = format!("`flag_meanings` has the character `{}`", letter.escape_default());
            self.noted(&codes::FLAGS, variable, "flag_meanings", what);
        }
        let words = meanings.split_whitespace().count();
        if words != flags {
            let what = format!("`{attribute}` has {flags} values, `flag_meanings` {words} words");
            self.found(&codes::FLAGS, variable, "flag_meanings", what);
        } else if let (Some(values), Some(masks)) = (values, masks)
            && values != masks
        {
            let what = format!("`flag_values` has {values} values, `flag_masks` {masks}");
            self.found(&codes::FLAGS, variable, "flag_masks", what);
        }
    }

    /// CF 1.12, 3.5: each flag once, masks that select something, and flags within their masks.
    fn flag_numbers(&mut self, variable: &Variable) {
        let integers = |name: &str| match &variable.attribute(name)?.value {
            Value::Integers(values) => Some(values.as_slice()),
            _ => None,
        };
        let (values, masks) = (integers("flag_values"), integers("flag_masks"));
        let what = match (values, masks) {
            (_, Some(masks)) if masks.contains(&0) => "`flag_masks` has the value 0".to_owned(),
            (_, Some(_)) if !matches!(variable.of, Type::Integer { .. } | Type::Enum { .. }) => {
                format!(
                    "`flag_masks` belongs to integers, and the type is {}",
                    variable.of
                )
            }
            (Some(values), Some(masks)) => {
                let mut pairs = values.iter().zip(masks);
                match pairs.find(|(value, mask)| *value & *mask != **value) {
                    Some((value, mask)) => format!("the flag {value} is not within its mask {mask}"),
                    None => return,
                }
            }
            (Some(values), None) => {
                let mut seen = HashSet::new();
                match values.iter().find(|value| !seen.insert(**value)) {
                    Some(value) => format!("`flag_values` has {value} more than once"),
                    None => return,
                }
            }
            _ => return,
        };
        self.noted(&codes::FLAGS, variable, "flag_values", what);
    }

    /// CF 1.12, 2.5.1: either `valid_range`, or `valid_min` and `valid_max`.
    fn range(&mut self, variable: &Variable) {
        let has = |name: &str| variable.attribute(name).is_some();
        if has("valid_range") && (has("valid_min") || has("valid_max")) {
            let what = "has `valid_range` together with `valid_min` or `valid_max`".to_owned();
            self.found(&codes::RANGE, variable, "valid_range", what);
        }
    }

    /// CF 1.12, 5: coordinates have dimensions of their variable, and at most one has each axis.
    fn axes(&mut self, variable: &Variable) {
        if is_own_axis(variable) {
            return;
        }
        let mut seen: HashMap<String, String> = HashMap::new();
        let group = group_of(variable);
        let along = variable.dimensions.as_deref().unwrap_or_default();
        let own = along.iter().filter_map(|name| self.scope.find(group, name));
        let own = own.filter(|found| is_own_axis(found));
        let named = self
            .scope
            .references(variable, "coordinates")
            .filter_map(|(_, found)| found);
        let named: Vec<&Variable> = named.take(MOST_WORDS).collect();
        let (mut twice, mut wrong) = (None, None);
        for coordinate in own.chain(named.iter().copied()) {
            let letter = text(coordinate, "axis").to_ascii_uppercase();
            if letter.is_empty() {
                continue;
            }
            match seen.insert(letter.clone(), coordinate.path.clone()) {
                Some(first) if first != coordinate.path => {
                    twice = Some(format!(
                        "its coordinates {first} and {} both have the axis {letter}",
                        coordinate.path
                    ));
                }
                _ => {}
            }
        }
        for coordinate in named {
            if coordinate.path == variable.path {
                let what = format!("`coordinates` names {} itself", variable.path);
                self.noted(&codes::COORDINATES, variable, "coordinates", what);
                continue;
            }
            let names = coordinate.dimensions.as_deref().unwrap_or_default();
            // The last dimension of characters is the length of a text.
            let names = &names[..names.len() - usize::from(coordinate.of.is_text() && !names.is_empty())];
            if let Some(other) = names.iter().find(|name| !along.contains(name))
                && !self.is_indirect
                && !coordinate.of.is_text()
            {
                wrong = Some(format!(
                    "its coordinate {} has the dimension {other}, which the variable does not have",
                    coordinate.path
                ));
            }
        }
        if let Some(what) = twice {
            self.found(&codes::AXIS_TWICE, variable, "", what);
        }
        if let Some(what) = wrong {
            self.judged(
                &codes::COORDINATES,
                self.is_sampled,
                variable,
                "coordinates",
                what,
            );
        }
    }

    /// CF 1.12, 7.3: `name: method`, with optional `where`, `over`, `within` and comments in parentheses.
    fn cell_methods(&mut self, variable: &Variable) {
        let said = text(variable, "cell_methods");
        let plain = without_comments(said);
        let mut words = plain.split_whitespace().take(MOST_WORDS).peekable();
        let mut wrong = None;
        while let Some(word) = words.next() {
            if !word.ends_with(':') || word.len() < 2 {
                wrong = Some(format!("`{word}` is not a dimension with a colon"));
                break;
            }
            let mut method = words.next();
            while method.is_some_and(|next| next.ends_with(':')) {
                method = words.next();
            }
            match method {
                None => wrong = Some(format!("`{word}` has no method")),
                Some(method) if !METHODS.contains(&method) => {
                    wrong = Some(format!("unknown method `{method}`"))
                }
                Some(_) => {}
            }
            while words
                .peek()
                .is_some_and(|word| matches!(*word, "where" | "over" | "within"))
            {
                words.next();
                words.next();
            }
            if wrong.is_some() {
                break;
            }
        }
        if let Some(wrong) = wrong {
            self.found(
                &codes::METHODS,
                variable,
                "cell_methods",
                format!("`cell_methods`: {wrong}"),
            );
        }
    }

    /// CF 1.12, 4.3.3 and Appendix D.
    fn formula(&mut self, variable: &Variable) {
        let said = text(variable, "formula_terms");
        let Some(terms) = pairs(said) else {
            let what = format!(
                "`formula_terms` is not a list of `term: variable`: `{}`",
                short(said)
            );
            self.found(&codes::FORMULA, variable, "formula_terms", what);
            return;
        };
        let group = group_of(variable);
        let missing = terms
            .iter()
            .filter(|(_, name)| self.scope.find(group, name).is_none());
        let missing: Vec<&str> = missing.map(|(_, name)| *name).take(MOST_FOUND).collect();
        if !missing.is_empty() {
            let what = format!(
                "`formula_terms` names {}, which the file does not contain",
                missing.join(", ")
            );
            // Files that were cut out of others keep the formula without its terms.
            self.noted(&codes::REFERENCE, variable, "formula_terms", what);
        }
        let standard_name = text(variable, "standard_name");
        let is_parametric = FORMULAS.iter().any(|(name, _)| *name == standard_name);
        let is_bounds = self.bounds.contains(variable.path.as_str());
        if !is_parametric && !is_bounds {
            let what =
                format!("`formula_terms` belongs to a name of Appendix D, and the name is `{standard_name}`");
            self.noted(&codes::FORMULA, variable, "formula_terms", what);
        }
        let computed = text(variable, "computed_standard_name");
        let is_air = standard_name.starts_with("atmosphere_")
            && !standard_name.contains("height")
            && !standard_name.contains("sleve");
        let is_consistent = match is_air {
            true => computed == "air_pressure",
            false => HEIGHTS.contains(&computed),
        };
        if is_parametric && !computed.is_empty() && !is_consistent {
            let what = format!(
                "`computed_standard_name` is `{computed}`, which is not what {standard_name} computes"
            );
            self.noted(&codes::FORMULA, variable, "computed_standard_name", what);
        }
        let required = FORMULAS.iter().find(|(name, _)| *name == standard_name);
        let lacks = |term: &&&str| {
            !term
                .split('|')
                .any(|term| terms.iter().any(|(has, _)| *has == term))
        };
        if let Some(term) = required.and_then(|(_, required)| required.iter().find(lacks)) {
            let what = format!(
                "`formula_terms` of {standard_name} lacks the term {}",
                term.replace('|', " or ")
            );
            self.found(&codes::FORMULA, variable, "formula_terms", what);
        }
    }

    /// CF 1.12, 9.5: identifiers of the features.
    fn roles(&mut self, variables: &[&Variable]) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for variable in variables {
            let role = text(variable, "cf_role");
            if !role.is_empty()
                && let Some(first) = seen.insert(role, &variable.path)
            {
                let what = format!("has the `cf_role` {role}, as {first} has");
                self.found(&codes::ROLE, variable, "cf_role", what);
            }
        }
        if seen.len() > 2 {
            let message = format!(
                "{} kinds of `cf_role`; a feature has at most two levels",
                seen.len()
            );
            let finding = Finding::new(&codes::ROLE, None, message);
            self.review.absorb(finding.noted_if(!self.is_declared));
        }
        match geometry(self.file) {
            Some("point") | None if seen.is_empty() => self.review.not_applicable(&codes::ROLE),
            Some(geometry) if seen.is_empty() && self.is_declared => {
                let message = format!("featureType is {geometry}, but no variable has a `cf_role`");
                let finding =
                    Finding::new(&codes::ROLE, None, message).at([Place::attribute(":featureType")]);
                self.review.absorb(finding.noted_if(true));
            }
            _ => {}
        }
    }
}

/// A text without what stands in parentheses.
fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let outside = text.chars().filter(|letter| match letter {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    outside.collect()
}

/// The first characters of a text.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
