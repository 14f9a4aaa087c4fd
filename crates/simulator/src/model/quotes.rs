//! Quotes: what a transfer would cost and bring, and who has carried it out.

use super::decimal::{convert, is_least, is_within_a_unit, less, needed};
use super::fees::{Priced, pair};
use super::rates::{FreshAt, missing};
use super::{Books, Life};
use crate::plant::Plant;
use giro_ledger::action::Execution;
use giro_ledger::fee::Bearing;
use giro_ledger::quote::RateUsed;
use giro_ledger::{
    Amount, AssetKind, Event, Legs, NewQuote, NewTransfer, Pair, PrincipalId, Quote, QuoteAmount,
    QuoteId, Rejection, Rounding, Stamp, SystemRole, Terms, Timestamp, TransferKind,
};

/// A quote that was given.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    pub(crate) id: QuoteId,
    pub(crate) book: giro_ledger::BookId,
    pub(crate) maker: PrincipalId,
    pub(crate) at: Timestamp,
    pub(crate) quote: Quote,
}

impl Books {
    pub(super) fn quote(&self, stamp: Stamp, new: &NewQuote) -> Result<Event, Rejection> {
        if new.amount.amount() == Amount::ZERO {
            return Err(Rejection::AmountZero);
        }
        let seconds_max = 24 * 60 * 60;
        if new
            .seconds
            .is_some_and(|seconds| seconds == 0 || seconds > seconds_max)
        {
            return Err(Rejection::QuoteSecondsOutOfRange { seconds_max });
        }
        let is_conversion = new.source_asset != new.target_asset;
        if new.source == new.target && !is_conversion {
            let account = new.source;
            return Err(Rejection::SameAccount { account });
        }
        self.must_have_book(stamp.book)?;
        self.check_quoted(stamp, new)?;
        let rate = match is_conversion {
            true => Some(self.rate_used(stamp, new)?),
            false => None,
        };
        let quote = self.quoted(stamp, new, rate)?;
        match quote.arrives == Amount::ZERO {
            true => {
                let asset = new.target_asset;
                Err(Rejection::ComesToNothing { asset })
            }
            false => Ok(Event::Quoted(Box::new(quote))),
        }
    }

    fn check_quoted(&self, stamp: Stamp, new: &NewQuote) -> Result<(), Rejection> {
        let sides = [
            (new.source, new.source_asset),
            (new.target, new.target_asset),
        ];
        for (account, _) in sides {
            self.must_have_account(stamp.book, account)?;
        }
        for (_, asset) in sides {
            self.must_have_asset(asset)?;
        }
        for (account, asset) in sides {
            self.must_take(stamp.book, account, asset)?;
        }
        for (account, asset) in sides {
            self.must_not_be_the_books(stamp.book, account)?;
            if self.kind_of(asset) == Some(AssetKind::Security) {
                return Err(Rejection::SecurityNotDirect { asset });
            }
        }
        for (account, _) in sides {
            self.must_be_usable(stamp.book, account)?;
        }
        Ok(())
    }

    fn rate_used(&self, stamp: Stamp, new: &NewQuote) -> Result<RateUsed, Rejection> {
        let pair = Pair {
            book: stamp.book,
            source: new.source_asset,
            target: new.target_asset,
        };
        let market = self.market(pair, FreshAt::Time(stamp.at))?;
        let terms = &self.rate(pair).expect("the market has it").terms;
        Ok(RateUsed {
            rate: less(market.value, terms.spread).ok_or(missing(pair))?,
            market: market.value,
            spread: terms.spread,
            provider: market.provider,
            as_of: market.as_of,
            rounding: match new.amount {
                QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => terms.rounding,
                QuoteAmount::Target(_) => Rounding::Up,
            },
        })
    }

    fn quoted(
        &self,
        stamp: Stamp,
        new: &NewQuote,
        rate: Option<RateUsed>,
    ) -> Result<Quote, Rejection> {
        let decimals = (
            self.decimals(new.source_asset),
            self.decimals(new.target_asset),
        );
        let of = |amount| Priced {
            book: stamp.book,
            kind: kind_of(rate.as_ref()),
            source: (new.source, new.source_asset),
            target: (new.target, new.target_asset),
            amount,
        };
        let too_large = Rejection::AmountTooLarge;
        let (converted, arrives, fee) = match new.amount {
            QuoteAmount::Source(amount) | QuoteAmount::SourceWithFee(amount) => {
                let is_whole = matches!(new.amount, QuoteAmount::SourceWithFee(_));
                let bearing = is_whole.then_some(Bearing::Included);
                let (left, fee) = self.fee_of(&of(amount), bearing)?;
                let arrives = rate.as_ref().map_or(Some(left), |used| {
                    let rounding = match self.plant {
                        Some(Plant::ResidueLost) => Rounding::Up,
                        _ => used.rounding,
                    };
                    convert(used.rate, left, decimals, rounding)
                });
                (left, arrives.ok_or(too_large)?, fee)
            }
            QuoteAmount::Target(arrives) => {
                let amount = rate.as_ref().map_or(Some(arrives), |used| {
                    needed(used.rate, arrives, decimals, used.rounding)
                });
                let amount = amount.ok_or(too_large)?;
                let (_, fee) = self.fee_of(&of(amount), Some(Bearing::OnTop))?;
                (amount, arrives, fee)
            }
        };
        let book = self
            .books
            .get(super::place(stamp.book.0))
            .expect("it was found before");
        let seconds = new.seconds.unwrap_or(book.settings.quote_ttl_seconds);
        Ok(Quote {
            request: new.clone(),
            converted,
            arrives,
            fee,
            rate,
            expires_at: stamp.at.after_seconds(seconds),
        })
    }

