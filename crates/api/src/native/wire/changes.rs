//! What was configured: the audit list.

use super::accounts::FreezeBody;
use super::books::SettingsPatch;
use super::fees::FeeTermsBody;
use super::investments::InvestmentBody;
use super::keys::GrantBody;
use super::limits::LimitTermsBody;
use super::policies::{PolicyChangeBody, PolicyTermsBody};
use super::schedules::{ScheduleTermsBody, WeekdayBody};
use super::{Day, Decimal, MetadataBody, RateText, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Something that was configured: what, when and by whom.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeBody<'a> {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Time,
    /// The key that asked for it; `null` is the server: an operator of it, or a time that was over.
    pub(crate) by: Option<Uuid>,
    /// The idempotency key that it was asked for under.
    #[schema(example = "raise-daily-out")]
    pub(crate) idempotency_key: Option<&'a str>,
    /// What happened.
    pub(crate) what: WhatBody,
    /// What it happened to.
    pub(crate) subject: ChangedBody<'a>,
    /// The approval that it waits for, or came of.
    pub(crate) approval: Option<Uuid>,
    /// What was set by it: all of what is new, and of what was changed, only what was named.
    pub(crate) set: Option<SetBody<'a>>,
    /// Why, in the words of whoever did it.
    #[schema(example = json!(null))]
    pub(crate) reason: Option<&'a str>,
}

/// What happened to what is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeKind)]
pub(crate) enum WhatBody {
    /// A book was opened.
    BookOpened,
    /// The book's name or settings were changed.
    BookChanged,
    /// All money of the book was stopped.
    BookStopped,
    /// It goes on.
    BookResumed,
    /// A key was created.
    KeyCreated,
    /// A key was revoked.
    KeyRevoked,
    /// An approval policy was added or replaced.
    PolicySet,
    /// An approval policy was removed.
    PolicyRemoved,
    /// A change of approval policies was asked for, and waits for approval.
    PolicyChangeRequested,
    /// Such a change was approved, but was not possible any more.
    PolicyChangeDeclined,
    /// A checker said no to such a change.
    PolicyChangeRejected,
    /// Whoever asked for such a change took it back.
    PolicyChangeCancelled,
    /// Nobody decided on such a change in time.
    PolicyChangeExpired,
    /// A fee rule was added or replaced.
    FeeSet,
    /// A fee rule was removed.
    FeeRemoved,
    /// A calendar was set.
    CalendarSet,
    /// A schedule was added.
    ScheduleAdded,
    /// A schedule was paused.
    SchedulePaused,
    /// A schedule was resumed.
    ScheduleResumed,
    /// A schedule was cancelled.
    ScheduleCancelled,
    /// An instrument was added.
    InstrumentAdded,
    /// The last units of an instrument turned into money.
    InstrumentMatured,
    /// The units that an account has of an instrument could not turn into money: its balance would
    /// have left its range.
    InstrumentPassedOver,
    /// It was said how an account keeps its money.
    InvestmentSet,
    /// An account keeps its money invested no more.
    InvestmentRemoved,
    /// A limit was set.
    LimitSet,
    /// A limit was changed.
    LimitChanged,
    /// A limit was removed.
    LimitRemoved,
    /// A webhook was added.
    WebhookAdded,
    /// A webhook was changed.
    WebhookChanged,
    /// A webhook got a new secret.
    WebhookSecretRotated,
    /// A webhook was removed.
    WebhookRemoved,
    /// An account was opened.
    AccountOpened,
    /// An account was changed.
    AccountChanged,
    /// An account was frozen, or its freeze replaced.
    AccountFrozen,
    /// An account was unfrozen.
    AccountUnfrozen,
    /// An account was closed.
    AccountClosed,
}

/// What was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedThing)]
pub(crate) struct ChangedBody<'a> {
    /// Of what kind it is: `book`, `key`, `approval_policy`, `limit`, `fee`, `calendar`, `schedule`,
    /// `instrument`, `account`, `webhook`, or `approval` for a new policy that is not there yet.
    #[schema(example = "limit")]
    pub(crate) kind: &'static str,
    /// Its id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    /// Its code, if that is what it is known by: of a calendar or an instrument. Of an account, the
    /// instrument that this is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub(crate) code: Option<&'a str>,
}

impl ChangedBody<'_> {
    /// What is known by an id.
    pub(crate) fn of(kind: &'static str, id: Uuid) -> ChangedBody<'static> {
        ChangedBody {
            kind,
            id: Some(id),
            code: None,
        }
    }

    /// What is known by a code.
    pub(crate) fn of_code<'a>(kind: &'static str, code: &'a str) -> ChangedBody<'a> {
        ChangedBody {
            kind,
            id: None,
            code: Some(code),
        }
    }
}

