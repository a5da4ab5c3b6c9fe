//! The emulators of AWS. Dropping the value ends one.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use xtask::emulator_command::command;
use xtask::pulumi::{Cloud, Tools};
use xtask::server::{Server, free_address};
use xtask::shell::Outcome;

pub(crate) struct Emulator {
    _server: Server,
    pub(crate) cloud: Cloud,
}

impl Emulator {
    /// Starts it with TLS and with policies enforced, without content, with its files in a folder, and waits until it answers.
    pub(crate) fn start(tools: &Tools, folder: &Path) -> Outcome<Self> {
        Self::serve(tools, folder, Some(folder.join("ministack-tls/server.crt")))
    }

    /// The same without TLS and without policies: the emulator asks for rights that AWS does not ask for.
    pub(crate) fn open(tools: &Tools, folder: &Path) -> Outcome<Self> {
        Self::serve(tools, folder, None)
    }

    /// Starts moto, another emulator, without TLS; `python` must have it.
    pub(crate) fn moto(python: &Path, folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let address = free_address()?;
        let mut command = Command::new(python);
        command
            .args(["-m", "moto.server", "--host", &address.ip().to_string()])
            .args(["--port", &address.port().to_string()])
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .env("TMPDIR", folder);
        let cloud = Cloud {
            endpoint: format!("http://{address}"),
            certificate: None,
        };
        Self::launch(&mut command, address, folder, cloud)
    }

    /// Starts it with TLS and policies, if there is to be a certificate.
    fn serve(tools: &Tools, folder: &Path, certificate: Option<PathBuf>) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let address = free_address()?;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let endpoint = format!("{scheme}://{address}");
        let mut command = command(&tools.python, address, folder, &endpoint);
        if let Some(certificate) = &certificate {
            command
                .env("AUTH", "true")
                // The policies of the stack reject clients without TLS.
                .env("USE_SSL", "1")
                .env("SSL_CERT_FILE", certificate);
        }
        let cloud = Cloud {
            endpoint,
            certificate,
        };
        Self::launch(&mut command, address, folder, cloud)
    }

    /// Starts it, and waits until it answers.
    fn launch(command: &mut Command, address: SocketAddr, folder: &Path, cloud: Cloud) -> Outcome<Self> {
        Ok(Self {
            _server: Server::start(command, address, folder.join("emulator.log"), accepts)?,
            cloud,
        })
    }
}

fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}
