//! Real netCDF and HDF5 files from `DATA_REVIEW_CORPUS`, as they are and corrupted; and files with many attributes.

use std::collections::BTreeSet;
use std::sync::Arc;

use data_review_core::{BytesInput, Class, Outcome, ReviewBuilder};
use data_review_tests::files::{self, TestFile};
use data_review_tests::review;

use super::kit::{cut, flip};

/// Folder, name, kind, observations, profiles: counted with netCDF4.
const CASES: &[(&str, &str, &str, u64, Option<u64>)] = &[
    (
        "cchdo-netcdf",
        "10512_ctd.nc",
        "CCHDO CTD (CCHDO-0.1.dev213)",
        21194,
        Some(34),
    ),
    ("argo", "D2901623_088.nc", "Argo profile 3.1", 92, Some(1)),
    ("argo", "BD3902131_141.nc", "B-Argo profile 3.1", 395, Some(2)),
    (
        "classic-grids",
        "ocean_atlas_subset.nc",
        "netCDF-3 classic (CF-1.0)",
        2_238_984,
        None,
    ),
];
/// Files that are corrupted: of every format, none of them long.
const CORRUPTED: [(&str, &str); 10] = [
    ("argo", "D2901623_088.nc"),
    ("argo", "R13857_093.nc"),
    ("argo-checker", "R6901125_202_v2.2_ADJUSTED_ERROR.nc"),
    ("argo-checker", "5907141_meta_multipleName.nc"),
    ("netcdf-c", "ref_nctest_classic.nc"),
    ("netcdf-c", "nctest_netcdf4_classic.nc"),
    ("netcdf-c", "ref_no_ncproperty.nc"),
    ("pytables", "float.h5"),
    ("pytables", "array_mdatom.h5"),
    ("pytables", "non-chunked-table.h5"),
];
/// Truncated copies of each, and copies with flipped bits.
const TIMES: usize = 26;

fn file(folder: &str, name: &str) -> TestFile {
    let path = files::corpus().join(folder).join(name);
    TestFile {
        folder: folder.to_owned(),
        name: name.to_owned(),
        path: format!("{folder}/{name}"),
        key: format!("{folder}/{name}"),
        bytes: files::read(&path),
    }
}

#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn kinds_levels_and_profiles_of_real_files() {
    let registry = review::registry();
    for (folder, name, kind, observations, profiles) in CASES {
        let file = file(folder, name);
        let document = review::document(&registry, &file.key, &file.bytes);
        assert_eq!(
            document.outcome,
            Outcome::Reviewed,
            "{name}: {:?}",
            document.failure
        );
        let found = (document.kind.as_deref(), document.observations, document.profiles);
        assert_eq!(found, (Some(*kind), Some(*observations), *profiles), "{name}");
    }
}

#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn corrupted_files_have_an_outcome() {
    let registry = review::registry();
    for (folder, name) in CORRUPTED {
        let file = file(folder, name);
        cut(&registry, &file, TIMES).unwrap();
        flip(&registry, &file, TIMES as u64).unwrap();
    }
}

/// A name, or a text attribute's value, with its length and filled up to a word.
fn padded(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u32).to_be_bytes().to_vec();
    bytes.extend(text.bytes());
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A list of the classic header: tag, number of entries, entries.
fn list(tag: u8, count: u32, held: &[u8]) -> Vec<u8> {
    if count == 0 {
        return vec![0; 8];
    }
    [&[0, 0, 0, tag], &count.to_be_bytes(), held].concat()
}

/// A classic file without values, from its lists of dimensions, attributes and variables.
fn classic(lists: [Vec<u8>; 3]) -> Vec<u8> {
    [b"CDF\x01\0\0\0\0".to_vec(), lists.concat()].concat()
}

fn dimension(name: &str, length: u32) -> Vec<u8> {
    [padded(name), length.to_be_bytes().to_vec()].concat()
}

fn text_attribute(name: &str, value: &str) -> Vec<u8> {
    [padded(name), vec![0, 0, 0, 2], padded(value)].concat()
}

/// A variable of one text attribute, whose values would begin at byte 0.
fn variable(name: &str, dimensions: &[u32], attribute: (&str, &str), code: u8) -> Vec<u8> {
    let ids = dimensions.iter().flat_map(|id| id.to_be_bytes()).collect();
    let attributes = list(12, 1, &text_attribute(attribute.0, attribute.1));
    let rank = (dimensions.len() as u32).to_be_bytes().to_vec();
    let end = [[0, 0, 0, code], [0; 4], [0; 4]].concat();
    [padded(name), rank, ids, attributes, end].concat()
}

