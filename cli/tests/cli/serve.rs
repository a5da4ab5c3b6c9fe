//! `serve`: the report over a live store.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{NOISE, TABLE, World, program};

/// No answer takes longer, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server; it is stopped when this is dropped.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(world: &World) -> Self {
        let mut child = Command::new(program())
            .arg("serve")
            .current_dir(world.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("http://").expect("an address");
        let (address, token) = url.trim_end_matches('/').split_once('/').expect("a token");
        Server {
            child,
            address: address.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Head and body of the answer to a request.
    fn ask(&self, method: &str, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.to_lowercase(), body.to_owned())
    }
}

#[test]
fn a_page_follows_the_store_and_only_its_token_opens_it() {
    let world = World::with(&[("plain.csv", TABLE)]);
    world.run(&["review", "in"]).ends(0);
    let server = Server::start(&world);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    assert_eq!(server.token.len(), 32);
    let page = format!("/{}/", server.token);
    let (head, body) = server.ask("GET", &page);
    assert!(
        head.starts_with("http/1.1 200") && head.contains("refresh: 5"),
        "{head}"
    );
    assert!(body.contains("default-src 'none'") && body.contains("\"files\":1"));
    let (head, _) = server.ask("GET", &format!("{page}data/lines-0.js"));
    assert!(
        head.starts_with("http/1.1 200") && head.contains("javascript"),
        "{head}"
    );
    for path in [
        "/".to_owned(),
        format!("/{}/", "0".repeat(32)),
        format!("{page}data/../index.html"),
        format!("{page}data/%2e%2e/x.js"),
        format!("{page}data/absent-9.js"),
    ] {
        let (head, _) = server.ask("GET", &path);
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
    }
    let (head, _) = server.ask("POST", &page);
    assert!(head.starts_with("http/1.1 405"), "{head}");
    // A review while the server runs.
    world.put("noise.bin", NOISE);
    world.run(&["review", "in"]).ends(1);
    let begun = Instant::now();
    while !server.ask("GET", &page).1.contains("\"files\":2") {
        assert!(begun.elapsed() < LIMIT, "the page does not follow the store");
        std::thread::sleep(Duration::from_millis(100));
    }
}
