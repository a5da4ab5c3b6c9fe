use std::fs;

use data_review_core::preview::{CastPreview, Preview};
use data_review_core::store::{Entry, Root};
use data_review_core::{Cast, CoverageKind, Instant};
use data_review_tests::store_conformance::{failed, reviewed};

use super::*;

/// Identity of a file below the root of [`reviewed`].
fn id(key: &str) -> ObjectId<'_> {
    ObjectId { root: "/data", key }
}

fn store(directory: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&directory.path().join("store.db")).unwrap()
}

fn writes(keys: std::ops::Range<u32>) -> Vec<Write> {
    let write = |n| Write {
        entry: reviewed(&format!("{n:06}"), &format!("t{n}")),
        expect: None,
    };
    keys.map(write).collect()
}

#[test]
fn a_full_disk_is_a_clear_stop_and_nothing_of_the_batch_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    store.record(&writes(0..10)).unwrap();
    let pages = |limit: i64| {
        let connected = store.connected();
        connected
            .connection
            .pragma_update_and_check(None, "max_page_count", limit, |_| Ok(()))
            .unwrap();
    };
    pages(60);
    let error = store.record(&writes(10..1000)).unwrap_err();
    assert!(!error.transient);
    assert!(
        error.message.contains("the disk is full") && error.message.contains("are kept"),
        "{error}"
    );
    assert_eq!(store.keys("/data").unwrap().len(), 10);
    pages(1_000_000);
    assert_eq!(store.record(&writes(10..1000)).unwrap(), vec![Written::Yes; 990]);
    assert_eq!(
        store.rows("/data", &["000999"]).unwrap()[0],
        Some(reviewed("000999", "t999").row)
    );
}

#[test]
fn states_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    store.record(&writes(0..1)).unwrap();
    assert_eq!(
        store.states(id("000000")).unwrap(),
        Some(reviewed("000000", "t0").states)
    );
    assert_eq!(store.states(id("none")).unwrap(), None);
}

#[test]
fn the_first_sight_and_the_parts_of_a_file_follow_its_outcomes() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    store.record(&writes(0..1)).unwrap();
    let mut later = failed("000000", "t1", "no", "2026-05-05T00:00:00Z");
    later.document.findings.clear();
    let expect = Some("t0".to_owned());
    store.record(&[Write { entry: later, expect }]).unwrap();
    let connected = store.connected();
    let ask = |sql: &str| -> String { connected.connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(
        ask("SELECT first_seen || ' ' || at || ' ' || failure_class FROM files"),
        "2026-01-01T00:00:00Z 2026-05-05T00:00:00Z limit exceeded"
    );
    assert_eq!(ask("SELECT count(*) || '' FROM findings"), "0");
    assert_eq!(
        ask("SELECT key || times || last_seen FROM failure_history"),
        "00000012026-05-05T00:00:00Z"
    );
}

#[test]
fn documents_are_one_snapshot_and_the_visitor_may_use_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    store.record(&writes(0..3)).unwrap();
    let mut seen = 0;
    store
        .documents(&mut |object, document| {
            assert_eq!(store.document(object).unwrap().as_deref(), Some(document));
            store.record(&writes(100 + seen..101 + seen)).unwrap();
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!((seen, store.keys("/data").unwrap().len()), (3, 6));
}

#[test]
fn documents_are_read_in_the_order_of_the_index() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let connected = store.connected();
    let mut explain = connected
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {}", read::DOCUMENTS))
        .unwrap();
    let plan: Vec<String> = explain
        .query_map(rusqlite::params![1, None::<&str>], |row| row.get(3))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:?}");
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    fs::write(
        &path,
        "These are notes, and no database at all, however long they are.",
    )
    .unwrap();
    let other = directory.path().join("other.db");
    let connection = Connection::open(&other).unwrap();
    connection
        .execute_batch("CREATE TABLE stations (name TEXT)")
        .unwrap();
    drop(connection);
    for path in [&path, &other] {
        let before = fs::read(path).unwrap();
        for result in [SqliteStore::open(path), SqliteStore::open_existing(path)] {
            let error = result.unwrap_err().to_string();
            assert!(
                error.contains("not a Data Review store") && error.contains("--db"),
                "{error}"
            );
        }
        assert_eq!(fs::read(path).unwrap(), before);
    }
}

