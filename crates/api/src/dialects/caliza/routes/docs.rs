//! What is said of the interface as a whole.

use crate::dialects::caliza::wire::{Coded, Misfit};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Caliza API",
        description = "Transfers between the beneficiaries of an integrator, as served by Giro.",
        license(name = "MIT OR Apache-2.0")
    ),
    security(("access_token" = [])),
    components(schemas(Coded, Misfit)),
    modifiers(&AccessToken),
)]
pub(super) struct Api;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description =
            Some("An access token, as `POST /auth/realms/caliza/protocol/openid-connect/token` gives it.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("access_token", SecurityScheme::Http(http));
    }
}
