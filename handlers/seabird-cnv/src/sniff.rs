//! Identification: distinguishes converted data from other files that begin like Sea-Bird's.

use data_review_core::Verdict;
use seabird::FIRST;

/// Looks for named columns, or for numbers below `*END*`.
pub(crate) fn sniff(head: &[u8]) -> Verdict {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if !head.starts_with(b"*") {
        return Verdict::no("does not begin with `* Sea-Bird`");
    }
    let is_sea_bird = head.starts_with(FIRST.as_bytes());
    let mut lines = lines(head).peekable();
    let is_header = |line: &&[u8]| line.trim_ascii().is_empty() || matches!(line[0], b'*' | b'#');
    let (mut is_ended, mut names_columns) = (false, false);
    while !is_ended && let Some(line) = lines.next_if(is_header) {
        if line.starts_with(b"# datcnv_scans_per_bottle") {
            return Verdict::no("begins with `* Sea-Bird`, but has the scans of bottles (.ros)");
        }
        names_columns |= line.starts_with(b"# name 0 =");
        is_ended = line.starts_with(b"*END*");
    }
    let below = lines.find(|line| !line.trim_ascii().is_empty());
    let Some(below) = below else {
        return match () {
            () if names_columns && is_sea_bird => certain_by_names(),
            () if names_columns => by_names_alone(),
            () if is_ended => Verdict::no("begins with `* Sea-Bird`, but there is nothing below `*END*`"),
            () if is_sea_bird => {
                Verdict::likely("begins with `* Sea-Bird`, but the probe has neither names nor `*END*`")
            }
            () => Verdict::no("does not begin with `* Sea-Bird`"),
        };
    };
    match () {
        () if names_columns && is_sea_bird => certain_by_names(),
        () if names_columns => by_names_alone(),
        () if !is_sea_bird => Verdict::no("does not begin with `* Sea-Bird`"),
        () if is_ended && is_row(below) => {
            Verdict::certain("begins with `* Sea-Bird`, and numbers follow `*END*`")
        }
        () if is_ended => Verdict::no("begins with `* Sea-Bird`, but names no column, as raw data do (.hex)"),
        () if below.trim_ascii_start().starts_with(b"Bottle") => {
            Verdict::no("begins with `* Sea-Bird`, but is a summary of bottles (.btl)")
        }
        () => Verdict::no("begins with `* Sea-Bird`, but its header has no column names and no `*END*`"),
    }
}

fn certain_by_names() -> Verdict {
    Verdict::certain("begins with `* Sea-Bird`, and `# name 0 =` begins a line")
}

/// Other programs write this form, too.
fn by_names_alone() -> Verdict {
    Verdict::certain("begins with `*`, and `# name 0 =` begins a line, as in Sea-Bird's converted data")
}

/// Lines that end with LF, CRLF or CR.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let first = head.iter().find(|byte| matches!(byte, b'\n' | b'\r'));
    let has_line_feed = head.contains(&b'\n');
    let end = if first == Some(&b'\r') && !has_line_feed {
        b'\r'
    } else {
        b'\n'
    };
    head.split(move |byte| *byte == end)
}

/// Whether a line has at least two numbers, and nothing else. A single one may be hexadecimal.
fn is_row(line: &[u8]) -> bool {
    let words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let is_number = |word: &[u8]| data_review_core::stats::number(word).is_some();
    words.clone().count() > 1 && words.clone().all(is_number)
}

#[cfg(test)]
mod tests {
    use data_review_core::Confidence;

    use super::*;

    #[test]
    fn converted_data_and_similar_files() {
        let confidence =
            |rest: &str| sniff(format!("* Sea-Bird SBE 9 Data File:\n{rest}").as_bytes()).confidence;
        for certain in [
            "# nquan = 1\n# name 0 = prDM: Pressure [db]\n",
            "# name 0 = prDM: Pressure [db]\r\n# file_type = binary\r\n*END*\r\n\x01\x02",
            "* FileName = x.hex\n\n*END*\n    1.0   2.0\n",
        ] {
            assert_eq!(confidence(certain), Confidence::Certain, "{certain}");
        }
        for likely in ["", "* FileName = x\n# nquan = 1\n", "** *END*\n"] {
            assert_eq!(confidence(likely), Confidence::Likely, "{likely}");
        }
        for no in [
            "*END*\n0D0B6F0A2A\n0D0B6F0A2A\n",
            "*END*\n112233445566\n",
            "*END*\n",
            "# name 0 = scan: Scan Count\n# datcnv_scans_per_bottle = 48\n*END*\n 1 2\n",
            "# interval = seconds: 0.04\n    Bottle        Date      Sal00\n",
            // A cast that a spreadsheet saved as a table.
            "* FileName = x.hdr,,\n** Ship:,,\nPressure [db],Temperature\n1.0,11.9\n",
        ] {
            assert_eq!(confidence(no), Confidence::No, "{no}");
        }
        for (certain, name) in [
            (
                "* Viking Buoy CTD file\n# name 0 = prdM: Pressure [db]\n*END*\n1 2\n",
                "another program",
            ),
            (
                "\u{FEFF}* Sea-Bird\n# name 0 = prdM: Pressure [db]\n",
                "a byte order mark",
            ),
            (
                "* Sea-Bird\r# name 0 = prdM: Pressure [db]\r*END*\r1\r",
                "carriage returns",
            ),
        ] {
            assert_eq!(
                sniff(certain.as_bytes()).confidence,
                Confidence::Certain,
                "{name}"
            );
        }
        for no in [
            "",
            "* Sea",
            "<SBE_InstrumentConfiguration>",
            " * Sea-Bird",
            "* a list\n* of things\n",
        ] {
            assert_eq!(sniff(no.as_bytes()).confidence, Confidence::No, "{no}");
        }
    }
}
