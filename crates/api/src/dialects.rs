//! The interfaces of others, path for path and field for field. None of them knows another.

pub mod revolut;
