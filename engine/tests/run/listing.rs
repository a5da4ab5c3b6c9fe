//! What is found below a directory, and that each of it has an outcome.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use data_review_core::store::{Root, RootChange};
use data_review_core::{Class, Outcome, Stage};
use data_review_engine::{ListError, ListOptions, RunCounts, RunError, Vanished, list};

use crate::scene::{Named, Scene};

pub(crate) const TRIALS: &[Named] = &[
    ("an_empty_directory", an_empty_directory),
    ("every_oddity_has_its_outcome", every_oddity_has_its_outcome),
    ("odd_names_keep_their_keys", odd_names_keep_their_keys),
    ("no_permission", no_permission),
    ("equal_keys_of_two_roots", equal_keys_of_two_roots),
    ("paths_within_each_other", paths_within_each_other),
    (
        "a_root_takes_over_those_within_it",
        a_root_takes_over_those_within_it,
    ),
    ("names_of_roots", names_of_roots),
    ("too_many_files_vanish", too_many_files_vanish),
    ("a_prefix", a_prefix),
    ("include_and_exclude", include_and_exclude),
    ("the_store_is_no_object", the_store_is_no_object),
    ("a_single_file", a_single_file),
    ("nothing_there", nothing_there),
];

fn an_empty_directory() {
    let (tally, finished) = Scene::new().run();
    assert_eq!(tally, RunCounts::default());
    assert!(finished.is_empty());
}

fn every_oddity_has_its_outcome() {
    let scene = Scene::new();
    scene.put("empty", b"");
    scene.put("unknown", b"\x00\x01");
    scene.put_for("deep/er/good.dat", "lines");
    symlink("deep/er/good.dat", scene.path("link.dat")).unwrap();
    symlink("nowhere", scene.path("dangling")).unwrap();
    symlink("itself", scene.path("itself")).unwrap();
    symlink("..", scene.path("deep/up")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, scene.path("pipe"), rustix::fs::Mode::RWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(scene.path("socket")).unwrap();

    let (tally, _) = scene.run();
    assert_eq!(
        (tally.files, tally.reviewed, tally.unidentified, tally.failed),
        (9, 2, 2, 5)
    );
    for (key, class, words) in [
        ("dangling", Class::Unreadable, "leads nowhere"),
        ("itself", Class::Unreadable, "back to itself"),
        ("deep/up", Class::Unreadable, "back to a directory"),
        ("pipe", Class::Unsupported, "a named pipe"),
        ("socket", Class::Unsupported, "a socket"),
    ] {
        let failure = scene.store.of(key).failure.unwrap();
        assert_eq!((failure.stage, failure.class), (Stage::List, class), "{key}");
        assert!(failure.message.contains(words), "{key}: {}", failure.message);
    }
    for key in ["empty", "unknown"] {
        assert_eq!(scene.store.of(key).outcome, Outcome::Unidentified);
    }
    let (good, link) = (scene.store.of("deep/er/good.dat"), scene.store.of("link.dat"));
    assert_eq!((good.file.sha256, good.observations), (link.file.sha256, Some(3)));
}

fn odd_names_keep_their_keys() {
    let scene = Scene::new();
    let names: [&[u8]; 5] = [b"new\nline.dat", b"not\xFFutf8.dat", b"%FF.dat", b" ", b"-rf"];
    for name in names {
        scene.put_for(OsStr::from_bytes(name), "lines");
    }
    let (tally, finished) = scene.run();
    assert_eq!(tally.reviewed, 5);
    let keys: Vec<&str> = finished.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, [" ", "%25FF.dat", "-rf", "new\nline.dat", "not%FFutf8.dat"]);
    // They lead back to their files: what goes is gone, and nothing else.
    std::fs::remove_file(scene.path(OsStr::from_bytes(names[1]))).unwrap();
    std::fs::remove_file(scene.path(OsStr::from_bytes(names[2]))).unwrap();
    let (tally, _) = scene.run();
    assert_eq!((tally.gone, tally.unchanged), (2, 3));
}

