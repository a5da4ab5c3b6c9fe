//! Lines from any reader: capped, numbered, borrowed.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is read, in bytes: thousands of labels.
pub const LONGEST_LINE: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(crate) struct Lines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    number: u64,
    too_long: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Lines {
            source: BufReader::with_capacity(64 << 10, source),
            line: Vec::new(),
            number: 0,
            too_long: false,
        }
    }

    /// Moves to the next line; false at the end. One that is too long is empty.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        // The line, its end, and one byte that shows that it is longer.
        let most = LONGEST_LINE as u64 + 3;
        let source = self.source.by_ref();
        let read = source.take(most).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        let is_ended = self.line.pop_if(|last| *last == b'\n').is_some();
        self.line.pop_if(|last| *last == b'\r');
        if self.number == 1 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        self.too_long = self.line.len() > LONGEST_LINE;
        if self.too_long {
            self.line.clear();
        }
        if !is_ended && read as u64 == most {
            self.source.skip_until(b'\n')?;
        }
        Ok(true)
    }

    /// The line that [`Self::advance`] came to, without its end.
    pub(crate) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Its number, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn too_long(&self) -> bool {
        self.too_long
    }
}

/// UTF-8, else ISO 8859-1, which any bytes are.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_numbers_and_the_byte_order_mark() {
        let mut lines = Lines::new(&b"\xEF\xBB\xBFa\r\n\nb"[..]);
        for expected in [(1, &b"a"[..]), (2, b""), (3, b"b")] {
            assert!(lines.advance().unwrap());
            assert_eq!((lines.number(), lines.line()), expected);
        }
        assert!(!lines.advance().unwrap());
    }

    #[test]
    fn a_long_line_is_left_out_and_reading_goes_on() {
        for surplus in [0, 1, 2, 3, 4, 100_000] {
            let mut bytes = vec![b'x'; LONGEST_LINE + surplus];
            bytes.extend(b"\nshort\n");
            let mut lines = Lines::new(bytes.as_slice());
            assert!(lines.advance().unwrap());
            assert_eq!(lines.too_long(), surplus > 0, "{surplus}");
            assert!(lines.advance().unwrap());
            assert_eq!((lines.number(), lines.line()), (2, &b"short"[..]), "{surplus}");
        }
    }

    #[test]
    fn any_bytes_are_text() {
        assert_eq!(text("µ".as_bytes()), "µ");
        assert_eq!(text(b"\xB5mol"), "µmol");
    }
}
