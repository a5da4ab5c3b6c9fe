//! Proves, through the real protocol, that no file's reader ends a run or harms another file's review.
//!
//! A program of its own instead of a usual test: it starts itself again as the worker, with handlers that are on no list.
#![expect(
    unsafe_code,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test program, whose handlers do what no handler may"
)]

#[path = "hostile/actions.rs"]
mod actions;
mod support;

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use data_review_core::stats::{Accumulator, Dtype};
use data_review_core::{
    Class, Failure, Input, Limits, Outcome, Place, Registration, Registry, RegistryError, Review,
    ReviewBuilder, ReviewError, Stage, VariableFacts,
};
use data_review_engine::{
    Answer, CountingAllocator, Job, ListOptions, Options, StartError, Worker, WorkerCommand,
    become_worker_if_asked, list, run,
};
use libtest_mimic::{Arguments, Trial};
use tempfile::TempDir;

use actions::{CASES, Case, End, HeldBy};
use support::handler::{file_for, register, sum_up};
use support::process;
use support::store::MemoryStore;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What a case may take besides its limit.
const SLACK: Duration = Duration::from_secs(2);
/// Instead, where the processor decides, which tests that run beside this one take their share of.
const BUSY: Duration = Duration::from_secs(60);
/// First argument of a program that is to be a parent of its own; the file to review follows.
const PARENT_ARGUMENT: &str = "--be-a-parent";

/// Bytes that the handler `holds` has at once.
const HELD: usize = 5 << 20;

fn registry() -> Result<Registry, RegistryError> {
    let of_case = |case: &Case| register(case.id, 1, case.held_by.limits(), case.deed);
    let healthy = [
        register("healthy", 1, Limits::DEFAULT, sum_up),
        register("extreme", 1, Limits::DEFAULT, extreme),
        register("mirror", 1, Limits::DEFAULT, mirror),
        register("wait", 1, Limits::DEFAULT, actions::sleep),
        register("holds", 1, Limits::DEFAULT, |_, _| {
            for _ in 0..3 {
                std::hint::black_box(vec![1u8; HELD]);
            }
            Ok(())
        }),
        register("reads-aborts", 1, Limits::DEFAULT, |input, _| {
            read_a_part(&*input);
            std::process::abort()
        }),
        register("reads-panics", 1, Limits::DEFAULT, |input, _| {
            read_a_part(&*input);
            panic!("no such luck")
        }),
        register("reads-sleeps", 1, HeldBy::Stall.limits(), |input, review| {
            read_a_part(&*input);
            actions::sleep(input, review)
        }),
    ];
    let all: Vec<Registration> = CASES.iter().map(of_case).chain(healthy).collect();
    Registry::of(&all)
}

fn main() -> ExitCode {
    become_worker_if_asked(registry);
    let mut arguments = std::env::args().skip(1);
    if arguments.next().is_some_and(|first| first == PARENT_ARGUMENT) {
        let file = File::open(arguments.next().unwrap()).unwrap();
        review(&mut Worker::new(WorkerCommand::default()), "wait", &file).unwrap();
        return ExitCode::SUCCESS;
    }
    let mut trials: Vec<Trial> = CASES
        .iter()
        .map(|case| trial(case.id, move || one_case(case)))
        .collect();
    trials.extend([
        trial("whole_run", whole_run),
        trial("answer_is_what_the_handler_said", answer_is_what_the_handler_said),
        trial("a_death_has_its_place", a_death_has_its_place),
        trial("memory_is_counted", memory_is_counted),
        trial("unknown_handler", unknown_handler),
        trial("no_worker", no_worker),
    ]);
    #[cfg(target_os = "linux")]
    trials.extend([
        trial("nothing_to_see", nothing_to_see),
        trial("no_orphan", no_orphan),
    ]);
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    process::exit_code(conclusion.exit_code())
}

fn trial(name: &str, body: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(format!("hostile::{name}"), move || {
        body();
        Ok(())
    })
}

