//! What rates, fees, quotes, schedules and securities have said.

use super::{Names, Naming};
use crate::native::error::{Member, Members};
use axum::http::StatusCode;
use giro_ledger::{
    AccountId, Amount, AssetId, Date, FeeId, PrincipalId, QuoteId, Rejection, ScheduleId, Strategy,
    Timestamp, TransferId,
};

/// Status and title of these rejections; nothing for any other.
#[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
pub(super) fn kind(why: &Rejection) -> Option<(StatusCode, &'static str)> {
    use StatusCode as S;
    Some(match why {
        Rejection::RateMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The rate is malformed"),
        Rejection::RateZero => (S::UNPROCESSABLE_ENTITY, "A rate is zero"),
        Rejection::FeeMalformed { .. } => (S::UNPROCESSABLE_ENTITY, "The fee rule is malformed"),
        Rejection::QuoteSecondsOutOfRange { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A quote of no time or of too long a time",
        ),
        Rejection::ScheduleMalformed { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The schedule is malformed")
        }
        Rejection::ScheduleInPast => (S::UNPROCESSABLE_ENTITY, "It would begin in the past"),
        Rejection::ScheduleNever => (S::UNPROCESSABLE_ENTITY, "The schedule would never run"),
        Rejection::ScheduleInGap { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A time of day that does not exist on one of the days",
        ),
        Rejection::ScheduleInFold { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A time of day that comes twice on one of the days",
        ),
        Rejection::ScheduleInShortMonth { .. } => {
            (S::UNPROCESSABLE_ENTITY, "A day that not every month has")
        }
        Rejection::CalendarMalformed { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The calendar is malformed")
        }
        Rejection::InstrumentMalformed { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The instrument is malformed")
        }
        Rejection::UnknownFee { .. } => (S::NOT_FOUND, "No such fee rule"),
        Rejection::UnknownQuote { .. } => (S::NOT_FOUND, "No such quote"),
        Rejection::UnknownSchedule { .. } => (S::NOT_FOUND, "No such schedule"),
        Rejection::UnknownCalendar => (S::NOT_FOUND, "No such calendar"),
        Rejection::BookFull { .. } => (S::CONFLICT, "The book has as many as it can have"),
        Rejection::UnknownInstrument { .. } => (S::NOT_FOUND, "No such instrument"),
        Rejection::UnknownRate { .. } => (S::NOT_FOUND, "The pair has no rate"),
        Rejection::InstrumentConflict { .. } => (S::CONFLICT, "The code is taken"),
        Rejection::SecurityNotDirect { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "Units of an instrument do not move by themselves",
        ),
        Rejection::InvestedCannotBeHeld { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "Invested money cannot be held to be captured",
        ),
        Rejection::RateOutdated { .. } => (S::CONFLICT, "A newer rate is known"),
        Rejection::QuoteUsed { .. } => (S::CONFLICT, "The quote was carried out already"),
        Rejection::QuoteExpired { .. } => (S::CONFLICT, "The quote has expired"),
        Rejection::SweepCircle { .. } => (S::CONFLICT, "The sweeps go round in a circle"),
        Rejection::ScheduleOver { .. } => (S::CONFLICT, "The schedule is over"),
        Rejection::ScheduleUnchanged { .. } => {
            (S::CONFLICT, "The schedule is already in that state")
        }
        Rejection::TradesNotReversible { .. } => (
            S::UNPROCESSABLE_ENTITY,
            "A transfer with trades cannot be reversed",
        ),
        Rejection::FeeNotReturnable { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The fee cannot be given back")
        }
        Rejection::MakerRevoked { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The key that asked was revoked")
        }
        Rejection::RateMissing { .. } => (S::UNPROCESSABLE_ENTITY, "There is no rate"),
        Rejection::RateStale { .. } => (S::UNPROCESSABLE_ENTITY, "The rate is too old"),
        Rejection::ComesToNothing { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The amount comes to nothing")
        }
        Rejection::FeeTooLarge { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The fee is not below the amount")
        }
        Rejection::InstrumentMatured { .. } => {
            (S::UNPROCESSABLE_ENTITY, "The instrument has matured")
        }
        Rejection::NoInstrument { .. } => (S::UNPROCESSABLE_ENTITY, "Nothing could be bought"),
        Rejection::TooManyInstruments { .. } => {
            (S::UNPROCESSABLE_ENTITY, "Units of too many instruments")
        }
        _ => return None,
    })
}

