//! The statements of a table: what is set up without further ado, and what should be.

use super::*;
use crate::action::AccountClose;
use crate::limit::Used;

impl World {
    /// Runs a line that sets something up, or says what should be.
    pub(super) fn state(&mut self, words: &mut Words<'_>) {
        match words.next("a statement") {
            "book" => {
                let name = words.next("a name");
                let action = Action::OpenBook(commands::new_book(300));
                self.set_up(words, action, Some(name));
            }
            "account" => self.set_up_account(words),
            "principal" => {
                let name = words.next("a name");
                let new = self.new_principal(Some(self.book), name, words);
                self.set_up(words, Action::AddPrincipal(new), Some(name));
            }
            "after" => {
                let seconds = time::take_seconds(words);
                self.now = self.now.after_seconds(seconds);
            }
            "at" => self.go_to(words),
            what @ ("balance" | "held" | "available" | "status" | "alias") => {
                self.account_is(words, what);
            }
            what @ ("used" | "reserved") => self.limit_is(words, what),
            "market" => self.market_is(words),
            "quoted" => self.quote_is(words),
            "upcoming" => self.upcoming_is(words),
            what @ ("runs" | "next" | "state") => self.schedule_is(what, words),
            what @ ("secrets" | "terms" | "told") => self.webhook_is(what, words),
            what @ ("worth" | "earned" | "yields") => self.portfolio_is(what, words),
            other => self.transfer_is(other, words),
        }
        words.end();
    }

    /// Moves the clock; what is due by then expires with the next line.
    fn go_to(&mut self, words: &mut Words<'_>) {
        let at = time::take_instant(words);
        if at < self.now {
            words.fail("that is in the past");
        }
        self.now = at;
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
            let sweep_to = None;
            let close = AccountClose { account, sweep_to };
            self.set_up(words, Action::CloseAccount(close), None);
        }
    }

    /// What should be of an account.
    fn account_is(&self, words: &mut Words<'_>, what: &str) {
        match what {
            "balance" => {
                let (balance, decimals, wanted) = self.balance_and_text(words);
                words.assert_eq(&balance.posted.display(decimals).to_string(), wanted);
            }
            "held" => {
                let (balance, decimals, wanted) = self.balance_and_text(words);
                let held = balance.held.signed();
                words.assert_eq(&held.display(decimals).to_string(), wanted);
            }
            "available" => {
                let (line, decimals, wanted) = self.line_and_text(words);
                let line = line.and_then(|line| self.ledger.line(line));
                let available = line.map_or(Some(SignedAmount::ZERO), Line::available);
                let worth = line.map(|line| {
                    self.ledger
                        .worth_shown(line.account, line.asset, self.now)
                        .signed()
                });
                let worth = worth.unwrap_or_default();
                let available = available.and_then(|free| free.checked_add(worth));
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
    }

    fn balance_and_text<'a>(&self, words: &mut Words<'a>) -> (Balance, u8, &'a str) {
        let (line, decimals, wanted) = self.line_and_text(words);
        let line = line.and_then(|line| self.ledger.line(line));
        let balance = line.map(Line::balance).unwrap_or_default();
        (balance, decimals, wanted)
    }

    /// `used daily 5.00 of 2`: how much of a limit is used now, and how many transfers; or
    /// `reserved daily 5.00 of 2`: how much of that is by what is under way.
    fn limit_is(&self, words: &mut Words<'_>, what: &str) {
        let id = self.limit_named(words);
        let limit = self.ledger.limit(id);
        let limit = limit.unwrap_or_else(|| words.fail("nobody has set it"));
        let Used { amount, count } = match what {
            "reserved" => limit.usage.reserved(),
            _ => limit.usage.at(limit.terms.period, self.now),
        };
        let asset = limit.terms.asset.and_then(|id| self.ledger.asset(id));
        let decimals = asset.map_or(0, |asset| asset.decimals);
        let amount = SignedAmount::new(i128::try_from(amount).expect("small"));
        let wanted = words.next("an amount");
        words.assert_eq(&amount.display(decimals).to_string(), wanted);
        if !words.take_if("of") {
            words.fail("of how many transfers?");
        }
        let wanted = words.next("a number of transfers");
        words.assert_eq(&count.to_string(), wanted);
    }

    /// `rent is held`, or `reversed rent 5.00`: how much of a transfer is reversed, pending
    /// reversals included.
    fn transfer_is(&self, first: &str, words: &mut Words<'_>) {
        if first == "reversed" {
            let (_, tracked) = self.tracked_named(words);
            let (id, decimals) = (tracked.transfer(words), self.decimals_of(tracked));
            let reversed = self.ledger.reversed(id).unwrap_or_default().amount;
            let wanted = words.next("an amount");
            return words.assert_eq(&reversed.signed().display(decimals).to_string(), wanted);
        }
        let is_of_run = ["skipped", "late", "punctual"]
            .iter()
            .any(|word| words.is_next(word));
        if is_of_run {
            return self.run_is(first, words);
        }
        let Some(tracked) = self.tracked.get(first) else {
            words.fail(&format!("{first:?} is not a statement"));
        };
        if !words.take_if("is") {
            let what = words.next("what of it?");
            return self.made_of(tracked, what, words);
        }
        let wanted = words.next("a status");
        if tracked.status != wanted {
            words.fail(&format!("{first} is {}, not {wanted}", tracked.status));
        }
    }
}
