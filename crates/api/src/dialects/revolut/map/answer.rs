//! Accounts and records as accounts and transactions of the wire.

use super::decimals;
use crate::dialects::revolut::SCOPE;
use crate::dialects::revolut::error::Refusal;
use crate::dialects::revolut::wire::{
    Account, AccountState, Counterparty, CounterpartyType, Leg, Number, State, Transaction,
    TransactionType, TransferAnswer,
};
use crate::http::time;
use giro_ledger::{
    AccountId, AccountStatus, AssetId, Event, Ledger, Side, SignedAmount, Timestamp, Transfer,
    TransferKind, TransferStatus,
};
use giro_service::{IdKind, PublicIds, Record};
use uuid::Uuid;

/// The currency that an account is shown with: its first asset. The book's own accounts are not
/// shown, nor is one that holds nothing yet.
pub fn shown_asset(ledger: &Ledger, id: AccountId) -> Option<AssetId> {
    let account = ledger
        .account(id)
        .filter(|account| account.role.is_none())?;
    account.lines.first().map(|(asset, _)| *asset)
}

/// An account, if it is shown.
pub fn account(ids: &PublicIds, ledger: &Ledger, id: AccountId) -> Option<Account> {
    let asset = shown_asset(ledger, id)?;
    let account = ledger.account(id)?;
    let line = ledger.line(account.line(asset)?)?;
    Some(Account {
        id: account_id(ids, ledger, id),
        name: account.profile.name.to_string(),
        balance: Number::new(line.posted, decimals(ledger, asset)),
        currency: code(ledger, asset),
        state: match account.status {
            AccountStatus::Open => AccountState::Active,
            AccountStatus::Frozen | AccountStatus::Closed => AccountState::Inactive,
        },
        public: false,
        created_at: time::format(account.opened_at),
        updated_at: time::format(account.updated_at),
    })
}

/// The short answer about a transfer or top-up that was just asked for.
pub fn transfer_answer(ids: &PublicIds, record: &Record) -> Option<TransferAnswer> {
    let (state, _) = state_of(transfer_of(record)?);
    Some(TransferAnswer {
        id: transaction_id(ids, record),
        state,
        created_at: time::format(record.at),
        completed_at: completed_at(state, record.at),
    })
}

/// The transaction of a record, if the record is of one.
pub fn transaction(ids: &PublicIds, ledger: &Ledger, record: &Record) -> Option<Transaction> {
    let transfer = transfer_of(record)?;
    let (state, reason_code) = state_of(transfer);
    let reference = transfer.request.reference.as_ref();
    let key = record.origin.key.as_ref().filter(|key| key.scope == SCOPE);
    let view = View {
        ids,
        ledger,
        transfer,
        record,
    };
    Some(Transaction {
        id: transaction_id(ids, record),
        kind: kind_of(transfer.request.kind),
        request_id: key.map(|key| key.name().into_owned()),
        state,
        reason_code,
        created_at: time::format(record.at),
        updated_at: time::format(record.at),
        completed_at: completed_at(state, record.at),
        reference: reference.map(ToString::to_string),
        legs: view.legs(),
    })
}

/// The type of a transaction. A withdrawal is what the vendor calls a transfer to an external
/// counterparty.
fn kind_of(kind: TransferKind) -> TransactionType {
    match kind {
        TransferKind::Transfer | TransferKind::Withdrawal => TransactionType::Transfer,
        TransferKind::Deposit => TransactionType::Topup,
    }
}

/// What became of a transfer, and why if it did not come about.
pub fn state_of(transfer: &Transfer) -> (State, Option<&'static str>) {
    match &transfer.status {
        TransferStatus::Completed => (State::Completed, None),
        TransferStatus::AwaitingApproval(_) | TransferStatus::Held { .. } => (State::Pending, None),
        TransferStatus::Declined(why) => match Refusal::of(why) {
            Refusal::Transaction { state, reason_code } => (state, Some(reason_code)),
            Refusal::Request(_) | Refusal::Unexpected => (State::Failed, Some(why.code())),
        },
    }
}

