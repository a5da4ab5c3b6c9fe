//! Counts the requests to S3 with a fake service on the loopback that supports ranges and `If-Match`.
#![expect(
    clippy::unwrap_used,
    reason = "whatever goes wrong in a thread of the service fails the test"
)]

use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use data_review_aws::Clients;
use data_review_aws::message::LookRequest;
use data_review_aws::object::{self, ObjectError};
use data_review_core::{
    Card, Class, Compression, FileHandler, Identification, Input, LambdaHints, Limits, Probe, Registration,
    Registry, ReviewBuilder, ReviewError, Verdict, hex,
};
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::loopback;

/// A handler that reads as much as it can.
struct Curious;

static CARD: Card = Card {
    id: "curious",
    title: "Curious",
    version: 1,
    extensions: &[],
    magic: &[],
    refines: &[],
    docs: "none",
    observations: "none",
    reader: "none 1",
    vocabulary: None,
    codes: &[],
    limits: Limits::DEFAULT,
    lambda: LambdaHints::DEFAULT,
};

impl FileHandler for Curious {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, probe: &mut Probe<'_>) -> Verdict {
        if probe.head().starts_with(b"a table") && probe.name() != "table.csv" {
            return Verdict::no("its name is another");
        }
        if probe.head().starts_with(b"look everywhere") {
            for at in (0..probe.len()).step_by(100_000) {
                let _ = probe.read_at(at, &mut [0; 60_000]);
            }
        }
        Verdict::certain("it wants everything")
    }

    fn review(&self, _: Arc<dyn Input>, _: &mut ReviewBuilder) -> Result<(), ReviewError> {
        Ok(())
    }
}

/// The ETag of the only object.
const VERSION: &str = "v1";

/// The object, and the length of each answer.
#[derive(Clone)]
struct Bucket {
    object: Arc<Mutex<Option<Vec<u8>>>>,
    answers: Arc<Mutex<Vec<usize>>>,
    port: u16,
}

impl Bucket {
    fn with(bytes: Vec<u8>) -> Self {
        let mut bucket = Bucket {
            object: Arc::new(Mutex::new(Some(bytes))),
            answers: Arc::default(),
            port: 0,
        };
        let served = bucket.clone();
        bucket.port = loopback::listen(move |stream| served.serve(stream));
        bucket
    }

    /// Answers requests of one connection until it ends.
    fn serve(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let (mut range, mut wanted) = (None, None);
        while let Some(Ok(line)) = lines.next() {
            let line = line.to_ascii_lowercase();
            if let Some(text) = line.strip_prefix("range: bytes=") {
                let (from, to) = text.split_once('-').unwrap();
                range = Some((from.parse::<usize>().unwrap(), to.parse::<usize>().unwrap()));
            } else if let Some(etag) = line.strip_prefix("if-match: ") {
                wanted = Some(etag.trim_matches('"').to_owned());
            } else if line.is_empty() {
                let (head, body) = self.answer(range.take(), wanted.take().as_deref());
                self.answers.lock().unwrap().push(body.len());
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(&body).unwrap();
            }
        }
    }

    fn answer(&self, range: Option<(usize, usize)>, wanted: Option<&str>) -> (String, Vec<u8>) {
        let error = |status: &str, code: &str| {
            let body = format!("<Error><Code>{code}</Code></Error>").into_bytes();
            (
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len()),
                body,
            )
        };
        let object = self.object.lock().unwrap();
        let Some(bytes) = &*object else {
            return error("404 Not Found", "NoSuchKey");
        };
        if wanted.is_some_and(|wanted| wanted != VERSION) {
            return error("412 Precondition Failed", "PreconditionFailed");
        }
        let Some((from, to)) = range else {
            let head = format!(
                "HTTP/1.1 200 OK\r\netag: \"{VERSION}\"\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            );
            return (head, bytes.clone());
        };
        if from >= bytes.len() {
            return error("416 Range Not Satisfiable", "InvalidRange");
        }
        let part = &bytes[from..bytes.len().min(to + 1)];
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\netag: \"{VERSION}\"\r\ncontent-length: {}\r\ncontent-range: bytes {from}-{}/{}\r\n\r\n",
            part.len(),
            from + part.len() - 1,
            bytes.len()
        );
        (head, part.to_vec())
    }

    fn clients(&self) -> Clients {
        loopback::clients(self.port)
    }

    /// Requests that were made since the last call, and bytes that were answered.
    fn asked(&self) -> (usize, usize) {
        let answers = std::mem::take(&mut *self.answers.lock().unwrap());
        (answers.len(), answers.iter().sum())
    }
}

