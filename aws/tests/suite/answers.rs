//! Answers that AWS gives and the emulator does not: lost, partly refused, unprocessed. A fake service on the loopback
//! gives them.
#![expect(
    clippy::unwrap_used,
    reason = "whatever goes wrong in a thread of the service fails the test"
)]

use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use data_review_aws::inventory;
use data_review_aws::message::LookRequest;
use data_review_aws::object::{self, Listed, ObjectError};
use data_review_aws::{CallError, Clients, DynamoStore, RowGroup, StoreNames, queue};
use data_review_core::pipeline::OutcomeRow;
use data_review_core::store::{Entry, Store, Write, Written};
use data_review_core::{Class, Document, FileFacts, Outcome, Registration, Registry};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::loopback;

/// How the fake service answers a call.
enum Answer {
    /// Status and body.
    Whole(u16, String),
    /// It closes the connection instead.
    Cut,
}

fn says(status: u16, body: Value) -> Answer {
    Answer::Whole(status, body.to_string())
}

/// A request: the operation, or the HTTP method and path; and the body, or the query if there is none.
type Call = (String, String);

/// Answers a request, given the operation, the request and how many of this operation came before.
type Script = dyn Fn(&str, &Value, usize) -> Answer + Send + Sync;

/// Tables and queues answer as the test says; the bucket of documents accepts every request.
#[derive(Clone)]
struct Services {
    calls: Arc<Mutex<Vec<Call>>>,
    /// For each request, whether it says that the requester pays.
    paid: Arc<Mutex<Vec<bool>>>,
    script: Arc<Script>,
    port: u16,
}

impl Services {
    fn start(script: impl Fn(&str, &Value, usize) -> Answer + Send + Sync + 'static) -> Self {
        let mut services = Services {
            calls: Arc::default(),
            paid: Arc::default(),
            script: Arc::new(script),
            port: 0,
        };
        let served = services.clone();
        services.port = loopback::listen(move |stream| served.serve(stream));
        services
    }

    /// Answers requests of one connection until it ends.
    fn serve(&self, mut stream: TcpStream) {
        let mut requests = BufReader::new(stream.try_clone().unwrap());
        let (mut operation, mut query, mut length, mut pays) = (String::new(), String::new(), 0, false);
        let mut line = String::new();
        while requests.read_line(&mut line).is_ok_and(|n| n > 0) {
            let text = std::mem::take(&mut line).trim_end().to_owned();
            let header = |name: &str| {
                let (found, value) = text.split_once(": ")?;
                found.eq_ignore_ascii_case(name).then(|| value.to_owned())
            };
            if operation.is_empty() {
                let line = text.strip_suffix(" HTTP/1.1").unwrap();
                let (path, asked) = line.split_once('?').unwrap_or((line, ""));
                (operation, query) = (path.to_owned(), asked.to_owned());
            } else if let Some(target) = header("x-amz-target") {
                operation = target.split('.').next_back().unwrap().to_owned();
            } else if let Some(payer) = header("x-amz-request-payer") {
                pays = payer == "requester";
            } else if let Some(value) = header("content-length") {
                length = value.parse().unwrap();
            } else if text.is_empty() {
                let mut body = vec![0; length];
                requests.read_exact(&mut body).unwrap();
                let body = String::from_utf8(body).unwrap();
                let asked = if length == 0 {
                    std::mem::take(&mut query)
                } else {
                    body
                };
                self.paid.lock().unwrap().push(std::mem::take(&mut pays));
                match self.answer(std::mem::take(&mut operation), asked) {
                    Answer::Cut => return,
                    Answer::Whole(status, answer) => {
                        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", answer.len());
                        stream.write_all((head + &answer).as_bytes()).unwrap();
                    }
                }
                length = 0;
            }
        }
    }

    fn answer(&self, operation: String, body: String) -> Answer {
        let request = serde_json::from_str(&body).unwrap_or_default();
        let mut calls = self.calls.lock().unwrap();
        let before = calls.iter().filter(|(called, _)| *called == operation).count();
        calls.push((operation.clone(), body));
        match operation.split(' ').next() {
            Some("PUT" | "DELETE") => Answer::Whole(200, String::new()),
            _ => (self.script)(&operation, &request, before),
        }
    }

    fn clients(&self) -> Clients {
        loopback::clients(self.port)
    }

