//! The Jiko interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;

mod asking;
mod errors;
mod pockets;
mod transfer_requests;
mod world;
