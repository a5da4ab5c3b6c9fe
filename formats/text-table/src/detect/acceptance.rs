//! Which tables are accepted, by the kinds of their cells, the number of rows, how many of these are odd, and what the name
//! of the file promises; and where their header is found, by what is above the records. `acceptance.txt` and `headers.txt`
//! list what is found today, right or not: a change of a rule shows which tables it concerns.

use std::fmt::Write as _;

use super::*;

/// Numbers of rows, and of rows among them that lack a cell.
const ROWS: [usize; 9] = [1, 2, 3, 4, 5, 8, 9, 10, 20];
const ODD: [usize; 6] = [0, 1, 2, 3, 5, 9];
/// Kinds of the columns, of which the last is repeated: numbers, dates, words, sentences, and numbers that are missing now and
/// then. There are numbers with a word among them, with empty cells, and words with a quote within, too.
const KINDS: [&str; 9] = ["n", "wn", "dw", "w", "ws", "nw", "dnw", "wwn", "nm"];
const HINTS: [(&str, NameHint); 3] = [
    ("table", NameHint::Table),
    ("nothing", NameHint::Nothing),
    ("other", NameHint::Other),
];

fn cell(kind: u8, row: usize, column: usize) -> String {
    match kind {
        b'n' => format!("{}.{}", row + 1, (row * 7 + column * 3) % 10),
        b'x' if (row + column).is_multiple_of(5) => "bad".to_owned(),
        b'e' if (row + column).is_multiple_of(2) => String::new(),
        b'q' if (row + column).is_multiple_of(3) => "no\"rth".to_owned(),
        b'q' => "north".to_owned(),
        b'x' | b'e' => format!("{row}.5"),
        b'd' => format!("2022-03-{:02}", row + 1),
        b'w' => ["north", "south", "west"][(row + column) % 3].to_owned(),
        b's' => format!("the sensor was cleaned on the way to the next site of row {row}"),
        _ => match (row + column) % 3 {
            0 => "NaN".to_owned(),
            _ => format!("{}.{row}", column + 1),
        },
    }
}

/// A table, and the line of its first record.
fn table(
    kinds: &str,
    width: usize,
    rows: usize,
    odd: usize,
    with_header: bool,
    delimiter: &str,
) -> (String, u64) {
    let kind = |column: usize| kinds.as_bytes()[column.min(kinds.len() - 1)];
    let mut text = String::new();
    if with_header {
        let names: Vec<&str> = ["site", "level", "flow", "salt", "note", "ship"][..width].to_vec();
        writeln!(text, "{}", names.join(delimiter)).unwrap();
    }
    for row in 0..rows {
        // The odd rows are spread over the table.
        let is_odd = row * odd / rows != (row + 1) * odd / rows;
        let cells: Vec<String> = (0..width - usize::from(is_odd))
            .map(|column| cell(kind(column), row, column))
            .collect();
        writeln!(text, "{}", cells.join(delimiter)).unwrap();
    }
    (text, 1 + u64::from(with_header))
}

/// What is found: `.` for what was made, otherwise a letter.
fn symbol(text: &str, hint: NameHint, width: usize, first: u64) -> char {
    match detect(text, hint) {
        Ok(layout) if layout.width != width => 'w',
        Ok(layout) if layout.header.is_empty() != (first == 1) => 'h',
        Ok(layout) if layout.first_record != first => 'f',
        Ok(_) => '.',
        Err(NoTable::Uneven { .. }) => 'u',
        Err(NoTable::Prose { .. }) => 'p',
        Err(NoTable::OneColumn) => '1',
        Err(_) => 'o',
    }
}

fn detect(text: &str, hint: NameHint) -> Result<Layout, NoTable> {
    let bytes = text.as_bytes();
    Detector::new()
        .name_hint(hint)
        .detect(bytes, Encoding::of(bytes), true)
}

#[test]
fn tables_are_accepted_as_listed() {
    let mut shown = String::new();
    for (name, delimiter) in [("comma", ","), ("blank", " ")] {
        for kinds in KINDS {
            for (width, with_header) in [
                (2, true),
                (3, true),
                (5, true),
                (2, false),
                (3, false),
                (5, false),
            ] {
                for (hint_name, hint) in HINTS {
                    let head = if with_header { "header" } else { "none" };
                    write!(shown, "{name} {kinds} {width} {head} {hint_name}:").unwrap();
                    for rows in ROWS {
                        shown.push(' ');
                        for odd in ODD.into_iter().filter(|odd| *odd < rows) {
                            let (text, first) = table(kinds, width, rows, odd, with_header, delimiter);
                            shown.push(symbol(&text, hint, width, first));
                        }
                    }
                    shown.push('\n');
                }
            }
        }
    }
    assert!(
        shown == include_str!("acceptance.txt"),
        "acceptance.txt differs:\n{shown}"
    );
}

