//! Accounts, transfers and postings as the vendor shows them.

use crate::dialects::cashfree::SCOPE;
use crate::dialects::cashfree::error::{Error, refusal};
use crate::dialects::cashfree::instruments::Instrument;
use crate::dialects::cashfree::wire::{
    BalanceData, Entry, EntryType, FundSourceData, InstrumentStatus, ListedFundSource,
};
use crate::http::time;
use giro_ledger::{
    AccountId, AccountStatus, AssetId, Ledger, Side, SignedAmount, Timestamp, TransferKind,
    TransferState,
};
use giro_service::query::Posting;
use giro_service::{IdKind, Life, PublicIds, Record};
use uuid::Uuid;

/// Who keeps the accounts.
const BANK: &str = "Giro";
/// Of the form of a bank's code, but of no bank: no money can be sent there.
const IFSC: &str = "GIRO0000000";
/// The bits of an account's public id that are its number as an instrument: 52, so that readers
/// that take every number for a float keep it.
const NUMBER_MASK: u128 = (1 << 52) - 1;

/// How many decimals an asset has.
pub fn decimals(ledger: &Ledger, asset: AssetId) -> u8 {
    ledger.asset(asset).map_or(0, |asset| asset.decimals)
}

/// What is on an instrument, as it is at a time. What is invested of its money counts as money: it
/// can be spent as such.
pub fn balances(ledger: &Ledger, instrument: Instrument, at: Timestamp) -> Option<BalanceData> {
    let Instrument { account, asset } = instrument;
    let line = ledger.line(ledger.account(account)?.line(asset)?)?;
    let worth = ledger.worth_shown(account, asset, at).signed();
    let decimals = decimals(ledger, asset);
    let available = ledger.available_shown(line, at)?;
    Some(BalanceData {
        balance: spell(line.posted.checked_add(worth)?, decimals),
        available_balance: spell(available, decimals),
    })
}

/// An instrument and what is needed to show it.
#[derive(Clone, Copy)]
pub struct FundSource<'a> {
    /// The public ids.
    pub ids: &'a PublicIds,
    /// The ledger.
    pub ledger: &'a Ledger,
    /// When it is.
    pub at: Timestamp,
}

/// An instrument as a fund source.
pub fn fund_source(source: FundSource<'_>, instrument: Instrument) -> Option<FundSourceData> {
    let FundSource { ids, ledger, at } = source;
    let balances = balances(ledger, instrument, at)?;
    let account = ledger.account(instrument.account)?;
    let line = ledger.line(account.line(instrument.asset)?)?;
    let decimals = decimals(ledger, instrument.asset);
    let id = account_id(ids, ledger, instrument.account);
    let (name, number) = (
        account.profile.name.to_string(),
        number(ledger, id, instrument),
    );
    Some(FundSourceData {
        id: instrument_number(id),
        fs_display_type: "Virtual Account",
        fs_description: None,
        account_holder_name: ledger.book(account.book)?.name.to_string(),
        bank_name: BANK,
        balance: balances.balance,
        available_balance: balances.available_balance,
        funds_on_hold: spell(line.held.signed(), decimals),
        overdraft: spell(line.overdraft_limit?.signed(), decimals),
        bank_account: number.clone(),
        ifsc: IFSC,
        added_on: seconds(account.opened_at),
        updated_on: seconds(account.updated_at),
        fs_name: name.clone(),
        display_name: name,
        virtual_account: number,
        status: match account.status {
            AccountStatus::Open => InstrumentStatus::Active,
            AccountStatus::Frozen | AccountStatus::Closed => InstrumentStatus::Inactive,
        },
    })
}

/// An instrument as a fund source in a list.
pub fn listed(source: FundSource<'_>, instrument: Instrument) -> Option<ListedFundSource> {
    let id = account_id(source.ids, source.ledger, instrument.account);
    Some(ListedFundSource {
        payment_instrument_id: id.to_string(),
        fund_source: fund_source(source, instrument)?,
    })
}