    pub(crate) fn quote_of(&self, id: QuoteId) -> Option<&Quoted> {
        self.quotes.iter().find(|quoted| quoted.id == id)
    }

    /// Whether a quote is still known: until a new one is made a minute or more after its end.
    pub(crate) fn is_kept(&self, quoted: &Quoted) -> bool {
        let end = quoted.quote.expires_at.after_seconds(60);
        let later = self.quotes.iter().filter(|other| other.id > quoted.id);
        !later.into_iter().any(|other| other.at >= end)
    }

    /// Whether what rounding leaves of a quote is less than one minor unit of what is reckoned: of
    /// what arrives, or of what is given for it.
    pub(crate) fn is_residue_small(&self, quoted: &Quoted) -> bool {
        let quote = &quoted.quote;
        let NewQuote {
            source_asset,
            target_asset,
            ..
        } = quote.request;
        let decimals = (self.decimals(source_asset), self.decimals(target_asset));
        let Some(used) = &quote.rate else {
            return quote.converted == quote.arrives;
        };
        match quote.request.amount {
            QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => {
                is_within_a_unit(used.rate, (quote.converted, quote.arrives), decimals)
            }
            QuoteAmount::Target(_) => {
                is_least(used.rate, (quote.converted, quote.arrives), decimals)
            }
        }
    }

    /// The transfer that has carried a quote out, if one has that was not declined at once.
    pub(crate) fn carried_out(&self, id: QuoteId) -> Option<&Life> {
        self.transfers.iter().find(|life| {
            let terms = life.request.terms.as_ref();
            terms.is_some_and(|terms| terms.quote == Some(id)) && !life.is_stillborn()
        })
    }

    pub(super) fn execute(&self, stamp: Stamp, asked: &Execution) -> Result<Event, Rejection> {
        let id = asked.quote;
        let expired = Rejection::QuoteExpired { quote: id };
        let known = self.quote_of(id).filter(|quoted| self.is_kept(quoted));
        let quoted = known.ok_or(expired.clone())?;
        if quoted.book != stamp.book {
            return Err(Rejection::UnknownQuote { quote: id });
        }
        if let Some(life) = self.carried_out(id)
            && self.plant != Some(Plant::QuoteUsedTwice)
        {
            let (quote, transfer) = (id, life.id);
            return Err(Rejection::QuoteUsed { quote, transfer });
        }
        if quoted.quote.expires_at <= stamp.at {
            return Err(expired);
        }
        let request = self.request_of(stamp, quoted, asked);
        self.transfer(stamp, &request).map(Event::Transfer)
    }

    fn request_of(&self, stamp: Stamp, quoted: &Quoted, asked: &Execution) -> NewTransfer {
        let quote = &quoted.quote;
        let NewQuote { source, target, .. } = quote.request;
        let fx = self.system(stamp.book, SystemRole::Fx);
        let given = (quote.request.source_asset, quote.converted);
        let got = (quote.request.target_asset, quote.arrives);
        let mut legs = Legs::new();
        if quote.rate.is_some() {
            legs.extend(pair(source, fx, given));
            legs.extend(pair(fx, target, got));
        } else {
            legs.extend(pair(source, target, given));
        }
        if let Some(fee) = quote.fee {
            legs.extend(pair(
                source,
                self.fees_account(stamp.book),
                (fee.asset, fee.amount),
            ));
        }
        let terms = Terms {
            reviewers: asked.reviewers.clone(),
            quote: Some(quoted.id),
            fee: quote.fee,
            ..Terms::default()
        };
        NewTransfer {
            kind: kind_of(quote.rate.as_ref()),
            legs,
            reference: asked.reference.clone(),
            metadata: asked.metadata.clone(),
            terms: Some(Box::new(terms)),
        }
    }
}

fn kind_of(rate: Option<&RateUsed>) -> TransferKind {
    match rate {
        Some(_) => TransferKind::Conversion,
        None => TransferKind::Transfer,
    }
}
