//! What a rule's refusal is here, when nothing is on record.

use super::Error;
use giro_ledger::Rejection;

impl Error {
    /// The answer to a refusal.
    pub fn refused(why: &Rejection) -> Error {
        match why {
            Rejection::UnknownAccount { .. } => Error::NotFound("pocket"),
            Rejection::UnknownPrincipal { .. } => Error::invalid(
                ["body", "reviewers"],
                "value_error",
                "there is no such reviewer",
            ),
            Rejection::MakerCannotApprove { .. }
            | Rejection::NotAChecker { .. }
            | Rejection::NotTheMaker { .. }
            | Rejection::AccountNotGranted { .. } => Error::Forbidden(why.to_string().into()),
            Rejection::NotOpen { .. } => Error::Over(why.to_string().into()),
            other => {
                tracing::error!(why = %other, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
