//! What happened. Events are the only thing that changes the state, and what the journal keeps.

use crate::action::{AccountChange, AccountFreeze, BookChange, NewAccount, NewBook, NewPrincipal};
use crate::{AccountId, Asset, BookId, PrincipalId, Transfer};
use serde::{Deserialize, Serialize};

/// Something that happened. Where a request is carried out as it stands, the event is the request.
///
/// The journal numbers these by their order: append only, fields too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An asset was defined, and got the next number.
    AssetDefined(Asset),
    /// A book was opened, and got this number; its system accounts got the next four.
    BookOpened(BookId, NewBook),
    /// A book's name or settings were changed.
    BookChanged(BookChange),
    /// A principal was added, and got this number.
    PrincipalAdded(PrincipalId, NewPrincipal),
    /// A principal was revoked.
    PrincipalRevoked(PrincipalId),
    /// An account was opened, and got this number.
    AccountOpened(AccountId, NewAccount),
    /// An account was changed.
    AccountChanged(AccountChange),
    /// An account was frozen or unfrozen.
    AccountFrozen(AccountFreeze),
    /// An account was closed.
    AccountClosed(AccountId),
    /// A transfer was made, or declined.
    Transfer(Transfer),
}

#[cfg(test)]
mod tests;
