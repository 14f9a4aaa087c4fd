//! Beneficiaries: accounts that take any asset. What is said of whoever it is, is kept with the account.

use super::fields::{json_object, text, time};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::{
    Address, AddressFields, Beneficiary, BeneficiaryFields, BeneficiaryType, Business, PartyFields,
    Person,
};
use crate::http::time::parse_date;
use giro_ledger::action::NewAccount;
use giro_ledger::text::{Alias, Metadata, MetadataKey, MetadataValue, Name};
use giro_ledger::{Account, AccountStatus, Tags, Timestamp};
use serde_json::value::RawValue;
use uuid::Uuid;

/// What the names of entries begin with.
const PREFIX: &str = "caliza.";
const TYPE: &str = "type";
const ID: &str = "integratorBeneficiaryId";

/// What a field has to look like.
#[derive(Clone, Copy)]
enum Shape {
    /// A text of so many characters at most.
    Text(usize),
    Date,
    Country,
    Email,
    Phone,
}

impl Shape {
    fn check(self, text: &str) -> Result<(), String> {
        let (is_it, what) = match self {
            Shape::Text(max) => {
                let is_short = text.chars().count() <= max;
                (is_short, format!("must have {max} characters at most"))
            }
            Shape::Date => (
                parse_date(text).is_ok(),
                "must be a date such as 1985-11-20".to_owned(),
            ),
            Shape::Country => {
                let is_code = text.len() == 2 && text.bytes().all(|one| one.is_ascii_alphabetic());
                (is_code, "must be a country code of 2 letters".to_owned())
            }
            Shape::Email => (is_email(text), "must be an e-mail address".to_owned()),
            Shape::Phone => {
                let digits = text.strip_prefix('+').unwrap_or_default();
                let is_number = digits.bytes().all(|one| one.is_ascii_digit());
                let is_phone = is_number && (6..=20).contains(&digits.len());
                (is_phone, "must be + and 6 to 20 digits".to_owned())
            }
        };
        match is_it && !text.chars().any(char::is_control) {
            true => Ok(()),
            false if is_it => Err("must not contain control characters".to_owned()),
            false => Err(what),
        }
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_plain = |part: &str| {
        let is_odd = |one: char| one.is_whitespace() || one == '@';
        !part.is_empty() && !part.contains(is_odd)
    };
    text.len() <= 254 && parts.is_some_and(|(name, host)| is_plain(name) && is_plain(host))
}

/// What is kept of a beneficiary, and what is wrong with what was said of it.
#[derive(Default)]
struct Reader {
    kept: Vec<(MetadataKey, MetadataValue)>,
    wrong: Vec<String>,
    /// Something in it is none of what there is, in its own words.
    unknown: Option<Error>,
}

impl Reader {
    /// Keeps a field that may be absent. An empty one says nothing.
    fn may(&mut self, name: &str, field: Option<&RawValue>, shape: Shape) -> Option<String> {
        let read = text(name, field?);
        let text = match read {
            Ok(text) if text.is_empty() => return None,
            Ok(text) => text,
            Err(_) => return self.wrong(format!("{name}: must be a string")),
        };
        if let Err(why) = shape.check(&text) {
            return self.wrong(format!("{name}: {why}"));
        }
        self.keep(name, &text);
        Some(text)
    }

    /// Keeps a field that must be there.
    fn must(&mut self, name: &str, field: Option<&RawValue>, shape: Shape) -> Option<String> {
        let before = self.wrong.len();
        let read = self.may(name, field, shape);
        if read.is_none() && self.wrong.len() == before {
            return self.wrong(format!("{name}: must not be blank"));
        }
        read
    }

    fn wrong(&mut self, what: String) -> Option<String> {
        self.wrong.push(what);
        None
    }

    fn keep(&mut self, name: &str, text: &str) {
        let key = MetadataKey::new(format!("{PREFIX}{name}")).expect("names here are short");
        let value = MetadataValue::new(text).expect("it was checked to be short and plain");
        self.kept.push((key, value));
    }

