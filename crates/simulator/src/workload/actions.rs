//! Everything but transfers: assets, books, principals, accounts.

use super::{Workload, tag, text};
use crate::model::{Model, number};
use crate::rng::Rng;
use giro_ledger::Setting;
use giro_ledger::action::{
    AccountChange, AccountClose, AccountFreeze, BookChange, Holding, NewAccount, NewBook, Refusal,
};
use giro_ledger::text::{Alias, Metadata};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, Settlement, Tags,
    Timestamp,
};

impl Workload {
    /// One thing to ask for. What is needed before money can move comes first.
    pub(super) fn action(
        &mut self,
        rng: &mut Rng,
        model: &Model,
        durable: &Model,
        book: BookId,
    ) -> Action {
        let books = &model.books;
        if books.assets.len() < 2 && rng.percent(70) {
            return Action::DefineAsset(self.asset(rng, model));
        }
        if books.books.len() < 2 && rng.percent(50) {
            return self.open_book(rng);
        }
        let own = books
            .accounts
            .iter()
            .filter(|account| account.role.is_none())
            .filter(|account| self.style.treasury == 0 || !account.is_closed);
        if own.count() < self.style.accounts && rng.percent(60) {
            return self.open_account(rng, model);
        }
        if books.active(book).len() < self.style.people && rng.percent(30) {
            return self.add_principal(rng, model, book);
        }
        if self.style.treasury > 0 && rng.percent(self.style.treasury) {
            return self.treasury(rng, model, book);
        }
        if rng.percent(self.style.webhooks) {
            return self.webhook(rng, model, durable, book);
        }
        let is_stopped = books.books.get(crate::model::place(book.0));
        let is_stopped = is_stopped.is_some_and(|book| book.stop.is_some());
        let resume = if is_stopped { 25 } else { 1 };
        let has_changes = books.changes.iter().any(|change| !change.is_over);
        // What waits for approval is mostly approved, and changed again meanwhile.
        let about_changes = match rng.weighted(&[55, 12, 4, 29]) {
            1 if has_changes => Some(self.change_policy(rng, model, book)),
            2 if has_changes => Some(self.revoke(rng, model)),
            3 if has_changes => self.follow(rng, model, book),
            _ => None,
        };
        if let Some(action) = about_changes {
            return action;
        }
        let about_transfers = match rng.weighted(&[50, 38, 12]) {
            1 => self.follow(rng, model, book),
            2 => self.reversal(rng, model, durable, book),
            _ => None,
        };
        if let Some(action) = about_transfers {
            return action;
        }
        let (policies, limits) = (self.style.policies, self.style.limits);
        match rng.weighted(&[70, 6, 5, 4, 2, 2, 3, 2, 1, 1, policies, limits, resume, 1]) {
            0 => Action::Transfer(self.transfer(rng, model, book)),
            1 => self.change_account(rng, model, book),
            2 => self.freeze(rng, model, book),
            3 => self.close(rng, model, book),
            4 => self.open_account(rng, model),
            5 => self.change_book(rng),
            6 => self.add_principal(rng, model, book),
            7 => self.revoke(rng, model),
            8 => Action::DefineAsset(self.asset(rng, model)),
            9 => self.open_book(rng),
            10 => self.change_policy(rng, model, book),
            11 => self.limit(rng, model, book),
            13 => Action::Refuse(Box::new(Refusal {
                reason: text("same_account"),
                source: text("ledger"),
            })),
            _ => self.stop(rng, model, book),
        }
    }

    fn close(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let account = self.account(rng, model, book);
        let target = self.account(rng, model, book);
        Action::CloseAccount(AccountClose {
            account,
            sweep_to: rng.percent(50).then_some(target),
        })
    }

    pub(super) fn asset(&mut self, rng: &mut Rng, model: &Model) -> Asset {
        let known = rng
            .pick(&model.books.assets)
            .map(|asset| asset.code.clone());
        let codes = match self.style.treasury {
            0 => [80, 10, 5, 5],
            _ => [95, 3, 1, 1],
        };
        let code = match (rng.weighted(&codes), known) {
            (1, Some(known)) => known,
            (2, _) => "usd".into(),
            (3, _) => "A".repeat(rng.place(3).saturating_mul(25)).into(),
            _ => self.name("USD").into(),
        };
        let decimals = match self.style.treasury {
            0 => [0, 2, 6, 18, 24, 24, 25],
            // Closer to each other, so that one is worth something in another.
            _ => [2, 2, 2, 3, 0, 6, 24],
        };
        Asset {
            code,
            name: "an asset".into(),
            decimals: *rng.pick(&decimals).unwrap_or(&2),
            kind: match self.style.treasury > 0 && rng.percent(3) {
                true => AssetKind::Security,
                false => AssetKind::Currency,
            },
        }
    }

