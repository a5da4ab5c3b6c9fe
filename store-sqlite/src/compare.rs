//! What differs between two stores: both are read side by side, in the order of roots and keys, and only what differs leaves
//! this module.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use data_review_core::Outcome;
use data_review_core::store::Root;
use rusqlite::{Connection, Row};

use crate::query::{self, FileRow};
use crate::roots;

/// A file that two stores hold differently.
#[derive(Debug, Clone, PartialEq)]
pub struct FilePair {
    /// The file in the earlier store, with its findings; `None` if that store does not know it.
    pub before: Option<FileRow>,
    /// The file in the later store, with its findings; `None` if that store does not know it.
    pub after: Option<FileRow>,
}

/// What is compared of a row: the columns of [`ROWS`]. Findings are a function of content and recipe, if there is a review.
struct Brief<'r> {
    file_id: i64,
    key: &'r str,
    outcome: &'r str,
    sha256: Option<&'r str>,
    /// Number of its recipe in [`Recipes`].
    recipe: Option<usize>,
}

const ROWS: &str =
    "SELECT file_id, key, outcome, sha256, recipe_id FROM files WHERE root_id = ?1 ORDER BY key";

/// Numbers that both stores share for recipes with the same digest, by the row ids of one store.
type Recipes = HashMap<i64, usize>;

/// Calls `visit` for every file that differs until it breaks, by root and key. Returns the number of files that are the same.
pub(crate) fn differences(
    before: &Connection,
    after: &Connection,
    visit: &mut dyn FnMut(FilePair) -> ControlFlow<()>,
) -> rusqlite::Result<u64> {
    let (before, after) = (before.unchecked_transaction()?, after.unchecked_transaction()?);
    let mut digests = HashMap::new();
    let recipes = (recipes(&before, &mut digests)?, recipes(&after, &mut digests)?);
    let mut same = 0;
    for (earlier, later) in roots_of_both(&before, &after)? {
        let (mut earlier_rows, mut later_rows) = (before.prepare(ROWS)?, after.prepare(ROWS)?);
        // A root that one store does not have has no rows: no number of a root is NULL.
        let (mut earlier_rows, mut later_rows) = (earlier_rows.query([earlier])?, later_rows.query([later])?);
        let (mut earlier, mut later) = (earlier_rows.next()?, later_rows.next()?);
        while earlier.is_some() || later.is_some() {
            let pair = (
                earlier.map(|row| brief(row, &recipes.0)).transpose()?,
                later.map(|row| brief(row, &recipes.1)).transpose()?,
            );
            let order = match &pair {
                (Some(earlier), Some(later)) => earlier.key.cmp(later.key),
                (Some(_), None) => Ordering::Less,
                (None, _) => Ordering::Greater,
            };
            match pair {
                (Some(earlier), Some(later)) if order.is_eq() && are_same(&earlier, &later) => same += 1,
                (earlier, later) => {
                    let found = |connection, brief: Option<Brief<'_>>| {
                        brief
                            .map(|brief| query::file_by_id(connection, brief.file_id, true))
                            .transpose()
                    };
                    let pair = FilePair {
                        before: found(&before, earlier.filter(|_| order.is_le()))?,
                        after: found(&after, later.filter(|_| order.is_ge()))?,
                    };
                    if visit(pair).is_break() {
                        return Ok(same);
                    }
                }
            }
            if order.is_le() {
                earlier = earlier_rows.next()?;
            }
            if order.is_ge() {
                later = later_rows.next()?;
            }
        }
    }
    Ok(same)
}

/// The row ids of the roots with the same name, by name. If neither store has several, their only roots belong together,
/// whatever their names are.
fn roots_of_both(
    before: &Connection,
    after: &Connection,
) -> rusqlite::Result<Vec<(Option<i64>, Option<i64>)>> {
    let (before, after) = (roots::all(before)?, roots::all(after)?);
    let id = |roots: &[(i64, Root)], is_it: &dyn Fn(&Root) -> bool| {
        roots.iter().find(|(_, root)| is_it(root)).map(|(id, _)| *id)
    };
    if before.len() <= 1 && after.len() <= 1 {
        return Ok(vec![(id(&before, &|_| true), id(&after, &|_| true))]);
    }
    let names = before.iter().chain(&after).map(|(_, root)| root.name.as_str());
    let names: BTreeSet<&str> = names.collect();
    let pairs = names.into_iter().map(|name| {
        let is_it = |root: &Root| root.name == name;
        (id(&before, &is_it), id(&after, &is_it))
    });
    Ok(pairs.collect())
}

fn recipes(connection: &Connection, digests: &mut HashMap<String, usize>) -> rusqlite::Result<Recipes> {
    let mut select = connection.prepare("SELECT recipe_id, digest FROM recipes")?;
    let rows = select.query_map([], |row| {
        let next = digests.len();
        Ok((row.get(0)?, *digests.entry(row.get(1)?).or_insert(next)))
    })?;
    rows.collect()
}

fn brief<'r>(row: &'r Row<'_>, recipes: &Recipes) -> rusqlite::Result<Brief<'r>> {
    let recipe: Option<i64> = row.get(4)?;
    Ok(Brief {
        file_id: row.get(0)?,
        key: row.get_ref(1)?.as_str()?,
        outcome: row.get_ref(2)?.as_str()?,
        sha256: row.get_ref(3)?.as_str_or_null()?,
        recipe: recipe.and_then(|id| recipes.get(&id).copied()),
    })
}

fn are_same(before: &Brief<'_>, after: &Brief<'_>) -> bool {
    let settled = [Outcome::Reviewed, Outcome::Unidentified, Outcome::Gone].map(Outcome::as_str);
    (before.outcome, before.sha256, before.recipe) == (after.outcome, after.sha256, after.recipe)
        && (after.outcome == Outcome::Gone.as_str() || after.sha256.is_some())
        // A review that failed depends on the machine, too.
        && settled.contains(&after.outcome)
}
