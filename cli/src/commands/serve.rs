//! `data-review serve`: the report over a live store, for browsers of this machine.
//!
//! The report is written as a folder and served as it is; a page that is asked for after the store changed is written again. The
//! address holds a random token, and other machines cannot reach it.

use std::convert::Infallible;
use std::fs;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use data_review_core::{Registry, hex};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, REFRESH, X_CONTENT_TYPE_OPTIONS};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::args::Serve;
use crate::config::{Rules, Settings};
use crate::error::CliError;
use crate::exit::End;
use crate::report::{Options, write};
use crate::{output, store};

/// A page asks again while the store changes.
const SECONDS: u64 = 5;
/// Time after a change during which more changes are expected.
const LIVELY: Duration = Duration::from_secs(60);
/// A page is not written again before this multiple of the time that it took has passed.
const PAUSES: u32 = 4;

pub(super) fn run(args: &Serve, settings: &Settings) -> End {
    let store = settings.store(&args.db);
    let site = Site {
        folder: TempDir::new()?,
        token: token()?,
        title: args.title.clone(),
        rules: settings.rules.clone(),
        store,
        written: Mutex::default(),
    };
    site.refresh()?;
    let stop = Arc::new(Notify::new());
    let interrupted = Arc::clone(&stop);
    ctrlc::set_handler(move || interrupted.notify_one())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(site.listen(args.port, &stop))?;
    Ok(ExitCode::SUCCESS)
}

/// 128 random bits, in hexadecimal.
fn token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes))
}

/// A store and the report of it.
struct Site {
    store: PathBuf,
    rules: Rules,
    title: Option<String>,
    token: String,
    folder: TempDir,
    /// The report in the folder; nothing before it is written.
    written: Mutex<Option<Report>>,
}

/// When a report was written, and of what.
#[derive(Debug, Clone, Copy)]
struct Report {
    version: Version,
    at: Instant,
    took: Duration,
}

/// Length and time of the store's file and of its log: they change whenever the store does.
type Version = [Option<(u64, SystemTime)>; 2];

impl Site {
    async fn listen(self, port: u16, stop: &Notify) -> Result<(), CliError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(|error| {
            CliError::Usage(format!("--port {port}: {error}; name another port, or none"))
        })?;
        let address = listener.local_addr()?;
        let mut out = output::text();
        writeln!(out, "http://{address}/{}/", self.token)?;
        out.flush()?;
        output::say("open this address in a browser of this machine; Ctrl-C ends it");
        let site = Arc::new(self);
        loop {
            let stream = tokio::select! {
                () = stop.notified() => return Ok(()),
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    // The browser gave up, or too many files are open.
                    Err(_) => continue,
                },
            };
            let site = Arc::clone(&site);
            tokio::spawn(async move {
                let answer = service_fn(|request: Request<Incoming>| {
                    let answer = site.answer(request.method(), request.uri().path());
                    async move { Ok::<_, Infallible>(answer) }
                });
                // What a browser does not wait for is of no concern.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    }

    fn answer(&self, method: &Method, path: &str) -> Response<Full<Bytes>> {
        let below = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(self.token.as_str()))
            .and_then(|path| path.strip_prefix('/'));
        let Some(below) = below else {
            return plain(StatusCode::NOT_FOUND, "not found".to_owned());
        };
        if method != Method::GET {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered".to_owned());
        }
        if below.is_empty() {
            return match self.refresh() {
                Ok(is_lively) => self.file(Path::new("index.html"), is_lively),
                Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            };
        }
        let is_part = |name: &str| {
            let stem = name.strip_suffix(".js").unwrap_or_default();
            !stem.is_empty()
                && stem
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        match below.strip_prefix("data/") {
            Some(name) if is_part(name) => self.file(&Path::new("data").join(name), false),
            _ => plain(StatusCode::NOT_FOUND, "not found".to_owned()),
        }
    }

    /// Writes the report again if the store changed and enough time has passed; whether the store is changing.
    #[expect(clippy::disallowed_methods, reason = "a report is not written too often")]
    fn refresh(&self) -> Result<bool, CliError> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let version = self.version();
        let is_fresh = written.is_some_and(|report: Report| {
            report.version == version || report.at.elapsed() < report.took * PAUSES
        });
        if !is_fresh {
            let begun = Instant::now();
            let options = Options {
                title: self.title.as_deref(),
                store: self.store.display().to_string(),
                against: None,
            };
            let store = store::to_read(&self.store)?;
            write(
                &store,
                &Registry::linked()?,
                &self.rules,
                self.folder.path(),
                &options,
            )?;
            let (at, took) = (Instant::now(), begun.elapsed());
            *written = Some(Report { version, at, took });
        }
        let changed = version.iter().flatten().map(|(_, time)| *time).max();
        Ok(changed.is_some_and(|time| time.elapsed().is_ok_and(|passed| passed < LIVELY)))
    }

    fn version(&self) -> Version {
        let log = format!("{}-wal", self.store.display());
        [self.store.as_path(), Path::new(&log)].map(|path| {
            let about = fs::metadata(path).ok()?;
            Some((about.len(), about.modified().ok()?))
        })
    }

    /// A file of the report.
    #[expect(clippy::disallowed_methods, reason = "the server reads what it has written")]
    fn file(&self, path: &Path, is_lively: bool) -> Response<Full<Bytes>> {
        let Ok(content) = fs::read(self.folder.path().join(path)) else {
            return plain(StatusCode::NOT_FOUND, "not found".to_owned());
        };
        let kind = match path.extension().and_then(|ending| ending.to_str()) {
            Some("js") => "text/javascript; charset=utf-8",
            _ => "text/html; charset=utf-8",
        };
        let mut response = response(StatusCode::OK, kind, content);
        if is_lively {
            response.headers_mut().insert(REFRESH, SECONDS.into());
        }
        response
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", text.into_bytes())
}

fn response(status: StatusCode, kind: &'static str, content: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(content)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        // The address holds the token.
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}