    pub(super) fn open_book(&mut self, rng: &mut Rng) -> Action {
        Action::OpenBook(NewBook {
            name: text(&self.name("book")),
            sandbox: rng.percent(50),
            settings: self.settings_of_a_book(rng),
        })
    }

    /// Where years go by, a book that is never opened would be a long time of nothing.
    fn settings_of_a_book(&self, rng: &mut Rng) -> BookSettings {
        let mut drawn = settings(rng);
        if self.style.treasury > 0 && rng.percent(98) {
            drawn.quote_ttl_seconds = drawn.quote_ttl_seconds.clamp(1, 86_400);
            drawn.hold_ttl_seconds = drawn.hold_ttl_seconds.clamp(1, 86_400);
        }
        drawn
    }

    fn change_book(&mut self, rng: &mut Rng) -> Action {
        Action::ChangeBook(BookChange {
            name: rng.percent(50).then(|| text(&self.name("book"))),
            settings: changed_settings(rng),
        })
    }

    pub(super) fn open_account(&mut self, rng: &mut Rng, model: &Model) -> Action {
        let holdings = holdings(rng, model, &[2, 8, 8, 1]);
        Action::OpenAccount(NewAccount {
            name: text(&self.name("account")),
            alias: rng.percent(60).then(|| alias(rng)),
            metadata: metadata(rng),
            tags: tags(rng),
            holdings,
            holds_any_asset: rng.percent(if self.style.treasury > 0 { 80 } else { 40 }),
        })
    }

    fn change_account(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let account = self.account(rng, model, book);
        let mut holdings = holdings(rng, model, &[3, 5, 1]);
        // The limit that is just used up, or one less.
        if let Some(holding) = holdings.first_mut() {
            let used = model
                .books
                .balance(account, holding.asset)
                .min(0)
                .unsigned_abs();
            let limit = used.saturating_sub(u128::from(rng.percent(50)));
            if used > 0 && rng.percent(80) {
                holding.overdraft_limit = Amount::new(limit).unwrap_or(Amount::MAX);
            }
        }
        Action::ChangeAccount(AccountChange {
            account,
            name: rng.percent(30).then(|| text(&self.name("account"))),
            alias: match rng.weighted(&[6, 2, 1]) {
                0 => None,
                1 => Some(Some(alias(rng))),
                _ => Some(None),
            },
            metadata: rng.percent(20).then(|| metadata(rng)),
            tags: rng.percent(25).then(|| tags(rng)),
            holdings,
            only_if_updated_at: rng.percent(15).then(|| read_at(rng, model, account)),
        })
    }

    fn freeze(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        // Mostly unfrozen again, or nothing would move after a while.
        let is_frozen = rng.percent(if self.style.treasury > 0 { 15 } else { 40 });
        Action::FreezeAccount(AccountFreeze {
            account: self.account(rng, model, book),
            debits: is_frozen && rng.percent(60),
            credits: is_frozen && rng.percent(60),
            reason: rng.percent(50).then(|| text("a reason")),
        })
    }

    /// Mostly an account of the book that is not its own; else any, or none.
    pub(super) fn account(&self, rng: &mut Rng, model: &Model, book: BookId) -> AccountId {
        let accounts = &model.books.accounts;
        let places = 0..accounts.len();
        let with_closed = rng.percent(15);
        let candidates: Vec<usize> = match rng.weighted(&[96, 4]) {
            0 => {
                let of_book = accounts
                    .iter()
                    .zip(places)
                    .filter(|(account, _)| account.book == book && account.role.is_none())
                    .filter(|(account, _)| with_closed || !account.is_closed);
                of_book.map(|(_, place)| place).collect()
            }
            _ => places.collect(),
        };
        match rng.pick(&candidates) {
            Some(place) if rng.percent(99) => AccountId(number(*place)),
            _ => AccountId(number(accounts.len().saturating_add(rng.place(3)))),
        }
    }
}

/// Mostly an asset that is defined.
pub(super) fn asset_id(rng: &mut Rng, model: &Model) -> AssetId {
    let count = model.books.assets.len();
    // The first two are used most, so that balances of one asset meet.
    let place = match rng.weighted(&[70, 27, 3]) {
        0 => rng.place(count.min(2)),
        1 => rng.place(count),
        _ => count,
    };
    AssetId(u16::try_from(place).expect("small"))
}

