//! What changes when something happens.

use super::holds::source_of;
use super::money::{Effect, Touched};
use super::{Account, Book, Books, Change, Life, LimitEntry, Moved, Person, number, place};
use giro_ledger::action::{
    AccountChange, AccountFreeze, Holding, LimitChange, NewAccount, NewBook,
};
use giro_ledger::approval::ChangeId;
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::step::{Outcome, Rest};
use giro_ledger::text::{Metadata, Name};
use giro_ledger::{
    AccountId, AssetId, BookId, BookSettings, Booked, Event, Freeze, Leg, LimitId, Setting, Stamp,
    Step, Stop, SystemRole, Tags, Timestamp, Transfer, TransferStatus, TransferStep,
};

impl Books {
    /// Changes everything as `event` says, and returns the balances after each leg.
    pub(super) fn apply(&mut self, stamp: Stamp, event: &Event) -> Vec<Touched> {
        let at = stamp.at;
        match event {
            Event::Transfer(transfer) => return self.begin(stamp, transfer),
            Event::Step(step) => return self.go_on(stamp, step),
            Event::Refused(_) => {}
            Event::AssetDefined(asset) => self.assets.push(asset.clone()),
            Event::Webhook(event) => self.apply_webhook(stamp, event),
            Event::BookOpened(id, new) => self.add_book(*id, new, at),
            Event::BookChanged(change) => {
                let book = self.book_mut(stamp.book);
                book.name = change.name.clone().unwrap_or(book.name.clone());
                for setting in &change.settings {
                    change_setting(&mut book.settings, setting.clone());
                }
            }
            Event::BookStopped(stop) => {
                let (reason, by) = (stop.reason.clone(), stamp.principal);
                let begun = stop.stopped.then_some(Stop { reason, at, by });
                self.book_mut(stamp.book).stop = begun;
            }
            Event::PrincipalAdded(_, new) => self.principals.push(Person {
                new: new.clone(),
                revoked_at: None,
            }),
            Event::PrincipalRevoked(id) => {
                let principal = self.principals.get_mut(place(id.0));
                let principal = principal.expect("only principals that exist are revoked");
                principal.revoked_at = Some(at);
            }
            Event::AccountOpened(id, new) => self.add_account(stamp, *id, new),
            Event::AccountChanged(change) => self.change(change, at),
            Event::AccountFrozen(freeze) => self.freeze(freeze, at),
            Event::AccountClosed(id) => self.close(*id, at),
            Event::PolicySet(set) => self.set_policy(stamp, set),
            Event::ChangeRequested(request) => self.changes.push(Change {
                id: ChangeId(stamp.number),
                book: stamp.book,
                maker: stamp.principal,
                at,
                change: request.change.clone(),
                terms: request.terms.clone(),
                approved_by: Vec::new(),
                is_over: false,
                records: vec![stamp.number],
            }),
            Event::ChangeStep(step) => self.go_on_with_change(stamp, step),
            Event::LimitAdded(_, new) => self.limits.push(LimitEntry {
                book: stamp.book,
                terms: new.clone(),
                added_at: at,
                updated_at: at,
                removed_at: None,
            }),
            Event::LimitChanged(change) => self.apply_limit_change(stamp, change),
            Event::LimitRemoved(id) => self.limit_mut(*id).removed_at = Some(at),
            Event::RateSet(_)
            | Event::RateRemoved { .. }
            | Event::FeeSet(_)
            | Event::Quoted(_)
            | Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::RunSkipped(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InstrumentPassedOver { .. }
            | Event::InvestmentSet(_) => self.apply_treasury(stamp, event),
        }
        Vec::new()
    }

    /// The first record of a transfer.
    fn begin(&mut self, stamp: Stamp, transfer: &Transfer) -> Vec<Touched> {
        let request = &transfer.request;
        let legs = &request.legs;
        let effect = |leg: &Leg| match &transfer.status {
            TransferStatus::Held { .. } => Effect::hold(*leg),
            TransferStatus::AwaitingApproval(terms) if terms.holds_funds => Effect::hold(*leg),
            TransferStatus::Scheduled { holds_funds, .. } if *holds_funds => Effect::hold(*leg),
            TransferStatus::Completed
            | TransferStatus::AwaitingApproval(_)
            | TransferStatus::Scheduled { .. }
            | TransferStatus::Declined(_) => Effect::none(*leg),
        };
        let is_made = transfer.status == TransferStatus::Completed;
        let effects: Vec<Effect> = match is_made {
            true => posted(legs, request.booked(), |_| 0),
            false => legs.iter().map(effect).collect(),
        };
        let counts_for = self.counts_for(stamp.book, stamp.principal, legs);
        let touched = self.carry_out(&effects);
        let life = Life::begin(stamp, transfer, counts_for.clone());
        if is_made {
            self.count(stamp, &life, counts_for);
            self.close_source(&life, stamp.at);
            self.note_trades(legs, request.booked());
        }
        if let Some(run) = request.terms.as_ref().and_then(|terms| terms.run) {
            self.count_run(stamp, &run);
        }
        self.transfers.push(life);
        self.assert_held(&touched);
        touched
    }

    /// A later record of a transfer.
    fn go_on(&mut self, stamp: Stamp, step: &TransferStep) -> Vec<Touched> {
        let life = self.life(step.transfer).expect("it is under way").clone();
        let effects = self.effects(&life, &step.step);
        let touched = self.carry_out(&effects);
        match &step.step {
            Step::Captured { legs, .. } => {
                let counts_for = self.counts_for(stamp.book, life.maker, legs);
                self.count(stamp, &life, counts_for);
            }
            Step::Approved(Outcome::Completed { legs, booked })
            | Step::Due(Outcome::Completed { legs, booked }) => {
                let counts_for = self.counts_for(stamp.book, life.maker, legs);
                self.count(stamp, &life, counts_for);
                self.close_source(&life, stamp.at);
                self.note_trades(legs, booked.as_deref());
            }
            _ => {}
        }
        let mut lives = self.transfers.iter_mut();
        let life = lives.find(|life| life.id == step.transfer);
        life.expect("it is under way").go_on(stamp, &step.step);
        self.assert_held(&touched);
        touched
    }

    /// What a step does to balances, leg by leg.
    fn effects(&self, life: &Life, step: &Step) -> Vec<Effect> {
        let held = self.held_legs(life);
        let freed = |place: usize| {
            let leg = held.get(place);
            leg.map_or(0, |leg| leg.amount.signed().minor())
        };
        match step {
            Step::Approved(Outcome::Waiting | Outcome::Scheduled { .. })
            | Step::Due(Outcome::Waiting | Outcome::Scheduled { .. })
            | Step::Settled => Vec::new(),
            Step::Approved(Outcome::Held { .. }) | Step::Due(Outcome::Held { .. }) => {
                match held.is_empty() {
                    true => life
                        .request
                        .legs
                        .iter()
                        .copied()
                        .map(Effect::hold)
                        .collect(),
                    false => Vec::new(),
                }
            }
            Step::Approved(Outcome::Completed { legs, booked })
            | Step::Due(Outcome::Completed { legs, booked }) => {
                posted(legs, booked.as_deref(), freed)
            }
            Step::Captured {
                legs,
                rest: Rest::Released,
            } => {
                let legs = legs.iter().enumerate();
                legs.map(|(place, leg)| Effect::post(*leg, freed(place)))
                    .collect()
            }
            Step::Captured {
                legs,
                rest: Rest::Held,
            } => {
                let legs = legs.iter();
                legs.map(|leg| Effect::post(*leg, leg.amount.signed().minor()))
                    .collect()
            }
            Step::Approved(Outcome::Declined(_))
            | Step::Due(Outcome::Declined(_))
            | Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired => {
                let debits = held
                    .iter()
                    .filter(|leg| leg.side == giro_ledger::Side::Debit);
                debits.copied().map(Effect::free).collect()
            }
        }
    }

    /// Something is posted of a transfer, which has been as `life` says until now.
    fn count(
        &mut self,
        stamp: Stamp,
        life: &Life,
        counts_for: Vec<(LimitId, giro_ledger::Amount)>,
    ) {
        let is_first = life.captures.is_empty() || life.records.len() == 1 && !life.is_under_way();
        self.moved.push(Moved {
            at: stamp.at,
            count: u64::from(is_first),
            counts_for,
        });
    }

    fn close_source(&mut self, life: &Life, at: Timestamp) {
        let terms = life.request.terms.as_ref();
        if terms.is_some_and(|terms| terms.closes_source)
            && let Some(source) = source_of(&life.request.legs)
        {
            self.close(source, at);
        }
    }

    fn close(&mut self, id: AccountId, at: Timestamp) {
        let account = self.account_mut(id);
        account.updated_at = at;
        account.is_closed = true;
        account.alias = None;
        self.investments.remove(&id);
    }

    fn go_on_with_change(&mut self, stamp: Stamp, step: &ChangeStep) {
        let mut changes = self.changes.iter_mut();
        let change = changes.find(|change| change.id == step.change);
        change.expect("it waits").go_on(stamp, step);
        if let ChangeOutcome::Applied(set) = &step.outcome {
            self.set_policy(stamp, set);
        }
    }

    fn apply_limit_change(&mut self, stamp: Stamp, change: &LimitChange) {
        let limit = self.limit_mut(change.limit);
        limit.updated_at = stamp.at;
        if let Some(name) = &change.name {
            limit.terms.name = name.clone();
        }
        if change.amount_max.is_some() {
            limit.terms.amount_max = change.amount_max;
        }
        if change.count_max.is_some() {
            limit.terms.count_max = change.count_max;
        }
    }

    fn limit_mut(&mut self, id: LimitId) -> &mut LimitEntry {
        let limit = self.limits.get_mut(place(id.0));
        limit.expect("only limits that exist are changed")
    }

    fn book_mut(&mut self, id: BookId) -> &mut Book {
        let book = self.books.get_mut(place(id.0));
        book.expect("only books that exist are changed")
    }

    fn add_book(&mut self, id: BookId, new: &NewBook, at: Timestamp) {
        self.books.push(Book {
            name: new.name.clone(),
            sandbox: new.sandbox,
            settings: new.settings.clone(),
            external: AccountId(number(self.accounts.len())),
            stop: None,
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
                tags: Tags::default(),
                holds_any_asset: true,
                updated_at: at,
                assets: Vec::new(),
            });
        }
    }

