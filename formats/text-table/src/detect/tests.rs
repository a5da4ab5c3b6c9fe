use super::*;

fn detect(text: &str, hint: NameHint) -> Result<Layout, NoTable> {
    let bytes = text.as_bytes();
    Detector::new()
        .name_hint(hint)
        .detect(bytes, Encoding::of(bytes), true)
}

fn found(text: &str) -> Layout {
    detect(text, NameHint::Table).unwrap_or_else(|reason| panic!("{reason}: {text}"))
}

/// Lines of header, units and first record.
fn lines(text: &str) -> (Vec<u64>, Vec<u64>, u64) {
    let layout = found(text);
    (layout.header, layout.units, layout.first_record)
}

#[test]
fn the_delimiter_is_the_one_of_even_typed_rows() {
    for (text, delimiter, width) in [
        ("a,b\n1,2\n", Delimiter::Byte(b','), 2),
        ("a;b;c\n1,5;2,5;3\n", Delimiter::Byte(b';'), 3),
        ("a\tb\n1,2\t3\n", Delimiter::Byte(b'\t'), 2),
        ("a|b|c|d\n1|2|3|4\n", Delimiter::Byte(b'|'), 4),
        ("name, long;b;c\nx, y;2;3\n", Delimiter::Byte(b';'), 3),
        ("\"a,x\";b;c\n1;2;3\n", Delimiter::Byte(b';'), 3),
        (
            "Zeit;Temp, C;Sal, PSU\n2022-03-01 00:00;5,00;33,0\n2022-03-01 01:00;5,50;33,1\n",
            Delimiter::Byte(b';'),
            3,
        ),
        (
            "year mo temp\n2022  1  5.5\n2022  2  6.5\n2022 11  7.5\n",
            Delimiter::Blanks,
            3,
        ),
        ("sep=;\na;b\n1,5;2,5\n", Delimiter::Byte(b';'), 2),
    ] {
        let layout = found(text);
        assert_eq!(
            (layout.dialect.delimiter, layout.width),
            (delimiter, width),
            "{text}"
        );
    }
}

#[test]
fn blanks_separate_where_another_delimiter_gives_less() {
    let mut text = String::from("year mo temp\n");
    for n in 1..=30 {
        text += &format!("2022 {n:2} {n}.5\n");
    }
    text += "a remark, with a comma\nand another, like it\n";
    let layout = found(&text);
    assert_eq!((layout.dialect.delimiter, layout.width), (Delimiter::Blanks, 3));
}

#[test]
fn what_is_called_otherwise_must_be_a_table_of_ten_rows() {
    let rows = |count: usize| "2022 1 5.5\n".repeat(count);
    assert!(detect(&rows(9), NameHint::Other).is_err());
    assert!(detect(&rows(10), NameHint::Other).is_ok());
    let notes = "a line of words that are not a row\n".repeat(4);
    assert!(detect(&(notes + &rows(10)), NameHint::Other).is_err());
}

#[test]
fn the_header_is_found_below_and_above_other_lines() {
    let rows = "2022-03-01,5.5,33.1\n2022-03-02,5.6,33.2\n2022-03-03,5.7,33.3\n";
    for (above, header, units, first) in [
        ("time,temp,sal\n", &[1][..], &[][..], 2),
        ("Mooring 7\ntime,temp,sal\n", &[2], &[], 3),
        ("Mooring 7,,\n,,\ntime,temp,sal\n", &[3], &[], 4),
        ("# Mooring 7\n% second\n// third\n\ntime,temp,sal\n", &[5], &[], 6),
        ("Latitude,58.5,\nStation,A 7,\ntime,temp,sal\n", &[3], &[], 4),
        ("time,temp,sal\nUTC,degC,1e-3\n", &[1], &[2], 3),
        ("time,temp,sal\n,degC,psu\n", &[1], &[2], 3),
        ("time,CTD,\n,temp,sal\n", &[1, 2], &[], 3),
        ("time,temp,sal\nNaN,NaN,NaN\n", &[1], &[], 2),
        ("#time,temp,sal\n", &[1], &[], 2),
        ("# Mooring 7\n#time,temp,sal\n#UTC,degC,psu\n", &[2], &[3], 4),
        ("", &[], &[], 1),
        // Records with text in the column of numbers.
        ("time,temp,sal\n2022-02-01,\"bad, sensor\",33\n", &[1], &[], 2),
        (
            "/* DataDescription:\nCitation:\tA, B\n*/\ntime,temp,sal\n",
            &[4],
            &[],
            5,
        ),
    ] {
        assert_eq!(
            lines(&format!("{above}{rows}")),
            (header.to_vec(), units.to_vec(), first),
            "{above}"
        );
    }
}