#[test]
fn a_newer_store_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = store(&directory);
    store
        .connected()
        .connection
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(store);
    for result in [SqliteStore::open(&path), SqliteStore::open_existing(&path)] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("newer") && error.contains("version 99"), "{error}");
    }
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_reading() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let error = SqliteStore::open_existing(&path).unwrap_err().to_string();
    assert!(
        error.starts_with("no store at ") && error.contains("data-review review"),
        "{error}"
    );
    assert!(!path.exists());
    let error = SqliteStore::open(&directory.path().join("none/store.db"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("No such file"), "{error}");
}

#[test]
fn all_files_of_a_store_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let store = store(&directory);
    store.record(&writes(0..1)).unwrap();
    let named = SqliteStore::files(&path);
    for entry in fs::read_dir(directory.path()).unwrap() {
        let found = entry.unwrap().path();
        assert!(named.contains(&found), "{} is not named", found.display());
    }
}

/// The connection that cannot keep files beside the database; an odd name must survive the way through a URI.
#[test]
fn a_frozen_store_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("50% of é?#.db");
    SqliteStore::open(&path).unwrap().record(&writes(0..2)).unwrap();
    let connection = connect(&path, Access::Frozen).unwrap();
    let mut keys = 0;
    read::visit_keys(&connection, "/data", &mut |_| {
        keys += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(keys, 2);
}

/// A store as version 1 wrote it: the recipe's handler is a text, and columns of later versions are not there.
#[test]
fn a_store_of_version_1_is_read_after_it_was_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let mut connection = Connection::open(&path).unwrap();
    schema::migrate_to(&mut connection, 1).unwrap();
    let entry = reviewed("a.csv", "t1");
    let recipe = entry.row.recipe.clone().unwrap();
    let mut older = serde_json::to_value(&recipe).unwrap();
    older["handler"] = "sample 1".into();
    let document = r#"{"file":{"key":"a.csv"}}"#;
    let quantiles = r#"{"0.05":1.05,"0.5":1.5}"#;
    let insert = format!(
        "INSERT INTO recipes VALUES (1, 'digest', '{older}');
         INSERT INTO files (file_id, key, origin, outcome, errors, warnings, infos, attempt, first_seen, at, token,
             transient, recipe_id, registry)
         VALUES (1, 'a.csv', '/data', 'reviewed', 0, 0, 0, 1, '', '', 't1', 0, 1, 'r');
         INSERT INTO findings VALUES (1, 1, 'info', 'odd', NULL, '', 1, '[]');
         INSERT INTO reviews VALUES (1, '{document}', x'00');
         INSERT INTO variables (file_id, position, name, dtype, shape, total, count, missing, invalid, non_finite,
             quantiles, distinct_values)
         VALUES (1, 1, 'TEMP', 'decimal', '[2]', 2, 2, 0, 0, 0, '{quantiles}', 2);
         INSERT INTO failures (key, at, attempt, stage, class, message)
         VALUES ('a.csv', '2026-01-01T00:00:00Z', 1, 'read', 'unreadable', 'gone');"
    );
    connection.execute_batch(&insert).unwrap();
    drop(connection);
    let store = SqliteStore::open(&path).unwrap();
    let row = store.rows("/data", &["a.csv"]).unwrap().remove(0).unwrap();
    assert_eq!((row.recipe, row.letter), (Some(recipe), None));
    assert_eq!(store.failures(None).unwrap()[0].failure.evidence, None);
    let suppressed: String = store
        .connected()
        .connection
        .query_row("SELECT suppressed FROM findings", [], |row| row.get(0))
        .unwrap();
    assert_eq!(suppressed, "{}");
    let quantiles: (Option<f64>, Option<f64>, Option<f64>) = store
        .connected()
        .connection
        .query_row("SELECT q05, q50, q95 FROM variables", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(quantiles, (Some(1.05), Some(1.5), None));
    assert_eq!(store.document(id("a.csv")).unwrap().as_deref(), Some(document));
    assert!(
        store.states(id("a.csv")).unwrap().is_none(),
        "an older form of the states"
    );
    let expect = Some("t1".to_owned());
    assert_eq!(store.record(&[Write { entry, expect }]).unwrap(), [Written::Yes]);
}

/// A store as version 4 wrote it: files by key alone, with the place where they were listed.
#[test]
fn a_store_of_version_4_gets_its_roots() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let mut connection = Connection::open(&path).unwrap();
    schema::migrate_to(&mut connection, 4).unwrap();
    let origins = ["/data", "/data/a", "c/ = /data", "", "s3://bucket"];
    for (origin, id) in origins.iter().zip(1..) {
        let key = format!("{id}.csv");
        let flags = r#"{"2":{"class":"good","total":7,"count":7},"4":{"class":"bad","total":1,"count":1}}"#;
        let insert = format!(
            "INSERT INTO files (file_id, key, origin, outcome, errors, warnings, infos, attempt, first_seen, at, token,
                 transient, registry)
             VALUES ({id}, '{key}', '{origin}', 'reviewed', 0, 0, 0, 1, '', '', 't{id}', 0, 'r');
             INSERT INTO reviews VALUES ({id}, x'7b7d', NULL);
             INSERT INTO attributes VALUES ({id}, 'expocode', 1, '33RR20160208');
             INSERT INTO failures (key, at, attempt, stage, class, message)
             VALUES ('{key}', '2026-01-01T00:00:00Z', 1, 'read', 'unreadable', 'no');
             INSERT INTO variables (file_id, position, name, unit, quantity, dtype, shape, total, count, missing, invalid,
                 non_finite, min, distinct_values, flags, flag_scheme)
             VALUES ({id}, 1, 'DEPTH', 'feet', 'depth', 'decimal', '[8]', 8, 8, 0, 0, 0, 1.5, 2, '{flags}', 'WHP');
             INSERT INTO variables (file_id, position, name, dtype, shape, total, count, missing, invalid, non_finite,
                 distinct_values, first)
             VALUES ({id}, 2, 'STATION', 'text', '[8]', 8, 8, 0, 0, 0, 2, 'A{id}');"
        );
        connection.execute_batch(&insert).unwrap();
    }
    drop(connection);
    let store = SqliteStore::open(&path).unwrap();
    let root = |name: &str, place: &str, prefix: &str| RootSummary {
        root: Root {
            name: name.to_owned(),
            place: place.to_owned(),
            prefix: prefix.to_owned(),
        },
        files: 1,
        gone: 0,
        latest: Some(String::new()),
    };
    let expected = [
        root("/data", "/data", ""),
        root("/data/a", "/data/a", ""),
        root("archive", "", ""),
        root("c/ = /data", "/data", "c/"),
        root("s3://bucket", "", ""),
    ];
    assert_eq!(store.root_summaries().unwrap(), expected);
    let token = |root: &str, key: &str| {
        store.rows(root, &[key]).unwrap()[0]
            .as_ref()
            .map(|row| row.token.clone())
    };
    assert_eq!(token("/data/a", "2.csv").as_deref(), Some("t2"));
    assert_eq!(token("archive", "4.csv").as_deref(), Some("t4"));
    assert_eq!(token("/data", "2.csv"), None);
    assert_eq!(store.failures(Some("2.csv")).unwrap()[0].root, "/data/a");
    let connected = store.connected();
    let ask = |sql: &str| -> String { connected.connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(
        ask("SELECT count(*) || ' ' || (SELECT count(*) FROM parameters) FROM variables"),
        "10 2"
    );
    assert_eq!(
        ask(
            "SELECT flags || flag_good || flag_bad || flag_missing FROM variables WHERE file_id = 3 AND position = 1"
        ),
        r#"{"2":7,"4":1}710"#
    );
    assert_eq!(
        ask(
            "SELECT first || (min IS NULL) || (flags IS NULL) FROM variables WHERE file_id = 3 AND position = 2"
        ),
        "A311"
    );
    assert_eq!(
        ask("SELECT quantity_unit || round(unit_scale, 4) || expected_min FROM variables WHERE position = 1"),
        "m0.3048-10.0"
    );
}

