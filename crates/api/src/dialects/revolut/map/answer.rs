//! Accounts and transfers as accounts and transactions of the wire.

use super::decimals;
use super::simulation::Simulation;
use crate::dialects::revolut::error::Refusal;
use crate::dialects::revolut::wire::{
    Account, AccountState, BankDetails, BeneficiaryAddress, Counterparty, CounterpartyType,
    EstimatedTime, Leg, Number, State, Transaction, TransactionType, TransferAnswer,
};
use crate::dialects::revolut::{SANDBOX_SCOPE, SCOPE};
use crate::http::time;
use giro_ledger::{
    AccountId, AccountStatus, Amount, AssetId, Event, Ledger, Rejection, Side, SignedAmount, Step,
    Timestamp, TransferKind, TransferState,
};
use giro_service::{Caller, IdKind, Life, PublicIds, Record};
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

/// The bank details of an account that is shown. There is no bank: its codes are such as no bank
/// has, and no scheme leads here. What is said of the account and its owner is true.
pub fn bank_details(ids: &PublicIds, ledger: &Ledger, id: AccountId) -> Option<BankDetails> {
    /// Digits of an account number where sort codes are usual.
    const NUMBERS: u128 = 100_000_000;
    /// The country that is none (ISO 3166-1 leaves this code to its users).
    const NOWHERE: &str = "XX";
    shown_asset(ledger, id)?;
    let account = ledger.account(id)?;
    let owner = ledger.book(account.book)?.name.to_string();
    let public_id = account_id(ids, ledger, id);
    Some(BankDetails {
        account_no: format!("{:08}", public_id.as_u128() % NUMBERS),
        sort_code: "00-00-00",
        bic: "GIROXX00",
        beneficiary: owner.clone(),
        beneficiary_address: BeneficiaryAddress {
            street_line1: owner,
            country: NOWHERE,
            postcode: "00000",
        },
        bank_country: NOWHERE,
        pooled: false,
        unique_reference: public_id.simple().to_string().to_uppercase(),
        schemes: Vec::new(),
        estimated_time: EstimatedTime {
            unit: "days",
            min: 0,
            max: 0,
        },
    })
}

/// A transfer as this interface sees it: with what others have made of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The transfer.
    pub life: Life,
    /// When the last of it was taken back, if all of it has been.
    pub reverted_at: Option<Timestamp>,
    /// The public id of the transfer that it takes back.
    pub reverses: Option<Uuid>,
}

impl Seen {
    /// A transfer of which nobody has made anything.
    pub fn of(life: Life) -> Seen {
        Seen {
            life,
            reverted_at: None,
            reverses: None,
        }
    }

    /// A transfer that was just asked for, whatever has become of it since.
    pub fn beginning(first: Record) -> Seen {
        Seen::of(Life::beginning(first))
    }

    /// What became of it, and why if it did not come about.
    pub fn state(&self) -> (State, Option<&'static str>) {
        match self.reverted_at {
            Some(_) => (State::Reverted, None),
            None => state_of(&self.life),
        }
    }

    /// When it was completed; what was taken back had been.
    fn completed_at(&self) -> Option<String> {
        match self.state().0 {
            State::Completed | State::Reverted => Some(time::format(completion(&self.life).at)),
            State::Created | State::Pending | State::Declined | State::Failed => None,
        }
    }

    fn updated_at(&self) -> Timestamp {
        let last = self.life.last().at;
        self.reverted_at.map_or(last, |reverted| reverted.max(last))
    }
}

/// The record that completed a transfer: its newest, but for the settlement of its trades.
pub fn completion(life: &Life) -> &Record {
    let is_settlement =
        |record: &&Record| matches!(&record.event, Event::Step(step) if step.step == Step::Settled);
    let mut steps = life.steps.iter().rev();
    let newest = steps.find(|record| !is_settlement(record));
    newest.unwrap_or(&life.first)
}

