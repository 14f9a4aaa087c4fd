//! The fold of the log: what the writer decides on, and what readers see.

use crate::chain::{Chain, Link, Place};
use crate::record::{LegTrace, Origin, Record, SHARD, Trace};
use giro_journal::Seq;
use giro_ledger::{
    AccountId, AssetId, Balance, BookId, Event, Ledger, LineId, Pair, Stamp, Timestamp, WebhookId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod follows;

/// The first record of a shard: what was drawn by chance, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// When the shard began.
    pub at: Timestamp,
    /// The secret that public ids are made with.
    pub id_secret: [u8; 16],
    /// The secret that idempotency keys are hashed with.
    pub key_secret: [u8; 16],
    /// The secret that tokens are signed with.
    pub token_secret: [u8; 32],
}

impl std::fmt::Debug for Genesis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Genesis")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Everything that follows from the log up to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What the rules need to know.
    pub ledger: Ledger,
    genesis: Genesis,
    lines: Vec<Chain>,
    books: Vec<Chain>,
    /// Of each book, what was configured but its accounts.
    configurations: Vec<Chain>,
    /// Of each pair of assets, the rates that were set.
    rates: BTreeMap<Pair, Chain>,
    /// Of each webhook, what it was told.
    webhooks: Vec<Chain>,
    /// Of each account, the record of its newest change.
    accounts: Vec<Place>,
    /// The number of the next record.
    end: u64,
    last_at: Timestamp,
}

impl State {
    /// The state of a shard after its first record.
    pub fn new(genesis: Genesis) -> State {
        let last_at = genesis.at;
        State {
            ledger: Ledger::new(),
            genesis,
            lines: Vec::new(),
            books: Vec::new(),
            configurations: Vec::new(),
            rates: BTreeMap::new(),
            webhooks: Vec::new(),
            accounts: Vec::new(),
            end: 1,
            last_at,
        }
    }

    /// What was drawn when the shard began.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The number of the next record: everything before it is in this state.
    pub fn end(&self) -> Seq {
        Seq(self.end)
    }

    /// The time of the last record.
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// The newest posting of a line.
    pub fn line_head(&self, line: LineId) -> Place {
        chain(&self.lines, line.0).map_or(Place::NONE, Chain::head)
    }

    /// How many postings a line has, those of declined transfers included.
    pub fn line_len(&self, line: LineId) -> u64 {
        chain(&self.lines, line.0).map_or(0, Chain::len)
    }

    /// The newest transfer of a book.
    pub fn book_head(&self, book: BookId) -> Place {
        chain(&self.books, book.0).map_or(Place::NONE, Chain::head)
    }

    /// How many transfers a book has, declined ones included.
    pub fn book_len(&self, book: BookId) -> u64 {
        chain(&self.books, book.0).map_or(0, Chain::len)
    }

    /// The newest record of what was configured in a book, apart from its accounts.
    pub fn configuration_head(&self, book: BookId) -> Place {
        chain(&self.configurations, book.0).map_or(Place::NONE, Chain::head)
    }

    /// The newest record of what was set as the rate of a pair.
    pub fn rate_head(&self, pair: Pair) -> Place {
        self.rates.get(&pair).map_or(Place::NONE, Chain::head)
    }

    /// The newest record of what a webhook was told.
    pub fn webhook_head(&self, webhook: WebhookId) -> Place {
        chain(&self.webhooks, webhook.0).map_or(Place::NONE, Chain::head)
    }

    /// The newest record of what was configured of an account.
    pub fn account_head(&self, account: AccountId) -> Place {
        let place = usize::try_from(account.0).ok();
        let found = place.and_then(|place| self.accounts.get(place));
        found.copied().unwrap_or(Place::NONE)
    }

    /// The time that the next record gets at `now`: later than the last, whatever the clock says.
    pub fn next_at(&self, now: Timestamp) -> Timestamp {
        now.max(Timestamp(self.last_at.0.saturating_add(1)))
    }

    /// The stamp of the next record, asked for by `origin` at `now`.
    pub fn next_stamp(&self, origin: &Origin, now: Timestamp) -> Stamp {
        Stamp {
            book: origin.book,
            principal: origin.principal,
            at: self.next_at(now),
            number: self.end,
        }
    }

