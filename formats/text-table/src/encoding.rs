//! From the bytes of a source to UTF-8, in pieces of any size; and which encoding they are in, by evidence.

use std::borrow::Cow;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes asked for at once, at first and at most: most files are small.
const READ: [usize; 2] = [16 << 10, 256 << 10];
/// Bytes that UTF-16 without a byte order mark is judged by.
const UTF16_SAMPLE: usize = 4096;

/// How the bytes of a file are to be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// The encoding; UTF-8 includes ASCII.
    name: &'static encoding_rs::Encoding,
    /// Length of the byte order mark, which is not part of the text.
    mark: usize,
}

impl Encoding {
    /// UTF-8 without a byte order mark: what a text is decoded as unless [`Encoding::of`] finds evidence for another encoding.
    pub const UTF_8: Encoding = Encoding { name: UTF_8, mark: 0 };

    /// The encoding of a text that begins with `head`, by evidence:
    ///
    /// 1. A byte order mark says what it is.
    /// 2. Zeros in nearly every second byte are UTF-16.
    /// 3. Valid sequences of UTF-8 that outnumber invalid ones are UTF-8: a damaged byte does not change a whole text.
    /// 4. Bytes outside ASCII that mostly stand alone between ASCII are letters and signs of one byte each: Windows-1252,
    ///    which includes Latin-1. In a text of two bytes per character they come in pairs.
    /// 5. Everything else is a guess by `chardetng`.
    ///
    /// ```
    /// use text_table::Encoding;
    ///
    /// assert_eq!(Encoding::of(b"temp (\xB0C),sal\n8.0,33.0\n").name(), "windows-1252");
    /// assert_eq!(Encoding::of("temp (°C)".as_bytes()).name(), "UTF-8");
    /// assert_eq!(Encoding::of(b"a\0,\0b\0\n\0").name(), "UTF-16LE");
    /// ```
    pub fn of(head: &[u8]) -> Self {
        for (mark, name) in [
            (&b"\xEF\xBB\xBF"[..], UTF_8),
            (b"\xFF\xFE", UTF_16LE),
            (b"\xFE\xFF", UTF_16BE),
        ] {
            if head.starts_with(mark) {
                let mark = mark.len();
                return Encoding { name, mark };
            }
        }
        let name = utf16(head).unwrap_or_else(|| {
            // Binary data have no encoding, and guessing one is the most expensive question of all.
            if head.is_ascii() || binary(head).is_some() || is_mostly_utf8(head) {
                UTF_8
            } else if stands_alone(head) {
                WINDOWS_1252
            } else {
                guess(head)
            }
        });
        Encoding { name, mark: 0 }
    }

    /// Its name in the WHATWG Encoding Standard (§4.2), such as `UTF-8`, `UTF-16LE` or `windows-1252`; it is never empty.
    pub fn name(&self) -> &'static str {
        self.name.name()
    }

    /// Whether the text is UTF-8, with or without a byte order mark, so that it is read without being decoded.
    pub fn is_utf8(&self) -> bool {
        self.name == UTF_8
    }

    /// Length of the byte order mark in bytes; 0 where there is none.
    pub fn mark(&self) -> usize {
        self.mark
    }

    /// Whether it was concluded from the bytes, neither stated by a byte order mark nor UTF-8.
    pub fn is_guessed(&self) -> bool {
        self.mark == 0 && !self.is_utf8()
    }
}

/// UTF-16 without a byte order mark: text of western letters has a zero in every second byte.
fn utf16(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &head[..head.len().min(UTF16_SAMPLE) & !1];
    if sample.len() < 8 || memchr::memchr(0, sample).is_none() {
        return None;
    }
    let zeros = |offset: usize| {
        let every_second = sample.iter().skip(offset).step_by(2);
        every_second.filter(|byte| **byte == 0).count() * 100 / (sample.len() / 2)
    };
    let name = match (zeros(0), zeros(1)) {
        (0, 80..) => UTF_16LE,
        (80.., 0) => UTF_16BE,
        _ => return None,
    };
    let (text, _) = name.decode_without_bom_handling(sample);
    binary(text.as_bytes()).is_none().then_some(name)
}

fn is_mostly_utf8(head: &[u8]) -> bool {
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

/// Whether more than half of the bytes outside ASCII have ASCII on both sides.
fn stands_alone(head: &[u8]) -> bool {
    let is_ascii = |at: Option<usize>| at.and_then(|at| head.get(at)).is_none_or(u8::is_ascii);
    let (mut alone, mut all) = (0, 0);
    for (at, _) in head.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        all += 1;
        // The second byte of Shift_JIS, GBK and Big5 may be a letter of ASCII, but rarely a blank or a bracket.
        alone += usize::from(is_ascii(at.checked_sub(1)) && is_ascii(Some(at + 1)));
    }
    alone * 2 > all
}

