//! The cases that are measured.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{Bench, Case, Contender, text};
use xtask::shell::Outcome;

/// What a user writes around CCHDO's reader.
const HYDRO: &str = "import sys; from cchdo.hydro import read_exchange; read_exchange(sys.argv[1])";
/// The types are explicit, so that the ratio is that of the statistics and not of the type detection.
const SUMMARIZE: &str = "
import sys, duckdb
duckdb.sql(f'SET threads TO {sys.argv[2]}')
names = open(sys.argv[1]).readline().strip().split(',')
columns = {name: 'BIGINT' if name.endswith('_FLAG_W') else 'DOUBLE' for name in names}
print(duckdb.sql(f'SUMMARIZE SELECT * FROM read_csv($path, header=true, auto_detect=false, delim=\\',\\', columns={columns})', params={'path': sys.argv[1]}))
";
const CAST_ZIP: &str = "a05_74EQ20151206_ct1.zip";

pub(super) fn all(bench: &Bench, quick: bool) -> Outcome<Vec<Case>> {
    let small = if quick { 20_000 } else { 100_000 };
    Ok(vec![
        bench.one_zip()?,
        bench.all_zips()?,
        bench.large_csv()?,
        bench.small_files(small, false)?,
        bench.small_files(small, true)?,
        bench.cchdo_arrays()?,
        bench.argo_arrays()?,
        bench.grids()?,
        bench.cf_rules()?,
        bench.sparse()?,
    ])
}

impl Bench {
    fn whp(&self) -> PathBuf {
        self.corpus.join("whp-exchange")
    }

