//! Every object gets exactly one outcome, and the same one whatever fails.

use std::path::Path;
use std::time::Duration;

use data_review_tests::files::{TestFile, bad, test_data};
use tempfile::TempDir;
use xtask::random::Random;

use super::World;
use crate::{Faults, Kills};

/// The extent of the disturbance.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Number of objects.
    pub objects: usize,
    /// Number of Lambdas that are killed at each of four points.
    pub kills: usize,
    /// Lambdas are killed at one in this number of reads and writes.
    pub one_of: usize,
    /// Determines the order and the kills.
    pub seed: u64,
    /// Time limit for all of it.
    pub limit: Duration,
}

/// An event in the life of an object.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The object is put, which causes an event.
    Put(usize),
    /// An event that comes early, late or twice.
    Event(usize),
}

/// Objects are put, and each event comes three times, in a shuffled order, while Lambdas are killed and a fifth of the
/// calls fail. Then the listing and the tables agree, and the tables are those of an undisturbed run.
///
/// # Panics
/// If they do not.
pub fn exactly_once(world: &World<'_>, scale: Scale) {
    eprintln!("exactly once: seed {}", scale.seed);
    let files: Vec<TestFile> = test_data()
        .into_iter()
        .chain(bad())
        .filter(|file| file.bytes.len() < 64 << 10)
        .collect();
    let objects: Vec<(String, &[u8])> = (0..scale.objects)
        .map(|n| {
            let file = &files[n % files.len()];
            (format!("once/{n:04}/{}", file.key), &*file.bytes)
        })
        .collect();
    // No message may be given up early.
    world.stack.set_queues(4, 100);
    let (killed, (calls, failed)) = disturb(world, &objects, scale);
    eprintln!("killed {killed:?}; {failed} of {calls} calls failed");
    assert!(killed.len() == 4, "not every point was met: {killed:?}");
    let share = failed as f64 / calls as f64;
    assert!((0.1..0.3).contains(&share), "{failed} of {calls} calls failed");

    let printed = world.command.expect(&["reconcile", "--prefix", "once/"]);
    eprintln!("{printed}");
    compare(world, &objects);
}

fn disturb(
    world: &World<'_>,
    objects: &[(String, &[u8])],
    scale: Scale,
) -> (std::collections::BTreeMap<&'static str, usize>, (u64, u64)) {
    let mut random = Random::new(scale.seed);
    let mut steps: Vec<Step> = (0..objects.len())
        .flat_map(|n| [Step::Put(n), Step::Event(n), Step::Event(n)])
        .collect();
    random.shuffle(&mut steps);
    let faults = Faults::start(world.emulator);
    let proxy = world.emulator.proxy();
    proxy.kill(Kills::new(random.draw(), scale.one_of, scale.kills));
    for step in steps {
        match step {
            Step::Put(n) => world.stack.put(&objects[n].0, objects[n].1),
            Step::Event(n) => world.stack.look(&[&objects[n].0]),
        }
    }
    world.stack.drain(scale.limit);
    (proxy.stop_killing(), faults.count())
}

/// Compares the exported tables with those of the same files, reviewed on this machine.
fn compare(world: &World<'_>, objects: &[(String, &[u8])]) {
    let work = TempDir::new().unwrap();
    let files = work.path().join("files");
    for (key, bytes) in objects {
        let path = files.join(key.strip_prefix("once/").unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let (db, local, cloud) = (
        work.path().join("local.db"),
        work.path().join("local"),
        work.path().join("cloud"),
    );
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let db = text(&db);
    world
        .command
        .local(&["review", &text(&files), "--prefix", "once", "--db", &db]);
    world
        .command
        .local(&["export", "--db", &db, "--out", &text(&local)]);
    world.command.expect(&["export", "--out", &text(&cloud)]);
    let copy = text(&work.path().join("copy.db"));
    world
        .command
        .expect(&["export", "--format", "sqlite", "--out", &copy]);
    let by_folder = ["summary", "--by", "folder", "--variables", "--json"];
    let summary = world.command.local(&[&by_folder[..], &["--db", &db]].concat()).1;
    let of_copy = world
        .command
        .local(&[&by_folder[..], &["--db", &copy]].concat())
        .1;
    let ours = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("\"once"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(ours(&summary), ours(&of_copy), "the statistics of a stack's copy");
    assert_eq!(
        ours(&summary),
        ours(&world.command.expect(&by_folder)),
        "the statistics of a stack"
    );
    for table in ["files.csv", "variables.csv", "findings.csv"] {
        let (local, cloud) = (rows(&local.join(table)), rows(&cloud.join(table)));
        assert!(
            local.len() > objects.len() / 2,
            "{table} has {} rows",
            local.len()
        );
        for (local, cloud) in local.iter().zip(&cloud) {
            assert_eq!(local, cloud, "{table}");
        }
        assert_eq!(local.len(), cloud.len(), "{table}");
    }
}

/// The rows of a table that belong to these objects, without the root, which comes first: a stack has none.
fn rows(table: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(table).unwrap();
    let rows = text.lines().filter_map(|row| row.split_once(','));
    let rows = rows.filter(|(_, row)| row.starts_with("once/"));
    rows.map(|(_, row)| row.to_owned()).collect()
}
