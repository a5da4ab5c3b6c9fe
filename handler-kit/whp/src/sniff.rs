//! Whether a file begins as an Exchange file does.

use data_review_core::Verdict;
use whp_exchange::Kind;

/// The verdict whether a file that begins with `head` is an Exchange file of this kind.
///
/// A table in another format may call its first column `CTD` or `BOTTLE`; then more names follow in place of the stamp.
pub fn sniff(kind: Kind, head: &[u8]) -> Verdict {
    let word = kind.word();
    if whp_exchange::sniff(head) != Some(kind) {
        if whp_exchange::sniff_misspelt(head) == Some(kind) {
            return Verdict::likely(format!(
                "begins with a creation stamp, but not exactly with `{word},`"
            ));
        }
        return Verdict::no(format!("does not begin with `{word},`"));
    }
    let line = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    let fields = line
        .split(|byte| *byte == b',')
        .filter(|field| !field.trim_ascii().is_empty());
    if fields.count() > 2 {
        return Verdict::maybe(format!(
            "begins with `{word},`, but more names follow in place of a stamp"
        ));
    }
    Verdict::certain(format!("begins with `{word},`"))
}

#[cfg(test)]
mod tests {
    use data_review_core::Confidence;

    use super::*;

    #[test]
    fn a_stamp_is_certain_and_a_line_of_names_is_not() {
        let confidence = |head: &str| sniff(Kind::Ctd, head.as_bytes()).confidence;
        for certain in [
            "CTD,20160123OCPNOCBAK\n",
            "CTD,\n",
            "CTD\r\n",
            "\u{feff}CTD,x",
            "CTD,20160123OCPNOCBAK,,,\n",
        ] {
            assert_eq!(confidence(certain), Confidence::Certain, "{certain}");
        }
        assert_eq!(confidence("CTD,depth,temperature\n1,2,3\n"), Confidence::Maybe);
        for likely in ["ctd,20160123OCPNOCBAK\n", " CTD,20160123x", "\r\nCTD , 20160123x"] {
            assert_eq!(confidence(likely), Confidence::Likely, "{likely}");
        }
        for no in ["BOTTLE,x\n", "CTDPRS,1", "", "ctd,x"] {
            assert_eq!(confidence(no), Confidence::No, "{no}");
        }
    }
}
