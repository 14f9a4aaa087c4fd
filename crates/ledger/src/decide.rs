//! The rules: which event an action leads to, or why not.
//!
//! Every rule follows the same order: what makes no sense, what does not exist, what is not
//! possible now. Once past the last check, an action must succeed: applying its event has no
//! way to fail.

use crate::access::{Capability, PrincipalId};
use crate::action::{
    AccountChange, AccountFreeze, BookChange, BookStop, Holding, NewAccount, NewBook, NewPrincipal,
};
use crate::text::Alias;
use crate::{
    Account, AccountId, AccountStatus, Action, Amount, Asset, AssetId, Book, BookId, BookSettings,
    Calendar, CalendarCode, Event, Ledger, NewTransfer, Rejection, Stamp,
};

mod approval;
mod batch;
mod change;
mod close;
mod due;
mod exchange;
mod fee;
mod grant;
mod hold;
mod limit;
mod preview;
mod quote;
mod reversal;
mod schedule;
mod security;
mod trade;
mod transfer;
mod webhook;

pub use preview::Preview;
pub use schedule::Upcoming;
pub(crate) use security::as_asset;

impl Ledger {
    /// Decides what comes of `action`. Changes nothing.
    ///
    /// A transfer that is well-formed but not possible now comes back as an event, too: the
    /// declined transfer, which is put on record.
    ///
    /// # Errors
    /// The first [`Rejection`] that applies, in order of precedence.
    pub fn decide(&self, stamp: Stamp, action: Action) -> Result<Event, Rejection> {
        let book = stamp.book;
        match action {
            Action::Transfer(new) => {
                check_asked_for(&new);
                self.decide_transfer(stamp, new)
            }
            Action::Reverse(new) => self.decide_reversal(stamp, *new),
            Action::Capture(capture) => self.decide_capture(stamp, &capture),
            Action::Release(id, reason) => self.decide_release(stamp, id, reason),
            Action::Approve(subject) => self.decide_approve(stamp, subject),
            Action::Reject(subject, reason) => self.decide_reject(stamp, subject, reason),
            Action::Cancel(subject, reason) => self.decide_cancel(stamp, subject, reason),
            Action::Due(timer) => self.decide_due(stamp, timer),
            Action::ChangePolicy(change) => self.decide_change_policy(stamp, *change),
            Action::AddLimit(new) => self.decide_add_limit(book, new),
            Action::ChangeLimit(change) => self.decide_change_limit(book, change),
            Action::RemoveLimit(id) => self.decide_remove_limit(book, id),
            Action::StopBook(stop) => self.decide_stop_book(book, stop),
            Action::SetRate(new) => self.decide_set_rate(stamp, *new),
            Action::RemoveRate { source, target } => self.decide_remove_rate(stamp, source, target),
            Action::ChangeFee(change) => self.decide_change_fee(book, *change),
            Action::Quote(new) => self.decide_quote(stamp, *new),
            Action::Execute(execution) => self.decide_execute(stamp, *execution),
            Action::SetCalendar(code, calendar) => self.decide_set_calendar(stamp, code, calendar),
            Action::AddSchedule(new) => self.decide_add_schedule(stamp, *new),
            Action::ChangeSchedule(change) => self.decide_change_schedule(stamp, change),
            Action::AddInstrument(new) => self.decide_add_instrument(stamp, *new),
            Action::SetInvestment(set) => self.decide_set_investment(stamp, set),
            Action::Trade(new) => self.decide_trade(stamp, new),
            Action::Webhook(action) => self.decide_webhook(stamp, *action),
            Action::Refuse(refusal) => {
                self.known_book(book)?;
                Ok(Event::Refused(refusal))
            }
            Action::DefineAsset(asset) => self.decide_define_asset(asset),
            Action::OpenBook(new) => self.decide_open_book(new),
            Action::ChangeBook(change) => self.decide_change_book(book, change),
            Action::AddPrincipal(new) => self.decide_add_principal(stamp, new),
            Action::RevokePrincipal(id) => self.decide_revoke_principal(book, id),
            Action::OpenAccount(new) => self.decide_open_account(stamp, new),
            Action::ChangeAccount(change) => self.decide_change_account(stamp, change),
            Action::FreezeAccount(freeze) => self.decide_freeze_account(book, freeze),
            Action::CloseAccount(close) => self.decide_close_account(stamp, &close),
        }
    }

    fn decide_define_asset(&self, asset: Asset) -> Result<Event, Rejection> {
        if !asset.is_well_formed() || self.assets().count() >= usize::from(u16::MAX) {
            return Err(Rejection::AssetMalformed);
        }
        if let Some((asset, _)) = self.asset_by_code(&asset.code) {
            return Err(Rejection::AssetConflict { asset });
        }
        Ok(Event::AssetDefined(asset))
    }

    fn decide_open_book(&self, new: NewBook) -> Result<Event, Rejection> {
        check_settings(&new.settings)?;
        Ok(Event::BookOpened(self.next_book(), new))
    }

