//! Statements: one posting as it is shown.

use super::transfers::{Shown, kind_body, side_body, transfer_in};
use crate::native::wire::Time;
use crate::native::wire::statements::StatementItemBody;
use giro_ledger::{AccountId, Leg, Transfer};
use giro_service::query::Posting;

/// A posting of a statement.
///
/// # Panics
/// If the posting is not at its place.
pub(crate) fn item(shown: &Shown<'_, '_>, posting: &Posting) -> StatementItemBody {
    let (record, first) = (&posting.record, posting.first());
    let Transfer { request, .. } = transfer_in(first);
    let place = posting.place.leg();
    let legs = record.event.posted();
    let leg = legs.get(place).expect("a posting is at its place");
    let trace = record.trace.legs.get(place).expect("every leg has a trace");
    let others = counterparties(legs.iter(), leg);
    StatementItemBody {
        transfer: shown.service.transfer_id(first),
        kind: kind_body(request.kind),
        at: Time(record.at),
        side: side_body(leg.side),
        amount: shown.amount(leg.amount, leg.asset),
        balance_after: shown.signed(trace.posted, leg.asset),
        reference: request.reference.as_ref().map(ToString::to_string),
        counterparties: others
            .into_iter()
            .map(|account| shown.service.account_id(shown.state, account))
            .collect(),
    }
}

/// The accounts on the other side of the same asset, each once, in their order.
fn counterparties<'a>(legs: impl Iterator<Item = &'a Leg>, own: &Leg) -> Vec<AccountId> {
    let mut accounts = Vec::new();
    for leg in legs {
        if leg.asset == own.asset && leg.side != own.side && !accounts.contains(&leg.account) {
            accounts.push(leg.account);
        }
    }
    accounts
}
