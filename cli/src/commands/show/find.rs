//! Resolves the argument of `show` to one stored key.

use data_review_core::percent_encode_controls;
use data_review_core::store::{ObjectId, Store};
use data_review_store_sqlite::SqliteStore;

use crate::error::CliError;
use crate::wording;

/// The root, the key and the document that `asked` means: the key itself, the key as tables show it, the end of a key
/// (`x_hy1.csv`) or of its path below its root, or a path that ends with a key (`archive/2015/x_hy1.csv`); the first of these
/// that fits.
pub(super) fn document(store: &SqliteStore, asked: &str) -> Result<(String, String, String), CliError> {
    let known = store.all_keys()?;
    let (root, key) = resolve(asked, &known).map_err(CliError::Usage)?;
    match store.document(ObjectId { root, key })? {
        Some(document) => Ok((root.to_owned(), key.to_owned(), document)),
        None => Err(CliError::Usage(format!("`{key}` was removed a moment ago"))),
    }
}

/// Whether the name that the user typed means the file of a root and a key.
type Fits<'a> = &'a dyn Fn(&str, &str) -> bool;

/// `known` has roots and keys.
fn resolve<'k>(asked: &str, known: &'k [(String, String)]) -> Result<(&'k str, &'k str), String> {
    let path = |root: &str, key: &str| format!("{root}/{key}");
    let ways: [Fits<'_>; 4] = [
        &|_, key| key == asked,
        &|root, key| path(root, key) == asked,
        &|root, key| ends_with(&path(root, key), asked),
        &|_, key| ends_with(asked, key),
    ];
    for fits in ways {
        let found: Vec<(&str, &str)> = known
            .iter()
            .map(|(root, key)| (root.as_str(), key.as_str()))
            .filter(|(root, key)| fits(root, key) || fits(root, &percent_encode_controls(key)))
            .collect();
        match found[..] {
            [] => {}
            [one] => return Ok(one),
            [first, second, ..] if first.0 == second.0 => {
                let count = found.len();
                return Err(format!(
                    "`{asked}` may be any of {count} files, such as `{}` and `{}`; write more of the key",
                    first.1, second.1
                ));
            }
            [first, second, ..] => {
                let count = found.len();
                return Err(format!(
                    "`{asked}` may be any of {count} files, such as `{}` and `{}`; write more of the path",
                    path(first.0, first.1),
                    path(second.0, second.1)
                ));
            }
        }
    }
    let keys = known.iter().map(|(_, key)| key.as_str());
    let hint = wording::hint(asked, keys, || "`data-review list` shows all".to_owned());
    Err(format!("the store knows no file `{asked}`; {hint}"))
}

/// Whether `short` is `long` without its first directories.
fn ends_with(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(root: &str, keys: &[&str]) -> Vec<(String, String)> {
        keys.iter()
            .map(|key| (root.to_owned(), (*key).to_owned()))
            .collect()
    }

    fn resolved(asked: &str) -> Result<String, String> {
        let known = known(
            "/data",
            &["a/x.csv", "a/y.csv", "b/x.csv", "b/new\nline", "z.csv"],
        );
        resolve(asked, &known).map(|(_, key)| key.to_owned())
    }

    #[test]
    fn equal_keys_of_two_roots_are_told_apart_by_their_paths() {
        let known = [known("/o1", &["x.csv"]), known("/o2", &["x.csv"])].concat();
        let error = resolve("x.csv", &known).unwrap_err();
        assert!(error.contains("`/o1/x.csv` and `/o2/x.csv`"), "{error}");
        assert_eq!(resolve("o2/x.csv", &known), Ok(("/o2", "x.csv")));
        assert_eq!(resolve("/o1/x.csv", &known), Ok(("/o1", "x.csv")));
    }

    #[test]
    fn the_end_of_a_key_and_a_path_to_it_are_enough() {
        assert_eq!(resolved("y.csv").unwrap(), "a/y.csv");
        assert_eq!(resolved("archive/a/x.csv").unwrap(), "a/x.csv");
        assert_eq!(resolved("./z.csv").unwrap(), "z.csv");
        assert_eq!(resolved("b/new%0Aline").unwrap(), "b/new\nline");
    }

    #[test]
    fn an_ambiguous_argument_is_refused() {
        let error = resolved("x.csv").unwrap_err();
        assert!(error.contains("a/x.csv") && error.contains("b/x.csv"), "{error}");
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_key() {
        assert!(
            resolved("a/yy.csv")
                .unwrap_err()
                .contains("did you mean `a/y.csv`")
        );
        assert!(resolved(",").unwrap_err().contains("data-review list"));
    }
}