/// When a completed transfer was reverted: when the last of its reversals was completed that
/// together take back all of it. Reversals under way, or that did not come about, do not count.
pub fn reverted_at(life: &Life, reversals: &[Life]) -> Option<Timestamp> {
    let whole = life.progress.posted.first()?.amount;
    let is_completed = |one: &&Life| one.progress.state == TransferState::Completed;
    let completed = || reversals.iter().filter(is_completed);
    let amounts = completed().filter_map(|one| one.progress.posted.first());
    let mut amounts = amounts.map(|leg| leg.amount);
    let back = amounts.try_fold(Amount::ZERO, Amount::checked_add);
    let is_whole = back.is_some_and(|back| back >= whole);
    is_whole.then(|| completed().map(|one| completion(one).at).max())?
}

/// The short answer about a transaction.
pub fn transfer_answer(ids: &PublicIds, seen: &Seen) -> TransferAnswer {
    TransferAnswer {
        id: transaction_id(ids, &seen.life.first),
        state: seen.state().0,
        created_at: time::format(seen.life.first.at),
        completed_at: seen.completed_at(),
    }
}

/// The transaction of a transfer, as whoever asks sees it: all of it, if nobody is named.
pub fn transaction(
    (ids, ledger, caller): (&PublicIds, &Ledger, Option<&Caller>),
    seen: &Seen,
) -> Transaction {
    let life = &seen.life;
    let (state, reason_code) = seen.state();
    let (first, request) = (&life.first, &life.transfer().request);
    let reference = request.reference.as_ref();
    let view = View {
        ids,
        ledger,
        caller,
        life,
    };
    Transaction {
        id: transaction_id(ids, first),
        kind: kind_of(request.kind),
        request_id: request_id_of(life),
        state,
        reason_code,
        created_at: time::format(first.at),
        updated_at: time::format(seen.updated_at()),
        completed_at: seen.completed_at(),
        scheduled_for: life.progress.due_at.map(date),
        related_transaction_id: seen.reverses,
        reference: reference.map(ToString::to_string),
        legs: view.legs(),
    }
}

/// The client's own id of a transfer, if it was asked for with one.
pub fn request_id_of(life: &Life) -> Option<String> {
    let key = life.first.origin.key.as_ref();
    let own = key.filter(|key| key.scope == SCOPE);
    own.map(|key| key.name().into_owned())
}

/// The day of an instant, in UTC.
fn date(at: Timestamp) -> String {
    let mut text = time::format(at);
    text.truncate("2026-11-21".len());
    text
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

/// What became of a transfer by itself, and why if it did not come about. What has its time to
/// come is created; what waits for approval or is held is pending; what a checker refuses is
/// declined, and what else ends without money moving has failed.
fn state_of(life: &Life) -> (State, Option<&'static str>) {
    match life.progress.state {
        TransferState::Completed => (State::Completed, None),
        TransferState::Scheduled => (State::Created, None),
        TransferState::AwaitingApproval | TransferState::Held => (State::Pending, None),
        TransferState::Rejected => (State::Declined, Some("approval_rejected")),
        TransferState::Cancelled => match ended_by_simulation(life) {
            Some(state) => (state, Some("simulated")),
            None => (State::Failed, Some("cancelled")),
        },
        TransferState::Expired => (State::Failed, Some("expired")),
        TransferState::Declined => match life.progress.declined.as_ref() {
            Some(why) => declined(why),
            None => (State::Failed, None),
        },
    }
}

fn declined(why: &Rejection) -> (State, Option<&'static str>) {
    match Refusal::of(why) {
        Refusal::Transaction { state, reason_code } => (state, Some(reason_code)),
        Refusal::Request(_) | Refusal::Unexpected => (State::Failed, Some(why.code())),
    }
}

/// What the sandbox was asked to make of a transfer, if that ended it: its key says so.
fn ended_by_simulation(life: &Life) -> Option<State> {
    let key = life.last().origin.key.as_ref();
    let key = key.filter(|key| key.scope == SANDBOX_SCOPE)?;
    let (_, action) = key.text.rsplit_once('/')?;
    Simulation::named(action).map(Simulation::state)
}

/// A leg with its place among them, and the balance after it.
type Placed<'a> = ((u64, &'a giro_ledger::Leg), SignedAmount);

