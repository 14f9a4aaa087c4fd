//! Pockets as they are to be opened or changed.

use super::fields::{optional_text, required, text};
use super::pockets::dollars;
use super::query::word;
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{PocketChange, PocketRequest, PocketStatus, Step};
use giro_ledger::action::{AccountChange, Holding, NewAccount};
use giro_ledger::security::InvestmentSet;
use giro_ledger::text::{Metadata, MetadataKey, MetadataValue, Name};
use giro_ledger::{Account, AccountId, Amount, Investment, Ledger, Strategy, Tags};
use serde_json::value::RawValue;

const STRATEGIES: [(&str, Strategy); 4] = [
    ("UST-4W", Strategy::Weeks4),
    ("UST-13W", Strategy::Weeks13),
    ("UST-26W", Strategy::Weeks26),
    ("UST-52W", Strategy::Weeks52),
];
const STATUSES: [(&str, PocketStatus); 4] = [
    ("PENDING", PocketStatus::Pending),
    ("OPEN", PocketStatus::Open),
    ("FROZEN", PocketStatus::Frozen),
    ("CLOSED", PocketStatus::Closed),
];
/// The metadata in which a pocket says why it was closed.
const CLOSURE_KEY: &str = "closure_reason";

/// In which T-bills money is to be invested: what arrives, and what matures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strategies {
    deposit: Option<Strategy>,
    reinvest: Option<Strategy>,
}

impl Strategies {
    /// How an account is to keep its money from now on, if anything is said about that: what is
    /// not said stays as it is, and what matures is invested like what arrives.
    ///
    /// # Errors
    /// [`Error::Invalid`] if what arrives would not be invested.
    pub fn set(self, ledger: &Ledger, account: AccountId) -> Result<Option<InvestmentSet>, Error> {
        if self == Strategies::default() {
            return Ok(None);
        }
        let now = ledger.investment(account);
        let deposit = self.deposit.or(now.map(|now| now.strategy));
        let strategy = deposit.ok_or_else(|| Error::missing(["body", "deposit_strategy_id"]))?;
        let reinvest = self.reinvest.or(match now {
            Some(now) => now.reinvest,
            None => Some(strategy),
        });
        let investment = Some(Investment {
            cash: dollars(ledger),
            strategy,
            reinvest,
        });
        let set = InvestmentSet {
            account,
            investment,
        };
        Ok(Some(set).filter(|set| set.investment.as_ref() != now))
    }
}

/// A pocket to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PocketOrder {
    name: Name,
    /// How its money is to be invested, if it is.
    pub strategies: Strategies,
}

impl PocketOrder {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of(request: &PocketRequest<'_>) -> Result<PocketOrder, Error> {
        const NAME: [&str; 2] = ["body", "pocket_name"];
        let name = name(required(NAME, request.pocket_name)?)?;
        let both = strategy("trading_strategy_id", request.trading_strategy_id)?;
        let deposit = strategy("deposit_strategy_id", request.deposit_strategy_id)?;
        let reinvest = strategy("reinvestment_strategy_id", request.reinvestment_strategy_id)?;
        let strategies = Strategies {
            deposit: deposit.or(both),
            reinvest: reinvest.or(both),
        };
        if strategies.deposit.is_none() && strategies.reinvest.is_some() {
            return Err(Error::missing(["body", "deposit_strategy_id"]));
        }
        Ok(PocketOrder { name, strategies })
    }

    /// The account that it is.
    pub fn account(self, ledger: &Ledger) -> NewAccount {
        NewAccount {
            name: self.name,
            alias: None,
            metadata: Metadata::default(),
            tags: Tags::default(),
            holdings: vec![Holding {
                asset: dollars(ledger),
                overdraft_limit: Amount::ZERO,
            }],
            holds_any_asset: false,
        }
    }
}

/// A change to a pocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PocketUpdate {
    name: Option<Name>,
    status: Option<PocketStatus>,
    closure_reason: Option<MetadataValue>,
    /// How its money is to be invested from now on.
    pub strategies: Strategies,
}

