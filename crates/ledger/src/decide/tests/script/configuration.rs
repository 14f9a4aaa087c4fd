//! Principals, policies and limits as a table writes them.

use super::*;
use crate::Grant;
use crate::action::LimitChange;
use crate::policy::{FundsCheck, PolicyChange};
use crate::text::{Email, Name};
use crate::{
    Capabilities, Conditions, Credential, LimitId, LimitSubject, NewLimit, Period, Policy,
    PolicyId, Side, Tag,
};

/// The operator who asks for everything that nobody else asks for.
pub(super) fn operator(name: &str) -> NewPrincipal {
    NewPrincipal {
        book: None,
        name: Name::new(name).expect("a name"),
        email: None,
        capabilities: [Capability::BooksWrite].into_iter().collect(),
        grant: None,
        credential: Credential::Secret { hash: [7; 32] },
    }
}

pub(super) fn tag(words: &mut Words<'_>) -> Tag {
    Tag::new(words.next("a tag")).expect("a tag")
}

/// A kind of transfer, in the plural.
pub(super) fn kind(word: &str) -> Option<TransferKind> {
    match word {
        "transfers" => Some(TransferKind::Transfer),
        "deposits" => Some(TransferKind::Deposit),
        "withdrawals" => Some(TransferKind::Withdrawal),
        "conversions" => Some(TransferKind::Conversion),
        _ => None,
    }
}

