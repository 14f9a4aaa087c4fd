//! Lists in pages: limits and cursors.

use super::error::{Kind, Problem};
use giro_ledger::BookId;
use giro_service::Service;

/// Items of a page, unless asked otherwise.
const LIMIT_DEFAULT: usize = 50;
/// The most items that a page can have.
pub(crate) const LIMIT_MAX: usize = 200;

/// How many items a page has at most.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    let Some(asked) = asked else {
        return Ok(LIMIT_DEFAULT);
    };
    match usize::try_from(asked) {
        Ok(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        _ => {
            let why = format!("must be 1 to {LIMIT_MAX}, not {asked}");
            Err(Problem::of_field(Kind::LIMIT_INVALID, "limit", why))
        }
    }
}

/// One list: of a kind, in a book, with its filters. A cursor of one list means nothing to
/// another.
pub(crate) struct List<'a> {
    service: &'a Service,
    name: String,
}

impl<'a> List<'a> {
    /// The list `name` of a book, filtered by `filters`.
    pub(crate) fn new(
        service: &'a Service,
        book: BookId,
        name: &str,
        filters: &impl std::fmt::Debug,
    ) -> List<'a> {
        let name = format!("{name} {} {filters:?}", book.0);
        List { service, name }
    }

    /// A cursor of this list.
    pub(crate) fn cursor(&self, numbers: &[u64]) -> String {
        self.service.cursor(&self.name, numbers)
    }

    /// The numbers in a cursor, which must be of this list.
    pub(crate) fn read<const N: usize>(
        &self,
        cursor: Option<&str>,
    ) -> Result<Option<[u64; N]>, Problem> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        match self.service.read_cursor(&self.name, cursor) {
            Some(numbers) => Ok(Some(numbers)),
            None => {
                let why = "is not a cursor of this list with these filters";
                Err(Problem::of_field(Kind::CURSOR_INVALID, "cursor", why))
            }
        }
    }
}
