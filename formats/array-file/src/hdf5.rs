//! HDF5, over the crate `hdf5-reader`, with what it leaves to its caller: cycles, limits, filters, and one
//! bad object or attribute among good ones.

mod attributes;
mod chunks;
mod dataset;
mod element;
mod header;
mod layout;
pub(crate) mod links;
mod shared;
mod types;

use std::collections::HashSet;
use std::sync::Arc;

use hdf5_reader::storage::DynStorage;
use hdf5_reader::{Hdf5File, OpenOptions};

use crate::blocks::BLOCK_BYTES;
use crate::model::{ArrayFile, Reader};
use crate::source::{Overlay, storage};
use crate::{Attribute, Format, Group, Limits, Note, NoteKind, Problem, ProblemKind, Source, Variable, View};
use crate::{filters, netcdf4};
use chunks::{Chunks, Decoders};
use links::Target;

pub(crate) use attributes::{Attributes, Name};
pub(crate) use dataset::Stored;
pub(crate) use header::{Header, kind};

/// The signature at the beginning of an HDF5 file, or after its user block.
pub const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Bytes of decoded chunks that are cached for a flag variable whose chunks have another shape.
const CACHE_BYTES: usize = 8 << 20;

/// Offset of the superblock among the first bytes of a file: 0, or after a user block 512, 1024, 2048 and so on; `None`
/// if there is none.
///
/// ```
/// let mut bytes = vec![0; 1024];
/// bytes.extend(array_file::HDF5_SIGNATURE);
/// assert_eq!(array_file::hdf5_superblock(&bytes), Some(1024));
/// ```
pub fn superblock(head: &[u8]) -> Option<usize> {
    let places = std::iter::once(0).chain((9..usize::BITS - 1).map(|power| 1 << power));
    places
        .take_while(|at| *at < head.len())
        .find(|at| head[*at..].starts_with(SIGNATURE))
}

/// Sizes of the numbers in a file, in bytes: of an address, and of a length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) offsets: u8,
    pub(crate) lengths: u8,
}

impl Sizes {
    pub(crate) fn new(file: &Hdf5File) -> Self {
        Sizes {
            offsets: file.superblock().offset_size,
            lengths: file.superblock().length_size,
        }
    }

    /// Bytes of a reference to a heap: length, address and index.
    fn reference(self) -> usize {
        8 + usize::from(self.offsets)
    }
}

struct Hdf5 {
    file: Hdf5File,
    root: hdf5_reader::group::Group,
    decoders: Decoders,
    /// By [`Variable::id`].
    datasets: Vec<Stored>,
}

pub(crate) fn open(source: Arc<dyn Source>, view: View, limits: &Limits) -> Result<ArrayFile, Problem> {
    let length = source.len();
    let overlay = Overlay::new(storage(source));
    let file = open_storage(overlay.clone(), limits)?;
    let root = file.root_group()?;
    let mut walk = Walk::new(&file, &overlay, limits);
    // The end of file counts from the first byte, also after a user block (II.A, "End of File Address").
    let declared = file.superblock().eof_address;
    if declared != u64::MAX && declared > length {
        let message = format!("the file declares {declared} bytes and has {length}");
        walk.note(NoteKind::Truncated, "/", message);
    }
    let cut = walk.notes.first().map(|note| note.message.clone());
    // If a truncated file cannot be read at all, the truncation is the reason.
    let reason = |problem: Problem| match &cut {
        Some(cut) => Problem {
            message: format!("{cut}: {}", problem.message),
            ..problem
        },
        None => problem,
    };
    let header = walk.header(root.address()).map_err(reason)?;
    let mut tree = walk.group(&root, &header, "/").map_err(reason)?;
    walk.check_soft_links();
    let Walk {
        mut notes,
        mut datasets,
        ..
    } = walk;
    let is_netcdf = netcdf4::mark(&tree).is_some() || header.is_in_creation_order();
    let format = if view == View::NetCdf && is_netcdf {
        netcdf4::apply(&mut tree, &root, &mut datasets, &mut notes, limits);
        Format::NetCdf4
    } else {
        Format::Hdf5
    };
    dataset::reject_large(&mut tree, limits);
    Ok(ArrayFile {
        format,
        root: tree,
        notes,
        reader: Box::new(Hdf5 {
            file,
            root,
            decoders: Decoders::default(),
            datasets,
        }),
    })
}

