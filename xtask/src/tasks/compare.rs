//! Compares our statistics with those of widely used libraries, over real files.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use xtask::files::files_below;
use xtask::shell::{self, Outcome};

/// The newest release of each package for the oldest Python that is still common.
const PEERS: [&str; 5] = [
    "netCDF4==1.7.5.1.post1",
    "cftime==1.6.6.1",
    "h5py==3.16.0",
    "hdf5plugin==7.1.0",
    "numpy==2.4.6",
];
/// Readers of Sea-Bird and ODV files, and dependencies that pyodv does not declare.
const TEXT_PEERS: [&str; 7] = [
    "ctd==1.5.0",
    "seabirdscientific==3.1.1",
    "pandas==2.3.3",
    "pyodv==0.0.6",
    "xmltodict==1.0.4",
    "beautifulsoup4==4.15.0",
    "lxml==6.1.3",
];
/// Readers of delimited text.
const TABLE_PEERS: [&str; 4] = [
    "pandas==2.3.3",
    "duckdb==2.0.1",
    "polars==2.1.0",
    "clevercsv==0.8.5",
];
/// The checker of CF and ACDD whose findings are compared with ours.
const RULE_PEERS: [&str; 1] = ["compliance-checker==6.1.0"];
const RULES: &str = include_str!("compare/rules.py");
/// What we say of each kind of finding of the peer.
const RULES_TABLE: &str = "xtask/src/tasks/compare/rules.tsv";
const RULES_PAGE: &str = "docs/rules/compliance-checker.md";
const TABLES: &str = include_str!("compare/tables.py");
const ARRAYS: &str = include_str!("compare/arrays.py");
const COVERAGE: &str = include_str!("compare/coverage.py");
/// Folders of the corpus with netCDF and HDF5 files.
pub(crate) const FOLDERS: [&str; 9] = [
    "arrays-real",
    "cchdo-netcdf",
    "cf-checker",
    "argo",
    "argo-checker",
    "classic-grids",
    "netcdf-c",
    "pytables",
    "hdf5-cve",
];
/// Least number of compared variables; with fewer, some files were not reviewed.
const LEAST_VARIABLES: u32 = 13_000;

/// Compares every variable of every file (shape, counts, extremes, mean, and the same for each flag), then the coverage
/// of every file, with times decoded by cftime and positions computed by numpy.
pub(crate) fn arrays() -> Outcome {
    let corpus = shell::corpus()?;
    let program = shell::program()?;
    let work = shell::cache("compare")?;
    let python = shell::python("compare", &PEERS)?;
    let mut pairs = Vec::new();
    for folder in FOLDERS {
        let input = corpus.join(folder);
        if !input.is_dir() {
            return Err(format!("{} is not a folder", input.display()).into());
        }
        let documents = work.join(format!("{folder}.jsonl"));
        let mut review = Command::new(&program);
        review.args(["review", "--force", "--json", "--db"]);
        review.arg(work.join(format!("{folder}.db"))).arg(&input);
        let status = review
            .stdout(std::fs::File::create(&documents)?)
            .stderr(Stdio::inherit())
            .status()?;
        // 1 means that a file failed, as hostile ones do.
        if !matches!(status.code(), Some(0 | 1)) {
            return Err(format!("the review of {folder} ended with {status}").into());
        }
        pairs.push(format!("{}={}", input.display(), documents.display()));
    }
    shell::run(
        Command::new(&python)
            .args(["-c", ARRAYS, &LEAST_VARIABLES.to_string()])
            .args(&pairs),
    )?;
    shell::run(Command::new(&python).args(["-c", COVERAGE]).args(&pairs))
}

/// Compares our findings with those of compliance-checker, over the sample files and its own test files, and writes a page.
///
/// `program` is a built `data-review`; a release build is made without one. Its own test files are texts in CDL, which
/// `ncgen` (Debian's package netcdf-bin) turns into netCDF files.
pub(crate) fn rules(program: Option<PathBuf>) -> Outcome {
    let corpus = shell::corpus()?.join("cf-checker");
    let ncgen = shell::find("ncgen").ok_or("ncgen is missing: install netcdf-bin")?;
    let program = program.map_or_else(shell::program, Ok)?;
    let work = shell::cache("compare-rules")?;
    let python = shell::python("compare-rules", &RULE_PEERS)?;
    let files = work.join("files");
    if files.exists() {
        std::fs::remove_dir_all(&files)?;
    }
    std::fs::create_dir_all(&files)?;
    let find =
        "import compliance_checker as c, pathlib; print(pathlib.Path(c.__file__).parent / 'tests/data')";
    let data = Command::new(&python)
        .args(["-W", "ignore", "-c", find])
        .output()?;
    let data = PathBuf::from(String::from_utf8(data.stdout)?.trim());
    for text in files_below(&data)? {
        if let (Some("cdl"), Some(name)) = (text.extension().and_then(OsStr::to_str), text.file_stem()) {
            let file = files.join(name).with_extension("nc");
            // Some texts need the types of netCDF-4; the classic model refuses them.
            shell::run(
                Command::new(&ncgen)
                    .args(["-k", "nc4", "-o"])
                    .arg(file)
                    .arg(&text),
            )?;
        }
    }
    for sample in files_below(&corpus)? {
        if let Some(name) = sample.file_name() {
            std::fs::copy(&sample, files.join(name))?;
        }
    }
    let documents = work.join("documents.jsonl");
    let mut review = Command::new(&program);
    review.args(["review", "--force", "--json", "--db"]);
    review.arg(work.join("review.db")).arg(&files);
    let status = review.stdout(std::fs::File::create(&documents)?).status()?;
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("the review ended with {status}").into());
    }
    shell::run(
        Command::new(&python)
            .args(["-c", RULES])
            .arg(shell::root().join(RULES_TABLE))
            .arg(shell::root().join(RULES_PAGE))
            .args([&documents, &files]),
    )
}

/// Prints how many tables of the Pollock benchmark each reader reads correctly, by the folders of the corpus that have
/// its files.
pub(crate) fn tables() -> Outcome {
    let corpus = shell::corpus()?.join("pollock");
    let program = shell::program()?;
    let python = shell::python("compare-tables", &TABLE_PEERS)?;
    shell::run(
        Command::new(&python)
            .args(["-c", TABLES])
            .arg(&program)
            .args([corpus.join("real"), corpus.join("polluted")]),
    )
}

/// Runs the tests in modules named `peer`, which call other readers, in an environment that has these, and those that need the
/// sample files.
pub(crate) fn texts() -> Outcome {
    let corpus = shell::corpus()?;
    shell::run(
        Command::new("cargo")
            .args([
                "test",
                "--quiet",
                "--workspace",
                "--all-features",
                "--test",
                "suite",
                "--",
                "--ignored",
                "peer::",
                "corpus::",
                "tables::",
            ])
            .env("DATA_REVIEW_PYTHON", shell::python("compare-texts", &TEXT_PEERS)?)
            .env("DATA_REVIEW_CORPUS", corpus)
            .current_dir(shell::root()),
    )
}