    fn store(&self) -> DynamoStore {
        let names = StoreNames {
            reviews: "reviews".to_owned(),
            failures: "failures".to_owned(),
            counters: "counters".to_owned(),
            documents: "documents".to_owned(),
        };
        DynamoStore::new(&self.clients(), names)
    }

    /// The requests of an operation; for `PUT` and `DELETE`, the paths.
    fn called(&self, operation: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let found = calls
            .iter()
            .filter_map(|(called, asked)| match called.split_once(' ') {
                Some((method @ ("PUT" | "DELETE"), path)) => (method == operation).then(|| path.to_owned()),
                Some((method, _)) => (method == operation).then(|| asked.clone()),
                None => (called == operation).then(|| asked.clone()),
            });
        found.collect()
    }
}

/// An entry of the key `k`.
fn write(token: &str, expect: Option<&str>) -> Write {
    let file = FileFacts {
        key: "k".to_owned(),
        size: None,
        sha256: None,
        compression: None,
    };
    let entry = Entry {
        row: OutcomeRow {
            token: token.to_owned(),
            stamp: None,
            sha256: None,
            outcome: Outcome::Gone,
            transient: false,
            recipe: None,
            registry: String::new(),
            letter: None,
        },
        document: Document::without_handler(file, Outcome::Gone, None),
        states: Vec::new(),
        preview: None,
        root: String::new(),
        attempt: 1,
        at: String::new(),
        log: None,
    };
    Write {
        entry,
        expect: expect.map(str::to_owned),
    }
}

fn item(token: &str) -> Value {
    json!({"key": {"S": "k"}, "token": {"S": token}, "outcome": {"S": "gone"}, "transient": {"BOOL": false},
        "registry": {"S": ""}, "stamp": {"NULL": true}, "sha256": {"NULL": true}, "recipe": {"NULL": true}})
}

fn refusal(code: &str, item: Option<Value>) -> Answer {
    let mut body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": ""});
    if let Some(item) = item {
        body["Item"] = item;
    }
    says(400, body)
}

fn rows(items: &[Value]) -> Answer {
    says(
        200,
        json!({"Responses": {"reviews": items}, "UnprocessedKeys": {}}),
    )
}

