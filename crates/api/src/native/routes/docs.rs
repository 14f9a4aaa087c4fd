//! `/openapi.json` and `/docs`: the description of the interface, and a page to try it.

use crate::App;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoParams, Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

pub(super) use crate::native::wire::problem::ProblemBody as Refused;

/// What is said of the interface as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Giro",
        description = "Internal transfers over one ledger. Money is decimal text, every change has \
                       an idempotency key, and every refusal is a problem with a stable code.",
        license(name = "MIT OR Apache-2.0")
    ),
    security(("api_key" = [])),
    modifiers(&ApiKey),
    tags(
        (name = "Transfers", description = "Moving money"),
        (name = "Quotes", description = "What a transfer would cost and bring, locked for a while"),
        (name = "Rates", description = "What assets are worth in others"),
        (name = "Fees", description = "What transfers cost"),
        (name = "Accounts", description = "Where money is kept"),
        (name = "Securities", description = "Keeping money invested"),
        (name = "Assets", description = "What amounts are in"),
        (name = "Approval policies", description = "Which transfers need whose agreement"),
        (name = "Schedules", description = "Standing orders, sweeps, and business days"),
        (name = "Webhooks", description = "Being told what happens"),
        (name = "Limits", description = "How much may move, and how often"),
        (name = "Books", description = "One entity's accounts and settings"),
        (name = "Keys", description = "Who may do what"),
        (name = "Health", description = "How the server is doing"),
    )
)]
pub(super) struct Api;

struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.bearer_format = Some("giro_…".to_owned());
        http.description = Some("An API key, as shown once when it was created.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("api_key", SecurityScheme::Http(http));
    }
}

/// The header that every change needs.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct KeyHeader {
    /// A new value for every new request, and the same one for every retry of it: 1 to 255
    /// visible ASCII characters. Kept for ever.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    idempotency_key: String,
}

/// Only if nobody has changed it since.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct IfMatch {
    /// The `ETag` that it was read with: it is only changed if nobody has changed it since.
    #[param(rename = "If-Match", example = "W/\"65d4a8bb5f1c0\"")]
    if_match: Option<String>,
}

/// The page to try it, from inside the program; those of the other interfaces can be chosen there.
pub(super) fn pages() -> Router<App> {
    let own = Url::with_primary("Giro", "/openapi.json", true);
    let others = crate::dialects::DESCRIPTIONS.map(|(name, path)| Url::new(name, path));
    let config = Config::new(std::iter::once(own).chain(others))
        .validator_url("none")
        .persist_authorization(false);
    let ui: Router<App> = SwaggerUi::new("/docs").config(config).into();
    ui.route("/", get(to_docs)).layer(from_fn(keep_to_itself))
}

async fn to_docs() -> Response {
    let headers = [(LOCATION, HeaderValue::from_static("/docs/"))];
    (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
}

/// Tells the browser to load nothing from elsewhere.
async fn keep_to_itself(request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
                          img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    response
}
