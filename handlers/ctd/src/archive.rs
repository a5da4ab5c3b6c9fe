//! Walks a zip of casts. Nothing is unpacked to disk, and no name in it is opened.

use std::collections::HashSet;
use std::io::{BufReader, Read};
use std::sync::Arc;

use data_review_core::{
    Budget, CodeInfo, Input, InputReader, PastBudget, Place, ReviewBuilder, ReviewError, printable,
};
use data_review_whp::{Cruise, refusal};
use whp_exchange::{Cast, Kind};
use zip::ZipArchive;
use zip::read::{ZipFile, read_zipfile_from_stream};
use zip::result::ZipError;

use crate::codes;
use crate::review::failure;
use crate::sniff::{FIRST, ZIP, read_up_to};

/// Stored bytes that are read at once.
const BLOCK: usize = 64 << 10;
/// What casts are called.
pub(crate) const ENDING: &str = "_ct1.csv";

/// Says that a single cast has nothing to do with archives.
pub(crate) fn rule_out(review: &mut ReviewBuilder) {
    codes::OF_ARCHIVES
        .iter()
        .for_each(|code| review.not_applicable(code));
}

pub(crate) fn review(input: Arc<dyn Input>, review: &mut ReviewBuilder) -> Result<(), ReviewError> {
    review.kind("WHP CTD zip");
    let mut walk = Walk {
        budget: Budget::of_archive(input.len(), review.limits()),
        review,
        cruise: Cruise::default(),
        read: HashSet::new(),
        last: None,
        refused: None,
    };
    let source = || BufReader::with_capacity(BLOCK, InputReader::new(input.clone()));
    let end = match ZipArchive::new(source()) {
        Ok(archive) => walk.by_index(archive),
        Err(error) => {
            let message = || format!("the index cannot be read: {error}");
            walk.review.found(&codes::INDEX_DAMAGED, None, message, || None);
            walk.one_after_the_other(source())
        }
    };
    walk.finish(end)
}

struct Walk<'r> {
    budget: Budget,
    review: &'r mut ReviewBuilder,
    cruise: Cruise,
    /// EXPOCODE, station and cast of the members so far.
    read: HashSet<[String; 3]>,
    /// Station and cast of the last member, where they are numbers.
    last: Option<(f64, f64)>,
    /// Why the first member that should be a cast is none.
    refused: Option<ReviewError>,
}

impl Walk<'_> {
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

    /// Reads local headers where the index is lost.
    fn one_after_the_other(&mut self, mut source: impl Read) -> Result<(), ReviewError> {
        for _ in 0..self.review.limits().members {
            match read_zipfile_from_stream(&mut source) {
                Ok(Some(file)) => {
                    let name = printable(file.name_raw(), 256);
                    self.member(&name, file)?;
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.refused.get_or_insert_with(|| reason(&error));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn member<R: Read>(&mut self, name: &str, file: ZipFile<'_, R>) -> Result<(), ReviewError> {
        if file.is_dir() {
            self.found(&codes::MEMBER_PATH, name, "it is a folder");
            return Ok(());
        }
        if name.contains(['/', '\\']) {
            self.found(&codes::MEMBER_PATH, name, "it lies in a folder");
        }
        if file.is_symlink() {
            self.found(
                &codes::MEMBER_FOREIGN,
                name,
                "it is a symbolic link, which is not followed",
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
            Some(_) => self.found(&codes::MEMBER_FOREIGN, name, "it is a bottle file"),
            None if head.starts_with(ZIP) => {
                self.found(&codes::MEMBER_NESTED, name, "it is a zip, which is not opened")
            }
            None if name.ends_with(ENDING) => {
                self.found(
                    &codes::MEMBER_UNREADABLE,
                    name,
                    "it is called like a cast, but does not begin with `CTD,`",
                );
            }
            None => self.found(&codes::MEMBER_FOREIGN, name, "it does not begin with `CTD,`"),
        }
        Ok(())
    }

    fn cast(&mut self, name: &str, source: impl Read) -> Result<(), ReviewError> {
        if !name.ends_with(ENDING) {
            self.found(&codes::MEMBER_NAME, name, "a cast is called `*_ct1.csv`");
        }
        let facts = match self.cruise.read(source, Some(name), self.review) {
            Ok(facts) => facts,
            Err(whp_exchange::Error::Io(error)) => return self.cut(name, &error),
            Err(error) => {
                let refusal = refusal(error, Some(name));
                self.found(&codes::MEMBER_UNREADABLE, name, &refusal.message);
                self.refused.get_or_insert(refusal);
                return Ok(());
            }
        };
        self.compare(name, &facts.cast);
        facts.cut.map_or(Ok(()), |error| self.cut(name, &error))
    }

    /// A member that ends early; only a limit ends the walk.
    fn cut(&mut self, name: &str, error: &std::io::Error) -> Result<(), ReviewError> {
        let reason = failure(error).at(Place::member(name));
        if PastBudget::of(error).is_some() {
            return Err(reason);
        }
        self.found(&codes::MEMBER_DAMAGED, name, &reason.message);
        self.refused.get_or_insert(reason);
        Ok(())
    }

    /// Holds a cast against those before it.
    fn compare(&mut self, name: &str, cast: &Cast) {
        let key = [&cast.expocode, &cast.station, &cast.number].map(String::clone);
        if !self.read.insert(key) {
            let Cast {
                expocode,
                station,
                number,
                ..
            } = cast;
            self.found(
                &codes::CAST_REPEATED,
                name,
                &format!("{expocode}, {station}, {number} was read before"),
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
            self.found(&codes::MEMBER_ORDER, name, &message);
        }
        self.last = now.or(self.last);
    }

    fn unreadable(&mut self, name: &str, error: &ZipError) {
        self.found(&codes::MEMBER_UNREADABLE, name, &error.to_string());
        self.refused.get_or_insert(reason(error).at(Place::member(name)));
    }

    fn found(&mut self, code: &CodeInfo, member: &str, message: &str) {
        let message = || format!("{member}: {message}");
        self.review
            .found(code, Some(member), message, || Some(Place::member(member)));
    }

    fn finish(self, end: Result<(), ReviewError>) -> Result<(), ReviewError> {
        let is_empty = self.cruise.casts() == 0;
        if !is_empty {
            self.cruise.finish(self.review);
        }
        end?;
        match self.refused {
            Some(reason) if is_empty => Err(reason),
            None if is_empty => Err(ReviewError::corrupt("no member is a CTD cast")),
            _ => Ok(()),
        }
    }
}

/// What an error of the archive means for the file.
fn reason(error: &ZipError) -> ReviewError {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReviewError::unsupported(error.to_string())
        }
        ZipError::Io(error) => failure(error),
        _ => ReviewError::corrupt(error.to_string()),
    }
}

/// A member's name as it can be shown.
fn name<R: Read>(file: Option<ZipFile<'_, R>>) -> String {
    file.map_or_else(|| "(no name)".to_owned(), |file| printable(file.name_raw(), 256))
}
