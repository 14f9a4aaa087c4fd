//! Lists of accounts.

use crate::caller::Caller;
use crate::service::Service;
use giro_ledger::text::{Alias, Tag};
use giro_ledger::{Account, AccountId, AccountStatus, AssetId, BookId, Ledger};

/// Accounts looked at while the state is held; the writer goes on between two such stretches.
const STRETCH: usize = 4_096;
/// Accounts that one page may look at before it is cut short, whosever they are. A page that was
/// cut short is not full but has a next page.
const SCAN_MAX: usize = 262_144;

/// Which accounts of a book, oldest first.
#[derive(Clone, Debug, Default)]
pub struct AccountQuery<'a> {
    /// The one with this alias.
    pub alias: Option<&'a Alias>,
    /// Those with this tag.
    pub tag: Option<&'a Tag>,
    /// Those that hold this asset.
    pub asset: Option<AssetId>,
    /// Those that are in this part of their lives.
    pub status: Option<AccountStatus>,
    /// Whose: the customers' only, or the book's own too.
    pub owners: Owners,
    /// Those that this caller sees.
    pub seen_by: Option<&'a Caller>,
    /// Those from this number on.
    pub from: Option<AccountId>,
    /// So many of them at most.
    pub limit: usize,
}

/// Whose accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owners {
    /// Those that were opened by somebody.
    #[default]
    Customers,
    /// The book's own as well.
    CustomersAndBook,
}

/// Part of a list of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<AccountId>,
    /// Where to go on, if there may be more.
    pub next: Option<AccountId>,
}

impl Service {
    /// Accounts of a book, in the order of their opening.
    pub fn accounts(&self, book: BookId, query: &AccountQuery<'_>) -> AccountPage {
        if let Some(alias) = query.alias {
            return self.account_of_alias(book, alias, query);
        }
        let mut items = Vec::new();
        let mut from = query.from.unwrap_or(AccountId(0));
        for _ in 0..SCAN_MAX / STRETCH {
            let state = self.read();
            let mut looked_at = 0;
            for (id, account) in state.ledger.accounts_from(from).take(STRETCH) {
                looked_at += 1;
                if !is_wanted(&state.ledger, book, query, (id, account)) {
                    continue;
                }
                if items.len() == query.limit {
                    let next = Some(id);
                    return AccountPage { items, next };
                }
                items.push(id);
            }
            if looked_at < STRETCH {
                return AccountPage { items, next: None };
            }
            from = AccountId(from.0.saturating_add(stretch()));
        }
        let next = Some(from);
        AccountPage { items, next }
    }

    fn account_of_alias(
        &self,
        book: BookId,
        alias: &Alias,
        query: &AccountQuery<'_>,
    ) -> AccountPage {
        let state = self.read();
        let found = state.ledger.account_by_alias(book, alias);
        let found = found.filter(|id| {
            let account = state.ledger.account(*id);
            account.is_some_and(|account| is_wanted(&state.ledger, book, query, (*id, account)))
        });
        let items = found.into_iter().collect();
        AccountPage { items, next: None }
    }
}

fn stretch() -> u32 {
    u32::try_from(STRETCH).expect("a small number")
}

fn is_wanted(
    ledger: &Ledger,
    book: BookId,
    query: &AccountQuery<'_>,
    (id, account): (AccountId, &Account),
) -> bool {
    account.book == book
        && (account.role.is_none() || query.owners == Owners::CustomersAndBook)
        && query.status.is_none_or(|status| account.status == status)
        && query
            .tag
            .is_none_or(|tag| account.profile.tags.contains(tag))
        && query
            .asset
            .is_none_or(|asset| account.line(asset).is_some())
        && query.seen_by.is_none_or(|caller| caller.sees(ledger, id))
}
