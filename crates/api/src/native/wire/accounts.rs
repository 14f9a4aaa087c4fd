//! Accounts.

use super::investments::InvestmentBody;
use super::object::objects;
use super::transfers::TransferBody;
use super::{Decimal, JsonText, MetadataBody, MetadataText, Time};
use crate::http::JsonDecimal;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;
use utoipa::openapi::{OneOfBuilder, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

/// An account to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Operations", "alias": "ops", "assets": ["USD", "EUR"]}))]
pub(crate) struct AccountRequest<'a> {
    /// Its name, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// Your own word for it, unique in the book, at most 64 characters.
    #[schema(value_type = Option<String>)]
    pub(crate) alias: Option<JsonText<'a>>,
    /// The assets it holds, each by its code or with its overdraft limit.
    #[serde(default)]
    #[schema(value_type = Vec<HoldingRequest<'_>>)]
    pub(crate) assets: Vec<HoldingRequest<'a>>,
    /// Whether it also takes every other asset that arrives.
    #[serde(default)]
    pub(crate) any_asset: bool,
    /// What policies, limits and grants can call it by, together with other accounts: at most 20
    /// tags of 40 characters.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) tags: Vec<JsonText<'a>>,
    /// Your own key-value pairs, at most 20.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
}

/// An asset of an account: its code, or its code and an overdraft limit.
pub(crate) enum HoldingRequest<'a> {
    /// The code.
    Code(JsonText<'a>),
    /// Both.
    WithLimit(OverdraftRequest<'a>),
}

impl<'de: 'a, 'a> Deserialize<'de> for HoldingRequest<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<HoldingRequest<'a>, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = HoldingRequest<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an asset's code, or an object of asset and overdraft_limit")
            }
            fn visit_str<E>(self, code: &str) -> Result<Self::Value, E> {
                Ok(HoldingRequest::Code(JsonText(Cow::Owned(code.to_owned()))))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                OverdraftRequest::deserialize(MapAccessDeserializer::new(map))
                    .map(HoldingRequest::WithLimit)
            }
        }
        from.deserialize_any(Either)
    }
}

impl PartialSchema for HoldingRequest<'_> {
    fn schema() -> RefOr<Schema> {
        let description = "An asset of an account: its code, or its code and an overdraft limit.";
        let either = OneOfBuilder::new()
            .description(Some(description))
            .item(String::schema())
            .item(OverdraftRequest::schema());
        either.into()
    }
}

impl ToSchema for HoldingRequest<'_> {}

/// An asset and how far below zero its balance may go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"asset": "USD", "overdraft_limit": "500.00"}))]
pub(crate) struct OverdraftRequest<'a> {
    /// The code of the asset.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// How far below zero the balance may go, as decimal text.
    #[schema(value_type = String)]
    pub(crate) overdraft_limit: JsonDecimal<'a>,
}

/// A change to an account: what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Operations EU", "assets": [{"asset": "EUR", "overdraft_limit": "0.00"}]}))]
pub(crate) struct AccountPatch<'a> {
    /// Its new name.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) name: Option<JsonText<'a>>,
    /// Its new alias; `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(crate) alias: Option<Option<JsonText<'a>>>,
    /// Its new metadata, whole.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) metadata: Option<MetadataText<'a>>,
    /// Its new tags, all of them.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) tags: Option<Vec<JsonText<'a>>>,
    /// New overdraft limits; an asset that it does not hold yet is added.
    #[serde(default, deserialize_with = "objects")]
    #[schema(value_type = Vec<OverdraftRequest<'_>>)]
    pub(crate) assets: Vec<OverdraftRequest<'a>>,
}

/// Tells a field that is `null` from one that is not there.
pub(super) fn present<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

/// A freeze.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"direction": "debits", "reason": "under review"}))]
pub(crate) struct FreezeRequest<'a> {
    /// Which direction. It replaces an earlier freeze.
    pub(crate) direction: DirectionBody,
    /// Why, at most 280 characters.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) reason: Option<JsonText<'a>>,
}

/// An account to be closed. The body may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sweep_to": "alias:treasury"}))]
pub(crate) struct CloseRequest<'a> {
    /// The account that takes what is left: its id, or `alias:` and its alias. Without it, the
    /// balances must be zero.
    #[serde(borrow)]
    #[schema(value_type = Option<String>)]
    pub(crate) sweep_to: Option<JsonText<'a>>,
}

/// Nothing more to say. The body may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct EmptyRequest {}

/// Which direction of an account is frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Direction)]
pub(crate) enum DirectionBody {
    /// No money may leave.
    Debits,
    /// No money may arrive.
    Credits,
    /// Neither.
    Both,
}

/// Where an account is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AccountStatus)]
pub(crate) enum AccountStatusBody {
    /// Takes part in transfers.
    Open,
    /// May not be debited, or credited, or both.
    Frozen,
    /// Takes part in nothing any more.
    Closed,
}

