//! Books and their settings.

use super::Field;
use super::names::bounded_if_any;
use crate::http::client_ip::network;
use crate::native::error::{Kind, Member, Problem, kind_of};
use crate::native::wire::Time;
use crate::native::wire::books::{
    BookBody, BookPatch, SettingsBody, SettingsPatch, SettlementBody, StopBody, StopRequest,
};
use giro_ledger::action::{BookChange, BookStop};
use giro_ledger::{Book, BookId, BookSettings, Rejection, Setting, Settlement};
use giro_service::{Service, State};
use ipnet::IpNet;

/// The settings that a patch names, with their new values.
pub(crate) fn settings(patch: &SettingsPatch, sandbox: bool) -> Result<Vec<Setting>, Problem> {
    if patch.webhooks_to_loopback == Some(true) && !sandbox {
        let why = "can only be switched on in a sandbox book";
        return Err(Problem::of_field(
            Kind::SANDBOX_ONLY,
            "webhooks_to_loopback",
            why,
        ));
    }
    let settlement = patch.settlement.map(|settlement| match settlement {
        SettlementBody::NextBusinessDay => Settlement::NextBusinessDay,
        SettlementBody::Instant => Settlement::Instant,
    });
    let ranges = patch.vendor_ip_allow_list.as_deref();
    let ranges = ranges.map(ip_ranges).transpose()?;
    let named = [
        patch.quote_ttl_seconds.map(Setting::QuoteTtlSeconds),
        settlement.map(Setting::Settlement),
        patch.vendor_rate_limits.map(Setting::VendorRateLimits),
        patch.webhooks_to_loopback.map(Setting::WebhooksToLoopback),
        patch.hold_ttl_seconds.map(Setting::HoldTtlSeconds),
        patch.webhooks_to_private.map(Setting::WebhooksToPrivate),
        patch.vendor_http_statuses.map(Setting::VendorHttpStatuses),
        patch
            .vendor_tokens_bound_to_ip
            .map(Setting::VendorTokensBoundToIp),
        ranges.map(Setting::VendorIpAllowList),
    ];
    Ok(named.into_iter().flatten().collect())
}

/// Networks as they are spelled; one address by itself is one, too.
fn ip_ranges(texts: &[String]) -> Result<Vec<IpNet>, Problem> {
    let setting = "vendor_ip_allow_list";
    let range = |(place, text): (usize, &String)| {
        network(text).map_err(|_| {
            let field = format!("{setting}[{place}]");
            let kind = kind_of(&Rejection::SettingOutOfRange { setting });
            let why = "is no IP address and no network such as 203.0.113.0/24";
            let problem = Problem::of_field(kind, &field, why);
            problem.with("setting", Member::Word(setting))
        })
    };
    texts.iter().enumerate().map(range).collect()
}

/// As networks are shown: an address by itself without the length of its prefix.
fn ip_texts(ranges: &[IpNet]) -> Vec<String> {
    let text = |range: &IpNet| match range.prefix_len() == range.max_prefix_len() {
        true => range.addr().to_string(),
        false => range.to_string(),
    };
    ranges.iter().map(text).collect()
}

/// The change that is asked for.
pub(crate) fn change(patch: &BookPatch<'_>, sandbox: bool) -> Result<BookChange, Problem> {
    let name = bounded_if_any(Field::Top("name"), patch.name.as_ref())?;
    let settings = settings(&patch.settings(), sandbox)?;
    if name.is_none() && settings.is_empty() {
        let detail = "name at least one setting, or name";
        return Err(Problem::new(Kind::CHANGE_EMPTY, detail));
    }
    Ok(BookChange { name, settings })
}

/// The stop that is asked for, or its end.
pub(crate) fn stop(request: &StopRequest<'_>, stopped: bool) -> Result<BookStop, Problem> {
    let reason = bounded_if_any(Field::Top("reason"), request.reason.as_ref())?;
    Ok(BookStop { stopped, reason })
}

