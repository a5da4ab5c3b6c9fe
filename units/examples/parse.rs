//! Prints for each line of standard input the unit in base units, or why it is not valid: `cargo run -p udunits
//! --example parse`.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        match udunits::parse(&line) {
            Ok(unit) => writeln!(out, "{line}\t{unit}")?,
            Err(error) => writeln!(out, "{line}\terror: {error}")?,
        }
    }
    Ok(())
}
