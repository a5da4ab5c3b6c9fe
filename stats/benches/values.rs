//! Nanoseconds for each value, and errors of quantiles and distinct values, next to t-digest, HyperLogLog and Welford's update
//! (crate `datasketches`, as this repository used them before).
//!
//! ```text
//! cargo bench -p order-free-stats                 # made-up data
//! cargo bench -p order-free-stats -- FOLDER       # what benches/extract.py wrote
//! ```
//!
//! FOLDER/GROUP/NAME.TYPE holds one variable as a raw little-endian array; TYPE is `f32`, `f64`, `i8`, `i16` or `i32`. Both
//! contenders run in turn over each group, and the table shows medians of seven rounds.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, and the files that it is told to read"
)]
#![expect(
    clippy::useless_conversion,
    reason = "one expression converts every type, f64 too"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use datasketches::hll::{HllSketch, HllType};
use datasketches::tdigest::TDigestMut;
use order_free_stats::{Distribution, Number};

const ROUNDS: usize = 7;
const FRACTIONS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
}

macro_rules! each {
    ($values:expr, $slice:ident => $do:expr) => {
        match $values {
            Values::F32($slice) => $do,
            Values::F64($slice) => $do,
            Values::I8($slice) => $do,
            Values::I16($slice) => $do,
            Values::I32($slice) => $do,
        }
    };
}

impl Values {
    fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        macro_rules! of {
            ($kind:ident, $of:ty) => {
                Values::$kind(
                    bytes
                        .chunks_exact(size_of::<$of>())
                        .map(|bytes| <$of>::from_le_bytes(bytes.try_into().expect("chunks of its size")))
                        .collect(),
                )
            };
        }
        Some(match path.extension()?.to_str()? {
            "f32" => of!(F32, f32),
            "f64" => of!(F64, f64),
            "i8" => of!(I8, i8),
            "i16" => of!(I16, i16),
            "i32" => of!(I32, i32),
            _ => return None,
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Values::F32(_) => "f32",
            Values::F64(_) => "f64",
            Values::I8(_) => "i8",
            Values::I16(_) => "i16",
            Values::I32(_) => "i32",
        }
    }

    fn len(&self) -> usize {
        each!(self, values => values.len())
    }

    fn numbers(&self) -> Vec<f64> {
        each!(self, values => values.iter().map(|value| f64::from(*value)).collect())
    }
}

fn ours<T: Number>(values: &[T]) -> (Distribution, usize) {
    let mut state = Distribution::default();
    // A reader hands over blocks.
    values.chunks(65_536).for_each(|block| state.push(block));
    let read = state.read();
    black_box((
        FRACTIONS.map(|fraction| read.quantile(fraction)),
        read.mean(),
        read.distinct(),
    ));
    let bytes = state.encode().len();
    (state, bytes)
}

/// The sketches of other crates.
struct Sketches {
    digest: TDigestMut,
    distinct: HllSketch,
}

fn theirs(values: impl Iterator<Item = f64>) -> (Sketches, usize) {
    let mut digest = TDigestMut::new(200).expect("k is in range");
    let mut distinct = HllSketch::new(12, HllType::Hll8).expect("lg k is in range");
    let (mut count, mut mean, mut squares) = (0u64, 0.0, 0.0);
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut last = None;
    for value in values.filter(|value| value.is_finite()) {
        count += 1;
        let delta = value - mean;
        mean += delta / count as f64;
        squares += delta * (value - mean);
        (min, max) = (value.min(min), value.max(max));
        digest.update(value);
        if last.replace(value) != Some(value) {
            distinct.update(&value.to_bits().to_be_bytes()[..]);
        }
    }
    black_box((mean, squares, min, max));
    FRACTIONS
        .iter()
        .for_each(|fraction| drop(black_box(digest.quantile(*fraction))));
    let bytes = digest.serialize().len() + distinct.serialize().len();
    (Sketches { digest, distinct }, bytes)
}

/// Time on the processor under Linux, where other processes do not count; elsewhere the time that passes.
fn nanoseconds(work: impl FnOnce()) -> f64 {
    let on_processor = || -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok()
    };
    let (start, clock) = (on_processor(), Instant::now());
    work();
    let passed = clock.elapsed().as_secs_f64() * 1e9;
    on_processor()
        .zip(start)
        .map_or(passed, |(end, start)| end - start)
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(f64::NAN)
}

fn speed(groups: &BTreeMap<String, Vec<Values>>) {
    println!(
        "| values | variables | values each | ns a value | others | µs a variable | others | bytes a state | others |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, variables) in groups {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        let (mut own_bytes, mut other_bytes) = (0, 0);
        let values: usize = variables.iter().map(Values::len).sum();
        // The clock of the processor ticks slowly.
        let times = (2_000_000 / values.max(1)).clamp(1, 100);
        for _ in 0..ROUNDS {
            own.push(nanoseconds(|| {
                for _ in 0..times {
                    own_bytes = variables
                        .iter()
                        .map(|values| each!(values, values => ours(values).1))
                        .sum();
                }
            }));
            other.push(nanoseconds(|| {
                let of = |values: &Values| {
                    each!(values, values => theirs(values.iter().map(|value| f64::from(*value))).1)
                };
                for _ in 0..times {
                    other_bytes = variables.iter().map(of).sum();
                }
            }));
        }
        let (own, other) = (median(own) / times as f64, median(other) / times as f64);
        let number = variables.len();
        println!(
            "| {name} | {number} | {} | **{:.1}** | {:.1} | {:.1} | {:.1} | {} | {} |",
            values / number,
            own / values as f64,
            other / values as f64,
            own / number as f64 / 1e3,
            other / number as f64 / 1e3,
            own_bytes / number,
            other_bytes / number,
        );
    }
}

