//! What is said of the interface as a whole.

use super::{fundsources, statement, tokens, transfers};
use crate::dialects::cashfree::wire::Bare;
use std::collections::BTreeMap;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cashfree Payouts",
        description = "Fund sources, and transfers between them. Every answer is an envelope; the \
                       older calls answer with status 200 whatever has happened, unless the book \
                       wants real statuses, and `subCode` says what has.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        tokens::authorize,
        tokens::verify,
        fundsources::balance,
        fundsources::balance_of,
        transfers::transfer_of_old,
        transfers::transfer,
        transfers::show,
        fundsources::create,
        fundsources::list,
        fundsources::show,
        statement::statement,
    ),
    components(schemas(Bare)),
    security(("token" = [])),
    modifiers(&Token),
    tags(
        (name = "Authentication", description = "Tokens"),
        (name = "Account", description = "Balances and the statement"),
        (name = "Internal transfer", description = "Moving money between fund sources"),
        (name = "Fund sources", description = "Where money is kept"),
    )
)]
pub(super) struct Api;

struct Token;

impl Modify for Token {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some("A token, as `/payout/v1/authorize` gives it.".to_owned());
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(http));
    }
}

/// What every call can be refused with.
pub(super) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[
            ("400", "The body is JSON, but of another shape."),
            (
                "403",
                "The token is not valid, the address not listed, or the call not enabled.",
            ),
            (
                "409",
                "The transfer id was used before, for another transfer.",
            ),
            ("412", "Something is missing, or the body is no JSON."),
            ("413", "The body is larger than 64 KiB."),
            ("422", "A value is out of its limits, or a rule says no."),
            ("429", "Too many requests."),
            ("500", "The server has failed."),
            ("503", "The server cannot take it now."),
        ])
    }
}

/// What the older calls can be refused with besides, where the book wants real statuses.
pub(super) struct OfOld;

impl IntoResponses for OfOld {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[
            ("401", "No client of that id has that secret."),
            ("404", "There is no such recharge account."),
        ])
    }
}

fn refusals(rows: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let refusal = |(status, why): &(&str, &str)| {
        let schema = Ref::from_schema_name(Bare::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description(*why)
            .content("application/json", content)
            .build();
        ((*status).to_owned(), RefOr::T(response))
    };
    rows.iter().map(refusal).collect()
}
