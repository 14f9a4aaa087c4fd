//! `/v1/approval-policies`

use super::answer::{Answered, json, located, refused};
use super::past::then;
use crate::App;
use crate::app::scope;
use crate::native::error::{Problem, kind_of};
use crate::native::map::Names;
use crate::native::map::names::read_id;
use crate::native::map::policies::{awaited, body, policy};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, PoliciesRead, PoliciesWrite, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{AsOfQuery, EmptyRequest};
use crate::native::wire::policies::{
    AwaitedChangeBody, PolicyBody, PolicyListQuery, PolicyRequest,
};
use crate::native::wire::problem::{NotFound, NotThen, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::policy::{PolicyChange, PolicyEntry};
use giro_ledger::{Action, Event, PolicyId, Rejection};
use giro_service::{Caller, Done, Fingerprint, Service};

/// Add an approval policy
///
/// A book's policies are asked in the order of their ranks, and the first whose conditions hold
/// decides how many must agree to a transfer. If a policy in force asks for approvals, so does
/// this change: it waits for what the strictest of them asks for.
#[utoipa::path(
    post, path = "/v1/approval-policies", tag = "Approval policies",
    request_body = PolicyRequest<'_>, params(super::docs::KeyHeader),
    responses((status = 201, description = "It is in force.", body = PolicyBody<'_>,
               headers(("Location" = String, description = "Its path"))),
              (status = 202, description = "It waits for approval.", body = AwaitedChangeBody<'_>,
               headers(("Location" = String, description = "The path of the approval"))),
              WriteProblems)
)]
pub(super) async fn add_policy(
    State(app): State<App>,
    ask: Writing<PoliciesWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let request: PolicyRequest<'_> = request.parse()?;
    let policy = asked_for(&app, &ask.caller, &request, None)?;
    execute(&app.service, &ask, PolicyChange::Add(policy), request.rank).await
}

fn asked_for(
    app: &App,
    caller: &Caller,
    request: &PolicyRequest<'_>,
    replaced: Option<PolicyId>,
) -> Result<giro_ledger::Policy, Problem> {
    let (state, book) = (app.service.read(), caller.book);
    let names = Names::new(&app.service, &state, book);
    policy(&names, request, replaced)
}

/// Asks for a change, and answers with the policy as it then is, or with the approval that the
/// change waits for.
async fn execute(
    service: &Service,
    ask: &Writing<PoliciesWrite>,
    change: PolicyChange,
    rank: Option<u32>,
) -> Result<Response, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<PoliciesWrite>::CAPABILITY;
    let fingerprint = fingerprint(change.clone(), rank);
    let action = Action::ChangePolicy(Box::new(change));
    let done = service
        .execute_as(&ask.caller, capability, key, fingerprint, action)
        .await;
    let done = done.map_err(refused(service))?;
    Ok(Answered::of(&done).mark(answer(service, &done)))
}

/// Which rank a policy has that says none depends on the others, and must not make two requests
/// of one.
fn fingerprint(mut change: PolicyChange, rank: Option<u32>) -> Fingerprint {
    if let PolicyChange::Add(policy) | PolicyChange::Replace(_, policy) = &mut change {
        policy.rank = rank.unwrap_or(u32::MAX);
    }
    Fingerprint::of(&Action::ChangePolicy(Box::new(change)))
}

fn answer(service: &Service, done: &Done) -> Response {
    let state = service.read();
    let (id, is_new) = match &done.record.event {
        Event::PolicySet(set) => {
            let entry = state.ledger.policy(set.id);
            let entry = entry.expect("policies are never deleted");
            (set.id, entry.added_at == done.record.at)
        }
        Event::ChangeRequested(request) => {
            let awaited = awaited(service, &state, &done.record, request);
            let answer = json(StatusCode::ACCEPTED, &awaited);
            return located(answer, "/v1/approvals", awaited.approval.id);
        }
        other => unreachable!("a policy was asked for, and that led to {other:?}"),
    };
    let entry = state.ledger.policy(id).expect("policies are never deleted");
    let shown = body(service, &state, id, entry);
    match is_new {
        true => located(
            json(StatusCode::CREATED, &shown),
            "/v1/approval-policies",
            service.policy_id(&state, id),
        ),
        false => json(StatusCode::OK, &shown),
    }
}

fn named(app: &App, caller: &Caller, text: &str) -> Result<PolicyId, Problem> {
    let found = read_id(text).and_then(|id| app.service.policy(caller.book, id));
    found.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let policy = PolicyId(0);
    let kind = kind_of(&Rejection::UnknownPolicy { policy });
    Problem::new(kind, "there is no such approval policy in this book")
}

