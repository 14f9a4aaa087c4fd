//! Transfer requests as they are asked for.

use super::sent::Sent;
use super::{dollars, find_pocket, json_object, required, text};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::{
    AmountFields, Detail, DetailsFields, ReasonFields, RequestFields, Status, Step, TransferFields,
};
use crate::http::JsonDecimal;
use giro_ledger::text::{Reason, Reference};
use giro_ledger::{AccountId, Amount, Capability, NewTransfer, PrincipalId, Terms, TransferKind};
use giro_service::{Caller, Key, Service, State};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The most characters of a description.
const DESCRIPTION_MAX: usize = 100;
/// The most reviewers of one request.
const REVIEWERS_MAX: usize = 100;

/// A transfer request that is of the documented form.
#[derive(Clone, Debug)]
pub struct Order {
    /// The client's id of it, as it is looked up.
    pub id: String,
    /// The pocket that pays.
    pub origin: String,
    /// The pocket that gets it.
    pub destination: String,
    /// How much; all that is available, if nothing is said.
    pub amount: Option<Amount>,
    /// Whether the holdings move as they are.
    pub in_kind: bool,
    /// What it is about.
    pub description: Option<String>,
    /// Who should review it.
    pub reviewers: Vec<String>,
    /// The request as it was sent.
    pub sent: Sent,
}

/// Reads the body of `POST /api/v1/transfer-requests/`. All that is wrong with it is told.
///
/// # Errors
/// [`Error::Invalid`].
pub fn order(body: &str) -> Result<Order, Error> {
    let fields: RequestFields<'_> = json_object(body)?;
    let mut wrong = Wrong::default();
    let reviewers = wrong.keep(reviewers(fields.reviewers));
    let parts = wrong.keep(parts(fields.transfer));
    let (Some(reviewers), Some(parts)) = (reviewers, parts) else {
        return Err(wrong.into());
    };
    let transfer = required(["body", "transfer"], fields.transfer)?;
    Ok(Order {
        id: parts.id,
        origin: parts.origin,
        destination: parts.destination,
        amount: parts.amount,
        in_kind: parts.in_kind,
        description: parts.description,
        reviewers,
        sent: Sent::new(transfer, fields.reviewers)?,
    })
}

/// What is wrong with a request so far.
#[derive(Default)]
struct Wrong(Vec<Detail>);

impl Wrong {
    fn keep<T>(&mut self, read: Result<T, Error>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(Error::Invalid(details)) => {
                self.0.extend(details);
                None
            }
            Err(_) => None,
        }
    }
}

impl From<Wrong> for Error {
    fn from(Wrong(details): Wrong) -> Error {
        Error::Invalid(details)
    }
}

/// What a transfer consists of.
struct Parts {
    id: String,
    origin: String,
    destination: String,
    amount: Option<Amount>,
    in_kind: bool,
    description: Option<String>,
}

