//! The state of a shard's books, and how events change it.

use crate::account::Profile;
use crate::action::{
    AccountChange, AccountFreeze, BookChange, Holding, NewAccount, NewBook, NewPrincipal,
};
use crate::text::{Alias, Metadata, Name};
use crate::{
    Account, AccountId, AccountStatus, Amount, Asset, AssetId, Book, BookId, Event, Freeze, Leg,
    Line, LineId, Principal, PrincipalId, Side, SignedAmount, SystemRole, Timestamp, Transfer,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that the rules need to know: the fold of all events of a shard.
///
/// Things are numbered densely in the order of their events, so that the hot path indexes
/// vectors and hashes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    assets: Vec<Asset>,
    asset_codes: BTreeMap<Box<str>, AssetId>,
    books: Vec<Book>,
    principals: Vec<Principal>,
    accounts: Vec<Account>,
    lines: Vec<Line>,
    aliases: BTreeMap<(BookId, Alias), AccountId>,
}

impl Ledger {
    /// A shard before its first event.
    pub fn new() -> Ledger {
        Ledger::default()
    }

    /// All assets, in the order of their numbers.
    pub fn assets(&self) -> impl Iterator<Item = (AssetId, &Asset)> {
        (0..=u16::MAX).map(AssetId).zip(&self.assets)
    }