/// Runs as somebody who may not do everything: root reads whatever its permissions are.
fn no_permission() {
    let scene = Scene::new();
    scene.put_for("closed.dat", "lines");
    scene.put_for("closed/in.dat", "lines");
    scene.put_for("open.dat", "lines");
    let mode = |name: &str, mode| {
        std::fs::set_permissions(scene.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("closed.dat", 0);
    mode("closed", 0);
    let as_nobody = || {
        become_nobody();
        scene.run()
    };
    let (tally, _) = std::thread::scope(|scope| scope.spawn(as_nobody).join().unwrap());
    assert_eq!((tally.files, tally.failed, tally.reviewed), (3, 2, 1));
    for key in ["closed", "closed.dat"] {
        let failure = scene.store.of(key).failure.unwrap();
        assert_eq!(failure.class, Class::Unreadable);
        assert!(failure.message.contains("ermission"), "{}", failure.message);
    }
    // Permissions are not part of the content: the file is tried again.
    mode("closed.dat", 0o644);
    mode("closed", 0o755);
    let (tally, finished) = scene.run();
    assert_eq!(
        (tally.reviewed, tally.unchanged, tally.gone),
        (2, 1, 1),
        "{finished:?}"
    );
}

/// This thread and those that it starts get the rights of nobody on files.
#[cfg(target_os = "linux")]
fn become_nobody() {
    #[expect(unsafe_code, reason = "there is no safe form of setfsuid")]
    // SAFETY: changes the credentials of this thread only; it ends after the run.
    unsafe {
        libc::setfsuid(65_534)
    };
}

/// There the tests are not run by root.
#[cfg(not(target_os = "linux"))]
fn become_nobody() {}

fn equal_keys_of_two_roots() {
    let scene = Scene::new();
    scene.put_for("a/x.dat", "lines");
    scene.put("b/x.dat", "lines\n1\n");
    let listing = list(&[scene.path("b"), scene.path("a")], &ListOptions::default()).unwrap();
    let (tally, finished) = scene.run_over(&listing);
    assert_eq!((tally.files, tally.reviewed), (2, 2));
    assert_eq!(
        (finished[0].key.as_str(), finished[1].key.as_str()),
        ("x.dat", "x.dat")
    );
    let roots: Vec<&str> = listing
        .objects
        .iter()
        .map(|object| object.root.name.as_str())
        .collect();
    let expected = ["a", "b"].map(|name| scene.path(name).to_str().unwrap().to_owned());
    assert_eq!(roots, expected, "sorted by their roots");
    assert_eq!(scene.run_over(&listing).0.unchanged, 2);
}

fn paths_within_each_other() {
    let scene = Scene::with_files(1);
    scene.put_for("a/x.dat", "lines");
    scene.put_for("a/b/x.dat", "lines");
    let paths = ["a/b", "000.dat", "", "a/x.dat", "a"].map(|name| scene.path(name));
    let listing = list(&paths, &ListOptions::default()).unwrap();
    let keys: Vec<&str> = listing.objects.iter().map(|object| &*object.key).collect();
    assert_eq!(keys, ["000.dat", "a/b/x.dat", "a/x.dat"]);
    assert_eq!(listing.subtrees.len(), 1);
    // A path below a root that the store has belongs to that root.
    let known = ListOptions {
        known: vec![(*listing.subtrees[0].root).clone()],
        ..ListOptions::default()
    };
    let inner = list(&[scene.path("a/b")], &known).unwrap();
    assert_eq!(&*inner.objects[0].key, "a/b/x.dat");
    assert_eq!(
        (inner.subtrees[0].below.as_str(), inner.changes.len()),
        ("a/b/", 0)
    );
}

fn a_root_takes_over_those_within_it() {
    let scene = Scene::with_files(1);
    scene.put_for("a/x.dat", "lines");
    let at = |name: &str| Root::at(scene.path(name).to_str().unwrap(), "");
    let outer = Root::at(scene.root().to_str().unwrap(), "");
    let options = |known: Vec<Root>| ListOptions {
        known,
        ..ListOptions::default()
    };
    let listing = list(&[scene.root()], &options(vec![at("a"), at("b")])).unwrap();
    let moved = |name: &str| RootChange::Move {
        from: at(name).name,
        from_prefix: String::new(),
        to: outer.name.clone(),
        to_prefix: format!("{name}/"),
    };
    assert_eq!(
        listing.changes,
        [RootChange::Put(outer.clone()), moved("a"), moved("b")]
    );
    // A root that the user named keeps its files; they are listed with those around them.
    let named = Root {
        name: "floats".to_owned(),
        ..at("a")
    };
    let listing = list(&[scene.root()], &options(vec![named.clone()])).unwrap();
    let ids: Vec<(&str, &str)> = listing
        .objects
        .iter()
        .map(|object| (object.root.name.as_str(), &*object.key))
        .collect();
    assert_eq!(ids, [(outer.name.as_str(), "000.dat"), ("floats", "x.dat")]);
    // A name for a directory within a root takes its files out of that root.
    let named_now = ListOptions {
        named: vec![("floats".to_owned(), scene.path("a"))],
        ..options(vec![outer.clone()])
    };
    let listing = list(&[], &named_now).unwrap();
    let out = RootChange::Move {
        from: outer.name,
        from_prefix: "a/".to_owned(),
        to: "floats".to_owned(),
        to_prefix: String::new(),
    };
    assert_eq!(listing.changes, [RootChange::Put(named), out]);
}

fn names_of_roots() {
    let scene = Scene::with_files(1);
    scene.put_for("moved/000.dat", "lines");
    let named = |known: &[Root], name: &str, path: &str| {
        let options = ListOptions {
            known: known.to_vec(),
            named: vec![(name.to_owned(), scene.path(path))],
            ..ListOptions::default()
        };
        list(&[], &options)
    };
    for bad in ["", " ", "a/b", "a=b", "a\n"] {
        let error = named(&[], bad, "").unwrap_err();
        assert!(matches!(error, ListError::BadRootName(_)), "{bad:?}: {error}");
    }
    let missing = named(&[], "new", "no-such").unwrap_err();
    assert!(matches!(missing, ListError::NoSuchPath(_)));
    let here = Root::at(scene.root().to_str().unwrap(), "");
    let renamed = named(std::slice::from_ref(&here), "archive", "").unwrap();
    let rename = RootChange::Rename {
        from: here.name.clone(),
        to: "archive".to_owned(),
    };
    assert_eq!(renamed.changes, [rename]);
    let archive = (*renamed.subtrees[0].root).clone();
    assert_eq!(
        named(std::slice::from_ref(&archive), "archive", "")
            .unwrap()
            .changes,
        []
    );
    let taken = named(std::slice::from_ref(&archive), "other", "").unwrap_err();
    assert!(matches!(taken, ListError::RootTaken { .. }), "{taken}");
    let moved = named(std::slice::from_ref(&archive), "archive", "moved").unwrap();
    let put = Root {
        place: scene.path("moved").to_str().unwrap().to_owned(),
        ..archive
    };
    assert_eq!(moved.changes, [RootChange::Put(put)]);
    assert_eq!(&*moved.objects[0].key, "000.dat");
}

fn what_vanished(scene: &Scene) -> Vanished {
    let before = scene.store.snapshot();
    let error = scene.list().map(|listing| scene.try_run(&listing, &mut |_| ()));
    assert_eq!(scene.store.snapshot(), before, "nothing is changed");
    match error.unwrap().unwrap_err() {
        RunError::Vanished(vanished) => vanished,
        other => panic!("{other}"),
    }
}

fn too_many_files_vanish() {
    let mut scene = Scene::with_files(5);
    scene.put_for("deep/x.dat", "lines");
    scene.run();
    scene.lists.known = vec![Root::at(scene.root().to_str().unwrap(), "")];
    let remove = |n: usize| std::fs::remove_file(scene.path(format!("{n:03}.dat"))).unwrap();
    (0..3).for_each(remove);
    assert_eq!(scene.run().0.gone, 3, "half is not more than half");
    (3..5).for_each(remove);
    let path = scene.root();
    let expected = Vanished::MoreThanHalf {
        path: path.clone(),
        known: 3,
        gone: 2,
    };
    assert_eq!(what_vanished(&scene), expected);
    std::fs::remove_dir_all(scene.path("deep")).unwrap();
    assert_eq!(what_vanished(&scene), Vanished::Empty { path, known: 3 });
    // Below a root that is there, a directory that is not.
    let missing = |name: &str| {
        let listing = list(&[scene.path(name)], &scene.lists).unwrap();
        match scene.try_run(&listing, &mut |_| ()) {
            Err(RunError::Vanished(vanished)) => vanished,
            other => panic!("{other:?}"),
        }
    };
    let deep = scene.path("deep");
    let error = missing("deep");
    assert!(error.to_string().contains("--allow-gone"), "{error}");
    assert_eq!(error, Vanished::Missing { path: deep, known: 1 });
    assert_eq!(missing("no-such"), Vanished::NoSuchPath(scene.path("no-such")));
    scene.options.allow_gone = true;
    assert_eq!(scene.run().0.gone, 3);
}

fn a_prefix() {
    let mut scene = Scene::with_files(2);
    scene.lists.prefix = Some("/cruise/7/".to_owned());
    let (tally, finished) = scene.run();
    assert_eq!(tally.reviewed, 2);
    assert_eq!(finished[0].key, "cruise/7/000.dat");
    std::fs::remove_file(scene.path("000.dat")).unwrap();
    assert_eq!(scene.run().0.gone, 1);
    // Under another prefix they are other objects, and those of the first are left alone.
    scene.lists.prefix = None;
    let (tally, _) = scene.run();
    assert_eq!((tally.files, tally.reviewed), (1, 1));
}

fn include_and_exclude() {
    let mut scene = Scene::with_files(1);
    scene.put_for("raw/1.dat", "lines");
    scene.put("notes.txt", "text");
    scene.lists.include = vec!["*.dat".to_owned()];
    scene.lists.exclude = vec!["raw".to_owned()];
    let (tally, finished) = scene.run();
    assert_eq!((tally.files, finished[0].key.as_str()), (1, "000.dat"));
    // What a glob leaves out is not gone.
    scene.lists = ListOptions::default();
    assert_eq!(scene.run().0.files, 3);
    scene.lists.include = vec!["raw/*".to_owned()];
    let (tally, _) = scene.run();
    assert_eq!((tally.files, tally.unchanged), (1, 1));
}

fn the_store_is_no_object() {
    let mut scene = Scene::with_files(1);
    scene.put("review.db", b"a store");
    symlink("review.db", scene.path("other-name.db")).unwrap();
    // Named before it is there, as a journal is; and by a path with a link in it.
    scene.lists.never = vec![scene.path("review.db"), scene.path("./review.db-wal")];
    scene.put("review.db-wal", b"a journal");
    let (tally, _) = scene.run();
    assert_eq!(tally.files, 1);
}

fn a_single_file() {
    let scene = Scene::with_files(2);
    scene.run();
    scene.put("001.dat", "lines\n1\n2\n");
    std::fs::remove_file(scene.path("000.dat")).unwrap();
    let listing = list(&[scene.path("001.dat")], &ListOptions::default()).unwrap();
    let (tally, finished) = scene.run_over(&listing);
    assert_eq!((tally.files, tally.reviewed), (1, 1));
    // Its name is its key, and nobody said anything of its neighbours.
    assert_eq!(finished[0].key, "001.dat");
    assert_eq!(scene.store.of("000.dat").outcome, Outcome::Reviewed);
}

fn nothing_there() {
    let scene = Scene::with_files(1);
    let missing = list(&[scene.path("no-such")], &ListOptions::default()).unwrap_err();
    assert!(matches!(missing, ListError::NoSuchPath(_)));
    let bad = ListOptions {
        include: vec!["[".to_owned()],
        ..ListOptions::default()
    };
    assert!(matches!(
        list(&[scene.root()], &bad),
        Err(ListError::BadGlob { .. })
    ));
}
