use proptest::prelude::*;

use super::*;
use crate::encoding::Encoding;

/// Gives at most `most` bytes a read.
struct Drip(Vec<u8>, usize, usize);

impl Read for Drip {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.0[self.2..];
        let n = into.len().min(self.1).min(rest.len());
        into[..n].copy_from_slice(&rest[..n]);
        self.2 += n;
        Ok(n)
    }
}

type Cells = (u64, Vec<String>, Vec<(u64, u64)>);

/// Records with their lines, cells and places; faults as (kind, line, column); lines that were passed over.
fn read(bytes: &[u8], drip: usize, longest: u64) -> (Vec<Cells>, Vec<Fault>, Vec<u64>) {
    let text = Text::new(Drip(bytes.to_vec(), drip, 0), Encoding::UTF_8);
    let mut rows = Records::new(text, Dialect::default(), longest);
    let (mut records, mut faults, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match rows.step().unwrap() {
            Step::End => return (records, faults, passed),
            Step::TooLong { line } => passed.push(line),
            Step::Record(row) => {
                let cells = (0..row.cells.len()).map(|i| String::from_utf8_lossy(row.cell(i)).into_owned());
                let places = (0..row.cells.len()).map(|i| row.place(i));
                records.push((row.line, cells.collect(), places.collect()));
                faults.extend_from_slice(row.faults);
            }
        }
    }
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let (records, ..) = read(bytes, usize::MAX, 1000);
    records.into_iter().map(|(_, cells, _)| cells).collect()
}

#[test]
fn every_line_break_ends_a_record_and_lines_are_counted() {
    let (records, ..) = read(b"a,b\r\n1,2\n3,4\r\r\n5,", 1, 1000);
    let lines: Vec<u64> = records.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5]);
    assert_eq!(records[4].1, ["5", ""]);
    assert_eq!(records[2].2, [(3, 1), (3, 3)]);
}

#[test]
fn quoted_cells_hold_delimiters_breaks_and_escaped_quotes() {
    let (records, faults, _) = read(b"a,\"x,\"\"y\"\"\r\nz\",c\n\"\",2", 1, 1000);
    assert_eq!(records[0].1, ["a", "x,\"y\"\r\nz", "c"]);
    assert_eq!(records[0].2, [(1, 1), (1, 3), (2, 4)]);
    assert_eq!(
        (records[1].0, &records[1].1),
        (3, &vec!["".to_owned(), "2".to_owned()])
    );
    assert_eq!(faults, []);
}

#[test]
fn an_unclosed_quote_costs_one_line_and_not_the_rest() {
    let (records, faults, _) = read(b"a,b\n1,\"two\n3,4\n5,6\n", 2, 1000);
    assert_eq!(records.len(), 4);
    assert_eq!(records[1].1, ["1", "\"two"]);
    assert_eq!(
        faults,
        [Fault {
            kind: FaultKind::Unclosed,
            line: 2,
            column: 3
        }]
    );
}

#[test]
fn text_after_a_quote_and_a_quote_within_text_are_kept_and_found() {
    let (records, faults, _) = read(b"\"a\"b,c\"d\n", 1, 1000);
    assert_eq!(records[0].1, ["ab", "c\"d"]);
    let found: Vec<_> = faults.iter().map(|f| (f.kind, f.column)).collect();
    assert_eq!(found, [(FaultKind::TextAfterQuote, 4), (FaultKind::Stray, 7)]);
}

#[test]
fn a_line_over_the_limit_is_passed_over_and_reading_goes_on() {
    let long = "x".repeat(50);
    let text = format!("a,b\n{long},{long}\r\n1,2\n{long}{long}");
    for drip in [1, 7, 1000] {
        let (records, _, passed) = read(text.as_bytes(), drip, 60);
        assert_eq!(records.len(), 2, "{drip}");
        assert_eq!((records[1].0, &passed[..]), (3, &[2, 4][..]), "{drip}");
    }
    let exact = format!("a,b\n{}\r\n1,2\n", "y".repeat(60));
    assert_eq!(read(exact.as_bytes(), 1, 60).2, [0u64; 0]);
    assert_eq!(read(exact.as_bytes(), 1, 59).2, [2]);
}

#[test]
fn an_empty_text_has_no_record() {
    assert_eq!(cells(b""), Vec::<Vec<String>>::new());
    assert_eq!(cells(b","), [["", ""]]);
}

fn by_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let records = reader.byte_records().map(|record| record.unwrap());
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    records.map(|record| record.iter().map(text).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn well_formed_tables_are_read_as_the_csv_crate_reads_them(
        rows in prop::collection::vec(prop::collection::vec("[a-c,\"\n\r é]{0,6}", 2..5), 0..8),
        drip in 1usize..40,
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let bytes = writer.into_inner().unwrap();
        let (records, faults, _) = read(&bytes, drip, 1 << 20);
        let ours: Vec<Vec<String>> = records.into_iter().map(|(_, cells, _)| cells).collect();
        prop_assert_eq!(&ours, &rows);
        prop_assert_eq!(ours, by_csv(&bytes));
        prop_assert_eq!(faults, []);
    }

    #[test]
    fn any_text_is_read_alike_whatever_the_reads(text in "[ab,\"\n\r]{0,60}", longest in 1u64..40) {
        let whole = read(text.as_bytes(), usize::MAX, longest);
        for drip in [1, 2, 3, 7] {
            prop_assert_eq!(&read(text.as_bytes(), drip, longest), &whole);
        }
    }

    #[test]
    fn without_an_unclosed_quote_any_text_is_read_as_the_csv_crate_reads_it(text in "[ab,\"\n\r]{0,40}") {
        let (records, faults, _) = read(text.as_bytes(), usize::MAX, 1000);
        prop_assume!(faults.iter().all(|fault| fault.kind != FaultKind::Unclosed));
        // The csv crate leaves blank lines out, as the review does.
        let ours = records.into_iter().map(|(_, cells, _)| cells).filter(|cells| cells.len() > 1 || !cells[0].is_empty());
        let theirs = by_csv(text.as_bytes()).into_iter().filter(|cells| cells.len() > 1 || !cells[0].is_empty());
        prop_assert_eq!(ours.collect::<Vec<_>>(), theirs.collect::<Vec<_>>());
    }
}
