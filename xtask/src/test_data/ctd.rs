//! CTD casts: single, zipped by cruise, and an archive that was packed by hand.

use super::archive::{self, Member};
use super::cruise::{self, Cruise, Station};
use super::exchange::Sheet;
use super::{Files, odd, put};
use xtask::random::Random;

const COLUMNS: [(&str, &str); 8] = [
    ("CTDPRS", "DBAR"),
    ("CTDPRS_FLAG_W", ""),
    ("CTDTMP", "ITS-90"),
    ("CTDTMP_FLAG_W", ""),
    ("CTDSAL", "PSS-78"),
    ("CTDSAL_FLAG_W", ""),
    ("CTDOXY", "UMOL/KG"),
    ("CTDOXY_FLAG_W", ""),
];

pub(super) fn write(files: &mut Files) {
    let (atlantic, dateline, nineties) = (cruise::atlantic(), cruise::dateline(), cruise::nineties());
    let single = name(&atlantic, &atlantic.stations[1]);
    put(
        files,
        &format!("test_data/ctd/{single}"),
        sheet(&atlantic, &atlantic.stations[1], 4).text(),
    );
    put(
        files,
        "test_data/ctd/99DR20200115_ct1.zip",
        archive::zip(&cruise_members(&dateline)),
    );
    put(
        files,
        "test_data/ctd/99DR19910703_ct1.zip",
        archive::zip(&odd_members(&nineties)),
    );
    // A download that broke off: the index at the end is gone.
    let mut cut = archive::zip(&cruise_members(&atlantic)[..4]);
    cut.truncate(cut.len() / 2);
    put(files, "test_data/ctd/99DR20190412_ct1.zip", cut);
    bad(files, &atlantic);
}

fn name(cruise: &Cruise, station: &Station) -> String {
    format!("{}_{:05}_00001_ct1.csv", cruise.expocode, station.number)
}

fn cruise_members(cruise: &Cruise) -> Vec<Member> {
    let casts = cruise.stations.iter();
    casts
        .map(|station| Member::new(&name(cruise, station), sheet(cruise, station, 20).text()))
        .collect()
}

/// A cast, every `step` dbar, as it is meant to be written.
fn sheet(cruise: &Cruise, station: &Station, step: u32) -> Sheet {
    let mut random = Random::new(u64::from(station.depth));
    let levels = (0..)
        .map(|at| at * step)
        .take_while(|level| level + 10 < station.depth);
    Sheet {
        first: "CTD,20240501DRVDRVGEN".to_owned(),
        comments: vec![format!(
            "Cruise {} along {}: invented by `cargo xtask test-data`",
            cruise.expocode, cruise.section
        )],
        headers: vec![
            ("EXPOCODE", cruise.expocode.to_owned()),
            ("SECT_ID", cruise.section.to_owned()),
            ("STNNBR", station.number.to_string()),
            ("CASTNO", "1".to_owned()),
            ("DATE", station.date.clone()),
            ("TIME", station.time.clone()),
            ("LATITUDE", format!("{:.4}", station.latitude)),
            ("LONGITUDE", format!("{:.4}", station.longitude)),
            ("DEPTH", station.depth.to_string()),
        ],
        columns: COLUMNS.to_vec(),
        rows: levels
            .map(|level| row(station, f64::from(level), &mut random))
            .collect(),
    }
}

fn row(station: &Station, pressure: f64, random: &mut Random) -> Vec<String> {
    let water = station.climate.at(pressure);
    let temperature = water.temperature + random.noise(0.01);
    let salinity = water.salinity + random.noise(0.002);
    let oxygen = water.oxygen + random.noise(0.8);
    // The pump needs the first metres to start.
    let (oxygen, flag) = if pressure < 8.0 {
        ("-999".to_owned(), "5")
    } else if random.happens(0.01) {
        (format!("{oxygen:.2}"), "6")
    } else {
        (format!("{oxygen:.2}"), "2")
    };
    [
        &format!("{pressure:.1}"),
        "2",
        &format!("{temperature:.4}"),
        "2",
        &format!("{salinity:.4}"),
        "2",
        &oxygen,
        flag,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Casts out of order, a note, a folder, a cast twice, one of another cruise, one without data.
fn odd_members(cruise: &Cruise) -> Vec<Member> {
    let cast = |at: usize| sheet(cruise, &cruise.stations[at], 10);
    let named = |at: usize| name(cruise, &cruise.stations[at]);
    let mut stranger = cast(3);
    stranger.headers[0].1 = "99DR19930218".to_owned();
    let mut empty = cast(4);
    empty.rows.clear();
    let mut nowhere = cast(1);
    for (header, value) in &mut nowhere.headers {
        match *header {
            "LATITUDE" => *value = "95.0".to_owned(),
            "DATE" => *value = "19910732".to_owned(),
            "CASTNO" => *value = "2".to_owned(),
            _ => {}
        }
    }
    vec![
        Member::new(&named(2), cast(2).text()),
        Member::new("readme.txt", "Casts 1 and 4 were copied from diskette.\n"),
        Member::new(&named(0), odd::cast(cast(0))),
        Member::folder("casts/"),
        Member::new(&format!("casts/{}", named(0)), cast(0).text()),
        Member::new(&named(1), nowhere.text()),
        Member::new(&named(3), stranger.text()),
        Member::new(&named(4), empty.text()),
        Member::new("99DR19910703_00009_00001_ct1.csv", "this cast was never read\n"),
    ]
}

fn bad(files: &mut Files, cruise: &Cruise) {
    let cast = sheet(cruise, &cruise.stations[0], 4);
    let lines = cast.lines();
    put(files, "tests/bad/ctd/headers_only_ct1.csv", lines[..6].join("\n"));
    let member = Member::new(&name(cruise, &cruise.stations[0]), cast.text());
    let mut spoilt = archive::zip(std::slice::from_ref(&member));
    // The index is whole, what it points at is not.
    let start = 30 + member.name().len();
    for byte in &mut spoilt[start + 4..start + 400] {
        *byte ^= 0xA5;
    }
    put(files, "tests/bad/none/spoilt_ct1.zip", spoilt);
    let nothing = [Member::new(
        "99DR20190412_00001_00001_ct1.csv",
        "CTD,20240501DRVDRVGEN\n# nothing but this\n",
    )];
    put(files, "tests/bad/ctd/no_casts_ct1.zip", archive::zip(&nothing));
    put(
        files,
        "tests/bad/none/notes.zip",
        archive::zip(&[Member::new("readme.txt", "No cast in here.\n")]),
    );
}
