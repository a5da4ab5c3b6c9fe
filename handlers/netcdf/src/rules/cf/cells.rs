//! Cells: bounds, measures, methods and geometries (CF 1.12, chapter 7).

use std::collections::HashSet;

use array_file::{ArrayFile, Attribute, Variable};
use data_review_core::Place;

use super::{Checked, MOST_FOUND, MOST_WORDS, codes, labels, pairs, text, without_comments};
use crate::coordinates::{Axis, axis_by_attributes};
use crate::scope::group_of;
use crate::vocabulary;

/// Attributes of bounds that must be those of the coordinate, and need not be there.
const OF_COORDINATE: [&str; 8] = [
    "units",
    "standard_name",
    "axis",
    "positive",
    "calendar",
    "leap_month",
    "leap_year",
    "month_lengths",
];
/// Attributes that bounds should not have.
const OF_DATA: [&str; 2] = ["_FillValue", "missing_value"];
/// Units of measures of cells.
const MEASURES: [(&str, &str); 2] = [("area", "m2"), ("volume", "m3")];
/// Values of `geometry_type`.
const GEOMETRIES: [&str; 3] = ["point", "line", "polygon"];
/// Attributes of a geometry container that name one variable.
const OF_GEOMETRY: [&str; 3] = ["node_count", "part_node_count", "interior_ring"];

impl Checked<'_, '_> {
    /// CF 1.12, 7.1: bounds have the attributes of their coordinate, or none.
    pub(super) fn bounds_attributes(&mut self, variable: &Variable, bounds: &Variable) {
        let path = &bounds.path;
        for name in OF_COORDINATE {
            let Some(own) = bounds.attribute(name) else {
                continue;
            };
            match variable.attribute(name) {
                Some(other) if other.value == own.value => self.shared.add(
                    &codes::BOUNDS_ATTRIBUTES,
                    "attributes of bounds repeat those of the coordinate or are not needed",
                    || format!("{path}:{name}"),
                    || format!("{path} has `{name}`, which it takes from {}", variable.path),
                    || Place::attribute(format!("{path}:{name}")),
                ),
                other => {
                    let said = |attribute: &Attribute| attribute.text().unwrap_or("another value").to_owned();
                    let what = format!(
                        "its `{name}` is `{}`, that of its coordinate {} {}",
                        said(own),
                        variable.path,
                        other.map_or("is missing".to_owned(), |other| format!("`{}`", said(other)))
                    );
                    // Only different values contradict each other.
                    let is_only_notable = other.is_none();
                    self.judged(&codes::BOUNDS_ATTRIBUTES, is_only_notable, bounds, name, what);
                }
            }
        }
        if let Some(name) = OF_DATA.into_iter().find(|name| bounds.attribute(name).is_some()) {
            self.shared.add(
                &codes::BOUNDS_ATTRIBUTES,
                "attributes of bounds repeat those of the coordinate or are not needed",
                || format!("{path}:{name}"),
                || {
                    format!(
                        "{path} has `{name}`, but every cell of {} has bounds",
                        variable.path
                    )
                },
                || Place::attribute(format!("{path}:{name}")),
            );
        }
        let is_parametric = !text(variable, "formula_terms").is_empty();
        if is_parametric && text(bounds, "formula_terms").is_empty() && self.version >= (1, 7) {
            let what = "bounds of a parametric coordinate without `formula_terms`".to_owned();
            self.noted(&codes::FORMULA, bounds, "formula_terms", what);
        }
    }

    /// CF 1.12, 7.2: dimensions and units of a measure.
    pub(super) fn measure(&mut self, variable: &Variable, measure: &str, found: &Variable) {
        let own = variable.dimensions.as_deref().unwrap_or_default();
        let names = found.dimensions.as_deref().unwrap_or_default();
        if let Some(name) = names.iter().find(|name| !own.contains(name)) {
            let what = format!(
                "its measure {} has the dimension {name}, which the variable does not have",
                found.path
            );
            self.noted(&codes::MEASURES, variable, "cell_measures", what);
        }
        let wanted = MEASURES.iter().find(|(name, _)| *name == measure);
        let units = text(found, "units");
        if let Some((_, wanted)) = wanted.filter(|_| !units.is_empty())
            && let (Ok(read), Ok(meant)) = (udunits::parse(units), udunits::parse(wanted))
            && !read.is_convertible_to(&meant)
        {
            let what = format!("the units of the {measure} are `{units}`; expected `{wanted}`");
            self.noted(&codes::MEASURES, found, "units", what);
        }
    }

