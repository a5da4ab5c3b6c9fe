//! The emulator and the proxy that makes its services fail: programs from PyPI, in an environment outside the tree.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use xtask::shell;

use crate::{Proxy, until};

/// The emulator of AWS; MIT.
const EMULATOR: [&str; 1] = ["ministack==1.5.33"];
/// Throttles, refuses and cuts as AWS does; MIT.
const FAULTS: [&str; 1] = ["microburst==0.10.0"];

/// A program that listens on a loopback port, in a process group of its own, which ends with this value.
struct Server {
    child: Child,
    log: PathBuf,
    address: SocketAddr,
}

impl Server {
    fn start(command: &mut Command, address: SocketAddr, log: PathBuf, health: &str) -> Self {
        let output = File::create(&log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut server = Server { child, log, address };
        until(&format!("{command:?} answers"), Duration::from_secs(60), || {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("{command:?} ended with {status}: {}", server.log());
            }
            get(address, health).filter(|answer| answer.starts_with("HTTP/1.1 200"))
        });
        server
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it started is in its group.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

/// An emulator of AWS with nothing in it.
pub struct Emulator {
    server: Server,
    folder: TempDir,
    proxy: Proxy,
}

impl Emulator {
    /// Starts it on a free loopback port. Its Lambdas reach it through [`Self::proxy`].
    ///
    /// # Panics
    /// When it cannot be had or does not answer.
    pub fn start() -> Self {
        let python =
            shell::python("emulator", &EMULATOR).unwrap_or_else(|error| panic!("the emulator: {error}"));
        let folder = TempDir::with_prefix("data-review-e2e-").unwrap();
        let address = free_address();
        let proxy = Proxy::start(address, folder.path().to_owned());
        // The Lambdas inherit all of it, so there is no more than they need.
        let server = Server::start(
            Command::new(python)
                .args(["-m", "ministack"])
                .current_dir(folder.path())
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap_or_default())
                .env("HOME", folder.path())
                .env("TMPDIR", folder.path())
                .env("GATEWAY_PORT", address.port().to_string())
                .env("BIND_HOST", "127.0.0.1")
                .env("IOT_MTLS_ENABLED", "0")
                .env("SFTP_ENABLED", "0")
                .env("LAMBDA_EXECUTOR", "local")
                .env("AWS_ENDPOINT_URL", proxy.url()),
            address,
            folder.path().join("emulator.log"),
            "/_ministack/health",
        );
        Emulator {
            server,
            folder,
            proxy,
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// What stands between its Lambdas and its services.
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// What it printed, its Lambdas' lines among it.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// A folder that goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Lets a part of the Lambdas' calls fail while it lives.
pub struct Faults<'e> {
    server: Server,
    emulator: &'e Emulator,
}

impl<'e> Faults<'e> {
    /// Throttled, refused or cut: a fifth of all calls.
    ///
    /// # Panics
    /// When the proxy cannot be had or does not answer.
    pub fn start(emulator: &'e Emulator) -> Self {
        let python = shell::python("faults", &FAULTS).unwrap_or_else(|error| panic!("the faults: {error}"));
        let address = free_address();
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
            "/_microburst/health",
        );
        emulator.proxy.forward_to(address);
        Faults { server, emulator }
    }

    /// Calls in all, and those that failed.
    pub fn count(&self) -> (u64, u64) {
        let answer = get(self.server.address, "/_microburst/stats").unwrap();
        let (_, json) = answer.split_once("\r\n\r\n").unwrap();
        let stats: serde_json::Value = serde_json::from_str(json).unwrap();
        let number = |name: &str| stats["requests"][name].as_u64().unwrap();
        (number("total"), number("faulted"))
    }
}

impl Drop for Faults<'_> {
    fn drop(&mut self) {
        self.emulator.proxy.forward_to(self.emulator.server.address);
    }
}

/// In the order in which they are tried; together 20 %.
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

/// A loopback port that nobody listens on.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .unwrap()
}

/// The answer to a request without a body, head and all; none where nobody answers.
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
