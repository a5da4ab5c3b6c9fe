//! S3 Inventory: the list of a bucket that S3 itself writes every day or week, into files that are read in parallel.
//!
//! A manifest (`manifest.json`) names the columns of the inventory, and its data files with their MD5; `manifest.checksum`
//! beside it is the MD5 of the manifest (Amazon S3 User Guide, "Locating your inventory list"). Data files are CSV,
//! compressed with gzip: no header, fields in quotes, keys URL-encoded. ORC and Parquet are not read.
//!
//! An inventory is as old as it is: a sweep takes its lines as hints, as it takes those of a listing.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::types::ObjectStorageClass;
use data_review_core::{hex, printable};
use flate2::bufread::MultiGzDecoder;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use crate::message::decode_key;
use crate::object::{self, Listed};
use crate::{CallError, Clients};

/// The longest manifest in bytes; one with 10,000 files has 2 MB.
const MANIFEST_BYTES: u64 = 64 << 20;
/// The longest data file in bytes: the documentation shows one of 2^31 - 1.
const FILE_BYTES: u64 = 2 << 30;
/// The longest line in bytes: an encoded key has at most three times 1,024.
const LINE_BYTES: u64 = 64 << 10;
/// Lines of a page, as many as a page of a listing has.
const PAGE: u64 = 1000;

/// A data file of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryFile {
    /// URL of the manifest that names it.
    pub manifest: String,
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its MD5 in hexadecimal.
    pub md5: String,
    /// The names of its columns, separated by commas.
    pub schema: String,
}

/// A manifest, as S3 writes it; other fields are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    source_bucket: String,
    file_format: String,
    file_schema: String,
    files: Vec<ManifestFile>,
}

#[derive(Deserialize)]
struct ManifestFile {
    key: String,
    size: u64,
    #[serde(rename = "MD5checksum")]
    md5: String,
}

/// Where a sweep finds the columns that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Columns {
    key: usize,
    size: usize,
    etag: usize,
    class: usize,
    /// Only in an inventory of all versions.
    is_latest: Option<usize>,
    is_delete_marker: Option<usize>,
}

impl Columns {
    fn of(schema: &str) -> Result<Self, String> {
        let names: Vec<&str> = schema.split(',').map(str::trim).collect();
        let optional = |wanted: &str| names.iter().position(|name| *name == wanted);
        let needed = |wanted: &str| {
            optional(wanted).ok_or_else(|| {
                format!(
                    "the inventory has no field `{wanted}` (it has `{}`): add Size, ETag and Storage class to its \
                     configuration",
                    printable(schema.as_bytes(), 500)
                )
            })
        };
        Ok(Columns {
            key: needed("Key")?,
            size: needed("Size")?,
            etag: needed("ETag")?,
            class: needed("StorageClass")?,
            is_latest: optional("IsLatest"),
            is_delete_marker: optional("IsDeleteMarker"),
        })
    }

    /// The object of a line; `None` for an earlier version and for a delete marker.
    fn listed(&self, line: &csv::StringRecord) -> Result<Option<Listed>, String> {
        let field = |at: usize| {
            line.get(at)
                .ok_or_else(|| format!("it has only {} fields", line.len()))
        };
        let flag = |at: Option<usize>, absent: bool| match at {
            Some(at) => field(at)?
                .to_ascii_lowercase()
                .parse()
                .map_err(|_| format!("`{}` is not true or false", printable(line[at].as_bytes(), 100))),
            None => Ok(absent),
        };
        if !flag(self.is_latest, true)? || flag(self.is_delete_marker, false)? {
            return Ok(None);
        }
        let size = field(self.size)?;
        let size = size
            .parse()
            .map_err(|_| format!("the size `{}` is not a number", printable(size.as_bytes(), 100)))?;
        let class = ObjectStorageClass::from(field(self.class)?);
        Ok(Some(Listed {
            key: decode_key(field(self.key)?),
            size,
            stamp: field(self.etag)?.trim_matches('"').to_owned(),
            archive: object::archive(Some(class), None),
        }))
    }
}