    /// CF 1.12, 7.3: each dimension once, known names, and known types of areas.
    pub(super) fn method_names(&mut self, variable: &Variable) {
        let said = text(variable, "cell_methods");
        let plain = without_comments(said);
        let own = variable.dimensions.as_deref().unwrap_or_default();
        let group = group_of(variable);
        let is_climatology = ["within", "over"]
            .iter()
            .any(|word| plain.split_whitespace().any(|said| said == *word));
        let mut seen = HashSet::new();
        let mut words = plain.split_whitespace().take(MOST_WORDS).peekable();
        while let Some(word) = words.next() {
            if word == "where"
                && let Some(of) = words.peek()
            {
                let is_variable = self.scope.find(group, of).is_some();
                if !is_variable && !labels::is_area_type(of) {
                    let what = format!("`cell_methods` has the unknown type of area `{of}`");
                    self.noted(&codes::AREA_TYPE, variable, "cell_methods", what);
                    return;
                }
            }
            let Some(name) = word.strip_suffix(':').filter(|name| !name.is_empty()) else {
                continue;
            };
            let is_known = own.iter().any(|own| own == name)
                || name == "area"
                || self.scope.find(group, name).is_some()
                || vocabulary::is_standard_name(name);
            if !is_known {
                let what = format!(
                    "`cell_methods` names {name}, which is neither a dimension, a variable nor a standard name"
                );
                self.noted(&codes::METHODS, variable, "cell_methods", what);
                return;
            }
            if !seen.insert(name) && !is_climatology {
                let what = format!("`cell_methods` names {name} more than once");
                self.noted(&codes::METHODS, variable, "cell_methods", what);
                return;
            }
        }
        self.intervals(variable, said);
    }

    /// CF 1.12, 7.3.2: `interval: 0.1 degree_N`.
    fn intervals(&mut self, variable: &Variable, said: &str) {
        for interval in said.split("interval:").skip(1).take(MOST_FOUND) {
            let end = interval.find([')', ':']).unwrap_or(interval.len());
            let words: Vec<&str> = interval[..end].split_whitespace().take(2).collect();
            let is_valid = match words[..] {
                [value, unit] => value.parse::<f64>().is_ok() && udunits::known(unit),
                _ => false,
            };
            if !is_valid {
                let what = format!(
                    "`cell_methods` has the interval `{}`; expected a number and its unit",
                    words.join(" ")
                );
                self.noted(&codes::METHODS, variable, "cell_methods", what);
                return;
            }
        }
    }

    /// CF 1.12, 7.4: a climatology belongs to a time.
    pub(super) fn climatology(&mut self, variable: &Variable) {
        if !text(variable, "climatology").is_empty() && axis_by_attributes(variable) != Some(Axis::Time) {
            let what = "has `climatology`, but is not a time".to_owned();
            self.noted(&codes::BOUNDS, variable, "climatology", what);
        }
    }

    /// CF 1.12, 7.5: geometries.
    pub(super) fn geometry(&mut self, variable: &Variable) {
        let said = text(variable, "geometry");
        if said.is_empty() {
            return;
        }
        self.has_geometry = true;
        let group = group_of(variable);
        let Some(container) = self.scope.find(group, said) else {
            // The word has other meanings in files without such a container.
            if self.version >= (1, 8) && self.is_declared {
                let what = format!("`geometry` names {said}, which the file does not contain");
                self.found(&codes::GEOMETRY, variable, "geometry", what);
            }
            return;
        };
        for what in self.container(container) {
            self.found(&codes::GEOMETRY, container, "", what);
        }
        let instances = text(container, "node_count");
        let along = self
            .scope
            .find(group, instances)
            .and_then(|found| found.dimensions.as_deref());
        let own = variable.dimensions.as_deref().unwrap_or_default();
        if let Some([name]) = along
            && !own.contains(name)
        {
            let what = format!("its geometries lie along {name}, which the variable does not have");
            self.found(&codes::GEOMETRY, variable, "geometry", what);
        }
        if instances.is_empty() {
            let nodes = text(container, "node_coordinates").split_whitespace().next();
            let nodes = nodes.and_then(|name| self.scope.find(group, name));
            let names = nodes
                .and_then(|nodes| nodes.dimensions.as_deref())
                .unwrap_or_default();
            let is_many = variable.shape.iter().any(|length| *length > 1);
            if is_many && names.iter().any(|name| !own.contains(name)) {
                let what = format!(
                    "its geometry has no `node_count`, and nodes along {}, which the variable does not have",
                    names.join(", ")
                );
                self.found(&codes::GEOMETRY, variable, "geometry", what);
            }
        }
    }

