//! Rates, fees and quotes as a table writes them.

use super::*;
use crate::action::Execution;
use crate::exchange::NewRate;
use crate::fee::{Bearing, Charge, FeeChange, FeeId, FeeRule, Tier};
use crate::quote::{NewQuote, QuoteAmount, QuoteId};
use crate::text::Name;
use crate::{Basis, Metadata, Pair, Rate, Rounding};

impl World {
    pub(super) fn fee_named(&self, words: &mut Words<'_>) -> FeeId {
        let name = words.next("a fee rule");
        let nobody = (name == "nobody").then_some(FeeId(u32::MAX));
        match nobody.or_else(|| self.fees.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a fee rule")),
        }
    }

    /// `nobody` is a quote that there never was.
    pub(super) fn quote_named(&self, words: &mut Words<'_>) -> QuoteId {
        let name = words.next("a quote");
        let nobody = (name == "nobody").then_some(QuoteId(u64::MAX));
        match nobody.or_else(|| self.quotes.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a quote")),
        }
    }

    /// `rate USD EUR 0.92`, `rate EUR USD inverse` or `rate USD JPY via EUR`; then, in any order,
    /// `spread 25`, a way to round, `within 1h` and `as-of 2026-03-10T11:00:00`.
    pub(super) fn new_rate(&self, words: &mut Words<'_>) -> NewRate {
        let (source, _) = self.asset_of_name(words);
        let (target, _) = self.asset_of_name(words);
        let basis = match words.next("a rate") {
            "inverse" => Basis::Inverse,
            "via" => Basis::Cross {
                via: self.asset_of_name(words).0,
            },
            text => Basis::Value(rate(words, text)),
        };
        let mut new = NewRate {
            source,
            target,
            basis,
            spread: 0,
            rounding: Rounding::Down,
            max_age_seconds: None,
            provider: Name::new("desk").expect("a name"),
            as_of: None,
        };
        while !words.is_at_end() {
            match words.next("what of the rate?") {
                "spread" => {
                    let points = words.number("basis points");
                    new.spread = u16::try_from(points).expect("few basis points");
                }
                "within" => new.max_age_seconds = Some(time::take_seconds(words)),
                "as-of" => new.as_of = Some(time::take_instant(words)),
                word => match Rounding::from_name(word) {
                    Some(rounding) => new.rounding = rounding,
                    None => words.fail(&format!("{word:?} is nothing of a rate")),
                },
            }
        }
        new
    }

    /// `fee NAME USD ...` adds a rule, `replace-fee NAME USD ...` and `remove-fee NAME` change one
    /// that there is.
    pub(super) fn fee_change(&self, verb: &str, words: &mut Words<'_>) -> FeeChange {
        match verb {
            "fee" => FeeChange::Add(self.fee_rule(words)),
            "replace-fee" => {
                let id = self.fee_named(words);
                FeeChange::Replace(id, self.fee_rule(words))
            }
            "remove-fee" => FeeChange::Remove(self.fee_named(words)),
            other => words.fail(&format!("{other:?} changes no fee rule")),
        }
    }

    /// The asset, then in any order what it is for and what it costs: `flat 0.25`, `share 0.01`,
    /// `above 100.00 share 0.005`, `least 1.00`, `most 5.00`, a way to round, `included`.
    fn fee_rule(&self, words: &mut Words<'_>) -> FeeRule {
        let (asset, decimals) = self.asset_of_name(words);
        let mut rule = FeeRule {
            name: Name::new("fee").expect("a name"),
            rank: 0,
            kinds: Vec::new(),
            asset,
            target_asset: None,
            amount_min: None,
            amount_max: None,
            source_tag: None,
            target_tag: None,
            charge: Charge {
                flat: Amount::ZERO,
                tiers: Vec::new(),
                amount_min: None,
                amount_max: None,
                rounding: Rounding::HalfUp,
            },
            bearing: Bearing::OnTop,
        };
        while !words.is_at_end() {
            let word = words.next("what of the fee?");
            match word {
                "rank" => rule.rank = words.number("a rank"),
                "to" => rule.target_asset = Some(self.asset_of_name(words).0),
                "min" => rule.amount_min = Some(names::amount(words, decimals)),
                "max" => rule.amount_max = Some(names::amount(words, decimals)),
                "source-tag" => rule.source_tag = Some(configuration::tag(words)),
                "target-tag" => rule.target_tag = Some(configuration::tag(words)),
                "included" => rule.bearing = Bearing::Included,
                _ => match configuration::kind(word) {
                    Some(kind) => rule.kinds.push(kind),
                    None => charge(word, words, decimals, &mut rule.charge),
                },
            }
        }
        rule
    }

