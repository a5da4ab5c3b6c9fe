//! The queries of README.md, word for word, against a store that was filled through the port.

use data_review_core::stats::{FlagSummary, Scalar};
use data_review_core::store::{Entry, Store, Write};
use data_review_core::{
    CodeInfo, Coverage, Depth, Finding, FlagClass, Instant, Severity, TimeSpan, Variable,
};
use data_review_store_sqlite::SqliteStore;
use data_review_tests::store_conformance::reviewed;
use rusqlite::Connection;

/// Which parameters have the largest share of questionable and bad values?
const DOUBTFUL_PARAMETERS: &str = "\
SELECT coalesce(quantity, canonical, name) AS parameter,
       sum(flag_questionable + flag_bad) AS doubtful,
       sum(flag_good + flag_not_assessed + flag_questionable + flag_bad + flag_missing) AS flagged,
       round(100.0 * sum(flag_questionable + flag_bad)
                   / sum(flag_good + flag_not_assessed + flag_questionable + flag_bad + flag_missing), 2) AS percent
FROM variables JOIN files USING (file_id)
WHERE outcome = 'reviewed'
GROUP BY parameter
HAVING doubtful > 0
ORDER BY percent DESC, parameter;";

/// What is wrong, in how many files, and where does one look first?
const ERRORS_BY_CODE: &str = "\
SELECT findings.severity, code, title, count(DISTINCT file_id) AS files, sum(count) AS occurrences,
       min(key) AS for_example, places ->> '$[0].line' AS line, remedy
FROM findings JOIN files USING (file_id) LEFT JOIN codes USING (handler, code)
WHERE findings.severity = 'error' AND outcome = 'reviewed'
GROUP BY code
ORDER BY files DESC, code;";

/// What does each cruise cover?
const COVERAGE_BY_CRUISE: &str = "\
SELECT group_name AS cruise, handler, count(*) AS files, sum(profiles) AS profiles,
       min(time_first) AS first, max(time_last) AS last,
       min(south) AS south, max(north) AS north, max(depth_max) AS deepest
FROM file_groups JOIN files USING (file_id)
WHERE group_kind = 'cruise' AND outcome = 'reviewed'
GROUP BY cruise, handler
ORDER BY cruise, handler;";

fn cruise_file(key: &str, cruise: &str, year: i64, south: f64, flags: [u64; 3]) -> Write {
    let mut entry: Entry = reviewed(key, key);
    let document = &mut entry.document;
    document
        .attributes
        .insert("expocode".to_owned(), vec![cruise.to_owned()]);
    document.profiles = Some(5);
    document.coverage = Coverage {
        time: Some(TimeSpan {
            first: Instant::date(year, 2, 8).expect("a date"),
            last: Instant::date(year, 3, 16).expect("a date"),
        }),
        boxes: Some(vec![[150.0, south, -170.0, south + 10.0]]),
        depth: Some(Depth {
            min: 3.0,
            max: 5500.0 + south,
            unit: Some("DBAR".to_owned()),
        }),
        left_out: None,
        ..Coverage::default()
    };
    document.variables = vec![variable("SALNTY", [10, 0, 0]), variable("OXYGEN", flags)];
    document.findings.push(Finding {
        code: "bad-number".to_owned(),
        severity: Severity::Error,
        ..document.findings[0].clone()
    });
    Write { entry, expect: None }
}

