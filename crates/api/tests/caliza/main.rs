//! The Caliza interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
mod clock;
mod errors;
mod exactness;
#[path = "../shared/examples.rs"]
mod examples;
mod executions;
mod golden;
mod simulations;
mod tokens;
mod world;
