//! A transfer request as it was sent. It is answered so for ever, field for field, so it is kept
//! with the transfer: as JSON without spaces, cut into entries of metadata.

use crate::dialects::jiko::error::Error;
use giro_ledger::text::{Metadata, MetadataKey, MetadataValue};
use giro_service::Fingerprint;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the entries are called, each with its number behind it.
const KEY: &str = "as_sent.";
/// The most characters of a request.
const CHARACTERS_MAX: usize = Metadata::MAX_ENTRIES * MetadataValue::MAX;
/// How deep JSON can be nested.
const DEPTH_MAX: usize = 64;

/// What was sent: both parts are echoed.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The transfer.
    pub transfer: Box<RawValue>,
    /// Who should review it.
    pub reviewers: Box<RawValue>,
}

impl Sent {
    /// What was sent, without the spaces between its parts.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is nested too deeply.
    pub fn new(transfer: &RawValue, reviewers: Option<&RawValue>) -> Result<Sent, Error> {
        let reviewers = reviewers.map_or("[]", RawValue::get);
        Ok(Sent {
            transfer: compact(transfer.get())?,
            reviewers: compact(reviewers)?,
        })
    }

    /// What tells a repeated request from another one: the same for the same fields, in whatever
    /// order they come; a field that is null is none.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is nested too deeply.
    pub fn fingerprint(&self) -> Result<Fingerprint, Error> {
        let mut text = String::new();
        for part in [&self.transfer, &self.reviewers] {
            sort_into(&mut text, part, 0)?;
        }
        let hash = Sha256::digest(text);
        let (half, _) = hash.split_at(16);
        Ok(Fingerprint(half.try_into().expect("half of 32 bytes")))
    }

    /// The same as metadata.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is too long to be kept.
    pub fn metadata(&self) -> Result<Metadata, Error> {
        let text = format!("[{},{}]", self.transfer, self.reviewers);
        let characters: Vec<char> = text.chars().collect();
        let pieces = characters.chunks(MetadataValue::MAX).enumerate();
        let entries = pieces.map(|(number, piece)| {
            let key = MetadataKey::new(format!("{KEY}{number:02}"));
            let value = MetadataValue::new(piece.iter().collect::<String>());
            let key = key.expect("a short word");
            (key, value.expect("a piece without control characters"))
        });
        Metadata::new(entries.collect()).ok_or_else(|| {
            let why = format!("the request should have at most {CHARACTERS_MAX} characters");
            Error::invalid(["body", "transfer"], "too_long", why)
        })
    }

    /// What was sent, from metadata; nothing if that is of something else.
    pub fn of(metadata: &Metadata) -> Option<Sent> {
        let pieces = metadata.iter().filter(|(key, _)| key.starts_with(KEY));
        let text: String = pieces.map(|(_, value)| value).collect();
        let (transfer, reviewers) = serde_json::from_str(&text).ok()?;
        Some(Sent {
            transfer,
            reviewers,
        })
    }
}

fn unreadable() -> Error {
    let why = "JSON decode error: nested too deeply, or a text that is none";
    Error::invalid(["body"], "json_invalid", why)
}

/// JSON without the spaces between its parts. The few control characters that can stand in its
/// texts unescaped are escaped.
fn compact(json: &str) -> Result<Box<RawValue>, Error> {
    let (mut text, mut is_text, mut is_escaped) = (String::new(), false, false);
    let (mut depth, mut deepest) = (0_usize, 0);
    for one in json.chars() {
        match one {
            _ if !is_text && one.is_ascii_whitespace() => continue,
            '{' | '[' if !is_text => depth = depth.saturating_add(1),
            '}' | ']' if !is_text => depth = depth.saturating_sub(1),
            '"' if !is_escaped => is_text = !is_text,
            _ => {}
        }
        deepest = deepest.max(depth);
        is_escaped = is_text && one == '\\' && !is_escaped;
        match one.is_control() {
            true => write!(text, "\\u{:04x}", u32::from(one)).expect("a text takes everything"),
            false => text.push(one),
        }
    }
    if deepest > DEPTH_MAX {
        return Err(unreadable());
    }
    Ok(RawValue::from_string(text).expect("it is the JSON that it was"))
}

/// Writes JSON with the members of objects in the order of their names, and without those that are
/// null.
fn sort_into(text: &mut String, json: &RawValue, depth: usize) -> Result<(), Error> {
    if depth > DEPTH_MAX {
        return Err(unreadable());
    }
    let deeper = depth.saturating_add(1);
    let source = json.get();
    match source.as_bytes().first() {
        Some(b'{') => {
            type Members<'a> = BTreeMap<Name<'a>, &'a RawValue>;
            let members: Members<'_> = serde_json::from_str(source).map_err(|_| unreadable())?;
            text.push('{');
            let members = members.iter().filter(|(_, member)| member.get() != "null");
            for (name, member) in members {
                text.push_str(&spelled(&name.0));
                text.push(':');
                sort_into(text, member, deeper)?;
                text.push(',');
            }
            text.push('}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(source).map_err(|_| unreadable())?;
            text.push('[');
            for item in items {
                sort_into(text, item, deeper)?;
                text.push(',');
            }
            text.push(']');
        }
        Some(b'"') => {
            let Name(read) = serde_json::from_str(source).map_err(|_| unreadable())?;
            text.push_str(&spelled(&read));
        }
        _ => text.push_str(source),
    }
    Ok(())
}

fn spelled(text: &str) -> String {
    serde_json::to_string(text).expect("a text can be spelled")
}

/// A text that is borrowed if it has no escapes.
#[derive(PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests;
