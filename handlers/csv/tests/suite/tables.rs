//! What a table of delimited text comes to.

use std::io;
use std::sync::Arc;

use crate::harness::*;
use data_review_core::{CheckState, Confidence, FileHandler, Identification, Input, Probe};
use data_review_csv::Csv;

#[test]
fn a_clean_table_has_no_finding() {
    let review =
        review("station,depth,temp,time\nA,5,1.5,2020-01-01T00:00:00Z\nB,10,2.5,2020-01-02T00:00:00Z\n");
    assert_eq!(codes(&review), [""; 0]);
    assert_eq!(
        (review.kind.as_deref(), review.observations, review.profiles),
        (Some("CSV table"), Some(2), None)
    );
    let dtypes: Vec<&str> = review
        .variables
        .iter()
        .map(|variable| variable.dtype.as_str())
        .collect();
    assert_eq!(dtypes, ["text", "integer", "decimal", "time"]);
    assert_eq!(variable(&review, "temp").mean, Some(2.0));
    assert_eq!(variable(&review, "temp").column, Some(3));
    let time = review.coverage.time.unwrap();
    assert_eq!(
        [time.first, time.last].map(|time| time.to_string()),
        ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"]
    );
    assert_eq!(review.coverage.depth.unwrap().max, 10.0);
}

#[test]
fn every_cell_is_counted_once_whatever_the_widths() {
    let review = review("a,b,c\n1,2,3\n4\n5,6,7,8\n9,10,11\n12,13,14\n".to_owned() + &"1,2,3\n".repeat(20));
    assert_eq!(review.observations, Some(25));
    for variable in &review.variables {
        let missing: u64 = variable.missing.values().sum();
        assert_eq!((variable.total, variable.count + missing), (25, 25));
    }
    assert_eq!(places(&review, "short-row"), [(3, 2)]);
    assert_eq!(places(&review, "long-row"), [(4, 7)]);
}

#[test]
fn a_table_of_erddap() {
    let review = review(
        "time,latitude,longitude,depth,temp\nUTC,degrees_north,degrees_east,m,degC\n\
         2020-01-01T00:00:00Z,70.5,179.5,5.0,1.5\n2020-01-02T00:00:00Z,71.5,-179.5,-9999,NaN\n\
         2020-01-03T00:00:00Z,95.0,10.0,7.5,2.5\n",
    );
    assert_eq!(review.observations, Some(3));
    assert_eq!(variable(&review, "temp").unit.as_deref(), Some("degC"));
    assert_eq!(variable(&review, "temp").missing["NaN"], 1);
    assert_eq!(review.coverage.boxes, Some(vec![[179.5, 70.5, -179.5, 71.5]]));
    let depth = review.coverage.depth.as_ref().unwrap();
    assert_eq!(
        (depth.min, depth.max, depth.unit.as_deref()),
        (5.0, 7.5, Some("m"))
    );
    assert_eq!(places(&review, "impossible-position"), [(5, 22)]);
    assert_eq!(places(&review, "fill-value"), [(4, 34)]);
    assert_eq!(
        codes(&review),
        [
            "impossible-position",
            "impossible-depth",
            "units-row",
            "fill-value",
            "missing-word",
        ]
    );
}

#[test]
fn a_european_table_is_read_and_says_so() {
    let review = review("navn;dybde;verdi;dato\nA;1,5;1 234;31.12.2020\nB;-2,25;999;01.01.2021\n");
    assert_eq!(review.kind.as_deref(), Some("CSV table (semicolons)"));
    assert_eq!(
        codes(&review),
        ["delimiter", "thousands-separator", "date-form", "decimal-comma"]
    );
    assert_eq!(
        finding(&review, "decimal-comma").subject.as_deref(),
        Some("dybde")
    );
    assert_eq!(variable(&review, "dybde").mean, Some(-0.375));
    assert_eq!(variable(&review, "verdi").max.unwrap().to_string(), "1234");
    assert_eq!(variable(&review, "dato").first.as_deref(), Some("2020-12-31"));
    let time = review.coverage.time.unwrap();
    assert_eq!(
        [time.first, time.last].map(|time| time.to_string()),
        ["2020-12-31", "2021-01-01"]
    );
}

