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
        400 Malformed BadRequest, "It does not fit the form, or a code such as `flow_of_funds.invalid-amount`."
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
        400 Malformed BadRequest, "It does not fit the form, or a code such as `simulation.is_expired`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may not move so much: `forbidden`."
        412 NotPermitted Coded, "It cannot be done now: `beneficiary.operation_not_permitted` or alike."
        413 TooLarge Coded, "The body is too large: `payload_too_large`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a list can be refused with.
    ListProblems {
        400 Malformed BadRequest, "A parameter that does not fit its form; or `validation.invalid_enum_value`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing: `forbidden`."
        404 NotFound Coded, "The beneficiary or integrator is not there: `beneficiary.not_found`, \
            `integrator.not_found`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a new beneficiary can be refused with.
    NewBeneficiaryProblems {
        400 Malformed BadRequest, "What does not fit the form; or `validation.invalid_enum_value`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may only act for some beneficiaries: `forbidden`."
        409 Conflict Coded, "Another one has this `integratorBeneficiaryId`: `beneficiary.conflict`."
        412 NotPermitted Coded, "In production, no webhook is set: `callback_url.not_set`."
        413 TooLarge Coded, "The body is too large: `payload_too_large`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a change of a beneficiary can be refused with.
    BeneficiaryChangeProblems {
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may only act for some beneficiaries: `forbidden`."
        404 NotFound Coded, "It is not there: `beneficiary.not_found`."
        412 NotPermitted Coded, "It has a balance and cannot be deleted: `beneficiary.operation_not_permitted`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a deposit can be refused with.
    DepositProblems {
        400 Malformed BadRequest, "What does not fit the form; or `flow_of_funds.invalid-amount`, \
            `flow_of_funds.unsupported-currency-pair`, `limit.daily_limit_reached`, `validation.invalid_enum_value`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may not move so much: `forbidden`."
        404 NotFound Coded, "The beneficiary is not there: `beneficiary.not_found`."
        412 NotPermitted Coded, "It is no sandbox: `operation.not_allowed_outside_sandbox`; the beneficiary is \
            disabled: `beneficiary.operation_not_permitted`; or nothing can be moved now: \
            `beneficiary.cannot_create_operation`."
        413 TooLarge Coded, "The body is too large: `payload_too_large`."
        500 Internal Coded, "The server has failed: `internal_error`."
        503 Unavailable Coded, "Not now: `service_unavailable`."
    }
    /// What a change of the webhook can be refused with.
    WebhookProblems {
        400 Malformed BadRequest, "What does not fit the form, such as an address that must not be called; or \
            `validation.invalid_enum_value`."
        401 Unauthorized Coded, "No valid token: `unauthorized`."
        403 Forbidden Coded, "A role is missing, or the user may only act for some beneficiaries: `forbidden`."
        404 NotFound Coded, "The integrator is not there: `integrator.not_found`."
        412 NotPermitted Coded, "No webhook is set: `callback_url.not_set`."
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
