use super::*;

fn dtype(cells: &[&str]) -> Dtype {
    let mut column = Column::default();
    for cell in cells {
        column.push(cell.as_bytes(), None, (1, 1));
    }
    column.finish().dtype()
}

#[test]
fn the_type_is_found_out() {
    assert_eq!(dtype(&["1", "-2", "+3", ""]), Dtype::Integer);
    assert_eq!(dtype(&["1", "2.5"]), Dtype::Decimal);
    assert_eq!(dtype(&["1", "nan"]), Dtype::Decimal);
    assert_eq!(
        dtype(&["2020-01-01", "2020-02-01T12:00:00Z", "2020-02-01 12:00"]),
        Dtype::Time
    );
    assert_eq!(dtype(&["true", "FALSE"]), Dtype::Boolean);
    assert_eq!(dtype(&["1", "2", "x"]), Dtype::Text);
    assert_eq!(dtype(&[]), Dtype::Text);
}

#[test]
fn no_numbers_and_no_times() {
    for text in ["", "-", "+", ".", "1,5", "1e", "0x10", "1_000", "e5", "1 2"] {
        assert_eq!(number(text.as_bytes()), None, "{text}");
    }
    for text in [
        "2020-13-01",
        "2020-01-32",
        "2022-02-29",
        "2020-01-01T10",
        "2020-01-01T25:00",
        "2020-01-01T10:00+01:00",
        "20200101",
        "2020-01-01Tx",
    ] {
        assert!(!is_time(text.as_bytes()), "{text}");
    }
}

#[test]
fn an_invalid_cell_comes_back_late_or_at_once() {
    let mut column = Column::default();
    for line in 1..=1024 {
        let cell: &[u8] = if line == 7 { b"oops" } else { b" 1.5 " };
        assert_eq!(column.push(cell, None, (line, 3)), Cell::Waiting);
    }
    assert_eq!(
        column.take_invalid(),
        [InvalidCell {
            at: (7, 3),
            text: b"oops".to_vec()
        }]
    );
    assert_eq!(column.push(b"again", None, (1025, 3)), Cell::Invalid);
    assert_eq!(column.push(b"2", None, (1026, 3)), Cell::Number(2.0));
    let summary = column.finish().summary();
    assert_eq!((summary.total, summary.count, summary.invalid), (1026, 1024, 2));
}

#[test]
fn flags_wait_with_their_cells() {
    let mut column = Column::default();
    column.push(b"1", Some(b"2"), (1, 1));
    column.push(b"3", Some(b"3"), (2, 1));
    column.push(b"", Some(b"9"), (3, 1));
    let flags = column.finish().summary().flags.unwrap();
    assert_eq!(
        (flags["2"].mean, flags["3"].mean, flags["9"].total),
        (Some(1.0), Some(3.0), 1)
    );
}

#[test]
fn integers_become_decimals_when_a_decimal_comes() {
    let mut column = Column::new(Some(Dtype::Integer));
    column.push(b"12345678901234567891", None, (1, 1));
    column.push(b"1.5", None, (2, 1));
    let summary = column.finish().summary();
    assert_eq!(summary.dtype, Dtype::Decimal);
    assert_eq!(summary.max.unwrap().to_string(), "12345678901234567891");
}

const WORDS: &[&str] = &["na", "nan", "-"];

fn summary_of(cells: &[&str]) -> crate::stats::Summary {
    let mut column = Column::default().missing_words(WORDS);
    for cell in cells {
        column.push(cell.as_bytes(), None, (1, 1));
    }
    column.finish().summary()
}

#[test]
fn words_for_missing_have_no_part_in_the_type() {
    let summary = summary_of(&["NA", "NaN", "1", "-", "2.5", "nan", "x"]);
    assert_eq!(summary.dtype, Dtype::Text, "one in three is no number");
    assert_eq!((summary.count, summary.missing.len()), (7, 0));
    assert_eq!(
        (summary.first.as_deref(), summary.last.as_deref()),
        (Some("-"), Some("x"))
    );
    let summary = summary_of(&["NA", "NaN", "1", "-", "2.5", "nan"]);
    assert_eq!(summary.dtype, Dtype::Decimal);
    assert_eq!((summary.total, summary.count, summary.non_finite), (6, 2, 0));
    assert_eq!(
        summary.missing.keys().collect::<Vec<_>>(),
        ["-", "NA", "NaN", "nan"]
    );
}

#[test]
fn words_in_text_are_values() {
    let summary = summary_of(&["x", "-", "NA", "y", "-"]);
    assert_eq!(
        (summary.count, summary.missing.len(), summary.distinct),
        (5, 0, 4)
    );
    assert_eq!(
        (summary.first.as_deref(), summary.last.as_deref()),
        (Some("-"), Some("y"))
    );
    assert_eq!(
        summary_of(&["NA", "NA"]).missing["NA"],
        2,
        "nothing but words is nothing"
    );
}

