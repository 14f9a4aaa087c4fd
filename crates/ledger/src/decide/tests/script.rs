//! Tables: accounts, commands with their expected results, and what should be, one per line.
//!
//! ```text
//! account alice USD 100.00 tags ops
//! account bob USD 0.00 overdraft 50.00 EUR 1.00
//! book other
//! in other account carol any alias carols
//! principal maker transfers.write email m@giro.eu
//! principal ann approvals.decide
//! policy big 1 of any asset USD min 50.00 = ok
//! limit daily account alice out USD 100.00 per day = ok
//! transfer alice bob USD 30.00 = completed
//! transfer alice bob USD 70.01 = declined insufficient_funds of alice
//! as maker rent: transfer alice bob USD 50.00 hold 1h = awaiting_approval
//! as ann approve rent = held
//! capture rent 20.00 = held
//! held alice 30.00
//! after 1h
//! rent is completed
//! back: reverse rent 5.00 fraud = completed
//! in other freeze carol debits = ok
//! balance alice 55.00
//! ```
//!
//! Parsing is strict: what is not understood panics and names its line. Each table begins on
//! 2026-03-10 at noon, with the book `main` and with the assets of [`ASSETS`]. `nobody`, `nowhere`
//! and `NOTHING` are an account (and a principal, and whatever else has a name), a book and an
//! asset that do not exist. A book's own accounts go by the names of their roles, those of another
//! book as in `other/external`. Who asks is an operator unless a line says it, and `engine` is the
//! engine itself.
//!
//! Rates, fees and quotes, schedules, and securities:
//!
//! ```text
//! rate USD EUR 0.92 spread 50 within 1h = ok
//! fee each USD conversions share 0.01 least 0.50 included = ok
//! quote q alice USD 100.00 bob EUR 60s = ok
//! quoted q gives 100.00 converts 99.00 brings 90.62 fee 1.00
//! x: execute q = completed
//! as maker p: transfer alice bob USD 10.00 later 1d = scheduled
//! as maker schedule rent pay alice bob USD 10.00 monthly 31 last-day in Europe/Rome = ok
//! rent#1 is completed
//! instrument BILL 4 weeks matures 2026-04-07 par 100 USD = ok
//! rate BILL USD 99.50 = ok
//! invest alice USD 4 reinvest 4 = ok
//! t: trade alice buy BILL for 100.00 = completed
//! t bought alice BILL 1 99.50
//! ```
//!
//! What a schedule named `rent` makes is called `rent#1`, `rent#2`, and so on, and what matures of
//! an account `BILL@alice`. Who has something made later or by a schedule must be of the book.
//!
//! Webhooks, by the numbers of records, of which a table's first is 7:
//!
//! ```text
//! webhook hook format 1 events paid failed signed 5 = ok
//! rotate hook 6 keep 1h = ok
//! secrets hook 6 5
//! deliver hook before 9 7 try 1 status 200 8 try 1 timeout again 60s = ok
//! told hook before 9 8x1 in 60s
//! ```
//!
//! The result of a command is the status that its transfer has then (or the change of policies
//! that was asked for), and `ok` for everything else. Before each line, what is due is seen to,
//! as in the engine. Each event must have been foreseen by the dry run.

use super::super::*;
use crate::account::Balance;
use crate::action::AccountFreeze;
use crate::{
    AssetKind, Line, LineId, NewTransfer, PrincipalId, SignedAmount, Subject, SystemRole,
    Timestamp, TransferKind,
};
use std::collections::{BTreeMap, BTreeSet};
pub(super) use tracked::RESULTS;
use tracked::Tracked;
use words::Words;

mod commands;
mod configuration;
mod names;
mod scheduling;
mod securities;
mod state;
mod subjects;
pub(super) mod time;
mod tracked;
mod treasury;
mod webhooks;
mod words;

/// The assets of every table: two alike, one without decimals, and one with many.
const ASSETS: [(&str, u8); 4] = [("USD", 2), ("EUR", 2), ("JPY", 0), ("ETH", 18)];

/// What a request came to.
type Outcome = Result<Event, Rejection>;

