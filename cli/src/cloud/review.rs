//! `data-review cloud review`

use std::io::Write;
use std::process::ExitCode;

use data_review_aws::message::{Direct, LookRequest, Version, encode};
use data_review_aws::object;
use data_review_core::{Document, FileFacts, Identification, Outcome, Registry};

use super::connection::Connection;
use crate::args::cloud::Review;
use crate::error::CliError;
use crate::exit::{End, PROBLEMS};
use crate::output;

pub(super) fn run(cloud: &Connection, args: &Review) -> End {
    let (bucket, key) = parse(&args.url)?;
    let document = document(cloud, bucket, key)?;
    let mut out = output::data();
    writeln!(out, "{}", document.to_canonical_json())?;
    out.flush()?;
    Ok(match document.outcome {
        Outcome::Reviewed => ExitCode::SUCCESS,
        _ => ExitCode::from(PROBLEMS),
    })
}

/// Identifies the object with the handlers of this program, and has the Lambda of its handler review it.
fn document(cloud: &Connection, bucket: &str, key: &str) -> Result<Document, CliError> {
    let look = LookRequest {
        key: key.to_owned(),
        size: None,
    };
    let found = cloud
        .wait(object::identify(
            &cloud.clients,
            &Registry::linked()?,
            bucket,
            &look,
            u64::MAX,
        ))
        .map_err(object::ObjectError::into_error)?;
    let file = FileFacts {
        key: key.to_owned(),
        size: Some(found.size),
        sha256: found.sha256,
        compression: found.compression,
    };
    if let Some(document) = Document::unidentified(file, &found.identification) {
        return Ok(document);
    }
    let Identification::Identified(identified) = found.identification else {
        return Err(CliError::Usage(format!("s3://{bucket}/{key} is not identified")));
    };
    let id = &identified.winner.id;
    let handler = cloud.outputs.handlers.get(id).ok_or_else(|| {
        CliError::Usage(format!(
            "the stack has no handler `{id}`; run `pulumi up` with this version"
        ))
    })?;
    let request = encode(&Direct {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        version: Some(Version {
            stamp: found.stamp,
            identified: identified.clone(),
        }),
    });
    let answer = cloud.wait(cloud.clients.invoke(&handler.function, request.into_bytes()))?;
    serde_json::from_slice(&answer).map_err(|reason| CliError::Document {
        key: key.to_owned(),
        reason,
    })
}

/// Bucket and key of a URL.
fn parse(url: &str) -> Result<(&str, &str), CliError> {
    url.strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        .ok_or_else(|| CliError::Usage(format!("invalid URL `{url}`: expected s3://BUCKET/KEY")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_all_that_follows_the_bucket() {
        assert_eq!(parse("s3://bucket//a b%20/").unwrap(), ("bucket", "/a b%20/"));
        for url in [
            "bucket/key",
            "s3://bucket",
            "s3://bucket/",
            "s3:///key",
            "https://bucket/key",
        ] {
            assert!(
                parse(url).unwrap_err().to_string().contains("s3://BUCKET/KEY"),
                "{url}"
            );
        }
    }
}
