//! The links of a group, each by itself: the library resolves all of them or none, and leaves out those that
//! lead elsewhere.

use hdf5_reader::Hdf5File;
use hdf5_reader::btree_v1::collect_btree_v1_leaves_storage;
use hdf5_reader::btree_v2::{BTreeV2Header, BTreeV2Record, collect_btree_v2_records_storage};
use hdf5_reader::error::Error;
use hdf5_reader::fractal_heap::{FractalHeap, FractalHeapDirectBlockCache};
use hdf5_reader::io::Cursor;
use hdf5_reader::local_heap::LocalHeap;
use hdf5_reader::messages::link::{self, LinkMessage, LinkTarget};
use hdf5_reader::messages::link_info::{self, LinkInfoMessage};
use hdf5_reader::messages::symbol_table_msg::{self, SymbolTableMessage};
use hdf5_reader::symbol_table::SymbolTableNode;

use super::Sizes;
use super::header::{Header, kind};
use crate::Problem;

/// A link of a group.
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) target: Target,
    order: Option<u64>,
}

/// The target of a link.
pub(crate) enum Target {
    /// An object header at this address.
    Hard(u64),
    /// A path within the file.
    Soft(String),
    /// A path within another file.
    External { file: String, to: String },
    /// A link that cannot be read.
    Bad(Problem),
}

impl From<LinkMessage> for Link {
    fn from(message: LinkMessage) -> Self {
        let target = match message.target {
            LinkTarget::Hard { address } => Target::Hard(address),
            LinkTarget::Soft { path } => Target::Soft(path),
            LinkTarget::External { filename, path } => Target::External {
                file: filename,
                to: path,
            },
        };
        Link {
            name: message.name,
            target,
            order: message.creation_order,
        }
    }
}

/// The links of the group with this header, in the order of creation if the group keeps it, otherwise in the stored
/// order.
pub(crate) fn list(file: &Hdf5File, header: &Header) -> Result<Vec<Link>, Problem> {
    let Sizes { offsets, lengths } = Sizes::new(file);
    let mut links = Vec::new();
    for table in header.of_kind(kind::SYMBOL_TABLE) {
        let mut cursor = Cursor::new(table.body);
        let table = symbol_table_msg::parse(&mut cursor, offsets, lengths, table.body.len())?;
        from_symbol_table(file, &table, &mut links)?;
    }
    for link in header.of_kind(kind::LINK) {
        let link = parse(link.body, Sizes { offsets, lengths });
        links.push(link.map_or_else(unreadable, Link::from));
    }
    for info in header.of_kind(kind::LINK_INFO) {
        let mut cursor = Cursor::new(info.body);
        let info = link_info::parse(&mut cursor, offsets, lengths, info.body.len())?;
        from_heap(file, &info, &mut links)?;
    }
    if links.iter().all(|link| link.order.is_some()) {
        links.sort_by_key(|link| link.order);
    }
    Ok(links)
}

/// A B-tree of symbol table nodes, with names in a local heap.
fn from_symbol_table(
    file: &Hdf5File,
    table: &SymbolTableMessage,
    links: &mut Vec<Link>,
) -> Result<(), Problem> {
    let Sizes { offsets, lengths } = Sizes::new(file);
    let storage = file.storage();
    let heap = LocalHeap::parse_at_storage(storage, table.heap_address, offsets, lengths)?;
    let leaves =
        collect_btree_v1_leaves_storage(storage, table.btree_address, offsets, lengths, None, &[], None)?;
    for (_, address) in leaves {
        // Signature, version, reserved byte, and the number of entries.
        let head = storage.read_range(address, 8)?;
        let entries = usize::from(u16::from_le_bytes([head[6], head[7]]));
        let bytes = storage.read_range(address, 8 + entries * (2 * usize::from(offsets) + 24))?;
        let node = SymbolTableNode::parse(&mut Cursor::new(&bytes), offsets, lengths)?;
        for entry in &node.entries {
            let name = heap.get_string_storage(entry.link_name_offset, storage)?;
            let target = if entry.cache_type == 2 {
                let [a, b, c, d, ..] = entry.scratch;
                let at = u64::from(u32::from_le_bytes([a, b, c, d]));
                heap.get_string_storage(at, storage)
                    .map_or_else(|error| Target::Bad(error.into()), Target::Soft)
            } else {
                Target::Hard(entry.object_header_address)
            };
            links.push(Link {
                name,
                target,
                order: None,
            });
        }
    }
    Ok(())
}

/// A B-tree of heap ids, with links in a fractal heap.
fn from_heap(file: &Hdf5File, info: &LinkInfoMessage, links: &mut Vec<Link>) -> Result<(), Problem> {
    let Sizes { offsets, lengths } = Sizes::new(file);
    let storage = file.storage();
    if Cursor::is_undefined_offset(info.fractal_heap_address, offsets) {
        return Ok(());
    }
    let heap = FractalHeap::parse_at_storage(storage, info.fractal_heap_address, offsets, lengths)?;
    let tree = BTreeV2Header::parse_at_storage(storage, info.btree_name_index_address, offsets, lengths)?;
    let records = collect_btree_v2_records_storage(storage, &tree, offsets, lengths, None, &[], None)?;
    let mut blocks = FractalHeapDirectBlockCache::default();
    for record in records {
        let (BTreeV2Record::LinkNameHash { heap_id, .. } | BTreeV2Record::CreationOrder { heap_id, .. }) =
            record
        else {
            continue;
        };
        let link = heap
            .get_object_storage_cached(&heap_id, storage, offsets, lengths, &mut blocks)
            .and_then(|bytes| parse(&bytes, Sizes { offsets, lengths }));
        links.push(link.map_or_else(unreadable, Link::from));
    }
    Ok(())
}

/// Parses the body of a link message.
pub(super) fn parse(body: &[u8], Sizes { offsets, lengths }: Sizes) -> Result<LinkMessage, Error> {
    link::parse(&mut Cursor::new(body), offsets, lengths, body.len())
}

fn unreadable(error: Error) -> Link {
    Link {
        name: "(unreadable)".to_owned(),
        target: Target::Bad(error.into()),
        order: None,
    }
}
