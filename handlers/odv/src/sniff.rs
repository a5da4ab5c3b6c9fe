//! Identification: by the labels of ODV below the comments, or by comments that only ODV writes.

use data_review_core::Verdict;

/// Beginnings of comments that identify files of ODV.
const OWN: [&[u8]; 3] = [
    b"//<Version>ODV Spreadsheet",
    b"//<MetaVariable>",
    b"//<DataVariable>",
];

pub(crate) fn sniff(head: &[u8]) -> Verdict {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let is_beside = |line: &&[u8]| line.starts_with(b"//") || line.trim_ascii().is_empty();
    let end = if head.contains(&b'\n') { b'\n' } else { b'\r' };
    let lines = head.split(move |byte| *byte == end);
    let is_own = |line: &[u8]| OWN.iter().any(|own| line.starts_with(own));
    let own_comment = lines.clone().take_while(is_beside).any(is_own);
    let labels = lines.clone().find(|line| !is_beside(line)).unwrap_or_default();
    let has = names(labels);
    match () {
        () if has.stations && has.positions => {
            Verdict::certain("has the labels of ODV: Cruise, Station, Type, longitude and latitude")
        }
        () if own_comment && (has.cruise_or_station || labels.is_empty()) => {
            Verdict::certain("begins with comments that Ocean Data View writes")
        }
        () if has.cruise_or_station && has.positions && has.qualifiers => Verdict::likely(
            "has labels for a cruise or station with longitude and latitude, and qualifiers of ODV such as `:METAVAR:`",
        ),
        () => Verdict::no("has neither labels nor comments of ODV"),
    }
}

struct Names {
    stations: bool,
    cruise_or_station: bool,
    positions: bool,
    /// Whether qualifiers that only ODV writes follow the labels. Many tables name a cruise, a station and a position.
    qualifiers: bool,
}

/// Qualifiers after the label of a variable, and the beginning of a label of flags.
const QUALIFIERS: [&[u8]; 4] = [b":METAVAR", b":PRIMARYVAR", b":INDEXED_TEXT", b"QV:"];

/// The names in a line of labels, which tabs or semicolons separate.
fn names(labels: &[u8]) -> Names {
    let separator = if labels.contains(&b'\t') { b'\t' } else { b';' };
    let labels = || {
        let labels = labels.split(move |byte| *byte == separator);
        labels.map(|label| label.trim_ascii().trim_ascii_start())
    };
    let begins = |word: &str| {
        labels().any(|label| {
            let label = label.strip_prefix(b"\"").unwrap_or(label);
            let (start, rest) = label.split_at(label.len().min(word.len()));
            start.eq_ignore_ascii_case(word.as_bytes())
                && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
        })
    };
    let has_several = labels().nth(1).is_some();
    let (cruise, station) = (begins("Cruise"), begins("Station"));
    Names {
        stations: has_several && cruise && station && begins("Type"),
        cruise_or_station: has_several && (cruise || station),
        qualifiers: labels().any(|label| {
            let has = |qualifier: &[u8]| label.windows(qualifier.len()).any(|part| part == qualifier);
            QUALIFIERS.iter().any(|qualifier| has(qualifier))
        }),
        positions: (begins("Longitude") || begins("Lon")) && (begins("Latitude") || begins("Lat")),
    }
}

#[cfg(test)]
mod tests {
    use data_review_core::Confidence;

    use super::*;

    #[test]
    fn odv_and_similar_files() {
        let confidence = |text: &str| sniff(text.as_bytes()).confidence;
        for certain in [
            "Cruise\tStation\tType\tmon/day/yr\thh:mm\tLon (E)\tLat (N)\tBot. Depth [m]\tDepth [m]\tQF\n",
            "\u{FEFF}//<Encoding>UTF-8</Encoding>\r\n//\r\n\r\nCruise\tStation\tType\tLongitude [degrees_east]\tLatitude\r\n",
            "Cruise;Station;Type;Longitude;Latitude\n",
            "Cruise\tStation\tType\tLongitude\tLatitude\rC\tS\tB\t1\t2\r",
            "\"Cruise\"\t\"Station\"\t\"Type\"\t\"Longitude\"\t\"Latitude\"\n",
            "//<Version>ODV Spreadsheet V4.6</Version>\n//<DataField>Ocean</DataField>\n",
            "//<DataVariable>label=\"a\"</DataVariable>\nStation:METAVAR:TEXT:3\ta\n",
        ] {
            assert_eq!(confidence(certain), Confidence::Certain, "{certain}");
        }
        assert_eq!(
            confidence(
                "Cruise:METAVAR:TEXT:40;Site:METAVAR:TEXT:20;Latitude [degrees_north]:METAVAR:DOUBLE;Longitude\n"
            ),
            Confidence::Likely
        );
        for no in [
            "",
            "// a remark\nint main() {}\n",
            "Cruise,Station,Type,Longitude,Latitude\n",
            "Station\tTemperature\n",
            "Stationary\tLongitude\tLatitude\n",
            "YEAR\tMONTH\tDAY\tCRUISE\tSTATION\tLATITUDE_DD\tLONGITUDE_DD\tDEPH [m]\tQ_DEPH\n",
            "profile\tCruise\tSite\tyyyy-mm-dd hh:mm\tLatitude\tLongitude\n",
            "//<Version>ODV Spreadsheet V4.6</Version>\nx\ty\n",
        ] {
            assert_eq!(confidence(no), Confidence::No, "{no}");
        }
    }
}