/// A ledger, and what the table calls the things in it.
pub(super) struct World {
    ledger: Ledger,
    /// The book of the line that is being run.
    book: BookId,
    /// Who asks in the line that is being run.
    principal: PrincipalId,
    now: Timestamp,
    /// The number of the next record.
    number: u64,
    books: BTreeMap<String, BookId>,
    accounts: BTreeMap<String, AccountId>,
    principals: BTreeMap<String, PrincipalId>,
    policies: BTreeMap<String, crate::PolicyId>,
    limits: BTreeMap<String, crate::LimitId>,
    fees: BTreeMap<String, crate::FeeId>,
    quotes: BTreeMap<String, crate::QuoteId>,
    schedules: BTreeMap<String, crate::ScheduleId>,
    webhooks: BTreeMap<String, crate::WebhookId>,
    /// The runs of schedules that have a name.
    runs: BTreeMap<String, scheduling::RunSeen>,
    /// The transfers and changes that have a name.
    tracked: BTreeMap<String, Tracked>,
    codes: BTreeSet<&'static str>,
}

/// Runs a table, and gives the codes of all the rejections that it expects.
///
/// # Panics
/// Where the rules or the balances are not as the table says, or the table is malformed.
pub(super) fn check(table: &str) -> BTreeSet<&'static str> {
    let mut world = World::new();
    world.run_table(table);
    world.codes
}

impl World {
    pub(super) fn new() -> World {
        let mut world = World {
            ledger: Ledger::new(),
            book: BookId(0),
            principal: PrincipalId(0),
            now: time::instant("2026-03-10T12:00:00").expect("an instant"),
            number: 1,
            books: BTreeMap::new(),
            accounts: BTreeMap::new(),
            principals: BTreeMap::from([("engine".to_owned(), PrincipalId::ENGINE)]),
            policies: BTreeMap::new(),
            limits: BTreeMap::new(),
            fees: BTreeMap::new(),
            quotes: BTreeMap::new(),
            schedules: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            runs: BTreeMap::new(),
            tracked: BTreeMap::new(),
            codes: BTreeSet::new(),
        };
        let start = Words::new(0, "the start of every table");
        let admin = configuration::operator("admin");
        world.set_up(&start, Action::AddPrincipal(admin), Some("admin"));
        for (code, decimals) in ASSETS {
            let action = Action::DefineAsset(commands::asset(code, decimals));
            world.set_up(&start, action, None);
        }
        let action = Action::OpenBook(commands::new_book(300));
        world.set_up(&start, action, Some("main"));
        world
    }