fn registry() -> Registry {
    static REGISTRATION: Registration = Registration::new(&Curious, "x.rs", 1);
    Registry::of([&REGISTRATION]).unwrap()
}

fn look(size: Option<u64>) -> LookRequest {
    LookRequest {
        key: "dir//a b".to_owned(),
        size,
    }
}

const KIB: usize = 1 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn identification_reads_as_little_as_it_can() {
    for (size, told, requests, bytes) in [
        (0, true, 2, 0),
        (50 * KIB, false, 1, 50 * KIB),
        (128 * KIB, true, 1, 128 * KIB),
        (128 * KIB, false, 2, 128 * KIB),
        (10 << 20, true, 2, 128 * KIB),
        (10 << 20, false, 2, 128 * KIB),
    ] {
        let bucket = Bucket::with(vec![b'x'; size]);
        let look = look(told.then_some(size as u64));
        let found = object::identify(&bucket.clients(), &registry(), "data", &look, u64::MAX)
            .await
            .unwrap();
        assert!(matches!(found.identification, Identification::Identified(_)));
        assert_eq!((found.size, found.stamp.as_str()), (size as u64, VERSION));
        let (asked, answered) = bucket.asked();
        // The refusal of an empty object's range has a body of its own.
        let answered = if size == 0 { 0 } else { answered };
        assert_eq!((asked, answered), (requests, bytes), "{size} bytes");
        assert_eq!((found.requests as usize, found.bytes as usize), (requests, bytes));
        let sha256 = (size <= 128 * KIB).then(|| hex(&Sha256::digest(vec![b'x'; size])));
        assert_eq!(found.sha256, sha256, "{size} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_handler_can_read_more_than_its_share() {
    let mut object = b"look everywhere".to_vec();
    object.resize(5 << 20, b'x');
    let bucket = Bucket::with(object);
    object::identify(&bucket.clients(), &registry(), "data", &look(None), u64::MAX)
        .await
        .unwrap();
    let (requests, bytes) = bucket.asked();
    assert!(requests > 3 && requests <= 10, "{requests}");
    assert!(bytes > 128 * KIB && bytes <= 384 * KIB, "{bytes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_object_is_identified_by_its_content() {
    let noise = (0..100_000u32).flat_map(|n| n.wrapping_mul(n).wrapping_mul(2_654_435_761).to_le_bytes());
    let long: Vec<u8> = b"a table".iter().copied().chain(noise).collect();
    for (content, room, expected) in [
        (&b"a table"[..], u64::MAX, Ok(1)),
        (&long, u64::MAX, Ok(2)),
        (&long, 500_000, Err(Class::LimitExceeded)),
        (&long, 100_000, Err(Class::LimitExceeded)),
    ] {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        let stored = encoder.finish().unwrap();
        let (size, sha256) = (stored.len() as u64, hex(&Sha256::digest(&stored)));
        let bucket = Bucket::with(stored);
        let look = LookRequest {
            key: "folder/table.csv.gz".to_owned(),
            size: None,
        };
        let found = object::identify(&bucket.clients(), &registry(), "data", &look, room).await;
        match (found, expected) {
            (Ok(found), Ok(requests)) => {
                assert!(matches!(found.identification, Identification::Identified(_)));
                assert_eq!((found.size, found.compression), (size, Some(Compression::Gzip)));
                assert_eq!((found.sha256, found.requests), (Some(sha256), requests));
            }
            (Err(ObjectError::Refused(refused)), Err(class)) => {
                assert_eq!((refused.failure.class, refused.size), (class, Some(size)));
                assert_eq!(refused.stamp.as_deref(), Some(VERSION));
            }
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_reads_only_the_version_that_was_identified() {
    let bucket = Bucket::with(b"some bytes".to_vec());
    let clients = bucket.clients();
    let spool = |stamp| object::spool(&clients, "data", "key", stamp, 1000);
    let spooled = spool(VERSION).await.unwrap();
    let (mut file, sha256) = spooled.content.unwrap();
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!((spooled.size, text.as_str()), (10, "some bytes"));
    assert!(sha256.starts_with("0d22cdcc"), "{sha256}");
    assert_eq!(bucket.asked().0, 1);

    assert!(matches!(spool("v0").await, Err(ObjectError::Changed)));
    let small = object::spool(&clients, "data", "key", VERSION, 9).await.unwrap();
    assert_eq!((small.size, small.content.is_none()), (10, true));
    *bucket.object.lock().unwrap() = None;
    assert!(matches!(spool(VERSION).await, Err(ObjectError::Missing)));
}
