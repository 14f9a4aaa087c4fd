//! Schedules, and what is made later, as a table writes them.

use super::*;
use crate::calendar::{CalendarCode, ClockChange, Convention, Date, Days, Holidays, Weekday, Zone};
use crate::policy::FundsCheck;
use crate::recurrence::{Every, Recurrence, ShortMonths};
use crate::schedule::{Keep, NewSchedule, Order, Run, ScheduleChange, ScheduleTo};
use crate::terms::Later;
use crate::text::Name;
use crate::{Metadata, ScheduleId};

/// What there is to say of a run.
pub(super) struct RunSeen {
    /// Why nothing came of it, if nothing did.
    skipped: Option<&'static str>,
    is_late: bool,
}

impl World {
    fn schedule_named(&self, words: &mut Words<'_>) -> ScheduleId {
        let name = words.next("a schedule");
        let nobody = (name == "nobody").then_some(ScheduleId(u32::MAX));
        match nobody.or_else(|| self.schedules.get(name).copied()) {
            Some(id) => id,
            None => words.fail(&format!("{name:?} is not a schedule")),
        }
    }

    /// `later 1d` or `at 2026-03-11T09:00:00`, then `at-execution`.
    pub(super) fn later(&self, words: &mut Words<'_>) -> Option<Later> {
        let due_at = if words.take_if("later") {
            self.now.after_seconds(time::take_seconds(words))
        } else if words.take_if("at") {
            time::take_instant(words)
        } else {
            return None;
        };
        let funds = match words.take_if("at-execution") {
            true => FundsCheck::AtExecution,
            false => FundsCheck::AtSubmission,
        };
        Some(Later { due_at, funds })
    }

    /// `pay alice bob USD 10.00 monthly 31 from 2026-03-11 ...` or
    /// `sweep alice bob USD ceiling 10.00 daily from 2026-03-11 ...`.
    pub(super) fn new_schedule(&self, words: &mut Words<'_>) -> NewSchedule {
        let order = match words.next("an order") {
            "pay" => {
                let (source, target) =
                    (self.account_or_nobody(words), self.account_or_nobody(words));
                let (asset, decimals) = self.asset_of_name(words);
                let is_at_most = words.take_if("up-to");
                let amount = names::amount(words, decimals);
                Order::Payment {
                    source,
                    target,
                    asset,
                    amount,
                    is_at_most,
                }
            }
            "sweep" => {
                let account = self.account_or_nobody(words);
                let counterpart = self.account_or_nobody(words);
                let (asset, decimals) = self.asset_of_name(words);
                let keep = match words.next("what it keeps") {
                    "target" => Keep::Target(names::amount(words, decimals)),
                    "floor" => Keep::Floor(names::amount(words, decimals)),
                    "ceiling" => Keep::Ceiling(names::amount(words, decimals)),
                    other => words.fail(&format!("{other:?} is no level")),
                };
                Order::Sweep {
                    account,
                    counterpart,
                    asset,
                    keep,
                }
            }
            other => words.fail(&format!("{other:?} is not an order")),
        };
        NewSchedule {
            name: Name::new("schedule").expect("a name"),
            order,
            recurrence: recurrence(words),
            reference: None,
            metadata: Metadata::default(),
        }
    }

    pub(super) fn schedule_change(&self, verb: &str, words: &mut Words<'_>) -> ScheduleChange {
        let to = match verb {
            "pause" => ScheduleTo::Paused,
            "resume" => ScheduleTo::Resumed,
            _ => ScheduleTo::Cancelled,
        };
        ScheduleChange {
            schedule: self.schedule_named(words),
            to,
            reason: None,
        }
    }

    /// What the table calls a run: `rent#1` is the first of `rent`.
    pub(super) fn note_run(&mut self, run: &Run, skipped: Option<&'static str>) -> Option<String> {
        let mut known = self.schedules.iter();
        let (name, _) = known.find(|(_, id)| **id == run.schedule)?;
        let runs = self.ledger.schedule(run.schedule)?.runs;
        let label = format!("{name}#{}", runs + 1);
        let is_late = run.is_late(self.now);
        self.runs
            .insert(label.clone(), RunSeen { skipped, is_late });
        Some(label)
    }

    /// `runs rent 3`, `next rent 2026-03-11T09:00:00`, `next rent never` and `state rent paused`.
    pub(super) fn schedule_is(&self, what: &str, words: &mut Words<'_>) {
        let id = self.schedule_named(words);
        let Some(schedule) = self.ledger.schedule(id) else {
            words.fail("there never was such a schedule");
        };
        match what {
            "runs" => {
                let wanted = words.next("a number");
                words.assert_eq(&schedule.runs.to_string(), wanted);
            }
            "next" => {
                let next = schedule.next.map(|next| next.due_at);
                let wanted = (!words.take_if("never")).then(|| time::take_instant(words));
                words.assert_eq(&format!("{next:?}"), &format!("{wanted:?}"));
            }
            _ => {
                let wanted = words.next("a state");
                words.assert_eq(schedule.state.name(), wanted);
            }
        }
    }