#[test]
fn groups_and_next_steps_are_rows() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let mut entry = failed("a.csv", "t", "no", "2026-01-01T00:00:00Z");
    let attributes = &mut entry.document.attributes;
    attributes.insert(
        "expocode".to_owned(),
        vec!["33KB184/1".to_owned(), "33kb184_1".to_owned()],
    );
    attributes.insert("ship".to_owned(), vec!["R/V Knorr".to_owned()]);
    let step = entry.document.failure.as_ref().unwrap().next_step();
    store.record(&[Write { entry, expect: None }]).unwrap();
    let connected = store.connected();
    let ask = |sql: &str| -> String { connected.connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let groups = "SELECT group_concat(group_kind || ' ' || group_name, ', ') FROM file_groups";
    assert_eq!(ask(groups), "cruise 33KB184_1, platform R_V_KNORR");
    assert_eq!(ask("SELECT failure_next_step FROM files"), step);
    assert_eq!(ask("SELECT next_step FROM failures"), step);
}

#[test]
fn files_are_visited_by_outcome_and_order_with_their_findings() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    store.record(&writes(0..3)).unwrap();
    let lost = Write {
        entry: failed("lost", "t9", "no", "2026-01-01T00:00:00Z"),
        expect: None,
    };
    store.record(&[lost]).unwrap();
    let visit = |query: FileQuery| {
        let mut rows = Vec::new();
        let visited = store.visit_files(&query, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        });
        visited.unwrap();
        rows
    };
    let all = visit(FileQuery::default());
    let keys: Vec<&str> = all.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["000000", "000001", "000002", "lost"]);
    let all_keys = store.all_keys().unwrap();
    let found: Vec<&str> = all_keys.iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(found, keys);
    let outcomes = vec![Outcome::Failed];
    let failures = visit(FileQuery {
        outcomes,
        ..FileQuery::default()
    });
    assert_eq!(failures.len(), 1);
    assert!(failures[0].failure.is_some() && failures[0].outcome == Outcome::Failed);
    let with_findings = visit(FileQuery {
        findings: true,
        ..FileQuery::default()
    });
    for count in store.count_findings().unwrap() {
        let of = |row: &&FindingRow| (row.severity, &row.code) == (count.severity, &count.code);
        let per_file: Vec<u64> = with_findings
            .iter()
            .map(|row| row.findings.iter().filter(of).map(|row| row.count).sum())
            .filter(|found| *found > 0)
            .collect();
        let found = (per_file.len() as u64, per_file.iter().sum());
        assert_eq!((count.files, count.occurrences), found, "{count:?}");
    }
    let later = visit(FileQuery {
        since: Some("2999".to_owned()),
        ..FileQuery::default()
    });
    assert!(later.is_empty());
    for order in [
        FileOrder::Latest,
        FileOrder::Size,
        FileOrder::Observations,
        FileOrder::Time,
    ] {
        let findings = true;
        let rows = visit(FileQuery {
            order,
            findings,
            ..FileQuery::default()
        });
        assert_eq!(rows.len(), 4, "{order:?}");
        for row in rows {
            assert_eq!(
                row.findings.len() as u64,
                row.counts.iter().sum::<u64>(),
                "{order:?}"
            );
        }
    }
    let equal = store
        .keys_with_content(all[0].sha256.as_deref().unwrap(), 9)
        .unwrap();
    assert!(equal.iter().any(|(_, key)| key == "000000"), "{equal:?}");
    let copy = directory.path().join("copy.db");
    store.copy_to(&copy).unwrap();
    assert_eq!(
        SqliteStore::open_existing(&copy).unwrap().all_keys().unwrap(),
        all_keys
    );
    let differences = |earlier: &SqliteStore| {
        let mut pairs = Vec::new();
        let same = store.differences_from(earlier, &mut |FilePair { before, after }| {
            let key = |row: Option<FileRow>| row.map(|row| row.key);
            pairs.push((key(before), key(after)));
            ControlFlow::Continue(())
        });
        (same.unwrap(), pairs)
    };
    let pair = |key: &str| (Some(key.to_owned()), Some(key.to_owned()));
    // What failed is compared by its findings, however equal the rows are.
    assert_eq!(
        differences(&SqliteStore::open(&copy).unwrap()),
        (3, vec![pair("lost")])
    );
    let change = Connection::open(&copy).unwrap();
    change
        .execute_batch(
            "UPDATE files SET sha256 = 'other' WHERE key = '000000';
             UPDATE files SET key = '000003' WHERE key = '000002';
             UPDATE roots SET name = 'elsewhere';",
        )
        .unwrap();
    let (same, pairs) = differences(&SqliteStore::open_existing(&copy).unwrap());
    let key = |key: &str| Some(key.to_owned());
    let expected = [
        pair("000000"),
        (None, key("000002")),
        (key("000003"), None),
        pair("lost"),
    ];
    assert_eq!(
        (same, &pairs[..]),
        (1, &expected[..]),
        "the only root has any name"
    );
    change
        .execute_batch("INSERT INTO roots (name, place, prefix) VALUES ('second', '', '')")
        .unwrap();
    let (same, pairs) = differences(&SqliteStore::open_existing(&copy).unwrap());
    assert_eq!((same, pairs.len()), (0, 8), "every file is in another root");
}

