//! Files that the libraries of the field wrote; `fixtures/make.py` has the calls.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the test reads its own files by name, and fails where it cannot"
)]

use std::path::Path;
use std::sync::Arc;

use array_file::{
    ArrayFile, Block, Format, Group, Guess, Limits, NoteKind, ProblemKind, Value, Variable, View, guess,
};

fn content(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

fn open(name: &str, view: View) -> ArrayFile {
    ArrayFile::open(Arc::new(content(name)), view, &Limits::default()).unwrap()
}

fn variable<'f>(file: &'f ArrayFile, path: &str) -> &'f Variable {
    let groups = file.root.all();
    let mut variables = groups.into_iter().flat_map(|group| &group.variables);
    variables
        .find(|variable| variable.path == path)
        .unwrap_or_else(|| panic!("no variable {path}"))
}

/// The stored bytes of all elements.
fn bytes(file: &ArrayFile, variable: &Variable) -> Vec<u8> {
    let read = |Block { start, count }| {
        let values = file.read(variable, &start, &count);
        values.unwrap_or_else(|problem| panic!("{}: {problem}", variable.path))
    };
    variable.blocks().flat_map(read).collect()
}

fn floats(file: &ArrayFile, path: &str) -> Vec<f64> {
    let bytes = bytes(file, variable(file, path));
    let each = bytes.chunks_exact(8);
    each.map(|raw| f64::from_le_bytes(raw.try_into().unwrap()))
        .collect()
}

fn text(group: &[array_file::Attribute], name: &str) -> String {
    let found = group.iter().find(|attribute| attribute.name == name);
    found
        .and_then(|attribute| attribute.text())
        .unwrap_or_default()
        .to_owned()
}

/// Reads every variable that can be read, for any bytes.
fn read_all(bytes: Vec<u8>, view: View) {
    let Ok(file) = ArrayFile::open(Arc::new(bytes), view, &Limits::default()) else {
        return;
    };
    for variable in file.root.all().into_iter().flat_map(|group| &group.variables) {
        for block in variable.blocks().take(50) {
            let _ = file.read(variable, &block.start, &block.count);
        }
    }
}

