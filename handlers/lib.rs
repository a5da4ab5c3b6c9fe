//! The list of handlers: a program that names this crate (`use data_review_handlers as _;`) links all of them.
//!
//! A handler registers itself where it is defined, but the linker drops a crate that no code names. Therefore each has a
//! line here, and a dependency in the Cargo.toml of this crate. A dependency without its line does not compile. The test
//! below fails for a folder of handlers/ that is not listed here, that registers no handler, or one under another name.
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

    /// The folders beside this file.
    #[expect(
        clippy::disallowed_methods,
        reason = "the list is compared with the existing folders"
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

    /// What is missing for a folder, and how to add it.
    fn lack(folder: &str, ids: &BTreeSet<&str>) -> Option<String> {
        let package = format!("data-review-{folder}");
        let is_listed = MANIFEST
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .any(|name| name == package);
        let line = format!("use {} as _;", package.replace('-', "_"));
        if !is_listed {
            Some(format!(
                "handlers/{folder} is not listed: add `{package}` to handlers/Cargo.toml and `{line}` to handlers/lib.rs"
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
        let mut lacks: Vec<String> = folders.iter().filter_map(|folder| lack(folder, &ids)).collect();
        let homeless = ids
            .iter()
            .filter(|id| !folders.iter().any(|folder| folder == *id));
        lacks.extend(homeless.map(|id| {
            format!("handler `{id}` is in a folder of another name: rename the folder, or change the id on its card")
        }));
        assert!(lacks.is_empty(), "{}", lacks.join("\n"));
    }
}
