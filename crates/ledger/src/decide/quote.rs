//! The rules for quotes: what is locked, and what carries it out.

use super::exchange::{Age, missing, pair};
use super::fee::Chargeable;
use super::{check_not_closed, check_not_system, full};
use crate::action::Execution;
use crate::fee::Bearing;
use crate::quote::{OpenQuote, RateUsed};
use crate::terms::FeeCharged;
use crate::{
    Amount, AssetKind, BookSettings, Event, Ledger, NewQuote, NewTransfer, Quote, QuoteAmount,
    QuoteId, Rejection, Rounding, Stamp, SystemRole, Terms, TransferKind,
};

impl Ledger {
    pub(super) fn decide_quote(&self, stamp: Stamp, new: NewQuote) -> Result<Event, Rejection> {
        if new.amount.amount().is_zero() {
            return Err(Rejection::AmountZero);
        }
        let seconds_max = BookSettings::MAX_QUOTE_TTL_SECONDS;
        let lives = 1..=seconds_max;
        if new.seconds.is_some_and(|seconds| !lives.contains(&seconds)) {
            return Err(Rejection::QuoteSecondsOutOfRange { seconds_max });
        }
        if new.source == new.target && new.source_asset == new.target_asset {
            let account = new.source;
            return Err(Rejection::SameAccount { account });
        }
        let book = self.known_book(stamp.book)?;
        full("quotes", self.quotes_kept(stamp), 1_000_000)?;
        self.check_quoted_parties(stamp, &new)?;
        let rate = self.rate_used(stamp, &new)?;
        let (converted, arrives, fee) = self.quoted_amounts(stamp, &new, rate.as_ref())?;
        if arrives.is_zero() {
            let asset = new.target_asset;
            return Err(Rejection::ComesToNothing { asset });
        }
        let seconds = new.seconds.unwrap_or(book.settings.quote_ttl_seconds);
        Ok(Event::Quoted(Box::new(Quote {
            request: new,
            converted,
            arrives,
            fee,
            rate,
            expires_at: stamp.at.after_seconds(seconds),
        })))
    }

    fn check_quoted_parties(&self, stamp: Stamp, new: &NewQuote) -> Result<(), Rejection> {
        let parties = [
            (new.source, new.source_asset),
            (new.target, new.target_asset),
        ];
        for (account, _) in parties {
            self.known_account(stamp.book, account)?;
        }
        for (_, asset) in parties {
            self.asset(asset).ok_or(Rejection::UnknownAsset { asset })?;
        }
        for (account, asset) in parties {
            let found = self.known_account(stamp.book, account)?;
            if found.line(asset).is_none() && !found.holds_any_asset {
                return Err(Rejection::AssetNotHeld { account, asset });
            }
        }
        for (account, asset) in parties {
            let found = self.known_account(stamp.book, account)?;
            check_not_system(account, found)?;
            if self
                .asset(asset)
                .is_some_and(|one| one.kind == AssetKind::Security)
            {
                return Err(Rejection::SecurityNotDirect { asset });
            }
        }
        for (account, _) in parties {
            check_not_closed(account, self.known_account(stamp.book, account)?)?;
        }
        Ok(())
    }

    /// The rate of a quote; none if nothing is converted.
    fn rate_used(&self, stamp: Stamp, new: &NewQuote) -> Result<Option<RateUsed>, Rejection> {
        let (source, target) = (new.source_asset, new.target_asset);
        if source == target {
            return Ok(None);
        }
        let pair = pair(stamp, source, target);
        let market = self.market_rate(pair, stamp.at, Age::Fresh)?;
        let terms = &self.rate(pair).expect("it has a value").terms;
        let rate = market.value.less(terms.spread);
        let rounding = match new.amount {
            QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => terms.rounding,
            QuoteAmount::Target(_) => Rounding::Up,
        };
        Ok(Some(RateUsed {
            rate: rate.ok_or_else(|| missing(pair))?,
            market: market.value,
            spread: terms.spread,
            provider: market.provider,
            as_of: market.as_of,
            rounding,
        }))
    }

    /// What is converted, what arrives, and the fee.
    fn quoted_amounts(
        &self,
        stamp: Stamp,
        new: &NewQuote,
        rate: Option<&RateUsed>,
    ) -> Result<(Amount, Amount, Option<FeeCharged>), Rejection> {
        let decimals = |asset| self.asset(asset).map_or(0, |asset| asset.decimals);
        let (from, to) = (decimals(new.source_asset), decimals(new.target_asset));
        let of = Chargeable {
            book: stamp.book,
            kind: match rate {
                Some(_) => TransferKind::Conversion,
                None => TransferKind::Transfer,
            },
            source: new.source,
            target: new.target,
            asset: new.source_asset,
            target_asset: new.target_asset,
            amount: new.amount.amount(),
        };
        match new.amount {
            QuoteAmount::Source(_) | QuoteAmount::SourceWithFee(_) => {
                let is_whole = matches!(new.amount, QuoteAmount::SourceWithFee(_));
                let bearing = is_whole.then_some(Bearing::Included);
                let (converted, fee) = self.fee_for(&of, bearing)?;
                let arrives = match rate {
                    None => Some(converted),
                    Some(used) => used.rate.convert(converted, from, to, used.rounding),
                };
                let arrives = arrives.ok_or(Rejection::AmountTooLarge)?;
                Ok((converted, arrives, fee))
            }
            // The fee is reckoned on what is converted, so that just so much arrives.
            QuoteAmount::Target(arrives) => {
                let amount = match rate {
                    None => Some(arrives),
                    Some(used) => used.rate.needed(arrives, from, to, used.rounding),
                };
                let amount = amount.ok_or(Rejection::AmountTooLarge)?;
                let of = Chargeable { amount, ..of };
                let (_, fee) = self.fee_for(&of, Some(Bearing::OnTop))?;
                Ok((amount, arrives, fee))
            }
        }
    }

    /// Carries out a quote, by a transfer that every other rule applies to. One that is declined
    /// leaves the quote as it was.
    pub(super) fn decide_execute(
        &self,
        stamp: Stamp,
        execution: Execution,
    ) -> Result<Event, Rejection> {
        let open = self.quote_in(stamp, execution.quote)?;
        let quote = &open.quote;
        let book = self.known_book(stamp.book)?;
        let fx = book.system_account(SystemRole::Fx);
        let fees = book.system_account(SystemRole::Fees);
        let terms = Terms {
            reviewers: execution.reviewers,
            quote: Some(execution.quote),
            fee: quote.fee,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: quote.kind(),
            legs: quote.legs(fx, fees),
            reference: execution.reference,
            metadata: execution.metadata,
            terms: Some(Box::new(terms)),
        };
        self.decide_transfer(stamp, request)
    }

    /// A quote of the book that can be carried out. What is in another book does not exist, and
    /// what is not kept any more has expired.
    fn quote_in(&self, stamp: Stamp, id: QuoteId) -> Result<&OpenQuote, Rejection> {
        let open = self
            .quote(id)
            .ok_or(Rejection::QuoteExpired { quote: id })?;
        if open.book != stamp.book {
            return Err(Rejection::UnknownQuote { quote: id });
        }
        if let Some(transfer) = open.used_by {
            let quote = id;
            return Err(Rejection::QuoteUsed { quote, transfer });
        }
        match open.quote.expires_at <= stamp.at {
            true => Err(Rejection::QuoteExpired { quote: id }),
            false => Ok(open),
        }
    }
}