/// What is above the records of a table of five columns; cells are separated by commas here.
const ABOVE: [&str; 62] = [
    "",
    "site,level,flow,salt,note",
    "site,level,flow,salt",
    "site,level,flow",
    "site,level",
    "site",
    "site,level,flow,salt,note,ship",
    "site,level,flow,salt,note,ship,more",
    "site,,,,",
    "site,level,,,",
    "site,level,flow,,",
    "site,level,flow,salt,",
    ",level,flow,salt,note",
    ",,,salt,note",
    "site,level,flow,1,2",
    "site,level,1,2,3",
    "site,1,2,3,4",
    "1,2,3,4,5",
    ".1,.2,.3,.4,words",
    ".4,.3,.2,.1,words",
    "2001,2002,2003,2004,2005",
    "site,2001,2002,2003,2004",
    "site,2001,2003,2004,2005",
    "NaN,NaN,NaN,NaN,NaN",
    "site,level,flow,salt,note|site,level,flow,salt,note",
    "site,level,flow,salt,note|,m,m/s,psu,",
    "site,level,flow,salt,note|,m,furlong,psu,",
    "site,level,flow,salt,note|,m,furlong,cubit,",
    "site,level,flow,salt,note|,furlong,cubit,ell,",
    "site,level,flow,salt,note|m,m,m/s,psu,a remark about it",
    "site,level,flow,salt,note|,m,m/s,psu,|,m,m/s,psu,",
    "site,level,flow,salt,note|,m,m/s,psu,|,m,m/s,psu,|,m,m/s,psu,",
    "site,level,flow,salt,note|,[m],(m/s),[psu],",
    "site,level,flow,salt,note|n/a,n/a,n/a,n/a,n/a",
    "site,level,flow,salt,note|yyyy-mm-dd,hh:mm:ss,dd/mm/yyyy,tz,",
    "site,level,flow,salt,note|text,float,float,float,text",
    "site,level,flow,salt,note|,1,2,3,",
    "buoy,,ship,,|site,level,flow,salt,note",
    "buoy,,buoy,ship,ship|site,level,flow,salt,note",
    "buoy,,ship,,|site,level,level,salt,salt",
    "buoy,ship,,,|site,level,level,salt,salt",
    "buoy,,ship,,|,level,,salt,note|site,,flow,,",
    "a,,b,,|c,,d,,|e,,f,,|g,,h,,|site,level,level,salt,salt",
    "Mooring 7|site,level,flow,salt,note",
    "Mooring 7|",
    "Mooring,7|site,level,flow,salt,note",
    "Mooring,7,,,|Depth,9,,,|site,level,flow,salt,note",
    "site,level,flow,salt,note|Mooring,7",
    "site,level,flow,salt,note|Mooring,7|Depth,9",
    "site,level,flow,salt,note||||||",
    "site,level,flow,salt,note|||||||",
    "site,level,flow,salt,note|# one|# two",
    "site,level,flow,salt,note|-----,-----,-----,-----,-----",
    "this row is a note of many words about the instrument and the site,,,,||site,level,flow,salt,note",
    "this row is a note of many words about the instrument and the site,,,,|site,level,flow,salt,note",
    "#site,level,flow,salt,note",
    "# site,level,flow,salt,note|#,m,m/s,psu,",
    "#site,level,flow,salt,note|#m,m,m/s,psu,psu",
    "# a|# b|#site,level,flow,salt,note|# c",
    "%Columns: ,site,level,flow,salt,note|%Start:",
    "site level flow salt note",
    "site (m) - level (m) - flow (m) - salt (m) - note (m)",
];

#[test]
fn headers_are_found_as_listed() {
    let mut shown = String::new();
    for above in ABOVE {
        writeln!(shown, "{above}").unwrap();
        for (name, delimiter, all_kinds) in [
            ("comma", ",", &["n", "wnnnw", "dnw", "w"][..]),
            ("blanks", "   ", &["n", "wnnnw"]),
        ] {
            let mut before = String::new();
            for kinds in all_kinds {
                let found = header(&above.replace(',', delimiter), kinds, delimiter);
                // Kinds of the same result share a line.
                match found == before {
                    true => shown.insert_str(shown.len() - found.len() - 3, &format!(" {kinds}")),
                    false => writeln!(shown, "  {name} {kinds}: {found}").unwrap(),
                }
                before = found;
            }
        }
    }
    assert!(
        shown == include_str!("headers.txt"),
        "headers.txt differs:\n{shown}"
    );
}