impl PocketUpdate {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn of(request: &PocketChange<'_>) -> Result<PocketUpdate, Error> {
        let place = ["body", "status"];
        let status = optional_text(place, request.status)?;
        let loc = || place.map(Step::Name).to_vec();
        let status = status.map(|text| word(&text, &STATUSES, loc)).transpose()?;
        let update = PocketUpdate {
            name: request.pocket_name.map(name).transpose()?,
            status,
            closure_reason: request.closure_reason.map(closure_reason).transpose()?,
            strategies: Strategies {
                deposit: strategy("deposit_strategy_id", request.deposit_strategy_id)?,
                reinvest: strategy("reinvestment_strategy_id", request.reinvestment_strategy_id)?,
            },
        };
        match update.closes() && update.closure_reason.is_none() {
            true => Err(Error::missing(["body", "closure_reason"])),
            false => Ok(update),
        }
    }

    /// Whether it closes the pocket.
    pub fn closes(&self) -> bool {
        self.status == Some(PocketStatus::Closed)
    }

    /// Checks that a status that is not changed to `CLOSED` is as it was.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check_status(&self, now: PocketStatus) -> Result<(), Error> {
        match self.status {
            Some(status) if status != now && !self.closes() => {
                let why = "Value error, a pocket can only be closed";
                Err(Error::invalid(["body", "status"], "value_error", why))
            }
            _ => Ok(()),
        }
    }

    /// What it changes of an account, if it does.
    pub fn change(&self, id: AccountId, account: &Account) -> Option<AccountChange> {
        let name = self.name.clone();
        let name = name.filter(|name| *name != account.profile.name);
        let reason = self.closure_reason.as_ref().filter(|_| self.closes());
        let metadata = reason.and_then(|reason| with_reason(&account.profile.metadata, reason));
        let changes = name.is_some() || metadata.is_some();
        changes.then_some(AccountChange {
            account: id,
            name,
            alias: None,
            metadata,
            tags: None,
            holdings: Vec::new(),
            only_if_updated_at: None,
        })
    }
}

/// The metadata of an account with why it was closed, unless there are too many already.
fn with_reason(metadata: &Metadata, reason: &MetadataValue) -> Option<Metadata> {
    let others = metadata.iter().filter(|(key, _)| *key != CLOSURE_KEY);
    let others = others.filter_map(|(key, value)| {
        let pair = (MetadataKey::new(key).ok()?, MetadataValue::new(value).ok()?);
        Some(pair)
    });
    let key = MetadataKey::new(CLOSURE_KEY).expect("a short plain text");
    let own = std::iter::once((key, reason.clone()));
    Metadata::new(others.chain(own).collect())
}

fn name(field: &RawValue) -> Result<Name, Error> {
    bounded("pocket_name", field, 140)
        .and_then(|text| Name::new(text).map_err(|why| refused("pocket_name", &why)))
}

fn closure_reason(field: &RawValue) -> Result<MetadataValue, Error> {
    bounded("closure_reason", field, 500)
        .and_then(|text| MetadataValue::new(text).map_err(|why| refused("closure_reason", &why)))
}

fn refused(name: &'static str, why: &dyn std::fmt::Display) -> Error {
    Error::invalid(
        ["body", name],
        "value_error",
        format!("Value error, it {why}"),
    )
}

/// A text of at least one character and at most so many.
fn bounded(name: &'static str, field: &RawValue, most: usize) -> Result<String, Error> {
    let place = ["body", name];
    let text = text(place, field)?;
    match text.chars().count() {
        0 => {
            let why = "String should have at least 1 character";
            Err(Error::invalid(place, "string_too_short", why))
        }
        count if count > most => {
            let why = format!("String should have at most {most} characters");
            Err(Error::invalid(place, "string_too_long", why))
        }
        _ => Ok(text),
    }
}

fn strategy(name: &'static str, field: Option<&RawValue>) -> Result<Option<Strategy>, Error> {
    let place = ["body", name];
    let text = optional_text(place, field)?;
    let loc = || place.map(Step::Name).to_vec();
    text.map(|text| word(&text, &STRATEGIES, loc)).transpose()
}
