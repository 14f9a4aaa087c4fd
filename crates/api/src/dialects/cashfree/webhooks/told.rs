//! What happened in a record that clients are told of, and its spelling in both versions.

use crate::dialects::cashfree::instruments::Instrument;
use crate::dialects::cashfree::map::{self, Outcome, decimals, seconds};
use crate::http::time;
use giro_ledger::{
    Account, AccountId, Amount, Event, Ledger, Leg, Side, SignedAmount, Timestamp, TransferId,
    TransferKind, TransferState,
};
use giro_service::{Life, Record, Service, ServiceError};
use serde::Serialize;
use serde_json::value::RawValue;

/// The entry of an account's metadata that says below which balance its owner wants to know.
const ALERT_KEY: &str = "low_balance_alert";

/// Something that clients are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// What became of a transfer.
    Transfer(Transfer),
    /// Money has come from outside.
    Credit {
        /// Our id of the deposit.
        reference: String,
        instrument: String,
        amount: String,
        balance: String,
        at: Timestamp,
    },
    /// A balance has fallen below what its owner has set.
    LowBalance {
        instrument: String,
        balance: String,
        at: Timestamp,
    },
}

/// What became of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    pub(super) end: End,
    /// The id that clients know it by.
    pub(super) id: String,
    /// Ours.
    pub(super) reference: String,
    /// Why, if not all is well.
    pub(super) reason: String,
    pub(super) amount: String,
    /// The ids of the instruments that are debited and credited.
    pub(super) source: String,
    pub(super) target: String,
    pub(super) asked_at: Timestamp,
    pub(super) at: Timestamp,
}

/// How a transfer can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Success,
    Failed,
    Rejected,
    Reversed,
}

impl End {
    /// The name of the event, the status, its code, and the code in words.
    fn names(self) -> [&'static str; 4] {
        match self {
            End::Success => [
                "TRANSFER_SUCCESS",
                "SUCCESS",
                "COMPLETED",
                "The transfer has been completed",
            ],
            End::Failed => ["TRANSFER_FAILED", "FAILED", "FAILED", ""],
            End::Rejected => ["TRANSFER_REJECTED", "REJECTED", "REJECTED", ""],
            End::Reversed => ["TRANSFER_REVERSED", "REVERSED", "REVERSED", ""],
        }
    }
}

/// What happened in a record. It follows from the record, so that it is the same whenever it is told.
pub(super) fn told(service: &Service, record: &Record) -> Result<Vec<Told>, ServiceError> {
    let life = match &record.event {
        Event::Transfer(_) => Life::beginning(record.clone()),
        Event::Step(_) => service.life_at(record.clone())?,
        _ => return Ok(Vec::new()),
    };
    let mut all = Vec::new();
    let has_moved = !record.event.posted().is_empty();
    let reverses = life.transfer().request.terms.as_deref();
    let reverses = reverses.and_then(|terms| terms.reverses);
    match life.transfer().request.kind {
        TransferKind::Transfer if has_moved && reverses.is_some() => {
            let original = reverses.map(|reverses| reverses.transfer);
            if let Some(original) = original {
                all.extend(reversed(service, original, record)?);
            }
        }
        TransferKind::Transfer => all.extend(ended(service, &life, record)),
        TransferKind::Deposit if has_moved => all.extend(credits(service, &life, record)),
        TransferKind::Deposit
        | TransferKind::Withdrawal
        | TransferKind::Conversion
        | TransferKind::Trade => {}
    }
    all.extend(alerts(service, record)?);
    Ok(all)
}

/// The end of a transfer, if the record is that.
fn ended(service: &Service, life: &Life, record: &Record) -> Option<Told> {
    let (end, reason) = match map::outcome(life)? {
        // Settlements come later, and move nothing between the instruments.
        Outcome::Done(_) if record.event.posted().is_empty() => return None,
        Outcome::Done(_) => (End::Success, String::new()),
        Outcome::Pending => return None,
        Outcome::Refused(why) if life.progress.state == TransferState::Rejected => {
            (End::Rejected, why.message())
        }
        Outcome::Refused(why) => (End::Failed, why.message()),
    };
    transfer(service, life, record, (end, reason))
}

