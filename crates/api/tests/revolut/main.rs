//! The Revolut interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
#[path = "../shared/description.rs"]
mod description;
#[path = "../shared/examples.rs"]
mod examples;
#[path = "../shared/receiver.rs"]
mod receiver;

mod access;
mod described;
mod details;
mod errors;
mod exactness;
mod golden;
mod lists;
mod reverted;
mod sandbox;
mod tokens;
mod told;
mod transfers;
mod waiting;
mod webhooks;
mod world;