#[test]
fn a_remark_among_numbers_is_placed_whether_the_type_was_known_or_not() {
    let mut text = "id,value\n".to_owned();
    for line in 0..2000 {
        text += match line {
            3 => "1,bad\n",
            1500 => "1, \"worse\"\n",
            _ => "1,2.5\n",
        };
    }
    let review = review(text);
    assert_eq!(places(&review, "invalid-value"), [(5, 3), (1502, 3)]);
    assert_eq!(variable(&review, "value").invalid, 2);
    assert_eq!(places(&review, "stray-quote"), [(1502, 4)]);
}

#[test]
fn names_that_are_none() {
    let review = review("a,a,,2020,b\n1,2,3,4,5\n");
    let names: Vec<&str> = review
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(names, ["a", "a", "column 3", "2020", "b"]);
    assert_eq!(
        codes(&review),
        ["duplicate-column", "unnamed-column", "name-is-value"]
    );
    assert_eq!(places(&review, "unnamed-column"), [(1, 5)]);
}

#[test]
fn an_index_without_a_name_is_no_defect() {
    for text in [
        ",temp,sal\n0,5.5,33.1\n1,5.6,33.2\n2,5.7,33.3\n",
        "\"\",temp,sal\n\"7\",5.5,33.1\n\"12\",5.6,33.2\n\"13\",5.7,33.3\n",
        ",temp,sal\n0,5.5,33.1\n",
        ",temp,sal\n2020-01-01T00:00:00Z,5.5,33.1\n2020-01-02T00:00:00Z,5.6,33.2\n",
    ] {
        assert_eq!(codes(&review(text)), ["index-column"], "{text}");
    }
    // Depths rise by larger steps.
    for text in [
        ",temp,sal\n0,5.5,33.1\n10,5.6,33.2\n20,5.7,33.3\n",
        ",temp,sal\n2,5.5,33.1\n1,5.6,33.2\n0,5.7,33.3\n",
        "temp,,sal\n5.5,0,33.1\n5.6,1,33.2\n5.7,2,33.3\n",
    ] {
        assert_eq!(codes(&review(text)), ["unnamed-column"], "{text}");
    }
}

#[test]
fn names_may_be_frequencies_that_rise() {
    let found = review("a,b,c,d,2018,2020,2021\n1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n");
    assert_eq!((codes(&found), found.observations), (vec![], Some(2)));
    let found = review("a,b,c,d,2018,2020,2019\n1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n");
    assert_eq!(codes(&found), ["name-is-value"; 3]);
}

#[test]
fn an_empty_column_behind_the_last_delimiter_has_no_name() {
    let review = review("frequency,sensitivity,\n1.5,-223.4,\n2.5,-220.8,\n");
    assert_eq!(codes(&review), ["trailing-delimiter"]);
}

#[test]
fn labels_may_be_numbers_and_words() {
    let rows = "7,5.5\n8,5.6\n8A,5.7\nPier,5.8\n".repeat(4);
    assert_eq!(codes(&review(format!("station,temp\n{rows}"))), [""; 0]);
    assert_eq!(codes(&review(format!("level,temp\n{rows}"))), ["mixed-column"]);
}

#[test]
fn when_a_record_was_stored_is_not_when_it_was_measured() {
    for name in ["_ingested_at", "answered_date", "Date uploaded"] {
        let review = review(format!(
            "site,{name}\nA,2026-07-28T22:48:27Z\nB,2026-07-28T22:48:27Z\n"
        ));
        assert!(review.coverage.time.is_none(), "{name}");
    }
}

#[test]
fn a_row_of_types_is_neither_names_nor_units() {
    let rows = "a\t-44.5\t145.5\t20140420\t0.5\n".repeat(4);
    let review = review(format!(
        "object_id\tobject_lat\tobject_lon\tobject_date\tobject_area\n[t]\t[f]\t[f]\t[t]\t[f]\n{rows}"
    ));
    assert_eq!(variable(&review, "object_area").unit, None);
    assert_eq!(review.observations, Some(4));
    assert_eq!(review.coverage.boxes, Some(vec![[145.5, -44.5, 145.5, -44.5]]));
    let time = review.coverage.time.as_ref().unwrap();
    assert_eq!(time.first.to_string(), "2014-04-20");
    assert!(finding(&review, "units-row").message.contains("types"));
    assert!(!codes(&review).contains(&"duplicate-column"));
}

