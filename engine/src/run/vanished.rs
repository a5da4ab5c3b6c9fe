//! Keys of the store whose files do not exist any more, and when there are so many that the disk is probably not mounted.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use data_review_core::store::{Root, RootChange, Store, StoreError};

use super::RunError;
use crate::source::{Listing, Subtree};

/// A key that the listing does not contain and whose file does not exist.
#[derive(Debug, Clone)]
pub(super) struct Absent {
    pub(super) root: Arc<Root>,
    pub(super) key: String,
}

/// Why a run refuses to record files as gone: so many are absent that their disk is probably not mounted. Nothing is
/// changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Vanished {
    /// The directory or file does not exist.
    #[error(
        "{}: no such file or directory, but the store knows {} there; check that the disk is mounted, or record them as \
         gone with --allow-gone", path.display(), files(*known)
    )]
    Missing {
        /// The directory.
        path: PathBuf,
        /// Number of files that the store knows below it.
        known: u64,
    },
    /// The directory has no entries.
    #[error(
        "{} holds no files, but the store knows {} below it; check that the disk is mounted, or record them as gone with \
         --allow-gone", path.display(), files(*known)
    )]
    Empty {
        /// The directory.
        path: PathBuf,
        /// Number of files that the store knows below it.
        known: u64,
    },
    /// More than half of the files are absent.
    #[error(
        "{gone} of the {} that the store knows below {} do not exist any more; check that all disks are mounted, or \
         record them as gone with --allow-gone", files(*known), path.display()
    )]
    MoreThanHalf {
        /// The directory.
        path: PathBuf,
        /// Number of files that the store knows below it.
        known: u64,
        /// How many of them do not exist.
        gone: u64,
    },
    /// The path does not exist, and the store knows no file below it.
    #[error("{}: no such file or directory; check the spelling", .0.display())]
    NoSuchPath(PathBuf),
}

fn files(count: u64) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

/// What the store knows of a subtree.
struct Known<'l> {
    subtree: &'l Subtree,
    keys: u64,
    absent: Vec<String>,
}

/// The keys that are to become gone, by root and key.
///
/// # Errors
/// Unless `allow_gone`, if a directory is missing or empty although the store knows files below it, or more than half of
/// these do not exist.
pub(super) fn absent(
    store: &dyn Store,
    listing: &Listing,
    allow_gone: bool,
) -> Result<Vec<Absent>, RunError> {
    let mut by_root: BTreeMap<&str, Vec<Known<'_>>> = BTreeMap::new();
    for subtree in &listing.subtrees {
        by_root.entry(&subtree.root.name).or_default().push(Known {
            subtree,
            keys: 0,
            absent: Vec::new(),
        });
    }
    for subtrees in by_root.values_mut() {
        subtrees.sort_by_key(|known| known.subtree.below.as_str());
    }
    let mut all = Vec::new();
    for (root, subtrees) in &mut by_root {
        visit_keys(store, &listing.changes, root, &mut |key| {
            let Some(known) = containing(subtrees, key) else {
                return;
            };
            known.keys += 1;
            // A file that is still there was excluded by a glob: its outcome stays as it is.
            if !listing.contains(root, key) && known.subtree.lacks(key) {
                known.absent.push(key.to_owned());
            }
        })?;
        for known in subtrees {
            known.judge(allow_gone)?;
            all.extend(known.absent.drain(..).map(|key| Absent {
                root: known.subtree.root.clone(),
                key,
            }));
        }
    }
    Ok(all)
}

/// The subtree that a key lies in. They are sorted, and none lies within another.
fn containing<'k, 'l>(subtrees: &'k mut [Known<'l>], key: &str) -> Option<&'k mut Known<'l>> {
    let after = subtrees.partition_point(|known| known.subtree.below.as_str() <= key);
    // The key of a subtree itself lacks the `/`, and so comes before it.
    let near = after.saturating_sub(1)..subtrees.len().min(after + 1);
    subtrees[near].iter_mut().find(|known| known.subtree.covers(key))
}

impl Known<'_> {
    fn judge(&self, allow_gone: bool) -> Result<(), Vanished> {
        let (path, known) = (self.subtree.path(), self.keys);
        let gone = self.absent.len() as u64;
        Err(match self.subtree {
            subtree if known == 0 && subtree.is_missing => Vanished::NoSuchPath(path),
            _ if known == 0 || allow_gone => return Ok(()),
            subtree if subtree.is_missing => Vanished::Missing { path, known },
            subtree if subtree.entries == 0 => Vanished::Empty { path, known },
            _ if gone > known / 2 => Vanished::MoreThanHalf { path, known, gone },
            _ => return Ok(()),
        })
    }
}

/// Visits the keys that a root will have once its store has made these changes.
fn visit_keys(
    store: &dyn Store,
    changes: &[RootChange],
    root: &str,
    visit: &mut dyn FnMut(&str),
) -> Result<(), StoreError> {
    // The name in the store, what its keys begin with there, and what they will begin with.
    let mut sources = vec![(root, "", "")];
    for change in changes {
        match change {
            RootChange::Rename { from, to } if to == root => sources.push((from, "", "")),
            RootChange::Move {
                from,
                from_prefix,
                to,
                to_prefix,
            } if to == root => sources.push((from, from_prefix, to_prefix)),
            _ => {}
        }
    }
    for (name, from, to) in sources {
        store.visit_keys(name, &mut |key| {
            match key.strip_prefix(from) {
                Some(rest) if from.is_empty() && to.is_empty() => visit(rest),
                Some(rest) => visit(&format!("{to}{rest}")),
                None => {}
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(())
}