/// How far a value is from a fraction, as a share of the values: 0 if the values at that rank are the value.
fn rank_error(sorted: &[f64], value: f64, fraction: f64) -> f64 {
    let last = (sorted.len() - 1).max(1) as f64;
    let place = fraction * last;
    let below = sorted.partition_point(|other| *other < value) as f64;
    let end = sorted.partition_point(|other| *other <= value) as f64;
    (below - 1.0 - place).max(place - end).max(0.0) / last
}

fn errors(groups: &BTreeMap<String, Vec<Values>>) {
    let mut rows: [(&str, Vec<f64>, Vec<f64>); 2] = [
        ("rank error of quantiles", Vec::new(), Vec::new()),
        ("relative error of distinct values", Vec::new(), Vec::new()),
    ];
    let (mut variables, mut exact, mut outside, mut widths) = (0, 0, 0, Vec::new());
    for values in groups.values().flatten() {
        let mut sorted = values.numbers();
        sorted.retain(|value| value.is_finite());
        if sorted.is_empty() {
            continue;
        }
        variables += 1;
        let (state, _) = each!(values, values => ours(values));
        let read = state.read();
        if read.is_exact() {
            exact += 1;
            continue;
        }
        let (mut sketches, _) = theirs(sorted.iter().copied());
        sorted.sort_by(f64::total_cmp);
        let std = read.std().unwrap_or(0.0);
        for fraction in FRACTIONS {
            let Some(quantile) = read.quantile(fraction) else {
                continue;
            };
            let at = fraction * (sorted.len() - 1) as f64;
            let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
            outside += usize::from(above < quantile.low || below > quantile.high);
            widths.push((quantile.high - quantile.low) / std);
            rows[0].1.push(rank_error(&sorted, quantile.value, fraction));
            if let Ok(Some(value)) = sketches.digest.quantile(fraction) {
                rows[0].2.push(rank_error(&sorted, value, fraction));
            }
        }
        sorted.dedup();
        let truth = sorted.len() as f64;
        rows[1].1.push((read.distinct().count as f64 / truth - 1.0).abs());
        rows[1]
            .2
            .push((sketches.distinct.composite_estimate() / truth - 1.0).abs());
    }
    println!(
        "\n{variables} variables, {exact} of them exact. Of the others (truth outside the bounds: {outside}):\n"
    );
    println!("| | median | 95 % | max | others: median | 95 % | max |\n|---|---|---|---|---|---|---|");
    let shown = |of: &Vec<f64>| {
        let mut of = of.clone();
        of.sort_by(f64::total_cmp);
        let at = |share: f64| {
            of.get((share * (of.len().max(1) - 1) as f64) as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        format!("{:.1e} | {:.1e} | {:.1e}", at(0.5), at(0.95), at(1.0))
    };
    for (name, own, other) in &rows {
        println!("| {name} | {} | {} |", shown(own), shown(other));
    }
    println!("| width of the bounds ÷ std | {} | | | |", shown(&widths));
}

/// Data like that of the groups, where no folder is given.
fn made_up() -> BTreeMap<String, Vec<Values>> {
    let mut state = 7u64;
    let mut next = |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let mut groups = BTreeMap::new();
    let ctd = (0..40).map(|_| {
        (0..50_000)
            .map(|at| 2.0 + (at / 40 + next(30) as usize) as f32 / 1000.0)
            .collect()
    });
    groups.insert("ctd f32".to_owned(), ctd.map(Values::F32).collect());
    let grid = (0..4).map(|_| {
        (0..500_000)
            .map(|_| 250.0 + next(1 << 23) as f32 / 100_000.0)
            .collect()
    });
    groups.insert("grid f32".to_owned(), grid.map(Values::F32).collect());
    let times = (0..40).map(|at| {
        (0..50_000)
            .map(|n| f64::from(at) * 3.25 + f64::from(n / 25))
            .collect()
    });
    groups.insert("times f64".to_owned(), times.map(Values::F64).collect());
    let flags = (0..40).map(|_| {
        (0..50_000)
            .map(|_| [2i8, 2, 2, 2, 3, 9][next(6) as usize])
            .collect()
    });
    groups.insert("flags i8".to_owned(), flags.map(Values::I8).collect());
    let packed = (0..40).map(|_| (0..50_000).map(|_| next(9_000) as i16 - 2_000).collect());
    groups.insert("packed i16".to_owned(), packed.map(Values::I16).collect());
    let small = (0..4000).map(|_| {
        (0..70)
            .map(|at| (at * 130 + next(100) as usize) as f32 / 1000.0)
            .collect()
    });
    groups.insert("profiles f32".to_owned(), small.map(Values::F32).collect());
    groups
}

fn read(folder: &Path) -> BTreeMap<String, Vec<Values>> {
    let mut groups: BTreeMap<String, Vec<Values>> = BTreeMap::new();
    let list = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    for path in list(folder).iter().flat_map(|group| list(group)) {
        let group = path.parent().and_then(Path::file_name).unwrap_or_default();
        if let Some(values) = Values::read(&path) {
            let name = format!("{} {}", group.to_string_lossy(), values.kind());
            groups.entry(name).or_default().push(values);
        }
    }
    groups
}

fn main() {
    // Cargo passes `--bench`; test runners pass `--test`, for which there is nothing to do.
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--test") {
        return;
    }
    let folder = args.iter().find(|arg| !arg.starts_with("--"));
    let groups = folder.map_or_else(made_up, |folder| read(Path::new(folder)));
    speed(&groups);
    errors(&groups);
}
