//! Batches: the items that are asked for, and what came of them.

use super::{Names, transfers};
use crate::native::error::{Problem, kind_of};
use crate::native::request::read_json;
use crate::native::wire::Object;
use crate::native::wire::batches::{ItemResult, ItemStatus, Items};
use crate::native::wire::transfers::TransferRequest;
use giro_ledger::{BookId, Legs, Metadata, NewTransfer, TransferKind, TransferStatus};
use giro_service::{Caller, Done, ItemDone, Service, ServiceError};

/// The items of a batch, as far as they make sense.
#[derive(Default)]
pub(crate) struct Parsed {
    /// One transfer per item. A malformed item stands as a transfer without legs, which the rules
    /// refuse without a record, so that every other item keeps its position and its key.
    pub(crate) transfers: Vec<NewTransfer>,
    /// The malformed ones, by their position, in order.
    pub(crate) problems: Vec<(u32, Problem)>,
}

/// Reads the items of a batch.
pub(crate) fn parse(service: &Service, book: BookId, items: &Items<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    parsed.transfers.reserve(items.items.len());
    for (position, source) in (0_u32..).zip(&items.items) {
        match item(service, book, source) {
            Ok(transfer) => parsed.transfers.push(transfer),
            Err(problem) => {
                parsed.problems.push((position, problem));
                parsed.transfers.push(nothing());
            }
        }
    }
    parsed
}

/// Reads one item. The state is let go after each, since the writer may be waiting for it.
fn item(service: &Service, book: BookId, source: &str) -> Result<NewTransfer, Problem> {
    let Object(request): Object<TransferRequest<'_>> = read_json(source)?;
    let state = service.read();
    let names = Names::new(service, &state, book);
    transfers::transfer(&names, &request)
}

fn nothing() -> NewTransfer {
    NewTransfer {
        kind: TransferKind::Transfer,
        legs: Legs::new(),
        reference: None,
        metadata: Metadata::default(),
        terms: None,
    }
}

/// How many items came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) completed: u32,
    pub(crate) held: u32,
    pub(crate) awaiting_approval: u32,
    pub(crate) scheduled: u32,
    pub(crate) declined: u32,
    pub(crate) refused: u32,
}

impl Counts {
    fn add(&mut self, status: ItemStatus) {
        *match status {
            ItemStatus::Completed => &mut self.completed,
            ItemStatus::Held => &mut self.held,
            ItemStatus::AwaitingApproval => &mut self.awaiting_approval,
            ItemStatus::Scheduled => &mut self.scheduled,
            ItemStatus::Declined => &mut self.declined,
            ItemStatus::Refused => &mut self.refused,
        } += 1;
    }
}

/// What came of every item.
pub(crate) struct Outcome {
    /// How many transfers were made, and so on.
    pub(crate) counts: Counts,
    /// The results as a JSON array.
    pub(crate) results: Vec<u8>,
    /// Whether nothing is new in them.
    pub(crate) is_replay: bool,
}

/// Bytes of an item's result, about: enough for two postings.
const RESULT_BYTES: usize = 1_280;

/// Writes what came of every item, in order.
pub(crate) fn outcome(
    service: &Service,
    caller: &Caller,
    items: &[ItemDone],
    malformed: &[(u32, Problem)],
) -> Outcome {
    let mut results = Vec::with_capacity(items.len().saturating_mul(RESULT_BYTES));
    let mut counts = Counts::default();
    let mut malformed = malformed.iter().peekable();
    results.push(b'[');
    for (index, item) in (0_u32..).zip(items) {
        if index > 0 {
            results.push(b',');
        }
        let own = malformed.next_if(|(position, _)| *position == index);
        let status = match (own, item) {
            (Some((_, problem)), _) => write_refused(&mut results, index, problem),
            (None, Ok(done)) => write_done(&mut results, index, service, caller, done),
            (None, Err(error)) => {
                let problem = Problem::seen_by(service, caller, error);
                write_refused(&mut results, index, &problem)
            }
        };
        counts.add(status);
    }
    results.push(b']');
    let mut done = items
        .iter()
        .filter_map(|item| item.as_ref().ok())
        .peekable();
    let is_replay = done.peek().is_some() && done.all(|done| done.is_replay);
    Outcome {
        counts,
        results,
        is_replay,
    }
}

fn write_done(
    into: &mut Vec<u8>,
    index: u32,
    service: &Service,
    caller: &Caller,
    done: &Done,
) -> ItemStatus {
    let state = service.read();
    let status = match &transfers::transfer_in(&done.record).status {
        TransferStatus::Completed => ItemStatus::Completed,
        TransferStatus::Declined(_) => ItemStatus::Declined,
        TransferStatus::AwaitingApproval(_) => ItemStatus::AwaitingApproval,
        TransferStatus::Held { .. } => ItemStatus::Held,
        TransferStatus::Scheduled { .. } => ItemStatus::Scheduled,
    };
    let transfer = Some(transfers::body(service, &state, caller, &done.record));
    write(
        into,
        &ItemResult {
            index,
            status,
            transfer,
            problem: None,
        },
    );
    status
}

fn write_refused(into: &mut Vec<u8>, index: u32, problem: &Problem) -> ItemStatus {
    let (status, transfer, problem) = (ItemStatus::Refused, None, Some(problem));
    write(
        into,
        &ItemResult {
            index,
            status,
            transfer,
            problem,
        },
    );
    status
}

fn write(into: &mut Vec<u8>, result: &ItemResult<'_>) {
    serde_json::to_writer(into, result).expect("results are plain data, and memory takes them");
}

/// The position of the item because of which a whole batch was refused.
pub(crate) fn culprit(items: &[ItemDone]) -> Option<u32> {
    let is_culprit = |item: &ItemDone| {
        let why = match item {
            Ok(done) => match &transfers::transfer_in(&done.record).status {
                TransferStatus::Declined(why) => why,
                TransferStatus::Completed
                | TransferStatus::AwaitingApproval(_)
                | TransferStatus::Held { .. }
                | TransferStatus::Scheduled { .. } => return false,
            },
            Err(ServiceError::Rejected(why)) => why,
            Err(_) => return true,
        };
        let aborted = giro_ledger::Rejection::BatchAborted { item: 0 };
        kind_of(why) != kind_of(&aborted)
    };
    let position = items.iter().position(is_culprit)?;
    u32::try_from(position).ok()
}
