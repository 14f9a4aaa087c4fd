//! Placeholder for the revolut interface: its module documentation goes here.

pub mod routes;