#[test]
fn a_column_may_be_called_number_sign() {
    let layout = found("#,time,temp\n1,2022-03-01,5.5\n2,2022-03-02,5.6\n");
    assert_eq!(
        (layout.header, layout.width, layout.first_record),
        (vec![1], 3, 2)
    );
    assert_eq!(uncommented(vec![b"#".to_vec(), b"time".to_vec()]).len(), 2);
    assert_eq!(uncommented(vec![b"# time".to_vec(), b"x".to_vec()])[0], b"time");
}

#[test]
fn text_that_is_not_a_table_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", "empty"),
        (" \n\n", "empty"),
        ("{\"a\": 1, \"b\": 2}\n{\"a\": 1, \"b\": 2}\n", "JSON"),
        ("[[1,2],[3,4]]", "JSON"),
        ("<?xml version=\"1.0\"?>\n<a b=\"1,2\"/>\n", "XML"),
        ("one\ntwo\n", "two columns"),
        (
            "Dear John, how are you?\nFine, thanks, I hope, and you?\nYes.\nNo.\n",
            "rows",
        ),
        ("\u{0}\u{1}\u{2},\u{3}\n", "control characters"),
        ("ODF_HEADER,\n  FILE_SPECIFICATION='x',\n", "ODF"),
    ] {
        let said = detect(text, NameHint::Nothing).unwrap_err().to_string();
        assert!(said.contains(reason), "{text:?}: {said}");
    }
    // Two columns of words need a name that promises a table.
    let notes = "buy milk, eggs\ncall Ann, today\nfix pump, urgent\nread mail, later\n";
    assert!(detect(notes, NameHint::Nothing).is_err());
    assert!(detect(notes, NameHint::Table).is_ok());
}

#[test]
fn few_rows_and_odd_rows_are_no_reason_to_refuse() {
    let layout = found("a,b,c\n1,2,3\n4,5\n");
    assert_eq!((layout.width, layout.sampled), (3, 2));
    let layout = found(&format!("a,b,c\n{}", "1,2,3\n4,5,6\n7,8\n".repeat(3)));
    assert_eq!((layout.width, layout.sampled, layout.as_wide), (3, 9, 6));
    let trailing = found("time,temp\n2022-03-01,5.5,\n2022-03-02,5.6,\n2022-03-03,5.7,\n");
    assert_eq!(
        (trailing.width, trailing.names, trailing.has_trailing_delimiter),
        (3, 2, true)
    );
}

#[test]
fn a_second_table_does_not_hide_the_first() {
    let text = format!("a,b,c\n{}d,e\n{}", "1,2,3\n".repeat(9), "4,5\n".repeat(9));
    let layout = found(&text);
    assert_eq!((layout.width, layout.sampled, layout.header), (3, 9, vec![1]));
}

#[test]
fn other_quotes() {
    let layout = found("'a b', 'c'\n'x, y', 1\n'z', 2\n'u, v', 3\n");
    assert_eq!((layout.dialect.quote, layout.width), (Some(b'\''), 2));
    let layout = found("a, \"b\"\n1, \"x, y\"\n2, \"z, w\"\n");
    assert!(layout.dialect.blanks_before_quotes && layout.width == 2);
}

#[test]
fn a_cut_row_at_the_end_of_the_sample_does_not_count() {
    let bytes = b"a,b\n1,2\n3";
    let layout = Detector::new().detect(bytes, Encoding::UTF_8, false).unwrap();
    assert_eq!((layout.sampled, layout.as_wide), (1, 1));
}

