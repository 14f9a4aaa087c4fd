//! Tables: accounts, commands with their expected results, and expected balances, one per line.
//!
//! ```text
//! account alice USD 100.00
//! account bob USD 0.00 overdraft 50.00 EUR 1.00
//! book other
//! in other account carol any alias carols
//! transfer alice bob USD 30.00 = completed
//! transfer alice bob USD 70.01 = declined insufficient_funds of alice
//! post transfer -alice USD 2.00 +bob USD 1.00 x2 = completed
//! in other freeze carol debits = ok
//! balance alice 68.00
//! ```
//!
//! Parsing is strict: what is not understood panics and names its line. Each table begins with the
//! book `main` and with the assets of [`ASSETS`]. `nobody`, `nowhere` and `NOTHING` are an account
//! (and a principal), a book and an asset that do not exist. A book's own accounts go by the names
//! of their roles, those of another book as in `other/external`.

use super::super::*;
use crate::action::AccountFreeze;
use crate::{
    AssetKind, Line, LineId, NewTransfer, SignedAmount, SystemRole, Timestamp, TransferKind,
    TransferStatus,
};
use std::collections::{BTreeMap, BTreeSet};
use words::Words;

mod commands;
mod names;
mod subjects;
mod words;

/// The assets of every table: two alike, one without decimals, and one with many.
const ASSETS: [(&str, u8); 4] = [("USD", 2), ("EUR", 2), ("JPY", 0), ("ETH", 18)];

/// What a request came to.
type Outcome = Result<Event, Rejection>;

/// A ledger, and what the table calls the things in it.
struct World {
    ledger: Ledger,
    /// The book of the line that is being run.
    book: BookId,
    books: BTreeMap<String, BookId>,
    accounts: BTreeMap<String, AccountId>,
    principals: BTreeMap<String, PrincipalId>,
    codes: BTreeSet<&'static str>,
    events: i64,
}

/// Runs a table, and gives the codes of all the rejections that it expects.
///
/// # Panics
/// Where the rules or the balances are not as the table says, or the table is malformed.
pub(super) fn check(table: &str) -> BTreeSet<&'static str> {
    let mut world = World::new();
    for (number, line) in (1..).zip(table.lines()) {
        if !line.trim().is_empty() {
            world.run(number, line.trim());
        }
    }
    world.codes
}

impl World {
    fn new() -> World {
        let mut world = World {
            ledger: Ledger::new(),
            book: BookId(0),
            books: BTreeMap::new(),
            accounts: BTreeMap::new(),
            principals: BTreeMap::new(),
            codes: BTreeSet::new(),
            events: 0,
        };
        let start = Words::new(0, "the start of every table");
        for (code, decimals) in ASSETS {
            let action = Action::DefineAsset(commands::asset(code, decimals));
            world.set_up(&start, action, None);
        }
        let action = Action::OpenBook(commands::new_book(300));
        world.set_up(&start, action, Some("main"));
        world
    }

    fn run(&mut self, number: usize, line: &str) {
        let (request, expected) = match line.split_once(" = ") {
            Some((request, expected)) => (request, Some(expected)),
            None => (line, None),
        };
        let mut words = Words::new(number, request);
        let book = if words.take_if("in") {
            words.next("a book")
        } else {
            "main"
        };
        self.book = self.book_named(&words, book);
        let Some(expected) = expected else {
            return self.state(&mut words);
        };
        let (outcome, name) = self.command(&mut words);
        words.end();
        self.check_outcome(&outcome, Words::new(number, expected));
        if let Ok(event) = outcome {
            self.apply(&words, event, name);
        }
    }