    pub(super) fn ours(&self, input: &Path, jobs: u32, fresh: bool) -> Contender {
        let store = self.work.join("store.db");
        let command = [
            &text(&self.program),
            "review",
            &text(input),
            "--db",
            &text(&store),
            "--jobs",
            &jobs.to_string(),
        ];
        let command = command.map(str::to_owned).to_vec();
        let prepare = move || {
            for ending in ["", "-wal", "-shm", "-lock"] {
                let path = PathBuf::from(format!("{}{ending}", store.display()));
                if fresh && path.exists() {
                    std::fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        Contender {
            name: format!("data-review, {jobs} jobs"),
            prepare: Some(Box::new(prepare)),
            commands: vec![command],
            codes: &[0],
        }
    }

    pub(super) fn python(&self, name: &str, script: &str, args: &[&str]) -> Contender {
        let mut command = vec![text(&self.python), "-c".to_owned(), script.to_owned()];
        command.extend(args.iter().map(|arg| (*arg).to_owned()));
        Contender {
            name: name.to_owned(),
            prepare: None,
            commands: vec![command],
            codes: &[0],
        }
    }

    fn one_zip(&self) -> Outcome<Case> {
        let zip = self.whp().join(CAST_ZIP);
        let unzip = ["unzip", "-p", &text(&zip)].map(str::to_owned).to_vec();
        Ok(Case {
            title: format!("One zip of CTD casts, {CAST_ZIP}"),
            what: "Full statistics and checks of 292,050 rows, program start and a fresh store included."
                .to_owned(),
            files: 1,
            bytes: std::fs::metadata(&zip)?.len(),
            runs: 3,
            contenders: vec![
                self.ours(&zip, 1, true),
                self.python("cchdo.hydro 1.0.2.14", HYDRO, &[&text(&zip)]),
                Contender {
                    name: "unzip -p".to_owned(),
                    prepare: None,
                    commands: vec![unzip],
                    codes: &[0],
                },
            ],
        })
    }

    fn all_zips(&self) -> Outcome<Case> {
        let folder = self.work.join("zips");
        std::fs::create_dir_all(&folder)?;
        let mut zips = Vec::new();
        for entry in std::fs::read_dir(self.whp())? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "zip") {
                let copy = folder.join(path.file_name().unwrap_or_default());
                std::fs::copy(&path, &copy)?;
                zips.push(copy);
            }
        }
        zips.sort();
        let unzip = |zip: &PathBuf| ["unzip", "-p", &text(zip)].map(str::to_owned).to_vec();
        let bytes = zips
            .iter()
            .map(|zip| std::fs::metadata(zip).map_or(0, |found| found.len()))
            .sum();
        Ok(Case {
            title: "All zips of a directory".to_owned(),
            what: "The same, two workers, against inflating the members alone, one archive after the other."
                .to_owned(),
            files: zips.len() as u64,
            bytes,
            runs: 5,
            contenders: vec![
                self.ours(&folder, 2, true),
                Contender {
                    name: "unzip -p".to_owned(),
                    prepare: None,
                    commands: zips.iter().map(unzip).collect(),
                    codes: &[0],
                },
            ],
        })
    }

    /// A CSV file with rows like those of a CTD, without padding.
    fn large_csv(&self) -> Outcome<Case> {
        let path = self.work.join("large.csv");
        if !path.exists() {
            let mut out = String::from(
                "CTDPRS,CTDPRS_FLAG_W,CTDTMP,CTDTMP_FLAG_W,CTDSAL,CTDSAL_FLAG_W,CTDOXY,CTDOXY_FLAG_W\n",
            );
            let mut random = 1u64;
            for row in 0..3_600_000u64 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let noise = (random >> 40) as f64 / (1u64 << 24) as f64;
                let level = row % 3000;
                let depth = level as f64 / 3000.0;
                let temperature = 1.0 + 26.0 * (1.0 - depth).powi(4) + noise / 10.0;
                let (salinity, oxygen) = (
                    34.5 + 2.0 * (1.0 - depth).powi(2) + noise / 50.0,
                    150.0 + 80.0 * depth + noise,
                );
                writeln!(
                    out,
                    "{}.0,2,{temperature:.4},2,{salinity:.4},2,{oxygen:.1},2",
                    2 * level + 1
                )?;
            }
            std::fs::write(&path, out)?;
        }
        Ok(Case {
            title: "A CSV of 3.6 million rows".to_owned(),
            what: "Eight columns, all statistics of each, one thread, against DuckDB's SUMMARIZE with explicit types.".to_owned(),
            files: 1,
            bytes: std::fs::metadata(&path)?.len(),
            runs: 3,
            contenders: vec![
                self.ours(&path, 1, true),
                self.python("DuckDB SUMMARIZE, 1 thread", SUMMARIZE, &[&text(&path), "1"]),
            ],
        })
    }

    /// Small files of five columns and 2 kB.
    fn small_files(&self, number: u32, unchanged: bool) -> Outcome<Case> {
        let folder = self.work.join(format!("small-{number}"));
        if !folder.join("complete").exists() {
            for n in 0..number {
                let file = folder.join(format!("{:03}/{n:06}.csv", n / 1000));
                std::fs::create_dir_all(file.parent().unwrap_or(&folder))?;
                let mut out = String::from("station,depth,temperature,salinity,oxygen\n");
                for row in 0..72 {
                    writeln!(
                        out,
                        "S{n:06},{},{}.{:03},35.{row:03},2{:02}.5",
                        row * 10,
                        4 + row % 20,
                        n % 1000,
                        row % 90
                    )?;
                }
                std::fs::write(file, out)?;
            }
            std::fs::write(folder.join("complete"), "")?;
        }
        let mut ours = self.ours(&folder, 2, !unchanged);
        if let Some(command) = ours.commands.first_mut() {
            command.extend(["--include", "*.csv"].map(str::to_owned));
        }
        Ok(Case {
            title: format!(
                "{number} small CSV files{}",
                if unchanged { ", unchanged" } else { "" }
            ),
            what: match unchanged {
                true => "A second run: keys, sizes and times are compared, no file is read.",
                false => "Five columns and 2 kB each, two workers, a fresh store.",
            }
            .to_owned(),
            files: u64::from(number),
            bytes: u64::from(number) * 2048,
            runs: 2,
            contenders: vec![ours],
        })
    }
}
