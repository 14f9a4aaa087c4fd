//! The Jiko interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
#[path = "../shared/description.rs"]
mod description;
#[path = "../shared/examples.rs"]
mod examples;
#[path = "../shared/receiver.rs"]
mod receiver;

mod asking;
mod clock;
mod described;
mod errors;
mod golden;
mod hand;
mod keys;
mod people;
mod pocket_changes;
mod pockets;
mod races;
mod rates;
mod reconcile;
mod refused_requests;
mod signatures;
mod tokens;
mod trades;
mod transactions;
mod transfer_requests;
mod webhooks;
mod workflow;
mod world;