    fn person(&mut self, fields: &PartyFields<'_>) -> Option<String> {
        let first = self.must("person.firstName", fields.first_name, Shape::Text(100));
        let last = self.must("person.lastName", fields.last_name, Shape::Text(100));
        self.may("person.dateOfBirth", fields.date_of_birth, Shape::Date);
        self.may("person.citizenship", fields.citizenship, Shape::Country);
        self.may("person.idNumber", fields.id_number, Shape::Text(100));
        self.reached("person", fields);
        Some(format!("{} {}", first?, last?))
    }

    fn business(&mut self, fields: &PartyFields<'_>) -> Option<String> {
        let name = self.must("business.name", fields.name, Shape::Text(100));
        self.may("business.taxId", fields.tax_id, Shape::Text(100));
        self.reached("business", fields);
        name
    }

    /// How somebody is reached.
    fn reached(&mut self, who: &str, fields: &PartyFields<'_>) {
        self.may(&format!("{who}.email"), fields.email, Shape::Email);
        self.may(
            &format!("{who}.phoneNumber"),
            fields.phone_number,
            Shape::Phone,
        );
        let Some(address) = fields.address else {
            return;
        };
        let Ok(address) = json_object::<AddressFields<'_>>(address.get()) else {
            let why = "must be an object, and have each field once";
            self.wrong(format!("{who}.address: {why}"));
            return;
        };
        let name = |part: &str| format!("{who}.address.{part}");
        self.may(&name("streetOne"), address.street_one, Shape::Text(100));
        self.may(&name("streetTwo"), address.street_two, Shape::Text(100));
        self.may(&name("city"), address.city, Shape::Text(100));
        self.may(&name("zipcode"), address.zipcode, Shape::Text(20));
        self.may(&name("state"), address.state, Shape::Text(3));
        self.may(&name("country"), address.country, Shape::Country);
    }

    /// Whom it is about, by name.
    fn party(&mut self, kind: BeneficiaryType, fields: &BeneficiaryFields<'_>) -> Option<String> {
        let (who, field) = match (kind, fields.business) {
            (BeneficiaryType::Business, Some(business)) => ("business", Some(business)),
            (BeneficiaryType::Business | BeneficiaryType::Individual, _) => {
                ("person", fields.person)
            }
        };
        let Some(field) = field else {
            return self.wrong(format!("{who}: must not be null"));
        };
        let Ok(party) = json_object::<PartyFields<'_>>(field.get()) else {
            return self.wrong(format!(
                "{who}: must be an object, and have each field once"
            ));
        };
        match who {
            "business" => self.business(&party),
            _ => self.person(&party),
        }
    }

    fn kind(&mut self, field: Option<&RawValue>) -> Option<BeneficiaryType> {
        let Some(field) = field else {
            self.wrong(format!("{TYPE}: must not be null"));
            return None;
        };
        let Ok(text) = text(TYPE, field) else {
            self.wrong(format!("{TYPE}: must be a string"));
            return None;
        };
        let mut all = BeneficiaryType::ALL.into_iter();
        let found = all.find(|kind| kind.name() == text);
        match found {
            Some(found) => self.keep(TYPE, found.name()),
            None => {
                let why = "type must be INDIVIDUAL or BUSINESS";
                self.unknown = Some(Error::bad("validation.invalid_enum_value", why));
            }
        }
        found
    }

    /// What is to be kept, if all of it fits. What does not fit its form comes before what does not
    /// exist.
    fn checked(self) -> Result<Metadata, Error> {
        match (self.wrong.is_empty(), self.unknown) {
            (false, _) => Err(Error::Misfit(self.wrong)),
            (true, Some(unknown)) => Err(unknown),
            (true, None) => Ok(Metadata::new(self.kept).expect("few entries, and none twice")),
        }
    }
}

