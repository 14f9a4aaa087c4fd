//! The Caliza interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
mod clock;
mod errors;
#[path = "../shared/examples.rs"]
mod examples;
mod golden;
mod tokens;
mod world;
