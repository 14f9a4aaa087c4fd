//! What callers are told who do not see everything.

use super::{Naming, Refusal, kind_of};
use crate::native::error::Member;
use giro_ledger::{AccountId, LimitSubject, PrincipalId, Rejection};
use giro_service::{Caller, Service, State};

impl Refusal {
    /// The same for a caller, who may not see all accounts: of one that they do not see they are
    /// told which it is, since they have named it or see a transfer with it, and nothing else.
    pub(crate) fn seen_by(
        service: &Service,
        state: &State,
        caller: &Caller,
        why: &Rejection,
    ) -> Refusal {
        match account_in(state, why) {
            Some(account) if !caller.sees(&state.ledger, account) => {
                let (kind, id) = (kind_of(why), service.account_id(state, account));
                Refusal {
                    kind,
                    detail: format!("{}: account {id}", kind.title),
                    members: vec![("account", Member::Id(id))],
                }
            }
            // What nobody in particular is told is the same whenever it is told: names change.
            _ if caller.principal == PrincipalId::ENGINE => {
                Refusal::naming(service, state, Naming::ById, why)
            }
            _ => Refusal::in_state(service, state, why),
        }
    }
}

/// The account that a rejection says something of.
fn account_in(state: &State, why: &Rejection) -> Option<AccountId> {
    match *why {
        Rejection::SameAccount { account }
        | Rejection::AssetNotHeld { account, .. }
        | Rejection::SystemAccount { account }
        | Rejection::AccountNotEmpty { account, .. }
        | Rejection::AccountHasHolds { account, .. }
        | Rejection::AccountClosed { account }
        | Rejection::AccountFrozen { account, .. }
        | Rejection::InsufficientFunds { account, .. }
        | Rejection::BalanceTooLarge { account, .. }
        | Rejection::AccountNotGranted { account } => Some(account),
        Rejection::LimitExceeded { limit, .. } => match state.ledger.limit(limit)?.terms.subject {
            LimitSubject::Account(account) => Some(account),
            LimitSubject::Book | LimitSubject::Tag(_) | LimitSubject::Principal(_) => None,
        },
        _ => None,
    }
}
