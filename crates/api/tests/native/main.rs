//! The native interface over HTTP: whole answers of a real service, in process. The files mirror
//! the URL tree; `access`, `as_of`, `bad_input`, `bad_requests`, `grants`, `idempotency`, `paging` and
//! `unseen` go across it.

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
mod closing;
mod docs;
mod dry_run;
mod freezes;
mod funds;
mod grants;
mod health;
mod holds;
mod holds_refused;
mod idempotency;
mod keys;
mod limits;
mod paging;
mod people;
mod policies;
mod races;
mod reversals;
mod schedules;
mod schedules_refused;
mod statement;
mod sweeps;
mod transfers;
mod unseen;
mod upcoming;
