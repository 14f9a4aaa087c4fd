//! Principals: who is who, who may what, and what they may move.

use super::{Books, number, place};
use giro_ledger::action::NewPrincipal;
use giro_ledger::{
    AccountId, Amount, BookId, Capability, Event, Grant, Leg, PrincipalId, Rejection, Side,
    SystemRole, Timestamp,
};
use std::collections::BTreeSet;

/// A principal.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) new: NewPrincipal,
    pub(crate) revoked_at: Option<Timestamp>,
}

impl Books {
    pub(crate) fn person(&self, id: PrincipalId) -> Option<&Person> {
        self.principals.get(place(id.0))
    }

    /// One person can have several keys, all with the same address.
    pub(crate) fn is_same_person(&self, a: PrincipalId, b: PrincipalId) -> bool {
        let address = |id| self.person(id).and_then(|one| one.new.email.clone());
        match (address(a), address(b)) {
            (Some(a), Some(b)) if a == b => true,
            _ => a == b,
        }
    }

    /// The principals of a book that are not revoked.
    pub(crate) fn active(&self, book: BookId) -> Vec<PrincipalId> {
        let all = (0..).map(PrincipalId).zip(&self.principals);
        let active = all.filter(|(_, one)| one.new.book == Some(book) && one.revoked_at.is_none());
        active.map(|(id, _)| id).collect()
    }

    pub(super) fn must_be_active(
        &self,
        book: BookId,
        principal: PrincipalId,
    ) -> Result<(), Rejection> {
        match self.active(book).contains(&principal) {
            true => Ok(()),
            false => Err(Rejection::UnknownPrincipal { principal }),
        }
    }

    /// Whether somebody may check what these may; nobody named is everybody.
    pub(crate) fn may_check(&self, book: BookId, named: &[PrincipalId], who: PrincipalId) -> bool {
        let is_able = |person: &Person| {
            let capabilities = person.new.capabilities;
            capabilities.contains(Capability::ApprovalsDecide)
        };
        let is_named = || named.iter().any(|one| self.is_same_person(*one, who));
        self.active(book).contains(&who)
            && self.person(who).is_some_and(is_able)
            && (named.is_empty() || is_named())
    }

    /// The persons who may check, each by one principal, and not whoever asks.
    pub(crate) fn checkers(
        &self,
        book: BookId,
        named: &[PrincipalId],
        maker: Option<PrincipalId>,
    ) -> Vec<PrincipalId> {
        let mut persons: Vec<PrincipalId> = Vec::new();
        for who in self.active(book) {
            let is_maker = maker.is_some_and(|maker| self.is_same_person(maker, who));
            let is_known = persons.iter().any(|one| self.is_same_person(*one, who));
            if self.may_check(book, named, who) && !is_maker && !is_known {
                persons.push(who);
            }
        }
        persons
    }