fn temporary(content: &[u8]) -> File {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("x.dat");
    std::fs::write(&path, content).unwrap();
    File::open(path).unwrap()
}

fn review(worker: &mut Worker, handler: &str, file: &File) -> Result<Answer, StartError> {
    let limits = registry().unwrap().get(handler).unwrap().card().limits;
    let job = Job {
        handler,
        version: 1,
        name: "x.dat",
        len: file.metadata().unwrap().len(),
        limits,
        preview: false,
    };
    worker.review(&job, file, &mut ())
}

/// The review of a file that a healthy handler must have, whoever came before it.
fn expect_healthy(worker: &mut Worker) {
    match review(worker, "healthy", &temporary(&file_for("healthy"))).unwrap() {
        Answer::Review {
            review,
            failure: None,
            bytes_read,
            ..
        } => {
            assert_eq!(review.kind.as_deref(), Some("lines"));
            assert_eq!(review.observations, Some(3));
            assert_eq!(review.states.len(), 1);
            assert_eq!(bytes_read, file_for("healthy").len() as u64);
        }
        other => panic!("a healthy file came to {other:?}"),
    }
}

fn expect_end(end: End, kind: Option<&str>, failure: Option<&Failure>) {
    match (end, failure) {
        (End::Reviewed(expected), None) => assert_eq!(kind, Some(expected)),
        (End::Failed(class, begins, holds), Some(failure)) => {
            assert_eq!(
                (failure.stage, failure.class),
                (Stage::Review, class),
                "{failure:?}"
            );
            let message = &failure.message;
            assert!(
                message.starts_with(begins) && message.contains(holds),
                "{message}"
            );
        }
        (end, failure) => panic!("expected {end:?}, came to {kind:?} {failure:?}"),
    }
}

/// In one worker: a healthy file, the hostile one, a healthy one.
fn one_case(case: &Case) {
    let mut worker = Worker::new(WorkerCommand::default());
    expect_healthy(&mut worker);
    let file = temporary(&file_for(case.id));
    let began = Instant::now();
    let answer = review(&mut worker, case.id, &file).unwrap();
    let took = began.elapsed();
    match &answer {
        Answer::Review { review, failure, .. } => {
            expect_end(case.end, review.kind.as_deref(), failure.as_ref());
        }
        Answer::Death(failure) => expect_end(case.end, None, Some(failure)),
        Answer::Cancelled(_) => panic!("nobody cancelled"),
    }
    // What a thread that was left behind does, it does now.
    std::thread::sleep(Duration::from_millis(100));
    expect_healthy(&mut worker);
    let most = match case.held_by {
        HeldBy::Stall | HeldBy::Wall => Duration::from_secs(1) + SLACK,
        HeldBy::Itself | HeldBy::Processor => BUSY,
    };
    assert!(took <= most, "it took {took:?}");
}

/// All of them among healthy files, with two workers: every file has its outcome, and the healthy ones the same as alone.
fn whole_run() {
    let directory = TempDir::new().unwrap();
    let put = |name: &str, id: &str| std::fs::write(directory.path().join(name), file_for(id)).unwrap();
    for case in CASES {
        put(&format!("{}.dat", case.id), case.id);
        put(&format!("{}-after.dat", case.id), "healthy");
    }
    let store = MemoryStore::default();
    let registry = registry().unwrap();
    let listing = list(&[directory.path().to_owned()], &ListOptions::default()).unwrap();
    let options = Options {
        jobs: 2,
        ..Options::default()
    };
    let tally = run(&registry, &store, &listing, &options, &mut |_| {}).unwrap();

    let failed = CASES
        .iter()
        .filter(|case| matches!(case.end, End::Failed(..)))
        .count() as u64;
    let all = 2 * CASES.len() as u64;
    assert_eq!(
        (tally.files, tally.failed, tally.reviewed),
        (all, failed, all - failed)
    );
    for case in CASES {
        let document = store.of(&format!("{}.dat", case.id));
        expect_end(case.end, document.kind.as_deref(), document.failure.as_ref());
        assert_eq!(document.handler.unwrap().id, case.id);
        assert!(document.file.sha256.is_some());
        let neighbour = store.of(&format!("{}-after.dat", case.id));
        assert_eq!(
            (neighbour.outcome, neighbour.observations),
            (Outcome::Reviewed, Some(3))
        );
    }
    // None of it is tried again without a reason.
    let again = run(&registry, &store, &listing, &options, &mut |_| {}).unwrap();
    assert_eq!((again.unchanged, again.bytes_read), (all, 0));
}