/// A classic file with `count` global attributes, each a number.
fn attributes(count: u32) -> Vec<u8> {
    let one = |at: u32| {
        let value = [[0, 0, 0, 4], [0, 0, 0, 1], at.to_be_bytes()].concat();
        [padded(&format!("a{at:07}")), value].concat()
    };
    let all: Vec<u8> = (0..count).flat_map(one).collect();
    classic([list(10, 0, &[]), list(12, count, &all), list(11, 0, &[])])
}

#[test]
fn a_long_dimension_name_is_not_copied_for_every_use() {
    let long = "n".repeat(100_000);
    let bytes = classic([
        list(10, 1, &dimension(&long, 1)),
        list(12, 0, &[]),
        list(11, 1, &variable("many", &[0; 200], ("units", "m"), 5)),
    ]);
    let failure = review::document(&review::registry(), "names.nc", &bytes).failure;
    let failure = failure.expect("its names are longer than what is read");
    assert_eq!(failure.class, Class::LimitExceeded);
    assert!(failure.message.contains("16777216 bytes"), "{}", failure.message);
}

/// A file of profiles whose `profile_id` has these dimensions.
fn profiles(dimensions: &[(&str, u32)], code: u8) -> Option<u64> {
    let named: Vec<u8> = dimensions
        .iter()
        .flat_map(|(name, length)| dimension(name, *length))
        .collect();
    let ids: Vec<u32> = (0..dimensions.len() as u32).collect();
    let bytes = classic([
        list(10, ids.len() as u32, &named),
        list(12, 1, &text_attribute("featureType", "profile")),
        list(11, 1, &variable("id", &ids, ("cf_role", "profile_id"), code)),
    ]);
    review::document(&review::registry(), "profiles.nc", &bytes).profiles
}

#[test]
fn the_length_of_a_name_is_not_the_number_of_profiles() {
    const CHAR: u8 = 2;
    const INT: u8 = 4;
    assert_eq!(profiles(&[("strlen", 12)], CHAR), Some(1));
    assert_eq!(profiles(&[("profile", 3), ("strlen", 12)], CHAR), Some(3));
    assert_eq!(profiles(&[("profile", 3)], INT), Some(3));
    let most = u32::MAX;
    assert_eq!(profiles(&[("a", most), ("b", most), ("c", most)], INT), None);
}

/// The HDF5 handler shows the datasets that netCDF hides.
#[test]
fn hdf5_shows_every_dataset_of_a_netcdf_file() {
    let registry = review::registry();
    let path = files::root().join("test_data/netcdf/99DR20190412_ctd.nc");
    let names = |id: &str| {
        let handler = registry.get(id).unwrap();
        let mut builder = ReviewBuilder::new(handler.card(), "cast.nc");
        handler
            .review(Arc::new(BytesInput(files::read(&path))), &mut builder)
            .unwrap();
        let variables = builder.finish(true).variables;
        let names = variables.into_iter().map(|variable| variable.name);
        names.collect::<BTreeSet<String>>()
    };
    let (netcdf, hdf5) = (names("netcdf"), names("hdf5"));
    assert!(netcdf.is_subset(&hdf5), "{netcdf:?} against {hdf5:?}");
    let hidden: Vec<&String> = hdf5.difference(&netcdf).collect();
    assert!(hidden.iter().any(|name| *name == "N_PROF"), "{hidden:?}");
}

#[test]
fn many_attributes_are_read_and_too_many_are_a_limit() {
    let registry = review::registry();
    let many = review::document(&registry, "many.nc", &attributes(100_000));
    assert_eq!(many.outcome, Outcome::Reviewed, "{:?}", many.failure);
    let failure = review::document(&registry, "more.nc", &attributes(200_001)).failure;
    let message = failure.expect("it has more than are read").message;
    assert!(message.contains("200000 attributes"), "{message}");
}

/// CVE-2018-13876: the product of a dataset's dimensions overflows in the library.
#[test]
#[cfg_attr(
    not(sample_files),
    ignore = "DATA_REVIEW_CORPUS names no folder of sample files"
)]
fn a_reader_that_panics_costs_one_object() {
    let file = file("hdf5-cve", "cve-2018-13876.h5");
    let document = review::document(&review::registry(), &file.key, &file.bytes);
    let failure = document.failure.expect("no dataset is left");
    assert_eq!(failure.class, Class::Corrupt, "{failure:?}");
    // The file declares more bytes than it has: that is the cause, and comes first.
    let codes: Vec<_> = document
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["file-truncated", "values-unreadable"]);
}
