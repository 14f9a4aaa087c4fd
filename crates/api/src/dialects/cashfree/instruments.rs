//! Accounts by the ids that clients know them by.
//!
//! An instrument's id is the public id of its account; an alias of the account is one, too, so that
//! a book can keep the ids that it had at the vendor. What a client does not see is not there.

use super::DEFAULT_TAG;
use giro_ledger::text::{Alias, Tag};
use giro_ledger::{AccountId, AccountStatus, AssetId, BookId, Ledger};
use giro_service::{AccountQuery, Caller, Service};
use uuid::Uuid;

/// Accounts looked at together.
const AT_ONCE: usize = 256;

/// An account that is shown as an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// The account.
    pub account: AccountId,
    /// The currency that it is shown with: the account's first asset.
    pub asset: AssetId,
}

impl Instrument {
    /// The instrument that an account is, unless it is the book's own, or holds nothing yet.
    pub fn of(ledger: &Ledger, account: AccountId) -> Option<Instrument> {
        let found = ledger.account(account)?;
        let (asset, _) = found.lines.first().filter(|_| found.role.is_none())?;
        let asset = *asset;
        Some(Instrument { account, asset })
    }
}

/// The instrument of an id, if the caller sees it.
pub fn find(service: &Service, caller: &Caller, id: &str) -> Option<Instrument> {
    let state = service.read();
    let by_id = public_id(id).and_then(|id| service.find_account(&state, caller.book, id));
    let by_alias = || {
        let alias = Alias::new(id).ok()?;
        state.ledger.account_by_alias(caller.book, &alias)
    };
    let account = by_id.or_else(by_alias)?;
    let is_seen = caller.sees(&state.ledger, account);
    Instrument::of(&state.ledger, account).filter(|_| is_seen)
}

/// Whether a text is of the form of this server's own ids: what is of that form but not found may
/// be somebody else's, and nobody learns whether it is.
pub fn is_of_own_form(id: &str) -> bool {
    public_id(id).is_some_and(|id| id.get_version_num() == 7)
}

/// A public id, with hyphens or, as account numbers have it, without.
fn public_id(text: &str) -> Option<Uuid> {
    let lengths = [uuid::fmt::Hyphenated::LENGTH, uuid::fmt::Simple::LENGTH];
    let id = Some(text).filter(|text| lengths.contains(&text.len()));
    id.and_then(|text| Uuid::try_parse(text).ok())
}

/// The default instrument of a book: the oldest one that is tagged as that, else the oldest, of
/// those that are not closed and that the caller sees.
pub fn default(service: &Service, caller: &Caller) -> Option<Instrument> {
    let tag = Tag::new(DEFAULT_TAG).expect("a short plain word");
    first(service, caller, Some(&tag)).or_else(|| first(service, caller, None))
}

fn first(service: &Service, caller: &Caller, tag: Option<&Tag>) -> Option<Instrument> {
    let query = AccountQuery {
        tag,
        seen_by: Some(caller),
        ..AccountQuery::default()
    };
    all_of(service, caller.book, query).next()
}

/// All instruments that the caller sees and that are not closed, oldest first.
pub fn all<'a>(
    service: &'a Service,
    caller: &'a Caller,
) -> impl Iterator<Item = Instrument> + use<'a> {
    let query = AccountQuery {
        seen_by: Some(caller),
        ..AccountQuery::default()
    };
    all_of(service, caller.book, query)
}

fn all_of<'a>(
    service: &'a Service,
    book: BookId,
    mut query: AccountQuery<'a>,
) -> impl Iterator<Item = Instrument> + use<'a> {
    query.limit = AT_ONCE;
    // A book's accounts are younger than its own.
    let state = service.read();
    let own = state
        .ledger
        .book(book)
        .map(|book| book.first_system_account);
    drop(state);
    let mut from = own;
    let mut is_end = false;
    let pages = std::iter::from_fn(move || {
        if is_end {
            return None;
        }
        query.from = from;
        let page = service.accounts(book, &query);
        from = page.next;
        is_end = page.next.is_none();
        Some(page.items)
    });
    pages.flat_map(move |items| open(service, &items))
}

fn open(service: &Service, accounts: &[AccountId]) -> Vec<Instrument> {
    let state = service.read();
    let is_open = |id: &AccountId| {
        let account = state.ledger.account(*id);
        account.is_some_and(|account| account.status != AccountStatus::Closed)
    };
    let open = accounts.iter().filter(|id| is_open(id));
    open.filter_map(|id| Instrument::of(&state.ledger, *id))
        .collect()
}
