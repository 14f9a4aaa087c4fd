//! The Cashfree interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
#[path = "../shared/examples.rs"]
mod examples;
#[path = "../shared/receiver.rs"]
mod receiver;

mod access;
mod addresses;
mod errors;
mod exactness;
mod golden;
mod instruments;
mod recharge;
mod statement;
mod tokens;
mod transfers;
mod waiting;
mod webhooks;
mod world;
