//! What is meant to be in the sandbox books, and what is.

use anyhow::Context;
use giro_ledger::Strategy;

/// An account of a sandbox book as it is meant to be.
pub(super) struct Plan {
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) assets: &'static [&'static str],
    /// How much of each of these.
    pub(super) money: Money,
    /// In what its dollars are kept.
    pub(super) invested: Option<Strategy>,
    /// The tag that it has, if any.
    pub(super) tag: Option<&'static str>,
    /// Whether it takes all other assets too.
    pub(super) takes_any: bool,
}

impl Plan {
    pub(super) const fn of(
        name: &'static str,
        assets: &'static [&'static str],
        money: Money,
    ) -> Plan {
        Plan {
            name,
            assets,
            money,
            invested: None,
            tag: None,
            takes_any: false,
        }
    }

    /// The same, open to all other assets too.
    pub(super) const fn taking_any(self) -> Plan {
        Plan {
            takes_any: true,
            ..self
        }
    }

    /// The same, with a tag.
    pub(super) const fn tagged(self, tag: &'static str) -> Plan {
        Plan {
            tag: Some(tag),
            ..self
        }
    }

    /// The same, with its dollars kept in T-bills of a term.
    pub(super) const fn invested(self, strategy: Strategy) -> Plan {
        Plan {
            invested: Some(strategy),
            ..self
        }
    }
}

/// How much is in an account at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// 10000.00.
    Funded,
    /// Nothing.
    None,
}

/// Whose key it is.
pub(super) struct Person {
    pub(super) name: &'static str,
    /// Keys of one address are one person: what one asks for, the other cannot approve.
    pub(super) email: Option<&'static str>,
}

/// An account of a sandbox book, as it is now.
pub(super) struct SeededAccount {
    pub(super) id: String,
    pub(super) name: String,
    /// What is available of each asset.
    pub(super) balances: Vec<(String, String)>,
}

impl SeededAccount {
    /// The asset of an account that holds one, and what is available of it.
    pub(super) fn only_balance(&self) -> anyhow::Result<(String, String)> {
        let first = self.balances.first().cloned();
        first.context("a sandbox account holds nothing")
    }
}

/// An amount without the zeros at its end, but with two decimals at least.
pub(super) fn with_two_decimals(amount: &str) -> &str {
    let point = amount.find('.').unwrap_or(amount.len());
    let least = amount.len().min(point.saturating_add(3));
    let kept = amount.trim_end_matches('0').len().max(least);
    amount.get(..kept).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_at_the_end_are_left_out_after_two_decimals() {
        for (amount, shown) in [
            ("10000.000000", "10000.00"),
            ("0.123400", "0.1234"),
            ("-5.10", "-5.10"),
            ("100", "100"),
        ] {
            assert_eq!(with_two_decimals(amount), shown);
        }
    }
}
