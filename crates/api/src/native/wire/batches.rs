//! Batches of transfers.

use super::transfers::TransferBody;
use crate::native::error::Problem;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;
use utoipa::{IntoParams, ToSchema};

/// The most transfers in one batch.
pub(crate) const ITEMS_MAX: usize = 10_000;

/// Several transfers at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchRequest<'a> {
    pub(crate) mode: ModeBody,
    #[serde(borrow)]
    pub(crate) transfers: Items<'a>,
}

/// The items as they stand in the source, so that a malformed one does not spoil the others.
#[derive(Default)]
pub(crate) struct Items<'a> {
    /// At most [`ITEMS_MAX`] of them.
    pub(crate) items: Vec<&'a str>,
    /// How many there are.
    pub(crate) count: usize,
}

impl<'a> Items<'a> {
    /// Adds an item, or only counts it if there are too many.
    pub(crate) fn push(&mut self, item: &'a str) {
        self.count = self.count.saturating_add(1);
        if self.items.len() < ITEMS_MAX {
            self.items.push(item);
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Items<'a>, D::Error> {
        struct Sources;
        impl<'de> Visitor<'de> for Sources {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of transfers")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Items::default();
                while items.count < ITEMS_MAX {
                    match seq.next_element::<&RawValue>()? {
                        Some(item) => items.push(item.get()),
                        None => return Ok(items),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    items.count = items.count.saturating_add(1);
                }
                Ok(items)
            }
        }
        from.deserialize_seq(Sources)
    }
}

/// Several transfers at once, for the documentation.
#[derive(ToSchema)]
#[schema(as = BatchRequest)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct BatchRequestSchema {
    /// Whether they stand or fall together.
    mode: ModeBody,
    /// One to 10,000 transfers.
    transfers: Vec<super::transfers::TransferRequest<'static>>,
}

/// How the items of a batch stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BatchMode)]
pub(crate) enum ModeBody {
    /// All or none.
    Atomic,
    /// Each on its own, in order.
    BestEffort,
}

/// The mode of a batch of lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BatchQuery {
    /// For NDJSON only, and compulsory there: JSON has it in the body.
    #[param(inline)]
    pub(crate) mode: Option<ModeBody>,
}

/// What came of one item.
#[derive(Serialize)]
pub(crate) struct ItemResult<'a> {
    pub(crate) index: u32,
    pub(crate) status: ItemStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transfer: Option<TransferBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<&'a Problem>,
}

/// What came of one item, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ItemStatus {
    /// A transfer was made.
    Completed,
    /// Its money is held.
    Held,
    /// It waits for approval.
    AwaitingApproval,
    /// It is made later.
    Scheduled,
    /// The rules said no, and that is on record: the transfer says why.
    Declined,
    /// It makes no sense or names what does not exist; nothing is on record.
    Refused,
}

/// What came of a batch, for the documentation.
#[derive(ToSchema)]
#[schema(as = Batch)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct BatchBodySchema {
    /// Whether the items stood or fell together.
    mode: ModeBody,
    /// How many transfers were made.
    completed: u32,
    /// How many are held.
    held: u32,
    /// How many wait for approval.
    awaiting_approval: u32,
    /// How many are made later.
    scheduled: u32,
    /// How many were declined.
    declined: u32,
    /// How many were refused.
    refused: u32,
    /// What came of each item, in their order.
    results: Vec<ItemResultSchema>,
}

/// What came of one item.
#[derive(ToSchema)]
#[schema(as = BatchItem)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct ItemResultSchema {
    /// Its place in the request, from 0.
    index: u32,
    /// What came of it, in a word.
    status: ItemStatus,
    /// The transfer, if it is on record.
    transfer: Option<TransferBody<'static>>,
    /// Why there is none.
    problem: Option<super::problem::ProblemBody>,
}
