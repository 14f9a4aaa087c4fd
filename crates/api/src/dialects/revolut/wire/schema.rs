//! What only the description of this interface needs: the forms of parameters, and schemas that
//! do not follow from a struct.

use serde::Serialize;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An amount in a request: a number, or the same as text.
pub(super) fn amount() -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(r"^[0-9]+(\.[0-9]+)?$"));
    let both = OneOfBuilder::new().item(number()).item(text);
    both.description(Some("How much, above zero.")).into()
}

/// A number of any size.
pub(super) fn number() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Number).into()
}

/// The form of a request for a token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TokenRequest {
    /// `authorization_code` or `refresh_token`.
    grant_type: String,
    /// With `authorization_code`: the code.
    code: Option<String>,
    /// With `refresh_token`: the refresh token.
    refresh_token: Option<String>,
    /// The client's id, if it is to be said twice.
    client_id: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT, signed with RS256 by the client's key.
    client_assertion: String,
}

/// What becomes of a top-up.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum TopupState {
    /// It is held until something is made of it.
    Pending,
    /// It arrives.
    Completed,
    /// It arrives and is given back.
    Reverted,
    /// It does not come about.
    Failed,
}

/// What can be made of a transaction.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SimulationName {
    /// Its money arrives.
    Complete,
    /// Its money is given back.
    Revert,
    /// It is refused.
    Decline,
    /// It turns out to be impossible.
    Fail,
}

/// What a transaction is found by.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct IdTypeQuery {
    /// If the id is your own: `request_id`.
    #[param(inline)]
    id_type: Option<IdType>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum IdType {
    RequestId,
}

/// Which transactions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TransactionsQuery {
    /// From this date or date-time on.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Before this date or date-time; by default before now.
    #[param(example = "2026-11-21T09:30:00Z")]
    to: Option<String>,
    /// Those of this account.
    account: Option<Uuid>,
    /// Those of this type; may repeat.
    #[param(inline)]
    r#type: Option<Vec<TypeName>>,
    /// Those in this state; may repeat.
    #[param(inline)]
    state: Option<Vec<super::State>>,
    /// So many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    count: Option<u16>,
    /// The one of this `request_id`; needs `from`, at most 14 days before `to`.
    #[param(min_length = 1, max_length = 40)]
    request_id: Option<String>,
}

/// The types that the vendor documents. Only transfers and top-ups come about here.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum TypeName {
    Atm,
    CardPayment,
    CardRefund,
    CardChargeback,
    CardCredit,
    Charge,
    ChargeRefund,
    Exchange,
    Transfer,
    Loan,
    Fee,
    Refund,
    Topup,
    TopupReturn,
    Tax,
    TaxRefund,
    RevPayment,
}

/// Why a payment to somebody else may be made. There are none here.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferReason {
    /// The country that needs it.
    pub country: String,
    /// The currency that needs it.
    pub currency: String,
    /// The reason.
    pub code: String,
    /// The reason in words.
    pub description: String,
}
