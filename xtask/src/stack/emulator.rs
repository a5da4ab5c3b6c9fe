//! The emulator of AWS. Dropping the value ends it.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
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
        std::fs::create_dir_all(folder)?;
        let address = free_address()?;
        let endpoint = format!("https://{address}");
        let certificate = folder.join("ministack-tls/server.crt");
        let server = Server::start(
            command(&tools.python, address, folder, &endpoint)
                .env("AUTH", "true")
                // The policies of the stack reject clients without TLS.
                .env("USE_SSL", "1")
                .env("SSL_CERT_FILE", &certificate),
            address,
            folder.join("emulator.log"),
            accepts,
        )?;
        Ok(Self {
            _server: server,
            cloud: Cloud {
                endpoint,
                certificate: Some(certificate),
            },
        })
    }
}

impl Emulator {
    /// The same without TLS and without policies: the emulator asks for rights that AWS does not ask for.
    pub(crate) fn open(tools: &Tools, folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let address = free_address()?;
        let endpoint = format!("http://{address}");
        let server = Server::start(
            &mut command(&tools.python, address, folder, &endpoint),
            address,
            folder.join("emulator.log"),
            accepts,
        )?;
        Ok(Self {
            _server: server,
            cloud: Cloud {
                endpoint,
                certificate: None,
            },
        })
    }
}

fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}
