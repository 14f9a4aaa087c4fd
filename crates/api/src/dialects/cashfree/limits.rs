//! How often, and what else is found out about a request before it is answered.
//!
//! The vendor publishes no numbers, so these are ours.

use super::SCOPE;
use super::error::Error;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use giro_ledger::BookId;
use giro_service::RateLimits;
use giro_service::limits::Allowance;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// 600 requests a minute for each book, counted over all of its clients.
#[derive(Clone)]
pub struct Limits(Arc<RateLimits>);

impl Limits {
    /// Counts that start at zero.
    pub fn new() -> Limits {
        const PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).expect("not zero");
        Limits(Arc::new(RateLimits::per_minute(PER_MINUTE)))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check(&self, book: BookId, notes: &Notes) -> Result<(), Error> {
        match self.0.check(book, SCOPE) {
            Ok(left) => {
                notes.write(|known| known.left = Some(left));
                Ok(())
            }
            Err(wait) => {
                notes.write(|known| known.left = Some(self.0.used_up()));
                Err(Error::TooMany { wait })
            }
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new()
    }
}

/// What is found out about a request on the way, and matters for how it is answered: an extension
/// of the request.
#[derive(Clone, Debug, Default)]
pub struct Notes(Arc<Mutex<Known>>);

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// How many more requests may come.
    left: Option<Allowance>,
    /// Whether the older calls answer with real statuses.
    has_real_statuses: bool,
}

impl Notes {
    /// Notes whether the book wants real statuses of the older calls.
    pub fn real_statuses(&self, wanted: bool) {
        self.write(|known| known.has_real_statuses = wanted);
    }

    fn write(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn read(&self) -> Known {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps notes of a request, and tells in its answer what is left of the limit.
pub async fn note(mut request: Request, next: Next) -> Response {
    let notes = Notes::default();
    request.extensions_mut().insert(notes.clone());
    let mut response = next.run(request).await;
    if let Some(left) = notes.read().left {
        let headers = response.headers_mut();
        let seconds = left.reset.as_secs().saturating_add(1);
        for (name, value) in [
            ("x-ratelimit-limit", u64::from(left.limit)),
            ("x-ratelimit-remaining", u64::from(left.remaining)),
            ("x-ratelimit-reset", seconds),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
    response
}

/// Answers as the older calls do: with status 200 whatever has happened, which the sub-code says,
/// unless the book wants real statuses.
pub async fn as_of_old(request: Request, next: Next) -> Response {
    let notes = request.extensions().get::<Notes>().cloned();
    let mut response = next.run(request).await;
    if !notes.is_some_and(|notes| notes.read().has_real_statuses) {
        *response.status_mut() = StatusCode::OK;
    }
    response
}
