//! The digests of tests/golden for WebAssembly, where no test harness runs; examples/golden.mjs compares them under Node.
//!
//! ```text
//! cargo build -p order-free-stats --example golden --target wasm32-unknown-unknown --release
//! node stats/examples/golden.mjs target/wasm32-unknown-unknown/release/examples/golden.wasm
//! ```
#![expect(unsafe_code, reason = "a function that Node calls is exported under its name")]

#[path = "../tests/golden/figures.rs"]
mod figures;

use std::sync::OnceLock;

/// The byte at a position of the digests; 0 behind their end.
#[unsafe(no_mangle)]
pub extern "C" fn golden_byte(at: u32) -> u32 {
    static SHOWN: OnceLock<String> = OnceLock::new();
    let shown = SHOWN.get_or_init(figures::shown);
    shown
        .as_bytes()
        .get(at as usize)
        .map_or(0, |byte| u32::from(*byte))
}
