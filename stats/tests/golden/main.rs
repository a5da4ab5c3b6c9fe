//! Fixed data has fixed bytes on every target: a change of the form, or a difference between machines, shows here.
//!
//! `cargo test --target aarch64-unknown-linux-gnu` runs it under an emulator; examples/golden.rs is the same for WebAssembly.

mod figures;

#[test]
fn fixed_data_has_fixed_bytes() {
    assert_eq!(figures::shown(), include_str!("expected.txt"));
}