#[test]
fn casts_are_rows_that_follow_the_review() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let mut entry: Entry = reviewed("a.csv", "t0");
    let document = &mut entry.document;
    document.profiles = Some(3);
    document.casts_left_out = 1;
    document.coverage.kind = Some(CoverageKind::Profiles);
    let cast = Cast {
        station: Some("12".to_owned()),
        time: Instant::parse("2015-08-10"),
        levels: Some(36),
        ..Cast::default()
    };
    document.casts = vec![cast.at(-170.25, 10.5), Cast::default()];
    store.record(&[Write { entry, expect: None }]).unwrap();
    let ask = |sql: &str| -> String {
        let connected = store.connected();
        connected.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    const CASTS: &str = "
        SELECT group_concat(position || ':' || coalesce(station || time || longitude || latitude || levels, '-'), ' ')
        FROM casts";
    assert_eq!(ask(CASTS), "1:122015-08-10-170.2510.536 2:-");
    assert_eq!(
        ask("SELECT coverage_kind || casts_left_out FROM files"),
        "profiles1"
    );
    let mut later = reviewed("a.csv", "t1");
    later.document.profiles = None;
    let expect = Some("t0".to_owned());
    store.record(&[Write { entry: later, expect }]).unwrap();
    assert_eq!(ask("SELECT count(*) || '' FROM casts"), "0");
    assert_eq!(
        ask("SELECT (coverage_kind IS NULL) || (casts_left_out IS NULL) FROM files"),
        "11"
    );
}