#[test]
fn positions_of_nines_are_fills() {
    let review = review("file,latitude,longitude\na.nc,48.5,-30.5\nb.nc,-99.999,-999.999\nc.nc,49.5,-30.5\n");
    assert!(
        !codes(&review).contains(&"impossible-position"),
        "{:?}",
        codes(&review)
    );
    assert_eq!(review.coverage.boxes, Some(vec![[-30.5, 48.5, -30.5, 49.5]]));
}

#[test]
fn encodings_are_read_and_found() {
    let review_ = review(b"station,remark\n1,Troms\xF8 og \xC5lesund\n2,caf\xE9\n");
    assert_eq!(review_.kind.as_deref(), Some("CSV table (windows-1252)"));
    assert_eq!(
        variable(&review_, "remark").first.as_deref(),
        Some("Tromsø og Ålesund")
    );
    assert_eq!(codes(&review_), ["encoding"]);
    let utf16: Vec<u8> = "\u{FEFF}å\tb\r\n1\t2\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let review_ = review(&utf16);
    assert_eq!(review_.kind.as_deref(), Some("TSV table (UTF-16LE)"));
    assert_eq!(variable(&review_, "å").count, 1);
    let review_ = review(b"\xEF\xBB\xBFa,b\nx\xFFy,\xC3\xA6\xC3\xA6\n");
    assert_eq!(variable(&review_, "a").first.as_deref(), Some("x%FFy"));
    assert_eq!(places(&review_, "invalid-utf-8"), [(2, 2)]);
    assert_eq!(codes(&review_), ["invalid-utf-8", "byte-order-mark"]);
}

#[test]
fn a_letter_behind_an_escaped_quote_is_utf_8() {
    let review_ = review("name,value\n\"the \"\"€\"\"€\",1\nb,2\n");
    assert_eq!(codes(&review_), [""; 0]);
}

#[test]
fn blank_lines_comments_controls_and_mixed_breaks() {
    let rows = "1,2\n".repeat(20);
    let review = review(format!(
        "# by a program\na,b\r\n1,2\n\n# later, by, hand\n#5,6\n\u{1}3,4\n{rows}"
    ));
    assert_eq!(review.observations, Some(23));
    assert_eq!(places(&review, "comment-line"), [(1, 1), (5, 1)]);
    assert_eq!(places(&review, "blank-line"), [(4, 1)]);
    assert_eq!(places(&review, "control-character"), [(7, 1)]);
    assert_eq!(finding(&review, "mixed-line-breaks").count, 1);
}

#[test]
fn huge_integers_minus_zero_and_infinities() {
    let review = review("n,x\n9007199254740993,-0\n-12345678901234567890123,0\n1,inf\n");
    let n = variable(&review, "n");
    assert_eq!(n.min.unwrap().to_string(), "-12345678901234567890123");
    assert_eq!(variable(&review, "x").distinct, 1);
    assert_eq!(variable(&review, "x").non_finite, 1);
    assert_eq!(places(&review, "non-finite"), [(4, 3)]);
}

#[test]
fn a_table_of_too_many_columns_says_how_many() {
    let text = vec!["c"; 100_000].join(",") + "\n" + &vec!["1"; 100_000].join(",") + "\n";
    let error = try_review(text.as_bytes()).unwrap_err();
    assert_eq!(error.class.as_str(), "limit exceeded");
    assert!(
        error.message.contains("100000 columns; at most 12000"),
        "{}",
        error.message
    );
    assert_eq!(sniff("wide.csv", text.as_bytes()).confidence, Confidence::Maybe);
}

#[test]
fn a_line_of_megabytes_is_passed_over() {
    let long = "x".repeat(3 << 20);
    let review = review(format!("a,b\n1,2\n{long},{long}\n3,4\n\"{long}\n5,6\n"));
    assert_eq!(review.observations, Some(3));
    assert_eq!(places(&review, "record-too-long"), [(3, 1), (5, 1)]);
}

/// A gigabyte without a line break, a delimiter in every eighth byte.
struct Endless;

