//! The emulator of AWS, on a free port of this machine, with TLS and with policies enforced; it ends with its value.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use super::process;
use super::tools::Tools;
use xtask::shell::Outcome;

pub(super) struct Emulator {
    child: Child,
    pub(super) endpoint: String,
    /// Its own certificate, which its clients must trust.
    pub(super) certificate: PathBuf,
}

impl Emulator {
    /// Starts it empty, with its files in a folder, and waits until it answers.
    pub(super) fn start(tools: &Tools, folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let log = folder.join("emulator.log");
        let address = free_address()?;
        let endpoint = format!("https://{address}");
        let program = tools.python.with_file_name("ministack");
        let certificate = folder.join("ministack-tls/server.crt");
        let child = process::start(
            Command::new(program)
                .env("GATEWAY_PORT", address.port().to_string())
                // It listens on every interface unless it is told.
                .env("BIND_HOST", "127.0.0.1")
                .env("AUTH", "true")
                // The stack's own policies refuse whoever comes without TLS.
                .env("USE_SSL", "1")
                .env("TMPDIR", folder)
                .env("IOT_MTLS_ENABLED", "0")
                .env("SFTP_ENABLED", "0")
                .env("LAMBDA_EXECUTOR", "local")
                // The Lambdas inherit these; without the first they would call AWS itself.
                .env("AWS_ENDPOINT_URL", &endpoint)
                .env("SSL_CERT_FILE", &certificate),
            &log,
        )?;
        let mut emulator = Self {
            child,
            endpoint,
            certificate,
        };
        let limit = Duration::from_secs(60);
        let answers = || TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok();
        if process::wait_until(limit, answers).is_none() || emulator.child.try_wait()?.is_some() {
            return Err(format!("the emulator does not start: see {}", log.display()).into());
        }
        Ok(emulator)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
