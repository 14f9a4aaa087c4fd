//! What was set as the rate of a pair, and when.
//!
//! Every pair of a book has a chain of its own in the log, so that its past is found without an
//! index. It is read from the disk, so call this where blocking is fine.

use crate::configuration::ChangeQuery;
use crate::query::Page;
use crate::service::{Service, ServiceError};
use giro_engine::Record;
use giro_ledger::Pair;

impl Service {
    /// Whether the pair has a rate, or had one.
    pub fn has_rates(&self, pair: Pair) -> bool {
        !self.read().rate_head(pair).is_none()
    }

    /// Everything that was set as the rate of a pair, and every time that it was removed, newest
    /// first.
    ///
    /// # Errors
    /// If the log cannot be read, or `before` is not a place in it.
    pub fn rate_history(
        &self,
        pair: Pair,
        query: &ChangeQuery,
    ) -> Result<Page<Record>, ServiceError> {
        let head = self.read().rate_head(pair);
        self.chained_changes(head, None, query)
    }
}
