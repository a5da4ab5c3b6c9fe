//! netCDF-4 in terms of HDF5 ("NetCDF-4 File Format Specification"): dimensions are dimension scales, and
//! some attributes and names are for the use of netCDF alone.

use std::collections::{BTreeMap, HashMap};

use crate::hdf5::Stored;
use crate::{Attribute, Dimension, Group, Limits, Note, NoteKind, Order, Value, Variable, integer};

mod guess;

pub use guess::{Guess, guess};

/// Attributes that are internal to netCDF and that its library does not present.
const OWN: &[&str] = &[
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "DIMENSION_LABELS",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
    "_nc3_strict",
    "_NCProperties",
];
/// Beginning of the attribute `NAME` of a dimension without a variable.
const NO_VARIABLE: &str = "This is a netCDF dimension but not a netCDF variable.";
/// Prefix of the stored name of a variable that has the name of a dimension and is not its coordinate.
const NOT_COORDINATE: &str = "_nc4_non_coord_";

/// Attributes of the root group, and of datasets, that only netCDF-4 writes.
pub(crate) const OF_ROOT: [&str; 2] = ["_NCProperties", "_nc3_strict"];
pub(crate) const OF_DATASETS: [&str; 2] = ["_Netcdf4Dimid", "_Netcdf4Coordinates"];

/// The reason why a file is netCDF-4: an attribute of netCDF-4, or a dimension scale; `None` if there is no such
/// reason.
pub(crate) fn mark(root: &Group) -> Option<String> {
    let mark = OF_ROOT.into_iter().find(|name| root.attribute(name).is_some());
    mark.map(|name| format!("its root group has {name}")).or_else(|| {
        let groups = root.all();
        let mut variables = groups.into_iter().flat_map(|group| &group.variables);
        variables.find_map(|variable| {
            let own = OF_DATASETS
                .into_iter()
                .find(|name| variable.attribute(name).is_some());
            match own {
                Some(name) => Some(format!("{} has {name}", variable.path)),
                None if is_scale(variable) => Some(format!("{} is a dimension scale", variable.path)),
                None => None,
            }
        })
    })
}

pub(crate) fn is_scale(variable: &Variable) -> bool {
    variable.attribute("CLASS").and_then(Attribute::text) == Some("DIMENSION_SCALE")
}

/// Dimensions by the address of their scale.
type Known = HashMap<u64, Dimension>;

/// Assigns dimensions to variables, and removes what the netCDF library does not present.
pub(crate) fn apply(
    root: &mut Group,
    top: &hdf5_reader::group::Group,
    datasets: &mut [Stored],
    notes: &mut Vec<Note>,
    limits: &Limits,
) {
    let mut known = HashMap::new();
    let mut by_id = HashMap::new();
    collect(root, datasets, &mut known, &mut by_id);
    let mut axes = HashMap::new();
    find_axes(root, top, datasets, &by_id, &known, &mut axes);
    limit_names(&mut axes, &known, notes, limits);
    // An unlimited dimension is as long as the longest variable along it.
    for (id, addresses) in &axes {
        for (axis, address) in addresses.iter().enumerate() {
            let length = datasets[*id].dataset.shape().get(axis).copied().unwrap_or(0);
            if let Some(dimension) = known.get_mut(address).filter(|dimension| dimension.unlimited) {
                dimension.length = dimension.length.max(length);
            }
        }
    }
    finish(root, datasets, &known, &axes, notes);
}

fn collect(group: &Group, datasets: &[Stored], known: &mut Known, by_id: &mut HashMap<i128, u64>) {
    for variable in group.variables.iter().filter(|variable| is_scale(variable)) {
        let dataset = &datasets[variable.id].dataset;
        let unlimited = dataset.max_dims().and_then(|most| most.first()) == Some(&u64::MAX);
        let length = dataset.shape().first().copied().unwrap_or(0);
        known.insert(
            dataset.address(),
            Dimension {
                name: variable.name.clone(),
                length,
                unlimited,
            },
        );
        if let Some(Value::Integers(id)) = variable
            .attribute("_Netcdf4Dimid")
            .map(|attribute| &attribute.value)
        {
            by_id.extend(id.first().map(|id| (*id, dataset.address())));
        }
    }
    for inner in &group.groups {
        collect(inner, datasets, known, by_id);
    }
}

/// Addresses of each variable's scales, by the variable's number.
fn find_axes(
    group: &Group,
    top: &hdf5_reader::group::Group,
    datasets: &[Stored],
    by_id: &HashMap<i128, u64>,
    known: &Known,
    axes: &mut HashMap<usize, Vec<u64>>,
) {
    for variable in &group.variables {
        let stored = &datasets[variable.id];
        let listed = || dimension_list(stored, top);
        let numbered = || match &variable.attribute("_Netcdf4Coordinates")?.value {
            Value::Integers(ids) => ids.iter().map(|id| by_id.get(id).copied()).collect(),
            _ => None,
        };
        let own =
            || (is_scale(variable) && variable.shape.len() == 1).then(|| vec![stored.dataset.address()]);
        let found: Option<Vec<u64>> = numbered().or_else(listed).or_else(own);
        let complete = found.filter(|found| {
            found.len() == variable.shape.len() && found.iter().all(|address| known.contains_key(address))
        });
        if let Some(complete) = complete {
            axes.insert(variable.id, complete);
        }
    }
    for inner in &group.groups {
        find_axes(inner, top, datasets, by_id, known, axes);
    }
}

