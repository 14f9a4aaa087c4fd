//! The parameters of lists.

use crate::dialects::caliza::error::Error;
use crate::http::time::parse_date;
use giro_ledger::Timestamp;
use std::cmp::Ordering;

const SIZE_DEFAULT: usize = 20;
/// The most items on a page.
const SIZE_MAX: usize = 1_000;
/// The number of the last page that can be asked for: far beyond everything that can be counted.
const PAGE_MAX: usize = 1_000_000;
const DAY_MICROS: i64 = 86_400_000_000;

/// The parameters of a request. Unknown ones are ignored, and an empty one counts as absent. Of one
/// that is no list and repeats, the last one counts.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Those of a query.
    pub fn of(query: Option<&str>) -> Parameters {
        let query = query.unwrap_or_default().as_bytes();
        Parameters(form_urlencoded::parse(query).into_owned().collect())
    }

    /// One of them.
    pub fn find(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().rev().filter(|(found, _)| found == name);
        let (_, value) = named.next()?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// A list: the parameter repeats, with brackets after its name or without them, or has commas.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let is_it = |found: &str| found.strip_suffix("[]").unwrap_or(found) == name;
        let named = self.0.iter().filter(|(found, _)| is_it(found));
        let values = named.flat_map(|(_, value)| value.split(','));
        values.filter(|value| !value.is_empty()).collect()
    }

    fn number(
        &self,
        name: &str,
        default: usize,
        (min, max): (usize, usize),
    ) -> Result<usize, Error> {
        let Some(text) = self.find(name) else {
            return Ok(default);
        };
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_plain);
        let number = number.filter(|number| (min..=max).contains(number));
        let why = || Error::misfit(format!("{name}: must be a number from {min} to {max}"));
        number.ok_or_else(why)
    }

    /// Which page.
    ///
    /// # Errors
    /// [`Error::Misfit`], or that it cannot be sorted so.
    pub fn page(&self) -> Result<PageQuery, Error> {
        Ok(PageQuery {
            number: self.number("page", 0, (0, PAGE_MAX))?,
            size: self.number("size", SIZE_DEFAULT, (1, SIZE_MAX))?,
            oldest_first: self.oldest_first()?,
        })
    }

    /// How it is sorted. There is one order, and its reverse.
    fn oldest_first(&self) -> Result<bool, Error> {
        let Some(text) = self.find("sort") else {
            return Ok(false);
        };
        let (property, direction) = text.split_once(',').unwrap_or((text, "asc"));
        let is_known = property == "createdDate";
        match direction {
            _ if !is_known => {}
            _ if direction.eq_ignore_ascii_case("asc") => return Ok(true),
            _ if direction.eq_ignore_ascii_case("desc") => return Ok(false),
            _ => {}
        }
        let why = "sort must be createdDate,desc or createdDate,asc";
        Err(Error::bad("validation.invalid_enum_value", why))
    }

    /// A day: its first instant in UTC.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn day(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        let day = self.find(name).map(parse_date).transpose();
        day.map_err(|_| Error::misfit(format!("{name}: must be a date such as 2025-01-15")))
    }

    /// A decimal number that is not negative.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, Error> {
        let Some(text) = self.find(name) else {
            return Ok(None);
        };
        let why = || Error::misfit(format!("{name}: must be a decimal number such as 10.50"));
        Decimal::parse(text).map(Some).ok_or_else(why)
    }
}

/// The first instant after a day, of which this is the first instant.
pub(super) fn day_after(day: Timestamp) -> Timestamp {
    Timestamp(day.0.saturating_add(DAY_MICROS))
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageQuery {
    /// Its number; the first one is 0.
    pub number: usize,
    /// How many items at most.
    pub size: usize,
    /// Whether the oldest ones come first, and not the newest.
    pub oldest_first: bool,
}

impl PageQuery {
    /// So many items come before it.
    pub fn skip(&self) -> usize {
        self.number.saturating_mul(self.size)
    }

    /// So many pages hold that many items.
    pub fn pages(&self, total: usize) -> usize {
        total.div_ceil(self.size)
    }
}

/// A decimal number that is not negative, of any size: digits without leading zeros, and digits
/// without trailing ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    whole: String,
    fraction: String,
}

impl Decimal {
    /// Reads one. `None` if it is no such number.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (whole, fraction) = match text.split_once('.') {
            None => (text, ""),
            Some((_, "")) => return None,
            Some(parts) => parts,
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = !whole.is_empty() && is_digits(whole) && is_digits(fraction);
        is_number.then(|| Decimal {
            whole: whole.trim_start_matches('0').to_owned(),
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let by_length = self.whole.len().cmp(&other.whole.len());
        let by_whole = by_length.then_with(|| self.whole.cmp(&other.whole));
        by_whole.then_with(|| self.fraction.cmp(&other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_any_length_are_compared_digit_by_digit() {
        let sorted = [
            "0",
            "0.000000000000000000000001",
            "0.1",
            "0.10000001",
            "0.9",
            "1",
            "9.99",
            "10",
            "100.5",
            "340282366920938463463374607431768211456000.1",
        ];
        let sorted = sorted.map(|text| Decimal::parse(text).expect("a decimal"));
        assert!(sorted.is_sorted_by(|a, b| a < b));
        assert_eq!(Decimal::parse("010.500"), Decimal::parse("10.5"));
        for text in [
            "", ".", ".5", "5.", "-1", "+1", "1e2", "1,5", "1.2.3", " 1", "x",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_repeats_with_brackets_or_without_or_has_commas() {
        let query = "to[]=USD&to%5B%5D=EUR&to=BRL,MXN&to=&other[]=X";
        let parameters = Parameters::of(Some(query));
        assert_eq!(parameters.list("to"), ["USD", "EUR", "BRL", "MXN"]);
    }
}