/// As many as one of the weights says, mostly of different assets.
fn holdings(rng: &mut Rng, model: &Model, weights: &[u64]) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = Vec::new();
    for _ in 0..rng.weighted(weights) {
        let new = holding(rng, model);
        if rng.percent(10) || holdings.iter().all(|known| known.asset != new.asset) {
            holdings.push(new);
        }
    }
    holdings
}

fn holding(rng: &mut Rng, model: &Model) -> Holding {
    let overdraft_limit = match rng.weighted(&[60, 30, 5, 5]) {
        0 => Amount::ZERO,
        1 => Amount::new(u128::from(rng.below(1000))).expect("small"),
        2 => Amount::new(1 << rng.below(100)).expect("below the maximum"),
        _ => Amount::MAX,
    };
    Holding {
        asset: asset_id(rng, model),
        overdraft_limit,
    }
}

/// New values of some settings, now and then of the same one twice.
fn changed_settings(rng: &mut Rng) -> Vec<Setting> {
    let all = settings(rng);
    let one = |rng: &mut Rng| match rng.place(9) {
        0 => Setting::QuoteTtlSeconds(all.quote_ttl_seconds),
        1 => Setting::Settlement(all.settlement),
        2 => Setting::VendorRateLimits(all.vendor_rate_limits),
        3 => Setting::HoldTtlSeconds(all.hold_ttl_seconds),
        4 => Setting::WebhooksToLoopback(all.webhooks_to_loopback),
        5 => Setting::WebhooksToPrivate(all.webhooks_to_private),
        6 => Setting::VendorHttpStatuses(all.vendor_http_statuses),
        7 => Setting::VendorTokensBoundToIp(all.vendor_tokens_bound_to_ip),
        _ => Setting::VendorIpAllowList(all.vendor_ip_allow_list.clone()),
    };
    (0..rng.place(4)).map(|_| one(rng)).collect()
}

fn settings(rng: &mut Rng) -> BookSettings {
    let edges = [1, 300, BookSettings::MAX_QUOTE_TTL_SECONDS, 0, 86_401];
    let longest = BookSettings::MAX_HOLD_TTL_SECONDS;
    let lives = [1, 600, 86_400, longest, 0, longest.saturating_add(1)];
    let range = ["10.1.0.0/16", "2001:db8::/32"][rng.place(2)];
    let ranges = [0, 1, 3, 100, 101][rng.weighted(&[60, 20, 15, 2, 2])];
    BookSettings {
        quote_ttl_seconds: edges[rng.weighted(&[4, 4, 4, 1, 1])],
        settlement: match rng.percent(50) {
            true => Settlement::Instant,
            false => Settlement::NextBusinessDay,
        },
        vendor_rate_limits: rng.percent(50),
        webhooks_to_loopback: rng.percent(50),
        hold_ttl_seconds: lives[rng.weighted(&[4, 4, 4, 4, 1, 1])],
        webhooks_to_private: rng.percent(50),
        vendor_http_statuses: rng.percent(50),
        vendor_tokens_bound_to_ip: rng.percent(50),
        vendor_ip_allow_list: (0..ranges)
            .map(|_| range.parse().expect("a range"))
            .collect(),
    }
}

/// When an account was last changed, or some other time.
fn read_at(rng: &mut Rng, model: &Model, account: AccountId) -> Timestamp {
    let found = model.books.account(account);
    let updated_at = found.map_or(model.last_at(), |account| account.updated_at);
    let offset = [0, -1, 1][rng.weighted(&[70, 20, 10])];
    Timestamp(updated_at.0.saturating_add(offset))
}

fn metadata(rng: &mut Rng) -> Metadata {
    let entries = (0..rng.place(3)).map(|place| (text(&format!("key{place}")), text("value")));
    Metadata::new(entries.collect()).expect("few keys, each once")
}

/// One of a few words, so that accounts want the same.
fn alias(rng: &mut Rng) -> Alias {
    text(&format!("alias{}", rng.below(4)))
}

fn tags(rng: &mut Rng) -> Tags {
    let mut tags: Vec<_> = (0..rng.weighted(&[50, 35, 15])).map(|_| tag(rng)).collect();
    tags.sort_unstable();
    tags.dedup();
    Tags::new(tags).expect("few, each once")
}
