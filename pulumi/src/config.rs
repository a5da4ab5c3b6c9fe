//! The configuration that a user may change with `pulumi config set NAME VALUE`. Every name has a default.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::Value as Json;

/// The checked configuration of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The bucket of the files: `dataBucket`, or `createDataBucket`, which is the default.
    pub data_bucket: DataBucket,
    /// `dataBucketKey`: ARN of the KMS key that encrypts the user's bucket, if it has one.
    pub data_bucket_key: Option<String>,
    /// `dataBucketAccount`: the account that the user's bucket belongs to; that of the stack where it is not set.
    pub data_bucket_account: Option<String>,
    /// `requesterPays`: this account pays for requests to the user's bucket, because the bucket's owner wants that.
    pub requester_pays: bool,
    /// `inventoryBucket`: the bucket with the inventories of the data bucket, unless that is the data bucket itself.
    pub inventory_bucket: Option<String>,
    /// `notify`: how the stack learns of new and deleted objects.
    pub notify: Notify,
    /// `replaceNotifications`: notifications that others configured on the user's bucket may be replaced.
    pub replace_notifications: bool,
    /// `retain`: whether tables, buckets and the key are protected against deletion, by `pulumi destroy` or by hand.
    pub retain: bool,
    /// `packages`: the folder of the zip files of the Lambdas, as a path from the folder of the program.
    pub packages: PathBuf,
    /// `architecture`: the processor that the packages are compiled for.
    pub architecture: Architecture,
    /// `alarmEmail`: the address to which alarms are sent.
    pub alarm_email: Option<String>,
    /// `maxConcurrency`: the highest concurrency of any handler.
    pub max_concurrency: u32,
    /// `reserveConcurrency`: whether each Lambda reserves its share of the concurrency of the account.
    pub reserve_concurrency: bool,
    /// `concurrencyQuota`: how many Lambda executions the account may run at once; AWS is asked where it is not set.
    pub concurrency_quota: Option<u32>,
    /// `logRetentionDays`: how long logs are kept, in days; 0 for ever.
    pub log_retention_days: u32,
    /// `dashboard`: whether CloudWatch shows the stack on a page of its own.
    pub dashboard: bool,
    /// `monthlyBudget`: US dollars a month of the whole account, of which `alarmEmail` is told before they are spent.
    pub monthly_budget: Option<u32>,
    /// `tags`: further tags of each resource, by name.
    pub tags: BTreeMap<String, String>,
}

/// The bucket of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataBucket {
    /// A bucket of the stack, which contains the test files of the project at first.
    Created,
    /// A bucket of the user. The stack reads it, and adds a notification to it.
    Existing(String),
}

/// How the stack learns that an object was created, deleted or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// `true`: the bucket sends notifications to the intake queue. S3 keeps one notification configuration for a bucket, so
    /// this replaces the one that is there.
    Bucket,
    /// `eventbridge`: the bucket sends all events to EventBridge, and a rule of the stack forwards them. The bucket can be
    /// shared with others; its owner switches EventBridge on.
    EventBridge,
    /// `false`: only sweeps find new and deleted objects.
    Off,
}

impl FromStr for Notify {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "true" => Ok(Notify::Bucket),
            "eventbridge" => Ok(Notify::EventBridge),
            "false" => Ok(Notify::Off),
            _ => Err("expected `true`, `eventbridge` or `false`"),
        }
    }
}

/// The processor that packages are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// AWS Graviton.
    Arm64,
    /// Intel and AMD.
    X86_64,
}

impl Architecture {
    /// Its name in Lambda.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Arm64 => "arm64",
            Architecture::X86_64 => "x86_64",
        }
    }
}

impl FromStr for Architecture {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "arm64" => Ok(Architecture::Arm64),
            "x86_64" => Ok(Architecture::X86_64),
            _ => Err("expected `arm64` or `x86_64`"),
        }
    }
}

/// All errors of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// All names of the configuration.
const NAMES: [&str; 19] = [
    "alarmEmail",
    "architecture",
    "concurrencyQuota",
    "createDataBucket",
    "dashboard",
    "dataBucket",
    "dataBucketAccount",
    "dataBucketKey",
    "inventoryBucket",
    "logRetentionDays",
    "maxConcurrency",
    "monthlyBudget",
    "notify",
    "packages",
    "replaceNotifications",
    "requesterPays",
    "reserveConcurrency",
    "retain",
    "tags",
];

/// What the value of a bucket's name must be.
const BUCKET_NAME: &str = "the name of a bucket, such as `my-archive`, not an address";
/// The tag that every resource of a stack carries, with the stack's name.
pub(crate) const STACK_TAG: &str = "data-review-stack";
/// The most tags of a resource (AWS General Reference, "Tagging your AWS resources"), but for the stack's own.
const TAGS: usize = 49;