/// The settings that were named in a change, with their new values.
pub(crate) fn named(changes: &[Setting]) -> SettingsPatch {
    let mut patch = SettingsPatch::default();
    for change in changes {
        match *change {
            Setting::QuoteTtlSeconds(seconds) => patch.quote_ttl_seconds = Some(seconds),
            Setting::Settlement(settlement) => {
                patch.settlement = Some(settlement_body(settlement));
            }
            Setting::VendorRateLimits(on) => patch.vendor_rate_limits = Some(on),
            Setting::WebhooksToLoopback(on) => patch.webhooks_to_loopback = Some(on),
            Setting::HoldTtlSeconds(seconds) => patch.hold_ttl_seconds = Some(seconds),
            Setting::WebhooksToPrivate(on) => patch.webhooks_to_private = Some(on),
            Setting::VendorHttpStatuses(on) => patch.vendor_http_statuses = Some(on),
            Setting::VendorTokensBoundToIp(on) => patch.vendor_tokens_bound_to_ip = Some(on),
            Setting::VendorIpAllowList(ref ranges) => {
                patch.vendor_ip_allow_list = Some(ip_texts(ranges));
            }
        }
    }
    patch
}

/// All settings, as if every one had been named.
pub(crate) fn named_all(settings: &BookSettings) -> SettingsPatch {
    SettingsPatch {
        quote_ttl_seconds: Some(settings.quote_ttl_seconds),
        settlement: Some(settlement_body(settings.settlement)),
        vendor_rate_limits: Some(settings.vendor_rate_limits),
        webhooks_to_loopback: Some(settings.webhooks_to_loopback),
        hold_ttl_seconds: Some(settings.hold_ttl_seconds),
        webhooks_to_private: Some(settings.webhooks_to_private),
        vendor_http_statuses: Some(settings.vendor_http_statuses),
        vendor_tokens_bound_to_ip: Some(settings.vendor_tokens_bound_to_ip),
        vendor_ip_allow_list: Some(ip_texts(&settings.vendor_ip_allow_list)),
    }
}

fn settlement_body(settlement: Settlement) -> SettlementBody {
    match settlement {
        Settlement::NextBusinessDay => SettlementBody::NextBusinessDay,
        Settlement::Instant => SettlementBody::Instant,
    }
}

/// A book as it is now.
///
/// # Panics
/// If there is no such book.
pub(crate) fn body<'a>(service: &Service, state: &'a State, id: BookId) -> BookBody<'a> {
    let book = state.ledger.book(id).expect("books are never deleted");
    shown(service, state, id, book)
}

/// A book as it is shown: as it is now, or was.
pub(crate) fn shown<'a>(
    service: &Service,
    state: &State,
    id: BookId,
    book: &'a Book,
) -> BookBody<'a> {
    let BookSettings {
        quote_ttl_seconds,
        settlement,
        vendor_rate_limits,
        webhooks_to_loopback,
        hold_ttl_seconds,
        webhooks_to_private,
        vendor_http_statuses,
        vendor_tokens_bound_to_ip,
        ref vendor_ip_allow_list,
    } = book.settings;
    BookBody {
        id: service.book_id(state, id),
        name: book.name.as_str(),
        sandbox: book.sandbox,
        opened_at: Time(book.opened_at),
        settings: SettingsBody {
            quote_ttl_seconds,
            settlement: settlement_body(settlement),
            vendor_rate_limits,
            webhooks_to_loopback,
            hold_ttl_seconds,
            webhooks_to_private,
            vendor_http_statuses,
            vendor_tokens_bound_to_ip,
            vendor_ip_allow_list: ip_texts(vendor_ip_allow_list),
        },
        stop: book.stop.as_ref().map(|stop| StopBody {
            reason: stop.reason.as_ref().map(|reason| reason.as_str()),
            at: Time(stop.at),
            by: service.principal_id(state, stop.by),
        }),
    }
}
