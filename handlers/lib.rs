//! The one list of handlers: a binary that names this crate (`use data_review_handlers as _;`) knows them all.
//!
//! A handler registers itself where it is defined, but the linker drops a crate that nobody names: so each has a line
//! here, and its dependency in this crate's Cargo.toml. A line that is forgotten does not compile; a crate that is on no
//! list, or registers nothing, fails the test below.
#![deny(unused_crate_dependencies)]

use data_review_bottle as _;
use data_review_csv as _;
use data_review_ctd as _;
use data_review_hdf5 as _;
use data_review_netcdf as _;
use data_review_odv as _;
use data_review_seabird_cnv as _;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use data_review_core::Registry;

    const MANIFEST: &str = include_str!("Cargo.toml");

    /// Folders beside this file.
    #[expect(
        clippy::disallowed_methods,
        reason = "the list is compared with the folders that there are"
    )]
    fn folders() -> Vec<String> {
        let entries = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
        let mut folders: Vec<String> = entries
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().unwrap().is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        folders.sort();
        folders
    }

    /// What a folder lacks, with the mend.
    fn lack(folder: &str, ids: &BTreeSet<&str>) -> Option<String> {
        let package = format!("data-review-{folder}");
        let is_listed = MANIFEST
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .any(|name| name == package);
        let line = format!("use {} as _;", package.replace('-', "_"));
        if !is_listed {
            Some(format!(
                "handlers/{folder} is on no list: add `{package}` to handlers/Cargo.toml and `{line}` to handlers/lib.rs"
            ))
        } else if !ids.contains(folder) {
            Some(format!(
                "handlers/{folder} registers no handler `{folder}`: add `register_handler!(…);` to handlers/{folder}/src/lib.rs"
            ))
        } else {
            None
        }
    }

    #[test]
    fn every_folder_is_a_registered_handler() {
        let registry = Registry::linked().unwrap_or_else(|error| panic!("{error}"));
        let ids: BTreeSet<&str> = registry.ids().collect();
        let folders = folders();
        let lacks: Vec<String> = folders.iter().filter_map(|folder| lack(folder, &ids)).collect();
        assert!(lacks.is_empty(), "{}", lacks.join("\n"));
        let without: Vec<_> = ids
            .iter()
            .filter(|id| !folders.iter().any(|folder| folder == *id))
            .collect();
        assert!(without.is_empty(), "no folder of handlers/ is called {without:?}");
    }
}
