//! The native interface over HTTP: whole answers of a real service, in process. The files mirror
//! the URL tree; `access`, `as_of`, `bad_input`, `bad_requests`, `etags`, `grants`, `idempotency`, `paging` and
//! `unseen` go across it.

#[path = "../shared/receiver.rs"]
mod receiver;

mod access;
mod accounts;
mod app;
mod approvals;
mod approvals_refused;
mod approvals_repeated;
mod as_of;
mod bad_input;
mod bad_requests;
mod balances;
mod batches;
mod books;
mod calendars;
mod changes;
mod changes_treasury;
mod closing;
mod conversions;
mod desk;
mod docs;
mod dry_run;
mod etags;
mod exchange;
mod fees;
mod freezes;
mod funds;
mod grants;
mod health;
mod holds;
mod holds_refused;
mod idempotency;
mod instruments;
mod invested;
mod investments;
mod keys;
mod later;
mod limits;
mod maturity;
mod paging;
mod people;
mod policies;
mod portfolios;
mod quotes;
mod races;
mod races_quotes;
mod rates;
mod reversals;
mod schedules;
mod schedules_lists;
mod schedules_refused;
mod settlement;
mod statement;
mod sweeps;
mod trades;
mod transfers;
mod transfers_invested;
mod unseen;
mod upcoming;
mod webhooks;
