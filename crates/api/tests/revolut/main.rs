//! The Revolut interface over HTTP: whole answers of a real service, in process.

mod access;
mod errors;
mod exactness;
mod golden;
mod lists;
mod tokens;
mod transfers;
mod waiting;
mod world;