/// Retention times of CloudWatch Logs of a year and more, in days.
const RETENTIONS: [u32; 12] = [365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 0];

impl Config {
    /// Checks the values that are set in the namespace of the project.
    ///
    /// # Errors
    /// If names are unknown or values invalid; names all of them, with what to do.
    pub fn parse(values: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let mut read = Reading {
            values,
            wrong: Vec::new(),
        };
        read.unknown_names();
        let config = Config {
            data_bucket: read.data_bucket(),
            data_bucket_key: read.data_bucket_key(),
            data_bucket_account: read.data_bucket_account(),
            requester_pays: read.requester_pays(),
            inventory_bucket: read.text("inventoryBucket", is_bucket_name, BUCKET_NAME),
            notify: read.value("notify", Notify::Bucket),
            replace_notifications: read.value("replaceNotifications", false),
            retain: read.value("retain", true),
            packages: read.value("packages", PathBuf::from("../target/lambda")),
            architecture: read.value("architecture", Architecture::Arm64),
            alarm_email: read.alarm_email(),
            max_concurrency: read.number("maxConcurrency", 1000, 2..=1000),
            reserve_concurrency: read.value("reserveConcurrency", true),
            concurrency_quota: read.concurrency_quota(),
            log_retention_days: read.log_retention_days(),
            dashboard: read.value("dashboard", true),
            monthly_budget: read.monthly_budget(),
            tags: read.tags(),
        };
        if read.wrong.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(read.wrong))
        }
    }
}

/// Values that are being checked, and the errors so far.
struct Reading<'a> {
    values: &'a BTreeMap<String, String>,
    wrong: Vec<String>,
}