    fn decide_change_book(&self, book: BookId, change: BookChange) -> Result<Event, Rejection> {
        check_settings(&BookSettings::default().with(&change.settings))?;
        self.known_book(book)?;
        Ok(Event::BookChanged(change))
    }

    /// Within a book, principals are added to that book; an operator, who is asked for in no
    /// book, adds operators and the first principal of a new book.
    fn decide_add_principal(&self, stamp: Stamp, new: NewPrincipal) -> Result<Event, Rejection> {
        let asked_in = stamp.book;
        if new.book.is_some() && new.capabilities.contains(Capability::BooksWrite) {
            return Err(Rejection::CapabilityNotGrantable);
        }
        if let Some(grant) = &new.grant {
            grant::check_form(grant)?;
        }
        if self.book(asked_in).is_some() && new.book != Some(asked_in) {
            return Err(Rejection::UnknownBook {
                book: new.book.unwrap_or(asked_in),
            });
        }
        if let Some(book) = new.book {
            self.known_book(book)?;
            for account in new.grant.iter().flat_map(|grant| &grant.accounts) {
                self.known_account(book, *account)?;
            }
        }
        let mut amounts = new.grant.iter().flat_map(|grant| &grant.amounts);
        if let Some((asset, _)) = amounts.find(|(asset, _)| self.asset(*asset).is_none()) {
            return Err(Rejection::UnknownAsset { asset: *asset });
        }
        self.check_no_grant(stamp.principal)?;
        Ok(Event::PrincipalAdded(self.next_principal(), new))
    }

    fn decide_revoke_principal(&self, book: BookId, id: PrincipalId) -> Result<Event, Rejection> {
        let own = self.book(book).map(|_| book);
        let found = self.principal(id).filter(|principal| principal.book == own);
        let principal = found.ok_or(Rejection::UnknownPrincipal { principal: id })?;
        if principal.revoked_at.is_some() {
            return Err(Rejection::AlreadyRevoked { principal: id });
        }
        Ok(Event::PrincipalRevoked(id))
    }

    /// Whoever is narrowed cannot give somebody else what they do not have, nor get more by tags.
    fn check_no_grant(&self, principal: PrincipalId) -> Result<(), Rejection> {
        match self.principal(principal).and_then(|one| one.grant.as_ref()) {
            Some(_) => Err(Rejection::GrantNotExtendable),
            None => Ok(()),
        }
    }

    fn decide_open_account(&self, stamp: Stamp, new: NewAccount) -> Result<Event, Rejection> {
        let book = stamp.book;
        if new.holdings.is_empty() && !new.holds_any_asset {
            return Err(Rejection::AssetListMalformed);
        }
        check_no_asset_twice(&new.holdings)?;
        self.known_book(book)?;
        self.check_assets(&new.holdings)?;
        self.check_alias(book, new.alias.as_ref(), None)?;
        if !new.tags.is_empty() {
            self.check_no_grant(stamp.principal)?;
        }
        Ok(Event::AccountOpened(self.next_account(), new))
    }

    fn decide_change_account(
        &self,
        stamp: Stamp,
        change: AccountChange,
    ) -> Result<Event, Rejection> {
        check_no_asset_twice(&change.holdings)?;
        let book = stamp.book;
        let account = self.known_account(book, change.account)?;
        self.check_assets(&change.holdings)?;
        check_not_system(change.account, account)?;
        let updated_at = account.updated_at;
        if change.only_if_updated_at.is_some_and(|at| at != updated_at) {
            let account = change.account;
            return Err(Rejection::AccountOutdated {
                account,
                updated_at,
            });
        }
        if let Some(alias) = &change.alias {
            self.check_alias(book, alias.as_ref(), Some(change.account))?;
        }
        for holding in &change.holdings {
            self.check_overdraft(change.account, account, holding)?;
        }
        if change.tags.is_some() {
            self.check_no_grant(stamp.principal)?;
        }
        check_not_closed(change.account, account)?;
        Ok(Event::AccountChanged(change))
    }

    /// A lower overdraft limit must still cover what is in use.
    fn check_overdraft(
        &self,
        id: AccountId,
        account: &Account,
        holding: &Holding,
    ) -> Result<(), Rejection> {
        let Some(line) = account.line(holding.asset).and_then(|line| self.line(line)) else {
            return Ok(());
        };
        let mut changed = line.clone();
        changed.overdraft_limit = Some(holding.overdraft_limit);
        if changed
            .available()
            .is_some_and(|available| available.minor() < 0)
        {
            let (asset, posted) = (holding.asset, line.posted);
            return Err(Rejection::OverdraftInUse {
                account: id,
                asset,
                posted,
            });
        }
        Ok(())
    }

    fn decide_freeze_account(
        &self,
        book: BookId,
        freeze: AccountFreeze,
    ) -> Result<Event, Rejection> {
        self.own_account(book, freeze.account)?;
        Ok(Event::AccountFrozen(freeze))
    }

