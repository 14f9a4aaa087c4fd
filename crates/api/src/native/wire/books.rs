//! Books.

use super::keys::KeyBody;
use super::{JsonText, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A book to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Acme Ltd", "sandbox": true}))]
pub(crate) struct BookRequest<'a> {
    /// The entity's name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Whether it is for trying things out.
    pub(crate) sandbox: bool,
    /// What it decides for itself, where that is not the usual.
    pub(crate) settings: Option<SettingsPatch>,
}

/// Settings; what is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsPatch {
    /// How long a quote lives: 1 to 86,400 seconds.
    #[schema(example = 300)]
    pub(crate) quote_ttl_seconds: Option<u32>,
    /// When securities trades settle.
    pub(crate) settlement: Option<SettlementBody>,
    /// Whether the vendors' published rate limits apply on their interfaces.
    pub(crate) vendor_rate_limits: Option<bool>,
    /// Whether webhooks may go to loopback addresses over plain HTTP (sandbox books only).
    pub(crate) webhooks_to_loopback: Option<bool>,
    /// How long a hold lives that does not say it itself: 1 to 31,622,400 seconds.
    #[schema(example = 604_800)]
    pub(crate) hold_ttl_seconds: Option<u32>,
    /// Whether webhooks may go to private addresses, such as 10.0.0.0/8.
    pub(crate) webhooks_to_private: Option<bool>,
    /// Whether vendors' interfaces that answer errors with status 200 use the real status.
    pub(crate) vendor_http_statuses: Option<bool>,
    /// Whether tokens of vendors' interfaces are only good for the address that they were given
    /// to, where the vendor has that.
    pub(crate) vendor_tokens_bound_to_ip: Option<bool>,
    /// The addresses that vendors' interfaces can be used from, where the vendor has such a list,
    /// at most 100: each an address or a network. From anywhere if there are none.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub(crate) vendor_ip_allow_list: Option<Vec<String>>,
}

/// A change to a book: the name and settings to change, what is left out stays as it is.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"settlement": "instant"}))]
pub(crate) struct BookPatch<'a> {
    /// The entity's new name.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) name: Option<JsonText<'a>>,
    /// How long a quote lives: 1 to 86,400 seconds.
    pub(crate) quote_ttl_seconds: Option<u32>,
    /// When securities trades settle.
    pub(crate) settlement: Option<SettlementBody>,
    /// Whether the vendors' published rate limits apply on their interfaces.
    pub(crate) vendor_rate_limits: Option<bool>,
    /// Whether webhooks may go to loopback addresses over plain HTTP (sandbox books only).
    pub(crate) webhooks_to_loopback: Option<bool>,
    /// How long a hold lives that does not say it itself: 1 to 31,622,400 seconds.
    #[schema(example = 604_800)]
    pub(crate) hold_ttl_seconds: Option<u32>,
    /// Whether webhooks may go to private addresses, such as 10.0.0.0/8.
    pub(crate) webhooks_to_private: Option<bool>,
    /// Whether vendors' interfaces that answer errors with status 200 use the real status.
    pub(crate) vendor_http_statuses: Option<bool>,
    /// Whether tokens of vendors' interfaces are only good for the address that they were given
    /// to, where the vendor has that.
    pub(crate) vendor_tokens_bound_to_ip: Option<bool>,
    /// The addresses that vendors' interfaces can be used from, where the vendor has such a list,
    /// at most 100: each an address or a network. From anywhere if there are none.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub(crate) vendor_ip_allow_list: Option<Vec<String>>,
}

impl BookPatch<'_> {
    /// The settings among it.
    pub(crate) fn settings(&self) -> SettingsPatch {
        SettingsPatch {
            quote_ttl_seconds: self.quote_ttl_seconds,
            settlement: self.settlement,
            vendor_rate_limits: self.vendor_rate_limits,
            webhooks_to_loopback: self.webhooks_to_loopback,
            hold_ttl_seconds: self.hold_ttl_seconds,
            webhooks_to_private: self.webhooks_to_private,
            vendor_http_statuses: self.vendor_http_statuses,
            vendor_tokens_bound_to_ip: self.vendor_tokens_bound_to_ip,
            vendor_ip_allow_list: self.vendor_ip_allow_list.clone(),
        }
    }
}

/// When securities trades settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Settlement)]
pub(crate) enum SettlementBody {
    /// On the next business day.
    NextBusinessDay,
    /// At once.
    Instant,
}

/// A book.
#[derive(Serialize, ToSchema)]
#[schema(as = Book)]
pub(crate) struct BookBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// The entity's name.
    #[schema(example = "Acme Ltd")]
    pub(crate) name: &'a str,
    /// Whether it is for trying things out.
    pub(crate) sandbox: bool,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) opened_at: Time,
    /// What it decides for itself.
    pub(crate) settings: SettingsBody,
    /// Since when, by whom and why all its money is stopped; `null` if it is not.
    pub(crate) stop: Option<StopBody<'a>>,
}

/// A stop of all the money of a book.
#[derive(Serialize, ToSchema)]
#[schema(as = Stop)]
pub(crate) struct StopBody<'a> {
    /// Why.
    #[schema(example = "under investigation")]
    pub(crate) reason: Option<&'a str>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// The key that stopped it.
    pub(crate) by: Uuid,
}

/// Why the money of a book is to stop, or to go on. The body may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "under investigation"}))]
pub(crate) struct StopRequest<'a> {
    /// Why, at most 280 characters.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) reason: Option<JsonText<'a>>,
}

/// What a book decides for itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsBody {
    /// How long a quote lives.
    #[schema(example = 300)]
    pub(crate) quote_ttl_seconds: u32,
    /// When securities trades settle.
    pub(crate) settlement: SettlementBody,
    /// Whether the vendors' published rate limits apply on their interfaces.
    pub(crate) vendor_rate_limits: bool,
    /// Whether webhooks may go to loopback addresses over plain HTTP.
    pub(crate) webhooks_to_loopback: bool,
    /// How long a hold lives that does not say it itself.
    #[schema(example = 604_800)]
    pub(crate) hold_ttl_seconds: u32,
    /// Whether webhooks may go to private addresses, such as 10.0.0.0/8.
    pub(crate) webhooks_to_private: bool,
    /// Whether vendors' interfaces that answer errors with status 200 use the real status.
    pub(crate) vendor_http_statuses: bool,
    /// Whether tokens of vendors' interfaces are only good for the address that they were given
    /// to, where the vendor has that.
    pub(crate) vendor_tokens_bound_to_ip: bool,
    /// The addresses that vendors' interfaces can be used from, where the vendor has such a list,
    /// at most 100: each an address or a network. From anywhere if there are none.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub(crate) vendor_ip_allow_list: Vec<String>,
}

/// A book that was just opened, with its first API key.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenedBook)]
pub(crate) struct OpenedBookBody<'a> {
    /// The book.
    pub(crate) book: BookBody<'a>,
    /// Its first API key, with every capability of a book.
    pub(crate) key: KeyBody<'a>,
}

/// Which page, and as of when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PastPageQuery {
    /// As of this time in the past; else now.
    pub(crate) as_of: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