#[test]
fn every_filter_gives_the_plain_values() {
    let mut compared = 0;
    for name in ["filters.h5", "filters_large.h5", "filters.nc"] {
        let file = open(name, View::Hdf5);
        for group in file
            .root
            .groups
            .iter()
            .filter(|group| group.path != "/unsupported")
        {
            let plain = format!("{}/plain", group.path.trim_start_matches('/'));
            let plain = bytes(&file, variable(&file, &plain));
            assert!(plain.len() > 500);
            let is_dimension = |one: &&Variable| one.attribute("_Netcdf4Dimid").is_none();
            for one in group.variables.iter().filter(is_dimension) {
                assert!(bytes(&file, one) == plain, "{name}: {}", one.path);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn filters_that_are_not_read_are_named() {
    let file = open("filters.h5", View::Hdf5);
    for (path, name) in [
        ("unsupported/blosc2", "32026 (Blosc2)"),
        ("unsupported/zfp", "32013 (ZFP)"),
    ] {
        let problem = variable(&file, path).problem.clone().unwrap();
        assert_eq!(problem.kind, ProblemKind::Unsupported);
        assert!(problem.message.contains(name), "{problem}");
    }
}

#[test]
fn truncated_and_changed_files_do_not_panic() {
    for name in [
        "filters.nc",
        "filters_large.h5",
        "committed.nc",
        "shared_messages.h5",
        "many_attributes.nc",
    ] {
        let whole = content(name);
        for end in (0..whole.len()).step_by(whole.len() / 20) {
            read_all(whole[..end].to_vec(), View::NetCdf);
        }
        let mut state = 1u64;
        for _ in 0..40 {
            let mut changed = whole.clone();
            for _ in 0..4 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % changed.len();
                changed[at] ^= 1 << (state >> 30 & 7);
            }
            read_all(changed, View::Hdf5);
        }
    }
}

#[test]
fn attributes_of_committed_types_do_not_affect_others() {
    for view in [View::NetCdf, View::Hdf5] {
        let file = open("committed.nc", view);
        assert_eq!(file.notes, []);
        let pairs = variable(&file, "pairs");
        assert_eq!(bytes(&file, pairs).len(), 3 * 16);
        assert!(
            matches!(&pairs.attribute("first").unwrap().value, Value::Other(of) if of == "compound(2 fields)")
        );
        let clouds = variable(&file, "clouds");
        assert_eq!(bytes(&file, clouds), [0, 2, 0]);
        assert_eq!(
            clouds.attribute("_FillValue").unwrap().value,
            Value::Integers(vec![0])
        );
        // More than eight attributes are stored in a heap.
        let many = variable(&file, "many");
        assert_eq!(text(&many.attributes, "units"), "m");
        assert!(many.attribute("pair11").is_some());
    }
    let file = open("committed_earliest.h5", View::Hdf5);
    assert_eq!(file.notes, []);
    assert!(file.root.attribute("pair").is_some());
    let x = variable(&file, "x");
    assert_eq!(x.attribute("number").unwrap().value, Value::Integers(vec![5]));
    assert_eq!(
        (text(&x.attributes, "text"), text(&x.attributes, "units")),
        ("five".into(), "m".into())
    );
}

#[test]
fn shared_messages_are_found() {
    let file = open("shared_messages.h5", View::Hdf5);
    assert_eq!(file.notes, []);
    for name in ["a", "b"] {
        let one = variable(&file, name);
        assert_eq!(
            (one.of.to_string().as_str(), one.shape.as_slice()),
            ("int32", &[2, 3][..])
        );
        assert_eq!(bytes(&file, one)[20..], [5, 0, 0, 0]);
        assert_eq!(text(&one.attributes, "units"), "metres above the geoid");
        assert_eq!(one.attribute("range").unwrap().numbers(), [0.0, 5.0]);
    }
}

#[test]
fn files_behind_a_user_block_are_whole() {
    for name in ["user_block_2048.h5", "user_block_512.mat"] {
        let whole = content(name);
        let file = open(name, View::Hdf5);
        assert_eq!(file.notes, [], "{name}");
        assert_eq!(floats(&file, "g/x"), (0..100).map(f64::from).collect::<Vec<_>>());
        assert_eq!(text(&variable(&file, "g/x").attributes, "units"), "m");
        let texts = variable(&file, "g/name");
        let references = bytes(&file, texts);
        assert_eq!(file.resolve(&references, 1).unwrap(), b"text of any length");
        let remembering = file.remembering(1 << 10, 1 << 10);
        assert_eq!(
            remembering.resolve(&references, 1).unwrap(),
            b"text of any length"
        );
        // One missing byte is noticed.
        let cut = ArrayFile::open(
            Arc::new(whole[..whole.len() - 1].to_vec()),
            View::Hdf5,
            &Limits::default(),
        );
        let notes = cut.unwrap().notes;
        assert!(
            notes.iter().any(|note| note.kind == NoteKind::Truncated),
            "{name}"
        );
        assert_eq!(
            array_file::hdf5_superblock(&whole),
            Some(if name.ends_with("mat") { 512 } else { 2048 })
        );
    }
}

#[test]
fn layouts_of_old_versions_are_read() {
    let file = open("old_layout.h5", View::Hdf5);
    assert_eq!(file.notes, []);
    let expected: Vec<u8> = (0..10i32).flat_map(i32::to_le_bytes).collect();
    assert_eq!(bytes(&file, variable(&file, "x")), expected);
}

#[test]
fn datasets_without_a_shape_or_never_written() {
    let file = open("no_scale.h5", View::Hdf5);
    assert_eq!(file.notes, []);
    let empty = variable(&file, "empty");
    assert_eq!((empty.elements(), empty.problem.as_ref()), (Some(0), None));
    assert_eq!(bytes(&file, empty), []);
    for name in ["unwritten", "unwritten_chunks"] {
        assert_eq!(
            bytes(&file, variable(&file, name)),
            (-5f32).to_le_bytes().repeat(4)
        );
    }
    let none = &variable(&file, "x").attribute("none").unwrap().value;
    assert_eq!(none, &Value::Text(vec![]));
}

#[test]
fn chunks_at_the_edge_without_filters_are_unsupported() {
    let file = open("plain_edges.h5", View::Hdf5);
    let problem = variable(&file, "x").problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Unsupported);
}

/// The guess over a file of which at most `most` bytes are given.
fn guess_within(bytes: &[u8], mut most: usize) -> Guess {
    guess(bytes.len() as u64, |at, into| {
        let rest = &bytes[at as usize..];
        let n = rest.len().min(into.len()).min(most);
        most -= n;
        into[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    })
}

#[test]
fn netcdf_4_is_distinguished_from_hdf5() {
    for (name, is_netcdf) in [
        ("filters.nc", true),
        ("committed.nc", true),
        ("many_attributes.nc", true),
        ("deep_scale.h5", true),
        ("filters.h5", false),
        ("no_scale.h5", false),
        ("user_block_512.mat", false),
    ] {
        let bytes = content(name);
        let found = guess_within(&bytes, usize::MAX);
        match is_netcdf {
            true => assert!(matches!(found, Guess::NetCdf4(_)), "{name}: {found:?}"),
            false => assert!(matches!(found, Guess::Hdf5(_)), "{name}: {found:?}"),
        }
        let format = ArrayFile::open(Arc::new(bytes), View::NetCdf, &Limits::default())
            .unwrap()
            .format;
        assert_eq!(format == Format::NetCdf4, is_netcdf, "{name}");
    }
    let unmarked = content("unmarked.nc");
    assert!(matches!(guess_within(&unmarked, usize::MAX), Guess::Either(_)));
    assert_eq!(open("unmarked.nc", View::NetCdf).format, Format::NetCdf4);
    // Without bytes nothing is known.
    assert!(matches!(guess_within(&unmarked, 0), Guess::Unclear(_)));
}

#[test]
fn paths_and_groups_are_those_of_the_file() {
    let file = open("deep_scale.h5", View::NetCdf);
    let paths: Vec<&str> = file
        .root
        .all()
        .iter()
        .map(|group: &&Group| group.path.as_str())
        .collect();
    assert_eq!(paths, ["/", "/a", "/a/b", "/a/b/c"]);
    assert_eq!(
        variable(&file, "a/b/c/y").dimensions.as_deref(),
        Some(&["x".to_owned()][..])
    );
}

#[test]
fn what_was_read_is_remembered_up_to_a_limit() {
    /// Counts the reads.
    struct Counting(Arc<std::sync::atomic::AtomicUsize>);
    impl array_file::Reader for Counting {
        fn read_into(
            &self,
            _: &Variable,
            _: &[u64],
            count: &[u64],
            values: &mut Vec<u8>,
        ) -> Result<(), array_file::Problem> {
            let reads = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let elements = 0..count.iter().product::<u64>() as usize;
            *values = elements.map(|at| (10 * reads + at) as u8).collect();
            Ok(())
        }
        fn resolve(&self, _: &[u8], _: usize) -> Result<Vec<u8>, array_file::Problem> {
            Ok(Vec::new())
        }
    }
    let reads = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let file = open("unmarked.nc", View::NetCdf).read_by(Box::new(Counting(reads.clone())));
    let file = file.remembering(8, 12);
    let groups = file.root.all();
    let mut any = groups
        .into_iter()
        .find_map(|group| group.variables.first())
        .unwrap()
        .clone();
    any.problem = None;
    let read = |from: u64, count: u64| file.read(&any, &[from], &[count]).unwrap()[0];
    // Kept: 8 of 12 bytes. Not kept: 9 bytes are too many, and 5 more than are left.
    assert_eq!([read(0, 8), read(0, 8)], [0, 0]);
    assert_eq!([read(0, 9), read(0, 9)], [10, 20]);
    assert_eq!([read(11, 5), read(11, 5)], [30, 40]);
    assert_eq!([read(11, 4), read(11, 4)], [50, 50]);
    // A part of what is kept is kept, too.
    assert_eq!([read(2, 3), read(7, 1), read(12, 3)], [2, 7, 51]);
    assert_eq!(file.read(&any, &[2], &[3]).unwrap(), [2, 3, 4]);
    assert_eq!([read(7, 2), read(7, 2)], [60, 70], "one is beyond the end");
    let file = open("unmarked.nc", View::NetCdf)
        .read_by(Box::new(Counting(reads)))
        .remembering(8, 12);
    let rows = |start: [u64; 2], count: [u64; 2]| file.read(&any, &start, &count).unwrap();
    assert_eq!(rows([1, 0], [4, 2])[0], 80);
    assert_eq!(rows([2, 0], [2, 2]), [82, 83, 84, 85]);
    assert_eq!(rows([2, 0], [2, 1]), [90, 91], "not whole rows");
    // A scalar is kept as it is, and is not a part of another variable.
    let scalar = || file.read(&any, &[], &[]).unwrap();
    assert_eq!([scalar(), scalar()], [[100], [100]]);
    assert_eq!(rows([0, 0], [1, 1]), [110]);
    assert_eq!(file.read(&any, &[0], &[1]).unwrap(), [120]);
}