/// The columns of a version are null in the rows that an older program wrote.
#[test]
fn a_store_of_version_5_gets_its_casts_with_the_next_review() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let mut connection = Connection::open(&path).unwrap();
    schema::migrate_to(&mut connection, 5).unwrap();
    connection
        .execute_batch(
            "INSERT INTO roots VALUES (1, 'r', '', '');
             INSERT INTO files (file_id, root_id, key, outcome, profiles, errors, warnings, infos, attempt, first_seen, at,
                 token, transient, registry)
             VALUES (1, 1, 'a.csv', 'reviewed', 7, 0, 0, 0, 1, '', '', 't', 0, 'r');",
        )
        .unwrap();
    drop(connection);
    let store = SqliteStore::open(&path).unwrap();
    let connected = store.connected();
    let ask = |sql: &str| -> String { connected.connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let columns = "SELECT profiles || (coverage_kind IS NULL) || (casts_left_out IS NULL) FROM files";
    assert_eq!(ask(columns), "711");
    assert_eq!(ask("SELECT count(*) || '' FROM casts"), "0");
}

#[test]
fn a_preview_is_kept_beside_the_document_until_the_next_outcome() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let preview = Preview {
        variables: vec![1, 0],
        casts: vec![CastPreview {
            cast: 0,
            levels: vec![0, 7],
            values: vec![vec![Some(1.5), None], vec![Some(18.2), Some(0.1 + 0.2)]],
            flags: vec![String::new(), "gb".to_owned()],
        }],
    };
    let mut entry: Entry = reviewed("a.csv", "t0");
    entry.preview = Some(preview.clone());
    store.record(&[Write { entry, expect: None }]).unwrap();
    let held = || {
        let mut held = Vec::new();
        store
            .visit_reviews(&mut |review| {
                held.push(review.preview.clone());
                ControlFlow::Continue(())
            })
            .unwrap();
        held
    };
    assert_eq!(held(), [Some(preview)]);
    let expect = Some("t0".to_owned());
    let entry: Entry = reviewed("a.csv", "t1");
    store.record(&[Write { entry, expect }]).unwrap();
    assert_eq!(held(), [None]);
}
