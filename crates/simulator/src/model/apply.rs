//! What changes when something happens.

use super::transfers::signed;
use super::{Account, Book, Books, number, place};
use giro_ledger::action::{AccountChange, AccountFreeze, Holding, NewAccount, NewBook};
use giro_ledger::text::{Metadata, Name};
use giro_ledger::{
    AccountId, AssetId, BookId, Event, Freeze, SystemRole, Transfer, TransferStatus,
};
use giro_ledger::{BookSettings, Setting};

impl Books {
    /// Changes everything as `event` says, and returns the balance after each leg.
    pub(super) fn apply(&mut self, book: BookId, event: &Event) -> Vec<i128> {
        match event {
            Event::AssetDefined(asset) => self.assets.push(asset.clone()),
            Event::BookOpened(id, new) => self.add_book(*id, new),
            Event::BookChanged(change) => {
                let book = self.books.get_mut(place(book.0));
                let book = book.expect("only books that exist are changed");
                book.name = change.name.clone().unwrap_or(book.name.clone());
                for setting in &change.settings {
                    change_setting(&mut book.settings, *setting);
                }
            }
            Event::PrincipalAdded(_, new) => self.principals.push((new.book, false)),
            Event::PrincipalRevoked(id) => {
                let principal = self.principals.get_mut(place(id.0));
                principal.expect("only principals that exist are revoked").1 = true;
            }
            Event::AccountOpened(id, new) => self.add_account(book, *id, new),
            Event::AccountChanged(change) => self.change(change),
            Event::AccountFrozen(freeze) => self.freeze(freeze),
            Event::AccountClosed(id) => {
                let account = self.account_mut(*id);
                account.is_closed = true;
                account.alias = None;
            }
            Event::Transfer(transfer) => return self.transfer(transfer),
        }
        Vec::new()
    }

    fn add_book(&mut self, id: BookId, new: &NewBook) {
        self.books.push(Book {
            name: new.name.clone(),
            sandbox: new.sandbox,
            settings: new.settings.clone(),
            external: AccountId(number(self.accounts.len())),
        });
        let roles = [
            (SystemRole::External, "external"),
            (SystemRole::Fees, "fees"),
            (SystemRole::Fx, "fx"),
            (SystemRole::House, "house"),
        ];
        for (role, name) in roles {
            self.accounts.push(Account {
                book: id,
                role: Some(role),
                is_closed: false,
                freeze: Freeze::default(),
                name: Name::new(name).expect("a short name"),
                alias: None,
                metadata: Metadata::default(),
                holds_any_asset: true,
                assets: Vec::new(),
            });
        }
    }

    fn add_account(&mut self, book: BookId, id: AccountId, new: &NewAccount) {
        self.accounts.push(Account {
            book,
            role: None,
            is_closed: false,
            freeze: Freeze::default(),
            name: new.name.clone(),
            alias: new.alias.clone(),
            metadata: new.metadata.clone(),
            holds_any_asset: new.holds_any_asset,
            assets: Vec::new(),
        });
        for holding in &new.holdings {
            self.set_limit(id, holding);
        }
    }

    fn change(&mut self, change: &AccountChange) {
        let account = self.account_mut(change.account);
        if let Some(name) = &change.name {
            account.name = name.clone();
        }
        if let Some(alias) = &change.alias {
            account.alias = alias.clone();
        }
        if let Some(metadata) = &change.metadata {
            account.metadata = metadata.clone();
        }
        for holding in &change.holdings {
            self.set_limit(change.account, holding);
        }
    }

    fn freeze(&mut self, freeze: &AccountFreeze) {
        self.account_mut(freeze.account).freeze = Freeze {
            debits: freeze.debits,
            credits: freeze.credits,
            reason: freeze.reason.clone(),
        };
    }

    fn set_limit(&mut self, account: AccountId, holding: &Holding) {
        self.hold(account, holding.asset);
        let limit = holding.overdraft_limit.signed().minor();
        self.limits.insert((account, holding.asset), limit);
    }

    fn transfer(&mut self, transfer: &Transfer) -> Vec<i128> {
        let is_completed = transfer.status == TransferStatus::Completed;
        let mut posted = Vec::new();
        for leg in &transfer.request.legs {
            // An asset that was asked for is listed, even if nothing of it ever arrives.
            self.hold(leg.account, leg.asset);
            let balance = self.balances.entry((leg.account, leg.asset)).or_default();
            if is_completed {
                *balance += signed(leg);
            }
            posted.push(*balance);
        }
        posted
    }

    fn hold(&mut self, account: AccountId, asset: AssetId) {
        let assets = &mut self.account_mut(account).assets;
        if !assets.contains(&asset) {
            assets.push(asset);
        }
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        let account = self.accounts.get_mut(place(id.0));
        account.expect("what is decided concerns accounts that exist")
    }
}

fn change_setting(settings: &mut BookSettings, setting: Setting) {
    match setting {
        Setting::QuoteTtlSeconds(seconds) => settings.quote_ttl_seconds = seconds,
        Setting::Settlement(settlement) => settings.settlement = settlement,
        Setting::VendorRateLimits(on) => settings.vendor_rate_limits = on,
        Setting::WebhooksToLoopback(on) => settings.webhooks_to_loopback = on,
    }
}