fn parts(field: Option<&RawValue>) -> Result<Parts, Error> {
    let place = ["body", "transfer"];
    let fields: TransferFields<'_> = object(place, required(place, field)?)?;
    let at = |name| ["body", "transfer", name];
    let kind = text(at("type"), required(at("type"), fields.r#type)?)?;
    if kind != "ON_US" {
        return Err(match &*kind {
            "WIRE" | "USDC" => not_served(at("type"), &kind, "ON_US"),
            _ => literal(at("type"), "'ON_US'"),
        });
    }
    let mut wrong = Wrong::default();
    let id = wrong.keep(id(at("id"), fields.id));
    let place = at("origin_pocket_id");
    let origin = wrong.keep(pocket_id(place, fields.origin_pocket_id));
    let amount = wrong.keep(amount(fields.amount));
    let details = wrong.keep(details(fields.details));
    let description = wrong.keep(description(fields.description));
    let end_to_end = fields.end_to_end_identification;
    wrong.keep(super::optional_text(
        at("end_to_end_identification"),
        end_to_end,
    ));
    if let (Some(origin), Some((destination, _))) = (&origin, &details)
        && key_text(origin) == key_text(destination)
    {
        let place = ["body", "transfer", "details", "destination_pocket_id"];
        let why = "Value error, the pockets should not be the same";
        wrong.keep::<()>(Err(Error::invalid(place, "value_error", why)));
    }
    match (wrong.0.is_empty(), id, origin, amount, details, description) {
        (true, Some(id), Some(origin), Some(amount), Some(details), Some(description)) => {
            let (destination, in_kind) = details;
            Ok(Parts {
                id: key_text(&id),
                origin,
                destination,
                amount,
                in_kind,
                description,
            })
        }
        _ => Err(wrong.into()),
    }
}

/// An id of the client's is looked up as the UUID that it is, however that is spelled; any other
/// is looked up as it is.
pub fn key_text(id: &str) -> String {
    // The library also reads braces, a URN, and digits without hyphens.
    let uuid = Some(id).filter(|id| id.len() == uuid::fmt::Hyphenated::LENGTH);
    match uuid.map(Uuid::try_parse) {
        Some(Ok(uuid)) => uuid.hyphenated().to_string(),
        Some(Err(_)) | None => id.to_owned(),
    }
}

/// The client's id of a transfer. One that is no UUID is an id as well.
fn id<const N: usize>(place: [&'static str; N], field: Option<&RawValue>) -> Result<String, Error> {
    let id = text(place, required(place, field)?)?;
    let invalid = |kind, why: &'static str| Err(Error::invalid(place, kind, why));
    match id.len() {
        0 => invalid(
            "string_too_short",
            "String should have at least 1 character",
        ),
        _ if id.len() > Key::MAX_BYTES => {
            invalid("string_too_long", "String should have at most 255 bytes")
        }
        _ if id.chars().any(char::is_control) => invalid(
            "value_error",
            "Value error, an id should have no control characters",
        ),
        _ => Ok(id),
    }
}

/// The id of a pocket: any text. What is the id of none is not found, whatever it looks like.
fn pocket_id<const N: usize>(
    place: [&'static str; N],
    field: Option<&RawValue>,
) -> Result<String, Error> {
    text(place, required(place, field)?)
}

fn amount(field: Option<&RawValue>) -> Result<Option<Amount>, Error> {
    let place = ["body", "transfer", "amount"];
    let fields: AmountFields<'_> = object(place, required(place, field)?)?;
    let place = ["body", "transfer", "amount", "type"];
    let kind = text(place, required(place, fields.r#type)?)?;
    match &*kind {
        "FULL_WITHDRAWAL" => Ok(None),
        "REQUESTED_AMOUNT" => cents(fields.amount_usdc).map(Some),
        _ => Err(literal(place, "'REQUESTED_AMOUNT' or 'FULL_WITHDRAWAL'")),
    }
}

/// So many cents: a whole number, by its digits.
fn cents(field: Option<&RawValue>) -> Result<Amount, Error> {
    let place = ["body", "transfer", "amount", "amount_usdc"];
    let field = required(place, field)?;
    let not_a_number = || Error::invalid(place, "int_type", "Input should be a valid integer");
    let number: JsonDecimal<'_> = serde_json::from_str(field.get()).map_err(|_| not_a_number())?;
    let digits = number.number().ok_or_else(not_a_number)?;
    if digits.starts_with('-') || digits == "0" {
        let why = "Input should be greater than 0";
        return Err(Error::invalid(place, "greater_than", why));
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let why = "Input should be a valid integer, got a number with a fractional part";
        return Err(Error::invalid(place, "int_from_float", why));
    }
    let amount = digits.parse().ok().and_then(Amount::new);
    amount.ok_or_else(|| {
        let why = format!(
            "Input should be less than or equal to {}",
            Amount::MAX.minor()
        );
        Error::invalid(place, "less_than_equal", why)
    })
}

/// Where it goes, and whether the holdings go as they are.
fn details(field: Option<&RawValue>) -> Result<(String, bool), Error> {
    let place = ["body", "transfer", "details"];
    let fields: DetailsFields<'_> = object(place, required(place, field)?)?;
    let at = |name| ["body", "transfer", "details", name];
    let kind = text(at("type"), required(at("type"), fields.r#type)?)?;
    match &*kind {
        "INTERNAL_REALLOCATION" => {}
        "PEER_TO_PEER" => {
            return Err(not_served(at("type"), &kind, "INTERNAL_REALLOCATION"));
        }
        _ => return Err(literal(at("type"), "'INTERNAL_REALLOCATION'")),
    }
    let mut wrong = Wrong::default();
    let place = at("destination_pocket_id");
    let destination = wrong.keep(pocket_id(place, fields.destination_pocket_id));
    let place = at("transfer_type");
    let way = super::optional_text(place, fields.transfer_type);
    let in_kind = wrong.keep(way.and_then(|way| match way.as_deref() {
        None | Some("BANK_TRANSFER") => Ok(false),
        Some("SECURITY_TRANSFER") => Ok(true),
        Some(_) => Err(literal(place, "'BANK_TRANSFER' or 'SECURITY_TRANSFER'")),
    }));
    match (destination, in_kind) {
        (Some(destination), Some(in_kind)) => Ok((destination, in_kind)),
        _ => Err(wrong.into()),
    }
}

fn description(field: Option<&RawValue>) -> Result<Option<String>, Error> {
    let place = ["body", "transfer", "description"];
    let text = super::optional_text(place, field)?;
    match text {
        Some(text) if text.chars().count() > DESCRIPTION_MAX => {
            let why = format!("String should have at most {DESCRIPTION_MAX} characters");
            Err(Error::invalid(place, "string_too_long", why))
        }
        text => Ok(text),
    }
}

fn reviewers(field: Option<&RawValue>) -> Result<Vec<String>, Error> {
    let Some(field) = field else {
        return Ok(Vec::new());
    };
    let not_a_list = |_| {
        let why = "Input should be a valid list";
        Error::invalid(["body", "reviewers"], "list_type", why)
    };
    let items: Vec<&RawValue> = serde_json::from_str(field.get()).map_err(not_a_list)?;
    if items.len() > REVIEWERS_MAX {
        let why = format!("List should have at most {REVIEWERS_MAX} items");
        return Err(Error::invalid(["body", "reviewers"], "too_long", why));
    }
    let read = items.iter().enumerate().map(|(place, item)| {
        let why = "Input should be a valid string";
        let read = serde_json::from_str(item.get());
        read.map_err(|_| reviewer_error(place, "string_type", why))
    });
    read.collect()
}

fn reviewer_error(place: usize, kind: &'static str, why: &'static str) -> Error {
    let mut error = Error::invalid(["body", "reviewers"], kind, why);
    if let Error::Invalid(details) = &mut error {
        let steps = details.iter_mut();
        steps.for_each(|one| one.loc.push(Step::Place(place)));
    }
    error
}

fn object<'a, T: serde::Deserialize<'a>, const N: usize>(
    place: [&'static str; N],
    field: &'a RawValue,
) -> Result<T, Error> {
    let source = field.get();
    let invalid = |why: String| Error::invalid(place, "model_type", why);
    // A struct would also be read from an array, field by field.
    if !source.starts_with('{') {
        return Err(invalid("Input should be a valid object".to_owned()));
    }
    let read = serde_json::from_str(source);
    read.map_err(|why| invalid(format!("Input should be a valid object: {why}")))
}

fn literal<const N: usize>(place: [&'static str; N], expected: &str) -> Error {
    let why = format!("Input should be {expected}");
    Error::invalid(place, "literal_error", why)
}

fn not_served<const N: usize>(place: [&'static str; N], kind: &str, served: &str) -> Error {
    let why = format!("Input should be '{served}': {kind} is not served here");
    Error::invalid(place, "literal_error", why)
}

/// The same as a transfer of the ledger, under dual control.
///
/// # Errors
/// [`Error::NotFound`] for a pocket that the caller does not see, [`Error::Invalid`] for a
/// reviewer that there is not.
pub fn new_transfer(
    service: &Service,
    state: &State,
    caller: &Caller,
    order: &Order,
) -> Result<NewTransfer, Error> {
    let pocket = |id| seen_pocket(service, state, caller, id).ok_or(Error::NotFound("pocket"));
    let (origin, destination) = (pocket(&order.origin)?, pocket(&order.destination)?);
    let asset = dollars(&state.ledger);
    let reviewers = found_reviewers(service, state, caller, &order.reviewers)?;
    let amount = order.amount.unwrap_or(Amount::MAX);
    let simple = NewTransfer::simple(TransferKind::Transfer, origin, destination, asset, amount);
    let about = order.description.as_deref().map(without_controls);
    Ok(NewTransfer {
        reference: about.and_then(|about| Reference::new(about).ok()),
        metadata: order.sent.metadata()?,
        terms: Some(Box::new(Terms {
            at_most: order.amount.is_none().then_some(Amount::MAX),
            reviewers,
            in_kind: order.in_kind,
            dual_control: true,
            ..Terms::default()
        })),
        ..simple
    })
}

/// A pocket that the caller sees, by its id.
pub fn seen_pocket(
    service: &Service,
    state: &State,
    caller: &Caller,
    id: &str,
) -> Option<AccountId> {
    let found = find_pocket(service, state, caller.book, id);
    found.filter(|found| caller.sees(&state.ledger, *found))
}

fn found_reviewers(
    service: &Service,
    state: &State,
    caller: &Caller,
    named: &[String],
) -> Result<Vec<PrincipalId>, Error> {
    let mut found: Vec<PrincipalId> = Vec::new();
    for (place, name) in named.iter().enumerate() {
        let one = reviewer(service, state, caller, name).ok_or_else(|| {
            let why = "Value error, there is no such reviewer";
            reviewer_error(place, "value_error", why)
        })?;
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// Somebody of the book who can still act, by their id or their address. Of several keys of one
/// person, one that may approve.
fn reviewer(service: &Service, state: &State, caller: &Caller, name: &str) -> Option<PrincipalId> {
    let ledger = &state.ledger;
    let is_active = |id: &PrincipalId| {
        let found = ledger.principal(*id);
        found.is_some_and(|one| one.revoked_at.is_none())
    };
    if let Ok(id) = Uuid::try_parse(name) {
        let found = service.find_principal(state, caller.book, id);
        return found.filter(is_active);
    }
    let has_address = |id: &PrincipalId| {
        let email = ledger.principal(*id).and_then(|one| one.email.as_ref());
        email.is_some_and(|email| email.as_str().eq_ignore_ascii_case(name))
    };
    let may_approve = |id: &PrincipalId| {
        let found = ledger.principal(*id);
        found.is_some_and(|one| one.capabilities.contains(Capability::ApprovalsDecide))
    };
    let all = ledger.book(caller.book)?.principals.iter().copied();
    let mut named = all.filter(is_active).filter(has_address).peekable();
    let first = named.peek().copied();
    named.find(may_approve).or(first)
}

/// What can be on a statement.
fn without_controls(text: &str) -> String {
    let plain = |one: char| if one.is_control() { ' ' } else { one };
    text.chars().map(plain).collect()
}

/// Reads the body of a step, which may be absent: why it is taken.
///
/// # Errors
/// [`Error::Invalid`].
pub fn reason(body: &str) -> Result<Option<Reason>, Error> {
    let place = ["body", "reason"];
    let body = match body.trim_ascii() {
        "" | "null" => return Ok(None),
        body => body,
    };
    let fields: ReasonFields<'_> = json_object(body)?;
    let text = super::optional_text(place, fields.reason)?;
    let text = text.map(|text| without_controls(&text));
    let reason = text.filter(|text| !text.is_empty()).map(Reason::new);
    reason.transpose().map_err(|_| {
        let why = format!("String should have at most {} characters", Reason::MAX);
        Error::invalid(place, "string_too_long", why)
    })
}

/// Reads the parameter `status`.
///
/// # Errors
/// [`Error::Invalid`].
pub fn status(word: &str) -> Result<Status, Error> {
    let found = Status::ALL.into_iter().find(|one| one.name() == word);
    found.ok_or_else(|| {
        let names = Status::ALL.map(|one| format!("'{}'", one.name()));
        let why = format!("Input should be one of {}", names.join(", "));
        Error::invalid(["query", "status"], "enum", why)
    })
}
