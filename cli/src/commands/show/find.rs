//! Resolves the argument of `show` to one stored key.

use std::ops::ControlFlow;

use data_review_core::percent_encode_controls;
use data_review_core::store::Store;

use crate::error::CliError;
use crate::wording;

/// The key and document that `asked` means: the key itself, the key as tables show it, the end of a key (`x_hy1.csv`), or
/// a path that ends with a key (`archive/2015/x_hy1.csv`); the first of these that fits.
pub(super) fn document(store: &dyn Store, asked: &str) -> Result<(String, String), CliError> {
    if let Some(document) = store.document(asked)? {
        return Ok((asked.to_owned(), document));
    }
    let mut keys = Vec::new();
    store.documents(&mut |key, _| {
        keys.push(key.to_owned());
        ControlFlow::Continue(())
    })?;
    let key = resolve(asked, &keys).map_err(CliError::Usage)?;
    match store.document(key)? {
        Some(document) => Ok((key.to_owned(), document)),
        None => Err(CliError::Usage(format!("`{key}` was removed a moment ago"))),
    }
}

fn resolve<'k>(asked: &str, keys: &'k [String]) -> Result<&'k str, String> {
    let ways: [&dyn Fn(&str) -> bool; 3] = [&|key| key == asked, &|key| ends_with(key, asked), &|key| {
        ends_with(asked, key)
    }];
    for fits in ways {
        let found: Vec<&str> = keys
            .iter()
            .map(String::as_str)
            .filter(|key| fits(key) || fits(&percent_encode_controls(key)))
            .collect();
        match found[..] {
            [] => {}
            [key] => return Ok(key),
            [first, second, ..] => {
                let count = found.len();
                return Err(format!(
                    "`{asked}` may be any of {count} files, such as `{first}` and `{second}`; write more of the key"
                ));
            }
        }
    }
    Err(unknown(asked, keys))
}

/// Whether `short` is `long` without its first directories.
fn ends_with(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'))
}

fn unknown(asked: &str, keys: &[String]) -> String {
    let near = wording::nearest(asked, keys.iter().map(String::as_str));
    let hint = if near.is_empty() {
        "`data-review list` shows all".to_owned()
    } else {
        format!("did you mean `{}`?", near.join("` or `"))
    };
    format!("the store knows no file `{asked}`; {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(asked: &str) -> Result<String, String> {
        let keys = ["a/x.csv", "a/y.csv", "b/x.csv", "b/new\nline", "z.csv"].map(str::to_owned);
        resolve(asked, &keys).map(str::to_owned)
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
