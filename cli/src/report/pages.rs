//! Writes the page, alone or with its parts in a folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data_review_core::{Registry, page};
use data_review_store_sqlite::SqliteStore;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

use super::assets;
use super::gather::{Overview, Sink, Space, gather};
use crate::commands::diff::{FileChange, visit_changes};
use crate::config::Rules;
use crate::error::CliError;

/// The most files of a report in one page.
const FILES: u64 = 20_000;
/// Bytes of documents in one page, from which on previews of profiles, then pictures, and then whole documents, are left out.
const PREVIEWS: usize = 5_000_000;
const PICTURES: usize = 11_000_000;
const DOCUMENTS: usize = 15_000_000;
/// The most changed files that a page lists.
const CHANGES: usize = 1000;
/// The page of a folder, and the folder of its parts.
const INDEX: &str = "index.html";
const PARTS: &str = "data";

/// What a report shows besides the store.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    /// Title; `None` for the name of the root.
    pub(crate) title: Option<&'a str>,
    /// Where the store is, in words.
    pub(crate) store: String,
    /// An earlier store, with its name.
    pub(crate) against: Option<(String, SqliteStore)>,
}

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// The page to open.
    pub(crate) page: PathBuf,
    /// Number of files that it shows.
    pub(crate) files: u64,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One page.
    Page,
    /// A folder with a page, and its data in parts that the page loads when it needs them.
    Folder,
}

impl Form {
    /// The form that a path asks for.
    pub(crate) fn of(out: &Path) -> Self {
        let ending = out.extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_deref().and_then(|ending| ending.to_str()) {
            Some("html" | "htm") if !out.is_dir() => Form::Page,
            _ => Form::Folder,
        }
    }
}

/// Everything that the page says of itself and of the archive.
#[derive(Serialize)]
struct Content<'a> {
    title: String,
    store: &'a str,
    form: &'static str,
    version: &'static str,
    overview: &'a Overview,
    changes: Option<Changes>,
}

/// What changed since an earlier store.
#[derive(Serialize)]
struct Changes {
    against: String,
    sentence: String,
    files: Vec<FileChange>,
    /// Changed files that are not listed.
    more: u64,
}

/// Writes the report of a store.
pub(crate) fn write(
    store: &SqliteStore,
    registry: &Registry,
    rules: &Rules,
    out: &Path,
    options: &Options<'_>,
) -> Result<Written, CliError> {
    let changes = match &options.against {
        Some((name, old)) => Some(changes(name, old, store, rules)?),
        None => None,
    };
    let cannot = |path: &Path, error: &io::Error| {
        CliError::Usage(format!(
            "--out: cannot write {}: {error}; name another place",
            path.display()
        ))
    };
    let form = Form::of(out);
    let page = match form {
        Form::Page => out.to_owned(),
        Form::Folder => out.join(INDEX),
    };
    let mut inline = Inline::default();
    let mut parts = Parts {
        folder: out.join(PARTS),
    };
    let sink: &mut dyn Sink = match form {
        Form::Page => &mut inline,
        Form::Folder => {
            fresh(&parts.folder).map_err(|error| cannot(&parts.folder, &error))?;
            &mut parts
        }
    };
    let overview = match gather(store, registry, rules, sink) {
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(CliError::Usage(format!(
                "--out {}: {error}; name a directory, such as --out report",
                out.display()
            )));
        }
        Err(CliError::Output(error)) => return Err(cannot(&parts.folder, &error)),
        other => other?,
    };
    let content = Content {
        title: options.title.map_or_else(|| overview.title(), str::to_owned),
        store: &options.store,
        form: match form {
            Form::Page => "page",
            Form::Folder => "folder",
        },
        version: data_review_core::VERSION,
        overview: &overview,
        changes,
    };
    let files = overview.files;
    put(&page, |file| html(file, &content, registry, form, &inline))
        .map_err(|error| cannot(&page, &error))?;
    Ok(Written { page, files })
}

fn changes(name: &str, old: &SqliteStore, new: &SqliteStore, rules: &Rules) -> Result<Changes, CliError> {
    let mut files = Vec::new();
    let mut more = 0;
    let totals = visit_changes(old, new, rules, &mut |change| {
        if files.len() < CHANGES {
            files.push(change);
        } else {
            more += 1;
        }
        Ok(())
    })?;
    Ok(Changes {
        against: name.to_owned(),
        sentence: totals.sentence(),
        files,
        more,
    })
}