    /// `alice USD 100.00 bob EUR` for a source amount, `alice USD 100.00 bob EUR whole` for one with
    /// its fee, `alice USD bob EUR 92.00` for a target amount; then how long it lives.
    pub(super) fn new_quote(&self, words: &mut Words<'_>) -> NewQuote {
        let source = self.account_or_nobody(words);
        let (source_asset, decimals) = self.asset_of_name(words);
        let gives = words.take_if_some(|word| match word {
            "max" => Some(Amount::MAX),
            word => Amount::parse(word, decimals).ok(),
        });
        let target = self.account_or_nobody(words);
        let (target_asset, decimals) = self.asset_of_name(words);
        let amount = match gives {
            Some(gives) if words.take_if("whole") => QuoteAmount::SourceWithFee(gives),
            Some(gives) => QuoteAmount::Source(gives),
            None => QuoteAmount::Target(names::amount(words, decimals)),
        };
        NewQuote {
            source,
            target,
            source_asset,
            target_asset,
            amount,
            seconds: words.take_if_some(time::seconds),
        }
    }

    pub(super) fn execution(&self, words: &mut Words<'_>) -> Execution {
        Execution {
            quote: self.quote_named(words),
            reference: None,
            metadata: Metadata::default(),
            reviewers: self.reviewers(words),
        }
    }

    /// `market USD EUR 0.92`: the rate as it would be used now, or the code of why it would not.
    pub(super) fn market_is(&self, words: &mut Words<'_>) {
        let (source, _) = self.asset_of_name(words);
        let (target, _) = self.asset_of_name(words);
        let book = self.book;
        let pair = Pair {
            book,
            source,
            target,
        };
        let found = match self.ledger.rate_now(pair, self.now) {
            Ok(market) => market.value.to_string(),
            Err(why) => why.code().to_owned(),
        };
        let wanted = words.next("a rate");
        words.assert_eq(&found, wanted);
    }

    /// `quoted q gives 101.00 converts 100.00 brings 92.00 fee 1.00 rate 0.92`, as much of it as
    /// matters, or `quoted q open`, `quoted q used`, `quoted q forgotten`.
    pub(super) fn quote_is(&self, words: &mut Words<'_>) {
        let open = self.ledger.quote(self.quote_named(words));
        while !words.is_at_end() {
            let what = words.next("what of the quote?");
            let Some(open) = open else {
                return words.assert_eq("forgotten", what);
            };
            if ["open", "used", "forgotten"].contains(&what) {
                let is_used = open.used_by.is_some();
                return words.assert_eq(if is_used { "used" } else { "open" }, what);
            }
            let quote = &open.quote;
            let show = |amount: Amount, asset: AssetId| {
                let decimals = self.ledger.asset(asset).map_or(0, |asset| asset.decimals);
                amount.signed().display(decimals).to_string()
            };
            let fee = quote.fee.map_or(Amount::ZERO, |fee| fee.amount);
            let source = quote.request.source_asset;
            let found = match what {
                "gives" => show(quote.given(), source),
                "converts" => show(quote.converted, source),
                "brings" => show(quote.arrives, quote.request.target_asset),
                "fee" => show(fee, source),
                "rate" => quote
                    .rate
                    .as_ref()
                    .map_or("none".to_owned(), |used| used.rate.to_string()),
                other => words.fail(&format!("{other:?} is nothing of a quote")),
            };
            let wanted = words.next("how much?");
            words.assert_eq(&found, wanted);
        }
    }
}

fn charge(word: &str, words: &mut Words<'_>, decimals: u8, of: &mut Charge) {
    match word {
        "flat" => of.flat = names::amount(words, decimals),
        "least" => of.amount_min = Some(names::amount(words, decimals)),
        "most" => of.amount_max = Some(names::amount(words, decimals)),
        "share" => {
            let text = words.next("a share");
            let share = rate(words, text);
            let from = Amount::ZERO;
            of.tiers.push(Tier { from, share });
        }
        "above" => {
            let from = names::amount(words, decimals);
            if !words.take_if("share") {
                words.fail("which share?");
            }
            let text = words.next("a share");
            let share = rate(words, text);
            of.tiers.push(Tier { from, share });
        }
        other => match Rounding::from_name(other) {
            Some(rounding) => of.rounding = rounding,
            None => words.fail(&format!("{other:?} is nothing of a fee")),
        },
    }
}

pub(super) fn rate(words: &Words<'_>, text: &str) -> Rate {
    match Rate::parse(text) {
        Ok(rate) => rate,
        Err(why) => words.fail(&format!("{text:?} {why}")),
    }
}
