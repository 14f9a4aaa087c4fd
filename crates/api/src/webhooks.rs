//! What the interfaces tell webhooks: the formats there are.

use crate::app::format;
use crate::dialects;
use crate::native::webhooks::Native;
use giro_service::delivery::Formats;
use std::sync::Arc;

/// The formats of all interfaces, by their numbers in the ledger.
pub fn formats() -> Formats {
    let mut formats = dialects::formats();
    formats.insert(format::NATIVE, Arc::new(Native));
    formats
}
