//! netCDF: the sample files, and a very long one.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Bench, Case, Contender};
use xtask::files::files_below;
use xtask::shell::Outcome;

/// Plain sums of every numeric variable, in one process; characters are not read.
const NETCDF4: &str = "
import sys, pathlib, netCDF4, numpy as np
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*')):
    if path.is_file():
        with netCDF4.Dataset(path) as file:
            file.set_auto_maskandscale(False)
            for variable in file.variables.values():
                if getattr(variable.dtype, 'kind', 'O') in 'iuf':
                    float(np.nansum(variable[...]))
";
/// The same as a user of xarray would write it.
const XARRAY: &str = "
import sys, pathlib, xarray as xr
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*')):
    if path.is_file():
        with xr.open_dataset(path, engine='netcdf4', decode_times=False) as file:
            for name, variable in file.variables.items():
                if variable.dtype.kind in 'iuf':
                    float(variable.sum())
";
/// The CF checks of compliance-checker, by the version that each file declares.
const CHECKER: &str = "
import sys, re, pathlib, warnings
warnings.filterwarnings('ignore')
from compliance_checker.suite import CheckSuite
CheckSuite.load_all_available_checkers()
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*')):
    if path.is_file():
        suite = CheckSuite()
        data = suite.load_dataset(str(path))
        said = re.search(r'CF-1\\.(\\d+)', str(getattr(data, 'Conventions', '')))
        minor = min(max(int(said.group(1)), 6), 11) if said else 11
        suite.run_all(data, [f'cf:1.{minor}'])
        data.close()
";
/// Number of copies of small files, to make the run longer.
const COPIES: u32 = 10;

impl Bench {
    fn arrays(&self, title: &str, folder: &Path, runs: usize) -> Outcome<Case> {
        let files = files_below(folder)?;
        let lengths = files
            .iter()
            .map(|file| std::fs::metadata(file).map(|found| found.len()));
        let bytes = lengths.sum::<Result<u64, _>>()?;
        Ok(Case {
            title: title.to_owned(),
            what: "All statistics and checks of every variable, a fresh store, against reading alone and against plain sums."
                .to_owned(),
            files: files.len() as u64,
            bytes,
            runs,
            contenders: vec![
                self.ours(folder, 2, true),
                self.ours(folder, 1, true),
                self.reading(&files, 2),
                self.python("netCDF4 1.7.5, sums", NETCDF4, &[&super::text(folder)]),
                self.python("xarray 2026.9, sums", XARRAY, &[&super::text(folder)]),
            ],
        })
    }

    /// The same reader, without any computation.
    fn reading(&self, files: &[PathBuf], threads: u32) -> Contender {
        let name = format!("our reader alone, {threads} threads");
        on_files(name, &self.reader, files, threads)
    }

    /// What no review of netCDF-4 can undercut.
    fn floor(&self, files: &[PathBuf], threads: u32) -> Contender {
        let name = format!("floor (read, inflate, unshuffle, sum), {threads} threads");
        on_files(name, &self.floor, files, threads)
    }

    /// Ten copies of each file of a folder of the corpus, so that the start of the program counts little.
    fn copies(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.work.join(name);
        for copy in 0..COPIES {
            let inner = folder.join(copy.to_string());
            if !inner.is_dir() {
                std::fs::create_dir_all(&inner)?;
                for entry in std::fs::read_dir(self.corpus.join(name))? {
                    let path = entry?.path();
                    std::fs::copy(&path, inner.join(path.file_name().unwrap_or_default()))?;
                }
            }
        }
        Ok(folder)
    }

    pub(super) fn cchdo_arrays(&self) -> Outcome<Case> {
        let folder = self.copies("cchdo-netcdf")?;
        let mut case = self.arrays("CCHDO netCDF-4, ten copies", &folder, 3)?;
        case.contenders.insert(3, self.floor(&files_below(&folder)?, 2));
        Ok(case)
    }

    pub(super) fn argo_arrays(&self) -> Outcome<Case> {
        self.arrays("Argo netCDF, ten copies", &self.copies("argo")?, 3)
    }

    pub(super) fn grids(&self) -> Outcome<Case> {
        self.arrays("Classic grids", &self.corpus.join("classic-grids"), 3)
    }

    pub(super) fn cf_rules(&self) -> Outcome<Case> {
        let folder = self.corpus.join("cf-checker");
        let mut case = self.arrays("Rules of CF", &folder, 1)?;
        case.what = "The test files of compliance-checker: all statistics and checks, against its checks of CF alone.".to_owned();
        case.contenders.truncate(2);
        case.contenders
            .push(self.python("compliance-checker 6.1.0", CHECKER, &[&super::text(&folder)]));
        Ok(case)
    }

    /// A sparse classic file of one variable, which takes almost no space on disk.
    pub(super) fn sparse(&self) -> Outcome<Case> {
        let path = self.work.join("sparse.nc");
        let values: u32 = 2_500_000_000;
        write_sparse(&path, values)?;
        Ok(Case {
            title: "A variable of 10 GB".to_owned(),
            what: "2.5 thousand million floats in one variable of a sparse file, one thread: what counts is the memory.".to_owned(),
            files: 1,
            bytes: std::fs::metadata(&path)?.len(),
            runs: 1,
            contenders: vec![self.ours(&path, 1, true)],
        })
    }
}

/// A program that takes the number of threads and the names of files.
fn on_files(name: String, program: &Path, files: &[PathBuf], threads: u32) -> Contender {
    let mut command = vec![super::text(program), threads.to_string()];
    command.extend(files.iter().map(|file| super::text(file)));
    Contender {
        name,
        prepare: None,
        commands: vec![command],
        codes: &[0],
    }
}

/// A netCDF 64-bit offset file with one dimension and one variable of floats.
fn write_sparse(path: &PathBuf, values: u32) -> Outcome {
    let mut header = b"CDF\x02\0\0\0\0\0\0\0\x0A\0\0\0\x01\0\0\0\x01x\0\0\0".to_vec();
    header.extend(values.to_be_bytes());
    // No attributes; one variable along the dimension, without attributes, of floats, whose size does not fit into the
    // field.
    header.extend(b"\0\0\0\0\0\0\0\0\0\0\0\x0B\0\0\0\x01\0\0\0\x01v\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\xFF\xFF\xFF\xFF");
    let begin = header.len() as u64 + 8;
    header.extend(begin.to_be_bytes());
    let mut file = std::fs::File::create(path)?;
    file.write_all(&header)?;
    file.set_len(begin + 4 * u64::from(values))?;
    file.seek(SeekFrom::End(-4))?;
    file.write_all(&1.5f32.to_be_bytes())?;
    Ok(())
}
