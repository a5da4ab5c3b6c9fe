//! The suites on the stack that `pulumi up` creates; see `cargo xtask e2e`.
#![expect(clippy::disallowed_methods, reason = "a test times itself and keeps its log")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use data_review_e2e::setup::Builder;
use data_review_e2e::suites::{self, Scale, World};
use data_review_e2e::{Command, Emulator, Packages, hostile, provision, timed};
use xtask::pulumi::Tools;
use xtask::shell::{self, Outcome};

/// Runs the end-to-end suites against an emulator.
#[derive(Parser)]
struct Arguments {
    /// Folder of the Lambdas' packages.
    #[arg(long, value_name = "DIR")]
    packages: PathBuf,
    /// The command line with its feature `cloud`.
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Seed of the orders and of the kills.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of objects of the suite `once`.
    #[arg(long, default_value_t = 500)]
    objects: usize,
    /// Also measures, and prints the figures for docs/benchmarks.md.
    #[arg(long)]
    figures: bool,
    /// Only suites whose names begin with one of these.
    suites: Vec<String>,
}

fn main() -> ExitCode {
    shell::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Outcome {
    let tools = Tools::get()?;
    // These Lambdas do not belong to the project, and are in the folder of this program.
    let programs = std::env::current_exe()?;
    let programs = programs.parent().ok_or("the program has no parent folder")?;
    let packages = Packages::pack(programs, &[hostile::CARD.id, "noop"], &arguments.packages);
    let emulator = Emulator::start();
    let program = programs.join("infrastructure");
    let provisioned = timed("pulumi up", || {
        provision(&tools, &emulator, &program, &arguments.packages)
    })?;
    let stack = &provisioned.stack;
    let command = Command::new(&arguments.program, stack, emulator.folder());
    let world = World {
        emulator: &emulator,
        stack,
        command: &command,
        packages: &packages,
        corpus: std::env::var_os("DATA_REVIEW_CORPUS").map(PathBuf::from),
    };
    for (name, suite) in suites(arguments) {
        if arguments.suites.is_empty() || arguments.suites.iter().any(|asked| name.starts_with(asked)) {
            let figures = timed(name, || suite(&world));
            if !figures.is_empty() {
                println!("  {figures}");
            }
        }
    }
    if arguments.figures {
        let builder = Builder::new(&emulator.url(), "figures", &packages);
        println!("{}", suites::figures(&world, &builder));
    }
    // The output of the emulator and of its Lambdas.
    std::fs::write(arguments.packages.join("emulator.log"), emulator.log())?;
    let outputs = provisioned.outputs.clone();
    timed("pulumi destroy", || provisioned.destroy())?;
    println!("{outputs}");
    Ok(())
}

type Suite = Box<dyn Fn(&World<'_>) -> String>;

/// The suites, in an order in which each finds what it needs.
fn suites(arguments: &Arguments) -> Vec<(&'static str, Suite)> {
    let silent = |suite: fn(&World<'_>)| -> Suite {
        Box::new(move |world| {
            suite(world);
            String::new()
        })
    };
    let scale = Scale {
        objects: arguments.objects,
        kills: arguments.objects.div_ceil(50),
        one_of: 60,
        seed: arguments.seed,
        limit: Duration::from_secs(900),
    };
    vec![
        ("tick: begun", silent(suites::begin_sweep)),
        (
            "store",
            Box::new(|world| {
                suites::conformance(world.emulator);
                String::new()
            }),
        ),
        (
            "parity",
            Box::new(|world| {
                let compared = suites::parity(world);
                format!("{} files, {} of them real", compared.files, compared.real)
            }),
        ),
        ("keys", silent(suites::awkward_keys)),
        ("archived", silent(suites::archived)),
        ("inventory", silent(suites::inventory)),
        // A minute has nearly passed since it was begun, and no suite has played the schedule.
        ("tick", silent(suites::is_continued_by_the_tick)),
        ("sweep", silent(suites::waits_for_a_sweep)),
        ("budget", silent(suites::budget)),
        ("poison", silent(suites::poison)),
        ("dead letters", silent(suites::dead_letters)),
        (
            "crowd",
            Box::new(|world| {
                let drained = suites::crowd(world, "csv", 1500, 2, "crowd");
                let rate = drained.files as f64 / drained.took.as_secs_f64();
                format!("at most {} at once, {rate:.0} files a second", drained.at_once)
            }),
        ),
        (
            "once",
            Box::new(move |world| {
                suites::exactly_once(world, scale);
                String::new()
            }),
        ),
        ("counters", silent(suites::counters)),
    ]
}
