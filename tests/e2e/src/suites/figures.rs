//! Speed and cost: figures for docs/benchmarks.md.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use data_review_aws::message::{Direct, encode};
use data_review_tests::files::{TestFile, test_data};

use super::{World, crowd};
use crate::setup::Builder;
use crate::{Stack, Traffic, until, wait};

/// Number of files that wait when a queue is drained.
const FILES: usize = 1500;
/// Number of concurrent invocations meanwhile.
const AT_ONCE: usize = 8;
/// Number of invocations of which the median is shown.
const TIMES: usize = 20;

/// Prices in dollars, us-east-1, list prices of 2025-01.
mod price {
    /// A GB for a second, arm64.
    pub(super) const LAMBDA_GB_SECOND: f64 = 0.000_013_333_4;
    pub(super) const LAMBDA_REQUEST: f64 = 0.20e-6;
    pub(super) const S3_GET: f64 = 0.40e-6;
    pub(super) const S3_PUT: f64 = 5.00e-6;
    pub(super) const SQS_REQUEST: f64 = 0.40e-6;
    /// An item of up to 1 KB; the index gets none without a problem.
    pub(super) const DYNAMODB_WRITE: f64 = 0.625e-6;
    /// An item of up to 4 KB, read consistently.
    pub(super) const DYNAMODB_READ: f64 = 0.125e-6;
    pub(super) const LOG_BYTE: f64 = 0.50e-9;
}

/// Log of one file, in bytes: its line, and its share of the batch's lines.
const LOG: f64 = 500.0;
/// Number of files in a batch.
const BATCH: f64 = 10.0;

/// Measures, and returns a page.
///
/// # Panics
/// If something fails.
pub fn figures(world: &World<'_>, builder: &Builder<'_>) -> String {
    let ceiling = ceiling(world.stack, builder);
    world.emulator.proxy().take_traffic();
    let drained = crowd(world, "csv", FILES, AT_ONCE, "figures");
    let traffic = world.emulator.proxy().take_traffic();
    let rate = drained.files as f64 / drained.took.as_secs_f64();
    let mut page = format!(
        "| what | figure |\n|---|---|\n\
         | the emulator's ceiling: messages of a function that does nothing, {AT_ONCE} at once | {ceiling:.0} a second |\n\
         | small tables drained from a handler's queue, {} at once | {rate:.0} a second |\n",
        drained.at_once
    );
    page += "\n| handler | file | first, s | warm, s | memory, MB |\n|---|---|---|---|---|\n";
    let mut slowest = 0.0_f64;
    for (handler, file) in largest() {
        let line = one(world, &handler, &file);
        slowest = slowest.max(line.warm);
        page += &format!(
            "| {handler} | {}, {} bytes | {:.3} | {:.3} | {:.0} |\n",
            file.name,
            file.bytes.len(),
            line.first,
            line.warm,
            line.memory as f64 / 1e6
        );
    }
    page + &dollars(&traffic, slowest)
}

/// Messages per second of a function that does nothing.
fn ceiling(stack: &Stack, builder: &Builder<'_>) -> f64 {
    let (queue, _) = builder.queue("noop");
    builder.deploy(
        "noop",
        "noop",
        data_review_core::LambdaHints::DEFAULT,
        &HashMap::new(),
    );
    let bodies: Vec<String> = (0..FILES).map(|n| n.to_string()).collect();
    stack.send(&queue, &bodies);
    let begun = Instant::now();
    builder.map(&builder.name("noop"), &queue, AT_ONCE.try_into().unwrap());
    until("nothing is done", Duration::from_secs(300), || {
        let depth = wait(data_review_aws::queue::depth(&stack.clients, &queue)).unwrap();
        (depth.waiting + depth.received == 0).then_some(())
    });
    FILES as f64 / begun.elapsed().as_secs_f64()
}

/// The largest test file of every handler.
fn largest() -> BTreeMap<String, TestFile> {
    let mut files = test_data();
    files.retain(|file| file.folder != "none");
    files.sort_by_key(|file| file.bytes.len());
    files
        .into_iter()
        .map(|file| (file.folder.clone(), file))
        .collect()
}

struct Line {
    first: f64,
    warm: f64,
    /// Memory of the bootstrap and its worker, in bytes.
    memory: u64,
}

/// Reviews one file by direct requests.
fn one(world: &World<'_>, handler: &str, file: &TestFile) -> Line {
    let stack = world.stack;
    let key = format!("figures/{}", file.key);
    stack.put(&key, &file.bytes);
    let function = &stack.outputs.handlers[handler].function;
    let request = encode(&Direct {
        bucket: stack.outputs.data_bucket.clone(),
        key,
        version: None,
    });
    let invoke = || {
        let begun = Instant::now();
        wait(stack.clients.invoke(function, request.clone().into_bytes()))
            .unwrap_or_else(|error| panic!("{error}"));
        begun.elapsed().as_secs_f64()
    };
    world.emulator.proxy().cut_the_power();
    let first = invoke();
    let mut times: Vec<f64> = (0..TIMES).map(|_| invoke()).collect();
    times.sort_by(f64::total_cmp);
    Line {
        first,
        warm: times[TIMES / 2],
        memory: world.emulator.proxy().memory(&world.packages.digest(handler)),
    }
}

/// The cost of a million files, from the measured requests and the seconds per file.
fn dollars(traffic: &BTreeMap<String, Traffic>, seconds: f64) -> String {
    let per_file = |names: &[&str]| {
        let calls: u64 = names
            .iter()
            .filter_map(|name| traffic.get(*name))
            .map(|operation| operation.calls)
            .sum();
        calls as f64 / FILES as f64
    };
    let gigabytes = f64::from(data_review_core::LambdaHints::DEFAULT.memory_mb) / 1024.0;
    let items = [
        ("Lambda, time", seconds * gigabytes * price::LAMBDA_GB_SECOND),
        (
            "Lambda, requests of ten files, twice",
            2.0 / BATCH * price::LAMBDA_REQUEST,
        ),
        (
            "S3, reading and looking",
            per_file(&["GetObject", "HeadObject"]) * price::S3_GET,
        ),
        ("S3, writing documents", per_file(&["PutObject"]) * price::S3_PUT),
        // Each message is sent, received and deleted, in batches of ten, in two queues.
        ("SQS", 6.0 / BATCH * price::SQS_REQUEST),
        ("DynamoDB, writing", 2.0 * price::DYNAMODB_WRITE),
        ("DynamoDB, reading", 2.0 * price::DYNAMODB_READ),
        ("logs", LOG * price::LOG_BYTE),
    ];
    let mut page = format!("\n| a million files, {seconds:.3} s each | dollars |\n|---|---|\n");
    for (name, each) in items {
        page += &format!("| {name} | {:.2} |\n", each * 1e6);
    }
    let sum: f64 = items.iter().map(|(_, each)| each).sum();
    page + &format!("| all | {:.2} |\n", sum * 1e6)
}
