//! Updates `tests/expected/`; called by `cargo xtask expected`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let force = std::env::args().any(|argument| argument == "--force");
    match data_review_tests::expected::refresh(force) {
        Ok(written) => {
            for path in &written {
                println!("{path}");
            }
            println!("{} written", written.len());
            ExitCode::SUCCESS
        }
        Err(reasons) => {
            eprintln!("{reasons}");
            ExitCode::FAILURE
        }
    }
}
