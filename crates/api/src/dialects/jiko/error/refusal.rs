//! What a rule's refusal is here, when nothing is on record.

use super::Error;
use giro_ledger::Rejection;
use std::borrow::Cow;

impl Error {
    /// The answer to a refusal.
    pub fn refused(why: &Rejection) -> Error {
        let told = || Cow::Owned(why.to_string());
        match why {
            Rejection::UnknownAccount { .. }
            | Rejection::SystemAccount { .. }
            | Rejection::AssetNotHeld { .. } => Error::NotFound("pocket"),
            Rejection::UnknownWebhook { .. } => Error::NotFound("subscription"),
            Rejection::SameAccount { .. } => {
                let place = ["body", "transfer", "details", "destination_pocket_id"];
                Error::invalid(place, "value_error", told())
            }
            Rejection::AmountZero | Rejection::AmountTooLarge => {
                let place = ["body", "transfer", "amount", "amount_usdc"];
                Error::invalid(place, "value_error", told())
            }
            Rejection::UnknownPrincipal { .. }
            | Rejection::ReviewersMalformed
            | Rejection::ReviewerNotAChecker { .. } => {
                Error::invalid(["body", "reviewers"], "value_error", told())
            }
            Rejection::WebhookMalformed { .. } => {
                Error::invalid(["body", "events"], "value_error", told())
            }
            Rejection::MakerCannotApprove { .. }
            | Rejection::NotAChecker { .. }
            | Rejection::NotTheMaker { .. }
            | Rejection::GrantNotExtendable
            | Rejection::AccountNotGranted { .. } => Error::Forbidden(told()),
            Rejection::AlreadyApproved { .. }
            | Rejection::BookStopped
            | Rejection::BookFull { .. } => Error::Conflict(told()),
            Rejection::NotOpen { .. } | Rejection::NotAwaitingApproval { .. } => {
                Error::Over(told())
            }
            other => {
                tracing::error!(why = %other, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