/// An account with its balances.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    #[schema(example = "Operations")]
    pub(crate) name: &'a str,
    /// The caller's own word for it.
    #[schema(example = "ops")]
    pub(crate) alias: Option<&'a str>,
    /// Where it is in its life.
    pub(crate) status: AccountStatusBody,
    /// What is frozen, and why.
    pub(crate) freeze: Option<FreezeBody<'a>>,
    /// What the book keeps it for (`external`, `fees`, `fx`, `house`), if it is the book's own.
    #[schema(example = json!(null))]
    pub(crate) system_role: Option<&'static str>,
    /// Whether it takes assets that it has no balance in yet.
    pub(crate) any_asset: bool,
    /// One balance per asset.
    pub(crate) balances: Vec<BalanceBody<'a>>,
    /// How it keeps its money; `null` if that is not invested.
    pub(crate) investment: Option<InvestmentBody<'a>>,
    /// What policies, limits and grants can call it by.
    #[schema(value_type = Vec<String>, example = json!(["payroll"]))]
    pub(crate) tags: Vec<&'a str>,
    /// The caller's own key-value pairs.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub(crate) metadata: MetadataBody<'a>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) opened_at: Time,
    /// When it was last changed (not: when money last moved).
    #[schema(value_type = String, format = DateTime)]
    pub(crate) updated_at: Time,
}

/// An account that was to be closed, and the transfer that sweeps it.
#[derive(Serialize, ToSchema)]
#[schema(as = ClosedAccount)]
pub(crate) struct ClosedAccountBody<'a> {
    /// The account as it is now.
    #[serde(flatten)]
    pub(crate) account: AccountBody<'a>,
    /// The transfer that takes what was left; `null` if nothing was. While it waits for approval,
    /// the account is open.
    pub(crate) sweep: Option<TransferBody<'a>>,
}

/// What is frozen, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Freeze)]
pub(crate) struct FreezeBody<'a> {
    /// Which direction.
    pub(crate) direction: DirectionBody,
    /// Why.
    pub(crate) reason: Option<&'a str>,
}

/// A balance: available = posted - held + overdraft limit, and if the account keeps this money
/// invested, what its units come to.
#[derive(Serialize, ToSchema)]
#[schema(as = Balance)]
pub(crate) struct BalanceBody<'a> {
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Credits minus debits of everything that was posted.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) posted: Decimal,
    /// The part of it that is reserved.
    #[schema(value_type = String, example = "0.00")]
    pub(crate) held: Decimal,
    /// What may leave now, what is invested included; `null` is without limit. As of the past,
    /// without what was invested.
    #[schema(value_type = Option<String>, example = "1000.00")]
    pub(crate) available: Option<Decimal>,
    /// How far below zero it may go; `null` is without limit.
    #[schema(value_type = Option<String>, example = "0.00")]
    pub(crate) overdraft_limit: Option<Decimal>,
}

/// The balances of an account, now.
#[derive(Serialize, ToSchema)]
#[schema(as = Balances)]
pub(crate) struct BalancesBody<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// The time that was asked for; `null` is now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) at: Option<Time>,
    /// One per asset.
    pub(crate) balances: Vec<BalanceAtBody<'a>>,
}

/// A balance, now or in the past. Of the past only what was posted and held is known.
#[derive(Serialize, ToSchema)]
#[schema(as = BalanceAt)]
pub(crate) struct BalanceAtBody<'a> {
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// Credits minus debits of everything that was posted.
    #[schema(value_type = String, example = "1000.00")]
    pub(crate) posted: Decimal,
    /// The part of it that is reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "0.00")]
    pub(crate) held: Option<Decimal>,
    /// What may leave now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "1000.00")]
    pub(crate) available: Option<Option<Decimal>>,
    /// How far below zero it may go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "0.00")]
    pub(crate) overdraft_limit: Option<Option<Decimal>>,
}

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountListQuery {
    /// The one with this alias.
    pub(crate) alias: Option<String>,
    /// Those that hold this asset.
    pub(crate) asset: Option<String>,
    /// Those in this part of their life.
    #[param(inline)]
    pub(crate) status: Option<AccountStatusBody>,
    /// Those with this tag.
    pub(crate) tag: Option<String>,
    /// Whether the book's own accounts are listed, too.
    #[serde(default)]
    pub(crate) include_system: bool,
    /// So many at most: 1 to 200, else 50.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
}

/// The account at which time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOfQuery {
    /// As of this time in the past; else now.
    pub(crate) as_of: Option<String>,
}

/// Which balances.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BalancesQuery {
    /// As of this time in the past; else now.
    pub(crate) at: Option<String>,
    /// Of this asset; else of all that the account holds.
    pub(crate) asset: Option<String>,
}
