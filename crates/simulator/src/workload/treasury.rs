//! Rates, fees, calendars and quotes: mostly of what accounts hold, now and then malformed, and
//! used late, twice or by strangers.

use super::{Workload, tag, text};
use crate::model::{Model, Quoted};
use crate::rng::Rng;
use giro_ledger::action::Execution;
use giro_ledger::calendar::{Date, Days, Holidays, Weekday};
use giro_ledger::fee::{Bearing, Charge, FeeChange, Tier};
use giro_ledger::text::Metadata;
use giro_ledger::{
    Action, Amount, AssetId, AssetKind, Basis, BookId, Calendar, CalendarCode, FeeId, FeeRule,
    NewQuote, NewRate, Pair, QuoteAmount, QuoteId, Rate, Rounding, Timestamp, TransferKind, Zone,
};

impl Workload {
    /// Something of rates, fees, quotes, schedules or securities.
    pub(super) fn treasury(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        if let Some(action) = self.first_things(rng, model, book) {
            return action;
        }
        match rng.weighted(&[10, 4, 15, 22, 2, 7, 5, 5, 6, 12, 1]) {
            0 => self.set_rate(rng, model, book),
            1 => self.change_fee(rng, model, book),
            2 => self.quote(rng, model, book),
            3 => self.execution(rng, model, book),
            4 => self.set_calendar(rng, model),
            5 => self.add_schedule(rng, model, book),
            6 => self.change_schedule(rng, model, book),
            7 => self.add_instrument(rng, model, book),
            8 => self.invest(rng, model, book),
            9 => self.trade(rng, model, book),
            _ => remove_rate(rng, model, book),
        }
    }

