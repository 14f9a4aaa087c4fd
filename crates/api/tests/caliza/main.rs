//! The Caliza interface over HTTP: whole answers of a real service, in process.

mod balances;
#[path = "../shared/base.rs"]
mod base;
mod beneficiaries;
mod clock;
mod described;
#[path = "../shared/description.rs"]
mod description;
mod errors;
mod exactness;
#[path = "../shared/examples.rs"]
mod examples;
mod executions;
mod golden;
mod lists;
#[path = "../shared/receiver.rs"]
mod receiver;
mod simulations;
mod tokens;
mod webhooks;
mod world;
