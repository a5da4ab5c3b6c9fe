//! What real files of the nineties hold: each line of the tables below is a deviation that was seen in an archive.

use super::bottle;
use super::cruise;
use super::exchange::{Sheet, ended};

/// Cells of the bottle file: row, column, what stands there instead.
const BOTTLE_CELLS: &[(usize, &str, &str)] = &[
    // Fills in every spelling, under flags that ask for one and flags that do not.
    (0, "OXYGEN", "-9"),
    (0, "OXYGEN_FLAG_W", "9"),
    (1, "OXYGEN", "-99"),
    (1, "OXYGEN_FLAG_W", "9"),
    (2, "OXYGEN", "-9999"),
    (2, "OXYGEN_FLAG_W", "5"),
    (3, "OXYGEN", "-999.0"),
    (3, "OXYGEN_FLAG_W", "9"),
    (4, "SILCAT", "-999.00"),
    (4, "SILCAT_FLAG_W", "9"),
    (5, "CTDTMP", "-9"),
    (6, "SALNTY", "-999"),
    (6, "SALNTY_FLAG_W", "2"),
    (7, "SALNTY", "-999"),
    (7, "SALNTY_FLAG_W", "3"),
    (8, "SALNTY", "35.1234"),
    (8, "SALNTY_FLAG_W", "9"),
    (9, "NITRAT", "14.20"),
    (9, "NITRAT_FLAG_W", "5"),
    (10, "SILCAT", "5.10"),
    (10, "SILCAT_FLAG_W", "1"),
    (11, "BTLNBR_FLAG_W", "9"),
    // Flags that are none.
    (12, "OXYGEN_FLAG_W", "0"),
    (13, "OXYGEN_FLAG_W", "A"),
    (14, "OXYGEN_FLAG_W", ""),
    (15, "OXYGEN_FLAG_W", "-999"),
    (16, "CTDSAL_FLAG_W", "8"),
    (17, "CTDOXY_FLAG_W", "22"),
    // Numbers that are none, or are written otherwise.
    (12, "SALNTY", "n/a"),
    (13, "SALNTY", "+35.1200"),
    (14, "SALNTY", "3.51e1"),
    (15, "SALNTY", ""),
    (16, "SALNTY", "35.1"),
    (17, "SALNTY", "\"35.1200\""),
    // Values that the sea does not hold.
    (18, "CTDOXY", "999.9"),
    (19, "CTDTMP", "88.1234"),
    (20, "CTDPRS", "-0.4"),
    (21, "NITRAT", "-9"),
    // Keys, times and places.
    (22, "SAMPNO", ""),
    (23, "SAMPNO", "1"),
    (24, "STNNBR", "-999"),
    (25, "LATITUDE", "95.0000"),
    (26, "LONGITUDE", "200.0000"),
    (27, "DATE", "19911301"),
    (28, "DATE", "20990101"),
    (29, "TIME", "2460"),
    (30, "TIME", "930"),
    (31, "TIME", "12:34"),
    (32, "TIME", "2400"),
    (33, "TIME", "0"),
];

/// Five stations with the marks of thirty years: three editors, two spreadsheets and a mainframe.
pub(super) fn bottle() -> Vec<u8> {
    let mut sheet = bottle::sheet(&cruise::nineties(), 4);
    for (row, column, cell) in BOTTLE_CELLS {
        sheet.set(*row, column, cell);
    }
    old_names(&mut sheet);
    sheet.first = "BOTTLE,030791WHPO".to_owned();
    sheet
        .comments
        .push("Corrected by hand from the ship's log, Bernhard M_ller".replace('_', "\u{fc}"));
    let repeated = sheet.rows[40].clone();
    sheet.rows.push(repeated);
    let mut lines = sheet.lines();
    lines[4].push_str(",,");
    lines[5].push_str(",,");
    let data = 6;
    lines[data + 34].push_str(",7,7");
    lines[data + 35] = lines[data + 35]
        .rsplit_once(',')
        .map_or_else(String::new, |(most, _)| most.to_owned());
    lines[data + 36].push(',');
    lines.insert(data + 38, String::new());
    lines.insert(data + 41, "# the winch stopped here for an hour".to_owned());
    let last = lines.len() - 1;
    lines[last] = "END_DATA ".to_owned();
    lines.push("printed 03-JUL-91".to_owned());
    // Windows line ends, and letters of ISO 8859-1.
    latin1(&ended(&lines, "\r\n"))
}

fn old_names(sheet: &mut Sheet) {
    sheet.rename("CTDPRS", "CTDPRS", "DBARS");
    sheet.rename("CTDTMP", "CTDTMP", "IPTS68");
    sheet.rename("SALNTY", "SALNTY", "PSU");
    sheet.rename("SILCAT", "SILCAT", "UG-AT/L");
    sheet.rename("NITRIT", "Nitrit", "UMOL/KG");
    sheet.rename("NITRIT_FLAG_W", "Nitrit_FLAG_W", "");
    sheet.rename("OXYGEN_FLAG_W", "OXYGEN_FLAG_W", "UMOL/KG");
    sheet.rename("PHSPHT_FLAG_W", "PHSPHT_FLAG_I", "");
    sheet.add("SALNTY", "PSS-78", "35.0");
    sheet.add("THETTA", "DEG C", "8.1");
    sheet.add("FISHNET", "", "no");
    sheet.add("CFC-11_FLAG_W", "", "9");
    sheet.add("DEPTH_FLAG_W", "", "2");
    sheet.add("", "", "0");
}

/// ISO 8859-1: one byte for each of the first 256 characters.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}

/// A cast as old software wrote them, with a wrong count of headers, user headers and rows out of order.
pub(super) fn cast(mut sheet: Sheet) -> Vec<u8> {
    sheet.rename("CTDPRS", "CTDPRS", "DBARS");
    sheet.headers.push(("WEATHER", "fog".to_owned()));
    sheet.headers.push(("SAMPLING_RATE", "24 Hz".to_owned()));
    sheet.set(0, "CTDPRS", "-1.0");
    sheet.set(4, "CTDPRS", "60.0");
    sheet.set(5, "CTDPRS", "60.0");
    sheet.set(6, "CTDOXY", "-9.00");
    sheet.set(6, "CTDOXY_FLAG_W", "9");
    sheet.set(7, "CTDTMP_FLAG_W", "8");
    sheet.set(8, "CTDTMP_FLAG_W", "0");
    sheet.rows.swap(2, 3);
    let mut lines = sheet.lines();
    for line in &mut lines[..] {
        if line.starts_with("NUMBER_HEADERS") {
            *line = "NUMBER_HEADERS = 9".to_owned();
        }
    }
    // The comma that about half of the archive's casts have.
    let parameters = lines
        .iter()
        .position(|line| line.starts_with("CTDPRS,"))
        .unwrap_or_default();
    lines[parameters].push(',');
    lines[parameters + 1].push(',');
    ended(&lines, "\r\n").into_bytes()
}
