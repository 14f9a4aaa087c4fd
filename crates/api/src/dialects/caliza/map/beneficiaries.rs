//! Beneficiaries: the accounts of a book, but for its own and those that are closed.

use super::View;
use crate::dialects::caliza::error::Error;
use axum::http::StatusCode;
use giro_ledger::account::AccountStatus;
use giro_ledger::{AccountId, Side};
use giro_service::Caller;
use uuid::Uuid;

/// The beneficiary of an id, if the caller sees it. One that was deleted is not there any more.
///
/// # Errors
/// `beneficiary.not_found`.
pub fn beneficiary(view: View<'_>, caller: &Caller, id: &str) -> Result<AccountId, Error> {
    let found = past_beneficiary(view, caller, id)?;
    let account = view.ledger().account(found);
    match account.is_some_and(|one| one.status != AccountStatus::Closed) {
        true => Ok(found),
        false => Err(Error::no_beneficiary()),
    }
}

/// The same, also if it was deleted.
///
/// # Errors
/// `beneficiary.not_found`.
pub fn past_beneficiary(view: View<'_>, caller: &Caller, id: &str) -> Result<AccountId, Error> {
    let id = Uuid::try_parse(id).map_err(|_| Error::no_beneficiary())?;
    let found = view.service.find_account(view.state, caller.book, id);
    let is_one = |id: &AccountId| {
        let account = view.ledger().account(*id);
        account.is_some_and(|one| one.role.is_none())
    };
    let found = found.filter(is_one);
    let seen = found.filter(|id| caller.sees(view.ledger(), *id));
    seen.ok_or_else(Error::no_beneficiary)
}

/// Checks that money of a beneficiary may leave or arrive.
///
/// # Errors
/// `beneficiary.operation_not_permitted`.
pub fn check_enabled(view: View<'_>, account: AccountId, side: Side) -> Result<(), Error> {
    let found = view.ledger().account(account);
    let freeze = found.map(|account| &account.profile.freeze);
    let is_frozen = freeze.is_some_and(|freeze| match side {
        Side::Debit => freeze.debits,
        Side::Credit => freeze.credits,
    });
    match is_frozen {
        true => Err(Error::disabled()),
        false => Ok(()),
    }
}

impl Error {
    /// The beneficiary cannot send, or not receive.
    pub fn disabled() -> Error {
        Error::coded(
            StatusCode::PRECONDITION_FAILED,
            "beneficiary.operation_not_permitted",
            "The beneficiary is disabled",
        )
    }
}
