//! `data-review report`

use std::io::Write;
use std::process::ExitCode;

use data_review_core::{Registry, percent_encode_controls};

use crate::args::Report;
use crate::config::Settings;
use crate::exit::End;
use crate::report::{Options, write};
use crate::{output, store, wording};

pub(super) fn run(args: &Report, settings: &Settings) -> End {
    let path = settings.store(&args.db);
    let store = store::to_read(&path)?;
    let against = match &args.against {
        Some(old) => Some((old.display().to_string(), store::to_read(old)?)),
        None => None,
    };
    let options = Options {
        title: args.title.as_deref(),
        store: path.display().to_string(),
        against,
    };
    let written = write(&store, &Registry::linked()?, &settings.rules, &args.out, &options)?;
    let page = written.page.to_string_lossy();
    let mut out = output::text();
    writeln!(out, "{}", percent_encode_controls(&page))?;
    out.flush()?;
    output::say(&format!(
        "{}; open it in a browser",
        wording::plural(written.files, "file")
    ));
    Ok(ExitCode::SUCCESS)
}
