//! The interfaces of others, path for path and field for field. None of them knows another.

pub mod caliza;
pub mod cashfree;
pub mod jiko;
pub mod revolut;
pub mod youhodler;

use crate::App;
use axum::Router;
use giro_service::delivery::Formats;

/// The scopes of the dialects' idempotency keys and tokens, beside [`crate::app::scope`]. They are
/// in the journal and in tokens: append only.
pub(crate) mod scope {
    /// Revolut's `request_id`s.
    pub(crate) const REVOLUT: u8 = 2;
    /// YouHodler's idempotency keys of transfers.
    pub(crate) const YOUHODLER: u8 = 3;
    /// Cashfree's `transferId`s.
    pub(crate) const CASHFREE: u8 = 4;
    /// What is made to happen to a transaction of a Revolut sandbox.
    pub(crate) const REVOLUT_SANDBOX: u8 = 5;
    /// YouHodler's idempotency keys of everything but transfers.
    pub(crate) const YOUHODLER_OTHER: u8 = 6;
    /// The ids of Jiko's transfers, which their clients choose.
    pub(crate) const JIKO: u8 = 7;
    /// Caliza's tokens.
    pub(crate) const CALIZA: u8 = 8;
}

/// The formats that the dialects' webhooks are told in, beside [`crate::app::format`]. They are in the
/// journal: append only.
pub(crate) mod format {
    /// Revolut's webhooks, version 2.
    pub(crate) const REVOLUT: u8 = 2;
    /// YouHodler's webhook endpoints.
    pub(crate) const YOUHODLER: u8 = 3;
    /// Cashfree's webhooks, version 2.
    pub(crate) const CASHFREE_V2: u8 = 4;
    /// Cashfree's webhooks, version 1.
    pub(crate) const CASHFREE_V1: u8 = 5;
    /// Revolut's single webhook, version 1.
    pub(crate) const REVOLUT_FIRST: u8 = 6;
    /// Jiko's subscriptions.
    pub(crate) const JIKO: u8 = 7;
    /// Caliza's webhook.
    pub(crate) const CALIZA: u8 = 8;

    /// What each is called.
    pub(crate) const NAMES: [(u8, &str); 7] = [
        (REVOLUT, "revolut"),
        (YOUHODLER, "youhodler"),
        (CASHFREE_V2, "cashfree_v2"),
        (CASHFREE_V1, "cashfree_v1"),
        (REVOLUT_FIRST, "revolut_v1"),
        (JIKO, "jiko"),
        (CALIZA, "caliza"),
    ];

    /// Those of vendors that set webhooks up by hand: the native interface does it in their place.
    pub(crate) const BY_HAND: [u8; 2] = [CASHFREE_V2, CASHFREE_V1];
}

/// Where the dialects' descriptions are served.
pub(crate) const DESCRIPTIONS: [(&str, &str); 5] = [
    ("Caliza", caliza::DESCRIPTION),
    ("Cashfree", cashfree::DESCRIPTION),
    ("Jiko", jiko::DESCRIPTION),
    ("Revolut", revolut::DESCRIPTION),
    ("YouHodler", youhodler::DESCRIPTION),
];

/// The routes of every dialect.
pub fn router() -> Router<App> {
    Router::new()
        .merge(caliza::routes::router())
        .merge(cashfree::routes::router())
        .merge(jiko::routes::router())
        .merge(revolut::routes::router())
        .merge(youhodler::routes::router())
}

/// The formats that webhooks of the dialects are told in.
pub fn formats() -> Formats {
    let cashfree = cashfree::webhooks::formats().into_iter();
    let others = revolut::webhooks::formats().into_iter();
    let others = others.chain(youhodler::webhooks::formats());
    let others = others.chain(jiko::webhooks::formats());
    let others = others.chain(caliza::webhooks::formats());
    cashfree.chain(others).collect()
}
