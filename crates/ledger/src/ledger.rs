//! The state of a shard's books, and how events change it.

use crate::approval::OpenChange;
use crate::exchange::RateEntry;
use crate::fee::FeeEntry;
use crate::open::Reversed;
use crate::policy::PolicyEntry;
use crate::quote::OpenQuote;
use crate::security::InstrumentKey;
use crate::text::{Alias, Tag};
use crate::{
    Account, AccountId, Amount, Asset, AssetId, AssetKind, Book, BookId, Calendar, CalendarCode,
    ChangeId, FeeId, Instrument, Investment, Leg, Limit, LimitId, LimitSubject, Line, LineId,
    OpenTransfer, Pair, PolicyId, Principal, PrincipalId, QuoteId, Schedule, ScheduleId, Side,
    SignedAmount, Stamp, Timer, Timestamp, TransferId, Webhook,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::Arc;

mod apply;
mod money;
mod savepoint;
mod treasury;
mod webhook;

pub(crate) use money::first_amount;

/// So many limits of a book are gone through one by one; of more, those that could count are looked
/// up by what they are of.
const FEW_LIMITS: usize = 32;

/// Everything that the rules need to know: the fold of all events of a shard.
///
/// Things are numbered densely in the order of their events, so that the hot path indexes
/// vectors and hashes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    assets: Vec<Asset>,
    asset_codes: BTreeMap<Box<str>, AssetId>,
    books: Vec<Book>,
    principals: Vec<Principal>,
    accounts: Vec<Account>,
    lines: Vec<Line>,
    aliases: BTreeMap<(BookId, Alias), AccountId>,
    policies: Vec<PolicyEntry>,
    limits: Vec<Limit>,
    /// The limits in force.
    limits_of: BTreeMap<(BookId, LimitSubject), Vec<LimitId>>,
    /// Shared, so that a copy of the state to be saved takes little time with many of them.
    open: BTreeMap<TransferId, Arc<OpenTransfer>>,
    changes: BTreeMap<ChangeId, OpenChange>,
    reversed: BTreeMap<TransferId, Reversed>,
    rates: BTreeMap<Pair, RateEntry>,
    fees: Vec<FeeEntry>,
    quotes: BTreeMap<QuoteId, Arc<OpenQuote>>,
    /// How many of them are of each book.
    quotes_of: BTreeMap<BookId, u32>,
    /// When quotes are forgotten.
    quote_ends: BTreeSet<(Timestamp, QuoteId)>,
    calendars: BTreeMap<(BookId, CalendarCode), Calendar>,
    schedules: Vec<Schedule>,
    instruments: BTreeMap<InstrumentKey, Instrument>,
    investments: BTreeMap<AccountId, Investment>,
    /// Of accounts that have traded: what they have paid for units, less what units have brought.
    costs: BTreeMap<(AccountId, AssetId), SignedAmount>,
    webhooks: Vec<Webhook>,
    /// What is due, and when.
    timers: BTreeSet<(Timestamp, Timer)>,
}

impl Ledger {
    /// A shard before its first event.
    pub fn new() -> Ledger {
        Ledger::default()
    }

    /// All assets, in the order of their numbers.
    pub fn assets(&self) -> impl Iterator<Item = (AssetId, &Asset)> {
        (0..=u16::MAX).map(AssetId).zip(&self.assets)
    }