/// Numbers at the edge of what the wire's text can say.
fn extreme(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    sum_up(input, review)?;
    let mut numbers = Accumulator::new(Dtype::Decimal, true);
    for number in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, -0.0, 0.1 + 0.2] {
        numbers.push_number(number, Some(b"2"));
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        numbers.push_number(number, Some(b"\xFF\n"));
    }
    let mut integers = Accumulator::new(Dtype::Integer, false);
    for number in [i128::MAX, i128::MIN, (1 << 53) + 1] {
        integers.push_integer(number, None);
    }
    for (name, values) in [("n\u{0}\n\u{1F30A}", &numbers), ("", &integers)] {
        let facts = VariableFacts {
            name: name.to_owned(),
            unit: Some("µmol/kg".to_owned()),
            ..VariableFacts::default()
        };
        review.variable(facts, values);
    }
    review.coverage.depth(f64::NEG_INFINITY, f64::INFINITY, None);
    review.coverage.position(f64::NAN, f64::INFINITY);
    review.coverage.position(179.999_999_999, -89.5);
    Ok(())
}

/// Up to byte 7.
fn read_a_part(input: &dyn Input) {
    assert_eq!(input.read_at(2, &mut [0; 5]).unwrap(), 5);
}

/// However the handler ends, it is known how far it had read; in a new worker and in one that read another file before.
fn a_death_has_its_place() {
    for id in ["reads-aborts", "reads-panics", "reads-sleeps"] {
        let mut worker = Worker::new(WorkerCommand::default());
        for _ in 0..2 {
            let failure = match review(&mut worker, id, &temporary(b"0123456789")).unwrap() {
                Answer::Death(failure) => failure,
                Answer::Review { failure, .. } => failure.unwrap(),
                Answer::Cancelled(_) => panic!("nobody cancelled"),
            };
            assert_eq!(failure.place, Some(Place::Byte { byte: 7 }), "{id}: {failure:?}");
            expect_healthy(&mut worker);
        }
    }
}

fn memory_is_counted() {
    let mut worker = Worker::new(WorkerCommand::default());
    for (id, least) in [("holds", HELD as u64), ("healthy", 1)] {
        let Answer::Review { peak_bytes, .. } =
            review(&mut worker, id, &temporary(&file_for("healthy"))).unwrap()
        else {
            panic!("{id} has no review")
        };
        assert!(
            (least..least + (1 << 20)).contains(&peak_bytes),
            "{id}: {peak_bytes}"
        );
    }
}

fn answer_is_what_the_handler_said() {
    for (id, deed) in [
        ("healthy", sum_up as support::handler::Deed),
        ("extreme", extreme),
    ] {
        let content = file_for(id);
        let mut here = ReviewBuilder::new(registry().unwrap().get(id).unwrap().card(), "x.dat");
        deed(Arc::new(data_review_core::BytesInput(content.clone())), &mut here).unwrap();
        let here: Review = here.finish(true);
        let mut worker = Worker::new(WorkerCommand::default());
        match review(&mut worker, id, &temporary(&content)).unwrap() {
            Answer::Review { review, failure, .. } => assert_eq!((*review, failure), (here, None)),
            other => panic!("{id} came to {other:?}"),
        }
    }
}