/// One of each of these rejections.
pub(super) fn every() -> Vec<Rejection> {
    let (account, asset) = (AccountId(0), AssetId(0));
    let (from, to, instrument) = (asset, asset, asset);
    let (schedule, quote, fee) = (ScheduleId(0), QuoteId(0), FeeId(0));
    let (transfer, principal, field) = (TransferId(0), PrincipalId(0), "");
    let (as_of, date) = (Timestamp(0), Date(0));
    vec![
        Rejection::RateMalformed { field },
        Rejection::RateZero,
        Rejection::FeeMalformed { field },
        Rejection::QuoteSecondsOutOfRange { seconds_max: 0 },
        Rejection::ScheduleMalformed { field },
        Rejection::ScheduleInPast,
        Rejection::ScheduleNever,
        Rejection::ScheduleInGap { date },
        Rejection::ScheduleInFold { date },
        Rejection::ScheduleInShortMonth { day: 31 },
        Rejection::CalendarMalformed { field },
        Rejection::InstrumentMalformed { field },
        Rejection::UnknownFee { fee },
        Rejection::UnknownQuote { quote },
        Rejection::UnknownSchedule { schedule },
        Rejection::UnknownCalendar,
        Rejection::BookFull { what: "", max: 0 },
        Rejection::UnknownInstrument { instrument },
        Rejection::UnknownRate { from, to },
        Rejection::InstrumentConflict { instrument },
        Rejection::SecurityNotDirect { asset },
        Rejection::InvestedCannotBeHeld { account },
        Rejection::RateOutdated { as_of },
        Rejection::QuoteUsed { quote, transfer },
        Rejection::QuoteExpired { quote },
        Rejection::SweepCircle { schedule },
        Rejection::ScheduleOver { schedule },
        Rejection::ScheduleUnchanged { schedule },
        Rejection::TradesNotReversible { transfer },
        Rejection::FeeNotReturnable { transfer },
        Rejection::MakerRevoked { principal },
        Rejection::RateMissing { from, to },
        Rejection::RateStale {
            from,
            to,
            as_of,
            max_age_seconds: 0,
        },
        Rejection::ComesToNothing { asset },
        Rejection::FeeTooLarge {
            rule: fee,
            asset,
            fee: Amount::ZERO,
            amount: Amount::ZERO,
        },
        Rejection::InstrumentMatured { instrument },
        Rejection::NoInstrument {
            strategy: Strategy::Weeks4,
        },
        Rejection::TooManyInstruments { account },
    ]
}

