//! The project with a handler more.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::files::{copy_file, copy_folder};
use xtask::shell::{self, Outcome};

use crate::new_handler;

/// A copy of this project as it is, of what git knows or would not ignore.
pub(crate) fn project(to: &Path) -> Outcome {
    let files = shell::output(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(shell::root()),
    )?;
    let mut files = files.lines().filter(|file| shell::root().join(file).is_file());
    files.try_for_each(|file| copy_file(&shell::root().join(file), &to.join(file)))
}

/// A copy of this project in which one more handler lies under handlers/ and on the lists, and nothing else is new.
pub(super) fn with_handler(to: &Path, from: &str, id: &str) -> Outcome {
    // Made anew, and what is the same as before left alone there: cargo does not compile that again.
    let made = to.with_extension("new");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    project(&made)?;
    new_handler::Names::new(id, &made)?.list(&made)?;
    let (old, new) = (made.join("handlers").join(from), made.join("handlers").join(id));
    copy_folder(&old, &new)?;
    edit(
        &new.join("Cargo.toml"),
        &format!("\"data-review-{from}\""),
        &format!("\"data-review-{id}\""),
    )?;
    edit(
        &new.join("src/lib.rs"),
        &format!("id: \"{from}\""),
        &format!("id: \"{id}\""),
    )?;
    fs::create_dir_all(to)?;
    remove_surplus(to, &made)?;
    copy_folder(&made, to)
}

fn edit(path: &Path, old: &str, new: &str) -> Outcome {
    let text = fs::read_to_string(path)?;
    if !text.contains(old) {
        return Err(format!("{} has no `{old}`", path.display()).into());
    }
    Ok(fs::write(path, text.replacen(old, new, 1))?)
}

/// Removes from a folder what another does not have.
fn remove_surplus(folder: &Path, other: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, other) = (entry.path(), other.join(entry.file_name()));
        match entry.file_type()?.is_dir() {
            true if other.is_dir() => remove_surplus(&path, &other)?,
            true => fs::remove_dir_all(path)?,
            false if other.is_file() => (),
            false => fs::remove_file(path)?,
        }
    }
    Ok(())
}
