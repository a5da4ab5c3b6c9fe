//! Real netCDF and HDF5 files, whole and spoilt, where `DATA_REVIEW_CORPUS` says they lie; and many attributes.

use data_review_core::{Class, Outcome};
use data_review_tests::files::{self, TestFile};
use data_review_tests::review;

use super::hostile::{cut, flip};

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
        19,
        None,
    ),
];
/// Files that are spoilt: of every format, none of them long.
const SPOILT: [(&str, &str); 10] = [
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
/// Truncations, and flips, of each.
const TIMES: usize = 26;

fn file(folder: &str, name: &str) -> Option<TestFile> {
    let path = files::corpus()?.join(folder).join(name);
    Some(TestFile {
        folder: folder.to_owned(),
        name: name.to_owned(),
        path: format!("{folder}/{name}"),
        key: format!("{folder}/{name}"),
        bytes: files::read(&path),
    })
}

#[test]
fn kinds_levels_and_profiles_of_real_files() {
    let registry = review::registry();
    for (folder, name, kind, observations, profiles) in CASES {
        let Some(file) = file(folder, name) else { return };
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
fn spoilt_files_have_an_outcome() {
    let registry = review::registry();
    for (folder, name) in SPOILT {
        let Some(file) = file(folder, name) else { return };
        cut(&registry, &file, TIMES);
        flip(&registry, &file, TIMES as u64);
    }
}

/// A classic file of this many global attributes, each a number.
fn attributes(count: u32) -> Vec<u8> {
    let mut bytes = b"CDF\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0C".to_vec();
    bytes.extend(count.to_be_bytes());
    for at in 0..count {
        bytes.extend([0, 0, 0, 8]);
        bytes.extend(format!("a{at:07}").bytes());
        bytes.extend([0, 0, 0, 4, 0, 0, 0, 1]);
        bytes.extend(at.to_be_bytes());
    }
    bytes.extend([0; 8]);
    bytes
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
fn a_reader_that_panics_costs_one_object() {
    let Some(file) = file("hdf5-cve", "cve-2018-13876.h5") else {
        return;
    };
    let document = review::document(&review::registry(), &file.key, &file.bytes);
    let failure = document.failure.expect("no dataset is left");
    assert_eq!(failure.class, Class::Corrupt, "{failure:?}");
    let found = document
        .findings
        .iter()
        .find(|finding| finding.code == "object-damaged");
    let found = found.expect("the dataset is damaged");
    assert!(
        found.message.starts_with("/dset1: ") || found.message.starts_with("dset1: "),
        "{}",
        found.message
    );
}