    /// A calendar that is built in cannot be set: everybody knows what it says.
    fn decide_set_calendar(
        &self,
        stamp: Stamp,
        code: CalendarCode,
        calendar: Box<Calendar>,
    ) -> Result<Event, Rejection> {
        if crate::calendar::built_in(&code).is_some() {
            return Err(Rejection::CalendarMalformed { field: "code" });
        }
        let book = stamp.book;
        self.known_book(book)?;
        self.check_no_grant(stamp.principal)?;
        if self.own_calendar(book, &code).is_none() {
            full("calendars", self.own_calendars(book).count(), 100)?;
        }
        Ok(Event::CalendarSet(code, calendar))
    }

    fn decide_stop_book(&self, book: BookId, stop: BookStop) -> Result<Event, Rejection> {
        let stopped = self.known_book(book)?.stop.is_some();
        match stopped == stop.stopped {
            true => Err(Rejection::StopUnchanged { stopped }),
            false => Ok(Event::BookStopped(stop)),
        }
    }

    fn known_book(&self, id: BookId) -> Result<&Book, Rejection> {
        self.book(id).ok_or(Rejection::UnknownBook { book: id })
    }

    fn known_account(&self, book: BookId, id: AccountId) -> Result<&Account, Rejection> {
        self.account_in(book, id)
            .ok_or(Rejection::UnknownAccount { account: id })
    }

    /// An account of the book that is neither the book's own nor closed.
    fn own_account(&self, book: BookId, id: AccountId) -> Result<&Account, Rejection> {
        let account = self.known_account(book, id)?;
        check_not_system(id, account)?;
        check_not_closed(id, account)?;
        Ok(account)
    }

    fn check_alias(
        &self,
        book: BookId,
        alias: Option<&Alias>,
        own: Option<AccountId>,
    ) -> Result<(), Rejection> {
        match alias.and_then(|alias| self.account_by_alias(book, alias)) {
            Some(account) if Some(account) != own => Err(Rejection::AliasTaken { account }),
            _ => Ok(()),
        }
    }

    fn check_assets(&self, holdings: &[Holding]) -> Result<(), Rejection> {
        let mut assets = holdings.iter().map(|holding| holding.asset);
        match assets.find(|asset| self.asset(*asset).is_none()) {
            Some(asset) => Err(Rejection::UnknownAsset { asset }),
            None => Ok(()),
        }
    }
}

fn check_no_asset_twice(holdings: &[Holding]) -> Result<(), Rejection> {
    let mut assets: Vec<AssetId> = holdings.iter().map(|holding| holding.asset).collect();
    assets.sort_unstable();
    if assets
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
    {
        return Err(Rejection::AssetListMalformed);
    }
    Ok(())
}

fn check_not_system(id: AccountId, account: &Account) -> Result<(), Rejection> {
    match account.role {
        Some(_) => Err(Rejection::SystemAccount { account: id }),
        None => Ok(()),
    }
}

fn check_not_closed(id: AccountId, account: &Account) -> Result<(), Rejection> {
    match account.status {
        AccountStatus::Closed => Err(Rejection::AccountClosed { account: id }),
        AccountStatus::Open | AccountStatus::Frozen => Ok(()),
    }
}

fn check_settings(settings: &BookSettings) -> Result<(), Rejection> {
    if !(1..=BookSettings::MAX_QUOTE_TTL_SECONDS).contains(&settings.quote_ttl_seconds) {
        return Err(Rejection::SettingOutOfRange {
            setting: "quote_ttl_seconds",
        });
    }
    if !(1..=BookSettings::MAX_HOLD_TTL_SECONDS).contains(&settings.hold_ttl_seconds) {
        return Err(Rejection::SettingOutOfRange {
            setting: "hold_ttl_seconds",
        });
    }
    if settings.vendor_ip_allow_list.len() > BookSettings::MAX_IP_RANGES {
        return Err(Rejection::SettingOutOfRange {
            setting: "vendor_ip_allow_list",
        });
    }
    Ok(())
}

/// Whether a book has as many of something as it can have: what it keeps is kept in memory, which
/// it shares with others.
fn full(what: &'static str, count: usize, max: u32) -> Result<(), Rejection> {
    match u32::try_from(count).is_ok_and(|count| count < max) {
        true => Ok(()),
        false => Err(Rejection::BookFull { what, max }),
    }
}

/// What only the ledger itself puts into the terms of a transfer cannot be asked for.
///
/// # Panics
/// If it is: no request can say that, so whoever passed it on is wrong.
fn check_asked_for(request: &NewTransfer) {
    if let Some(terms) = &request.terms {
        assert!(
            terms.can_be_asked_for(),
            "asked for as if the ledger had made it: {terms:?}"
        );
    }
}

/// The sum, or [`Rejection::AmountTooLarge`].
fn sum(total: Amount, amount: Amount) -> Result<Amount, Rejection> {
    total.checked_add(amount).ok_or(Rejection::AmountTooLarge)
}

#[cfg(test)]
mod tests;
