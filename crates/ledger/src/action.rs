//! What can be asked of the ledger.

use crate::book::{BookSettings, Setting};
use crate::calendar::CalendarCode;
use crate::exchange::NewRate;
use crate::fee::FeeChange;
use crate::policy::PolicyChange;
use crate::quote::NewQuote;
use crate::schedule::{NewSchedule, ScheduleChange};
use crate::security::{InvestmentSet, NewInstrument, NewTrade};
use crate::terms::FeeCharged;
use crate::text::{Alias, Email, Metadata, Name, Reason, Reference, Tags, Word};
use crate::webhook::WebhookAction;
use crate::{
    AccountId, Amount, Asset, AssetId, BookId, Calendar, Capabilities, Credential, Grant, Legs,
    LimitId, NewLimit, NewTransfer, PrincipalId, QuoteId, ReversalReason, Subject, Timer,
    Timestamp, TransferId, TransferKind,
};
use serde::{Deserialize, Serialize};

/// Something that is asked of the ledger, within one book unless it says otherwise.
///
/// What is rare and large is boxed, so that the usual transfer is not moved about with room for it.
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
    /// Close an account, for good.
    CloseAccount(AccountClose),
    /// Move money, or hold it.
    Transfer(NewTransfer),
    /// Take a completed transfer back, or a part of it.
    Reverse(Box<NewReversal>),
    /// Move held money, or a part of it.
    Capture(Capture),
    /// Let held money go.
    Release(TransferId, Option<Reason>),
    /// Agree to what somebody else has asked for.
    Approve(Subject),
    /// Say no to what somebody else has asked for.
    Reject(Subject, Option<Reason>),
    /// Take back what one has asked for, as long as it waits for approval.
    Cancel(Subject, Option<Reason>),
    /// See to what is due. Only the engine asks for it.
    Due(Timer),
    /// Change the approval policies of the book.
    ChangePolicy(Box<PolicyChange>),
    /// Set a limit.
    AddLimit(NewLimit),
    /// Change the name or the maxima of a limit.
    ChangeLimit(LimitChange),
    /// Remove a limit.
    RemoveLimit(LimitId),
    /// Stop all the money of the book, or go on.
    StopBook(BookStop),
    /// Set a rate.
    SetRate(Box<NewRate>),
    /// Take the rate of a pair of assets away.
    RemoveRate {
        /// What is given.
        source: AssetId,
        /// What it is worth.
        target: AssetId,
    },
    /// Change the fee rules of the book.
    ChangeFee(Box<FeeChange>),
    /// Ask what a transfer would cost and bring, and lock that for a while.
    Quote(Box<NewQuote>),
    /// Carry out a quote.
    Execute(Box<Execution>),
    /// Set a calendar of the book.
    SetCalendar(CalendarCode, Box<Calendar>),
    /// Ask for a schedule.
    AddSchedule(Box<NewSchedule>),
    /// Pause, resume or cancel a schedule.
    ChangeSchedule(ScheduleChange),
    /// Add an instrument.
    AddInstrument(Box<NewInstrument>),
    /// Say how an account keeps its money.
    SetInvestment(InvestmentSet),
    /// Turn money of an account into units of an instrument, or units into money.
    Trade(NewTrade),
    /// Something about webhooks.
    Webhook(Box<WebhookAction>),
    /// Put a refusal on record.
    Refuse(Box<Refusal>),
}

/// A refusal of a request that no rule of the ledger was asked about, or that none of them puts on
/// record, by an interface whose keys stand for refusals as well: on record, it is found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, in the words of the interface.
    pub reason: Word,
    /// Who has refused it, in the words of the interface.
    pub source: Word,
}

/// The execution of a quote as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Which quote.
    pub quote: QuoteId,
    /// What it is about.
    pub reference: Option<Reference>,
    /// The caller's own key-value pairs.
    pub metadata: Metadata,
    /// Of those who could approve it, only these may.
    pub reviewers: Vec<PrincipalId>,
}

/// A book-wide stop, or its end, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookStop {
    /// Whether money is to stop.
    pub stopped: bool,
    /// Why.
    pub reason: Option<Reason>,
}

/// An account that is to be closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountClose {
    /// Which account.
    pub account: AccountId,
    /// Where what is left in it goes.
    pub sweep_to: Option<AccountId>,
}

/// A capture as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Which hold.
    pub transfer: TransferId,
    /// How much of it; all that is left if nothing is said.
    pub amount: Option<Amount>,
    /// Whether the rest is let go.
    pub release_rest: bool,
}

/// A reversal as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewReversal {
    /// What is to be taken back, as the log knows it.
    pub original: Original,
    /// How much of it; all that is left if nothing is said.
    pub amount: Option<Amount>,
    /// Why.
    pub reason: ReversalReason,
    /// What it is about.
    pub reference: Option<Reference>,
    /// The caller's own key-value pairs.
    pub metadata: Metadata,
    /// Of those who could approve it, only these may.
    pub reviewers: Vec<PrincipalId>,
    /// Whether its fee is given back, too.
    pub returns_fee: bool,
}

/// What the log knows of a transfer, which cannot change any more once it is completed. The
/// ledger does not keep what is over, so whoever asks for a reversal looks it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Which transfer.
    pub transfer: TransferId,
    /// What kind of movement it was.
    pub kind: TransferKind,
    /// What it has posted, leg by leg, if it is completed; else nothing.
    pub posted: Legs,
    /// Whether it is a reversal itself.
    pub is_reversal: bool,
    /// Its fee: the last debit and the last credit of what it has posted.
    pub fee: Option<FeeCharged>,
    /// Whether something was traded to make it, or it has moved in kind.
    pub is_traded: bool,
}

/// A change to a limit; `None` leaves things as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitChange {
    /// Which limit.
    pub limit: LimitId,
    /// Its new name.
    pub name: Option<Name>,
    /// The most that may move.
    pub amount_max: Option<Amount>,
    /// The most transfers there may be.
    pub count_max: Option<u64>,
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
    /// The address of the person it stands for.
    pub email: Option<Email>,
    /// What it may do.
    pub capabilities: Capabilities,
    /// What it may move, if not everything.
    pub grant: Option<Box<Grant>>,
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
    /// What policies, limits and grants can call it by, together with others.
    pub tags: Tags,
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
    /// Its new tags, all of them.
    pub tags: Option<Tags>,
    /// New overdraft limits; an asset that it does not hold yet is added.
    pub holdings: Vec<Holding>,
    /// Only if it was last changed at this instant: nobody has changed it since it was read.
    pub only_if_updated_at: Option<Timestamp>,
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
