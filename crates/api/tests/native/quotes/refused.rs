//! What cannot be quoted.

use super::listed;
use crate::app::{TestApp, text};
use crate::exchange::{conversion, patched, rows};
use serde_json::json;

const REFUSED: &str = r#"
    {"amount": "0"}                                 amount_zero
    {"amount": 50}                                  amount_not_text
    {"amount": "-1"}                                amount_negative
    {"amount": "0.001"}                             amount_too_many_decimals
    {"amount": null, "target_amount": "0"}          amount_zero
    {"amount": null, "target_amount": "1e2"}        amount_exponent
    {"amount": null}                                quote_shape
    {"target_amount": "1.00"}                       quote_shape
    {"amount": null, "target_amount": "1.00", "fee_included": true} quote_shape
    {"asset": "USD"}                                quote_shape
    {"target_asset": null}                          quote_shape
    {"source_asset": null, "target_asset": null}    quote_shape
    {"target_asset": "GBP"}                         asset_not_held
    {"target_asset": "XXX"}                         unknown_asset
    {"expires_in_seconds": 0}                       quote_seconds_out_of_range
    {"expires_in_seconds": 86401}                   quote_seconds_out_of_range
    {"target": "alias:ops", "target_asset": "USD"}  same_account
    BACK                                            rate_missing
"#;
const BACK: &str = r#"{"source": "alias:euros", "source_asset": "EUR", "target": "alias:ops", "target_asset": "USD"}"#;

#[tokio::test]
async fn what_cannot_be_quoted_is_refused_by_name_and_nothing_is_kept() {
    let app = TestApp::exchanging().await;
    let quote = conversion("50.00");
    for (fields, code) in rows(&REFUSED.replace("BACK", BACK)) {
        let body = patched(&quote, &fields);
        app.asks_quote(&body).await.problem(422, code);
    }
    let book = app.get("/v1/accounts?include_system=true").send().await;
    let external = text(&book.expect(200)["items"][0], "id");
    let body = patched(&quote, &json!({"target": external}));
    app.asks_quote(&body).await.problem(422, "system_account");
    let body = patched(&quote, &json!({"target": "alias:nobody"}));
    app.asks_quote(&body).await.problem(404, "unknown_account");
    for fields in [
        json!({"extra": 1}),
        json!({"source": null}),
        json!({"source": 1}),
    ] {
        let body = patched(&quote, &fields);
        app.asks_quote(&body).await.problem(400, "body_invalid");
    }
    assert!(listed(&app, "").await.is_empty());
}
