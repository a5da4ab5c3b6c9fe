//! HDF5, over the crate `hdf5-reader`, with what it leaves to its caller: cycles, limits, and one bad object among good ones.

mod attributes;
mod dataset;
mod element;
mod links;
mod lzf;
mod types;

use std::collections::HashSet;
use std::sync::Arc;

use hdf5_reader::messages::HdfMessage;
use hdf5_reader::object_header::ObjectHeader;
use hdf5_reader::storage::DynStorage;
use hdf5_reader::{Dataset, FilterRegistry, Hdf5File, OpenOptions};

use crate::blocks::BLOCK_BYTES;
use crate::model::{ArrayFile, Reader};
use crate::source::storage;
use crate::{Format, Group, Limits, Note, NoteKind, Problem, ProblemKind, Source, Variable, View, netcdf4};
use links::Target;

pub(crate) use attributes::read as read_attributes;
pub(crate) use links::list as list_links;

/// The signature that a file begins with, or that follows its user block.
pub const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Bytes of decoded chunks that are kept for a flag variable whose chunks are cut otherwise.
const CACHE_BYTES: usize = 8 << 20;

struct Hdf5 {
    root: hdf5_reader::group::Group,
    /// By [`Variable::id`].
    datasets: Vec<Dataset>,
}

pub(crate) fn open(source: Arc<dyn Source>, view: View, limits: &Limits) -> Result<ArrayFile, Problem> {
    let length = source.len();
    let file = open_storage(storage(source), limits)?;
    let root = file.root_group()?;
    let mut walk = Walk::new(&file, limits);
    let declared = file
        .superblock()
        .eof_address
        .saturating_add(file.superblock().base_address);
    if file.superblock().eof_address != u64::MAX && declared > length {
        let message = format!("declares {declared} bytes; the file has {length}");
        walk.note(NoteKind::Truncated, "/", message);
    }
    let mut tree = walk.group(&root, "/")?;
    let Walk {
        mut notes,
        mut datasets,
        ..
    } = walk;
    let format = if view == View::NetCdf && netcdf4::mark(&tree).is_some() {
        netcdf4::apply(&mut tree, &root, &mut datasets, &mut notes, limits);
        Format::NetCdf4
    } else {
        dataset::refuse_odd_types(&mut tree, &datasets);
        Format::Hdf5
    };
    dataset::refuse_large(&mut tree, limits);
    Ok(ArrayFile {
        format,
        root: tree,
        notes,
        reader: Box::new(Hdf5 { root, datasets }),
    })
}

/// Without resolvers of other files: names within the file are never opened.
pub(crate) fn open_storage(storage: DynStorage, limits: &Limits) -> Result<Hdf5File, Problem> {
    let mut filters = FilterRegistry::new();
    let most = limits.chunk_bytes;
    filters.register(
        lzf::ID,
        Box::new(move |filter, data, _| lzf::inflate(data, &filter.client_data, most)),
    );
    let options = OpenOptions::default()
        .with_filter_registry(filters)
        .with_max_chunk_bytes(limits.chunk_bytes)
        .with_max_read_bytes(limits.chunk_bytes.max(BLOCK_BYTES))
        .with_max_object_header_bytes(limits.header_bytes)
        .with_chunk_cache_bytes(CACHE_BYTES);
    Ok(Hdf5File::from_storage_with_options(storage, options)?)
}

impl Reader for Hdf5 {
    fn read(&self, variable: &Variable, start: &[u64], count: &[u64]) -> Result<Vec<u8>, Problem> {
        Problem::guard(|| dataset::read(&self.datasets[variable.id], start, count))
    }

    fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        Problem::guard(|| Ok(self.root.resolve_vlen_reference_bytes(reference, size)?))
    }
}

/// Goes through the groups; each object is met once, by its first name.
struct Walk<'a> {
    file: &'a Hdf5File,
    limits: &'a Limits,
    notes: Vec<Note>,
    datasets: Vec<Dataset>,
    /// Addresses of the groups from the root to here.
    ancestors: Vec<u64>,
    seen: HashSet<u64>,
    attributes: usize,
    groups: usize,
    /// Bytes of the paths of all links.
    names: usize,
}

impl<'a> Walk<'a> {
    fn new(file: &'a Hdf5File, limits: &'a Limits) -> Self {
        Walk {
            file,
            limits,
            notes: Vec::new(),
            datasets: Vec::new(),
            ancestors: Vec::new(),
            seen: HashSet::new(),
            attributes: 0,
            groups: 0,
            names: 0,
        }
    }

    fn note(&mut self, kind: NoteKind, path: &str, message: String) {
        self.notes.push(Note {
            kind,
            path: path.to_owned(),
            message,
        });
    }

    fn problem(&mut self, path: &str, problem: &Problem) {
        let kind = match problem.kind {
            ProblemKind::Outside => NoteKind::OutsideLink,
            ProblemKind::Limit => NoteKind::Limit,
            ProblemKind::Unsupported => NoteKind::Unsupported,
            ProblemKind::Corrupt | ProblemKind::Unreadable => NoteKind::Damaged,
        };
        self.note(kind, path, problem.message.clone());
    }

