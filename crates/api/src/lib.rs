//! Everything HTTP.
//!
//! An interface is only spelling: it turns bytes into a command for the service, and what comes
//! of it into bytes. Each has the same rooms: `routes` (paths and handlers), `wire` (structs as
//! they are spelled), `map` (wire to command, outcome to wire; pure), `error` (the one table from
//! refusal to status and code). The native interface is a dialect with the same rooms.
//!
//! It must not compute a balance or hold a rule, and no dialect may import another.

pub mod app;
pub mod dialects;
pub mod http;
pub mod native;
pub mod webhooks;

pub use app::{App, router};