/// The data files that the manifest at `url`, `s3://BUCKET/KEY`, names for an inventory of the bucket `source`.
///
/// # Errors
/// If it cannot be read, is damaged, or is not a manifest of a CSV inventory of this bucket with the needed fields.
pub async fn files(clients: &Clients, url: &str, source: &str) -> Result<Vec<InventoryFile>, CallError> {
    let location = url.strip_prefix("s3://").and_then(|path| path.split_once('/'));
    let Some((bucket, key)) = location.filter(|(_, key)| key.ends_with("manifest.json")) else {
        return Err(CallError::permanent(format!(
            "`{}` is not the manifest of an inventory: expected s3://BUCKET/…/manifest.json",
            printable(url.as_bytes(), 500)
        )));
    };
    let (mut file, md5) = download(clients, bucket, key, MANIFEST_BYTES).await?;
    let beside = key.replace("manifest.json", "manifest.checksum");
    let (mut expected, _) = download(clients, bucket, &beside, 1024).await?;
    let (mut text, mut checksum) = (String::new(), String::new());
    let read = file
        .read_to_string(&mut text)
        .and_then(|_| expected.read_to_string(&mut checksum));
    read.map_err(|error| CallError::permanent(format!("reading {url}: {error}")))?;
    if !checksum.trim().eq_ignore_ascii_case(&md5) {
        return Err(CallError::permanent(format!(
            "{url}: its MD5 is {md5}, but manifest.checksum says {}",
            printable(checksum.trim().as_bytes(), 100)
        )));
    }
    parse(&text, url, bucket, source).map_err(|error| CallError::permanent(format!("{url}: {error}")))
}

fn parse(text: &str, url: &str, bucket: &str, source: &str) -> Result<Vec<InventoryFile>, String> {
    let manifest: Manifest =
        serde_json::from_str(text).map_err(|error| format!("not the manifest of an inventory: {error}"))?;
    if manifest.source_bucket != source {
        return Err(format!(
            "it is an inventory of the bucket `{}`, and the stack reviews `{source}`",
            printable(manifest.source_bucket.as_bytes(), 100)
        ));
    }
    if manifest.file_format != "CSV" {
        return Err(format!(
            "its files are {}, and only CSV is read: choose CSV in the inventory's configuration",
            printable(manifest.file_format.as_bytes(), 100)
        ));
    }
    Columns::of(&manifest.file_schema)?;
    let files = manifest.files.into_iter().map(|file| InventoryFile {
        manifest: url.to_owned(),
        // A manifest lies in the bucket of its files.
        bucket: bucket.to_owned(),
        key: file.key,
        size: file.size,
        md5: file.md5,
        schema: manifest.file_schema.clone(),
    });
    Ok(files.collect())
}

/// Copies a data file, and begins to read behind its first `skip` lines.
///
/// # Errors
/// If it cannot be read, or is not the file that the manifest names.
pub async fn open(
    clients: &Clients,
    file: &InventoryFile,
    skip: u64,
) -> Result<InventoryReader<BufReader<File>>, CallError> {
    let InventoryFile { bucket, key, .. } = file;
    let (copy, md5) = download(clients, bucket, key, FILE_BYTES).await?;
    if !md5.eq_ignore_ascii_case(&file.md5) {
        return Err(CallError::permanent(format!(
            "s3://{bucket}/{key}: its MD5 is {md5}, but the manifest says {}",
            printable(file.md5.as_bytes(), 100)
        )));
    }
    InventoryReader::new(BufReader::new(copy), &file.schema, skip)
}

/// A copy of an object and its MD5.
async fn download(
    clients: &Clients,
    bucket: &str,
    key: &str,
    limit: u64,
) -> Result<(File, String), CallError> {
    let what = format!("reading s3://{bucket}/{key}");
    let get = clients.s3.get_object().bucket(bucket).key(key);
    let answer: GetObjectOutput = match get.set_request_payer(clients.request_payer()).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let missing = error.code() == Some("NoSuchKey");
            let mut error = CallError::of(&what, error);
            error.transient &= !missing;
            return Err(error);
        }
    };
    let mut hash = Md5::new();
    let copy = object::copy(answer, limit, |chunk| hash.update(chunk)).await?;
    let mut file = copy
        .content
        .ok_or_else(|| CallError::permanent(format!("{what}: it has more than {limit} bytes")))?;
    file.rewind()
        .map_err(|error| CallError::transient(format!("{what}: {error}")))?;
    Ok((file, hex(&hash.finalize())))
}

/// Some lines of a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryPage {
    /// Their objects, in the order of the file; earlier versions and delete markers are left out.
    pub objects: Vec<Listed>,
    /// Whether more lines follow.
    pub more: bool,
}

/// Reads a data file page by page. Reading can be continued behind any page, from the beginning of the file.
pub struct InventoryReader<R: BufRead> {
    lines: BufReader<MultiGzDecoder<R>>,
    columns: Columns,
    line: Vec<u8>,
    read: u64,
}