impl Reading<'_> {
    fn unknown_names(&mut self) {
        for name in self.values.keys().filter(|name| !NAMES.contains(&name.as_str())) {
            let near = NAMES.iter().max_by(|a, b| {
                let (a, b) = (strsim::jaro_winkler(a, name), strsim::jaro_winkler(b, name));
                a.total_cmp(&b)
            });
            let near = near
                .map(|near| format!(" (did you mean `{near}`?)"))
                .unwrap_or_default();
            self.wrong.push(format!(
                "unknown name `{name}`{near}: `pulumi config rm {name}`; the names are {}",
                NAMES.join(", ")
            ));
        }
    }

    /// A value that its type can parse.
    fn value<T: FromStr<Err: Display>>(&mut self, name: &str, default: T) -> T {
        let Some(text) = self.values.get(name) else {
            return default;
        };
        text.parse().unwrap_or_else(|error| {
            self.refuse(name, error);
            default
        })
    }

    fn number(&mut self, name: &str, default: u32, range: std::ops::RangeInclusive<u32>) -> u32 {
        let number = self.value(name, default);
        if !range.contains(&number) {
            self.refuse(name, format!("expected {} to {}", range.start(), range.end()));
        }
        number
    }

    fn concurrency_quota(&mut self) -> Option<u32> {
        self.values
            .get("concurrencyQuota")
            .map(|_| self.number("concurrencyQuota", 1000, 10..=1_000_000))
    }

    /// A text that a check accepts.
    fn text(&mut self, name: &str, accepts: fn(&str) -> bool, expected: &str) -> Option<String> {
        let text = self.values.get(name)?.clone();
        if !accepts(&text) {
            self.refuse(name, format!("expected {expected}"));
        }
        Some(text)
    }

    fn refuse(&mut self, name: &str, why: impl Display) {
        let text = &self.values[name];
        self.wrong.push(format!(
            "`{name}` is `{text}`: {why}; `pulumi config set {name} VALUE`, or `pulumi config rm {name}` for the default"
        ));
    }

    fn data_bucket(&mut self) -> DataBucket {
        let create = self
            .values
            .get("createDataBucket")
            .map(|_| self.value("createDataBucket", true));
        let existing = self.text("dataBucket", is_bucket_name, BUCKET_NAME);
        match (existing, create) {
            (Some(_), Some(true)) => {
                let both = "`dataBucket` and `createDataBucket: true` exclude each other: `pulumi config rm` one of them";
                self.wrong.push(both.to_owned());
                DataBucket::Created
            }
            (Some(name), _) => DataBucket::Existing(name),
            (None, Some(false)) => {
                let none = "`createDataBucket` is `false` and no `dataBucket` is named: `pulumi config set dataBucket NAME`";
                self.wrong.push(none.to_owned());
                DataBucket::Created
            }
            (None, _) => DataBucket::Created,
        }
    }

    fn data_bucket_key(&mut self) -> Option<String> {
        let key = self.text(
            "dataBucketKey",
            is_key_arn,
            "the ARN of a KMS key, `arn:aws:kms:REGION:ACCOUNT:key/ID`",
        );
        self.needs("dataBucketKey", "the key of your own bucket", "dataBucket");
        key
    }

    fn data_bucket_account(&mut self) -> Option<String> {
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let account = self.text("dataBucketAccount", is_account, "the twelve digits of an account");
        self.needs(
            "dataBucketAccount",
            "the account of your own bucket",
            "dataBucket",
        );
        account
    }

    fn requester_pays(&mut self) -> bool {
        let pays = self.value("requesterPays", false);
        if pays {
            self.needs("requesterPays", "about a bucket that exists", "dataBucket");
        }
        pays
    }

    fn monthly_budget(&mut self) -> Option<u32> {
        self.values.get("monthlyBudget")?;
        let dollars = self.number("monthlyBudget", 1, 1..=100_000_000);
        self.needs("monthlyBudget", "told to somebody", "alarmEmail");
        Some(dollars)
    }

    fn tags(&mut self) -> BTreeMap<String, String> {
        let Some(text) = self.values.get("tags") else {
            return BTreeMap::new();
        };
        let Some(tags) = parse_tags(text) else {
            self.refuse(
                "tags",
                "expected texts by name: `pulumi config set --path tags.NAME VALUE`",
            );
            return BTreeMap::new();
        };
        let is_wrong = |(name, value): &(&String, &String)| {
            let reserved = name.starts_with("aws:") || *name == STACK_TAG;
            reserved || !(1..=128).contains(&name.chars().count()) || value.chars().count() > 256
        };
        if let Some((name, _)) = tags.iter().find(is_wrong) {
            let name = name.clone();
            self.refuse(
                "tags",
                format!(
                    "AWS would refuse `{name}`: a name has 1 to 128 characters and does not begin with `aws:`, a value has at \
                     most 256; `{STACK_TAG}` is the stack's own"
                ),
            );
        }
        if tags.len() > TAGS {
            self.refuse("tags", format!("expected at most {TAGS}"));
        }
        tags
    }

    /// Refuses a value without the one that it is about.
    fn needs(&mut self, name: &str, is: &str, other: &str) {
        if self.values.contains_key(name) && !self.values.contains_key(other) {
            self.wrong.push(format!(
                "`{name}` is {is}: set `{other}` too, or `pulumi config rm {name}`"
            ));
        }
    }

    fn alarm_email(&mut self) -> Option<String> {
        let is_address = |text: &str| {
            text.split_once('@')
                .is_some_and(|(who, at)| !who.is_empty() && at.contains('.'))
        };
        self.text("alarmEmail", is_address, "an address, such as `data@example.org`")
    }

    fn log_retention_days(&mut self) -> u32 {
        let days = self.value("logRetentionDays", RETENTIONS[0]);
        if !RETENTIONS.contains(&days) {
            let all: Vec<String> = RETENTIONS.iter().map(u32::to_string).collect();
            self.refuse(
                "logRetentionDays",
                format!("expected one of {} (0: for ever)", all.join(", ")),
            );
        }
        days
    }
}

/// The rules of Amazon for names of buckets, except for reserved names.
fn is_bucket_name(name: &str) -> bool {
    let is_end =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes
            .iter()
            .all(|byte| is_end(Some(byte)) || matches!(byte, b'-' | b'.'))
}

