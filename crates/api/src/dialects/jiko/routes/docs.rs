//! What is said of the interface as a whole.

use crate::dialects::jiko::wire::{Problem, Validation};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jiko Customer API",
        description = "Transfers between the pockets of a customer, as served by Giro.",
        license(name = "MIT OR Apache-2.0")
    ),
    security(("access_token" = [])),
    components(schemas(Problem, Validation)),
    modifiers(&AccessToken),
)]
pub(super) struct Api;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description =
            Some("An access token, as `POST /api/oauth2/token` gives it.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(http));
    }
}

/// What every call but those for tokens can be refused with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Refused {
    /// The access token is not valid, or the signature of the request is not.
    #[response(status = 401)]
    Unauthorized(#[to_schema] Problem),
    /// The token does not give the scope, or whoever asks may not do this.
    #[response(status = 403)]
    Forbidden(#[to_schema] Problem),
    /// Something is not of its form.
    #[response(status = 422)]
    Invalid(#[to_schema] Validation),
    /// Too many requests.
    #[response(status = 429, headers(("Retry-After" = u32, description = "Seconds to wait")))]
    TooMany(#[to_schema] Problem),
    /// The server has failed.
    #[response(status = 500)]
    Failed(#[to_schema] Problem),
    /// Not now.
    #[response(status = 503, headers(("Retry-After" = u32, description = "Seconds to wait")))]
    Unavailable(#[to_schema] Problem),
}

/// What a call for a single thing can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Missing {
    /// There is no such thing at the customer.
    #[response(status = 404)]
    Missing(#[to_schema] Problem),
}

/// What a call with a body can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum TooLarge {
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(#[to_schema] Problem),
}

/// What a call that uses an id up can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Taken {
    /// The id was used for something else, or it cannot be done as things are.
    #[response(status = 409)]
    Taken(#[to_schema] Problem),
}

/// What a call that changes something can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Over {
    /// It is over.
    #[response(status = 412)]
    Over(#[to_schema] Problem),
}
