//! Instruments: balances, what is known of them, new ones.

use super::docs::{OfOld, Refused};
use super::{body, default_instrument, parameters, path, scan, text};
use crate::App;
use crate::dialects::cashfree::auth::Client;
use crate::dialects::cashfree::error::Error;
use crate::dialects::cashfree::instruments::{self, Instrument};
use crate::dialects::cashfree::map::{self, FundSource, VirtualAccountOrder};
use crate::dialects::cashfree::wire::{
    BalanceData, Bare, Envelope, FundSourceData, FundSourceList, VirtualAccountData,
    VirtualAccountSchema, success,
};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use giro_ledger::action::{Holding, NewAccount};
use giro_ledger::text::{Alias, Metadata, Text};
use giro_ledger::{AccountId, Action, Amount, AssetId, Capability, Event, Rejection, Tags};
use giro_service::secret::Secret;
use giro_service::{Service, ServiceError};
use std::sync::Arc;

/// The entry of an account's metadata that keeps what its number begins with.
const PREFIX_KEY: &str = "account_prefix";
/// The currency of a virtual account in a book that has no instrument yet.
const CURRENCY: &str = "INR";
/// The characters of an account number after its prefix. Those that are easily confused are not
/// among them, so that there are 32 of them.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS_OF_NUMBER: usize = 8;
/// Fund sources shown while the state is held.
const SHOWN_AT_ONCE: usize = 256;
/// How often a number is drawn that is taken: there are 10^12 of them.
const DRAWS_MAX: usize = 8;

/// Get balance
///
/// Of the default instrument: the one tagged `cashfree-default`, else the oldest.
#[utoipa::path(
    get, path = "/payout/v1/getBalance", tag = "Account",
    responses((status = 200, description = "The balance, or why it is not told: see `subCode`.",
               body = Envelope<BalanceData>), OfOld, Refused)
)]
pub(super) async fn balance(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require(Capability::AccountsRead)?;
    let found = default_instrument(&app.service, client).await?;
    show_balance(&app.service, found)
}

/// Get balance v1.2
///
/// Of an instrument, or of the default one.
#[utoipa::path(
    get, path = "/payout/v1.2/getBalance", tag = "Account",
    params(("paymentInstrumentId" = Option<String>, Query, description = "Of which instrument")),
    responses((status = 200, description = "The balance, or why it is not told: see `subCode`.",
               body = Envelope<BalanceData>), OfOld, Refused)
)]
pub(super) async fn balance_of(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Capability::AccountsRead)?;
    let named = map::instrument_parameter(parameters(query));
    let found = named_or_default(&app.service, client, named).await?;
    show_balance(&app.service, found)
}

/// The instrument that was named, or else the default one.
pub(super) async fn named_or_default(
    service: &Arc<Service>,
    client: Client,
    named: Option<String>,
) -> Result<Instrument, Error> {
    match named {
        Some(id) => {
            let found = instruments::find(service, &client.caller, &id);
            found.ok_or(Error::InstrumentUnavailable)
        }
        None => default_instrument(service, client).await,
    }
}

fn show_balance(service: &Service, instrument: Instrument) -> Result<Response, Error> {
    let now = service.now();
    let data = map::balances(&service.read().ledger, instrument, now);
    let data = data.ok_or(Error::Internal)?;
    Ok(success("Ledger balance for the account", Some(data)))
}

/// Get fund source details
#[utoipa::path(
    get, path = "/payout/v1/fundsources/{paymentInstrumentId}", tag = "Fund sources",
    params(("paymentInstrumentId" = String, Path, description = "Which instrument")),
    responses((status = 200, description = "The fund source.", body = Envelope<FundSourceData>),
              (status = 404, description = "There is no such instrument.", body = Bare), Refused)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Capability::AccountsRead)?;
    let service = &app.service;
    let found = path(id).and_then(|id| instruments::find(service, &client.caller, &id));
    let found = found.ok_or(Error::NoSuchInstrument)?;
    let data = shown(service, &[found], map::fund_source).pop();
    let data = data.ok_or(Error::Internal)?;
    Ok(success("FundSource Details Retrieved", Some(data)))
}

/// List fund sources
///
/// All that are not closed, in the order in which they were added. Not a call of the vendor.
#[utoipa::path(
    get, path = "/payout/v1/fundsources", tag = "Fund sources",
    responses((status = 200, description = "All fund sources.", body = Envelope<FundSourceList>),
              Refused)
)]
pub(super) async fn list(State(app): State<App>, client: Client) -> Result<Response, Error> {
    client.require(Capability::AccountsRead)?;
    let show_all = move |service: &Service| {
        let all: Vec<_> = instruments::all(service, &client.caller).collect();
        // The state is not held for all of them at once.
        let parts = all.chunks(SHOWN_AT_ONCE);
        parts
            .flat_map(|part| shown(service, part, map::listed))
            .collect()
    };
    let fund_sources = scan(&app.service, show_all).await?;
    let data = FundSourceList { fund_sources };
    Ok(success("FundSource Details Retrieved", Some(data)))
}

