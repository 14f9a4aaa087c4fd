//! Limits, and how much of them is used.

use super::object::Object;
use super::{Decimal, JsonText, Time};
use crate::http::JsonDecimal;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use utoipa::openapi::{OneOfBuilder, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

/// A limit to be set: the most that may move, the most transfers there may be, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "daily_out", "subject": {"account": "alias:ops"}, "asset": "USD", "period": "day",
    "amount_max": "5000.00"
}))]
pub(crate) struct LimitRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// What it limits.
    #[schema(value_type = LimitSubjectRequest<'_>)]
    pub(crate) subject: Object<LimitSubjectRequest<'a>>,
    /// Whether it counts what leaves (as usual) or what arrives.
    #[serde(default)]
    pub(crate) direction: FlowBody,
    /// The asset that it counts; any, if only transfers are counted.
    #[schema(value_type = Option<String>)]
    pub(crate) asset: Option<JsonText<'a>>,
    /// Over which time.
    pub(crate) period: PeriodBody,
    /// The most that may move, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<JsonDecimal<'a>>,
    /// The most transfers there may be.
    pub(crate) count_max: Option<u64>,
}

/// What a limit limits: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tag": "payroll"}))]
pub(crate) struct LimitSubjectRequest<'a> {
    /// All transfers of the book: `true`.
    pub(crate) book: Option<bool>,
    /// One account: its id, or `alias:` and its alias.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) account: Option<JsonText<'a>>,
    /// All accounts with this tag, together.
    #[schema(value_type = Option<String>)]
    pub(crate) tag: Option<JsonText<'a>>,
    /// All that one key asks for.
    #[schema(value_type = Option<String>)]
    pub(crate) key: Option<JsonText<'a>>,
}

/// Which way money goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LimitDirection)]
pub(crate) enum FlowBody {
    /// It leaves.
    #[default]
    Out,
    /// It arrives.
    In,
}

/// Over which time a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PeriodBody {
    /// Each transfer by itself.
    Transfer,
    /// A calendar day in UTC.
    Day,
    /// A calendar month in UTC.
    Month,
    /// The last so many seconds.
    #[serde(untagged)]
    Rolling(RollingBody),
}

/// The last so many seconds, at any time: counted in steps of a sixtieth of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RollingPeriod)]
pub(crate) struct RollingBody {
    /// How many: 60 to 31,622,400.
    #[schema(example = 3600)]
    pub(crate) rolling_seconds: u32,
}

impl<'de> Deserialize<'de> for PeriodBody {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<PeriodBody, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = PeriodBody;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("transfer, day, month, or an object of rolling_seconds")
            }
            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<PeriodBody, E> {
                match word {
                    "transfer" => Ok(PeriodBody::Transfer),
                    "day" => Ok(PeriodBody::Day),
                    "month" => Ok(PeriodBody::Month),
                    other => Err(E::unknown_variant(other, &["transfer", "day", "month"])),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PeriodBody, A::Error> {
                RollingBody::deserialize(MapAccessDeserializer::new(map)).map(PeriodBody::Rolling)
            }
        }
        from.deserialize_any(Either)
    }
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(rename_all = "snake_case")]
enum PeriodWord {
    Transfer,
    Day,
    Month,
}

impl PartialSchema for PeriodBody {
    fn schema() -> RefOr<Schema> {
        let description = "Over which time: each transfer by itself, a calendar day or month in \
                           UTC, or the last so many seconds.";
        let either = OneOfBuilder::new()
            .description(Some(description))
            .item(PeriodWord::schema())
            .item(RollingBody::schema());
        either.into()
    }
}

impl ToSchema for PeriodBody {
    fn name() -> std::borrow::Cow<'static, str> {
        "LimitPeriod".into()
    }
}

/// A change to a limit: what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount_max": "8000.00"}))]
pub(crate) struct LimitPatch<'a> {
    /// Its new name.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) name: Option<JsonText<'a>>,
    /// The most that may move, as decimal text.
    #[schema(value_type = Option<String>)]
    pub(crate) amount_max: Option<JsonDecimal<'a>>,
    /// The most transfers there may be.
    pub(crate) count_max: Option<u64>,
}

/// A limit, with how much of it is used.
#[derive(Serialize, ToSchema)]
#[schema(as = Limit)]
pub(crate) struct LimitBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// What it says.
    #[serde(flatten)]
    pub(crate) terms: LimitTermsBody<'a>,
    /// When it was set. What moved before does not count.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Time,
    /// When it was removed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) removed_at: Option<Time>,
    /// How much of it is used now; `null` if it counts each transfer by itself, if it was removed,
    /// and as of the past.
    pub(crate) usage: Option<UsageBody>,
}

/// What a limit says.
#[derive(Serialize, ToSchema)]
#[schema(as = LimitTerms)]
pub(crate) struct LimitTermsBody<'a> {
    /// Its name.
    #[schema(example = "daily_out")]
    pub(crate) name: &'a str,
    /// What it limits.
    pub(crate) subject: LimitSubjectBody<'a>,
    /// Whether it counts what leaves or what arrives.
    pub(crate) direction: FlowBody,
    /// The asset that it counts; `null` if it counts transfers, of any.
    #[schema(example = "USD")]
    pub(crate) asset: Option<&'a str>,
    /// Over which time.
    pub(crate) period: PeriodBody,
    /// The most that may move.
    #[schema(value_type = Option<String>, example = "5000.00")]
    pub(crate) amount_max: Option<Decimal>,
    /// The most transfers there may be.
    pub(crate) count_max: Option<u64>,
}

/// What a limit limits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LimitSubject)]
pub(crate) enum LimitSubjectBody<'a> {
    /// All transfers of the book.
    Book(bool),
    /// One account.
    Account(Uuid),
    /// All accounts with this tag, together.
    Tag(&'a str),
    /// All that one key asks for.
    Key(Uuid),
}

/// How much of a limit is used: by what was posted within its period, and by all that is under way.
#[derive(Serialize, ToSchema)]
#[schema(as = LimitUsage)]
pub(crate) struct UsageBody {
    /// How much; `null` if it counts no amounts.
    #[schema(value_type = Option<String>, example = "4880.00")]
    pub(crate) amount: Option<Decimal>,
    /// How many transfers.
    pub(crate) count: u64,
    /// How much of it is by transfers that wait for approval or are held.
    #[schema(value_type = Option<String>, example = "0.00")]
    pub(crate) reserved_amount: Option<Decimal>,
    /// How many of them there are.
    pub(crate) reserved_count: u64,
    /// How much may still move; `null` if there is no `amount_max`.
    #[schema(value_type = Option<String>, example = "120.00")]
    pub(crate) remaining_amount: Option<Decimal>,
    /// How many transfers there may still be; `null` if there is no `count_max`.
    pub(crate) remaining_count: Option<u64>,
    /// When the day or month is over and what was posted in it does not count any more; `null` for
    /// a rolling period.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) period_ends_at: Option<Time>,
}

/// Which limits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LimitListQuery {
    /// Those of this account: its id, or `alias:` and its alias.
    pub(crate) account: Option<String>,
    /// Those of this tag.
    pub(crate) tag: Option<String>,
    /// Those of this key.
    pub(crate) key: Option<String>,
    /// `removed`: also those that are not in force any more.
    #[param(inline)]
    pub(crate) include: Option<IncludeBody>,
    /// As of this time in the past; else now.
    pub(crate) as_of: Option<String>,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// What else a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Include)]
pub(crate) enum IncludeBody {
    /// What is not in force any more.
    Removed,
}
