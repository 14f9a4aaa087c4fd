//! Short texts that people attach to things: names, references, metadata. Bounded by type.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A text of 1 to `MAX` characters without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Box<str>", into = "Box<str>")]
pub struct Text<const MAX: usize>(Box<str>);

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing in it.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("has more than {max} characters")]
    TooLong {
        /// The largest number of characters.
        max: usize,
    },
    /// A control character, such as a line break or NUL.
    #[error("contains a control character")]
    ControlCharacter,
}

impl<const MAX: usize> Text<MAX> {
    /// The largest number of characters.
    pub const MAX: usize = MAX;

    /// Checks and keeps a text.
    pub fn new(text: impl Into<Box<str>>) -> Result<Text<MAX>, TextError> {
        let text = text.into();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        // Counting characters is only needed when there are more bytes than allowed characters.
        if text.len() > MAX && text.chars().count() > MAX {
            return Err(TextError::TooLong { max: MAX });
        }
        if text.chars().any(char::is_control) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Text(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<Box<str>> for Text<MAX> {
    type Error = TextError;
    fn try_from(text: Box<str>) -> Result<Text<MAX>, TextError> {
        Text::new(text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for Box<str> {
    fn from(text: Text<MAX>) -> Box<str> {
        text.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a book, an account or a principal.
pub type Name = Text<140>;
/// A caller's own word for an account, unique in its book.
pub type Alias = Text<64>;
/// What a transfer is about, as shown on statements.
pub type Reference = Text<140>;
/// Why something was done.
pub type Reason = Text<280>;
/// A word that accounts are grouped by.
pub type Tag = Text<40>;
/// A person's address.
pub type Email = Text<254>;

/// A word of an interface, such as a code.
pub type Word = Text<64>;

/// The name of a metadata entry.
pub type MetadataKey = Text<40>;
/// The value of a metadata entry.
pub type MetadataValue = Text<500>;

/// A caller's own key-value pairs, sorted by key, at most [`Metadata::MAX_ENTRIES`].
///
/// The usual empty one costs no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Box<[(MetadataKey, MetadataValue)]>")]
pub struct Metadata(Box<[(MetadataKey, MetadataValue)]>);

impl Metadata {
    /// The largest number of entries.
    pub const MAX_ENTRIES: usize = 20;

    /// Sorts and keeps the entries; `None` if there are too many or a key comes twice.
    pub fn new(mut entries: Vec<(MetadataKey, MetadataValue)>) -> Option<Metadata> {
        entries.sort_unstable();
        let is_repeated = entries
            .windows(2)
            .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
        if entries.len() > Metadata::MAX_ENTRIES || is_repeated {
            return None;
        }
        Some(Metadata(entries.into()))
    }

    /// The entries, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What was encoded as metadata was sorted; anything else never was metadata.
impl TryFrom<Box<[(MetadataKey, MetadataValue)]>> for Metadata {
    type Error = &'static str;
    fn try_from(entries: Box<[(MetadataKey, MetadataValue)]>) -> Result<Metadata, &'static str> {
        let mut neighbours = entries.iter().zip(entries.iter().skip(1));
        if entries.len() > Metadata::MAX_ENTRIES || !neighbours.all(|((a, _), (b, _))| a < b) {
            return Err("metadata has too many entries, or they are not sorted by key");
        }
        Ok(Metadata(entries))
    }
}

/// The tags of an account, sorted, at most [`Tags::MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Box<[Tag]>")]
pub struct Tags(Box<[Tag]>);

impl Tags {
    /// The largest number of tags.
    pub const MAX: usize = 20;

    /// Sorts and keeps the tags; `None` if there are too many or one comes twice.
    pub fn new(mut tags: Vec<Tag>) -> Option<Tags> {
        tags.sort_unstable();
        Tags::try_from(tags.into_boxed_slice()).ok()
    }

    /// The tags, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `tag` is one of them.
    pub fn contains(&self, tag: &Tag) -> bool {
        self.0.contains(tag)
    }
}

impl TryFrom<Box<[Tag]>> for Tags {
    type Error = &'static str;
    fn try_from(tags: Box<[Tag]>) -> Result<Tags, &'static str> {
        let mut neighbours = tags.iter().zip(tags.iter().skip(1));
        if tags.len() > Tags::MAX || !neighbours.all(|(a, b)| a < b) {
            return Err("there are too many tags, or they are not sorted");
        }
        Ok(Tags(tags))
    }
}

#[cfg(test)]
mod tests;