    fn group(&mut self, group: &hdf5_reader::group::Group, path: &str) -> Result<Group, Problem> {
        let mut read = Group {
            path: path.to_owned(),
            ..Group::default()
        };
        self.groups += 1;
        self.seen.insert(group.address());
        match group.attributes() {
            Ok(attributes) => read.attributes = self.attributes(attributes, group, path),
            Err(error) => self.problem(path, &error.into()),
        }
        let links = match list_links(self.file, group) {
            Ok(links) => links,
            Err(problem) if path == "/" => return Err(problem),
            Err(problem) => {
                self.problem(path, &problem);
                return Ok(read);
            }
        };
        self.ancestors.push(group.address());
        for link in links {
            let inner = if path == "/" {
                format!("/{}", link.name)
            } else {
                format!("{path}/{}", link.name)
            };
            self.names += inner.len();
            let most = self.limits.name_bytes;
            if self.names > most {
                let message =
                    format!("the names of all objects take more than {most} bytes; the rest is left out");
                self.note(NoteKind::Limit, path, message);
                break;
            }
            match link.target {
                Target::Hard(address) => self.object(group, &mut read, &link.name, &inner, address),
                Target::Soft(to)
                    if group.group(&link.name).is_err() && group.dataset(&link.name).is_err() =>
                {
                    self.note(
                        NoteKind::DanglingLink,
                        &inner,
                        format!("a soft link to {to}, where nothing is that can be read"),
                    );
                }
                Target::Soft(_) => {}
                Target::External { file, to } => {
                    self.note(
                        NoteKind::OutsideLink,
                        &inner,
                        format!("a link to {to} in the file {file}, which is not followed"),
                    );
                }
                Target::Bad(problem) => self.problem(&inner, &problem),
            }
        }
        self.ancestors.pop();
        Ok(read)
    }

    fn object(
        &mut self,
        parent: &hdf5_reader::group::Group,
        into: &mut Group,
        name: &str,
        path: &str,
        address: u64,
    ) {
        if self.ancestors.contains(&address) {
            self.note(
                NoteKind::Cycle,
                path,
                "a group that holds itself; it is not entered again".to_owned(),
            );
            return;
        }
        if !self.seen.insert(address) {
            return;
        }
        let depth = self.ancestors.len();
        if let Err(problem) = Problem::guard(|| self.enter_or_describe(parent, into, name, path, address)) {
            self.ancestors.truncate(depth);
            self.problem(path, &problem);
        }
    }

    fn enter_or_describe(
        &mut self,
        parent: &hdf5_reader::group::Group,
        into: &mut Group,
        name: &str,
        path: &str,
        address: u64,
    ) -> Result<(), Problem> {
        let header = self.file.get_or_parse_header(address)?;
        if is_group(&header) {
            if let Some(group) = self.enter(parent, name, path) {
                into.groups.push(group);
            }
        } else if header
            .messages
            .iter()
            .any(|message| matches!(message, HdfMessage::Dataspace(_)))
        {
            self.dataset(parent, into, name, path, &header);
        }
        Ok(())
    }

    fn enter(&mut self, parent: &hdf5_reader::group::Group, name: &str, path: &str) -> Option<Group> {
        let (depth, groups) = (self.limits.depth, self.limits.groups);
        if self.ancestors.len() > depth {
            self.note(
                NoteKind::Limit,
                path,
                format!("groups nest deeper than {depth}; the rest is left out"),
            );
            return None;
        }
        if self.groups >= groups {
            self.note(
                NoteKind::Limit,
                path,
                format!("more than {groups} groups; the rest is left out"),
            );
            return None;
        }
        let group = parent
            .group(name)
            .map_err(Problem::from)
            .and_then(|group| self.group(&group, path));
        group.map_err(|problem| self.problem(path, &problem)).ok()
    }

    fn dataset(
        &mut self,
        parent: &hdf5_reader::group::Group,
        into: &mut Group,
        name: &str,
        path: &str,
        header: &ObjectHeader,
    ) {
        let most = self.limits.variables;
        if self.datasets.len() >= most {
            return self.note(
                NoteKind::Limit,
                path,
                format!("more than {most} variables; the rest is left out"),
            );
        }
        let dataset = match parent.dataset(name) {
            Ok(dataset) => dataset,
            Err(error) => return self.problem(path, &error.into()),
        };
        let attributes = self.attributes(dataset.attributes(), parent, path);
        let variable = dataset::describe(&dataset, header, self.file, attributes);
        into.variables.push(Variable {
            name: name.to_owned(),
            path: path.trim_start_matches('/').to_owned(),
            id: self.datasets.len(),
            ..variable
        });
        self.datasets.push(dataset);
    }

    fn attributes(
        &mut self,
        attributes: Vec<hdf5_reader::Attribute>,
        group: &hdf5_reader::group::Group,
        path: &str,
    ) -> Vec<crate::Attribute> {
        let room = self.limits.attributes - self.attributes;
        if attributes.len() > room {
            let most = self.limits.attributes;
            self.note(
                NoteKind::Limit,
                path,
                format!("more than {most} attributes; the rest is left out"),
            );
        }
        self.attributes += attributes.len().min(room);
        attributes
            .into_iter()
            .take(room)
            .map(|attribute| read_attributes(attribute, group, self.limits))
            .collect()
    }
}

fn is_group(header: &ObjectHeader) -> bool {
    header.messages.iter().any(|message| {
        matches!(
            message,
            HdfMessage::SymbolTable(_)
                | HdfMessage::LinkInfo(_)
                | HdfMessage::Link(_)
                | HdfMessage::GroupInfo(_)
        )
    })
}
