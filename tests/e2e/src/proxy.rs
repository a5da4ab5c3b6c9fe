//! A proxy between the Lambdas and the services, which counts their calls and kills Lambdas at chosen ones.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{EXPECT, HeaderMap, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Uri, client, server};
use hyper_util::rt::TokioIo;
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use xtask::random::Random;

/// Longest time that a service may take to answer.
const LIMIT: Duration = Duration::from_secs(60);

/// The calls of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Number of calls.
    pub calls: u64,
    /// Total size of the bodies of the responses, in bytes.
    pub bytes: u64,
    /// Size of the largest body, in bytes.
    pub largest: u64,
}

/// Which Lambdas are killed, and when.
#[derive(Debug)]
pub struct Kills {
    random: Random,
    one_of: usize,
    each: usize,
    /// Number of kills so far, by point.
    done: BTreeMap<&'static str, usize>,
}

impl Kills {
    /// Kills at about one in `one_of` reads and writes, which the seed selects, until `each` were killed at each of the
    /// four points.
    pub fn new(seed: u64, one_of: usize, each: usize) -> Self {
        Kills {
            random: Random::new(seed),
            one_of: one_of.max(1),
            each,
            done: BTreeMap::new(),
        }
    }

    /// The point of this call at which a Lambda is killed, if any.
    fn choose(&mut self, points: [Point; 2]) -> Option<Point> {
        if self.random.below(self.one_of) > 0 {
            return None;
        }
        let done = |point: &Point| self.done.get(point.name()).copied().unwrap_or(0);
        let point = points.into_iter().min_by_key(done)?;
        let count = self.done.entry(point.name()).or_default();
        if *count == self.each {
            return None;
        }
        *count += 1;
        Some(point)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    BeforeRead,
    AfterRead,
    AfterWrite,
    BeforeAcknowledgement,
}

impl Point {
    fn name(self) -> &'static str {
        match self {
            Point::BeforeRead => "before read",
            Point::AfterRead => "after read",
            Point::AfterWrite => "after write",
            Point::BeforeAcknowledgement => "before acknowledgement",
        }
    }

    /// The points of a call that reads an object, or writes an outcome or a message; `None` for other calls.
    fn of(operation: &str) -> Option<[Point; 2]> {
        match operation {
            "GetObject" => Some([Point::BeforeRead, Point::AfterRead]),
            "PutItem" | "UpdateItem" | "TransactWriteItems" | "SendMessage" | "SendMessageBatch" => {
                Some([Point::AfterWrite, Point::BeforeAcknowledgement])
            }
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Shared {
    upstream: Mutex<SocketAddr>,
    traffic: Mutex<BTreeMap<String, Traffic>>,
    kills: Mutex<Option<Kills>>,
    /// The folder of the bootstraps.
    folder: PathBuf,
}

impl Shared {
    fn count(&self, operation: String, bytes: u64) {
        let mut all = self.traffic.lock().unwrap();
        let traffic = all.entry(operation).or_default();
        traffic.calls += 1;
        traffic.bytes += bytes;
        traffic.largest = traffic.largest.max(bytes);
    }
}

/// A running proxy; it stops with the program.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free loopback port, and forwards to `upstream`. The bootstraps are below `folder`.
    pub(crate) fn start(upstream: SocketAddr, folder: PathBuf) -> Self {
        let shared = Arc::new(Shared {
            upstream: Mutex::new(upstream),
            traffic: Mutex::default(),
            kills: Mutex::default(),
            folder,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn({
            let shared = shared.clone();
            move || accept(listener, shared)
        });
        Proxy { address, shared }
    }

    /// The URL at which it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn forward_to(&self, upstream: SocketAddr) {
        *self.shared.upstream.lock().unwrap() = upstream;
    }

    /// The calls since the last call of this method, by operation.
    pub fn take_traffic(&self) -> BTreeMap<String, Traffic> {
        std::mem::take(&mut self.shared.traffic.lock().unwrap())
    }

    /// Kills Lambdas from now on.
    pub fn kill(&self, kills: Kills) {
        *self.shared.kills.lock().unwrap() = Some(kills);
    }

    /// Kills no further Lambdas; returns how many were killed, by point.
    pub fn stop_killing(&self) -> BTreeMap<&'static str, usize> {
        let kills = self.shared.kills.lock().unwrap().take();
        kills.map(|kills| kills.done).unwrap_or_default()
    }

    /// Kills every running Lambda, as a power cut does.
    pub fn cut_the_power(&self) {
        kill_all(&self.shared.folder);
    }

    /// Memory of the largest running Lambda with its worker, in bytes, among those whose bootstrap's path contains
    /// `part`.
    pub fn memory(&self, part: &str) -> u64 {
        let running = bootstraps(&self.shared.folder);
        let matching = running.iter().filter(|(_, path)| path.contains(part));
        let both = matching.map(|(pid, _)| peak(*pid) + children(*pid).into_iter().map(peak).sum::<u64>());
        both.max().unwrap_or(0)
    }

    /// The number of running Lambdas whose bootstrap's path contains `part`.
    pub fn running(&self, part: &str) -> usize {
        let running = bootstraps(&self.shared.folder);
        running.iter().filter(|(_, path)| path.contains(part)).count()
    }
}

type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            let forward = service_fn(move |request| forward(request, shared.clone()));
            let connection =
                server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), forward);
            // An error closes the connection, which the Lambda notices.
            let _ = connection.await;
        });
    }
}