/// Reads the body of `POST /beneficiaries`: the command that opens the account.
///
/// # Errors
/// [`Error::Misfit`] with everything that is wrong, or that there is no such type.
pub fn new_beneficiary(body: &str) -> Result<NewAccount, Error> {
    let fields: BeneficiaryFields<'_> = json_object(body)?;
    let mut reader = Reader::default();
    let id = reader.must(
        ID,
        fields.integrator_beneficiary_id,
        Shape::Text(Alias::MAX),
    );
    // The id is the alias of the account, which is unique.
    reader.kept.clear();
    let kind = reader.kind(fields.kind);
    let name = kind.and_then(|kind| reader.party(kind, &fields));
    let metadata = reader.checked()?;
    let (id, name) = id.zip(name).expect("what is missing was complained of");
    Ok(NewAccount {
        name: Name::new(shortened(&name)).expect("it is plain, and short by now"),
        alias: Some(Alias::new(id).expect("it was checked to be short and plain")),
        metadata,
        tags: Tags::default(),
        holdings: Vec::new(),
        holds_any_asset: true,
    })
}

fn shortened(name: &str) -> String {
    name.chars().take(Name::MAX).collect()
}

/// A beneficiary as it is kept, now or at some time.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    /// The caller's own id for it.
    pub alias: Option<&'a Alias>,
    /// What was said of it.
    pub metadata: &'a Metadata,
    /// Whether it is enabled.
    pub active: bool,
    /// When it was created.
    pub opened_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl<'a> Kept<'a> {
    /// An account as it is now.
    pub fn of(account: &'a Account) -> Kept<'a> {
        Kept {
            alias: account.profile.alias.as_ref(),
            metadata: &account.profile.metadata,
            active: account.status == AccountStatus::Open,
            opened_at: account.opened_at,
            updated_at: account.updated_at,
        }
    }

    /// An account as it was when it was opened.
    pub fn opened(new: &'a NewAccount, at: Timestamp) -> Kept<'a> {
        Kept {
            alias: new.alias.as_ref(),
            metadata: &new.metadata,
            active: true,
            opened_at: at,
            updated_at: at,
        }
    }

    fn find(self, who: &str, name: &str) -> Option<String> {
        let is_it = |key: &str| {
            let rest = key.strip_prefix(PREFIX);
            let rest = rest.and_then(|rest| rest.strip_prefix(who)?.strip_prefix('.'));
            rest == Some(name)
        };
        let mut entries = self.metadata.iter();
        let (_, value) = entries.find(|(key, _)| is_it(key))?;
        Some(value.to_owned())
    }

    fn kind(self) -> BeneficiaryType {
        let mut entries = self.metadata.iter();
        let kept = entries.find(|(key, _)| key.strip_prefix(PREFIX) == Some(TYPE));
        let mut all = BeneficiaryType::ALL.into_iter();
        let found = kept.and_then(|(_, name)| all.find(|kind| kind.name() == name));
        found.unwrap_or(BeneficiaryType::Individual)
    }

    fn person(self) -> Option<Person> {
        let find = |name| self.find("person", name);
        Some(Person {
            first_name: find("firstName")?,
            last_name: find("lastName")?,
            date_of_birth: find("dateOfBirth"),
            citizenship: find("citizenship"),
            id_number: find("idNumber"),
            email: find("email"),
            phone_number: find("phoneNumber"),
            address: self.address("person.address"),
        })
    }

    fn business(self) -> Option<Business> {
        let find = |name| self.find("business", name);
        Some(Business {
            name: find("name")?,
            tax_id: find("taxId"),
            email: find("email"),
            phone_number: find("phoneNumber"),
            address: self.address("business.address"),
        })
    }

    fn address(self, who: &str) -> Option<Address> {
        let find = |name| self.find(who, name);
        let address = Address {
            street_one: find("streetOne"),
            street_two: find("streetTwo"),
            city: find("city"),
            zipcode: find("zipcode"),
            state: find("state"),
            country: find("country"),
        };
        Some(address).filter(|address| *address != Address::default())
    }
}

/// A beneficiary as it is shown.
pub fn shown_beneficiary(id: Uuid, integrator_id: Uuid, kept: Kept<'_>) -> Beneficiary {
    Beneficiary {
        id,
        integrator_id,
        integrator_beneficiary_id: kept.alias.map(ToString::to_string),
        kind: kept.kind(),
        active: kept.active,
        kyc_verified: true,
        status: "APPROVED",
        person: kept.person(),
        business: kept.business(),
        created_date: time(kept.opened_at),
        last_modified_date: time(kept.updated_at),
    }
}
