//! `/v1/transfers/batch`

use super::answer::{Answered, blocking, json_bytes, refused};
use crate::App;
use crate::app::scope;
use crate::http::body::{BATCH_BYTES_MAX, text};
use crate::http::read_body;
use crate::native::error::{Kind, Member, Problem};
use crate::native::map::batches::{Counts, Outcome, Parsed, culprit, outcome, parse};
use crate::native::request::{MediaType, TransfersWrite, Writing, media_type, unsupported};
use crate::native::wire::Object;
use crate::native::wire::batches::{
    BatchBodySchema, BatchQuery, BatchRequest, BatchRequestSchema, ITEMS_MAX, Items, ModeBody,
};
use crate::native::wire::problem::WriteProblems;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use giro_ledger::BookId;
use giro_service::{BatchMode, Caller, ItemDone, Service, ServiceError};
use serde_json::value::RawValue;

/// Malformed items that a problem shows.
const PROBLEMS_MAX: usize = 20;

/// Make several transfers
///
/// One to 10,000 of them under one key, as JSON or as one JSON object per line
/// (`application/x-ndjson`). Atomic: all are made, or none and the answer is a problem. Best
/// effort: each on its own, in order, and the answer says what came of each.
#[utoipa::path(
    post, path = "/v1/transfers/batch", tag = "Transfers",
    request_body(content(
        (BatchRequestSchema = "application/json"), (String = "application/x-ndjson"))),
    params(BatchQuery, super::docs::KeyHeader),
    responses((status = 200, description = "What came of each item, in order.", body = BatchBodySchema),
              WriteProblems)
)]
pub(super) async fn make_batch(
    State(app): State<App>,
    ask: Writing<TransfersWrite, BatchQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let (book, mode) = (ask.caller.book, ask.query.mode);
    let media_type = media_type(request.headers());
    if media_type == MediaType::Other {
        return Err(unsupported("application/json or application/x-ndjson"));
    }
    let body = read_body(request.into_body(), BATCH_BYTES_MAX).await?;
    let read = blocking(&app.service, move |service| {
        read(service, book, media_type, mode, &body)
    });
    let (
        mode,
        Parsed {
            transfers,
            problems,
        },
    ) = read.await?;
    let batch_mode = match mode {
        ModeBody::Atomic => BatchMode::Atomic,
        ModeBody::BestEffort => BatchMode::BestEffort,
    };
    let key = ask.key.within(scope::NATIVE);
    let items = app
        .service
        .execute_batch(&ask.caller, key, batch_mode, transfers)
        .await;
    let items = items.map_err(refused(&app.service))?;
    let caller = ask.caller;
    blocking(&app.service, move |service| {
        answer(service, &caller, mode, items, &problems)
    })
    .await
}

/// Reads the whole batch, as far as it makes sense.
fn read(
    service: &Service,
    book: BookId,
    media_type: MediaType,
    mode: Option<ModeBody>,
    body: &Bytes,
) -> Result<(ModeBody, Parsed), Problem> {
    let body = text(body)?;
    let (mode, items) = match media_type {
        MediaType::NdJson => (mode.ok_or_else(mode_missing)?, lines(body)),
        MediaType::Json | MediaType::Other => {
            if mode.is_some() {
                let why = "is in the body where that is JSON, not in the query";
                return Err(Problem::of_field(Kind::QUERY_INVALID, "mode", why));
            }
            let Object(batch): Object<BatchRequest<'_>> = serde_json::from_str(body)?;
            (batch.mode, batch.transfers)
        }
    };
    if items.count == 0 {
        return Err(Problem::new(
            Kind::BATCH_EMPTY,
            "there is no transfer in the batch",
        ));
    }
    if items.count > ITEMS_MAX {
        let detail = format!(
            "a batch has at most {ITEMS_MAX} transfers, not {}",
            items.count
        );
        let max = u64::try_from(ITEMS_MAX).unwrap_or(u64::MAX);
        return Err(
            Problem::new(Kind::BATCH_TOO_LARGE, detail).with("items_max", Member::Number(max))
        );
    }
    let parsed = parse(service, book, &items);
    if mode == ModeBody::Atomic && !parsed.problems.is_empty() {
        return Err(malformed(&parsed));
    }
    Ok((mode, parsed))
}

