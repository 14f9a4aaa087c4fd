//! The YouHodler interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
#[path = "../shared/description.rs"]
mod description;
#[path = "../shared/examples.rs"]
mod examples;
#[path = "../shared/receiver.rs"]
mod receiver;

mod access;
mod accounts;
mod approvals;
mod described;
mod errors;
mod exactness;
mod golden;
mod idempotency;
mod lists;
mod tokens;
mod transfers;
mod webhooks;
mod world;
