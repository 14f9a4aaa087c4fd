//! Wire to command, record to wire. Looks things up, but changes nothing and decides nothing.

pub(crate) mod accounts;
pub(crate) mod approvals;
pub(crate) mod batches;
pub(crate) mod books;
pub(crate) mod calendars;
pub(crate) mod changes;
pub(crate) mod csv;
pub(crate) mod fees;
pub(crate) mod instruments;
pub(crate) mod investments;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod names;
pub(crate) mod policies;
pub(crate) mod portfolios;
pub(crate) mod quotes;
pub(crate) mod rates;
pub(crate) mod schedules;
pub(crate) mod statements;
pub(crate) mod trades;
pub(crate) mod transfers;
pub(crate) mod webhooks;

pub(crate) use names::{Field, Names};
