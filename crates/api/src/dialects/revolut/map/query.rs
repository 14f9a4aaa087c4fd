//! The parameters of `GET /transaction/{id}` and `GET /transactions`, and what they let through.

use super::answer::Seen;
use super::fields::{request_id, uuid};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::wire::State;
use crate::http::time;
use giro_ledger::{AccountId, Timestamp, TransferKind, TransferState};
use uuid::Uuid;

const COUNT_DEFAULT: usize = 100;
const COUNT_MAX: usize = 1_000;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// The longest time in which a transaction is looked for by its `request_id`.
const REQUEST_ID_WINDOW: i64 = 14 * DAY_MICROS;
/// How much longer it may be up to now: a client that asks from the date, or the instant, 14 days
/// ago asks a little later than that.
const REQUEST_ID_SLACK: i64 = DAY_MICROS - 1;

/// The types the vendor documents. All but two are of things that there are none of here.
const TYPES: [&str; 17] = [
    "atm",
    "card_payment",
    "card_refund",
    "card_chargeback",
    "card_credit",
    "charge",
    "charge_refund",
    "exchange",
    "transfer",
    "loan",
    "fee",
    "refund",
    "topup",
    "topup_return",
    "tax",
    "tax_refund",
    "rev_payment",
];

/// What one transaction is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionId {
    /// Our id.
    Id(Uuid),
    /// The client's `request_id`.
    RequestId(String),
}

/// Reads the path and the parameters of `GET /transaction/{id}`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn transaction_id(
    id: &str,
    parameters: impl IntoIterator<Item = (String, String)>,
) -> Result<TransactionId, Error> {
    let mut parameters = parameters.into_iter();
    match parameters.find(|(name, _)| name == "id_type") {
        None => Ok(TransactionId::Id(uuid("id", id)?)),
        Some((_, value)) if value == "request_id" => {
            Ok(TransactionId::RequestId(request_id("id", id)?.to_owned()))
        }
        Some(_) => Err(Error::field("id_type", "can only be 'request_id'")),
    }
}

/// Which transactions are asked for, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant; if absent, before now.
    pub to: Option<Timestamp>,
    /// Those of this account.
    pub account: Option<Uuid>,
    /// Those of these kinds; absent is all of them.
    pub kinds: Option<Vec<TransferKind>>,
    /// Those in these states; empty is all of them.
    pub states: Vec<State>,
    /// The one of this `request_id`.
    pub request_id: Option<String>,
    /// So many at most.
    pub count: usize,
}

impl List {
    /// Whether a transfer is among those that are asked for; `account` is the one that was found
    /// for the parameter of that name.
    pub fn has(&self, seen: &Seen, account: Option<AccountId>) -> bool {
        let (first, request) = (&seen.life.first, &seen.life.transfer().request);
        let is_of = |account| request.legs.iter().any(|leg| leg.account == account);
        self.from.is_none_or(|from| from <= first.at)
            && self.to.is_none_or(|to| first.at < to)
            && account.is_none_or(is_of)
            && self
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.contains(&request.kind))
            && self.has_state(seen)
    }

    /// Whether a transfer is in one of the states that are asked for.
    pub fn has_state(&self, seen: &Seen) -> bool {
        self.states.is_empty() || self.states.contains(&seen.state().0)
    }

    /// Where transfers in the states that are asked for can be in their lives, to look at fewer.
    pub fn transfer_states(&self) -> Vec<TransferState> {
        let of = |state: &State| match state {
            State::Created => [TransferState::Scheduled].as_slice(),
            State::Pending => &[TransferState::AwaitingApproval, TransferState::Held],
            State::Completed | State::Reverted => &[TransferState::Completed],
            State::Declined => &[
                TransferState::Declined,
                TransferState::Rejected,
                TransferState::Cancelled,
            ],
            State::Failed => &[
                TransferState::Declined,
                TransferState::Cancelled,
                TransferState::Expired,
            ],
        };
        self.states.iter().flat_map(of).copied().collect()
    }

    /// Whether none can be what is asked for.
    pub fn is_empty(&self) -> bool {
        self.kinds.as_ref().is_some_and(Vec::is_empty)
    }
}

/// Reads the parameters of `GET /transactions`. Unknown ones are ignored; `type` and `state` may
/// repeat, and of any other the last one counts.
///
/// # Errors
/// [`Error::Invalid`].
pub fn list(
    parameters: impl IntoIterator<Item = (String, String)>,
    now: Timestamp,
) -> Result<List, Error> {
    let mut list = List {
        from: None,
        to: None,
        account: None,
        kinds: None,
        states: Vec::new(),
        request_id: None,
        count: COUNT_DEFAULT,
    };
    for (name, value) in parameters {
        match name.as_str() {
            "from" => list.from = Some(instant("from", &value)?),
            "to" => list.to = Some(instant("to", &value)?),
            "account" => list.account = Some(uuid("account", &value)?),
            "type" => list
                .kinds
                .get_or_insert_default()
                .extend(kinds("type", &value)?),
            "state" => list.states.push(state("state", &value)?),
            "request_id" => list.request_id = Some(request_id("request_id", &value)?.to_owned()),
            "count" => list.count = count("count", &value)?,
            _ => {}
        }
    }
    check_window(&list, now)?;
    Ok(list)
}

fn check_window(list: &List, now: Timestamp) -> Result<(), Error> {
    if let (Some(from), Some(to)) = (list.from, list.to)
        && from > to
    {
        return Err(Error::field("from", "is after 'to'"));
    }
    if list.request_id.is_none() {
        return Ok(());
    }
    let needs_from = || Error::field("request_id", "needs 'from'");
    let from = list.from.ok_or_else(needs_from)?;
    let (to, longest) = match list.to {
        Some(to) => (to, REQUEST_ID_WINDOW),
        None => (now, REQUEST_ID_WINDOW + REQUEST_ID_SLACK),
    };
    if to.0.saturating_sub(from.0) > longest {
        return Err(Error::field("from", "is more than 14 days before 'to'"));
    }
    Ok(())
}

/// A plain date, or a date-time; one without an offset is in UTC.
pub(super) fn instant(name: &str, value: &str) -> Result<Timestamp, Error> {
    // A plus that was not escaped in the query arrives as a blank.
    let value = value.replace(' ', "+");
    time::parse_time_or_date(&value)
        .or_else(|_| time::parse(&format!("{value}Z")))
        .map_err(|_| Error::field(name, "is not a date such as 2026-11-21 or a date-time"))
}

fn kinds(name: &str, value: &str) -> Result<Vec<TransferKind>, Error> {
    match value {
        "transfer" => Ok(vec![
            TransferKind::Transfer,
            TransferKind::Withdrawal,
            TransferKind::Conversion,
            TransferKind::Trade,
        ]),
        "topup" => Ok(vec![TransferKind::Deposit]),
        other if TYPES.contains(&other) => Ok(Vec::new()),
        _ => Err(Error::field(name, "is not a type of transaction")),
    }
}

fn state(name: &str, value: &str) -> Result<State, Error> {
    let mut states = State::ALL.into_iter();
    let found = states.find(|(spelling, _)| *spelling == value);
    found
        .map(|(_, state)| state)
        .ok_or_else(|| Error::field(name, "is not a state of transactions"))
}

fn count(name: &str, value: &str) -> Result<usize, Error> {
    let count = value.parse().ok();
    count
        .filter(|count| (1..=COUNT_MAX).contains(count))
        .ok_or_else(|| Error::field(name, format!("is not a number from 1 to {COUNT_MAX}")))
}