fn mode_missing() -> Problem {
    let why = "must be atomic or best_effort: POST /v1/transfers/batch?mode=atomic";
    Problem::of_field(Kind::QUERY_INVALID, "mode", why)
}

/// The lines of NDJSON, without the empty ones.
fn lines(body: &str) -> Items<'_> {
    let mut items = Items::default();
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        items.push(line);
    }
    items
}

/// The problem of an atomic batch that has malformed items.
fn malformed(parsed: &Parsed) -> Problem {
    #[derive(serde::Serialize)]
    struct Item<'a> {
        index: u32,
        problem: &'a Problem,
    }
    let shown = parsed.problems.iter().take(PROBLEMS_MAX);
    let shown: Vec<Item<'_>> = shown
        .map(|(index, problem)| Item {
            index: *index,
            problem,
        })
        .collect();
    let count = parsed.problems.len();
    let detail = format!(
        "{count} of {} items are malformed; nothing was done",
        parsed.transfers.len()
    );
    let items = serde_json::value::to_raw_value(&shown).expect("problems are plain data");
    Problem::new(Kind::BATCH_INVALID, detail)
        .with(
            "malformed",
            Member::Number(u64::try_from(count).unwrap_or(u64::MAX)),
        )
        .with("items", Member::Json(items))
}

/// What came of the batch.
fn answer(
    service: &Service,
    caller: &Caller,
    mode: ModeBody,
    mut items: Vec<ItemDone>,
    problems: &[(u32, Problem)],
) -> Result<Response, Problem> {
    if mode == ModeBody::Atomic {
        let is_conflict = |item: &ItemDone| matches!(item, Err(ServiceError::KeyConflict { .. }));
        if let Some(place) = items.iter().position(is_conflict)
            && let Err(conflict) = items.swap_remove(place)
        {
            return Err(Problem::of_service(service, &conflict));
        }
    }
    let Outcome {
        counts,
        results,
        is_replay,
    } = outcome(service, caller, &items, problems);
    let Counts {
        completed,
        held,
        awaiting_approval,
        scheduled,
        declined,
        refused,
    } = counts;
    let answered = if is_replay {
        Answered::Again
    } else {
        Answered::First
    };
    let nothing = completed == 0 && held == 0 && awaiting_approval == 0 && scheduled == 0;
    if mode == ModeBody::Atomic && nothing {
        return Ok(answered.mark(refused_whole(&items, results).into_response()));
    }
    let mode = match mode {
        ModeBody::Atomic => "atomic",
        ModeBody::BestEffort => "best_effort",
    };
    let counted = format!(
        r#"{{"mode":"{mode}","completed":{completed},"held":{held},"awaiting_approval":{awaiting_approval},"#
    );
    let rest =
        format!(r#""scheduled":{scheduled},"declined":{declined},"refused":{refused},"results":"#);
    let mut body = [counted, rest].concat().into_bytes();
    body.reserve_exact(results.len().saturating_add(1));
    body.extend(results);
    body.push(b'}');
    Ok(answered.mark(json_bytes(StatusCode::OK, body)))
}

/// The problem of an atomic batch in which one item was refused.
fn refused_whole(items: &[ItemDone], results: Vec<u8>) -> Problem {
    let item = culprit(items).unwrap_or_default();
    let detail = format!("item {item} was refused, so nothing was done");
    let results = String::from_utf8(results).expect("JSON is UTF-8");
    let results = RawValue::from_string(results).expect("just written as JSON");
    Problem::new(Kind::BATCH_REFUSED, detail)
        .with("item", Member::Number(item.into()))
        .with("results", Member::Json(results))
}