impl Input for Endless {
    fn len(&self) -> u64 {
        1 << 30
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        for (offset, byte) in into.iter_mut().enumerate() {
            *byte = if (at + offset as u64) % 8 == 7 { b',' } else { b'x' };
        }
        Ok(into.len().min((self.len() - at) as usize))
    }
}

#[test]
fn a_line_of_a_gigabyte_is_refused_after_a_few_megabytes() {
    let verdict = Csv.sniff(&mut Probe::new("x.csv", &Endless).unwrap());
    assert!(verdict.confidence <= Confidence::Maybe, "{}", verdict.because);
    let error = review_input(Arc::new(Endless)).unwrap_err();
    assert!(
        ["corrupt", "limit exceeded"].contains(&error.class.as_str()),
        "{}",
        error.message
    );
}

#[test]
fn a_million_lines_of_metadata_are_no_table_but_some_thousands_are_read() {
    let text = |lines: usize| format!("{}a,b\n{}", "# key: value\n".repeat(lines), "1,2\n".repeat(10));
    assert_eq!(
        sniff("long.csv", text(1_000_000).as_bytes()).confidence,
        Confidence::No
    );
    assert!(try_review(text(1_000_000).as_bytes()).is_err());
    let review = review(text(3000));
    assert_eq!(
        (review.observations, finding(&review, "comment-line").count),
        (Some(10), 3000)
    );
}

#[test]
fn lines_above_are_metadata_and_coverage() {
    let review = review(
        "Mooring 7\nLatitude: 47 32.8 N\nLongitude: 123 30 W\nTime zone: UTC-5\n\ntime,temp\n2022-03-01 00:00,5.5\n2022-03-01 01:00,5.6\n",
    );
    assert_eq!(review.observations, Some(2));
    assert_eq!(
        places(&review, "metadata-above"),
        [(1, 1), (2, 1), (3, 1), (4, 1)]
    );
    let time = review.coverage.time.unwrap();
    assert_eq!(time.first.to_string(), "2022-03-01T05:00:00Z");
    assert_eq!(review.coverage.boxes.unwrap()[0][0], -123.5);
    assert_eq!(review.attributes["time_zone"], ["UTC-5"]);
}

#[test]
fn footers_second_tables_and_repeated_headers_are_not_rows() {
    let rows = "A,1\nB,2\nC,3\n".repeat(3);
    let footer = review(format!("name,value\n{rows}\nTotal of all,\nmade by hand\n"));
    assert_eq!(
        (footer.observations, places(&footer, "footer")),
        (Some(9), vec![(12, 1), (13, 1)])
    );
    let second = review(format!("name,value\n{rows}x,y,z\n1,2,3\n4,5,6\n"));
    assert_eq!(
        (second.observations, places(&second, "second-table")),
        (Some(9), vec![(11, 1)])
    );
    let again = review(format!("name,value\n{rows}name,value\nD,4\n"));
    assert_eq!(
        (again.observations, places(&again, "repeated-header")),
        (Some(10), vec![(11, 1)])
    );
    let copy = review(format!("name,value\n{rows}name,value\n{rows}"));
    assert_eq!(
        (copy.observations, places(&copy, "second-table")),
        (Some(9), vec![(12, 1)])
    );
    let empty = review(format!("name,value\n{rows},\n,\n"));
    assert_eq!(
        (empty.observations, finding(&empty, "empty-row").count),
        (Some(9), 2)
    );
}

#[test]
fn words_between_the_rows_of_a_listing_are_not_rows() {
    let rows = "1880  -29  -18 -11\n1881  -16   -2 ***\n1882   -4    3   4\n".repeat(12);
    let header = "Year  Jan  Feb Mar\n";
    let words = "Divide by 100 to get degrees\nMultiply that\nExample -- Table Value\n";
    let found = review(format!("{header}{rows}{words}{rows}{words}"));
    assert_eq!(
        (found.observations, finding(&found, "footer").count),
        (Some(72), 6)
    );
    let of = ["short-row", "long-row", "repeated-header"];
    assert!(
        !codes(&found).iter().any(|code| of.contains(code)),
        "{:?}",
        codes(&found)
    );

    let block = "20070608 1200 32.5 3.1\n".repeat(40);
    let wider = "20070608 1200 32.5 3.1 3.2\n".repeat(40);
    let titles = "Time: 1200 8 Jun\nDepth(M): 1 5 8\nDATE TIME SSS SAL TEMP\n";
    let two = review(format!("DATE TIME SSS SAL\n{block}{titles}{wider}"));
    assert_eq!(
        (two.observations, places(&two, "second-table")),
        (Some(40), vec![(44, 1)])
    );
}

