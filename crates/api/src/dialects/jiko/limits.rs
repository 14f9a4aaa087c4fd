//! How often a client may ask on behalf of somebody, for each group of calls.

use super::auth::Client;
use super::error::Error;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use giro_ledger::PrincipalId;
use giro_service::{Allowance, RateLimits, Service};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

/// Calls that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Getting tokens.
    Auth,
    /// Pockets.
    Pockets,
    /// Trades.
    Trades,
    /// Transactions.
    Transactions,
    /// Reading transfer requests.
    TransferRequests,
    /// Making transfer requests: no two within a second, either.
    NewTransferRequests,
    /// All others.
    Others,
}

impl Group {
    /// The group of a call.
    fn of(method: &Method, path: &str) -> Group {
        let mut steps = path.split('/').filter(|step| !step.is_empty()).skip(2);
        let (thing, is_single) = (steps.next(), steps.next().is_some());
        let reads = method == Method::GET || method == Method::HEAD;
        match thing {
            Some("pockets") => Group::Pockets,
            Some("trades") => Group::Trades,
            Some("transactions") => Group::Transactions,
            Some("transfer-requests") if reads => Group::TransferRequests,
            Some("transfer-requests") if !is_single => Group::NewTransferRequests,
            _ => Group::Others,
        }
    }
}

/// Whose calls, through which client, are counted together.
type Counted = (PrincipalId, PrincipalId, Group);

/// The vendor's limits. Nothing is counted in a book that has them switched off.
#[derive(Clone)]
pub struct Limits(Arc<Counts>);

struct Counts {
    most: RateLimits<Counted>,
    usual: RateLimits<Counted>,
    new_requests: RateLimits<Counted>,
    at_once: RateLimits<Counted>,
}

impl Limits {
    /// Counts that start at zero.
    pub fn new() -> Limits {
        const fn count(count: u32) -> NonZeroU32 {
            NonZeroU32::new(count).expect("not zero")
        }
        Limits(Arc::new(Counts {
            most: RateLimits::per_minute(const { count(300) }),
            usual: RateLimits::per_minute(const { count(120) }),
            new_requests: RateLimits::per_minute(const { count(60) }),
            at_once: RateLimits::per_second(NonZeroU32::MIN),
        }))
    }

    /// Counts a call, and notes what is left.
    fn check(&self, counted: Counted, left: Option<&Left>) -> Result<(), Error> {
        let counts = match counted.2 {
            Group::Auth | Group::Others => &self.0.most,
            Group::Pockets | Group::Trades | Group::Transactions | Group::TransferRequests => {
                &self.0.usual
            }
            Group::NewTransferRequests => &self.0.new_requests,
        };
        let in_minute = counts.check_key(&counted);
        if let Some(Left(left)) = left {
            let allowance = in_minute.unwrap_or_else(|_| counts.used_up());
            // Nobody counts a request twice.
            let _ = left.set(allowance);
        }
        in_minute.map_err(|wait| Error::TooMany { wait })?;
        if counted.2 == Group::NewTransferRequests {
            let in_second = self.0.at_once.check_key(&counted);
            in_second.map_err(|wait| Error::TooMany { wait })?;
        }
        Ok(())
    }

    /// Counts a request for tokens.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn check_auth(
        &self,
        service: &Service,
        client: PrincipalId,
        left: Option<&Left>,
    ) -> Result<(), Error> {
        match is_limited(service, client) {
            true => self.check((client, client, Group::Auth), left),
            false => Ok(()),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::new()
    }
}

/// Counts a call of somebody who has presented a token.
///
/// # Errors
/// [`Error::TooMany`].
pub fn count(service: &Service, parts: &Parts, client: &Client) -> Result<(), Error> {
    let Some(limits) = parts.extensions.get::<Limits>() else {
        return Ok(());
    };
    if !is_limited(service, client.client) {
        return Ok(());
    }
    let group = Group::of(&parts.method, parts.uri.path());
    let counted = (client.client, client.caller.principal, group);
    limits.check(counted, parts.extensions.get())
}

fn is_limited(service: &Service, client: PrincipalId) -> bool {
    let state = service.read();
    let book = state.ledger.principal(client).and_then(|one| one.book);
    book.and_then(|book| state.ledger.book(book))
        .is_some_and(|book| book.settings.vendor_rate_limits)
}

/// What was left of the limit after this request, once it was counted.
#[derive(Clone, Default)]
pub struct Left(Arc<OnceLock<Allowance>>);

/// Tells, with every answer to a request that was counted, what is left of the limit, and when all of
/// it will be there again.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let left = Left::default();
    request.extensions_mut().insert(left.clone());
    let mut response = next.run(request).await;
    if let Some(allowance) = left.0.get() {
        let rows = [
            ("x-ratelimit-limit", u64::from(allowance.limit)),
            ("x-ratelimit-remaining", u64::from(allowance.remaining)),
            ("x-ratelimit-reset", reset_at(allowance)),
        ];
        for (name, value) in rows {
            let (name, value) = (HeaderName::from_static(name), HeaderValue::from(value));
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The second in which the whole limit is there again. Clients compare it with their own clocks, so
/// it is of the clock of the system, as the counts are.
fn reset_at(allowance: &Allowance) -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = since.unwrap_or_default();
    let then = now.saturating_add(allowance.reset);
    let is_more = then.subsec_nanos() > 0;
    then.as_secs().saturating_add(u64::from(is_more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_in_their_groups_with_and_without_a_slash() {
        let rows = [
            (Method::GET, "/api/v2/pockets", Group::Pockets),
            (Method::PATCH, "/api/v2/pockets/x/", Group::Pockets),
            (Method::GET, "/api/v1/trades/", Group::Trades),
            (Method::GET, "/api/v2/transactions", Group::Transactions),
            (
                Method::GET,
                "/api/v1/transfer-requests/",
                Group::TransferRequests,
            ),
            (
                Method::GET,
                "/api/v1/transfer-requests/x",
                Group::TransferRequests,
            ),
            (
                Method::POST,
                "/api/v1/transfer-requests/",
                Group::NewTransferRequests,
            ),
            (
                Method::POST,
                "/api/v1/transfer-requests",
                Group::NewTransferRequests,
            ),
            (
                Method::POST,
                "/api/v1/transfer-requests/x/approve/",
                Group::Others,
            ),
            (Method::GET, "/api/v1/subscriptions/", Group::Others),
            (Method::GET, "/api/v1/user", Group::Others),
        ];
        for (method, path, group) in rows {
            assert_eq!(Group::of(&method, path), group, "{method} {path}");
        }
    }
}