/// Forwards a request, unless its Lambda is killed before or after.
async fn forward(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Full<Bytes>>, Failed> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let operation = operation(&head.method, &head.uri, &head.headers);
    let point = Point::of(&operation).and_then(|points| {
        let mut kills = shared.kills.lock().unwrap();
        kills.as_mut()?.choose(points)
    });
    let killed = || {
        kill_all(&shared.folder);
        Failed::from("killed")
    };
    if point == Some(Point::BeforeRead) {
        return Err(killed());
    }
    // The body is complete, so it has a length instead.
    head.headers.remove(EXPECT);
    head.headers.remove(TRANSFER_ENCODING);
    let upstream = *shared.upstream.lock().unwrap();
    let answer = tokio::time::timeout(LIMIT, send(Request::from_parts(head, Full::new(body)), upstream));
    let (mut head, body) = answer.await??;
    // S3 always sends the length, which the proxy of faults omits.
    head.headers.remove(TRANSFER_ENCODING);
    shared.count(operation, body.len() as u64);
    match point {
        Some(Point::AfterWrite) => return Err(killed()),
        Some(_) => {
            tokio::spawn(async move {
                // Time to read the response.
                tokio::time::sleep(Duration::from_millis(3)).await;
                kill_all(&shared.folder);
            });
        }
        None => {}
    }
    Ok(Response::from_parts(head, Full::new(body)))
}

/// The response of a service: its head, and its whole body.
async fn send(
    request: Request<Full<Bytes>>,
    upstream: SocketAddr,
) -> Result<(hyper::http::response::Parts, Bytes), Failed> {
    let stream = TcpStream::connect(upstream).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok((head, body.collect().await?.to_bytes()))
}

/// The name of an operation (`PutItem`, `GetObject`, …): the end of the target's name, or the id that the client of S3
/// adds to the query.
fn operation(method: &Method, uri: &Uri, headers: &HeaderMap) -> String {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok()?.split_once('.'));
    if let Some((_, operation)) = target {
        return operation.to_owned();
    }
    let query = uri.query().unwrap_or_default();
    let id = query.split('&').find_map(|part| part.strip_prefix("x-id="));
    id.unwrap_or(match *method {
        Method::HEAD => "HeadObject",
        Method::GET if query.contains("list-type=2") => "ListObjectsV2",
        _ => method.as_str(),
    })
    .to_owned()
}

fn kill_all(folder: &Path) {
    for (pid, _) in bootstraps(folder) {
        // The process may have ended in the meantime.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// The process ids and programs of running Lambdas. Workers are the same programs with an argument, and end with them.
fn bootstraps(folder: &Path) -> Vec<(Pid, String)> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: i32| {
        let line = std::fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?;
        let program = line.strip_suffix('\0')?;
        let is_bootstrap = Path::new(program).starts_with(folder) && program.ends_with("/bootstrap");
        is_bootstrap.then_some((Pid::from_raw(id)?, program.to_owned()))
    })
    .collect()
}

/// Most memory that a process has used, in bytes.
fn peak(pid: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The children of all threads of a process.
fn children(pid: Pid) -> Vec<Pid> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_pid())) else {
        return Vec::new();
    };
    let lists =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let all: String = lists.collect();
    all.split_whitespace()
        .filter_map(|child| Pid::from_raw(child.parse().ok()?))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// Answers one request after the other with chunks, as the proxy of faults does; returns its address.
    fn service() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"4567") {
                    let mut block = [0; 1024];
                    let n = stream.read(&mut block).unwrap();
                    request.extend_from_slice(&block[..n]);
                }
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                    .unwrap();
            }
        });
        address
    }

    fn post(proxy: &Proxy) -> String {
        let mut stream = std::net::TcpStream::connect(proxy.address).unwrap();
        let request = "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_1.PutItem\r\nconnection: close\r\n\
                       content-length: 8\r\n\r\n01234567";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        // A killed connection ends without a response.
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn calls_are_forwarded_with_a_length_and_counted_and_a_kill_cuts_them() {
        let folder = tempfile::tempdir().unwrap();
        let proxy = Proxy::start(service(), folder.path().to_owned());
        let answer = post(&proxy);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(
            answer.contains("content-length: 5\r\n") && answer.ends_with("\r\n\r\nabcde"),
            "{answer}"
        );
        let traffic = Traffic {
            calls: 1,
            bytes: 5,
            largest: 5,
        };
        assert_eq!(proxy.take_traffic(), [("PutItem".to_owned(), traffic)].into());
        proxy.kill(Kills::new(1, 1, 1));
        let cut = [post(&proxy), post(&proxy), post(&proxy)];
        assert_eq!(cut.iter().filter(|answer| answer.is_empty()).count(), 1);
        let kills = proxy.stop_killing();
        assert_eq!(kills, [("after write", 1), ("before acknowledgement", 1)].into());
    }
}
