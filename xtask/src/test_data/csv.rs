//! General tables: four conventions that spreadsheets and servers write, and one that several hands have been on.

use std::fmt::Write;

use super::cruise;
use super::{Files, put};
use xtask::random::Random;

pub(super) fn write(files: &mut Files) {
    put(files, "test_data/csv/stations.csv", stations());
    put(files, "test_data/csv/mooring_erddap.csv", mooring());
    put(files, "test_data/csv/fjord_stations.csv", fjord());
    put(files, "test_data/csv/tide_gauge.tsv", tide_gauge());
    put(files, "test_data/csv/buoys_merged.csv", buoys());
}

/// A station table as a cruise report has it: quotes, commas and a line break within them.
fn stations() -> String {
    let cruise = cruise::atlantic();
    let mut text = "station,started,latitude,longitude,depth_m,remarks\n".to_owned();
    for station in &cruise.stations {
        let remarks = match station.number {
            2 => "\"swell, wire angle 20 degrees\"",
            5 => "\"winch stopped at 1200 m;\nresumed after an hour\"",
            9 => "\"\"\"deepest\"\" so far\"",
            _ => "",
        };
        let (date, time) = (&station.date, &station.time);
        let started = format!(
            "{}-{}-{}T{}:{}:00Z",
            &date[..4],
            &date[4..6],
            &date[6..],
            &time[..2],
            &time[2..]
        );
        let (latitude, longitude) = (station.latitude, station.longitude);
        let _ = writeln!(
            text,
            "{},{started},{latitude:.4},{longitude:.4},{},{remarks}",
            station.number, station.depth
        );
    }
    text
}

/// Two months of hours as ERDDAP serves them: a second line with units, NaN for what is missing.
fn mooring() -> String {
    let mut random = Random::new(11);
    let mut text =
        "time,latitude,longitude,depth,sea_water_temperature,sea_water_practical_salinity,qartod\n\
                    UTC,degrees_north,degrees_east,m,degree_C,1,1\n"
            .to_owned();
    for hour in 0..62 * 24 {
        let (day, month) = (hour / 24 % 31 + 1, 7 + hour / 24 / 31);
        // A day has a warm and a cold half; a triangle is as good as a sine here.
        let of_day = (f64::from(hour % 24) - 12.0).abs() / 12.0;
        let temperature = 14.0 + 1.6 * (1.0 - of_day) + f64::from(hour) / 1500.0 + random.noise(0.5);
        let salinity = 34.2 - 0.3 * of_day + random.noise(0.1);
        let (temperature, flag) = if random.happens(0.01) {
            ("NaN".to_owned(), 9)
        } else {
            (
                format!("{temperature:.3}"),
                if random.happens(0.02) { 3 } else { 1 },
            )
        };
        let _ = writeln!(
            text,
            "2021-{month:02}-{day:02}T{:02}:00:00Z,59.6400,-5.8700,12.0,{temperature},{salinity:.3},{flag}",
            hour % 24
        );
    }
    text
}

/// What a spreadsheet in a country with decimal commas writes.
fn fjord() -> String {
    let mut random = Random::new(12);
    let mut text =
        "Stasjon;Dato;Dybde (m);Temperatur (°C);Saltholdighet;Oksygen (ml/l);Merknad\r\n".to_owned();
    for station in 1..=6 {
        for depth in [1, 5, 10, 20, 50, 100, 150] {
            let depth_share = f64::from(depth) / (f64::from(depth) + 15.0);
            let temperature = 13.5 - 7.0 * depth_share + random.noise(0.3);
            let salinity = 24.0 + 10.5 * depth_share + random.noise(0.2);
            let oxygen = 6.8 - 3.5 * depth_share + random.noise(0.3);
            let remark = if depth == 150 { "nær bunnen" } else { "" };
            let row = format!(
                "F{station:02};{:02}.06.2022;{depth};{temperature:.2};{salinity:.2};{oxygen:.2};",
                station + 3
            );
            text.push_str(&row.replace('.', ",").replacen(",06,", ".06.", 1));
            let _ = write!(text, "{remark}\r\n");
        }
    }
    text
}

/// Tabs, quarter hours, and gaps that are spelt in three ways.
fn tide_gauge() -> String {
    let mut random = Random::new(13);
    let mut text = "time\twater_level\tquality\tbattery_voltage\n".to_owned();
    for quarter in 0..4 * 24 * 3 {
        let (day, hour, minute) = (1 + quarter / 96, quarter / 4 % 24, quarter % 4 * 15);
        let phase = f64::from(quarter % 50) / 25.0 - 1.0;
        let level = 2.4 * (1.0 - 2.0 * phase.abs()) + random.noise(0.04);
        let level = match quarter {
            40..44 => "NA".to_owned(),
            120 | 121 => String::new(),
            200 => "-".to_owned(),
            _ => format!("{level:.3}"),
        };
        let quality = if quarter % 97 == 5 { "suspect" } else { "good" };
        let _ = writeln!(
            text,
            "2023-03-{day:02} {hour:02}:{minute:02}\t{level}\t{quality}\t{:.2}",
            12.6 + random.noise(0.1)
        );
    }
    text
}

/// Three files that were pasted together: a byte order mark, a name twice, short and long rows, text among numbers.
fn buoys() -> String {
    let mut random = Random::new(14);
    let mut text = "\u{feff}id,date,lat,lon,sst,sst,wind\n".to_owned();
    for at in 0..60 {
        let (lat, lon) = (40.0 + random.noise(8.0), 178.0 + random.noise(8.0));
        let lon = if lon > 180.0 { lon - 360.0 } else { lon };
        let (sst, wind) = (15.0 + random.noise(4.0), 8.0 + random.noise(10.0));
        let sst = match at {
            7 => "-999".to_owned(),
            21 => "warm".to_owned(),
            22 => "inf".to_owned(),
            _ => format!("{sst:.2}"),
        };
        let _ = write!(
            text,
            "B{:03},2020-05-{:02},{lat:.3},{lon:.3},{sst},{sst},{wind:.1}",
            at % 7,
            at / 2 + 1
        );
        text.push_str(match at {
            30 => ",drogue lost\n",
            31 => "\r\n",
            _ => "\n",
        });
        if at == 32 {
            text.push_str("B004,2020-05-17,40.1\n");
        }
    }
    text
}
