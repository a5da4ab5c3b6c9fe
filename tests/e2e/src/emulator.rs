//! Starts the emulator, and microburst, the proxy that makes its services fail. Both are programs from PyPI, in an environment outside the tree.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use xtask::server::{Server, free_address};
use xtask::{emulator_command, shell};

use crate::Proxy;

/// Throttles, rejects and cuts calls as AWS does; MIT.
const FAULTS: [&str; 1] = ["microburst==0.10.0"];

/// A running emulator of AWS, empty at the start. Dropping it ends its process.
pub struct Emulator {
    server: Server,
    folder: TempDir,
    proxy: Proxy,
}

impl Emulator {
    /// Starts it on a free loopback port. Its Lambdas reach it through [`Self::proxy`].
    ///
    /// # Panics
    /// If it cannot be installed or does not answer.
    pub fn start() -> Self {
        let python = shell::python("emulator", &[emulator_command::PACKAGE])
            .unwrap_or_else(|error| panic!("the emulator: {error}"));
        let folder = TempDir::with_prefix("data-review-e2e-").unwrap();
        let address = free_address().unwrap();
        let proxy = Proxy::start(address, folder.path().to_owned());
        let server = Server::start(
            &mut emulator_command::command(&python, address, folder.path(), &proxy.url()),
            address,
            folder.path().join("emulator.log"),
            |address| is_well(address, "/_ministack/health"),
        )
        .unwrap_or_else(|error| panic!("the emulator: {error}"));
        Emulator {
            server,
            folder,
            proxy,
        }
    }

    /// The URL at which it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The proxy between its Lambdas and its services.
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// What it printed, including the lines of its Lambdas.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// A folder that is deleted with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes a part of the Lambdas' calls fail as long as it lives.
pub struct Faults<'e> {
    server: Server,
    emulator: &'e Emulator,
}

impl<'e> Faults<'e> {
    /// Throttles, rejects or cuts a fifth of all calls.
    ///
    /// # Panics
    /// If the proxy cannot be installed or does not answer.
    pub fn start(emulator: &'e Emulator) -> Self {
        let python = shell::python("faults", &FAULTS).unwrap_or_else(|error| panic!("the faults: {error}"));
        let address = free_address().unwrap();
        let rules = emulator.folder().join("faults.yml");
        std::fs::write(&rules, RULES).unwrap();
        let server = Server::start(
            Command::new(python)
                .args(["-m", "microburst", "--host", "127.0.0.1", "--port"])
                .arg(address.port().to_string())
                .args(["--upstream", &emulator.url(), "--config"])
                .arg(&rules),
            address,
            emulator.folder().join("faults.log"),
            |address| is_well(address, "/_microburst/health"),
        )
        .unwrap_or_else(|error| panic!("the faults: {error}"));
        emulator.proxy.forward_to(address);
        Faults { server, emulator }
    }

    /// Number of calls, and of those that failed.
    pub fn count(&self) -> (u64, u64) {
        let answer = get(self.server.address(), "/_microburst/stats").unwrap();
        let (_, json) = answer.split_once("\r\n\r\n").unwrap();
        let stats: serde_json::Value = serde_json::from_str(json).unwrap();
        let number = |name: &str| stats["requests"][name].as_u64().unwrap();
        (number("total"), number("faulted"))
    }
}

impl Drop for Faults<'_> {
    fn drop(&mut self) {
        self.emulator.proxy.forward_to(self.emulator.server.address());
    }
}

/// Rules in the order in which they are tried; together they affect 20 % of the calls.
const RULES: &str = "\
rules:
  - {service: dynamodb, probability: 0.07, error: {code: ProvisionedThroughputExceededException}}
  - {service: dynamodb, probability: 0.07, error: {code: InternalServerError, status: 500}}
  - {service: dynamodb, probability: 0.075, response: {abort_frac: 0.3}}
  - {service: s3, probability: 0.07, error: {code: SlowDown, status: 503}}
  - {service: s3, probability: 0.07, reset: true}
  - {service: s3, probability: 0.075, response: {abort_frac: 0.3}}
  - {service: sqs, probability: 0.07, error: {code: RequestThrottled, status: 400}}
  - {service: sqs, probability: 0.07, reset: true}
  - {service: sqs, probability: 0.075, response: {abort_frac: 0.3}}
";

fn is_well(address: SocketAddr, path: &str) -> bool {
    get(address, path).is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// The response to a request without a body, including its head; `None` if nothing answers.
fn get(address: SocketAddr, path: &str) -> Option<String> {
    let limit = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, limit).ok()?;
    stream.set_read_timeout(Some(limit)).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}
