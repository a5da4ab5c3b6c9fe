//! From an object's bytes to UTF-8, in pieces of any size.

use std::io;
use std::sync::Arc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use data_review_core::Input;
use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE};

use crate::dialect::binary;

/// Bytes asked for at once.
const READ: usize = 256 << 10;

/// How an object's bytes are to be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// The encoding; UTF-8 includes ASCII.
    pub(crate) name: &'static encoding_rs::Encoding,
    /// Length of the byte order mark, which is not part of the text.
    pub(crate) mark: usize,
}

impl Encoding {
    /// Takes a byte order mark at its word; else UTF-8, unless more bytes speak against it than for it: then a guess.
    pub(crate) fn of(head: &[u8]) -> Self {
        for (mark, name) in [
            (&b"\xEF\xBB\xBF"[..], UTF_8),
            (b"\xFF\xFE", UTF_16LE),
            (b"\xFE\xFF", UTF_16BE),
        ] {
            if head.starts_with(mark) {
                return Encoding {
                    name,
                    mark: mark.len(),
                };
            }
        }
        // What is no text has no encoding, and guessing one is the most expensive question of all.
        let name = if binary(head).is_some() || speaks_for_utf8(head) {
            UTF_8
        } else {
            guess(head)
        };
        Encoding { name, mark: 0 }
    }

    /// Whether the text needs no decoding.
    pub(crate) fn is_utf8(&self) -> bool {
        self.name == UTF_8
    }
}

/// One damaged byte must not turn a whole text of correct UTF-8 into another encoding's letters.
fn speaks_for_utf8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    let mut rest = head;
    while let Err(error) = std::str::from_utf8(rest) {
        let (valid, after) = rest.split_at(error.valid_up_to());
        good += non_ascii_letters(valid);
        // No length: the head was cut within a letter.
        let Some(len) = error.error_len() else {
            return good + 1 > bad;
        };
        bad += 1;
        rest = &after[len..];
    }
    bad == 0 || good + non_ascii_letters(rest) > bad
}

/// Letters of valid UTF-8 outside ASCII, by their first bytes.
fn non_ascii_letters(valid: &[u8]) -> usize {
    valid.iter().filter(|byte| **byte >= 0xC0).count()
}

fn guess(head: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The text of an object as a stream of UTF-8. Bytes of a UTF-8 object are passed on unchecked: a bad one is the
/// reader's to find, and stays in its cell.
pub(crate) struct Text {
    input: Arc<dyn Input>,
    at: u64,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ended: bool,
}

impl Text {
    /// Starts behind the byte order mark.
    pub(crate) fn new(input: Arc<dyn Input>, encoding: Encoding) -> Self {
        Text {
            input,
            at: encoding.mark as u64,
            decoder: (!encoding.is_utf8()).then(|| encoding.name.new_decoder_without_bom_handling()),
            raw: Vec::new(),
            ended: false,
        }
    }

    /// Appends more of the text; nothing is appended only at its end.
    pub(crate) fn more(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let before = into.len();
        while into.len() == before && !self.ended {
            match self.decoder {
                None => {
                    let n = read(&*self.input, self.at, into)?;
                    self.at += n as u64;
                    self.ended = n == 0;
                }
                Some(_) => self.decode(into)?,
            }
        }
        Ok(())
    }

    fn decode(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        self.raw.clear();
        let n = read(&*self.input, self.at, &mut self.raw)?;
        self.at += n as u64;
        self.ended = n == 0;
        let mut rest = &self.raw[..];
        loop {
            let start = into.len();
            into.resize(start + rest.len() * 3 + 16, 0);
            let (result, used, written, _) = decoder.decode_to_utf8(rest, &mut into[start..], self.ended);
            into.truncate(start + written);
            rest = &rest[used..];
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }
}

/// One read, appended; the number of bytes, 0 at the end.
fn read(input: &dyn Input, at: u64, into: &mut Vec<u8>) -> io::Result<usize> {
    let left = usize::try_from(input.len().saturating_sub(at)).unwrap_or(usize::MAX);
    let start = into.len();
    into.resize(start + left.min(READ), 0);
    let n = input.read_at(at, &mut into[start..])?;
    into.truncate(start + n);
    if n == 0 && left > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(n)
}

#[cfg(test)]
mod tests {
    use data_review_core::BytesInput;

    use super::*;

    fn text(bytes: &[u8]) -> (Encoding, String) {
        let encoding = Encoding::of(bytes);
        let mut text = Text::new(Arc::new(BytesInput(bytes.to_vec())), encoding);
        let mut all = Vec::new();
        loop {
            let before = all.len();
            text.more(&mut all).unwrap();
            if all.len() == before {
                return (encoding, String::from_utf8(all).unwrap());
            }
        }
    }

    #[test]
    fn a_byte_order_mark_is_taken_at_its_word_and_left_out() {
        assert_eq!(text(b"\xEF\xBB\xBFa,b").1, "a,b");
        let utf16: Vec<u8> = "\u{FEFF}å,b\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(&utf16).1, "å,b\n");
        let utf16: Vec<u8> = "\u{FEFF}å,b\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(text(&utf16).1, "å,b\n");
    }

    #[test]
    fn western_letters_in_one_byte_each_are_guessed() {
        let (encoding, text) = text(b"station,remark\n1,Troms\xF8 og Malm\xF6, caf\xE9\n");
        assert_eq!(encoding.name.name(), "windows-1252");
        assert!(text.contains("Tromsø og Malmö, café"), "{text}");
    }

    #[test]
    fn one_bad_byte_leaves_utf8_what_it_is() {
        let bytes = [
            "Tromsø,Malmö\n".as_bytes(),
            b"x\xFFy,1\n",
            "æ".as_bytes().split_at(1).0,
        ]
        .concat();
        assert!(Encoding::of(&bytes).is_utf8());
        assert!(Encoding::of(b"only,ascii\n").is_utf8());
    }

    #[test]
    fn half_a_character_at_the_end_is_shown_as_lost() {
        assert_eq!(text(b"\xFF\xFEa\0,\0b").1, "a,\u{FFFD}");
    }
}
