//! The cloud end to end: the real bootstraps of the Lambdas on an emulator of AWS, with services that fail and
//! processes that are killed.
//!
//! [`Emulator`] is the environment. [`Provisioned`] is the stack that `pulumi up` creates in it, and [`setup`] builds a
//! smaller one in a second. A [`Stack`] is what the [`suites`] know of a stack, whoever built it. Every wait has a time
//! limit, and every process is ended by its own id.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test panics at the first violation"
)]

mod command;
mod emulator;
pub mod hostile;
mod packages;
mod provisioned;
mod proxy;
pub mod setup;
mod stack;
pub mod suites;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use xtask::shell::wait_until;

pub use command::Command;
pub use emulator::{Emulator, Faults};
pub use packages::Packages;
pub use provisioned::{Provisioned, provision};
pub use proxy::{Kills, Proxy, Traffic};
pub use stack::{Stack, sdk};

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().expect("threads can be started"));

/// Waits for a call of the SDK. The suites themselves block, as the store does.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// Runs a closure, and prints how long it took.
pub fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = run();
    println!("{what}: {:.1} s", begun.elapsed().as_secs_f64());
    result
}

/// Calls `ask` until it returns a value.
///
/// # Panics
/// If it returns none within `limit`; the message names `what`.
pub fn until<T>(what: &str, limit: Duration, ask: impl FnMut() -> Option<T>) -> T {
    wait_until(limit, ask).unwrap_or_else(|| panic!("{what}: not within {limit:?}"))
}
