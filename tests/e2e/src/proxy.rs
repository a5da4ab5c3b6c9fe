//! What stands between the Lambdas and the services: counts their calls, and kills Lambdas at chosen ones.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use xtask::random::Random;

/// Longest wait for a part of an answer.
const LIMIT: Duration = Duration::from_secs(60);

/// Calls of one operation, and bytes that they answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub calls: u64,
    /// Bytes of the answers' bodies.
    pub bytes: u64,
    /// The largest of them.
    pub largest: u64,
}

/// When Lambdas are killed.
#[derive(Debug)]
pub struct Kills {
    random: Random,
    one_of: usize,
    each: usize,
    /// Done so far, by point.
    done: BTreeMap<&'static str, usize>,
}

impl Kills {
    /// At about one in `one_of` reads and writes, which the seed chooses, until there were `each` at each of the four points.
    pub fn new(seed: u64, one_of: usize, each: usize) -> Self {
        Kills {
            random: Random::new(seed),
            one_of: one_of.max(1),
            each,
            done: BTreeMap::new(),
        }
    }

    /// Whether this call is a point to kill at.
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

    /// Points of a call; none of what neither reads an object nor writes an outcome or a message.
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
    tallies: Mutex<BTreeMap<String, Tally>>,
    kills: Mutex<Option<Kills>>,
    /// The bootstraps lie below it.
    folder: PathBuf,
}

impl Shared {
    fn count(&self, operation: String, bytes: u64) {
        let mut tallies = self.tallies.lock().unwrap();
        let tally = tallies.entry(operation).or_default();
        tally.calls += 1;
        tally.bytes += bytes;
        tally.largest = tally.largest.max(bytes);
    }
}

