//! Standard output for data, standard error for messages; colours only where they are wanted.

use std::io::{self, BufWriter, Write};

use anstyle::{AnsiColor, Style};
use data_review_core::percent_encode_controls;

/// Of errors and failures.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Of warnings.
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default();
/// Of headings.
pub(crate) const HEADING: Style = Style::new().bold();

/// Standard output for text: colours are dropped where it is no terminal, or `NO_COLOR` is set.
pub(crate) fn text() -> impl Write {
    BufWriter::new(UntilClosed::new(anstream::AutoStream::auto(io::stdout()).lock()))
}

/// Standard output for JSON and the like, byte for byte.
pub(crate) fn data() -> impl Write {
    BufWriter::new(UntilClosed::new(io::stdout().lock()))
}

/// Writes until the reader closes the pipe (`| head`), and then goes on as if it had not: what a command does and how it
/// ends does not depend on how much of its output is read.
struct UntilClosed<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> UntilClosed<W> {
    fn new(inner: W) -> Self {
        UntilClosed { inner, closed: false }
    }

    fn attempt<T>(&mut self, write: impl FnOnce(&mut W) -> io::Result<T>, closed: T) -> io::Result<T> {
        if self.closed {
            return Ok(closed);
        }
        match write(&mut self.inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(closed)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|inner| inner.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(W::flush, ())
    }
}

/// Columns of the terminal that standard output is; none where it is no terminal.
pub(crate) fn width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

/// `text` in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A line for the person, on standard error. What is foreign in it must be encoded already.
pub(crate) fn say(line: &str) {
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// An error for the person.
pub(crate) fn complain(message: &str) {
    say(&format!(
        "{}: {}",
        styled(BAD, "error"),
        percent_encode_controls(message)
    ));
}

/// One JSON value a line.
pub(crate) fn json_line<T: serde::Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader closes it after so many writes.
    struct Pipe(usize);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let mut out = UntilClosed::new(Pipe(1));
        for _ in 0..3 {
            out.write_all(b"line\n").unwrap();
        }
        assert!(out.closed);
    }

    #[test]
    fn any_other_error_is_one() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = UntilClosed::new(Full).write_all(b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