#[test]
fn the_whole_table_says_which_number_is_the_day() {
    let early: String = (0..1000)
        .map(|n| format!("08/{:02}/2016 00:00,{n}\n", 1 + n / 100))
        .collect();
    let unclear = review(format!("when,n\n{early}"));
    assert!(codes(&unclear).contains(&"ambiguous-date"));
    assert!(unclear.coverage.time.is_none());
    let clear = review(format!("when,n\n{early}08/13/2016 00:00,7\n"));
    assert!(!codes(&clear).contains(&"ambiguous-date"));
    let time = clear.coverage.time.unwrap();
    assert_eq!(time.first.to_string(), "2016-08-01T00:00:00Z");
    assert_eq!(time.last.to_string(), "2016-08-13T00:00:00Z");
}

#[test]
fn a_date_without_a_time_of_day_is_covered() {
    let parts = review("year,month,day,hhmm,temp\n1988,5,4,,1.5\n1988,5,5,0915,1.25\n");
    let apart = review("date,time,temp\n1988-05-04,,1.5\n1988-05-05,09:15,1.25\n");
    for found in [parts, apart] {
        let time = found.coverage.time.unwrap();
        assert_eq!(time.first.to_string(), "1988-05-04");
        assert_eq!(time.last.to_string(), "1988-05-05T09:15:00Z");
    }
}

#[test]
fn logs_and_wrapped_arrays_are_not_tables() {
    let log = "note:\tthe log, and more, may contain names\n\
        11:28:25\tWarning: \tMoved permanently for one of the pages of this site\n\
        11:28:26\tWarning: \tThe file has moved from one place to another one\n"
        .to_owned()
        + &"11:28:27\tInfo: \tall of the pages below that address were read again, and none of them was new\n".repeat(20);
    let verdict = sniff("hts-log.txt", log.as_bytes());
    assert_eq!(verdict.confidence, Confidence::No, "{}", verdict.because);
    let array = "363.08975 363.10324 363.11676 363.13025\n".repeat(30);
    let dump = format!(
        "[PP Field\n   x: [{array}]\n{}",
        "  lbyr: 2010 and no more\n".repeat(40)
    );
    assert_eq!(sniff("field.pp.txt", dump.as_bytes()).confidence, Confidence::No);
}

#[test]
fn numbers_with_thousands_are_numbers_wherever_they_stand() {
    let rows = "999.5\n12.25\n".repeat(700);
    let review = review(format!("value,n\n{}\"1,254.15\",7\n", rows.replace('\n', ",7\n")));
    let value = variable(&review, "value");
    assert_eq!((value.invalid, value.max.unwrap().as_f64()), (0, 1254.15));
    assert_eq!(finding(&review, "thousands-separator").count, 1);
}

#[test]
fn fills_are_found_with_the_figures_of_the_others() {
    let review = review("time,temp\n2022-03-01,8.0\n2022-03-02,999\n2022-03-03,10.0\n2022-03-04,999\n");
    let fill = finding(&review, "fill-value");
    assert_eq!(fill.count, 2);
    assert!(
        fill.message
            .contains("without them 2 values from 8 to 10, mean 9"),
        "{}",
        fill.message
    );
}

#[test]
fn a_header_alone_is_a_table_by_its_name_only() {
    assert_eq!(sniff("empty.csv", b"time,depth\n").confidence, Confidence::Maybe);
    assert_eq!(sniff("letter", b"Dear John, hello\n").confidence, Confidence::No);
    let review = review("time,depth\n");
    assert_eq!((review.observations, codes(&review)), (Some(0), vec!["no-rows"]));
}

