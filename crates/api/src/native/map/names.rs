//! From texts to accounts, assets, amounts and times.

use crate::http::{JsonDecimal, time};
use crate::native::error::{Kind, Member, Problem, kind_of};
use crate::native::wire::{JsonText, MetadataText};
use giro_ledger::amount::AmountError;
use giro_ledger::text::{Alias, Email, MetadataKey, MetadataValue, Text};
use giro_ledger::{
    AccountId, Amount, Asset, AssetId, BookId, Capability, Instrument, Metadata, Principal,
    PrincipalId, Rejection, Tag, Tags, Timestamp,
};
use giro_service::{Caller, Service, State};
use std::fmt;
use uuid::Uuid;

/// What an account's alias is marked with, where its id could stand as well.
const ALIAS: &str = "alias:";

/// Where in the request a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field {
    /// A field of the request itself.
    Top(&'static str),
    /// A field of an item in a list.
    Item(&'static str, usize, &'static str),
    /// An item in a list, itself.
    Entry(&'static str, usize),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Top(name) => f.write_str(name),
            Field::Item(list, place, name) => write!(f, "{list}[{place}].{name}"),
            Field::Entry(list, place) => write!(f, "{list}[{place}]"),
        }
    }
}

/// Finds what a book's callers name.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) service: &'a Service,
    pub(crate) state: &'a State,
    pub(crate) book: BookId,
}

impl<'a> Names<'a> {
    /// What callers of `book` name, as it is in `state`.
    pub(crate) fn new(service: &'a Service, state: &'a State, book: BookId) -> Names<'a> {
        Names {
            service,
            state,
            book,
        }
    }

    /// The account of an id or `alias:…`. One of another book is unknown.
    pub(crate) fn account(&self, field: Field, text: &str) -> Result<AccountId, Problem> {
        let found = match text.strip_prefix(ALIAS) {
            Some(alias) => Alias::new(alias)
                .ok()
                .and_then(|alias| self.state.ledger.account_by_alias(self.book, &alias)),
            None => {
                read_id(text).and_then(|id| self.service.find_account(self.state, self.book, id))
            }
        };
        found.ok_or_else(|| unknown_account(field, text))
    }

    /// The same, of those that a caller sees: what they do not see does not exist for them.
    pub(crate) fn seen_account(
        &self,
        caller: &Caller,
        field: Field,
        text: &str,
    ) -> Result<AccountId, Problem> {
        match self.account(field, text)? {
            account if caller.sees(&self.state.ledger, account) => Ok(account),
            _ => Err(unknown_account(field, text)),
        }
    }

    /// The key of an id, or one with that address: of several, one that can approve.
    pub(crate) fn principal(&self, field: Field, text: &str) -> Result<PrincipalId, Problem> {
        let found = match read_id(text) {
            Some(id) => self.service.find_principal(self.state, self.book, id),
            None => self.principal_of_email(text),
        };
        found.ok_or_else(|| {
            let why = format!("is no key of this book: {}", shown(text));
            let principal = PrincipalId(0);
            Problem::of_field(
                kind_of(&Rejection::UnknownPrincipal { principal }),
                &field.to_string(),
                why,
            )
            .with("key", Member::Text(shown(text)))
        })
    }

    fn principal_of_email(&self, email: &str) -> Option<PrincipalId> {
        let ledger = &self.state.ledger;
        let ids = ledger.book(self.book)?.principals.iter();
        let of_email = ids.filter_map(|id| Some((*id, ledger.principal(*id)?)));
        let is_of = |one: &Principal| {
            let own = one.email.as_ref();
            own.is_some_and(|own| own.as_str().eq_ignore_ascii_case(email))
        };
        let of_email = of_email.filter(|(_, one)| one.revoked_at.is_none() && is_of(one));
        let cannot_approve =
            |one: &Principal| !one.capabilities.contains(Capability::ApprovalsDecide);
        let best = of_email.min_by_key(|(_, one)| cannot_approve(one));
        best.map(|(id, _)| id)
    }

    /// The instrument of a code. One of another book is unknown, and so is what is none.
    pub(crate) fn instrument(
        &self,
        field: Field,
        code: &str,
    ) -> Result<(AssetId, &'a Instrument), Problem> {
        let ledger = &self.state.ledger;
        let asset = ledger.asset_in(self.book, code);
        let found = asset.and_then(|(id, _)| Some((id, ledger.instrument((self.book, id))?)));
        found.ok_or_else(|| {
            let why = format!("is no instrument of this book: {}", shown(code));
            let instrument = AssetId(0);
            let kind = kind_of(&Rejection::UnknownInstrument { instrument });
            let problem = Problem::of_field(kind, &field.to_string(), why);
            problem.with("instrument", Member::Text(shown(code)))
        })
    }

    /// The asset of a code. An instrument of another book is unknown.
    pub(crate) fn asset(&self, field: Field, code: &str) -> Result<(AssetId, &'a Asset), Problem> {
        self.state.ledger.asset_in(self.book, code).ok_or_else(|| {
            let why = format!("is no asset known here: {}", shown(code));
            let asset = AssetId(0);
            Problem::of_field(
                kind_of(&Rejection::UnknownAsset { asset }),
                &field.to_string(),
                why,
            )
            .with("asset", Member::Text(shown(code)))
        })
    }
}

