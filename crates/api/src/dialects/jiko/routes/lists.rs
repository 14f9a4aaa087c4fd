//! Lists in pages, which can be walked both ways.

use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::map::Parameters;
use crate::dialects::jiko::wire::{CursorList, ListType};
use giro_ledger::BookId;
use giro_service::Service;
use utoipa::ToSchema;

/// One list: of a kind, in a book, with its filters. A cursor of one means nothing to another.
pub(super) struct List<'a> {
    service: &'a Service,
    name: String,
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The first.
    First,
    /// What comes after a position.
    After(u64),
    /// What comes just before one.
    Before(u64),
}

/// Items of a list, in its order, and whether there are others.
#[derive(Clone, Debug)]
pub(super) struct Found<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Where what comes before them ends, if there may be something.
    pub(super) prev: Option<u64>,
    /// Where what comes after them begins, if there may be something.
    pub(super) next: Option<u64>,
}

impl<T> Found<T> {
    /// What is on the only page of an empty list.
    pub(super) fn nothing() -> Found<T> {
        let (items, prev, next) = (Vec::new(), None, None);
        Found { items, prev, next }
    }

    /// The items after a position, and where the rest begins. There is something before them if
    /// there is a position.
    pub(super) fn after(
        items: Vec<T>,
        from: Option<u64>,
        next: Option<u64>,
        position: impl Fn(&T) -> u64,
    ) -> Found<T> {
        let first = items.first().map(position);
        let prev = from.and(first);
        Found { items, prev, next }
    }

    /// The items just before a position, and where those before them end.
    pub(super) fn before(
        items: Vec<T>,
        prev: Option<u64>,
        position: impl Fn(&T) -> u64,
    ) -> Found<T> {
        let next = items.last().map(position);
        Found { items, prev, next }
    }
}

impl<'a> List<'a> {
    /// The list `name` of a book, filtered by `filters`.
    pub(super) fn new(
        service: &'a Service,
        book: BookId,
        name: &str,
        filters: &impl std::fmt::Debug,
    ) -> List<'a> {
        let name = format!("jiko/{name} {} {filters:?}", book.0);
        List { service, name }
    }

    /// Which page is asked for.
    pub(super) fn which(&self, parameters: &Parameters) -> Result<Which, Error> {
        let Some(cursor) = parameters.cursor() else {
            return Ok(Which::First);
        };
        match self.service.read_cursor(&self.name, cursor) {
            Some([0, position]) => Ok(Which::After(position)),
            Some([_, position]) => Ok(Which::Before(position)),
            None => {
                let why = "Input should be a cursor of this list with these filters";
                Err(Error::invalid(["query", "cursor"], "value_error", why))
            }
        }
    }

    /// The answer.
    pub(super) fn page<T, U: ToSchema>(
        &self,
        found: &Found<T>,
        shown: impl FnMut(&T) -> U,
    ) -> CursorList<U> {
        let cursor = |way: u64| move |position| self.service.cursor(&self.name, &[way, position]);
        CursorList {
            prev_page: found.prev.map(cursor(1)),
            next_page: found.next.map(cursor(0)),
            items: found.items.iter().map(shown).collect(),
            object_type: ListType::CursorList,
        }
    }
}
