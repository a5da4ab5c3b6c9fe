//! Fixed data, and the digests of its states and figures.

use order_free_stats::{ByFlag, Counts, Distribution, Flags, Texts};

/// FNV-1a.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 11
}

/// Length and digest of the states and figures of fixed data.
fn figures() -> Vec<(&'static str, usize, u64)> {
    let seed = &mut 1;
    let salinity: Vec<f32> = (0..20_000)
        .map(|_| 30.0 + (next(seed) % 8000) as f32 / 1000.0)
        .collect();
    let noise: Vec<f64> = (0..20_000).map(|_| f64::from_bits(next(seed) << 11)).collect();
    let large: Vec<u64> = (0..9_000).map(|_| u64::MAX - next(seed) % 10_000).collect();
    let flags: Vec<u8> = (0..20_000).map(|_| b"1234"[(next(seed) % 4) as usize]).collect();
    let small: Vec<i16> = salinity.iter().map(|value| (value * 100.0) as i16).collect();

    let mut all = Vec::new();
    let mut add = |name, state: &Distribution| {
        let bytes = state.encode();
        all.push((name, bytes.len(), digest(&bytes)));
        let read = state.read();
        let figures = [0.05, 0.25, 0.5, 0.75, 0.95].map(|fraction| read.quantile(fraction));
        let text = format!(
            "{figures:?} {:?} {:?} {:?} {:?} {:?}",
            read.mean(),
            read.std(),
            read.distinct(),
            read.frequent(9),
            read.histogram(7)
        );
        all.push((name, text.len(), digest(text.as_bytes())));
    };
    let mut state = Distribution::default();
    state.push(&salinity);
    add("salinity", &state);
    let mut state = Distribution::with_limit(512);
    state.push(&salinity);
    add("salinity, 512", &state);
    let mut state = Distribution::default();
    state.push(&noise);
    add("noise", &state);
    let mut state = Distribution::default();
    state.push(&large);
    add("large integers", &state);
    let mut state = Distribution::default();
    state.push(&small);
    state.push(&[0.0, -0.0, f64::NAN]);
    add("small integers", &state);

    let mut by_flag = ByFlag::default();
    by_flag.push(&salinity, Flags::Bytes(&flags));
    by_flag.push_absent(3, Some(b"9"));
    let bytes = by_flag.encode();
    all.push(("by flag", bytes.len(), digest(&bytes)));
    let (mut texts, mut counts) = (Texts::default(), Counts::default());
    for value in &large {
        texts.push(value.to_string().as_bytes());
        texts.push(format!("{value:0>80}").as_bytes());
        counts.push(&value.to_be_bytes(), 1);
    }
    all.push(("texts", texts.encode().len(), digest(&texts.encode())));
    all.push(("counts", counts.encode().len(), digest(&counts.encode())));
    all
}

/// One line for each.
pub(crate) fn shown() -> String {
    let line = |(name, len, digest): (&str, usize, u64)| format!("{name}: {len} {digest:016x}\n");
    figures().into_iter().map(line).collect()
}
