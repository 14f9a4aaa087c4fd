//! What the interfaces tell webhooks: the formats there are.

use crate::dialects;
use giro_service::delivery::Formats;

/// The formats of all interfaces, by their numbers in the ledger.
pub fn formats() -> Formats {
    dialects::formats()
}
