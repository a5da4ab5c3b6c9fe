//! The documents bucket: per write one object of two JSON lines, the document and the mergeable states of its variables.

use std::borrow::Cow;

use aws_sdk_s3::error::ProvideErrorMetadata;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data_review_core::store::Entry;
use data_review_core::{Document, PartState, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::DynamoStore;
use crate::CallError;

/// The key of a document in its bucket. It begins with the SHA-256 of the object's key, so that any key is valid and requests
/// are spread over partitions.
pub(super) fn address(key: &str, token: &str) -> String {
    format!(
        "{}/{}.jsonl",
        hex(&Sha256::digest(key)),
        &hex(&Sha256::digest(token))[..32]
    )
}

#[derive(Serialize, Deserialize)]
struct State<'e> {
    variable: Cow<'e, str>,
    unit: Option<Cow<'e, str>>,
    state: String,
}

fn body(entry: &Entry) -> String {
    let states: Vec<State<'_>> = entry
        .states
        .iter()
        .map(|part| State {
            variable: part.variable.as_str().into(),
            unit: part.unit.as_deref().map(Cow::from),
            state: STANDARD.encode(&part.state),
        })
        .collect();
    let states = serde_json::to_string(&states).expect("states are plain JSON");
    format!("{}\n{states}\n", entry.document.to_canonical_json())
}

/// The document and the states that [`body`] wrote.
pub(super) fn read_body(body: &str) -> Result<(Document, Vec<PartState>), String> {
    let (document, states) = body.split_once('\n').ok_or("it has no states")?;
    let document = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let states: Vec<State<'_>> = serde_json::from_str(states).map_err(|error| error.to_string())?;
    let state = |part: State<'_>| {
        Ok(PartState {
            variable: part.variable.into_owned(),
            unit: part.unit.map(Cow::into_owned),
            state: STANDARD.decode(part.state).map_err(|error| error.to_string())?,
        })
    };
    let states = states.into_iter().map(state).collect::<Result<_, String>>()?;
    Ok((document, states))
}

impl DynamoStore {
    pub(super) async fn put_document(&self, entry: &Entry) -> Result<(), CallError> {
        self.clients
            .s3
            .put_object()
            .bucket(&self.names.documents)
            .key(address(&entry.document.file.key, &entry.row.token))
            .content_type("application/jsonl")
            .body(body(entry).into_bytes().into())
            .send()
            .await
            .map_err(|error| CallError::of("writing a document", error))?;
        Ok(())
    }

    /// The document of a write; `None` if another write has replaced it.
    pub(super) async fn get_document(&self, key: &str, token: &str) -> Result<Option<String>, CallError> {
        let mut text = self.get_body(key, token).await?;
        if let Some(text) = &mut text {
            text.truncate(text.find('\n').unwrap_or(text.len()));
        }
        Ok(text)
    }

    /// The document and the states of a write, as [`read_body`] reads them; `None` if another write has replaced them.
    pub(super) async fn get_body(&self, key: &str, token: &str) -> Result<Option<String>, CallError> {
        let get = self
            .clients
            .s3
            .get_object()
            .bucket(&self.names.documents)
            .key(address(key, token))
            .send()
            .await;
        let answer = match get {
            Ok(answer) => answer,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(CallError::of("reading a document", error)),
        };
        let bytes = answer.body.collect().await;
        let bytes = bytes.map_err(|error| CallError::transient(format!("reading a document: {error}")))?;
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|_| CallError::permanent(format!("the document of `{key}` is not valid UTF-8")))?;
        Ok(Some(text))
    }

    /// Deletes a document that no row points to. If that fails, it stays and changes no answer.
    pub(super) async fn delete_document(&self, key: &str, token: &str) {
        let delete = self
            .clients
            .s3
            .delete_object()
            .bucket(&self.names.documents)
            .key(address(key, token));
        if let Err(error) = delete.send().await {
            let error = CallError::of("deleting a replaced document", error);
            tracing::warn!(%error, "a document that no row points to was not deleted");
        }
    }
}
