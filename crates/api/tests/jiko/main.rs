//! The Jiko interface over HTTP: whole answers of a real service, in process.

#[path = "../shared/base.rs"]
mod base;
mod errors;
mod pockets;
mod world;
