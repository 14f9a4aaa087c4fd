//! What is said of the interface as a whole, and of parameters that many calls have.

use crate::dialects::youhodler::wire::{ErrorDetails, Notification};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "YouHodler Business API",
        description = "Internal transfers between the accounts of an enterprise, as served by Giro.",
        license(name = "MIT OR Apache-2.0")
    ),
    security(("access_token" = [])),
    components(schemas(ErrorDetails, Notification)),
    modifiers(&AccessToken),
    tags(
        (name = "Tokens", description = "Access"),
        (name = "Internal transfers", description = "Moving money"),
        (name = "Client accounts", description = "Accounts of clients"),
        (name = "Master accounts", description = "Accounts of the enterprise itself"),
        (name = "Clients", description = "Whose accounts there are"),
        (name = "Approvals", description = "What waits for others to agree"),
        (name = "Webhook endpoints", description = "Whom the enterprise tells what happens"),
    )
)]
pub(super) struct Api;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some("An access token, as `POST /oauth/token` gives it.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(http));
    }
}

/// The header of an idempotency key.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct KeyHeader {
    /// A new value for every new request, and the same one for every retry of it: 1 to 255 visible
    /// ASCII characters.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: Option<String>,
}

/// The header of a version.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct VersionHeader {
    /// Only if the version is still this one.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// Which page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct PageParameters {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
    /// Where to go on: the `next_page_token` of the page before.
    page_token: Option<String>,
}