#[test]
fn names_and_values_above_a_table_of_names_and_values() {
    let rows: String = (0..40)
        .map(|n| format!("2003/01/01 {:02}:00,8.{n},\n", n % 24))
        .collect();
    let text = format!(
        "Station_Name,PORT\nStation_Number,490\nLatitude,44.67\nLongitude,-63.58\nTime_zone,UTC\nObs_date,SLEV(metres)\n{rows}"
    );
    let layout = found(&text);
    assert_eq!(
        (layout.header, layout.first_record, layout.width),
        (vec![6], 7, 3)
    );
}

#[test]
fn rules_between_header_and_rows_are_not_rows() {
    let rows = "2022 1 5.5\n2022 2 6.5\n2022 3 7.5\n";
    let layout = found(&format!("year mo temp\n---- -- ----\n{rows}"));
    assert_eq!(
        (layout.header, layout.first_record, layout.sampled),
        (vec![1], 3, 3)
    );
}

#[test]
fn notes_above_a_table_of_words_are_not_its_header() {
    let note =
        "Figures of the sites that sent fewer than ten samples were estimated from those of the year before";
    let rows = ",Code,Text,\nList 2,Depth of the sample,Number,\nList 2,Name of the site,Text,\n".repeat(5);
    let names = "List,Field,Format,\n";
    let text =
        format!("Fields of the survey,,,\n,,,\nList 1,{note},,\nList 2,Sites,{note},x\n,,,\n{names}{rows}");
    assert_eq!(lines(&text), (vec![6], vec![], 7));
    // Without a gap the long row is the header.
    let text = format!("List,{note},Format,\n{rows}");
    assert_eq!(lines(&text), (vec![1], vec![], 2));
}

#[test]
fn records_without_a_value_are_known_by_their_words() {
    let text = ",,,,A,B,C\nSTN,,,A8,x,,x\nCAST,,,I3,x,,x\nPRES,DBAR,\"0,11\",F8,x,,x\nTEMP,ITS-90,\"-2,35\",F8,x,,x\nNUM,,,I3,,x,x\n\
        SAL,PSU,\"0,42\",F8,x,,x\nOXY,UM,\"0,500\",F8,x,,x\n";
    assert_eq!(lines(text), (vec![1], vec![], 2));
    // A header that is repeated among the records is still a header.
    let rows = "A,good,1.5\nB,bad,2.5\nname,state,value\nA,good,3.5\nB,bad,4.5\n";
    assert_eq!(lines(&format!("name,state,value\n{rows}")), (vec![1], vec![], 2));
}

#[test]
fn rows_without_their_last_cell_do_not_make_a_table_narrower() {
    let short = "2020-01-01\t1.5\n".repeat(20);
    let layout = found(&format!("time\tlevel\tnote\n{short}2020-01-02\t1.5\tx\n"));
    assert_eq!((layout.width, layout.names, layout.as_wide), (3, 3, 1));
    assert_eq!(found(&format!("time\tlevel\tnote\n{short}")).width, 2);
}

#[test]
fn names_that_are_separated_otherwise_than_the_records() {
    let rows = "1.0\t5.25\t34.5\n2.0\t5.50\t34.6\n10.0\t6.00\t34.7\n";
    for header in [
        "Depth (m) - Temp (deg C) - Sal\n",
        "Depth (m), Temp (deg C), Sal\n",
        "Depth   Temp   Sal\n",
    ] {
        let layout = found(&format!("Mooring 7\n{header}{rows}"));
        assert_eq!((layout.header, layout.names), (vec![2], 3), "{header}");
        assert!(layout.header_is_wide, "{header}");
    }
    for line in [
        "Bremen, Germany, 2012\n",
        "north - south - west\n",
        "Depth (m) - Temp (deg C)\n",
    ] {
        assert_eq!(found(&format!("{line}{rows}")).header, [0u64; 0], "{line}");
    }
}

