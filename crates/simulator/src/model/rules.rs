//! What is allowed, but for transfers.

use super::{Account, Books, number, place};
use giro_ledger::Setting;
use giro_ledger::action::{AccountChange, BookStop, Holding, NewAccount, NewBook};
use giro_ledger::text::Alias;
use giro_ledger::{
    AccountId, Action, Asset, AssetId, AssetKind, BookId, BookSettings, Event, Rejection,
    SignedAmount, Stamp, SystemRole,
};
use std::collections::BTreeSet;

impl Books {
    /// What comes of `action`, or why not.
    pub(super) fn decide(&self, stamp: Stamp, action: &Action) -> Result<Event, Rejection> {
        let book = stamp.book;
        match action {
            Action::DefineAsset(asset) => self.define_asset(asset),
            Action::Refuse(refusal) => {
                self.must_have_book(book)?;
                Ok(Event::Refused(refusal.clone()))
            }
            Action::OpenBook(new) => self.open_book(new),
            Action::ChangeBook(change) => {
                check_changes(&change.settings)?;
                self.must_have_book(book)?;
                Ok(Event::BookChanged(change.clone()))
            }
            Action::StopBook(stop) => self.stop_book(book, stop),
            Action::AddPrincipal(new) => self.add_principal(book, stamp.principal, new),
            Action::RevokePrincipal(id) => self.revoke_principal(book, *id),
            Action::OpenAccount(new) => self.open_account(stamp, new),
            Action::ChangeAccount(change) => self.change_account(stamp, change),
            Action::FreezeAccount(freeze) => {
                self.must_be_usable(book, freeze.account)?;
                Ok(Event::AccountFrozen(freeze.clone()))
            }
            Action::CloseAccount(close) => self.close_account(stamp, close),
            Action::Transfer(request) => self.transfer(stamp, request).map(Event::Transfer),
            Action::Reverse(new) => self.reverse(stamp, new),
            Action::Capture(capture) => self.capture(stamp, capture),
            Action::Release(id, reason) => self.release(stamp, *id, reason),
            Action::Approve(subject) => self.approve(stamp, *subject),
            Action::Reject(subject, reason) => self.reject(stamp, *subject, reason),
            Action::Cancel(subject, reason) => self.cancel(stamp, *subject, reason),
            Action::Due(timer) => self.due(stamp, *timer),
            Action::ChangePolicy(change) => self.change_policy(stamp, change),
            Action::SetRate(new) => self.set_rate(stamp, new),
            Action::RemoveRate { source, target } => self.remove_rate(stamp, (*source, *target)),
            Action::ChangeFee(change) => self.change_fee(book, change),
            Action::Quote(new) => self.quote(stamp, new),
            Action::Execute(execution) => self.execute(stamp, execution),
            Action::SetCalendar(code, calendar) => {
                if giro_ledger::calendar::built_in(code).is_some() {
                    return Err(Rejection::CalendarMalformed { field: "code" });
                }
                self.must_have_book(book)?;
                self.must_not_be_narrowed(stamp.principal)?;
                Ok(Event::CalendarSet(code.clone(), calendar.clone()))
            }
            Action::AddSchedule(new) => self.add_schedule(stamp, new),
            Action::ChangeSchedule(change) => self.change_schedule(stamp, change),
            Action::AddInstrument(new) => self.add_instrument(stamp, new),
            Action::SetInvestment(set) => self.set_investment(stamp, set),
            Action::Trade(new) => self.trade(stamp, new),
            Action::Webhook(action) => self.webhook(stamp, action),
            Action::AddLimit(new) => self.add_limit(book, new),
            Action::ChangeLimit(change) => self.change_limit(book, change),
            Action::RemoveLimit(id) => {
                self.must_have_limit(book, *id)?;
                Ok(Event::LimitRemoved(*id))
            }
        }
    }

    fn define_asset(&self, asset: &Asset) -> Result<Event, Rejection> {
        if !is_code(&asset.code) || asset.decimals > 24 {
            return Err(Rejection::AssetMalformed);
        }
        for (place, other) in self.assets.iter().enumerate() {
            if other.code == asset.code {
                let place = u16::try_from(place).expect("the simulation is small");
                let asset = AssetId(place);
                return Err(Rejection::AssetConflict { asset });
            }
        }
        Ok(Event::AssetDefined(asset.clone()))
    }