/// Show an approval policy
///
/// Also when it was removed; or as it was at an instant.
#[utoipa::path(
    get, path = "/v1/approval-policies/{id}", tag = "Approval policies",
    params(("id" = String, Path, description = "Its id"), AsOfQuery),
    responses((status = 200, description = "The policy.", body = PolicyBody<'_>), NotFound, ReadProblems)
)]
pub(super) async fn show_policy(
    State(app): State<App>,
    ask: Reading<PoliciesRead, AsOfQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let then = then(&app, ask.caller.book, ask.query.as_of.as_deref()).await?;
    let state = app.service.read();
    let entry = match &then {
        Some(then) => then.policies.get(&id),
        None => state.ledger.policy(id),
    };
    let entry = entry.ok_or_else(unknown)?;
    Ok(json(StatusCode::OK, &body(&app.service, &state, id, entry)))
}

/// List the approval policies
///
/// Those in force, in the order in which they are asked; or as they were at an instant.
#[utoipa::path(
    get, path = "/v1/approval-policies", tag = "Approval policies", params(PolicyListQuery),
    responses((status = 200, description = "A page of policies.", body = Page<PolicyBody<'_>>),
              NotThen, ReadProblems)
)]
pub(super) async fn list_policies(
    State(app): State<App>,
    ask: Reading<PoliciesRead, PolicyListQuery>,
) -> Result<Response, Problem> {
    let book = ask.caller.book;
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(&app.service, book, "approval-policies", &query);
    let from: [u64; 3] = list.read(cursor.as_deref())?.unwrap_or_default();
    let then = then(&app, book, query.as_of.as_deref()).await?;
    let state = app.service.read();
    let all: Vec<(PolicyId, &PolicyEntry)> = match &then {
        Some(then) => then.policies.iter().map(|(id, one)| (*id, one)).collect(),
        None if query.include.is_some() => state.ledger.policies().collect(),
        None => state.ledger.policies_in_force(book).collect(),
    };
    let is_wanted = |id: PolicyId, one: &PolicyEntry| {
        one.book == book
            && (query.include.is_some() || one.removed_at.is_none())
            && place(id, one) >= from
    };
    let wanted = all.into_iter().filter(|(id, one)| is_wanted(*id, one));
    let mut wanted: Vec<_> = wanted.collect();
    wanted.sort_unstable_by_key(|(id, one)| place(*id, one));
    let next = wanted.get(limit).map(|(id, one)| place(*id, one));
    let next_cursor = next.map(|place| list.cursor(&place));
    let items = wanted.into_iter().take(limit);
    let items = items.map(|(id, one)| body(&app.service, &state, id, one));
    let items = items.collect();
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Its place in the list: removed ones after those in force, then by rank, then by age.
fn place(id: PolicyId, entry: &PolicyEntry) -> [u64; 3] {
    let is_removed = entry.removed_at.is_some();
    [is_removed.into(), entry.policy.rank.into(), id.0.into()]
}

/// Replace an approval policy
///
/// As a whole: what is left out is as in a new one, but for the rank. It waits for approval as a
/// new one does.
#[utoipa::path(
    put, path = "/v1/approval-policies/{id}", tag = "Approval policies",
    request_body = PolicyRequest<'_>,
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The policy as it is now.", body = PolicyBody<'_>),
              (status = 202, description = "The change waits for approval.",
               body = AwaitedChangeBody<'_>,
               headers(("Location" = String, description = "The path of the approval"))),
              WriteProblems)
)]
pub(super) async fn replace_policy(
    State(app): State<App>,
    ask: Writing<PoliciesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let request: PolicyRequest<'_> = request.parse()?;
    let policy = asked_for(&app, &ask.caller, &request, Some(id))?;
    let change = PolicyChange::Replace(id, policy);
    execute(&app.service, &ask, change, request.rank).await
}

/// Remove an approval policy
///
/// What waits for its approval goes on waiting. It waits for approval as a new one does.
#[utoipa::path(
    delete, path = "/v1/approval-policies/{id}", tag = "Approval policies",
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The removed policy.", body = PolicyBody<'_>),
              (status = 202, description = "The change waits for approval.",
               body = AwaitedChangeBody<'_>,
               headers(("Location" = String, description = "The path of the approval"))),
              WriteProblems)
)]
pub(super) async fn remove_policy(
    State(app): State<App>,
    ask: Writing<PoliciesWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    execute(&app.service, &ask, PolicyChange::Remove(id), None).await
}
