//! Requests: as they are read, and as they are described.
//!
//! What is read is unread at first, so that a missing field and a malformed one can be told
//! apart. What is described is never built.

use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident),+ })*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, Deserialize)]
            pub struct $name<'a> {
                $(
                    #[doc = "As it is spelled."]
                    #[serde(borrow)]
                    pub $field: Option<&'a RawValue>,
                )+
            }
        )*
    };
}

fields! {
    /// The body of `POST /internal-transfers`.
    TransferFields { amount, source_ref, target_ref, client_idempotency_key }
    /// An amount.
    AmountFields { currency, value }
    /// The body of `POST /client-accounts`.
    NewAccountFields { display_name, scope_ref, client_idempotency_key }
    /// The body of what names something.
    DisplayNameFields { display_name, client_idempotency_key }
    /// The body of what ends something.
    ReasonFields { reason, client_idempotency_key }
    /// The body of what adds or changes a webhook endpoint.
    WebhookFields { url, display_name, event_types, status, client_idempotency_key }
    /// The body of `POST /oauth/token`.
    TokenFields { client_id, client_secret, grant_type }
}

/// A transfer between two accounts of the enterprise.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = CreateInternalTransfer)]
pub struct TransferRequest {
    /// How much.
    amount: AmountRequest,
    /// The account that pays: `client-accounts/` or `master-accounts/`, and its id.
    #[schema(
        pattern = "^(client|master)-accounts/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        example = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b"
    )]
    source_ref: String,
    /// The account that gets it.
    #[schema(
        pattern = "^(client|master)-accounts/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        example = "client-accounts/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b"
    )]
    target_ref: String,
    /// The idempotency key, unless it is in the header: 1 to 255 visible ASCII characters.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// An amount of a currency.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = Amount)]
pub struct AmountRequest {
    /// The code of the currency.
    #[schema(example = "USDC", pattern = "^[A-Z0-9.-]{1,24}$")]
    currency: String,
    /// How much: a decimal number above zero, with no more decimals than the currency has.
    #[schema(example = "250.00", pattern = r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")]
    value: String,
}

/// A client account to be opened.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = CreateClientAccount)]
pub struct NewAccountRequest {
    /// Its name.
    #[schema(min_length = 1, max_length = 140, example = "Operations")]
    display_name: String,
    /// Whose it is: `clients/` and the id of one, or `enterprises/` and the enterprise's own.
    #[schema(example = "clients/b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b")]
    scope_ref: String,
    /// An idempotency key, unless it is in the header.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// A name.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = DisplayName)]
pub struct DisplayNameRequest {
    /// The name.
    #[schema(min_length = 1, max_length = 140, example = "Operations")]
    display_name: String,
    /// An idempotency key, unless it is in the header.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// Why something is ended.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = Reason)]
pub struct ReasonRequest {
    /// Why.
    #[schema(max_length = 280)]
    reason: Option<String>,
    /// An idempotency key, unless it is in the header.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// A webhook endpoint to be added.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = CreateWebhookEndpoint)]
pub struct WebhookRequest {
    /// Where it is reached.
    #[schema(example = "https://example.com/webhooks", max_length = 2000)]
    url: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 140)]
    display_name: Option<String>,
    /// Of what it is told; of everything if there is nothing.
    #[schema(example = json!(["operation.internal_transfer.executed.v1"]))]
    event_types: Option<Vec<String>>,
    /// An idempotency key, unless it is in the header.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// A change of a webhook endpoint.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = ChangeWebhookEndpoint)]
pub struct WebhookChangeRequest {
    /// Where it is reached.
    #[schema(example = "https://example.com/webhooks", max_length = 2000)]
    url: Option<String>,
    /// Its name.
    #[schema(min_length = 1, max_length = 140)]
    display_name: Option<String>,
    /// Of what it is told; of everything if the list is empty.
    #[schema(example = json!(["operation.internal_transfer.executed.v1"]))]
    event_types: Option<Vec<String>>,
    /// `active` or `disabled`.
    #[schema(pattern = "^(active|disabled)$", example = "active")]
    status: Option<String>,
    /// An idempotency key, unless it is in the header.
    #[schema(min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    client_idempotency_key: Option<String>,
}

/// A client's credentials.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = TokenRequest)]
pub struct TokenRequest {
    /// The client's id.
    client_id: String,
    /// The client's secret.
    client_secret: String,
    /// Always `client_credentials`.
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
}
