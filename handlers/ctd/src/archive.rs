//! Reads a zip of casts member by member. Nothing is unpacked to disk, and no name in the archive is opened as a file.

use std::collections::HashSet;
use std::io::{BufReader, Read};
use std::sync::Arc;

use data_review_core::{
    Budget, CodeInfo, Finding, Input, InputReader, PastBudget, Place, ReviewBuilder, ReviewError, printable,
};
use data_review_whp::{Cruise, review_error};
use whp_exchange::{Cast, Kind};
use zip::ZipArchive;
use zip::read::{ZipFile, read_zipfile_from_stream};
use zip::result::ZipError;

use crate::codes;
use crate::review::failure;
use crate::sniff::{FIRST, ZIP, read_up_to};

/// Bytes of one read from the archive.
const BLOCK: usize = 64 << 10;
/// Most members that a message names.
const MOST_NAMES: usize = 8;
/// Ending of the names of casts.
pub(crate) const ENDING: &str = "_ct1.csv";

/// Marks the checks of archives as not applicable to a single cast.
pub(crate) fn not_applicable(review: &mut ReviewBuilder) {
    codes::OF_ARCHIVES
        .iter()
        .for_each(|code| review.not_applicable(code));
}

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("WHP CTD zip");
    let mut archive_review = ArchiveReview {
        budget: Budget::of_archive(input.len(), review.limits()),
        review,
        cruise: Cruise::new(Kind::Ctd),
        casts: HashSet::new(),
        last: None,
        first_failure: None,
        is_cut: false,
        odd: Vec::new(),
    };
    let source = || BufReader::with_capacity(BLOCK, InputReader::new(input.clone()));
    let end = match ZipArchive::new(source()) {
        Ok(archive) => archive_review.by_index(archive),
        Err(error) => {
            let message = || format!("the index cannot be read: {error}");
            archive_review
                .review
                .found(&codes::INDEX_DAMAGED, None, message, || None);
            archive_review.is_cut = true;
            archive_review.by_local_headers(source())
        }
    };
    archive_review.finish(end)
}

struct ArchiveReview<'r> {
    budget: Budget,
    review: &'r mut ReviewBuilder,
    cruise: Cruise,
    /// EXPOCODE, station and cast of the members so far.
    casts: HashSet<[String; 3]>,
    /// Station and cast of the last member, if they are numbers.
    last: Option<(f64, f64)>,
    /// Why the first unreadable member could not be read.
    first_failure: Option<ReviewError>,
    /// Whether the index is lost, as in a truncated archive: then the last member ends early, too.
    is_cut: bool,
    /// Members that deviate from the structure of an archive.
    odd: Vec<OddMembers>,
}

/// All members that deviate in one way: one finding, which names them.
struct OddMembers {
    code: &'static CodeInfo,
    /// What several of them have in common, as a predicate.
    what: &'static str,
    count: u64,
    /// Names of the first members.
    names: Vec<String>,
    /// Message about the first member.
    first: String,
}

impl OddMembers {
    fn message(&self) -> String {
        if self.count == 1 {
            return self.first.clone();
        }
        let more = match self.count - self.names.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "{} members {}: {}{more}",
            self.count,
            self.what,
            self.names.join(", ")
        )
    }
}

