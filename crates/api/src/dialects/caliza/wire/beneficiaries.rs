//! Beneficiaries.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// The fields of `POST /beneficiaries` as they come.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BeneficiaryFields<'a> {
    /// The integrator's own id for it.
    #[serde(borrow)]
    pub integrator_beneficiary_id: Option<&'a RawValue>,
    /// What kind of beneficiary.
    #[serde(rename = "type", borrow)]
    pub kind: Option<&'a RawValue>,
    /// Of an individual, who it is.
    #[serde(borrow)]
    pub person: Option<&'a RawValue>,
    /// Of a business, which it is.
    #[serde(borrow)]
    pub business: Option<&'a RawValue>,
}

/// What is said of a person or a business, as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartyFields<'a> {
    /// Of a person.
    #[serde(borrow)]
    pub first_name: Option<&'a RawValue>,
    /// Of a person.
    #[serde(borrow)]
    pub last_name: Option<&'a RawValue>,
    /// Of a person.
    #[serde(borrow)]
    pub date_of_birth: Option<&'a RawValue>,
    /// Of a person.
    #[serde(borrow)]
    pub citizenship: Option<&'a RawValue>,
    /// Of a person.
    #[serde(borrow)]
    pub id_number: Option<&'a RawValue>,
    /// Of a business.
    #[serde(borrow)]
    pub name: Option<&'a RawValue>,
    /// Of a business.
    #[serde(borrow)]
    pub tax_id: Option<&'a RawValue>,
    /// Of either.
    #[serde(borrow)]
    pub email: Option<&'a RawValue>,
    /// Of either.
    #[serde(borrow)]
    pub phone_number: Option<&'a RawValue>,
    /// Of either.
    #[serde(borrow)]
    pub address: Option<&'a RawValue>,
}

/// An address as it comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressFields<'a> {
    /// Street and number.
    #[serde(borrow)]
    pub street_one: Option<&'a RawValue>,
    /// What else is said of the place.
    #[serde(borrow)]
    pub street_two: Option<&'a RawValue>,
    /// City.
    #[serde(borrow)]
    pub city: Option<&'a RawValue>,
    /// Postal code.
    #[serde(borrow)]
    pub zipcode: Option<&'a RawValue>,
    /// State or province.
    #[serde(borrow)]
    pub state: Option<&'a RawValue>,
    /// Country.
    #[serde(borrow)]
    pub country: Option<&'a RawValue>,
}

/// A beneficiary to be.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
pub struct BeneficiaryRequest {
    /// Your own id for it, unlike every other's.
    #[schema(min_length = 1, max_length = 64, example = "my-user-001")]
    integrator_beneficiary_id: String,
    /// What kind of beneficiary.
    #[schema(rename = "type")]
    kind: BeneficiaryType,
    /// Who it is; of a business, if there is no `business`.
    person: Option<Person>,
    /// Which business it is.
    business: Option<Business>,
}

/// What kind of beneficiary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum BeneficiaryType {
    /// A person.
    Individual,
    /// A business.
    Business,
}

impl BeneficiaryType {
    /// Every type.
    pub const ALL: [BeneficiaryType; 2] = [BeneficiaryType::Individual, BeneficiaryType::Business];

    /// Its spelling.
    pub const fn name(self) -> &'static str {
        match self {
            BeneficiaryType::Individual => "INDIVIDUAL",
            BeneficiaryType::Business => "BUSINESS",
        }
    }
}

/// A person. What was not said is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The first name.
    #[schema(max_length = 100, example = "Jane")]
    pub first_name: String,
    /// The last name.
    #[schema(max_length = 100, example = "Doe")]
    pub last_name: String,
    /// The date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date, example = "1985-11-20")]
    pub date_of_birth: Option<String>,
    /// The country, by ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Za-z]{2}$", example = "US")]
    pub citizenship: Option<String>,
    /// The number of an identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, example = "D1234567")]
    pub id_number: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 254, example = "jane@example.com")]
    pub email: Option<String>,
    /// The phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        pattern = "^\\+[0-9]{6,20}$",
        example = "+12025550148"
    )]
    pub phone_number: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<Address>,
}

/// A business. What was not said is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Business {
    /// Its name.
    #[schema(max_length = 100, example = "Doe Ltd")]
    pub name: String,
    /// The number that it pays taxes under.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub tax_id: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 254, example = "books@example.com")]
    pub email: Option<String>,
    /// The phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        pattern = "^\\+[0-9]{6,20}$",
        example = "+12025550148"
    )]
    pub phone_number: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<Address>,
}

/// An address. What was not said is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        max_length = 100,
        example = "1600 Pennsylvania Avenue NW"
    )]
    pub street_one: Option<String>,
    /// What else is said of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub street_two: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, example = "Washington")]
    pub city: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 20, example = "20500")]
    pub zipcode: Option<String>,
    /// State or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 3, example = "DC")]
    pub state: Option<String>,
    /// The country, by ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Za-z]{2}$", example = "US")]
    pub country: Option<String>,
}

/// A beneficiary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Beneficiary {
    /// Its id.
    pub id: Uuid,
    /// The integrator.
    pub integrator_id: Uuid,
    /// The integrator's own id for it.
    #[schema(required = true, example = "my-user-001")]
    pub integrator_beneficiary_id: Option<String>,
    /// What kind of beneficiary. One that was opened elsewhere is an individual.
    #[serde(rename = "type")]
    pub kind: BeneficiaryType,
    /// Whether it is enabled.
    pub active: bool,
    /// Always `true`: nothing is verified here.
    #[schema(example = true)]
    pub kyc_verified: bool,
    /// Always `APPROVED`: it can send and receive at once.
    #[schema(example = "APPROVED")]
    pub status: &'static str,
    /// Who it is, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub person: Option<Person>,
    /// Which business it is, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub business: Option<Business>,
    /// When it was created.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub created_date: String,
    /// When it was last changed.
    #[schema(format = DateTime, example = "2025-01-15T10:30:00Z")]
    pub last_modified_date: String,
}

/// A page of beneficiaries.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BeneficiaryPage {
    /// The beneficiaries.
    pub content: Vec<Beneficiary>,
    /// How many there are on all pages.
    pub total_elements: usize,
    /// How many pages there are.
    pub total_pages: usize,
    /// How many there are on a page at most.
    pub size: usize,
    /// The number of this page; the first one is 0.
    pub number: usize,
}