    /// Who is asked in a book is of that book; operators are asked for in none.
    pub(super) fn add_principal(
        &self,
        asked_in: BookId,
        maker: PrincipalId,
        new: &NewPrincipal,
    ) -> Result<Event, Rejection> {
        if new.book.is_some() && new.capabilities.contains(Capability::BooksWrite) {
            return Err(Rejection::CapabilityNotGrantable);
        }
        if let Some(grant) = &new.grant {
            check_form(grant)?;
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
        if let (Some(grant), Some(book)) = (&new.grant, new.book) {
            for account in &grant.accounts {
                self.must_have_account(book, *account)?;
            }
        }
        for (asset, _) in new.grant.iter().flat_map(|grant| &grant.amounts) {
            self.must_have_asset(*asset)?;
        }
        self.must_not_be_narrowed(maker)?;
        let id = PrincipalId(number(self.principals.len()));
        Ok(Event::PrincipalAdded(id, new.clone()))
    }

    pub(super) fn revoke_principal(
        &self,
        book: BookId,
        principal: PrincipalId,
    ) -> Result<Event, Rejection> {
        let Some(person) = self.person(principal) else {
            return Err(Rejection::UnknownPrincipal { principal });
        };
        let may_see = match person.new.book {
            Some(of) => of == book,
            None => self.must_have_book(book).is_err(),
        };
        match (may_see, person.revoked_at) {
            (false, _) => Err(Rejection::UnknownPrincipal { principal }),
            (true, Some(_)) => Err(Rejection::AlreadyRevoked { principal }),
            (true, None) => Ok(Event::PrincipalRevoked(principal)),
        }
    }

    /// Who is narrowed must not widen what they or others may move, be it by tags.
    pub(super) fn must_not_be_narrowed(&self, who: PrincipalId) -> Result<(), Rejection> {
        match self.grant(who) {
            Some(_) => Err(Rejection::GrantNotExtendable),
            None => Ok(()),
        }
    }

    fn grant(&self, principal: PrincipalId) -> Option<&Grant> {
        self.person(principal)?.new.grant.as_deref()
    }

    /// Whether whoever asks may move the money of these accounts.
    pub(super) fn check_granted_accounts(
        &self,
        principal: PrincipalId,
        legs: &[Leg],
    ) -> Result<(), Rejection> {
        let Some(grant) = self.grant(principal) else {
            return Ok(());
        };
        if grant.accounts.is_empty() && grant.tags.is_empty() {
            return Ok(());
        }
        for leg in legs {
            let account = self.account(leg.account).expect("it was found before");
            let is_the_books = account.role.is_some();
            let is_named = grant.accounts.contains(&leg.account);
            let is_tagged = account.tags.iter().any(|tag| grant.tags.contains(tag));
            if !is_the_books && !is_named && !is_tagged {
                let account = leg.account;
                return Err(Rejection::AccountNotGranted { account });
            }
        }
        Ok(())
    }

    /// Whether whoever asks may move so much at once.
    pub(super) fn check_granted_amounts(
        &self,
        principal: PrincipalId,
        legs: &[Leg],
    ) -> Result<(), Rejection> {
        let granted = self
            .grant(principal)
            .map_or(&[][..], |grant| &grant.amounts);
        if granted.is_empty() {
            return Ok(());
        }
        // What only passes through the book's positions is given by somebody else.
        let given = legs.iter().filter(|leg| {
            let role = self.account(leg.account).and_then(|account| account.role);
            leg.side == Side::Debit
                && role != Some(SystemRole::Fx)
                && role != Some(SystemRole::House)
        });
        for leg in given.clone() {
            let asset = leg.asset;
            let of_asset = given.clone().filter(|one| one.asset == asset);
            let asked: u128 = of_asset.map(|one| one.amount.minor()).sum();
            let of_asset = granted.iter().find(|(one, _)| *one == asset);
            let amount_max = of_asset.map_or(Amount::ZERO, |(_, amount)| *amount);
            if asked > amount_max.minor() {
                return Err(Rejection::AmountNotGranted {
                    asset,
                    amount_max,
                    asked: Amount::new(asked).expect("a side is at most the maximum"),
                });
            }
        }
        Ok(())
    }
}

fn check_form(grant: &Grant) -> Result<(), Rejection> {
    let accounts: BTreeSet<AccountId> = grant.accounts.iter().copied().collect();
    let tags: BTreeSet<_> = grant.tags.iter().collect();
    let assets: BTreeSet<_> = grant.amounts.iter().map(|(asset, _)| asset).collect();
    let lists = [
        ("accounts", grant.accounts.len(), accounts.len()),
        ("tags", grant.tags.len(), tags.len()),
        ("amounts", grant.amounts.len(), assets.len()),
    ];
    for (field, entries, different) in lists {
        if entries != different || entries > 100 {
            return Err(Rejection::GrantMalformed { field });
        }
    }
    Ok(())
}
