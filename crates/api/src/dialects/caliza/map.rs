//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod fields;

pub use fields::{amount, json_object, optional_text, required, text, time};
