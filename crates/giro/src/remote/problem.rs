//! What a server says when it refuses, and what to do about it.

use serde::Deserialize;
use std::fmt;

/// A refusal, as `application/problem+json` (RFC 9457) has it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) detail: String,
    /// How what it is about stands, if that is why.
    #[serde(default, alias = "approval_status")]
    transfer_status: Option<String>,
}

impl Problem {
    /// What to do about it, where that is not in the words of the problem.
    fn advice(&self) -> Option<&'static str> {
        match &*self.code {
            "unauthenticated" => Some(
                "give --key or GIRO_KEY, or the --dev-json of that very server; \
                 --key-file …/operator.key to open books",
            ),
            "missing_capability" => Some("use a key that has it, or have one made that does"),
            "overloaded" | "stopping" => Some("repeat it later with this --idempotency-key"),
            "storage_failed" => Some(
                "have the server restarted, then repeat it with this --idempotency-key \
                 to find out what happened",
            ),
            "maker_cannot_approve" => {
                Some("have it approved by somebody else, with the key of that person")
            }
            "not_a_checker" => Some("giro approval show names those who may"),
            "not_the_maker" => Some("somebody else can only reject it: giro approval reject"),
            "not_awaiting_approval" => Some("what is held is released: giro transfer release"),
            "unknown_capability" => Some("giro key --help lists them"),
            "too_few_checkers" => {
                Some("have keys with approvals.decide made for other persons: giro key create")
            }
            "limit_exceeded" => Some("giro limit list shows what is used, and when it begins anew"),
            "book_stopped" => Some("giro book show says why; giro book resume lets it go on"),
            "account_frozen" => Some("giro account show says why"),
            "account_not_empty" => Some("--sweep-to ACCOUNT moves what is left"),
            "account_has_holds" => Some("capture or release what is held first"),
            "quote_expired" | "quote_used" => Some("ask for another one: giro quote create"),
            "unknown_quote" => {
                Some("quotes are forgotten an hour after they expire: giro quote create")
            }
            "rate_missing" | "rate_stale" => {
                Some("giro rate list shows what there is; giro rate set or import sets a newer one")
            }
            "rate_outdated" => Some("giro rate show tells of when the known one is"),
            "fee_too_large" => Some("giro fee list shows what is charged"),
            "schedule_in_gap" | "schedule_in_fold" => {
                Some("--clock-change says which instant is meant")
            }
            "schedule_in_short_month" => Some("--short-months says which day is meant"),
            "schedule_in_past" => Some("give a later --first-on"),
            "unknown_calendar" => Some("giro calendar list shows those that there are"),
            "unknown_instrument" => Some("giro instrument list shows those that there are"),
            "invested_cannot_be_held" => {
                Some("move it at a time instead (--at), or out of an account that is not invested")
            }
            "trades_not_reversible" => Some("make a transfer the other way"),
            "idempotency_conflict" => Some("give another --idempotency-key for another request"),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem {
            title,
            code,
            detail,
            transfer_status,
        } = self;
        write!(f, "{title} [{code}]")?;
        if !detail.is_empty() {
            write!(f, ": {detail}")?;
        }
        if let Some(status) = transfer_status {
            write!(f, ": {status}")?;
        }
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
