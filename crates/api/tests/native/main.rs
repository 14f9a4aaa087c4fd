//! The native interface over HTTP: whole answers of a real service, in process. The files mirror
//! the URL tree; `access`, `bad_input`, `bad_requests`, `idempotency` and `paging` go across it.

mod access;
mod accounts;
mod app;
mod bad_input;
mod bad_requests;
mod balances;
mod batches;
mod books;
mod docs;
mod funds;
mod health;
mod idempotency;
mod keys;
mod paging;
mod statement;
mod transfers;
