//! Converted data among the other files that begin with `* Sea-Bird`: they name their columns, or numbers follow `*END*`.

use data_review_core::Verdict;
use seabird::FIRST;

pub(crate) fn sniff(head: &[u8]) -> Verdict {
    if !head.starts_with(FIRST.as_bytes()) {
        return Verdict::no("does not begin with `* Sea-Bird`");
    }
    let mut lines = head.split(|byte| *byte == b'\n').peekable();
    let is_header = |line: &&[u8]| line.trim_ascii().is_empty() || matches!(line[0], b'*' | b'#');
    let (mut is_ended, mut names_columns) = (false, false);
    while !is_ended && let Some(line) = lines.next_if(is_header) {
        if line.starts_with(b"# datcnv_scans_per_bottle") {
            return Verdict::no("begins with `* Sea-Bird`, but holds the scans of bottles (.ros)");
        }
        names_columns |= line.starts_with(b"# name 0 =");
        is_ended = line.starts_with(b"*END*");
    }
    let below = lines
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    match () {
        () if names_columns => Verdict::certain("begins with `* Sea-Bird`, and `# name 0 =` begins a line"),
        () if is_ended && is_row(below) => {
            Verdict::certain("begins with `* Sea-Bird`, and numbers follow `*END*`")
        }
        () if is_ended => Verdict::no("begins with `* Sea-Bird`, but names no column, as raw data do (.hex)"),
        () if below.trim_ascii_start().starts_with(b"Bottle") => {
            Verdict::no("begins with `* Sea-Bird`, but is a summary of bottles (.btl)")
        }
        () => Verdict::likely("begins with `* Sea-Bird`, but neither names nor `*END*` are in sight"),
    }
}

/// Whether a line holds at least two numbers, and nothing else. A single one may be hexadecimal.
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
    fn converted_data_and_their_kin() {
        let confidence =
            |rest: &str| sniff(format!("* Sea-Bird SBE 9 Data File:\n{rest}").as_bytes()).confidence;
        for certain in [
            "# nquan = 1\n# name 0 = prDM: Pressure [db]\n",
            "# name 0 = prDM: Pressure [db]\r\n# file_type = binary\r\n*END*\r\n\x01\x02",
            "* FileName = x.hex\n\n*END*\n    1.0   2.0\n",
        ] {
            assert_eq!(confidence(certain), Confidence::Certain, "{certain}");
        }
        for likely in [
            "",
            "* FileName = x\n# nquan = 1\n",
            "** *END*\n",
            "what follows\n",
        ] {
            assert_eq!(confidence(likely), Confidence::Likely, "{likely}");
        }
        for no in [
            "*END*\n0D0B6F0A2A\n0D0B6F0A2A\n",
            "*END*\n112233445566\n",
            "*END*\n",
            "# name 0 = scan: Scan Count\n# datcnv_scans_per_bottle = 48\n*END*\n 1 2\n",
            "# interval = seconds: 0.04\n    Bottle        Date      Sal00\n",
        ] {
            assert_eq!(confidence(no), Confidence::No, "{no}");
        }
        for no in ["", "* Sea", "<SBE_InstrumentConfiguration>", " * Sea-Bird"] {
            assert_eq!(sniff(no.as_bytes()).confidence, Confidence::No, "{no}");
        }
    }
}
