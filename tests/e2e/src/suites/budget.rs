//! What a file costs: requests, and bytes to say what it is.

use std::time::Duration;

use super::World;

/// Files of one burst.
const FILES: usize = 200;
/// Read to say what a file of text is.
const TEXT: u64 = 128 << 10;
/// Read to say what any file is.
const ANY: u64 = 384 << 10;

/// Requests per small file, and bytes that identification read per file, are within their limits.
///
/// # Panics
/// When they are not.
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

/// Bytes of all reads of one object.
fn identification(world: &World<'_>, key: &str, bytes: &[u8]) -> u64 {
    let proxy = world.emulator.proxy();
    proxy.take_traffic();
    world.stack.put(key, bytes);
    world.stack.outcomes(&[key], Duration::from_secs(60));
    proxy.take_traffic()["GetObject"].bytes
}
