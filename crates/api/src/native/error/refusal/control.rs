//! What controls have said: approvals, limits, holds, reversals, grants.

use super::{Names, Naming};
use crate::native::error::{Member, Members};
use giro_ledger::rejection::Excess;
use giro_ledger::{AssetId, LimitId, LimitSubject, Rejection, SignedAmount, Subject, TransferId};

impl Names<'_> {
    #[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
    pub(super) fn explain_control(&self, why: &Rejection) -> (String, Members) {
        match *why {
            Rejection::HoldSecondsOutOfRange { seconds_max } => {
                let max = Member::Number(seconds_max.into());
                (why.to_string(), vec![("seconds_max", max)])
            }
            Rejection::PolicyMalformed { field }
            | Rejection::LimitMalformed { field }
            | Rejection::GrantMalformed { field } => {
                (why.to_string(), vec![("field", Member::Word(field))])
            }
            Rejection::WebhookMalformed { field } => {
                let detail = match field {
                    "events" => "events has more than 100 entries, or one twice".to_owned(),
                    "keep_former_seconds" => "keep_former_seconds is more than a week".to_owned(),
                    _ => why.to_string(),
                };
                (detail, vec![("field", Member::Word(field))])
            }
            Rejection::UnknownWebhook { webhook } => {
                let id = self.service.webhook_id(self.state, webhook);
                (why.to_string(), vec![("webhook", Member::Id(id))])
            }
            Rejection::TooManySecrets { max } => {
                let max = u64::try_from(max).unwrap_or(u64::MAX);
                (why.to_string(), vec![("max", Member::Number(max))])
            }
            Rejection::AccountOutdated {
                account,
                updated_at,
            } => {
                let id = self.service.account_id(self.state, account);
                let updated_at = crate::http::time::format(updated_at);
                let members = vec![
                    ("account", Member::Id(id)),
                    ("updated_at", Member::Text(updated_at)),
                ];
                (why.to_string(), members)
            }
            Rejection::UnknownPolicy { policy } | Rejection::PolicyRemoved { policy } => {
                let id = self.service.policy_id(self.state, policy);
                (why.to_string(), vec![("policy", Member::Id(id))])
            }
            Rejection::UnknownLimit { limit } => (why.to_string(), vec![self.limit(limit)]),
            Rejection::LimitConflict { limit } | Rejection::LimitsContradict { limit } => {
                let detail = format!("{why}: {}", self.limit_name(limit));
                (detail, vec![self.limit(limit)])
            }
            Rejection::LimitExceeded { limit, ref excess } => self.explain_limit(limit, excess),
            Rejection::ReviewerNotAChecker { principal }
            | Rejection::NotTheMaker { principal }
            | Rejection::MakerCannotApprove { principal }
            | Rejection::NotAChecker { principal }
            | Rejection::AlreadyApproved { principal } => {
                let id = self.service.principal_id(self.state, principal);
                (why.to_string(), vec![("key", Member::Id(id))])
            }
            Rejection::StopUnchanged { stopped } => {
                let word = if stopped { "stopped" } else { "not stopped" };
                (format!("the book is already {word}"), Members::new())
            }
            Rejection::NotOpen { subject } => match subject {
                Subject::Transfer(transfer) => (why.to_string(), vec![self.transfer(transfer)]),
                Subject::Change(_) => (why.to_string(), Members::new()),
            },
            Rejection::NotAwaitingApproval { transfer }
            | Rejection::NotHeld { transfer }
            | Rejection::NotCompleted { transfer }
            | Rejection::ReversalOfReversal { transfer } => {
                (why.to_string(), vec![self.transfer(transfer)])
            }
            Rejection::CaptureTooLarge {
                remaining,
                asked,
                asset,
            }
            | Rejection::ReversalTooLarge {
                remaining,
                asked,
                asset,
            } => {
                let (remaining, asked) = (remaining.signed(), asked.signed());
                self.explain_remaining(why, asset, remaining, asked)
            }
            Rejection::AmountNotGranted {
                asset,
                amount_max,
                asked,
            } => {
                let max = self.signed(amount_max.signed(), asset);
                let asked = self.signed(asked.signed(), asset);
                let code = self.code(asset);
                let detail = format!("this key may move up to {max} {code} at once, {asked} asked");
                let members = vec![
                    self.asset(asset),
                    ("amount_max", Member::Text(max)),
                    ("asked", Member::Text(asked)),
                ];
                (detail, members)
            }
            Rejection::TooFewCheckers { needed, eligible } => {
                let members = vec![
                    ("needed", Member::Number(needed.into())),
                    ("eligible", Member::Number(eligible.into())),
                ];
                (why.to_string(), members)
            }
            // What says all there is to say by itself.
            _ => (why.to_string(), Members::new()),
        }
    }

    fn explain_remaining(
        &self,
        why: &Rejection,
        asset: AssetId,
        remaining: SignedAmount,
        asked: SignedAmount,
    ) -> (String, Members) {
        let remaining = self.signed(remaining, asset);
        let asked = self.signed(asked, asset);
        let code = self.code(asset);
        let detail = format!("{why}: {remaining} {code} is left, {asked} asked");
        let members = vec![
            self.asset(asset),
            ("remaining", Member::Text(remaining)),
            ("asked", Member::Text(asked)),
        ];
        (detail, members)
    }

    /// By what a limit is exceeded: `limit daily of account ops: 5000.00 USD of 5000.00 used,
    /// 120.00 asked`.
    fn explain_limit(&self, limit: LimitId, excess: &Excess) -> (String, Members) {
        let name = self.limit_name(limit);
        let mut members = vec![self.limit(limit)];
        let asset = self
            .state
            .ledger
            .limit(limit)
            .and_then(|one| one.terms.asset);
        match *excess {
            Excess::Amount { max, used, asked } => {
                let asset = asset.unwrap_or(AssetId(0));
                let used = SignedAmount::new(i128::try_from(used).unwrap_or(i128::MAX));
                let max = self.signed(max.signed(), asset);
                let used = self.signed(used, asset);
                let asked = self.signed(asked.signed(), asset);
                let code = self.code(asset);
                let detail = format!("limit {name}: {used} {code} of {max} used, {asked} asked");
                members.push(self.asset(asset));
                members.push(("amount_max", Member::Text(max)));
                members.push(("used", Member::Text(used)));
                members.push(("asked", Member::Text(asked)));
                (detail, members)
            }
            Excess::Count { max, used } => {
                let detail = format!("limit {name}: {used} of {max} transfers used");
                members.push(("count_max", Member::Number(max)));
                members.push(("used", Member::Number(used)));
                (detail, members)
            }
        }
    }

    fn limit(&self, id: LimitId) -> (&'static str, Member) {
        ("limit", Member::Id(self.service.limit_id(self.state, id)))
    }

    /// A limit with what it limits: `daily of account ops`.
    fn limit_name(&self, id: LimitId) -> String {
        if self.naming == Naming::ById {
            return self.service.limit_id(self.state, id).to_string();
        }
        let Some(limit) = self.state.ledger.limit(id) else {
            return String::new();
        };
        let name = &limit.terms.name;
        match &limit.terms.subject {
            LimitSubject::Book => format!("{name} of the book"),
            LimitSubject::Account(account) => format!("{name} of account {}", self.name(*account)),
            LimitSubject::Tag(tag) => format!("{name} of tag {tag}"),
            LimitSubject::Principal(principal) => {
                let found = self.state.ledger.principal(*principal);
                let who = found.map(|one| one.name.to_string()).unwrap_or_default();
                format!("{name} of key {who}")
            }
        }
    }

    pub(super) fn transfer(&self, id: TransferId) -> (&'static str, Member) {
        ("transfer_id", Member::Id(self.service.id_of_transfer(id)))
    }
}