/// Lines of the header and of the units, the first record, and what else is known of the names; or the reason of a refusal.
fn header(above: &str, kinds: &str, delimiter: &str) -> String {
    let above = match above {
        "" => String::new(),
        _ => above.replace('|', "\n") + "\n",
    };
    let (records, _) = table(kinds, 5, 12, 0, false, delimiter);
    match detect(&format!("{above}{records}"), NameHint::Table) {
        Ok(layout) => {
            let mark = match (layout.header_is_comment, layout.header_is_wide) {
                (false, false) => "",
                (true, false) => " in a comment",
                (false, true) => ", wide",
                (true, true) => " in a comment, wide",
            };
            let Layout {
                header,
                units,
                first_record,
                names,
                width,
                lines_above,
                ..
            } = layout;
            format!(
                "{header:?} {units:?} {first_record}, {names} names of {width}{mark}, {lines_above} above"
            )
        }
        Err(reason) => reason.to_string(),
    }
}

/// The score decides between delimiters; the agreement of the cells with the kinds of their columns, whether it is a table.
#[test]
fn scores_are_as_listed() {
    let mut shown = String::new();
    for (name, delimiter, by) in [
        ("comma", ",", Delimiter::Byte(b',')),
        ("blanks", "  ", Delimiter::Blanks),
    ] {
        for kinds in [
            "n", "wn", "dw", "w", "ws", "nm", "x", "wx", "dx", "e", "we", "nq", "q",
        ] {
            for (rows, odd, above) in [
                (12, 0, ""),
                (12, 0, "site,level,flow"),
                (12, 0, "site,level"),
                (12, 3, "site,level,flow"),
                (12, 0, "Mooring|site|site,level,flow"),
                (4, 1, "site,level,flow"),
                (0, 0, "site,level,flow"),
            ] {
                let (records, _) = table(kinds, 3, rows, odd, false, delimiter);
                let text = format!("{above}{}{records}", if above.is_empty() { "" } else { "|" });
                let text = text.replace('|', "\n").replace(',', delimiter);
                let sheet = Sheet::of(text.as_bytes(), true, Dialect::of(by));
                let table = Table::of(&sheet, 3, header::is_common_unit);
                let (score, agreement) = (table.score(), table.agreement());
                writeln!(
                    shown,
                    "{name} {kinds} {rows} {odd} {above}: {score:.4} {agreement:.3}"
                )
                .unwrap();
            }
        }
    }
    assert!(
        shown == include_str!("scores.txt"),
        "scores.txt differs:\n{shown}"
    );
}

/// Of two tables of one file the first one is found, unless the second is much larger.
#[test]
fn of_two_tables_the_first_is_found_unless_the_second_is_much_larger() {
    // Widths of the two, rows of the first: the width that is found with 2, 4, 8, 12, 20, 40, 80, 200 rows of the second.
    let expected = "\
3 2 2: 3 3 3 3 3 3 3 3
3 2 4: 3 3 3 3 3 3 3 3
3 2 10: 3 3 3 3 3 2 2 2
3 2 30: 3 3 3 3 3 3 3 2
3 5 2: 3 3 5 5 5 5 5 5
3 5 4: 3 3 3 5 5 5 5 5
3 5 10: 3 3 3 3 3 5 5 5
3 5 30: 3 3 3 3 3 3 5 5
2 4 2: 2 2 4 4 4 4 4 4
2 4 4: 2 2 2 4 4 4 4 4
2 4 10: 2 2 2 2 2 4 4 4
2 4 30: 2 2 2 2 2 2 4 4
";
    let mut shown = String::new();
    for (one, other) in [(3, 2), (3, 5), (2, 4)] {
        for rows in [2, 4, 10, 30] {
            write!(shown, "{one} {other} {rows}:").unwrap();
            for more in [2, 4, 8, 12, 20, 40, 80, 200] {
                let (first, _) = table("n", one, rows, 0, true, ",");
                let (second, _) = table("n", other, more, 0, true, ",");
                match detect(&format!("{first}{second}"), NameHint::Table) {
                    Ok(layout) => write!(shown, " {}", layout.width).unwrap(),
                    Err(_) => shown.push_str(" -"),
                }
            }
            shown.push('\n');
        }
    }
    assert_eq!(shown, expected);
}
