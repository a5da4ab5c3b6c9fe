//! Identifies a single cast by its first bytes, and an archive by its index and the first bytes of a member, never by a name.

use std::io::{self, Cursor, Read};

use data_review_core::{Budget, Confidence, Probe, Verdict};
use whp_exchange::Kind;

use zip::ZipArchive;
use zip::read::read_zipfile_from_stream;

use crate::archive::ENDING;

pub(crate) const ZIP: &[u8] = b"PK\x03\x04";
/// Most members whose first bytes are read.
const MOST_MEMBERS: usize = 3;
/// First bytes of a member that suffice to identify it.
pub(crate) const FIRST: usize = 512;

pub(crate) fn sniff(probe: &mut Probe<'_>) -> Verdict {
    if !probe.head().starts_with(ZIP) {
        return data_review_whp::sniff(Kind::Ctd, probe.head());
    }
    match ZipArchive::new(probe.reader()) {
        Ok(archive) => sniff_members(archive),
        Err(error) => sniff_first(probe.head(), &error.to_string()),
    }
}

fn sniff_members<R: Read + std::io::Seek>(mut archive: ZipArchive<R>) -> Verdict {
    let members = archive.len();
    // Members that are named like casts come first: folders, readmes and pictures may precede them.
    let files = (0..members).filter(|at| !is_named(&archive, *at, "/"));
    let (casts, others): (Vec<_>, Vec<_>) = files.partition(|at| is_named(&archive, *at, ENDING));
    let mut has_unreadable_cast = false;
    let mut best = Verdict::no("a zip whose first members do not begin with `CTD,`");
    for at in casts.into_iter().chain(others).take(MOST_MEMBERS) {
        let is_named_cast = is_named(&archive, at, ENDING);
        let opened = archive.by_index(at).map_err(io::Error::from);
        match opened.and_then(sniff_cast) {
            Ok(verdict) if verdict.confidence > best.confidence => {
                let which = match at {
                    0 => "first".to_owned(),
                    1 => "second".to_owned(),
                    2 => "third".to_owned(),
                    _ => format!("{}th", at + 1),
                };
                best = Verdict {
                    confidence: verdict.confidence,
                    because: format!(
                        "a zip of {members} members, the {which} of which {}",
                        verdict.because
                    )
                    .into(),
                };
                if best.confidence == Confidence::Certain {
                    return best;
                }
            }
            Ok(_) => {}
            // The member is encrypted, or compressed by an unsupported method.
            Err(error) => has_unreadable_cast |= is_named_cast && error.kind() == io::ErrorKind::Unsupported,
        }
    }
    if best.confidence == Confidence::No && has_unreadable_cast {
        return Verdict::maybe(format!(
            "a zip of {members} members, some of them named `*{ENDING}`, that cannot be opened"
        ));
    }
    best
}

fn is_named<R: Read + std::io::Seek>(archive: &ZipArchive<R>, at: usize, ending: &str) -> bool {
    let name = archive.name_for_index(at).and_then(Result::ok);
    name.is_some_and(|name| name.ends_with(ending))
}

/// Identifies an archive without an index by its first member.
fn sniff_first(head: &[u8], error: &str) -> Verdict {
    let mut head = Cursor::new(head);
    let first = read_zipfile_from_stream(&mut head).ok().flatten();
    let verdict = first.and_then(|first| sniff_cast(first).ok());
    if verdict.is_some_and(|verdict| verdict.confidence == Confidence::Certain) {
        let because =
            format!("a zip without a readable index ({error}), but its first member begins with `CTD,`");
        return Verdict::likely(because);
    }
    Verdict::no(format!("a zip that cannot be read: {error}"))
}

/// Identifies a member like a file of its own.
fn sniff_cast(member: impl Read) -> io::Result<Verdict> {
    let mut head = [0; FIRST];
    let n = read_up_to(&mut Budget::new(FIRST as u64).cap(member), &mut head)?;
    Ok(data_review_whp::sniff(Kind::Ctd, &head[..n]))
}

/// Fills `head` as far as the source goes, and returns the number of bytes. An error counts only if nothing could be
/// read.
pub(crate) fn read_up_to(source: &mut impl Read, head: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < head.len() {
        match source.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if filled == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(filled)
}