#[test]
fn names_with_blanks_between_cells_separated_by_blanks() {
    let rows = "  1.0   5.25  34.5\n  2.0   5.50  34.6\n 10.0   6.00  34.7\n";
    for header in [
        "Depth (m)  Temp (deg C)  Sal\n",
        "Water depth   Air temp   Sal\n",
        "# Water depth   Air temp   Sal\n",
        "Depth (m) Temp [deg C] Sal\n",
    ] {
        let layout = found(&format!("Mooring 7\n{header}{rows}"));
        assert_eq!(
            (layout.header, layout.width, layout.names),
            (vec![2], 3, 3),
            "{header}"
        );
        assert!(layout.header_is_wide, "{header}");
    }
    for line in ["Made by Ann of the institute\n", "Site:  A 7  north\n"] {
        assert_eq!(found(&format!("{line}{rows}")).header, [0u64; 0], "{line}");
    }
}

#[test]
fn sentences_with_a_date_now_and_then_are_records() {
    let note = "Why the value of this station differs from that of the next one is not known to us";
    let open = |n: u32| format!("Q{n},{note},open,,Ann,cast,\n");
    let text = format!(
        "label,question,status,answered,who,table,field\n{}{}Q7,{note},closed,2026-08-08,Ann,cast,depth\nQ8,{note},closed,2026-08-09,Ann,cast,time\n",
        open(1),
        (2..7).map(open).collect::<String>(),
    );
    assert_eq!(lines(&text), (vec![1], vec![], 2));
    // Words above the values are another row of the header.
    let rows = "A,2026-08-08,1.5\nB,2026-08-09,2.5\nC,2026-08-10,3.5\n";
    let text = format!("site,start,level\nof the buoy,of the hour,above the datum\n{rows}");
    assert_eq!(found(&text).first_record, 3);
}

#[test]
fn a_row_with_a_delimiter_too_many_is_not_the_header_of_an_empty_table() {
    let note = "Identifier of the cruise, ship and date, made of the label that the source has for them";
    let rows: String = (0..8).map(|n| format!("tow,key{n},Key,,\"{note}\"\n")).collect();
    let text = format!(
        "table,column,name,units,description\n{rows}tow,value,Value,,Number per tow, from the source\n"
    );
    let layout = found(&text);
    assert_eq!((layout.header, layout.width, layout.sampled), (vec![1], 5, 9));
}

#[test]
fn names_with_values_above_rows_of_words_and_numbers_are_not_a_header() {
    let rows: String = (1..25)
        .map(|n| format!("COMP  {n:>3}  {n}.0410  7.{n}  {n}1.20  S{n}A\n"))
        .collect();
    let text = format!(
        "* Harmonic analysis\nSTAT  A7  LEVEL  MSL  cm  54\nPERD  20100301  0000  20100331  2300  60\nCODE  3\nNCOM  24\n{rows}"
    );
    let layout = detect(&text, NameHint::Nothing).unwrap();
    assert_eq!(
        (layout.header, layout.first_record, layout.width, layout.as_wide),
        (vec![], 6, 6, 24)
    );
}

#[test]
fn a_scale_beside_words_names_the_columns() {
    let rows: String = (0..24)
        .map(|n| format!("96 01 01 {n:02}    .06    .62   8.05  17.{n:02}  14.02\n"))
        .collect();
    assert_eq!(
        lines(&format!("YY MM DD hh   .030   .040   .050   .060   .070\n{rows}")),
        (vec![1], vec![], 2)
    );
    // A record with a word in place of a number does not rise from cell to cell.
    assert_eq!(
        lines(&format!(
            "96 01 01 bad    .06    .62   8.05  17.00  14.02\n{rows}"
        )),
        (vec![], vec![], 1)
    );
}

#[test]
fn units_in_brackets_below_names_between_blanks() {
    let text = "   Time   TEN1   TEN2\n    (s)    (N)    (N)\n  0.000  0.99E+06  0.13E+07\n  0.125  0.98E+06  0.14E+07\n  0.250  0.97E+06  0.15E+07\n";
    let layout = Detector::new()
        .units(|unit| unit == "N")
        .detect(text.as_bytes(), Encoding::UTF_8, true)
        .unwrap();
    assert_eq!(
        (layout.header, layout.units, layout.first_record),
        (vec![1], vec![2], 3)
    );
}

