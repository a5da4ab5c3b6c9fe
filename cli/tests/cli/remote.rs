//! Objects of web servers and buckets as sources, from a server that speaks HTTP and as much of S3 as a listing needs.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, RANGE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use super::{NOISE, Ran, TABLE, World, keys, sorted};

type Answer = Response<BoxBody<Bytes, io::Error>>;

/// A server on a free port of this machine; its runtime ends it.
struct Server {
    address: SocketAddr,
    files: Arc<Mutex<Files>>,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
struct Files {
    /// By path, without the `/` before it.
    content: BTreeMap<String, Vec<u8>>,
    /// Paths whose next answer breaks off after half of it.
    broken: Vec<String>,
    /// Methods, paths and ranges of the requests.
    asked: Vec<String>,
}

impl Server {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let owned = files
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
        let files = Arc::new(Mutex::new(Files {
            content: owned.collect(),
            ..Files::default()
        }));
        let served = files.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let files = served.clone();
                let service = service_fn(move |request: Request<Incoming>| {
                    let answer = files.lock().unwrap().answer(&request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Server {
            address,
            files,
            _runtime: runtime,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        let mut files = self.files.lock().unwrap();
        files.content.insert(path.to_owned(), bytes.to_vec());
    }

    fn delete(&self, path: &str) {
        self.files.lock().unwrap().content.remove(path);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.files.lock().unwrap().asked)
    }

    /// Runs the program with this server as S3.
    fn run(&self, world: &World, args: &[&str]) -> Ran {
        let mut command = world.command();
        command.args(args).env("AWS_ENDPOINT_URL", self.url(""));
        command
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        Ran::of(command.output().unwrap())
    }
}

impl Files {
    fn answer(&mut self, request: &Request<Incoming>) -> Answer {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        let range = request
            .headers()
            .get(RANGE)
            .map(|range| range.to_str().unwrap().to_owned());
        self.asked.push(format!(
            "{} {path} {}",
            request.method(),
            range.clone().unwrap_or_default()
        ));
        if let Some(query) = request
            .uri()
            .query()
            .filter(|query| query.contains("list-type=2"))
        {
            return self.listing(&path, query);
        }
        let Some(content) = self.content.get(&path) else {
            return with(Response::builder().status(StatusCode::NOT_FOUND), Bytes::new());
        };
        let size = content.len();
        let answer = Response::builder()
            .header(ETAG, tag(content))
            .header(LAST_MODIFIED, "Sun, 29 Nov 2026 12:00:00 GMT");
        let (answer, content) = match range.as_deref().map(|range| from(range, size)) {
            Some(from) => (
                answer
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(CONTENT_RANGE, format!("bytes {from}-{}/{size}", size - 1)),
                &content[from..],
            ),
            None => (answer, &content[..]),
        };
        let answer = answer.header(CONTENT_LENGTH, content.len());
        if *request.method() == Method::HEAD {
            return with(answer, Bytes::new());
        }
        if let Some(at) = self.broken.iter().position(|broken| *broken == path) {
            self.broken.remove(at);
            let half = Bytes::copy_from_slice(&content[..content.len() / 2]);
            let begin = futures::stream::iter([Ok(Frame::data(half))]);
            let end = futures::stream::once(async {
                // What came before is on its way by then.
                tokio::time::sleep(Duration::from_millis(300)).await;
                Err(io::Error::other("the line broke"))
            });
            return answer
                .body(BodyExt::boxed(StreamBody::new(begin.chain(end))))
                .unwrap();
        }
        with(answer, Bytes::copy_from_slice(content))
    }

    /// A page of `ListObjectsV2` for the bucket of a path.
    fn listing(&self, bucket: &str, query: &str) -> Answer {
        let query: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
        let below = format!(
            "{}/{}",
            bucket.trim_end_matches('/'),
            query.get("prefix").map_or("", |prefix| prefix)
        );
        let found = self.content.iter().filter(|(path, _)| path.starts_with(&below));
        let entries: String = found
            .map(|(path, content)| {
                let (_, key) = path.split_once('/').unwrap();
                let (size, tag) = (content.len(), tag(content).replace('"', "&quot;"));
                format!(
                    "<Contents><Key>{key}</Key><Size>{size}</Size><ETag>{tag}</ETag>\
                     <LastModified>2026-11-29T12:00:00.000Z</LastModified></Contents>"
                )
            })
            .collect();
        let page = format!("<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>");
        with(Response::builder(), Bytes::from(page))
    }
}

/// An ETag that changes with the content.
fn tag(content: &[u8]) -> String {
    let sum: u64 = content.iter().map(|byte| u64::from(*byte)).sum();
    format!("\"{sum:x}-{}\"", content.len())
}

/// The first byte of `bytes=FROM-` and of `bytes=FROM-TO`, where TO is the last byte.
fn from(range: &str, size: usize) -> usize {
    let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    assert!(to.is_empty() || to.parse() == Ok(size - 1), "{range}");
    from.parse().unwrap()
}

fn with(answer: hyper::http::response::Builder, content: Bytes) -> Answer {
    let body = Full::new(content).map_err(|never| match never {});
    answer.body(body.boxed()).unwrap()
}

#[test]
fn a_single_address_gives_the_document_of_the_file() {
    let world = World::with(&[("plain.csv", TABLE)]);
    let server = Server::with(&[("data/plain.csv", TABLE), ("data/x y.csv", TABLE)]);
    let local = world
        .run(&["review", "in/plain.csv", "--json", "--db", "local.db"])
        .ends(0);
    let url = server.url("data/plain.csv");
    let remote = world.run(&["review", &url, "--json"]).ends(0);
    assert_eq!(remote.stdout, local.stdout);
    let fetched = format!("{:.1} MB fetched", TABLE.len() as f64 / 1e6);
    assert!(remote.stderr.contains(&fetched), "{}", remote.stderr);

    // Unchanged: it is looked at, and not fetched.
    server.asked();
    let again = world.run(&["review", &url]).ends(0);
    assert!(again.stderr.contains("1 unchanged"), "{}", again.stderr);
    assert_eq!(server.asked(), ["HEAD data/plain.csv "]);
    server.put("data/plain.csv", NOISE);
    let changed = world.run(&["review", &url]).ends(1);
    assert!(changed.stderr.contains("1 unidentified"), "{}", changed.stderr);
    let shown = world.run(&["show", &url]).ends(0);
    assert!(shown.stdout.contains("plain.csv"), "{}", shown.stdout);

    // A file that is not there any more, as for a path.
    server.delete("data/plain.csv");
    let vanished = world.run(&["review", &url]).ends(2);
    assert!(vanished.stderr.contains("--allow-gone"), "{}", vanished.stderr);
    let gone = world.run(&["review", &url, "--allow-gone"]).ends(0);
    assert!(gone.stderr.contains("1 gone"), "{}", gone.stderr);
    let never = world
        .run(&["review", &server.url("none.csv"), "--db", "new.db"])
        .ends(2);
    assert!(
        never.stderr.contains("none.csv: no such file"),
        "{}",
        never.stderr
    );
    assert!(!world.path("new.db").exists(), "no empty store is left");
}

#[test]
fn a_broken_connection_is_continued() {
    let rows: String = (0..20_000).map(|n| format!("A{n},{n},12.5\n")).collect();
    let table = format!("station,depth,temperature\n{rows}").into_bytes();
    let world = World::with(&[("long.csv", &table)]);
    let server = Server::with(&[("long.csv", &table)]);
    server.files.lock().unwrap().broken.push("long.csv".to_owned());
    let local = world.run(&["review", "in", "--json", "--db", "local.db"]).ends(0);
    let remote = world.run(&["review", &server.url("long.csv"), "--json"]).ends(0);
    assert_eq!(remote.stdout, local.stdout);
    let asked = server.asked();
    let ranges: Vec<_> = asked.iter().filter(|asked| asked.contains("bytes=")).collect();
    assert_eq!(ranges.len(), 1, "{asked:?}");
}

#[test]
fn a_bucket_is_reviewed_as_a_directory_is() {
    let files: [(&str, &[u8]); 3] = [
        ("a/one.csv", TABLE),
        ("a/two/three.csv", TABLE),
        ("noise.bin", NOISE),
    ];
    let world = World::with(&files);
    let server = Server::with(&[]);
    for (name, bytes) in files {
        server.put(&format!("bucket/archive/{name}"), bytes);
    }
    // The sign of a folder, another archive whose name begins alike, and what is ignored.
    server.put("bucket/archive/a", b"");
    server.put("bucket/archive2/other.csv", TABLE);
    server.put("bucket/archive/.git/config", NOISE);
    server.put("bucket/archive/one.csv.md5", NOISE);
    let local = world.run(&["review", "in", "--json", "--db", "local.db"]).ends(1);
    let remote = server
        .run(&world, &["review", "s3://bucket/archive/", "--json"])
        .ends(1);
    assert_eq!(sorted(&remote.stdout), sorted(&local.stdout));

    // Below a root, a prefix and an object keep their keys.
    server.put("bucket/archive/a/two/four.csv", TABLE);
    let below = server
        .run(&world, &["review", "s3://bucket/archive/a/two", "--json"])
        .ends(0);
    assert_eq!(keys(&below.documents()), ["a/two/four.csv", "a/two/three.csv"]);
    let one = server
        .run(&world, &["review", "s3://bucket/archive/a/one.csv", "--json"])
        .ends(0);
    assert_eq!(keys(&one.documents()), ["a/one.csv"]);
    let roots = world.run(&["roots", "--json"]).ends(0).json();
    assert_eq!(roots.len(), 1, "{roots:?}");
    assert_eq!(roots[0]["path"], "s3://bucket/archive");

    // What a glob leaves out stays; what was deleted becomes gone.
    server.delete("bucket/archive/a/one.csv");
    let some = server
        .run(&world, &["review", "s3://bucket/archive", "--include", "*.bin"])
        .ends(1);
    assert!(some.stderr.contains("1 gone, 1 unchanged"), "{}", some.stderr);

    // The whole bucket takes the archive over.
    let all = server.run(&world, &["review", "s3://bucket", "--json"]).ends(1);
    let documents = all.documents();
    let found = keys(&documents);
    assert!(
        found.contains(&"archive/a/two/three.csv") && found.contains(&"archive2/other.csv"),
        "{found:?}"
    );

    // A prefix without objects, of which the store knows some, is an error.
    server.files.lock().unwrap().content.clear();
    let empty = server.run(&world, &["review", "s3://bucket"]).ends(2);
    assert!(
        empty.stderr.contains("s3://bucket holds no files"),
        "{}",
        empty.stderr
    );
}

#[test]
fn a_refusal_says_what_to_do() {
    let world = World::with(&[("plain.csv", TABLE)]);
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap()
    };
    let url = format!("http://{closed}/x.csv");
    let refused = world.run(&["review", &url]).ends(2).stderr;
    assert!(
        refused.contains(&format!("{url}: ")) && refused.contains("refused"),
        "{refused}"
    );
    let secret = world
        .run(&["review", "https://me:secret@example.org/x.csv"])
        .ends(2)
        .stderr;
    assert!(secret.contains("must not have a password"), "{secret}");
    let mut command = world.command();
    command.args(["review", "s3://bucket/x"]);
    command.env("AWS_ENDPOINT_URL", format!("http://{closed}"));
    command.env("AWS_METADATA_ENDPOINT", format!("http://{closed}"));
    let without = Ran::of(command.output().unwrap()).ends(2).stderr;
    assert!(
        without.contains("AWS_SKIP_SIGNATURE=true reads a public bucket"),
        "{without}"
    );
}