fn shown<T>(
    service: &Service,
    instruments: &[Instrument],
    show: fn(FundSource<'_>, Instrument) -> Option<T>,
) -> Vec<T> {
    let at = service.now();
    let state = service.read();
    let source = FundSource {
        ids: service.ids(),
        ledger: &state.ledger,
        at,
    };
    let all = instruments.iter();
    all.filter_map(|one| show(source, *one)).collect()
}

/// Create a virtual account
///
/// An empty instrument in the currency of the default one. Every call creates another.
#[utoipa::path(
    post, path = "/payout/fundsources/connected/virtual-account", tag = "Fund sources",
    request_body = VirtualAccountSchema,
    responses((status = 200, description = "It was created.", body = Envelope<VirtualAccountData>),
              Refused)
)]
pub(super) async fn create(
    State(app): State<App>,
    client: Client,
    sent: Body,
) -> Result<Response, Error> {
    client.require(Capability::AccountsWrite)?;
    let service = &app.service;
    let order = map::virtual_account_order(text(&body(sent).await?)?)?;
    let prefix = order.account_prefix.clone();
    let find = move |service: &Service| {
        let prefix = prefix.or_else(|| former_prefix(service, &client));
        (prefix, currency(service, &client))
    };
    let (prefix, asset) = scan(service, find).await?;
    let prefix = prefix.ok_or(Error::Missing("AccountPrefix"))?;
    let asset = asset.ok_or(Error::NotConfigured)?;
    for _ in 0..DRAWS_MAX {
        let number = draw_number(&prefix);
        let open = Action::OpenAccount(new_account(&order, &prefix, &number, asset));
        let opened = service.execute_unkeyed(&client.caller, Capability::AccountsWrite, open);
        let record = match opened.await {
            Err(ServiceError::Rejected(Rejection::AliasTaken { .. })) => continue,
            other => other.map_err(Error::of)?,
        };
        let Event::AccountOpened(account, _) = record.event else {
            return Err(Error::Internal);
        };
        return Ok(created(service, account, number));
    }
    Err(Error::Unavailable)
}

fn created(service: &Service, account: AccountId, number: String) -> Response {
    let id = service.account_id(&service.read(), account);
    let data = VirtualAccountData {
        payment_instrument_id: id.to_string(),
        virtual_account_number: number,
    };
    success("Virtual account created", Some(data))
}

fn new_account(
    order: &VirtualAccountOrder,
    prefix: &str,
    number: &str,
    asset: AssetId,
) -> NewAccount {
    let short = "a short plain text";
    let entry = (
        Text::new(PREFIX_KEY).expect(short),
        Text::new(prefix).expect(short),
    );
    NewAccount {
        name: order.display_name.clone(),
        alias: Some(Alias::new(number).expect(short)),
        metadata: Metadata::new(vec![entry]).expect("one entry"),
        tags: Tags::default(),
        holdings: vec![Holding {
            asset,
            overdraft_limit: Amount::ZERO,
        }],
        holds_any_asset: false,
    }
}

/// What the numbers of the virtual accounts that were created before begin with.
fn former_prefix(service: &Service, client: &Client) -> Option<String> {
    let prefix_of = |instrument: Instrument| {
        let state = service.read();
        let account = state.ledger.account(instrument.account)?;
        let mut metadata = account.profile.metadata.iter();
        let (_, prefix) = metadata.find(|(key, _)| *key == PREFIX_KEY)?;
        Some(prefix.to_owned())
    };
    instruments::all(service, &client.caller).find_map(prefix_of)
}

/// The currency of the default instrument, else rupees.
fn currency(service: &Service, client: &Client) -> Option<AssetId> {
    if let Some(instrument) = instruments::default(service, &client.caller) {
        return Some(instrument.asset);
    }
    let state = service.read();
    let found = state.ledger.asset_by_code(CURRENCY);
    found.map(|(asset, _)| asset)
}

fn draw_number(prefix: &str) -> String {
    let drawn = Secret::draw().hash();
    let letters = drawn.iter().take(LETTERS_OF_NUMBER).map(|byte| {
        let place = usize::from(byte % 32);
        LETTERS.get(place).map_or('0', |letter| char::from(*letter))
    });
    prefix.chars().chain(letters).collect()
}