impl<R: BufRead> InventoryReader<R> {
    /// A reader of a compressed file with the columns `schema` behind its first `skip` lines.
    ///
    /// # Errors
    /// If a column is missing, or a line cannot be read.
    pub fn new(file: R, schema: &str, skip: u64) -> Result<Self, CallError> {
        let mut reader = InventoryReader {
            lines: BufReader::new(MultiGzDecoder::new(file)),
            columns: Columns::of(schema).map_err(CallError::permanent)?,
            line: Vec::new(),
            read: 0,
        };
        while reader.read < skip && reader.next_line()? {}
        Ok(reader)
    }

    /// The number of lines that were read or skipped.
    pub fn lines(&self) -> u64 {
        self.read
    }

    /// The objects of the next lines whose keys begin with `prefix`.
    ///
    /// # Errors
    /// If a line cannot be read.
    pub fn next_page(&mut self, prefix: &str) -> Result<InventoryPage, CallError> {
        let mut objects = Vec::new();
        for _ in 0..PAGE {
            if !self.next_line()? {
                return Ok(InventoryPage { objects, more: false });
            }
            let listed = self.parse_line().map_err(|error| {
                CallError::permanent(format!("line {} of the inventory: {error}", self.read))
            })?;
            objects.extend(listed.filter(|object| object.key.starts_with(prefix)));
        }
        Ok(InventoryPage { objects, more: true })
    }

    /// Reads the next line; false at the end.
    fn next_line(&mut self) -> Result<bool, CallError> {
        self.line.clear();
        let mut capped = (&mut self.lines).take(LINE_BYTES);
        let read = capped.read_until(b'\n', &mut self.line);
        let line = self.read + 1;
        let failed = |error: String| CallError::permanent(format!("line {line} of the inventory: {error}"));
        if read.map_err(|error: io::Error| failed(error.to_string()))? == 0 {
            return Ok(false);
        }
        if self.line.len() as u64 == LINE_BYTES {
            return Err(failed(format!("it has {LINE_BYTES} bytes or more")));
        }
        self.read = line;
        Ok(true)
    }

    fn parse_line(&self) -> Result<Option<Listed>, String> {
        let mut fields = csv::ReaderBuilder::new()
            .has_headers(false)
            .buffer_capacity(self.line.len())
            .from_reader(self.line.as_slice());
        let mut record = csv::StringRecord::new();
        match fields.read_record(&mut record) {
            Ok(true) => self.columns.listed(&record),
            Ok(false) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const ALL: &str =
        "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass";
    const CURRENT: &str = "Bucket, Key, Size, ETag, StorageClass";

    fn compressed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn manifest(format: &str, schema: &str) -> String {
        format!(
            r#"{{"sourceBucket": "data", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
                "creationTimestamp": "1514944800000", "fileFormat": "{format}", "fileSchema": "{schema}",
                "files": [{{"key": "lists/data/all/data/1.csv.gz", "size": 2147483647,
                    "MD5checksum": "f11166069f1990abeb9c97ace9cdfabc"}}]}}"#
        )
    }

