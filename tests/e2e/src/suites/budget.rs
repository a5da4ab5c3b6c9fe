//! What a file costs: the requests, and the bytes that identification reads.

use std::time::Duration;

use super::World;

/// Number of files in one burst.
const FILES: usize = 200;
/// Most bytes that are read to identify a text file.
const TEXT: u64 = 128 << 10;
/// Most bytes that are read to identify any file.
const ANY: u64 = 384 << 10;

/// The requests per small file, and the bytes that identification reads per file, are within their limits.
///
/// # Panics
/// If they are not.
pub fn budget(world: &World<'_>) {
    let proxy = world.emulator.proxy();
    proxy.take_traffic();
    let small: Vec<String> = (0..FILES).map(|n| format!("budget/small/{n}.csv")).collect();
    for (n, key) in small.iter().enumerate() {
        world
            .stack
            .put(key, format!("depth,temperature\n{n},20.5\n2,19.25\n").as_bytes());
    }
    let keys: Vec<&str> = small.iter().map(String::as_str).collect();
    world.stack.outcomes(&keys, Duration::from_secs(120));
    world.stack.drain(Duration::from_secs(60));
    let traffic = proxy.take_traffic();
    let calls: u64 = traffic.values().map(|operation| operation.calls).sum();
    let per_file = calls as f64 / FILES as f64;
    eprintln!("requests per small file: {per_file:.2} ({traffic:?})");
    assert!(per_file <= 6.0, "{per_file} requests per file: {traffic:?}");

    let table = "depth,temperature\n".to_owned() + &"2,19.25\n".repeat(200_000);
    let read = identification(world, "budget/large.csv", table.as_bytes()) - table.len() as u64;
    assert!(read <= TEXT, "{read} bytes to identify a table");
    let noise: Vec<u8> = (0..2_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let read = identification(world, "budget/noise.bin", &noise);
    assert!(read <= ANY, "{read} bytes to identify noise");
}

/// Total size of all reads of one object, in bytes.
fn identification(world: &World<'_>, key: &str, bytes: &[u8]) -> u64 {
    let proxy = world.emulator.proxy();
    proxy.take_traffic();
    world.stack.put(key, bytes);
    world.stack.outcomes(&[key], Duration::from_secs(60));
    proxy.take_traffic()["GetObject"].bytes
}