    /// One asset.
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(usize::from(id.0))
    }

    /// The asset of that code.
    pub fn asset_by_code(&self, code: &str) -> Option<(AssetId, &Asset)> {
        let id = *self.asset_codes.get(code)?;
        Some((id, self.asset(id)?))
    }

    /// All books, in the order of their numbers.
    pub fn books(&self) -> impl Iterator<Item = (BookId, &Book)> {
        (0..=u32::MAX).map(BookId).zip(&self.books)
    }

    /// One book.
    pub fn book(&self, id: BookId) -> Option<&Book> {
        self.books.get(index(id.0))
    }

    /// All principals, in the order of their numbers.
    pub fn principals(
        &self,
    ) -> impl DoubleEndedIterator<Item = (PrincipalId, &Principal)> + ExactSizeIterator {
        self.principals
            .iter()
            .enumerate()
            .map(|(place, principal)| (PrincipalId(number(place)), principal))
    }

    /// One principal.
    pub fn principal(&self, id: PrincipalId) -> Option<&Principal> {
        self.principals.get(index(id.0))
    }

    /// All accounts from the number `from` on, in the order of their numbers.
    pub fn accounts_from(&self, from: AccountId) -> impl Iterator<Item = (AccountId, &Account)> {
        let rest = self.accounts.get(index(from.0)..).unwrap_or_default();
        (from.0..=u32::MAX).map(AccountId).zip(rest)
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(index(id.0))
    }

    /// One account, if it is in that book. What is in another book does not exist.
    pub fn account_in(&self, book: BookId, id: AccountId) -> Option<&Account> {
        self.account(id).filter(|account| account.book == book)
    }

    /// The account of that alias.
    pub fn account_by_alias(&self, book: BookId, alias: &Alias) -> Option<AccountId> {
        self.aliases.get(&(book, alias.clone())).copied()
    }

    /// One balance line.
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.get(index(id.0))
    }

    /// All balance lines, in the order of their numbers.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = (LineId, &Line)> {
        self.lines
            .iter()
            .enumerate()
            .map(|(place, line)| (LineId(number(place)), line))
    }

    /// The number that the next account gets.
    pub fn next_account(&self) -> AccountId {
        AccountId(number(self.accounts.len()))
    }

    /// The number that the next book gets.
    pub fn next_book(&self) -> BookId {
        BookId(number(self.books.len()))
    }

    /// The number that the next principal gets.
    pub fn next_principal(&self) -> PrincipalId {
        PrincipalId(number(self.principals.len()))
    }

    /// Changes the state by what happened in `book` at `at`.
    ///
    /// `touched` is told, leg by leg, which line a transfer concerns and the line's balance after
    /// that leg; for a declined one, the balance as it was and stays.
    ///
    /// # Panics
    /// If the event cannot have come from [`decide`](Ledger::decide) on this state. Then the log
    /// and the state have parted, and going on would be worse than stopping.
    pub fn apply(
        &mut self,
        book: BookId,
        event: &Event,
        at: Timestamp,
        touched: impl FnMut(LineId, SignedAmount),
    ) {
        match event {
            Event::Transfer(transfer) => self.apply_transfer(transfer, touched),
            Event::AssetDefined(asset) => self.define_asset(asset),
            Event::BookOpened(id, new) => self.open_book(*id, new, at),
            Event::BookChanged(change) => self.change_book(book, change),
            Event::PrincipalAdded(id, new) => self.add_principal(*id, new, at),
            Event::PrincipalRevoked(id) => {
                let principal = self.principals.get_mut(index(id.0));
                principal.expect("decide checked").revoked_at = Some(at);
            }
            Event::AccountOpened(id, new) => self.open_account(book, *id, new, at),
            Event::AccountChanged(change) => self.change_account(book, change, at),
            Event::AccountFrozen(freeze) => self.freeze_account(freeze, at),
            Event::AccountClosed(id) => self.close_account(book, *id, at),
        }
    }

    pub(crate) fn apply_transfer(
        &mut self,
        transfer: &Transfer,
        mut touched: impl FnMut(LineId, SignedAmount),
    ) {
        for leg in &transfer.request.legs {
            let id = self.line_for(leg);
            let line = self.line_mut(id);
            if transfer.is_completed() {
                line.posted = posted_after(line.posted, leg).expect("decide checked the range");
            }
            touched(id, line.posted);
        }
    }

    /// The line that a leg concerns. One that does not exist yet is made: decide let the leg pass,
    /// so the account takes any asset.
    fn line_for(&mut self, leg: &Leg) -> LineId {
        let account = self.account(leg.account).expect("decide checked");
        match account.line(leg.asset) {
            Some(line) => line,
            None => {
                let unlimited = account.role.is_some_and(SystemRole::may_go_negative);
                self.add_line(leg.account, leg.asset, (!unlimited).then_some(Amount::ZERO))
            }
        }
    }

    fn add_line(
        &mut self,
        account: AccountId,
        asset: AssetId,
        overdraft_limit: Option<Amount>,
    ) -> LineId {
        let id = LineId(number(self.lines.len()));
        let line = Line {
            account,
            asset,
            posted: SignedAmount::ZERO,
            held: Amount::ZERO,
            overdraft_limit,
        };
        self.lines.push(line);
        self.account_mut(account).lines.push((asset, id));
        id
    }

    /// Takes back the lines made since there were `count` of them.
    pub(crate) fn truncate_lines(&mut self, count: usize) {
        while self.lines.len() > count {
            let line = self.lines.pop().expect("longer than count");
            self.account_mut(line.account).lines.pop();
        }
    }

    pub(crate) fn restore_posted(&mut self, id: LineId, posted: SignedAmount) {
        self.line_mut(id).posted = posted;
    }

    fn line_mut(&mut self, id: LineId) -> &mut Line {
        let line = self.lines.get_mut(index(id.0));
        line.expect("only lines that exist have numbers")
    }

    fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts
            .get_mut(index(id.0))
            .expect("decide checked that the account exists")
    }

    fn define_asset(&mut self, asset: &Asset) {
        let id =
            AssetId(u16::try_from(self.assets.len()).expect("decide checked the number of assets"));
        self.asset_codes.insert(asset.code.clone(), id);
        self.assets.push(asset.clone());
    }

    fn open_book(&mut self, id: BookId, new: &NewBook, at: Timestamp) {
        assert_eq!(id, self.next_book(), "books are numbered in order");
        let first_system_account = self.next_account();
        let (name, sandbox, settings) = (new.name.clone(), new.sandbox, new.settings.clone());
        self.books.push(Book {
            name,
            sandbox,
            settings,
            opened_at: at,
            first_system_account,
        });
        for role in SystemRole::ALL {
            let name = Name::new(role.name()).expect("the names of roles are short and plain");
            let profile = unfrozen(name, None, Metadata::default());
            self.push_account(id, Some(role), true, profile, at);
        }
    }

    fn push_account(
        &mut self,
        book: BookId,
        role: Option<SystemRole>,
        holds_any_asset: bool,
        profile: Profile,
        at: Timestamp,
    ) {
        self.accounts.push(Account {
            book,
            role,
            status: AccountStatus::Open,
            lines: SmallVec::new(),
            holds_any_asset,
            opened_at: at,
            updated_at: at,
            profile: Arc::new(profile),
        });
    }

    fn change_book(&mut self, id: BookId, change: &BookChange) {
        let book = self.books.get_mut(index(id.0)).expect("decide checked");
        if let Some(name) = &change.name {
            book.name = name.clone();
        }
        book.settings = book.settings.clone().with(&change.settings);
    }

    fn add_principal(&mut self, id: PrincipalId, new: &NewPrincipal, at: Timestamp) {
        assert_eq!(
            id,
            self.next_principal(),
            "principals are numbered in order"
        );
        self.principals.push(Principal {
            book: new.book,
            name: new.name.clone(),
            capabilities: new.capabilities,
            credential: new.credential.clone(),
            added_at: at,
            revoked_at: None,
        });
    }

    fn open_account(&mut self, book: BookId, id: AccountId, new: &NewAccount, at: Timestamp) {
        assert_eq!(id, self.next_account(), "accounts are numbered in order");
        let (name, alias, metadata) = (new.name.clone(), new.alias.clone(), new.metadata.clone());
        if let Some(alias) = &alias {
            self.aliases.insert((book, alias.clone()), id);
        }
        let profile = unfrozen(name, alias, metadata);
        self.push_account(book, None, new.holds_any_asset, profile, at);
        for holding in &new.holdings {
            self.add_line(id, holding.asset, Some(holding.overdraft_limit));
        }
    }

    fn change_account(&mut self, book: BookId, change: &AccountChange, at: Timestamp) {
        let id = change.account;
        let account = self.account_mut(id);
        account.updated_at = at;
        let profile = Arc::make_mut(&mut account.profile);
        if let Some(name) = &change.name {
            profile.name = name.clone();
        }
        if let Some(metadata) = &change.metadata {
            profile.metadata = metadata.clone();
        }
        if let Some(alias) = &change.alias {
            let before = std::mem::replace(&mut profile.alias, alias.clone());
            if let Some(before) = before {
                self.aliases.remove(&(book, before));
            }
            if let Some(alias) = alias {
                self.aliases.insert((book, alias.clone()), id);
            }
        }
        for holding in &change.holdings {
            self.set_overdraft_limit(id, holding);
        }
    }

    fn set_overdraft_limit(&mut self, id: AccountId, holding: &Holding) {
        let Some(line) = self.account_mut(id).line(holding.asset) else {
            self.add_line(id, holding.asset, Some(holding.overdraft_limit));
            return;
        };
        self.line_mut(line).overdraft_limit = Some(holding.overdraft_limit);
    }

    /// A closed account can never be changed again, so it must not keep its alias from others.
    fn close_account(&mut self, book: BookId, id: AccountId, at: Timestamp) {
        let account = self.account_mut(id);
        account.status = AccountStatus::Closed;
        account.updated_at = at;
        if account.profile.alias.is_some()
            && let Some(alias) = Arc::make_mut(&mut account.profile).alias.take()
        {
            self.aliases.remove(&(book, alias));
        }
    }

    fn freeze_account(&mut self, freeze: &AccountFreeze, at: Timestamp) {
        let account = self.account_mut(freeze.account);
        account.updated_at = at;
        account.status = if freeze.debits || freeze.credits {
            AccountStatus::Frozen
        } else {
            AccountStatus::Open
        };
        Arc::make_mut(&mut account.profile).freeze = Freeze {
            debits: freeze.debits,
            credits: freeze.credits,
            reason: freeze.reason.clone(),
        };
    }
}

fn unfrozen(name: Name, alias: Option<Alias>, metadata: Metadata) -> Profile {
    let freeze = Freeze::default();
    Profile {
        name,
        alias,
        metadata,
        freeze,
    }
}

/// The balance after a leg, unless it would leave the range that balances have.
pub(crate) fn posted_after(posted: SignedAmount, leg: &Leg) -> Option<SignedAmount> {
    let amount = leg.amount.signed();
    let after = match leg.side {
        Side::Debit => posted.checked_sub(amount)?,
        Side::Credit => posted.checked_add(amount)?,
    };
    (after.minor().unsigned_abs() <= POSTED_MAX).then_some(after)
}

/// Balances stay within ±10^37, well inside 128 bits, so that sums of a few of them do as well.
pub(crate) const POSTED_MAX: u128 = 10_u128.pow(37);

fn index(number: u32) -> usize {
    usize::try_from(number).expect("usize has at least 32 bits here")
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("memory is full long before there are 2^32 of anything")
}

#[cfg(test)]
mod tests;