#[test]
fn wrapped_arrays_are_not_a_table() {
    let array = |id: &str| {
        let line =
            |n: usize| format!("  {id}{n}.86   -85.1{n}   -82.3{n}   -79.5{n}   -76.7{n}   -73.9{n}\n");
        let lines: String = (1..20).map(line).collect();
        format!("{lines}  {id}1.50  2.50\n")
    };
    assert!(detect(&array("").repeat(3), NameHint::Nothing).is_err());
    // Hours of a day that is not whole, behind the number of a station.
    assert_eq!(
        detect(&array("7077 ").repeat(3), NameHint::Nothing)
            .unwrap()
            .width,
        7
    );
}

#[test]
fn a_row_of_types_below_the_names() {
    let rows = "a\t1.5\t2.5\nb\t3.5\t4.5\n";
    assert_eq!(
        lines(&format!("id\tlat\tarea\n[t]\t[f]\t[f]\n{rows}")),
        (vec![1], vec![2], 3)
    );
    assert_eq!(
        lines(&format!("id\tlat\tarea\ntext\tfloat\tfloat\n{rows}")),
        (vec![1], vec![2], 3)
    );
}

#[test]
fn names_in_a_commented_key() {
    let rows = "  -73.97  40.42  -0.06\n  -73.95  40.43   0.91\n  -73.94  40.44   3.98\n".repeat(3);
    let text = format!(
        "%CTF: 1.00\n%TableColumnTypes: LOND LATD VELU \n%TableStart:\n%%  Longitude  Latitude  U comp\n%%  (deg)  (deg)  (cm/s)\n{rows}%TableEnd:\n"
    );
    let layout = detect(&text, NameHint::Nothing).unwrap();
    assert_eq!(
        (layout.header, layout.header_is_comment, layout.first_record),
        (vec![2], true, 6)
    );
    let cells = ["%TableColumnTypes:", "LOND"].map(|cell| cell.as_bytes().to_vec());
    assert_eq!(uncommented(cells.to_vec()), [b"LOND"]);
}

fn sheet(text: &str) -> Sheet<'_> {
    Sheet::of(text.as_bytes(), true, Dialect::of(Delimiter::Byte(b',')))
}

#[test]
fn a_column_has_the_kind_of_more_than_six_in_ten_cells() {
    // Of 25 rows the first five do not count. Column `n` has `n` values in the others.
    for (value, kind) in [
        ("1.5", ColumnKind::Number),
        ("2022-03-01", ColumnKind::Time),
        ("58 12.5 N", ColumnKind::Position),
    ] {
        let row = |at: usize| {
            let cells: Vec<&str> = (0..=20)
                .map(|n| if at >= 25 - n { value } else { "north" })
                .collect();
            cells.join(",") + "\n"
        };
        let text: String = (0..25).map(row).collect();
        let sheet = sheet(&text);
        let rows: Vec<&Row> = sheet.rows.iter().collect();
        let expected: Vec<ColumnKind> = (0..=20)
            .map(|n| if n > 12 { kind } else { ColumnKind::Text })
            .collect();
        assert_eq!(kinds(&sheet, &rows, 21), expected);
    }
    let empty = sheet(",NaN\n,NaN\n");
    let rows: Vec<&Row> = empty.rows.iter().collect();
    assert_eq!(kinds(&empty, &rows, 2), [ColumnKind::Empty, ColumnKind::Empty]);
}

#[test]
fn the_upper_rows_do_not_decide_the_kinds() {
    for (rows, skipped) in [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 2),
        (5, 3),
        (6, 3),
        (7, 2),
        (9, 3),
        (15, 5),
        (30, 5),
    ] {
        // Words where rows are skipped, and one row more of them.
        for (words, kind) in [(skipped, ColumnKind::Number), (rows, ColumnKind::Text)] {
            let row = |at: usize| if at < words { "a,b\n" } else { "1,2\n" };
            let text: String = (0..rows).map(row).collect();
            let sheet = sheet(&text);
            let all: Vec<&Row> = sheet.rows.iter().collect();
            assert_eq!(kinds(&sheet, &all, 2), [kind; 2], "{rows} {words}");
        }
        // What counts are the rows below: of these, numbers must be more than six in ten.
        let counted = rows - skipped;
        let needed = counted * 6 / 10 + 1;
        for (numbers, kind) in [(needed, ColumnKind::Number), (needed - 1, ColumnKind::Text)] {
            let row = |at: usize| if at < rows - numbers { "a,b\n" } else { "1,2\n" };
            let text: String = (0..rows).map(row).collect();
            let sheet = sheet(&text);
            let all: Vec<&Row> = sheet.rows.iter().collect();
            assert_eq!(
                kinds(&sheet, &all, 2),
                [kind; 2],
                "{rows} rows, {numbers} of {counted}"
            );
        }
    }
}

