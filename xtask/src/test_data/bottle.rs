//! Bottle files: a section, one across the antimeridian, one to the pole, and two that many hands have been on.

use super::cruise::{self, Cruise, Station};
use super::exchange::{Sheet, ended};
use super::ocean::Water;
use super::{Files, put};
use xtask::random::Random;

/// Where bottles are closed, in dbar; the deepest that is still above the sea floor is number 1.
const LEVELS: [u32; 24] = [
    5, 25, 50, 75, 100, 150, 200, 300, 400, 500, 600, 750, 900, 1100, 1300, 1500, 1750, 2000, 2500, 3000,
    3500, 4000, 4500, 5000,
];

pub(super) const COLUMNS: [(&str, &str); 30] = [
    ("EXPOCODE", ""),
    ("SECT_ID", ""),
    ("STNNBR", ""),
    ("CASTNO", ""),
    ("SAMPNO", ""),
    ("BTLNBR", ""),
    ("BTLNBR_FLAG_W", ""),
    ("DATE", ""),
    ("TIME", ""),
    ("LATITUDE", ""),
    ("LONGITUDE", ""),
    ("DEPTH", "METERS"),
    ("CTDPRS", "DBAR"),
    ("CTDTMP", "ITS-90"),
    ("CTDSAL", "PSS-78"),
    ("CTDSAL_FLAG_W", ""),
    ("SALNTY", "PSS-78"),
    ("SALNTY_FLAG_W", ""),
    ("CTDOXY", "UMOL/KG"),
    ("CTDOXY_FLAG_W", ""),
    ("OXYGEN", "UMOL/KG"),
    ("OXYGEN_FLAG_W", ""),
    ("SILCAT", "UMOL/KG"),
    ("SILCAT_FLAG_W", ""),
    ("NITRAT", "UMOL/KG"),
    ("NITRAT_FLAG_W", ""),
    ("NITRIT", "UMOL/KG"),
    ("NITRIT_FLAG_W", ""),
    ("PHSPHT", "UMOL/KG"),
    ("PHSPHT_FLAG_W", ""),
];

pub(super) fn write(files: &mut Files) {
    for (cruise, seed) in [
        (cruise::atlantic(), 1),
        (cruise::dateline(), 2),
        (cruise::arctic(), 3),
    ] {
        let path = format!("test_data/bottle/{}_hy1.csv", cruise.expocode);
        put(files, &path, sheet(&cruise, seed).text());
    }
    put(
        files,
        "test_data/bottle/99DR19910703_hy1.csv",
        super::odd::bottle(),
    );
    put(files, "test_data/bottle/99DR19930218_hy1.csv", cut());
    put(
        files,
        "tests/bad/bottle/stamp_only_hy1.csv",
        "BOTTLE,20240101DRVDRVABC\n",
    );
    put(
        files,
        "tests/bad/bottle/comments_only_hy1.csv",
        "BOTTLE,20240101DRVDRVABC\n# The rest was lost\n# on the way.\n",
    );
}

/// A cruise as it is meant to be written.
pub(super) fn sheet(cruise: &Cruise, seed: u64) -> Sheet {
    let mut random = Random::new(seed);
    let rows = cruise
        .stations
        .iter()
        .flat_map(|station| cast(cruise, station, &mut random));
    Sheet {
        first: "BOTTLE,20240501DRVDRVGEN".to_owned(),
        comments: vec![
            format!(
                "Cruise {} along {}: invented by `cargo xtask test-data`",
                cruise.expocode, cruise.section
            ),
            "Salinity by salinometer, oxygen by Winkler titration, nutrients by autoanalyser".to_owned(),
        ],
        headers: Vec::new(),
        columns: COLUMNS.to_vec(),
        rows: rows.collect(),
    }
}

fn cast(cruise: &Cruise, station: &Station, random: &mut Random) -> Vec<Vec<String>> {
    let levels = LEVELS.iter().rev().filter(|level| **level + 10 < station.depth);
    levels
        .enumerate()
        .map(|(at, level)| row(cruise, station, at + 1, f64::from(*level), random))
        .collect()
}

fn row(cruise: &Cruise, station: &Station, sample: usize, level: f64, random: &mut Random) -> Vec<String> {
    let pressure = level + random.unit();
    let Water {
        temperature,
        salinity,
        oxygen,
        silicate,
        nitrate,
        nitrite,
        phosphate,
    } = station.climate.at(pressure);
    let leaks = random.happens(0.015);
    let mut row = vec![
        cruise.expocode.to_owned(),
        cruise.section.to_owned(),
        station.number.to_string(),
        "1".to_owned(),
        sample.to_string(),
        sample.to_string(),
        if leaks { "3" } else { "2" }.to_owned(),
        station.date.clone(),
        station.time.clone(),
        format!("{:.4}", station.latitude),
        format!("{:.4}", station.longitude),
        station.depth.to_string(),
        format!("{pressure:.1}"),
        format!("{:.4}", temperature + random.noise(0.01)),
    ];
    let salinity = salinity + random.noise(0.004);
    let oxygen = oxygen + random.noise(1.0);
    row.extend([format!("{salinity:.4}"), "2".to_owned()]);
    row.extend(sampled(salinity, 4, 0.0001, leaks, random));
    row.extend([format!("{oxygen:.1}"), "2".to_owned()]);
    row.extend(sampled(oxygen, 1, 0.008, leaks, random));
    row.extend(sampled(silicate, 2, 0.01, leaks, random));
    row.extend(sampled(nitrate, 2, 0.01, leaks, random));
    row.extend(sampled(nitrite, 2, 0.01, leaks, random));
    row.extend(sampled(phosphate, 3, 0.01, leaks, random));
    row
}

/// A value that somebody analysed, or not, and the flag that says so; `error` is a share of the value.
fn sampled(value: f64, decimals: usize, error: f64, leaks: bool, random: &mut Random) -> [String; 2] {
    let value = (value * (1.0 + random.noise(error))).max(0.0);
    let flag = match random.unit() {
        share if share < 0.03 => "9",
        share if share < 0.04 => "5",
        share if share < 0.05 => "6",
        _ if leaks => "4",
        share if share < 0.07 => "3",
        _ => "2",
    };
    let value = match flag {
        "5" | "9" => "-999".to_owned(),
        _ => format!("{value:.decimals$}"),
    };
    [value, flag.to_owned()]
}

/// Two stations without the line of units, cut in the middle of a row.
fn cut() -> String {
    let mut cruise = cruise::nineties();
    cruise.expocode = "99DR19930218";
    cruise.stations.truncate(2);
    for station in &mut cruise.stations {
        station.date = "19930218".to_owned();
    }
    let mut lines = sheet(&cruise, 5).lines();
    lines.remove(4);
    lines.pop();
    let text = ended(&lines, "\n");
    text[..text.len() - 31].to_owned()
}
