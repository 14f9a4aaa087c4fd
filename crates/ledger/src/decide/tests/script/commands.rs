//! The commands of a table: what each line asks of the ledger.

use super::*;
use crate::action::{AccountClose, BookStop, Capture, NewBook, NewReversal};
use crate::terms::{HoldTerms, Terms};
use crate::text::Name;
use crate::webhook::WebhookAction;
use crate::{
    Leg, Legs, Metadata, NewTransfer, ReversalReason, Setting, Settlement, Side, TransferKind,
};

/// What is asked for when all that is available is.
const ALL: Amount = Amount::MAX;

pub(super) fn asset(code: &str, decimals: u8) -> Asset {
    Asset {
        code: code.into(),
        name: code.into(),
        decimals,
        kind: AssetKind::Currency,
    }
}

pub(super) fn new_book(quote_ttl_seconds: u32) -> NewBook {
    NewBook {
        name: Name::new("book").expect("a name"),
        sandbox: false,
        settings: settings(quote_ttl_seconds),
    }
}

fn settings(quote_ttl_seconds: u32) -> BookSettings {
    BookSettings {
        quote_ttl_seconds,
        ..BookSettings::default()
    }
}

pub(super) fn freeze(words: &mut Words<'_>, account: AccountId) -> AccountFreeze {
    let (debits, credits) = match words.next("a direction") {
        "debits" => (true, false),
        "credits" => (false, true),
        "both" => (true, true),
        "nothing" => (false, false),
        other => words.fail(&format!("{other:?} is not a direction")),
    };
    AccountFreeze {
        account,
        debits,
        credits,
        reason: None,
    }
}