/// The transfer that with this reversal is taken back whole.
fn reversed(
    service: &Service,
    original: TransferId,
    record: &Record,
) -> Result<Option<Told>, ServiceError> {
    let id = service.id_of_transfer(original);
    let Some(life) = service.life(record.origin.book, id)? else {
        return Ok(None);
    };
    let moved = |life: &Life| life.progress.posted.first().map(|leg| leg.amount);
    let until_now = |life: &&Life| {
        let last = life.steps.iter().rev();
        let mut moving = last.chain([&life.first]);
        let moving = moving.find(|record| !record.event.posted().is_empty());
        moving.is_some_and(|moving| moving.seq <= record.seq)
    };
    let reversals = service.reversals(original)?;
    let taken = reversals.iter().filter(until_now);
    let taken = taken
        .filter_map(moved)
        .try_fold(Amount::ZERO, Amount::checked_add);
    if taken.is_none() || taken != moved(&life) {
        return Ok(None);
    }
    let reason = "Transfer reversed".to_owned();
    Ok(transfer(service, &life, record, (End::Reversed, reason)))
}

fn transfer(
    service: &Service,
    life: &Life,
    record: &Record,
    (end, reason): (End, String),
) -> Option<Told> {
    let state = service.read();
    let ledger = &state.ledger;
    let legs = &life.transfer().request.legs;
    let leg = |side: Side| legs.iter().find(|leg| leg.side == side);
    let (debit, credit) = (leg(Side::Debit)?, leg(Side::Credit)?);
    let id_of = |account: AccountId| service.account_id(&state, account).to_string();
    Some(Told::Transfer(Transfer {
        end,
        id: map::transfer_id(service.ids(), &life.first),
        reference: service.transfer_id(&life.first).to_string(),
        reason,
        amount: spell(ledger, debit, debit.amount.signed()),
        source: id_of(debit.account),
        target: id_of(credit.account),
        asked_at: life.first.at,
        at: record.at,
    }))
}

/// What has arrived on instruments.
fn credits(service: &Service, life: &Life, record: &Record) -> Vec<Told> {
    let state = service.read();
    let ledger = &state.ledger;
    let legs = record.event.posted();
    let credits = legs.iter().zip(&record.trace.legs);
    let credits = credits.filter(|(leg, _)| {
        leg.side == Side::Credit && Instrument::of(ledger, leg.account).is_some()
    });
    let credit = |(leg, trace): (&Leg, &giro_service::LegTrace)| Told::Credit {
        reference: service.transfer_id(&life.first).to_string(),
        instrument: service.account_id(&state, leg.account).to_string(),
        amount: spell(ledger, leg, leg.amount.signed()),
        balance: spell(ledger, leg, trace.posted),
        at: record.at,
    };
    credits.map(credit).collect()
}

/// The instruments whose balance has fallen below what was set for them then.
fn alerts(service: &Service, record: &Record) -> Result<Vec<Told>, ServiceError> {
    let legs = record.event.posted();
    let legs = legs.iter().zip(&record.trace.legs);
    let mut alerts = Vec::new();
    for (leg, trace) in legs.filter(|(leg, _)| leg.side == Side::Debit) {
        let Some(text) = alert_then(service, leg.account, record.at)? else {
            continue;
        };
        let state = service.read();
        let ledger = &state.ledger;
        let wanted = Amount::parse(&text, decimals(ledger, leg.asset)).ok();
        let before = trace.posted.checked_add(leg.amount.signed());
        let has_fallen = wanted.zip(before).is_some_and(|(wanted, before)| {
            before >= wanted.signed() && trace.posted < wanted.signed()
        });
        if has_fallen {
            alerts.push(Told::LowBalance {
                instrument: service.account_id(&state, leg.account).to_string(),
                balance: spell(ledger, leg, trace.posted),
                at: record.at,
            });
        }
    }
    Ok(alerts)
}

/// What the metadata of an account said at an instant of the balance to alert below.
fn alert_then(
    service: &Service,
    account: AccountId,
    at: Timestamp,
) -> Result<Option<String>, ServiceError> {
    let find = |account: &Account| {
        let mut metadata = account.profile.metadata.iter();
        let found = metadata.find(|(key, _)| *key == ALERT_KEY);
        found.map(|(_, value)| value.to_owned())
    };
    let unchanged = {
        let state = service.read();
        let now = state.ledger.account(account);
        now.filter(|now| now.updated_at <= at).map(find)
    };
    match unchanged {
        Some(found) => Ok(found),
        // It was changed since: what is told must not change with it.
        None => {
            let then = service.account_at(account, at)?;
            Ok(then.and_then(|then| find(&then.account)))
        }
    }
}

fn spell(ledger: &Ledger, leg: &Leg, amount: SignedAmount) -> String {
    amount.display(decimals(ledger, leg.asset)).to_string()
}