/// Texts by name. `pulumi config set --path` writes `2026` as a number and `true` as a truth value.
fn parse_tags(text: &str) -> Option<BTreeMap<String, String>> {
    let values: BTreeMap<String, Json> = serde_json::from_str(text).ok()?;
    let tag = |(name, value): (String, Json)| match value {
        Json::String(text) => Some((name, text)),
        Json::Number(_) | Json::Bool(_) => Some((name, value.to_string())),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    values.into_iter().map(tag).collect()
}

fn is_key_arn(text: &str) -> bool {
    text.split(':').collect::<Vec<_>>().get(..6).is_some_and(|parts| {
        parts[0] == "arn" && parts[2] == "kms" && parts[5].starts_with("key/") && parts[4].len() == 12
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(values: &[(&str, &str)]) -> Result<Config, String> {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::parse(&values.collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_need_be_set() {
        let config = parse(&[]).unwrap();
        assert_eq!(config.data_bucket, DataBucket::Created);
        assert!(config.retain && config.reserve_concurrency && !config.replace_notifications);
        assert_eq!(config.notify, Notify::Bucket);
        assert_eq!(config.concurrency_quota, None);
        assert_eq!(config.architecture, Architecture::Arm64);
        assert_eq!(config.log_retention_days, 365);
        assert!(config.dashboard && !config.requester_pays && config.tags.is_empty());
        assert_eq!((config.monthly_budget, config.data_bucket_account), (None, None));
    }

    #[test]
    fn every_name_is_in_the_page_about_deploying() {
        let page = include_str!("../../docs/deploy.md");
        for name in NAMES {
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
        }
    }

    #[test]
    fn tags_are_an_object_of_texts() {
        let tags = |text| parse(&[("tags", text)]).map(|config| config.tags);
        let one = tags(r#"{"project":"reviews"}"#).unwrap();
        assert_eq!(one, [("project".to_owned(), "reviews".to_owned())].into());
        let year = tags(r#"{"year":2026,"open":true}"#).unwrap();
        assert_eq!((year["year"].as_str(), year["open"].as_str()), ("2026", "true"));
        let many: BTreeMap<_, _> = (0..50).map(|n| (n.to_string(), "x")).collect();
        for (text, says) in [
            ("reviews", "--path tags.NAME VALUE"),
            (r#"{"a":{"b":"c"}}"#, "--path tags.NAME VALUE"),
            (r#"{"aws:a":"b"}"#, "does not begin with `aws:`"),
            (r#"{"data-review-stack":"b"}"#, "the stack's own"),
            (&serde_json::to_string(&many).unwrap(), "at most 49"),
        ] {
            let error = tags(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn what_is_set_is_used() {
        let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";
        let config = parse(&[
            ("dataBucket", "my-archive"),
            ("createDataBucket", "false"),
            ("dataBucketKey", key),
            ("inventoryBucket", "lists"),
            ("retain", "false"),
            ("notify", "eventbridge"),
            ("concurrencyQuota", "2000"),
            ("architecture", "x86_64"),
            ("maxConcurrency", "10"),
            ("alarmEmail", "data@example.org"),
            ("dataBucketAccount", "210987654321"),
            ("requesterPays", "true"),
            ("monthlyBudget", "200"),
        ]);
        let config = config.unwrap();
        assert_eq!(config.data_bucket_account.as_deref(), Some("210987654321"));
        assert!(config.requester_pays);
        assert_eq!(config.monthly_budget, Some(200));
        assert_eq!(config.data_bucket, DataBucket::Existing("my-archive".to_owned()));
        assert_eq!(config.data_bucket_key.as_deref(), Some(key));
        assert_eq!(config.inventory_bucket.as_deref(), Some("lists"));
        assert!(!config.retain);
        assert_eq!(config.notify, Notify::EventBridge);
        assert_eq!(config.concurrency_quota, Some(2000));
        assert_eq!(config.architecture, Architecture::X86_64);
        assert_eq!(config.max_concurrency, 10);
    }

    #[test]
    fn each_wrong_value_says_what_to_do() {
        let wrong: [(&[(&str, &str)], &str); 13] = [
            (&[("dataBuckett", "a")], "did you mean `dataBucket`?"),
            (&[("retain", "yes")], "`retain` is `yes`"),
            (&[("dataBucket", "s3://archive")], "not an address"),
            (&[("dataBucket", "A")], "the name of a bucket"),
            (&[("architecture", "arm")], "expected `arm64` or `x86_64`"),
            (&[("maxConcurrency", "1")], "expected 2 to 1000"),
            (&[("notify", "yes")], "expected `true`, `eventbridge` or `false`"),
            (&[("concurrencyQuota", "1")], "expected 10 to 1000000"),
            (
                &[("maxConcurrency", "many")],
                "`pulumi config set maxConcurrency VALUE`",
            ),
            (&[("logRetentionDays", "30")], "expected one of 365, 400"),
            (&[("alarmEmail", "me")], "data@example.org"),
            (
                &[("dataBucket", "archive"), ("createDataBucket", "true")],
                "exclude each other",
            ),
            (&[("createDataBucket", "false")], "no `dataBucket` is named"),
        ];
        for (values, says) in wrong {
            let error = parse(values).unwrap_err();
            assert!(error.contains(says), "{values:?}: {error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
        for (name, value, other) in [
            ("dataBucketAccount", "123456789012", "dataBucket"),
            ("requesterPays", "true", "dataBucket"),
            ("monthlyBudget", "5", "alarmEmail"),
        ] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert!(error.contains(&format!("set `{other}` too")), "{error}");
        }
        let error = parse(&[("dataBucket", "archive"), ("dataBucketAccount", "1234")]).unwrap_err();
        assert!(error.contains("twelve digits"), "{error}");
        let error = parse(&[("dataBucketKey", "key")]).unwrap_err();
        assert!(
            error.contains("the ARN of a KMS key") && error.contains("set `dataBucket` too"),
            "{error}"
        );
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let error = parse(&[("retain", "1"), ("notify", "2"), ("colour", "blue")]).unwrap_err();
        assert_eq!(error.lines().count(), 3, "{error}");
    }
}
