//! Entity tags: what was read, so that it is only changed if nobody has changed it since.
//!
//! A tag is the time of the last change. Balances are shown beside what is tagged and move without
//! a change, so the tags are weak; `If-Match` compares them all the same, since it is the change that
//! it is about.

use crate::App;
use crate::native::error::{Kind, Problem};
use crate::native::wire::Time;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::response::Response;
use giro_ledger::Timestamp;

/// Says when what is shown was last changed.
pub(super) fn tagged(mut response: Response, updated_at: &Time) -> Response {
    let Time(Timestamp(micros)) = updated_at;
    let tag = HeaderValue::from_str(&format!("W/\"{micros:x}\""));
    let tag = tag.expect("hexadecimal digits are visible ASCII");
    response.headers_mut().insert(ETAG, tag);
    response
}

/// When something must have been changed last for it to be changed now; nothing if that is all the
/// same.
pub(super) struct UnchangedSince(pub(super) Option<Timestamp>);

impl FromRequestParts<App> for UnchangedSince {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<UnchangedSince, Problem> {
        let mut values = parts.headers.get_all(IF_MATCH).iter();
        let (first, another) = (values.next(), values.next());
        match (first, another) {
            (None, _) => Ok(UnchangedSince(None)),
            (Some(value), None) => read(value).map(UnchangedSince).ok_or_else(invalid),
            (Some(_), Some(_)) => Err(invalid()),
        }
    }
}

/// What one tag says, or `*`. One that is no tag of ours is of no state that there was.
fn read(value: &HeaderValue) -> Option<Option<Timestamp>> {
    let text = value.to_str().ok()?.trim();
    if text == "*" {
        return Some(None);
    }
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let tag = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if tag.contains('"') {
        return None;
    }
    let micros = i64::from_str_radix(tag, 16).unwrap_or(i64::MIN);
    Some(Some(Timestamp(micros)))
}

fn invalid() -> Problem {
    let detail = "If-Match is one entity tag as it was in ETag, or *";
    Problem::new(Kind::IF_MATCH_INVALID, detail)
}