impl Names<'_> {
    #[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
    pub(super) fn explain_treasury(&self, why: &Rejection) -> (String, Members) {
        match *why {
            Rejection::ScheduleMalformed {
                field: field @ "execute_at",
            } => {
                let detail = "execute_at is more than ten years from now".to_owned();
                (detail, vec![("field", Member::Word(field))])
            }
            Rejection::ScheduleMalformed {
                field: field @ "hold",
            } => {
                let detail = "what is held to be captured neither waits for a time nor moves in \
                              kind: leave out hold, or the others";
                (detail.to_owned(), vec![("field", Member::Word(field))])
            }
            Rejection::RateMalformed { field }
            | Rejection::FeeMalformed { field }
            | Rejection::ScheduleMalformed { field }
            | Rejection::CalendarMalformed { field }
            | Rejection::InstrumentMalformed { field } => {
                (why.to_string(), vec![("field", Member::Word(field))])
            }
            Rejection::BookFull { what, max } => {
                let members = vec![
                    ("what", Member::Word(what)),
                    ("max", Member::Number(max.into())),
                ];
                (why.to_string(), members)
            }
            Rejection::QuoteSecondsOutOfRange { seconds_max } => {
                let max = Member::Number(seconds_max.into());
                (why.to_string(), vec![("seconds_max", max)])
            }
            Rejection::UnknownRate { from, to } | Rejection::RateMissing { from, to } => {
                let (from, to) = (self.code(from).to_owned(), self.code(to).to_owned());
                let detail = format!("{why}: {from} to {to}");
                (
                    detail,
                    vec![("source", Member::Text(from)), ("target", Member::Text(to))],
                )
            }
            Rejection::RateStale {
                from,
                to,
                as_of,
                max_age_seconds,
            } => self.explain_stale(from, to, as_of, max_age_seconds),
            Rejection::RateOutdated { as_of } => {
                let as_of = crate::http::time::format(as_of);
                let detail = format!("{why}: it is of {as_of}");
                (detail, vec![("as_of", Member::Text(as_of))])
            }
            Rejection::QuoteUsed { transfer, .. } => {
                let id = self.service.id_of_transfer(transfer);
                let detail = format!("{why} by transfer {id}");
                (detail, vec![("transfer_id", Member::Id(id))])
            }
            Rejection::TradesNotReversible { transfer }
            | Rejection::FeeNotReturnable { transfer } => {
                (why.to_string(), vec![self.transfer(transfer)])
            }
            Rejection::FeeTooLarge {
                rule,
                asset,
                fee,
                amount,
            } => self.explain_fee(rule, asset, fee, amount),
            Rejection::MakerRevoked { principal } => {
                let id = self.service.principal_id(self.state, principal);
                (why.to_string(), vec![("key", Member::Id(id))])
            }
            Rejection::ComesToNothing { asset } => (why.to_string(), vec![self.asset(asset)]),
            _ => self.explain_schedule(why),
        }
    }

    fn explain_schedule(&self, why: &Rejection) -> (String, Members) {
        match *why {
            Rejection::ScheduleInGap { date } | Rejection::ScheduleInFold { date } => {
                let detail = format!("{why}; say with `clock_change` what is meant");
                (detail, vec![("date", Member::Text(date.to_string()))])
            }
            Rejection::ScheduleInShortMonth { day } => {
                let detail = format!("{why}; say with `short_months` what is meant");
                (detail, vec![("day", Member::Number(day.into()))])
            }
            Rejection::SweepCircle { schedule }
            | Rejection::ScheduleOver { schedule }
            | Rejection::ScheduleUnchanged { schedule } => {
                let id = self.service.schedule_id(self.state, schedule);
                (why.to_string(), vec![("schedule", Member::Id(id))])
            }
            _ => self.explain_instrument(why),
        }
    }

    fn explain_instrument(&self, why: &Rejection) -> (String, Members) {
        match *why {
            Rejection::SecurityNotDirect { asset: instrument }
            | Rejection::InstrumentConflict { instrument }
            | Rejection::UnknownInstrument { instrument }
            | Rejection::InstrumentMatured { instrument } => {
                let code = self.code(instrument).to_owned();
                // One that is yet to be added is no asset, and whoever asks has just named it.
                if code.is_empty() {
                    return (why.to_string(), Members::new());
                }
                let detail = format!("{why}: {code}");
                (detail, vec![("instrument", Member::Text(code))])
            }
            Rejection::NoInstrument { strategy } => {
                let weeks = Member::Number(strategy.weeks().into());
                let detail = format!("{why}: {} weeks", strategy.weeks());
                (detail, vec![("weeks", weeks)])
            }
            Rejection::InvestedCannotBeHeld { account }
            | Rejection::TooManyInstruments { account } => {
                let detail = format!("{why}: {}", self.name(account));
                (detail, vec![self.account(account)])
            }
            // What says all there is to say by itself.
            _ => (why.to_string(), Members::new()),
        }
    }

    /// `the rate of USD to EUR is of 2027-03-01T10:00:00Z, and may be used for 3600 seconds`.
    fn explain_stale(
        &self,
        from: AssetId,
        to: AssetId,
        as_of: Timestamp,
        max_age_seconds: u32,
    ) -> (String, Members) {
        let (from, to) = (self.code(from).to_owned(), self.code(to).to_owned());
        let as_of = crate::http::time::format(as_of);
        let detail = format!(
            "the rate of {from} to {to} is of {as_of}, and may be used for {max_age_seconds} seconds"
        );
        let members = vec![
            ("source", Member::Text(from)),
            ("target", Member::Text(to)),
            ("as_of", Member::Text(as_of)),
            ("max_age_seconds", Member::Number(max_age_seconds.into())),
        ];
        (detail, members)
    }

    /// `fee rule wire: 25.00 USD of 20.00`.
    fn explain_fee(
        &self,
        rule: FeeId,
        asset: AssetId,
        fee: Amount,
        amount: Amount,
    ) -> (String, Members) {
        let id = self.service.fee_id(self.state, rule);
        let name = self
            .state
            .ledger
            .fee(rule)
            .map(|entry| entry.rule.name.to_string());
        let name = match self.naming {
            Naming::AsNow => name.unwrap_or_default(),
            Naming::ById => id.to_string(),
        };
        let fee = self.signed(fee.signed(), asset);
        let amount = self.signed(amount.signed(), asset);
        let code = self.code(asset);
        let detail = format!("fee rule {name}: a fee of {fee} {code} leaves nothing of {amount}");
        let members = vec![
            ("fee_rule", Member::Id(id)),
            self.asset(asset),
            ("fee", Member::Text(fee)),
            ("amount", Member::Text(amount)),
        ];
        (detail, members)
    }
}
