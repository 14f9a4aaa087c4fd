//! What is said of the interface as a whole.

use crate::dialects::jiko::wire::{Problem, Validation};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

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
