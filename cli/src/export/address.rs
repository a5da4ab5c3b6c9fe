//! Where files are, for exports that refer to them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use data_review_core::store::{ObjectId, Root};
use data_review_engine::{is_remote, path_of};
use sha2::{Digest, Sha256};

/// Turns the keys of files into addresses.
#[derive(Debug, Clone, Default)]
pub(crate) struct Addresses {
    /// What precedes every key, whatever its root; `None` for the places of the roots.
    pub(crate) base: Option<String>,
    /// Where each root is, by its name.
    pub(crate) roots: BTreeMap<String, Site>,
}

/// Where the files of a root are.
#[derive(Debug, Clone)]
pub(crate) enum Site {
    /// A directory of this machine.
    Directory(Root),
    /// Elsewhere.
    Url {
        /// What precedes the rest of a key; it ends with `/`.
        url: String,
        /// What the keys begin with, beside that rest.
        prefix: String,
    },
}

impl Site {
    /// Where the files of a root are; `None` if nobody knows.
    pub(crate) fn of(root: Root) -> Option<Self> {
        let place = Path::new(&root.place);
        match (root.place.is_empty(), is_remote(place)) {
            (true, _) => None,
            (false, false) => Some(Site::Directory(root)),
            (false, true) => Some(Site::Url {
                url: format!("{}/", root.place.trim_end_matches('/')),
                prefix: root.prefix,
            }),
        }
    }
}

/// The rest of a key behind what the keys of its root begin with.
fn below<'k>(key: &'k str, prefix: &str) -> &'k str {
    key.strip_prefix(prefix).unwrap_or(key)
}

impl Addresses {
    /// The address of a file: a URL, or its key as a relative one if nobody knows where its root is.
    pub(super) fn of(&self, object: ObjectId<'_>) -> String {
        match (&self.base, self.roots.get(object.root)) {
            (Some(base), _) => {
                let end = if base.ends_with('/') { "" } else { "/" };
                format!("{base}{end}{}", escaped(object.key))
            }
            (None, Some(Site::Url { url, prefix })) => {
                format!("{url}{}", escaped(below(object.key, prefix)))
            }
            (None, Some(Site::Directory(root))) => {
                let path = escaped(root.place.trim_end_matches('/'));
                format!("file://{path}/{}", escaped(below(object.key, &root.prefix)))
            }
            (None, None) => escaped(object.key),
        }
    }

    /// The path of a file on this machine; `None` if its root is elsewhere.
    pub(super) fn path(&self, object: ObjectId<'_>) -> Option<PathBuf> {
        match self.roots.get(object.root)? {
            Site::Directory(root) => Some(path_of(root, object.key)),
            Site::Url { .. } => None,
        }
    }

    /// The directory in which the keys begin with `key`: its path on this machine with a `/` at its end; else, or if the files
    /// are below a URL, that URL (as the error).
    pub(super) fn directory(&self, root: &str, key: &str) -> Result<String, String> {
        match self.roots.get(root) {
            Some(Site::Directory(root)) if self.base.is_none() => {
                let path = root.place.trim_end_matches('/');
                let below = key.strip_prefix(root.prefix.as_str()).unwrap_or_default();
                Ok(format!("{path}/{below}"))
            }
            _ => Err(self.of(ObjectId { root, key })),
        }
    }
}

/// A key as the path of a URL (RFC 3986 §3.3). A key has the bytes of a name that are not UTF-8 as `%FF` already, and a `%` of
/// the name that would read as such a byte as `%25`.
fn escaped(key: &str) -> String {
    let bytes = key.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut out = String::with_capacity(key.len());
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                out.push(char::from(*byte));
            }
            b'%' if is_hex(at + 1) && is_hex(at + 2) => out.push('%'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A name for a file that is unique in the store, and can be a file name: the end of its key, and a digest of root and key.
pub(super) fn identifier(object: ObjectId<'_>) -> String {
    const LONGEST: usize = 80;
    let digest = Sha256::digest([object.root, "\0", object.key].concat());
    let digest: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let name = object.key.rsplit('/').next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .take(LONGEST)
        .collect();
    format!("{}-{digest}", plain.trim_start_matches(['.', '-']))
}

/// The media type of a file, by its handler and the end of its name.
pub(super) fn media_type(handler: Option<&str>, key: &str) -> &'static str {
    let has_ending = |ending: &str| key.to_ascii_lowercase().ends_with(ending);
    match handler {
        _ if has_ending(".gz") => "application/gzip",
        _ if has_ending(".bz2") => "application/x-bzip2",
        _ if has_ending(".zst") => "application/zstd",
        _ if has_ending(".zip") => "application/zip",
        Some("netcdf") => "application/netcdf",
        Some("hdf5") => "application/x-hdf5",
        Some("bottle") => "text/csv",
        Some("csv") if has_ending(".tsv") || has_ending(".tab") => "text/tab-separated-values",
        Some("csv") if has_ending(".csv") => "text/csv",
        Some(_) => "text/plain",
        None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object<'a>(root: &'a str, key: &'a str) -> ObjectId<'a> {
        ObjectId { root, key }
    }

    #[test]
    fn keys_become_addresses() {
        let site = |place: &str, prefix: &str| Site::of(Root::at(place, prefix)).unwrap();
        let mut addresses = Addresses {
            base: None,
            roots: BTreeMap::from([
                ("argo".to_owned(), site("/mnt/a b", "cruise/")),
                ("".to_owned(), site("s3://bucket", "")),
                ("web".to_owned(), site("https://host/a", "b/")),
            ]),
        };
        for (root, key, address) in [
            ("argo", "cruise/x?.nc", "file:///mnt/a%20b/x%3F.nc"),
            (
                "argo",
                "cruise/caf%E9 100%.nc",
                "file:///mnt/a%20b/caf%E9%20100%25.nc",
            ),
            ("", "cruise/x.nc", "s3://bucket/cruise/x.nc"),
            ("web", "b/x.nc", "https://host/a/x.nc"),
            ("other", "new\nline<>\"'.csv", "new%0Aline%3C%3E%22%27.csv"),
        ] {
            assert_eq!(addresses.of(object(root, key)), address);
        }
        let path = addresses.path(object("argo", "cruise/x.csv"));
        assert_eq!(path.unwrap(), Path::new("/mnt/a b/x.csv"));
        assert_eq!(addresses.path(object("", "x.csv")), None);
        assert!(Site::of(Root::at("", "")).is_none());
        assert_eq!(addresses.directory("argo", "cruise/x/").unwrap(), "/mnt/a b/x/");
        assert_eq!(addresses.directory("", "x/").unwrap_err(), "s3://bucket/x/");
        addresses.base = Some("https://data.example/argo".to_owned());
        assert_eq!(
            addresses.of(object("argo", "a/Ø.nc")),
            "https://data.example/argo/a/%C3%98.nc"
        );
        let directory = addresses.directory("argo", "cruise/");
        assert_eq!(directory.unwrap_err(), "https://data.example/argo/cruise/");
    }

    #[test]
    fn identifiers_are_file_names_and_differ() {
        let id = identifier(object("r", "dir/..\u{202e}</script>\n.csv"));
        assert!(id.starts_with("script--.csv-"), "{id}");
        assert_ne!(identifier(object("r", "a")), identifier(object("s", "a")));
        assert!(identifier(object("r", &"x".repeat(10_000))).len() < 100);
    }
}
