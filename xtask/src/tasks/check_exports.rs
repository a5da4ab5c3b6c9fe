//! Opens every export with the programs that it is written for.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::files::files_below;
use xtask::shell::{self, Outcome};

/// Readers and validators of the exports.
const PEERS: [&str; 11] = [
    "duckdb==2.0.1",
    "polars==2.1.0",
    "pandas==2.3.3",
    "pyarrow==26.0.1",
    "geopandas==1.2.0",
    "pystac[validation]==1.15.2",
    "stac-geoparquet==0.8.3",
    "rustac==0.9.18",
    "mlcroissant==1.1.1",
    "lxml==6.1.3",
    "netCDF4==1.7.5.1.post1",
];
/// Checks of each format: a program in Python that takes the store and the folder of the export.
const CHECKS: [(&str, &str); 4] = [
    ("parquet", include_str!("check_exports/parquet.py")),
    ("stac", include_str!("check_exports/stac.py")),
    ("erddap", include_str!("check_exports/erddap.py")),
    ("jsonld", include_str!("check_exports/jsonld.py")),
];
/// Measures a query over the Parquet files of a large store.
const PRUNED: &str = include_str!("check_exports/pruned.py");
/// Has OGR read the Parquet files.
const OGR: &str = include_str!("check_exports/ogr.py");
/// Runs a query in DuckDB.
const QUERY: &str = "import sys, duckdb; print(duckdb.sql(sys.argv[1]))";
/// Most of the sample files that are reviewed.
const SAMPLES: usize = 200;
/// Largest sample file that is reviewed, in bytes.
const LARGEST: u64 = 2 << 20;

/// Reviews the test files, files with hostile names, and some of the sample files if `DATA_REVIEW_CORPUS` names them.
/// Exports the store in every format, and has the programs of the field read it. Runs the examples of docs/exports.md. With
/// `files`, also makes a store of so many invented files, and measures a query over its Parquet files.
pub(crate) fn check(program: Option<PathBuf>, files: Option<u32>) -> Outcome {
    let program = match program {
        // The programs run elsewhere.
        Some(program) => std::path::absolute(program)?,
        None => shell::release(
            &["--package", "data-review-cli", "--features", "exports"],
            "data-review",
        )?,
    };
    let work = shell::cache("check-exports")?;
    std::fs::remove_dir_all(&work)?;
    let store = store(&program, &shell::cache("check-exports")?)?;
    let python = shell::python("check-exports", &PEERS)?;
    for (format, check) in CHECKS {
        let out = work.join(format);
        shell::run(
            Command::new(&program)
                .args(["export", "--no-config", "--quiet", "--format", format, "--db"])
                .arg(&store)
                .arg("--out")
                .arg(&out),
        )?;
        shell::run(Command::new(&python).args(["-c", check]).args([&store, &out]))?;
    }
    // That of Debian lacks the driver.
    let formats = Command::new("ogrinfo").arg("--formats").output();
    match formats.is_ok_and(|formats| String::from_utf8_lossy(&formats.stdout).contains("Parquet")) {
        true => shell::run(
            Command::new(&python)
                .args(["-c", OGR])
                .args([&store, &work.join("parquet")]),
        )?,
        false => println!("OGR: not run, because `ogrinfo --formats` lists no driver Parquet"),
    }
    examples(&program, &python, &work.join("examples"))?;
    if let Some(files) = files {
        shell::run(
            Command::new(&python)
                .args(["-c", PRUNED])
                .args([&program, &store, &work])
                .arg(files.to_string()),
        )?;
    }
    Ok(())
}

/// Runs the fenced blocks of docs/exports.md in their order, in one folder with a store of the test files.
fn examples(program: &Path, python: &Path, folder: &Path) -> Outcome {
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs)?;
    std::os::unix::fs::symlink(program, programs.join("data-review"))?;
    let found = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&found)))?;
    let run = |command: &mut Command| shell::run(command.current_dir(folder).env("PATH", &path));
    let test_data = shell::root().join("test_data");
    run(Command::new("data-review")
        .args(["review", "--quiet"])
        .arg(test_data))?;
    let page = std::fs::read_to_string(shell::root().join("docs/exports.md"))?;
    let blocks = blocks(&page);
    for (line, language, text) in &blocks {
        let run = |command: &mut Command| {
            run(command).map_err(|error| format!("docs/exports.md:{line}: the example fails: {error}"))
        };
        match *language {
            "shell" => run(Command::new("sh").args(["-e", "-c", text])),
            "sql" => run(Command::new(python).args(["-c", QUERY, text])),
            "python" => run(Command::new(python).args(["-c", text])),
            other => Err(format!("docs/exports.md:{line}: no example is in `{other}`")),
        }?;
    }
    println!("docs/exports.md: {} examples", blocks.len());
    Ok(())
}

/// The fenced blocks of a page in Markdown: the line of the fence, the language, and the text.
fn blocks(page: &str) -> Vec<(usize, &str, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().map(|(line, _)| line);
            let text: Vec<&str> = inside.take_while(|line| *line != "```").collect();
            blocks.push((number, language, text.join("\n")));
        }
    }
    blocks
}

/// Makes the store.
fn store(program: &Path, work: &Path) -> Outcome<PathBuf> {
    let hostile = work.join("hostile");
    std::fs::create_dir_all(&hostile)?;
    let long = "x".repeat(10_000);
    for (name, text) in [
        (
            "quote\"'.csv",
            format!("\"a\"\"b\nc\",{long}\nNaN,1\n1e400,2\n7,3\n"),
        ),
        ("new\nline.csv", "</script>,\u{202e}right\n1,2\n".to_owned()),
        ("<script>&amp;.csv", "]]>,<!--\n1,2\n3,4\n".to_owned()),
        ("\u{202e}right \u{1b}[31m.csv", "=1+1,@x\n1,2\n".to_owned()),
        ("noise.bin", "\u{0}\u{1}\u{7f}".to_owned()),
    ] {
        std::fs::write(hostile.join(name), text)?;
    }
    let store = work.join("store.db");
    let list = work.join("samples.txt");
    std::fs::write(&list, samples()?.join("\0"))?;
    let status = Command::new(program)
        .args(["review", "--no-config", "--quiet", "--db"])
        .arg(&store)
        .args(["--null", "--files-from"])
        .arg(&list)
        .arg(shell::root().join("test_data"))
        .arg(&hostile)
        .status()?;
    // 1 means that a file has no review, as some have none on purpose.
    match status.code() {
        Some(0 | 1) => Ok(store),
        _ => Err(format!("the review ended with {status}").into()),
    }
}

/// Sample files, evenly chosen; none without a corpus.
fn samples() -> Outcome<Vec<String>> {
    let Ok(corpus) = shell::corpus() else {
        return Ok(Vec::new());
    };
    let all: Vec<String> = files_below(&corpus)?
        .into_iter()
        .filter(|path| std::fs::metadata(path).is_ok_and(|facts| facts.len() <= LARGEST))
        .filter_map(|path| path.to_str().map(str::to_owned))
        .collect();
    let step = all.len().div_ceil(SAMPLES).max(1);
    Ok(all.into_iter().step_by(step).collect())
}