/// See the module's page.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free loopback port. Bootstraps lie below `folder`.
    pub(crate) fn start(upstream: SocketAddr, folder: PathBuf) -> Self {
        let shared = Arc::new(Shared {
            upstream: Mutex::new(upstream),
            tallies: Mutex::default(),
            kills: Mutex::default(),
            folder,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn({
            let shared = shared.clone();
            move || accept(&listener, &shared)
        });
        Proxy { address, shared }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn forward_to(&self, upstream: SocketAddr) {
        *self.shared.upstream.lock().unwrap() = upstream;
    }

    /// Calls since the last time this was asked, by operation.
    pub fn take_tallies(&self) -> BTreeMap<String, Tally> {
        std::mem::take(&mut self.shared.tallies.lock().unwrap())
    }

    /// Begins to kill.
    pub fn kill(&self, kills: Kills) {
        *self.shared.kills.lock().unwrap() = Some(kills);
    }

    /// Ends it; how many there were, by point.
    pub fn stop_killing(&self) -> BTreeMap<&'static str, usize> {
        let kills = self.shared.kills.lock().unwrap().take();
        kills.map(|kills| kills.done).unwrap_or_default()
    }

    /// Ends every Lambda that runs, as a power cut does.
    pub fn cut_the_power(&self) {
        kill_all(&self.shared.folder);
    }

    /// The most memory that a Lambda whose bootstrap's path has this part, and its worker, ever held, in bytes.
    pub fn memory(&self, part: &str) -> u64 {
        let running = bootstraps(&self.shared.folder);
        let matching = running.iter().filter(|(_, path)| path.contains(part));
        let both = matching.map(|(pid, _)| peak(*pid) + children(*pid).into_iter().map(peak).sum::<u64>());
        both.max().unwrap_or(0)
    }

    /// Lambdas whose bootstrap's path has this part.
    pub fn running(&self, part: &str) -> usize {
        let running = bootstraps(&self.shared.folder);
        running.iter().filter(|(_, path)| path.contains(part)).count()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept() {
        let shared = shared.clone();
        // An error here is a cut connection, which its other end sees.
        std::thread::spawn(move || serve(&stream, &shared));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream);
    while let Some(mut head) = Head::read(&mut requests)? {
        if head.header("expect").is_some() {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let body = head.body(&mut requests)?;
        let answer = forward(&head, &body, shared)?;
        (&*stream).write_all(&answer)?;
    }
    Ok(())
}

/// Passes a request on, unless its Lambda dies before or after.
fn forward(head: &Head, body: &[u8], shared: &Shared) -> io::Result<Vec<u8>> {
    let operation = operation(head);
    let point = Point::of(&operation).and_then(|points| {
        let mut kills = shared.kills.lock().unwrap();
        kills.as_mut()?.choose(points)
    });
    let killed = || {
        kill_all(&shared.folder);
        io::Error::other("killed")
    };
    if point == Some(Point::BeforeRead) {
        return Err(killed());
    }
    let upstream = *shared.upstream.lock().unwrap();
    let (answer, bytes) = pass_on(head, body, upstream)?;
    shared.count(operation, bytes);
    match point {
        Some(Point::AfterWrite) => Err(killed()),
        Some(_) => {
            let folder = shared.folder.clone();
            std::thread::spawn(move || {
                // Time for the answer to be read.
                std::thread::sleep(Duration::from_millis(3));
                kill_all(&folder);
            });
            Ok(answer)
        }
        None => Ok(answer),
    }
}

/// The answer as it came, and the length of its body.
fn pass_on(head: &Head, body: &[u8], upstream: SocketAddr) -> io::Result<(Vec<u8>, u64)> {
    let stream = TcpStream::connect(upstream)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(LIMIT))?;
    (&stream).write_all(&[head.0.as_bytes(), body].concat())?;
    let mut answers = BufReader::new(&stream);
    loop {
        let mut answer = Head::read(&mut answers)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if answer.0.starts_with("HTTP/1.1 100") {
            continue;
        }
        let has_body = !head.0.starts_with("HEAD ");
        let body = if has_body {
            answer.body(&mut answers)?
        } else {
            Vec::new()
        };
        let length = body.len() as u64;
        return Ok(([answer.0.into_bytes(), body].concat(), length));
    }
}

/// First line and headers of a request or an answer, as they came.
struct Head(String);

impl Head {
    /// None where nothing follows.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(Head(head)))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(':'));
        lines.find_map(|(found, value)| found.eq_ignore_ascii_case(name).then(|| value.trim()))
    }

    /// What follows the head. What comes in chunks gets the length that S3 always says, and the proxy of faults leaves out.
    fn body(&mut self, stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.header("transfer-encoding").is_none() {
            let length = self
                .header("content-length")
                .and_then(|length| length.parse().ok());
            body.resize(length.unwrap_or(0), 0);
            stream.read_exact(&mut body)?;
            return Ok(body);
        }
        while read_chunk(stream, &mut body)? {}
        let is_kept =
            |line: &&str| !line.to_ascii_lowercase().starts_with("transfer-encoding:") && !line.is_empty();
        let kept: String = self
            .0
            .lines()
            .filter(is_kept)
            .map(|line| format!("{line}\r\n"))
            .collect();
        self.0 = format!("{kept}content-length: {}\r\n\r\n", body.len());
        Ok(body)
    }
}

/// Adds one chunk to a body; whether another follows.
fn read_chunk(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let length = usize::from_str_radix(line.trim().split(';').next().unwrap_or_default(), 16)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let begun = body.len();
    body.resize(begun + length + 2, 0);
    stream.read_exact(&mut body[begun..])?;
    // Without the line's end.
    body.truncate(begun + length);
    Ok(length > 0)
}

/// `PutItem`, `GetObject`, …: the end of the target's name, or what S3's client says of itself in the query.
fn operation(head: &Head) -> String {
    let target = head
        .header("x-amz-target")
        .and_then(|target| target.split_once('.'));
    if let Some((_, operation)) = target {
        return operation.to_owned();
    }
    let line = head.0.lines().next().unwrap_or_default();
    let mut words = line.split(' ');
    let (method, uri) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let id = query.split('&').find_map(|part| part.strip_prefix("x-id="));
    id.unwrap_or(match method {
        "HEAD" => "HeadObject",
        "GET" if query.contains("list-type=2") => "ListObjectsV2",
        _ => method,
    })
    .to_owned()
}

fn kill_all(folder: &Path) {
    for (pid, _) in bootstraps(folder) {
        // It may have ended since.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Lambdas that run: their ids and programs. Their workers are the same programs with an argument, and end with them.
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

/// The most memory that a process held, in bytes.
fn peak(pid: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Of all of its threads.
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
