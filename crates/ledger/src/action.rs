//! What can be asked of the ledger.

use crate::book::{BookSettings, Setting};
use crate::text::{Alias, Metadata, Name, Reason};
use crate::{
    AccountId, Amount, Asset, AssetId, BookId, Capabilities, Credential, NewTransfer, PrincipalId,
};
use serde::{Deserialize, Serialize};

/// Something that is asked of the ledger, within one book unless it says otherwise.
///
/// Fingerprints of requests are taken over the encoding of this type, and are kept for ever:
/// variants and fields are append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Define an asset for the shard, once.
    DefineAsset(Asset),
    /// Open a book, with its system accounts.
    OpenBook(NewBook),
    /// Change a book's name or settings.
    ChangeBook(BookChange),
    /// Add a principal.
    AddPrincipal(NewPrincipal),
    /// Revoke a principal, for good.
    RevokePrincipal(PrincipalId),
    /// Open an account.
    OpenAccount(NewAccount),
    /// Change what people say about an account, or its overdraft limits.
    ChangeAccount(AccountChange),
    /// Freeze or unfreeze an account; both directions false is unfrozen.
    FreezeAccount(AccountFreeze),
    /// Close an empty account, for good.
    CloseAccount(AccountId),
    /// Move money.
    Transfer(NewTransfer),
}

/// A book as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBook {
    /// The entity's name.
    pub name: Name,
    /// Whether it is for trying things out.
    pub sandbox: bool,
    /// What it decides for itself.
    pub settings: BookSettings,
}

/// A change to a book; `None` leaves things as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookChange {
    /// Its new name.
    pub name: Option<Name>,
    /// New values of some of its settings.
    pub settings: Vec<Setting>,
}

/// A principal as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPrincipal {
    /// The book it acts on; `None` for an operator of the server.
    pub book: Option<BookId>,
    /// Its name, as people know it.
    pub name: Name,
    /// What it may do.
    pub capabilities: Capabilities,
    /// How it proves who it is.
    pub credential: Credential,
}

/// One asset of an account as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The asset.
    pub asset: AssetId,
    /// How far below zero the balance may go.
    pub overdraft_limit: Amount,
}

/// An account as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// Its name, as people know it.
    pub name: Name,
    /// The caller's own word for it, unique in its book.
    pub alias: Option<Alias>,
    /// The caller's own key-value pairs.
    pub metadata: Metadata,
    /// The assets it holds.
    pub holdings: Vec<Holding>,
    /// Whether it also takes every other asset.
    pub holds_any_asset: bool,
}

/// A change to an account; `None` leaves things as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// Which account.
    pub account: AccountId,
    /// Its new name.
    pub name: Option<Name>,
    /// Its new alias; `Some(None)` takes it away.
    pub alias: Option<Option<Alias>>,
    /// Its new metadata, whole.
    pub metadata: Option<Metadata>,
    /// New overdraft limits; an asset that it does not hold yet is added.
    pub holdings: Vec<Holding>,
}

/// A freeze as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFreeze {
    /// Which account.
    pub account: AccountId,
    /// No money may leave.
    pub debits: bool,
    /// No money may arrive.
    pub credits: bool,
    /// Why.
    pub reason: Option<Reason>,
}
