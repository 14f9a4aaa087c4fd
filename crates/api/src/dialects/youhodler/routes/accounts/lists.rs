//! Lists of accounts.

use super::super::request::{next_token, read_token, view};
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::map::{MASTER_TAG, OWNER_TAG, PageQuery, Shown};
use giro_ledger::text::Tag;
use giro_ledger::{Account, AccountId};
use giro_service::{AccountQuery, Caller, Service};

/// Accounts looked up at a time.
const AT_ONCE: usize = 1_000;
/// How often, for one page. A page that was cut short is not full but has a next page.
const ROUNDS_MAX: usize = 100;

/// Accounts that are shown as one thing.
pub(in crate::dialects::youhodler::routes) struct Listed<'a> {
    as_what: Shown,
    scope_ref: Option<&'a str>,
}

impl<'a> Listed<'a> {
    /// Those that are shown as that and belong to whom is referred to, if anybody is.
    pub(in crate::dialects::youhodler::routes) fn new(
        as_what: Shown,
        scope_ref: Option<&'a str>,
    ) -> Listed<'a> {
        Listed { as_what, scope_ref }
    }

    /// A page of them, in the order of their opening, and the token of the next one.
    pub(in crate::dialects::youhodler::routes) fn page(
        &self,
        service: &Service,
        caller: &Caller,
        page: &PageQuery<'_>,
    ) -> Result<(Vec<AccountId>, Option<String>), Error> {
        let (book, as_what) = (caller.book.0, self.as_what);
        let name = format!("youhodler/{as_what:?}/{book}/{:?}", self.scope_ref);
        let from = read_token(service, &name, page.token)?;
        let from = from.and_then(|from| u32::try_from(from).ok());
        let (found, next) = self.find(service, caller, from.map(AccountId), page.size);
        let next = next.map(|next| u64::from(next.0));
        Ok((found, next_token(service, &name, next)))
    }

    /// So many of them, and the first one that is left.
    fn find(
        &self,
        service: &Service,
        caller: &Caller,
        from: Option<AccountId>,
        size: usize,
    ) -> (Vec<AccountId>, Option<AccountId>) {
        let tag = match self.as_what {
            Shown::ClientAccount => None,
            Shown::MasterAccount => Some(MASTER_TAG),
            Shown::Client => Some(OWNER_TAG),
        };
        let tag = tag.map(|tag| Tag::new(tag).expect("a short plain text"));
        let mut query = AccountQuery {
            tag: tag.as_ref(),
            seen_by: Some(caller),
            from,
            limit: AT_ONCE,
            ..AccountQuery::default()
        };
        let mut found = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let page = service.accounts(caller.book, &query);
            let state = service.read();
            for id in page.items {
                let account = state.ledger.account(id);
                if !account.is_some_and(|account| self.has(service, &state, account)) {
                    continue;
                }
                if found.len() == size {
                    return (found, Some(id));
                }
                found.push(id);
            }
            query.from = page.next;
            if page.next.is_none() {
                break;
            }
        }
        (found, query.from)
    }

    fn has(&self, service: &Service, state: &giro_service::State, account: &Account) -> bool {
        let is_owned = |wanted: &str| {
            let scope_ref = view(service, state).scope_ref(account);
            scope_ref.eq_ignore_ascii_case(wanted)
        };
        Shown::of(account) == Some(self.as_what) && self.scope_ref.is_none_or(is_owned)
    }
}
