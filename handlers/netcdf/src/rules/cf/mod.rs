//! Rules of CF 1.6 to 1.12, clause by clause, and of ACDD 1.3.
//!
//! A file that names CF in `Conventions` breaks a rule with the severity of its code; in any other file the same finding
//! is only notable.

mod codes;

use std::collections::{HashMap, HashSet};

use array_file::{ArrayFile, Attribute, Dimension, Value, Variable};
use data_review_core::{CodeInfo, Finding, Place, ReviewBuilder};

pub(crate) use codes::CF;

use super::text;
use crate::coordinates::{Axis, axis, is_own_axis};
use crate::observations::geometry;
use crate::scope::{Scope, group_of};

/// Attributes with one of a few values.
const VALUES: &[(&str, &[&str])] = &[
    ("axis", &["X", "Y", "Z", "T"]),
    ("positive", &["up", "down"]),
    ("cf_role", &["timeseries_id", "profile_id", "trajectory_id"]),
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
/// Global attributes that ACDD 1.3 highly recommends, beside `Conventions`.
const ACDD: [&str; 3] = ["title", "summary", "keywords"];
/// Most words of one attribute that are read; real ones have a few dozen.
const MOST_WORDS: usize = 256;
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
    /// Whether arrays are ragged or compressed, so that coordinates have other dimensions than the data.
    is_sampled: bool,
    /// Names of all dimensions.
    dimensions: HashSet<&'f str>,
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
    let dimensions: HashSet<&str> = dimensions
        .map(|dimension: &Dimension| dimension.name.as_str())
        .collect();
    let variables: Vec<&Variable> = groups.iter().flat_map(|group| &group.variables).collect();
    let mut checked = Checked {
        file,
        scope,
        is_declared: conventions.contains("CF-"),
        version: version(conventions),
        is_sampled: geometry(file).is_some()
            || variables
                .iter()
                .any(|variable| SAMPLED.iter().any(|name| variable.attribute(name).is_some())),
        dimensions,
        review,
    };
    for variable in &variables {
        checked.name(variable);
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
        } else if is_own_axis(variable)
            && FORMULAS
                .iter()
                .any(|(name, _)| *name == text(variable, "standard_name"))
        {
            let what = "a parametric coordinate without `formula_terms`".to_owned();
            checked.noted(&codes::FORMULA, variable, "formula_terms", what);
        }
    }
    checked.roles(&variables);
    if conventions.contains("ACDD") {
        checked.discovery();
    } else {
        checked.review.not_applicable(&codes::ACDD);
    }
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

    /// CF 1.12, 2.3: names consist of letters, digits and underscores.
    fn name(&mut self, variable: &Variable) {
        let name = &variable.name;
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if self.is_declared && (!is_plain || !name.starts_with(|first: char| first.is_ascii_alphabetic())) {
            self.found(
                &codes::NAME,
                variable,
                "",
                "the name is not made of letters, digits and underscores".into(),
            );
        }
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
            let mut wrong = |what: String| self.found(&codes::BOUNDS, variable, attribute, what);
            if is_text {
                continue;
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
        for attribute in ["sample_dimension", "instance_dimension", "compress"] {
            let missing = text(variable, attribute).split_whitespace().take(MOST_WORDS);
            if let Some(name) = { missing }.find(|name| !self.dimensions.contains(name)) {
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
        let (Some(flags), false) = (values.or(masks), meanings.is_empty()) else {
            return;
        };
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
                && !self.is_sampled
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
            self.found(&codes::COORDINATES, variable, "coordinates", what);
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

    fn discovery(&mut self) {
        for name in ACDD {
            let said = self.file.root.attribute(name).and_then(Attribute::text);
            if said.is_none_or(|said| said.trim().is_empty()) {
                let message = || format!("there is no global attribute {name}");
                let place = || Some(Place::attribute(format!(":{name}")));
                self.review.found(&codes::ACDD, Some(name), message, place);
            }
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