/// The leg of a fee that the account of another leg bears.
fn charged<'a>(((_, leg), _): &Placed<'_>, fee: &'a [Placed<'a>]) -> Option<&'a Placed<'a>> {
    let line = |leg: &giro_ledger::Leg| (leg.account, leg.asset, leg.side);
    fee.iter().find(|((_, one), _)| line(one) == line(leg))
}

/// A transfer and what is needed to show it.
struct View<'a> {
    ids: &'a PublicIds,
    ledger: &'a Ledger,
    /// Who is shown it, if not everybody: the other side is an id to them, if they do not see it.
    caller: Option<&'a Caller>,
    life: &'a Life,
}

impl View<'_> {
    /// The legs on accounts that are not the book's own, sources first, and otherwise in the
    /// order in which they were asked for. With what was posted of them; else, with what was asked
    /// for and the balances that were seen. A fee is not a leg, but part of that of whoever bears it.
    fn legs(&self) -> Vec<Leg> {
        let (asked, posted) = (
            &self.life.transfer().request.legs,
            &self.life.progress.posted,
        );
        let (legs, record) = match posted.is_empty() {
            true => (asked, &self.life.first),
            false => (posted, self.posting()),
        };
        let traces = record.trace.legs.iter().map(|trace| trace.posted);
        let legs: Vec<Placed<'_>> = (0_u64..).zip(legs).zip(traces).collect();
        let (legs, fee) = legs.split_at(legs.len().saturating_sub(self.fee_legs()));
        let own = legs
            .iter()
            .filter(|((_, leg), _)| self.is_own(leg.account) && self.is_seen(leg.account));
        let mut shown: Vec<&Placed<'_>> = own.collect();
        shown.sort_by_key(|((_, leg), _)| leg.side);
        let with_fee = |placed: &&Placed<'_>| self.leg(placed, charged(placed, fee));
        shown.iter().map(with_fee).collect()
    }

    /// How many of the last legs are its fee.
    fn fee_legs(&self) -> usize {
        let terms = self.life.transfer().request.terms.as_deref();
        let has_fee = terms.is_some_and(|terms| terms.fee.is_some());
        if has_fee { 2 } else { 0 }
    }

    /// The newest record in which money moved.
    fn posting(&self) -> &Record {
        let mut steps = self.life.steps.iter().rev();
        let newest = steps.find(|record| !record.event.posted().is_empty());
        newest.unwrap_or(&self.life.first)
    }

    fn leg(&self, ((place, leg), posted): &Placed<'_>, fee: Option<&Placed<'_>>) -> Leg {
        let decimals = decimals(self.ledger, leg.asset);
        let amount = match leg.side {
            Side::Debit => SignedAmount::ZERO.checked_sub(leg.amount.signed()),
            Side::Credit => Some(leg.amount.signed()),
        };
        let amount = amount.expect("the negative of an amount is in range");
        let other = self.other_side(leg);
        Leg {
            leg_id: self.leg_id(*place),
            account_id: account_id(self.ids, self.ledger, leg.account),
            counterparty: Counterparty {
                account_id: other.map(|id| account_id(self.ids, self.ledger, id)),
                account_type: match other {
                    Some(_) => CounterpartyType::Own,
                    None => CounterpartyType::External,
                },
            },
            amount: Number::new(amount, decimals),
            fee: fee.map(|((_, fee), _)| Number::new(fee.amount.signed(), decimals)),
            currency: code(self.ledger, leg.asset),
            description: self.description(leg, other),
            balance: Number::new(fee.map_or(*posted, |(_, after)| *after), decimals),
        }
    }

    /// "To Savings" at the source, "From Main" at the target. What comes from or goes outside
    /// has no name, and is described by its reference.
    fn description(&self, leg: &giro_ledger::Leg, other: Option<AccountId>) -> Option<String> {
        let other = other.filter(|other| self.is_seen(*other));
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

    fn is_seen(&self, account: AccountId) -> bool {
        self.caller
            .is_none_or(|caller| caller.sees(self.ledger, account))
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