/// A variable with these numbers of values of the flags 2, 3 and 4.
fn variable(name: &str, flags: [u64; 3]) -> Variable {
    let summary = |(total, class)| FlagSummary {
        class: Some(class),
        total,
        count: total,
        min: Some(Scalar::Number(1.0)),
        max: Some(Scalar::Number(2.0)),
        mean: Some(1.5),
    };
    let classes = [FlagClass::Good, FlagClass::Questionable, FlagClass::Bad];
    let total = flags.iter().sum();
    Variable {
        name: name.to_owned(),
        unit: None,
        canonical: None,
        standard_name: None,
        quantity: None,
        column: Some(1),
        dtype: "decimal".to_owned(),
        shape: vec![total],
        dimensions: None,
        total,
        count: total,
        missing: [("-999".to_owned(), 0)].into(),
        invalid: 0,
        non_finite: 0,
        padding: 0,
        min: Some(Scalar::Number(1.0)),
        max: Some(Scalar::Wide(1 << 60)),
        mean: Some(1.5),
        std: None,
        quantiles: None,
        quantile_bounds: None,
        distinct: total,
        distinct_exact: true,
        frequent: Vec::new(),
        first: None,
        last: None,
        flags: Some(
            ["2", "3", "4"]
                .map(str::to_owned)
                .into_iter()
                .zip(flags.into_iter().zip(classes).map(summary))
                .collect(),
        ),
        flag_scheme: Some("WHP water sample".to_owned()),
        good: None,
    }
}

/// The rows of an answer, their values separated by a space.
fn ask(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("the query is SQL");
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values = (0..columns).map(|column| {
            Ok(match row.get::<_, rusqlite::types::Value>(column)? {
                rusqlite::types::Value::Null => "-".to_owned(),
                rusqlite::types::Value::Integer(value) => value.to_string(),
                rusqlite::types::Value::Real(value) => value.to_string(),
                rusqlite::types::Value::Text(value) => value,
                rusqlite::types::Value::Blob(_) => "blob".to_owned(),
            })
        });
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
    });
    rows.and_then(Iterator::collect).expect("the query runs")
}

#[test]
fn the_queries_answer_what_they_ask() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).unwrap();
    let writes = [
        cruise_file("b_hy1.csv", "318M20130321", 2013, -30.0, [90, 6, 4]),
        cruise_file("a_hy1.csv", "33RR20160208", 2016, -60.0, [100, 0, 0]),
        cruise_file("a_ct1.zip", "33RR20160208", 2016, -62.0, [100, 0, 0]),
    ];
    store.record(&writes).unwrap();
    let connection = Connection::open(&path).unwrap();
    assert_eq!(ask(&connection, DOUBTFUL_PARAMETERS), ["OXYGEN 10 300 3.33"]);
    let code = CodeInfo::new("bad-number", Severity::Error, "Not a number").remedy("Correct it.");
    store.put_codes(&[("sample", &code)]).unwrap();
    assert_eq!(
        ask(&connection, ERRORS_BY_CODE),
        ["error bad-number Not a number 3 6 a_ct1.zip 3 Correct it."]
    );
    assert_eq!(
        ask(&connection, COVERAGE_BY_CRUISE),
        [
            "318M20130321 sample 1 5 2013-02-08 2013-03-16 -30 -20 5470",
            "33RR20160208 sample 2 10 2016-02-08 2016-03-16 -62 -50 5440",
        ]
    );
}

#[test]
fn the_readme_quotes_them_and_explains_every_table() {
    let readme = include_str!("../../README.md");
    for (name, text) in [
        ("README.md", readme),
        ("../README.md", include_str!("../../../README.md")),
    ] {
        for query in [DOUBTFUL_PARAMETERS, ERRORS_BY_CODE, COVERAGE_BY_CRUISE] {
            assert!(text.contains(query), "{name} does not quote:\n{query}");
        }
        assert!(
            text.contains("SQLite 3.38 or newer"),
            "{name} names no version of SQLite"
        );
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    drop(SqliteStore::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    let columns = ask(
        &connection,
        "SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
         WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'",
    );
    assert!(columns.len() > 80, "{columns:?}");
    for column in columns {
        let (table, column) = column.split_once(' ').unwrap();
        let section = readme
            .split("\n### ")
            .find(|section| section.starts_with(&format!("`{table}`")));
        let section = section.unwrap_or_else(|| panic!("README.md has no section on `{table}`"));
        assert!(
            section.contains(&format!("`{column}`")),
            "README.md does not explain {table}.{column}"
        );
    }
}
