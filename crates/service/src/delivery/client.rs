//! Sends what webhooks are told.

use super::Signed;
use super::lookup::Lookups;
use super::target::{self, Allowed};
use giro_ledger::BookSettings;
use giro_ledger::webhook::AttemptResult;
use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Error};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(5);
/// So much of an answer is read, so that its connection can be used again.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// Connections to one host that are kept.
const IDLE_MAX: usize = 8;

/// Clients that reach different addresses, made when they are needed.
pub(super) struct Clients {
    made: Mutex<BTreeMap<Allowed, Client>>,
    lookups: Arc<Lookups>,
}

impl Clients {
    pub(super) fn new() -> Clients {
        Clients {
            made: Mutex::default(),
            lookups: Arc::new(Lookups::new()),
        }
    }

    /// Sends a message to an address, if a book with these settings may, and waits so long for an
    /// answer. Follows nothing: where an
    /// answer points to was not allowed by anybody.
    pub(super) async fn send(
        &self,
        url: &str,
        settings: &BookSettings,
        signed: Signed,
        within: Duration,
    ) -> AttemptResult {
        let Ok((url, allowed)) = target::read_url(url, settings) else {
            return AttemptResult::Forbidden;
        };
        let Some(client) = self.client(allowed) else {
            return AttemptResult::Unreachable;
        };
        let mut request = client.post(url).body(signed.body).timeout(within);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        let mut answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return failure(&error),
        };
        let status = answer.status().as_u16();
        let mut read = 0_usize;
        while read < ANSWER_BYTES_MAX {
            match answer.chunk().await {
                Ok(Some(chunk)) => read = read.saturating_add(chunk.len()),
                // It has answered, whatever is wrong with the rest.
                Ok(None) | Err(_) => break,
            }
        }
        AttemptResult::Answered(status)
    }

    fn client(&self, allowed: Allowed) -> Option<Client> {
        let mut made = self.made.lock();
        if let Some(client) = made.get(&allowed) {
            return Some(client.clone());
        }
        match build(allowed, self.lookups.clone()) {
            Ok(client) => {
                made.insert(allowed, client.clone());
                Some(client)
            }
            Err(error) => {
                tracing::error!(%error, "no client for webhooks: has this machine no certificates?");
                None
            }
        }
    }
}

fn build(allowed: Allowed, lookups: Arc<Lookups>) -> Result<Client, Error> {
    Client::builder()
        .user_agent("Giro")
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(IDLE_MAX)
        .dns_resolver(Arc::new(Guard { allowed, lookups }))
        .build()
}

fn failure(error: &Error) -> AttemptResult {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(why) = cause {
        if why.is::<NotAllowed>() {
            return AttemptResult::Forbidden;
        }
        cause = why.source();
    }
    match error.is_timeout() {
        true => AttemptResult::TimedOut,
        false => AttemptResult::Unreachable,
    }
}

/// A name that stands for no address that may be asked.
#[derive(Debug, thiserror::Error)]
#[error("the name stands for no address that webhooks may go to")]
struct NotAllowed;

/// Resolves names, and lets through only the addresses that are allowed: what is connected to is
/// what was checked.
struct Guard {
    allowed: Allowed,
    lookups: Arc<Lookups>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, lookups) = (self.allowed, self.lookups.clone());
        Box::pin(async move {
            let found = lookups.find(name.as_str()).await?.into_iter();
            let found = found.filter(|one| allowed.allows(target::reach(*one)));
            let found: Vec<_> = found.map(|one| SocketAddr::new(one, 0)).collect();
            match found.is_empty() {
                true => Err(NotAllowed.into()),
                false => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}