    /// Runs a line that sets something up, or says what should be.
    fn state(&mut self, words: &mut Words<'_>) {
        match words.next("a statement") {
            "book" => {
                let name = words.next("a name");
                let action = Action::OpenBook(commands::new_book(300));
                self.set_up(words, action, Some(name));
            }
            "account" => self.set_up_account(words),
            "balance" => {
                let (line, decimals, wanted) = self.line_and_text(words);
                let line = line.and_then(|line| self.ledger.line(line));
                let posted = line.map_or(SignedAmount::ZERO, |line| line.posted);
                words.assert_eq(&posted.display(decimals).to_string(), wanted);
            }
            "available" => {
                let (line, decimals, wanted) = self.line_and_text(words);
                let line = line.and_then(|line| self.ledger.line(line));
                let available = line.map_or(Some(SignedAmount::ZERO), Line::available);
                let found = available.map(|amount| amount.display(decimals).to_string());
                words.assert_eq(found.as_deref().unwrap_or("unlimited"), wanted);
            }
            "status" => {
                let (_, account) = self.account_named(words);
                let found = format!("{:?}", account.status).to_lowercase();
                let wanted = words.next("a status");
                words.assert_eq(&found, wanted);
            }
            "alias" => {
                let alias = names::alias(words);
                let wanted = (!words.take_if("free")).then(|| self.account_named(words).0);
                let found = self.ledger.account_by_alias(self.book, &alias);
                words.assert_eq(&format!("{found:?}"), &format!("{wanted:?}"));
            }
            other => words.fail(&format!("{other:?} is not a statement")),
        }
        words.end();
    }

    /// An account with opening money from outside, which is then frozen or closed.
    fn set_up_account(&mut self, words: &mut Words<'_>) {
        let name = words.next("a name");
        let (new, money) = self.new_account(words, name);
        self.set_up(words, Action::OpenAccount(new), Some(name));
        let account = self.account_of_name(words, name);
        let external = self.system_account(self.book, SystemRole::External);
        for (asset, amount) in money {
            if !amount.is_zero() {
                let kind = TransferKind::Deposit;
                let deposit = NewTransfer::simple(kind, external, account, asset, amount);
                self.set_up(words, Action::Transfer(deposit), None);
            }
        }
        if words.take_if("frozen") {
            let freeze = commands::freeze(words, account);
            self.set_up(words, Action::FreezeAccount(freeze), None);
        }
        if words.take_if("closed") {
            self.set_up(words, Action::CloseAccount(account), None);
        }
    }

    fn set_up(&mut self, words: &Words<'_>, action: Action, name: Option<&str>) {
        match self.ledger.decide(self.book, action) {
            Ok(Event::Transfer(transfer)) if !transfer.is_completed() => {
                words.fail(&format!("cannot be set up: {:?}", transfer.status))
            }
            Ok(event) => self.apply(words, event, name),
            Err(why) => words.fail(&format!("cannot be set up: {why:?}")),
        }
    }

    /// Applies an event; what it numbered gets the name that the table has for it.
    fn apply(&mut self, words: &Words<'_>, event: Event, name: Option<&str>) {
        self.events += 1;
        let at = Timestamp(self.events);
        self.ledger.apply(self.book, &event, at, |_, _| ());
        let Some(name) = name.map(str::to_owned) else {
            return;
        };
        let is_new = match event {
            Event::BookOpened(id, _) => self.books.insert(name, id).is_none(),
            Event::AccountOpened(id, _) => self.accounts.insert(name, id).is_none(),
            Event::PrincipalAdded(id, _) => self.principals.insert(name, id).is_none(),
            other => words.fail(&format!("{other:?} opens nothing")),
        };
        if !is_new {
            words.fail("the name is given twice");
        }
    }

    fn check_outcome(&mut self, outcome: &Outcome, mut expected: Words<'_>) {
        let (word, why) = match outcome {
            Ok(Event::Transfer(transfer)) => match &transfer.status {
                TransferStatus::Completed => ("completed", None),
                TransferStatus::Declined(why) => ("declined", Some(why)),
            },
            Ok(_) => ("ok", None),
            Err(why) => ("rejected", Some(why)),
        };
        let found = why.map_or(word.to_owned(), |why| format!("{word} {}", why.code()));
        let wanted = match expected.next("a result") {
            word @ ("completed" | "ok") => word.to_owned(),
            word @ ("declined" | "rejected") => format!("{word} {}", expected.next("a code")),
            other => expected.fail(&format!("{other:?} is not a result")),
        };
        expected.assert_eq(&found, &wanted);
        self.codes.extend(why.map(Rejection::code));
        if expected.take_if("of") {
            let name = expected.next("the name of an offender");
            let subjects = why.map(|why| self.subjects(why)).unwrap_or_default();
            if !subjects.iter().any(|subject| subject == name) {
                expected.fail(&format!("it is of {subjects:?}"));
            }
        }
        expected.end();
    }
}

mod tests;