    /// One asset.
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(usize::from(id.0))
    }

    /// The asset of that code.
    pub fn asset_by_code(&self, code: &str) -> Option<(AssetId, &Asset)> {
        let id = *self.asset_codes.get(code)?;
        Some((id, self.asset(id)?))
    }

    /// The asset of that code, as a book knows it: a security is one to the books that have it as
    /// an instrument, and to no other.
    pub fn asset_in(&self, book: BookId, code: &str) -> Option<(AssetId, &Asset)> {
        let (id, asset) = self.asset_by_code(code)?;
        self.is_asset_of(book, id).then_some((id, asset))
    }

    /// Whether a book knows an asset.
    pub fn is_asset_of(&self, book: BookId, id: AssetId) -> bool {
        let is_security = |asset: &Asset| asset.kind == AssetKind::Security;
        self.asset(id)
            .is_some_and(|asset| !is_security(asset) || self.instrument((book, id)).is_some())
    }

    /// All books, in the order of their numbers.
    pub fn books(&self) -> impl Iterator<Item = (BookId, &Book)> {
        (0..=u32::MAX).map(BookId).zip(&self.books)
    }

    /// One book.
    pub fn book(&self, id: BookId) -> Option<&Book> {
        self.books.get(index(id.0))
    }

    /// All principals, in the order of their numbers.
    pub fn principals(
        &self,
    ) -> impl DoubleEndedIterator<Item = (PrincipalId, &Principal)> + ExactSizeIterator {
        self.principals
            .iter()
            .enumerate()
            .map(|(place, principal)| (PrincipalId(number(place)), principal))
    }

    /// One principal.
    pub fn principal(&self, id: PrincipalId) -> Option<&Principal> {
        self.principals.get(index(id.0))
    }

    /// All accounts from the number `from` on, in the order of their numbers.
    pub fn accounts_from(&self, from: AccountId) -> impl Iterator<Item = (AccountId, &Account)> {
        let rest = self.accounts.get(index(from.0)..).unwrap_or_default();
        (from.0..=u32::MAX).map(AccountId).zip(rest)
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(index(id.0))
    }

    /// One account, if it is in that book. What is in another book does not exist.
    pub fn account_in(&self, book: BookId, id: AccountId) -> Option<&Account> {
        self.account(id).filter(|account| account.book == book)
    }

    /// The account of that alias.
    pub fn account_by_alias(&self, book: BookId, alias: &Alias) -> Option<AccountId> {
        self.aliases.get(&(book, alias.clone())).copied()
    }

    /// One balance line.
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.get(index(id.0))
    }

    /// All balance lines, in the order of their numbers.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = (LineId, &Line)> {
        self.lines
            .iter()
            .enumerate()
            .map(|(place, line)| (LineId(number(place)), line))
    }

    /// The number that the next account gets.
    pub fn next_account(&self) -> AccountId {
        AccountId(number(self.accounts.len()))
    }

    /// The number that the next book gets.
    pub fn next_book(&self) -> BookId {
        BookId(number(self.books.len()))
    }

    /// The number that the next principal gets.
    pub fn next_principal(&self) -> PrincipalId {
        PrincipalId(number(self.principals.len()))
    }

    /// All policies there are or were, in the order of their numbers.
    pub fn policies(&self) -> impl Iterator<Item = (PolicyId, &PolicyEntry)> {
        (0..=u32::MAX).map(PolicyId).zip(&self.policies)
    }

    /// One policy, removed ones included.
    pub fn policy(&self, id: PolicyId) -> Option<&PolicyEntry> {
        self.policies.get(index(id.0))
    }

    /// The policies of a book that are in force, in the order in which they are asked.
    pub fn policies_in_force(
        &self,
        book: BookId,
    ) -> impl Iterator<Item = (PolicyId, &PolicyEntry)> {
        let ids = self.book(book).map_or(&[][..], |book| &book.policies);
        let known = "a book's policies exist";
        ids.iter()
            .map(move |id| (*id, self.policy(*id).expect(known)))
    }

    /// The limits of a book that are in force, in the order in which they are asked.
    pub fn limits_in_force(&self, book: BookId) -> impl Iterator<Item = (LimitId, &Limit)> {
        let ids = self.book(book).map_or(&[][..], |book| &book.limits);
        let known = "a book's limits exist";
        ids.iter()
            .map(move |id| (*id, self.limit(*id).expect(known)))
    }

    /// All limits there are or were, in the order of their numbers.
    pub fn limits(&self) -> impl Iterator<Item = (LimitId, &Limit)> {
        (0..=u32::MAX).map(LimitId).zip(&self.limits)
    }

    /// One limit, removed ones included.
    pub fn limit(&self, id: LimitId) -> Option<&Limit> {
        self.limits.get(index(id.0))
    }

    /// A transfer that is under way.
    pub fn open(&self, id: TransferId) -> Option<&OpenTransfer> {
        self.open.get(&id).map(Arc::as_ref)
    }

    /// All transfers that are under way, oldest first.
    pub fn open_transfers(
        &self,
    ) -> impl DoubleEndedIterator<Item = (TransferId, &OpenTransfer)> + ExactSizeIterator {
        self.open.iter().map(|(id, open)| (*id, open.as_ref()))
    }

    /// Those of them whose numbers are in a range, oldest first.
    pub fn open_transfers_in(
        &self,
        range: impl RangeBounds<TransferId>,
    ) -> impl DoubleEndedIterator<Item = (TransferId, &OpenTransfer)> {
        let in_range = self.open.range(range);
        in_range.map(|(id, open)| (*id, open.as_ref()))
    }

    /// A change of policies that waits for approval.
    pub fn open_change(&self, id: ChangeId) -> Option<&OpenChange> {
        self.changes.get(&id)
    }

    /// All changes of policies that wait for approval, oldest first.
    pub fn open_changes(&self) -> impl DoubleEndedIterator<Item = (ChangeId, &OpenChange)> {
        self.changes.iter().map(|(id, change)| (*id, change))
    }

    /// How much of a transfer has been reversed, reversals under way included.
    pub fn reversed(&self, id: TransferId) -> Option<Reversed> {
        self.reversed.get(&id).copied()
    }

    /// All transfers of which something was reversed, or was about to be.
    pub fn all_reversed(&self) -> impl Iterator<Item = (TransferId, Reversed)> {
        self.reversed.iter().map(|(id, reversed)| (*id, *reversed))
    }

    /// What is due next, and when.
    pub fn next_timer(&self) -> Option<(Timestamp, Timer)> {
        self.timers.first().copied()
    }

    /// The rate of a pair, as it was set.
    pub fn rate(&self, pair: Pair) -> Option<&RateEntry> {
        self.rates.get(&pair)
    }

    /// All rates of a book, by pair.
    pub fn rates(&self, book: BookId) -> impl Iterator<Item = (Pair, &RateEntry)> {
        let first = Pair {
            book,
            source: AssetId(0),
            target: AssetId(0),
        };
        let of_book = self.rates.range(first..);
        let of_book = of_book.take_while(move |(pair, _)| pair.book == book);
        of_book.map(|(pair, entry)| (*pair, entry))
    }

    /// All fee rules there are or were, in the order of their numbers.
    pub fn fees(&self) -> impl Iterator<Item = (FeeId, &FeeEntry)> {
        (0..=u32::MAX).map(FeeId).zip(&self.fees)
    }

    /// One fee rule, removed ones included.
    pub fn fee(&self, id: FeeId) -> Option<&FeeEntry> {
        self.fees.get(index(id.0))
    }

    /// The fee rules of a book that are in force, in the order in which they are asked.
    pub fn fees_in_force(&self, book: BookId) -> impl Iterator<Item = (FeeId, &FeeEntry)> {
        let ids = self.book(book).map_or(&[][..], |book| &book.fees);
        ids.iter()
            .map(|id| (*id, self.fee(*id).expect("a book's fee rules exist")))
    }

    /// A quote, until some time after it has expired.
    pub fn quote(&self, id: QuoteId) -> Option<&OpenQuote> {
        self.quotes.get(&id).map(Arc::as_ref)
    }

    /// The quotes that are kept from this one on, oldest first.
    pub fn quotes_from(&self, from: QuoteId) -> impl Iterator<Item = (QuoteId, &OpenQuote)> {
        let rest = self.quotes.range(from..);
        rest.map(|(id, quote)| (*id, quote.as_ref()))
    }

    /// All quotes that are kept, oldest first.
    pub fn quotes(&self) -> impl DoubleEndedIterator<Item = (QuoteId, &OpenQuote)> {
        self.quotes.iter().map(|(id, quote)| (*id, quote.as_ref()))
    }

    /// How many quotes of a book are kept, those that are forgotten with the next one not counted.
    pub(crate) fn quotes_kept(&self, stamp: Stamp) -> usize {
        let kept = self.quotes_of.get(&stamp.book).copied().unwrap_or_default();
        let over = self.quote_ends.range(..=(stamp.at, QuoteId(u64::MAX)));
        let over = over.filter(|(_, id)| self.quote(*id).is_some_and(|one| one.book == stamp.book));
        index(kept).saturating_sub(over.count())
    }

    /// A calendar that a book has set.
    pub fn own_calendar(&self, book: BookId, code: &CalendarCode) -> Option<&Calendar> {
        self.calendars.get(&(book, code.clone()))
    }

    /// The calendars that a book has set, by code.
    pub fn own_calendars(&self, book: BookId) -> impl Iterator<Item = (&CalendarCode, &Calendar)> {
        let of_book = self
            .calendars
            .iter()
            .filter(move |((of, _), _)| *of == book);
        of_book.map(|((_, code), calendar)| (code, calendar))
    }

    /// All schedules there are or were, in the order of their numbers.
    pub fn schedules(&self) -> impl DoubleEndedIterator<Item = (ScheduleId, &Schedule)> {
        let all = self.schedules.iter().enumerate();
        all.map(|(place, schedule)| (ScheduleId(number(place)), schedule))
    }

    /// One schedule, also when it is over.
    pub fn schedule(&self, id: ScheduleId) -> Option<&Schedule> {
        self.schedules.get(index(id.0))
    }

    /// An instrument of a book.
    pub fn instrument(&self, key: InstrumentKey) -> Option<&Instrument> {
        self.instruments.get(&key)
    }

    /// The instruments of a book, by asset.
    pub fn instruments_of(&self, book: BookId) -> impl Iterator<Item = (AssetId, &Instrument)> {
        let of_book = self.instruments.range((book, AssetId(0))..);
        let of_book = of_book.take_while(move |((of, _), _)| *of == book);
        of_book.map(|((_, asset), instrument)| (*asset, instrument))
    }

    /// How an account keeps its money, if it is invested.
    pub fn investment(&self, account: AccountId) -> Option<&Investment> {
        self.investments.get(&account)
    }

    /// Whether any account keeps its money invested.
    #[inline]
    pub(crate) fn has_investments(&self) -> bool {
        !self.investments.is_empty()
    }

    /// What an account has paid for units in one kind of money, less what units have brought.
    pub fn cost(&self, account: AccountId, cash: AssetId) -> SignedAmount {
        let cost = self.costs.get(&(account, cash));
        cost.copied().unwrap_or_default()
    }

    /// The number that the next asset gets.
    pub fn next_asset(&self) -> AssetId {
        let number = u16::try_from(self.assets.len());
        AssetId(number.expect("decide checks the number of assets"))
    }

    /// The number that the next fee rule gets.
    pub fn next_fee(&self) -> FeeId {
        FeeId(number(self.fees.len()))
    }

    /// The number that the next schedule gets.
    pub fn next_schedule(&self) -> ScheduleId {
        ScheduleId(number(self.schedules.len()))
    }

    /// The number that the next policy gets.
    pub fn next_policy(&self) -> PolicyId {
        PolicyId(number(self.policies.len()))
    }

    /// The number that the next limit gets.
    pub fn next_limit(&self) -> LimitId {
        LimitId(number(self.limits.len()))
    }

    /// Whether two principals are one person.
    pub fn is_same_person(&self, a: PrincipalId, b: PrincipalId) -> bool {
        let email = |id| self.principal(id).and_then(|one| one.email.as_ref());
        a == b || email(a).is_some_and(|address| email(b) == Some(address))
    }

    /// Whether an account has a tag.
    pub fn has_tag(&self, account: AccountId, tag: &Tag) -> bool {
        self.account(account)
            .is_some_and(|account| account.profile.tags.contains(tag))
    }

    /// Whether a book has limits at all.
    #[inline]
    pub(crate) fn has_limits(&self, book: BookId) -> bool {
        self.book(book).is_some_and(|book| !book.limits.is_empty())
    }

    /// The limits that a transfer counts for, and how much it counts.
    pub(crate) fn limits_for(
        &self,
        book: BookId,
        maker: PrincipalId,
        legs: &[Leg],
    ) -> Vec<(LimitId, Amount)> {
        if !self.has_limits(book) {
            return Vec::new();
        }
        let counted = |id: LimitId| {
            let terms = &self.limit(id)?.terms;
            let counted = terms.counts(legs, maker, |account, tag| self.has_tag(account, tag));
            Some((id, counted?))
        };
        let all = self.book(book).map_or(&[][..], |book| &book.limits);
        if all.len() <= FEW_LIMITS {
            return all.iter().copied().filter_map(counted).collect();
        }
        let subjects = self.subjects_of(maker, legs).into_iter();
        let ids = subjects.filter_map(|subject| self.limits_of.get(&(book, subject)));
        ids.flatten().copied().filter_map(counted).collect()
    }

    /// Whatever a limit that such a transfer counts for can be of, in order.
    fn subjects_of(&self, maker: PrincipalId, legs: &[Leg]) -> Vec<LimitSubject> {
        let mut subjects = vec![LimitSubject::Book, LimitSubject::Principal(maker)];
        for leg in legs {
            subjects.push(LimitSubject::Account(leg.account));
            let account = self.account(leg.account);
            let tags = account.into_iter().flat_map(|one| one.profile.tags.iter());
            subjects.extend(tags.cloned().map(LimitSubject::Tag));
        }
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// The limits in force for a subject.
    pub(crate) fn limits_of(&self, book: BookId, subject: &LimitSubject) -> &[LimitId] {
        let found = self.limits_of.get(&(book, subject.clone()));
        found.map_or(&[], Vec::as_slice)
    }
}

/// The balance after a leg, unless it would leave the range that balances have.
pub(crate) fn posted_after(posted: SignedAmount, leg: &Leg) -> Option<SignedAmount> {
    let amount = leg.amount.signed();
    let after = match leg.side {
        Side::Debit => posted.checked_sub(amount)?,
        Side::Credit => posted.checked_add(amount)?,
    };
    (after.minor().unsigned_abs() <= POSTED_MAX).then_some(after)
}

/// Balances stay within ±10^37, well inside 128 bits, so that sums of a few of them do as well.
pub(crate) const POSTED_MAX: u128 = 10_u128.pow(37);

fn index(number: u32) -> usize {
    usize::try_from(number).expect("usize has at least 32 bits here")
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("memory is full long before there are 2^32 of anything")
}

#[cfg(test)]
mod tests;
