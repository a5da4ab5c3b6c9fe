//! What the content of a file is that no handler recognises.
//!
//! The first bytes alone decide, whatever the file is called. A Git LFS pointer, an HTML page or a shortcut that was
//! saved as `data.nc` gets the name of what it is, with the step that leads to the data. A file whose kind is not in
//! the [table] is described by its structure and first words, so that a list of thousands of such files falls into a
//! few groups.
//!
//! [table]: KINDS

mod kinds;
mod sample;
mod text;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use kinds::{ContentKind, KINDS};
use sample::Sample;

/// The most bytes that [`Evidence::first_bytes`] keeps.
const FIRST_BYTES: usize = 32;
/// First bytes by which unknown binary files are grouped.
const MAGIC: usize = 4;

/// What is known of a file that no handler recognises: its length, its first bytes and its kind of content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Length of the file in bytes.
    pub length: u64,
    /// The first bytes of the file, at most 32. JSON writes two hexadecimal digits for each.
    #[serde(with = "hexadecimal")]
    #[schemars(with = "String")]
    pub first_bytes: Vec<u8>,
    /// Stable name of the kind of content in kebab-case: the id of a [`ContentKind`], or `text`, `binary` and similar.
    pub kind: String,
    /// The kind in words, such as "Git LFS pointer" or "text".
    pub title: String,
    /// What distinguishes groups of files of this kind: the first words of a text (with 9 for each digit), the root
    /// element of XML, the first four bytes of a binary file. Null if the kind alone says enough.
    pub begins_with: Option<String>,
}

impl Evidence {
    /// Looks at a file's first bytes (`head`, up to 64 KiB or the whole file) and its length in bytes.
    ///
    /// ```
    /// use data_review_core::Evidence;
    ///
    /// let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    /// let evidence = Evidence::of(pointer, pointer.len() as u64);
    /// assert_eq!(evidence.kind, "git-lfs-pointer");
    /// assert!(evidence.next_step().is_some_and(|step| step.contains("git lfs pull")));
    /// ```
    pub fn of(head: &[u8], length: u64) -> Self {
        let sample = Sample::new(head, length);
        let known = known(&sample);
        let (kind, title) = match known {
            Some(kind) => (kind.id, kind.title),
            None if length == 0 => ("empty", "empty file"),
            None => match sample.text() {
                Some(text) => text::structure(text),
                None => ("binary", "binary data"),
            },
        };
        let begins_with = match (known, sample.text()) {
            (Some(kind), Some(text)) if kind.id == "xml" => {
                kinds::root_element(text).map(|root| format!("<{root}>"))
            }
            (Some(_), _) => None,
            (None, Some(text)) => text::first_words(text),
            (None, None) => Some(head[..head.len().min(MAGIC)].escape_ascii().to_string()),
        };
        Evidence {
            length,
            first_bytes: head[..head.len().min(FIRST_BYTES)].to_vec(),
            kind: kind.to_owned(),
            title: title.to_owned(),
            begins_with: begins_with.filter(|words| !words.is_empty()),
        }
    }

    /// What a person does to get at the data, such as "fetch the real file with `git lfs pull`, and review it again";
    /// `None` if the kind is not in the table.
    pub fn next_step(&self) -> Option<&'static str> {
        self.known().map(|kind| kind.next_step)
    }

    fn known(&self) -> Option<&'static ContentKind> {
        KINDS.iter().find(|kind| kind.id == self.kind)
    }
}

/// Whether a file, of which `head` are the first bytes, is a pointer, an error page or a text format with a signature of its own: a
/// handler that judges by the shape of lines alone must not claim it.
pub(crate) fn rules_out_tables(head: &[u8], length: u64) -> bool {
    known(&Sample::new(head, length)).is_some_and(|kind| kind.rules_out_tables)
}

/// The first kind in the table that fits.
fn known(sample: &Sample<'_>) -> Option<&'static ContentKind> {
    KINDS.iter().find(|kind| kind.fits(sample))
}

/// Title, length and first bytes: ``PDF document (3456 bytes, beginning with `%PDF-1.4`)``.
impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (title, length, first) = (&self.title, self.length, self.first_bytes.escape_ascii());
        match length {
            0 => f.write_str("empty file"),
            1 => write!(f, "{title} (1 byte: `{first}`)"),
            _ => write!(f, "{title} ({length} bytes, beginning with `{first}`)"),
        }
    }
}

mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::hex(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digit = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        text.as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or_else(|| D::Error::custom("expected pairs of hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests;