/// An empty folder: parts of an earlier report are removed, and nothing else.
#[expect(
    clippy::disallowed_methods,
    reason = "a report is written where its user says"
)]
fn fresh(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_part = name.ends_with(".js") && (name.starts_with("lines-") || name.starts_with("documents-"));
        if is_part {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes a file as a whole or not at all.
fn put(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = crate::store::directory(path);
    let mut file = tempfile::Builder::new().prefix(".report").tempfile_in(folder)?;
    {
        let mut out = BufWriter::new(file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
    }
    readable(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// Gives a new file the rights that other reports have: a temporary file is its owner's alone.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

/// JSON that ends no element.
fn escaped(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn array(items: &[String]) -> String {
    format!("[{}]", items.join(",\n"))
}

/// Compressed, as text.
fn packed(json: &str) -> io::Result<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(json.as_bytes())?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// The parts of one page, held until its overview is known.
#[derive(Default)]
struct Inline {
    lines: Vec<String>,
    documents: Vec<String>,
    files: u64,
    bytes: usize,
}

impl Sink for Inline {
    fn lines(&mut self, _: usize, lines: &[String]) -> io::Result<()> {
        self.files += lines.len() as u64;
        if self.files > FILES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("one page shows at most {FILES} files"),
            ));
        }
        self.lines.push(escaped(&array(lines)));
        Ok(())
    }

    fn space(&self) -> Space {
        match self.bytes {
            0..PREVIEWS => Space::Everything,
            PREVIEWS..PICTURES => Space::Pictures,
            PICTURES..DOCUMENTS => Space::Figures,
            _ => Space::Nothing,
        }
    }

    fn documents(&mut self, _: usize, documents: &[String]) -> io::Result<()> {
        let part = packed(&array(documents))?;
        self.bytes += part.len();
        self.documents.push(part);
        Ok(())
    }
}

/// Parts of a folder, each a script that hands its data to the page: a page from a disk may load scripts beside it, and nothing
/// else.
struct Parts {
    folder: PathBuf,
}

impl Parts {
    fn put(&self, name: &str, json: &str) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(self.folder.join(format!("{name}.js")))?);
        write!(file, "dataReview(\"{name}\",{json});")?;
        file.flush()
    }
}

impl Sink for Parts {
    fn lines(&mut self, part: usize, lines: &[String]) -> io::Result<()> {
        self.put(&format!("lines-{part}"), &escaped(&array(lines)))
    }

    fn documents(&mut self, part: usize, documents: &[String]) -> io::Result<()> {
        self.put(
            &format!("documents-{part}"),
            &format!("\"{}\"", packed(&array(documents))?),
        )
    }
}

fn html(
    out: &mut dyn Write,
    content: &Content<'_>,
    registry: &Registry,
    form: Form,
    inline: &Inline,
) -> io::Result<()> {
    let (script, style) = (assets::script(), assets::style());
    let (script_digest, style_digest) = (assets::digest(&script), assets::digest(&style));
    let (own, policy) = match form {
        Form::Page => ("", "'none'"),
        Form::Folder => (" 'self'", "parts"),
    };
    let title = content
        .title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    write!(
        out,
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src{own} {script_digest}; style-src {style_digest}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types {policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="data-review {version}">
<title>{title} · Data Review</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="page"></div>
<noscript><p class="padded">This page needs JavaScript.</p></noscript>
"#,
        version = content.version,
    )?;
    let data = |out: &mut dyn Write, id: &str, json: &str| {
        writeln!(
            out,
            "<script type=\"application/json\" id=\"{id}\">{json}</script>"
        )
    };
    data(out, "content", &escaped(&serde_json::to_string(content)?))?;
    data(out, "registry", &escaped(&page::describe(registry)))?;
    data(out, "land", assets::LAND)?;
    for (at, part) in inline.lines.iter().enumerate() {
        data(out, &format!("lines-{at}"), part)?;
    }
    writeln!(out, "<script>{script}</script>")?;
    for (at, part) in inline.documents.iter().enumerate() {
        data(out, &format!("documents-{at}"), &format!("\"{part}\""))?;
    }
    writeln!(out, "</body>\n</html>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_on_the_form() {
        assert_eq!(Form::of(Path::new("a/report.html")), Form::Page);
        assert_eq!(Form::of(Path::new("a/REPORT.HTM")), Form::Page);
        assert_eq!(Form::of(Path::new("a/report")), Form::Folder);
    }

    #[test]
    fn no_text_ends_an_element() {
        let json = escaped(&serde_json::to_string("</script><!--").unwrap());
        assert_eq!(json, r#""\u003c/script>\u003c!--""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), "</script><!--");
    }
}
