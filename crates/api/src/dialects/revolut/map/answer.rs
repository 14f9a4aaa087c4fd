//! Accounts and transfers as accounts and transactions of the wire.

use super::decimals;
use crate::dialects::revolut::SCOPE;
use crate::dialects::revolut::error::Refusal;
use crate::dialects::revolut::wire::{
    Account, AccountState, Counterparty, CounterpartyType, Leg, Number, State, Transaction,
    TransactionType, TransferAnswer,
};
use crate::http::time;
use giro_ledger::{
    AccountId, AccountStatus, AssetId, Ledger, Side, SignedAmount, Timestamp, TransferKind,
    TransferState,
};
use giro_service::{IdKind, Life, PublicIds, Record};
use uuid::Uuid;

/// The currency that an account is shown with: its first asset. The book's own accounts are not
/// shown, nor is one that holds nothing yet.
pub fn shown_asset(ledger: &Ledger, id: AccountId) -> Option<AssetId> {
    let account = ledger
        .account(id)
        .filter(|account| account.role.is_none())?;
    account.lines.first().map(|(asset, _)| *asset)
}

/// An account, if it is shown, as it is at a time. What is invested of its money counts as money:
/// it can be spent as such.
pub fn account(ids: &PublicIds, ledger: &Ledger, id: AccountId, at: Timestamp) -> Option<Account> {
    let asset = shown_asset(ledger, id)?;
    let account = ledger.account(id)?;
    let line = ledger.line(account.line(asset)?)?;
    let worth = ledger.worth_shown(id, asset, at).signed();
    Some(Account {
        id: account_id(ids, ledger, id),
        name: account.profile.name.to_string(),
        balance: Number::new(line.posted.checked_add(worth)?, decimals(ledger, asset)),
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
pub fn transfer_answer(ids: &PublicIds, life: &Life) -> TransferAnswer {
    let (state, _) = state_of(life);
    TransferAnswer {
        id: transaction_id(ids, &life.first),
        state,
        created_at: time::format(life.first.at),
        completed_at: completed_at(state, life.last().at),
    }
}

/// The transaction of a transfer.
pub fn transaction(ids: &PublicIds, ledger: &Ledger, life: &Life) -> Transaction {
    let (state, reason_code) = state_of(life);
    let (first, request) = (&life.first, &life.transfer().request);
    let reference = request.reference.as_ref();
    let key = first.origin.key.as_ref().filter(|key| key.scope == SCOPE);
    let view = View { ids, ledger, life };
    Transaction {
        id: transaction_id(ids, first),
        kind: kind_of(request.kind),
        request_id: key.map(|key| key.name().into_owned()),
        state,
        reason_code,
        created_at: time::format(first.at),
        updated_at: time::format(life.last().at),
        completed_at: completed_at(state, life.last().at),
        reference: reference.map(ToString::to_string),
        legs: view.legs(),
    }
}

/// The type of a transaction. A withdrawal is what the vendor calls a transfer to an external
/// counterparty.
fn kind_of(kind: TransferKind) -> TransactionType {
    match kind {
        TransferKind::Transfer
        | TransferKind::Withdrawal
        | TransferKind::Conversion
        | TransferKind::Trade => TransactionType::Transfer,
        TransferKind::Deposit => TransactionType::Topup,
    }
}

/// What became of a transfer, and why if it did not come about. Whatever waits for approval or is
/// held is pending; what a checker refuses is declined, and what else ends without money moving
/// has failed.
pub fn state_of(life: &Life) -> (State, Option<&'static str>) {
    match life.progress.state {
        TransferState::Completed => (State::Completed, None),
        TransferState::AwaitingApproval | TransferState::Scheduled | TransferState::Held => {
            (State::Pending, None)
        }
        TransferState::Rejected => (State::Declined, Some("approval_rejected")),
        TransferState::Cancelled => (State::Failed, Some("cancelled")),
        TransferState::Expired => (State::Failed, Some("expired")),
        TransferState::Declined => {
            let why = life.progress.declined.as_ref();
            match why.map(|why| (Refusal::of(why), why.code())) {
                Some((Refusal::Transaction { state, reason_code }, _)) => {
                    (state, Some(reason_code))
                }
                Some((Refusal::Request(_) | Refusal::Unexpected, code)) => {
                    (State::Failed, Some(code))
                }
                None => (State::Failed, None),
            }
        }
    }
}

/// A transfer and what is needed to show it.
struct View<'a> {
    ids: &'a PublicIds,
    ledger: &'a Ledger,
    life: &'a Life,
}

impl View<'_> {
    /// The legs on accounts that are not the book's own, in the order in which they were asked
    /// for: of a transfer, the source first. With what was posted of them; else, with what was
    /// asked for and the balances that were seen.
    fn legs(&self) -> Vec<Leg> {
        let (asked, posted) = (
            &self.life.transfer().request.legs,
            &self.life.progress.posted,
        );
        let (legs, record) = match posted.is_empty() {
            true => (asked, &self.life.first),
            false => (posted, self.posting()),
        };
        let traces = record.trace.legs.iter();
        let legs = (0_u64..).zip(legs).zip(traces);
        let own = legs.filter(|((_, leg), _)| self.is_own(leg.account));
        own.map(|((place, leg), trace)| self.leg(place, leg, trace.posted))
            .collect()
    }

    /// The newest record in which money moved.
    fn posting(&self) -> &Record {
        let mut steps = self.life.steps.iter().rev();
        let newest = steps.find(|record| !record.event.posted().is_empty());
        newest.unwrap_or(&self.life.first)
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
            let reference = self.life.transfer().request.reference.as_ref();
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
        let mut legs = self.life.transfer().request.legs.iter();
        let other = legs.find(|other| other.side != leg.side && other.asset == leg.asset)?;
        Some(other.account).filter(|account| self.is_own(*account))
    }

    fn is_own(&self, account: AccountId) -> bool {
        let account = self.ledger.account(account);
        account.is_some_and(|account| account.role.is_none())
    }

    /// The number of a leg is its transfer's, with the leg's place in the seven highest of the 50
    /// bits that numbers of ids have. Two legs get the same number only if their records are 2^43
    /// apart, and then they have different times.
    fn leg_id(&self, place: u64) -> Uuid {
        let first = &self.life.first;
        let number = first.seq.0 ^ (place << 43);
        self.ids.encode(IdKind::Leg, number, first.at)
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
