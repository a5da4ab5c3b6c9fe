//! The same documents however they come about, and new ones when the recipe changes.

use std::sync::atomic::Ordering::Relaxed;

use data_review_core::pipeline::Reason;

use crate::scene::{Named, Scene};
use crate::support::store::MemoryStore;

pub(crate) const TRIALS: &[Named] = &[
    ("a_changed_recipe_is_a_reason", a_changed_recipe_is_a_reason),
    ("one_job_and_eight_say_the_same", one_job_and_eight_say_the_same),
    ("interrupted_and_resumed", interrupted_and_resumed),
    (
        "interrupted_in_the_middle_of_a_review",
        interrupted_in_the_middle_of_a_review,
    ),
];

fn a_changed_recipe_is_a_reason() {
    let mut scene = Scene::with_files(2);
    scene.put_for("slow.dat", "slow");
    scene.run();
    let before = scene.store.of("000.dat").provenance.recipe;
    scene.version(2);
    let (tally, finished) = scene.run();
    assert_eq!(tally.reviewed, 3);
    // A handler of another version may know other files, whichever handler had them.
    assert!(
        finished.iter().all(|one| one.reason == Reason::Handlers),
        "{finished:?}"
    );
    let document = scene.store.of("000.dat");
    assert_eq!(document.handler.unwrap().version, 2);
    assert_ne!(document.provenance.recipe, before);
    assert_eq!(scene.run().0.unchanged, 3);
}

fn one_job_and_eight_say_the_same() {
    let mut scene = Scene::with_files(60);
    scene.put("unknown", "?");
    scene.put("empty", "");
    let mut snapshots = Vec::new();
    for jobs in [1, 8] {
        scene.store = MemoryStore::default();
        scene.options.jobs = jobs;
        assert_eq!(scene.run().0.files, 62);
        snapshots.push(scene.store.snapshot());
    }
    assert_eq!(snapshots[0], snapshots[1]);
}

fn interrupted_and_resumed() {
    let mut scene = Scene::with_files(60);
    scene.run();
    let undisturbed = std::mem::take(&mut scene.store).snapshot();
    scene.options.batch = 4;
    let listing = scene.list().unwrap();
    let mut finished = 0;
    let interrupt = scene.options.interrupt.clone();
    let tally = scene
        .try_run(&listing, &mut |_| {
            finished += 1;
            interrupt.store(finished >= 5, Relaxed);
        })
        .unwrap();
    assert!(tally.interrupted && (5..60).contains(&tally.files), "{tally:?}");
    assert_eq!(
        scene.store.snapshot().len() as u64,
        tally.files,
        "what was told is written, and nothing else"
    );
    interrupt.store(false, Relaxed);
    let (rest, _) = scene.run();
    assert_eq!((rest.unchanged, rest.files), (tally.files, 60));
    assert!(!rest.interrupted);
    assert_eq!(scene.store.snapshot(), undisturbed);
}

fn interrupted_in_the_middle_of_a_review() {
    let scene = Scene::new();
    scene.put_for("x.dat", "slow");
    let listing = scene.list().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            crate::support::process::wait_for(std::time::Duration::from_secs(60), || {
                scene.is_under_review().then_some(())
            });
            scene.options.interrupt.store(true, Relaxed);
        });
        let tally = scene.try_run(&listing, &mut |_| {}).unwrap();
        assert!(tally.interrupted && tally.files == 0, "{tally:?}");
    });
    assert!(
        scene.store.entry("x.dat").is_none(),
        "the file is not to blame for an interrupt"
    );
}