/// If the names would take too much memory, dimensions are distinguished by their lengths, as without scales.
fn limit_names(axes: &mut HashMap<usize, Vec<u64>>, known: &Known, notes: &mut Vec<Note>, limits: &Limits) {
    let scales = axes.values().flatten().filter_map(|address| known.get(address));
    let bytes = scales.fold(0usize, |bytes, scale| bytes.saturating_add(scale.name.len()));
    if bytes > limits.name_bytes {
        let most = limits.name_bytes;
        notes.push(Note {
            kind: NoteKind::Limit,
            path: "/".to_owned(),
            message: format!(
                "the names of all variables' dimensions take {bytes} bytes; at most {most} are kept"
            ),
        });
        axes.clear();
    }
}

/// For each dimension a list of references to scales, of which netCDF uses the first.
fn dimension_list(stored: &Stored, top: &hdf5_reader::group::Group) -> Option<Vec<u64>> {
    let list = stored.dimension_list.as_ref()?;
    let offsets = usize::from(top.offset_size());
    list.chunks_exact(stored.dataset.vlen_reference_size())
        .map(|reference| {
            let scales = top.resolve_vlen_reference_bytes(reference, offsets).ok()?;
            Some(integer(scales.get(..offsets)?, false, Order::Little) as u64)
        })
        .collect()
}

fn finish(
    group: &mut Group,
    datasets: &mut [Stored],
    known: &Known,
    axes: &HashMap<usize, Vec<u64>>,
    notes: &mut Vec<Note>,
) {
    let is_only_dimension = |variable: &Variable| {
        let name = variable.attribute("NAME").and_then(Attribute::text);
        is_scale(variable) && name.is_some_and(|name| name.starts_with(NO_VARIABLE))
    };
    for variable in group.variables.iter().filter(|variable| is_scale(variable)) {
        let known = known.get(&datasets[variable.id].dataset.address());
        group.dimensions.extend(known.cloned());
    }
    group.variables.retain(|variable| !is_only_dimension(variable));
    let mut phony = BTreeMap::new();
    for variable in &mut group.variables {
        let scales = axes.get(&variable.id);
        let names = match scales {
            Some(scales) => scales
                .iter()
                .filter_map(|address| known.get(address))
                .map(|scale| scale.name.clone())
                .collect(),
            None => phony_names(&variable.shape, &mut phony),
        };
        variable.dimensions = Some(names);
        if let Some(scales) = scales {
            pad(variable, datasets, scales, known, notes);
        }
        let scale = is_scale(variable);
        variable
            .attributes
            .retain(|attribute| !(OWN.contains(&attribute.name.as_str()) || scale && is_mark(attribute)));
        if let Some(name) = variable.name.strip_prefix(NOT_COORDINATE) {
            variable.path = variable.path.replace(&variable.name, name);
            variable.name = name.to_owned();
        }
    }
    group
        .attributes
        .retain(|attribute| !OWN.contains(&attribute.name.as_str()));
    for inner in &mut group.groups {
        finish(inner, datasets, known, axes, notes);
    }
}

fn is_mark(attribute: &Attribute) -> bool {
    attribute.name == "CLASS" || attribute.name == "NAME"
}

/// The names that netCDF gives to dimensions without a name: one for each length.
fn phony_names(shape: &[u64], phony: &mut BTreeMap<u64, usize>) -> Vec<String> {
    shape
        .iter()
        .map(|length| {
            let next = phony.len();
            format!("phony_dim_{}", phony.entry(*length).or_insert(next))
        })
        .collect()
}

/// Extends a variable that is shorter than its unlimited dimension with fill values.
fn pad(
    variable: &mut Variable,
    datasets: &mut [Stored],
    scales: &[u64],
    known: &Known,
    notes: &mut Vec<Note>,
) {
    let longer = |(stored, address): (&u64, &u64)| {
        known
            .get(address)
            .filter(|scale| scale.unlimited)
            .map_or(*stored, |scale| scale.length.max(*stored))
    };
    let shape: Vec<u64> = variable.shape.iter().zip(scales).map(longer).collect();
    if shape == variable.shape {
        return;
    }
    match datasets[variable.id].dataset.clone().with_padded_shape(&shape) {
        Ok(padded) => {
            datasets[variable.id].dataset = padded;
            datasets[variable.id].chunks = None;
            variable.shape = shape;
        }
        Err(error) => notes.push(Note {
            kind: NoteKind::Damaged,
            path: variable.path.clone(),
            message: format!("is shorter than its dimension and cannot be extended: {error}"),
        }),
    }
}