impl ArchiveReview<'_> {
    fn by_index<R: Read + std::io::Seek>(&mut self, mut archive: ZipArchive<R>) -> Result<(), ReviewError> {
        let (members, limit) = (archive.len(), self.review.limits().members as usize);
        if members > limit {
            return Err(ReviewError::limit(format!(
                "the archive has {members} members, the limit is {limit}"
            )));
        }
        if archive.has_overlapping_files().unwrap_or(false) {
            let message = "members share the same stored bytes, as in a decompression bomb";
            return Err(ReviewError::corrupt(message));
        }
        for at in 0..members {
            let name = name(archive.by_index_raw(at).ok());
            match archive.by_index(at) {
                Ok(file) => self.member(&name, file)?,
                Err(error) => self.unreadable(&name, &error),
            }
        }
        Ok(())
    }

    /// Follows the local headers of the members if the index of the archive is lost.
    fn by_local_headers(&mut self, mut source: impl Read) -> Result<(), ReviewError> {
        for _ in 0..self.review.limits().members {
            match read_zipfile_from_stream(&mut source) {
                Ok(Some(file)) => {
                    let name = printable(file.name_raw(), 256);
                    self.member(&name, file)?;
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.first_failure.get_or_insert_with(|| failure_of_zip(&error));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn member<R: Read>(&mut self, name: &str, file: ZipFile<'_, R>) -> Result<(), ReviewError> {
        if file.is_dir() {
            self.note(&codes::MEMBER_PATH, name, "a folder");
            return Ok(());
        }
        if name.contains(['/', '\\']) {
            self.note(&codes::MEMBER_PATH, name, "in a folder");
        }
        if file.is_symlink() {
            self.note(
                &codes::MEMBER_FOREIGN,
                name,
                "a symbolic link, which is not followed",
            );
            return Ok(());
        }
        let mut budget = self.budget.clone();
        let mut source = budget.cap(file);
        let mut head = [0; FIRST];
        let head = match read_up_to(&mut source, &mut head) {
            Ok(n) => &head[..n],
            Err(error) => {
                self.unreadable(name, &error.into());
                return Ok(());
            }
        };
        let kind = whp_exchange::sniff(head).or_else(|| whp_exchange::sniff_misspelt(head));
        if kind == Some(Kind::Ctd) {
            let end = self.cast(name, head.chain(source));
            self.budget = budget;
            return end;
        }
        match kind {
            Some(_) => self.note(&codes::MEMBER_FOREIGN, name, "a bottle file"),
            None if head.starts_with(ZIP) => {
                self.note(&codes::MEMBER_NESTED, name, "an archive, which is not opened")
            }
            None if name.ends_with(ENDING) => {
                self.found(
                    &codes::MEMBER_UNREADABLE,
                    name,
                    "the name is that of a cast, but the file does not begin with `CTD,`",
                );
            }
            None => self.note(
                &codes::MEMBER_FOREIGN,
                name,
                "the file does not begin with `CTD,`",
            ),
        }
        Ok(())
    }

    fn cast(&mut self, name: &str, source: impl Read) -> Result<(), ReviewError> {
        if !name.ends_with(ENDING) {
            self.note(&codes::MEMBER_NAME, name, "the name does not end with `_ct1.csv`");
        }
        let facts = match self.cruise.read(source, Some(name), self.review) {
            Ok(facts) => facts,
            Err(whp_exchange::Error::Io(error)) => return self.damaged(name, &error),
            Err(error) => {
                let failure = review_error(error, Some(name));
                self.found(&codes::MEMBER_UNREADABLE, name, &failure.message);
                self.first_failure.get_or_insert(failure);
                return Ok(());
            }
        };
        self.compare(name, &facts.cast);
        facts.failure.map_or(Ok(()), |error| self.damaged(name, &error))
    }

    /// Reports a member that ends early. Only an exceeded limit ends the review of the archive.
    fn damaged(&mut self, name: &str, error: &std::io::Error) -> Result<(), ReviewError> {
        let reason = failure(error).at(Place::member(name));
        if PastBudget::of(error).is_some() {
            return Err(reason);
        }
        if self.is_cut && error.kind() == std::io::ErrorKind::UnexpectedEof {
            let (cause, consequence) = (&codes::INDEX_DAMAGED, &codes::MEMBER_DAMAGED);
            self.review.explain(cause, consequence, Some(name));
        }
        self.found(&codes::MEMBER_DAMAGED, name, &reason.message);
        self.first_failure.get_or_insert(reason);
        Ok(())
    }

    /// Compares a cast with the previous ones.
    fn compare(&mut self, name: &str, cast: &Cast) {
        let key = [&cast.expocode, &cast.station, &cast.number].map(String::clone);
        if !self.casts.insert(key) {
            let Cast {
                expocode,
                station,
                number,
                ..
            } = cast;
            self.found(
                &codes::CAST_REPEATED,
                name,
                &format!("EXPOCODE {expocode}, station {station}, cast {number} is in the archive already"),
            );
        }
        let now = cast
            .station
            .parse::<f64>()
            .ok()
            .zip(cast.number.parse::<f64>().ok());
        if let (Some(last), Some(now)) = (self.last, now)
            && now < last
        {
            let message = format!("station {} comes after station {}", cast.station, last.0);
            self.note(&codes::MEMBER_ORDER, name, &message);
        }
        self.last = now.or(self.last);
    }

    fn unreadable(&mut self, name: &str, error: &ZipError) {
        self.found(&codes::MEMBER_UNREADABLE, name, &error.to_string());
        self.first_failure
            .get_or_insert(failure_of_zip(error).at(Place::member(name)));
    }

    /// Notes a member that deviates from the structure of an archive; all members with one code are reported together
    /// at the end.
    fn note(&mut self, code: &'static CodeInfo, member: &str, message: &str) {
        let at = self
            .odd
            .iter()
            .position(|odd| odd.code == code)
            .unwrap_or_else(|| {
                self.odd.push(OddMembers {
                    code,
                    what: codes::several(code),
                    count: 0,
                    names: Vec::new(),
                    first: format!("{member}: {message}"),
                });
                self.odd.len() - 1
            });
        let odd = &mut self.odd[at];
        odd.count += 1;
        if odd.names.len() < MOST_NAMES {
            odd.names.push(member.to_owned());
        }
    }

    fn found(&mut self, code: &CodeInfo, member: &str, message: &str) {
        let message = || format!("{member}: {message}");
        self.review
            .found(code, Some(member), message, || Some(Place::member(member)));
    }

    fn finish(self, end: Result<(), ReviewError>) -> Result<(), ReviewError> {
        for odd in &self.odd {
            let places = odd.names.iter().map(|name| Place::member(name));
            let finding = Finding::new(odd.code, None, odd.message()).times(odd.count);
            self.review.absorb(finding.at(places));
        }
        let is_empty = self.cruise.casts() == 0;
        if is_empty {
            self.cruise.give_up(self.review);
        } else {
            self.cruise.finish(self.review);
        }
        end?;
        match self.first_failure {
            Some(reason) if is_empty => Err(reason),
            None if is_empty => Err(ReviewError::corrupt("the archive has no CTD cast")),
            _ => Ok(()),
        }
    }
}

/// The class and the message of an error of the archive.
fn failure_of_zip(error: &ZipError) -> ReviewError {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReviewError::unsupported(error.to_string())
        }
        ZipError::Io(error) => failure(error),
        _ => ReviewError::corrupt(error.to_string()),
    }
}

/// The name of a member without unprintable characters.
fn name<R: Read>(file: Option<ZipFile<'_, R>>) -> String {
    file.map_or_else(|| "(no name)".to_owned(), |file| printable(file.name_raw(), 256))
}