    /// What is needed before anything can be traded: something to trade, and a price for it.
    fn first_things(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Option<Action> {
        let live = super::securities::live(model, book);
        if live.is_empty() {
            return rng
                .percent(40)
                .then(|| self.add_instrument(rng, model, book));
        }
        if super::securities::wanted(model, book).is_some() && rng.percent(35) {
            return Some(self.add_instrument(rng, model, book));
        }
        let now = model.last_at();
        let mut unpriced = live;
        unpriced.retain(|one| {
            let pair = Pair {
                book,
                source: one.asset,
                target: one.terms.cash,
            };
            model.books.market_now(pair, now).is_err()
        });
        let unpriced = rng.pick(&unpriced).map(|one| (one.asset, one.terms.cash))?;
        rng.percent(45)
            .then(|| self.rate_of(rng, model, book, unpriced))
    }

    pub(super) fn set_rate(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let instruments = model.books.securities.iter();
        let priced = instruments.filter(|one| one.book == book && one.matured_at.is_none());
        let priced: Vec<(AssetId, AssetId)> =
            priced.map(|one| (one.asset, one.terms.cash)).collect();
        let ways = ways(model, book);
        let (source, target) = match (rng.pick(&priced), rng.pick(&ways)) {
            (Some(pair), _) if rng.percent(35) => *pair,
            (_, Some(way)) if rng.percent(25) => *way,
            _ => two_kinds(rng, model),
        };
        self.rate_of(rng, model, book, (source, target))
    }

    fn rate_of(
        &mut self,
        rng: &mut Rng,
        model: &Model,
        book: BookId,
        (source, target): (AssetId, AssetId),
    ) -> Action {
        let basis = basis(rng, model, book, (source, target));
        let now = model.last_at();
        let ages = [3_600, 86_400, 14 * 86_400, 0, u32::MAX];
        Action::SetRate(Box::new(NewRate {
            source,
            target,
            basis,
            spread: [0, 25, 150, 9_999, 10_000][rng.weighted(&[60, 15, 15, 3, 3])],
            rounding: *rng.pick(&Rounding::ALL).unwrap_or(&Rounding::Down),
            max_age_seconds: rng
                .percent(35)
                .then(|| ages[rng.weighted(&[10, 20, 80, 1, 1])]),
            provider: text(&self.name("provider")),
            as_of: match rng.weighted(&[70, 15, 10, 2]) {
                0 => None,
                1 => Some(now),
                2 => Some(Timestamp(now.0.saturating_sub(86_400_000_000))),
                _ => Some(Timestamp(i64::MAX)),
            },
        }))
    }

    pub(super) fn change_fee(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let known = model.books.fees_in_order(book);
        let id = match rng.pick(&known) {
            Some(id) if rng.percent(95) => *id,
            _ => FeeId(u32::try_from(rng.below(6)).expect("small")),
        };
        let weights = if known.len() < 2 {
            [80, 15, 5]
        } else {
            [15, 45, 40]
        };
        Action::ChangeFee(Box::new(match rng.weighted(&weights) {
            0 => FeeChange::Add(self.fee_rule(rng, model)),
            1 => FeeChange::Replace(id, self.fee_rule(rng, model)),
            _ => FeeChange::Remove(id),
        }))
    }

    fn fee_rule(&mut self, rng: &mut Rng, model: &Model) -> FeeRule {
        let kinds = [
            TransferKind::Transfer,
            TransferKind::Deposit,
            TransferKind::Withdrawal,
            TransferKind::Conversion,
        ];
        let mut kinds: Vec<TransferKind> = kinds.into_iter().filter(|_| rng.percent(30)).collect();
        if rng.percent(2) {
            kinds.extend([TransferKind::Transfer, TransferKind::Transfer]);
        }
        FeeRule {
            name: text(&self.name("fee")),
            rank: u32::try_from(rng.below(3)).expect("small"),
            kinds,
            asset: money(rng, model),
            target_asset: rng.percent(15).then(|| money(rng, model)),
            amount_min: rng.percent(20).then(|| small(rng, 2_000)),
            amount_max: rng.percent(20).then(|| small(rng, 60_000)),
            source_tag: rng.percent(12).then(|| tag(rng)),
            target_tag: rng.percent(12).then(|| tag(rng)),
            charge: charge(rng),
            bearing: match rng.percent(55) {
                true => Bearing::OnTop,
                false => Bearing::Included,
            },
        }
    }

    pub(super) fn quote(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let settings = model.books.rates.iter();
        let is_money = |asset| model.books.kind_of(asset) != Some(AssetKind::Security);
        let known = settings.filter(|one| {
            let is_set = one.pair.book == book && one.entry.is_some();
            is_set && is_money(one.pair.source)
        });
        let known: Vec<(AssetId, AssetId)> = known
            .map(|one| (one.pair.source, one.pair.target))
            .collect();
        let (source_asset, target_asset) = match (rng.weighted(&[75, 15, 10]), rng.pick(&known)) {
            (0, Some(pair)) => *pair,
            (1, _) => {
                let asset = money(rng, model);
                (asset, asset)
            }
            _ => two_kinds(rng, model),
        };
        let source = self.account(rng, model, book);
        let there = model.books.available(source, source_asset).unwrap_or(0);
        let there = there.clamp(0, 1_000_000).unsigned_abs();
        let amount = match rng.weighted(&[50, 25, 10, 10, 2]) {
            0 if there > 8 => there / u128::from(rng.between(1, 8)),
            1 => u128::from(rng.between(1, 3_000)),
            2 => there,
            3 => there.saturating_add(1),
            4 => Amount::MAX.minor(),
            _ => u128::from(rng.between(1, 50)),
        };
        let amount = Amount::new(amount).unwrap_or(Amount::MAX);
        let lives = [60, 3_600, 86_400, 0, 86_401];
        Action::Quote(Box::new(NewQuote {
            source,
            target: self.account(rng, model, book),
            source_asset,
            target_asset,
            amount: match rng.weighted(&[45, 35, 20]) {
                0 => QuoteAmount::Source(amount),
                1 => QuoteAmount::Target(amount),
                _ => QuoteAmount::SourceWithFee(amount),
            },
            seconds: rng
                .percent(70)
                .then(|| lives[rng.weighted(&[20, 30, 50, 2, 2])]),
        }))
    }

    /// Mostly of a quote that is still good; else of one that is used, expired, foreign or none.
    pub(super) fn execution(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let now = model.last_at();
        let books = &model.books;
        let is_good = |one: &&Quoted| {
            let is_open = books.carried_out(one.id).is_none() && one.quote.expires_at > now;
            one.book == book && is_open
        };
        let is_wanted = |one: &&Quoted, what: usize| match what {
            0 => is_good(one),
            1 => books.carried_out(one.id).is_some(),
            2 => one.quote.expires_at <= now,
            _ => one.book != book,
        };
        let what = rng.weighted(&[78, 12, 3, 2, 3]);
        let quotes = books.quotes.iter().rev().filter(|one| is_wanted(one, what));
        let quotes: Vec<QuoteId> = quotes.take(8).map(|one| one.id).collect();
        if quotes.is_empty() && rng.percent(85) {
            return self.quote(rng, model, book);
        }
        let quote = match rng.pick(&quotes) {
            Some(id) if what < 4 => *id,
            _ => QuoteId(rng.below(model.end().0.saturating_add(2))),
        };
        Action::Execute(Box::new(Execution {
            quote,
            reference: None,
            metadata: Metadata::default(),
            reviewers: match rng.percent(8) {
                true => self.reviewers(rng, model, book),
                false => Vec::new(),
            },
        }))
    }

    /// A book's own calendar: a usual week or another one, with some holidays soon.
    pub(super) fn set_calendar(&mut self, rng: &mut Rng, model: &Model) -> Action {
        let all = &Weekday::ALL;
        let weekend = match rng.weighted(&[60, 25, 10, 5]) {
            0 => &all[5..],
            1 => &all[4..6],
            2 => &all[..0],
            _ => &all[..],
        };
        let zone = zone(rng);
        let today = zone.date_of(model.last_at());
        let mut days: Vec<Date> = (0..rng.below(6))
            .map(|_| today.plus_days(i32::try_from(rng.below(90)).expect("small")))
            .collect();
        days.sort_unstable();
        days.dedup();
        let calendar = Calendar {
            name: text(&self.name("calendar")),
            zone,
            weekend: weekend.iter().copied().collect(),
            holidays: Holidays::Own(Days::new(days).expect("few, each once")),
        };
        Action::SetCalendar(own_or_built_in(rng, 4), Box::new(calendar))
    }
}

fn remove_rate(rng: &mut Rng, model: &Model, book: BookId) -> Action {
    let of_book = model.books.rates.iter().filter(|one| one.pair.book == book);
    let known: Vec<(AssetId, AssetId)> = of_book
        .map(|one| (one.pair.source, one.pair.target))
        .collect();
    let (source, target) = match rng.pick(&known) {
        Some(pair) => *pair,
        None => (money(rng, model), money(rng, model)),
    };
    Action::RemoveRate { source, target }
}

/// Pairs of money between which there is a way over a third kind.
fn ways(model: &Model, book: BookId) -> Vec<(AssetId, AssetId)> {
    let all = model.books.rates.iter().map(|one| one.pair);
    let set = all.filter(|pair| pair.book == book && model.books.rate(*pair).is_some());
    let set: Vec<Pair> = set.collect();
    let on = |first: &Pair| {
        let (from, via) = (first.source, first.target);
        let seconds = set.iter().filter(move |then| then.source == via);
        let ends = seconds.map(|then| then.target);
        ends.filter(move |to| *to != from).map(move |to| (from, to))
    };
    set.iter().flat_map(on).collect()
}

/// Mostly a value; what follows from others mostly where they are, and what is a price hardly ever.
fn basis(
    rng: &mut Rng,
    model: &Model,
    book: BookId,
    (source, target): (AssetId, AssetId),
) -> Basis {
    let is_set = |source, target| {
        let pair = Pair {
            book,
            source,
            target,
        };
        model.books.rate(pair).is_some()
    };
    let is_price = model.books.kind_of(source) == Some(AssetKind::Security);
    let is_way = ways(model, book).contains(&(source, target));
    let mut others = (0..6).map(AssetId);
    let via = others.find(|via| is_set(source, *via) && is_set(*via, target));
    let weights = if is_way { [30, 20, 50] } else { [60, 20, 20] };
    match (rng.weighted(&weights), via) {
        _ if is_price && rng.percent(97) => Basis::Value(rate(rng)),
        (1, _) if is_set(target, source) || rng.percent(20) => Basis::Inverse,
        (2, Some(via)) => Basis::Cross { via },
        (2, None) if rng.percent(20) => Basis::Cross {
            via: money(rng, model),
        },
        _ => Basis::Value(rate(rng)),
    }
}

/// Mostly around one; seldom far from it, or nothing.
fn rate(rng: &mut Rng) -> Rate {
    let words = match rng.weighted(&[60, 12, 12, 5, 3, 3, 2]) {
        0 => format!("{}.{:04}", rng.below(2), rng.between(1, 9_999)),
        1 => "1".to_owned(),
        2 => format!("0.{:06}", rng.between(900_000, 999_999)),
        3 => format!("{}", rng.between(2, 200)),
        4 => "0.000000000000000001".to_owned(),
        5 => "123456789012345".to_owned(),
        _ => "0".to_owned(),
    };
    Rate::parse(&words).expect("a plain decimal")
}

/// A flat part, shares, bounds: each now and then, and now and then in disorder.
fn charge(rng: &mut Rng) -> Charge {
    let shares = [
        "0.001",
        "0.0125",
        "0.333333",
        "0.000000000000000001",
        "0",
        "1",
        "1.5",
    ];
    let mut tiers = Vec::new();
    let mut from = if rng.percent(3) { 5 } else { 0 };
    for _ in 0..rng.weighted(&[40, 35, 15, 10]) {
        let share = shares[rng.weighted(&[30, 30, 15, 5, 5, 3, 1])];
        tiers.push(Tier {
            from: Amount::new(from).expect("small"),
            share: Rate::parse(share).expect("a plain decimal"),
        });
        let least = u64::from(rng.percent(95));
        from = from.saturating_add(u128::from(rng.between(least, 900)));
    }
    Charge {
        flat: match rng.weighted(&[45, 50, 3]) {
            0 => Amount::ZERO,
            1 => small(rng, 40),
            _ => Amount::MAX,
        },
        tiers,
        amount_min: rng.percent(15).then(|| small(rng, 30)),
        amount_max: rng.percent(15).then(|| small(rng, 300)),
        rounding: *rng.pick(&Rounding::ALL).unwrap_or(&Rounding::Up),
    }
}

fn small(rng: &mut Rng, most: u64) -> Amount {
    Amount::new(u128::from(rng.below(most))).expect("small")
}

/// Mostly two different ones.
fn two_kinds(rng: &mut Rng, model: &Model) -> (AssetId, AssetId) {
    let one = money(rng, model);
    let mut other = money(rng, model);
    for _ in 0..4 {
        if other == one && rng.percent(95) {
            other = money(rng, model);
        }
    }
    (one, other)
}

/// Mostly one of the first kinds of money; seldom a security, or none.
pub(super) fn money(rng: &mut Rng, model: &Model) -> AssetId {
    let assets = (0..).map(AssetId).zip(&model.books.assets);
    let money: Vec<AssetId> = assets
        .filter(|(_, asset)| asset.kind != AssetKind::Security)
        .map(|(id, _)| id)
        .take(3)
        .collect();
    match rng.pick(&money) {
        Some(asset) if rng.percent(96) => *asset,
        _ => super::actions::asset_id(rng, model),
    }
}

/// Zones with every kind of change: by an hour, by half an hour, by a day, and never.
pub(super) fn zone(rng: &mut Rng) -> Zone {
    let zones = [
        "Europe/Berlin",
        "America/New_York",
        "UTC",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Asia/Kolkata",
    ];
    let name = rng.pick(&zones).copied().unwrap_or("UTC");
    Zone::new(name).expect("it is in the database")
}

/// The code of a calendar: the book's own, or in so many of a hundred cases another.
pub(super) fn own_or_built_in(rng: &mut Rng, percent: u64) -> CalendarCode {
    let code = match (rng.percent(percent), rng.weighted(&[45, 45, 10])) {
        (false, _) => "OWN",
        (true, 0) => "US",
        (true, 1) => "TARGET",
        (true, _) => "NONE",
    };
    CalendarCode::new(code).expect("of capital letters")
}