fn account_id(ids: &PublicIds, ledger: &Ledger, id: AccountId) -> Uuid {
    let opened_at = ledger.account(id).map(|account| account.opened_at);
    let opened_at = opened_at.unwrap_or(Timestamp(0));
    ids.encode(IdKind::Account, u64::from(id.0), opened_at)
}

/// The number of an instrument's virtual account: its alias, else its id without hyphens.
fn number(ledger: &Ledger, id: Uuid, instrument: Instrument) -> String {
    let account = ledger.account(instrument.account);
    let alias = account.and_then(|account| account.profile.alias.as_ref());
    alias.map_or_else(|| id.simple().to_string(), ToString::to_string)
}

/// Above the eight lowest bits, which are the shard's, an id has a tag and the hidden number.
fn instrument_number(id: Uuid) -> u64 {
    u64::try_from((id.as_u128() >> 8) & NUMBER_MASK).expect("52 bits")
}

/// What came of a transfer, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money has moved, out of this account.
    Done(AccountId),
    /// It may yet.
    Pending,
    /// It has not, and will not.
    Refused(Error),
}

/// What came of a transfer; nothing if it is not between accounts of the book.
pub fn outcome(life: &Life) -> Option<Outcome> {
    let request = &life.transfer().request;
    if request.kind != TransferKind::Transfer {
        return None;
    }
    Some(match life.progress.state {
        TransferState::Completed => {
            let debit = request.legs.iter().find(|leg| leg.side == Side::Debit)?;
            Outcome::Done(debit.account)
        }
        TransferState::AwaitingApproval | TransferState::Scheduled | TransferState::Held => {
            Outcome::Pending
        }
        TransferState::Rejected => Outcome::Refused(Error::Refused("Transfer rejected")),
        TransferState::Cancelled => Outcome::Refused(Error::Refused("Transfer cancelled")),
        TransferState::Expired => Outcome::Refused(Error::Refused("Transfer expired")),
        TransferState::Declined => {
            let why = life.progress.declined.as_ref().and_then(refusal);
            Outcome::Refused(why.unwrap_or(Error::NotAllowed))
        }
    })
}

/// The id that a transfer is shown with: the client's own if it was asked for here, else ours.
pub fn transfer_id(ids: &PublicIds, first: &Record) -> String {
    let key = first.origin.key.as_ref();
    match key.filter(|key| key.scope == SCOPE) {
        Some(key) => key.name().into_owned(),
        None => {
            let id = ids.encode(IdKind::Transfer, first.seq.0, first.at);
            id.to_string()
        }
    }
}

/// An entry of a statement.
pub fn entry(source: FundSource<'_>, asset: AssetId, posting: &Posting) -> Option<Entry> {
    let (record, place) = (&posting.record, posting.place.leg());
    let leg = record.event.posted().get(place)?;
    let balance = record.trace.legs.get(place)?.posted;
    let decimals = decimals(source.ledger, asset);
    let first = posting.first();
    let request = giro_service::life::transfer_in(first).map(|transfer| &transfer.request);
    let remarks = request.and_then(|request| request.reference.as_ref());
    Some(Entry {
        transfer_id: transfer_id(source.ids, first),
        amount: spell(leg.amount.signed(), decimals),
        kind: match leg.side {
            Side::Debit => EntryType::Debit,
            Side::Credit => EntryType::Credit,
        },
        balance: spell(balance, decimals),
        remarks: remarks.map(ToString::to_string).unwrap_or_default(),
        added_on: seconds(record.at),
    })
}

fn spell(amount: SignedAmount, decimals: u8) -> String {
    amount.display(decimals).to_string()
}

/// An instant to the second, as the vendor shows it.
pub fn seconds(at: Timestamp) -> String {
    let text = time::format(at);
    let whole = text.split('.').next().unwrap_or_default();
    format!("{whole}Z")
}