#[test]
fn an_empty_file_is_a_table_by_its_name_only() {
    assert_eq!(sniff("x.csv", b"").confidence, Confidence::Maybe);
    assert_eq!(sniff("x.dat", b"").confidence, Confidence::No);
    let review = review("");
    assert_eq!(
        (review.observations, codes(&review)),
        (Some(0), vec!["empty-file"])
    );
    assert_eq!(review.checks["no-rows"], CheckState::NotApplicable);
}

#[test]
fn a_second_table_of_the_same_width_begins_below_a_title() {
    let rows = "A,2020-01-01,1.5,x,\n,,,with B,\nC,2020-01-02,2.5,,\n".repeat(4);
    let first = format!("who,day,fare,remark,\n{rows}");
    let second = "Meals,,,,\nwho,what,where,how many,\nA,lunch,inn,,\nC,none,,,\n";
    let review = review(format!("Travel,,,,\n{first},,,,\n,,,,\n{second}"));
    assert_eq!((review.observations, review.variables.len()), (Some(12), 5));
    assert_eq!(places(&review, "second-table"), [(18, 1)]);
    // Few values of the second table make a column of numbers that this table does not have.
    let rows = "A,2020-01-01,1.5,,\n,,,,\n".repeat(8);
    let second = "Abroad,,,,\nwho,when,fare,,total\nB,spring,,,7.5\n";
    let review = crate::harness::review(format!("who,day,fare,,\n{rows}{second}"));
    assert_eq!(review.observations, Some(8));
    // A group of rows below its title is still this table, however few values its first rows have.
    let review = crate::harness::review(format!(
        "{first},,,,\nMeals,,,,\nA,,,lunch,\nB,2020-01-03,4.5,,\n"
    ));
    assert!(!codes(&review).contains(&"second-table"));
}

#[test]
fn a_table_is_likely_and_says_why() {
    let verdict = sniff("anything", b"a;b\n1;2\n3;4\n");
    assert_eq!(verdict.confidence, Confidence::Likely);
    assert_eq!(
        verdict.because,
        "header in line 1, 2 columns separated by semicolons, 2 of 2 sampled rows have them"
    );
    assert!(matches!(
        identify("x.csv", b"a,b\n1,2\n"),
        Identification::Identified(_)
    ));
    assert!(matches!(
        identify("x.csv", b"a b\n1 2\n"),
        Identification::Unknown { .. }
    ));
}

#[test]
fn a_file_cut_at_any_byte_gives_an_outcome() {
    let text = b"st,lat,lon,note\n1,50.5,\"-3.25\",\"a \"\"b\"\"\r\nc\"\n2,51.5,\xC3\xA6,x\r\n3,52,-4,y\n";
    for len in 0..text.len() {
        if sniff("cut.csv", &text[..len]).confidence > Confidence::No {
            review(&text[..len]);
        }
    }
}

/// The csv-spectrum files: every one is a table, read to its last cell. The folder comes from `DATA_REVIEW_CORPUS`.
#[test]
#[ignore = "needs the sample files: `cargo xtask compare-texts` runs it"]
fn corpus_spectrum() {
    let corpus = std::env::var_os("DATA_REVIEW_CORPUS").expect("DATA_REVIEW_CORPUS");
    let none: &[&str] = &[];
    for (name, rows, columns, found) in [
        ("comma_in_quotes.csv", 1, 5, none),
        ("empty.csv", 2, 3, none),
        ("empty_crlf.csv", 2, 3, none),
        ("escaped_quotes.csv", 2, 2, none),
        ("json.csv", 1, 2, none),
        (
            "location_coordinates.csv",
            1,
            4,
            &["lost-character", "stray-quote"],
        ),
        ("newlines.csv", 3, 3, none),
        ("newlines_crlf.csv", 3, 3, none),
        ("quotes_and_newlines.csv", 2, 2, none),
        ("simple.csv", 1, 3, none),
        ("simple_crlf.csv", 1, 3, none),
        ("utf8.csv", 2, 3, none),
    ] {
        let path = std::path::Path::new(&corpus).join("csv-spectrum").join(name);
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(sniff(name, &bytes).confidence, Confidence::Likely, "{name}");
        let review = review(&bytes);
        assert_eq!(
            (review.observations, review.variables.len()),
            (Some(rows), columns),
            "{name}"
        );
        assert_eq!(codes(&review), found, "{name}");
    }
}