    /// Applies what happened in the next record, and returns what that must say beside the event.
    ///
    /// # Panics
    /// If the record is not the next one, or cannot have come of this state.
    pub fn apply(&mut self, stamp: Stamp, event: &Event) -> Trace {
        assert_eq!(stamp.number, self.end, "records are applied in order");
        let seq = Seq(stamp.number);
        self.end = seq.next().0;
        self.last_at = stamp.at;
        let mut trace = Trace::default();
        let mut leg = 0_u8;
        let lines = &mut self.lines;
        self.ledger
            .apply(stamp, event, |line, Balance { posted, held }| {
                let link = chain_mut(lines, line.0).push(Place::new(seq, leg));
                trace.push(LegTrace { line, posted, link }, held);
                leg = leg.checked_add(1).expect("a transfer has at most 100 legs");
            });
        trace.book = self.link(stamp.book, Place::new(seq, 0), event);
        trace
    }

    /// Puts a record into the chain of its kind.
    fn link(&mut self, book: BookId, place: Place, event: &Event) -> Link {
        let chains = match event {
            Event::Transfer(_) => &mut self.books,
            Event::Step(_) => return Link::default(),
            Event::ChangeStep(step) if !step.outcome.is_final() => return Link::default(),
            Event::AccountOpened(id, _) | Event::AccountClosed(id) => {
                return self.link_account(*id, place);
            }
            Event::AccountChanged(change) => return self.link_account(change.account, place),
            Event::AccountFrozen(freeze) => return self.link_account(freeze.account, place),
            Event::InvestmentSet(set) => return self.link_account(set.account, place),
            Event::RateSet(new) => return self.link_rate(book, new.source, new.target, place),
            Event::RateRemoved { source, target } => {
                return self.link_rate(book, *source, *target, place);
            }
            Event::Webhook(event) if event.is_delivery() => {
                return chain_mut(&mut self.webhooks, event.webhook().0).push(place);
            }
            // A run says which one was before; a quote is looked for by its id only.
            Event::RunSkipped(_) | Event::Quoted(_) | Event::Refused(_) => return Link::default(),
            Event::AssetDefined(_)
            | Event::BookOpened(..)
            | Event::BookChanged(_)
            | Event::PrincipalAdded(..)
            | Event::PrincipalRevoked(_)
            | Event::PolicySet(_)
            | Event::ChangeRequested(_)
            | Event::ChangeStep(_)
            | Event::LimitAdded(..)
            | Event::LimitChanged(_)
            | Event::LimitRemoved(_)
            | Event::BookStopped(_)
            | Event::FeeSet(_)
            | Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InstrumentPassedOver { .. }
            | Event::Webhook(_) => &mut self.configurations,
        };
        // Whatever the operator does is about the book that it is done to.
        let about = match event {
            Event::BookOpened(opened, _) => *opened,
            Event::PrincipalAdded(_, new) => new.book.unwrap_or(book),
            _ => book,
        };
        match about {
            SHARD => Link::default(),
            about => chain_mut(chains, about.0).push(place),
        }
    }

    fn link_rate(&mut self, book: BookId, source: AssetId, target: AssetId, place: Place) -> Link {
        let pair = Pair {
            book,
            source,
            target,
        };
        self.rates.entry(pair).or_default().push(place)
    }

    /// Accounts are changed rarely: the way back from one change to the one before is enough.
    fn link_account(&mut self, account: AccountId, place: Place) -> Link {
        let number = usize::try_from(account.0).expect("usize has at least 32 bits here");
        if self.accounts.len() <= number {
            self.accounts.resize(number.saturating_add(1), Place::NONE);
        }
        let newest = self
            .accounts
            .get_mut(number)
            .expect("just made long enough");
        let previous = std::mem::replace(newest, place);
        let jump = Place::NONE;
        Link { previous, jump }
    }

    /// Applies a record that was read back, and says whether it can come after those before it,
    /// and balances and links came out as it says. If not, the state is good for nothing more.
    pub fn replay(&mut self, record: &Record) -> bool {
        self.can_be_next(record) && self.apply(record.stamp(), &record.event) == record.trace
    }
}

fn chain(chains: &[Chain], number: u32) -> Option<&Chain> {
    chains.get(usize::try_from(number).ok()?)
}

fn chain_mut(chains: &mut Vec<Chain>, number: u32) -> &mut Chain {
    let place = usize::try_from(number).expect("usize has at least 32 bits here");
    if chains.len() <= place {
        chains.resize_with(place + 1, Chain::default);
    }
    chains.get_mut(place).expect("just made long enough")
}
