//! What is allowed, but for transfers.

use super::{Account, Books, number, place};
use giro_ledger::Setting;
use giro_ledger::action::{AccountChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::Alias;
use giro_ledger::{
    AccountId, Action, Asset, AssetId, BookId, BookSettings, Capability, Event, PrincipalId,
    Rejection, SignedAmount, Transfer, TransferStatus,
};
use std::collections::BTreeSet;

impl Books {
    /// What comes of `action`, or why not.
    pub(super) fn decide(&self, book: BookId, action: &Action) -> Result<Event, Rejection> {
        match action {
            Action::DefineAsset(asset) => self.define_asset(asset),
            Action::OpenBook(new) => self.open_book(new),
            Action::ChangeBook(change) => {
                change.settings.iter().try_for_each(check_setting)?;
                self.must_have_book(book)?;
                Ok(Event::BookChanged(change.clone()))
            }
            Action::AddPrincipal(new) => self.add_principal(book, new),
            Action::RevokePrincipal(id) => self.revoke_principal(book, *id),
            Action::OpenAccount(new) => self.open_account(book, new),
            Action::ChangeAccount(change) => self.change_account(book, change),
            Action::FreezeAccount(freeze) => {
                self.must_be_usable(book, freeze.account)?;
                Ok(Event::AccountFrozen(freeze.clone()))
            }
            Action::CloseAccount(id) => self.close_account(book, *id),
            Action::Transfer(request) => {
                let request = request.clone();
                self.check_sense(book, &request)?;
                let status = match self.check_possible(&request) {
                    Ok(()) => TransferStatus::Completed,
                    Err(why) => TransferStatus::Declined(why),
                };
                Ok(Event::Transfer(Transfer { request, status }))
            }
        }
    }

    fn define_asset(&self, asset: &Asset) -> Result<Event, Rejection> {
        let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
        let is_short = !asset.code.is_empty() && asset.code.len() <= 24;
        if !is_short || asset.decimals > 24 || !asset.code.chars().all(|c| allowed.contains(c)) {
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

    /// Who is asked in a book is of that book; operators are asked for in none.
    fn add_principal(&self, asked_in: BookId, new: &NewPrincipal) -> Result<Event, Rejection> {
        if new.book.is_some() && new.capabilities.contains(Capability::BooksWrite) {
            return Err(Rejection::CapabilityNotGrantable);
        }
        let is_in_book = self.must_have_book(asked_in).is_ok();
        match new.book {
            None if is_in_book => return Err(Rejection::UnknownBook { book: asked_in }),
            Some(book) if is_in_book && book != asked_in => {
                return Err(Rejection::UnknownBook { book });
            }
            Some(book) => self.must_have_book(book)?,
            None => {}
        }
        let id = PrincipalId(number(self.principals.len()));
        Ok(Event::PrincipalAdded(id, new.clone()))
    }

    fn revoke_principal(&self, book: BookId, principal: PrincipalId) -> Result<Event, Rejection> {
        let Some((of, is_revoked)) = self.principals.get(place(principal.0)) else {
            return Err(Rejection::UnknownPrincipal { principal });
        };
        let may_see = match of {
            Some(of) => *of == book,
            None => self.must_have_book(book).is_err(),
        };
        match (may_see, is_revoked) {
            (false, _) => Err(Rejection::UnknownPrincipal { principal }),
            (true, true) => Err(Rejection::AlreadyRevoked { principal }),
            (true, false) => Ok(Event::PrincipalRevoked(principal)),
        }
    }

    fn open_account(&self, book: BookId, new: &NewAccount) -> Result<Event, Rejection> {
        if new.holdings.is_empty() && !new.holds_any_asset {
            return Err(Rejection::AssetListMalformed);
        }
        check_no_repetition(&new.holdings)?;
        self.must_have_book(book)?;
        self.must_have_assets(&new.holdings)?;
        self.alias_must_be_free(book, new.alias.as_ref(), None)?;
        let id = AccountId(number(self.accounts.len()));
        Ok(Event::AccountOpened(id, new.clone()))
    }

    fn change_account(&self, book: BookId, change: &AccountChange) -> Result<Event, Rejection> {
        let id = change.account;
        check_no_repetition(&change.holdings)?;
        let account = self.must_have_account(book, id)?;
        self.must_have_assets(&change.holdings)?;
        if account.role.is_some() {
            return Err(Rejection::SystemAccount { account: id });
        }
        let alias = change.alias.as_ref().and_then(Option::as_ref);
        self.alias_must_be_free(book, alias, Some(id))?;
        for holding in &change.holdings {
            let posted = self.balance(id, holding.asset);
            if posted + holding.overdraft_limit.signed().minor() < 0 {
                return Err(Rejection::OverdraftInUse {
                    account: id,
                    asset: holding.asset,
                    posted: SignedAmount::new(posted),
                });
            }
        }
        if account.is_closed {
            return Err(Rejection::AccountClosed { account: id });
        }
        Ok(Event::AccountChanged(change.clone()))
    }

    fn close_account(&self, book: BookId, id: AccountId) -> Result<Event, Rejection> {
        let account = self.must_be_usable(book, id)?;
        for asset in &account.assets {
            let posted = self.balance(id, *asset);
            if posted != 0 {
                return Err(Rejection::AccountNotEmpty {
                    account: id,
                    asset: *asset,
                    posted: SignedAmount::new(posted),
                });
            }
        }
        Ok(Event::AccountClosed(id))
    }

    /// The balance; 0 if the account never had any of the asset.
    pub(crate) fn balance(&self, account: AccountId, asset: AssetId) -> i128 {
        self.balances.get(&(account, asset)).copied().unwrap_or(0)
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(place(id.0))
    }

    fn must_have_book(&self, book: BookId) -> Result<(), Rejection> {
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

    fn must_be_usable(&self, book: BookId, id: AccountId) -> Result<&Account, Rejection> {
        let account = self.must_have_account(book, id)?;
        if account.role.is_some() {
            return Err(Rejection::SystemAccount { account: id });
        }
        if account.is_closed {
            return Err(Rejection::AccountClosed { account: id });
        }
        Ok(account)
    }

    fn must_have_assets(&self, holdings: &[Holding]) -> Result<(), Rejection> {
        for holding in holdings {
            self.must_have_asset(holding.asset)?;
        }
        Ok(())
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

fn check_settings(settings: &BookSettings) -> Result<(), Rejection> {
    check_ttl(settings.quote_ttl_seconds)
}

fn check_setting(setting: &Setting) -> Result<(), Rejection> {
    match *setting {
        Setting::QuoteTtlSeconds(seconds) => check_ttl(seconds),
        Setting::Settlement(_) | Setting::VendorRateLimits(_) | Setting::WebhooksToLoopback(_) => {
            Ok(())
        }
    }
}

fn check_ttl(seconds: u32) -> Result<(), Rejection> {
    if seconds == 0 || seconds > 24 * 60 * 60 {
        let setting = "quote_ttl_seconds";
        return Err(Rejection::SettingOutOfRange { setting });
    }
    Ok(())
}

fn check_no_repetition(holdings: &[Holding]) -> Result<(), Rejection> {
    let assets: BTreeSet<AssetId> = holdings.iter().map(|holding| holding.asset).collect();
    if assets.len() < holdings.len() {
        return Err(Rejection::AssetListMalformed);
    }
    Ok(())
}
