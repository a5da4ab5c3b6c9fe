//! What is found below a directory, and that each of it has an outcome.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use data_review_core::{Class, Outcome, Stage};
use data_review_engine::{ListError, ListOptions, RunCounts, list};

use crate::scene::{Named, Scene};

pub(crate) const TRIALS: &[Named] = &[
    ("an_empty_directory", an_empty_directory),
    ("every_oddity_has_its_outcome", every_oddity_has_its_outcome),
    ("odd_names_keep_their_keys", odd_names_keep_their_keys),
    ("no_permission", no_permission),
    ("two_of_one_key", two_of_one_key),
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

fn two_of_one_key() {
    let scene = Scene::new();
    scene.put_for("a/x.dat", "lines");
    scene.put_for("b/x.dat", "lines");
    let error = list(&[scene.path("a"), scene.path("b")], &ListOptions::default()).unwrap_err();
    let expected = (scene.path("a/x.dat"), scene.path("b/x.dat"));
    match &error {
        ListError::SameKey { key, first, second } => {
            assert_eq!(key, "x.dat");
            assert_eq!((first.clone(), second.clone()), expected);
        }
        other => panic!("{other}"),
    }
    assert!(error.to_string().contains("--prefix"), "{error}");
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
