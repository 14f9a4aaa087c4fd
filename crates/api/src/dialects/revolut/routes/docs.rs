//! `/openapi/revolut.json`: the description of this interface.

use crate::dialects::revolut::wire::ErrorBody;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

/// What is said of the interface as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Giro as the Revolut Business API",
        version = "1.0",
        description = "The Revolut Business API around transfers between a business's own accounts. \
                       In requests null counts as absent and what is unknown is ignored; in answers \
                       what has no value is left out.",
        license(name = "MIT OR Apache-2.0")
    ),
    security(("access_token" = [])),
    modifiers(&AccessToken),
    tags(
        (name = "Tokens", description = "Proving who you are"),
        (name = "Accounts", description = "Where money is kept"),
        (name = "Transfers", description = "Moving money"),
        (name = "Transactions", description = "What has moved"),
        (name = "Webhooks", description = "Being told what happens"),
        (name = "Simulations", description = "Trying things out, in sandbox books"),
    )
)]
pub(super) struct Api;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.bearer_format = Some("oa_…".to_owned());
        http.description = Some("An access token of `POST /auth/token`.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(http));
    }
}

/// What every call but that for a token can be refused with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Refused {
    /// Something is not of its form: 2101. A required field is missing: 3000. The `request_id` was
    /// used for another transfer: 3020.
    #[response(status = 400)]
    Malformed(#[to_schema] ErrorBody<'static>),
    /// The access token is not valid: 1000; without any there is no code.
    #[response(status = 401)]
    Unauthorized(#[to_schema] ErrorBody<'static>),
    /// A scope is missing: 9002.
    #[response(status = 403)]
    Forbidden(#[to_schema] ErrorBody<'static>),
    /// There is no such thing in the business: 3006; no such webhook: 3040.
    #[response(status = 404)]
    Unknown(#[to_schema] ErrorBody<'static>),
    /// Too many requests: 3162.
    #[response(status = 429, headers(("Retry-After" = u32, description = "Seconds to wait")))]
    TooMany(#[to_schema] ErrorBody<'static>),
    /// The server has failed: 5000.
    #[response(status = 500)]
    Failed(#[to_schema] ErrorBody<'static>),
    /// Not now: 5003.
    #[response(status = 503, headers(("Retry-After" = u32, description = "Seconds to wait")))]
    Unavailable(#[to_schema] ErrorBody<'static>),
}

/// What a call with a body can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum TooLarge {
    /// The body is too large: 2101.
    #[response(status = 413)]
    TooLarge(#[to_schema] ErrorBody<'static>),
}

/// What a call can be refused with besides that depends on how things are.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum NotPossible {
    /// It is well formed, but not possible as things are: 3100. There are ten webhooks: 3352. There
    /// are three secrets: 3355.
    #[response(status = 422)]
    NotPossible(#[to_schema] ErrorBody<'static>),
}