impl World {
    pub(super) fn principal_of_name(&self, words: &Words<'_>, name: &str) -> PrincipalId {
        let nobody = (name == "nobody").then_some(PrincipalId(u32::MAX - 1));
        let start = (name == "admin").then_some(PrincipalId(0));
        let found = self.principals.get(name).copied();
        match found.or(nobody).or(start) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a principal")),
        }
    }

    pub(super) fn principal_named(&self, words: &mut Words<'_>) -> PrincipalId {
        let name = words.next("a principal");
        self.principal_of_name(words, name)
    }

    /// The principals that follow, as long as there are any.
    pub(super) fn principals_named(&self, words: &mut Words<'_>) -> Vec<PrincipalId> {
        let mut named = Vec::new();
        let is_one = |word: &str| self.principals.contains_key(word) || word == "nobody";
        while let Some(name) = words.take_if_some(|word| is_one(word).then(|| word.to_owned())) {
            named.push(self.principal_of_name(words, &name));
        }
        named
    }

    /// Capabilities, then `email a@b`, then a grant: `only alice #ops`, `up-to USD 5.00`.
    pub(super) fn new_principal(
        &self,
        book: Option<BookId>,
        name: &str,
        words: &mut Words<'_>,
    ) -> NewPrincipal {
        let capability = |word: &str| Capability::from_name(word);
        let mut capabilities = Vec::new();
        while let Some(capability) = words.take_if_some(capability) {
            capabilities.push(capability);
        }
        let has_email = words.take_if("email");
        let email = has_email.then(|| Email::new(words.next("an address")).expect("an address"));
        let grant = self.grant(words);
        NewPrincipal {
            name: Name::new(name).expect("a name"),
            book,
            email,
            capabilities: capabilities.into_iter().collect::<Capabilities>(),
            grant: (!grant.is_empty()).then(|| Box::new(grant)),
            credential: Credential::Secret { hash: [7; 32] },
        }
    }

    fn grant(&self, words: &mut Words<'_>) -> Grant {
        let mut grant = Grant::default();
        if words.take_if("only") {
            while !words.is_at_end() && !words.is_next("up-to") {
                let name = words.next("an account");
                match name.strip_prefix('#') {
                    Some(tag) => grant.tags.push(Tag::new(tag).expect("a tag")),
                    None => grant.accounts.push(self.account_of_name(words, name)),
                }
            }
        }
        if words.take_if("up-to") {
            while !words.is_at_end() {
                grant.amounts.push(self.asset_and_amount(words));
            }
        }
        grant
    }

    fn policy_named(&self, words: &mut Words<'_>) -> PolicyId {
        let name = words.next("a policy");
        let nobody = (name == "nobody").then_some(PolicyId(u32::MAX));
        match nobody.or_else(|| self.policies.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a policy")),
        }
    }

    /// `policy NAME ...` adds one, `replace NAME ...` and `remove NAME` change one that there is.
    pub(super) fn policy_change(&self, verb: &str, words: &mut Words<'_>) -> PolicyChange {
        match verb {
            "policy" => PolicyChange::Add(self.policy(words)),
            "replace" => {
                let id = self.policy_named(words);
                PolicyChange::Replace(id, self.policy(words))
            }
            "remove" => PolicyChange::Remove(self.policy_named(words)),
            other => words.fail(&format!("{other:?} changes no policy")),
        }
    }

    /// `2 of ann bea` or `1 of any`, then the rest in any order.
    fn policy(&self, words: &mut Words<'_>) -> Policy {
        let approvals = u8::try_from(words.number("a number of approvals")).expect("few");
        if !words.take_if("of") {
            words.fail("of whom?");
        }
        let checkers = match words.take_if("any") {
            true => Vec::new(),
            false => self.principals_named(words),
        };
        let mut policy = Policy {
            name: Name::new("policy").expect("a name"),
            rank: 0,
            conditions: Conditions::default(),
            approvals,
            checkers,
            expires_after_seconds: 3_600,
            funds: FundsCheck::AtSubmission,
        };
        while !words.is_at_end() {
            match words.next("a condition") {
                "rank" => policy.rank = words.number("a rank"),
                "within" => policy.expires_after_seconds = time::take_seconds(words),
                "at-execution" => policy.funds = FundsCheck::AtExecution,
                other => self.condition(other, words, &mut policy.conditions),
            }
        }
        policy
    }

    fn condition(&self, word: &str, words: &mut Words<'_>, of: &mut Conditions) {
        match word {
            "asset" => {
                let (asset, decimals) = self.asset_of_name(words);
                of.asset = Some(asset);
                of.amount_min = words.take_if("min").then(|| names::amount(words, decimals));
                of.amount_max = words.take_if("max").then(|| names::amount(words, decimals));
            }
            // Without an asset, which makes no sense.
            "min" => of.amount_min = Some(names::amount(words, 2)),
            "source" => of.source = Some(self.account_or_nobody(words)),
            "target" => of.target = Some(self.account_or_nobody(words)),
            "source-tag" => of.source_tag = Some(tag(words)),
            "target-tag" => of.target_tag = Some(tag(words)),
            "by" => of.initiator = Some(self.principal_named(words)),
            other => match kind(other) {
                Some(kind) => of.kinds.push(kind),
                None => words.fail(&format!("{other:?} is not a condition")),
            },
        }
    }

    pub(super) fn limit_named(&self, words: &mut Words<'_>) -> LimitId {
        let name = words.next("a limit");
        let nobody = (name == "nobody").then_some(LimitId(u32::MAX));
        match nobody.or_else(|| self.limits.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a limit")),
        }
    }

    /// `account alice out USD 5.00 count 3 per day`: the subject, the side, the maxima, the period.
    pub(super) fn new_limit(&self, words: &mut Words<'_>) -> NewLimit {
        let subject = match words.next("a subject") {
            "book" => LimitSubject::Book,
            "account" => LimitSubject::Account(self.account_or_nobody(words)),
            "tag" => LimitSubject::Tag(tag(words)),
            "principal" => LimitSubject::Principal(self.principal_named(words)),
            other => words.fail(&format!("{other:?} cannot be limited")),
        };
        let side = match words.next("a side") {
            "out" => Side::Debit,
            "in" => Side::Credit,
            other => words.fail(&format!("{other:?} is not a side")),
        };
        let (asset, amount_max) = self.limit_amount(words);
        let count_max = words.take_if("count").then(|| words.number("a number"));
        if !words.take_if("per") {
            words.fail("per what?");
        }
        let period = match words.take_if_some(time::seconds) {
            Some(seconds) => Period::Rolling { seconds },
            None => match words.next("a period") {
                "transfer" => Period::Transfer,
                "day" => Period::Day,
                "month" => Period::Month,
                other => words.fail(&format!("{other:?} is not a period")),
            },
        };
        NewLimit {
            name: Name::new("limit").expect("a name"),
            subject,
            side,
            asset,
            period,
            amount_max,
            count_max: count_max.map(u64::from),
        }
    }

    /// `USD 5.00`, `USD any` for no amount, `- 5.00` for no asset, or nothing of the kind.
    fn limit_amount(&self, words: &mut Words<'_>) -> (Option<AssetId>, Option<Amount>) {
        if words.is_next("count") || words.is_next("per") {
            return (None, None);
        }
        if words.take_if("-") {
            return (None, Some(names::amount(words, 2)));
        }
        let (asset, decimals) = self.asset_of_name(words);
        let is_any = words.take_if("any");
        let amount = (!is_any).then(|| names::amount(words, decimals));
        (Some(asset), amount)
    }

    /// `change-limit daily 5.00 count 3`.
    pub(super) fn limit_change(&self, words: &mut Words<'_>) -> LimitChange {
        let limit = self.limit_named(words);
        let asset = self.ledger.limit(limit).and_then(|limit| limit.terms.asset);
        let asset = asset.and_then(|asset| self.ledger.asset(asset));
        let decimals = asset.map_or(2, |asset| asset.decimals);
        LimitChange {
            limit,
            name: None,
            amount_max: words.take_if_some(|word| Amount::parse(word, decimals).ok()),
            count_max: words
                .take_if("count")
                .then(|| u64::from(words.number("a number"))),
        }
    }
}