    /// The manifest that the Amazon S3 User Guide shows, with other names.
    #[test]
    fn a_manifest_names_files_and_columns() {
        let parsed = |format: &str, schema: &str, source: &str| {
            parse(
                &manifest(format, schema),
                "s3://lists/manifest.json",
                "lists",
                source,
            )
        };
        let files = parsed("CSV", ALL, "data").unwrap();
        let expected = InventoryFile {
            manifest: "s3://lists/manifest.json".to_owned(),
            bucket: "lists".to_owned(),
            key: "lists/data/all/data/1.csv.gz".to_owned(),
            size: 2_147_483_647,
            md5: "f11166069f1990abeb9c97ace9cdfabc".to_owned(),
            schema: ALL.to_owned(),
        };
        assert_eq!(files, [expected]);
        for (format, schema, source, reason) in [
            ("ORC", ALL, "data", "its files are ORC, and only CSV is read"),
            (
                "CSV",
                "Bucket, Key, Size, StorageClass",
                "data",
                "no field `ETag`",
            ),
            ("CSV", ALL, "other", "an inventory of the bucket `data`"),
        ] {
            let error = parsed(format, schema, source).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
        assert!(parse("{}", "", "", "").unwrap_err().contains("not the manifest"));
    }

    #[test]
    fn lines_are_objects_unless_they_are_old_or_deleted() {
        let text = r#""data","a%2Fb+c%2B%F0%9F%90%8B.csv","v2","true","false","7","2026-11-28T00:00:00.000Z","e1","STANDARD"
"data","a%2Fb+c%2B%F0%9F%90%8B.csv","v1","false","false","6","2026-11-27T00:00:00.000Z","e0","STANDARD"
"data","deleted.csv","v3","true","true","","2026-11-28T00:00:00.000Z","",""
"data","deep.csv","v4","true","false","9","2026-11-28T00:00:00.000Z","e4","DEEP_ARCHIVE"
"data","instant.csv","v5","true","false","9","2026-11-28T00:00:00.000Z","e5-2","GLACIER_IR"
"data","odd%2C%22name%22.csv","v6","true","false","0","2026-11-28T00:00:00.000Z","e6","STANDARD"
"#;
        let listed = |key: &str, size, stamp: &str, archive: Option<&str>| Listed {
            key: key.to_owned(),
            size,
            stamp: stamp.to_owned(),
            archive: archive.map(str::to_owned),
        };
        let all = [
            listed("a/b c+🐋.csv", 7, "e1", None),
            listed("deep.csv", 9, "e4", Some("DEEP_ARCHIVE")),
            listed("instant.csv", 9, "e5-2", None),
            listed("odd,\"name\".csv", 0, "e6", None),
        ];
        let file = compressed(text);
        let page = |prefix: &str| {
            let mut reader = InventoryReader::new(file.as_slice(), ALL, 0).unwrap();
            reader.next_page(prefix).unwrap()
        };
        assert_eq!(page("").objects, all);
        assert_eq!(page("a/").objects, all[..1]);
        assert!(!page("").more);
    }

    fn line(n: u64) -> String {
        format!("\"data\",\"cruise%2F{n:06}.csv\",\"{n}\",\"e{n}\",\"STANDARD\"\n")
    }

    /// An invocation ends behind any page, before or after its progress is saved: every line is read, a page at most twice.
    #[test]
    fn reading_goes_on_behind_any_page() {
        const LINES: u64 = 3500;
        let file = compressed(&(0..LINES).map(line).collect::<String>());
        let reader = |skip| InventoryReader::new(file.as_slice(), CURRENT, skip).unwrap();
        for dies_before_saving in [false, true] {
            let (mut saved, mut seen, mut pages) = (0, Vec::new(), 0);
            loop {
                let mut shard = reader(saved);
                let page = shard.next_page("").unwrap();
                pages += 1;
                seen.extend(page.objects.into_iter().map(|object| object.key));
                if dies_before_saving && pages % 2 == 1 {
                    continue;
                }
                saved = shard.lines();
                if !page.more {
                    break;
                }
            }
            assert_eq!(pages, if dies_before_saving { 8 } else { 4 });
            assert_eq!(saved, LINES);
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len() as u64, LINES);
        }
        // A file whose lines fill its last page, and one without a line.
        let mut exact = InventoryReader::new(file.as_slice(), CURRENT, LINES - PAGE).unwrap();
        assert!(exact.next_page("").unwrap().more);
        let last = exact.next_page("").unwrap();
        assert_eq!((last.objects.len(), last.more), (0, false));
        let empty = compressed("");
        let mut empty = InventoryReader::new(empty.as_slice(), CURRENT, 0).unwrap();
        assert!(!empty.next_page("").unwrap().more);
    }

    #[test]
    fn a_damaged_file_is_an_error_with_its_line() {
        let good = line(1);
        for (text, reason) in [
            (
                format!("{good}\"data\",\"k\"\n"),
                "line 2 of the inventory: it has only 2",
            ),
            (
                good.replace("\"1\"", "\"one\""),
                "line 1 of the inventory: the size `one`",
            ),
            (
                format!("{good}{}", "x".repeat(100_000)),
                "line 2 of the inventory: it has 65536",
            ),
        ] {
            let file = compressed(&text);
            let mut reader = InventoryReader::new(file.as_slice(), CURRENT, 0).unwrap();
            let error = reader.next_page("").unwrap_err();
            assert!(error.message.contains(reason) && !error.transient, "{error}");
        }
        let whole = compressed(&(0..3000).map(line).collect::<String>());
        let cut = &whole[..whole.len() / 2];
        let mut reader = InventoryReader::new(cut, CURRENT, 0).unwrap();
        let error = loop {
            match reader.next_page("") {
                Ok(page) => assert!(page.more, "a cut file has no end"),
                Err(error) => break error,
            }
        };
        assert!(error.message.contains("of the inventory"), "{error}");
    }
}