fn unknown_account(field: Field, text: &str) -> Problem {
    let why = format!("is no account of this book: {}", shown(text));
    let account = AccountId(0);
    let kind = kind_of(&Rejection::UnknownAccount { account });
    let problem = Problem::of_field(kind, &field.to_string(), why);
    problem.with("account", Member::Text(shown(text)))
}

/// An id in the usual form with hyphens, and in no other.
pub(crate) fn read_id(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// The beginning of a text that may be anything, for a message.
fn shown(text: &str) -> String {
    let plain = text.chars().filter(|character| !character.is_control());
    plain.take(64).collect()
}

/// An amount, from a JSON string.
pub(crate) fn amount(field: Field, json: JsonDecimal<'_>, decimals: u8) -> Result<Amount, Problem> {
    let Some(text) = json.text() else {
        let why = "must be written as a JSON string such as \"120.00\"";
        return Err(Problem::of_field(
            Kind::AMOUNT_NOT_TEXT,
            &field.to_string(),
            why,
        ));
    };
    Amount::parse(&text, decimals).map_err(|error| {
        let kind = match error {
            AmountError::Malformed => Kind::AMOUNT_MALFORMED,
            AmountError::Exponent => Kind::AMOUNT_EXPONENT,
            AmountError::Negative => Kind::AMOUNT_NEGATIVE,
            AmountError::TooManyDecimals { .. } => Kind::AMOUNT_DECIMALS,
            AmountError::TooLarge => kind_of(&Rejection::AmountTooLarge),
        };
        Problem::of_field(kind, &field.to_string(), error)
    })
}

/// A bounded text.
pub(crate) fn bounded<const MAX: usize>(
    field: Field,
    text: &JsonText<'_>,
) -> Result<Text<MAX>, Problem> {
    Text::new(text.as_str())
        .map_err(|error| Problem::of_field(Kind::TEXT_INVALID, &field.to_string(), error))
}

/// A bounded text that may be left out.
pub(crate) fn bounded_if_any<const MAX: usize>(
    field: Field,
    text: Option<&JsonText<'_>>,
) -> Result<Option<Text<MAX>>, Problem> {
    text.map(|text| bounded(field, text)).transpose()
}

/// Key-value pairs.
pub(crate) fn metadata(pairs: Option<&MetadataText<'_>>) -> Result<Metadata, Problem> {
    let Some(MetadataText(pairs)) = pairs else {
        return Ok(Metadata::default());
    };
    let invalid = |why: String| Problem::of_field(Kind::METADATA_INVALID, "metadata", why);
    let mut entries = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let key_text = MetadataKey::new(key.as_str())
            .map_err(|error| invalid(format!("has a key that {error}")))?;
        let value = MetadataValue::new(value.as_str())
            .map_err(|error| invalid(format!("has a value, of {key_text}, that {error}")))?;
        entries.push((key_text, value));
    }
    Metadata::new(entries).ok_or_else(|| {
        let max = Metadata::MAX_ENTRIES;
        invalid(format!("has more than {max} entries, or a key twice"))
    })
}

/// Tags, each of them once.
pub(crate) fn tags(list: &'static str, texts: &[JsonText<'_>]) -> Result<Tags, Problem> {
    let texts = texts.iter().enumerate();
    let tags = texts.map(|(place, text)| bounded(Field::Entry(list, place), text));
    let tags: Vec<Tag> = tags.collect::<Result<_, _>>()?;
    Tags::new(tags).ok_or_else(|| {
        let why = format!("has more than {} tags, or one twice", Tags::MAX);
        Problem::of_field(Kind::TEXT_INVALID, list, why)
    })
}

/// A person's address in lower case: however it is written, it is the same person's.
pub(crate) fn email(text: &JsonText<'_>) -> Result<Email, Problem> {
    let invalid = |why: &dyn fmt::Display| Problem::of_field(Kind::TEXT_INVALID, "email", why);
    let address = text.as_str();
    let parts = address.split_once('@');
    let has_form = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if !has_form || address.contains(char::is_whitespace) {
        return Err(invalid(&"is no e-mail address such as ada@example.com"));
    }
    Email::new(address.to_lowercase()).map_err(|error| invalid(&error))
}

/// A time or a date in a query.
pub(crate) fn instant(
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<Timestamp>, Problem> {
    let read = |text| {
        time::parse_time_or_date(text).map_err(|_| {
            let why = "is no time of RFC 3339 such as 2026-11-21T09:30:00Z, nor a date";
            Problem::of_field(Kind::TIME_INVALID, field, why)
        })
    };
    text.map(read).transpose()
}

/// Checks that a period does not end before it begins.
pub(crate) fn period(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<(), Problem> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            let why = "is after the end of the period";
            Err(Problem::of_field(Kind::TIME_RANGE_INVALID, "from", why))
        }
        _ => Ok(()),
    }
}