    fn open_book(&self, new: &NewBook) -> Result<Event, Rejection> {
        check_settings(&new.settings)?;
        let id = BookId(number(self.books.len()));
        Ok(Event::BookOpened(id, new.clone()))
    }

    fn stop_book(&self, id: BookId, stop: &BookStop) -> Result<Event, Rejection> {
        let Some(book) = self.books.get(place(id.0)) else {
            return Err(Rejection::UnknownBook { book: id });
        };
        let stopped = book.stop.is_some();
        match stopped != stop.stopped {
            true => Ok(Event::BookStopped(stop.clone())),
            false => Err(Rejection::StopUnchanged { stopped }),
        }
    }

    fn open_account(&self, stamp: Stamp, new: &NewAccount) -> Result<Event, Rejection> {
        let book = stamp.book;
        if new.holdings.is_empty() && !new.holds_any_asset {
            return Err(Rejection::AssetListMalformed);
        }
        check_no_repetition(&new.holdings)?;
        self.must_have_book(book)?;
        self.must_have_assets(&new.holdings)?;
        self.alias_must_be_free(book, new.alias.as_ref(), None)?;
        if new.tags.iter().next().is_some() {
            self.must_not_be_narrowed(stamp.principal)?;
        }
        let id = AccountId(number(self.accounts.len()));
        Ok(Event::AccountOpened(id, new.clone()))
    }

    fn change_account(&self, stamp: Stamp, change: &AccountChange) -> Result<Event, Rejection> {
        let (book, id) = (stamp.book, change.account);
        check_no_repetition(&change.holdings)?;
        let account = self.must_have_account(book, id)?;
        self.must_have_assets(&change.holdings)?;
        if account.role.is_some() {
            return Err(Rejection::SystemAccount { account: id });
        }
        let updated_at = account.updated_at;
        if change.only_if_updated_at.unwrap_or(updated_at) != updated_at {
            return Err(Rejection::AccountOutdated {
                account: id,
                updated_at,
            });
        }
        let alias = change.alias.as_ref().and_then(Option::as_ref);
        self.alias_must_be_free(book, alias, Some(id))?;
        for holding in &change.holdings {
            let posted = self.balance(id, holding.asset);
            let held = self.held(id, holding.asset);
            if posted - held + holding.overdraft_limit.signed().minor() < 0 {
                return Err(Rejection::OverdraftInUse {
                    account: id,
                    asset: holding.asset,
                    posted: SignedAmount::new(posted),
                });
            }
        }
        if change.tags.is_some() {
            self.must_not_be_narrowed(stamp.principal)?;
        }
        if account.is_closed {
            return Err(Rejection::AccountClosed { account: id });
        }
        Ok(Event::AccountChanged(change.clone()))
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(place(id.0))
    }

    pub(super) fn must_have_book(&self, book: BookId) -> Result<(), Rejection> {
        match self.books.get(place(book.0)) {
            Some(_) => Ok(()),
            None => Err(Rejection::UnknownBook { book }),
        }
    }

    pub(super) fn must_have_account(
        &self,
        book: BookId,
        id: AccountId,
    ) -> Result<&Account, Rejection> {
        match self.account(id) {
            Some(account) if account.book == book => Ok(account),
            _ => Err(Rejection::UnknownAccount { account: id }),
        }
    }

    pub(super) fn must_be_usable(
        &self,
        book: BookId,
        id: AccountId,
    ) -> Result<&Account, Rejection> {
        let account = self.must_not_be_the_books(book, id)?;
        if account.is_closed {
            return Err(Rejection::AccountClosed { account: id });
        }
        Ok(account)
    }

    pub(super) fn must_not_be_the_books(
        &self,
        book: BookId,
        id: AccountId,
    ) -> Result<&Account, Rejection> {
        let account = self.must_have_account(book, id)?;
        match account.role {
            Some(_) => Err(Rejection::SystemAccount { account: id }),
            None => Ok(account),
        }
    }

    fn must_have_assets(&self, holdings: &[Holding]) -> Result<(), Rejection> {
        for holding in holdings {
            self.must_have_asset(holding.asset)?;
        }
        Ok(())
    }