#[test]
fn a_column_that_is_filled_in_one_row_of_four_is_an_anchor() {
    for (filled, is_anchor) in [(4, false), (5, true), (20, true)] {
        let row = |at: usize| format!("{},x\n", if at < filled { "1.5" } else { "" });
        let text: String = (0..20).map(row).collect();
        let sheet = sheet(&text);
        let rows: Vec<&Row> = sheet.rows.iter().collect();
        let kind = if is_anchor {
            ColumnKind::Number
        } else {
            ColumnKind::Empty
        };
        let found = anchors(&sheet, &rows, &[ColumnKind::Number, ColumnKind::Text]);
        assert_eq!(found, [kind, ColumnKind::Text], "{filled}");
    }
}

#[test]
fn a_record_has_the_kinds_of_most_columns() {
    use ColumnKind::{Number, Position, Text, Time};
    let columns = [Number, Number, Time, Position, Text];
    for (row, expected) in [
        ("1,2,2022-03-01,58 12.5 N,x", true),
        ("1,2,2022-03-01,58.2,x", true),
        ("1,2,noon,north,x", false),
        ("1,2,2022-03-01,north,x", true),
        ("1,x,x,x,x", false),
        ("1,,,,", true),
        ("x,,,,", false),
        (",,,,", false),
        ("NaN,NaN,,,", true),
        ("NaN,,,,", false),
        ("NaN,NaN,,,x", false),
        ("1,2", false),
        ("1,2,2022-03-01", true),
        ("1,2,2022-03-01,58.2,x,y", true),
        ("1,2,2022-03-01,58.2,x,y,z", false),
    ] {
        let sheet = sheet(row);
        assert_eq!(is_data(&sheet, &sheet.rows[0], &columns), expected, "{row}");
    }
}

#[test]
fn the_header_of_a_table_of_words_is_its_first_row_that_is_half_full() {
    for (text, expected) in [
        ("a,,,\na,b,,\na,b,c,d\na,b,c,d\na,b,c,d\n", 1),
        ("a,,,\na,,,\na,b,c,d\na,b,c,d\na,b,c,d\n", 2),
        ("a,b,,,\na,b,c,d,e\na,b,c,d,e\na,b,c,d,e\n", 1),
        ("a,\na,b\na,b\n", 1),
        ("a,\nb,\nc,\n", 0),
        ("a,b\na,b\n", 0),
    ] {
        let sheet = sheet(text);
        let content: Vec<&Row> = sheet.rows.iter().collect();
        assert_eq!(first_full(&content, 0, content.len()), expected, "{text}");
    }
}

