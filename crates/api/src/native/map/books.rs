//! Books and their settings.

use super::Field;
use super::names::bounded_if_any;
use crate::native::error::{Kind, Problem};
use crate::native::wire::Time;
use crate::native::wire::books::{
    BookBody, BookPatch, SettingsBody, SettingsPatch, SettlementBody,
};
use giro_ledger::action::BookChange;
use giro_ledger::{Book, BookId, BookSettings, Settlement};
use giro_service::{Service, State};

/// Settings with a patch applied.
pub(crate) fn settings(
    before: &BookSettings,
    patch: &SettingsPatch,
    sandbox: bool,
) -> Result<BookSettings, Problem> {
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
    let loopback = patch.webhooks_to_loopback;
    Ok(BookSettings {
        quote_ttl_seconds: patch.quote_ttl_seconds.unwrap_or(before.quote_ttl_seconds),
        settlement: settlement.unwrap_or(before.settlement),
        vendor_rate_limits: patch
            .vendor_rate_limits
            .unwrap_or(before.vendor_rate_limits),
        webhooks_to_loopback: loopback.unwrap_or(before.webhooks_to_loopback),
    })
}

/// The change that is asked for.
pub(crate) fn change(book: &Book, patch: &BookPatch<'_>) -> Result<BookChange, Problem> {
    let name = bounded_if_any(Field::Top("name"), patch.name.as_ref())?;
    let asked = patch.settings();
    let names_any = asked.quote_ttl_seconds.is_some()
        || asked.settlement.is_some()
        || asked.vendor_rate_limits.is_some()
        || asked.webhooks_to_loopback.is_some();
    if name.is_none() && !names_any {
        let detail = "name at least one setting, or name";
        return Err(Problem::new(Kind::CHANGE_EMPTY, detail));
    }
    let changed = || settings(&book.settings, &asked, book.sandbox);
    let settings = names_any.then(changed).transpose()?;
    Ok(BookChange { name, settings })
}

/// A book as it is shown.
///
/// # Panics
/// If there is no such book.
pub(crate) fn body<'a>(service: &Service, state: &'a State, id: BookId) -> BookBody<'a> {
    let book = state.ledger.book(id).expect("books are never deleted");
    let BookSettings {
        quote_ttl_seconds,
        settlement,
        vendor_rate_limits,
        webhooks_to_loopback,
    } = book.settings;
    let settlement = match settlement {
        Settlement::NextBusinessDay => SettlementBody::NextBusinessDay,
        Settlement::Instant => SettlementBody::Instant,
    };
    BookBody {
        id: service.book_id(state, id),
        name: book.name.as_str(),
        sandbox: book.sandbox,
        opened_at: Time(book.opened_at),
        settings: SettingsBody {
            quote_ttl_seconds,
            settlement,
            vendor_rate_limits,
            webhooks_to_loopback,
        },
    }
}