/// An instant as version 1 has it: `2024-01-01 12:00:00`, in UTC.
fn clock(at: Timestamp) -> String {
    let text = time::format(at).replace('T', " ");
    text.split('.').next().unwrap_or_default().to_owned()
}

#[derive(Serialize)]
struct Payload<'a, T> {
    data: T,
    event_time: String,
    r#type: &'a str,
}

#[derive(Serialize)]
struct Beneficiary<'a> {
    beneficiary_id: &'a str,
}

#[derive(Serialize)]
struct TransferPayload<'a> {
    transfer_id: &'a str,
    cf_transfer_id: &'a str,
    status: &'a str,
    status_code: &'a str,
    status_description: &'a str,
    beneficiary_details: Beneficiary<'a>,
    transfer_amount: Box<RawValue>,
    fundsource_id: &'a str,
    added_on: String,
    updated_on: String,
}

#[derive(Serialize)]
struct CreditPayload<'a> {
    ledger_balance: Box<RawValue>,
    amount: Box<RawValue>,
    utr: &'a str,
    fundsource_id: &'a str,
}

#[derive(Serialize)]
struct AlertPayload<'a> {
    current_balance: Box<RawValue>,
    fundsource_id: &'a str,
}

impl Told {
    /// What it is called.
    pub(super) fn event(&self) -> &'static str {
        match self {
            Told::Transfer(transfer) => transfer.end.names()[0],
            Told::Credit { .. } => "CREDIT_CONFIRMATION",
            Told::LowBalance { .. } => "LOW_BALANCE_ALERT",
        }
    }

    /// In version 2.
    pub(super) fn json(&self) -> Vec<u8> {
        match self {
            Told::Transfer(transfer) => self.payload(transfer.at, transfer.payload()),
            Told::Credit {
                reference,
                instrument,
                amount,
                balance,
                at,
            } => {
                let payload = CreditPayload {
                    ledger_balance: number(balance),
                    amount: number(amount),
                    utr: reference,
                    fundsource_id: instrument,
                };
                self.payload(*at, payload)
            }
            Told::LowBalance {
                instrument,
                balance,
                at,
            } => {
                let payload = AlertPayload {
                    current_balance: number(balance),
                    fundsource_id: instrument,
                };
                self.payload(*at, payload)
            }
        }
    }

    fn payload(&self, at: Timestamp, data: impl Serialize) -> Vec<u8> {
        let payload = Payload {
            data,
            event_time: seconds(at),
            r#type: self.event(),
        };
        serde_json::to_vec(&payload).expect("it has text keys and valid numbers")
    }

    /// In version 1, without the signature.
    pub(super) fn form(&self) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("event", self.event());
        match self {
            Told::Transfer(transfer) => {
                form.append_pair("transferId", &transfer.id);
                form.append_pair("referenceId", &transfer.reference);
                let has_time = matches!(transfer.end, End::Success | End::Reversed);
                if has_time {
                    form.append_pair("eventTime", &clock(transfer.at));
                }
                match transfer.end {
                    End::Success => {
                        form.append_pair("acknowledged", "1");
                        form.append_pair("utr", &transfer.reference);
                    }
                    End::Failed | End::Rejected | End::Reversed => {
                        form.append_pair("reason", &transfer.reason);
                    }
                }
            }
            Told::Credit {
                reference,
                amount,
                balance,
                ..
            } => {
                form.append_pair("ledgerBalance", balance);
                form.append_pair("amount", amount);
                form.append_pair("utr", reference);
            }
            Told::LowBalance { balance, at, .. } => {
                form.append_pair("currentBalance", balance);
                form.append_pair("alertTime", &clock(*at));
            }
        }
        form.finish().into_bytes()
    }
}

impl Transfer {
    fn payload(&self) -> TransferPayload<'_> {
        let [_, status, status_code, words] = self.end.names();
        TransferPayload {
            transfer_id: &self.id,
            cf_transfer_id: &self.reference,
            status,
            status_code,
            status_description: match self.reason.as_str() {
                "" => words,
                reason => reason,
            },
            beneficiary_details: Beneficiary {
                beneficiary_id: &self.target,
            },
            transfer_amount: number(&self.amount),
            fundsource_id: &self.source,
            added_on: seconds(self.asked_at),
            updated_on: seconds(self.at),
        }
    }
}

/// A JSON number of the digits of an amount, which never go through a float.
fn number(amount: &str) -> Box<RawValue> {
    RawValue::from_string(amount.to_owned()).expect("an amount is a JSON number")
}