    pub(super) fn run_table(&mut self, table: &str) {
        for (number, line) in (1..).zip(table.lines()) {
            if !line.trim().is_empty() {
                self.run(number, line.trim());
            }
        }
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
        self.principal = self.principal_of_name(&words, "admin");
        self.see_to_timers(&words);
        let Some(expected) = expected else {
            return self.state(&mut words);
        };
        if words.take_if("as") {
            let name = words.next("a principal");
            self.principal = self.principal_of_name(&words, name);
        }
        let label = words.take_if_some(|word| word.strip_suffix(':').map(str::to_owned));
        let (outcome, name) = self.command(&mut words);
        words.end();
        self.check_outcome(&outcome, Words::new(number, expected));
        if let Ok(event) = outcome {
            self.track(&words, label, name, &event);
            self.apply(&words, event, name);
        }
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            book: self.book,
            principal: self.principal,
            at: self.now,
            number: self.number,
        }
    }

    /// Sees to everything that is due.
    fn see_to_timers(&mut self, words: &Words<'_>) {
        while let Some((_, timer)) = self.ledger.next_timer().filter(|(at, _)| *at <= self.now) {
            let origin = self.ledger.timer_origin(timer);
            let origin = origin.expect("a timer is for something that is under way");
            let before = (self.book, self.principal);
            (self.book, self.principal) = origin;
            match self.ledger.decide(self.stamp(), Action::Due(timer)) {
                Ok(event) => {
                    let code = self.result(&event).1.map(Rejection::code);
                    self.codes.extend(code);
                    self.track(words, None, None, &event);
                    self.apply(words, event, None);
                }
                Err(why) => words.fail(&format!("{timer:?} is due, but {why:?}")),
            }
            (self.book, self.principal) = before;
        }
    }

    fn set_up(&mut self, words: &Words<'_>, action: Action, name: Option<&str>) {
        match self.ledger.decide(self.stamp(), action) {
            Ok(Event::Transfer(transfer)) if !transfer.is_completed() => {
                words.fail(&format!("cannot be set up: {:?}", transfer.status))
            }
            Ok(event) => {
                self.track(words, None, name, &event);
                self.apply(words, event, name);
            }
            Err(why) => words.fail(&format!("cannot be set up: {why:?}")),
        }
    }

    /// Applies an event; what it numbered gets the name that the table has for it.
    fn apply(&mut self, words: &Words<'_>, event: Event, name: Option<&str>) {
        let number = self.number;
        self.ledger.apply(self.stamp(), &event, |_, _| ());
        self.number += 1;
        self.check_held(words);
        self.check_sums(words);
        self.restart(words);
        let Some(name) = name.map(str::to_owned) else {
            return;
        };
        let is_new = match event {
            Event::BookOpened(id, _) => self.books.insert(name, id).is_none(),
            Event::AccountOpened(id, _) => self.accounts.insert(name, id).is_none(),
            Event::PrincipalAdded(id, _) => self.principals.insert(name, id).is_none(),
            Event::LimitAdded(id, _) => self.limits.insert(name, id).is_none(),
            Event::FeeSet(set) => self.fees.insert(name, set.id).is_none(),
            Event::Quoted(_) => self.quotes.insert(name, crate::QuoteId(number)).is_none(),
            Event::ScheduleAdded(id, _) => self.schedules.insert(name, id).is_none(),
            Event::Webhook(event) => self.webhooks.insert(name, event.webhook()).is_none(),
            Event::PolicySet(set) => self.policies.insert(name, set.id).is_none(),
            Event::ChangeRequested(_) => true,
            other => words.fail(&format!("{other:?} opens nothing")),
        };
        if !is_new {
            words.fail("the name is given twice");
        }
    }

    /// What is held of each line is what is held for the transfers that are under way.
    fn check_held(&self, words: &Words<'_>) {
        let mut held: BTreeMap<(AccountId, AssetId), u128> = BTreeMap::new();
        for (_, open) in self.ledger.open_transfers() {
            let debits = open
                .held()
                .iter()
                .filter(|leg| leg.side == crate::Side::Debit);
            for leg in debits {
                *held.entry((leg.account, leg.asset)).or_default() += leg.amount.minor();
            }
        }
        for (id, line) in self.ledger.lines() {
            let wanted = held.get(&(line.account, line.asset)).copied();
            if line.held.minor() != wanted.unwrap_or_default() {
                words.fail(&format!("{id:?} holds {:?}, not {wanted:?}", line.held));
            }
        }
    }

    /// Every book sums to zero, asset by asset.
    fn check_sums(&self, words: &Words<'_>) {
        let mut sums: BTreeMap<(BookId, AssetId), i128> = BTreeMap::new();
        for (_, line) in self.ledger.lines() {
            let account = self.ledger.account(line.account).expect("a line's account");
            *sums.entry((account.book, line.asset)).or_default() += line.posted.minor();
        }
        if let Some((of, sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
            words.fail(&format!("{of:?} sums to {sum}"));
        }
    }

    /// Everything is as it was when it is read back.
    fn restart(&mut self, words: &Words<'_>) {
        let bytes = postcard::to_stdvec(&self.ledger).expect("encodes");
        let read: Ledger = postcard::from_bytes(&bytes).expect("decodes");
        if read != self.ledger {
            words.fail("the ledger is another one when it is read back");
        }
        self.ledger = read;
    }

    fn check_outcome(&mut self, outcome: &Outcome, mut expected: Words<'_>) {
        let (word, why) = match outcome {
            Ok(event) => self.result(event),
            Err(why) => ("rejected", Some(why)),
        };
        let code = why.map(Rejection::code);
        let found = code.map_or(word.to_owned(), |code| format!("{word} {code}"));
        let mut wanted = expected.next("a result").to_owned();
        if !tracked::RESULTS.contains(&wanted.as_str()) {
            expected.fail(&format!("{wanted:?} is not a result"));
        }
        let is_code = |word: &str| (word != "of").then(|| word.to_owned());
        if matches!(wanted.as_str(), "declined" | "rejected")
            && let Some(code) = expected.take_if_some(is_code)
        {
            wanted = format!("{wanted} {code}");
        }
        expected.assert_eq(&found, &wanted);
        if expected.take_if("of") {
            let name = expected.next("the name of an offender");
            let subjects = why.map(|why| self.subjects(why)).unwrap_or_default();
            if !subjects.iter().any(|subject| subject == name) {
                expected.fail(&format!("it is of {subjects:?}"));
            }
        }
        expected.end();
        self.codes.extend(code);
    }
}

mod tests;