fn guess(head: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// How many control characters show that bytes are not text: one or two may be damage, more are another format.
pub fn binary(bytes: &[u8]) -> Option<usize> {
    // The counts of 255 bytes fit into one byte, so that the processor adds many at once.
    let count = |some: &[u8]| some.iter().map(|byte| u8::from(is_control(*byte))).sum::<u8>();
    let controls: usize = bytes.chunks(255).map(|some| usize::from(count(some))).sum();
    (controls > 2 && controls * 100 > bytes.len()).then_some(controls)
}

/// Whether a byte is a control character that text does not need.
pub fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C) || byte == 0x7F
}

/// The text of a source as a stream of UTF-8. Bytes of a UTF-8 source are passed on unchecked: an invalid one is left for
/// the caller to find, and stays in its cell.
pub struct Text<R> {
    source: R,
    /// Bytes of the mark that are still to be skipped.
    mark: usize,
    /// Bytes to ask for next.
    wanted: usize,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ended: bool,
}

impl<R> std::fmt::Debug for Text<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Text<R> {
    /// Reads from the first byte of the file, and leaves out the byte order mark.
    pub fn new(source: R, encoding: Encoding) -> Self {
        Text {
            source,
            mark: encoding.mark,
            wanted: READ[0],
            decoder: (!encoding.is_utf8()).then(|| encoding.name.new_decoder_without_bom_handling()),
            raw: Vec::new(),
            ended: false,
        }
    }

    /// Appends more of the text; nothing is appended only at its end.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn more(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let before = into.len();
        while into.len() == before && !self.ended {
            match self.decoder {
                None => self.read(into)?,
                Some(_) => self.decode(into)?,
            }
        }
        Ok(())
    }

    /// One read, appended without what is left of the byte order mark.
    fn read(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let start = into.len();
        into.resize(start + self.wanted, 0);
        let read = loop {
            match self.source.read(&mut into[start..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        let n = *read.as_ref().unwrap_or(&0);
        into.truncate(start + n);
        let skipped = self.mark.min(n);
        into.drain(start..start + skipped);
        self.mark -= skipped;
        if n == self.wanted {
            self.wanted = (self.wanted * 2).min(READ[1]);
        }
        self.ended = read? == 0;
        Ok(())
    }

    fn decode(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let mut raw = std::mem::take(&mut self.raw);
        raw.clear();
        let read = self.read(&mut raw);
        self.raw = raw;
        read?;
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
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

/// The whole text of `bytes` in memory.
pub(crate) fn decoded(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    if encoding.is_utf8() {
        return bytes.get(encoding.mark..).unwrap_or_default().into();
    }
    let mut text = Text::new(bytes, encoding);
    let mut all = Vec::new();
    loop {
        let before = all.len();
        // Bytes in memory cannot fail.
        if text.more(&mut all).is_err() || all.len() == before {
            return all.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (Encoding, String) {
        let encoding = Encoding::of(bytes);
        let all = decoded(bytes, encoding);
        (encoding, String::from_utf8(all.into_owned()).unwrap())
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
        assert_eq!(encoding.name(), "windows-1252");
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

    #[test]
    fn signs_of_one_byte_are_not_taken_for_east_asian_characters() {
        let head = b"Station;Temp \xB0C;Tr\xFCbung %\n1;8,0;12\n".repeat(20);
        assert_eq!(Encoding::of(&head).name(), "windows-1252");
        let (encoding, text) = text(b"depth (m), 58\xB0 30.5' N, \xB1 0.1 \xB5mol/l\n");
        assert_eq!(encoding.name(), "windows-1252");
        assert!(text.contains("58° 30.5' N, ± 0.1 µmol/l"), "{text}");
    }

    #[test]
    fn utf16_is_recognised_without_a_mark() {
        for (bytes, name) in [
            (to_bytes("zeit,temp\n1,2\n", u16::to_le_bytes), "UTF-16LE"),
            (to_bytes("zeit,temp\n1,2\n", u16::to_be_bytes), "UTF-16BE"),
        ] {
            let (encoding, text) = text(&bytes);
            assert_eq!((encoding.name(), text.as_str()), (name, "zeit,temp\n1,2\n"));
            assert!(encoding.is_guessed());
        }
        assert!(Encoding::of(&[0, 1, 0, 2, 0, 3, 0, 4, 0, 5]).is_utf8());
    }

    fn to_bytes(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }
}