/// What was set.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Set)]
pub(crate) enum SetBody<'a> {
    /// Of a book.
    Book(BookSetBody<'a>),
    /// Of a key.
    Key(KeySetBody<'a>),
    /// Of an approval policy.
    Policy(PolicyTermsBody<'a>),
    /// What was asked for of the policies.
    PolicyChange(PolicyChangeBody<'a>),
    /// Of a new limit.
    Limit(LimitTermsBody<'a>),
    /// Of a limit that was changed.
    LimitChange(LimitSetBody<'a>),
    /// Of an account.
    Account(AccountSetBody<'a>),
    /// Of the freeze of an account.
    Freeze(FreezeBody<'a>),
    /// Of how an account keeps its money.
    Investment(InvestmentSetBody<'a>),
    /// Of a fee rule.
    Fee(Box<FeeTermsBody<'a>>),
    /// Of a calendar.
    Calendar(CalendarSetBody<'a>),
    /// Of a new schedule.
    Schedule(Box<ScheduleTermsBody<'a>>),
    /// Of a new instrument.
    Instrument(InstrumentSetBody<'a>),
}

/// What was set of how an account keeps its money.
#[derive(Serialize, ToSchema)]
#[schema(as = InvestmentSet)]
pub(crate) struct InvestmentSetBody<'a> {
    /// How it keeps it from then on.
    pub(crate) investment: InvestmentBody<'a>,
}

/// What was set of a calendar: all of it.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarSet)]
pub(crate) struct CalendarSetBody<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// Where its days begin and end.
    #[schema(example = "Europe/Berlin")]
    pub(crate) time_zone: &'a str,
    /// The weekdays that never are business days.
    pub(crate) weekend: Vec<WeekdayBody>,
    /// The other days that are none.
    #[schema(value_type = Vec<String>)]
    pub(crate) holidays: Vec<Day>,
}

/// What was set of an instrument.
#[derive(Serialize, ToSchema)]
#[schema(as = InstrumentSet)]
pub(crate) struct InstrumentSetBody<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// The term.
    #[schema(example = 4)]
    pub(crate) weeks: u8,
    /// The day on which its units turn into money.
    #[schema(value_type = String, format = Date)]
    pub(crate) matures_on: Day,
    /// How many decimals its units have.
    #[schema(example = 8)]
    pub(crate) decimals: u8,
    /// How much money a unit is when it matures.
    #[schema(value_type = String, example = "1")]
    pub(crate) par: RateText,
    /// What money.
    #[schema(example = "USD")]
    pub(crate) currency: &'a str,
    /// The calendar that its trades settle by.
    #[schema(example = "US")]
    pub(crate) calendar: &'a str,
}

/// What was set of a book.
#[derive(Serialize, ToSchema)]
#[schema(as = BookSet)]
pub(crate) struct BookSetBody<'a> {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// Settings; those that are `null` were not named.
    pub(crate) settings: SettingsPatch,
}

/// What was set of a key.
#[derive(Serialize, ToSchema)]
#[schema(as = KeySet)]
pub(crate) struct KeySetBody<'a> {
    /// The name.
    pub(crate) name: &'a str,
    /// The address of the person whose it is.
    pub(crate) email: Option<&'a str>,
    /// What it may do.
    pub(crate) capabilities: Vec<&'static str>,
    /// What it may move; `null` is everything.
    pub(crate) grant: Option<GrantBody<'a>>,
}

/// What was set of a limit that was changed.
// Each of its fields may be missing, so that without this it would be told from nothing else.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LimitSet)]
pub(crate) struct LimitSetBody<'a> {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// The most that may move.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<Decimal>,
    /// The most transfers there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count_max: Option<u64>,
}

/// What was set of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountSet)]
pub(crate) struct AccountSetBody<'a> {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// The alias; `null` if it was taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) alias: Option<Option<&'a str>>,
    /// The metadata, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataBody<'a>>,
    /// The tags, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) tags: Option<Vec<&'a str>>,
    /// Assets, with their overdraft limits.
    pub(crate) assets: Vec<OverdraftBody<'a>>,
}

/// An asset and how far below zero its balance may go.
#[derive(Serialize, ToSchema)]
#[schema(as = Overdraft)]
pub(crate) struct OverdraftBody<'a> {
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// How far.
    #[schema(value_type = String, example = "500.00")]
    pub(crate) overdraft_limit: Decimal,
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangeListQuery {
    /// From this time on.
    pub(crate) from: Option<String>,
    /// Up to, not including, this time.
    pub(crate) to: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}
