//! The native interface, under `/v1`: the transfer as one object, in this program's own words.
//!
//! | Room | What is in it |
//! |---|---|
//! | [`routes`] | paths and handlers, one file per part of the URL tree |
//! | `request` | what every handler asks of a request: who, whether they may, key, query, body |
//! | `wire` | structs as they are spelled in JSON |
//! | `map` | wire to command, record to wire |
//! | `error` | the one table from refusal to status and code |
//! | `paging` | limits and cursors |
//! | [`webhooks`] | what webhooks are told |
//!
//! It has no privilege that another interface lacks: everything goes through the service.

mod error;
mod map;
mod paging;
mod request;
pub mod routes;
pub mod webhooks;
mod wire;

pub use error::every_kind;