/// The transfer of a record, if the record is of one.
pub fn transfer_of(record: &Record) -> Option<&Transfer> {
    match &record.event {
        Event::Transfer(transfer) => Some(transfer),
        Event::AssetDefined(_)
        | Event::BookOpened(..)
        | Event::BookChanged(_)
        | Event::PrincipalAdded(..)
        | Event::PrincipalRevoked(_)
        | Event::AccountOpened(..)
        | Event::AccountChanged(_)
        | Event::AccountFrozen(_)
        | Event::AccountClosed(_)
        | Event::Step(_)
        | Event::PolicySet(_)
        | Event::ChangeRequested(_)
        | Event::ChangeStep(_)
        | Event::LimitAdded(..)
        | Event::LimitChanged(_)
        | Event::LimitRemoved(_)
        | Event::BookStopped(_) => None,
    }
}

/// A transfer and what is needed to show it.
struct View<'a> {
    ids: &'a PublicIds,
    ledger: &'a Ledger,
    transfer: &'a Transfer,
    record: &'a Record,
}

impl View<'_> {
    /// The legs on accounts that are not the book's own, in the order in which they were asked
    /// for: of a transfer, the source first.
    fn legs(&self) -> Vec<Leg> {
        let request = &self.transfer.request;
        let traces = self.record.trace.legs.iter();
        let legs = (0_u64..).zip(&request.legs).zip(traces);
        let own = legs.filter(|((_, leg), _)| self.is_own(leg.account));
        own.map(|((place, leg), trace)| self.leg(place, leg, trace.posted))
            .collect()
    }

    fn leg(&self, place: u64, leg: &giro_ledger::Leg, posted: SignedAmount) -> Leg {
        let decimals = decimals(self.ledger, leg.asset);
        let amount = match leg.side {
            Side::Debit => SignedAmount::ZERO.checked_sub(leg.amount.signed()),
            Side::Credit => Some(leg.amount.signed()),
        };
        let amount = amount.expect("the negative of an amount is in range");
        let other = self.other_side(leg);
        Leg {
            leg_id: self.leg_id(place),
            account_id: account_id(self.ids, self.ledger, leg.account),
            counterparty: Counterparty {
                account_id: other.map(|id| account_id(self.ids, self.ledger, id)),
                account_type: match other {
                    Some(_) => CounterpartyType::Own,
                    None => CounterpartyType::External,
                },
            },
            amount: Number::new(amount, decimals),
            currency: code(self.ledger, leg.asset),
            description: self.description(leg, other),
            balance: Number::new(posted, decimals),
        }
    }

    /// "To Savings" at the source, "From Main" at the target. What comes from or goes outside
    /// has no name, and is described by its reference.
    fn description(&self, leg: &giro_ledger::Leg, other: Option<AccountId>) -> Option<String> {
        let Some(other) = other.and_then(|other| self.ledger.account(other)) else {
            let reference = self.transfer.request.reference.as_ref();
            return reference.map(ToString::to_string);
        };
        let name = other.profile.name.as_str();
        Some(match leg.side {
            Side::Debit => format!("To {name}"),
            Side::Credit => format!("From {name}"),
        })
    }

    /// The first account on the other side, unless that is outside.
    fn other_side(&self, leg: &giro_ledger::Leg) -> Option<AccountId> {
        let mut legs = self.transfer.request.legs.iter();
        let other = legs.find(|other| other.side != leg.side && other.asset == leg.asset)?;
        Some(other.account).filter(|account| self.is_own(*account))
    }

    fn is_own(&self, account: AccountId) -> bool {
        let account = self.ledger.account(account);
        account.is_some_and(|account| account.role.is_none())
    }

    /// The number of a leg is its record's, with the leg's place in the seven highest of the 50
    /// bits that numbers of ids have. Two legs get the same number only if their records are 2^43
    /// apart, and then they have different times.
    fn leg_id(&self, place: u64) -> Uuid {
        let number = self.record.seq.0 ^ (place << 43);
        self.ids.encode(IdKind::Leg, number, self.record.at)
    }
}

fn transaction_id(ids: &PublicIds, record: &Record) -> Uuid {
    ids.encode(IdKind::Transfer, record.seq.0, record.at)
}

fn account_id(ids: &PublicIds, ledger: &Ledger, id: AccountId) -> Uuid {
    let opened_at = ledger.account(id).map(|account| account.opened_at);
    let opened_at = opened_at.expect("accounts of a record exist, and are never removed");
    ids.encode(IdKind::Account, u64::from(id.0), opened_at)
}

fn code(ledger: &Ledger, asset: AssetId) -> String {
    let asset = ledger.asset(asset);
    asset.map_or_else(String::new, |asset| asset.code.to_string())
}

fn completed_at(state: State, at: Timestamp) -> Option<String> {
    (state == State::Completed).then(|| time::format(at))
}
