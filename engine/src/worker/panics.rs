//! Messages and places of panics, in a form that is the same on every machine.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

use data_review_core::printable;

/// The message and the place of the latest panic in this process.
static LATEST: Mutex<Option<(String, String)>> = Mutex::new(None);

/// Keeps the message of a panic, instead of printing it with the number of the thread.
pub(super) fn keep() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info
            .location()
            .map_or_else(String::new, |at| format!("{}:{}", short(at.file()), at.line()));
        let message = text(info.payload()).unwrap_or_default().to_owned();
        eprintln!("panicked at {place}: {message}");
        *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = Some((message, place));
    }));
}

/// Forgets the panic of an earlier file.
pub(super) fn forget() {
    *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// The message of a failure for a panic that was caught.
pub(super) fn describe(payload: &(dyn Any + Send)) -> String {
    let latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let message = printable(text(payload).unwrap_or("no message").as_bytes(), 300);
    match latest {
        Some((said, place)) if !place.is_empty() && text(payload).is_none_or(|text| text == said) => {
            format!("the handler panicked at {place}: {message}")
        }
        _ => format!("the handler panicked: {message}"),
    }
}

fn text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// The path of a source file without its build directory: `handlers/bottle/src/review.rs`, `zip-9.0.0/src/read.rs`.
fn short(file: &str) -> &str {
    let after = |rest: &'static str| move |file: &'_ str| file.find(rest).map(|at| at + rest.len());
    if !file.starts_with('/') {
        return file;
    }
    if let Some(at) = after("/registry/src/")(file) {
        return file[at..].split_once('/').map_or(&file[at..], |(_, rest)| rest);
    }
    if let Some(at) = after("/rustc/")(file) {
        return file[at..].split_once('/').map_or(&file[at..], |(_, rest)| rest);
    }
    match file.rmatch_indices('/').nth(2) {
        Some((at, _)) => &file[at + 1..],
        None => file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_name_no_directory_of_the_machine() {
        for (file, shown) in [
            ("handlers/x/src/review.rs", "handlers/x/src/review.rs"),
            (
                "/home/me/.cargo/registry/src/index.crates.io-1949/zip-9.0.0/src/read.rs",
                "zip-9.0.0/src/read.rs",
            ),
            (
                "/rustc/59807616e/library/core/src/option.rs",
                "library/core/src/option.rs",
            ),
            ("/home/me/else/zip/src/read.rs", "zip/src/read.rs"),
            ("/x.rs", "/x.rs"),
        ] {
            assert_eq!(short(file), shown);
        }
    }
}