/// A parent of another build asks for a handler that this worker does not have; the file is not to blame.
fn unknown_handler() {
    let mut worker = Worker::new(WorkerCommand::default());
    for (handler, version) in [("nobody", 1), ("healthy", 2)] {
        let file = temporary(b"healthy\n");
        let job = Job {
            handler,
            version,
            name: "x.dat",
            len: 8,
            limits: Limits::DEFAULT,
            preview: false,
        };
        match worker.review(&job, &file, &mut ()).unwrap() {
            Answer::Review {
                failure: Some(failure),
                ..
            } => {
                assert_eq!(failure.class, Class::Service);
                assert!(
                    failure.message.contains(&format!("{handler} {version}")),
                    "{failure:?}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    expect_healthy(&mut worker);
}

fn no_worker() {
    for (program, reason) in [
        ("/nowhere/at/all", "No such file"),
        ("/bin/false", "before it was ready"),
    ] {
        let command = WorkerCommand {
            program: program.into(),
            ..WorkerCommand::default()
        };
        let mut worker = Worker::new(command);
        let error = review(&mut worker, "healthy", &temporary(b"healthy\n"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(program) && error.contains(reason), "{error}");
    }
}

/// Says what a worker has of its surroundings.
fn mirror(_: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    for (name, _) in std::env::vars_os() {
        review.attribute("environment", &name.to_string_lossy());
    }
    review.attribute("directory", &std::env::current_dir()?.to_string_lossy());
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let target = std::fs::read_link(entry?.path())?.to_string_lossy().into_owned();
        review.attribute("descriptors", target.split([':', ' ']).next().unwrap_or_default());
    }
    Ok(())
}

/// A worker sees its file and nothing of its parent's.
#[cfg(target_os = "linux")]
fn nothing_to_see() {
    use std::os::fd::AsRawFd;

    assert!(
        std::env::vars_os().next().is_some(),
        "an empty environment would prove nothing"
    );
    // A descriptor that every child would inherit.
    let secret = temporary(b"secret");
    // SAFETY: duplicates a descriptor that is open; the new one is closed below.
    let leaked = unsafe { libc::dup(secret.as_raw_fd()) };
    assert!(leaked > 2);
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("mirror.dat");
    std::fs::write(&path, file_for("mirror")).unwrap();
    let mut worker = Worker::new(WorkerCommand::default());
    let answer = review(&mut worker, "mirror", &File::open(&path).unwrap()).unwrap();
    // SAFETY: closes what was duplicated above, once.
    unsafe { libc::close(leaked) };
    let Answer::Review {
        review,
        failure: None,
        ..
    } = answer
    else {
        panic!("{answer:?}")
    };
    let seen = |name: &str| review.attributes.get(name).cloned().unwrap_or_default();
    assert_eq!(
        seen("environment"),
        ["MIMALLOC_ARENA_RESERVE"],
        "a setting of the allocator"
    );
    assert_eq!(seen("directory"), ["/"]);
    let mut descriptors = seen("descriptors");
    // The directory that is being read has one, too.
    descriptors.retain(|target| !is_own_descriptors(target));
    assert_eq!(
        descriptors,
        ["socket", "/dev/null", "pipe", &path.to_string_lossy()]
    );
    assert_eq!(
        rustix::process::dumpable_behavior().unwrap(),
        rustix::process::DumpableBehavior::NotDumpable
    );
}

#[cfg(target_os = "linux")]
fn is_own_descriptors(target: &str) -> bool {
    Path::new(target).starts_with("/proc") && target.ends_with("/fd")
}

/// A parent that is killed takes its worker with it, which waits for nothing else.
#[cfg(target_os = "linux")]
fn no_orphan() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("x.dat");
    std::fs::write(&path, file_for("wait")).unwrap();
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .arg(PARENT_ARGUMENT)
        .arg(&path)
        .spawn()
        .unwrap();
    let child = || process::all().into_iter().find(|seen| seen.parent == parent.id());
    let worker = process::wait_for(BUSY, child).expect("a worker");
    parent.kill().unwrap();
    parent.wait().unwrap();
    let gone = process::wait_for(SLACK, || process::seen(worker.id).is_none().then_some(()));
    assert!(gone.is_some(), "{worker:?} lives on");
}
