//! How most seeds begin: with a book in which there is something to do.

use super::{Style, Workload};
use crate::model::{Model, number};
use crate::rng::Rng;
use giro_engine::record::SHARD;
use giro_ledger::{Action, BookId, TransferKind};
use std::collections::VecDeque;

/// One thing that is asked for at the beginning.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    Asset,
    Book,
    Account,
    Person,
    Deposit,
    Policy,
    Limit,
    Fee,
    Calendar,
    Instrument,
    Rate,
    Investment,
    Schedule,
    Webhook,
}

/// Everything that is asked for at the beginning, in order; now and then nothing.
pub(super) fn draw(rng: &mut Rng, style: &Style) -> VecDeque<Opening> {
    let mut opening = vec![Opening::Asset, Opening::Asset, Opening::Book];
    opening.extend([Opening::Account].repeat(style.accounts));
    opening.extend([Opening::Person].repeat(style.people));
    opening.extend([Opening::Deposit].repeat(style.accounts));
    if style.policies > 0 {
        opening.extend([Opening::Policy].repeat(rng.place(3).saturating_add(1)));
    }
    if style.limits > 0 {
        opening.extend([Opening::Limit].repeat(rng.place(3).saturating_add(1)));
    }
    if style.webhooks > 0 {
        opening.extend([Opening::Webhook].repeat(style.hooks));
    }
    if style.treasury > 0 {
        opening.extend([Opening::Calendar, Opening::Instrument]);
        opening.extend([Opening::Instrument].repeat(rng.place(3)));
        opening.extend([Opening::Rate].repeat(rng.place(6).saturating_add(3)));
        opening.extend([Opening::Investment].repeat(rng.place(4).saturating_add(1)));
        opening.extend([Opening::Fee].repeat(rng.place(3)));
        opening.extend([Opening::Deposit].repeat(style.accounts));
        opening.extend([Opening::Schedule].repeat(rng.place(4)));
    }
    match rng.percent(85) {
        true => opening.into(),
        false => VecDeque::new(),
    }
}

impl Workload {
    /// The next thing of the beginning, and the book that it is asked in.
    pub(super) fn open(&mut self, rng: &mut Rng, model: &Model) -> Option<(BookId, Action)> {
        let next = self.opening.pop_front()?;
        let newest = model.books.books.len().saturating_sub(1);
        let book = BookId(number(newest));
        Some(match next {
            Opening::Asset => (SHARD, Action::DefineAsset(self.asset(rng, model))),
            Opening::Book => (SHARD, self.open_book(rng)),
            Opening::Account => (book, self.open_account(rng, model)),
            Opening::Person => (book, self.add_principal(rng, model, book)),
            Opening::Policy => (book, self.change_policy(rng, model, book)),
            Opening::Limit => (book, self.limit(rng, model, book)),
            Opening::Fee => (book, self.change_fee(rng, model, book)),
            Opening::Calendar => (book, self.set_calendar(rng, model)),
            Opening::Instrument => (book, self.add_instrument(rng, model, book)),
            Opening::Rate => (book, self.set_rate(rng, model, book)),
            Opening::Investment => (book, self.invest(rng, model, book)),
            Opening::Schedule => (book, self.add_schedule(rng, model, book)),
            Opening::Webhook => (book, self.first_webhook(rng, model, book)),
            Opening::Deposit => {
                let kind = TransferKind::Deposit;
                let plain = self.plain(rng, model, book, kind);
                (book, Action::Transfer(plain))
            }
        })
    }
}