impl World {
    /// Asks what a line asks for; with the name of what it would open.
    pub(super) fn command<'a>(&self, words: &mut Words<'a>) -> (Outcome, Option<&'a str>) {
        let verb = words.next("a command");
        if verb == "abort" {
            let item = words.number("an item");
            let verb = words.next("a transfer");
            let Some(transfer) = self.transfer(verb, words) else {
                words.fail(&format!("{verb:?} is not a transfer"));
            };
            let outcome = self.ledger.decide_aborted(self.stamp(), transfer, item);
            return (outcome, None);
        }
        let (action, name) = match verb {
            "open" | "open-book" | "key" | "operator" | "policy" | "limit" | "fee" | "quote"
            | "schedule" | "webhook" => {
                let name = words.next("a name");
                (self.opening(verb, name, words), Some(name))
            }
            _ => match self.transfer(verb, words) {
                Some(transfer) => (Action::Transfer(transfer), None),
                None => (self.change(verb, words), None),
            },
        };
        (self.decide(words, action), name)
    }

    /// Decides, and checks that a dry run foresees what the event does to the balances.
    fn decide(&self, words: &Words<'_>, action: Action) -> Outcome {
        let decided = self.ledger.decide(self.stamp(), action.clone());
        let preview = self.ledger.preview(self.stamp(), action);
        let foreseen = preview.as_ref().map(|preview| preview.event.clone());
        let foreseen = foreseen.map_err(Clone::clone);
        words.assert_eq(&format!("{foreseen:?}"), &format!("{decided:?}"));
        if let (Ok(preview), Ok(event @ Event::Transfer(_))) = (&preview, &decided) {
            let mut touched = Vec::new();
            let mut tried = self.ledger.clone();
            tried.apply(self.stamp(), event, |_, balance| touched.push(balance));
            words.assert_eq(&format!("{:?}", preview.balances), &format!("{touched:?}"));
        }
        decided
    }

    /// What would get a name.
    fn opening(&self, verb: &str, name: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "open" => {
                let (new, money) = self.new_account(words, name);
                if !money.iter().all(|(_, amount)| amount.is_zero()) {
                    words.fail("an account is opened without money");
                }
                Action::OpenAccount(new)
            }
            "open-book" => Action::OpenBook(new_book(words.number("a number of seconds"))),
            "key" => Action::AddPrincipal(self.new_principal(Some(self.book), name, words)),
            "operator" => Action::AddPrincipal(self.new_principal(None, name, words)),
            "policy" => Action::ChangePolicy(Box::new(self.policy_change(verb, words))),
            "limit" => Action::AddLimit(self.new_limit(words)),
            "fee" => Action::ChangeFee(Box::new(self.fee_change(verb, words))),
            "quote" => Action::Quote(Box::new(self.new_quote(words))),
            "schedule" => Action::AddSchedule(Box::new(self.new_schedule(words))),
            "webhook" => {
                let new = WebhookAction::Add(self.new_webhook(words));
                Action::Webhook(Box::new(new))
            }
            other => words.fail(&format!("{other:?} opens nothing")),
        }
    }

    fn change(&self, verb: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "change-book" => Action::ChangeBook(book_change(words)),
            "change" => Action::ChangeAccount(self.account_change(words)),
            "freeze" => {
                let account = self.account_or_nobody(words);
                Action::FreezeAccount(freeze(words, account))
            }
            "close" => {
                let account = self.account_or_nobody(words);
                let sweeps = words.take_if("to");
                let sweep_to = sweeps.then(|| self.account_or_nobody(words));
                Action::CloseAccount(AccountClose { account, sweep_to })
            }
            "define" => {
                let code = words.next("a code");
                let decimals = words.number("a number of decimals");
                Action::DefineAsset(asset(code, u8::try_from(decimals).expect("few decimals")))
            }
            "revoke" => Action::RevokePrincipal(self.principal_named(words)),
            "replace" | "remove" => Action::ChangePolicy(Box::new(self.policy_change(verb, words))),
            "change-limit" => Action::ChangeLimit(self.limit_change(words)),
            "remove-limit" => Action::RemoveLimit(self.limit_named(words)),
            "stop" | "resume" if words.is_at_end() => Action::StopBook(BookStop {
                stopped: verb == "stop",
                reason: None,
            }),
            other => self.treasury(other, words),
        }
    }

    fn treasury(&self, verb: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "rate" => Action::SetRate(Box::new(self.new_rate(words))),
            "remove-rate" => {
                let (source, _) = self.asset_of_name(words);
                let (target, _) = self.asset_of_name(words);
                Action::RemoveRate { source, target }
            }
            "replace-fee" | "remove-fee" => {
                Action::ChangeFee(Box::new(self.fee_change(verb, words)))
            }
            "execute" => Action::Execute(Box::new(self.execution(words))),
            "calendar" => {
                let (code, calendar) = scheduling::calendar(words);
                Action::SetCalendar(code, calendar)
            }
            "pause" | "resume" | "end" => Action::ChangeSchedule(self.schedule_change(verb, words)),
            "instrument" => Action::AddInstrument(Box::new(self.new_instrument(words))),
            "invest" | "divest" => Action::SetInvestment(self.investment(verb, words)),
            "trade" => Action::Trade(self.new_trade(words)),
            "change-webhook" | "rotate" | "remove-webhook" | "deliver" | "redeliver" => {
                Action::Webhook(Box::new(self.webhook_action(verb, words)))
            }
            other => self.step(other, words),
        }
    }

    /// What is asked of something that is under way, or was.
    fn step(&self, verb: &str, words: &mut Words<'_>) -> Action {
        match verb {
            "capture" => Action::Capture(self.capture(words)),
            "release" => match self.subject_named(words) {
                Subject::Transfer(id) => Action::Release(id, None),
                Subject::Change(_) => words.fail("a change is not held"),
            },
            "approve" => Action::Approve(self.subject_named(words)),
            "reject" => Action::Reject(self.subject_named(words), None),
            "cancel" => Action::Cancel(self.subject_named(words), None),
            "due" => Action::Due(self.subject_named(words).into()),
            "reverse" => Action::Reverse(Box::new(self.reversal(words))),
            other => words.fail(&format!("{other:?} is not a command")),
        }
    }

    /// `capture rent`, `capture rent 5.00` or `capture rent 5.00 and release`.
    fn capture(&self, words: &mut Words<'_>) -> Capture {
        let (_, tracked) = self.tracked_named(words);
        let amount = self.part(tracked, words);
        Capture {
            transfer: tracked.transfer(words),
            amount,
            release_rest: words.take_if("and-release"),
        }
    }

    /// `reverse rent`, `reverse rent 5.00 fraud reviewers ann`, `reverse rent with-fee`.
    fn reversal(&self, words: &mut Words<'_>) -> NewReversal {
        let (_, tracked) = self.tracked_named(words);
        let amount = self.part(tracked, words);
        let reason = |word: &str| {
            let mut all = ReversalReason::ALL.into_iter();
            all.find(|reason| reason.name() == word)
        };
        NewReversal {
            original: tracked.original(words),
            amount,
            reason: words.take_if_some(reason).unwrap_or(ReversalReason::Other),
            reference: None,
            metadata: Metadata::default(),
            reviewers: self.reviewers(words),
            returns_fee: words.take_if("with-fee"),
        }
    }

    pub(super) fn reviewers(&self, words: &mut Words<'_>) -> Vec<PrincipalId> {
        match words.take_if("reviewers") {
            true => self.principals_named(words),
            false => Vec::new(),
        }
    }

    fn transfer(&self, verb: &str, words: &mut Words<'_>) -> Option<NewTransfer> {
        let external = self.system_account(self.book, SystemRole::External);
        let (kind, source, target) = match verb {
            "transfer" => {
                let source = self.account_or_nobody(words);
                let target = self.account_or_nobody(words);
                (TransferKind::Transfer, source, target)
            }
            "deposit" => {
                let target = self.account_or_nobody(words);
                (TransferKind::Deposit, external, target)
            }
            "withdraw" => {
                let source = self.account_or_nobody(words);
                (TransferKind::Withdrawal, source, external)
            }
            "post" => return Some(self.transfer_of_legs(words)),
            _ => return None,
        };
        let (asset, decimals) = self.asset_of_name(words);
        let (is_all, is_most) = (words.take_if("all"), words.take_if("up-to"));
        let amount = if is_all {
            ALL
        } else {
            names::amount(words, decimals)
        };
        let new = NewTransfer::simple(kind, source, target, asset, amount);
        let at_most = (is_all || is_most).then_some(amount);
        Some(self.with_terms(new, at_most, words))
    }

    /// `hold` or `hold 1h`, `later 1d`, `in-kind`, `dual`, and `reviewers ann bea`.
    fn with_terms(
        &self,
        new: NewTransfer,
        at_most: Option<Amount>,
        words: &mut Words<'_>,
    ) -> NewTransfer {
        let is_hold = words.take_if("hold");
        let hold = is_hold.then(|| HoldTerms {
            seconds: words.take_if_some(time::seconds),
        });
        let terms = Terms {
            at_most,
            hold,
            later: self.later(words),
            in_kind: words.take_if("in-kind"),
            dual_control: words.take_if("dual"),
            reviewers: self.reviewers(words),
            ..Terms::default()
        };
        NewTransfer {
            terms: (terms != Terms::default()).then(|| Box::new(terms)),
            ..new
        }
    }

    fn transfer_of_legs(&self, words: &mut Words<'_>) -> NewTransfer {
        let kind = match words.next("a kind") {
            "transfer" => TransferKind::Transfer,
            "deposit" => TransferKind::Deposit,
            "withdrawal" => TransferKind::Withdrawal,
            other => words.fail(&format!("{other:?} is not a kind of transfer")),
        };
        let mut legs = Legs::new();
        let terms = ["hold", "up-to", "later", "in-kind", "dual"];
        while !words.is_at_end() && !terms.iter().any(|word| words.is_next(word)) {
            let leg = self.leg(words);
            let times = words.take_if_some(|word| word.strip_prefix('x')?.parse().ok());
            legs.extend(std::iter::repeat_n(leg, times.unwrap_or(1)));
        }
        let at_most = words.take_if("up-to").then(|| names::amount(words, 2));
        let new = NewTransfer {
            kind,
            legs,
            reference: None,
            metadata: Metadata::default(),
            terms: None,
        };
        self.with_terms(new, at_most, words)
    }

    fn leg(&self, words: &mut Words<'_>) -> Leg {
        let word = words.next("a leg");
        let (side, name) = match word.split_at_checked(1) {
            Some(("-", name)) => (Side::Debit, name),
            Some(("+", name)) => (Side::Credit, name),
            _ => words.fail(&format!("{word:?} has no sign")),
        };
        let account = self.account_of_name(words, name);
        let (asset, amount) = self.asset_and_amount(words);
        Leg {
            account,
            asset,
            side,
            amount,
        }
    }
}

/// How long quotes live, how long `holds` do, or when what is traded `settles`.
fn book_change(words: &mut Words<'_>) -> BookChange {
    let mut settings = Vec::new();
    if words.take_if("settles") {
        let settlement = match words.next("when") {
            "at-once" => Settlement::Instant,
            "next-business-day" => Settlement::NextBusinessDay,
            other => words.fail(&format!("{other:?} is not when trades settle")),
        };
        settings.push(Setting::Settlement(settlement));
    } else if words.take_if("holds") {
        settings.push(Setting::HoldTtlSeconds(time::take_seconds(words)));
    } else {
        let seconds = words.number("a number of seconds");
        settings.push(Setting::QuoteTtlSeconds(seconds));
    }
    BookChange {
        name: None,
        settings,
    }
}