/// Most bytes of one read.
fn most_read(limits: &Limits) -> usize {
    limits.chunk_bytes.max(BLOCK_BYTES)
}

/// Opens without resolvers of other files: names within the file are never opened.
pub(crate) fn open_storage(storage: DynStorage, limits: &Limits) -> Result<Hdf5File, Problem> {
    let options = OpenOptions::default()
        .with_filter_registry(filters::registry(limits.chunk_bytes))
        .with_max_chunk_bytes(limits.chunk_bytes)
        .with_max_read_bytes(most_read(limits))
        .with_max_object_header_bytes(limits.header_bytes)
        .with_chunk_cache_bytes(CACHE_BYTES);
    Ok(Hdf5File::from_storage_with_options(storage, options)?)
}

impl Reader for Hdf5 {
    fn read_into(
        &self,
        variable: &Variable,
        start: &[u64],
        count: &[u64],
        values: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let stored = &self.datasets[variable.id];
        Problem::guard(|| dataset::read(stored, &self.file, &self.decoders, [start, count], values))
    }

    fn resolve(&self, reference: &[u8], size: usize) -> Result<Vec<u8>, Problem> {
        Problem::guard(|| Ok(self.root.resolve_vlen_reference_bytes(reference, size)?))
    }
}

/// Walks through the groups. Each object is described once, under its first path.
struct Walk<'a> {
    file: &'a Hdf5File,
    overlay: &'a Overlay,
    attributes: Attributes<'a>,
    limits: &'a Limits,
    notes: Vec<Note>,
    datasets: Vec<Stored>,
    /// Addresses of the groups from the root to here.
    ancestors: Vec<u64>,
    seen: HashSet<u64>,
    attributes_read: usize,
    groups: usize,
    /// Bytes of the paths of all links.
    names: usize,
    soft_links: Vec<SoftLink>,
}

/// A soft link, which is checked when all objects are known.
struct SoftLink {
    parent: hdf5_reader::group::Group,
    name: String,
    path: String,
    to: String,
}

