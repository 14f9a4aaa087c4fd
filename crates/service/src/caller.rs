//! Who asks.

use crate::life::transfer_in;
use crate::service::ServiceError;
use giro_engine::Record;
use giro_engine::record::SHARD;
use giro_ledger::{AccountId, BookId, Capabilities, Capability, Ledger, PrincipalId};

/// Somebody who has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub principal: PrincipalId,
    /// The book they act on; [`SHARD`] for an operator, who acts on none.
    pub book: BookId,
    /// What they may do: what the principal may, narrowed by the token if there is one.
    pub capabilities: Capabilities,
    /// Whether the book is for trying things out.
    pub sandbox: bool,
}

impl Caller {
    /// Checks that the caller may do something.
    ///
    /// # Errors
    /// [`ServiceError::MissingCapability`] if not.
    pub fn require(&self, capability: Capability) -> Result<(), ServiceError> {
        if self.capabilities.contains(capability) {
            Ok(())
        } else {
            Err(ServiceError::MissingCapability(capability))
        }
    }

    /// Whether no grant narrows what the caller sees of the book.
    pub fn sees_all(&self, ledger: &Ledger) -> bool {
        let principal = ledger.principal(self.principal);
        let grant = principal.and_then(|one| one.grant.as_deref());
        grant.is_none_or(|grant| grant.accounts.is_empty() && grant.tags.is_empty())
    }

    /// Whether the caller sees an account: a grant of accounts or tags narrows what is read, too.
    pub fn sees(&self, ledger: &Ledger, account: AccountId) -> bool {
        let principal = ledger.principal(self.principal);
        let grant = principal.and_then(|one| one.grant.as_deref());
        grant.is_none_or(|grant| {
            (grant.accounts.is_empty() && grant.tags.is_empty())
                || grant.accounts.contains(&account)
                || grant.tags.iter().any(|tag| ledger.has_tag(account, tag))
        })
    }

    /// Whether the caller sees a transfer: one that they have asked for, or that concerns an
    /// account that they see.
    pub fn sees_transfer(&self, ledger: &Ledger, first: &Record) -> bool {
        let request = transfer_in(first).map(|transfer| &transfer.request);
        let legs = request.into_iter().flat_map(|request| &request.legs);
        // A trade by itself has no legs but those that were booked for it.
        let booked = request.and_then(|request| request.booked());
        let trades = booked.into_iter().flat_map(|booked| &booked.trades);
        let accounts = legs.map(|leg| leg.account);
        let mut accounts = accounts.chain(trades.map(|trade| trade.account));
        first.origin.principal == self.principal || accounts.any(|id| self.sees(ledger, id))
    }

    /// Whether the caller is an operator of the server.
    pub fn is_operator(&self) -> bool {
        self.book == SHARD
    }
}

/// Why somebody is not let in. What exactly was wrong is not for them to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No credentials, or none of a form that is known here.
    #[error("credentials are missing or malformed")]
    Missing,
    /// Credentials that prove nothing: unknown, forged or revoked.
    #[error("credentials are not valid")]
    Invalid,
    /// Credentials that were valid once.
    #[error("the token has expired")]
    Expired,
}
