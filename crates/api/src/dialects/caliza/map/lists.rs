//! Which transactions a list has.

use super::query::{Decimal, PageQuery, Parameters, day_after};
use super::transactions::{Moved, moved, status_in};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::Status;
use giro_ledger::{Amount, AssetId, Book, Ledger, Timestamp, TransferState};
use giro_service::Record;

/// Statuses that only other kinds of transactions have.
const OTHER_STATUSES: [&str; 5] = [
    "PAYMENT_SENT",
    "PAYMENT_COMPLETED",
    "PROCESSED_BY_INTERMEDIARY_BANK",
    "UNDER_REVIEW",
    "REFUNDED",
];

/// A list as the client asks for it: of the documented form, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionList {
    /// Which page.
    pub page: PageQuery,
    /// Those of this beneficiary, by its id.
    pub beneficiary: Option<String>,
    /// The one of this id.
    pub transaction: Option<String>,
    /// Those in one of these states; none can be in no state.
    pub states: Option<Vec<TransferState>>,
    /// Those at or after this instant.
    pub from: Option<Timestamp>,
    /// Those before this instant.
    pub to: Option<Timestamp>,
    from_codes: Vec<String>,
    to_codes: Vec<String>,
    min: Option<Decimal>,
    max: Option<Decimal>,
}

impl TransactionList {
    /// Reads the parameters of `GET /transactions`.
    ///
    /// # Errors
    /// [`Error::Misfit`], or that there is no such status or order.
    pub fn of(parameters: &Parameters) -> Result<TransactionList, Error> {
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        Ok(TransactionList {
            from: parameters.day("fromDate")?,
            to: parameters.day("toDate")?.map(day_after),
            min: parameters.decimal("minAmount")?,
            max: parameters.decimal("maxAmount")?,
            page: parameters.page()?,
            states: parameters.find("status").map(states).transpose()?,
            beneficiary: parameters.find("beneficiaryId").map(str::to_owned),
            transaction: parameters.find("transactionId").map(str::to_owned),
            from_codes: owned(parameters.list("fromCurrency")),
            to_codes: owned(parameters.list("toCurrency")),
        })
    }

    /// What of it the first record of a transfer can tell.
    pub fn filter(&self, ledger: &Ledger, book: &Book) -> Filter {
        let ids = |codes: &[String]| {
            let known = codes.iter().filter_map(|code| {
                let (id, _) = ledger.asset_by_code(code)?;
                Some(id)
            });
            (!codes.is_empty()).then(|| known.collect())
        };
        let decimals = ledger.assets().map(|(_, asset)| asset.decimals);
        Filter {
            book: book.clone(),
            from_assets: ids(&self.from_codes),
            to_assets: ids(&self.to_codes),
            min: self.min.clone(),
            max: self.max.clone(),
            decimals: decimals.collect(),
        }
    }
}

/// Where transfers of a status are in their lives.
fn states(name: &str) -> Result<Vec<TransferState>, Error> {
    if OTHER_STATUSES.contains(&name) {
        return Ok(Vec::new());
    }
    if !Status::ALL.iter().any(|status| status.name() == name) {
        let why = format!("status must be one of transactions, not {name}");
        return Err(Error::bad("validation.invalid_enum_value", why));
    }
    let all = TransferState::ALL.into_iter();
    let of_it = all.filter(|state| status_in(*state).name() == name);
    Ok(of_it.collect())
}

/// Which transactions, by their first records.
#[derive(Clone, Debug)]
pub struct Filter {
    from_assets: Option<Vec<AssetId>>,
    to_assets: Option<Vec<AssetId>>,
    min: Option<Decimal>,
    max: Option<Decimal>,
    book: Book,
    /// The decimals of every asset, in the order of their numbers.
    decimals: Vec<u8>,
}

impl Filter {
    /// Whether a transaction begins in a record that may be wanted.
    pub fn has(&self, first: &Record) -> bool {
        moved(first, &self.book).is_some_and(|moved| self.fits(&moved).unwrap_or(false))
    }

    fn fits(&self, moved: &Moved) -> Option<bool> {
        let is_one = |assets: &Option<Vec<AssetId>>, asset| {
            assets.as_ref().is_none_or(|assets| assets.contains(&asset))
        };
        let (given, sum) = moved.given();
        Some(
            is_one(&self.from_assets, given)
                && is_one(&self.to_assets, moved.arriving())
                && self.is_between(given, sum)?,
        )
    }

    fn is_between(&self, given: AssetId, sum: Amount) -> Option<bool> {
        if self.min.is_none() && self.max.is_none() {
            return Some(true);
        }
        let decimals = self.decimals.get(usize::from(given.0))?;
        let sum = Decimal::parse(&sum.display(*decimals).to_string())?;
        let is_enough = self.min.as_ref().is_none_or(|min| sum >= *min);
        Some(is_enough && self.max.as_ref().is_none_or(|max| sum <= *max))
    }
}