    /// What is wrong with a container of geometries.
    fn container(&self, container: &Variable) -> Vec<String> {
        let mut wrong = Vec::new();
        let group = group_of(container);
        let of = text(container, "geometry_type");
        if !GEOMETRIES.iter().any(|known| known.eq_ignore_ascii_case(of)) {
            wrong.push(format!(
                "`geometry_type` is `{of}`; expected one of {}",
                GEOMETRIES.join(", ")
            ));
        }
        let names = text(container, "node_coordinates").split_whitespace();
        let nodes: Vec<(&str, Option<&Variable>)> = names
            .take(MOST_FOUND)
            .map(|name| (name, self.scope.find(group, name)))
            .collect();
        if nodes.is_empty() {
            wrong.push("a geometry without `node_coordinates`".to_owned());
        }
        let mut letters = HashSet::new();
        for (name, node) in &nodes {
            let Some(node) = node else {
                wrong.push(format!(
                    "`node_coordinates` names {name}, which the file does not contain"
                ));
                continue;
            };
            let letter = text(node, "axis").to_ascii_uppercase();
            if letter.is_empty() {
                wrong.push(format!("its node coordinate {name} has no `axis`"));
            } else if !letters.insert(letter.clone()) {
                wrong.push(format!("two of its node coordinates have the axis {letter}"));
            }
        }
        let shapes: HashSet<_> = nodes
            .iter()
            .filter_map(|(_, node)| node.as_ref())
            .map(|node| &node.dimensions)
            .collect();
        if shapes.len() > 1 {
            wrong.push("its node coordinates have different dimensions".to_owned());
        }
        let named = OF_GEOMETRY.map(|name| {
            let said = text(container, name);
            (name, said, self.scope.find(group, said))
        });
        for (name, said, found) in &named {
            if !said.is_empty() && found.is_none() {
                wrong.push(format!("`{name}` names {said}, which the file does not contain"));
            }
        }
        let [(.., count), (_, parts_name, parts), (_, rings_name, rings)] = named;
        if !rings_name.is_empty() && parts_name.is_empty() {
            wrong.push("has `interior_ring` without `part_node_count`".to_owned());
        }
        if let (Some(parts), Some(rings)) = (parts, rings)
            && parts.dimensions != rings.dimensions
        {
            wrong.push(format!(
                "{} and {} have different dimensions",
                parts.path, rings.path
            ));
        }
        wrong.extend(counts_differ(self.file, count, parts));
        let least = match of.to_ascii_lowercase().as_str() {
            "line" => 2.0,
            "polygon" => 3.0,
            _ => 1.0,
        };
        let counts = count.and_then(|count| super::super::values(self.file, count));
        let is_few = |nodes: &&f64| **nodes > 0.0 && **nodes < least;
        if let Some(few) = counts.unwrap_or_default().iter().find(is_few) {
            wrong.push(format!("a {of} has {few} nodes; the least is {least}"));
        }
        if let Some(rings) = rings.and_then(|rings| Some((rings, super::super::values(self.file, rings)?)))
            && rings.1.iter().any(|value| *value != 0.0 && *value != 1.0)
        {
            wrong.push(format!("{} has values other than 0 and 1", rings.0.path));
        }
        wrong.truncate(MOST_FOUND);
        wrong
    }

    /// The measures of a variable whose variable is in the file.
    pub(super) fn measures(&mut self, variable: &Variable) {
        let group = group_of(variable);
        let Some(pairs) = pairs(text(variable, "cell_measures")) else {
            return;
        };
        for (measure, name) in pairs.into_iter().take(MOST_FOUND) {
            if let Some(found) = self.scope.find(group, name) {
                self.measure(variable, measure, found);
            }
        }
    }
}

/// Whether the nodes of the geometries and those of their parts are not the same number.
fn counts_differ(file: &ArrayFile, count: Option<&Variable>, parts: Option<&Variable>) -> Option<String> {
    let sum = |variable: &Variable| {
        let values = super::super::values(file, variable)?;
        Some(values.iter().sum::<f64>())
    };
    let (count, parts) = (sum(count?)?, sum(parts?)?);
    (count != parts).then(|| format!("its geometries have {count} nodes, their parts {parts}"))
}
