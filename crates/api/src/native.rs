//! Placeholder for the native interface: its module documentation goes here.

pub mod routes;