    fn add_account(&mut self, stamp: Stamp, id: AccountId, new: &NewAccount) {
        self.accounts.push(Account {
            book: stamp.book,
            role: None,
            is_closed: false,
            freeze: Freeze::default(),
            name: new.name.clone(),
            alias: new.alias.clone(),
            metadata: new.metadata.clone(),
            tags: new.tags.clone(),
            holds_any_asset: new.holds_any_asset,
            updated_at: stamp.at,
            assets: Vec::new(),
        });
        for holding in &new.holdings {
            self.set_overdraft(id, holding);
        }
    }

    fn change(&mut self, change: &AccountChange, at: Timestamp) {
        let account = self.account_mut(change.account);
        account.updated_at = at;
        if let Some(name) = &change.name {
            account.name = name.clone();
        }
        if let Some(alias) = &change.alias {
            account.alias = alias.clone();
        }
        if let Some(metadata) = &change.metadata {
            account.metadata = metadata.clone();
        }
        if let Some(tags) = &change.tags {
            account.tags = tags.clone();
        }
        for holding in &change.holdings {
            self.set_overdraft(change.account, holding);
        }
    }

    fn freeze(&mut self, freeze: &AccountFreeze, at: Timestamp) {
        let account = self.account_mut(freeze.account);
        account.updated_at = at;
        account.freeze = Freeze {
            debits: freeze.debits,
            credits: freeze.credits,
            reason: freeze.reason.clone(),
        };
    }