    /// `rent#2 skipped nothing_to_move`, `rent#2 late` or `rent#2 punctual`.
    pub(super) fn run_is(&self, label: &str, words: &mut Words<'_>) {
        let Some(seen) = self.runs.get(label) else {
            words.fail(&format!("{label:?} has not run"));
        };
        match words.next("what of the run?") {
            "skipped" => {
                let wanted = words.next("why");
                words.assert_eq(seen.skipped.unwrap_or("not skipped"), wanted);
            }
            wanted => {
                let found = if seen.is_late { "late" } else { "punctual" };
                words.assert_eq(found, wanted);
            }
        }
    }

    /// `upcoming 2d rent:10.00 top:- rent:10.00!`: what runs until then and how much it moves;
    /// nothing, or more than there would be.
    pub(super) fn upcoming_is(&self, words: &mut Words<'_>) {
        let until = self.now.after_seconds(time::take_seconds(words));
        let name = |id: ScheduleId| {
            let mut known = self.schedules.iter();
            known
                .find(|(_, known)| **known == id)
                .map(|(name, _)| name.as_str())
        };
        let all = self.ledger.upcoming(self.stamp(), until, 100);
        let shown = all.iter().map(|one| {
            let amount = one.moves.map_or("-".to_owned(), |(source, _, amount)| {
                let lines = &self.ledger.account(source).expect("it is known").lines;
                let asset = self.ledger.asset(lines[0].0).expect("it is held");
                amount.signed().display(asset.decimals).to_string()
            });
            let mark = if one.is_covered { "" } else { "!" };
            format!("{}:{amount}{mark}", name(one.schedule).unwrap_or("?"))
        });
        let shown: Vec<String> = shown.collect();
        let mut wanted = Vec::new();
        while !words.is_at_end() {
            wanted.push(words.next("a run"));
        }
        words.assert_eq(&shown.join(" "), &wanted.join(" "));
    }
}

/// `daily`, `weekly monday` or `monthly 31`, then `every 2`; then, in any order, `from DAY`,
/// `until DAY`, `at 09:00:00`, `in ZONE`, a convention and its calendar, `last-day` or `skip`, and
/// `earlier` or `later`.
fn recurrence(words: &mut Words<'_>) -> Recurrence {
    let every = every(words);
    let mut recurrence = Recurrence {
        zone: Zone::new("UTC").expect("a zone"),
        second_of_day: 9 * 3_600,
        every,
        first: Date::parse("2026-03-11").expect("a day"),
        last: None,
        calendar: None,
        convention: Convention::Unadjusted,
        short_months: None,
        clock_change: None,
    };
    while !words.is_at_end() {
        match words.next("what of the recurrence?") {
            "from" => recurrence.first = day(words),
            "until" => recurrence.last = Some(day(words)),
            "at" => recurrence.second_of_day = time::take_second_of_day(words),
            "in" => {
                let name = words.next("a zone");
                recurrence.zone = Zone::new(name).expect("a zone");
            }
            "last-day" => recurrence.short_months = Some(ShortMonths::LastDay),
            "skip" => recurrence.short_months = Some(ShortMonths::Skip),
            word => match (Convention::from_name(word), ClockChange::from_name(word)) {
                (Some(convention), _) => {
                    recurrence.convention = convention;
                    recurrence.calendar = CalendarCode::new(words.next("a calendar"));
                }
                (None, Some(change)) => recurrence.clock_change = Some(change),
                (None, None) => words.fail(&format!("{word:?} is nothing of a recurrence")),
            },
        }
    }
    recurrence
}

fn every(words: &mut Words<'_>) -> Every {
    let unit = words.next("how often");
    let weekday = words.take_if_some(Weekday::from_name);
    let day = words.take_if_some(|word| word.parse().ok());
    let interval = match words.take_if("every") {
        true => u16::try_from(words.number("an interval")).expect("a short interval"),
        false => 1,
    };
    match (unit, weekday, day) {
        ("daily", None, None) => Every::Day { interval },
        ("weekly", Some(weekday), None) => Every::Week { interval, weekday },
        ("monthly", None, Some(day)) => Every::Month { interval, day },
        _ => words.fail(&format!("{unit:?} is not how often something can be")),
    }
}

pub(super) fn day(words: &mut Words<'_>) -> Date {
    let text = words.next("a day");
    match Date::parse(text) {
        Some(date) => date,
        None => words.fail(&format!("{text:?} is not a day")),
    }
}

/// `calendar OURS 2026-03-12 2026-03-13`: every day but these is a business day.
pub(super) fn calendar(words: &mut Words<'_>) -> (CalendarCode, Box<Calendar>) {
    let code = CalendarCode::new(words.next("a code")).expect("a code");
    let mut days = Vec::new();
    while !words.is_at_end() {
        days.push(day(words));
    }
    let calendar = Calendar {
        name: Name::new("ours").expect("a name"),
        zone: Zone::new("UTC").expect("a zone"),
        weekend: std::iter::empty().collect(),
        holidays: Holidays::Own(Days::new(days).expect("few days")),
    };
    (code, Box::new(calendar))
}