#[test]
fn a_stretch_begins_with_rows_of_the_width_and_ends_before_another_table() {
    let rows = |widths: &[usize]| -> String {
        let row = |width: &usize| ["1"].repeat(*width).join(",") + "\n";
        widths.iter().map(row).collect()
    };
    for (widths, expected) in [
        (&[3, 3, 3][..], (0, 3)),
        (&[1, 3, 3, 3], (0, 4)),
        (&[2, 2, 3, 3, 3], (0, 5)),
        (&[2, 2, 2, 3, 3, 3], (1, 6)),
        (
            &[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
            (7, 21),
        ),
        (&[3, 3, 3, 2, 2, 2], (0, 3)),
        (&[3, 3, 3, 2, 2, 3], (0, 6)),
        (&[3, 3, 3, 2, 4, 2], (0, 6)),
        (&[3, 3, 3, 1, 1, 1], (0, 6)),
        (&[2, 2, 2, 2], (0, 0)),
    ] {
        let text = rows(widths);
        let sheet = sheet(&text);
        let content: Vec<&Row> = sheet.rows.iter().collect();
        assert_eq!(stretch(&content, 3), expected, "{widths:?}");
    }
}

#[test]
fn texts_that_begin_as_other_formats_are_refused() {
    let rows = "a,b\n1,2\n3,4\n";
    for (start, is_refused) in [
        ("SIMPLE  = T\n", true),
        ("simple  = T\n", true),
        ("SIMPLE,x\n", false),
        ("#!/bin/sh\n", true),
        ("# !,x\n", false),
        ("* Sea-Bird SBE 9\n", true),
        ("* Sea-Bird SBE 9,\n", false),
        ("* Sea-Bird SBE 9;\n", false),
        ("* Other\n", false),
        ("* x\n*IOS HEADER\n", true),
        ("[1]\n", true),
        ("[-1]\n", true),
        ("[m],[s]\n", false),
        ("{}\n", true),
        ("{\\rtf1\n", true),
        ("{m},{s}\n", false),
        ("<a>\n", true),
        ("<5,>6\n", false),
        ("odf_header,\n", true),
    ] {
        let text = format!("{start}{rows}");
        let refused = detect(&text, NameHint::Table);
        let is_other = matches!(refused, Err(NoTable::OtherFormat(_)));
        assert_eq!(is_other, is_refused, "{start}");
    }
}

#[test]
fn units_and_how_times_are_written() {
    for (text, expected) in [
        ("m", true),
        ("DegC", true),
        (" [psu] ", true),
        ("(m/s)", true),
        ("(m/s]", true),
        ("[m/s", false),
        ("furlong", false),
        ("", false),
        ("yyyy-mm-dd", true),
        ("hh:mm", true),
        ("dd/mm/yyyy hh:mm:ss", true),
        ("mm/dd", false),
        ("hms", false),
        ("y-m-d", false),
        ("yyyy_mm", false),
    ] {
        assert_eq!(header::is_common_unit(text), expected, "{text:?}");
    }
}

#[test]
fn a_first_row_may_be_a_scale_or_years() {
    for (first, is_header) in [
        ("site,1,2,3", true),
        ("site,10,20,30", true),
        ("site,30,20,10", true),
        ("site,1,2,4", false),
        ("site,2,2,2", false),
        ("site,1.5,2.5,3.5", false),
        ("7,1,2,3", false),
        ("site,1,2,x", false),
        // Four numbers that rise or fall, beside a word above numbers.
        ("a,.1,.2,.3,.4,b", true),
        ("a,.4,.3,.2,.1,b", true),
        ("a,.1,.3,.2,.4,b", false),
        ("a,.1,.2,.3,x,b", false),
    ] {
        let width = first.split(',').count();
        let records: String = (0..6)
            .map(|row| {
                let values = (1..width).map(|column| format!("{}.5", (row * 3 + column * 7) % 9));
                format!("north{row},{}\n", values.collect::<Vec<_>>().join(","))
            })
            .collect();
        let text = format!("{first}\n{records}");
        let sheet = sheet(&text);
        let rows: Vec<&Row> = sheet.rows.iter().collect();
        let kinds = kinds(&sheet, &rows, width);
        assert_eq!(
            header::has_numbers_for_names(&sheet, &rows, &kinds),
            is_header,
            "{first}"
        );
    }
}

#[test]
fn comments_name_the_columns_by_a_key() {
    for (cells, expected) in [
        (&["#time", "x"][..], &["time", "x"][..]),
        (&["# time"], &["time"]),
        (&["//", "time"], &["time"]),
        (&["#", "time"], &["#", "time"]),
        (&["%Columns:", "a"], &["a"]),
        (&["#:", "a"], &[":", "a"]),
        (&["Columns:", "a"], &["Columns:", "a"]),
        (&["%Columns:"], &["Columns:"]),
        (&[], &[]),
    ] {
        let bytes: Vec<Vec<u8>> = cells.iter().map(|cell| cell.as_bytes().to_vec()).collect();
        let found = uncommented(bytes);
        let found: Vec<String> = found
            .into_iter()
            .map(|cell| String::from_utf8(cell).unwrap())
            .collect();
        assert_eq!(found, expected, "{cells:?}");
    }
}