    /// Whether an account holds an asset, or takes any.
    pub(super) fn must_take(
        &self,
        book: BookId,
        id: AccountId,
        asset: AssetId,
    ) -> Result<(), Rejection> {
        let account = self.must_have_account(book, id)?;
        match account.holds_any_asset || account.assets.contains(&asset) {
            true => Ok(()),
            false => Err(Rejection::AssetNotHeld { account: id, asset }),
        }
    }

    pub(crate) fn kind_of(&self, asset: AssetId) -> Option<AssetKind> {
        Some(self.assets.get(usize::from(asset.0))?.kind)
    }

    pub(super) fn decimals(&self, asset: AssetId) -> u8 {
        let asset = self.assets.get(usize::from(asset.0));
        asset.map_or(0, |asset| asset.decimals)
    }

    /// One of a book's own accounts: they come one after the other, the outside first.
    pub(super) fn system(&self, book: BookId, role: SystemRole) -> AccountId {
        let book = self.books.get(place(book.0)).expect("it was found before");
        let after = match role {
            SystemRole::External => 0,
            SystemRole::Fees => 1,
            SystemRole::Fx => 2,
            SystemRole::House => 3,
        };
        AccountId(book.external.0 + after)
    }

    pub(super) fn must_have_asset(&self, asset: AssetId) -> Result<(), Rejection> {
        match self.assets.get(usize::from(asset.0)) {
            Some(_) => Ok(()),
            None => Err(Rejection::UnknownAsset { asset }),
        }
    }

    fn alias_must_be_free(
        &self,
        book: BookId,
        alias: Option<&Alias>,
        own: Option<AccountId>,
    ) -> Result<(), Rejection> {
        let Some(alias) = alias else { return Ok(()) };
        for (place, account) in self.accounts.iter().enumerate() {
            let id = AccountId(number(place));
            if account.book == book && account.alias.as_ref() == Some(alias) && Some(id) != own {
                return Err(Rejection::AliasTaken { account: id });
            }
        }
        Ok(())
    }
}

/// Whether an asset can have this code.
pub(super) fn is_code(code: &str) -> bool {
    let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    !code.is_empty() && code.len() <= 24 && code.chars().all(|c| allowed.contains(c))
}

fn check_settings(settings: &BookSettings) -> Result<(), Rejection> {
    check_seconds("quote_ttl_seconds", settings.quote_ttl_seconds, 1)?;
    check_seconds("hold_ttl_seconds", settings.hold_ttl_seconds, 366)?;
    match settings.vendor_ip_allow_list.len() > 100 {
        true => Err(Rejection::SettingOutOfRange {
            setting: "vendor_ip_allow_list",
        }),
        false => Ok(()),
    }
}

/// Of a setting that is named twice, the last one counts; the quotes' is looked at first.
fn check_changes(changes: &[Setting]) -> Result<(), Rejection> {
    let mut settings = BookSettings::default();
    for change in changes {
        match change {
            Setting::QuoteTtlSeconds(seconds) => settings.quote_ttl_seconds = *seconds,
            Setting::HoldTtlSeconds(seconds) => settings.hold_ttl_seconds = *seconds,
            Setting::VendorIpAllowList(ranges) => settings.vendor_ip_allow_list = ranges.clone(),
            Setting::Settlement(_)
            | Setting::VendorRateLimits(_)
            | Setting::WebhooksToLoopback(_)
            | Setting::WebhooksToPrivate(_)
            | Setting::VendorHttpStatuses(_)
            | Setting::VendorTokensBoundToIp(_) => {}
        }
    }
    check_settings(&settings)
}

fn check_seconds(setting: &'static str, seconds: u32, days: u32) -> Result<(), Rejection> {
    match seconds == 0 || seconds > days * 24 * 60 * 60 {
        true => Err(Rejection::SettingOutOfRange { setting }),
        false => Ok(()),
    }
}

fn check_no_repetition(holdings: &[Holding]) -> Result<(), Rejection> {
    let assets: BTreeSet<AssetId> = holdings.iter().map(|holding| holding.asset).collect();
    if assets.len() < holdings.len() {
        return Err(Rejection::AssetListMalformed);
    }
    Ok(())
}