#[test]
fn words_after_the_type_is_known() {
    let mut column = Column::new(Some(Dtype::Integer)).missing_words(WORDS);
    assert_eq!(column.push(b"NaN", None, (1, 1)), Cell::Missing);
    assert_eq!(column.push(b"na", None, (2, 1)), Cell::Missing);
    assert_eq!(column.push(b"inf", None, (3, 1)), Cell::NonFinite);
    assert_eq!(column.push(b"n.a.", None, (4, 1)), Cell::Invalid);
    assert_eq!(column.finish().summary().dtype, Dtype::Integer);
}

#[test]
fn parts_are_merged_in_order_and_begin_where_the_type_is_known() {
    let mut column = Column::default().decide_after(2);
    column.push(b"1", None, (1, 1));
    column.end_part();
    column.push(b"2", None, (2, 1));
    column.end_part();
    column.push(b"2.5", None, (3, 1));
    column.end_part();
    column.end_part();
    column.push(b"3", None, (4, 1));
    let summary = column.finish().summary();
    assert_eq!(
        (summary.total, summary.count, summary.dtype),
        (4, 4, Dtype::Decimal)
    );
    assert_eq!(summary.mean, Some(2.125));
    assert_eq!(
        column.finish().summary(),
        summary,
        "finishing twice changes nothing"
    );
}

#[test]
fn integers_of_every_length_are_exact() {
    for len in 1..=38 {
        for digit in ["9", "1", "0"] {
            let text = format!("-{}", digit.repeat(len));
            assert_eq!(
                number(text.as_bytes()),
                Some(Number::Integer(text.parse().unwrap())),
                "{text}"
            );
        }
    }
    assert_eq!(number(b"-0").map(|n| n == Number::Integer(0)), Some(true));
}

#[test]
fn numbers_kept_apart_are_left_out_or_added() {
    let mut column = Column::default().keep_apart(|value| value.abs() >= 99.0);
    for cell in ["8.0", "-999", "10.0", "", "-999", "99"] {
        column.push(cell.as_bytes(), None, (1, 2));
        column.end_part();
    }
    assert_eq!(
        column
            .settle()
            .range()
            .map(|(min, max)| (min.as_f64(), max.as_f64())),
        Some((8.0, 10.0))
    );
    let apart: Vec<(f64, u64)> = column
        .apart()
        .iter()
        .map(|apart| (apart.value, apart.count))
        .collect();
    assert_eq!(apart, [(-999.0, 2), (99.0, 1)]);
    let others = column.leave_out(|value| value == -999.0).unwrap().summary();
    assert_eq!(
        (others.count, others.max.unwrap().as_f64(), others.mean),
        (3, 99.0, Some(39.0))
    );
    let all = column.finish().summary();
    assert_eq!((all.total, all.count, all.min.unwrap().as_f64()), (6, 5, -999.0));
    assert!(column.apart().is_empty() && column.leave_out(|_| true).is_none());
}

#[test]
fn numbers_that_may_stand_for_missing_values_do_not_make_texts_invalid() {
    let is_suspect = |value: f64| value == -99_999.0;
    for (cells, dtype) in [
        (["-99999", "-99999", "N", "-99999"], Dtype::Text),
        (["-99999", "-99999", "-99999", "-99999"], Dtype::Integer),
        (["-99999", "1", "2", "3"], Dtype::Integer),
        (["-99999", "-99999", "-99999", "2020-01-01"], Dtype::Time),
    ] {
        let mut column = Column::default().keep_apart(is_suspect);
        for cell in cells {
            column.push(cell.as_bytes(), None, (1, 1));
        }
        assert_eq!(column.finish().dtype(), dtype, "{cells:?}");
    }
}

#[test]
fn cells_that_repeat_count_like_others() {
    let values = ["5", "2.5", "99", "x", "", "na", "12345678901234567890123"];
    let column = |cells: &[&str]| {
        let mut column = Column::new(Some(Dtype::Decimal))
            .missing_words(WORDS)
            .keep_apart(|value| value == 99.0);
        let answers: Vec<Cell> = cells
            .iter()
            .map(|cell| column.push(cell.as_bytes(), None, (1, 1)))
            .collect();
        column.settle();
        let apart: Vec<_> = column.apart().iter().map(|apart| apart.count).collect();
        (answers, apart, column.finish().summary())
    };
    let runs: Vec<&str> = values.iter().flat_map(|value| [*value; 7]).collect();
    let rounds: Vec<&str> = (0..7).flat_map(|_| values).collect();
    let (answers, apart, summary) = column(&runs);
    assert!(
        answers
            .chunks(7)
            .all(|run| run.iter().all(|answer| *answer == run[0]))
    );
    assert_eq!((apart, summary.total), (vec![7], 49));
    assert_eq!((summary.count, summary.invalid), (28, 7));
    assert_eq!(summary, column(&rounds).2);
}
