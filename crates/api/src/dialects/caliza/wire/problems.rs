//! What calls can be refused with, for the description.

use super::{Coded, Misfit};
use utoipa::{IntoResponses, ToSchema};

/// A body that does not fit its form, or one of the vendor's codes.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum BadRequest {
    /// What does not fit.
    Misfit(Misfit),
    /// One of the vendor's codes.
    Coded(Coded),
}

macro_rules! problems {
    ($($(#[doc = $doc:literal])+ $name:ident { $($status:literal $case:ident $body:ty, $what:literal)+ })*) => {
        $(
            $(#[doc = $doc])+
            #[derive(IntoResponses)]
            pub enum $name {
                $(
                    #[doc = $what]
                    #[response(status = $status)]
                    $case(#[to_schema] $body),
                )+
            }
        )*
    };
}

problems! {
    /// What a simulation can be refused with.
    SimulationProblems {
        400 Malformed BadRequest, "What does not fit the form; or `flow_of_funds.invalid-beneficiary`, `flow_of_funds.invalid-amount`, `flow_of_funds.unsupported-currency-pair`, `validation.invalid_enum_value`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing: `forbidden`."
        404 NotFound Coded, "A beneficiary is not there: `beneficiary.not_found`."
        412 NotPermitted Coded, "A beneficiary is disabled: `beneficiary.operation_not_permitted`."
        413 TooLarge Coded, "The body is too large: `payload_too_large`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What an execution can be refused with.
    ExecutionProblems {
        400 Malformed BadRequest, "What does not fit the form; or `simulation.not_found`, `simulation.is_expired`, `simulation.is_already_executed`, `flow_of_funds.insufficient-funds`, `flow_of_funds.invalid-amount`, `limit.daily_limit_reached`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may not move so much: `forbidden`."
        412 NotPermitted Coded, "A beneficiary is disabled: `beneficiary.operation_not_permitted`; or nothing can be moved now: `beneficiary.cannot_create_operation`."
        413 TooLarge Coded, "The body is too large: `payload_too_large`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a single thing can be refused with, when it is read.
    FindProblems {
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing: `forbidden`."
        404 NotFound Coded, "There is no such thing."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
}