impl<'a> Walk<'a> {
    fn new(file: &'a Hdf5File, overlay: &'a Overlay, limits: &'a Limits) -> Self {
        Walk {
            file,
            overlay,
            attributes: Attributes::new(file, limits),
            limits,
            notes: Vec::new(),
            datasets: Vec::new(),
            ancestors: Vec::new(),
            seen: HashSet::new(),
            attributes_read: 0,
            groups: 0,
            names: 0,
            soft_links: Vec::new(),
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

    /// Reads a header, and lets the library read and keep it without its attributes.
    fn header(&self, address: u64) -> Result<Header, Problem> {
        let (sizes, most) = (Sizes::new(self.file), self.limits.header_bytes);
        let header = Header::read(self.file.storage(), address, sizes, most)?;
        let plain = header.plain(|kind, message| {
            let body = self.attributes.body(kind, message)?;
            Ok(match kind {
                kind::LAYOUT => Some(layout::third_version(body, sizes)?),
                // The library rejects a header with a link that it cannot read.
                kind::LINK if links::parse(&body, sizes).is_err() => None,
                _ => Some(body),
            })
        })?;
        let at = self.file.superblock().base_address.saturating_add(address);
        self.overlay
            .showing(at, plain, || self.file.get_or_parse_header(address))?;
        Ok(header)
    }

    fn group(
        &mut self,
        group: &hdf5_reader::group::Group,
        header: &Header,
        path: &str,
    ) -> Result<Group, Problem> {
        let mut read = Group {
            path: path.to_owned(),
            ..Group::default()
        };
        self.groups += 1;
        self.seen.insert(group.address());
        (read.attributes, _) = self.attributes(header, group, path);
        let links = match links::list(self.file, header) {
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
                Target::Soft(to) => self.soft_links.push(SoftLink {
                    parent: group.clone(),
                    name: link.name,
                    path: inner,
                    to,
                }),
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

    fn check_soft_links(&mut self) {
        for SoftLink {
            parent,
            name,
            path,
            to,
        } in std::mem::take(&mut self.soft_links)
        {
            if parent.group(&name).is_err() && parent.dataset(&name).is_err() {
                let message = format!("a soft link to {to}, which is missing or cannot be read");
                self.note(NoteKind::DanglingLink, &path, message);
            }
        }
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
                "a group that contains itself; it is not entered again".to_owned(),
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
        let header = self.header(address)?;
        if header.is_group() {
            if let Some(group) = self.enter(parent, &header, name, path) {
                into.groups.push(group);
            }
            Ok(())
        } else if header.has(kind::DATASPACE) {
            self.dataset(parent, into, name, path, address, &header)
        } else {
            // A committed type.
            Ok(())
        }
    }

    fn enter(
        &mut self,
        parent: &hdf5_reader::group::Group,
        header: &Header,
        name: &str,
        path: &str,
    ) -> Option<Group> {
        let (depth, groups) = (self.limits.depth, self.limits.groups);
        if self.ancestors.len() > depth {
            self.note(
                NoteKind::Limit,
                path,
                format!("groups are nested deeper than {depth}; the rest is left out"),
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
            .and_then(|group| self.group(&group, header, path));
        group.map_err(|problem| self.problem(path, &problem)).ok()
    }

    fn dataset(
        &mut self,
        parent: &hdf5_reader::group::Group,
        into: &mut Group,
        name: &str,
        path: &str,
        address: u64,
        header: &Header,
    ) -> Result<(), Problem> {
        let most = self.limits.variables;
        if self.datasets.len() >= most {
            let message = format!("more than {most} variables; the rest is left out");
            self.note(NoteKind::Limit, path, message);
            return Ok(());
        }
        let dataset = parent.dataset(name)?;
        let datatype = header.of_kind(kind::DATATYPE).next();
        let datatype = datatype.ok_or_else(|| Problem::corrupt("a dataset without a type"))?;
        let described = self.attributes.described(datatype)?;
        let (attributes, dimension_list) = self.attributes(header, parent, path);
        let parsed = self.file.get_or_parse_header(address)?;
        let variable = dataset::describe(&dataset, described, header, &parsed, self.file, attributes);
        let chunk_bytes = dataset::chunk_bytes(&variable);
        self.datasets.push(Stored {
            dataset,
            dimension_list,
            chunk_bytes,
            chunks: Chunks::new(&parsed, &variable, chunk_bytes, most_read(self.limits)),
        });
        into.variables.push(Variable {
            name: name.to_owned(),
            path: path.trim_start_matches('/').to_owned(),
            id: self.datasets.len() - 1,
            ..variable
        });
        Ok(())
    }

    /// The attributes of an object, and the stored value of `DIMENSION_LIST`. What cannot be read becomes a note.
    fn attributes(
        &mut self,
        header: &Header,
        group: &hdf5_reader::group::Group,
        path: &str,
    ) -> (Vec<Attribute>, Option<Vec<u8>>) {
        let mut attributes = Vec::new();
        let mut dimension_list = None;
        let mut problems = Vec::new();
        let resolve =
            |reference: &[u8], size: usize| Ok(group.resolve_vlen_reference_bytes(reference, size)?);
        let (read, most) = (self.attributes_read, self.limits.attributes);
        let listed = self.attributes.each(header, |stored| {
            match stored {
                Ok(_) if read + attributes.len() >= most => {
                    let message = format!("more than {most} attributes; the rest is left out");
                    problems.push(Problem::limit(message));
                    return false;
                }
                Ok(stored) => {
                    attributes.push(stored.decode(&resolve, self.limits.attribute_bytes));
                    if stored.name == "DIMENSION_LIST" {
                        dimension_list = Some(stored.bytes);
                    }
                }
                Err(problem) => problems.push(problem),
            }
            true
        });
        problems.extend(listed.err().map(|problem| Problem {
            message: format!("its attributes cannot be listed: {}", problem.message),
            ..problem
        }));
        self.attributes_read += attributes.len();
        for problem in problems {
            self.problem(path, &problem);
        }
        (attributes, dimension_list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_superblock_is_at_0_or_after_a_user_block() {
        for at in [0, 512, 1024, 32768] {
            let head = [vec![0; at], SIGNATURE.to_vec()].concat();
            assert_eq!(superblock(&head), Some(at));
        }
        for at in [1, 256, 513, 1536] {
            let head = [vec![0; at], SIGNATURE.to_vec()].concat();
            assert_eq!(superblock(&head), None);
        }
        assert_eq!(superblock(b""), None);
    }
}