    fn set_overdraft(&mut self, account: AccountId, holding: &Holding) {
        self.hold(account, holding.asset);
        let limit = holding.overdraft_limit.signed().minor();
        self.overdrafts.insert((account, holding.asset), limit);
    }

    pub(super) fn hold(&mut self, account: AccountId, asset: AssetId) {
        let assets = &mut self.account_mut(account).assets;
        if !assets.contains(&asset) {
            assets.push(asset);
        }
    }

    pub(super) fn account_mut(&mut self, id: AccountId) -> &mut Account {
        let account = self.accounts.get_mut(place(id.0));
        account.expect("what is decided concerns accounts that exist")
    }
}

/// What is posted, leg by leg: what is sold, the transfer itself unless it moves in kind, and what
/// is bought. Of what moves in kind, only what was held for it is free afterwards.
fn posted(legs: &[Leg], booked: Option<&Booked>, freed: impl Fn(usize) -> i128) -> Vec<Effect> {
    let is_in_kind = booked.is_some_and(|booked| booked.is_in_kind);
    let before = booked.iter().flat_map(|booked| &booked.before);
    let after = booked.iter().flat_map(|booked| &booked.after);
    let mut effects: Vec<Effect> = before.map(|leg| Effect::post(*leg, 0)).collect();
    for (place, leg) in legs.iter().enumerate() {
        match (is_in_kind, freed(place)) {
            (false, freed) => effects.push(Effect::post(*leg, freed)),
            (true, 0) => {}
            (true, _) => effects.push(Effect::free(*leg)),
        }
    }
    effects.extend(after.map(|leg| Effect::post(*leg, 0)));
    effects
}

fn change_setting(settings: &mut BookSettings, setting: Setting) {
    match setting {
        Setting::QuoteTtlSeconds(seconds) => settings.quote_ttl_seconds = seconds,
        Setting::Settlement(settlement) => settings.settlement = settlement,
        Setting::VendorRateLimits(on) => settings.vendor_rate_limits = on,
        Setting::WebhooksToLoopback(on) => settings.webhooks_to_loopback = on,
        Setting::HoldTtlSeconds(seconds) => settings.hold_ttl_seconds = seconds,
        Setting::WebhooksToPrivate(on) => settings.webhooks_to_private = on,
        Setting::VendorHttpStatuses(on) => settings.vendor_http_statuses = on,
        Setting::VendorTokensBoundToIp(on) => settings.vendor_tokens_bound_to_ip = on,
        Setting::VendorIpAllowList(ranges) => settings.vendor_ip_allow_list = ranges,
    }
}