/// Writes the row `new` over `old`; returns the answer, and the documents that were deleted.
async fn outcome_of(services: &Services) -> (Option<Written>, Option<&'static str>) {
    let store = services.store();
    let address_of = async |token: &str| {
        store.write(&write(token, None)).await.ok();
        services.called("PUT").pop().unwrap()
    };
    let old = address_of("old").await;
    let written = store.write(&write("new", Some("old"))).await.ok();
    let new = services.called("PUT").pop().unwrap();
    assert_ne!(old, new);
    let deleted = services.called("DELETE");
    assert!(deleted.len() <= 1, "{deleted:?}");
    let deleted = deleted
        .first()
        .map(|path| if *path == old { "old" } else { "new" });
    (written, deleted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_leaves_the_document_of_the_row_and_no_other() {
    let taken = |token: &str| Some(Written::Taken(Some(token.to_owned())));
    // The first call of `outcome_of` writes the old row; then the response is lost, and the next attempt of the SDK finds its own row.
    for (found, expected) in [
        ("new", (taken("new"), Some("old"))),
        ("other", (taken("other"), Some("new"))),
    ] {
        let services = Services::start(move |operation, _, before| match (operation, before) {
            ("TransactWriteItems", _) => says(200, json!({})),
            ("BatchGetItem", _) => rows(&[item("old")]),
            ("PutItem", 0) => Answer::Cut,
            _ => refusal("ConditionalCheckFailedException", Some(item(found))),
        });
        assert_eq!(outcome_of(&services).await, expected, "{found}");
        assert_eq!(services.called("PutItem").len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_without_an_answer_is_read_back() {
    let taken = |token: &str| Some(Written::Taken(Some(token.to_owned())));
    for (found, expected) in [
        ("new", (taken("new"), Some("old"))),
        ("other", (taken("other"), Some("new"))),
        // The write may still happen: both documents stay.
        ("old", (None, None)),
    ] {
        let services = Services::start(move |operation, _, before| match (operation, before) {
            ("TransactWriteItems", _) => says(200, json!({})),
            ("BatchGetItem", 0) => rows(&[item("old")]),
            ("PutItem", _) => refusal("RequestCanceled", None),
            _ => rows(&[item(found)]),
        });
        assert_eq!(outcome_of(&services).await, expected, "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_refused_for_good_leaves_nothing() {
    let services = Services::start(|operation, _, _| match operation {
        "TransactWriteItems" => says(200, json!({})),
        "BatchGetItem" => rows(&[item("old")]),
        _ => refusal("ValidationException", None),
    });
    assert_eq!(outcome_of(&services).await, (None, Some("new")));
}

/// AWS does not always return the row that is in the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_does_not_name_the_row_is_followed_by_a_look() {
    let services = Services::start(|operation, _, before| match (operation, before) {
        ("PutItem", _) => refusal("ConditionalCheckFailedException", None),
        (_, 0) => rows(&[item("old")]),
        _ => rows(&[item("other")]),
    });
    let written = services.store().write(&write("new", Some("old"))).await.unwrap();
    assert_eq!(written, Written::Taken(Some("other".to_owned())));
    assert_eq!(services.called("BatchGetItem").len(), 2);
}

/// A transaction that was cancelled, with the reason of each of its parts.
fn cancelled(reasons: &[&str]) -> Answer {
    let reasons: Vec<_> = reasons.iter().map(|code| json!({"Code": code})).collect();
    says(
        400,
        json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "message": "",
            "CancellationReasons": reasons}),
    )
}

/// The parts of each transaction that change a counter: the counter, and by how much.
fn counted(services: &Services) -> Vec<Vec<(String, String)>> {
    let update = |part: &Value| {
        let update = part.get("Update")?;
        assert_eq!(update["TableName"], "counters");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let counter = text(&update["Key"]["counter"]["S"]);
        Some((counter, text(&update["ExpressionAttributeValues"][":by"]["N"])))
    };
    let transactions = services.called("TransactWriteItems").into_iter();
    let transactions = transactions.map(|body| {
        let body: Value = serde_json::from_str(&body).unwrap();
        let parts = body["TransactItems"].as_array().unwrap();
        parts.iter().filter_map(update).collect()
    });
    transactions.collect()
}

/// The group of a counter, without its shard.
fn group(counter: &str) -> &str {
    counter.rsplit_once('#').unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_and_its_counters_are_one_transaction() {
    let services = Services::start(|operation, _, _| match operation {
        "BatchGetItem" => {
            let mut failed = item("old");
            failed["outcome"] = json!({"S": "failed"});
            failed["handler"] = json!({"S": "csv"});
            rows(&[failed])
        }
        _ => says(200, json!({})),
    });
    let store = services.store();
    for expect in [None, Some("old")] {
        let written = store.write(&write("new", expect)).await.unwrap();
        assert_eq!(written, Written::Yes);
    }
    let counted = counted(&services);
    let counted: Vec<Vec<_>> = counted
        .iter()
        .map(|parts| {
            parts
                .iter()
                .map(|(counter, by)| (group(counter), by.as_str()))
                .collect()
        })
        .collect();
    assert_eq!(
        counted,
        [vec![("gone#", "1")], vec![("failed#csv", "-1"), ("gone#", "1")]]
    );
    assert_eq!(services.called("PutItem"), [""; 0], "a row without its counters");
}

/// The message comes again after its row was written: the row is in the way, and nothing is counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_comes_again_is_not_counted_again() {
    let services = Services::start(|operation, _, _| match operation {
        "BatchGetItem" => rows(&[item("new")]),
        _ => cancelled(&["ConditionalCheckFailed", "None"]),
    });
    let store = services.store();
    let taken = Written::Taken(Some("new".to_owned()));
    assert_eq!(store.write(&write("new", None)).await.unwrap(), taken);
    assert_eq!(store.write(&write("new", Some("old"))).await.unwrap(), taken);
    assert_eq!(counted(&services).len(), 1, "the second one is settled by a look");
}

/// DynamoDB cancels a transaction that meets another one at an item (API reference, `TransactWriteItems`).
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_meets_another_at_a_counter_takes_another_counter() {
    let services = Services::start(|_, _, before| match before {
        0..3 => cancelled(&["None", "TransactionConflict"]),
        _ => says(200, json!({})),
    });
    let store = services.store();
    let written = store.write(&write("new", None)).await.unwrap();
    assert_eq!(written, Written::Yes);
    let counters = counted(&services).concat();
    assert_eq!(counters.len(), 4);
    assert!(counters.iter().any(|(counter, _)| *counter != counters[0].0));
    // A part that fails otherwise is not tried again, and deletes no document that may be needed.
    let services = Services::start(|operation, _, _| match operation {
        "BatchGetItem" => rows(&[]),
        _ => cancelled(&["None", "ThrottlingError"]),
    });
    assert!(services.store().write(&write("new", None)).await.is_err());
    assert_eq!(counted(&services).len(), 1);
    assert_eq!(services.called("DELETE"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_sums_and_know_whether_they_count_all() {
    let counter = |counter: &str, handler: Value, files: &str| {
        let outcome = counter.split('#').next().unwrap();
        json!({"counter": {"S": counter}, "outcome": {"S": outcome}, "handler": handler, "files": {"N": files}})
    };
    let csv = json!({"S": "csv"});
    let items = [
        counter("reviewed#csv#0", csv.clone(), "5"),
        counter("reviewed#csv#1", csv.clone(), "-2"),
        counter("failed#csv#0", csv, "0"),
        counter("unidentified##9", json!({"NULL": true}), "4"),
    ];
    let marker = json!({"counter": {"S": "complete"}});
    for (created, marked, complete) in [(1, false, true), (3, false, false), (3, true, true)] {
        let mut items = items.to_vec();
        items.extend(marked.then(|| marker.clone()));
        let services = Services::start(move |operation, request, _| match operation {
            "DescribeTable" => {
                let created = if request["TableName"] == "reviews" {
                    2
                } else {
                    created
                };
                says(200, json!({"Table": {"CreationDateTime": created}}))
            }
            _ => says(200, json!({"Items": items})),
        });
        let group = |outcome, handler: Option<&str>| RowGroup {
            outcome,
            handler: handler.map(str::to_owned),
        };
        let counts = [
            (group(Outcome::Reviewed, Some("csv")), 3),
            (group(Outcome::Unidentified, None), 4),
        ];
        let counters = services.store().counters().await.unwrap();
        assert_eq!(counters.counts, counts.into());
        assert_eq!(counters.complete, complete);
        assert_eq!(
            services.called("Scan").len(),
            1,
            "the table of reviews is not read"
        );
    }
}

/// All or nothing, and once, whatever is lost on the way: one transaction, which the SDK gives a token.
#[tokio::test(flavor = "multi_thread")]
async fn counters_are_corrected_once() {
    let services = Services::start(|_, _, before| match before {
        0 => Answer::Cut,
        _ => says(200, json!({})),
    });
    let group = RowGroup {
        outcome: Outcome::Reviewed,
        handler: Some("csv".to_owned()),
    };
    let store = services.store();
    store.correct_counters(&[(group, -7)].into()).await.unwrap();
    let calls = services.called("TransactWriteItems");
    let token = |body: &String| serde_json::from_str::<Value>(body).unwrap()["ClientRequestToken"].clone();
    assert_eq!(calls.len(), 2);
    assert!(token(&calls[0]).is_string());
    assert_eq!(token(&calls[0]), token(&calls[1]));
    assert!(calls[0].contains(r#""S":"complete""#), "{}", calls[0]);
    assert_eq!(
        counted(&services)[0],
        [("reviewed#csv#0".to_owned(), "-7".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_not_read_for_want_of_capacity_are_read_again() {
    let services = Services::start(|_, request, before| match before {
        0 => says(
            200,
            json!({"Responses": {"reviews": []}, "UnprocessedKeys": request["RequestItems"]}),
        ),
        _ => rows(&[item("t")]),
    });
    let rows = services.store().read_rows(&["k"]).await.unwrap();
    assert_eq!(rows[0].as_ref().map(|row| row.token.as_str()), Some("t"));
}

/// A page of S3 ends at a thousand keys, and says that others follow.
#[tokio::test(flavor = "multi_thread")]
async fn a_listing_goes_on_after_its_last_key() {
    let services = Services::start(|operation, _, before| {
        assert!(operation.starts_with("GET /data"), "{operation}");
        let (more, key) = [("true", "a%2Fb+c"), ("false", "d%01")][before];
        let page = format!(
            "<ListBucketResult><IsTruncated>{more}</IsTruncated><EncodingType>url</EncodingType>\
             <Contents><Key>{key}</Key><Size>7</Size><ETag>&quot;v1&quot;</ETag></Contents></ListBucketResult>"
        );
        Answer::Whole(200, page)
    });
    let clients = services.clients();
    let listed = |key: &str| Listed {
        key: key.to_owned(),
        size: 7,
        stamp: "v1".to_owned(),
        archive: None,
    };
    let first = object::list(&clients, "data", "", None).await.unwrap();
    assert_eq!((first.objects, first.more), (vec![listed("a/b c")], true));
    let second = object::list(&clients, "data", "", Some("a/b c")).await.unwrap();
    assert_eq!((second.objects, second.more), (vec![listed("d\u{1}")], false));
    let asked = services.called("GET");
    assert!(asked[1].contains("start-after=a%2Fb%20c"), "{asked:?}");
}

/// An entry of a listing with this storage class and restoration.
fn listing(key: &str, storage: &str, restore: &str) -> Answer {
    Answer::Whole(
        200,
        format!(
            "<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType><Contents><Key>{key}</Key>\
             <Size>7</Size><ETag>&quot;v1&quot;</ETag><StorageClass>{storage}</StorageClass>{restore}</Contents></ListBucketResult>"
        ),
    )
}

/// S3 User Guide, "Working with archived objects": objects of `GLACIER` and `DEEP_ARCHIVE` must be restored, those of
/// `GLACIER_IR` need not; API reference, `ListObjectsV2`: `RestoreStatus` says whether a restored copy exists.
#[tokio::test(flavor = "multi_thread")]
async fn a_listing_says_what_is_archived_and_not_restored() {
    let restore = |under_way: bool| {
        format!("<RestoreStatus><IsRestoreInProgress>{under_way}</IsRestoreInProgress></RestoreStatus>")
    };
    for (storage, restore, archive) in [
        ("STANDARD", String::new(), None),
        ("GLACIER_IR", String::new(), None),
        ("INTELLIGENT_TIERING", String::new(), None),
        ("GLACIER", String::new(), Some("GLACIER")),
        ("DEEP_ARCHIVE", String::new(), Some("DEEP_ARCHIVE")),
        ("GLACIER", restore(true), Some("GLACIER")),
        ("GLACIER", restore(false), None),
    ] {
        let services = Services::start({
            let restore = restore.clone();
            move |_, _, _| listing("k", storage, &restore)
        });
        let page = object::list(&services.clients(), "data", "", None).await.unwrap();
        assert_eq!(page.objects[0].archive.as_deref(), archive, "{storage} {restore}");
    }
}

/// API reference, `GetObject`: an archived object is `InvalidObjectState`, 403. An object under a customer's key (SSE-C) is
/// `InvalidRequest`, 400. Neither answer has an ETag: the listing has.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_s3_refuses_to_return_is_refused_with_its_version() {
    for (status, code, storage, class, says) in [
        (
            403,
            "InvalidObjectState",
            "DEEP_ARCHIVE",
            Class::Archived,
            "DEEP_ARCHIVE",
        ),
        (
            403,
            "InvalidObjectState",
            "INTELLIGENT_TIERING",
            Class::Archived,
            "not restored",
        ),
        (400, "InvalidRequest", "STANDARD", Class::CustomerKey, "SSE-C"),
    ] {
        let services = Services::start(move |operation, _, _| match operation.contains("/a%20b") {
            true => Answer::Whole(
                status,
                format!("<Error><Code>{code}</Code><Message>no</Message></Error>"),
            ),
            false => listing("a+b", storage, ""),
        });
        let clients = services.clients();
        let look = LookRequest {
            key: "a b".to_owned(),
            size: None,
        };
        let none: [&'static Registration; 0] = [];
        let registry = Registry::of(none).unwrap();
        let identified = object::identify(&clients, &registry, "data", &look, u64::MAX)
            .await
            .map(drop);
        let spooled = object::spool(&clients, "data", "a b", "v1", 1000).await.map(drop);
        for refused in [identified, spooled] {
            let Err(ObjectError::Refused(refused)) = refused else {
                panic!("{code}: {refused:?}");
            };
            assert_eq!(refused.failure.class, class);
            assert_eq!((refused.stamp.as_deref(), refused.size), (Some("v1"), Some(7)));
            assert!(
                refused.failure.message.contains(says),
                "{}",
                refused.failure.message
            );
        }
        // Four requests: no attempt is repeated.
        assert_eq!(services.called("GET").len(), 4, "{code}");
    }
}

/// The answer to HEAD has no body, and so no code.
#[tokio::test(flavor = "multi_thread")]
async fn the_version_of_an_object_with_a_customers_key_is_listed() {
    let services = Services::start(|operation, _, _| match operation.starts_with("HEAD") {
        true => Answer::Whole(400, String::new()),
        false => listing("k", "STANDARD", ""),
    });
    let stamp = object::stamp(&services.clients(), "data", "k").await.unwrap();
    assert_eq!(stamp.as_deref(), Some("v1"));
}

/// S3 User Guide, "Using Requester Pays buckets": requests without the header are refused.
#[tokio::test(flavor = "multi_thread")]
async fn who_pays_says_so_in_each_request_to_the_data_bucket() {
    for pays in [true, false] {
        let services = Services::start(|operation, _, _| match operation.starts_with("GET /data/k") {
            true => Answer::Whole(404, "<Error><Code>NoSuchKey</Code></Error>".to_owned()),
            false => listing("k", "STANDARD", ""),
        });
        let clients = services.clients().paying(pays);
        object::list(&clients, "data", "", None).await.unwrap();
        object::stamp(&clients, "data", "k").await.ok();
        assert!(object::spool(&clients, "data", "k", "v1", 1).await.is_err());
        let look = LookRequest {
            key: "k".to_owned(),
            size: None,
        };
        let none: [&'static Registration; 0] = [];
        let registry = Registry::of(none).unwrap();
        assert!(
            object::identify(&clients, &registry, "data", &look, u64::MAX)
                .await
                .is_err()
        );
        assert_eq!(*services.paid.lock().unwrap(), [pays; 4]);
    }
}

/// A page of a scan holds 1 MB: a row that was visited is not kept.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_visited_page_by_page() {
    let services = Services::start(|_, request, _| {
        let row = |key: &str| json!({"key": {"S": key}, "outcome": {"S": "gone"}, "handler": {"NULL": true}});
        let reviewed = json!({"key": {"S": "c"}, "outcome": {"S": "reviewed"}, "handler": {"S": "csv"}});
        match request.get("ExclusiveStartKey") {
            None => says(
                200,
                json!({"Items": [row("a"), row("b")], "LastEvaluatedKey": {"key": {"S": "b"}}}),
            ),
            Some(_) => says(200, json!({"Items": [reviewed]})),
        }
    });
    let store = services.store();
    let mut visited = Vec::new();
    let scan = store.scan_rows(|row| {
        visited.push((row.key, row.group.outcome, row.group.handler));
        Ok::<_, CallError>(())
    });
    scan.await.unwrap();
    visited.sort();
    let row =
        |key: &str, outcome, handler: Option<&str>| (key.to_owned(), outcome, handler.map(str::to_owned));
    assert_eq!(visited.len(), 24);
    assert_eq!(visited[0], row("a", Outcome::Gone, None));
    assert_eq!(visited[23], row("c", Outcome::Reviewed, Some("csv")));
    let full = store
        .scan_rows(|_| Err(CallError::transient("the disk is full")))
        .await;
    assert_eq!(full.unwrap_err().message, "the disk is full");
}

/// Problems are few: they are asked of their index, and nothing else is read.
#[tokio::test(flavor = "multi_thread")]
async fn documents_of_problems_are_found_by_the_index() {
    let services = Services::start(|operation, request, _| match operation {
        "Query" if request["ExpressionAttributeValues"][":problem"]["S"] == "failed#3" => {
            assert_eq!(request["IndexName"], "problems");
            let failed = json!({"key": {"S": "k"}, "token": {"S": "t"}, "outcome": {"S": "failed"}});
            says(200, json!({"Items": [failed]}))
        }
        "Query" => says(200, json!({"Items": []})),
        _ => Answer::Whole(200, "{}\n[]\n".to_owned()),
    });
    let store = services.store();
    let read = tokio::task::spawn_blocking(move || {
        let mut read = Vec::new();
        let visited = store.documents_with(Some(Outcome::Failed), &mut |object, document| {
            read.push((object.key.to_owned(), document.to_owned()));
            std::ops::ControlFlow::Continue(())
        });
        visited.map(|()| read).unwrap()
    });
    assert_eq!(read.await.unwrap(), [("k".to_owned(), "{}".to_owned())]);
    assert_eq!(services.called("Query").len(), 16);
    assert!(services.called("Scan").is_empty());
    assert_eq!(services.called("GET").len(), 1, "one document is fetched");
}

/// A request of which the queue accepts some messages, refuses some and does not mention others.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_an_error_and_the_others_are_not() {
    let services = Services::start(|_, _, _| {
        let md5 = "0".repeat(32);
        says(
            200,
            json!({
                "Successful": [{"Id": "0", "MessageId": "m", "MD5OfMessageBody": md5}],
                "Failed": [{"Id": "1", "SenderFault": false, "Code": "Throttled"},
                    {"Id": "2", "SenderFault": true, "Code": "InvalidMessageContents"},
                    {"Id": "77", "SenderFault": true, "Code": "NeverSent"}],
            }),
        )
    });
    let bodies = ["a", "b", "c", "d"].map(str::to_owned);
    let sent = queue::send(&services.clients(), "http://queue", &bodies).await;
    let found: Vec<_> = sent
        .into_iter()
        .map(|sent| sent.map_err(|error| error.transient))
        .collect();
    assert_eq!(found, [Ok(()), Err(true), Err(false), Err(true)]);
    assert_eq!(
        services.called("SendMessageBatch").len(),
        1,
        "who sent it comes again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_sent_in_tens_and_an_unsent_one_is_an_error() {
    let looks: Vec<LookRequest> = (0..25)
        .map(|n| LookRequest {
            key: n.to_string(),
            size: None,
        })
        .collect();
    for refuses in [false, true] {
        let services = Services::start(move |_, request, _| {
            let ids: Vec<&Value> = request["Entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| &entry["Id"])
                .collect();
            assert_eq!(ids, ["0", "1", "2"], "25 looks are three messages");
            let took = |id: &&Value| json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": ""});
            let took: Vec<Value> = ids.iter().skip(usize::from(refuses)).map(took).collect();
            says(200, json!({"Successful": took, "Failed": []}))
        });
        let sent = queue::send_look_requests(&services.clients(), "http://queue", &looks, true).await;
        assert_eq!(sent.is_err(), refuses);
        let bodies = services.called("SendMessageBatch").concat();
        assert!(bodies.contains(r#"\"force\":true"#), "{bodies}");
    }
}

/// A manifest is beside its checksum, and names those of its files.
#[tokio::test(flavor = "multi_thread")]
async fn an_inventory_is_read_as_it_was_written_or_not_at_all() {
    const MANIFEST: &str = r#"{"sourceBucket": "data", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size, ETag, StorageClass",
        "files": [{"key": "1.csv.gz", "size": 5, "MD5checksum": "8b1a9953c4611296a827abf8c47804d7"}]}"#;
    // Of another manifest; the one above has that of `Hello`.
    const OTHER: &str = "f11166069f1990abeb9c97ace9cdfabc";
    for (checksum, file, reason) in [
        (None, "Hello", "line 1 of the inventory: "),
        (
            None,
            "hello",
            "its MD5 is 5d41402abc4b2a76b9719d911017c592, but the manifest says 8b1a9953",
        ),
        (Some(OTHER), "Hello", "but manifest.checksum says f1116606"),
    ] {
        let services = Services::start(move |operation, _, _| {
            let path = operation.split(['?', ' ']).nth(1).unwrap();
            let text = match path {
                "/lists/day/manifest.json" => MANIFEST.to_owned(),
                "/lists/day/manifest.checksum" => {
                    checksum.map_or_else(|| data_review_core::hex(&Md5::digest(MANIFEST)), str::to_owned)
                }
                "/lists/1.csv.gz" => file.to_owned(),
                _ => panic!("{path}"),
            };
            Answer::Whole(200, text)
        });
        let clients = services.clients();
        let read = async {
            let files = inventory::files(&clients, "s3://lists/day/manifest.json", "data").await?;
            inventory::open(&clients, &files[0], 0).await?.next_page("")
        };
        let error = read.await.unwrap_err();
        assert!(error.message.contains(reason) && !error.transient, "{error}");
    }
    let services =
        Services::start(|_, _, _| Answer::Whole(404, "<Error><Code>NoSuchKey</Code></Error>".to_owned()));
    for url in [
        "s3://lists/day/manifest.json",
        "lists/day/manifest.json",
        "s3://lists/day/",
    ] {
        let error = inventory::files(&services.clients(), url, "data")
            .await
            .unwrap_err();
        assert!(!error.transient, "{error}");
    }
}
