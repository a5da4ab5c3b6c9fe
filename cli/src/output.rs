//! Standard output for data and standard error for messages, with colours on terminals only.

use std::io::{self, BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use anstyle::{AnsiColor, Style};
use data_review_core::{Severity, percent_encode_controls};
use url::Url;

use crate::args::{Color, General};

/// How much is said: 0 errors only, 1 what matters, 2 details.
static LEVEL: AtomicU8 = AtomicU8::new(1);

/// Sets when colours are used, and how much is said.
pub(crate) fn configure(general: &General) {
    match general.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    LEVEL.store(
        match (general.quiet, general.verbose) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        },
        Relaxed,
    );
}

/// Whether only results and errors are printed.
pub(crate) fn is_quiet() -> bool {
    LEVEL.load(Relaxed) == 0
}

/// Whether more details are printed.
pub(crate) fn is_verbose() -> bool {
    LEVEL.load(Relaxed) == 2
}

/// The style of errors and failures.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// The style of warnings.
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default();
/// The style of headings.
pub(crate) const HEADING: Style = Style::new().bold();

/// Standard output for text. Colours are removed if it is not a terminal, or `NO_COLOR` is set.
pub(crate) fn text() -> impl Write {
    BufWriter::new(UntilClosed::new(anstream::AutoStream::auto(io::stdout()).lock()))
}

/// Standard output for JSON, byte for byte.
pub(crate) fn data() -> impl Write {
    BufWriter::new(UntilClosed::new(io::stdout().lock()))
}

/// Writes until the reader closes the pipe (`| head`), and then discards the rest: the effect and the exit code of a command do
/// not depend on how much of its output is read.
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

/// The width of the terminal in columns; `None` if standard output is not a terminal.
pub(crate) fn width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

/// The style of a severity.
pub(crate) fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => ODD,
        Severity::Info => AnsiColor::Cyan.on_default(),
    }
}

/// Prints a text, through the pager if it is longer than the terminal is high: PAGER, or else `less`.
pub(crate) fn page(shown: &str) -> io::Result<()> {
    let height = terminal_size::terminal_size_of(io::stdout()).map(|(_, height)| usize::from(height.0));
    let is_long = height.is_some_and(|height| shown.lines().count() > height);
    if is_long && let Some(mut pager) = pager() {
        let plain = anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never;
        if let Ok(mut child) = pager.stdin(Stdio::piped()).spawn() {
            if let Some(mut input) = child.stdin.take() {
                // A reader that leaves early has seen enough.
                let _ = match plain {
                    true => input.write_all(anstream::adapter::strip_str(shown).to_string().as_bytes()),
                    false => input.write_all(shown.as_bytes()),
                };
            }
            child.wait()?;
            return Ok(());
        }
    }
    let mut out = text();
    out.write_all(shown.as_bytes())?;
    out.flush()
}

/// The pager that the environment names; `None` if it names none.
#[expect(
    clippy::disallowed_methods,
    reason = "a terminal is set up by its environment"
)]
fn pager() -> Option<Command> {
    let named = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = named.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words);
    if std::env::var_os("LESS").is_none() {
        // Ends at once if the text fits, passes colours on, and leaves the text on the screen.
        command.env("LESS", "FRX");
    }
    Some(command)
}

/// `text` in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Whether standard output is a terminal that shows links.
pub(crate) fn shows_links() -> bool {
    supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// `text` as a link (OSC 8, <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>).
pub(crate) fn linked(link: &Url, text: &str) -> String {
    format!("\x1b]8;;{link}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// Prints a line on standard error, unless `--quiet` is set. Foreign text in it must be encoded already.
pub(crate) fn say(line: &str) {
    if !is_quiet() {
        print_error(line);
    }
}

fn print_error(line: &str) {
    // If standard error is closed, there is no other place for the message.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints an error on standard error.
pub(crate) fn complain(message: &str) {
    print_error(&format!(
        "{}: {}",
        styled(BAD, "error"),
        percent_encode_controls(message)
    ));
}

/// Writes one JSON value as a line.
pub(crate) fn json_line<T: serde::Serialize>(out: &mut impl Write, value: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader closes it after this number of writes.
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
