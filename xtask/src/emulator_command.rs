//! The emulator of AWS, a program from PyPI.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// Its package, under the MIT licence.
pub const PACKAGE: &str = "ministack==1.5.33";

/// Returns the command that starts the emulator: it listens at `address`, keeps its files in `folder`, and gives its
/// Lambdas `endpoint` as the address of AWS. `python` must have [`PACKAGE`].
///
/// The Lambdas inherit its environment, which therefore contains only what they need.
pub fn command(python: &Path, address: SocketAddr, folder: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(python);
    command
        .args(["-m", "ministack"])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("GATEWAY_PORT", address.port().to_string())
        // By default it listens on every interface.
        .env("BIND_HOST", address.ip().to_string())
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("LAMBDA_EXECUTOR", "local")
        // Otherwise the Lambdas would call AWS itself.
        .env("AWS_ENDPOINT_URL", endpoint);
    command
}
